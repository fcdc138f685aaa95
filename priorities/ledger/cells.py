"""What one cell of a filled-in file says: what it shows, as its column takes it.

Where what is shown and what is held differ, or where it has two readings, nobody guesses: the
sentence asks. What a *program* changed while it saved the file is another matter: the key of the
row tells which of the readings stood there (``as_made``).
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .. import typed
from ..legible import in_short, legible, says_nothing
from .columns import Kind
from .formats import GENERAL, moment_of, read_format, shown, shown_day, shown_text
from .workbook import Cell

Value = date | Decimal | int | str | None

TOLERANCE = Decimal("1e-6")
"""Of a percent: 0.29 × 100 is not quite 29 in any program."""

NOON = time(12)
DAY_WRITINGS = ("{0:%Y-%m-%d}", "{1}/{2}/{3}", "{1}.{2}.{3}", "{1}年{2}月{3}日", "{2}月{3}日")
MOST_ZEROS = 3


def value_of(kind: Kind, cell: Cell, *, year: int) -> Value:
    """What the cell says to a column of that kind. Raises ValidationError where it is not sure.

    ``year`` is the one that a day without a year is meant in: that of the file.
    """
    if cell.kind == "formula":
        raise ValidationError(_("There is a formula here; write the value itself."))
    if cell.kind == "picture":
        raise ValidationError(
            _("There is a picture in this cell. Say it in words; pictures belong to the evidence.")
        )
    if cell.kind == "error":
        raise ValidationError(
            _("There is an error here (%(error)s).") % {"error": in_short(cell.value)}
        )
    if is_empty(cell):
        return None
    if kind == Kind.PERCENT:
        return percent_of(cell)
    if kind == Kind.DAY:
        return day_of(cell, year=year)
    if kind == Kind.NUMBER:
        return number_of(cell)
    return words_of(cell)


def is_empty(cell: Cell) -> bool:
    return cell.kind == "" or (cell.kind == "text" and says_nothing(str(cell.value)))


# Words


def words_of(cell: Cell) -> str:
    """What the cell shows. Raises ValidationError for a number whose format is not understood."""
    words = _shown(cell)
    if words is None:
        raise ValidationError(
            _(
                "The cell holds the number %(number)s in a format that cannot be read here. Write "
                "what is meant as text, with an apostrophe before it."
            )
            % {"number": _plain(cell.value)}
        )
    return words


def _shown(cell: Cell) -> str | None:
    if cell.kind == "number":
        return shown(cell.value, cell.format, is_1904=cell.is_1904)
    if cell.kind == "truth":
        return str(cell.value).upper()
    if cell.kind == "day":
        moment = _moment(cell)
        return shown_day(moment, cell.format) if moment else str(cell.value)
    return legible(shown_text(str(cell.value or ""), cell.format)).strip()


def _quoted(cell: Cell) -> str:
    """The cell as a refusal quotes it: what it shows, and the number where that is not known."""
    words = _shown(cell)
    return in_short(_plain(cell.value) if words is None else words)


def _plain(number: object) -> str:
    return f"{number:.15g}" if isinstance(number, float) else str(number)


# Percents


def percent_of(cell: Cell) -> int:
    """45 of 0.45, of 45 % and of 45, however the sign got there.

    A bare 1 may be 1 % or 100 %. Raises ValidationError for that, for what is no whole percent
    from 0 to 100, and where the cell shows another number than it holds.
    """
    found = typed.percent_of(_shown(cell) or "") if cell.kind in ("text", "number") else None
    if found is None:
        raise _no_percent(_quoted(cell))
    number, has_sign = found
    if cell.kind == "number":
        number = _held(cell, shown=number)
    if not has_sign and number == 1:
        raise ValidationError(
            _("A bare 1 can mean two things: write it with the sign, as in 100%.")
        )
    percent = number * 100 if not has_sign and 0 < number < 1 else number
    if abs(percent - round(percent)) > TOLERANCE or not 0 <= percent <= 100:
        raise _no_percent(_quoted(cell))
    return round(percent)


def _held(cell: Cell, *, shown: Decimal) -> Decimal:
    """The number itself, as its format shows it. Raises ValidationError where that is rounded."""
    is_percent = read_format(cell.format).is_percent(cell.value)
    held = Decimal(repr(cell.value)) * (100 if is_percent else 1)
    if abs(held - shown) > TOLERANCE:
        words = {"shown": _quoted(cell), "held": f"{held:f}" + ("%" if is_percent else "")}
        raise ValidationError(
            _("The cell shows %(shown)s and holds %(held)s: write the percent that is meant.")
            % words
        )
    return held


def _no_percent(words: str) -> ValidationError:
    return ValidationError(
        _("“%(words)s” does not fit: write a whole percent from 0 %% to 100 %%.") % {"words": words}
    )


# Numbers that are counted


def number_of(cell: Cell) -> Decimal:
    """The number that the cell holds, or that stands there as a text.

    Raises ValidationError where it is none, and where a format shows another one: 60% is not 60.
    """
    if cell.kind == "text":
        number = typed.number_of(_shown(cell) or "")
    else:
        number = _number_held(cell) if cell.kind == "number" else None
    if number is None:
        raise ValidationError(
            _("“%(words)s” does not fit: write the number alone.") % {"words": _quoted(cell)}
        )
    return number


def _number_held(cell: Cell) -> Decimal | None:
    form = read_format(cell.format)
    if form.is_date or form.is_percent(cell.value):
        return None
    return Decimal(_plain(cell.value))


# Days


def day_of(cell: Cell, *, year: int) -> date:
    """The day that the cell shows, of a real date or of a text as people write it.

    Raises ValidationError where it shows none, only a part of one, or a time that some programs
    write for the day after.
    """
    if cell.kind == "text":
        day = typed.day_of(_shown(cell) or "")
    else:
        moment = _moment(cell) if _is_day(cell) else None
        if moment and typed.is_of_a_plan(moment):
            _check_whole(cell, moment, year)
            _check_not_evening(moment)
        day = moment.date() if moment else None
    if day is None or not typed.is_of_a_plan(day):
        raise ValidationError(
            _("“%(words)s” is not a day. Write it as %(example)s.")
            % {"words": _quoted(cell), "example": "2022-09-30"}
        )
    return day


def _is_day(cell: Cell) -> bool:
    return cell.kind == "day" or (cell.kind == "number" and read_format(cell.format).is_date)


def _moment(cell: Cell) -> datetime | None:
    if cell.kind == "number":
        return moment_of(cell.value, is_1904=cell.is_1904)
    try:
        return datetime.fromisoformat(str(cell.value)).replace(tzinfo=None, microsecond=0)
    except ValueError:
        return None


def _check_whole(cell: Cell, moment: datetime, year: int) -> None:
    """9月28日 is a day of the file's year; 2022年9月 is none."""
    form = read_format(cell.format)
    shows = form.shows if form.is_date else "ymd"
    if {"m", "d"} <= set(shows) and ("y" in shows or moment.year == year):
        return
    raise ValidationError(
        _("The cell shows only %(shown)s, and it holds %(day)s: write the whole day, as %(day)s.")
        % {"shown": _quoted(cell), "day": moment.date()}
    )


