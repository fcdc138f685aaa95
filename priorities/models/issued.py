"""What was issued: data, words and files, written once and never changed.

Rows of their own beside the draft (``reports``), so that the database itself can keep them.
"""

import hashlib
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .chain import WrittenOnce
from .people import User


def sha256_of(data: str | bytes) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


class IssuedReport(WrittenOnce):
    """What was issued: the data and the words as one text, and the SHA-256 of that text."""

    report = models.OneToOneField(
        "priorities.Report",
        verbose_name=_("report"),
        related_name="issued",
        on_delete=models.PROTECT,
    )
    data = models.TextField(_("data and words"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    by = models.ForeignKey(
        User, verbose_name=_("issued by"), related_name="issued_reports", on_delete=models.PROTECT
    )
    at = models.DateTimeField(_("issued at"), default=timezone.now)

    class Meta:
        verbose_name = _("issued report")
        verbose_name_plural = _("issued reports")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return str(self.report)

    @property
    def is_intact(self) -> bool:
        """Whether data and files still have the hashes they were issued with."""
        return self.sha256 == sha256_of(self.data) and all(f.is_intact for f in self.files.all())


@dataclass(frozen=True)
class FileToFreeze:
    kind: str
    name: str
    content: bytes


class IssuedFile(WrittenOnce):
    """A file of an issued report, byte for byte as it goes out.

    In the database and not in a folder: it is issued in the same transaction, and in every backup.
    """

    class Kind(models.TextChoices):
        WORD = "docx", _("Word")
        EXCEL = "xlsx", _("Excel")

    issued = models.ForeignKey(
        IssuedReport, verbose_name=_("report"), related_name="files", on_delete=models.PROTECT
    )
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    name = models.CharField(_("file name"), max_length=255)
    content = models.BinaryField(_("content"))
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        verbose_name = _("issued file")
        verbose_name_plural = _("issued files")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issued", "kind"],
                name="issued_file_one_per_kind",
                violation_error_message=_("The report already has a file of this kind."),
            ),
        ]

    def __str__(self):
        return self.name

    @classmethod
    def of(cls, issued: IssuedReport, file: FileToFreeze) -> "IssuedFile":
        content = file.content
        return cls(
            issued=issued,
            kind=file.kind,
            name=file.name,
            content=content,
            size=len(content),
            sha256=sha256_of(content),
        )

    @property
    def is_intact(self) -> bool:
        return self.sha256 == sha256_of(bytes(self.content))
