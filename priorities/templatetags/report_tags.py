"""The figures of a report on its page; their words are Chinese whatever the reader's language."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..circular.document import Facts
from ..lights import KINDS
from ..palette import SHAPES
from ..periods import chinese_number

register = template.Library()


@register.simple_tag
def report_bar(percent: int, elapsed: int) -> SafeString:
    """Percent done, with a tick where time-proportional progress stands."""
    return format_html(
        '<svg class="bar" viewBox="0 0 100 12" width="100" height="12" preserveAspectRatio="none"'
        ' role="img" aria-label="完成{0}%，序时{1}%"><rect class="track" y="3" width="100"'
        ' height="6"/><rect class="fill" y="3" width="{0}" height="6"/>'
        '<path class="tick" d="M{1} 0v12"/></svg>',
        percent,
        elapsed,
    )


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
