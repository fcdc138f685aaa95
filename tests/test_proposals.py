"""From a document to a plan: handing it in, correcting it, making the plan, undoing it."""

import re
import uuid
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from priorities.models import Action, Plan, Proposal, SourceDocument, Target
from priorities.models.changes import Door
from priorities.models.phases import Life
from priorities.periods import chinese_number
from priorities.plans.files.bounds import LONGEST_TEXT
from priorities.plans.outline import MOST_PRIORITIES
from priorities.plans.proposing.desk import Desk, free_slug, make_plan
from priorities.state.kept import plan_on
from priorities.verify import Verification
from priorities.wording import sentences

from .district import SENTENCES, make_proposal
from .dom import page_of
from .factories import make_plan as an_empty_plan
from .factories import make_unit, make_user

pytestmark = pytest.mark.django_db

ARTICLE = (Path(__file__).parent / "data" / "plenum_2022.txt").read_text(encoding="utf-8")
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def client() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user("supervisor", username="supervisor"))
    return client


@pytest.fixture
def by(client):
    return client.session and make_user("supervisor")


@pytest.fixture
def proposal(by) -> Proposal:
    return make_proposal(by)


def hand_in(client, text=SENTENCES, **values):
    data = {"text": text, "nonce": uuid.uuid4(), **values}
    return client.post(reverse("document_new"), data)


def address(proposal, name="proposal") -> str:
    return reverse(name, args=[proposal.pk])


def start_of(proposal: Proposal, words: str) -> int:
    return proposal.document.text.index(words)


def act(client, proposal, name, words="", *, headers=None, **values):
    proposal.refresh_from_db()
    data = {"act": name, "seen": proposal.version, **values}
    if words:
        data["run"] = start_of(proposal, words)
    return client.post(address(proposal), data, **(headers or {}))


def plan_told(proposal: Proposal) -> list[tuple]:
    desk = Desk(Proposal.objects.select_related("document").get(pk=proposal.pk))
    return [
        (desk.source.words(g.title.start, g.title.end) if g.title else None, len(g.actions))
        for g in desk.groups
    ]


def errors_on(response) -> list[str]:
    page = page_of(response)
    return [e.text for e in page.all(css="errors") if e.text]


# Handing it in


def test_the_article_of_2022_gives_eight_priorities_and_41_actions(client):
    response = hand_in(client, ARTICLE)
    assert response.status_code == 302
    made = Proposal.objects.get()
    assert (made.year, made.title, made.slug) == (2022, "2022年度区委重点工作", "2022-2")
    assert [count for _title, count in plan_told(made)] == [6, 6, 6, 4, 6, 3, 6, 4]
    page = client.get(response["Location"])
    assert "The document says 8, 8 are taken; 41 actions." in page.content.decode()


def test_the_document_is_kept_as_it_came(client):
    file = SimpleUploadedFile("示例全会报道.txt", ARTICLE.encode("gb18030"))
    assert hand_in(client, "", file=file).status_code == 302
    kept = SourceDocument.objects.get()
    assert kept.file.read() == ARTICLE.encode("gb18030")
    assert (kept.name, kept.size) == ("示例全会报道.txt", len(ARTICLE.encode("gb18030")))
    answer = client.get(reverse("source_document", args=[kept.pk]))
    assert b"".join(answer.streaming_content) == ARTICLE.encode("gb18030")
    assert "attachment" in answer["Content-Disposition"]
    assert list(Verification().faults()) == []


def test_what_is_written_in_the_heads_is_taken(client):
    heads = {"title": "示例计划", "year": "2033", "start": "2033-02-01", "end": "2034-01-31"}
    hand_in(client, **heads)
    made = Proposal.objects.get()
    assert (made.title, made.year) == ("示例计划", 2033)
    assert (made.start, made.end) == (date(2033, 2, 1), date(2034, 1, 31))


def test_a_title_says_which_year_is_meant(client):
    hand_in(client, ARTICLE, title="2033年度示例重点工作")
    made = Proposal.objects.get()
    assert (made.year, made.start, made.end) == (2033, date(2033, 1, 1), date(2033, 12, 31))


