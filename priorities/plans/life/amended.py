"""What changed a plan or its units during the year, act by act, in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ...models import Amendment, Priority, Unit
from ...models.amendments import records_of
from ...words import listed

Kind = Amendment.Kind
ENDING = (Kind.UNITS_MERGED, Kind.UNIT_SPLIT, Kind.UNIT_DISSOLVED)
FIELDS = {"action": ("text", "measure"), "priority": ("title", "sentence", "premise", "goal")}


@dataclass(frozen=True)
class Told:
    """An act with what it did, in sentences, and whether it can still be taken back."""

    act: Amendment
    sentences: list[str]
    may_be_undone: bool = False


def told(acts: Iterable[Amendment]) -> list[Told]:
    """The acts in sentences, under the words of then, in a fixed number of queries."""
    acts = list(acts)
    records = _Records(acts)
    return [Told(act, _sentences(act, records)) for act in acts]


@dataclass(frozen=True)
class Ended:
    """How a unit ended, and the units that took over."""

    act: Amendment
    into: list[Unit]


def last_ending(unit: int) -> Ended | None:
    """The reform by which a unit ended, if one is known of."""
    acts = Amendment.objects.filter(kind__in=ENDING, undone_at=None).select_related("by")
    act = next((act for act in acts if unit in act.details.get("units", ())), None)
    if act is None:
        return None
    return Ended(act, list(Unit.objects.filter(pk__in=act.details["into"])))


class _Records:
    """The rows of history that acts touched, by kind and key of the record."""

    def __init__(self, acts: list[Amendment]):
        self.rows = records_of(acts)
        priorities = {row.priority_id for row in self.rows["action"].values()}
        names = Priority.objects.filter(pk__in=priorities).values_list("pk", "number")
        self.priorities = dict(names)

    def of(self, act: Amendment, name: str) -> list[tuple]:
        """Each touched row of a kind as (before, after); before is None where it was made."""
        rows = self.rows[name]
        return [
            (rows.get(before), rows[after])
            for kind, _key, before, after in act.touched
            if kind == name and after in rows
        ]

    def number(self, row) -> str:
        return f"{self.priorities.get(row.priority_id, '?')}.{row.order}"


def _sentences(act: Amendment, records: _Records) -> list[str]:
    match act.kind:
        case Kind.PRIORITY_ADDED:
            return [f"{row.number} {row.title}" for _old, row in records.of(act, "priority")]
        case Kind.PRIORITY_REWORDED:
            return _other_words(act, records, "priority")
        case Kind.ACTION_REWORDED:
            return _other_words(act, records, "action")
        case Kind.SPLIT | Kind.MERGED:
            return [_descent(act, records)]
        case Kind.ACTION_ADDED | Kind.WITHDRAWN:
            return [f"{records.number(row)} {row.text}" for _old, row in records.of(act, "action")]
    return _of_units(act, records)


def _other_words(act: Amendment, records: _Records, name: str) -> list[str]:
    said = []
    for old, new in records.of(act, name):
        number = records.number(new) if name == "action" else new.number
        for field in FIELDS[name]:
            before, after = getattr(old, field), getattr(new, field)
            if before != after:
                words = {"number": number, "before": before or "–", "after": after or "–"}
                said.append(_("%(number)s: “%(before)s” → “%(after)s”") % words)
    return said


def _descent(act: Amendment, records: _Records) -> str:
    rows = records.of(act, "action")
    sources = _named(records, [row for old, row in rows if old])
    targets = _named(records, [row for old, row in rows if not old])
    return f"{sources} → {targets}"


def _named(records: _Records, rows: list) -> str:
    parts = [f"{records.number(row)} {row.text}" for row in rows]
    return listed(parts)


def _of_units(act: Amendment, records: _Records) -> list[str]:
    """Old name → new name, what ended, what began, and how much moved."""
    rows = records.of(act, "unit")
    renamed = [
        f"{old.short_name} → {new.short_name}"
        for old, new in rows
        if old and old.short_name != new.short_name
    ]
    ended = [new.short_name for old, new in rows if old and old.is_active and not new.is_active]
    begun = [new.short_name for old, new in rows if old is None]
    said = list(renamed)
    if ended:
        said.append(_("ended: %(names)s") % {"names": "、".join(ended)})
    if begun:
        said.append(_("new: %(names)s") % {"names": "、".join(begun)})
    counts = {"actions": len(act.keys("action")), "people": len(act.keys("user"))}
    if any(counts.values()):
        said.append(_("%(actions)d actions and %(people)d people moved") % counts)
    return said
