"""Below a sub-path of a host name: every address leads there, and nothing beside it."""

import re

import pytest
from django.test import Client
from django.urls import get_script_prefix, set_script_prefix

from tracker.wsgi import without

from .address_book import ADDRESSES, ROLES

pytestmark = pytest.mark.django_db

PREFIX = "/tracker"
STATIC = "/static/"  # read once by Django, from the settings that the program started with
LINK = re.compile(r'(?:href|src|action|hx-get|hx-post|data-\w+)="(/[^"]*)"')


@pytest.fixture
def below(settings):
    before = get_script_prefix()
    settings.SUB_PATH = settings.FORCE_SCRIPT_NAME = PREFIX
    set_script_prefix(f"{PREFIX}/")  # as the server does, and the test client does not
    yield
    set_script_prefix(before)


def beside(text: str) -> list[str]:
    return [link for link in LINK.findall(text) if not link.startswith((f"{PREFIX}/", STATIC))]


def test_every_page_leads_only_below(below, district):
    client = Client()
    client.force_login(district.people["administrator"])
    for address in ADDRESSES:
        if address.status("GET", ROLES[-1]) != 200:
            continue
        url = address.url(district).removeprefix(PREFIX)
        answer = client.get(url)
        text = answer.text if answer["Content-Type"].startswith("text/html") else ""
        assert answer.status_code == 200, url
        assert beside(text) == [], url
    assert beside(client.get("/nothing/").text) == []


def test_signing_in_stays_below(below, district):
    client = Client()
    assert client.get("/2022/")["Location"].startswith(f"{PREFIX}/sign-in/?next={PREFIX}/2022/")
    htmx = client.get("/2022/", headers={"HX-Request": "true"})
    assert htmx["HX-Redirect"].startswith(f"{PREFIX}/sign-in/?next={PREFIX}/")
    page = f"http://testserver{PREFIX}/{district.plan.slug}/"
    lost = client.post("/2022/actions/1.1/report/", headers={"referer": page})
    assert lost["Location"].startswith(f"{PREFIX}/sign-in/?next={PREFIX}/{district.plan.slug}/")


def test_what_a_session_leaves_in_the_browser_stays_below(below, settings, django_user_model):
    """Another site below the same host name leaves cookies of these names as well."""
    settings.SESSION_COOKIE_PATH = f"{PREFIX}/"
    form = {"username": "zhang", "password": "correct-horse-battery"}
    django_user_model.objects.create_user(**form)
    answer = Client().post("/sign-in/", form)
    paths = {name: cookie["path"] for name, cookie in answer.cookies.items()}
    ours = dict.fromkeys(("sessionid", "active", "known"), f"{PREFIX}/")
    assert {name: paths.get(name) for name in ours} == ours


@pytest.mark.parametrize(
    ("path", "is_left"),
    [
        ("/tracker/2022/", "/2022/"),
        ("/tracker/", "/"),
        ("/tracker", "/"),
        ("/2022/", "/2022/"),
        ("/trackers/", "/trackers/"),
    ],
)
def test_a_proxy_may_cut_the_prefix_off_or_pass_it_on(path, is_left):
    assert without(PREFIX, path) == is_left
