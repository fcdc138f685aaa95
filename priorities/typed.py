"""What a typed number or day means, in a form as in a cell of a file: one rule for both.

Full-width digits and signs are the plain ones (a Chinese keyboard types ７５％), and neither blanks
nor what cannot be seen makes another number. Nothing here guesses: what has two readings has none.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""The years that a plan can lie in."""

SIGNS = str.maketrans("。‐‑‒–—−", ".------")
"""Signs that a keyboard or a program puts where a full stop or a hyphen is meant."""

LONGEST = 100
"""Characters; what is longer is no number, and is not looked through."""

NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,15})?")
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})"
    r"|\.([0-9]{1,2})\.([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})[日号]?)"
)
MIDNIGHT = re.compile(r"[ T]0{1,2}:00(?::00(?:\.0{1,6})?)?$")
"""The time that programs write behind a day when they make a text of it."""


def plain(words: str) -> str:
    """The words with plain digits and signs, without blanks at their ends and invisible signs."""
    if len(words) > LONGEST:
        return words
    return "".join(_plain(c) for c in words).translate(SIGNS).strip()


def _plain(character: str) -> str:
    if character.isascii():
        return character
    if character.isspace():
        return " "
    if unicodedata.category(character) == "Cf":
        return ""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    other = unicodedata.normalize("NFKC", character)
    is_figure = character.isnumeric() or unicodedata.category(character) == "No"
    return other if len(other) == 1 and other.isascii() and not is_figure else character


def _joined(words: str) -> str:
    return "".join(plain(words).split())


def whole_number_of(words: str) -> int | None:
    """The whole number that the words are; None for anything else, and for one of ten digits."""
    words = plain(words)
    return int(words) if WHOLE_NUMBER.fullmatch(words) else None


def percent_of(words: str) -> tuple[Decimal, bool] | None:
    """The number before a percent sign or without one, and whether the sign stands there.

    ``７５ ％`` is 75 with the sign, ``0.5`` is a half without it; None where it is no number.
    """
    words = plain(words)
    number = words.removesuffix("%").rstrip()
    return (Decimal(number), number != words) if NUMBER.fullmatch(number) else None


def number_of(words: str) -> Decimal | None:
    """The number that the words are, with a part after its point or without; None for others."""
    words = plain(words)
    return Decimal(words) if NUMBER.fullmatch(words) else None


def whole(number: Decimal) -> int | None:
    """The number where it is whole (75 of 75.00), else None."""
    return int(number) if number == int(number) else None


def day_of(words: str) -> date | None:
    """The day of 2022-09-30, 2022/9/30, 2022.9.30 or 2022年9月30日; None for anything else.

    Whether a plan can lie in its year is asked apart (``is_of_a_plan``): that is another sentence.
    """
    found = DAY.fullmatch(_joined(MIDNIGHT.sub("", plain(words))))
    try:
        return date(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        return None


def is_of_a_plan(day: date) -> bool:
    """Whether the year is one that a plan can lie in: 2630 is a slip of the keyboard."""
    return FIRST_YEAR <= day.year <= LAST_YEAR