def test_the_same_form_twice_is_one_reading(client):
    nonce = uuid.uuid4()
    first, second = (hand_in(client, nonce=nonce) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert (Proposal.objects.count(), SourceDocument.objects.count()) == (1, 1)


NOTHING = "今天天气很好。我们去公园散步，看见许多花。晚上回家吃饭，大家都很高兴。"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"text": ""}, "Choose the document, or paste its text below."),
        ({"text": "   \n "}, "Choose the document, or paste its text below."),
        ({"file": SimpleUploadedFile("示例.txt", b"x" * 9)}, "not both"),
        ({"text": "字" * (LONGEST_TEXT + 1)}, "At most 300,000 characters; these are 300,001."),
        ({"text": "", "file": SimpleUploadedFile("示例.txt", b"")}, "The file holds no text."),
        ({"text": "", "file": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)}, ""),
        ({"text": "", "file": SimpleUploadedFile("a.docx", b"PK\x03\x04 broken")}, ""),
        ({"year": "1800"}, "does not fit: write a whole number from"),
        ({"year": "2022年"}, "does not fit"),
        ({"start": "2033-05-01", "end": "2033-05-01"}, "The plan must end after it starts."),
        ({"start": "2033-01-01", "end": "2055-01-01"}, "calendar years at most"),
        ({"start": "soon"}, "is not a day"),
        ({"title": "长" * 121}, "At most 120 characters; these are 121."),
    ],
)
def test_bad_input_is_answered_beside_its_field(client, values, said):
    text = values.pop("text", SENTENCES)
    response = hand_in(client, text, **values)
    assert response.status_code == 422
    assert any(said in error for error in errors_on(response)), errors_on(response)
    assert (Proposal.objects.count(), SourceDocument.objects.count()) == (0, 0)
    field = page_of(response).one("textarea", name="text")
    assert field.text == " ".join(text.split())


def test_a_text_without_a_list_is_refused_with_the_reason(client):
    response = hand_in(client, NOTHING)
    assert response.status_code == 422
    words = response.content.decode()
    assert "No list was found" in words and NOTHING[:10] in words
    assert not Proposal.objects.exists()
    assert hand_in(client, NOTHING, by_hand="1").status_code == 302
    assert plan_told(Proposal.objects.get()) == []


def test_two_plans_of_one_year_have_two_addresses():
    assert free_slug(2022) == "2022-2"
    an_empty_plan("2022-2")
    assert free_slug(2022) == "2022-3"
    assert free_slug(2033) == "2033"


# The page


def test_each_run_is_a_choice_of_one_form(client, proposal):
    page = page_of(client.get(address(proposal)))
    runs = [int(run.attrs["value"]) for run in page.all("input", name="run")]
    marks = Desk(proposal).draft.marks
    assert runs == [mark.start for mark in marks]
    shown = [label.text for label in page.all("label", css="run")]
    assert len(shown) == len(marks)


@pytest.mark.parametrize("at", ["", "x", "-1", "99999999999", "0", "1_0", "²"])
def test_any_chosen_run_gives_the_page(client, proposal, at):
    assert client.get(address(proposal), {"at": at}).status_code == 200


def test_what_is_chosen_has_its_tools_and_its_words(client, proposal):
    at = start_of(proposal, "推进示例改革")
    page = page_of(client.get(address(proposal), {"at": at}))
    assert page.one("textarea", name=f"words-{at}").text == "推进示例改革"
    assert [r["value"] for r in page.all("input", name="run") if "checked" in r.attrs] == [str(at)]


def test_an_act_is_stored_at_once(client, proposal):
    before = plan_told(proposal)
    response = act(client, proposal, "none", "推进示例改革")
    assert response.status_code == 302
    assert f"?at={start_of(proposal, '推进示例改革')}" in response["Location"]
    assert [n for _t, n in plan_told(proposal)] == [before[0][1] - 1, before[1][1]]
    assert act(client, proposal, "undo").status_code == 302
    assert plan_told(proposal) == before
    assert act(client, proposal, "undo").status_code == 422


def test_what_is_typed_beside_a_run_goes_with_any_act(client, proposal):
    at = start_of(proposal, "推进示例改革")
    typed = {f"words-{at}": "深化示例改革", f"was-words-{at}": "推进示例改革", "edit": at}
    act(client, proposal, "goal", "增强发展活力", **typed)
    proposal.refresh_from_db()
    marks = {mark.start: mark for mark in Desk(proposal).draft.marks}
    assert marks[at].own == "深化示例改革"
    assert marks[start_of(proposal, "增强发展活力")].kind == "goal"


