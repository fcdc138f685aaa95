"""What an address names: the plan, the day it is looked at, the action; or a clear refusal."""

from datetime import date

from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from ..forms.fields import DayField
from ..models import Action, Plan


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
