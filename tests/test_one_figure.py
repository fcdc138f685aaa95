"""One figure, wherever it is shown: pages, trend, wall, ledger, circular and its JSON agree.

Random plans are looked at on a random day, as their today or as a past day. What each of the
places shows is read as a person or a program reads it, and compared with a slow computation.
``EXAMPLES=300 make test TESTS=tests/test_one_figure.py`` looks further than every run does.
"""

import csv
import io
import json
import os
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from priorities.circular.document import document_of
from priorities.circular.drafting import draft
from priorities.lights import KINDS
from priorities.models import ProgressEntry, Report
from priorities.periods import Period
from priorities.words import KIND_WORDS

from .dom import Node, page_of
from .factories import (
    make_action,
    make_plan,
    make_priority,
    make_target,
    make_unit,
    make_user,
)
from .test_state import ACTIONS, naive, store
from .workbooks import opened

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("EXAMPLES", "8"))
LAST = date(2022, 12, 31)


def number(words: str) -> int:
    """The first whole number in some words; none is a dash, and a dash is nothing."""
    found = re.search(r"\d+", words)
    return int(found[0]) if found else 0


class Reader:
    """Somebody who looks at one plan on one day, by a client of their own."""

    def __init__(self, plan, on: date):
        self.plan, self.on = plan, on
        self.client = Client()
        self.client.force_login(make_user("viewer"))

    def get(self, path: str, **asked):
        day = {} if self.on == self.plan.today() else {"on": self.on.isoformat()}
        answer = self.client.get(f"/{self.plan.slug}/{path}", day | asked)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    def page(self, path: str, **asked) -> Node:
        return page_of(self.get(path, **asked))


# What each place shows: counts by kind, percents and kinds by number, means by priority, overdue


def on_the_dashboard(reader: Reader) -> dict:
    page = reader.page("")
    table = page.one("table", css="eight")
    rows = list(table.one("tbody").all("tr")) if not table.fits("", {"css": "bare"}) else []
    figures = {
        "counts": {
            kind_of(li): number(li.one("span", css="num").text)
            for li in page.one("ul", css="tallies").all("li")
        },
        "overdue": number(page.one("p", css="overdue").one("span", css="num").text),
    }
    means = {number(row.one("td", css="no").text): mean_in(row) for row in rows}
    return figures | ({"means": means} if rows else {})  # untouched, it says how to begin instead


def mean_in(row: Node) -> int:
    return number(row.one("td", css="pct").text)


def kind_of(node: Node) -> str:
    classes = {name for one in node.all() for name in one.attrs.get("class", "").split()}
    [kind] = classes & {*KINDS, "cancelled"}
    return kind


def kind_called(words: str) -> str:
    """The kind whose shape and word stand in a cell."""
    [kind] = [kind for kind, word in KIND_WORDS.items() if words.split()[-1] == str(word)]
    return str(kind)


def in_the_list(reader: Reader) -> dict:
    rows = [tr for tr in reader.page("actions/").all("tr") if tr.attrs.get("id", "")[:4] == "row-"]
    return rows_in(rows, lambda row: row["id"].removeprefix("row-").replace("-", "."))


def on_the_priorities(reader: Reader) -> dict:
    found: dict = {"kinds": {}, "percents": {}}
    for priority in reader.plan.priorities.all():
        table = next(reader.page(f"priorities/{priority.number}/").all("table", css="of-priority"))
        rows = [row for row in table.one("tbody").all("tr") if "gone-row" not in row.attrs["class"]]
        shown = rows_in(rows, lambda row: row.one("td", css="no").text)
        found = {name: found[name] | shown[name] for name in found}
    return found


def rows_in(rows: list[Node], number_of) -> dict:
    return {
        "kinds": {number_of(row): kind_of(row.one("td", css="light")) for row in rows},
        "percents": {
            number_of(row): mean_in(row) for row in rows if "%" in row.one("td", css="pct").text
        },
    }


