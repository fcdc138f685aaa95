"""Deleting: with a reason, and never what something else refers to."""

from datetime import date

import pytest
from django.conf import settings

from priorities.admin import panel
from priorities.admin.versions import versions_of
from priorities.models import Milestone, Unit, User
from priorities.models.reports import Report
from tests.factories import (
    make_action,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

from .pages import REASON, address, delete, delete_several, make_one_of_each

pytestmark = pytest.mark.django_db


def test_deleting_what_is_referred_to_names_what_refers(client, administrator):
    plan, priority, action, _step, unit, person, *_rest = make_one_of_each()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    expected = {
        plan: "has 1 priority",
        priority: "has 1 action (1.1)",
        action: "has 1 progress entry, has 1 milestone and has 1 target",
        unit: "示例一局 leads 1 action (1.1) and has 1 person; make it inactive instead.",
        person: "owns 1 action (1.1) and recorded 1 progress entry; make the account inactive",
    }
    for row, sentence in expected.items():
        for response in (
            client.get(address(row, "delete")),
            delete(client, row),
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
    response = delete(client, unit)
    assert response.status_code == 409
    assert Unit.objects.filter(pk=unit.pk).exists()


def test_whoever_made_changes_stays(client, administrator):
    colleague = make_user("supervisor")
    make_plan().set_status_date(date(2022, 6, 30), by=colleague)
    response = delete(client, colleague)
    assert response.status_code == 409
    assert User.objects.filter(pk=colleague.pk).exists()


def test_what_nothing_refers_to_is_deleted_with_a_reason(client, supervisor):
    unit = make_unit("多余局")
    response = delete(client, unit)
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
    assert delete_several(client, [free, also_free], reason="").status_code == 422
    assert Unit.objects.filter(pk__in=[free.pk, also_free.pk]).count() == 2
    assert delete_several(client, [free, also_free]).status_code == 302
    assert not Unit.objects.filter(pk__in=[free.pk, also_free.pk]).exists()
    reasons = Unit.history.filter(id__in=[free.pk, also_free.pk], history_type="-")
    assert {row.history_change_reason for row in reasons} == {REASON}


def test_what_was_changed_since_the_question_is_shown_again_first(client, administrator):
    """Deleting carries the version it saw, for one row and for several."""
    _plan, _priority, _action, step, *_rest = make_one_of_each()
    one, other = make_unit(), make_unit()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    colleague = make_user("supervisor", display_name="示例同事")
    for rows in ([step], [one, other]):
        seen = versions_of(rows)
        rows[0].save_change(by=colleague)
        erase = (
            delete_several
            if len(rows) > 1
            else lambda client, rows, **d: delete(client, rows[0], **d)
        )
        for stale in (seen, "", "x"):
            response = erase(client, rows, seen=stale)
            assert response.status_code == 409
            assert f"{colleague} changed this at" in response.content.decode()
        assert type(rows[0]).objects.filter(pk__in=[row.pk for row in rows]).count() == len(rows)
        assert erase(client, rows).status_code == 302
        assert not type(rows[0]).objects.filter(pk__in=[row.pk for row in rows]).exists()


def test_django_own_bulk_deletion_is_gone(client, administrator):
    unit = make_unit()
    data = {"action": "delete_selected", "_selected_action": [unit.pk], "post": "yes"}
    client.post(address(Unit, "changelist"), data)
    assert Unit.objects.filter(pk=unit.pk).exists()
    for model, model_admin in panel._registry.items():
        names = list(model_admin.actions or ())
        expected = ["delete_rows"] if model in (Unit, User, Milestone) else []
        assert names == expected, model


def test_what_came_to_be_referred_to_in_between_stays(client, supervisor, monkeypatch):
    unit = make_unit()
    make_action(make_priority(make_plan()), lead_unit=unit)
    monkeypatch.setattr(panel.get_model_admin(Unit), "refusals", lambda rows, by: [])
    history = unit.history.count()
    response = delete(client, unit)
    assert response.status_code == 302
    assert Unit.objects.filter(pk=unit.pk).exists()
    assert unit.history.count() == history


def test_kinds_that_came_later_hold_a_row_too(client, administrator):
    """No clause was written for reports; whoever drafted one stays all the same."""
    drafter, year = make_user("supervisor"), make_plan()
    dates = {"start": date(2022, 1, 1), "end": date(2022, 3, 31)}
    Report.objects.create(plan=year, by=drafter, masthead="示例", title="示例通报", **dates)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for row in (drafter, year):
        response = delete(client, row)
        assert response.status_code == 409
        assert "is named by reports (1)" in response.content.decode()
