"""Nothing is taken of a form that did not arrive whole.

A server hands over what came until the connection ended, Django reads it as if it were all, and
half a text would be stored as the whole. So every form is read here first, before the CSRF check
and before any view, and refused where it is shorter than was announced.
"""

import re

from django.core.exceptions import BadRequest
from django.http import HttpRequest, UnreadablePostError

from tracker import errors

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
CHUNK = 64 * 1024
TAIL = 1024
"""Bytes at the end of a body in which its last boundary must stand; little may come behind it."""


class WholeFormMiddleware:
    """Stands before the CSRF check, which would read the form and go on without what is missing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method == "POST" and not is_whole(request):
            return errors.cut_off(request)
        return None


def is_whole(request: HttpRequest) -> bool:
    """Reads the form. Raises BadRequest where the body is no form: nothing would be read of it."""
    if "Transfer-Encoding" in request.headers:
        return False  # WSGI knows no length then, and Django reads nothing
    announced = int(request.META.get("CONTENT_LENGTH") or 0)
    if announced and request.content_type not in (URLENCODED, MULTIPART):
        raise BadRequest
    try:
        if request.content_type == MULTIPART:
            return not announced or Parts(request).arrive(announced)
        return len(request.body) == announced
    except UnreadablePostError:
        return False


class Parts:
    """Counts a multipart body while Django parses it, and keeps its end (RFC 2046, 5.1.1)."""

    def __init__(self, request: HttpRequest):
        self.request, self.read_on = request, request.read
        self.length, self.tail = 0, b""
        # There is no public place to wrap a request's stream; its own read is what is parsed.
        request.read = self.read

    def read(self, *size) -> bytes:
        chunk = self.read_on(*size)
        self.length += len(chunk)
        self.tail = (self.tail + chunk)[-TAIL:]
        return chunk

    def arrive(self, announced: int) -> bool:
        self.request.POST  # noqa: B018 - parses it
        while self.read(CHUNK):
            pass
        return self.length == announced and self._is_closed()

    def _is_closed(self) -> bool:
        boundary = self.request.content_params.get("boundary", "").encode("latin-1", "replace")
        return re.search(rb"(?:^|\n)--" + re.escape(boundary) + rb"--", self.tail) is not None
