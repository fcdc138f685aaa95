"""Assigning many actions at once: a preview of old and new, then all of it or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ..acts.preview import carried_out, digest
from ..forms.assign import MOST_AT_ONCE, BulkForm, units_offered
from ..forms.filters import FilterForm
from ..models import Action, Plan, Unit, User
from ..models.changes import Door
from ..permissions import check_assign
from ..state.day import ActionState, PlanState
from ..state.kept import plan_on
from .actions import page_of
from .answers import LATE, WRONG, done, on_to
from .lookup import plan_of
from .rendering import render_page, safe_next

NAMED = 6
"""Numbers that the answer names; the rest are left to the list."""


@dataclass
class Line:
    """One action of a bulk change: what changes from what to what, or why it cannot."""

    number: str
    text: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    refusal: str = ""
    moves_due: bool = False


@dataclass
class Outcome:
    """What a bulk change does, or did where it ``is_stored``."""

    lines: list[Line]
    has_reason: bool = True
    is_stored: bool = False

    @property
    def changed(self) -> list[Line]:
        return [line for line in self.lines if line.changes]

    @property
    def unchanged(self) -> list[Line]:
        return [line for line in self.lines if not line.changes and not line.refusal]

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.lines if line.refusal]

    @property
    def is_so_already(self) -> bool:
        """The other half of a double click, or somebody else who wanted the same."""
        return not self.changed and not self.refused

    @property
    def moves_due(self) -> bool:
        return any(line.moves_due for line in self.changed)

    @property
    def can_be_applied(self) -> bool:
        """A due date moves with a reason only; a preview shows it without one."""
        is_said = self.has_reason or not self.moves_due
        return bool(self.changed) and not self.refused and is_said

    @property
    def seen(self) -> str:
        """What was shown: an application of anything else is not what was agreed to."""
        return digest([(line.number, line.changes) for line in self.changed])


@require_POST
def bulk_assign(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(request, slug)
    check_assign(request.user)
    now = plan_on(plan, plan.today())
    page = _BulkPage(request, plan, now)
    form = page.form
    if not form.is_valid():
        return page.render(status=WRONG)
    numbers = page.picked()
    if numbers is None:
        return page.render(status=WRONG)
    is_asked_to_apply = request.POST.get("step") == "apply"
    if not form.changes and not is_asked_to_apply:
        return page.render()  # the rows are chosen, what is to change comes next
    outcome = change_all(
        [now.numbered(number) for number in numbers],
        form.changes,
        by=request.user,
        reason=form.cleaned_data["reason"],
        seen=form.cleaned_data["seen"] if is_asked_to_apply else None,
    )
    if outcome.is_stored:
        return _applied(request, outcome, page.back)
    if is_asked_to_apply and form.changes and outcome.is_so_already:
        if not len(messages.get_messages(request)):  # else the first click's answer is to come
            messages.info(request, _("Nothing is left to change: it stands as you asked."))
        return on_to(request, page.back)
    return page.render(outcome, status=_refuse(form, outcome) if is_asked_to_apply else 200)


def _refuse(form: BulkForm, outcome: Outcome) -> int:
    """Say on the form why nothing was stored, and with which status."""
    if outcome.refused:
        form.add_error(None, _("Nothing is changed yet: some of the actions cannot be changed."))
        return WRONG
    if outcome.moves_due and not form.cleaned_data["reason"]:
        form.add_error("reason", _("Say why the due date moves."))
        return WRONG
    if not outcome.changed:
        form.add_error(None, _("Tick what is to be changed: nothing would change."))
        return WRONG
    form.add_error(
        None,
        _("Nothing is changed yet: this is no longer what you saw. Look at it again and apply it."),
    )
    return LATE


def _applied(request: HttpRequest, outcome: Outcome, back: str) -> HttpResponse:
    numbers = [line.number for line in outcome.changed]
    said = ngettext(
        "%(n)d action changed: %(numbers)s.", "%(n)d actions changed: %(numbers)s.", len(numbers)
    )
    said %= {"n": len(numbers), "numbers": _shortened(numbers)}
    then = f"{back}#row-{numbers[0].replace('.', '-')}"
    return done(request, said, then, changed=numbers)


def _shortened(numbers: list[str]) -> str:
    """The first few by name: under a filter the rows may have left the list."""
    return "、".join(numbers) if len(numbers) <= NAMED else "、".join(numbers[:NAMED]) + "…"


class _BulkPage:
    """The form of a bulk change with the list that it came from, and the page that shows it."""

    def __init__(self, request: HttpRequest, plan: Plan, now: PlanState):
        self.request, self.plan, self.now = request, plan, now
        self.back = safe_next(request, reverse("actions", args=[plan.slug]))
        self.units: list[Unit] = units_offered()
        numbers = [a.number for a in now.actions if not a.is_ended]
        self.form = BulkForm(request.POST, numbers=numbers, units=self.units)

    def picked(self) -> list[str] | None:
        """The numbers that are ticked, ``all`` read by the list's filter; None if none fits."""
        picks = self.form.cleaned_data["pick"]
        numbers = self._all_in_the_list() if "all" in picks else picks
        if not numbers:
            self.form.add_error("pick", _("No action fits the filter any more."))
            return None
        if len(numbers) > MOST_AT_ONCE:
            said = _("At most %(most)d actions at once; these are %(n)d.")
            self.form.add_error("pick", said % {"most": MOST_AT_ONCE, "n": len(numbers)})
            return None
        return numbers

    def _all_in_the_list(self) -> list[str]:
        """Those on the page of the list that was shown: no other one could be ticked."""
        asked = QueryDict(urlsplit(self.back).query)
        units = list(Unit.objects.all())
        form = FilterForm(asked, state=self.now, user=self.request.user, units=units)
        if not form.is_valid():
            return []
        rows = page_of(form.selection().rows(self.now), asked.get("page"))
        return [a.number for a in rows if not a.is_ended]

    def render(self, outcome: Outcome | None = None, *, status: int = 200) -> HttpResponse:
        context = {
            "plan": self.plan,
            "form": self.form,
            "outcome": outcome,
            "picks": [] if outcome else self._offered_again(),
            "units": self.units,
            "next": self.back,
            "changing": self.form.data.getlist("change"),
        }
        return render_page(self.request, "bulk_assign", context, status=status)

    def _offered_again(self) -> list[ActionState]:
        """What was ticked and is there, so that no tick is lost with an error."""
        ticked = set(self.form.data.getlist("pick"))
        if "all" in ticked:
            ticked |= set(self._all_in_the_list())
        return [a for a in self.now.actions if a.number in ticked and not a.is_ended]


