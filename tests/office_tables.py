"""Breakdown tables as offices make them: the same four actions in every shape that is in use."""

import io
from collections.abc import Callable, Iterable
from datetime import date

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from priorities.plans.tables.grid import Book
from priorities.plans.tables.recognising import recognise
from priorities.plans.tables.rows import Kind, Line, read_rows, units_of

YEAR = 2022
TITLE = "示例区2022年重点工作任务分解表"
FIRST, SECOND = "产业发展", "民生保障"
ACTIONS = (
    (FIRST, "推进工业园区建设", "区工信局", ("区发改局", "各街道"), "2022-06-30"),
    (FIRST, "开展招商引资", "区发改局", (), "2022-12-31"),
    (SECOND, "新建学校两所", "区教育局", ("区住建局",), "2022-09-30"),
    (SECOND, "办好养老服务", "区民政局", (), None),
)
"""Priority, action, lead, supporting, due (None: 长期坚持)."""

DUES = ("2022年6月底", "年底前", "第三季度", "长期坚持")
HEADS = ("序号", "重点工作", "工作任务", "牵头单位", "配合单位", "完成时限", "备注")

Said = tuple[str, str, str, tuple[str, ...], str | None]


def rows(joint: str = "、") -> list[list]:
    """The plain table: a row for each action, its priority in each."""
    return [
        [n, priority, text, lead, joint.join(others), due, ""]
        for n, ((priority, text, lead, others, _day), due) in enumerate(
            zip(ACTIONS, DUES, strict=True), start=1
        )
    ]


def lines_of(book: Book, *, year: int | None = YEAR) -> list[Line]:
    """Every line of every sheet."""
    tables = (recognise(sheet, n, year=year) for n, sheet in enumerate(book.sheets))
    return [line for table in tables for line in read_rows(table, year=year)]


def said_in(book: Book) -> list[Said]:
    """The actions that a file says, as the tests compare them."""
    actions = [line for line in lines_of(book) if line.kind == Kind.ACTION]
    return [_said(line) for line in actions]


def _said(line: Line) -> Said:
    units = units_of(line)
    days = [day for day, _words, _head in line.stages] if not line.due.due else [line.due.due]
    due = max(days).isoformat() if days else None
    return line.priority, line.text, "、".join(units.lead), units.supporting, due


# Files


