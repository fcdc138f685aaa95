"""A signed-in person's cookie, without a password: the benchmark owns the database."""

import time

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

SINCE = "since"  # tracker.idle: a session that nobody used for two hours ends


def cookie_of(user) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[SINCE] = int(time.time())
    session.save()
    return f"sessionid={session.session_key}"
