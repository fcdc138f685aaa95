"""Who may open what; and no page breaks the content policy."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from priorities.models import Unit, User
from tests.factories import (
    PASSWORD,
    make_unit,
    make_user,
)

from .pages import EDITABLE, REASON, address, make_one_of_each

pytestmark = pytest.mark.django_db

RECORDS = ("progressentry", "evidence", "decision")


@pytest.mark.parametrize("role", ["viewer", "reporter"])
def test_reporters_and_viewers_get_no_panel(client, role):
    rows = make_one_of_each()
    client.force_login(make_user(role))
    urls = [reverse("admin:index"), reverse("admin:autocomplete"), reverse("admin:jsi18n")]
    urls += [address(row, page) for row in rows for page in ("changelist", "change", "delete")]
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 403)
    assert {client.post(url, {"reason": REASON}).status_code for url in urls} == {403}
    assert Unit.objects.filter(short_name="示例一局").exists()


def test_signed_out_leads_through_our_sign_in_and_back(client):
    response = client.get("/admin/priorities/unit/", follow=True)
    assert response.redirect_chain[-1][0] == "/sign-in/?next=/admin/priorities/unit/"
    user = make_user("administrator")
    data = {"username": user.username, "password": PASSWORD, "next": "/admin/priorities/unit/"}
    response = client.post("/sign-in/", data)
    assert (response.status_code, response["Location"]) == (302, "/admin/priorities/unit/")


def test_supervisor_edits_the_plan_but_not_accounts(client, supervisor):
    rows = make_one_of_each()
    index = client.get(reverse("admin:index")).content.decode()
    for row in rows:
        name = row._meta.model_name
        expected = 403 if name == "user" else 200
        assert client.get(address(row, "changelist")).status_code == expected, name
        assert client.get(address(row, "change")).status_code == expected, name
        is_listed = f'href="/admin/priorities/{name}/"' in index
        assert is_listed == (name != "user"), name


def test_a_refused_call_changes_no_account(client, supervisor):
    account = make_user("reporter")
    data = {"username": "taken-over", "role": "administrator", "reason": REASON}
    for page in ("change", "delete", "history"):
        assert client.post(address(account, page), data).status_code == 403
    assert client.post(address(User, "add"), data).status_code == 403
    account.refresh_from_db()
    assert account.role == "reporter"
    assert not User.objects.filter(username="taken-over").exists()


def test_supervisor_still_chooses_an_owner_by_name(client, supervisor):
    unit = make_unit("示例一局")
    person = make_user("reporter", [unit], display_name="示例张三")
    make_user("reporter", [unit], display_name="示例张四", is_active=False)
    query = {"app_label": "priorities", "model_name": "action", "field_name": "owner"}
    answer = client.get(reverse("admin:autocomplete"), query | {"term": "示例张"}).json()
    assert answer["results"] == [{"id": str(person.pk), "text": "示例张三 · 示例一局"}]


def test_inactive_units_are_not_offered(client, supervisor):
    make_unit("停用局", is_active=False)
    unit = make_unit("在用局")
    query = {"app_label": "priorities", "model_name": "action", "field_name": "lead_unit"}
    answer = client.get(reverse("admin:autocomplete"), query | {"term": "用局"}).json()
    assert [row["id"] for row in answer["results"]] == [str(unit.pk)]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_in_both_languages(client, administrator, language):
    rows = make_one_of_each()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    urls = [reverse("admin:index"), reverse("admin:app_list", args=["priorities"])]
    for row in rows:
        urls += [address(row, "changelist"), address(row, "change")]
        if row._meta.model_name in (*EDITABLE, "user"):
            urls += [address(row, "add"), address(row, "delete"), address(row, "history")]
    for url in urls:
        response = client.get(url)
        page = response.content.decode()
        assert response.status_code == 200, url
        assert not re.search(r"<style|<script>|\sstyle=|\son[a-z]+=", page), url


@pytest.mark.parametrize("name", RECORDS)
def test_what_was_said_and_decided_is_only_shown(client, administrator, name):
    row = next(row for row in make_one_of_each() if row._meta.model_name == name)
    before = type(row).objects.filter(pk=row.pk).values().get()
    assert client.get(address(row, "change")).status_code == 200
    for page in ("add", "change", "delete"):
        response = client.post(address(row, page), {"reason": REASON, "percent": 99})
        assert response.status_code == 403, page
    assert client.get(address(row, "history")).status_code == 404
    assert type(row).objects.filter(pk=row.pk).values().get() == before


def test_password_pages_are_the_sites_own(client, administrator):
    response = client.get(reverse("admin:password_change"))
    assert response["Location"] == reverse("password_change")
