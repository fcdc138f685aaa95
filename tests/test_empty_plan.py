"""A plan in which nothing stands yet: no page asks anybody to do something with none."""

import re

import pytest
from django.urls import NoReverseMatch, reverse

from priorities.models import Plan

from .address_book import ADDRESSES
from .dom import page_of
from .factories import make_plan, make_priority, make_user

VERBS = re.compile(
    r"\b(?:Assign|Change|Accept|Return|Take over|Report|Review|Delete)(?: this| these)? 0\b"
    r"|\b0 priorities and|and 0 actions"
    r"|(?:分派|交办|修改|采纳|退回|导入|填报|处理)(?:这|全部)? ?0 ?[项条行个]"
)


@pytest.fixture(params=["no priorities", "no actions"])
def empty(request, db) -> Plan:
    plan = make_plan("2041")
    if request.param == "no actions":
        make_priority(plan, number=1)
    return plan


def pages(plan: Plan):
    for address in ADDRESSES:
        if address.arguments == "plan" and not address.name.startswith("admin:"):
            try:
                yield reverse(address.name, args=[plan.slug])
            except NoReverseMatch:
                continue


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("role", ["supervisor", "reporter"])
def test_no_page_asks_for_an_act_on_nothing(client, empty, role, language):
    client.force_login(make_user(role))
    wrong, seen = {}, 0
    for page in pages(empty):
        answer = client.get(page, HTTP_ACCEPT_LANGUAGE=language)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        seen += 1
        if found := VERBS.findall(page_of(answer).text):
            wrong[page] = found
    assert wrong == {}
    assert seen > 8


def test_the_overview_leads_to_where_actions_are_entered(client, empty):
    client.force_login(make_user("supervisor"))
    page = page_of(client.get(f"/{empty.slug}/", HTTP_ACCEPT_LANGUAGE="en"))
    assert "This plan has no actions yet." in page.text
    links = [a.attrs.get("href") for a in page.all("a")]
    assert reverse("admin:priorities_plan_change", args=[empty.pk]) in links
