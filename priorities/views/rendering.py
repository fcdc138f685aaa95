"""How a page is answered: whole for a browser, its main region for htmx."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from ..models import Plan, User
from ..models.phases import Life
from ..permissions import is_supervisor, reports, seen_by
from .landing import landing
from .lookup import addresses_of

THEMES = ("light", "dark")
MOST_PLANS = 11
"""In the switch on every page; further ones are found by name."""


def render_page(
    request: HttpRequest, name: str, context: dict | None = None, *, status: int = 200
) -> HttpResponse:
    """Answer ``priorities/<name>.html``, or for htmx the title, main region and messages of it.

    A history restore asks for a whole page: htmx would otherwise put back half of one.
    """
    given = context or {}
    page = {"is_fragment": wants_fragment(request), **_frame(request, given.get("plan")), **given}
    response = render(request, f"priorities/{name}.html", page, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def render_inline(
    request: HttpRequest, name: str, context: dict, *, status: int = 200
) -> HttpResponse:
    """Answer ``priorities/<name>.html`` alone: a form beside the row it was opened from."""
    inline = {**_frame(request, context.get("plan")), **context, "is_inline": True}
    response = render(request, f"priorities/{name}.html", inline, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def wants_fragment(request: HttpRequest) -> bool:
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def safe_next(request: HttpRequest, default: str) -> str:
    """Where the form asks to go on, if that is a path of this site; else ``default``."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours and wanted.startswith("/") else default


def _frame(request: HttpRequest, plan: Plan | None) -> dict:
    """What the masthead, the banner and the foot need."""
    user, is_of_plan = request.user, plan is not None
    if user.is_authenticated:
        plan = plan or landing(request)
    addresses = addresses_of(request, plan) if plan else None
    frame = {"theme": _theme(request), "plan": plan, "addresses": addresses}
    if not user.is_authenticated:
        return frame
    return {
        **frame,
        "today": plan.today() if plan else timezone.localdate(),
        "switch": partial(_switch, user),
        "is_of_plan": is_of_plan,
        "plan_is_over": is_of_plan and plan.today() > plan.end,
        "may_report": reports(user),
        "may_supervise": is_supervisor(user),
    }


def _switch(user: User) -> dict:
    """The latest plans of each phase; for a page with its head only."""
    seen = Plan.objects.filter(seen_by(user))
    phases = seen.by_life(most=MOST_PLANS)
    count = sum(len(plans) for _life, plans in phases)
    has_more = count == MOST_PLANS and seen[MOST_PLANS:].exists()
    for _life, plans in phases:
        for plan in plans:
            plan.gone = plan.elapsed_on(plan.today())
    shown = [
        (life, *((p.slug, p.title, p.start, p.end, p.size, p.gone, p.pk) for p in plans))
        for life, plans in phases
    ]
    runs = sum(len(plans) for life, plans in phases if life == Life.RUNNING)
    key = [has_more, *shown]
    return {"phases": phases, "has_more": has_more, "has_several": runs > 1, "key": key}


def _theme(request: HttpRequest) -> str:
    """The reader's choice, kept in a cookie so that no page flashes in the other scheme."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""