def in_the_trend(reader: Reader) -> dict:
    tables = list(reader.page("trends/").all("table"))
    if not tables:
        return {}  # a trend begins after the first week
    *_, last = tables[0].one("tbody").all("tr")
    percent, _elapsed, *counts, overdue = [number(cell.text) for cell in last.all("td")]
    return {"counts": shown_in(counts), "overdue": overdue, "mean": percent}


def shown_in(counts: list[int]) -> dict[str, int]:
    return dict(zip(KINDS, counts, strict=True))


def on_the_wall(reader: Reader) -> dict:
    page = reader.page("wall/")
    *tallies, overdue, _gone = page.one("ul", css="wall-tallies").all("li")
    found = {li["class"]: number(li.one("b").text) for li in tallies}
    means = [
        number(li.one("span", css="pct").text) for li in page.one("ol", css="wall-list").all("li")
    ]
    return {
        "cancelled": found.pop("cancelled", 0),
        "counts": found,
        "overdue": number(overdue.one("b").text),
        "means": dict(enumerate(means, start=1)),
    }


def in_the_ledger(reader: Reader) -> dict:
    book = opened(reader.get("ledger.xlsx").content)
    heads, *rows = book.worksheets[0].iter_rows(values_only=True)
    rows = [dict(zip(heads, row, strict=True)) for row in rows]
    return {
        "kinds": {row["序号"]: kind_called(row["亮灯"]) for row in rows},
        "percents": {
            row["序号"]: round(row["进度"] * 100) for row in rows if row["进度"] is not None
        },
    }


def in_the_csv(reader: Reader) -> dict:
    text = reader.get("ledger.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    return {
        "kinds": {row["序号"].lstrip("'"): kind_called(row["亮灯"]) for row in rows},
        "percents": {row["序号"].lstrip("'"): number(row["进度"]) for row in rows if row["进度"]},
    }


def in_the_circular(reader: Reader) -> dict:
    """By what it is issued with: the figures as JSON, for programs."""
    period = Period(reader.plan.start, reader.on)
    report = draft(
        reader.plan, period, kind=Report.Kind.CIRCULAR, by=None, number="示例〔2022〕1号"
    )
    facts = json.loads(document_of(report).as_json())["facts"]
    return {
        "counts": facts["counts"],
        "cancelled": facts["cancelled"],
        "kinds": {row["number"]: row["kind"] for row in facts["rows"]},
        "percents": {r["number"]: r["percent"] for r in facts["rows"] if r["kind"] != "cancelled"},
        "means": {line["number"]: line["percent"] for line in facts["priorities"]},
    }


PLACES = {
    "dashboard": on_the_dashboard,
    "list": in_the_list,
    "priorities": on_the_priorities,
    "trend": in_the_trend,
    "wall": on_the_wall,
    "ledger": in_the_ledger,
    "csv": in_the_csv,
    "circular": in_the_circular,
}


def computed(priorities: list, on: date) -> dict:
    """The same figures, slowly: from what was said of each action, one after another."""
    found = {
        f"{number}.{order}": naive(case, on)
        for number, cases in enumerate(priorities, start=1)
        for order, case in enumerate(cases, start=1)
    }
    kinds = {number: kind for number, (kind, _percent) in found.items()}
    every = [kind for kind in kinds.values() if kind != "cancelled"]
    percents = {n: percent for n, (kind, percent) in found.items() if kind != "cancelled"}
    return {
        "kinds": kinds,
        "percents": percents,
        "counts": {kind: every.count(kind) for kind in KINDS if kind in every},
        "cancelled": len(kinds) - len(every),
        "means": {
            number: mean_of([p for n, p in percents.items() if n.startswith(f"{number}.")])
            for number in range(1, len(priorities) + 1)
        },
        "mean": mean_of(list(percents.values())),
    }


def mean_of(percents: list[int]) -> int:
    """Half a percent is rounded up."""
    return (2 * sum(percents) + len(percents)) // (2 * len(percents)) if percents else 0


