"""Every form that edits says what it was drawn from, every form that creates is stored once."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils.html import escape

from priorities.admin import panel
from priorities.models import Action, Decision, ExtensionAnswer, ExtensionRequest

from .address_book import ADDRESSES
from .district import District
from .factories import make_action, make_plan, make_priority, make_target, make_unit, make_user
from .test_recording import at_once, database_on_disk

__all__ = ["database_on_disk"]
pytestmark = pytest.mark.django_db

EDITS = {
    "assign",
    "bulk_assign",
    "status_date",
    "passage",
    "report_heads",
    "import_ledger",
    "proposal",
    *("action_reword", "action_withdraw", "action_split", "action_merge", "priority_reword"),
    *("unit_reform", "targets", "table_intake", "progress_intake"),
}
"""What changes rows that stand: these forms carry ``seen``, or ``version`` in a report."""

CREATES = {
    *("report", "unchanged", "extension", "report_comment", "passage_add"),
    *("document_new", "proposal_make", "action_add", "priority_add"),
    *("plan_table", "progress_table"),
}
"""What makes rows: these forms carry ``nonce``."""

ONE_PER_KEY = {
    "report_new": "plan, kind and period",
    "report_correct": "the issued report",
    "plan_empty": "the address of the plan",
    "plan_copy": "the address of the plan",
}
"""What makes rows of which the database takes one only, by that key."""

DECIDES = {
    *("accept", "send_back", "undo_decision", "withdraw", "review_several", "extension_answer"),
    *("report_issue", "report_discard", "report_take_back", "report_news"),
    *("proposal_discard", "proposal_take_back", "proposal_unmake", "table_unmake"),
    *("plan_begin", "plan_close", "plan_back", "plan_carry", "amendment_undo"),
}
"""One answer each: the second is told who was faster, or is the first one's other half."""

OTHERS = {"sign_in", "sign_out", "password_change", "set_language"}
"""No row of the plan: a session, a cookie, one's own password with the old one beside it."""


def takes_posts(address) -> bool:
    return bool(set(address.post.split()) - {"302", "405"}) or "405" not in address.post


def test_every_address_that_takes_a_form_is_told_what_it_is():
    sending = {a.name for a in ADDRESSES if ":" not in a.name and takes_posts(a)}
    known = EDITS | CREATES | set(ONE_PER_KEY) | DECIDES | OTHERS
    assert sending - known == set()
    assert known - {a.name for a in ADDRESSES} == set()


FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.S)
METHOD = re.compile(r'^<form\b[^>]*\bmethod="post"', re.S)
ACTION = re.compile(r'(?:form)?action="([^"]+)"')


def forms_on(page: str) -> Iterator[tuple[str, str]]:
    """Name of the address and markup of each form that is sent by POST, once per address."""
    for form in FORM.findall(page):
        if not METHOD.match(form):
            continue
        for target in ACTION.findall(form):
            try:
                yield resolve(target.partition("?")[0]).url_name, form
            except Resolver404:
                continue


def pages(district: District, who: str) -> Iterator[str]:
    client = Client()
    client.force_login(district.people[who])
    for address in ADDRESSES:
        if ":" not in address.name and address.status("GET", who) == 200:
            response = client.get(address.url(district))
            if "text/html" in response["Content-Type"]:
                yield response.content.decode()


@pytest.mark.parametrize("who", ["reporter", "supervisor"])
def test_every_form_of_the_site_carries_its_version_or_its_nonce(district, who):
    met = set()
    for page in pages(district, who):
        for name, form in forms_on(page):
            met.add(name)
            if name in EDITS and 'type="file"' not in form:
                is_preview = name == "bulk_assign" and 'value="apply"' not in form
                assert re.search(r'name="(seen|version)"', form) or is_preview, (name, form[:300])
            if name in CREATES:
                assert 'name="nonce"' in form, (name, form[:300])
    wanted = {"supervisor": {"assign", "status_date", "accept"}, "reporter": {"report"}}
    assert wanted[who] - met == set()


def test_every_page_of_the_panel_that_edits_carries_version_and_nonce(district):
    client = Client()
    client.force_login(district.people["administrator"])
    make_target(district.actions["red"])
    seen_fields = 0
    for model, page in panel._registry.items():
        row = model.objects.first()
        url = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if not page.has_change_permission(request_of(district), row):
            continue
        for address, fields in [
            (reverse(f"{url}_change", args=[row.pk]), ("seen", "nonce")),
            (reverse(f"{url}_add"), ("nonce",)),
        ]:
            markup = client.get(address).content.decode()
            for field in fields:
                value = re.search(rf'<input type="hidden" name="{field}" value="([^"]+)"', markup)
                assert value, (address, field)
            drawn = set(re.findall(r'name="(\w+-\d+)-id"', markup))
            versions = re.findall(r'name="\w+-\d+-seen" value="\d+"', markup)
            assert len(drawn) == len(versions), address
            seen_fields += len(versions)
    assert seen_fields >= 2


