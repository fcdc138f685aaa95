"""Whom a wrong password counts against: a user name at an address (settings.py, AXES_…)."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

NAME_LENGTH = 255  # of the column that django-axes keeps it in


def user_name(request: HttpRequest, credentials: dict | None = None) -> str:
    """In lower case, so that Zhang and zhang do not get five tries each."""
    name = (credentials or {}).get("username") or request.POST.get("username") or ""
    return name.lower()[:NAME_LENGTH]


def client_address(request: HttpRequest) -> str | None:
    """Behind our proxy, the last address that the proxy wrote down; else the connection's own."""
    peer = request.META.get("REMOTE_ADDR") or None
    if not settings.BEHIND_PROXY:
        return peer
    address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return peer
