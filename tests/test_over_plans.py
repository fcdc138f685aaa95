"""What goes over all plans that run: one My work, one overview, the same number of statements."""

import uuid
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from priorities.jump import jump_to
from priorities.lights import KINDS
from priorities.models import Plan, ProgressEntry
from priorities.models.phases import Life
from priorities.state.kept import STATES, plan_on, plans_on
from priorities.state.stored import now_of, recorded_of, stored_as_recorded, stored_now

from .dom import page_of
from .factories import (
    date_history,
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_target,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

TODAY = date(2022, 9, 30)
EARLIER = date(2022, 8, 31)
ALL = "/my-work/"


@pytest.fixture(autouse=True)
def no_other_plan():
    """The plan that comes with the program is closed here, so that only those of a test run."""
    Plan.objects.update(phase=Life.CLOSED)


@pytest.fixture
def unit():
    return make_unit("示例一局")


@pytest.fixture
def liaison(unit):
    return make_user("reporter", [unit], username="liaison")


@pytest.fixture
def office():
    return make_user("supervisor", username="office")


def busy(slug: str, unit, by, *, sizes=(2, 1), percent: int = 40) -> Plan:
    plan = make_plan(slug)
    for number, size in enumerate(sizes, start=1):
        priority = make_priority(plan, number=number)
        for order in range(1, size + 1):
            action = make_action(priority, order=order, lead_unit=unit)
            make_entry(action, by=by, percent=percent, day=date(2022, 8, 1))
    return plan


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def places(rows) -> list[str]:
    return ["/".join(row.place) for row in rows]


def report(**given) -> dict:
    words = {"percent": "55", "done": "示例：推进。", "outlook": "on_course", "day": "2022-09-30"}
    return {**words, "nonce": str(uuid.uuid4()), **given}


# The state of several plans


def test_several_plans_are_read_as_each_alone(unit, liaison):
    plans = [busy(f"20{n}", unit, liaison, sizes=(n % 3, 1)) for n in range(31, 37)]
    make_target(
        plans[2].priorities.first().actions.first() or plans[2].priorities.last().actions.get()
    )
    date_history(date(2022, 1, 4))
    together, then = now_of(plans, TODAY), recorded_of(plans, EARLIER)
    for plan in plans:
        assert together[plan.pk] == stored_now(plan, TODAY)
        assert then[plan.pk] == stored_as_recorded(plan, EARLIER)
        [state, past] = plans_on([(plan, TODAY), (plan, EARLIER)])
        assert (state, past) == (plan_on(plan, TODAY), plan_on(plan, EARLIER))


def statements(asked) -> int:
    STATES.clear()
    with CaptureQueriesContext(connection) as found:
        plans_on(asked)
    return len(found)


@pytest.mark.parametrize("day", [TODAY, EARLIER])
def test_six_plans_take_the_statements_of_two(unit, liaison, day):
    plans = [busy(f"20{n}", unit, liaison) for n in range(31, 37)]
    date_history(date(2022, 1, 4))
    counts = [statements([(plan, day) for plan in plans[:n]]) for n in (2, 6)]
    assert counts[0] == counts[1]
    assert counts[0] <= 19


def test_after_a_change_what_it_did_not_touch_is_the_very_same(unit, liaison):
    one, other = busy("2031", unit, liaison), busy("2032", unit, liaison)
    before = plans_on([(one, TODAY), (other, TODAY)])
    make_entry(one.priorities.first().actions.first(), by=liaison, percent=60)
    after = plans_on([(one, TODAY), (other, TODAY)])
    assert [a is b for a, b in zip(before[1].actions, after[1].actions, strict=True)] == [True] * 3
    assert [a is b for a, b in zip(before[0].actions, after[0].actions, strict=True)] == [
        False,
        True,
        True,
    ]


# One My work


def test_one_list_over_all_plans_the_most_urgent_first(unit, liaison, office):
    make_action(make_priority(make_plan("2031"), number=3), order=1, lead_unit=unit)
    busy("2032", unit, liaison, percent=5)
    busy("2033", unit, liaison, percent=75)
    returned = make_entry(
        Plan.objects.get(slug="2033").priorities.first().actions.first(),
        by=liaison,
        percent=76,
        needs_review=True,
    )
    returned.send_back(by=office, reason="示例：请核对")
    page = signed_in(liaison).get(ALL)
    work = page.context["work"]
    assert places(work.listed)[0] == "2033/1.1"
    assert {place.partition("/")[0] for place in places(work.listed)[1:5]} == {"2032", "2031"}
    html = page_of(page)
    assert (
        html.one("li", id="row-2033-1-1").one("span", css="of-plan").text == "示例2033年度重点工作"
    )


def test_of_a_single_plan_its_own_page_stands(unit, liaison):
    busy("2031", unit, liaison)
    answer = signed_in(liaison).get(ALL)
    assert (answer.status_code, answer["Location"]) == (302, "/2031/my-work/")
    page = signed_in(liaison).get("/2031/my-work/")
    assert 'href="/2031/my-work/"' in page.content.decode() and ALL + '"' not in (
        page.content.decode().replace("/2031/my-work/", "")
    )


def test_the_tab_leads_to_all_where_there_are_several(unit, liaison):
    busy("2031", unit, liaison)
    busy("2032", unit, liaison)
    html = signed_in(liaison).get("/2031/").content.decode()
    assert 'href="/my-work/"' in html and 'href="/overview/"' in html
    own = signed_in(liaison).get("/2031/my-work/").content.decode()
    assert "all in one list" in own


def test_who_is_asked_by_one_plan_alone_is_not_sent_on(unit, liaison):
    busy("2031", unit, liaison)
    busy("2032", make_unit("示例二局"), make_user("reporter"))
    own = signed_in(liaison).get("/2031/my-work/").content.decode()
    assert "all in one list" not in own


@pytest.mark.parametrize("phase", [Life.PREPARING, Life.CLOSED])
def test_a_plan_that_does_not_run_asks_for_nothing(unit, liaison, phase):
    busy("2031", unit, liaison)
    busy("2032", unit, liaison)
    Plan.objects.filter(slug="2033").update(phase=phase)
    third = busy("2033", unit, liaison)
    third.phase = phase
    Plan.objects.filter(pk=third.pk).update(phase=phase)
    work = signed_in(liaison).get(ALL).context["work"]
    assert {place.partition("/")[0] for place in places(work.listed)} == {"2031", "2032"}


def test_one_reports_from_the_list_and_stays_in_it(unit, liaison):
    busy("2031", unit, liaison)
    busy("2032", unit, liaison)
    client = signed_in(liaison)
    work = client.get(ALL).context["work"]
    first = work.listed[0]
    slug, _number = first.place
    answer = client.post(first.unchanged_url, {"nonce": str(uuid.uuid4()), "next": work.url})
    assert answer["Location"] == work.url
    page = client.get(work.url)
    again = page.context["work"]
    assert places(again.listed) == places(work.listed)
    assert [row.saved is not None for row in again.listed] == [True] + [False] * 5
    assert [row.is_changed for row in again.listed] == [True] + [False] * 5
    assert again.next_row.place == work.listed[1].place
    assert ProgressEntry.objects.latest("pk").action.priority.plan.slug == slug


def test_the_same_number_of_another_plan_is_not_marked(unit, liaison):
    busy("2031", unit, liaison)
    busy("2032", unit, liaison)
    client = signed_in(liaison)
    given = report(next="/2032/actions/")
    client.post("/2031/actions/1.1/report/", given)
    assert 'class="changed' not in client.get("/2032/actions/").content.decode()


def test_a_form_opened_in_the_list_leads_back_to_it(unit, liaison):
    busy("2031", unit, liaison)
    busy("2032", unit, liaison)
    client = signed_in(liaison)
    row = client.get(ALL).context["work"].listed[0]
    form = page_of(client.get(row.report_url)).one("section", css="report-form")
    assert {i["value"] for i in form.all("input", name="next")} == {
        client.get(ALL).context["work"].url
    }


@pytest.mark.parametrize(
    "queue", ["x", "2031/9.9", "2031/1.1," * 5000, "%00", "2031/01.1", "9/1.1", "2031/1.1/2", ","]
)
def test_whatever_the_address_asks_for_the_list_answers(unit, liaison, queue):
    busy("2031", unit, liaison)
    busy("2032", unit, liaison)
    answer = signed_in(liaison).get(ALL, {"queue": queue})
    assert answer.status_code == 200
    assert len(answer.context["work"].listed) == 6


@pytest.mark.parametrize("role", ["viewer", "supervisor"])
def test_who_has_nothing_to_report_is_told(unit, liaison, role):
    for slug in ("2031", "2032"):
        plan = busy(slug, unit, liaison)
        action = plan.priorities.first().actions.first()
        make_entry(action, by=liaison, percent=50, needs_review=True)
    page = signed_in(make_user(role)).get(ALL)
    html = page.content.decode()
    assert page.status_code == 200
    assert html.count("entry waits for your review") == (2 if role == "supervisor" else 0)


# The overview


def test_the_overview_counts_as_the_plans_do(unit, liaison):
    plans = [busy("2031", unit, liaison, percent=5), busy("2032", unit, liaison, percent=80)]
    date_history(date(2022, 1, 4))
    page = signed_in(make_user("viewer")).get("/overview/")
    states = [plan_on(plan, TODAY) for plan in plans]
    shown = {chapter.plan.slug: chapter for chapter in page.context["chapters"]}
    for plan, state in zip(plans, states, strict=True):
        assert shown[plan.slug].state.counts == state.counts
        assert shown[plan.slug].before == plan_on(plan, EARLIER)
    assert page.context["counts"] == {k: sum(s.counts[k] for s in states) for k in KINDS}
    html = page_of(page)
    ids = [h.attrs.get("id", "") for h in html.all("h2")]
    assert [one for one in ids if one.startswith("h-20")] == ["h-2031", "h-2032"]  # late first
    own = page_of(signed_in(make_user("viewer")).get("/2031/"))
    assert own.one("p", css="gist").text in page.content.decode().replace("&#x27;", "'")


def test_the_overview_leads_to_exactly_the_rows_it_counts(unit, liaison):
    busy("2031", unit, liaison, percent=5)
    busy("2032", unit, liaison)
    client = signed_in(make_user("viewer"))
    page = page_of(client.get("/overview/"))
    tallies = [a for ul in page.all("ul", css="tallies") for a in ul.all("a")]
    assert tallies
    for link in tallies:
        listed = page_of(client.get(link["href"]))
        rows = [row for row in listed.all("tr") if row.attrs.get("id", "").startswith("row-")]
        assert str(len(rows)) == link.one("span", css="num").text


def test_a_plan_in_preparation_stands_on_no_overview(unit, liaison, office):
    busy("2031", unit, liaison)
    plan = busy("2032", unit, liaison)
    Plan.objects.filter(pk=plan.pk).update(phase=Life.PREPARING)
    for user in (office, liaison):
        assert "示例2032" not in str(signed_in(user).get("/overview/").context["chapters"])


def test_with_no_plan_that_runs_the_pages_say_so(liaison):
    make_plan("2031")
    Plan.objects.update(phase=Life.CLOSED)
    client = signed_in(liaison)
    assert client.get(ALL).status_code == 200
    assert "No plan runs now." in client.get("/overview/").content.decode()


@pytest.mark.parametrize("url", [ALL, "/overview/", "/plans/"])
def test_six_plans_cost_a_page_no_more_statements_than_two(unit, liaison, url):
    counts = []
    for slugs in (("2031", "2032"), ("2033", "2034", "2035", "2036")):
        for slug in slugs:
            busy(slug, unit, liaison)
        date_history(date(2022, 1, 4))
        STATES.clear()
        client = signed_in(liaison)
        client.get("/2031/help/")
        STATES.clear()
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]


