"""The demonstration: one run of the command on a fresh installation, looked at from all sides."""

import io
import json
import zipfile
from collections import Counter
from datetime import date, datetime, time

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from priorities import demo
from priorities.models import Action, Decision, Evidence, Plan, ProgressEntry, Unit, User
from tests.states import state

ON = date(2022, 9, 30)


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command("demo", *arguments, stdout=output)
    return output.getvalue()


def password_in(output: str) -> str:
    return next(line.split()[-1] for line in output.splitlines() if "password for all" in line)


@pytest.fixture(scope="module")
def output(django_db_setup, django_db_blocker, tmp_path_factory):
    """What the command printed; what it stored is taken back after the last test."""
    folder = override_settings(EVIDENCE_DIR=tmp_path_factory.mktemp("evidence"))
    with django_db_blocker.unblock(), transaction.atomic():
        with folder:
            printed = run()
        yield printed
        transaction.set_rollback(True)


@pytest.fixture
def plan(output, db):
    return Plan.objects.get(slug="2022")


@pytest.fixture
def on_30_september(plan):
    return state(plan, ON)


def numbers(rows) -> list[str]:
    return [row.number for row in rows]


def test_lights_on_30_september(on_30_september):
    assert on_30_september.counts == {
        "red": 5,
        "yellow": 7,
        "stale": 3,
        "green": 19,
        "complete": 3,
        "not_started": 1,
        "unassigned": 3,
    }


def test_which_actions_are_in_trouble(on_30_september):
    where = on_30_september.where
    assert numbers(where(lambda a: a.kind == "red")) == ["2.6", "3.3", "4.1", "4.3", "8.4"]
    assert numbers(where(lambda a: a.kind == "stale")) == ["1.6", "2.4", "5.6"]
    assert numbers(where(lambda a: a.kind == "unassigned")) == ["4.4", "5.5", "6.3"]
    complete = where(lambda a: a.kind == "complete")
    assert numbers(complete) == ["2.1", "3.1", "7.3"]
    assert numbers(a for a in complete if a.accepted.day > a.action.due) == ["7.3"]


def test_what_asks_for_somebody_now(on_30_september):
    where = on_30_september.where
    assert numbers(where(lambda a: a.needs_talk)) == ["4.1", "5.3"]
    assert numbers(where(lambda a: a.help_needed)) == ["2.6", "3.3", "4.1"]
    assert numbers(where(lambda a: a.waiting)) == ["1.2", "4.2", "5.4", "7.2", "8.2"]
    assert numbers(where(lambda a: a.returned)) == ["2.3", "3.3"]


def test_a_month_earlier_the_year_looked_better(plan):
    assert state(plan, date(2022, 8, 31)).counts["red"] == 1


def test_about_350_entries_whose_texts_all_differ(plan):
    texts = list(ProgressEntry.objects.filter(is_unchanged=False).values_list("done", flat=True))
    assert ProgressEntry.objects.count() == 359
    assert len(set(texts)) == len(texts) == 348
    assert min(map(len, texts)) >= 12


def test_entries_are_dated_as_they_would_have_been(plan):
    entries = list(ProgressEntry.objects.select_related("decision"))
    recorded = [timezone.localtime(entry.at) for entry in entries]
    assert max(entry.day for entry in entries) == ON
    assert max(recorded).date() == ON
    assert all(at.date() >= entry.day for at, entry in zip(recorded, entries, strict=True))
    assert set(Counter(at.month for at in recorded)) == set(range(1, 10))
    late = [e for e, at in zip(entries, recorded, strict=True) if (at.date() - e.day).days >= 5]
    assert len(late) >= 10


def test_answers_follow_the_entries_and_end_on_the_status_date(plan):
    for decision in Decision.objects.select_related("entry"):
        assert decision.entry.at < decision.at
        assert timezone.localtime(decision.at).date() <= ON
    verdicts = Counter(Decision.objects.values_list("verdict", flat=True))
    assert verdicts == {"accepted": 345, "returned": 9}


