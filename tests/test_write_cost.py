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
