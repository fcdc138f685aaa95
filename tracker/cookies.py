"""Signed cookies of our own: of this site alone, and for no script."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def leave(response: HttpResponse, name: str, value: str, *, max_age: int | None = None) -> None:
    """Two sites below one host name (SUB_PATH) must not write over each other's."""
    response.set_signed_cookie(
        name,
        value,
        salt=name,
        max_age=max_age,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def left(request: HttpRequest, name: str, *, max_age: int) -> str:
    """What such a cookie says; nothing where there is none, or it is older than so many seconds."""
    return request.get_signed_cookie(name, default="", salt=name, max_age=max_age)