def test_the_heads_go_with_any_act(client, proposal):
    heads = {"title": "示例改名", "year": "2034", "start": "2034-01-01", "end": "2034-12-31"}
    act(client, proposal, "keep", **heads)
    proposal.refresh_from_db()
    assert (proposal.title, proposal.year, proposal.slug) == ("示例改名", 2034, "2034")
    response = act(client, proposal, "none", "推进示例改革", **{**heads, "end": "2033-01-01"})
    assert response.status_code == 422
    assert "The plan must end after it starts." in " ".join(errors_on(response))
    proposal.refresh_from_db()
    assert proposal.end == date(2034, 12, 31)
    assert plan_told(proposal)[0][1] == 3


WAS = {
    "title": "2033年度示例重点工作",
    "year": "2033",
    "start": "2033-01-01",
    "end": "2033-12-31",
}
NEXT = {
    "title": "2034年度示例重点工作",
    "year": "2034",
    "start": "2034-01-01",
    "end": "2034-12-31",
}
YEARS = {
    "the title is changed": ({"title": NEXT["title"]}, NEXT),
    "the year is changed": ({"year": "2034"}, NEXT),
    "a day is said too": (
        {"year": "2034", "end": "2034-06-30"},
        NEXT | {"start": "2033-01-01", "end": "2034-06-30"},
    ),
    "the title names no year": ({"title": "示例重点工作"}, {"title": "示例重点工作"}),
    "the title keeps its own": (
        {"title": "2035年示例", "year": "2034"},
        NEXT | {"title": "2035年示例"},
    ),
    "no plan can lie in it": ({"title": "9999年示例"}, {"title": "9999年示例"}),
}


@pytest.mark.parametrize("name", YEARS)
def test_years_that_agreed_go_on_agreeing(client, proposal, name):
    given, expected = YEARS[name]
    act(client, proposal, "keep", **WAS)
    act(client, proposal, "keep", **WAS | given)
    proposal.refresh_from_db()
    assert {key: str(getattr(proposal, key)) for key in WAS} == WAS | expected


def test_who_comes_too_late_is_told_and_nothing_is_stored(client, proposal):
    seen = proposal.version
    act(client, proposal, "none", "推进示例改革")
    at = start_of(proposal, "优化示例服务")
    typed = {f"words-{at}": "我的话", f"was-words-{at}": "优化示例服务", "edit": at}
    data = {"act": "goal", "run": at, "seen": seen, **typed}
    response = client.post(address(proposal), data)
    assert response.status_code == 409
    words = response.content.decode()
    assert "This is not stored." in words and "我的话" in words
    assert plan_told(proposal)[0][1] == 3
    fragment = client.post(address(proposal), data, **HTMX)
    assert (fragment.status_code, fragment["HX-Retarget"]) == (409, "#main")


@pytest.mark.parametrize(
    ("name", "values", "status"),
    [
        ("none", {"run": "77"}, 422),
        ("none", {"run": "12345678901234567890"}, 400),
        ("none", {"run": "x"}, 400),
        ("none", {}, 422),
        ("split", {"run": "0", "cut": "0"}, 422),
        ("split", {"run": "0", "cut": "-1"}, 400),
        ("delete", {"run": "0"}, 422),
        ("x" * 30, {}, 400),
        ("unit-1", {"unit-1": "没有的局", "name-1": "某局"}, 422),
        ("none", {"run": "0", "seen": "0"}, 400),
        ("none", {"run": "0", "seen": ""}, 400),
        ("none", {"run": "0", "seen": "9" * 30}, 400),
        ("words", {"edit": "0", "words-0": "x" * 6000, "was-words-0": ""}, 422),
        ("words", {"edit": "0", "lead-0": "x" * 600, "was-lead-0": ""}, 422),
    ],
)
def test_a_strange_act_is_refused_and_changes_nothing(client, proposal, name, values, status):
    before = Proposal.objects.values().get()
    assert act(client, proposal, name, **values).status_code == status
    assert Proposal.objects.values().get() == before


