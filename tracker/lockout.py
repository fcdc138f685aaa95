"""Whom a wrong password counts against: a user name at an address (settings.py, AXES_…).

And who tries many names from one address waits between them (``SprayMiddleware``).
"""

import ipaddress
import re
from datetime import timedelta
from math import ceil

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.crypto import salted_hmac

from tracker import cookies, errors, proxy

NAME_LENGTH = 255  # of the column that django-axes keeps it in
ADDRESS = re.compile(r"\[(?P<bracketed>[^\]]+)\](?::\d+)?|(?P<four>[0-9.]+)(?::\d+)?|(?P<bare>.+)")
"""An address as proxies write it: with a port, and IPv6 in brackets (RFC 7239, section 6)."""


def user_name(request: HttpRequest, credentials: dict | None = None) -> str:
    """In lower case, so that Zhang and zhang do not get five tries each."""
    name = (credentials or {}).get("username") or request.POST.get("username") or ""
    return name.lower()[:NAME_LENGTH]


def client_address(request: HttpRequest) -> str | None:
    """The address that our outermost proxy saw; without a proxy the connection's own.

    Each proxy adds the address that it saw at the end. What stands before those of ours came with
    the request, and anybody could have written it.
    """
    peer = request.META.get("REMOTE_ADDR") or None
    if not settings.BEHIND_PROXY:
        return peer
    said = request.headers.get("X-Forwarded-For", "").split(",")
    address = address_in(said[-min(settings.PROXIES, len(said))])
    if address is None:
        proxy.tell("no-address", "X-Forwarded-For holds no address: everybody counts as one")
    return address or peer


def address_in(text: str) -> str | None:
    """The address alone, in one spelling. None where there is none."""
    match = ADDRESS.fullmatch(text.strip().strip('"'))
    if not match:
        return None
    plain = next(filter(None, match.groups())).partition("%")[0]
    try:
        address = ipaddress.ip_address(plain)
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)


# One password, many names: slowed for the address, not for who has signed in here before

MANY_NAMES = 10
"""Names of one address that failed within the cool-off and have not signed in since: an office's
slips are fewer, because each ends with a sign-in."""

LONGEST_WAIT = 60  # seconds
KNOWN = "known"
"""The cookie by which a browser shows that this name has signed in with it."""

NAMES_KEPT = 5
A_YEAR = 365 * 24 * 60 * 60


class SprayMiddleware:
    """Lets an address try another name only now and then, once it has tried many in vain.

    Nobody is locked out: who waits the seconds that the answer names gets in, and who has signed
    in with this browser before need not wait at all.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if is_sign_in(request) and request.user.is_authenticated:
            remember(request, response)
        return response

    def process_view(self, request, view, args, kwargs):
        if is_sign_in(request) and (seconds := seconds_to_wait(request)):
            return errors.slowed_down(request, seconds)
        return None


def is_sign_in(request: HttpRequest) -> bool:
    return request.method == "POST" and request.path == resolve_url(settings.LOGIN_URL)


def seconds_to_wait(request: HttpRequest) -> int:
    """Twice as long with each name above MANY_NAMES, counted from the last one that failed."""
    if known_name(user_name(request)) in known_names(request):
        return 0
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    of_address = AccessAttempt.objects.filter(
        ip_address=client_address(request), attempt_time__gte=since
    )
    found = of_address.aggregate(
        names=Count("username", distinct=True), last=Max("attempt_time", default=since)
    )
    too_many = found["names"] - MANY_NAMES
    if too_many <= 0:
        return 0
    wait = min(2 ** min(too_many, 10), LONGEST_WAIT)
    return max(0, ceil(wait - (timezone.now() - found["last"]).total_seconds()))


def known_names(request: HttpRequest) -> list[str]:
    return cookies.left(request, KNOWN, max_age=A_YEAR).split(".")


def known_name(name: str) -> str:
    return salted_hmac(KNOWN, name.lower()).hexdigest()[:16]


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """The last few names that have signed in with this browser; the cookie tells none of them."""
    name = known_name(request.user.get_username())
    names = [name, *(other for other in known_names(request) if other not in ("", name))]
    cookies.leave(response, KNOWN, ".".join(names[:NAMES_KEPT]), max_age=A_YEAR)
