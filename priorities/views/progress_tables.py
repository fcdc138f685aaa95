"""A progress table for a running plan: matched row by row, looked at, and taken over or not."""

import uuid
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ..evidence import names_of_lost_files
from ..forms.progress import NonceField
from ..forms.tables import SeenForm, TableForm
from ..imports.applying import take_over
from ..imports.outcome import Line, Outcome
from ..imports.table_choices import Sent, progress_sent, store_choices, words_typed
from ..imports.table_progress import Progress, Row, note_taken
from ..imports.table_words import kind_words, likeness_words, note_words, percent_words
from ..ledger.sheet import ALL_COLUMNS
from ..models import FileImport, Plan, TableIntake, User
from ..models.put_aside import Overtaken
from ..permissions import check_hand_in, is_supervisor
from ..plans.tables.headings import FOR_PROGRESS, Name
from ..plans.tables.rows import Kind
from ..plans.written.percents import Reason
from .answers import LATE, WRONG, done, incomplete
from .lookup import plan_of
from .rendering import render_page
from .tables import put_aside, said_read, tables_shown

OPEN_SHOWN = 10
STEPS = ("keep", "check", "apply", "discard")


@require_http_methods(["GET", "HEAD", "POST"])
def progress_table(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose the file of a progress table, or paste one."""
    plan = plan_of(request, slug)
    check_hand_in(request.user)
    if request.method != "POST":
        return _new(request, plan, TableForm(initial={"nonce": uuid.uuid4()}))
    form = TableForm(request.POST, request.FILES, lost=names_of_lost_files(request, "file"))
    if not form.is_valid():
        return _new(request, plan, form, status=WRONG)
    intake = put_aside(form, by=request.user, plan=plan)
    then = reverse("progress_intake", args=[plan.slug, intake.pk])
    return done(request, said_read(intake.document), then)


def _new(request: HttpRequest, plan: Plan, form: TableForm, *, status: int = 200) -> HttpResponse:
    waiting = TableIntake.objects.open().filter(plan=plan, by=request.user).listed()[:OPEN_SHOWN]
    context = {"plan": plan, "form": form, "waiting": waiting}
    return render_page(request, "progress_table", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def progress_intake(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The rows beside what stands; a dry run of those that are picked, then all of them at once."""
    plan = plan_of(request, slug)
    check_hand_in(request.user)
    intake = _intake(plan, pk, request.user)
    if intake.taken_id:
        return redirect("actions", plan.slug)
    progress = Progress(intake, plan, request.user)
    if request.method != "POST":
        return _page(request, progress)
    form = SeenForm(request.POST)
    if not form.is_valid():
        raise incomplete()
    try:
        return _act(request, progress, form.cleaned_data["seen"])
    except Overtaken:
        intake.refresh_from_db()
        if intake.taken_id:
            return redirect("actions", plan.slug)
        return _page(request, Progress(intake, plan, request.user), is_late=True)


def _intake(plan: Plan, pk: int, user: User) -> TableIntake:
    """A table is its owner's, and the office's."""
    rows = TableIntake.objects.select_related("document")
    found = rows.filter(pk=pk, plan=plan, discarded_at=None).first()
    if found is None or not (found.by_id == user.pk or is_supervisor(user)):
        raise Http404
    return found


def _act(request: HttpRequest, progress: Progress, seen: int) -> HttpResponse:
    step = request.POST.get("step", "")
    if step not in STEPS:
        raise incomplete()
    if step == "discard":
        return _discard(request, progress, seen)
    sent = progress_sent(request.POST, progress)
    if sent.errors:
        return _page(request, progress, sent)
    store_choices(progress, sent.choices, by=request.user, seen=seen)
    now = Progress(progress.intake, progress.plan, request.user)
    if step == "keep":
        return redirect(_address(now))
    if not now.picked:
        return _page(request, now, refusal=_("No row is ticked."))
    if step == "apply":
        return _apply(request, now)
    nonce = uuid.uuid4()
    outcome = take_over(now.plan, now.filled(), by=request.user, nonce=nonce)
    return _page(request, now, outcome=outcome, nonce=nonce)


def _address(progress: Progress) -> str:
    return reverse("progress_intake", args=[progress.plan.slug, progress.intake.pk])


def _discard(request: HttpRequest, progress: Progress, seen: int) -> HttpResponse:
    progress.intake.discard(by=request.user, seen=seen)
    words = _("“%(name)s” was thrown away; nothing of it is stored.")
    then = reverse("progress_table", args=[progress.plan.slug])
    return done(request, words % {"name": progress.intake.document}, then)


def _apply(request: HttpRequest, progress: Progress) -> HttpResponse:
    """Take over what was seen; where it would be something else by now, show that first."""
    try:
        nonce = NonceField().clean(request.POST.get("nonce", ""))
    except ValidationError:
        raise incomplete() from None
    agreed = request.POST.get("agreed", "")[:64] or "-"
    with transaction.atomic():
        outcome = take_over(
            progress.plan, progress.filled(), by=request.user, nonce=nonce, seen=agreed
        )
        if outcome.stored:
            note_taken(progress, outcome.stored, by=request.user)
    if outcome.stored:
        return _applied(request, progress, outcome.stored)
    return _page(request, progress, outcome=outcome, nonce=uuid.uuid4(), is_other=True)


def _applied(request: HttpRequest, progress: Progress, stored: FileImport) -> HttpResponse:
    numbers = stored.numbers.split()
    n = stored.entries
    said = ngettext("%(n)d entry recorded", "%(n)d entries recorded", n) % {"n": n}
    words = _("%(said)s, from “%(file)s”.") % {"said": said, "file": stored.name}
    then = f"{reverse('actions', args=[progress.plan.slug])}#row-{numbers[0].replace('.', '-')}"
    return done(request, words, then, changed=numbers)


# What the page shows


@dataclass(frozen=True)
class Change:
    """A column of an entry: what stands, and what the table says."""

    head: str
    old: str
    new: str


@dataclass
class Shown:
    """A row with both texts side by side."""

    key: str
    line: int
    said: str
    number: str
    text: str
    likeness: str
    is_sure: bool
    near: list[tuple[str, str]]
    number_typed: str
    number_error: str
    asks_percent: bool
    percent_typed: str
    percent_error: str
    percent_note: str
    why: str
    asks_why: bool
    changes: list[Change] = field(default_factory=list)
    is_picked: bool = False
    may_be_picked: bool = False
    is_foreign: bool = False
    refusals: list[tuple[str, str]] = field(default_factory=list)
    besides: list[tuple[str, str]] = field(default_factory=list)


def _page(
    request: HttpRequest,
    progress: Progress,
    sent: Sent | None = None,
    *,
    outcome: Outcome | None = None,
    nonce: uuid.UUID | None = None,
    refusal: str = "",
    is_late: bool = False,
    is_other: bool = False,
) -> HttpResponse:
    errors = sent.errors if sent else {}
    lines = _lines(progress, outcome) if outcome else {}
    shown = [_shown(progress, row, sent, lines) for row in progress.rows]
    context = {
        "plan": progress.plan,
        "intake": progress.intake,
        "tables": tables_shown(progress, FOR_PROGRESS, errors),
        "rows": shown,
        "unmatched": sum(not row.number for row in shown),
        "picked": len(progress.picked),
        "day": words_typed(sent, "day", progress.day.isoformat()),
        "day_error": errors.get("day", ""),
        "day_said": progress.day_said,
        "numbers": [(a.number, a.text) for a in progress.state.actions],
        "aside": _aside(progress),
        "notes": [note_words(code) for code in progress.book.notes],
        "outcome": outcome,
        "nonce": nonce,
        "refusal": _("Nothing was kept: see the fields that are marked.") if errors else refusal,
        "is_late": is_late,
        "is_other": is_other,
        "waits": progress.plan.requires_review and not is_supervisor(request.user),
    }
    is_wrong = bool(errors or refusal or (outcome and outcome.refused))
    status = LATE if is_late or is_other else WRONG if is_wrong else 200
    return render_page(request, "progress_intake", context, status=status)


def _lines(progress: Progress, outcome: Outcome) -> dict[str, Line]:
    """What came of each picked row, by its key."""
    return {row.key: line for row, line in zip(progress.picked, outcome.lines, strict=True)}


def _shown(progress: Progress, row: Row, sent: Sent | None, lines: dict[str, Line]) -> Shown:
    by_hand = progress.choices.cells.get(row.key, {})
    errors = sent.errors if sent else {}
    line = lines.get(row.key)
    found = Shown(
        row.key,
        row.line.line,
        row.line.text or row.line.words(Name.TEXT),
        row.match.number,
        row.action.text if row.action else "",
        likeness_words(row.match),
        row.is_sure,
        [(number, progress.actions[number].text) for number in row.match.near],
        words_typed(sent, f"row-{row.key}", row.match.number),
        errors.get(f"row-{row.key}", ""),
        _asks_percent(row, by_hand),
        words_typed(sent, f"percent-{row.key}", by_hand.get("percent", "")),
        errors.get(f"percent-{row.key}", ""),
        _percent_note(row, by_hand),
        words_typed(sent, f"why-{row.key}", by_hand.get("why", "")),
        bool(by_hand.get("why")) or bool(line and "explanation" in line.faulty),
        is_picked=row.is_picked,
        may_be_picked=row.may_be_picked,
        is_foreign=bool(row.action) and not row.is_reportable,
    )
    found.changes = [
        Change(str(ALL_COLUMNS[name].head), _said(name, row.stands.get(name, "")), _said(name, new))
        for name, new in row.cells.items()
    ]
    if line:
        found.refusals, found.besides = line.refusals, line.besides
    return found


def _asks_percent(row: Row, by_hand: dict[str, str]) -> bool:
    words = row.line.words(Name.PERCENT)
    return "percent" in by_hand or bool(words and not row.percent.is_understood)


def _percent_note(row: Row, by_hand: dict[str, str]) -> str:
    words = " ".join(row.line.words(Name.PERCENT).split())
    if not words or "percent" in by_hand:
        return ""
    if row.action and row.action.counted:
        return _("“%(words)s”: here the percent follows from the values.") % {"words": words[:40]}
    if row.percent.why == Reason.CLEAR:
        return ""
    return f"“{words[:40]}” · {percent_words(row.percent.why)}"


def _said(name: str, words: str) -> str:
    return f"{words}%" if name == "percent" and words else words


def _aside(progress: Progress) -> list[tuple[int, str, str]]:
    lines = [x for x in progress.lines if x.kind != Kind.ACTION]
    return [(x.line, kind_words(x.kind), x.words(Name.ASIDE) or x.priority) for x in lines]
