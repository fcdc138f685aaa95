"""Which of several plans runs: where ``/`` leads, and how the switch between plans lists them."""

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


LISTED = (Life.RUNNING, Life.PREPARING, Life.CLOSED)
"""The order in which plans are listed: first where there is work."""


class PlanQuerySet(models.QuerySet):
    def listed(self):
        """Each with the number of its actions (``size``), counted for those that are fetched."""
        actions = self.model._meta.apps.get_model("priorities", "Action").objects
        own = actions.filter(priority__plan=models.OuterRef("pk")).order_by()
        size = own.values("priority__plan").annotate(n=models.Count("pk")).values("n")
        plans = self.annotate(size=Coalesce(models.Subquery(size), 0))
        return plans.order_by("-start", "-pk")

    def by_life(self, most: int | None = None) -> list[tuple[Life, list]]:
        """The plans of each phase that has any, the latest first; of all plans the ``most`` latest.

        With a limit the database reads only those, by their index.
        """
        plans = list(self.listed()[:most])
        groups = [(life, [plan for plan in plans if plan.phase == life]) for life in LISTED]
        return [(life, found) for life, found in groups if found]

    def running(self):
        """Those that units report on, be their year over or not."""
        return self.filter(phase=Life.RUNNING)

    def current(self):
        """The plan that ``/`` leads to: the latest that runs, else the latest that ran.

        A plan without actions, or whose year has not begun, leads nobody while there is another:
        then the latest that has begun, else the nearest to come. One in preparation leads nobody.
        """
        today = timezone.localdate()
        shown = self.exclude(phase=Life.PREPARING).listed()
        begun = shown.filter(start__lte=today)
        full = begun.filter(size__gt=0)
        running = full.filter(phase=Life.RUNNING)
        found = running.filter(end__gte=today).first() or running.first() or full.first()
        return found or begun.first() or shown.order_by("start", "-pk").first()
