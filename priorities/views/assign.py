"""Assigning one action with its milestones: on a page of its own, or opened in place."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..forms.assign import AssignForm, fingerprint
from ..forms.versions import STALE, last_change, meanwhile
from ..models import Action, Milestone, Plan, User
from ..permissions import check_assign, check_write
from ..state.kept import action_on
from ..words import reason, word
from .answers import LATE, WRONG, done, form_at
from .lookup import action_of, plan_of
from .rendering import safe_next


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    plan = plan_of(request, slug)
    check_assign(request.user)
    check_write(plan)
    action = action_of(plan, number)
    back = safe_next(request, reverse("actions", args=[plan.slug]))
    if request.method != "POST":
        return _form_page(request, action, AssignForm(action=action), back)
    form = AssignForm(request.POST, action=action)
    if not form.is_valid():
        return _form_page(request, action, form, back, status=WRONG)
    try:
        has_changed = _store(action.pk, form, by=request.user)
    except ValidationError as error:
        if getattr(error, "code", None) == STALE:
            return _conflict(request, action, back, error)
        _put_beside_fields(form, error)
        return _form_page(request, action, form, back, status=WRONG)
    said = _said(plan, action.number, has_changed)
    return done(request, said, back, changed=[action.number])


@transaction.atomic
def _store(pk: int, form: AssignForm, *, by: User) -> bool:
    """Write assignment and milestones, both or none; whether anything changed.

    Who comes too late is refused only where something would change: a double click is no rival.
    """
    _lock(pk)
    action = Action.objects.select_related("priority__plan", "lead_unit", "owner").get(pk=pk)
    if action.cancelled_on:
        said = _("This action is cancelled; it is not assigned any more.")
        raise ValidationError(said, code=STALE)
    if form.cleaned_data["seen"] == fingerprint(action):
        return _write(action, form, by=by)
    late = ValidationError(meanwhile(_last_change(action), by), code=STALE)
    try:
        has_changed = _write(action, form, by=by)
    except ValidationError:
        raise late from None
    if has_changed:
        raise late
    return False


def _lock(pk: int) -> None:
    """The action and its milestones, which the admin panel may also save one by one."""
    Action(pk=pk).lock()
    steps = Milestone.objects.select_for_update().filter(action_id=pk)
    list(steps.order_by("pk").values_list("pk"))


def _write(action: Action, form: AssignForm, *, by: User) -> bool:
    reason = form.cleaned_data["reason"]
    has_changed = action.assign(by=by, changes=form.changes, reason=reason)
    try:
        has_moved = action.set_milestones(form.milestones.milestones(), by=by, reason=reason)
    except ValidationError as error:
        raise ValidationError({"milestones": error.messages}) from error
    return has_changed or has_moved


def _last_change(action: Action):
    """The last thing that happened to the action or to one of its milestones."""
    changes = (last_change(action.history), last_change(_steps_of(action)))
    return max(filter(None, changes), key=lambda record: record.history_date, default=None)


def _steps_of(action: Action):
    return Milestone.history.filter(action_id=action.pk)


def _conflict(
    request: HttpRequest, action: Action, back: str, error: ValidationError
) -> HttpResponse:
    """The form again with what was typed, beside what stands now, and the choice per field."""
    now = Action.objects.select_related("priority__plan", "lead_unit", "owner").get(pk=action.pk)
    form = AssignForm(request.POST, action=now)
    form.is_valid()
    form.add_error(None, error)
    differences = [] if now.cancelled_on else form.all_differences
    form.show_what_stands()
    return _form_page(request, now, form, back, status=LATE, differences=differences)


def _put_beside_fields(form: AssignForm, error: ValidationError) -> None:
    """Each message of the model beside the field that it names, or on top of the form."""
    if not hasattr(error, "error_dict"):
        return form.add_error(None, error)
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
    return None


def _said(plan: Plan, number: str, has_changed: bool) -> str:
    """What was done, and what light it gives: read from the state as every page reads it."""
    if not has_changed:
        return _("%(number)s stays as it was.") % {"number": number}
    a = action_on(action_of(plan, number), plan.today())
    words = {"number": number, "unit": a.lead_name, "light": word(a), "reason": reason(a)}
    if not a.is_assigned:
        return _("%(number)s is saved, without a lead unit.") % words
    return _("%(number)s is assigned to %(unit)s. Light: %(light)s. %(reason)s") % words


def _form_page(
    request: HttpRequest, action: Action, form: AssignForm, back: str, *, status: int = 200, **more
) -> HttpResponse:
    """The form on a page of its own; for htmx the form alone, beside the row it was opened from."""
    shown = Action.objects.select_related("priority__plan", "lead_unit", "owner").get(pk=action.pk)
    slug = action.number.replace(".", "-")
    context = {
        "plan": action.priority.plan,
        "action": shown,
        "form": form,
        "form_id": f"assign-form-{slug}",
        "seen": form["seen"].value() or "",
        "units": form.fields["lead_unit"].offered,
        "next": back,
        **more,
    }
    return form_at(request, "assign", context, target=f"#{context['form_id']}", status=status)
