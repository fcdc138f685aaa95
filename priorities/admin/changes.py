"""The history of any row in words: what was changed from what to what, by whom, when and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.models import DeletedObject

from ..days import iso
from ..models import User
from ..models.changes import reason_in_words
from ..readings import order_of
from ..words import listed

KINDS = {
    "+": gettext_lazy("Added"),
    "~": gettext_lazy("Changed"),
    "-": gettext_lazy("Deleted"),
}


@dataclass(frozen=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One row of history, with the fields that differ from the row before it."""

    at: datetime
    by: User | None
    kind: str
    door: str
    reason: str
    fields: list[FieldChange]


def changes(records: Iterable[Model]) -> list[Change]:
    """``records`` are rows of one object's history, newest first, each compared with the next.

    The last of them is compared with nothing, so give one more than is shown.
    """
    rows = list(records)
    return [_change(new, old) for new, old in zip(rows, [*rows[1:], None], strict=True)]


def _change(new: Model, old: Model | None) -> Change:
    is_edit = old is not None and new.history_type == "~"
    return Change(
        at=new.history_date,
        by=new.history_user,
        kind=str(KINDS[new.history_type]),
        door=new.get_door_display(),
        reason=reason_in_words(new),
        fields=_fields(new, old) if is_edit else [],
    )


def _fields(new: Model, old: Model) -> list[FieldChange]:
    delta = new.diff_against(old, foreign_keys_are_objs=True)
    return [_field(new, change) for change in delta.changes]


def _field(record: Model, change) -> FieldChange:
    field = record.instance_type._meta.get_field(change.field)
    said = [_said(field, value) for value in (change.old, change.new)]
    return FieldChange(capfirst(field.verbose_name), *said)


def _said(field, value) -> str:
    if isinstance(value, list):
        others = field.m2m_reverse_field_name()
        names = sorted((str(row[others]) for row in value), key=order_of)
        return listed(names)
    if isinstance(value, DeletedObject):
        value = _("(deleted)") if value.pk else None
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if hasattr(value, "year"):
        return iso(value)
    return str(value)
