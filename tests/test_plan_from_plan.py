"""A plan from an existing one: what is copied, who is left out, what is carried over."""

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from priorities.circular.issuing import issue
from priorities.models import Action, Lineage, Plan, ProgressEntry, Report, Target
from priorities.models.phases import Life
from priorities.plans.founding import found_plan
from priorities.plans.life.copying import (
    CARRY,
    COPY,
    LEAVE,
    Heads,
    last_state,
    outline_of,
    suggested,
)
from priorities.plans.life.steps import Decided, close, final_state, open_actions
from priorities.plans.life.years import years_of

from .dom import page_of
from .factories import (
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_target,
    make_user,
)
from .writes import fingerprint

pytestmark = pytest.mark.django_db

LAST = date(2022, 12, 31)
HEADS = Heads("2032", "示例2032年度重点工作", date(2023, 1, 1), date(2023, 12, 31))
FORM = {
    "title": HEADS.title,
    "slug": HEADS.slug,
    "start": "2023-01-01",
    "end": "2023-12-31",
    "unfinished": "carry",
    "complete": "copy",
    "nonce": "6f0a8f2e-9a6c-4a3b-8a70-0d6a37d5f3b1",
}


@pytest.fixture
def office(district):
    return district.people["supervisor"]


def copied(district, **chosen) -> Plan:
    state = last_state(district.plan)
    fates = suggested(state) | {district.actions[n].pk: fate for n, fate in chosen.items()}
    outline, _left_out = outline_of(district.plan, state, HEADS, fates)
    return found_plan(outline, by=district.people["supervisor"], reason="示例：据上年")


def of_old_plan(plan: Plan) -> str:
    """A hash over every row of a plan, its record included."""
    digest = hashlib.sha256()
    actions = Action.objects.of_plan(plan)
    for rows in (
        Plan.objects.filter(pk=plan.pk),
        plan.history.order_by("history_id"),
        plan.priorities.order_by("pk"),
        actions.order_by("pk"),
        Action.history.filter(id__in=actions.values("pk")).order_by("history_id"),
        Action.supporting_units.through.objects.filter(action__in=actions).order_by("pk"),
        ProgressEntry.objects.of_plan(plan).order_by("pk"),
        Report.objects.of_plan(plan).order_by("pk"),
    ):
        digest.update(repr(list(rows.values_list())).encode())
    for report in Report.objects.of_plan(plan).issued():
        digest.update(report.issued.data.encode())
        for file in report.issued.files.order_by("pk"):
            digest.update(bytes(file.content))
    return digest.hexdigest()


def test_words_units_owners_and_steps_are_copied_and_progress_is_not(district):
    make_milestone(district.actions["red"], date(2022, 2, 28), title="示例报批")
    new = copied(district)
    assert (new.phase, new.continues) == (Life.PREPARING, district.plan)
    old = Action.objects.of_plan(district.plan).filter(cancelled_on=None)
    pairs = list(zip(old, Action.objects.of_plan(new), strict=True))
    for before, after in pairs:
        for name in ("text", "measure", "lead_unit", "owner"):
            assert getattr(before, name) == getattr(after, name)
        assert set(before.supporting_units.all()) == set(after.supporting_units.all())
        assert after.start == (before.start and before.start.replace(year=2023))
        assert after.due == (before.due and before.due.replace(year=2023))
        assert after.original_due == after.due
    assert not ProgressEntry.objects.of_plan(new).exists()
    red = Action.objects.of_plan(new).first()
    told = [(m.planned, m.done) for m in red.milestones.order_by("planned")]
    assert told[0] == (date(2023, 2, 28), None)
    assert all(done is None for _planned, done in told)
    words = ("title", "sentence", "premise", "goal")
    assert list(new.priorities.values_list(*words)) == list(
        district.plan.priorities.values_list(*words)
    )


def test_what_is_unfinished_is_carried_over_and_what_is_complete_begins_anew(district):
    fates = suggested(last_state(district.plan))
    new = copied(district)
    carried = {link.source_id for link in Lineage.objects.filter(target__priority__plan=new)}
    names = {name for name, action in district.actions.items() if action.pk in carried}
    assert names == set(district.actions) - {"complete", "cancelled"}
    assert fates[district.actions["complete"].pk] == COPY
    assert fates[district.actions["cancelled"].pk] == LEAVE
    assert fates[district.actions["red"].pk] == CARRY
    assert set(suggested(last_state(district.plan)).values()) == {COPY, LEAVE}


