"""Where the parts of a plan are looked at: every address of a page is made here, and keeps the day.

A reader who looks at a past day, or compares with one, stays there until leaving it is chosen.
"""

from datetime import date
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.urls import get_script_prefix, reverse

from .models import Plan
from .named import NamedUnit

DAYS = ("on", "since")
"""What an address says of days: the one that is shown, and the earlier one beside it."""


@lru_cache(maxsize=8192)
def _path(_prefix: str, view: str, *args) -> str:
    """Every row of a table asks for its address; making one anew costs more than the row."""
    return reverse(view, args=args)


class Addresses:
    """The addresses of a plan's pages on a day; ``since`` is the day that it is compared with.

    ``day`` is empty today, else ``?on=…``; with a day to compare with, ``&since=…`` follows.
    """

    def __init__(self, plan: Plan, on: date | None = None, since: date | None = None):
        self.plan = plan
        days = {"on": None if on == plan.today() else on, "since": since}
        self.days = {name: day.isoformat() for name, day in days.items() if day}
        self.day = f"?{urlencode(self.days)}" if self.days else ""
        self.dashboard = _path(get_script_prefix(), "dashboard", plan.slug)
        self.actions = _path(get_script_prefix(), "actions", plan.slug)

    @property
    def key(self) -> tuple[str, str]:
        """All on which the addresses depend: below it equal ones are equal."""
        return self.dashboard, self.day

    def to(self, view: str, *args, **query) -> str:
        """The address of a page of the plan; what ``query`` leaves empty is left out."""
        asked = {name: value for name, value in query.items() if value not in (None, "")}
        path = _path(get_script_prefix(), view, self.plan.slug, *args)
        words = urlencode({**asked, **self.days})
        return f"{path}?{words}" if words else path

    def keep(self, address: str) -> str:
        """An address that was made without the days, with them; another plan's stays as it is."""
        if not self.days or not address.startswith(self.dashboard):
            return address
        parts = urlsplit(address)
        asked = [(name, v) for name, v in parse_qsl(parts.query, True) if name not in DAYS]
        return urlunsplit(parts._replace(query=urlencode([*asked, *self.days.items()])))

    def of_action(self, number: str) -> str:
        return f"{self.actions}{number}/{self.day}"

    def of_priority(self, number: int) -> str:
        return f"{self.dashboard}priorities/{number}/{self.day}"

    def of_unit(self, unit: NamedUnit) -> str:
        """The list of what a unit leads or supports, ready for a further filter behind it."""
        return f"{self.rows_url}{urlencode({'unit': unit.key})}&"

    @property
    def rows_url(self) -> str:
        """The list of actions, ready for a filter to be written behind it."""
        return f"{self.actions}{self.day}&" if self.day else f"{self.actions}?"
