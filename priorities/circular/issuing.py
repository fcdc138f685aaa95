"""Issuing: data, words and files of a draft are frozen in one transaction, under one hash."""

from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..lights import Thresholds
from ..models import IssuedFile, IssuedReport, Report, User
from ..models.chain import head
from ..models.issued import FileToFreeze, sha256_of
from .annex import annex_xlsx
from .document import Document, document_of
from .drafting import has_new_figures
from .word import word_file


@transaction.atomic
def issue(report: Report, *, by: User, at: datetime | None = None) -> IssuedReport:
    """Freeze the draft as it stands. From then on nothing changes it.

    Raises AlreadyIssued, and ValidationError where it has no number or where the data have
    changed since it was composed, so that its figures would differ from the pages'.
    """
    at = at or timezone.now()
    row = report.locked()
    if has_new_figures(row):
        raise ValidationError(
            _("The data have changed since this draft was composed: take in the new figures first.")
        )
    document = _final(row, by, at)
    data = document.as_json()
    document = replace(document, sha256=sha256_of(data))
    return row.freeze(data=data, files=files_of(document, row.plan.thresholds), by=by, at=at)


def files_of(document: Document, thresholds: Thresholds) -> list[FileToFreeze]:
    """The files that go out with a report; ``thresholds`` are for the legend of the ledger."""
    name = file_name(document)
    return [
        FileToFreeze(IssuedFile.Kind.WORD, f"{name}.docx", word_file(document)),
        FileToFreeze(
            IssuedFile.Kind.EXCEL, f"{name}（台账）.xlsx", annex_xlsx(document, thresholds)
        ),
    ]


def file_name(document: Document) -> str:
    """The title without the characters that a file system refuses."""
    return "".join(c for c in document.title if c.isprintable() and c not in '\\/:*?"<>|').strip()


def _final(report: Report, by: User, at: datetime) -> Document:
    document = document_of(report)
    day = document.signed_on or timezone.localdate(at)
    at = timezone.localtime(at)
    return replace(document, signed_on=day, issued_by=str(by), issued_at=at, chain=head())
