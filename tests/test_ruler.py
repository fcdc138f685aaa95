"""The scale of the report's form: no two of its words lie over each other, on no screen."""

import re

import pytest
from django.utils import translation

from priorities.drawings.ruler import WIDE, ruler

TEXT = re.compile(
    r'<text(?: class="\w+")? x="([\d.]+)" y="(-?\d+)" text-anchor="(\w+)">(.*?)</text>'
)
START = {"start": 0, "middle": 0.5, "end": 1}


def boxes(drawing: str, size: float) -> list[tuple[float, float, float, float]]:
    """Left, right, top, bottom of each word; an ideograph is square, a letter 0.55 of it."""
    found = []
    for x, y, anchor, words in TEXT.findall(drawing):
        width = size * sum(1 if ord(letter) > 0x2E80 else 0.55 for letter in words)
        left = float(x) - START[anchor] * width
        found.append((left, left + width, float(y) - size * 0.8, float(y) + size * 0.1))
    return found


def lie_over(one, other) -> bool:
    beside = one[1] <= other[0] or other[1] <= one[0]
    return not (beside or one[3] <= other[2] or other[3] <= one[2])


@pytest.mark.parametrize("size", [12, 16])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_two_words_touch_and_none_hangs_over_the_edge(language, size):
    wrong = []
    with translation.override(language):
        for last in range(0, 101, 3):
            for elapsed in range(101):
                found = boxes(ruler(last, elapsed), size)
                assert len(found) == 7
                pairs = [(a, b) for n, a in enumerate(found) for b in found[n + 1 :]]
                hangs = any(box[0] < -1 or box[1] > WIDE + 1 for box in found)
                if hangs or any(lie_over(a, b) for a, b in pairs):
                    wrong.append((last, elapsed))
    assert wrong == []


def test_without_a_last_entry_it_says_nothing_of_one():
    with translation.override("en"):
        assert "last" not in ruler(None, 74)
        assert ", ," not in ruler(None, 74)
