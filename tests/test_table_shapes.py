"""Tables as offices make them: whatever the shape, the same actions are read, and nothing else."""

import io
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from priorities.plans.tables.arriving import read_pasted, read_table
from priorities.plans.tables.grid import Book
from priorities.plans.tables.headings import Name
from priorities.plans.tables.recognising import Sure, recognise
from priorities.plans.tables.rows import Kind, Told, Wrong, read_rows, units_of

from .office_tables import (
    ACTIONS,
    FILES,
    FIRST,
    HEADS,
    PASTED,
    lines_of,
    one,
    one_cell_a_line,
    pasted_from_a_spreadsheet,
    rows,
    said_in,
    saved,
    two_rows_of_heads,
    with_notes,
    workbook,
)
from .test_import_files import convert


def book_of(content: bytes) -> Book:
    return read_table(io.BytesIO(content))


@pytest.mark.parametrize("shape", FILES)
def test_a_file_of_any_shape_says_the_same(shape):
    assert said_in(book_of(FILES[shape]())) == list(ACTIONS)


@pytest.mark.parametrize("shape", PASTED)
def test_what_is_pasted_says_the_same(shape):
    assert said_in(read_pasted(PASTED[shape]())) == list(ACTIONS)


def test_a_table_of_which_the_cells_alone_are_left():
    found = said_in(read_pasted(one_cell_a_line()))
    assert found == [("", *action[1:]) for action in ACTIONS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("tables")


@pytest.mark.parametrize("kind", ["xls", "ods"])
@pytest.mark.parametrize("shape", ["two rows of heads", "real days", "with notes"])
def test_other_formats_as_a_program_writes_them(folder, kind, shape):
    file = folder / f"{shape.replace(' ', '_')}.xlsx"
    file.write_bytes(FILES[shape]())
    convert(folder, kind, file.name)
    assert said_in(book_of(file.with_suffix(f".{kind}").read_bytes())) == list(ACTIONS)


def columns_of(book: Book, **given) -> list[tuple[str, Name, Sure]]:
    table = recognise(book.sheets[0], 0, year=2022, **given)
    return [(column.head, column.name, column.sure) for column in table.columns]


def test_each_column_says_how_sure_it_is():
    heads = ["序号", "工作任务", "牵头责任处室", "完成时限（2022年）", "联系电话", "涉及片区"]
    content = one([heads, [1, "修路", "x", "6月", 1, "y"]])
    assert columns_of(book_of(content)) == [
        ("序号", Name.NUMBER, Sure.EXACT),
        ("工作任务", Name.TEXT, Sure.EXACT),
        ("牵头责任处室", Name.LEAD, Sure.LIKE),
        ("完成时限（2022年）", Name.DUE, Sure.EXACT),
        ("联系电话", Name.ASIDE, Sure.EXACT),
        ("涉及片区", Name.ASIDE, Sure.UNKNOWN),
    ]


def test_what_was_remembered_and_what_is_set_by_hand_wins():
    book = book_of(one([["序号", "工作任务", "涉及片区"], [1, "修路", "区工信局"]]))
    assert columns_of(book, remembered={"涉及片区": "lead"})[2][1:] == (Name.LEAD, Sure.REMEMBERED)
    given = {"remembered": {"涉及片区": "lead"}, "chosen": {2: "supporting"}}
    assert columns_of(book, **given)[2][1:] == (Name.SUPPORTING, Sure.SET)


def test_the_second_column_of_one_kind_is_not_taken():
    book = book_of(one([["序号", "工作任务", "完成时限", "办结时限"], [1, "修路", "6月", "7月"]]))
    assert columns_of(book)[3][1:] == (Name.ASIDE, Sure.TWICE)


def test_a_column_of_days_needs_no_head():
    body = [[n, f"修路{n}", f"2022-0{n}-01"] for n in range(1, 5)]
    assert columns_of(book_of(one([["序号", "工作任务", ""], *body])))[2][1:] == (
        Name.DUE,
        Sure.CONTENT,
    )


def test_what_is_no_row_of_an_action_is_told():
    kinds = [(line.line, line.kind) for line in lines_of(book_of(with_notes()))]
    assert kinds[-3:] == [(7, Kind.TOTAL), (8, Kind.NOTE), (9, Kind.NOTE)]


def test_a_sheet_that_is_called_after_a_unit():
    heads, units = ["序号", "工作任务", "完成时限"], ("区工信局", "区教育局")
    book = book_of(saved(workbook(*((u, [heads, [1, f"{u}的任务", "6月"]], ()) for u in units))))
    assert [units_of(line).lead for line in lines_of(book)] == [("区工信局",), ("区教育局",)]


def test_all_faults_of_a_row_are_told_at_once():
    heads = ["序号", "任务", "开始时间", "完成时限", "", "单位"]
    book = book_of(one([heads, [1, "", "春节后", "6月前", "多余", "区工信局"]]))
    (line,) = lines_of(book)
    assert [(fault.name, fault.why, fault.words) for fault in line.faults] == [
        (Name.ASIDE, Wrong.NO_HEAD, "多余"),
        (Name.TEXT, Wrong.NO_TEXT, "1 春节后 6月前 多余 区工信局"),
        (Name.DUE, Wrong.AMBIGUOUS, "6月前"),
        (Name.START, Wrong.UNKNOWN, "春节后"),
    ]


def test_a_long_action_is_its_first_sentence_and_all_its_words_are_kept():
    long = "推进工业园区建设。" + "完善配套设施，" * 40
    (line,) = lines_of(book_of(one([["序号", "任务", "单位"], [1, long, "区工信局"]])))
    assert (line.text, line.measure, line.told) == ("推进工业园区建设", long, (Told.CUT,))


def test_a_row_that_goes_on_with_the_cell_above_is_no_action_of_its_own():
    cells = [["序号", "任务", "单位"], [1, "修路", "区工信局"], ["", "", "区教育局"]]
    book = book_of(one(cells, "B2:B3"))
    lines = lines_of(book)
    assert [fault.why for fault in lines[1].faults] == [Wrong.GOES_ON]


def test_hidden_rows_and_sheets_are_read_and_named():
    made = workbook(("甲表", [list(HEADS), *rows()], ()), ("乙表", [list(HEADS), *rows()], ()))
    made["乙表"].sheet_state = "hidden"
    made["甲表"].row_dimensions[3].hidden = True
    made["甲表"].column_dimensions["G"].hidden = True
    book = book_of(saved(made))
    assert [sheet.is_hidden for sheet in book.sheets] == [False, True]
    assert (book.sheets[0].hidden_lines, book.sheets[0].hidden_columns) == ([3], (6,))
    assert [line.told for line in lines_of(book)][1] == (Told.HIDDEN,)


def test_a_book_is_kept_between_two_steps_as_it_was_read():
    book = book_of(two_rows_of_heads())
    assert Book.from_json(book.as_json()) == book
    assert FIRST in book.text


# Whatever is in a table: an answer, and nothing that is not in it

SAID = "序号|任务|牵头单位|配合单位|时限|一、产业|修路|区工信局|6月底|长期坚持|注：x|合计|1|"
WORDS = SAID.split("|")
CELL = st.sampled_from(WORDS) | st.text(max_size=12)
GRID = st.lists(st.lists(CELL, max_size=7), max_size=9)


def bare(words: str) -> str:
    return re.sub(r"\s", "", words)


def assert_nothing_is_made_up(book: Book) -> None:
    rows = [row for sheet in book.sheets for row in sheet.rows]
    there = bare("".join(words for row in rows for words in row.cells))
    for line in lines_of(book):
        said = [line.priority, line.text, *units_of(line).names, *line.cells.values()]
        assert all(bare(part) in there for words in said for part in re.split("[\n；]", words))
        faulty = [fault.words for fault in line.faults if fault.why != Wrong.NO_TEXT]
        assert all(bare(words) in there for words in faulty)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GRID, st.sampled_from("\t,;"))
