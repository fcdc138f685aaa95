"""What holds on every answer, whoever asks: policy, sign-in, lock-out, refusals, /healthz."""

import ipaddress
import time
from datetime import timedelta

import hypothesis
import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tracker import proxy, views
from tracker.lockout import address_in, client_address

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
PASSWORD = "correct-horse-battery"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def people(db):
    create = get_user_model().objects.create_user
    return [create(name, password=PASSWORD) for name in ("zhang", "li")]


@pytest.fixture
def signed_in(client, people):
    client.force_login(people[0])
    return client


def sign_in(client, name, password=PASSWORD, **extra):
    data = {"username": name, "password": password}
    return client.post(reverse("sign_in"), data, **extra)


# The policy


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/nothing", "/admin/", "/healthz", "/%00"])
def test_every_answer_carries_the_strict_policy(client, db, address):
    response = client.get(address)
    assert response["Content-Security-Policy"] == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


def test_static_files_carry_it_too(client):
    response = client.get("/static/admin/css/base.css")
    assert response.status_code == 200
    assert response["Content-Security-Policy"] == POLICY
    assert "no-store" not in response["Cache-Control"]


def test_pages_are_not_kept_by_the_browser(signed_in):
    assert "no-store" in signed_in.get("/admin/")["Cache-Control"]
    assert "no-store" in signed_in.get("/nothing/")["Cache-Control"]


def test_session_cookie_is_kept_from_scripts_and_other_sites(client, people):
    sign_in(client, "zhang")
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 12 * 60 * 60


def test_cookies_are_secure_and_http_is_left_where_https_is_on(client, people, settings):
    settings.SESSION_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = settings.BEHIND_PROXY = True
    redirect = client.get("/sign-in/", headers={"x-forwarded-proto": "http"})
    assert redirect["Location"] == "https://testserver/sign-in/"
    assert redirect["Cache-Control"] == "no-store"
    sign_in(client, "zhang", secure=True)
    assert client.cookies["sessionid"]["secure"]


# Signed out


def test_a_page_leads_to_sign_in_and_back(client, db):
    response = client.get("/2022/actions/?light=red")
    assert response.status_code == 302
    assert response["Location"] == "/sign-in/?next=/2022/actions/%3Flight%3Dred"


@pytest.mark.parametrize(
    ("current", "target"),
    [
        ("http://testserver/2022/actions/?light=red", "/2022/actions/%3Flight%3Dred"),
        ("https://evil.example/x", "/"),
        ("//evil.example/x", "/"),
        ("not an address", "/"),
        ("", "/"),
    ],
)
def test_htmx_is_sent_to_sign_in_with_the_page_and_not_the_fragment(client, db, current, target):
    headers = HTMX | {"HX-Current-URL": current}
    response = client.get("/2022/actions/1.1/assign/", headers=headers)
    assert response.status_code == 204
    assert response.content == b""
    assert response["HX-Redirect"] == f"/sign-in/?next={target}"


def test_the_panels_own_sign_in_is_ours(client, db):
    assert client.get("/admin/login/?next=/admin/x/")["Location"] == (
        "/sign-in/?next=%2Fadmin%2Fx%2F"
    )


def test_a_viewer_is_refused_the_panel_with_a_sentence_and_no_loop(signed_in):
    response = signed_in.get("/admin/", follow=True)
    assert response.status_code == 403
    assert "督查" in response.text


def test_a_form_without_its_token_is_refused_with_a_sentence(people):
    client = Client(enforce_csrf_checks=True)
    response = sign_in(client, "zhang")
    assert response["Location"] == "/sign-in/?next=/&why=cookies"
    assert "Cookie" in client.get(response["Location"]).text
    assert "sessionid" not in client.cookies


# Wrong passwords


def fail(client, name, address, times):
    return [sign_in(client, name, "wrong", REMOTE_ADDR=address).status_code for _ in range(times)]


def test_the_fifth_wrong_password_locks_the_name_and_not_the_office(client, people):
    statuses = fail(client, "zhang", "10.0.0.1", 5)
    assert 429 not in statuses[:4]
    assert statuses[4] == 429
    locked = sign_in(client, "zhang", REMOTE_ADDR="10.0.0.1")
    assert locked.status_code == 429
    assert "15" in locked.text
    assert sign_in(client, "li", REMOTE_ADDR="10.0.0.1").status_code == 302


