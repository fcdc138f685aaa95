"""What a write begins with: the action of an address, its plan, and the writer's right to it.

One statement, built once per kind of reader: Django takes longer to build it than to run it.
"""

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Exists, Model, OuterRef, QuerySet

from ..models import Action, Plan, Priority, Target, Unit, User
from ..models.people import Role
from ..permissions import with_right
from ..state.statements import Statement
from .queue import NUMBER

SLUG, PRIORITY, ORDER, READER = "￿", 32_001, 32_002, 2_147_483_001
"""Stand in the statement while it is built; nothing stored is called or numbered so."""

PARTS = (
    (Action, ""),
    (Priority, "priority__"),
    (Plan, "priority__plan__"),
    (Unit, "lead_unit__"),
    (User, "owner__"),
)


class Named(Statement):
    """Of the action named by slug and number, for one reader, the columns of ``PARTS``."""

    def __init__(self, role: str):
        super().__init__(lambda plan, day: self._queried())
        self.role = role

    def row(self, slug: str, priority: int, order: int, reader: int) -> list | None:
        places = {SLUG: slug, PRIORITY: priority, ORDER: order, READER: reader}
        return next(self._asked(connections[DEFAULT_DB_ALIAS], places), None)

    def _queried(self) -> QuerySet:
        named = Action.objects.filter(
            priority__plan__slug=SLUG, priority__number=PRIORITY, order=ORDER
        )
        counted = Exists(Target.objects.standing().filter(action=OuterRef("pk")))
        asked = with_right(named, User(pk=READER, role=self.role)).order_by()
        columns = (f"{way}{name}" for model, way in PARTS for name in of(model))
        return asked.annotate(counted=counted).values_list(*columns, "counted", "right")


def of(model: type[Model]) -> list[str]:
    """The columns of a model, as an instance is made of them."""
    return [field.attname for field in model._meta.concrete_fields]


NAMED = {role: Named(role) for role in Role.values}


def action_for(user: User, slug: str, number: str) -> Action | None:
    """With its priority, plan, unit and owner, and with the person's right to report on it."""
    if not NUMBER.fullmatch(number):
        return None
    priority, order = map(int, number.split("."))
    row = NAMED[user.role].row(slug, priority, order, user.pk)
    if row is None:
        return None
    *columns, counted, right = row
    action, priority, plan, unit, owner = _made_of(columns)
    priority.plan, action.priority = plan, priority
    action.lead_unit, action.owner = unit, owner
    action.right, action.right_of = bool(right), user.pk
    action.is_measured = bool(counted)
    return action


def _made_of(columns: list) -> list[Model | None]:
    rows, start = [], 0
    for model, _way in PARTS:
        names = of(model)
        values = columns[start : start + len(names)]
        start += len(names)
        is_there = values[names.index(model._meta.pk.attname)] is not None
        rows.append(model.from_db(DEFAULT_DB_ALIAS, names, values) if is_there else None)
    return rows
