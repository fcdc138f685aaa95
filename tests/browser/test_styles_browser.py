"""Styles and scripts that are fetched mean what the ones that are written mean."""

from pathlib import Path

import pytest
from django.conf import settings
from rcssmin import cssmin
from rjsmin import jsmin

SCRIPTS = sorted(Path(settings.BASE_DIR, "static", "js").glob("*.js"))
STYLES = sorted(Path(settings.BASE_DIR, "static", "css").glob("*.css"))
RULES = """css => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    // Chromium keeps a value with a variable in it as it was typed, spaces included.
    return [...sheet.cssRules].map(rule => rule.cssText.replace(/([,:])\\s+/g, "$1"));
}"""


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_browser_reads_the_same_rules_without_the_comments(page, path):
    written = path.read_text()
    fetched = cssmin(written)
    assert len(fetched) < len(written)
    rules = page.evaluate(RULES, written)
    assert len(rules) > 5
    assert page.evaluate(RULES, fetched) == rules


def test_a_browser_reads_the_scripts_without_the_comments(page):
    for path in SCRIPTS:
        fetched = jsmin(path.read_text())
        assert page.evaluate("code => typeof new Function(code)", fetched) == "function", path.name
        assert jsmin(fetched) == fetched
