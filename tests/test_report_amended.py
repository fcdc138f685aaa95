"""The next circular names what of the plan and of the units changed since the last one."""

from datetime import date

import pytest
from django.utils import timezone

from priorities.circular.document import Facts, document_of
from priorities.circular.drafting import draft, recompose
from priorities.circular.issuing import issue
from priorities.models import Action, Report, Unit
from priorities.models.amending import (
    Part,
    add_action,
    add_priority,
    merge,
    reword_action,
    reword_priority,
    split,
    withdraw,
)
from priorities.models.amendments import CannotUndo
from priorities.models.reforming import Heirs, dissolve_unit, merge_units, rename_unit, split_unit
from priorities.periods import Period

from .factories import date_history, make_action, make_plan, make_priority, make_unit, make_user

pytestmark = pytest.mark.django_db

TODAY = date(2022, 9, 30)
UP_TO_AUGUST = Period(date(2022, 1, 1), date(2022, 8, 31))
UP_TO_SEPTEMBER = Period(date(2022, 1, 1), TODAY)


@pytest.fixture
def by():
    return make_user("supervisor")


@pytest.fixture
def units():
    return {name: make_unit(f"区{name}局") for name in "甲乙丙丁"}


@pytest.fixture
def plan(units):
    plan = make_plan()
    first = make_priority(plan, title="示例重点甲")
    for name in "一二三四五六":
        make_action(first, text=f"示例行动{name}", lead_unit=units["甲"])
    date_history(date(2022, 1, 4))
    return plan


@pytest.fixture
def act(by):
    return {"by": by, "on": TODAY, "reason": "示例：专题会议定"}


def row(plan, number):
    return Action.objects.of_plan(plan).numbered(number).get()


def change(plan, act, lead):
    """One of each kind."""
    first = plan.priorities.get(number=1)
    add_action(first, Part("示例新行动", lead_unit=lead), **act)
    reword_action(row(plan, "1.2"), text="示例行动贰", **act)
    split(row(plan, "1.1"), [Part("示例甲半", lead_unit=lead), Part("示例乙半")], **act)
    merge([row(plan, "1.3"), row(plan, "1.4")], Part("示例合一", lead_unit=lead), **act)
    withdraw(row(plan, "1.5"), **act)
    add_priority(plan, title="示例重点乙", sentence="示例重点乙。", **act)
    reword_priority(plan.priorities.get(number=1), goal="示例目标", **act)


def told(report):
    found = report.passages.filter(key__startswith="plan").order_by("order")
    return {p.key.removeprefix("plan."): p.computed for p in found}


EXPECTED = {
    "plan": "本期计划有下列调整。",
    "priorities_added": "新增重点工作1项：“示例重点乙”。",
    "priorities_reworded": "改写重点工作1项：“示例重点甲”。",
    "added": "新增举措1项：1.7“示例新行动”。",
    "reworded": "改写举措1项：1.2由“示例行动二”改为“示例行动贰”。",
    "split": "拆分举措1项：1.1“示例行动一”拆分为1.8“示例甲半”、1.9“示例乙半”。",
    "merged": "合并举措2项：1.3“示例行动三”、1.4“示例行动四”并入1.10“示例合一”。",
    "withdrawn": "中止1项：1.5“示例行动五”。",
}


def test_each_kind_of_change_is_named_since_the_last_issued_report(plan, units, by, act):
    first = draft(plan, UP_TO_AUGUST, kind="circular", by=by, number="示例〔2022〕8号")
    assert told(first) == {}
    issue(first, by=by)
    change(plan, act, units["甲"])
    second = draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by)
    assert told(second) == EXPECTED


def test_a_first_report_names_what_changed_in_its_period(plan, units, by, act):
    change(plan, act, units["甲"])
    assert told(draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by)) == EXPECTED


def test_where_nothing_changed_nothing_is_said(plan, by):
    report = draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by)
    assert told(report) == {}
    assert "调整" not in "".join(report.passages.values_list("computed", flat=True))


