"""What others can read of a text: bullets of Word, invisible signs, private use, odd blanks."""

import sys
import unicodedata
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from priorities.forms.fields import LineField, TextField
from priorities.legible import (
    MISSING_TYPE,
    ODD,
    PLAIN,
    PRIVATE,
    drawn,
    in_short,
    legible,
    says_nothing,
)
from priorities.models import ProgressEntry
from priorities.verify import Verification

from .factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user

EMOJI = "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 1\ufe0f⃣"
PASTED = {
    "bullet of Symbol": ("\uf0b7\t完成主体", "· 完成主体"),
    "bullets of Wingdings": (
        "\uf06c 一\n\uf0a7 二\n\uf0d8\t三\n\uf075四",
        "· 一\n· 二\n· 三\n· 四",
    ),
    "indented": ("\u3000\u3000\uf06e一", "\u3000\u3000· 一"),
    "two bullets": ("\uf0b7 \uf0b7 一", "· 一"),
    "a line with nothing else": ("一\n\uf0b7\t\n二\n\uf0b7", "一\n二\n"),
    "within a line": ("一是征拆\uf0b7二是施工", "一是征拆·二是施工"),
    "a tick and an arrow": ("已验收\uf0fc，甲\uf0e0乙", "已验收√，甲→乙"),
    "beside a figure": ("\uf0b315天，5\uf0b12，3\uf0b44", "≥15天，5±2，3×4"),
    "a bullet that lost its font": ("l\t一\nØ\t二\n§\t三", "· 一\n· 二\n· 三"),
    "a letter without a tab": ("l 一\nv2 二", "l 一\nv2 二"),
    "invisible": ("完\u200b成\ufeff主\u2060体\u00ad工\u200c程\u180e", "完成主体工程"),
    "turning": ("左\u202e右\u2066中\u2069\u200f", "左右中"),
    "tagged": ("甲\U000e0041\U000e007f乙", "甲乙"),
    "fillers": ("甲\u3164乙\uffa0丙\u115f", "甲乙丙"),
    "a picture": ("见图\ufffc。", "见图。"),
    "control": ("完\x1f工\x00\uffff\ufdd0\U0001fffe", "完工"),
    "blanks": ("甲\xa0乙\u2003丙\t\t丁\u2800戊", "甲 乙 丙 丁 戊"),
    "line ends": ("一\r\n二\r三\x0b四\u2028五\x85六\x0c七", "一\n二\n三\n四\n五\n六\n七"),
    "rare ideographs": ("坣𠮷䶮", "坣𠮷䶮"),
    "of GB 18030 of old": ("\ue863\ue816\ue855\ue864\ue7c7", "䶮𠂇𤇾龻ḿ"),
    "emoji": (EMOJI, EMOJI),
    "forms of an ideograph": ("葛\U000e0100城", "葛\U000e0100城"),
    "selectors of nothing": ("\ufe0f甲 \U000e0100乙", "甲 乙"),
    "joiner of words": ("完\u200d成", "完成"),
    "indent": ("\u3000\u3000首行缩进", "\u3000\u3000首行缩进"),
    "formula": ("=1+1", "=1+1"),
}


@pytest.mark.parametrize("what", PASTED)
def test_what_means_nothing_goes_and_what_people_write_stays(what):
    pasted, kept = PASTED[what]
    assert legible(pasted) == kept


def test_nothing_invisible_is_overlooked():
    """All characters there are, one by one between two letters."""
    kept = []
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        is_shapeless = unicodedata.category(character) in ("Cc", "Cf", "Cs")
        is_no_character = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
        is_symbol = 0xF020 <= point <= 0xF0FF
        if character != "\n" and (is_shapeless or is_no_character or is_symbol):
            found = legible(f"甲{character}乙")
            kept += [hex(point)] if character in found else []
    assert kept == []


@given(st.text(st.characters() | st.sampled_from("\uf0b7\uf06c\t \n\u3000\u200d\ufe0f👩1·l甲")))
def test_once_is_enough(words):
    seen = legible(words)
    assert legible(seen) == seen
    assert not PRIVATE.search(drawn(words))
    assert says_nothing(words) == (not seen.strip())


@given(st.text(st.characters(categories=("L", "M", "N", "P", "S"))))
def test_most_texts_are_given_back_as_they_are(words):
    if not ODD.search(words):
        assert legible(words) == words


def test_what_is_plain_holds_nothing_odd():
    plain = [chr(code) for code in range(0x110000) if PLAIN.fullmatch(chr(code))]
    assert len(plain) > 40_000
    assert not ODD.search("".join(plain))


# At the door


@pytest.mark.parametrize("field", [TextField, LineField])
@pytest.mark.parametrize("strange", ["\ue123", "\uf8ff", "\U000f0000", "\U0010fffd"])
def test_what_only_the_writer_sees_is_asked_for_otherwise(field, strange):
    with pytest.raises(ValidationError) as refused, translation.override("en"):
        field().clean(f"联系人李{strange}明")
    [sentence] = refused.value.messages
    assert sentence.startswith(f"The character after “联系人李” (U+{ord(strange):04X}) is known to")


@pytest.mark.parametrize("words", ["\uf0b7", " \uf06c\t", "\u200b \ufeff", "\u3000", "\ufffc"])
def test_what_shows_nothing_is_nothing(words):
    with pytest.raises(ValidationError):
        TextField().clean(words)
    assert LineField(required=False).clean(words) == ""


def test_a_sentence_quotes_what_can_be_read():
    assert in_short("李\ue123\u202e明\uf0b7") == f"李{MISSING_TYPE}明·"


# What is stored already


def test_what_was_stored_before_is_drawn_legibly_and_keeps_its_hash(db):
    action = make_action(make_priority(make_plan()), lead_unit=make_unit())
    odd = "\uf0b7\t完成\u200b主体，联系人李\ue123明"
    entry = make_entry(action, by=make_user("supervisor"), done=odd, day=date(2022, 9, 30))
    assert ProgressEntry.objects.get(pk=entry.pk).done == "· 完成主体，联系人李〓明"
    with connection.cursor() as cursor:
        cursor.execute("SELECT done FROM priorities_progressentry WHERE id = %s", [entry.pk])
        assert cursor.fetchone() == (odd,)
    assert list(Verification().faults()) == []
