"""What is written once stays as it was: the database refuses, and the chain finds what got past.

Everything here holds on both databases; what only one of them knows is marked so.
"""

import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.core import serializers
from django.core.checks import run_checks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.core.management.color import no_style
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from priorities.models import (
    Action,
    ChainLink,
    Decision,
    Evidence,
    IssuedFile,
    IssuedReport,
    ProgressEntry,
    Report,
)
from priorities.models.chain import GENESIS, WrittenOnce, WrittenOnceQuerySet, hash_of, head
from priorities.models.issued import FileToFreeze
from priorities.seal import open_tables, seal, sealed_tables
from priorities.verify import Verification
from priorities.waiting import let_go
from tracker.sqlite import library
from tracker.start import StartError, ask_seal

from . import prepared
from .factories import (
    PASSWORD,
    make_action,
    make_entries,
    make_milestone,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)
from .faults import load
from .seals import break_seal, relink, seal_off
from .test_backup import FILL
from .test_recording import at_once, database_on_disk  # noqa: F401 - a fixture
from .test_start import PATIENCE, ROOT, environment, start

DAY = date(2022, 9, 30)
CHANGE = Action.history.model
SEALED = [ProgressEntry, Evidence, Decision, IssuedReport, IssuedFile, CHANGE, ChainLink]

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite only")
postgresql_only = pytest.mark.skipif(connection.vendor == "sqlite", reason="of PostgreSQL only")


@pytest.fixture
def written(db):
    """Two entries with evidence and decisions, and an issued report with a file: ten links."""
    rows = write()
    connection.check_constraints()  # PostgreSQL truncates none while one is still unchecked
    return rows


def write() -> dict[str, list]:
    unit = make_unit("区甲局")
    action = make_action(make_priority(make_plan()), lead_unit=unit)
    liaison, office = make_user("reporter", [unit]), make_user("supervisor")
    entries = [
        ProgressEntry.record(
            action=action,
            by=liaison,
            day=DAY,
            percent=percent,
            done="示例：已开工。",
            files=[SimpleUploadedFile(f"示例{percent}.pdf", b"%PDF-1.4 demo")],
            links=[f"https://example.org/{percent}"],
        )
        for percent in (20, 30)
    ]
    decisions = [entry.accept(by=office) for entry in entries]
    report = Report.objects.create(
        plan=action.priority.plan,
        start=date(2022, 1, 1),
        end=DAY,
        number="示例〔2022〕1号",
        title="示例通报",
    )
    files = [FileToFreeze("docx", "示例.docx", b"PK demo")]
    issued = report.freeze(data='{"words": "示例"}', files=files, by=office, at=entries[0].at)
    return {
        "ProgressEntry": entries,
        "Evidence": list(Evidence.objects.order_by("pk")),
        "Decision": decisions,
        "IssuedReport": [issued],
        "IssuedFile": list(IssuedFile.objects.all()),
        "HistoricalAction": list(action.history.all()),
        "ChainLink": list(ChainLink.objects.all()),
    }


def said():
    """The links of what people said and the office issued, without those of recorded changes."""
    return ChainLink.objects.exclude(table_name__startswith="priorities_historical")


def nth(place: int) -> int:
    """The number of one of those links, counted from 1."""
    return said().values_list("number", flat=True)[place - 1]


def everything() -> dict[str, list]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in SEALED}


def execute(sql: str, *parameters) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


# The database refuses


def text_field(model) -> str:
    fields = {ProgressEntry: "done", Evidence: "link", Decision: "reason", ChainLink: "hash"}
    fields[CHANGE] = "text"
    return fields.get(model, "sha256")


def columns_of(model) -> list[str]:
    return [field.column for field in model._meta.concrete_fields]


def over_itself(model, begin: str, end: str = "") -> str:
    """An INSERT of the table's first row, once more."""
    table, columns = model._meta.db_table, ", ".join(f'"{c}"' for c in columns_of(model))
    return f"{begin} {table} ({columns}) SELECT {columns} FROM {table} WHERE true LIMIT 1 {end}"


def save_past_the_guard(row) -> None:
    setattr(row, text_field(type(row)), "x")
    models.Model.save(row, force_update=True)


def load_fixture(row) -> None:
    setattr(row, text_field(type(row)), "x")
    for loaded in serializers.deserialize("json", serializers.serialize("json", [row])):
        loaded.save()


def bulk_update(row) -> None:
    setattr(row, text_field(type(row)), "x")
    type(row).objects.bulk_update([row], [text_field(type(row))])


