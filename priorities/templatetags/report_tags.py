"""The figures of a report on its page; their words are Chinese whatever the reader's language."""

from django import template
from django.utils.safestring import SafeString

from ..circular.document import Facts
from ..drawings import marks
from ..lights import KINDS
from ..palette import SHAPES
from ..periods import chinese_number

register = template.Library()


@register.simple_tag
def report_bar(percent: int, elapsed: int) -> SafeString:
    """Percent done, with a tick where time-proportional progress stands."""
    return marks.bar(percent, elapsed, f"完成{percent}%，序时{elapsed}%")


@register.filter
def pairs(facts: Facts) -> list[tuple[str, str, int, int, int, int]]:
    """Of every light: kind, word, count before and now, and both as a share of the largest."""
    before = facts.before.counts
    most = max(1, *before.values(), *facts.counts.values())
    return [
        (
            kind,
            facts.words[kind],
            before[kind],
            facts.counts[kind],
            100 * before[kind] // most,
            100 * facts.counts[kind] // most,
        )
        for kind in KINDS
    ]


@register.filter
def seal_head(sha256: str) -> str:
    """The first eight digits of a hash, in fours: enough to compare two by eye."""
    return f"{sha256[:4]} {sha256[4:8]}"


@register.filter
def heading_number(number: int) -> str:
    """一、 before the title of a priority."""
    return f"{chinese_number(number)}、"


@register.filter
def without_shape(text: str) -> str:
    """The word alone, where a drawn shape stands before it: the Word file writes ▲ for it."""
    return text.lstrip("".join(SHAPES.values())).replace("\n", "")
