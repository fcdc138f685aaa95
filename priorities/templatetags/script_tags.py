"""The scripts of a page: one bundle where the static files were collected, else its sources."""

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from ..bundles import bundle_path, source_paths

register = template.Library()


@register.simple_tag
def bundle(name: str) -> SafeString:
    """Raises KeyError for a bundle that there is not. With DEBUG nothing was collected."""
    is_joined = getattr(staticfiles_storage, "joins_scripts", False) and not settings.DEBUG
    paths = [bundle_path(name)] if is_joined else source_paths(name)
    return format_html_join(
        "\n", '<script src="{}" defer></script>', ((static(path),) for path in paths)
    )
