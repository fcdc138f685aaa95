"""What a first visit fetches: the page and what its HTML names, as a browser asks for it."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin

from .client import Client

NAMED = re.compile(r"<(?:script|img|link)\b[^>]*>")
PLACE = re.compile(r"""\b(?:src|href)=["']([^"']+)""")
FETCHED_LINKS = re.compile(r"""rel=["'][^"']*(?:stylesheet|icon|preload|manifest)""")


@dataclass(frozen=True)
class Weight:
    requests: int
    kilobytes: float


def first_visit(client: Client, path: str, encoding: str) -> Weight:
    """Requests and kB on the wire of a visit by somebody who has nothing stored."""
    page = client.ask(path).text()
    sizes = [
        len(client.ask(place, headers={"Accept-Encoding": encoding}).body)
        for place in [path, *sorted(named_by(page, path))]
    ]
    return Weight(len(sizes), sum(sizes) / 1000)


def named_by(page: str, path: str) -> set[str]:
    """The addresses on our own site that a browser fetches with the page."""
    tags = [tag for tag in NAMED.findall(page) if is_fetched(tag)]
    found = {unescape(place) for tag in tags for place in PLACE.findall(tag)}
    return {urljoin(path, place) for place in found if "//" not in place and "data:" not in place}


def is_fetched(tag: str) -> bool:
    return not tag.startswith("<link") or bool(FETCHED_LINKS.search(tag))
