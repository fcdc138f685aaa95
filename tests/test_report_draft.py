"""The draft: figures as the pages have them, words as the units wrote them, nothing empty."""

import json
import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from priorities.circular.document import Document, Facts, document_of
from priorities.circular.drafting import (
    correct,
    draft,
    has_new_figures,
    last_issued,
    news,
    recompose,
    take_in,
)
from priorities.circular.issuing import issue
from priorities.circular.numbers import disagreements, left_out
from priorities.circular.prose import opening, quoted
from priorities.legible import close_up
from priorities.lights import KINDS
from priorities.models import (
    Action,
    DiscardedDraft,
    IssuedReport,
    Milestone,
    Passage,
    Plan,
    Report,
    Unit,
    User,
)
from priorities.models.reports import AlreadyIssued, ChangedMeanwhile
from priorities.periods import Period
from priorities.permissions import can_draft_report, can_issue_report
from priorities.state.kept import plan_on
from priorities.words import KIND_WORDS

from .factories import (
    date_history,
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

UP_TO_AUGUST = Period(date(2022, 1, 1), date(2022, 8, 31))
UP_TO_SEPTEMBER = Period(date(2022, 1, 1), date(2022, 9, 30))
SEPTEMBER = Period.read("2022-09")
LOADED = date(2022, 1, 4)


@pytest.fixture
def district(district):
    """Without the draft that the tests of pages need: here each test makes its own."""
    district.draft.delete()
    return district


@pytest.fixture
def by(district) -> User:
    return district.people["supervisor"]


@pytest.fixture
def report(district, by) -> Report:
    return draft(district.plan, UP_TO_SEPTEMBER, kind="circular", by=by, number="示例〔2022〕9号")


def text_of(report: Report) -> str:
    paragraphs = document_of(report).paragraphs()
    return "\n".join(blocks[0].label + "".join(b.text for b in blocks) for blocks in paragraphs)


def passage(report: Report, key: str) -> Passage:
    return report.passages.get(key=key)


def reload(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def simple_plan(percents: dict[str, list[int]], **fields) -> Plan:
    """A plan of one priority per title, with one reported action per percent."""
    plan = make_plan(**fields)
    by = make_user("supervisor")
    for title, of_title in percents.items():
        priority = make_priority(plan, title=title)
        for percent in of_title:
            action = make_action(priority, lead_unit=make_unit())
            make_entry(action, by=by, percent=percent)
    date_history(LOADED)
    return plan


# Figures


def test_every_figure_is_the_state_s(district, report):
    facts = Facts.from_json(report.facts)
    state = plan_on(district.plan, UP_TO_SEPTEMBER.end)
    assert facts.counts == state.counts
    assert facts.shares == state.shares
    assert (facts.total, facts.ended) == (state.total, state.ended)
    assert [(p.total, p.counts, p.percent, p.elapsed) for p in facts.priorities] == [
        (p.total, p.counts, p.percent, p.elapsed) for p in state.priorities
    ]
    assert [(r.number, r.percent, r.elapsed, r.light, r.kind) for r in facts.rows] == [
        (a.number, a.percent, a.elapsed, a.light, a.kind) for a in state.actions
    ]


def test_the_sentence_of_counts_says_each_light_that_there_is_and_no_other(report):
    facts = Facts.from_json(report.facts)
    sentence = passage(report, "overview.counts").computed
    with translation.override("zh-hans"):
        for kind in KINDS:
            said = f"{KIND_WORDS[kind]}{facts.counts[kind]}项，占{facts.shares[kind]:.1f}%"
            assert (said in sentence) == bool(facts.counts[kind])
    shares = [float(share) for share in re.findall(r"占([0-9.]+)%", sentence)]
    assert round(sum(shares), 1) == 100.0
    assert "另有1项已中止，不计在内" in sentence


def test_a_count_of_nought_leaves_no_clause_and_no_empty_list(db):
    plan = simple_plan({"示例甲": [75, 80], "示例乙": [78]})
    text = text_of(draft(plan, UP_TO_SEPTEMBER, kind="circular", by=None))
    assert "正常3项，占100.0%。" in text
    assert not re.search(r"(滞后|预警|正常待核|办结|未启动|待分派)[0-9]*项", text.split("二、")[0])
    assert "没有滞后的举措" in text
    assert "0项" not in text
    assert "：。" not in text and "（）" not in text and "、。" not in text


def test_a_plan_without_anything_still_gives_a_report(db):
    plan = make_plan(sizes=[2, 1])
    text = text_of(draft(plan, UP_TO_SEPTEMBER, kind="circular", by=None))
    assert "待分派3项，占100.0%" in text
    assert "本期没有收到进展" in text
    assert "1.1“示例举措1.1”、1.2“示例举措1.2”尚未明确牵头单位" in text


def test_a_plan_without_actions_still_gives_a_report(db):
    plan = make_plan()
    for kind in Report.Kind.values:
        text = text_of(draft(plan, UP_TO_SEPTEMBER, kind=kind, by=None))
        assert "没有在列的举措" in text
        assert "0项" not in text


def test_the_report_is_chinese_whatever_the_language_of_the_one_who_drafts(district, by):
    with translation.override("en"):
        english = draft(district.plan, UP_TO_SEPTEMBER, kind="circular", by=by)
    text = text_of(english)
    assert english.title == "关于示例2031年重点工作1—9月进展情况的通报"
    assert not re.search(r"[A-Za-z]", text)
    assert "滞后" in text


def test_receipts_count_what_speaks_of_the_period(district, report):
    receipts = Facts.from_json(report.facts).receipts
    assert (receipts.received, receipts.returned, receipts.waiting) == (10, 1, 1)
    assert receipts.accepted == 8
    assert "本期收到进展10条，采纳8条，退回1条，待审核1条。" in text_of(report)


# Narrative


def test_every_sentence_of_an_entry_is_traceable_to_it(report):
    told = report.passages.filter(section="priorities", entry__isnull=False)
    assert told.count() > 3
    for one in told:
        assert one.entry.state == "accepted"
        assert one.number == one.entry.action.number
        assert one.entry.done.strip("。") in one.computed
        assert UP_TO_SEPTEMBER.start <= one.entry.day <= UP_TO_SEPTEMBER.end


def test_what_waits_or_was_returned_is_not_quoted(district, report):
    quoted_entries = set(report.passages.values_list("entry", flat=True))
    assert district.entries["waiting"].pk not in quoted_entries
    assert district.entries["returned"].pk not in quoted_entries


def test_three_sentences_per_priority_stand_in_the_text_and_the_others_are_offered(report):
    narrative = report.passages.filter(section="priorities", entry__isnull=False)
    for number in (1, 2):
        of_priority = narrative.filter(key__startswith=f"p{number}.")
        assert of_priority.filter(is_out=False).count() == min(3, of_priority.count())


def test_a_priority_without_entries_says_so_by_name_and_unit(db):
    plan = make_plan()
    unit = make_unit("区静局")
    priority = make_priority(plan, title="示例静默")
    make_action(priority, lead_unit=unit)
    text = text_of(draft(plan, SEPTEMBER, kind="circular", by=None))
    assert "本期“示例静默”没有经采纳的进展，应由区静局报送。" in text


def test_an_action_without_an_entry_in_the_period_is_named(district, by):
    september = draft(district.plan, SEPTEMBER, kind="circular", by=by)
    silent = passage(september, "p1.silent").computed
    assert silent == "本期没有经采纳的进展的有1.3“一以贯之优治理”（区乙局）。"


def test_nothing_changed_counts_as_reported_and_is_not_quoted(db):
    plan = make_plan()
    by = make_user("supervisor")
    action = make_action(make_priority(plan), lead_unit=make_unit("区甲局"))
    make_entry(action, by=by, percent=70, day=date(2022, 8, 20), done="示例：八月开工。")
    make_entry(action, by=by, percent=70, day=date(2022, 9, 20), done="", is_unchanged=True)
    report = draft(plan, SEPTEMBER, kind="circular", by=None)
    assert not report.passages.filter(key__startswith="p1.").filter(key__endswith="silent")
    assert not report.passages.filter(section="priorities", entry__isnull=False)
    assert Facts.from_json(report.facts).row("1.1").done == "示例：八月开工。"


def test_the_problems_name_late_actions_silent_units_and_help_wanted(report):
    text = text_of(report)
    assert "1．1.1“一以贯之讲政治”（区甲局）：落后65个百分点，完成10%，时间已过75%。" in text
    assert "区乙局1.3“一以贯之优治理”（60天），超过31天没有报送进展。" in text
    assert "2.4“一以贯之保民生”（区乙局）：示例：请协调用地指标。" in text


def test_the_brief_has_state_late_actions_and_decisions(district, by):
    brief = draft(district.plan, UP_TO_SEPTEMBER, kind="brief", by=by)
    text = text_of(brief)
    assert [line for line in text.split("\n") if re.match("[一二三]、", line)] == [
        "一、总体情况",
        "二、滞后举措",
        "三、需要决定的事项",
    ]
    assert "1．1.1“一以贯之讲政治”（区甲局）：落后65个百分点。" in text
    assert "1．示例：请协调用地指标（2.4，区乙局）。" in text
    assert document_of(brief).annexes == []


def test_a_brief_counts_what_does_not_fit_its_page(db):
    plan = simple_plan({"示例甲": [1] * 30})
    brief = draft(plan, UP_TO_SEPTEMBER, kind="brief", by=None)
    shown = brief.passages.filter(style="item", key__startswith="late.").count()
    assert 4 <= shown <= 16
    assert passage(brief, "late.more").computed == f"另有{30 - shown}项，详见台账。"


# Compared with the last issued report


@pytest.fixture
def two_months(db):
    """Reports of August and of September, and between them one change of each sort."""
    plan = make_plan()
    by = make_user("supervisor")
    unit = make_unit("区甲局")
    priority = make_priority(plan, title="示例重点")
    texts = ("转滞后", "转正常", "办结了", "改期", "中止了", "不变")
    actions = {text: make_action(priority, text=text, lead_unit=unit) for text in texts}
    date_history(LOADED)
    august, september = date(2022, 8, 25), date(2022, 9, 25)
    then = {"转滞后": 60, "转正常": 40, "办结了": 60, "改期": 60, "中止了": 60, "不变": 60}
    for text, percent in then.items():
        make_entry(actions[text], by=by, percent=percent, day=august)
    first = draft(plan, UP_TO_AUGUST, kind="circular", by=by, number="示例〔2022〕8号")
    issue(first, by=by)
    now = {"转滞后": 30, "转正常": 72, "办结了": 100, "改期": 72, "不变": 72}
    for text, percent in now.items():
        make_entry(actions[text], by=by, percent=percent, day=september)
    moved = actions["改期"]
    moved.due = date(2022, 12, 15)
    moved.save_change(by=by, reason="示例：汛期")
    actions["中止了"].cancel(by=by, on=date(2022, 9, 10), reason="示例：并入")
    make_action(priority, text="新加的", lead_unit=unit)
    second = draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by)
    return reload(first), second


def test_the_change_is_told_in_numbers(two_months):
    _first, second = two_months
    assert passage(second, "change.counts").computed == (
        "与《关于示例2031年重点工作1—8月进展情况的通报》（示例〔2022〕8号）相比，"
        "滞后增加2项，预警减少1项，正常减少2项，办结增加1项。"
    )


def test_the_change_is_told_by_name(two_months):
    _first, second = two_months
    told = {
        p.key.removeprefix("change."): p.computed
        for p in second.passages.filter(key__startswith="change.").exclude(key="change.counts")
    }
    assert told == {
        "red": "新增滞后1项：1.1“转滞后”。",
        "recovered": "恢复正常1项：1.2“转正常”。",
        "completed": "新办结1项：1.3“办结了”。",
        "moved": "调整完成时限1项：1.4“改期”由12月31日调整为12月15日。",
    }


def test_what_was_added_and_withdrawn_is_told_as_a_change_of_the_plan(two_months):
    _first, second = two_months
    told = {p.key: p.computed for p in second.passages.filter(key__startswith="plan")}
    assert told == {
        "plan": "本期计划有下列调整。",
        "plan.added": "新增举措1项：1.7“新加的”。",
        "plan.withdrawn": "中止1项：1.5“中止了”。",
    }


def test_a_first_report_compares_with_nothing(report):
    assert not report.passages.filter(key__startswith="change.").exists()
    assert not report.passages.filter(key="overview.before").exists()


def test_a_corrected_report_is_not_compared_with(two_months):
    first, _second = two_months
    by = first.by
    correction = correct(first, by=by)
    correction.set_heads(by=by, number="示例〔2022〕8-1号")
    issue(correction, by=by)
    assert last_issued(first.plan, date(2022, 9, 30)) == correction


# Editing


def test_an_edited_text_stands_until_it_is_put_back(report, by):
    lead_in = passage(report, "lead_in")
    lead_in.edit(by=by, text="示例：改过的导语。")
    assert (lead_in.text, lead_in.by) == ("示例：改过的导语。", by)
    assert "示例：改过的导语。" in text_of(report)
    lead_in.put_back(by=by)
    assert lead_in.text == lead_in.computed


def test_editing_to_the_computed_words_is_no_edit(report, by):
    lead_in = passage(report, "lead_in")
    lead_in.edit(by=by, text=f"  {lead_in.computed}\n")
    assert lead_in.edited == ""


def test_what_is_moved_out_is_not_in_the_text_and_comes_in_again(report, by):
    lead_in = passage(report, "lead_in")
    lead_in.move_out(by=by)
    assert lead_in.computed not in text_of(report)
    lead_in.move_in(by=by)
    assert lead_in.computed in text_of(report)


def test_a_heading_with_nothing_under_it_goes_and_the_others_are_counted_anew(report, by):
    for one in report.passages.filter(section="problems", style__in=("item", "text")):
        one.move_out(by=by)
    text = text_of(report)
    assert "存在问题" not in text
    assert "三、下一步工作" in text


def test_two_editors_are_told_of_each_other(report, by):
    mine, yours = passage(report, "lead_in"), passage(report, "lead_in")
    mine.edit(by=by, text="示例：甲。", version=mine.version)
    with pytest.raises(ChangedMeanwhile) as caught:
        yours.edit(by=by, text="示例：乙。", version=yours.version)
    assert caught.value.row.edited == "示例：甲。"
    with pytest.raises(ChangedMeanwhile):
        report.set_heads(by=by, title="示例", version=report.version + 1)


def test_a_paragraph_of_one_s_own_stands_behind_the_one_named(report, by):
    own = report.add_passage(after=passage(report, "lead_in"), text="示例：补充一句。", by=by)
    lines = text_of(report).split("\n")
    assert lines[1] == "示例：补充一句。"
    with pytest.raises(ValidationError):
        own.put_back(by=by)
    with pytest.raises(ValidationError):
        own.edit(by=by, text=" ")


def test_comments_stay_out_of_the_text(report, by):
    report.comment(by=by, text="示例：请核数。", passage=passage(report, "lead_in"))
    assert report.comments.count() == 1
    issued = issue(report, by=by)
    assert "请核数" not in issued.data


def test_a_computed_number_in_an_edited_text_that_is_out_of_date_is_found(district, report, by):
    counts = passage(report, "overview.counts")
    counts.edit(by=by, text=counts.computed.replace("截至", "示例：截至") + "其中3项为实事。")
    assert disagreements(counts) == []
    unassigned = district.actions["unassigned"]
    unassigned.cancel(by=by, on=date(2022, 9, 30), reason="示例：撤并")
    recompose(report, by=by)
    counts = passage(report, "overview.counts")
    wrong = disagreements(counts)
    assert ("10", "9") in [(d.found, d.expected) for d in wrong]
    assert all(counts.edited[d.start : d.end] == d.found for d in wrong)
    assert "3" not in [d.found for d in wrong if d.start > counts.edited.index("其中")]


def test_numbers_that_an_edited_text_leaves_out_are_listed():
    one = Passage(computed="滞后5项，占12.2%。", edited="滞后5项。", basis="滞后5项，占12.2%。")
    assert left_out(one) == ["12.2%"]
    assert disagreements(one) == []


# Composed anew


def test_new_entries_are_offered_and_never_slipped_in(district, report, by):
    action = district.actions["green"]
    assert news(report) == []
    entry = make_entry(action, by=by, percent=76, done="示例：新近完成。", at=timezone.now())
    assert news(report) == [entry]
    assert "新近完成" not in text_of(report)
    recompose(report, by=by)
    assert news(report) == []
    assert "新近完成" not in text_of(report)
    assert report.passages.get(entry=entry, section="priorities").is_out
    assert take_in(report, [entry], by=by) == 1
    assert "新近完成" in text_of(report)


def test_an_entry_that_was_followed_by_another_cannot_be_taken_in(district, report, by):
    action = district.actions["green"]
    first = make_entry(action, by=by, percent=76, done="示例：先。", at=timezone.now())
    make_entry(action, by=by, percent=77, done="示例：后。", at=timezone.now())
    assert take_in(report, [first], by=by) == 0


@pytest.mark.parametrize("is_taken_back", [True, False])
def test_edited_words_of_what_counts_no_more_are_left_out_and_kept(district, by, is_taken_back):
    """An acceptance is taken back; of an entry that only a later one followed they stay."""
    entry = district.entries["waiting"]
    entry.accept(by=by)
    report = draft(district.plan, SEPTEMBER, kind=Report.Kind.CIRCULAR, by=by, number="示例9")
    said = report.passages.get(entry=entry, section=Passage.Section.PRIORITIES)
    said.edit(by=by, text="示例：改过的话。")
    if is_taken_back:
        entry.decision.undo(by=by)
    else:
        make_entry(entry.action, by=entry.by, percent=85)
    recompose(report, by=by)
    said.refresh_from_db()
    assert (said.edited, said.is_out) == ("示例：改过的话。", is_taken_back)
    assert ("改过的话" in all_words(report)) is not is_taken_back


def all_words(report) -> str:
    return "".join(block.text for block in document_of(report).blocks)


def test_composing_anew_keeps_edited_words_and_what_was_moved(district, report, by):
    passage(report, "lead_in").edit(by=by, text="示例：改过。")
    passage(report, "overview.stale").move_out(by=by)
    passage(report, "stale.names").edit(by=by, text="示例：点名。")
    own = report.add_passage(after=passage(report, "lead_in"), text="示例：自己写的。", by=by)
    stale = district.actions["stale"]
    make_entry(stale, by=by, percent=75, done="示例：补报。", at=timezone.now())
    recompose(report, by=by)
    assert passage(report, "lead_in").edited == "示例：改过。"
    left = passage(report, "stale.names")
    assert (left.text, left.is_own) == ("示例：点名。", True)
    assert not report.passages.filter(key="overview.stale").exists()
    keys = list(report.passages.values_list("key", flat=True))
    assert keys.index(own.key) == keys.index("lead_in") + 1
    assert Facts.from_json(report.facts).counts["stale"] == 0


def test_composing_anew_without_news_changes_nothing(report, by):
    before = text_of(report)
    assert not has_new_figures(report)
    recompose(report, by=by)
    assert text_of(report) == before


# Period and command


def test_a_period_that_is_not_over_has_no_report(district, by):
    with pytest.raises(ValidationError, match="2022"):
        draft(district.plan, Period.read("2022-10"), kind="circular", by=by)


def test_a_period_outside_the_plan_has_no_report(district, by):
    with pytest.raises(ValidationError):
        draft(district.plan, Period.read("2021-09"), kind="circular", by=by)


def test_one_report_per_period_and_kind(district, report, by):
    with translation.override("en"), pytest.raises(ValidationError) as caught:
        draft(district.plan, UP_TO_SEPTEMBER, kind="circular", by=by)
    assert caught.value.messages == ["There is already such a report on this period."]
    draft(district.plan, UP_TO_SEPTEMBER, kind="brief", by=by)


def test_the_next_number_follows_the_last_one(report, by):
    september = draft(report.plan, SEPTEMBER, kind="circular", by=by)
    assert september.number == "示例〔2022〕10号"


def call(*arguments: str) -> str:
    output = StringIO()
    call_command("draft_report", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_drafts_once_however_often_it_runs(district):
    first = call("--plan", "2031", "--period", "2022-Q3")
    again = call("--plan", "2031", "--period", "2022-Q3")
    assert first.startswith("Drafted 2022-Q3: ")
    assert again.startswith("Nothing to do: 2022-Q3 is drafted already: ")
    report = Report.objects.get()
    assert (report.by, report.period.name, report.kind) == (None, "三季度", "circular")


def test_the_command_takes_the_last_whole_month(district):
    call("--plan", "2031")
    assert Report.objects.get().period == SEPTEMBER


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--plan", "1999"], "There is no plan 1999"),
        (["--plan", "2031", "--period", "2022-13"], "month must be in 1..12"),
        (["--plan", "2031", "--period", "autumn"], "is no period"),
        (["--plan", "2031", "--period", "2022-Q4"], "This period ends on 2022-12-31"),
    ],
)
def test_the_command_says_what_is_wrong(district, arguments, words):
    with pytest.raises(CommandError, match=words):
        call(*arguments)
    assert not Report.objects.exists()


