"""What the office answers to an entry, and how it takes an answer back.

Both are written once. An entry has one decision that stands at most; where it was taken back,
the entry waits again and may get another one.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .chain import SaidOnce, WrittenOnce, WrittenOnceQuerySet
from .people import User
from .phases import Life


class AlreadyDecided(Exception):
    """Somebody else was faster: the entry has its decision."""


class NothingToUndo(Exception):
    """Something was built on the decision since, or it was taken back already."""


class DecisionQuerySet(WrittenOnceQuerySet):
    def standing(self):
        return self.filter(undone__isnull=True)

    def taken_back(self):
        """With who took them back, oldest first."""
        undone = self.filter(undone__isnull=False).select_related("by", "undone__by")
        return undone.order_by("after")


class Decision(SaidOnce):
    """The answer to an entry: accepted, returned with a reason, or withdrawn by its author."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Taken back")

    entry = models.ForeignKey(
        "priorities.ProgressEntry",
        verbose_name=_("entry"),
        related_name="decisions",
        on_delete=models.PROTECT,
        db_index=False,
    )
    verdict = models.CharField(_("verdict"), max_length=9, choices=Verdict.choices)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(
        User,
        verbose_name=pgettext_lazy("decision", "decided by"),
        related_name="decisions",
        on_delete=models.PROTECT,
    )
    at = models.DateTimeField(_("decided at"), default=timezone.now)
    # How many decisions on the entry had been taken back before: only one can stand.
    after = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "after"],
                name="decision_one_stands",
                violation_error_message=_("Somebody else has decided on this entry."),
            ),
            models.CheckConstraint(
                condition=~models.Q(verdict="returned") | ~models.Q(reason=""),
                name="decision_return_has_reason",
                violation_error_message=_("Say why you return the entry."),
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=["accepted", "returned", "withdrawn"]),
                name="decision_verdict_known",
                violation_error_message=_("Accept or return the entry."),
            ),
        ]

    def __str__(self):
        return f"{self.get_verdict_display()} · {self.entry}"

    def clean(self):
        super().clean()
        if self.verdict == self.Verdict.RETURNED and not self.reason.strip():
            raise ValidationError({"reason": _("Say why you return the entry.")})

    def may_be_undone(self) -> bool:
        """Whether the office can still take it back: nothing was built on it.

        A later entry was written on top of it, a later decision on the action was taken beside it,
        an issued report may count it, or the plan was closed. What its author withdrew is none of
        the office's decisions.
        """
        if self.verdict == self.Verdict.WITHDRAWN or hasattr(self, "undone"):
            return False
        entry, action = self.entry, self.entry.action
        later = Decision.objects.standing().filter(entry__action=action, pk__gt=self.pk)
        plan = action.priority.plan
        reports = plan.reports.filter(end__gte=entry.day)
        built = (
            type(plan).objects.filter(pk=plan.pk, phase=Life.CLOSED),
            action.entries.filter(pk__gt=entry.pk),
            later,
            reports.filter(issued__at__gte=self.at),
        )
        return not any(rows.exists() for rows in built)

    @transaction.atomic
    def undo(self, *, by: User, at: datetime | None = None) -> "DecisionUndone":
        """The office takes it back: the entry waits again, and both rows stay.

        Raises NothingToUndo where something was built on it, or somebody was faster.
        """
        self.entry.action.lock()
        if not self.may_be_undone():
            raise NothingToUndo
        undone = DecisionUndone(decision=self, by=by, at=at or timezone.now())
        try:
            with transaction.atomic():
                undone.save()
        except IntegrityError as error:
            raise NothingToUndo from error
        return undone


class DecisionUndone(WrittenOnce):
    """The office took a decision of its own back: the entry waits again."""

    decision = models.OneToOneField(
        Decision, verbose_name=_("decision"), related_name="undone", on_delete=models.PROTECT
    )
    by = models.ForeignKey(
        User,
        verbose_name=pgettext_lazy("decision", "taken back by"),
        related_name="+",
        on_delete=models.PROTECT,
    )
    at = models.DateTimeField(pgettext_lazy("decision", "taken back at"), default=timezone.now)

    class Meta:
        verbose_name = _("decision taken back")
        verbose_name_plural = _("decisions taken back")

    def __str__(self):
        return str(self.decision)
