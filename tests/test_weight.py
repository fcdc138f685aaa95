"""How heavy the pages of the demonstration are: what a browser fetches over https."""

import re
from functools import cache
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from priorities.models import Plan, Report, User
from tracker.middleware import brotli_of
from tracker.static_files import fetched

FIRST_VISIT, LATER_VISIT = 60_000, 20_000
"""Bytes, as the look's brief sets them: with every static file, and with the page alone."""

PAGES = (
    "",
    "document/",
    "timeline/",
    "wall/",
    "trends/",
    "priorities/1/",
    "actions/",
    "actions/?light=red",
    "actions/?since=2022-06-30",
    "?on=2022-06-30",
    "actions/2.6/",
    "actions/2.6/assign/",
    "actions/2.6/report/",
    "my-work/",
    "review/",
    "history/",
    "units/",
    "people/~{zhoumin}/",
    "extensions/",
    "reports/",
    "reports/new/",
    "import/",
    "help/",
)
STATIC = re.compile(r'(?:src|href)="/static/([^"]+\.(?:js|css|svg))"')


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demonstration, filled once for this file and taken back after its last test."""
    folder = override_settings(EVIDENCE_DIR=tmp_path_factory.mktemp("evidence"))
    with django_db_blocker.unblock(), folder, transaction.atomic():
        call_command("demo", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def plan(filled, db) -> Plan:
    return Plan.objects.get(slug="2022")


@pytest.fixture
def supervisor(plan) -> User:
    return User.objects.filter(role="supervisor").first()


@cache
def static_weight(name: str) -> int:
    """A static file as `collectstatic` keeps it: compressed as far as brotli goes."""
    text = Path(finders.find(name)).read_text()
    return len(brotli.compress(fetched(name, text).encode()))


def assert_small(client, path: str) -> None:
    response = client.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert response.status_code == 200
    assert response["Content-Encoding"] == "br"
    assert "Accept-Encoding" in response["Vary"]
    assert len(response.content) == int(response["Content-Length"]) <= LATER_VISIT
    static = set(STATIC.findall(brotli.decompress(response.content).decode()))
    assert "css/tracker.css" in static
    assert len(response.content) + sum(map(static_weight, static)) <= FIRST_VISIT


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_small(client, supervisor, path):
    client.force_login(supervisor)
    person = User.objects.get(username="zhoumin")
    assert_small(client, f"/2022/{path.format(zhoumin=person.pk)}")


def test_a_report_is_small_as_draft_and_as_issued(client, plan, supervisor):
    client.force_login(supervisor)
    reports = {report.is_issued: report.pk for report in Report.objects.of_plan(plan).listed()}
    for is_issued in (False, True):
        assert_small(client, f"/2022/reports/{reports[is_issued]}/")


def test_gzip_where_the_browser_takes_no_more(client, supervisor):
    client.force_login(supervisor)
    response = client.get("/2022/", headers={"Accept-Encoding": "gzip, deflate"})
    assert response["Content-Encoding"] == "gzip"


def test_the_length_of_a_page_betrays_nothing():
    """Whatever the number of idle bytes, a browser reads the page, and the length has moved."""
    page = b"<p>" * 500
    packed = [brotli_of(page, padding) for padding in range(256)]
    assert {brotli.decompress(answer) for answer in packed} == {page}
    assert len({len(answer) for answer in packed}) == 256
