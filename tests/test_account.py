"""Signing in and out, passwords, language, help and error pages, as a browser meets them."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from priorities.models import Plan
from tests.factories import PASSWORD, make_plan, make_user

pytestmark = pytest.mark.django_db
ENGLISH = {"headers": {"accept-language": "en"}}


@pytest.fixture
def user():
    return make_user("viewer", username="liaison")


@pytest.fixture
def signed_in(client, user):
    client.force_login(user)
    return client


def sign_in(client, username="liaison", password=PASSWORD, **more):
    return client.post("/sign-in/", {"username": username, "password": password, **more})


# Signing in


def test_sign_in_leads_home_under_a_new_session_key(client, user):
    client.get("/sign-in/")
    session = client.session
    session["before"] = "kept"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session[SESSION_KEY] == str(user.pk)
    assert client.session.session_key != before


def test_wrong_password_says_so_and_keeps_the_name_but_not_the_password(client, user):
    answer = sign_in(client, password="wrong-密码")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="liaison"' in page
    assert "wrong-密码" not in page
    assert 'role="alert"' in page
    assert SESSION_KEY not in client.session


def test_an_empty_form_names_both_fields(client):
    answer = sign_in(client, username="", password="")
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"username", "password"}
    assert answer.content.decode().count('aria-invalid="true"') == 2


@pytest.mark.parametrize(
    "username",
    ["x" * 100_000, "a\x0bb", "\u202egnp", "<script>alert(1)</script>", "=1+1", "名" * 151, "😀"],
)
def test_no_name_breaks_the_page(client, username):
    answer = sign_in(client, username=username)
    assert answer.status_code == 422
    assert b"<script>alert" not in answer.content


def test_a_null_character_is_refused(client):
    assert sign_in(client, username="a\0b").status_code == 400


@pytest.mark.parametrize("path", ["/password/", "/2022/help/?on=2022-09-30"])
def test_next_is_kept_through_a_wrong_password(client, user, path):
    page = client.get("/sign-in/", {"next": path})
    assert page.context["next"] == path
    failed = sign_in(client, password="wrong", next=path)
    assert f'name="next" value="{path}"' in failed.content.decode()
    assert sign_in(client, next=path)["Location"] == path


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)", "http:///x"],
)
def test_next_never_leads_to_another_site(client, user, elsewhere):
    assert sign_in(client, next=elsewhere)["Location"] == "/"


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/?next=/2022/", "/sign-in/?next=/sign-in/"])
def test_somebody_signed_in_is_led_on(signed_in, path):
    answer = signed_in.get(path)
    assert answer.status_code == 302
    assert answer["Location"] in ("/", "/2022/")


def test_the_sign_in_page_shows_the_titles_of_the_current_plan(client):
    page = client.get("/sign-in/").content.decode()
    titles = list(Plan.objects.current().priorities.values_list("title", flat=True))
    assert len(titles) == 8
    assert all(title in page for title in titles)
    assert "二〇二二" in page


def test_the_sign_in_page_works_without_any_plan(client):
    for plan in Plan.objects.all():
        for priority in plan.priorities.all():
            priority.actions.all().delete()
        plan.priorities.all().delete()
    Plan.objects.all().delete()
    assert client.get("/sign-in/").status_code == 200


def test_pages_are_not_kept_by_the_browser(client):
    assert "no-store" in client.get("/sign-in/")["Cache-Control"]


# Signing out


def test_sign_out_ends_the_session(signed_in):
    answer = signed_in.post("/sign-out/")
    assert answer["Location"] == "/sign-in/"
    assert SESSION_KEY not in signed_in.session


def test_sign_out_is_never_a_link(signed_in):
    assert signed_in.get("/sign-out/").status_code == 405
    assert SESSION_KEY in signed_in.session


def test_sign_out_wants_the_forms_token(user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post("/sign-out/").status_code == 403
    assert SESSION_KEY in client.session


# Password

NEW = "新的-Pingshan-2022"


def change(client, old=PASSWORD, new=NEW, again=NEW):
    form = {"old_password": old, "new_password1": new, "new_password2": again}
    return client.post("/password/", form)


def test_a_changed_password_counts_and_the_session_stays(signed_in, user):
    other_device = Client()
    other_device.force_login(user)
    assert change(signed_in)["Location"] == "/"
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert signed_in.get("/password/").status_code == 200
    assert other_device.get("/password/").status_code == 302


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"old": "no"}, {"old_password"}),
        ({"again": "different-2022"}, {"new_password2"}),
        ({"new": "abc", "again": "abc"}, {"new_password2"}),
        ({"new": "1234567890", "again": "1234567890"}, {"new_password2"}),
        ({"new": "", "again": ""}, {"new_password1", "new_password2"}),
    ],
)
def test_a_refused_password_changes_nothing(signed_in, user, form, wrong):
    answer = change(signed_in, **form)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == wrong
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


# Language


def test_chinese_is_the_default(client):
    page = client.get("/sign-in/", headers={"accept-language": "fr"})
    assert '<html lang="zh-CN"' in page.content.decode()
    assert page["Content-Language"] == "zh-hans"


def test_the_browsers_language_is_heard(client):
    page = client.get("/sign-in/", **ENGLISH).content.decode()
    assert '<html lang="en"' in page
    assert "Sign in" in page


def test_the_switch_leads_back_and_stays(client):
    answer = client.post("/language/", {"language": "en", "next": "/sign-in/?next=/2022/"})
    assert answer["Location"] == "/sign-in/?next=/2022/"
    for _visit in range(2):
        page = client.get("/sign-in/", headers={"accept-language": "zh-CN"})
        assert '<html lang="en"' in page.content.decode()
    client.post("/language/", {"language": "zh-hans"})
    assert '<html lang="zh-CN"' in client.get("/sign-in/", **ENGLISH).content.decode()


@pytest.mark.parametrize("language", ["xx", "", "zh-hans\r\nSet-Cookie: a=b", "<b>", "e" * 100_000])
def test_an_unknown_language_changes_nothing(client, language):
    answer = client.post("/language/", {"language": language, "next": "//example.com"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert '<html lang="zh-CN"' in client.get("/sign-in/").content.decode()


def test_the_switch_is_never_a_link(client):
    assert client.get("/language/").status_code == 405


# Help


def test_help_speaks_of_this_plans_own_thresholds(signed_in):
    plan = make_plan(red_deviation=42, yellow_deviation=17, reporting_cycle_days=9)
    url = reverse("help", args=[plan.slug])
    page = signed_in.get(url, **ENGLISH).content.decode()
    for words in ("more than 42 points", "More than 17 points", "more than 9 days"):
        assert words in page
    for place in ("lights", "light-red", "percent", "outlook", "age", "roles", "cycle"):
        assert f'id="{place}"' in page


def test_the_worked_example_stands_on_both_sides_of_each_threshold(signed_in):
    plan = make_plan()
    rows = signed_in.get(reverse("help", args=[plan.slug])).context["example"].rows
    found = [(percent, behind, judged.light.value) for percent, behind, judged in rows]
    assert found == [
        (40, 31, "red"),
        (41, 30, "yellow"),
        (60, 11, "yellow"),
        (61, 10, "green"),
        (71, 0, "green"),
    ]


def test_help_wants_a_signed_in_user_and_a_plan(client, user):
    assert client.get("/2022/help/")["Location"] == "/sign-in/?next=/2022/help/"
    client.force_login(user)
    assert client.get("/2099/help/").status_code == 404


# Appearance


@pytest.mark.parametrize(
    ("cookie", "attribute"),
    [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), ('x" onload="', "")],
)
def test_the_chosen_scheme_is_in_the_page(client, cookie, attribute):
    client.cookies["theme"] = cookie
    assert f'<html lang="zh-CN"{attribute}>' in client.get("/sign-in/").content.decode()


# Error pages


def test_not_found_is_a_page_in_both_languages(signed_in):
    chinese = signed_in.get("/2022/nowhere/")
    english = signed_in.get("/2022/nowhere/", **ENGLISH)
    assert (chinese.status_code, english.status_code) == (404, 404)
    assert '<html lang="zh-CN"' in chinese.content.decode()
    assert "Not found" in english.content.decode()
    assert 'href="/"' in english.content.decode()


def test_a_missing_token_is_explained_in_both_languages(user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    chinese = client.post("/sign-out/")
    english = client.post("/sign-out/", **ENGLISH)
    assert (chinese.status_code, english.status_code) == (403, 403)
    assert '<html lang="zh-CN"' in chinese.content.decode()
    assert "The form was not taken" in english.content.decode()


def test_an_unexpected_error_still_answers_with_a_page(monkeypatch, user):
    def fail(*args):
        raise RuntimeError("示例")

    client = Client(raise_request_exception=False)
    client.force_login(user)
    monkeypatch.setattr("priorities.views.account.plan_of", fail)
    answer = client.get("/2022/help/", **ENGLISH)
    assert answer.status_code == 500
    assert "Something went wrong" in answer.content.decode()
    assert "示例" not in answer.content.decode()
