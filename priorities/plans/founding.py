"""The one place that makes a plan: in preparation, with all its parts, or not at all.

Rows are checked one by one as ``save_change`` would and stored together: a plan of a thousand
actions holds the chain for a second, not for ten.
"""

from collections.abc import Iterable

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..measured import MOST_TARGETS
from ..models import Action, Lineage, Milestone, Plan, Priority, Target, Unit, User
from ..models.chain import all_or_nothing
from ..models.changes import Door
from ..models.lineage import Descent
from ..models.phases import Life
from .outline import MOST_ACTIONS, MOST_PRIORITIES, ActionOutline, PlanOutline, PriorityOutline

GONE = gettext_lazy("What was chosen is not there any more.")

NUMBERED = {
    Priority: ("plan", "number"),
    Action: ("priority", "order"),
    Milestone: ("action",),
    Target: ("action",),
    Lineage: ("target",),
}
"""What is given here and not by the outline: nothing has to be asked about it."""


class Faulty(ValidationError):
    """A part breaks a rule; ``priority`` and ``action`` count from 1, or are None."""

    def __init__(self, error: ValidationError, priority: int | None, action: int | None = None):
        super().__init__(error.error_dict if hasattr(error, "error_dict") else error.error_list)
        self.priority, self.action = priority, action


def found_plan(
    outline: PlanOutline, *, by: User, reason: str = "", door: str = Door.PAGE, **given
) -> Plan:
    """The plan, in preparation, with its priorities, actions, milestones and targets.

    ``given`` are further fields of the plan itself, such as the document it was read from.
    Raises ValidationError, with nothing stored, where the outline breaks a rule or is too large,
    and Faulty where it is a priority or an action that does.
    """
    _check_size(outline)
    with all_or_nothing(savepoint=True):
        plan = _plan(outline, given)
        plan.save_change(by=by, reason=reason, door=door)
        _Founding(plan, outline, {"by": by, "reason": reason, "door": door}).store()
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


class _Founding:
    """The rows of one plan, checked and stored kind by kind."""

    def __init__(self, plan: Plan, outline: PlanOutline, signed: dict[str, object]):
        self.plan, self.outline, self.signed = plan, outline, signed
        self.holders = _Holders(outline.actions)

    def store(self) -> None:
        priorities = [_priority(self.plan, n, o) for n, o in _counted(self.outline.priorities)]
        self._record(priorities)
        actions, outlines = [], []
        for priority, of_priority in zip(priorities, self.outline.priorities, strict=True):
            for order, of_action in _counted(of_priority.actions):
                actions.append(self._action(priority, order, of_action))
                outlines.append(of_action)
        past = self._record(actions)
        made = list(zip(actions, outlines, strict=True))
        self._support(zip(actions, outlines, past, strict=True))
        self._record(step for action, of in made for step in _milestones(action, of))
        self._record(target for action, of in made for target in _targets(action, of))
        self._record(self._lineage(action, of) for action, of in made if of.continues)

    def _action(self, priority: Priority, order: int, outline: ActionOutline) -> Action:
        try:
            lead, owner = self.holders.checked(outline)
        except ValidationError as error:
            raise Faulty(error, priority.number, order) from error
        due = outline.due or (self.plan.end if lead else None)
        return Action(
            priority=priority,
            order=order,
            text=outline.text,
            measure=outline.measure,
            lead_unit=lead,
            owner=owner,
            start=outline.start or (self.plan.start if lead else None),
            due=due,
            original_due=due,
        )

    def _lineage(self, action: Action, outline: ActionOutline) -> Lineage:
        source = self.holders.sources.get(outline.continues)
        if source is None:
            raise Faulty(ValidationError(GONE), *_place(action))
        return Lineage(
            source=source,
            target=action,
            kind=Descent.CARRIED,
            on=self.plan.start,
            reason=self.signed["reason"],
        )

    def _record(self, rows: Iterable[Model]) -> list[Model]:
        """Check and store rows of one kind; returns the rows of their history."""
        rows = list(rows)
        if not rows:
            return []
        for row in rows:
            _check(row)
        model = type(rows[0])
        model._default_manager.bulk_create(rows)
        return model.history.bulk_history_create(
            rows,
            default_user=self.signed["by"],
            default_change_reason=self.signed["reason"] or None,
            custom_historical_attrs={"door": self.signed["door"]},
        )

    def _support(self, made: Iterable[tuple[Action, ActionOutline, Model]]) -> None:
        """The supporting units, and their rows in the history of each action."""
        through = Action.supporting_units.through
        rows, past = [], []
        for action, outline, record in made:
            for unit in dict.fromkeys(outline.supporting):
                if unit != outline.lead:
                    rows.append(through(action=action, unit_id=unit))
                    past.append(record)
        through.objects.bulk_create(rows)
        frozen = apps.get_model("priorities", "HistoricalAction_supporting_units")
        frozen.objects.bulk_create(
            frozen(id=row.pk, history=record, action_id=row.action_id, unit_id=row.unit_id)
            for row, record in zip(rows, past, strict=True)
        )