def change_all(
    chosen: list[ActionState],
    changes: dict[str, object],
    *,
    by: User,
    reason: str,
    seen: str | None,
) -> Outcome:
    """Change the actions, and keep that only where it is exactly what was ``seen``.

    Nothing is kept where ``seen`` is None or differs, an action refuses, or a due date moves
    without a reason.
    """

    def act() -> Outcome:
        rows = _locked([a.action.pk for a in chosen])
        lines = [_change(a, rows[a.action.pk], changes, by=by, reason=reason) for a in chosen]
        return Outcome(lines, has_reason=bool(reason))

    return carried_out(act, seen=seen, keep=_mark_stored)


def _mark_stored(outcome: Outcome) -> None:
    outcome.is_stored = True


def _locked(keys: Iterable[int]) -> dict[int, Action]:
    list(Action.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    rows = Action.objects.filter(pk__in=keys)
    return {row.pk: row for row in rows.select_related("priority__plan", "lead_unit", "owner")}


UNSAID = "–"
"""Stands for the reason in a preview, where none was asked for yet."""


def _change(
    a: ActionState, row: Action, changes: dict[str, object], *, by: User, reason: str
) -> Line:
    line = Line(a.number, a.text)
    before, due = _words(row), row.due
    try:
        with transaction.atomic():
            row.assign(by=by, changes=changes, reason=reason or UNSAID, door=Door.BULK)
    except ValidationError as error:
        line.refusal = " ".join(error.messages)
        return line
    after = _words(row)
    line.changes = [
        (label, before[label], after[label]) for label in before if before[label] != after[label]
    ]
    line.moves_due = bool(due) and row.due != due
    return line


def _words(row: Action) -> dict[str, str]:
    """What stands in the fields that a bulk change can reach, by the field's label."""
    supporting = row.supporting_units.all()
    return {
        _("Lead unit"): str(row.lead_unit or ""),
        _("Supporting units"): "、".join(str(unit) for unit in supporting),
        _("Owner"): str(row.owner or ""),
        _("Start"): _day(row.start),
        _("Due"): _day(row.due),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
