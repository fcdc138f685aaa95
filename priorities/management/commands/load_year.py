"""Makes a database of many plans at once: all counties of a country in one installation.

Every plan is a copy of the one that comes with the program, under a name marked as an example,
with an entry a week for each action. Units and people are shared, for they belong to no plan.
The rows go past the models, and so stand outside the chain: such a database is for measuring.
"""

import random
import sys
import time
from datetime import datetime, timedelta
from datetime import time as clock

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import make_aware

from priorities.management.filling import Table, in_bulk, stored
from priorities.models import Action, Decision, Plan, Priority, ProgressEntry, Unit, User
from priorities.models.changes import Door
from priorities.models.people import Role

from .first_admin import random_password

PEOPLE = 10
SENTENCES = 500
BATCH = 10
"""Plans that are written at once."""

UNANSWERED = 10
"""Of so many actions one waits for the office's answer to its last entry."""

BAR = 40


class Command(BaseCommand):
    help = (
        "Fills an empty installation with many sample plans, to measure how it bears them. "
        "The rows are outside the chain of hashes: verify names them, and nothing official "
        "belongs into such a database."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--plans", type=int, required=True, help="how many: 2843 are all counties"
        )
        parser.add_argument("--weeks", type=int, default=52, help="entries of each action")

    def handle(self, *, plans: int, weeks: int, **options):
        if not 1 <= plans <= 9999 or not 1 <= weeks <= 520:
            raise CommandError("--plans goes from 1 to 9999, --weeks from 1 to 520.")
        model = the_plan_that_came()
        password = random_password()
        begun = time.monotonic()
        year = Year(model, make_people(password), weeks)
        with in_bulk(year.tables):
            for number in range(1, plans + 1):
                year.add_plan(number)
                if number % BATCH == 0 or number == plans:
                    year.write()
                    self._show(number, plans, begun)
            self.stderr.write("\n  making the indexes ", ending="")
        self._say(plans, year, password, time.monotonic() - begun)

    def _show(self, done: int, plans: int, begun: float) -> None:
        spent = time.monotonic() - begun
        left = int(spent / done * (plans - done))
        bar = ("#" * (BAR * done // plans)).ljust(BAR, ".")
        end = "" if sys.stderr.isatty() else "\n"
        if end and done % (BATCH * BATCH) and done != plans:
            return
        line = f"\r  {bar} {done} of {plans} plans, {left // 60}:{left % 60:02} left "
        self.stderr.write(line, ending=end)

    def _say(self, plans: int, year: "Year", password: str, seconds: float) -> None:
        self.stdout.write(
            f"\n  {plans:,} plans, {year.count(Action):,} actions, {year.count(ProgressEntry):,} "
            f"entries in {seconds:.0f} s, outside the chain of hashes.\n"
            f"  Accounts: supervisor, reporter1 to reporter{PEOPLE}; password {password}"
        )


def the_plan_that_came() -> Plan:
    """Raises CommandError where the database holds anything but that plan and its units."""
    plans = list(Plan.objects.all()[:2])
    if len(plans) != 1 or ProgressEntry.objects.exists() or User.objects.exists():
        raise CommandError(
            "load_year fills an empty installation only: with the plan that comes with the "
            "program, and neither accounts nor entries. Name another database in DATABASE_URL."
        )
    return plans[0]


@transaction.atomic
def make_people(password: str) -> list[User]:
    """The office first, then reporters of a unit each."""
    units = Unit.objects.order_by("order")[:PEOPLE]
    office = User.objects.create_user(
        "supervisor", password=password, role=Role.SUPERVISOR, display_name="示例督查员"
    )
    people = [office]
    for number, unit in enumerate(units, start=1):
        person = User.objects.create_user(
            f"reporter{number}", role=Role.REPORTER, display_name=f"示例经办人{number}"
        )
        person.password = office.password  # hashing is slow on purpose
        person.save(update_fields=["password"])
        person.units.set([unit])
        people.append(person)
    return people


class Year:
    """The rows of the plans, one after another."""

    def __init__(self, model: Plan, people: list[User], weeks: int):
        self.model, self.weeks = model, weeks
        self.office, *self.people = (person.pk for person in people)
        self.units = [unit.pk for unit in Unit.objects.order_by("order")[:PEOPLE]]
        self.dice = random.Random(1)
        self.sentences = [
            f"示例：第{n}项工作按计划推进，已完成阶段任务。" for n in range(SENTENCES)
        ]
        self.words = list(model.priorities.order_by("number").prefetch_related("actions"))
        self._make_days()
        self._make_tables()
        self.first = {table.model: table.next for table in self.tables}

    def count(self, model) -> int:
        return next(t.next for t in self.tables if t.model is model) - self.first[model]

    def _make_days(self) -> None:
        """Every day that a row may name, as the database keeps it."""
        start = self.model.start
        length = (self.model.end - start).days - 4
        spoken = [start + timedelta(2 + week * length // self.weeks) for week in range(self.weeks)]
        said = [make_aware(datetime.combine(day, clock(16, 30))) for day in spoken]
        self.recorded = make_aware(datetime.combine(start, clock(9)))
        self.days = [stored(ProgressEntry, "day", day) for day in spoken]
        self.at = [stored(ProgressEntry, "at", moment) for moment in said]
        self.decided = [stored(Decision, "at", moment + timedelta(hours=17)) for moment in said]
        self.starts = [stored(Action, "start", start + timedelta(n)) for n in range(60)]
        self.dues = [stored(Action, "due", self.model.end - timedelta(n)) for n in range(61)]
        self.today = self.model.end - timedelta(3)

    def _make_tables(self) -> None:
        past = {"history_type": "+", "history_date": self.recorded, "door": Door.COMMAND}
        shared = ("source_title", "source_publication", "source_session", "start", "end")
        of_plan = {name: getattr(self.model, name) for name in shared}
        of_plan |= {"status_date": self.today, "is_sample": True}
        plan = ("id", "slug", "title")
        priority = ("id", "plan_id", "number", "title", "sentence", "premise", "goal")
        action = ("id", "priority_id", "order", "text", "start", "due", "original_due")
        action += ("lead_unit_id", "owner_id")
        self.plans = Table(Plan, *plan, **of_plan)
        self.priorities = Table(Priority, *priority)
        self.actions = Table(Action, *action)
        self.past_plans = Table(Plan.history.model, "history_id", *plan, **of_plan, **past)
        self.past_priorities = Table(Priority.history.model, "history_id", *priority, **past)
        self.past_actions = Table(Action.history.model, "history_id", *action, **past)
        self.support = Table(Action.supporting_units.through, "id", "action_id", "unit_id")
        frozen = apps.get_model("priorities", "HistoricalAction_supporting_units")
        keys = ("m2m_history_id", "id", "history_id", "action_id", "unit_id")
        self.past_support = Table(frozen, *keys)
        said = ("id", "action_id", "day", "percent", "done", "next_step", "by_id", "at", "nonce")
        self.entries = Table(ProgressEntry, *said, needs_review=True)
        answer = {"verdict": Decision.Verdict.ACCEPTED, "by_id": self.office}
        self.decisions = Table(Decision, "id", "entry_id", "at", **answer)
        self.tables = [value for value in vars(self).values() if isinstance(value, Table)]

    def add_plan(self, number: int) -> None:
        key = self.plans.key()
        slug = f"{self.model.slug}-{number:04}"
        row = (key, slug, f"示例县{number:04}：{self.model.title}")
        self.plans.add(*row)
        self.past_plans.add(self.past_plans.key(), *row)
        actions = [made for words in self.words for made in self._add_priority(key, words)]
        for week in range(self.weeks):
            self._add_week(actions, week)

    def _add_priority(self, plan: int, words: Priority) -> list[tuple]:
        key = self.priorities.key()
        row = (key, plan, words.number, words.title, words.sentence, words.premise, words.goal)
        self.priorities.add(*row)
        self.past_priorities.add(self.past_priorities.key(), *row)
        return [self._add_action(key, action) for action in words.actions.all()]

    def _add_action(self, priority: int, words: Action) -> tuple[int, int, int]:
        """Its key, who reports on it, and how far it comes."""
        dice = self.dice
        holder = dice.randrange(len(self.people))
        key, record = self.actions.key(), self.past_actions.key()
        due = dice.choice(self.dues)
        days = (dice.choice(self.starts), due, due)
        who = (self.units[holder], self.people[holder])
        row = (key, priority, words.order, words.text, *days, *who)
        self.actions.add(*row)
        self.past_actions.add(record, *row)
        for step in (1, 2):
            unit = self.units[(holder + step) % len(self.units)]
            support = self.support.key()
            self.support.add(support, key, unit)
            self.past_support.add(self.past_support.key(), support, record, key, unit)
        return key, self.people[holder], dice.randrange(50, 101, 10)

    def _add_week(self, actions: list[tuple], week: int) -> None:
        day, at, decided = self.days[week], self.at[week], self.decided[week]
        is_last = week == self.weeks - 1
        said, add, answer = self.sentences, self.entries.add, self.decisions.add
        for place, (action, person, final) in enumerate(actions):
            key = self.entries.key()
            percent = final * (week + 1) // self.weeks // 10 * 10
            words = said[key % SENTENCES], said[key * 7 % SENTENCES]
            add(key, action, day, percent, *words, person, at, f"{key:032x}")
            if not is_last or place % UNANSWERED:
                answer(self.decisions.key(), key, decided)

    def write(self) -> None:
        with transaction.atomic():
            for table in self.tables:
                table.write()
