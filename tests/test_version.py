"""Every committed change moves the version of the data, by whatever road it comes."""

import subprocess
import sys
from contextlib import closing

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection, models, transaction

from priorities.models import Decision, Plan, Unit
from priorities.version import (
    MOVES,
    data_version,
    move,
    unwatched_tables,
    watch,
    watched_tables,
)
from priorities.waiting import let_go
from tracker.sqlite import library
from tracker.start import StartError, ask_seal

from .factories import make_plan, make_unit
from .seals import break_seal
from .test_recording import at_once, database_on_disk  # noqa: F401 - a fixture
from .test_start import ROOT, environment

WATCHED = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model._meta.app_label not in ("sessions", "axes")
]
postgresql_only = pytest.mark.skipif(connection.vendor == "sqlite", reason="of PostgreSQL only")


def execute(sql: str, *parameters) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def moves(change) -> bool:
    """Whether a change moves the version; it is undone after."""
    before = data_version()
    with transaction.atomic():
        change()
        after = data_version()
        transaction.set_rollback(True)
    return before != after and data_version() == before


def put_any_row(model) -> None:
    """A row whose words mean nothing, where SQLite asks each row: a table may be empty."""
    columns = [field.column for field in model._meta.concrete_fields]
    table, places = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    values = ", ".join("-7" for _ in columns)
    execute("PRAGMA ignore_check_constraints = ON")
    execute(f'INSERT INTO "{table}" ({places}) VALUES ({values})')


@pytest.fixture
def a_row_of(db):
    """Lets a test change a row of any table, sealed ones too, and puts all back after."""
    with transaction.atomic():
        break_seal(connection)
        yield lambda model: connection.vendor != "sqlite" or put_any_row(model)
        transaction.set_rollback(True)
    if connection.vendor == "sqlite":
        execute("PRAGMA ignore_check_constraints = OFF")


# Whatever is changed


def test_every_table_but_sessions_and_refused_sign_ins_is_watched(db):
    assert watched_tables(connection) == sorted(model._meta.db_table for model in WATCHED)
    assert unwatched_tables() == []


@pytest.mark.parametrize("model", WATCHED, ids=lambda model: model._meta.label)
def test_every_field_of_every_row_moves_it(a_row_of, model):
    with transaction.atomic():
        a_row_of(model)
        table, fields = model._meta.db_table, model._meta.concrete_fields
        unmoved = [
            field.name
            for field in fields
            if not moves(
                lambda f=field: execute(f'UPDATE "{table}" SET "{f.column}" = "{f.column}"')
            )
            or not moves(lambda f=field: rows_of(model).update(**{f.attname: models.F(f.attname)}))
        ]
        assert (unmoved, len(fields) > 0) == ([], True)
        assert moves(lambda: execute(f'DELETE FROM "{table}"'))
        assert moves(lambda: rows_of(model)._raw_delete(connection.alias))
        transaction.set_rollback(True)


def rows_of(model) -> models.QuerySet:
    return models.QuerySet(model)


@pytest.mark.parametrize("model", WATCHED, ids=lambda model: model._meta.label)
def test_every_new_row_moves_it(a_row_of, model):
    table = f'"{model._meta.db_table}"'
    if connection.vendor == "sqlite":
        assert moves(lambda: put_any_row(model))
    else:  # where each statement counts, one without a row does
        assert moves(lambda: execute(f"INSERT INTO {table} SELECT * FROM {table} WHERE false"))


def test_each_field_that_is_saved_moves_it(district):
    """By the models, as pages and the panel do; what is sealed is only added."""
    found = [model.objects.first() for model in (Plan, Unit, type(district.lead))]
    found += [*district.people.values(), *district.actions.values()]
    for row in found:
        for field in row._meta.concrete_fields:
            if not field.primary_key:
                assert moves(lambda r=row, f=field: r.save_base(raw=True, update_fields=[f.name]))


def test_what_hangs_between_two_tables_moves_it(district):
    person = district.people["reporter"]
    assert moves(lambda: person.units.add(district.other))
    assert moves(lambda: person.units.clear())


@postgresql_only
@pytest.mark.django_db(transaction=True)
def test_emptying_a_table_moves_it():
    assert moves(lambda: execute("TRUNCATE priorities_formreceipt"))


def test_a_row_that_takes_the_place_of_another_moves_it(db):
    make_unit("区甲局")
    again = {
        "sqlite": "INSERT OR REPLACE INTO priorities_unit SELECT * FROM priorities_unit",
        "postgresql": (
            "INSERT INTO priorities_unit SELECT * FROM priorities_unit "
            "ON CONFLICT (id) DO UPDATE SET name = excluded.name"
        ),
    }
    assert moves(lambda: execute(again[connection.vendor]))


# What does not move it


def test_signing_in_and_a_wrong_password_move_nothing(client, district):
    before = data_version()
    client.post("/sign-in/", {"username": "reporter", "password": "wrong-wrong"})
    client.force_login(district.people["reporter"])
    assert client.get(f"/{district.plan.slug}/").status_code == 200
    assert data_version() == before


