"""The words of a draft: from the figures to passages, by the skeleton of DOMAIN's circular.

Pure functions of ``Facts`` and of what units wrote. A count that is nought leaves no clause, a
list that is empty no sentence; the report is Chinese whatever its reader's language.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ..ledger.rows import PriorityLine, Row
from ..legible import close_up
from ..lights import IN_PROGRESS, KINDS, Light
from ..models import Passage, Plan, ProgressEntry, Report
from ..periods import Period
from .amending import plan_clauses
from .document import Facts, in_one_year
from .prose import (
    ended_said,
    joined,
    last_day_named,
    listed,
    opening,
    quoted,
    signed,
    without_stop,
)

SENTENCES = 3
"""How many entries of a priority are quoted; the others are there to be moved in."""

BRIEF_LINES, BRIEF_CHARACTERS = 15, 32
"""The lines that a page of a brief has for red actions and decisions wanted, and their length."""

Section, Style = Passage.Section, Passage.Style


@dataclass(frozen=True)
class Material:
    """All that a draft is made of."""

    plan: Plan
    period: Period
    signature: str
    facts: Facts
    entries: dict[str, ProgressEntry]
    """Of each action, by number, the last accepted entry that has words."""
    reported: frozenset[str]
    """The numbers of the actions with an accepted entry in the period, "unchanged" included."""
    waiting: frozenset[str] = frozenset()
    """The numbers of those with an entry of the period that the office has still to answer."""

    def day(self, day: date) -> str:
        """As the text says it: the year where it is not the plan's."""
        return self.plan.days.official(day)

    @property
    def without(self) -> str:
        """What is missing; where nobody reviews, nothing is called accepted."""
        return "没有经采纳的进展" if self.plan.requires_review else "没有收到进展"

    def entry(self, row: Row) -> ProgressEntry | None:
        """The last accepted entry with words, where it speaks of a day in the period."""
        entry = self.entries.get(row.number)
        return entry if entry and entry.day >= self.period.start else None


def heads_of(plan: Plan, period: Period, kind: str) -> dict[str, str]:
    """Title and the like of a first report; later ones take over what the last one had."""
    what = "专报" if kind == Report.Kind.BRIEF else "通报"
    return {
        "masthead": f"重点工作督查{what}",
        "title": title_of(plan, period, kind),
        "addressee": "区委、区政府领导" if kind == Report.Kind.BRIEF else "各有关单位",
        "signature": "区委区政府督查室",
        "number": "",
    }


def title_of(plan: Plan, period: Period, kind: str) -> str:
    what = "专报" if kind == Report.Kind.BRIEF else "通报"
    return f"关于{in_one_year(plan.title)}{period.named(plan.days)}进展情况的{what}"


def passages_of(material: Material, kind: str) -> list[Passage]:
    """The whole text, in order."""
    return list(_brief(material) if kind == Report.Kind.BRIEF else _circular(material))


def _circular(m: Material) -> Iterator[Passage]:
    yield from _lead_in(m)
    yield from _overview(m)
    yield from _priorities(m)
    yield from _problems(m)
    yield from _next_steps(m)


# Lead-in and overview


def _lead_in(m: Material) -> Iterator[Passage]:
    basis = f"根据{m.plan.source_session}部署，" if m.plan.source_session else ""
    size = f"{len(m.facts.priorities)}个方面{m.facts.total}项举措" if m.facts.total else ""
    subject = f"{in_one_year(m.plan.title)}{size}"
    how = "逐项作了核查" if _is_each_checked(m) else "作了汇总"
    checked = f"{basis}{m.signature}对{subject}截至{_on(m)}的进展情况{how}。"
    r = m.facts.receipts
    counted = [
        (r.accepted and m.plan.requires_review, f"采纳{r.accepted}条"),
        (r.returned, f"退回{r.returned}条"),
        (r.waiting, f"待审核{r.waiting}条"),
    ]
    receipts = [f"本期收到进展{r.received}条", *(words for number, words in counted if number)]
    received = "，".join(receipts) + "。" if r.received else "本期没有收到进展。"
    yield _text("lead_in", Section.LEAD_IN, f"{checked}{received}现将有关情况通报如下。")


def _is_each_checked(m: Material) -> bool:
    """Whether the office has answered all that came, and every action under way was heard of."""
    under_way = [row for row in m.facts.rows if row.light in IN_PROGRESS]
    is_heard = all(row.number in m.reported for row in under_way)
    return m.plan.requires_review and bool(m.reported) and is_heard and not m.facts.receipts.waiting


