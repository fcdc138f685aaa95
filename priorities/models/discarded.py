"""A draft that was thrown away: its words are kept, and it can be had back."""

from datetime import datetime

from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User
from .plan import Plan
from .reports import ChangedMeanwhile, Report


class WholeTimes(DjangoJSONEncoder):
    """Django's own cuts a time to milliseconds."""

    def default(self, o):
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class DiscardedDraft(models.Model):
    """The rows of a draft as one text, so that nothing else counts it as a report any more."""

    plan = models.ForeignKey(Plan, related_name="discarded_drafts", on_delete=models.CASCADE)
    report = models.BigIntegerField(_("report"))
    title = models.CharField(_("title"), max_length=200)
    rows = models.TextField(_("draft"))
    by = models.ForeignKey(User, related_name="discarded_drafts", on_delete=models.PROTECT)
    at = models.DateTimeField(_("thrown away at"), default=timezone.now)

    class Meta:
        verbose_name = _("draft that was thrown away")
        verbose_name_plural = _("drafts that were thrown away")
        ordering = ["-pk"]

    def __str__(self):
        return self.title

    @classmethod
    @transaction.atomic
    def discard(cls, report: Report, *, by: User, seen: str) -> "DiscardedDraft":
        """Throw the draft away with its comments, as it was ``seen`` and not otherwise.

        Raises AlreadyIssued, ChangedMeanwhile, and Report.DoesNotExist where it is gone already.
        """
        row = report.locked()
        if row.fingerprint != seen:
            raise ChangedMeanwhile(row)
        parts = [row, *row.passages.order_by("pk"), *row.comments.order_by("pk")]
        kept = cls.objects.create(
            plan_id=row.plan_id,
            report=row.pk,
            title=row.title,
            rows=serializers.serialize("json", parts, cls=WholeTimes),
            by=by,
        )
        row.delete()
        return kept

    def take_back(self) -> Report:
        """The draft as it was, under its old number in the address.

        Raises ValidationError where another report has taken its place meanwhile.
        """
        first, *others = serializers.deserialize("json", self.rows, ignorenonexistent=True)
        report = first.object
        report.full_clean(validate_unique=True)
        try:
            with transaction.atomic():
                for part in (first, *others):
                    part.object.save(force_insert=True)
                self.delete()
        except IntegrityError as error:
            said = _("It cannot be taken back: something that it names is no longer there.")
            raise ValidationError(said) from error
        return report
