"""What the page of an action says of the years before and after."""

from django.http import HttpRequest

from ..drawings.years import Year, chart_of
from ..models import Action, Ending
from ..models.changes import end_of
from ..plans.life.years import Generation, years_of
from .lookup import Look


def years_seen(request: HttpRequest, action: Action, look: Look) -> dict:
    """The line of an action that stands in several plans, with its drawing; else nothing.

    Of a closed plan also what became of it there.
    """
    ended = {"ending": _ending(action)} if look.plan.is_closed and not look.is_past else {}
    return {**ended, **_years(request, action, look)}


def _ending(action: Action) -> Ending | None:
    """What was decided of it when its plan was closed."""
    return Ending.objects.standing().filter(action=action).first()


def _years(request: HttpRequest, action: Action, look: Look) -> dict:
    until = end_of(look.on) if look.is_past else None
    years = years_of(action, request.user, until=until)
    if years is None:
        return {}
    last = look.on if look.is_past else None
    parts = [_year(one, last) for one in years.line]
    return {"years": years, "years_chart": chart_of(parts)}


def _year(one: Generation, last) -> Year:
    plan, action = one.plan, one.action
    return Year(
        name=f"{one.years} {action.number}",
        first=plan.start,
        last=plan.end,
        start=action.start or plan.start,
        due=action.due or plan.end,
        points=one.points,
        until=min(one.day, last) if last else one.day,
    )
