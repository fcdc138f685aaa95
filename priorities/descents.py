"""What was split and merged, as the history tells it: of what it came, and in what it goes on."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .models import Action, Lineage
from .models.lineage import WITHIN
from .words import listed

ONE_ACT = timedelta(seconds=60)
"""An act records the actions and their lineage in one transaction."""


CAME_OF = {
    "split": gettext_noop("Split off from %(numbers)s."),
    "merged": gettext_noop("Merged from %(numbers)s."),
}
INTO = {
    "split": gettext_noop("Split into %(numbers)s."),
    "merged": gettext_noop("Merged into %(numbers)s."),
}


class Descents:
    """The lineage of some actions as it was recorded, also where it was taken back since."""

    def __init__(self, actions: Iterable[int]):
        keys = list(actions)
        touching = Q(source_id__in=keys) | Q(target_id__in=keys)
        rows = Lineage.history.filter(touching, history_type="+", kind__in=WITHIN).order_by("pk")
        rows = list(rows.values_list("kind", "source_id", "target_id", "history_date"))
        numbers = _numbers({key for _kind, *pair, _at in rows for key in pair}) if rows else {}
        self.into: dict[int, list[tuple[str, str, datetime]]] = defaultdict(list)
        self.came_of: dict[int, list[tuple[str, str, datetime]]] = defaultdict(list)
        for kind, source, target, at in rows:
            self.into[source].append((kind, numbers.get(target, "?"), at))
            self.came_of[target].append((kind, numbers.get(source, "?"), at))

    def said(self, old, new) -> str:
        """In a sentence what a record of an action says of its lineage; empty where nothing."""
        if old is None:
            return self._said(self.came_of[new.id], new.history_date, CAME_OF)
        if new.cancelled_on and not old.cancelled_on:
            return self._said(self.into[new.id], new.history_date, INTO)
        if old.cancelled_on and not new.cancelled_on and self.into[new.id]:
            return _("It goes on by itself again: the split or merger was taken back.")
        return ""

    def _said(self, found: list, at: datetime, words: dict[str, str]) -> str:
        meant = [(kind, number) for kind, number, then in found if abs(then - at) < ONE_ACT]
        if not meant:
            return ""
        numbers = listed(dict.fromkeys(n for _kind, n in meant))
        return _(words[meant[0][0]]) % {"numbers": numbers}


def _numbers(keys: set[int]) -> dict[int, str]:
    """Of actions, also of those that are gone."""
    rows = Action.history.filter(id__in=keys).order_by()
    found = rows.values_list("id", "priority__number", "order").distinct()
    return {key: f"{priority}.{order}" for key, priority, order in found}
