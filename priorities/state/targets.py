"""What actions count, and what entries say of it, as plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import chain

from ..legible import drawn
from ..models import Target, TargetValue
from .known import Known
from .statements import AT_ONCE, Statement, batched
from .values import TargetFacts, ValueFacts

OF_TARGET = tuple(field.name for field in fields(TargetFacts))
OF_VALUE = tuple(field.name for field in fields(ValueFacts))

TARGETS = Statement(
    lambda plan, day: (
        Target.objects.filter(action__priority__plan=plan)
        .order_by("pk")
        .values_list("action", "dropped_on", *OF_TARGET)
    )
)
VALUES = Statement(
    lambda keys, day: (
        TargetValue.objects.filter(entry__in=keys).order_by("pk").values_list("entry", *OF_VALUE)
    ),
    keys=AT_ONCE,
)


def targets_now(plan: int, known: Known) -> tuple[list[tuple[int, TargetFacts]], bool]:
    """The action and the target of each that stands, and whether there ever was one."""
    rows = list(TARGETS.rows(plan))
    standing = [(action, row) for action, dropped_on, *row in rows if not dropped_on]
    return [(action, known.again(TargetFacts, row)) for action, row in standing], bool(rows)


def targets_then(rows: Iterable[Target]) -> list[tuple[int, TargetFacts]]:
    """The same of rows as they were recorded."""
    standing = sorted((row for row in rows if not row.dropped_on), key=lambda row: row.pk)
    return [(row.action_id, TargetFacts(*(getattr(row, n) for n in OF_TARGET))) for row in standing]


def values_of(entries: Sequence[int], known: Known) -> dict[int, tuple[ValueFacts, ...]]:
    """What these entries say of targets, by the entry's primary key."""
    rows = chain.from_iterable(VALUES.rows_of(part) for part in batched(entries, AT_ONCE))
    found: dict[int, list[ValueFacts]] = {}
    for entry, *row in rows:
        found.setdefault(entry, []).append(known.again(_value, row))
    return {entry: known.together(values) for entry, values in found.items()}


def _value(*row) -> ValueFacts:
    return ValueFacts(*(drawn(part) if isinstance(part, str) else part for part in row))


def values_said(rows: Iterable[TargetValue]) -> tuple[ValueFacts, ...]:
    """Those of an entry that was recorded this moment."""
    return tuple(_value(*(getattr(row, name) for name in OF_VALUE)) for row in rows)
