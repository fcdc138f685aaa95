"""A plan changes during its year: adding, rewording, withdrawing, splitting, merging, undoing.

Each form stands on a page of its own, or is opened in place; the acts are ``models.amending``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ..acts.once import once
from ..forms.amend import (
    ActionWordsForm,
    AddActionForm,
    MergeForm,
    PriorityWordsForm,
    SplitForm,
    Why,
    WithdrawForm,
)
from ..forms.versions import STALE, meanwhile
from ..models import Action, Amendment, Plan, Priority
from ..models.amending import (
    add_action,
    add_priority,
    merge,
    reword_action,
    reword_priority,
    split,
    withdraw,
)
from ..models.amendments import CannotUndo
from ..permissions import check_amend
from ..words import listed
from .answers import LATE, WRONG, done, form_at
from .lookup import action_of, plan_of
from .rendering import render_page, safe_next

Carry = Callable[..., Amendment]

Kind = Amendment.Kind

UNSAID = ("csrfmiddlewaretoken", "next", "nonce", "seen")
"""What of a form is no word of it: the rest tells whether it is the same form again."""


@dataclass
class Act:
    """One act as it is asked for: its form, what carries it out, and what is said of it."""

    name: str
    plan: Plan
    form: Why
    carry: Carry
    title: str
    verb: str
    about: str = ""
    action: Action | None = None
    priority: Priority | None = None
    then: Callable[[Amendment], str] | None = None
    more: dict = field(default_factory=dict)

    @property
    def arguments(self) -> list:
        """Of the address of its page."""
        one = self.action.number if self.action else self.priority and self.priority.number
        return [self.plan.slug, *([one] if one else [])]

    @property
    def url(self) -> str:
        return reverse(self.name, args=self.arguments)

    @property
    def back(self) -> str:
        """Where it leads when it is done or left: to what it is about."""
        about = "action" if self.action else "priority" if self.priority else "actions"
        return reverse(about, args=self.arguments)


@require_http_methods(["GET", "HEAD", "POST"])
def priority_add(request: HttpRequest, slug: str) -> HttpResponse:
    """A priority that the document did not have."""
    plan = _plan_to_amend(request, slug)
    form = PriorityWordsForm(request.POST or None)

    def carry(**given) -> Amendment:
        return add_priority(plan, **form.words, **given)

    act = Act(
        name="priority_add",
        plan=plan,
        form=form,
        carry=carry,
        title=_("Add a priority"),
        verb=_("Add the priority"),
        about=_("It gets the next number. Its actions are added on its own page."),
        then=lambda made: _page_of(Priority, made.made("priority")),
    )
    return _answer(request, act)


@require_http_methods(["GET", "HEAD", "POST"])
def priority_reword(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Other words for a priority; the number stays."""
    plan = _plan_to_amend(request, slug)
    priority = _priority_of(plan, number)
    form = PriorityWordsForm(request.POST or None, priority=priority)

    def carry(**given) -> Amendment:
        return reword_priority(priority, **form.words, **given)

    act = Act(
        name="priority_reword",
        plan=plan,
        form=form,
        carry=carry,
        priority=priority,
        title=_("Reword the priority"),
        verb=_("Reword"),
        about=_("Past days and issued reports keep the words that they have."),
    )
    return _answer(request, act)


