"""Fills an empty database of the program: the plan of 2022 with weekly entries, and copies of it.

What was recorded before the year's first entry is dated back, for which the seal is lifted and the
chain counted anew; everything after goes through the models, in the order of its days.
"""

import random
import uuid
from datetime import date, datetime, time, timedelta

from django.apps import apps
from django.core.management import BaseCommand, call_command
from django.db import connection, transaction
from django.utils.timezone import make_aware
from simple_history.utils import bulk_create_with_history

from bench.words import USERS, phrase
from priorities.circular.drafting import draft
from priorities.circular.issuing import issue
from priorities.models import Action, Decision, Plan, Priority, ProgressEntry, Report, Unit, User
from priorities.periods import Period
from tests.seals import rewriting

TODAY = date(2022, 12, 28)
START = date(2022, 1, 3)
DAYS = (TODAY - START).days
LOADED = make_aware(datetime(2022, 1, 4, 9))
ASSIGNED = make_aware(datetime(2022, 1, 5, 9))
REPORTERS = 20
OF_USER0 = {"1.5", "1.6"}  # the actions that the measured reporter opens and records
WIDE = 50  # actions of one priority in the large plan


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--plans", type=int, default=1)
        parser.add_argument("--notes", type=int, default=52)
        parser.add_argument("--wide", type=int, default=0, help="actions of one large plan beside")

    def handle(self, plans, notes, wide, **options):
        call_command("migrate", interactive=False, verbosity=0)
        filling = Filling(notes)
        filling.begin()
        filling.report()
        for number in range(2, plans + 1):
            filling.copy(f"2022-{number:03}")
            self.stderr.write(f"\r  plan {number} of {plans} ", ending="")
        if wide:
            filling.copy("2022-wide", wide)


