"""A browser that has a page is told that it still stands, and nobody else is told anything."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tracker import kept, unchanged

from .address_book import ADDRESSES, values_of
from .test_kept import HOT, client_of, hot, is_kept  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

HERE = {"HTTP_HOST": "127.0.0.1:8000"}
WITH_NONCE = {"action", "my_work", "circular"}


@pytest.fixture
def browser_of(client_of):  # noqa: F811
    """A browser of each role that runs scripts."""

    def sign_in(role: str) -> Client:
        client = client_of(role)
        client.cookies[unchanged.SCRIPTS] = "1"
        return client

    return sign_in


def again(client: Client, url: str, tag: str, **headers):
    return client.get(url, HTTP_IF_NONE_MATCH=tag, **{**HERE, **headers})


@pytest.mark.parametrize("role", ["reporter", "administrator"])
def test_each_hot_page_is_answered_in_short(district, browser_of, role):
    client, wrong = browser_of(role), []
    for name, url in hot(district).items():
        first = client.get(url, **HERE)
        if first.status_code == 403:
            continue
        answer = again(client, url, first.get("ETag", ""))
        is_short = (answer.status_code, answer.content) == (304, b"")
        if not is_short or sent(answer) != sent(first):
            wrong.append(name)
        if first["Cache-Control"] != "private, no-cache":
            wrong.append(f"{name}: {first['Cache-Control']}")
    assert wrong == []


def sent(answer) -> tuple:
    return answer["ETag"], answer["Cache-Control"], set(answer["Vary"].split(", "))


def test_what_is_not_kept_is_not_copied(district, browser_of):
    client = browser_of("administrator")
    for address in ADDRESSES:
        if address.name not in (HOT | {"healthz", "evidence"}):
            answer = client.get(address.url(district), **HERE)
            assert "ETag" not in answer or address.name.startswith("admin:jsi18n"), address.name
            if answer.status_code == 200 and not address.name.startswith("admin:jsi18n"):
                assert "no-store" in answer["Cache-Control"], address.name


def test_a_view_is_not_asked_for_what_stands(district, browser_of):
    client, url = browser_of("viewer"), f"/{district.plan.slug}/actions/"
    tag = client.get(url, **HERE)["ETag"]
    kept.shelf.answers.clear()  # as in a process that has not drawn it
    assert is_kept(client, url, HTTP_IF_NONE_MATCH=tag, **HERE)
    assert again(client, url, tag).status_code == 304


def test_the_first_page_of_a_browser_can_be_asked_for_again(district):
    """It brings the cookie of the forms along, and the script that it runs another."""
    client, url = Client(), f"/{district.plan.slug}/actions/"
    client.force_login(district.people["viewer"])
    first = client.get(url, **HERE)
    assert "csrftoken" in first.cookies
    client.cookies[unchanged.SCRIPTS] = "1"
    assert again(client, url, first["ETag"]).status_code == 304


def test_what_holds_for_a_while_is_told_for_that_while(district, browser_of, monkeypatch):
    client, url = browser_of("reporter"), hot(district)["action"]
    type(district.plan).objects.update(requires_review=False)
    number = district.actions["yellow"].number
    form = values_of("report", district) | {"explanation": "示例：按期推进。"}
    client.post(reverse("report", args=[district.plan.slug, number]), form, **HERE)
    client.get(url, **HERE)
    tag = client.get(url, **HERE)["ETag"]
    entry = district.actions["yellow"].entries.latest("pk")
    for minutes, status in ((9, 304), (11, 200)):
        moment = entry.at + timedelta(minutes=minutes)
        monkeypatch.setattr(kept.timezone, "now", lambda at=moment: at)
        assert again(client, url, tag).status_code == status
        later = re.sub(r"-\d+-n", f"-{int(moment.timestamp()) + 3600}-n", tag)
        assert later != tag
        assert again(client, url, later).status_code == 200


def test_another_tag_is_no_copy(district, browser_of):
    client, url = browser_of("viewer"), f"/{district.plan.slug}/actions/"
    tag = client.get(url, **HERE)["ETag"]
    for other in ("", "*", '"x"', tag.replace("W/", ""), 'W/"' + "0" * 32 + '"', tag[:-1] + '-9"'):
        assert again(client, url, other).status_code == 200, other
    assert again(client, url, f'"x", {tag}').status_code == 304


def test_the_tag_is_of_this_browser_this_person_and_this_start(district, browser_of, monkeypatch):
    url = f"/{district.plan.slug}/actions/"
    one = browser_of("viewer")
    tag = one.get(url, **HERE)["ETag"]
    for role in ("viewer", "supervisor"):
        assert again(browser_of(role), url, tag).status_code == 200
    ways = [
        {"HTTP_ACCEPT_LANGUAGE": "en"},
        {"HTTP_HOST": "localhost"},
        {"HTTP_HX_REQUEST": "true"},
        {"QUERY_STRING": "light=red"},
    ]
    assert [again(one, url, tag, **way).status_code for way in ways] == [200] * len(ways)
    assert again(one, url, tag).status_code == 304
    for name, value in (("theme", "dark"), ("csrftoken", "b" * 32)):
        before = one.cookies[name].value if name in one.cookies else None
        one.cookies[name] = value
        assert again(one, url, tag).status_code == 200
        one.cookies.pop(name)
        if before:
            one.cookies[name] = before
    assert again(one, url, tag).status_code == 304
    monkeypatch.setattr(unchanged, "DRAWN", b"another start")
    assert again(one, url, tag).status_code == 200


def test_a_change_and_midnight_end_it(district, browser_of, monkeypatch):
    client, url = browser_of("viewer"), f"/{district.plan.slug}/actions/"
    tag = client.get(url, **HERE)["ETag"]
    type(district.plan).objects.update(title="示例改过的规划")
    fresh = again(client, url, tag)
    assert (fresh.status_code, "示例改过的规划" in fresh.content.decode()) == (200, True)
    tomorrow = kept.timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(kept.timezone, "localdate", lambda *_: tomorrow)
    assert again(client, url, fresh["ETag"]).status_code == 200


def test_what_waits_to_be_said_is_said(district, browser_of):
    client, page = browser_of("administrator"), reverse("actions", args=[district.plan.slug])
    client.get(page, **HERE)
    number = district.actions["yellow"].number
    sent = {**values_of("assign", district), "next": page}
    client.post(reverse("assign", args=[district.plan.slug, number]), sent, **HERE)
    told = client.get(page, **HERE)
    assert b'class="toast"' in told.content
    assert ("ETag" in told, told["Cache-Control"]) == (False, "no-store, private")
    after = client.get(page, **HERE)
    assert again(client, page, after["ETag"]).status_code == 304


def test_who_was_signed_out_is_told_nothing(district, browser_of):
    client, url = browser_of("viewer"), f"/{district.plan.slug}/actions/"
    tag = client.get(url, **HERE)["ETag"]
    cookie = client.cookies["sessionid"].value
    out = client.post(reverse("sign_out"), **HERE)
    assert out["Clear-Site-Data"] == '"cache"'
    client.cookies["sessionid"] = cookie
    answer = again(client, url, tag)
    assert (answer.status_code, answer["Clear-Site-Data"]) == (302, '"cache"')


def test_who_did_not_use_it_is_told_nothing(district, browser_of, monkeypatch):
    client, url = browser_of("viewer"), f"/{district.plan.slug}/actions/"
    tag = client.get(url, **HERE)["ETag"]
    later = kept.idle.time.time() + kept.idle.idle_seconds() + 5
    monkeypatch.setattr(kept.idle.time, "time", lambda: later)
    assert again(client, url, tag).status_code == 302


# Where copies are offered


@pytest.mark.parametrize(
    ("host", "is_offered"),
    [
        ("localhost", True),
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("tracker.example", False),
        ("localhost.example", False),
        ("10.0.0.7:8000", False),
    ],
)
def test_over_plain_http_only_this_machine_has_copies(
    district, browser_of, settings, host, is_offered
):
    settings.ALLOWED_HOSTS = ["*"]
    client, url = browser_of("viewer"), f"/{district.plan.slug}/actions/"
    for _ in range(2):
        answer = client.get(url, HTTP_HOST=host)
        assert ("ETag" in answer, "seen" in client.cookies) == (is_offered, is_offered)
        assert ("no-store" in answer["Cache-Control"]) != is_offered


def test_over_https_every_browser_has_copies(district, browser_of):
    client, url = browser_of("viewer"), f"/{district.plan.slug}/actions/"
    assert "ETag" in client.get(url, secure=True)


@pytest.mark.parametrize(
    ("agent", "is_offered"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/87.0.4280.144 Safari/537.36",
            True,
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", True),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0",
            True,
        ),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15", False),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 CriOS/120.0 Mobile/15E148 Safari/604.1", False),
    ],
)
def test_a_browser_that_does_not_ask_on_the_way_back_has_no_copies(
    district, browser_of, agent, is_offered
):
    client, url = browser_of("viewer"), f"/{district.plan.slug}/actions/"
    for _ in range(2):
        answer = client.get(url, HTTP_USER_AGENT=agent, **HERE)
        assert ("ETag" in answer) == is_offered
        assert ("no-store" in answer["Cache-Control"]) != is_offered


# Twice is once, and two are two


@pytest.mark.parametrize("name", sorted(WITH_NONCE))
def test_without_scripts_no_page_with_a_nonce_is_copied(district, browser_of, name):
    role = "reporter" if name != "circular" else "supervisor"
    client, url = browser_of(role), hot(district)[name]
    client.cookies.pop(unchanged.SCRIPTS)
    for _ in range(2):
        answer = client.get(url, **HERE)
        assert b'name="nonce"' in answer.content
        assert ("ETag" in answer, answer["Cache-Control"]) == (False, "no-store, private")


def test_the_nonce_of_a_copy_that_still_stands_was_never_used(district, browser_of):
    """The form that is stored moves the data, so the next answer is a new page, with its own."""
    client, url = browser_of("reporter"), hot(district)["action"]
    page = client.get(url, **HERE)
    nonce = re.search(rb'name="nonce" value="([^"]+)"', page.content)[1].decode()
    assert again(client, url, page["ETag"]).status_code == 304
    send = reverse("unchanged", args=[district.plan.slug, district.actions["yellow"].number])
    assert client.post(send, {"nonce": nonce}, **HERE).status_code == 302
    client.get(url, **HERE)  # says that it was recorded
    answer = again(client, url, page["ETag"])
    assert (answer.status_code, nonce in answer.content.decode()) == (200, False)


def test_the_way_back_asks_again_after_a_form(district, browser_of):
    """By its cookies: a copy that was given with others is asked for (Vary: Cookie)."""
    client, url = browser_of("administrator"), f"/{district.plan.slug}/actions/"
    first = client.get(url, **HERE)
    assert "Cookie" in first["Vary"]
    seen = client.cookies[unchanged.SEEN].value
    client.get(url, **HERE)
    assert client.cookies[unchanged.SEEN].value == seen
    number = district.actions["yellow"].number
    client.post(
        reverse("assign", args=[district.plan.slug, number]), values_of("assign", district), **HERE
    )
    after = client.cookies[unchanged.SEEN].value
    client.get(reverse("help", args=[district.plan.slug]), **HERE)
    client.get(reverse("help", args=[district.plan.slug]), **HERE)
    assert len({seen, after, client.cookies[unchanged.SEEN].value}) == 3
