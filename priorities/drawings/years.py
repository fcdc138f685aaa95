"""An action through the years: a line for each plan that it stood in, each from nought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..days import Days
from .charts import through
from .pen import box, drawing, element, path, text

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 30, 46, 26, 26
MONTHS_NAMED = 3
"""Every third month has its name on the axis of two years; the more years, the fewer."""


@dataclass(frozen=True)
class Year:
    """One plan's part: its time, the action's own, its points up to a day, and its name."""

    name: str
    first: date
    last: date
    start: date
    due: date
    points: Sequence[tuple[date, int]]
    until: date


def chart_of(years: Sequence[Year]) -> SafeString:
    """The drawing; with its label it says all that its lines show."""
    return _Plot(years).svg()


class _Plot:
    """The coordinates: time runs from the first plan's start to the last one's end."""

    def __init__(self, years: Sequence[Year]):
        self.years = years
        self.first = min(year.first for year in years)
        self.last = max(year.last for year in years)
        self.days = Days.between(self.first, self.last)

    def svg(self) -> SafeString:
        parts = [*self._grid(), *chain.from_iterable(self._year(year) for year in self.years)]
        label = "; ".join(self._said(year) for year in self.years)
        return drawing(parts, label=label, css="plot years", box=box(WIDTH, HEIGHT))

    def _said(self, year: Year) -> str:
        words = {"name": year.name, "percent": year.points[-1][1] if year.points else 0}
        return _("%(name)s: %(percent)d %% at last") % words

    def x(self, day: date) -> float:
        width = WIDTH - LEFT - RIGHT
        return LEFT + width * (day - self.first).days / max(1, (self.last - self.first).days)

    def y(self, percent: int) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * percent / 100

    def _grid(self):
        for percent in (0, 50, 100):
            yield path("M{} {}H{}", LEFT, self.y(percent), WIDTH - RIGHT, css="g")
            yield text(LEFT - 6, self.y(percent) + 3, percent, anchor="end")
        step = MONTHS_NAMED * max(1, len(self.years) // 2)
        months = [day for day in self._months() if (day.month - 1) % step == 0]
        for day, words in zip(months, self.days.on_axis(months), strict=True):
            yield text(self.x(day) + 2, HEIGHT - 8, words)

    def _months(self) -> list[date]:
        months, month = [], self.first.replace(day=1)
        while month <= self.last:
            months.append(month)
            month = (month + timedelta(32)).replace(day=1)
        return [month for month in months if month >= self.first]

    def _year(self, year: Year):
        """The turn of the year, the schedule, and the line of what was accepted."""
        if year.first > self.first:
            yield path("M{} {}V{}", self.x(year.first), TOP - 14, self.y(0), css="now")
        yield text(self.x(year.first) + 4, TOP - 12, year.name, css="strong")
        ends = (self.x(year.start), self.y(0), self.x(year.due), self.y(100))
        yield path("M{} {}L{} {}", *ends, css="plan")
        if not year.points:
            return
        corners = [(self.x(year.start), self.y(0))]
        corners += [(self.x(day), self.y(percent)) for day, percent in year.points]
        until = max(corners[-1][0], self.x(min(year.until, year.last)))
        yield path(f"M{through(len(corners))}H{{}}", *chain(*corners), until, css="actual")
        for x, y in corners[1:]:
            yield element("circle", css="pt", cx=x, cy=y, r=2)
        yield self._last(corners[-1], year.points[-1][1])

    def _last(self, corner: tuple[float, float], percent: int) -> SafeString:
        """The figure at the end of the line, on the side where there is room."""
        x, y = corner
        is_right = x < WIDTH - RIGHT - 60
        side, anchor = (6, "start") if is_right else (-6, "end")
        height = y + 12 if y < TOP + 20 else y - 5
        return text(x + side, height, f"{percent}%", css="strong", anchor=anchor)
