"""Handing in a table: a file, or what was pasted."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..legible import in_short
from ..plans.files.text import RADICALS
from ..plans.tables.arriving import ACCEPT, LONGEST_PASTED, MOST_BYTES, read_pasted, read_table
from ..plans.tables.grid import Book
from .fields import StrictForm, WholeNumberField
from .progress import NonceField

LARGEST_VERSION = 2_000_000_000
LONGEST_NAME = 255


class TableForm(StrictForm):
    """A file or a pasted table, not both; ``book`` is what was read of it."""

    use_required_attribute = False

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        max_length=LONGEST_NAME,
        widget=forms.FileInput({"accept": ACCEPT}),
        help_text=gettext_lazy("Excel or WPS (.xlsx, .xls), .ods or .csv; no picture and no scan."),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the table"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 8}),
        help_text=gettext_lazy("Copied in Excel, WPS or Word, with its heads."),
    )
    nonce = NonceField()

    def __init__(self, *args, lost: list[str] = (), **options):
        super().__init__(*args, **options)
        self.lost = lost

    def clean_file(self):
        if self.lost:
            said = _("The file did not arrive (%(name)s). Rename it and choose it again.")
            raise ValidationError(said % {"name": in_short(self.lost[0])})
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            said = _("The file is larger than %(limit)d MB.")
            raise ValidationError(said % {"limit": MOST_BYTES // 1024**2})
        return file

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if len(text) > LONGEST_PASTED:
            words = {"limit": f"{LONGEST_PASTED:,}", "length": f"{len(text):,}"}
            raise ValidationError(_("At most %(limit)s characters; these are %(length)s.") % words)
        return text.translate(RADICALS)

    def clean(self):
        super().clean()
        if self.errors:
            return
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        if file and text.strip():
            said = _("Choose a file or paste a table, not both: which of the two is meant?")
            self.add_error("text", said)
        elif not file and not text.strip():
            self.add_error("file", _("Choose the file of the table, or paste the table below."))
        else:
            self._read(file, text)

    def _read(self, file: File | None, text: str) -> None:
        try:
            book = read_table(file, file.name) if file else read_pasted(text)
        except ValidationError as error:
            self.add_error("file" if file else "text", error)
        else:
            self.cleaned_data["book"] = book

    @property
    def book(self) -> Book:
        return self.cleaned_data["book"]

    def file_kept(self) -> tuple[File, str, str]:
        """What is kept as evidence, its name and its kind: the file, or what was pasted as one."""
        if file := self.cleaned_data.get("file"):
            file.seek(0)
            return file, file.name, getattr(file, "content_type", "") or "application/octet-stream"
        name = _("Pasted table") + ".txt"
        return ContentFile(self.cleaned_data["text"].encode(), name=name), name, "text/plain"


class SeenForm(StrictForm):
    """Which version of the table the page showed."""

    seen = WholeNumberField(least=1, most=LARGEST_VERSION)
