"""What a form that was sent has led to, so that the same form sent again leads to the same."""

import uuid
from datetime import timedelta

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User

KEPT_FOR = timedelta(days=7)
"""No browser sends a form again after that."""

CLEARED_EVERY = 32
"""One form in so many has the old receipts removed."""


class FormReceipt(models.Model):
    """One form that was stored: its key, and the row that it led to (``acts.once``)."""

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
        """Within the transaction that stores the row.

        Raises IntegrityError where the other half of a double click has been stored.
        """
        receipt = cls(nonce=nonce, by=by, kind=row._meta.label_lower, row=row.pk)
        receipt.save(force_insert=True)
        if nonce.int % CLEARED_EVERY == 0:
            cls.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()

    @classmethod
    def answer_to(
        cls, nonce: uuid.UUID, kind: type[models.Model], *, by: User
    ) -> models.Model | None:
        """The row that this form was stored as, if it was.

        Where the row is gone meanwhile, so is what the form led to: it may be sent again.
        """
        key = cls._row_of(nonce, kind, by)
        if key is None:
            return None
        row = kind._default_manager.filter(pk=key).first()
        if row is None:
            cls.objects.filter(nonce=nonce).delete()
        return row

    @classmethod
    def _row_of(cls, nonce: uuid.UUID, kind: type[models.Model], by: User) -> int | None:
        """Ready made: each form that makes a row asks this first, nearly always in vain."""
        field, table = cls._meta.get_field("nonce"), cls._meta.db_table
        asked = [field.get_db_prep_value(nonce, connection), by.pk, kind._meta.label_lower]
        with connection.cursor() as cursor:
            columns = '"nonce" = %s AND "by_id" = %s AND "kind" = %s'
            cursor.execute(f'SELECT "row" FROM "{table}" WHERE {columns}', asked)
            found = cursor.fetchone()
        return found[0] if found else None
