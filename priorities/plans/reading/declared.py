"""The number of priorities that a text announces: 以下8个方面, 15件民生实事, “八个紧盯”, “六心”.

It stands in the sentence that leads in, in the sentence itself for a row of words, or in the
headline. Where two numbers stand together (五个方面…共计93项), the smaller one counts the groups.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from .flow import Flow, Span
from .numbering import han_number

_NUMBER = (
    r"(?P<number>(?<![第两一二三四五六七八九十“])[一二两三四五六七八九十]{1,3}"
    r"|(?<![第\d.“])\d{1,3})"
)
_NOUN = (
    "(?:方面|领域|板块)?(?:的)?(?:年度)?(?:[省市区县镇]级?|升级|攻坚|提升|本级|20\\d\\d年度?|重点"
    "|重大|主要|民生"
    "|惠民|为民|具体|专项|民心|关键|中心"
    "|核心|硬核)*"
    "(?:工作|任务|实事|工程|行动|项目|主题|举措|措施|事项|方面|重点|要求|目标|清单|文章|大事|实事"
    "|好事|硬仗|[仗关]|计划|抓手|着力点|发力点|关键|维度|环节"
    "|突破|提升|攻坚|战役)"
)
_COUNT = re.compile(
    rf"(?:{_NUMBER})\s*(?P<measure>大?类|[个项件大条批场篇办点]|(?=方面))(?:事|件)?"
    rf"(?P<aspect>方面|领域|板块)?(?:的)?(?P<noun>{_NOUN})?"
    r"|“(?P<quoted>[一二两三四五六七八九十]{1,3}|\d{1,3})(?:个|大|项|件|篇|场|张|条|点)?"
    r"(?P<what>[^“”，。、\d一二三四五六七八九十]{1,4}|(?<=个)一[批张个条]?)”"
)
_TOTAL = re.compile(r"(?:共计?|合计|总计|细分)\s*\d+\s*项")
_AT_END = re.compile(
    "[^，。；：大]{0,8}(?:，(?:分别|具体|主要)?(?:为|是|包括|有|即)?)?：|[^，。；：大]{0,2}，$"
)
"""A number of anything, right before the colon that opens the list."""

_WORKS = re.compile(
    "重点$|大事|好事|工作|任务|着力点|实事|重点(?:工作|任务)|方面|主要(?:工作|任务)|工程|行动|项目"
)
_QUOTED_WORKS = re.compile(f".{{0,2}}(?:{_WORKS.pattern}|文章|加法|硬仗|一批)")
_STRONG = re.compile("[方类]面|大类|着力点|实事|重点(?:工作|任务)|工作任务|主要(?:工作|任务)")
_GROUPS = re.compile("方面|大类|大(?:工程|行动)|专项行动|件.{0,6}实事|大.{0,4}(?:实事|任务|项目)")
_MOST_GROUPS = 30
_FARTHEST = 300
_LONGEST_AWAY = 120
"""Letters of a sentence farther off: a longer one has numbers of its own."""
_FARTHEST_ABOVE = 2000
_MOST_ABOVE = 60
_NEVER = re.compile("部分|方面军|次全|届|年|月|以上|分组|议程")


def declared_before(flow: Flow, start: int, found: int, *, quoted: bool = False) -> int | None:
    """The number announced in front of a list of ``found`` items: in the sentence before it, else
    in one of the two before that."""
    pieces = flow.cut(flow.since_turn(start - _FARTHEST, start), start, "。！？；\n")[-3:]
    for back, piece in enumerate(reversed(pieces)):
        if back and piece[1] - piece[0] > _LONGEST_AWAY:
            continue
        number = declared_in(flow, piece, found, quoted=quoted and back == 0)
        if number is not None and (back == 0 or number == found or _says_plan(flow, piece)):
            return number
    return None


def _says_plan(flow: Flow, piece: Span) -> bool:
    """Whether a sentence farther off counts what a plan is made of, no single projects."""
    return bool(_STRONG.search(flow.letters, *piece))


class Announced:
    """All numbers of a text that count something, found once."""

    def __init__(self, flow: Flow):
        self.flow = flow
        self.quoted: list[tuple[int, int, str]] = []
        self.works: list[tuple[int, int]] = []
        self.groups: list[tuple[int, int]] = []
        for match in _COUNT.finditer(flow.letters):
            if match["quoted"]:
                self.quoted.append((match.start(), _value(match["quoted"]), match["what"]))
            elif match[0].endswith("件事") or (match["noun"] and _WORKS.search(match["noun"])):
                self.works.append((match.start(), _value(match["number"])))
                if _GROUPS.search(match[0]) and not flow.letters.startswith("为", match.end()):
                    self.groups.append(self.works[-1])
        self.first = [
            (end, number) for end, number in self._first_sentences() if number is not None
        ]

    def above(self, start: int, found: int) -> int | None:
        """A number announced above a list, as large as it; else the headline's."""
        if found >= 3 and any(number == found for _, number in _between(self.works, start)):
            return found
        return next((number for end, number in self.first if end <= start), None)

    def of_a_fragment(self, start: int, found: int) -> int | None:
        """The number of groups announced far above a list that breaks off before it is reached."""
        larger = [n for _, n in _between(self.groups, start) if found < n <= _MOST_GROUPS]
        return larger[-1] if larger else None

    def echoed(self, start: int, titles: list[str]) -> int | None:
        """A number in quotes whose word returns in the titles: “六心” before …守初心, …有信心."""
        for _, number, word in _between(self.quoted, start):
            if 2 * sum(word in title for title in titles) >= len(titles):
                return number
        return None

    def _first_sentences(self) -> Iterator[tuple[int, int | None]]:
        """The number in the headline and in the short sentences with which a text begins."""
        flow = self.flow
        for begin, end in flow.paragraphs[:3]:
            for a, b in flow.cut(begin, min(end, begin + 400), "。！？\n"):
                numbers = {number for place, number in self.works if a <= place < b}
                if b - a <= 60 and len(numbers) == 1 and _STRONG.search(flow.letters, a, b):
                    yield end, numbers.pop()


def _between(counts: list[tuple], start: int) -> list[tuple]:
    """Those of the counts, in their order, that stand not too far above a place."""
    first = bisect_left(counts, (start - _FARTHEST_ABOVE,))
    return counts[first : min(bisect_left(counts, (start,)), first + _MOST_ABOVE)]


def _value(digits: str) -> int:
    return int(digits) if digits.isdigit() else han_number(digits.replace("两", "二"))


def declared_in(flow: Flow, span: Span | None, found: int, *, quoted: bool = False) -> int | None:
    """The number announced in a stretch for a list of ``found`` items, if one is."""
    if span is None:
        return None
    numbers = _numbers(flow.letters[span[0] : span[1]], quoted)
    if not numbers:
        return None
    if found in numbers:
        return found
    return numbers[-1] if len(numbers) == 1 else min(numbers[-2:])


def _numbers(words: str, quoted: bool) -> list[int]:
    words = _TOTAL.sub("", words)
    numbers = []
    for match in _COUNT.finditer(words):
        number = _value(match["number"] or match["quoted"])
        after = words[match.end() :]
        counted = (
            match["noun"]
            or match["aspect"]
            or "类" in (match["measure"] or "")
            or "以下" in words
            or match[0].endswith("件事")
            or _AT_END.match(words, match.end() - 1)
        )
        if match["quoted"]:
            counted = quoted or _QUOTED_WORKS.fullmatch(match["what"])
        if counted and 2 <= number <= 200 and not _NEVER.match(after):
            numbers.append(number)
    return numbers
