"""Limits of time as tables and documents write them: 2022年6月底, 二季度末, 6月30日前, 长期坚持.

Nothing is guessed in silence: what has two readings has none and says so, and words beside the
time that are not understood are given back as they stand. A period is meant to its last day.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ...periods import Period
from ...typed import day_of, is_of_a_plan

LONGEST = 500
"""Characters; what is longer is no limit of time, and is not looked through."""


class Why(StrEnum):
    """What is to be said of a limit beside its days."""

    CLEAR = ""
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    NO_YEAR = "no_year"
    NO_SUCH_DAY = "no_such_day"
    ORDER = "order"
    NO_END = "no_end"
    SERIAL = "serial"
    VAGUE = "vague"
    SEVERAL = "several"


TOLD = frozenset((Why.CLEAR, Why.SERIAL, Why.VAGUE, Why.SEVERAL))
"""What leaves a day that can be taken, once it was shown how it was read."""


@dataclass(frozen=True)
class Stage:
    """One of several days in one cell, with the words that stand at it."""

    day: date
    words: str


@dataclass(frozen=True)
class Due:
    """What the words say of time; ``left`` is what was not understood, as it stands in them."""

    words: str
    start: date | None = None
    due: date | None = None
    is_open: bool = False
    stages: tuple[Stage, ...] = ()
    left: str = ""
    why: Why = Why.CLEAR

    @property
    def is_understood(self) -> bool:
        """Whether all of it has one meaning: a last day, or that there is none."""
        return not self.left and self.why in TOLD and (self.due is not None or self.is_open)


def read_due(words: str, year: int | None) -> Due:
    """The first and the last day that the words name; ``year`` is meant where they name none."""
    if not words.strip():
        return Due(words)
    if len(words) > LONGEST:
        return Due(words, left=words, why=Why.UNKNOWN)
    if day := day_of(words):
        return _of_day(words, day, Why.CLEAR)
    if day := _of_serial(words.strip()):
        return _of_day(words, day, Why.SERIAL)
    return _Reading(words, year).due()


def _of_day(words: str, day: date, why: Why) -> Due:
    if not is_of_a_plan(day):
        return Due(words, left=words, why=Why.NO_SUCH_DAY)
    return Due(words, due=day, why=why)


FIRST_SERIAL, LAST_SERIAL = 36_526, 73_050
"""Days as Excel counts them, of 2000 to 2099: a date that lost its format shows as one of these."""


def _of_serial(words: str) -> date | None:
    if not re.fullmatch("[0-9]{5}", words) or not FIRST_SERIAL <= int(words) <= LAST_SERIAL:
        return None
    return date(1899, 12, 30) + timedelta(int(words))


# What one point in time looks like

N = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3}|元)"
LONG_YEAR = "(?:19|20)[0-9]{2}"
WRITTEN_YEAR = "[一二][〇○零一二三四五六七八九]{3}"
YEAR = (
    rf"(?P<year>(?:{LONG_YEAR}|{WRITTEN_YEAR}|(?<![0-9])[0-9]{{2}})(?=年)|今|本|当|明|次|翌)年度?"
)
PART = "(?P<part>月?底|月?末|初|上旬|中旬|下旬|中)"

FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?:{YEAR})?(?P<month>{N})月份?的?(?:(?P<day>{N})[日号]|{PART})?",
        rf"(?:{YEAR}|(?P<plain_year>{LONG_YEAR}))?的?第?(?P<quarter>[1-4一二三四])季度?"
        "(?P<quarter_part>末|底|初|中)?",
        rf"(?:{YEAR}|(?P<plain_year>{LONG_YEAR}))?的?(?P<half>[上下])半年(?P<half_part>末|底)?",
        rf"(?:{YEAR}|(?P<plain_year>{LONG_YEAR})年?)(?P<of_year>年?底|年?末|终|内|年?中|全年)",
        r"(?P<of_year>年底|年末|年终|岁末|年内|年中|全年|整年)",
        rf"(?P<plain_year>{LONG_YEAR})(?P<dash>[-./])(?P<number_month>[0-9]{{1,2}})"
        r"(?:(?P=dash)(?P<number_day>[0-9]{1,2})|(?P<number_part>底|末))?日?(?![0-9年])",
        rf"(?P<plain_year>{LONG_YEAR})(?P<two_months>0[1-9]|1[0-2])(?P<two_days>[0-9]{{2}})?(?![0-9])",
        rf"(?:{YEAR})(?![0-9])",
        rf"(?<![0-9])(?P<plain_year>{LONG_YEAR})(?![0-9.万亿个名家户元米公里%/])",
    )
)
MONTH_AND_DAY = re.compile(r"(?P<month>[0-9]{1,2})(?P<dash>[-./])(?P<day>[0-9]{1,2})[日号]?")
"""6.30: taken only where nothing else stands there, because figures look so too."""

TO = re.compile("(?:起|开始)?(?:[-~]{1,2}|[至到])")
UNTIL = re.compile("(?:之前|以前|前|之内|以内|内|止|为止|截止)")
BEFORE = re.compile("(?:之前|以前|前)")
SINCE = re.compile("(?:起|开始|以来|之后|以后)")
BARE = re.compile(rf"(?<![0-9.])(?P<bare>{N}|{LONG_YEAR})")
BARE_DAY = re.compile(f"(?P<day>{N})[日号]")
FIRST_OF_RANGE = re.compile(
    rf"(?<![0-9.])(?:{YEAR})?(?P<bare>{N}|{LONG_YEAR})(?:[-~]{{1,2}}|[至到])(?=(?:{N}|{LONG_YEAR})[年月])"
)

OPEN = re.compile(
    "(?:长期|持续|常态化?|经常性?|常年|不断|一直|始终|贯穿始终|常抓不懈)"
    "(?:地|性|化)*(?:坚持|推进|开展|实施|落实|抓好|进行|执行|任务|工作|推动|保持|抓|跟进)*"
)
NOISE = re.compile(
    r"[\s、，,。.；;：:（）()\[\]【】/\\|·—\-~*]|完成时限|完成时间|时间节点|时限|截[至止]|力争|争取|确保|"
    "原则上|预计|计划|拟|于|在|自|从|至|到|并|且|的|均|全部|基本|全面|正式|按期|按时|"
    "完成任务|完成工作|完成|办结|完工|竣工|建成|投入使用|投入运营|投用|交付使用|交付|通过验收|"
    "落实到位|落实|到位|落地|见效|取得实效|"
    "底|末|前|止"
)

NOISE_AT_END = re.compile(rf"(?>{NOISE.pattern})++\Z")
"""Atomic: a run of such words has many ways of being cut, and each would be tried."""

MAY_BEGIN = re.compile("[0-9一二三四五六七八九十元今本当明次翌上下第年岁全整]")
"""How every one of the forms begins, so that the rest of a text is passed over fast."""

BETWEEN = " 　\n，,；;。、：:（）()"
"""What sets the words at one time apart from those at the next."""

SIGNS = str.maketrans("－‐‑‒–—―−～〜﹣─．。／", "-" * 12 + "../")


@dataclass(frozen=True)
class _Point:
    """A run of the words that names a time; None for its days where there is no such day."""

    start: int
    end: int
    first: date | None
    last: date | None
    why: Why = Why.CLEAR
    is_whole: bool = False
    """Whether all of the time is meant, not its last day alone: 全年, 3—6月."""
    says_since: bool = False


class _Reading:
    """One text being read: its plain form, and where each character of that stands in it."""

    def __init__(self, words: str, year: int | None):
        self.words, self.year = words, year
        pairs = [(_plain(c), place) for place, c in enumerate(words) if not _is_gap(c)]
        self.flat = "".join(c for c, _place in pairs)
        self.places = [place for _c, place in pairs]

    def due(self) -> Due:
        points = self._points()
        runs = [(point.start, point.end) for point in points]
        opens = [m.span() for m in OPEN.finditer(self.flat) if not _touches(m.span(), runs)]
        left = self._left(sorted(runs + opens))
        is_open = bool(opens)
        if not points:
            why = Why.UNKNOWN if left or not is_open else Why.CLEAR
            return Due(self.words, is_open=is_open, left=left if why else "", why=why)
        if wrong := next((p for p in points if p.why not in TOLD), None):
            words = self._said(wrong.start, wrong.end)
            return Due(self.words, is_open=is_open, left=left or words, why=wrong.why)
        if len(points) > 1:
            return self._of_several(points, is_open)
        return self._of_one(points[0], is_open, left)

    def _of_one(self, point: _Point, is_open: bool, left: str) -> Due:
        why = Why.UNKNOWN if left else point.why
        start = point.first if point.is_whole or point.says_since else None
        due = None if point.says_since else point.last
        if point.says_since and not is_open and not left:
            why = Why.NO_END
        beside = self._said(point.end, len(self.flat)).strip(BETWEEN)
        stages = (Stage(due, beside),) if left and due and beside else ()
        return Due(self.words, start, due, is_open, stages, left, why)

    def _of_several(self, points: list[_Point], is_open: bool) -> Due:
        ends = [point.start for point in points[1:]] + [len(self.flat)]
        stages = tuple(
            Stage(point.last, self._said(point.end, end).strip(BETWEEN))
            for point, end in zip(points, ends, strict=True)
        )
        left = self._without_noise(0, points[0].start)
        return Due(
            self.words,
            points[0].first if points[0].is_whole else None,
            max(stage.day for stage in stages),
            is_open,
            stages,
            left,
            Why.UNKNOWN if left else Why.SEVERAL,
        )

    # Where the times stand

    def _points(self) -> list[_Point]:
        if alone := self._month_and_day():
            return [alone]
        found, at = [], 0
        while begin := MAY_BEGIN.search(self.flat, at):
            at = begin.start()
            point = self._range_of_bare(at) or self._point(at)
            if point is None:
                at += 1
                continue
            point = self._with_suffix(self._range(point))
            found.append(point)
            at = point.end
        return found

    def _month_and_day(self) -> _Point | None:
        whole = re.fullmatch(f"({MONTH_AND_DAY.pattern})(?:{UNTIL.pattern})?(?:完成)?", self.flat)
        if not whole or (len(whole["day"]) == 1 and whole["dash"] == "."):
            return None
        if whole["dash"] == "-" and int(whole["day"]) <= 12:
            return _Point(0, len(self.flat), None, None, Why.AMBIGUOUS)
        span = self._days(self.year, int(whole["month"]), int(whole["day"]))
        return self._made(0, len(self.flat), span, has_year=False)

    def _point(self, at: int, year: int | None = None) -> _Point | None:
        for form in FORMS:
            if found := form.match(self.flat, at):
                return self._of_match(found, year)
        return None

    def _of_match(self, found: re.Match, year: int | None) -> _Point:
        parts = found.groupdict()
        named = _year_of(parts, self.year)
        year = named or year or self.year
        if parts.get("number_month") == "1" and not parts.get("number_day"):
            # A program makes 2022.1 of 2022.10: nobody can tell which was typed.
            return _Point(*found.span(), None, None, Why.AMBIGUOUS)
        span, why, is_whole = _span_of(parts, year, self._days)
        return self._made(*found.span(), span, has_year=year is not None, why=why, whole=is_whole)

    def _made(self, start, end, span, *, has_year, why=Why.CLEAR, whole=False) -> _Point:
        if not has_year and self.year is None:
            return _Point(start, end, None, None, Why.NO_YEAR)
        if span is None or not all(map(is_of_a_plan, span)):
            return _Point(start, end, None, None, Why.NO_SUCH_DAY)
        return _Point(start, end, *span, why, whole)

    def _days(self, year: int | None, month: int, day: int = 0) -> tuple[date, date] | None:
        try:
            if day:
                return date(year, month, day), date(year, month, day)
            period = Period.of_months(year, month, month)
        except (TypeError, ValueError):
            return None
        return period.start, period.end

    # Ranges

    def _range_of_bare(self, at: int) -> _Point | None:
        """3—6月, 2022—2023年: what the first number is, the second says."""
        found = FIRST_OF_RANGE.match(self.flat, at)
        second = self._point(found.end()) if found else None
        if second is None:
            return None
        if second.why:
            return _Point(at, second.end, None, None, second.why)
        number = _number(found["bare"])
        named = _year_of(found.groupdict(), self.year)
        if number > 31:
            first = self._days(number, 1)
        else:
            first = self._days(named or second.last.year, number)
            if named:
                second = self._point(found.end(), named)
        return self._joined(at, first, second)

    def _range(self, first: _Point) -> _Point:
        found = TO.match(self.flat, first.end)
        if not found or first.why not in TOLD:
            return first
        year = first.last.year if self._names_year(first) else None
        if bare_day := BARE_DAY.match(self.flat, found.end()):
            span = self._days(first.first.year, first.first.month, _number(bare_day["day"]))
            second = self._made(found.end(), bare_day.end(), span, has_year=True)
        else:
            second = self._point(found.end(), year) or self._bare_month(first, found.end())
        if second is None:
            return first
        if second.why:
            return _Point(first.start, second.end, None, None, second.why)
        return self._joined(first.start, (first.first, first.last), second)

    def _bare_month(self, first: _Point, at: int) -> _Point | None:
        """2022.6-12: a month of the year that stands before."""
        found = re.compile("[0-9]{1,2}(?![0-9.])").match(self.flat, at)
        if not found or not re.fullmatch(
            f"{LONG_YEAR}[./][0-9]+", self.flat[first.start : first.end]
        ):
            return None
        span = self._days(first.first.year, int(found[0]))
        return self._made(*found.span(), span, has_year=True)

    def _names_year(self, point: _Point) -> bool:
        return bool(re.search("年|[0-9]{4}", self.flat[point.start : point.end]))

    def _joined(self, start: int, first: tuple | None, second: _Point) -> _Point:
        if first is None:
            return _Point(start, second.end, None, None, Why.NO_SUCH_DAY)
        if second.last < first[0]:
            return _Point(start, second.end, None, None, Why.ORDER)
        return _Point(start, second.end, first[0], second.last, is_whole=True)

    def _with_suffix(self, point: _Point) -> _Point:
        """The point with 前 or 起 behind it; 6月前 may be before June or within it."""
        if point.why not in TOLD:
            return point
        if since := SINCE.match(self.flat, point.end):
            return _Point(point.start, since.end(), point.first, None, says_since=True)
        until = UNTIL.match(self.flat, point.end)
        if not until:
            return point
        is_period = point.first != point.last and not point.is_whole
        says_end = re.search("[底末终旬内初中]$", self.flat[point.start : point.end])
        why = point.why
        if is_period and not says_end and BEFORE.match(self.flat, point.end):
            why = Why.AMBIGUOUS
        return _Point(point.start, until.end(), point.first, point.last, why, point.is_whole)

    # What is left

    def _left(self, taken: list[tuple[int, int]]) -> str:
        """What stands beside the times, without the words that change nothing; as it stands."""
        at, pieces = 0, []
        for start, end in [*taken, (len(self.flat), len(self.flat))]:
            pieces.append(self._without_noise(at, start))
            at = max(at, end)
        return " ".join(piece for piece in pieces if piece)

    def _without_noise(self, start: int, end: int) -> str:
        while start < end and (found := NOISE.match(self.flat, start, end)):
            start = found.end()
        noise = NOISE_AT_END.search(self.flat[start:end])
        return self._said(start, start + noise.start() if noise else end)

    def _said(self, start: int, end: int) -> str:
        """The run as it stands in the words that were given."""
        if start >= end:
            return ""
        return self.words[self.places[start] : self.places[end - 1] + 1]


def _is_gap(character: str) -> bool:
    is_line_end = character in "\r\n"
    is_blank = character.isspace() or unicodedata.category(character) == "Cf"
    return is_blank and not is_line_end


def _plain(character: str) -> str:
    if character in "\r\n":
        return "\n"
    other = unicodedata.normalize("NFKC", character)
    plain = other if len(other) == 1 and other.isascii() else character
    return plain.translate(SIGNS)


def _touches(span: tuple[int, int], runs: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in runs)


def _year_of(parts: dict, year: int | None) -> int | None:
    """The year that is named; this and the next are told from that of the plan."""
    words = parts.get("year") or parts.get("plain_year")
    if not words:
        return None
    if words in "今本当明次翌":
        return year and year + (words in "明次翌")
    if words[0] in "一二":
        return int("".join(str(max("〇一二三四五六七八九".find(c), 0)) for c in words))
    return int(words) if len(words) == 4 else 2000 + int(words)


def _number(words: str) -> int:
    """6, 06, 六, 十二, 二十一, 元 of a month or a day; 0 where it is none."""
    if words.isdecimal():
        return int(words)
    if words == "元":
        return 1
    tens, ten, ones = words.rpartition("十")
    digits = "〇一二三四五六七八九"
    if not ten:
        return digits.find(words) if len(words) == 1 else 0
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return 10 * (digits.find(tens) if tens else 1) + (digits.find(ones) if ones else 0)


DAYS_OF_PART = {"初": 10, "上旬": 10, "中": 20, "中旬": 20}

Days = Callable[..., tuple[date, date] | None]


def _span_of(parts: dict, year: int | None, days: Days) -> tuple:
    """First and last day, what is to be said of them, and whether all of the time is meant."""
    if parts.get("month"):
        return _of_month(parts, year, days)
    if parts.get("quarter"):
        number = _number(parts["quarter"])
        part = parts.get("quarter_part") or ""
        months = {"初": (3 * number - 2,) * 2, "中": (3 * number - 1,) * 2}
        span = _months(year, *months.get(part, (3 * number - 2, 3 * number)))
        return span, Why.VAGUE if part in months else Why.CLEAR, False
    if parts.get("half"):
        return _months(year, *((1, 6) if parts["half"] == "上" else (7, 12))), Why.CLEAR, False
    if parts.get("of_year"):
        return _of_year(parts["of_year"], year)
    if month := parts.get("number_month") or parts.get("two_months"):
        day = parts.get("number_day") or parts.get("two_days") or 0
        return days(year, int(month), int(day)), Why.CLEAR, False
    return _months(year, 1, 12), Why.CLEAR, False


def _of_month(parts: dict, year: int | None, days: Days) -> tuple:
    month = _number(parts["month"])
    if parts.get("day"):
        return days(year, month, _number(parts["day"]) or 99), Why.CLEAR, False
    part = parts.get("part")
    if last := DAYS_OF_PART.get(part):
        span = days(year, month, last)
        return span, Why.CLEAR if part.endswith("旬") else Why.VAGUE, False
    return days(year, month), Why.CLEAR, False


def _of_year(words: str, year: int | None) -> tuple:
    if words.endswith("中"):
        return _months(year, 1, 6), Why.VAGUE, False
    return _months(year, 1, 12), Why.CLEAR, words.endswith(("全年", "整年"))


def _months(year: int | None, first: int, last: int) -> tuple[date, date] | None:
    if year is None:
        return None
    try:
        period = Period.of_months(year, first, last)
    except ValueError:
        return None
    return period.start, period.end


def dues_in(words: str, year: int | None) -> Iterator[tuple[int, int, date]]:
    """Where in a running text times are named that are meant as limits: start, end, last day."""
    reading = _Reading(words, year)
    for point in reading._points():
        if point.why in TOLD and point.last:
            yield reading.places[point.start], reading.places[point.end - 1] + 1, point.last
