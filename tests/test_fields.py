"""The fields that every form shares: what they clean, and what they refuse."""

import pytest
from django.core.exceptions import ValidationError

from priorities.forms.fields import DayField, PercentField, TextField


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
