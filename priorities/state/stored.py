"""What is stored of plans by a day, as plain values, in a fixed number of queries.

``now_of`` reads the rows as they are, ``recorded_of`` as they stood at the end of a past day: both
of several plans at once, so that a page over all of them costs no more queries than that of one.
Nothing is judged here: that is the state's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime

from django.apps import apps
from django.db.models import Exists, Min, Model, OuterRef, QuerySet, Subquery
from django.utils import timezone

from ..models import (
    Action,
    Lineage,
    Milestone,
    Plan,
    Priority,
    Target,
    Unit,
    User,
)
from ..models.changes import end_of
from ..models.lineage import WITHIN
from ..names import fold
from .descents import DESCENTS, both_ways, descent, descents_then
from .known import Known
from .said import OF_PERSON, spoken
from .statements import OfPlans
from .targets import targets_now, targets_then
from .values import (
    ActionFacts,
    DescentFacts,
    MilestoneFacts,
    PersonFacts,
    PlanFacts,
    PriorityFacts,
    Spoken,
    Stored,
    TargetFacts,
    UnitFacts,
)

OF_UNIT = tuple(field.name for field in fields(UnitFacts))
OF_MILESTONE = tuple(field.name for field in fields(MilestoneFacts))
OF_PRIORITY = tuple(field.name for field in fields(PriorityFacts) if field.name != "plan")
OF_ACTION = (
    *("pk", "priority_id", "order", "text", "measure", "start", "due", "original_due"),
    *("lead_unit_id", "owner_id", "cancelled_on", "cancelled_reason", "starts_at"),
)


def plan_facts(plan: Plan) -> PlanFacts:
    """The plan as a plain value."""
    return PlanFacts(*plan_row(plan))


def plan_row(plan: Plan) -> list:
    """What a plan's value is made of."""
    return [getattr(plan, field.name) for field in fields(PlanFacts)]


# As it is

JOINED = [f"lead_unit__{name}" for name in OF_UNIT] + [f"owner__{name}" for name in OF_PERSON]

PRIORITIES = OfPlans(
    lambda plans, day: (
        Priority.objects.filter(plan__in=plans).order_by("number").values_list("plan", *OF_PRIORITY)
    )
)
ACTIONS = OfPlans(
    lambda plans, day: (
        Action.objects.filter(priority__plan__in=plans).order_by().values_list(*OF_ACTION, *JOINED)
    )
)
SUPPORTING = OfPlans(
    lambda plans, day: (
        Action.supporting_units.through.objects.filter(action__priority__plan__in=plans)
        .order_by("unit__order", "unit__name_order", "unit__short_name")
        .values_list("action", *(f"unit__{name}" for name in OF_UNIT))
    )
)
MILESTONES = OfPlans(
    lambda plans, day: (
        Milestone.objects.filter(action__priority__plan__in=plans)
        .order_by("planned", "pk")
        .values_list("action", *OF_MILESTONE)
    )
)
ASSIGNED = OfPlans(lambda plans, day: leads(Action.history.filter(id__in=_actions_of(plans))))


def stored_now(plan: Plan, on: date, known: Known | None = None) -> Stored:
    """One plan as it is now, with what was said of it by a day."""
    return now_of([plan], on, {plan.pk: known} if known else None)[plan.pk]


def now_of(
    plans: Sequence[Plan], on: date, knowns: dict[int, Known] | None = None
) -> dict[int, Stored]:
    """Plans as they are now, with what was said of them by a day, in eleven queries.

    There is one more where anything is counted, and of very many entries or plans one for each
    batch of them (``statements``).

    What is as it was when a plan's ``known`` was filled is the very same value again.
    """
    knowns = knowns or {plan.pk: Known() for plan in plans}
    keys = [plan.pk for plan in plans]
    facts = {plan.pk: knowns[plan.pk].again(PlanFacts, plan_row(plan)) for plan in plans}
    priorities = {
        row[0]: knowns[plan].again(_priority, row, facts[plan])
        for plan, *row in PRIORITIES.rows(keys)
    }
    rows = [row for row in ACTIONS.rows(keys) if row[1] in priorities]
    known_of = _known_of({row[0]: knowns[priorities[row[1]].plan.pk] for row in rows})
    supporting = _grouped(
        (action, known_of(action).again(UnitFacts, row)) for action, *row in SUPPORTING.rows(keys)
    )
    milestones = _grouped(
        (action, known_of(action).again(MilestoneFacts, row))
        for action, *row in MILESTONES.rows(keys)
    )
    targets, is_counted = targets_now(keys, known_of)
    targets = _grouped(targets)
    since = since_when(ASSIGNED.rows(keys))
    into, came_of = both_ways(known_of(row[0]).again(descent, row) for row in DESCENTS.rows(keys))
    actions = [
        known_of(row[0]).again(
            _action_now,
            [since.get(row[0]), *row],
            priorities[row[1]],
            *(
                known_of(row[0]).together(parts.get(row[0], ()))
                for parts in (supporting, milestones, into, came_of, targets)
            ),
        )
        for row in rows
    ]
    said = spoken(keys, on, known_of, is_counted=is_counted)
    return _stored(facts, on, priorities, actions, said)


