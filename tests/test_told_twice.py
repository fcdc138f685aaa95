"""What is told once in SQL and once in Python is the same, for random plans."""

import os
from datetime import date

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from priorities.lights import Said
from priorities.models import Action, ProgressEntry
from priorities.permissions import check_report, passes, reportable_by, with_right
from priorities.state.said import spoken
from priorities.state.weeks import weeks_of

from .factories import make_action, make_plan, make_priority, make_unit, make_user
from .states import state
from .test_state import ENTRIES, say

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("EXAMPLES", "15"))
quickly = settings(max_examples=EXAMPLES, phases=[Phase.explicit, Phase.reuse, Phase.generate])
DAYS = st.dates(date(2022, 1, 1), date(2022, 12, 31))
OF_ONE_WEEK = st.dates(date(2022, 5, 1), date(2022, 5, 7))
"""Many entries of one day: the order of recording decides between them."""

CLOSE = st.lists(
    st.tuples(
        OF_ONE_WEEK, st.sampled_from([60, 100]), st.sampled_from(["", "accepted", "waiting"])
    ),
    max_size=6,
)


@quickly
@given(ENTRIES | CLOSE, DAYS | OF_ONE_WEEK)
def test_what_became_of_an_entry_and_since_when_an_action_is_complete(entries, on):
    with transaction.atomic():
        plan, unit = make_plan("2051"), make_unit("区丙局")
        action = make_action(make_priority(plan), lead_unit=unit)
        by = make_user("reporter", units=[unit])
        for day, percent, answered in entries:
            say(action, percent, day, by=by, answered=answered)
        stored = list(ProgressEntry.objects.filter(action=action).order_by("day", "pk"))
        state_of = {entry.pk: entry.state for entry in stored}
        found = {
            name: set(getattr(ProgressEntry.objects.filter(action=action), name)())
            for name in ("accepted", "waiting", "standing", "not_withdrawn")
        }
        said, now = spoken([plan.pk], on)[action.pk], state(plan, on)
        last = weeks_of(now.actions, plan.start, on)[-1]
        transaction.set_rollback(True)
    states = {
        "accepted": {"accepted"},
        "waiting": {"waiting"},
        "standing": {"accepted", "waiting"},
        "not_withdrawn": {"accepted", "waiting", "returned"},
    }
    for name, rows in found.items():
        assert {row.pk for row in rows} == {k for k, s in state_of.items() if s in states[name]}
    told = Said()
    for entry in stored:
        if entry.day <= on and state_of[entry.pk] in states["standing"]:
            told = told.and_then(entry.day, entry.percent, counts=state_of[entry.pk] == "accepted")
    assert (last.percent, last.counts) == (now.priorities[0].percent, now.counts)
    assert said.completed_on == told.completed_on
    assert (said.accepted.percent if said.accepted else None) == told.percent
    assert (said.standing.day if said.standing else None) == told.spoken_on


ROLES = st.sampled_from(["viewer", "reporter", "supervisor", "administrator"])


@quickly
@given(
    role=ROLES,
    is_active=st.booleans(),
    of=st.sampled_from(["lead", "supporting", "owner", "none"]),
    is_open=st.sampled_from(["open", "open", "cancelled", "unassigned"]),
)
def test_who_may_report(role, is_active, of, is_open):
    with transaction.atomic():
        unit, other = make_unit("区甲局"), make_unit("区乙局")
        person = make_user(role, units=[unit] if of in ("lead", "supporting") else [])
        cancelled = {"cancelled_on": date(2022, 6, 1), "cancelled_reason": "示例：并入"}
        lead = {"lead": unit}.get(of, other) if is_open != "unassigned" else None
        action = make_action(
            make_priority(make_plan("2051")),
            lead_unit=lead,
            supporting=[unit] if of == "supporting" else [],
            owner=person if of == "owner" and is_active and lead else None,
            **(cancelled if is_open == "cancelled" else {}),
        )
        person.is_active = is_active
        person.save()
        listed = reportable_by(person, action.priority.plan).filter(pk=action.pk).exists()
        asked = with_right(Action.objects.filter(pk=action.pk), person).get()
        may = passes(check_report)
        found = (may(person, Action.objects.get(pk=action.pk)), may(person, asked))
        transaction.set_rollback(True)
    assert found == (listed, listed)
