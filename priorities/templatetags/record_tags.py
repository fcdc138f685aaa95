"""What the form and the entries of progress need beyond plain fields."""

from django import template
from django.utils import timezone

from ..drawings.ruler import ruler
from ..kept import holds_until
from ..models import ProgressEntry, User
from ..models.progress import STATE_WORDS, TAKE_BACK_WITHIN
from ..permissions import can_withdraw
from ..state.values import EntryFacts
from ..words import signed

register = template.Library()

register.simple_tag(ruler)


@register.simple_tag(takes_context=True)
def may_take_back(context: dict, user: User, entry: ProgressEntry) -> bool:
    may = can_withdraw(user, entry) and entry.can_be_taken_back(timezone.now())
    if may and not entry.needs_review:
        holds_until(context["request"], entry.at + TAKE_BACK_WITHIN)
    return may


@register.filter
def address_words(link: str) -> str:
    """A link as it is shown: without its scheme."""
    return link.partition("://")[2].removesuffix("/")


@register.filter
def state_word(entry: ProgressEntry | EntryFacts) -> str:
    return str(STATE_WORDS[entry.state])


@register.filter
def step_words(entry: ProgressEntry) -> str:
    """Points since the entry before it, where one was counted with the row."""
    before = getattr(entry, "before", None)
    return "" if before is None else signed(entry.percent - before)