def _overview(m: Material) -> Iterator[Passage]:
    section = Section.OVERVIEW
    yield _heading("overview", section, "总体情况")
    yield _text("overview.counts", section, _counts_sentence(m))
    if stale := _stale_sentence(m):
        yield _text("overview.stale", section, stale, continues=True)
    yield from _compared(m)
    yield from _changes_of_plan(m)
    yield _place("overview.lights", section, Style.TABLE, _table_caption(m))
    if m.facts.before:
        label = m.facts.before.label
        yield _place("overview.before", section, Style.FIGURE, f"亮灯数量：{label}与本期比较")
    yield _place("overview.progress", section, Style.FIGURE, "各项重点工作完成进度与序时进度")


def _counts_sentence(m: Material) -> str:
    f = m.facts
    span = Period(m.plan.start, m.plan.end)
    time = "全年时间" if span.name == "全年" else "计划时间"
    lights = [f"{word}{count}项，占{share:.1f}%" for _kind, word, count, share in f.lights]
    ended = f"另有{out}，不计在内。" if (out := ended_said(f)) else ""
    gone = f"{time}已过{f.elapsed}%" if f.elapsed < 100 else f"{time}已经届满"
    counts = f"{f.total}项举措中，{joined(lights)}" if f.total else "没有在列的举措。"
    return f"截至{_on(m)}，{gone}。{counts}{ended}"


def _stale_sentence(m: Material) -> str:
    """Those of whatever light, by light: so that they are not taken for one of the lights."""
    stale = m.facts.overdue
    if not stale:
        return ""
    parts = [f"{m.facts.words[kind]}{number}项" for kind, number in stale.items()]
    what = f"未按期更新（超过{m.facts.cycle_days}天没有报送进展）的举措"
    return f"{what}共{sum(stale.values())}项，其中{listed(parts)}。"


def _compared(m: Material) -> Iterator[Passage]:
    """The change since the last issued report: by number, then by name."""
    before = m.facts.before
    if not before:
        return
    words = f"与{before.name}相比，{_change_of_counts(m)}。"
    yield _text("change.counts", Section.OVERVIEW, words)
    for key, sentence in _changes_by_name(m):
        yield _text(f"change.{key}", Section.OVERVIEW, sentence, continues=True)


def _change_of_counts(m: Material) -> str:
    before, now = m.facts.before, m.facts
    change = {kind: now.counts[kind] - before.counts[kind] for kind in KINDS}
    clauses = [f"{now.words[kind]}{signed(change[kind])}" for kind in KINDS if change[kind]]
    if now.total != before.total:
        clauses.insert(0, f"举措总数{signed(now.total - before.total)}")
    return "，".join(clauses) if clauses else "各类亮灯的数量没有变化"


def _changes_by_name(m: Material) -> Iterator[tuple[str, str]]:
    c = m.facts.changes
    named = {
        "red": ("新增滞后", c.red),
        "recovered": ("恢复正常", c.recovered),
        "completed": ("新办结", c.completed),
        "reopened": ("重新开展", c.reopened),
    }
    for key, (words, numbers) in named.items():
        if numbers:
            actions = listed(_named(m.facts.row(number)) for number in numbers)
            yield key, f"{words}{len(numbers)}项：{actions}。"
    if c.moved:
        moved = [
            f"{_named(m.facts.row(one.number))}由{m.day(one.due_before)}调整为{m.day(one.due)}"
            for one in c.moved
        ]
        yield "moved", f"调整完成时限{len(moved)}项：{listed(moved)}。"


def _changes_of_plan(m: Material) -> Iterator[Passage]:
    """What was added, reworded, split, merged and withdrawn; a clause for each that there is."""
    clauses = [(key, words) for key, words in plan_clauses(m.facts) if words]
    if clauses:
        yield _text("plan", Section.OVERVIEW, "本期计划有下列调整。")
    for key, words in clauses:
        yield _text(f"plan.{key}", Section.OVERVIEW, words, continues=True)


def _table_caption(m: Material) -> str:
    return f"各项重点工作亮灯情况（截至{_on(m)}，单位：项）"


# Progress by priority


def _priorities(m: Material) -> Iterator[Passage]:
    yield _heading("priorities", Section.PRIORITIES, "各项重点工作进展")
    for line in m.facts.priorities:
        yield from _priority(m, line)


