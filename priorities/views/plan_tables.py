"""From a table to a plan: handing it in, looking at what was recognised, making the plan of it."""

import uuid
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ..days import iso
from ..evidence import names_of_lost_files
from ..forms.tables import SeenForm, TableForm
from ..imports.table_choices import FACTS, MOST_ASKED, Sent, sent_of, store_choices, words_typed
from ..imports.table_plan import (
    Breakdown,
    Entry,
    Group,
    Unknown,
    make_plan,
    make_units,
)
from ..imports.table_words import (
    fault_sentence,
    kind_words,
    note_words,
    told_words,
)
from ..models import TableIntake
from ..models.put_aside import Overtaken
from ..permissions import check_make_plan
from ..plans.founding import Faulty
from ..plans.tables.headings import FOR_A_PLAN, Name
from ..plans.tables.rows import LONGEST_TEXT
from ..words import listed
from .answers import LATE, WRONG, done, incomplete
from .rendering import render_page
from .tables import put_aside, said_read, tables_shown
from .unmaking import taken_away

OPEN_SHOWN = 20
STEPS = ("keep", "make_units", "create", "discard")
LINES_SHOWN = 12
LABELS_OF_FACTS = ("title", "slug", "start", "end", "source_title")


@require_http_methods(["GET", "HEAD", "POST"])
def plan_table(request: HttpRequest) -> HttpResponse:
    """Choose the file of a table, or paste one; take up one that was put aside."""
    check_make_plan(request.user)
    if request.method != "POST":
        return _new(request, TableForm(initial={"nonce": uuid.uuid4()}))
    form = TableForm(request.POST, request.FILES, lost=names_of_lost_files(request, "file"))
    if not form.is_valid():
        return _new(request, form, status=WRONG)
    intake = put_aside(form, by=request.user)
    return done(request, said_read(intake.document), reverse("table_intake", args=[intake.pk]))


def _new(request: HttpRequest, form: TableForm, *, status: int = 200) -> HttpResponse:
    waiting = TableIntake.objects.open().filter(plan=None).listed()[:OPEN_SHOWN]
    context = {"form": form, "waiting": waiting}
    return render_page(request, "plan_table", context, status=status)


# What was recognised


@require_http_methods(["GET", "HEAD", "POST"])
def table_intake(request: HttpRequest, pk: int) -> HttpResponse:
    """The table as it was recognised; every button keeps what was chosen."""
    check_make_plan(request.user)
    intake = _intake(pk)
    if intake.made_id:
        return redirect(intake.made)
    breakdown = Breakdown(intake)
    if request.method != "POST":
        return _page(request, breakdown)
    form = SeenForm(request.POST)
    if not form.is_valid():
        raise incomplete()
    try:
        with transaction.atomic():
            return _act(request, breakdown, form.cleaned_data["seen"])
    except Overtaken:
        intake.refresh_from_db()
        if intake.made_id:
            return redirect(intake.made)
        return _page(request, Breakdown(intake), is_late=True)


def _intake(pk: int) -> TableIntake:
    rows = TableIntake.objects.select_related("document", "made")
    found = rows.filter(pk=pk, plan=None, discarded_at=None).first()
    if found is None:
        raise Http404
    return found


def _act(request: HttpRequest, breakdown: Breakdown, seen: int) -> HttpResponse:
    step = request.POST.get("step", "")
    if step not in STEPS:
        raise incomplete()
    if step == "discard":
        return _discard(request, breakdown, seen)
    sent = sent_of(request.POST, breakdown)
    if sent.errors:
        return _page(request, breakdown, sent)
    store_choices(breakdown, sent.choices, by=request.user, seen=seen)
    now = Breakdown(breakdown.intake)
    if step == "make_units":
        return _make_units(request, breakdown, now)
    if step == "create":
        return _create(request, now, seen + 1)
    return redirect(f"{reverse('table_intake', args=[now.intake.pk])}#result")


def _discard(request: HttpRequest, breakdown: Breakdown, seen: int) -> HttpResponse:
    breakdown.intake.discard(by=request.user, seen=seen)
    words = _("“%(name)s” was thrown away; no plan came of it.") % {
        "name": breakdown.intake.document
    }
    return done(request, words, reverse("plan_table"))


