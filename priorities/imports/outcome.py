"""What comes of a file that was handed in, row by row: what a dry run shows and is agreed to."""

from dataclasses import dataclass, field

from ..acts.preview import digest
from ..ledger.sheet import ALL_COLUMNS
from ..models import FileImport

Change = tuple[str, str, str]
"""Head of the column, what stood there, what comes."""

Stored = tuple[str, str, bool]
"""Head of the column, what is stored there too, whether it is what stood there before."""


@dataclass
class Line:
    """One row of the file: what comes of it, or why nothing can.

    ``said`` and ``assigned`` are what changes, ``also`` is what is stored beside it. ``ignored``
    are columns that no file changes, ``idle`` those that explain a change which is not there.
    """

    line: int
    number: str
    text: str = ""
    said: list[Change] = field(default_factory=list)
    also: list[Stored] = field(default_factory=list)
    assigned: list[Change] = field(default_factory=list)
    reason: str = ""
    is_unchanged: bool = False
    refusals: list[tuple[str, str]] = field(default_factory=list)
    faulty: set[str] = field(default_factory=set)
    ignored: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)

    @property
    def besides(self) -> list[tuple[str, str]]:
        """What is stored beside the changes: the day, and why this percent."""
        return [(head, words) for head, words, is_kept in self.also if not is_kept]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the new entry says as the one before did."""
        return [(head, words) for head, words, is_kept in self.also if is_kept]

    @property
    def is_reported(self) -> bool:
        """Whether a progress entry comes of it."""
        return bool(self.said) or self.is_unchanged

    @property
    def kind(self) -> str:
        if self.refusals:
            return "refused"
        if self.is_reported:
            return "created"
        return "changed" if self.assigned else "left"

    def refuse(self, name: str, sentence: str) -> None:
        self.faulty.add(name)
        self.refusals.append((str(ALL_COLUMNS[name].head) if name in ALL_COLUMNS else "", sentence))


@dataclass
class Outcome:
    """What comes of a file; ``stored`` is the trace of it where it was taken over."""

    lines: list[Line]
    stored: FileImport | None = None

    def _of(self, kind: str) -> list[Line]:
        return [line for line in self.lines if line.kind == kind]

    @property
    def refused(self) -> list[Line]:
        return self._of("refused")

    @property
    def created(self) -> list[Line]:
        return self._of("created")

    @property
    def changed(self) -> list[Line]:
        return self._of("changed")

    @property
    def left(self) -> list[Line]:
        return self._of("left")

    @property
    def effective(self) -> list[Line]:
        return [line for line in self.lines if line.kind in ("created", "changed")]

    @property
    def can_be_applied(self) -> bool:
        return bool(self.effective) and not self.refused

    @property
    def seen(self) -> str:
        """What was shown: an application of anything else is not what was agreed to."""
        shown = [(x.number, x.said, x.also, x.assigned, x.reason) for x in self.effective]
        return digest(shown)
