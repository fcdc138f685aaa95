"""Which files were handed in and taken over: the trace behind the entries that came from them."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..days import iso
from .chain import WrittenOnce
from .people import User
from .plan import Plan


class FileImport(WrittenOnce):
    """A file that was taken over: whose, when, which bytes, and how much came of it.

    Written in the transaction of its changes. The ``nonce`` of the dry run makes a double click
    one import.
    """

    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), related_name="imports", on_delete=models.PROTECT
    )
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    numbers = models.TextField(_("actions"))
    entries = models.PositiveIntegerField(_("entries"))
    assignments = models.PositiveIntegerField(_("assignments"))
    by = models.ForeignKey(
        User, verbose_name=_("handed in by"), related_name="imports", on_delete=models.PROTECT
    )
    at = models.DateTimeField(_("handed in at"), default=timezone.now)

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["nonce"],
                name="import_nonce_unique",
                violation_error_message=_("This file has already been taken over."),
            ),
        ]

    def __str__(self):
        return f"{self.name} · {iso(self.at)}"
