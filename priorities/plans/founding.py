"""The one place that makes a plan: in preparation, with all its parts, or not at all."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..models import Action, Lineage, Milestone, Plan, Priority, Unit, User
from ..models.chain import all_or_nothing
from ..models.changes import Door
from ..models.lineage import Descent
from ..models.phases import Life
from .outline import MOST_ACTIONS, MOST_PRIORITIES, ActionOutline, PlanOutline, PriorityOutline


class Faulty(ValidationError):
    """A part breaks a rule; ``priority`` and ``action`` count from 1, or are None."""

    def __init__(self, error: ValidationError, priority: int | None, action: int | None = None):
        super().__init__(error.error_dict if hasattr(error, "error_dict") else error.error_list)
        self.priority, self.action = priority, action


def found_plan(
    outline: PlanOutline, *, by: User, reason: str = "", door: str = Door.PAGE, **given
) -> Plan:
    """The plan, in preparation, with its priorities, actions and milestones.

    ``given`` are further fields of the plan itself, such as the document it was read from.
    Raises ValidationError, with nothing stored, where the outline breaks a rule or is too large,
    and Faulty where it is a priority or an action that does.
    """
    _check_size(outline)
    signed = {"by": by, "reason": reason, "door": door}
    with all_or_nothing(savepoint=True):
        plan = _plan(outline, given)
        plan.save_change(**signed)
        for number, of_priority in enumerate(outline.priorities, start=1):
            _found_priority(plan, number, of_priority, signed)
    return plan


def _check_size(outline: PlanOutline) -> None:
    if len(outline.priorities) > MOST_PRIORITIES:
        said = _("A plan is made with %(most)s priorities at most; these are %(count)s.")
        raise ValidationError(
            said % {"most": MOST_PRIORITIES, "count": len(outline.priorities)}, code="too_many"
        )
    if len(outline.actions) > MOST_ACTIONS:
        said = _("A plan is made with %(most)s actions at most; these are %(count)s.")
        raise ValidationError(
            said % {"most": MOST_ACTIONS, "count": len(outline.actions)}, code="too_many"
        )


def _plan(outline: PlanOutline, given: dict[str, object]) -> Plan:
    return Plan(
        slug=outline.slug,
        title=outline.title,
        start=outline.start,
        end=outline.end,
        source_title=outline.source_title,
        source_publication=outline.source_publication,
        source_session=outline.source_session,
        continues_id=outline.continues,
        phase=Life.PREPARING,
        **outline.settings,
        **given,
    )


def _found_priority(plan: Plan, number: int, outline: PriorityOutline, signed: dict) -> None:
    priority = Priority(
        plan=plan,
        number=number,
        title=outline.title,
        sentence=outline.sentence or outline.title,
        premise=outline.premise,
        goal=outline.goal,
    )
    try:
        priority.save_change(**signed)
    except ValidationError as error:
        raise Faulty(error, number) from error
    for order, of_action in enumerate(outline.actions, start=1):
        try:
            _found_action(priority, order, of_action, signed)
        except ValidationError as error:
            raise Faulty(error, number, order) from error


def _found_action(priority: Priority, order: int, outline: ActionOutline, signed: dict) -> None:
    plan = priority.plan
    action = Action(
        priority=priority,
        order=order,
        text=outline.text,
        measure=outline.measure,
        lead_unit_id=outline.lead,
        owner_id=outline.owner,
        start=outline.start or (plan.start if outline.lead else None),
        due=outline.due or (plan.end if outline.lead else None),
    )
    action.save_change(**signed)
    if supporting := set(outline.supporting) - {outline.lead}:
        action.assign(
            by=signed["by"],
            changes={"supporting_units": list(_units(supporting))},
            reason=signed["reason"],
            door=signed["door"],
        )
    for step in outline.milestones:
        milestone = Milestone(action=action, title=step.title, planned=step.planned)
        milestone.save_change(**signed)
    if outline.continues:
        _carry_over(outline.continues, action, signed)


def _units(keys: set[int]) -> QuerySet:
    return Unit.objects.filter(pk__in=keys)


def _carry_over(source: int, target: Action, signed: dict) -> None:
    kind, on = Descent.CARRIED, target.priority.plan.start
    row = Lineage(source_id=source, target=target, kind=kind, on=on, reason=signed["reason"])
    row.save_change(**signed)
