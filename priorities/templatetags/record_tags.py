"""What the form and the entries of progress need beyond plain fields."""

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..kept import holds_until
from ..models import ProgressEntry, User
from ..models.progress import TAKE_BACK_WITHIN
from ..permissions import can_withdraw
from ..words import signed

register = template.Library()

LEFT, POINT, WIDE = 10, 4.6, 480
"""Where 0 % lies on the ruler, how long a percentage point is, and how wide the drawing."""

BELOW = 40
LARGEST = 16
"""Units of the drawing that a letter is high on a phone, where it is largest."""
GAP = 6


@register.simple_tag(takes_context=True)
def may_take_back(context: dict, user: User, entry: ProgressEntry) -> bool:
    may = can_withdraw(user, entry) and entry.can_be_taken_back(timezone.now())
    if may and not entry.needs_review:
        holds_until(context["request"], entry.at + TAKE_BACK_WITHIN)
    return may


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
    said = [part for part in (*words.values(), last_mark, time_mark) if part]
    is_close = last is not None and _touch((last, last_mark), (elapsed, time_mark))
    top = -24 if is_close else -8
    return format_html(
        '<svg class="ruler" viewBox="0 {} {} {}" role="img" aria-label="{}">'
        '<path class="axis" d="M10 20h460"/>{}{}{}<circle class="typed" cy="20" r="4" data-mark/>'
        "</svg>",
        top,
        WIDE,
        48 - top,
        _("Scale: %(words)s") % {"words": ", ".join(said)},
        format_html_join("", "{}", ((_step(at, text),) for at, text in words.items())),
        _last_mark(last, last_mark) if last is not None else "",
        _time_mark(elapsed, time_mark, -9 if is_close else 9),
    )


def _step(percent: int, words: str) -> SafeString:
    tick = format_html('<path class="axis" d="M{} 15v10"/>', _x(percent))
    return tick + _words_at(percent, words, BELOW)


def _last_mark(percent: int, words: str) -> SafeString:
    line = format_html('<path class="done" d="M{} 20H{}"/>', LEFT, _x(percent))
    return line + _words_at(percent, words, 9, css="strong")


def _time_mark(percent: int, words: str, y: int) -> SafeString:
    tick = format_html('<path class="tick" d="M{} 13V27"/>', _x(percent))
    return tick + _words_at(percent, words, y)


def _words_at(percent: int, words: str, y: int, css: str = "") -> SafeString:
    return format_html(
        '<text{} x="{}" y="{}" text-anchor="{}">{}</text>',
        format_html(' class="{}"', css) if css else "",
        _x(percent),
        y,
        _anchor(percent, words),
        words,
    )


def _x(percent: int) -> str:
    return f"{LEFT + POINT * percent:g}"


def _width(words: str) -> float:
    """On a phone, a little more than most fonts need: an ideograph is square, a letter is not."""
    return LARGEST * sum(1 if ord(character) > 0x2E80 else 0.62 for character in words)


def _anchor(percent: int, words: str) -> str:
    """Words at the edges would hang over them."""
    at, half = LEFT + POINT * percent, _width(words) / 2
    if at < half:
        return "start"
    return "end" if at + half > WIDE else "middle"


def _span(percent: int, words: str) -> tuple[float, float]:
    at, width = LEFT + POINT * percent, _width(words)
    start = at - {"start": 0, "middle": width / 2, "end": width}[_anchor(percent, words)]
    return start, start + width


def _touch(one: tuple[int, str], other: tuple[int, str]) -> bool:
    """Whether two marks would lie over each other in one line."""
    (start, end), (begin, stop) = _span(*one), _span(*other)
    return start < stop + GAP and begin < end + GAP


@register.filter
def slug_number(number: str) -> str:
    """A number as an id holds it: 3.2 → 3-2."""
    return number.replace(".", "-")


@register.filter
def step_words(entry: ProgressEntry) -> str:
    """Points since the entry before it, where one was counted with the row."""
    before = getattr(entry, "before", None)
    return "" if before is None else signed(entry.percent - before)
