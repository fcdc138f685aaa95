"""A page that is kept is the page that would be made now: for everybody, at any time."""

import re
import threading
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from priorities.models import Action, ProgressEntry, User
from priorities.state.kept import STATES
from priorities.templatetags.same_tags import KEPT
from priorities.views.actions import ROWS_KEPT
from tracker import kept
from tracker.kept import Answer, Asked, Keeping, Shelf, question, shelf
from tracker.sqlite import library

from .address_book import ADDRESSES, ROLES, values_of
from .factories import PASSWORD, make_plan, make_user
from .test_recording import at_once, database_on_disk  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

HOT = {
    *("actions", "dashboard", "action", "priority", "document", "timeline", "trends", "wall"),
    *("wall_state", "units", "unit", "person", "history", "my_work", "review", "reports"),
    *("circular", "help", "ledger", "ledger_csv", "jump"),
}
IN_PARTS = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "main"}
FILES = {"ledger"}
"""A workbook is zipped anew each time, with the time of day in it."""


@pytest.fixture
def look(settings):
    """What is answered, from what is kept or, with ``anew``, without."""

    def look(client: Client, url: str, *, anew: bool = False, **headers) -> HttpResponse:
        settings.KEPT_PAGES_MB = 0 if anew else 16
        if anew:  # neither answers nor states nor parts of pages
            STATES.clear()
            KEPT.clear()
            ROWS_KEPT.clear()
        return client.get(url, **headers)

    return look


def words(response: HttpResponse) -> bytes:
    """The page without what is for one answer alone."""
    once = rb'(name="(?:csrfmiddlewaretoken|nonce)" value=")[^"]+'
    return re.sub(once, rb"\1", response.content)


def is_kept(client: Client, url: str, **headers) -> bool:
    """Whether it is answered from what is kept."""
    found, answered = [], Asked.answered

    def watched(self, request):
        found.append(answered(self, request))
        return found[-1]

    Asked.answered = watched
    try:
        client.get(url, **headers)
    finally:
        Asked.answered = answered
    return any(found)


@pytest.fixture
def client_of(district):
    """A browser of each role; it has been here before and so has the cookie of the forms."""

    def sign_in(role: str) -> Client:
        client = Client()
        client.force_login(district.people[role])
        client.get(reverse("help", args=[district.plan.slug]))
        return client

    return sign_in


def hot(district) -> dict[str, str]:
    return {a.name: a.url(district) for a in ADDRESSES if a.name in HOT}


# What is kept


@pytest.mark.parametrize("role", ROLES[1:])
def test_each_hot_page_is_kept_and_is_the_page_that_would_be_made(district, client_of, look, role):
    client, left, differ = client_of(role), [], []
    for name, url in hot(district).items():
        for headers in ({}, IN_PARTS, {"HTTP_ACCEPT_LANGUAGE": "en"}):
            first = look(client, url, **headers)
            if first.status_code == 403:
                continue
            if not is_kept(client, url, **headers):
                left.append(name)
            again, anew = look(client, url, **headers), look(client, url, anew=True, **headers)
            if name not in FILES and not words(first) == words(again) == words(anew):
                differ.append(name)
            if dict(again.headers).keys() != dict(anew.headers).keys():
                differ.append(f"headers of {name}")
    assert (left, differ) == ([], [])


def test_no_kept_page_depends_on_the_plan_that_was_looked_at_last(look, district, client_of):
    client = client_of("supervisor")
    for name, url in hot(district).items():
        client.cookies["plan"] = "2022"
        one = look(client, url, anew=True)
        client.cookies["plan"] = "2031"
        assert name in FILES or words(one) == words(look(client, url, anew=True)), name


def test_only_the_hot_pages_are_kept(district, client_of):
    client = client_of("administrator")
    found = set()
    for address in ADDRESSES:
        if address.status("GET", "administrator") == 200 and address.name != "healthz":
            client.get(address.url(district))
            if is_kept(client, address.url(district)):
                found.add(address.name)
    assert found == HOT


def test_what_goes_wrong_is_not_kept(district, client_of):
    client = client_of("viewer")
    for path in ("actions/?light=purple", "actions/9.9/", "?on=1999-01-01", "review/"):
        url = f"/{district.plan.slug}/{path}"
        assert client.get(url).status_code in (400, 403, 404)
        assert not shelf.answers or all(a.status in (200, 204) for a in shelf.answers.values())


