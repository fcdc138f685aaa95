"""What a cell says to its column: what it shows is meant, and what has two readings is asked."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from priorities.forms.fields import DayField, PercentField
from priorities.ledger.cells import as_made, value_of
from priorities.ledger.columns import Kind
from priorities.ledger.formats import BUILT_IN
from priorities.ledger.workbook import NOTHING, Cell

DAY = 44834  # 30 September 2022
EAST_ASIAN = [*range(27, 37), *range(50, 59)]
WHOLE_DAYS = (14, 22, 30, 31, 28, 29, 51, 53, 54, 58)
"""Built-in formats that show month and day; a day without its year is one of the file's year."""


def text(words: str) -> Cell:
    return Cell("text", words)


def number(value: float, code: str = "General") -> Cell:
    return Cell("number", value, code)


def said(kind: Kind, cell: Cell):
    return value_of(kind, cell, year=2022)


# Percents


@pytest.mark.parametrize(
    ("cell", "percent"),
    [
        *((number(0.45, "0%"), 45), (number(0.45), 45), (number(45), 45), (number(0.29), 29)),
        *((number(75, '0"%"'), 75), (number(1, '0"%"'), 1), (number(1, r"0\%"), 1)),
        *((number(0.07, "0.00%"), 7), (number(1, "0%"), 100), (number(0), 0), (number(0, "0%"), 0)),
        *((number(45, "0.00"), 45), (number(45, "@"), 45), (number(75, '0"％"'), 75)),
        *((text("45%"), 45), (text("45 ％"), 45), (text("45"), 45), (text("0.45"), 45)),
        *((text("７５％"), 75), (text("８８"), 88), (text("1%"), 1), (text("100%"), 100)),
        *((text(" "), None), (text("\u200b"), None), (NOTHING, None)),
    ],
)
def test_percents_as_people_write_them(cell, percent):
    assert said(Kind.PERCENT, cell) == percent


@pytest.mark.parametrize(
    "cell",
    [
        *(number(1), text("1"), text("１"), number(1, "0.00")),  # one percent, or all of it
        *(number(45, "0%"), number(0.455, "0%"), number(45.5), number(101), number(-1)),
        *(number(0.45, "0"), number(0.6, '0"%"'), number(75.4, '0"%"')),  # shows 0, 1 %, 75 %
        *(text("四成"), text("1_0"), Cell("truth", True), number(DAY, "yyyy-mm-dd")),
        *(number(45, '0"分"'), number(45, "# ?/?"), number(1e300), number(float("inf"), "0%")),
        *(Cell("formula", "1/2"), Cell("error", "#DIV/0!"), Cell("picture", "")),
    ],
)
def test_what_is_no_percent_is_refused(cell):
    with pytest.raises(ValidationError):
        said(Kind.PERCENT, cell)


@given(percent=st.integers(2, 100))
def test_a_literal_sign_and_a_true_one_show_the_same(percent):
    cells = (number(percent / 100, "0%"), number(percent, '0"%"'), text(f"{percent}%"))
    assert {said(Kind.PERCENT, cell) for cell in cells} == {percent}


# Days


@pytest.mark.parametrize("key", WHOLE_DAYS)
def test_a_day_in_a_built_in_format(key):
    assert said(Kind.DAY, number(DAY, BUILT_IN[key])) == date(2022, 9, 30)


@pytest.mark.parametrize("key", EAST_ASIAN)
def test_a_day_that_nobody_touched_is_known_in_every_east_asian_format(key):
    assert date(2022, 9, 30) in as_made(Kind.DAY, number(DAY, BUILT_IN[key]))


@pytest.mark.parametrize("key", [key for key in EAST_ASIAN if key not in WHOLE_DAYS])
def test_a_month_or_a_time_alone_is_no_day(key):
    with pytest.raises(ValidationError):
        said(Kind.DAY, number(DAY, BUILT_IN[key]))


@pytest.mark.parametrize("held", [0, 0.375, 59, 60, 2_900_000])
def test_a_time_and_a_far_year_are_not_offered_as_a_day(held):
    with pytest.raises(ValidationError) as refused:
        said(Kind.DAY, number(held, "h:mm" if held < 1 else BUILT_IN[17]))
    assert "2022-09-30" in refused.value.messages[0]


def test_a_day_without_its_year_is_none_of_another_year():
    with pytest.raises(ValidationError) as refused:
        said(Kind.DAY, number(DAY + 4 * 365 + 1, BUILT_IN[58]))
    assert "2026-09-30" in refused.value.messages[0]


@pytest.mark.parametrize("seconds", [16 * 3600, 24 * 3600 - 43, 24 * 3600 - 1, 12 * 3600])
@pytest.mark.parametrize("code", ["yyyy-mm-dd", "yyyy/m/d h:mm", BUILT_IN[31]])
def test_the_evening_before_is_asked_about(seconds, code):
    """exceljs writes a midnight in China as 16:00, SheetJS as 23:59:17 of the day before."""
    cell = number(DAY - 1 + seconds / 86_400, code)
    with pytest.raises(ValidationError) as refused:
        said(Kind.DAY, cell)
    assert "2022-09-29" in refused.value.messages[0] and "2022-09-30" in refused.value.messages[0]
    assert list(as_made(Kind.DAY, cell)) == [date(2022, 9, 30)]


