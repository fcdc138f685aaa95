"""Lights, causes and ages in templates: each filter is the function of that name in ``words``."""

from django import template
from django.utils.translation import npgettext, pgettext

from .. import words
from ..lights import Judgement
from ..measured import against, plainly
from ..models import Plan
from ..state.values import CountedFacts

register = template.Library()


def _of(function):
    """For an action or a priority; where there is none (an earlier day knew none), nothing."""
    return lambda shown: function(shown) if shown else ""


for name in ("age", "brief", "descent", "reason", "summary", "value_in_words", "why", "word"):
    register.filter(name, _of(getattr(words, name)))


@register.filter
def judged(judgement: Judgement, plan: Plan) -> str:
    """The sentence of a judgement that belongs to no action's state."""
    return words.reason_of(judgement, plan.days)


register.filter("plainly", plainly)


@register.filter
def counted(shown: CountedFacts) -> str:
    """A value beside its target."""
    return against(shown.value, shown.target.target_value, shown.target.measured_in)


@register.simple_tag
def moved_words(times: dict[int, int], target: int) -> str:
    """How often a target was moved, as a clause behind what it was at first."""
    count = times.get(target, 0)
    words = npgettext("target", "moved once", "moved %(n)s times", count) % {"n": count}
    return pgettext("between clauses", ", ") + words if count else ""


@register.filter
def outlook_word(outlook: str) -> str:
    return str(words.OUTLOOK_WORDS[outlook])