def test_nobody_can_lock_a_colleague_out_from_elsewhere(client, people):
    fail(client, "zhang", "10.0.0.1", 6)
    assert sign_in(client, "zhang", REMOTE_ADDR="10.0.0.2").status_code == 302


def test_another_browser_does_not_get_five_more(client, people):
    fail(client, "zhang", "10.0.0.1", 5)
    locked = sign_in(client, "zhang", REMOTE_ADDR="10.0.0.1", headers={"user-agent": "another"})
    assert locked.status_code == 429


def test_another_case_of_the_name_does_not_get_five_more(client, people):
    fail(client, "zhang", "10.0.0.1", 4)
    assert fail(client, "ZHANG", "10.0.0.1", 1) == [429]


def test_the_lock_ends_after_a_quarter_of_an_hour(client, people):
    fail(client, "zhang", "10.0.0.1", 5)
    attempt = AccessAttempt.objects.get()
    attempt.attempt_time -= timedelta(minutes=15, seconds=1)
    attempt.save()
    assert sign_in(client, "zhang", REMOTE_ADDR="10.0.0.1").status_code == 302


def test_the_right_password_starts_the_count_anew(client, people):
    fail(client, "zhang", "10.0.0.1", 4)
    sign_in(client, "zhang", REMOTE_ADDR="10.0.0.1")
    client.logout()
    assert 429 not in fail(client, "zhang", "10.0.0.1", 4)


def spray(client, names, address="10.0.0.9"):
    return [sign_in(client, n, "示例密码-2031", REMOTE_ADDR=address).status_code for n in names]


def many(count: int, first: int = 0) -> list[str]:
    return [f"name{number}" for number in range(first, first + count)]


def let_go_by(seconds: int) -> None:
    """As if so many seconds had gone by since the last attempt."""
    for attempt in AccessAttempt.objects.all():
        attempt.attempt_time -= timedelta(seconds=seconds)
        attempt.save()


def test_one_password_for_many_names_is_slowed(client, people):
    assert spray(client, many(10)) == [422] * 10
    assert spray(client, many(1, 10)) == [422]
    assert spray(client, many(20, 11)) == [429] * 20
    assert AccessAttempt.objects.count() == 11
    answer = sign_in(client, "name99", "x", REMOTE_ADDR="10.0.0.9")
    assert 1 <= int(answer["Retry-After"]) <= 2
    assert f"{answer['Retry-After']} 秒" in answer.text


def test_the_wait_grows_to_a_minute_and_not_beyond(client, people):
    spray(client, many(11))
    for more in range(8):
        before = AccessAttempt.objects.count()
        assert spray(client, many(1, 50 + more)) == [429]
        let_go_by(61)
        assert spray(client, many(1, 50 + more)) == [422]
        assert AccessAttempt.objects.count() == before + 1
    waits = int(sign_in(client, "x", "x", REMOTE_ADDR="10.0.0.9")["Retry-After"])
    assert 55 < waits <= 60


def test_an_office_behind_the_same_address_goes_on_signing_in(people):
    """At once with a browser that knows the name, after the seconds named with a new one."""
    own, new, attacker = Client(), Client(), Client()
    assert sign_in(own, "zhang", REMOTE_ADDR="10.0.0.9").status_code == 302
    own.post("/sign-out/")
    spray(attacker, many(40))
    assert sign_in(own, "zhang", REMOTE_ADDR="10.0.0.9").status_code == 302
    assert sign_in(new, "li", REMOTE_ADDR="10.0.0.9").status_code == 429
    assert sign_in(new, "li", REMOTE_ADDR="10.0.0.10").status_code == 302
    let_go_by(61)
    assert sign_in(Client(), "li", REMOTE_ADDR="10.0.0.9").status_code == 302


def test_a_browser_that_knows_one_name_is_slowed_for_the_others(client, people):
    sign_in(client, "zhang", REMOTE_ADDR="10.0.0.9")
    client.post("/sign-out/")
    spray(Client(), many(20))
    assert spray(client, ["li"]) == [429]
    client.cookies["known"] = "forged"
    assert spray(client, ["zhang"]) == [429]


