"""What an action is to reach, in the chart of its percent: beside the line of time."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..measured import Measure, percent_of_values, plainly, with_unit
from ..state.values import CountedFacts
from .pen import path, text

Scale = Callable[[date], float], Callable[[float], float]


def target_lines(
    counted: Iterable[CountedFacts], start: date, due: date, scale: Scale, left: float
) -> Iterator[SafeString]:
    """The height of the targets, with a line of its own to each that is due on another day."""
    counted, (x, y) = tuple(counted), scale
    if not counted:
        return
    yield path("M{} {}H{}", x(start), y(100), x(due), css="target")
    yield text(left + 4, y(100) + 10, _name_of(counted), css="strong")
    for one in counted:
        if one.target.due and one.target.due != due and one.target.due > start:
            ends = (x(start), y(0), x(one.target.due), y(100))
            yield path("M{} {}L{} {}", *ends, css="target")
    if len(counted) == 1:
        yield from _of_one(counted[0], x(start), scale, x(due))


def _name_of(counted: tuple[CountedFacts, ...]) -> str:
    """The target with its number; of several how many there are."""
    if len(counted) > 1:
        return ngettext("%(count)d target", "%(count)d targets", len(counted)) % {
            "count": len(counted)
        }
    target = counted[0].target
    return _("Target %(value)s") % {"value": with_unit(target.target_value, target.measured_in)}


def _of_one(one: CountedFacts, start: float, scale: Scale, end: float) -> Iterator[SafeString]:
    """What the target was at first, where that lies between; no line says what is not on it."""
    _x, y = scale
    target = one.target
    first = Measure(target.start_value, target.target_value, target.original_value)
    percent = percent_of_values([first])
    if target.is_moved and 0 < percent < 100:
        yield path("M{} {}H{}", start, y(percent), end, css="edge")
        words = pgettext("line of a chart", "at first %(value)s")
        said = words % {"value": plainly(target.original_value)}
        yield text(start + 4, y(percent) - 3, said)
