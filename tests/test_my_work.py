"""My work: what is due first, one click for nothing changed, several in one sitting."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from priorities.models import ProgressEntry
from tests.factories import (
    make_action,
    make_entries,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = date(2022, 9, 30)
URL = "/2031/my-work/"


@pytest.fixture
def plan():
    return make_plan("2031")


@pytest.fixture
def unit():
    return make_unit("示例一局")


@pytest.fixture
def priority(plan):
    return make_priority(plan, number=3)


@pytest.fixture
def liaison(unit):
    return make_user("reporter", [unit], username="liaison")


@pytest.fixture
def office():
    return make_user("supervisor", username="office")


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def look(user, query="") -> tuple:
    """The page's text without markup, and its plan of work."""
    response = signed_in(user).get(URL + query)
    assert response.status_code == 200
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.split()), response.context["work"]


def numbers(rows) -> list[str]:
    return [row.a.number for row in rows]


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


class TestOrder:
    def test_returned_then_red_and_yellow_then_overdue_then_due_soon(
        self, priority, unit, liaison, office
    ):
        def action(percent, age, **fields):
            made = make_action(priority, lead_unit=unit, **fields)
            make_entry(made, by=liaison, percent=percent, day=days_ago(age))
            return made

        action(75, 25)  # 3.1 green, due soon
        action(75, 40)  # 3.2 green, overdue
        action(75, 50)  # 3.3 green, overdue longer
        action(60, 25)  # 3.4 yellow
        action(20, 25)  # 3.5 red
        returned = action(75, 3)  # 3.6 green, but its last entry came back
        entry = make_entry(returned, by=liaison, percent=80, needs_review=True)
        entry.send_back(by=office, reason="示例：请附名单。")
        action(75, 10)  # 3.7 green, reported in this cycle
        action(20, 10)  # 3.8 red, reported in this cycle
        text, work = look(liaison)
        assert numbers(work.listed) == ["3.6", "3.5", "3.4", "3.3", "3.2", "3.1"]
        assert [(name, numbers(rows)) for name, rows in work.sections] == [
            ("reported", ["3.7", "3.8"])
        ]
        assert "6 actions to report" in text
        assert "1 was returned. 2 are overdue. The next by 6 October, in 6 days." in text
        assert "Reported in this cycle: 2" in text
        assert "示例：请附名单。" in text

    def test_never_reported_counts_from_the_start(self, priority, unit, liaison):
        make_action(priority, lead_unit=unit, start=days_ago(40))
        make_action(priority, lead_unit=unit, start=days_ago(10))
        _text, work = look(liaison)
        assert numbers(work.listed) == ["3.1"]
        assert numbers(work.not_started) == ["3.2"]

    def test_a_first_report_is_asked_for_a_week_before_it_is_due(self, priority, unit, liaison):
        for days in (23, 24):
            make_action(priority, lead_unit=unit, assigned=days_ago(days))
        text, work = look(liaison)
        assert (numbers(work.listed), numbers(work.not_started)) == (["3.2"], ["3.1"])
        assert "first report by 7 October" in text

    def test_where_nothing_is_due_the_first_report_may_be_next(self, priority, unit, liaison):
        make_action(priority, lead_unit=unit, assigned=days_ago(3))
        text, work = look(liaison)
        assert (work.listed, work.next_report.a.number) == ([], "3.1")
        assert "Next is 3.1 示例举措3.1, by 28 October." in text

    def test_a_row_has_one_age_and_says_whose_word_it_is(self, priority, unit, liaison, office):
        def row(number):
            text, _work = look(liaison)
            return text.partition(number)[2].partition("Report ")[0]

        never = make_action(priority, lead_unit=unit, start=days_ago(40))
        assert "no report for 40 days" in row("3.1")
        assert "Nothing reported yet." in row("3.1")
        entry = make_entry(never, by=liaison, percent=40, day=days_ago(2), needs_review=True)
        entry.send_back(by=office, reason="示例：请附名单。")
        assert "no report for 40 days, the first was returned" in row("3.1")
        assert "Nothing reported yet." not in row("3.1")
        waits = make_action(priority, lead_unit=unit)
        make_entry(waits, by=liaison, percent=10, day=days_ago(60))
        assert "last report 60 days ago" in row("3.2")
        make_entry(waits, by=liaison, percent=20, day=days_ago(40), needs_review=True)
        assert "last report 40 days ago, not yet reviewed" in row("3.2")
        assert "last entry" not in row("3.1") + row("3.2")

    def test_other_work_stands_below(self, plan, priority, unit, liaison):
        other = make_unit("示例二局")
        make_action(priority, lead_unit=other)  # of nobody here
        make_action(priority, lead_unit=other, supporting=[unit])
        make_action(priority, lead_unit=other, owner=liaison)
        complete = make_action(priority, lead_unit=unit)
        make_entry(complete, by=liaison, percent=100)
        make_action(priority, lead_unit=unit, start=date(2022, 11, 1))
        make_action(priority, lead_unit=unit, cancelled_on=days_ago(9), cancelled_reason="示例")
        make_action(priority)
        _text, work = look(liaison)
        assert numbers(work.listed) == ["3.3"]
        assert [(name, numbers(rows)) for name, rows in work.sections] == [
            ("supporting", ["3.2"]),
            ("not_started", ["3.5"]),
            ("complete", ["3.4"]),
        ]

    def test_a_waiting_entry_is_reported(self, priority, unit, liaison):
        action = make_action(priority, lead_unit=unit)
        make_entry(action, by=liaison, needs_review=True)
        _text, work = look(liaison)
        assert (numbers(work.listed), numbers(work.reported)) == ([], ["3.1"])

    def test_what_is_shown_is_counted_like_the_state(self, priority, unit, liaison):
        for n in range(3):
            make_action(priority, lead_unit=unit, start=days_ago(40 + n))
        text, work = look(liaison)
        assert len(work.open) == 3
        assert text.count("Report progress") == 3


