"""The one place that answers a form: as it stands, refused, too late, or done.

| the form | status | a browser gets | htmx gets |
|---|---|---|---|
| is asked for | 200 | its page | the form alone, beside the row it was opened from |
| is refused | 422 | its page, with what is wrong | the form alone, in its own place |
| comes too late | 409 | its page, with what stands | the form alone, in its own place |
| is carried out | 302 | the page it leads to | that page's main region and its address, at once |
"""

from collections.abc import Iterable
from copy import copy
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, ResolverMatch, get_script_prefix, resolve
from django.utils.encoding import iri_to_uri

from ..forms.fields import INCOMPLETE
from .changed import mark
from .rendering import render_inline, render_page, wants_fragment

WRONG, LATE = 422, 409
REFUSALS = (BadRequest, Http404, PermissionDenied)
OURS = "priorities.views"


def form_at(
    request: HttpRequest,
    name: str,
    context: dict,
    *,
    target: str,
    status: int = 200,
    fragment: str = "",
) -> HttpResponse:
    """The form on the page ``name``; for htmx the form alone, where it was opened.

    One that is refused or too late takes the place of ``target``, the form as it stands there.
    """
    if not wants_fragment(request):
        return render_page(request, name, context, status=status)
    response = render_inline(request, fragment or f"_{name}_form", context, status=status)
    if status != 200:
        response.headers["HX-Retarget"] = target
        response.headers["HX-Reswap"] = "outerHTML show:none"
    return response


def incomplete() -> BadRequest:
    """What no form of a page sends: nobody typed it, so there is no field to say it beside."""
    return BadRequest(INCOMPLETE)


def status_of(form: BaseForm, *, is_late: bool = False) -> int:
    """Of a page with a form on it: what is wrong comes first."""
    if form.errors:
        return WRONG
    return LATE if is_late else 200


def done(
    request: HttpRequest, said: str, then, *, changed: Iterable[str] = (), undo: str = ""
) -> HttpResponse:
    """It is carried out, and ``said`` in words: on to ``then``, an address or what has one.

    ``changed`` are the numbers of the actions that are other now, ``undo`` where it is taken back.
    """
    if changed := list(changed):
        mark(request, changed)
    messages.success(request, said, extra_tags=undo)
    return on_to(request, then)


def on_to(request: HttpRequest, then) -> HttpResponse:
    """The page that follows. htmx gets it at once: changed rows, counts and light in one answer.

    What was asked for is stored by now, so no refusal of that page is the answer: where what it
    was to show is gone, the page without its query follows.
    """
    address = resolve_url(then)
    match = _page_at(address) if wants_fragment(request) else None
    if match is None:
        return redirect(address)
    try:
        page = match.func(_asking_for(request, address, match), *match.args, **match.kwargs)
    except REFUSALS:
        return redirect(urlsplit(address).path if "?" in address else "home")
    return _told_to(request, address, page) if _is_page(page) else redirect(address)


def _told_to(request: HttpRequest, address: str, page: HttpResponse) -> HttpResponse:
    """The browser's address says which page is shown, also after a form on a page of its own."""
    shown, was = urlsplit(iri_to_uri(address)), urlsplit(request.htmx.current_url or "")
    if shown.path != was.path:
        page.headers["HX-Push-Url"] = shown._replace(scheme="", netloc="").geturl()
    return page


def _is_page(response: HttpResponse) -> bool:
    """A form's address, a file and a sign-in are no pages to be put in the place of another."""
    return response.status_code == 200 and response["Content-Type"].startswith("text/html")


def _page_at(address: str) -> ResolverMatch | None:
    """Ours, if it is one."""
    path, prefix = urlsplit(address).path, get_script_prefix()
    try:
        match = resolve(f"/{path.removeprefix(prefix)}")
    except Resolver404:
        return None
    return match if match.func.__module__.startswith(OURS) else None


def _asking_for(request: HttpRequest, address: str, match: ResolverMatch) -> HttpRequest:
    """The same reader, asking for that page."""
    parts = urlsplit(address)
    asking = copy(request)
    asking.method, asking.resolver_match = "GET", match
    asking.path = parts.path
    asking.path_info = f"/{parts.path.removeprefix(get_script_prefix())}"
    asking.META = {**request.META, "REQUEST_METHOD": "GET", "QUERY_STRING": parts.query}
    asking.META["PATH_INFO"] = asking.path_info
    asking.GET, asking.POST = QueryDict(parts.query), QueryDict()
    return asking
