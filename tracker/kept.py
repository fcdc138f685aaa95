"""Whole answers, kept by each process until the data move (``priorities.version``).

Stands before the sessions: an answer that is kept costs one statement, which reads the version
and the session together. Everything that the answer depends on is in its key: version and day,
the person, the language, the address and what htmx and the cookies say beside it. A person is
known by a session that has gone the whole way under this very version, so rights, passwords and
closed accounts count at once; whether it was used lately is asked each time (``tracker.idle``).

What belongs to one answer alone is cut out of what is kept and filled in anew (``Answer``). To
whom something waits to be said that is said once, messages or marks of what was just changed, the
whole way is open, and nothing of it is kept.
"""

import re
import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from math import inf
from threading import Event, Lock

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import DisallowedHost
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CSRF_SECRET_LENGTH, get_token
from django.utils import timezone, translation

from priorities.version import data_version_and
from tracker import idle, unchanged
from tracker.packed import Packed

PLAIN = {SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY, idle.SINCE}
"""What a session holds to which nothing waits to be said."""

LOOKED_AT = ("theme", "plain")
"""The cookies by which pages differ."""

BY_THE_WAY = {idle.ACTIVE, settings.CSRF_COOKIE_NAME}
"""Cookies that an answer leaves and that are no part of it."""

LONGEST_CHOICE = 10
"""Letters of such a cookie that count: none of ours says more."""

OF_HTMX = (
    *("HTTP_HX_REQUEST", "HTTP_HX_BOOSTED", "HTTP_HX_HISTORY_RESTORE_REQUEST", "HTTP_HX_TARGET"),
    *("HTTP_HX_CURRENT_URL", "HTTP_HX_CURRENT_URL_URI_AUTOENCODED"),
)
"""What htmx says of a request and a view may ask; whatever else begins so is nobody's business."""

MESSAGES = "messages"
LONGEST_WAIT = 10
"""Seconds for which somebody waits for the same answer that another is just given."""

SESSIONS = 5_000
OVERHEAD, PACKED = 1_000, 0.25
"""Bytes that an answer weighs beside its words, and what the words weigh once more, packed."""

MOST_SLOTS = 12
"""Each makes a packed page 90 bytes larger, and a draft has a hundred."""

OF_SESSION = (
    f'SELECT session_data FROM "{Session._meta.db_table}" '
    "WHERE session_key = %s AND expire_date > %s"
)
ONCE = re.compile(rb'name="(?:csrfmiddlewaretoken|nonce)" value="([^"]+)"')
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept: ``pieces``, and between each two of them a slot.

    ``slots`` says what fills it: 0 is the form token, any other number a nonce, the same one
    wherever the same number stands.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    pieces: tuple[bytes, ...]
    slots: tuple[int, ...]
    until: float
    packed: list[Packed] = field(default_factory=list, compare=False)

    @classmethod
    def of(cls, response: HttpResponse, until: float) -> "Answer":
        headers = tuple(item for item in response.items() if item[0] != "Content-Length")
        return cls(response.status_code, headers, *cut(response.content), until)

    @property
    def size(self) -> int:
        return OVERHEAD + int((1 + PACKED) * sum(map(len, self.pieces)))

    def weight(self, key: Hashable) -> int:
        """With the question that it answers: an address may be longer than a small answer."""
        return self.size + len(repr(key))

    @property
    def has_nonce(self) -> bool:
        return any(self.slots)

    def suits(self, request: HttpRequest) -> bool:
        return timezone.now().timestamp() < self.until and (0 not in self.slots or secret(request))

    def response(self, request: HttpRequest) -> HttpResponse:
        """With ``pack``, which compresses it quicker than anybody who sees only its content."""
        values = self._values(request)
        first, *others = self.pieces
        parts = chain.from_iterable(zip(values, others, strict=True))
        response = HttpResponse(b"".join([first, *parts]), status=self.status)
        for name, value in self.headers:
            response.headers[name] = value
        response.headers["Content-Length"] = str(len(response.content))
        if len(self.slots) <= MOST_SLOTS:
            response.pack = partial(self._pack, values)
        return response

    def _values(self, request: HttpRequest) -> list[bytes]:
        fill = {slot: str(uuid.uuid4()).encode() for slot in set(self.slots) - {0}}
        if 0 in self.slots:
            request.META["CSRF_COOKIE"] = secret(request)
            fill[0] = get_token(request).encode()
        return [fill[slot] for slot in self.slots]

    def _pack(self, values: list[bytes], padding: int) -> bytes | None:
        """By brotli; compressed when it is first wanted so. None where that cannot be done."""
        if not self.packed:
            self.packed.append(Packed(self.pieces, [len(value) for value in values]))
        [packed] = self.packed[:1]
        return packed.filled(values, padding) if packed.is_sound else None


