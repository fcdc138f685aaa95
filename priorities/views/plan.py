"""The pages of a priority and of an action."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import F, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_safe

from ..addresses import Addresses
from ..drawings.charts import progress_chart
from ..drawings.trends import trend
from ..history import changes_of, times_moved, times_targets_moved
from ..kept import kept
from ..lights import Said
from ..measured import against
from ..models import Action, Decision, ProgressEntry, TargetValue, User
from ..permissions import can_amend, can_assign, can_report, can_review, can_withdraw
from ..plans.life.descent import line_of
from ..speakers import name_speakers
from ..state.day import ActionState, PriorityState
from ..state.values import MilestoneFacts
from ..wording import sentences
from .lookup import action_of, look_of, plan_of
from .rendering import render_page
from .years import years_seen

ENTRIES_PER_PAGE = 30

POINTS = 60
"""That a chart draws one by one."""

AMENDS = (
    ("action_reword", gettext_lazy("Reword")),
    ("action_split", gettext_lazy("Split")),
    ("action_merge", gettext_lazy("Merge with others")),
    ("action_withdraw", gettext_lazy("Withdraw")),
)
"""The acts that end or change an action, by the name of their pages."""

CHANGES_SHOWN = 12
LATEST = 6
STONES_SHOWN = 8
ENTRY_FIELDS = ProgressEntry._meta.concrete_fields


@require_safe
@kept
def priority(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    plan = plan_of(request, slug)
    look = look_of(request, plan)
    now, on = look.state, look.on
    shown = now.priority(number)
    if shown is None:
        raise Http404(_("There is no priority %(number)s in this plan.") % {"number": number})
    return render_page(
        request,
        "priority",
        {
            **look.context,
            "shown": shown,
            "sentence": sentences([shown])[0],
            "near": Near.of(now.priorities, shown, look.addresses),
            "stones": _open_stones(shown, on),
            "trend": trend(plan, shown.actions, on),
            "latest": look.latest(Q(action__priority=shown.priority.pk), LATEST),
            "may_assign": look.is_open and can_assign(request.user),
            "may_amend": look.is_open and can_amend(request.user, plan),
        },
    )


@require_safe
@kept
def action(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    plan = plan_of(request, slug)
    look = look_of(request, plan)
    now, on = look.state, look.on
    row = action_of(plan, number)
    shown = now.numbered(row.number)
    if shown is None:
        raise Http404(_("This action was not part of the plan on %(day)s.") % {"day": on})
    until = on if look.is_past else timezone.localdate()
    changes, of = changes_of(row, until), now.priority(row.priority.number)
    may = _acts(request.user, row, shown, is_open=look.is_open)
    return render_page(
        request,
        "action",
        {
            **look.context,
            "shown": shown,
            "of": of,
            "sentence": sentences([of])[0],
            "near": Near.of(now.actions, shown, look.addresses),
            "chart": progress_chart(shown, _accepted(shown, row, on), on, _values(shown, row, on)),
            "stones": [Stone.of(m, shown, on) for m in shown.milestones],
            "entries": _entries_page(request, shown, on, may_review=may["may_review"]),
            "changes": changes[:CHANGES_SHOWN],
            "moved": times_moved(row, until),
            "targets_moved": times_targets_moved(row, until) if shown.action.targets else {},
            "line": line_of(now, shown),
            "nonce": uuid.uuid4(),
            **years_seen(request, row, look),
            **may,
        },
    )


def _acts(user: User, row: Action, shown: ActionState, *, is_open: bool) -> dict:
    """What this person may do here: another day is for reading only."""
    asked = row.extension_requests.open().first() if is_open else None
    may_report = is_open and not shown.is_ended and can_report(user, row)
    is_in_time = shown.owes_reports and shown.on <= row.due
    return {
        "asked": asked,
        "may_ask": may_report and is_in_time and not asked and not can_assign(user),
        "may_assign": is_open and can_assign(user),
        "may_amend": is_open and not shown.is_ended and can_amend(user, row.priority.plan),
        "amends": AMENDS,
        "may_review": is_open and can_review(user),
        "may_report": may_report,
    }


@dataclass(frozen=True)
class Near:
    """The way on from a page: the rows before and after in the document, the list, the top."""

    before: ActionState | PriorityState | None
    after: ActionState | PriorityState | None
    rows_url: str
    home: str

    @classmethod
    def of(cls, rows: Sequence, shown, addresses: Addresses) -> "Near":
        place = [row.number for row in rows].index(shown.number)
        before = rows[place - 1] if place else None
        after = rows[place + 1] if place + 1 < len(rows) else None
        return cls(before, after, addresses.rows_url, addresses.to("dashboard"))


@dataclass(frozen=True)
class Stone:
    """A milestone in a list: how it stands on the day, in a word and with its days."""

    title: str
    planned: date
    state: str
    word: str
    when: str
    number: str

    @classmethod
    def of(cls, milestone: MilestoneFacts, a: ActionState, on: date) -> "Stone":
        state, late = milestone.state_on(on), milestone.days_late(on)
        words = {
            "done": pgettext("milestone", "done"),
            "missed": pgettext("milestone", "missed"),
            "due": pgettext("milestone", "to come"),
        }
        when = _when(state, late)
        return cls(milestone.title, milestone.planned, state, words[state], when, a.number)


def _when(state: str, late: int) -> str:
    if state == "done":
        if late <= 0:
            return _("in time")
        return ngettext("%d day late", "%d days late", late) % late
    if state == "missed":
        return ngettext("missed by %d day", "missed by %d days", late) % late
    return ngettext("in %d day", "in %d days", -late) % -late


def _open_stones(shown: PriorityState, on: date) -> Iterable[Stone]:
    """What was missed and what comes next, by day."""
    stones = [Stone.of(m, a, on) for a in shown.actions for m in a.milestones if not a.is_ended]
    still_open = [stone for stone in stones if stone.state != "done"]
    return sorted(still_open, key=lambda stone: stone.planned)[:STONES_SHOWN]


def _accepted(shown: ActionState, row: Action, on: date) -> list[tuple[date, int]]:
    """What the chart draws: day and percent of every entry that counts, oldest first.

    Of very many the last of each week: closer ones cannot be told apart on it.
    """
    entries = row.entries.accepted().up_to(on).order_by("day", "pk")
    told = [*_begun(shown), *entries.values_list("day", "percent")]
    if len(told) <= POINTS:
        return told
    return list({day.isocalendar()[:2]: (day, percent) for day, percent in told}.values())


def _begun(shown: ActionState) -> list[tuple[date, int]]:
    """The percent that it began with, where it came of others."""
    begins = shown.action.stands(Said(), shown.on)
    return [(begins.spoken_on, begins.percent)] if begins.percent is not None else []


def _values(shown: ActionState, row: Action, on: date) -> dict[date, str]:
    """What the entries that count said of the targets, by day; of an action without, nothing."""
    if not shown.action.targets:
        return {}
    entries = row.entries.accepted().up_to(on).order_by()
    rows = TargetValue.objects.filter(entry__in=entries.values("pk")).order_by("entry__day", "pk")
    said: dict[tuple, list[str]] = {}
    for value in rows.annotate(day=F("entry__day")):
        words = f"{value.title} {against(value.value, value.target_value, value.measured_in)}"
        said.setdefault((value.day, value.entry_id), []).append(words)
    return {day: "；".join(words) for (day, _entry), words in said.items()}


def _entries_page(request: HttpRequest, shown: ActionState, on: date, *, may_review: bool) -> Page:
    """The entries of a day and before, newest first, with what the page says of each."""
    entries = ProgressEntry.objects.filter(action=shown.action.pk).up_to(on).with_step()
    taken_back = Prefetch("decisions", Decision.objects.taken_back(), to_attr="taken_back")
    related = entries.select_related("by", "decision__by").prefetch_related(
        "evidence", "target_values", taken_back
    )
    page = Paginator(related.newest_first(), ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
    name_speakers(page.object_list)
    for entry in page.object_list:
        entry.is_early = shown.warns_early(entry)
    last = max(page.object_list, key=lambda entry: entry.pk, default=None)
    if may_review and last and last.decision:
        last.may_be_undone = last.decision.may_be_undone()
    for entry in page.object_list:
        entry.key = _key(entry, request.user, may_review=may_review)
    return page


def _key(entry: ProgressEntry, user: User, *, may_review: bool) -> tuple | None:
    """All that an entry shows; None where this reader may have a form beside it."""
    is_for_review = may_review and entry.state == "waiting"
    is_own = entry.decision is None and can_withdraw(user, entry)
    if is_for_review or is_own or getattr(entry, "may_be_undone", False):
        return None
    fields = [getattr(entry, field.attname) for field in ENTRY_FIELDS]
    files = [(e.pk, e.name, e.size, e.link) for e in entry.evidence.all()]
    values = [(v.title, v.value, v.target_value) for v in entry.target_values.all()]
    undone = [(d.verdict, str(d.by), d.at, str(d.undone.by), d.undone.at) for d in entry.taken_back]
    decided = entry.decision and (str(entry.decision.by), entry.decision.at, entry.decision.reason)
    said = str(entry.by), entry.speaker, entry.before, entry.is_early, entry.state
    return *fields, *said, decided, tuple(files), tuple(values), tuple(undone)