def saved(workbook: Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def workbook(*sheets: tuple[str, Iterable[list], Iterable[str]]) -> Workbook:
    """Sheets by name, rows and merged areas."""
    book = Workbook()
    book.remove(book.active)
    for name, cells, merged in sheets:
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    return book


def one(cells: Iterable[list], *merged: str, change: Callable[[Worksheet], None] | None = None):
    book = workbook(("Sheet1", cells, merged))
    if change:
        change(book.active)
    return saved(book)


def plain() -> bytes:
    return one([list(HEADS), *rows()])


def titled() -> bytes:
    cells = [[TITLE], ["填报单位：区委办", "", "", "", "", "2022年1月"], list(HEADS), *rows()]
    return one(cells, "A1:G1")


def merged_priorities() -> bytes:
    cells = [[TITLE], list(HEADS), *rows()]
    cells[3][1] = cells[5][1] = None
    return one(cells, "A1:G1", "B3:B4", "B5:B6")


def two_rows_of_heads() -> bytes:
    heads = [["序号", "重点工作", "工作任务", "责任单位", "", "完成时限", "备注"]]
    heads += [["", "", "", "牵头", "配合", "", ""]]
    cells = [[TITLE], *heads, *rows()]
    cells[4][1] = cells[6][1] = None
    across = ("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "G2:G3")
    return one(cells, "A1:G1", *across, "B4:B5", "B6:B7")


def two_rows_of_heads_unmerged() -> bytes:
    heads = [["序号", "重点工作", "工作任务", "责任单位", "", "完成时限", "备注"]]
    heads += [["", "", "", "牵头单位", "配合单位", "", ""]]
    return one([*heads, *rows()])


def _grouped(first: list, second: list) -> list[list]:
    heads = [head for head in HEADS if head != "重点工作"]
    body = [[row[0], *row[2:]] for row in rows()]
    return [[TITLE], heads, first, *body[:2], second, *body[2:]]


def group_rows() -> bytes:
    return one(_grouped([f"一、{FIRST}"], [f"二、{SECOND}"]), "A1:F1", "A3:F3", "A6:F6")


def numbered_groups() -> bytes:
    return one(_grouped(["一", FIRST], ["二", SECOND]), "A1:F1")


def bracketed_groups() -> bytes:
    return one(_grouped(["", f"（一）{FIRST}"], ["", f"（二）{SECOND}"]))


def with_notes() -> bytes:
    signed = ["填表人：示例甲", "", "审核：示例乙"]
    tail = [["合计", "", "4项"], ["注：1.第一个为牵头单位。"], signed]
    return one([[TITLE], list(HEADS), *rows(), *tail], "A1:G1", "A8:G8")


def sheet_for_each_priority() -> bytes:
    heads = [head for head in HEADS if head != "重点工作"]
    body = [[row[0], *row[2:]] for row in rows()]
    sheets = ((FIRST, [heads, *body[:2]], ()), (SECOND, [heads, *body[2:]], ()))
    return saved(workbook(*sheets))


def units_in_one_cell(joint: str) -> bytes:
    heads = ["序号", "重点工作", "工作任务", "责任单位", "完成时限"]
    body = [
        [n, priority, text, joint.join([lead, *others]), due]
        for n, ((priority, text, lead, others, _day), due) in enumerate(
            zip(ACTIONS, DUES, strict=True), start=1
        )
    ]
    return one([heads, *body])


def other_heads() -> bytes:
    heads = ["编号", "大类", "目标任务", "主办单位", "协办单位", "进度要求", "说明"]
    return one([heads, *rows()])


def units_beside_a_lead() -> bytes:
    heads = ["序号", "类 别", "主要任务", "牵头部门", "责任单位", "时间节点", "备注"]
    return one([heads, *rows()])


def heads_again() -> bytes:
    body = rows()
    return one([list(HEADS), *body[:2], list(HEADS), *body[2:]])


def quarters() -> bytes:
    heads = [["重点工作", "任务", "牵头单位", "配合单位", "进度要求", "", "", ""]]
    heads += [["", "", "", "", "一季度", "二季度", "三季度", "四季度"]]
    steps = (["启动", "完成", "", ""], ["", "", "", "签约"], ["", "", "建成", ""], [""] * 4)
    body = [[*row[1:5], *step] for row, step in zip(rows(), steps, strict=True)]
    return one([*heads, *body], "A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:H1")


def real_days() -> bytes:
    body = rows()
    for row, (month, day) in zip(body[:3], ((6, 30), (12, 31), (9, 30)), strict=True):
        row[5] = date(YEAR, month, day)

    def formats(sheet):
        sheet["F2"].number_format = "yyyy年m月d日"
        sheet["F3"].number_format = "m月d日"
        sheet["F4"].number_format = "yyyy年m月"

    return one([list(HEADS), *body], change=formats)


def further_in() -> bytes:
    cells = [["", "", *row] for row in [list(HEADS), *rows()]]
    return one([[], [], [], *cells[:3], [], *cells[3:]])


def priority_said_once() -> bytes:
    body = rows()
    body[1][1] = body[3][1] = ""
    return one([list(HEADS), *body])


def csv(sign: str = ",", encoding: str = "utf-8-sig") -> bytes:
    lines = [list(HEADS), *rows()]
    return "\r\n".join(sign.join(map(str, line)) for line in lines).encode(encoding)


def web_page() -> bytes:
    cells = "".join(
        f"<tr><td>{n}</td>{first}<td>{text}</td><td>{lead}</td><td>{others}</td><td>{due}</td></tr>"
        for (n, priority, text, lead, others, due, _), first in zip(
            rows(),
            (f"<td rowspan=2>{FIRST}</td>", "", f"<td rowspan='2'><p>{SECOND}</p></td>", ""),
            strict=True,
        )
    )
    heads = "".join(f"<th>{head}</th>" for head in HEADS[:6])
    page = f"<html><meta charset=gb2312><table><tr>{heads}</tr>{cells}</table></html>"
    return page.encode("gb18030")


FILES: dict[str, Callable[[], bytes]] = {
    "plain": plain,
    "titled": titled,
    "merged priorities": merged_priorities,
    "two rows of heads": two_rows_of_heads,
    "two rows of heads, unmerged": two_rows_of_heads_unmerged,
    "group rows": group_rows,
    "numbered groups": numbered_groups,
    "bracketed groups": bracketed_groups,
    "with notes": with_notes,
    "a sheet for each priority": sheet_for_each_priority,
    "units by 、": lambda: units_in_one_cell("、"),
    "units by line ends": lambda: units_in_one_cell("\n"),
    "units by ，": lambda: units_in_one_cell("，"),
    "units by blanks": lambda: units_in_one_cell("  "),
    "units by /": lambda: units_in_one_cell("/"),
    "other heads": other_heads,
    "units beside a lead": units_beside_a_lead,
    "heads again": heads_again,
    "quarters": quarters,
    "real days": real_days,
    "further in": further_in,
    "a priority said once": priority_said_once,
    "csv": csv,
    "csv of GB 18030": lambda: csv(encoding="gb18030"),
    "csv with semicolons": lambda: csv(";", "utf-8"),
    "csv with tabs": lambda: csv("\t", "utf-16"),
    "a web page called .xls": web_page,
}


def pasted_from_a_spreadsheet() -> str:
    body = rows()
    body[0][4] = '"区发改局\n各街道"'
    return "\n".join("\t".join(map(str, row)) for row in [list(HEADS), *body])


def pasted_from_word() -> str:
    """Word brings the line ends of a cell without quotation marks."""
    body = rows()
    body[0][4] = "区发改局\n各街道"
    body[2][2] = "新建学校\n两所"
    return "\n".join("\t".join(map(str, row[:6])) for row in [list(HEADS), *body])


def one_cell_a_line() -> str:
    cells = [[*HEADS[:1], *HEADS[2:4], HEADS[5]]]
    cells += [[row[0], row[2], "、".join(filter(None, [row[3], row[4]])), row[5]] for row in rows()]
    cells[0][2] = "责任单位"
    return "\n\n".join(str(cell) for row in cells for cell in row)


PASTED: dict[str, Callable[[], str]] = {
    "from a spreadsheet": pasted_from_a_spreadsheet,
    "from Word": pasted_from_word,
}
