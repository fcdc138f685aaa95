"""What every test file may rely on. Data is made by the plain functions of tests/factories.py."""

import shutil

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.utils import translation
from hypothesis.configuration import set_hypothesis_home_dir

from .seals import tests_may_flush

# The same examples at every run, and no clock: a slow machine is no failure. What hypothesis
# keeps stands with everything else that is made.
hypothesis.settings.register_profile("tracker", deadline=None, derandomize=True)
hypothesis.settings.load_profile("tracker")
set_hypothesis_home_dir(django_settings.VAR_DIR / "hypothesis")


@pytest.fixture(autouse=True, scope="session")
def flush_between_tests():
    """What is written once stays so for every test, only not from one test to the next."""
    with tests_may_flush():
        yield


@pytest.fixture(autouse=True)
def evidence_folder(settings, tmp_path):
    """Evidence written by a test stays with the test."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


@pytest.fixture(autouse=True)
def chinese_again():
    """A request in English leaves its language in the thread; the next test must not get it."""
    yield
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The machine's own Chromium: Playwright's download is not pinned, nor always reachable."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    assert chromium, "Chromium is missing: bin/test-tools installs it or says what to install"
    return browser_type_launch_args | {"executable_path": chromium, "args": ["--no-sandbox"]}
