"""Numbers with a unit of measure inside the words of a task."""

import re

from .flow import Flow
from .values import Quantity

_QUANTITY = re.compile(
    r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)\s*(?P<unit>(?:万|亿|千|百)*余?(?:平方米|平方公里"
    r"|立方米|公里|千米|米|亩|公顷|吨|千瓦时?|兆瓦|"
    r"亿元|元|美元|人次|人|户|套|栋|幢|所|家|个|条|座|处|件|项|辆|台|场|次|张|名|间|床|枚|株|棵"
    r"|期|批|盏|部|片|%|个百分点))"
)


def quantities(flow: Flow, start: int, end: int) -> list[Quantity]:
    """What a task counts."""
    return [
        Quantity(flow.run(*match.span()), match["number"], match["unit"])
        for match in _QUANTITY.finditer(flow.letters, start, end)
    ]
