"""The way from a page of the site to the row it shows, in the admin panel."""

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..admin.site import panel

register = template.Library()


@register.simple_tag(takes_context=True)
def admin_link(context, row: Model) -> SafeString | str:
    """A link for those who may open the row there; nothing for everybody else."""
    request = context["request"]
    if not row or not panel.has_permission(request):
        return ""
    if not panel.get_model_admin(type(row)).has_view_permission(request, row):
        return ""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return format_html(
        '<a href="{}">{}</a>', reverse(name, args=[row.pk]), _("Open in the admin panel")
    )
