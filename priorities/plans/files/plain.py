"""Bytes that are text: which characters they are, by their mark or by trying (.txt)."""

import codecs
from collections.abc import Iterator
from itertools import groupby

from django.utils.translation import gettext as _

from .rows import line_of
from .text import Text, Unreadable, text_from

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
"""The mark at the beginning → what follows it; that of UTF-16 begins as that of UTF-32 does."""

FREQUENT = set("，。、：；“”（）的一是在和工作年发展建设加强推进發設強進區")
"""What every official text is full of, and what bytes read in a wrong way are not."""

LONGEST_CHARACTER = 4


LEAST_TABS = 2
"""In each line of a table that was copied, or saved as text: of three columns and more."""


def text_of_plain(content: bytes) -> Text:
    """Raises Unreadable where the bytes are no text."""
    return text_of_pasted(decoded(content))


def text_of_pasted(words: str) -> Text:
    """The words of a text field; raises Unreadable where there are none, or too many."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return text_from("\n".join(_with_rows(lines)), "txt")


def _with_rows(lines: list[str]) -> Iterator[str]:
    for is_tabbed, group in groupby(lines, key=lambda line: line.count("\t") >= LEAST_TABS):
        found = list(group)
        is_table = is_tabbed and len(found) > 1
        yield from (line_of(line.split("\t")) for line in found) if is_table else found


def decoded(content: bytes, named: str = "") -> str:
    """The characters: by the mark, else by what the file names, else UTF-8, GB 18030 or Big5."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if b"\0" in content:
        raise no_text()
    for encoding in (_known(named), "utf-8"):
        if encoding and (words := _tried(content, encoding)) is not None:
            return words
    found = [_tried(content, encoding) for encoding in ("gb18030", "big5hkscs")]
    readings = [words for words in found if words is not None]
    if readings:
        return max(readings, key=_likelihood)
    return _mostly(content)


def no_text() -> Unreadable:
    return Unreadable(
        _(
            "The file is no text that can be read here. Possible are .docx, .pdf with text, .html, "
            ".ofd and .txt."
        )
    )


def _known(name: str) -> str:
    """The encoding of a name as web pages use it; GB 2312 and GBK are parts of GB 18030."""
    try:
        found = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""
    if found in ("gb2312", "gbk", "hz"):
        return "gb18030"
    return found if found in ("utf-8", "gb18030", "big5", "big5hkscs") else ""


def _tried(content: bytes, encoding: str) -> str | None:
    """Strictly, but for a last character that is cut in two."""
    for cut in range(LONGEST_CHARACTER):
        try:
            return content[: len(content) - cut].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(content) - LONGEST_CHARACTER:
                return None
    return None


def _likelihood(words: str) -> int:
    return sum(character in FREQUENT for character in words[:20_000])


def _mostly(content: bytes) -> str:
    """A long text with a few broken bytes; anything else is no text."""
    readings = [content.decode(encoding, "replace") for encoding in ("utf-8", "gb18030")]
    return min(readings, key=lambda words: words.count("\ufffd"))