def test_a_draft_takes_the_same_number_of_queries_whatever_the_size(db):
    taken = []
    for slug, size in (("2031", 2), ("2032", 6)):
        plan = simple_plan({"示例甲": [70] * size, "示例乙": [10] * size}, slug=slug)
        with CaptureQueriesContext(connection) as queries:
            draft(plan, UP_TO_SEPTEMBER, kind="circular", by=None)
        taken.append(len(queries))
    assert taken[0] == taken[1]


# Issuing


def test_issuing_wants_a_number_and_data_that_are_up_to_date(district, report, by):
    for blank in ("", " \u3000"):
        report.set_heads(by=by, number=blank)
        with pytest.raises(ValidationError):
            issue(report, by=by)
    report.set_heads(by=by, number="示例〔2022〕9号")
    make_entry(district.actions["green"], by=by, percent=90)
    with pytest.raises(ValidationError):
        issue(report, by=by)
    assert not reload(report).is_issued
    recompose(report, by=by)
    issue(report, by=by)
    assert reload(report).is_issued


def test_an_issued_report_is_its_data_and_its_hash(report, by):
    issued = issue(report, by=by)
    document = document_of(reload(report))
    assert document == Document.from_json(issued.data, issued.sha256)
    assert document.as_json() == issued.data
    assert issued.is_intact
    assert (document.issued_by, document.number) == (str(by), "示例〔2022〕9号")
    assert {file.kind for file in issued.files.all()} == {"docx", "xlsx"}


