"""Numbers and bullets before headings and items: 一、 （一） 1. （1） 01 ① 一是 第一， ● ——

Each style of numbering is a kind. A mark counts where it stands at the beginning of a line, or
inside a paragraph where a clause or a sentence begins; whether it belongs to a list is found from
the numbers before and after it (``outline``).
"""

import re
from dataclasses import dataclass

from .flow import Flow

_HAN = "[一二三四五六七八九十]{1,3}"
_BULLETS = "▌●■◆•▪★▲◎◇□○➤▶►※√☆✔♦◈❖➢"

_MARK = re.compile(
    rf"""(?:[{_BULLETS}]\s*)?(?:
    (?P<part>第{_HAN}(?:部分|章|节|类|板块)\s*[：、，]?\s*)
    |（(?P<bracket>{_HAN})[）、]+、?
    |(?P<first>第(?P<firstnumber>{_HAN})(?:[，、：]|是|，?要(?=[^求点素]))
    |[其之](?P<other>[一二三四五六七八九十])(?:[，、：]|是))
    |(?P<yishi>{_HAN})(?:是要|是(?!否|年|月|个|种|类|路|带|批)|要(?!素|求|点|件|义))[，：]?
    |(?<=[，：。；])(?P<bareone>一)(?![是要批个方手体定次些切件旦些致])(?=[^；。\n]{{4,80}}[；。]\s*二(?:是|要)(?!求|点|素))
    |(?P<sequence>首先|其次|再次|此外|另外|最后)，
    |(?P<task>(?:重点)?(?:任务|重点|工程|行动|实事|关键词|看点|要点|举措|工作|项目|事项
    |专项)(?P<tasknumber>{_HAN}
    |\d{{1,2}}))[：、.\s]
    |(?P<han>{_HAN})(?:[、.]|，(?=\D{{2}})|\s{{1,4}}(?=[^\W\d_]{{4}}))
    |（(?P<bracketarabic>\d{{1,2}})）[、.]?
    |(?P<two>0\d(?=[、.：/|\s]|[^\W\d_年月日号个项件]|[“《【])|(?<=\n)[1-9]\d(?=[：/|\s]))[、.：/
    |]?\s*(?!\d)
    |(?P<arabic>\d{{1,3}})(?:、|(?<=\n\d)。|(?<=\n\d\d)。|\.(?!\d)|\.(?=\dG)|[）](?!\d))
    |(?P<third>\d{{1,2}}\.\d{{1,2}}\.(?P<thirdnumber>\d{{1,2}}))[.、 ]*(?=[^\W\d_]|[“《])
    |(?P<second>\d{{1,2}}\.(?P<secondnumber>\d{{1,2}}))(?:[、\s]+
    |\.\s*)?(?=[^\W\d_万亿元个年月日%]|[“《])
    |(?P<digit>[1-9])[ ]{{1,3}}(?=[^\W\d_年月日个号]{{2}})
    |“(?P<quoted>\d)”(?:即|就是|是指|是|指|为|：)
    |(?P<circled>[①-⑳])
    |(?P<dash>[—–-]{{1,3}})[ ]*(?=[^\W\d_]|[“《])\s*
    )
    |(?P<bullet>[{_BULLETS}]|·(?=\s|[^\W\d_]))\s*""",
    re.X,
)
_LINE_MARK = re.compile(
    rf"\s*(?:[{_BULLETS}·]|第{_HAN}(?:部分|章|节|篇|类|板块)|（{_HAN}）|（\d{{1,2}}）|{_HAN}[、.]"
    rf"|{_HAN}(?:是|要)|第{_HAN}[，、是]"
    r"|\d{1,2}[、.）。](?!\d)|0\d\s|[①-⑳]|——|[（\[【]?(?:牵头|责任|配合|主办|协办|承办|参与)(?:单位"
    r"|部门|领导)"
    r"|完成时限|[（]?(?:责任|牵头)人)"
)
_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九十")}
KINDS = {
    *("part", "han", "bracket", "arabic", "bracketarabic", "circled", "two", "digit", "second"),
    *("third", "quoted", "sequence", "yishi", "first", "task", "bullet", "dash"),
}
LINE_ONLY = {"part", "two", "dash", "bullet", "digit", "second", "third"}
"""Kinds that mean a list only at the beginning of a line."""

