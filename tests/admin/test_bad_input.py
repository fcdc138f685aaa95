"""No address, query, value or selection ends in a server error."""

import pytest
from django.urls import reverse

from priorities.admin import panel
from priorities.models import Action, Milestone, Plan, Priority, Unit, User

from .pages import REASON, address, filled, make_one_of_each

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "query",
    [
        {"q": "长" * 20_000},
        {"q": "a " * 30_000},
        {"q": "'\"%_\\"},
        {"p": "0"},
        {"p": "-1"},
        {"p": "9999"},
        {"p": "abc"},
        {"p": "9" * 5000},
        {"o": "99.-99.x"},
        {"all": "1"},
        {"e": "1"},
        {"owner": "abc"},
        {"owner__id__exact": "abc"},
        {"owner__id__exact": "9" * 30},
        {"lead_unit__id__exact": "9" * 30},
        {"priority__plan__id__exact": "-1"},
        {"password__startswith": "a"},
        {"cancelled": "maybe"},
        {"state": "'"},
        {"day__year": "99999", "day__month": "13"},
        {"planned__year": "0"},
        {"at__year": "abc"},
        {"at__year": "0"},
        {"at__year": "10000"},
        {"at__gte": "0001-01-01"},
        {"at": "0001-01-01"},
        {"due__year": "0"},
        {"done__regex": "("},
        {"text__iregex": "["},
        {"percent__regex": "("},
        {"id__in": "x"},
        {"_to_field": "password"},
        {"_popup": "1"},
        {"_facets": "True"},
    ],
)
def test_no_query_breaks_a_list(client, administrator, query):
    make_one_of_each()
    for model in panel._registry:
        status = client.get(address(model, "changelist"), query, follow=True).status_code
        assert status in (200, 400), (model, status)


@pytest.mark.parametrize(
    "lookup", ["password__startswith", "password", "password__exact", "password__regex"]
)
def test_no_list_spells_out_a_password(client, administrator, lookup):
    response = client.get(address(User, "changelist"), {lookup: administrator.password[:6]})
    assert response.status_code == 400


OF_DJANGO = ("_to_field", "_popup", "_changelist_filters", "_facets", "_saveasnew", "e", "all", "p")


@pytest.mark.alike
@pytest.mark.parametrize("value", ["", "password", "9" * 5000])
def test_no_parameter_of_the_panel_itself_breaks_a_page(client, administrator, value):
    """Read or sent, on every page of every kind of row; none gives another column than the key."""
    rows = {type(row): row for row in make_one_of_each()}
    for model in panel._registry:
        pages = ["changelist", "add", "change", "delete", "history"]
        for page in pages if model is Action else pages[::2]:
            url = address(model if page in ("changelist", "add") else rows[model], page)
            for name in OF_DJANGO if model is Action else OF_DJANGO[:1]:
                answer = client.get(url, {name: value}, follow=True)
                assert answer.status_code in (200, 400, 403, 404), (url, name)
                sent = client.post(f"{url}?{name}={value}", {name: value})
                assert sent.status_code in (200, 302, 400, 403, 404, 409, 422), (url, name)
                assert administrator.password not in answer.content.decode()


def test_a_form_sent_twice_gives_no_other_column_than_the_key(client, administrator):
    """The answer to a stored form is given again without the checks that came before it."""
    person = make_one_of_each()[5]
    data = filled(client, address(person, "change"), display_name="示例改名")
    assert client.post(address(person, "change"), data).status_code == 302
    for column in ("password", "nothing", "__class__"):
        again = data | {"_popup": "1", "_to_field": column}
        answer = client.post(address(person, "change"), again)
        assert (answer.status_code, person.password in answer.content.decode()) == (400, False)


@pytest.mark.parametrize("pk", ["9" * 20, "-1", "0", "abc", "%00", "1.5", "_5F", "１"])
def test_no_address_breaks_a_page(client, administrator, pk):
    make_one_of_each()
    for model in panel._registry:
        for page in ("change", "delete", "history"):
            url = f"/admin/priorities/{model._meta.model_name}/{pk}/{page}/"
            assert client.get(url).status_code in (400, 403, 404), url
            assert client.post(url, {"reason": REASON}).status_code in (400, 403, 404), url


@pytest.mark.parametrize("value", ["abc", "9" * 30, "-1", "1,abc", "1,99999999999999999999"])
def test_no_prefilled_value_breaks_a_form(client, administrator, value):
    for model in (Action, Milestone, User, Priority, Plan, Unit):
        fields = {field.name: value for field in (*model._meta.fields, *model._meta.many_to_many)}
        assert client.get(address(model, "add"), fields).status_code == 200, model


@pytest.mark.alike
@pytest.mark.parametrize("value", ["", "abc", "9" * 30, "\x0b", "１", "<script>", "=1+1", "-1"])
def test_no_form_value_breaks_a_page(client, administrator, value):
    for row in make_one_of_each()[:6]:
        url = address(row, "change")
        data = filled(client, url)
        for name in data:
            if name != "csrfmiddlewaretoken":
                answer = client.post(url, data | {name: value, "_continue": "1"})
                assert answer.status_code in (302, 400, 409, 422), (url, name, answer.status_code)


@pytest.mark.parametrize("selected", [["abc"], ["9" * 30], ["-1"], [""], []])
def test_no_selection_breaks_the_bulk_deletion(client, administrator, selected):
    data = {"action": "delete_rows", "_selected_action": selected, "reason": REASON}
    for model in (Unit, User, Milestone):
        before = model.objects.count()
        assert client.post(address(model, "changelist"), data).status_code in (200, 302, 400)
        assert model.objects.count() == before


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"app_label": "auth", "model_name": "group", "field_name": "permissions"},
        {"app_label": "priorities", "model_name": "action", "field_name": "text"},
        {"app_label": "priorities", "model_name": "action", "field_name": "nothing"},
        {"app_label": "x" * 5000, "model_name": "x", "field_name": "x"},
    ],
)
def test_no_query_breaks_the_search_field(client, supervisor, query):
    for extra in ({}, {"term": "长" * 20_000}, {"page": "abc"}, {"page": "9" * 30}):
        status = client.get(reverse("admin:autocomplete"), query | extra).status_code
        assert status in (200, 403, 404), (query, extra)


def test_supervisors_cannot_search_beyond_the_fields_of_the_plan(client, supervisor):
    """A field of another program's table must not open a way to it."""
    query = {"app_label": "axes", "model_name": "accessattempt", "field_name": "username"}
    assert client.get(reverse("admin:autocomplete"), query).status_code == 403
