"""The office's acts on a draft: its words, its heads, what is said of it, and issuing it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ..acts.once import once
from ..circular.document import document_of
from ..circular.drafting import has_new_figures, news, take_in
from ..circular.issuing import issue
from ..circular.numbers import disagreements, left_out
from ..circular.page import page_of
from ..forms.reports import CommentForm, HeadsForm, ParagraphForm, PassageForm, new_nonce
from ..models import DiscardedDraft, IssuedReport, Passage, Report, ReportComment
from ..models.issued import sha256_of
from ..models.reports import AlreadyIssued, ChangedMeanwhile
from ..permissions import check_draft_report, check_issue_report
from .answers import LATE, WRONG, done, form_at, on_to, status_of
from .lookup import also_when_closed, plan_of
from .rendering import render_page
from .reports import draft_of

ACTS = ("save", "put_back", "move_out", "move_in")
FORMS = ["GET", "HEAD", "POST"]


# Passages


@also_when_closed
@require_http_methods(FORMS)
def passage(request: HttpRequest, slug: str, pk: int, place: int) -> HttpResponse:
    """One passage: its form, and the four things that can be done to it."""
    report = draft_of(request, slug, pk)
    if report.is_issued:
        return _too_late(request, report)
    row = get_object_or_404(report.passages.select_related("by", "entry"), pk=place)
    row.report = report
    if request.method != "POST":
        form = PassageForm(initial=_values(row), auto_id=f"id_{row.pk}_%s")
        return _passage_page(request, row, form)
    form = PassageForm(request.POST, auto_id=f"id_{row.pk}_%s")
    act = request.POST.get("act", "save")
    if act not in ACTS:
        raise BadRequest(_("Say what is to be done with this paragraph."))
    if not form.is_valid():
        return _passage_page(request, row, form, status=WRONG)
    try:
        said = _done(act, row, form, request)
    except AlreadyIssued:
        return _too_late(request, report)
    except ChangedMeanwhile as late:
        return _overtaken(request, report, late.row, form, act)
    except ValidationError as error:
        form.add_refusal(error)
        return _passage_page(request, row, form, status=WRONG)
    return _back_to(request, report, row, said)


def _done(act: str, row: Passage, form: PassageForm, request: HttpRequest) -> str:
    by, version = request.user, form.cleaned_data["version"]
    if act == "put_back":
        row.put_back(by=by, version=version)
        return _("The computed text stands again.")
    if act == "move_out":
        row.move_out(by=by, version=version)
        return _("Left out. It can be moved in again below the paragraph.")
    if act == "move_in":
        row.move_in(by=by, version=version)
        return _("Moved in.")
    row.edit(by=by, text=form.cleaned_data["text"], version=version)
    return _("Saved.")


def _overtaken(request, report: Report, rival: Passage, form: PassageForm, act: str):
    """409 with both texts; where the rival is one's own double click there is nothing to say."""
    rival.report = report
    wanted = {"move_out": True, "move_in": False}
    typed = form.cleaned_data["text"].strip()
    is_done = rival.is_out == wanted[act] if act in wanted else rival.text == typed
    if is_done and rival.by_id == request.user.pk:
        return _back_to(request, report, rival, _("Saved."))
    form.data = form.data.copy()
    form.data["version"] = rival.version
    return _passage_page(request, rival, form, status=LATE)


def _back_to(request: HttpRequest, report: Report, row: Passage, said: str) -> HttpResponse:
    return done(request, said, f"{report.get_absolute_url()}#p-{row.pk}")


def _values(row: Passage) -> dict:
    return {"text": row.text, "version": row.version}


def _passage_page(
    request: HttpRequest, row: Passage, form: PassageForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "plan": row.report.plan,
        "report": row.report,
        "passage": row,
        "form": form,
        "off": [(d.found, d.expected) for d in disagreements(row)],
        "left_out": left_out(row),
        "comments": row.comments.select_related("by"),
        "comment_form": CommentForm(initial={"nonce": new_nonce()}, auto_id=f"id_c{row.pk}_%s"),
        "paragraph_form": ParagraphForm(initial={"nonce": new_nonce()}, auto_id=f"id_n{row.pk}_%s"),
        "is_too_late": status == LATE,
    }
    return form_at(request, "passage", context, target=f"#edit-{row.pk}", status=status)


