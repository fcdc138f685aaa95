"""How a plan, a priority, a unit or an action came to stand as it does, week by week.

Each week is shown by the same function as the page of its day, with the units and dates as they
are on the day that is looked at: a trend answers "how has this list gone", a page with ``?on=``
answers "what did we see that day".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..days import iso
from ..lights import KINDS
from ..models import Action, Plan, Report
from ..state.day import ActionState
from ..state.weeks import WEEK, Point, weeks_of
from ..words import KIND_WORDS
from .charts import months_between, through
from .pen import box, drawing, group, path, rect, text

WIDTH, LEFT, RIGHT = 480, 30, 62
LINES, BARS, AXIS = 110, 80, 24
GAP, TOP = 16, 12
LINE = 13  # what words need of height where a phone enlarges them

STACK = tuple(reversed(KINDS))
"""From the ground up: what has not begun lies at the bottom, what is late on top."""


@dataclass(frozen=True)
class Mark:
    """A day on which something was decided that the lines should be read with."""

    day: date
    kind: str
    words: str


@dataclass(frozen=True)
class Trend:
    """The drawing, the points behind it, and the ends of months for the table."""

    svg: SafeString
    points: list[Point]
    marks: list[Mark]

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def table(self) -> list[Point]:
        """The last point of each month: the table for those who do not see the lines."""
        last = {(p.day.year, p.day.month): p for p in self.points}
        return list(last.values())


def trend(plan: Plan, actions: Sequence[ActionState], on: date) -> Trend | None:
    """The weeks from the plan's start to a day, in three queries; None before the first one."""
    points = weeks_of(actions, plan.start, min(on, plan.end))
    if len(points) < 2:
        return None
    marks = _marks(plan, [a for a in actions if not a.is_ended], on)
    return Trend(_Drawing(plan, points, marks).svg(), points, marks)


def _marks(plan: Plan, actions: list[ActionState], on: date) -> list[Mark]:
    issued = Report.objects.filter(plan=plan, issued__isnull=False, end__lte=on)
    marks = [
        Mark(end, "issued", f"{number} {title}".strip())
        for end, number, title in issued.values_list("end", "number", "title")
    ]
    numbers = {a.action.pk: a.number for a in actions}
    moved: dict[int, date] = {}
    dues = Action.history.filter(id__in=numbers, due__isnull=False).order_by("history_id")
    for pk, due, at in dues.values_list("id", "due", "history_date"):
        day = timezone.localdate(at)
        if pk in moved and moved[pk] != due and day <= on:
            marks.append(Mark(day, "moved", _("%s: due date moved") % numbers[pk]))
        moved[pk] = due
    return sorted(marks, key=lambda mark: mark.day)


class _Drawing:
    """Two plots over one time axis: percent against time above, actions per light below."""

    def __init__(self, plan: Plan, points: list[Point], marks: list[Mark]):
        self.points, self.marks = points, marks
        self.first, self.last, self.days = plan.start, plan.end, plan.days
        self.total = max(sum(point.counts.values()) for point in points)

    def svg(self) -> SafeString:
        parts = [*self._lines(), *self._bars(), *self._axis(), *self._marks()]
        span = box(WIDTH, TOP + LINES + GAP + BARS + AXIS)
        return drawing(parts, label=self._label(), css="plot trend", box=span)

    def _label(self) -> str:
        last = self.points[-1]
        words = _(
            "Week by week up to %(day)s: %(percent)d %% done, %(elapsed)d %% of the time gone"
        )
        said = {"day": self.days.said(last.day), "percent": last.percent, "elapsed": last.elapsed}
        return words % said

    def _x(self, day: date) -> float:
        share = (min(max(day, self.first), self.last) - self.first) / (self.last - self.first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def _y(self, percent: int) -> float:
        return round(TOP + (100 - percent) / 100 * LINES, 1)

    def _lines(self) -> Iterable[SafeString]:
        for percent in (0, 50, 100):
            y = self._y(percent)
            yield path("M{} {}H{}", LEFT, y, WIDTH - RIGHT, css="g")
            yield text(LEFT - 6, y + 3, percent, anchor="end")
        for name in ("elapsed", "percent"):
            corners = [(self._x(p.day), self._y(getattr(p, name))) for p in self.points]
            css = "plan" if name == "elapsed" else "actual"
            yield path(f"M{through(len(corners))}", *chain(*corners), css=css)
        yield from self._line_words()

    def _line_words(self) -> Iterable[SafeString]:
        last = self.points[-1]
        x, done, gone = self._x(last.day) + 5, self._y(last.percent), self._y(last.elapsed)
        if abs(done - gone) < LINE:
            apart = (LINE - abs(done - gone)) / 2 if done >= gone else (abs(done - gone) - LINE) / 2
            done, gone = done + apart, gone - apart
        schedule = pgettext("line of a chart", "Schedule")
        yield text(x, gone + 3, f"{schedule} {last.elapsed}%")
        words = pgettext("line of a chart", "Done")
        yield text(x, done + 3, f"{words} {last.percent}%", css="strong")

    def _bars(self) -> Iterable[SafeString]:
        floor = TOP + LINES + GAP + BARS
        unit = BARS / max(self.total, 1)
        width = max(1.0, round((self._x(self.first + WEEK) - LEFT) * 0.8, 1))
        for point in self.points:
            height, x = 0.0, self._x(point.day)
            for kind in STACK:
                if count := point.counts[kind]:
                    height += count * unit
                    corner = (x - width, floor - height)
                    yield rect(*corner, width, count * unit, css=f"block {kind}")
        yield text(LEFT - 6, floor - BARS + 6, self.total, anchor="end")
        yield text(LEFT - 6, floor + 1, 0, anchor="end")
        yield from self._bar_words(floor, unit)

    def _bar_words(self, floor: float, unit: float) -> Iterable[SafeString]:
        """The last week's counts beside it, where a block is high enough for a word."""
        height, x = 0.0, self._x(self.points[-1].day) + 5
        lowest = floor + LINE
        for kind in STACK:
            count = self.points[-1].counts[kind]
            height += count * unit
            if count * unit >= 9:
                words = f"{KIND_WORDS[kind]} {count}"
                lowest = min(floor - height + count * unit / 2 + 3, lowest - LINE)
                yield text(x, lowest, words, css=kind)

    def _axis(self) -> Iterable[SafeString]:
        y = TOP + LINES + GAP + BARS + 13
        months = months_between(self.first, self.last)
        for month, words in zip(months, self.days.on_axis(months), strict=True):
            yield text(self._x(month + timedelta(14)), y, words, anchor="middle")

    def _marks(self) -> Iterable[SafeString]:
        for mark in self.marks:
            x = self._x(mark.day)
            line = (
                path("M{} {}v{}", x, TOP, LINES)
                if mark.kind == "issued"
                else path("M{} {}l3 -5h-6z", x, TOP + LINES)
            )
            yield group(line, css=f"mark {mark.kind}", title=f"{iso(mark.day)} {mark.words}")
