"""Extension requests: a unit asks before the due date, the office answers with a date."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..acts.once import is_own, once
from ..forms.extension import ExtensionAnswerForm, ExtensionForm
from ..forms.fields import DAYS_OF_PLANS
from ..models import Action, ExtensionRequest, Plan, User
from ..models.progress import AlreadyDecided
from ..permissions import can_move_due, check_ask_for_time, check_move_due
from .changed import mark
from .lookup import action_of, plan_of
from .rendering import render_page, safe_next

DECIDED_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def extension(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The form with which a unit asks for more time."""
    plan = plan_of(slug)
    action = action_of(plan, number)
    check_ask_for_time(request.user, action)
    then = safe_next(request, reverse("action", args=[plan.slug, number]))
    form = ExtensionForm(request.POST or None, initial={"nonce": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            asked = _asked(action, request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_refusal(error)
        else:
            words = {"number": action.number, "day": plan.days.said(asked.wanted)}
            messages.success(request, _("%(number)s: asked for %(day)s.") % words)
            return redirect(then)
    status = 422 if form.errors else 200
    context = {"plan": plan, "action": action, "form": form, "next": then}
    context["asked"] = action.extension_requests.open().first()
    return render_page(request, "extension", context, status=status)


def _asked(action: Action, by: User, *, nonce: uuid.UUID, **words) -> ExtensionRequest:
    def act(key: uuid.UUID) -> ExtensionRequest:
        return ExtensionRequest.ask(action=action, by=by, nonce=key, **words)

    said = (action.pk, *sorted(words.items()))
    return once(ExtensionRequest, act, by=by, nonce=nonce, said=said)


@require_safe
def extensions(request: HttpRequest, slug: str) -> HttpResponse:
    """What is open, oldest first, and what was decided, newest first."""
    return _list(request, plan_of(slug))


@require_POST
def extension_answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    plan = plan_of(slug)
    check_move_due(request.user)
    requests = ExtensionRequest.objects.of_plan(plan).select_related("action__priority", "by")
    asked = get_object_or_404(requests, pk=pk)
    asked.action.priority.plan = plan
    form = ExtensionAnswerForm(request.POST)
    if form.is_valid():
        try:
            said = _decide(request, asked, form)
        except AlreadyDecided:
            if not _is_own_answer(request, asked, form):
                return _list(request, plan, refused=_faster(asked), status=409)
            return redirect(safe_next(request, reverse("extensions", args=[plan.slug])))
        except ValidationError as error:
            if _was_answered(asked) and _is_own_answer(request, asked, form):
                return redirect(safe_next(request, reverse("extensions", args=[plan.slug])))
            form.add_refusal(error)
        else:
            messages.success(request, said)
            return redirect(safe_next(request, reverse("extensions", args=[plan.slug])))
    return _list(request, plan, form=form, at=asked.pk, status=422)


def _decide(request: HttpRequest, asked: ExtensionRequest, form: ExtensionAnswerForm) -> str:
    if hasattr(asked, "answer"):
        raise AlreadyDecided
    days = asked.action.priority.plan.days
    words = {"number": asked.action.number, "day": days.said(asked.due)}
    if form.is_granted:
        answer = asked.grant(by=request.user, due=form.cleaned_data["due"])
        mark(request, [asked.action.number])
        return _("%(number)s is now due on %(day)s.") % {
            **words,
            "day": days.said(answer.granted),
        }
    asked.refuse(by=request.user, reason=form.cleaned_data["reason"])
    return _("%(number)s stays due on %(day)s.") % words


def _was_answered(asked: ExtensionRequest) -> bool:
    return ExtensionRequest.objects.filter(pk=asked.pk, answer__isnull=False).exists()


def _is_own_answer(
    request: HttpRequest, asked: ExtensionRequest, form: ExtensionAnswerForm
) -> bool:
    """Whether this person has given this very answer already: a second click leads on as well."""
    answer = ExtensionRequest.objects.select_related("answer").get(pk=asked.pk).answer
    due, reason = form.cleaned_data["due"], form.cleaned_data["reason"]
    said = {"granted": due} if form.is_granted else {"reason": reason}
    if not is_own(answer, by=request.user, **said):
        return False
    day = asked.action.priority.plan.days.said(answer.granted or asked.due)
    words = {"number": asked.action.number, "day": day}
    is_moved = _("%(number)s is now due on %(day)s.")
    stays = _("%(number)s stays due on %(day)s.")
    messages.success(request, (is_moved if answer.granted else stays) % words)
    return True


def _faster(asked: ExtensionRequest) -> str:
    answer = ExtensionRequest.objects.select_related("answer__by").get(pk=asked.pk).answer
    words = {"person": answer.by, "number": asked.action.number}
    if answer.granted:
        words["day"] = asked.action.priority.plan.days.said(answer.granted)
        return _("%(person)s has already moved %(number)s to %(day)s.") % words
    return _("%(person)s has already refused the request for %(number)s.") % words


def _list(
    request: HttpRequest,
    plan: Plan,
    *,
    form: ExtensionAnswerForm | None = None,
    at: int | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    requests = ExtensionRequest.objects.of_plan(plan).select_related(
        "action__priority", "action__lead_unit", "by", "answer__by"
    )
    context = {
        "plan": plan,
        "open": requests.open().order_by("at", "pk"),
        "decided": requests.filter(answer__isnull=False)[:DECIDED_SHOWN],
        "may_decide": can_move_due(request.user),
        "form": form,
        "at": at,
        "refused": refused,
        "days_of_plans": flatatt(DAYS_OF_PLANS),
    }
    return render_page(request, "extensions", context, status=status)
