"""What came from the page of a table → what was chosen, with what is wrong at each field.

The fields are counted in the order in which the page showed them; the page says which version of
the table it showed, so that a count never means another thing.
"""

from copy import deepcopy
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from ..forms.fields import DayField, LineField, PercentField, not_offered
from ..forms.people import find_person
from ..forms.units import UnitsField
from ..legible import in_short
from ..models import TableHeading, User
from ..plans.tables.choices import Choices, heads_set
from ..plans.tables.headings import FOR_A_PLAN, FOR_PROGRESS, Name
from ..plans.tables.recognising import Table
from ..plans.tables.rows import LONGEST_TEXT
from .table_plan import Breakdown
from .table_progress import Progress, Row

LONGEST_WHY = 500
MOST_ASKED = 150
"""Unknown units, and faulty rows, that one page asks about; what is left comes on the next one."""

FACTS = {"title": 120, "slug": 40, "start": 20, "end": 20, "source_title": 200}


@dataclass
class Sent:
    """What was chosen, and the sentences by the name of the field where something is wrong."""

    choices: Choices
    errors: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    """What was typed into the fields that are wrong."""

    def refuse(self, name: str, typed: str, error: ValidationError) -> None:
        self.errors[name] = " ".join(error.messages)
        self.typed[name] = typed


def store_choices(table: Breakdown | Progress, choices: Choices, *, by: User, seen: int) -> None:
    """Keep what was chosen, and what was said of heads for the next table; raises Overtaken."""
    intake, before = table.intake, table.choices
    with transaction.atomic():
        intake.choices = choices.as_json()
        intake.store(by=by, seen=seen, fields=["choices"])
        if choices.columns != before.columns:
            TableHeading.remember(heads_set(table.tables, choices), by=by)


def sent_of(data: QueryDict, breakdown: Breakdown) -> Sent:
    """The choices as they are with what was sent; what was not sent stays."""
    sent = Sent(deepcopy(breakdown.choices))
    _facts(data, breakdown, sent)
    sent.choices.sheets = sheets_sent(data, breakdown.tables, sent.choices.sheets)
    sent.choices.columns = columns_sent(data, breakdown.tables, sent, FOR_A_PLAN)
    _units(data, breakdown, sent)
    _people(data, breakdown, sent)
    if "rows" in data:
        sent.choices.skipped = skipped_sent(data, [entry.line.key for entry in breakdown.entries])
    _cells(data, breakdown, sent)
    return sent


def _facts(data: QueryDict, breakdown: Breakdown, sent: Sent) -> None:
    """A fact that the table says is not stored before somebody says another."""
    for name, longest in FACTS.items():
        if name not in data:
            continue
        words = data[name]
        try:
            cleaned = LineField(required=False, max_length=longest).clean(words)
            if name in ("start", "end"):
                day = DayField(required=False).clean(words)
                cleaned = day.isoformat() if day else ""
        except ValidationError as error:
            sent.refuse(name, words, error)
            continue
        if cleaned != getattr(breakdown.facts, name):
            sent.choices.facts[name] = cleaned


def sheets_sent(data: QueryDict, tables: list[Table], before: list[int] | None) -> list[int] | None:
    """The sheets that are ticked, where the page asked."""
    if "sheets" not in data:
        return before
    ticked = set(data.getlist("sheet"))
    return [table.sheet for table in tables if str(table.sheet) in ticked]


def columns_sent(
    data: QueryDict, tables: list[Table], sent: Sent, offered: tuple[Name, ...]
) -> dict[str, dict[str, str]]:
    """The columns that somebody set otherwise than they stand, beside those set before."""
    found = deepcopy(sent.choices.columns)
    for table in tables:
        for column in table.columns:
            name = f"col-{table.sheet}-{column.place}"
            words = data.get(name)
            if words is None or words == column.name:
                continue
            if words not in offered:
                sent.refuse(name, words, ValidationError(not_offered(words)))
            else:
                found.setdefault(str(table.sheet), {})[str(column.place)] = words
    return found


