"""A proxy that is set up wrongly: the page and one line of the log say what is the matter."""

import logging

import pytest
from django.test import Client

from tracker import proxy


@pytest.fixture
def lines(caplog):
    proxy.told.clear()
    caplog.set_level(logging.WARNING, logger="tracker.proxy")
    yield lambda: [
        record.getMessage() for record in caplog.records if record.name == "tracker.proxy"
    ]
    proxy.told.clear()


@pytest.fixture
def https(settings):
    settings.SECURE_SSL_REDIRECT = settings.BEHIND_PROXY = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    return settings


def send(**headers) -> object:
    client = Client(enforce_csrf_checks=True)
    words = {"username": "zhang", "password": "示例"}
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/sign-in/", words, headers=headers)


@pytest.mark.parametrize(
    ("headers", "arrived"),
    [
        ({"origin": "https://tracker.example.org"}, "http://testserver"),
        ({"origin": "https://testserver"}, "http://testserver"),
        ({"origin": "http://testserver:8443"}, "http://testserver"),
        (
            {"origin": "https://tracker.example.org", "host": "localhost:8000"},
            "http://localhost:8000",
        ),
    ],
)
def test_a_form_from_another_origin_says_which_and_what_to_look_at(
    db, lines, settings, headers, arrived
):
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    answer = send(**headers)
    assert answer.status_code == 403
    assert headers["origin"] in answer.text and arrived in answer.text
    assert "X-Forwarded-Proto" in answer.text
    assert "角色" not in answer.text
    [line] = lines()
    assert headers["origin"] in line and arrived in line
    assert "zhang" not in line and "127.0.0.1" not in line
    send(**headers)
    assert len(lines()) == 1


def test_an_origin_that_is_kept_secret_is_no_fault_of_a_proxy(db, lines):
    answer = send(origin="null")
    assert answer.status_code == 403
    assert "X-Forwarded-Proto" not in answer.text
    assert "Referer" in answer.text
    assert "角色" not in answer.text
    assert lines() == []


def test_a_host_that_is_not_ours_is_named(client, db, lines):
    answer = client.get("/sign-in/", headers={"host": "10.0.0.9:8000"})
    assert answer.status_code == 400
    assert "10.0.0.9:8000" in answer.text and "ALLOWED_HOSTS" in answer.text
    [line] = lines()
    assert "host 10.0.0.9:8000 is not one of ALLOWED_HOSTS" in line


def test_strangers_cannot_fill_the_log(client, db, lines):
    for number in range(proxy.MOST + 20):
        client.get("/sign-in/", headers={"host": f"h{number}.example"})
    assert len(lines()) == proxy.MOST
    proxy.told.clear()
    client.get("/sign-in/", headers={"host": "x" * 5000 + "\nforged"})
    assert len(lines()[-1]) < 400 and "\n" not in lines()[-1]


@pytest.mark.parametrize(
    ("is_behind", "said", "why"),
    [
        (True, None, "X-Forwarded-Proto is missing"),
        (False, "https", "BEHIND_PROXY is off"),
    ],
)
def test_https_that_can_never_be_is_said_at_once(client, db, lines, https, is_behind, said, why):
    https.BEHIND_PROXY = is_behind
    if not is_behind:
        https.SECURE_PROXY_SSL_HEADER = None
    answer = client.get("/sign-in/", headers={"x-forwarded-proto": said} if said else {})
    assert answer.status_code == 400
    assert "X-Forwarded-Proto" in answer.text
    [line] = lines()
    assert why in line and "host testserver" in line
    assert client.get("/static/css/tracker.css").status_code == 200


def test_a_redirect_that_leads_back_to_itself_ends(client, db, lines, https):
    http = {"x-forwarded-proto": "http"}
    assert client.get("/sign-in/", headers=http)["Location"] == "https://testserver/sign-in/"
    answer = client.get("/sign-in/", headers=http)
    assert answer.status_code == 400
    [line] = lines()
    assert "X-Forwarded-Proto is http" in line


def test_a_redirect_that_leads_on_leaves_nothing_behind(client, db, lines, https):
    assert client.get("/sign-in/", headers={"x-forwarded-proto": "http"}).status_code == 301
    assert client.get("/sign-in/", headers={"x-forwarded-proto": "https"}).status_code == 200
    assert client.cookies["https_sought"].value == ""
    assert lines() == []
