"""Drafts the report of a period, for a timer: once per period however often it is called."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from priorities.models import Plan, Report
from priorities.periods import WRITTEN, Period
from priorities.reports.drafting import draft


class Command(BaseCommand):
    help = "Drafts the report of a period from the accepted entries; a second call changes nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "--period",
            help=f"{WRITTEN}; left out: the month that was over last",
        )
        parser.add_argument(
            "--plan", help="the plan's address, as in /2022/; left out: the one now"
        )
        parser.add_argument("--kind", choices=Report.Kind.values, default=Report.Kind.CIRCULAR)

    def handle(self, *, period: str | None, plan: str | None, kind: str, **options):
        of_plan = _plan(plan)
        of_period = _period(period, of_plan)
        if found := _stored(of_plan, of_period, kind):
            state = "issued" if found.is_issued else "drafted"
            self.stdout.write(f"Nothing to do: {of_period} is {state} already: {found}")
            return
        try:
            with translation.override("en"):  # as all that a command says to its console
                report = draft(of_plan, of_period, kind=kind, by=None)
        except ValidationError as error:
            if _stored(of_plan, of_period, kind):
                self.stdout.write(f"Nothing to do: somebody has just drafted {of_period}.")
                return
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Drafted {of_period}: {report}")
        self.stdout.write(report.get_absolute_url())


def _plan(slug: str | None) -> Plan:
    plan = Plan.objects.filter(slug=slug).first() if slug else Plan.objects.current()
    if plan is None:
        there = ", ".join(Plan.objects.values_list("slug", flat=True)) or "none"
        raise CommandError(f"There is no plan {slug or ''}; there is: {there}.")
    return plan


def _period(words: str | None, plan: Plan) -> Period:
    """The period that is named, else the last month that is over on the plan's today."""
    if words is None:
        return Period.last_month(plan.today())
    try:
        return Period.read(words)
    except ValueError as error:
        raise CommandError(f"--period: {error}") from error


def _stored(plan: Plan, period: Period, kind: str) -> Report | None:
    return Report.objects.of_plan(plan).on_period(period, kind).first()
