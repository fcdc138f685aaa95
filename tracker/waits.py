"""How long a session of PostgreSQL waits for a lock: no longer than SQLite does."""

from django.db.backends.signals import connection_created
from django.dispatch import receiver

from tracker.sqlite import LONGEST_WAIT


@receiver(connection_created, dispatch_uid="bound_waits")
def bound_waits(connection, **kwargs) -> None:
    """Set in the session and not in the address: a pooler may refuse the latter."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LONGEST_WAIT}s'")