def test_wrong_old_passwords_count_where_a_password_is_changed(client, people):
    sign_in(client, "zhang", REMOTE_ADDR="10.0.0.1")
    new = {"new_password1": "示例新密码-2031", "new_password2": "示例新密码-2031"}

    def change(old: str):
        sent = {"old_password": old, **new}
        return client.post("/password/", sent, REMOTE_ADDR="10.0.0.1").status_code

    assert [change("wrong-示例") for _n in range(5)] == [422] * 4 + [429]
    assert change(PASSWORD) == 429
    assert sign_in(Client(), "zhang", REMOTE_ADDR="10.0.0.1").status_code == 429
    attempt = AccessAttempt.objects.get()
    assert "wrong-示例" not in attempt.post_data and "2031" not in attempt.post_data
    let_go_by(15 * 60 + 1)
    assert change(PASSWORD) == 302
    assert not AccessAttempt.objects.exists()


# A session that nobody uses


def later(client, minutes: int) -> None:
    """As if the session had begun, and was used last, so many minutes ago."""
    session = client.session
    session["since"] -= minutes * 60
    session.save()
    client.cookies.pop("active", None)


def is_in(client) -> bool:
    return client.get("/password/").status_code == 200


def test_a_session_ends_that_nobody_uses(client, people, monkeypatch):
    sign_in(client, "zhang")
    clock, gone = time.time, [0]
    monkeypatch.setattr(time, "time", lambda: clock() + 60 * sum(gone))
    for minutes in (119, 119, 119):  # used all the while
        gone.append(minutes)
        assert is_in(client)
    key = client.session.session_key
    gone.append(121)
    assert not is_in(client)
    assert not Session.objects.filter(pk=key).exists()


def test_how_long_is_a_setting(client, people, settings):
    sign_in(client, "zhang")
    later(client, 6)
    settings.SESSION_IDLE_MINUTES = 7
    assert is_in(client)
    later(client, 2)
    assert not is_in(client)


def test_neither_without_its_cookie_nor_with_another_s_a_session_lasts_longer(client, people):
    sign_in(client, "zhang")
    assert is_in(client)
    other = Client()
    sign_in(other, "li")
    for cookie in ("", "forged", other.cookies["active"].value):
        later(client, 0)
        client.cookies["active"] = cookie
        assert is_in(client)
    later(client, 121)
    client.cookies["active"] = other.cookies["active"].value
    assert not is_in(client)


def test_neither_password_nor_log_ins_are_kept(client, people):
    fail(client, "zhang", "10.0.0.1", 2)
    sign_in(client, "zhang", REMOTE_ADDR="10.0.0.1")
    fail(client, "li", "10.0.0.1", 1)
    assert "wrong" not in str(AccessAttempt.objects.values())
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("name", ["x" * 100_000, "x" * 151, "a\0b", "😀\u202e", "", "' OR 1=1 --"])
def test_a_strange_user_name_is_no_error_of_ours(client, db, name):
    response = sign_in(client, name, "wrong")
    assert response.status_code in (200, 400, 422)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("1.2.3.4, 10.0.0.7", "10.0.0.7"),
        ("1.2.3.4,10.0.0.7:51234", "10.0.0.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("2001:DB8:0::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("10.0.0.1, [2001:db8::7]:443", "2001:db8::7"),
        ('"[2001:db8::7]:443"', "2001:db8::7"),
        ("fe80::7%eth0", "fe80::7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("10.0.0.7, x\0", None),
        ("10.0.0.7,", None),
        ("unknown", None),
        ("_hidden", None),
        ("10.0.0.7:port", None),
        ("10.0.0", None),
        ("[10.0.0.7", None),
        ("", None),
    ],
)
def test_behind_a_proxy_the_address_is_the_one_the_proxy_wrote(rf, settings, said, address):
    """Without one everybody would count as the proxy, which the log says."""
    settings.BEHIND_PROXY, settings.PROXIES = True, 1
    proxy.told.clear()
    found = client_address(rf.get("/", headers={"x-forwarded-for": said}))
    assert found == (address or "127.0.0.1")
    assert list(proxy.told) == ([] if address else ["no-address"])


@given(st.text(max_size=40))
@hypothesis.settings(max_examples=30)
def test_whatever_is_said_to_be_an_address_is_one_or_none(said):
    found = address_in(said)
    assert found is None or str(ipaddress.ip_address(found)) == found


def test_of_several_proxies_the_outermost_saw_the_person(rf, settings):
    settings.BEHIND_PROXY, settings.PROXIES = True, 2
    headers = {"x-forwarded-for": "6.6.6.6, 1.2.3.4:9, 10.0.0.7"}
    assert client_address(rf.get("/", headers=headers)) == "1.2.3.4"
    assert client_address(rf.get("/", headers={"x-forwarded-for": "10.0.0.7"})) == "10.0.0.7"


