"""Small words of the official text: numbers, days, names and lists as Chinese prose has them."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Protocol


class HasEnded(Protocol):
    """What tells how much has ended (``document.Facts``)."""

    ended: Mapping[str, int]


LONGEST = 90
"""How many characters of an entry the text quotes; the whole of it stands in the annex."""

SENTENCE_END = "。！？!?"
CLAUSE_END = "；;，,、"


def listed(parts: Iterable[str]) -> str:
    return "、".join(parts)


def quoted(text: str) -> str:
    """In “”; what is quoted within turns to ‘’."""
    return "“" + text.replace("“", "‘").replace("”", "’") + "”"


def joined(clauses: Iterable[str], end: str = "。") -> str:
    """The clauses that there are, as one sentence; no clause, no sentence."""
    kept = [clause for clause in clauses if clause]
    return "；".join(kept) + end if kept else ""


def without_stop(text: str) -> str:
    return text.strip().rstrip("。．.；;，, ")


def opening(text: str, longest: int = LONGEST) -> str:
    """The first sentences of an entry, without the last full stop, in ``longest`` characters.

    One sentence that is longer ends at a clause, and where there is none within, with ……
    """
    text = " ".join(text.split())
    if len(text) <= longest:
        return without_stop(text)
    for ends in (SENTENCE_END, CLAUSE_END):
        place = max(text.rfind(end, 0, longest) for end in ends)
        if place > longest // 4:
            return without_stop(text[:place])
    return text[:longest].rstrip() + "……"


ENDED_WORDS = {"cancelled": "已中止", "split": "已拆分", "merged": "已合并"}


def ended_said(facts: HasEnded) -> str:
    """What is out of every figure, by how it ended; empty where all counts."""
    parts = [f"{number}项{ENDED_WORDS[kind]}" for kind, number in facts.ended.items() if number]
    return listed(parts)


def signed(change: int) -> str:
    """增加2项, 减少1项; nothing where nothing changed."""
    if not change:
        return ""
    return f"增加{change}项" if change > 0 else f"减少{-change}项"


# What a plan in words says about its own days

MONTHS = {word: number for number, word in enumerate("一二三四五六七八九十", 1)}
MONTHS |= {"十一": 11, "十二": 12}
PARTS = {"上旬": 10, "初": 10, "中旬": 20}
SEASONS = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}
NAMED = re.compile(
    r"(?:(?P<year>20[0-9]{2})年|(?P<next>明年|次年))?第?"
    r"(?:(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月"
    r"(?:份)?(?:(?P<day>[0-3]?[0-9])日|(?P<part>上旬|中旬|初))?"
    r"|(?P<season>[一二三四1-4])季度|(?P<half>上半年)|(?P<end>年底|年末|年内|年终|全年|下半年))"
    r"(?P<open>[底末旬下中]*(?:起|开始|以后|之后|后))?"
)


def last_day_named(text: str, said_on: date) -> date | None:
    """The last day that a plan speaks of: 9月底前 is 30 September, 三季度 the same.

    ``said_on`` tells the year where none is named: a month that was over then is next year's.
    None where no day is named, or one from which something goes on (9月20日起).
    """
    days = list(_days_named(text, said_on))
    return max(days) if days and date.max not in days else None


def _days_named(text: str, said_on: date) -> Iterator[date]:
    for found in NAMED.finditer(text):
        if found["open"]:
            yield date.max
            continue
        month, day = _month(found), int(found["day"] or PARTS.get(found["part"] or "", 31))
        year = int(found["year"] or said_on.year + (bool(found["next"]) or month < said_on.month))
        yield date(year, month, max(1, min(day, monthrange(year, month)[1])))


def _month(found: re.Match) -> int:
    if word := found["month"]:
        return MONTHS.get(word) or int(word)
    if found["season"]:
        return SEASONS[found["season"]]
    return 6 if found["half"] else 12