def _known_of(of_action: dict[int, Known]) -> Callable[[int], Known]:
    """What is known of an action's plan; of one that came this moment nothing is."""
    unknown = Known()
    return lambda action: of_action.get(action, unknown)


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


def _actions_of(plans: Sequence[int]) -> QuerySet:
    return Action.objects.filter(priority__plan__in=plans).order_by().values("pk")


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
    """An action of its row (``OF_ACTION``) and of what was read for it."""
    pk, _priority, order, text, measure, start, due, original_due, *_ids, cancelled = row[:11]
    reason, starts_at = row[11:]
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
        starts_at=starts_at,
    )


def _stored(
    plans: dict[int, PlanFacts],
    on: date,
    priorities: dict[int, PriorityFacts],
    actions: Iterable[ActionFacts],
    said: dict[int, Spoken],
    *,
    is_as_recorded: bool = False,
) -> dict[int, Stored]:
    """All that was read, by plan."""
    in_order = sorted(actions, key=lambda action: (action.priority.number, action.order))
    by_number = sorted(priorities.values(), key=lambda priority: priority.number)
    own = _grouped((action.plan.pk, action) for action in in_order)
    areas = _grouped((priority.plan.pk, priority) for priority in by_number)
    return {
        pk: Stored(
            plan,
            on,
            tuple(areas.get(pk, ())),
            tuple(own.get(pk, ())),
            {action.pk: said[action.pk] for action in own.get(pk, ()) if action.pk in said},
            is_as_recorded,
        )
        for pk, plan in plans.items()
    }


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


def assigned_on(actions: Iterable[int], until: datetime) -> dict[int, date]:
    """As ``since_when`` has it, of the record up to a moment."""
    rows = Action.history.filter(id__in=list(actions), history_date__lt=until)
    return since_when(leads(rows))


def leads(rows: QuerySet) -> QuerySet:
    """Of these records those since which there was a lead unit without a break, latest first.

    With each the status date that its plan had then.
    """
    later = rows.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    since = rows.filter(~Exists(later.filter(lead_unit=None)), lead_unit__isnull=False)
    of_plan = Plan.history.filter(id=OuterRef("priority__plan"))
    then = of_plan.filter(history_date__lte=OuterRef("history_date"))
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
    """One plan as it stood at the end of a day."""
    return recorded_of([plan], day)[plan.pk]


def recorded_of(plans: Sequence[Plan], day: date) -> dict[int, Stored]:
    """Plans as they stood at the end of a day, what was deleted since included.

    For a day before a plan was in the system its rows as they are now (``is_as_recorded`` tells).
    """
    first = _first_recorded(plans)
    early = [plan for plan in plans if day < first[plan.pk]]
    then = [plan for plan in plans if day >= first[plan.pk]]
    found = now_of(early, day) if early else {}
    return found | (_recorded_of(then, day) if then else {})


def _first_recorded(plans: Sequence[Plan]) -> dict[int, date]:
    """Of each plan the day as ``recorded_since`` has it."""
    rows = Plan.history.filter(id__in=[plan.pk for plan in plans]).order_by()
    first = dict(rows.values("id").annotate(first=Min("history_date")).values_list("id", "first"))
    return {
        plan.pk: timezone.localdate(first[plan.pk]) if plan.pk in first else timezone.localdate()
        for plan in plans
    }


def _recorded_of(plans: Sequence[Plan], day: date) -> dict[int, Stored]:
    end, keys = end_of(day), [plan.pk for plan in plans]
    facts = {pk: plan_facts(row) for pk, row in _as_of(Plan, end, id__in=keys).items()}
    priorities = {
        pk: PriorityFacts(plan=facts[row.plan_id], **_plain(OF_PRIORITY, row))
        for pk, row in _as_of(Priority, end, plan_id__in=keys).items()
    }
    actions = _as_recorded(priorities, end)
    said = spoken(keys, day, is_counted=True)
    return _stored(facts, day, priorities, actions, said, is_as_recorded=True)


def _as_recorded(priorities: dict[int, PriorityFacts], end: datetime) -> list[ActionFacts]:
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
    since = assigned_on([pk for pk, row in rows.items() if row.lead_unit_id], end)
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
