"""A breakdown table → the plan that it says: units and people found, and what is still to be said.

Nothing is made in silence. A unit or a person that nobody knows is named with its rows; somebody
chooses who is meant, leaves it out, or makes the unit by name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ..forms.fields import DayField, LineField, day_or_none
from ..forms.people import find_person
from ..models import Plan, TableHeading, TableIntake, Unit, User
from ..models.people import units_by_name
from ..models.span import check_span
from ..names import fold, split_names
from ..plans.founding import found_plan
from ..plans.outline import ActionOutline, MilestoneOutline, PlanOutline, PriorityOutline
from ..plans.proposing.desk import free_slug
from ..plans.tables.choices import Choices, tables_of, taken_of
from ..plans.tables.grid import Book
from ..plans.tables.headings import Name
from ..plans.tables.recognising import Table
from ..plans.tables.rows import (
    LONGEST_TEXT,
    Fault,
    Kind,
    Line,
    Told,
    Wrong,
    read_rows,
    short_title,
    units_of,
)
from ..plans.written.unit_lists import IsKnown

LONGEST_MILESTONE = 100
LONGEST_MEASURE = 10_000
MOST_NEAR = 5
YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")


@dataclass
class Entry:
    """A row as it will be an action: who, by when, and everything that stands in the way."""

    line: Line
    text: str
    lead: Unit | None = None
    supporting: list[Unit] = field(default_factory=list)
    owner: User | None = None
    start: date | None = None
    due: date | None = None
    milestones: tuple[MilestoneOutline, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    is_skipped: bool = False
    refusal: str = ""

    @property
    def is_taken(self) -> bool:
        return not self.is_skipped and bool(self.text)


@dataclass
class Group:
    """A priority with the entries below it, in the order of the table."""

    title: str
    sentence: str
    entries: list[Entry] = field(default_factory=list)
    declared: int | None = None
    """How many actions its heading says that there are."""

    @property
    def taken(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_taken]


@dataclass(frozen=True)
class Unknown:
    """Words for which nobody is known: on which lines, who may be meant, what was chosen."""

    words: str
    lines: tuple[int, ...]
    near: tuple[str, ...]
    chosen: str = ""
    is_settled: bool = False


@dataclass(frozen=True)
class Facts:
    """What the plan is called and when it runs; as typed, else as the table says."""

    title: str
    slug: str
    start: str
    end: str
    source_title: str
    year: int


class Breakdown:
    """The plan that a table makes as things stand; loads units and people once."""

    def __init__(self, intake: TableIntake):
        self.intake = intake
        self.choices = Choices.from_json(intake.choices)
        self.book = Book.from_json(intake.grid)
        self.remembered = TableHeading.known()

    @cached_property
    def facts(self) -> Facts:
        given = self.choices.facts
        titles = [table.title for table in self._bare if table.title]
        title = titles[0] if titles else ""
        year = _year_of(given.get("start", "")) or self._year_said(title)
        return Facts(
            given.get("title", title[:120]),
            given.get("slug", free_slug(year)),
            given.get("start", f"{year}-01-01"),
            given.get("end", f"{year}-12-31"),
            given.get("source_title", title[:200]),
            year,
        )

    def _year_said(self, title: str) -> int:
        """The year of the title, else of the file's name, else what most cells name, else now."""
        for words in (title, self.intake.document.name):
            if found := YEAR.search(words):
                return int(found[1])
        cells = (words for s in self.book.sheets for row in s.rows for words in row.own.values())
        years = Counter(int(year) for words in cells for year in YEAR.findall(words))
        return years.most_common(1)[0][0] if years else self.intake.at.year

    @cached_property
    def _bare(self) -> list[Table]:
        """The tables without a year, which may stand in a title that they tell."""
        return tables_of(self.book, self.choices, year=None, remembered=self.remembered)

    @cached_property
    def tables(self) -> list[Table]:
        year = self.facts.year
        return tables_of(self.book, self.choices, year=year, remembered=self.remembered)

    @cached_property
    def taken(self) -> list[Table]:
        return taken_of(self.tables, self.choices)

    @cached_property
    def lines(self) -> list[Line]:
        year = self.facts.year
        return [line for table in self.taken for line in read_rows(table, year=year)]

    @cached_property
    def all_units(self) -> list[Unit]:
        """The units that can hold something."""
        return sorted(Unit.objects.active(), key=lambda unit: unit.place)

    @cached_property
    def units(self) -> dict[str, Unit]:
        return units_by_name(self.all_units)

    @cached_property
    def people(self) -> dict[int, list[User]]:
        """The active people of each unit."""
        through = User.units.through.objects.filter(user__is_active=True).select_related("user")
        found: dict[int, list[User]] = defaultdict(list)
        for row in through:
            found[row.unit_id].append(row.user)
        return found

    @property
    def everybody(self) -> list[User]:
        """The active people of all units, each once."""
        return list({one.pk: one for people in self.people.values() for one in people}.values())

    @property
    def is_known(self) -> IsKnown:
        return lambda words: fold(words) in self.units

    @cached_property
    def entries(self) -> list[Entry]:
        return [self._entry(line) for line in self.lines if line.kind == Kind.ACTION]

    @cached_property
    def groups(self) -> list[Group]:
        """The priorities in the order in which the table first names them."""
        found: dict[str, Group] = {}
        for entry in self.entries:
            sentence = entry.line.priority or self.facts.title
            group = found.setdefault(fold(sentence), Group(short_title(sentence), sentence))
            group.entries.append(entry)
        for line in self.lines:
            if line.declared is not None and fold(line.priority) in found:
                found[fold(line.priority)].declared = line.declared
        return list(found.values())

    @property
    def count(self) -> int:
        return sum(len(group.taken) for group in self.groups)

    @property
    def faulty(self) -> list[Entry]:
        return [e for e in self.entries if (e.faults or e.refusal) and not e.is_skipped]

    @property
    def aside(self) -> list[Line]:
        """The lines that are no action and no priority: totals, notes, heads that come again."""
        return [x for x in self.lines if x.kind not in (Kind.ACTION, Kind.PRIORITY)]

    # One row

    def _entry(self, line: Line) -> Entry:
        by_hand = self.choices.cells.get(line.key, {})
        entry = Entry(line, by_hand.get("text") or line.text)
        entry.is_skipped = line.key in self.choices.skipped
        entry.faults = [f for f in line.faults if f.name not in _settled(by_hand, f)]
        entry.told = list(line.told)
        self._name_units(entry)
        self._name_owner(entry)
        self._say_when(entry, by_hand)
        entry.milestones = tuple(_milestones(line))
        return entry

    def _name_units(self, entry: Entry) -> None:
        said = units_of(entry.line, self.is_known)
        lead = [unit for words in said.lead for unit in self._units_of(words, entry)]
        others = [unit for words in said.supporting for unit in self._units_of(words, entry)]
        entry.lead = lead[0] if lead else None
        rest = dict.fromkeys([*lead[1:], *others])
        entry.supporting = [unit for unit in rest if unit != entry.lead]

    def _units_of(self, words: str, entry: Entry) -> list[Unit]:
        if unit := self.units.get(fold(words)):
            return [unit]
        chosen = self.choices.units.get(words)
        if chosen is None:
            entry.unknown.append(words)
            return []
        by_key = {unit.pk: unit for unit in self.all_units}
        return [by_key[pk] for pk in chosen if pk in by_key]

    def _name_owner(self, entry: Entry) -> None:
        names = split_names(entry.line.words(Name.OWNER), lambda words: False)
        if not names:
            return
        people = self.people.get(entry.lead.pk, []) if entry.lead else []
        chosen = self.choices.people.get(entry.line.words(Name.OWNER))
        if chosen:
            entry.owner = next((person for person in people if person.pk == chosen), None)
            return
        with suppress(ValidationError):  # several are called so: somebody chooses
            entry.owner = find_person(names[0], people)

    def _say_when(self, entry: Entry, by_hand: dict[str, str]) -> None:
        line = entry.line
        days = [day for day, _words, _head in line.stages]
        due = line.due.due or (max(days) if days and not line.due.is_open else None)
        if any(fault.name == Name.DUE for fault in entry.faults):
            due = None
        entry.due = day_or_none(by_hand.get("due", "")) or due
        start = line.start.start or line.start.due or line.due.start
        entry.start = None if any(f.name == Name.START for f in entry.faults) else start
        self._check_days(entry)

    def _check_days(self, entry: Entry) -> None:
        """An action that somebody leads has a first and a last day, in that order."""
        first = entry.start or (day_or_none(self.facts.start) if entry.lead else None)
        last = entry.due or (day_or_none(self.facts.end) if entry.lead else None)
        if first and last and last < first:
            words = entry.line.words(Name.DUE) or entry.line.words(Name.START)
            entry.faults.append(Fault(Name.DUE, Wrong.ORDER, words))
            entry.start = entry.due = None
        elif entry.due and (end := day_or_none(self.facts.end)) and entry.due > end:
            entry.told.append(Told.OUTSIDE)

    # Who is not known

    @cached_property
    def unknown_units(self) -> list[Unknown]:
        lines: dict[str, list[int]] = defaultdict(list)
        for entry in self.entries:
            if not entry.is_skipped:
                said = units_of(entry.line, self.is_known).names
                for words in (w for w in said if fold(w) not in self.units):
                    lines[words].append(entry.line.line)
        by_key = {unit.pk: unit.short_name for unit in self.all_units}
        return [
            Unknown(
                words,
                tuple(dict.fromkeys(at)),
                tuple(unit.short_name for unit in self.all_units if unit.is_called(words))[
                    :MOST_NEAR
                ],
                "、".join(by_key[pk] for pk in self.choices.units.get(words, []) if pk in by_key),
                words in self.choices.units,
            )
            for words, at in lines.items()
        ]

    @cached_property
    def unknown_people(self) -> list[Unknown]:
        """Owners that the lead unit does not have; until one is chosen they are left out."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            words = entry.line.words(Name.OWNER)
            if words and not entry.is_skipped and (not entry.owner or words in self.choices.people):
                found[words].append(entry)
        return [self._unknown_person(words, entries) for words, entries in found.items()]

    def _unknown_person(self, words: str, entries: list[Entry]) -> Unknown:
        leads = dict.fromkeys(entry.lead.pk for entry in entries if entry.lead)
        near = dict.fromkeys(str(person) for pk in leads for person in self.people.get(pk, []))
        chosen = next((str(entry.owner) for entry in entries if entry.owner), "")
        lines = tuple(entry.line.line for entry in entries)
        is_settled = words in self.choices.people
        return Unknown(words, lines, tuple(near)[:MOST_NEAR], chosen, is_settled)

    @property
    def unsettled(self) -> list[Unknown]:
        return [unknown for unknown in self.unknown_units if not unknown.is_settled]

    # The plan

    def outline(self) -> PlanOutline:
        """What is made: raises ValidationError, by field, where the facts of the plan are wrong."""
        facts = self.facts
        errors: dict[str, ValidationError] = {}
        cleaned: dict[str, object] = {}
        fields = {
            "title": LineField(max_length=120),
            "slug": LineField(max_length=40),
            "start": DayField(),
            "end": DayField(),
            "source_title": LineField(max_length=200, required=False),
        }
        for name, rule in fields.items():
            try:
                cleaned[name] = rule.clean(getattr(facts, name))
            except ValidationError as error:
                errors[name] = error
        if cleaned.get("slug") and Plan.objects.filter(slug=cleaned["slug"]).exists():
            errors["slug"] = ValidationError(_("There is already a plan with this address."))
        if errors:
            raise ValidationError(errors)
        check_span(cleaned["start"], cleaned["end"])
        return PlanOutline(**cleaned, priorities=tuple(self._priorities()))

    def _priorities(self) -> Iterable[PriorityOutline]:
        for group in self.groups:
            actions = tuple(_outline(entry) for entry in group.taken)
            if actions:
                yield PriorityOutline(group.title, _sentence(group, actions), actions=actions)


def _sentence(group: Group, actions: Iterable[ActionOutline]) -> str:
    """The words of the table as one sentence: the document page shows every action in it."""
    said = "；".join(action.text for action in actions)
    return f"{group.sentence.rstrip('。；;：:，,')}：{said}。"


def make_plan(breakdown: Breakdown, *, by: User, seen: int) -> Plan:
    """The plan in preparation, with the table as its document; all of it or nothing.

    Raises ValidationError and Faulty as ``found_plan`` does, and Overtaken.
    """
    intake = breakdown.intake
    with transaction.atomic():
        outline = breakdown.outline()
        if not outline.actions:
            raise ValidationError(_("No row of the table is an action yet."))
        reason = _("From the table “%(name)s”") % {"name": intake.document.name[:120]}
        plan = found_plan(outline, by=by, reason=reason, document=intake.document)
        intake.made = plan
        intake.store(by=by, seen=seen, fields=["made"])
    return plan


def make_units(names: Iterable[str], *, by: User) -> list[Unit]:
    """New units by these names, as their full and their short name; all or none.

    Raises ValidationError, naming the unit, where one cannot be made.
    """
    made = []
    with transaction.atomic():
        for name in names:
            unit = Unit(name=name, short_name=name)
            try:
                unit.save_change(by=by, reason=_("Named in a table"))
            except ValidationError as error:
                said = " ".join(error.messages)
                raise ValidationError(f"{name}: {said}") from error
            made.append(unit)
    return made


def _settled(by_hand: dict[str, str], fault: Fault) -> set[Name]:
    """The columns of which somebody wrote what is meant."""
    found = set()
    if by_hand.get("text"):
        found.add(Name.TEXT)
    if by_hand.get("due"):
        found.add(Name.DUE)
    return found


def _milestones(line: Line) -> Iterable[MilestoneOutline]:
    """The stages that have words, each title once: with its time where the words come again."""
    used: set[str] = set()
    for day, words, head in line.stages:
        title = " ".join(words.split())[:LONGEST_MILESTONE]
        if not title:
            continue
        if title in used:
            title = f"{head or day}：{title}"[:LONGEST_MILESTONE]
        if title not in used:
            used.add(title)
            yield MilestoneOutline(title, day)


def _outline(entry: Entry) -> ActionOutline:
    return ActionOutline(
        text=entry.text[:LONGEST_TEXT],
        measure=entry.line.measure[:LONGEST_MEASURE],
        lead=entry.lead and entry.lead.pk,
        supporting=tuple(unit.pk for unit in entry.supporting),
        owner=entry.owner and entry.owner.pk,
        start=entry.start,
        due=entry.due,
        milestones=entry.milestones,
    )


def _year_of(words: str) -> int | None:
    day = day_or_none(words)
    return day.year if day else None
