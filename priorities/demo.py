"""The believable 2022 of `make demo`: `priorities/data/demo_2022` replayed in the order of time.

Units' tasks, people and progress are made up and marked 示例; the plan's own words stay as they
are. Every step goes through the models' public methods, dated as it would have been then.
"""

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from .circular.drafting import draft
from .circular.issuing import issue
from .loading import OF_DEMO
from .models import Action, Milestone, Plan, ProgressEntry, Report, Unit, User
from .models.changes import Door
from .models.people import Role
from .periods import Period

DATA = Path(__file__).resolve().parent / "data" / "demo_2022"
SLUG = "2022"
STATUS_DATE = date(2022, 9, 30)
LOADED = OF_DEMO.replace(tzinfo=None)
ASSIGNED = datetime(2022, 1, 5, 9, 30)
END_OF_DAY = time(17, 30)
MARK = "（示例）"
SUPERVISORS = ("zhoumin", "chenjing")
REPORTS = (
    (datetime(2022, 7, 8, 16), "2022-H1", 6),
    (datetime(2022, 8, 8, 16), "2022-01-01..2022-07-31", 7),
    (datetime(2022, 9, 8, 16), "2022-01-01..2022-08-31", 8),
)
"""When each report was issued, on which period, and under which number."""

DRAFTED = (datetime(2022, 9, 30, 19), "2022-01-01..2022-09-30")
HEADS = {
    "masthead": "坪山区重点工作督查通报",
    "addressee": "各街道，区委各部委办，区直各单位",
}

Event = tuple[datetime, Callable[[datetime], object]]


def people() -> list[dict]:
    """The accounts as data: username, name, role, units, and the post they hold there."""
    return _read("people.json")


def accounts():
    """The accounts that the demonstration made; one that was there before carries no mark."""
    return User.objects.filter(display_name__endswith=MARK)


def set_password(password: str) -> int:
    """Give all of the demonstration's accounts one password; returns how many they are."""
    return accounts().update(password=make_password(password))


@transaction.atomic
def fill(password: str) -> None:
    """Make the accounts and replay the year, all or nothing. The plan must hold no work yet."""
    plan = Plan.objects.get(slug=SLUG)
    administrator = _administrator()
    units = {unit.short_name: unit for unit in Unit.objects.all()}
    for row in people():
        _account(row, units, by=administrator)
    set_password(password)
    _Year(plan, units).replay()


def _administrator() -> User:
    there = User.objects.filter(role=Role.ADMINISTRATOR).first()
    return there or _account(
        {"username": "admin", "name": f"系统管理员{MARK}", "role": "administrator"}
    )


def _account(row: dict, units: dict[str, Unit] | None = None, by: User | None = None) -> User:
    user = User(
        username=row["username"],
        display_name=row["name"],
        role=row["role"],
        date_joined=_local(LOADED),
    )
    user.set_unusable_password()
    user._history_date = _local(LOADED)
    user.sign_change(by=by, door=Door.COMMAND)
    user.save()
    user.units.set([units[name] for name in row.get("units", [])])
    return user