def _priority(m: Material, line: PriorityLine) -> Iterator[Passage]:
    key, section = f"p{line.number}", Section.PRIORITIES
    rows = [row for row in m.facts.rows if row.number.startswith(f"{line.number}.")]
    live = [row for row in rows if not row.is_ended]
    yield _passage(key, section, Style.SUBHEADING, line.title)
    lights = [f"{m.facts.words[k]}{line.counts[k]}项" for k in KINDS if line.counts[k]]
    counts = f"{line.total}项举措中，{listed(lights)}" if live else "没有进行中的举措"
    mean = f"；平均完成{line.percent}%（{line.summary}）" if live else ""
    yield _text(f"{key}.counts", section, f"{counts}{mean}。")
    told = [row for row in live if m.entry(row)]
    chosen = sorted(told, key=_newsworthy)[:SENTENCES]
    for row in told:
        yield _from_entry(m, row, is_out=row not in chosen)
    yield from _without_news(m, line, live)


def _newsworthy(row: Row) -> tuple:
    """Complete first, then red, then yellow; among equals the furthest from the schedule."""
    order = (Light.COMPLETE, Light.RED, Light.YELLOW)
    rank = order.index(row.light) if row.light in order else len(order)
    return rank, -abs(row.deviation), int(row.number.partition(".")[2])


def _from_entry(m: Material, row: Row, *, is_out: bool) -> Passage:
    entry = m.entry(row)
    return _text(
        key_of_entry(row, entry.pk),
        Section.PRIORITIES,
        sentence_of(row, entry.done),
        continues=True,
        entry_id=entry.pk,
        number=row.number,
        is_out=is_out,
    )


def key_of_entry(row: Row, entry: int) -> str:
    return f"p{row.number.partition('.')[0]}.{row.number}.entry{entry}"


def sentence_of(row: Row, done: str) -> str:
    """What a unit wrote, as a sentence of the circular: whose action, what was done, which unit."""
    complete = "，已办结" if row.light == Light.COMPLETE else ""
    counted = f"，{row.counted_words}" if row.counted else ""
    return f"{row.text}方面，{opening(close_up(done))}（{row.lead_short}{complete}{counted}）。"


def _without_news(m: Material, line: PriorityLine, live: list[Row]) -> Iterator[Passage]:
    """What is missing, by name and unit: of what is under way, or was to begin with a report."""
    key, section = f"p{line.number}", Section.PRIORITIES
    silent = [r for r in live if r.light in IN_PROGRESS and r.number not in m.reported]
    waiting = [r for r in live if r.number in m.waiting and r.number not in m.reported]
    unassigned = [r for r in live if r.light == Light.UNASSIGNED]
    if words := _silence(m, line, live, silent):
        yield _text(f"{key}.silent", section, words, continues=True)
    if waiting:
        words = f"{_with_units(waiting)}已报送，待审核。"
        yield _text(f"{key}.waiting", section, words, continues=True)
    if unassigned:
        names = listed(_named(r) for r in unassigned)
        yield _text(f"{key}.unassigned", section, f"{names}尚未明确牵头单位。", continues=True)


def _silence(m: Material, line: PriorityLine, live: list[Row], silent: list[Row]) -> str:
    """Of the whole priority only where nothing of it was accepted; else of those by name."""
    owed = [row for row in silent if row.number not in m.waiting]
    is_to_tell = any(row.light in (*IN_PROGRESS, Light.NOT_STARTED) for row in live)
    if is_to_tell and not any(row.number in m.reported for row in live):
        units = listed(dict.fromkeys(row.lead_short for row in owed))
        return f"本期{quoted(line.title)}{m.without}{f'，应由{units}报送' if units else ''}。"
    return f"本期{m.without}的有{_with_units(owed)}。" if owed else ""


# Problems


