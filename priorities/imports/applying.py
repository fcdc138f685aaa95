"""Taking over what a file says: all of it or nothing, and first as a dry run by the same code."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from ..acts.once import once
from ..acts.preview import carried_out
from ..forms.assign import units_offered
from ..forms.fields import LONGEST_REASON, DayField, LineField, not_offered
from ..forms.people import find_person
from ..forms.progress import EntryForm
from ..forms.units import UnitsField, find_unit
from ..forms.values import name_of
from ..ledger.columns import ASSIGNED, COLUMNS, FILL_COLUMNS, SAID, VALUES, title_of
from ..ledger.keys import mark
from ..ledger.reading import Filled, FilledRow
from ..ledger.rows import row_of
from ..ledger.sheet import ALL_COLUMNS
from ..legible import in_short
from ..lights import Outlook
from ..measured import plainly
from ..models import Action, FileImport, Plan, ProgressEntry, Unit, User
from ..models.changes import Door
from ..names import fold
from ..permissions import can_assign, reportable_by
from ..state.day import ActionState, PlanState
from ..state.kept import plan_on
from ..state.values import EntryFacts, TargetFacts
from ..words import OUTLOOK_WORDS
from .outcome import Line, Outcome, Stored

Words = dict[str, str]
"""Name of a column → the words of an entry."""

CONTENT = (
    *(c.name for c in (*COLUMNS, *FILL_COLUMNS) if c.name in SAID - {"day", "explanation"}),
    *VALUES,
)
"""The columns that say something of the action; a day and an explanation only go with them."""


def take_over(
    plan: Plan, filled: Filled, *, by: User, nonce: uuid.UUID, seen: str | None = None
) -> Outcome:
    """Record and assign what the file says, and keep that only where it is what was ``seen``.

    A dry run (``seen`` is None) keeps nothing. The same ``nonce`` from the same person gives what
    was stored the first time.
    """
    outcomes = []

    def act(key: uuid.UUID) -> FileImport | None:
        outcome = carried_out(
            lambda: _outcome(plan, filled, by, key),
            seen=seen,
            keep=lambda outcome: _note(plan, filled, outcome, by=by, nonce=key),
        )
        outcomes.append(outcome)
        return outcome.stored

    stored = once(FileImport, act, by=by, nonce=nonce, said=plan.pk)
    return outcomes[0] if outcomes else Outcome([], stored)


def _outcome(plan: Plan, filled: Filled, by: User, nonce: uuid.UUID) -> Outcome:
    # no_key: an entry that somebody records meanwhile still may refer to the action.
    rows = Action.objects.of_plan(plan).select_for_update(no_key=True).order_by("pk")
    list(rows.values_list("pk"))
    transfer = _Transfer(plan, filled, by, nonce)
    return Outcome([transfer.line_of(row) for row in filled.rows])


def _note(plan: Plan, filled: Filled, outcome: Outcome, *, by: User, nonce: uuid.UUID) -> None:
    outcome.stored = FileImport.objects.create(
        plan=plan,
        nonce=nonce,
        name=filled.name[:255],
        sha256=filled.sha256,
        numbers=" ".join(line.number for line in outcome.effective),
        entries=sum(line.is_reported for line in outcome.effective),
        assignments=sum(bool(line.assigned) for line in outcome.effective),
        by=by,
    )


class _Transfer:
    """What all rows of a file need, loaded once."""

    def __init__(self, plan: Plan, filled: Filled, by: User, nonce: uuid.UUID):
        self.plan, self.filled, self.by, self.nonce = plan, filled, by, nonce
        self.now: PlanState = plan_on(plan, plan.today())
        related = ("priority__plan", "lead_unit", "owner")
        rows = Action.objects.of_plan(plan).select_related(*related)
        self.actions = {row.pk: row for row in rows}
        self.reportable = set(reportable_by(by, plan).values_list("pk", flat=True))
        self.may_assign = can_assign(by)
        self.units = units_offered(*(row.lead_unit for row in self.actions.values()))
        self.people = _people() if self.may_assign else {}

    def line_of(self, row: FilledRow) -> Line:
        """Carry out one row; where anything in it is refused, nothing of it stays."""
        a = self.now.numbered(row.number)
        line = Line(row.line, row.number)
        for name, sentence in row.problems:
            line.refuse(name, sentence)
        if a is None:
            if not line.refusals:
                sentence = _("There is no action %(number)s in this plan.")
                line.refuse("number", sentence % {"number": row.number})
            return line
        line.text = a.text
        line.ignored = [str(ALL_COLUMNS[n].head) for n in row.cells if n not in SAID | ASSIGNED]
        with transaction.atomic():
            self._assign(a, row, line)
            self._report(a, row, line)
            if line.refusals:
                transaction.set_rollback(True)
        line.idle = [str(ALL_COLUMNS[name].head) for name in _idle(row, line)]
        return line

    # Who and by when

    def _assign(self, a: ActionState, row: FilledRow, line: Line) -> None:
        names = [name for name in row.cells if name in ASSIGNED - {"reason"}]
        if not names:
            return
        if not self.may_assign:
            for name in names:
                line.refuse(name, _("Only the supervision office changes this."))
            return
        self._check_assignment_stands(a, row, names, line)
        changes = self._changes(a, row, names, line)
        if line.faulty & ASSIGNED or not changes:
            return
        action = self.actions[a.action.pk]
        before = _assignment(action)
        try:
            with transaction.atomic():
                reason = LineField(max_length=LONGEST_REASON, required=False)
                line.reason = reason.clean(row.cells.get("reason", ""))
                action.assign(by=self.by, changes=changes, reason=line.reason, door=Door.IMPORT)
        except ValidationError as error:
            self._refuse(line, error, otherwise="reason")
            return
        after = _assignment(action)
        line.assigned = [
            (str(ALL_COLUMNS[name].head), before[name], after[name])
            for name in before
            if before[name] != after[name]
        ]

    def _check_assignment_stands(
        self, a: ActionState, row: FilledRow, names: list[str], line: Line
    ) -> None:
        shown = row_of(a, "")
        for column in COLUMNS:
            if column.name not in names:
                continue
            value = column.value(shown)
            standing = {mark(value)}
            if column.name == "owner" and a.action.owner:
                standing |= {mark(name) for name in a.action.owner.spellings}
            if not standing & {row.marks[column.name], mark(row.cells[column.name])}:
                sentence = _("This was changed since the file was made; it is %(value)s now.")
                line.refuse(column.name, sentence % {"value": in_short(value or "–")})

    def _changes(
        self, a: ActionState, row: FilledRow, names: list[str], line: Line
    ) -> dict[str, object]:
        """The new values by field name, as ``Action.assign`` takes them."""
        readers = {
            "lead_unit": lambda words: find_unit(words, self.units) if words else None,
            "supporting_units": self._units,
            "due": DayField(required=False).clean,
        }
        changes: dict[str, object] = {}
        for name in (n for n in readers if n in names):
            try:
                changes[name] = readers[name](row.cells[name])
            except ValidationError as error:
                line.refuse(name, " ".join(error.messages))
        if "owner" in names and "lead_unit" not in line.faulty:
            unit = changes.get("lead_unit", self.actions[a.action.pk].lead_unit)
            try:
                changes["owner"] = self._person(row.cells["owner"], unit)
            except ValidationError as error:
                line.refuse("owner", " ".join(error.messages))
        return changes

    def _units(self, words: str) -> list[Unit]:
        field = UnitsField(required=False)
        field.offered = self.units
        return field.clean(words)

    def _person(self, words: str, unit: Unit | None) -> User | None:
        """The person of the lead unit who is called so, by name or by user name."""
        if not words:
            return None
        if unit is None:
            raise ValidationError(_("Choose the lead unit before the owner."))
        found = find_person(words, self.people.get(unit.pk, []))
        if found is None:
            raise ValidationError(
                _("Nobody in %(unit)s is called “%(name)s”.")
                % {"unit": unit, "name": in_short(words)}
            )
        return found

    # What was done

    def _report(self, a: ActionState, row: FilledRow, line: Line) -> None:
        names = [name for name in row.cells if name in SAID]
        if not names:
            return
        action, stands = self.actions[a.action.pk], stands_of([a])[a.action.pk]
        if not self._check_values(a, row, line):
            return
        wanted = self._wanted(a, row, stands, line)
        said = [
            (str(ALL_COLUMNS[name].head), _shown(name, stands[name]), _shown(name, wanted[name]))
            for name in CONTENT
            if wanted[name] != stands[name]
        ]
        if not (said or "day" in names):
            return
        if refusal := self._refusal(a, row):
            return line.refuse(*refusal)
        entry = self._recorded(action, row, wanted if said else None, line)
        if entry is None and said:
            self._find_other_faults(action, row, stands, wanted, line)
        elif entry is not None and not line.refusals:
            line.said, line.is_unchanged = said, not said
            line.also = _also(entry, besides=[n for n in CONTENT if wanted[n] != stands[n]])

    def _check_values(self, a: ActionState, row: FilledRow, line: Line) -> bool:
        """Of a row that says values: whether each is of a target that stands, as the file has it.

        Where an action counts, its percent is nobody's to type.
        """
        refused = dict(self._refused_values(a.action.targets, row))
        for name, sentence in refused.items():
            line.refuse(name, sentence)
        return not refused

    @staticmethod
    def _refused_values(
        targets: Sequence[TargetFacts], row: FilledRow
    ) -> Iterator[tuple[str, str]]:
        if targets and "percent" in row.cells:
            yield "percent", _("The percent follows from the values here: fill in those.")
        for place, name in enumerate(VALUES):
            if name in row.cells and place >= len(targets):
                yield name, _("The action has no such target.")
            elif name in row.cells and row.titles.get(title_of(name)) != mark(targets[place].title):
                yield name, _("The targets changed since the file was made. Download a new file.")

    def _find_other_faults(
        self, action: Action, row: FilledRow, stands: Words, wanted: Words, line: Line
    ) -> None:
        """What else is wrong, once the faulty cells are as they stood: all is told at once."""
        known = None
        while known != line.faulty:
            known = set(line.faulty)
            sound = {n: (stands if n in known else wanted)[n] for n in CONTENT}
            besides = {n: words for n, words in row.cells.items() if n not in known}
            if self._recorded(action, replace(row, cells=besides), sound, line):
                return

    def _recorded(
        self, action: Action, row: FilledRow, wanted: Words | None, line: Line
    ) -> ProgressEntry | None:
        """The entry that comes of the row, “nothing changed” where nothing is ``wanted``.

        None where it is refused, with the sentences on the line: each column is named once.
        """
        try:
            with transaction.atomic():
                if wanted is None:
                    return self._record_unchanged(action, row)
                return self._record(action, row, wanted)
        except ValidationError as error:
            self._refuse(line, error)
        return None

    def _wanted(self, a: ActionState, row: FilledRow, stands: Words, line: Line) -> dict[str, str]:
        """The words of the new entry: what the file changed, and the rest as it stands."""
        wanted = stands | {name: row.cells[name] for name in CONTENT if name in row.cells}
        if "outlook" in row.cells:
            try:
                wanted["outlook"] = _outlook(row.cells["outlook"])
            except ValidationError as error:
                line.refuse("outlook", error.messages[0])
            if wanted["outlook"] == Outlook.ON_COURSE and "outlook_reason" not in row.cells:
                wanted["outlook_reason"] = ""
        return wanted

    def _refusal(self, a: ActionState, row: FilledRow) -> tuple[str, str] | None:
        """Why this person does not report this row now; None where nothing is in the way."""
        action, last = a.action, a.standing
        is_open = action.lead_unit and not action.cancelled_on
        if is_open and not self.may_assign and action.pk not in self.reportable:
            return "number", _(
                "Only the lead unit, the supporting units and the owner report on %(number)s."
            ) % {"number": a.number}
        if last and last.pk != row.standing:
            day = self.plan.days.said(last.day)
            words = {"person": last.by, "day": day, "percent": last.percent}
            return "number", _(
                "Since the file was made, %(person)s reported on this action (%(day)s, "
                "%(percent)d %%). Download a new file."
            ) % words
        return None

    def _record(self, action: Action, row: FilledRow, wanted: Words) -> ProgressEntry:
        counted = self.now.numbered(row.number).counted
        names = dict(zip(VALUES, map(name_of, (one.target for one in counted)), strict=False))
        form = EntryForm(
            {
                **{names.get(name, name): words for name, words in wanted.items()},
                "explanation": row.cells.get("explanation") or _kept_explanation(action, wanted),
                "day": row.cells.get("day") or self._usual_day,
                "nonce": str(self._key_of(row)),
            },
            counted=counted,
        )
        action.is_measured = bool(counted)
        try:
            if not form.is_valid():
                raise ValidationError(form.errors.as_data())
            return ProgressEntry.record(action=action, by=self.by, **form.said)
        except ValidationError as error:
            raise _by_column(error, names) from error

    @property
    def _usual_day(self) -> str:
        return self.filled.speaks_of or self.plan.today().isoformat()

    def _record_unchanged(self, action: Action, row: FilledRow) -> ProgressEntry:
        action.is_measured = bool(self.now.numbered(row.number).counted)
        return ProgressEntry.record_unchanged(
            action=action,
            by=self.by,
            day=DayField().clean(row.cells["day"]),
            nonce=self._key_of(row),
        )

    def _key_of(self, row: FilledRow) -> uuid.UUID:
        return uuid.uuid5(self.nonce, f"{row.line} {row.number}")

    def _refuse(self, line: Line, error: ValidationError, otherwise: str = "") -> None:
        """The sentences of a form or a model, each at its column; say so where there is none."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {"": [error]}
        known = set(line.faulty)
        for name, errors in by_field.items():
            if name in known:
                continue
            sentence = " ".join(message for e in errors for message in e.messages)
            if name in ALL_COLUMNS and name not in self.filled.columns:
                sentence += " " + _(
                    "The file has no column “%(head)s”: add one with this head, or download the "
                    "file to fill in."
                ) % {"head": ALL_COLUMNS[name].head}
            line.refuse(name, sentence)


