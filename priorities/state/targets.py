"""What actions count, and what entries say of it, as plain values."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import date
from itertools import chain

from django.db.models import QuerySet

from ..legible import drawn
from ..models import Target, TargetValue
from .known import Known
from .statements import AT_ONCE, MANY_AT_ONCE, OfPlans, Statement, batched
from .values import TargetFacts, ValueFacts

OF_TARGET = tuple(field.name for field in fields(TargetFacts))
OF_VALUE = tuple(field.name for field in fields(ValueFacts))

TARGETS = OfPlans(
    lambda plans, day: (
        Target.objects.filter(action__priority__plan__in=plans)
        .order_by("pk")
        .values_list("action", "dropped_on", *OF_TARGET)
    )
)


def _values(keys: Sequence[int], day: date) -> QuerySet:
    rows = TargetValue.objects.filter(entry__in=keys).order_by("pk")
    return rows.values_list("entry", *OF_VALUE)


VALUES, MANY_VALUES = (Statement(_values, keys=most) for most in (AT_ONCE, MANY_AT_ONCE))


def targets_now(
    plans: Sequence[int], known_of: Callable[[int], Known]
) -> tuple[list[tuple[int, TargetFacts]], bool]:
    """The action and the target of each that stands, and whether there ever was one."""
    rows = list(TARGETS.rows(plans))
    standing = [(action, row) for action, dropped_on, *row in rows if not dropped_on]
    found = [(action, known_of(action).again(TargetFacts, row)) for action, row in standing]
    return found, bool(rows)


def targets_then(rows: Iterable[Target]) -> list[tuple[int, TargetFacts]]:
    """The same of rows as they were recorded."""
    standing = sorted((row for row in rows if not row.dropped_on), key=lambda row: row.pk)
    return [(row.action_id, TargetFacts(*(getattr(row, n) for n in OF_TARGET))) for row in standing]


def values_of(
    entries: Sequence[int], known_of: Callable[[int], Known]
) -> dict[int, tuple[ValueFacts, ...]]:
    """What these entries say of targets, by the entry's primary key."""
    asked = VALUES if len(entries) <= AT_ONCE else MANY_VALUES
    rows = chain.from_iterable(asked.rows_of(part) for part in batched(entries, asked.keys))
    found: dict[int, list[ValueFacts]] = {}
    for entry, *row in rows:
        found.setdefault(entry, []).append(known_of(entry).again(_value, row))
    return {entry: known_of(entry).together(values) for entry, values in found.items()}


def _value(*row) -> ValueFacts:
    return ValueFacts(*(drawn(part) if isinstance(part, str) else part for part in row))
