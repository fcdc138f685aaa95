"""What one person has to report now, what is due first, and how to be done with it quickly."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..kept import holds_until, kept
from ..lights import IN_TROUBLE, Light
from ..models import Unit, User
from ..models.progress import TAKE_BACK_WITHIN, may_be_taken_back
from ..permissions import can_review, can_withdraw, mine, reports, to_be_reported_by
from ..state.day import ActionState, PlanState
from ..state.kept import plan_on
from ..state.values import EntryFacts
from .changed import marked
from .lookup import plan_of
from .queue import Queue
from .rendering import render_page


@require_safe
@kept
def my_work(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(request, slug)
    now = plan_on(plan, plan.today())
    changed = marked(request)
    work = _Work(request.user, now, Queue.asked_for(request), changed)
    for entry in work.to_be_undone:
        holds_until(request, entry.at + TAKE_BACK_WITHIN)
    units = list(request.user.units.all())
    return render_page(
        request,
        "my_work",
        {
            "plan": plan,
            "work": work,
            "nonce": uuid.uuid4(),
            "changed": changed,
            "may_review": can_review(request.user),
            "waiting": sum(a.waiting for a in now.actions),
            "has_units": bool(units),
            "closed": [_closed(unit) for unit in units if not unit.is_active],
        },
    )


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
    report_url: str
    unchanged_url: str
    draft: str
    saved: EntryFacts | None = None
    undo_url: str = ""

    @property
    def key(self) -> str:
        """The number as an id holds it: 3.2 → 3-2."""
        return self.a.number.replace(".", "-")

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


class _Work:
    """The person's actions in the order of the page."""

    def __init__(self, user: User, now: PlanState, asked: Queue, changed: list[str]):
        self.plan, self.today = now.plan, now.on
        self.user = user
        first, all_mine = to_be_reported_by(user, now.plan.pk), mine(user, now.plan.pk)
        own = [a for a in now.actions if a.action.pk in all_mine] if reports(user) else []
        own = own if now.plan.runs else []
        led = [a for a in own if a.action.pk in first and not a.is_ended]
        due = sorted((a for a in led if self._is_due(a)), key=self._due_first)
        asked_first = [a for n in asked.numbers for a in led if a.number == n]
        listed = list(dict.fromkeys(a.number for a in [*asked_first, *due]))
        self.queue = Queue(tuple(listed))
        self.url = self.queue.list_url(self.plan)
        shown = {a.number: a for a in led}
        clock = timezone.now()
        self.listed = [self._listed_row(shown[n], clock) for n in listed]
        rest = [a for a in led if a.number not in listed]
        self.open = [row for row in self.listed if row.saved is None]
        self.reported = self._rows(a for a in rest if a.is_in_progress)
        self.supporting = self._rows(
            a for a in own if a.action.pk not in first and a.is_in_progress
        )
        self.complete = self._rows(a for a in own if a.light == Light.COMPLETE)
        self.not_started = self._rows(a for a in rest if a.light == Light.NOT_STARTED)
        self.is_empty = not own
        self.next_number = self._next_number(changed)

    @property
    def sections(self) -> list[tuple[str, list[Row]]]:
        """The quiet lists below, as (name, rows); empty ones are left out."""
        names = ("reported", "supporting", "not_started", "complete")
        return [(name, getattr(self, name)) for name in names if getattr(self, name)]

    def _next_number(self, changed: list[str]) -> str:
        """The open action to go on with: the one after what was just saved, else the first."""
        numbers = [row.a.number for row in self.listed]
        places = [numbers.index(n) for n in changed if n in numbers]
        start = max(places, default=-1) + 1
        rows = self.listed[start:] + self.listed[:start]
        return next((row.a.number for row in rows if row.saved is None), "")

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
    def deadline(self) -> date | None:
        """The first day by which a report is due; what was returned is due at once."""
        waiting = [row.a for row in self.open if not row.a.returned]
        days = [a.next_report for a in waiting if a.next_report >= self.today]
        return min(days, default=None)

    @property
    def days_left(self) -> int:
        return (self.deadline - self.today).days

    @property
    def first_url(self) -> str:
        """The form of the first open action; its address carries the open ones."""
        queue = Queue(tuple(row.a.number for row in self.open))
        return queue.url_of(self.plan, queue.numbers[0]) if queue else ""

    @property
    def next_report(self) -> Row | None:
        """Where nothing is due: what will be due first."""
        awaited = [row for row in self.not_started if row.a.awaits_first_report]
        by_day = sorted([*self.reported, *awaited], key=lambda row: row.a.next_report)
        return by_day[0] if by_day else None

    def _is_due(self, a: ActionState) -> bool:
        return a.owes_reports and bool(a.returned or a.is_report_due(self.today))

    def _due_first(self, a: ActionState) -> tuple:
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
            row.undo_url = reverse("withdraw", args=[self.plan.slug, a.latest.pk])
        return row

    def _row(self, a: ActionState) -> Row:
        report_url = reverse("report", args=[self.plan.slug, a.number])
        return Row(
            a=a,
            report_url=f"{report_url}?next={quote(self.url)}",
            unchanged_url=reverse("unchanged", args=[self.plan.slug, a.number]),
            draft=f"report-{self.plan.slug}-{a.number}",
        )
