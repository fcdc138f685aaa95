"""What comes of a file: its text, or why there is none; and how much of each is taken."""

import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...legible import drawn
from .bounds import LONGEST_TEXT, MOST_BYTES, MOST_PAGES

MOST_UNREADABLE = 0.05
"""The share of characters without a meaning from which on a text is none."""

RADICALS = {
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)},
    **dict(
        zip(
            map(ord, "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳"),
            "母民虎西见角贝车长门青韦页风飞马骨鬼鱼鸟卤麦黄齐齿龙龟",
            strict=True,
        )
    ),
}
"""Some fonts name the radical where the character is meant that looks the same."""

BLANK_LINES = re.compile(r"\n{3,}")


class Unreadable(ValidationError):
    """The file gives no text; the message is a sentence for the reader that says what to do."""


@dataclass(frozen=True)
class Text:
    """The words of a file, with ``\\n`` between its lines.

    ``kind`` is txt, docx, pdf, html or ofd, by the content; ``pages`` where the file has pages of
    its own. ``passed_over`` are codes (``PASSED_OVER``) of what the file holds beside this text.
    """

    text: str
    kind: str
    pages: int | None = None
    passed_over: tuple[str, ...] = ()


def passed_over_words(code: str) -> str:
    """In the reader's language, what of the file is not in the text."""
    return {
        "deleted": _("words that are marked as deleted"),
        "hidden": _("hidden words"),
        "footnotes": _("footnotes"),
        "contents": _("the table of contents"),
        "pictures": _("pictures, with the words in them"),
        "embedded": _("files within the file"),
        "surroundings": _("menus and links around the article"),
    }[code]


PASSED_OVER = (
    "deleted",
    "hidden",
    "footnotes",
    "contents",
    "pictures",
    "embedded",
    "surroundings",
)


def text_from(
    words: str, kind: str, *, pages: int | None = None, passed_over: set[str] = frozenset()
) -> Text:
    """The text, cleaned once at the door; raises Unreadable where there is nothing to read."""
    if len(words) > 2 * LONGEST_TEXT:  # before any work is done with it
        raise too_long()
    _check_meaning(words)
    words = drawn(words.replace("\r\n", "\n")).translate(RADICALS)
    words = "\n".join(line.rstrip(" \u3000") for line in words.split("\n"))
    words = BLANK_LINES.sub("\n\n", words).strip("\n ")
    if len(words) > LONGEST_TEXT:
        raise too_long()
    if not words.strip():
        raise nothing_in_it()
    return Text(words, kind, pages, tuple(code for code in PASSED_OVER if code in passed_over))


def _check_meaning(words: str) -> None:
    """Fonts that do not say which characters they draw, and bytes that are no text."""
    strange = sum(words.count(character) for character in "\ufffd\x00\x01\x02\x03\x04\x05\x06\x7f")
    if strange > MOST_UNREADABLE * len(words):
        raise Unreadable(
            _(
                "The file does not say which characters it shows, so its words cannot be read. "
                "Copy the text from another place, or paste it."
            )
        )


def damaged() -> Unreadable:
    return Unreadable(
        _("The file is damaged: open it in Word or WPS, save it anew and choose it again.")
    )


def nothing_in_it() -> Unreadable:
    return Unreadable(_("The file holds no text."))


def has_a_password() -> Unreadable:
    return Unreadable(
        _("The file is protected by a password. Save it without one and choose it again.")
    )


def only_pictures() -> Unreadable:
    return Unreadable(
        _(
            "The file holds pictures of pages, no text: it was scanned or photographed. Choose the "
            "file it was printed from, or paste its text."
        )
    )


def too_long() -> Unreadable:
    return Unreadable(
        _("The file holds more than %(limit)d characters. Choose the part that has the plan.")
        % {"limit": LONGEST_TEXT}
    )


def too_many_pages() -> Unreadable:
    return Unreadable(
        ngettext(
            "The file has more than %(limit)d page. Choose the part that has the plan.",
            "The file has more than %(limit)d pages. Choose the part that has the plan.",
            MOST_PAGES,
        )
        % {"limit": MOST_PAGES}
    )


def too_large() -> Unreadable:
    return Unreadable(_("The file is larger than %(limit)d MB.") % {"limit": MOST_BYTES // 1024**2})


def holds_too_much() -> Unreadable:
    return Unreadable(
        _("The file holds far more than a document does. Copy its text and paste it.")
    )
