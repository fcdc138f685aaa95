"""Which rows the next page marks as changed: told beside the messages, in their cookie.

In the session it would cost each write a second one, of the session's row.
"""

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.http import HttpRequest

CHANGED = 26
"""A level of messages that nobody reads out, above success so that it is kept."""


def mark(request: HttpRequest, numbers: Iterable[str]) -> None:
    messages.add_message(request, CHANGED, " ".join(numbers))


def marked(request: HttpRequest) -> list[str]:
    """The numbers of the actions that the reader has just changed."""
    told = messages.get_messages(request)
    return [number for m in told if m.level == CHANGED for number in m.message.split()]


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