def _make_units(request: HttpRequest, before: Breakdown, now: Breakdown) -> HttpResponse:
    """Make those that are ticked, by the very names that the page listed."""
    ticked = set(request.POST.getlist("make"))
    asked = before.unknown_units[:MOST_ASKED]
    names = [unknown.words for n, unknown in enumerate(asked) if str(n) in ticked]
    if not names:
        return _page(request, now, refusal=_("No unit is ticked."), status=WRONG)
    try:
        made = make_units(names, by=request.user)
    except ValidationError as error:
        return _page(request, now, refusal=" ".join(error.messages), status=WRONG)
    words = ngettext(
        "%(n)d unit was made: %(names)s.", "%(n)d units were made: %(names)s.", len(made)
    )
    said = words % {"n": len(made), "names": listed(made)}
    return done(request, said, reverse("table_intake", args=[now.intake.pk]))


def _create(request: HttpRequest, breakdown: Breakdown, seen: int) -> HttpResponse:
    try:
        plan = make_plan(breakdown, by=request.user, seen=seen)
    except Faulty as error:
        entry = _entry_of(breakdown, error)
        if entry:
            entry.refusal = " ".join(error.messages)
        said = _("No plan was made: see the row that is marked.")
        return _page(request, breakdown, refusal=said, status=WRONG)
    except ValidationError as error:
        sent = Sent(breakdown.choices)
        if hasattr(error, "error_dict"):
            for name, errors in error.message_dict.items():
                sent.errors[name if name in FACTS else "title"] = " ".join(errors)
            return _page(request, breakdown, sent)
        return _page(request, breakdown, refusal=" ".join(error.messages), status=WRONG)
    words = _("“%(plan)s” is made of the table: %(priorities)d priorities, %(actions)d actions.")
    counts = {"priorities": len(breakdown.groups), "actions": breakdown.count}
    undo = reverse("table_unmake", args=[breakdown.intake.pk])
    return done(request, words % {"plan": plan.title, **counts}, plan, undo=undo)


