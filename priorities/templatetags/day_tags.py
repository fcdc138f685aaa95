"""Days in templates: each filter is the function of that name in ``days``."""

from datetime import date

from django import template

from ..days import clock, dated, full_day, iso, moment
from ..models import Plan
from ..periods import Period

register = template.Library()
for function in (clock, dated, full_day, iso, moment):
    register.filter(function)


@register.filter
def short(day: date | None, plan: Plan) -> str:
    """In a table or a list: 09-30, with the year before it where it is not the plan's."""
    return plan.days.short(day) if day else ""


@register.filter
def named(period: Period, plan: Plan) -> str:
    """The name of a report's period, with its year where that is not the plan's."""
    return period.named(plan.days)


@register.filter
def said(day: date, plan: Plan) -> str:
    """In a sentence: 9月30日 or 30 September, with the year where it is not the plan's."""
    return plan.days.said(day)
