"""The life of a plan: its steps, its final state, and the forms that take a step."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..forms.life import (
    MOST_DECIDED,
    CarryForm,
    ClosingForm,
    StepForm,
    decided,
    fates_of,
)
from ..models import Action, Closing, Ending, Lineage, Plan, User
from ..models.changes import reason_in_words
from ..models.lineage import Descent
from ..models.phases import Life
from ..permissions import can_live, check_live, seen_by
from ..plans.life.carrying import carry_over
from ..plans.life.steps import (
    NotInThatPhase,
    begin,
    close,
    final_day_of,
    final_state,
    goes_on,
    not_answered,
    open_actions,
    standing_closing,
    step_back,
    what_followed,
)
from ..state.day import ActionState
from ..state.kept import plan_on
from .answers import LATE, WRONG, done
from .lookup import also_when_closed, plan_of
from .rendering import render_page

FORMS = ["GET", "HEAD", "POST"]
MOST_PLANS = 20
"""Into which can be carried; the latest ones are offered."""


# To read


@require_safe
def plan_life(request: HttpRequest, slug: str) -> HttpResponse:
    """What happened to the plan as a whole, and, once it is closed, what became of its actions."""
    plan = plan_of(request, slug)
    context = {
        "plan": plan,
        "steps": _steps(plan),
        "may_live": can_live(request.user),
        "state": plan_on(plan, plan.today()),
    }
    if plan.is_closed:
        context |= _ended(plan, context["state"], request.user)
    return render_page(request, "plan_life", context)


@dataclass(frozen=True)
class Step:
    """One step of the plan's life, as it is told."""

    at: datetime
    phase: Life
    is_back: bool
    by: User | None
    reason: str

    @property
    def word(self) -> str:
        if self.is_back:
            return _("Reopened") if self.phase == Life.RUNNING else _("Back in preparation")
        words = {
            Life.PREPARING: _("Made"),
            Life.RUNNING: _("Begun"),
            Life.CLOSED: _("Closed"),
        }
        return words[self.phase]


def _steps(plan: Plan) -> list[Step]:
    """By the plan's own record, oldest first: whatever changed its phase."""
    rows = plan.history.select_related("history_user").order_by("history_id")
    steps, before = [], None
    for row in rows:
        phase = Life(row.phase)
        if before is None or phase != before:
            is_back = before is not None and list(Life).index(phase) < list(Life).index(before)
            reason = reason_in_words(row)
            steps.append(Step(row.history_date, phase, is_back, row.history_user, reason))
        before = phase
    return steps


@dataclass(frozen=True)
class Ended:
    """One action that was open when its plan closed, as it stood then, and where it goes on."""

    a: ActionState
    ending: Ending
    goes_on: object | None


def _ended(plan: Plan, state, reader: User) -> dict:
    closing = standing_closing(plan)
    endings = list(Ending.objects.filter(closing=closing))
    links = goes_on([one.action_id for one in endings])
    seen = set(_others(plan, reader).values_list("pk", flat=True))
    rows = {a.action.pk: a for a in state.actions}
    told = []
    for one in endings:
        link = links.get(one.action_id)
        is_known = link is not None and link.target.priority.plan_id in seen
        if one.action_id in rows:
            told.append(Ended(rows[one.action_id], one, link if is_known else None))
    told.sort(key=lambda row: (row.a.action.priority.number, row.a.action.order))
    is_supervised = can_live(reader)
    return {
        "closing": closing,
        "carried": [row for row in told if row.ending.verdict == Ending.Verdict.CARRIED],
        "uncompleted": [row for row in told if row.ending.verdict == Ending.Verdict.UNCOMPLETED],
        "awaiting": is_supervised and any(one.action_id not in links for one in _carried(endings)),
    }


def _carried(endings: Iterable[Ending]) -> list[Ending]:
    return [one for one in endings if one.verdict == Ending.Verdict.CARRIED]


def _others(plan: Plan, reader: User):
    return Plan.objects.filter(seen_by(reader)).exclude(pk=plan.pk)


# To take a step


