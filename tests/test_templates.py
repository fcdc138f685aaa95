"""What holds for every template: the content policy, the two languages, addresses that exist."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver

FOLDER = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
NO_TEMPLATE_TAG = re.compile(
    r"{#.*?#}|{% comment %}.*?{% endcomment %}|{% blocktranslate.*?{% endblocktranslate %}"
    r"|{% block (?:body|bodyclass|coltype) %}.*?{% endblock %}|{%.*?%}|{{.*?}}|&\w+;",
    re.DOTALL,
)
OTHER_LANGUAGE = re.compile(r'<(\w+)[^>]*\blang="(?:zh-Hans|en)"[^>]*>.*?</\1>', re.DOTALL)
KEYS_AND_HEAD = re.compile(r"<(kbd|head|code)\b.*?</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
SPOKEN = re.compile(r'\b(?:aria-label|title|placeholder|alt|summary)="([^"]*)"')
CJK = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff00-\uffef]")
WORD = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture(params=NAMES)
def source(request) -> str:
    return (FOLDER / request.param).read_text(encoding="utf-8")


def test_every_template_compiles():
    for name in NAMES:
        get_template(name)


def test_nothing_in_it_breaks_the_content_policy(source):
    forbidden = (
        r"<style\b|\sstyle\s*=|<script(?![^>]*\bsrc=)|\son[a-z]+\s*=|\bhx-on|javascript:"
        r"|hx-vals=.js:|hx-trigger=\"[^\"]*\["
    )
    assert re.findall(forbidden, source, re.IGNORECASE) == []


def test_nothing_in_it_comes_from_another_host(source):
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*', source) == []


def test_its_words_are_translated(source):
    """English lives in translate tags, Chinese only in elements that say so (proper nouns)."""
    bare = NO_TEMPLATE_TAG.sub("", KEYS_AND_HEAD.sub("", OTHER_LANGUAGE.sub("", source)))
    seen = TAG.sub(" ", bare)
    spoken = " ".join(SPOKEN.findall(bare))
    assert WORD.findall(seen) + WORD.findall(spoken) == []
    assert CJK.findall(re.sub(r"{#.*?#}", "", OTHER_LANGUAGE.sub("", source))) == []


def test_every_address_in_it_exists(source):
    known = set(get_resolver().reverse_dict)
    wanted = set(re.findall(r"""{% url ["']([^"':]+)["']""", source))
    assert wanted - known == set()
