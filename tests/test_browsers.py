"""Styles and scripts keep to what the browsers of offices know (README: "Browsers").

The names that the oldest promised browsers lack are MDN's (bin/newer-names). Finery is what may be
missing: without it a page is plainer, and every job can be done.
"""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
STYLES = sorted(STATIC.rglob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
NEWER = json.loads((Path(__file__).parent / "data" / "newer_names.json").read_text())

FINERY = {
    "property": {
        "text-autospace": "spaces between Chinese and digits are a matter of beauty",
        "text-size-adjust": "stands beside its -webkit- form",
        "-webkit-text-size-adjust": "a phone's own sizes are readable too",
        "text-wrap": "lines of a heading break less evenly",
        "text-underline-offset": "an underline lies closer to its words",
        "text-decoration-thickness": "each light has a style of line of its own as well",
        "accent-color": "a ticked box is the browser's blue",
        "field-sizing": "a text field scrolls instead of growing",
        "forced-color-adjust": "shapes and words carry what colour says",
        "print-color-adjust": "stands beside its -webkit- form",
        "anchor-name": "inside @supports: a note lies under its line instead",
        "anchor-scope": "inside @supports",
        "position-anchor": "inside @supports",
        "position-area": "inside @supports",
        "position-try-fallbacks": "inside @supports",
        "box-decoration-break": "stands beside its -webkit- form",
        "user-select": "stands beside its -webkit- form",
        "orphans": "paper: where a paragraph may break",
        "widows": "paper: where a paragraph may break",
        "size": "of @page, and older than the data say",
    },
    "member": {
        "submitter": "without it a second try sends the form's first button",
        "wakeLock": "asked for before it is used: the display's own setting rules",
    },
    "selector": {
        "has": "only where it marks what a box or a word shows as well",
        "file-selector-button": "the button of a file field is the browser's own",
        "left": "of @page: which side the page number stands on",
    },
    "at-rule": {"position-try": "inside @supports"},
}
SAID_TWICE = ("user-select", "text-size-adjust", "print-color-adjust")
"""Properties that some promised browser knows by their prefix alone."""

PAPER = re.compile(r"print,|screen and")
OURS = {
    "at": "the time of a draft",
    "changed": "a sentence of the page",
    "isError": "of an answer, as htmx says it",
    "last": "what a field showed last",
    "lost": "a sentence of the page",
    "run": "the runs of words in a form",
}
SYNTAX = {
    "logical assignment (chrome 85)": r"(\?\?|\|\||&&)=",
    "a static block (chrome 94)": r"\bstatic\s*\{",
    "a private member (chrome 84)": r"\.#\w|^\s+#\w",
    "await outside of a function (chrome 89)": r"^await\b",
    "a regular expression of the flags d, v, y or with a look-behind": r"\(\?<[=!]|/[dvy]+[,.;)]",
    "the cause of an error (chrome 93)": r"cause:",
}


@cache
def bare(path: Path) -> str:
    """The source without comments."""
    text = re.sub(r"/\*.*?\*/", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"(?m)(?:^|\s)//.*$", " ", text) if path.suffix == ".js" else text


def refused(kind: str, names: set[str]) -> dict[str, str]:
    newer = NEWER[kind].keys() - FINERY.get(kind, {}).keys()
    return {name: NEWER[kind][name] for name in names & newer}


def declarations(style: str) -> set[str]:
    return set(re.findall(r"[{;]\s*([a-z-]+)\s*:(?!:)[^;{}]*(?=[;}])", style))


def pseudo_names(style: str) -> set[str]:
    """Of pseudo-classes and elements; a selector with an unknown one loses its whole rule."""
    heads = re.findall(r"([^{};]+)\{", style)
    return {name for head in heads for name in re.findall(r"::?([a-z-]+)", head)}


def test_the_lint_finds_what_it_is_for():
    style = "a:is(b, c) { inset: 0; gap: 1px } @container (width > 3px) { a { color: red } }"
    assert refused("property", declarations(style)) == {"inset": "chrome 87"}
    assert refused("selector", pseudo_names(style)) == {"is": "chrome 88"}
    assert "container" in NEWER["at-rule"]
    assert NEWER["member"]["replaceChildren"] == "chrome 86"


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_uses_what_the_oldest_browsers_know(path):
    style = bare(path)
    assert refused("property", declarations(style)) == {}
    assert refused("selector", pseudo_names(style)) == {}
    assert refused("at-rule", set(re.findall(r"@([a-z-]+)", style))) == {}


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_an_unknown_selector_takes_no_other_with_it(path):
    """Finery has rules of its own: browsers drop the whole of a rule that they cannot read."""
    heads = [head.strip() for head in re.findall(r"([^{};]+)\{", bare(path))]
    assert [head for head in heads if ":has(" in head and "," in re.sub(r"\(.*?\)", "", head)] == []
    assert [head for head in heads if re.search(r":not\([^()]*,", head)] == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_values_are_those_the_oldest_browsers_know(path):
    style = bare(path)
    decoration = re.findall(r"text-decoration:[^;}]*\d(?:px|em)[^;}]*", style)
    assert decoration == [], "the thickness in the shorthand came with chrome 89"
    assert re.findall(r"\b\d+[sdl]v[hw]\b|color-mix\(|light-dark\(|oklch\(", style) == []
    assert re.findall(r"(?:min|max)-width\s*[<>]|\(width\s*[<>]", style) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
@pytest.mark.parametrize("name", SAID_TWICE)
def test_a_prefix_stands_beside_what_needs_it(path, name):
    style = bare(path)
    plain = re.findall(rf"[{{;\s]{name}:", style)
    assert len(plain) == len(re.findall(rf"-webkit-{name}:", style))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_uses_what_every_browser_with_htmx_knows(path):
    script = bare(path)
    acts = re.sub(r'"[^"\n]*"', '""', script)
    used = set(re.findall(r"(?<=\.)\w+|\b[A-Z]\w+(?=[.(])", acts)) - OURS.keys()
    assert refused("member", used) == {}
    assert [name for name, form in SYNTAX.items() if re.search(form, script, re.MULTILINE)] == []
    selectors = re.findall(r"(?:querySelector(?:All)?|closest|matches)\(([^)]*\)?[^)]*)\)", script)
    assert [
        words for words in selectors if re.search(r":(is|where|has)\(|:not\([^)]*,", words)
    ] == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_width_says_whether_it_is_meant_for_paper(path):
    """On paper it is judged on the default sheet less its margins, which is as wide as a phone."""
    heads = re.findall(r"@media([^{]*)", bare(path))
    assert [head for head in heads if "max-width" in head and "screen and" not in head] == []
    assert [head for head in heads if "min-width" in head and not PAPER.search(head)] == []
