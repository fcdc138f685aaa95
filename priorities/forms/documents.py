"""Handing in a document that a plan is read from, and what is sent from the correction page."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..legible import in_short, legible
from ..models import Plan
from ..plans.files.bounds import LONGEST_TEXT, MOST_BYTES
from ..plans.files.opening import ACCEPT, text_of
from ..plans.files.plain import text_of_pasted
from ..plans.files.text import Text
from ..plans.proposing.guessing import days_of, title_of, year_named, year_of
from ..plans.written.amounts import read_amounts
from ..plans.written.unit_lists import split_units
from ..typed import FIRST_YEAR, LAST_YEAR
from .fields import DayField, FlagField, LineField, StrictForm, WholeNumberField, longest
from .new_plan import refuse_span
from .progress import NonceField

TYPES = {
    "txt": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html",
    "ofd": "application/ofd",
}
GUESSED = gettext_lazy("Left empty, it is taken from the text.")


class PlanHeads(StrictForm):
    """What the plan is called and which days it has: goes along with every act of correction."""

    title = LineField(label=gettext_lazy("Title"), max_length=longest(Plan, "title"))
    year = WholeNumberField(label=pgettext_lazy("plan", "Year"), least=FIRST_YEAR, most=LAST_YEAR)
    start = DayField(label=gettext_lazy("First day"))
    end = DayField(label=gettext_lazy("Last day"))

    def clean(self):
        super().clean()
        refuse_span(self)


class DocumentForm(PlanHeads):
    """A document as text or as a file; what is left empty of the rest is guessed from it."""

    use_required_attribute = False

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput({"accept": ACCEPT}),
        help_text=gettext_lazy(
            "Word (.docx), PDF with text, web page, OFD or plain text; no picture and no scan."
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the text"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 12}),
    )
    by_hand = FlagField(widget=forms.HiddenInput)
    nonce = NonceField()

    field_order = ("file", "text", "title", "year", "start", "end", "by_hand", "nonce")

    def __init__(self, *args, this_year: int, lost: list[str] = (), **options):
        super().__init__(*args, **options)
        self.this_year, self.lost = this_year, lost
        for name in ("title", "year", "start", "end"):
            self.fields[name].required = False
            self.fields[name].help_text = GUESSED

    def clean_file(self) -> UploadedFile | None:
        if self.lost:
            said = _("The file did not arrive (%(name)s). Rename it and choose it again.")
            raise ValidationError(said % {"name": in_short(self.lost[0])})
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            said = _("“%(name)s” is larger than %(limit)d MB.")
            raise ValidationError(said % {"name": file.name, "limit": MOST_BYTES // 1024**2})
        return file

    def clean(self):
        super().clean()
        if "file" in self.errors or "text" in self.errors:
            return
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        if file and text.strip():
            said = _("Choose a file or paste a text, not both: which of the two is meant?")
            self.add_error("text", said)
        elif not file and not text.strip():
            self.add_error("file", _("Choose the document, or paste its text below."))
        else:
            self._read(file, text)

    def _read(self, file: UploadedFile | None, text: str) -> None:
        """The words of the document, as ``cleaned_data["document"]``."""
        try:
            document = text_of(file.read(), file.name) if file else _pasted(text)
        except ValidationError as error:
            self.add_error("file" if file else "text", error)
            return
        if file:
            file.seek(0)
        self.cleaned_data["document"] = document
        self._guess(document.text)

    def _guess(self, text: str) -> None:
        given = self.cleaned_data
        year = given.get("year") or year_named(given.get("title", ""))
        year = year or year_of(text, self.this_year)
        start, end = days_of(year)
        guessed = {"year": year, "title": title_of(text, year), "start": start, "end": end}
        for name, value in guessed.items():
            if name not in self.errors:
                given[name] = given.get(name) or value
        if not self.errors:
            refuse_span(self)

    @property
    def document(self) -> Text:
        return self.cleaned_data["document"]

    def bytes_and_name(self) -> tuple:
        """What is kept: the file as it came, or the pasted text as a file of its own."""
        if file := self.cleaned_data.get("file"):
            return file, file.name
        name = _("Pasted text") + ".txt"
        return ContentFile(self.document.text.encode(), name=name), name


def _pasted(text: str) -> Text:
    if len(text) > LONGEST_TEXT:
        words = {"limit": f"{LONGEST_TEXT:,}", "length": f"{len(text):,}"}
        raise ValidationError(_("At most %(limit)s characters; these are %(length)s.") % words)
    return text_of_pasted(text)


class ActForm(StrictForm):
    """One act on the correction page: what, on which run, and the version that was seen."""

    LARGEST = LONGEST_TEXT
    LARGEST_VERSION = 2_000_000_000

    act = forms.CharField(max_length=20)
    run = WholeNumberField(least=0, most=LARGEST, required=False)
    cut = WholeNumberField(least=0, most=LARGEST, required=False)
    edit = WholeNumberField(least=0, most=LARGEST, required=False)
    seen = WholeNumberField(least=1, most=LARGEST_VERSION)


class NonceForm(StrictForm):
    """What makes the plan once, however often it is sent."""

    nonce = NonceField()
    edit = WholeNumberField(least=0, most=ActForm.LARGEST, required=False)
    seen = WholeNumberField(least=1, most=ActForm.LARGEST_VERSION)


LONGEST_SAID = 500
"""Characters of units and of a time, as somebody types them."""


class Beside:
    """What was typed in the fields beside a run, and what stood there before (``was-…``).

    Their names carry the run, so that nothing typed beside one is ever taken for another's.
    """

    NAMES = ("words", "lead", "supporting", "due", "amounts")

    def __init__(self, post: QueryDict, start: int | None):
        self.start = start
        self._sent = {n: post.get(f"{n}-{start}") for n in self.NAMES} if start is not None else {}
        self._was = {n: post.get(f"was-{n}-{start}") for n in self._sent}

    @property
    def raw(self) -> dict[str, str]:
        """As typed, where that is something else than before."""
        is_other = any(words != self._was[name] for name, words in self._sent.items())
        return {n: words or "" for n, words in self._sent.items()} if is_other else {}

    @property
    def said(self) -> dict[str, object]:
        """What is other than before, by name, cleaned; quantities are None where they are none."""
        said = {n: _clean(words) for n, words in self._sent.items() if words is not None}
        said = {n: words for n, words in said.items() if words != _clean(self._was[n] or "")}
        if "supporting" in said:
            said["supporting"] = tuple(split_units(said["supporting"]))
        if "amounts" in said:
            said["amounts"] = read_amounts(said["amounts"])
        return said

    @property
    def is_too_long(self) -> bool:
        sent = (words for name, words in self._sent.items() if name != "words")
        return any(len(words or "") > LONGEST_SAID for words in sent)


def _clean(words: str) -> str:
    return " ".join(legible(words).split())
