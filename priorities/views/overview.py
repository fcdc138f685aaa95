"""All plans that run on one page: how each stands, what changed since last month, what is worst."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..addresses import Addresses
from ..lights import KINDS
from ..models import Plan
from ..state.counts import ATTENTION, urgency
from ..state.day import ActionState, PlanState
from ..state.kept import plans_on
from .compared import gist, month_before, tallies
from .lookup import running_plans
from .rendering import render_page

WORST = 4
"""Actions of each plan that are named."""


@dataclass(frozen=True)
class Chapter:
    """One plan that runs, as every other page of it counts it."""

    plan: Plan
    state: PlanState
    before: PlanState | None

    @property
    def addresses(self) -> Addresses:
        return Addresses(self.plan)

    @property
    def gist(self) -> str:
        return gist(self.state, self.before)

    @property
    def tallies(self) -> list[tuple[str, int, float, str]]:
        return tallies(self.state, self.before)

    @property
    def worst(self) -> list[ActionState]:
        """Those that need a look first."""
        return sorted(self.state.where(lambda a: a.kind in ATTENTION), key=urgency)[:WORST]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Not kept whole: its head shows the plan that was looked at last, which no data tell."""
    chapters = _chapters(running_plans(request.user))
    counts = {kind: sum(one.state.counts[kind] for one in chapters) for kind in KINDS}
    context = {
        "chapters": chapters,
        "counts": counts,
        "total": sum(one.state.total for one in chapters),
        "overdue": sum(sum(one.state.overdue.values()) for one in chapters),
    }
    return render_page(request, "overview", context)


def _chapters(plans: list[Plan]) -> list[Chapter]:
    """Both days of all plans are read together."""
    today = [(plan, plan.today()) for plan in plans]
    earlier = [(plan, month_before(on)) for plan, on in today if month_before(on) >= plan.start]
    states = plans_on([*today, *earlier])
    before = dict(zip((plan.pk for plan, _day in earlier), states[len(today) :], strict=True))
    now = zip(plans, states[: len(today)], strict=True)
    chapters = [Chapter(plan, state, before.get(plan.pk)) for plan, state in now]
    return sorted(chapters, key=_late_first)


def _late_first(one: Chapter) -> tuple[int, ...]:
    """By what is behind and warned of; where that is equal the latest plan stays first."""
    return tuple(-one.state.counts[kind] for kind in ATTENTION)
