"""Whatever is sent to any address: an answer with a sentence, nothing stored, never a 500.

The fields of every form come from the table of addresses, so a new form is tried as well.
"""

import itertools
import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .address_book import ADDRESSES, Address, values_of
from .writes import fingerprint, watched

pytestmark = pytest.mark.django_db

ALLOWED = {200, 302, 400, 403, 404, 405, 409, 413, 422}
ERRORS = ALLOWED - {200, 302}
CJK = re.compile(r"[\u4e00-\u9fff]{4,}")

PLAIN = {
    "nothing": "",
    "blanks": " \t ",
    "words": "示例",
    "below": "-1",
    "above": "101",
    "half": "50.5",
    "underscore": "1_0",
    "infinite": "1e309",
    "no number": "NaN",
    "full width": "９０",
    "year 9999": "9999-12-31",
    "30 February": "2022-02-30",
    "another way to write a day": "30.9.2022",
    "right to left": "\u202e示例\u2066",
    "a script": "<script>alert(1)</script>",
    "a formula": "=1+1",
    "a path": "../../../etc/passwd",
}
OF_A_DATABASE = {
    "year 0": "0000-01-01",
    "year 1": "0001-01-01",
    "no such id": "999999",
    "30 digits": "9" * 30,
    "control characters": "示例\x0b\x1f\x7f\uffff",
    "a null": "示例\x00",
    "an emoji": "👷🏽‍♀️",
    "a quote": "' OR 1=1 --",
}
"""What one database may take and the other choke on."""

BAD = PLAIN | OF_A_DATABASE

PARAMETERS = {
    "dashboard": ("on", "since"),
    "document": ("on", "since", "plain"),
    "timeline": ("on", "since", "zoom", "from"),
    "wall": ("on",),
    "wall_state": ("version",),
    "priority": ("on", "since"),
    "action": ("on", "since", "page"),
    "actions": (
        *("on", "since", "light", "priority", "unit", "role", "owner", "q", "sort", "pick"),
        *("stale", "unassigned", "waiting", "returned", "help", "talk", "mine"),
    ),
    "assign": ("next",),
    "report": ("next", "queue"),
    "my_work": ("queue",),
    "history": ("before", "person", "unit", "action", "first", "last"),
    "jump": ("q",),
    "report_new": ("period", "kind", "start", "title"),
    "report_changes": ("since",),
    "review": ("entry",),
    "ledger": ("on", "fill", "light"),
    "ledger_csv": ("on", "light"),
    "sign_in": ("next",),
}

FORMS = [
    address
    for address in ADDRESSES
    if address.status("POST", "supervisor") != 405 and not address.name.startswith("admin:")
]
PAGES = [address for address in ADDRESSES if address.name in PARAMETERS]


def named(addresses):
    return pytest.mark.parametrize("address", addresses, ids=lambda address: address.name)


class Sender:
    """Sends to an address as the supervisor, takes back what was stored, notes what is wrong."""

    def __init__(self, district):
        self.district, self.wrong = district, {}
        self.before = fingerprint()
        client = Client()
        client.force_login(district.people["supervisor"])
        self.session = dict(client.cookies.items())

    def send(self, what, method, url, values=None, **options):
        client = Client(raise_request_exception=False)
        client.cookies.update(self.session)
        place = transaction.savepoint()
        with watched() as written:
            response = getattr(client, method)(url, values, **options)
        is_refused = response.status_code in ERRORS
        if is_refused and written and fingerprint() != self.before:
            self.wrong[what] = f"{response.status_code} and {written}"
        transaction.savepoint_rollback(place)
        if response.status_code not in ALLOWED:
            self.wrong[what] = str(response.status_code)
        elif is_refused and not CJK.search(response.content.decode()):
            self.wrong[what] = f"{response.status_code} without a sentence"
        return response


@pytest.fixture
def sender(district):
    return Sender(district)


# Wrong values in a form that is right otherwise, and in the parameters of a page


def wrong_values(names) -> Iterator[tuple[str, dict[str, str]]]:
    """Each wrong value in all fields at once, then each field alone with some of them in turn.

    All fields with all values would be ten times as many requests, and hypothesis mixes them.
    """
    yield from in_all_fields(names, PLAIN)
    turn = itertools.cycle(BAD.items())
    for name in names:
        for what, value in itertools.islice(turn, 2):
            yield f"{name}: {what}", {name: value}


