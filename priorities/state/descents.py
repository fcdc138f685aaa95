"""In what actions go on within their plan, and of what they came: as it is, and as it was."""

from collections import defaultdict
from collections.abc import Iterable

from ..models import Lineage
from ..models.lineage import WITHIN
from .statements import OfPlans
from .values import DescentFacts

OF_DESCENT = ("source_id", "target_id", "kind", "on", "reason")
IN_ORDER = [
    f"{side}__{part}" for side in ("target", "source") for part in ("priority__number", "order")
]
NUMBERED = [
    f"{side}__{part}" for side in ("source", "target") for part in ("priority__number", "order")
]

DESCENTS = OfPlans(
    lambda plans, day: (
        Lineage.objects.filter(source__priority__plan__in=plans, kind__in=WITHIN)
        .order_by(*IN_ORDER)
        .values_list(*OF_DESCENT, *NUMBERED)
    )
)


def descent(*row) -> DescentFacts:
    """One of a row of ``DESCENTS``."""
    source, order, target, place = row[len(OF_DESCENT) :]
    return DescentFacts(*row[: len(OF_DESCENT)], f"{source}.{order}", f"{target}.{place}")


def descents_then(
    lineages: Iterable[Lineage], numbers: dict[int, tuple[int, int]]
) -> Iterable[DescentFacts]:
    """Those of that moment; ``numbers`` are of the actions that there were, by primary key."""
    within = [one for one in lineages if one.target_id in numbers]
    for one in sorted(within, key=lambda one: (numbers[one.target_id], numbers[one.source_id])):
        own = [getattr(one, name) for name in OF_DESCENT]
        yield descent(*own, *numbers[one.source_id], *numbers[one.target_id])


Descents = dict[int, list[DescentFacts]]


def both_ways(descents: Iterable[DescentFacts]) -> tuple[Descents, Descents]:
    """By primary key of each action: in what it goes on, and of what it came."""
    into, came_of = defaultdict(list), defaultdict(list)
    for one in descents:
        into[one.source].append(one)
        came_of[one.target].append(one)
    return into, came_of
