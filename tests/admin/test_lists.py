"""Lists: counts that lead to their rows, search, and the number of queries."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from priorities.models import Action, Milestone, Plan, Priority, Unit, User
from tests.factories import (
    make_action,
    make_milestone,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

from .pages import address

pytestmark = pytest.mark.django_db


def test_each_count_leads_to_the_rows_that_it_counts(client, administrator):
    unit, other = make_unit("示例一局"), make_unit("示例二局")
    priority = make_priority(make_plan())
    led = [make_action(priority, lead_unit=unit) for _n in range(2)]
    supported = make_action(priority, lead_unit=other, supporting=[unit])
    people = {make_user("reporter", [unit, other]) for _n in range(3)}
    row = client.get(address(Unit, "changelist"), {"q": "示例一局"}).content.decode()
    links = re.findall(r'href="(/admin/[^"]*\?[a-z_]*__id__exact=\d+)">(\d+)</a>', row)
    assert [count for _url, count in links] == ["2", "1", "3"]
    found = [set(client.get(url).context["cl"].result_list) for url, _count in links]
    assert found == [set(led), {supported}, people]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("1.2", ["1.2"]),
        ("１．２", ["1.2"]),
        ("示例举措1.3", ["1.3"]),
        ("slyj", ["1.1"]),
        ("9.9", []),
        ("1.", []),
    ],
)
def test_actions_are_found_by_number_words_and_unit(client, supervisor, words, expected):
    Action.objects.all().delete()
    priority = make_priority(make_plan())
    for order in (1, 2, 3):
        unit = make_unit("示例一局") if order == 1 else None
        make_action(priority, order=order, lead_unit=unit, text=f"示例举措1.{order}．")
    response = client.get(address(Action, "changelist"), {"q": words})
    found = [row.number for row in response.context["cl"].result_list]
    assert found == (expected if words != "1." else ["1.1", "1.2", "1.3"])


def test_accounts_are_found_by_name_and_unit(client, administrator):
    unit = make_unit("城建局")
    person = make_user("reporter", [unit], username="lisi", display_name="示例李四")
    for words in ("lisi", "李四", "城建局", "cjj"):
        response = client.get(address(User, "changelist"), {"q": words})
        assert list(response.context["cl"].result_list) == [person], words


@pytest.mark.parametrize("model", [Unit, User, Plan, Priority, Action, Milestone])
def test_a_list_asks_as_often_for_two_rows_as_for_six(
    client, administrator, model, django_assert_num_queries
):
    def make(count):
        for _n in range(count):
            unit = make_unit()
            person = make_user("reporter", [unit])
            action = make_action(
                make_priority(make_plan(f"3{Plan.objects.count()}")), lead_unit=unit, owner=person
            )
            make_milestone(action, date(2022, 6, 30))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(model, "changelist")).status_code == 200
        return len(captured)

    make(2)
    few = queries()
    make(4)
    assert queries() == few
