"""The steps of a plan's life: begun, closed with every open action decided, taken one step back.

Each is an act with a reason, in the history of the plan. What a closing decides of each open
action is written once beside it (``models.closing``).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...lights import Light
from ...models import (
    Action,
    Closing,
    Ending,
    ExtensionRequest,
    Lineage,
    Plan,
    ProgressEntry,
    Reopening,
    Report,
    User,
)
from ...models.chain import all_or_nothing
from ...models.lineage import Descent
from ...models.phases import Life
from ...state.day import ActionState, PlanState
from ...state.kept import plan_on
from ...words import listed
from .carrying import carry_over

NAMED_AT_MOST = 8


class NotInThatPhase(Exception):
    """Somebody was faster: the plan has taken that step, or another one."""


@dataclass(frozen=True)
class Decided:
    """What becomes of one open action, by its primary key."""

    action: int
    verdict: str
    reason: str = ""


@contextmanager
def _locked(plan: Plan, phase: Life) -> Iterator[Plan]:
    """The plan as it stands, for nobody else to change; only where it is in that phase."""
    with all_or_nothing(savepoint=True):
        row = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
        if row.phase != phase:
            raise NotInThatPhase
        yield row


def begin(plan: Plan, *, by: User, reason: str) -> None:
    """From preparation to running: everybody sees it, and units report on it.

    Raises NotInThatPhase, and ValidationError where it has no actions.
    """
    with _locked(plan, Life.PREPARING) as row:
        if not Action.objects.of_plan(row).exists():
            raise ValidationError(_("A plan without actions cannot begin. Add the actions first."))
        row.phase = Life.RUNNING
        row.save_change(by=by, reason=reason)


# Closing


def final_state(plan: Plan, day: date) -> PlanState:
    """The plan as it would stand for good if it were closed as of that day."""
    as_of = copy(plan)
    as_of.status_date = day
    return plan_on(as_of, day)


def open_actions(state: PlanState) -> list[ActionState]:
    """What is neither complete nor withdrawn: of each it has to be decided what becomes of it."""
    return [a for a in state.actions if not a.is_ended and a.light != Light.COMPLETE]


def final_day_of(plan: Plan) -> date:
    """The day that a closing offers: the plan's last one, or today before that."""
    return min(plan.end, timezone.localdate())


def goes_on(actions: Iterable[int]) -> dict[int, Lineage]:
    """Those that were carried over already, by primary key: the next plan was made before."""
    rows = Lineage.objects.filter(source__in=list(actions), kind=Descent.CARRIED)
    return {row.source_id: row for row in rows.select_related("target__priority__plan")}


def not_answered(plan: Plan) -> list[tuple[str, str]]:
    """What the office has still to answer before it can close: a sentence, and where to do so."""
    waiting = ProgressEntry.objects.of_plan(plan).waiting().count()
    asked = ExtensionRequest.objects.of_plan(plan).open().count()
    entries = ngettext("%d entry waits for review.", "%d entries wait for review.", waiting)
    requests = ngettext(
        "%d extension request is not answered.", "%d extension requests are not answered.", asked
    )
    found = [(waiting, entries, "review"), (asked, requests, "extensions")]
    return [(words % count, view) for count, words, view in found if count]


def close(
    plan: Plan,
    *,
    by: User,
    day: date,
    reason: str,
    decided: Sequence[Decided],
    into: Plan | None = None,
) -> Closing:
    """From running to closed, as it stood on a day; that day is the plan's today from then on.

    What is carried over goes on ``into`` another plan; without one it waits for the next that is
    made. Raises NotInThatPhase, and ValidationError with nothing stored where an open action is
    left undecided, something waits for an answer, or the day cannot be the last.
    """
    with _locked(plan, Life.RUNNING) as row:
        _check_day(row, day)
        if left := not_answered(row):
            raise ValidationError([sentence for sentence, _view in left], code="unanswered")
        found = {a.action.pk: a for a in open_actions(final_state(row, day))}
        of = {one.action: one for one in decided if one.action in found}
        _check_all_decided(found, of)
        closing = _closing(row, by=by, day=day, reason=reason)
        for pk in found:
            _end(closing, of[pk])
        row.phase, row.status_date = Life.CLOSED, day
        row.save_change(by=by, reason=reason)
        if into:
            awaiting = Ending.objects.filter(closing=closing).awaiting()
            carry_over(awaiting, into, by=by)
    return closing


