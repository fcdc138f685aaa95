"""All that changed a plan during its year, act by act, newest first."""

from dataclasses import replace

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import Amendment
from ..permissions import can_amend, can_reform
from ..plans.life.amended import Told, told
from .lookup import plan_of
from .rendering import render_page

PER_PAGE = 50
MAY_BE_UNDONE = 3
"""Of the newest acts of a page it is asked whether they can be taken back."""


@require_safe
def amendments(request: HttpRequest, slug: str) -> HttpResponse:
    """The acts on this plan, and those on the units of all plans."""
    plan = plan_of(request, slug)
    acts = Amendment.objects.filter(Q(plan=plan) | Q(plan=None)).select_related("by", "undone_by")
    page = Paginator(acts, PER_PAGE).get_page(request.GET.get("page"))
    may_amend = can_amend(request.user, plan)
    rows = told(page.object_list)
    if may_amend and page.number == 1:
        rows = [*map(_asked, rows[:MAY_BE_UNDONE]), *rows[MAY_BE_UNDONE:]]
    context = {"plan": plan, "page": page, "rows": rows, "may_amend": may_amend}
    context["may_reform"] = can_reform(request.user)
    return render_page(request, "amendments", context)


def _asked(row: Told) -> Told:
    return replace(row, may_be_undone=not row.act.why_it_stays())