class _Holders:
    """The units and people that the actions name, asked for once."""

    def __init__(self, actions: Iterable[ActionOutline]):
        actions = list(actions)
        leads = {action.lead for action in actions if action.lead}
        units = leads.union(*(action.supporting for action in actions))
        owners = {action.owner for action in actions if action.owner}
        self.units = Unit.objects.in_bulk(units)
        self.people = User.objects.in_bulk(owners)
        inside = User.units.through.objects.filter(user__in=owners)
        self.inside = set(inside.values_list("user", "unit"))
        self.sources = Action.objects.in_bulk({a.continues for a in actions if a.continues})

    def checked(self, outline: ActionOutline) -> tuple[Unit | None, User | None]:
        """Who leads and who owns; raises as ``Action.clean`` does where somebody cannot."""
        lead = self._active("lead_unit", self.units, outline.lead)
        owner = self._active("owner", self.people, outline.owner)
        for unit in outline.supporting:
            self._active("supporting_units", self.units, unit)
        if lead and owner and (owner.pk, lead.pk) not in self.inside:
            said = _("%(person)s is not in the lead unit %(unit)s.")
            raise ValidationError({"owner": said % {"person": owner, "unit": lead}})
        return lead, owner

    def _active(self, field: str, found: dict, key: int | None):
        if key is None:
            return None
        if key not in found:
            raise ValidationError({field: GONE})
        if not found[key].is_active:
            said = _("%(name)s is not active any more.") % {"name": found[key]}
            raise ValidationError({field: said})
        return found[key]


def _counted(parts: Iterable) -> Iterable[tuple]:
    return enumerate(parts, start=1)


def _sentence(outline: PriorityOutline) -> str:
    """Where no document says it: the title and the actions, so that the document page has both."""
    if not outline.actions:
        return outline.title
    actions = "；".join(action.text for action in outline.actions)
    return f"{outline.title}：{actions}。"


def _priority(plan: Plan, number: int, outline: PriorityOutline) -> Priority:
    return Priority(
        plan=plan,
        number=number,
        title=outline.title,
        sentence=outline.sentence or _sentence(outline),
        premise=outline.premise,
        goal=outline.goal,
    )


def _milestones(action: Action, outline: ActionOutline) -> list[Milestone]:
    titles = [step.title for step in outline.milestones]
    if len(set(titles)) < len(titles):
        said = _("The action already has a milestone of this name.")
        raise Faulty(ValidationError({"title": said}), *_place(action))
    return [Milestone(action=action, title=s.title, planned=s.planned) for s in outline.milestones]


def _targets(action: Action, outline: ActionOutline) -> list[Target]:
    titles = [target.title for target in outline.targets]
    if len(set(titles)) < len(titles):
        said = _("The action already has a target of this name.")
        raise Faulty(ValidationError({"title": said}), *_place(action))
    if len(titles) > MOST_TARGETS:
        words = {"count": len(titles), "most": MOST_TARGETS}
        said = _("These are %(count)d targets; at most %(most)d.")
        raise Faulty(ValidationError(said % words), *_place(action))
    return [
        Target(
            action=action,
            title=target.title,
            measured_in=target.measured_in,
            start_value=target.start,
            target_value=target.target,
            original_value=target.target,
            due=target.due,
        )
        for target in outline.targets
    ]


def _check(row: Model) -> None:
    """All rules of the row itself; raises Faulty with its place in the outline."""
    given = NUMBERED[type(row)]
    try:
        row.clean_fields(exclude=given)
        row.validate_constraints(exclude=given)
    except ValidationError as error:
        raise Faulty(error, *_place(row)) from error


def _place(row: Model) -> tuple[int, ...]:
    if isinstance(row, Priority):
        return (row.number,)
    action = getattr(row, "action", None) or getattr(row, "target", None) or row
    return action.priority.number, action.order
