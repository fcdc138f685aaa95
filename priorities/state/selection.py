"""Which actions of a plan's state somebody asked for, and in what order: pure, without a query.

The list of actions, its counts and the bulk change all select by this, so that a count and the
rows behind it can never differ.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..lights import KINDS, Light
from ..named import NamedPerson, NamedUnit
from ..names import words_of
from ..readings import begins, holds
from .day import ActionState, PlanState

Test = Callable[[ActionState], bool]

FLAGS: dict[str, Test] = {
    "stale": lambda a: a.is_stale,
    "unassigned": lambda a: a.light == Light.UNASSIGNED,
    "waiting": lambda a: a.waiting > 0,
    "returned": lambda a: a.returned is not None,
    "help": lambda a: bool(a.help_needed),
    "talk": lambda a: a.needs_talk,
}
"""What may be asked of an action with ``=1`` in the address; ended ones never answer yes."""

SORTS = ("number", "unit", "due", "percent", "deviation", "light", "updated")


@dataclass(frozen=True)
class Selection:
    """What was asked for; every field that is left empty asks for nothing."""

    lights: frozenset[str] = frozenset()
    priority: int | None = None
    unit: NamedUnit | None = None
    role: str = ""
    owner: NamedPerson | None = None
    flags: frozenset[str] = frozenset()
    mine: frozenset[int] | None = None
    words: str = ""
    sort: str = "number"
    tests: dict[str, Test] = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "tests", _tests(self))

    @property
    def is_narrowed(self) -> bool:
        return bool(self.tests)

    def rows(self, state: PlanState) -> list[ActionState]:
        """The actions that were asked for, in the order asked for; ended ones stand last."""
        found = [a for a in state.actions if all(test(a) for test in self.tests.values())]
        return in_order(found, self.sort)

    def count_by_light(self, state: PlanState) -> Counter:
        """How many actions each light would show with everything else as it is asked for."""
        others = [test for name, test in self.tests.items() if name != "light"]
        return Counter(a.kind for a in state.actions if all(test(a) for test in others))

    def count_by_flag(self, state: PlanState) -> dict[str, int]:
        """How many actions there would be if that flag were asked for as well."""
        return {name: self._count(state, name) for name in FLAGS}

    def _count(self, state: PlanState, flag: str) -> int:
        return len(replace(self, flags=self.flags | {flag}).rows(state))


def _tests(asked: Selection) -> dict[str, Test]:
    """One test per criterion that was asked for, by the name it has in the address."""
    tests: dict[str, Test] = {}
    if asked.lights:
        tests["light"] = lambda a: a.kind in asked.lights
    if asked.priority:
        tests["priority"] = lambda a: a.action.priority.number == asked.priority
    if asked.unit:
        tests["unit"] = lambda a: _concerns(a, asked.unit, asked.role)
    if asked.owner:
        tests["owner"] = lambda a: a.action.owner_id == asked.owner.pk
    for flag in sorted(asked.flags):
        tests[flag] = _of_the_counted(FLAGS[flag])
    if asked.mine is not None:
        tests["mine"] = lambda a: a.action.pk in asked.mine
    if asked.words:
        tests["q"] = _word_test(asked.words)
    return tests


def _concerns(a: ActionState, unit: NamedUnit, role: str) -> bool:
    leads = a.action.lead_unit_id == unit.pk
    supports = any(supporting.pk == unit.pk for supporting in a.supporting)
    return {"lead": leads, "support": supports}.get(role, leads or supports)


def _of_the_counted(test: Test) -> Test:
    return lambda a: not a.is_ended and test(a)


def _word_test(words: str) -> Test:
    """Every word must stand somewhere in the row; Latin letters also meet pinyin initials."""
    wanted = words_of(words)
    return lambda a: all(_holds(a, word) for word in wanted)


def _holds(a: ActionState, word: str) -> bool:
    begins_so = begins(f"{a.number} {a.text}", word)
    return begins_so or any(holds(name, word) for name in _names(a))


def _names(a: ActionState) -> list[str]:
    names = [a.text, a.action.priority.title]
    for unit in (a.action.lead_unit, *a.supporting):
        names += unit.names if unit else ()
    if a.action.owner:
        names += a.action.owner.names
    return names


def in_order(actions: list[ActionState], sort: str) -> list[ActionState]:
    """Sorted by one of ``SORTS``, downwards with ``-`` before it.

    What has no value to sort by stands after the rest either way, ended actions after all.
    """
    is_down = sort.startswith("-")
    value = VALUES[sort.removeprefix("-")]
    counted = [a for a in actions if not a.is_ended]
    having = [a for a in counted if value(a) is not None]
    having.sort(key=value, reverse=is_down)
    lacking = [a for a in counted if value(a) is None]
    return having + lacking + [a for a in actions if a.is_ended]


def _by_unit(a: ActionState):
    unit = a.action.lead_unit
    return unit.place if unit else None


def _by_report(a: ActionState):
    return a.standing.day if a.standing else None


VALUES: dict[str, Callable[[ActionState], object]] = {
    "number": lambda a: (a.action.priority.number, a.action.order),
    "unit": _by_unit,
    "due": lambda a: a.action.due,
    "percent": lambda a: a.percent if a.has_yardstick else None,
    "deviation": lambda a: a.deviation if a.is_in_progress else None,
    "light": lambda a: KINDS.index(a.kind),
    "updated": _by_report,
}
