"""Plan and period belong together: in the command for a timer and in the new report's form."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from priorities.circular.drafting import default_period
from priorities.models import Plan, Report

from .dom import page_of
from .factories import make_plan, make_user

TODAY, NEW_YEAR = date(2022, 9, 30), date(2023, 1, 1)
THIS_YEAR = {"start": NEW_YEAR, "end": date(2023, 12, 31), "status_date": NEW_YEAR}
TWO_YEARS = {"start": date(2022, 7, 1), "end": date(2023, 6, 30), "status_date": NEW_YEAR}

pytestmark = pytest.mark.django_db


@pytest.fixture
def plans() -> dict[str, Plan]:
    """On the first of January: last year's plan, this year's, an empty one, one to come."""
    return {
        "2031": make_plan("2031", sizes=(2,), status_date=NEW_YEAR),
        "2041": make_plan("2041", sizes=(2,), **THIS_YEAR),
        "2042": make_plan("2042", **THIS_YEAR),
        "2043": make_plan(
            "2043", sizes=(1,), start=date(2090, 1, 1), end=date(2090, 12, 31), status_date=None
        ),
    }


def call(*arguments: str) -> str:
    output = StringIO()
    call_command("draft_report", *arguments, stdout=output)
    return output.getvalue()


def drafted() -> list[tuple[str, str]]:
    return sorted((r.plan.slug, str(r.period)) for r in Report.objects.select_related("plan"))


def test_in_january_the_timer_drafts_december_of_last_years_plan(plans):
    assert call().startswith("Drafted 2022-12: ")
    assert drafted() == [("2031", "2022-12")]
    assert call().startswith("Nothing to do: 2022-12 is drafted already: ")


def test_the_timer_drafts_every_plan_that_the_month_is_part_of(plans):
    make_plan("2044", sizes=(2,), **TWO_YEARS)
    said = call()
    assert said.count("Drafted 2022-12: ") == 2
    assert "/2031/reports/" in said and "/2044/reports/" in said
    assert drafted() == [("2031", "2022-12"), ("2044", "2022-12")]
    call("--plan", "2044", "--period", "2022-11")
    assert drafted() == [("2031", "2022-12"), ("2044", "2022-11"), ("2044", "2022-12")]


def test_one_plan_that_cannot_be_drafted_stops_no_other(plans):
    Plan.objects.filter(slug="2031").update(status_date=TODAY)
    make_plan("2044", sizes=(2,), **TWO_YEARS)
    with pytest.raises(CommandError, match=r"^2031: This period ends on 2022-12-31"):
        call("--period", "2022-12")
    assert drafted() == [("2022", "2022-12"), ("2044", "2022-12")]


@pytest.mark.parametrize(
    ("slug", "today", "period"),
    [
        ("2031", TODAY, "2022-09"),
        ("2031", NEW_YEAR, "2022-12"),
        ("2031", date(2023, 5, 9), "2022-12"),
        ("2041", NEW_YEAR, "None"),
        ("2041", date(2023, 3, 1), "2023-02"),
    ],
)
def test_the_default_period_is_one_of_the_plan(plans, slug, today, period):
    plans[slug].status_date = today
    assert str(default_period(plans[slug])) == period


def test_a_plan_that_ended_within_a_month_is_reported_on_up_to_there():
    plan = make_plan("2046", end=date(2022, 12, 15), status_date=NEW_YEAR)
    assert str(default_period(plan)) == "2022-12"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--plan", "2041"], "No month of 2041 is over yet; it begins on 2023-01-01."),
        (["--period", "2021-12"], "No plan with actions has 2021-12 in it; there is: "),
    ],
)
def test_the_command_names_the_plan_that_has_no_such_period(plans, arguments, words):
    with pytest.raises(CommandError, match=words):
        call(*arguments)
    assert not Report.objects.exists()


@pytest.fixture
def form(client, plans):
    """The new report's form of a plan, as the office sees it."""
    client.force_login(make_user("supervisor"))

    def of(slug: str):
        return page_of(client.get(reverse("report_new", args=[slug])))

    return of


def test_the_form_begins_with_a_period_of_its_plan(form):
    page = form("2031")
    assert [o["value"] for o in page.all("option", selected="")] == ["2022-12"]
    assert [a for a in page.all("a") if "/reports/new/" in a["href"]] == []


def test_the_form_of_a_plan_that_has_just_begun_leads_to_the_one_before(form):
    page = form("2041")
    assert [o["value"] for o in page.all("option", selected="")] == ["custom"]
    ways = [a["href"] for a in page.all("a") if "/reports/new/" in a["href"]]
    assert ways == [reverse("report_new", args=[slug]) for slug in ("2031", "2022")]


def test_no_period_outside_the_plan_is_offered(client):
    make_plan("2047", sizes=(1,), end=date(2022, 6, 30), status_date=NEW_YEAR)
    client.force_login(make_user("supervisor"))
    page = page_of(client.get(reverse("report_new", args=["2047"])))
    offered = [o["value"] for o in page.all("option")]
    assert "2022-06" in offered and "2022" in offered
    assert not {"2022-07", "2022-Q3", "2022-H2"} & set(offered)
