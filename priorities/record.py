"""What is stored of a plan, loaded in a fixed number of queries: as it is, or as it was on a day.

``rows_on`` loads who does what by when; ``Entries`` what was said about it
by a day. Nothing is judged here: that is the state's.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.db.models import Count, Exists, Min, Model, OuterRef, Q, Subquery
from django.utils import timezone

from .models import Action, Milestone, Plan, Priority, ProgressEntry, Unit, User
from .models.changes import end_of
from .names import fold


@dataclass(frozen=True, slots=True)
class PlanRows:
    """A plan's rows in the order of the document; actions carry their priority, unit and owner."""

    plan: Plan
    priorities: list[Priority]
    actions: list[Action]
    supporting: dict[int, list[Unit]]
    milestones: dict[int, list[Milestone]]
    recorded_until: datetime | None = None
    """The end of the record that the rows are of; None where they are as they are now."""

    def __post_init__(self):
        of = {priority.pk: priority for priority in self.priorities}
        for priority in self.priorities:
            priority.plan = self.plan
        for action in self.actions:
            action.priority = of[action.priority_id]
        self.actions.sort(key=lambda action: (action.priority.number, action.order))

    @property
    def as_recorded(self) -> bool:
        return self.recorded_until is not None


def rows_of(plan: Plan) -> PlanRows:
    """The plan as it is now, in four queries."""
    actions = Action.objects.filter(priority__plan=plan).select_related("lead_unit", "owner")
    actions = actions.defer(*_but_names("owner"))
    milestones = Milestone.objects.filter(action__priority__plan=plan)
    return PlanRows(
        plan=plan,
        priorities=list(plan.priorities.order_by("number")),
        actions=list(actions.order_by()),
        supporting=_supporting(plan),
        milestones=_grouped((row.action_id, row) for row in milestones),
    )


def _but_names(*people: str) -> list[str]:
    """The columns of joined people that no page shows: a page names many people."""
    unneeded = ("password", "last_login", "date_joined", "email")
    return [f"{person}__{column}" for person in people for column in unneeded]


def _supporting(plan: Plan) -> dict[int, list[Unit]]:
    """Few units support many actions: each is made once, and stands in every list it belongs to."""
    columns = [field.attname for field in Unit._meta.concrete_fields]
    through = Action.supporting_units.through.objects.filter(action__priority__plan=plan)
    through = through.order_by("unit__order", "unit__name_order", "unit__short_name")
    units: dict[int, Unit] = {}
    found = defaultdict(list)
    for action, *values in through.values_list("action", *(f"unit__{name}" for name in columns)):
        unit = units.get(values[0]) or Unit.from_db("default", columns, values)
        found[action].append(units.setdefault(unit.pk, unit))
    return found


def is_past(plan: Plan, day: date) -> bool:
    """Whether a day is looked at as it was recorded: it is over, and not the plan's own today."""
    return day != plan.today() and day < timezone.localdate()


def rows_on(plan: Plan, day: date) -> PlanRows:
    """The plan as every page and report shows it on a day."""
    return rows_as_recorded(plan, day) if is_past(plan, day) else rows_of(plan)


def units_on(plan: Plan, day: date) -> dict[int, Unit]:
    """All units by primary key, under the names of the day: those since deleted, and later ones."""
    recorded = _as_of(Unit, end_of(day)) if is_past(plan, day) else {}
    units = {**Unit.objects.in_bulk(), **recorded}
    return dict(sorted(units.items(), key=lambda pair: pair[1].place))


def name_as_on(plan: Plan, day: date, person: User) -> User:
    """The person, under the name of the day."""
    then = _people({person.pk}, end_of(day))[person.pk] if is_past(plan, day) else person
    person.display_name, person.username = then.display_name, then.username
    person.shown_name = then.shown_name
    return person


