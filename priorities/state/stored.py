"""What is stored of a plan by a day, as plain values, in a fixed number of queries.

``stored_now`` reads the rows as they are, ``stored_as_recorded`` as they stood at the end of a
past day. Nothing is judged here: that is the state's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date, datetime

from django.apps import apps
from django.db.models import Count, Exists, F, Min, Model, OuterRef, QuerySet, Subquery
from django.utils import timezone

from ..legible import drawn
from ..lights import Said
from ..models import Action, Milestone, Plan, Priority, ProgressEntry, Unit, User, WaitingEntry
from ..models.changes import end_of
from ..names import fold
from .values import (
    ActionFacts,
    DecisionFacts,
    EntryFacts,
    MilestoneFacts,
    PersonFacts,
    PlanFacts,
    PriorityFacts,
    Spoken,
    Stored,
    UnitFacts,
)

OF_UNIT = tuple(field.name for field in fields(UnitFacts))
OF_PERSON = tuple(field.name for field in fields(PersonFacts))
OF_MILESTONE = tuple(field.name for field in fields(MilestoneFacts))
OF_PRIORITY = tuple(field.name for field in fields(PriorityFacts) if field.name != "plan")
OF_ACTION = (
    *("pk", "priority_id", "order", "text", "measure", "start", "due", "original_due"),
    *("lead_unit_id", "owner_id", "cancelled_on", "cancelled_reason"),
)
OF_DECISION = ("pk", "verdict", "reason", "at")
OF_ENTRY = tuple(field.name for field in fields(EntryFacts))[:-2]  # without the two who spoke


def plan_facts(plan: Plan) -> PlanFacts:
    """The plan as a plain value."""
    return PlanFacts(**{field.name: getattr(plan, field.name) for field in fields(PlanFacts)})


# As it is


def stored_now(plan: Plan, on: date) -> Stored:
    """The plan as it is now, with what was said of it by a day, in nine queries at most."""
    facts = plan_facts(plan)
    priorities = {
        pk: PriorityFacts(pk, facts, *rest)
        for pk, *rest in plan.priorities.order_by("number").values_list(*OF_PRIORITY)
    }
    supporting, milestones = _supporting(plan), _milestones(plan)
    rows = list(_actions(plan))
    since = assigned_on(plan, [row[0] for row in rows if row[8]])
    actions = [
        _action(
            row[: len(OF_ACTION)],
            priorities,
            lead=UnitFacts(*row[len(OF_ACTION) : -len(OF_PERSON)]) if row[8] else None,
            owner=PersonFacts(*row[-len(OF_PERSON) :]) if row[9] else None,
            supporting=supporting,
            milestones=milestones,
            since=since,
        )
        for row in rows
    ]
    return _stored(facts, on, priorities, actions, spoken(plan, on))


def _actions(plan: Plan) -> QuerySet:
    joined = [f"lead_unit__{name}" for name in OF_UNIT] + [f"owner__{name}" for name in OF_PERSON]
    return Action.objects.filter(priority__plan=plan).order_by().values_list(*OF_ACTION, *joined)


def _action(
    row: tuple,
    priorities: dict[int, PriorityFacts],
    *,
    lead: UnitFacts | None,
    owner: PersonFacts | None,
    supporting: dict[int, list[UnitFacts]],
    milestones: dict[int, list[MilestoneFacts]],
    since: dict[int, date],
) -> ActionFacts:
    pk, priority, order, text, measure, start, due, original_due, *_ids, cancelled, reason = row
    return ActionFacts(
        pk=pk,
        priority=priorities[priority],
        order=order,
        text=text,
        measure=measure,
        start=start,
        due=due,
        original_due=original_due,
        lead_unit=lead,
        owner=owner,
        cancelled_on=cancelled,
        cancelled_reason=reason,
        supporting=tuple(supporting.get(pk, ())),
        milestones=tuple(milestones.get(pk, ())),
        assigned_on=since.get(pk),
    )


def _stored(
    plan: PlanFacts,
    on: date,
    priorities: dict[int, PriorityFacts],
    actions: Iterable[ActionFacts],
    said: dict[int, Spoken],
    *,
    is_as_recorded: bool = False,
) -> Stored:
    in_order = sorted(actions, key=lambda action: (action.priority.number, action.order))
    by_number = sorted(priorities.values(), key=lambda priority: priority.number)
    return Stored(plan, on, tuple(by_number), tuple(in_order), said, is_as_recorded)


def _supporting(plan: Plan) -> dict[int, list[UnitFacts]]:
    """Few units support many actions: each is made once, and stands in every list it belongs to."""
    through = Action.supporting_units.through.objects.filter(action__priority__plan=plan)
    through = through.order_by("unit__order", "unit__name_order", "unit__short_name")
    units: dict[int, UnitFacts] = {}
    found = defaultdict(list)
    for action, *values in through.values_list("action", *(f"unit__{name}" for name in OF_UNIT)):
        unit = units.get(values[0]) or units.setdefault(values[0], UnitFacts(*values))
        found[action].append(unit)
    return found


def _milestones(plan: Plan) -> dict[int, list[MilestoneFacts]]:
    rows = Milestone.objects.filter(action__priority__plan=plan).order_by("planned", "pk")
    return _grouped(
        (action, MilestoneFacts(*values))
        for action, *values in rows.values_list("action", *OF_MILESTONE)
    )


# Past days


def is_past(plan: Plan, day: date) -> bool:
    """Whether a day is looked at as it was recorded: it is over, and not the plan's own today."""
    return day != plan.today() and day < timezone.localdate()


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


