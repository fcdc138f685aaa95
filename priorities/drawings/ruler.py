"""The ruler below a percent that is being typed: words, the last entry, and the time gone."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .pen import box, drawing, element, path, text

LEFT, POINT, WIDE = 10, 4.6, 480
"""Where 0 % lies on the ruler, how long a percentage point is, and how wide the drawing."""

BELOW = 40
LARGEST = 16
"""Units of the drawing that a letter is high on a phone, where it is largest."""
GAP = 6


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
    parts = [
        path("M10 20h460", css="axis"),
        *(part for at, words_at in words.items() for part in _step(at, words_at)),
        *(_last_mark(last, last_mark) if last is not None else ()),
        path("M{} 13V27", _x(elapsed), css="tick"),
        _words_at(elapsed, time_mark, -9 if is_close else 9),
        element("circle", css="typed", cy=20, r=4, data_mark=True),
    ]
    label = _("Scale: %(words)s") % {"words": ", ".join(said)}
    return drawing(parts, label=label, css="ruler", box=box(WIDE, 48 - top, top=top))


def _step(percent: int, words: str) -> tuple[SafeString, ...]:
    return path("M{} 15v10", _x(percent), css="axis"), _words_at(percent, words, BELOW)


def _last_mark(percent: int, words: str) -> tuple[SafeString, ...]:
    line = path("M{} 20H{}", LEFT, _x(percent), css="done")
    return line, _words_at(percent, words, 9, css="strong")


def _words_at(percent: int, words: str, y: int, css: str = "") -> SafeString:
    return text(_x(percent), y, words, css=css, anchor=_anchor(percent, words))


def _x(percent: int) -> float:
    return LEFT + POINT * percent


def _width(words: str) -> float:
    """On a phone, a little more than most fonts need: an ideograph is square, a letter is not."""
    return LARGEST * sum(1 if ord(character) > 0x2E80 else 0.62 for character in words)


def _anchor(percent: int, words: str) -> str:
    """Words at the edges would hang over them."""
    at, half = _x(percent), _width(words) / 2
    if at < half:
        return "start"
    return "end" if at + half > WIDE else "middle"


def _span(percent: int, words: str) -> tuple[float, float]:
    at, width = _x(percent), _width(words)
    start = at - {"start": 0, "middle": width / 2, "end": width}[_anchor(percent, words)]
    return start, start + width


def _touch(one: tuple[int, str], other: tuple[int, str]) -> bool:
    """Whether two marks would lie over each other in one line."""
    (start, end), (begin, stop) = _span(*one), _span(*other)
    return start < stop + GAP and begin < end + GAP
