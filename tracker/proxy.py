"""A proxy in front that is set up wrongly: told by what arrives, said on the page and in the log.

Without this a form is refused as too old, or a page redirects to itself without an end. The log
names the origin and the host, which are no person's, each once an hour.
"""

import logging
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)
HOUR = 60 * 60
MOST = 100
"""Different lines an hour: names that strangers send must not fill a disk."""

LONGEST = 100
told: dict[str, float] = {}


def tell(key: str, line: str) -> None:
    now = time.monotonic()
    for old in [old for old, at in list(told.items()) if now - at > HOUR]:
        told.pop(old, None)
    if key not in told and len(told) < MOST:
        told[key] = now
        log.warning(line)


def plain(value: str) -> str:
    """For the log: no line of its own, no end of it."""
    return value[:LONGEST].encode("ascii", "backslashreplace").decode().replace("\n", " ")


def host_of(request: HttpRequest) -> str:
    """As it arrived, whether it is allowed or not."""
    return request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "")


def own_origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{host_of(request)}"


def origin_of(request: HttpRequest) -> str:
    """Where a form says that it came from; nothing where the browser keeps it to itself."""
    origin = request.headers.get("Origin", "")
    if not origin:
        sender = urlsplit(request.headers.get("Referer", ""))
        origin = f"{sender.scheme}://{sender.netloc}" if sender.netloc else ""
    return "" if origin == "null" else origin


def wrong_origin(request: HttpRequest) -> str:
    origin, own = origin_of(request), own_origin(request)
    tell(
        f"{origin} {own}",
        f"a form was refused: it came from origin {plain(origin)}, and the request arrived as "
        f"{plain(own)}; see Host and X-Forwarded-Proto in the proxy, HTTPS, BEHIND_PROXY and "
        "TRUSTED_ORIGINS here",
    )
    sentence = _(
        "This form was sent from %(origin)s, but reached the program as %(own)s: "
        "nothing was recorded."
    )
    return sentence % {"origin": origin[:LONGEST], "own": own[:LONGEST]}


def wrong_host(request: HttpRequest) -> str:
    host = host_of(request)
    tell(
        f"host {host}",
        f"a request was refused: host {plain(host)} is not one of ALLOWED_HOSTS; see Host in the "
        "proxy, and ALLOWED_HOSTS here",
    )
    sentence = _("The program is not known under the name %(host)s.")
    return sentence % {"host": host[:LONGEST]}


def no_https(request: HttpRequest) -> str:
    if not settings.BEHIND_PROXY:
        why = "BEHIND_PROXY is off"
    elif said := request.headers.get("X-Forwarded-Proto"):
        why = f"X-Forwarded-Proto is {plain(said)}"
    else:
        why = "X-Forwarded-Proto is missing"
    host = host_of(request)
    tell(
        f"https {host} {why}",
        f"a page cannot be shown: HTTPS is on, and a request to host {plain(host)} does not count "
        f"as https, because {why}; see X-Forwarded-Proto in the proxy, BEHIND_PROXY and HTTPS here",
    )
    return _("The program wants https, and is not told that this is https.")
