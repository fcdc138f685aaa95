"""State → the timeline: where each bar, step and line stands in the span of time that is shown.

Every row has a small SVG of its own, its lane. Places along it are percents of the lane's width
and heights are in em, so that one drawing serves a screen, a phone, A3 paper and a wall. What all
lanes share (months, today, marks, hatches) is drawn once and referred to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..days import Days
from ..state.day import ActionState, PlanState, PriorityState
from ..state.values import MilestoneFacts
from ..words import reason, summary
from .pen import drawing, element, in_em, in_percent, text

YEAR, HALF, QUARTER = "year", "half", "quarter"
MONTHS = {HALF: 6, QUARTER: 3}
"""The zooms that show a part of the plan, and how many months they show."""

MOST_MONTHS = 14
"""An axis of more months than this names one month in three."""

MARGIN = 366
"""Days before and after the plan that a date may still stretch the whole view by."""

CUT = 2
"""Percent by which a bar that goes on outside the view is drawn beyond it, so that it has no end
there."""


@dataclass(frozen=True)
class Window:
    """The span of time that is shown: whole months, ``end`` being the day after the last."""

    zoom: str
    first: date
    end: date

    @classmethod
    def whole(cls, now: PlanState) -> "Window":
        """The plan's own time, wider where an action starts before it or was moved beyond it."""
        plan = now.plan
        days = [day for a in now.actions for day in (a.action.start, a.action.due) if day]
        first = max(min([plan.start, *days]), plan.start - timedelta(MARGIN))
        last = min(max([plan.end, *days]), plan.end + timedelta(MARGIN))
        return cls(YEAR, first.replace(day=1), month_after(last))

    @classmethod
    def part(cls, zoom: str, day: date) -> "Window":
        """The half or the quarter of the calendar in which a day lies."""
        months = MONTHS[zoom]
        first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
        return cls(zoom, first, month_after(first, months))

    @property
    def name(self) -> str:
        words = {"year": self.first.year, "n": (self.first.month - 1) // 3 + 1}
        if self.zoom == QUARTER:
            return _("Quarter %(n)d of %(year)d") % words
        if self.zoom == HALF and self.first.month == 1:
            return _("First half of %(year)d") % words
        if self.zoom == HALF:
            return _("Second half of %(year)d") % words
        return _("Whole plan")

    @property
    def start_month(self) -> str:
        """The first month as it stands in an address: 2022-07."""
        return f"{self.first:%Y-%m}"

    def x(self, day: date) -> float:
        """Where a day stands, in percent of the width; below 0 or above 100 outside the view."""
        return round(100 * (day - self.first).days / (self.end - self.first).days, 2)

    def holds(self, day: date) -> bool:
        return self.first <= day < self.end

    @property
    def months(self) -> list[date]:
        return list(_steps(self.first, self.end, month_after))

    @property
    def weeks(self) -> list[date]:
        """The Mondays of the view; only a quarter is wide enough for them."""
        if self.zoom != QUARTER:
            return []
        monday = self.first + timedelta(-self.first.weekday() % 7)
        return list(_steps(monday, self.end, lambda day: day + timedelta(7)))


def month_after(day: date, months: int = 1) -> date:
    """The first of the month that many months later."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _steps(first: date, end: date, following) -> Iterator[date]:
    while first < end:
        yield first
        first = following(first)


@dataclass(frozen=True)
class Row:
    """An action in its lane; ``lines`` say in words what the lane shows."""

    a: ActionState
    lane: SafeString
    lines: list[str]

    @property
    def note(self) -> str:
        return "\n".join([reason(self.a), *self.lines])


@dataclass(frozen=True)
class Group:
    """A priority with its own bar, and the rows of its actions."""

    p: PriorityState
    lane: SafeString
    rows: list[Row]


@dataclass(frozen=True)
class Timeline:
    """A plan's bars in a window: the rows, the head with the months, and what lanes refer to."""

    window: Window
    axis: SafeString
    shared: SafeString
    groups: list[Group]
    is_dated: bool
    """Whether a due date is said with its year, which wants a wider column."""


def timeline(now: PlanState, window: Window) -> Timeline:
    lanes = _Lanes(window, now.on, now.plan.days)
    return Timeline(
        window=window,
        axis=lanes.axis(now.elapsed),
        shared=lanes.shared(),
        groups=[_group(p, lanes) for p in now.priorities],
        is_dated=any(a.action.due and a.action.due.year != lanes.days.year for a in now.actions),
    )


def _group(p: PriorityState, lanes: "_Lanes") -> Group:
    return Group(p, lanes.of_priority(p), [_row(a, lanes) for a in p.actions])


def _row(a: ActionState, lanes: "_Lanes") -> Row:
    lines = lines_of(a, lanes.on)
    return Row(a, lanes.of_action(a, lines), lines)


def lines_of(a: ActionState, on: date) -> list[str]:
    """What the lane of an action shows, for those who do not see it."""
    action = a.action
    if not has_dates(a):
        return [_("No dates yet.")]
    days = a.days
    words = {"start": days.said(action.start), "due": days.said(action.due)}
    dates = _("%(start)s to %(due)s") % words
    if a.is_extended:
        dates += pgettext("between clauses", ", ")
        dates += _("first due on %(day)s") % {"day": days.said(action.original_due)}
    return [dates, *(_step_in_words(milestone, on, days) for milestone in a.milestones)]


def _step_in_words(milestone: MilestoneFacts, on: date, days: Days) -> str:
    words = {
        "done": pgettext("milestone", "done"),
        "missed": pgettext("milestone", "missed"),
        "due": pgettext("milestone", "to come"),
    }
    state = words[milestone.state_on(on)]
    said = {"day": days.said(milestone.planned), "title": milestone.title, "state": state}
    return _("%(day)s %(title)s (%(state)s)") % said


def has_dates(a: ActionState) -> bool:
    """Whether there is a bar: an action without a lead unit has no time running."""
    return bool(a.is_assigned and a.action.start and a.action.due)


class _Lanes:
    """The coordinate system that all lanes share."""

    def __init__(self, window: Window, on: date, days: Days):
        self.window, self.on, self.days = window, on, days

    def of_action(self, a: ActionState, lines: list[str]) -> SafeString:
        parts = self._bar(a) if has_dates(a) else [NO_BAR]
        return _lane(parts, pgettext("between sentences", "; ").join(lines), css=a.kind)

    def of_priority(self, p: PriorityState) -> SafeString:
        """From the first start to the last due date, filled by the mean; a mean has no light."""
        dated = [a.action for a in p.actions if has_dates(a) and not a.is_ended]
        if not dated:
            return _lane([NO_BAR], summary(p))
        start, due = min(a.start for a in dated), max(a.due for a in dated)
        x, done, end = self._places(start, due, p.percent)
        bars = (_bar("p-track", x, end), _bar("p-fill", x, done))
        return _lane([_clipped(*bars)], summary(p))

    def _bar(self, a: ActionState) -> Iterator[SafeString]:
        """From back to front: the time given, what was added to it, what is done, the steps."""
        action = a.action
        start, done, due = self._places(action.start, action.due, a.percent)
        bars = [_bar("t-track", start, due)]
        if a.is_extended:
            original = max(start, self._cut(self.window.x(action.original_due)))
            bars.append(_bar("t-added", original, due, fill="t-added"))
        if a.percent:
            hatch = "t-stale" if a.kind == "stale" else ""
            bars.append(_bar("t-fill", start, done, fill=hatch))
        yield _clipped(*bars)
        if a.is_extended and self.window.holds(action.original_due):
            yield _mark("t-original", self.window.x(action.original_due))
        for milestone in a.milestones:
            if self.window.holds(milestone.planned):
                state = milestone.state_on(self.on)
                yield _mark(f"t-{state}", self.window.x(milestone.planned))
        yield from self._outside(action.start, action.due)

    def _places(self, start: date, due: date, percent: int) -> tuple[float, float, float]:
        """Where a bar begins, where its filled part ends, where it ends; a day is never nothing."""
        first, last = self.window.x(start), self.window.x(due)
        last = max(last, first + 0.4)
        done = first + (last - first) * percent / 100
        return self._cut(first), self._cut(done), self._cut(last)

    def _cut(self, x: float) -> float:
        return min(max(x, -CUT), 100 + CUT)

    def _outside(self, start: date, due: date) -> Iterator[SafeString]:
        """An arrow where the whole bar lies before or after the view."""
        if due < self.window.first:
            yield _mark("t-before", 0)
        if start >= self.window.end:
            yield _mark("t-after", 100)

    def axis(self, elapsed: int) -> SafeString:
        """The head of the lanes: the months, in a quarter the Mondays, and the day shown."""
        parts = [*self._month_names(), *self._week_names(), *self._today_named(elapsed)]
        css = "axis with-weeks" if self.window.weeks else "axis"
        return element("svg", GRID, *parts, css=css, aria_hidden="true")

    def _month_names(self) -> Iterator[SafeString]:
        months = self.window.months
        step = 1 if len(months) <= MOST_MONTHS else 3
        named = months[::step]
        for month, words in zip(named, self.days.on_axis(named), strict=True):
            middle = (self.window.x(month) + self.window.x(month_after(month, step))) / 2
            yield _text("month", middle, "1.1em", words)

    def _week_names(self) -> Iterator[SafeString]:
        for monday in self.window.weeks:
            yield _text("week", self.window.x(monday), "2.4em", str(monday.day), anchor="start")

    def _today_named(self, elapsed: int) -> Iterator[SafeString]:
        """The day and the time gone in a box, on the side of the line where there is room.

        The style moves the words into their box: where only text is zoomed, Firefox lets boxes
        grow and leaves the attributes of text as they are.
        """
        if not self.window.holds(self.on):
            return
        words = _("%(day)s, %(elapsed)d %% of the time")
        words %= {"day": self.days.said(self.on), "elapsed": elapsed}
        width = sum(1.0 if ord(letter) > 0x2E7F else 0.58 for letter in words) + 1.2
        x = self.window.x(self.on)
        anchor, left = (
            ("start", 0) if x < 35 else ("end", -width) if x > 65 else ("middle", -width / 2)
        )
        top = "3.1em" if self.window.weeks else "1.9em"
        yield element(
            "svg",
            element("rect", x=in_em(left), width=in_em(width)),
            element("text", words, css=anchor, text_anchor=anchor),
            **{"css": "now-said", "x": in_percent(x), "y": top, "overflow": "visible"},
        )

    def shared(self) -> SafeString:
        """What every lane refers to, drawn once on the page."""
        lines = [_line("w", self.window.x(week)) for week in self.window.weeks]
        for month in [*self.window.months, self.window.end]:
            lines.append(_line("q" if month.month % 3 == 1 else "m", self.window.x(month)))
        now = [_line("now", self.window.x(self.on))] if self.window.holds(self.on) else []
        grid = element("symbol", *lines, id="t-grid", overflow="visible")
        today = element("symbol", *now, id="t-now", overflow="visible")
        said = {"css": "sprite", "width": 0, "height": 0, "aria_hidden": "true"}
        return element("svg", HATCHES, grid, today, SIGNS, **said, focusable="false")


GRID = element("use", href="#t-grid")
NOW = element("use", href="#t-now")
NO_BAR = element("line", css="t-none", x1=0, x2="100%", y1="50%", y2="50%")

HATCHES = mark_safe(
    '<defs><pattern id="t-stale" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<path d="M-1 7 7-1M-1 1 1-1M5 7l2-2"/></pattern>'
    '<pattern id="t-added" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<path d="M-1 7 7-1M-1 1 1-1M5 7l2-2"/></pattern></defs>'
)
SIGNS = mark_safe(
    '<symbol id="t-done" overflow="visible"><rect class="t-step done"/></symbol>'
    '<symbol id="t-due" overflow="visible"><rect class="t-step due"/></symbol>'
    '<symbol id="t-missed" overflow="visible"><rect class="t-step missed"/>'
    '<line class="t-cross" x1="-.2em" y1="-.2em" x2=".2em" y2=".2em"/>'
    '<line class="t-cross" x1=".2em" y1="-.2em" x2="-.2em" y2=".2em"/></symbol>'
    '<symbol id="t-original" overflow="visible">'
    '<line class="t-mark" y1="-.65em" y2=".65em"/></symbol>'
    '<symbol id="t-before" overflow="visible"><line class="t-arrow" x1="1em" x2=".25em"/>'
    '<line class="t-arrow" x1=".55em" y1="-.3em" x2=".25em"/>'
    '<line class="t-arrow" x1=".55em" y1=".3em" x2=".25em"/></symbol>'
    '<symbol id="t-after" overflow="visible"><line class="t-arrow" x1="-1em" x2="-.25em"/>'
    '<line class="t-arrow" x1="-.55em" y1="-.3em" x2="-.25em"/>'
    '<line class="t-arrow" x1="-.55em" y1=".3em" x2="-.25em"/></symbol>'
)


def _lane(parts: Iterable[SafeString], label: str, *, css: str = "mean") -> SafeString:
    return drawing([GRID, *parts, NOW], label=label, css=f"lane {css}")


def _clipped(*bars: SafeString) -> SafeString:
    """A nested drawing cuts off what lies outside of it; the marks beside it may stand over."""
    return element("svg", *bars)


def _bar(css: str, first: float, last: float, *, fill: str = "") -> SafeString:
    place = {"x": in_percent(first), "y": "50%", "width": in_percent(max(last - first, 0))}
    return element("rect", css=css, **place, fill=f"url(#{fill})" if fill else None)


def _mark(name: str, x: float) -> SafeString:
    return element("use", href=f"#{name}", x=in_percent(x), y="50%")


def _line(css: str, x: float) -> SafeString:
    return element("line", css=css, x1=in_percent(x), x2=in_percent(x), y1=0, y2="100%")


def _text(css: str, x: float, y: str, words: str, *, anchor: str = "middle") -> SafeString:
    return text(in_percent(x), y, words, css=css, anchor=anchor)
