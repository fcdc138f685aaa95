"""What a document is probably about: the year it plans, and what its plan may be called.

Pure, and only a suggestion in a field that a person sees. The words are those of the plans
themselves, so they are Chinese in every language of the pages.
"""

import re
from collections import Counter
from datetime import date

from ...typed import FIRST_YEAR, LAST_YEAR

YEAR = re.compile(r"(?<![0-9])([0-9]{4})\s*年")
AHEAD = re.compile(r"(?:部署|做好|安排|印发|今年是?|推进|谋划|新的一年[，,]?)[^。；\n]{0,4}$")
BEHIND = re.compile(r"(?:总结|回顾|关于|截至|到|去年[，,]?|至)\s*$")
PLANNED = re.compile(
    r"^\s*度?[^。；，,\n]{0,14}?(?:要点|任务|主要工作|计划|安排|总体要求|实事|重点工作|将|预期)"
)
REVIEWED = re.compile(r"^\s*度?[^。；，,\n]{0,6}?(?:回顾|以来|成绩|总结|情况)")
HEAD = 600
"""Characters from the top in which a document says what it is."""

NAMED = {"民生实事": "民生实事", "政府工作报告": "政府工作报告重点任务"}
"""What the top of a document says that it is → what its plan is called."""

BODIES = ("区委", "县委", "市委", "党工委", "镇党委")
"""Whose plan it may be; the one that is named most often, of equals the first."""

PLAIN = "重点工作"


def year_of(text: str, default: int) -> int:
    """The year that the text plans; ``default`` where it names none that a plan can lie in."""
    weights: Counter[int] = Counter()
    for found in YEAR.finditer(text):
        year = int(found[1])
        if FIRST_YEAR <= year <= LAST_YEAR:
            weights[year] += _weight(text, found)
    if weights:
        weights[max(weights)] += 1
    best = max(weights.items(), key=lambda pair: (pair[1], pair[0]), default=(default, 1))
    return best[0] if best[1] > 0 else default


def _weight(text: str, found: re.Match) -> int:
    before = text[max(0, found.start() - 12) : found.start()]
    after = text[found.end() : found.end() + 24]
    is_at_top = found.start() < HEAD // 4
    planned = 4 * bool(AHEAD.search(before)) + 4 * bool(PLANNED.search(after))
    reviewed = bool(BEHIND.search(before)) + bool(REVIEWED.search(after))
    return 1 + planned + is_at_top - 3 * reviewed


def title_of(text: str, year: int) -> str:
    """Such as 2023年度区委重点工作, by what the document says that it is, or whose it is."""
    top = text[:HEAD]
    named = [(top.index(word), kind) for word, kind in NAMED.items() if word in top]
    if named:
        return f"{year}年{min(named)[1]}"
    body = max(BODIES, key=text.count)
    return f"{year}年度{body if body in text else ''}{PLAIN}"


def days_of(year: int) -> tuple[date, date]:
    """The first and the last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def year_named(title: str) -> int | None:
    """The first year that a title names and a plan can lie in."""
    years = (int(found[1]) for found in YEAR.finditer(title))
    return next((year for year in years if FIRST_YEAR <= year <= LAST_YEAR), None)


def following(was: dict, given: dict) -> dict:
    """The heads as given, where years that agreed go on agreeing.

    Whoever calls the plan that of 2023 does not mean the days of 2022. What was changed by hand
    together with it stands as it was typed; reading.js does the same before the eyes.
    """
    heads, year = dict(given), was["year"]
    if given["year"] == year and year_named(was["title"]) == year:
        heads["year"] = year_named(given["title"]) or year
    if heads["year"] == year:
        return heads
    if given["title"] == was["title"]:
        heads["title"] = given["title"].replace(str(year), str(heads["year"]), 1)
    if days_of(year) == (was["start"], was["end"]) == (given["start"], given["end"]):
        heads["start"], heads["end"] = days_of(heads["year"])
    return heads
