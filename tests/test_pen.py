"""The pen of all drawings: numbers, words of people, parts and their order."""

import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import translation

from priorities.drawings.pen import box, drawing, element, group, number, path, rect, text

APP = Path(django_settings.BASE_DIR) / "priorities"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (41000, "41000"),
        (100, "100"),
        (0.5, "0.5"),
        (41.0, "41"),
        (1 / 3, "0.33"),
        (-0.001, "0"),
        (0.004, "0"),
        (-12.345, "-12.35"),
        (1234567.5, "1234567.5"),
    ],
)
def test_a_number_has_a_point_and_no_separators(settings, value, words):
    settings.USE_THOUSAND_SEPARATOR = True
    with translation.override("de"):
        assert number(value) == words


def test_words_of_people_are_escaped_and_parts_are_not():
    drawn = group(text(1, 2, "<b>&"), css="ms", title='"示例" <i>')
    assert drawn == (
        '<g class="ms"><title>&quot;示例&quot; &lt;i&gt;</title>'
        '<text x="1" y="2" text-anchor="start">&lt;b&gt;&amp;</text></g>'
    )


def test_an_attribute_is_left_out_where_there_is_nothing_to_say():
    assert rect(0, None, 5, 0.25, stroke_width=None) == '<rect x="0" width="5" height="0.25"/>'
    assert element("circle", r=4, data_mark=True) == '<circle r="4" data-mark/>'


def test_a_drawing_says_in_words_what_it_shows():
    drawn = drawing(
        [path("M{} 0v{}", 1.5, 2)], label='50 % "done"', css="bar", box=box(10, 4, top=-2)
    )
    assert drawn == (
        '<svg class="bar" viewBox="0 -2 10 4" role="img" aria-label="50 % &quot;done&quot;">'
        '<path d="M1.5 0v2"/></svg>'
    )


def test_no_other_module_writes_svg_by_hand():
    """Fixed pictures that hold no number and no word are constants, or stand in a template."""
    others = [p for p in APP.rglob("*.py") if p.parent.name != "migrations"]
    by_hand = re.compile(
        r"""f['"].*<(?:svg|path|rect|text|circle|line|use)\b|<(?:path|rect)[^>]*\{"""
    )
    found = {
        str(p.relative_to(APP)): by_hand.findall(p.read_text(encoding="utf-8")) for p in others
    }
    assert {path: lines for path, lines in found.items() if lines} == {}
