"""What a form of the panel asks: once, visibly, and not again because another field was wrong."""

import pytest
from django.core import signing

from priorities.admin import panel
from priorities.admin.passwords import opened, sealed
from priorities.models import Action, User
from tests.dom import page_of
from tests.factories import make_action, make_plan, make_priority

from .pages import REASON, add, address, make_one_of_each, save

pytestmark = pytest.mark.django_db

PASSWORD = "纸墨朱-2022-甲"
ACCOUNT = {
    "username": "zhangsan",
    "display_name": "示例张三",
    "role": "viewer",
    "is_active": "on",
    "new_password": PASSWORD,
    "new_password_again": PASSWORD,
}


def sent_again(response) -> dict:
    """What the browser sends of the page that came back: passwords are never in it."""
    form = next(f for f in page_of(response).all("form") if f.attrs.get("id") == "user_form")
    fields = [*form.all("input"), *form.all("textarea")]
    typed = {n["name"]: n.attrs.get("value", n.text) for n in fields if "name" in n.attrs}
    return {**ACCOUNT, **typed, "new_password": typed.get("new_password", "")}


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"username": ""}, {"username": "张 三"}, {"role": "king"}]
)
def test_a_password_is_not_typed_again_because_another_field_was_wrong(
    client, administrator, wrong
):
    refused = add(client, User, **{**ACCOUNT, **wrong})
    assert refused.status_code == 422
    assert PASSWORD not in refused.content.decode()
    values = {**sent_again(refused), "role": "viewer", "username": "zhangsan", "reason": REASON}
    assert values["new_password"] == values["new_password_again"] == ""
    assert client.post(address(User, "add"), values).status_code == 302
    assert User.objects.get(username="zhangsan").check_password(PASSWORD)


def test_another_password_takes_the_place_of_the_kept_one(client, administrator):
    refused = add(client, User, **{**ACCOUNT, "reason": ""})
    other = {"new_password": "另一个-密码-2022", "new_password_again": "另一个-密码-2022"}
    client.post(address(User, "add"), {**sent_again(refused), **other, "reason": REASON})
    assert User.objects.get(username="zhangsan").check_password("另一个-密码-2022")


def test_a_weak_password_is_not_kept(client, administrator):
    weak = {"new_password": "1234567890", "new_password_again": "1234567890"}
    refused = add(client, User, **{**ACCOUNT, **weak})
    again = client.post(address(User, "add"), sent_again(refused))
    assert again.status_code == 422
    assert not User.objects.filter(username="zhangsan").exists()


STRANGE = {
    "nothing": lambda: "",
    "no token": lambda: "x",
    "no signature": lambda: "a:b:c",
    "of another form": lambda: sealed("hash", nonce="other"),
    "of another use": lambda: signing.dumps(["hash", "one"]),
}


@pytest.mark.parametrize("which", STRANGE)
def test_only_what_was_sealed_for_this_form_opens(which):
    assert opened(STRANGE[which](), nonce="one") == ""
    assert opened(sealed("hash", nonce="one"), nonce="one") == "hash"


def test_a_kept_password_ends(monkeypatch):
    monkeypatch.setattr("priorities.admin.passwords.LASTS", -1)
    assert opened(sealed("hash", nonce="one"), nonce="one") == ""


@pytest.mark.parametrize("form", ["change", "delete", "add"])
def test_the_label_of_the_reason_says_that_it_is_required(client, supervisor, form):
    action = make_action(make_priority(make_plan()))
    answer = client.get(address(action, form), HTTP_ACCEPT_LANGUAGE="en")
    [label] = [n for n in page_of(answer).all("label") if n.attrs.get("for") == "id_reason"]
    assert label.text == "Reason required"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"cancelled_reason": "示例：并入", "reason": ""}, ("示例：并入", "示例：并入")),
        ({"cancelled_reason": "", "reason": "示例：撤项"}, ("示例：撤项", "示例：撤项")),
        (
            {"cancelled_reason": "示例：并入", "reason": "示例：会议定"},
            ("示例：并入", "示例：会议定"),
        ),
    ],
)
def test_a_cancellation_is_asked_for_one_reason(client, supervisor, typed, kept):
    action = make_action(make_priority(make_plan()))
    answer = save(client, action, cancelled_on="2022-09-01", **typed)
    assert answer.status_code == 302
    stored = Action.objects.get(pk=action.pk)
    assert (stored.cancelled_reason, stored.history.first().history_change_reason) == kept


def test_without_a_cancellation_the_reason_is_asked_for(client, supervisor):
    action = make_action(make_priority(make_plan()))
    answer = save(client, action, text="示例改过的举措", reason="", cancelled_reason="")
    assert answer.status_code == 422
    assert "reason" in answer.context["adminform"].form.errors


def of_plans():
    """The panels whose rows belong to a plan, and the way there."""
    for model, its in panel._registry.items():
        filters = [one[0] if isinstance(one, tuple) else str(one) for one in its.list_filter]
        paths = [path for path in filters if path.rpartition("__")[2] == "plan"]
        if paths:
            yield model, its, paths[0]


def test_every_list_of_several_plans_names_the_plan_and_filters_by_it(client, administrator):
    rows = make_one_of_each()
    make_one_of_each_names = {type(row) for row in rows}
    found = []
    for model, its, path in of_plans():
        assert {"plan", "of_plan"} & set(its.list_display), model
        page = client.get(address(model, "changelist"), {f"{path}__id__exact": rows[0].pk})
        assert page.status_code == 200
        assert "2031" in page.content.decode().partition('id="result_list"')[2], model
        found.append(model)
    assert {Action} < set(found) <= make_one_of_each_names
    assert len(found) == 7
