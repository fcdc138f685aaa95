"""What a form that was sent has led to, so that the same form sent again leads to the same."""

import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User

KEPT_FOR = timedelta(days=7)
"""No browser sends a form again after that."""


class FormReceipt(models.Model):
    """One form that was stored: its nonce is taken, in the same transaction as the row.

    Entries and requests carry a nonce of their own; this is for rows that have none.
    """

    nonce = models.UUIDField()
    by = models.ForeignKey(User, related_name="+", on_delete=models.CASCADE)
    kind = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("receipt of a form")
        verbose_name_plural = _("receipts of forms")
        constraints = [models.UniqueConstraint(fields=["nonce"], name="receipt_nonce_unique")]

    def __str__(self):
        return f"{self.kind} {self.row}"

    @classmethod
    def give(cls, row: models.Model, *, by: User, nonce: uuid.UUID) -> None:
        """Raises IntegrityError where the other half of a double click has been stored."""
        cls.objects.create(nonce=nonce, by=by, kind=row._meta.label_lower, row=row.pk)
        cls.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()

    @classmethod
    def row_of(cls, model: type[models.Model], *, by: User, nonce: str) -> int | None:
        """The key of the row that this form was stored as, if it was."""
        try:
            key = uuid.UUID(nonce)
        except ValueError:
            return None
        found = cls.objects.filter(nonce=key, by=by, kind=model._meta.label_lower)
        return found.values_list("row", flat=True).first()
