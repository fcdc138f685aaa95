"""What a number shows under a number format (ISO/IEC 29500-1, 18.8.31), as far as that is sure.

Offices write 3万元, 9月28日 and 75% by formats, so a number alone is half of what stands in a cell.
What is rare (fractions, conditions, exponents, other calendars) gives ``None``: nobody guesses.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

GENERAL = "General"
LONGEST_FORMAT = 255
MOST_DIGITS = 11
"""What ``General`` shows of a number before it turns to powers of ten."""

ACCOUNTING = (
    *("#,##0;-#,##0", "#,##0;-#,##0", "#,##0.00;-#,##0.00", "#,##0.00;-#,##0.00"),
    *("#,##0", '"¥"#,##0', "#,##0.00", '"¥"#,##0.00'),
)
BUILT_IN = {
    **{0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"},
    **{5: '"¥"#,##0', 6: '"¥"#,##0', 7: '"¥"#,##0.00', 8: '"¥"#,##0.00', 11: "0.00E+00"},
    **{12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy"},
    **{18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm"},
    **dict(zip(range(37, 45), ACCOUNTING, strict=True)),
    **{45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@"},
    **dict.fromkeys((27, 36, 50, 52, 57), "yyyy年m月"),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), "m月d日"),
    **{30: "m-d-yy", 31: "yyyy年m月d日", 32: "h时mm分", 33: "h时mm分ss秒"},
    **dict.fromkeys((34, 55), "上午/下午h时mm分"),
    **dict.fromkeys((35, 56), "上午/下午h时mm分ss秒"),
}
"""The formats that files name by number only, as Chinese programs show them (18.8.30, zh-cn)."""

TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|(?P<blank>_).|\*.|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<clock>AM/PM|A/P|上午/下午)|(?P<power>E[+-])"
    r"|(?P<date>yyyy|yyy|yy|y|e+|m+|d+|h+|s+(?:\.0+)?|aaaa?)|(?P<unknown>[bgn]+)"
    r"|(?P<digit>[0#?])|(?P<sign>%)|(?P<point>\.)|(?P<comma>,)|(?P<text>@)|(?P<end>;)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
LITERAL = ("quoted", "escaped", "other")
COLOURS = re.compile(r"(?:color ?\d+|[a-z]+|颜色 ?\d+|[黑蓝青绿洋红白黄]+色?)", re.IGNORECASE)
MONTHS = "January February March April May June July August September October November December"
WEEKDAYS = "一二三四五六日"
EPOCH = datetime(1899, 12, 30)
DAYS_TO_1904 = 1462
LAST_SERIAL = 2_958_466
LARGEST = 1e15
SYSTEM_FORMATS = {
    **dict.fromkeys(("[$-F800]", "[$-x-sysdate]"), "yyyy年m月d日"),
    **dict.fromkeys(("[$-F400]", "[$-x-systime]"), "h:mm:ss"),
}
"""The long date and the time as the machine is set: shown here as a Chinese one shows them."""


@dataclass(frozen=True)
class Token:
    kind: str
    words: str


@dataclass(frozen=True)
class Format:
    """One format code, cut into its sections; ``is_sure`` where all of it is understood."""

    sections: tuple[tuple[Token, ...], ...]
    is_sure: bool

    def section_for(self, number: float) -> tuple[Token, ...]:
        """Positive; negative; zero: what a code leaves out follows the first."""
        place = 1 if number < 0 else 2 if number == 0 else 0
        return self.sections[place if place < len(self.sections) else 0]

    def is_percent(self, number: float) -> bool:
        """Whether the format multiplies by a hundred: only a percent sign that is no literal."""
        return any(token.kind == "sign" for token in self.section_for(number))

    @property
    def is_date(self) -> bool:
        kinds = {token.kind for token in self.sections[0]}
        return "date" in kinds and "digit" not in kinds

    @property
    def shows(self) -> str:
        """Which of year, month, day and hour a date format shows: ``ymd``, ``md``, ``h``."""
        tokens = [t for t in _with_minutes(self.sections[0]) if t.kind == "date"]
        letters = (
            "y" if t.words[0] in "ye" else t.words[0] for t in tokens if t.words[:3] != "ddd"
        )
        return "".join(dict.fromkeys(c for c in letters if c in "ymdh"))


@lru_cache(maxsize=256)
def read_format(code: str) -> Format:
    sections: list[list[Token]] = [[]]
    is_sure = len(code) <= LONGEST_FORMAT
    for found in TOKEN.finditer(code[:LONGEST_FORMAT]):
        kind, words = found.lastgroup, found[found.lastgroup] if found.lastgroup else ""
        if kind == "end":
            sections.append([])
        elif kind == "bracket":
            literal = _in_brackets(words)
            is_sure = is_sure and literal is not None
            sections[-1].append(Token("quoted", literal or ""))
        elif kind == "blank":
            sections[-1].append(Token("quoted", " "))
        elif kind:
            is_sure = is_sure and kind not in ("unknown", "power")
            sections[-1].append(Token(kind, words.lower() if kind == "date" else words))
    return Format(tuple(map(tuple, sections)), is_sure)


def _in_brackets(words: str) -> str | None:
    """The currency sign of [$¥-804], nothing of a colour or a language; None for the rest."""
    if words.startswith("$"):
        return words[1:].partition("-")[0]
    is_time = bool(re.fullmatch(r"h+|m+|s+", words, re.IGNORECASE))
    return "" if COLOURS.fullmatch(words) and not is_time and "num" not in words.lower() else None


def shown(number: float, code: str, *, is_1904: bool = False) -> str | None:
    """What the cell shows; None where that cannot be said."""
    form = _read(code)
    if not form.is_sure or abs(number) >= LARGEST:
        return None
    if form.is_date:
        moment = moment_of(number, is_1904=is_1904)
        return shown_day(moment, code) if moment else None
    section = form.section_for(number)
    sign = "-" if number < 0 and len(form.sections) < 2 else ""
    kinds = {token.kind for token in section}
    if not section and len(form.sections) > 1:
        return None  # the number is hidden
    if kinds & {"general", "text"} or not section:
        words = _general(abs(number))
        return None if words is None else sign + _literals(section, words)
    if "date" in kinds or "/" in {t.words for t in section if t.kind == "other"}:
        return None
    return sign + _placed(abs(number), section) if "digit" in kinds else _literals(section, "")


def _read(code: str) -> Format:
    return read_format(SYSTEM_FORMATS.get(code[: code.find("]") + 1], code))


def shown_day(moment: datetime, code: str) -> str | None:
    """The moment under a date format, else as 2022-09-30; None where that cannot be said."""
    form = _read(code)
    if form.is_date:
        return _date(moment, form.sections[0]) if form.is_sure else None
    return moment.isoformat(" ").removesuffix(" 00:00:00")


def shown_text(words: str, code: str) -> str:
    """A text with what its format puts beside it: 3万元 of 3 under ``@"万元"``."""
    sections = read_format(code).sections if code not in (GENERAL, "@") else ()
    section = next((s for s in sections if any(t.kind == "text" for t in s)), ())
    return _literals(section, words)


def _general(number: float) -> str | None:
    """As many digits as Excel shows; None for a number that it shows in powers of ten."""
    exact = Decimal(repr(number))
    if exact and not Decimal("1e-5") <= exact < Decimal(10) ** MOST_DIGITS:
        return None
    whole = len(str(int(exact)))
    places = max(0, MOST_DIGITS - 1 - whole)
    words = f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def _literals(section: tuple[Token, ...], words: str) -> str:
    if not section:
        return words
    parts = (words if t.kind in ("general", "text") else t.words for t in section)
    return "".join(parts).strip()


def _placed(number: float, section: tuple[Token, ...]) -> str:
    """The digits in their places, with the literals that stand between and beside them."""
    kinds = [token.kind for token in section]
    first, last = kinds.index("digit"), len(kinds) - 1 - kinds[::-1].index("digit")
    point = kinds.index("point") if "point" in kinds else last + 1
    whole = [t for t in section[first:point] if t.kind not in ("point",)]
    places = sum(t.kind == "digit" for t in section[point:])
    exact = Decimal(repr(number)) * 100 ** kinds.count("sign")
    exact /= 1000 ** _trailing_commas(section, last)
    digits = f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    before, _point, after = digits.partition(".")
    is_grouped = any(k == "comma" and first < i < min(point, last) for i, k in enumerate(kinds))
    words = [*_words(section[:first]), _whole(before, whole, is_grouped)]
    words += _fraction(after, section[point : last + 1]) if point <= last else []
    return "".join([*words, *_words(section[last + 1 :])]).strip()


def _words(tokens: tuple[Token, ...]) -> list[str]:
    return [t.words for t in tokens if t.kind in (*LITERAL, "sign")]


def _trailing_commas(section: tuple[Token, ...], last: int) -> int:
    """Each comma right behind the last digit divides by a thousand."""
    count = 0
    for token in section[last + 1 :]:
        if token.kind != "comma":
            break
        count += 1
    return count


def _whole(digits: str, tokens: list[Token], is_grouped: bool) -> str:
    """The digits before the point, from the right; the first place takes all that are left."""
    if is_grouped:
        least = sum(t.kind == "digit" and t.words == "0" for t in tokens)
        digits = digits.lstrip("0").rjust(least, "0")
        return f"{int(digits):,}" if digits else ""
    found, left = [], list(digits.lstrip("0"))
    places = sum(t.kind == "digit" for t in tokens)
    for token in reversed(tokens):
        if token.kind != "digit":
            found.append(token.words if token.kind in LITERAL else "")
            continue
        places -= 1
        taken = left if places == 0 else left[-1:]
        found.append("".join(taken) or ("0" if token.words == "0" else ""))
        left = left[: len(left) - len(taken)]
    return "".join(reversed(found))


def _fraction(digits: str, tokens: tuple[Token, ...]) -> list[str]:
    found, place = [], 0
    for token in tokens:
        if token.kind == "digit":
            is_left_out = token.words != "0" and not digits[place:].strip("0")
            found.append("" if is_left_out else digits[place])
            place += 1
        elif token.kind == "point":
            found.append(".")
        elif token.kind in LITERAL:
            found.append(token.words)
    return found


# Days and times


def moment_of(number: float, *, is_1904: bool = False) -> datetime | None:
    """The moment of a serial number, to the second; None outside the calendar of Excel.

    Day 60 is 29 February 1900, which never was; what lies before it counts one day more.
    """
    if not 0 <= number < LAST_SERIAL:
        return None
    days = number + (DAYS_TO_1904 if is_1904 else 0)
    seconds = round((days + (days < 60)) * 86_400)
    return EPOCH + timedelta(seconds=seconds)


def _with_minutes(section: tuple[Token, ...]) -> list[Token]:
    """``m`` behind hours or before seconds is minutes; it becomes ``n`` here."""
    tokens = list(section)
    dates = [i for i, t in enumerate(tokens) if t.kind == "date"]
    for n, i in enumerate(dates):
        is_month = tokens[i].words in ("m", "mm")
        before = tokens[dates[n - 1]].words[0] if n else ""
        after = tokens[dates[n + 1]].words[0] if n + 1 < len(dates) else ""
        if is_month and (before == "h" or after == "s"):
            tokens[i] = Token("date", "n" * len(tokens[i].words))
    return tokens


def _date(moment: datetime, section: tuple[Token, ...]) -> str | None:
    is_12 = any(token.kind == "clock" for token in section)
    parts = []
    for token in _with_minutes(section):
        part = token.words
        if token.kind == "date":
            part = _date_part(moment, token.words, is_12)
        elif token.kind == "clock":
            part = _half_of_day(moment, token.words)
        if part is None:
            return None
        parts.append(part)
    return "".join(parts).strip()


def _half_of_day(moment: datetime, words: str) -> str:
    before, _slash, after = words.partition("/")
    return after if moment.hour >= 12 else before


def _date_part(moment: datetime, letters: str, is_12: bool) -> str | None:
    """One part of a date as its letters say; None for a weekday whose language is not known."""
    letter, size = letters[0], len(letters)
    if letter in "ye":
        return f"{moment.year % 100:02}" if letters == "yy" else str(moment.year)
    if letter == "m" and size > 2:
        month = MONTHS.split()[moment.month - 1]
        return {3: month[:3], 4: month}.get(size)
    if letter == "a":
        return ("星期" if size == 4 else "") + WEEKDAYS[moment.weekday()]
    hour = (moment.hour - 1) % 12 + 1 if is_12 else moment.hour
    numbers = {"m": moment.month, "d": moment.day, "h": hour}
    numbers |= {"n": moment.minute, "s": moment.second}
    return f"{numbers[letter]:0{size}}" if size <= 2 else None
