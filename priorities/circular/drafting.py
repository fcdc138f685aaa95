"""Drafts: begun from the state of the plan, composed anew when the data have changed."""

from datetime import date, datetime
from re import fullmatch

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ..ledger.rows import worded_entries
from ..models import Amendment, Passage, Plan, ProgressEntry, Report, User
from ..periods import Period
from ..state.day import PlanState
from ..state.kept import plan_on
from ..state.stored import units_on
from .changed import made_of, was_before, was_of
from .document import Before, Facts, document_of, name_of
from .figures import facts_of, receipts_of
from .text import Material, heads_of, passages_of, title_of

LANGUAGE = "zh-hans"
"""The report is a Chinese document whatever the language of the one who drafts it."""


class NotYetOver(ValidationError):
    """The period's last day is still to come."""


def draft(
    plan: Plan, period: Period, *, kind: str, by: User | None, at: datetime | None = None, **heads
) -> Report:
    """Compose a report on a period and store it as a draft.

    ``heads`` (number, title, …) stand where they are given; the rest is taken over from the last
    report of this kind. Raises ValidationError where the period is not over, lies outside the
    plan, or has such a report already.
    """
    check_period(plan, period)
    return _open(plan, period, kind, by=by, at=at, heads=heads_offered(plan, period, kind) | heads)


def correct(report: Report, *, by: User, at: datetime | None = None) -> Report:
    """Begin the report that replaces an issued one, with its heads and the data of now.

    Raises ValidationError where it is not issued, or is corrected already.
    """
    heads = {name: getattr(report, name) for name in ("masthead", "addressee", "signature")}
    heads |= {
        "title": _corrected(report.title),
        "number": _next_number(report.plan, report.kind),
    }
    return _open(
        report.plan, report.period, report.kind, by=by, at=at, heads=heads, replaces=report
    )


def covers(plan: Plan, period: Period) -> bool:
    """Whether a report on that period can be one on this plan."""
    return period.start <= plan.end and period.end >= plan.start


def default_period(plan: Plan) -> Period | None:
    """The last month of the plan that is over on its today; None before there is one."""
    month = Period.last_month(plan.today())
    if month.start > plan.end:
        return Period.of_months(plan.end.year, plan.end.month, plan.end.month)
    return month if covers(plan, month) else None


def check_period(plan: Plan, period: Period) -> None:
    """Raises ValidationError where the plan cannot be reported on over that period."""
    if period.end > plan.today():
        raise NotYetOver(
            _("This period ends on %(end)s; today is %(today)s.")
            % {"end": period.end, "today": plan.today()}
        )
    if not covers(plan, period):
        raise ValidationError(_("This period lies outside the plan's year."))


def recompose(report: Report, *, by: User | None, at: datetime | None = None) -> Report:
    """Take in the figures of now. Edited words stay; new entries come in as left out, to be seen.

    Raises AlreadyIssued.
    """
    at = at or timezone.now()
    facts, passages = _composed(report.plan, report.period, report.kind, report.signature)
    known = set(report.passages.values_list("key", flat=True))
    for passage in passages:
        passage.is_out = passage.is_out or (passage.key not in known and _is_narrative(passage))
    report.recompose(facts=facts.as_json(), passages=passages, at=at)
    return report


@transaction.atomic
def take_in(report: Report, entries: list[ProgressEntry], *, by: User) -> int:
    """Compose anew, and let what these entries say into the text; how many sentences came in.

    An entry has none where it was followed by a later one, says "nothing changed", or lies outside
    the period. Raises AlreadyIssued.
    """
    recompose(report, by=by)
    sentences = list(
        report.passages.filter(section=Passage.Section.PRIORITIES, entry__in=entries, is_out=True)
    )
    for sentence in sentences:
        sentence.report = report
        sentence.move_in(by=by)
    return len(sentences)


def news(report: Report) -> list[ProgressEntry]:
    """The entries that were accepted since the draft was composed and speak of its days."""
    entries = ProgressEntry.objects.of_plan(report.plan).up_to(report.end).accepted()
    since = report.composed_at
    entries = entries.filter(
        Q(decision__at__gt=since) | Q(decision__isnull=True, at__gt=since)
    ).select_related("action__priority", "action__lead_unit", "by")
    return list(entries.order_by("action__priority__number", "action__order", "day", "pk"))


def has_new_figures(report: Report) -> bool:
    """Whether the data would give other figures today than the draft has."""
    facts, _passages = _composed(report.plan, report.period, report.kind, report.signature)
    return facts.as_json() != report.facts


