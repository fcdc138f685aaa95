"""Whatever arrives at the list, the assignment and the bulk change: a clear answer, never a 500."""

import pytest
from django.http import QueryDict
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from priorities.forms.assign import AssignForm, BulkForm
from priorities.forms.filters import FilterForm
from priorities.models import Action

from .factories import make_action, make_plan, make_priority, make_unit, make_user

pytestmark = pytest.mark.django_db

ODD = [
    "",
    " ",
    "1_0",
    "５０",
    "-1",
    "50.5",
    "1e309",
    "9" * 30,
    "0000-01-01",
    "9999-12-31",
    "2022-02-30",
    "<script>alert(1)</script>",
    "=1+1",
    "‮txt.exe",
    "😀",
    "\x0b\x1f￿",
    "长" * 10_001,
    "' OR 1=1 --",
]
TRUE = ["1", "3.1", "示例甲局", "owner", "2022-06-30", "red", "all", "lead_unit", "-due", "on"]
VALUES = st.one_of(st.sampled_from(ODD), st.sampled_from(TRUE), st.text(max_size=40))
NO_NULL = VALUES.map(lambda words: words.replace("\0", ""))  # refused before any view
ROWS = ("TOTAL_FORMS", "INITIAL_FORMS", "0-id", "0-title", "0-planned", "0-done", "0-DELETE")


def sent_with(names):
    return st.dictionaries(st.sampled_from(sorted(names)), st.lists(NO_NULL, max_size=2))


def encoded(values: dict[str, list[str]]) -> str:
    query = QueryDict(mutable=True)
    for name, given_values in values.items():
        query.setlist(name, [v.encode("utf-8", "replace").decode() for v in given_values])
    return query.urlencode()


odd_examples = settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@pytest.fixture
def action(client):
    unit = make_unit("示例甲局")
    make_user("reporter", [unit], username="owner")
    client.force_login(make_user("supervisor"))
    client.raise_request_exception = True
    return make_action(make_priority(make_plan("2031"), number=3), lead_unit=unit)


@odd_examples
@given(asked=sent_with({*FilterForm.base_fields, "on", "since"}))
def test_the_list(client, action, asked):
    url = reverse("actions", args=["2031"])
    response = client.get(f"{url}?{encoded(asked)}")
    assert response.status_code in (200, 400)


@odd_examples
@given(
    said=sent_with({*AssignForm.base_fields, "next", *(f"milestones-{row}" for row in ROWS)}),
    has_rows=st.booleans(),
)
def test_an_assignment(client, action, said, has_rows):
    url = reverse("assign", args=["2031", "3.1"])
    before = Action.history.count()
    if has_rows:
        said = {"milestones-TOTAL_FORMS": ["1"], "milestones-INITIAL_FORMS": ["0"]} | said
    kind = "application/x-www-form-urlencoded"
    response = client.post(url, encoded(said), content_type=kind)
    assert response.status_code in (302, 409, 422)
    assert response.status_code == 302 or Action.history.count() == before


@odd_examples
@given(said=sent_with({*BulkForm.base_fields, "next", "step"}))
def test_a_bulk_change(client, action, said):
    url = reverse("bulk_assign", args=["2031"])
    before = Action.history.count()
    kind = "application/x-www-form-urlencoded"
    response = client.post(url, encoded(said), content_type=kind)
    assert response.status_code in (200, 302, 409, 422)
    assert response.status_code == 302 or Action.history.count() == before
