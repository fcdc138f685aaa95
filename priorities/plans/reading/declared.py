"""The number of priorities that a text announces: 以下8个方面, 15件民生实事, “八个紧盯”, “六心”.

It stands in the sentence that leads in, in the sentence itself for a row of words, or in the
headline. Where two numbers stand together (五个方面…共计93项), the smaller one counts the groups.
"""

import re

from .flow import Flow, Span
from .numbering import han_number

_NUMBER = r"(?P<number>[一二两三四五六七八九十]{1,3}|\d{1,3})"
_NOUN = (
    "(?:方面|领域|板块)?(?:的)?(?:年度)?(?:[省市区县镇]级?|本级|20\\d\\d年度?|重点|重大|主要|民生"
    "|惠民|为民|具体|专项|民心|关键|中心"
    "|核心|硬核)*"
    "(?:工作|任务|实事|工程|行动|项目|主题|举措|措施|事项|方面|重点|要求|目标|清单|文章|大事|实事"
    "|好事|硬仗|[仗关]|计划|抓手"
    "|突破|提升|攻坚|战役)"
)
_COUNT = re.compile(
    rf"(?<![第\d.两“])(?:{_NUMBER})\s*(?:个|项|件|大类?|条|类|批|场|篇|办|(?=方面))(?:事|件)?"
    rf"(?P<aspect>方面|领域|板块|(?<=大类))?(?:的)?(?P<noun>{_NOUN})?"
    rf"|“{_NUMBER.replace('number', 'quoted')}(?:个|大|项)?"
    r"(?P<what>[^“”，。、\d一二三四五六七八九十]{1,4})”"
)
_TOTAL = re.compile(r"(?:共计?|合计|总计|细分)\s*\d+\s*项")
_AT_END = re.compile("[^，。；：大]{0,8}(?:，(?:分别|具体|主要)?(?:为|是|包括|有|即)?)?：")
"""A number of anything, right before the colon that opens the list."""

_WORKS = re.compile("实事|重点(?:工作|任务)|方面|主要(?:工作|任务)|工程|行动|项目")
_FARTHEST = 300
_FARTHEST_ABOVE = 2000
_NEVER = re.compile("部分|方面军|次全|届|年|月|以上|分组|议程")


def declared_before(flow: Flow, start: int, found: int, *, quoted: bool = False) -> int | None:
    """The number announced in front of a list of ``found`` items: in the sentence before it, else
    in one of the two before that."""
    pieces = flow.cut(flow.since_turn(start - _FARTHEST, start), start, "。！？；\n")[-3:]
    for back, piece in enumerate(reversed(pieces)):
        number = declared_in(flow, piece, found, quoted=quoted and back == 0)
        if number is not None:
            return number
    return None


def declared_above(flow: Flow, start: int, found: int) -> int | None:
    """A number announced anywhere above, as large as the list; else the headline's."""
    above = (max(0, start - _FARTHEST_ABOVE), start)
    if found >= 3 and found in _of_works(flow.letters[above[0] : above[1]]):
        return found
    for begin, end in flow.paragraphs[:3]:
        numbers = _of_works(flow.letters[begin:end]) if end - begin <= 60 and end <= start else []
        if len(set(numbers)) == 1:
            return numbers[0]
    return None


def is_echoed(flow: Flow, start: int, titles: list[str]) -> bool:
    """Whether a word in quotes with its number returns in the titles: “六心” …守初心."""
    pieces = flow.cut(flow.since_turn(start - _FARTHEST, start), start, "。！？；\n")[-1:]
    words = flow.letters[pieces[0][0] : pieces[0][1]] if pieces else ""
    for match in _COUNT.finditer(words):
        word = match["what"]
        if word and 2 * sum(word in title for title in titles) >= len(titles):
            return True
    return False


def _of_works(words: str) -> list[int]:
    """Numbers that count what a plan has: 10件民生实事, 六大重点工作."""
    found = []
    for match in _COUNT.finditer(words):
        if match["noun"] and _WORKS.search(match["noun"]):
            number = match["number"]
            found.append(
                int(number) if number.isdigit() else han_number(number.replace("两", "二"))
            )
    return found


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
        text = match["number"] or match["quoted"]
        number = int(text) if text.isdigit() else han_number(text.replace("两", "二"))
        after = words[match.end() :]
        counted = (
            match["noun"]
            or match["aspect"]
            or "以下" in words
            or _AT_END.match(words, match.end() - 1)
        )
        counted = quoted if match["quoted"] else counted
        if counted and 2 <= number <= 200 and not _NEVER.match(after):
            numbers.append(number)
    return numbers