def test_a_target_goes_on_from_the_value_it_reached(district, office):
    """What begins anew begins where it began; by when is moved by the year."""
    for name in ("red", "green"):
        target = make_target(district.actions[name], due=date(2022, 6, 30))
        said = {"day": district.plan.today(), "done": "示例", "explanation": "示例"}
        ProgressEntry.record(
            action=district.actions[name], by=office, values={target.pk: Decimal("40.5")}, **said
        )
    plan = copied(district, red=CARRY, green=COPY)
    carried, anew = (
        Target.objects.get(action__priority__plan=plan, action__text=district.actions[name].text)
        for name in ("red", "green")
    )
    assert (carried.start_value, carried.target_value) == (Decimal("40.5"), 100)
    assert (anew.start_value, anew.target_value) == (0, 100)
    assert carried.due == anew.due == date(2023, 6, 30)


def test_settings_go_along(district):
    district.plan.red_deviation, district.plan.requires_review = 44, False
    district.plan.save()
    new = copied(district)
    assert (new.red_deviation, new.requires_review) == (44, False)


def test_who_is_gone_is_named_and_left_out(district, client, office):
    district.only_supports.is_active = False
    district.only_supports.save()
    reporter = district.people["reporter"]
    reporter.is_active = False
    reporter.save()
    client.force_login(office)
    answer = client.post("/plans/new/existing/2031/", FORM, follow=True)
    html = answer.content.decode()
    assert str(reporter) in html and district.only_supports.short_name in html
    new = Plan.objects.get(slug="2032")
    assert not Action.objects.of_plan(new).filter(owner=reporter).exists()
    assert not Action.objects.of_plan(new).filter(supporting_units=district.only_supports).exists()
    assert Action.objects.of_plan(new).filter(lead_unit=district.lead).exists()


def test_a_lead_unit_that_is_gone_leaves_the_action_unassigned(district):
    district.lead.is_active = False
    district.lead.save()
    red = Action.objects.of_plan(copied(district)).first()
    assert (red.lead_unit, red.owner, red.due) == (None, None, date(2023, 12, 31))


def test_the_old_plan_does_not_change_by_a_byte(district, office):
    issue(district.draft, by=office)
    before = of_old_plan(district.plan)
    copied(district)
    assert of_old_plan(district.plan) == before


def test_closing_changes_no_byte_of_an_issued_report(district, office):
    issue(district.draft, by=office)
    report = Report.objects.of_plan(district.plan).issued().get()

    def frozen() -> str:
        digest = hashlib.sha256(report.issued.data.encode())
        for file in report.issued.files.order_by("pk"):
            digest.update(bytes(file.content))
        return digest.hexdigest()

    before = frozen()
    copied(district)
    settled(district)
    close_all(district)
    assert frozen() == before


def settled(district):
    for entry in ProgressEntry.objects.of_plan(district.plan).waiting():
        entry.accept(by=district.people["supervisor"])
    district.asked.refuse(by=district.people["supervisor"], reason="示例")


def close_all(district, *, verdict="carried", into=None):
    decided = [
        Decided(a.action.pk, verdict, "示例：理由")
        for a in open_actions(final_state(district.plan, LAST))
    ]
    by = district.people["supervisor"]
    close(district.plan, by=by, day=LAST, reason="示例", decided=decided, into=into)
    return Plan.objects.get(pk=district.plan.pk)


# Carrying over: the next plan is made before the old one closes, after it, or never from it


def links() -> list[tuple[str, str]]:
    rows = Lineage.objects.select_related("source__priority", "target__priority").order_by("pk")
    return [(link.source.number, link.target.number) for link in rows]


def test_closing_after_the_next_plan_was_made_finds_its_actions_carried(district):
    new = copied(district)
    before = links()
    settled(district)
    close_all(district, into=new)
    assert links() == before


def test_closing_first_and_making_the_next_plan_then_picks_up_what_was_carried(district):
    settled(district)
    plan = close_all(district)
    assert links() == []
    awaiting = plan.closings.get().endings.awaiting()
    assert awaiting.count() == len(open_actions(final_state(plan, LAST)))
    copied(district)
    assert len(links()) == awaiting.model.objects.count()
    assert not awaiting.exists()


