"""A closed plan is read only by every door, and stays as it was on its last day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client

from priorities.circular.issuing import issue
from priorities.models import (
    Action,
    Decision,
    ExtensionRequest,
    Milestone,
    Plan,
    Priority,
    ProgressEntry,
    Target,
)
from priorities.models.decisions import NothingToUndo
from priorities.models.phases import Life
from priorities.plans.life.steps import Decided, begin, close, final_state, open_actions, step_back
from priorities.state.kept import plan_on

from .address_book import values_of
from .dom import page_of
from .factories import make_entry, make_plan, make_user
from .walk import asked, of_a_plan, of_rows
from .writes import fingerprint, watched

pytestmark = pytest.mark.django_db

LAST = date(2022, 12, 31)
MEANT_FOR_CLOSED = {
    *("report_new", "report_correct", "report_heads", "report_news", "report_comment"),
    *("report_issue", "report_discard", "report_take_back", "passage", "passage_add"),
    *("plan_back", "plan_carry", "plan_close"),
}
"""Reports change nothing in the plan: the last circular of a year is issued after its end."""


FORMS_ALONE = ("report", "extension", "assign", "targets", "import_ledger")
"""Pages that are nothing but a form. What waits for review is decided before a plan is closed."""


@pytest.fixture
def closed(district):
    """Closed past the acts: that they lead here is shown elsewhere."""
    district.plan.phase, district.plan.status_date = Life.CLOSED, LAST
    district.plan.save()
    return district


@pytest.mark.parametrize("role", ["reporter", "supervisor", "administrator"])
def test_every_form_that_would_change_it_is_refused_and_nothing_is_written(closed, role):
    before, found, refused = fingerprint(), {}, 0
    for address in of_a_plan(closed):
        if address.name in MEANT_FOR_CLOSED or address.name == "plan_copy":
            continue
        with watched() as written:
            status = asked(closed.people[role], address, closed, "POST").status_code
        refused += status == 403
        if status not in (403, 405) or written:
            found[address.name] = (status, written)
    assert found == {}
    assert refused >= 14
    assert fingerprint() == before


def test_they_would_change_it_while_it_runs(district):
    """Else the refusals would prove nothing."""
    by = district.people["supervisor"]
    taken = set()
    for address in of_a_plan(district):
        place = transaction.savepoint()
        if asked(by, address, district, "POST").status_code in (200, 302):
            taken.add(address.name)
        transaction.savepoint_rollback(place)
    assert {"assign", "report", "unchanged", "status_date", "bulk_assign", "accept"} <= taken


def test_the_refusal_names_the_plan(closed, client):
    client.force_login(closed.people["supervisor"])
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = client.post("/2031/actions/1.2/unchanged/", {}).content.decode()
    assert f"{closed.plan.title} is closed and can only be read. Nothing was changed." in page


@pytest.mark.parametrize("role", ["viewer", "reporter", "supervisor"])
def test_every_page_can_be_read_and_none_offers_a_form_of_it(closed, role):
    offered = {}
    for address in of_a_plan(closed):
        if address.name in (*MEANT_FOR_CLOSED, *FORMS_ALONE, "review"):
            continue
        if address.status("GET", role) != 200:
            continue
        page = asked(closed.people[role], address, closed, "GET")
        if page.status_code == 403 and address.status("POST", role) != 405:
            continue  # a form that has a page of its own
        if page.get("Content-Type", "").startswith("text/html"):
            html = page.content.decode()
            forms = ("/assign/", "/report/", "/unchanged/", "/extension/", "/status-date/")
            found = [f for f in forms if f'action="/2031/actions/1.2{f}' in html]
            found += [f for f in ("/2031/status-date/", "/2031/entries/") if f'="{f}' in html]
            if found or page.status_code != 200:
                offered[address.name] = (page.status_code, found)
    assert offered == {}


@pytest.mark.parametrize("name", FORMS_ALONE)
def test_the_page_of_a_form_is_refused_in_words(closed, name):
    [address] = [a for a in of_a_plan(closed) if a.name == name]
    assert asked(closed.people["supervisor"], address, closed, "GET").status_code == 403


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_the_panel_shows_its_rows_and_changes_none(closed, role):
    before, found = fingerprint(), {}
    for address in of_rows(closed, "plan", "priority", "action", "milestone"):
        get = asked(closed.people[role], address, closed, "GET").status_code
        post = asked(closed.people[role], address, closed, "POST").status_code
        kind = address.name.rpartition("_")[2]
        wanted = {"change": (200, 403), "delete": (403, 403), "history": (200, 200)}[kind]
        if (get, post) != wanted:
            found[address.name] = (get, post)
    assert found == {}
    assert fingerprint() == before


def test_no_row_of_it_is_saved_by_any_other_door(closed):
    by, action = closed.people["supervisor"], closed.actions["red"]
    action = Action.objects.get(pk=action.pk)
    plan = Plan.objects.get(pk=closed.plan.pk)
    before = fingerprint()
    rows = (
        plan,
        Priority(plan=plan, number=9, title="示例", sentence="示例"),
        Action(priority=action.priority, order=99, text="示例"),
        Milestone(action=action, title="示例", planned=LAST),
        Target(action=action, title="示例", target_value=Decimal(1)),
    )
    for row in rows:
        with pytest.raises(ValidationError):
            row.save_change(by=by)
    with pytest.raises(ValidationError):
        plan.set_status_date(None, by=by)
    with pytest.raises(ValidationError):
        action.assign(by=by, changes={"measure": "示例"})
    assert fingerprint() == before


def test_whoever_read_the_plan_before_it_was_closed_comes_too_late(district):
    """The row at hand still says that it runs; what is asked in the transaction counts."""
    stale, by = district.actions["green"], district.people["reporter"]
    untold = district.actions["unassigned"]
    decision = district.entries["returned"].decision
    Plan.objects.filter(pk=district.plan.pk).update(phase=Life.CLOSED)
    before = fingerprint()
    said = {"by": by, "day": date(2022, 9, 30), "percent": 80, "done": "示例"}
    for act in (
        lambda: ProgressEntry.record(action=stale, **said),
        lambda: ProgressEntry.record_unchanged(action=stale, by=by, day=said["day"]),
        lambda: ProgressEntry.record(action=untold, **said),
        lambda: ExtensionRequest.ask(
            action=district.actions["red"], by=by, wanted=date(2023, 3, 1), reason="示例"
        ),
    ):
        with pytest.raises(ValidationError, match="已结束"):
            act()
    with pytest.raises(NothingToUndo):
        decision.undo(by=district.people["supervisor"])
    assert fingerprint() == before


# The acts


@pytest.fixture
def year(district):
    """The district's plan with nothing left to answer."""
    for entry in (district.entries["waiting"],):
        Decision.objects.create(entry=entry, verdict="accepted", by=district.people["supervisor"])
    district.asked.refuse(by=district.people["supervisor"], reason="示例：时间充足")
    return district


