"""What one person has to report now, what is due first, and how to be done with it quickly."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..kept import holds_until, kept
from ..lights import IN_TROUBLE, Light
from ..models import Action, Plan, Unit, User
from ..models.phases import Life
from ..models.progress import TAKE_BACK_WITHIN, may_be_taken_back
from ..permissions import (
    OPEN,
    can_review,
    can_withdraw,
    concerning,
    mine,
    reports,
    to_be_reported_by,
)
from ..state.day import ActionState, PlanState
from ..state.kept import plan_on, plans_on
from ..state.values import EntryFacts
from .changed import marked, marked_in_plans
from .lookup import plan_of, running_plans
from .queue import Place, Queue
from .rendering import render_page


@require_safe
@kept
def my_work(request: HttpRequest, slug: str) -> HttpResponse:
    """What one plan asks of a person; where others do too, the way to all of it."""
    plan = plan_of(request, slug)
    now, asked = plan_on(plan, plan.today()), Queue.asked_for(request)
    work = Work(
        request.user,
        [now],
        asked=[(slug, number) for number in asked.numbers],
        changed=[(slug, number) for number in marked(request)],
        list_url=lambda places: Queue(tuple(number for _slug, number in places)).list_url(plan),
    )
    for entry in work.to_be_undone:
        holds_until(request, entry.at + TAKE_BACK_WITHIN)
    context = {"plan": plan, "elsewhere": _is_asked_elsewhere(request.user, plan)}
    context["waiting"] = sum(a.waiting for a in now.actions)
    return _page(request, work, context)


@require_safe
def my_work_all(request: HttpRequest) -> HttpResponse:
    """What all plans that run ask of a person, in one list; of a single plan its own page.

    Not kept whole: its head shows the plan that was looked at last, which no data tell.
    """
    plans = running_plans(request.user)
    if len(plans) == 1:
        return redirect("my_work", slug=plans[0].slug)
    states = plans_on([(plan, plan.today()) for plan in plans])
    work = Work(
        request.user,
        states,
        asked=Queue.asked_for(request).places,
        changed=marked_in_plans(request),
        list_url=_list_of_all,
    )
    asked = states if can_review(request.user) else ()
    counts = [(state.plan, sum(a.waiting for a in state.actions)) for state in asked]
    return _page(request, work, {"reviews": [(p, n) for p, n in counts if n]})


def _page(request: HttpRequest, work: "Work", context: dict) -> HttpResponse:
    units = list(request.user.units.all())
    common = {
        "work": work,
        "nonce": uuid.uuid4(),
        "may_review": can_review(request.user),
        "has_units": bool(units),
        "closed": [_closed(unit) for unit in units if not unit.is_active],
    }
    return render_page(request, "my_work", {**common, **context})


def _is_asked_elsewhere(user: User, plan: Plan) -> bool:
    """Whether another plan that runs asks anything of this person."""
    others = Action.objects.filter(priority__plan__phase=Life.RUNNING).exclude(priority__plan=plan)
    return reports(user) and others.filter(concerning(user), **OPEN).exists()


def _list_of_all(places: Sequence[Place]) -> str:
    """The page over all plans, on which what was reported meanwhile stays in its place."""
    return reverse("my_work_all") + Queue.over_plans(places).query


def _closed(unit: Unit) -> dict[str, object]:
    """A unit of one's own that is no longer active: since when, by whom and why."""
    active = unit.history.filter(is_active=True).order_by("-history_id")
    last = active.values_list("history_id", flat=True).first() or 0
    later = unit.history.select_related("history_user").filter(history_id__gt=last)
    return {"unit": unit, "since": later.order_by("history_id").first()}


@dataclass
class Row:
    """One action in the list, with all that its few lines say."""

    a: ActionState
    key: str
    """The number as an id holds it, 3-2; on a page over several plans with the plan before it."""
    url: str
    report_url: str
    unchanged_url: str
    draft: str
    of_plan: str = ""
    """The plan's title, where the page is over several."""
    is_changed: bool = False
    is_next: bool = False
    saved: EntryFacts | None = None
    undo_url: str = ""

    @property
    def place(self) -> Place:
        return place_of(self.a)

    @property
    def last(self) -> EntryFacts | None:
        return self.a.standing

    @property
    def can_be_unchanged(self) -> bool:
        """One click repeats the last entry, so there must be one."""
        return self.a.standing is not None and self.a.is_in_progress

    @property
    def days_left(self) -> int:
        """Days until the report is due; negative where it is overdue."""
        return (self.a.next_report - self.a.on).days


def place_of(a: ActionState) -> Place:
    return a.plan.slug, a.number