@require_http_methods(FORMS)
def plan_begin(request: HttpRequest, slug: str) -> HttpResponse:
    """From preparation to running."""
    plan = plan_of(request, slug)
    check_live(request.user)
    said = _("%(plan)s runs now: everybody sees it.") % {"plan": plan.title}
    return _step(request, plan, begin, "plan_begin", phase=Life.PREPARING, said=said)


@require_http_methods(FORMS)
@also_when_closed
def plan_back(request: HttpRequest, slug: str) -> HttpResponse:
    """One step back: a closing or a beginning is undone, where nothing followed."""
    plan = plan_of(request, slug)
    check_live(request.user)
    said = _("%(plan)s is back in preparation.") % {"plan": plan.title}
    if plan.is_closed:
        said = _("%(plan)s is reopened and runs again.") % {"plan": plan.title}
    phase = Life.CLOSED if plan.is_closed else Life.RUNNING
    return _step(request, plan, step_back, "plan_back", phase=phase, said=said)


def _step(request: HttpRequest, plan: Plan, act, name: str, *, phase: Life, said: str):
    """The form with its reason, and the act; whoever comes too late is told so."""
    form, late = StepForm(_sent(request)), plan.phase != phase
    if request.method == "POST" and form.is_valid() and not late:
        try:
            act(plan, by=request.user, reason=form.cleaned_data["reason"])
        except NotInThatPhase:
            late = True
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return done(request, said, Plan.objects.get(pk=plan.pk))
    if late and request.method == "POST" and form.is_valid() and _was_own(plan, request.user, form):
        return done(request, said, plan)
    context = {"plan": plan, "form": form, "late": _late(plan) if late else ""}
    if not late:
        context["followed"] = what_followed(plan) if name == "plan_back" else []
        context["size"] = Action.objects.of_plan(plan).count()
    status = LATE if late else WRONG if form.errors else 200
    return render_page(request, name, context, status=status)


def _was_own(plan: Plan, user: User, form: StepForm) -> bool:
    """Whether the last step was this very one: a second click is no rival."""
    last = _steps(Plan.objects.get(pk=plan.pk))[-1]
    return last.by == user and last.reason == form.cleaned_data["reason"]


def _late(plan: Plan) -> str:
    now = Plan.objects.get(pk=plan.pk)
    last = _steps(now)[-1]
    words = {"plan": now.title, "phase": now.get_phase_display(), "person": last.by or "–"}
    return _("%(plan)s: %(phase)s, since %(person)s took that step. Nothing was changed.") % words


# Closing


@require_http_methods(FORMS)
@also_when_closed
def plan_close(request: HttpRequest, slug: str) -> HttpResponse:
    """The one form that closes a plan: a day, a reason, and what becomes of each open action."""
    plan = plan_of(request, slug)
    check_live(request.user)
    if plan.phase != Life.RUNNING:
        return _closed_already(request, plan)
    into = _homes(plan)
    if request.method != "POST":
        initial = {"day": final_day_of(plan), "into": _home_offered(plan, into)}
        return _closing_page(request, plan, ClosingForm(into=into, initial=initial), into)
    form = ClosingForm(request.POST, into=into)
    fates = _fates(plan, form, request)
    is_sound = form.is_valid() and not any(fate.errors for fate in fates)
    if not is_sound:
        return _closing_page(request, plan, form, into, fates=fates, status=WRONG)
    try:
        closing = _close(request, plan, form, fates, into)
    except NotInThatPhase:
        return _closed_already(request, plan)
    except ValidationError as error:
        form.add_refusal(error)
        return _closing_page(request, plan, form, into, fates=fates, status=WRONG)
    said = _("%(plan)s is closed, as it stood on %(day)s.")
    words = {"plan": plan.title, "day": closing.day.isoformat()}
    return done(request, said % words, _life_of(plan))


def _close(request: HttpRequest, plan: Plan, form: ClosingForm, fates, into) -> Closing:
    given = form.cleaned_data
    return close(
        plan,
        by=request.user,
        day=given["day"],
        reason=given["reason"],
        decided=decided(fates, given["rest"], given["rest_reason"]),
        into=next((home for home in into if home.slug == given["into"]), None),
    )


