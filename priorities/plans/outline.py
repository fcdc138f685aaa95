"""A plan as it is to be made, in plain frozen values: what all four ways to a new plan end in.

Units, people and actions stand as primary keys; days are dates; nothing here touches the database.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

MOST_PRIORITIES = 60
"""Of one plan. A work report of a city has fifteen, a list of projects some forty."""

MOST_ACTIONS = 2000
"""Of one plan when it is made: sixty priorities of thirty, and some to spare."""


@dataclass(frozen=True)
class MilestoneOutline:
    """A dated step: planned for a day."""

    title: str
    planned: date


@dataclass(frozen=True)
class TargetOutline:
    """What an action counts, from start value to target; ``due`` is None for the action's."""

    title: str
    target: Decimal
    measured_in: str = ""
    start: Decimal = Decimal(0)
    due: date | None = None


@dataclass(frozen=True)
class ActionOutline:
    """One action; ``lead``, ``supporting`` and ``owner`` are primary keys.

    ``continues`` is the primary key of the action in an earlier plan that is carried over.
    """

    text: str
    measure: str = ""
    lead: int | None = None
    supporting: tuple[int, ...] = ()
    owner: int | None = None
    start: date | None = None
    due: date | None = None
    milestones: tuple[MilestoneOutline, ...] = ()
    targets: tuple[TargetOutline, ...] = ()
    continues: int | None = None


@dataclass(frozen=True)
class PriorityOutline:
    """One area of work, with its official sentence and the actions in their order."""

    title: str
    sentence: str = ""
    premise: str = ""
    goal: str = ""
    actions: tuple[ActionOutline, ...] = ()


@dataclass(frozen=True)
class PlanOutline:
    """The whole plan. ``continues`` is the primary key of the plan that it was made from."""

    slug: str
    title: str
    start: date
    end: date
    source_title: str = ""
    source_publication: str = ""
    source_session: str = ""
    continues: int | None = None
    settings: dict[str, object] = field(default_factory=dict)
    """Thresholds, cycle and review where they are not the defaults, by field name."""
    priorities: tuple[PriorityOutline, ...] = ()

    @property
    def actions(self) -> list[ActionOutline]:
        return [action for priority in self.priorities for action in priority.actions]
