"""When the plan that comes with the program is loaded: as a rule at the moment of loading.

What was recorded is never dated anew, so the demonstration, which happens in 2022, has its plan
loaded in its own time from the start.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

OF_DEMO = datetime(2022, 1, 4, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

_moments: list[datetime] = []


def moment() -> datetime:
    return _moments[-1] if _moments else timezone.now()


@contextmanager
def loaded_at(at: datetime) -> Iterator[None]:
    """What migrations load inside is dated so."""
    _moments.append(at)
    try:
        yield
    finally:
        _moments.pop()
