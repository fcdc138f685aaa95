"""How heavy the pages of the demonstration are: what a browser fetches over https."""

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from priorities.bundles import BUNDLES, source_paths
from priorities.models import Plan, Report, User
from tracker.middleware import brotli_of
from tracker.static_files import fetched, joined

FIRST_VISIT = {"br": 40_000, "gzip": 50_000}
"""Bytes of a page with every file that it fetches, by how the browser takes them."""

LATER_VISIT, FIRST_ACT = 20_000, 15_500
"""By brotli: the page alone, and what comes with the first act in it."""

MOST_REQUESTS = 6
SUFFIX = {"br": ".br", "gzip": ".gz"}

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
COLLECTED = {"staticfiles": {"BACKEND": "tracker.static_files.StaticFilesStorage"}}


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


@pytest.fixture(scope="module", autouse=True)
def collected(tmp_path_factory):
    """The static files as they are served: joined, compressed, under names with a hash."""
    root = tmp_path_factory.mktemp("static")
    with override_settings(STORAGES=settings.STORAGES | COLLECTED, STATIC_ROOT=root):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield root


def static_weight(root: Path, name: str, coding: str) -> int:
    """Of a file as it is sent: a small one is not compressed."""
    compressed = root / f"{name}{SUFFIX[coding]}"
    return (compressed if compressed.exists() else root / name).stat().st_size


def assert_small(client, root: Path, path: str) -> None:
    html = client.get(path).content.decode()
    static = set(STATIC.findall(html))
    assert any(name.startswith("css/tracker.") for name in static)
    assert 1 + len(static) <= MOST_REQUESTS
    for coding, most in FIRST_VISIT.items():
        response = client.get(path, headers={"Accept-Encoding": coding})
        assert (response.status_code, response["Content-Encoding"]) == (200, coding)
        assert "Accept-Encoding" in response["Vary"]
        size = len(response.content)
        assert size == int(response["Content-Length"])
        assert coding == "gzip" or size <= LATER_VISIT
        assert size + sum(static_weight(root, name, coding) for name in static) <= most


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_small(client, supervisor, collected, path):
    client.force_login(supervisor)
    person = User.objects.get(username="zhoumin")
    assert_small(client, collected, f"/2022/{path.format(zhoumin=person.pk)}")


def test_a_report_is_small_as_draft_and_as_issued(client, plan, supervisor, collected):
    client.force_login(supervisor)
    reports = {report.is_issued: report.pk for report in Report.objects.of_plan(plan).listed()}
    for is_issued in (False, True):
        assert_small(client, collected, f"/2022/reports/{reports[is_issued]}/")


def test_the_sign_in_is_small(client, plan, collected):
    assert_small(client, collected, "/sign-in/")


def test_what_comes_with_the_first_act_is_one_small_file(client, supervisor, collected):
    client.force_login(supervisor)
    html = client.get("/2022/").content.decode()
    name = re.search(r'<meta name="htmx-source" content="/static/([^"]+)"', html)[1]
    assert static_weight(collected, name, "br") <= FIRST_ACT


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_holds_its_sources_whole_and_in_their_order(collected, name):
    (bundle,) = collected.glob(f"js/{name}-bundle.*.js")
    paths = [settings.BASE_DIR / "static" / path for path in source_paths(name)]
    texts = [fetched(f"js/{path.name}", path.read_text(encoding="utf-8")) for path in paths]
    assert bundle.read_text(encoding="utf-8") == joined(texts)


def test_the_length_of_a_page_betrays_nothing():
    """Whatever the number of idle bytes, a browser reads the page, and the length has moved."""
    page = b"<p>" * 500
    packed = [brotli_of(page, padding) for padding in range(256)]
    assert {brotli.decompress(answer) for answer in packed} == {page}
    assert len({len(answer) for answer in packed}) == 256