def _by_column(error: ValidationError, names: dict[str, str]) -> ValidationError:
    """The same refusal, where it speaks of a target's value under the name of that column."""
    if not hasattr(error, "error_dict"):
        return error
    columns = {field: name for name, field in names.items()}
    by_column = {columns.get(name, name): errors for name, errors in error.error_dict.items()}
    return ValidationError(by_column)


def _idle(row: FilledRow, line: Line) -> list[str]:
    """The columns that were filled in and have nothing to go with: nothing of them is stored."""
    goes_with = {"explanation": line.said, "reason": line.assigned}
    return [name for name, change in goes_with.items() if row.cells.get(name) and not change]


def _people() -> dict[int, list[User]]:
    """The active people of each unit, by the unit's primary key."""
    rows = User.units.through.objects.filter(user__is_active=True).select_related("user")
    people: dict[int, list[User]] = defaultdict(list)
    for row in rows:
        people[row.unit_id].append(row.user)
    return people


def _assignment(action: Action) -> dict[str, str]:
    """What stands in the columns of an assignment, as a dry run shows it."""
    supporting: Iterable[Unit] = action.supporting_units.all()
    return {
        "lead_unit": str(action.lead_unit or ""),
        "supporting_units": "、".join(str(unit) for unit in supporting),
        "owner": str(action.owner or ""),
        "due": action.due.isoformat() if action.due else "",
    }


