"""The documents that plans are read from, kept as they came."""

import uuid

from django.core.files.base import File
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .chain import WrittenOnce
from .kept_files import digest_of, evidence_storage
from .people import User


def document_path(document: "SourceDocument", name: str) -> str:
    """A path that nobody can guess and that no name of a file can break."""
    return f"documents/{uuid.uuid4().hex}"


class SourceDocument(WrittenOnce):
    """A document as it was handed in, and the text that was read from it (来源文件)."""

    files_on_disk = (("file", "size", "sha256"),)

    file = models.FileField(
        _("file"), storage=evidence_storage, upload_to=document_path, max_length=200
    )
    name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    content_type = models.CharField(_("kind of file"), max_length=100)
    text = models.TextField(_("text"))
    by = models.ForeignKey(
        User, verbose_name=_("handed in by"), related_name="documents", on_delete=models.PROTECT
    )
    at = models.DateTimeField(_("handed in at"), default=timezone.now)

    class Meta:
        verbose_name = _("source document")
        verbose_name_plural = _("source documents")
        ordering = ["-pk"]

    def __str__(self):
        return self.name

    @classmethod
    def keep(
        cls, file: File, *, name: str, content_type: str, text: str, by: User
    ) -> "SourceDocument":
        """Within a transaction: its bytes reach the disk for good before the row that names them.

        Where the transaction fails after, the file stays behind and nothing names it.
        """
        size, sha256 = file.size, digest_of(file)
        kept = cls(name=name, size=size, sha256=sha256, content_type=content_type, text=text, by=by)
        kept.file.save(name, file, save=False)
        try:
            kept.full_clean()
            kept.save()
        except BaseException:
            kept.file.delete(save=False)
            raise
        return kept
