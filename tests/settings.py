"""The settings under test: the real ones, with what would only make tests slow or order-bound."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0123456789" * 5)

# Playwright keeps an event loop in the thread of the tests; Django would refuse its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

from tracker.settings import *  # noqa: F403
from tracker.settings import DATABASES, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Names with a hash want a collectstatic first; the manifest is tested with the whole program.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# An open connection would hold the test database when it is to be dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0
