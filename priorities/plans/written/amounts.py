"""Quantities of an action, as the text or a person writes them → what the action counts. Pure."""

import re
import unicodedata
from decimal import Decimal

from ...measured import LONGEST_COUNTED, LONGEST_UNIT_OF_MEASURE, MOST_TARGETS, fits
from ..outline import TargetOutline

Amounts = tuple[tuple[str, str], ...]
"""Number and unit of measure of each, as they stand in the text."""

NUMBER = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?")
ONE = re.compile(rf"\s*({NUMBER.pattern})\s*([^\s0-9、，,；;]*)\s*")


def written(amounts: Amounts) -> str:
    """As a field shows them."""
    return "、".join(f"{number} {unit}".strip() for number, unit in amounts)


def read_amounts(words: str) -> Amounts | None:
    """What somebody typed: 20 万平方米、50 条; None where it is something else."""
    plain = unicodedata.normalize("NFKC", words)
    found = [
        ONE.fullmatch(part) for part in re.split("[、；;]|,(?![0-9]{3})", plain) if part.strip()
    ]
    if not all(found) or len(found) > MOST_TARGETS:
        return None
    return tuple((one[1], one[2]) for one in found)


def targets_of(text: str, amounts: Amounts) -> tuple[TargetOutline, ...]:
    """What is counted is called as the action, without the number itself.

    A number that no target can have (nought, too long) is left out: it stays in the words.
    """
    found: dict[str, TargetOutline] = {}
    for number, unit in amounts[:MOST_TARGETS]:
        value = Decimal(number.replace(",", ""))
        if value <= 0 or not fits(value) or len(unit) > LONGEST_UNIT_OF_MEASURE:
            continue
        title = _title(text, number, unit)
        if title in found:
            title = f"{title[: LONGEST_COUNTED - 2]} {len(found) + 1}"
        found[title] = TargetOutline(title=title, target=value, measured_in=unit)
    return tuple(found.values())


def _title(text: str, number: str, unit: str) -> str:
    plain = " ".join(re.sub(rf"{re.escape(number)}\s*{re.escape(unit)}", "", text, count=1).split())
    return (plain or text)[:LONGEST_COUNTED]