def assigned_on(
    plan: Plan, actions: Iterable[int], recorded_until: datetime | None = None
) -> dict[int, date]:
    """Since when each of these actions has had a lead unit, by primary key, in one query.

    From the record: a lead that was removed and set again counts from the second time. A day is
    one of the plan's own calendar: where a status date stood when the lead was set, that was
    today. An action of which the record tells nothing is missing.
    """
    rows = Action.history.filter(id__in=list(actions))
    if recorded_until:
        rows = rows.filter(history_date__lt=recorded_until)
    later = rows.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    since = rows.filter(~Exists(later.filter(lead_unit=None)), lead_unit__isnull=False)
    then = Plan.history.filter(id=plan.pk, history_date__lte=OuterRef("history_date"))
    today = Subquery(then.order_by("-history_id").values("status_date")[:1])
    latest_first = since.annotate(today=today).order_by("-history_id")
    return {  # of each action the earliest stays
        pk: min(today or timezone.localdate(at), timezone.localdate(at))
        for pk, at, today in latest_first.values_list("id", "history_date", "today")
    }


def earlier_words(actions: Iterable[int]) -> dict[int, list[str]]:
    """All that each of these actions was ever called, oldest first, in one query."""
    rows = Action.history.filter(id__in=list(actions)).values("id", "text")
    oldest_first = rows.annotate(first=Min("history_id")).order_by("first")
    return _grouped(oldest_first.values_list("id", "text"))


def recorded_since(plan: Plan) -> date:
    """The first day of which the history of the plan's own words tells; earlier days have none."""
    first = plan.history.aggregate(first=Min("history_date"))["first"]
    return timezone.localdate(first) if first else timezone.localdate()


def rows_as_recorded(plan: Plan, day: date) -> PlanRows:
    """The plan as it stood at the end of a day, what was deleted since included.

    For a day before the plan was in the system its rows as they are now (``as_recorded`` tells).
    """
    if day < recorded_since(plan):
        return rows_of(plan)
    end = end_of(day)
    plan = _as_of(Plan, end, id=plan.pk)[plan.pk]
    priorities = _as_of(Priority, end, plan_id=plan.pk)
    actions = _as_of(Action, end, priority_id__in=priorities)
    supporting = _supporting_as_of(actions.values())
    _name_units_and_people(actions.values(), supporting, end)
    milestones = sorted(
        _as_of(Milestone, end, action_id__in=actions).values(), key=lambda m: (m.planned, m.pk)
    )
    return PlanRows(
        plan=plan,
        priorities=sorted(priorities.values(), key=lambda priority: priority.number),
        actions=list(actions.values()),
        supporting=supporting,
        milestones=_grouped((row.action_id, row) for row in milestones),
        recorded_until=end,
    )


def _as_of(model: type[Model], end: datetime, **where) -> dict[int, Model]:
    """The rows of a model as last recorded before a moment, by primary key; none deleted."""
    records = _records(model, end, **where)
    return {pk: _as_it_was(row) for pk, row in records.items() if row.history_type != "-"}


def _as_it_was(record: Model) -> Model:
    """The row of a record; simple-history's own would ask for each what the record leaves out."""
    columns = [field.attname for field in record.tracked_fields]
    row = record.instance_type(**{name: getattr(record, name) for name in columns})
    row._history = record
    return row


def _records(model: type[Model], end: datetime, **where) -> dict[int, Model]:
    """The last record of each row before a moment; of two of one moment the later one counts."""
    before = model.history.filter(history_date__lt=end, **where).order_by("history_id")
    return {row.id: row for row in before.latest_of_each()}


def _supporting_as_of(actions: Iterable[Action]) -> dict[int, list[int]]:
    """The primary keys of each action's supporting units, by the record that the action is of."""
    of = {action._history.history_id: action.pk for action in actions}
    rows = apps.get_model("priorities", "HistoricalAction_supporting_units").objects
    rows = rows.filter(history_id__in=of)
    return _grouped((of[row.history_id], row.unit_id) for row in rows)