def test_nothing_in_an_issued_report_can_be_changed(report, by):
    issued = issue(report, by=by)
    report, lead_in = reload(report), passage(report, "lead_in")
    for act in (
        lambda: issue(report, by=by),
        lambda: lead_in.edit(by=by, text="示例"),
        lambda: lead_in.move_out(by=by),
        lambda: report.set_heads(by=by, title="示例"),
        lambda: report.add_passage(after=lead_in, text="示例", by=by),
        lambda: recompose(report, by=by),
        lambda: DiscardedDraft.discard(report, by=by, seen=report.fingerprint),
    ):
        with pytest.raises(AlreadyIssued):
            act()
    for row in (issued, issued.files.first()):
        with pytest.raises(TypeError), transaction.atomic():
            row.save()
        with pytest.raises(TypeError), transaction.atomic():
            row.delete()


def test_a_correction_names_what_it_replaces(report, by):
    issue(report, by=by)
    correction = correct(reload(report), by=by)
    document = document_of(correction)
    assert document.replaces == f"《{report.title}》（示例〔2022〕9号）"
    assert document.title.endswith("（更正）")
    assert not reload(report).is_replaced
    issue(correction, by=by)
    assert reload(report).is_replaced
    assert list(Report.objects.standing()) == [correction]
    with pytest.raises(ValidationError):
        correct(reload(report), by=by)


