"""The admin panel: who may enter, a reason and one row of history for each change, refusals."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from priorities.admin import panel
from priorities.models import Action, Evidence, Milestone, Plan, Priority, Unit, User
from priorities.state import state

from .factories import (
    PASSWORD,
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

EDITABLE = ("plan", "priority", "action", "milestone", "unit")
RECORDS = ("progressentry", "evidence", "decision")
REASON = "示例理由：按会议纪要更正"
LONG = "长" * 100_000


@pytest.fixture
def administrator(client):
    user = make_user("administrator")
    client.force_login(user)
    return user


@pytest.fixture
def supervisor(client):
    user = make_user("supervisor")
    client.force_login(user)
    return user


def address(row_or_model, page: str) -> str:
    """``page`` is changelist, add, change, delete or history."""
    name = f"admin:{row_or_model._meta.app_label}_{row_or_model._meta.model_name}_{page}"
    return reverse(name, args=[row_or_model.pk] if page in ("change", "delete", "history") else [])


def filled(client, url: str, **changes) -> dict:
    """What a browser would send from that page, with the changes and a reason."""
    context = client.get(url).context
    form = context["adminform"].form
    data = _values(form)
    for inline in context["inline_admin_formsets"]:
        data |= _values(inline.formset.management_form)
        for row in inline.formset.forms:
            data |= _values(row)
    return data | {"reason": REASON} | changes


def _values(form) -> dict:
    found = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False:
            continue
        if isinstance(value, (list, tuple)):
            value = [getattr(one, "pk", one) for one in value]
        found[bound.html_name] = "on" if value is True else value
    return found


def save(client, row, **changes):
    url = address(row, "change")
    return client.post(url, filled(client, url, **changes))


def add(client, model, **fields):
    url = address(model, "add")
    return client.post(url, filled(client, url, **fields))


def errors(response) -> str:
    assert response.status_code == 422, response.status_code
    words = re.findall(r'<ul class="errorlist.*?</ul>', response.content.decode(), re.S)
    return re.sub(r"<[^>]+>", " ", " ".join(words))


def signatures(row) -> list[tuple]:
    """Kind, person, reason and door of each row of history, newest first."""
    rows = row.history.order_by("-history_id")
    return [
        (past.history_type, past.history_user, past.history_change_reason, past.door)
        for past in rows
    ]


def make_one_of_each():
    unit = make_unit("示例一局")
    person = make_user("reporter", [unit])
    plan = make_plan()
    action = make_action(make_priority(plan), lead_unit=unit, owner=person, due=date(2022, 10, 31))
    step = make_milestone(action, date(2022, 6, 30))
    entry = make_entry(action, by=person, needs_review=True)
    decision = entry.send_back(by=make_user("supervisor"), reason="示例：请写明进度")
    evidence = Evidence.objects.create(entry=entry, link="https://example.org/示例")
    return [plan, action.priority, action, step, unit, person, entry, decision, evidence]


# Who may enter


@pytest.mark.parametrize("role", ["viewer", "reporter"])
def test_reporters_and_viewers_get_no_panel(client, role):
    rows = make_one_of_each()
    client.force_login(make_user(role))
    urls = [reverse("admin:index"), reverse("admin:autocomplete"), reverse("admin:jsi18n")]
    urls += [address(row, page) for row in rows for page in ("changelist", "change", "delete")]
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 403)
    assert {client.post(url, {"reason": REASON}).status_code for url in urls} == {403}
    assert Unit.objects.filter(short_name="示例一局").exists()


def test_signed_out_leads_through_our_sign_in_and_back(client):
    response = client.get("/admin/priorities/unit/", follow=True)
    assert response.redirect_chain[-1][0] == "/sign-in/?next=/admin/priorities/unit/"
    user = make_user("administrator")
    data = {"username": user.username, "password": PASSWORD, "next": "/admin/priorities/unit/"}
    response = client.post("/sign-in/", data)
    assert (response.status_code, response["Location"]) == (302, "/admin/priorities/unit/")


def test_supervisor_edits_the_plan_but_not_accounts(client, supervisor):
    rows = make_one_of_each()
    index = client.get(reverse("admin:index")).content.decode()
    for row in rows:
        name = row._meta.model_name
        expected = 403 if name == "user" else 200
        assert client.get(address(row, "changelist")).status_code == expected, name
        assert client.get(address(row, "change")).status_code == expected, name
        is_listed = f'href="/admin/priorities/{name}/"' in index
        assert is_listed == (name != "user"), name


def test_a_refused_call_changes_no_account(client, supervisor):
    account = make_user("reporter")
    data = {"username": "taken-over", "role": "administrator", "reason": REASON}
    for page in ("change", "delete", "history"):
        assert client.post(address(account, page), data).status_code == 403
    assert client.post(address(User, "add"), data).status_code == 403
    account.refresh_from_db()
    assert account.role == "reporter"
    assert not User.objects.filter(username="taken-over").exists()


def test_supervisor_still_chooses_an_owner_by_name(client, supervisor):
    unit = make_unit("示例一局")
    person = make_user("reporter", [unit], display_name="示例张三")
    make_user("reporter", [unit], display_name="示例张四", is_active=False)
    query = {"app_label": "priorities", "model_name": "action", "field_name": "owner"}
    answer = client.get(reverse("admin:autocomplete"), query | {"term": "示例张"}).json()
    assert answer["results"] == [{"id": str(person.pk), "text": "示例张三 · 示例一局"}]


def test_inactive_units_are_not_offered(client, supervisor):
    make_unit("停用局", is_active=False)
    unit = make_unit("在用局")
    query = {"app_label": "priorities", "model_name": "action", "field_name": "lead_unit"}
    answer = client.get(reverse("admin:autocomplete"), query | {"term": "用局"}).json()
    assert [row["id"] for row in answer["results"]] == [str(unit.pk)]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_in_both_languages(client, administrator, language):
    rows = make_one_of_each()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    urls = [reverse("admin:index"), reverse("admin:app_list", args=["priorities"])]
    for row in rows:
        urls += [address(row, "changelist"), address(row, "change")]
        if row._meta.model_name in (*EDITABLE, "user"):
            urls += [address(row, "add"), address(row, "delete"), address(row, "history")]
    for url in urls:
        response = client.get(url)
        page = response.content.decode()
        assert response.status_code == 200, url
        assert not re.search(r"<style|<script>|\sstyle=|\son[a-z]+=", page), url


@pytest.mark.parametrize("name", RECORDS)
def test_what_was_said_and_decided_is_only_shown(client, administrator, name):
    row = next(row for row in make_one_of_each() if row._meta.model_name == name)
    before = type(row).objects.filter(pk=row.pk).values().get()
    assert client.get(address(row, "change")).status_code == 200
    for page in ("add", "change", "delete"):
        response = client.post(address(row, page), {"reason": REASON, "percent": 99})
        assert response.status_code == 403, page
    assert client.get(address(row, "history")).status_code == 404
    assert type(row).objects.filter(pk=row.pk).values().get() == before


def test_password_pages_are_the_sites_own(client, administrator):
    response = client.get(reverse("admin:password_change"))
    assert response["Location"] == reverse("password_change")


# A reason, and exactly one row of history


@pytest.mark.parametrize("name", EDITABLE)
def test_no_change_without_a_reason(client, supervisor, name):
    row = next(row for row in make_one_of_each() if row._meta.model_name == name)
    before = type(row).objects.filter(pk=row.pk).values().get()
    history = row.history.count()
    field = {"unit": "short_name"}.get(name, "title" if name != "action" else "text")
    response = save(client, row, **{field: "另一个名字", "reason": " \n "})
    assert "reason" in response.context["adminform"].form.errors
    errors(response)
    assert type(row).objects.filter(pk=row.pk).values().get() == before
    assert client.post(address(row, "delete"), {"reason": ""}).status_code in (409, 422)
    assert row.history.count() == history


def test_a_changed_row_has_one_signed_row_of_history(client, supervisor):
    for row in make_one_of_each()[:5]:
        history = row.history.count()
        field = "measure" if isinstance(row, Action) else "title"
        field = "name" if isinstance(row, Unit) else field
        response = save(client, row, **{field: "改过的内容"})
        assert response.status_code == 302, errors(response)
        assert row.history.count() == history + 1, row
        assert signatures(row)[0] == ("~", supervisor, REASON, "admin")
        assert getattr(type(row).objects.get(pk=row.pk), field) == "改过的内容"


def test_an_unchanged_save_writes_nothing(client, supervisor):
    for row in make_one_of_each()[:5]:
        history = row.history.count()
        assert save(client, row).status_code == 302
        assert row.history.count() == history, row


def test_supporting_units_are_part_of_the_one_row(client, supervisor):
    _plan, _priority, action, *_rest = make_one_of_each()
    support = [make_unit("示例二局"), make_unit("示例三局")]
    history = action.history.count()
    response = save(
        client,
        action,
        supporting_units=[unit.pk for unit in (*support, action.lead_unit)],
        due="2022-11-30",
    )
    assert response.status_code == 302, errors(response)
    assert action.history.count() == history + 1
    assert set(action.supporting_units.all()) == set(support)
    newest = action.history.order_by("-history_id").first()
    assert {row.unit for row in newest.supporting_units.all()} == set(support)
    assert (newest.due, newest.original_due) == (date(2022, 11, 30), date(2022, 10, 31))
    assert signatures(action)[0] == ("~", supervisor, REASON, "admin")


def test_only_the_relation_changed_is_one_row_too(client, supervisor):
    action = make_one_of_each()[2]
    history = action.history.count()
    save(client, action, supporting_units=[make_unit().pk])
    assert action.history.count() == history + 1


def test_a_new_action_has_one_row_with_its_units(client, supervisor):
    priority = make_priority(make_plan())
    lead, support = make_unit(), make_unit()
    fields = {
        "priority": priority.pk,
        "order": 7,
        "text": "示例新举措",
        "lead_unit": lead.pk,
        "supporting_units": [support.pk],
        "start": "2022-01-01",
        "due": "2022-06-30",
    }
    response = add(client, Action, **fields)
    assert response.status_code == 302, errors(response)
    action = Action.objects.get(text="示例新举措")
    assert signatures(action) == [("+", supervisor, REASON, "admin")]
    assert [row.unit for row in action.history.get().supporting_units.all()] == [support]
    assert action.original_due == date(2022, 6, 30)


def test_milestones_share_the_reason_of_their_action(client, supervisor):
    action, step = make_one_of_each()[2:4]
    own, theirs = action.history.count(), step.history.count()
    response = save(
        client,
        action,
        **{
            "milestones-TOTAL_FORMS": 2,
            "milestones-0-done": "2022-07-01",
            "milestones-1-title": "示例新节点",
            "milestones-1-planned": "2022-08-31",
        },
    )
    assert response.status_code == 302, errors(response)
    new = Milestone.objects.get(title="示例新节点")
    assert (action.history.count(), step.history.count()) == (own, theirs + 1)
    assert signatures(step)[0] == ("~", supervisor, REASON, "admin")
    assert signatures(new) == [("+", supervisor, REASON, "admin")]
    save(client, action, **{"milestones-0-DELETE": "on"})
    kept = Milestone.history.filter(id=step.pk).order_by("-history_id").first()
    assert (kept.history_type, kept.history_user, kept.history_change_reason, kept.door) == (
        "-",
        supervisor,
        REASON,
        "admin",
    )
    assert list(action.milestones.all()) == [new]


def test_priorities_are_edited_on_the_plans_page(client, supervisor):
    plan = make_plan(sizes=[1, 1])
    first, second = plan.priorities.order_by("number")
    counts = [row.history.count() for row in (plan, first, second)]
    response = save(client, plan, red_deviation=40, **{"priorities-1-goal": "示例目标"})
    assert response.status_code == 302, errors(response)
    assert [row.history.count() for row in (plan, first, second)] == [
        counts[0] + 1,
        counts[1],
        counts[2] + 1,
    ]
    assert signatures(second)[0] == ("~", supervisor, REASON, "admin")


def test_somebody_was_faster(client, supervisor):
    action = make_one_of_each()[2]
    url = address(action, "change")
    data = filled(client, url, text="我的文字")
    other = make_user("supervisor", display_name="示例同事")
    action.assign(by=other, changes={"measure": "同事的标准"})
    response = client.post(url, data)
    assert "示例同事" in errors(response)
    action.refresh_from_db()
    assert (action.measure, action.text) == ("同事的标准", "示例举措1.1")


def test_history_page_shows_who_when_why_and_what(client, supervisor):
    action = make_one_of_each()[2]
    save(client, action, due="2022-11-30")
    page = client.get(address(action, "history")).content.decode()
    for words in (REASON, str(supervisor), "2022-10-31", "2022-11-30"):
        assert words in page


# Rules of the rows


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"due": "2021-12-31"}, "The due date cannot lie before the start."),
        ({"due": ""}, "An assigned action needs a start and a due date."),
        ({"lead_unit": ""}, "Choose the lead unit before the owner."),
        ({"cancelled_on": "2022-09-01"}, "A cancelled action needs a day and a reason."),
        ({"cancelled_reason": "示例"}, "A cancelled action needs a day and a reason."),
        ({"due": "2022-02-30"}, "is not a day"),
        ({"due": "9999-12-31"}, "Choose a day in the years"),
        ({"text": ""}, "This field is required."),
        ({"text": LONG}, "At most"),
        ({"measure": LONG}, "At most"),
        ({"lead_unit": "9" * 30}, "Select a valid choice"),
        ({"lead_unit": "abc"}, "Select a valid choice"),
        ({"owner": "abc"}, "Select a valid choice"),
        ({"supporting_units": ["abc"]}, "not a valid value"),
        ({"supporting_units": ["9" * 30]}, "not a valid value"),
        ({"milestones-0-title": ""}, "This field is required."),
        ({"milestones-0-planned": "0000-01-01"}, "is not a day"),
        ({"reason": "长" * 501}, "At most"),
    ],
)
def test_an_action_keeps_its_rules(client, supervisor, changes, said):
    action, step = make_one_of_each()[2:4]
    before = Action.objects.filter(pk=action.pk).values().get()
    history = action.history.count(), step.history.count()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = save(client, action, **changes)
    assert said in errors(response)
    assert Action.objects.filter(pk=action.pk).values().get() == before
    assert (action.history.count(), step.history.count()) == history


def test_a_milestone_named_twice_is_refused(client, supervisor):
    action, step = make_one_of_each()[2:4]
    twice = {"milestones-TOTAL_FORMS": 2, "milestones-1-title": step.title}
    response = save(client, action, **twice, **{"milestones-1-planned": "2022-08-31"})
    assert response.status_code == 422
    assert action.milestones.count() == 1


def test_owner_must_be_in_the_lead_unit(client, supervisor):
    action = make_one_of_each()[2]
    stranger = make_user("reporter", display_name="示例外人")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "示例外人 is not in the lead unit" in errors(save(client, action, owner=stranger.pk))


def test_a_number_is_never_changed_and_never_used_again(client, supervisor):
    action = make_action(make_priority(make_plan()), order=3)
    save(client, action, order=4, priority=make_priority(action.priority.plan).pk)
    assert Action.objects.get(pk=action.pk).number == "1.3"
    client.post(address(action, "delete"), {"reason": REASON})
    assert not Action.objects.filter(pk=action.pk).exists()
    response = add(client, Action, priority=action.priority_id, order=3, text="又一个1.3")
    assert "order" in response.context["adminform"].form.errors


@pytest.mark.parametrize(
    "changes",
    [
        {"end": "2021-01-01"},
        {"status_date": "2021-12-31"},
        {"yellow_deviation": "50"},
        {"red_deviation": "101"},
        {"red_deviation": "1_0"},
        {"red_deviation": "-1"},
        {"red_deviation": "1e309"},
        {"red_deviation": "9" * 30},
        {"reporting_cycle_days": "0"},
        {"slug": "admin"},
        {"slug": "2022/../x"},
        {"title": ""},
        {"priorities-0-number": "0"},
        {"priorities-0-number": "2"},
        {"priorities-0-sentence": ""},
    ],
)
def test_a_plan_keeps_its_rules(client, supervisor, changes):
    plan = make_plan(sizes=[1, 1])
    before = Plan.objects.filter(pk=plan.pk).values().get()
    numbers = list(plan.priorities.values_list("number", flat=True))
    assert save(client, plan, **changes).status_code == 422
    assert Plan.objects.filter(pk=plan.pk).values().get() == before
    assert list(plan.priorities.values_list("number", flat=True)) == numbers


def test_a_unit_of_the_same_name_is_refused_in_words(client, supervisor):
    make_unit("示例一局", name="示例一局全称")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    fields = {"name": "示例一局全称", "short_name": "示例一局", "kind": "other", "order": 1}
    said = errors(add(client, Unit, **fields))
    assert "There is already a unit with this full name." in said
    assert Unit.objects.filter(short_name="示例一局").count() == 1


def test_control_characters_stay_outside(client, supervisor):
    fields = {"name": "示例\x0b四局\u202e", "short_name": "四\x1f局", "kind": "other", "order": 1}
    response = add(client, Unit, **fields)
    assert response.status_code == 302
    unit = Unit.objects.get(short_name="四局")
    assert (unit.name, unit.pinyin) == ("示例 四局", "sj")
    save(client, unit, reason="第一行\r\n第二\x0c行")
    save(client, unit, order=2, reason="第一行\r\n第二\x07行")
    assert signatures(unit)[0][2] == "第一行\n第二行"


def test_pinyin_follows_the_short_name(client, supervisor):
    unit = make_unit("发改局")
    save(client, unit, short_name="科创局")
    unit.refresh_from_db()
    assert unit.pinyin == "kcj"


# Accounts


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
    response = client.post(address(administrator, "delete"), {"reason": REASON})
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


# Deleting


def test_deleting_what_is_referred_to_names_what_refers(client, administrator):
    plan, priority, action, _step, unit, person, *_rest = make_one_of_each()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    expected = {
        plan: "has 1 priority",
        priority: "has 1 action (1.1)",
        action: "has 1 progress entry and has 1 milestone",
        unit: "示例一局 leads 1 action (1.1) and has 1 person; make it inactive instead.",
        person: "owns 1 action (1.1) and recorded 1 progress entry; make it inactive instead.",
    }
    for row, sentence in expected.items():
        for response in (
            client.get(address(row, "delete")),
            client.post(address(row, "delete"), {"reason": REASON}),
        ):
            assert sentence in response.content.decode(), row
        assert response.status_code == 409
        assert type(row).objects.filter(pk=row.pk).exists()


def test_many_actions_are_counted_and_some_named(client, supervisor):
    unit = make_unit("示例一局")
    priority = make_priority(make_plan())
    for _number in range(6):
        make_action(priority, lead_unit=unit)
    make_action(priority, supporting=[unit])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(address(unit, "delete")).content.decode()
    sentence = "leads 6 actions (1.1, 1.2, 1.3, 1.4, 1.5 …) and supports 1 action (1.7)"
    assert sentence in page


def test_a_unit_in_an_actions_history_stays(client, supervisor):
    unit, other = make_unit(), make_unit()
    action = make_action(make_priority(make_plan()), lead_unit=unit)
    action.assign(by=supervisor, changes={"lead_unit": other})
    response = client.post(address(unit, "delete"), {"reason": REASON})
    assert response.status_code == 409
    assert Unit.objects.filter(pk=unit.pk).exists()


def test_whoever_made_changes_stays(client, administrator):
    colleague = make_user("supervisor")
    make_plan().set_status_date(date(2022, 6, 30), by=colleague)
    response = client.post(address(colleague, "delete"), {"reason": REASON})
    assert response.status_code == 409
    assert User.objects.filter(pk=colleague.pk).exists()


def test_what_nothing_refers_to_is_deleted_with_a_reason(client, supervisor):
    unit = make_unit("多余局")
    response = client.post(address(unit, "delete"), {"reason": REASON})
    assert (response.status_code, response["Location"]) == (302, address(Unit, "changelist"))
    past = Unit.history.filter(id=unit.pk).order_by("-history_id")
    newest = past.first()
    assert past.count() == 2
    assert (newest.history_type, newest.history_user, newest.history_change_reason) == (
        "-",
        supervisor,
        REASON,
    )
    assert newest.door == "admin"


def test_several_are_deleted_together_or_not_at_all(client, supervisor):
    free, also_free, busy = make_unit(), make_unit(), make_unit("忙局")
    make_action(make_priority(make_plan()), lead_unit=busy)
    url = address(Unit, "changelist")
    data = {"action": "delete_rows", "_selected_action": [free.pk, busy.pk]}
    assert "忙局" in client.post(url, data).content.decode()
    assert client.post(url, data | {"reason": REASON}).status_code == 409
    data["_selected_action"] = [free.pk, also_free.pk]
    assert client.post(url, data).status_code == 200
    assert client.post(url, data | {"reason": ""}).status_code == 422
    assert Unit.objects.filter(pk__in=[free.pk, also_free.pk]).count() == 2
    assert client.post(url, data | {"reason": REASON}).status_code == 302
    assert not Unit.objects.filter(pk__in=[free.pk, also_free.pk]).exists()
    reasons = Unit.history.filter(id__in=[free.pk, also_free.pk], history_type="-")
    assert {row.history_change_reason for row in reasons} == {REASON}


def test_django_own_bulk_deletion_is_gone(client, administrator):
    unit = make_unit()
    data = {"action": "delete_selected", "_selected_action": [unit.pk], "post": "yes"}
    client.post(address(Unit, "changelist"), data)
    assert Unit.objects.filter(pk=unit.pk).exists()
    for model, model_admin in panel._registry.items():
        names = list(model_admin.actions or ())
        expected = ["delete_rows"] if model in (Unit, User, Milestone) else []
        assert names == expected, model


# Lists


def numbers(response) -> list[str]:
    return [str(row) for row in response.context["cl"].result_list]


def test_each_count_leads_to_the_rows_that_it_counts(client, administrator):
    unit, other = make_unit("示例一局"), make_unit("示例二局")
    priority = make_priority(make_plan())
    led = [make_action(priority, lead_unit=unit) for _n in range(2)]
    supported = make_action(priority, lead_unit=other, supporting=[unit])
    people = {make_user("reporter", [unit, other]) for _n in range(3)}
    row = client.get(address(Unit, "changelist"), {"q": "示例一局"}).content.decode()
    links = re.findall(r'href="(/admin/[^"]*\?[a-z_]*__id__exact=\d+)">(\d+)</a>', row)
    assert [count for _url, count in links] == ["2", "1", "3"]
    found = [set(client.get(url).context["cl"].result_list) for url, _count in links]
    assert found == [set(led), {supported}, people]


@pytest.mark.parametrize(
    ("words", "expected"),
    [("1.2", ["1.2"]), ("示例举措1.3", ["1.3"]), ("slyj", ["1.1"]), ("9.9", []), ("1.", [])],
)
def test_actions_are_found_by_number_words_and_unit(client, supervisor, words, expected):
    Action.objects.all().delete()
    priority = make_priority(make_plan())
    for order in (1, 2, 3):
        unit = make_unit("示例一局") if order == 1 else None
        make_action(priority, order=order, lead_unit=unit, text=f"示例举措1.{order}．")
    response = client.get(address(Action, "changelist"), {"q": words})
    found = [row.number for row in response.context["cl"].result_list]
    assert found == (expected if words != "1." else ["1.1", "1.2", "1.3"])


def test_accounts_are_found_by_name_and_unit(client, administrator):
    unit = make_unit("城建局")
    person = make_user("reporter", [unit], username="lisi", display_name="示例李四")
    for words in ("lisi", "李四", "城建局", "cjj"):
        response = client.get(address(User, "changelist"), {"q": words})
        assert list(response.context["cl"].result_list) == [person], words


@pytest.mark.parametrize("model", [Unit, User, Plan, Priority, Action, Milestone])
def test_a_list_asks_as_often_for_two_rows_as_for_six(
    client, administrator, model, django_assert_num_queries
):
    def make(count):
        for _n in range(count):
            unit = make_unit()
            person = make_user("reporter", [unit])
            action = make_action(
                make_priority(make_plan(f"3{Plan.objects.count()}")), lead_unit=unit, owner=person
            )
            make_milestone(action, date(2022, 6, 30))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(model, "changelist")).status_code == 200
        return len(captured)

    make(2)
    few = queries()
    make(4)
    assert queries() == few


# The way to the site and back, and what is edited shows there


def test_links_lead_to_the_site(client, administrator):
    plan, priority, action, step, unit, person, entry, decision, evidence = make_one_of_each()
    current = Plan.objects.current().slug
    expected = {
        plan: "/2031/",
        priority: "/2031/priorities/1/",
        action: "/2031/actions/1.1/",
        step: "/2031/actions/1.1/",
        entry: f"/2031/actions/1.1/#entry-{entry.pk}",
        decision: f"/2031/actions/1.1/#entry-{entry.pk}",
        evidence: f"/2031/actions/1.1/#entry-{entry.pk}",
        person: f"/{current}/actions/?owner={person.username}",
    }
    for row, url in expected.items():
        page = client.get(address(row, "change")).content.decode()
        assert f'<a href="{url}" class="viewsitelink">' in page, row
    page = client.get(address(unit, "change")).content.decode()
    assert f'href="/{current}/actions/?unit=%E7%A4%BA' in page
    assert '<a href="/">' in page


def test_what_is_edited_in_the_panel_shows_on_the_site_at_once(client, supervisor):
    plan, _priority, action, _step, unit, *_rest = make_one_of_each()
    page = client.get(action.get_absolute_url()).content.decode()
    assert "示例一局" in page
    assert save(client, unit, short_name="示例新局", name="示例新局").status_code == 302
    assert save(client, action, text="示例改过的举措").status_code == 302
    for url in (action.get_absolute_url(), reverse("actions", args=[plan.slug])):
        page = client.get(url).content.decode()
        assert ("示例新局" in page, "示例改过的举措" in page) == (True, True), url
        assert "示例一局" not in page.replace("示例一局 → 示例新局", ""), url


def test_changed_thresholds_and_a_cancelled_action_count_at_once(client, supervisor):
    plan, _priority, action, *_rest = make_one_of_each()
    on = plan.today()
    make_entry(action, by=supervisor, percent=70)
    assert state(plan, on).actions[0].light == "red"
    assert save(client, action, **{"milestones-0-done": "2022-06-30"}).status_code == 302
    assert state(plan, on).actions[0].light == "yellow"
    assert save(client, plan, yellow_deviation=29, red_deviation=30).status_code == 302
    plan.refresh_from_db()
    assert state(plan, on).actions[0].light == "green"
    cancelled = {"cancelled_on": "2022-09-01", "cancelled_reason": "示例：并入其他举措"}
    assert save(client, action, **cancelled).status_code == 302
    assert (state(plan, on).total, state(plan, on).cancelled) == (0, 1)


def test_pages_of_the_site_lead_to_their_row_in_the_panel(client):
    plan, priority, action, *_rest = make_one_of_each()
    pages = {plan: plan, priority: priority, action: action}
    for role, is_shown in (("supervisor", True), ("reporter", False)):
        client.force_login(make_user(role))
        for shown, row in pages.items():
            page = client.get(shown.get_absolute_url()).content.decode()
            assert (f'href="{address(row, "change")}"' in page) == is_shown, (role, row)


def test_the_panel_wears_the_colours_of_the_site():
    """Two stylesheets, one palette: what tracker.css names, admin.css gives the same value."""

    def colours(name: str) -> list[dict]:
        text = (settings.BASE_DIR / "static" / "css" / name).read_text(encoding="utf-8")
        blocks = re.findall(r":root[^{]*{([^}]*--paper:[^}]*)}", text)
        return [dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})", block)) for block in blocks]

    ours, panels = colours("tracker.css"), colours("admin.css")
    assert len(panels) == 3
    for site, admin in zip(ours, panels, strict=False):
        assert admin == {name: site[name] for name in admin}


# Bad input


@pytest.mark.parametrize(
    "query",
    [
        {"q": "长" * 20_000},
        {"q": "a " * 30_000},
        {"q": "'\"%_\\"},
        {"p": "0"},
        {"p": "-1"},
        {"p": "9999"},
        {"p": "abc"},
        {"p": "9" * 5000},
        {"o": "99.-99.x"},
        {"all": "1"},
        {"e": "1"},
        {"owner": "abc"},
        {"owner__id__exact": "abc"},
        {"owner__id__exact": "9" * 30},
        {"lead_unit__id__exact": "9" * 30},
        {"priority__plan__id__exact": "-1"},
        {"password__startswith": "a"},
        {"cancelled": "maybe"},
        {"state": "'"},
        {"day__year": "99999", "day__month": "13"},
        {"planned__year": "0"},
        {"at__year": "abc"},
        {"_to_field": "password"},
        {"_popup": "1"},
        {"_facets": "True"},
    ],
)
def test_no_query_breaks_a_list(client, administrator, query):
    make_one_of_each()
    for model in panel._registry:
        status = client.get(address(model, "changelist"), query, follow=True).status_code
        assert status in (200, 400), (model, status)


@pytest.mark.parametrize("pk", ["9" * 20, "-1", "0", "abc", "%00", "1.5", "_5F", "１"])
def test_no_address_breaks_a_page(client, administrator, pk):
    make_one_of_each()
    for model in panel._registry:
        for page in ("change", "delete", "history"):
            url = f"/admin/priorities/{model._meta.model_name}/{pk}/{page}/"
            assert client.get(url).status_code in (400, 403, 404), url
            assert client.post(url, {"reason": REASON}).status_code in (400, 403, 404), url


@pytest.mark.parametrize("value", ["abc", "9" * 30, "-1", "1,abc", "1,99999999999999999999"])
def test_no_prefilled_value_breaks_a_form(client, administrator, value):
    for model in (Action, Milestone, User, Priority, Plan, Unit):
        fields = {field.name: value for field in (*model._meta.fields, *model._meta.many_to_many)}
        assert client.get(address(model, "add"), fields).status_code == 200, model


@pytest.mark.parametrize("value", ["", "abc", "9" * 30, "\x0b", "１", "<script>", "=1+1", "-1"])
def test_no_form_value_breaks_a_page(client, administrator, value):
    for row in make_one_of_each()[:6]:
        url = address(row, "change")
        data = filled(client, url)
        for name in data:
            if name != "csrfmiddlewaretoken":
                answer = client.post(url, data | {name: value, "_continue": "1"})
                assert answer.status_code in (302, 400, 422), (url, name, answer.status_code)


@pytest.mark.parametrize("selected", [["abc"], ["9" * 30], ["-1"], [""], []])
def test_no_selection_breaks_the_bulk_deletion(client, administrator, selected):
    data = {"action": "delete_rows", "_selected_action": selected, "reason": REASON}
    for model in (Unit, User, Milestone):
        before = model.objects.count()
        assert client.post(address(model, "changelist"), data).status_code in (200, 302, 400)
        assert model.objects.count() == before


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"app_label": "auth", "model_name": "group", "field_name": "permissions"},
        {"app_label": "priorities", "model_name": "action", "field_name": "text"},
        {"app_label": "priorities", "model_name": "action", "field_name": "nothing"},
        {"app_label": "x" * 5000, "model_name": "x", "field_name": "x"},
    ],
)
def test_no_query_breaks_the_search_field(client, supervisor, query):
    for extra in ({}, {"term": "长" * 20_000}, {"page": "abc"}, {"page": "9" * 30}):
        status = client.get(reverse("admin:autocomplete"), query | extra).status_code
        assert status in (200, 403, 404), (query, extra)


def test_supervisors_cannot_search_beyond_the_fields_of_the_plan(client, supervisor):
    """A field of another program's table must not open a way to it."""
    query = {"app_label": "axes", "model_name": "accessattempt", "field_name": "username"}
    assert client.get(reverse("admin:autocomplete"), query).status_code == 403