# Units, people, Ctrl+K


def test_a_units_page_shows_every_plan_that_runs(unit, liaison):
    plans = [busy("2031", unit, liaison), busy("2032", unit, liaison, percent=5)]
    supported = make_action(plans[1].priorities.last(), lead_unit=make_unit(), supporting=[unit])
    closed = busy("2033", unit, liaison)
    Plan.objects.filter(pk=closed.pk).update(phase=Life.CLOSED)
    page = signed_in(liaison).get(f"/2031/units/~{unit.pk}/")
    [elsewhere] = page.context["elsewhere"]
    state = plan_on(plans[1], TODAY)
    assert elsewhere.plan == plans[1]
    assert {a.number for a in elsewhere.actions} == {"1.1", "1.2", "2.1", supported.number}
    assert elsewhere.state.counts == state.of_only(state.actions).counts
    section = page_of(page).one("section", aria_labelledby="h-in-2032")
    hrefs = {a["href"] for a in section.all("a") if "/actions/" in a["href"]}
    assert "/2032/actions/1.1/" in hrefs
    assert all(href.startswith("/2032/") for href in hrefs)


def test_a_past_day_of_a_units_page_is_of_its_plan_alone(unit, liaison):
    busy("2031", unit, liaison)
    busy("2032", unit, liaison)
    date_history(date(2022, 1, 4))
    client = signed_in(liaison)
    for query in ("?on=2022-08-31", "?since=2022-08-31"):
        page = client.get(f"/2031/units/~{unit.pk}/{query}")
        assert page.context["elsewhere"] == []


