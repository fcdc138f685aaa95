"""The fields that every form shares: what they clean, and what they refuse."""

import pytest
from django.core.exceptions import ValidationError

from priorities.forms.fields import DayField, LineField, PercentField, TextField, clean_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("一\r\n二\r三\x0b四", "一\n二\n三\n四"),
        ("完\x1f工\x00\uffff", "完工"),
        ("左\u202e右", "左右"),
        ("坣𠮷😀", "坣𠮷😀"),
        ("=1+1", "=1+1"),
    ],
)
def test_what_cannot_be_seen_goes_and_the_words_stay(typed, kept):
    assert clean_text(typed) == kept


@pytest.mark.parametrize("typed", ["", " ", "\u200b", "\u200b \ufeff\u2060", "\u3000"])
def test_what_shows_nothing_is_nothing(typed):
    with pytest.raises(ValidationError):
        TextField().clean(typed)
    assert LineField(required=False).clean(typed) == ""


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
