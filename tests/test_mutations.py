"""The list of rules that `make mutations` breaks: each text is there, once, and can be broken."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from .mutations.rules import RULES, Rule

ROOT = Path(settings.BASE_DIR)


def test_there_are_enough_of_different_names():
    twice = [name for name, number in Counter(rule.name for rule in RULES).items() if number > 1]
    assert (len(RULES) >= 40, twice) == (True, [])


def test_each_rule_can_be_broken():
    assert {rule.name: wrong for rule in RULES if (wrong := list(wrong_with(rule)))} == {}


def wrong_with(rule: Rule) -> Iterator[str]:
    whole = (ROOT / rule.file).read_text() if (ROOT / rule.file).is_file() else ""
    if (number := whole.count(rule.text)) != 1:
        yield f"its text stands {number} times in {rule.file}"
    if rule.instead == rule.text:
        yield "nothing is changed"
    try:
        compile(whole.replace(rule.text, rule.instead), rule.file, "exec")
    except SyntaxError as error:
        yield f"broken, it is no Python: {error}"
    for test in rule.tests:
        file, *names = test.split("::")
        tests = (ROOT / file).read_text() if (ROOT / file).is_file() else ""
        if not tests or not all(re.search(rf"(?:class|def) {name}\b", tests) for name in names):
            yield f"there is no {test}"
