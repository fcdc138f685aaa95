"""Nothing is taken of a form that did not arrive whole.

A server hands over what came until the connection ended, Django reads it as if it were all, and
half a text would be stored as the whole. So every form is read here first, before the CSRF check
and before any view, and refused where it is shorter than was announced.
"""

import re

from django.core.exceptions import BadRequest
from django.http import HttpRequest, UnreadablePostError

from priorities.evidence import FILE_NAME, guessed_name
from tracker import errors
from tracker.middleware import announced_length

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
    announced = announced_length(request)
    if announced and request.content_type not in (URLENCODED, MULTIPART):
        raise BadRequest
    try:
        if request.content_type == MULTIPART:
            return not announced or Parts(request).arrive(announced)
        return len(request.body) == announced
    except UnreadablePostError:
        return False


class Parts:
    """Looks at the parts of a multipart body while Django parses it (RFC 2046, 5.1.1).

    Django passes over a part that it cannot place without a word: one without a name, with a file
    name that is no UTF-8, or with line ends of its own. So what was sent is counted, and the names
    of files that were dropped stand in ``request.lost_files``.
    """

    LONGEST_HEAD = 4096

    def __init__(self, request: HttpRequest):
        self.request, self.read_on = request, request.read
        self.length, self.tail, self.kept = 0, b"", b""
        self.mark = b"--" + request.content_params.get("boundary", "").encode("latin-1", "replace")
        self.heads: list[bytes] = []
        # There is no public place to wrap a request's stream; its own read is what is parsed.
        request.read = self.read

    def read(self, *size) -> bytes:
        chunk = self.read_on(*size)
        self.length += len(chunk)
        self.tail = (self.tail + chunk)[-TAIL:]
        self._look(self.kept + chunk, is_last=not chunk)
        return chunk

    def arrive(self, announced: int) -> bool:
        """Parses the form; whether all of it came and each part found its place."""
        self.request.POST  # noqa: B018 - parses it
        while self.read(CHUNK):
            pass
        self.request.lost_files = self._lost_files()
        are_placed = self.request.lost_files or len(self.heads) == self._placed()
        return self.length == announced and self._is_closed() and bool(are_placed)

    def _look(self, body: bytes, *, is_last: bool) -> None:
        """Notes the head of each part; what may go on in the next chunk is kept for it."""
        place = 0
        while (start := body.find(self.mark, place)) >= 0:
            begin = start + len(self.mark)
            end = body.find(b"\r\n\r\n", begin)
            if not is_last and end < 0 and len(body) - start < self.LONGEST_HEAD:
                self.kept = body[start:]
                return
            if body[begin : begin + 2] != b"--":
                self.heads.append(body[begin : end if end >= 0 else begin + self.LONGEST_HEAD])
            place = begin
        self.kept = body[max(place, len(body) - len(self.mark) + 1) :]

    def _placed(self) -> int:
        forms = (self.request.POST, self.request.FILES)
        return sum(len(values) for form in forms for _name, values in form.lists())

    def _lost_files(self) -> list[str]:
        """The names that were sent and are not among what arrived; ``?`` where none stands out."""
        sent = [found[1] for head in self.heads if (found := FILE_NAME.search(head))]
        arrived = [file.name for _name, files in self.request.FILES.lists() for file in files]
        if len(sent) <= len(arrived):
            return []
        names = [guessed_name(name) for name in sent]
        return [name for name in names if _base(name) not in arrived] or ["?"]

    def _is_closed(self) -> bool:
        return re.search(rb"(?:^|\n)" + re.escape(self.mark) + rb"--", self.tail) is not None


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]
