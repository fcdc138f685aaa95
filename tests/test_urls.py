"""Every address, for every role, by every method: what is answered, and that nothing is written."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from .address_book import ADDRESSES, ROLES, Address, values_of
from .district import District
from .factories import make_plan
from .writes import fingerprint, watched

pytestmark = pytest.mark.django_db

FOR_ROLES = [
    role if role == "supervisor" else pytest.param(role, marks=pytest.mark.alike) for role in ROLES
]
"""Who may what is the same over both databases; that each address works there, one role shows."""

REFUSED = {400, 403, 404, 405, 409, 413, 422}
WITHOUT_NAMES = {
    "admin/login/",
    "admin/(?P<url>.*)$",
    *(
        f"admin/priorities/{model}/<path:object_id>/"
        for model in (
            *("unit", "user", "plan", "priority", "action", "milestone", "target"),
            *("progressentry", "evidence", "decision"),
        )
    ),
}
"""Ways to the sign-in page, to a 404, and from an old address of the panel to the new one."""


def addresses(resolver: URLResolver, namespace="", route="") -> Iterator[tuple[str, str]]:
    """Name with its namespace and full route of everything that is configured."""
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, inner, here)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}" if pattern.name else "", here


def test_the_table_names_every_address_that_is_configured():
    configured = [name for name, _route in addresses(get_resolver()) if name]
    assert sorted(configured) == sorted(address.name for address in ADDRESSES)


def test_what_has_no_name_is_known_too():
    assert {route for name, route in addresses(get_resolver()) if not name} == WITHOUT_NAMES


@pytest.fixture
def session_of(district):
    """The session of each role, signed in once: signing in is the slow part."""

    def sign_in(role):
        client = Client()
        if role != "anonymous":
            client.force_login(district.people[role])
        return {name: morsel.value for name, morsel in client.cookies.items()}

    return sign_in


class Caller:
    """Calls addresses as one role, each time with that role's own session."""

    def __init__(self, session: dict[str, str], district: District):
        self.session, self.district = session, district

    def call(self, method: str, address: Address):
        client = Client()
        for name, value in self.session.items():
            client.cookies[name] = value
        values = values_of(address.name, self.district) if method == "POST" else None
        return getattr(client, method.lower())(address.url(self.district), values)


def leads_to_sign_in(response) -> bool:
    """Sent there to come back, unlike somebody who has just signed out."""
    return response.status_code == 302 and re.match(r"/(sign-in|admin/login)/\?next=", response.url)


@pytest.mark.parametrize("role", FOR_ROLES)
def test_reading_answers_as_the_table_says_and_writes_nothing(role, district, session_of):
    caller = Caller(session_of(role), district)
    before, wrong = fingerprint(), {}
    for address in ADDRESSES:
        with watched() as written:
            status = caller.call("GET", address).status_code
        if status != address.status("GET", role) or written:
            wrong[address.name] = (status, written)
    assert wrong == {}
    assert fingerprint() == before


@pytest.mark.parametrize("role", FOR_ROLES)
def test_a_form_is_taken_as_the_table_says_and_a_refused_one_writes_nothing(
    role, district, session_of
):
    caller = Caller(session_of(role), district)
    before, wrong = fingerprint(), {}
    for address in ADDRESSES:
        place = transaction.savepoint()
        with watched() as written:
            response = caller.call("POST", address)
        is_refused = response.status_code in REFUSED or leads_to_sign_in(response)
        is_as_expected = response.status_code == address.status("POST", role)
        if not is_as_expected or (is_refused and written):
            wrong[address.name] = (response.status_code, written)
        if is_refused:
            transaction.savepoint_commit(place)
        else:
            transaction.savepoint_rollback(place)
    assert wrong == {}
    assert fingerprint() == before


WRITING = ("status_date", "assign", "report", "unchanged", "accept", "send_back", "withdraw")


@pytest.mark.parametrize("name", WRITING)
def test_the_forms_of_the_table_would_write(name, district, session_of):
    """Else a refusal that writes nothing would prove nothing."""
    [address] = [address for address in ADDRESSES if address.name == name]
    role = "reporter" if name == "withdraw" else "supervisor"
    with watched() as written:
        response = Caller(session_of(role), district).call("POST", address)
    assert (response.status_code, written != []) == (302, True)


@pytest.mark.alike
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_no_other_method_is_known(method, district, session_of):
    caller = Caller(session_of("administrator"), district)
    before = fingerprint()
    found = {address.name: caller.call(method, address).status_code for address in ADDRESSES}
    assert {name: status for name, status in found.items() if status != 405} == {}
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        ("/admin/login/", "302 403 403 403 403 403"),
        ("/admin/nowhere/", "302 403 403 403 404 404"),
        ("/admin/priorities/plan/1/", "302 403 403 403 302 302"),
        ("/nowhere/", "302 404 404 404 404 404"),
        ("/2031/nowhere/", "404 404 404 404 404 404"),
    ],
)
def test_what_has_no_name_answers_too(path, statuses, district, client):
    found = []
    for role in ROLES:
        if role != "anonymous":
            client.force_login(district.people[role])
        found.append(str(client.get(path).status_code))
    assert " ".join(found) == statuses


def test_what_is_not_of_the_plan_is_not_there(district, client):
    """The same numbers under another plan's address lead nowhere."""
    other = make_plan("2032")
    client.force_login(district.people["administrator"])
    found = {}
    for address in ADDRESSES:
        of_rows = ("entry", "evidence", "request", "action", "priority", "draft", "file", "passage")
        if address.arguments in of_rows:
            path = address.url(district).replace("/2031/", f"/{other.slug}/")
            for method in ("get", "post"):
                found[f"{method} {path}"] = getattr(client, method)(path).status_code
    assert found
    assert {path: status for path, status in found.items() if status not in (404, 405)} == {}


def test_the_address_of_a_form_says_so_when_it_is_opened_by_hand(district, client):
    client.force_login(district.people["supervisor"])
    answer = client.get("/2031/status-date/", HTTP_ACCEPT_LANGUAGE="en")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address takes what a form sends. Nothing was changed." in answer.content.decode()
    answer = client.get("/2031/status-date/", headers={"HX-Request": "true"})
    assert answer.content.decode().startswith("<p>")


@pytest.mark.parametrize(
    ("sender", "back"),
    [
        ("http://testserver/2031/my-work/?queue=1.1", "/2031/my-work/%3Fqueue%3D1.1"),
        ("https://example.org/2031/my-work/", "/"),
        ("", "/"),
    ],
)
def test_who_signs_in_again_comes_back_to_the_form_and_not_to_its_address(client, sender, back):
    answer = client.post("/2031/actions/1.1/unchanged/", headers={"Referer": sender})
    assert answer["Location"] == f"/sign-in/?next={back}&why=unsent"


@pytest.mark.parametrize("role", ["reporter", "administrator"])
def test_no_link_of_a_page_is_empty(district, role):
    """A template says nothing of a name that is not there any more."""
    empty = re.compile(r'<[^>]*\b(?:href|action|hx-get|hx-post)=""[^>]*>')
    client, found = Client(), {}
    client.force_login(district.people[role])
    for address in ADDRESSES:
        if address.status("GET", role) == 200 and not address.name.startswith("admin:"):
            page = client.get(address.url(district))
            if page.get("Content-Type", "").startswith("text/html"):
                found[address.name] = empty.findall(page.content.decode())
    assert len(found) > 20
    assert {name: links for name, links in found.items() if links} == {}
