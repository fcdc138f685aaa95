"""Forms about one progress entry: what a unit reports, and the office's return of it."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..evidence import ACCEPT, KINDS, check_file
from ..legible import in_short
from ..lights import Outlook
from ..models.progress import LARGE_STEP
from ..state.values import CountedFacts
from ..words import OUTLOOK_WORDS
from .fields import INCOMPLETE, DayField, LineField, PercentField, StrictForm, TextField
from .values import ValueRow, fields_of, name_of, rule_in_words, values_in

MOST_LINKS = 10
LONGEST_LINK = 2_000
LONGEST_LINE = 500


class TypedPercentField(PercentField):
    """A text field: a number field loses what was mistyped, and turns under a mouse wheel."""

    widget = forms.TextInput

    def __init__(self, **options):
        super().__init__(**options)
        for name in ("min", "max", "step"):
            del self.widget.attrs[name]
        self.widget.attrs["autocomplete"] = "off"


class FilesInput(forms.FileInput):
    """Several files; entry.js refuses too many or too large ones before they are sent."""

    allow_multiple_selected = True

    def get_context(self, name, value, attrs):
        limits = {
            "accept": ACCEPT,
            "data-most": settings.EVIDENCE_MAX_FILES,
            "data-most-bytes": settings.EVIDENCE_MAX_BYTES,
            "data-too-many": _("At most %d files.") % settings.EVIDENCE_MAX_FILES,
            "data-too-large": _("larger than %d MB.") % (settings.EVIDENCE_MAX_BYTES // 1024**2),
        }
        return super().get_context(name, value, {"multiple": True, **limits, **(attrs or {})})


class EvidenceField(forms.FileField):
    """Up to ten files, each judged by its content."""

    widget = FilesInput

    def clean(self, data, initial=None):
        files = data or []
        most = settings.EVIDENCE_MAX_FILES
        if len(files) > most:
            words = {"count": len(files), "most": most}
            raise ValidationError(_("These are %(count)d files; at most %(most)d.") % words)
        errors = []
        for file in files:
            try:
                check_file(file)
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return files


class LinksField(TextField):
    """Addresses of web pages, one per line; each is kept once."""

    address = URLValidator(schemes=["http", "https"])

    def __init__(self, **options):
        super().__init__(max_length=MOST_LINKS * (LONGEST_LINK + 2), **options)

    def clean(self, value):
        links = list(dict.fromkeys(super().clean(value).split()))
        if len(links) > MOST_LINKS:
            words = {"count": len(links), "most": MOST_LINKS}
            raise ValidationError(_("These are %(count)d links; at most %(most)d.") % words)
        errors = [ValidationError(self._complaint(link)) for link in links if not self._is_ok(link)]
        if errors:
            raise ValidationError(errors)
        return links

    def _is_ok(self, link: str) -> bool:
        try:
            self.address(link)
        except ValidationError:
            return False
        return len(link) <= LONGEST_LINK

    def _complaint(self, link: str) -> str:
        return _("“%(link)s” is no web address; it begins with http:// or https://.") % {
            "link": in_short(link)
        }


class NonceField(forms.UUIDField):
    """Says which copy of a form was sent, so that a double click is one entry."""

    widget = forms.HiddenInput
    default_error_messages = {"required": INCOMPLETE, "invalid": INCOMPLETE}


class EntryForm(StrictForm):
    """What a unit says of one action, in the order in which it is asked (DOMAIN)."""

    use_required_attribute = False

    nonce = NonceField()
    percent = TypedPercentField(
        label=gettext_lazy("Percent done"),
        error_messages={"required": gettext_lazy("Say how many percent are done.")},
    )
    done = TextField(
        label=gettext_lazy("What was done"),
        error_messages={"required": gettext_lazy("Say what was done.")},
    )
    next_step = TextField(label=gettext_lazy("Next step"), required=False)
    problems = TextField(
        label=gettext_lazy("Problems"),
        required=False,
        help_text=gettext_lazy("What is in the way. To say so early never counts against anybody."),
    )
    help_needed = TextField(label=gettext_lazy("Help needed from the district"), required=False)
    outlook = forms.ChoiceField(
        label=gettext_lazy("Outlook: will it be done in time?"),
        choices=list(OUTLOOK_WORDS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of the three outlooks."),
            "invalid_choice": gettext_lazy("Choose one of the three outlooks."),
        },
    )
    outlook_reason = LineField(
        label=gettext_lazy("Reason of the outlook"), required=False, max_length=LONGEST_LINE
    )
    explanation = LineField(
        label=gettext_lazy("Why this percent?"),
        required=False,
        max_length=LONGEST_LINE,
        help_text=format_lazy(
            gettext_lazy(
                "A sentence where it fell, where it rose by more than {points} points, "
                "or at 100 % without evidence."
            ),
            points=LARGE_STEP,
        ),
    )
    files = EvidenceField(
        label=gettext_lazy("Evidence"),
        required=False,
        help_text=format_lazy(
            gettext_lazy("Up to {most} files of {size} MB each: {kinds}."),
            most=settings.EVIDENCE_MAX_FILES,
            size=settings.EVIDENCE_MAX_BYTES // 1024**2,
            kinds=", ".join(KINDS),
        ),
    )
    links = LinksField(
        label=gettext_lazy("Links"),
        required=False,
        help_text=format_lazy(gettext_lazy("One address per line, up to {most}."), most=MOST_LINKS),
    )
    day = DayField(
        label=gettext_lazy("Day it speaks of"),
        error_messages={"required": gettext_lazy("Say which day this speaks of.")},
    )

    def __init__(
        self,
        *args,
        lost_files: tuple[str, ...] = (),
        counted: tuple[CountedFacts, ...] = (),
        **options,
    ):
        super().__init__(*args, **options)
        self.lost_files, self.counted = lost_files, counted
        if counted:
            self._count()
        for name, rows in (("done", 3), ("next_step", 2), ("problems", 2), ("help_needed", 2)):
            self.fields[name].widget.attrs["rows"] = rows
        self.fields["links"].widget.attrs["rows"] = 2

    def _count(self) -> None:
        """Where the action has targets their values are asked for, and the percent follows."""
        self.fields.pop("percent")
        self.fields.update(fields_of(self.counted))
        self.fields["explanation"].help_text = _(
            "A sentence where a value went back, where the percent rose by more than "
            "%(points)d points, or at 100 %% without evidence."
        ) % {"points": LARGE_STEP}

    @property
    def value_rows(self) -> list[ValueRow]:
        """The targets, each with its field."""
        return [ValueRow(self[name_of(c.target)], c.target, c.value) for c in self.counted]

    @property
    def rule(self) -> str:
        """How the percent follows."""
        return rule_in_words(len(self.counted))

    @property
    def said(self) -> dict[str, object]:
        """What the form says, as ``ProgressEntry.record`` takes it."""
        targets = [one.target for one in self.counted]
        names = {name_of(target) for target in targets}
        words = {name: said for name, said in self.cleaned_data.items() if name not in names}
        return {**words, "values": values_in(self.cleaned_data, targets)}

    @property
    def first_asked(self) -> str:
        """The field that is asked first where nothing is in trouble."""
        return name_of(self.counted[0].target) if self.counted else "percent"

    def clean(self):
        values = super().clean()
        outlook = values.get("outlook", Outlook.ON_COURSE)
        if outlook != Outlook.ON_COURSE and not values.get("outlook_reason"):
            self._complain("outlook_reason", _("Say in a sentence what the risk is."))
        if self.lost_files:
            self._complain("files", self._about_lost_files())
        return values

    def _complain(self, field: str, sentence: str) -> None:
        if field not in self.errors:
            self.add_error(field, sentence)

    def _about_lost_files(self) -> str:
        sentence = ngettext(
            "A file did not arrive, perhaps because of its name: %(names)s. "
            "Rename it and choose it again.",
            "Files did not arrive, perhaps because of their names: %(names)s. "
            "Rename them and choose them again.",
            len(self.lost_files),
        )
        return sentence % {"names": ", ".join(in_short(name) for name in self.lost_files)}

    def is_first(self) -> None:
        """There was no last time to rise or fall from: the form does not speak of one."""
        words = _("A sentence above %(points)d %%, or at 100 %% without evidence.")
        self["explanation"].help_text = words % {"points": LARGE_STEP}

    def begin_at(self, name: str) -> None:
        """Where the cursor stands when the form opens in a row that was just clicked."""
        self.fields[name].widget.attrs["autofocus"] = True


class ReturnForm(StrictForm):
    """Why the office sends an entry back."""

    use_required_attribute = False

    reason = LineField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_LINE,
        error_messages={"required": gettext_lazy("Say why you return the entry.")},
    )
