"""The static files as `collectstatic` leaves them for WhiteNoise."""

from collections.abc import Iterable

from django.core.files.base import ContentFile
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

from priorities.bundles import BUNDLES, bundle_path, source_paths


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Names with a hash, compressed copies, scripts of a page in one file, and our styles and
    scripts without comments and indents.

    The comments are for us: they would be a tenth of what a browser fetches for a style, and a
    quarter of a script.
    """

    joins_scripts = True

    def _save(self, name, content):
        text = b"".join(content.chunks()).decode() if name.endswith((".css", ".js")) else ""
        return super()._save(name, ContentFile(fetched(name, text).encode()) if text else content)

    def post_process(self, paths, dry_run=False, **options):
        """Joins what was collected before the names get their hashes."""
        if not dry_run:
            paths |= {self._join(name): (self, bundle_path(name)) for name in BUNDLES}
        yield from super().post_process(paths, dry_run, **options)

    def _join(self, name: str) -> str:
        path = bundle_path(name)
        self.delete(path)
        super()._save(path, ContentFile(joined(map(self._text, source_paths(name))).encode()))
        return path

    def _text(self, path: str) -> str:
        with self.open(path) as file:
            return file.read().decode()


def fetched(name: str, text: str) -> str:
    """What a browser gets of a style or a script; scripts of others come as they are."""
    if name.endswith(".css"):
        return cssmin(text)
    return jsmin(text) if name.startswith("js/") else text


def joined(scripts: Iterable[str]) -> str:
    """Each is a function that calls itself and ends with a semicolon, or it would call the next."""
    return "".join(scripts)