def test_without_a_proxy_a_forged_address_is_not_believed(rf):
    assert client_address(rf.get("/", headers={"x-forwarded-for": "10.0.0.7"})) == "127.0.0.1"


# Bad requests


@pytest.mark.parametrize(
    "address", ["/%00", "/2022/%00/", "/sign-in/?next=%00", "/sign-in/?%00=1", "/sign-in/?q=%ff"]
)
def test_nul_and_broken_text_in_an_address_are_refused(client, db, address):
    response = client.get(address)
    assert response.status_code == 400
    assert "地址" in response.text


def test_broken_text_in_a_path_is_a_page_not_found(signed_in):
    assert signed_in.get("/%ff/").status_code == 404


def test_nul_in_a_cookie_is_refused(client, db):
    client.cookies.load('sessionid="\\000"')
    assert client.get("/").status_code == 400


@pytest.mark.parametrize("data", [{"username": "a\0"}, {"a\0": "b"}, {"x": ["a", "b\0"]}])
def test_nul_in_a_form_is_refused(client, db, data):
    assert client.post("/sign-in/", data).status_code == 400


def test_a_body_above_the_limit_is_refused_unread(client, db):
    class Unreadable:
        def read(self, *args):
            raise AssertionError("the body was read")

        readline = read

    response = client.post(
        "/sign-in/",
        data=b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(221 * 1024 * 1024),
        **{"wsgi.input": Unreadable()},
    )
    assert response.status_code == 413
    assert "20 MB" in response.text


def test_a_text_above_the_limit_is_too_large(client, db):
    response = client.post("/sign-in/", {"username": "x" * 2_700_000})
    assert response.status_code == 413


def test_too_many_files_or_fields_are_too_large(client, db):
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(21)]
    assert client.post("/sign-in/", {"files": files}).status_code == 413
    assert client.post("/sign-in/", {"x": ["y"] * 2001}).status_code == 413


def test_a_refusal_speaks_the_readers_language(client, db):
    english = client.get("/%00", headers={"accept-language": "en"})
    assert "unreadable" in english.text
    assert "unreadable" not in client.get("/%00").text


def test_htmx_gets_a_sentence_and_no_page(signed_in):
    response = signed_in.get("/nothing/", headers=HTMX)
    assert response.status_code == 404
    assert response.text.startswith("<p>")
    assert "<html" not in response.text


def test_an_error_of_ours_says_so_in_one_page(client, db, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("secret detail")

    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.auth.forms.AuthenticationForm.__init__", broken)
    response = client.get("/sign-in/")
    assert response.status_code == 500
    assert "secret detail" not in response.text
    assert response["Content-Security-Policy"] == POLICY


# /healthz


def test_healthz_answers_without_sign_in_session_or_host_name(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["tracker.example.org"]
    response = client.get("/healthz", headers={"host": "10.0.0.9"})
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


def test_healthz_is_for_reading(client, db):
    assert client.post("/healthz").status_code == 405


def test_healthz_is_down_where_the_database_does_not_answer(client, monkeypatch):
    def broken():
        raise DatabaseError

    monkeypatch.setattr(views, "open_migrations", broken)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "down"}


def test_healthz_is_down_where_a_migration_is_open(client, db, monkeypatch):
    monkeypatch.setattr(views, "open_migrations", lambda: ["priorities.0099"])
    assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL"])
@pytest.mark.parametrize("address", ["http://[::1", "http%3A//%5B::1"])
def test_a_senders_address_that_cannot_be_read_is_refused(client, header, address):
    response = client.post("/sign-in/", headers={header: address, "HX-Request": "true"})
    assert response.status_code == 400
    assert "无法识别" in response.text


def test_another_charset_is_refused_in_the_readers_language(client):
    kind = "application/x-www-form-urlencoded; charset=utf-16"
    response = client.post("/sign-in/", b"username=a", content_type=kind)
    assert response.status_code == 400
    assert "HTTP requests" not in response.text
    assert "无法识别" in response.text


def test_a_head_has_no_body_that_the_server_would_complain_of(db, rf):
    """The test client takes it off by itself, so the program is asked as a server asks it."""
    handler = WSGIHandler()
    for address, status in (("/healthz", 200), ("/sign-in/", 200), ("/none/", 302)):
        answer = handler.get_response(rf.head(address))
        assert (answer.status_code, answer.content) == (status, b"")
        assert int(answer.headers["Content-Length"]) >= 0
