"""The reports of the demonstration, word for word: a month, a quarter, a year, and a brief."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from priorities.circular.document import document_of
from priorities.circular.drafting import draft
from priorities.models import Plan, Report, User
from priorities.periods import Period

from . import golden


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demonstration, filled once for this file and taken back after its last test."""
    folder = override_settings(EVIDENCE_DIR=tmp_path_factory.mktemp("evidence"))
    with django_db_blocker.unblock(), transaction.atomic():
        with folder:
            call_command("demo", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def plan(filled, db) -> Plan:
    return Plan.objects.get(slug="2022")


@pytest.fixture
def by(plan) -> User:
    return User.objects.get(username="zhoumin")


@pytest.mark.parametrize("written", ["2022-09", "2022-Q3"])
def test_a_month_and_a_quarter(plan, by, written):
    report = draft(plan, Period.read(written), kind="circular", by=by)
    golden.check(written, golden.as_text(document_of(report)))


def test_a_year(plan, by):
    plan.set_status_date(date(2022, 12, 31), by=by)
    report = draft(plan, Period.read("2022"), kind="circular", by=by)
    golden.check("2022", golden.as_text(document_of(report)))


def test_a_brief(plan, by):
    report = draft(plan, Period.read("2022-09"), kind="brief", by=by)
    golden.check("2022-09-brief", golden.as_text(document_of(report)))


def test_the_reports_of_the_year_so_far(plan):
    reports = Report.objects.of_plan(plan).listed().newest_first()
    assert [(r.number, r.period.name, r.is_issued) for r in reports] == [
        ("坪督通报〔2022〕9号", "1—9月", False),
        ("坪督通报〔2022〕8号", "1—8月", True),
        ("坪督通报〔2022〕7号", "1—7月", True),
        ("坪督通报〔2022〕6号", "上半年", True),
    ]
    assert all(r.issued.is_intact for r in reports if r.is_issued)
    latest = next(r for r in reports if not r.is_issued)
    golden.check("2022-01-09", golden.as_text(document_of(latest)))
