"""The way in, the dashboard, and the day that the plan is looked at."""

from datetime import timedelta

from django.core.exceptions import BadRequest, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from ..forms.plan import StatusDateForm
from ..forms.versions import last_change, meanwhile
from ..kept import kept
from ..lights import KINDS
from ..models import Plan, Unit
from ..models.chain import hold_chain
from ..needs import needs_of
from ..permissions import can_live, can_manage_accounts, check_set_status_date
from ..state.day import Counts, PlanState
from ..state.kept import plan_on
from .answers import LATE, done
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
            "gist": _gist(now, before),
            "needs": needs_of(request.user, now, look.addresses) if look.is_open else [],
            "tallies": _tallies(now, before),
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
        "tallies": _tallies(now, None),
        "active_units": Unit.objects.active().count(),
        "may_manage_accounts": can_manage_accounts(request.user),
    }


def _before(look: Look) -> PlanState | None:
    """What the figures are compared with: the day that is asked for, else the last month's end."""
    if look.since:
        return look.state.before
    day = look.on.replace(day=1) - timedelta(1)
    return plan_on(look.plan, day) if day >= look.plan.start else None


def _gist(now: PlanState, before: PlanState | None) -> str:
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


def _tallies(now: PlanState, before: PlanState | None) -> list[tuple[str, int, float, str]]:
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
