"""A plan is made whole or not at all, whatever it was outlined from."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from priorities.models import Action, Lineage, Plan
from priorities.models.phases import Life
from priorities.plans.founding import Faulty, found_plan
from priorities.plans.outline import (
    MOST_ACTIONS,
    MOST_PRIORITIES,
    ActionOutline,
    MilestoneOutline,
    PlanOutline,
    PriorityOutline,
    TargetOutline,
)
from priorities.verify import Verification

from . import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return factories.make_user("supervisor")


def outline(*priorities: PriorityOutline, **fields) -> PlanOutline:
    named = {"slug": "2023", "title": "2023年重点工作"}
    year = {"start": date(2023, 1, 1), "end": date(2023, 12, 31)}
    return PlanOutline(**{**named, **year, **fields}, priorities=priorities)


def test_a_plan_is_made_with_all_its_parts(office):
    lead, other = factories.make_unit("甲局"), factories.make_unit("乙局")
    step = MilestoneOutline("开工", date(2023, 3, 1))
    first = ActionOutline(
        "建学校", lead=lead.pk, supporting=(lead.pk, other.pk), milestones=(step,)
    )
    plan = found_plan(
        outline(
            PriorityOutline("办教育", "办教育，建学校，修操场。", actions=(first,)),
            PriorityOutline("治水", actions=(ActionOutline("修堤"), ActionOutline("清淤"))),
        ),
        by=office,
        reason="全会决定",
    )

    assert plan.phase == Life.PREPARING
    assert [a.number for a in Action.objects.of_plan(plan)] == ["1.1", "2.1", "2.2"]
    action = Action.objects.of_plan(plan).first()
    assert (action.start, action.due) == (plan.start, plan.end)
    assert list(action.supporting_units.all()) == [other]
    assert action.milestones.get().planned == step.planned
    assert [p.sentence for p in plan.priorities.all()] == [
        "办教育，建学校，修操场。",
        "治水：修堤；清淤。",
    ]
    last = plan.history.latest()
    assert (last.history_user, last.history_change_reason) == (office, "全会决定")


def test_a_carried_action_knows_where_it_comes_from(office):
    before = factories.make_action(factories.make_priority(factories.make_plan()), text="修路")
    going_on = ActionOutline("修路", continues=before.pk)
    plan = found_plan(outline(PriorityOutline("交通", actions=(going_on,))), by=office)

    found = Lineage.objects.get()
    assert (found.source, found.target.priority.plan, found.on) == (before, plan, plan.start)


def test_a_fault_says_where_it_is_and_nothing_is_stored(office):
    good, bad = ActionOutline("修堤"), ActionOutline("字" * 501)
    with pytest.raises(Faulty) as refused:
        found_plan(
            outline(PriorityOutline("治水"), PriorityOutline("交通", actions=(good, bad))),
            by=office,
        )

    assert (refused.value.priority, refused.value.action) == (2, 2)
    assert "text" in refused.value.message_dict
    assert not Plan.objects.filter(slug="2023").exists()


def test_a_taken_address_is_refused(office):
    found_plan(outline(), by=office)
    with pytest.raises(ValidationError) as refused:
        found_plan(replace(outline(), title="另一个"), by=office)
    assert refused.value.messages == ["已有这个网址段的年度。"]


@pytest.mark.parametrize(
    "priorities",
    [
        [PriorityOutline("一")] * (MOST_PRIORITIES + 1),
        [PriorityOutline("一", actions=(ActionOutline("做"),) * (MOST_ACTIONS + 1))],
    ],
)
def test_what_is_too_large_is_refused(office, priorities):
    with pytest.raises(ValidationError) as refused:
        found_plan(outline(*priorities), by=office)
    assert refused.value.code == "too_many"


def test_rows_stored_together_are_recorded_and_sealed_like_any_other(office):
    lead, other = factories.make_unit(), factories.make_unit()
    owner = factories.make_user("reporter", [lead])
    first = ActionOutline("建学校", lead=lead.pk, owner=owner.pk, supporting=(other.pk,))
    plan = found_plan(
        outline(PriorityOutline("办教育", actions=(first,))), by=office, reason="定了"
    )

    assert [str(fault) for fault in Verification(with_files=False).faults()] == []
    action = Action.objects.of_plan(plan).get()
    [past] = action.history.all()
    assert (past.history_user, past.history_change_reason, past.door) == (office, "定了", "page")
    assert [row.unit_id for row in past.supporting_units.all()] == [other.pk]
    assert past.original_due == plan.end


def test_holders_are_asked_as_everywhere(office):
    lead, gone = factories.make_unit(), factories.make_unit(is_active=False)
    stranger = factories.make_user("reporter")
    refused = {
        "lead_unit": ActionOutline("做", lead=gone.pk),
        "supporting_units": ActionOutline("做", supporting=(gone.pk,)),
        "owner": ActionOutline("做", lead=lead.pk, owner=stranger.pk),
    }
    for field, action in refused.items():
        with pytest.raises(Faulty) as fault:
            found_plan(outline(PriorityOutline("一", actions=(action,))), by=office)
        assert list(fault.value.message_dict) == [field]
        assert (fault.value.priority, fault.value.action) == (1, 1)
    assert not Plan.objects.filter(slug="2023").exists()


@pytest.mark.parametrize(
    "action",
    [
        ActionOutline("做", lead=987_654),
        ActionOutline("做", continues=987_654),
        ActionOutline("做", milestones=(MilestoneOutline("步", date(2023, 1, 1)),) * 2),
        ActionOutline("做", start=date(2023, 5, 1), due=date(2023, 4, 1)),
        ActionOutline(""),
    ],
)
def test_every_fault_of_an_action_is_told_with_its_place(office, action):
    with pytest.raises(Faulty) as fault:
        found_plan(outline(PriorityOutline("一", actions=(action,))), by=office)
    assert (fault.value.priority, fault.value.action) == (1, 1)
    assert not Plan.objects.filter(slug="2023").exists()


def test_a_plan_is_made_with_its_targets(office):
    space = TargetOutline("新增产业空间", Decimal(20), "万平方米")
    plan = found_plan(
        outline(PriorityOutline("一", actions=(ActionOutline("建设", targets=(space,)),))),
        by=office,
    )
    target = Action.objects.of_plan(plan).get().targets.get()
    assert (target.target_value, target.original_value, target.start_value) == (20, 20, 0)
    assert list(map(str, Verification().faults())) == []


@pytest.mark.parametrize(
    "targets",
    [
        (TargetOutline("一样", Decimal(1)), TargetOutline("一样", Decimal(2))),
        (TargetOutline("零", Decimal(0)),),
        (TargetOutline("大", Decimal(10**9)),),
        tuple(TargetOutline(f"示例{n}", Decimal(1)) for n in range(9)),
    ],
)
def test_wrong_targets_make_no_plan(office, targets):
    plans = Plan.objects.count()
    wrong = outline(PriorityOutline("一", actions=(ActionOutline("建设", targets=targets),)))
    with pytest.raises(Faulty) as fault:
        found_plan(wrong, by=office)
    assert (fault.value.priority, fault.value.action) == (1, 1)
    assert Plan.objects.count() == plans