def test_people_are_marked_as_made_up(plan):
    assert plan.is_sample
    assert plan.status_date == ON
    assert User.objects.exclude(display_name__endswith="（示例）").count() == 0
    roles = Counter(User.objects.values_list("role", flat=True))
    assert (roles["administrator"], roles["supervisor"], roles["viewer"]) == (1, 2, 1)


def test_nineteen_units_lead_and_each_has_its_people(plan):
    leading = Unit.objects.filter(led_actions__isnull=False).distinct()
    assert leading.count() == 19
    assert [unit for unit in leading if unit.people.count() < 2] == []


def test_extensions_and_a_change_of_owner_have_their_reasons(plan):
    extended = [a for a in Action.objects.exclude(due=None) if a.due != a.original_due]
    assert numbers(extended) == ["2.3", "3.3", "5.2"]
    history = Action.objects.numbered("3.3").get().history.order_by("history_date", "history_id")
    rows = [(timezone.localtime(h.history_date).date(), h.history_change_reason) for h in history]
    assert rows == [
        (date(2022, 1, 4), "据来源文件录入"),
        (date(2022, 1, 5), "年度任务分解"),
        (date(2022, 2, 10), "园区选址涉及两个街道"),
        (date(2022, 6, 8), "分工调整，园区建设由园区科统一负责"),
        (date(2022, 8, 30), "第二批园区用地指标须由上级核定，经区政府专题会议同意延期"),
    ]


def test_no_history_after_the_status_date(plan):
    end = timezone.make_aware(datetime.combine(ON, time.max))
    milestones = Action.objects.numbered("3.3").get().milestones.model
    for model in (Action, milestones, Plan, Unit, User):
        assert not model.history.filter(history_date__gt=end).exists(), model


def test_evidence_opens(output, db):
    evidence = Evidence.objects.exclude(file="").first()
    assert evidence.name.endswith(".docx")
    uploaded = demo.word_document(evidence.name)
    assert zipfile.ZipFile(uploaded).testzip() is None
    assert Evidence.objects.exclude(link="").count() == 2


def test_accounts_are_printed_and_the_password_works(output, client, db):
    password = password_in(output)
    for name in User.objects.values_list("username", flat=True):
        assert f" {name} " in output
    for name in ("admin", "zhoumin", "leader", "wuxiaolin"):
        assert User.objects.get(username=name).check_password(password)


def test_second_run_keeps_everything(output, db):
    before = (ProgressEntry.objects.count(), Action.history.count(), User.objects.count())
    again = run()
    assert before == (ProgressEntry.objects.count(), Action.history.count(), User.objects.count())
    assert "there already" in again
    assert "zhoumin" in again
    assert "--reset-password" in again
    assert User.objects.get(username="zhoumin").check_password(password_in(output))


def test_reset_password_gives_all_accounts_a_new_one(output, db):
    password = password_in(run("--reset-password"))
    assert password != password_in(output)
    assert all(user.check_password(password) for user in User.objects.all())


def test_accounts_that_were_there_before_keep_their_password(output, db):
    mine = User.objects.create_superuser("chief", password="mine-and-not-the-demo's")
    assert "chief, with the password it has had" in run("--reset-password")
    mine.refresh_from_db()
    assert mine.check_password("mine-and-not-the-demo's")


def test_data_files_name_only_what_exists():
    people = {row["username"] for row in demo.people()}
    units_file = demo.DATA.parent / "units_2022.json"
    units = {row["short_name"] for row in json.loads(units_file.read_text(encoding="utf-8"))}
    for file in sorted(demo.DATA.glob("[0-9].json")):
        for action in json.loads(file.read_text(encoding="utf-8")):
            assert {action["lead"], *action["supporting"]} <= units
            assert {action["owner"], *(entry["by"] for entry in action["entries"])} <= people