# To whom it is given


def test_nobody_is_given_the_page_of_another(district, client_of, look):
    clients = {role: client_of(role) for role in ROLES[1:]}
    for name, url in hot(district).items():
        for role, client in clients.items():
            answers = [look(client, url), look(client, url)]
            for answer in (a for a in answers if b"<nav" in a.content):
                text = answer.content.decode()
                others = {r: p.display_name for r, p in district.people.items() if r != role}
                masthead = text.partition("<body")[2].partition("<main")[0]
                assert [n for n in others.values() if n in masthead] == [], (name, role)


def test_language_theme_and_parts_never_mix(district, client_of, look):
    client = client_of("supervisor")
    url = f"/{district.plan.slug}/actions/"
    ways = [
        {},
        {"HTTP_ACCEPT_LANGUAGE": "en"},
        IN_PARTS,
        {**IN_PARTS, "HTTP_ACCEPT_LANGUAGE": "en"},
    ]
    ways.append({**IN_PARTS, "HTTP_HX_HISTORY_RESTORE_REQUEST": "true"})
    seen = []
    for theme in ("", "light", "dark"):
        client.cookies["theme"] = theme
        seen += [words(look(client, url, **way)) for way in ways]
    again = []
    for theme in ("", "light", "dark"):
        client.cookies["theme"] = theme
        again += [words(look(client, url, **way)) for way in ways]
    assert seen == again
    assert len(set(seen)) == 3 * 2 + 2  # parts know no theme; a restored page is a whole one


def test_plain_words_are_remembered_by_this_browser(district, client_of, look):
    one, other = client_of("viewer"), client_of("viewer")
    url = f"/{district.plan.slug}/document/"
    usual = words(look(other, url))
    look(one, f"{url}?plain=1")
    plain = words(look(one, url))
    assert plain != usual
    assert (words(look(one, url)), words(look(other, url))) == (plain, usual)


def test_an_address_of_another_host_is_refused_as_ever(district, client_of):
    client = client_of("viewer")
    url = f"/{district.plan.slug}/actions/"
    assert [client.get(url).status_code for _ in range(2)] == [200, 200]
    assert client.get(url, HTTP_HOST="elsewhere.example").status_code == 400


# What belongs to one answer


def test_each_answer_has_a_token_and_a_nonce_of_its_own(district, client_of):
    client = client_of("reporter")
    url = reverse("action", args=[district.plan.slug, district.actions["yellow"].number])
    found = []
    for _ in range(3):
        content = client.get(url).content.decode()
        tokens = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w{64})"', content))
        nonces = set(re.findall(r'name="nonce" value="([0-9a-f-]{36})"', content))
        assert (len(tokens), len(nonces)) == (1, 1)
        assert uuid.UUID(*nonces).version == 4
        found.append((*tokens, *nonces))
    assert is_kept(client, url)
    assert len({token for token, _ in found}) == len({nonce for _, nonce in found}) == 3
    assert not any(part in repr(shelf.answers) for pair in found for part in pair)


def test_a_form_of_a_kept_page_is_taken_and_twice_is_once(district, client_of):
    client = Client(enforce_csrf_checks=True)
    client.force_login(district.people["reporter"])
    action = district.actions["yellow"]
    url = reverse("action", args=[district.plan.slug, action.number])
    client.get(url)
    assert is_kept(client, url)
    content = client.get(url).content.decode()
    form = {
        name: re.search(rf'name="{name}" value="([^"]+)"', content)[1]
        for name in ("csrfmiddlewaretoken", "nonce")
    }
    before = action.entries.count()
    for _ in range(2):
        send = reverse("unchanged", args=[district.plan.slug, action.number])
        assert client.post(send, form).status_code == 302
    assert action.entries.count() == before + 1
    assert form["nonce"] not in client.get(url).content.decode()


def test_whose_browser_has_no_cookie_of_the_forms_is_given_one(district, client_of):
    client_of("viewer").get(f"/{district.plan.slug}/")
    newcomer = Client()
    newcomer.force_login(district.people["viewer"])
    for broken in (None, "short", "ü" * 32):
        newcomer.cookies.pop("csrftoken", None)
        if broken:
            newcomer.cookies["csrftoken"] = broken
        assert "csrftoken" in newcomer.get(f"/{district.plan.slug}/").cookies


