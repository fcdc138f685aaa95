"""Signed out while working: nothing is claimed that is not known, and the way back is said."""

import re
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.test import Client

from priorities.models import ProgressEntry
from priorities.views.changed import mark

from .address_book import ADDRESSES, ROLES, values_of
from .district import PROGRESS, SENTENCES, TABLE, make_district
from .dom import Node, page_of
from .factories import PASSWORD, make_entry
from .writes import fingerprint

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/2031/my-work/?a=1"}
TYPED = ("text", "date", "number", "url", "email", "tel", "")


def signed_in(district, role: str, **options) -> Client:
    client = Client(**options)
    client.force_login(district.people[role])
    return client


def url_of(name: str, district) -> str:
    [address] = [address for address in ADDRESSES if address.name == name]
    return address.url(district)


# The words that are typed into any form of the site are kept in the browser


WITHOUT_DRAFT = {"sign_in", "password_change"}
"""What is typed there is a secret or half of one."""


def takes_words(form: Node) -> bool:
    lines = [one for one in form.all("input") if one.attrs.get("type", "") in TYPED]
    return bool([*lines, *form.all("textarea")])


def keeps_words(form: Node) -> bool:
    return "data-unsent" in form.attrs or any("data-unsent-key" in n.attrs for n in form.all())


def forms_of(response) -> list[Node]:
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    forms = page_of(response).all("form") if is_page else []
    return [form for form in forms if form.attrs.get("method") == "post" and takes_words(form)]


@pytest.mark.alike
@pytest.mark.parametrize("role", [role for role in ROLES if role != "anonymous"])
def test_every_form_in_which_words_are_typed_keeps_them(role, district):
    client, seen, lost = signed_in(district, role), 0, []
    for address in ADDRESSES:
        if address.name in WITHOUT_DRAFT or address.name == "sign_out":
            continue
        url, place = address.url(district), transaction.savepoint()
        forms = [*forms_of(client.get(url)), *forms_of(client.post(url, {}))]
        transaction.savepoint_rollback(place)
        seen += len(forms)
        lost += [
            (address.name, form.attrs.get("action")) for form in forms if not keeps_words(form)
        ]
    assert lost == []
    assert seen > {"viewer": -1, "stranger": -1, "reporter": 1}.get(role, 30)


# The sign-in page says why one is there


def why(client, address: str, **headers) -> str:
    notices = list(page_of(client.get(address, **headers)).all("p", css="notice"))
    return notices[0].text if notices else ""


def test_who_comes_by_himself_is_told_nothing(client, db):
    assert why(client, "/sign-in/") == ""
    assert why(client, client.get("/")["Location"]) == ""


def test_a_page_that_was_asked_for(client, db):
    address = client.get("/2022/my-work/")["Location"]
    assert why(client, address, **ENGLISH) == (
        "The page that you asked for is only for people who are signed in."
    )


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_session_that_ended(district, headers):
    client = signed_in(district, "reporter")
    Session.objects.all().delete()
    answer = client.get("/2031/my-work/?a=1", **headers)
    address = answer.headers.get("Location") or answer["HX-Redirect"]
    assert address == "/sign-in/?next=/2031/my-work/%3Fa%3D1&why=ended"
    assert why(client, address, **ENGLISH) == "Your sign-in has ended. Sign in again to go on."


def test_a_form_that_came_too_late_and_its_way_back(district):
    client = signed_in(district, "reporter")
    page = url_of("report", district)
    Session.objects.all().delete()
    before = ProgressEntry.objects.count()
    sent = client.post(
        page, values_of("report", district), headers={"Referer": f"http://testserver{page}"}
    )
    assert sent["Location"] == f"/sign-in/?next={page}&why=unsent"
    assert "was not recorded" in why(client, sent["Location"], **ENGLISH)
    assert "files must be chosen again" in why(client, sent["Location"], **ENGLISH)
    assert ProgressEntry.objects.count() == before
    again = client.post("/sign-in/", {"username": "reporter", "password": PASSWORD, "next": page})
    assert again["Location"] == page


@pytest.mark.parametrize("name", ["bulk_assign", "status_date", "send_back", "extension_answer"])
def test_nobody_is_led_to_an_address_that_only_takes_forms(name, district):
    client = signed_in(district, "supervisor")
    page = url_of(name, district)
    Session.objects.all().delete()
    sent = client.post(
        page, {"next": "/2031/actions/"}, headers={"Referer": f"http://testserver{page}"}
    )
    assert sent["Location"] == "/sign-in/?next=/2031/actions/&why=unsent"


@pytest.mark.parametrize("why", ["<b>", "x" * 5000, "toString"])
def test_a_reason_that_is_none_of_ours(client, db, why):
    page = client.get("/sign-in/", {"why": why})
    assert page.status_code == 200
    assert not list(page_of(page).all("p", css="notice"))


# All cookies are gone: the way leads through the sign-in page, again and again if need be


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_form_without_any_cookie(district, headers):
    page = url_of("report", district)
    client = Client(enforce_csrf_checks=True)
    sent = client.post(
        page, values_of("report", district), HTTP_REFERER=f"http://testserver{page}", **headers
    )
    address = sent.headers.get("Location") or sent["HX-Redirect"]
    assert re.fullmatch(r"/sign-in/\?next=/2031/\S+&why=cookies", address)
    assert "keeps no cookies" in why(client, address, **ENGLISH)


