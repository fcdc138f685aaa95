"""The index of what waits: after every act, and every hand in the database, as the tables say."""

from datetime import date

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection, transaction

from priorities import waiting
from priorities.models import Decision, ProgressEntry, WaitingEntry
from priorities.verify import Verification

from .factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user
from .seals import seal_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def action():
    return make_action(make_priority(make_plan()), lead_unit=make_unit())


@pytest.fixture
def office():
    return make_user("supervisor")


@pytest.fixture
def entry(action, office) -> ProgressEntry:
    return make_entry(action, by=office, needs_review=True, day=date(2022, 3, 1))


def indexed() -> list[int]:
    """What the index says; it never says otherwise than the tables."""
    assert waiting.strays() == []
    by_hand = ProgressEntry.objects.filter(needs_review=True, decision__isnull=True)
    found = sorted(WaitingEntry.objects.values_list("entry", flat=True))
    assert found == sorted(by_hand.values_list("pk", flat=True))
    assert found == sorted(ProgressEntry.objects.waiting().values_list("pk", flat=True))
    return found


def test_what_needs_no_review_never_waits(action, office):
    make_entry(action, by=office)
    assert indexed() == []


def test_it_follows_an_answer_and_the_answer_taken_back(entry, office):
    assert indexed() == [entry.pk]
    entry.accept(by=office)
    assert indexed() == []
    Decision.objects.get().undo(by=office)
    assert indexed() == [entry.pk]
    ProgressEntry.objects.get().send_back(by=office, reason="示例：请补充依据。")
    assert indexed() == []


def test_it_follows_many_rows_at_once_and_what_is_rolled_back(action, office, entry):
    rows = [ProgressEntry.objects.get(pk=entry.pk) for _n in range(2)]
    for number, row in enumerate(rows):
        row.pk, row.nonce = None, f"{number:032x}"
    made = ProgressEntry.objects.bulk_create(rows)
    assert indexed() == [entry.pk, *(row.pk for row in made)]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        entry.accept(by=office)
        raise ZeroDivisionError
    assert entry.pk in indexed()


def test_it_follows_whoever_breaks_the_seal(entry, office):
    entry.accept(by=office)
    with seal_off(connection):
        Decision.objects.filter(entry=entry)._raw_delete("default")
        assert indexed() == [entry.pk]
        ProgressEntry.objects.filter(pk=entry.pk).update(needs_review=False)
        assert indexed() == []
        ProgressEntry.objects.filter(pk=entry.pk)._raw_delete("default")
    assert indexed() == []


def test_it_knows_plan_and_day(entry):
    plan = entry.action.priority.plan
    rows = WaitingEntry.objects.of_plan(plan)
    assert [row.entry_id for row in rows.up_to(date(2022, 3, 1))] == [entry.pk]
    assert not rows.up_to(date(2022, 2, 28)).exists()
    assert not WaitingEntry.objects.of_plan(make_plan("2032")).exists()


def test_verify_names_an_entry_that_the_index_hides(entry):
    WaitingEntry.objects.all().delete()
    said = [str(fault) for fault in Verification(with_files=False).faults()]
    assert any(f"Entry {entry.pk}" in words and "the index" in words for words in said)


def test_a_lost_trigger_is_found_and_made_again_with_the_index(entry, capsys):
    connection.check_constraints()  # PostgreSQL alters no table while a key is still unchecked
    with connection.cursor() as cursor:
        waiting.let_go(cursor)
    WaitingEntry.objects.all().delete()
    found = run_checks(databases=["default"], tags=["database"])
    assert [error.id for error in found] == ["priorities.E003"]
    call_command("seal")
    assert "index of what waits" in capsys.readouterr().out
    assert (waiting.is_kept(), indexed()) == (True, [entry.pk])
    assert not waiting.keep()
