"""Targets on the pages: set and moved by the office, reported by units, shown as they count."""

import uuid
from datetime import date
from decimal import Decimal

import pytest

from priorities.models import ProgressEntry, Target, TargetValue
from priorities.state.kept import plan_on

from .factories import (
    date_history,
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_target,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

PAGE = "/2031/actions/3.2/targets/"
REPORT = "/2031/actions/3.2/report/"


@pytest.fixture
def action():
    return make_action(make_priority(make_plan(), number=3), order=2, lead_unit=make_unit("区甲局"))


@pytest.fixture
def liaison(action):
    return make_user("reporter", [action.lead_unit], username="liaison")


@pytest.fixture
def office():
    return make_user("supervisor", username="office")


def row(n: int = 0, **fields) -> dict:
    given = {"title": "示例新增产业空间", "measured_in": "万平方米"}
    given |= {"start_value": "0", "target_value": "100", "due": "", **fields}
    return {f"targets-{n}-{name}": value for name, value in given.items()}


def sent(*rows: dict, seen: object = 0, **fields) -> dict:
    counts = {"targets-TOTAL_FORMS": len(rows), "targets-INITIAL_FORMS": 0}
    return {**counts, **{k: v for one in rows for k, v in one.items()}, "seen": seen, **fields}


def seen_of(action) -> int:
    return Target.history.filter(action_id=action.pk).latest("history_id").history_id


def said(**fields) -> dict:
    words = {"done": "示例：建成。", "outlook": "on_course", "day": "2022-09-30"}
    return {**words, "nonce": str(uuid.uuid4()), **fields}


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_office_sets_a_target_and_the_unit_reports_its_value(client, action, office, liaison):
    client.force_login(office)
    assert client.post(PAGE, sent(row())).status_code == 302
    target = action.targets.get()
    client.force_login(liaison)
    form = text_of(client.get(REPORT))
    assert f'name="value-{target.pk}"' in form and 'name="percent"' not in form
    assert "新增产业空间" in form and "100 万平方米" in form
    answer = client.post(REPORT, said(**{f"value-{target.pk}": "２５.５"}), follow=True)
    assert "25.5 / 100 万平方米" in text_of(answer)
    entry = ProgressEntry.objects.get()
    assert (entry.percent, entry.target_values.get().value) == (25, Decimal("25.5"))
    again = text_of(client.get(REPORT))
    assert 'value="25.5"' in again and "data-last" not in again  # it waits: nothing counts yet


@pytest.mark.parametrize(
    "value", ["", "abc", "1,000", "60万", "1e3", "1_0", "1000000000", "0.00001", "٣x", "9" * 5000]
)
def test_what_is_no_number_is_refused_beside_its_field(client, action, liaison, value):
    target = make_target(action)
    client.force_login(liaison)
    answer = client.post(REPORT, said(**{f"value-{target.pk}": value}))
    assert answer.status_code == 422
    assert f'id="report-3-2-value-{target.pk}_error"' in answer.content.decode()
    assert "示例：建成。" in answer.content.decode()
    assert (ProgressEntry.objects.count(), TargetValue.objects.count()) == (0, 0)


def test_a_percent_that_is_typed_past_the_form_is_not_taken(client, action, liaison):
    target = make_target(action)
    client.force_login(liaison)
    client.post(REPORT, said(percent="99", **{f"value-{target.pk}": "10"}))
    assert ProgressEntry.objects.get().percent == 10


def test_a_value_that_falls_asks_why(client, action, liaison):
    target = make_target(action)
    client.force_login(liaison)
    client.post(REPORT, said(**{f"value-{target.pk}": "20"}))
    lower = {f"value-{target.pk}": "19.5"}
    answer = client.post(REPORT, said(**lower))
    assert answer.status_code == 422
    assert 'id="report-3-2-explanation_error"' in answer.content.decode()
    assert client.post(REPORT, said(**lower, explanation="示例：核减")).status_code == 302
    assert [entry.percent for entry in ProgressEntry.objects.order_by("pk")] == [20, 19]


def test_one_click_keeps_the_values(client, action, liaison):
    target = make_target(action)
    client.force_login(liaison)
    client.post(REPORT, said(**{f"value-{target.pk}": "20"}))
    client.post("/2031/actions/3.2/unchanged/", {"nonce": str(uuid.uuid4())})
    values = TargetValue.objects.order_by("pk").values_list("value", flat=True)
    assert list(values) == [20, 20]


def test_a_target_that_came_later_leads_from_the_click_to_the_form(client, action, liaison):
    make_entry(action, by=liaison, percent=20)
    make_target(action)
    client.force_login(liaison)
    answer = client.post("/2031/actions/3.2/unchanged/", {"nonce": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert ProgressEntry.objects.count() == 1


def test_the_same_form_twice_is_one_entry(client, action, liaison):
    target = make_target(action)
    client.force_login(liaison)
    given = said(**{f"value-{target.pk}": "20"})
    for _time in range(2):
        assert client.post(REPORT, given).status_code == 302
    assert (ProgressEntry.objects.count(), TargetValue.objects.count()) == (1, 1)


def test_a_move_needs_a_reason_and_keeps_what_was_first(client, action, office):
    client.force_login(office)
    client.post(PAGE, sent(row()))
    target = action.targets.get()
    moved = row(id=target.pk, target_value="150")
    answer = client.post(PAGE, sent(moved, seen=seen_of(action)))
    assert answer.status_code == 422 and "150" in answer.content.decode()
    assert action.targets.get().target_value == 100
    answer = client.post(PAGE, sent(moved, seen=seen_of(action), reason="示例：区委调整"))
    assert answer.status_code == 302
    page = text_of(client.get("/2031/actions/3.2/"))
    assert "– / 150 万平方米" in page and "<s>100</s>" in page and "示例：区委调整" in page


def test_who_comes_too_late_is_told_and_nothing_is_lost(client, action, office):
    client.force_login(office)
    client.post(PAGE, sent(row()))
    target = action.targets.get()
    client.post(
        PAGE, sent(row(id=target.pk, target_value="120"), seen=seen_of(action), reason="示例")
    )
    late = sent(row(id=target.pk, target_value="130"), seen=0, reason="示例：另一窗口")
    answer = client.post(PAGE, late)
    assert answer.status_code == 409 and "130" in answer.content.decode()
    assert action.targets.get().target_value == 120
    again = client.post(PAGE, {**late, "seen": seen_of(action)})
    assert (again.status_code, action.targets.get().target_value) == (302, 130)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"target_value": "0"}, "target_value"),
        ({"target_value": "many"}, "target_value"),
        ({"start_value": ""}, "start_value"),
        ({"title": ""}, "title"),
        ({"title": "示" * 101}, "title"),
        ({"measured_in": "平" * 21}, "measured_in"),
        ({"due": "someday"}, "due"),
    ],
)
def test_what_is_wrong_in_a_target_stands_beside_its_field(client, action, office, wrong, field):
    client.force_login(office)
    answer = client.post(PAGE, sent(row(**wrong)))
    assert answer.status_code == 422
    assert f'id="t-targets-0-{field}_error"' in answer.content.decode()
    assert action.targets.count() == 0


