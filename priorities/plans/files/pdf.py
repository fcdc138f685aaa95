"""The text of a PDF: asked of a process of its own (``pages``), which cannot harm this one."""

import json
import subprocess
import sys
from pathlib import Path

from django.utils.translation import gettext as _

from .text import (
    Text,
    Unreadable,
    damaged,
    has_a_password,
    nothing_in_it,
    only_pictures,
    text_from,
    too_long,
    too_many_pages,
)

PATIENCE = 30
"""Seconds; the process itself stops after 20 of computing."""

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-s", "-m", f"{__package__}.pages"]

REFUSALS = {
    "password": has_a_password,
    "pages": too_many_pages,
    "length": too_long,
    "damaged": damaged,
}


def text_of_pdf(content: bytes) -> Text:
    """Raises Unreadable where PDFium finds no text in it, or does not come to an end."""
    answer = _asked(content)
    if reason := answer.get("refused"):
        raise REFUSALS[reason]()
    words = "\n".join(answer["lines"])
    if not words.strip():
        raise only_pictures() if answer["pictures"] else nothing_in_it()
    passed_over = {"pictures"} if answer["pictures"] else set()
    return text_from(words, "pdf", pages=answer["pages"], passed_over=passed_over)


def _asked(content: bytes) -> dict:
    try:
        done = subprocess.run(
            COMMAND, input=content, capture_output=True, timeout=PATIENCE, cwd=ROOT, check=True
        )
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise _too_hard() from error


def _too_hard() -> Unreadable:
    return Unreadable(
        _(
            "The PDF could not be read within the limits of time and memory. Save it anew from the "
            "program that made it, or paste its text."
        )
    )
