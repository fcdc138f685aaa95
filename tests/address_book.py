"""Every address of the site with what each role is answered there, and a form that would do it.

The table is tests/data/addresses.txt. A new address is entered there; tests/test_urls.py fails
until it is. The browser walks the pages of this table, and bad input is sent to its forms.
"""

import uuid
from dataclasses import dataclass
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from priorities.circular.document import document_of
from priorities.forms.assign import fingerprint
from priorities.models import Action, Report, TableIntake
from priorities.models.issued import sha256_of

from .district import PROGRESS, SENTENCES, District
from .district import TABLE as PASTED
from .factories import PASSWORD

TABLE = Path(__file__).resolve().parent / "data" / "addresses.txt"

ROLES = ("anonymous", "viewer", "reporter", "stranger", "supervisor", "administrator")
"""The stranger is a reporter whose unit has nothing to do with the action in question."""


@dataclass(frozen=True)
class Address:
    """A URL name, the name of its arguments, and the statuses of ROLES for GET and for POST."""

    name: str
    arguments: str
    get: str
    post: str

    def status(self, method: str, role: str) -> int:
        statuses = {"GET": self.get, "POST": self.post}[method].split()
        return int(statuses[ROLES.index(role)])

    def url(self, district: District) -> str:
        return reverse(self.name, kwargs=arguments_of(district)[self.arguments])


def _addresses() -> tuple[Address, ...]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return tuple(
        Address(name, arguments, " ".join(statuses[:6]), " ".join(statuses[6:]))
        for name, arguments, *statuses in rows
    )


ADDRESSES = _addresses()


WORDS = {"title": "示例新重点", "sentence": "示例新重点，示例。"}
"""Of a priority."""


def arguments_of(district: District) -> dict[str, dict]:
    plan = {"slug": district.plan.slug}
    objects = {
        "unit": district.lead,
        "user": district.people["viewer"],
        "plan": district.plan,
        "priority": district.plan.priorities.get(number=1),
        "action": district.actions["yellow"],
        "milestone": district.actions["red"].milestones.first(),
        "target": district.actions["help"].targets.first(),
        "progressentry": district.entries["waiting"],
        "evidence": district.evidence,
        "decision": district.entries["returned"].decision,
    }
    return {
        "-": {},
        "plan": plan,
        "source": {"source": district.plan.slug},
        "priority": {**plan, "number": 1},
        "action": {**plan, "number": district.actions["yellow"].number},
        "entry": {**plan, "pk": district.entries["waiting"].pk},
        "evidence": {**plan, "pk": district.evidence.pk},
        "request": {**plan, "pk": district.asked.pk},
        "amendment": {**plan, "pk": district.amendment.pk},
        "draft": {**plan, "pk": district.draft.pk},
        "file": {**plan, "pk": district.draft.pk, "kind": "docx"},
        "passage": {**plan, "pk": district.draft.pk, "place": district.draft.passages.first().pk},
        "unit": {**plan, "pk": district.lead.pk},
        "unit_name": {**plan, "name": district.lead.short_name},
        "person": {**plan, "pk": district.people["viewer"].pk},
        "user_name": {**plan, "username": district.people["viewer"].username},
        "table": {"pk": TableIntake.objects.get(plan=None).pk},
        "proposal": {"pk": district.proposal.pk},
        "document": {"pk": district.proposal.document_id},
        "progress_table": {**plan, "pk": TableIntake.objects.get(plan=district.plan).pk},
        "app": {"app_label": "priorities"},
        "site": {
            "content_type_id": ContentType.objects.get_for_model(Action).pk,
            "object_id": district.actions["yellow"].pk,
        },
        **{f"of:{name}": {"object_id": row.pk} for name, row in objects.items()},
    }


HEADS = {"title": "示例2099年度", "slug": "2099", "start": "2099-01-01", "end": "2099-12-31"}