ROADS = {
    "QuerySet.update": lambda m, row: m.objects.update(**{text_field(m): "x"}),
    "bulk_update": lambda m, row: bulk_update(row),
    "QuerySet.delete": lambda m, row: m.objects.filter(pk=row.pk)._raw_delete("default"),
    "Model.save": lambda m, row: save_past_the_guard(row),
    "Model.delete": lambda m, row: models.Model.delete(row),
    "a fixture": lambda m, row: load_fixture(row),
    "UPDATE": lambda m, row: execute(f"UPDATE {m._meta.db_table} SET {text_field(m)} = 'x'"),
    "DELETE": lambda m, row: execute(f"DELETE FROM {m._meta.db_table}"),
    "upsert": lambda m, row: execute(
        over_itself(
            m,
            "INSERT INTO",
            f"ON CONFLICT ({m._meta.pk.column}) DO UPDATE SET {text_field(m)} = 'x'",
        )
    ),
    "REPLACE": lambda m, row: execute(over_itself(m, "INSERT OR REPLACE INTO")),
    "TRUNCATE": lambda m, row: execute(f"TRUNCATE {m._meta.db_table} CASCADE"),
}
ONLY = {"REPLACE": "sqlite", "TRUNCATE": "postgresql"}


@pytest.mark.parametrize("road", [r for r in ROADS if ONLY.get(r) in (None, connection.vendor)])
@pytest.mark.parametrize("model", SEALED, ids=lambda model: model.__name__)
def test_nothing_written_once_is_changed_or_deleted_by_any_road(written, model, road):
    before = everything()
    with pytest.raises((IntegrityError, models.ProtectedError)), transaction.atomic():
        ROADS[road](model, written[model.__name__][0])
    assert everything() == before


@pytest.mark.parametrize("column", ["nonce", "entry_id"])
@sqlite_only
def test_a_replace_over_another_unique_column_is_refused(written, column):
    model = ProgressEntry if column == "nonce" else Decision
    others = ", ".join(f'"{c}"' for c in columns_of(model) if c != "id")
    table, before = model._meta.db_table, everything()
    with pytest.raises(IntegrityError, match="is written once"), transaction.atomic():
        execute(f"REPLACE INTO {table} (id, {others}) SELECT 999, {others} FROM {table} LIMIT 1")
    assert everything() == before


def test_an_empty_flush_is_refused(written):
    """manage.py flush does what these statements do."""
    before = everything()
    tables = connection.introspection.django_table_names(only_existing=True)
    statements = connection.ops.sql_flush(no_style(), tables)
    with pytest.raises(IntegrityError), transaction.atomic():
        for statement in statements:
            execute(statement)
    assert everything() == before


@pytest.mark.parametrize("act", ["change", "delete"])
@pytest.mark.parametrize("name", ["progressentry", "evidence", "decision"])
def test_the_admin_panel_changes_nothing(written, client, act, name):
    client.force_login(make_user("administrator"))
    before = everything()
    model = {m._meta.model_name: m for m in SEALED}[name]
    row = written[model.__name__][0]
    data = {text_field(model): "x", "post": "yes", "reason": "示例"}
    answer = client.post(f"/admin/priorities/{name}/{row.pk}/{act}/", data)
    assert answer.status_code in (403, 404)
    assert everything() == before


WRITTEN_ONCE = {
    *("ProgressEntry", "Evidence", "Decision", "DecisionUndone", "ExtensionRequest"),
    *("Closing", "Ending", "Reopening"),
    *("ExtensionAnswer", "FileImport", "IssuedReport", "IssuedFile", "SourceDocument"),
    *("HistoricalPlan", "HistoricalPriority", "HistoricalAction", "HistoricalMilestone"),
    *("HistoricalLineage", "HistoricalUnit", "HistoricalUser", "HistoricalUser_units"),
    *("HistoricalAction_supporting_units", "HistoricalTarget", "TargetValue"),
}
"""By name: who takes one away from under the chain has to take it from here too."""


def test_every_model_written_once_keeps_its_rows_in_the_chain():
    sealed = [m for m in apps.get_models() if issubclass(m, WrittenOnce)]
    assert {m.__name__ for m in sealed} == WRITTEN_ONCE
    strays = [m for m in sealed if not issubclass(m.objects.all().__class__, WrittenOnceQuerySet)]
    assert strays == []


# The triggers are there


def test_a_seal_that_is_broken_is_found_and_mended(db, capsys):
    assert (open_tables(), run_checks(databases=["default"], tags=["database"])) == ([], [])
    break_seal(connection)
    tables = sorted(sealed_tables(connection))
    assert {model._meta.db_table for model in SEALED} <= set(tables)
    assert open_tables() == tables
    [error] = run_checks(databases=["default"], tags=["database"])
    assert (error.id, "manage.py seal" in error.msg) == ("priorities.E001", True)
    call_command("seal")
    assert capsys.readouterr().out == "".join(f"{table}: sealed again.\n" for table in tables)
    assert open_tables() == []
    call_command("seal")
    assert capsys.readouterr().out == "Every table is sealed and counted; nothing to do.\n"


