"""The living document: the plan's own sentences, each clause underlined in its light."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..kept import kept
from ..lights import KINDS
from ..state.day import PlanState
from ..wording import sentences
from .lookup import look_of, plan_of
from .rendering import render_page

PLAIN = "plain"
ONE_YEAR = 365 * 24 * 60 * 60


@require_safe
@kept
def document(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(request, slug)
    look = look_of(request, plan)
    is_plain = _is_plain(request)
    context = {**look.context, "state": look.state, "is_plain": is_plain}
    context["sentences"] = sentences(look.state.priorities)
    response = render_page(request, "document", {**context, "kinds": _kinds(look.state)})
    _remember(response, request, is_plain, path=reverse("document", args=[plan.slug]))
    return response


def _kinds(state: PlanState) -> list[str]:
    """The lights that the legend explains: all of them, and those of what has ended, if any."""
    return [*KINDS, *(kind for kind, number in state.ended.items() if number)]


def _is_plain(request: HttpRequest) -> bool:
    """Whether the words are wanted alone: as the address says, else as it said last time."""
    return request.GET.get(PLAIN, request.COOKIES.get(PLAIN)) == "1"


def _remember(response: HttpResponse, request: HttpRequest, is_plain: bool, path: str) -> None:
    """A choice of this browser for this page, in a cookie, so that it needs no script."""
    if PLAIN not in request.GET:
        return
    if is_plain:
        response.set_cookie(
            *(PLAIN, "1", ONE_YEAR),
            path=path,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure(),
        )
    else:
        response.delete_cookie(PLAIN, path=path, samesite="Lax")