def test_htmx_gets_only_what_looks_otherwise(client, proposal):
    response = act(client, proposal, "none", "推进示例改革", headers=HTMX)
    page = page_of(response)
    drawn = [li.attrs["id"] for li in page.all("li", css="row")]
    first, _second = Desk(proposal).groups
    assert drawn == [f"b{first.start}"]
    assert page.one("input", name="seen")["value"] == "2"
    assert "deleted" not in response.content.decode()
    whole = client.get(address(proposal))
    assert len(response.content) < len(whole.content)


def test_a_new_priority_comes_as_a_block_of_its_own(client, proposal):
    response = act(client, proposal, "title", "推进示例改革", headers=HTMX)
    words = response.content.decode()
    first = Desk(proposal).groups[0].start
    assert f'hx-swap-oob="afterend:#b{first}"' in words
    assert re.search(r'id="b\d+" hx-swap-oob="true"', words)
    undone = act(client, proposal, "undo", headers=HTMX).content.decode()
    assert 'hx-swap-oob="delete:#b' in undone


def test_a_unit_of_the_text_is_known_chosen_or_left_out(client, by):
    unit = make_unit("示例区发改局")
    text = SENTENCES.replace("推进示例改革", "推进示例改革（牵头单位：示例区发改委）")
    hand_in(client, text)
    proposal = Proposal.objects.get()
    page = client.get(address(proposal)).content.decode()
    assert "“示例区发改委” is no unit here" in page
    names = {"unit-1": "示例区发改局", "name-1": "示例区发改委"}
    assert act(client, proposal, "unit-1", **names).status_code == 302
    proposal.refresh_from_db()
    assert "is no unit here" not in client.get(address(proposal)).content.decode()
    plan = make_plan(Desk(proposal), by=by, seen=proposal.version)
    led = Action.objects.of_plan(plan).filter(lead_unit=unit)
    assert "推进示例改革" in [action.text for action in led]


# Making the plan, and taking it away


def make(client, proposal, **values):
    proposal.refresh_from_db()
    heads = {n: getattr(proposal, n) for n in ("title", "year", "start", "end")}
    data = {**heads, "seen": proposal.version, "nonce": uuid.uuid4(), **values}
    return client.post(address(proposal, "proposal_make"), data)


def test_the_plan_is_made_in_preparation_with_its_document(client, proposal):
    assert make(client, proposal).status_code == 302
    plan = Plan.objects.get(slug="2033")
    assert (plan.phase, plan.document) == (Life.PREPARING, proposal.document)
    assert [p.title for p in plan.priorities.all()] == ["深化改革", "改善民生"]
    assert Action.objects.of_plan(plan).count() == sum(n for _t, n in plan_told(proposal))
    record = plan.history.get()
    assert (record.history_change_reason, record.door) == ("Read from “示例报告.txt”", Door.PAGE)
    assert list(Verification().faults()) == []


def test_what_is_typed_beside_a_run_is_in_the_plan(client, proposal):
    at = start_of(proposal, "推进示例改革")
    typed = {f"words-{at}": "深化示例改革", f"was-words-{at}": "推进示例改革", "edit": at}
    assert make(client, proposal, **typed).status_code == 302
    assert Action.objects.filter(priority__plan__slug="2033", text="深化示例改革").exists()


