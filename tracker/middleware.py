"""What every request and every answer passes through, in the order of settings.MIDDLEWARE."""

import re
import secrets
from urllib.parse import unquote, unquote_to_bytes, urlsplit

import brotli
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from tracker import errors, signed_out
from tracker.packed import idle
from tracker.views import healthz

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class HeadMiddleware:
    """A HEAD has the headers of a page and no body: gunicorn writes a line for each that has one.

    Many a probe asks so, every minute.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "HEAD" and not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response


class SecurityHeadersMiddleware:
    """The strict policy on every answer, static files and errors included.

    A view may set a stricter one first: evidence goes out with a sandbox.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class PageCompressionMiddleware(GZipMiddleware):
    """Pages are compressed, files are not: most of them are, and a length tells how far one is.

    Brotli where the browser takes it, as for the static files: a long table is a quarter smaller
    than with gzip, and sooner done. Random bytes in either, and the masked form token, keep the
    length of a page from betraying what stands in it.
    """

    SHORT = 200
    """Bytes of a page below which Django's own class does not compress either."""

    def process_response(self, request, response):
        is_html = response.get("Content-Type", "").startswith("text/html")
        if response.streaming or not is_html:
            return response
        accepted = request.headers.get("Accept-Encoding", "")
        is_brotli = re.search(r"\bbr\b", accepted) and len(response.content) >= self.SHORT
        if not is_brotli or response.has_header("Content-Encoding"):
            return super().process_response(request, response)
        patch_vary_headers(response, ["Accept-Encoding"])
        padding = secrets.randbelow(self.max_random_bytes)
        pack = getattr(response, "pack", None)
        response.content = (pack and pack(padding)) or brotli_of(response.content, padding)
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = "br"
        return response


def brotli_of(page: bytes, padding: int) -> bytes:
    """The page and ``padding`` + 1 idle bytes, at most 256."""
    compressor = brotli.Compressor(mode=brotli.MODE_TEXT, quality=5)
    head = compressor.process(page) + compressor.flush()  # ends on a whole byte
    return head + idle(padding) + compressor.finish()


SOUGHT_HTTPS, SECONDS = "https_sought", 10
"""A cookie that a redirect to https leaves; who comes back with it over http goes in a circle."""


class HttpsMiddleware:
    """Stands before Django's redirect to https, and ends it where it leads back to itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not settings.SECURE_SSL_REDIRECT or request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)  # the page below wants its style
        has_sought = SOUGHT_HTTPS in request.COOKIES
        if request.is_secure():
            response = self.get_response(request)
            if has_sought:
                response.delete_cookie(SOUGHT_HTTPS)
            return response
        can_be_told = settings.BEHIND_PROXY and "X-Forwarded-Proto" in request.headers
        if has_sought or not can_be_told:
            return errors.no_https(request)
        response = self.get_response(request)
        response.set_cookie(SOUGHT_HTTPS, "1", max_age=SECONDS, httponly=True, samesite="Lax")
        response.headers["Cache-Control"] = "no-store"  # a browser keeps a redirect for good
        return response


class HealthMiddleware:
    """Answers /healthz before host names, https and sessions count: a probe has none of them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info == "/healthz":
            return healthz(request)
        return self.get_response(request)


class BadRequestMiddleware:
    """Refuses what no browser sends and what makes databases fail: NUL and broken UTF-8.

    A body above the limit is refused by its announced length, before any of it is read.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if announced_length(request) > settings.REQUEST_MAX_BYTES:
            return errors.too_large(request)
        if not is_readable(request):
            return errors.bad_request(request)
        return self.get_response(request)


def announced_length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() else 0


def is_readable(request: HttpRequest) -> bool:
    """Broken UTF-8 in the path is quoted again by Django itself, and so is a page not found."""
    query = unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))
    # A quoted cookie may hold NUL as an octal escape, and the session key goes to the database.
    values = [request.path_info, *request.COOKIES.values()]
    has_text = is_text(query) and not any("\0" in value for value in values)
    return has_text and all(is_address(request.headers.get(name, "")) for name in SENDERS)


SENDERS = ("Referer", "HX-Current-URL")


def is_address(words: str) -> bool:
    """Whether it can be taken apart, as it stands and unquoted: urlsplit raises at ``http://[``."""
    try:
        return bool(urlsplit(words) and urlsplit(unquote(words)))
    except ValueError:
        return False


def is_text(raw: bytes) -> bool:
    try:
        return "\0" not in raw.decode("utf-8")
    except UnicodeDecodeError:
        return False


class NullCharacterMiddleware:
    """The same for form values; it runs where the body may be parsed, after the CSRF check."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method == "POST" and has_null_character(request):
            return errors.bad_request(request)
        return None


def has_null_character(request: HttpRequest) -> bool:
    return any("\0" in text for name, values in request.POST.lists() for text in (name, *values))


class NoStoreMiddleware:
    """Pages hold what only signed-in people may see: no browser and no proxy keeps them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class KeptAnswerMiddleware(SessionMiddleware):
    """Sessions as Django keeps them; one that was deleted meanwhile takes no answer with it.

    Signed out elsewhere while a form is on its way, Django would answer 400 in place of the view,
    which has stored the form by then. The view's own answer stands; the next page asks to sign in.
    """

    def process_request(self, request):
        """What ``tracker.kept`` has just read of the session need not be read once more."""
        super().process_request(request)
        if keeping := getattr(request, "keeping", None):
            _key, stored = keeping.asked.session
            request.session._session_cache = request.session.decode(stored)

    def process_response(self, request, response):
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            return response


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Django's rule that every page wants a signed-in user, with an answer that htmx can use."""

    def handle_no_permission(self, request, view_func):
        return signed_out.answer(request)


class MethodNotAllowedMiddleware:
    """Gives Django's blank 405 its words, for who opens the address of a form by hand."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = errors.method_not_allowed(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page
