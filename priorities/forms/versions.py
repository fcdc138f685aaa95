"""Two people, one form: what it was drawn from, what stands now, and what was typed.

Every form that edits carries ``seen``, which names the state it was drawn from. Where something
else stands by the time it is sent, nothing is stored: the page shows both, field by field, and
``keep-<field>`` says which of them is meant. ``templates/_conflict_fields.html`` draws it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from ..days import moment
from ..words import listed
from .fields import StrictForm

THEIRS, MINE = "theirs", "mine"
NOTHING = "–"
STALE = "stale"
"""The code of the error that a form gets which comes too late."""


@dataclass(frozen=True)
class Difference:
    """One field of which two values are on the table; ``chosen`` is empty where both changed."""

    name: str
    label: str
    theirs: str
    mine: str
    chosen: str

    @property
    def keep(self) -> str:
        return kept_name(self.name)


def kept_name(name: str) -> str:
    """The name of the choice between the two values of a field."""
    return f"keep-{name}"


def preselected(*, only_mine: bool, only_theirs: bool) -> str:
    """Who alone changed a field has probably meant it; where both did, a person must say."""
    if only_mine:
        return MINE
    return THEIRS if only_theirs else ""


class SeenField(forms.CharField):
    """The state that a form was drawn from; it is no value of the row itself."""

    def __init__(self):
        super().__init__(required=False, max_length=60, widget=forms.HiddenInput)

    def has_changed(self, initial, data):
        return False


class VersionedForm(StrictForm):
    """A form that edits. A subclass says which state stands and what an earlier one held."""

    seen = SeenField()

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.initial["seen"] = self.version
        if self.is_bound:
            self._keep_theirs()

    @property
    def version(self) -> str:
        """Names the state that stands now."""
        raise NotImplementedError

    def values_at(self, seen: str) -> dict[str, object]:
        """The form's values in that state; empty where it is not known."""
        raise NotImplementedError

    @property
    def is_stale(self) -> bool:
        return self.data.get(self.add_prefix("seen"), "") != self.initial["seen"]

    @cached_property
    def differences(self) -> list[Difference]:
        """The fields in which what was typed is not what stands; only after cleaning."""
        before = self.values_at(self.data.get(self.add_prefix("seen"), ""))
        compared = [n for n in self.fields if n in self.initial and n not in ("seen", "nonce")]
        found = [self._difference(name, before) for name in compared]
        return [difference for difference in found if difference]

    def _difference(self, name: str, before: dict[str, object]) -> Difference | None:
        field, now = self.fields[name], self.get_initial_for_field(self.fields[name], name)
        sent = self[name].data
        if field.disabled or not field.has_changed(now, sent):
            return None
        is_known = name in before
        i_changed = not is_known or field.has_changed(before[name], sent)
        they_changed = not is_known or as_sent(field, before[name]) != as_sent(field, now)
        return Difference(
            name=self.add_prefix(name),
            label=str(self[name].label),
            theirs=in_words(field, now),
            mine=in_words(field, self.cleaned_data.get(name, sent)),
            chosen=preselected(
                only_mine=i_changed and not they_changed,
                only_theirs=they_changed and not i_changed,
            ),
        )

    def show_what_stands(self) -> None:
        """Let the form that is shown again be one that has seen what stands now."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = self.initial["seen"]

    def _keep_theirs(self) -> None:
        """Put what stands into the fields of which somebody chose it."""
        names = [name for name in self.fields if name in self.initial]
        kept = [n for n in names if self.data.get(kept_name(self.add_prefix(n))) == THEIRS]
        if not kept:
            return
        self.data = self.data.copy()
        for name in kept:
            field = self.fields[name]
            values = as_sent(field, self.get_initial_for_field(field, name))
            self.data.setlist(self.add_prefix(name), values or [""])


def last_change(history: QuerySet) -> Model | None:
    return history.select_related("history_user").order_by("-history_id").first()


def values_in(record: Model) -> dict[str, object]:
    """The values of a row of history, by the name of the field, as a form takes them."""
    fields = record.tracked_fields
    values = {field.name: getattr(record, field.attname) for field in fields}
    for field in record._history_m2m_fields:
        key = f"{field.m2m_reverse_field_name()}_id"
        values[field.name] = [getattr(row, key) for row in getattr(record, field.name).all()]
    return values


def who_and_when(record: Model | None) -> dict[str, str]:
    """The words for a sentence that says who was faster."""
    return {
        "person": str(record.history_user or "") if record else "",
        "time": moment(record.history_date) if record else "",
    }


def meanwhile(record: Model | None, by: Model | None = None) -> str:
    """Who changed it, and when; one's own other window is told as such."""
    words = who_and_when(record)
    if by is not None and record is not None and record.history_user_id == by.pk:
        return _("You changed this yourself at %(time)s, in another window.") % words
    words["person"] = words["person"] or _("Somebody")
    return _("%(person)s changed this at %(time)s, after you opened the form.") % words


def as_sent(field: forms.Field, value: object) -> list[str]:
    """What a browser sends where the field shows that value."""
    widget = getattr(field.widget, "widget", field.widget)
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if value else ["false"]
    shown = widget.format_value(field.prepare_value(value))
    if isinstance(shown, list | tuple):
        return sorted(str(one) for one in shown if one is not None)
    return [] if shown in (None, "") else [str(shown)]


def in_words(field: forms.Field, value: object) -> str:
    """A value as a person reads it, whether it was stored or sent."""
    if isinstance(field, forms.ModelChoiceField):
        value = _rows(field, value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return _chosen_words(field, value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return listed(str(one) for one in value) or NOTHING
    return NOTHING if value in (None, "") else str(value)


def _rows(field: forms.ModelChoiceField, value: object) -> list[object]:
    """The rows that the keys name; what is no key stays as it was sent."""
    given = value if isinstance(value, list | tuple | QuerySet) else [value]
    keys = [one for one in given if not isinstance(one, Model) and str(one or "").isdigit()]
    rows = field.queryset.model._base_manager.in_bulk([int(str(key)[:18]) for key in keys])
    named = {str(key): row for key, row in rows.items()}
    return [named.get(str(one), one) for one in given if one not in (None, "")]


def _chosen_words(field: forms.ChoiceField, value: object) -> str:
    flat = {}
    for key, words in field.choices:
        flat |= {str(k): w for k, w in words} if isinstance(words, list | tuple) else {key: words}
    return str(flat.get(str(value), value)) if value not in (None, "") else NOTHING