def test_what_is_said_once_is_said_once(district, client_of):
    client, action = client_of("administrator"), district.actions["yellow"]
    page = reverse("actions", args=[district.plan.slug])
    client.get(page)
    client.post(
        reverse("assign", args=[district.plan.slug, action.number]),
        {**values_of("assign", district), "next": page},
    )
    told, after = client.get(page).content, client.get(page).content
    assert (b'class="toast"' in told, b'class="toast"' in after) == (True, False)
    assert bool(re.search(rb'class="[^"]*\bchanged\b', told))
    assert told != after
    assert words(client.get(page)) == words(client.get(page))


# For how long


def test_what_can_be_taken_back_for_a_while_is_offered_for_that_while(
    district, client_of, monkeypatch
):
    client, action = client_of("reporter"), district.actions["yellow"]
    type(district.plan).objects.update(requires_review=False)
    form = values_of("report", district) | {"explanation": "示例：按期推进。"}
    report = reverse("report", args=[district.plan.slug, action.number])
    assert client.post(report, form).status_code == 302
    entry = ProgressEntry.objects.latest("pk")
    pages = {
        "action": reverse("action", args=[district.plan.slug, action.number]),
        "my_work": f"{reverse('my_work', args=[district.plan.slug])}?queue={action.number}",
    }
    way_back = reverse("withdraw", args=[district.plan.slug, entry.pk])
    for page in pages.values():
        client.get(page)  # says once that it was recorded

    def offered(page):
        answers = [way_back in client.get(page).content.decode() for _ in range(2)]
        assert len(set(answers)) == 1
        return answers[0]

    soon, late = (entry.at + timedelta(minutes=m) for m in (9, 11))
    for moment, expected in ((soon, True), (late, False)):
        monkeypatch.setattr(timezone, "now", lambda at=moment: at)
        assert {name: offered(page) for name, page in pages.items()} == dict.fromkeys(
            pages, expected
        )


def test_the_day_is_part_of_the_question(rf, monkeypatch):
    request = rf.get("/2031/")
    monkeypatch.setattr(timezone, "now", lambda: datetime(2022, 9, 30, 15, 59, tzinfo=UTC))
    before = kept.question(request)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2022, 9, 30, 16, 0, tzinfo=UTC))
    assert kept.question(request) != before  # midnight in Shanghai


def test_a_session_that_nobody_uses_ends_beside_a_kept_page_too(district, client_of, monkeypatch):
    client = client_of("viewer")
    url = f"/{district.plan.slug}/"
    client.get(url)
    assert is_kept(client, url)
    later = kept.idle.time.time() + kept.idle.idle_seconds() + 5
    monkeypatch.setattr(kept.idle.time, "time", lambda: later)
    answer = client.get(url)
    assert (answer.status_code, "sign-in" in answer.get("Location", "")) == (302, True)


def test_a_kept_page_counts_as_use(district, client_of, monkeypatch):
    client = client_of("viewer")
    url, start = f"/{district.plan.slug}/", kept.idle.time.time()
    client.get(url)
    for part in range(1, 6):
        now = start + part * kept.idle.idle_seconds() * 0.6
        monkeypatch.setattr(kept.idle.time, "time", lambda at=now: at)
        assert client.get(url).status_code == 200
    assert "active" in client.cookies


@pytest.mark.parametrize(
    "change",
    [
        lambda person, client: User.objects.filter(pk=person.pk).update(is_active=False),
        lambda person, client: set_password(person),
        lambda person, client: Client.logout(client),
        lambda person, client: client.session.flush(),
    ],
    ids=("closed", "password", "signed out", "ended"),
)
def test_who_may_not_come_in_any_more_is_given_nothing(district, client_of, change):
    client = client_of("viewer")
    url, cookie = f"/{district.plan.slug}/actions/", client.cookies["sessionid"].value
    client.get(url)
    assert is_kept(client, url)
    change(district.people["viewer"], client)
    client.cookies["sessionid"] = cookie
    assert client.get(url).status_code == 302


def set_password(person: User) -> None:
    person.set_password(PASSWORD + "!")
    person.save()


def test_a_right_that_was_taken_counts_at_once(district, client_of):
    client, url = client_of("supervisor"), f"/{district.plan.slug}/review/"
    client.get(url)
    assert is_kept(client, url)
    district.people["supervisor"].role = "viewer"
    district.people["supervisor"].save()
    assert client.get(url).status_code == 403


