"""The light rule: pure functions of dates and percents, with no query and no model.

Source of every rule here: "Three signals" in the trade's rules (README, "The light").
All percents are whole numbers from 0 to 100, all deviations whole percentage points.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from .days import Days


class Light(TextChoices):
    """Computed from accepted entries and dates; never typed by anybody."""

    RED = "red", pgettext_lazy("light", "Behind")
    YELLOW = "yellow", pgettext_lazy("light", "Warning")
    GREEN = "green", pgettext_lazy("light", "On track")
    COMPLETE = "complete", pgettext_lazy("light", "Complete")
    NOT_STARTED = "not_started", pgettext_lazy("light", "Not started")
    UNASSIGNED = "unassigned", pgettext_lazy("light", "Unassigned")
    CANCELLED = "cancelled", pgettext_lazy("light", "Cancelled")


class Outlook(TextChoices):
    """The unit's own judgement; it stands beside the light and never changes it."""

    ON_COURSE = "on_course", gettext_lazy("On course")
    AT_RISK = "at_risk", gettext_lazy("At risk")
    OFF_COURSE = "off_course", gettext_lazy("Off course")


STALE = "stale"
"""The kind under which a green light is shown and counted when its last entry is too old.

Its word says what that does to the light. That an entry is overdue, whatever the light, is
another thing with another name: ``REPORT_OVERDUE``; the two never stand alone.
"""

KINDS = ("red", "yellow", STALE, "green", "complete", "not_started", "unassigned")
"""How an action is shown and counted, worst first: the same order in every figure."""

KIND_WORDS = {**dict(Light.choices), STALE: pgettext_lazy("light", "Unconfirmed")}

REPORT_OVERDUE = gettext_lazy("Report overdue")
"""What an action in progress is, of whatever light, while ``is_stale`` (DOMAIN: 未按期更新)."""

IN_TROUBLE = (Light.RED, Light.YELLOW)
IN_PROGRESS = (*IN_TROUBLE, Light.GREEN)


DATED = Days()
"""Every day with its year: what is said where no plan is known."""


@dataclass(frozen=True)
class Thresholds:
    """Fields of a plan. Points are percentage points, days are calendar days."""

    red_deviation: int = 30
    yellow_deviation: int = 10
    due_soon_days: int = 7
    red_milestone_days: int = 15
    reporting_cycle_days: int = 31


@dataclass(frozen=True)
class Judgement:
    """A light with the sentence that gives its reason and the few words that fit in a row.

    ``first_report_by`` is the day by which the first report is awaited, where that is the reason.
    """

    light: Light
    reason: str
    brief: str
    first_report_by: date | None = None


@dataclass(frozen=True)
class Said:
    """What was said of one action by a day.

    ``percent`` is that of the last accepted entry, None where none was accepted; ``completed_on``
    the day since which that has been 100 %; ``spoken_on`` the day of the last entry that stands,
    accepted or waiting: what was returned or taken back was not said.
    """

    percent: int | None = None
    completed_on: date | None = None
    spoken_on: date | None = None


def rules_of(thresholds: Thresholds) -> dict[str, str]:
    """What each kind means under a plan's own thresholds: the legend, the help page, the ledger."""
    t = thresholds
    red = _(
        "Past the due date and not complete; or more than %(points)s points behind the time gone; "
        "or a milestone missed by more than %(days)s days"
    )
    yellow = _(
        "More than %(points)s points behind; or due within %(days)s days; or a milestone missed"
    )
    stale = _(
        "Was on track by its last entry, but that is more than %(days)s days old: nobody knows "
        "whether it still is; counted apart"
    )
    not_started = _(
        "Before the start date; or nothing has been accepted yet and the first report is not due: "
        "%(days)s days after the action was assigned and begun, and by its due date at the latest"
    )
    return {
        "red": red % {"points": t.red_deviation, "days": t.red_milestone_days},
        "yellow": yellow % {"points": t.yellow_deviation, "days": t.due_soon_days},
        "stale": stale % {"days": t.reporting_cycle_days},
        "green": _("All other work in progress"),
        "complete": _("100 %, accepted"),
        "not_started": not_started % {"days": t.reporting_cycle_days},
        "unassigned": _("No lead unit yet"),
        "cancelled": _("Withdrawn with a reason; left out of every figure"),
    }


