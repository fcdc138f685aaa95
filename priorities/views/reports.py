"""Reports as they are read: the list, a draft or an issued one, its files, what changed since."""

from contextlib import suppress
from dataclasses import dataclass

from django.core.exceptions import BadRequest, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..circular.document import Document, Facts, Row, document_of
from ..circular.drafting import correct, covers, default_period, draft, heads_offered, news
from ..circular.figures import changes_between
from ..circular.issuing import files_of
from ..circular.page import page_of
from ..forms.reports import CUSTOM, CommentForm, NewReportForm, new_nonce
from ..kept import kept
from ..ledger import excel
from ..lights import KINDS
from ..models import IssuedFile, Plan, Report, User
from ..models.issued import sha256_of
from ..periods import Period
from ..permissions import can_draft_report, can_issue_report, check_draft_report
from .answers import done, on_to, status_of
from .lookup import also_when_closed, plan_of
from .rendering import render_page

DATA = "json"
TYPES = {
    IssuedFile.Kind.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    IssuedFile.Kind.EXCEL: excel.TYPE,
    DATA: "application/json; charset=utf-8",
}
DISCARDED_SHOWN = 20
NEAR = 6
"""How many other reports stand beside one."""


def report_of(request: HttpRequest, slug: str, pk: int) -> Report:
    """The plan's report; raises PermissionDenied where it is a draft and the reader no drafter."""
    plan = plan_of(request, slug)
    report = get_object_or_404(_with_people(Report.objects.of_plan(plan)), pk=pk)
    report.plan = plan
    if not report.is_issued:
        check_draft_report(request.user)
    return report


def draft_of(request: HttpRequest, slug: str, pk: int) -> Report:
    """The same for an act on a draft: whoever may not draft is refused whatever its state."""
    check_draft_report(request.user)
    return report_of(request, slug, pk)


def _with_people(reports: QuerySet) -> QuerySet:
    """With who issued it and what it corrects; the frozen text of a correction stays behind."""
    related = ("issued__by", "by", "replaces", "correction__issued")
    return reports.select_related(*related).defer("correction__issued__data", "correction__facts")


def _visible(plan: Plan, user: User) -> QuerySet:
    """What a person may open, newest first, without texts and figures."""
    reports = Report.objects.of_plan(plan).newest_first()
    reports = reports if can_draft_report(user) else reports.issued()
    return reports.listed()


