"""All plans on one page, and the ways to a new one."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..acts.once import once
from ..forms.new_plan import CopyForm, EmptyPlanForm, NewPlanForm, chapters_of, is_too_large
from ..models import Plan, Proposal, TableIntake
from ..permissions import can_live, check_live
from ..plans.founding import found_plan
from ..plans.life.copying import CARRY, COPY, LeftOut, last_state, outline_of, suggested
from ..plans.life.listing import plans_listed, rows_of, sum_of
from ..plans.life.moved_days import Span, a_year_later
from ..plans.outline import PlanOutline
from ..plans.proposing.desk import free_slug
from ..state.day import PlanState
from ..words import listed
from .answers import WRONG, done, status_of
from .rendering import render_page

FORMS = ["GET", "HEAD", "POST"]
SOURCE = ("source_title", "source_session", "source_publication")

PUT_ASIDE_SHOWN = 20
"""Documents and tables that wait to be corrected; the one worked at last comes first."""

PLANS_PER_PAGE = 20
"""The state of each that runs is computed, and kept, for this page."""


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Not kept whole: its head shows the plan that was looked at last, which no data tell."""
    found = Paginator(plans_listed(request.user), PLANS_PER_PAGE).get_page(request.GET.get("page"))
    groups = rows_of(list(found), request.user)
    context = {
        "pages": found,
        "groups": groups,
        "sum": sum_of(groups),
        "may_live": can_live(request.user),
    }
    if context["may_live"]:
        tables = TableIntake.objects.open().listed().filter(plan=None)
        context["tables"] = tables.order_by("-changed_at")[:PUT_ASIDE_SHOWN]
        context["readings"] = Proposal.objects.open().listed()[:PUT_ASIDE_SHOWN]
    return render_page(request, "plans", context)


@require_safe
def plan_new(request: HttpRequest) -> HttpResponse:
    """Four ways to a new plan: from a document, from a table, from another plan, empty."""
    check_live(request.user)
    proposals = Proposal.objects.open().listed()[:PUT_ASIDE_SHOWN]
    return render_page(request, "plan_new", {"proposals": proposals})


@require_http_methods(FORMS)
def plan_empty(request: HttpRequest) -> HttpResponse:
    """A plan without anything in it yet."""
    check_live(request.user)
    form = EmptyPlanForm(_sent(request), initial={"nonce": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        source = {name: form.cleaned_data[name] for name in SOURCE}
        try:
            plan = _founded(request, form, lambda heads: PlanOutline(**asdict(heads), **source))
        except ValidationError as error:
            form.add_refusal(error)
        else:
            return _made(request, plan)
    return render_page(request, "plan_empty", {"form": form}, status=status_of(form))


def _founded(request: HttpRequest, form: NewPlanForm, outline) -> Plan:
    """The plan of this form; sent twice it is one plan."""
    given, by = form.cleaned_data, request.user

    def act(_key: uuid.UUID) -> Plan:
        return found_plan(outline(form.heads), by=by, reason=given["reason"])

    return once(Plan, act, by=by, nonce=given["nonce"], said=(request.path, *given.items()))


def _made(request: HttpRequest, plan: Plan, left_out: Sequence[LeftOut] = ()) -> HttpResponse:
    said = _("%(plan)s is made and in preparation.") % {"plan": plan.title}
    if left_out:
        names = listed(dict.fromkeys(one.name for one in left_out))
        said += " " + _("Not active any more, and so left out: %(names)s.") % {"names": names}
    return done(request, said, plan)


@require_safe
def plan_existing(request: HttpRequest) -> HttpResponse:
    """Which plan the new one is to be made from."""
    check_live(request.user)
    plans = plans_listed(request.user).filter(size__gt=0)
    found = Paginator(plans, PLANS_PER_PAGE).get_page(request.GET.get("page"))
    return render_page(request, "plan_existing", {"pages": found})


@require_http_methods(FORMS)
def plan_copy(request: HttpRequest, source: str) -> HttpResponse:
    """A plan from one that is there: what becomes of each of its actions, and the new dates."""
    check_live(request.user)
    old = get_object_or_404(Plan, slug=source)
    state = last_state(old)
    data = request.POST if request.method == "POST" else None
    chapters = chapters_of(state.priorities, suggested(state), data)
    form = CopyForm(data, initial=_offered(old))
    wrong = sum(choice.is_wrong for chapter in chapters for choice in chapter.choices)
    if data is not None and form.is_valid() and not wrong:
        try:
            return _copied(request, old, state, form, chapters)
        except ValidationError as error:
            form.add_refusal(error)
    status = WRONG if wrong else status_of(form)
    context = {"old": old, "form": form, "chapters": chapters, "wrong": wrong}
    context["is_too_large"] = is_too_large(chapters)
    return render_page(request, "plan_copy", context, status=status)


def _copied(request, old: Plan, state: PlanState, form: CopyForm, chapters) -> HttpResponse:
    of_kind = {name: form.cleaned_data[name] for name in ("unfinished", "complete")}
    choices = [choice for chapter in chapters for choice in chapter.choices]
    chosen = {choice.a.action.pk: choice.fate(of_kind) for choice in choices}
    outline, left_out = outline_of(old, state, form.heads, chosen)
    return _made(request, _founded(request, form, lambda _heads: outline), left_out)


def _offered(old: Plan) -> dict[str, object]:
    """The next year in the place of the old one, wherever it stands in the name."""
    span = a_year_later(Span(old.start, old.end))
    title = old.title.replace(str(old.start.year), str(span.start.year))
    slug = old.slug.replace(str(old.start.year), str(span.start.year))
    return {
        "title": title if title != old.title else "",
        "slug": free_slug(slug) if slug != old.slug else "",
        "start": span.start,
        "end": span.end,
        "unfinished": CARRY,
        "complete": COPY,
        "nonce": uuid.uuid4(),
    }


def _sent(request: HttpRequest) -> QueryDict | None:
    """Whatever a form sent, be it nothing; None where it is only asked for."""
    return request.POST if request.method == "POST" else None
