#!/bin/sh
# openpyxl gives a plain number for a day in a built-in East Asian format (27-36, 50-58; 31 is
# yyyy年m月d日, what a Chinese Excel offers first), where python-calamine gives the day. Both read
# the very same cell; files name these formats by number alone, so nothing in them says "date".
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet openpyxl==3.1.5 python-calamine==0.9.1 XlsxWriter==3.2.9 2>/dev/null
venv/bin/pip list 2>/dev/null | grep -i -E "openpyxl|calamine|xlsxwriter"

cat >days.py <<'PY'
import datetime
import openpyxl, python_calamine, xlsxwriter

KEYS = [14, *range(27, 32), 36, *range(50, 55), 57, 58]
book = xlsxwriter.Workbook("days.xlsx")
sheet = book.add_worksheet()
for line, key in enumerate(KEYS):
    sheet.write_number(line, 0, 44834, book.add_format({"num_format": key}))
book.close()

by_openpyxl = [row[0] for row in openpyxl.load_workbook("days.xlsx").active.iter_rows(values_only=True)]
read = python_calamine.CalamineWorkbook.from_path("days.xlsx").get_sheet_by_index(0)
by_calamine = [row[0] for row in read.to_python()]
for key, one, other in zip(KEYS, by_openpyxl, by_calamine):
    print(f"format {key}: openpyxl {one!r}, calamine {other!r}")
is_day = lambda value: isinstance(value, (datetime.date, datetime.datetime))
is_so = is_day(by_openpyxl[0]) and not any(map(is_day, by_openpyxl[1:])) and all(map(is_day, by_calamine))
print("as described" if is_so else "CHANGED")
raise SystemExit(not is_so)
PY
venv/bin/python days.py
