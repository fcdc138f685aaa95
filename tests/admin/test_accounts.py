"""Accounts: the role decides, passwords, and the last administrator."""

import pytest
from django.conf import settings
from django.urls import reverse

from priorities.models import User
from tests.factories import (
    PASSWORD,
    make_unit,
    make_user,
)

from .pages import REASON, add, address, delete, errors, filled, save, signatures

pytestmark = pytest.mark.django_db


def test_administrator_adds_an_account(client, administrator):
    unit = make_unit("示例一局")
    fields = {
        "username": "zhangsan",
        "display_name": "示例张三",
        "role": "supervisor",
        "units": [unit.pk],
        "is_active": "on",
        "new_password": "纸墨朱-2022",
        "new_password_again": "纸墨朱-2022",
    }
    response = add(
        client,
        User,
        **{**fields, "new_password": "纸墨朱-2022-甲", "new_password_again": "纸墨朱-2022-甲"},
    )
    assert response.status_code == 302, errors(response)
    account = User.objects.get(username="zhangsan")
    assert account.check_password("纸墨朱-2022-甲")
    assert (account.is_staff, account.is_superuser) == (True, False)
    assert list(account.units.all()) == [unit]
    assert signatures(account) == [("+", administrator, REASON, "admin")]
    assert [row.unit for row in account.history.get().units.all()] == [unit]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"new_password": "", "new_password_again": ""}, "new_password"),
        ({"new_password_again": "另一个密码-2022"}, "new_password_again"),
        ({"new_password": "1234567890", "new_password_again": "1234567890"}, "new_password"),
        ({"new_password": "short", "new_password_again": "short"}, "new_password"),
        ({"new_password": "x" * 129, "new_password_again": "x" * 129}, "new_password"),
        ({"username": ""}, "username"),
        ({"username": "张 三"}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"username": "TAKEN"}, "__all__"),
        ({"role": "king"}, "role"),
        ({"units": ["9" * 30]}, "units"),
    ],
)
def test_an_account_keeps_its_rules(client, administrator, changes, field):
    make_user("viewer", username="taken")
    fields = {
        "username": "zhangsan",
        "role": "viewer",
        "new_password": "纸墨朱-2022-甲",
        "new_password_again": "纸墨朱-2022-甲",
    }
    response = add(client, User, **fields | changes)
    assert field in response.context["adminform"].form.errors
    errors(response)
    assert not User.objects.filter(username="zhangsan").exists()


def test_django_flags_are_not_offered_and_not_taken(client, administrator):
    account = make_user("viewer")
    page = client.get(address(account, "change")).content.decode()
    for name in ("is_staff", "is_superuser", "groups", "user_permissions", "last_login"):
        assert f'name="{name}"' not in page
    save(client, account, is_staff="on", is_superuser="on", display_name="示例新名")
    account.refresh_from_db()
    assert (account.is_staff, account.is_superuser, account.display_name) == (
        False,
        False,
        "示例新名",
    )


def test_a_new_password_signs_its_owner_out_but_not_the_administrator(client, administrator):
    other = make_user("reporter")
    old = type(client)()
    old.force_login(other)
    new = "纸墨朱-2022-乙"
    save(client, other, new_password=new, new_password_again=new)
    other.refresh_from_db()
    assert other.check_password(new)
    assert signatures(other)[0] == ("~", administrator, REASON, "admin")
    assert old.get(reverse("admin:index")).status_code == 302
    save(client, administrator, new_password=new, new_password_again=new)
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_password_typed_is_never_shown_again(client, administrator):
    account = make_user("viewer")
    response = save(client, account, new_password="geheim", new_password_again="anders")
    assert response.status_code == 422
    assert "geheim" not in response.content.decode()


@pytest.mark.parametrize("changes", [{"role": "viewer"}, {"is_active": ""}])
def test_the_last_active_administrator_stays(client, administrator, changes):
    make_user("administrator", is_active=False)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    data = filled(client, address(administrator, "change"), **changes)
    data = {name: value for name, value in data.items() if value != ""}
    said = errors(client.post(address(administrator, "change"), data))
    assert "This is the last active administrator." in said
    response = delete(client, administrator)
    assert response.status_code == 409
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == ("administrator", True)


def test_one_of_two_administrators_may_go(client, administrator):
    other = make_user("administrator")
    save(client, other, role="viewer")
    other.refresh_from_db()
    assert (other.role, other.is_superuser, other.is_staff) == ("viewer", False, False)


def test_not_all_administrators_at_once(client, administrator):
    other = make_user("administrator")
    data = {"action": "delete_rows", "_selected_action": [administrator.pk, other.pk]}
    response = client.post(address(User, "changelist"), data | {"reason": REASON})
    assert response.status_code == 409
    assert User.objects.filter(role="administrator").count() == 2


def test_signing_in_is_no_change_of_the_account(client):
    """Nobody's log-ins are kept: neither a time nor a row of history."""
    account = make_user("supervisor")
    history = account.history.count()
    answer = client.post(reverse("sign_in"), {"username": account.username, "password": PASSWORD})
    account.refresh_from_db()
    assert (answer.status_code, account.last_login) == (302, None)
    assert account.history.count() == history
