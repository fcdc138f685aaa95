"""Twice is once: a form that is sent again gets the answer that it got the first time.

Browsers send a form again after a double click, after an answer that was lost, and after Back. So
each form that makes a row carries a nonce, and what it led to is noted in one table
(``FormReceipt``), in the transaction that stores it. Other words under the same nonce are another
form: nothing that somebody typed after Back is dropped.

Where there can be one answer only (a decision, an issued report), the row that stands is the
receipt: whoever has given this very answer already is led on, anybody else is told who was faster.
"""

import uuid
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, models, transaction

from ..models import FormReceipt, User
from ..models.chain import hold_chain
from ..models.judged import refusal

Row = TypeVar("Row", bound=models.Model)


def once(
    kind: type[Row],
    act: Callable[[uuid.UUID], Row | None],
    *,
    by: User,
    nonce: uuid.UUID,
    said: object = (),
) -> Row | None:
    """What ``act`` stores, or what it stored when this very form came before.

    ``said`` is of what the form speaks, and its words. ``act`` is given the key of the form, for
    rows that bear one; where it stores nothing and gives None, nothing is noted. Raises as it does,
    and ValidationError where a form comes again after its receipt is gone.
    """
    key = key_of(nonce, by, said)
    try:
        with transaction.atomic():
            hold_chain()
            if before := FormReceipt.answer_to(key, kind, by=by):
                return before
            if row := act(key):
                FormReceipt.give(row, by=by, nonce=key)
            return row
    except IntegrityError as error:
        told = refusal(error, kind)
        if told is error:
            raise
        raise told from error


def answered(kind: type[Row], *, by: User, nonce: str, said: object = ()) -> Row | None:
    """What a form led to that stores its row in steps of its own, as the panel's do.

    Or one of which the words name what is not there any more, once it is carried out.
    """
    try:
        key = key_of(uuid.UUID(nonce), by, said)
    except ValueError:
        return None
    return FormReceipt.answer_to(key, kind, by=by)


def noted(row: models.Model, *, by: User, nonce: uuid.UUID) -> None:
    """The receipt of such a form, in the transaction that stores the row."""
    FormReceipt.give(row, by=by, nonce=key_of(nonce, by, ()))


def key_of(nonce: uuid.UUID, by: User, said: object) -> uuid.UUID:
    """Names what one person says with one form: nobody else's nonce is a key to it."""
    return uuid.uuid5(nonce, repr((by.pk, said)))


def is_own(row: models.Model | None, *, by: User, **said) -> bool:
    """Whether this person has given this very answer already: a second click leads on as well."""
    return row is not None and row.by_id == by.pk and is_same(row, **said)


def is_same(row: models.Model, **said) -> bool:
    return all(getattr(row, name) == words for name, words in said.items())
