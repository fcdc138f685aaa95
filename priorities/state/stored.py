"""What is stored of a plan by a day, as plain values, in a fixed number of queries.

``stored_now`` reads the rows as they are, ``stored_as_recorded`` as they stood at the end of a
past day. Nothing is judged here: that is the state's.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime
from itertools import chain

from django.apps import apps
from django.db.models import Count, Exists, F, Min, Model, OuterRef, QuerySet, Subquery
from django.utils import timezone

from ..legible import drawn
from ..lights import Said
from ..models import (
    Action,
    Lineage,
    Milestone,
    Plan,
    Priority,
    ProgressEntry,
    Target,
    Unit,
    User,
    WaitingEntry,
)
from ..models.changes import end_of
from ..names import fold
from .descents import DESCENTS, WITHIN, both_ways, descent, descents_then
from .known import Known
from .statements import AT_ONCE, Statement, batched
from .targets import targets_now, targets_then, values_of
from .values import (
    ActionFacts,
    DecisionFacts,
    DescentFacts,
    EntryFacts,
    MilestoneFacts,
    PersonFacts,
    PlanFacts,
    PriorityFacts,
    Spoken,
    Stored,
    TargetFacts,
    UnitFacts,
    ValueFacts,
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
OF_ENTRY = tuple(field.name for field in fields(EntryFacts))[:-3]  # without who spoke, and of what


def plan_facts(plan: Plan) -> PlanFacts:
    """The plan as a plain value."""
    return PlanFacts(*plan_row(plan))


def plan_row(plan: Plan) -> list:
    """What a plan's value is made of."""
    return [getattr(plan, field.name) for field in fields(PlanFacts)]


# As it is

JOINED = [f"lead_unit__{name}" for name in OF_UNIT] + [f"owner__{name}" for name in OF_PERSON]

PRIORITIES = Statement(
    lambda plan, day: (
        Priority.objects.filter(plan=plan).order_by("number").values_list(*OF_PRIORITY)
    )
)
ACTIONS = Statement(
    lambda plan, day: (
        Action.objects.filter(priority__plan=plan).order_by().values_list(*OF_ACTION, *JOINED)
    )
)
SUPPORTING = Statement(
    lambda plan, day: (
        Action.supporting_units.through.objects.filter(action__priority__plan=plan)
        .order_by("unit__order", "unit__name_order", "unit__short_name")
        .values_list("action", *(f"unit__{name}" for name in OF_UNIT))
    )
)
MILESTONES = Statement(
    lambda plan, day: (
        Milestone.objects.filter(action__priority__plan=plan)
        .order_by("planned", "pk")
        .values_list("action", *OF_MILESTONE)
    )
)
ASSIGNED = Statement(lambda plan, day: leads(plan, Action.history.filter(id__in=_actions_of(plan))))


def stored_now(plan: Plan, on: date, known: Known | None = None) -> Stored:
    """The plan as it is now, with what was said of it by a day, in eleven queries.

    Of a very large plan there is one more for each ``AT_ONCE`` entries, and one where it counts.

    What is as it was when ``known`` was filled is the very same value again.
    """
    known = known or Known()
    facts = known.again(PlanFacts, plan_row(plan))
    priorities = {row[0]: known.again(_priority, row, facts) for row in PRIORITIES.rows(plan.pk)}
    supporting = _grouped(
        (action, known.again(UnitFacts, row)) for action, *row in SUPPORTING.rows(plan.pk)
    )
    milestones = _grouped(
        (action, known.again(MilestoneFacts, row)) for action, *row in MILESTONES.rows(plan.pk)
    )
    targets, is_counted = targets_now(plan.pk, known)
    targets = _grouped(targets)
    since = since_when(ASSIGNED.rows(plan.pk))
    into, came_of = both_ways(known.again(descent, row) for row in DESCENTS.rows(plan.pk))
    actions = [
        known.again(
            _action_now,
            [since.get(row[0]), *row],
            priorities[row[1]],
            known.together(supporting.get(row[0], ())),
            known.together(milestones.get(row[0], ())),
            known.together(into.get(row[0], ())),
            known.together(came_of.get(row[0], ())),
            known.together(targets.get(row[0], ())),
        )
        for row in ACTIONS.rows(plan.pk)
    ]
    said = spoken(plan, on, known, is_counted=is_counted)
    return _stored(facts, on, priorities, actions, said)


