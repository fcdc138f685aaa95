"""The drawings that every page shares: lights, bars and strips.

Each is SVG with attributes only (the content policy allows no inline style), its numbers are
written by Python and never localised, and its colours come from classes of tracker.css.
"""

import calendar
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..lights import KINDS
from ..models import Plan
from ..periods import chinese_number
from ..words import KIND_WORDS, REPORT_OVERDUE, rules_of, signed
from ..words import overdue_rule as overdue_in_words

register = template.Library()
register.filter(signed)
register.filter(chinese_number)

MOST_CELLS = 200
"""A strip of more actions than this shows one block per light instead of one cell per action."""

HATCH = "M{0} 5l3-5M{0} 14l8-14M{1} 14l5-9"
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
    """Percent done, with a tick where time-proportional progress stands."""
    percent, elapsed = int(percent or 0), int(elapsed or 0)
    label = _("%(percent)d %% done, %(elapsed)d %% of the time gone")
    return format_html(
        '<svg class="bar" viewBox="0 0 100 12" width="100" height="12" preserveAspectRatio="none"'
        ' role="img" aria-label="{}"><rect class="track" y="3" width="100" height="6"/>'
        '<rect class="fill" y="3" width="{}" height="6"/><path class="tick" d="M{} 0v12"/></svg>',
        label % {"percent": percent, "elapsed": elapsed},
        percent,
        elapsed,
    )


@register.simple_tag
def strip(counts: Mapping[str, int]) -> SafeString:
    """One cell per action, worst first, in the one order of lights; cancelled ones are left out."""
    present = [(kind, counts.get(kind, 0)) for kind in KINDS if counts.get(kind, 0)]
    total = sum(count for _kind, count in present)
    cells, x = [], 0
    for kind, count in present:
        widths = [10] * count if total <= MOST_CELLS else [10 * count]
        for width in widths:
            cells.append((_cell(kind, x, width),))
            x += width
    return format_html(
        '<svg class="strip" viewBox="0 0 {} 14" height="14" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}</svg>',
        max(x, 10),
        ", ".join(f"{KIND_WORDS[kind]} {count}" for kind, count in present) or _("no actions"),
        format_html_join("", "{}", cells),
    )


def _cell(kind: str, x: int, width: int) -> SafeString:
    if kind in ("not_started", "unassigned"):
        return _rect(f"cell {kind}", x + 0.9, 0.7, width - 1.8, 12.6)
    cell = _rect(f"cell {kind}", x + 0.5, 0, width - 1, 14)
    if kind != "stale":
        return cell
    return cell + format_html('<path class="hatch" d="{}"/>', HATCH.format(x + 0.5, x + 4.5))


def _rect(css: str, x: float, y: float, width: float, height: float) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
        css,
        f"{x:g}",
        f"{y:g}",
        f"{width:g}",
        f"{height:g}",
    )


@register.simple_tag
def months(start: date, end: date, on: date) -> SafeString:
    """The months of a plan as cells, filled as far as the time has gone."""
    cells, gone = [], 0
    spans = _months_between(start, end)
    for place, (first, last) in enumerate(spans):
        share = min(max(((on - first).days + 1) / ((last - first).days + 1), 0), 1)
        gone += share == 1
        cells.append((_rect("", 10 * place + 0.5, 0.7, 9, 12.6),))
        if share:
            cells.append((_rect("gone", 10 * place + 0.5, 0, round(9 * share, 1), 14),))
    label = ngettext(
        "%(gone)d of %(whole)d month gone", "%(gone)d of %(whole)d months gone", len(spans)
    )
    return format_html(
        '<svg class="months" viewBox="0 0 {} 14" height="14" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}</svg>',
        10 * len(spans),
        label % {"gone": gone, "whole": len(spans)},
        format_html_join("", "{}", cells),
    )


def _months_between(start: date, end: date) -> list[tuple[date, date]]:
    """First and last day of each calendar month that the plan touches, both inside the plan."""
    spans, first = [], start
    while first <= end:
        month_end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        spans.append((first, min(month_end, end)))
        first = date.fromordinal(month_end.toordinal() + 1)
    return spans


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
