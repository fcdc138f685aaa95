"""The pages of reports: every act on a draft, every refusal, what is frozen, the same figures."""

import hashlib
import io
import json
import re
import uuid
from datetime import date

import docx
import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from priorities.circular.document import Facts
from priorities.circular.drafting import draft
from priorities.circular.issuing import issue
from priorities.lights import KINDS
from priorities.models import Action, DiscardedDraft, Passage, Report, ReportComment
from priorities.models.issued import IssuedReport
from priorities.periods import Period
from priorities.state.kept import plan_on

from .dom import parse
from .factories import make_entry, make_user
from .markup import uncut

SEPTEMBER = Period.read("2022-09")
REFUSED = "草稿只有督查室可看可改；已签发的通报人人可看。"


@pytest.fixture
def office(district) -> Client:
    return signed_in(district.people["supervisor"])


@pytest.fixture
def reader(district) -> Client:
    return signed_in(district.people["viewer"])


@pytest.fixture
def report(district) -> Report:
    return district.draft


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, report: Report, **more) -> str:
    return reverse(name, kwargs={"slug": report.plan.slug, "pk": report.pk, **more})


def passage(report: Report, key: str) -> Passage:
    return report.passages.get(key=key)


def act(client: Client, row: Passage, act: str = "save", **values):
    values = {"act": act, "version": row.version, "text": row.text, **values}
    return client.post(url("passage", row.report, place=row.pk), values)


def page(client: Client, report: Report) -> str:
    return uncut(client.get(url("circular", report)).content.decode())


def words(html: str) -> str:
    """What a reader sees of the sheet, without tags, gaps and the small numbers."""
    sheet = html.partition('<article class="circular')[2].partition("</article>")[0]
    sheet = re.sub(r'<a class="cite".*?</a>|<(details|ul|form)\b.*?</\1>', "", sheet, flags=re.S)
    return re.sub(r"<[^>]*>|\s|&#8288;|\u2060", "", sheet)


def issued(report: Report, by) -> Report:
    issue(report, by=by)
    return Report.objects.get(pk=report.pk)


# A new report


def new(client: Client, slug: str = "2031", **values):
    values = {"kind": "circular", "period": "2022-09", **values}
    return client.post(reverse("report_new", args=[slug]), values)


def test_the_form_offers_what_is_over_and_begins_with_the_last_month(office):
    html = office.get(reverse("report_new", args=["2031"])).content.decode()
    offered = re.findall(r'<option value="([^"]+)"', html)
    assert "2022-09" in offered and "2022-Q3" in offered and "2022-H1" in offered
    assert "2022-01-01..2022-09-30" in offered and offered[-1] == "custom"
    assert "2022-10" not in offered and "2022-Q4" not in offered and "2022" not in offered
    assert '<option value="2022-09" selected>' in html
    assert 'placeholder="示例通报〔2022〕9号"' in html
    assert 'placeholder="关于示例2031年重点工作9月进展情况的通报"' in html


def test_the_hints_follow_period_and_kind(office):
    at = reverse("report_new", args=["2031"])
    html = office.get(f"{at}?period=2022-Q3&kind=brief&addressee=示例").content.decode()
    assert 'placeholder="关于示例2031年重点工作三季度进展情况的专报"' in html
    assert 'value="示例"' in html


def test_what_is_left_empty_is_made_from_period_and_last_report(office, report):
    answer = new(office, signature="示例办公室")
    made = Report.objects.exclude(pk=report.pk).get()
    assert answer.url == url("circular", made)
    assert (made.number, made.signature) == ("示例通报〔2022〕9号", "示例办公室")
    assert made.addressee == report.addressee
    assert (str(made.period), made.kind, made.by.username) == ("2022-09", "circular", "supervisor")