@settings(max_examples=EXAMPLES, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    st.lists(st.lists(ACTIONS, min_size=1, max_size=3), min_size=1, max_size=2),
    st.dates(date(2022, 1, 1), LAST),
    st.booleans(),
)
def test_every_place_shows_the_same_figures(priorities, on, is_today):
    with transaction.atomic():
        plan, unit = make_plan("2051", status_date=on if is_today else LAST), make_unit("区丙局")
        by = make_user("reporter", units=[unit])
        for cases in priorities:
            priority = make_priority(plan)
            for case in cases:
                store(case, priority, unit, by)
        reader = Reader(plan, on)
        shown = {place: look(reader) for place, look in PLACES.items()}
        transaction.set_rollback(True)
    expected = computed(priorities, on)
    wrong = {
        (place, name): (figure, expected[name])
        for place, figures in shown.items()
        for name, figure in figures.items()
        if name in expected and not fits(name, figure, expected[name])
    }
    assert wrong == {}
    assert len({figures["overdue"] for figures in shown.values() if "overdue" in figures}) <= 1


def fits(name: str, figure, expected) -> bool:
    """No page shows a percent where nothing can be measured by it; what it shows is right."""
    if name == "percents":
        return figure.items() <= expected.items()
    if name == "counts":
        return {kind: n for kind, n in figure.items() if n} == expected
    return figure == expected


# What is counted: value, target and the percent that follows


VALUES = st.decimals(-9_999, 9_999, places=4)
COUNTED = st.lists(
    st.tuples(VALUES, VALUES, VALUES).filter(lambda told: told[0] != told[1]),
    min_size=1,
    max_size=3,
)


def percent_counted(told: list[tuple[Decimal, Decimal, Decimal]]) -> int:
    """In whole numbers, the slow way: no share is rounded before all are added."""
    shares = []
    for start, target, value in told:
        whole, come = (int(10_000 * (number - start)) for number in (target, value))
        share = Fraction(come, whole)
        shares.append(0 if share < 0 else 1 if share > 1 else share)
    return 100 * sum(shares) // len(shares)


def said(told: list[tuple[Decimal, Decimal, Decimal]]) -> list[tuple[float, float]]:
    """Value and target, as a spreadsheet holds them."""
    return [(float(value), float(target)) for _start, target, value in told]


@settings(max_examples=EXAMPLES, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(COUNTED)
def test_every_place_shows_the_same_value_target_and_percent(told):
    with transaction.atomic():
        plan, unit = make_plan("2051"), make_unit("区丙局")
        action = make_action(make_priority(plan), lead_unit=unit)
        targets = [make_target(action, target, start=start) for start, target, _value in told]
        values = {t.pk: value for t, (_s, _t, value) in zip(targets, told, strict=True)}
        words = {"day": plan.today(), "done": "示例", "explanation": "示例"}
        ProgressEntry.record(action=action, by=make_user("supervisor"), values=values, **words)
        reader = Reader(plan, plan.today())
        sheet = opened(reader.get("ledger.xlsx").content).worksheets[0]
        text = reader.get("ledger.csv").content.decode("utf-8-sig")
        csv_rows = list(csv.reader(io.StringIO(text)))
        period = Period(plan.start, plan.today())
        by = make_user("supervisor")
        report = draft(plan, period, kind=Report.Kind.CIRCULAR, by=by)
        facts = json.loads(document_of(report).as_json())["facts"]["rows"][0]
        page = reader.page("actions/1.1/")
        transaction.set_rollback(True)
    expected = percent_counted(told)
    cells = [cell.value for cell in sheet[2]]
    start = [cell.value for cell in sheet[1]].index("指标1")
    firsts = range(start, start + 4 * len(told), 4)
    in_excel = [(cells[n + 1], cells[n + 2]) for n in firsts]
    in_csv = [(csv_rows[1][n + 1], csv_rows[1][n + 2]) for n in firsts]
    in_facts = [(one["value"], one["target"]) for one in facts["counted"]]
    assert in_excel == said(told)
    assert [tuple(map(float, pair)) for pair in in_csv] == said(told)
    assert [tuple(map(float, pair)) for pair in in_facts] == said(told)
    assert facts["percent"] == round(100 * cells[7]) == number(csv_rows[1][7]) == expected
    assert number(page.one("li", css="accepted").one("b").text) == expected
    for value, target in in_facts:
        assert f"{value} / {target} 万平方米" in page.one("dl", css="facts").text
