"""The plan of 2022 comes with a migration that goes back and forward and spares people's work."""

from contextlib import contextmanager
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from priorities.models import Action, Milestone, Plan, Priority, Unit

from .factories import make_entry, make_user

LOADED = {"Plan": 1, "Priority": 8, "Action": 41, "Unit": 31}
MODELS = (Plan, Priority, Action, Unit)

pytestmark = pytest.mark.django_db(transaction=True)


BEFORE = ("priorities", "0001_initial")


def back():
    """To before the plan; later migrations go as well."""
    MigrationExecutor(connection).migrate([BEFORE])


def of_then(name: str):
    """The model as its table is at the first migration."""
    then = MigrationExecutor(connection).loader.project_state(BEFORE).apps
    return then.get_model("priorities", name)


def forward():
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@contextmanager
def back_and_forward():
    """Without the migration inside, with it again after."""
    back()
    try:
        yield
    finally:
        forward()


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in MODELS}


def past() -> dict[str, int]:
    return {model.__name__: model.history.count() for model in MODELS}


def action(number: str) -> Action:
    return Action.objects.numbered(number).get()


def test_forward_loads_the_document():
    assert (counts(), past()) == (LOADED, LOADED)
    sizes = [priority.actions.count() for priority in Priority.objects.order_by("number")]
    assert sizes == [6, 6, 6, 4, 6, 3, 6, 4]
    plan = Plan.objects.get()
    assert (plan.slug, plan.start, plan.end) == ("2022", date(2022, 1, 1), date(2022, 12, 31))
    assert not Action.objects.filter(lead_unit__isnull=False).exists()


def test_what_was_loaded_says_where_it_comes_from():
    for model in MODELS:
        rows = model.history.values_list("history_type", "history_change_reason", "door")
        assert set(rows) == {("+", "据来源文件录入", "command")}


def test_back_takes_away_what_nobody_touched():
    with back_and_forward():
        nothing = dict.fromkeys(LOADED, 0)
        assert (counts(), past()) == (nothing, nothing)
    assert (counts(), past()) == (LOADED, LOADED)


def test_back_keeps_what_people_have_changed():
    office, unit = make_user("supervisor"), Unit.objects.get(short_name="区发改局")
    Unit.objects.get(short_name="区教育局").people.add(make_user("reporter"))
    action("3.2").assign(by=office, changes={"lead_unit": unit})
    title = Priority.objects.get(number=5)
    title.title = "改过的标题"
    title.save_change(by=office)
    with back_and_forward():
        assert counts() == {"Plan": 1, "Priority": 2, "Action": 1, "Unit": 2}
        assert sorted(Unit.objects.order_by().values_list("short_name", flat=True)) == [
            "区发改局",
            "区教育局",
        ]
    assert counts() == LOADED
    assert action("3.2").lead_unit == unit
    assert Priority.objects.get(number=5).title == "改过的标题"


def test_back_keeps_what_work_hangs_on():
    """Such rows are untouched themselves: it is what refers to them that holds them."""
    stone = Milestone.objects.create(action=action("1.1"), title="示例", planned=date(2022, 3, 1))
    entry = make_entry(action("2.6"), by=make_user("reporter"))
    with back_and_forward():
        assert counts() == {"Plan": 1, "Priority": 2, "Action": 2, "Unit": 0}
    assert counts() == LOADED
    assert (stone.action, entry.action) == (action("1.1"), action("2.6"))


def test_forward_never_brings_back_what_people_deleted():
    action("8.4").delete()
    Unit.objects.get(short_name="区教育局").delete()
    with back_and_forward():
        assert counts() == {"Plan": 1, "Priority": 1, "Action": 0, "Unit": 0}
    assert counts() == LOADED | {"Action": 40, "Unit": 30}
    assert not Action.objects.numbered("8.4").exists()


def test_forward_never_overwrites_a_plan_that_is_there():
    with back_and_forward():
        days = {"start": date(2022, 1, 1), "end": date(2022, 6, 30)}
        made = of_then("Plan").objects.create(slug="2022", title="自己录入的计划", **days)
        words = {"title": "自己的重点", "sentence": "自己的重点。"}
        of_then("Priority").objects.create(plan_id=made.pk, number=1, **words)
    mine = Plan.objects.get(pk=made.pk)
    assert (mine.title, mine.end) == ("自己录入的计划", date(2022, 6, 30))
    assert [p.title for p in mine.priorities.filter(number=1)] == ["自己的重点"]
    assert counts() == LOADED


def test_going_forward_twice_adds_nothing():
    load = import_module("priorities.migrations.0002_plan_2022").load
    load(apps, None)
    assert (counts(), past()) == (LOADED, LOADED)
