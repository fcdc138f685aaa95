"""Lists: counts that lead to their rows, search, and the number of queries."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from priorities.admin import large
from priorities.models import (
    Action,
    Milestone,
    Plan,
    Priority,
    ProgressEntry,
    Target,
    Unit,
    User,
)
from tests.dom import page_of
from tests.factories import (
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_target,
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


@pytest.mark.parametrize("model", [Unit, User, Plan, Priority, Action, Milestone, Target])
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
            make_target(action)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(model, "changelist")).status_code == 200
        return len(captured)

    make(2)
    few = queries()
    make(4)
    assert queries() == few


def test_a_long_list_counts_and_offers_only_so_much(client, administrator, monkeypatch):
    """Every row would be read for a count, for the days that there are, or to be sorted."""
    monkeypatch.setattr(large, "MOST", 3)
    action = make_action(make_priority(make_plan()), lead_unit=make_unit())
    entries = [make_entry(action, by=administrator, day=date(2022, 3, n)) for n in (7, 5, 3)]
    address_of_all = address(ProgressEntry, "changelist")
    page = client.get(address_of_all)
    assert "2022" in page_of(page).one("nav", css="toplinks").text
    entries.append(make_entry(action, by=administrator, day=date(2022, 3, 1)))
    with CaptureQueriesContext(connection) as captured:
        page = client.get(address_of_all)
    asked = [query["sql"] for query in captured if "priorities_progressentry" in query["sql"]]
    assert [sql for sql in asked if "DISTINCT" in sql or "MIN(" in sql] == []
    assert all("LIMIT 4" in sql for sql in asked if "COUNT(" in sql)
    assert "3+" in page_of(page).one("p", css="paginator").text
    assert list(page.context["cl"].result_list) == entries[::-1]  # as recorded, the last first


def test_a_filter_offers_the_latest_plans_and_the_one_asked_for(client, administrator):
    plans = [make_plan(f"30{n:02}", start=date(2022, 2, n + 1)) for n in range(10)]
    earliest = plans[0]
    for plan in plans:
        make_priority(plan)
        make_action(make_priority(plan), lead_unit=make_unit())
    url = address(Action, "changelist")
    for query, expected in (({}, plans[:3:-1]), (asks(earliest), [*plans[:3:-1], earliest])):
        filters = client.get(url, query).context["cl"].filter_specs
        assert [key for key, _name in filters[0].lookup_choices] == [p.pk for p in expected]
        priorities = (earliest if query else plans[-1]).priorities.order_by("number")
        assert filters[1].lookup_choices == [(row.pk, str(row)) for row in priorities]


def asks(plan: Plan) -> dict:
    return {"priority__plan__id__exact": plan.pk}
