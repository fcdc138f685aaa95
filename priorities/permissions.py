"""Who may do what: for each act one ``check_…`` that refuses in a sentence, and its ``can_…``.

What a person may touch stands here too, as querysets. Everybody signed in may read everything.
Source: DOMAIN, "Who uses it".
"""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value
from django.utils.translation import gettext as _

from .models import Action, Plan, ProgressEntry, SourceDocument, User
from .models.people import Role
from .models.phases import Life
from .models.plan import CLOSED


def passes(check: Callable[..., None]) -> Callable[..., bool]:
    """Whether a ``check_…`` lets somebody pass: who is offered an act is never refused it."""

    @wraps(check)
    def can(*asked) -> bool:
        try:
            check(*asked)
        except PermissionDenied:
            return False
        return True

    return can


def is_supervisor(user: User) -> bool:
    """Supervisors run the plan; an administrator may do all that they may."""
    return user.is_active and user.role in (Role.SUPERVISOR, Role.ADMINISTRATOR)


def _check_supervises(user: User, sentence: str) -> None:
    if not is_supervisor(user):
        raise PermissionDenied(sentence)


def seen_by(user: User) -> Q:
    """The plans that a person may know of: one in preparation is its makers' alone."""
    return Q() if is_supervisor(user) else ~Q(phase=Life.PREPARING)


def check_see(user: User, plan: Plan) -> None:
    """The same of one plan at hand; every address that carries a plan is asked by ``opened``."""
    if plan.is_preparing:
        _check_supervises(user, _("This plan is in preparation."))


def check_write(plan: Plan) -> None:
    """A closed plan is read only, whoever comes and by whichever door."""
    if plan.is_closed:
        raise PermissionDenied(CLOSED % {"plan": plan.title})


def check_live(user: User) -> None:
    """The steps of a plan's life: make it, begin it, close it, reopen it."""
    _check_supervises(user, _("Only the supervision office makes, begins and closes plans."))


def check_assign(user: User) -> None:
    """Lead unit, supporting units, owner, dates and milestones."""
    _check_supervises(user, _("Only the supervision office assigns actions."))


def check_amend(user: User, plan: Plan) -> None:
    """Add, reword, withdraw, split and merge what is in a plan that goes on."""
    _check_supervises(user, _("Only the supervision office changes the plan."))
    check_write(plan)


def check_reform(user: User) -> None:
    """Rename, merge, split and dissolve units, in all plans that go on."""
    _check_supervises(user, _("Only the supervision office reforms units."))


def check_set_status_date(user: User) -> None:
    _check_supervises(user, _("Only the supervision office sets the status date."))


def check_move_due(user: User) -> None:
    """Grant or refuse what a unit asks for."""
    _check_supervises(user, _("Only the supervision office decides about due dates."))


def check_review(user: User) -> None:
    """Accept an entry, or return it with a reason."""
    _check_supervises(user, _("Only the supervision office accepts and returns entries."))


def check_draft_report(user: User) -> None:
    """Begin, edit and discard a draft; read and write what colleagues say of it."""
    sentence = _("Only the supervision office sees and writes drafts; issued reports are for all.")
    _check_supervises(user, sentence)


def check_issue_report(user: User) -> None:
    _check_supervises(user, _("Only the supervision office issues reports."))


def check_open_panel(user: User) -> None:
    sentence = _("Only supervisors and administrators may open the admin panel.")
    _check_supervises(user, sentence)


def check_manage_accounts(user: User) -> None:
    """Accounts, their roles and their passwords."""
    if not (user.is_active and user.role == Role.ADMINISTRATOR):
        raise PermissionDenied(_("Only administrators manage accounts."))


def check_make_plan(user: User) -> None:
    """Read a document or a table, correct what was read, and make a plan of it."""
    _check_supervises(user, _("Only the supervision office makes plans."))


