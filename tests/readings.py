"""Texts with marks written into them, for tests of what people do to a reading."""

import re

from priorities.plans.proposing.marks import Draft, Kind, Mark, Source

KINDS = {"t": Kind.TITLE, "p": Kind.PREMISE, "a": Kind.ACTION, "g": Kind.GOAL, "n": Kind.NONE}
MARKED = re.compile(r"\[([tpagn]):([^\]]*)\]")

EIGHT = """会议指出，[n:过去一年成绩很大]。今年做好以下2个方面的工作：
[t:坚定不移加强党的建设]，[p:认真落实总要求]，[a:旗帜鲜明讲政治]，[a:常抓不懈强基层]，[g:凝聚磅礴力量]。
[t:锲而不舍补短板]，[p:强化担当]，开展[a:土地整备行动]、[a:交通攻坚行动]，[n:有关单位要配合]，[g:扫除障碍]。
[n:会议号召全区上下团结奋斗]。
"""
"""Two priorities of two actions each, with what is taken for nothing around and inside."""


def marked(text: str, **known) -> tuple[Source, Draft]:
    """``[a:words]`` is a run taken for an action; the brackets are no part of the text."""
    plain, marks, at = "", [], 0
    for found in MARKED.finditer(text):
        plain += text[at : found.start()]
        marks.append(Mark(len(plain), len(plain) + len(found[2]), KINDS[found[1]]))
        plain += found[2]
        at = found.end()
    plain += text[at:]
    return Source(plain, **known), Draft(tuple(marks))


def start_of(source: Source, words: str) -> int:
    """Where the run begins that has these words."""
    return source.text.index(words)