def _priority(*parts) -> PriorityFacts:
    pk, *row, plan = parts
    return PriorityFacts(pk, plan, *row)


def _action_now(since: date | None, *parts) -> ActionFacts:
    *row, priority, supporting, milestones, into, came_of, targets = parts
    unit, owner = row[len(OF_ACTION) : -len(OF_PERSON)], row[-len(OF_PERSON) :]
    return action_facts(
        row[: len(OF_ACTION)],
        priority,
        lead=UnitFacts(*unit) if unit[0] else None,
        owner=PersonFacts(*owner) if owner[0] else None,
        supporting=supporting,
        milestones=milestones,
        since=since,
        into=into,
        came_of=came_of,
        targets=targets,
    )


def _actions_of(plan: int) -> QuerySet:
    return Action.objects.filter(priority__plan=plan).order_by().values("pk")


def action_facts(
    row: Sequence,
    priority: PriorityFacts,
    *,
    lead: UnitFacts | None,
    owner: PersonFacts | None,
    supporting: tuple[UnitFacts, ...],
    milestones: tuple[MilestoneFacts, ...],
    since: date | None,
    into: tuple[DescentFacts, ...] = (),
    came_of: tuple[DescentFacts, ...] = (),
    targets: tuple[TargetFacts, ...] = (),
) -> ActionFacts:
    pk, _priority, order, text, measure, start, due, original_due, *_ids, cancelled, reason = row
    return ActionFacts(
        pk=pk,
        priority=priority,
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
        supporting=supporting,
        milestones=milestones,
        assigned_on=since,
        into=into,
        came_of=came_of,
        targets=targets,
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


# Past days


def is_past(plan: Plan, day: date) -> bool:
    """Whether a day is looked at as it was recorded: it is over, and not the plan's own today."""
    return day != plan.today() and day < timezone.localdate()


def closed_at(plan: Plan) -> datetime | None:
    """When the plan was closed: its last state keeps the names that units and people had then."""
    if not plan.is_closed:
        return None
    return plan.closings.standing().order_by("pk").values_list("at", flat=True).last()


def units_on(plan: Plan, day: date) -> dict[int, Unit]:
    """All units by primary key, under the names of the day: those since deleted, and later ones."""
    until = end_of(day) if is_past(plan, day) else closed_at(plan)
    recorded = _as_of(Unit, until) if until else {}
    units = {**Unit.objects.in_bulk(), **recorded}
    return dict(sorted(units.items(), key=lambda pair: pair[1].place))


def name_as_on(plan: Plan, day: date, person: User) -> User:
    """The person, under the name of the day."""
    then = people_then({person.pk}, end_of(day))[person.pk] if is_past(plan, day) else person
    person.display_name, person.username = then.display_name, then.username
    person.shown_name = then.shown_name
    return person


def assigned_on(plan: Plan, actions: Iterable[int], until: datetime) -> dict[int, date]:
    """As ``since_when`` has it, of the record up to a moment."""
    rows = Action.history.filter(id__in=list(actions), history_date__lt=until)
    return since_when(leads(plan.pk, rows))


def leads(plan: int, rows: QuerySet) -> QuerySet:
    """Of these records those since which there was a lead unit without a break, latest first.

    With each the status date that its plan had then.
    """
    later = rows.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    since = rows.filter(~Exists(later.filter(lead_unit=None)), lead_unit__isnull=False)
    then = Plan.history.filter(id=plan, history_date__lte=OuterRef("history_date"))
    today = Subquery(then.order_by("-history_id").values("status_date")[:1])
    latest_first = since.annotate(today=today).order_by("-history_id")
    return latest_first.values_list("id", "history_date", "today")


def since_when(latest_first: Iterable[tuple[int, datetime, date | None]]) -> dict[int, date]:
    """Since when each action has had a lead unit, by primary key.

    From the record: a lead that was removed and set again counts from the second time. A day is
    one of the plan's own calendar: where a status date stood when the lead was set, that was
    today. An action of which the record tells nothing is missing.
    """
    return {  # of each action the earliest stays
        pk: min(today or timezone.localdate(at), timezone.localdate(at))
        for pk, at, today in latest_first
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
    said = spoken(plan, day, is_counted=True)
    return _stored(facts, day, priorities, actions, said, is_as_recorded=True)


def _as_recorded(
    plan: Plan, priorities: dict[int, PriorityFacts], end: datetime
) -> list[ActionFacts]:
    """The actions of that moment, under the names that their units and owners had."""
    rows = _as_of(Action, end, priority_id__in=priorities)
    supporting = _supporting_as_of(rows.values())
    leads = {row.lead_unit_id for row in rows.values()} - {None}
    units = facts_of_units(units_then(leads.union(*supporting.values()), end).values())
    people = people_then({row.owner_id for row in rows.values()} - {None}, end)
    named = {
        pk: sorted((units[unit] for unit in ids if unit in units), key=lambda unit: unit.place)
        for pk, ids in supporting.items()
    }
    milestones = _milestones_as_of(rows, end)
    targets = _grouped(targets_then(_as_of(Target, end, action_id__in=rows).values()))
    since = assigned_on(plan, [pk for pk, row in rows.items() if row.lead_unit_id], end)
    numbers = {pk: (priorities[row.priority_id].number, row.order) for pk, row in rows.items()}
    lineages = _as_of(Lineage, end, source_id__in=rows, kind__in=WITHIN).values()
    into, came_of = both_ways(descents_then(lineages, numbers))
    return [
        action_facts(
            [getattr(row, name) for name in OF_ACTION],
            priorities[row.priority_id],
            lead=units.get(row.lead_unit_id),
            owner=person_facts(people.get(row.owner_id)),
            supporting=tuple(named.get(row.pk, ())),
            milestones=tuple(milestones.get(row.pk, ())),
            since=since.get(row.pk),
            into=tuple(into.get(row.pk, ())),
            came_of=tuple(came_of.get(row.pk, ())),
            targets=tuple(targets.get(row.pk, ())),
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


def facts_of_units(units: Iterable[Unit]) -> dict[int, UnitFacts]:
    return {unit.pk: unit_facts(unit) for unit in units}


def unit_facts(unit: Unit | None) -> UnitFacts | None:
    return UnitFacts(**_plain(OF_UNIT, unit)) if unit else None


def person_facts(person: User | None) -> PersonFacts | None:
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


def units_then(ids: set[int], end: datetime) -> dict[int, Unit]:
    """Units under the names of that moment; those without a record of it as they are now."""
    return {**Unit.objects.in_bulk(ids), **_as_of(Unit, end, id__in=ids)}


def people_then(ids: set[int], end: datetime) -> dict[int, User]:
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

SPOKE = [f"by__{name}" for name in OF_PERSON]
DECIDED = [f"decision__{name}" for name in OF_DECISION]
DECIDED += [f"decision__by__{name}" for name in OF_PERSON]
ENTRIES = Statement(
    lambda keys, day: (
        ProgressEntry.objects.filter(pk__in=keys)
        .order_by()
        .values_list(*OF_ENTRY, *SPOKE, *DECIDED)
    ),
    keys=AT_ONCE,
)
THAT_MATTER = Statement(
    lambda plan, day: that_matter(Action.objects.filter(priority__plan=plan), day)
)
WAITING = Statement(
    lambda plan, day: (
        WaitingEntry.objects.of_plan(plan)
        .up_to(day)
        .order_by()
        .values("action")
        .annotate(n=Count("pk"))
        .values_list("action", "n")
    )
)
COMPLETE = Statement(lambda plan, day: complete(ProgressEntry.objects.of_plan(plan), day))


def spoken(
    plan: Plan, day: date, known: Known | None = None, *, is_counted: bool = False
) -> dict[int, Spoken]:
    """Of each action what was said by a day, four queries for all of them, five where it counts.

    An entry belongs to the day it speaks of, whenever it was accepted.
    """
    known = known or Known()
    ids = {action: found for action, *found in THAT_MATTER.rows(plan.pk, day)}
    keys = {pk for found in ids.values() for pk in found if pk}
    entries = entries_of(keys, known, is_counted=is_counted)
    waiting, since = dict(WAITING.rows(plan.pk, day)), completed_on(COMPLETE.rows(plan.pk, day))
    return {
        action: known.again(
            _spoken,
            (since.get(action), waiting.get(action, 0)),
            *(entries.get(pk) for pk in found),
        )
        for action, found in ids.items()
    }


def _spoken(since: date | None, waiting: int, accepted, standing, latest) -> Spoken:
    is_complete = accepted is not None and accepted.percent == 100
    return Spoken(accepted, standing, latest, since if is_complete else None, waiting)


def that_matter(actions: QuerySet, day: date) -> QuerySet:
    """Of each action the keys of the entries that ``Spoken`` names."""
    own = ProgressEntry.objects.filter(action=OuterRef("pk"), day__lte=day)
    latest = own.not_withdrawn().order_by("-pk")
    return actions.order_by().values_list(
        "pk",
        Subquery(own.accepted().newest_first().values("pk")[:1]),
        Subquery(own.standing().newest_first().values("pk")[:1]),
        Subquery(latest.values("pk")[:1]),
    )


def entries_of(
    keys: Iterable[int], known: Known | None = None, *, is_counted: bool = False
) -> dict[int, EntryFacts]:
    """The entries of these primary keys, with who spoke and what became of them.

    What they say of targets is asked for where the actions have any (``is_counted``).
    """
    known, keys = known or Known(), sorted(keys)
    values = values_of(keys, known) if is_counted else {}
    rows = chain.from_iterable(ENTRIES.rows_of(part) for part in batched(keys, AT_ONCE))
    return {row[0]: known.again(_entry, row, values.get(row[0], NO_VALUES)) for row in rows}


NO_VALUES: tuple[ValueFacts, ...] = ()


def _entry(*parts) -> EntryFacts:
    """What people said comes out as others can read it (``legible``)."""
    *row, values = parts
    own, rest = row[: len(OF_ENTRY)], row[len(OF_ENTRY) :]
    by, decision = rest[: len(OF_PERSON)], rest[len(OF_PERSON) :]
    said = [drawn(value) if isinstance(value, str) else value for value in own]
    return EntryFacts(*said, by=PersonFacts(*by), decision=_decision(decision), values=values)


def _decision(row: tuple) -> DecisionFacts | None:
    own, by = row[: len(OF_DECISION)], row[len(OF_DECISION) :]
    if own[0] is None:
        return None
    pk, verdict, reason, at = own
    return DecisionFacts(pk, verdict, drawn(reason), at, PersonFacts(*by))


def complete(entries: QuerySet, day: date) -> QuerySet:
    """Every accepted entry of 100 %, oldest first, with the last accepted one below that."""
    counted = entries.up_to(day).accepted()
    below = ProgressEntry.objects.filter(action=OuterRef("action"), percent__lt=100, day__lte=day)
    last = below.accepted().newest_first()
    rows = counted.filter(percent=100).annotate(
        below_on=Subquery(last.values("day")[:1]), below=Subquery(last.values("pk")[:1])
    )
    in_order = rows.order_by("day", "pk")
    return in_order.values_list("action", "day", "pk", F("below_on"), F("below"))


def completed_on(complete_ones: Iterable[Sequence]) -> dict[int, date | None]:
    """Since when each action has stood at 100 %: the rule of ``Said``, over as few as it needs."""
    said: dict[int, Said] = defaultdict(Said)
    for action, at, pk, below_on, below in complete_ones:
        if below is None or (at, pk) > (below_on, below):
            said[action] = said[action].and_then(at, 100, counts=True)
    return {action: one.completed_on for action, one in said.items()}
