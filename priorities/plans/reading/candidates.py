"""Lists that may be the one looked for, whatever their form, in one shape."""

from dataclasses import dataclass, field

from .flow import Span
from .outline import Item


@dataclass
class Member:
    """One item of a list: where it stands, its title, where its content begins."""

    start: int
    end: int
    title: Span
    content: int
    item: Item | None = None
    actions: list | None = None


@dataclass
class Candidate:
    """A list with the sentence that leads in, the number that it declares and how likely it is."""

    form: str
    members: list[Member]
    lead: Span | None = None
    lead_says: str = ""
    declared: int | None = None
    score: float = 0.0
    depth: int = 0
    left_out: list[tuple[Span, str]] = field(default_factory=list)

    @property
    def start(self) -> int:
        return self.members[0].start

    @property
    def end(self) -> int:
        return self.members[-1].end
