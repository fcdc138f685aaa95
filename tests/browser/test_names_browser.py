"""The script that compares names answers as the server does, for one table of samples."""

import json
from pathlib import Path

from priorities.names import fold, letters
from priorities.readings import pattern_of

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = json.loads((ROOT / "tests/data/names.json").read_text(encoding="utf-8"))

ANSWERS = """([words, found, listed, known]) => {
  const { fold, letters, holds, split } = window.names;
  const names = new Set(known.map(fold));
  return {
    fold: words.map(fold),
    letters: words.map(letters),
    found: found.map(([name, pattern, typed]) => holds([name], [pattern], typed)),
    listed: listed.map((words) => split(words, (part) => names.has(fold(part)))),
  };
}"""


def test_browser_and_server_compare_names_alike(page):
    page.goto("/sign-in/")
    page.add_script_tag(url="/static/js/names.js")
    words = [words for row in SAMPLES["alike"] + SAMPLES["different"] for words in row]
    words += [word for name, typed, _is_found in SAMPLES["found"] for word in (name, typed)]
    words += [
        chr(n) * 2 for start in (0x20, 0x2000, 0x3000, 0xFE00) for n in range(start, start + 256)
    ]
    found = [[name, pattern_of(name), typed] for name, typed, _is_found in SAMPLES["found"]]
    listed = [words for words, _names in SAMPLES["listed"]]
    answers = page.evaluate(ANSWERS, [words, found, listed, SAMPLES["known"]])
    assert answers == {
        "fold": [fold(word) for word in words],
        "letters": [letters(word) for word in words],
        "found": [is_found for _name, _typed, is_found in SAMPLES["found"]],
        "listed": [names for _words, names in SAMPLES["listed"]],
    }
