"""The small drawings that every page has: bars, strips of lights, the months of a plan."""

import calendar
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..lights import KINDS
from ..words import KIND_WORDS
from .pen import box, drawing, path, rect

MOST_CELLS = 200
"""A strip of more actions than this shows one block per light instead of one cell per action."""

HATCH = "M{} 5l3-5M{} 14l8-14M{} 14l5-9"


@lru_cache(maxsize=2048)
def bar(percent: int, elapsed: int, label: str) -> SafeString:
    """Percent done, with a tick where time-proportional progress stands."""
    parts = [
        rect(None, 3, 100, 6, css="track"),
        rect(None, 3, percent, 6, css="fill"),
        path("M{} 0v12", elapsed, css="tick"),
    ]
    size = {"box": box(100, 12), "width": 100, "height": 12}
    return drawing(parts, label=label, css="bar", **size, is_stretched=True)


def strip(counts: Mapping[str, int]) -> SafeString:
    """One cell per action, worst first, in the one order of lights; ended ones are left out."""
    present = [(kind, counts.get(kind, 0)) for kind in KINDS if counts.get(kind, 0)]
    total = sum(count for _kind, count in present)
    cells, x = [], 0
    for kind, count in present:
        for width in [10] * count if total <= MOST_CELLS else [10 * count]:
            cells += _cell(kind, x, width)
            x += width
    label = ", ".join(f"{KIND_WORDS[kind]} {count}" for kind, count in present) or _("no actions")
    size = {"box": box(max(x, 10), 14), "height": 14}
    return drawing(cells, label=label, css="strip", **size, is_stretched=True)


def _cell(kind: str, x: int, width: int) -> Iterator[SafeString]:
    if kind in ("not_started", "unassigned"):
        yield rect(x + 0.9, 0.7, width - 1.8, 12.6, css=f"cell {kind}")
        return
    yield rect(x + 0.5, 0, width - 1, 14, css=f"cell {kind}")
    if kind == "stale":
        yield path(HATCH, x + 0.5, x + 0.5, x + 4.5, css="hatch")


def months(start: date, end: date, on: date) -> SafeString:
    """The months of a plan as cells, filled as far as the time has gone."""
    cells, gone = [], 0
    spans = _months_between(start, end)
    for place, (first, last) in enumerate(spans):
        share = min(max(((on - first).days + 1) / ((last - first).days + 1), 0), 1)
        gone += share == 1
        cells.append(rect(10 * place + 0.5, 0.7, 9, 12.6))
        if share:
            cells.append(rect(10 * place + 0.5, 0, round(9 * share, 1), 14, css="gone"))
    label = ngettext(
        "%(gone)d of %(whole)d month gone", "%(gone)d of %(whole)d months gone", len(spans)
    ) % {"gone": gone, "whole": len(spans)}
    size = {"box": box(10 * len(spans), 14), "height": 14}
    return drawing(cells, label=label, css="months", **size, is_stretched=True)


def _months_between(start: date, end: date) -> list[tuple[date, date]]:
    """First and last day of each calendar month that the plan touches, both inside the plan."""
    spans, first = [], start
    while first <= end:
        month_end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        spans.append((first, min(month_end, end)))
        first = date.fromordinal(month_end.toordinal() + 1)
    return spans
