"""The list of actions: every filter shows what the state says, counts and links agree with it."""

import html
import re
from copy import deepcopy
from datetime import date, timedelta
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from priorities.addresses import Addresses
from priorities.lights import KINDS, Outlook
from priorities.lru import LRU
from priorities.models import Action, Decision, User
from priorities.state.kept import STATES
from priorities.state.selection import FLAGS, SORTS, Selection, in_order
from priorities.templatetags.same_tags import KEPT
from priorities.version import move
from tests.states import state

from .factories import (
    make_action,
    make_entries,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)
from .markup import uncut

pytestmark = pytest.mark.django_db

ON = date(2022, 9, 30)
LONG_AGO = date(2022, 5, 20)


class World:
    """A plan in which every light, flag and role has an action, and at least one has not."""

    def __init__(self):
        self.party = make_unit("区甲办", name="示例区甲办公室", pinyin="qjb", order=1)
        self.bureau = make_unit("区乙局", name="示例区乙管理局", pinyin="qyj", order=2)
        self.street = make_unit("丙街道", name="示例丙街道办事处", pinyin="bjd", order=3)
        self.office = make_user("supervisor", username="office", display_name="示例督查员")
        self.owner = make_user(
            "reporter", [self.bureau], username="owner", display_name="示例责任人"
        )
        self.viewer = make_user("viewer", username="viewer")
        self.plan = make_plan("2031")
        first = make_priority(self.plan, number=1, title="示例党建工作")
        second = make_priority(self.plan, number=2, title="示例产业发展")
        self.make_first(first)
        self.make_second(second)

    def make_first(self, priority):
        led = {"lead_unit": self.party}
        self.report(make_action(priority, text="示例学习强区", **led), 75)
        self.report(make_action(priority, text="示例调研走访", **led), 20)
        self.report(make_action(priority, text="示例清廉建设", **led), 60)
        self.report(make_action(priority, text="示例基层减负", **led), 70, day=LONG_AGO)
        self.report(make_action(priority, text="示例年度总结", **led), 100)
        make_action(priority, text="示例冬季行动", start=date(2022, 11, 1), **led)

    def make_second(self, priority):
        led = {"lead_unit": self.bureau, "owner": self.owner}
        self.report(
            make_action(priority, text="示例园区建设", supporting=[self.party, self.street], **led),
            80,
            help_needed="示例：请协调用地指标。",
        )
        self.report(
            make_action(priority, text="示例企业服务", due=date(2022, 12, 1), **led),
            90,
            outlook=Outlook.OFF_COURSE,
            outlook_reason="示例：资金缺口较大。",
        )
        waiting = make_action(priority, text="示例人才引进", **led)
        self.report(waiting, 75)
        make_entry(waiting, by=self.owner, percent=78, needs_review=True)
        returned = make_action(priority, text="示例金融支持", **led)
        self.report(returned, 75)
        self.send_back(make_entry(returned, by=self.owner, percent=99, needs_review=True))
        make_action(priority, text="示例空间拓展")
        make_action(
            priority, text="示例停办事项", cancelled_on=LONG_AGO, cancelled_reason="示例：合并。"
        )

    def report(self, action, percent, **fields):
        return make_entry(action, by=self.owner, percent=percent, **fields)

    def send_back(self, entry):
        Decision.objects.create(entry=entry, verdict="returned", reason="示例", by=self.office)

    @property
    def state(self):
        return state(self.plan, ON)

    @property
    def url(self):
        return reverse("actions", args=[self.plan.slug])


@pytest.fixture(scope="module")
def built(module_rows) -> World:
    return World()


@pytest.fixture
def world(built, db) -> World:
    return deepcopy(built)


