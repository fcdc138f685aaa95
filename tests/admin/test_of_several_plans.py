"""Several plans in one panel: each row names its plan, and lists are narrowed to one."""

import pytest
from django.contrib.admin.utils import quote
from django.urls import reverse

from priorities.models import (
    Action,
    Decision,
    Evidence,
    Milestone,
    Plan,
    Priority,
    ProgressEntry,
    Target,
)
from priorities.models.phases import Life
from tests.dom import page_of
from tests.factories import (
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_target,
    make_unit,
    make_user,
)

from .pages import address

pytestmark = pytest.mark.django_db

WAYS = {
    Priority: "plan",
    Action: "priority__plan",
    Milestone: "action__priority__plan",
    Target: "action__priority__plan",
    ProgressEntry: "action__priority__plan",
    Evidence: "entry__action__priority__plan",
    Decision: "entry__action__priority__plan",
}
"""Every kind of row that belongs to a plan, with the way to it."""


@pytest.fixture
def two(supervisor) -> list[Plan]:
    """Two plans that have the same numbers and titles."""
    unit, reporter = make_unit("示例一局"), make_user("reporter")
    plans = [make_plan("2031"), make_plan("2032")]
    for plan in plans:
        action = make_action(make_priority(plan, title="示例同名"), text="示例同文", lead_unit=unit)
        make_milestone(action, plan.end)
        make_target(action)
        entry = make_entry(action, by=reporter, needs_review=True)
        Evidence.objects.create(entry=entry, link=f"https://example.org/{plan.slug}")
        entry.accept(by=supervisor)
    return plans


@pytest.mark.parametrize("model", WAYS)
def test_each_row_names_its_plan_and_the_list_is_narrowed_to_one(client, two, model):
    first, way = two[0], f"{WAYS[model]}__id__exact"
    whole = page_of(client.get(address(model, "changelist")))
    rows = [row.text for row in whole.one("table", id="result_list").one("tbody").all("tr")]
    for plan in two:
        assert any(plan.slug in row or plan.title in row for row in rows), rows
    assert [a["href"] for a in whole.all("a") if f"{way}={first.pk}" in a["href"]]
    found = client.get(address(model, "changelist"), {way: quote(first.pk)})
    found = found.context["cl"].result_list
    kept = model._default_manager.filter(**{WAYS[model]: first})
    assert set(found) == set(kept) and kept.exists()


def test_a_priority_is_chosen_with_its_plan_and_a_closed_plan_takes_none(client, two):
    page = page_of(client.get(address(Action, "add")))
    offered = [o.text for o in page.one("select", id="id_priority").all("option")]
    assert "2031 · 1 示例同名" in offered and "2032 · 1 示例同名" in offered
    closed(two[0])
    page = page_of(client.get(address(Action, "add")))
    offered = [o.text for o in page.one("select", id="id_priority").all("option")]
    assert not any(words.startswith("2031") for words in offered)


def test_an_action_is_found_with_its_plan(client, two):
    asked = {"term": "示例同文", "app_label": "priorities", "model_name": "milestone"}
    url = reverse("admin:autocomplete")

    def offered() -> list[str]:
        answer = client.get(url, {**asked, "field_name": "action"})
        return sorted(row["text"] for row in answer.json()["results"])

    assert offered() == ["2031 · 1.1 示例同文", "2032 · 1.1 示例同文"]
    closed(two[0])
    assert offered() == ["2032 · 1.1 示例同文"]


def closed(plan: Plan) -> None:
    plan.phase = Life.CLOSED
    plan.save()


def test_the_plans_are_listed_with_their_phase_and_filtered_by_it(client, two):
    closed(two[0])
    page = page_of(client.get(address(Plan, "changelist"), HTTP_ACCEPT_LANGUAGE="en"))
    [row] = [r.text for r in page.one("table", id="result_list").all("tr") if "2031" in r.text]
    assert "Closed" in row
    found = client.get(address(Plan, "changelist"), {"phase__exact": "closed"})
    assert list(found.context["cl"].result_list) == [two[0]]
