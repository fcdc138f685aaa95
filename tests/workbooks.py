"""Ledgers as people handle them: read by openpyxl, filled in, saved again."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

NAME = "台账.xlsx"


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def saved(workbook: Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def upload(content: bytes, name: str = NAME) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def places(sheet) -> tuple[dict[str, int], dict[str, int]]:
    """The column of each head and the line of each number."""
    columns = {cell.value: cell.column for cell in sheet[1]}
    lines = {sheet.cell(n, columns["序号"]).value: n for n in range(2, sheet.max_row + 1)}
    return columns, lines


def rows_of(sheet) -> list[dict]:
    """Each row below the heads as head → value, days without their time."""
    heads, *rows = sheet.iter_rows(values_only=True)
    return [
        {
            head: value.date() if isinstance(value, datetime) else value
            for head, value in zip(heads, row, strict=True)
        }
        for row in rows
    ]


def filled_in(content: bytes, changes: dict[tuple[str, str], str | float | date | None]) -> bytes:
    """The file with other values in the cells of (number, head)."""
    workbook = opened(content)
    sheet = workbook.worksheets[0]
    columns, lines = places(sheet)
    for (number, head), value in changes.items():
        cell = sheet.cell(lines[number], columns[head])
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # openpyxl takes a text that begins with = for a formula
    return saved(workbook)


def rewritten(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The file with each part as ``change`` gives it for its name; None leaves it out."""
    source, buffer = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            part = change(name, source.read(name))
            if part is not None:
                archive.writestr(name, part)
    return buffer.getvalue()


def with_xml(content: bytes, part: str, *changes: tuple[str, str]) -> bytes:
    """The file with other words in one part; each must stand there."""
    assert part in zipfile.ZipFile(io.BytesIO(content)).namelist()

    def change(name: str, xml: bytes) -> bytes:
        if name != part:
            return xml
        for old, new in changes:
            assert old.encode() in xml, old
            xml = xml.replace(old.encode(), new.encode())
        return xml

    return rewritten(content, change)
