"""Where ``/`` leads a person: to the plan they looked at last, else to the one that runs.

It stands in cookies of their browser, so that looking writes nothing. Which plan it was is noted
by a middleware in front of the pages that are kept, which does not know who asks; whose it is, is
noted where people sign in, for offices share their computers.
"""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ..models import Plan
from ..permissions import seen_by

PLAN, WHOSE = "plan", "plan_of"
A_YEAR = 366 * 24 * 60 * 60
OF_A_PLAN = re.compile(r"/([0-9][-a-z0-9]{0,39})/")


class LastPlanMiddleware:
    """Notes whose page was looked at: where it changes, and never for a part of a page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        found = OF_A_PLAN.match(request.path_info)
        if found and _is_page(request, response) and request.COOKIES.get(PLAN) != found[1]:
            _leave(response, PLAN, found[1])
        return response


def _is_page(request: HttpRequest, response: HttpResponse) -> bool:
    """A page that was drawn, or that the browser still had."""
    is_look = request.method == "GET" and "HX-Request" not in request.headers
    is_html = response.get("Content-Type", "").startswith("text/html")
    return is_look and (response.status_code == 304 or (response.status_code == 200 and is_html))


def _leave(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=A_YEAR,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def greet(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Whoever signs in after somebody else is not led to where that person was."""
    if request.COOKIES.get(WHOSE) != str(request.user.pk):
        response.delete_cookie(PLAN, path=settings.SESSION_COOKIE_PATH)
        _leave(response, WHOSE, str(request.user.pk))
    return response


def landing(request: HttpRequest) -> Plan | None:
    """The plan that they looked at last, if they may still know of it; else the current one."""
    slug = request.COOKIES.get(PLAN, "")
    is_theirs = request.COOKIES.get(WHOSE, str(request.user.pk)) == str(request.user.pk)
    if slug and is_theirs and OF_A_PLAN.fullmatch(f"/{slug}/"):
        last = Plan.objects.filter(seen_by(request.user), slug=slug).first()
        if last:
            return last
    return Plan.objects.current()
