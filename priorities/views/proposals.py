"""Correcting what was read of a document, and making the plan of it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ..acts.once import once
from ..forms.documents import LONGEST_SAID, ActForm, Beside, NonceForm, PlanHeads
from ..legible import in_short, legible
from ..models import Plan, Proposal, User
from ..models.put_aside import Overtaken
from ..permissions import check_make_plan
from ..plans.founding import Faulty
from ..plans.proposing.acts import ACTS, Act, Refused
from ..plans.proposing.desk import (
    Desk,
    act_on,
    choose_unit,
    make_plan,
    rename,
    undo,
)
from ..plans.proposing.marks import Draft, Kind
from ..plans.proposing.remarks import Remark
from ..plans.proposing.said import head_and_sentence, refusal
from ..typed import whole_number_of
from .answers import LATE, WRONG, done, incomplete
from .rendering import render_page, wants_fragment
from .sheet import KINDS, Block, Item, blocks_of, changed
from .unmaking import taken_away

FORMS = ["GET", "HEAD", "POST"]
REMARKS_SHOWN = 40


def _proposal(pk: int) -> Proposal:
    return get_object_or_404(Proposal.objects.select_related("document", "plan"), pk=pk)


@dataclass
class Page:
    """The correction page as it is to be drawn: what was refused, what was typed."""

    desk: Desk
    at: int | None = None
    heads: PlanHeads | None = None
    refused: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)

    @property
    def context(self) -> dict:
        desk, proposal = self.desk, self.desk.proposal
        blocks = blocks_of(desk)
        remarks = desk.remarks
        chosen = Chosen.of(desk, blocks, self.at)
        return {
            "proposal": proposal,
            "document": proposal.document,
            "desk": desk,
            "counts": desk.counts,
            "blocks": blocks,
            "remarks": [Told.of(remark, self.units) for remark in remarks[:REMARKS_SHOWN]],
            "further": max(0, len(remarks) - REMARKS_SHOWN),
            "faults": sum(remark.is_fault for remark in remarks),
            "form": self.heads or heads_form(proposal),
            "kinds": list(KINDS.items()),
            "at": chosen,
            "fields": list(_fields(chosen, self.typed)),
            "refused": self.refused,
            "nonce": uuid.uuid4(),
            "units": desk.units,
        }


@dataclass(frozen=True)
class Told:
    """A remark as the page says it: where it leads to, and the name that asks for a unit."""

    head: str
    sentence: str
    run: int | None
    is_fault: bool
    name: str
    typed: str

    @classmethod
    def of(cls, remark: Remark, typed: dict[str, str]) -> "Told":
        name = remark.about[0] if remark.code == "unknown_unit" else ""
        words = head_and_sentence(remark)
        return cls(*words, remark.run, remark.is_fault, name, typed.get(name, ""))


@dataclass(frozen=True)
class Chosen:
    """The run that is selected: its block, and what stands in the fields beside it."""

    start: int
    block: int
    kind: str
    words: str
    item: Item | None
    is_first: bool
    is_last: bool

    @classmethod
    def of(cls, desk: Desk, blocks: list[Block], start: int | None) -> "Chosen | None":
        place = desk.draft.place_of(start) if start is not None else None
        block = next((b for b in blocks if start in b.starts), None) if place is not None else None
        if block is None:
            return None
        mark = desk.draft.marks[place]
        alike = [item.start for item in block.items if item.kind == mark.kind]
        item = next((item for item in block.items if item.start == start), None)
        words = desk.source.words(mark.start, mark.end)
        is_first, is_last = alike[:1] == [start], alike[-1:] == [start]
        return cls(start, block.key, mark.kind, words, item, is_first, is_last)


def _fields(chosen: Chosen | None, typed: dict[str, str]) -> Iterator[dict]:
    """What can be written beside a run; an action alone has units and a time."""
    item = chosen.item if chosen else None
    labels = {"words": _("Words"), "lead": _("Lead"), "supporting": _("Support"), "due": _("Due")}
    labels["amounts"] = _("Quantity")
    for name, label in labels.items():
        was = getattr(item, name) if item else ""
        is_hidden = name != "words" and bool(item) and item.kind != Kind.ACTION
        value = typed.get(name, was)
        yield {"name": name, "label": label, "value": value, "was": was, "is_hidden": is_hidden}


def heads_form(proposal: Proposal) -> PlanHeads:
    names = ("title", "year", "start", "end")
    return PlanHeads(initial={name: getattr(proposal, name) for name in names})


@require_http_methods(FORMS)
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """The text with what was taken of it; every act on it is one form, stored at once."""
    check_make_plan(request.user)
    row = _proposal(pk)
    if row.plan:
        return redirect("document", row.plan.slug)
    if request.method == "POST":
        return _act(request, row)
    if row.discarded_at:
        return render_page(request, "proposal_gone", {"proposal": row})
    at = whole_number_of(request.GET.get("at", "")[:12])
    return render_page(request, "proposal", Page(Desk(row), at).context)


def _act(request: HttpRequest, row: Proposal) -> HttpResponse:
    form = ActForm(request.POST)
    if not form.is_valid():
        raise incomplete()
    if row.discarded_at:
        return redirect("proposal", row.pk)
    return _Acting(request, Desk(row), form.cleaned_data).answer()


class _Acting:
    """One form of the correction page: the heads, the words typed beside a run, and the act."""

    def __init__(self, request: HttpRequest, desk: Desk, given: dict):
        self.request, self.desk, self.given = request, desk, given
        self.before = blocks_of(desk) if wants_fragment(request) else []
        self.seen = given["seen"]
        self.at = given["run"]
        self.refused = ""
        self.units: dict[str, str] = {}
        self.beside = Beside(request.POST, given["edit"])
        self.typed = self.beside.raw
        self.heads = PlanHeads(request.POST) if "title" in request.POST else None

    def answer(self) -> HttpResponse:
        try:
            self._store_heads()
            self._store_typed()
            self._carry_out()
        except Overtaken:
            return self._too_late()
        except Refused as error:
            self.refused = str(refusal(error.code))
        except ValidationError as error:
            self.refused = error.messages[0]
        return self._fragment() if wants_fragment(self.request) else self._whole()

    def _store_heads(self) -> None:
        if self.heads is None or not self.heads.is_valid():
            return
        proposal = self.desk.proposal
        if rename(proposal, self.heads.cleaned_data, by=self.request.user, seen=self.seen):
            self._go_on(self.desk.draft)

    def _store_typed(self) -> None:
        """Words that were typed beside a run are stored with whatever button was pressed."""
        draft = _stored_typed(self.desk, self.beside, by=self.request.user, seen=self.seen)
        if draft:
            self._go_on(draft)
            self.typed = {}

    def _carry_out(self) -> None:
        name = self.given["act"]
        if name in ACTS and name != "words":
            self._to_run(Act(name, self._run(), cut=self.given["cut"] or 0))
        elif name == "undo":
            self._undo()
        elif name.startswith("unit-"):
            self._choose_unit(name.removeprefix("unit-"))
        elif name not in KEPT_ACTS:
            raise Refused("unknown")

    def _run(self) -> int:
        if self.given["run"] is None:
            raise ValidationError(
                _("Choose a run first: click it, or step to it by the arrow keys.")
            )
        return self.given["run"]

    def _to_run(self, act: Act) -> None:
        done_ = act_on(self.desk, act, by=self.request.user, seen=self.seen)
        self.at = done_.run
        self._go_on(done_.draft)

    def _undo(self) -> None:
        if not self.desk.may_be_undone:
            raise ValidationError(_("There is nothing to undo."))
        done_ = undo(self.desk, by=self.request.user, seen=self.seen)
        self.at = done_.run if done_.run >= 0 else self.at
        self._go_on(done_.draft)

    def _choose_unit(self, number: str) -> None:
        """A unit for a name of the text; an empty field leaves the name out."""
        name = self.request.POST.get(f"name-{number}", "")[:LONGEST_SAID]
        words = legible(self.request.POST.get(f"unit-{number}", ""))[:LONGEST_SAID].strip()
        unit = self.desk.setting.known(words) if words else 0
        if unit is None:
            self.units = {name: words}
            said = _("There is no unit “%(words)s”.") % {"words": in_short(words)}
            raise ValidationError(said)
        draft = choose_unit(self.desk, name, unit, by=self.request.user, seen=self.seen)
        self._go_on(draft)

    def _go_on(self, draft: Draft) -> None:
        """What was stored is what stands now."""
        self.seen = self.desk.proposal.version
        self.desk = Desk(self.desk.proposal).with_draft(draft)

    @property
    def _status(self) -> int:
        return WRONG if self.refused or (self.heads and self.heads.errors) else 200

    def _whole(self) -> HttpResponse:
        """Without a script: the page again, at the run; with what is wrong it stays this answer."""
        if self._status == 200:
            where = f"?at={self.at}#t{self.at}" if self.at is not None else ""
            return redirect(f"{reverse('proposal', args=[self.desk.proposal.pk])}{where}")
        page = Page(self.desk, self.at, self.heads, self.refused, self.typed, self.units)
        return render_page(self.request, "proposal", page.context, status=WRONG)

    def _fragment(self) -> HttpResponse:
        """Only what looks otherwise than before."""
        page = Page(self.desk, self.at, self.heads, self.refused, self.typed, self.units).context
        others = changed(self.before, page["blocks"])
        context = {**page, "others": others, "is_act": True, "said": self._said_aloud(page["at"])}
        context["is_stored"] = self._status == 200
        return render_page(self.request, "proposal_changed", context, status=self._status)

    def _said_aloud(self, at: Chosen | None) -> str:
        """What became of it, for who cannot see it."""
        if self.refused:
            return self.refused
        counts = self.desk.counts
        words = _("%(priorities)d priorities, %(actions)d actions.") % {
            "priorities": counts.priorities,
            "actions": counts.actions,
        }
        return f"{at.words}: {KINDS[at.kind]}. {words}" if at else words

    def _too_late(self) -> HttpResponse:
        """Nothing of it is stored; the page shows what stands, and what was typed."""
        row = _proposal(self.desk.proposal.pk)
        if not row.is_open:
            return redirect("proposal", row.pk)
        typed = self.typed
        page = Page(Desk(row), self.at, self.heads, "", typed).context
        context = {**page, "late": row, "lost": typed}
        response = render_page(self.request, "proposal", context, status=LATE)
        if wants_fragment(self.request):
            response.headers["HX-Retarget"] = "#main"
            response.headers["HX-Reswap"] = "outerHTML show:none"
        return response


KEPT_ACTS = ("keep", "choose", "words")
"""Acts that store what was typed, and nothing else."""


def _stored_typed(desk: Desk, beside: Beside, *, by: User, seen: int) -> Draft | None:
    """The draft with what was typed beside a run, stored; None where nothing was."""
    said = beside.said
    if not said or desk.draft.place_of(beside.start) is None:
        return None
    if beside.is_too_long:
        raise Refused("too_long")
    act = Act("words", beside.start, said=tuple(said.items()))
    return act_on(desk, act, by=by, seen=seen).draft


@require_POST
def proposal_make(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan in preparation, with its document: all of it, once, or nothing."""
    check_make_plan(request.user)
    row = _proposal(pk)
    if row.plan:
        return redirect("document", row.plan.slug)
    form = NonceForm(request.POST)
    if not form.is_valid():
        raise incomplete()
    heads = PlanHeads(request.POST)
    desk = Desk(row)
    if not heads.is_valid():
        return _not_made(request, Page(desk, None, heads))
    try:
        plan = _made(request, row, heads.cleaned_data, form.cleaned_data)
    except Overtaken:
        context = {**Page(Desk(_proposal(pk)), None, heads).context, "late": _proposal(pk)}
        return render_page(request, "proposal", context, status=LATE)
    except Refused as error:
        return _not_made(request, Page(Desk(_proposal(pk)), None, heads, str(refusal(error.code))))
    except ValidationError as error:
        return _not_made(request, Page(Desk(_proposal(pk)), None, heads, _why(error)))
    return _leads_on(request, row, plan)


