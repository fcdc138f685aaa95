"""What a unit says of an action and what the office answers: the models' own rules."""

import threading
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.utils import timezone, translation

from priorities.acts.once import once
from priorities.models import (
    Action,
    Decision,
    Evidence,
    ExtensionRequest,
    FormReceipt,
    ProgressEntry,
)
from priorities.models.progress import AlreadyDecided
from priorities.models.receipt import CLEARED_EVERY, KEPT_FOR

from .factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user

pytestmark = pytest.mark.django_db

TODAY = date(2022, 9, 30)
LAST = date(2022, 9, 1)


@pytest.fixture
def action():
    return make_action(make_priority(make_plan()), lead_unit=make_unit("区甲局"))


@pytest.fixture
def liaison(action):
    return make_user("reporter", units=[action.lead_unit])


@pytest.fixture
def office():
    return make_user("supervisor")


def record(action, by, **said) -> ProgressEntry:
    said = {"day": TODAY, "percent": 20, "done": "示例：已开工。", **said}
    return ProgressEntry.record(action=action, by=by, **said)


def refused(call, *arguments, **said) -> dict:
    with pytest.raises(ValidationError) as error, translation.override("en"):
        call(*arguments, **said)
    with translation.override("en"):
        if not hasattr(error.value, "error_dict"):
            return {"": error.value.messages}
        return {name: [str(m) for m in sentences] for name, sentences in error.value}


# Days


@pytest.mark.parametrize("day", [date(2022, 1, 1), LAST, TODAY])
def test_an_entry_speaks_of_a_day_of_the_plan(action, liaison, day):
    assert record(action, liaison, day=day).day == day


@pytest.mark.parametrize(
    "day", [date(2021, 12, 31), date(2022, 10, 1), date(1, 1, 1), date(9999, 12, 31)]
)
def test_no_entry_speaks_of_a_day_before_the_plan_or_to_come(action, liaison, day):
    assert refused(record, action, liaison, day=day) == {
        "day": ["Choose a day from 2022-01-01 to 2022-09-30."]
    }
    assert ProgressEntry.objects.count() == 0


def test_entries_follow_each_other_by_day(action, liaison):
    record(action, liaison, day=LAST)
    assert refused(record, action, liaison, day=LAST - timedelta(1)) == {
        "day": ["The last entry speaks of 2022-09-01; choose that day or a later one."]
    }
    assert record(action, liaison, day=LAST).pk


def test_what_was_sent_back_does_not_hold_the_day(action, liaison, office):
    record(action, liaison, day=TODAY, percent=30).send_back(by=office, reason="示例：数字不符")
    assert record(action, liaison, day=LAST).day == LAST


def test_another_action_does_not_hold_the_day(action, liaison):
    neighbour = make_action(action.priority, lead_unit=action.lead_unit)
    record(neighbour, liaison, day=TODAY)
    assert record(action, liaison, day=LAST).day == LAST


# Steps


@pytest.mark.parametrize(
    ("percent", "explanation", "said"),
    [
        (49, "", {"explanation": ["It was 50 %: say why it fell."]}),
        (49, "  \n", {"explanation": ["It was 50 %: say why it fell."]}),
        (49, "示例：重新核定", {}),
        (50, "", {}),
        (80, "", {}),
        (81, "", {"explanation": ["It was 50 %: say how it rose by 31 points."]}),
        (81, "示例：提前到货", {}),
    ],
)
def test_a_fall_or_a_jump_needs_a_sentence(action, liaison, percent, explanation, said):
    make_entry(action, by=liaison, day=LAST, percent=50)
    before = ProgressEntry.objects.count()
    arguments = {"percent": percent, "explanation": explanation}
    if said:
        assert refused(record, action, liaison, **arguments) == said
        assert ProgressEntry.objects.count() == before
    else:
        assert record(action, liaison, **arguments).percent == percent


@pytest.mark.parametrize(("percent", "fits"), [(0, True), (30, True), (31, False)])
def test_the_first_step_is_taken_from_nothing(action, liaison, percent, fits):
    if fits:
        assert record(action, liaison, percent=percent).percent == percent
    else:
        assert refused(record, action, liaison, percent=percent) == {
            "explanation": [f"No report stood before this one: say how {percent} % were reached."]
        }


