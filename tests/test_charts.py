"""The drawing of one action's progress: geometry in attributes, inside its box, never localised."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.utils import translation
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from priorities.drawings.charts import HEIGHT, WIDTH, progress_chart
from priorities.models import ProgressEntry
from priorities.state.stored import plan_facts
from priorities.state.values import TargetFacts
from tests.states import state

from .factories import (
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_target,
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


def texts_of(svg) -> list[str]:
    return [node.text or "" for node in svg.iter() if node.tag.endswith("text")]


def lines_of(svg, css: str) -> list[str]:
    return [node.get("d") for node in svg.iter() if node.get("class") == css]


def test_the_target_stands_beside_the_line_of_time(action):
    make_target(action, value="100.5", due=date(2022, 6, 30))
    with translation.override("en"):
        svg = tree(drawn(action))
    assert "Target 100.5 万平方米" in texts_of(svg)
    own_height, own_time = lines_of(svg, "target")
    [schedule] = lines_of(svg, "plan")
    assert own_height.startswith("M30 16H") and own_time.split("L")[0] == schedule.split("L")[0]
    assert own_time != schedule


def test_where_a_moved_target_stood_at_first_is_drawn_where_it_lies_between(action):
    target = make_target(action, value=100)
    for value, is_drawn in ((200, True), (50, False)):
        target.target_value = value
        target.save()
        with translation.override("en"):
            assert ("at first 100" in texts_of(tree(drawn(action)))) == is_drawn


def test_without_a_target_nothing_more_is_drawn(action):
    assert lines_of(tree(drawn(action)), "target") == []


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DAYS, st.decimals(-999, 999, places=2), st.decimals(-999, 999, places=2))
def test_whatever_the_target_it_stands_inside_the_box(action, due, start, value):
    assume(start != value)
    target = TargetFacts(1, "示例", "万平方米", start, value, value + 1, due)
    shown = state(action.priority.plan, TODAY).numbered("1.1")
    shown = replace(shown, action=replace(shown.action, targets=(target,)))
    svg = tree(progress_chart(shown, [], TODAY))
    assert all(-10 <= number <= max(WIDTH, HEIGHT) + 10 for number in coordinates(svg))


def test_the_table_behind_it_says_what_was_counted(client, action):
    target = make_target(action)
    by = make_user("supervisor")
    words = {"day": date(2022, 3, 1), "done": "示例", "values": {target.pk: Decimal(12)}}
    ProgressEntry.record(action=action, by=by, **words)
    client.force_login(by)
    page = client.get("/2031/actions/1.1/")
    assert page.context["chart"].points[0].counted == f"{target.title} 12 / 100 万平方米"
    assert page.context["chart"].points[0].counted in page.content.decode()
