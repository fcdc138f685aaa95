"""The timeline: where bars, steps and today's line stand, for every zoom."""

import gzip
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from priorities.drawings.timeline import HALF, QUARTER, Window, lines_of, month_after, timeline
from priorities.models import Action, Milestone, Plan
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
from .markup import uncut

ON = date(2022, 9, 30)
ADDRESS = "/2031/timeline/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def plan():
    return make_plan("2031")


@pytest.fixture
def action(plan):
    """40 % of April to October done; a step done, one missed, one to come."""
    action = make_action(
        make_priority(plan),
        lead_unit=make_unit("示例发改局", name="示例发展和改革局"),
        start=date(2022, 4, 1),
        due=date(2022, 10, 31),
    )
    make_entry(action, by=make_user("supervisor"), percent=40)
    make_milestone(action, date(2022, 5, 1), title="示例甲", done=date(2022, 5, 1))
    make_milestone(action, date(2022, 9, 1), title="示例乙")
    make_milestone(action, date(2022, 10, 1), title="示例丙")
    return action


def drawn(plan, window=None, on=ON):
    now = state(plan, on)
    return timeline(now, window or Window.whole(now))


def lane(plan, window=None, on=ON) -> str:
    return str(drawn(plan, window, on).groups[0].rows[0].lane)


def rects(svg: str) -> dict[str, tuple[float, float]]:
    """Class → left edge and width, in percent of the lane."""
    found = re.findall(r'<rect class="([\w-]+)" x="([-\d.]+)%" y="50%" width="([\d.]+)%"', svg)
    return {css: (float(x), float(width)) for css, x, width in found}


def marks(svg: str) -> list[tuple[str, float]]:
    found = re.findall(r'<use href="#t-([\w]+)" x="([-\d.]+)%"', svg)
    return [(name, float(x)) for name, x in found]


def percent(day: date, first=date(2022, 1, 1), days=365) -> float:
    return round(100 * (day - first).days / days, 2)


# Where things stand


def test_a_bar_reaches_from_start_to_due_and_is_filled_as_far_as_done(plan, action):
    start, due = percent(date(2022, 4, 1)), percent(date(2022, 10, 31))
    found = rects(lane(plan))
    assert found["t-track"] == (start, pytest.approx(due - start, abs=0.02))
    assert found["t-fill"] == (start, pytest.approx(0.4 * (due - start), abs=0.02))


def test_steps_are_done_missed_or_to_come(plan, action):
    assert marks(lane(plan)) == [
        ("done", percent(date(2022, 5, 1))),
        ("missed", percent(date(2022, 9, 1))),
        ("due", percent(date(2022, 10, 1))),
    ]
    assert marks(lane(plan, on=date(2022, 4, 30)))[0][0] == "due"


def test_a_bar_filled_in_step_with_time_ends_at_the_line_of_today(plan, action):
    make_entry(action, by=make_user("supervisor"), percent=85)
    x, width = rects(lane(plan))["t-fill"]
    assert x + width == pytest.approx(percent(ON), abs=0.5)
    assert f'<line class="now" x1="{percent(ON)}%"' in drawn(plan).shared


def test_an_extension_shows_the_first_due_day_and_what_was_added(plan, action):
    assert "t-added" not in lane(plan)
    Action.objects.filter(pk=action.pk).update(due=date(2022, 12, 31))
    svg = lane(plan)
    x, width = rects(svg)["t-added"]
    assert x == percent(date(2022, 10, 31))
    assert x + width == pytest.approx(percent(date(2022, 12, 31)), abs=0.02)
    assert ("original", percent(date(2022, 10, 31))) in marks(svg)
    assert "原时限10月31日" in svg or "first due on" in svg


def test_a_due_day_moved_forward_shows_no_added_time(plan, action):
    Action.objects.filter(pk=action.pk).update(due=date(2022, 9, 30))
    svg = lane(plan)
    assert rects(svg)["t-added"][1] == 0
    assert ("original", percent(date(2022, 10, 31))) in marks(svg)


def test_work_without_a_unit_has_a_line_and_no_bar(plan):
    make_action(make_priority(plan))
    assert rects(lane(plan)) == {}
    assert "t-none" in lane(plan)


def test_stale_work_is_hatched(plan, action):
    Milestone.objects.all().delete()
    make_entry(action, by=make_user("supervisor"), percent=90, day=date(2022, 10, 2))
    on = date(2022, 11, 20)
    Action.objects.filter(pk=action.pk).update(due=date(2022, 12, 31))
    assert state(plan, on).actions[0].kind == "stale"
    assert 'fill="url(#t-stale)"' in lane(plan, on=on)
    assert 'fill="url(#t-stale)"' not in lane(plan)


def test_a_priority_reaches_from_its_first_start_to_its_last_due_day(plan, action):
    other = make_action(action.priority, lead_unit=action.lead_unit, start=date(2022, 2, 1))
    make_entry(other, by=make_user("supervisor"), percent=60)
    found = rects(drawn(plan).groups[0].lane)
    start, due = percent(date(2022, 2, 1)), percent(date(2022, 12, 31))
    assert found["p-track"] == (start, pytest.approx(due - start, abs=0.02))
    assert found["p-fill"] == (start, pytest.approx((due - start) / 2, abs=0.02))


# Zoom


