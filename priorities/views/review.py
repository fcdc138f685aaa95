"""What waits for the office's answer, oldest first, each beside what was accepted last."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ..differences import Run, differences
from ..forms.progress import ReturnForm
from ..kept import kept
from ..lights import Judgement, needs_talk
from ..measured import against
from ..models import Plan, ProgressEntry, WaitingEntry
from ..models.progress import AlreadyDecided
from ..permissions import check_review
from ..speakers import name_speakers
from ..state.day import ActionState, PlanState, judged_with
from ..state.kept import plan_on
from ..state.values import EntryFacts
from .answers import done, incomplete
from .lookup import plan_of
from .rendering import render_page, safe_next

MOST_AT_ONCE = 200
VERDICTS = ("accept", "return")
COMPARED = ("done", "next_step", "problems", "help_needed", "outlook_reason")


@require_safe
@kept
def review(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(request, slug)
    check_review(request.user)
    waiting = list(_waiting(plan))
    shown = _asked_for(request, waiting)
    name_speakers(waiting)
    context = {"plan": plan, "waiting": waiting, "shown": shown, "today": plan.today()}
    if shown:
        now = plan_on(plan, plan.today())
        context |= {"case": Case.of(shown, now), **_way_on(plan, waiting, shown)}
    return render_page(request, "review", context)


@require_POST
def review_several(request: HttpRequest, slug: str) -> HttpResponse:
    """Accept or return what is ticked; what others decided meanwhile is named, never overruled."""
    plan = plan_of(request, slug)
    check_review(request.user)
    entries, verdict = _ticked(request, plan), request.POST.get("verdict")
    if verdict not in VERDICTS:  # a decision stays: nobody guesses which one was meant
        raise incomplete()
    if verdict == "return":
        form = ReturnForm(request.POST)
        if not form.is_valid():
            raise BadRequest(form.errors["reason"][0])
        reason = form.cleaned_data["reason"]
        decided = _decide(entries, lambda e: e.send_back(by=request.user, reason=reason))
        said = ngettext("%d entry returned.", "%d entries returned.", len(decided)) % len(decided)
    else:
        decided = _decide(entries, lambda e: e.accept(by=request.user))
        said = ngettext("%d entry accepted.", "%d entries accepted.", len(decided)) % len(decided)
    if missed := len(entries) - len(decided):
        words = ngettext(
            "%d entry had been decided by somebody else.",
            "%d entries had been decided by somebody else.",
            missed,
        )
        messages.error(request, words % missed)
    then = safe_next(request, reverse("review", args=[plan.slug]))
    return done(request, said, then, changed=[entry.action.number for entry in decided])


@dataclass(frozen=True)
class Field:
    """One field of an entry beside the same field of the last accepted one."""

    label: str
    runs: list[Run]

    @property
    def is_changed(self) -> bool:
        return any(kind != "same" for kind, _words in self.runs)


@dataclass(frozen=True)
class ValueField:
    """What an entry says of one target, beside what was accepted last."""

    title: str
    now: str
    before: str

    @property
    def is_changed(self) -> bool:
        return self.now != self.before


@dataclass(frozen=True)
class Case:
    """An entry as the office judges it: what it changes, and the light that it would give."""

    entry: ProgressEntry
    a: ActionState
    fields: list[Field]
    values: list[ValueField]
    would_be: Judgement
    would_talk: bool
    is_light_changed: bool

    @classmethod
    def of(cls, entry: ProgressEntry, now: PlanState) -> "Case":
        a = now.numbered(entry.action.number)
        would_be = judged_with(a, entry)
        return cls(
            entry=entry,
            a=a,
            fields=_compared(a.accepted, entry),
            values=_counted(a.accepted, entry),
            would_be=would_be,
            would_talk=needs_talk(would_be.light, entry.outlook),
            is_light_changed=would_be.light != a.light,
        )

    @property
    def is_early(self) -> bool:
        return self.a.warns_early(self.entry)

    @property
    def step(self) -> int:
        return self.entry.percent - (self.a.accepted.percent if self.a.accepted else 0)


def _compared(before: EntryFacts | None, entry: ProgressEntry) -> list[Field]:
    """The fields that say something, before or now."""
    fields = []
    for name in COMPARED:
        runs = differences(getattr(before, name, ""), getattr(entry, name))
        if runs:
            label = ProgressEntry._meta.get_field(name).verbose_name
            fields.append(Field(str(label), runs))
    return fields


def _counted(before: EntryFacts | None, entry: ProgressEntry) -> list[ValueField]:
    """The values that the entry says."""
    said = {value.target_id: _in_full(value) for value in before.values} if before else {}
    rows = entry.target_values.all()
    return [ValueField(r.title, _in_full(r), said.get(r.target_id, "")) for r in rows]


def _in_full(said) -> str:
    return against(said.value, said.target_value, said.measured_in)


def _waiting(plan: Plan):
    """Oldest first, by when they were recorded."""
    waiting = WaitingEntry.objects.of_plan(plan).values("entry")
    entries = ProgressEntry.objects.filter(pk__in=waiting).with_step().order_by("at", "pk")
    related = entries.select_related("action__priority", "action__lead_unit", "by")
    return related.prefetch_related("evidence", "target_values")


def _asked_for(request: HttpRequest, waiting: list[ProgressEntry]) -> ProgressEntry | None:
    """The entry that the address names; else the oldest one."""
    wanted = request.GET.get("entry", "")
    if not wanted:
        return waiting[0] if waiting else None
    found = next((entry for entry in waiting if str(entry.pk) == wanted), None)
    if found is None and not waiting:
        return None
    if found is None:
        raise Http404(_("This entry does not wait for review any more."))
    return found


def _way_on(plan: Plan, waiting: list[ProgressEntry], shown: ProgressEntry) -> dict:
    """Where the answer leads: to the entry that follows, after the last one to the first."""
    place = waiting.index(shown)
    url = reverse("review", args=[plan.slug])
    before = waiting[place - 1] if place else None
    after = waiting[place + 1] if place + 1 < len(waiting) else None
    return {
        "place": place + 1,
        "before": f"{url}?entry={before.pk}" if before else "",
        "after": f"{url}?entry={after.pk}" if after else "",
        "next": f"{url}?entry={after.pk}" if after else url,
    }


def _ticked(request: HttpRequest, plan: Plan) -> list[ProgressEntry]:
    ids = request.POST.getlist("pick")[: MOST_AT_ONCE + 1]
    if not ids:
        raise BadRequest(_("Tick the entries first."))
    if len(ids) > MOST_AT_ONCE:
        raise BadRequest(_("At most %d entries at once.") % MOST_AT_ONCE)
    if not all(pk.isascii() and pk.isdigit() and len(pk) <= 18 for pk in ids):
        raise BadRequest(_("What was ticked cannot be read. Reload the page and tick again."))
    entries = ProgressEntry.objects.of_plan(plan).filter(pk__in=ids, needs_review=True)
    found = list(entries.select_related("action__priority", "by").order_by("at", "pk"))
    if len(found) != len(set(ids)):
        raise Http404(_("Some of these entries do not exist in this plan."))
    return found


@transaction.atomic
def _decide(entries: list[ProgressEntry], act) -> list[ProgressEntry]:
    done = []
    for entry in entries:
        try:
            act(entry)
        except AlreadyDecided:
            continue
        done.append(entry)
    return done
