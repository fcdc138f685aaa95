"""A decision is taken back while nothing rests on it, and the entry waits again everywhere."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from priorities.models import Decision, DecisionUndone, ProgressEntry, Report
from priorities.models.decisions import AlreadyDecided, NothingToUndo
from priorities.models.issued import FileToFreeze
from priorities.state.kept import plan_on
from priorities.verify import Verification

from .dom import page_of
from .factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/2031/review/"}


@pytest.fixture
def action(db):
    return make_action(make_priority(make_plan()), lead_unit=make_unit("区甲局"))


@pytest.fixture
def liaison(action):
    return make_user("reporter", [action.lead_unit])


@pytest.fixture
def office(db):
    return make_user("supervisor", display_name="示例督查员")


@pytest.fixture
def entry(action, liaison):
    """Waits behind one that counts."""
    make_entry(action, by=liaison, percent=60, day=date(2022, 8, 31))
    return make_entry(action, by=liaison, percent=80, needs_review=True)


def percent(action, on: date = date(2022, 9, 30)) -> tuple[int, int]:
    """What counts, and how many wait."""
    plan = action.priority.plan
    shown = plan_on(plan, on).numbered(action.number)
    return shown.percent, shown.waiting


def again(entry) -> ProgressEntry:
    return ProgressEntry.objects.get(pk=entry.pk)


# What stands


ACTS = {
    "accept": lambda entry, by: entry.accept(by=by),
    "return": lambda entry, by: entry.send_back(by=by, reason="示例：数字不符"),
    "undo": lambda entry, by: entry.decision.undo(by=by),
}
AFTER = {"accept": "accepted", "return": "returned", "undo": "waiting"}


class TestAnyOrder(TestCase):
    @settings(max_examples=20)
    @given(st.lists(st.sampled_from(sorted(ACTS)), max_size=6))
    def test_rows_queries_and_state_agree(self, acts):
        action = make_action(make_priority(make_plan()), lead_unit=make_unit())
        office, now, done = make_user("supervisor"), "waiting", 0
        entry = make_entry(action, by=office, percent=80, needs_review=True)
        for act in acts:
            is_open = now == "waiting"
            if (act == "undo") == is_open:
                continue  # nothing to undo, or decided already
            ACTS[act](again(entry), office)
            now, done = AFTER[act], done + 1
        assert again(entry).state == now
        mine = ProgressEntry.objects.filter(pk=entry.pk)
        joined = mine.select_related("decision__by").get()
        assert joined.state == now
        found = [
            name
            for name in ("waiting", "accepted", "standing", "not_withdrawn")
            if getattr(mine, name)().exists()
        ]
        assert (
            found
            == {
                "waiting": ["waiting", "standing", "not_withdrawn"],
                "accepted": ["accepted", "standing", "not_withdrawn"],
                "returned": ["not_withdrawn"],
            }[now]
        )
        assert percent(action) == ((80 if now == "accepted" else 0), int(now == "waiting"))
        assert Decision.objects.count() + DecisionUndone.objects.count() == done
        assert list(Verification().faults()) == []


def test_any_day_knows_it(entry, action, office):
    entry.accept(by=office)
    assert (percent(action), percent(action, date(2022, 9, 29))) == ((80, 0), (60, 0))
    entry.decision.undo(by=office)
    assert (percent(action), percent(action, date(2022, 9, 29))) == ((60, 1), (60, 0))


def test_of_two_at_once_one_decides(entry, office):
    first, second = again(entry), again(entry)
    assert (first.decision, second.decision) == (None, None)
    first.accept(by=office)
    with pytest.raises(AlreadyDecided):
        second.send_back(by=office, reason="示例：更慢")
    first.decision.undo(by=office)
    second.send_back(by=office, reason="示例：更慢")
    assert again(entry).state == "returned"


# What rests on it


def report_is_issued(entry, office, end=date(2022, 9, 30)):
    report = Report.objects.create(
        plan=entry.action.priority.plan,
        start=date(2022, 8, 1),
        end=end,
        number="示例1",
        title="示例",
    )
    report.freeze(
        data="{}", files=[FileToFreeze("docx", "示例.docx", b"PK")], by=office, at=timezone.now()
    )


BUILT = {
    "a later entry": lambda entry, office: make_entry(
        entry.action, by=entry.by, percent=90, needs_review=True
    ),
    "a report": report_is_issued,
    "undone already": lambda entry, office: Decision.objects.get(entry=entry).undo(by=office),
}


@pytest.mark.parametrize("what", BUILT)
def test_nothing_is_taken_from_under_what_was_built_on_it(entry, office, what):
    entry.accept(by=office)
    decision = Decision.objects.get(entry=entry)
    BUILT[what](entry, office)
    with pytest.raises(NothingToUndo):
        Decision.objects.get(pk=decision.pk).undo(by=office)
    assert DecisionUndone.objects.count() == (what == "undone already")


def test_a_later_decision_beside_it(entry, action, liaison, office):
    older = ProgressEntry.objects.exclude(pk=entry.pk).get()
    assert older.state == "accepted"
    waiting = make_entry(action, by=liaison, percent=85, needs_review=True)
    waiting.accept(by=office)
    entry.accept(by=office)
    with pytest.raises(NothingToUndo):
        waiting.decision.undo(by=office)


def test_a_report_of_earlier_days_does_not_speak_of_it(entry, office):
    entry.accept(by=office)
    report_is_issued(entry, office, end=date(2022, 9, 29))
    entry.decision.undo(by=office)
    assert again(entry).state == "waiting"


def test_what_its_author_took_back_is_no_decision_of_the_office(entry, liaison, office):
    entry.withdraw(by=liaison)
    with pytest.raises(NothingToUndo):
        entry.decision.undo(by=office)


# On the page


@pytest.fixture
def client_of_office(office):
    client = Client(**ENGLISH)
    client.force_login(office)
    return client


def url(name: str, entry) -> str:
    return reverse(name, args=["2031", entry.pk])


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("act", ["accept", "send_back"])
def test_one_press_on_the_message_leads_back_to_the_entry(client_of_office, entry, act, headers):
    values = {"next": "/2031/review/", "reason": "示例：数字不符"}
    done = client_of_office.post(url(act, entry), values, follow=True, **headers)
    way_back = f"{url('undo_decision', entry)}?decision={again(entry).decision.pk}"
    [form] = [f for f in page_of(done).all("form") if f.attrs.get("action") == way_back]
    sent = {i["name"]: i.attrs.get("value", "") for i in form.all("input")}
    back = client_of_office.post(form["action"], sent, follow=True, **headers)
    led = [] if headers else [(f"/2031/review/?entry={entry.pk}", 302)]
    assert back.redirect_chain == led  # htmx gets the page that follows in the same answer
    assert url("accept", entry) in [form.attrs.get("action") for form in page_of(back).all("form")]
    assert back.context["shown"] == entry
    assert "the decision is taken back, the entry waits again" in page_of(back).text
    twice = client_of_office.post(form["action"], sent, **headers)
    assert twice.get("Location") == (None if headers else f"/2031/review/?entry={entry.pk}")


def test_the_page_of_the_action_offers_it_and_tells_it(client_of_office, entry, office):
    entry.accept(by=office)
    page = page_of(client_of_office.get(entry.action.get_absolute_url()))
    assert [b.text for b in page.all("button", id=f"undo-{entry.pk}")] == ["Take the decision back"]
    values = {"next": entry.action.get_absolute_url()}
    page = page_of(client_of_office.post(url("undo_decision", entry), values, follow=True))
    assert not list(page.all("button", id=f"undo-{entry.pk}"))
    told = [p.text for p in page.all("p", css="reason")]
    assert len(told) == 1
    assert told[0].startswith("Accepted by 示例督查员 on ")
    assert "taken back by 示例督查员" in told[0]


def test_a_page_left_open_takes_no_later_decision_back(client_of_office, entry, office):
    entry.accept(by=office)
    first = f"{url('undo_decision', entry)}?decision={again(entry).decision.pk}"
    assert client_of_office.post(first).status_code == 302
    again(entry).send_back(by=office, reason="示例：数字不符")
    answer = client_of_office.post(first)
    assert answer.status_code == 409
    assert "This decision stays" in page_of(answer).text
    assert again(entry).state == "returned"


def test_where_it_is_too_late_the_page_says_why(client_of_office, entry, office):
    entry.accept(by=office)
    report_is_issued(entry, office)
    answer = client_of_office.post(url("undo_decision", entry))
    assert answer.status_code == 409
    assert "an issued report was built on it" in page_of(answer).text
    assert again(entry).state == "accepted"
    page = page_of(client_of_office.get(entry.action.get_absolute_url()))
    assert not list(page.all("button", id=f"undo-{entry.pk}"))


def test_who_may_not_decide_may_not_undo(entry, office, liaison, client):
    entry.accept(by=office)
    client.force_login(liaison)
    assert client.post(url("undo_decision", entry)).status_code == 403
    assert again(entry).state == "accepted"
