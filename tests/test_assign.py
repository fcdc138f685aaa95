"""Assigning one action and many: who may, what is stored, what is refused and how."""

import re
from copy import deepcopy
from datetime import date
from urllib.parse import quote

import pytest
from django.urls import reverse

from priorities.models import Action, Milestone
from priorities.models.changes import Door

from .factories import (
    make_action,
    make_milestone,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

SUMMER, AUTUMN = date(2022, 6, 30), date(2022, 9, 30)


class World:
    """A plan with one action assigned and two that are not; two units with people."""

    def __init__(self):
        self.first = make_unit("示例甲局", name="示例甲管理局", pinyin="sljj")
        self.second = make_unit("示例乙局", name="示例乙管理局", pinyin="slyj")
        self.third = make_unit("示例丙局", name="示例丙管理局", pinyin="slbj")
        self.office = make_user("supervisor", username="office", display_name="示例督查员")
        self.owner = make_user("reporter", [self.first], username="owner", display_name="示例王伟")
        self.other = make_user("reporter", [self.second], username="other", display_name="示例李娜")
        self.viewer = make_user("viewer", [self.first], username="viewer")
        self.plan = make_plan("2031")
        self.priority = make_priority(self.plan, number=3)
        self.assigned = make_action(
            self.priority, lead_unit=self.first, owner=self.owner, supporting=[self.third]
        )
        self.open = make_action(self.priority)
        self.second_open = make_action(self.priority)
        self.list_url = reverse("actions", args=[self.plan.slug])
        self.bulk_url = reverse("bulk_assign", args=[self.plan.slug])

    def url(self, action):
        return reverse("assign", args=[self.plan.slug, action.number])


@pytest.fixture(scope="module")
def built(module_rows) -> World:
    return World()


@pytest.fixture
def world(built, client, db) -> World:
    made = deepcopy(built)
    client.force_login(made.office)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return made


def form_of(client, url: str, **headers) -> dict:
    """The values of the form as a browser would send them back."""
    response = client.get(url, headers=headers)
    assert response.status_code == 200
    form = response.context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent["seen"] = response.context["seen"]
    sent["next"] = response.context["next"]
    sent.update({field.html_name: field.value() for field in form.milestones.management_form})
    for row in form.milestones:
        sent.update({row.add_prefix(n): row[n].value() or "" for n in row.fields if n != "DELETE"})
    return sent


def errors_of(page: str, field: str) -> list[str]:
    found = re.search(rf'<ul class="errors" id="[-\w]*{field}_error">(.*?)</ul>', page, re.S)
    return re.findall(r"<li>(.*?)</li>", found.group(1)) if found else []


def reload(action) -> Action:
    return Action.objects.get(pk=action.pk)


# One action.


def test_assigning_stores_it_with_person_door_and_reason(world, client):
    sent = form_of(client, world.url(world.open)) | {
        "lead_unit": "示例甲局",
        "supporting_units": "示例乙局、示例丙局",
        "owner": "owner",
        "start": "2022-03-01",
        "due": "2022-11-30",
        "measure": "示例：完成三项。\r\n第二行",
        "reason": "示例：会议决定。",
    }
    before = world.open.history.count()
    response = client.post(world.url(world.open), sent)
    assert response.status_code == 302
    action = reload(world.open)
    assert (action.lead_unit, action.owner) == (world.first, world.owner)
    assert set(action.supporting_units.all()) == {world.second, world.third}
    assert (action.start, action.due) == (date(2022, 3, 1), date(2022, 11, 30))
    assert action.measure == "示例：完成三项。\n第二行"
    assert action.history.count() == before + 1
    row = action.history.first()
    assert (row.history_user, row.door) == (world.office, Door.PAGE)
    assert row.history_change_reason == "示例：会议决定。"


def test_the_answer_names_unit_and_new_light_and_marks_the_row(world, client):
    sent = form_of(client, world.url(world.open)) | {"lead_unit": "sljj"}
    response = client.post(world.url(world.open), sent, follow=True)
    said = str(next(iter(response.context["messages"])))
    assert said.startswith(
        "3.2 is assigned to 示例甲局. Light: Not started. "
        "Nothing reported yet: first report awaited by 31 October."
    )
    assert 'id="row-3-2" class="changed"' in response.content.decode()
    assert ' changed"' not in client.get(world.list_url).content.decode()


def test_saving_without_a_change_writes_no_history(world, client):
    before = world.assigned.history.count()
    response = client.post(world.url(world.assigned), form_of(client, world.url(world.assigned)))
    assert response.status_code == 302
    assert world.assigned.history.count() == before


def test_the_way_back_is_a_path_of_this_site(world, client):
    back = f"{world.list_url}?light=red"
    sent = form_of(client, f"{world.url(world.open)}?next={quote(back)}")
    assert sent["next"] == back
    assert client.post(world.url(world.open), sent).url == back
    sent = form_of(client, world.url(world.open)) | {"next": "https://example.org/"}
    assert client.post(world.url(world.open), sent).url == world.list_url


def test_milestones_are_added_changed_and_removed(world, client):
    kept = make_milestone(world.assigned, SUMMER, title="示例开工")
    gone = make_milestone(world.assigned, AUTUMN, title="示例验收")
    sent = form_of(client, world.url(world.assigned)) | {
        "milestones-0-done": "2022-07-02",
        "milestones-1-DELETE": "on",
        "milestones-2-title": "示例竣工",
        "milestones-2-planned": "2022-10-31",
    }
    assert client.post(world.url(world.assigned), sent).status_code == 302
    rows = Milestone.objects.filter(action=world.assigned).values_list("title", "planned", "done")
    assert list(rows) == [
        ("示例开工", SUMMER, date(2022, 7, 2)),
        ("示例竣工", date(2022, 10, 31), None),
    ]
    assert Milestone.history.filter(id=gone.pk, history_type="-").exists()
    assert kept.history.first().history_user == world.office


def test_a_milestone_whose_row_did_not_arrive_stays(world, client):
    make_milestone(world.assigned, SUMMER, title="示例开工")
    sent = form_of(client, world.url(world.assigned))
    sent |= {"milestones-TOTAL_FORMS": "0", "milestones-INITIAL_FORMS": "0"}
    assert client.post(world.url(world.assigned), sent).status_code == 302
    assert world.assigned.milestones.count() == 1


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"lead_unit": "没有"}, "lead_unit", "There is no unit “没有”."),
        (
            {"lead_unit": "示例甲管"},
            "lead_unit",
            "There is no unit “示例甲管”. Is it 示例甲局?",
        ),
        ({"lead_unit": "x" * 200}, "lead_unit", "At most 100 characters; these are 200."),
        ({"supporting_units": "示例乙局、某局"}, "supporting_units", "There is no unit “某局”."),
        ({"owner": "nobody"}, "owner", "“nobody” is not among the choices."),
        ({"owner": "9" * 30}, "owner", f"“{'9' * 30}” is not among the choices."),
        (
            {"lead_unit": "示例甲局", "owner": "other"},
            "owner",
            "示例李娜 is not in the lead unit 示例甲局.",
        ),
        ({"due": "2022-02-30"}, "due", "“2022-02-30” is not a day. Write it as 2022-09-30."),
        ({"due": "0000-01-01"}, "due", "“0000-01-01” is not a day. Write it as 2022-09-30."),
        ({"due": "9999-01-01"}, "due", "Choose a day in the years 1990 to 2100."),
        ({"measure": "长" * 100_000}, "measure", "At most 2,000 characters; these are 100,000."),
        ({"reason": "长" * 501}, "reason", "At most 500 characters; these are 501."),
        (
            {"reason": "�"},
            "reason",
            "Some characters arrived unreadable (�). Type or paste them again.",
        ),
        ({"milestones-0-title": "示例开工"}, "planned", None),
        (
            {"milestones-0-title": "示例开工", "milestones-0-planned": "1_0"},
            "planned",
            "“1_0” is not a day. Write it as 2022-09-30.",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_stored(
    world, client, values, field, sentence
):
    sent = form_of(client, world.url(world.open)) | values
    response = client.post(world.url(world.open), sent)
    page = response.content.decode()
    assert response.status_code == 422
    found = errors_of(page, field)
    assert found == [sentence] if sentence else found
    assert reload(world.open).lead_unit is None
    assert world.open.history.count() == 1
    for value in values.values():
        assert value[:200] in page, "what was typed is still there"


def test_a_due_date_that_stood_moves_only_with_a_reason(world, client):
    sent = form_of(client, world.url(world.assigned)) | {"due": "2022-11-30"}
    response = client.post(world.url(world.assigned), sent)
    assert response.status_code == 422
    assert errors_of(response.content.decode(), "reason") == ["Say why the due date moves."]
    assert reload(world.assigned).due == date(2022, 12, 31)
    assert client.post(world.url(world.assigned), sent | {"reason": "示例"}).status_code == 302
    assert reload(world.assigned).due == date(2022, 11, 30)


def test_a_rule_of_the_model_stands_on_top_of_the_form(world, client):
    sent = form_of(client, world.url(world.open))
    sent |= {"lead_unit": "示例甲局", "start": "2022-10-01", "due": "2022-09-01"}
    response = client.post(world.url(world.open), sent)
    assert response.status_code == 422
    assert "The due date cannot lie before the start." in response.content.decode()


def test_a_wrong_milestone_keeps_the_assignment_from_being_stored_too(world, client):
    sent = form_of(client, world.url(world.open)) | {
        "lead_unit": "示例甲局",
        "milestones-0-title": "示例开工",
        "milestones-0-planned": "2022-06-30",
        "milestones-1-title": "示例开工",
        "milestones-1-planned": "2022-07-31",
    }
    response = client.post(world.url(world.open), sent)
    assert response.status_code == 422
    assert errors_of(response.content.decode(), "milestones-1-title") == [
        "The action already has a milestone of this name."
    ]
    assert reload(world.open).lead_unit is None
    assert not Milestone.objects.filter(action=world.open).exists()


def test_a_milestone_of_another_action_is_refused(world, client):
    foreign = make_milestone(world.assigned, SUMMER, title="示例开工")
    sent = form_of(client, world.url(world.open)) | {
        "milestones-0-id": str(foreign.pk),
        "milestones-0-title": "示例改写",
        "milestones-0-planned": "2022-06-30",
    }
    assert client.post(world.url(world.open), sent).status_code == 422
    foreign.refresh_from_db()
    assert (foreign.title, foreign.action) == ("示例开工", world.assigned)


@pytest.mark.parametrize(
    "values",
    [
        {"milestones-TOTAL_FORMS": "1e309"},
        {"milestones-TOTAL_FORMS": "9" * 30},
        {"milestones-TOTAL_FORMS": "-1", "milestones-INITIAL_FORMS": "x"},
        {"milestones-0-id": "9" * 30, "milestones-0-title": "a", "milestones-0-planned": "x"},
    ],
)
def test_a_tampered_formset_is_refused_or_harmless(world, client, values):
    sent = form_of(client, world.url(world.open)) | values
    assert client.post(world.url(world.open), sent).status_code in (302, 422)
    assert not Milestone.objects.exists()


def test_a_form_that_arrives_without_its_rows_is_refused(world, client):
    assert client.post(world.url(world.open), {"lead_unit": "示例甲局"}).status_code == 422
    assert client.post(world.url(world.open)).status_code == 422
    assert reload(world.open).lead_unit is None


def test_a_value_sent_twice_is_refused(world, client):
    sent = form_of(client, world.url(world.open)) | {"lead_unit": ["示例甲局", "示例乙局"]}
    response = client.post(world.url(world.open), sent)
    assert response.status_code == 422
    assert errors_of(response.content.decode(), "lead_unit") == [
        "This was sent twice; once is meant."
    ]


def test_somebody_was_faster(world, client):
    sent = form_of(client, world.url(world.open)) | {"lead_unit": "示例甲局"}
    rival = make_user("supervisor", display_name="示例同事")
    reload(world.open).assign(by=rival, changes={"lead_unit": world.second})
    response = client.post(world.url(world.open), sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert re.search("示例同事 changed this at .{16}, after you opened the form.", page)
    assert 'value="示例甲局"' in page
    assert reload(world.open).lead_unit == world.second
    sent["seen"] = response.context["seen"]
    assert client.post(world.url(world.open), sent).status_code == 302
    assert reload(world.open).lead_unit == world.first


def test_a_double_click_is_no_rival(world, client):
    sent = form_of(client, world.url(world.open)) | {"lead_unit": "示例甲局"}
    assert client.post(world.url(world.open), sent).status_code == 302
    assert client.post(world.url(world.open), sent).status_code == 302
    assert world.open.history.count() == 2


def test_a_cancelled_action_is_not_assigned(world, client):
    sent = form_of(client, world.url(world.open)) | {"lead_unit": "示例甲局"}
    reload(world.open).cancel(by=world.office, on=SUMMER, reason="示例")
    assert client.post(world.url(world.open), sent).status_code == 409
    assert reload(world.open).lead_unit is None


def test_an_owner_who_left_the_unit_can_stay_but_not_be_chosen_anew(world, client):
    world.owner.units.clear()
    sent = form_of(client, world.url(world.assigned))
    assert sent["owner"] == "owner"
    assert client.post(world.url(world.assigned), sent | {"measure": "示例"}).status_code == 302
    sent = form_of(client, world.url(world.open)) | {"lead_unit": "示例甲局", "owner": "owner"}
    assert client.post(world.url(world.open), sent).status_code == 422


def test_an_inactive_unit_is_offered_only_where_it_stands(world, client):
    world.first.is_active = False
    world.first.save()
    assert 'value="示例甲局"' in client.get(world.url(world.assigned)).content.decode()
    sent = form_of(client, world.url(world.open)) | {"lead_unit": "示例甲局"}
    assert client.post(world.url(world.open), sent).status_code == 422


def test_owners_are_offered_by_unit_and_namesakes_told_apart(world, client):
    make_user("reporter", [world.first], username="namesake", display_name="示例王伟")
    page = client.get(world.url(world.open)).content.decode()
    group = re.search(r'<optgroup label="示例甲局">(.*?)</optgroup>', page).group(1)
    words = re.findall(r'<option value="(\w+)">(.*?)</option>', group)
    assert ("owner", "示例王伟 (owner)") in words
    assert ("namesake", "示例王伟 (namesake)") in words


@pytest.mark.parametrize("name", ["viewer", "owner"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_the_office_assigns(world, client, name, method):
    client.force_login(getattr(world, name))
    for url in (world.url(world.open), world.bulk_url):
        if (method, url) == ("get", world.bulk_url):
            continue
        response = getattr(client, method)(url)
        assert response.status_code == 403
        assert "Only the supervision office assigns actions." in response.content.decode()


@pytest.mark.parametrize("number", ["9.9", "3.99", "1_0.1", "９.１", "3.2.1", "0.1", "9" * 30, "x"])
def test_an_action_that_is_not_there(world, client, number):
    assert client.get(reverse("assign", args=[world.plan.slug, number])).status_code == 404


def test_another_plans_action_is_not_reached(world, client):
    other = make_plan("2032", sizes=(1,))
    assert client.get(reverse("assign", args=[other.slug, "3.2"])).status_code == 404


def test_htmx_gets_the_form_alone_and_errors_take_its_place(world, client):
    headers = {"HX-Request": "true", "HX-Target": "row-3-2"}
    opened = client.get(world.url(world.open), headers=headers)
    assert "HX-Request" in opened.headers["Vary"]
    assert opened.content.decode().count("<form") == 1
    assert "<main" not in opened.content.decode()
    sent = form_of(client, world.url(world.open), **headers) | {"lead_unit": "没有"}
    response = client.post(world.url(world.open), sent, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert response.headers["HX-Retarget"] == "#assign-form-3-2"
    assert response.headers["HX-Reswap"] == "outerHTML show:none"
    assert 'id="assign-form-3-2"' in response.content.decode()


@pytest.mark.parametrize(
    "shown, told",
    [
        ("form", {"HX-Push-Url": "/2031/actions/"}),
        ("list", {}),
        ("list?light=red", {"HX-Push-Url": "/2031/actions/"}),
    ],
)
def test_the_browsers_address_says_what_is_shown_after_a_form(world, client, shown, told):
    current = shown.replace("form", world.url(world.open)).replace("list", world.list_url)
    sent = form_of(client, world.url(world.open)) | {"lead_unit": "sljj"}
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{current}"}
    response = client.post(world.url(world.open), sent, headers=headers)
    assert response.status_code == 200
    named = {name: value for name, value in response.headers.items() if name.endswith("-Url")}
    assert named == told


# Many actions.


def preview(client, world, **sent):
    response = client.post(world.bulk_url, {"next": world.list_url, "step": "preview"} | sent)
    seen = re.search(r'name="seen" value="(\w+)"', response.content.decode())
    return response, seen.group(1) if seen else ""


def lines(response) -> dict[str, dict[str, tuple[str, str]]]:
    found = response.context["outcome"].lines
    return {line.number: {field: (a, b) for field, a, b in line.changes} for line in found}


TWO = {"pick": ["3.2", "3.3"], "change": ["lead_unit"], "lead_unit": "示例甲局"}


def test_a_preview_shows_old_and_new_and_stores_nothing(world, client):
    response, seen = preview(client, world, **TWO | {"pick": ["3.1", "3.2"]})
    assert response.status_code == 200
    assert lines(response) == {
        "3.1": {},
        "3.2": {
            "Lead unit": ("", "示例甲局"),
            "Start": ("", "2022-01-01"),
            "Due": ("", "2022-12-31"),
        },
    }
    page = response.content.decode()
    assert "1 would change" in page
    assert "1 stays as it is" in page
    assert "Change 1 action" in page
    assert seen
    assert reload(world.open).lead_unit is None
    assert world.open.history.count() == 1


def test_what_was_previewed_is_applied_with_one_history_row_each(world, client):
    _response, seen = preview(client, world, **TWO)
    back = f"{world.list_url}?priority=3&sort=-due"
    sent = TWO | {"next": back, "step": "apply", "seen": seen, "reason": "示例：会议决定。"}
    response = client.post(world.bulk_url, sent)
    assert response.status_code == 302
    assert response.url == f"{back}#row-3-2"
    for action in (world.open, world.second_open):
        assert reload(action).lead_unit == world.first
        assert action.history.count() == 2
        row = action.history.first()
        assert (row.history_user, row.door) == (world.office, Door.BULK)
        assert row.history_change_reason == "示例：会议决定。"
    page = client.get(response.url).content.decode()
    assert "2 actions changed: 3.2、3.3." in page
    assert len(re.findall(r'id="row-3-[23]" class=" ?changed"', page)) == 2


def test_all_that_the_filter_shows(world, client):
    make_action(make_priority(world.plan, number=4))
    cancelled = make_action(world.priority)
    cancelled.cancel(by=world.office, on=SUMMER, reason="示例")
    back = f"{world.list_url}?priority=3&light=unassigned&light=cancelled"
    response, _seen = preview(client, world, **TWO | {"pick": ["all"], "next": back})
    assert list(lines(response)) == ["3.2", "3.3"]
    nothing = f"{world.list_url}?q=没有"
    response, _seen = preview(client, world, **TWO | {"pick": ["all"], "next": nothing})
    assert response.status_code == 422
    assert "No action fits the filter any more." in response.content.decode()


def test_an_action_that_refuses_is_named_and_left_out(world, client):
    sent = {"pick": ["3.1", "3.2"], "change": ["lead_unit"], "lead_unit": "示例乙局"}
    response, seen = preview(client, world, **sent)
    refused = response.context["outcome"].refused
    assert [(line.number, line.refusal) for line in refused] == [
        ("3.1", "示例王伟 is not in the lead unit 示例乙局.")
    ]
    page = response.content.decode()
    assert re.findall(r'name="pick" value="([\d.]+)" checked', page) == ["3.2"]
    apply = sent | {"next": world.list_url, "step": "apply", "seen": seen}
    response = client.post(world.bulk_url, apply)
    assert response.status_code == 422
    assert reload(world.open).lead_unit is None
    assert client.post(world.bulk_url, apply | {"pick": ["3.2"]}).status_code == 302
    assert reload(world.open).lead_unit == world.second
    assert reload(world.assigned).lead_unit == world.first


def test_rows_that_changed_meanwhile_are_shown_again(world, client):
    _response, seen = preview(client, world, **TWO)
    reload(world.open).assign(by=world.office, changes={"lead_unit": world.second})
    apply = TWO | {"next": world.list_url, "step": "apply", "seen": seen}
    response = client.post(world.bulk_url, apply)
    assert response.status_code == 409
    assert lines(response)["3.2"]["Lead unit"] == ("示例乙局", "示例甲局")
    assert reload(world.open).lead_unit == world.second
    assert reload(world.second_open).lead_unit is None


def test_other_values_than_those_previewed_are_not_applied(world, client):
    _response, seen = preview(client, world, **TWO)
    apply = TWO | {"next": world.list_url, "step": "apply", "seen": seen, "lead_unit": "示例乙局"}
    assert client.post(world.bulk_url, apply).status_code == 409
    assert client.post(world.bulk_url, apply | {"seen": ""}).status_code == 409
    assert reload(world.open).lead_unit is None


def test_a_due_date_moves_only_with_a_reason(world, client):
    sent = {"pick": ["3.1"], "change": ["due"], "due": "2022-11-30"}
    response, seen = preview(client, world, **sent)
    assert 'name="reason"' in response.content.decode()
    apply = sent | {"next": world.list_url, "step": "apply", "seen": seen}
    response = client.post(world.bulk_url, apply)
    assert response.status_code == 422
    assert errors_of(response.content.decode(), "reason") == ["Say why the due date moves."]
    assert reload(world.assigned).due == date(2022, 12, 31)
    assert client.post(world.bulk_url, apply | {"reason": "示例"}).status_code == 302
    assert reload(world.assigned).due == date(2022, 11, 30)
    assert world.assigned.history.first().history_change_reason == "示例"


def test_ticked_and_empty_takes_away(world, client):
    sent = {"pick": ["3.1"], "change": ["owner", "supporting_units"]}
    response, seen = preview(client, world, **sent)
    assert lines(response)["3.1"] == {
        "Owner": ("示例王伟", ""),
        "Supporting units": ("示例丙局", ""),
    }
    apply = sent | {"next": world.list_url, "step": "apply", "seen": seen}
    assert client.post(world.bulk_url, apply).status_code == 302
    assert reload(world.assigned).owner is None
    assert not reload(world.assigned).supporting_units.exists()


def test_only_what_is_ticked_is_changed(world, client):
    response, _seen = preview(client, world, **TWO | {"owner": "owner"})
    assert response.status_code == 422
    assert errors_of(response.content.decode(), "owner") == [
        "Tick this field too, so that it is changed."
    ]


def test_rows_alone_lead_to_the_fields(world, client):
    response, _seen = preview(client, world, pick=["3.1", "3.3"])
    assert response.status_code == 200
    ticked = re.findall(r'name="pick" value="([\d.]+)" checked', response.content.decode())
    assert ticked == ["3.1", "3.3"]
    response, _seen = preview(client, world, pick=["3.1"], step="apply")
    assert response.status_code == 422


@pytest.mark.parametrize(
    "values",
    [
        {"pick": []},
        {"pick": ["9.9"]},
        {"pick": ["9" * 30]},
        {"pick": ["x" * 100_000]},
        {"pick": ["3.2", "<script>"]},
        {"change": ["text"]},
        {"change": ["lead_unit"], "lead_unit": "没有"},
        {"lead_unit": ["示例甲局", "示例乙局"]},
        {"change": ["due"], "due": "2022-02-30", "lead_unit": ""},
        {"change": ["owner"], "owner": "nobody", "lead_unit": ""},
        {"reason": "长" * 501},
    ],
)
@pytest.mark.parametrize("step", ["preview", "apply", "x" * 5000])
def test_a_wrong_bulk_change_is_refused_and_nothing_is_stored(world, client, values, step):
    response, _seen = preview(client, world, **TWO | {"step": step} | values)
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert reload(world.open).lead_unit is None


def test_a_cancelled_action_cannot_be_picked(world, client):
    world.open.cancel(by=world.office, on=SUMMER, reason="示例")
    response, _seen = preview(client, world, **TWO)
    assert response.status_code == 422
    assert "There is no action 3.2 in this plan" in response.content.decode()


def test_the_other_ticks_are_not_lost_with_a_wrong_one(world, client):
    response, _seen = preview(client, world, **TWO | {"pick": ["3.2", "9.9"]})
    assert re.findall(r'name="pick" value="([\d.]+)" checked', response.content.decode()) == ["3.2"]


def test_a_double_click_on_apply_changes_once(world, client):
    _response, seen = preview(client, world, **TWO)
    apply = TWO | {"next": world.list_url, "step": "apply", "seen": seen}
    assert client.post(world.bulk_url, apply).status_code == 302
    again = client.post(world.bulk_url, apply, follow=True)
    assert world.open.history.count() == 2
    page = again.content.decode()
    assert "2 actions changed: 3.2、3.3." in page
    assert "Nothing is left to change" not in page


def test_who_applies_what_somebody_else_did_is_told_so(world, client):
    _response, seen = preview(client, world, **TWO)
    for action in (world.open, world.second_open):
        reload(action).assign(by=world.office, changes={"lead_unit": world.first})
    apply = TWO | {"next": world.list_url, "step": "apply", "seen": seen}
    page = client.post(world.bulk_url, apply, follow=True).content.decode()
    assert "Nothing is left to change: it stands as you asked." in page
    assert world.open.history.count() == 2
