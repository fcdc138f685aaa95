"""Two people of one name, told apart everywhere and never taken for one another; pinyin order."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from priorities.forms.people import find_person
from priorities.ledger.contents import ledger_of
from priorities.models import Unit, User
from tests.states import state

from .factories import date_history, make_action, make_plan, make_priority, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return make_unit("示例甲局")


@pytest.fixture
def twins(unit):
    return [
        make_user("reporter", [unit], name, display_name=shown)
        for name, shown in (("wang1", "示例王伟"), ("wang2", "示例　王伟"))
    ]


def shown(*people) -> list[str]:
    return [str(User.objects.get(pk=person.pk)) for person in people]


def test_a_name_of_ones_own_is_shown_alone(unit):
    assert str(make_user("reporter", [unit], "li", display_name="示例李")) == "示例李"


def test_namesakes_are_shown_apart_whoever_came_first(twins):
    assert str(twins[1]) == "示例　王伟 (wang2)"
    assert shown(*twins) == ["示例王伟 (wang1)", "示例　王伟 (wang2)"]


def test_who_is_left_alone_with_a_name_is_shown_so(twins):
    twins[1].display_name = "示例王维"
    twins[1].save()
    assert shown(*twins) == ["示例王伟", "示例王维"]
    third = make_user(username="wang3", display_name="示例王伟")
    assert shown(twins[0], third) == ["示例王伟 (wang1)", "示例王伟 (wang3)"]
    third.delete()
    assert shown(twins[0]) == ["示例王伟"]


def test_saving_some_columns_keeps_name_and_order_together(twins):
    twins[0].display_name = "示例安"
    twins[0].save(update_fields=["display_name"])
    assert shown(*twins) == ["示例安", "示例　王伟"]
    assert list(User.objects.values_list("username", flat=True)) == ["wang1", "wang2"]
    history = twins[0].history.count()
    twins[1].save(update_fields=["last_login"])
    assert twins[0].history.count() == history


def test_a_user_name_that_is_anothers_name_is_told_apart(unit):
    one = make_user(username="lisi", display_name="")
    other = make_user(username="zhang", display_name="lisi")
    assert shown(one, other) == ["lisi", "lisi (zhang)"]


@pytest.mark.parametrize(
    "words",
    [
        "wang2",
        "WANG2",
        "示例　王伟 (wang2)",
        "示例王伟（wang2）",
        "示例王伟（ｗａｎｇ２）\u200b",
        "示例王伟[wang2]",
    ],
)
def test_each_spelling_with_the_user_name_means_one_person(twins, words):
    assert find_person(words, twins) == twins[1]


@pytest.mark.parametrize("words", ["示例王伟", "示例 王伟", "\u200b示例王伟"])
def test_a_name_of_two_is_refused_with_both_spellings(twins, words):
    with pytest.raises(ValidationError) as refusal:
        find_person(words, twins)
    assert "示例王伟 (wang1)、示例　王伟 (wang2)" in refusal.value.messages[0]


def test_list_files_history_and_past_days_show_who_is_meant(client, twins, unit):
    plan = make_plan()
    office = make_user("supervisor")
    action = make_action(make_priority(plan), lead_unit=unit, owner=twins[0])
    date_history(date(2022, 3, 1))
    action.assign(by=office, changes={"owner": twins[1]})
    date_history(date(2022, 9, 1))
    now = state(plan, plan.today())
    assert [row.owner for row in ledger_of(now).rows] == ["示例　王伟 (wang2)"]
    client.force_login(office)
    for page in ("actions", "timeline", "dashboard", "document", "units"):
        assert client.get(reverse(page, args=["2031"])).status_code == 200
    assert "示例　王伟 (wang2)" in client.get("/2031/actions/").text
    assert "示例王伟 (wang1)" in client.get("/2031/actions/?on=2022-06-30").text
    changes = client.get("/2031/history/").text
    assert "由示例王伟 (wang1)改为示例　王伟 (wang2)" in changes
    compared = client.get("/2031/actions/?since=2022-06-30").text
    assert "示例王伟 (wang1)" in compared
    assert "示例　王伟 (wang2)" in compared


def test_a_name_that_was_given_up_is_still_told_apart_where_another_bears_it(client, twins, unit):
    plan = make_plan()
    make_action(make_priority(plan), lead_unit=unit, owner=twins[0])
    date_history(date(2022, 3, 1))
    twins[0].display_name = "示例王惟"
    twins[0].save()
    date_history(date(2022, 9, 1))
    client.force_login(make_user("viewer"))
    assert "示例王伟 (wang1)" in client.get("/2031/actions/?on=2022-06-30").text
    assert "示例王惟" in client.get("/2031/actions/").text


# Units


@pytest.mark.parametrize("field", ["short_name", "name"])
@pytest.mark.parametrize("name", ["示例 甲局", "示例甲局\u200b", "示例　示例甲局"])
def test_no_unit_gets_a_name_that_a_look_up_takes_for_anothers(unit, field, name):
    fields = {"short_name": "示例乙局", "name": "示例乙管理局"} | {field: name}
    with pytest.raises(ValidationError) as refusal:
        Unit(**fields).full_clean()
    assert list(refusal.value.error_dict) == [field]


# Pinyin order


def test_units_without_an_order_of_their_own_stand_in_pinyin_order():
    Unit.objects.all().delete()
    for name in ("示丁局", "示丙局", "示乙局", "示甲局", "示阿局"):
        make_unit(name)
    make_unit("示最先局", order=1)
    wanted = ["示最先局", "示阿局", "示丙局", "示丁局", "示甲局", "示乙局"]
    assert [unit.short_name for unit in Unit.objects.all()] == wanted
    assert [u.short_name for u in sorted(Unit.objects.all(), key=lambda u: u.place)] == wanted


def test_people_stand_in_pinyin_order_on_pages_and_in_choices(client, unit):
    names = ["曾示", "单示", "李示", "阿示", "赵示"]
    people = {
        n: make_user("reporter", [unit], f"u{k}", display_name=n) for k, n in enumerate(names)
    }
    plan = make_plan()
    priority = make_priority(plan)
    for person in people.values():
        make_action(priority, lead_unit=unit, owner=person)
    wanted = ["阿示", "李示", "单示", "曾示", "赵示"]
    client.force_login(make_user("supervisor"))
    page = client.get(reverse("unit", args=["2031", unit.pk]))
    assert [str(person) for person in page.context["people"]] == wanted
    form = client.get(reverse("actions", args=["2031"])).context["form"]
    assert [words for _key, words in form.fields["owner"].widget.choices][1:] == wanted
    offered = client.get(reverse("assign", args=["2031", "1.1"])).context["form"]["owner"]
    assert [words for _key, words in dict(offered.field.choices)["示例甲局"]] == wanted
    assert [str(person) for person in User.objects.filter(role="reporter")] == wanted


def test_the_history_of_accounts_says_which_account_it_was(client, twins):
    make_plan()
    office = make_user("administrator")
    for person in twins:
        person.is_active = False
        person.save_change(by=office)
    client.force_login(office)
    text = client.get("/2031/history/").text
    assert "<b>示例王伟 (wang1)</b>" in text
    assert "<b>示例　王伟 (wang2)</b>" in text
