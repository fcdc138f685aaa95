"""Rows for tests, made by plain functions; each call makes what it returns and little else.

They write through the models' own methods where a rule could be broken, and by ``bulk_create``
where a test needs hundreds of rows. Nothing here depends on the plan that migrations load.
"""

import itertools
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db import connection

from priorities.lights import Outlook
from priorities.models import (
    Action,
    Milestone,
    Plan,
    Priority,
    ProgressEntry,
    Target,
    Unit,
    User,
)

from .seals import rewriting

PASSWORD = "区委-重点-2022"
_numbers = itertools.count(1)


def make_unit(short_name: str = "", **fields) -> Unit:
    short_name = short_name or f"示例单位{next(_numbers)}"
    return Unit.objects.create(short_name=short_name, **{"name": f"示例{short_name}", **fields})


def make_user(role: str = "viewer", units=(), username: str = "", **fields) -> User:
    username = username or f"{role}{next(_numbers)}"
    user = User(username=username, role=role, **{"display_name": f"示例{username}", **fields})
    user.set_password(PASSWORD)
    user.save()
    user.units.set(units)
    return user


def make_plan(slug: str = "2031", *, sizes=(), **fields) -> Plan:
    """A plan of the year 2022 that speaks of 30 September; ``sizes`` are actions per priority."""
    defaults = {
        "title": f"示例{slug}年度重点工作",
        "start": date(2022, 1, 1),
        "end": date(2022, 12, 31),
        "status_date": date(2022, 9, 30),
    }
    plan = Plan.objects.create(slug=slug, **defaults | fields)
    for number, size in enumerate(sizes, start=1):
        priority = make_priority(plan, number=number)
        for order in range(1, size + 1):
            make_action(priority, order=order)
    return plan


def make_priority(plan: Plan, *, number: int = 0, **fields) -> Priority:
    number = number or plan.priorities.count() + 1
    defaults = {"title": f"示例重点工作{number}", "sentence": f"示例重点工作{number}。"}
    return Priority.objects.create(plan=plan, number=number, **defaults | fields)


def make_action(
    priority: Priority, *, order: int = 0, supporting=(), assigned: date | None = None, **fields
) -> Action:
    """An action; with a lead unit it runs the whole year of its plan unless told otherwise, and
    has had it since the first day of that year, or since ``assigned``."""
    order = order or priority.actions.count() + 1
    fields = {"text": f"示例举措{priority.number}.{order}", **fields}
    if fields.get("lead_unit"):
        fields = {"start": priority.plan.start, "due": priority.plan.end, **fields}
    action = Action(priority=priority, order=order, **fields)
    if fields.get("lead_unit"):
        first = assigned or priority.plan.start
        action._history_date = datetime.combine(first, time(9), tzinfo=UTC)
    action.save()
    action.__dict__.pop("_history_date", None)
    action.supporting_units.set(supporting)
    return action


def make_milestone(action: Action, planned: date, *, title: str = "", done=None) -> Milestone:
    title = title or f"示例节点{next(_numbers)}"
    return Milestone.objects.create(action=action, title=title, planned=planned, done=done)


def make_target(action: Action, value: object = 100, *, start: object = 0, **fields) -> Target:
    """From nothing to a hundred of something, unless said otherwise."""
    numbers = {"start_value": Decimal(str(start)), "target_value": Decimal(str(value))}
    defaults = {"title": f"示例指标{next(_numbers)}", "measured_in": "万平方米", **numbers}
    action.__dict__.pop("is_measured", None)
    return Target.objects.create(action=action, **defaults | fields)


def make_entry(action: Action, *, by: User, percent: int = 50, **fields) -> ProgressEntry:
    """A stored entry, accepted at once unless ``needs_review=True``; no rule is asked."""
    return ProgressEntry.objects.create(**_entry(action, by=by, percent=percent, **fields))


def make_entries(actions, *, by: User, each: int, percent: int = 50) -> None:
    """``each`` accepted entries per action, on the last days before the plan's today."""
    ProgressEntry.objects.bulk_create(
        ProgressEntry(**_entry(a, by=by, percent=percent, day=_today(a) - timedelta(days=n % 90)))
        for a in actions
        for n in range(each)
    )


def date_history(day: date) -> None:
    """Let everything that was recorded since the last call have been recorded on that day."""
    at = datetime.combine(day, time(9), tzinfo=UTC)
    with rewriting(connection):
        for model in (Plan, Priority, Action, Milestone, Target, Unit, User):
            since = model.history.filter(history_date__gt=at + timedelta(days=366))
            since.update(history_date=at)


def _entry(action: Action, **fields) -> dict:
    day = fields.setdefault("day", _today(action))
    defaults = {
        "done": "示例：已按计划推进。",
        "outlook": Outlook.ON_COURSE,
        "needs_review": False,
        "at": datetime.combine(day, time(9), tzinfo=UTC),
        "nonce": uuid.uuid4(),
    }
    return {"action": action, **defaults, **fields}


def _today(action: Action) -> date:
    return action.priority.plan.today()
