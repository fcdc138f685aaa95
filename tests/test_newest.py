"""What a page says was recorded last, and what a chart draws, among very many entries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from priorities.models import ProgressEntry
from priorities.views.lookup import Look
from priorities.views.plan import POINTS, _accepted
from tests.states import state

from .factories import make_action, make_entry, make_plan, make_unit, make_user

pytestmark = pytest.mark.django_db
MOST = 3


@pytest.fixture
def plan():
    return make_plan(sizes=(5,))


@pytest.mark.parametrize(
    "order",
    ["1 2 3 4 5", "1 1 1 1 2", "1 1 1 1 1", "5 4 3 2 1 1 1", "1 2 3 1 2 3 1 2 3", "2", "3 3 1"],
)
def test_the_newest_entries_are_found_by_way_of_the_newest_of_each_action(plan, order):
    person = make_user("supervisor")
    actions = list(plan.priorities.get().actions.order_by("order"))
    day = plan.today() - timedelta(40)
    for step, place in enumerate(order.split()):
        make_entry(actions[int(place) - 1], by=person, day=day + timedelta(step))
    everything = ProgressEntry.objects.of_plan(plan).order_by("-pk")
    look = Look(plan=plan, on=plan.today(), since=None, kept=[])
    expected = list(everything.values_list("pk", flat=True)[:MOST])
    assert look._newest(ProgressEntry.objects.all(), MOST) == expected
    assert {entry.pk for entry in look.latest(Q(), MOST)} == set(expected)
    assert look.latest(Q(by=make_user("reporter")), MOST) == []


def test_it_asks_for_no_entry_that_it_does_not_show(plan):
    person = make_user("supervisor")
    for action in plan.priorities.get().actions.all():
        for _n in range(4):
            make_entry(action, by=person)
    look = Look(plan=plan, on=plan.today(), since=None, kept=[])
    with CaptureQueriesContext(connection) as asked:
        look._newest(ProgressEntry.objects.all(), MOST)
    assert len(asked) == 2 and all("LIMIT" in query["sql"] for query in asked)


def test_a_chart_draws_one_point_a_week_where_there_are_very_many(plan):
    action = make_action(plan.priorities.get(), order=9, lead_unit=make_unit())
    person = make_user("supervisor")
    first = date(2022, 1, 3)  # a Monday
    days = [first + timedelta(n) for n in range(POINTS)]
    for step, day in enumerate(days):
        make_entry(action, by=person, day=day, percent=step)
    on = plan.today()
    shown = state(plan, on).numbered(action.number)
    assert _accepted(shown, action, on) == [(day, step) for step, day in enumerate(days)]
    make_entry(action, by=person, day=days[-1], percent=99)
    drawn = _accepted(shown, action, on)
    assert drawn[0] == (first + timedelta(6), 6)
    assert drawn[-1] == (days[-1], 99)
    assert len(drawn) == len({day.isocalendar()[:2] for day in days})