class _Year:
    """Turns the data files into dated events and lets them happen in their order."""

    def __init__(self, plan: Plan, units: dict[str, Unit]):
        self.plan = plan
        self.units = units
        self.people = {user.username: user for user in accounts()}
        actions = Action.objects.of_plan(plan).select_related("priority__plan")
        self.actions = {action.number: action for action in actions}
        self.supervisor, self.deputy = (self.people[name] for name in SUPERVISORS)

    def replay(self) -> None:
        for at, happen in sorted(self.events(), key=lambda event: event[0]):
            happen(_local(at))

    def events(self) -> Iterator[Event]:
        yield LOADED, self._mark
        for file in sorted(DATA.glob("[0-9].json")):
            for row in _read(file.name):
                yield from self._events_of_action(self.actions[row["number"]], row)
        for at, period, number in REPORTS:
            yield at, lambda at, p=period, n=number: self._issue(p, n, at)
        yield datetime.combine(STATUS_DATE, time(18)), self._close
        at, period = DRAFTED
        yield at, lambda at: self._draft(period, at)

    def _events_of_action(self, action: Action, row: dict) -> Iterator[Event]:
        minutes = timedelta(minutes=10 * action.priority.number + action.order)
        yield ASSIGNED + minutes, lambda at: self._assign(action, row, at)
        for step in row["milestones"]:
            if "done" in step:
                yield _evening(step["done"]), lambda at, s=step: self._reach(action, s, at)
        for change in row.get("changes", []):
            yield _evening(change["on"]), lambda at, c=change: self._change(action, c, at)
        for entry in row["entries"]:
            yield from self._events_of_entry(action, entry)

    def _events_of_entry(self, action: Action, row: dict) -> Iterator[Event]:
        recorded = {}

        def record(at):
            recorded["entry"] = self._record(action, row, at)

        yield datetime.fromisoformat(row["recorded_at"]), record
        if decision := row.get("decision"):
            yield (
                datetime.fromisoformat(decision["at"]),
                lambda at: self._decide(recorded["entry"], decision, at),
            )

    def _assign(self, action: Action, row: dict, at: datetime) -> None:
        action._history_date = at
        action.assign(
            by=self.supervisor, changes=self._fields(row), reason="年度任务分解", door=Door.BULK
        )
        steps = [Milestone(title=s["title"], planned=_day(s["planned"])) for s in row["milestones"]]
        for step in steps:
            step._history_date = at
        action.set_milestones(steps, by=self.supervisor, door=Door.BULK)

    def _change(self, action: Action, row: dict, at: datetime) -> None:
        action._history_date = at
        action.assign(by=self.deputy, changes=self._fields(row), reason=row["reason"])

    def _fields(self, row: dict) -> dict[str, object]:
        """What a row of the data says of an action, in the words of ``Action.assign``."""
        convert = {
            "lead": ("lead_unit", self.units.get),
            "supporting": ("supporting_units", lambda names: [self.units[n] for n in names]),
            "owner": ("owner", self.people.get),
            "start": ("start", _day),
            "due": ("due", _day),
            "measure": ("measure", str),
        }
        return {field: make(row[key]) for key, (field, make) in convert.items() if key in row}

    def _reach(self, action: Action, step: dict, at: datetime) -> None:
        milestone = action.milestones.get(title=step["title"])
        milestone.done = _day(step["done"])
        milestone._history_date = at
        milestone.save_change(by=self.supervisor)

    def _record(self, action: Action, row: dict, at: datetime) -> ProgressEntry:
        whose = {"action": action, "by": self.people[row["by"]], "day": _day(row["day"]), "at": at}
        if row.get("unchanged"):
            return ProgressEntry.record_unchanged(**whose)
        words = ("done", "next_step", "problems", "help_needed", "outlook", "outlook_reason")
        return ProgressEntry.record(
            **whose,
            percent=row["percent"],
            files=[word_document(name) for name in row.get("files", [])],
            links=row.get("links", []),
            **{name: row[name] for name in (*words, "explanation") if name in row},
        )

    def _decide(self, entry: ProgressEntry, row: dict, at: datetime) -> None:
        by = self.people[row["by"]]
        if row["verdict"] == "returned":
            entry.send_back(by=by, reason=row["reason"], at=at)
        else:
            entry.accept(by=by, at=at)

    def _issue(self, period: str, number: int, at: datetime) -> None:
        heads = HEADS | {"number": f"坪督通报〔2022〕{number}号"}
        report = self._draft(period, at, **heads)
        issue(report, by=self.supervisor, at=at)

    def _draft(self, period: str, at: datetime, **heads) -> Report:
        kind = Report.Kind.CIRCULAR
        return draft(self.plan, Period.read(period), kind=kind, by=self.supervisor, at=at, **heads)

    def _mark(self, at: datetime) -> None:
        """From the first day on every page and every file says that the data are made up."""
        self.plan.is_sample = True
        self.plan._history_date = at
        self.plan.save_change(by=self.supervisor, door=Door.COMMAND)

    def _close(self, at: datetime) -> None:
        self.plan._history_date = at
        self.plan.set_status_date(STATUS_DATE, by=self.supervisor)


def word_document(name: str) -> SimpleUploadedFile:
    """A Word file of three parts, the fewest that Word opens, with its own name as its text."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    open_format = "http://schemas.openxmlformats.org"
    text = f"{Path(name).stem}{MARK}"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{open_format}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{open_format}/package/2006/relationships">'
        '<Relationship Id="rId1" Target="word/document.xml" '
        f'Type="{open_format}/officeDocument/2006/relationships/officeDocument"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{open_format}/wordprocessingml/2006/main">'
        f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>",
    }
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, xml in parts.items():
            archive.writestr(path, f'<?xml version="1.0" encoding="UTF-8"?>{xml}')
    return SimpleUploadedFile(name, content.getvalue(), kind)


def _read(name: str) -> list[dict]:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _day(words: str) -> date:
    return date.fromisoformat(words)


def _evening(day: str) -> datetime:
    return datetime.combine(_day(day), END_OF_DAY)


def _local(at: datetime) -> datetime:
    """The clock in Asia/Shanghai, as an aware time."""
    return timezone.make_aware(at)