def _problems(m: Material) -> Iterator[Passage]:
    section = Section.PROBLEMS
    late = [row for row in m.facts.attention_rows if row.light == Light.RED]
    stale = sorted((r for r in m.facts.rows if r.is_stale), key=lambda r: -r.age)
    help_wanted = [row for row in m.facts.rows if row.help_needed]
    yield _heading("problems", section, "存在问题")
    if not (late or stale or help_wanted):
        words = "没有滞后的举措，没有未按期更新的举措，也没有需区里协调的事项。"
        yield _text("problems.none", section, f"截至{_on(m)}，{words}")
    if late:
        words = f"{len(late)}项举措滞后"
        yield _passage("late", section, Style.SUBHEADING, words)
        yield from (_late(row) for row in late)
    if stale:
        words = f"{len(stale)}项举措未按期更新"
        yield _passage("stale", section, Style.SUBHEADING, words)
        yield _text("stale.names", section, _stale_names(m, stale))
    if help_wanted:
        yield _passage("help", section, Style.SUBHEADING, f"{len(help_wanted)}项需区里协调")
        yield from (_help(row) for row in help_wanted)


def _late(row: Row) -> Passage:
    reason = without_stop(row.reason).replace("：", "，", 1)
    said = f"{_named(row)}（{row.lead_short}）：{reason}。"
    problems = f"{opening(close_up(row.problems))}。" if row.problems else ""
    return _item(f"late.{row.number}", Section.PROBLEMS, said + problems, row)


def _stale_names(m: Material, stale: list[Row]) -> str:
    of: dict[str, list[Row]] = {}
    for row in stale:
        of.setdefault(row.lead_short, []).append(row)
    names = [
        f"{unit}{listed(f'{_named(row)}（{_silent_for(row)}）' for row in rows)}"
        for unit, rows in of.items()
    ]
    return f"{listed(names)}，超过{m.facts.cycle_days}天没有报送进展。"


def _silent_for(row: Row) -> str:
    """Since the last entry that stands; without one, since a report could be expected."""
    return f"{row.age}天" if row.spoken else f"尚未报送，已{row.age}天"


def _help(row: Row) -> Passage:
    words = f"{_named(row)}（{row.lead_short}）：{opening(close_up(row.help_needed))}。"
    return _item(f"help.{row.number}", Section.PROBLEMS, words, row)


# Next steps


def _next_steps(m: Material) -> Iterator[Passage]:
    section = Section.NEXT
    yield _heading("next", section, "下一步工作")
    asks = list(_asks(m)) or [("go_on", "各牵头单位继续按序时推进，按期报送进展。")]
    for place, (key, words) in enumerate(asks):
        yield _text(f"next.{key}", section, words, continues=place > 0)
    for row in _steps(m):
        if not _is_over(m, row):
            words = f"{_named(row)}（{row.lead_short}）：{opening(close_up(row.next_step))}。"
            yield _item(f"next.{row.number}", section, words, row)


def _steps(m: Material) -> list[Row]:
    """Those whose unit says what comes next, and has been heard of within the cycle."""
    return [row for row in m.facts.attention_rows if row.next_step and not row.is_stale]


def _asks(m: Material) -> Iterator[tuple[str, str]]:
    red = [r for r in m.facts.attention_rows if r.light == Light.RED]
    stale = [r for r in m.facts.rows if r.is_stale]
    unassigned = [r for r in m.facts.rows if r.light == Light.UNASSIGNED]
    if red:
        words = f"请{len(red)}项滞后举措的牵头单位逐项制定整改措施，明确完成日期，专题报送。"
        yield "late", words
    if stale:
        yield "stale", f"请{len(stale)}项未按期更新举措的牵头单位尽快补报进展。"
    if unassigned:
        names = listed(_named(r) for r in unassigned)
        yield "unassigned", f"对{names}，尽快研究明确牵头单位。"
    if over := [row for row in _steps(m) if _is_over(m, row)]:
        words = f"{_with_units(over)}所报下步举措的时间已过，请报送落实情况和新的安排。"
        yield "over", words
    if due := _due_within(m, 0, 0):
        yield "due_today", f"{_on(m)}当日到期、尚未办结的举措有{len(due)}项：{_with_units(due)}。"
    if due := _due_within(m, 1, m.facts.cycle_days):
        names = [f"{_named(r)}（{r.lead_short}，{m.day(r.due)}）" for r in due]
        yield "due", f"今后{m.facts.cycle_days}天内到期的举措有{len(due)}项：{listed(names)}。"


def _is_over(m: Material, row: Row) -> bool:
    """Whether the days that the next step speaks of have all gone by: then it is no plan more."""
    last = last_day_named(row.next_step, row.updated) if row.updated else None
    return last is not None and last <= m.facts.on


