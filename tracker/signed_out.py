"""The answer to somebody who is not signed in, or not any more: the sign-in page, and why.

The reason travels in the address, as a key that the page knows the words of, because the session
that could have kept it is gone: ``ended``, ``unsent`` for a form that came too late, ``cookies``
for one that came without any.
"""

from inspect import getclosurevars
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, resolve


def answer(request: HttpRequest, why: str = "") -> HttpResponse:
    """htmx follows a redirect and would put the sign-in page into a table cell.

    It gets the order to leave the page instead, and `next` is the page, not the fragment.
    """
    target = sign_in_for(_page_of(request), why or _why(request))
    if request.htmx:
        response = HttpResponse(status=204, headers={"HX-Redirect": target})
    else:
        response = redirect(target)
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        response.headers["Clear-Site-Data"] = '"cache"'  # of the session that ended
    return response


def sign_in_for(page: str, why: str = "") -> str:
    query = {"next": page, **({"why": why} if why else {})}
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode(query, safe='/')}"


def _why(request: HttpRequest) -> str:
    if request.method == "POST":
        return "unsent"
    return "ended" if settings.SESSION_COOKIE_NAME in request.COOKIES else ""


def _page_of(request: HttpRequest) -> str:
    """The page to come back to; of the sign-in page itself, the one that it was to lead to."""
    if request.htmx:
        return request.htmx.current_url_abs_path or resolve_url("home")
    if request.method != "POST":
        return request.get_full_path()
    page = page_of_form(request)
    path = urlsplit(page).path
    can_return = path != resolve_url(settings.LOGIN_URL) and _can_be_opened(path)
    return page if can_return else request.POST.get("next", resolve_url("home"))


def _can_be_opened(path: str) -> bool:
    """A preview and a refused form stand at an address that only takes what a form sends."""
    try:
        view = resolve(path.removeprefix(settings.SUB_PATH)).func
    except Resolver404:
        return False
    return "GET" in getclosurevars(view).nonlocals.get("request_method_list", ["GET"])


def page_of_form(request: HttpRequest) -> str:
    """Where a form was sent from: the address that it was sent to may have no page at all."""
    sender = urlsplit(request.headers.get("Referer", ""))
    is_ours = sender.netloc == request.get_host()
    return sender._replace(scheme="", netloc="").geturl() if is_ours else resolve_url("home")
