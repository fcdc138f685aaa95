"""A person at a browser, as far as forms go: cookies, redirects, and a connection that breaks."""

import http.client
import uuid
from html.parser import HTMLParser
from urllib.parse import urlsplit

TIMEOUT = 120
MOST_REDIRECTS = 5


class Unclear(Exception):
    """No answer came, or one that leaves open whether the form was taken."""


class Forms(HTMLParser):
    """The forms of a page with the values that they would send as they stand."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[dict[str, str]] = []
        self.actions: list[str] = []
        self._text_of = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "form":
            self.found.append({})
            self.actions.append(values.get("action") or "")
        elif self.found and tag == "textarea":
            self._text_of = values["name"]
            self.found[-1][self._text_of] = ""
        elif self.found and tag == "input" and values.get("name"):
            kind = values.get("type", "text")
            if kind not in ("file", "submit") and (kind != "radio" or "checked" in values):
                self.found[-1][values["name"]] = values.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._text_of = ""

    def handle_data(self, data):
        if self._text_of:
            self.found[-1][self._text_of] += data.removeprefix("\n")

    def at(self, action: str) -> dict[str, str] | None:
        """The fields of the form that is sent to an address."""
        return next((f for f, a in zip(self.found, self.actions, strict=True) if a == action), None)


class Browser:
    """One signed-in session over one kept connection."""

    def __init__(self, port: int):
        self.port, self.cookies, self.connection = port, {}, None
        self.path, self.page = "", ""

    def get(self, path: str) -> None:
        """Open a page and follow where it leads. Raises Unclear."""
        self._follow(self._exchange("GET", path))

    def send(self, path: str, fields: dict[str, str], file: bytes | None = None) -> bool:
        """Send a form and open the page that follows.

        Returns whether it was taken, which is an answer with a redirect. Raises Unclear.
        """
        body, kind = multipart(fields, file)
        answer = self._exchange("POST", path, body, {"Content-Type": kind})
        self._follow(answer)
        return answer.status == 302

    def send_and_go_away(self, path: str, fields: dict[str, str], file: bytes | None) -> None:
        """Send a form and close the connection before an answer can have come."""
        body, kind = multipart(fields, file)
        try:
            self._request("POST", path, body, {"Content-Type": kind})
        except (OSError, http.client.HTTPException):
            pass
        finally:
            self.hang_up()

    def hang_up(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None

    def _request(self, method, path, body=None, headers=None):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        own = {"Cookie": cookies, "Referer": f"http://127.0.0.1:{self.port}/"}
        self.connection.request(method, path, body, own | (headers or {}))

    def _exchange(self, *arguments) -> http.client.HTTPResponse:
        try:
            self._request(*arguments)
            answer = self.connection.getresponse()
            self.page = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.hang_up()
            raise Unclear(repr(error)) from error
        if answer.status >= 500:
            raise Unclear(f"{answer.status} {answer.reason}")
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.path = arguments[1]
        return answer

    def _follow(self, answer: http.client.HTTPResponse) -> None:
        for _n in range(MOST_REDIRECTS):
            if answer.status != 302:
                return
            target = urlsplit(answer.headers["Location"])
            path = target.path + (f"?{target.query}" if target.query else "")
            answer = self._exchange("GET", path)
        raise AssertionError(f"redirected without an end at {self.path}")


def multipart(fields: dict[str, str], file: bytes | None) -> tuple[bytes, str]:
    """The body of a form and its content type (RFC 7578)."""
    boundary = uuid.uuid4().hex
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in fields.items()
    ]
    if file:
        head = 'Content-Disposition: form-data; name="files"; filename="示例.pdf"\r\n'
        parts.append(f"{head}Content-Type: application/pdf\r\n\r\n".encode() + file)
    mark = f"--{boundary}\r\n".encode()
    body = b"".join(mark + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"