def test_a_draft_is_not_corrected(report, by):
    with pytest.raises(ValidationError):
        correct(report, by=by)


def test_fifty_changes_of_the_plan_change_nothing_that_was_issued(district, report, by):
    issue(report, by=by)
    before = frozen(report)
    for number, change in enumerate(fifty_changes(district, by), start=1):
        change()
        assert frozen(report) == before, f"change {number}"
    assert number == 50


def frozen(report: Report) -> tuple:
    """All that an issued report is: its data, its page's data, and its files byte for byte."""
    report = reload(report)
    files = [(f.kind, f.name, bytes(f.content), f.sha256) for f in report.issued.files.all()]
    return report.issued.data, report.issued.sha256, document_of(report), files


def fifty_changes(district, by):
    """Ten changes of each of five kinds: units, people, actions, entries, the plan itself."""
    plan = district.plan
    actions = list(Action.objects.filter(priority__plan=plan))
    for number in range(10):
        yield lambda n=number: Unit.objects.filter(pk=district.lead.pk).update(
            name=f"示例改名{n}", short_name=f"改名{n}", order=n
        )
        yield lambda n=number: User.objects.all().update(display_name=f"示例改名{n}")
        yield lambda n=number: Action.objects.filter(pk=actions[n].pk).update(
            text=f"示例改文{n}", due=date(2022, 10, 1) + timedelta(n), start=date(2022, 1, 2)
        )
        yield lambda n=number: make_entry(actions[n], by=by, percent=n * 9, done=f"示例{n}")
        yield lambda n=number: _change_plan(district, by, n)


