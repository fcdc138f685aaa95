"""Days of one plan in another: 30 June 2022 becomes 30 June 2023. Pure: days in, days out.

Where the new plan begins on the same day of a month as the old one, days move by whole months (by
twelve from year to year): the last day of a month stays the last, so that 28 February becomes the
29th in a leap year, and the other way round. Else they move by as many days as the start did. The
first and the last day of the plan become those of the new one, and none leaves it. The order of
days stays.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

MONTHS = 12


@dataclass(frozen=True)
class Span:
    """The time of a plan, its first and its last day."""

    start: date
    end: date


def moved(day: date | None, old: Span, new: Span) -> date | None:
    """The day of the new plan that is what ``day`` was in the old one."""
    if day is None:
        return None
    if day <= old.start:
        return new.start
    if day >= old.end:
        return new.end
    shifted = _shifted(day, old.start, new.start)
    return min(max(shifted, new.start), new.end)


def _shifted(day: date, old: date, new: date) -> date:
    if not _is_same_day_of_month(old, new):
        return date.fromordinal(day.toordinal() + new.toordinal() - old.toordinal())
    months = MONTHS * (new.year - old.year) + new.month - old.month
    return _by_months(day, months)


def _is_same_day_of_month(one: date, other: date) -> bool:
    return one.day == other.day or (_is_last(one) and _is_last(other))


def _by_months(day: date, months: int) -> date:
    year, month = divmod(MONTHS * day.year + day.month - 1 + months, MONTHS)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, last if _is_last(day) else min(day.day, last))


def _is_last(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def a_year_later(span: Span) -> Span:
    """The time that a new plan is offered: the same days a year later.

    Of a plan of several years as many later as it takes to begin after its end.
    """
    years = 1
    while _by_months(span.start, MONTHS * years) <= span.end:
        years += 1
    start, end = (_by_months(day, MONTHS * years) for day in (span.start, span.end))
    return Span(start, end)