def values_of(name: str, district: District) -> dict:
    """A form that would be taken, were it sent by somebody who may."""
    yellow = district.actions["yellow"]
    nonce = str(uuid.uuid4())
    on_yellow = {"nonce": nonce, "seen": fingerprint(yellow), "reason": "示例：专题会议定"}
    own = {
        "sign_in": {"username": "viewer", "password": PASSWORD},
        "set_language": {"language": "en"},
        "password_change": {
            "old_password": PASSWORD,
            "new_password1": "示例新密码-2031",
            "new_password2": "示例新密码-2031",
        },
        "status_date": {"status_date": "2022-08-31", "seen": "2022-09-30"},
        "assign": {
            "lead_unit": district.other.short_name,
            "due": "2022-12-31",
            "start": "2022-01-01",
            "seen": fingerprint(yellow),
            "milestones-TOTAL_FORMS": "0",
            "milestones-INITIAL_FORMS": "0",
        },
        "targets": {
            "targets-TOTAL_FORMS": "1",
            "targets-INITIAL_FORMS": "0",
            "targets-0-title": "示例新增产业空间",
            "targets-0-start_value": "0",
            "targets-0-target_value": "100",
            "seen": "0",
        },
        "bulk_assign": {
            "pick": ["1.3"],
            "change": ["supporting_units"],
            "supporting_units": "区丙局",
        },
        "report": {
            "nonce": nonce,
            "day": "2022-09-30",
            "percent": "62",
            "done": "示例：完成主体施工。",
            "outlook": "on_course",
        },
        "unchanged": {"nonce": nonce},
        "priority_add": {"nonce": nonce, **WORDS, "reason": "示例：区委要求"},
        "priority_reword": {
            **{"nonce": nonce, **WORDS, "reason": "示例：统一表述"},
            "seen": str(district.plan.priorities.get(number=1).history.latest().history_id),
        },
        "action_add": {"nonce": nonce, "text": "示例新增举措", "reason": "示例：区委要求"},
        "action_reword": {**on_yellow, "text": "示例改写的举措"},
        "action_withdraw": on_yellow,
        "action_split": {**on_yellow, "part0-text": "示例前半", "part1-text": "示例后半"},
        "action_merge": {**on_yellow, "others": ["1.3"], "text": "示例合一"},
        "unit_reform": {
            **{"nonce": nonce, "way": "rename", "step": "preview", "reason": "示例：机构改革"},
            **{"units": district.lead.short_name, "into": "区壬局 示例区壬管理局"},
            "on": str(timezone.localdate()),
        },
        "extension": {"nonce": nonce, "wanted": "2023-03-31", "reason": "示例：施工条件变化"},
        "extension_answer": {"verdict": "refuse", "reason": "示例：时间充足"},
        "report_new": {"kind": "circular", "period": "2022-09"},
        "report_heads": {
            **{name: getattr(district.draft, name) or "" for name in Report.HEADS},
            "title": "示例通报",
            "version": district.draft.version,
        },
        "report_comment": {"nonce": nonce, "text": "示例：请核对"},
        "report_issue": {"seen": sha256_of(document_of(district.draft).as_json())},
        "report_discard": {"seen": district.draft.fingerprint},
        "passage": {"version": "1", "act": "save", "text": "示例：改过的一段。"},
        "passage_add": {"nonce": nonce, "text": "示例：新的一段。"},
        "review_several": {"pick": [district.entries["waiting"].pk], "verdict": "accept"},
        "send_back": {"reason": "示例：数字不符"},
        "document_new": {"text": SENTENCES, "nonce": nonce},
        "proposal": {"act": "goal", "run": "0", "seen": district.proposal.version},
        "proposal_make": {
            **{
                name: getattr(district.proposal, name) for name in ("title", "year", "start", "end")
            },
            "seen": district.proposal.version,
            "nonce": nonce,
        },
        "plan_begin": {"reason": "示例：常委会审定"},
        "plan_close": {"reason": "示例：年度终了", "day": "2022-12-31"},
        "plan_back": {"reason": "示例：误操作"},
        "plan_carry": {"into": ""},
        "progress_table": {"nonce": nonce, "text": PROGRESS},
        "progress_intake": {"seen": "1", "step": "keep", "day": "2022-09-29"},
        "plan_table": {"nonce": nonce, "text": PASTED},
        "table_intake": {"seen": "1", "step": "keep", "title": "示例表格中的计划"},
        "plan_empty": {**HEADS, "nonce": nonce},
        "plan_copy": {**HEADS, "nonce": nonce, "unfinished": "carry", "complete": "leave"},
    }
    return own.get(name, {"post": "yes"} if name.endswith("_delete") else {})
