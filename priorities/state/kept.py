"""The one door to the state of a plan on a day: it decides which rows it is computed from."""

from datetime import date

from ..models import Plan
from .day import PlanState, state_of
from .stored import is_past, stored_as_recorded, stored_now
from .values import Stored


def plan_on(plan: Plan, day: date) -> PlanState:
    """The state that every page and report shows for a day: of a past one as it was recorded."""
    return state_of(stored_on(plan, day))


def stored_on(plan: Plan, day: date) -> Stored:
    """The rows that a day is made of."""
    return stored_as_recorded(plan, day) if is_past(plan, day) else stored_now(plan, day)