@also_when_closed
@require_POST
def passage_add(request: HttpRequest, slug: str, pk: int, place: int) -> HttpResponse:
    """Write a paragraph of one's own behind a passage."""
    report = draft_of(request, slug, pk)
    after = get_object_or_404(report.passages, pk=place)
    form = ParagraphForm(request.POST, auto_id=f"id_n{after.pk}_%s")
    if not form.is_valid():
        return _words_page(request, report, form, after, "paragraph")
    try:
        added = _said_once(report, Passage, "add_passage", request, form, after=after)
    except AlreadyIssued:
        return _too_late(request, report)
    return _back_to(request, report, added, _("The paragraph is in the draft."))


@also_when_closed
@require_POST
def report_comment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A word for colleagues, on one passage or on the whole."""
    report = draft_of(request, slug, pk)
    place, on = request.POST.get("passage", ""), None
    if place:
        if not (place.isascii() and place.isdigit() and len(place) <= 18):
            raise BadRequest(_("What the comment is on cannot be read. Reload the page."))
        on = get_object_or_404(report.passages, pk=int(place))
    form = CommentForm(request.POST, auto_id=f"id_c{on.pk}_%s" if on else "id_all_%s")
    if not form.is_valid():
        return _words_page(request, report, form, on, "comment")
    try:
        _said_once(report, ReportComment, "comment", request, form, passage=on)
    except AlreadyIssued:
        return _too_late(request, report)
    then = f"{report.get_absolute_url()}#{f'p-{on.pk}' if on else 'comments'}"
    return done(request, _("The comment stands beside the draft."), then)


def _said_once(report: Report, kind: type, act: str, request: HttpRequest, form, **where):
    """A comment or a paragraph of this form: sent twice, it stands there once."""
    by, text, nonce = request.user, form.cleaned_data["text"], form.cleaned_data["nonce"]
    place = tuple(row.pk if row else None for row in where.values())

    def say(key: UUID):
        return getattr(report, act)(by=by, text=text, nonce=key, **where)

    return once(kind, say, by=by, nonce=nonce, said=(report.pk, *place, text))


def _words_page(request, report: Report, form, on: Passage | None, what: str) -> HttpResponse:
    """A comment or a paragraph once more, with what is wrong about it."""
    name = f"report_{what}"
    context = {"plan": report.plan, "report": report, "form": form, "passage": on}
    target = f"#{what}-{on.pk if on else 'all'}"
    return form_at(request, name, context, target=target, status=WRONG)


# The whole


@also_when_closed
@require_http_methods(FORMS)
def report_heads(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Number, title, addressee and the like."""
    report = draft_of(request, slug, pk)
    if report.is_issued:
        return _too_late(request, report)
    initial = {name: getattr(report, name) for name in Report.HEADS}
    form = HeadsForm(request.POST or None, initial={**initial, "version": report.version})
    rival = None
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            report.set_heads(by=request.user, version=given.pop("version"), **given)
        except AlreadyIssued:
            return _too_late(request, report)
        except ChangedMeanwhile as late:
            rival = _heads_of(late.row, form)
            if not rival:
                return on_to(request, report)
            form.data = form.data.copy()
            form.data["version"] = late.row.version
        except ValidationError as error:
            form.add_refusal(error)
        else:
            return done(request, _("Number, title and heads are saved."), report)
    status = status_of(form, is_late=bool(rival))
    context = {"plan": report.plan, "report": report, "form": form, "rival": rival}
    return render_page(request, "report_heads", context, status=status)


def _heads_of(row: Report, form: HeadsForm) -> list[tuple[str, object]]:
    """The heads that somebody else changed to something else than what was typed."""
    typed = form.cleaned_data
    names = [name for name in Report.HEADS if getattr(row, name) != typed[name]]
    return [(str(form.fields[name].label), getattr(row, name)) for name in names]


