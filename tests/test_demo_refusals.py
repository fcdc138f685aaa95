"""The demonstration never lands among real work."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from priorities.models import Action, Plan, Unit, User

pytestmark = pytest.mark.django_db


def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("demo", *arguments)
    return str(caught.value)


def test_refuses_where_an_action_is_assigned():
    supervisor = User.objects.create_superuser("admin")
    action = Action.objects.numbered("3.2").get()
    lead = Unit.objects.get(short_name="区工信局")
    action.assign(by=supervisor, changes={"lead_unit": lead, "due": date(2022, 12, 31)})
    assert "real work" in refusal()
    assert User.objects.count() == 1


@pytest.mark.parametrize("roles", [["reporter"], ["administrator", "administrator"]])
def test_refuses_where_there_are_accounts(roles):
    for number, role in enumerate(roles):
        User.objects.create(username=f"person{number}", role=role)
    assert "has accounts" in refusal()


def test_refuses_without_the_plan():
    Plan.objects.filter(slug="2022").update(slug="1999")
    assert "manage.py migrate" in refusal()


def test_refusal_is_one_line():
    User.objects.create(username="person", role="viewer")
    assert "\n" not in refusal()


def test_reset_password_never_fills_and_never_touches_other_accounts():
    mine = User.objects.create_superuser("admin", password="mine-and-not-the-demo's")
    assert "no demonstration" in refusal("--reset-password")
    mine.refresh_from_db()
    assert mine.check_password("mine-and-not-the-demo's")
