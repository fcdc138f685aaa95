"""The figures of a report: the state of the plan on the last day, flattened to plain data.

Nothing is judged or added up here; every number is one that the state holds. Words are Chinese:
the caller has activated zh-hans.
"""

from collections.abc import Iterable
from datetime import date

from ..ledger.rows import Row, Worded, line_of, row_of
from ..lights import IN_TROUBLE, Light
from ..models import ProgressEntry
from ..models.progress import Decision
from ..state.counts import urgency
from ..state.day import PlanState
from ..words import KIND_WORDS
from .changed import Was, changes_of_plan
from .document import Before, Changes, Facts, Made, Moved, Receipts


def facts_of(
    state: PlanState,
    worded: Worded,
    receipts: Receipts,
    before: tuple[Before, Facts] | None,
    made: Made,
    was: Was,
) -> Facts:
    """Every figure of a report. ``before`` is the last issued one, with what it said; ``made`` is
    what the plan is made of, ``was`` what it was made of by then."""
    done = {pk: entry.done for pk, entry in worded.items()}
    rows = [row_of(a, done.get(a.action.pk, "")) for a in state.actions]
    attention = sorted(state.where(lambda a: a.light in IN_TROUBLE), key=urgency)
    return Facts(
        on=state.on,
        year=state.plan.days.year,
        elapsed=state.elapsed,
        total=state.total,
        **state.ended,
        cycle_days=state.plan.reporting_cycle_days,
        counts=dict(state.counts),
        shares=dict(state.shares),
        words={kind: str(said) for kind, said in KIND_WORDS.items()},
        receipts=receipts,
        priorities=[line_of(p) for p in state.priorities],
        rows=rows,
        attention=[a.number for a in attention],
        before=before[0] if before else None,
        changes=changes_between(before[1].rows, rows) if before else Changes(),
        plan=made,
        plan_changes=changes_of_plan(state, made, was),
    )


def changes_between(before: Iterable[Row], now: Iterable[Row]) -> Changes:
    """What changed from one report to the next, by name."""
    old = {row.number: row for row in before}
    pairs = [(old[row.number], row) for row in now if row.number in old]
    both = [(was, row) for was, row in pairs if not row.is_ended]

    def where(test) -> list[str]:
        return [row.number for was, row in both if test(was.light, row.light)]

    return Changes(
        red=where(lambda was, light: light == Light.RED and was != Light.RED),
        recovered=[
            row.number
            for was, row in both
            if row.kind == Light.GREEN and was.light in IN_TROUBLE  # not one that is unconfirmed
        ],
        completed=where(lambda was, light: light == Light.COMPLETE and was != Light.COMPLETE),
        reopened=where(lambda was, light: light != Light.COMPLETE and was == Light.COMPLETE),
        moved=[
            Moved(row.number, was.due, row.due)
            for was, row in both
            if was.due and row.due and was.due != row.due
        ],
        added=[row.number for row in now if row.number not in old],
        withdrawn=[r.number for was, r in pairs if r.light == Light.CANCELLED and not was.is_ended],
    )


def receipts_of(state: PlanState, start: date) -> Receipts:
    """What became of the entries that speak of a day from ``start`` to the state's day."""
    entries = ProgressEntry.objects.of_plan(state.plan.pk).up_to(state.on).filter(day__gte=start)
    return Receipts(
        received=entries.not_withdrawn().count(),
        accepted=entries.accepted().count(),
        returned=entries.filter(decision__verdict=Decision.Verdict.RETURNED).count(),
        waiting=entries.waiting().count(),
    )
