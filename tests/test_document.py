"""The living document: the plan's own words, each clause followed by its light."""

import gzip
import re
from collections import Counter
from datetime import date
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from priorities.models import Action, Plan, Priority
from priorities.models.amending import Part, split
from priorities.wording import clauses_of

from . import dom
from .factories import (
    date_history,
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)
from .markup import uncut

pytestmark = pytest.mark.django_db

ADDRESS = "/2031/document/"
SENTENCE = "坚持示例工作，认真落实示例要求，开展甲行动，推进“乙”行动、丙行动，取得示例成效。"


class Sentences(HTMLParser):
    """What each official sentence says: in its words alone, and as a screen reader hears it."""

    def __init__(self, page: str):
        super().__init__()
        self.words, self.heard, self.open = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        css = dict(attributes).get("class") or ""
        if tag == "p" and "sentence" in css.split():
            self.words.append("")
            self.heard.append("")
            self.open = [css]
        elif self.open and tag in ("a", "span", "b"):
            self.open.append(css)

    def handle_endtag(self, tag):
        if self.open and tag in ("a", "span", "b", "p"):
            self.open.pop()

    def handle_data(self, data):
        if not self.open or "tip" in self.open:
            return
        self.heard[-1] += data
        if "mark" not in self.open:
            self.words[-1] += data


