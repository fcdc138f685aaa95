"""Extension requests: asked before the due date, answered once, with a date or a reason."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from priorities.models import ExtensionAnswer, ExtensionRequest
from priorities.models.progress import AlreadyDecided

from .factories import make_action, make_plan, make_priority, make_unit, make_user
from .markup import uncut

pytestmark = pytest.mark.django_db

DUE, WANTED, GRANTED = date(2022, 11, 30), date(2022, 12, 20), date(2022, 12, 10)


@pytest.fixture
def unit():
    return make_unit("区甲局")


@pytest.fixture
def action(unit):
    return make_action(make_priority(make_plan()), lead_unit=unit, due=DUE)


@pytest.fixture
def liaison(unit):
    return make_user("reporter", units=[unit])


@pytest.fixture
def office():
    return make_user("supervisor", display_name="示例督查员")


@pytest.fixture
def asked(action, liaison):
    return ExtensionRequest.ask(action=action, by=liaison, wanted=WANTED, reason="示例：用地未批")


def form(**fields):
    return {"wanted": "2022-12-20", "reason": "示例：用地未批", "nonce": uuid.uuid4(), **fields}


def test_a_unit_asks_with_a_day_and_a_reason(client, action, liaison):
    client.force_login(liaison)
    url = reverse("extension", args=["2031", "1.1"])
    assert client.get(url).status_code == 200
    response = client.post(url, form())
    assert (response.status_code, response.url) == (302, "/2031/actions/1.1/")
    stored = ExtensionRequest.objects.get()
    assert (stored.due, stored.wanted, stored.by) == (DUE, WANTED, liaison)
    action.refresh_from_db()
    assert action.due == DUE


def test_the_same_form_sent_twice_is_one_request(client, action, liaison):
    client.force_login(liaison)
    url, sent = reverse("extension", args=["2031", "1.1"]), form()
    assert [client.post(url, sent).status_code for _ in range(2)] == [302, 302]
    assert ExtensionRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("wanted", "2022-11-30"),
        ("wanted", "2022-02-30"),
        ("wanted", ""),
        ("reason", ""),
        ("reason", "长" * 2_001),
        ("nonce", "x"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_kept(client, action, liaison, field, value):
    client.force_login(liaison)
    response = client.post(reverse("extension", args=["2031", "1.1"]), form(**{field: value}))
    assert response.status_code == 422
    assert response.context["form"].errors
    assert ExtensionRequest.objects.count() == 0
    if field != "reason":
        assert "示例：用地未批" in response.text


def test_after_the_due_date_nothing_is_asked(action, liaison):
    action.due = date(2022, 9, 29)
    action.save()
    with pytest.raises(ValidationError):
        ExtensionRequest.ask(action=action, by=liaison, wanted=WANTED, reason="示例")


def test_one_request_at_a_time(action, liaison, asked):
    with pytest.raises(ValidationError):
        ExtensionRequest.ask(action=action, by=liaison, wanted=WANTED, reason="示例")


def test_granting_moves_the_date_and_keeps_the_first_one(client, action, office, asked):
    client.force_login(office)
    url = reverse("extension_answer", args=["2031", asked.pk])
    response = client.post(url, {"verdict": "grant", "due": "2022-12-10"}, follow=True)
    action.refresh_from_db()
    assert (action.due, action.original_due) == (GRANTED, DUE)
    change = action.history.first()
    assert (change.history_user, change.history_change_reason) == (office, "示例：用地未批")
    assert "1.1 的完成时限已改为12月10日。" in response.text


def test_refusing_leaves_the_date_and_says_why(client, action, office, asked):
    client.force_login(office)
    url = reverse("extension_answer", args=["2031", asked.pk])
    client.post(url, {"verdict": "refuse", "reason": "示例：原定不变"})
    action.refresh_from_db()
    answer = ExtensionAnswer.objects.get()
    assert (action.due, answer.granted, answer.reason) == (DUE, None, "示例：原定不变")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"verdict": "grant"},
        {"verdict": "grant", "due": "2022-11-30"},
        {"verdict": "refuse"},
        {"verdict": "perhaps", "due": "2022-12-10"},
    ],
)
def test_an_answer_without_its_part_is_refused(client, action, office, asked, answer):
    client.force_login(office)
    url = reverse("extension_answer", args=["2031", asked.pk])
    assert client.post(url, answer).status_code == 422
    action.refresh_from_db()
    assert (action.due, ExtensionAnswer.objects.count()) == (DUE, 0)


def test_the_second_supervisor_is_told_who_was_faster(client, action, office, asked):
    asked.grant(by=make_user("supervisor", display_name="示例更快者"), due=GRANTED)
    client.force_login(office)
    url = reverse("extension_answer", args=["2031", asked.pk])
    response = client.post(url, {"verdict": "refuse", "reason": "示例"})
    assert response.status_code == 409
    assert "示例更快者已将 1.1 延至12月10日。" in response.text
    with pytest.raises(AlreadyDecided):
        asked.refuse(by=office, reason="示例")


def test_who_may(client, action, asked, liaison):
    answer = reverse("extension_answer", args=["2031", asked.pk])
    ask = reverse("extension", args=["2031", "1.1"])
    for user in (make_user("viewer"), make_user("reporter"), liaison):
        client.force_login(user)
        assert client.post(answer, {"verdict": "grant", "due": "2022-12-10"}).status_code == 403
    client.force_login(make_user("reporter", units=[make_unit("区乙局")]))
    assert client.post(ask, form()).status_code == 403
    assert ExtensionAnswer.objects.count() == 0


def test_the_list_shows_what_is_open_and_what_was_decided(client, action, office, asked):
    client.force_login(office)
    url = reverse("extensions", args=["2031"])
    assert list(client.get(url).context["open"]) == [asked]
    asked.grant(by=office, due=GRANTED)
    context = client.get(url).context
    assert (list(context["open"]), list(context["decided"])) == ([], [asked])


def test_enter_in_the_reason_presses_no_button(client, office, asked):
    """The first button of a form is pressed by Enter, and the first one grants."""
    client.force_login(office)
    form = uncut(client.get("/2031/extensions/").text).partition('class="ask-answer"')[2]
    assert form.index("<button disabled hidden>") < form.index('name="verdict"')


def test_granting_keeps_what_was_changed_since_the_request_was_loaded(action, office, asked):
    loaded = ExtensionRequest.objects.select_related("action__priority").get(pk=asked.pk)
    action.assign(by=office, changes={"measure": "示例标准"})
    loaded.grant(by=office, due=GRANTED)
    action.refresh_from_db()
    assert (action.measure, action.due) == ("示例标准", GRANTED)


def test_where_no_due_date_stands_any_more_none_is_moved(client, action, office, asked):
    nobody = {"lead_unit": None, "owner": None, "start": None, "due": None}
    action.assign(by=office, changes=nobody, reason="示例：收回")
    client.force_login(office)
    answer = reverse("extension_answer", args=["2031", asked.pk])
    response = client.post(answer, {"verdict": "grant", "due": "2022-12-10"})
    assert response.status_code == 422
    assert ExtensionAnswer.objects.count() == 0


def test_the_same_form_with_other_words_is_never_dropped_in_silence(client, action, liaison):
    client.force_login(liaison)
    url, sent = reverse("extension", args=["2031", "1.1"]), form()
    client.post(url, sent)
    again = client.post(url, {**sent, "reason": "示例：另一个原因"})
    assert again.status_code == 422
    assert "示例：另一个原因" in again.text