def test_after_a_return_there_is_no_last_time_either(action, liaison, office):
    record(action, liaison, percent=20, day=LAST).send_back(by=office, reason="示例：数字不符")
    assert refused(record, action, liaison, percent=60) == {
        "explanation": ["No report stood before this one: say how 60 % were reached."]
    }


def test_a_step_is_taken_from_what_stands(action, liaison, office):
    record(action, liaison, percent=20, day=LAST)
    record(action, liaison, percent=45).send_back(by=office, reason="示例：数字不符")
    assert refused(record, action, liaison, percent=51) == {
        "explanation": ["It was 20 %: say how it rose by 31 points."]
    }


@pytest.mark.parametrize(
    ("proof", "fits"),
    [
        ({}, False),
        ({"explanation": " "}, False),
        ({"explanation": "示例：通过验收"}, True),
        ({"links": ["https://example.org/"]}, True),
        ({"files": [SimpleUploadedFile("示例.pdf", b"%PDF-1.4")]}, True),
    ],
)
def test_a_hundred_percent_needs_evidence_or_a_sentence(action, liaison, proof, fits):
    make_entry(action, by=liaison, day=LAST, percent=90)
    if fits:
        assert record(action, liaison, percent=100, **proof).percent == 100
    else:
        assert refused(record, action, liaison, percent=100, **proof) == {
            "explanation": ["100 % needs evidence, or a sentence on how it was completed."]
        }


@pytest.mark.parametrize(("percent", "sentence"), [(101, "less"), (-1, "greater")])
def test_a_percent_lies_between_0_and_100(action, liaison, percent, sentence):
    said = refused(record, action, liaison, percent=percent, explanation="示例")
    assert list(said) == ["percent"]
    assert sentence in said["percent"][0]


def test_trouble_is_told_in_a_sentence(action, liaison):
    assert refused(record, action, liaison, outlook="at_risk") == {
        "__all__": ["Say in a sentence what the risk is."]
    }
    said = {"outlook": "at_risk", "outlook_reason": "示例：资金未落实"}
    assert record(action, liaison, **said).outlook == "at_risk"


def test_something_was_done(action, liaison):
    assert refused(record, action, liaison, done="") == {"__all__": ["Say what was done."]}


def test_nothing_is_reported_for_an_action_that_is_cancelled_or_unassigned(liaison, action):
    unassigned = make_action(action.priority)
    cancelled = make_action(
        action.priority,
        lead_unit=action.lead_unit,
        cancelled_on=LAST,
        cancelled_reason="示例：并入1.1",
    )
    assert refused(record, unassigned, liaison) == {
        "": ["This action has no lead unit yet; it must be assigned first."]
    }
    assert refused(record, cancelled, liaison) == {
        "": ["This action is cancelled; nothing is reported for it."]
    }


# Review


@pytest.mark.parametrize(
    ("role", "requires_review", "state"),
    [
        ("reporter", True, "waiting"),
        ("reporter", False, "accepted"),
        ("supervisor", True, "accepted"),
        ("administrator", True, "accepted"),
    ],
)
def test_whose_entries_wait_for_review(role, requires_review, state):
    plan = make_plan(requires_review=requires_review)
    action = make_action(make_priority(plan), lead_unit=make_unit())
    entry = record(action, make_user(role, units=[action.lead_unit]))
    assert entry.state == state
    counts = ProgressEntry.objects.accepted().filter(pk=entry.pk).exists()
    assert counts == (state == "accepted")
    assert ProgressEntry.objects.waiting().count() == (state == "waiting")


ACTS = {
    "accept": lambda entry, by: entry.accept(by=by),
    "return": lambda entry, by: entry.send_back(by=by, reason="示例：数字不符"),
    "withdraw": lambda entry, by: entry.withdraw(by=by),
}
VERDICTS = {"accept": "accepted", "return": "returned", "withdraw": "withdrawn"}


@pytest.mark.parametrize("act", ACTS)
def test_an_answer_is_a_row_of_its_own(action, liaison, office, act):
    entry = record(action, liaison)
    before = ProgressEntry.objects.values().get()
    decision = ACTS[act](entry, office)
    assert (decision.verdict, decision.by, decision.entry_id) == (VERDICTS[act], office, entry.pk)
    assert ProgressEntry.objects.values().get() == before
    assert ProgressEntry.objects.get().state == VERDICTS[act]