@pytest.fixture
def show(world, client):
    """Asks for the list with a query; signed in as the supervision office, in English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(world.office)

    def get(query="", status=200, **headers):
        response = client.get(f"{world.url}?{query}" if query else world.url, headers=headers)
        assert response.status_code == status, response.content.decode()[:2000]
        return uncut(response.content.decode())

    return get


def rows(page: str) -> list[str]:
    return [
        number.replace("-", ".") for number in re.findall(r'<tr role="row" id="row-([-\d]+)"', page)
    ]


def shown(page: str) -> str:
    return re.search(r'<small id="shown"[^>]*>(.*?)</small>', page).group(1)


def numbers(actions) -> list[str]:
    return [a.number for a in actions]


CRITERIA = {
    **{f"light={kind}": (lambda a, kind=kind: a.kind == kind) for kind in KINDS},
    "light=red&light=complete": lambda a: a.kind in ("red", "complete"),
    "light=cancelled": lambda a: a.is_cancelled,
    "priority=2": lambda a: a.action.priority.number == 2,
    f"unit={quote('区乙局')}": lambda a: a.lead_name == "区乙局",
    f"unit={quote('区甲办')}": lambda a: a.lead_name == "区甲办" or a.number == "2.1",
    f"unit={quote('示例区甲办公室')}&role=lead": lambda a: a.lead_name == "区甲办",
    "unit=qjb&role=support": lambda a: a.number == "2.1",
    "owner=owner": lambda a: a.owner_name == "示例责任人",
    "stale=1": lambda a: a.is_stale,
    "unassigned=1": lambda a: a.light == "unassigned",
    "waiting=1": lambda a: a.waiting,
    "returned=1": lambda a: a.returned,
    "help=1": lambda a: a.help_needed,
    "talk=1": lambda a: a.needs_talk,
    "q=2.3": lambda a: a.number == "2.3",
    f"q={quote('２．３')}": lambda a: a.number == "2.3",
    f"q={quote('园区')}": lambda a: "园区" in a.text,
    f"q={quote('产业发展')}": lambda a: a.number.startswith("2."),
    f"q={quote('丙街道')}": lambda a: a.number == "2.1",
    f"q={quote('责任人 企业')}": lambda a: a.number == "2.2",
    "q=rcyj": lambda a: a.text == "示例人才引进",
    "q=RCYJ": lambda a: a.text == "示例人才引进",
    "q=qyj": lambda a: a.lead_name == "区乙局",
    f"light=green&unit={quote('区乙局')}&waiting=1": lambda a: a.number == "2.3",
}


@pytest.mark.parametrize("query", CRITERIA)
def test_a_filter_shows_exactly_what_the_state_says(world, show, query):
    expected = [a.number for a in world.state.actions if CRITERIA[query](a)]
    assert expected, "a criterion without a row proves nothing"
    assert len(expected) < len(world.state.actions)
    assert rows(show(query)) == expected


def test_without_a_filter_everything_is_there_and_cancelled_ones_are_not_counted(world, show):
    drawn = show()
    assert rows(drawn) == numbers(world.state.actions)
    assert shown(drawn) == "11 actions, 1 cancelled"
    assert "11 actions" in shown(show("sort=due"))


def test_a_filter_says_how_many_of_how_many(show):
    assert shown(show("priority=1")) == "6 of 11 actions"
    assert shown(show("priority=2")) == "5 of 11 actions, 1 cancelled"


def test_mine_shows_what_its_reader_answers_for(world, client):
    client.force_login(world.owner)
    drawn = client.get(f"{world.url}?mine=1").content.decode()
    assert rows(drawn) == ["2.1", "2.2", "2.3", "2.4"]


def test_a_cancelled_action_stands_at_the_end_of_its_priority(world, show):
    make_action(world.plan.priorities.get(number=2), lead_unit=world.bureau, text="示例后来的")
    assert rows(show())[-3:] == ["2.5", "2.7", "2.6"]
    assert rows(show("sort=due"))[-1] == "2.6"


@pytest.mark.parametrize("sort", [f"{sign}{sort}" for sort in SORTS for sign in ("", "-")])
def test_every_order_is_the_selections_own_and_turns_round(world, show, sort):
    drawn = show(f"sort={sort}")
    if sort.removeprefix("-") != "number":
        assert rows(drawn) == numbers(in_order(world.state.actions, sort))
    direction = "descending" if sort.startswith("-") else "ascending"
    assert drawn.count("aria-sort=") == 1
    assert f'aria-sort="{direction}"' in drawn


def test_downwards_the_priorities_turn_round_too(world, show):
    assert rows(show("sort=-number"))[0] == "2.5"
    assert rows(show("sort=-number"))[-1] == "1.1"


def test_what_has_no_value_stands_last_in_both_directions(world, show):
    assert rows(show("sort=unit"))[-2:] == ["2.5", "2.6"]
    assert rows(show("sort=-unit"))[-2:] == ["2.5", "2.6"]


def links(page: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'href="([^"]+)"', page)]


def test_a_sort_link_keeps_the_filter_and_the_day(show):
    drawn = show("light=green&on=2022-09-30&q=示例")
    sorts = [link for link in links(drawn) if "sort=" in link]
    assert len(sorts) == 7
    for link in sorts:
        asked = parse_qsl(urlsplit(link).query)
        assert {("light", "green"), ("on", "2022-09-30"), ("q", "示例")} < set(asked)


def test_every_count_of_a_priority_leads_to_as_many_rows(world, show, client):
    drawn = show()
    tallies = re.findall(r'<a class="lamp \w+" href="([^"]+)">.*?</svg>(\d+)<', drawn)
    assert len(tallies) == 8
    for link, count in tallies:
        linked = client.get(html.unescape(link)).content.decode()
        assert len(rows(linked)) == int(count), link


def test_the_count_at_a_light_is_what_ticking_it_shows(world, show):
    drawn = show("priority=1")
    for kind in KINDS:
        count = int(re.search(rf'id="n-{kind}">(\d+)<', drawn).group(1))
        assert len(rows(show(f"priority=1&light={kind}"))) == count


def test_the_count_at_a_criterion_is_what_ticking_it_shows(show):
    drawn = show("priority=2")
    for flag in set(FLAGS) - {"unassigned"}:
        count = int(re.search(rf'id="n-{flag}">(\d+)<', drawn).group(1))
        assert len(rows(show(f"priority=2&{flag}=1"))) == count


def test_figures_of_a_priority_stand_only_over_all_of_its_rows(show):
    assert 'class="mini" role="cell"><a' in show("priority=2")
    assert 'class="mini" role="cell"><a' not in show("light=green")


def test_nothing_found_says_so_and_offers_the_way_back(world, show):
    drawn = show("q=没有这样的词&on=2022-09-29&sort=due")
    assert rows(drawn) == []
    assert "No action fits this filter." in drawn
    assert f'{world.url}?on=2022-09-29&amp;sort=due"' in drawn


def test_a_plan_without_actions_says_so(client, world):
    empty = make_plan("2032")
    client.force_login(world.office)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert (
        "has no actions yet" in client.get(reverse("actions", args=[empty.slug])).content.decode()
    )


WRONG = [
    "light=pink",
    "light=red&light=",
    "priority=9",
    "priority=abc",
    "priority=" + "9" * 30,
    "priority=1&priority=2",
    "unit=nobody",
    "unit=q",
    "unit=" + "x" * 5000,
    "role=boss",
    "owner=nobody",
    "owner=" + "9" * 30,
    "stale=2",
    "stale=yes",
    "mine=true",
    "sort=name",
    "sort=--due",
    "pick=some",
    "q=" + "长" * 101,
    "q=%EF%BF%BD",
    "q=a&q=b",
    "on=2022-02-30",
    "on=0000-01-01",
    "on=9999-12-31",
    "on=today",
]


@pytest.mark.parametrize("query", WRONG)
def test_a_wrong_value_is_refused_with_a_sentence_and_no_rows(show, query):
    drawn = show(query, status=400)
    assert rows(drawn) == []
    assert re.search(r'class="errors"|class="wrong"|data-error', drawn)


@pytest.mark.parametrize("raw", ["q=%00", "unit=%ff", "owner=%00", "q=%ED%A0%80"])
def test_what_is_no_text_is_refused(show, raw):
    show(raw, status=400)


def test_an_error_stands_beside_its_field_and_keeps_what_was_typed(show):
    drawn = show(f"unit={quote('示例区')}&priority=2&q=abc", status=400)
    error = re.search(r'<ul class="errors" id="f-unit_error"><li>(.*?)</li>', drawn).group(1)
    assert error == "There is no unit “示例区”. Is it 区甲办, 区乙局?"
    assert 'aria-describedby="f-unit_error"' in drawn
    assert 'value="示例区"' in drawn
    assert 'value="abc"' in drawn
    assert '<option value="2" selected>' in drawn


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "=1+1", "‮evil", "😀", "'; DROP TABLE", "\\", "%25"]
)
def test_odd_words_are_searched_for_and_escaped(show, words):
    drawn = show(urlencode({"q": words}))
    assert rows(drawn) == []
    assert "<script>alert" not in drawn


def test_a_past_day_is_for_reading_only(show):
    drawn = show("on=2022-09-29&pick=all")
    assert 'form="bulk"' not in drawn
    assert "/assign/" not in drawn
    assert "/report/" not in drawn


def test_pick_all_ticks_every_row_that_is_shown(show):
    drawn = show("priority=2&pick=all")
    ticked = re.findall(r'name="pick" value="([\d.]+)" form="bulk" checked', drawn)
    assert ticked == ["2.1", "2.2", "2.3", "2.4", "2.5"]
    assert "pick=all" not in "".join(links(drawn))


def verbs(page: str, number: str) -> list[str]:
    row = re.search(rf'id="row-{number}".*?</tr>', page, re.S).group(0)
    return re.findall(r'<a id="(\w+)-', row)


def test_each_reader_has_the_verbs_that_are_theirs(world, client):
    expected = {
        "office": {"2-3": ["review", "assign", "report"], "2-5": ["assign"], "2-6": []},
        "owner": {"2-3": ["report"], "1-1": [], "2-5": []},
        "viewer": {"2-3": [], "2-5": []},
    }
    for name, by_row in expected.items():
        client.force_login(getattr(world, name))
        drawn = client.get(world.url).content.decode()
        assert {row: verbs(drawn, row) for row in by_row} == by_row
        assert ('id="bulk"' in drawn) == (name == "office")
        assert ('name="pick"' in drawn) == (name == "office")


def test_a_verb_comes_back_to_the_very_list(world, show):
    drawn = show("light=unassigned&sort=-due")
    link = next(link for link in links(drawn) if "/2.5/assign/" in link)
    back = dict(parse_qsl(urlsplit(link).query))["next"]
    assert back == f"{world.url}?light=unassigned&sort=-due"


def test_htmx_gets_the_region_and_the_short_address(world, client):
    client.force_login(world.office)
    url = f"{world.url}?light=red&priority=&unit=&q="
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{world.url}"}
    response = client.get(url, headers=headers)
    assert response.headers["HX-Push-Url"] == f"{world.url}?light=red"
    assert "HX-Request" in response.headers["Vary"]
    assert response.content.decode().lstrip().startswith("<title>")


def test_typing_on_is_no_step_for_back(world, client):
    client.force_login(world.office)
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{world.url}?q=ab"}
    response = client.get(f"{world.url}?q=abc", headers=headers)
    assert response.headers["HX-Replace-Url"] == f"{world.url}?q=abc"
    assert "HX-Push-Url" not in response.headers
    cleared = client.get(world.url, headers=headers)
    assert cleared.headers["HX-Push-Url"] == world.url


def test_an_action_of_a_deactivated_unit_is_still_found(world, show):
    world.street.is_active = False
    world.street.save()
    assert rows(show(f"unit={quote('丙街道')}")) == ["2.1"]


def test_somebody_who_owns_nothing_is_asked_for_without_an_error(show):
    drawn = show("owner=viewer")
    assert rows(drawn) == []
    viewer = User.objects.get(username="viewer")
    assert f'<option value="~{viewer.pk}" selected>{viewer}<' in drawn


def test_the_plans_do_not_mix(world, show):
    other = make_plan("2032", sizes=(3,))
    make_action(other.priorities.get(), lead_unit=world.bureau, owner=world.owner, order=9)
    assert "1.9" not in rows(show("owner=owner"))
    assert len(rows(show())) == 12


def queries_of(client, url) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("query", ["", "?q=示例&sort=due&mine=1", "?waiting=1&unit=区乙局"])
def test_the_number_of_queries_depends_on_nothing(world, client, query):
    client.force_login(world.office)
    actions = list(Action.objects.of_plan(world.plan).filter(lead_unit__isnull=False))
    make_entries(actions, by=world.owner, each=2)
    client.get(world.url + query)
    few = queries_of(client, world.url + query)
    make_entries(actions, by=world.owner, each=198)
    third = make_priority(world.plan, number=3)
    for _ in range(30):
        make_action(third, lead_unit=world.bureau, owner=world.owner, supporting=[world.street])
    assert queries_of(client, world.url + query) == few
    assert few <= 23  # two of them: the version of the data, and the plan as it is under it


def test_a_selection_of_nothing_is_everything(world):
    assert not Selection().is_narrowed
    assert len(Selection().rows(world.state)) == len(world.state.actions)


def test_two_days_are_compared_in_the_rows_and_stay_in_every_link(world, show):
    drawn = show("since=2022-05-31&light=yellow")
    sorts = [link for link in links(drawn) if "sort=" in link]
    assert all("since=2022-05-31" in link for link in sorts)
    assert '<input type="hidden" name="since" value="2022-05-31">' in drawn
    assert all("since" not in urlsplit(link).path for link in links(drawn))
    link = next(link for link in links(drawn) if "/assign/" in link)
    assert urlsplit(link).path.endswith("/assign/")


# A part of a page is drawn once for what it depends on


def test_a_part_is_drawn_again_for_whom_it_is_another(world, client):
    """The same parts for several readers, languages, filters and days; none gets another's."""

    def board(who, language, query) -> str:
        client.force_login(who)
        move()
        page = client.get(world.url + query, headers={"accept-language": language})
        return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", page.content.decode())

    def anew(*asked) -> str:
        for kept in (STATES, KEPT):
            kept.clear()
        return board(*asked)

    unit = f"?unit={world.bureau.key}"
    queries = ("", "?sort=due", "?light=red", f"?on={ON - timedelta(1)}", unit, "?q=%E7%A4%BA")
    people, languages = (world.office, world.owner), ("zh-CN", "en")
    asked = [(who, to, query) for who in people for to in languages for query in queries]
    drawn = [anew(*one) for one in asked]
    assert [board(*one) for one in asked] == drawn
    world.bureau.short_name, world.owner.display_name = "示例改名局", "示例改名"
    for row in (world.bureau, world.owner):
        row.save()
    now = [board(*one) for one in asked]
    assert now == [anew(*one) for one in asked]
    assert not set(now) & set(drawn)


def test_a_part_whose_key_is_none_is_kept_for_nobody(world):
    part = Template('{% load same_tags %}{% same "n" key %}{{ n }}{% endsame %}')
    given = {"addresses": Addresses(world.plan)}
    for key, wanted in ((1, "0 0"), (None, "0 1")):
        KEPT.clear()
        drawn = [part.render(Context({**given, "n": n, "key": key})) for n in range(2)]
        assert " ".join(drawn) == wanted


def test_what_is_kept_of_parts_is_bounded():
    kept = LRU(most=4)
    for key in (1, 2, 1, 3):
        assert kept.get(key, lambda: f"{key}!") == f"{key}!"  # noqa: B023 - called at once
    assert (list(kept.kept), kept.held) == ([1, 3], 4)
    kept.clear()
    assert kept.get(1, lambda: "another") == "another"
