"""Recording progress and the office's answer: each rule with its sentence, and what is stored."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from priorities.forms.progress import EntryForm
from priorities.models import Action, Decision, ProgressEntry
from priorities.views.changed import Spoken
from tests.factories import (
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)
from tests.states import state

pytestmark = pytest.mark.django_db
TODAY = date(2022, 9, 30)


@pytest.fixture
def plan():
    return make_plan("2031")


@pytest.fixture
def unit():
    return make_unit("示例一局")


@pytest.fixture
def action(plan, unit):
    return make_action(make_priority(plan, number=3), order=2, lead_unit=unit)


@pytest.fixture
def reporter(unit):
    return make_user("reporter", [unit], username="liaison")


@pytest.fixture
def supervisor():
    return make_user("supervisor", username="office")


def signed_in(user, language="en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(name: str, action: Action, *args) -> str:
    return reverse(name, args=[action.priority.plan.slug, *(args or [action.number])])


def words(**given) -> dict:
    return {
        "nonce": str(uuid.uuid4()),
        "percent": "70",
        "done": "示例：园区主体封顶。",
        "next_step": "示例：转入验收。",
        "outlook": "on_course",
        "explanation": "示例：集中开工。",
        "day": "2022-09-30",
    } | given


def report(user, action, headers=None, **given):
    return signed_in(user).post(address("report", action), words(**given), headers=headers)


def said(response) -> list[str]:
    """The messages that the next page will show."""
    return [str(message) for message in Spoken(response.wsgi_request)]


HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/2031/my-work/"}


class TestForm:
    def test_first_report_begins_empty_and_on_course(self, action, reporter):
        form = signed_in(reporter).get(address("report", action)).context["form"]
        given = {k: v for k, v in form.initial.items() if k != "nonce"}
        assert given == {"outlook": "on_course", "day": TODAY}

    def test_a_first_report_speaks_of_no_last_time(self, action, reporter):
        client = signed_in(reporter, language="zh-hans")
        asked = client.get(address("report", action)).content.decode()
        sent = {"percent": "60", "done": "示例：进场。", "outlook": "on_course", "day": str(TODAY)}
        sent |= {"nonce": str(uuid.uuid4())}
        refused = client.post(address("report", action), sent)
        assert refused.status_code == 422
        words = "此前没有有效的填报，请写一句说明如何完成了 60%。"
        assert [words] == refused.context["form"].errors["explanation"]
        for page in (asked, refused.content.decode()):
            form = page[page.index('class="report-form"') : page.index("</aside>")]
            told = [word for word in ("上次", "上一次", "一次增加", "没有变化") if word in form]
            assert told == []
            assert "这项举措此前没有填报过。" in form

    def test_it_is_filled_from_the_last_entry_and_shows_what_was_accepted(self, action, reporter):
        make_entry(action, by=reporter, percent=40, day=date(2022, 8, 1), done="示例：八月之事。")
        last = make_entry(
            action,
            by=reporter,
            percent=45,
            day=date(2022, 9, 1),
            done="示例：九月之事。",
            problems="示例：用地未批。",
            needs_review=True,
        )
        response = signed_in(reporter).get(address("report", action))
        given = response.context["form"].initial
        assert {name: given[name] for name in ("percent", "done", "problems", "day")} == {
            "percent": 45,
            "done": last.done,
            "problems": last.problems,
            "day": TODAY,
        }
        page = response.content.decode()
        assert "示例：八月之事。" in page
        assert "The 45 % reported for 1 September waits for review." in page

    def test_a_returned_entry_comes_back_with_its_reason(self, action, reporter, supervisor):
        make_entry(action, by=reporter, percent=40, day=date(2022, 8, 1), done="示例：旧事。")
        entry = make_entry(action, by=reporter, percent=60, done="示例：新事。", needs_review=True)
        entry.send_back(by=supervisor, reason="示例：请附名单。")
        response = signed_in(reporter).get(address("report", action))
        assert response.context["form"].initial["done"] == "示例：新事。"
        assert response.context["form"].initial["percent"] == 60
        page = response.content.decode()
        assert "The 60 % reported for 30 September was returned" in page
        assert "示例：请附名单。" in page

    def test_words_behind_nothing_changed_stay_in_view(self, action, reporter):
        make_entry(action, by=reporter, day=date(2022, 8, 1), done="示例：八月之事。")
        make_entry(action, by=reporter, day=date(2022, 9, 1), done="", is_unchanged=True)
        page = signed_in(reporter).get(address("report", action)).content.decode()
        assert "示例：八月之事。" in page

    def test_trouble_is_asked_first_where_the_light_is_red(self, action, reporter):
        def order():
            page = signed_in(reporter).get(address("report", action)).content.decode()
            names = ("problems", "help_needed", "percent", "done", "next_step", "outlook", "day")
            return sorted(names, key=lambda name: page.index(f'name="{name}"'))

        in_trouble = ["problems", "help_needed", "percent", "done", "next_step", "outlook", "day"]
        assert order() == in_trouble
        make_entry(action, by=reporter, percent=75)
        on_track = ["percent", "done", "next_step", "problems", "help_needed", "outlook", "day"]
        assert order() == on_track

    def test_htmx_gets_the_form_alone_and_a_browser_the_page(self, action, reporter):
        client = signed_in(reporter)
        page = client.get(address("report", action))
        fragment = client.get(address("report", action), headers=HTMX)
        assert "<html" in page.content.decode()
        assert fragment.content.decode().lstrip().startswith('<section class="report-form"')
        assert "HX-Request" in page.headers["Vary"]
        assert "HX-Request" in fragment.headers["Vary"]

    def test_reading_the_form_stores_nothing(self, action, reporter):
        signed_in(reporter).get(address("report", action))
        assert ProgressEntry.objects.count() == 0


class TestRecord:
    def test_a_reporters_entry_waits_and_changes_no_light(self, plan, action, reporter):
        response = report(reporter, action)
        entry = ProgressEntry.objects.get()
        assert (response.status_code, response.headers["Location"]) == (302, "/2031/actions/3.2/")
        assert said(response) == ["3.2 reported: 70 %, waiting for review."]
        assert (entry.percent, entry.by, entry.day, entry.state) == (70, reporter, TODAY, "waiting")
        shown = state(plan, TODAY).numbered("3.2")
        assert (shown.percent, shown.light, shown.waiting) == (0, "red", 1)

    def test_once_accepted_it_counts(self, plan, action, reporter, supervisor):
        report(reporter, action)
        response = signed_in(supervisor).post(
            address("accept", action, ProgressEntry.objects.get().pk)
        )
        assert said(response) == ["3.2 accepted: 70 %. Light: On track, 5 points behind."]
        shown = state(plan, TODAY).numbered("3.2")
        assert (shown.percent, shown.light, shown.waiting) == (70, "green", 0)

    def test_a_supervisors_entry_counts_at_once(self, plan, action, supervisor):
        response = report(supervisor, action)
        assert said(response) == ["3.2 reported: 70 %. Light: On track, 5 points behind."]
        assert state(plan, TODAY).numbered("3.2").percent == 70

    def test_without_review_a_reporters_entry_counts_at_once(self, plan, action, reporter):
        plan.requires_review = False
        plan.save()
        report(reporter, action)
        assert state(plan, TODAY).numbered("3.2").percent == 70

    def test_it_goes_on_where_the_form_says(self, action, reporter):
        response = report(reporter, action, next="/2031/my-work/")
        assert response.headers["Location"] == "/2031/my-work/"

    @pytest.mark.parametrize(
        "elsewhere",
        ["https://example.org/", "//example.org", "javascript:alert(1)", "/" + "x" * 20_000],
    )
    def test_it_goes_nowhere_else(self, action, reporter, elsewhere):
        response = report(reporter, action, next=elsewhere)
        assert response.headers["Location"] == "/2031/actions/3.2/"

    def test_the_same_form_sent_twice_is_one_entry_and_the_same_page(self, action, reporter):
        given = words()
        client = signed_in(reporter)
        answers = [client.post(address("report", action), given) for _ in range(2)]
        assert [(a.status_code, a.headers["Location"]) for a in answers] == [
            (302, "/2031/actions/3.2/")
        ] * 2
        assert ProgressEntry.objects.count() == 1

    def test_the_same_form_sent_again_with_other_words_is_a_correction(self, action, reporter):
        given = words()
        client = signed_in(reporter)
        for done in ("示例：先说的话", "示例：改过的话", "示例：改过的话"):
            client.post(address("report", action), {**given, "done": done})
        said = ProgressEntry.objects.order_by("pk").values_list("done", flat=True)
        assert list(said) == ["示例：先说的话", "示例：改过的话"]

    def test_the_same_form_sent_again_with_a_link_is_a_correction(self, action, reporter):
        given = words()
        client = signed_in(reporter)
        for _ in range(2):
            client.post(address("report", action), given)
            client.post(address("report", action), {**given, "links": "https://example.org/示例"})
        assert [e.evidence.count() for e in ProgressEntry.objects.order_by("pk")] == [0, 1]

    def test_the_same_form_sent_again_with_another_file_is_a_correction(self, action, reporter):
        """Drawings of one scanner have one size, whatever they show."""
        given = words()
        client = signed_in(reporter)
        small, large = b"\x89PNG\r\n\x1a\n" + bytes(50), b"BM" + bytes(3 * 1024 * 1024)
        for content in (small, small, small[:-1] + b"1", large, large, large[:-1] + b"1"):
            name = "示例.png" if content.startswith(b"\x89") else "示例.bmp"
            client.post(
                address("report", action), {**given, "files": SimpleUploadedFile(name, content)}
            )
        entries = ProgressEntry.objects.order_by("pk")
        assert len({e.evidence.get().sha256 for e in entries}) == len(entries) == 4

    def test_another_persons_nonce_is_no_key_to_their_entry(self, action, reporter, unit):
        given, colleague = words(), make_user("reporter", [unit])
        for person in (reporter, colleague, reporter):
            assert report(person, action, **given).status_code == 302
        assert {entry.by for entry in ProgressEntry.objects.all()} == {reporter, colleague}
        assert ProgressEntry.objects.count() == 2

    def test_the_changed_row_is_marked_on_the_next_page(self, action, reporter):
        client = signed_in(reporter)
        client.post(address("report", action), words())
        listing = [client.get("/2031/actions/").content.decode() for _ in range(2)]
        marked = ['id="row-3-2" class="changed"' in page for page in listing]
        assert marked == [True, False]

    def test_text_is_cleaned(self, action, reporter):
        report(reporter, action, done="一\x0b二\x1f三\u202e四\uffff五\r\n六")
        assert ProgressEntry.objects.get().done == "一\n二三四五\n六"

    def test_markup_and_formulas_are_text(self, action, reporter):
        report(reporter, action, done="<script>alert(1)</script>", next_step="=1+1")
        page = signed_in(reporter).get("/2031/actions/3.2/").content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert ProgressEntry.objects.get().next_step == "=1+1"


PERCENT_SENTENCE = "“{}” does not fit: write a whole number from 0 to 100."


class TestRefusals:
    @pytest.mark.parametrize(
        ("given", "field", "sentence"),
        [
            ({"percent": ""}, "percent", "Say how many percent are done."),
            *(
                ({"percent": typed}, "percent", PERCENT_SENTENCE.format(typed))
                for typed in ("-1", "101", "50.5", "1_0", "1e309", "五十", "0x10", "+5")
            ),
            ({"done": " \n"}, "done", "Say what was done."),
            (
                {"done": "字" * 10_001},
                "done",
                "At most 10,000 characters; these are 10,001.",
            ),
            ({"outlook": ""}, "outlook", "Choose one of the three outlooks."),
            ({"outlook": "rosy"}, "outlook", "Choose one of the three outlooks."),
            (
                {"outlook": "at_risk"},
                "outlook_reason",
                "Say in a sentence what the risk is.",
            ),
            (
                {"outlook": "off_course", "outlook_reason": "\x0b "},
                "outlook_reason",
                "Say in a sentence what the risk is.",
            ),
            ({"day": ""}, "day", "Say which day this speaks of."),
            (
                {"day": "2022-10-01"},
                "day",
                "Choose a day from 2022-01-01 to 2022-09-30.",
            ),
            ({"day": "2021-12-31"}, "day", "Choose a day from 2022-01-01 to 2022-09-30."),
            (
                {"day": "2022-02-30"},
                "day",
                "“2022-02-30” is not a day. Write it as 2022-09-30.",
            ),
            ({"day": "0000-01-01"}, "day", "“0000-01-01” is not a day. Write it as 2022-09-30."),
            ({"day": "9999-12-31"}, "day", "Choose a day in the years 1990 to 2100."),
            (
                {"explanation": ""},
                "explanation",
                "No report stood before this one: say how 70 % were reached.",
            ),
            (
                {"percent": ["70", "80"]},
                "percent",
                "This was sent twice; once is meant.",
            ),
        ],
    )
    def test_each_rule_has_its_sentence_and_nothing_is_stored(
        self, action, reporter, given, field, sentence
    ):
        response = report(reporter, action, **given)
        assert response.status_code == 422
        assert response.context["form"].errors[field] == [sentence]
        page = response.content.decode()
        assert "Not saved yet." in page
        assert "示例：转入验收。" in page
        assert ProgressEntry.objects.count() == 0

    @pytest.mark.parametrize(
        ("before", "percent", "sentence"),
        [
            (60, "59", "It was 60 %: say why it fell."),
            (60, "91", "It was 60 %: say how it rose by 31 points."),
            (80, "100", "100 % needs evidence, or a sentence on how it was completed."),
        ],
    )
    def test_a_fall_a_jump_and_the_end_want_a_sentence(
        self, action, reporter, before, percent, sentence
    ):
        make_entry(action, by=reporter, percent=before, day=date(2022, 9, 1))
        response = report(reporter, action, percent=percent, explanation="")
        assert response.context["form"].errors["explanation"] == [sentence]
        assert ProgressEntry.objects.count() == 1
        assert report(reporter, action, percent=percent).status_code == 302

    def test_thirty_points_want_none(self, action, reporter):
        make_entry(action, by=reporter, percent=60, day=date(2022, 9, 1))
        assert report(reporter, action, percent="90", explanation="").status_code == 302

    def test_complete_with_a_link_wants_no_sentence(self, action, reporter):
        make_entry(action, by=reporter, percent=90, day=date(2022, 9, 1))
        given = {"percent": "100", "explanation": "", "links": "https://example.org/"}
        assert report(reporter, action, **given).status_code == 302

    def test_a_day_before_the_last_entry_is_refused(self, action, reporter):
        make_entry(action, by=reporter, percent=70, day=date(2022, 9, 15))
        response = report(reporter, action, day="2022-09-14")
        assert response.context["form"].errors["day"] == [
            "The last entry speaks of 2022-09-15; choose that day or a later one."
        ]
        assert ProgressEntry.objects.count() == 1

    @pytest.mark.parametrize("nonce", ["", "abc", "9" * 100_000, "\x1f"])
    def test_a_form_without_its_nonce_is_refused(self, action, reporter, nonce):
        response = report(reporter, action, nonce=nonce)
        assert response.status_code == 422
        sentence = "This form is incomplete. Reload the page and send it again."
        assert sentence in response.content.decode()
        assert ProgressEntry.objects.count() == 0

    def test_what_was_mistyped_is_still_there(self, action, reporter):
        page = report(
            reporter, action, percent="1_0", done="示例：" + "很" * 12_000
        ).content.decode()
        assert 'value="1_0"' in page
        assert "很" * 12_000 in page

    def test_htmx_gets_the_form_back_in_its_place(self, action, reporter):
        response = report(reporter, action, headers=HTMX, percent="x", next="/2031/my-work/")
        assert response.status_code == 422
        assert response.headers["HX-Retarget"] == "#report-3-2"
        assert response.headers["HX-Reswap"] == "outerHTML show:none"
        body = response.content.decode()
        assert body.lstrip().startswith('<section class="report-form" id="report-3-2"')
        assert '<input type="hidden" name="next" value="/2031/my-work/">' in body

    def test_chinese_is_the_default(self, action, reporter):
        client = signed_in(reporter, language="zh-cn")
        response = client.post(address("report", action), words(percent="1_0"))
        assert 'lang="zh-CN"' in response.content.decode()
        assert response.headers["Content-Language"] == "zh-hans"


class TestWhoMayReport:
    def sentence(self, user, action):
        client = signed_in(user)
        answers = [
            client.get(address("report", action)),
            client.post(address("report", action), words()),
            client.post(address("unchanged", action), {"nonce": uuid.uuid4()}),
        ]
        assert [answer.status_code for answer in answers] == [403] * 3
        assert ProgressEntry.objects.count() == 0
        pages = [answer.content.decode() for answer in answers]
        return [page for page in pages if self.words not in page] == []

    @pytest.mark.parametrize("role", ["viewer", "reporter"])
    def test_others_may_not(self, action, role):
        self.words = "Only the lead unit, the supporting units and the owner report on 3.2."
        assert self.sentence(make_user(role, [make_unit("示例二局")]), action)

    def test_a_viewer_of_the_very_unit_may_not(self, action, unit):
        self.words = "Only the lead unit, the supporting units and the owner report on 3.2."
        assert self.sentence(make_user("viewer", [unit]), action)

    def test_nobody_reports_on_a_cancelled_action(self, action, supervisor):
        action.cancelled_on, action.cancelled_reason = TODAY, "示例"
        action.save()
        self.words = "This action is cancelled; nothing is reported for it."
        assert self.sentence(supervisor, action)

    def test_nobody_reports_before_there_is_a_lead_unit(self, plan, supervisor):
        free = make_action(make_priority(plan, number=4))
        self.words = "This action has no lead unit yet; it must be assigned first."
        assert self.sentence(supervisor, free)

    def test_supporting_unit_and_owner_may(self, plan, action, unit):
        helper = make_unit("示例三局")
        action.supporting_units.add(helper)
        assert report(make_user("reporter", [helper]), action).status_code == 302
        owner = make_user("reporter")
        Action.objects.filter(pk=action.pk).update(owner=owner)
        assert report(owner, action, percent="75").status_code == 302

    def test_signed_out_leads_to_sign_in(self, action):
        response = Client().post(address("report", action), words())
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/sign-in/?next=")

    @pytest.mark.parametrize(
        "path",
        ["/2031/actions/9.9/report/", "/2031/actions/x/report/", "/2099/actions/3.2/report/"],
    )
    def test_what_does_not_exist_is_not_found(self, action, reporter, path):
        assert signed_in(reporter).get(path).status_code == 404
        assert signed_in(reporter).post(path, words()).status_code == 404


class TestUnchanged:
    def unchanged(self, user, action, **given):
        given = {"nonce": str(uuid.uuid4())} | given
        return signed_in(user).post(address("unchanged", action), given)

    def test_it_repeats_the_last_figures_and_counts_as_reported(self, plan, action, reporter):
        make_entry(
            action,
            by=reporter,
            percent=60,
            day=date(2022, 7, 1),
            next_step="示例：封顶。",
            problems="示例：缺地。",
            help_needed="示例：请协调。",
            outlook="at_risk",
            outlook_reason="示例：地未批。",
        )
        response = self.unchanged(reporter, action, next="/2031/my-work/")
        assert response.headers["Location"] == "/2031/my-work/"
        assert said(response) == ["3.2: nothing changed, still 60 %; waiting for review."]
        entry = ProgressEntry.objects.order_by("pk").last()
        assert (entry.is_unchanged, entry.percent, entry.day, entry.done) == (True, 60, TODAY, "")
        assert (entry.next_step, entry.problems, entry.help_needed) == (
            "示例：封顶。",
            "示例：缺地。",
            "示例：请协调。",
        )
        assert (entry.outlook, entry.outlook_reason) == ("at_risk", "示例：地未批。")
        assert state(plan, TODAY).numbered("3.2").age == 0

    def test_the_message_carries_its_undo(self, action, reporter):
        make_entry(action, by=reporter, day=date(2022, 7, 1))
        response = self.unchanged(reporter, action)
        entry = ProgressEntry.objects.order_by("pk").last()
        undo = f"/2031/entries/{entry.pk}/withdraw/"
        assert [m.extra_tags for m in Spoken(response.wsgi_request)] == [undo]

    def test_undo_brings_everything_back(self, plan, action, reporter):
        make_entry(action, by=reporter, percent=60, day=date(2022, 7, 1))
        before = state(plan, TODAY).numbered("3.2")
        self.unchanged(reporter, action)
        entry = ProgressEntry.objects.order_by("pk").last()
        response = signed_in(reporter).post(address("withdraw", action, entry.pk))
        assert said(response) == ["3.2: taken back. Light: Warning, 15 points behind."]
        after = state(plan, TODAY).numbered("3.2")
        assert (after.age, after.percent, after.waiting) == (before.age, before.percent, 0)

    def test_two_clicks_are_one_entry(self, action, reporter):
        make_entry(action, by=reporter, day=date(2022, 7, 1))
        nonce = str(uuid.uuid4())
        client = signed_in(reporter)
        for _click in range(2):
            assert client.post(address("unchanged", action), {"nonce": nonce}).status_code == 302
        assert ProgressEntry.objects.count() == 2

    def test_one_pages_nonce_serves_all_rows(self, plan, action, reporter, unit):
        other = make_action(action.priority, order=3, lead_unit=unit)
        for each in (action, other):
            make_entry(each, by=reporter, day=date(2022, 7, 1))
        nonce = str(uuid.uuid4())
        for each in (action, other):
            self.unchanged(reporter, each, nonce=nonce)
        assert ProgressEntry.objects.filter(is_unchanged=True).count() == 2

    def test_a_click_on_an_old_page_after_the_undo_is_a_conflict(self, action, reporter):
        make_entry(action, by=reporter, day=date(2022, 7, 1))
        nonce = str(uuid.uuid4())
        self.unchanged(reporter, action, nonce=nonce)
        entry = ProgressEntry.objects.order_by("pk").last()
        entry.withdraw(by=reporter)
        response = self.unchanged(reporter, action, nonce=nonce)
        assert response.status_code == 409
        assert "took this entry back on" in response.content.decode()
        assert ProgressEntry.objects.count() == 2

    def test_the_first_report_must_be_said_in_words(self, action, reporter):
        response = self.unchanged(reporter, action)
        assert response.status_code == 422
        page = response.content.decode()
        assert "Nothing has been reported yet, so nothing can be unchanged." in page
        assert 'name="percent"' in page
        assert ProgressEntry.objects.count() == 0

    @pytest.mark.parametrize("nonce", ["", "abc", "9" * 40])
    def test_without_a_nonce_it_is_refused(self, action, reporter, nonce):
        make_entry(action, by=reporter, day=date(2022, 7, 1))
        response = self.unchanged(reporter, action, nonce=nonce)
        assert response.status_code == 400
        assert "This form is incomplete." in response.content.decode()
        assert ProgressEntry.objects.count() == 1

    def test_nothing_is_written_on_get(self, action, reporter):
        make_entry(action, by=reporter, day=date(2022, 7, 1))
        assert signed_in(reporter).get(address("unchanged", action)).status_code == 405
        assert ProgressEntry.objects.count() == 1


class TestAnswer:
    @pytest.fixture
    def entry(self, action, reporter):
        return make_entry(action, by=reporter, percent=60, needs_review=True)

    def test_return_keeps_the_reason(self, plan, action, entry, reporter, supervisor):
        response = signed_in(supervisor).post(
            address("send_back", action, entry.pk), {"reason": " 示例：请附\n名单。 "}
        )
        assert response.headers["Location"] == "/2031/actions/3.2/"
        assert said(response)[0].startswith(f"3.2 returned to {reporter}. Light: Behind")
        decision = Decision.objects.get()
        assert (decision.entry, decision.verdict, decision.reason, decision.by) == (
            entry,
            "returned",
            "示例：请附 名单。",
            supervisor,
        )
        assert state(plan, TODAY).numbered("3.2").returned.pk == entry.pk

    @pytest.mark.parametrize(
        ("reason", "sentence"),
        [
            ("", "Say why you return the entry."),
            ("\x0b \u202e", "Say why you return the entry."),
            ("很" * 501, "At most 500 characters; these are 501."),
        ],
    )
    def test_a_return_wants_a_reason(self, action, entry, supervisor, reason, sentence):
        for headers in ({}, HTMX):
            response = signed_in(supervisor).post(
                address("send_back", action, entry.pk), {"reason": reason}, headers=headers
            )
            assert response.status_code == 422
            assert sentence in response.content.decode()
        assert response.headers["HX-Retarget"] == f"#return-form-{entry.pk}"
        assert Decision.objects.count() == 0

    @pytest.mark.parametrize("role", ["viewer", "reporter"])
    @pytest.mark.parametrize("name", ["accept", "send_back"])
    def test_only_the_office_answers(self, action, entry, unit, role, name):
        client = signed_in(make_user(role, [unit]))
        response = client.post(address(name, action, entry.pk), {"reason": "示例"})
        assert response.status_code == 403
        sentence = "Only the supervision office accepts and returns entries."
        assert sentence in response.content.decode()
        assert Decision.objects.count() == 0

    @pytest.mark.parametrize("name", ["accept", "send_back"])
    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_who_was_slower_is_told_who_was_faster(self, action, entry, supervisor, name, headers):
        faster = make_user("supervisor", display_name="示例陈静")
        entry.send_back(
            by=faster, reason="示例：请附名单。", at=datetime(2022, 9, 30, 1, 30, tzinfo=UTC)
        )
        response = signed_in(supervisor).post(
            address(name, action, entry.pk), {"reason": "示例"}, headers=headers
        )
        page = response.content.decode()
        assert response.status_code == 409
        assert "示例陈静 returned this entry on 30 September at 09:30." in page
        assert "示例：请附名单。" in page
        assert Decision.objects.get().by == faster

    @pytest.mark.parametrize("name", ["accept", "send_back"])
    def test_what_counts_without_review_is_not_for_answering(self, action, supervisor, name):
        entry = make_entry(action, by=supervisor)
        response = signed_in(supervisor).post(address(name, action, entry.pk), {"reason": "示例"})
        assert response.status_code == 409
        assert "This entry counts already" in response.content.decode()
        assert Decision.objects.count() == 0

    @pytest.mark.parametrize("name", ["accept", "send_back", "withdraw"])
    def test_another_plans_entry_is_not_found(self, action, entry, supervisor, name):
        make_plan("2032")
        client = signed_in(supervisor)
        for path in (
            reverse(name, args=["2032", entry.pk]),
            reverse(name, args=["2031", 10**17]),
            f"/2031/entries/{'9' * 30}/{'return' if name == 'send_back' else name}/",
        ):
            assert client.post(path, {"reason": "示例"}).status_code == 404
        assert Decision.objects.count() == 0


class TestWithdraw:
    def withdraw(self, user, entry):
        return signed_in(user).post(address("withdraw", entry.action, entry.pk))

    def test_only_its_author_takes_an_entry_back(self, action, reporter, supervisor, unit):
        entry = make_entry(action, by=reporter, needs_review=True)
        for user in (supervisor, make_user("reporter", [unit]), make_user("administrator")):
            response = self.withdraw(user, entry)
            assert response.status_code == 403
            sentence = f"Only {reporter}, who recorded this entry, may take it back."
            assert sentence in response.content.decode()
        assert Decision.objects.count() == 0
        assert self.withdraw(reporter, entry).status_code == 302
        assert Decision.objects.get().verdict == "withdrawn"

    def test_not_after_the_office_has_answered(self, action, reporter, supervisor):
        entry = make_entry(action, by=reporter, needs_review=True)
        entry.accept(by=supervisor)
        response = self.withdraw(reporter, entry)
        assert response.status_code == 409
        assert f"{supervisor} accepted this entry on" in response.content.decode()

    def test_what_counts_at_once_only_for_ten_minutes(self, action, supervisor):
        old = make_entry(action, by=supervisor, at=timezone.now() - timedelta(minutes=11))
        new = make_entry(action, by=supervisor, at=timezone.now() - timedelta(minutes=9))
        response = self.withdraw(supervisor, old)
        assert response.status_code == 409
        assert "This entry counts already" in response.content.decode()
        assert self.withdraw(supervisor, new).status_code == 302

    def test_twice_is_once(self, action, reporter):
        entry = make_entry(action, by=reporter, needs_review=True)
        first, second = (self.withdraw(reporter, entry) for _click in range(2))
        assert (first.status_code, second.status_code) == (302, 302)
        assert first["Location"] == second["Location"]
        assert Decision.objects.count() == 1


class TestEntryOnThePage:
    """What the action page shows of an entry, and to whom it offers what."""

    def page(self, user, action) -> str:
        return signed_in(user).get("/2031/actions/3.2/").content.decode()

    def offered(self, user, entry) -> list[str]:
        page = self.page(user, entry.action)
        ids = ("accept", "return-form", "withdraw")
        return [name for name in ids if f'id="{name}-{entry.pk}"' in page]

    def test_controls_by_role(self, action, reporter, supervisor):
        entry = make_entry(action, by=reporter, needs_review=True)
        assert self.offered(supervisor, entry) == ["accept", "return-form"]
        assert self.offered(reporter, entry) == ["withdraw"]
        assert self.offered(make_user("viewer"), entry) == []

    def test_an_answered_entry_offers_nothing_more(self, action, reporter, supervisor):
        entry = make_entry(action, by=reporter, needs_review=True)
        entry.send_back(by=supervisor, reason="示例：请附名单。")
        for user in (reporter, supervisor):
            page = self.page(user, action)
            assert "示例：请附名单。" in page
            assert self.offered(user, entry) == []


LONG = st.text(max_size=300)


class TestAnything:
    """Property: whatever is sent, the form gives values or sentences, never an error of ours."""

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.fixed_dictionaries(
            {},
            optional={
                name: st.one_of(LONG, st.lists(LONG, max_size=3)) for name in EntryForm.base_fields
            },
        )
    )
    def test_the_form_never_raises(self, given):
        data = QueryDict(mutable=True)
        for name, value in given.items():
            data.setlist(name, value if isinstance(value, list) else [value])
        form = EntryForm(data)
        if form.is_valid():
            assert 0 <= form.cleaned_data["percent"] <= 100
        else:
            assert all(str(e) for errors in form.errors.values() for e in errors)
