"""A plan in preparation is its makers' alone, on every address and in every list."""

import pytest
from django.urls import reverse

from priorities.models import Lineage, Plan
from priorities.models.lineage import Descent
from priorities.models.phases import Life

from .factories import make_action, make_plan, make_priority, make_user
from .walk import asked, of_a_plan
from .writes import fingerprint

pytestmark = pytest.mark.django_db

OTHERS = ("viewer", "reporter", "stranger")
MAKERS = ("supervisor", "administrator")


@pytest.fixture
def prepared(district):
    district.plan.phase = Life.PREPARING
    district.plan.save()
    return district


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_address_answers_as_if_there_were_no_such_plan(prepared, role, method):
    before, found = fingerprint(), {}
    for address in of_a_plan(prepared):
        here = asked(prepared.people[role], address, prepared, method)
        nowhere = address.url(prepared).replace("/2031/", "/2098/")
        there = asked(prepared.people[role], address, prepared, method, nowhere)
        if here.status_code != there.status_code or prepared.plan.title in here.content.decode():
            found[address.name] = (here.status_code, there.status_code)
    assert len(of_a_plan(prepared)) > 40
    assert found == {}
    assert fingerprint() == before


@pytest.mark.parametrize("role", MAKERS)
def test_its_makers_read_it(prepared, role):
    read = ("dashboard", "actions", "action", "units", "plan_life", "plan_begin", "ledger")
    answers = {
        a.name: asked(prepared.people[role], a, prepared, "GET").status_code
        for a in of_a_plan(prepared)
        if a.name in read
    }
    assert answers == dict.fromkeys(read, 200)


@pytest.mark.parametrize("role", ["reporter", "supervisor"])
def test_nothing_is_reported_before_it_begins(prepared, role):
    for address in of_a_plan(prepared):
        if address.name in ("report", "unchanged", "extension"):
            answer = asked(prepared.people[role], address, prepared, "POST")
            assert answer.status_code == (404 if role == "reporter" else 403), address.name


def test_a_former_address_leads_nobody_else_to_it(prepared, client):
    prepared.plan.slug = "2097"
    prepared.plan.save_change(by=prepared.people["supervisor"])
    client.force_login(prepared.people["viewer"])
    assert client.get("/2031/").status_code == 404
    client.force_login(prepared.people["supervisor"])
    assert client.get("/2031/")["Location"] == "/2097/"


PAGES = (
    *("/2022/", "/2022/units/", "/2022/jump/?q=2031", "/2022/jump/?q=示例2031", "/2022/history/"),
    *("/2022/reports/", "/2022/my-work/", "/2022/actions/?q=一以贯之", "/plans/", "/password/"),
    *("/overview/", "/my-work/"),
    *("/2022/people/~{person}/", "/2022/units/~{unit}/", "/2022/help/", "/2022/life/"),
)


@pytest.mark.parametrize("role", OTHERS)
def test_no_page_of_another_plan_names_it(prepared, client, role):
    client.force_login(prepared.people[role])
    keys = {"person": prepared.people["reporter"].pk, "unit": prepared.lead.pk}
    for path in PAGES:
        page = client.get(path.format(**keys), follow=True)
        assert page.status_code == 200
        assert prepared.plan.title not in page.content.decode(), path
        assert '"/2031/' not in page.content.decode(), path


def test_those_pages_would_name_it(prepared, client):
    client.force_login(prepared.people["supervisor"])
    for path in ("/2022/", "/plans/", "/2022/jump/?q=2031"):
        assert prepared.plan.title in client.get(path).content.decode(), path


def test_who_reads_the_old_plan_is_not_told_where_its_actions_go_on(client):
    old = make_action(make_priority(make_plan("2031")), text="示例修路")
    new = make_plan("2041", phase=Life.PREPARING, title="示例尚未公开的年度")
    target = make_action(make_priority(new), text="示例修路")
    link = Lineage(source=old, target=target, kind=Descent.CARRIED, on=new.start)
    link.save_change(by=make_user("supervisor"))
    for role, is_told in (("viewer", False), ("supervisor", True)):
        client.force_login(make_user(role))
        for path in ("/2031/actions/1.1/", "/plans/"):
            html = client.get(path).content.decode()
            assert (new.title in html) == is_told, (role, path)


@pytest.mark.parametrize("role", [*OTHERS, *MAKERS])
def test_nobody_lands_there_by_itself(prepared, client, role):
    client.force_login(prepared.people[role])
    assert Plan.objects.current().slug == "2022"
    assert client.get("/")["Location"] == reverse("dashboard", args=["2022"])
