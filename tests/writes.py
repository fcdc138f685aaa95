"""Whether anything was written: by watching the statements, and by a hash over all rows."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection

FORGETFUL = re.compile(r'"(?:django_session|axes_\w+)"')
"""What a reader leaves behind without having changed anything: a session, a wrong password."""


@contextmanager
def watched() -> Iterator[list[str]]:
    """The statements inside that write to a table of the program."""
    written = []

    def note(execute, sql, params, many, context):
        if re.match(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", sql) and not FORGETFUL.search(sql):
            written.append(sql[:80])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


def fingerprint() -> str:
    """A hash over all rows of all tables, sessions and counted wrong passwords left out."""
    digest = hashlib.sha256()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ("sessions", "axes"):
            continue
        rows = model._base_manager.order_by("pk").values_list()
        digest.update(repr((model._meta.label, list(rows))).encode())
    return digest.hexdigest()
