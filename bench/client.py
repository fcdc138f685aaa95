"""The one client that asks all servers: a kept-alive connection with the cookies of one person."""

import http.client
import re
import time
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

LONGEST = 120  # seconds for one answer
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float

    def text(self) -> str:
        return self.body.decode()


class Refused(Exception):
    """A server answered otherwise than the measurement needs."""


class Client:
    def __init__(self, base: str, cookie: str = ""):
        self.place, self.cookie = urlsplit(base).netloc, cookie
        self.cookies = SimpleCookie(cookie)
        self.connection = None

    def ask(self, path: str, form: dict | None = None, headers: dict | None = None) -> Answer:
        """One request, the whole body read; seconds are those from sending to the last byte."""
        body = None if form is None else urlencode(form)
        sent = self._headers(path, body) | (headers or {})
        try:
            return self._once(path, body, sent)
        except (ConnectionError, http.client.BadStatusLine):
            self.hang_up()  # a kept connection that the server has let go meanwhile
            return self._once(path, body, sent)

    def hang_up(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None

    def _headers(self, path: str, body: str | None) -> dict:
        cookie = "; ".join(f"{name}={item.value}" for name, item in self.cookies.items())
        headers = {"Cookie": cookie, "Accept-Encoding": "identity"}
        if body is None:
            return headers
        site = f"http://{self.place}"
        return headers | {"Content-Type": FORM, "Origin": site, "Referer": f"{site}{path}"}

    def _once(self, path: str, body: str | None, headers: dict) -> Answer:
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.place, timeout=LONGEST)
            self.connection.connect()
        begun = time.perf_counter()
        self.connection.request("GET" if body is None else "POST", path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - begun
        for value in response.headers.get_all("Set-Cookie", ()):
            self.cookies.load(value)
        return Answer(response.status, response.headers, content, seconds)


def token_of(page: str) -> str:
    """The CSRF token of a page's form."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if not found:
        raise Refused("the page has no form to post")
    return unescape(found[1])
