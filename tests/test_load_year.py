"""`manage.py load_year`: many sample plans at once, whole enough for every page."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from priorities.models import Action, Decision, Plan, Priority, ProgressEntry, User
from priorities.models.standing import strays
from priorities.seal import open_tables
from priorities.version import data_version, unwatched_tables

from .dom import page_of
from .factories import make_user


@pytest.fixture
def loaded(transactional_db, capsys):
    """Three plans of three weeks, and what was said about them."""
    before = indexes()
    call_command("load_year", plans=3, weeks=3)
    assert indexes() == before
    return capsys.readouterr().out


def indexes() -> set[str]:
    tables = [model._meta.db_table for model in (Plan, Priority, Action, ProgressEntry, Decision)]
    with connection.cursor() as cursor:
        return {
            name
            for table in tables
            for name in connection.introspection.get_constraints(cursor, table)
        }


def test_each_plan_is_a_copy_with_an_entry_a_week(loaded):
    model, *copies = Plan.objects.order_by("pk")
    texts = [action.text for action in Action.objects.of_plan(model)]
    assert [plan.slug for plan in copies] == ["2022-0001", "2022-0002", "2022-0003"]
    assert all("示例" in plan.title and plan.is_sample for plan in copies)
    for plan in copies:
        assert [action.text for action in Action.objects.of_plan(plan)] == texts
        entries = ProgressEntry.objects.of_plan(plan)
        assert entries.count() == 3 * len(texts)
        assert 0 < entries.waiting().count() <= len(texts)
    assert f"3 plans, {3 * len(texts)} actions, {9 * len(texts)} entries" in loaded


def test_the_record_agrees_and_the_database_guards_it_as_ever(loaded):
    assert list(strays(apps)) == []
    assert (open_tables(), unwatched_tables()) == ([], [])
    connection.check_constraints()
    before = data_version()
    plan = Plan.objects.get(slug="2022-0002")
    entry = ProgressEntry.objects.of_plan(plan).waiting().first()
    entry.accept(by=User.objects.get(username="supervisor"))  # new keys go on after the loaded
    assert data_version() != before


@pytest.mark.parametrize("path", ["", "actions/", "actions/1.1/", "?on=2022-06-30", "trends/"])
def test_its_pages_are_there(loaded, client, path):
    client.force_login(User.objects.get(username="reporter1"))
    answer = client.get(f"/2022-0003/{path}")
    assert answer.status_code == 200
    assert "示例县0003" in page_of(answer).text


def test_it_refuses_what_holds_anything_else(db):
    make_user()
    with pytest.raises(CommandError, match="empty installation only"):
        call_command("load_year", plans=3)
    assert Plan.objects.count() == 1


@pytest.mark.parametrize("asked", [{"plans": 0}, {"plans": 10_000}, {"plans": 1, "weeks": 0}])
def test_it_refuses_what_cannot_be(db, asked):
    with pytest.raises(CommandError, match="goes from"):
        call_command("load_year", **asked)