def _due_within(m: Material, first: int, last: int) -> list[Row]:
    """What is not complete and due from so many days after the period's end to so many."""
    owing = [r for r in m.facts.rows if r.light in (*IN_PROGRESS, Light.NOT_STARTED)]
    due = [r for r in owing if first <= (r.due - m.facts.on).days <= last]
    return sorted(due, key=lambda r: r.due)


# The one-page brief


def _brief(m: Material) -> Iterator[Passage]:
    """The state in three lines, the red actions, the decisions wanted."""
    section = Section.OVERVIEW
    yield _heading("overview", section, "总体情况")
    yield _text("brief.counts", section, _brief_counts(m))
    if m.facts.before:
        yield _text("brief.change", section, f"与上期相比，{_change_of_counts(m)}。")
    if silence := _brief_silence(m):
        yield _text("brief.silence", section, silence)
    late, wanted = _brief_items(m)
    room = BRIEF_LINES - min(BRIEF_LINES // 2, sum(_lines(words) for _row, words in wanted))
    yield _heading("late", Section.PROBLEMS, "滞后举措")
    yield from _on_a_page("late", Section.PROBLEMS, late, room)
    room = BRIEF_LINES - min(room, sum(_lines(words) for _row, words in late))
    yield _heading("help", Section.NEXT, "需要决定的事项")
    yield from _on_a_page("help", Section.NEXT, wanted, room)


Items = list[tuple[Row, str]]


def _brief_items(m: Material) -> tuple[Items, Items]:
    """The red actions, and the decisions wanted, as sentences."""
    red = [row for row in m.facts.attention_rows if row.light == Light.RED]
    late = [(row, f"{_named(row)}（{row.lead_short}）：{row.brief}。") for row in red]
    wanted = [
        (row, f"{opening(close_up(row.help_needed), 50)}（{row.number}，{row.lead_short}）。")
        for row in m.facts.rows
        if row.help_needed
    ]
    return late, wanted


def _brief_counts(m: Material) -> str:
    f = m.facts
    lights = [f"{word}{count}项" for _kind, word, count, _share in f.lights]
    counts = f"{f.total}项举措中，{listed(lights)}" if f.total else "没有在列的举措"
    return f"截至{_on(m)}，{counts}；时间已过{f.elapsed}%。"


def _brief_silence(m: Material) -> str:
    stale = sum(m.facts.overdue.values())
    unassigned = m.facts.counts[Light.UNASSIGNED]
    under_way = any(row.light in IN_PROGRESS for row in m.facts.rows)
    in_time = "在办举措均按期报送进展" if under_way else ""
    clauses = [
        f"{stale}项未按期更新（超过{m.facts.cycle_days}天没有报送进展）" if stale else in_time,
        f"{unassigned}项尚未明确牵头单位" if unassigned else "",
    ]
    return joined(clauses)


def _lines(words: str) -> int:
    """How many lines an item takes, with its number and the indent of two characters."""
    return -(-(len(words) + 4) // BRIEF_CHARACTERS)


def _on_a_page(key: str, section: str, said: Items, room: int) -> Iterator[Passage]:
    """As many items as there is room for, in lines; how many there are beside them."""
    shown = 0
    for row, words in said:
        room -= _lines(words)
        if room < 0:
            break
        yield _item(f"{key}.{row.number}", section, words, row)
        shown += 1
    if not said:
        yield _text(f"{key}.none", section, "无。")
    elif rest := len(said) - shown:
        yield _text(f"{key}.more", section, f"另有{rest}项，详见台账。")


# Passages


def _on(m: Material) -> str:
    return m.day(m.facts.on)


def _named(row: Row) -> str:
    return f"{row.number}{quoted(row.text)}"


def _with_units(rows: list[Row]) -> str:
    return listed(f"{_named(row)}（{row.lead_short}）" for row in rows)


def _passage(key: str, section: str, style: str, words: str, **values) -> Passage:
    return Passage(key=key, section=section, style=style, computed=words, **values)


def _heading(key: str, section: str, words: str) -> Passage:
    return _passage(key, section, Style.HEADING, words)


def _text(key: str, section: str, words: str, **values) -> Passage:
    return _passage(key, section, Style.TEXT, words, **values)


def _item(key: str, section: str, words: str, row: Row) -> Passage:
    return _passage(key, section, Style.ITEM, words, entry_id=row.entry, number=row.number)


def _place(key: str, section: str, style: str, caption: str) -> Passage:
    return _passage(key, section, style, caption)
