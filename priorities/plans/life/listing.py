"""All plans in rows: what each is, how it stands, and what became of it.

The light of an action is known by a plan's state alone, so of the plans that run a page shows few;
of all others the database counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from ...models import Action, Closing, Ending, Lineage, Plan, Priority, User
from ...models.lineage import Descent
from ...models.phases import LISTED, Life
from ...permissions import seen_by
from ...state.day import PlanState
from ...state.kept import plans_on


@dataclass(frozen=True)
class Passed:
    """So many actions that go on in another plan, or come from it."""

    count: int
    slug: str
    title: str


@dataclass(frozen=True)
class Row:
    """One plan as the list shows it; ``state`` is there while it runs, ``closing`` afterwards."""

    plan: Plan
    state: PlanState | None
    closing: Closing | None
    ended: dict[str, int]
    came: tuple[Passed, ...]
    went: tuple[Passed, ...]
    begun_by: User | None = None

    @property
    def gone(self) -> int:
        return self.plan.elapsed_on(self.plan.today())

    @property
    def carried(self) -> int:
        return self.ended.get(Ending.Verdict.CARRIED, 0)

    @property
    def uncompleted(self) -> int:
        return self.ended.get(Ending.Verdict.UNCOMPLETED, 0)

    @property
    def complete(self) -> int:
        """Of a closed plan: every open action was decided, so all others were complete."""
        return self.plan.size - self.plan.cancelled - self.carried - self.uncompleted


def plans_listed(user: User) -> QuerySet[Plan]:
    """The plans that a person may know of, those that run first, with how large each is."""
    place = Case(
        *(When(phase=life, then=Value(place)) for place, life in enumerate(LISTED)),
        output_field=IntegerField(),
    )
    of_plan = Action.objects.filter(priority__plan=OuterRef("pk")).order_by()
    cancelled = of_plan.filter(cancelled_on__isnull=False)
    priorities = Priority.objects.filter(plan=OuterRef("pk")).order_by().values("plan")
    plans = Plan.objects.filter(seen_by(user)).listed()
    return plans.annotate(
        place=place,
        cancelled=_counted(cancelled.values("priority__plan")),
        areas=_counted(priorities),
    ).order_by("place", "-start", "-pk")


def _counted(rows: QuerySet) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def rows_of(plans: Sequence[Plan], user: User) -> list[tuple[Life, list[Row]]]:
    """The rows of these plans by their phase; what is asked of the database is one of a kind."""
    keys = [plan.pk for plan in plans]
    closings = {c.plan_id: c for c in _closings(keys)}
    ended, makers = _endings(keys), _makers(plans)
    came, went = _passed(keys, user, "target", "source"), _passed(keys, user, "source", "target")
    running = [plan for plan in plans if plan.phase == Life.RUNNING]
    states = plans_on([(plan, plan.today()) for plan in running])
    of_plan = dict(zip((plan.pk for plan in running), states, strict=True))
    rows = [
        Row(
            plan=plan,
            state=of_plan.get(plan.pk),
            closing=closings.get(plan.pk),
            ended=ended[plan.pk],
            came=tuple(came[plan.pk]),
            went=tuple(went[plan.pk]),
            begun_by=makers.get(plan.pk),
        )
        for plan in plans
    ]
    groups = [(life, [row for row in rows if row.plan.phase == life]) for life in LISTED]
    return [(life, found) for life, found in groups if found]


def _closings(keys: Iterable[int]) -> QuerySet[Closing]:
    return Closing.objects.standing().filter(plan__in=keys).select_related("by")


def _endings(keys: Iterable[int]) -> dict[int, dict[str, int]]:
    found = Ending.objects.standing().filter(closing__plan__in=keys).order_by()
    counted = found.values("closing__plan", "verdict").annotate(n=Count("pk"))
    ended = defaultdict(dict)
    for plan, verdict, n in counted.values_list("closing__plan", "verdict", "n"):
        ended[plan][verdict] = n
    return ended


def _passed(keys: Iterable[int], user: User, here: str, there: str) -> dict[int, list[Passed]]:
    """How many actions went from one plan to another, by the plan that stands ``here``."""
    seen = Plan.objects.filter(seen_by(user))
    names = (f"{here}__priority__plan", *(f"{there}__priority__plan__{n}" for n in NAMES))
    rows = Lineage.objects.filter(
        Q(**{f"{here}__priority__plan__in": keys, f"{there}__priority__plan__in": seen}),
        kind=Descent.CARRIED,
    )
    counted = rows.order_by(names[1]).values(*names).annotate(n=Count("pk"))
    passed = defaultdict(list)
    for plan, slug, title, n in counted.values_list(*names, "n"):
        passed[plan].append(Passed(n, slug, title))
    return passed


NAMES = ("slug", "title")


def _makers(plans: Iterable[Plan]) -> dict[int, User]:
    """Who began each plan that is in preparation."""
    keys = [plan.pk for plan in plans if plan.is_preparing]
    first = Plan.history.filter(id__in=keys, history_type="+").select_related("history_user")
    return {row.id: row.history_user for row in first.order_by("-history_id")}


@dataclass(frozen=True)
class Sum:
    """What the head of the list says of all plans that run, on this page of it."""

    running: int
    actions: int
    red: int
    preparing: int


def sum_of(groups: Iterable[tuple[Life, list[Row]]]) -> Sum:
    rows = [row for _life, found in groups for row in found]
    states = [row.state for row in rows if row.state]
    return Sum(
        running=len(states),
        actions=sum(state.total for state in states),
        red=sum(state.counts["red"] for state in states),
        preparing=sum(row.plan.is_preparing for row in rows),
    )
