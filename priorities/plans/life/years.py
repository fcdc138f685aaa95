"""An action through the years: what it continues, and in what it goes on, plan by plan.

What was carried over has one of each; where more were joined they are all told. A plan that the
reader may not know of ends the line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ...models import Action, Lineage, Plan, ProgressEntry, User
from ...models.lineage import Descent
from ...permissions import seen_by
from ...state.day import ActionState
from ...state.kept import action_on

MOST_STEPS = 8
"""Years that are followed to either side."""

POINTS = 60
"""That a line of one year is drawn of, the last of each week where there are more."""

RELATED = ("priority__plan", "lead_unit", "owner")


@dataclass(frozen=True)
class Step:
    """An action was carried over: from when, why, and by whom."""

    on: date
    reason: str
    by: User | None


@dataclass
class Generation:
    """The action in one plan; ``came`` is the step by which it goes on from the one before."""

    action: Action
    is_here: bool = False
    came: Step | None = None
    state: ActionState | None = None
    entries: int = 0
    points: list[tuple[date, int]] = field(default_factory=list)

    @property
    def plan(self) -> Plan:
        return self.action.priority.plan

    @property
    def years(self) -> str:
        """The years of its plan, by which people know it in a line of plans."""
        first, last = self.plan.start.year, self.plan.end.year
        return str(first) if first == last else f"{first}–{last}"

    @property
    def day(self) -> date:
        """The day on which it stands, or stood at the end of its plan."""
        return self.plan.today()


@dataclass(frozen=True)
class Years:
    """The line of one action, oldest first; ``before`` and ``after`` are its nearest of kin."""

    line: Sequence[Generation]

    @property
    def here(self) -> Generation:
        return next(one for one in self.line if one.is_here)

    @property
    def before(self) -> Generation | None:
        place = self.line.index(self.here)
        return self.line[place - 1] if place else None

    @property
    def after(self) -> Generation | None:
        place = self.line.index(self.here) + 1
        return self.line[place] if place < len(self.line) else None


def years_of(action: Action, reader: User, *, until: datetime | None = None) -> Years | None:
    """The line of an action, or None where it is of one plan only: one query finds that out.

    ``until`` is the moment up to which a past day knows of anything; then nothing is judged.
    """
    links = _links(reader, until)
    nearest = list(links.filter(Q(source=action) | Q(target=action)))
    if not nearest:
        return None
    before = [link for link in nearest if link.target_id == action.pk]
    after = [link for link in nearest if link.source_id == action.pk]
    before = _followed(before, action, links, "target", "source")[::-1]
    after = _followed(after, action, links, "source", "target")
    older = [(link.source, link) for link in before]
    newer = [(link.target, link) for link in after]
    line = _line(action, older, newer)
    _fill(line, until)
    return Years(line)


def _links(reader: User, until: datetime | None) -> QuerySet[Lineage]:
    plans = Plan.objects.filter(seen_by(reader)).values("pk")
    seen = Q(source__priority__plan__in=plans, target__priority__plan__in=plans)
    links = Lineage.objects.filter(seen, kind=Descent.CARRIED)
    if until:
        told = Lineage.history.filter(id=OuterRef("pk"), history_date__lt=until)
        links = links.filter(Exists(told))
    related = [f"{side}__{way}" for side in ("source", "target") for way in RELATED]
    return links.select_related(*related).order_by("pk")


def _followed(
    nearest: list[Lineage], action: Action, links: QuerySet, here: str, there: str
) -> list[Lineage]:
    """From the nearest links on to one side; what was met already ends it."""
    found, met, latest = list(nearest), {action.pk}, nearest
    for _step in range(MOST_STEPS - 1):
        ends = {getattr(link, f"{there}_id") for link in latest} - met
        if not ends:
            break
        met |= ends
        latest = list(links.filter(**{f"{here}__in": ends}))
        found += latest
    return found


def _line(action: Action, older: list, newer: list) -> list[Generation]:
    came = {link.target_id: _step(link) for _action, link in [*older, *newer]}
    actions = [a for a, _link in older] + [action] + [a for a, _link in newer]
    return [
        Generation(one, is_here=one.pk == action.pk, came=came.get(one.pk))
        for one in dict.fromkeys(actions)
    ]


def _step(link: Lineage) -> Step:
    made = link.history.select_related("history_user").order_by("history_id").first()
    return Step(link.on, link.reason, made.history_user if made else None)


def _fill(line: list[Generation], until: datetime | None) -> None:
    """What each year's part of the line says: its light today, its entries, its points."""
    keys = [one.action.pk for one in line]
    entries = ProgressEntry.objects.filter(action__in=keys).not_withdrawn()
    if until:
        entries = entries.filter(at__lt=until)
    counts = dict(
        entries.order_by().values("action").annotate(n=Count("pk")).values_list("action", "n")
    )
    for one in line:
        one.entries = counts.get(one.action.pk, 0)
        one.points = _points(one.action, one.day if not until else min(one.day, until.date()))
        if not until:
            one.state = action_on(one.action, one.day)


def _points(action: Action, until: date) -> list[tuple[date, int]]:
    told = list(
        action.entries.accepted().up_to(until).order_by("day", "pk").values_list("day", "percent")
    )
    return told if len(told) <= POINTS else _weekly(told)


def _weekly(told: Iterable[tuple[date, int]]) -> list[tuple[date, int]]:
    return list({day.isocalendar()[:2]: (day, percent) for day, percent in told}.values())
