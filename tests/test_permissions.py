"""Who may do what: each act for each role, and which actions a person may touch."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from priorities import permissions
from priorities.models import Action

from .factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user

pytestmark = pytest.mark.django_db

ROLES = ("viewer", "reporter", "supervisor", "administrator")


@pytest.mark.parametrize(
    ("act", "roles"),
    [
        ("is_supervisor", {"supervisor", "administrator"}),
        ("can_assign", {"supervisor", "administrator"}),
        ("can_review", {"supervisor", "administrator"}),
        ("can_draft_report", {"supervisor", "administrator"}),
        ("can_issue_report", {"supervisor", "administrator"}),
        ("can_set_status_date", {"supervisor", "administrator"}),
        ("can_move_due", {"supervisor", "administrator"}),
        ("can_open_panel", {"supervisor", "administrator"}),
        ("can_make_plan", {"supervisor", "administrator"}),
        ("can_hand_in", {"reporter", "supervisor", "administrator"}),
        ("can_manage_accounts", {"administrator"}),
        ("reports", {"reporter", "supervisor", "administrator"}),
    ],
)
def test_which_roles_may(act, roles):
    may = getattr(permissions, act)
    assert {role for role in ROLES if may(make_user(role))} == roles
    assert {role for role in ROLES if may(make_user(role, is_active=False))} == set()


@translation.override("en")
def test_what_is_offered_is_what_is_not_refused():
    """Each check has its ``can_``, made of it; what is refused is refused in a sentence."""
    acts = {n.removeprefix("check_") for n in vars(permissions) if n.startswith("check_")}
    assert {n.removeprefix("can_") for n in vars(permissions) if n.startswith("can_")} == acts
    for act in acts:
        check = getattr(permissions, f"check_{act}")
        assert getattr(permissions, f"can_{act}").__wrapped__ is check
    with pytest.raises(PermissionDenied, match=r"^Only the supervision office assigns actions\.$"):
        permissions.check_assign(make_user("reporter"))


@translation.override("en")
def test_why_nothing_is_reported(plan):
    actions = {action.number: action for action in Action.objects.of_plan(plan)}
    with pytest.raises(PermissionDenied, match="is cancelled"):
        permissions.check_report(user("supervisor"), actions["1.5"])
    with pytest.raises(PermissionDenied, match="no lead unit yet"):
        permissions.check_report(user("supervisor"), actions["1.6"])
    with pytest.raises(PermissionDenied, match=r"the owner report on 1\.4"):
        permissions.check_report(user("reporter"), actions["1.4"])
    permissions.check_report(user("reporter"), actions["1.2"])


@pytest.fixture
def plan():
    """1.1 led, 1.2 supported, 1.3 owned, 1.4 another's, 1.5 cancelled, 1.6 unassigned."""
    mine, other = make_unit("区甲局"), make_unit("区乙局")
    owner = make_user("reporter", username="owner")
    for role in ROLES:
        make_user(role, units=[mine], username=role)
    plan = make_plan()
    priority = make_priority(plan)
    make_action(priority, lead_unit=mine)
    make_action(priority, lead_unit=other, supporting=[mine])
    make_action(priority, lead_unit=other, owner=owner)
    make_action(priority, lead_unit=other)
    make_action(priority, lead_unit=mine, cancelled_on=plan.start, cancelled_reason="示例：并入1.1")
    make_action(priority)
    make_action(make_priority(make_plan("2032")), lead_unit=mine, supporting=[mine], owner=owner)
    return plan


def user(name):
    return permissions.User.objects.get(username=name)


def numbers(actions) -> list[str]:
    return [action.number for action in actions.order_by("order")]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("viewer", []),
        ("reporter", ["1.1", "1.2"]),
        ("owner", ["1.3"]),
        ("supervisor", ["1.1", "1.2", "1.3", "1.4"]),
        ("administrator", ["1.1", "1.2", "1.3", "1.4"]),
    ],
)
def test_for_which_actions_progress_may_be_recorded(plan, name, found):
    assert numbers(permissions.reportable_by(user(name), plan)) == found
    every = Action.objects.of_plan(plan)
    assert [a.number for a in every if permissions.can_report(user(name), a)] == found


def test_who_has_left_reports_no_more(plan):
    person = user("reporter")
    person.is_active = False
    assert numbers(permissions.reportable_by(person, plan)) == []


@pytest.mark.parametrize(
    ("name", "first", "all_mine"),
    [
        ("reporter", {"1.1", "1.5"}, {"1.1", "1.2", "1.5"}),
        ("owner", {"1.3"}, {"1.3"}),
        ("supervisor", {"1.1", "1.5"}, {"1.1", "1.2", "1.5"}),
    ],
)
def test_what_is_mine(plan, name, first, all_mine):
    number_of = {action.pk: action.number for action in Action.objects.of_plan(plan)}
    found = permissions.to_be_reported_by(user(name), plan)
    assert {number_of[pk] for pk in found} == first
    assert {number_of[pk] for pk in permissions.mine(user(name), plan)} == all_mine


def test_only_its_author_takes_an_entry_back(plan):
    author = user("reporter")
    entry = make_entry(Action.objects.of_plan(plan).first(), by=author)
    may = [name for name in (*ROLES, "owner") if permissions.can_withdraw(user(name), entry)]
    assert may == ["reporter"]
    author.is_active = False
    assert permissions.can_withdraw(author, entry) is False
