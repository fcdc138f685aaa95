"""The lineage of an action within its plan, as its page draws it: what came of what, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from ...models import Lineage, ProgressEntry, User
from ...state.day import ActionState, PlanState
from ...state.values import DescentFacts


@dataclass(frozen=True)
class Branch:
    """One action of the line; ``entries`` is how many stay with one that has ended."""

    a: ActionState
    is_here: bool
    entries: int = 0
    is_step = False


@dataclass(frozen=True)
class Step:
    """What was done between two: split or merged, when, why and by whom."""

    kind: str
    on: date
    reason: str
    by: User | None
    count: int
    is_step = True


def line_of(now: PlanState, shown: ActionState) -> list[Branch | Step]:
    """From what it came of, down to what it goes on in; empty for an action without lineage.

    Of a day: what was split or merged later is not in it. Two queries, none without lineage.
    """
    came, into = shown.action.came_of, shown.action.into if shown.is_ended else ()
    if not (came or into):
        return []
    by_key = {a.action.pk: a for a in now.actions}
    before = _rows(by_key, (d.source for d in came))
    beside = _rows(by_key, (d.target for a in before for d in a.action.into)) or [shown]
    after = _rows(by_key, (d.target for d in into))
    ended = [a for a in (*before, *beside) if a.is_ended]
    entries = _entries(ended, shown)
    by = _recorded_by((*came, *into))
    line: list[Branch | Step] = [_branch(a, shown, entries) for a in before]
    if came:
        line.append(_step(came, by, len(before) if came[0].kind == "merged" else len(beside)))
    siblings = beside if len(before) < 2 else [shown]
    if into:
        together = {a.action.pk for a in now.actions if _goes_into(a, after)}
        siblings = _rows(by_key, {*together, *(a.action.pk for a in siblings)})
    line += [_branch(a, shown, entries) for a in siblings]
    if into:
        line.append(_step(into, by, len(together) if into[0].kind == "merged" else len(after)))
        line += [_branch(a, shown, entries) for a in after]
    return line


def _rows(by_key: dict[int, ActionState], keys: Iterable[int]) -> list[ActionState]:
    found = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
    return sorted(found, key=lambda a: (a.action.priority.number, a.action.order))


def _goes_into(a: ActionState, targets: list[ActionState]) -> bool:
    keys = {target.action.pk for target in targets}
    return a.is_ended and any(d.target in keys for d in a.action.into)


def _branch(a: ActionState, shown: ActionState, entries: dict[int, int]) -> Branch:
    return Branch(a, a.action.pk == shown.action.pk, entries.get(a.action.pk, 0))


def _step(descents: tuple[DescentFacts, ...], by: dict, count: int) -> Step:
    first = descents[0]
    return Step(first.kind, first.on, first.reason, by.get((first.source, first.target)), count)


def _entries(ended: list[ActionState], shown: ActionState) -> dict[int, int]:
    rows = ProgressEntry.objects.filter(action__in=[a.action.pk for a in ended])
    rows = rows.up_to(shown.on).not_withdrawn().order_by().values("action")
    return dict(rows.annotate(n=Count("pk")).values_list("action", "n"))


def _recorded_by(descents: Iterable[DescentFacts]) -> dict[tuple[int, int], User | None]:
    pairs = Q(pk__in=())
    for one in descents:
        pairs |= Q(source_id=one.source, target_id=one.target)
    rows = Lineage.history.filter(pairs, history_type="+").select_related("history_user")
    return {(row.source_id, row.target_id): row.history_user for row in rows.order_by("history_id")}
