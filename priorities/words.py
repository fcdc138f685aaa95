"""Lights, causes and ages in the reader's words; nothing else in the project says one."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from .days import Days
from .lights import ENDED, STALE, Cause, Judgement, Light, Outlook, Thresholds
from .measured import against

KIND_WORDS = {
    Light.RED.value: pgettext_lazy("light", "Behind"),
    Light.YELLOW.value: pgettext_lazy("light", "Warning"),
    STALE: pgettext_lazy("light", "Unconfirmed"),
    Light.GREEN.value: pgettext_lazy("light", "On track"),
    Light.COMPLETE.value: pgettext_lazy("light", "Complete"),
    Light.NOT_STARTED.value: pgettext_lazy("light", "Not started"),
    Light.UNASSIGNED.value: pgettext_lazy("light", "Unassigned"),
    Light.CANCELLED.value: pgettext_lazy("light", "Cancelled"),
    Light.SPLIT.value: pgettext_lazy("light", "Split"),
    Light.MERGED.value: pgettext_lazy("light", "Merged"),
}

OUTLOOK_WORDS = {
    Outlook.ON_COURSE.value: gettext_lazy("On course"),
    Outlook.AT_RISK.value: gettext_lazy("At risk"),
    Outlook.OFF_COURSE.value: gettext_lazy("Off course"),
}

REPORT_OVERDUE = gettext_lazy("Report overdue")
"""What an action in progress is, of whatever light, while ``is_stale`` (DOMAIN: 未按期更新)."""

DATED = Days()
"""Every day with its year: what is said where no plan is known."""


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
        "split": _("Goes on in several actions; its own count ended, and its entries stay with it"),
        "merged": _("Goes on in another action; its own count ended, and its entries stay with it"),
    }


def left_out(ended: Mapping[str, int]) -> list[str]:
    """What is out of every figure, in words, by how it ended: “1 cancelled”, “2 split”."""
    said = {
        Light.CANCELLED: _("%(n)d cancelled"),
        Light.SPLIT: _("%(n)d split"),
        Light.MERGED: _("%(n)d merged"),
    }
    return [said[light] % {"n": ended[light]} for light in ENDED if ended.get(light)]


def overdue_rule(thresholds: Thresholds) -> str:
    """What ``REPORT_OVERDUE`` means, beside the kinds and never as one of them."""
    words = _(
        "In progress, of whatever light, and nothing was reported for more than %(days)s days; "
        "those of them that were on track are counted as “%(kind)s”"
    )
    return words % {"days": thresholds.reporting_cycle_days, "kind": KIND_WORDS[STALE]}


def signed(points: int) -> str:
    """Points with their sign, a minus as wide as the plus: +4, −37, 0."""
    return f"{points:+d}".replace("-", "−") if points else "0"


def reason_of(judged: Judgement, days: Days = DATED) -> str:
    """The sentence that gives a light its reason; ``days`` is how days are said in the plan."""
    return _sentence(judged) % _said(judged, days)


def brief_of(judged: Judgement, days: Days = DATED) -> str:
    """The few words of it that fit in a row."""
    return _few(judged) % _said(judged, days)


def _said(judged: Judgement, days: Days) -> dict[str, object]:
    return {
        "percent": judged.percent,
        "elapsed": judged.elapsed,
        "points": abs(judged.deviation),
        "days": judged.days,
        "day": days.said(judged.day) if judged.day else "",
        "about": judged.about,
        "numbers": listed(judged.about.split()),
    }


def _sentence(judged: Judgement) -> str:
    match judged.cause:
        case Cause.WITHDRAWN:
            return _("Withdrawn: %(about)s")
        case Cause.SPLIT:
            return _("Split into %(numbers)s on %(day)s; it counts no more from then on.")
        case Cause.MERGED:
            return _("Merged into %(numbers)s on %(day)s; it counts no more from then on.")
        case Cause.COMPLETED:
            return _("Accepted at 100 %% on %(day)s, in time.")
        case Cause.COMPLETED_LATE:
            return ngettext(
                "Completed %(days)d day late: accepted at 100 %% on %(day)s.",
                "Completed %(days)d days late: accepted at 100 %% on %(day)s.",
                judged.days,
            )
        case Cause.NO_LEAD_UNIT:
            return _("No lead unit yet, so no time is running.")
        case Cause.STARTS_LATER:
            return ngettext(
                "Starts on %(day)s, in %(days)d day.",
                "Starts on %(day)s, in %(days)d days.",
                judged.days,
            )
        case Cause.FIRST_REPORT_AWAITED:
            return _("Nothing reported yet: first report awaited by %(day)s.")
        case Cause.FIRST_REPORT_WAITS:
            return _("The first report has come in and waits for review; nothing counts yet.")
        case Cause.OVERDUE:
            return ngettext(
                "%(days)d day overdue: was due on %(day)s, now %(percent)d %% done.",
                "%(days)d days overdue: was due on %(day)s, now %(percent)d %% done.",
                judged.days,
            )
        case Cause.MILESTONE_MISSED:
            return ngettext(
                "Milestone missed by %(days)d day: “%(about)s”.",
                "Milestone missed by %(days)d days: “%(about)s”.",
                judged.days,
            )
        case Cause.DUE_SOON if not judged.days:
            return _("Due today: %(percent)d %% done.")
        case Cause.DUE_SOON:
            return ngettext(
                "Due in %(days)d day: %(percent)d %% done.",
                "Due in %(days)d days: %(percent)d %% done.",
                judged.days,
            )
    return _against_schedule(judged)


def _against_schedule(judged: Judgement) -> str:
    points = judged.deviation
    if judged.cause == Cause.BEHIND:
        return ngettext(
            "%(points)d point behind schedule: %(percent)d %% done, "
            "%(elapsed)d %% of the time gone.",
            "%(points)d points behind schedule: %(percent)d %% done, "
            "%(elapsed)d %% of the time gone.",
            -points,
        )
    if points == 0:
        return _("Level with the schedule: %(percent)d %% done, %(elapsed)d %% of the time gone.")
    if points > 0:
        return ngettext(
            "%(points)d point ahead: %(percent)d %% done, %(elapsed)d %% of the time gone.",
            "%(points)d points ahead: %(percent)d %% done, %(elapsed)d %% of the time gone.",
            points,
        )
    return ngettext(
        "%(points)d point behind, within the margin: %(percent)d %% done, "
        "%(elapsed)d %% of the time gone.",
        "%(points)d points behind, within the margin: %(percent)d %% done, "
        "%(elapsed)d %% of the time gone.",
        -points,
    )


def _few(judged: Judgement) -> str:
    match judged.cause:
        case Cause.WITHDRAWN:
            return _("withdrawn")
        case Cause.SPLIT:
            return _("split into %(numbers)s")
        case Cause.MERGED:
            return _("merged into %(numbers)s")
        case Cause.COMPLETED:
            return _("complete")
        case Cause.COMPLETED_LATE:
            return _("completed late")
        case Cause.NO_LEAD_UNIT:
            return _("unassigned")
        case Cause.STARTS_LATER:
            return _("starts %(day)s")
        case Cause.FIRST_REPORT_AWAITED:
            return _("first report by %(day)s")
        case Cause.FIRST_REPORT_WAITS:
            return _("first report in review")
        case Cause.OVERDUE:
            return ngettext("%(days)d day overdue", "%(days)d days overdue", judged.days)
        case Cause.MILESTONE_MISSED:
            return ngettext(
                "milestone %(days)d day late", "milestone %(days)d days late", judged.days
            )
        case Cause.DUE_SOON if not judged.days:
            return _("due today")
        case Cause.DUE_SOON:
            return ngettext("due in %(days)d day", "due in %(days)d days", judged.days)
    points = judged.deviation
    if points == 0:
        return _("level")
    if points > 0:
        return ngettext("%(points)d point ahead", "%(points)d points ahead", points)
    return ngettext("%(points)d point behind", "%(points)d points behind", -points)


class Valued(Protocol):
    """What an entry says of a target (``models.TargetValue``, ``state.values.ValueFacts``)."""

    title: str
    measured_in: str
    value: Decimal
    target_value: Decimal


def value_in_words(said: Valued) -> str:
    """What was counted, beside its target, as a sentence."""
    counted = against(said.value, said.target_value, said.measured_in)
    return _("%(title)s: %(counted)s.") % {"title": said.title, "counted": counted}


class Descended(Protocol):
    """One step of an action's lineage (``state.values.DescentFacts``)."""

    kind: str
    source_number: str


