"""Units are reformed in one step: asked, previewed as a dry run of the act itself, carried out."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..acts.once import answered, once
from ..acts.preview import carried_out, digest
from ..forms.reform import WAYS, ReformForm
from ..models import Action, Amendment, Plan, Unit, User
from ..models.reforming import (
    Heirs,
    actions_of,
    dissolve_unit,
    merge_units,
    rename_unit,
    split_unit,
)
from ..permissions import check_reform
from .answers import WRONG, done
from .lookup import plan_of
from .rendering import render_page


@dataclass
class Line:
    """One action or person that moves: what it is called, and each value before and after."""

    kind: str
    key: int
    name: str
    about: str = ""
    before: str = ""
    after: str = ""
    chosen: str = ""

    @property
    def choice(self) -> str:
        """The name of the field that says to whom it goes."""
        return f"{self.kind}-{self.key}"


@dataclass
class Outcome:
    """What a reform would do, or did."""

    lines: list[Line]
    act: Amendment | None = None
    refusal: ValidationError | None = None
    is_stored: bool = False
    names: list[str] = field(default_factory=list)

    @property
    def seen(self) -> str:
        shown = [(x.kind, x.key, x.before, x.after) for x in self.lines]
        return digest((self.names, shown))

    @property
    def can_be_applied(self) -> bool:
        return self.refusal is None

    @property
    def actions(self) -> list[Line]:
        return [line for line in self.lines if line.kind == "action"]

    @property
    def people(self) -> list[Line]:
        return [line for line in self.lines if line.kind == "person"]


@require_http_methods(["GET", "HEAD", "POST"])
def unit_reform(request: HttpRequest, slug: str) -> HttpResponse:
    """Rename, merge, split or dissolve; without a kind in the address, which of them."""
    plan = plan_of(request, slug)
    check_reform(request.user)
    asked = request.POST if request.method == "POST" else request.GET
    way = asked.get("way", "")
    if way not in WAYS:
        return render_page(request, "unit_reform", {"plan": plan, "ways": WAYS})
    offered = list(Unit.objects.active())
    today = timezone.localdate()
    first = {"units": [u for u in offered if str(u.pk) == request.GET.get("unit", "")]}
    form = ReformForm(request.POST or None, way=way, offered=offered, today=today, initial=first)
    if before := _before(request, way):
        return _done(request, plan, before)
    if request.method != "POST" or not form.is_valid():
        status = WRONG if form.is_bound else 200
        return _page(request, plan, form, status=status)
    is_agreed = request.POST.get("step") == "apply"
    seen = request.POST.get("seen") if is_agreed else None
    act, outcome = _once(request, form, seen)
    if act is not None:
        return _done(request, plan, act)
    if outcome.refusal:
        form.add_refusal(outcome.refusal)
        return _page(request, plan, form, status=WRONG)
    return _page(request, plan, form, outcome=outcome, is_other=is_agreed)


def _before(request: HttpRequest, way: str) -> Amendment | None:
    """What this very form led to when it came first: its units may have other names by now."""
    if request.POST.get("step") != "apply":
        return None
    said = (way, request.POST.get("seen"))
    return answered(Amendment, by=request.user, nonce=request.POST.get("nonce", ""), said=said)


def _done(request: HttpRequest, plan: Plan, act: Amendment) -> HttpResponse:
    undo = reverse("amendment_undo", args=[plan.slug, act.pk])
    then = reverse("units", args=[plan.slug])
    said = _("Carried out: %(what)s.") % {"what": act.get_kind_display()}
    return done(request, said, then, undo=undo)


def _once(
    request: HttpRequest, form: ReformForm, seen: str | None
) -> tuple[Amendment | None, Outcome | None]:
    """The act where it was carried out, now or by this very form before; else its dry run."""
    found: list[Outcome] = []

    def act(_key) -> Amendment | None:
        outcome = carried_out(lambda: _tried(request, form), seen=seen, keep=_mark)
        found.append(outcome)
        return outcome.act if outcome.is_stored else None

    if seen is None:
        return None, carried_out(lambda: _tried(request, form), seen=None, keep=_mark)
    nonce = form.cleaned_data["nonce"]
    kept = once(Amendment, act, by=request.user, nonce=nonce, said=(form.way, seen))
    return kept, found[0] if found else None


def _mark(outcome: Outcome) -> None:
    outcome.is_stored = True


def _tried(request: HttpRequest, form: ReformForm) -> Outcome:
    """Carry it out, and say of each action and person what it was and is."""
    given = form.cleaned_data
    units = [Unit.objects.get(pk=unit.pk) for unit in given["units"]]
    found = {line.choice: line for unit in units for line in _lines(form, unit)}
    lines = list(found.values())  # what two of them hold is there once
    before = {line.choice: _stands(line) for line in lines}
    try:
        act = _reform(form, units, by=request.user)
    except ValidationError as error:
        return Outcome(lines, refusal=error)
    for line in lines:
        line.before, line.after = before[line.choice], _stands(line)
    touched = set(act.keys("action")), set(act.keys("user"))
    moved = [x for x in lines if x.key in touched[x.kind == "person"]]
    names = [unit.short_name for unit in (*units, *given["into"])]
    return Outcome(moved if form.way in ("rename", "merge") else lines, act, names=names)


def _lines(form: ReformForm, unit: Unit) -> list[Line]:
    if form.way == "rename":
        return []
    actions = [
        Line("action", a.pk, f"{a.number} {a.text}", a.priority.plan.title)
        for a in actions_of(unit)
    ]
    people = [Line("person", p.pk, str(p)) for p in unit.people.order_by("name_order", "pk")]
    for line in (*actions, *people):
        line.chosen = form.chosen(line.kind, line.key)
    return [*actions, *people]


def _stands(line: Line) -> str:
    """The units of an action, lead first, and its owner; those of a person."""
    if line.kind == "person":
        return "、".join(unit.short_name for unit in User.objects.get(pk=line.key).units.all())
    action = Action.objects.select_related("lead_unit", "owner").get(pk=line.key)
    units = [action.lead_unit, *action.supporting_units.all()]
    names = "、".join(unit.short_name for unit in units if unit)
    return f"{names}（{action.owner}）" if action.owner else names


def _reform(form: ReformForm, units: list[Unit], *, by: User) -> Amendment:
    given = form.cleaned_data
    signed = {"by": by, "on": given["on"], "reason": given["reason"]}
    into = [_fresh(unit) for unit in given["into"]]
    if form.way == "rename":
        names = {"name": into[0].name, "short_name": into[0].short_name}
        return rename_unit(units[0], **names, **signed)
    if form.way == "merge":
        return merge_units(units, into[0], **signed)
    heirs, stays = _heirs(form, units[0], into), bool(given.get("stays"))
    if form.way == "dissolve":
        return dissolve_unit(units[0], heirs, **signed)
    return split_unit(units[0], [*([units[0]] if stays else []), *into], heirs, **signed)


def _fresh(unit: Unit) -> Unit:
    """A copy, so that a dry run leaves no key on what the form holds."""
    return unit if unit.pk else Unit(short_name=unit.short_name, name=unit.name)


def _heirs(form: ReformForm, unit: Unit, into: list[Unit]) -> Heirs:
    words = list(form.targets)
    of = {f"to{place}": one for place, one in enumerate(into)} | {"self": unit, "nobody": None}
    lines = _lines(form, unit)
    return Heirs(
        first=of[words[0]],
        actions={x.key: of[x.chosen] for x in lines if x.kind == "action"},
        people={x.key: of[x.chosen] for x in lines if x.kind == "person"},
    )


def _page(
    request: HttpRequest,
    plan: Plan,
    form: ReformForm,
    *,
    outcome: Outcome | None = None,
    is_other: bool = False,
    status: int = 200,
) -> HttpResponse:
    targets = []
    if outcome and form.way in ("split", "dissolve"):
        targets = [(word, one.short_name if one else "") for word, one in form.targets.items()]
    context = {
        "plan": plan,
        "form": form,
        "way": form.way,
        "title": WAYS[form.way][1],
        "units": form.fields["units"].offered,
        "outcome": outcome,
        "targets": targets,
        "is_other": is_other,
    }
    return render_page(request, "unit_reform", context, status=status)
