"""How the templates are written: lines that can be read."""

from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "templates"
LONGEST_LINE = 200


def test_no_line_is_longer_than_one_can_read():
    """They are cut where white space says nothing: between attributes, before a ``>``, in a
    trimmed ``blocktranslate``."""
    texts = {path: path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.html")}
    longest = {str(path): max(map(len, text.splitlines())) for path, text in texts.items() if text}
    assert {path: most for path, most in longest.items() if most > LONGEST_LINE} == {}