def test_two_days_make_a_period(office):
    new(office, period="custom", start="2022-01-10", end="2022-09-20", number="示例〔2022〕77号")
    made = Report.objects.get(number="示例〔2022〕77号")
    assert (made.start, made.end) == (date(2022, 1, 10), date(2022, 9, 20))


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"period": "2022-10"}, "period", "不在可选范围"),
        ({"period": "custom"}, "start", "请选择日期。"),
        ({"period": "custom", "start": "2022-09-01", "end": "2022-08-01"}, "end", "不能早于"),
        ({"period": "custom", "start": "2022-09-01", "end": "2022-11-01"}, "period", "2022-11-01"),
        ({"number": "示例通报〔2022〕8号"}, "number", "文号"),
        ({"kind": "letter"}, "kind", "不在可选范围"),
        ({"title": "题" * 201}, "title", "200"),
    ],
)
def test_what_is_wrong_stands_at_its_field(office, values, field, said):
    answer = new(office, **values)
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == ([field, "end"] if field == "start" else [field])
    assert said in errors[field][0]
    assert Report.objects.count() == 1


def test_a_period_has_one_report_and_the_form_leads_to_it(office, report):
    answer = new(office, period="2022-08", title="示例：另一个标题")
    assert answer.status_code == 422
    assert url("circular", report) in answer.content.decode()


def test_a_double_click_is_one_draft(office):
    first, second = new(office), new(office)
    assert first.url == second.url
    assert Report.objects.count() == 2


# Who may


WRITES = (
    *("report_heads", "report_news", "report_comment", "report_issue", "report_discard"),
    *("report_correct",),
)


@pytest.mark.parametrize("role", ["viewer", "reporter", "stranger"])
def test_a_draft_is_the_office_s_alone(district, report, role):
    client = signed_in(district.people[role])
    row = report.passages.first()
    for answer in (
        client.get(url("circular", report)),
        client.get(url("report_file", report, kind="docx")),
        client.get(url("passage", report, place=row.pk)),
        act(client, row, text="示例：改"),
        *(client.post(url(name, report)) for name in WRITES),
    ):
        assert answer.status_code == 403
        assert REFUSED in answer.content.decode()
    listed = client.get(reverse("reports", args=["2031"])).content.decode()
    assert url("circular", report) not in listed
    assert row.text == Passage.objects.get(pk=row.pk).text


def test_an_issued_report_is_for_everybody_but_not_its_acts(district, report):
    report = issued(report, district.people["supervisor"])
    for role in ("viewer", "reporter", "stranger", "supervisor", "administrator"):
        client = signed_in(district.people[role])
        assert client.get(url("circular", report)).status_code == 200
        for kind in ("docx", "xlsx", "json"):
            assert client.get(url("report_file", report, kind=kind)).status_code == 200
    for name in WRITES:
        assert signed_in(district.people["viewer"]).post(url(name, report)).status_code == 403


# Editing


def test_the_draft_is_the_document_with_every_sentence_a_way_to_its_form(office, report):
    html = page(office, report)
    shown = [p for p in report.passages.all() if not p.is_out]
    assert all(f'id="p-{p.pk}"' in html for p in shown)
    text = words(html)
    for row in shown:
        assert re.sub(r"\s", "", row.text) in text
    row = report.passages.filter(entry__isnull=False, is_out=False).first()
    where = reverse("action", args=["2031", row.number])
    assert f'href="{where}#entry-{row.entry_id}"' in html


def test_a_sentence_is_edited_put_back_moved_out_and_in(office, report):
    key = "overview.counts"
    computed = passage(report, key).computed
    assert act(office, passage(report, key), text="示例：改过的话。").status_code == 302
    assert "示例：改过的话。" in words(page(office, report))
    act(office, passage(report, key), "put_back")
    assert passage(report, key).text == computed
    act(office, passage(report, key), "move_out")
    html = page(office, report)
    assert re.sub(r"\s", "", computed) not in words(html)
    assert computed in html
    act(office, passage(report, key), "move_in")
    assert re.sub(r"\s", "", computed) in words(page(office, report))
    assert passage(report, key).version == 5


def test_the_first_paragraph_can_be_moved_out_and_is_offered_again(office, report):
    act(office, passage(report, "lead_in"), "move_out")
    html = page(office, report)
    assert passage(report, "lead_in").computed in html
    assert re.sub(r"\s", "", passage(report, "lead_in").computed) not in words(html)


