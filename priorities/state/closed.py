"""The last state of a closed plan, under the names that units and people had when it was closed."""

from dataclasses import replace
from datetime import datetime

from .stored import facts_of_units, people_then, person_facts, units_then
from .values import ActionFacts, Stored, UnitFacts


def under_names_of(stored: Stored, until: datetime) -> Stored:
    """The same with the names of that moment; two queries."""
    held = {unit.pk for a in stored.actions for unit in (a.lead_unit, *a.supporting) if unit}
    units = facts_of_units(units_then(held, until).values())
    people = people_then({a.owner_id for a in stored.actions if a.owner}, until)
    named = {pk: person_facts(person) for pk, person in people.items()}
    return replace(stored, actions=tuple(_named(a, units, named) for a in stored.actions))


def _named(a: ActionFacts, units: dict[int, UnitFacts], people: dict) -> ActionFacts:
    return replace(
        a,
        lead_unit=units.get(a.lead_unit_id),
        supporting=tuple(units[unit.pk] for unit in a.supporting),
        owner=people.get(a.owner_id),
    )
