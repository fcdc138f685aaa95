"""Where an action comes from: carried over from last year, split off, or merged from several."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .changes import Recorded, history
from .plan import Action


class Descent(models.TextChoices):
    """How one action came of another (DOMAIN, "The life of a plan")."""

    CARRIED = "carried", pgettext_lazy("lineage", "carried over")
    SPLIT = "split", pgettext_lazy("lineage", "split")
    MERGED = "merged", pgettext_lazy("lineage", "merged")


WITHIN = (Descent.SPLIT, Descent.MERGED)
"""How actions of one plan come of each other; what was carried over is of two."""


class Lineage(Recorded):
    """One action goes on in another from a day on; what was said of either stays where it is.

    A split has one source and several targets, a merger several sources and one target; what is
    carried over has one of each, in two plans. Who recorded it stands in the history.
    """

    source = models.ForeignKey(
        Action, verbose_name=_("came of"), related_name="successions", on_delete=models.PROTECT
    )
    target = models.ForeignKey(
        Action, verbose_name=_("goes on in"), related_name="origins", on_delete=models.PROTECT
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Descent.choices)
    on = models.DateField(pgettext_lazy("lineage", "from"))
    reason = models.TextField(_("reason"), blank=True)
    history = history()

    class Meta:
        verbose_name = _("lineage")
        verbose_name_plural = _("lineages")
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target"],
                name="lineage_unique",
                violation_error_message=_("The one action already goes on in the other."),
            ),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")),
                name="lineage_of_two",
                violation_error_message=_("An action does not go on in itself."),
            ),
        ]

    def __str__(self):
        return f"{self.source.number} → {self.target.number}"
