"""Ctrl+K: straight to an action, a unit or a page by number, words or pinyin initials."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..jump import jump_to
from ..kept import kept
from ..legible import legible
from .lookup import plan_of
from .rendering import render_page, wants_fragment

LONGEST = 60


@require_safe
@kept
def jump(request: HttpRequest, slug: str) -> HttpResponse:
    """A page with its list; for htmx the list alone."""
    plan = plan_of(request, slug)
    words = legible(request.GET.get("q", ""))[:LONGEST]
    context = {"plan": plan, "words": words, "targets": jump_to(words, plan, request.user)}
    return render_page(request, "_jump_list" if wants_fragment(request) else "jump", context)
