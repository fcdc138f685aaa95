"""Taking a plan away that was just made: whole, while nobody has touched it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Action, Milestone, Plan, Priority, Target, User
from ..models.chain import hold_chain
from ..models.phases import Life
from ..models.put_aside import PutAside

TOUCHED = gettext_lazy(
    "The plan is not taken away: somebody has begun it, or changed something in it, since."
)


class Touched(ValidationError):
    """Somebody has worked with the plan meanwhile: it is not taken away by an undo any more."""


def unmake(origin: PutAside, *, by: User) -> None:
    """Take the plan away that was made of it; what was put aside is open to be corrected again.

    The address is free again, and nothing happens where there is no plan any more. Raises Touched,
    with nothing changed, where the plan is not as it was made.
    """
    with transaction.atomic():
        hold_chain()
        origin.refresh_from_db(fields=[origin.MAKES, "version", "changed_at"])
        plan = origin.plan_made
        if plan is None:
            return
        _check_untouched(plan, since=origin.changed_at)
        origin.let_go(by=by)
        _take_apart(plan, by=by)


def _check_untouched(plan: Plan, *, since: datetime) -> None:
    """Raises Touched where the plan runs, or anything in it was changed since it was made."""
    if plan.phase != Life.PREPARING:
        raise Touched(TOUCHED)
    histories = (
        Plan.history.filter(id=plan.pk),
        Priority.history.filter(plan_id=plan.pk),
        Action.history.filter(priority__plan_id=plan.pk),
        Milestone.history.filter(action__priority__plan_id=plan.pk),
        Target.history.filter(action__priority__plan_id=plan.pk),
    )
    if any(history.filter(history_date__gt=since).exists() for history in histories):
        raise Touched(TOUCHED)


def _take_apart(plan: Plan, *, by: User) -> None:
    """Remove the rows, each with its record of who took it away, as the seal wants it.

    Within the caller's transaction; raises Touched where something has come to hang on them.
    """
    signed = {"by": by, "reason": _("The making of the plan was undone")}
    try:
        for rows in _rows_of(plan):
            for row in rows:
                row.sign_change(**signed)
            gone = Collector(using=DEFAULT_DB_ALIAS)
            gone.collect(rows)
            gone.delete()
    except ProtectedError as error:
        raise Touched(TOUCHED) from error


def _rows_of(plan: Plan) -> list:
    """All that was made, what hangs on something before that."""
    actions = Action.objects.of_plan(plan)
    return [
        list(Milestone.objects.filter(action__in=actions)),
        list(Target.objects.filter(action__in=actions)),
        list(actions),
        list(plan.priorities.all()),
        [plan],
    ]
