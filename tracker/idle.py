"""A session that nobody uses ends (SESSION_IDLE_MINUTES), wherever its twelve hours stand.

When it was used last stands in a signed cookie that is bound to it, so that no page has to write.
Without that cookie it counts as unused since the sign-in.
"""

import time
from functools import lru_cache

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from tracker import cookies

ACTIVE = "active"
SINCE = "since"
OFTEN = 60
"""Seconds after which the cookie is written anew."""


@receiver(user_logged_in, dispatch_uid="idle")
def note_sign_in(request, **kwargs):
    request.session[SINCE] = int(time.time())


class Use:
    """A session that somebody shows, and when it was used last as far as is known."""

    def __init__(self, request: HttpRequest, session_key: str, since: int):
        self.request, self.since = request, since
        self.stamp = of_session(session_key)

    @classmethod
    def of(cls, request: HttpRequest) -> "Use":
        session = request.session
        return cls(request, session.session_key or "", session.get(SINCE, 0))

    @property
    def is_recent(self) -> bool:
        within = idle_seconds()
        return time.time() - self.since < within or self._has_stamp(within)

    def note(self, response: HttpResponse) -> None:
        """That it was used now, unless that was said just before."""
        if not self._has_stamp(OFTEN):
            cookies.leave(response, ACTIVE, self.stamp)

    def _has_stamp(self, within: int) -> bool:
        return cookies.left(self.request, ACTIVE, max_age=within) == self.stamp


class IdleMiddleware:
    """Behind the sessions and before the rule that every page wants somebody signed in.

    The session is first asked for after the CSRF check: where the database is away, the page that
    says so may then give back what was typed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.is_session_judged = False
        response = self.get_response(request)
        if request.is_session_judged and SESSION_KEY in request.session:
            Use.of(request).note(response)
        return response

    def process_view(self, request, view, args, kwargs):
        if SESSION_KEY in request.session and not Use.of(request).is_recent:
            logout(request)
        request.is_session_judged = True


def idle_seconds() -> int:
    return settings.SESSION_IDLE_MINUTES * 60


@lru_cache(maxsize=5_000)
def of_session(session_key: str) -> str:
    return salted_hmac(ACTIVE, session_key).hexdigest()[:32]