@require_POST
def table_unmake(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the plan away whole, while nobody has touched it; the table is open again."""
    check_make_plan(request.user)
    said = _("The plan is taken away again; the table is as it was.")
    return taken_away(request, _intake(pk), said, reverse("table_intake", args=[pk]))


def _entry_of(breakdown: Breakdown, error: Faulty) -> Entry | None:
    groups = [group for group in breakdown.groups if group.taken]
    if not error.priority or error.priority > len(groups):
        return None
    entries = groups[error.priority - 1].taken
    return entries[(error.action or 1) - 1] if len(entries) >= (error.action or 1) else None


# What the page shows, in the reader's words


@dataclass(frozen=True)
class EntryRow:
    """A row of the result."""

    key: str
    line: int
    number: str
    text: str
    lead: str
    supporting: str
    owner: str
    due: str
    notes: list[str]
    faults: list[str]
    is_skipped: bool
    asks_text: bool = False
    asks_due: bool = False
    typed_text: str = ""
    typed_due: str = ""
    text_error: str = ""
    due_error: str = ""


@dataclass(frozen=True)
class AskedRow:
    """Words for which nobody is known, with the field that says who is meant."""

    place: int
    words: str
    lines: str
    near: str
    value: str
    error: str
    is_left: bool


@dataclass(frozen=True)
class FactField:
    """One of the plan's own facts."""

    name: str
    label: str
    value: str
    error: str


@dataclass
class GroupBlock:
    """A priority of the result with its rows."""

    number: int
    title: str
    remark: str
    rows: list[EntryRow] = field(default_factory=list)


def _page(
    request: HttpRequest,
    breakdown: Breakdown,
    sent: Sent | None = None,
    *,
    refusal: str = "",
    is_late: bool = False,
    status: int = 200,
) -> HttpResponse:
    errors = sent.errors if sent else {}
    context = {
        "intake": breakdown.intake,
        "facts": [_fact(breakdown, name, sent) for name in LABELS_OF_FACTS],
        "tables": tables_shown(breakdown, FOR_A_PLAN, errors),
        "groups": _groups(breakdown, sent),
        "count": breakdown.count,
        "unknown_units": _asked(breakdown.unknown_units, "unit", sent),
        "unknown_people": _asked(breakdown.unknown_people, "person", sent),
        "unsettled": len(breakdown.unsettled),
        "people": list(map(str, breakdown.everybody)) if breakdown.unknown_people else [],
        "units": breakdown.all_units if breakdown.unknown_units else [],
        "faulty": len(breakdown.faulty),
        "aside": [(x.line, kind_words(x.kind), x.words(Name.ASIDE)) for x in breakdown.aside],
        "notes": [note_words(code) for code in breakdown.book.notes],
        "refusal": refusal
        or (_("Nothing was kept: see the fields that are marked.") if errors else ""),
        "is_late": is_late,
        "longest_text": LONGEST_TEXT,
        "plan_end": breakdown.facts.end,
    }
    code = LATE if is_late else WRONG if errors else status
    return render_page(request, "table_intake", context, status=code)


def _fact(breakdown: Breakdown, name: str, sent: Sent | None) -> FactField:
    labels = {
        "title": _("Title"),
        "slug": _("Address"),
        "start": _("First day"),
        "end": _("Last day"),
        "source_title": _("Source document"),
    }
    value = words_typed(sent, name, getattr(breakdown.facts, name))
    return FactField(name, labels[name], value, sent.errors.get(name, "") if sent else "")


def _asked(unknown: list[Unknown], kind: str, sent: Sent | None) -> list[AskedRow]:
    return [
        AskedRow(
            n,
            one.words,
            listed(one.lines[:LINES_SHOWN]) + ("…" if len(one.lines) > LINES_SHOWN else ""),
            listed(one.near),
            words_typed(sent, f"{kind}-{n}", one.chosen),
            sent.errors.get(f"{kind}-{n}", "") if sent else "",
            one.is_settled and not one.chosen,
        )
        for n, one in enumerate(unknown[:MOST_ASKED])
    ]


def _groups(breakdown: Breakdown, sent: Sent | None) -> list[GroupBlock]:
    blocks, number, asked = [], 0, 0
    for group in breakdown.groups:
        number += bool(group.taken)
        block = GroupBlock(number if group.taken else 0, group.title, _about_count(group))
        order = 0
        for entry in group.entries:
            order += entry.is_taken
            shown = f"{number}.{order}" if entry.is_taken else ""
            asked += bool(entry.faults)
            block.rows.append(_entry_row(breakdown, entry, shown, sent, asks=asked <= MOST_ASKED))
        blocks.append(block)
    return blocks


def _about_count(group: Group) -> str:
    """Where a heading says another number than there is."""
    if group.declared in (None, len(group.entries)):
        return ""
    words = {"declared": group.declared, "found": len(group.entries)}
    return _("The table says %(declared)d, %(found)d were found.") % words


def _entry_row(
    breakdown: Breakdown, entry: Entry, number: str, sent: Sent | None, *, asks: bool
) -> EntryRow:
    line, key = entry.line, entry.line.key
    names = {fault.name for fault in line.faults} | {fault.name for fault in entry.faults}
    by_hand = breakdown.choices.cells.get(key, {})
    return EntryRow(
        key,
        line.line,
        number,
        entry.text,
        str(entry.lead or ""),
        listed(entry.supporting),
        str(entry.owner or ""),
        entry.due.isoformat() if entry.due else "",
        _notes(entry),
        [fault_sentence(fault) for fault in entry.faults] + [entry.refusal] * bool(entry.refusal),
        entry.is_skipped,
        asks and (Name.TEXT in names or "text" in by_hand),
        asks and (Name.DUE in names or "due" in by_hand),
        words_typed(sent, f"text-{key}", by_hand.get("text", "")),
        words_typed(sent, f"due-{key}", by_hand.get("due", "")),
        sent.errors.get(f"text-{key}", "") if sent else "",
        sent.errors.get(f"due-{key}", "") if sent else "",
    )


def _notes(entry: Entry) -> list[str]:
    said = entry.line.words(Name.DUE)
    notes = []
    if said and entry.due and said != entry.due.isoformat():
        notes.append(_("time as it stands: %(words)s") % {"words": " ".join(said.split())})
    notes += [told_words(told) for told in entry.told]
    if entry.unknown:
        notes.append(_("not known: %(names)s") % {"names": listed(entry.unknown)})
    if entry.milestones:
        words = listed(f"{iso(m.planned)} {m.title}" for m in entry.milestones)
        notes.append(_("milestones: %(words)s") % {"words": words})
    return notes
