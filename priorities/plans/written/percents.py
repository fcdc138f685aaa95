"""How far something is, as tables write it: 60%, 0.6, 约六成, 过半, 已完成, 完成80%以上.

Only what is nothing but such a word or figure has a percent: “已完成设计” is a sentence, and nobody
knows how far that is. What is about a figure gives the figure and says that it is rough.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ...typed import plain

LONGEST = 40

TEN_THOUSANDTH = Decimal("0.0001")


class Reason(StrEnum):
    """Why there is no percent, or what is to be said of it."""

    CLEAR = ""
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    TOO_MUCH = "too_much"
    ROUGH = "rough"
    ROUNDED = "rounded"
    FRACTION = "fraction"


@dataclass(frozen=True)
class Percent:
    """What the words say; ``value`` is whole, from 0 to 100, or None where they say none."""

    words: str
    value: int | None = None
    why: Reason = Reason.CLEAR

    @property
    def is_understood(self) -> bool:
        return self.value is not None


WORDS = {
    0: "未启动|尚未启动|未开始|尚未开始|未开工|尚未开工|未开展|零",
    25: "起步|刚起步|已起步",
    50: "过半|已过半|完成过半|进度过半|一半|完成一半|已完成一半|半数|半数以上|一半以上",
    75: "基本完成|已基本完成",
    100: "完成|已完成|全部完成|已全部完成|办结|已办结|完结|已完结|全面完成|已全面完成|完工|已完工|"
    "竣工|已竣工|完毕|已完毕|超额完成|已超额完成|提前完成|已提前完成",
}
ROUGH_AT = frozenset((25, 50, 75))
"""The steps between: a word for them is never to the point (DOMAIN.md, “A progress entry”)."""

OF_WORD = {word: value for value, words in WORDS.items() for word in words.split("|")}

BEFORE = (
    "(?P<before>(?:总体|整体|工程|工作|总|形象|完成|已完成|已|进度|完成率|达到|达|为|至|到|：|:)*)"
)
ABOUT = "(?P<about>约为?|大约|近|将近|接近|超过?|逾|已超|不足|不到|>|<|≥|≤)?"
AFTER = "(?P<after>左右|以上|以内|多|余|上下)?(?:完成|的?进度)?"
FIGURE = re.compile(
    rf"{BEFORE}{ABOUT}(?P<number>[0-9]{{1,6}}(?:\.[0-9]{{1,6}})?)(?P<sign>%)?{AFTER}"
)
WRITTEN = re.compile(
    rf"{BEFORE}{ABOUT}百分之(?P<number>[零一二三四五六七八九十百两]{{1,5}}){AFTER}"
)
TENTHS = re.compile(
    rf"{BEFORE}{ABOUT}(?P<number>[一二三四五六七八九十两1-9])成(?P<half>半|多)?{AFTER}"
)


def read_percent(words: str, *, are_fractions: bool = False) -> Percent:
    """The percent that the words say; ``are_fractions`` where those around are: then 1 is 100 %."""
    flat = "".join(plain(words).split()).strip("。.；;，,、")
    if not flat:
        return Percent(words)
    if len(flat) > LONGEST:
        return Percent(words, why=Reason.UNKNOWN)
    if flat in OF_WORD:
        value = OF_WORD[flat]
        return Percent(words, value, Reason.ROUGH if value in ROUGH_AT else Reason.CLEAR)
    if found := FIGURE.fullmatch(flat):
        return _of_figure(words, found, are_fractions)
    return _of_chinese(words, flat)


def looks_like_fraction(words: str) -> bool:
    """Whether it is a bare figure between 0 and 1, as a cell shows that lost its format."""
    return bool(re.fullmatch(r"0\.[0-9]*[1-9][0-9]*", "".join(plain(words).split())))


def _of_figure(words: str, found: re.Match, are_fractions: bool) -> Percent:
    number, why = Decimal(found["number"]), _roughness(found)
    is_bare = not found["sign"] and not found["before"] and not found["about"]
    if (is_bare and 0 < number < 1) or (is_bare and number == 1 and are_fractions):
        return _whole(words, number * 100, why or Reason.FRACTION)
    if is_bare and number == 1:
        return Percent(words, why=Reason.AMBIGUOUS)
    if not found["sign"] and 0 < number < 1:
        return Percent(words, why=Reason.AMBIGUOUS)
    return _whole(words, number, why)


def _whole(words: str, number: Decimal, why: Reason) -> Percent:
    if number > 100:
        return Percent(words, why=Reason.TOO_MUCH)
    value = int(number.quantize(Decimal(1)))
    is_rounded = abs(number - value) > TEN_THOUSANDTH
    if is_rounded and value == 100:
        value = 99  # complete is said, never rounded to
    return Percent(words, value, Reason.ROUNDED if is_rounded else why)


def _of_chinese(words: str, flat: str) -> Percent:
    if found := WRITTEN.fullmatch(flat):
        value = _number(found["number"])
        return (
            Percent(words, why=Reason.UNKNOWN)
            if value is None
            else Percent(words, value, _roughness(found))
        )
    if found := TENTHS.fullmatch(flat):
        tenths = _number(found["number"]) or int(found["number"])
        value = 10 * tenths + (5 if found["half"] == "半" else 0)
        is_rough = _roughness(found) or Reason.ROUGH
        return _whole(words, Decimal(value), is_rough)
    return Percent(words, why=Reason.UNKNOWN)


def _roughness(found: re.Match) -> Reason:
    return Reason.ROUGH if found["about"] or found["after"] else Reason.CLEAR


DIGITS = "零一二三四五六七八九"


def _number(words: str) -> int | None:
    """六十, 十五, 六十五, 百, 一百; None where it is no number up to a hundred."""
    if words in ("百", "一百"):
        return 100
    words = words.replace("两", "二")
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return DIGITS.find(words) if len(words) == 1 and words in DIGITS else None
    if len(tens) > 1 or len(ones) > 1 or tens == "零" or ones == "零":
        return None
    parts = (DIGITS.find(tens) if tens else 1, DIGITS.find(ones) if ones else 0)
    return 10 * parts[0] + parts[1] if -1 not in parts else None