def overdue_rule(thresholds: Thresholds) -> str:
    """What ``REPORT_OVERDUE`` means, beside the kinds and never as one of them."""
    words = _(
        "In progress, of whatever light, and nothing was reported for more than %(days)s days; "
        "those of them that were on track are counted as “%(kind)s”"
    )
    return words % {"days": thresholds.reporting_cycle_days, "kind": KIND_WORDS[STALE]}


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
    is_cancelled: bool = False,
    cancelled_reason: str = "",
    days: Days = DATED,
) -> Judgement:
    """The light of one action on a day, first match wins.

    While nothing was accepted yet and the first report is not due, an action has not started:
    nobody can be behind with what nobody has been able to report. A first report that waits for
    the office does not end that, or a unit would turn red by reporting; one that was returned is
    awaited again.

    ``missed`` are the planned day and title of every milestone that was planned before ``on`` and
    not done; ``assigned_on`` as in ``asked_since``; ``days`` is how days are said in the plan.
    """
    if is_cancelled:
        return Judgement(Light.CANCELLED, _("Withdrawn: %s") % cancelled_reason, _("withdrawn"))
    if said.completed_on is not None:
        return _complete(said.completed_on, due, days)
    if not is_assigned or start is None or due is None:
        return Judgement(
            Light.UNASSIGNED, _("No lead unit yet, so no time is running."), _("unassigned")
        )
    if on < start:
        return _not_started(start, on, days)
    report_by = first_report_due(start, due, assigned_on, thresholds)
    if said.percent is None and on <= report_by:
        return _first_report_waits() if said.spoken_on else _first_report_awaited(report_by, days)
    return _in_progress(on, thresholds, start, due, said.percent or 0, sorted(missed), days)


def _complete(completed_on: date, due: date | None, days: Days) -> Judgement:
    late = (completed_on - due).days if due else 0
    words = {"day": days.said(completed_on), "days": late}
    if late > 0:
        reason = ngettext(
            "Completed %(days)d day late: accepted at 100 %% on %(day)s.",
            "Completed %(days)d days late: accepted at 100 %% on %(day)s.",
            late,
        )
        return Judgement(Light.COMPLETE, reason % words, _("completed late"))
    reason = _("Accepted at 100 %% on %(day)s, in time.") % words
    return Judgement(Light.COMPLETE, reason, _("complete"))


def _not_started(start: date, on: date, days: Days) -> Judgement:
    left = (start - on).days
    reason = ngettext(
        "Starts on %(day)s, in %(days)d day.", "Starts on %(day)s, in %(days)d days.", left
    )
    words = {"day": days.said(start), "days": left}
    return Judgement(Light.NOT_STARTED, reason % words, _("starts %(day)s") % words)


def _first_report_awaited(report_by: date, days: Days) -> Judgement:
    words = {"day": days.said(report_by)}
    reason = _("Nothing reported yet: first report awaited by %(day)s.") % words
    brief = _("first report by %(day)s") % words
    return Judgement(Light.NOT_STARTED, reason, brief, first_report_by=report_by)


def _first_report_waits() -> Judgement:
    reason = _("The first report has come in and waits for review; nothing counts yet.")
    return Judgement(Light.NOT_STARTED, reason, _("first report in review"))