def cut(content: bytes) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
    """The pieces of a page without what is for one answer alone, and the slots between them."""
    tokens = set(TOKEN.findall(content))
    numbers = dict.fromkeys(tokens, 0)
    for value in ONCE.findall(content):
        numbers.setdefault(value, len(numbers) + 1)
    if not numbers:
        return (content,), ()
    parts = re.split(b"(" + b"|".join(map(re.escape, numbers)) + b")", content)
    return tuple(parts[::2]), tuple(numbers[value] for value in parts[1::2])


def secret(request: HttpRequest) -> str:
    """The secret of the form token, as the browser has it; nothing where it has none."""
    given = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    return given if len(given) == CSRF_SECRET_LENGTH and given.isalnum() and given.isascii() else ""


class Shelf:
    """The answers of one version, those asked for last; bounded in bytes, safe among threads."""

    def __init__(self):
        self.lock, self.version = Lock(), ""
        self.answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self.people: OrderedDict[tuple[str, str], Known] = OrderedDict()
        self.bytes = 0

    def clear(self) -> None:
        with self.lock:
            self._begin("")

    def known(self, version: str, session: tuple[str, str]) -> "Known | None":
        with self.lock:
            return self.people.get(session) if version == self.version else None

    def answer(self, version: str, key: Hashable) -> Answer | None:
        with self.lock:
            if version != self.version or key not in self.answers:
                return None
            self.answers.move_to_end(key)
            return self.answers[key]

    def meet(self, version: str, session: tuple[str, str], known: "Known") -> None:
        with self.lock:
            self._begin(version)
            self.people[session] = known
            if len(self.people) > SESSIONS:
                self.people.popitem(last=False)

    def put(self, version: str, key: Hashable, answer: Answer) -> None:
        room = settings.KEPT_PAGES_MB * 1024 * 1024
        weight = answer.weight(key)
        if weight > room // 4:
            return
        with self.lock:
            self._begin(version)
            if before := self.answers.pop(key, None):
                self.bytes -= before.weight(key)
            self.answers[key] = answer
            self.bytes += weight
            while self.bytes > room:
                oldest, let_go = self.answers.popitem(last=False)
                self.bytes -= let_go.weight(oldest)

    def _begin(self, version: str) -> None:
        if version != self.version:
            self.answers.clear()
            self.people.clear()
            self.version, self.bytes = version, 0


@dataclass(frozen=True, slots=True)
class Known:
    """Whose session it is, and since when he is signed in with it."""

    person: int
    since: int


shelf = Shelf()