# After a change, by whatever road


def by_page(district):
    client = Client()
    client.force_login(district.people["administrator"])
    client.post(
        reverse("assign", args=[district.plan.slug, district.actions["yellow"].number]),
        values_of("assign", district),
    )


def by_panel(district):
    client = Client()
    client.force_login(district.people["administrator"])
    url = reverse("admin:priorities_unit_change", args=[district.lead.pk])
    page = client.get(url)
    form = page.context["adminform"].form
    given = {name: form.get_initial_for_field(f, name) for name, f in form.fields.items()}
    given = {name: value for name, value in given.items() if value is not None}
    given |= {"name": "示例区甲改名局", "reason": "示例", "change_reason": "示例"}
    answer = client.post(url, given)
    assert answer.status_code == 302, answer.content.decode()


def by_command(district):
    change = "Unit.objects.filter(short_name='区甲局').update(short_name='区改局')"
    call_command("shell", "--verbosity=0", command=f"from priorities.models import Unit; {change}")


def by_model(district):
    action = Action.objects.get(pk=district.actions["red"].pk)
    action.text = "示例：改过的举措。"
    action.save()


def by_raw_sql(district):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE priorities_plan SET title = '示例改过的规划'")


ROADS = (by_page, by_panel, by_command, by_model, by_raw_sql)


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.__name__)
def test_after_a_change_no_page_is_the_old_one(district, client_of, look, road):
    clients = [client_of("supervisor"), client_of("reporter")]
    pages = hot(district)
    before = {}
    for _ in range(2):
        for place, client in enumerate(clients):
            before |= {(n, place): words(look(client, url)) for n, url in pages.items()}
    road(district)
    stale, changed = [], 0
    for place, client in enumerate(clients):
        for name, url in pages.items():
            now = [words(look(client, url)), words(look(client, url))]
            anew = words(look(client, url, anew=True))
            if name not in FILES and now != [anew, anew]:
                stale.append((name, place))
            changed += anew != before[name, place]
    assert (stale, changed > 5) == ([], True)


def test_a_change_of_another_program_is_seen_at_once(database_on_disk):  # noqa: F811
    plan = make_plan("2032", sizes=[2])
    client = Client()
    client.force_login(make_user("supervisor"))
    url = reverse("dashboard", args=[plan.slug])
    client.get(url)
    client.get(url)
    assert is_kept(client, url)
    change = "UPDATE priorities_plan SET title = '示例另名'"
    if connection.vendor == "sqlite":
        with closing(library.connect(connection.settings_dict["NAME"])) as other, other:
            other.execute(change)
    else:
        at_once(lambda: connection.cursor().execute(change))
    assert "示例另名" in client.get(url).content.decode()


# Many at once, and much


def test_many_who_ask_the_same_are_answered_by_one_look(database_on_disk, monkeypatch):  # noqa: F811
    plan = make_plan("2032", sizes=[2])
    client = Client()
    client.force_login(make_user("supervisor"))
    client.get(reverse("help", args=[plan.slug]))
    client.get(reverse("help", args=[plan.slug]))
    url = reverse("dashboard", args=[plan.slug])
    looks, all_wait = [], threading.Event()
    waiting, wait = [], threading.Event.wait

    def waits(event, seconds=None):
        if event is not all_wait and seconds == kept.LONGEST_WAIT:
            waiting.append(1)
            if len(waiting) == 3:
                all_wait.set()
        return wait(event, seconds)

    begin = Keeping._begin

    def begin_slowly(self, question):
        other = begin(self, question)
        if other is None:
            looks.append(1)
            wait(all_wait, 20)
        return other

    monkeypatch.setattr(Keeping, "_begin", begin_slowly)
    monkeypatch.setattr(threading.Event, "wait", waits)
    cookies = client.cookies

    def ask():
        mine = Client()
        mine.cookies = cookies
        return words(mine.get(url))

    answers = at_once(ask, ask, ask, ask)
    assert (len(set(answers)), len(looks), len(waiting)) == (1, 1, 3)
    assert Keeping.flights == {}


def test_a_look_that_fails_leaves_nobody_waiting(district, client_of, monkeypatch):
    client = client_of("viewer")
    url = f"/{district.plan.slug}/actions/9.9/"
    assert client.get(url).status_code == 404
    assert Keeping.flights == {}