def test_what_was_closed_uncompleted_is_not_offered_again(district):
    settled(district)
    close_all(district, verdict="uncompleted")
    fates = suggested(last_state(Plan.objects.get(pk=district.plan.pk)))
    assert CARRY not in fates.values()


def test_into_a_plan_of_its_own_making_an_action_of_the_same_words_goes_on(district, office):
    other = make_plan("2041", start=date(2023, 1, 1), end=date(2023, 12, 31), status_date=None)
    same = make_priority(other, title="示例重点工作一")
    taken = make_action(same, text=district.actions["red"].text)
    settled(district)
    plan = close_all(district, into=other)
    targets = {link.source_id: link.target for link in Lineage.objects.all()}
    assert targets[district.actions["red"].pk] == taken
    added = targets[district.actions["yellow"].pk]
    assert (added.priority, added.order) == (same, 2)
    assert (added.lead_unit, added.owner) == (district.lead, district.people["reporter"])
    assert (added.start, added.due) == (other.start, other.end)
    elsewhere = targets[district.actions["help"].pk]
    assert elsewhere.priority.title == "示例重点工作二" and elsewhere.priority.number == 2
    assert plan.is_closed


def test_carrying_over_later_by_its_page(district, client, office):
    settled(district)
    close_all(district)
    other = make_plan("2041", start=date(2023, 1, 1), end=date(2023, 12, 31), status_date=None)
    client.force_login(office)
    assert client.post("/2031/carry/", {"into": "1999"}).status_code == 422
    answer = client.post("/2031/carry/", {"into": other.slug})
    assert (answer.status_code, answer["Location"]) == (302, "/2031/life/")
    count = Action.objects.of_plan(other).count()
    assert count == len(links()) > 5
    assert client.post("/2031/carry/", {"into": other.slug}).status_code == 302
    assert (Action.objects.of_plan(other).count(), len(links())) == (count, count)


# The form


def test_the_form_makes_one_plan_however_often_it_is_sent(district, client, office):
    client.force_login(office)
    for _time in range(2):
        answer = client.post("/plans/new/existing/2031/", FORM)
        assert (answer.status_code, answer["Location"]) == (302, "/2032/")
    assert Plan.objects.filter(slug="2032").count() == 1


def test_the_form_offers_the_next_year(district, client, office):
    client.force_login(office)
    page = page_of(client.get("/plans/new/existing/2022/"))
    values = {n["name"]: n.attrs.get("value") for n in page.all("input") if "name" in n.attrs}
    assert (values["slug"], values["start"], values["end"]) == ("2023", "2023-01-01", "2023-12-31")
    assert "2023" in values["title"]


def test_the_address_that_is_offered_is_free(district, client, office):
    make_plan("2023")
    client.force_login(office)
    page = page_of(client.get("/plans/new/existing/2022/"))
    values = {n["name"]: n.attrs.get("value") for n in page.all("input") if "name" in n.attrs}
    assert values["slug"] == "2023-2"


