"""Units are reformed on a day: what moves, what stays, past days, old names, and taking back."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from priorities.models import Action, Amendment, Unit, User
from priorities.models.amendments import CannotUndo
from priorities.models.closing import Closing
from priorities.models.phases import Life
from priorities.models.reforming import (
    Heirs,
    dissolve_unit,
    merge_units,
    rename_unit,
    split_unit,
)
from priorities.models.standing import strays
from priorities.state.kept import plan_on

from .factories import (
    date_history,
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

TODAY = date(2022, 9, 30)
BEFORE = date(2022, 9, 1)


@pytest.fixture
def office(client):
    user = make_user("supervisor")
    client.force_login(user)
    return user


@pytest.fixture
def signed(office):
    return {"by": office, "on": timezone.localdate(), "reason": "示例：机构改革"}


class Town:
    """Two units with people and actions in a plan that runs, and in one that is closed."""

    def __init__(self):
        self.a, self.b, self.c = (make_unit(f"区{name}局") for name in "甲乙丙")
        self.ann, self.bob = (make_user("reporter", units=[unit]) for unit in (self.a, self.b))
        self.plan = make_plan()
        first = make_priority(self.plan)
        make_action(first, lead_unit=self.a, owner=self.ann, supporting=[self.b, self.c])
        make_action(first, lead_unit=self.b, owner=self.bob, supporting=[self.a])
        make_action(first, lead_unit=self.c, supporting=[self.a, self.b])
        make_action(first, lead_unit=self.a, cancelled_on=date(2022, 3, 1), cancelled_reason="示例")
        for row in Action.objects.of_plan(self.plan):
            row.save()  # with its supporting units in the record
        self.closed = make_plan("2041")
        make_action(make_priority(self.closed), lead_unit=self.a, owner=self.ann)
        self.closed.phase = Life.CLOSED
        self.closed.save()

    def holds(self, plan=None):
        """Of each action lead, supporting units and owner, by number."""
        rows = Action.objects.of_plan(plan or self.plan).select_related("lead_unit", "owner")
        return {
            row.number: (
                row.lead_unit and row.lead_unit.short_name,
                "".join(sorted(unit.short_name for unit in row.supporting_units.all())),
                row.owner,
            )
            for row in rows
        }


@pytest.fixture
def town():
    town = Town()
    date_history(date(2022, 1, 4))
    return town


def units_of(person):
    return [unit.short_name for unit in User.objects.get(pk=person.pk).units.order_by("pk")]


def everything():
    return (
        list(Unit.objects.order_by("pk").values()),
        list(Action.objects.order_by("pk").values()),
        sorted(Action.supporting_units.through.objects.values_list("action", "unit")),
        sorted(User.units.through.objects.values_list("user", "unit")),
    )


def test_a_new_name_moves_nothing(town, signed):
    before = town.holds()
    rename_unit(town.a, name="示例区甲和丁管理局", short_name="区甲丁局", **signed)
    town.a.refresh_from_db()
    assert (town.a.short_name, town.a.pinyin) == ("区甲丁局", "qjdj")
    assert [k for k, v in town.holds().items() if v != before[k]] == ["1.1", "1.2", "1.3", "1.4"]
    assert town.holds()["1.1"][0] == "区甲丁局"


def test_merged_units_go_on_in_a_new_one(town, signed):
    new = Unit(short_name="区甲乙局", name="示例区甲乙管理局")
    merge_units([town.a, town.b], new, **signed)
    assert town.holds() == {
        "1.1": ("区甲乙局", "区丙局", town.ann),
        "1.2": ("区甲乙局", "", town.bob),
        "1.3": ("区丙局", "区甲乙局", None),
        "1.4": ("区甲局", "", None),
    }
    assert town.holds(town.closed) == {"1.1": ("区甲局", "", town.ann)}
    assert [units_of(person) for person in (town.ann, town.bob)] == [["区甲乙局"]] * 2
    assert [Unit.objects.get(pk=u.pk).is_active for u in (town.a, town.b)] == [False, False]
    assert list(strays(Action._meta.apps)) == []


def test_a_unit_can_go_on_in_one_that_is_there(town, signed):
    merge_units([town.a], town.b, **signed)
    assert town.holds()["1.1"] == ("区乙局", "区丙局", town.ann)
    assert town.holds()["1.2"] == ("区乙局", "", town.bob)
    assert town.holds()["1.3"] == ("区丙局", "区乙局", None)


def test_each_action_and_person_of_a_split_unit_goes_where_it_is_sent(town, signed):
    first, second = (Unit(short_name=f"区{n}局", name=f"示例区{n}管理局") for n in "戊己")
    one, two, three, *_ = Action.objects.of_plan(town.plan)
    heirs = Heirs(first, actions={two.pk: second, three.pk: second}, people={town.ann.pk: second})
    split_unit(town.a, [first, second], heirs, **signed)
    assert town.holds()["1.1"] == ("区戊局", "区丙局区乙局", None)
    assert town.holds()["1.2"] == ("区乙局", "区己局", town.bob)
    assert town.holds()["1.3"] == ("区丙局", "区乙局区己局", None)
    assert units_of(town.ann) == ["区己局"]
    assert one.pk


def test_a_split_unit_can_stay_with_the_rest(town, signed):
    new = Unit(short_name="区戊局", name="示例区戊管理局")
    [one, *_] = Action.objects.of_plan(town.plan)
    split_unit(town.a, [town.a, new], Heirs(town.a, actions={one.pk: new}), **signed)
    assert town.holds()["1.1"][0] == "区戊局"
    assert town.holds()["1.2"][1] == "区甲局"
    assert (Unit.objects.get(pk=town.a.pk).is_active, units_of(town.ann)) == (True, ["区甲局"])


def test_what_a_dissolved_unit_leaves_to_nobody_has_no_lead(town, signed):
    dissolve_unit(town.a, Heirs(None), **signed)
    assert town.holds()["1.1"] == (None, "区丙局区乙局", None)
    assert town.holds()["1.2"] == ("区乙局", "", town.bob)
    assert units_of(town.ann) == []


def test_a_closed_plan_keeps_the_names_that_it_was_closed_with(town, signed, office):
    closing = {"day": TODAY, "reason": "示例", "by": office, "at": timezone.now()}
    Closing.objects.create(plan=town.closed, **closing)
    rename_unit(town.a, name="示例区新管理局", short_name="区新局", **signed)
    [closed] = plan_on(town.closed, TODAY).actions
    assert (closed.lead_name, plan_on(town.plan, TODAY).actions[0].lead_name) == (
        "区甲局",
        "区新局",
    )


def test_past_days_keep_the_old_units(town, signed):
    before = plan_on(town.plan, BEFORE)
    merge_units([town.a, town.b], Unit(short_name="区甲乙局", name="示例区甲乙管理局"), **signed)
    then, now = plan_on(town.plan, BEFORE), plan_on(town.plan, TODAY)
    assert [a.lead_name for a in then.actions] == [a.lead_name for a in before.actions]
    assert [a.lead_name for a in then.actions[:2]] == ["区甲局", "区乙局"]
    assert [a.lead_name for a in now.actions[:2]] == ["区甲乙局", "区甲乙局"]


REFORMS = {
    "rename": lambda t, s: rename_unit(t.a, name="示例区新管理局", short_name="区新局", **s),
    "merge": lambda t, s: merge_units(
        [t.a, t.b], Unit(short_name="区新局", name="示例区新管理局"), **s
    ),
    "split": lambda t, s: split_unit(
        t.a, [Unit(short_name="区新局", name="示例区新管理局")], Heirs(t.c), **s
    ),
    "dissolve": lambda t, s: dissolve_unit(t.a, Heirs(t.c), **s),
}


@pytest.mark.parametrize("name", REFORMS)
def test_a_reform_is_taken_back_whole(town, signed, office, name):
    before = everything()
    act = REFORMS[name](town, signed)
    assert everything() != before
    act.undo(by=office)
    assert everything() == before
    assert list(strays(Action._meta.apps)) == []


@pytest.mark.parametrize("name", ["merge", "split", "dissolve"])
def test_a_reform_on_which_somebody_reported_stays(town, signed, office, name):
    act = REFORMS[name](town, signed)
    make_entry(Action.objects.of_plan(town.plan)[0], by=office, at=timezone.now())
    with pytest.raises(CannotUndo):
        act.undo(by=office)


def test_a_new_unit_into_which_somebody_came_since_stays(town, signed, office):
    act = REFORMS["merge"](town, signed)
    make_user("reporter", units=[Unit.objects.get(short_name="区新局")])
    with pytest.raises(CannotUndo):
        act.undo(by=office)


def test_what_is_not_active_is_not_reformed(town, signed):
    dissolve_unit(town.c, Heirs(None), **signed)
    with pytest.raises(ValidationError, match="停用"):
        merge_units([town.c], town.a, **signed)


# The page


def send(client, plan, way, **words):
    sent = {"nonce": str(uuid.uuid4()), "way": way, "on": str(timezone.localdate())}
    sent |= {"reason": "示例：机构改革", "step": "preview", **words}
    return client.post(reverse("unit_reform", args=[plan.slug]), sent)


def agreed(client, plan, way, **words):
    """Preview it, then carry out what was shown."""
    page = send(client, plan, way, **words).content.decode()
    [seen] = re.findall(r'name="seen" value="(\w+)"', page)
    return send(client, plan, way, step="apply", seen=seen, **words)


def test_a_preview_changes_nothing_and_says_what_would_move(client, town, office):
    before = everything()
    answer = send(
        client, town.plan, "merge", units="区甲局、区乙局", into="区甲乙局 示例区甲乙管理局"
    )
    page = answer.content.decode()
    assert (answer.status_code, everything(), Amendment.objects.count()) == (200, before, 0)
    moves = re.findall(r"<li><span>(.*?)</li>", page, re.S)
    assert len(moves) == 5  # three actions, two people; what was cancelled or is closed stays
    assert "区甲局、区丙局、区乙局" in moves[0] and "区甲乙局、区丙局" in moves[0]


def test_what_was_previewed_is_carried_out_once(client, town, office):
    words = {"units": "区甲局、区乙局", "into": "区甲乙局 示例区甲乙管理局"}
    answer = agreed(client, town.plan, "merge", **words)
    assert (answer.status_code, answer.url) == (302, reverse("units", args=["2031"]))
    assert town.holds()["1.1"][0] == "区甲乙局"
    assert Amendment.objects.get().details["units"] == [town.a.pk, town.b.pk]


def test_a_second_click_is_one_reform(client, town, office):
    words = {"units": "区甲局", "into": "区新局 示例区新管理局", "nonce": str(uuid.uuid4())}
    page = send(client, town.plan, "rename", **words).content.decode()
    [seen] = re.findall(r'name="seen" value="(\w+)"', page)
    answers = [
        send(client, town.plan, "rename", step="apply", seen=seen, **words) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Amendment.objects.count() == 1


def test_what_would_be_other_than_previewed_is_shown_again(client, town, office):
    words = {"units": "区甲局", "into": "区丙局"}
    page = send(client, town.plan, "merge", **words).content.decode()
    [seen] = re.findall(r'name="seen" value="(\w+)"', page)
    make_action(town.plan.priorities.get(), lead_unit=town.a)
    before = everything()
    answer = send(client, town.plan, "merge", step="apply", seen=seen, **words)
    assert (answer.status_code, everything()) == (200, before)
    assert "请再看一遍" in answer.content.decode()


def test_the_rows_of_a_split_are_chosen_one_by_one(client, town, office):
    rows = list(Action.objects.of_plan(town.plan))
    words = {"units": "区甲局", "into": "区戊局 示例区戊管理局\n区己局 示例区己管理局"}
    words |= {f"action-{rows[1].pk}": "to1", f"person-{town.ann.pk}": "to1"}
    assert agreed(client, town.plan, "split", **words).status_code == 302
    assert town.holds()["1.1"][0] == "区戊局"
    assert town.holds()["1.2"][1] == "区己局"
    assert units_of(town.ann) == ["区己局"]


LONG = f"{'长' * 31} {'长' * 101}"
MANY = "\n".join(f"区{n}局 示例{n}" for n in range(21))
WRONG = {
    "an unknown unit": ("merge", {"units": "区没有局", "into": "区乙局"}),
    "into itself": ("merge", {"units": "区甲局", "into": "区甲局"}),
    "into two": ("merge", {"units": "区甲局", "into": "区乙局\n区丙局"}),
    "into a name that is taken": ("merge", {"units": "区甲局", "into": "区乙局 示例别名局"}),
    "a full name that is taken": ("rename", {"units": "区甲局", "into": "区新局 示例区乙局"}),
    "no full name": ("rename", {"units": "区甲局", "into": "区乙局"}),
    "two at once": ("rename", {"units": "区甲局、区乙局", "into": "区新局 示例区新局"}),
    "a day that is over": ("dissolve", {"units": "区甲局", "on": "2022-01-04"}),
    "a coming day": ("dissolve", {"units": "区甲局", "on": str(date.today() + timedelta(9))}),
    "no reason": ("dissolve", {"units": "区甲局", "reason": ""}),
    "a new one takes over": ("dissolve", {"units": "区甲局", "into": "区新局 示例区新局"}),
    "a name too long": ("rename", {"units": "区甲局", "into": LONG}),
    "twice": ("split", {"units": "区甲局", "into": "区乙局\n区乙局"}),
    "too many": (
        "split",
        {"units": "区甲局", "into": MANY},
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_and_nothing_is_stored(client, town, office, name):
    way, words = WRONG[name]
    before = everything()
    answer = send(client, town.plan, way, **words)
    page = answer.content.decode()
    assert (answer.status_code, everything()) == (422, before)
    assert re.search(r'class="errors"|class="notice" role="alert"', page)
    assert "区甲局" in page


def test_the_kinds_are_offered_where_none_is_asked_for(client, town, office):
    for address in ("", "?way=nonsense"):
        page = client.get(reverse("unit_reform", args=["2031"]) + address).content.decode()
        assert re.findall(r'id="way-(\w+)"', page) == ["rename", "merge", "split", "dissolve"]


@pytest.mark.parametrize("way", ["rename", "merge"])
def test_old_names_lead_on_and_addresses_stay(client, town, office, way):
    REFORMS[way](town, {"by": office, "on": timezone.localdate(), "reason": "示例"})
    by_name = client.get("/2031/units/区甲局/")
    assert (by_name.status_code, by_name.url) == (302, f"/2031/units/~{town.a.pk}/")
    assert client.get(by_name.url).status_code == 200
    then = client.get(f"/2031/units/~{town.a.pk}/?on=2022-09-01").content.decode()
    assert "<h1>区甲局" in re.sub(r"\s+", "", then) or "区甲局" in then
    assert client.get(f"/2031/people/~{town.ann.pk}/").status_code == 200


def test_a_unit_that_has_ended_says_in_what_it_goes_on(client, town, office):
    signed = {"by": office, "on": timezone.localdate(), "reason": "示例：机构改革"}
    act = REFORMS["merge"](town, signed)
    new = Unit.objects.get(short_name="区新局")
    page = client.get(f"/2031/units/~{town.a.pk}/").content.decode()
    assert f'href="/2031/units/~{new.pk}/"' in page and "示例：机构改革" in page
    then = client.get(f"/2031/units/~{town.a.pk}/?on=2022-09-01").content.decode()
    assert "示例：机构改革" not in then
    act.undo(by=office)
    assert "示例：机构改革" not in client.get(f"/2031/units/~{town.a.pk}/").content.decode()
