"""The application as gunicorn loads it."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

django = get_wsgi_application()


def application(environ, start_response):
    """Below a sub-path (SUB_PATH), whether the proxy cuts it off the address or passes it on."""
    prefix = settings.SUB_PATH
    if prefix:
        environ["SCRIPT_NAME"] = prefix
        environ["PATH_INFO"] = without(prefix, environ.get("PATH_INFO", ""))
    return django(environ, start_response)


def without(prefix: str, path: str) -> str:
    is_passed_on = path == prefix or path.startswith(f"{prefix}/")
    return path.removeprefix(prefix) or "/" if is_passed_on else path