_BEFORE = {
    "yishi": "。；：！？，、”）)…",
    "first": "。；：！？，”）…",
    "bracket": "。；：！？”）…",
    "bracketarabic": "。；：！？，”）…",
    "circled": "。；：！？，、”）…",
    "arabic": "。；：！？”）…",
    "han": "。：！？”",
    "task": "。；：！？”）…",
    "sequence": "。！？",
    "quoted": "。；：！？，、”）…即",
}
"""After which signs a mark of each kind may begin inside a paragraph."""


@dataclass(frozen=True)
class Mark:
    """A number or bullet: what it is, where it begins, and where its words begin."""

    kind: str
    number: int | None
    start: int
    body: int
    at_line: bool


def han_number(digits: str) -> int:
    """一 … 九十九 as a number; 0 where the signs make none."""
    if "百" in digits or not digits:
        return 0
    tens, ten, ones = digits.partition("十")
    if not ten:
        return _DIGITS[digits] if len(digits) == 1 else 0
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def marks_a_line(words: str) -> bool:
    """Whether a line begins with a number or a label, so that it cannot go on an earlier line."""
    return bool(_LINE_MARK.match(words))


def marks(flow: Flow) -> list[Mark]:
    """All marks of a text in order; false ones are left to the outline to sort out."""
    starts = {start for start, _ in flow.paragraphs}
    found = []
    for match in _MARK.finditer(flow.letters):
        mark = _mark(flow, match, match.start() in starts)
        if mark:
            found.append(mark)
    return found


def _mark(flow: Flow, match: re.Match, at_line: bool) -> Mark | None:
    kind, number = _kind(match)
    start = match.start()
    if number == 0 or (flow.inside[start] and kind not in ("bracket", "bracketarabic", "quoted")):
        return None
    if not at_line and (kind in LINE_ONLY or not _may_begin(flow.letters, start, kind, number)):
        return None
    return Mark(kind, number, start, match.end(), at_line)


def _may_begin(letters: str, start: int, kind: str, number: int | None) -> bool:
    """Whether a mark inside a paragraph stands where a sentence or a clause begins.

    Text that has lost its line breaks sets headings apart by a blank, or by nothing: （一） means a
    heading all the same, and so does the first of a row of 一是.
    """
    before = start - 1
    while before >= 0 and letters[before] == " ":
        before -= 1
    if before < 0:
        return False
    sign = letters[before]
    if sign in _BEFORE[kind]:
        return True
    if kind in ("han", "bracket", "arabic", "bracketarabic", "task") and before < start - 1:
        return sign > "\u2e7f"
    if kind == "bracket":
        return sign not in "第附（、款条项" and sign > "\u2e7f"
    runs_on = sign.isdigit() or (sign > "\u2e7f" and sign not in "之第唯专统万合划同单归")
    return kind == "yishi" and number == 1 and runs_on


def _kind(match: re.Match) -> tuple[str, int | None]:
    group = match.groupdict()
    if group["part"]:
        return "part", han_number(re.sub("[^一二三四五六七八九十]", "", group["part"]))
    if group["first"]:
        return "first", han_number(group["firstnumber"] or group["other"])
    if group["task"]:
        number = group["tasknumber"]
        return "task", int(number) if number.isdigit() else han_number(number)
    if group["circled"]:
        return "circled", ord(group["circled"]) - 0x2460 + 1
    if group["bareone"]:
        return "yishi", 1
    for kind in ("bracket", "yishi", "han"):
        if group[kind]:
            return kind, han_number(group[kind])
    for kind in ("third", "second"):
        if group[kind]:
            return kind, int(group[f"{kind}number"])
    for kind in ("bracketarabic", "two", "arabic", "digit", "quoted"):
        if group[kind]:
            return kind, int(group[kind])
    if group["sequence"]:
        return "sequence", None
    return ("dash", None) if group["dash"] else ("bullet", None)
