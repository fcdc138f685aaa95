"""The way in, the dashboard, and the day that the plan is looked at."""

from django.core.exceptions import BadRequest, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..forms.plan import StatusDateForm
from ..forms.versions import last_change, meanwhile
from ..kept import kept
from ..models import Plan, Unit
from ..models.chain import hold_chain
from ..needs import needs_of
from ..permissions import can_live, can_manage_accounts, check_set_status_date
from ..state.day import PlanState
from ..state.kept import plan_on
from .answers import LATE, done
from .compared import gist, month_before, tallies
from .landing import landing
from .lookup import Look, look_of, plan_of
from .rendering import render_page, safe_next

LATEST = 9


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    plan = landing(request)
    if plan is None and can_live(request.user):
        return redirect("plans")
    if plan is None:
        return render_page(request, "no_plan", {})
    return redirect("dashboard", slug=plan.slug)


@require_safe
@kept
def dashboard(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(request, slug)
    look = look_of(request, plan)
    now = look.state
    context = {**look.context, "state": now}
    if now.is_untouched:
        return render_page(request, "dashboard", {**context, **_start(request, now)})
    before = _before(look)
    units = now.units
    return render_page(
        request,
        "dashboard",
        {
            **context,
            "gist": gist(now, before),
            "needs": needs_of(request.user, now, look.addresses) if look.is_open else [],
            "tallies": tallies(now, before),
            "units": [u for u in units if u.led],
            "supporters": [u for u in units if not u.led],
            "latest": look.latest(Q(), LATEST),
        },
    )


@require_POST
def status_date(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(request, slug)
    check_set_status_date(request.user)
    form = StatusDateForm(request.POST, plan=plan)
    if not form.is_valid():
        raise BadRequest(next(iter(form.errors.values()))[0])
    try:
        plan, form = _set_status_date(request, plan)
    except ValidationError as error:
        raise BadRequest(error.messages[0]) from None
    if form.is_stale and form.differences:
        return _other_status_date(request, plan, form)
    then = safe_next(request, reverse("dashboard", args=[plan.slug]))
    return done(request, _status_date_said(plan), then)


@transaction.atomic
def _set_status_date(request: HttpRequest, plan: Plan) -> tuple[Plan, StatusDateForm]:
    """Set it where it still is what the form was drawn from, or where both mean the same."""
    hold_chain()
    now = Plan.objects.select_for_update().get(pk=plan.pk)
    form = StatusDateForm(request.POST, plan=now)
    if form.is_valid() and form.differences and not form.is_stale:
        now.set_status_date(form.cleaned_data["status_date"], by=request.user)
    return now, form


def _other_status_date(request: HttpRequest, plan: Plan, form: StatusDateForm) -> HttpResponse:
    faster = meanwhile(last_change(plan.history), request.user)
    form.show_what_stands()
    context = {
        "plan": plan,
        "form": form,
        "differences": form.differences,
        "faster": faster,
        "next": safe_next(request, reverse("dashboard", args=[plan.slug])),
    }
    return render_page(request, "status_date", context, status=LATE)


def _status_date_said(plan: Plan) -> str:
    if plan.status_date is None:
        return _("The status date is lifted: pages now speak of today.")
    return _("The status date is now %(day)s.") % {"day": plan.status_date}


def _start(request: HttpRequest, now: PlanState) -> dict:
    """What a plan with nothing assigned shows: the three steps with which it begins."""
    return {
        "tallies": tallies(now, None),
        "active_units": Unit.objects.active().count(),
        "may_manage_accounts": can_manage_accounts(request.user),
    }


def _before(look: Look) -> PlanState | None:
    """What the figures are compared with: the day that is asked for, else the last month's end."""
    if look.since:
        return look.state.before
    day = month_before(look.on)
    return plan_on(look.plan, day) if day >= look.plan.start else None
