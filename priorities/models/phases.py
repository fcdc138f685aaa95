"""Which of several plans runs: where ``/`` leads, and how the switch between plans lists them."""

from datetime import date

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import pgettext_lazy


class Life(models.TextChoices):
    """What the office does with a plan (DOMAIN, "The life of a plan").

    Not to be taken for where it stands by the calendar: a running plan's year may be over.
    """

    PREPARING = "preparing", pgettext_lazy("life of a plan", "In preparation")
    RUNNING = "running", pgettext_lazy("life of a plan", "Running")
    CLOSED = "closed", pgettext_lazy("life of a plan", "Closed")


class Phase(models.IntegerChoices):
    """Where a plan stands by the calendar, in the order of listing."""

    RUNNING = 0, pgettext_lazy("plan", "Running")
    OVER = 1, pgettext_lazy("plan", "Over")
    NOT_YET = 2, pgettext_lazy("plan", "Not running yet")


class PlanQuerySet(models.QuerySet):
    def listed(self):
        """Each with the number of its actions (``size``), counted for those that are fetched."""
        actions = self.model._meta.apps.get_model("priorities", "Action").objects
        own = actions.filter(priority__plan=models.OuterRef("pk")).order_by()
        size = own.values("priority__plan").annotate(n=models.Count("pk")).values("n")
        plans = self.annotate(size=Coalesce(models.Subquery(size), 0))
        return plans.order_by("-start", "-pk")

    def by_phase(self, most: int | None = None) -> list[tuple[Phase, list]]:
        """The plans of each phase that has any, the latest first; of all plans the ``most`` latest.

        With a limit the database reads only those, by their index.
        """
        today = timezone.localdate()
        plans = self.listed()[:most]
        groups = [(phase, [p for p in plans if phase_of(p, today) == phase]) for phase in Phase]
        return [(phase, found) for phase, found in groups if found]

    def current(self):
        """The plan that ``/`` leads to: the latest that runs, else the latest that ran.

        A plan without actions, or whose year has not begun, leads nobody while there is another:
        then the latest that has begun, else the nearest to come.
        """
        today = timezone.localdate()
        begun = self.listed().filter(start__lte=today)
        full = begun.filter(size__gt=0)
        found = full.filter(end__gte=today).first() or full.first() or begun.first()
        return found or self.listed().order_by("start", "-pk").first()


def phase_of(plan, today: date) -> Phase:
    """A plan runs once it has begun and has actions; ``plan`` is one of ``listed()``."""
    if not plan.size or today < plan.start:
        return Phase.NOT_YET
    return Phase.RUNNING if today <= plan.end else Phase.OVER
