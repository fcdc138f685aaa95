"""What a write asks of the database: few statements, one transaction, and no session beside it."""

import uuid
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from priorities.models import Action, ProgressEntry
from priorities.permissions import can_report
from priorities.state.kept import action_on, plan_on
from priorities.views.found import action_for

from .factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user

pytestmark = pytest.mark.django_db

MOST = 12
"""Who asks, the action with the right to it, the form's receipt, the last entry; the entry, its
link in the chain, its receipt; begin, end, and on PostgreSQL the chain's lock."""


@pytest.fixture(autouse=True)
def no_clearing(monkeypatch):
    """One form in thirty-two has old receipts removed beside its own."""
    monkeypatch.setattr("priorities.models.receipt.CLEARED_EVERY", 2**129)


@pytest.fixture
def action():
    unit = make_unit("区甲局")
    action = make_action(make_priority(make_plan(), number=3), order=2, lead_unit=unit)
    make_entry(action, by=make_user("reporter", [unit], username="liaison"), percent=40)
    return action


def asked(client, url: str, values: dict) -> list[str]:
    """The statements of one POST, which succeeds."""
    with CaptureQueriesContext(connection) as found:
        response = client.post(url, values)
    assert response.status_code == 302, response.content.decode()[-2000:]
    return [query["sql"] for query in found]


def words(**given) -> dict:
    said = {
        "percent": "55",
        "done": "示例：主体封顶。",
        "outlook": "on_course",
        "day": "2022-09-30",
    }
    return {**said, "nonce": str(uuid.uuid4()), **given}


@pytest.mark.parametrize(("act", "given"), [("report", words()), ("unchanged", words())])
def test_a_unit_reports_with_few_statements(client, action, act, given):
    client.force_login(action.lead_unit.people.get())
    statements = asked(client, f"/2031/actions/3.2/{act}/", given)
    assert len(statements) <= MOST, statements
    assert [s for s in statements if "django_session" in s and not s.startswith("SELECT")] == []
    assert sum(s.startswith(("BEGIN", "SAVEPOINT")) for s in statements) == 1
    assert ProgressEntry.objects.filter(action=action).count() == 2


@pytest.fixture
def office():
    return make_user("supervisor")


def test_the_office_records_with_few_statements_too(client, action, office):
    """It is told the light as well: by judging that one action."""
    client.force_login(office)
    assert len(asked(client, "/2031/actions/3.2/report/", words())) <= MOST
    assert len(asked(client, "/2031/actions/3.2/unchanged/", words())) <= MOST


@pytest.mark.parametrize("act", ["accept", "return"])
def test_the_office_answers_with_few_statements(client, action, office, act):
    by = action.lead_unit.people.get()
    entry = make_entry(action, by=by, percent=60, needs_review=True)
    client.force_login(office)
    values = {"reason": "示例：数字不符"}
    statements = asked(client, f"/2031/entries/{entry.pk}/{act}/", values)
    assert len(statements) <= MOST, statements


COMPARED = ("judgement", "kind", "percent", "elapsed", "age", "is_stale", "next_report", "action")


def test_one_action_is_judged_as_in_the_state_of_its_plan(district):
    """Whatever was said of it; who supports it, and what waits, a sentence does not tell."""
    plan = district.plan
    rows = Action.objects.of_plan(plan).select_related("priority__plan", "lead_unit", "owner")
    for row in rows:
        whole, alone = (
            plan_on(plan, plan.today()).numbered(row.number),
            action_on(row, plan.today()),
        )
        known = {"supporting": (), "targets": (), "assigned_on": alone.action.assigned_on}
        bare = replace(whole.action, **known)
        assert [getattr(alone, name) for name in COMPARED] == [
            getattr(replace(whole, action=bare), name) for name in COMPARED
        ]
    entry = ProgressEntry.record(
        action=rows.get(pk=district.actions["red"].pk),
        by=district.people["supervisor"],
        day=plan.today(),
        percent=100,
        done="示例：办结。",
        explanation="示例：验收。",
    )
    whole = plan_on(plan, plan.today()).numbered(entry.action.number)
    alone = action_on(entry.action, plan.today(), entry)
    assert (alone.judgement, alone.kind) == (whole.judgement, whole.kind)
    assert (alone.accepted, alone.standing) == (whole.accepted, whole.standing)


def test_the_second_click_writes_nothing(client, action):
    client.force_login(action.lead_unit.people.get())
    given = words()
    asked(client, "/2031/actions/3.2/report/", given)
    again = asked(client, "/2031/actions/3.2/report/", given)
    assert [s for s in again if s.startswith(("INSERT", "UPDATE", "DELETE"))] == []


HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/2031/actions/"}


@pytest.mark.parametrize("then", ["/2031/actions/", "/2031/my-work/", "/2031/actions/3.2/"])
def test_htmx_gets_the_page_that_follows_in_the_same_answer(client, action, then):
    """With the changed row, what was said, and all figures as they are now."""
    client.force_login(action.lead_unit.people.get())
    given = words(next=f"{then}?on=2022-09-30" if "my-work" not in then else then)
    answer = client.post("/2031/actions/3.2/report/", given, headers=HTMX)
    assert (answer.status_code, "Location" in answer) == (200, False)
    html = answer.content.decode()
    assert '<main id="main"' in html and "<html" not in html
    assert "3.2" in html and "55" in html and "data-saved" in html
    later = client.get(answer.wsgi_request.POST["next"], headers=HTMX).content.decode()
    assert "data-saved" not in later
    if "my-work" not in then:
        assert ('class="changed' in html) == (then == "/2031/actions/")
        assert 'class="changed' not in later


@pytest.mark.parametrize("then", ["/admin/", "/2031/none/", "/static/x.css"])
def test_htmx_is_led_on_where_what_follows_is_no_page_of_ours(client, action, then):
    client.force_login(action.lead_unit.people.get())
    answer = client.post("/2031/actions/3.2/report/", words(next=then), headers=HTMX)
    assert (answer.status_code, answer["Location"]) == (302, then)


def test_the_action_of_an_address_is_found_as_it_is_stored(district):
    """With its plan, unit and owner, and with the right that whoever asks again would get."""
    related = ("priority__plan", "lead_unit", "owner")
    rows = list(Action.objects.of_plan(district.plan).select_related(*related))
    for person in district.people.values():
        for row in rows:
            found = action_for(person, district.plan.slug, row.number)
            for one, other in [(found, row), *((at(found, w), at(row, w)) for w in related)]:
                assert one == other and stored_values(one) == stored_values(other)
            assert can_report(person, found) == can_report(person, row)
    for number in ("9.9", "1", "1.", "x", "01.1", "1.１", "99999.1"):
        assert action_for(person, district.plan.slug, number) is None
    assert action_for(person, "2040", rows[0].number) is None


def at(row, way: str):
    for name in way.split("__"):
        row = getattr(row, name)
    return row


def stored_values(row) -> dict | None:
    return row and {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
