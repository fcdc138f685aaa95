"""From every page that is looked at on a day, every way on keeps the day, or is a named act."""

from urllib.parse import parse_qs, unquote, urlencode, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from .address_book import ADDRESSES
from .dom import Node, page_of
from .factories import make_plan

PAST = {"on": "2022-06-30", "since": "2022-03-31"}
COMPARED = {"since": "2022-03-31"}

ACTS = {
    "password_change",
    "sign_in",
    "status_date",  # sets the day for everybody
}
"""What leaves the plan, or its day, and says so in its words; beside the panel and files."""

ELSEWHERE = ("/admin/", "/static/")

pytestmark = pytest.mark.django_db


@pytest.fixture
def plans(district):
    """With a second plan, so that the switch is there."""
    make_plan("2041", sizes=(1,))
    return district


def reader(district, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(district.people[role])
    return client


def pages(district, role: str):
    """Every address of the plan that answers this role with a page."""
    for address in ADDRESSES:
        url = address.url(district)
        if url.startswith(f"/{district.plan.slug}/") and address.status("GET", role) == 200:
            yield address.name, url


def ways(page: Node, here: str) -> list[str]:
    """Where the links and the forms of a page lead to, the days that a form would send included."""
    hrefs = [a["href"] for a in page.all("a")] + [
        d["data-url"] for d in page.all("dialog", id="palette")
    ]
    found = [urljoin(here, href) for href in hrefs if not href.startswith("#")]
    for form in page.all("form", method="get"):
        found.append(as_sent(form, here))
    found += [as_sent(form, here) for form in page.all("form") if "method" not in form.attrs]
    return found


def as_sent(form: Node, here: str) -> str:
    named = {
        field["name"]: field.attrs.get("value", "")
        for field in form.all("input")
        if "name" in field.attrs
    }
    sent = "&".join(f"{name}={named[name]}" for name in PAST if named.get(name))
    return f"{urljoin(here, form.attrs.get('action', here)).partition('?')[0]}?{sent}"


def is_act(url: str, district) -> bool:
    """Another site, plan, the panel, a file, or a page of ACTS."""
    path = urlsplit(url).path
    if urlsplit(url).netloc or path.startswith(ELSEWHERE):
        return True
    try:
        name = resolve(path).url_name
    except Resolver404:
        return False
    is_form_to_fill = "fill=1" in urlsplit(url).query  # a file of today's plan
    return is_form_to_fill or name in ACTS or not path.startswith(f"/{district.plan.slug}/")


def keeps(url: str, days: dict[str, str]) -> bool:
    asked = parse_qs(urlsplit(url).query)
    return all(asked.get(name) == [day] for name, day in days.items())


def is_change_of_days(url: str, here: str) -> bool:
    """The page itself on another day or on none: the chooser's month ends, and the way back."""
    return unquote(urlsplit(url).path) == unquote(urlsplit(here).path)


def looked_at(client: Client, district, role: str, days: dict[str, str]):
    """Name, address and tree of every page of the plan, with the days in its address."""
    for name, url in pages(district, role):
        answer = client.get(url, days)
        assert answer.status_code == 200, url
        if "text/html" in answer["Content-Type"]:
            yield name, f"{url}?{urlencode(days)}", page_of(answer)


@pytest.mark.parametrize(
    ("role", "days"), [("reporter", PAST), ("supervisor", PAST), ("supervisor", COMPARED)]
)
def test_every_way_on_from_every_page_keeps_the_days(plans, role, days):
    client, lost, silent, seen = reader(plans, role), {}, [], set()
    for name, here, page in looked_at(client, plans, role, days):
        for way in ways(page, here):
            if is_act(way, plans) or keeps(way, days) or is_change_of_days(way, here):
                seen.add(way.partition("#")[0])
            else:
                lost.setdefault(name, []).append(way)
        if list(page.all("main")) and not says_the_day(page, days):
            silent.append(name)
    assert (lost, silent) == ({}, [])
    assert len(seen) > 60


@pytest.mark.parametrize("role", ["reporter", "supervisor"])
def test_where_an_act_leads_on_keeps_the_day_that_is_compared_with(plans, role):
    client, lost, seen = reader(plans, role), set(), set()
    for name, _here, page in looked_at(client, plans, role, COMPARED):
        for form in page.all("form", method="post"):
            for field in form.all("input", name="next"):
                seen.add(name)
                if not (is_act(form["action"], plans) or keeps(field["value"], COMPARED)):
                    lost.add((name, form["action"], field["value"]))
    assert lost == set()
    assert seen >= {"reporter": {"report", "action"}, "supervisor": {"review", "assign"}}[role]


def says_the_day(page: Node, days: dict[str, str]) -> bool:
    """What a page without that day says so, and what shows it, is headed by it."""
    said = [*page.all("p", css="past"), *page.all("p", css="as-of"), *page.all("summary")]
    return any(day in p.text for p in said for day in days.values())


def test_every_way_on_leads_to_a_page(plans):
    client, followed = reader(plans, "supervisor"), set()
    for _name, here, page in looked_at(client, plans, "supervisor", PAST):
        followed |= {way.partition("#")[0] for way in ways(page, here)}
    ours = [way for way in followed if way.startswith(f"/{plans.plan.slug}/")]
    first = {one.partition("?")[0]: one for one in sorted(ours)}  # one of each page is enough
    answers = {way: client.get(way).status_code for way in first.values()}
    assert {way: status for way, status in answers.items() if status != 200} == {}


def test_an_address_with_what_is_no_day_is_answered_where_the_day_is_not_asked(plans):
    client = reader(plans, "supervisor")
    for days in ("on=yesterday", "since=12", "on=2022-06-30&since=", "on=&since=0000-00-00"):
        assert client.get(f"/{plans.plan.slug}/help/?{days}").status_code == 200
