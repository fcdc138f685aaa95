"""Each form in which documents name the year's work, and each form of what is no plan.

The texts are made up. Behind each stands its outline: ``P`` a priority, ``-`` an action with ``@``
its units (the lead first) and ``#`` its limit, or ``refuse``.
"""

import re
import sys
from pathlib import Path

import pytest

from priorities.plans.reading import Reading, read

NONE = {"no_list", "review_only", "notice_only"}
FILE = Path(__file__).parent / "reading" / "forms.txt"


def forms():
    blocks = re.split(r"^##### ", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for block in blocks:
        name, rest = block.split("\n", 1)
        text, outline = rest.split("\n=====\n")
        yield name, text, outline.strip().splitlines()


FORMS = {name: (text, outline) for name, text, outline in forms()}
PLANS = [name for name, (_, outline) in FORMS.items() if not outline[0].startswith("refuse")]
LINES = re.compile(r"[|\t]|^\d+$|^0\d$|附件|^#|候选|清单|实事项目$", re.MULTILINE)
PROSE = [n for n in PLANS if not LINES.search(FORMS[n][0]) and len(FORMS[n][0]) > 70]
"""Forms in sentences, long enough to show their width when they are wrapped."""

HALF = str.maketrans("，；：（）？！", ",;:()?!")
FULL = str.maketrans("0123456789", "０１２３４５６７８９")


def outlined(reading: Reading) -> list[str]:
    if not reading.priorities:
        return ["refuse"]
    lines = [] if reading.declared is None else [f"declared {reading.declared}"]
    lines += [f"warn {code}" for code in reading.warnings if code == "declared_differs"]
    for p in reading.priorities:
        lines.append(f"P {p.title.words}")
        lines += [_action(action) for action in p.actions]
    return lines


def _action(action) -> str:
    units = "+".join(filter(None, (action.lead, *action.supporting)))
    return f"- {action.run.words}" + (units and f" @{units}") + (action.due and f" #{action.due}")


def compared(lines: list[str], expected: list[str]) -> list[str]:
    """Titles and warnings only where the form says them: a table without groups has no title."""
    kinds = {line.split(" ")[0] for line in expected}
    return [line for line in lines if line.split(" ")[0] in kinds | {"-", "refuse", "declared"}]


def plain(lines: list[str]) -> list[str]:
    return [line.translate(HALF).replace(" ", "") for line in lines]


@pytest.mark.parametrize("name", FORMS)
def test_form(name):
    text, outline = FORMS[name]
    expected = [line.split(" ")[0] if line.startswith("refuse") else line for line in outline]
    assert compared(outlined(read(text)), expected) == expected


@pytest.mark.parametrize("name", PLANS)
def test_half_width_punctuation_changes_nothing(name):
    text, _ = FORMS[name]
    assert plain(outlined(read(text.translate(HALF)))) == plain(outlined(read(text)))


@pytest.mark.parametrize("name", PLANS)
def test_indents_and_blank_lines_change_nothing(name):
    text, _ = FORMS[name]
    spread = "\n\n".join(f"\u3000\u3000{line}" for line in text.splitlines())
    assert plain(outlined(read(spread))) == plain(outlined(read(text)))


@pytest.mark.parametrize("name", PROSE)
@pytest.mark.parametrize("width", [22, 28])
def test_hard_wrapping_changes_nothing(name, width):
    text, _ = FORMS[name]
    wrapped = "\n\n".join(
        "\n".join(line[at : at + width] for at in range(0, len(line), width))
        for line in text.splitlines()
    )
    assert plain(outlined(read(wrapped))) == plain(outlined(read(text)))


@pytest.mark.parametrize("name", PLANS)
def test_menus_and_page_numbers_are_not_read(name):
    text, _ = FORMS[name]
    page = f"设为首页\n加入收藏\n{text}\n— 3 —\n上一篇：无\n责任编辑：某某\n扫一扫在手机打开当前页"
    assert plain(outlined(read(page))) == plain(outlined(read(text)))


@pytest.mark.parametrize("name", [n for n in FORMS if n not in PLANS])
def test_what_is_refused_says_why(name):
    _, outline = FORMS[name]
    reading = read(FORMS[name][0])
    told = set(outline[0].split(" ")[1:]) or NONE
    assert set(reading.warnings) & told
    assert not reading.priorities


NASTY = {
    "commas": "推进发展、",
    "firsts": "一是推进，二是加强，",
    "figures": "1234567890",
    "numbers": "1.",
    "open brackets": "（",
    "brackets": "（）",
    "quotes": "“”",
    "lines": "甲\n",
    "heads": "序号|任务|责任单位\n",
    "rows": "1|推进|区发改局\n",
    "labels": "牵头单位：区发改局；",
    "announcements": "做好以下8个方面的工作：\n",
    "nested": "一、推进\n（一）推进\n1.推进\n（1）推进\n",
    "bullets": "●推进\n",
    "keywords": "聚焦发展，推进；",
    "including": "工程，包括甲乙丙丁、甲乙丙丁等。\n",
    "headings": "筑牢“墙”。",
    "straight quotes": '"',
    "speeches": "会议强调，",
}


def calls(text: str) -> int:
    """How many functions a reading calls: what it costs, on any machine."""
    count = 0

    def counted(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        read(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", NASTY.values(), ids=NASTY)
def test_twice_the_text_costs_no_more_than_twice(piece):
    half, whole = (piece * (letters // len(piece)) for letters in (12_000, 24_000))
    assert calls(whole) < 2.3 * calls(half) + 2_000


def test_pinyin_behind_characters_is_no_part_of_the_words():
    """Some sites put the sound behind characters; lines break inside the brackets too."""
    text = (
        "全鎮(zhèn)將抓好三項工作:一是發(fā)展產(chǎn)業(yè),新建園區(qū)2個;二是改善環(huán)境,"
        "整治河道9公里;三是保障民生,建設(shè)學(xué)校1所。"
    )
    wrapped = "\n".join(text[at : at + 22] for at in range(0, len(text), 22))
    expected = [
        ["發展產業", "新建園區2個"],
        ["改善環境", "整治河道9公里"],
        ["保障民生", "建設學校1所"],
    ]
    for given in (text, wrapped):
        found = read(given).priorities
        assert [[p.title.words, *(a.run.words for a in p.actions)] for p in found] == expected
