"""The drawing of one action's progress: geometry in attributes, inside its box, never localised."""

import re
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from priorities.drawings.charts import HEIGHT, WIDTH, progress_chart
from priorities.state.stored import plan_facts
from tests.states import state

from .factories import (
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

TODAY = date(2022, 9, 30)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@pytest.fixture
def action():
    return make_action(make_priority(make_plan()), lead_unit=make_unit())


def drawn(action, on=TODAY):
    plan = action.priority.plan
    counted = action.entries.accepted().up_to(on).order_by("day", "pk")
    accepted = counted.values_list("day", "percent")
    return progress_chart(state(plan, on).numbered("1.1"), accepted, on)


def tree(chart):
    return ElementTree.fromstring(str(chart.svg))


def coordinates(svg) -> list[float]:
    """Every number that says where something stands."""
    names = ("x", "y", "cx", "cy")
    return [float(node.get(name)) for node in svg.iter() for name in names if node.get(name)]


def report(action, *said):
    by = make_user("reporter")
    for day, percent in said:
        make_entry(action, by=by, day=day, percent=percent)


def test_each_entry_is_a_point_beside_the_time_gone(action):
    report(action, (date(2022, 3, 31), 20), (date(2022, 7, 1), 55))
    chart = drawn(action)
    found = [(point.day, point.percent, point.elapsed, point.deviation) for point in chart.points]
    assert found == [(date(2022, 3, 31), 20, 24, -4), (date(2022, 7, 1), 55, 50, 5)]
    assert len(list(tree(chart).iter("circle"))) == 2


def test_it_says_in_words_what_it_shows(action):
    report(action, (date(2022, 7, 1), 55))
    with translation.override("en"):
        label = tree(drawn(action)).get("aria-label")
    assert label == "Percent done by day: 55 % on 30 September, 75 % of the time gone"


def test_milestones_stand_below_as_they_stood_on_the_day(action):
    make_milestone(action, date(2022, 3, 31), done=date(2022, 3, 1))
    make_milestone(action, date(2022, 6, 30))
    make_milestone(action, date(2022, 11, 30), title="<b>示例&</b>")
    groups = [g for g in tree(drawn(action)).iter("g") if "ms" in g.get("class", "").split()]
    assert [g.get("class") for g in groups] == ["ms done", "ms missed", "ms due"]
    assert groups[2].find("title").text == "2022-11-30 <b>示例&</b>"


@pytest.mark.parametrize("fields", [{"lead_unit": None}, {"start": None, "due": None}])
def test_without_unit_or_dates_there_is_nothing_to_compare_with(action, fields):
    for name, value in {"lead_unit": None, **fields}.items():
        setattr(action, name, value)
    action.save()
    assert drawn(action) is None


def test_nothing_in_it_breaks_the_content_policy(action):
    report(action, (date(2022, 7, 1), 55))
    svg = str(drawn(action).svg)
    assert re.findall(r"style=|<style|<script|\son\w+=|href=", svg) == []


DAYS = st.dates(date(2021, 6, 1), date(2023, 6, 30))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(DAYS, DAYS).map(sorted), DAYS, st.integers(0, 100), st.integers(0, 100))
def test_whatever_the_dates_everything_stands_inside_the_box(action, dates, on, one, other):
    """Also one day only, before the plan, after it, and thresholds of nothing."""
    action.start, action.due = dates
    plan = action.priority.plan
    plan.yellow_deviation, plan.red_deviation = sorted((one, other))
    shown = state(plan, on).numbered("1.1")
    priority = replace(shown.action.priority, plan=plan_facts(plan))
    start, due = dates
    shown = replace(shown, action=replace(shown.action, priority=priority, start=start, due=due))
    for language in ("en", "zh-hans"):
        with translation.override(language):
            svg = tree(progress_chart(shown, [], on))
        assert all(-10 <= number <= max(WIDTH, HEIGHT) + 10 for number in coordinates(svg))
        paths = " ".join(node.get("d", "") for node in svg.iter("path"))
        assert re.sub(r"[MLHVZl\s-]|\d|\.", "", paths) == ""


def test_a_plan_of_one_day_more_than_none_is_drawn():
    plan = make_plan("2031", end=date(2022, 1, 2), status_date=date(2022, 1, 2))
    action = make_action(make_priority(plan), lead_unit=make_unit())
    chart = drawn(action, on=date(2022, 1, 1) + timedelta(1))
    assert coordinates(tree(chart))
