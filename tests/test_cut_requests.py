"""A form that does not arrive whole: refused in words by the running program, nothing stored."""

import hashlib
import http.client
import re
import socket
from contextlib import closing
from urllib.parse import urlencode

import pytest

from tracker.sqlite import library

from . import prepared
from .dom import parse
from .test_start import Program

pytestmark = pytest.mark.server

HOUSE = r"(django_session|axes_\w+|django_migrations|sqlite_\w+)"
BOUNDARY = "示例".encode().hex()


class Site:
    """The program and somebody signed in, who speaks to it in bytes."""

    def __init__(self, folder):
        prepared.copy_into(folder)
        self.program = Program(folder)
        self.port = int(self.program.environment["PORT"])
        self.database = folder / "tracker.sqlite3"
        self.cookies: dict[str, str] = {}

    def sign_in(self) -> None:
        self.program.wait_until_it_answers()
        password = re.search(r"password +(\S+-\S+)\n", self.program.log.read_text())[1]
        self.get("/sign-in/")
        values = {"username": "admin", "password": password}
        assert self.post("/sign-in/", self.urlencoded(values)).status == 302

    def get(self, path: str) -> http.client.HTTPResponse:
        return self.speak(f"GET {path} HTTP/1.1", {}, b"")

    def post(self, path: str, form: tuple[str, bytes], *, sent: int | None = None, **headers):
        """``sent`` bytes of the body go out, whatever length was announced."""
        kind, body = form
        said = {"Content-Type": kind, "Content-Length": str(len(body))} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self.speak(f"POST {path} HTTP/1.1", said, body[:sent])

    def speak(self, line: str, headers: dict[str, str | None], body: bytes):
        headers = {
            "Host": f"127.0.0.1:{self.port}",
            "Accept-Language": "en",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
            "Connection": "close",
        } | headers
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(f"{line}\r\n{head}\r\n".encode() + body)
            connection.shutdown(socket.SHUT_WR)
            answer = http.client.HTTPResponse(connection, method=line.split()[0])
            answer.begin()
            answer.text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _sep, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def urlencoded(self, values: dict[str, str]) -> tuple[str, bytes]:
        return "application/x-www-form-urlencoded", urlencode(values).encode()

    def multipart(self, values: dict[str, str]) -> tuple[str, bytes]:
        parts = [
            f"--{BOUNDARY}\r\n".encode()
            + f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in values.items()
        ]
        body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
        return f"multipart/form-data; boundary={BOUNDARY}", body

    def values(self, path: str, action: str = "") -> dict[str, str]:
        """What the form on a page would send that was left as it is."""
        found = {}
        for form in parse(self.get(path).text).all("form", method="post"):
            if form.attrs.get("action", "") in (action, action or path):
                for field in form.all("input"):
                    if field.attrs.get("type") not in ("submit", "file", "radio", "checkbox"):
                        found[field.attrs.get("name", "")] = field.attrs.get("value", "")
        return found

    def stored(self) -> str:
        """A hash over every row, without what a reader leaves behind."""
        digest = hashlib.sha256()
        with closing(library.connect(self.database)) as database:
            names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for [name] in sorted(names):
                if not re.fullmatch(HOUSE, name):
                    rows = database.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall()
                    digest.update(repr((name, rows)).encode())
        return digest.hexdigest()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    running = Site(tmp_path_factory.mktemp("site"))
    try:
        running.sign_in()
        seen = running.values("/2022/actions/1.1/assign/")
        with closing(library.connect(running.database)) as database:
            [unit] = database.execute("SELECT short_name FROM priorities_unit LIMIT 1").fetchone()
        values = seen | {"lead_unit": unit, "start": "2022-01-01", "due": "2022-12-31"}
        answer = running.post("/2022/actions/1.1/assign/", running.urlencoded(values))
        assert answer.status == 302, answer.text
        dated = running.urlencoded({"status_date": "2022-09-30", "seen": "none"})
        assert running.post("/2022/status-date/", dated).status == 302
        yield running
    finally:
        running.program.stop()


def forms(site: Site) -> dict[str, tuple[str, dict[str, str]]]:
    """Addresses and what they would take, the words that are cut standing last."""
    report = site.values("/2022/actions/1.1/report/")
    assign = site.values("/2022/actions/1.2/assign/")
    words = {"percent": "20", "outlook": "on_course", "day": "2022-08-31"}
    return {
        "status date": ("/2022/status-date/", {"seen": "2022-09-30", "status_date": "2022-08-31"}),
        "report": ("/2022/actions/1.1/report/", report | words | {"done": "示例：完成主体施工。"}),
        "assign": ("/2022/actions/1.2/assign/", assign | {"measure": "示例：按期竣工"}),
        "new report": ("/2022/reports/new/", {"kind": "circular", "period": "2022-09"}),
        "unit in the panel": (
            "/admin/priorities/unit/1/change/",
            site.values("/admin/priorities/unit/1/change/") | {"reason": "示例：名称有误"},
        ),
        "password": ("/password/", {"old_password": "x", "new_password1": "示例-示例-2031"}),
    }


FORMS = ("status date", "report", "assign", "new report", "unit in the panel", "password")


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_a_form_that_was_cut_is_refused_wherever_it_was_cut(site, name, kind):
    path, values = forms(site)[name]
    form = getattr(site, kind)(values)
    whole, before = len(form[1]), site.stored()
    for sent in (0, 1, whole // 2, whole - 40, whole - 12, whole - 1):
        answer = site.post(path, form, sent=sent)
        assert (answer.status, "did not arrive whole" in answer.text) == (400, True), sent
    assert site.stored() == before


def test_a_multipart_form_without_its_end_is_refused_though_the_length_is_right(site):
    path, values = forms(site)["report"]
    kind, body = site.multipart(values)
    before = site.stored()
    for end in (len(body) // 2, len(body) - 4, len(body) - len(BOUNDARY)):
        assert site.post(path, (kind, body[:end])).status == 400
    assert site.stored() == before


def test_a_form_in_chunks_is_refused_whole_or_not(site):
    """WSGI gives Django no length then, so nothing at all would be read."""
    before = site.stored()
    body = b"seen=2022-09-30&status_date=2022-08-31"
    chunk = b"%x\r\n%s\r\n" % (len(body), body)
    for sent in (chunk + b"0\r\n\r\n", chunk, chunk[:12]):
        form = ("application/x-www-form-urlencoded", sent)
        headers = {"Content_Length": None, "Transfer_Encoding": "chunked"}
        assert site.post("/2022/status-date/", form, **headers).status == 400
    assert site.stored() == before


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
def test_what_is_no_form_is_refused_and_not_taken_for_an_empty_one(site, kind):
    before = site.stored()
    assert site.post("/2022/status-date/", (kind, b'{"status_date": ""}')).status == 400
    assert site.stored() == before


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_the_same_forms_are_taken_whole(site, kind):
    """Else the refusals above would prove nothing."""
    for name in ("status date", "report", "assign"):
        path, values = forms(site)[name]
        before = site.stored()
        if name == "status date":
            seen, day = ("2022-09-30", "2022-08-31")[:: 1 if kind == "urlencoded" else -1]
            values = {"seen": seen, "status_date": day}
        if name == "assign":
            values["measure"] = f"示例：{kind}"
        answer = site.post(path, getattr(site, kind)(values))
        assert answer.status == 302, (name, answer.text)
        assert site.stored() != before
