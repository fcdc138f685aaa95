"""One action of now with what its light depends on: for who has just changed it and tells that.

Left out is what no sentence tells: who supports it, what it counts, how many entries wait, and,
where an entry counts, since when it is assigned.
"""

from datetime import date

from ..models import Action, Milestone, ProgressEntry
from .descents import DESCENTS, descent
from .said import OF_ENTRY, complete, completed_on, entries_of, that_matter
from .statements import Statement
from .stored import (
    OF_ACTION,
    OF_MILESTONE,
    OF_PRIORITY,
    action_facts,
    leads,
    person_facts,
    plan_facts,
    since_when,
    unit_facts,
)
from .values import ActionFacts, DescentFacts, EntryFacts, MilestoneFacts, PriorityFacts, Spoken

MILESTONES = Statement(
    lambda action, day: (
        Milestone.objects.filter(action=action).order_by("planned", "pk").values_list(*OF_MILESTONE)
    )
)
THAT_MATTER = Statement(lambda action, day: that_matter(Action.objects.filter(pk=action), day))
COMPLETE = Statement(lambda action, day: complete(ProgressEntry.objects.filter(action=action), day))


def spoken_of(action: Action, day: date, last: ProgressEntry | None) -> Spoken:
    """What was said of it. ``last`` counts and was recorded this moment: nobody spoke after it."""
    if last is None:
        [(_pk, *ids)] = THAT_MATTER.rows(action.pk, day)
        entries = entries_of({pk for pk in ids if pk})
        found = [entries.get(pk) for pk in ids]
    else:
        own = [getattr(last, name) for name in OF_ENTRY]
        found = [EntryFacts(*own, by=person_facts(last.by), decision=None)] * 3
    is_complete = found[0] is not None and found[0].percent == 100
    since = completed_on(COMPLETE.rows(action.pk, day)).get(action.pk) if is_complete else None
    return Spoken(*found, since)


def facts_of(action: Action, *, has_to_be_asked: bool) -> ActionFacts:
    """``action`` was read with plan, unit and owner; since when it is led may be asked."""
    own = [getattr(action.priority, name) for name in OF_PRIORITY]
    since = {}
    if has_to_be_asked and action.lead_unit_id:
        rows = Action.history.filter(id=action.pk)
        since = since_when(leads(rows))
    return action_facts(
        [getattr(action, name) for name in OF_ACTION],
        PriorityFacts(own[0], plan_facts(action.priority.plan), *own[1:]),
        lead=unit_facts(action.lead_unit),
        owner=person_facts(action.owner),
        supporting=(),
        milestones=tuple(MilestoneFacts(*row) for row in MILESTONES.rows(action.pk)),
        since=since.get(action.pk),
        came_of=_came_of(action) if action.starts_at is not None else (),
    )


def _came_of(action: Action) -> tuple[DescentFacts, ...]:
    found = [descent(*row) for row in DESCENTS.rows([action.priority.plan_id])]
    return tuple(one for one in found if one.target == action.pk)
