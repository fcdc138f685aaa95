"""What is asked, against what of the bare page it is held, and what it is to be at most."""

from dataclasses import dataclass, field, replace

REPORTER, SUPERVISOR = "user0", "boss"
PLAN = "/2022/"
RECORDED, OPENED = "1.6", "1.5"
"""The action that the writes go to, and the one whose page is asked for: its entries stay 52."""

GZIP = {"Accept-Encoding": "gzip"}
BROTLI = {"Accept-Encoding": "gzip, deflate, br"}
HTMX = {"HX-Request": "true", "HX-Target": "main"}


@dataclass(frozen=True)
class Case:
    """One kind of request. ``like`` is the kind of the bare page that it is held against."""

    name: str
    path: str
    like: str = "list"
    who: str = REPORTER
    goal: float | None = None
    headers: dict = field(default_factory=dict, hash=False)
    kind: str = "read"

    def of(self, who: str, name: str, **changes) -> "Case":
        return replace(self, who=who, name=name, **changes)


def again(case: Case, goal: float) -> Case:
    """The same page, unchanged, asked with the tag of the answer that one has."""
    return replace(case, name=f"{case.name}, unchanged", kind="again", goal=goal)


LIST = Case("list of 41, reporter", f"{PLAN}actions/", goal=0.6)
DASHBOARD = Case("dashboard, reporter", PLAN, goal=0.6)
ACTION = Case("action with 52 entries", f"{PLAN}actions/{OPENED}/", like="task", goal=0.6)
DOCUMENT = Case("document", f"{PLAN}document/", goal=0.6)
TIMELINE = Case("timeline", f"{PLAN}timeline/", goal=0.6)
CSV = Case("CSV", f"{PLAN}ledger.csv", like="csv", goal=1.5)
EXCEL = Case("Excel", f"{PLAN}ledger.xlsx", like="csv", goal=4)
RECORD = Case(
    "record, reporter", f"{PLAN}actions/{RECORDED}/report/", like="write", goal=1.5, kind="record"
)
FIRST_READ = replace(LIST, name="first read after a change", goal=1.5, kind="first read")

READS = [
    LIST,
    LIST.of(SUPERVISOR, "list of 41, supervisor"),
    replace(LIST, name="list of 41, gzip", headers=GZIP, goal=None),
    replace(LIST, name="list of 41, brotli", headers=BROTLI, goal=None),
    DASHBOARD,
    DASHBOARD.of(SUPERVISOR, "dashboard, supervisor"),
    ACTION,
    DOCUMENT,
    TIMELINE,
    again(LIST, 0.35),
    again(DASHBOARD, 0.35),
    replace(again(ACTION, 0.35), like="list"),
    CSV,
    EXCEL,
    Case("my work", f"{PLAN}my-work/"),
    Case("review", f"{PLAN}review/", who=SUPERVISOR),
    Case("list on a past day", f"{PLAN}actions/?on=2022-06-30"),
    Case("trends", f"{PLAN}trends/"),
]
WRITES = [
    FIRST_READ,
    FIRST_READ.of(SUPERVISOR, "first read after a change, supervisor"),
    RECORD,
    RECORD.of(SUPERVISOR, "record, supervisor"),
    replace(RECORD, name="record, plain form", kind="record plainly", goal=None),
]
ADMIN = [
    Case("admin: actions", "/admin/priorities/action/", who=SUPERVISOR),
    Case("admin: entries", "/admin/priorities/progressentry/", who=SUPERVISOR),
    Case("admin: decisions", "/admin/priorities/decision/", who=SUPERVISOR),
]
TRENDS = next(case for case in READS if case.name == "trends")
GROWING = [
    *(LIST, DASHBOARD, ACTION, DOCUMENT, TIMELINE, CSV, FIRST_READ, RECORD),
    *(
        replace(case, name=f"{case.name}, after a change", kind="first read")
        for case in (DASHBOARD, ACTION, TRENDS)
    ),
    *(case for case in READS if case.name in ("my work", "review", "list on a past day", "trends")),
    Case("history", f"{PLAN}history/"),
    Case("units", f"{PLAN}units/"),
    Case("reports", f"{PLAN}reports/"),
    Case("jump", f"{PLAN}jump/?q=qfgj", headers=HTMX),
]
OF_WIDE = Case("action", f"/2022-wide/actions/{OPENED}/")
WIDE_LIST = Case("list", "/2022-wide/actions/")

BARE = {
    "list": "/plan/1/",
    "task": "/task/5/",
    "csv": "/plan/1/csv",
    "write": "/task/6/note",
}

EVERY_KIND = [
    *(case.path for case in [*READS, *GROWING, *ADMIN]),
    *(f"{PLAN}{path}" for path in ("wall/", "priorities/1/", "reports/1/", "reports/2/", "help/")),
    *(f"{PLAN}reports/{n}/report.docx" for n in (1, 2)),
    f"{PLAN}actions/{OPENED}/?on=2022-06-30",
    f"{PLAN}actions/{RECORDED}/report/",
    "/healthz",
]
"""Asked of every worker before its memory is read; what is not there is passed over."""

WORDS = {
    "percent": "60",
    "done": "Progress this week.",
    "next_step": "Go on.",
    "outlook": "on_course",
    "explanation": "As agreed.",
    "day": "2022-12-28",
}
"""What the measured entry says; the form's other fields stay empty."""