@pytest.mark.parametrize("first", ACTS)
@pytest.mark.parametrize("second", ACTS)
def test_who_comes_second_is_told(action, liaison, office, first, second):
    entry = record(action, liaison)
    seen_before = ProgressEntry.objects.get(pk=entry.pk)
    ACTS[first](entry, office)
    with pytest.raises(AlreadyDecided):
        ACTS[second](seen_before, office)
    assert [d.verdict for d in Decision.objects.all()] == [VERDICTS[first]]


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_return_needs_a_reason(action, liaison, office, reason):
    entry = record(action, liaison)
    said = refused(entry.send_back, by=office, reason=reason)
    assert said["reason"] == ["Say why you return the entry."]
    assert Decision.objects.count() == 0


def test_what_counts_at_once_can_be_taken_back_for_ten_minutes(action, office):
    entry = record(action, office)
    entry.withdraw(by=office, at=entry.at + timedelta(minutes=10))
    assert entry.state == "withdrawn"
    later = record(action, office)
    with pytest.raises(AlreadyDecided):
        later.withdraw(by=office, at=later.at + timedelta(minutes=10, seconds=1))
    assert later.state == "accepted"


def test_what_waits_can_be_taken_back_at_any_time(action, liaison):
    entry = record(action, liaison, at=timezone.now() - timedelta(days=20))
    entry.withdraw(by=liaison)
    assert entry.state == "withdrawn"


# Nothing changed


def test_nothing_changed_repeats_the_figures(action, liaison):
    said = {
        "percent": 25,
        "next_step": "示例：封顶",
        "problems": "示例：用地紧张",
        "help_needed": "示例：请协调",
        "outlook": "at_risk",
        "outlook_reason": "示例：用地紧张",
    }
    record(action, liaison, day=LAST, **said)
    again = ProgressEntry.record_unchanged(action=action, by=liaison, day=TODAY)
    assert {name: getattr(again, name) for name in said} == said
    assert (again.is_unchanged, again.done, again.day) == (True, "", TODAY)


def test_nothing_changed_since_a_jump_needs_no_second_sentence(action, liaison):
    record(action, liaison, day=LAST, percent=80, explanation="示例：提前到货")
    assert ProgressEntry.record_unchanged(action=action, by=liaison, day=TODAY).explanation == ""


def test_nothing_changed_repeats_what_stands(action, liaison, office):
    record(action, liaison, day=LAST, percent=20)
    record(action, liaison, percent=30).send_back(by=office, reason="示例：数字不符")
    assert ProgressEntry.record_unchanged(action=action, by=liaison, day=TODAY).percent == 20


def test_where_nothing_was_reported_nothing_can_be_unchanged(action, liaison):
    arguments = {"action": action, "by": liaison, "day": TODAY}
    assert refused(ProgressEntry.record_unchanged, **arguments) == {
        "": ["Nothing has been reported yet, so nothing can be unchanged."]
    }


# A double click


def sent(action, by, nonce, **said) -> ProgressEntry:
    """By a form: the same one sent twice is answered alike."""
    act = lambda key: record(action, by, nonce=key, **said)  # noqa: E731 - it is handed on
    return once(ProgressEntry, act, by=by, nonce=nonce, said=(action.pk, sorted(said.items())))


def test_the_same_form_is_the_same_entry(action, liaison):
    nonce = uuid.uuid4()
    first, again = (sent(action, liaison, nonce) for _click in range(2))
    corrected = sent(action, liaison, nonce, percent=25)
    assert (again.pk, corrected.percent) == (first.pk, 25)
    assert ProgressEntry.objects.count() == FormReceipt.objects.count() == 2


def test_a_nonce_gives_nothing_away_to_anybody_else(action, liaison, office):
    nonce = uuid.uuid4()
    neighbour = make_action(action.priority, lead_unit=action.lead_unit)
    entries = [sent(action, liaison, nonce), sent(action, office, nonce)]
    entries.append(sent(neighbour, liaison, nonce))
    assert len({entry.pk for entry in entries}) == 3
    assert [entry.by for entry in entries] == [liaison, office, liaison]