def test_two_editors_the_later_one_gets_both_texts(district, office, report):
    row = passage(report, "lead_in")
    act(office, row, text="示例：先到的话。")
    other = signed_in(district.people["administrator"])
    answer = act(other, row, text="示例：后到的话。")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "示例：先到的话。" in html and html.count("示例：后到的话。") == 2
    assert passage(report, "lead_in").text == "示例：先到的话。"
    version = re.search(r'name="version" value="(\d+)"', html)[1]
    assert act(other, row, text="示例：后到的话。", version=version).status_code == 302
    assert passage(report, "lead_in").text == "示例：后到的话。"


def test_one_s_own_double_click_is_no_rival(office, report):
    row = passage(report, "lead_in")
    answers = [act(office, row, text="示例：同一句话。").status_code for _ in range(2)]
    answers += [act(office, passage(report, "lead_in"), "move_out").status_code]
    assert answers == [302, 302, 302]


def test_in_place_the_form_comes_alone_and_errors_go_back_into_it(office, report):
    row = passage(report, "lead_in")
    at = url("passage", report, place=row.pk)
    form = office.get(at, headers={"HX-Request": "true"}).content.decode()
    assert "<main" not in form and row.text in form and f'hx-post="{at}"' in form
    values = {"act": "save", "version": row.version, "text": "长" * 10_001}
    answer = office.post(at, values, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == f"#edit-{row.pk}"
    assert "长" * 10_001 in answer.content.decode()


@pytest.mark.parametrize("values", [{"version": ""}, {"version": "x"}, {"act": "burn"}])
def test_a_broken_form_changes_nothing(office, report, values):
    row = passage(report, "lead_in")
    assert act(office, row, **{"text": "示例", **values}).status_code in (400, 422)
    assert passage(report, "lead_in").text == row.text


def test_an_own_paragraph_is_written_once_and_must_not_be_empty(office, report):
    row = passage(report, "lead_in")
    at, nonce = url("passage_add", report, place=row.pk), str(uuid.uuid4())
    for _ in range(2):
        assert office.post(at, {"text": "示例：另起一段。", "nonce": nonce}).status_code == 302
    assert page(office, report).count("示例：另起一段。") == 1
    assert office.post(at, {"text": " ", "nonce": str(uuid.uuid4())}).status_code == 422
    own = report.passages.get(edited="示例：另起一段。")
    assert act(office, own, text="").status_code == 422


def test_numbers_that_no_longer_agree_are_marked(district, office, report):
    row = passage(report, "overview.counts")
    act(office, row, text=f"据查，{row.text}")
    late = district.actions["green"]
    make_entry(late, by=district.people["supervisor"], percent=100, day=date(2022, 8, 30))
    office.post(url("report_news", report), {"which": "all"})
    html = page(office, report)
    marked = re.findall(r'<mark class="off">([^<]*)<small[^>]*>([^<]*)</small>', html)
    assert marked
    assert all(said.startswith("现为") or said == "数据中已无" for _number, said in marked)
    form = office.get(url("passage", report, place=row.pk)).content.decode()
    assert passage(report, "overview.counts").computed in form


def test_a_comment_stands_beside_the_draft_once_and_never_in_the_report(district, office, report):
    nonce, row = str(uuid.uuid4()), passage(report, "lead_in")
    values = {"text": "示例：请甲局再核", "nonce": nonce, "passage": row.pk}
    for _ in range(2):
        assert office.post(url("report_comment", report), values).status_code == 302
    whole = {"text": "示例：全文已看", "nonce": str(uuid.uuid4())}
    office.post(url("report_comment", report), whole)
    html = page(office, report)
    assert html.count("示例：请甲局再核") == 1 and html.count("示例：全文已看") == 1
    empty = {"text": "", "nonce": str(uuid.uuid4())}
    assert office.post(url("report_comment", report), empty).status_code == 422
    wrong = {**whole, "passage": "x"}
    assert office.post(url("report_comment", report), wrong).status_code == 400
    report = issued(report, district.people["supervisor"])
    everything = page(office, report) + report.issued.data
    assert "请甲局再核" not in everything and "全文已看" not in everything
    assert ReportComment.objects.count() == 2


def test_new_entries_are_offered_and_only_what_is_chosen_comes_in(district, office, report):
    by, day = district.people["reporter"], date(2022, 8, 29)
    first = make_entry(district.actions["red"], by=by, day=day, done="示例：新的一句甲。")
    second = make_entry(district.actions["help"], by=by, day=day, done="示例：新的一句乙。")
    report.passages.update(version=1)
    Report.objects.filter(pk=report.pk).update(composed_at="2022-08-01T00:00:00Z")
    html = page(office, report)
    assert "示例：新的一句甲。" in html and "示例：新的一句甲" not in words(html)
    office.post(url("report_news", report), {"entry": [str(first.pk)]})
    html = page(office, report)
    assert "新的一句甲" in words(html)
    assert "新的一句乙" not in words(html)
    assert "新的一句乙" in html
    assert report.passages.get(entry=second, section="priorities").is_out


def test_heads_are_changed_and_a_stale_form_shows_both(district, office, report):
    values = {name: getattr(report, name) or "" for name in Report.HEADS}
    values |= {"version": report.version, "title": "示例：甲标题"}
    assert office.post(url("report_heads", report), values).status_code == 302
    values["title"] = "示例：乙标题"
    answer = office.post(url("report_heads", report), values)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "示例：甲标题" in html and "示例：乙标题" in html
    assert Report.objects.get(pk=report.pk).title == "示例：甲标题"
    values["number"] = "题" * 61
    values["version"] = Report.objects.get(pk=report.pk).version
    assert office.post(url("report_heads", report), values).status_code == 422


def seen_in(client: Client, name: str, report: Report) -> str:
    page = client.get(url(name, report)).content.decode()
    return re.search(r'name="seen" value="([^"]+)"', page)[1]


def parts_of(report: Report) -> list:
    rows = Report.objects.filter(pk=report.pk)
    comments = ReportComment.objects.filter(report=report.pk)
    passages = Passage.objects.filter(report=report.pk)
    return [list(kind.order_by("pk").values()) for kind in (rows, passages, comments)]


def test_a_draft_is_thrown_away_after_a_question_and_can_be_had_back(district, office, report):
    report.comment(by=district.people["supervisor"], text="示例：请核对")
    before = parts_of(report)
    sent = {"seen": seen_in(office, "report_discard", report)}
    assert Report.objects.filter(pk=report.pk).exists()
    for _click in range(2):  # the second is answered as the first
        answer = office.post(url("report_discard", report), sent, follow=True)
        assert answer.status_code == 200
        assert "草稿已放弃" in answer.content.decode()
    assert parts_of(report) == [[], [], []]
    for _click in range(2):
        answer = office.post(url("report_take_back", report))
        assert (answer.status_code, answer.url) == (302, report.get_absolute_url())
    assert parts_of(report) == before
    assert not DiscardedDraft.objects.exists()


def test_what_a_colleague_wrote_since_the_question_is_not_thrown_away(district, office, report):
    colleague = district.people["administrator"]
    row = passage(report, "lead_in")
    for change in (
        lambda: row.edit(by=colleague, text="示例：刚刚改过的话。"),
        lambda: row.move_out(by=colleague),
        lambda: report.set_heads(by=colleague, title="示例：改过的标题"),
        lambda: report.comment(by=colleague, text="示例：等一等"),
        lambda: report.add_passage(after=row, text="示例：补充一段。", by=colleague),
    ):
        sent = {"seen": seen_in(office, "report_discard", report)}
        change()
        answer = office.post(url("report_discard", report), sent)
        assert answer.status_code == 409
        assert Report.objects.filter(pk=report.pk).exists()
    assert office.post(url("report_discard", report), {}).status_code == 409
    sent = {"seen": seen_in(office, "report_discard", report)}
    assert office.post(url("report_discard", report), sent).status_code == 302
    assert not Report.objects.filter(pk=report.pk).exists()


def test_a_draft_is_not_had_back_where_another_has_its_place(district, office, report):
    by = district.people["supervisor"]
    DiscardedDraft.discard(report, by=by, seen=report.fingerprint)
    other = draft(district.plan, report.period, kind=report.kind, by=by)
    answer = office.post(url("report_take_back", report), follow=True)
    assert "这一时段已有同类通报。" in answer.content.decode()
    assert (Report.objects.count(), DiscardedDraft.objects.count()) == (1, 1)
    assert Report.objects.get() == other


def test_the_second_of_two_clicks_on_issue_is_answered_as_the_first(district, office, report):
    act(office, passage(report, "lead_in"), text="示例：导语。")
    office.post(url("report_news", report), {"which": "all"})
    report.refresh_from_db()
    report.set_heads(by=district.people["supervisor"], number="示例〔2022〕9号")
    sent = {"seen": seen_in(office, "report_issue", report)}
    for _click in range(2):
        answer = office.post(url("report_issue", report), sent)
        assert (answer.status_code, answer.url) == (302, report.get_absolute_url())
    assert IssuedReport.objects.count() == 1


def test_the_second_of_two_clicks_on_correct_leads_to_the_one_correction(district, office, report):
    report = issued(report, district.people["supervisor"])
    targets = {office.post(url("report_correct", report)).url for _click in range(2)}
    assert len(targets) == 1
    assert Report.objects.filter(replaces=report).count() == 1


# Issuing


def confirm(client: Client, report: Report) -> str:
    html = client.get(url("report_issue", report)).content.decode()
    return re.search(r'name="seen" value="([0-9a-f]{64})"', html)[1]


def test_issuing_freezes_what_the_confirmation_showed(district, office, report):
    seen = confirm(office, report)
    answer = office.post(url("report_issue", report), {"seen": seen})
    assert answer.url == url("circular", report)
    html = office.get(answer.url).content.decode()
    row = IssuedReport.objects.get(report=report)
    assert row.by == district.people["supervisor"]
    assert row.sha256 == hashlib.sha256(row.data.encode()).hexdigest()
    grouped = " ".join(row.sha256[i : i + 4] for i in range(0, 64, 4))
    assert grouped in html
    assert str(row.by) in html
    assert "manage.py" not in html


def test_who_confirms_something_else_than_stands_is_refused(office, report):
    seen = confirm(office, report)
    act(office, passage(report, "lead_in"), text="示例：在确认之后改的。")
    answer = office.post(url("report_issue", report), {"seen": seen})
    assert answer.status_code == 409
    assert not Report.objects.get(pk=report.pk).is_issued
    assert office.post(url("report_issue", report)).status_code == 409


def test_without_a_number_or_with_old_figures_nothing_is_issued(district, office, report):
    Report.objects.filter(pk=report.pk).update(number="")
    answer = office.post(url("report_issue", report), {"seen": confirm(office, report)})
    assert answer.status_code == 422
    Report.objects.filter(pk=report.pk).update(number="示例〔2022〕8号")
    late = district.actions["green"]
    make_entry(late, by=district.people["supervisor"], percent=100, day=date(2022, 8, 30))
    answer = office.post(url("report_issue", report), {"seen": confirm(office, report)})
    assert answer.status_code == 422
    assert "起草之后数据有变化" in answer.content.decode()
    assert not IssuedReport.objects.exists()


def test_whoever_comes_after_the_issue_is_told_and_loses_no_word(district, office, report):
    row = passage(report, "lead_in")
    report = issued(report, district.people["administrator"])
    for answer in (
        act(office, row, text="示例：来晚了的话。"),
        office.post(url("report_heads", report), {}),
        office.post(url("report_issue", report), {}),
        office.post(url("report_discard", report)),
        office.post(url("report_news", report)),
        office.post(
            url("passage_add", report, place=row.pk),
            {"text": "示例：来晚了的话。", "nonce": str(uuid.uuid4())},
        ),
        office.post(
            url("report_comment", report),
            {"text": "示例：来晚了的话。", "nonce": str(uuid.uuid4())},
        ),
    ):
        assert answer.status_code == 409
        assert str(district.people["administrator"]) in answer.content.decode()
    assert "示例：来晚了的话。" in act(office, row, text="示例：来晚了的话。").content.decode()
    assert "来晚了" not in page(office, report)


def test_a_correction_names_what_it_replaces_and_is_begun_once(district, office, report):
    by = district.people["supervisor"]
    report = issued(report, by)
    first = office.post(url("report_correct", report))
    assert office.post(url("report_correct", report)).url == first.url
    made = Report.objects.get(replaces=report)
    assert f"更正并代替《{report.title}》（{report.number}）" in words(page(office, made))
    issued(made, by)
    assert url("circular", made) in page(office, report)
    listed = office.get(reverse("reports", args=["2031"])).content.decode()
    assert f"已由{made.number}代替" in listed and f"代替{report.number}" in listed


def test_a_draft_cannot_be_corrected(office, report):
    assert office.post(url("report_correct", report)).status_code == 400


def test_nothing_that_changes_later_changes_the_page_or_a_byte(district, office, report):
    by = district.people["supervisor"]
    report = issued(report, by)
    files = [url("report_file", report, kind=kind) for kind in ("docx", "xlsx", "json")]
    before = [office.get(file).content for file in files], words(page(office, report))
    for place in range(50):
        action = list(district.actions.values())[place % len(district.actions)]
        Action.objects.filter(pk=action.pk).update(text=f"改名{place}", due=date(2022, 12, 1))
    district.lead.name = district.lead.short_name = "改名局"
    district.lead.save()
    by.display_name = "改名"
    by.save()
    district.plan.title = "改名计划"
    district.plan.save()
    assert ([office.get(file).content for file in files], words(page(office, report))) == before


def test_the_data_file_bears_the_hash(district, reader, report):
    report = issued(report, district.people["supervisor"])
    answer = reader.get(url("report_file", report, kind="json"))
    assert hashlib.sha256(answer.content).hexdigest() == report.issued.sha256
    assert "attachment" in answer.headers["Content-Disposition"]
    assert reader.get(url("report_file", report, kind="pdf")).status_code == 404


# The same figures everywhere


def test_every_figure_is_the_same_on_page_in_word_excel_and_state(district, reader, report):
    report = issued(report, district.people["supervisor"])
    state = plan_on(district.plan, report.end)
    html = page(reader, report)
    facts = Facts.from_json(json.loads(report.issued.data)["facts"])
    wanted = [
        [str(p.total), *(str(p.counts[k] or "—") for k in KINDS), f"{p.percent}%"]
        for p in state.priorities
    ]
    assert table_of_lights(html)[:-1] == wanted
    assert table_of_lights(html)[-1][1:-1] == [str(state.counts[k] or "—") for k in KINDS]
    assert facts.counts == state.counts
    word = docx.Document(io.BytesIO(reader.get(url("report_file", report, kind="docx")).content))
    in_word = [[cell.text for cell in row.cells][1:] for row in word.tables[0].rows][1:]
    assert in_word == table_of_lights(html)
    book = openpyxl.load_workbook(
        io.BytesIO(reader.get(url("report_file", report, kind="xlsx")).content)
    )
    rows = [row for row in book.worksheets[0].iter_rows(min_row=2, values_only=True) if row[0]]
    percents = [round(100 * row[7]) for row in rows if isinstance(row[7], int | float)]
    live = [a.percent for a in state.actions if a.light != "cancelled"]
    assert percents == live
    assert len(rows) == len(state.actions) == annex_rows(html)


def table_of_lights(html: str) -> list[list[str]]:
    table = html.partition('<table class="figtable"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.S)[1:]
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) for row in rows]
    return [[re.sub(r"<[^>]*>|\s", "", cell) for cell in row] for row in cells]


