"""Whose word an entry is: the unit of its author on that day, under its name of then."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from priorities.models import ProgressEntry, User
from priorities.speakers import name_speakers

from .factories import (
    date_history,
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)
from .markup import uncut

pytestmark = pytest.mark.django_db

SPRING, MERGED, AUTUMN = date(2022, 4, 1), date(2022, 6, 1), date(2022, 9, 1)
ON_DAY = datetime.combine(MERGED, time(12), tzinfo=UTC)


def speakers(*entries) -> list[str]:
    found = list(ProgressEntry.objects.filter(pk__in=[e.pk for e in entries]).order_by("pk"))
    name_speakers(found)
    return [entry.speaker for entry in found]


@pytest.fixture
def old():
    return make_unit("区旧局")


@pytest.fixture
def reporter(old):
    return make_user("reporter", units=[old])


@pytest.fixture
def action(old):
    return make_action(make_priority(make_plan()), lead_unit=old)


@pytest.fixture
def merged(old, action, reporter):
    """On 1 June the unit goes into a new one, with its action and its reporter."""
    before = make_entry(action, by=reporter, day=SPRING)
    date_history(date(2022, 1, 4))
    new, office = make_unit("区新局"), make_user("supervisor")
    reporter._history_date = ON_DAY
    reporter.units.set([new])
    action._history_date = ON_DAY
    action.assign(by=office, changes={"lead_unit": new})
    return before, make_entry(action, by=reporter, day=AUTUMN)


def test_after_a_merger_what_was_said_before_keeps_its_unit(merged):
    assert speakers(*merged) == ["区旧局", "区新局"]


def test_a_unit_speaks_under_its_name_of_then(old, action, reporter):
    before = make_entry(action, by=reporter, day=SPRING)
    date_history(date(2022, 1, 4))
    old.short_name, old._history_date = "区改名局", ON_DAY
    old.save()
    assert speakers(before, make_entry(action, by=reporter, day=AUTUMN)) == ["区旧局", "区改名局"]


def test_the_office_speaks_for_itself(old, action):
    office = make_user("supervisor", units=[old])
    assert speakers(make_entry(action, by=office)) == ["督查室"]


def test_who_has_left_the_office_since_spoke_for_it_then(old, action):
    person = make_user("supervisor", units=[old])
    then = make_entry(action, by=person, day=SPRING)
    date_history(date(2022, 1, 4))
    person.role, person._history_date = "reporter", ON_DAY
    person.save()
    assert speakers(then, make_entry(action, by=person, day=AUTUMN)) == ["督查室", "区旧局"]


def test_a_supporting_unit_is_not_the_lead(action):
    helper = make_unit("区助局")
    action.supporting_units.add(helper)
    by = make_user("reporter", units=[helper])
    date_history(date(2022, 1, 4))
    assert speakers(make_entry(action, by=by, day=AUTUMN)) == ["区助局"]


def test_of_several_units_the_one_that_led_then(old, action):
    by = make_user("reporter", units=[make_unit("区甲局"), old, make_unit("区乙局")])
    date_history(date(2022, 1, 4))
    assert speakers(make_entry(action, by=by, day=AUTUMN)) == ["区旧局"]


def test_without_a_record_of_the_author_the_lead_spoke(action):
    by = User(username="示例无记录")
    by.skip_history_when_saving = True
    by.save()
    assert speakers(make_entry(action, by=by)) == ["区旧局"]


@pytest.mark.parametrize("name", ["dashboard", "action", "unit"])
def test_pages_name_who_spoke(client, merged, name):
    client.force_login(make_user("viewer"))
    lead = merged[1].action.lead_unit
    of = {"action": ["1.1"], "unit": [lead.pk]}
    text = client.get(reverse(name, args=["2031", *of.get(name, [])])).content.decode()
    text = uncut(text)
    names = [f"区{unit}局 {merged[0].by}" in text for unit in ("旧", "新")]
    assert names == [True, True]


def test_three_queries_for_2_and_for_60_entries(action, reporter):
    costs = []
    for number in (2, 60):
        entries = [make_entry(action, by=reporter, day=SPRING) for _ in range(number)]
        with CaptureQueriesContext(connection) as queries:
            name_speakers(entries)
        costs.append(len(queries))
    assert costs == [3, 3]
