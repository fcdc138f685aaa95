"""A file of nothing but characters → its text (.txt), and what was pasted."""

from collections.abc import Iterator
from itertools import groupby

from django.utils.translation import gettext as _

from ..encodings import mostly, strictly
from .rows import line_of
from .text import Text, Unreadable, text_from

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
    """The characters, also of a long text with a few broken bytes; raises Unreadable."""
    words = strictly(content, named)
    if words is None and b"\0" in content:
        raise no_text()
    return mostly(content) if words is None else words


def no_text() -> Unreadable:
    return Unreadable(
        _(
            "The file is no text that can be read here. Possible are .docx, .pdf with text, .html, "
            ".ofd and .txt."
        )
    )