def _name_units_and_people(
    actions: Iterable[Action], supporting: dict[int, list], end: datetime
) -> None:
    """Give actions their units and owners under the names of that moment."""
    leads = {action.lead_unit_id for action in actions} - {None}
    units = _units(leads.union(*supporting.values()), end)
    people = _people({action.owner_id for action in actions} - {None}, end)
    for action in actions:
        action.lead_unit = units.get(action.lead_unit_id)
        action.owner = people.get(action.owner_id)
    for action, ids in supporting.items():
        found = [units[pk] for pk in ids if pk in units]
        supporting[action] = sorted(found, key=lambda unit: unit.place)


def _units(ids: set[int], end: datetime) -> dict[int, Unit]:
    """Units under the names of that moment; those without a record of it as they are now."""
    return {**Unit.objects.in_bulk(ids), **_as_of(Unit, end, id__in=ids)}


def _people(ids: set[int], end: datetime) -> dict[int, User]:
    """The same for people. Only names are of interest: a record holds neither password nor unit."""
    then = {
        pk: User(pk=pk, username=row.username, display_name=row.display_name)
        for pk, row in _records(User, end, id__in=ids).items()
    }
    bearers = User.objects.bearers()
    for pk, person in then.items():
        bearers[fold(person.own_name)].add(pk)
    for person in then.values():
        person.shown_name = person.shown_among(bearers)
    return {**User.objects.in_bulk(ids), **then}


def _grouped(pairs: Iterable[tuple]) -> dict[int, list]:
    found = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


class Entries:
    """Of each action, the entries that matter on a day: four queries for all of them.

    An entry belongs to the day it speaks of, whenever it was accepted.
    """

    def __init__(self, plan: Plan, day: date):
        self.ids = _ids_that_matter(plan, day)
        wanted = {pk for ids in self.ids.values() for pk in ids if pk}
        found = ProgressEntry.objects.filter(pk__in=wanted).select_related("by", "decision__by")
        found = found.defer(*_but_names("by", "decision__by"))
        self.entries = {entry.pk: entry for entry in found}
        self.waiting = _waiting(plan, day)
        self.completed_on = self._completions(day)

    def of(self, action: Action) -> tuple[ProgressEntry | None, ...]:
        """The last accepted entry, the last one not sent back, and the last one of all."""
        return tuple(self.entries.get(pk) for pk in self.ids.get(action.pk, (None, None, None)))

    def _completions(self, day: date) -> dict[int, date]:
        complete = [
            action
            for action, (accepted, *_rest) in self.ids.items()
            if accepted and self.entries[accepted].percent == 100
        ]
        return _completed_on(complete, day) if complete else {}


def _ids_that_matter(plan: Plan, day: date) -> dict[int, tuple]:
    own = ProgressEntry.objects.filter(action=OuterRef("pk"), day__lte=day)
    latest = own.not_withdrawn().order_by("-pk")
    rows = Action.objects.filter(priority__plan=plan).values_list(
        "pk",
        Subquery(own.accepted().newest_first().values("pk")[:1]),
        Subquery(own.standing().newest_first().values("pk")[:1]),
        Subquery(latest.values("pk")[:1]),
    )
    return {pk: tuple(ids) for pk, *ids in rows}


def _waiting(plan: Plan, day: date) -> dict[int, int]:
    waiting = ProgressEntry.objects.of_plan(plan).up_to(day).waiting().order_by()
    return dict(waiting.values("action").annotate(n=Count("pk")).values_list("action", "n"))


def _completed_on(actions: list[int], day: date) -> dict[int, date]:
    """The day since which each action has stood at 100 %: what was reopened counts anew."""
    entries = ProgressEntry.objects.filter(action__in=actions).up_to(day).accepted()
    later_below = entries.filter(
        Q(day__gt=OuterRef("day")) | Q(day=OuterRef("day"), pk__gt=OuterRef("pk")),
        action=OuterRef("action"),
        percent__lt=100,
    )
    complete = entries.filter(~Exists(later_below), percent=100).order_by()
    return dict(complete.values("action").annotate(since=Min("day")).values_list("action", "since"))
