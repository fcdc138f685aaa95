"""What was said of actions by a day: the entries that matter, in a fixed number of queries.

An entry belongs to the day that it speaks of, whenever it was accepted.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import date
from itertools import chain

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from ..legible import drawn
from ..lights import Said
from ..models import Action, ProgressEntry, WaitingEntry
from .known import Known
from .statements import AT_ONCE, MANY_AT_ONCE, OfPlans, Statement, batched
from .targets import values_of
from .values import DecisionFacts, EntryFacts, PersonFacts, Spoken, ValueFacts

OF_PERSON = tuple(field.name for field in fields(PersonFacts))
OF_DECISION = ("pk", "verdict", "reason", "at")
OF_ENTRY = tuple(field.name for field in fields(EntryFacts))[:-3]  # without who spoke, and of what

SPOKE = [f"by__{name}" for name in OF_PERSON]
DECIDED = [f"decision__{name}" for name in OF_DECISION]
DECIDED += [f"decision__by__{name}" for name in OF_PERSON]


def _entries(keys: Sequence[int], day: date) -> QuerySet:
    entries = ProgressEntry.objects.filter(pk__in=keys).order_by()
    return entries.values_list(*OF_ENTRY, *SPOKE, *DECIDED)


ENTRIES, MANY_ENTRIES = (Statement(_entries, keys=most) for most in (AT_ONCE, MANY_AT_ONCE))
THAT_MATTER = OfPlans(
    lambda plans, day: that_matter(Action.objects.filter(priority__plan__in=plans), day)
)
WAITING = OfPlans(
    lambda plans, day: (
        WaitingEntry.objects.filter(action__priority__plan__in=plans)
        .up_to(day)
        .order_by()
        .values("action")
        .annotate(n=Count("pk"))
        .values_list("action", "n")
    )
)
COMPLETE = OfPlans(
    lambda plans, day: complete(ProgressEntry.objects.filter(action__priority__plan__in=plans), day)
)


def spoken(
    plans: Sequence[int],
    day: date,
    known_of: Callable[[int], Known] | None = None,
    *,
    is_counted: bool = False,
) -> dict[int, Spoken]:
    """Of each action what was said by a day, four queries for all of them, five where it counts.

    The plans by their primary keys; ``known_of`` gives what is known of an action's plan.
    """
    known_of = known_of or _nothing_known()
    ids = {action: found for action, *found in THAT_MATTER.rows(plans, day)}
    owners = {pk: action for action, found in ids.items() for pk in found if pk}
    entries = entries_of(owners, lambda pk: known_of(owners[pk]), is_counted=is_counted)
    waiting, since = dict(WAITING.rows(plans, day)), completed_on(COMPLETE.rows(plans, day))
    return {
        action: known_of(action).again(
            _spoken,
            (since.get(action), waiting.get(action, 0)),
            *(entries.get(pk) for pk in found),
        )
        for action, found in ids.items()
    }


def _nothing_known() -> Callable[[int], Known]:
    known = Known()
    return lambda _key: known


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
    keys: Iterable[int],
    known_of: Callable[[int], Known] | None = None,
    *,
    is_counted: bool = False,
) -> dict[int, EntryFacts]:
    """The entries of these primary keys, with who spoke and what became of them.

    What they say of targets is asked for where the actions have any (``is_counted``).
    """
    known_of, keys = known_of or _nothing_known(), sorted(keys)
    values = values_of(keys, known_of) if is_counted else {}
    asked = ENTRIES if len(keys) <= AT_ONCE else MANY_ENTRIES
    rows = chain.from_iterable(asked.rows_of(part) for part in batched(keys, asked.keys))
    return {
        row[0]: known_of(row[0]).again(_entry, row, values.get(row[0], NO_VALUES)) for row in rows
    }


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