@pytest.mark.parametrize(
    ("zoom", "day", "first", "end", "name"),
    [
        (HALF, date(2022, 9, 30), date(2022, 7, 1), date(2023, 1, 1), "2022年下半年"),
        (HALF, date(2022, 1, 1), date(2022, 1, 1), date(2022, 7, 1), "2022年上半年"),
        (QUARTER, date(2022, 12, 31), date(2022, 10, 1), date(2023, 1, 1), "2022年第4季度"),
        (QUARTER, date(2024, 2, 29), date(2024, 1, 1), date(2024, 4, 1), "2024年第1季度"),
    ],
)
def test_a_part_is_a_half_or_a_quarter_of_the_calendar(zoom, day, first, end, name):
    window = Window.part(zoom, day)
    assert (window.first, window.end) == (first, end)
    assert window.name == name


def test_months_are_counted_over_the_turn_of_the_year():
    assert month_after(date(2022, 12, 31)) == date(2023, 1, 1)
    assert month_after(date(2022, 2, 1), -3) == date(2021, 11, 1)


def test_the_whole_view_reaches_as_far_as_a_moved_due_date_but_not_for_ever(plan, action):
    Action.objects.filter(pk=action.pk).update(due=date(2023, 2, 10))
    assert Window.whole(state(plan, ON)).end == date(2023, 3, 1)
    Action.objects.filter(pk=action.pk).update(due=date(2099, 2, 10))
    assert Window.whole(state(plan, ON)).end == date(2024, 2, 1)


def test_a_bar_that_goes_on_outside_has_no_end_in_the_view(plan, action):
    x, width = rects(lane(plan, Window.part(QUARTER, date(2022, 8, 1))))["t-track"]
    assert x < 0 and x + width > 100


def test_what_lies_outside_is_pointed_to(plan, action):
    first, last = Window.part(QUARTER, date(2022, 1, 1)), Window.part(QUARTER, date(2022, 12, 1))
    assert marks(lane(plan, first)) == [("after", 100.0)]
    Action.objects.filter(pk=action.pk).update(due=date(2022, 9, 1))
    assert ("before", 0.0) in marks(lane(plan, last))


def test_a_quarter_names_its_mondays():
    weeks = Window.part(QUARTER, date(2022, 7, 1)).weeks
    assert (weeks[0], weeks[-1], len(weeks)) == (date(2022, 7, 4), date(2022, 9, 26), 13)
    assert Window.part(HALF, date(2022, 7, 1)).weeks == []


# In words


def test_what_a_lane_shows_is_said_too(plan, action):
    said = lines_of(state(plan, ON).actions[0], ON)
    assert said[0] == "4月1日至10月31日"
    assert [line.split("（")[-1] for line in said[1:]] == ["完成）", "误期）", "未到）"]


# The page


def page_of(client, address=ADDRESS, language="zh-hans") -> str:
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200
    return uncut(response.content.decode())


def test_every_action_of_the_real_plan_has_a_row_with_its_link(client, reader):
    page = page_of(client, "/2022/timeline/")
    rows = re.findall(r'<a href="/2022/actions/(\d\.\d)/" title="', page)
    plan = Plan.objects.get(slug="2022")
    expected = Action.objects.of_plan(plan).order_by("priority__number", "order")
    assert rows == [action.number for action in expected]
    assert len(rows) == 41 == page.count('<svg class="lane unassigned" role="img"')


def test_a_row_names_light_and_percent_and_notes_the_rest(client, reader, action):
    page = page_of(client)
    row = re.search(r'<tr class="red".*?</tr>', page, re.DOTALL)[0]
    link = re.search(r"<a .*?</a>", row, re.DOTALL)[0]
    assert re.sub(r"<.*?>", "", link, flags=re.DOTALL) == "1.1示例举措1.1，滞后 40%"
    note = re.search(r'title="(落后 .*?)"', row, re.DOTALL)[1]
    assert "9月1日 示例乙（误期）" in note.splitlines()
    assert '<span title="示例发展和改革局">示例发改局</span>' in row


def test_the_zoom_stands_in_the_address_and_keeps_the_day(client, reader, action):
    page = page_of(client, f"{ADDRESS}?zoom=quarter&from=2022-05&on=2022-08-01")
    assert "，2022年第2季度</small>" in page
    for where in ("zoom=quarter&amp;from=2022-01", "zoom=quarter&amp;from=2022-07"):
        assert f'href="{ADDRESS}?{where}&amp;on=2022-08-01"' in page
    assert f'href="{ADDRESS}?on=2022-08-01"' in page
    first = page_of(client, f"{ADDRESS}?zoom=half&from=2022-01")
    assert 'rel="prev"' not in first and 'rel="next"' in first


def test_without_a_month_the_part_with_the_day_is_shown(client, reader, action):
    assert "，2022年第3季度</small>" in page_of(client, f"{ADDRESS}?zoom=quarter")
    assert "，2022年第4季度</small>" in page_of(client, f"{ADDRESS}?zoom=quarter&from=2090-01")


@pytest.mark.parametrize(
    "asked",
    ["zoom=week", "zoom=half&from=2022", "zoom=half&from=2022-13", "zoom=half&from=٢٠٢٢-01"],
)
def test_an_address_that_cannot_be_read_is_refused(client, reader, action, asked):
    assert client.get(f"{ADDRESS}?{asked}").status_code == 400


def test_english(client, reader, action):
    page = page_of(client, f"{ADDRESS}?zoom=half", language="en")
    assert ", Second half of 2022</small>" in page
    assert "示例乙 (missed)" in page and "Behind" in page


def test_it_costs_the_same_queries_and_little_weight(client, reader, action):
    def queries(address):
        with CaptureQueriesContext(connection) as found:
            page = page_of(client, address)
        return len(found), len(gzip.compress(page.encode()))

    few, _small = queries(ADDRESS)
    many, weight = queries("/2022/timeline/")
    assert many <= few
    assert weight < 20_000
