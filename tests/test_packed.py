"""A page that was compressed once is, with its slots filled, the page to whoever unpacks it."""

import random
import uuid

import brotli
import pytest
from django.test import Client
from django.urls import reverse

from tracker import kept, packed
from tracker.kept import cut, shelf
from tracker.packed import Packed, idle, noise

from .test_kept import hot, words

WORDS = [
    *("示例", "重点工作", "<button", "class='secondary'>", "进展", "value", "report", "区甲局"),
    *("</td><td>", "62", "%", ""),
]


def any_page(dice: random.Random, slots: int) -> list[bytes]:
    texts = [" ".join(dice.choices(WORDS, k=dice.randrange(1, 900))) for _ in range(slots + 1)]
    first, *others = [text.encode() for text in texts]
    return [first, *(b'">' + text for text in others)]


@pytest.mark.parametrize("slots", [0, 1, 2, 7, 40])
def test_whatever_fills_the_slots_stands_there_and_nowhere_else(slots):
    dice = random.Random(slots)
    for _ in range(6):
        pieces = any_page(dice, slots)
        lengths = [dice.choice([36, 64]) for _ in range(slots)]
        page = Packed(pieces, lengths)
        assert page.is_sound
        for padding in (0, 17, 255):
            values = [str(uuid.UUID(int=dice.getrandbits(128))).encode() for _ in lengths]
            values = [(value * 2)[:length] for value, length in zip(values, lengths, strict=True)]
            between = [*values, b""]
            whole = b"".join(part for pair in zip(pieces, between, strict=True) for part in pair)
            assert brotli.decompress(page.filled(values, padding)) == whole


def test_the_padding_is_in_every_answer():
    page = Packed(any_page(random.Random(1), 3), [64, 36, 64])
    values = [b"a" * 64, b"b" * 36, b"a" * 64]
    sizes = {len(page.filled(values, padding)) for padding in range(256)}
    assert len(sizes) == 256
    assert all(len(idle(padding)) == padding + 3 for padding in (0, 255))


def test_noise_is_like_no_token():
    assert all(byte >= 0x80 for byte in noise(5_000))


def test_what_cannot_be_packed_so_says_it(monkeypatch):
    """Where the noise is like the page, what follows it may refer into it."""
    dice = random.Random(1)
    before, like = dice.randbytes(300), dice.randbytes(64)
    assert Packed([before, like], [64]).is_sound
    monkeypatch.setattr(packed, "noise", lambda length: like[:length])
    assert not Packed([before, like], [64]).is_sound


@pytest.mark.parametrize("role", ["reporter", "administrator"])
def test_each_hot_page_unpacks_to_itself(district, role):
    client = Client()
    client.force_login(district.people[role])
    client.get(reverse("help", args=[district.plan.slug]))
    for name, url in hot(district).items():
        client.get(url)
        plain = client.get(url)
        for _ in range(2):
            answer = client.get(url, HTTP_ACCEPT_ENCODING="br")
            if answer.get("Content-Encoding") == "br":
                assert answer["Content-Length"] == str(len(answer.content))
                answer.content = brotli.decompress(answer.content)
                assert words(answer) == words(plain), name
    used = [answer for answer in shelf.answers.values() if answer.packed]
    assert len(used) > 10
    assert all(answer.packed[0].is_sound for answer in used)


def test_where_the_noise_never_fits_the_page_is_compressed_as_any(district, monkeypatch):
    client = Client()
    client.force_login(district.people["viewer"])
    url = f"/{district.plan.slug}/"
    for _ in range(3):
        answer = client.get(url, HTTP_ACCEPT_ENCODING="br")
        assert b"</html>" in brotli.decompress(answer.content)


def test_a_page_full_of_forms_is_compressed_as_any(district, monkeypatch):
    client = Client()
    client.force_login(district.people["supervisor"])
    url = hot(district)["circular"]
    for most, is_packed in ((1, False), (99, True)):
        monkeypatch.setattr(kept, "MOST_SLOTS", most)
        for _ in range(3):
            answer = client.get(url, HTTP_ACCEPT_ENCODING="br")
        [page] = kept.shelf.answers.values()
        assert (len(page.slots) > 1, bool(page.packed)) == (True, is_packed)
        assert b"</html>" in brotli.decompress(answer.content)


def test_a_page_falls_into_pieces_at_what_is_for_one_answer():
    token, nonce = "t" * 64, str(uuid.UUID(int=7))
    form = f'<input name="csrfmiddlewaretoken" value="{token}"><input name="nonce" value="{nonce}">'
    pieces, slots = cut(f"a{form}b{form}c".encode())
    assert slots == (0, 2, 0, 2)
    assert token.encode() not in b"".join(pieces) and nonce.encode() not in b"".join(pieces)
    assert cut(b"no form") == ((b"no form",), ())
