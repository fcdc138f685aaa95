"""What the form and the entries of progress need beyond plain fields."""

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..lights import signed
from ..models import ProgressEntry, User
from ..permissions import can_withdraw

register = template.Library()

LEFT, POINT = 10, 4.6
"""Where 0 % lies on the ruler, and how long a percentage point is; the drawing is 480 wide."""

TOO_CLOSE = 17
"""Points between two marks at which their words would touch."""


@register.simple_tag
def may_take_back(user: User, entry: ProgressEntry) -> bool:
    return can_withdraw(user, entry) and entry.can_be_taken_back(timezone.now())


@register.filter
def address_words(link: str) -> str:
    """A link as it is shown: without its scheme."""
    return link.partition("://")[2].removesuffix("/")


@register.simple_tag
def ruler(last: int | None, elapsed: int) -> SafeString:
    """Words for the percents, with marks where the last entry and the time gone stand."""
    words = {
        0: pgettext("ruler", "0 none"),
        25: pgettext("ruler", "25 begun"),
        50: pgettext("ruler", "50 half"),
        75: pgettext("ruler", "75 nearly"),
        100: pgettext("ruler", "100 done"),
    }
    time_mark = _("schedule %d") % elapsed
    last_mark = _("last %d") % last if last is not None else ""
    is_close = last is not None and abs(last - elapsed) < TOO_CLOSE
    label = _("Scale: %(words)s") % {"words": ", ".join([*words.values(), last_mark, time_mark])}
    top = -24 if is_close else -8
    return format_html(
        '<svg class="ruler" viewBox="0 {} 480 {}" role="img" aria-label="{}">'
        '<path class="axis" d="M10 20h460"/>{}{}{}<circle class="typed" cy="20" r="4" data-mark/>'
        "</svg>",
        top,
        48 - top,
        label.replace(", ,", ","),
        format_html_join("", "{}", ((_step(at, text),) for at, text in words.items())),
        _last_mark(last, last_mark) if last is not None else "",
        _time_mark(elapsed, time_mark, -7 if is_close else 9),
    )


def _step(percent: int, words: str) -> SafeString:
    x = _x(percent)
    return format_html(
        '<path class="axis" d="M{} 15v10"/><text x="{}" y="41" text-anchor="{}">{}</text>',
        x,
        x,
        _anchor(percent),
        words,
    )


def _last_mark(percent: int, words: str) -> SafeString:
    x = _x(percent)
    return format_html(
        '<path class="done" d="M{} 20H{}"/><text class="strong" x="{}" y="9" text-anchor="{}">{}'
        "</text>",
        LEFT,
        x,
        x,
        _anchor(percent),
        words,
    )


def _time_mark(percent: int, words: str, y: int) -> SafeString:
    x = _x(percent)
    return format_html(
        '<path class="tick" d="M{} {}V27"/><text x="{}" y="{}" text-anchor="{}">{}</text>',
        x,
        y + 4,
        x,
        y,
        _anchor(percent),
        words,
    )


def _x(percent: int) -> str:
    return f"{LEFT + POINT * percent:g}"


def _anchor(percent: int) -> str:
    """Words at the edges would hang over them."""
    if percent < 8:
        return "start"
    return "end" if percent > 92 else "middle"


@register.filter
def slug_number(number: str) -> str:
    """A number as an id holds it: 3.2 → 3-2."""
    return number.replace(".", "-")


@register.filter
def step_words(entry: ProgressEntry) -> str:
    """Points since the entry before it, where one was counted with the row."""
    before = getattr(entry, "before", None)
    return "" if before is None else signed(entry.percent - before)