def stands_of(actions: Iterable[ActionState]) -> dict[int, Words]:
    """What the last entry of each action says that nobody sent back, by the action's primary key;
    of one of “nothing changed” the words before. One query at most.

    Percent and outlook are empty where nothing was said yet.
    """
    actions = list(actions)
    silent = [a.action.pk for a in actions if a.standing and not a.standing.done]
    worded = _worded(silent) if silent else {}
    return {a.action.pk: _stands(a, worded.get(a.action.pk) or "") for a in actions}


def _worded(silent: list[int]) -> dict[int, str]:
    """Of each of these actions what was done, in the last words that stand."""
    said = ProgressEntry.objects.filter(action=OuterRef("pk")).standing().exclude(done="")
    last = Subquery(said.newest_first().values("done")[:1])
    rows = Action.objects.filter(pk__in=silent).order_by().annotate(worded=last)
    return dict(rows.values_list("pk", "worded"))


def _stands(a: ActionState, worded: str) -> Words:
    last = a.standing
    if last is None:
        return dict.fromkeys(CONTENT, "") | {"outlook": Outlook.ON_COURSE.value}
    words = {name: str(getattr(last, name)) for name in CONTENT if name not in VALUES}
    return words | _values(a, last) | {"done": last.done or worded}


def _values(a: ActionState, last: EntryFacts) -> Words:
    said = {value.target_id: plainly(value.value) for value in last.values}
    targets = [said.get(target.pk, "") for target in a.action.targets]
    return dict.fromkeys(VALUES, "") | dict(zip(VALUES, targets, strict=False))


