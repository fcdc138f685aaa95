"""What an address names: the plan, the day it is looked at, the action; or a clear refusal."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from urllib.parse import urlencode

from django.core.exceptions import BadRequest, ValidationError
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ..addresses import DAYS, Addresses
from ..called import plan_called_formerly
from ..forms.fields import DayField
from ..models import Action, Plan, ProgressEntry, Unit, User
from ..permissions import can_see, can_write, check_write, seen_by
from ..speakers import name_speakers
from ..state.day import PlanState
from ..state.kept import plan_on
from ..state.statements import PLANS_AT_ONCE
from ..state.stored import is_past, units_on

DAY_PARAMETERS = (*DAYS, "page", "pick")


class Renamed(Http404):
    """Nothing is here any more; ``parts`` are what the address has to say instead of what."""

    def __init__(self, before: str, now: str):
        super().__init__()
        self.parts = (before, now)


def plan_of(request: HttpRequest, slug: str) -> Plan:
    """The plan of that address; where it has another one now, readers are led on (404)."""
    if plan := Plan.objects.filter(slug=slug).first():
        return opened(request, plan)
    if plan := plan_called_formerly(slug):
        raise Renamed(slug, opened(request, plan).slug)
    raise Http404


def opened(request: HttpRequest, plan: Plan) -> Plan:
    """The plan, where whoever asks may know of it: every address that carries one comes by here.

    A form that is sent to a closed plan is refused, unless its view says that it is meant for one
    (``also_when_closed``). Raises Http404 and PermissionDenied.
    """
    if not can_see(request.user, plan):
        raise Http404
    is_look = request.method in ("GET", "HEAD")
    if not is_look and not getattr(request.resolver_match.func, "is_for_closed", False):
        check_write(plan)
    return plan


def running_plans(user: User) -> list[Plan]:
    """The plans that run and that a person may know of, the latest first; as many as are read at
    once.
    """
    running = Plan.objects.filter(seen_by(user)).running()
    return list(running.order_by("-start", "-pk")[:PLANS_AT_ONCE])


def also_when_closed(view: Callable) -> Callable:
    """Marks a view whose forms change nothing of the plan itself: reports, and its life."""
    view.is_for_closed = True
    return view


def action_of(plan: Plan, number: str) -> Action:
    """The plan's action of that number, with its priority; 404 where there is none."""
    found = Action.objects.of_plan(plan).numbered(number)
    action = found.select_related("priority", "lead_unit", "owner").first()
    if action is None:
        raise Http404(_("There is no action %(number)s in this plan.") % {"number": number[:20]})
    action.priority.plan = plan
    return action


def day_of(request: HttpRequest, plan: Plan) -> date:
    """The day that a page speaks of: ``?on=``, else the plan's today.

    Raises BadRequest, with a sentence for the reader, where ``on`` is no day of the plan.
    """
    return _day_in(request, "on", plan) or plan.today()


def _day_in(request: HttpRequest, name: str, plan: Plan) -> date | None:
    wanted = request.GET.get(name, "")
    if not wanted:
        return None
    try:
        day = DayField().clean(wanted)
    except ValidationError as error:
        raise BadRequest(error.messages[0]) from None
    last = last_day_of(plan)
    if not plan.start <= day <= last:
        raise BadRequest(
            _("Choose a day from %(first)s to %(last)s.") % {"first": plan.start, "last": last}
        )
    return day


def addresses_of(request: HttpRequest, plan: Plan) -> Addresses:
    """The addresses from a page that knows no day of its own: the reader's days are kept there.

    What is no day of the plan is let go of: on such a page it would change nothing.
    """
    days = {}
    for name in DAYS:
        with suppress(BadRequest):
            days[name] = _day_in(request, name, plan)
    return Addresses(plan, **days)


def last_day_of(plan: Plan) -> date:
    """The last day that a page can be asked for: a plan that is over is looked at after its end.

    A closed one has no days after that of its final state.
    """
    if plan.is_closed:
        return plan.today()
    return max(plan.end, timezone.localdate())


