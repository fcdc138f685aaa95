"""The way from a page of the site to the row it shows, in the admin panel."""

from django import template
from django.apps import apps
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..admin.site import panel

register = template.Library()


@register.simple_tag(takes_context=True)
def admin_link(context, kind: str, key: int | None) -> SafeString | str:
    """A link for those who may open the row there; nothing for everybody else."""
    request = context["request"]
    if not key or not panel.has_permission(request):
        return ""
    model = apps.get_model("priorities", kind)
    if not panel.get_model_admin(model).has_view_permission(request):
        return ""
    way = reverse(f"admin:priorities_{kind}_change", args=[key])
    return format_html('<a href="{}">{}</a>', way, _("Open in the admin panel"))