class Descends(Protocol):
    """What came of others, or goes on in others (``state.values.ActionFacts``)."""

    came_of: Sequence[Descended]
    into: Sequence[Descended]


class Shown(Protocol):
    """What of an action's state its words are made of (``state.day.ActionState``)."""

    kind: str
    light: Light
    judgement: Judgement
    days: Days
    age: int | None
    owes_reports: bool
    has_spoken: bool
    is_ended: bool
    yet: str

    @property
    def action(self) -> Descends:
        """With what it came of and goes on in."""


def word(a: Shown) -> str:
    """The light in a word; a green light with an old entry says so."""
    return str(KIND_WORDS[a.kind])


def reason(a: Shown) -> str:
    """The sentence that gives an action's light its reason."""
    return reason_of(a.judgement, a.days)


def brief(a: Shown) -> str:
    return brief_of(a.judgement, a.days)


def why(a: Shown) -> str:
    """In few words why it needs a look: of a green light with an old entry, how old that is."""
    return age(a) if a.kind == STALE else brief(a)


def age(a: Shown) -> str:
    """The one age of a row, in words: who is silent since when, and whether the last counts.

    Empty where no report could be expected yet.
    """
    if a.age is None or not a.owes_reports:
        return ""
    if a.has_spoken:
        said = ngettext("last report %(n)d day ago", "last report %(n)d days ago", a.age)
    else:
        said = ngettext("no report for %(n)d day", "no report for %(n)d days", a.age)
    parts = [said % {"n": a.age}, *filter(None, [_what_became(a.yet)])]
    return pgettext("between clauses", ", ").join(parts)


