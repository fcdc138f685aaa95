"""Value and target in files: the ledger, the file to fill in, the circular with its annexes."""

from datetime import date
from decimal import Decimal

import pytest

from priorities.circular.annex import annex_xlsx
from priorities.circular.document import Facts, document_of
from priorities.circular.drafting import draft
from priorities.circular.tables import attention, whole
from priorities.ledger.contents import ledger_of
from priorities.ledger.csv_file import ledger_csv
from priorities.models import ProgressEntry, Report, Target, TargetValue
from priorities.periods import Period
from tests.states import state

from .district import TODAY
from .factories import make_entry, make_target
from .test_import import Desk, line_of, refusals
from .workbooks import filled_in, opened, rows_of

pytestmark = pytest.mark.django_db

HEADS = ["指标1", "指标1数值", "指标1目标值", "指标1计量单位"]


@pytest.fixture
def counting(district):
    """The red action counts, and has said a value that was accepted."""
    action = district.actions["red"]
    target = make_target(action, title="示例新增产业空间", value="100.5")
    said(action, district.people["supervisor"], {target.pk: Decimal("10.5")})
    return target


def said(action, by, values) -> ProgressEntry:
    words = {"day": TODAY, "done": "示例：建成。", "explanation": "示例：核实"}
    return ProgressEntry.record(action=action, by=by, values=values, **words)


@pytest.fixture
def reporter(client, district, counting):
    return Desk(client, district, "reporter")


def test_a_plan_that_counts_nothing_has_no_such_columns(client, district):
    desk = Desk(client, district, "reporter")
    assert set(HEADS).isdisjoint(rows_of(opened(desk.ledger("")).worksheets[0])[0])


def test_the_ledger_has_real_numbers(reporter):
    rows = {row["序号"]: row for row in rows_of(opened(reporter.ledger("")).worksheets[0])}
    assert [rows["1.1"][head] for head in HEADS] == ["示例新增产业空间", 10.5, 100.5, "万平方米"]
    assert [rows["1.2"][head] for head in HEADS] == [None] * 4


def test_as_many_columns_as_the_action_that_counts_most_has_targets(district, counting):
    make_target(district.actions["red"], title="示例开工")
    ledger = ledger_of(state(district.plan, TODAY))
    names = [column.name for column in ledger.columns]
    assert names[14:] == [
        f"target{n}_{part}" for n in (1, 2) for part in ("title", "value", "target", "measured_in")
    ]


def test_csv_says_the_same(district, counting):
    text = ledger_csv(ledger_of(state(district.plan, TODAY))).decode("utf-8-sig")
    [line] = [line for line in text.splitlines() if line.startswith("1.1,")]
    assert ",示例新增产业空间,10.5,100.5,万平方米," in line


@pytest.mark.parametrize("query", ["", "?fill=1"])
def test_the_untouched_file_changes_nothing(reporter, query):
    entries = ProgressEntry.objects.count()
    answer = reporter.hand_in(reporter.ledger(query))
    assert not answer.context["outcome"].can_be_applied
    assert ProgressEntry.objects.count() == entries


@pytest.mark.parametrize("value", [40.25, "40.25", " ４０.２５ "])
def test_a_value_that_was_filled_in_is_reported(reporter, value):
    changes = {("1.1", "指标1数值"): value, ("1.1", "百分比说明"): "示例：集中竣工"}
    answer = reporter.fill_in(changes)
    assert line_of(answer, "1.1").said == [("指标1数值", "10.5", "40.25")]
    assert reporter.apply(answer).status_code == 302
    entry = ProgressEntry.objects.latest("pk")
    assert (entry.percent, entry.target_values.get().value) == (40, Decimal("40.25"))


def test_other_words_keep_the_value(reporter):
    assert reporter.apply(reporter.fill_in({("1.1", "存在问题"): "示例：征地"})).status_code == 302
    entry = ProgressEntry.objects.latest("pk")
    assert (entry.problems, entry.target_values.get().value) == ("示例：征地", Decimal("10.5"))


def test_a_day_alone_keeps_the_value(reporter):
    assert reporter.apply(reporter.fill_in({("1.1", "进展日期"): TODAY})).status_code == 302
    entry = ProgressEntry.objects.latest("pk")
    assert (entry.is_unchanged, entry.target_values.get().value) == (True, Decimal("10.5"))


@pytest.mark.parametrize(
    ("number", "head", "value", "word"),
    [
        ("1.1", "进度", 0.5, "由指标数值得出"),
        ("1.1", "指标1数值", "许多", "只填数字"),
        ("1.1", "指标1数值", "0.00001", "无法识别"),
        ("1.1", "指标1数值", 5, "请说明原因"),
        ("1.1", "指标1数值", None, "请填写"),
        ("1.2", "指标1数值", 5, "没有这项指标"),
    ],
)
def test_what_no_value_can_be_is_refused(reporter, number, head, value, word):
    entries = ProgressEntry.objects.count()
    found = refusals(reporter.fill_in({(number, head): value}), number)
    assert any(word in sentence for _head, sentence in found), found
    assert ProgressEntry.objects.count() == entries


def test_a_target_that_changed_since_the_file_was_made_is_told(reporter, counting, district):
    content = filled_in(reporter.ledger(), {("1.1", "指标1数值"): 40})
    office = district.people["supervisor"]
    other = Target(title="示例开工", target_value=Decimal(3))
    Target.set_for(district.actions["red"], [other], by=office, reason="示例")
    assert "指标有调整" in refusals(reporter.hand_in(content))[0][1]


def test_a_file_from_before_anything_was_counted_is_still_taken(client, district):
    desk = Desk(client, district, "reporter")
    old = filled_in(desk.ledger(), {("1.1", "存在问题"): "示例：征地"})
    percent = filled_in(desk.ledger(), {("1.1", "进度"): 0.4})
    target = make_target(district.actions["red"])
    stands = district.entries["red"]
    value = TargetValue.of(target, Decimal(10))
    value.entry = stands
    value.save()
    assert desk.apply(desk.hand_in(old)).status_code == 302
    assert ProgressEntry.objects.latest("pk").target_values.get().value == 10
    assert "由指标数值得出" in refusals(desk.hand_in(percent))[0][1]


def report_of(district):
    return draft(
        district.plan,
        Period(date(2022, 9, 1), TODAY),
        kind=Report.Kind.CIRCULAR,
        by=district.people["supervisor"],
        number="示例通报〔2022〕9号",
    )


def test_the_circular_and_its_annexes_show_value_and_target(district, counting):
    document = document_of(report_of(district))
    counted = "示例新增产业空间 10.5 / 100.5 万平方米"
    assert any(counted in block.text for block in document.blocks)
    for table in (attention(document.facts), whole(document.facts)):
        assert any(counted in cell.text for row in table.rows for cell in row)
    again = Facts.from_json(document.facts.as_json())
    assert again == document.facts
    annex = opened(annex_xlsx(document, district.plan.thresholds))
    rows = rows_of(annex.worksheets[0])
    assert rows[0]["指标1数值"] == 10.5


def test_a_report_from_before_anything_was_counted_is_still_read(district):
    data = document_of(report_of(district)).facts.as_json()
    for row in data["rows"]:
        del row["counted"]
    assert [row.counted for row in Facts.from_json(data).rows] == [[]] * len(data["rows"])


def test_an_entry_of_before_has_no_value_to_show(district):
    make_entry(district.actions["red"], by=district.people["reporter"], percent=30)
    make_target(district.actions["red"])
    [counted] = state(district.plan, TODAY).numbered("1.1").counted
    assert counted.value is None