def test_single_actions_are_chosen(district, client, office):
    client.force_login(office)
    red, yellow = (district.actions[name].pk for name in ("red", "yellow"))
    given = {"unfinished": "leave", "complete": "leave", f"a-{red}": "carry", f"a-{yellow}": "copy"}
    assert client.post("/plans/new/existing/2031/", FORM | given).status_code == 302
    new = Plan.objects.get(slug="2032")
    assert [a.text for a in Action.objects.of_plan(new)] == [
        district.actions["red"].text,
        district.actions["yellow"].text,
    ]
    assert links() == [("1.1", "1.1")]
    assert [p.title for p in new.priorities.all()] == ["示例重点工作一"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": ""}, "This field is required."),
        ({"title": "长" * 121}, "At most 120 characters"),
        ({"slug": "minsheng"}, "Begin with a digit"),
        ({"slug": "2031"}, "There is already a plan with this address."),
        ({"slug": "2032/../admin"}, "a–z, digits and hyphens"),
        ({"start": "2023-02-30"}, "is not a day"),
        ({"end": "2022-12-31"}, "The plan must end after it starts."),
        ({"end": "2060-12-31"}, "calendar years at most"),
        ({"start": "0001-01-01"}, "Choose a day in the years"),
        ({"unfinished": "burn"}, "is not among the choices"),
        ({"complete": "carry"}, "is not among the choices"),
        ({"nonce": "x"}, "This form is incomplete."),
        ({"slug": ["2032", "2033"]}, "This was sent twice"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(district, client, office, given, sentence):
    client.force_login(office)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    before = fingerprint()
    answer = client.post("/plans/new/existing/2031/", FORM | given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert fingerprint() == before
    if "complete" not in given and "unfinished" not in given:
        answer = client.post("/plans/new/empty/", FORM | given)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("fate", ["burn", ["carry", "copy"]])
def test_a_choice_that_is_not_offered_is_refused(district, client, office, fate):
    client.force_login(office)
    before = fingerprint()
    given = {f"a-{district.actions['red'].pk}": fate}
    assert client.post("/plans/new/existing/2031/", FORM | given).status_code == 422
    assert fingerprint() == before


def test_a_complete_action_cannot_be_carried(district, client, office):
    client.force_login(office)
    given = {f"a-{district.actions['complete'].pk}": "carry"}
    assert client.post("/plans/new/existing/2031/", FORM | given).status_code == 422


def test_a_plan_that_is_not_there_is_no_source(district, client, office):
    client.force_login(office)
    assert client.get("/plans/new/existing/1999/").status_code == 404


def test_an_empty_plan_is_made_and_prepared(client):
    client.force_login(make_user("supervisor"))
    answer = client.post("/plans/new/empty/", {**FORM, "source_session": "示例全会"})
    assert answer.status_code == 302
    plan = Plan.objects.get(slug="2032")
    assert (plan.phase, plan.source_session, plan.continues) == (Life.PREPARING, "示例全会", None)
    assert client.get("/2032/").status_code == 200


# Both pages


def test_both_pages_name_each_other_with_the_light_there(district, client):
    new = copied(district)
    new.phase = Life.RUNNING
    new.save()
    client.force_login(district.people["viewer"])
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    later = page_of(client.get("/2032/actions/1.1/"))
    words = later.one("p", css="carried").text
    assert f"Continues 1.1 of {district.plan.title}" in words and "10%" in words
    earlier = page_of(client.get("/2031/actions/1.1/"))
    assert f"Goes on as 1.1 of {new.title}" in earlier.one("p", css="carried").text
    for page, other in ((later, "/2031/actions/1.1/"), (earlier, "/2032/actions/1.1/")):
        ways = [a["href"] for a in page.one("section", css="years").all("a")]
        assert other in ways and any(way.endswith("#entries") for way in ways)
        assert page.one("section", css="years").one("svg", css="years")


def test_on_a_past_day_nothing_is_told_of_what_was_not_known(district, client):
    new = copied(district)
    new.phase = Life.RUNNING
    new.save()
    client.force_login(district.people["viewer"])
    page = page_of(client.get("/2031/actions/1.1/?on=2022-06-30"))
    assert [*page.all("section", css="years"), *page.all("p", css="carried")] == []


def test_three_years_make_one_line(district):
    copied(district)
    second = Plan.objects.get(slug="2032")
    state = last_state(second)
    heads = Heads("2033", "示例2033年度", date(2024, 1, 1), date(2024, 12, 31))
    outline, _left = outline_of(second, state, heads, suggested(state))
    found_plan(outline, by=district.people["supervisor"])
    action = Action.objects.of_plan(second).first()
    make_entry(action, by=district.people["reporter"], percent=20, day=date(2023, 1, 1))
    years = years_of(action, district.people["supervisor"])
    assert [one.plan.slug for one in years.line] == ["2031", "2032", "2033"]
    assert [one.years for one in years.line] == ["2022", "2023", "2024"]
    assert (years.before.plan.slug, years.after.plan.slug) == ("2031", "2033")
    assert [one.entries for one in years.line] == [1, 1, 0]


def test_an_action_of_one_year_costs_one_statement_more(district, client):
    client.force_login(district.people["viewer"])
    with CaptureQueriesContext(connection) as found:
        client.get("/2031/actions/1.1/")
    told = [q["sql"] for q in found if "priorities_lineage" in q["sql"] and "carried" in q["sql"]]
    assert len(told) == 1