def test_what_is_rolled_back_has_moved_nothing(db):
    before = data_version()
    with transaction.atomic():
        make_unit("区甲局")
        within = data_version()
        transaction.set_rollback(True)
    assert (data_version(), within != before) == (before, True)


# By whatever road, and never twice the same


def test_no_version_is_there_twice(db):
    seen = []
    for number in range(300):
        execute("UPDATE priorities_unit SET name = name WHERE id = %s", -number)
        move()
        seen.append(data_version())
    assert len(set(seen)) == 300


def test_two_lives_of_a_database_are_told_apart(db):
    """A backup comes back, and as many other changes are made as had been made."""
    lives = set()
    for _ in range(2):
        with transaction.atomic():
            make_unit("区甲局")
            lives.add(data_version())
            transaction.set_rollback(True)
    assert len(lives) == 2
    counts = {version.partition(".")[0] for version in lives}
    assert len(counts) == 1


def test_a_change_is_seen_when_it_is_committed_and_not_before(database_on_disk):  # noqa: F811
    before = data_version()
    with transaction.atomic():
        make_plan("2032")
        [meanwhile] = at_once(data_version)
    [after] = at_once(data_version)
    assert (meanwhile, after != before, data_version()) == (before, True, after)


def test_a_change_of_another_program_is_seen(database_on_disk):  # noqa: F811
    change = f'UPDATE priorities_unit SET "order" = 99 WHERE id = {make_unit().pk}'
    before = data_version()
    if connection.vendor == "sqlite":
        with closing(library.connect(connection.settings_dict["NAME"])) as other, other:
            other.execute(change)
    else:
        at_once(lambda: execute(change))
    assert data_version() != before


@postgresql_only
@pytest.mark.django_db(transaction=True)
def test_many_who_change_at_once_wait_for_nobody_and_are_all_counted():
    """Also while one of them adds the moves up, who keeps his lock until he ends."""
    units = [make_unit(f"区{name}局") for name in "甲乙丙丁"]
    first = int(data_version().partition(".")[0], 16)

    def change(unit):
        for _ in range(60):
            with transaction.atomic():
                for _ in range(5):
                    Unit.objects.filter(pk=unit.pk).update(order=models.F("order") + 1)

    failures = at_once(*(lambda unit=unit: change(unit) for unit in units))
    assert failures == [None] * 4
    assert int(data_version().partition(".")[0], 16) - first == 4 * 60 * 5
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {MOVES}")
        assert cursor.fetchone()[0] < 4 * 60 * 5


# The triggers are there


def drop_one() -> None:
    on = "" if connection.vendor == "sqlite" else " ON priorities_unit"
    name = "priorities_unit_moves" + ("_update" if connection.vendor == "sqlite" else "")
    execute(f"DROP TRIGGER {name}{on}")


def test_a_table_that_is_watched_no_more_is_found_and_mended(db, capsys):
    before = data_version()
    drop_one()
    assert unwatched_tables() == ["priorities_unit"]
    [error] = run_checks(databases=["default"], tags=["database"])
    assert (error.id, "manage.py seal" in error.msg) == ("priorities.E002", True)
    with pytest.raises(StartError, match=r"manage\.py seal"):
        ask_seal()
    call_command("seal")
    assert capsys.readouterr().out == "priorities_unit: its changes are counted again.\n"
    assert (unwatched_tables(), watch(), data_version() != before) == ([], [], True)
    ask_seal()


@pytest.mark.django_db(transaction=True)
def test_every_migration_brings_them_back_and_moves_it():
    field = Decision._meta.get_field("reason")
    longer = models.CharField(max_length=9999)
    longer.set_attributes_from_name("reason")
    longer.model = Decision
    before = data_version()
    with connection.schema_editor() as editor, connection.cursor() as cursor:
        let_go(cursor)  # as before every migration
        editor.alter_field(Decision, field, longer)
    assert unwatched_tables() == (["priorities_decision"] if connection.vendor == "sqlite" else [])
    call_command("migrate", verbosity=0)
    assert (unwatched_tables(), data_version() != before) == ([], True)
    with connection.schema_editor() as editor, connection.cursor() as cursor:
        let_go(cursor)  # as before every migration
        editor.alter_field(Decision, longer, field)
    call_command("migrate", verbosity=0)
    assert unwatched_tables() == []


def test_where_nobody_counts_no_version_is_there_twice(db):
    execute("DELETE FROM priorities_dataversion")
    assert data_version() != data_version()


def test_the_count_can_be_taken_away_again(tmp_path):
    """An older version of the program can write into what its migrations left."""
    settings = environment(tmp_path)

    def manage(*words):
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=settings,
            capture_output=True,
            text=True,
        )

    for words in (["migrate"], ["migrate", "priorities", "0013"]):
        done = manage(*words)
        assert (done.returncode, done.stderr) == (0, "")
    [database] = tmp_path.rglob("*.sqlite3")
    with closing(library.connect(database)) as other:
        assert other.execute(
            "SELECT count(*) FROM sqlite_master WHERE sql LIKE '%dataversion%'"
        ).fetchone() == (0,)
        other.execute("UPDATE priorities_unit SET name = name")