def last_issued(plan: Plan, before: date) -> Report | None:
    """The issued report that one on a later period is compared with; corrected ones are out."""
    issued = Report.objects.of_plan(plan).standing().filter(end__lt=before)
    return issued.select_related("issued").order_by("-end", "-start", "-issued__pk").first()


def compose(
    plan_state: PlanState, period: Period, kind: str, signature: str, previous: Report | None
) -> tuple[Facts, list[Passage]]:
    """Figures and text of a report from a state on its last day, in a fixed number of queries."""
    plan = plan_state.plan
    worded = worded_entries([a.action.pk for a in plan_state.actions], period.end)
    before = _before(plan, previous)
    made = made_of(plan_state, units_on(Plan.objects.get(pk=plan.pk), period.end).values())
    was = was_of(before[1]) if before else was_before(_acts_in(plan.pk, period), plan_state, made)
    receipts = receipts_of(plan_state, period.start)
    facts = facts_of(plan_state, worded, receipts, before, made, was)
    numbers = {a.action.pk: a.number for a in plan_state.actions}
    said = _said_in(plan.pk, period)
    material = Material(
        plan=plan,
        period=period,
        signature=signature,
        facts=facts,
        entries={numbers[pk]: entry for pk, entry in worded.items() if pk in numbers},
        reported=frozenset(numbers[pk] for pk in said.accepted() if pk in numbers),
        waiting=frozenset(numbers[pk] for pk in said.waiting() if pk in numbers),
    )
    return facts, passages_of(material, kind)


def _open(plan: Plan, period: Period, kind: str, *, by, at, heads: dict, replaces=None) -> Report:
    facts, passages = _composed(plan, period, kind, heads["signature"])
    return Report.open(
        plan=plan,
        period=period,
        kind=kind,
        heads=heads,
        facts=facts.as_json(),
        passages=passages,
        by=by,
        at=at,
        replaces=replaces,
    )


def _composed(plan: Plan, period: Period, kind: str, signature: str) -> tuple[Facts, list[Passage]]:
    with translation.override(LANGUAGE):
        plan_state = plan_on(plan, period.end)
        return compose(plan_state, period, kind, signature, last_issued(plan, period.end))


def _acts_in(plan: int, period: Period) -> QuerySet:
    """What changed the plan or its units from the first day of the period on, newest first."""
    acts = Amendment.objects.filter(Q(plan=plan) | Q(plan=None), undone_at=None)
    return acts.filter(on__gte=period.start, on__lte=period.end)


def _said_in(plan: int, period: Period) -> QuerySet:
    """The actions of which an entry speaks of a day in the period."""
    entries = ProgressEntry.objects.of_plan(plan).up_to(period.end).filter(day__gte=period.start)
    return entries.order_by().values_list("action", flat=True).distinct()


def _before(plan: Plan, report: Report | None) -> tuple[Before, Facts] | None:
    if report is None:
        return None
    facts = document_of(report).facts
    before = Before(
        name=name_of(report),
        label=report.period.named(plan.days),
        on=facts.on,
        total=facts.total,
        counts=facts.counts,
    )
    return before, facts


def heads_offered(plan: Plan, period: Period, kind: str) -> dict[str, str]:
    """The heads that a new report has unless somebody types others."""
    heads = heads_of(plan, period, kind)
    last = Report.objects.of_plan(plan).filter(kind=kind).order_by("-pk").first()
    if last:
        heads |= {name: getattr(last, name) for name in ("masthead", "addressee", "signature")}
    return heads | {"number": _next_number(plan, kind), "title": title_of(plan, period, kind)}


def _next_number(plan: Plan, kind: str) -> str:
    """The number after the highest one of this kind: 坪督通报〔2022〕9号 after 8号; else empty."""
    numbers = Report.objects.of_plan(plan).filter(kind=kind).values_list("number", flat=True)
    found = [match for number in numbers if (match := fullmatch(r"(.*?)([0-9]{1,6})(\D*)", number))]
    if not found:
        return ""
    last = max(found, key=lambda match: int(match[2]))
    return f"{last[1]}{int(last[2]) + 1}{last[3]}"


def _corrected(title: str) -> str:
    return title if title.endswith("（更正）") else f"{title}（更正）"


def _is_narrative(passage: Passage) -> bool:
    return bool(passage.entry_id) and passage.section == Passage.Section.PRIORITIES
