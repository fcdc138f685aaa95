"""Conditional answers: a browser that has a page is told that it still stands (RFC 9110, 13.1.2).

The tag of an answer is made of all that the answer was made of (``tracker.kept``), of the session
and the secret of its form token, and of a word that each start of the program draws anew: after a
change, another sign-in or an upgrade it is another. It is a keyed hash and says nothing.

A browser shows a page once more on the way back without asking, unless it was told to store
nothing, or the cookies are others than those it was given with (RFC 9111, 4.1). So an answer leaves
the version of the data in a cookie, and a form that was sent leaves another word there: what was
drawn before is asked for again. Who is signed out has no cookie of a session.

Over plain http nothing of this is offered, but on this machine: no browser clears its cache
otherwise when somebody signs out. Nor is it to WebKit, of which it is not known that it asks on
the way back. Nor is a page with a nonce where no script makes the nonce anew: it would be one form
in two windows, and the second one that is sent would count as the first sent twice.
"""

import re
import secrets
from collections.abc import Hashable
from hashlib import blake2b
from math import inf

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers

DRAWN = secrets.token_bytes(32)
"""Before the server divides itself, so that its processes have one."""

SEEN, SCRIPTS = "seen", "scripts"
HERE = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?", re.IGNORECASE)
WEBKIT = re.compile(r"AppleWebKit/(?!.*Chrom(?:e|ium)/)")
"""Safari, every browser on iOS, WebKitGTK; Chromium and what is made of it say Chrome as well."""

TAG = re.compile(r'W/"([0-9a-f]{32})((?:-(\d{1,12}))?(-n)?)"')
VARY = ("Accept-Encoding", "Accept-Language", "Cookie", "HX-Request")


def is_offered(request: HttpRequest) -> bool:
    """Whether the browser clears its cache when it is told so, and asks on the way back.

    They clear it where nobody can listen. That WebKit asks has not been seen.
    """
    is_safe = request.is_secure() or HERE.fullmatch(request.headers.get("Host", ""))
    return bool(is_safe) and not WEBKIT.search(request.headers.get("User-Agent", ""))


def is_whole(request: HttpRequest) -> bool:
    """Parts of a page stand under the same address: of them no copy is kept."""
    return "HX-Request" not in request.headers


def mark(
    request: HttpRequest, response: HttpResponse, made_of: Hashable, until: float, has_nonce: bool
) -> None:
    """Let the browser have a copy of the answer, which it must ask for each time.

    Not of one with a nonce, where nobody makes that anew.
    """
    if has_nonce and not runs_scripts(request):
        return
    ending = ("" if until == inf else f"-{int(until)}") + ("-n" if has_nonce else "")
    given = response.cookies.get(settings.CSRF_COOKIE_NAME)
    token = given.value if given else request.COOKIES.get(settings.CSRF_COOKIE_NAME)
    response.headers["ETag"] = f'W/"{_hash(request, made_of, token, ending)}{ending}"'
    response.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, VARY)


def not_modified(request: HttpRequest, made_of: Hashable) -> HttpResponse | None:
    """The short answer to a browser that has the page, as long as the page holds."""
    token = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
    for given, ending, moment, nonce in TAG.findall(request.headers.get("If-None-Match", "")):
        holds = not moment or timezone.now().timestamp() < int(moment)
        is_ours = secrets.compare_digest(given, _hash(request, made_of, token, ending))
        if holds and is_ours and (not nonce or runs_scripts(request)):
            response = HttpResponseNotModified()
            mark(request, response, made_of, int(moment) if moment else inf, bool(nonce))
            return response
    return None


def runs_scripts(request: HttpRequest) -> bool:
    return request.COOKIES.get(SCRIPTS) == "1"


def note_seen(request: HttpRequest, response: HttpResponse, version: str) -> None:
    """With another cookie what the browser has of an earlier version is asked for again."""
    word = blake2b(version.encode(), key=DRAWN, digest_size=6).hexdigest()
    if request.COOKIES.get(SEEN) != word:
        response.set_cookie(
            SEEN,
            word,
            path=settings.SESSION_COOKIE_PATH,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _hash(request: HttpRequest, made_of: Hashable, token: str | None, ending: str) -> str:
    """Of the answer, the session, the secret of its form token, and for how long it holds."""
    own = request.COOKIES.get(settings.SESSION_COOKIE_NAME), token, ending
    return blake2b(repr((made_of, own)).encode(), key=DRAWN, digest_size=16).hexdigest()
