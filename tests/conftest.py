"""What every test file may rely on. Data is made by the plain functions of tests/factories.py."""

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.utils import translation
from hypothesis.configuration import set_hypothesis_home_dir

# A slow machine is no failure; what hypothesis keeps stands with everything else that is made.
hypothesis.settings.register_profile("tracker", deadline=None)
hypothesis.settings.load_profile("tracker")
set_hypothesis_home_dir(django_settings.VAR_DIR / "hypothesis")


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
