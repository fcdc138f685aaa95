"""Recording progress, and the office's answer to it: every act on a progress entry."""

import uuid
from datetime import date
from functools import partial

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..acts.once import is_own, once
from ..addresses import Addresses
from ..days import clock
from ..evidence import names_of_lost_files, picture_type
from ..forms.progress import EntryForm, ReturnForm
from ..lights import IN_TROUBLE
from ..measured import percent_of_values
from ..models import Action, Evidence, Plan, ProgressEntry, User
from ..models.decisions import AlreadyDecided, NothingToUndo
from ..models.kept_files import digest_of
from ..models.progress import LARGE_STEP
from ..permissions import check_report, check_review, check_withdraw
from ..state.day import ActionState
from ..state.kept import action_on, plan_on
from ..state.said import entries_of
from ..state.values import EntryFacts
from ..words import brief, value_in_words, word
from .answers import LATE, WRONG, done, form_at, incomplete
from .found import action_for
from .lookup import action_of, opened, plan_of
from .queue import Queue
from .rendering import render_page, safe_next, wants_fragment

PREFILLED = (
    "percent",
    "done",
    "next_step",
    "problems",
    "help_needed",
    "outlook",
    "outlook_reason",
)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The form about one action: beside its row for htmx, else on a page of its own."""
    plan, action = _asked_about(request, slug, number)
    check_report(request.user, action)
    if request.method == "POST":
        return _record(request, plan, action)
    shown = _shown(plan, action)
    return _form_page(request, plan, shown, _form_of(request, shown, plan))


def _asked_about(request: HttpRequest, slug: str, number: str) -> tuple[Plan, Action]:
    """The action with its plan and the person's right to report on it, by one statement.

    What it does not find, the longer way refuses in words or leads on.
    """
    action = action_for(request.user, slug, number)
    if action is None:
        plan = plan_of(request, slug)
        return plan, action_of(plan, number)
    return opened(request, action.priority.plan), action


def _record(request: HttpRequest, plan: Plan, action: Action) -> HttpResponse:
    lost = tuple(names_of_lost_files(request, "files"))
    counted = _shown(plan, action).counted if action.is_measured else ()
    form = EntryForm(
        request.POST,
        request.FILES,
        lost_files=lost,
        counted=counted,
        auto_id=_auto_id(_key(request, plan, action.number)),
    )
    if form.is_valid():
        try:
            entry = _entry_that_says(form, action, request.user)
        except ValidationError as error:
            form.add_refusal(error)
        else:
            return _recorded(request, plan, entry, _words_of(plan, entry))
    return _form_page(request, plan, _shown(plan, action), form, status=WRONG)


def _entry_that_says(form: EntryForm, action: Action, by: User) -> ProgressEntry:
    """The entry of this form, by the digests of its files."""
    given, said = form.cleaned_data, form.said
    files = [digest_of(file) for file in given["files"]]
    words = [(name, given[name]) for name in sorted(given) if name not in ("files", "nonce")]

    def act(key: uuid.UUID) -> ProgressEntry:
        return ProgressEntry.record(action=action, by=by, **{**said, "nonce": key})

    return once(ProgressEntry, act, by=by, nonce=given["nonce"], said=(action.pk, words, files))


@require_POST
def unchanged(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Nothing changed: the last entry's figures again, by one click from any row.

    The nonce belongs to the page: one form serves all rows of a list.
    """
    plan, action = _asked_about(request, slug, number)
    check_report(request.user, action)
    by, day, said = request.user, plan.today(), (action.pk, "unchanged")
    act = partial(_record_unchanged, action, by, day)
    try:
        entry = once(ProgressEntry, act, by=by, nonce=_page_nonce(request), said=said)
    except ValidationError as error:
        return _unchanged_refused(request, plan, action, error)
    sentence = _still(entry)
    words = {"number": action.number, "percent": entry.percent}
    return _recorded(request, plan, entry, sentence % words, is_undone_by_click=True)


def _still(entry: ProgressEntry) -> str:
    """A target that was moved meanwhile gives the same value another percent."""
    is_moved = entry.stood_at not in (None, entry.percent)
    if is_moved and entry.needs_review:
        return _(
            "%(number)s: no value changed; by the target that was moved that is %(percent)d %%; "
            "waiting for review."
        )
    if is_moved:
        return _(
            "%(number)s: no value changed; by the target that was moved that is %(percent)d %%."
        )
    if entry.needs_review:
        return _("%(number)s: nothing changed, still %(percent)d %%; waiting for review.")
    return _("%(number)s: nothing changed, still %(percent)d %%.")


