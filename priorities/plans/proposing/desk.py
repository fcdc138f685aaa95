"""The desk at which a reading is corrected: a proposal as it is stored, and every act on it.

Each act is stored at once, against the version that was seen: of two windows one is told that the
other was faster, and nobody's work is written over.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from ...models import Action, Plan, Proposal, SourceDocument, Unit, User
from ...models.chain import hold_chain
from ...models.people import units_by_name
from ...names import fold
from ..founding import found_plan
from ..reading import read
from .acts import MOST_STEPS, Act, Done, applied, step_back, undone, with_unit
from .guessing import following
from .marks import Draft, Source
from .outlining import Heads, outline_of, reworded
from .proposed import Group, groups_of
from .remarks import Counts, Remark, Setting, counts_of, remarks_on
from .taking import taken


@dataclass(frozen=True)
class Handed:
    """A document as it was handed in: its bytes, its text, and what the plan is to be called."""

    file: File
    name: str
    content_type: str
    text: str
    year: int
    title: str
    start: date
    end: date


def put_aside(handed: Handed, *, by: User) -> Proposal:
    """Read the document and keep both; within the caller's transaction."""
    source, draft = taken(read(handed.text, year=handed.year))
    document = SourceDocument.keep(
        handed.file,
        name=handed.name,
        content_type=handed.content_type,
        text=handed.text,
        by=by,
    )
    return Proposal.objects.create(
        document=document,
        year=handed.year,
        title=handed.title,
        slug=free_slug(handed.year),
        start=handed.start,
        end=handed.end,
        reading=source.stored(),
        draft=draft.stored(),
        by=by,
        changed_by=by,
    )


def free_slug(wanted: int | str) -> str:
    """What is wanted, as a year, or with the first number behind it that no plan has."""
    used = set(Plan.objects.filter(slug__startswith=str(wanted)).values_list("slug", flat=True))
    slugs = (str(wanted) if n == 1 else f"{wanted}-{n}" for n in range(1, len(used) + 2))
    return next(slug for slug in slugs if slug not in used)


class Desk:
    """A proposal with what is made of it; everything is read when it is asked for."""

    def __init__(self, proposal: Proposal):
        self.proposal = proposal

    @cached_property
    def source(self) -> Source:
        return Source.of(self.proposal.document.text, self.proposal.reading)

    @cached_property
    def draft(self) -> Draft:
        return Draft.of(self.proposal.draft)

    @cached_property
    def units(self) -> list[Unit]:
        """Those that an action can be given to."""
        return sorted(Unit.objects.active(), key=lambda unit: unit.place)

    @cached_property
    def setting(self) -> Setting:
        p, keys = self.proposal, {name: u.pk for name, u in units_by_name(self.units).items()}
        return Setting(p.year, p.start, p.end, lambda name: keys.get(fold(name)))

    @cached_property
    def groups(self) -> list[Group]:
        return groups_of(self.source, self.draft)

    @cached_property
    def counts(self) -> Counts:
        return counts_of(self.source, self.draft, self.groups)

    @cached_property
    def remarks(self) -> list[Remark]:
        return remarks_on(self.source, self.draft, self.groups, self.setting)

    @property
    def heads(self) -> Heads:
        return Heads(self.proposal.title, self.proposal.slug, self.proposal.document.name[:200])

    @property
    def may_be_undone(self) -> bool:
        return bool(self.proposal.steps)

    def with_draft(self, draft: Draft) -> "Desk":
        """The same desk with another draft on it, nothing of which is stored yet."""
        other = Desk(self.proposal)
        other.__dict__ |= {"source": self.source, "draft": draft}
        if "units" in self.__dict__:
            other.__dict__ |= {"units": self.units}
        return other


def act_on(desk: Desk, act: Act, *, by: User, seen: int) -> Done:
    """Do it and store it. Raises Refused where it makes no sense, Overtaken where somebody
    was faster; nothing is stored then.
    """
    done = applied(desk.source, desk.draft, act)
    _store(desk, done.draft, act.run, by=by, seen=seen)
    return done


def choose_unit(desk: Desk, name: str, unit: int, *, by: User, seen: int) -> Draft:
    """Say which unit a name of the text means: its key, 0 for none, -1 to be asked again."""
    draft = with_unit(desk.draft, fold(name), unit)
    _store(desk, draft, -1, by=by, seen=seen)
    return draft


def undo(desk: Desk, *, by: User, seen: int) -> Done:
    """Take back the last act that was not taken back yet; without one nothing changes."""
    *steps, last = desk.proposal.steps
    done = undone(desk.draft, last)
    desk.proposal.draft, desk.proposal.steps = done.draft.stored(), steps
    desk.proposal.store(by=by, seen=seen, fields=("draft", "steps"))
    return done


def _store(desk: Desk, draft: Draft, run: int, *, by: User, seen: int) -> None:
    step = step_back(desk.draft, draft, run)
    if step is None:
        return
    proposal = desk.proposal
    proposal.draft = draft.stored()
    proposal.steps = [*proposal.steps, step][-MOST_STEPS:]
    proposal.store(by=by, seen=seen, fields=("draft", "steps"))


def rename(proposal: Proposal, heads: dict[str, object], *, by: User, seen: int) -> bool:
    """Store title, year, start and end where they are others; returns whether they were."""
    heads = following({name: getattr(proposal, name) for name in heads}, heads)
    changed = [name for name, value in heads.items() if getattr(proposal, name) != value]
    if not changed:
        return False
    if "year" in changed:
        proposal.slug = free_slug(heads["year"])
    for name in changed:
        setattr(proposal, name, heads[name])
    proposal.store(by=by, seen=seen, fields=(*changed, "slug"))
    return True


class Unfinished(ValidationError):
    """No plan can be made of it yet; the page says why beside what is wrong."""


def make_plan(desk: Desk, *, by: User, seen: int) -> Plan:
    """The plan in preparation, with its document, in one transaction.

    Raises Unfinished where a remark is a fault, Overtaken where somebody was faster, and
    ValidationError as ``found_plan`` does.
    """
    if any(remark.is_fault for remark in desk.remarks):
        raise Unfinished(_("First put right what is marked as wrong."))
    proposal = desk.proposal
    with transaction.atomic():
        hold_chain()
        outline = outline_of(desk.source, desk.draft, desk.setting, _free(desk.heads, proposal))
        reason = _("Read from “%(name)s”") % {"name": proposal.document.name}
        plan = found_plan(outline, by=by, reason=reason, document=proposal.document)
        _reword(desk, plan, by)
        proposal.plan = plan
        proposal.store(by=by, seen=seen, fields=("plan",))
    return plan


def _free(heads: Heads, proposal: Proposal) -> Heads:
    """With an address that is still free: another plan of the year may have come meanwhile."""
    if Plan.objects.filter(slug=heads.slug).exists():
        return replace(heads, slug=free_slug(proposal.year))
    return heads


def _reword(desk: Desk, plan: Plan, by: User) -> None:
    """What people wrote in the place of printed words, as a change of its own in the history."""
    words = reworded(desk.source, desk.draft)
    actions = Action.objects.of_plan(plan).select_related("priority") if words else ()
    for action in actions:
        if own := words.get((action.priority.number, action.order)):
            action.text = own
            action.save_change(by=by, reason=_("Reworded when it was read from the document"))
