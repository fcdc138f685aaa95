"""Which of several plans runs: where ``/`` leads, and how the switch between plans lists them."""

from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy


class Phase(models.IntegerChoices):
    """Where a plan stands by the calendar, in the order of listing."""

    RUNNING = 0, pgettext_lazy("plan", "Running")
    OVER = 1, pgettext_lazy("plan", "Over")
    NOT_YET = 2, pgettext_lazy("plan", "Not running yet")


class PlanQuerySet(models.QuerySet):
    def listed(self):
        """Each with the number of its actions (``size``)."""
        plans = self.annotate(size=models.Count("priorities__actions"))
        return plans.order_by("-start", "-pk")  # a count leaves the default order out

    def by_phase(self) -> list[tuple[Phase, list]]:
        """The plans of each phase that has any, the latest first."""
        today = timezone.localdate()
        plans = sorted(self.listed(), key=lambda plan: (plan.start, plan.pk), reverse=True)
        groups = [(phase, [p for p in plans if phase_of(p, today) == phase]) for phase in Phase]
        return [(phase, found) for phase, found in groups if found]

    def current(self):
        """The plan that ``/`` leads to: the latest that runs, else the latest that ran.

        A plan without actions, or whose year has not begun, leads nobody while there is another.
        """
        today = timezone.localdate()
        return min(self.listed(), key=lambda plan: _claim(plan, today), default=None)


def phase_of(plan, today: date) -> Phase:
    """A plan runs once it has begun and has actions; ``plan`` is one of ``listed()``."""
    if not plan.size or today < plan.start:
        return Phase.NOT_YET
    return Phase.RUNNING if today <= plan.end else Phase.OVER


def _claim(plan, today: date) -> tuple:
    """Smallest for the plan that readers want: among those to come the nearest, else the latest."""
    has_begun = plan.start <= today
    distance = abs((plan.start - today).days)
    return phase_of(plan, today), not has_begun, distance, -plan.pk