def _in_progress(
    on: date,
    thresholds: Thresholds,
    start: date,
    due: date,
    percent: int,
    missed: list[tuple[date, str]],
    days: Days,
) -> Judgement:
    elapsed = time_proportional(start, due, on)
    deviation = percent - elapsed
    if on > due:
        return Judgement(Light.RED, *_overdue(on, due, percent, days))
    if deviation < -thresholds.red_deviation:
        return Judgement(Light.RED, *_behind(deviation, percent, elapsed))
    if missed and (on - missed[0][0]).days > thresholds.red_milestone_days:
        return Judgement(Light.RED, *_milestone_missed(on, *missed[0]))
    if deviation < -thresholds.yellow_deviation:
        return Judgement(Light.YELLOW, *_behind(deviation, percent, elapsed))
    if (due - on).days <= thresholds.due_soon_days:
        return Judgement(Light.YELLOW, *_due_soon((due - on).days, percent))
    if missed:
        return Judgement(Light.YELLOW, *_milestone_missed(on, *missed[0]))
    return Judgement(Light.GREEN, *_on_track(deviation, percent, elapsed))


def _overdue(on: date, due: date, percent: int, days: Days) -> tuple[str, str]:
    words = {"days": (on - due).days, "day": days.said(due), "percent": percent}
    reason = ngettext(
        "%(days)d day overdue: was due on %(day)s, now %(percent)d %% done.",
        "%(days)d days overdue: was due on %(day)s, now %(percent)d %% done.",
        words["days"],
    )
    brief = ngettext("%(days)d day overdue", "%(days)d days overdue", words["days"])
    return reason % words, brief % words


def _behind(deviation: int, percent: int, elapsed: int) -> tuple[str, str]:
    words = {"points": -deviation, "percent": percent, "elapsed": elapsed}
    reason = ngettext(
        "%(points)d point behind schedule: %(percent)d %% done, %(elapsed)d %% of the time gone.",
        "%(points)d points behind schedule: %(percent)d %% done, %(elapsed)d %% of the time gone.",
        -deviation,
    )
    brief = ngettext("%(points)d point behind", "%(points)d points behind", -deviation)
    return reason % words, brief % words


def _milestone_missed(on: date, planned: date, title: str) -> tuple[str, str]:
    words = {"days": (on - planned).days, "title": title}
    reason = ngettext(
        "Milestone missed by %(days)d day: “%(title)s”.",
        "Milestone missed by %(days)d days: “%(title)s”.",
        words["days"],
    )
    brief = ngettext("milestone %(days)d day late", "milestone %(days)d days late", words["days"])
    return reason % words, brief % words


def _due_soon(days: int, percent: int) -> tuple[str, str]:
    words = {"days": days, "percent": percent}
    if days == 0:
        return _("Due today: %(percent)d %% done.") % words, _("due today")
    reason = ngettext(
        "Due in %(days)d day: %(percent)d %% done.",
        "Due in %(days)d days: %(percent)d %% done.",
        days,
    )
    return reason % words, ngettext("due in %(days)d day", "due in %(days)d days", days) % words


def _on_track(deviation: int, percent: int, elapsed: int) -> tuple[str, str]:
    words = {"points": abs(deviation), "percent": percent, "elapsed": elapsed}
    if deviation == 0:
        reason = _("Level with the schedule: %(percent)d %% done, %(elapsed)d %% of the time gone.")
        return reason % words, _("level")
    if deviation > 0:
        reason = ngettext(
            "%(points)d point ahead: %(percent)d %% done, %(elapsed)d %% of the time gone.",
            "%(points)d points ahead: %(percent)d %% done, %(elapsed)d %% of the time gone.",
            deviation,
        )
        brief = ngettext("%(points)d point ahead", "%(points)d points ahead", deviation)
        return reason % words, brief % words
    reason = ngettext(
        "%(points)d point behind, within the margin: %(percent)d %% done, "
        "%(elapsed)d %% of the time gone.",
        "%(points)d points behind, within the margin: %(percent)d %% done, "
        "%(elapsed)d %% of the time gone.",
        -deviation,
    )
    brief = ngettext("%(points)d point behind", "%(points)d points behind", -deviation)
    return reason % words, brief % words


def signed(points: int) -> str:
    """Points with their sign, a minus as wide as the plus: +4, −37, 0."""
    return f"{points:+d}".replace("-", "−") if points else "0"