def in_all_fields(names, values: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    for what, value in values.items():
        yield what, dict.fromkeys(names, value)


LONG = "长" * 100_000


def bad_forms(right: dict) -> Iterator[tuple[str, dict]]:
    """A form that would be taken, with something wrong in it."""
    for what, wrong in wrong_values([*right, "next"]):
        yield what, {**right, **wrong}
    yield "all of 100,000 characters", dict.fromkeys([*right, "next"], LONG)
    for field, value in right.items():
        rest = {name: kept for name, kept in right.items() if name != field}
        yield f"{field}: 100,000 characters", {**rest, field: LONG}
        yield f"{field}: left out", rest
        yield f"{field}: twice", {**rest, field: [str(value), "示例"]}
    yield "empty", {}


NO_FORMS = {
    "invalid UTF-8": (b"done=%ff%fe&percent=%c0%80&\xff\xfe", "application/x-www-form-urlencoded"),
    "nested": (b"a[b][c]=1&&&==&=&%=%", "application/x-www-form-urlencoded"),
    "3,000 fields": (b"&".join([b"f=1"] * 3000), "application/x-www-form-urlencoded"),
    "half a multipart": (b"--x\r\n", "multipart/form-data; boundary=x"),
    "no boundary": (b"--x\r\n", "multipart/form-data"),
    "JSON": (b'{"percent": 1}', "application/json"),
}


@pytest.mark.alike
@named(FORMS)
def test_every_form_with_something_wrong_in_it(address: Address, sender, district):
    url = address.url(district)
    for what, values in bad_forms(values_of(address.name, district)):
        sender.send(what, "post", url, values)
    for what, (body, kind) in NO_FORMS.items():
        sender.send(what, "post", url, body, content_type=kind)
    assert sender.wrong == {}


@named(FORMS)
def test_every_form_with_what_a_database_may_choke_on(address: Address, sender, district):
    url, right = address.url(district), values_of(address.name, district)
    for what, wrong in in_all_fields([*right, "next"], OF_A_DATABASE):
        sender.send(what, "post", url, {**right, **wrong})
    assert sender.wrong == {}


@named(PAGES)
def test_every_page_asked_for_what_a_database_may_choke_on(address: Address, sender, district):
    for what, wrong in in_all_fields(PARAMETERS[address.name], OF_A_DATABASE):
        sender.send(what, "get", address.url(district), wrong)
    assert sender.wrong == {}


@pytest.mark.alike
@named(PAGES)
def test_every_page_with_something_wrong_in_its_address(address: Address, sender, district):
    url, names = address.url(district), PARAMETERS[address.name]
    for what, wrong in wrong_values(names):
        sender.send(what, "get", url, wrong)
    for name in names:
        sender.send(f"{name}: twice", "get", url, {name: ["1", "2022-01-31"]})
    sender.send(f"{names[0]}: 100,000 characters", "get", url, {names[0]: LONG})
    sender.send("invalid UTF-8", "get", f"{url}?{names[0]}=%ff%fe")
    assert sender.wrong == {}


def test_every_page_has_its_parameters_here():
    pages = {a.name for a in ADDRESSES if not a.name.startswith("admin:")}
    assert set(PARAMETERS) - pages == set()


IDS = ["0", "999999", "9" * 18, "9" * 19, "9" * 30, "-1", "9.9", "x", "%00", "%ff", "1%0a", "１"]


@pytest.mark.parametrize(
    "path",
    [
        "/2031/priorities/{}/",
        "/2031/actions/{}/",
        "/2031/actions/1.{}/",
        "/2031/actions/{}/report/",
        "/2031/actions/{}/assign/",
        "/2031/evidence/{}/",
        "/2031/entries/{}/accept/",
        "/2031/entries/{}/return/",
        "/2031/entries/{}/withdraw/",
        "/2031/extensions/{}/",
        "/{}/",
        "/{}/actions/",
        "/admin/priorities/action/{}/change/",
        "/admin/priorities/unit/{}/history/",
    ],
)
def test_an_id_that_leads_nowhere(path, sender):
    for pk in IDS:
        for method in ("get", "post"):
            response = sender.send(f"{method} {pk}", method, path.format(pk))
            if response.status_code == 200 and "/admin/" not in path:
                sender.wrong[f"{method} {pk}"] = "200"
    assert sender.wrong == {}


def test_another_plans_rows_are_not_reached(district, client):
    """Ids are the same in all plans; the address says which plan is meant."""
    other = make_twin(district)
    client.force_login(district.people["administrator"])
    before, found = fingerprint(), {}
    for act in ("accept", "return", "withdraw"):
        path = f"/{other.slug}/entries/{district.entries['waiting'].pk}/{act}/"
        found[path] = client.post(path, {"reason": "示例"}).status_code
    found["file"] = client.get(f"/{other.slug}/evidence/{district.evidence.pk}/").status_code
    assert set(found.values()) == {404}
    assert fingerprint() == before


def make_twin(district):
    district.plan.pk, district.plan.slug = None, "2032"
    district.plan._state.adding = True
    district.plan.save()
    return district.plan


# Anything at all

ANYTHING = st.one_of(
    st.sampled_from(list(BAD.values())),
    st.text(max_size=30).map(lambda words: words.encode("utf-8", "ignore").decode()),
    st.integers().map(str),
    st.dates().map(str),
)


some = settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])


def anything_in(names):
    return st.dictionaries(st.sampled_from(names), st.lists(ANYTHING, max_size=3), max_size=5)


@pytest.mark.alike
@named(FORMS)
@some
@given(data=st.data())
def test_a_form_of_anything(address: Address, sender, data):
    right = values_of(address.name, sender.district)
    wrong = data.draw(anything_in([*right, "next"]))
    sender.send("anything", "post", address.url(sender.district), {**right, **wrong})
    assert sender.wrong == {}


@pytest.mark.alike
@named(PAGES)
@some
@given(data=st.data())
def test_a_page_asked_for_with_anything(address: Address, sender, data):
    asked = data.draw(anything_in(PARAMETERS[address.name]))
    sender.send("anything", "get", address.url(sender.district), asked)
    assert sender.wrong == {}
