"""The state of a plan for tests: of the rows as they are, whatever the day, or of rows given."""

from datetime import date

from priorities.models import Plan
from priorities.state.day import PlanState, state_of
from priorities.state.stored import stored_now
from priorities.state.values import Stored


def state(plan: Plan, on: date, stored: Stored | None = None) -> PlanState:
    return state_of(stored or stored_now(plan, on))