def annex_rows(html: str) -> int:
    return html.rpartition('<table class="figtable"')[2].partition("</tbody>")[0].count("<tr") - 1


def test_page_and_word_say_the_same_words(district, reader, report):
    report = issued(report, district.people["supervisor"])
    text = words(page(reader, report))
    word = docx.Document(io.BytesIO(reader.get(url("report_file", report, kind="docx")).content))
    for paragraph in word.paragraphs:
        if paragraph.style.name in ("Body Text", "Heading 1", "Heading 2"):
            assert re.sub(r"\s", "", paragraph.text) in text


# List, neighbours, changes


def two_issued(district) -> tuple[Report, Report]:
    by = district.people["supervisor"]
    older = issued(district.draft, by)
    newer = draft(district.plan, SEPTEMBER, kind="circular", by=by)
    return older, issued(newer, by)


def test_the_list_tells_period_number_state_and_hash(district, reader):
    older, newer = two_issued(district)
    html = reader.get(reverse("reports", args=["2031"])).content.decode()
    for report in (older, newer):
        sha = report.issued.sha256
        for said in (report.number, report.title, f"{sha[:4]} {sha[4:8]}", "有效"):
            assert said in html
    assert html.index(newer.title) < html.index(older.title)
    assert "2022年9月" in html