def _what_became(yet: str) -> str:
    """What became of the last report, where it does not count."""
    match yet:
        case "returned":
            return _("a later one was returned")
        case "returned_first":
            return _("the first was returned")
        case "waiting":
            return _("not yet reviewed")
    return ""


def descent(a: Shown) -> str:
    """Of what an action came and in what it goes on: “split from 3.3”; empty for nearly all."""
    parts = [_came_of(a.action.came_of)] if a.action.came_of else []
    if a.is_ended and a.action.into:
        parts.append(brief(a))
    return pgettext("between clauses", ", ").join(parts)


def listed(names: Iterable[object]) -> str:
    """Names in a row, set apart as the reader's language does."""
    return pgettext("between names", ", ").join(map(str, names))


def _came_of(came: Sequence[Descended]) -> str:
    is_merged = came[0].kind == Light.MERGED
    words = _("merged from %(numbers)s") if is_merged else _("split from %(numbers)s")
    numbers = dict.fromkeys(one.source_number for one in came)
    return words % {"numbers": listed(numbers)}


class Mean(Protocol):
    """What a mean is made of (``state.day.PriorityState``)."""

    total: int
    unreported: int
    ended: Mapping[str, int]


def summary(p: Mean) -> str:
    """What the mean is a mean of: it never stands without this sentence."""
    parts = [ngettext("mean of %d action", "mean of %d actions", p.total) % p.total]
    if p.unreported:
        parts.append(_("%d not yet reported, counted as 0") % p.unreported)
    if out := left_out(p.ended):
        parts.append(_("%(out)s, left out") % {"out": pgettext("between clauses", ", ").join(out)})
    return pgettext("between clauses", ", ").join(parts)