@pytest.mark.parametrize("seconds", [0, 0.0004, -0.0004, 43, 8 * 3600])
def test_a_midnight_and_the_morning_are_that_day(seconds):
    cell = number(DAY + seconds / 86_400, "yyyy-mm-dd")
    assert said(Kind.DAY, cell) == date(2022, 9, 30)


@pytest.mark.parametrize("words", ["2022-09-30", "2022-09-30T00:00:00.000Z", "2022-09-30T00:00:00"])
def test_a_day_as_strict_files_write_it(words):
    assert said(Kind.DAY, Cell("day", words)) == date(2022, 9, 30)


def test_a_month_alone_is_no_day_in_a_strict_file_either():
    with pytest.raises(ValidationError):
        said(Kind.DAY, Cell("day", "2022-09-30T00:00:00", BUILT_IN[57]))


def test_a_file_that_counts_from_1904():
    assert said(Kind.DAY, Cell("number", DAY - 1462, "yyyy-mm-dd", True)) == date(2022, 9, 30)


@pytest.mark.parametrize("words", ["２０２２年９月３０日", "2022/9/30", "2022-09-30 00:00:00"])
def test_a_day_as_text(words):
    assert said(Kind.DAY, text(words)) == date(2022, 9, 30)


@pytest.mark.parametrize(
    "cell",
    [
        *(number(DAY), number(20220930), number(1.5), Cell("truth", True), Cell("day", "x")),
        *(
            text("x"),
            text("9月30日"),
            number(DAY, "0%"),
            number(1, "yyyy-mm-dd"),
            Cell("picture", ""),
        ),
    ],
)
def test_what_is_no_day_is_refused(cell):
    with pytest.raises(ValidationError):
        said(Kind.DAY, cell)


# One rule for forms and files


@pytest.mark.parametrize(
    "words", ["７５％", "88", "71 %", "0", "100%", "1%", "75.5%", "101", "四成"]
)
def test_a_percent_in_a_file_is_what_it_is_in_the_form(words):
    assert answer(lambda: said(Kind.PERCENT, text(words))) == answer(
        lambda: PercentField().clean(words)
    )


@pytest.mark.parametrize(
    "words", ["２０２２年６月３０日", "2022/6/30", "2022.6.30", "2630-02-02", "2022-02-30", "明天"]
)
def test_a_day_in_a_file_is_what_it_is_in_the_form(words):
    assert answer(lambda: said(Kind.DAY, text(words))) == answer(lambda: DayField().clean(words))


def answer(read):
    """What is read, or that it is refused."""
    try:
        return read()
    except ValidationError:
        return "refused"


# Texts


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        *((number(0.8, "0%"), "80%"), (number(DAY - 2, BUILT_IN[58]), "9月28日")),
        *((number(46000, '0"万元"'), "46000万元"), (number(46000), "46000")),
        *((number(1.1, "0.00"), "1.10"), (Cell("truth", True), "TRUE")),
        *((text("一\x0b二"), "一\n二"), (text("x005F_"), "x005F_"), (text("=1+1"), "=1+1")),
        *((Cell("day", "2022-09-28T00:00:00"), "2022-09-28"), (NOTHING, None)),
        (Cell("day", "2022-09-28T00:00:00", BUILT_IN[58]), "9月28日"),
    ],
)
def test_a_text_is_what_the_cell_shows(cell, words):
    assert said(Kind.TEXT, cell) == words


@pytest.mark.parametrize("code", ["# ?/?", "[>9]0;0", "[DBNum2]0", "0.00E+00"])
def test_a_number_in_a_format_that_nobody_knows_is_asked_about(code):
    with pytest.raises(ValidationError) as refused:
        said(Kind.TEXT, number(46000, code))
    assert "46000" in refused.value.messages[0]


@pytest.mark.parametrize("words", ["1.10", "80%", "2.0", "2022-09-30", "9月30日", "46000", "+86"])
def test_a_text_that_a_program_took_for_a_number_is_known(words):
    numbers = {"80%": number(0.8, "0%"), "2022-09-30": number(DAY, BUILT_IN[14])}
    numbers["9月30日"] = number(DAY, BUILT_IN[58])
    cell = numbers.get(words) or number(float(words))
    assert words in as_made(Kind.TEXT, cell)


def test_a_text_that_a_program_took_for_a_formula_is_known():
    assert "=1+1" in as_made(Kind.TEXT, Cell("formula", "1+1"))


@pytest.mark.parametrize("cell", [number(1), text("1"), number(1, "0.00")])
def test_a_whole_that_lost_its_sign_is_known(cell):
    assert list(as_made(Kind.PERCENT, cell)) == [100]


@pytest.mark.parametrize("cell", [number(1, '0"%"'), text("1%"), number(0.01, "0%")])
def test_one_percent_is_never_taken_for_the_whole(cell):
    assert 100 not in as_made(Kind.PERCENT, cell)
    assert said(Kind.PERCENT, cell) == 1
