"""The file as it arrives: whether it can be opened at all, and what to do where it cannot.

People hand in what their program saved, under any name: each kind is told by its content and
answered with the way to a file that can be read.
"""

import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..evidence import CHUNK, DOCTYPE, LONGEST_DOCTYPE, OLE2, is_of_kind, members

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED_BYTES = 32 * 1024 * 1024

WEB_PAGE = re.compile(rb"\s*<(?:!doctype html|html|head|table|meta|\?xml)", re.IGNORECASE)
"""What many office systems export under the name of an Excel file."""

PICTURES = "xl/media/"
"""Never opened here; an SVG may have a document type."""

MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def check_container(file: BinaryIO) -> None:
    """Raises ValidationError, with a sentence for the reader, where it cannot be opened."""
    file.seek(0)
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValidationError(
            _("The file is larger than %(limit)d MB.") % {"limit": MOST_BYTES // 1024**2}
        )
    if content.startswith(OLE2):
        raise ValidationError(_about_compound_file(content))
    if not content.startswith(b"PK"):
        raise ValidationError(_about_text(content))
    _check_kind(file)
    check_unpacked(file)


def damaged() -> ValidationError:
    return ValidationError(_("The file is damaged: open it in Excel or WPS and save it anew."))


def _about_compound_file(content: bytes) -> str:
    """What is wrong with a compound file: how Excel stores what has a password (MS-OFFCRYPTO)."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return _("The file is protected by a password. Save it without one and choose it again.")
    return _("This is an older format (.xls, .et). Save the file as .xlsx and choose it again.")


def _about_text(content: bytes) -> str:
    if WEB_PAGE.match(content.removeprefix(MARKS[0])):
        return _(
            "This is a web page or an XML table under another name. Open it in Excel or WPS, save "
            "it as .xlsx and choose it again."
        )
    head = content[:CHUNK].split(b"\n", 1)[0]
    if content.startswith(MARKS) or max(head.count(b","), head.count(b"\t")) > 1:
        return _(
            "This is a text table (.csv, .txt). Open it in Excel or WPS, save it as .xlsx and "
            "choose it again."
        )
    return _("This is no Excel file (.xlsx), or it is damaged.")


def _check_kind(file: BinaryIO) -> None:
    """Of the kinds that are zip files, only the plain workbook is read."""
    names = {name.lower() for name in members(file)}
    if any(name.startswith("xl/") and name.endswith("workbook.bin") for name in names):
        raise ValidationError(
            _("This is a binary workbook (.xlsb). Save the file as .xlsx and choose it again.")
        )
    if "mimetype" in names and "content.xml" in names:
        raise ValidationError(
            _("This is an OpenDocument file (.ods). Save it as .xlsx and choose it again.")
        )
    if not is_of_kind(file, "xlsx"):
        raise ValidationError(_("This is no Excel file (.xlsx), or it is damaged."))


def check_unpacked(file: BinaryIO) -> None:
    """Unpack once without keeping anything: the sizes that an archive names may be lies."""
    size, tail = 0, b""
    with zipfile.ZipFile(file) as archive:
        for part in _chunks(archive):
            size += len(part)
            if size > MOST_UNPACKED_BYTES:
                raise ValidationError(
                    _("The file holds more than %(limit)d MB when it is unpacked.")
                    % {"limit": MOST_UNPACKED_BYTES // 1024**2}
                )
            if DOCTYPE.search(tail + part):
                raise damaged()
            tail = part[-LONGEST_DOCTYPE:]


def _chunks(archive: zipfile.ZipFile) -> Iterator[bytes]:
    for member in archive.infolist():
        if member.filename.lower().startswith(PICTURES):
            continue
        with archive.open(member) as file:
            while chunk := file.read(CHUNK):
                yield chunk
