"""How a plan stands, beside how it stood a month before: in one sentence, and light by light."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..lights import KINDS
from ..state.counts import Counts
from ..state.day import PlanState


def month_before(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - timedelta(1)


def gist(now: PlanState, before: PlanState | None) -> str:
    """The one sentence beside the title: how many are late, since when, and what has no owner."""
    red, unassigned = now.counts["red"], now.counts["unassigned"]
    parts = [ngettext("%d action behind", "%d actions behind", red) % red]
    if before:
        parts[0] += _against(red - before.counts["red"], before)
    if unassigned:
        words = ngettext("%d has no lead unit yet", "%d have no lead unit yet", unassigned)
        parts.append(words % unassigned)
    return pgettext("between sentences", "; ").join(parts) + pgettext("end of a sentence", ".")


def _against(difference: int, before: PlanState) -> str:
    words = {"n": abs(difference), "month": _moment(before)}
    if difference > 0:
        return _(", %(n)d more than in %(month)s") % words
    if difference < 0:
        return _(", %(n)d fewer than in %(month)s") % words
    return _(", as many as in %(month)s") % words


def tallies(now: PlanState, before: PlanState | None) -> list[tuple[str, int, float, str]]:
    """Per kind: how many, the share in percent, and the change against the month before."""
    return [
        (kind, now.counts[kind], now.shares[kind], _change(now.counts, before, kind))
        for kind in KINDS
        if now.counts[kind] or (before and before.counts[kind])
    ]


def _change(counts: Counts, before: PlanState | None, kind: str) -> str:
    if before is None:
        return ""
    difference = counts[kind] - before.counts[kind]
    month = _moment(before)
    if not difference:
        return _("as in %(month)s") % {"month": month}
    sign = "+" if difference > 0 else "−"
    return _("%(change)s since %(month)s") % {
        "change": f"{sign}{abs(difference)}",
        "month": month,
    }


def _moment(before: PlanState) -> str:
    """A month where its last day is meant, else the day."""
    is_month_end = (before.on + timedelta(1)).day == 1
    say = before.plan.days.month if is_month_end else before.plan.days.said
    return say(before.on)