def _change_plan(district, by, number: int) -> None:
    plan = Plan.objects.get(pk=district.plan.pk)
    plan.red_deviation, plan.title = 30 + number, f"示例改题{number}"
    plan.status_date = date(2022, 9, 30) + timedelta(number)
    plan.save_change(by=by)
    plan.priorities.update(title=f"示例改题{number}")
    Milestone.objects.update(planned=date(2022, 2, 1) + timedelta(number))


def test_the_frozen_text_is_the_same_for_the_same_data(report):
    document = document_of(report)
    again = Facts.from_json(json.loads(json.dumps(document.facts.as_json())))
    assert again == document.facts


def test_verify_checks_the_hash_that_is_printed_on_a_report(report, by):
    issue(report, by=by)
    call_command("verify", stdout=StringIO())
    other = draft(report.plan, SEPTEMBER, kind="circular", by=by)
    wrong = IssuedReport.objects.create(report=other, data="{}", sha256="0" * 64, by=by)
    with pytest.raises(CommandError, match=rf"Issued report {wrong.pk} \({'0' * 64}\)"):
        call_command("verify", stdout=StringIO())


# Who may


@pytest.mark.parametrize(
    "role, may",
    [("viewer", False), ("reporter", False), ("supervisor", True), ("administrator", True)],
)
def test_who_may_draft_and_issue(district, role, may):
    user = district.people[role]
    assert (can_draft_report(user), can_issue_report(user)) == (may, may)


# Prose


@pytest.mark.parametrize(
    "text, said",
    [
        ("一句。", "一句"),
        ("第一句。第二句。", "第一句。第二句"),
        ("长" * 50 + "。" + "短" * 60 + "。", "长" * 50),
        ("长" * 50 + "，" + "短" * 60 + "。", "长" * 50),
        ("长" * 200, "长" * 90 + "……"),
        ("第一行。\n第二行。", "第一行。 第二行"),
        ("", ""),
    ],
)
def test_the_opening_of_an_entry(text, said):
    assert opening(text) == said


def test_gaps_of_the_interface_are_closed():
    assert close_up("落后 34 个百分点：完成 40%，时间已过 74%。") == (
        "落后34个百分点：完成40%，时间已过74%。"
    )
    assert close_up("two words 和 5 G") == "two words和5 G"


def test_quotes_within_quotes():
    assert quoted("招引“弄潮儿”") == "“招引‘弄潮儿’”"
