"""How actions came to stand as they do, week by week: the pure rule of a day, over many days.

A week is judged as the page of its day, with the units and dates as they are on the day that is
looked at.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from ..lights import KINDS, Light, Said, mean
from ..models import ProgressEntry
from .day import ActionState, Counts, elapsed_of, shown_as

WEEK = timedelta(7)
NOTHING = Said()


@dataclass(frozen=True, slots=True)
class Point:
    """The end of a week: mean percent done, mean percent of time gone, actions per light.

    ``overdue`` are those of whatever light without a report within the cycle.
    """

    day: date
    percent: int
    elapsed: int
    counts: Counts
    overdue: int


def weeks_of(actions: Sequence[ActionState], start: date, on: date) -> list[Point]:
    """The weeks from a day to another, in one query; none where everything was withdrawn.

    An action that was cancelled leaves from that day on, as on every page.
    """
    days = _week_ends(start, on)
    if all(a.is_cancelled for a in actions) or not days:
        return []
    said = _said([a.action.pk for a in actions], days)
    return [_point(actions, said, day) for day in days]


def _week_ends(start: date, on: date) -> list[date]:
    """Every seventh day back from the day that is shown, oldest first."""
    days, day = [], on
    while day >= start:
        days.append(day)
        day -= WEEK
    return days[::-1]


def _said(actions: list[int], days: list[date]) -> dict[tuple[int, date], Said]:
    """What had been said of each action by each day; nothing where nothing was."""
    entries = ProgressEntry.objects.filter(action__in=actions).up_to(days[-1]).standing()
    counts = Exists(ProgressEntry.objects.filter(pk=OuterRef("pk")).accepted())
    found = entries.order_by("day", "pk").annotate(counts=counts)
    of = defaultdict(list)
    for action, *entry in found.values_list("action", "day", "percent", "counts"):
        of[action].append(entry)
    return {
        (action, day): said
        for action, told in of.items()
        for day, said in zip(days, _told_by(told, days), strict=True)
    }


def _told_by(told: list[tuple[date, int, bool]], days: list[date]) -> Iterable[Said]:
    """Walks once through the entries of an action, oldest first, and stops at each day."""
    said, rest = Said(), list(reversed(told))
    for day in days:
        while rest and rest[-1][0] <= day:
            at, percent, counts = rest.pop()
            said = said.and_then(at, percent, counts=counts)
        yield said


def _point(actions: Iterable[ActionState], said: dict, day: date) -> Point:
    counts = dict.fromkeys(KINDS, 0)
    percents, times, overdue = [], [], 0
    for a in actions:
        so_far = said.get((a.action.pk, day), NOTHING)
        shown = shown_as(a.action, so_far, day)
        if shown.judgement.light == Light.CANCELLED:
            continue
        counts[shown.kind] += 1
        overdue += shown.is_stale
        percents.append(so_far.percent or 0)
        times.append(elapsed_of(a.action, day))
    return Point(day, mean(percents), mean(times), counts, overdue)
