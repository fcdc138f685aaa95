"""Days, months and moments in the reader's words; nothing else in the project formats one.

A day is said without its year only where that year is the plan's. A plan that spans two calendar
years has none that goes without saying, so there every day is said with its year.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import pgettext


@dataclass(frozen=True)
class Days:
    """How the days of a plan are said: ``year`` goes without saying; None where no year does."""

    year: int | None = None

    @classmethod
    def between(cls, start: date, end: date) -> "Days":
        """Of a plan with this first and last day."""
        return cls(start.year if start.year == end.year else None)

    def said(self, day: date) -> str:
        """In a sentence: 9月30日, or 30 September; 2023年3月31日, or 31 March 2023."""
        day = _local(day)
        if day.year == self.year:
            # Translators: a date format for a day inside a sentence, e.g. n月j日
            return date_format(day, pgettext("day in a sentence", "j F"))
        return dated(day)

    def short(self, day: date) -> str:
        """In a table or a list: 09-30, or 2023-03-31."""
        day = _local(day)
        return f"{day:%m-%d}" if day.year == self.year else iso(day)

    def month(self, day: date) -> str:
        """The month of a day in a sentence: 8月, or August; 2023年1月, or January 2023."""
        day = _local(day)
        if day.year == self.year:
            return date_format(day, pgettext("month in a sentence", "F"))
        return date_format(day, pgettext("month with its year in a sentence", "F Y"))

    def on_axis(self, months: list[date]) -> list[str]:
        """Months below a drawing; the first one of each year that is to be said says it."""
        seen, words = {self.year}, []
        for month in months:
            is_told = month.year in seen
            plain, full = pgettext("month on an axis", "M"), pgettext("month on an axis", "M Y")
            words.append(date_format(month, plain if is_told else full))
            seen.add(month.year)
        return words

    def official(self, day: date) -> str:
        """In an official text, which is Chinese whoever reads it: 9月30日, or 2023年3月31日."""
        day = _local(day)
        return f"{day.month}月{day.day}日" if day.year == self.year else full_day(day)


def dated(day: date) -> str:
    """In a sentence, with its year: 2022年9月30日, or 30 September 2022."""
    return date_format(_local(day), pgettext("day with its year in a sentence", "j F Y"))


def full_day(day: date) -> str:
    """In an official text, with its year: 2022年9月30日."""
    day = _local(day)
    return f"{day.year}年{day.month}月{day.day}日"


def iso(day: date | None) -> str:
    """As machines and forms have it, and people where a day stands alone: 2022-09-30."""
    return _local(day).isoformat() if day else ""


def moment(at: datetime | None) -> str:
    """A day and a time of it, on the clock of the readers: 2022-09-30 16:05."""
    return f"{localtime(at):%Y-%m-%d %H:%M}" if at else ""


def clock(at: datetime) -> str:
    """The time alone, beside a day that is said: 16:05."""
    return f"{localtime(at):%H:%M}"


def _local(day: date) -> date:
    return localtime(day).date() if isinstance(day, datetime) else day