class TestWords:
    def test_viewer(self, plan):
        text, _work = look(make_user("viewer", [make_unit()]))
        assert "With your role there is nothing to report" in text

    def test_a_viewer_is_not_shown_the_units_work_as_theirs(self, priority, unit):
        make_action(priority, lead_unit=unit, text="示例：内部之事")
        text, _work = look(make_user("viewer", [unit]))
        assert "示例：内部之事" not in text

    def test_reporter_without_a_unit(self, plan):
        text, _work = look(make_user("reporter"))
        assert "Your account belongs to no unit yet. Ask the supervision office" in text

    def test_reporter_whose_unit_has_nothing(self, plan, liaison):
        text, _work = look(liaison)
        assert "No action is assigned to your unit yet." in text

    def test_nothing_due_names_what_comes_next(self, priority, unit, liaison):
        for age in (2, 9, 4):
            make_entry(make_action(priority, lead_unit=unit), by=liaison, day=days_ago(age))
        text, _work = look(liaison)
        assert "Nothing to report now" in text
        assert "Next is 3.2 示例举措3.2, by 22 October." in text

    def test_supervisor_without_units_is_led_to_the_review(self, priority, unit, liaison, office):
        text, _work = look(office)
        assert "No entry waits for review." in text
        make_entry(make_action(priority, lead_unit=unit), by=liaison, needs_review=True)
        response = signed_in(office).get(URL)
        assert '<a href="/2031/actions/?waiting=1">1 entry waits for your review</a>' in (
            response.content.decode()
        )

    def test_supervisor_with_a_unit_reports_like_its_liaison(self, priority, unit):
        make_action(priority, lead_unit=unit)
        _text, work = look(make_user("supervisor", [unit]))
        assert numbers(work.listed) == ["3.1"]

    def test_signed_out(self, plan):
        assert Client().get(URL).headers["Location"] == "/sign-in/?next=/2031/my-work/"

    def test_writing_here_is_refused(self, plan, liaison):
        assert signed_in(liaison).post(URL).status_code == 405

    def test_the_plan_must_exist(self, plan, liaison):
        assert signed_in(liaison).get("/2099/my-work/").status_code == 404


