"""What must hold for the program to be safe to run; `manage.py check` and every start ask."""

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register


def nearest_folder(path: Path) -> Path:
    """The folder itself or, where it is still to be made, the first one above that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


@register(Tags.files)
def evidence_is_private(**kwargs) -> list:
    """Evidence goes out through a view that asks for permission, never as a static file."""
    public = [Path(settings.STATIC_ROOT), *map(Path, settings.STATICFILES_DIRS)]
    evidence = Path(settings.EVIDENCE_DIR)
    return [
        Error(f"EVIDENCE_DIR {evidence} lies inside {folder}, which is public.", id="tracker.E001")
        for folder in public
        if is_inside(evidence, folder)
    ]


@register(Tags.files)
def evidence_can_be_written(**kwargs) -> list:
    folder = nearest_folder(Path(settings.EVIDENCE_DIR))
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return []
    return [Error(f"EVIDENCE_DIR {settings.EVIDENCE_DIR} cannot be written.", id="tracker.E002")]


@register(Tags.files)
def temporary_files_can_be_written(**kwargs) -> list:
    """Large uploads wait in one, and the server itself keeps one for each of its processes."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        return [
            Error(
                "No folder for temporary files can be written: neither TMPDIR nor /tmp, /var/tmp "
                "or the working folder; set TMPDIR, or PrivateTmp=yes in a systemd unit.",
                id="tracker.E003",
            )
        ]
    return []


@register(Tags.security)
def https_has_a_proxy(**kwargs) -> list:
    """The program speaks plain http; without the proxy's word every page redirects to itself."""
    if settings.HTTPS and not settings.BEHIND_PROXY:
        return [
            Warning(
                "HTTPS is on and BEHIND_PROXY is off: every page would redirect to itself. Put a "
                "proxy that speaks https in front and set BEHIND_PROXY=on, or set HTTPS=off.",
                id="tracker.W001",
            )
        ]
    return []