def _check_not_evening(moment: datetime) -> None:
    """Some programs write a midnight here as the evening before, in the time of Greenwich."""
    if moment.time() < NOON:
        return
    words = {"moment": moment, "day": moment.date(), "next": moment.date() + timedelta(1)}
    raise ValidationError(
        _(
            "The cell holds %(moment)s, and some programs write the day %(next)s so. Write the day "
            "alone: %(day)s or %(next)s."
        )
        % words
    )


# What a program may have made of a cell that nobody touched


def as_made(kind: Kind, cell: Cell) -> Iterator[Value]:
    """What may have stood in the cell before a program saved it its own way.

    Formats are lost when values are pasted, midnights move with the zone, and a text that looks
    like a number becomes one. Only the key can tell: whatever of these it knows was there.
    """
    if kind == Kind.NUMBER:
        if cell.kind == "number":
            yield Decimal(_plain(cell.value))
    elif kind == Kind.PERCENT:
        yield from _percents(cell)
    elif kind == Kind.DAY:
        yield from _days(cell)
    elif cell.kind == "number":
        yield from _texts(cell)
    elif cell.kind == "text":
        yield str(cell.value)
        yield str(cell.value).removeprefix("'")
    elif cell.kind in ("formula", "error"):  # of a text that began with = or #
        yield f"={cell.value}"
        yield str(cell.value)


def _percents(cell: Cell) -> Iterator[int]:
    """Where no sign is shown the number may be the fraction that was stored."""
    words = _shown(cell) if cell.kind in ("number", "text") else None
    found = typed.percent_of(words or "")
    if found and not found[1]:
        held = Decimal(repr(cell.value)) if cell.kind == "number" else found[0]
        if abs(held * 100 - round(held * 100)) <= TOLERANCE:
            yield round(held * 100)


def _days(cell: Cell) -> Iterator[date]:
    """The day whose midnight is nearest: an evening was the day after, never its own day."""
    moment = _moment(cell) if cell.kind in ("number", "day") else None
    if moment:
        yield (moment + timedelta(hours=12)).date()


def _texts(cell: Cell) -> Iterator[str]:
    words = shown(cell.value, GENERAL)
    if words is not None:
        point = "" if "." in words else "."
        yield from (words, f"+{words}")
        yield from (words + point + "0" * n for n in range(1, MOST_ZEROS + 1))
        percent = shown(cell.value, "0.##%")
        yield percent.replace(".%", "%")
    moment = _moment(cell) if _is_day(cell) else None
    if moment:
        parts = (moment, moment.year, moment.month, moment.day)
        yield from (writing.format(*parts) for writing in DAY_WRITINGS)