def request_of(district: District):
    request = type("Request", (), {})()
    request.user = district.people["administrator"]
    return request


# Assigning at the same moment


@pytest.fixture
def world():
    unit, other = make_unit("示例甲局"), make_unit("示例乙局")
    action = make_action(make_priority(make_plan("2031"), number=3), lead_unit=unit)
    office = [make_user("supervisor", display_name=name) for name in ("示例甲", "示例乙")]
    return {"action": action, "office": office, "units": [unit, other]}


def form_of(client: Client, url: str) -> dict:
    context = client.get(url).context
    form = context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {field.html_name: field.value() for field in form.milestones.management_form}
    return sent | {"seen": context["seen"], "next": "/2031/"}


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def two_at_once(world, first: dict, second: dict) -> list:
    url = reverse("assign", args=["2031", "3.1"])
    clients = [signed_in(user) for user in world["office"]]
    sent = [form_of(client, url) for client in clients]
    connection.close()
    one, other = zip(clients, sent, (first, second), strict=True)
    return at_once(*(lambda c=c, s=s, m=m: c.post(url, s | m) for c, s, m in (one, other)))


def test_two_who_assign_at_once_and_one_is_asked(database_on_disk, world):
    days = ({"start": "2022-02-01"}, {"start": "2022-03-01", "measure": "示例标准"})
    answers = two_at_once(world, *days)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    winner = days[0 if answers[0].status_code == 302 else 1]
    assert str(Action.objects.get(pk=world["action"].pk).start) == winner["start"]
    names = {d.name: d.chosen for d in late.context["differences"]}
    assert names["start"] == ""


def test_two_who_mean_the_same_at_once(database_on_disk, world):
    answers = two_at_once(world, {"start": "2022-02-01"}, {"start": "2022-02-01"})
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (
        Action.objects.get(pk=world["action"].pk).history.filter(start=date(2022, 2, 1)).count()
        == 1
    )


def test_milestones_are_compared_as_one(world):
    url = reverse("assign", args=["2031", "3.1"])
    first, second = (signed_in(user) for user in world["office"])
    sent = form_of(second, url)
    row = {"milestones-0-title": "示例同事的", "milestones-0-planned": "2022-06-30"}
    assert first.post(url, form_of(first, url) | row).status_code == 302
    mine = {"milestones-0-title": "示例我的", "milestones-0-planned": "2022-07-31"}
    late = second.post(url, sent | mine)
    found = {d.name: (d.theirs, d.mine, d.chosen) for d in late.context["differences"]}
    assert late.status_code == 409
    assert found["milestones"][0] == "2022-06-30 · 示例同事的"
    assert "示例我的" in found["milestones"][1]
    page = late.content.decode()
    assert escape("示例我的") in page and 'name="keep-milestones"' in page
    choice = {"seen": late.context["seen"], "keep-milestones": "theirs"}
    assert second.post(url, sent | mine | choice).status_code == 302
    stored = world["action"].milestones.values_list("title", flat=True)
    assert list(stored) == ["示例同事的"]


def test_a_form_with_errors_keeps_the_version_it_saw(world):
    """A refusal for another reason is no look at what somebody else has changed meanwhile."""
    url = reverse("assign", args=["2031", "3.1"])
    first, second = (signed_in(user) for user in world["office"])
    sent = form_of(second, url) | {"measure": "示例标准", "due": "kein Tag"}
    assert first.post(url, form_of(first, url) | {"start": "2022-02-01"}).status_code == 302
    wrong = second.post(url, sent)
    assert wrong.status_code == 422
    assert wrong.context["seen"] == sent["seen"]
    assert second.post(url, sent | {"due": "2022-12-31"}).status_code == 409


# One answer, however often it is clicked


def test_the_second_click_on_an_answer_shows_the_same_page(district):
    client = signed_in(district.people["supervisor"])
    waiting = district.entries["waiting"]
    url = reverse("accept", args=["2031", waiting.pk])
    answers = [client.post(url) for _click in range(2)]
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, answers[0]["Location"])] * 2
    assert Decision.objects.filter(entry=waiting).count() == 1
    assert signed_in(district.people["administrator"]).post(url).status_code == 409


@pytest.mark.parametrize(
    "answer", [{"verdict": "refuse", "reason": "示例"}, {"verdict": "grant", "due": "2023-03-31"}]
)
def test_the_second_click_on_an_extension_shows_the_same_page(district, answer):
    client = signed_in(district.people["supervisor"])
    url = reverse("extension_answer", args=["2031", district.asked.pk])
    answers = [client.post(url, answer) for _click in range(2)]
    assert [a.status_code for a in answers] == [302, 302], answers[0].content.decode()[:500]
    assert ExtensionAnswer.objects.filter(request=district.asked).count() == 1
    rival = signed_in(district.people["administrator"])
    assert rival.post(url, answer).status_code == 409
    assert ExtensionRequest.objects.count() == 1
