"""Several actions reported in one sitting: their numbers stand in the address.

So the sitting survives Back, a lost session and a second window, and is stored nowhere.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from ..models import Plan

NUMBER = re.compile(r"[1-9][0-9]{0,3}\.[1-9][0-9]{0,3}")
MOST = 60


@dataclass(frozen=True)
class Queue:
    """The numbers in the order in which they are reported, and the one that is open."""

    numbers: tuple[str, ...]
    at: str = ""

    @classmethod
    def asked_for(cls, request: HttpRequest, at: str = "") -> "Queue":
        """As the address says; what is no number, or does not hold the open action, is nothing."""
        words = request.GET.get("queue", "").split(",")
        numbers = tuple(dict.fromkeys(n for n in words if NUMBER.fullmatch(n)))[:MOST]
        return cls(numbers, at) if not at or at in numbers else cls((), at)

    def __bool__(self) -> bool:
        return bool(self.numbers)

    @property
    def query(self) -> str:
        return f"?{urlencode({'queue': ','.join(self.numbers)}, safe=',')}" if self else ""

    @property
    def place(self) -> int:
        return self.numbers.index(self.at) + 1

    @property
    def is_last(self) -> bool:
        return self.place == len(self.numbers)

    def list_url(self, plan: Plan) -> str:
        return reverse("my_work", args=[plan.slug]) + self.query

    def url_of(self, plan: Plan, number: str) -> str:
        return reverse("report", args=[plan.slug, number]) + self.query

    def next_url(self, plan: Plan) -> str:
        """The form of the next action; after the last one the list. Empty outside a queue."""
        if not self:
            return ""
        if self.is_last:
            return self.list_url(plan)
        return self.url_of(plan, self.numbers[self.place])