class Filling:
    """One run: its dice, its people, its first plan."""

    def __init__(self, notes: int):
        self.notes = notes
        self.dice = random.Random(1)

    def begin(self) -> None:
        """The plan that comes with the program, as if it had been loaded in January 2022."""
        self.make_people()
        self.plan = Plan.objects.get(slug="2022")
        self.plan._history_date = LOADED
        self.plan.set_status_date(TODAY, by=self.boss)
        with rewriting(connection):
            for model in (Unit, Plan, Priority, Action, User):
                model.history.update(history_date=LOADED)
        for action in Action.objects.of_plan(self.plan).select_related("priority__plan"):
            self.assign(action)
        self.record(self.plan)

    def make_people(self) -> None:
        self.units = list(Unit.objects.order_by("order")[:USERS])
        self.boss = User.objects.create_user("boss", role="supervisor", display_name="督查员")
        self.staff = [
            User.objects.create_user(f"user{n}", role="reporter", display_name=f"经办人{n}")
            for n in range(REPORTERS)
        ]
        for n, user in enumerate(self.staff):
            user.units.set([self.units[n % USERS]])

    def assign(self, action: Action) -> None:
        owner = 0 if action.number in OF_USER0 else self.dice.randrange(USERS)
        start, due = self.dates()
        changes = {
            "lead_unit": self.units[owner],
            "owner": self.staff[owner],
            "start": start,
            "due": due,
            "supporting_units": self.support_for(owner),
            "measure": phrase(self.dice, 8),
        }
        action._history_date = ASSIGNED
        action.assign(by=self.boss, changes=changes, reason="年度任务分解")

    def dates(self) -> tuple[date, date]:
        start = date(2022, 1, 1) + timedelta(self.dice.randrange(60))
        return start, date(2022, 11, 1) + timedelta(self.dice.randrange(61))

    def support_for(self, owner: int) -> list[Unit]:
        return self.dice.sample([u for u in self.units if u != self.units[owner]], 2)

    def record(self, plan: Plan) -> None:
        """Weekly entries (closer where more are asked), each accepted on the next morning."""
        rows = [
            entry
            for action in Action.objects.of_plan(plan).select_related("owner")
            for entry in self.entries_of(action)
        ]
        rows.sort(key=lambda entry: (entry.day, entry.action_id))
        for start in range(0, len(rows), 5000):
            made = ProgressEntry.objects.bulk_create(rows[start : start + 5000])
            Decision.objects.bulk_create([self.accepted(entry) for entry in made])

    def entries_of(self, action: Action) -> list[ProgressEntry]:
        final = self.dice.randrange(50, 101, 10)
        return [self.entry_of(action, week, final) for week in range(self.notes)]

    def entry_of(self, action: Action, week: int, final: int) -> ProgressEntry:
        day = START + timedelta(week * (DAYS - 1) // self.notes)
        return ProgressEntry(
            action=action,
            day=day,
            percent=final * (week + 1) // self.notes // 10 * 10,
            done=f"{phrase(self.dice, 16)}.",
            next_step=f"{phrase(self.dice, 6)}.",
            needs_review=True,
            by=action.owner,
            at=make_aware(datetime.combine(day, time(16, 30))),
            nonce=uuid.UUID(int=self.dice.getrandbits(128)),
        )

    def accepted(self, entry: ProgressEntry) -> Decision:
        at = entry.at + timedelta(hours=17)
        return Decision(entry=entry, verdict="accepted", by=self.boss, at=at)

    def report(self) -> None:
        """An issued circular and a draft: their pages and files are asked for too."""
        october = Period.read("2022-01-01..2022-10-31")
        number = "坪督通报〔2022〕10号"
        kind = Report.Kind.CIRCULAR
        issue(draft(self.plan, october, kind=kind, by=self.boss, number=number), by=self.boss)
        draft(self.plan, Period.read("2022-01-01..2022-11-30"), kind=kind, by=self.boss)

    @transaction.atomic
    def copy(self, slug: str, actions: int | None = None) -> None:
        """A plan like the first one; with ``actions`` as many of them, its texts in turn."""
        fields = ("title", "source_title", "start", "end", "status_date", "requires_review")
        values = {name: getattr(self.plan, name) for name in fields}
        new = [Plan(slug=slug, **values)]
        plan = bulk_create_with_history(new, Plan, default_date=LOADED)[0]
        words = list(self.plan.priorities.order_by("number").prefetch_related("actions"))
        sizes = [len(p.actions.all()) for p in words]
        if actions is not None:
            sizes = [WIDE] * (actions // WIDE)
        self.actions_of(self.priorities_of(plan, words, len(sizes)), sizes, words)
        self.record(plan)

    def priorities_of(self, plan: Plan, words: list[Priority], count: int) -> list[Priority]:
        fields = ("title", "sentence", "premise", "goal")
        rows = [
            Priority(
                plan=plan,
                number=n + 1,
                **{name: getattr(words[n % len(words)], name) for name in fields},
            )
            for n in range(count)
        ]
        return bulk_create_with_history(rows, Priority, default_date=LOADED)

    def actions_of(self, priorities: list[Priority], sizes: list[int], words) -> None:
        texts = [action.text for priority in words for action in priority.actions.all()]
        rows = []
        for priority, size in zip(priorities, sizes, strict=True):
            for order in range(1, size + 1):
                rows.append(self.action_of(priority, order, texts[len(rows) % len(texts)]))
        rows = bulk_create_with_history(rows, Action, batch_size=500, default_date=ASSIGNED)
        self.freeze_support(rows)

    def action_of(self, priority: Priority, order: int, text: str) -> Action:
        is_measured = f"{priority.number}.{order}" in OF_USER0
        owner = 0 if is_measured else self.dice.randrange(USERS)
        start, due = self.dates()
        return Action(
            priority=priority,
            order=order,
            text=text,
            measure=phrase(self.dice, 8),
            start=start,
            due=due,
            original_due=due,
            lead_unit=self.units[owner],
            owner=self.staff[owner],
        )

    def freeze_support(self, actions: list[Action]) -> None:
        """Supporting units, and their rows in the history that past days are read from."""
        through = Action.supporting_units.through
        frozen = apps.get_model("priorities", "HistoricalAction_supporting_units")
        keys = [action.pk for action in actions]
        record = dict(Action.history.filter(id__in=keys).values_list("id", "history_id"))
        rows = [
            through(action=action, unit=unit)
            for action in actions
            for unit in self.support_for(self.units.index(action.lead_unit))
        ]
        rows = through.objects.bulk_create(rows, batch_size=200)
        frozen.objects.bulk_create(
            [
                frozen(
                    id=r.pk,
                    history_id=record[r.action_id],
                    action_id=r.action_id,
                    unit_id=r.unit_id,
                )
                for r in rows
            ],
            batch_size=200,
        )
