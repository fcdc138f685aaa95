"""A small district with one of everything, for the tests of whole pages.

Two priorities with one action of each light, a cancelled one, entries in every state, a unit
that leads and one that only supports, and somebody in every role.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from priorities.circular.drafting import draft
from priorities.forms.tables import TableForm
from priorities.models import (
    Action,
    Amendment,
    Decision,
    Evidence,
    ExtensionRequest,
    Plan,
    ProgressEntry,
    Proposal,
    Report,
    TableIntake,
    Unit,
    User,
)
from priorities.models.amending import reword_action
from priorities.periods import Period
from priorities.plans.proposing import desk
from priorities.views.tables import put_aside

from .factories import (
    date_history,
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_target,
    make_unit,
    make_user,
)

TODAY = date(2022, 9, 30)
LONG_AGO = TODAY - timedelta(60)
LOADED = date(2022, 1, 4)

FIRST = ("讲政治", "强基层", "优治理", "锻能力", "抓作风", "反腐败", "减负担")
SECOND = ("谋发展", "促投资", "稳外贸", "保民生")


@dataclass
class District:
    """What a test may want to touch; ``actions`` and ``entries`` by what is said of them."""

    plan: Plan
    lead: Unit
    other: Unit
    only_supports: Unit
    people: dict[str, User]
    actions: dict[str, Action]
    entries: dict[str, ProgressEntry]
    evidence: Evidence
    asked: ExtensionRequest
    proposal: Proposal
    draft: Report
    amendment: Amendment


PEOPLE = ("viewer", "reporter", "stranger", "supervisor", "administrator")
"""The roles, with a reporter of the lead unit and one of another, the stranger."""


def make_district(slug: str = "2031") -> District:
    plan = make_plan(slug)
    lead, other, third = (
        make_unit(f"区{name}局", name=f"示例区{name}管理局", order=order)
        for order, name in enumerate("甲乙丙", start=1)
    )
    units = {"reporter": [lead], "stranger": [third]}
    people = {
        name: make_user(
            "reporter" if name == "stranger" else name,
            units=units.get(name, []),
            username=name,
            display_name=f"示例{number}号",
        )
        for number, name in enumerate(PEOPLE, start=1)
    }
    actions = _actions(plan, lead, other, third, people["reporter"])
    entries = _entries(actions, people)
    Evidence.objects.create(entry=entries["accepted"], link="https://example.org/示例")
    file = Evidence.of_file(
        entries["accepted"], SimpleUploadedFile("示例验收意见.pdf", b"%PDF-1.4\n%%EOF\n")
    )
    file.save()
    asked = ExtensionRequest.ask(
        action=actions["green"],
        by=people["reporter"],
        wanted=date(2023, 3, 31),
        reason="示例：施工条件变化",
    )
    make_target(actions["help"], dropped_on=TODAY)
    make_milestone(actions["red"], date(2022, 3, 31), title="示例开工", done=date(2022, 4, 2))
    make_milestone(actions["red"], date(2022, 9, 20), title="示例封顶")
    signed = {"by": people["supervisor"], "on": LOADED, "reason": "示例"}
    amendment = reword_action(actions["complete"], measure="示例：全部建成", **signed)
    date_history(LOADED)
    report = draft(
        plan,
        Period.read("2022-08"),
        kind=Report.Kind.CIRCULAR,
        by=people["supervisor"],
        number="示例通报〔2022〕8号",
    )
    make_table(people["supervisor"])
    read = make_proposal(people["supervisor"])
    make_table(people["reporter"], PROGRESS, plan)
    return District(
        plan, lead, other, third, people, actions, entries, file, asked, read, report, amendment
    )


TABLE = "任务\t牵头单位\t完成时限\n示例修路\t区甲局\t2033年6月底\n示例种树\t示例无此局\t年底前\n"


PROGRESS = "序号\t任务\t完成比例\t进展情况\n1\t一以贯之优治理\t55%\t示例：另一步完成\n"


def make_table(by: User, words: str = TABLE, plan: Plan | None = None) -> TableIntake:
    """A pasted table that is put aside, for a new plan or with the progress of one."""
    form = TableForm({"text": words, "nonce": str(uuid.uuid4())})
    assert form.is_valid(), form.errors
    return put_aside(form, by=by, plan=plan)


SENTENCES = """今年重点做好以下2个方面的工作：
一是深化改革，坚持系统观念，推进示例改革，优化示例服务，增强发展活力。
二是改善民生，坚持为民情怀，建设示例学校，修建示例道路，提升群众获得感。
"""


def make_proposal(by: User) -> Proposal:
    """A reading that was put aside."""
    days = {"start": date(2033, 1, 1), "end": date(2033, 12, 31)}
    file = ContentFile(SENTENCES.encode(), name="示例报告.txt")
    heads = {"year": 2033, "title": "示例2033年度重点工作", **days}
    return desk.put_aside(
        desk.Handed(file, "示例报告.txt", "text/plain", SENTENCES, **heads), by=by
    )


def _actions(plan, lead, other, third, owner) -> dict[str, Action]:
    first, second = (
        _priority(plan, number, texts) for number, texts in enumerate((FIRST, SECOND), 1)
    )
    by_lead = {"lead_unit": lead, "owner": owner}
    cancelled = {"cancelled_on": date(2022, 6, 1), "cancelled_reason": "示例：并入其他举措"}
    wanted = {
        "red": (first, {**by_lead, "supporting": [other, third], "measure": "示例：建成投用"}),
        "yellow": (first, by_lead),
        "stale": (first, {"lead_unit": other}),
        "green": (first, by_lead),
        "complete": (first, by_lead),
        "not_started": (first, {"lead_unit": other, "start": TODAY + timedelta(9)}),
        "cancelled": (first, {**by_lead, **cancelled}),
        "unassigned": (second, {}),
        "waiting": (second, by_lead),
        "returned": (second, by_lead),
        "help": (second, {"lead_unit": other}),
    }
    texts = iter((*FIRST, *SECOND))
    return {
        name: make_action(priority, text=f"一以贯之{next(texts)}", **fields)
        for name, (priority, fields) in wanted.items()
    }


def _priority(plan, number, texts):
    title = f"示例重点工作{'〇一二'[number]}"
    clauses = "，".join(f"一以贯之{text}" for text in texts)
    return make_priority(
        plan,
        number=number,
        title=title,
        premise="示例总要求",
        goal="示例目标",
        sentence=f"{title}，示例总要求，{clauses}，示例目标。",
    )


def _entries(actions, people) -> dict[str, ProgressEntry]:
    by = people["reporter"]

    def say(name, percent, day=TODAY, **fields):
        return make_entry(actions[name], by=by, percent=percent, day=day, **fields)

    found = {
        "red": say("red", 10),
        "accepted": say("yellow", 60),
        "stale": say("stale", 75, LONG_AGO),
    }
    say("green", 75, outlook="off_course", outlook_reason="示例：资金未落实")
    say("complete", 100, explanation="示例：通过验收")
    say("waiting", 70, day=TODAY - timedelta(9))
    found["waiting"] = say("waiting", 80, needs_review=True)
    say("returned", 70, day=TODAY - timedelta(9))
    found["returned"] = say("returned", 90, needs_review=True)
    answer = {"verdict": "returned", "reason": "示例：数字不符", "by": people["supervisor"]}
    Decision.objects.create(entry=found["returned"], **answer)
    found["help"] = say("help", 75, help_needed="示例：请协调用地指标")
    return found