def test_a_start_stops_in_one_line_where_a_trigger_is_missing(db):
    ask_seal()
    break_seal(connection)
    with pytest.raises(StartError, match=r"manage\.py seal") as stopped:
        ask_seal()
    assert len(str(stopped.value).splitlines()) == 1


@sqlite_only
def test_a_trigger_that_was_made_harmless_is_found(db):
    execute("DROP TRIGGER priorities_decision_no_update")
    execute(
        "CREATE TRIGGER priorities_decision_no_update BEFORE UPDATE ON priorities_decision "
        "BEGIN SELECT 1; END"
    )
    assert open_tables() == ["priorities_decision"]
    assert seal() == ["priorities_decision"]
    assert open_tables() == []


@postgresql_only
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE priorities_decision DISABLE TRIGGER priorities_decision_row",
        "ALTER TABLE priorities_decision ENABLE TRIGGER priorities_decision_row",
        "DROP TRIGGER priorities_decision_table ON priorities_decision",
    ],
)
def test_a_trigger_that_was_switched_off_is_found(db, statement):
    execute(statement)
    assert open_tables() == ["priorities_decision"]
    assert seal() == ["priorities_decision"]
    assert open_tables() == []


@postgresql_only
def test_a_function_that_was_made_harmless_is_found(db):
    execute(
        "CREATE OR REPLACE FUNCTION priorities_written_once() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RETURN NEW; END $$"
    )
    assert open_tables() == list(sealed_tables(connection))
    seal()
    assert open_tables() == []


@pytest.mark.django_db(transaction=True)
def test_a_changed_field_drops_triggers_and_every_migration_brings_them_back():
    field = Decision._meta.get_field("reason")
    longer = models.CharField(max_length=9999)
    longer.set_attributes_from_name("reason")
    longer.model = Decision
    with connection.schema_editor() as editor, connection.cursor() as cursor:
        let_go(cursor)  # as before every migration
        editor.alter_field(Decision, field, longer)
    lost = ["priorities_decision"] if connection.vendor == "sqlite" else []
    assert open_tables() == lost
    call_command("migrate", verbosity=0)
    assert open_tables() == []
    with connection.schema_editor() as editor, connection.cursor() as cursor:
        let_go(cursor)  # as before every migration
        editor.alter_field(Decision, longer, field)
    call_command("migrate", verbosity=0)
    assert open_tables() == []


# The chain