def fates(plan: Plan, day: date = LAST, *, uncompleted=()) -> dict:
    """What a form says of every open action."""
    said = {}
    for a in open_actions(final_state(plan, day)):
        verdict = "uncompleted" if a.number in uncompleted else "carried"
        said[f"a-{a.action.pk}"] = verdict
        said[f"r-{a.action.pk}"] = f"示例：{a.number} 的理由"
    return said


def closing(plan: Plan, **given) -> dict:
    said = {"day": LAST.isoformat(), "reason": "示例：年度终了", "rest": "", "rest_reason": ""}
    return {**said, "into": "", **fates(plan), **given}


def test_closing_decides_every_open_action_and_freezes_the_day(year, client):
    by = year.people["supervisor"]
    client.force_login(by)
    before = {a.number: (a.kind, a.percent) for a in final_state(year.plan, LAST).actions}
    wanted = closing(year.plan) | fates(year.plan, uncompleted=("1.1",))
    answer = client.post("/2031/close/", wanted)
    assert (answer.status_code, answer["Location"]) == (302, "/2031/life/")
    plan = Plan.objects.get(pk=year.plan.pk)
    assert (plan.phase, plan.status_date) == (Life.CLOSED, LAST)
    made = plan.closings.get()
    assert (made.day, made.by, made.status_date) == (LAST, by, date(2022, 9, 30))
    verdicts = {e.action.number: e.verdict for e in made.endings.all()}
    assert verdicts["1.1"] == "uncompleted"
    assert set(verdicts) == {a.number for a in open_actions(final_state(plan, LAST))}
    assert set(verdicts) == {n for n, (kind, _p) in before.items() if kind not in DONE_WITH}
    after = {a.number: (a.kind, a.percent) for a in plan_on(plan, plan.today()).actions}
    assert after == before
    last = plan.history.latest()
    assert (last.history_change_reason, last.history_user) == ("示例：年度终了", by)


DONE_WITH = ("complete", "cancelled")


