"""Drafts the reports of a period, for a timer: once per period however often it is called."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from priorities.circular.drafting import covers, default_period, draft
from priorities.models import Plan, Report
from priorities.models.phases import Life
from priorities.periods import WRITTEN, Period


class Command(BaseCommand):
    help = (
        "Drafts the report of a period from the accepted entries, of every plan that the period "
        "is part of; a second call changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--period",
            help=f"{WRITTEN}; left out: of each plan the month that was over last",
        )
        parser.add_argument(
            "--plan",
            help="the address of one plan, as in /2022/; left out: every plan that has actions and "
            "that the period is part of",
        )
        parser.add_argument("--kind", choices=Report.Kind.values, default=Report.Kind.CIRCULAR)

    def handle(self, *, period: str | None, plan: str | None, kind: str, **options):
        asked = _read(period)
        wanted = [_of_one(plan, asked)] if plan else _of_all(asked)
        refusals = [words for pair in wanted if (words := self._draft(*pair, kind))]
        if refusals:
            raise CommandError(" ".join(refusals))

    def _draft(self, plan: Plan, period: Period, kind: str) -> str:
        """Says what was done, and gives back why nothing was: other plans' reports go on."""
        if found := _stored(plan, period, kind):
            state = "issued" if found.is_issued else "drafted"
            self.stdout.write(f"Nothing to do: {period} is {state} already: {found}")
            return ""
        try:
            with translation.override("en"):  # as all that a command says to its console
                report = draft(plan, period, kind=kind, by=None)
        except ValidationError as error:
            if not _stored(plan, period, kind):
                return f"{plan.slug}: {' '.join(error.messages)}"
            self.stdout.write(f"Nothing to do: somebody has just drafted {period}.")
            return ""
        self.stdout.write(f"Drafted {period}: {report}")
        self.stdout.write(report.get_absolute_url())
        return ""


Wanted = tuple[Plan, Period]


def _of_one(slug: str, asked: Period | None) -> Wanted:
    plan = Plan.objects.filter(slug=slug).first()
    if plan is None:
        raise CommandError(f"There is no plan {slug}; there is: {_plans()}.")
    period = asked or default_period(plan)
    if period is None:
        raise CommandError(f"No month of {slug} is over yet; it begins on {plan.start}.")
    return plan, period


def _of_all(asked: Period | None) -> list[Wanted]:
    """Of every plan with actions the period that is asked for, else its own last month.

    A month belongs to the plan that it is part of: on the first of January to last year's.
    """
    begun = Plan.objects.exclude(phase=Life.PREPARING).listed()
    plans = begun.filter(size__gt=0).order_by("start", "pk")
    pairs = [(plan, asked or Period.last_month(plan.today())) for plan in plans]
    wanted = [(plan, period) for plan, period in pairs if covers(plan, period)]
    if not wanted:
        what = asked or "the month that was over last"
        raise CommandError(f"No plan with actions has {what} in it; there is: {_plans()}.")
    return wanted


def _plans() -> str:
    plans = Plan.objects.order_by("start", "pk")
    return ", ".join(f"{p.slug} ({p.start} to {p.end})" for p in plans) or "none"


def _read(words: str | None) -> Period | None:
    try:
        return Period.read(words) if words else None
    except ValueError as error:
        raise CommandError(f"--period: {error}") from error


def _stored(plan: Plan, period: Period, kind: str) -> Report | None:
    return Report.objects.of_plan(plan).on_period(period, kind).first()
