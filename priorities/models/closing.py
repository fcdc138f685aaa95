"""How a plan ended: its closing, what became of each open action, and the closing taken back.

All are written once. A plan has one closing that stands at most; where it was reopened, it may be
closed once more.
"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .chain import SaidOnce, WrittenOnceQuerySet
from .people import User
from .plan import Action, Plan


class ClosingQuerySet(WrittenOnceQuerySet):
    def standing(self):
        return self.filter(undone__isnull=True)


class Closing(SaidOnce):
    """A plan was closed (结束): from then on it is read only, as it stood on ``day``."""

    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), related_name="closings", on_delete=models.PROTECT
    )
    day = models.DateField(_("day of the final state"))
    status_date = models.DateField(_("status date until then"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        User,
        verbose_name=pgettext_lazy("plan", "closed by"),
        related_name="closings",
        on_delete=models.PROTECT,
    )
    at = models.DateTimeField(pgettext_lazy("plan", "closed at"), default=timezone.now)
    # How many closings of the plan had been taken back before: only one can stand.
    after = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing")
        verbose_name_plural = _("closings")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "after"],
                name="closing_one_stands",
                violation_error_message=_("Somebody else has closed this plan."),
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="closing_has_reason",
                violation_error_message=_("Say why; a few words are enough."),
            ),
        ]

    def __str__(self):
        return f"{self.plan} · {self.day}"


class Reopening(SaidOnce):
    """A closing was taken back: the plan runs again, and what it had decided stands no more."""

    closing = models.OneToOneField(
        Closing, verbose_name=_("closing"), related_name="undone", on_delete=models.PROTECT
    )
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        User,
        verbose_name=pgettext_lazy("plan", "reopened by"),
        related_name="+",
        on_delete=models.PROTECT,
    )
    at = models.DateTimeField(pgettext_lazy("plan", "reopened at"), default=timezone.now)

    class Meta:
        verbose_name = _("reopening")
        verbose_name_plural = _("reopenings")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="reopening_has_reason",
                violation_error_message=_("Say why; a few words are enough."),
            ),
        ]

    def __str__(self):
        return str(self.closing)


class EndingQuerySet(WrittenOnceQuerySet):
    def standing(self):
        """Those of closings that were not taken back."""
        return self.filter(closing__undone__isnull=True)

    def carried(self):
        return self.filter(verdict=Ending.Verdict.CARRIED)

    def awaiting(self):
        """Carried over, and no plan yet in which they go on."""
        going_on = self.model._meta.apps.get_model("priorities", "Lineage").objects
        carried = going_on.filter(source=models.OuterRef("action"), kind="carried")
        return self.standing().carried().exclude(models.Exists(carried))


class Ending(SaidOnce):
    """What became of an action that was open when its plan was closed."""

    class Verdict(models.TextChoices):
        CARRIED = "carried", pgettext_lazy("ending", "carried over")
        UNCOMPLETED = "uncompleted", pgettext_lazy("ending", "closed uncompleted")

    closing = models.ForeignKey(
        Closing, verbose_name=_("closing"), related_name="endings", on_delete=models.PROTECT
    )
    action = models.ForeignKey(
        Action, verbose_name=_("action"), related_name="endings", on_delete=models.PROTECT
    )
    verdict = models.CharField(_("what becomes of it"), max_length=11, choices=Verdict.choices)
    reason = models.TextField(_("reason"), blank=True)

    objects = EndingQuerySet.as_manager()

    class Meta:
        verbose_name = _("ending")
        verbose_name_plural = _("endings")
        constraints = [
            models.UniqueConstraint(
                fields=["closing", "action"],
                name="ending_of_action_unique",
                violation_error_message=_("It is decided already what becomes of this action."),
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=["carried", "uncompleted"]),
                name="ending_verdict_known",
                violation_error_message=_("Carry the action over, or close it uncompleted."),
            ),
            models.CheckConstraint(
                condition=~models.Q(verdict="uncompleted") | ~models.Q(reason=""),
                name="ending_uncompleted_has_reason",
                violation_error_message=_("Say why the action is closed uncompleted."),
            ),
        ]

    def __str__(self):
        return f"{self.action} · {self.get_verdict_display()}"