class KeptPagesMiddleware:
    """Stands behind all that refuses a request by its head, and before the sessions."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        asked = Asked.by(request)
        if asked is None:
            return self._passed_on(request)
        response = asked.answered(request) or self._drawn(asked, request)
        if unchanged.is_offered(request):
            unchanged.note_seen(request, response, asked.version)
        return response

    def _passed_on(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and unchanged.is_offered(request):
            unchanged.note_seen(request, response, uuid.uuid4().hex)
        return response

    def _drawn(self, asked: "Asked", request: HttpRequest) -> HttpResponse:
        request.keeping = keeping = Keeping(asked, request)
        try:
            response = self.get_response(request)
            keeping.take(response)
        finally:
            keeping.end()
        return response


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that an answer may be kept for: what it asks, under which version and session."""

    version: str
    session: tuple[str, str]
    question: tuple
    may_be_copied: bool

    @classmethod
    def by(cls, request: HttpRequest) -> "Asked | None":
        """None where nothing is kept: with DEBUG, sources and templates change without a start."""
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        is_look = request.method in ("GET", "HEAD") and not request.COOKIES.get(MESSAGES)
        if not (session and is_look and settings.KEPT_PAGES_MB) or settings.DEBUG:
            return None
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        try:
            version, stored = data_version_and(OF_SESSION, [session, now])
            may_be_copied = unchanged.is_offered(request) and unchanged.is_whole(request)
            asked = cls(version, (session, stored), question(request), may_be_copied)
            return asked if stored else None
        except (DatabaseError, DisallowedHost):
            return None  # the whole way has an answer to that

    def answered(self, request: HttpRequest) -> HttpResponse | None:
        """The kept answer, where there is one and the session is still in use."""
        known = shelf.known(self.version, self.session)
        if known is None:
            return None
        session, _stored = self.session
        use = idle.Use(request, session, known.since)
        response = self._response(request, self.key(known.person)) if use.is_recent else None
        if response is not None:
            use.note(response)
        return response

    def _response(self, request: HttpRequest, key: Hashable) -> HttpResponse | None:
        copied = self.may_be_copied and unchanged.not_modified(request, (self.version, key))
        if copied:
            return copied
        answer = shelf.answer(self.version, key)
        if answer is None or not answer.suits(request):
            return None
        response = answer.response(request)
        self.mark(request, response, answer, key)
        return response

    def mark(
        self, request: HttpRequest, response: HttpResponse, answer: Answer, key: Hashable
    ) -> None:
        if answer.status == 200 and self.may_be_copied:
            made_of = self.version, key
            unchanged.mark(request, response, made_of, answer.until, answer.has_nonce)

    def key(self, person: int) -> Hashable:
        return (person, *self.question)


def question(request: HttpRequest) -> tuple:
    """All of a request by which an answer may differ, but for who asks."""
    return (
        timezone.localdate(),
        translation.get_language_from_request(request),
        request.is_secure(),
        request.get_host(),
        request.path_info,
        request.META.get("QUERY_STRING", ""),
        *(request.COOKIES.get(name, "")[:LONGEST_CHOICE] for name in LOOKED_AT),
        *(request.META.get(name) for name in OF_HTMX),
    )


class Keeping:
    """One request on the whole way, and whether its answer is kept at the end.

    The view says so by asking for its answer here (``priorities.kept``); until then it is not.
    """

    flights: dict[Hashable, Event] = {}
    lock = Lock()

    def __init__(self, asked: Asked, request: HttpRequest):
        self.asked, self.request = asked, request
        self.until, self.is_wanted = inf, False
        self.flight: tuple[Hashable, Event] | None = None

    def answer(self, view: Callable[[], HttpResponse]) -> HttpResponse:
        """What the view answers; where it is just answering the same, that answer too."""
        if not self._is_plain():
            return view()
        version, key = self.asked.version, self.asked.key(self.request.user.pk)
        if other := self._begin((version, key)):
            other.wait(LONGEST_WAIT)
            answer = shelf.answer(version, key)
            if answer and answer.suits(self.request):
                return answer.response(self.request)
        self.is_wanted = True
        return view()

    def _begin(self, question: Hashable) -> Event | None:
        """What to wait for, where somebody else is answering this."""
        with self.lock:
            if other := self.flights.get(question):
                return other
            self.flights[question] = event = Event()
        self.flight = question, event
        return None

    def take(self, response: HttpResponse) -> None:
        """Keep the answer if it is one for this person alone and nothing but the data."""
        if not self._is_plain():
            return
        version, request = self.asked.version, self.request
        known = Known(request.user.pk, request.session.get(idle.SINCE, 0))
        shelf.meet(version, self.asked.session, known)
        is_whole = response.status_code in (200, 204) and not response.streaming
        if self.is_wanted and is_whole and not set(response.cookies) - BY_THE_WAY:
            key, answer = self.asked.key(known.person), Answer.of(response, self.until)
            shelf.put(version, key, answer)
            self.asked.mark(request, response, answer, key)

    def end(self) -> None:
        """Whoever waits for this answer finds it kept now, or looks for himself."""
        if self.flight is None:
            return
        question, event = self.flight
        with self.lock:
            del self.flights[question]
        event.set()

    def _is_plain(self) -> bool:
        """Whether it is the person's usual session, and nothing is said that is said once."""
        session = getattr(self.request, "session", None)
        if session is None or session.session_key != self.asked.session[0] or session.modified:
            return False
        has_said = getattr(getattr(self.request, "_messages", None), "added_new", False)
        return not has_said and SESSION_KEY in session and set(session.keys()) <= PLAIN
