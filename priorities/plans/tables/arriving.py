"""A table as it arrives, in a file or pasted: what it is by its content, and its cells.

What cannot be read is refused with a sentence that says what to do. Nothing is believed of a file
but its bytes; sizes are bounded before anything is unpacked or made.
"""

import io
import logging
import re
import zipfile
from collections.abc import Callable
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ...evidence import OLE2, asks_for_a_password, is_of_kind, members
from ...ledger.container import WEB_PAGE, check_unpacked
from ...ledger.workbook import TooMuch
from ..encodings import is_marked
from .grid import Book
from .opendocument import TooMany, read_open_document
from .texts import decoded, read_text, read_web_page
from .workbooks import read_old_workbook, read_workbook

MOST_BYTES = 10 * 1024 * 1024
MOST_OLD_BYTES = 5 * 1024 * 1024
"""Of an .xls, which is not packed: the largest real one that was seen has one megabyte."""

LONGEST_MANIFEST = 1024 * 1024
MOST_TEXT_BYTES = 3 * 1024 * 1024
LONGEST_PASTED = 500_000
"""Characters that a form may bring."""

ACCEPT = ".xlsx,.xlsm,.xls,.et,.ods,.csv,.tsv,.txt,.htm,.html"
NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

logger = logging.getLogger(__name__)


def read_table(file: BinaryIO, name: str = "") -> Book:
    """The cells of a file, of whatever kind it is by its content.

    Raises ValidationError, with a sentence for the reader, where it can be no table.
    """
    file.seek(0)
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValidationError(
            _("The file is larger than %(limit)d MB.") % {"limit": MOST_BYTES // 1024**2}
        )
    if not content.strip():
        raise ValidationError(_("The file is empty."))
    return _told(lambda: _by_content(content))


def read_pasted(words: str) -> Book:
    """The table in what was pasted. Raises ValidationError where it holds none, or too much."""
    if not words.strip():
        raise ValidationError(_("Nothing was pasted."))
    if len(words) > LONGEST_PASTED:
        raise ValidationError(
            _("At most %(limit)s characters; these are %(length)s.")
            % {"limit": f"{LONGEST_PASTED:,}", "length": f"{len(words):,}"}
        )
    return _told(lambda: read_text(words))


def _told(read: Callable[[], Book]) -> Book:
    """What was read; whatever goes wrong within, the reader gets a sentence."""
    try:
        book = read()
    except ValidationError:
        raise
    except (TooMuch, TooMany) as error:
        raise ValidationError(
            _("The file holds far more than a table. Copy the table alone into a new workbook.")
        ) from error
    except Exception as error:  # a damaged file breaks readers in ways that cannot be counted
        logger.warning("A table that was handed in cannot be read: %s", type(error).__name__)
        raise ValidationError(
            _("The file is damaged: open it in Excel or WPS and save it anew.")
        ) from error
    if not any(sheet.rows for sheet in book.sheets):
        raise ValidationError(_("There is no cell with words in it."))
    return book


def _by_content(content: bytes) -> Book:
    file = io.BytesIO(content)
    if content.startswith(OLE2):
        return _old(content, file)
    if content.startswith(b"PK"):
        return _packed(file)
    if len(content) > MOST_TEXT_BYTES:
        raise ValidationError(
            _("A text of more than %(limit)d MB is no table.")
            % {"limit": MOST_TEXT_BYTES // 1024**2}
        )
    if WEB_PAGE.match(content.removeprefix(b"\xef\xbb\xbf")):
        return _page(content)
    if _is_no_text(content):
        raise ValidationError(_no_table())
    return read_text(decoded(content))


def _old(content: bytes, file: BinaryIO) -> Book:
    if asks_for_a_password(file):
        raise ValidationError(_about_password())
    if not is_of_kind(file, "xls"):
        raise ValidationError(_no_table())
    if len(content) > MOST_OLD_BYTES:
        raise ValidationError(
            _("A file of the older format may have %(limit)d MB. Save it as .xlsx.")
            % {"limit": MOST_OLD_BYTES // 1024**2}
        )
    return read_old_workbook(content)


def _packed(file: BinaryIO) -> Book:
    if asks_for_a_password(file) or _is_encrypted_document(file):
        raise ValidationError(_about_password())
    names = {name.lower() for name in members(file)}
    if any(name.endswith("workbook.bin") for name in names):
        raise ValidationError(
            _("This is a binary workbook (.xlsb). Save the file as .xlsx and choose it again.")
        )
    if is_of_kind(file, "xlsx"):
        check_unpacked(file)
        return read_workbook(file)
    if "content.xml" in names:
        check_unpacked(file)
        return read_open_document(file)
    if is_of_kind(file, "docx"):
        raise ValidationError(
            _("This is a Word file. Copy the table in it and paste it here, or save it as .xlsx.")
        )
    raise ValidationError(_no_table())


def _is_encrypted_document(file: BinaryIO) -> bool:
    """Whether an OpenDocument file says that its parts are (ISO/IEC 26300-3, 4.8.4)."""
    if "META-INF/manifest.xml" not in members(file):
        return False
    with zipfile.ZipFile(file) as archive, archive.open("META-INF/manifest.xml") as manifest:
        return b"encryption-data" in manifest.read(LONGEST_MANIFEST)


def _page(content: bytes) -> Book:
    book = read_web_page(content)
    if not book.sheets:
        raise ValidationError(_("This is a web page or an XML file without a table in it."))
    return book


def _is_no_text(content: bytes) -> bool:
    return not is_marked(content) and bool(NO_TEXT.search(content[:4096]))


def _about_password() -> str:
    return _("The file is protected by a password. Save it without one and choose it again.")


def _no_table() -> str:
    return _(
        "This is no table: .xlsx, .xls, .ods and .csv can be read. Of a picture or a scan let a "
        "program read the words first."
    )
