"""What the head of a column means: the words that offices use, and how sure that is."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext_lazy, pgettext_lazy

from ...names import letters

LONGEST_HEAD = 40
"""Characters; what is longer is a sentence."""


class Name(StrEnum):
    """The columns that tables of the trade have."""

    NUMBER = "number"
    PRIORITY = "priority"
    TEXT = "text"
    MEASURE = "measure"
    LEAD = "lead"
    UNITS = "units"
    SUPPORTING = "supporting"
    OWNER = "owner"
    START = "start"
    DUE = "due"
    STAGE = "stage"
    PERCENT = "percent"
    DONE = "done"
    PROBLEMS = "problems"
    NEXT_STEP = "next_step"
    HELP = "help_needed"
    ASIDE = ""


LABELS = {
    Name.NUMBER: pgettext_lazy("ledger", "No."),
    Name.PRIORITY: pgettext_lazy("ledger", "Priority"),
    Name.TEXT: pgettext_lazy("ledger", "Action"),
    Name.MEASURE: gettext_lazy("Measure of success"),
    Name.LEAD: pgettext_lazy("ledger", "Lead unit"),
    Name.UNITS: gettext_lazy("Units, the lead first"),
    Name.SUPPORTING: pgettext_lazy("ledger", "Supporting units"),
    Name.OWNER: pgettext_lazy("ledger", "Owner"),
    Name.START: gettext_lazy("Start"),
    Name.DUE: pgettext_lazy("ledger", "Due"),
    Name.STAGE: gettext_lazy("Milestone at the time in the head"),
    Name.PERCENT: pgettext_lazy("ledger", "Done"),
    Name.DONE: pgettext_lazy("ledger", "Progress"),
    Name.PROBLEMS: pgettext_lazy("ledger", "Problems"),
    Name.NEXT_STEP: pgettext_lazy("ledger", "Next steps"),
    Name.HELP: pgettext_lazy("ledger", "Help needed"),
    Name.ASIDE: gettext_lazy("not taken"),
}

FOR_A_PLAN = (
    *(Name.NUMBER, Name.PRIORITY, Name.TEXT, Name.MEASURE, Name.LEAD, Name.UNITS),
    *(Name.SUPPORTING, Name.OWNER, Name.START, Name.DUE, Name.STAGE, Name.ASIDE),
)
FOR_PROGRESS = (
    *(Name.NUMBER, Name.PRIORITY, Name.TEXT, Name.PERCENT, Name.DONE, Name.PROBLEMS),
    *(Name.NEXT_STEP, Name.HELP, Name.ASIDE),
)


def _vocabulary() -> tuple[dict[str, Name], dict[str, int]]:
    """Head → column, and head → level of what is to be done."""
    names: dict[str, Name] = {}
    levels: dict[str, int] = {}
    for line in VOCABULARY.read_text(encoding="utf-8").splitlines():
        said, colon, words = line.partition(":")
        if line.startswith("#") or not colon:
            continue
        if said.startswith("task-"):
            levels |= dict.fromkeys(words.split(), int(said.removeprefix("task-")))
        else:
            names |= dict.fromkeys(words.split(), Name("" if said == "aside" else said))
    return names, levels


VOCABULARY = Path(__file__).parents[2] / "data" / "headings.txt"
EXACT, LEVELS = _vocabulary()

WITHIN = (
    (Name.NEXT_STEP, "下一?步"),
    (Name.HELP, "协调|支持事项"),
    (Name.PROBLEMS, "问题|困难|原因"),
    (Name.ASIDE, "领导|备注|电话|序时"),
    (Name.SUPPORTING, "配合(?!.*牵头)|协办|协同|协助|参与单位|参加单位"),
    (Name.LEAD, "牵头|主办|主责|承办"),
    (Name.OWNER, "责任人|负责人|联系人|联络员|经办人"),
    (Name.UNITS, "责任单位|责任部门|单位$|部门$"),
    (Name.START, "(?:开始|启动|开工|起始)(?:时间|日期)"),
    (Name.DUE, "时限|期限|完成时间|时间节点|完成日期|时间要求|进度要求|截止"),
    (Name.PERCENT, "完成率|百分比|比例|进度%"),
    (Name.DONE, "进展|完成情况|推进情况|落实情况|办理情况"),
    (Name.MEASURE, "目标$|标准|指标|成果|成效"),
    (Name.NUMBER, "序号|编号"),
)
LEVEL_WITHIN = (
    (0, "大类|类别|领域|板块"),
    (3, "举措|措施|具体|内容"),
    (1, "重点工作|重点任务"),
    (2, "任务|事项|项目名称|工作$"),
)
IN_BRACKETS = re.compile(r"[(（\[【〔].*?[)）\]】〕]", re.DOTALL)


@dataclass(frozen=True)
class Head:
    """What a head means: a column, or what is to be done on a level from 0 (coarse) to 3."""

    name: Name = Name.ASIDE
    level: int | None = None
    is_known: bool = False
    is_sure: bool = False


NO_HEAD = Head()


@lru_cache(maxsize=4096)
def column_of(words: str) -> Head:
    """What a head says by itself; known for sure where offices use these very words."""
    if not words.strip() or len(words) > LONGEST_HEAD:
        return NO_HEAD
    for said in (letters(words), letters(IN_BRACKETS.sub("", words))):
        if said in LEVELS:
            return Head(Name.TEXT, LEVELS[said], is_known=True, is_sure=True)
        if said in EXACT:
            return Head(EXACT[said], is_known=True, is_sure=True)
    return _like(letters(words))


def _like(said: str) -> Head:
    """A head that only holds words of one; nothing that ends as a sentence does."""
    if len(said) > 16:
        return NO_HEAD
    for name, within in WITHIN:
        if re.search(within, said):
            return Head(name, is_known=True)
    for level, within in LEVEL_WITHIN:
        if re.search(within, said):
            return Head(Name.TEXT, level, is_known=True)
    return NO_HEAD
