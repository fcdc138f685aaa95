"""Who spoke in an entry: the unit of its author on that day, under its name of then.

The lead of an action changes, units are merged and renamed, people move: what was said stays
with whom it was said for. What the supervision office recorded is the office's own word.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter

from django.utils.translation import pgettext

from .history import NamesThen
from .models import Action, ProgressEntry, Unit, User


def name_speakers(entries: Iterable[ProgressEntry]) -> None:
    """Give each entry its ``speaker``, in three queries; empty where no record tells of one."""
    entries = list(entries)
    authors = _authors_then({entry.by_id for entry in entries})
    leads = _leads_then({entry.action_id for entry in entries})
    spoke = {entry.pk: _unit_or_office(entry, authors, leads) for entry in entries}
    names = NamesThen(Unit, {unit for unit in spoke.values() if isinstance(unit, int)})
    for entry in entries:
        unit = spoke[entry.pk]
        entry.speaker = unit if isinstance(unit, str) else names.of(unit, entry.at)


def _unit_or_office(entry: ProgressEntry, authors: "Then", leads: "Then") -> int | str | None:
    is_office, units = authors.at(entry.by_id, entry.at) or (False, set())
    if is_office:
        return pgettext("who spoke", "Supervision office")
    lead = leads.at(entry.action_id, entry.at)
    return lead if lead in units or not units else min(units)


class Then:
    """Of each key what stood at a moment; before the record begins, what it begins with."""

    def __init__(self, rows: Iterable[tuple[int, datetime, object]]):
        self.rows: dict[int, list[tuple[datetime, object]]] = defaultdict(list)
        for key, at, value in rows:
            self.rows[key].append((at, value))

    def at(self, key: int, moment: datetime):
        rows = self.rows.get(key)
        if not rows:
            return None
        place = bisect_right(rows, moment, key=itemgetter(0))
        return rows[max(0, place - 1)][1]


def _authors_then(people: set[int]) -> Then:
    """Whether each was of the office, and their units; of records of one moment the last."""
    records = User.history.filter(id__in=people).order_by("history_date", "history_id")
    found: dict[int, list] = {}
    columns = ("history_id", "id", "history_date", "is_staff", "historicaluser_units__unit")
    for record, person, at, is_office, unit in records.values_list(*columns):
        found.setdefault(record, [person, at, (is_office, set())])[2][1].update({unit} - {None})
    return Then(found.values())


def _leads_then(actions: set[int]) -> Then:
    records = Action.history.filter(id__in=actions, lead_unit__isnull=False)
    return Then(
        records.order_by("history_date", "history_id").values_list(
            "id", "history_date", "lead_unit"
        )
    )