def test_previous_and_next_lead_through_time(district, reader):
    older, newer = two_issued(district)
    assert f'href="{url("circular", newer)}" rel="next"' in page(reader, older)
    assert f'href="{url("circular", older)}" rel="prev"' in page(reader, newer)
    assert 'rel="next"' not in page(reader, newer)


def test_what_changed_is_told_in_numbers_and_by_name(district, reader):
    older, newer = two_issued(district)
    answer = reader.get(url("report_changes", newer))
    comparison = answer.context["comparison"]
    number = district.actions["complete"].number
    named = {said: [row.number for row in rows] for said, rows in comparison.named}
    assert named["新办结"] == [number]
    for _kind, _word, before, now, change in comparison.counts:
        assert change == now - before
    assert answer.context["since"] == older
    same = reader.get(f"{url('report_changes', older)}?since={newer.pk}")
    assert same.context["comparison"] == comparison
    assert reader.get(f"{url('report_changes', newer)}?since=999999").status_code == 404
    assert reader.get(url("report_changes", older)).context["since"] is None


def test_a_stored_text_that_was_tampered_with_is_said(
    district, reader, report, monkeypatch, settings
):
    settings.KEPT_PAGES_MB = 0  # the data stay, and what is counted of them is another
    report = issued(report, district.people["supervisor"])
    assert "所存文字与签发时的校验值不符" not in page(reader, report)
    monkeypatch.setattr("priorities.views.reports.sha256_of", lambda data: "0" * 64)
    assert "所存文字与签发时的校验值不符" in page(reader, report)


