"""Units and people: what each leads, supports, owns and has to report."""

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..models import Unit, User
from ..models.people import Role
from ..permissions import is_supervisor
from ..state import ActionState, PlanState, UnitState, urgency
from ..trends import trend
from .lookup import Look, look_of, plan_of
from .rendering import render_page

LATEST = 6


@require_safe
def units(request: HttpRequest, slug: str) -> HttpResponse:
    """Every active unit and what it holds; those with late work first."""
    plan = plan_of(slug)
    look = look_of(request, plan)
    rows = look.state.units
    held = {row.unit.pk for row in rows}
    context = {
        **look.context,
        "state": look.state,
        "rows": [(row, _to_report(row, look)) for row in rows],
        "idle": [unit for unit in Unit.objects.active() if unit.pk not in held],
        "reporters": _reporters_by_unit(),
    }
    return render_page(request, "units", context)


@require_safe
def unit(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One page per unit that can be printed and taken to a meeting."""
    plan = plan_of(slug)
    look = look_of(request, plan)
    shown = get_object_or_404(Unit, short_name=name)
    row = _row_of(look.state, shown)
    return render_page(
        request,
        "unit",
        {
            **look.context,
            "unit": shown,
            "row": row,
            "led": sorted(row.led, key=urgency),
            "supported": _supported(look.state, shown),
            "due": _to_report(row, look),
            "people": shown.people.filter(is_active=True).order_by("role", "username"),
            "latest": look.latest(Q(action__in=[a.action.pk for a in row.led]), LATEST),
            "trend": trend(plan, row.led, look.on),
        },
    )


@require_safe
def person(request: HttpRequest, slug: str, username: str) -> HttpResponse:
    """What a person owns, and in which units they work; no figure of their own is counted."""
    plan = plan_of(slug)
    look = look_of(request, plan)
    shown = User.objects.filter(username__iexact=username).prefetch_related("units").first()
    if shown is None:
        raise Http404(_("There is no account “%(name)s”.") % {"name": username[:40]})
    owned = [a for a in look.state.actions if a.action.owner_id == shown.pk]
    return render_page(
        request,
        "person",
        {
            **look.context,
            "person": shown,
            "owned": owned,
            "latest": look.latest(Q(by=shown), LATEST),
            "may_see_account": is_supervisor(request.user),
        },
    )


@require_safe
def trends(request: HttpRequest, slug: str) -> HttpResponse:
    """How the whole plan has gone, week by week."""
    plan = plan_of(slug)
    look = look_of(request, plan)
    context = {**look.context, "state": look.state}
    context["trend"] = trend(plan, look.state.actions, look.on)
    return render_page(request, "trends", context)


def _row_of(now: PlanState, shown: Unit) -> UnitState:
    """The unit's row; one that holds nothing has an empty one."""
    for row in now.units:
        if row.unit.pk == shown.pk:
            return row
    return UnitState(shown, now.addresses.of_unit(shown), [], 0, dict.fromkeys(now.counts, 0), None)


def _supported(now: PlanState, shown: Unit) -> list[ActionState]:
    return now.where(lambda a: shown.pk in {unit.pk for unit in a.supporting})


def _to_report(row: UnitState, look: Look) -> list[ActionState]:
    """What the unit has to report next, overdue first, then by day."""
    open_ones = [a for a in row.led if a.owes_reports]
    return sorted(open_ones, key=lambda a: (a.next_report, a.action.pk))


def _reporters_by_unit() -> dict[int, int]:
    people = Count("people", filter=Q(people__role=Role.REPORTER, people__is_active=True))
    return dict(Unit.objects.annotate(n=people).values_list("pk", "n"))
