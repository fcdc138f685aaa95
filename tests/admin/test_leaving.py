"""People and units who leave: what is open goes to a successor, in one step with one reason."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from priorities.models import Action, ProgressEntry, Unit, User
from tests.factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user

from .pages import REASON, address, errors, filled, save, signatures

pytestmark = pytest.mark.django_db


class World:
    """Two units with two people each; what is open, what is complete and what is cancelled."""

    def __init__(self):
        self.unit, self.other = make_unit("示例一局"), make_unit("示例二局")
        self.leaver = make_user("reporter", [self.unit], display_name="示例老李")
        self.mate = make_user("reporter", [self.unit], display_name="示例小王")
        self.stranger = make_user("reporter", [self.other], display_name="示例外人")
        priority = make_priority(make_plan())
        held = {"lead_unit": self.unit, "owner": self.leaver}
        self.open, self.second = make_action(priority, **held), make_action(priority, **held)
        self.complete, self.cancelled = make_action(priority, **held), make_action(priority, **held)
        self.supported = make_action(priority, lead_unit=self.other, supporting=[self.unit])
        self.entry = make_entry(self.open, by=self.leaver, percent=40)
        make_entry(self.complete, by=self.leaver, percent=100)
        self.cancelled.cancelled_on, self.cancelled.cancelled_reason = date(2022, 3, 1), "示例"
        self.cancelled.save()

    def owners(self) -> list[User]:
        rows = (self.open, self.second, self.complete, self.cancelled)
        return [Action.objects.get(pk=row.pk).owner for row in rows]


@pytest.fixture
def world(db):
    return World()


@pytest.mark.parametrize("who", ["leaver", "unit"])
def test_no_door_leaves_open_actions_with_somebody_inactive(world, who):
    holder = getattr(world, who)
    holder.is_active = False
    with pytest.raises(ValidationError, match=r"1\.1、1\.2"):
        holder.save_change(by=world.mate)
    with pytest.raises(ValidationError, match=r"1\.1、1\.2"):
        holder.leave(by=world.mate, reason=REASON)
    assert type(holder).objects.get(pk=holder.pk).is_active


def test_who_holds_nothing_open_just_leaves(world):
    world.mate.leave(by=world.leaver, reason=REASON)
    assert not User.objects.get(pk=world.mate.pk).is_active


def test_the_page_asks_for_the_successor_and_lists_what_is_held(client, administrator, world):
    response = save(client, world.leaver, is_active="")
    assert "请选择由谁接手" in errors(response) or "Choose who" in errors(response)
    page = response.content.decode()
    assert 'name="successor"' in page
    for action, is_listed in [(world.open, 1), (world.second, 1), (world.complete, 0)]:
        assert (f'href="{action.get_absolute_url()}"' in page) == is_listed
    assert User.objects.get(pk=world.leaver.pk).is_active
    assert 'name="successor"' not in client.get(address(world.leaver, "change")).content.decode()


def test_a_successor_takes_over_in_one_step_with_one_reason(client, administrator, world):
    response = save(client, world.leaver, is_active="", successor=world.mate.pk)
    assert response.status_code == 302, errors(response)
    assert not User.objects.get(pk=world.leaver.pk).is_active
    assert world.owners() == [world.mate, world.mate, world.leaver, world.leaver]
    for row in (world.leaver, world.open, world.second):
        assert signatures(row)[0] == ("~", administrator, REASON, "admin")
    assert ProgressEntry.objects.get(pk=world.entry.pk).by == world.leaver
    assert "示例小王" in client.get(address(User, "changelist")).content.decode()


@pytest.mark.parametrize("who", ["stranger", "leaver", "gone"])
def test_a_successor_has_to_be_able_to_take_it(client, administrator, world, who):
    world.gone = make_user("reporter", [world.unit], is_active=False)
    response = save(client, world.leaver, is_active="", successor=getattr(world, who).pk)
    assert response.status_code == 422
    assert world.owners()[0] == world.leaver
    assert User.objects.get(pk=world.leaver.pk).is_active
    if who == "stranger":
        assert "示例一局" in errors(response) and "1.1、1.2" in errors(response)


@pytest.mark.parametrize("value", ["abc", "9" * 30, "-1", "<b>"])
def test_a_successor_who_cannot_be(client, administrator, world, value):
    assert save(client, world.leaver, is_active="", successor=value).status_code == 422


def test_a_unit_hands_over_what_it_leads_and_supports(client, administrator, world):
    new = make_unit("示例新局")
    world.mate.units.add(new)
    world.second.assign(by=administrator, changes={"owner": world.mate})
    response = save(client, world.unit, is_active="", successor=new.pk)
    assert response.status_code == 302, errors(response)
    first, second = (Action.objects.get(pk=a.pk) for a in (world.open, world.second))
    assert (first.lead_unit, first.owner) == (new, None)
    assert (second.lead_unit, second.owner) == (new, world.mate)
    assert list(world.supported.supporting_units.all()) == [new]
    assert Action.objects.get(pk=world.complete.pk).lead_unit == world.unit
    for row in (world.unit, world.open, world.second, world.supported):
        assert signatures(row)[0] == ("~", administrator, REASON, "admin")
    page = client.get(address(Unit, "changelist")).content.decode()
    assert "示例老李" in page and "示例新局" in page


def test_a_unit_that_supports_what_its_successor_leads(client, administrator, world):
    response = save(client, world.unit, is_active="", successor=world.other.pk)
    assert response.status_code == 302, errors(response)
    assert list(world.supported.supporting_units.all()) == []


def test_all_or_nothing(client, administrator, world, monkeypatch):
    assign = Action.assign

    def breaks_at_the_second(self, **options):
        if self.pk == world.second.pk:
            raise ValidationError("示例")
        return assign(self, **options)

    monkeypatch.setattr(Action, "assign", breaks_at_the_second)
    save(client, world.leaver, is_active="", successor=world.mate.pk)
    assert world.owners()[:2] == [world.leaver, world.leaver]
    assert User.objects.get(pk=world.leaver.pk).is_active


@pytest.mark.parametrize("field", ["owner", "lead_unit", "supporting_units"])
def test_nobody_inactive_is_given_an_action(world, field):
    unit = make_unit("示例旧局", is_active=False)
    person = make_user("reporter", [world.unit], is_active=False)
    value = {"owner": person, "lead_unit": unit, "supporting_units": [unit]}[field]
    fields = {"owner": None} if field == "lead_unit" else {}
    with pytest.raises(ValidationError) as refused:
        world.open.assign(by=world.mate, changes={**fields, field: value})
    assert list(refused.value.message_dict) == [field]


def test_the_panel_gives_nothing_to_an_inactive_unit(client, supervisor, world):
    unit = make_unit("示例旧局", is_active=False)
    url = address(world.open, "change")
    response = client.post(url, filled(client, url, supporting_units=[unit.pk]))
    assert "示例旧局" in errors(response)
    assert not world.open.supporting_units.exists()


def test_what_an_inactive_holder_keeps_may_still_be_changed(client, supervisor, world):
    """A complete action stays with who completed it, and its words can be corrected."""
    world.leaver.leave(by=supervisor, reason=REASON, successor=world.mate)
    response = save(client, world.complete, measure="示例标准")
    assert response.status_code == 302, errors(response)
