"""The periods that a report speaks of: pure dates and their official names in Chinese.

The report is a Chinese document whatever its reader's language, so the names are not translated.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .days import Days

QUARTERS = ("一季度", "二季度", "三季度", "四季度")
HALVES = ("上半年", "下半年")
DIGITS = "零一二三四五六七八九"
WRITTEN = "2022-09, 2022-Q3, 2022-H1, 2022, 2022-01-01..2022-09-30"


class Cycle(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    CUSTOM = "custom"


@dataclass(frozen=True, order=True)
class Period:
    """From the first to the last day, both included."""

    start: date
    end: date

    @classmethod
    def read(cls, words: str) -> "Period":
        """The period that is written as 2022-09, 2022-Q3, 2022-H1, 2022 or two days with ``..``.

        Raises ValueError where it is none of them.
        """
        words = words.strip()
        if ".." in words:
            first, last = words.split("..", 1)
            period = cls(date.fromisoformat(first), date.fromisoformat(last))
            if period.end < period.start:
                raise ValueError(f"{words} ends before it begins")
            return period
        found = re.fullmatch(r"([0-9]{4})(?:-(?:Q([1-4])|H([12])|([0-9]{2})))?", words)
        if not found:
            raise ValueError(f"{words!r} is no period; write one of {WRITTEN}")
        year, quarter, half, month = (int(part) if part else 0 for part in found.groups())
        if quarter:
            return cls.of_months(year, 3 * quarter - 2, 3 * quarter)
        if half:
            return cls.of_months(year, 6 * half - 5, 6 * half)
        if month:
            return cls.of_months(year, month, month)
        return cls.of_months(year, 1, 12)

    @classmethod
    def of_months(cls, year: int, first: int, last: int) -> "Period":
        """Whole months of one year. Raises ValueError for a month that there is not."""
        start = date(year, first, 1)
        return cls(start, date(year, last, 1).replace(day=_last_day(year, last)))

    @classmethod
    def last_month(cls, on: date) -> "Period":
        """The last month that is over at the end of a day."""
        day = (on + timedelta(1)).replace(day=1) - timedelta(1)
        return cls.of_months(day.year, day.month, day.month)

    @property
    def is_of_months(self) -> bool:
        """Whether it is made of whole months of one year."""
        is_whole = self.start.day == 1 and self.end.day == _last_day(self.end.year, self.end.month)
        return is_whole and self.start.year == self.end.year

    @property
    def cycle(self) -> Cycle:
        if not self.is_of_months:
            return Cycle.CUSTOM
        months = self.end.month - self.start.month + 1
        if months == 1:
            return Cycle.MONTH
        cycle = {3: Cycle.QUARTER, 6: Cycle.HALF, 12: Cycle.YEAR}.get(months, Cycle.CUSTOM)
        return cycle if self.end.month % months == 0 else Cycle.CUSTOM

    @property
    def name(self) -> str:
        """9月, 三季度, 上半年, 全年, 1—9月, or the two days: as it stands in a title."""
        return self.named(Days(self.end.year))

    @property
    def dated(self) -> str:
        """The name with its year: 2022年9月."""
        return self.named(Days())

    def named(self, days: Days) -> str:
        """The name in a plan; with its year where that is not the plan's."""
        if not self.is_of_months:
            days = days if self.start.year == self.end.year else Days()
            return f"{days.official(self.start)}—{days.official(self.end)}"
        return self._of_year if self.end.year == days.year else f"{self.end.year}年{self._of_year}"

    @property
    def _of_year(self) -> str:
        match self.cycle:
            case Cycle.MONTH:
                return f"{self.end.month}月"
            case Cycle.QUARTER:
                return QUARTERS[self.end.month // 3 - 1]
            case Cycle.HALF:
                return HALVES[self.end.month // 6 - 1]
            case Cycle.YEAR:
                return "全年"
        return f"{self.start.month}—{self.end.month}月"

    def __str__(self):
        """As ``read`` takes it."""
        match self.cycle:
            case Cycle.MONTH:
                return f"{self.end:%Y-%m}"
            case Cycle.QUARTER:
                return f"{self.end.year}-Q{self.end.month // 3}"
            case Cycle.HALF:
                return f"{self.end.year}-H{self.end.month // 6}"
            case Cycle.YEAR:
                return f"{self.end.year}"
        return f"{self.start}..{self.end}"


def chinese_number(number: int) -> str:
    """1 to 99 as headings count: 一, 十, 十二, 二十, 二十一; digits beyond that."""
    if not 1 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def _last_day(year: int, month: int) -> int:
    return monthrange(year, month)[1]
