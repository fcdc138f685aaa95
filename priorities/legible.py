"""What others can read of a text: one cleaning at the door, and once more where it is drawn.

Word's bullets, invisible and turning signs, odd blanks and line ends come with what is pasted and
mean nothing by themselves; they break a report, or make it read otherwise than it is stored. What
people write is kept: rare characters, emoji, and the forms of an ideograph.

Characters of private use are those of one font or one machine. Two kinds have a meaning that is
known: the signs of Symbol and Wingdings, which Word puts at U+F020 to U+F0FF, and those that
GB 18030 kept there until they got a place of their own. Of any other nobody but the writer can
see what it is, so a form asks for something else (``strange_in``); where one is stored already, a
〓 stands for it, as in print for a type that is missing (``drawn``).
"""

import re
import unicodedata

MISSING_TYPE = "〓"

LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
BLANKS = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u2800]+")
"""Tabs and the blanks of typesetters; the ideographic one indents Chinese texts and stays."""

WITHOUT_SHAPE = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0\ufffc"
"""Invisible, though by their category no format characters; U+FFFC stands for a picture."""
SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
JOINER, EMOJI_STYLE = "\u200d", "\ufe0f"

PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
ODD = re.compile(
    f"[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e"
    f"{WITHOUT_SHAPE}{SELECTORS}\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\ud800-\uf8ff"
    "\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff"
    + "".join(chr(plane << 16 | last) for plane in range(1, 15) for last in (0xFFFE, 0xFFFF))
    + "]"
)
"""Most texts hold none of these and are given back as they are."""
PLAIN = re.compile(
    "[\u3000-\u3163\u3165-\ud7ff -~\n\uff01-\uff9f\xa1-\xac\xae-\u02ff\u2010-\u2027]*"
)
"""What most texts are made of alone; asked first, because it takes a twentieth of the time."""

SYMBOL = "[\uf020-\uf0ff]"
LONE_SYMBOLS = re.compile(rf"^[ \u3000]*(?:{SYMBOL}[ \u3000]*)+(?:\n|\Z)", re.MULTILINE)
BULLET = re.compile(rf"^([ \u3000]*)(?:{SYMBOL}[ \u3000]*)+", re.MULTILINE)
LOST_BULLET = re.compile(r"^([ \u3000]*)[lnuvqØü§]\t+(?=\S)", re.MULTILINE)
"""A bullet of Wingdings that lost its font on the way: a letter, and the tab behind it."""

OF_FIGURES = dict(zip("\uf0a3\uf0b3\uf0b1\uf0b4\uf0b8\uf0b0\uf0b9\uf0bb", "≤≥±×÷°≠≈", strict=True))
"""Symbol's signs of arithmetic stand beside a figure; elsewhere they are Wingdings'."""
BESIDE_FIGURE = re.compile(rf"(?<=[0-9])[{''.join(OF_FIGURES)}]|[{''.join(OF_FIGURES)}](?=[0-9])")
WITHIN_LINE = dict(zip("\uf0fc\uf0fe\uf0e0\uf0e8\uf0f0\uf0a8\uf06f", "√√→→→□□", strict=True))
"""What Wingdings' ticks, arrows and boxes say within a line; any other sign is a dot there."""

SETTLED = {
    **dict(zip(range(0xE78D, 0xE797), "︐︒︑︓︔︕︖︗︘︙", strict=True)),
    **{0xE7C7: 0x1E3F, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7},
    **{0xE832: 0x9FB8, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE864: 0x9FBB, 0xE863: 0x4DAE},
    **{0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC},
    **{0xE831: 0x215D7, 0xE83B: 0x2298F, 0xE855: 0x241FE},
}
"""Where GB 18030-2000 had a character → where it stands since (GB 18030-2022, annex)."""


WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2018-\u201d\U00020000-\U0003ffff"
THIN_GAP = re.compile(f"(?<=[{WIDE}]) +(?=[0-9A-Za-z])|(?<=[0-9A-Za-z%]) +(?=[{WIDE}%])")


def legible(words: str) -> str:
    """The words without what cannot be seen; every kind of line end is ``\\n``."""
    if PLAIN.fullmatch(words) or not ODD.search(words):
        return words
    words = LINE_ENDS.sub("\n", words).translate(SETTLED)
    words = BLANKS.sub(" ", LOST_BULLET.sub(r"\1· ", words))
    return _with_dots("".join(_visible(words)))


def drawn(words: str) -> str:
    """What a page, a file or a message shows of words that are stored or were sent."""
    return words if PLAIN.fullmatch(words) else PRIVATE.sub(MISSING_TYPE, legible(words))


def strange_in(words: str) -> str:
    """The first character of legible words that only one font or machine knows; else nothing."""
    found = PRIVATE.search(words)
    return found[0] if found else ""


def says_nothing(words: str) -> bool:
    """Whether there is nothing to see: only blanks, and characters that have no shape."""
    return not legible(words).strip()


def in_short(value: object, length: int = 40) -> str:
    """What was typed, as a sentence quotes it: on one line and not longer than a line."""
    words = " ".join(drawn(str(value)).split())
    return words if len(words) <= length else words[: length - 1] + "…"


def close_up(text: str) -> str:
    """Without the thin gaps that the interface sets between Chinese and figures."""
    return THIN_GAP.sub("", text)


def _visible(words: str):
    before = ""
    for character, after in zip(words, words[1:] + " ", strict=True):
        if _is_seen(character, before, after):
            yield character
            before = character


def _is_seen(character: str, before: str, after: str) -> bool:
    if character == "\n":
        return True
    if character == JOINER:  # a family, a profession: one sign made of several
        return _is_sign(after) and (_is_sign(before) or before == EMOJI_STYLE)
    if re.match(f"[{SELECTORS}]", character):  # which form of the sign or ideograph before it
        return bool(before) and unicodedata.category(before)[0] in "LNPS"
    is_no_character = ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"
    is_shapeless = unicodedata.category(character) in ("Cc", "Cf", "Cs")
    return not (is_shapeless or is_no_character or character in WITHOUT_SHAPE)


def _is_sign(character: str) -> bool:
    if not character or character in WITHOUT_SHAPE:
        return False
    return unicodedata.category(character) in ("So", "Sk")


def _with_dots(words: str) -> str:
    """The signs of Symbol and Wingdings in plain ones; a line that has nothing else goes."""
    words = BESIDE_FIGURE.sub(lambda found: OF_FIGURES[found[0]], words)
    words = BULLET.sub(r"\1· ", LONE_SYMBOLS.sub("", words))
    return re.sub(SYMBOL, lambda found: WITHIN_LINE.get(found[0], "·"), words)