def check_read_document(user: User, document: SourceDocument) -> None:
    """Everybody, once a plan that was made of it runs; before that those who make plans."""
    shown = document.plans.exclude(phase=Life.PREPARING)
    if not (is_supervisor(user) or shown.exists()):
        raise PermissionDenied(_("No plan that runs was made of this document yet."))


can_see = passes(check_see)
can_write = passes(check_write)
can_live = passes(check_live)
can_assign = passes(check_assign)
can_amend = passes(check_amend)
can_reform = passes(check_reform)
can_set_status_date = passes(check_set_status_date)
can_move_due = passes(check_move_due)
can_review = passes(check_review)
can_draft_report = passes(check_draft_report)
can_issue_report = passes(check_issue_report)
can_open_panel = passes(check_open_panel)
can_manage_accounts = passes(check_manage_accounts)
can_make_plan = passes(check_make_plan)
can_read_document = passes(check_read_document)


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
    actions = Action.objects.of_plan(plan).filter(**OPEN)
    if not reports(user) or plan.phase != Life.RUNNING:
        return actions.none()
    return actions if is_supervisor(user) else actions.filter(concerning(user))


OPEN = {"lead_unit__isnull": False, "cancelled_on__isnull": True}
"""Of what somebody can report at all."""


def with_right(actions: QuerySet, user: User) -> QuerySet:
    """Actions that know already whether this person reports on them, in the one statement."""
    right = Value(is_supervisor(user))
    if reports(user) and not is_supervisor(user):
        right = ExpressionWrapper(concerning(user), output_field=BooleanField())
    return actions.annotate(right=right, right_of=Value(user.pk))


def _concerns(user: User, action: Action) -> bool:
    if getattr(action, "right_of", None) == user.pk:
        return bool(action.right)
    return reportable_by(user, action.priority.plan).filter(pk=action.pk).exists()


def check_report(user: User, action: Action) -> None:
    """Record progress of an action."""
    check_write(action.priority.plan)
    if action.priority.plan.is_preparing:
        raise PermissionDenied(_("This plan has not begun yet; nothing is reported for it."))
    if action.cancelled_on:
        raise PermissionDenied(_("This action is cancelled; nothing is reported for it."))
    if action.lead_unit_id is None:
        raise PermissionDenied(_("This action has no lead unit yet; it must be assigned first."))
    if not _concerns(user, action):
        raise PermissionDenied(
            _("Only the lead unit, the supporting units and the owner report on %(number)s.")
            % {"number": action.number}
        )


def check_ask_for_time(user: User, action: Action) -> None:
    """Whoever reports on an action may ask for another due date of it."""
    if not can_report(user, action):
        raise PermissionDenied(_("Only who reports on an action asks for another due date of it."))


def check_hand_in(user: User) -> None:
    """Hand in a ledger that was filled in; each row of it is asked for again."""
    if not reports(user):
        raise PermissionDenied(_("Only people who report hand in a ledger."))


def check_withdraw(user: User, entry: ProgressEntry) -> None:
    """Only its author takes an entry back."""
    if not (user.is_active and entry.by_id == user.pk):
        raise PermissionDenied(
            _("Only %(person)s, who recorded this entry, may take it back.") % {"person": entry.by}
        )


can_report = passes(check_report)
can_ask_for_time = passes(check_ask_for_time)
can_hand_in = passes(check_hand_in)
can_withdraw = passes(check_withdraw)


def to_be_reported_by(user: User, *plans: int) -> set[int]:
    """The primary keys of the plans' actions for which a person is the first to report."""
    actions = Action.objects.filter(answered_by(user), priority__plan__in=plans)
    return set(actions.values_list("pk", flat=True))


def mine(user: User, *plans: int) -> set[int]:
    """The primary keys of the plans' actions that a person owns or works on with a unit."""
    actions = Action.objects.filter(concerning(user), priority__plan__in=plans)
    return set(actions.values_list("pk", flat=True))
