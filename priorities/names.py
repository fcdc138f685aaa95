"""Names as people write them: when two spellings are one name, and where one name ends.

``static/js/names.js`` does the same in the browser; one table of samples holds both to it.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

BRACKETS = ("([{〔【〖〘〚", ")]}〕】〗〙〛")
QUOTES = "\"'`´“”„‟‘’‚‛«»‹›「」『』《》〈〉〝〞〟″′"
DASHES = "-‐‑‒–—―−─"
DOTS = "·•・‧∙⋅･"
SLASHES = "/⁄∕"
TILDES = "~〜∼"
POINTS = ".。"
RADICALS = (
    "⺁⺊⺌⺎⺒⺓⺛⺜⺝⺠⺧⺩⺫⺬⺮⺶⺻⺼⻁⻄⻅⻆⻉⻋⻐⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰",
    "厂卜小兀巳幺旡日月民牛王目示竹羊聿肉虎西见角贝车钅長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙",
)
"""Radicals that a PDF gives for the characters they look like (Unicode's equivalent ideographs)."""

SAME = str.maketrans(
    {
        **dict.fromkeys(BRACKETS[0], "("),
        **dict.fromkeys(BRACKETS[1], ")"),
        **dict.fromkeys(QUOTES, '"'),
        **dict.fromkeys(DASHES, "-"),
        **dict.fromkeys(DOTS, "·"),
        **dict.fromkeys(SLASHES, "/"),
        **dict.fromkeys(TILDES, "~"),
        **dict.fromkeys(POINTS, "."),
        **dict(zip(*RADICALS, strict=True)),
    }
)
SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\ufe00-\ufe0f\ufffc\U000e0100-\U000e01ef]"
)
"""Characters without a shape that Unicode counts among letters, marks and signs."""

SEPARATORS = re.compile(r"([、，,﹐､﹑；;﹔/／⁄∕|｜\\＼\s\u200b\ufeff]+)")
BLANKS = re.compile(r"[\s\u200b\ufeff]+")
ENDS = re.compile(r"^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$")
MOST_PIECES = 17
"""The longest name that is looked for: nine words with what stands between them."""

PASSED_OVER = re.compile(r"[^\w.%]|_|(?<![0-9])\.|\.(?![0-9])")
"""What a search passes over: punctuation, but not the point and the sign of a figure."""

UNSEEN = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf"))


@lru_cache(maxsize=16384)
def fold(words: str) -> str:
    """As one name is compared with another: two spellings of one name are equal.

    Width, case, white space, what cannot be seen, the shape of brackets, quotation marks and
    dashes, and compatibility characters make no difference.
    """
    words = unicodedata.normalize("NFKC", _seen(words)).lower()
    return unicodedata.normalize("NFKC", _seen(words)).translate(SAME)


def _seen(words: str) -> str:
    kept = "".join(c for c in words if unicodedata.category(c) not in UNSEEN)
    return SHAPELESS.sub("", kept)


@lru_cache(maxsize=16384)
def letters(words: str) -> str:
    """As a search compares: folded, and without quotation marks, brackets, other punctuation."""
    return PASSED_OVER.sub("", fold(words))


def words_of(typed: str) -> list[str]:
    """The words of a search, each of which has to be found."""
    words = [word for word in SEPARATORS.split(typed)[::2] if fold(word)]
    return words or ([typed] if fold(typed) else [])


def split_names(words: str, is_known: Callable[[str], bool]) -> list[str]:
    """The names that a cell or a field lists, each as it was written.

    They stand apart by 、，；/ , ; blanks and new lines. The longest run that ``is_known`` is one
    name, so a name may hold any of these itself; what nobody knows is not cut at its blanks.
    """
    pieces = SEPARATORS.split(words)
    names: list[str] = []
    unknown = ""
    while pieces:
        size = _length_of_known(pieces, is_known)
        if size:
            names += [unknown, "".join(pieces[:size])]
            unknown = ""
        else:
            size, unknown = 1, unknown + pieces[0]
        gap, pieces = "".join(pieces[size : size + 1]), pieces[size + 1 :]
        if BLANKS.fullmatch(gap):
            unknown += gap if unknown else ""
        else:
            names.append(unknown)
            unknown = ""
    return [ENDS.sub("", name) for name in names if fold(name)]


def _length_of_known(pieces: list[str], is_known: Callable[[str], bool]) -> int:
    """How many of the first pieces are one name together, the most there can be; 0 for none."""
    most = min(len(pieces), MOST_PIECES)
    sizes = range(most - 1 + most % 2, 0, -2)
    return next((n for n in sizes if is_known("".join(pieces[:n]))), 0)
