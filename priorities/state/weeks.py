"""How actions came to stand as they do, week by week: the pure rule of a day, over many days.

A week is judged as the page of its day, with the units and dates as they are on the day that is
looked at.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BooleanField, ExpressionWrapper, Q

from ..lights import ENDED, KINDS, Said, mean
from ..models import Decision, ProgressEntry
from .day import ActionState, Counts, elapsed_of, shown_as

WEEK = timedelta(7)
NOTHING = Said()
COUNTS = ExpressionWrapper(
    Q(decision__verdict=Decision.Verdict.ACCEPTED) | Q(decision__isnull=True, needs_review=False),
    output_field=BooleanField(),
)
"""Whether an entry that stands is accepted: as ``accepted()``, by the join that is there."""


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

    What has ended leaves from that day on, as on every page.
    """
    days = _week_ends(start, on)
    if all(a.is_ended for a in actions) or not days:
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
    found = entries.order_by("day", "pk").annotate(counts=COUNTS)
    of = defaultdict(list)
    for action, *entry in found.values_list("action", "day", "percent", "counts"):
        of[action].append(entry)
    return {
        (action, day): said
        for action, told in of.items()
        for day, said in zip(days, _told_by(told, days), strict=True)
    }


def _told_by(told: list[tuple[date, int, bool]], days: list[date]) -> Iterable[Said]:
    """Walks once through the entries of an action, oldest first, and stops at each day.

    Of a week only what its end needs is put together: the last entry, and the last that counts
    with those of 100 % that lead up to it.
    """
    said, place = Said(), 0
    for day in days:
        first = place
        while place < len(told) and told[place][0] <= day:
            place += 1
        for at, percent, counts in _that_matter(told[first:place]):
            said = said.and_then(at, percent, counts=counts)
        yield said


def _that_matter(week: list[tuple[date, int, bool]]) -> list[tuple[date, int, bool]]:
    """The entries of a week without those that a later one of it takes the meaning from."""
    if len(week) < 2:
        return week
    counting = [entry for entry in week if entry[2]]
    last_below = next((n for n in reversed(range(len(counting))) if counting[n][1] < 100), -1)
    kept = counting[max(last_below, 0) : last_below + 2]
    return kept if kept and kept[-1] is week[-1] else [*kept, week[-1]]


def _point(actions: Iterable[ActionState], said: dict, day: date) -> Point:
    counts = dict.fromkeys(KINDS, 0)
    percents, times, overdue = [], [], 0
    for a in actions:
        if a.action.began_on and a.action.began_on > day:
            continue
        so_far = a.action.stands(said.get((a.action.pk, day), NOTHING), day)
        shown = shown_as(a.action, so_far, day)
        if shown.judgement.light in ENDED:
            continue
        counts[shown.kind] += 1
        overdue += shown.is_stale
        percents.append(so_far.percent or 0)
        times.append(elapsed_of(a.action, day))
    return Point(day, mean(percents), mean(times), counts, overdue)