@also_when_closed
@require_POST
def report_news(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take in the figures of now, and the sentences of those new entries that were chosen."""
    report = draft_of(request, slug, pk)
    fresh = news(report)
    is_all = request.POST.get("which") == "all"
    ticked = set(request.POST.getlist("entry"))
    chosen = [entry for entry in fresh if is_all or str(entry.pk) in ticked]
    try:
        said = take_in(report, chosen, by=request.user)
    except AlreadyIssued:
        return _too_late(request, report)
    waiting = len(fresh) - len(chosen)
    words = _("The figures are those of now.")
    if chosen:
        taken = ngettext("%d sentence was taken in.", "%d sentences were taken in.", said) % said
        words = f"{words} {taken}"
    if waiting:
        rest = ngettext(
            "%d more stands among what was left out.",
            "%d more stand among what was left out.",
            waiting,
        )
        words = f"{words} {rest % waiting}"
    return done(request, words, report)


@also_when_closed
@require_http_methods(FORMS)
def report_issue(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What will be frozen, and the one step that does it."""
    report = draft_of(request, slug, pk)
    check_issue_report(request.user)
    if report.is_issued:
        return _issued_before(request, report)
    if request.method != "POST":
        return _issue_page(request, report)
    try:
        with transaction.atomic():
            row = report.locked()
            if request.POST.get("seen") != _seen(row):
                said = _("Somebody changed the draft since this page was opened. Look at it again.")
                return _issue_page(request, report, refused=[said], status=LATE)
            issue(report, by=request.user)
    except AlreadyIssued:
        return _issued_before(request, report)
    except ValidationError as error:
        return _issue_page(request, report, refused=error.messages, status=WRONG)
    return _issued(request, report)


def _issued(request: HttpRequest, report: Report) -> HttpResponse:
    said = _("Issued. Words, figures and files do not change any more.")
    return done(request, said, report)


def _issued_before(request: HttpRequest, report: Report) -> HttpResponse:
    """The second of two clicks is answered as the first; a colleague is told who was faster."""
    issued = IssuedReport.objects.get(report=report.pk)
    if request.method == "POST" and issued.by_id == request.user.pk:
        return _issued(request, report)
    return _too_late(request, report)


def _seen(report: Report) -> str:
    """Names what the confirmation showed; another draft has another name."""
    return sha256_of(document_of(report).as_json())


def _issue_page(
    request: HttpRequest, report: Report, *, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "plan": report.plan,
        "report": report,
        "page": page_of(report),
        "seen": _seen(report),
        "is_outdated": has_new_figures(report),
        "news": news(report),
        "comments": report.comments.count(),
        "refused": refused or [],
    }
    return render_page(request, "report_issue", context, status=status)


@also_when_closed
@require_http_methods(FORMS)
def report_discard(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Throw a draft away, as the page that asks showed it; the second click as the first."""
    check_draft_report(request.user)
    if request.method == "POST" and _was_discarded(request, slug, pk):
        return _discarded(request, slug)
    report = draft_of(request, slug, pk)
    if report.is_issued:
        return _too_late(request, report)
    if request.method != "POST":
        return _discard_page(request, report)
    try:
        DiscardedDraft.discard(report, by=request.user, seen=request.POST.get("seen", ""))
    except AlreadyIssued:
        return _too_late(request, report)
    except ChangedMeanwhile:
        return _discard_page(request, report, is_late=True)
    except Report.DoesNotExist:
        if not _was_discarded(request, slug, pk):
            raise Http404(_("This draft was thrown away by somebody else.")) from None
    return _discarded(request, slug)


def _was_discarded(request: HttpRequest, slug: str, pk: int) -> bool:
    kept = DiscardedDraft.objects.filter(plan__slug=slug, report=pk, by=request.user)
    return kept.exists()


def _discarded(request: HttpRequest, slug: str) -> HttpResponse:
    said = _("The draft is thrown away. It can be taken back from the list of reports.")
    return done(request, said, reverse("reports", args=[slug]))


def _discard_page(request: HttpRequest, report: Report, *, is_late: bool = False) -> HttpResponse:
    context = {
        "plan": report.plan,
        "report": report,
        "page": page_of(report),
        "seen": report.fingerprint,
        "is_late": is_late,
    }
    return render_page(request, "report_discard", context, status=LATE if is_late else 200)


@also_when_closed
@require_POST
def report_take_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Have a draft back that was thrown away; where it is back already, twice is once."""
    plan = plan_of(request, slug)
    check_draft_report(request.user)
    if report := Report.objects.of_plan(plan).filter(pk=pk).first():
        return on_to(request, report)
    kept = plan.discarded_drafts.filter(report=pk).first()
    if kept is None:
        raise Http404(_("There is no such draft to take back."))
    try:
        report = kept.take_back()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return on_to(request, reverse("reports", args=[slug]))
    return done(request, _("The draft is back, as it was."), report)


def _too_late(request: HttpRequest, report: Report) -> HttpResponse:
    """409: issued meanwhile. What was typed is shown, so that it is not lost."""
    row = Report.objects.select_related("issued__by").get(pk=report.pk)
    row.plan = report.plan
    context = {
        "plan": report.plan,
        "report": row,
        "day": localtime(row.issued.at),
        "typed": request.POST.get("text", ""),
    }
    return render_page(request, "report_frozen", context, status=LATE)
