"""The fields that every form here shares, stricter than Django's where the trade needs it.

Django's own take ``1_0`` for a number, and let characters through that break the month's Word and
Excel files. Each refusal here is a sentence that a person can act on.
"""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..legible import in_short, legible, says_nothing, strange_in
from ..typed import (
    FIRST_YEAR,
    LAST_YEAR,
    day_of,
    is_of_a_plan,
    percent_of,
    whole,
    whole_number_of,
)

LONGEST_TEXT = 10_000
"""Characters of a text; an Excel cell holds 32,767."""

LONGEST_REASON = 500
"""Characters of a reason, whatever it is the reason of."""

INCOMPLETE = gettext_lazy("This form is incomplete. Reload the page and send it again.")
"""Of what a page sends by itself, and nobody types."""

UNREADABLE = "\ufffd"
"""What a decoder puts where bytes were no text: the words are lost, so nothing is stored."""


def about_strange(character: str, words: str) -> str:
    before = words.partition(character)[0][-6:]
    return _(
        "The character after “%(before)s” (%(code)s) is known to one font or computer only; others "
        "cannot read it. Write it otherwise."
    ) % {"before": in_short(before), "code": f"U+{ord(character):04X}"}


def longest(model: type[Model], name: str) -> int:
    """Characters that this field of the model holds: no form takes fewer, nor more."""
    return model._meta.get_field(name).max_length


class TextField(forms.CharField):
    """Text of several lines, cleaned; ``max_length`` counts characters after cleaning."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = LONGEST_TEXT, **options):
        super().__init__(**options)
        self.longest = max_length

    def to_python(self, value):
        words = super().to_python(legible(value) if isinstance(value, str) else value)
        return "" if says_nothing(words) else words

    def validate(self, value):
        super().validate(value)
        if UNREADABLE in value:
            raise ValidationError(
                _("Some characters arrived unreadable (%(sign)s). Type or paste them again.")
                % {"sign": UNREADABLE}
            )
        if strange := strange_in(value):
            raise ValidationError(about_strange(strange, value))
        if len(value) > self.longest:
            words = {"limit": f"{self.longest:,}", "length": f"{len(value):,}"}
            raise ValidationError(_("At most %(limit)s characters; these are %(length)s.") % words)


class LineField(TextField):
    """Text of one line: a pasted line break becomes a space."""

    widget = forms.TextInput

    def to_python(self, value):
        return " ".join(super().to_python(value).split())


class WholeNumberField(forms.Field):
    """A whole number from ``least`` to ``most``; ``None`` where left empty."""

    widget = forms.NumberInput

    def __init__(self, *, least: int, most: int, **options):
        super().__init__(**options)
        self.least, self.most = least, most
        self.widget.attrs.update({"min": least, "max": most, "step": 1, "inputmode": "numeric"})

    def to_python(self, value):
        words = str(value).strip() if value is not None else ""
        if not words:
            return None
        number = self.read(words)
        if number is None or not self.least <= number <= self.most:
            raise ValidationError(
                _("“%(words)s” does not fit: write a whole number from %(least)d to %(most)d.")
                % {"words": in_short(words), "least": self.least, "most": self.most}
            )
        return number

    def read(self, words: str) -> int | None:
        return whole_number_of(words)


class PercentField(WholeNumberField):
    """0 to 100, with the percent sign or without it."""

    def __init__(self, **options):
        super().__init__(least=0, most=100, **options)

    def read(self, words: str) -> int | None:
        found = percent_of(words)
        return whole(found[0]) if found else None


DAYS_OF_PLANS = {"min": f"{FIRST_YEAR}-01-01", "max": f"{LAST_YEAR}-12-31"}
"""What a browser's own calendar offers: digits typed on and on are no day of the year 2630."""


class DayWidget(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__({**DAYS_OF_PLANS, **(attrs or {})}, format="%Y-%m-%d")


class DayField(forms.Field):
    """A day as people write it (``typed.day_of``), in a year that a plan can lie in."""

    widget = DayWidget

    def to_python(self, value):
        if isinstance(value, date):
            return value
        words = (value or "").strip()
        if not words:
            return None
        day = day_of(words)
        if day is None:
            raise ValidationError(
                _("“%(words)s” is not a day. Write it as %(example)s.")
                % {"words": in_short(words), "example": "2022-09-30"}
            )
        if not is_of_a_plan(day):
            raise ValidationError(
                _("Choose a day in the years %(first)d to %(last)d.")
                % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return day


def day_or_none(words: str) -> date | None:
    """The day that the words are for a form; None where a form would refuse them."""
    try:
        return DayField(required=False).clean(words)
    except ValidationError:
        return None


class PlainSelect(forms.Select):
    """A select drawn without a template for each option: for sixty people that is half a page."""

    def render(self, name, value, attrs=None, renderer=None):
        widget = self.get_context(name, value, attrs)["widget"]
        groups = [_group(label, options) for label, options, _place in widget["optgroups"]]
        attributes = flatatt(widget["attrs"])
        parts = format_html_join("", "{}", ((group,) for group in groups))
        return format_html('<select name="{}"{}>{}</select>', name, attributes, parts)


def _group(label: str | None, options: list[dict]) -> SafeString:
    drawn = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((o["value"], flatatt(o["attrs"]), o["label"]) for o in options),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', label, drawn) if label else drawn


class OneOfField(forms.ChoiceField):
    """One of the values that are offered; a refusal quotes what came, in short."""

    widget = PlainSelect

    def valid_value(self, value):
        if super().valid_value(value):
            return True
        raise ValidationError(not_offered(value))


class SomeOfField(forms.MultipleChoiceField):
    """Several of the values that are offered."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value):
        if super().valid_value(value):
            return True
        raise ValidationError(not_offered(value))


class FlagField(OneOfField):
    """Yes by ``1``, no by nothing: what a link in an address can say without doubt."""

    def __init__(self, **options):
        super().__init__(choices=[("", ""), ("1", "1")], required=False, **options)

    def clean(self, value):
        return super().clean(value) == "1"


def not_offered(value: object) -> str:
    return _("“%(words)s” is not among the choices.") % {"words": in_short(value)}


class StrictForm(forms.Form):
    """A form that refuses a value sent twice where one is asked: which of them was meant?"""

    twice = gettext_lazy("This was sent twice; once is meant.")

    def add_refusal(self, error: ValidationError) -> None:
        """Show what a model refused: at its field where the form has it, else above the form."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {None: error}
        for name, errors in by_field.items():
            self.add_error(name if name in self.fields else None, errors)

    def _clean_fields(self):
        super()._clean_fields()
        for name in self.fields:
            if self._takes_one(name) and len(set(self._sent(name))) > 1:
                self._errors.pop(name, None)
                self.add_error(name, self.twice)

    def _takes_one(self, name: str) -> bool:
        return not getattr(self.fields[name].widget, "allow_multiple_selected", False)

    def _sent(self, name: str) -> list[str]:
        key = self.add_prefix(name)
        return self.data.getlist(key) if hasattr(self.data, "getlist") else []