@pytest.mark.parametrize("count", ["9", "99999999", "x", "-1"])
def test_too_many_rows_are_refused(client, action, office, count):
    client.force_login(office)
    rows = [row(n, title=f"示例{n}") for n in range(9)]
    answer = client.post(PAGE, sent(*rows) | {"targets-TOTAL_FORMS": count})
    assert answer.status_code == 422
    assert action.targets.count() == 0


def test_two_of_one_name_are_refused(client, action, office):
    client.force_login(office)
    assert client.post(PAGE, sent(row(), row(1))).status_code == 422
    assert action.targets.count() == 0


def test_a_past_day_shows_the_target_and_the_value_of_then(client, action, office, liaison):
    client.force_login(office)
    client.post(PAGE, sent(row()))
    date_history(date(2022, 1, 4))
    target = action.targets.get()
    ProgressEntry.record(
        action=action,
        by=office,
        day=date(2022, 3, 1),
        values={target.pk: Decimal(10)},
        done="示例",
    )
    client.post(
        PAGE, sent(row(id=target.pk, target_value="150"), seen=seen_of(action), reason="示例")
    )
    plan = action.priority.plan
    [then] = plan_on(plan, date(2022, 6, 30)).numbered("3.2").counted
    [now] = plan_on(plan, plan.today()).numbered("3.2").counted
    assert (then.target.target_value, then.value, then.is_moved_since) == (100, 10, False)
    assert (now.target.target_value, now.value, now.is_moved_since) == (150, 10, True)
    assert plan_on(plan, date(2022, 2, 1)).numbered("3.2").counted[0].value is None
    assert "10 / 100 万平方米" in text_of(client.get("/2031/actions/3.2/?on=2022-06-30"))


def test_what_was_returned_comes_back_with_its_values(client, action, office, liaison):
    target = make_target(action)
    client.force_login(liaison)
    client.post(REPORT, said(**{f"value-{target.pk}": "20"}))
    ProgressEntry.objects.get().send_back(by=office, reason="示例：请核对")
    assert 'value="20"' in client.get(REPORT).content.decode()
    assert client.post(REPORT, said(**{f"value-{target.pk}": "18"})).status_code == 302


def test_the_office_sees_the_value_beside_the_last_one(client, action, office, liaison):
    target = make_target(action)
    client.force_login(liaison)
    client.post(REPORT, said(**{f"value-{target.pk}": "20"}))
    ProgressEntry.objects.get().accept(by=office)
    client.post(REPORT, said(**{f"value-{target.pk}": "30"}))
    client.force_login(office)
    page = text_of(client.get("/2031/review/"))
    assert "30 / 100 万平方米" in page and "20 / 100 万平方米" in page


def queries_of(client, django_assert_max_num_queries, url):
    with django_assert_max_num_queries(100) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_six_targets_cost_no_more_queries_than_two(
    client, action, liaison, django_assert_max_num_queries
):
    other = make_action(action.priority, order=3, lead_unit=action.lead_unit)
    client.force_login(liaison)
    counts = []
    for one, many in ((action, 2), (other, 6)):
        targets = [make_target(one) for _n in range(many)]
        values = {target.pk: Decimal(3) for target in targets}
        ProgressEntry.record(
            action=one, by=liaison, day=date(2022, 9, 30), values=values, done="示例"
        )
        url = f"/2031/actions/3.{one.order}/"
        counts.append(queries_of(client, django_assert_max_num_queries, url))
    assert counts[0] == counts[1]


def test_what_the_words_count_is_proposed_and_stored_only_by_saving(client, action, office):
    action.text = "新增产业空间20万平方米以上，万元能耗降至5.5吨"
    action.save()
    client.force_login(office)
    page = client.get(PAGE)
    values = {f"{f.prefix}-{k}": v for f in page.context["rows"] for k, v in f.initial.items()}
    assert values["targets-0-title"] == "新增产业空间"
    assert (values["targets-0-target_value"], values["targets-0-start_value"]) == (20, 0)
    assert (values["targets-1-title"], values["targets-1-start_value"]) == ("万元能耗", None)
    assert action.targets.count() == 0
    taken = {"title": "新增产业空间", "measured_in": "万平方米", "target_value": "20"}
    assert client.post(PAGE, sent(row(**taken))).status_code == 302
    assert str(action.targets.get()) == "新增产业空间 20万平方米"
