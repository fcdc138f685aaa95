"""What every page shows of the state: lights, bars and strips, values of two days."""

from collections.abc import Mapping
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..drawings import marks
from ..models import Plan
from ..periods import chinese_number
from ..words import KIND_WORDS, REPORT_OVERDUE, rules_of, signed
from ..words import left_out as left_out_in_words
from ..words import overdue_rule as overdue_in_words

register = template.Library()
register.filter(signed)
register.filter(chinese_number)

DIGITS = "〇一二三四五六七八九"


@register.simple_tag
def lamp(kind: str) -> SafeString:
    """Shape and word of a light, in the light's colour."""
    return _drawn("_light.html", kind, get_language())


@register.simple_tag
def shape(kind: str) -> SafeString:
    """The shape alone: only where a column head, a legend in view or hidden text names it."""
    return _drawn("_shape.html", kind, None)


@lru_cache(maxsize=64)
def _drawn(name: str, kind: str, language: str | None) -> SafeString:
    """Rendered once per kind and language: an include in every row would double a table's cost."""
    return mark_safe(render_to_string(name, {"kind": kind, "word": KIND_WORDS[kind]}).strip())


@register.filter
def light_word(kind: str) -> str:
    return str(KIND_WORDS[kind])


@register.filter
def light_rules(plan: Plan) -> list[tuple[str, str]]:
    """Each kind with what it means under the plan's own thresholds."""
    return list(rules_of(plan.thresholds).items())


@register.filter
def left_out(ended: Mapping[str, int]) -> list[tuple[str, str]]:
    """Kind and words (“1 split”) of what is out of every figure."""
    kinds = [kind for kind, number in ended.items() if number]
    return list(zip(kinds, left_out_in_words(ended), strict=True))


@register.filter
def total(counts: Mapping[str, int]) -> int:
    return sum(counts.values())


@register.filter
def overdue_rule(plan: Plan) -> str:
    """What “report overdue” means under the plan's own cycle."""
    return overdue_in_words(plan.thresholds)


@register.simple_tag
def report_overdue() -> str:
    """The name of what is no light: it stands beside the lights, never without its explanation."""
    return str(REPORT_OVERDUE)


@register.simple_tag
def bar(percent: int | None, elapsed: int) -> SafeString:
    """Percent done, with a tick where time-proportional progress stands; both in words too."""
    said = {"percent": int(percent or 0), "elapsed": int(elapsed or 0)}
    label = _("%(percent)d %% done, %(elapsed)d %% of the time gone") % said
    return marks.bar(**said, label=label)


register.simple_tag(marks.strip)
register.simple_tag(marks.months)


@register.simple_tag
def since(before, now, unit: str = "") -> SafeString:
    """A value as it is, with the one it was struck before it where a page compares two days."""
    if before in (None, "") or before == now:
        return format_html("{}{}", now, unit)
    return format_html('<del class="was">{}{}</del> <ins>{}{}</ins>', before, unit, now, unit)


@register.simple_tag
def lamp_since(was, now: str) -> SafeString:
    """A light, with the one it was struck before it where a page compares two days."""
    if not was or was == now:
        return lamp(now)
    return format_html('<del class="was">{}</del> <ins>{}</ins>', lamp(was), lamp(now))


@register.filter
def at(table: Mapping, key):
    """What a table holds under a key, or None."""
    return table.get(key)


@register.filter
def chinese_digits(words: str) -> str:
    """Digits as characters, for vertical text: 2022年 → 二〇二二年."""
    return str(words).translate({ord(str(n)): DIGITS[n] for n in range(10)})