def test_no_more_is_kept_than_there_is_room_for(settings):
    settings.KEPT_PAGES_MB = 1
    room, full = Shelf(), Answer(200, (), (bytes(100_000),), (), float("inf"))
    for number in range(30):
        room.put("1", number, full)
    assert room.bytes <= 1024 * 1024
    assert room.bytes == sum(answer.weight(key) for key, answer in room.answers.items())
    assert list(room.answers)[-1] == 29
    assert room.answer("1", next(iter(room.answers))) is full
    room.put("1", 30, full)
    assert len(room.answers) == 8 and 22 in room.answers and 23 not in room.answers
    room.put("2", 0, full)
    assert (list(room.answers), room.bytes, room.answer("1", 30)) == ([0], full.weight(0), None)


def test_a_question_is_weighed_with_its_answer(settings):
    settings.KEPT_PAGES_MB = 1
    room, small = Shelf(), Answer(204, (), (b"",), (), float("inf"))
    for number in range(200):
        room.put("1", (str(number), "a" * 50_000), small)
    assert len(room.answers) < 25


def test_what_no_view_asks_is_no_part_of_the_question(rf):
    url, headers = "/2031/wall/state/", {"HTTP_HX_X1": "a" * 8_000, "HTTP_HX_TRIGGER": "b"}
    assert question(rf.get(url, **headers)) == question(rf.get(url))
    assert question(rf.get(url, HTTP_HX_REQUEST="true")) != question(rf.get(url))


def test_what_is_too_large_is_not_kept(settings):
    settings.KEPT_PAGES_MB = 1
    room = Shelf()
    room.put("1", 0, Answer(200, (), (bytes(500_000),), (), float("inf")))
    assert (room.answers, room.bytes) == ({}, 0)


def test_nothing_is_kept_where_that_is_wished(settings, district, client_of):
    settings.KEPT_PAGES_MB = 0
    client = client_of("viewer")
    client.get(f"/{district.plan.slug}/")
    assert not is_kept(client, f"/{district.plan.slug}/")


def test_where_the_database_is_away_the_usual_page_says_so(district, client_of, monkeypatch):
    client = client_of("viewer")

    def away(*_):
        raise kept.DatabaseError("away")

    monkeypatch.setattr(kept, "data_version_and", away)
    assert client.get(f"/{district.plan.slug}/").status_code == 200


def test_a_page_without_a_clock_of_its_own(settings):
    """Whatever looks at the clock, and not at the day, must say how long the page holds."""
    root = settings.BASE_DIR
    looks = re.compile(r"timezone\.now\(\)|time\.time\(\)|datetime\.now\(")
    drawn = [
        *(root / "priorities/views").glob("*.py"),
        *(root / "priorities/templatetags").glob("*.py"),
    ]
    found = {path.name for path in drawn if looks.search(path.read_text())}
    assert found == {"my_work.py", "record_tags.py"}
    assert all("holds_until(" in path.read_text() for path in drawn if path.name in found)


def test_no_page_looks_at_what_is_not_in_its_key(settings):
    """Whoever adds a cookie or a header to this list adds it to ``kept.question`` first."""
    looks = re.compile(r"\w*request\w*\.(?:COOKIES|META|headers|session|environ)\b[^\n]*")
    places = [(path, "*.py") for path in ("views", "templatetags", "forms", "state")]
    files = [
        f
        for folder, kind in places
        for f in (settings.BASE_DIR / "priorities" / folder).rglob(kind)
    ]
    files += [
        f for f in (settings.BASE_DIR / "templates").rglob("*.html") if "admin" not in f.parts
    ]
    assert len(files) > 100
    # Where ``/`` leads, and what pages without a plan have in their head: none of them is kept.
    files = [f for f in files if f.name != "landing.py"]
    found = {(f.name, look.strip()) for f in files for look in looks.findall(f.read_text())}
    assert found == {
        ("answers.py", 'request.META, "REQUEST_METHOD": "GET", "QUERY_STRING": parts.query}'),
        ("document.py", 'request.COOKIES.get(PLAIN)) == "1"'),
        ("rendering.py", 'request.COOKIES.get("theme", "")'),
        ("units.py", 'request.META.get("QUERY_STRING", "")'),
    }
    assert {"theme", "plain"} == set(kept.LOOKED_AT)
