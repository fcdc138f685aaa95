"""A case as something to call: what is prepared uncounted, and what is counted."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from .cases import BARE, HTMX, LIST, RECORD, WORDS, Case
from .client import Answer, Client, Refused, token_of
from .servers import Server


@dataclass
class Job:
    """One kind of request to one server."""

    server: Server
    client: Client
    act: Callable[[], Answer]
    prepare: Callable[[], None] | None = None
    note: str = ""


def asked(path: str, answer: Answer, *statuses: int) -> Answer:
    if answer.status not in (statuses or (200,)):
        words = answer.body[:500].decode(errors="replace")
        raise Refused(f"{path}: HTTP {answer.status}: {words}")
    return answer


def job_of(case: Case, server: Server, cookies: dict[str, str]) -> Job:
    return KINDS[case.kind](case, server, Client(server.base, cookies[case.who]))


def reading(case: Case, server: Server, client: Client) -> Job:
    def act():
        return asked(case.path, client.ask(case.path, headers=case.headers))

    return Job(server, client, act)


def reading_again(case: Case, server: Server, client: Client) -> Job:
    """With the tag of the answer before, as a browser that still has the page."""
    client.cookies["scripts"] = "1"  # as its scripts leave it
    tag = asked(case.path, client.ask(case.path)).headers.get("ETag")
    headers = case.headers | ({"If-None-Match": tag} if tag else {})
    status = client.ask(case.path, headers=headers).status

    def act():
        return asked(case.path, client.ask(case.path, headers=headers), status)

    return Job(server, client, act, note="" if status == 304 else "never a 304")


def reading_first(case: Case, server: Server, client: Client) -> Job:
    """The page after somebody recorded: the recording is not counted."""
    job = reading(case, server, client)
    write = Recording(RECORD.path, Client(server.base, client.cookie), {})
    job.prepare = lambda: asked(RECORD.path, write(), 200, 204, 302)
    return job


def recording(case: Case, server: Server, client: Client) -> Job:
    """By htmx, from the list: until the changed row is there, whether or not it came at once."""
    write = Recording(case.path, client, HTMX | {"HX-Current-URL": f"{server.base}{LIST.path}"})

    def act():
        answer = asked(case.path, write(), 200, 204, 302)
        if answer.status == 302:
            return asked(LIST.path, client.ask(answer.headers["Location"], headers=HTMX))
        return answer

    is_led_on = asked(case.path, write(), 200, 204, 302).status == 302
    return Job(server, client, act, note="and the list, fetched after it" if is_led_on else "")


def recording_plainly(case: Case, server: Server, client: Client) -> Job:
    """The form without a script: the POST alone."""
    write = Recording(case.path, client, {})
    return Job(server, client, lambda: asked(case.path, write(), 302))


class Recording:
    """One entry at each call, each from a form of its own; the token is read once."""

    def __init__(self, path: str, client: Client, headers: dict):
        self.path, self.client, self.headers = path, client, headers
        self.token = token_of(asked(path, client.ask(path)).text())

    def __call__(self) -> Answer:
        nonce = str(uuid.uuid4())
        form = WORDS | {"csrfmiddlewaretoken": self.token, "nonce": nonce, "next": LIST.path}
        return self.client.ask(self.path, form, self.headers)


KINDS = {
    "read": reading,
    "again": reading_again,
    "first read": reading_first,
    "record": recording,
    "record plainly": recording_plainly,
}


def bare_job(kind: str, server: Server, cookies: dict[str, str]) -> Job:
    client = Client(server.base, cookies["user"])
    path = BARE[kind]
    if kind != "write":
        return Job(server, client, lambda: asked(path, client.ask(path)))
    token = token_of(asked(path, client.ask(path.removesuffix("note"))).text())
    form = {"note": WORDS["done"], "percent": "60", "csrfmiddlewaretoken": token}
    return Job(server, client, lambda: asked(path, client.ask(path, form), 204))


def visit(server: Server, paths: list[str], cookies: dict[str, str], times: int) -> list[str]:
    """Each page several times over connections of their own, so that every worker gets some.

    Returns the paths that were not there.
    """
    missing = set()
    for _ in range(times):
        for path in dict.fromkeys(paths):
            who = "boss" if "boss" in cookies else "user"
            client = Client(server.base, cookies[who])
            if client.ask(path).status >= 400:
                missing.add(path)
            client.hang_up()
    return sorted(missing)
