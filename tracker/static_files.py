"""The static files as `collectstatic` leaves them for WhiteNoise."""

from django.core.files.base import ContentFile
from rcssmin import cssmin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Names with a hash, compressed copies, and stylesheets without comments and indents.

    The comments are for us: they would be a tenth of what a browser fetches for a style.
    """

    def _save(self, name, content):
        if name.endswith(".css"):
            text = b"".join(content.chunks()).decode()
            content = ContentFile(cssmin(text).encode())
        return super()._save(name, content)