def _made(request: HttpRequest, row: Proposal, heads: dict, given: dict) -> Plan:
    by = request.user

    beside = Beside(request.POST, given["edit"])

    def act(_key: uuid.UUID) -> Plan:
        seen = given["seen"]
        if rename(row, heads, by=by, seen=seen):
            seen = row.version
        if _stored_typed(Desk(row), beside, by=by, seen=seen):
            seen = row.version
        return make_plan(Desk(row), by=by, seen=seen)

    return once(Plan, act, by=by, nonce=given["nonce"], said=(row.pk, "make"))


def _not_made(request: HttpRequest, page: Page) -> HttpResponse:
    return render_page(request, "proposal", page.context, status=WRONG)


def _why(error: ValidationError) -> str:
    """The sentence, with the number of the priority or the action that it speaks of."""
    if not isinstance(error, Faulty):
        return error.messages[0]
    parts = [str(part) for part in (error.priority, error.action) if part]
    return f"{'.'.join(parts)}: {error.messages[0]}"


def _leads_on(request: HttpRequest, row: Proposal, plan: Plan) -> HttpResponse:
    count = sum(priority.actions.count() for priority in plan.priorities.all())
    said = ngettext(
        "“%(title)s” is made, with %(count)d action; it is in preparation.",
        "“%(title)s” is made, with %(count)d actions; it is in preparation.",
        count,
    )
    words = said % {"title": plan.title, "count": count}
    return done(request, words, plan, undo=reverse("proposal_unmake", args=[row.pk]))


@require_POST
def proposal_unmake(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the plan away whole, while nobody has touched it; the reading is open again."""
    check_make_plan(request.user)
    said = _("The plan is taken away again; what was read is as it was.")
    return taken_away(request, _proposal(pk), said, reverse("proposal", args=[pk]))


@require_POST
def proposal_discard(request: HttpRequest, pk: int) -> HttpResponse:
    check_make_plan(request.user)
    row = _proposal(pk)
    if row.plan:
        return redirect("document", row.plan.slug)
    if not row.discarded_at:
        row.discard(by=request.user, seen=row.version)
    said = _("“%(title)s” is thrown away.") % {"title": row.title}
    return done(request, said, "plan_new", undo=reverse("proposal_take_back", args=[pk]))


@require_POST
def proposal_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    check_make_plan(request.user)
    row = _proposal(pk)
    if row.discarded_at:
        row.take_back(by=request.user)
    return done(request, _("It is as it was."), reverse("proposal", args=[pk]))