def _units(data: QueryDict, breakdown: Breakdown, sent: Sent) -> None:
    rule = UnitsField(required=False)
    rule.offered = breakdown.all_units
    for n, unknown in enumerate(breakdown.unknown_units[:MOST_ASKED]):
        name = f"unit-{n}"
        if name not in data:
            continue
        try:
            units = rule.clean(data[name])
        except ValidationError as error:
            sent.refuse(name, data[name], error)
            continue
        if units or f"leave-{n}" in data:
            sent.choices.units[unknown.words] = [unit.pk for unit in units]
        else:
            sent.choices.units.pop(unknown.words, None)


def _people(data: QueryDict, breakdown: Breakdown, sent: Sent) -> None:
    for n, unknown in enumerate(breakdown.unknown_people[:MOST_ASKED]):
        name = f"person-{n}"
        if name not in data:
            continue
        try:
            words = LineField(required=False, max_length=120).clean(data[name])
            person = find_person(words, breakdown.everybody) if words else None
            if words and person is None:
                said = _("Nobody is called “%(name)s”.") % {"name": in_short(words)}
                raise ValidationError(said)
        except ValidationError as error:
            sent.refuse(name, data[name], error)
            continue
        if person:
            sent.choices.people[unknown.words] = person.pk
        else:
            sent.choices.people.pop(unknown.words, None)


def skipped_sent(data: QueryDict, keys: list[str]) -> list[str]:
    """The lines that are to be left out."""
    ticked = set(data.getlist("skip"))
    return [key for key in keys if key in ticked]


def _cells(data: QueryDict, breakdown: Breakdown, sent: Sent) -> None:
    for key in [entry.line.key for entry in breakdown.entries]:
        text = _cell(data, f"text-{key}", LineField(required=False, max_length=LONGEST_TEXT), sent)
        day = _cell(data, f"due-{key}", DayField(required=False), sent)
        given = {"text": text, "due": day.isoformat() if day else day}
        asked = {name: words for name, words in given.items() if words is not None}
        if asked:
            kept = {**sent.choices.cells.get(key, {}), **asked}
            sent.choices.cells[key] = {name: words for name, words in kept.items() if words}


def _cell(data: QueryDict, name: str, rule, sent: Sent):
    """The cleaned value; None where the page did not ask, or where it is wrong."""
    if name not in data:
        return None
    try:
        value = rule.clean(data[name])
        return "" if value is None else value
    except ValidationError as error:
        sent.refuse(name, data[name], error)
        return None


# A progress table


def progress_sent(data: QueryDict, progress: Progress) -> Sent:
    """The same of a progress table: which action a row means, its percent, what is picked."""
    sent = Sent(deepcopy(progress.choices))
    sent.choices.sheets = sheets_sent(data, progress.tables, sent.choices.sheets)
    sent.choices.columns = columns_sent(data, progress.tables, sent, FOR_PROGRESS)
    _day(data, progress, sent)
    for row in progress.rows:
        _row(data, row, progress, sent)
    if "rows" in data:
        ticked = set(data.getlist("pick"))
        sent.choices.picked = [row.key for row in progress.rows if row.key in ticked]
    return sent


def _day(data: QueryDict, progress: Progress, sent: Sent) -> None:
    day = _cell(data, "day", DayField(required=False), sent)
    if day is not None and day != progress.day:
        sent.choices.facts["day"] = day.isoformat() if day else ""


def _row(data: QueryDict, row: Row, progress: Progress, sent: Sent) -> None:
    number = _cell(data, f"row-{row.key}", LineField(required=False, max_length=20), sent)
    if number is not None and number != row.match.number:
        if number and number not in progress.actions:
            sentence = _("There is no action %(number)s in this plan.") % {"number": number}
            sent.refuse(f"row-{row.key}", number, ValidationError(sentence))
        else:
            sent.choices.rows[row.key] = number
    percent = _cell(data, f"percent-{row.key}", PercentField(required=False), sent)
    why = _cell(data, f"why-{row.key}", LineField(required=False, max_length=LONGEST_WHY), sent)
    given = {"percent": None if percent is None else str(percent), "why": why}
    asked = {name: words for name, words in given.items() if words is not None}
    if asked:
        kept = {**sent.choices.cells.get(row.key, {}), **asked}
        sent.choices.cells[row.key] = {name: words for name, words in kept.items() if words}


def words_typed(sent: Sent | None, name: str, otherwise: str) -> str:
    """What a field shows: what was typed where it is wrong, else what stands."""
    return sent.typed.get(name, otherwise) if sent else otherwise
