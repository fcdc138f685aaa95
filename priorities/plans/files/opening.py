"""Any file → its text: told by its content, whatever its name says, and read by its reader."""

import io
import logging
import re

from django.utils.translation import gettext as _

from ...evidence import OLE2, PICTURES, asks_for_a_password, is_of_kind, members
from .bounds import MOST_BYTES
from .ofd import text_of_ofd
from .pdf import text_of_pdf
from .plain import no_text, text_of_plain
from .text import (
    Text,
    Unreadable,
    damaged,
    has_a_password,
    nothing_in_it,
    only_pictures,
    too_large,
)
from .web import text_of_web
from .word import text_of_word

KINDS = ("txt", "docx", "pdf", "html", "ofd")
ACCEPT = ".txt,.docx,.pdf,.html,.htm,.ofd"
"""What a browser offers when a document is chosen."""

READERS = {"pdf": text_of_pdf, "ofd": text_of_ofd, "docx": text_of_word}
SEEN_ONLY = (*PICTURES, "heic", "tif")
TABLES = ("xlsx", "xls", "et")
OTHERS = ("pptx", "ppt", "dps", "mp4", "mov", "rar", "7z", "rtf", "zip")

WEB_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>(?:\s|<\?xml[^>]{0,200}>|<!--(?:(?!-->).){0,4000}-->)*)"
    rb"<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|h[1-6]|article|section|span)\b",
    re.IGNORECASE | re.DOTALL,
)
WEB_ARCHIVE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:MIME-Version:|From: <Saved by )", re.IGNORECASE)
WEB_NAME = re.compile(r"\.(?:x?html?|shtml)\s*\Z", re.IGNORECASE)
UTF_16 = (b"\xff\xfe", b"\xfe\xff")

logger = logging.getLogger(__name__)


def text_of(content: bytes, name: str = "") -> Text:
    """The text of a file; raises Unreadable, with a sentence, where there is none."""
    try:
        return _text_of(content, name)
    except Unreadable:
        raise
    except Exception as error:  # a damaged file breaks readers in ways that cannot be counted
        logger.warning("A document cannot be read: %s", type(error).__name__)
        raise damaged() from error


def _text_of(content: bytes, name: str) -> Text:
    if len(content) > MOST_BYTES:
        raise too_large()
    if not content.strip():
        raise nothing_in_it()
    file = io.BytesIO(content)
    if asks_for_a_password(file):
        raise has_a_password()
    for kind, reader in READERS.items():
        if is_of_kind(file, kind):
            return reader(content)
    if complaint := _about_kind(file, content):
        raise Unreadable(complaint)
    return _read_as_text(content, name)


def _about_kind(file: io.BytesIO, content: bytes) -> str:
    """Of a kind that is known and not read: what to do with it."""
    if any(is_of_kind(file, kind) for kind in SEEN_ONLY):
        raise only_pictures()
    is_word = content.startswith(OLE2) and is_of_kind(file, "doc")
    if not is_word and any(is_of_kind(file, kind) for kind in TABLES):
        return _("This is a table. Choose “From a table” for it.")
    if content.startswith(OLE2) or is_of_kind(file, "rtf"):
        return _(
            "This is an older format (.doc, .wps, .rtf). Save the file as .docx and choose it "
            "again."
        )
    if "mimetype" in members(file) and "content.xml" in members(file):
        return _("This is an OpenDocument file. Save it as .docx and choose it again.")
    if content.startswith(b"PK") or any(is_of_kind(file, kind) for kind in OTHERS):
        return str(no_text().message)
    if WEB_ARCHIVE.match(content):
        return _("This is a web archive (.mht). Save the page as .html and choose it again.")
    return ""


def _read_as_text(content: bytes, name: str) -> Text:
    """Markup is told by how it begins, and by the name where a page begins in its own way."""
    head = content[:8192]
    if head.startswith(UTF_16):
        head = head[2:].replace(b"\0", b"")
    if WEB_PAGE.match(head) or (WEB_NAME.search(name) and b"<" in head):
        return text_of_web(content)
    return text_of_plain(content)