def test_a_persons_page_shows_what_they_own_in_every_plan(unit, liaison):
    for slug in ("2031", "2032"):
        action = busy(slug, unit, liaison).priorities.last().actions.get()
        action.assign(by=make_user("supervisor"), changes={"owner": liaison})
    page = signed_in(liaison).get(f"/2031/people/~{liaison.pk}/")
    [elsewhere] = page.context["elsewhere"]
    assert [a.number for a in elsewhere.actions] == ["2.1"]


@pytest.mark.parametrize("path", ["units/~{unit}/", "people/~{person}/", "jump/?q=示例"])
def test_six_plans_cost_such_a_page_no_more_statements_than_two(unit, liaison, path):
    url = "/2031/" + path.format(unit=unit.pk, person=liaison.pk)
    counts = []
    for slugs in (("2031", "2032"), ("2033", "2034", "2035", "2036")):
        for slug in slugs:
            plan = busy(slug, unit, liaison)
            action = plan.priorities.first().actions.first()
            action.assign(by=make_user("supervisor"), changes={"owner": liaison})
        client = signed_in(liaison)
        client.get("/2031/help/")
        STATES.clear()
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_ctrl_k_finds_in_every_plan_that_one_may_see(unit, liaison, office):
    here, there = busy("2031", unit, liaison), make_plan("2032")
    make_action(make_priority(there, number=7), order=3, text="示例：建设海绵城市")
    closed, prepared = make_plan("2033"), make_plan("2034")
    make_action(make_priority(closed), text="示例：海绵公园")
    make_action(make_priority(prepared), text="示例：海绵广场")
    Plan.objects.filter(pk=closed.pk).update(phase=Life.CLOSED)
    Plan.objects.filter(pk=prepared.pk).update(phase=Life.PREPARING)
    found = [target.url for target in jump_to("海绵", here, liaison)]
    assert sorted(found) == ["/2032/actions/7.3/", "/2033/actions/1.1/"]
    assert "/2034/actions/1.1/" in [target.url for target in jump_to("海绵", here, office)]
    [first, *_rest] = jump_to("1.1", here, liaison)
    assert first.url == "/2031/actions/1.1/"
    with translation.override("en"):
        assert jump_to("海绵城市", here, liaison)[0].kind == "Action in 示例2032年度重点工作"


