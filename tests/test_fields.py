"""The fields that every form shares: what they clean, and what they refuse."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from priorities.forms.fields import DayField, DayWidget, PercentField, TextField


@pytest.mark.parametrize("typed", ["2630-02-02", "0022-06-30", "1989-12-31", "2101-01-01"])
def test_a_day_that_no_plan_can_hold_is_refused(typed):
    """Digits that were typed on and on: a browser makes 2630-02-02 of 2022/6/30 without a word."""
    with pytest.raises(ValidationError):
        DayField().clean(typed)


def test_a_browser_is_told_the_bounds_of_every_day():
    asked = re.compile(r'<input[^>]*type="date"[^>]*>')
    pages = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
    fields = [field for page in pages for field in asked.findall(page.read_text())]
    assert len(fields) >= 4
    bounds = re.compile(r"(?=.*\bmin=)(?=.*\bmax=)|days_of_plans")
    assert [field for field in fields if not bounds.search(field)] == []
    drawn = DayWidget().render("day", None)
    assert 'min="1990-01-01"' in drawn and 'max="2100-12-31"' in drawn


@pytest.mark.parametrize("typed", ["-1", "101", "50.5", "1_0", "1e309", "x", "+5"])
def test_a_percent_is_a_whole_number_from_0_to_100(typed):
    with pytest.raises(ValidationError):
        PercentField().clean(typed)


@pytest.mark.parametrize("typed", ["2022-02-30", "0000-01-01", "9999-12-31", "20220930", "昨天"])
def test_a_day_is_a_day_of_the_calendar(typed):
    with pytest.raises(ValidationError):
        DayField().clean(typed)


def test_a_text_too_long_says_how_long_it_is():
    with pytest.raises(ValidationError) as refusal:
        TextField(max_length=5).clean("一二三四五六")
    assert "5" in refusal.value.messages[0] and "6" in refusal.value.messages[0]
