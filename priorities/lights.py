"""The light rule: pure functions of dates and percents, with no query, no model and no language.

Source of every rule here: "Three signals" in the trade's rules (README, "The light"). What a light
and its cause are called stands in ``words``. All percents are whole numbers from 0 to 100, all
deviations whole percentage points.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum


class Light(StrEnum):
    """Computed from accepted entries and dates; never typed by anybody."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    COMPLETE = "complete"
    NOT_STARTED = "not_started"
    UNASSIGNED = "unassigned"
    CANCELLED = "cancelled"
    SPLIT = "split"
    MERGED = "merged"


class Outlook(StrEnum):
    """The unit's own judgement; it stands beside the light and never changes it."""

    ON_COURSE = "on_course"
    AT_RISK = "at_risk"
    OFF_COURSE = "off_course"


class Cause(StrEnum):
    """Why a light is what it is; which figures of the judgement belong to it."""

    WITHDRAWN = "withdrawn"  # about: the reason that was given
    SPLIT = "split"  # day: since when, about: the numbers in which it goes on
    MERGED = "merged"  # as of what was split
    COMPLETED = "completed"  # day: since when
    COMPLETED_LATE = "completed_late"  # day: since when, days: late
    NO_LEAD_UNIT = "no_lead_unit"
    STARTS_LATER = "starts_later"  # day: the start, days: until then
    FIRST_REPORT_AWAITED = "first_report_awaited"  # day: by which it is to come
    FIRST_REPORT_WAITS = "first_report_waits"
    OVERDUE = "overdue"  # day: when it was due, days: since then
    BEHIND = "behind"
    MILESTONE_MISSED = "milestone_missed"  # about: its title, days: late
    DUE_SOON = "due_soon"  # days: until then
    ON_TRACK = "on_track"


STALE = "stale"
"""The kind under which a green light is shown and counted when its last entry is too old.

Its word says what that does to the light. That an entry is overdue, whatever the light, is
another thing with another name, and the two never stand alone (``words.REPORT_OVERDUE``).
"""

KINDS = ("red", "yellow", STALE, "green", "complete", "not_started", "unassigned")
"""How an action is shown and counted, worst first: the same order in every figure."""

ENDED = (Light.CANCELLED, Light.SPLIT, Light.MERGED)
"""What has left every denominator; each is told by its own word and counted apart."""

GONE_ON = {Light.SPLIT: Cause.SPLIT, Light.MERGED: Cause.MERGED}
"""Those of them whose work goes on under other numbers."""

IN_TROUBLE = (Light.RED, Light.YELLOW)
IN_PROGRESS = (*IN_TROUBLE, Light.GREEN)


