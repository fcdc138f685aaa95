"""Just enough of a page's tree to ask what stands where, without a browser."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass(eq=False)
class Node:
    """An element with its attributes; its children are elements and runs of text."""

    tag: str
    attrs: dict[str, str]
    children: list = field(default_factory=list)

    def all(self, tag: str = "", **attrs: str) -> Iterator["Node"]:
        """The elements inside, in order; ``css`` asks for a class, ``_`` in a name means ``-``."""
        for child in self.children:
            if isinstance(child, Node):
                if child.fits(tag, attrs):
                    yield child
                yield from child.all(tag, **attrs)

    def one(self, tag: str = "", **attrs: str) -> "Node":
        found = list(self.all(tag, **attrs))
        assert len(found) == 1, f"{len(found)} of {tag} {attrs}"
        return found[0]

    def fits(self, tag: str, attrs: dict[str, str]) -> bool:
        if tag not in ("", self.tag):
            return False
        return all(self._has(name.replace("_", "-"), value) for name, value in attrs.items())

    def _has(self, name: str, value: str) -> bool:
        if name == "css":
            return value in self.attrs.get("class", "").split()
        return self.attrs.get(name) == value

    def __getitem__(self, name: str) -> str:
        return self.attrs[name]

    @property
    def text(self) -> str:
        """The words inside as they are read, blanks folded."""
        return " ".join("".join(self._words()).split())

    def _words(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("script", "style", "template"):
                yield " "
                yield from child._words()
                yield " "


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag):
        places = [place for place, node in enumerate(self.open) if node.tag == tag]
        if places:
            del self.open[places[-1] :]

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)


def parse(html: str) -> Node:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def page_of(response) -> Node:
    """The tree of an answer's page."""
    return parse(response.content.decode())