@pytest.fixture
def reader(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def plan():
    """One priority with three clauses: one late and one complete, one without a unit."""
    plan = make_plan("2031", title="示例2031年度重点工作", source_publication="示例日报")
    priority = make_priority(
        *(plan,),
        title="坚持示例工作",
        sentence=SENTENCE,
        premise="认真落实示例要求",
        goal="取得示例成效",
    )
    unit, by = make_unit("示例发改局"), make_user("supervisor")
    owner = make_user("reporter", [unit], display_name="示例责任人")
    late = make_action(priority, text="开展甲行动", lead_unit=unit, owner=owner)
    make_entry(late, by=by, percent=38, day=date(2022, 9, 21))
    done = make_action(priority, text="推进“乙”行动", lead_unit=unit)
    make_entry(done, by=by, percent=100, day=date(2022, 9, 9))
    make_action(priority, text="丙行动")
    return plan


def page_of(client, address=ADDRESS, language="zh-hans") -> str:
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200
    return uncut(response.content.decode())


def test_the_sentences_are_printed_word_by_word(client, reader, plan):
    assert Sentences(page_of(client)).words == [SENTENCE]


def test_the_official_sentences_of_the_real_plan(client, reader):
    plan = Plan.objects.get(slug="2022")
    expected = [priority.sentence for priority in plan.priorities.order_by("number")]
    for asked in ("", "?plain=1"):
        assert Sentences(page_of(client, f"/2022/document/{asked}")).words == expected


def test_a_screen_reader_hears_each_light_after_its_clause(client, reader, plan):
    assert re.sub(r"\s+", " ", Sentences(page_of(client)).heard[0]) == (
        "坚持示例工作，认真落实示例要求，开展甲行动 (滞后 38%) ，"
        "推进“乙”行动 (办结) 、丙行动 (待分派) ，取得示例成效。"
    )


def test_in_english_the_lights_are_english_and_say_so(client, reader, plan):
    page = page_of(client, language="en")
    assert Sentences(page).words == [SENTENCE]
    assert "(Behind " in Sentences(page).heard[0]
    assert page.count('<span class="mark" lang="en">') == 3
    assert page.count('<p class="sentence" lang="zh-Hans">') == 1


def test_a_note_tells_reason_unit_owner_and_last_day(client, reader, plan):
    page = page_of(client)
    assert 'href="/2031/actions/1.1/" aria-describedby="tip-1.1"' in page
    note = re.search(r'<span class="tip" id="tip-1\.1">(.*?)<a class="go"', page, re.DOTALL)[1]
    for words in ("滞后", "38%", "落后 37 ", "示例发改局", "示例责任人", "2022-09-21"):
        assert words in note


def test_premise_and_goal_are_quiet(client, reader, plan):
    page = page_of(client)
    assert '<span class="quietly">认真落实示例要求</span>' in page
    assert '<span class="quietly">取得示例成效</span>' in page


def test_words_only_shows_no_light_and_remembers_it(client, reader, plan):
    for address in (f"{ADDRESS}?plain=1", ADDRESS):
        plain = page_of(client, address)
        assert 'class="mark"' not in plain and 'class="margin"' not in plain
    assert client.cookies["plain"]["path"] == ADDRESS
    assert page_of(client, f"{ADDRESS}?plain=0").count('class="mark"') == 3
    assert page_of(client).count('class="mark"') == 3


def test_a_past_day_shows_the_lights_of_that_day(client, reader, plan):
    heard = Sentences(page_of(client, f"{ADDRESS}?on=2022-02-01")).heard[0]
    assert "推进“乙”行动 (未启动)" in re.sub(r"\s+", " ", heard)
    assert client.get(f"{ADDRESS}?on=never").status_code == 400


def test_a_cancelled_action_says_so(client, reader, plan):
    action = plan.priorities.get().actions.get(order=3)
    action.cancel(by=make_user("supervisor"), on=date(2022, 8, 1), reason="示例原因")
    page = page_of(client)
    assert "丙行动 (中止) " in re.sub(r"\s+", " ", Sentences(page).heard[0])
    assert page.count('<li class="cancelled">') == 1


def test_it_costs_the_same_queries_and_little_weight(client, reader, plan):
    def queries(address):
        with CaptureQueriesContext(
            connection,
        ) as found:
            page = page_of(client, address)
        return len(found), len(gzip.compress(page.encode()))

    few, _small = queries(ADDRESS)
    many, weight = queries("/2022/document/")
    assert many <= few
    assert weight < 15_000


def test_words_from_the_data_are_escaped(client, reader):
    plan = make_plan("2032")
    evil = "<b>行动</b>&amp;"
    priority = make_priority(plan, sentence=f"{evil}。")
    make_action(priority, text=evil)
    assert Sentences(page_of(client, "/2032/document/")).words == [f"{evil}。"]


# What the sentence does not say


def listed(client, address=ADDRESS) -> list[str]:
    return [
        item.text
        for ol in dom.parse(page_of(client, address)).all("ul", css="later")
        for item in ol.all("li")
    ]


def counted(client, address=ADDRESS) -> tuple[dict[str, int], dict[str, int]]:
    """How many actions of each light the head counts, and how many the page shows."""
    page = dom.parse(page_of(client, address))
    lights = page.one("span", css="doc-lights")
    head = {a["class"]: int(re.search(r"[0-9]+", a.text)[0]) for a in lights.all("a")}
    shown = [span["class"].split()[-1] for span in page.all("span", css="clause")]
    shown += [item["class"].split()[0] for item in page.all("li", css="added")]
    return head, dict(Counter(shown))


def reword(action: Action, text: str) -> None:
    action.text = text
    action.save()


def notes(client, address=ADDRESS) -> list[str]:
    """What stands beside printed clauses that say something else now."""
    page = dom.parse(page_of(client, address))
    return [one.text for ol in page.all("ol", css="now-reads") for one in _own(ol)]


def _own(ol):
    return [child for child in ol.children if getattr(child, "tag", "") == "li"]


@pytest.mark.parametrize(
    "text", ["开展示例新甲行动", "示例", "行动", "取得示例成效", "开展甲行动并验收"]
)
def test_a_reworded_action_keeps_its_place_light_and_link(client, reader, plan, text):
    reword(plan.priorities.get().actions.get(order=1), text)
    page = page_of(client)
    assert Sentences(page).words == [SENTENCE]
    heard = re.sub(r"\s+", " ", Sentences(page).heard[0])
    assert "开展甲行动 (滞后 38%) 甲，推进“乙”行动 (办结) " in heard
    assert 'href="/2031/actions/1.1/" aria-describedby="tip-1.1"' in page
    [note] = notes(client)
    assert note.startswith(f"甲 1.1 改写 印作：开展甲行动 今作：{text} 滞后 38%")
    assert listed(client) == []
    head, shown = counted(client)
    assert head == shown == {"red": 1, "complete": 1, "unassigned": 1}


def test_a_later_action_stands_behind_the_sentence(client, reader, plan):
    added = make_action(plan.priorities.get(), text="示例丁行动", lead_unit=make_unit())
    withdrawn = make_action(plan.priorities.get(), text="示例戊行动", lead_unit=make_unit())
    withdrawn.cancel(by=make_user("supervisor"), on=date(2022, 8, 1), reason="示例原因")
    assert Sentences(page_of(client)).words == [SENTENCE]
    assert listed(client) == ["原文之外 1.4 示例丁行动 滞后 0%", "原文之外 1.5 示例戊行动 中止"]
    assert f'href="/2031/actions/{added.number}/"' in page_of(client)
    head, shown = counted(client)
    assert head == shown == {"red": 2, "complete": 1, "unassigned": 1, "cancelled": 1}
    assert listed(client, f"{ADDRESS}?plain=1") == []


def test_the_pages_of_action_and_priority_find_the_reworded_clause_too(client, reader, plan):
    reword(plan.priorities.get().actions.get(order=1), "示例新词")
    sentence = dom.parse(page_of(client, "/2031/priorities/1/")).one("p", css="whole")
    assert "/2031/actions/1.1/" in [a["href"] for a in sentence.all("a")]
    marked = dom.parse(page_of(client, "/2031/actions/1.1/")).one("mark", css="clause")
    assert marked.text == "开展甲行动"


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.text("示例开展甲乙丙行动，“”", min_size=1)), max_size=6
    )
)
@limits(max_examples=30)
def test_whatever_the_words_were_the_sentence_stays_and_no_clause_is_lost(changes):
    """Of each action the first wording stands in the sentence, the later ones are anything."""
    first = ["开展甲行动", "推进“乙”行动", "丙行动"]
    wordings = [[words] for words in first]
    for place, text in changes:
        wordings[place].append(text)
    actions = [Action(pk=pk, text=had[-1]) for pk, had in enumerate(wordings)]
    priority = Priority(title="坚持示例工作", sentence=SENTENCE, goal="取得示例成效")
    runs = clauses_of(priority, actions, dict(enumerate(wordings)))
    assert "".join(run.words for run in runs) == SENTENCE
    assert [run.words for run in runs if run.action] == first


