"""What an address names: the plan, the day it is looked at, the action; or a clear refusal."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ..forms.fields import DayField
from ..models import Action, Plan
from ..record import PlanRows, rows_as_recorded, rows_of
from ..state import PlanState, state


def plan_of(slug: str) -> Plan:
    return get_object_or_404(Plan, slug=slug)


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
    wanted = request.GET.get("on", "")
    if not wanted:
        return plan.today()
    try:
        day = DayField().clean(wanted)
    except ValidationError as error:
        raise BadRequest(error.messages[0]) from None
    last = max(plan.end, timezone.localdate())
    if not plan.start <= day <= last:
        raise BadRequest(
            _("Choose a day from %(first)s to %(last)s.") % {"first": plan.start, "last": last}
        )
    return day


@dataclass
class Look:
    """A plan looked at on a day: as it is now, or as it stood on a past day (``?on=``)."""

    plan: Plan
    on: date
    is_past: bool

    @cached_property
    def rows(self) -> PlanRows:
        return rows_as_recorded(self.plan, self.on) if self.is_past else rows_of(self.plan)

    @cached_property
    def state(self) -> PlanState:
        return state(self.plan, self.on, self.rows)

    @property
    def context(self) -> dict:
        """What every page that shows state hands to its template."""
        return {
            "plan": self.plan,
            "on": self.on,
            "today": self.plan.today(),
            "look": self,
        }


def look_of(request: HttpRequest, plan: Plan) -> Look:
    """The day that a page speaks of, with the plan as it stood then; raises as ``day_of`` does.

    Without ``?on=``, and on the plan's own today, the plan's data are the present ones.
    """
    on = day_of(request, plan)
    return Look(plan, on, is_past=on != plan.today() and on < timezone.localdate())
