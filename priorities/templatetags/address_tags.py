"""The addresses of a plan's pages in templates; they keep the day that the reader looks at."""

from django import template
from django.template import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def to(context: Context, view: str, *args, **query) -> str:
    """The address of a page of the plan that is looked at."""
    return context["addresses"].to(view, *args, **query)


@register.simple_tag(takes_context=True)
def keep(context: Context, address: str) -> str:
    """An address that was made without the days, with them."""
    return context["addresses"].keep(address)