def test_the_lights_stay_whatever_the_calendar_says(year, monkeypatch):
    close_all(year)
    plan = Plan.objects.get(pk=year.plan.pk)
    then = {a.number: (a.kind, a.judgement) for a in plan_on(plan, plan.today()).actions}
    much_later = date(2027, 3, 1)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *given: much_later)
    assert plan.today() == LAST
    assert {a.number: (a.kind, a.judgement) for a in plan_on(plan, plan.today()).actions} == then


def close_all(year, **given):
    decided = _decided(year.plan)
    by = year.people["supervisor"]
    return close(year.plan, by=by, day=LAST, reason="示例", decided=decided, **given)


def _decided(plan):
    return [Decided(a.action.pk, "carried") for a in open_actions(final_state(plan, LAST))]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"reason": ""}, "This field is required."),
        ({"day": "2022-13-40"}, "is not a day"),
        ({"day": ""}, "This field is required."),
        ({"day": "2021-12-31"}, "Choose a day from 2022-01-01"),
        ({"day": "2098-01-01"}, "Choose a day"),
        ({"rest": "erase"}, "is not among the choices"),
        ({"rest": "uncompleted"}, "Say why the actions are closed uncompleted."),
        ({"into": "1999"}, "is not among the choices"),
        ({"reason": "长" * 501}, "At most 500 characters"),
        ({"reason": ["示例一", "示例二"]}, "This was sent twice; once is meant."),
    ],
)
def test_a_form_that_is_not_right_says_so_and_stores_nothing(year, client, given, sentence):
    client.force_login(year.people["supervisor"])
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    before = fingerprint()
    answer = client.post("/2031/close/", closing(year.plan, **given))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("verdict", "reason", "sentence"),
    [
        ("uncompleted", "", "Say why the action is closed uncompleted."),
        ("burnt", "示例", "Carry the action over, or close it uncompleted."),
        (["carried", "uncompleted"], "示例", "Carry the action over, or close it uncompleted."),
        ("carried", "长" * 501, "At most 500 characters"),
        ("", "", "is open and not decided"),
    ],
)
def test_a_row_that_is_not_right_says_so_beside_it(year, client, verdict, reason, sentence):
    client.force_login(year.people["supervisor"])
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    pk, before = year.actions["red"].pk, fingerprint()
    values = closing(year.plan) | {f"a-{pk}": verdict, f"r-{pk}": reason}
    answer = client.post("/2031/close/", values)
    html = answer.content.decode()
    assert answer.status_code == 422 and sentence in html
    if len(reason) < 500 and reason:
        assert f'value="{reason}"' in html
    assert fingerprint() == before


def test_the_rest_is_decided_in_one_go(year, client):
    client.force_login(year.people["supervisor"])
    pk = year.actions["red"].pk
    given = {"rest": "carried", "rest_reason": "示例：结转", f"a-{pk}": "uncompleted"}
    bare = {k: v for k, v in closing(year.plan).items() if not k.startswith(("a-", "r-"))}
    answer = client.post("/2031/close/", bare | given | {f"r-{pk}": "示例：条件不具备"})
    assert answer.status_code == 302
    endings = year.plan.closings.get().endings.all()
    told = {(e.verdict, e.reason) for e in endings if e.action_id != pk}
    assert told == {("carried", "示例：结转")}
    assert [e.reason for e in endings if e.action_id == pk] == ["示例：条件不具备"]


def test_what_waits_for_an_answer_comes_first(district, client):
    client.force_login(district.people["supervisor"])
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    for method in ("get", "post"):
        values = closing(district.plan) if method == "post" else None
        html = getattr(client, method)("/2031/close/", values).content.decode()
        assert "1 entry waits for review." in html
        assert "1 extension request is not answered." in html
        assert 'href="/2031/review/"' in html and 'href="/2031/extensions/"' in html
    assert not district.plan.closings.exists()


def test_two_close_it_and_one_is_told(year, client):
    values, other = closing(year.plan), make_user("supervisor", display_name="示例另一位")
    first, second = Client(), client
    first.force_login(year.people["supervisor"])
    second.force_login(other)
    assert first.post("/2031/close/", values).status_code == 302
    assert first.post("/2031/close/", values).status_code == 302  # a second click
    answer = second.post("/2031/close/", values)
    assert answer.status_code == 409
    assert str(year.people["supervisor"]) in answer.content.decode()
    assert year.plan.closings.count() == 1


def test_a_closing_is_taken_back_while_nothing_followed(year, client):
    close_all(year)
    client.force_login(year.people["supervisor"])
    assert client.post("/2031/back/", {"reason": ""}).status_code == 422
    assert client.post("/2031/back/", {"reason": "示例：早了"}).status_code == 302
    plan = Plan.objects.get(pk=year.plan.pk)
    assert (plan.phase, plan.status_date) == (Life.RUNNING, date(2022, 9, 30))
    assert plan.closings.get().undone.reason == "示例：早了"
    close_all(year)
    assert [c.after for c in plan.closings.order_by("pk")] == [0, 1]
    assert plan.closings.standing().count() == 1