@dataclass(frozen=True)
class Thresholds:
    """Fields of a plan. Points are percentage points, days are calendar days."""

    red_deviation: int = 30
    yellow_deviation: int = 10
    due_soon_days: int = 7
    red_milestone_days: int = 15
    reporting_cycle_days: int = 31

    @classmethod
    def of(cls, plan) -> "Thresholds":
        """Those that a plan has set for itself; a row of the database or a plain value."""
        return cls(**{field.name: getattr(plan, field.name) for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A light, what it comes from, and the figures that belong to that cause (``Cause``)."""

    light: Light
    cause: Cause
    percent: int = 0
    elapsed: int = 0
    days: int = 0
    day: date | None = None
    about: str = ""

    @property
    def deviation(self) -> int:
        return self.percent - self.elapsed


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one action by a day.

    ``percent`` is that of the last accepted entry, None where none was accepted; ``completed_on``
    the day since which that has been 100 %; ``spoken_on`` the day of the last entry that stands,
    accepted or waiting: what was returned or taken back was not said.
    """

    percent: int | None = None
    completed_on: date | None = None
    spoken_on: date | None = None

    def and_then(self, day: date, percent: int, *, counts: bool) -> "Said":
        """What has been said once one more entry stands; what was reopened is completed anew."""
        if not counts:
            return replace(self, spoken_on=day)
        completed_on = (self.completed_on or day) if percent == 100 else None
        return Said(percent, completed_on, day)


@dataclass(frozen=True, slots=True)
class Ended:
    """How an action ended before its time, on what day and why.

    ``into`` are the numbers in which it goes on, with blanks between them.
    """

    light: Light
    on: date
    reason: str
    into: str = ""


def time_proportional(start: date, due: date, on: date) -> int:
    """The share of the action's time that has gone by on a day, in percent (序时进度).

    It is 100 only once the due date has come: until then some of the time is left.
    """
    if on >= due:
        return 100
    if on <= start:
        return 0
    gone, whole = (on - start).days, (due - start).days
    return min(99, (200 * gone + whole) // (2 * whole))


def mean(percents: Iterable[int]) -> int:
    """The plain mean, rounded half up; 0 of nothing is 0."""
    values = list(percents)
    if not values:
        return 0
    return (2 * sum(values) + len(values)) // (2 * len(values))


def shares(counts: dict[str, int]) -> dict[str, float]:
    """Percent of each count to one decimal, adding to exactly 100.0 (largest remainder)."""
    total = sum(counts.values())
    if not total:
        return dict.fromkeys(counts, 0.0)
    exact = {key: 1000 * count / total for key, count in counts.items()}
    tenths = {key: 1000 * count // total for key, count in counts.items()}
    by_remainder = sorted(counts, key=lambda key: tenths[key] - exact[key])
    for key in by_remainder[: 1000 - sum(tenths.values())]:
        tenths[key] += 1
    return {key: value / 10 for key, value in tenths.items()}


def asked_since(start: date, assigned_on: date | None) -> date:
    """The day since which somebody could be expected to report: begun, and with a unit.

    ``assigned_on`` is None where no record tells of it: then the start alone decides.
    """
    return max(start, assigned_on or start)


def first_report_due(
    start: date, due: date, assigned_on: date | None, thresholds: Thresholds
) -> date:
    """One reporting cycle after an action was assigned and begun, never after its due date."""
    return min(due, asked_since(start, assigned_on) + timedelta(thresholds.reporting_cycle_days))


def next_report(
    said: Said,
    start: date | None,
    due: date | None,
    assigned_on: date | None,
    thresholds: Thresholds,
) -> date | None:
    """The day by which a report is to come: a cycle after the last one, or the first report's."""
    if said.spoken_on:
        return said.spoken_on + timedelta(thresholds.reporting_cycle_days)
    return first_report_due(start, due, assigned_on, thresholds) if start and due else None


def is_stale(light: Light, age_days: int | None, thresholds: Thresholds) -> bool:
    """Whether no entry has come within the reporting cycle; only work in progress can be stale.

    ``age_days`` counts from the last entry, or from the start where there is none.
    """
    return light in IN_PROGRESS and (age_days or 0) > thresholds.reporting_cycle_days


def needs_talk(light: Light, outlook: str | None) -> bool:
    """Whether the light and the unit's own judgement contradict each other."""
    return (light == Light.GREEN and outlook == Outlook.OFF_COURSE) or (
        light == Light.RED and outlook == Outlook.ON_COURSE
    )


def is_early_warning(outlook: str, percent: int, elapsed: int, thresholds: Thresholds) -> bool:
    """Whether a unit speaks of trouble before the figures show any (主动报告)."""
    speaks_of_trouble = outlook in (Outlook.AT_RISK, Outlook.OFF_COURSE)
    return speaks_of_trouble and elapsed < 100 and percent - elapsed >= -thresholds.yellow_deviation


def judge(
    *,
    on: date,
    thresholds: Thresholds,
    start: date | None,
    due: date | None,
    is_assigned: bool,
    said: Said,
    assigned_on: date | None = None,
    missed: Iterable[tuple[date, str]] = (),
    ended: Ended | None = None,
) -> Judgement:
    """The light of one action on a day, first match wins.

    While nothing was accepted yet and the first report is not due, an action has not started:
    nobody can be behind with what nobody has been able to report. A first report that waits for
    the office does not end that, or a unit would turn red by reporting; one that was returned is
    awaited again.

    ``missed`` are the planned day and title of every milestone that was planned before ``on`` and
    not done; ``assigned_on`` as in ``asked_since``; ``ended`` where it had ended by that day.
    """
    if ended is not None:
        return _ended(ended)
    if said.completed_on is not None:
        return _complete(said.completed_on, due)
    if not is_assigned or start is None or due is None:
        return Judgement(Light.UNASSIGNED, Cause.NO_LEAD_UNIT)
    if on < start:
        days = (start - on).days
        return Judgement(Light.NOT_STARTED, Cause.STARTS_LATER, days=days, day=start)
    report_by = first_report_due(start, due, assigned_on, thresholds)
    if said.percent is None and on <= report_by:
        return _first_report(said, report_by)
    return _in_progress(on, thresholds, start, due, said.percent or 0, sorted(missed))


def _ended(ended: Ended) -> Judgement:
    if ended.light in GONE_ON:
        return Judgement(ended.light, GONE_ON[ended.light], day=ended.on, about=ended.into)
    return Judgement(Light.CANCELLED, Cause.WITHDRAWN, about=ended.reason)


def _complete(completed_on: date, due: date | None) -> Judgement:
    late = (completed_on - due).days if due else 0
    cause = Cause.COMPLETED_LATE if late > 0 else Cause.COMPLETED
    return Judgement(Light.COMPLETE, cause, 100, days=max(0, late), day=completed_on)


def _first_report(said: Said, report_by: date) -> Judgement:
    if said.spoken_on:
        return Judgement(Light.NOT_STARTED, Cause.FIRST_REPORT_WAITS)
    return Judgement(Light.NOT_STARTED, Cause.FIRST_REPORT_AWAITED, day=report_by)


def _in_progress(
    on: date,
    thresholds: Thresholds,
    start: date,
    due: date,
    percent: int,
    missed: list[tuple[date, str]],
) -> Judgement:
    elapsed = time_proportional(start, due, on)
    deviation, late = percent - elapsed, (on - missed[0][0]).days if missed else 0

    def judged(light: Light, cause: Cause, **figures) -> Judgement:
        return Judgement(light, cause, percent, elapsed, **figures)

    if on > due:
        return judged(Light.RED, Cause.OVERDUE, days=(on - due).days, day=due)
    if deviation < -thresholds.red_deviation:
        return judged(Light.RED, Cause.BEHIND)
    if missed and late > thresholds.red_milestone_days:
        return judged(Light.RED, Cause.MILESTONE_MISSED, days=late, about=missed[0][1])
    if deviation < -thresholds.yellow_deviation:
        return judged(Light.YELLOW, Cause.BEHIND)
    if (due - on).days <= thresholds.due_soon_days:
        return judged(Light.YELLOW, Cause.DUE_SOON, days=(due - on).days)
    if missed:
        return judged(Light.YELLOW, Cause.MILESTONE_MISSED, days=late, about=missed[0][1])
    return judged(Light.GREEN, Cause.ON_TRACK)
