"""What every drawing is written with, so that what must hold of all of them is said once.

Attributes only, because the content policy allows no inline style. Numbers have a point and no
separators whatever the reader's language. Words of people are escaped, here and nowhere else.
"""

from collections.abc import Iterable

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

Value = str | int | float | None


def number(value: float) -> str:
    """At most two decimals, and no zeros at their end."""
    if isinstance(value, int):
        return str(value)
    words = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if words == "-0" else words


def in_percent(value: float) -> str:
    """A place in a drawing that is as wide as the page gives it room."""
    return f"{number(value)}%"


def in_em(value: float) -> str:
    return f"{number(value)}em"


def element(name: str, *inside: str, **attributes: Value) -> SafeString:
    """Any element; ``css`` is its class. What is None or empty is left out, True has no value."""
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    if not inside:
        return mark_safe(f"<{name}{said}/>")
    return mark_safe(f"<{name}{said}>{''.join(map(conditional_escape, inside))}</{name}>")


NAMES = {"css": "class", "box": "viewBox", "keeps": "preserveAspectRatio"}


def _attribute(key: str, value: Value) -> str:
    name = NAMES.get(key) or key.replace("_", "-")
    if value is None or value == "":
        return ""
    if value is True:
        return f" {name}"
    return f' {name}="{escape(value) if isinstance(value, str) else number(value)}"'


def drawing(
    parts: Iterable[str], *, label: str, css: str, is_stretched: bool = False, **attributes: Value
) -> SafeString:
    """A whole drawing; ``label`` says in words what it shows to those who do not see it."""
    said = {"css": css, **attributes, "keeps": "none" if is_stretched else None}
    return element("svg", *parts, **said, role="img", aria_label=label)


def box(width: float, height: float, *, left: float = 0, top: float = 0) -> str:
    """The span of a drawing's coordinates, as its ``box``."""
    return " ".join(map(number, (left, top, width, height)))


def path(steps: str, *places: float, css: str = "", **attributes: Value) -> SafeString:
    """``steps`` has a ``{}`` for each number: ``path("M{} {}H{}", 0, 4, 10)``."""
    return element("path", css=css, d=steps.format(*map(number, places)), **attributes)


def rect(
    x: float, y: float, width: float, height: float, css: str = "", **attributes: Value
) -> SafeString:
    return element("rect", css=css, x=x, y=y, width=width, height=height, **attributes)


def text(
    x: Value, y: Value, words: object, *, css: str = "", anchor: str = "start", **attributes: Value
) -> SafeString:
    """Words at a point; their size and colour come from the stylesheet."""
    said = {"css": css, "x": x, "y": y, "text_anchor": anchor, **attributes}
    return element("text", str(words), **said)


def group(*parts: str, css: str, title: str) -> SafeString:
    """Parts that belong together, with what they mean when they are pointed at."""
    return element("g", element("title", title), *parts, css=css)
