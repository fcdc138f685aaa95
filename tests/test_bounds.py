"""Every number that comes from outside has a bound, and what is refused lets nobody wait."""

import signal
import tracemalloc
from contextlib import closing, contextmanager

import pytest
from django.db import connection
from django.test import Client

from tracker.sqlite import library

from .address_book import ADDRESSES, ROLES
from .admin.pages import address, filled
from .district import make_district
from .dom import parse
from .factories import make_plan
from .test_recording import database_on_disk  # noqa: F401 - a fixture

HUGE = ("99999999", "-99999999", "9" * 30, "1e9", "9" * 5000)
ANSWERS = (200, 302, 400, 403, 404, 405, 409, 413, 422)
MOST_BYTES = 60 * 1024 * 1024
LONG = 30
"""Seconds of the processor, on a busy machine too; a loop over a huge number takes minutes."""


@contextmanager
def bounded():
    """Neither memory nor time without end: a page of ours needs a small part of both."""

    def stop(number, frame):
        raise AssertionError("this takes far too long")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONG)
    tracemalloc.start(1)
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def forms_of(client, url: str):
    """The forms of a page that write: address, values as they stand, and which are hidden."""
    answer = client.get(url)
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        return
    for form in parse(answer.content.decode()).all("form", method="post"):
        values, hidden = {}, []
        for field in [*form.all("input"), *form.all("textarea"), *form.all("select")]:
            name, kind = field.attrs.get("name"), field.attrs.get("type", "")
            if name and kind not in ("file", "radio", "checkbox", "submit"):
                values[name] = field.attrs.get("value", field.text)
            if name and kind == "hidden" and name not in ("csrfmiddlewaretoken", "next"):
                hidden.append(name)
        yield form.attrs.get("action") or url, values, hidden


@pytest.mark.parametrize("role", ["administrator", "reporter"])
def test_a_huge_number_in_a_hidden_field_is_answered_like_any_other(role, district, client):
    client.force_login(district.people[role])
    readable = [a for a in ADDRESSES if a.get.split()[ROLES.index(role)] == "200"]
    asked = set()
    for url in [page.url(district) for page in readable]:
        for target, values, hidden in forms_of(client, url):
            if target in asked or "sign-out" in target:
                continue
            asked.add(target)
            for number in HUGE[::4]:
                sent = values | dict.fromkeys(hidden, number)
                assert client.post(target, sent).status_code in ANSWERS, (target, number)
    assert len(asked) > (25 if role == "administrator" else 5)


@pytest.mark.alike
@pytest.mark.parametrize("number", HUGE[:3])
def test_no_count_of_rows_is_believed_beyond_a_bound(number, district, client):
    """The first form whose INITIAL_FORMS drove a loop ate gigabytes, with the write lock held."""
    client.force_login(district.people["administrator"])
    action, plan = district.actions["yellow"], district.plan
    url = f"/{plan.slug}/actions/{action.number}/assign/"
    of_site = next(values for to, values, _hidden in forms_of(client, url) if to == url)
    pages = {url: ("milestones", of_site)}
    for row, prefix in ((plan, "priorities"), (action, "milestones")):
        pages[address(row, "change")] = (prefix, filled(client, address(row, "change")))
    for url, (prefix, values) in pages.items():
        for which in (("INITIAL",), ("INITIAL", "TOTAL"), ("MAX_NUM", "MIN_NUM")):
            counts = {f"{prefix}-{name}_FORMS": number for name in which}
            with bounded():
                answer = client.post(url, values | counts)
            assert answer.status_code == 422 or (which[0], answer.status_code) == ("MAX_NUM", 302)


EXTREME = ("0001-01-01", "9999-12-31", "9" * 5000)
ASKED = ("on", "since", "page", "p", "period", "start", "zoom", "before", "entry", "weeks", "from")


@pytest.mark.alike
@pytest.mark.parametrize("words", EXTREME)
def test_no_day_page_or_period_in_an_address_is_without_a_bound(words, district, client):
    client.force_login(district.people["supervisor"])
    for page in [a for a in ADDRESSES if a.get.split()[ROLES.index("supervisor")] == "200"]:
        answer = client.get(page.url(district), dict.fromkeys(ASKED, words))
        assert answer.status_code in (200, 302, 400, 404), page.name


def test_a_plan_without_end_is_refused(client, district):
    client.force_login(district.people["administrator"])
    url = address(district.plan, "change")
    answer = client.post(url, filled(client, url, start="1990-01-01", end="2100-12-31"))
    assert answer.status_code == 422
    make_plan("2033", start="2030-01-01", end="2035-12-31", status_date=None).full_clean()


# No lock before the form is judged


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks for SQLite's one write lock")
def test_a_form_that_is_refused_needs_no_lock(database_on_disk):  # noqa: F811
    """Somebody holds the lock all the while: what has to wait for it would fail."""
    district = make_district()
    client = Client()
    client.force_login(district.people["administrator"])
    plan, action, number = district.plan, district.actions["red"], district.actions["red"].number
    bad = {}
    for row in (plan, action, district.lead, district.people["viewer"]):
        url = address(row, "change")
        bad[url] = filled(client, url, reason="")
        if row is not action:
            bad[address(row, "delete")] = {"reason": "", "seen": "x"}
    site = f"/{plan.slug}"
    bad |= {
        address(type(action), "add"): {"reason": ""},
        f"{site}/status-date/": {"status_date": "2022-99-99", "seen": "2022-09-30"},
        f"{site}/actions/{number}/assign/": {"due": "x"},
        f"{site}/actions/assign/": {"pick": "1.1", "change": "due", "due": "x"},
        f"{site}/actions/{number}/report/": {"percent": "x"},
        f"{site}/actions/{number}/extension/": {"wanted": "x"},
        f"{site}/review/several/": {"verdict": "return", "reason": ""},
        f"{site}/entries/{district.entries['waiting'].pk}/return/": {"reason": ""},
        f"{site}/extensions/{district.asked.pk}/": {"verdict": "grant", "until": "x"},
        f"{site}/reports/new/": {"period": "x"},
        f"{site}/reports/{district.draft.pk}/heads/": {"title": ""},
        f"{site}/reports/{district.draft.pk}/comments/": {"text": ""},
        "/password/": {"old_password": ""},
    }
    with closing(library.connect(connection.settings_dict["NAME"])) as other:
        other.execute("BEGIN IMMEDIATE")
        connection.cursor().execute("PRAGMA busy_timeout = 0")
        answers = {url: client.post(url, values).status_code for url, values in bad.items()}
    assert {url: s for url, s in answers.items() if s not in (400, 409, 422)} == {}