def test_the_sign_in_form_without_any_cookie(district):
    client = Client(enforce_csrf_checks=True)
    values = {"username": "reporter", "password": PASSWORD, "next": "/2031/my-work/"}
    sent = client.post(
        "/sign-in/", values, HTTP_REFERER="http://testserver/sign-in/?next=/2031/my-work/"
    )
    assert sent["Location"] == "/sign-in/?next=/2031/my-work/&why=cookies"
    token = page_of(client.get(sent["Location"])).all("input", name="csrfmiddlewaretoken")
    values["csrfmiddlewaretoken"] = next(token)["value"]
    assert client.post("/sign-in/", values)["Location"] == "/2031/my-work/"


def test_an_old_token_of_somebody_who_is_signed_in(district):
    """The page's script takes the new one before it tries again."""
    client = signed_in(district, "reporter", enforce_csrf_checks=True)
    sent = client.post(url_of("report", district), values_of("report", district), **HTMX)
    assert (sent.status_code, sent["X-Form-Is-Old"]) == (403, "yes")


# The session goes while a form is being stored


BY = {
    "report": "reporter",
    "unchanged": "reporter",
    "extension": "reporter",
    "withdraw": "reporter",
    "assign": "supervisor",
    "accept": "supervisor",
    "send_back": "supervisor",
    "review_several": "supervisor",
    "extension_answer": "supervisor",
    "report_new": "supervisor",
    "report_heads": "supervisor",
    "report_comment": "supervisor",
    "passage": "supervisor",
    "passage_add": "supervisor",
    "status_date": "supervisor",
}


@pytest.fixture
def session_goes(district, monkeypatch):
    """Somebody signs the person out on another machine, between the act and the answer."""

    def sign_in(role: str) -> Client:
        client = signed_in(district, role)

        def mark_once_it_is_gone(*args):
            Session.objects.all().delete()
            mark(*args)

        monkeypatch.setattr("priorities.views.answers.mark", mark_once_it_is_gone)
        return client

    return sign_in


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    "name", ["report", "unchanged", "assign", "accept", "send_back", "withdraw"]
)
def test_the_answer_is_that_of_the_view(name, headers, district, session_goes):
    client, before = session_goes(BY[name]), fingerprint()
    sent = client.post(url_of(name, district), values_of(name, district), **headers, **ENGLISH)
    assert (sent.status_code, fingerprint() != before) == (200 if headers else 302, True)
    on = client.get(sent.get("Location", "/"), **ENGLISH)
    assert on["Location"].endswith("why=ended") or headers
    page = page_of(sent if headers else client.get(on["Location"], **ENGLISH))
    assert on.status_code == 302
    assert len(list(page.all("div", css="toast"))) == 1  # what was done is said where one lands
    assert [node for node in page.all() if "data-saved" in node.attrs]


# The database stored it, and its answer was lost


def test_where_the_answer_of_the_database_is_missing_nothing_is_claimed(
    transactional_db, monkeypatch
):
    """And the same form once more leads to the same rows."""
    district = make_district()
    wrong = {}
    for name, role in BY.items():
        client = signed_in(district, role, raise_request_exception=False)
        fields = {"by": district.people["reporter"], "needs_review": True}
        district.entries["waiting"] = make_entry(district.actions["waiting"], **fields)
        url, values = url_of(name, district), values_of(name, district)
        with monkeypatch.context() as patch:
            patch.setattr(connection, "commit", commit_without_answer)
            answer = client.post(url, values, **ENGLISH)
        page, stored = answer.content.decode(), fingerprint()
        again = client.post(url, values, **ENGLISH)
        found = (
            answer.status_code,
            "may not have been stored" in page,
            again.status_code,
            fingerprint() == stored,
        )
        if found != (503, True, 302, True):
            wrong[name] = found
    assert wrong == {}


def commit_without_answer():
    with connection.wrap_database_errors:
        connection.connection.commit()
    raise OperationalError("server closed the connection unexpectedly")


def test_a_page_that_fails_says_nothing_of_what_was_sent(client, db, monkeypatch):
    monkeypatch.setattr("priorities.views.account.Plan.objects", None)
    client.raise_request_exception = False
    page = client.get("/sign-in/", **ENGLISH).content.decode()
    assert "Please try again." in page
    assert "recorded" not in page


@pytest.mark.parametrize("name", ["plan_table", "progress_table", "document_new"])
def test_what_was_pasted_is_forgotten_once_it_has_arrived(name, district):
    client = signed_in(district, "supervisor")
    sent = {**values_of(name, district), "text": PASTED[name], "nonce": str(uuid.uuid4())}
    answer = client.post(url_of(name, district), sent, follow=True)
    assert answer.redirect_chain
    assert "data-saved" in answer.content.decode()


PASTED = {"plan_table": TABLE, "progress_table": PROGRESS, "document_new": SENTENCES}
