"""A plan changes during its year: one function for each act, stored whole or not at all.

Each gives the act as it was noted (``Amendment``) and raises ValidationError, with nothing stored,
where a rule is broken. ``on`` is the day from which it holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from .amendments import Amendment, amending
from .lineage import Descent, Lineage
from .milestones import Milestone
from .people import Unit, User
from .plan import Action, Plan, Priority

Kind = Amendment.Kind

MOST_PARTS = 12
"""Into how many actions one is split at once."""

MOST_SOURCES = 12
"""Of how many actions one is merged at once."""


@dataclass(frozen=True)
class Part:
    """An action as it is to be: its words, and who does it by when.

    ``milestones`` are planned days with their titles; ``starts_at`` is the percent at which it
    stands before anything is reported of it, where that is known of what it came of.
    """

    text: str
    measure: str = ""
    lead_unit: Unit | None = None
    supporting: tuple[Unit, ...] = ()
    owner: User | None = None
    start: date | None = None
    due: date | None = None
    milestones: tuple[tuple[date, str], ...] = ()
    starts_at: int | None = None


def add_priority(plan: Plan, *, by: User, on: date, reason: str, **words: str) -> Amendment:
    """A priority under the next number; ``words`` are title, sentence, premise and goal."""
    with amending(Kind.PRIORITY_ADDED, plan=plan, by=by, on=on, reason=reason) as amendment:
        Priority(plan=plan, number=_next_priority(plan), **words).save_change(by=by, reason=reason)
    return amendment


def add_action(priority: Priority, part: Part, *, by: User, on: date, reason: str) -> Amendment:
    """An action under the next number of the priority."""
    given = {"by": by, "on": on, "reason": reason}
    with amending(Kind.ACTION_ADDED, plan=priority.plan, **given) as amendment:
        _add(priority, part, by=by, reason=reason)
    return amendment


def reword_priority(
    priority: Priority, *, by: User, on: date, reason: str, **words: str
) -> Amendment:
    """Other words for title, sentence, premise or goal; what is not named stays."""
    given = {"by": by, "on": on, "reason": reason}
    with amending(Kind.PRIORITY_REWORDED, plan=priority.plan, **given) as amendment:
        priority.refresh_from_db()
        _reword(priority, words, by=by, reason=reason)
    return amendment


def reword_action(action: Action, *, by: User, on: date, reason: str, **words: str) -> Amendment:
    """Other words for an action or its measure; the printed words stay where they are printed."""
    given = {"by": by, "on": on, "reason": reason}
    with amending(Kind.ACTION_REWORDED, plan=action.priority.plan, **given) as amendment:
        _check_goes_on(action)
        _reword(action, words, by=by, reason=reason)
    return amendment


def withdraw(action: Action, *, by: User, on: date, reason: str) -> Amendment:
    """The action leaves every denominator from that day on; what was said of it stays."""
    given = {"by": by, "on": on, "reason": reason}
    with amending(Kind.WITHDRAWN, plan=action.priority.plan, **given) as amendment:
        _check_goes_on(action)
        action.cancel(by=by, on=on, reason=reason)
    return amendment


def split(action: Action, parts: Sequence[Part], *, by: User, on: date, reason: str) -> Amendment:
    """The action ends and goes on in several, under the next numbers of its priority."""
    given = {"by": by, "on": on, "reason": reason}
    if not 2 <= len(parts) <= MOST_PARTS:
        raise ValidationError(
            _("An action is split into %(least)d to %(most)d.") % {"least": 2, "most": MOST_PARTS}
        )
    with amending(Kind.SPLIT, plan=action.priority.plan, **given) as amendment:
        _check_is_open([action])
        targets = [_add(action.priority, part, by=by, reason=reason) for part in parts]
        _go_on([action], targets, Descent.SPLIT, **given)
    return amendment


def merge(actions: Sequence[Action], part: Part, *, by: User, on: date, reason: str) -> Amendment:
    """The actions end and go on in one, under the next number of the first one's priority."""
    given = {"by": by, "on": on, "reason": reason}
    if not 2 <= len(actions) <= MOST_SOURCES:
        raise ValidationError(
            _("%(least)d to %(most)d actions are merged into one.")
            % {"least": 2, "most": MOST_SOURCES}
        )
    plan = actions[0].priority.plan
    if any(action.priority.plan_id != plan.pk for action in actions):
        raise ValidationError(_("Only actions of one plan are merged."))
    with amending(Kind.MERGED, plan=plan, **given) as amendment:
        _check_is_open(actions)
        target = _add(actions[0].priority, part, by=by, reason=reason)
        _go_on(actions, [target], Descent.MERGED, **given)
    return amendment


def _go_on(
    sources: Sequence[Action],
    targets: Sequence[Action],
    kind: Descent,
    *,
    by: User,
    on: date,
    reason: str,
) -> None:
    for source in sources:
        source.cancel(by=by, on=on, reason=reason)
        for target in targets:
            row = Lineage(source=source, target=target, kind=kind, on=on, reason=reason)
            row.save_change(by=by, reason=reason)


def _add(priority: Priority, part: Part, *, by: User, reason: str) -> Action:
    action = Action(priority=priority, order=_next_order(priority), text=part.text)
    action.lead_unit, action.owner, action.measure = part.lead_unit, part.owner, part.measure
    action.start, action.due, action.starts_at = part.start, part.due, part.starts_at
    action.fill_dates()
    action.check_supporting(part.supporting, set())
    action.save_change(by=by, reason=reason)
    if part.supporting:
        supporting = {"supporting_units": list(part.supporting)}
        action.assign(by=by, changes=supporting, reason=reason)
    steps = [Milestone(planned=planned, title=title) for planned, title in part.milestones]
    action.set_milestones(steps, by=by, reason=reason)
    return action


def _reword(row: Priority | Action, words: dict[str, str], *, by: User, reason: str) -> None:
    changed = {name: value for name, value in words.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.save_change(by=by, reason=reason)


def _check_goes_on(action: Action) -> None:
    """As it stands now: saving it as it was read would undo what others changed since."""
    action.refresh_from_db()
    if action.cancelled_on:
        raise ValidationError(
            _("%(number)s has ended; it is not changed any more.") % {"number": action.number}
        )


def _check_is_open(actions: Iterable[Action]) -> None:
    """What is complete stays one: there is nothing left in it that could go on elsewhere."""
    for action in actions:
        _check_goes_on(action)
        if not Action.objects.open().filter(pk=action.pk).exists():
            raise ValidationError(
                _("%(number)s is complete; nothing of it is left to go on.")
                % {"number": action.number}
            )


def _next_order(priority: Priority) -> int:
    """One more than any action of the priority ever had, also one that is gone."""
    rows = Action.history.filter(priority_id=priority.pk)
    return (rows.aggregate(last=Max("order"))["last"] or 0) + 1


def _next_priority(plan: Plan) -> int:
    rows = Priority.history.filter(plan_id=plan.pk)
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1
