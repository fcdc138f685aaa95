"""Whom a wrong password counts against: a user name at an address (settings.py, AXES_…)."""

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

from tracker import proxy

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
