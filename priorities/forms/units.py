"""Units as they are typed: by short name, full name or pinyin initials, never from a long list."""

from collections.abc import Callable, Iterable
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..called import called_formerly, read_key
from ..legible import in_short
from ..models import Unit
from ..names import fold, letters, split_names
from ..readings import is_read_as
from ..words import listed
from .fields import LineField

MOST_NAMED = 6

WAYS: tuple[Callable[[Unit, str], bool], ...] = (
    lambda unit, words: unit.short_name == words,
    lambda unit, words: fold(unit.short_name) == fold(words),
    lambda unit, words: fold(unit.name) == fold(words),
    lambda unit, words: letters(unit.pinyin) == letters(words),
    lambda unit, words: is_read_as(unit.short_name, words),
    lambda unit, words: is_read_as(unit.name, words),
)
"""How words may name a unit; the first way in which any is named decides."""


def find_unit(words: str, units: Iterable[Unit]) -> Unit:
    """The one unit that the words mean.

    Raises ValidationError, naming the units that may be meant, where there is none or several; and
    where the words list several, as tables of the trade do for a lead and those that support it.
    """
    units = list(units)
    for is_named in WAYS:
        same = [unit for unit in units if is_named(unit, words)]
        if len(same) == 1:
            return same[0]
        if same:
            raise ValidationError(_several(words, same))
    is_known = names_known(units)
    listed = split_names(words, is_known)
    if len(listed) > 1 and all(map(is_known, listed)):
        raise ValidationError(_too_many(listed))
    raise ValidationError(_unknown(words, [unit for unit in units if unit.is_called(words)]))


def names_known(units: Iterable[Unit]) -> Callable[[str], bool]:
    """Tells whether words are the short or the full name of one of the units."""
    known = {fold(name) for unit in units for name in (unit.short_name, unit.name)}
    return lambda words: fold(words) in known


def _too_many(names: list[str]) -> str:
    return _(
        "Here stands one unit alone, and these are %(count)d. If “%(first)s” leads, write it here "
        "and the others under the supporting units."
    ) % {"count": len(names), "first": in_short(names[0])}


def _several(words: str, units: list[Unit]) -> str:
    return _("“%(words)s” may be %(units)s. Write the short name.") % {
        "words": in_short(words),
        "units": _named(units),
    }


def _unknown(words: str, near: list[Unit]) -> str:
    if not near:
        return _("There is no unit “%(words)s”.") % {"words": in_short(words)}
    return _("There is no unit “%(words)s”. Is it %(units)s?") % {
        "words": in_short(words),
        "units": _named(near),
    }


def _named(units: list[Unit]) -> str:
    named = listed(unit.short_name for unit in units[:MOST_NAMED])
    more = len(units) - MOST_NAMED
    return _("%(names)s or %(more)d others") % {"names": named, "more": more} if more > 0 else named


class UnitWidget(forms.TextInput):
    """A text field that choose.js turns into a combobox over the page's list of units."""

    def __init__(self, choose: str = "one"):
        super().__init__({"data-choose": choose, "list": "units", "autocomplete": "off"})


class UnitField(forms.Field):
    """One unit; ``offered`` is set by the form, which loads the units once for all its fields."""

    widget = UnitWidget
    offered: Iterable[Unit] = ()

    def __init__(self, **options):
        super().__init__(**options)
        self.line = LineField(required=False, max_length=100)

    def to_python(self, value):
        words = self.line.clean(value)
        return find_unit(words, self.offered) if words else None

    def prepare_value(self, value):
        return value.short_name if isinstance(value, Unit) else value


class AskedUnitField(UnitField):
    """A unit as an address names it: by its key, as it is typed, or by a name it had once."""

    def offer(self, units: Iterable[Unit], day: date | None = None) -> None:
        """Units under the names of the ``day`` that the page speaks of; later ones by key alone."""
        self.by_key, self.day = {unit.pk: unit for unit in units}, day
        recorded = [unit for unit in self.by_key.values() if hasattr(unit, "_history")]
        self.offered = recorded or list(self.by_key.values())

    def to_python(self, value):
        words = self.line.clean(value)
        if not words:
            return None
        if pk := read_key(words):
            found = self.by_key.get(pk)
            if found is None:
                raise ValidationError(_unknown(words, []))
            return found
        return self._by_name(words)

    def _by_name(self, words: str) -> Unit:
        try:
            return find_unit(words, self.offered)
        except ValidationError:
            found = self.by_key.get(called_formerly(words, self.day))
            if found is None:
                raise
            return found

    def prepare_value(self, value):
        found = self.by_key.get(read_key(value)) if isinstance(value, str) else value
        return super().prepare_value(found or value)


class UnitsField(forms.Field):
    """Several units, as people list them; a list without repetition, in the order typed."""

    offered: Iterable[Unit] = ()

    def __init__(self, **options):
        super().__init__(widget=UnitWidget("many"), **options)
        self.line = LineField(required=False, max_length=2000)

    def to_python(self, value):
        found, errors = {}, []
        for words in split_names(self.line.clean(value), names_known(self.offered)):
            try:
                unit = find_unit(words, self.offered)
                found[unit.pk] = unit
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return list(found.values())

    def prepare_value(self, value):
        if value is None or isinstance(value, str):
            return value
        return "、".join(unit.short_name for unit in value)
