"""What a unit says of its action's targets, as fields of the form of an entry."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..legible import in_short
from ..measured import DIGITS_AFTER, DIGITS_BEFORE, fits, plainly, with_unit
from ..state.values import CountedFacts, TargetFacts
from ..typed import number_of


class ValueField(forms.Field):
    """A number as it is counted; what has another reading is refused, not guessed."""

    widget = forms.TextInput

    def __init__(self, **options):
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value):
        return plainly(value) if isinstance(value, Decimal) else value

    def to_python(self, value):
        words = str(value).strip() if value is not None else ""
        if not words:
            return None
        number = number_of(words)
        if number is None or not fits(number):
            limits = {"before": DIGITS_BEFORE, "after": DIGITS_AFTER, "words": in_short(words)}
            raise ValidationError(
                _(
                    "“%(words)s” does not fit: write a number of at most %(before)d digits before "
                    "the point and %(after)d after it, without separators or words. Large numbers "
                    "are counted in 万 or 亿, by the target's unit of measure."
                )
                % limits
            )
        return number


@dataclass(frozen=True)
class ValueRow:
    """One target in the form: its field, and what the field is about."""

    field: forms.BoundField
    target: TargetFacts
    last: Decimal | None

    @property
    def about(self) -> str:
        """From where to where it is counted, and what was said last."""
        target = self.target
        words = {
            "start": plainly(target.start_value),
            "target": with_unit(target.target_value, target.measured_in),
        }
        if self.last is None:
            return _("From %(start)s to %(target)s.") % words
        last = with_unit(self.last, target.measured_in)
        return _("From %(start)s to %(target)s; last %(last)s.") % {**words, "last": last}


def name_of(target: TargetFacts) -> str:
    """As ``Target.key`` has it: what a model refuses stands beside the field."""
    return f"value-{target.pk}"


def fields_of(counted: Iterable[CountedFacts]) -> Iterator[tuple[str, ValueField]]:
    """A field for each target; the script counts the percent by what the field carries."""
    for one in counted:
        target = one.target
        missing = _("Say the value of “%(title)s”.") % {"title": target.title}
        field = ValueField(label=target.title, error_messages={"required": missing})
        field.widget.attrs |= {
            "data-value": "",
            "data-start": plainly(target.start_value),
            "data-target": plainly(target.target_value),
        }
        if one.value is not None:
            field.widget.attrs["data-last"] = plainly(one.value)
        yield name_of(target), field


def values_in(said: Mapping[str, object], targets: Iterable[TargetFacts]) -> dict[int, Decimal]:
    """The values of a form's words, by the target's primary key."""
    return {t.pk: said[name_of(t)] for t in targets if said.get(name_of(t)) is not None}


def rule_in_words(count: int) -> str:
    """How the percent follows from the values."""
    if count == 1:
        return _("The percent follows from the value; nobody types it.")
    return _(
        "The percent follows from the values: the mean of the %(count)d targets, rounded down; "
        "100 %% only where all are reached."
    ) % {"count": count}
