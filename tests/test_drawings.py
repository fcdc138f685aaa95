"""Lights, bars, strips as SVG, and the contrast of the colours they are drawn in."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from priorities.drawings.marks import months, strip
from priorities.lights import KINDS
from priorities.templatetags.tracker_tags import bar, chinese_digits, chinese_number

CSS = (Path(settings.BASE_DIR) / "static/css/tracker.css").read_text(encoding="utf-8")


def draw(source: str, **context) -> str:
    return Template("{% load tracker_tags %}" + source).render(Context(context))


@pytest.mark.parametrize("kind", [*KINDS, "cancelled"])
def test_a_lamp_is_shape_and_word(kind):
    with translation.override("en"):
        drawn = draw("{% lamp kind %}", kind=kind)
        word = draw("{{ kind|light_word }}", kind=kind)
    assert f'<use href="#s-{kind}"/>' in drawn
    assert f'<span class="word">{word}</span>' in drawn


def test_a_lamp_speaks_the_readers_language():
    with translation.override("en"):
        english = draw("{% lamp 'red' %}")
    with translation.override("zh-hans"):
        chinese = draw("{% lamp 'red' %}")
    assert ("Behind" in english, "Behind" in chinese) == (True, False)


def test_the_sprite_holds_every_shape():
    sprite = (Path(settings.BASE_DIR) / "templates/_sprite.html").read_text(encoding="utf-8")
    assert set(re.findall(r'id="s-(\w+)"', sprite)) == {*KINDS, "cancelled", "split", "merged"}


def test_a_bar_says_its_numbers_plainly():
    with translation.override("en"):
        drawn = bar(38, 75)
    assert 'aria-label="38 % done, 75 % of the time gone"' in drawn
    assert 'class="fill" y="3" width="38"' in drawn
    assert 'd="M75 0v12"' in drawn
    assert 'class="fill" y="3" width="0"' in bar(None, 0)


def test_a_strip_has_one_cell_per_action_worst_first():
    counts = {"green": 2, "red": 1, "unassigned": 1, "stale": 1, "cancelled": 9}
    cells = re.findall(r'class="cell (\w+)"', strip(counts))
    assert cells == ["red", "stale", "green", "green", "unassigned"]


def test_a_strip_of_very_many_actions_stays_small():
    drawn = strip({"green": 4000, "red": 100})
    assert re.findall(r'class="cell (\w+)"', drawn) == ["red", "green"]
    assert 'viewBox="0 0 41000 14"' in drawn


def test_numbers_in_drawings_are_never_localised(settings):
    settings.USE_THOUSAND_SEPARATOR = True
    with translation.override("de"):
        assert "41000" in strip({"green": 4100})
        assert 'x="0.5"' in strip({"red": 1})


@pytest.mark.parametrize(
    ("on", "filled"),
    [
        (date(2021, 12, 31), []),
        (date(2022, 1, 31), ["9"]),
        (date(2022, 9, 30), ["9"] * 9),
        (date(2022, 10, 15), ["9"] * 9 + ["4.4"]),
        (date(2024, 1, 1), ["9"] * 12),
    ],
)
def test_months_fill_as_the_time_goes(on, filled):
    drawn = months(date(2022, 1, 1), date(2022, 12, 31), on)
    assert re.findall(r'class="gone"[^>]* width="([\d.]+)"', drawn) == filled
    assert drawn.count("<rect") == 12 + len(filled)


def test_months_of_a_plan_that_begins_and_ends_in_mid_month():
    drawn = months(date(2022, 11, 15), date(2023, 2, 10), date(2023, 2, 10))
    assert 'viewBox="0 0 40 14"' in drawn
    assert drawn.count('class="gone"') == 4


def test_chinese_numbers():
    assert [chinese_number(n) for n in (1, 8, 10, 12, 20, 99, 100)] == [
        "一", "八", "十", "十二", "二十", "九十九", "100",
    ]  # fmt: skip
    assert chinese_digits("2022年度") == "二〇二二年度"


# Contrast (WCAG 2.2, 1.4.3 and 1.4.11): text 4.5 to 1, marks 3 to 1, in both schemes


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", block))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_told_from_the_paper(scheme):
    light, dark = CSS[: CSS.index("/* dark */")], CSS[CSS.index("/* dark */") :]
    colours = tokens(light) if scheme == "light" else tokens(dark[: dark.index("/* end tokens */")])
    text = ("ink", "ink-2", "ink-3", "red", "yellow", "green", "blue", "grey")
    marks = ("rule", *(f"{name}-fill" for name in ("red", "yellow", "green", "blue", "grey")))
    for ground in ("paper", "sheet"):
        assert [c for c in text if contrast(colours[c], colours[ground]) < 4.5] == []
        assert [c for c in marks if contrast(colours[c], colours[ground]) < 3] == []
    assert [c for c in text if contrast(colours[c], colours["wash"]) < 4.5] == []


def test_both_ways_into_the_dark_scheme_give_the_same_colours():
    dark = CSS[CSS.index("/* dark */") : CSS.index("/* end tokens */")]
    by_device, by_choice = dark.split(':root[data-theme="dark"]')
    assert tokens(by_device) == tokens(by_choice)