# Words, queries


def test_the_report_stays_chinese_for_an_english_reader(district, report):
    client = signed_in(district.people["supervisor"])
    in_chinese = words(page(client, report))
    client.cookies["django_language"] = "en"
    in_english = page(client, report)
    assert words(in_english) == in_chinese
    assert "Choose a sentence to edit it." in in_english
    assert 'lang="zh-Hans"' in in_english
    translation.activate("zh-hans")


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_queries_do_not_grow_with_comments_edits_and_reports(district, office, report):
    addresses = [
        reverse("reports", args=["2031"]),
        url("circular", report),
        url("report_issue", report),
    ]
    before = [queries(office, address) for address in addresses]
    other = make_user("supervisor")
    for row in report.passages.filter(style="text")[:6]:
        row.report = report
        row.edit(by=other, text=f"示例：{row.pk}")
        report.comment(by=other, text=f"示例：{row.pk}", passage=row)
    for month in (3, 4, 5, 6):
        period = Period.read(f"2022-0{month}")
        issued(draft(district.plan, period, kind="circular", by=other), other)
    now = [queries(office, address) for address in addresses]
    assert [max(0, n - b) for n, b in zip(now, before, strict=True)] == [0, 0, 0]
    assert queries(office, url("circular", Report.objects.issued().first())) <= 9


def test_the_sheet_is_well_formed(district, office, report):
    parse(page(office, report))
    parse(page(office, issued(report, district.people["supervisor"])))


def test_other_words_in_the_same_form_are_another_comment(office, report):
    nonce = str(uuid.uuid4())
    for text in ("示例：第一句", "示例：第一句", "示例：第二句"):
        office.post(url("report_comment", report), {"text": text, "nonce": nonce})
    said = set(report.comments.values_list("text", flat=True))
    assert {"示例：第一句", "示例：第二句"} <= said
    assert report.comments.filter(text="示例：第一句").count() == 1
