"""What was changed, by whom, when, why and by which door, in sentences in the reader's language."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.apps import apps
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import Action, Milestone, Unit, User
from .models.changes import Door, end_of

ONE_SAVE = timedelta(seconds=5)
"""What one person saves by one door within so short a time is one change."""

ACTION_FIELDS = (
    "text",
    "lead_unit_id",
    "supporting",
    "owner_id",
    "start",
    "due",
    "measure",
    "cancelled_on",
    "cancelled_reason",
)
MILESTONE_FIELDS = ("title", "planned", "done")


@dataclass(frozen=True)
class ChangeLine:
    """One change as it was saved: its sentences, and who made it when, why and by which door."""

    at: datetime
    by: User | None
    door: str
    reason: str
    sentences: list[str]

    @property
    def door_word(self) -> str:
        """The door in a word, where it is not the page on which one reads this."""
        return "" if self.door == Door.PAGE else str(Door(self.door).label)

    def goes_with(self, other: "ChangeLine") -> bool:
        """Whether both were saved in one go: same person and door, one moment, one reason."""
        is_one_moment = abs(self.at - other.at) < ONE_SAVE
        is_one_reason = self.reason == other.reason or not (self.reason and other.reason)
        return is_one_moment and is_one_reason and (self.by, self.door) == (other.by, other.door)

    def joined(self, other: "ChangeLine") -> "ChangeLine":
        sentences = [*self.sentences, *other.sentences]
        return replace(self, reason=self.reason or other.reason, sentences=sentences)


def changes_of(action: Action, until: date) -> list[ChangeLine]:
    """The changes of an action and its milestones up to the end of a day, newest first.

    The number of queries is fixed.
    """
    end = end_of(until)
    own = action.history.filter(history_date__lt=end).select_related("history_user")
    own = list(own.order_by("history_id"))
    steps = Milestone.history.filter(action_id=action.pk, history_date__lt=end)
    steps = list(steps.select_related("history_user").order_by("id", "history_id"))
    names = _Names(own, _supporting([row.history_id for row in own]))
    lines = [*_lines(own, lambda old, new: _action_sentences(old, new, names))]
    lines += _lines(steps, _milestone_sentences)
    return _in_one_go(sorted(lines, key=lambda line: line.at))[::-1]


def _in_one_go(lines: list[ChangeLine]) -> list[ChangeLine]:
    """An assignment with its milestones is one change to the one who made it."""
    joined: list[ChangeLine] = []
    for line in lines:
        if joined and joined[-1].goes_with(line):
            joined[-1] = joined[-1].joined(line)
        else:
            joined.append(line)
    return joined


def _lines(rows: list[Model], sentences) -> Iterable[ChangeLine]:
    before: dict[int, Model] = {}
    for row in rows:
        old = before.get(row.id)
        before[row.id] = row
        if said := sentences(old, row):
            reason = row.history_change_reason or ""
            yield ChangeLine(row.history_date, row.history_user, row.door, reason, said)


def _supporting(history_ids: list[int]) -> dict[int, frozenset[int]]:
    rows = apps.get_model("priorities", "HistoricalAction_supporting_units").objects
    rows = rows.filter(history_id__in=history_ids)
    found = defaultdict(set)
    for history_id, unit_id in rows.values_list("history_id", "unit_id"):
        found[history_id].add(unit_id)
    return found


class _Names:
    """The units and people that a history names, fetched in two queries."""

    def __init__(self, rows: list[Model], supporting: dict[int, frozenset[int]]):
        self.supporting = supporting
        units = {row.lead_unit_id for row in rows}.union(*supporting.values())
        self.units = {unit.pk: str(unit) for unit in Unit.objects.filter(pk__in=units - {None})}
        owners = {row.owner_id for row in rows} - {None}
        self.people = {user.pk: str(user) for user in User.objects.filter(pk__in=owners)}

    def value(self, row: Model, field: str):
        if field == "supporting":
            return frozenset(self.supporting.get(row.history_id, ()))
        return getattr(row, field)

    def say(self, field: str, value) -> str:
        if field == "lead_unit_id":
            return self.units.get(value, "")
        if field == "owner_id":
            return self.people.get(value, "")
        if field == "supporting":
            names = [self.units[pk] for pk in value if pk in self.units]
            return pgettext("between names", ", ").join(sorted(names))
        return _said(value)


def _action_sentences(old: Model | None, new: Model, names: _Names) -> list[str]:
    if old is None:
        return [_("Loaded into the system.")]
    labels = _action_labels()
    said = []
    for field in ACTION_FIELDS:
        before, after = names.value(old, field), names.value(new, field)
        if before != after:
            said.append(_changed(labels[field], names.say(field, before), names.say(field, after)))
    return said


def _milestone_sentences(old: Model | None, new: Model) -> list[str]:
    words = {"title": new.title, "day": _said(new.planned)}
    if new.history_type == "-":
        return [_("Milestone “%(title)s” removed.") % words]
    if old is None:
        return [_("Milestone “%(title)s” planned for %(day)s.") % words]
    labels = {"title": _("title"), "planned": _("planned"), "done": _("done")}
    return [
        _("Milestone “%(title)s”: %(change)s")
        % {"title": new.title, "change": _changed(labels[f], *_values(old, new, f))}
        for f in MILESTONE_FIELDS
        if getattr(old, f) != getattr(new, f)
    ]


def _values(old: Model, new: Model, field: str) -> tuple[str, str]:
    return _said(getattr(old, field)), _said(getattr(new, field))


def _said(value) -> str:
    if isinstance(value, date):
        return date_format(value, pgettext("day with its year in a sentence", "j F Y"))
    return str(value or "")


def _changed(label: str, before: str, after: str) -> str:
    words = {"what": label, "before": before, "after": after}
    if not before:
        return _("%(what)s set to %(after)s.") % words
    if not after:
        return _("%(what)s removed (was %(before)s).") % words
    return _("%(what)s changed from %(before)s to %(after)s.") % words


def _action_labels() -> dict[str, str]:
    return {
        "text": _("Wording"),
        "lead_unit_id": _("Lead unit"),
        "supporting": _("Supporting units"),
        "owner_id": _("Owner"),
        "start": _("Start"),
        "due": _("Due date"),
        "measure": _("Measure of success"),
        "cancelled_on": _("Cancelled on"),
        "cancelled_reason": _("Reason of the cancellation"),
    }


def times_moved(action: Action, until: date) -> int:
    """How often a due date that stood was moved by the end of a day (延期次数)."""
    dues = action.history.filter(due__isnull=False, history_date__lt=end_of(until))
    dues = dues.order_by("history_id")
    days = list(dues.values_list("due", flat=True))
    return sum(before != after for before, after in pairwise(days))
