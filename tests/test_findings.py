"""The table of findings and the scripts that show them are the same list."""

import os
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "findings"


def test_each_script_has_its_row_and_each_row_its_script():
    rows = re.findall(
        r"^\| `?([-\w]+)`? \|", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE
    )
    scripts = sorted(path.stem for path in FOLDER.glob("*.sh"))
    assert sorted(set(rows) - {"name"}) == scripts
    assert len(rows) - 1 == len(scripts)


def test_each_script_can_be_run():
    assert [path.name for path in FOLDER.glob("*.sh") if not os.access(path, os.X_OK)] == []
