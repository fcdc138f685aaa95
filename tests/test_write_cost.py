"""What a write asks of the database: few statements, one transaction, and no session beside it."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from priorities.models import ProgressEntry

from .factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user

pytestmark = pytest.mark.django_db

MOST = 12
"""Who asks, the action with the right to it, the form's receipt, the last entry; the entry, its
link in the chain, its receipt; begin, end, and on PostgreSQL the chain's lock."""


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
