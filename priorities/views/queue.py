"""Several actions reported in one sitting: their numbers stand in the address.

So the sitting survives Back, a lost session and a second window, and is stored nowhere. In one that
goes over several plans each number has the address of its plan before it: 2022/3.2.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from ..models import Plan

NUMBER = re.compile(r"[1-9][0-9]{0,3}\.[1-9][0-9]{0,3}")
PLACED = re.compile(r"[0-9][-a-z0-9]{0,39}/" + NUMBER.pattern)
MOST = 60

Place = tuple[str, str]
"""An action by the address of its plan and its number."""


@dataclass(frozen=True)
class Queue:
    """The numbers in the order in which they are reported, and the one that is open."""

    numbers: tuple[str, ...]
    at: str = ""

    @classmethod
    def asked_for(cls, request: HttpRequest, at: str = "", slug: str = "") -> "Queue":
        """As the address says; what is no number, or does not hold the open action, is nothing.

        The open action is ``at``, of the plan with the address ``slug``.
        """
        words = request.GET.get("queue", "").split(",")
        numbers = cls._of(words, NUMBER) or cls._of(words, PLACED)
        if at and any("/" in number for number in numbers):
            at = f"{slug}/{at}"
        return cls(numbers, at) if not at or at in numbers else cls((), at)

    @staticmethod
    def _of(words: Iterable[str], form: re.Pattern) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for word in words if form.fullmatch(word)))[:MOST]

    @classmethod
    def over_plans(cls, places: Iterable[Place]) -> "Queue":
        """One over several plans."""
        return cls(tuple("/".join(place) for place in places)[:MOST])

    @property
    def places(self) -> list[Place]:
        """The actions of a sitting over several plans."""
        pairs = (number.split("/") for number in self.numbers if "/" in number)
        return [(slug, number) for slug, number in pairs]

    def __bool__(self) -> bool:
        return bool(self.numbers)

    @property
    def query(self) -> str:
        return f"?{urlencode({'queue': ','.join(self.numbers)}, safe=',/')}" if self else ""

    @property
    def place(self) -> int:
        return self.numbers.index(self.at) + 1

    @property
    def is_last(self) -> bool:
        return self.place == len(self.numbers)

    def list_url(self, plan: Plan) -> str:
        """The list that is worked off: of the plan, or of all."""
        if self.places:
            return reverse("my_work_all") + self.query
        return reverse("my_work", args=[plan.slug]) + self.query

    def url_of(self, plan: Plan, number: str) -> str:
        slug, _slash, own = number.rpartition("/")
        return reverse("report", args=[slug or plan.slug, own]) + self.query

    def next_url(self, plan: Plan) -> str:
        """The form of the next action; after the last one the list. Empty outside a queue."""
        if not self:
            return ""
        if self.is_last:
            return self.list_url(plan)
        return self.url_of(plan, self.numbers[self.place])
