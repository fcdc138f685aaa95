"""What people do to a reading: an act on a run gives a new draft, and a step that leads back.

Pure: no model, no request. Whatever is done, the runs stay verbatim, in order, and apart.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from .marks import Draft, Kind, Mark, Source
from .proposed import Group, group_at, groups_of

MOST_STEPS = 200
"""So many acts can be undone."""

LONGEST_OWN = 5000
"""Characters that somebody may write in the place of a run."""

TAKEN = (Kind.TITLE, Kind.PREMISE, Kind.ACTION, Kind.GOAL)


class Refused(Exception):
    """The act makes no sense here; ``code`` says why."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Act:
    """What is to be done to the run that begins at ``run``.

    ``cut`` counts characters of its words. ``said`` are words for it, by name: ``words``, ``lead``,
    ``supporting``, ``due``, ``amounts`` (None where nobody understands them); the others stay.
    """

    name: str
    run: int
    cut: int = 0
    said: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Done:
    """The draft after an act, and the run to go on with."""

    draft: Draft
    run: int


def applied(source: Source, draft: Draft, act: Act) -> Done:
    """Raises Refused where the run is not there, or the act makes no sense for it."""
    place = draft.place_of(act.run)
    if place is None:
        raise Refused("gone")
    if act.name not in ACTS:
        raise Refused("unknown")
    return ACTS[act.name](source, draft, place, act)


def with_unit(draft: Draft, name: str, unit: int) -> Draft:
    """With the unit that a name means, by its key; 0 leaves the name out, -1 asks anew."""
    units = {**dict(draft.units), name: unit}
    if unit < 0:
        del units[name]
    return replace(draft, units=tuple(sorted(units.items())))


def _put(draft: Draft, place: int, count: int, *marks: Mark) -> Draft:
    kept = draft.marks
    return replace(draft, marks=(*kept[:place], *marks, *kept[place + count :]))


def _take(source: Source, draft: Draft, place: int, act: Act) -> Done:
    mark = draft.marks[place]
    return Done(_put(draft, place, 1, replace(mark, kind=Kind(act.name))), mark.start)


def _split(source: Source, draft: Draft, place: int, act: Act) -> Done:
    """Of a title the rest is not taken: else there would be two priorities."""
    mark = draft.marks[place]
    if mark.own:
        raise Refused("reworded")
    cut = source.place_after(mark.start, mark.end, act.cut) if act.cut > 0 else mark.start
    first, second = source.trimmed(mark.start, cut), source.trimmed(cut, mark.end)
    if first[0] == first[1] or second[0] == second[1]:
        raise Refused("nothing_there")
    rest = Kind.NONE if mark.kind == Kind.TITLE else mark.kind
    before = replace(mark, start=first[0], end=first[1])
    after = replace(mark, start=second[0], end=second[1], kind=rest, order=())
    return Done(_put(draft, place, 1, before, after), before.start)


def _join(source: Source, draft: Draft, place: int, act: Act) -> Done:
    if place + 1 == len(draft.marks):
        raise Refused("last")
    mark, after = draft.marks[place : place + 2]
    if after.kind == Kind.TITLE:
        raise Refused("next_is_title")
    joined = replace(
        mark,
        end=after.end,
        own=_joined_own(source, mark, after),
        lead=mark.lead or after.lead,
        supporting=_several(mark, after),
        due=mark.due or after.due,
        amounts=mark.amounts + after.amounts,
    )
    return Done(_put(draft, place, 2, joined), mark.start)


def _joined_own(source: Source, mark: Mark, after: Mark) -> str:
    if not mark.own and not after.own:
        return ""
    words = [one.own or source.words(one.start, one.end) for one in (mark, after)]
    joined = source.words(mark.end, after.start).join(words)
    if len(joined) > LONGEST_OWN:
        raise Refused("too_long")
    return joined


def _several(mark: Mark, after: Mark) -> tuple[str, ...]:
    """Who supports either; the second's lead supports where the first has another."""
    names = [*mark.supporting, *([after.lead] if mark.lead else []), *after.supporting]
    return tuple(name for name in dict.fromkeys(names) if name and name != mark.lead)


def _say(source: Source, draft: Draft, place: int, act: Act) -> Done:
    """Other words for a run, and who does its action by when; without words it has its own."""
    mark, said = draft.marks[place], dict(act.said)
    if not mark.is_taken:
        raise Refused("not_taken")
    if "words" in said:
        words = said.pop("words")
        if len(words) > LONGEST_OWN:
            raise Refused("too_long")
        said["own"] = "" if words == source.words(mark.start, mark.end) else words
    if "amounts" in said and said["amounts"] is None:
        raise Refused("no_amount")
    if mark.kind != Kind.ACTION:
        said = {name: words for name, words in said.items() if name == "own"}
    return Done(_put(draft, place, 1, replace(mark, **said)), mark.start)


def _move(source: Source, draft: Draft, place: int, act: Act) -> Done:
    mark, by = draft.marks[place], 1 if act.name == "down" else -1
    groups = groups_of(source, draft)
    group = group_at(groups, mark.start)
    if mark.kind == Kind.TITLE:
        starts = _moved([one.title.start for one in groups if one.title], mark.start, by)
        return Done(replace(draft, order=starts), mark.start)
    if mark.kind != Kind.ACTION or group is None or group.title is None:
        raise Refused("not_movable")
    return Done(_with_order(draft, group, mark, by), mark.start)


def _with_order(draft: Draft, group: Group, mark: Mark, by: int) -> Draft:
    starts = _moved([action.start for action in group.actions], mark.start, by)
    title = replace(group.title, order=starts)
    return _put(draft, draft.place_of(title.start), 1, title)


def _moved(starts: list[int], start: int, by: int) -> tuple[int, ...]:
    place = starts.index(start)
    other = place + by
    if not 0 <= other < len(starts):
        raise Refused("at_the_end")
    starts[place], starts[other] = starts[other], starts[place]
    return tuple(starts)


ACTS: dict[str, Callable[[Source, Draft, int, Act], Done]] = {
    **dict.fromkeys(map(str, (*TAKEN, Kind.NONE)), _take),
    "split": _split,
    "join": _join,
    "words": _say,
    "up": _move,
    "down": _move,
}


# The way back

Step = list
"""Of plain values, as it is stored: place, how many marks stand there now, the marks that stood
there, the order and the units that were, and the run that was acted on."""


def step_back(before: Draft, after: Draft, run: int) -> Step | None:
    """What leads from ``after`` to ``before``; None where nothing changed."""
    if before == after:
        return None
    old, new = before.marks, after.marks
    first = _length_of_same(old, new)
    most = min(len(old), len(new)) - first
    last = min(_length_of_same(old[::-1], new[::-1]), most)
    stood = [mark.stored() for mark in old[first : len(old) - last]]
    return [first, len(new) - last - first, stood, list(before.order), dict(before.units), run]


def _length_of_same(one: tuple, other: tuple) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def undone(draft: Draft, step: Step) -> Done:
    """The draft as it was before the act that left the step."""
    place, count, stood, order, units, run = step
    marks = tuple(map(Mark.of, stood))
    before = Draft(
        (*draft.marks[:place], *marks, *draft.marks[place + count :]),
        tuple(order),
        tuple(sorted(units.items())),
    )
    return Done(before, run)