def _record_unchanged(action: Action, by: User, day: date, key: uuid.UUID) -> ProgressEntry:
    return ProgressEntry.record_unchanged(action=action, by=by, day=day, nonce=key)


def _unchanged_refused(
    request: HttpRequest, plan: Plan, action: Action, error: ValidationError
) -> HttpResponse:
    """Leads on to the form: there the same can be said in words."""
    shown = _shown(plan, action)
    form = _form_of(request, shown, plan)
    context = {"refused": error.messages}
    return _form_page(request, plan, shown, form, status=WRONG, is_whole=True, **context)


@require_POST
def accept(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    plan, entry = _entry_for_review(request, slug, pk)
    try:
        _check_waiting(entry)
        entry.accept(by=request.user)
    except AlreadyDecided:
        if not _is_own_answer(request.user, plan, entry, "accepted"):
            return _conflict(request, plan, entry)
    sentence = _("%(number)s accepted: %(percent)d %%. %(light)s")
    return _decided(request, plan, entry, sentence, way_back=_way_back(plan, entry))


@require_POST
def send_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    plan, entry = _entry_for_review(request, slug, pk)
    form = ReturnForm(request.POST, auto_id=f"return-{pk}-%s")
    try:
        _check_waiting(entry)
        if not form.is_valid():
            return _return_page(request, plan, entry, form)
        entry.send_back(by=request.user, reason=form.cleaned_data["reason"])
    except AlreadyDecided:
        reason = form.cleaned_data["reason"] if form.is_valid() else None
        if not _is_own_answer(request.user, plan, entry, "returned", reason):
            return _conflict(request, plan, entry)
    sentence = _("%(number)s returned to %(person)s. %(light)s")
    return _decided(request, plan, entry, sentence, way_back=_way_back(plan, entry))


@require_POST
def undo_decision(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A key is easily hit by chance: the office takes its answer back while nothing rests on it."""
    plan, entry = _entry_for_review(request, slug, pk)
    try:
        _undo(entry, request.user, request.GET.get("decision", ""))
    except NothingToUndo:
        return _conflict(request, plan, entry, may_not_undo=True)
    sentence = _("%(number)s: the decision is taken back, the entry waits again. %(light)s")
    return _decided(request, plan, entry, sentence, then=_page_of_undone(request, plan, entry))


def _undo(entry: ProgressEntry, by: User, meant: str) -> None:
    """Twice is once, and a page left open takes back the decision that it ``meant``, no later one.

    Raises NothingToUndo where another decision stands by now.
    """
    stands = entry.decision
    if stands and meant in ("", str(stands.pk)):
        stands.undo(by=by)
    elif stands or not entry.decisions.filter(undone__by=by).exists():
        raise NothingToUndo


def _way_back(plan: Plan, entry: ProgressEntry) -> str:
    """Where the decision that was just taken is taken back."""
    undo = reverse("undo_decision", args=[plan.slug, entry.pk])
    decision = entry.decision or _entry_of(plan, entry.pk).decision
    return f"{undo}?decision={decision.pk}"


def _page_of_undone(request: HttpRequest, plan: Plan, entry: ProgressEntry) -> str:
    """Back to the entry: the review page has moved on to another one meanwhile."""
    review = reverse("review", args=[plan.slug])
    asked = safe_next(request, "")
    return f"{review}?entry={entry.pk}" if asked.partition("?")[0] == review else asked


@require_POST
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    plan, entry = _entry_at(request, slug, pk)
    check_withdraw(request.user, entry)
    try:
        entry.withdraw(by=request.user)
    except AlreadyDecided:
        if not _is_own_answer(request.user, plan, entry, "withdrawn"):
            return _conflict(request, plan, entry)
    return _decided(request, plan, entry, _("%(number)s: taken back. %(light)s"))


@require_safe
def evidence(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A file as it was sent, to be saved; a picture can be looked at as well (``?look=1``).

    No browser runs anything of it on our site: what is shown is a picture by its content too.
    """
    plan = plan_of(request, slug)
    files = Evidence.objects.exclude(file="")
    stored = get_object_or_404(files, pk=pk, entry__action__priority__plan=plan)
    try:
        content = stored.file.open("rb")
    except OSError:
        raise Http404(
            _("“%(name)s” is missing in the store. Please tell the administrators.")
            % {"name": stored.name}
        ) from None
    picture = picture_type(stored.name, content) if "look" in request.GET else None
    return FileResponse(
        content,
        as_attachment=picture is None,
        filename=stored.name,
        content_type=picture or "application/octet-stream",
        headers={
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )


def _shown(plan: Plan, action: Action) -> ActionState:
    return plan_on(plan, plan.today()).numbered(action.number)


def _form_of(request: HttpRequest, shown: ActionState, plan: Plan) -> EntryForm:
    """The form as it is opened."""
    initial = _prefilled(shown, plan)
    auto_id = _auto_id(_key(request, plan, shown.number))
    return EntryForm(initial=initial, counted=shown.counted, auto_id=auto_id)


def _prefilled(shown: ActionState, plan: Plan) -> dict:
    """The words and values of the entry that was sent back, else of the last one."""
    last = shown.returned or shown.standing
    words = {name: getattr(last, name) for name in PREFILLED} if last else {}
    words |= {f"value-{said.target_id}": said.value for said in last.values} if last else {}
    return {"outlook": "on_course", **words, "day": plan.today(), "nonce": uuid.uuid4()}


def _key(request: HttpRequest, plan: Plan, number: str) -> str:
    """Names the form among those of its page; that of all plans may have a number twice."""
    key = number.replace(".", "-")
    is_of_several = safe_next(request, "").startswith(reverse("my_work_all"))
    return f"{plan.slug}-{key}" if is_of_several else key


def _auto_id(key: str) -> str:
    """Several forms may stand on one page, each with ids of its own."""
    return f"report-{key}-%s"


def _form_page(
    request: HttpRequest,
    plan: Plan,
    shown: ActionState,
    form: EntryForm,
    *,
    status: int = 200,
    is_whole: bool = False,
    refused: tuple[str, ...] = (),
) -> HttpResponse:
    """The form as a page, or for htmx as the fragment that takes its own place again."""
    queue = Queue.asked_for(request, at=shown.number, slug=plan.slug)
    is_inline = wants_fragment(request) and not is_whole
    has_trouble = shown.light in IN_TROUBLE
    if not form.is_bound and (is_inline or queue):
        form.begin_at("problems" if has_trouble else form.first_asked)
    if shown.standing is None:
        form.is_first()
    key = _key(request, plan, shown.number)
    context = {
        "plan": plan,
        "a": shown,
        "form": form,
        "key": key,
        "refused": refused,
        "queue": queue,
        "is_inline": is_inline,
        "before": _stood_at(shown),
        "large_step": LARGE_STEP,
        "said_last": _said_last(shown),
        "next": safe_next(request, queue.next_url(plan) or Addresses(plan).of_action(shown.number)),
        "has_trouble": has_trouble,
        "has_files": bool(request.FILES),
    }
    if is_whole:
        return render_page(request, "report", context, status=status)
    return form_at(request, "report", context, target=f"#report-{key}", status=status)


def _stood_at(shown: ActionState) -> int | None:
    """The percent that the last entry gives by today's targets: a move is no fall of the unit's."""
    if shown.standing is None:
        return None
    said = {value.target_id: value.value for value in shown.standing.values}
    targets = shown.action.targets
    if not targets or any(target.pk not in said for target in targets):
        return shown.standing.percent
    return percent_of_values(target.measure(said[target.pk]) for target in targets)


def _said_last(shown: ActionState) -> EntryFacts | None:
    """The last accepted entry that says something: one of “nothing changed” repeats it."""
    if shown.accepted is None or not shown.accepted.is_unchanged:
        return shown.accepted
    accepted = ProgressEntry.objects.filter(action=shown.action.pk, is_unchanged=False).accepted()
    worded = accepted.up_to(shown.accepted.day).newest_first().values_list("pk", flat=True)
    last = worded.first()
    if not last:
        return shown.accepted
    return entries_of([last], is_counted=bool(shown.action.targets))[last]


def _page_nonce(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("nonce", ""))
    except ValueError:
        raise incomplete() from None


def _words_of(plan: Plan, entry: ProgressEntry) -> str:
    """What now holds, in a sentence."""
    words = {"number": entry.action.number, "percent": entry.percent}
    if entry.needs_review:
        said = _("%(number)s reported: %(percent)d %%, waiting for review.") % words
    else:
        light = _light_now(plan, entry.action, entry if entry.is_new else None)
        said = _("%(number)s reported: %(percent)d %%. %(light)s") % {**words, "light": light}
    return " ".join([said, *map(value_in_words, entry.said_values)])


def _light_now(plan: Plan, action: Action, last: ProgressEntry | None = None) -> str:
    shown = action_on(action, plan.today(), last)
    return _("Light: %(word)s, %(brief)s.") % {"word": word(shown), "brief": brief(shown)}


def _recorded(
    request: HttpRequest,
    plan: Plan,
    entry: ProgressEntry,
    sentence: str,
    *,
    is_undone_by_click: bool = False,
) -> HttpResponse:
    if entry.state == "withdrawn":
        return _conflict(request, plan, entry)
    undo = reverse("withdraw", args=[plan.slug, entry.pk]) if is_undone_by_click else ""
    return _done(request, plan, entry.action, sentence, undo=undo)


def _decided(
    request: HttpRequest,
    plan: Plan,
    entry: ProgressEntry,
    sentence: str,
    *,
    way_back: str = "",
    then: str = "",
) -> HttpResponse:
    words = {
        "number": entry.action.number,
        "percent": entry.percent,
        "person": entry.by,
        "light": _light_now(plan, entry.action),
    }
    return _done(request, plan, entry.action, sentence % words, undo=way_back, then=then)


def _done(
    request: HttpRequest, plan: Plan, action: Action, said: str, *, undo: str = "", then: str = ""
) -> HttpResponse:
    page = reverse("action", args=[plan.slug, action.number])
    then = then or safe_next(request, page)
    return done(request, said, then, changed=[action.number], undo=undo)


def _entry_for_review(request: HttpRequest, slug: str, pk: int) -> tuple[Plan, ProgressEntry]:
    plan, entry = _entry_at(request, slug, pk)
    check_review(request.user)
    return plan, entry


def _is_own_answer(
    user: User, plan: Plan, entry: ProgressEntry, verdict: str, reason: str | None = ""
) -> bool:
    return is_own(_entry_of(plan, entry.pk).decision, by=user, verdict=verdict, reason=reason)


def _check_waiting(entry: ProgressEntry) -> None:
    """What counts without review is no longer for the office to decide."""
    if entry.state != "waiting":
        raise AlreadyDecided


WITH_ALL = (
    *("action__priority__plan", "action__lead_unit", "action__owner"),
    *("by", "decision__by"),
)


def _entry_at(request: HttpRequest, slug: str, pk: int) -> tuple[Plan, ProgressEntry]:
    """The entry with its plan, by one statement; what it does not find is refused in words."""
    entries = ProgressEntry.objects.filter(action__priority__plan__slug=slug, pk=pk)
    entry = entries.select_related(*WITH_ALL).first()
    if entry is None:
        plan = plan_of(request, slug)
        return plan, _entry_of(plan, pk)
    return opened(request, entry.action.priority.plan), entry


def _entry_of(plan: Plan, pk: int) -> ProgressEntry:
    entries = ProgressEntry.objects.of_plan(plan).select_related(*WITH_ALL)
    entry = get_object_or_404(entries, pk=pk)
    entry.action.priority.plan = plan
    return entry


def _return_page(
    request: HttpRequest, plan: Plan, entry: ProgressEntry, form: ReturnForm
) -> HttpResponse:
    """The reason is missing or too long: the form again, in its place or on a page of its own."""
    context = {"plan": plan, "entry": entry, "form": form, "next": safe_next(request, "")}
    target = f"#return-form-{entry.pk}"
    return form_at(
        request, "send_back", context, target=target, status=WRONG, fragment="_return_form"
    )


def _conflict(
    request: HttpRequest, plan: Plan, entry: ProgressEntry, *, may_not_undo: bool = False
) -> HttpResponse:
    """Somebody was faster, or it is too late: who did what, and the entry as it stands."""
    now = _entry_of(plan, entry.pk)
    context = {
        "plan": plan,
        "entry": now,
        "sentence": _why_it_stays(now, plan) if may_not_undo else _what_happened(now, plan),
        "next": safe_next(request, reverse("action", args=[plan.slug, now.action.number])),
    }
    return render_page(request, "conflict", context, status=LATE)


def _why_it_stays(entry: ProgressEntry, plan: Plan) -> str:
    if entry.state == "waiting":
        return _("This entry waits for review; there is no decision to take back.")
    if entry.state == "withdrawn" or not entry.decision:
        return _what_happened(entry, plan)
    return _(
        "This decision stays: a later entry, a later decision or an issued report was built on it."
    )


def _what_happened(entry: ProgressEntry, plan: Plan) -> str:
    if not entry.decision:
        return _("This entry counts already and cannot be taken back or decided any more.")
    at = entry.decision.at
    words = {"person": entry.decision.by, "day": plan.days.said(at), "time": clock(at)}
    sentences = {
        "accepted": _("%(person)s accepted this entry on %(day)s at %(time)s."),
        "returned": _("%(person)s returned this entry on %(day)s at %(time)s."),
        "withdrawn": _("%(person)s took this entry back on %(day)s at %(time)s."),
    }
    return sentences[entry.state] % words
