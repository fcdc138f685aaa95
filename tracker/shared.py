"""What every worker needs is made before they are forked, so that they share its memory.

A page of memory stays shared until one of them writes to it, and Python writes to whatever its
collector walks over. So what is there at the fork is frozen: no collection looks at it again.
"""

import ctypes
import gc
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.template import engines
from django.urls import get_resolver
from django.utils import translation

OPTIONS = {-8: 2, -3: 128 * 1024}
"""glibc's M_ARENA_MAX: eight for each processor otherwise, each with holes of its own. And its
M_MMAP_THRESHOLD: what is larger goes back to the system when it is freed; left alone, the
threshold grows with the first large picture, and all that came before stays."""


def share() -> None:
    """Load what pages are drawn with, and freeze it; called before the workers are forked."""
    hold_little()
    load_languages()
    load_templates()
    gc.collect()
    gc.freeze()


def hold_little() -> None:
    """Of glibc only: another C library has neither the options nor the need."""
    with suppress(AttributeError, OSError):
        for option, value in OPTIONS.items():
            ctypes.CDLL(None).mallopt(option, value)


def give_back() -> None:
    """Let the system have what nobody holds any more: a Word file takes 20 MiB for a moment."""
    gc.collect()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def load_languages() -> None:
    """The addresses too, which are resolved in the language of whoever asks."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            get_resolver()._populate()


def load_templates() -> None:
    """Compiled once: the cached loader keeps them for as long as the program runs."""
    engine = engines["django"].engine
    for folder in settings.TEMPLATES[0]["DIRS"]:
        for file in Path(folder).rglob("*.html"):
            engine.get_template(str(file.relative_to(folder)))
