"""The sentences that name what of the plan changed in the period, each by number and name."""

from collections.abc import Iterable, Iterator

from .document import Facts, UnitChange
from .prose import listed, quoted


def plan_clauses(facts: Facts) -> Iterator[tuple[str, str]]:
    """Key and sentence of each kind of change; the sentence is empty where there is none."""
    c = facts.plan_changes
    yield "priorities_added", _priorities(facts, "新增重点工作", c.priorities_added)
    yield "priorities_reworded", _priorities(facts, "改写重点工作", c.priorities_reworded)
    yield "added", _counted("新增举措", [_named(facts, number) for number in c.added])
    reworded = [
        f"{one.number}由{quoted(one.before)}改为{quoted(facts.row(one.number).text)}"
        for one in c.reworded
    ]
    yield "reworded", _counted("改写举措", reworded, "；")
    split = [f"{_all(facts, w.sources)}拆分为{_all(facts, w.targets)}" for w in c.split]
    yield "split", _counted("拆分举措", split, "；")
    merged = [f"{_all(facts, w.sources)}并入{_all(facts, w.targets)}" for w in c.merged]
    yield "merged", _counted("合并举措", merged, "；", sum(len(w.sources) for w in c.merged))
    yield "withdrawn", _counted("中止", [_named(facts, number) for number in c.withdrawn])
    yield "units", _units(c.units)


def _counted(what: str, said: list[str], between: str = "、", count: int | None = None) -> str:
    return f"{what}{count or len(said)}项：{between.join(said)}。" if said else ""


def _named(facts: Facts, number: str) -> str:
    return f"{number}{quoted(facts.row(number).text)}"


def _all(facts: Facts, numbers: Iterable[str]) -> str:
    return listed(_named(facts, number) for number in numbers)


def _priorities(facts: Facts, what: str, numbers: list[str]) -> str:
    titles = {str(line.number): line.title for line in facts.priorities}
    return _counted(what, [quoted(titles[number]) for number in numbers if number in titles])


def _units(changes: list[UnitChange]) -> str:
    said = [_of_unit(change) for change in changes]
    return f"单位调整{len(said)}项：{'；'.join(said)}。" if said else ""


def _of_unit(change: UnitChange) -> str:
    before, into = listed(change.before), listed(change.into)
    match change.kind:
        case "renamed":
            return f"{before}更名为{into}"
        case "merged":
            return f"{before}并入{into}"
        case "split":
            return f"{before}拆分为{into}"
    return f"{before}撤销，由{into}承接" if into else f"{before}撤销"
