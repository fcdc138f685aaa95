"""A dry run is the act itself, undone: it shows what the models do, not what we believe they do.

It ends in a digest of what was shown. Where that is agreed to, the act is carried out once more,
and kept only where it would do the very same.
"""

import hashlib
from collections.abc import Callable
from typing import Protocol, TypeVar

from django.db import transaction

from ..models.chain import hold_chain


class Outcome(Protocol):
    """What an act does, or did."""

    @property
    def seen(self) -> str:
        """Names what a dry run showed: another outcome is not what was agreed to."""

    @property
    def can_be_applied(self) -> bool:
        """Whether something would change, and nothing is refused."""


Done = TypeVar("Done", bound=Outcome)


def carried_out(act: Callable[[], Done], *, seen: str | None, keep: Callable[[Done], None]) -> Done:
    """The outcome of ``act``; what it stored stays where it was ``seen`` so, with what ``keep``
    adds in the same transaction. Nothing is kept of a dry run, where ``seen`` is None.
    """
    with transaction.atomic():
        hold_chain()
        outcome = act()
        if outcome.can_be_applied and outcome.seen == seen:
            keep(outcome)
        else:
            transaction.set_rollback(True)
    return outcome


def digest(values: object) -> str:
    """A short name for values: others have another one."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:32]
