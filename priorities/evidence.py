"""What a file of evidence is: judged by its content, never by its name or its sender's word.

Nothing is unpacked: of a container only the list of its members is read, and no more of that than
a real file has, so that a few bytes cannot ask for much memory.
"""

import re
import struct
import zipfile
from collections.abc import Callable
from typing import BinaryIO

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
"""How a compound file begins: what WPS and the older Office wrote (MS-CFB, 2.2)."""

END_OF_ZIP = struct.Struct("<4s4H2LH")
END_OF_ZIP_MARK = b"PK\x05\x06"
LONGEST_ZIP_COMMENT = 0xFFFF
LONGEST_ZIP_INDEX = 2 * 1024 * 1024
"""Bytes of a zip's index: some ten thousand members."""

LONGEST_NAME = 255

BROKEN_ZIP = (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError, EOFError)

FILE_NAME = re.compile(rb"""filename\*?=(?:[\w-]*'[\w-]*')?"?([^"\r\n]+)""", re.IGNORECASE)
"""A file name in the head of a part of a form, as RFC 7578 or RFC 8187 has it."""

CHUNK = 64 * 1024

DOCTYPE = re.compile(rb"<!DOCTYPE|<\0!\0D\0O\0C\0T\0Y\0P\0E|\0<\0!\0D\0O\0C\0T", re.IGNORECASE)
"""What no office program writes into XML, and what attacks on its readers begin with."""

LONGEST_DOCTYPE = len("<!DOCTYPE".encode("utf-16-le"))

SECTOR = 512
WORD, WORKBOOK = b"\xec\xa5", b"\x09\x08"
FILE_PASS = b"\x2f\x00"

_BRANDS = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]
HEIC = tuple(b"ftyp" + brand.encode() for brand in _BRANDS)
FILM = tuple(
    b"ftyp" + brand.encode()
    for brand in [
        "isom",
        "iso2",
        "iso4",
        "iso5",
        "iso6",
        "mp41",
        "mp42",
        "avc1",
        "dash",
        "MSNV",
        "M4V",
        "3gp",
        "qt",
    ]
)
"""The brands of the base media format (ISO/IEC 14496-12) that phones and cameras write."""