def _also(entry: ProgressEntry, *, besides: list[str]) -> list[Stored]:
    """What the entry holds beside the changes, so that nothing is stored that was not shown."""
    names = ("day", "explanation", *(name for name in CONTENT if name not in besides))
    said = {name: str(getattr(entry, name, "") or "") for name in names}
    for name, value in zip(VALUES, entry.said_values, strict=False):
        said[name] = plainly(value.value)
    words = {name: _shown(name, said.get(name, "")) for name in names}
    return [
        (str(ALL_COLUMNS[name].head), words[name], name in CONTENT) for name in names if words[name]
    ]


def _kept_explanation(action: Action, wanted: Words) -> str:
    """What was said of 100 % stays true while it is 100 %."""
    last = action.entries.standing().newest_first().first()
    is_still_complete = last and last.percent == 100 and wanted["percent"] == "100"
    return last.explanation if is_still_complete else ""


def _outlook(words: str) -> str:
    """The outlook of that name, in any language. Raises ValidationError for another word."""
    if not words:
        return Outlook.ON_COURSE.value
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for outlook in Outlook:
                if fold(words) == fold(str(OUTLOOK_WORDS[outlook])):
                    return outlook.value
    raise ValidationError(f"{not_offered(words)} {_('Choose one of the three outlooks.')}")


def _shown(name: str, words: str) -> str:
    if name == "percent":
        return f"{words}%" if words else ""
    if name == "outlook":
        return str(OUTLOOK_WORDS.get(words, words))
    return words
