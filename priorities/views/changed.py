"""Which rows the next page marks as changed: told beside the messages, in their cookie.

In the session it would cost each write a second one, of the session's row. With each number goes
the plan that it is of: a page over several plans has two actions 3.2.
"""

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.http import HttpRequest

CHANGED = 26
"""A level of messages that nobody reads out, above success so that it is kept."""


def mark(request: HttpRequest, numbers: Iterable[str]) -> None:
    """The actions of these numbers, of the plan that the address names."""
    slug = _plan_of(request)
    messages.add_message(request, CHANGED, " ".join(f"{slug}/{number}" for number in numbers))


def marked(request: HttpRequest) -> list[str]:
    """The numbers of the actions of this page's plan that the reader has just changed."""
    slug = _plan_of(request)
    return [number for plan, number in marked_in_plans(request) if plan == slug]


def marked_in_plans(request: HttpRequest) -> list[tuple[str, str]]:
    """The same of every plan, each with its plan's address."""
    told = messages.get_messages(request)
    words = [word for m in told if m.level == CHANGED for word in m.message.split()]
    return [(plan, number) for plan, _slash, number in (word.partition("/") for word in words)]


def _plan_of(request: HttpRequest) -> str:
    return request.resolver_match.kwargs.get("slug", "")


class Spoken:
    """The messages that are read out; looked at only where a page shows them."""

    def __init__(self, request: HttpRequest):
        self.request = request

    def __iter__(self) -> Iterator:
        return (m for m in messages.get_messages(self.request) if m.level != CHANGED)

    def __len__(self) -> int:
        return len(messages.get_messages(self.request))


def spoken(request: HttpRequest) -> dict:
    """A context processor that stands after Django's own, and says it again."""
    return {"messages": Spoken(request)}
