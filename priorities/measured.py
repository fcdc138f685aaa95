"""What an action counts, and the percent that follows from it: pure, exact, with no query.

Decision: each target's share is how far its value has come from the start value to the target,
from 0 to 1; several targets count alike (the plain mean); the percent is rounded down, so that it
is 100 only where every target is reached. A target may rise (0 → 100) or fall (12 → 5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

DIGITS_BEFORE, DIGITS_AFTER = 9, 4
"""Digits of a value before and after its point; what is larger is counted in 万 or 亿."""

MOST_TARGETS = 8
"""Of one action, that stand at a time; what counts more has a table of its own."""

LONGEST_COUNTED, LONGEST_UNIT_OF_MEASURE = 100, 20
"""Characters of what is counted, and of what it is counted in."""


def fits(number: Decimal) -> bool:
    """Whether it has no more digits than can be stored."""
    return abs(number) < 10**DIGITS_BEFORE and -number.as_tuple().exponent <= DIGITS_AFTER


@dataclass(frozen=True, slots=True)
class Measure:
    """One value between the start value and the target that it is counted against."""

    start: Decimal
    target: Decimal
    value: Decimal

    @property
    def share(self) -> Fraction:
        """0 at the start value or on the wrong side of it, 1 at the target or beyond it."""
        whole = Fraction(self.target) - Fraction(self.start)
        come = Fraction(self.value) - Fraction(self.start)
        return min(max(come / whole, Fraction(0)), Fraction(1))

    @property
    def is_reached(self) -> bool:
        return self.share == 1


def percent_of_values(measures: Iterable[Measure]) -> int:
    """The percent that several values come to, rounded down; 0 of none."""
    shares = [measure.share for measure in measures]
    return int(100 * sum(shares) / len(shares)) if shares else 0


def goes_back(start: Decimal, target: Decimal, before: Decimal, now: Decimal) -> bool:
    """Whether a value moved away from its target: fell where it is to rise, or the other way."""
    return now < before if target > start else now > before


def plainly(number: Decimal) -> str:
    """The number without zeros that say nothing: 60, 0.5."""
    return f"{number.normalize() + 0:f}"


def against(value: Decimal | None, target: Decimal, measured_in: str) -> str:
    """A value beside its target, as every page and file shows it: 60 / 100 万平方米."""
    said = "–" if value is None else plainly(value)
    return f"{said} / {with_unit(target, measured_in)}"


def with_unit(number: Decimal, measured_in: str) -> str:
    """A number with its unit of measure; nothing stands before a percent sign."""
    gap = "" if measured_in in ("", "%", "％", "‰") else " "
    return f"{plainly(number)}{gap}{measured_in}"