class Work:
    """The person's actions in the order of the page, of one plan or of several.

    ``list_url`` gives the address of the page on which these actions keep their places.
    """

    def __init__(
        self,
        user: User,
        states: Sequence[PlanState],
        *,
        asked: Sequence[Place],
        changed: Sequence[Place],
        list_url: Callable[[Sequence[Place]], str],
    ):
        self.user, self.changed, self.is_of_several = user, set(changed), len(states) > 1
        keys = [state.plan.pk for state in states if state.plan.runs]
        first, all_mine = to_be_reported_by(user, *keys), mine(user, *keys)
        every = [a for state in states if state.plan.runs for a in state.actions]
        own = [a for a in every if a.action.pk in all_mine] if reports(user) else []
        led = [a for a in own if a.action.pk in first and not a.is_ended]
        due = sorted((a for a in led if self._is_due(a)), key=self._due_first)
        shown = {place_of(a): a for a in led}
        asked_first = [place for place in asked if place in shown]
        listed = list(dict.fromkeys([*asked_first, *map(place_of, due)]))
        self.url = list_url(listed)
        clock = timezone.now()
        self.listed = [self._listed_row(shown[place], clock) for place in listed]
        rest = [a for a in led if place_of(a) not in set(listed)]
        self.open = [row for row in self.listed if row.saved is None]
        self.reported = self._rows(a for a in rest if a.is_in_progress)
        self.supporting = self._rows(
            a for a in own if a.action.pk not in first and a.is_in_progress
        )
        self.complete = self._rows(a for a in own if a.light == Light.COMPLETE)
        self.not_started = self._rows(a for a in rest if a.light == Light.NOT_STARTED)
        self.is_empty = not own
        self.next_row = self._next_row()
        if self.next_row:
            self.next_row.is_next = True

    def _next_row(self) -> Row | None:
        """The open action to go on with: the one after what was just saved, else the first."""
        places = [n for n, row in enumerate(self.listed) if row.is_changed]
        start = max(places, default=-1) + 1
        rows = self.listed[start:] + self.listed[:start]
        return next((row for row in rows if row.saved is None), None)

    @property
    def sections(self) -> list[tuple[str, list[Row]]]:
        """The quiet lists below, as (name, rows); empty ones are left out."""
        names = ("reported", "supporting", "not_started", "complete")
        return [(name, getattr(self, name)) for name in names if getattr(self, name)]

    @property
    def saved(self) -> int:
        return len(self.listed) - len(self.open)

    @property
    def to_be_undone(self) -> list[EntryFacts]:
        """What was just saved and can be taken back for a while only."""
        saved = [row.saved for row in self.listed if row.undo_url]
        return [entry for entry in saved if not entry.needs_review]

    @property
    def returned(self) -> int:
        return sum(row.a.returned is not None for row in self.open)

    @property
    def overdue(self) -> int:
        return sum(row.a.is_stale and not row.a.returned for row in self.open)

    @property
    def first_due(self) -> Row | None:
        """The row whose report is due first; what was returned is due at once."""
        waiting = [r for r in self.open if not r.a.returned and r.a.next_report >= r.a.on]
        return min(waiting, key=lambda row: row.a.next_report, default=None)

    @property
    def deadline(self) -> date | None:
        return self.first_due.a.next_report if self.first_due else None

    @property
    def days_left(self) -> int:
        return self.first_due.days_left

    @property
    def first_url(self) -> str:
        """The form of the first open action; its address carries the open ones."""
        if not self.open:
            return ""
        places = [row.place for row in self.open]
        own = Queue(tuple(number for _slug, number in places))
        queue = Queue.over_plans(places) if self.is_of_several else own
        return queue.url_of(self.open[0].a.plan, queue.numbers[0])

    @property
    def next_report(self) -> Row | None:
        """Where nothing is due: what will be due first."""
        awaited = [row for row in self.not_started if row.a.awaits_first_report]
        by_day = sorted([*self.reported, *awaited], key=lambda row: row.a.next_report)
        return by_day[0] if by_day else None

    @staticmethod
    def _is_due(a: ActionState) -> bool:
        return a.owes_reports and bool(a.returned or a.is_report_due(a.on))

    @staticmethod
    def _due_first(a: ActionState) -> tuple:
        """Returned ones, then behind and warned, then by the day on which the cycle ends."""
        is_in_trouble = a.light in IN_TROUBLE
        worse_first = (a.light != Light.RED, a.deviation) if is_in_trouble else (True, 0)
        return (not a.returned, not is_in_trouble, *worse_first, a.next_report)

    def _rows(self, actions: Iterable[ActionState]) -> list[Row]:
        return [self._row(a) for a in actions]

    def _listed_row(self, a: ActionState, clock: datetime) -> Row:
        """A row of the list that is worked off: what was reported meanwhile stays in its place."""
        row = self._row(a)
        if self._is_due(a) or a.latest is None:
            return row
        row.saved = a.latest
        if can_withdraw(self.user, a.latest) and may_be_taken_back(a.latest, clock):
            row.undo_url = reverse("withdraw", args=[a.plan.slug, a.latest.pk])
        return row

    def _row(self, a: ActionState) -> Row:
        slug, key = a.plan.slug, a.number.replace(".", "-")
        report_url = reverse("report", args=[slug, a.number])
        return Row(
            a=a,
            key=f"{slug}-{key}" if self.is_of_several else key,
            url=reverse("action", args=[slug, a.number]),
            report_url=f"{report_url}?next={quote(self.url)}",
            unchanged_url=reverse("unchanged", args=[slug, a.number]),
            draft=f"report-{slug}-{a.number}",
            of_plan=a.plan.title if self.is_of_several else "",
            is_changed=place_of(a) in self.changed,
        )
