"""The timeline (挂图作战): every action as a bar, over the whole plan, a half or a quarter year."""

import re
from datetime import date

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..addresses import Addresses
from ..drawings.timeline import HALF, MONTHS, QUARTER, YEAR, Window, month_after
from ..drawings.timeline import timeline as drawn
from ..kept import kept
from ..state.day import PlanState
from .lookup import Look, look_of, plan_of
from .rendering import render_page

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


@require_safe
@kept
def timeline(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(request, slug)
    look = look_of(request, plan)
    whole = Window.whole(look.state)
    window = _window(request, look.state, whole)
    context = {**look.context, "state": look.state, "timeline": drawn(look.state, window)}
    return render_page(request, "timeline", {**context, **_ways(look, window, whole)})


def _window(request: HttpRequest, now: PlanState, whole: Window) -> Window:
    """The span that the address asks for: ``?zoom=half&from=2022-07``, else the whole plan."""
    zoom = request.GET.get("zoom", YEAR)
    if zoom == YEAR:
        return whole
    if zoom not in MONTHS:
        raise BadRequest(_("Choose the whole plan, a half or a quarter of a year."))
    asked = request.GET.get("from")
    day = _month(asked) if asked else now.on
    return Window.part(zoom, min(max(day, whole.first), whole.end - date.resolution))


def _month(words: str) -> date:
    found = MONTH.fullmatch(words)
    if found is None:
        raise BadRequest(_("Write the first month to show like 2022-07."))
    return date(int(found[1]), int(found[2]), 1)


def _ways(look: Look, window: Window, whole: Window) -> dict:
    """The links to the other zooms, and to the spans before and after this one."""
    part = {} if window.holds(look.on) else {"from": window.start_month}
    zooms = [
        (YEAR, _("Whole plan"), {}),
        (HALF, _("Half-year"), part),
        (QUARTER, _("Quarter"), part),
    ]
    return {
        "zooms": [
            (words, _address(look.addresses, zoom, **more), zoom == window.zoom)
            for zoom, words, more in zooms
        ],
        "before": _neighbour(look.addresses, window, whole, -MONTHS.get(window.zoom, 0)),
        "after": _neighbour(look.addresses, window, whole, MONTHS.get(window.zoom, 0)),
    }


def _neighbour(addresses: Addresses, window: Window, whole: Window, months: int):
    """Name and address of the span that many months on, where the plan reaches so far."""
    if not months:
        return None
    near = Window.part(window.zoom, month_after(window.first, months))
    if near.end <= whole.first or near.first >= whole.end:
        return None
    return near.name, _address(addresses, near.zoom, **{"from": near.start_month})


def _address(addresses: Addresses, zoom: str, **more: str) -> str:
    """This page at another zoom."""
    return addresses.to("timeline", **({} if zoom == YEAR else {"zoom": zoom, **more}))
