"""Extension requests: a unit asks before the due date, the office answers with a date."""

import uuid

from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..acts.once import is_own, once
from ..forms.extension import ExtensionAnswerForm, ExtensionForm
from ..forms.fields import DAYS_OF_PLANS
from ..models import Action, ExtensionAnswer, ExtensionRequest, Plan, User
from ..models.progress import AlreadyDecided
from ..permissions import can_move_due, can_write, check_ask_for_time, check_move_due
from .answers import LATE, WRONG, done, status_of
from .lookup import action_of, plan_of
from .rendering import render_page, safe_next

DECIDED_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def extension(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The form with which a unit asks for more time."""
    plan = plan_of(request, slug)
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
            return done(request, _("%(number)s: asked for %(day)s.") % words, then)
    status = status_of(form)
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
    return _list(request, plan_of(request, slug))


@require_POST
def extension_answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    plan = plan_of(request, slug)
    check_move_due(request.user)
    requests = ExtensionRequest.objects.of_plan(plan).select_related("action__priority", "by")
    asked = get_object_or_404(requests, pk=pk)
    asked.action.priority.plan = plan
    form = ExtensionAnswerForm(request.POST)
    if form.is_valid():
        try:
            return _decided(request, asked, _decide(request.user, asked, form))
        except AlreadyDecided:
            if own := _own_answer(request.user, asked, form):
                return _decided(request, asked, own)
            return _list(request, plan, refused=_faster(asked), status=LATE)
        except ValidationError as error:
            if own := _own_answer(request.user, asked, form):
                return _decided(request, asked, own)
            form.add_refusal(error)
    return _list(request, plan, form=form, at=asked.pk, status=WRONG)


def _decide(by: User, asked: ExtensionRequest, form: ExtensionAnswerForm) -> ExtensionAnswer:
    if hasattr(asked, "answer"):
        raise AlreadyDecided
    if form.is_granted:
        return asked.grant(by=by, due=form.cleaned_data["due"])
    return asked.refuse(by=by, reason=form.cleaned_data["reason"])


def _decided(
    request: HttpRequest, asked: ExtensionRequest, answer: ExtensionAnswer
) -> HttpResponse:
    number, plan = asked.action.number, asked.action.priority.plan
    words = {"number": number, "day": plan.days.said(answer.granted or asked.due)}
    then = safe_next(request, reverse("extensions", args=[plan.slug]))
    if answer.granted:
        said = _("%(number)s is now due on %(day)s.")
        return done(request, said % words, then, changed=[number])
    return done(request, _("%(number)s stays due on %(day)s.") % words, then)


def _own_answer(
    user: User, asked: ExtensionRequest, form: ExtensionAnswerForm
) -> ExtensionAnswer | None:
    """The answer that stands, where this person has given this very one: a second click."""
    answer = ExtensionAnswer.objects.filter(request=asked).first()
    due, reason = form.cleaned_data["due"], form.cleaned_data["reason"]
    said = {"granted": due} if form.is_granted else {"reason": reason}
    return answer if is_own(answer, by=user, **said) else None


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
        "may_decide": can_move_due(request.user) and can_write(plan),
        "form": form,
        "at": at,
        "refused": refused,
        "days_of_plans": flatatt(DAYS_OF_PLANS),
    }
    return render_page(request, "extensions", context, status=status)