@dataclass
class Look:
    """A plan looked at on a day: as it is now, or as it stood on a past day (``?on=``).

    With ``since`` every row of the state knows what it was on that earlier day.
    """

    plan: Plan
    on: date
    since: date | None
    kept: list[tuple[str, str]]

    @property
    def addresses(self) -> Addresses:
        return Addresses(self.plan, self.on, self.since)

    @property
    def is_open(self) -> bool:
        """Whether anything can be done here: on the plan's own today, until it is closed."""
        return self.on == self.plan.today() and can_write(self.plan)

    @property
    def is_past(self) -> bool:
        return is_past(self.plan, self.on)

    @cached_property
    def units(self) -> dict[int, Unit]:
        """All units by primary key, under the names of the day."""
        return units_on(self.plan, self.on)

    @cached_property
    def state(self) -> PlanState:
        now = plan_on(self.plan, self.on)
        return now.compared_with(plan_on(self.plan, self.since)) if self.since else now

    def latest(self, whose: Q, most: int) -> list[ProgressEntry]:
        """The last recorded entries up to the day, each with its action as it stood (``shown``)."""
        entries = ProgressEntry.objects.filter(whose).up_to(self.on).not_withdrawn()
        keys = self._newest(entries, most)
        found = ProgressEntry.objects.filter(pk__in=keys).with_step()
        found = list(found.select_related("by", "decision").order_by("-at", "-pk"))
        name_speakers(found)
        rows = {a.action.pk: a for a in self.state.actions}
        for entry in found:
            entry.shown = rows.get(entry.action_id)
            entry.is_early = bool(entry.shown) and entry.shown.warns_early(entry)
        return [e for e in sorted(found, key=attrgetter("day"), reverse=True) if e.shown]

    def _newest(self, entries: QuerySet, most: int) -> list[int]:
        """The keys of the newest entries, by way of the newest of each action.

        Of the ``most`` newest of all, none is older than the last of the ``most`` newest actions:
        so an index finds them, however many entries there are.
        """
        of_action = entries.filter(action=OuterRef("pk")).order_by("-pk").values("pk")
        actions = Action.objects.of_plan(self.plan).order_by()
        newest = actions.annotate(newest=Subquery(of_action[:1])).values_list("pk", "newest")
        heads = sorted(((key, pk) for pk, key in newest if key), reverse=True)
        recent = entries.filter(action__in=[pk for _key, pk in heads[:most]])
        if len(heads) >= most:
            recent = recent.filter(pk__gte=heads[most - 1][0])
        return list(recent.order_by("-pk").values_list("pk", flat=True)[:most])

    @property
    def last_day(self) -> date:
        return last_day_of(self.plan)

    @property
    def weeks(self) -> int:
        """How many weeks the slider moves through: from the plan's start to its end or today."""
        return (self._last - self.plan.start).days // 7

    @property
    def month_ends(self) -> list[tuple[date, str]]:
        """The last day of every month of the plan that has passed, each with its query."""
        ends, first = [], self.plan.start.replace(day=1)
        while first <= self._last:
            following = (first + timedelta(32)).replace(day=1)
            ends.append(following - timedelta(1))
            first = following
        return [(day, self._query(day)) for day in ends if self.plan.start <= day <= self._last]

    def _query(self, day: date) -> str:
        """The query of this page on another day: the filter stays, so does a day before it."""
        since = [("since", self.since.isoformat())] if self.since and self.since < day else []
        return urlencode([*self.kept, ("on", day.isoformat()), *since])

    @property
    def _last(self) -> date:
        return min(self.plan.end, max(self.plan.today(), self.plan.start))

    @property
    def context(self) -> dict:
        """What every page that shows state hands to its template."""
        return {
            "plan": self.plan,
            "on": self.on,
            "today": self.plan.today(),
            "look": self,
            "addresses": self.addresses,
        }


def look_of(request: HttpRequest, plan: Plan) -> Look:
    """The day that a page speaks of, with the plan as it stood then; raises as ``day_of`` does.

    Without ``?on=``, and on the plan's own today, the plan's data are the present ones.
    """
    on, since = day_of(request, plan), _day_in(request, "since", plan)
    if since and since >= on:
        raise BadRequest(_("The day to compare with must lie before the day that is shown."))
    asked = [item for item in request.GET.lists() if item[0] not in DAY_PARAMETERS]
    kept = [(name, value) for name, values in asked for value in values]
    return Look(plan, on, since, kept)
