"""What a reading gives: plain frozen values with offsets into the text as it was given."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """A verbatim stretch of the text: ``text[start:end]``.

    ``words`` is the same without the line breaks of hard wrapping and without the pinyin that some
    web pages put behind every character; nothing is added and nothing is put in another order.
    """

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Quantity:
    """A number with its unit of measure, as it stands in an action: 20 and 万平方米."""

    run: Run
    number: str
    unit: str


@dataclass(frozen=True)
class FoundAction:
    """One thing to be done, with what the text says about who does it and by when.

    Units and time are the words of the text: whether they are known, and which day is meant, is
    for those who know the units and the year.
    """

    run: Run
    lead: str = ""
    supporting: tuple[str, ...] = ()
    due: str = ""
    quantities: tuple[Quantity, ...] = ()


@dataclass(frozen=True)
class FoundPriority:
    """A priority: its title, the whole passage that speaks of it, and the parts of that."""

    title: Run
    sentence: Run
    premise: Run | None = None
    goal: Run | None = None
    actions: tuple[FoundAction, ...] = ()


@dataclass(frozen=True)
class Passage:
    """A stretch that was read and not taken, and why (a code)."""

    run: Run
    why: str


@dataclass(frozen=True)
class Reading:
    """What a text says. Without priorities no list was found: ``candidates`` are for picking."""

    text: str
    declared: int | None = None
    warnings: tuple[str, ...] = ()
    priorities: tuple[FoundPriority, ...] = ()
    passed_over: tuple[Passage, ...] = ()
    candidates: tuple[Run, ...] = ()