def rows_form(page: str) -> dict:
    """What the one form of the list sends beside the button that was clicked."""
    form = page[page.index('<form id="rows"') :]
    form = form[: form.index("</form>")]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


class TestNothingChanged:
    @pytest.fixture
    def actions(self, priority, unit, liaison):
        made = [make_action(priority, lead_unit=unit) for _n in range(3)]
        for each in made:
            make_entry(each, by=liaison, percent=75, day=days_ago(29))
        return made

    def click(self, client, name, args, query=""):
        page = client.get(URL + query).content.decode()
        given = rows_form(page)
        return client.post(reverse(name, args=args), given, follow=True)

    def test_the_row_stays_in_its_place_with_its_undo(self, actions, liaison):
        client = signed_in(liaison)
        response = self.click(client, "unchanged", ["2031", "3.2"])
        work = response.context["work"]
        entry = ProgressEntry.objects.order_by("pk").last()
        assert numbers(work.listed) == ["3.1", "3.2", "3.3"]
        assert [row.saved and row.saved.pk for row in work.listed] == [None, entry.pk, None]
        assert work.listed[1].undo_url == f"/2031/entries/{entry.pk}/withdraw/"
        assert work.next_row.a.number == "3.3"
        page = response.content.decode()
        assert "2 actions to report" in page
        assert "“Nothing changed” is recorded" in page
        assert 'id="undo-3-2"' in page

    def test_undo_makes_it_due_again(self, actions, liaison):
        client = signed_in(liaison)
        self.click(client, "unchanged", ["2031", "3.2"])
        entry = ProgressEntry.objects.order_by("pk").last()
        response = self.click(client, "withdraw", ["2031", entry.pk], "?queue=3.1,3.2,3.3")
        work = response.context["work"]
        assert numbers(work.listed) == numbers(work.open) == ["3.1", "3.2", "3.3"]

    def test_the_list_is_done_when_all_rows_are(self, actions, liaison):
        client = signed_in(liaison)
        query = ""
        for number in ("3.1", "3.3", "3.2"):
            response = self.click(client, "unchanged", ["2031", number], query)
            query = "?queue=3.1,3.2,3.3"
        work = response.context["work"]
        assert (work.open, work.saved, work.next_row) == ([], 3, None)
        assert "All is reported" in response.content.decode()

    def test_a_row_never_reported_offers_no_click(self, priority, unit, liaison):
        make_action(priority, lead_unit=unit)
        page = signed_in(liaison).get(URL).content.decode()
        assert 'id="open-3-1"' in page
        assert 'id="unchanged-3-1"' not in page

    def test_one_form_serves_all_rows(self, actions, liaison):
        page = signed_in(liaison).get(URL).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert main.count("<form") == 1
        assert main.count('form="rows"') == 3

    def test_an_undo_is_not_offered_to_colleagues(self, actions, liaison, unit):
        make_entry(actions[0], by=liaison, needs_review=True, at=timezone.now())
        query = "?queue=3.1"
        _text, own = look(liaison, query)
        _text, other = look(make_user("reporter", [unit]), query)
        assert own.listed[0].undo_url
        assert (other.listed[0].saved, other.listed[0].undo_url) == (own.listed[0].saved, "")


