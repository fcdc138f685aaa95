"""Bytes that are text → their characters: by their mark, or by trying.

What offices send is UTF-8, or one of the two national encodings under no name at all.
"""

import codecs

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


def is_marked(content: bytes) -> bool:
    """Whether the file says which encoding it has, as UTF-16 must: half of its bytes are nought."""
    return any(content.startswith(mark) for mark, _encoding in MARKS)


def strictly(content: bytes, named: str = "") -> str | None:
    """The characters: by the mark, else by what the file names, else UTF-8, GB 18030 or Big5.

    None where the bytes are none of them; a last character that is cut in two is left out.
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if b"\0" in content:
        return None
    for encoding in (_known(named), "utf-8"):
        if encoding and (words := _tried(content, encoding)) is not None:
            return words
    found = [_tried(content, encoding) for encoding in ("gb18030", "big5hkscs")]
    readings = [words for words in found if words is not None]
    return max(readings, key=_likelihood, default=None)


def mostly(content: bytes) -> str:
    """The characters of a text with broken bytes in it, each of which is shown as one."""
    readings = [content.decode(encoding, "replace") for encoding in ("utf-8", "gb18030")]
    return min(readings, key=lambda words: words.count("\ufffd"))


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
