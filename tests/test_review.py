"""The review page: what waits, what it changes, the answer to one and to many."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from priorities.models import Decision, ProgressEntry

from .factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return make_unit("区甲局")


@pytest.fixture
def actions(unit):
    priority = make_priority(make_plan())
    return [make_action(priority, lead_unit=unit) for _ in range(6)]


@pytest.fixture
def liaison(unit):
    return make_user("reporter", units=[unit], display_name="示例联络员")


@pytest.fixture
def office(client):
    user = make_user("supervisor", display_name="示例督查员")
    client.force_login(user)
    return user


@pytest.fixture
def waiting(actions, liaison):
    """Three entries that wait, the second recorded first, behind one that was accepted."""
    make_entry(
        actions[0], by=liaison, percent=60, day=date(2022, 8, 31), done="首批开工，二批报批。"
    )
    return [
        make_entry(actions[place], by=liaison, percent=percent, needs_review=True, done=done)
        for place, percent, done in (
            (1, 75, "全部开工。"),
            (0, 40, "首批开工，二批退回。"),
            (2, 100, "验收。"),
        )
    ]


def page(client, **query):
    return client.get(reverse("review", args=["2031"]), query)


def test_the_oldest_entry_opens_by_itself(client, office, waiting):
    response = page(client)
    assert [entry.pk for entry in response.context["waiting"]] == [e.pk for e in waiting]
    assert response.context["shown"] == waiting[0]
    assert response.context["next"] == f"/2031/review/?entry={waiting[1].pk}"


def test_differences_and_the_light_that_it_would_give(client, office, waiting):
    case = page(client, entry=waiting[1].pk).context["case"]
    assert case.fields[0].runs == [
        ("same", "首批开工，"),
        ("old", "二批报批。"),
        ("new", "二批退回。"),
    ]
    assert (case.a.light, case.would_be.light, case.step) == ("yellow", "red", -20)
    assert case.would_talk and case.is_light_changed


def test_an_entry_at_100_percent_would_be_complete(client, office, waiting):
    assert page(client, entry=waiting[2].pk).context["case"].would_be.light == "complete"


def test_accepting_leads_to_the_next_one(client, office, waiting):
    url = reverse("accept", args=["2031", waiting[0].pk])
    response = client.post(url, {"next": f"/2031/review/?entry={waiting[1].pk}"}, follow=True)
    assert response.context["shown"] == waiting[1]
    assert Decision.objects.get().verdict == "accepted"


def test_several_are_accepted_at_once(client, office, waiting, actions):
    url = reverse("review_several", args=["2031"])
    picked = [waiting[0].pk, waiting[2].pk]
    response = client.post(url, {"pick": picked, "verdict": "accept"}, follow=True)
    assert set(Decision.objects.values_list("entry", "verdict", "by")) == {
        (pk, "accepted", office.pk) for pk in picked
    }
    assert [entry.pk for entry in response.context["waiting"]] == [waiting[1].pk]


def test_several_are_returned_with_one_reason(client, office, waiting):
    url = reverse("review_several", args=["2031"])
    picked = [waiting[0].pk, waiting[1].pk]
    client.post(url, {"pick": picked, "verdict": "return", "reason": "示例：请附佐证"})
    assert set(Decision.objects.values_list("entry", "verdict", "reason")) == {
        (pk, "returned", "示例：请附佐证") for pk in picked
    }


def test_returning_several_asks_for_a_reason(client, office, waiting):
    url = reverse("review_several", args=["2031"])
    response = client.post(url, {"pick": [waiting[0].pk], "verdict": "return", "reason": " "})
    assert response.status_code == 400
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("verdict", [{}, {"verdict": ""}, {"verdict": "示例"}])
def test_no_verdict_is_guessed(client, office, waiting, verdict):
    url = reverse("review_several", args=["2031"])
    response = client.post(url, {"pick": [waiting[0].pk], "reason": "示例：请附佐证", **verdict})
    assert response.status_code == 400
    assert "表单不完整" in response.text
    assert Decision.objects.count() == 0


def test_enter_in_the_reason_presses_no_button(client, office, waiting):
    """The first button of a form is pressed by Enter; where it is disabled, none is."""
    form = page(client).text.partition('id="several"')[2]
    assert form.index("<button disabled hidden>") < form.index('name="verdict"')


def test_what_somebody_else_decided_is_named_and_not_overruled(client, office, waiting):
    waiting[0].send_back(by=make_user("supervisor"), reason="示例：更快")
    url = reverse("review_several", args=["2031"])
    picked = [waiting[0].pk, waiting[1].pk]
    response = client.post(url, {"pick": picked, "verdict": "accept"}, follow=True)
    verdicts = dict(Decision.objects.values_list("entry", "verdict"))
    assert verdicts == {waiting[0].pk: "returned", waiting[1].pk: "accepted"}
    assert "1 条已由他人审核。" in response.text


@pytest.mark.parametrize(
    ("picked", "status"),
    [([], 400), (["x"], 400), (["9" * 30], 400), (["999999"], 404), (["１"], 400)],
)
def test_what_cannot_be_ticked_is_refused(client, office, waiting, picked, status):
    response = client.post(reverse("review_several", args=["2031"]), {"pick": picked})
    assert response.status_code == status
    assert Decision.objects.count() == 0


def test_another_plans_entry_is_not_found(client, office, waiting, liaison, unit):
    action = make_action(make_priority(make_plan("2032")), lead_unit=unit)
    other = make_entry(action, by=liaison, needs_review=True)
    url = reverse("review_several", args=["2031"])
    assert client.post(url, {"pick": [other.pk]}).status_code == 404
    assert page(client, entry=other.pk).status_code == 404
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("role", ["viewer", "reporter"])
def test_only_the_office_reviews(client, waiting, role):
    client.force_login(make_user(role))
    assert page(client).status_code == 403
    url = reverse("review_several", args=["2031"])
    assert client.post(url, {"pick": [waiting[0].pk]}).status_code == 403
    assert Decision.objects.count() == 0


def test_an_empty_list_says_so(client, office, actions):
    assert "全部审核完毕" in page(client).text


def test_six_entries_cost_no_more_queries_than_two(client, office, actions, liaison):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert page(client).status_code == 200
        return len(queries)

    for action in actions[:2]:
        make_entry(action, by=liaison, needs_review=True)
    page(client)
    few = cost()
    for action in actions[2:]:
        make_entry(action, by=liaison, needs_review=True)
    assert ProgressEntry.objects.waiting().count() == 6
    assert cost() == few


HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("is_htmx", [False, True])
def test_what_was_accepted_is_answered_so_where_the_next_one_is_gone(
    client, office, waiting, is_htmx
):
    """Somebody else decided the entry that was to come next while this page stood open."""
    first, gone = waiting[0], waiting[1]
    gone.accept(by=make_user("supervisor"))
    way = f"{reverse('review', args=['2031'])}?entry={gone.pk}"
    url = reverse("accept", args=["2031", first.pk])
    answer = client.post(url, {"next": way}, headers=HTMX if is_htmx else {}, follow=is_htmx)
    assert ProgressEntry.objects.get(pk=first.pk).state == "accepted"
    assert answer.status_code == (200 if is_htmx else 302)
    if is_htmx:
        assert answer.context["shown"].pk == waiting[2].pk


@pytest.mark.parametrize("way", ["/2031/review/?entry=x", "/2031/?on=1999-01-01", "/sign-out/"])
def test_no_page_that_follows_takes_back_what_was_stored(client, office, waiting, way):
    url = reverse("accept", args=["2031", waiting[0].pk])
    answer = client.post(url, {"next": way}, headers=HTMX)
    assert (answer.status_code, ProgressEntry.objects.get(pk=waiting[0].pk).state) == (
        302,
        "accepted",
    )
