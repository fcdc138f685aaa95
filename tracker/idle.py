"""A session that nobody uses ends (SESSION_IDLE_MINUTES), wherever its twelve hours stand.

When it was used last stands in a signed cookie that is bound to it, so that no page has to write.
Without that cookie it counts as unused since the sign-in.
"""

import time

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from tracker import cookies

ACTIVE = "active"
SINCE = "since"
OFTEN = 60
"""Seconds after which the cookie is written anew."""


@receiver(user_logged_in, dispatch_uid="idle")
def note_sign_in(request, **kwargs):
    request.session[SINCE] = int(time.time())


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
        is_signed_in = request.is_session_judged and SESSION_KEY in request.session
        if is_signed_in and not has_stamp(request, within=OFTEN):
            cookies.leave(response, ACTIVE, of_session(request))
        return response

    def process_view(self, request, view, args, kwargs):
        if SESSION_KEY in request.session and not was_used(request, within=idle_seconds()):
            logout(request)
        request.is_session_judged = True


def idle_seconds() -> int:
    return settings.SESSION_IDLE_MINUTES * 60


def was_used(request: HttpRequest, *, within: int) -> bool:
    signed_in_for = time.time() - request.session.get(SINCE, 0)
    return signed_in_for < within or has_stamp(request, within=within)


def has_stamp(request: HttpRequest, *, within: int) -> bool:
    return cookies.left(request, ACTIVE, max_age=within) == of_session(request)


def of_session(request: HttpRequest) -> str:
    return salted_hmac(ACTIVE, request.session.session_key or "").hexdigest()[:32]