def test_a_split_clause_keeps_its_place_and_names_what_came_of_it(client, reader, plan):
    office = make_user("supervisor", display_name="示例督查员")
    unit, row = make_unit(), plan.priorities.get().actions.get(order=1)
    parts = [Part("示例前半", lead_unit=unit), Part("示例后半")]
    split(row, parts, by=office, on=plan.today(), reason="示例：分属两家")
    assert Sentences(page_of(client)).words == [SENTENCE]
    [note] = notes(client)
    assert note.startswith(
        "甲 1.1 已拆分 印作：开展甲行动 今作： 1.4 示例前半 未启动 1.5 示例后半 待分派"
    )
    assert "示例：分属两家 示例督查员" in note
    assert listed(client) == []
    head, shown = counted(client)
    assert head == shown == {"complete": 1, "unassigned": 2, "not_started": 1, "split": 1}


# Two days compared


def test_the_document_marks_what_changed_between_two_days(client, reader, plan):
    page = dom.parse(page_of(client, f"{ADDRESS}?since=2022-09-08"))
    marks = list(page.all("span", css="mark"))
    assert [mark.text for mark in marks] == ["(滞后 0 38 %)", "滞后 (办结)", "(待分派)"]
    struck = [[was.text for was in mark.all("del", css="was")] for mark in marks]
    assert struck == [["0"], ["滞后"], []]


def test_the_document_names_what_came_and_went_between_two_days(client, reader, plan):
    date_history(date(2022, 1, 4))
    priority = plan.priorities.get()
    make_action(priority, text="示例新增")
    priority.actions.get(order=3).delete()
    date_history(date(2022, 9, 20))
    items = listed(client, f"{ADDRESS}?since=2022-09-08")
    assert items == ["原文之外 1.4 示例新增 待分派 新增", "已删除 1.3 丙行动"]
