"""Lights, causes and ages in templates: each filter is the function of that name in ``words``."""

from django import template

from .. import words
from ..lights import Judgement
from ..models import Plan

register = template.Library()


def _of(function):
    """For an action or a priority; where there is none (an earlier day knew none), nothing."""
    return lambda shown: function(shown) if shown else ""


for name in ("age", "brief", "descent", "reason", "summary", "why", "word"):
    register.filter(name, _of(getattr(words, name)))


@register.filter
def judged(judgement: Judgement, plan: Plan) -> str:
    """The sentence of a judgement that belongs to no action's state."""
    return words.reason_of(judgement, plan.days)


@register.filter
def outlook_word(outlook: str) -> str:
    return str(words.OUTLOOK_WORDS[outlook])
