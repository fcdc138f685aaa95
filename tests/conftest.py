"""What every test file may rely on. Data is made by the plain functions of tests/factories.py."""

import gc
import itertools
import os
import shutil
import threading
from collections import defaultdict
from contextlib import closing
from copy import deepcopy
from functools import wraps
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis.configuration import set_hypothesis_home_dir

from priorities.loading import OF_DEMO, loaded_at
from priorities.state.kept import STATES
from priorities.templatetags.same_tags import KEPT
from priorities.views.actions import ROWS_KEPT
from tracker.kept import shelf
from tracker.own_sqlite.base import Cursor
from tracker.sqlite import library

from . import prepared
from .district import District, make_district
from .snapshot import snapshot

# The same examples at every run, and no clock: a slow machine is no failure. What hypothesis
# keeps stands with everything else that is made.
hypothesis.settings.register_profile("tracker", deadline=None, derandomize=True)
hypothesis.settings.load_profile("tracker")
set_hypothesis_home_dir(django_settings.VAR_DIR / "hypothesis")


# The plan that comes with the program is loaded in its own time: the demonstration wants it so.
in_its_own_time = loaded_at(OF_DEMO)
in_its_own_time.__enter__()


def one_at_a_time(method):
    """The test and its server share one connection in memory, as no two threads do elsewhere.

    What keeps pysqlite3's prepared statements breaks where two threads prepare the same words at
    once: from then on each new statement is a KeyError.
    """

    @wraps(method)
    def alone(cursor, *args, **options):
        with statements[id(cursor.connection)]:
            return method(cursor, *args, **options)

    return alone


statements = defaultdict(threading.RLock)
"""By connection: one that waits for another must not keep it from going on."""
for name in ("execute", "executemany"):
    setattr(Cursor, name, one_at_a_time(getattr(Cursor, name)))


ALIKE = {
    *("test_access", "test_account", "test_accounts", "test_actions", "test_architecture"),
    *("test_backup", "test_bench", "test_browsers", "test_cells", "test_charts"),
    *("test_dashboard", "test_days", "test_days_kept", "test_days_on_pages", "test_demo"),
    *("test_demo_refusals", "test_differences", "test_document", "test_draft_report"),
    *("test_drawings", "test_empty_plan", "test_evidence", "test_fields", "test_findings"),
    *("test_formats", "test_forms", "test_import", "test_import_files", "test_languages"),
    *("test_leaving", "test_ledger", "test_legible", "test_lights", "test_mutations"),
    *("test_my_work", "test_one_figure", "test_overdue", "test_palette", "test_periods"),
    *("test_plan_data", "test_plan_pages", "test_power_cut", "test_proxy", "test_readme"),
    *("test_report_golden", "test_report_truth", "test_ruler", "test_saving"),
    *("test_security", "test_settings", "test_shared", "test_site", "test_start"),
    *("test_static_files", "test_sub_path", "test_templates", "test_timeline", "test_typed"),
    *("test_units", "test_wall", "test_weight", "test_word", "test_wording", "test_worker"),
    *("test_document_files", "test_dues", "test_matching", "test_measured", "test_moved_days"),
    *("test_percents", "test_proposing", "test_reading", "test_reading_forms"),
    *("test_table_files", "test_table_shapes", "test_unit_lists"),
}
"""Modules that look at rules, words, weights and files: made from rows, whatever database gave
them. What asks, locks, orders, refuses or migrates is not among them."""


def pytest_collection_modifyitems(items):
    """In each module the tests that do without ``module_rows`` come first and find empty tables."""
    astray = [item.nodeid for item in items if is_astray(item)]
    assert not astray, f"“page” is a tab of Chromium, call an argument otherwise: {astray}"
    for item in items:
        if item.path.stem in ALIKE and not is_of_postgresql(item):
            item.add_marker("alike")
    modules = [list(tests) for _, tests in itertools.groupby(items, lambda item: item.path)]
    for tests in modules:
        tests.sort(key=lambda item: "module_rows" in item.fixturenames)
    items[:] = itertools.chain.from_iterable(modules)


def is_astray(item) -> bool:
    """Whether a test drives a browser without meaning to: it would also run among the browser's."""
    return "browser_name" in item.fixturenames and item.path.parent.name != "browser"


def is_of_postgresql(item) -> bool:
    reasons = {marker.kwargs.get("reason") for marker in item.iter_markers("skipif")}
    return "of PostgreSQL only" in reasons


def pytest_collection_finish():
    """What is loaded by now stays: looking for garbage in it takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request):
    """A name for each process on PostgreSQL. On SQLite each has its own in memory: no name.

    pytest-django knows that of Django's own backend only. The migrations find their work done.
    """
    if connection.vendor != "sqlite":
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
        yield
        return
    name = connection.creation._get_test_db_name()
    with closing(library.connect(name, uri=True)) as memory:
        prepared.copy_to(memory)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """With a snapshot of what the migrations made, for the tests that commit."""
    with django_db_blocker.unblock(), snapshot():
        yield


@pytest.fixture(autouse=True)
def evidence_folder(settings, tmp_path_factory):
    """Evidence written by a test stays with the test; most write none and need no folder."""
    settings.EVIDENCE_DIR = tmp_path_factory.getbasetemp() / f"evidence-of-test-{next(_numbers)}"
    return settings.EVIDENCE_DIR


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """Tests of one module look at the same rows, under other clocks and settings.

    And who counts statements means those of a page that is drawn.
    """
    enter = CaptureQueriesContext.__enter__

    def clear(self=None):
        shelf.clear()
        for store in (STATES, KEPT, ROWS_KEPT):
            store.clear()
        return None if self is None else enter(self)

    clear()
    monkeypatch.setattr(CaptureQueriesContext, "__enter__", clear)


@pytest.fixture(scope="module")
def module_rows(django_db_setup, django_db_blocker):
    """What fixtures of a module store on top of this one is there for each of its tests.

    A test undoes only what it changed; the end of the module undoes the rest. Not for modules
    whose tests commit: they would commit into this transaction.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    """Who shares the work takes it from the end: a test without ``module_rows`` may come later."""
    if nextitem and "module_rows" not in nextitem.fixturenames:
        for rows in item._fixtureinfo.name2fixturedefs.get("module_rows", ()):
            rows.finish(item._request)


@pytest.fixture(scope="module")
def built_district(module_rows, tmp_path_factory) -> tuple[District, Path]:
    folder = tmp_path_factory.mktemp("evidence-of-district")
    with override_settings(EVIDENCE_DIR=folder):
        return make_district(), folder


@pytest.fixture
def district(built_district, db, evidence_folder) -> District:
    """The module's district with its evidence, as it was built."""
    built, folder = built_district
    shutil.copytree(folder, evidence_folder)
    return deepcopy(built)


@pytest.fixture(autouse=True)
def chinese_again():
    """A request in English leaves its language in the thread; the next test must not get it."""
    yield
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The machine's own Chromium: Playwright's download is not pinned, nor always reachable.

    The one without windows first, which needs half the processor time of the whole one.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    assert chromium, "Chromium is missing: bin/test-tools installs it or says what to install"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": chromium, "args": sandbox}
