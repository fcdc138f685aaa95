"""What an action counts: the page on which the office sets its targets and moves them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ..forms.targets import ReasonForm, Targets, fingerprint
from ..forms.versions import STALE, last_change, meanwhile
from ..history import times_targets_moved
from ..measured import MOST_TARGETS
from ..models import Action, Target, User
from ..permissions import check_assign, check_write
from .answers import LATE, WRONG, done
from .lookup import action_of, plan_of
from .rendering import render_page, safe_next


@require_http_methods(["GET", "HEAD", "POST"])
def targets(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    plan = plan_of(request, slug)
    check_assign(request.user)
    check_write(plan)
    action = action_of(plan, number)
    if request.method != "POST":
        form = ReasonForm(initial={"seen": fingerprint(action)}, auto_id="t-%s")
        return _page(request, action, form, Targets(action=action))
    form, rows = ReasonForm(request.POST, auto_id="t-%s"), Targets(request.POST, action=action)
    if not all([form.is_valid(), rows.is_valid()]):
        return _page(request, action, form, rows, status=WRONG)
    try:
        has_changed = _store(action, form, rows, by=request.user)
    except ValidationError as error:
        form.add_refusal(error)
        is_late = getattr(error, "code", None) == STALE
        return _page(request, action, form, rows, status=LATE if is_late else WRONG)
    return done(request, _said(action, has_changed), _back(request, action), changed=[number])


@transaction.atomic
def _store(action: Action, form: ReasonForm, rows: Targets, *, by: User) -> bool:
    """Whether anything changed. Who comes too late is refused only where something would."""
    action.lock()
    if action.cancelled_on:
        said = _("This action is cancelled; nothing is counted for it any more.")
        raise ValidationError(said, code=STALE)
    is_late = form.cleaned_data["seen"] != fingerprint(action)
    last = last_change(Target.history.filter(action_id=action.pk)) if is_late else None
    reason = form.cleaned_data["reason"]
    has_changed = Target.set_for(action, rows.targets(), by=by, reason=reason)
    if is_late and has_changed:
        raise ValidationError(meanwhile(last, by), code=STALE)
    return has_changed


def _said(action: Action, has_changed: bool) -> str:
    words = {"number": action.number, "count": action.targets.standing().count()}
    if not has_changed:
        return _("%(number)s stays as it was.") % words
    if not words["count"]:
        return _("%(number)s counts nothing any more; its percent is typed again.") % words
    said = ngettext(
        "%(number)s counts %(count)d target; its percent follows from it.",
        "%(number)s counts %(count)d targets; its percent follows from them.",
        words["count"],
    )
    return said % words


def _back(request: HttpRequest, action: Action) -> str:
    page = reverse("action", args=[action.priority.plan.slug, action.number])
    return safe_next(request, page)


def _page(
    request: HttpRequest, action: Action, form: ReasonForm, rows: Targets, *, status: int = 200
) -> HttpResponse:
    """After a change by somebody else the form is one that has seen what stands now."""
    plan = action.priority.plan
    moved = times_targets_moved(action, plan.today())
    context = {
        "plan": plan,
        "action": action,
        "form": form,
        "rows": rows,
        "stands": [(t, moved.get(t.pk, 0)) for t in action.targets.standing()],
        "seen": fingerprint(action) if status == LATE else form["seen"].value() or "",
        "most": MOST_TARGETS,
        "next": _back(request, action),
    }
    return render_page(request, "targets", context, status=status)
