"""One action's percent against time: the drawing, and the points behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..days import iso
from ..lights import time_proportional
from ..measured import against
from ..state.day import ActionState
from ..state.values import CountedFacts, MilestoneFacts
from .pen import box, drawing, element, group, path, rect, text
from .target_lines import target_lines

WIDTH, HEIGHT = 480, 230
LEFT, RIGHT, TOP, BOTTOM = 30, 50, 16, 42
MOST_MONTHS = 13


@dataclass(frozen=True)
class Point:
    """What was accepted for a day, against the time gone; all in percent or points."""

    day: date
    percent: int
    elapsed: int
    counted: str = ""
    """What was counted then, in words."""

    @property
    def deviation(self) -> int:
        return self.percent - self.elapsed


@dataclass(frozen=True)
class ProgressChart:
    """Percent against time for one action: the drawing, and the table behind it."""

    svg: SafeString
    points: list[Point]

    @property
    def has_values(self) -> bool:
        return any(point.counted for point in self.points)


def progress_chart(
    a: ActionState,
    accepted: Iterable[tuple[date, int]],
    on: date,
    counted: Mapping[date, str] | None = None,
) -> ProgressChart | None:
    """None where the action has no unit or dates yet, and so no line to compare with.

    ``accepted`` are day and percent of the entries that count on the day, oldest first;
    ``counted`` is what the last of a day said of the targets.
    """
    action = a.action
    if not (action.lead_unit and action.start and action.due):
        return None
    points = [
        Point(
            day,
            percent,
            time_proportional(action.start, action.due, day),
            (counted or {}).get(day, ""),
        )
        for day, percent in accepted
    ]
    return ProgressChart(_Plot(a, points, on).svg(), points)


class _Plot:
    """The coordinate system of one chart, and its parts from back to front."""

    def __init__(self, a: ActionState, points: list[Point], on: date):
        plan = a.plan
        self.a, self.points, self.on = a, points, on
        self.start, self.due = a.action.start, a.action.due
        self.first = min(plan.start, self.start)
        self.last = max(plan.end, self.due)
        self.thresholds, self.days = plan.thresholds, plan.days

    def svg(self) -> SafeString:
        parts = [
            *self._grid(),
            *self._zones(),
            *self._schedule(),
            *target_lines(self.a.counted, self.start, self.due, (self.x, self.y), LEFT),
            *self._progress(),
            *self._today(),
            *self._milestones(),
        ]
        return drawing(parts, label=self._label(), css="plot", box=box(WIDTH, HEIGHT))

    def x(self, day: date) -> float:
        share = (min(max(day, self.first), self.last) - self.first) / (self.last - self.first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, percent: float) -> float:
        return round(TOP + (100 - percent) / 100 * (HEIGHT - TOP - BOTTOM), 1)

    def _label(self) -> str:
        said = _(
            "Percent done by day: %(percent)d %% on %(day)s, %(elapsed)d %% of the time gone"
        ) % {
            "percent": self.a.percent,
            "day": self.days.said(self.on),
            "elapsed": self.a.elapsed,
        }
        return " · ".join([said, *map(counted_in_words, self.a.counted)])

    def _grid(self):
        for percent in (0, 25, 50, 75, 100):
            y = self.y(percent)
            yield path("M{} {}H{}", LEFT, y, WIDTH - RIGHT, css="g")
            yield text(LEFT - 6, y + 3, percent, anchor="end")
        months = months_between(self.first, self.last)
        step = 1 + (len(months) - 1) // MOST_MONTHS
        named = months[::step]
        for month, words in zip(named, self.days.on_axis(named), strict=True):
            x = self.x(month + timedelta(14))
            yield text(x, HEIGHT - 26, words, anchor="middle")

    def _zones(self):
        """Where yellow and red begin: the schedule's line, lowered by the plan's thresholds."""
        yellow, red = self.thresholds.yellow_deviation, self.thresholds.red_deviation
        floor, due = self.y(0), self.x(self.due)
        at_yellow, at_red = self._when(yellow), self._when(red)
        corners = (at_yellow, floor, due, self.y(100 - yellow), self.y(100 - red), at_red, floor)
        yield path("M{} {}L{} {}V{}L{} {}Z", *corners, css="zone-yellow")
        corners = (at_red, floor, due, self.y(100 - red), floor)
        yield path("M{} {}L{} {}V{}Z", *corners, css="zone-red")
        for begin, points in ((at_yellow, yellow), (at_red, red)):
            yield path("M{} {}L{} {}", begin, floor, due, self.y(100 - points), css="edge")

    def _when(self, percent: int) -> float:
        return self.x(self.start + (self.due - self.start) * percent // 100)

    def _schedule(self):
        ends = (self.x(self.start), self.y(0), self.x(self.due), self.y(100))
        yield path("M{} {}L{} {}", *ends, css="plan")
        right = self.x(self.due) + 5
        yield text(right, self.y(100) + 3, pgettext("line of a chart", "Schedule"))
        yellow, red = self.thresholds.yellow_deviation, self.thresholds.red_deviation
        if yellow:
            words = pgettext("line of a chart", "Warning")
            yield text(right, self.y(100 - yellow) + 3, words, css="yellow")
        if red - yellow >= 5:
            words = pgettext("line of a chart", "Behind")
            yield text(right, self.y(100 - red) + 3, words, css="red")

    def _progress(self):
        if not self.points:
            return
        corners = [(self.x(self.start), self.y(0))]
        corners += [(self.x(p.day), self.y(p.percent)) for p in self.points]
        yield path(
            f"M{through(len(corners))}H{{}}", *chain(*corners), self.x(self.on), css="actual"
        )
        for x, y in corners[1:]:
            yield element("circle", css="pt", cx=x, cy=y, r=2.2)

    def _today(self):
        x = self.x(self.on)
        yield path("M{} {}V{}", x, TOP - 8, self.y(0), css="now")
        side, anchor = (-6, "end") if x > LEFT + 60 else (6, "start")
        yield text(x + side, TOP - 2, self.days.said(self.on), css="strong", anchor=anchor)
        if self.a.is_in_progress and self.a.deviation < 0 and self.points:
            yield from self._gap(x)

    def _gap(self, x: float):
        at, should = self.y(self.a.percent), self.y(self.a.elapsed)
        yield path("M{} {}V{}", x, at, should, css="gap")
        side, anchor = (6, "start") if x < WIDTH - RIGHT - 40 else (-6, "end")
        points = -self.a.deviation
        if at - should > 18:
            words = ngettext("%d point short", "%d points short", points) % points
            yield text(x + side, (at + should) / 2, words, css="gaptext", anchor=anchor)
        done = _("%d %% done") % self.a.percent
        yield text(x + side, at + 3, done, css="strong", anchor=anchor)

    def _milestones(self):
        if self.a.milestones:
            yield text(LEFT - 6, HEIGHT - 10, _("Steps"), anchor="end")
        for milestone in self.a.milestones:
            yield _milestone(milestone, self.x(milestone.planned), self.on)


def _milestone(milestone: MilestoneFacts, x: float, on: date) -> SafeString:
    kind = milestone.state_on(on)
    cross = [path("M{} {}l4 4m0-4l-4 4", x - 2, HEIGHT - 15)] if kind == "missed" else []
    title = f"{iso(milestone.planned)} {milestone.title}"
    return group(rect(x - 3, HEIGHT - 16, 6, 6), *cross, css=f"ms {kind}", title=title)


def counted_in_words(one: CountedFacts) -> str:
    """A target with its value: 新增产业空间 60 / 100 万平方米."""
    target = one.target
    return f"{target.title} {against(one.value, target.target_value, target.measured_in)}"


def through(points: int) -> str:
    """The steps of a line through so many points, after its M."""
    return "L".join(["{} {}"] * points)


def months_between(first: date, last: date) -> list[date]:
    """The first day of every month that an axis shows."""
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = (month + timedelta(32)).replace(day=1)
    return months
