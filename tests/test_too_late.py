"""Whoever read a plan before it was closed comes too late, by whichever act changes a plan."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from priorities.acts.once import once
from priorities.models import Action, Ending, Milestone, Plan, Priority, Target, Unit
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
from priorities.models.phases import Life
from priorities.models.reforming import merge_units
from priorities.plans.life.carrying import carry_over
from priorities.views import amend

from .dom import page_of
from .factories import make_action, make_plan, make_priority, make_unit, make_user
from .writes import fingerprint

pytestmark = pytest.mark.django_db

ON = date(2022, 9, 30)


@pytest.fixture
def signed():
    return {"by": make_user("supervisor"), "on": ON, "reason": "示例：会议决定"}


@pytest.fixture
def read_before():
    """Two actions of a plan that still says that it runs, while it is closed."""
    unit = make_unit()
    first = make_priority(make_plan())
    rows = [make_action(first, lead_unit=unit) for _ in range(2)]
    rows = [Action.objects.select_related("priority__plan").get(pk=row.pk) for row in rows]
    Plan.objects.update(phase=Life.CLOSED)
    return rows


ACTS = {
    "add a priority": lambda a, b, s: add_priority(
        a.priority.plan, title="示例", sentence="示例。", **s
    ),
    "add an action": lambda a, b, s: add_action(a.priority, Part("示例"), **s),
    "reword a priority": lambda a, b, s: reword_priority(a.priority, title="示例", **s),
    "reword an action": lambda a, b, s: reword_action(a, text="示例", **s),
    "withdraw": lambda a, b, s: withdraw(a, **s),
    "split": lambda a, b, s: split(a, [Part("示例一"), Part("示例二")], **s),
    "merge": lambda a, b, s: merge([a, b], Part("示例"), **s),
    "assign": lambda a, b, s: a.assign(by=s["by"], changes={"measure": "示例"}),
    "milestones": lambda a, b, s: a.set_milestones(
        [Milestone(title="示例", planned=ON)], by=s["by"]
    ),
    "targets": lambda a, b, s: Target.set_for(
        a, [Target(title="示例", target_value=Decimal(1))], by=s["by"]
    ),
    "status date": lambda a, b, s: a.priority.plan.set_status_date(None, by=s["by"]),
    "cancel": lambda a, b, s: a.cancel(by=s["by"], on=ON, reason="示例"),
}


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_changed_in_a_plan_that_was_closed_meanwhile(read_before, signed, act):
    before = fingerprint()
    with pytest.raises(ValidationError, match="已结束"):
        ACTS[act](*read_before, signed)
    assert fingerprint() == before


def test_a_reform_is_not_taken_back_where_a_plan_of_it_was_closed_since(signed):
    unit, heir = make_unit(), make_unit()
    action = make_action(make_priority(make_plan()), lead_unit=unit)
    act = merge_units([unit], heir, **signed)
    Plan.objects.update(phase=Life.CLOSED)
    before = fingerprint()
    assert act.why_it_stays()
    with pytest.raises(CannotUndo):
        act.undo(by=signed["by"])
    assert fingerprint() == before
    action.refresh_from_db()
    assert action.lead_unit == heir


def test_nothing_is_carried_into_a_plan_that_was_closed_meanwhile(signed):
    next_year = make_plan("2041")
    make_action(make_priority(next_year), text="示例修路")
    Plan.objects.update(phase=Life.CLOSED)
    with pytest.raises(ValidationError, match="已结束"):
        carry_over(Ending.objects.all(), next_year, by=signed["by"])


# Between the reading of a form and the lock


@pytest.fixture
def one():
    return make_action(make_priority(make_plan()), lead_unit=make_unit(), text="示例修路")


@pytest.mark.parametrize("act", ["reword an action", "withdraw", "split", "merge"])
def test_what_ended_meanwhile_is_neither_revived_nor_ended_twice(one, signed, act):
    stale, other = Action.objects.get(pk=one.pk), make_action(one.priority)
    split(one, [Part("示例一"), Part("示例二")], **signed)
    before = fingerprint()
    with pytest.raises(ValidationError, match=r"1\.1"):
        ACTS[act](stale, other, signed)
    assert fingerprint() == before


def test_what_others_said_of_a_merged_action_meanwhile_stays(one, signed):
    other = make_action(one.priority, text="示例种树")
    stale = Action.objects.get(pk=other.pk)
    reword_action(other, text="示例种树一千棵", **signed)
    merge([one, stale], Part("示例"), **signed)
    assert Action.objects.get(pk=other.pk).text == "示例种树一千棵"


def test_who_rewords_a_priority_keeps_what_others_wrote_meanwhile(one, signed):
    stale = Priority.objects.get(pk=one.priority.pk)
    reword_priority(one.priority, goal="示例目标", **signed)
    reword_priority(stale, title="示例交通", **signed)
    stands = Priority.objects.get(pk=stale.pk)
    assert (stands.title, stands.goal) == ("示例交通", "示例目标")


def test_a_rival_between_form_and_lock_is_named_and_nothing_is_stored(
    one, signed, client, monkeypatch
):
    rival = {**signed, "by": make_user("supervisor", display_name="示例同事")}
    rivals = [lambda: withdraw(Action.objects.get(pk=one.pk), **rival)]

    def slow(*args, **options):
        while rivals:
            rivals.pop()()
        return once(*args, **options)

    monkeypatch.setattr(amend, "once", slow)
    client.force_login(signed["by"])
    page = page_of(client.get("/2031/actions/1.1/reword/"))
    sent = {"text": "示例修桥", "measure": "", "reason": "示例：更正", "nonce": str(uuid.uuid4())}
    sent["seen"] = page.one("input", name="seen")["value"]
    answer = client.post("/2031/actions/1.1/reword/", sent)
    assert answer.status_code == 409
    assert "示例同事" in answer.content.decode()
    stands = Action.objects.get(pk=one.pk)
    assert (stands.text, stands.cancelled_on) == ("示例修路", ON)


def test_a_reform_gives_nothing_to_a_unit_that_ended_meanwhile(signed):
    unit, heir = make_unit(), make_unit()
    make_user("reporter", units=[unit])
    Unit.objects.filter(pk=heir.pk).update(is_active=False)
    before = fingerprint()
    with pytest.raises(ValidationError):
        merge_units([unit], heir, **signed)
    assert fingerprint() == before