def test_each_act_has_its_links(written):
    tables = list(said().values_list("table_name", flat=True))
    one = ["priorities_progressentry", "priorities_evidence", "priorities_evidence"]
    decided = ["priorities_decision"] * 2
    issued = ["priorities_issuedreport", "priorities_issuedfile"]
    assert tables == [*one, *one, *decided, *issued]
    numbers = list(ChainLink.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert head() == ChainLink.objects.last().hash
    assert found() == []


def test_an_empty_chain_has_a_head(db):
    assert found() == []
    break_seal(connection)
    execute("DELETE FROM priorities_chainlink")
    assert head() == GENESIS


def test_what_is_undone_leaves_no_link(written):
    before = head()
    entry = written["ProgressEntry"][0]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_entries([entry.action], by=entry.by, each=3)
        assert head() != before
        raise ZeroDivisionError
    assert (head(), found()) == (before, [])


def test_many_at_once_have_their_links_too(db):
    action = make_action(make_priority(make_plan()), lead_unit=make_unit())
    make_entries([action], by=make_user("reporter"), each=250)
    assert said().count() == 250
    assert found() == []


@pytest.mark.parametrize("option", ["ignore_conflicts", "update_conflicts"])
def test_many_at_once_overwrite_nothing(written, option):
    with pytest.raises(TypeError, match="it is an error"):
        Evidence.objects.bulk_create([], **{option: True})


def test_eight_who_write_at_once_make_one_chain(database_on_disk):  # noqa: F811
    unit = make_unit("区甲局")
    action = make_action(make_priority(make_plan()), lead_unit=unit)
    people = [make_user("reporter", [unit]) for _n in range(8)]

    def record(by):
        for _n in range(5):
            ProgressEntry.record(
                action=action, by=by, day=DAY, percent=20, done="示例", links=["https://a.example/"]
            )

    assert at_once(*[lambda by=by: record(by) for by in people]) == [None] * 8
    assert said().count() == 80
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_a_database_of_an_older_version_is_brought_up_by_hand():
    """`manage.py migrate` asks whether all is sealed before it seals what is new."""
    call_command("migrate", "priorities", "0011", verbosity=0)
    try:
        assert open_tables() == []  # unless somebody asked a newer program
        break_seal(connection)
        assert run_checks(databases=["default"], tags=["database"]) == []
        with pytest.raises(CommandError, match="older version"):
            call_command("verify")
        call_command("migrate", verbosity=0, skip_checks=False)
    finally:
        call_command("migrate", verbosity=0)
    assert (open_tables(), found()) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_what_was_there_before_the_chain_gets_its_links():
    write()
    before = everything()
    call_command("migrate", "priorities", "0003", verbosity=0)
    call_command("migrate", verbosity=0)
    assert found() == []
    assert everything() | {"ChainLink": []} == before | {"ChainLink": []}
    assert said().count() == 10


def test_anybody_can_count_again(written):
    """By the words of the docstring alone, without the program's own functions."""
    entry = written["Decision"][0]
    link = ChainLink.objects.get(table_name="priorities_decision", row_id=entry.pk)
    before = ChainLink.objects.get(number=link.number - 1).hash
    at = entry.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    row = [
        ["id", entry.pk],
        ["entry_id", entry.entry_id],
        ["verdict", "accepted"],
        ["reason", ""],
        ["by_id", entry.by_id],
        ["at", at],
        ["after", 0],
    ]
    assert link.columns == " ".join(column for column, _value in row)
    assert link.digest == sha256(row)
    parts = [before, link.number, "priorities_decision", entry.pk, link.columns, link.digest]
    assert link.hash == sha256(parts)


def sha256(value) -> str:
    return hashlib.sha256(json.dumps(value, separators=(",", ":")).encode()).hexdigest()


# What got past is found and named


def found(**options) -> list[str]:
    return [str(fault) for fault in Verification(**options).faults()]


def row_of(written, name, place=0) -> str:
    row = written[name][place]
    table = row._meta.db_table
    link = ChainLink.objects.get(table_name=table, row_id=row.pk)
    return f"Row {row.pk} of {table} (link {link.number})"


def tamper(*statements: str) -> None:
    """What somebody does who has the database file: first the triggers go."""
    break_seal(connection)
    for statement in statements:
        execute(statement)
    connection.check_constraints()
    seal()


def test_a_changed_row_is_named(written):
    second = written["ProgressEntry"][1]
    tamper(f"UPDATE priorities_progressentry SET percent = 99 WHERE id = {second.pk}")
    assert found() == [f"{row_of(written, 'ProgressEntry', 1)} was changed"]


@pytest.mark.parametrize("name", ["Evidence", "Decision", "IssuedReport", "IssuedFile"])
def test_a_changed_row_of_any_table_is_named(written, name):
    row = written[name][-1]
    tamper(f"UPDATE {row._meta.db_table} SET {text_field(type(row))} = 'x' WHERE id = {row.pk}")
    assert found(with_files=False) == [f"{row_of(written, name, -1)} was changed"]


@sqlite_only
def test_a_value_that_is_none_of_its_kind_is_named(written):
    row = written["ProgressEntry"][0]
    tamper(f"UPDATE priorities_progressentry SET at = 'never' WHERE id = {row.pk}")
    assert found() == [f"{row_of(written, 'ProgressEntry')} was changed"]


@sqlite_only
@pytest.mark.parametrize(
    "spelling",
    ["replace(at, '-', '')", "replace(at, ' ', 'T')", "at || '+00:00'", "at || '.0'"],
)
def test_a_moment_spelt_otherwise_is_named(written, spelling):
    """It is read as the same, so its digest is; but SQLite sorts it to another place."""
    row = written["ProgressEntry"][0]
    before = row.at
    execute("DROP TRIGGER priorities_progressentry_no_update")
    execute("UPDATE priorities_progressentry SET at = substr(at, 1, 19)")  # whole seconds
    tamper(f"UPDATE priorities_progressentry SET at = {spelling} WHERE id = {row.pk}")
    with seal_off(connection):
        relink(connection)
    assert ProgressEntry.objects.get(pk=row.pk).at == before.replace(microsecond=0)
    expected = f"Row {row.pk} of priorities_progressentry was changed: a day is spelt otherwise"
    assert found() == [expected]


@sqlite_only
def test_a_day_spelt_otherwise_is_named_in_the_record_too(written):
    last = CHANGE.objects.order_by("pk").last()
    tamper(
        "UPDATE priorities_historicalaction SET due = '2022-W52-6', "
        f"history_date = replace(history_date, '-', '') WHERE history_id = {last.pk}"
    )
    with seal_off(connection):
        relink(connection)
    expected = f"Row {last.pk} of priorities_historicalaction was changed: a day is spelt otherwise"
    assert expected in found()


def test_a_removed_row_is_named(written):
    expected = f"{row_of(written, 'Decision')} was removed"
    tamper(f"DELETE FROM priorities_decision WHERE id = {written['Decision'][0].pk}")
    assert found() == [expected]


def test_two_swapped_rows_are_named(written):
    one, other = (entry.pk for entry in written["ProgressEntry"])
    tamper(
        "UPDATE priorities_progressentry SET percent = 50 - percent",
    )
    assert found() == [f"{row_of(written, 'ProgressEntry', n)} was changed" for n in (0, 1)]
    assert (one, other) == tuple(ProgressEntry.objects.order_by("pk").values_list("pk", flat=True))


def test_two_swapped_keys_are_named(written):
    one, other = (row.pk for row in written["Decision"])
    expected = [f"{row_of(written, 'Decision', n)} was changed" for n in (0, 1)]
    tamper(
        f"UPDATE priorities_decision SET id = -1 WHERE id = {one}",
        f"UPDATE priorities_decision SET id = {one} WHERE id = {other}",
        f"UPDATE priorities_decision SET id = {other} WHERE id = -1",
    )
    assert found() == expected


def test_a_row_put_in_past_the_program_is_named(written):
    entry = written["ProgressEntry"][0]
    tamper(
        "INSERT INTO priorities_evidence (id, entry_id, file, name, size, sha256, link) "
        f"VALUES (777, {entry.pk}, '', '', 0, '', 'https://example.org/')"
    )
    expected = "Row 777 of priorities_evidence was put in past the program: it has no link"
    assert found() == [expected]


def test_a_row_put_in_by_a_fixture_is_named(written):
    copy = Evidence.objects.exclude(link="").first()
    copy.pk = 777
    for loaded in serializers.deserialize("json", serializers.serialize("json", [copy])):
        loaded.save()
    expected = "Row 777 of priorities_evidence was put in past the program: it has no link"
    assert found() == [expected]


def test_a_changed_link_is_named(written):
    at = nth(4)
    tamper(f"UPDATE priorities_chainlink SET hash = '{'a' * 64}' WHERE number = {at}")
    assert found()[0] == f"Link {at} of the chain was changed, or the one before it"


def test_a_row_changed_together_with_its_link_is_named(written):
    """The row's own hash fits again; the link's does not, or the next one's."""
    row = written["ProgressEntry"][1]
    tamper(f"UPDATE priorities_progressentry SET percent = 99 WHERE id = {row.pk}")
    link = ChainLink.objects.get(table_name="priorities_progressentry", row_id=row.pk)
    link.digest = Verification()._digests_of([link])[link.table_name, link.row_id]
    change = f"UPDATE priorities_chainlink SET digest = '{link.digest}'"
    tamper(f"{change} WHERE number = {link.number}")
    assert found() == [f"Link {link.number} of the chain was changed, or the one before it"]
    before = ChainLink.objects.get(number=link.number - 1).hash
    change = f"UPDATE priorities_chainlink SET hash = '{hash_of(before, link)}'"
    tamper(f"{change} WHERE number = {link.number}")
    assert found() == [f"Link {link.number + 1} of the chain was changed, or the one before it"]


def test_a_removed_link_is_named(written):
    at = nth(4)
    tamper(f"DELETE FROM priorities_chainlink WHERE number = {at}")
    assert found()[0] == f"Link {at} of the chain was removed"


def test_two_swapped_links_are_named(written):
    one, other = nth(4), nth(6)
    tamper(
        f"UPDATE priorities_chainlink SET number = -1 WHERE number = {one}",
        f"UPDATE priorities_chainlink SET number = {one} WHERE number = {other}",
        f"UPDATE priorities_chainlink SET number = {other} WHERE number = -1",
    )
    assert found()[0] == f"Link {one} of the chain was changed, or the one before it"


def test_a_link_put_in_before_the_first_is_named(written):
    tamper(
        "INSERT INTO priorities_chainlink (number, table_name, row_id, columns, digest, hash) "
        "VALUES (-3, 'priorities_decision', 99, 'id', '', '')"
    )
    assert found()[0] == "Link -3 of the chain was put in past the program"


def cut() -> tuple[str, ...]:
    return (
        "DELETE FROM priorities_issuedfile",
        "DELETE FROM priorities_issuedreport",
        f"DELETE FROM priorities_chainlink WHERE number > {nth(8)}",
    )


def test_a_cut_off_end_is_found_by_a_printed_head(written):
    """Without a head that was printed it looks like a younger database: the README says so."""
    printed = head()
    tamper(*cut())
    assert found() == []
    sentence = "is not in the chain: its end was cut off, or all of it was made anew"
    assert found(head=printed) == [f"The head {printed} {sentence}"]
    assert found(head=head()) == []


def test_an_end_cut_off_without_its_rows_is_found_anyway(written):
    tamper(cut()[2])
    assert [fault.split(" was ")[1] for fault in found()] == [
        "put in past the program: it has no link"
    ] * 2


def test_a_head_printed_long_ago_is_found_by_its_beginning(written):
    link = ChainLink.objects.get(number=4)
    groups = " ".join(re.findall("....", link.hash[:16].upper()))
    assert found(head=f" {groups}\n") == []


def test_a_chain_made_anew_is_found_by_a_printed_head(written):
    printed = head()
    tamper("UPDATE priorities_progressentry SET percent = percent + 1")
    links, before = list(ChainLink.objects.all()), GENESIS
    fresh = Verification()._digests_of(links)
    for link in links:
        link.digest = fresh[link.table_name, link.row_id]
        link.hash = before = hash_of(before, link)
    break_seal(connection)
    ChainLink.objects.bulk_update(links, ["digest", "hash"])
    connection.check_constraints()
    seal()
    assert found() == []
    assert len(found(head=printed)) == 1


def test_broken_triggers_are_named_after_what_they_let_through(written):
    row = written["ProgressEntry"][1]
    break_seal(connection)
    execute(f"UPDATE priorities_progressentry SET percent = 99 WHERE id = {row.pk}")
    first, *others = found()
    assert first == f"{row_of(written, 'ProgressEntry', 1)} was changed"
    assert len(others) == len(list(sealed_tables(connection)))
    assert others[0] == "Table priorities_chainlink has lost the triggers that refuse a change"


def test_a_column_that_came_later_leaves_the_chain_whole(written):
    """A link says which columns it covers."""
    link = said().first()
    assert link.columns.split() == columns_of(ProgressEntry)
    fewer = Verification()._digests_in(link.table_name, ["id", "percent"], [link.row_id])
    assert fewer == {link.row_id: sha256([["id", link.row_id], ["percent", 20]])}


# What was recorded, and what pages show of it


TAMPERED = {
    "a due date": ("action", "UPDATE priorities_action SET due = '2030-01-01' WHERE id = {}"),
    "its original": ("action", "UPDATE priorities_action SET original_due = NULL WHERE id = {}"),
    "a threshold": ("plan", "UPDATE priorities_plan SET red_deviation = 99 WHERE id = {}"),
    "a status date": (
        "plan",
        "UPDATE priorities_plan SET status_date = '2022-02-02' WHERE id = {}",
    ),
    "a title": ("priority", "UPDATE priorities_priority SET title = 'x' WHERE id = {}"),
    "a milestone": ("milestone", "UPDATE priorities_milestone SET done = planned WHERE id = {}"),
    "a name": ("unit", "UPDATE priorities_unit SET short_name = 'x' WHERE id = {}"),
    "who is shown": ("user", "UPDATE priorities_user SET shown_name = 'x' WHERE id = {}"),
    "a role": ("user", "UPDATE priorities_user SET role = 'supervisor' WHERE id = {}"),
    "a removal": ("milestone", "DELETE FROM priorities_milestone WHERE id = {}"),
    "who supports": (
        "action",
        "DELETE FROM priorities_action_supporting_units WHERE action_id = {}",
    ),
    "who is in a unit": ("user", "DELETE FROM priorities_user_units WHERE user_id = {}"),
}


@pytest.fixture
def recorded(db):
    """One row of every kind, an action that is supported, a person in a unit."""
    unit, other = make_unit("区甲局"), make_unit("区乙局")
    make_user("reporter", [unit])
    action = make_action(make_priority(make_plan()), lead_unit=unit, supporting=[other])
    make_milestone(action, DAY)
    connection.check_constraints()
    return action


@pytest.mark.parametrize("name", TAMPERED)
def test_what_pages_show_today_is_what_was_recorded(recorded, name):
    table, statement = TAMPERED[name]
    where = {
        "action": recorded.pk,
        "plan": recorded.priority.plan_id,
        "priority": recorded.priority_id,
    }
    key = where.get(table) or newest(table)
    assert found() == []
    tamper(statement.format(key))
    [fault] = found()
    assert fault.startswith(f"Row {key} of priorities_{table} ")


def newest(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MAX(id) FROM priorities_{table}")
        return cursor.fetchone()[0]


def test_the_values_that_differ_are_named(recorded):
    tamper(f"UPDATE priorities_action SET due = '2030-01-01' WHERE id = {recorded.pk}")
    assert found() == [
        f"Row {recorded.pk} of priorities_action is not as its last recorded change left it: "
        "due is 2030-01-01 and was recorded as 2022-12-31"
    ]


def test_a_row_with_its_record_put_in_or_changed_is_named(recorded):
    """Whoever changes the record too, so that both agree, has changed what the chain covers."""
    last = recorded.history.latest("history_id").pk
    table = CHANGE._meta.db_table
    tamper(
        f"UPDATE priorities_action SET due = '2030-01-01' WHERE id = {recorded.pk}",
        f"UPDATE {table} SET due = '2030-01-01' WHERE history_id = {last}",
    )
    link = ChainLink.objects.get(table_name=table, row_id=last)
    assert found() == [f"Row {last} of {table} (link {link.number}) was changed"]
    others = ", ".join(f'"{c}"' for c in columns_of(CHANGE) if c != "history_id")
    tamper(
        f"INSERT INTO {table} (history_id, {others}) "
        f"SELECT 99999, {others} FROM {table} WHERE history_id = {last}"
    )
    assert f"Row 99999 of {table} was put in past the program: it has no link" in found()


@pytest.mark.parametrize("what", ["history_date", "history_user_id", "history_change_reason"])
def test_who_changed_it_when_and_why_is_covered_too(recorded, what):
    recorded.assign(by=make_user("supervisor"), changes={"due": DAY}, reason="示例：会议议定")
    table, last = CHANGE._meta.db_table, recorded.history.latest("history_id").pk
    value = {"history_date": "'2022-01-01 00:00:00+00:00'"}.get(what, "NULL")
    tamper(f"UPDATE {table} SET {what} = {value} WHERE history_id = {last}")
    [fault] = found()
    assert fault.endswith("was changed")


def test_every_history_is_sealed(db):
    histories = {m._meta.db_table for m in apps.get_models() if "Historical" in m.__name__}
    assert len(histories) == 10
    assert histories <= set(sealed_tables(connection))


def test_the_roads_that_change_rows_all_leave_them_as_recorded(recorded, client):
    office = make_user("supervisor")
    unit, person = recorded.lead_unit, make_user("reporter", [recorded.lead_unit])
    recorded.assign(by=office, changes={"owner": person, "supporting_units": []})
    recorded.set_milestones([], by=office)
    recorded.cancel(by=office, on=DAY, reason="示例")
    unit.leave(by=office, reason="示例", successor=recorded.supporting_units.first())
    make_unit().delete()
    call_command("first_admin")
    client.post("/sign-in/", {"username": office.username, "password": PASSWORD})
    change = {"old_password": PASSWORD, "new_password1": "示例新密码-2031"}
    client.post("/password/", change | {"new_password2": change["new_password1"]})
    person.units.clear()
    assert found() == []


def test_a_recorded_change_costs_the_same_in_a_long_history(recorded):
    """Three statements for a link, however long the chain is."""
    office, counts = make_user("supervisor"), []
    for _n in range(3):
        with CaptureQueriesContext(connection) as queries:
            recorded.text += "示"
            recorded.save_change(by=office)
        counts.append(len(queries))
        for _m in range(20):
            recorded.save_change(by=office)
    assert len(set(counts)) == 1


def test_who_changes_rows_in_any_order_waits_and_never_deadlocks(database_on_disk):  # noqa: F811
    """The chain comes first, then the rows: else two would wait for each other."""
    priority, unit = make_priority(make_plan()), make_unit()
    actions = [make_action(priority, lead_unit=unit) for _n in range(3)]
    office = make_user("supervisor")

    def change(order: int):
        with transaction.atomic():
            for row in Action.objects.filter(priority=priority).order_by("order")[::order]:
                row.lock()
                row.assign(by=office, changes={"due": DAY}, reason="示例：会议议定")

    assert at_once(*[lambda order=order: change(order) for order in (1, -1)]) == [None, None]
    assert {row.due for row in Action.objects.filter(pk__in=[a.pk for a in actions])} == {DAY}
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_histories_that_were_there_get_their_links_and_strays_a_record():
    unit = make_unit("区甲局")
    action = make_action(make_priority(make_plan()), lead_unit=unit, supporting=[make_unit()])
    gone = make_milestone(action, DAY)
    call_command("migrate", "priorities", "0011", verbosity=0)
    break_seal(connection)
    execute("DELETE FROM priorities_chainlink")
    execute(f"UPDATE priorities_action SET due = '2022-11-30' WHERE id = {action.pk}")
    execute(f"DELETE FROM priorities_action_supporting_units WHERE action_id = {action.pk}")
    execute(f"DELETE FROM priorities_milestone WHERE id = {gone.pk}")
    before = action.history.count()
    call_command("migrate", verbosity=0)
    assert found() == []
    last = action.history.latest("history_id")
    assert (action.history.count(), last.history_type, last.due) == (
        before + 1,
        "~",
        date(2022, 11, 30),
    )
    assert list(last.supporting_units.all()) == []
    assert gone.history.latest("history_id").history_type == "-"


# Files


def file_of(written) -> Path:
    return Path(written["Evidence"][0].file.path)


def test_a_changed_file_is_named(written):
    path, row = file_of(written), written["Evidence"][0]
    path.chmod(0o600)
    path.write_bytes(b"%PDF-1.4 dem0")
    name = f"The file of row {row.pk} of priorities_evidence, {path},"
    assert found() == [f"{name} was changed"]
    path.write_bytes(b"%PDF")
    assert found() == [f"{name} has 4 bytes, and had 13"]
    path.unlink()
    assert found() == [f"{name} cannot be read: No such file or directory"]
    assert found(with_files=False) == []


def test_a_file_is_on_disk_for_good_before_its_row_is_stored(db, monkeypatch, evidence_folder):
    """The file, and every folder that may have been made for it."""
    places, synced, sync, open_place = {}, [], os.fsync, os.open

    def open_and_note(path, *arguments, **options):
        handle = open_place(path, *arguments, **options)
        places[handle] = Path(path)
        return handle

    def sync_and_note(handle):
        sync(handle)
        synced.append((places[handle], Evidence.objects.exclude(file="").count()))

    monkeypatch.setattr(os, "open", open_and_note)
    monkeypatch.setattr(os, "fsync", sync_and_note)
    action = make_action(make_priority(make_plan()), lead_unit=make_unit())
    ProgressEntry.record(
        action=action,
        by=make_user("reporter"),
        day=DAY,
        percent=20,
        done="示例：已开工。",
        files=[SimpleUploadedFile("示例.pdf", b"%PDF-1.4 demo")],
    )
    path = Path(Evidence.objects.get().file.path)
    assert path.parent == evidence_folder / "2022" / "09"
    wanted = [path, path.parent, path.parent.parent, evidence_folder]
    assert synced == [(place, 0) for place in wanted]


def test_what_an_undone_transaction_leaves_on_disk_is_listed(db, capsys, evidence_folder):
    action = make_action(make_priority(make_plan()), lead_unit=make_unit())
    file = SimpleUploadedFile("示例.pdf", b"%PDF-1.4 demo")
    words = {"day": DAY, "percent": 20, "done": "示例：已开工。", "files": [file]}
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ProgressEntry.record(action=action, by=make_user("reporter"), **words)
        raise ZeroDivisionError
    [left] = (path for path in evidence_folder.rglob("*") if path.is_file())
    os.utime(left, (time.time() - 7200,) * 2)
    call_command("verify")
    assert f"  {left}\n" in capsys.readouterr().out


def test_files_that_no_row_names_are_listed(written, capsys):
    folder = file_of(written).parent
    old, young = folder / "0123456789abcdef", folder / "fedcba9876543210"
    for path in (old, young):
        path.write_bytes(b"half an upl")
    os.utime(old, (time.time() - 7200,) * 2)
    call_command("verify")
    said = capsys.readouterr().out
    assert f"  {old}\n" in said
    assert str(young) not in said
    assert str(file_of(written)) not in said


# The command


def test_the_command_says_that_all_is_well(written, capsys):
    rows = ChainLink.objects.count()
    call_command("verify")
    assert capsys.readouterr().out == (
        f"{rows} rows and 2 files: all as they were stored.\nHead of the chain: {head()}\n"
    )
    call_command("verify", "--no-files", "--head", head())
    assert capsys.readouterr().out.startswith(f"{rows} rows: all as they were stored.\n")


def test_the_command_names_the_first(written):
    tamper("UPDATE priorities_progressentry SET percent = percent + 1")
    with pytest.raises(CommandError) as error:
        call_command("verify")
    first, second = (row_of(written, "ProgressEntry", n) for n in (0, 1))
    assert str(error.value).splitlines() == [
        f"Not everything is as it was stored. First: {first} was changed.",
        f"  {second} was changed.",
    ]


def test_the_command_refuses_half_a_head(db):
    with pytest.raises(CommandError, match="64 characters"):
        call_command("verify", "--head", "abc")


@pytest.mark.server
def test_a_database_file_that_was_changed_from_outside(tmp_path):
    """From the start that stops to the command that mends and the one that names the row."""
    prepared.copy_into(tmp_path)
    variables = environment(tmp_path)
    load.ask(variables | {"DJANGO_SETTINGS_MODULE": "tracker.settings"}, FILL)
    well = run(variables, sys.executable, "manage.py", "verify")
    assert "all as they were stored" in well.stdout, well.stderr
    with closing(library.connect(tmp_path / "tracker.sqlite3")) as database:
        with pytest.raises(library.IntegrityError, match="is written once"):
            database.execute("UPDATE priorities_progressentry SET percent = 99 WHERE id = 3")
        database.execute("DROP TRIGGER priorities_progressentry_no_update")
        database.execute("UPDATE priorities_progressentry SET percent = 99 WHERE id = 3")
        database.commit()
    stopped = start(variables).stderr
    mend = re.search(r"run (\S+ \S+ manage\.py seal)", stopped)[1]
    checked = run(variables, sys.executable, "manage.py", "check", "--database", "default")
    assert (checked.returncode, "manage.py seal" in checked.stderr) == (1, True)
    name, value, _python, *command = shlex.split(mend.replace("=", " ", 1))
    done = run({**variables, name: value}, sys.executable, *command)
    assert done.stdout == "priorities_progressentry: sealed again.\n"
    verified = run(variables, sys.executable, "manage.py", "verify")
    assert verified.returncode == 1
    assert "First: Row 3 of priorities_progressentry (link " in verified.stderr
    assert len(verified.stderr.splitlines()) == 1


def run(variables: dict, *command: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=PATIENCE
    )