def test_it_stays_closed_once_a_report_was_issued(year, client):
    close_all(year)
    issue(year.draft, by=year.people["supervisor"])
    client.force_login(year.people["supervisor"])
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "A report was issued on it since." in client.get("/2031/back/").content.decode()
    assert client.post("/2031/back/", {"reason": "示例"}).status_code == 422
    assert Plan.objects.get(pk=year.plan.pk).is_closed


def test_a_plan_begins_with_a_reason_and_only_with_actions(year, client):
    plan = year.plan
    plan.phase = Life.PREPARING
    plan.save()
    client.force_login(year.people["supervisor"])
    assert client.post("/2031/begin/", {}).status_code == 422
    assert client.post("/2031/begin/", {"reason": "示例：审定"}).status_code == 302
    assert Plan.objects.get(pk=plan.pk).phase == Life.RUNNING
    late = make_user("supervisor")
    client.force_login(late)
    assert client.post("/2031/begin/", {"reason": "示例：审定"}).status_code == 409


def test_an_empty_plan_does_not_begin():
    plan = make_plan("2041", phase=Life.PREPARING)
    with pytest.raises(ValidationError):
        begin(plan, by=make_user("supervisor"), reason="示例")
    assert Plan.objects.get(pk=plan.pk).phase == Life.PREPARING


def test_what_units_reported_on_does_not_go_back_to_preparation(year):
    with pytest.raises(ValidationError):
        step_back(year.plan, by=year.people["supervisor"], reason="示例")


def test_the_steps_are_told_with_their_reasons(year, client):
    close_all(year)
    step_back(Plan.objects.get(pk=year.plan.pk), by=year.people["supervisor"], reason="示例：早了")
    client.force_login(year.people["viewer"])
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    html = client.get("/2031/life/").content.decode()
    assert html.index("Closed") < html.index("Reopened") and "示例：早了" in html
    assert "Phase changed" not in client.get("/2031/").content.decode()
    told = client.get("/2031/history/").content.decode()
    assert "Running" in told and "Closed" in told


def test_a_later_day_lets_later_entries_count(year, client):
    """The day of the final state decides what was open: the circular may come in January."""
    late = LAST + timedelta(5)
    make_entry(
        year.actions["red"], by=year.people["reporter"], percent=100, day=late, explanation="示例"
    )
    on_last = {a.number for a in open_actions(final_state(year.plan, LAST))}
    later = {a.number for a in open_actions(final_state(year.plan, late))}
    assert on_last - later == {"1.1"}


def test_values_of_the_book_are_those_of_a_form(year):
    assert set(values_of("plan_close", year)) <= set(closing(year.plan))


def test_a_closed_plan_has_no_days_after_its_final_state(closed, client):
    client.force_login(closed.people["viewer"])
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert client.get("/2031/?on=2022-12-31").status_code == 200
    later = client.get("/2031/?on=2023-01-01")
    assert later.status_code == 400
    assert "Choose a day from 2022-01-01 to 2022-12-31." in later.content.decode()


def test_each_page_of_a_closed_plan_says_so_in_words_and_no_other_page_does(closed, client):
    client.force_login(closed.people["viewer"])
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    said = f"{closed.plan.title} is closed."
    for path in ("", "document/", "actions/", "actions/1.1/", "units/", "timeline/", "life/"):
        assert said in client.get(f"/2031/{path}").content.decode(), path
    for path in ("/plans/", "/password/", "/2022/"):
        assert said not in client.get(path).content.decode(), path


def test_the_page_of_an_action_says_what_became_of_it(year, client):
    by, decided = year.people["supervisor"], _decided(year.plan)
    decided[0] = Decided(decided[0].action, "uncompleted", "示例：条件不具备")
    close(year.plan, by=by, day=LAST, reason="示例", decided=decided)
    client.force_login(year.people["viewer"])
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    first, second = (
        page_of(client.get(f"/2031/actions/{number}/")).one("p", css="carried").text
        for number in ("1.1", "1.2")
    )
    assert "Closed uncompleted" in first and "示例：条件不具备" in first
    assert "Carried over" in second
    assert "Next report" not in client.get("/2031/actions/1.2/").content.decode()
    complete = page_of(client.get("/2031/actions/1.5/"))
    assert list(complete.all("p", css="carried")) == []