def stored_as_recorded(plan: Plan, day: date) -> Stored:
    """The plan as it stood at the end of a day, what was deleted since included.

    For a day before the plan was in the system its rows as they are now (``is_as_recorded`` tells).
    """
    if day < recorded_since(plan):
        return stored_now(plan, day)
    end = end_of(day)
    facts = plan_facts(_as_of(Plan, end, id=plan.pk)[plan.pk])
    priorities = {
        pk: PriorityFacts(plan=facts, **_plain(OF_PRIORITY, row))
        for pk, row in _as_of(Priority, end, plan_id=plan.pk).items()
    }
    actions = _as_recorded(plan, priorities, end)
    return _stored(facts, day, priorities, actions, spoken(plan, day), is_as_recorded=True)


def _as_recorded(
    plan: Plan, priorities: dict[int, PriorityFacts], end: datetime
) -> list[ActionFacts]:
    """The actions of that moment, under the names that their units and owners had."""
    rows = _as_of(Action, end, priority_id__in=priorities)
    supporting = _supporting_as_of(rows.values())
    leads = {row.lead_unit_id for row in rows.values()} - {None}
    units = _facts_of_units(_units(leads.union(*supporting.values()), end).values())
    people = _people({row.owner_id for row in rows.values()} - {None}, end)
    named = {
        pk: sorted((units[unit] for unit in ids if unit in units), key=lambda unit: unit.place)
        for pk, ids in supporting.items()
    }
    milestones = _milestones_as_of(rows, end)
    since = assigned_on(plan, [pk for pk, row in rows.items() if row.lead_unit_id], end)
    return [
        _action(
            tuple(getattr(row, name) for name in OF_ACTION),
            priorities,
            lead=units.get(row.lead_unit_id),
            owner=_person_facts(people.get(row.owner_id)),
            supporting=named,
            milestones=milestones,
            since=since,
        )
        for row in rows.values()
    ]


def _milestones_as_of(actions: Iterable[int], end: datetime) -> dict[int, list[MilestoneFacts]]:
    rows = _as_of(Milestone, end, action_id__in=actions).values()
    in_order = sorted(rows, key=lambda row: (row.planned, row.pk))
    return _grouped(
        (row.action_id, MilestoneFacts(**_plain(OF_MILESTONE, row))) for row in in_order
    )


def _plain(names: Iterable[str], row: Model) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def _facts_of_units(units: Iterable[Unit]) -> dict[int, UnitFacts]:
    return {unit.pk: UnitFacts(**_plain(OF_UNIT, unit)) for unit in units}