def test_a_form_that_comes_when_its_receipt_is_gone_is_told_so(action, liaison):
    nonce = uuid.uuid4()
    sent(action, liaison, nonce)
    FormReceipt.objects.all().delete()
    assert refused(sent, action, liaison, nonce) == {"": ["This entry has already been recorded."]}
    assert ProgressEntry.objects.count() == 1


def test_old_receipts_go(action, liaison):
    entry = sent(action, liaison, uuid.uuid4())
    FormReceipt.objects.update(at=timezone.now() - KEPT_FOR - timedelta(hours=1))
    FormReceipt.give(entry, by=liaison, nonce=uuid.UUID(int=CLEARED_EVERY))
    assert [receipt.nonce.int for receipt in FormReceipt.objects.all()] == [CLEARED_EVERY]


def test_what_is_refused_leaves_no_receipt(action, liaison):
    nonce = uuid.uuid4()
    assert list(refused(sent, action, liaison, nonce, done="")) == ["__all__"]
    assert FormReceipt.objects.count() == 0


# Evidence, all or nothing


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_evidence_is_stored_with_size_and_digest(action, liaison, evidence_folder):
    upload = SimpleUploadedFile("示例：坪山区第一季度情况.pdf", b"%PDF-1.4 demo")
    entry = record(action, liaison, files=[upload], links=["https://example.org/a"])
    file, link = entry.evidence.all()
    assert (file.name, file.size) == ("示例：坪山区第一季度情况.pdf", 13)
    assert file.sha256 == "71077e8389695f09b1e50bcfc288fb4998894a86ae7cd9657b31ac618a094eab"
    assert link.link == "https://example.org/a"
    assert [path.read_bytes() for path in files_in(evidence_folder)] == [b"%PDF-1.4 demo"]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.org/", "示例", "//a.b/"])
def test_one_bad_link_stores_nothing(action, liaison, evidence_folder, link):
    files = [SimpleUploadedFile("示例.pdf", b"%PDF-1.4")]
    assert "link" in refused(record, action, liaison, files=files, links=[link])
    assert (ProgressEntry.objects.count(), Evidence.objects.count()) == (0, 0)
    assert files_in(evidence_folder) == []


# Two at once, on connections of their own


@pytest.fixture
def database_on_disk(transactional_db, tmp_path):
    """SQLite in memory has one lock for all connections; people meet in a file."""
    if connection.vendor != "sqlite":
        yield
        return
    name, open_connection = connection.settings_dict["NAME"], connection.connection
    file = str(tmp_path / "tests.sqlite3")
    connection.cursor().execute("VACUUM INTO %s", [file])
    connection.settings_dict["NAME"], connection.connection = file, None
    yield
    connection.close()
    connection.settings_dict["NAME"], connection.connection = name, open_connection


def at_once(*calls) -> list:
    """What each call gave or raised, all of them started together."""
    gate, found = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        try:
            gate.wait()
            found[place] = call()
        except Exception as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_who_decide_at_once_and_one_is_told(database_on_disk, action, liaison, office):
    entry = record(action, liaison)
    one, other = (ProgressEntry.objects.get(pk=entry.pk) for _ in range(2))
    found = at_once(
        lambda: one.accept(by=office),
        lambda: other.send_back(by=office, reason="示例：数字不符"),
    )
    assert sorted(type(result).__name__ for result in found) == ["AlreadyDecided", "Decision"]
    assert Decision.objects.count() == 1


def test_a_double_click_at_the_same_moment_is_one_entry(database_on_disk, action, liaison):
    nonce = uuid.uuid4()
    found = at_once(*[lambda: sent(action, liaison, nonce) for _ in range(3)])
    assert [type(result).__name__ for result in found] == ["ProgressEntry"] * 3
    assert len({entry.pk for entry in found}) == 1
    assert ProgressEntry.objects.count() == 1


def test_two_who_ask_for_more_time_at_once_are_one_request(database_on_disk, action, liaison):
    def ask(day: int):
        mine = Action.objects.get(pk=action.pk)
        wanted = date(2023, 1, day)
        return ExtensionRequest.ask(
            action=mine, by=liaison, wanted=wanted, reason="示例：施工条件变化"
        )

    found = at_once(lambda: ask(10), lambda: ask(20))
    assert sorted(type(result).__name__ for result in found) == [
        "ExtensionRequest",
        "ValidationError",
    ]
    assert ExtensionRequest.objects.count() == 1
