"""Units and people: what each leads, supports, owns and has to report."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..addresses import Addresses
from ..called import person_called
from ..drawings.trends import trend
from ..forms.units import AskedUnitField
from ..kept import kept
from ..models import Plan, Unit, User
from ..models.people import Role
from ..permissions import can_reform
from ..plans.life.amended import last_ending
from ..state.counts import urgency
from ..state.day import ActionState, PlanState, UnitState
from ..state.kept import plans_on
from ..state.stored import name_as_on
from .lookup import Look, look_of, plan_of, running_plans
from .rendering import render_page

LATEST = 6
LONGEST_NAME = 150


@require_safe
@kept
def units(request: HttpRequest, slug: str) -> HttpResponse:
    """Every active unit and what it holds; those with late work first."""
    plan = plan_of(request, slug)
    look = look_of(request, plan)
    rows = look.state.units
    held = {row.unit.pk for row in rows}
    context = {
        **look.context,
        "state": look.state,
        "rows": [(row, _to_report(row, look)) for row in rows],
        "idle": [unit for unit in Unit.objects.active() if unit.pk not in held],
        "reporters": _reporters_by_unit(),
        "may_reform": look.is_open and can_reform(request.user),
    }
    return render_page(request, "units", context)


@require_safe
@kept
def unit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One page per unit that can be printed and taken to a meeting."""
    plan = plan_of(request, slug)
    look = look_of(request, plan)
    shown = look.units.get(pk)
    if shown is None:
        raise Http404(_("There is no such unit."))
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
            "people": shown.people.filter(is_active=True).order_by(
                "role", "name_order", "username"
            ),
            "latest": look.latest(Q(action__in=[a.action.pk for a in row.led]), LATEST),
            "trend": trend(plan, row.led, look.on),
            "ended": None if shown.is_active else last_ending(shown.pk),
            "elsewhere": _elsewhere(request, look, lambda a: _works_on(a, shown.pk)),
        },
    )


@require_safe
def unit_by_name(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """What was kept or typed by name leads to the unit, also by a name that it had once."""
    look = look_of(request, plan_of(request, slug))
    field = AskedUnitField()
    field.offer(look.units.values(), look.on)
    try:
        found = field.clean(name)
    except ValidationError as error:
        raise Http404(error.messages[0]) from None
    return _lead_on(request, reverse("unit", args=[slug, found.pk]))


@require_safe
@kept
def person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What a person owns, and in which units they work; no figure of their own is counted."""
    plan = plan_of(request, slug)
    look = look_of(request, plan)
    shown = get_object_or_404(User.objects.prefetch_related("units"), pk=pk)
    shown = name_as_on(plan, look.on, shown)
    owned = [a for a in look.state.actions if a.action.owner_id == shown.pk]
    return render_page(
        request,
        "person",
        {
            **look.context,
            "person": shown,
            "owned": owned,
            "latest": look.latest(Q(by=shown), LATEST),
            "elsewhere": _elsewhere(request, look, lambda a: a.action.owner_id == shown.pk),
        },
    )


@require_safe
def person_by_name(request: HttpRequest, slug: str, username: str) -> HttpResponse:
    """The same for a user name."""
    look = look_of(request, plan_of(request, slug))
    found = person_called(username[:LONGEST_NAME], look.on if look.is_past else None)
    if found is None:
        raise Http404(_("There is no account “%(name)s”.") % {"name": username[:40]})
    return _lead_on(request, reverse("person", args=[slug, found.pk]))


def _lead_on(request: HttpRequest, url: str) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{url}?{query}" if query else url)


@require_safe
@kept
def trends(request: HttpRequest, slug: str) -> HttpResponse:
    """How the whole plan has gone, week by week."""
    plan = plan_of(request, slug)
    look = look_of(request, plan)
    context = {**look.context, "state": look.state}
    context["trend"] = trend(plan, look.state.actions, look.on)
    return render_page(request, "trends", context)


def _row_of(now: PlanState, shown: Unit) -> UnitState:
    """The unit's row; one that holds nothing has an empty one."""
    for row in now.units:
        if row.unit.pk == shown.pk:
            return row
    return UnitState(shown)


def _supported(now: PlanState, shown: Unit) -> list[ActionState]:
    return now.where(lambda a: shown.pk in {unit.pk for unit in a.supporting})


@dataclass(frozen=True)
class Elsewhere:
    """What somebody holds in another plan that runs, what needs a look first on top."""

    plan: Plan
    state: PlanState

    @property
    def actions(self) -> list[ActionState]:
        return sorted(self.state.actions, key=urgency)

    @property
    def addresses(self) -> Addresses:
        return Addresses(self.plan)


def _elsewhere(
    request: HttpRequest, look: Look, is_own: Callable[[ActionState], bool]
) -> list[Elsewhere]:
    """As the other plans stand today: on a past day, or beside one, the page is of its plan."""
    if look.is_past or look.since:
        return []
    others = [plan for plan in running_plans(request.user) if plan.pk != look.plan.pk]
    states = plans_on([(plan, plan.today()) for plan in others])
    own = [state.of_only(state.where(is_own)) for state in states]
    pairs = zip(others, own, strict=True)
    return [Elsewhere(plan, state) for plan, state in pairs if state.actions]


def _works_on(a: ActionState, unit: int) -> bool:
    return a.action.lead_unit_id == unit or unit in {one.pk for one in a.supporting}


def _to_report(row: UnitState, look: Look) -> list[ActionState]:
    """What the unit has to report next, overdue first, then by day."""
    open_ones = [a for a in row.led if a.owes_reports]
    return sorted(open_ones, key=lambda a: (a.next_report, a.action.pk))


def _reporters_by_unit() -> dict[int, int]:
    people = Count("people", filter=Q(people__role=Role.REPORTER, people__is_active=True))
    return dict(Unit.objects.annotate(n=people).values_list("pk", "n"))