def test_any_text_is_answered(cells, sign):
    words = "\n".join(sign.join(row) for row in cells)
    if words.strip():
        try:
            book = read_pasted(words)
        except Exception as error:
            assert type(error).__name__ == "ValidationError"
        else:
            assert_nothing_is_made_up(book)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GRID, st.lists(st.tuples(*[st.integers(1, 9)] * 4), max_size=3))
def test_any_workbook_is_answered(cells, areas):
    made = workbook(("表", [[clean(words) for words in row] for row in cells], ()))
    for top, left, high, wide in areas:
        made.active.merge_cells(
            start_row=top, start_column=left, end_row=top + high, end_column=left + wide
        )
    try:
        book = book_of(saved(made))
    except Exception as error:
        assert type(error).__name__ == "ValidationError"
    else:
        assert_nothing_is_made_up(book)


def clean(words: str) -> str:
    return "".join(c for c in words if c.isprintable() and c not in "=").strip()


def test_a_long_table_is_read_whole():
    head, *body = pasted_from_a_spreadsheet().split("\n")
    assert len(said_in(read_pasted("\n".join([head, *body[2:] * 400])))) == 1200


# What else offices do


def test_headings_on_two_levels_are_priorities_and_what_stands_within():
    heads = ["序号", "任务", "单位"]
    cells = [heads, ["一、产业发展"], ["（一）工业"], [1, "修路", "区工信局"], ["（二）商业"]]
    cells += [[2, "招商", "区发改局"], ["二、民生保障"], ["（一）教育"], [3, "建学校", "区教育局"]]
    lines = lines_of(book_of(one(cells)))
    actions = [(x.priority, x.text) for x in lines if x.kind == Kind.ACTION]
    assert actions == [("产业发展", "修路"), ("产业发展", "招商"), ("民生保障", "建学校")]
    assert [x.words(Name.ASIDE) for x in lines if x.kind == Kind.HEADING] == [
        "（一）工业",
        "（二）商业",
        "（一）教育",
    ]