@require_http_methods(["GET", "HEAD", "POST"])
def action_add(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """An action that the document does not hold."""
    plan = _plan_to_amend(request, slug)
    priority = _priority_of(plan, number)
    form = AddActionForm(request.POST or None)

    def carry(**given) -> Amendment:
        return add_action(priority, form.part, **given)

    act = Act(
        name="action_add",
        plan=plan,
        form=form,
        carry=carry,
        priority=priority,
        title=_("Add an action"),
        verb=_("Add the action"),
        about=_("It gets the next number of the priority, never one that was used before."),
        then=lambda made: _page_of(Action, made.made("action")),
        more={"parts": [form]},
    )
    return _answer(request, act)


@require_http_methods(["GET", "HEAD", "POST"])
def action_reword(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Other words for an action; number, entries, light and place in the document stay."""
    plan = _plan_to_amend(request, slug)
    action = action_of(plan, number)
    form = ActionWordsForm(request.POST or None, action=action)

    def carry(**given) -> Amendment:
        return reword_action(action, **form.words, **given)

    act = Act(
        name="action_reword",
        plan=plan,
        form=form,
        carry=carry,
        action=action,
        title=_("Reword the action"),
        verb=_("Reword"),
        about=_("Number, entries and light stay; the printed words stand beside the new ones."),
    )
    return _answer(request, act)


@require_http_methods(["GET", "HEAD", "POST"])
def action_withdraw(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The action is not followed up any more."""
    plan = _plan_to_amend(request, slug)
    action = action_of(plan, number)
    act = Act(
        name="action_withdraw",
        plan=plan,
        form=WithdrawForm(request.POST or None, action=action),
        carry=partial(withdraw, action),
        action=action,
        title=_("Withdraw the action"),
        verb=_("Withdraw"),
        about=_("It leaves every figure from today on, and every page says so."),
    )
    return _answer(request, act)


@require_http_methods(["GET", "HEAD", "POST"])
def action_split(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The action goes on in several."""
    plan = _plan_to_amend(request, slug)
    action = action_of(plan, number)
    form = SplitForm(request.POST or None, action=action)

    def carry(**given) -> Amendment:
        return split(action, [part.part for part in form.said], **given)

    act = Act(
        name="action_split",
        plan=plan,
        form=form,
        carry=carry,
        action=action,
        title=_("Split the action"),
        verb=_("Split"),
        about=_(
            "Each part gets the next number; the action itself counts no more, and its entries "
            "stay with it. What stands in the fields is inherited."
        ),
        more={"parts": form.parts},
    )
    if form.wants_more:
        return _form(request, act)
    return _answer(request, act)


@require_http_methods(["GET", "HEAD", "POST"])
def action_merge(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The action goes on with others in one."""
    plan = _plan_to_amend(request, slug)
    action = action_of(plan, number)
    candidates = list(Action.objects.of_plan(plan).select_related("priority"))
    form = MergeForm(request.POST or None, action=action, candidates=candidates)

    def carry(**given) -> Amendment:
        sources = [action, *form.cleaned_data["others"]]
        for source in sources:
            source.priority.plan = plan
        return merge(sources, form.part, **given)

    about = _(
        "One action under the next number takes their place; they count no more, and their entries "
        "stay with them. What stands in the fields is inherited from %(number)s."
    )
    act = Act(
        name="action_merge",
        plan=plan,
        form=form,
        carry=carry,
        action=action,
        title=_("Merge with other actions"),
        verb=_("Merge"),
        about=about % {"number": action.number},
        then=lambda made: _page_of(Action, made.made("action")),
        more={"parts": [form], "others": _near_first(form, action)},
    )
    return _answer(request, act)


@require_POST
def amendment_undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take an act back, where nothing followed on it."""
    plan = _plan_to_amend(request, slug)
    acts = Amendment.objects.filter(plan=plan) | Amendment.objects.filter(plan=None)
    amendment = get_object_or_404(acts, pk=pk)
    then = reverse("amendments", args=[plan.slug])
    if amendment.undone_at and amendment.undone_by_id == request.user.pk:
        return done(request, _("Taken back."), then)
    try:
        amendment.undo(by=request.user)
    except CannotUndo as error:
        context = {"plan": plan, "why": error.messages[0], "next": then}
        return render_page(request, "amendment_undo", context, status=LATE)
    return done(request, _("Taken back: %(what)s.") % {"what": amendment.get_kind_display()}, then)


def _plan_to_amend(request: HttpRequest, slug: str) -> Plan:
    plan = plan_of(request, slug)
    check_amend(request.user, plan)
    return plan


def _priority_of(plan: Plan, number: int) -> Priority:
    priority = plan.priorities.filter(number=number).first()
    if priority is None:
        raise Http404(_("There is no priority %(number)s in this plan.") % {"number": number})
    priority.plan = plan
    return priority


def _page_of(model, keys: list[int]) -> str:
    return model.objects.get(pk=keys[0]).get_absolute_url()


def _near_first(form: MergeForm, action: Action) -> list[tuple[Action, bool]]:
    """Those that may be merged with it, of its own priority first, and which are ticked."""
    ticked = form.data.getlist("others") if form.is_bound else []
    is_open = set(Action.objects.of_plan(form.action.priority.plan).open().values_list("pk"))
    there = [one for one in form.candidates.values() if (one.pk,) in is_open]
    near = sorted(there, key=lambda a: a.priority_id != action.priority_id)
    return [(one, one.number in ticked) for one in near]


def _answer(request: HttpRequest, act: Act) -> HttpResponse:
    if request.method != "POST":
        return _form(request, act)
    if not act.form.is_valid():
        return _form(request, act, status=WRONG)
    try:
        amendment = _carried_out(request, act)
    except ValidationError as error:
        if getattr(error, "code", None) == STALE:
            return _again(request) if _has_moved_on(act.form) else _too_late(request, act, error)
        act.form.add_refusal(error)
        return _form(request, act, status=WRONG)
    then = act.then(amendment) if act.then else safe_next(request, act.back)
    undo = reverse("amendment_undo", args=[act.plan.slug, amendment.pk])
    return done(request, _said(act, amendment), then, changed=_numbers(amendment), undo=undo)


def _carried_out(request: HttpRequest, act: Act) -> Amendment:
    """Once, however often the form is sent; refused where the form is older than what stands."""

    def carry(_key) -> Amendment:
        if act.form.is_stale or _has_moved_on(act.form):
            raise ValidationError(meanwhile(act.form.last, request.user), code=STALE)
        reason = act.form.cleaned_data["reason"]
        return act.carry(by=request.user, on=act.plan.today(), reason=reason)

    words = [(k, tuple(v)) for k, v in sorted(request.POST.lists()) if k not in UNSAID]
    nonce = act.form.cleaned_data["nonce"]
    said = (act.name, act.arguments, words)
    return once(Amendment, carry, by=request.user, nonce=nonce, said=said)


def _has_moved_on(form: Why) -> bool:
    """Whether somebody was faster between the reading of the form and the lock."""
    return form.version != form.initial["seen"]


def _again(request: HttpRequest) -> HttpResponse:
    """The same form, read beside what stands now."""
    found = request.resolver_match
    return found.func(request, *found.args, **found.kwargs)


def _too_late(request: HttpRequest, act: Act, error: ValidationError) -> HttpResponse:
    act.form.add_error(None, error)
    differences = act.form.differences
    act.form.show_what_stands()
    return _form(request, act, status=LATE, differences=differences)


def _form(request: HttpRequest, act: Act, *, status: int = 200, **more) -> HttpResponse:
    form_id = f"amend-{act.name.replace('_', '-')}"
    context = {
        "plan": act.plan,
        "act": act,
        "form": act.form,
        "form_id": form_id,
        "action": act.action,
        "priority": act.priority,
        "units": getattr(act.form, "units", []),
        "next": safe_next(request, act.back),
        "is_refused": status != 200,
        **act.more,
        **more,
    }
    return form_at(
        request, "amend", context, target=f"#{form_id}", status=status, fragment="_amend_form"
    )


def _numbers(amendment: Amendment) -> list[str]:
    """Of the actions that it touched."""
    rows = Action.objects.filter(pk__in=amendment.keys("action")).select_related("priority")
    return [row.number for row in rows]


def _said(act: Act, amendment: Amendment) -> str:
    """What was done, in a sentence with the numbers in it."""
    made = Action.objects.filter(pk__in=amendment.made("action")).select_related("priority")
    new = listed(row.number for row in made)
    number = act.action.number if act.action else ""
    match amendment.kind:
        case Kind.PRIORITY_ADDED:
            return _("The priority is added.")
        case Kind.PRIORITY_REWORDED:
            return _("The priority is reworded.")
        case Kind.ACTION_ADDED:
            return _("%(number)s is added.") % {"number": new}
        case Kind.ACTION_REWORDED:
            return _("%(number)s is reworded.") % {"number": number}
        case Kind.WITHDRAWN:
            return _("%(number)s is withdrawn; it counts no more.") % {"number": number}
        case Kind.SPLIT:
            return _("%(number)s is split into %(numbers)s.") % {"number": number, "numbers": new}
    count = len(amendment.keys("action")) - 1
    words = ngettext(
        "%(n)d action is merged into %(number)s.",
        "%(n)d actions are merged into %(number)s.",
        count,
    )
    return words % {"n": count, "number": new}