def check_file(upload: UploadedFile) -> None:
    """Raises ValidationError, with a sentence that names the file, where it cannot be evidence."""
    name = upload.name
    kind = _kind_named(name)
    if kind not in KINDS:
        raise ValidationError(
            _("“%(name)s” is not of a kind that is kept here. Possible are: %(kinds)s.")
            % {"name": name, "kinds": ", ".join(KINDS)}
        )
    if not upload.size:
        raise ValidationError(_("“%(name)s” is empty.") % {"name": name})
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(
            _("“%(name)s” is larger than %(limit)d MB.")
            % {"name": name, "limit": settings.EVIDENCE_MAX_BYTES // 1024**2}
        )
    if complaint := complaint_about(upload, kind):
        raise ValidationError(complaint % {"name": name, "kind": kind})


def complaint_about(file: BinaryIO, kind: str) -> str:
    """What is wrong with the content, said as what it is; empty where it is of the kind.

    ``%(name)s`` and ``%(kind)s`` are still to be filled in.
    """
    if asks_for_a_password(file):
        return _(
            "“%(name)s” opens with a password only, so nobody could look at it here. "
            "Save it without the password and choose it again."
        )
    if is_of_kind(file, kind):
        return ""
    found = next((other for other in KINDS if is_of_kind(file, other)), None)
    if found:
        return _(
            "“%(name)s” is a file of the kind {found} by its content. Save it as %(kind)s, or let "
            "its name end in .{found}, and choose it again."
        ).format(found=found)
    return _("“%(name)s” is damaged or not what its name says: its content is no %(kind)s.")


def is_of_kind(file: BinaryIO, kind: str) -> bool:
    """Whether the content is of one of ``KINDS``; the file is wound back afterwards."""
    file.seek(0)
    try:
        return KINDS[kind](file)
    finally:
        file.seek(0)


def is_called_picture(name: str) -> bool:
    return _kind_named(name) in PICTURES


def picture_type(name: str, file: BinaryIO) -> str | None:
    """The media type of a picture, by its name and by its content; None for anything else."""
    kind = _kind_named(name)
    return PICTURES[kind] if kind in PICTURES and is_of_kind(file, kind) else None


def _kind_named(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    return ALSO.get(ending, ending)


def _begins_as(ending: str) -> Callable[[BinaryIO], bool]:
    """A test of the first bytes against the library's table of signatures."""

    def begins(file: BinaryIO) -> bool:
        try:
            found = puremagic.magic_stream(file)
        except (puremagic.PureError, ValueError):
            return False
        return ending in {match.extension for match in found}

    return begins


def _office(folder: str) -> Callable[[BinaryIO], bool]:
    """A test for an Office Open XML file, whose parts lie in a folder (ISO/IEC 29500-2)."""

    def is_office(file: BinaryIO) -> bool:
        names = members(file)
        return "[Content_Types].xml" in names and any(n.startswith(folder) for n in names)

    return is_office


def _starts(*beginnings: bytes, at: int = 0) -> Callable[[BinaryIO], bool]:
    """A test of the bytes at a place near the beginning."""

    def starts(file: BinaryIO) -> bool:
        return file.read(at + max(map(len, beginnings)))[at:].startswith(beginnings)

    return starts


def _is_pdf(file: BinaryIO) -> bool:
    """Readers look for the head in the first kilobyte: scanners and mail put lines before it."""
    return b"%PDF-" in file.read(1024 + 5)


def _is_zip(file: BinaryIO) -> bool:
    return bool(members(file))


def _is_ofd(file: BinaryIO) -> bool:
    """The national layout document: a zip that is entered by OFD.xml (GB/T 33190-2016)."""
    return "OFD.xml" in members(file)


def _compound(folder: str, *streams: str) -> Callable[[BinaryIO], bool]:
    """A test for WPS and the older Office: a compound file with one of the streams, or the newer
    Office Open XML, which both programs open under the old name."""
    is_office = _office(folder)

    def is_compound(file: BinaryIO) -> bool:
        if file.read(len(OLE2)) != OLE2:
            return is_office(file)
        return any(_holds(file, stream.encode("utf-16-le")) for stream in streams)

    return is_compound


def asks_for_a_password(file: BinaryIO) -> bool:
    """Office Open XML in a compound file (MS-OFFCRYPTO 2.3.4.4), the older flags, a zip's bit."""
    file.seek(0)
    if file.read(len(OLE2)) == OLE2:
        marks = [name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptedSummary")]
        return any(_holds(file, mark) for mark in marks) or _has_old_password(file)
    return any(entry.flag_bits & 1 for entry in _entries(file))


def _has_old_password(file: BinaryIO) -> bool:
    """fEncrypted of a Word document (MS-DOC 2.5.2), FilePass behind a workbook's first record."""
    file.seek(0)
    while sector := file.read(SECTOR):
        if sector.startswith(WORD) and sector[11] & 1:
            return True
        if sector.startswith(WORKBOOK):
            place = 4 + int.from_bytes(sector[2:4], "little")
            if sector[place : place + 2] == FILE_PASS:
                return True
    return False


def _holds(file: BinaryIO, words: bytes) -> bool:
    """Whether the bytes stand anywhere in the file, over the edges of chunks too."""
    file.seek(0)
    tail = b""
    while chunk := file.read(CHUNK):
        if words in tail + chunk:
            return True
        tail = chunk[-len(words) :]
    return False


def members(file: BinaryIO) -> set[str]:
    """The names in a zip's index; none where it is no zip, or one with a monstrous index."""
    return {entry.filename for entry in _entries(file)}


def _entries(file: BinaryIO) -> list[zipfile.ZipInfo]:
    if not 0 < _length_of_index(file) <= LONGEST_ZIP_INDEX:
        return []
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.infolist()
    except BROKEN_ZIP:
        return []


def _length_of_index(file: BinaryIO) -> int:
    """Bytes of the index, as the end record says; 0 where there is none (APPNOTE 4.3.16)."""
    end = file.seek(0, 2)
    file.seek(max(0, end - END_OF_ZIP.size - LONGEST_ZIP_COMMENT))
    tail = file.read()
    place = tail.rfind(END_OF_ZIP_MARK)
    if place < 0 or len(tail) - place < END_OF_ZIP.size:
        return 0
    *_rest, length, _offset, _comment = END_OF_ZIP.unpack_from(tail, place)
    return length


KINDS: dict[str, Callable[[BinaryIO], bool]] = {
    "pdf": _is_pdf,
    "ofd": _is_ofd,
    "docx": _office("word/"),
    "xlsx": _office("xl/"),
    "pptx": _office("ppt/"),
    "doc": _compound("word/", "WordDocument"),
    "xls": _compound("xl/", "Workbook", "Book"),
    "ppt": _compound("ppt/", "PowerPoint Document"),
    "wps": _compound("word/", "WordDocument"),
    "et": _compound("xl/", "Workbook", "Book"),
    "dps": _compound("ppt/", "PowerPoint Document"),
    "rtf": _starts(b"{\\rtf"),
    "jpg": _begins_as(".jpg"),
    "png": _begins_as(".png"),
    "heic": _starts(*HEIC, at=4),
    "webp": _starts(b"WEBP", at=8),
    "gif": _starts(b"GIF87a", b"GIF89a"),
    "bmp": _begins_as(".bmp"),
    "tif": _starts(b"II*\0", b"MM\0*"),
    "mp4": _starts(*FILM, at=4),
    "mov": _starts(*FILM, b"moov", b"mdat", b"wide", at=4),
    "rar": _starts(b"Rar!\x1a\x07"),
    "7z": _starts(b"7z\xbc\xaf\x27\x1c"),
    "zip": _is_zip,
}
"""Kind → the test of its content; the kinds that offices use."""

PICTURES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "bmp": "image/bmp",
}
"""The kinds that a browser may show: none of them can hold a script."""

ALSO = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "heif": "heic", "tiff": "tif", "m4v": "mp4"}
"""Other endings of the same kinds."""

ACCEPT = ",".join(f".{kind}" for kind in (*KINDS, *ALSO))
"""What a browser offers when files are chosen."""


def names_of_lost_files(request: HttpRequest, field: str) -> list[str]:
    """The names of the files that a form sent and of which ``field`` has none.

    Some were dropped as the form was read (``tracker.arrival``); some came as text, or under the
    name of another field, where no view would look for them.
    """
    lost = list(getattr(request, "lost_files", ()))
    strays = [file.name for name, files in request.FILES.lists() if name != field for file in files]
    texts = [_name_in(text) for text in request.POST.getlist(field) if text]
    return [*lost, *strays, *texts[len(lost) :]]


def _name_in(text: str) -> str:
    """Of a file that came as text: the name that it carries inside, or that it is."""
    if found := FILE_NAME.search(text.encode()):
        return guessed_name(found[1])
    return text if _kind_named(text) in KINDS and len(text) <= LONGEST_NAME else "?"


def guessed_name(name: bytes) -> str:
    """Names that are no UTF-8 come from Chinese Windows as a rule (GB 18030)."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("gb18030", "replace")
