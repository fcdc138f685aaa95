"""Ctrl+K: what a few letters lead to."""

import pytest
from django.urls import reverse

from priorities.addresses import Addresses
from priorities.jump import MOST, jump_to
from priorities.models import Unit
from priorities.state.selection import Selection
from tests.states import state

from .factories import make_action, make_plan, make_priority, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    plan = make_plan()
    priority = make_priority(plan)
    for text in ("规划建设一批产业园区", "加快打造一批产业空间"):
        make_action(priority, text=text)
    return plan


def names(plan, words, role="supervisor"):
    return [target.name for target in jump_to(words, plan, make_user(role))]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("1.2", "1.2 加快打造一批产业空间"),
        ("产业园", "1.1 规划建设一批产业园区"),
        ("ghjs", "1.1 规划建设一批产业园区"),
        ("qfg", "区发改局"),
        ("发展和改革", "区发改局"),
        ("总览", "总览"),
    ],
)
def test_numbers_words_and_initials_lead_there(plan, words, name):
    assert names(plan, words)[0] == name


FOUND = (
    "１.２|1。2|ＱＦＧＪ|产业 空间|空间、产业|产\u200b业空间|cykj|1.2 空间|区发展和改革局|qfzhggj|"
    "“产业”|示例重点|zsl|csl|zeng1|/|空间 zsl"
)


@pytest.mark.parametrize("typed", [*FOUND.split("|"), "2", "不存在"])
def test_ctrl_k_and_the_list_find_the_same_actions(plan, typed):
    unit = Unit.objects.get(short_name="区发改局")
    owner = make_user("reporter", [unit], "zeng1", display_name="曾示例")
    action = plan.priorities.get().actions.get(order=2)
    action.assign(by=owner, changes={"lead_unit": unit, "owner": owner})
    make_action(plan.priorities.get(), text="举办“双区”论坛／展会")
    user = make_user("supervisor")
    jumped = {t.url for t in jump_to(typed, plan, user) if t.kind == "举措"}
    listed = Selection(words=typed).rows(state(plan, plan.today()))
    assert jumped == {Addresses(plan).of_action(a.number) for a in listed}
    assert bool(jumped) is (typed in FOUND.split("|"))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("zsl", "曾示例"),
        ("csl", "曾示例"),
        ("ZENG1", "曾示例"),
        ("曾　示例", "曾示例"),
        ("qfzhggj", "区发改局"),
    ],
)
def test_people_and_full_names_are_found_too(plan, typed, name):
    make_user("reporter", username="zeng1", display_name="曾示例")
    assert name in names(plan, typed)


def test_the_best_fit_stands_first(plan):
    make_action(plan.priorities.get(), text="区发改局改革试点")
    assert names(plan, "区发")[:2] == ["区发改局", "1.3 区发改局改革试点"]


def test_nothing_typed_offers_the_pages_that_one_may_open(plan):
    assert "待审核" in names(plan, "")
    assert "待审核" not in names(plan, "", role="reporter")
    assert "填报" not in names(plan, "", role="viewer")


def test_nothing_fits_says_so(plan, client):
    client.force_login(make_user("viewer"))
    response = client.get(reverse("jump", args=["2031"]), {"q": "<script>x"})
    assert response.context["targets"] == []
    assert "<script>x" not in response.text


def test_no_more_than_fit_on_a_screen(plan):
    for place in range(30):
        make_action(plan.priorities.get(), text=f"示例{place}")
    assert len(names(plan, "示例")) == MOST


def test_the_palette_gets_the_list_alone(plan, client):
    client.force_login(make_user("viewer"))
    response = client.get(
        reverse("jump", args=["2031"]), {"q": "1.1"}, headers={"HX-Request": "true"}
    )
    assert "<main" not in response.text
    assert 'href="/2031/actions/1.1/"' in response.text
