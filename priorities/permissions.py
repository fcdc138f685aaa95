"""Who may do what: one small predicate per act, and what a person may touch as querysets.

Everybody signed in may read everything. Source: DOMAIN, "Who uses it".
"""

from django.db.models import Q

from .models import Action, Plan, ProgressEntry, User
from .models.people import Role


def is_supervisor(user: User) -> bool:
    """Supervisors run the plan; an administrator may do all that they may."""
    return user.is_active and user.role in (Role.SUPERVISOR, Role.ADMINISTRATOR)


def can_assign(user: User) -> bool:
    """Lead unit, supporting units, owner, dates, milestones, and the plan's status date."""
    return is_supervisor(user)


def can_review(user: User) -> bool:
    """Accept an entry, or return it with a reason."""
    return is_supervisor(user)


def can_manage_accounts(user: User) -> bool:
    return user.is_active and user.role == Role.ADMINISTRATOR


def reports(user: User) -> bool:
    """Whether reporting progress is among what this person comes for at all."""
    return user.is_active and user.role != Role.VIEWER


def answered_by(user: User) -> Q:
    """The actions that a person owns, or that a unit of theirs leads: they report first."""
    return Q(owner=user) | Q(lead_unit__in=user.units.values("pk"))


def concerning(user: User) -> Q:
    """The actions that a person owns, or whose lead or supporting unit is one of theirs."""
    through = Action.supporting_units.through.objects
    supported = through.filter(unit__in=user.units.values("pk"))
    return answered_by(user) | Q(pk__in=supported.values("action_id"))


def reportable_by(user: User, plan: Plan):
    """The actions of a plan for which a person may record progress now."""
    actions = Action.objects.of_plan(plan).filter(
        lead_unit__isnull=False, cancelled_on__isnull=True
    )
    if is_supervisor(user):
        return actions
    if user.role != Role.REPORTER or not user.is_active:
        return actions.none()
    return actions.filter(concerning(user))


def can_report(user: User, action: Action) -> bool:
    return reportable_by(user, action.priority.plan).filter(pk=action.pk).exists()


def can_withdraw(user: User, entry: ProgressEntry) -> bool:
    """Only its author takes an entry back."""
    return user.is_active and entry.by_id == user.pk


def to_be_reported_by(user: User, plan: Plan) -> set[int]:
    """The primary keys of the plan's actions for which a person is the first to report."""
    actions = Action.objects.of_plan(plan).filter(answered_by(user))
    return set(actions.values_list("pk", flat=True))


def mine(user: User, plan: Plan) -> set[int]:
    """The primary keys of the plan's actions that a person owns or works on with a unit."""
    actions = Action.objects.of_plan(plan).filter(concerning(user))
    return set(actions.values_list("pk", flat=True))


def can_draft_report(user: User) -> bool:
    """Begin, edit and discard a draft; read and write what colleagues say of it."""
    return is_supervisor(user)


def can_issue_report(user: User) -> bool:
    return is_supervisor(user)