def test_one_after_the_other_goes_over_the_plans(unit, liaison):
    busy("2031", unit, liaison)
    busy("2032", unit, liaison)
    client = signed_in(liaison)
    work = client.get(ALL).context["work"]
    url, seen = work.first_url, []
    while url.partition("?")[0] != ALL:
        page = client.get(url)
        assert page.context["queue"].place == len(seen) + 1
        seen.append(url.partition("/actions/")[0])
        url = client.post(url, report(next=page.context["next"]))["Location"]
    assert seen == [f"/{row.a.plan.slug}" for row in work.listed]
    again = client.get(url).context["work"]
    assert places(again.listed) == places(work.listed)
    assert all(row.saved for row in again.listed)


def test_forms_of_two_plans_opened_in_place_share_no_id(unit, liaison):
    """Both plans have an action 1.1, and both forms stand on the one page of all plans."""
    found = []
    for slug in ("2031", "2032"):
        busy(slug, unit, liaison)
        client = signed_in(liaison)
        url = f"/{slug}/actions/1.1/report/?next={ALL}"
        opened = page_of(client.get(url, HTTP_HX_REQUEST="true"))
        refused = client.post(url, {"next": ALL}, HTTP_HX_REQUEST="true")
        assert refused.headers["HX-Retarget"] == f"#report-{slug}-1-1"
        for form in (opened, page_of(refused)):
            ids = {node["id"] for node in form.all() if "id" in node.attrs}
            assert f"report-{slug}-1-1" in ids
            found.append(ids)
    assert found[0] & found[2] == found[1] & found[3] == set()