def _check_day(plan: Plan, day: date) -> None:
    if not plan.start <= day <= timezone.localdate():
        first, last = plan.start.isoformat(), timezone.localdate().isoformat()
        said = _("Choose a day from %(first)s to %(last)s.") % {"first": first, "last": last}
        raise ValidationError({"day": said})


def _check_all_decided(found: dict[int, ActionState], of: dict[int, Decided]) -> None:
    left = [a.number for pk, a in found.items() if pk not in of or not of[pk].verdict]
    if not left:
        return
    names = listed(left[:NAMED_AT_MOST])
    said = ngettext(
        "%(names)s is open and not decided: carry it over, or close it uncompleted.",
        "%(n)d open actions are not decided (%(names)s): carry them over, or close them "
        "uncompleted.",
        len(left),
    )
    if len(left) > NAMED_AT_MOST:
        names += " …"
    raise ValidationError(said % {"n": len(left), "names": names}, code="undecided")


def _closing(plan: Plan, *, by: User, day: date, reason: str) -> Closing:
    after = Closing.objects.filter(plan=plan).count()
    closing = Closing(plan=plan, day=day, reason=reason, by=by, after=after)
    closing.status_date = plan.status_date
    closing.full_clean()
    closing.save()
    return closing


def _end(closing: Closing, one: Decided) -> None:
    ending = Ending(closing=closing, action_id=one.action, verdict=one.verdict, reason=one.reason)
    ending.full_clean()
    ending.save()


# One step back


def what_followed(plan: Plan) -> list[str]:
    """Why the plan cannot be taken a step back: what was built on the step, in sentences."""
    return _since_closing(plan) if plan.is_closed else _since_beginning(plan)


def _since_beginning(plan: Plan) -> list[str]:
    entries = ProgressEntry.objects.of_plan(plan).exists()
    asked = ExtensionRequest.objects.of_plan(plan).exists()
    carried = Lineage.objects.filter(source__priority__plan=plan, kind=Descent.CARRIED).exists()
    said = [
        (entries or asked, _("Units have reported on it already.")),
        (Report.objects.of_plan(plan).exists(), _("There is a report on it already.")),
        (carried, _("Actions of it go on in another plan already.")),
        (plan.closings.exists(), _("It was closed once already.")),
    ]
    return [str(sentence) for is_so, sentence in said if is_so]


def _since_closing(plan: Plan) -> list[str]:
    closing = standing_closing(plan)
    since = closing.at if closing else timezone.now()
    issued = Report.objects.of_plan(plan).filter(issued__at__gte=since).exists()
    going_on = Lineage.objects.filter(source__priority__plan=plan, kind=Descent.CARRIED)
    entries = ProgressEntry.objects.filter(action__in=going_on.values("target"), at__gte=since)
    said = [
        (issued, _("A report was issued on it since.")),
        (entries.exists(), _("A carried action was reported on in its new plan since.")),
    ]
    return [str(sentence) for is_so, sentence in said if is_so]


def standing_closing(plan: Plan) -> Closing | None:
    return Closing.objects.standing().filter(plan=plan).select_related("by").first()


def step_back(plan: Plan, *, by: User, reason: str) -> None:
    """From closed to running, or from running to preparation, where nothing followed.

    Raises NotInThatPhase, and ValidationError that says what followed.
    """
    if plan.is_closed:
        _reopen(plan, by=by, reason=reason)
        return
    with _locked(plan, Life.RUNNING) as row:
        _check_nothing_followed(row)
        row.phase = Life.PREPARING
        row.save_change(by=by, reason=reason)


def _reopen(plan: Plan, *, by: User, reason: str) -> None:
    with _locked(plan, Life.CLOSED) as row:
        _check_nothing_followed(row)
        closing = standing_closing(row)
        undone = Reopening(closing=closing, reason=reason, by=by)
        undone.full_clean()
        undone.save()
        row.phase, row.status_date = Life.RUNNING, closing.status_date
        row.save_change(by=by, reason=reason)


def _check_nothing_followed(plan: Plan) -> None:
    if followed := what_followed(plan):
        raise ValidationError(followed, code="followed")
