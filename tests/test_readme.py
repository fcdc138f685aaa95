"""Both READMEs: the same in content, true to the repository."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ENGLISH, CHINESE = (ROOT / name for name in ("README.md", "README.zh.md"))
BOTH = pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=lambda path: path.name)


def pictures(readme: Path) -> list[str]:
    return re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme.read_text())


def code(readme: Path) -> set[str]:
    """What stands in backticks and is a path of the repository or a make target."""
    words = re.findall(r"`([^`\n]+)`", readme.read_text())
    return {word for word in words if word.startswith(("priorities/", "tests/", "make ", ".ci/"))}


def variables(readme: Path) -> list[str]:
    return re.findall(r"^\| `([A-Z_]+)` \|", readme.read_text(), flags=re.MULTILINE)


@BOTH
def test_every_picture_is_there(readme):
    assert len(pictures(readme)) == 9
    assert [name for name in pictures(readme) if not (ROOT / name).is_file()] == []


@BOTH
def test_every_path_is_there(readme):
    paths = [word for word in code(readme) if word.startswith(("priorities/", "tests/", ".ci/"))]
    assert [path for path in paths if not (ROOT / path).exists()] == []


@BOTH
def test_every_target_is_in_the_makefile(readme):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = {word.split()[1] for word in code(readme) if word.startswith("make ")}
    assert {name for name in named if not name.startswith(".venv")} <= targets


def test_both_say_the_same():
    english, chinese = ENGLISH.read_text(), CHINESE.read_text()
    assert pictures(ENGLISH) == pictures(CHINESE)
    assert variables(ENGLISH) == variables(CHINESE)
    assert english.count("\n## ") == chinese.count("\n## ")
    assert code(ENGLISH) - code(CHINESE) == set()
    for words in ("?on=2022-06-30", "?since=2022-03-31", "verify", "draft_report", "axes_reset"):
        assert (words in english) and (words in chinese)