class TestQueue:
    @pytest.fixture
    def actions(self, priority, unit, liaison):
        made = [make_action(priority, lead_unit=unit) for _n in range(3)]
        for each in made:
            make_entry(each, by=liaison, percent=75, day=days_ago(29))
        return made

    def given(self, page: str) -> dict:
        form = page[page.index("data-report") :]
        pattern = r'<input type="hidden" name="next" value="([^"]*)"'
        return {
            "nonce": str(uuid.uuid4()),
            "percent": "76",
            "done": "示例：推进。",
            "outlook": "on_course",
            "day": "2022-09-30",
            "next": re.search(pattern, form).group(1),
        }

    def test_one_after_the_other(self, actions, liaison):
        client = signed_in(liaison)
        address = client.get(URL).context["work"].first_url
        assert address == "/2031/actions/3.1/report/?queue=3.1,3.2,3.3"
        places = []
        for _step in range(3):
            page = client.get(address).content.decode()
            places.append(re.search(r"<span>(\d of \d)</span>", page).group(1))
            response = client.post(address, self.given(page))
            assert response.status_code == 302
            address = response.headers["Location"]
        assert places == ["1 of 3", "2 of 3", "3 of 3"]
        assert address == "/2031/my-work/?queue=3.1,3.2,3.3"
        work = client.get(address).context["work"]
        assert (numbers(work.listed), work.saved) == (["3.1", "3.2", "3.3"], 3)

    def test_an_error_keeps_the_place(self, actions, liaison):
        client = signed_in(liaison)
        address = "/2031/actions/3.2/report/?queue=3.1,3.2,3.3"
        given = self.given(client.get(address).content.decode()) | {"percent": "x"}
        response = client.post(address, given)
        page = response.content.decode()
        assert response.status_code == 422
        assert "2 of 3" in page
        assert self.given(page)["next"] == "/2031/actions/3.3/report/?queue=3.1,3.2,3.3"

    @pytest.mark.parametrize(
        "query",
        [
            "?queue=",
            "?queue=9.9",
            "?queue=<script>",
            "?queue=" + "3.2," * 500,
            "?queue=%F0%9F%98%80",
        ],
    )
    def test_a_strange_queue_is_none(self, actions, liaison, query):
        client = signed_in(liaison)
        _text, work = look(liaison, query)
        assert set(numbers(work.listed)) == {"3.1", "3.2", "3.3"}
        assert client.get("/2031/actions/3.1/report/" + query).status_code == 200

    def test_a_queue_shows_nobody_elses_rows(self, actions, plan, liaison):
        make_action(make_priority(plan, number=4), lead_unit=make_unit("示例二局"))
        _text, work = look(liaison, "?queue=4.1,3.1")
        assert numbers(work.listed) == ["3.1", "3.2", "3.3"]


class TestQueries:
    """As many for two rows as for six, for two entries as for two hundred."""

    def queries(self, user, query="") -> int:
        client = signed_in(user)
        client.get(URL)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(URL + query).status_code == 200
        return len(caught)

    @pytest.mark.parametrize("returned", [False, True])
    def test_rows(self, priority, unit, liaison, office, returned):
        def add(count):
            for _n in range(count):
                action = make_action(priority, lead_unit=unit, supporting=[make_unit()])
                make_entry(action, by=liaison, percent=75, day=days_ago(40))
                if returned:
                    entry = make_entry(action, by=liaison, percent=76, needs_review=True)
                    entry.send_back(by=make_user("supervisor"), reason="示例")

        add(2)
        two = self.queries(liaison)
        add(4)
        assert self.queries(liaison) == two
        assert two <= 22  # with the version of the data, the plan under it, and whether others ask

    def test_entries(self, priority, unit, liaison):
        actions = [make_action(priority, lead_unit=unit) for _n in range(3)]
        make_entries(actions, by=liaison, each=2)
        two = self.queries(liaison, "?queue=3.1,3.2,3.3")
        make_entries(actions, by=liaison, each=198)
        assert self.queries(liaison, "?queue=3.1,3.2,3.3") == two

    def test_the_form(self, priority, unit, liaison):
        action = make_action(priority, lead_unit=unit)
        make_entries([action], by=liaison, each=2)
        client = signed_in(liaison)

        def count():
            with CaptureQueriesContext(connection) as caught:
                assert client.get("/2031/actions/3.1/report/").status_code == 200
            return len(caught)

        two = count()
        for _n in range(4):
            make_action(priority, lead_unit=unit)
        make_entries([action], by=liaison, each=198)
        assert count() == two
