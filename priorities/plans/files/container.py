"""A zip with XML in it, read with bounds: what the Word file and the national layout file are.

The sizes that an archive names may be lies, so they are counted while unpacking; a part with more
markup than a document has is not parsed at all, since each element costs a hundred bytes and more.
Entities are never expanded and nothing is fetched; deeper than 256 levels the parser itself stops.
"""

import io
import posixpath
import zipfile

from lxml import etree

from ...evidence import BROKEN_ZIP, DOCTYPE
from .text import damaged, holds_too_much

MOST_UNPACKED_BYTES = 48 * 1024 * 1024
MOST_MARKUP = 1_000_000
"""Tags in one part; a text of 300,000 characters in short runs has half of it."""

MOST_PARTS = 10_000


class Container:
    """The parts of a zip by their names; raises Unreadable where one is not as it should be."""

    def __init__(self, content: bytes):
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(content))
        except BROKEN_ZIP as error:
            raise damaged() from error
        self.parts = {_plain(name): name for name in self.archive.namelist()[: MOST_PARTS + 1]}
        if len(self.parts) > MOST_PARTS:
            raise holds_too_much()
        self.unpacked = 0

    def __contains__(self, part: str) -> bool:
        return _plain(part) in self.parts

    def read(self, part: str) -> bytes:
        left = MOST_UNPACKED_BYTES - self.unpacked
        try:
            with self.archive.open(self.parts[_plain(part)]) as file:
                content = file.read(left + 1)
        except (*BROKEN_ZIP, KeyError, RuntimeError, zipfile.zlib.error) as error:
            raise damaged() from error
        self.unpacked += len(content)
        if len(content) > left:
            raise holds_too_much()
        return content

    def tree(self, part: str) -> etree._Element:
        """The root of a part."""
        return parsed(self.read(part))

    def tree_if_any(self, part: str | None) -> etree._Element | None:
        return self.tree(part) if part and part in self else None


def parsed(content: bytes) -> etree._Element:
    """The root of an XML text that is no larger and no deeper than a document's."""
    if content.count(b"<") > MOST_MARKUP or content.count(b"=") > 2 * MOST_MARKUP:
        raise holds_too_much()
    if DOCTYPE.search(content):
        raise damaged()
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged() from error


def joined(folder: str, target: str) -> str:
    """The name of a part that another in that folder refers to."""
    path = posixpath.join("/", folder, target.replace("\\", "/"))
    return posixpath.normpath(path).lstrip("/")


def name_of(element: etree._Element) -> str:
    """Without its namespace: strict and transitional files differ in little else."""
    return element.tag.rpartition("}")[2]


def attribute(element: etree._Element, name: str) -> str:
    """The attribute of that name in whatever namespace; empty where there is none."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def _plain(name: str) -> str:
    """Names of parts are compared without case (ISO/IEC 29500-2, 6.2.2.3)."""
    return name.replace("\\", "/").lstrip("/").lower()
