"""Where files are kept for good: outside everything a web server serves by itself."""

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class EvidenceStorage(FileSystemStorage):
    """A saved file has reached the disk.

    Django never syncs an upload: after a power cut a committed row could name an empty file.
    """

    @property
    def base_location(self):
        """Asked anew each time, so that a test's own folder is taken."""
        return settings.EVIDENCE_DIR

    @property
    def location(self):
        return os.path.abspath(self.base_location)

    def _save(self, name, content):
        saved = super()._save(name, content)
        path, root = Path(self.path(saved)), Path(self.location)
        # Each folder too: it may be new, and another process's new folder may not be synced yet.
        for place in (path, *(f for f in path.parents if f.is_relative_to(root))):
            handle = os.open(place, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        return saved


def evidence_storage() -> EvidenceStorage:
    return EvidenceStorage(base_url=None)


def digest_of(upload: File) -> str:
    """Its SHA-256; it can be read again after."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