@require_safe
@kept
def reports(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(request, slug)
    found = list(_visible(plan, request.user))
    for report in found:
        report.plan = plan
    context = {
        "plan": plan,
        "drafts": [report for report in found if not report.is_issued],
        "issued": [report for report in found if report.is_issued],
        "may_draft": can_draft_report(request.user),
    }
    if context["may_draft"]:
        discarded = plan.discarded_drafts.select_related("by").defer("rows")
        context["discarded"] = discarded[:DISCARDED_SHOWN]
    return render_page(request, "reports", context)


@also_when_closed
@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a draft. A period has one report of a kind: the same form twice is one draft."""
    plan = plan_of(request, slug)
    check_draft_report(request.user)
    form, existing = _new_form(request, plan), None
    if request.method == "POST" and form.is_valid():
        kind, period = form.cleaned_data["kind"], form.asked
        try:
            report = draft(plan, period, kind=kind, by=request.user, **form.heads)
        except ValidationError as error:
            existing = _of_period(plan, period, kind)
            if existing and _is_same(existing, form, request.user):
                return _composed(request, existing)
            _refuse(form, error)
        else:
            return _composed(request, report)
    context = {"plan": plan, "form": form, "existing": existing, "elsewhere": _elsewhere(plan)}
    return render_page(request, "report_new", context, status=status_of(form))


def _composed(request: HttpRequest, report: Report) -> HttpResponse:
    return done(request, _("The draft is composed."), report)


def _new_form(request: HttpRequest, plan: Plan) -> NewReportForm:
    """What is not typed stands as a hint: the heads that the chosen period and kind would have."""
    given = request.POST if request.method == "POST" else request.GET
    offered, kind = default_period(plan), str(Report.Kind.CIRCULAR)
    period = offered or Period.last_month(plan.end)
    if given.get("kind") in Report.Kind.values:
        kind = given["kind"]
    with suppress(ValueError):
        period = Period.read(given.get("period", ""))
    defaults = heads_offered(plan, period, kind)
    typed = {name: given.get(name, "") for name in NewReportForm.base_fields if name in given}
    initial = {"period": str(offered or CUSTOM), "kind": kind, **typed}
    data = request.POST if request.method == "POST" else None
    return NewReportForm(data, plan=plan, defaults=defaults, initial=initial)


def _elsewhere(plan: Plan) -> list[Plan]:
    """Before the first month of a plan is over: the plans whose month was over last."""
    if default_period(plan):
        return []
    month = Period.last_month(plan.today())
    others = Plan.objects.listed().filter(size__gt=0).exclude(pk=plan.pk)
    return [other for other in others if covers(other, month)]


def _of_period(plan: Plan, period: Period, kind: str) -> Report | None:
    return Report.objects.of_plan(plan).on_period(period, kind).select_related("plan").first()


def _is_same(report: Report, form: NewReportForm, user: User) -> bool:
    """Whether this very form has already made that draft: a double click is no second report."""
    heads = form.heads.items()
    is_own = report.by_id == user.pk and not report.is_issued and report.version == 1
    return is_own and all(getattr(report, name) == words for name, words in heads)


def _refuse(form: NewReportForm, error: ValidationError) -> None:
    """What is wrong with the period stands at the period."""
    if hasattr(error, "error_dict"):
        form.add_refusal(error)
    else:
        form.add_error("period", error)


@require_safe
@kept
def circular(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    report = report_of(request, slug, pk)
    context = {"plan": report.plan, "report": report, "page": page_of(report)}
    if not report.is_issued:
        return _draft_page(request, context)
    near = Near.of(report, _visible(report.plan, request.user).issued())
    files = report.issued.files.defer("content")
    context |= {
        "near": near,
        "files": files,
        "is_intact": report.issued.sha256 == sha256_of(report.issued.data),
        "may_correct": can_draft_report(request.user) and not hasattr(report, "correction"),
        "may_draft": can_draft_report(request.user),
    }
    return render_page(request, "circular", context)


def _draft_page(request: HttpRequest, context: dict) -> HttpResponse:
    report, page = context["report"], context["page"]
    context |= {
        "news": news(report),
        "general_form": CommentForm(initial={"nonce": new_nonce()}, auto_id="id_all_%s"),
        "comments": sum(len(p.comments) for p in page.paragraphs) + len(page.general_comments),
        "may_issue": can_issue_report(request.user),
    }
    return render_page(request, "draft", context)


@dataclass(frozen=True)
class Near:
    """The issued reports around one, in time."""

    before: Report | None
    after: Report | None
    others: list[Report]

    @classmethod
    def of(cls, report: Report, issued: QuerySet) -> "Near":
        """``issued`` is newest first."""
        all_of_them = list(issued)
        for one in all_of_them:
            one.plan = report.plan
        place = all_of_them.index(report)
        newer = all_of_them[place - 1] if place else None
        older = all_of_them[place + 1] if place + 1 < len(all_of_them) else None
        around = all_of_them[max(0, place - NEAR // 2) : place + NEAR]
        others = [one for one in around if one != report][:NEAR]
        return cls(older, newer, others)


@also_when_closed
@require_POST
def report_correct(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Begin the report that replaces an issued one; there is one such, so twice is once."""
    report = draft_of(request, slug, pk)
    if hasattr(report, "correction"):
        report.correction.plan = report.plan
        return on_to(request, report.correction)
    try:
        made = correct(report, by=request.user)
    except ValidationError as error:
        there = Report.objects.filter(replaces=report).select_related("plan").first()
        if there:  # the other of two clicks was faster
            return on_to(request, there)
        raise BadRequest(error.messages[0]) from None
    said = _("The correction is drafted; it names the report it replaces.")
    return done(request, said, made)


@require_safe
def report_file(request: HttpRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    """An issued file byte for byte; of a draft a preview that says that it is one."""
    report = report_of(request, slug, pk)
    if kind not in TYPES:
        raise Http404(_("A report has no such file."))
    name, content = _issued_file(report, kind) if report.is_issued else _preview(report, kind)
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(content, content_type=TYPES[kind], headers=headers)


def _issued_file(report: Report, kind: str) -> tuple[str, bytes]:
    """The data are a file too: their SHA-256 is the hash that the report bears."""
    if kind == DATA:
        return f"{report.title}.json", report.issued.data.encode()
    file = get_object_or_404(report.issued.files, kind=kind)
    return file.name, bytes(file.content)


def _preview(report: Report, kind: str) -> tuple[str, bytes]:
    made = files_of(document_of(report), report.plan.thresholds)
    file = next((file for file in made if file.kind == kind), None)
    if file is None:
        raise Http404(_("A draft has no such file."))
    return f"{_('Draft')}_{file.name}", file.content


@require_safe
def report_changes(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What changed from an earlier report (``?against=``, else the one before) to this one."""
    report = report_of(request, slug, pk)
    others = [r for r in _visible(report.plan, request.user).issued() if r.pk != report.pk]
    since = _since(request, report, others)
    context = {"plan": report.plan, "report": report, "others": others, "since": since}
    if since:
        since.plan = report.plan
        context["comparison"] = Comparison.of(document_of(since), document_of(report))
    return render_page(request, "report_changes", context)


def _since(request: HttpRequest, report: Report, others: list[Report]) -> Report | None:
    old_name = request.GET.get("since", "")  # today it is the day that a page compares with
    wanted = request.GET.get("against") or (old_name if old_name.isdigit() else "")
    if not wanted:
        earlier = [other for other in others if other.end < report.end]
        return next((other for other in earlier if not other.is_replaced), None)
    found = next((other for other in others if str(other.pk) == wanted), None)
    if found is None:
        raise Http404(_("There is no such issued report to compare with."))
    return found


@dataclass(frozen=True)
class Comparison:
    """Two reports side by side: counts, means, and what changed by name."""

    before: Document
    now: Document

    @classmethod
    def of(cls, one: Document, other: Document) -> "Comparison":
        """The earlier one is the one before, in whichever order they are named."""
        earlier, later = sorted((one, other), key=lambda document: document.facts.on)
        return cls(earlier, later)

    @property
    def counts(self) -> list[tuple[str, str, int, int, int]]:
        before, now = self.before.facts, self.now.facts
        return [
            (k, now.words[k], before.counts[k], now.counts[k], now.counts[k] - before.counts[k])
            for k in KINDS
        ]

    @property
    def priorities(self) -> list[tuple[int, str, int, int, int]]:
        """Number, title, mean percent before and now, and the difference."""
        old = {line.number: line.percent for line in self.before.facts.priorities}
        both = [line for line in self.now.facts.priorities if line.number in old]
        return [
            (p.number, p.title, old[p.number], p.percent, p.percent - old[p.number]) for p in both
        ]

    @property
    def named(self) -> list[tuple[str, list[Row]]]:
        """What changed, in words, with the actions that it is said of."""
        changes = changes_between(self.before.facts.rows, self.now.facts.rows)
        words = {
            "red": _("Newly late"),
            "recovered": _("Recovered"),
            "completed": _("Completed"),
            "reopened": _("Reopened"),
            "added": _("Added"),
            "withdrawn": _("Cancelled since"),
        }
        rows = [(said, _rows(self.now.facts, getattr(changes, key))) for key, said in words.items()]
        return [(said, found) for said, found in rows if found]

    @property
    def moved(self) -> list[tuple[Row, object, object]]:
        changes = changes_between(self.before.facts.rows, self.now.facts.rows)
        facts = self.now.facts
        return [(facts.row(m.number), m.due_before, m.due) for m in changes.moved]


def _rows(facts: Facts, numbers: list[str]) -> list[Row]:
    return [facts.row(number) for number in numbers]