def test_what_was_taken_back_is_not_named(plan, units, by, act):
    first = draft(plan, UP_TO_AUGUST, kind="circular", by=by, number="示例〔2022〕8号")
    issue(first, by=by)
    split(row(plan, "1.1"), [Part("示例一"), Part("示例二")], **act).undo(by=by)
    reword_action(row(plan, "1.2"), text="示例行动贰", **act)
    assert list(told(draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by))) == [
        "plan",
        "reworded",
    ]


def test_what_one_report_named_the_next_does_not_name_again(plan, units, by, act):
    change(plan, act, units["甲"])
    first = draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by, number="示例〔2022〕9号")
    issue(first, by=by)
    plan.status_date = date(2022, 10, 31)
    plan.save_change(by=by)
    later = Period(date(2022, 1, 1), date(2022, 10, 31))
    assert told(draft(plan, later, kind="circular", by=by)) == {}


def test_units_are_named_by_what_became_of_them(plan, units, by):
    first = draft(plan, UP_TO_AUGUST, kind="circular", by=by, number="示例〔2022〕8号")
    issue(first, by=by)
    signed = {"by": by, "on": timezone.localdate(), "reason": "示例：机构改革"}
    rename_unit(units["甲"], name="示例区新甲局", short_name="区新甲局", **signed)
    merge_units([units["乙"]], units["甲"], **signed)
    new = [Unit(short_name=f"区{n}局", name=f"示例区{n}管理局") for n in "戊己"]
    split_unit(units["丙"], new, Heirs(new[0]), **signed)
    dissolve_unit(units["丁"], Heirs(None), **signed)
    report = draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by)
    assert told(report)["units"] == (
        "单位调整4项：区甲局更名为区新甲局；区乙局并入区新甲局；区丙局拆分为区己局、区戊局；区丁局撤销。"
    )


def test_a_change_after_the_draft_comes_in_when_it_is_composed_again(plan, by, act):
    report = draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by)
    withdraw(row(plan, "1.6"), **act)
    recompose(report, by=by)
    assert told(Report.objects.get(pk=report.pk))["withdrawn"] == "中止1项：1.6“示例行动六”。"


def test_the_figures_come_back_from_what_was_frozen(plan, units, by, act):
    change(plan, act, units["甲"])
    report = draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by, number="示例〔2022〕9号")
    facts = document_of(report).facts
    assert Facts.from_json(facts.as_json()) == facts
    assert facts.ended == {"cancelled": 1, "split": 1, "merged": 2}
    assert facts.total == len(facts.rows) - 4
    old = facts.as_json()
    for name in ("plan", "plan_changes", "split", "merged"):
        del old[name]
    assert Facts.from_json(old).plan_changes.added == []


def test_the_annex_says_of_what_an_action_came(plan, units, by, act):
    change(plan, act, units["甲"])
    report = draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by)
    titled = {row.number: row.titled for row in document_of(report).facts.rows}
    assert titled["1.8"] == "示例甲半（由1.1拆分）"
    assert titled["1.1"] == "示例行动一（拆分为1.8、1.9）"
    assert titled["1.10"] == "示例合一（由1.3、1.4合并）"
    sentence = report.passages.get(key="overview.counts").computed
    assert sentence.endswith("另有1项已中止、1项已拆分、2项已合并，不计在内。")


def test_a_first_report_does_not_name_what_was_taken_back(plan, by, act):
    split(row(plan, "1.1"), [Part("示例一"), Part("示例二")], **act).undo(by=by)
    assert told(draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by)) == {}


def test_what_a_report_has_named_is_not_taken_back(plan, by, act):
    done = withdraw(row(plan, "1.6"), **act)
    assert done.why_it_stays() == ""
    report = draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by, number="示例〔2022〕9号")
    issue(report, by=by)
    with pytest.raises(CannotUndo, match="通报"):
        done.undo(by=by)