def test_a_number_that_a_heading_declares_is_no_part_of_it():
    cells = [["序号", "任务", "单位"], ["一、产业发展（共3项）"], [1, "修路。", "区工信局"]]
    heading, action = lines_of(book_of(one(cells)))
    assert (heading.priority, heading.declared) == ("产业发展", 3)
    assert (action.priority, action.text) == ("产业发展", "修路")


def test_headings_above_a_column_of_priorities_are_named():
    cells = [["重点任务", "具体举措", "单位"], ["（一）产业"], ["园区", "修路", "区工信局"]]
    heading, action = lines_of(book_of(one(cells)))
    assert (heading.kind, action.priority) == (Kind.HEADING, "园区")


def test_what_is_to_be_reached_stands_right_of_what_is_to_be_done():
    heads = ["类别", "重点任务", "具体举措", "目标任务", "责任单位"]
    book = book_of(one([heads, ["产业", "集群", "推进园区", "新增50万", "区工信局"]]))
    names = [name for _head, name, _sure in columns_of(book)]
    assert names[1:4] == [Name.PRIORITY, Name.TEXT, Name.MEASURE]


@pytest.mark.parametrize(
    "words",
    [
        "|序号|任务|责任单位|\n|---|:--|---|\n|1|修路|区工信局|\n|2|种树|区城管局|",
        "序号  任务    责任单位\n1   修路    区工信局\n2   种树    区城管局",
        "序号\n任务\n责任单位\n一、示例\n1\n修路\n区工信局\n2\n种树\n区城管局\n注：示例",
    ],
)
def test_other_ways_of_pasting(words):
    said = [line for line in lines_of(read_pasted(words)) if line.kind == Kind.ACTION]
    assert [(x.text, units_of(x).lead[0]) for x in said] == [
        ("修路", "区工信局"),
        ("种树", "区城管局"),
    ]


def test_a_flattened_row_that_lacks_a_cell_is_told():
    words = "序号\n任务\n责任单位\n时限\n1\n修路\n6月\n二、示例\n2\n种树\n区城管局\n9月"
    lines = lines_of(read_pasted(words))
    assert [fault.words for fault in lines[0].faults] == ["6月"]
    assert [line.kind for line in lines] == [Kind.ACTION, Kind.PRIORITY, Kind.ACTION]


def test_without_heads_the_words_are_shown_and_the_column_is_set_by_hand():
    book = book_of(one([["推进示例园区"], ["办好示例教育"]]))
    assert [line.faults[0].words for line in lines_of(book)] == ["推进示例园区", "办好示例教育"]
    table = recognise(book.sheets[0], 0, year=2022, chosen={0: "text"})
    assert [line.text for line in read_rows(table, year=2022)] == ["推进示例园区", "办好示例教育"]


def test_an_annex_number_and_a_day_are_no_title():
    above = [["附件1"], ["（2022年）"], ["示例区2022年民生实事"], ["2022年1月5日"]]
    table = recognise(book_of(one([*above, *[list(HEADS), *rows()]])).sheets[0], 0, year=2022)
    assert table.title == "示例区2022年民生实事"


def test_all_that_is_to_be_reached_is_kept():
    heads = ["序号", "项目名称", "建设内容", "年度目标", "责任单位"]
    cells = [heads, *[[n, f"项目{n}", f"内容{n}", f"目标{n}", "区工信局"] for n in (1, 2)]]
    assert [line.measure for line in lines_of(book_of(one(cells)))] == [
        "内容1\n目标1",
        "内容2\n目标2",
    ]


def test_a_signature_below_the_table_is_no_action():
    cells = [list(HEADS), *rows(), ["", "", "示例区人民政府办公室"], ["", "", "2022年1月5日"]]
    lines = lines_of(book_of(one(cells)))
    assert [line.kind for line in lines][-2:] == [Kind.NOTE, Kind.NOTE]


def test_words_beside_a_day_are_a_milestone_and_a_beginning_is_no_end():
    heads = ["任务", "单位", "完成时限"]
    cells = [
        heads,
        ["修路", "区工信局", "6月底前取得阶段性成效"],
        ["建桥", "区工信局", "6月底前开工"],
    ]
    first, second = lines_of(book_of(one(cells)))
    assert (first.due.due.isoformat(), first.stages[0][1]) == ("2022-06-30", "取得阶段性成效")
    assert (first.told, first.faults) == ((Told.WORDS,), ())
    assert [fault.why for fault in second.faults] == [Wrong.UNKNOWN]


def test_the_heads_of_another_table_are_no_row():
    cells = [list(HEADS), *rows()[:2], ["序号", "任务", "责任单位", "时限"], *rows()[2:]]
    kinds = [line.kind for line in lines_of(book_of(one(cells)))]
    assert kinds.count(Kind.HEADS) == 1 and kinds.count(Kind.ACTION) == 4


def test_sentences_below_a_percent_say_what_was_done():
    body = [[n, f"任务{n}", "已完成前期工作，正在开展主体施工。"] for n in (1, 2)]
    book = book_of(one([["序号", "任务", "完成进度"], *body]))
    assert columns_of(book)[2][1:] == (Name.DONE, Sure.LIKE)
