"""What of the plan itself changed since the last issued report: pure, over what both say.

The last report says what it was made of (``Facts.plan``). Before there is one, the acts of the
period are undone on paper: what they made was not there, what they changed was as they found it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..models import Amendment, Unit
from ..models.amendments import records_of
from ..plans.life.amended import last_ending
from ..state.day import PlanState
from .document import Facts, Made, PlanChanges, Reworded, UnitChange, Went

ENDING = {
    Amendment.Kind.UNITS_MERGED: "merged",
    Amendment.Kind.UNIT_SPLIT: "split",
    Amendment.Kind.UNIT_DISSOLVED: "dissolved",
}


@dataclass(frozen=True)
class Was:
    """What the plan was made of: actions by number, priorities by theirs, units by key."""

    actions: Mapping[str, tuple[str, bool]]
    """The words, and whether it had ended."""
    priorities: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def made_of(state: PlanState, units: Iterable[Unit]) -> Made:
    """What a report says that the plan is made of, for the next one to compare with."""
    return Made(
        priorities={str(p.number): [p.title, _short(p.priority)] for p in state.priorities},
        units={str(unit.pk): unit.short_name for unit in units if unit.is_active},
    )


def _short(priority) -> str:
    words = "\n".join((priority.sentence, priority.premise, priority.goal))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def was_of(facts: Facts) -> Was:
    """As an issued report says it."""
    rows = {row.number: (row.text, row.is_ended) for row in facts.rows}
    said = facts.plan or Made()
    return Was(rows, {n: tuple(v) for n, v in said.priorities.items()}, said.units)


def was_before(acts: Iterable[Amendment], state: PlanState, made: Made) -> Was:
    """Before these acts, newest first, in one query for each kind of row."""
    acts = list(acts)
    records = records_of(acts)
    numbers = {a.action.pk: a.number for a in state.actions}
    rows = {a.number: (a.text, a.is_ended) for a in state.actions}
    priorities = {p.priority.pk: str(p.number) for p in state.priorities}
    titles = {number: tuple(said) for number, said in made.priorities.items()}
    units = dict(made.units)
    for act in acts:
        for name, key, before, _after in act.touched:
            row = records[name].get(before)
            if name == "action" and key in numbers:
                _undo(rows, numbers[key], row and (row.text, row.cancelled_on is not None))
            elif name == "priority" and key in priorities:
                _undo(titles, priorities[key], row and (row.title, _short(row)))
            elif name == "unit":
                _undo(units, str(key), row.short_name if row and row.is_active else None)
    return Was(rows, titles, units)


def _undo(said: dict, key: str, before: object) -> None:
    if before:
        said[key] = before
    else:
        said.pop(key, None)


def changes_of_plan(state: PlanState, made: Made, was: Was) -> PlanChanges:
    """What the next circular names: each kind by number, in the order of the plan."""
    known = was.actions
    split = [a for a in state.actions if a.kind == "split" and not _had_ended(known, a.number)]
    ended = [a for a in state.actions if a.is_ended and not _had_ended(known, a.number)]
    return PlanChanges(
        priorities_added=_new(made.priorities, was.priorities),
        priorities_reworded=_other(made.priorities, was.priorities),
        added=[
            a.number
            for a in state.actions
            if a.number not in known and not a.action.came_of and not a.is_ended
        ],
        reworded=[
            Reworded(a.number, known[a.number][0])
            for a in state.actions
            if a.number in known and known[a.number][0] != a.text and not a.is_ended
        ],
        split=[Went([a.number], [d.target_number for d in a.action.into]) for a in split],
        merged=_merged(a for a in ended if a.kind == "merged"),
        withdrawn=[a.number for a in ended if a.is_cancelled and a.number in known],
        units=_of_units(made.units, was.units) if was.units else [],
    )


def _new(now: Mapping, was: Mapping) -> list[str]:
    """Nothing is known to be new where nothing is known of before."""
    return [number for number in now if was and number not in was]


def _other(now: Mapping, was: Mapping) -> list[str]:
    return [n for n, said in now.items() if n in was and tuple(was[n]) != tuple(said)]


def _had_ended(known: Mapping[str, tuple[str, bool]], number: str) -> bool:
    return number in known and known[number][1]


def _merged(sources: Iterable) -> list[Went]:
    into: dict[str, list[str]] = {}
    for a in sources:
        into.setdefault(a.action.into[0].target_number, []).append(a.number)
    return [Went(numbers, [target]) for target, numbers in into.items()]


def _of_units(now: Mapping[str, str], was: Mapping[str, str]) -> list[UnitChange]:
    renamed = [
        UnitChange("renamed", [was[key]], [name])
        for key, name in now.items()
        if key in was and was[key] != name
    ]
    ended: dict[int, UnitChange] = {}
    for key in was.keys() - now.keys():
        if found := last_ending(int(key)):
            into = [unit.short_name for unit in found.into]
            change = ended.setdefault(found.act.pk, UnitChange(ENDING[found.act.kind], [], into))
            change.before.append(was[key])
    return [*renamed, *(ended[key] for key in sorted(ended))]
