"""What the words of an action count: targets to be proposed, never to be set in silence. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal

from ...measured import LONGEST_COUNTED, MOST_TARGETS, fits
from ..reading.flow import Flow
from ..reading.quantities import quantities

ENDS = "，,。；;、：:！？!?\n（）()“”"
ABOUT = re.compile(r"^(?:以上|以下|以内|左右|余|多)+")
FALLS = re.compile(r"(?:降至|降到|压减至|控制在|减少到|低于|不超过)$")


@dataclass(frozen=True)
class FoundTarget:
    """A number that the words name, with what seems to be counted by it."""

    title: str
    value: Decimal
    measured_in: str
    falls: bool = False
    """Whether the words say that it is to come down to the number: then nobody knows from where."""


def targets_in(text: str) -> list[FoundTarget]:
    """The numbers with a unit of measure, in the order of the words; each title once."""
    flow = Flow(text, text, list(range(len(text))))
    found: dict[str, FoundTarget] = {}
    for quantity in quantities(flow, 0, len(text)):
        target = _target(text, quantity)
        if target and target.title not in found:
            found[target.title] = target
    return list(found.values())[:MOST_TARGETS]


def _target(text: str, quantity) -> FoundTarget | None:
    value = Decimal(quantity.number.replace(",", ""))
    if not value or not fits(value):
        return None
    before = re.split(f"[{ENDS}]", text[: quantity.run.start])[-1]
    after = re.split(f"[{ENDS}]", text[quantity.run.end :])[0]
    falls = FALLS.search(before)
    named = FALLS.sub("", before).strip() + ABOUT.sub("", after).strip()
    title = named[:LONGEST_COUNTED] or text[:LONGEST_COUNTED]
    return FoundTarget(title, value, quantity.unit.replace("余", ""), bool(falls))