def test_twice_is_one_plan(client, proposal):
    nonce = uuid.uuid4()
    count = Plan.objects.count()
    first, second = (make(client, proposal, nonce=nonce) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert Plan.objects.count() == count + 1


def test_no_plan_is_made_of_what_somebody_else_changed_meanwhile(client, proposal):
    seen = proposal.version
    act(client, proposal, "none", "推进示例改革")
    count = Plan.objects.count()
    assert make(client, proposal, seen=seen).status_code == 409
    assert Plan.objects.count() == count


def test_no_plan_is_made_of_nothing_or_of_too_much(client):
    hand_in(client, NOTHING, by_hand="1")
    response = make(client, Proposal.objects.get())
    assert response.status_code == 422
    assert "First put right what is marked as wrong." in response.content.decode()
    assert MOST_PRIORITIES == 60


@pytest.mark.parametrize(("name", "value"), [("title", ""), ("year", "x"), ("end", "2033-01-01")])
def test_a_plan_wants_its_heads(client, proposal, name, value):
    count = Plan.objects.count()
    response = make(client, proposal, **{name: value})
    assert (response.status_code, Plan.objects.count()) == (422, count)


def test_reworded_words_stand_beside_the_printed_ones_in_the_document(client, proposal):
    at = start_of(proposal, "推进示例改革")
    typed = {f"words-{at}": "深化示例改革", f"was-words-{at}": "推进示例改革", "edit": at}
    act(client, proposal, "words", **typed)
    make(client, proposal)
    plan = Plan.objects.get(slug="2033")
    action = Action.objects.of_plan(plan).get(text="深化示例改革")
    [first, _second] = sentences(plan_on(plan, plan.start).priorities)
    assert ("action", "推进示例改革") in [(kind, words) for kind, words, _a in first.clauses]
    assert [(later.a.action.pk, later.printed) for later in first.later] == [
        (action.pk, "推进示例改革")
    ]


def test_the_document_page_works_for_the_new_plan(client, proposal):
    make(client, proposal)
    response = client.get(reverse("document", args=["2033"]))
    assert response.status_code == 200
    assert "推进示例改革" in page_of(response).text.replace(" ", "")


def test_undo_takes_the_plan_away_whole_and_the_reading_is_open_again(client, proposal):
    make(client, proposal)
    plan = Plan.objects.get(slug="2033")
    response = client.post(address(proposal, "proposal_unmake"))
    assert (response.status_code, response["Location"]) == (302, address(proposal))
    assert not Plan.objects.filter(pk=plan.pk).exists()
    assert client.get(reverse("dashboard", args=["2033"])).status_code == 404
    assert [r.history_type for r in Plan.history.filter(id=plan.pk).order_by("history_id")] == [
        "+",
        "-",
    ]
    assert list(Verification().faults()) == []
    assert make(client, proposal).status_code == 302
    assert Plan.objects.get(slug="2033").priorities.count() == 2


def test_a_plan_that_somebody_has_touched_stays(client, proposal, by):
    make(client, proposal)
    plan = Plan.objects.get(slug="2033")
    action = Action.objects.of_plan(plan).first()
    action.text = "示例：改过的举措"
    action.save_change(by=by)
    client.post(address(proposal, "proposal_unmake"))
    assert Plan.objects.filter(pk=plan.pk).exists()


def test_a_plan_that_runs_stays(client, proposal, by):
    make(client, proposal)
    plan = Plan.objects.get(slug="2033")
    plan.phase = Life.RUNNING
    plan.save_change(by=by)
    client.post(address(proposal, "proposal_unmake"))
    assert Plan.objects.filter(pk=plan.pk).exists()


def test_a_plan_that_another_continues_stays_and_the_reason_is_said(client, proposal):
    make(client, proposal)
    plan = Plan.objects.get(slug="2033")
    an_empty_plan("2034", continues=plan)
    response = client.post(address(proposal, "proposal_unmake"), follow=True)
    assert response.redirect_chain == [(plan.get_absolute_url(), 302)]
    assert "somebody has begun it" in page_of(response).text
    proposal.refresh_from_db()
    assert proposal.plan == plan


def test_undone_twice_is_undone_once(client, proposal):
    make(client, proposal)
    answers = [client.post(address(proposal, "proposal_unmake"))["Location"] for _n in range(2)]
    assert answers == [address(proposal)] * 2
    proposal.refresh_from_db()
    assert proposal.plan is None


# Put aside, thrown away


def test_what_is_thrown_away_can_be_had_back(client, proposal):
    assert client.post(address(proposal, "proposal_discard")).status_code == 302
    assert not Proposal.objects.open().exists()
    assert "threw away" in client.get(address(proposal)).content.decode()
    client.post(address(proposal, "proposal_take_back"))
    assert Proposal.objects.open().get() == proposal


def test_others_see_the_document_once_a_plan_of_it_runs(client, proposal, by):
    make(client, proposal)
    viewer = Client()
    viewer.force_login(make_user("viewer"))
    file = reverse("source_document", args=[proposal.document_id])
    assert viewer.get(file).status_code == 404
    plan = Plan.objects.get(slug="2033")
    plan.phase = Life.RUNNING
    plan.save_change(by=by)
    assert viewer.get(file).status_code == 200


def test_a_missing_file_is_told(client, proposal):
    proposal.document.file.storage.delete(proposal.document.file.name)
    answer = client.get(reverse("source_document", args=[proposal.document_id]))
    assert answer.status_code == 404
    assert "is missing in the store" in answer.content.decode()


# Size


def test_a_page_asks_the_same_of_the_database_whatever_its_size(
    client, by, django_assert_max_num_queries
):
    counts = []
    for n in (2, 6):
        rows = "".join(
            f"{place}是做好示例{place}工作，推进甲{place}，落实乙{place}。"
            for place in "一二三四五六"[:n]
        )
        hand_in(client, f"今年重点做好以下{n}个方面的工作：\n{rows}")
        made = Proposal.objects.latest("pk")
        with django_assert_max_num_queries(30) as asked:
            client.get(address(made))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_largest_plan_is_corrected_and_made(client, django_assert_max_num_queries):
    """60 priorities of 30 actions behind a long review: an act sends little, all of it is made."""
    numbers = [chinese_number(n) for n in range(1, MOST_PRIORITIES + 1)]
    review = "过去一年，" + "".join(f"第{n}条战线取得新的成绩，群众满意。" for n in range(2000))
    rows = "\n".join(
        f"{i}、做好第{i}方面工作。"
        + "；".join(f"推进示例{i}区第{n}项建设" for n in range(30))
        + "。"
        for i in numbers
    )
    hand_in(client, f"{review}\n今年重点做好以下60个方面的工作：\n{rows}", year="2033")
    made = Proposal.objects.get()
    assert [n for _title, n in plan_told(made)] == [30] * MOST_PRIORITIES
    whole = client.get(address(made))
    with django_assert_max_num_queries(30):
        part = act(client, made, "premise", "推进示例二区第7项建设", headers=HTMX)
    assert part.status_code == 200
    assert 20 * len(part.content) < len(whole.content)
    assert make(client, made).status_code == 302
    assert Action.objects.filter(priority__plan__slug="2033").count() == 30 * MOST_PRIORITIES - 1


def test_a_moved_action_keeps_its_place_in_the_printed_sentence(client, proposal):
    act(client, proposal, "up", "优化示例服务")
    make(client, proposal)
    plan = Plan.objects.get(slug="2033")
    [first, _second] = sentences(plan_on(plan, plan.start).priorities)
    printed = [words for kind, words, _a in first.clauses if kind == "action"]
    assert printed.index("推进示例改革") < printed.index("优化示例服务")
    numbers = {a.text: a.number for _kind, _words, a in first.clauses if a}
    assert numbers["优化示例服务"] < numbers["推进示例改革"]
    assert first.later == []


def test_what_the_text_counts_becomes_a_target_and_goes_with_the_plan(client):
    hand_in(client, SENTENCES.replace("建设示例学校", "建设示例学校5所"), year="2033")
    made = Proposal.objects.get()
    make(client, made)
    target = Target.objects.get(action__priority__plan__slug="2033")
    assert (target.title, target.target_value, target.measured_in) == ("建设示例学校", 5, "所")
    client.post(address(made, "proposal_unmake"))
    assert not Plan.objects.filter(slug="2033").exists()
    at = start_of(made, "建设示例学校5所")
    beside = {"edit": at, f"amounts-{at}": "许多", f"was-amounts-{at}": "5 所"}
    assert act(client, made, "words", **beside).status_code == 422
    act(client, made, "words", **{**beside, f"amounts-{at}": ""})
    make(client, made)
    assert not Target.objects.filter(action__priority__plan__slug="2033").exists()


def test_the_document_page_leads_to_the_document_as_it_came(client, proposal):
    make(client, proposal)
    page = page_of(client.get(reverse("document", args=["2033"])))
    file = reverse("source_document", args=[proposal.document_id])
    assert page.one("a", href=file).text == "Document as it came"


def test_a_name_that_is_no_unit_stays_in_its_field(client):
    hand_in(client, SENTENCES.replace("推进示例改革", "推进示例改革（牵头单位：示例区发改委）"))
    made = Proposal.objects.get()
    response = act(client, made, "unit-1", **{"unit-1": "没有的局", "name-1": "示例区发改委"})
    assert response.status_code == 422
    assert page_of(response).one("input", name="unit-1")["value"] == "没有的局"
