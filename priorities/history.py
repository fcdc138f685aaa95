"""What was changed, by whom, when, why and by which door, in sentences in the reader's language."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from django.apps import apps
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .days import dated
from .descents import Descents
from .measured import plainly
from .models import Action, Milestone, Plan, Priority, Target, Unit, User
from .models.changes import Door, end_of, reason_in_words
from .names import fold
from .readings import order_of
from .words import listed

ONE_SAVE = timedelta(seconds=5)
"""What one person saves by one door within so short a time is one change."""

TOLD = {
    Plan: (
        "phase",
        "title",
        "slug",
        "start",
        "end",
        "status_date",
        "requires_review",
        "reporting_cycle_days",
        "red_deviation",
        "yellow_deviation",
        "due_soon_days",
        "red_milestone_days",
        "source_title",
        "source_publication",
        "source_session",
        "is_sample",
    ),
    Priority: ("number", "title", "sentence", "premise", "goal"),
    Action: (
        "text",
        "lead_unit_id",
        "supporting_units",
        "owner_id",
        "start",
        "due",
        "measure",
        "cancelled_on",
        "cancelled_reason",
    ),
    Milestone: ("title", "planned", "done"),
    Target: ("title", "measured_in", "start_value", "target_value", "due", "dropped_on"),
    Unit: ("name", "short_name", "pinyin", "kind", "order", "is_active"),
    User: ("username", "display_name", "role", "units", "email", "is_active"),
}
"""The fields of each model that a reader is told about, in the order of telling."""

PARTS = (Milestone, Target)
"""What belongs to an action, and is told with it."""

SETS = {
    Action: ("supporting_units", "HistoricalAction_supporting_units"),
    User: ("units", "HistoricalUser_units"),
}
"""The units that a row holds many of, and where the history keeps them."""


@dataclass(frozen=True)
class ChangeLine:
    """One change as it was saved: its sentences, and who made it when, why and by which door."""

    at: datetime
    by: User | None
    door: str
    reason: str
    sentences: list[str]
    subject: str = ""
    url: str = ""
    about: tuple = ()

    @property
    def door_word(self) -> str:
        """The door in a word, where it is not the page on which one reads this."""
        return "" if self.door == Door.PAGE else str(Door(self.door).label)

    def is_one_save_with(self, other: "ChangeLine") -> bool:
        """Whether both were saved in one go: same person and door, one moment, one reason."""
        is_one_moment = abs(self.at - other.at) < ONE_SAVE
        is_one_reason = self.reason == other.reason or not (self.reason and other.reason)
        return is_one_moment and is_one_reason and (self.by, self.door) == (other.by, other.door)

    def joined(self, other: "ChangeLine") -> "ChangeLine":
        sentences = [*self.sentences, *other.sentences]
        return replace(self, reason=self.reason or other.reason, sentences=sentences)


@dataclass
class Save:
    """What was saved in one go: one line, or, where many rows were changed at once, many."""

    lines: list[ChangeLine] = field(default_factory=list)

    @property
    def first(self) -> ChangeLine:
        return self.lines[0]


@dataclass(frozen=True)
class Asked:
    """Which changes are asked for; what is None or empty narrows nothing."""

    person: User | None = None
    unit: Unit | None = None
    action: Action | None = None
    first: date | None = None
    last: date | None = None
    before: datetime | None = None
    with_accounts: bool = False


def changes_of(action: Action, until: date) -> list[ChangeLine]:
    """The changes of an action, its milestones and targets up to a day's end, newest first.

    The number of queries is fixed.
    """
    end = end_of(until)
    own = action.history.filter(history_date__lt=end).select_related("history_user")
    own = list(own.order_by("history_id"))
    pairs = list(_with_the_one_before(own))
    for model in PARTS:
        rows = model.history.filter(action_id=action.pk, history_date__lt=end)
        rows = rows.select_related("history_user").order_by("id", "history_id")
        pairs += _with_the_one_before(list(rows))
    lines = _Teller(pairs).lines()
    return _joined(sorted(lines, key=lambda line: line.at))[::-1]


def times_moved(action: Action, until: date) -> int:
    """How often a due date that stood was moved by the end of a day (延期次数)."""
    dues = action.history.filter(due__isnull=False, history_date__lt=end_of(until))
    days = list(dues.order_by("history_id").values_list("due", flat=True))
    return sum(before != after for before, after in pairwise(days))


def times_targets_moved(action: Action, until: date) -> dict[int, int]:
    """How often each target's value was moved by the end of a day, by the target's key."""
    rows = Target.history.filter(action_id=action.pk, history_date__lt=end_of(until))
    values = defaultdict(list)
    for pk, value in rows.order_by("history_id").values_list("id", "target_value"):
        values[pk].append(value)
    return {pk: sum(a != b for a, b in pairwise(said)) for pk, said in values.items()}


def history_of(plan: Plan, asked: Asked, most: int) -> tuple[list[Save], datetime | None]:
    """The last changes of a plan and of its units, newest first, as they were saved.

    A bulk change is one save of many lines. The second value is the moment before which older
    ones lie, or None where these are all. The number of queries is fixed.
    """
    pairs = []
    for model, rows in _asked_rows(plan, asked):
        pairs += _with_stored_ones_before(model, list(rows[: most + 1]))
    pairs.sort(key=lambda pair: (pair[1].history_date, pair[1].history_id), reverse=True)
    has_more = len(pairs) > most
    pairs = pairs[:most]
    older = pairs[-1][1].history_date if has_more else None
    return _saves(_Teller(pairs, plan).lines()), older


def _asked_rows(plan: Plan, asked: Asked) -> Iterable[tuple[type[Model], QuerySet]]:
    actions = Action.history.filter(priority_id__in=plan.priorities.values("pk"))
    if asked.unit:
        led = Action.history.filter(lead_unit_id=asked.unit.pk).values("id")
        actions = actions.filter(id__in=led)
    if asked.action:
        actions = actions.filter(id=asked.action.pk)
    scopes = {
        Action: Q(id__in=actions.values("id")),
        **dict.fromkeys(PARTS, Q(action_id__in=actions.values("id"))),
    }
    if asked.unit and not asked.action:
        scopes[Unit] = Q(id=asked.unit.pk)
    if not asked.unit and not asked.action:
        scopes |= {Plan: Q(id=plan.pk), Priority: Q(plan_id=plan.pk), Unit: Q()}
        if asked.with_accounts:
            scopes[User] = Q()
    for model, scope in scopes.items():
        rows = model.history.filter(scope & _period(asked)).select_related("history_user")
        yield model, rows.order_by("-history_date", "-history_id")


def _period(asked: Asked) -> Q:
    wanted = Q()
    if asked.person:
        wanted &= Q(history_user=asked.person)
    if asked.first:
        wanted &= Q(history_date__gte=end_of(asked.first - timedelta(1)))
    if asked.last:
        wanted &= Q(history_date__lt=end_of(asked.last))
    if asked.before:
        wanted &= Q(history_date__lt=asked.before)
    return wanted


Pair = tuple[Model | None, Model]
"""A row of history with the one before it of the same object."""


def _with_the_one_before(rows: list[Model]) -> Iterable[Pair]:
    """Of all rows of some objects, oldest first."""
    before: dict[int, Model] = {}
    for row in rows:
        yield before.get(row.id), row
        before[row.id] = row


def _with_stored_ones_before(model: type[Model], rows: list[Model]) -> list[Pair]:
    """Of some rows of many objects: the rows before them are fetched in two queries."""
    earlier = model.history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    earlier = earlier.order_by("-history_id").values("history_id")[:1]
    wanted = model.history.filter(history_id__in=[row.history_id for row in rows])
    ids = dict(wanted.annotate(before=Subquery(earlier)).values_list("history_id", "before"))
    stored = model.history.in_bulk({pk for pk in ids.values() if pk})
    return [(stored.get(ids[row.history_id]), row) for row in rows]


def _joined(lines: list[ChangeLine]) -> list[ChangeLine]:
    """An assignment with its milestones is one change to the one who made it."""
    joined: list[ChangeLine] = []
    for line in lines:
        if joined and joined[-1].about == line.about and joined[-1].is_one_save_with(line):
            joined[-1] = joined[-1].joined(line)
        else:
            joined.append(line)
    return joined


def _saves(lines: list[ChangeLine]) -> list[Save]:
    """Newest first, as the lines come. What came by the page was saved one by one."""
    saves: list[Save] = []
    for line in _joined(lines):
        is_many = saves and line.door != Door.PAGE and saves[-1].first.is_one_save_with(line)
        if is_many:
            saves[-1].lines.append(line)
        else:
            saves.append(Save([line]))
    return saves


class _Teller:
    """Tells pairs of rows in sentences; the units and people they name take a query each."""

    def __init__(self, pairs: list[Pair], plan: Plan | None = None):
        self.pairs = pairs
        rows = [row for pair in pairs for row in pair if row]
        self.sets = _sets(rows)
        units = {row.lead_unit_id for row in rows if isinstance(row, Action.history.model)}
        units = units.union(*self.sets.values()) - {None}
        owners = {row.owner_id for row in rows if isinstance(row, Action.history.model)} - {None}
        self.units = NamesThen(Unit, units)
        self.people = NamesThen(User, owners)
        self.subjects = _Subjects(plan, rows) if plan else None
        self.descents = Descents({row.id for row in rows if row.instance_type is Action})

    def lines(self) -> list[ChangeLine]:
        """The changes that say anything, in the order of the pairs."""
        return [line for old, new in self.pairs if (line := self._line(old, new))]

    def _line(self, old: Model | None, new: Model) -> ChangeLine | None:
        sentences = self._sentences(old, new)
        if not sentences:
            return None
        model = new.instance_type
        about = (Action, new.action_id) if model in PARTS else (model, new.id)
        subject, url = self.subjects.of(*about, new) if self.subjects else ("", "")
        return ChangeLine(
            at=new.history_date,
            by=new.history_user,
            door=new.door,
            reason=reason_in_words(new),
            sentences=sentences,
            subject=subject,
            url=url,
            about=about,
        )

    def _sentences(self, old: Model | None, new: Model) -> list[str]:
        if new.instance_type is Milestone:
            return self._of_milestone(old, new)
        if new.instance_type is Target:
            return self._of_target(old, new)
        if new.history_type == "-":
            return [_("Deleted.")]
        if new.instance_type is Action and (said := self.descents.said(old, new)):
            return [said]
        if old is None:
            return [_("Loaded into the system.") if new.door == Door.COMMAND else _("Added.")]
        return self._changed_fields(old, new)

    def _of_milestone(self, old: Model | None, new: Model) -> list[str]:
        words = {"title": new.title, "day": _said(new.planned)}
        if new.history_type == "-":
            return [_("Milestone “%(title)s” removed.") % words]
        if old is None:
            return [_("Milestone “%(title)s” planned for %(day)s.") % words]
        return [
            _("Milestone “%(title)s”: %(change)s") % {"title": new.title, "change": change}
            for change in self._changed_fields(old, new)
        ]

    def _of_target(self, old: Model | None, new: Model) -> list[str]:
        words = {"title": new.title, "value": f"{plainly(new.target_value)} {new.measured_in}"}
        if new.history_type == "-":
            return [_("Target “%(title)s” removed.") % words]
        if old is None:
            return [_("Target “%(title)s” set to %(value)s.") % words]
        return [
            _("Target “%(title)s”: %(change)s") % {"title": new.title, "change": change}
            for change in self._changed_fields(old, new)
        ]

    def _changed_fields(self, old: Model, new: Model) -> list[str]:
        model = new.instance_type
        return [
            _changed(
                _label(model, name),
                self._say(name, before, new.history_date),
                self._say(name, after, new.history_date),
            )
            for name in TOLD[model]
            if (before := self._value(old, name)) != (after := self._value(new, name))
        ]

    def _value(self, row: Model, name: str):
        if name == SETS.get(row.instance_type, ("",))[0]:
            return frozenset(self.sets.get((row.instance_type, row.history_id), ()))
        choices = row._meta.get_field(name.removesuffix("_id")).choices
        value = getattr(row, name)
        return str(dict(choices).get(value, value)) if choices else value

    def _say(self, name: str, value, at: datetime) -> str:
        if name == "lead_unit_id":
            return self.units.of(value, at)
        if name == "owner_id":
            return self.people.of(value, at)
        if isinstance(value, frozenset):
            names = [self.units.of(pk, at) for pk in value]
            return listed(sorted(names, key=order_of))
        return _said(value)


class NamesThen:
    """Units or people under the names that they had at a moment, in one query."""

    def __init__(self, model: type[Model], ids: set[int]):
        self.names: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
        rows = model.history.filter(id__in=ids).order_by("history_date", "history_id")
        said = _unit_said if model is Unit else _person_said(rows)
        for row in rows:
            self.names[row.id].append((row.history_date, said(row)))

    def of(self, pk: int | None, at: datetime) -> str:
        """The last name recorded by then; the first one where the record begins later."""
        names = self.names.get(pk)
        if not names:
            return ""
        return next((name for day, name in reversed(names) if day <= at), names[0][1])


def _unit_said(row: Model) -> str:
    return row.short_name


def _person_said(rows: Iterable[Model]) -> Callable[[Model], str]:
    """Says a person as a row of history names them, apart from whoever else bore or bears it."""
    bearers = User.objects.bearers()
    for row in rows:
        bearers[fold(row.display_name or row.username)].add(row.id)

    def said(row: Model) -> str:
        person = User(pk=row.id, username=row.username, display_name=row.display_name)
        return person.shown_among(bearers)

    return said


class _Subjects:
    """What a line is about, and where it stands on the site."""

    def __init__(self, plan: Plan, rows: list[Model]):
        self.plan = plan
        self.actions = reverse("actions", args=[plan.slug])
        wanted = {row.action_id for row in rows if row.instance_type in PARTS}
        wanted |= {row.id for row in rows if row.instance_type is Action}
        found = Action.objects.filter(pk__in=wanted).select_related("priority")
        units = {row.id for row in rows if row.instance_type is Unit}
        self.units = set(Unit.objects.filter(pk__in=units).values_list("pk", flat=True))
        self.of_action = {action.pk: action for action in found}

    def of(self, model: type[Model], pk: int, row: Model) -> tuple[str, str]:
        if model is Action:
            action = self.of_action.get(pk)
            return (str(action), f"{self.actions}{action.number}/") if action else (_("Action"), "")
        if model is Priority:
            return f"{row.number} {row.title}", reverse(
                "priority", args=[self.plan.slug, row.number]
            )
        if model is Unit:
            url = reverse("unit", args=[self.plan.slug, pk]) if pk in self.units else ""
            return row.short_name, url
        if model is User:
            then = User(username=row.username, display_name=row.display_name)
            return then.told_apart, ""
        return str(self.plan), reverse("dashboard", args=[self.plan.slug])


def _sets(rows: list[Model]) -> dict[tuple[type[Model], int], set[int]]:
    """The units that rows held many of, by model and row."""
    found = defaultdict(set)
    for model, (_name, table) in SETS.items():
        ids = [row.history_id for row in rows if row.instance_type is model]
        if ids:
            held = apps.get_model("priorities", table).objects.filter(history_id__in=ids)
            for history_id, unit_id in held.values_list("history_id", "unit_id"):
                found[model, history_id].add(unit_id)
    return found


def _said(value) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return dated(value)
    if isinstance(value, Decimal):
        return plainly(value)
    return "" if value is None else str(value)


def _changed(label: str, before: str, after: str) -> str:
    words = {"what": label, "before": before, "after": after}
    if not before:
        return _("%(what)s set to %(after)s.") % words
    if not after:
        return _("%(what)s removed (was %(before)s).") % words
    return _("%(what)s changed from %(before)s to %(after)s.") % words


def _label(model: type[Model], name: str) -> str:
    own = {
        (Action, "text"): _("Wording"),
        (Action, "due"): _("Due date"),
        (Action, "cancelled_reason"): _("Reason of the cancellation"),
        (Milestone, "done"): _("done"),
        (Milestone, "planned"): _("planned"),
        (Milestone, "title"): _("title"),
        (Target, "title"): _("title"),
    }
    verbose = model._meta.get_field(name.removesuffix("_id")).verbose_name
    return own.get((model, name)) or capfirst(str(verbose))
