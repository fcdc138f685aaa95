"""One palette: Word, Excel and pictures take it from one place, and the stylesheet agrees."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from priorities.lights import ENDED, KINDS
from priorities.palette import COLOURS, LOOKS, SHAPES

from .test_drawings import CSS, contrast, tokens

LIGHT = tokens(CSS[: CSS.index("/* dark */")])
SPRITE = Path(settings.BASE_DIR) / "templates/_sprite.html"


def test_every_kind_has_a_look_in_the_one_order():
    assert list(LOOKS) == [*KINDS, *ENDED]
    assert len(set(SHAPES.values())) == len(SHAPES)


@pytest.mark.parametrize("name", COLOURS)
def test_the_stylesheet_has_the_colours(name):
    assert (LIGHT[name], LIGHT[f"{name}-fill"]) == (COLOURS[name].words, COLOURS[name].fill)


@pytest.mark.parametrize("kind", LOOKS)
def test_the_stylesheet_gives_each_kind_its_colour(kind):
    rules = re.findall(r"^([\w., ]+) \{ --c: var\(--(\w+)\); --f: var\(--(\w+)-fill\);", CSS, re.M)
    found = [names for selectors, *names in rules if f".{kind}" in selectors.split(", ")]
    assert found == [[LOOKS[kind].colour, LOOKS[kind].colour]]


def test_the_sprite_has_the_shapes_in_the_same_order():
    assert re.findall(r'id="s-(\w+)"', SPRITE.read_text(encoding="utf-8")) == list(LOOKS)


@pytest.mark.parametrize("kind", LOOKS)
def test_words_can_be_read_on_their_ground_and_on_paper(kind):
    look = LOOKS[kind]
    assert [c for c in (look.ground, "#ffffff") if contrast(look.words, c) < 4.5] == []


def test_no_other_file_says_the_colour_of_a_light():
    said = {colour for c in COLOURS.values() for colour in (c.words, c.fill)}
    elsewhere = [p for p in (settings.BASE_DIR / "priorities").rglob("*.py") if p.stem != "palette"]
    found = {str(p): re.findall("|".join(said), p.read_text(), re.I) for p in elsewhere}
    assert {path: colours for path, colours in found.items() if colours} == {}


def test_the_admin_panel_has_the_same_red():
    admin = (settings.BASE_DIR / "static/css/admin.css").read_text(encoding="utf-8")
    assert re.findall(r"--red: (#\w+)", admin)[0] == COLOURS["red"].words