def _person_facts(person: User | None) -> PersonFacts | None:
    return PersonFacts(**_plain(OF_PERSON, person)) if person else None


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


# What was said


def spoken(plan: Plan, day: date) -> dict[int, Spoken]:
    """Of each action what was said by a day, four queries for all of them.

    An entry belongs to the day it speaks of, whenever it was accepted.
    """
    ids = dict(_ids_that_matter(plan, day))
    entries = entries_of({pk for found in ids.values() for pk in found if pk})
    waiting = _waiting(plan, day)
    complete = [a for a, found in ids.items() if found[0] and entries[found[0]].percent == 100]
    since = _completed_on(complete, day) if complete else {}
    return {
        action: Spoken(
            *(entries.get(pk) for pk in found), since.get(action), waiting.get(action, 0)
        )
        for action, found in ids.items()
    }


def _ids_that_matter(plan: Plan, day: date) -> Iterator[tuple[int, tuple]]:
    own = ProgressEntry.objects.filter(action=OuterRef("pk"), day__lte=day)
    latest = own.not_withdrawn().order_by("-pk")
    rows = (
        Action.objects.filter(priority__plan=plan)
        .order_by()
        .values_list(
            "pk",
            Subquery(own.accepted().newest_first().values("pk")[:1]),
            Subquery(own.standing().newest_first().values("pk")[:1]),
            Subquery(latest.values("pk")[:1]),
        )
    )
    return ((pk, tuple(ids)) for pk, *ids in rows)


def entries_of(keys: Iterable[int]) -> dict[int, EntryFacts]:
    """The entries of these primary keys, with who spoke and what became of them."""
    spoke = [f"by__{name}" for name in OF_PERSON]
    decided = [f"decision__{name}" for name in OF_DECISION]
    decided += [f"decision__by__{name}" for name in OF_PERSON]
    rows = ProgressEntry.objects.filter(pk__in=keys).order_by()
    return {row[0]: _entry(row) for row in rows.values_list(*OF_ENTRY, *spoke, *decided)}


def _entry(row: tuple) -> EntryFacts:
    """What people said comes out as others can read it (``legible``)."""
    own, rest = row[: len(OF_ENTRY)], row[len(OF_ENTRY) :]
    by, decision = rest[: len(OF_PERSON)], rest[len(OF_PERSON) :]
    said = [drawn(value) if isinstance(value, str) else value for value in own]
    return EntryFacts(*said, by=PersonFacts(*by), decision=_decision(decision))


def _decision(row: tuple) -> DecisionFacts | None:
    own, by = row[: len(OF_DECISION)], row[len(OF_DECISION) :]
    if own[0] is None:
        return None
    pk, verdict, reason, at = own
    return DecisionFacts(pk, verdict, drawn(reason), at, PersonFacts(*by))


def _waiting(plan: Plan, day: date) -> dict[int, int]:
    waiting = WaitingEntry.objects.of_plan(plan).up_to(day)
    return dict(waiting.values("action").annotate(n=Count("pk")).values_list("action", "n"))


def _completed_on(actions: list[int], day: date) -> dict[int, date | None]:
    """Since when each of these has stood at 100 %: the rule is ``Said``'s, and it is told as little
    as it needs, the last entry below 100 % and those after it."""
    counted = ProgressEntry.objects.filter(action__in=actions).up_to(day).accepted()
    below = counted.filter(action=OuterRef("action"), percent__lt=100).newest_first()
    since = Subquery(below.values("day")[:1]), Subquery(below.values("pk")[:1])
    rows = counted.filter(percent=100).annotate(low_day=since[0], low_pk=since[1])
    said: dict[int, Said] = defaultdict(Said)
    for action, at, pk, low_day, low_pk in rows.order_by("day", "pk").values_list(
        "action", "day", "pk", F("low_day"), F("low_pk")
    ):
        if low_day is None or (at, pk) > (low_day, low_pk):
            said[action] = said[action].and_then(at, 100, counts=True)
    return {action: one.completed_on for action, one in said.items()}
