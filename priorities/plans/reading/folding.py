"""One spelling for what is written in several: width, quotes, traditional characters.

Every replacement is one character for one character, so that a place in the folded text is the
same place in the text as given. The table of traditional characters holds those of everyday use
(one simplified form each); what is not in it stays as it is and is merely not recognised as a
keyword.
"""

import re
from pathlib import Path

_TRADITIONAL, _SIMPLIFIED = (
    Path(__file__).with_name("traditional.txt").read_text(encoding="utf-8").splitlines()
)

_WIDE = {code + 0xFEE0: chr(code) for code in range(0x21, 0x7F) if chr(code).isalnum()}
"""Full-width digits and letters."""

_SIGNS = {
    "，": ",﹐",
    "；": ";﹔",
    "：": ":﹕︰",
    "？": "?",
    "！": "!",
    "（": "([﹝［﹙〔",
    "）": ")]﹞］﹚〕",
    "《": "〈＜<",
    "》": "〉＞>",
    "~": "～",
    "“": "「『〝",
    "”": "」』〞„‟",
    '"': "＂",
    "、": "﹑､",
    ".": "．",
    "。": "｡",
    "|": "｜丨│┃▏",
    "%": "％",
    " ": "\u3000\xa0\t\u2002\u2003\u2007\u202f",
}
_PUNCTUATION = {ord(other): sign for sign, others in _SIGNS.items() for other in others}

_ALSO = str.maketrans("裏佔昇", "里占升")
"""Characters that a table by meaning keeps, and that mean the simplified ones in such texts."""

_TABLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED) | _ALSO | str.maketrans(_WIDE) | _PUNCTUATION

_TABS = re.compile(r"(?<=[^\s、.．)）：:])[ \u3000]*\t[ \t\u3000]*(?=\S)")
"""Tabs between words part the cells of a table; behind a number they only indent."""

_DOT = re.compile(
    "(?<=[\u4e00-\u9fff”）])(?<![一二三四五六七八九十])\\.(?=[\u4e00-\u9fff“《]|\\s*$)", re.M
)
"""A half-width full stop behind Chinese words; behind a numeral it belongs to the number."""

_ZHE = re.compile("著(?=[力眼手重實实落急])|(?<=[沿隨随跟有看朝])著")
"""著 for 着; in 顯著 and 著名 it is itself."""

_NUMBER_COMMA = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_STRAIGHT = re.compile(r'"|\n[ \r]*\n')


def folded(text: str) -> str:
    """The text in one spelling, as long as before."""
    parted = _TABS.sub(lambda gap: "|" * len(gap[0]), text)
    return _curled(_NUMBER_COMMA.sub(",", _DOT.sub("。", _ZHE.sub("着", parted).translate(_TABLE))))


def _curled(text: str) -> str:
    """Straight quotes opened and closed by turns, anew after every blank line."""
    if '"' not in text:
        return text
    opened = False

    def turn(match: re.Match) -> str:
        nonlocal opened
        opened = match[0] == '"' and not opened
        return match[0] if match[0] != '"' else "“" if opened else "”"

    return _STRAIGHT.sub(turn, text)
