"""What was not completed goes on in another plan: as an action that is there, or as a new one.

The action that it comes from stays as it is, to the last byte: the link between the two is a row
of its own (``models.Lineage``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Max

from ...models import Action, Ending, Lineage, Plan, Priority, User
from ...models.chain import all_or_nothing
from ...models.lineage import Descent
from ...names import fold


@dataclass
class Home:
    """The plan that takes over, with what stands in it."""

    plan: Plan
    priorities: dict[str, Priority] = field(default_factory=dict)
    free: dict[str, Action] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan) -> "Home":
        """By its words each priority, and each action that continues none yet."""
        priorities = {fold(p.title): p for p in plan.priorities.order_by("-number")}
        taken = Lineage.objects.filter(kind=Descent.CARRIED).values("target")
        free = Action.objects.of_plan(plan).filter(cancelled_on__isnull=True)
        free = free.exclude(pk__in=taken).order_by("-priority__number", "-order")
        return cls(plan, priorities, {fold(a.text): a for a in free})


def carry_over(endings: Iterable[Ending], into: Plan, *, by: User) -> list[Lineage]:
    """Let each action go on in the plan, and say so; gives the links that were made.

    An action of the same words is the one that it goes on in; else it is added at the end of the
    priority of the same title. Units and people who are not active any more are left out.
    """
    rows = endings.select_related("action__priority", "action__lead_unit", "action__owner")
    with all_or_nothing(savepoint=True):
        into.check_still_open()
        home = Home.of(into)
        return [_carry(one, home, by) for one in rows.order_by("pk")]


def _carry(ending: Ending, home: Home, by: User) -> Lineage:
    source = ending.action
    target = home.free.pop(fold(source.text), None) or _added(source, home, ending.reason, by)
    link = Lineage(source=source, target=target, kind=Descent.CARRIED, on=home.plan.start)
    link.reason = ending.reason
    link.save_change(by=by, reason=ending.reason)
    return link


def _added(source: Action, home: Home, reason: str, by: User) -> Action:
    """The action once more, in a plan that may be running: with the next number."""
    priority = home.priorities.get(fold(source.priority.title)) or _added_priority(
        source.priority, home, reason, by
    )
    used = Action.history.filter(priority_id=priority.pk).aggregate(last=Max("order"))["last"]
    action = Action(priority=priority, order=(used or 0) + 1, text=source.text)
    action.measure = source.measure
    action.save_change(by=by, reason=reason)
    lead = source.lead_unit if source.lead_unit and source.lead_unit.is_active else None
    if lead:
        action.assign(by=by, changes=_holders(source, lead), reason=reason)
    return action


def _holders(source: Action, lead) -> dict[str, object]:
    owner = source.owner
    is_there = owner and owner.is_active and owner.units.filter(pk=lead.pk).exists()
    supporting = [unit for unit in source.supporting_units.all() if unit.is_active]
    return {
        "lead_unit": lead,
        "supporting_units": supporting,
        "owner": owner if is_there else None,
    }


def _added_priority(source: Priority, home: Home, reason: str, by: User) -> Priority:
    used = Priority.history.filter(plan_id=home.plan.pk).aggregate(last=Max("number"))["last"]
    words = {name: getattr(source, name) for name in ("title", "sentence", "premise", "goal")}
    priority = Priority(plan=home.plan, number=(used or 0) + 1, **words)
    priority.save_change(by=by, reason=reason)
    home.priorities[fold(source.title)] = priority
    return priority