def _fates(plan: Plan, form: ClosingForm, request: HttpRequest):
    """The open actions of the day that the form names, if it is one; else of the one offered."""
    form.full_clean()
    asked = form.cleaned_data.get("day")
    is_possible = asked is not None and plan.start <= asked <= timezone.localdate()
    return _open_on(plan, asked if is_possible else final_day_of(plan), request)


def _open_on(plan: Plan, day: date, request: HttpRequest):
    actions = open_actions(final_state(plan, max(day, plan.start)))
    data = request.POST if request.method == "POST" else None
    return fates_of(actions, goes_on(a.action.pk for a in actions), data)


def _homes(plan: Plan) -> list[Plan]:
    """The plans in which something can go on: not closed, and no earlier than this one."""
    others = Plan.objects.exclude(pk=plan.pk).exclude(phase=Life.CLOSED)
    return list(others.filter(end__gte=plan.start).order_by("-start", "-pk")[:MOST_PLANS])


def _home_offered(plan: Plan, into: list[Plan]) -> str:
    """The one in which actions go on already, else the first that was made from this plan."""
    going_on = Lineage.objects.filter(source__priority__plan=plan, kind=Descent.CARRIED)
    homes = Counter(going_on.values_list("target__priority__plan", flat=True))
    made_from = [home for home in reversed(into) if home.continues_id == plan.pk]
    offered = sorted(made_from, key=lambda home: -homes[home.pk])
    return offered[0].slug if offered else ""


def _closing_page(
    request: HttpRequest, plan: Plan, form: ClosingForm, into: list[Plan], *, fates=None, status=200
) -> HttpResponse:
    if fates is None:
        fates = _open_on(plan, form.initial["day"], request)
    context = {
        "plan": plan,
        "form": form,
        "fates": fates[:MOST_DECIDED],
        "further": len(fates) - len(fates[:MOST_DECIDED]),
        "open": len(fates),
        "undecided": sum(fate.goes_on is None for fate in fates),
        "unanswered": not_answered(plan),
        "wrong": sum(bool(fate.errors) for fate in fates),
    }
    return render_page(request, "plan_close", context, status=status)


def _closed_already(request: HttpRequest, plan: Plan) -> HttpResponse:
    """A second click is led on; anybody else is told who closed it, or that it has not begun."""
    now = Plan.objects.get(pk=plan.pk)
    closing = standing_closing(now) if now.is_closed else None
    if closing and request.method == "POST" and closing.by_id == request.user.pk:
        said = _("%(plan)s is closed, as it stood on %(day)s.")
        words = {"plan": plan.title, "day": closing.day.isoformat()}
        return done(request, said % words, _life_of(plan))
    context = {"plan": now, "late": _late(now)}
    return render_page(request, "plan_close", context, status=LATE)


def _life_of(plan: Plan) -> str:
    return reverse("plan_life", args=[plan.slug])


# Carrying over later


@require_http_methods(FORMS)
@also_when_closed
def plan_carry(request: HttpRequest, slug: str) -> HttpResponse:
    """What was carried over when no next plan was there yet goes on in one that is there now."""
    plan = plan_of(request, slug)
    check_live(request.user)
    into = _homes(plan)
    awaiting = Ending.objects.filter(closing__plan=plan).awaiting()
    form = CarryForm(_sent(request), into=into, initial={"into": _home_offered(plan, into)})
    if request.method == "POST" and form.is_valid():
        home = next(one for one in into if one.slug == form.cleaned_data["into"])
        made = carry_over(awaiting, home, by=request.user)
        said = _("%(n)d actions go on in %(plan)s.") % {"n": len(made), "plan": home.title}
        return done(request, said, _life_of(plan))
    context = {
        "plan": plan,
        "form": form,
        "into": into,
        "awaiting": awaiting.select_related("action__priority").order_by("pk"),
    }
    return render_page(request, "plan_carry", context, status=WRONG if form.errors else 200)


def _sent(request: HttpRequest) -> QueryDict | None:
    """Whatever a form sent, be it nothing; None where it is only asked for."""
    return request.POST if request.method == "POST" else None
