"""From a table to a plan: what is recognised is shown, what is not is asked, nothing is silent."""

import re
import uuid
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from priorities.models import (
    Action,
    Plan,
    Priority,
    SourceDocument,
    TableHeading,
    TableIntake,
    Unit,
)
from priorities.models.phases import Life

from .district import make_table
from .factories import make_unit, make_user
from .office_tables import ACTIONS, FILES, HEADS, TITLE, one, rows, two_rows_of_heads, workbook
from .office_tables import saved as bytes_of

pytestmark = pytest.mark.django_db

NEW = "/plans/new/table/"
FACTS = {"start": "2033-01-01", "end": "2033-12-31", "title": "例", "slug": "2033"}


@pytest.fixture
def office(client):
    """Signed in as a supervisor."""
    user = make_user("supervisor", username="office")
    client.force_login(user)
    client.user = user
    return client


def hand_in(client, content: bytes, name: str = "分解表.xlsx"):
    upload = SimpleUploadedFile(name, content)
    return client.post(NEW, {"nonce": str(uuid.uuid4()), "file": upload})


def paste(client, words: str):
    return client.post(NEW, {"nonce": str(uuid.uuid4()), "text": words})


def send(client, address: str, **fields):
    """Send the page's form as it stands, with other values in some fields."""
    page = client.get(address)
    version = re.search(r'name="seen" value="(\d+)"', page.content.decode())[1]
    given = {"seen": version, "step": "keep", **fields}
    return client.post(address, {name.replace("__", "-"): words for name, words in given.items()})


def actions_of(plan: Plan) -> list[tuple]:
    rows = Action.objects.of_plan(plan).select_related("priority", "lead_unit").order_by("pk")
    return [
        (
            row.priority.title,
            row.text,
            str(row.lead_unit or ""),
            tuple(map(str, row.supporting_units.order_by("pk"))),
            row.due and row.due.isoformat(),
        )
        for row in rows
    ]


def test_a_table_becomes_a_plan_in_preparation_with_its_file(office):
    make_unit("各街道")
    content = two_rows_of_heads()
    address = hand_in(office, content)["Location"]
    made = send(office, address, step="create", slug="2033", title="示例分解计划")
    plan = Plan.objects.get(slug="2033")
    assert (made.status_code, made["Location"]) == (302, plan.get_absolute_url())
    assert plan.phase == Life.PREPARING
    assert (plan.start, plan.end) == (date(2022, 1, 1), date(2022, 12, 31))
    assert plan.source_title == TITLE
    assert [priority.sentence for priority in plan.priorities.order_by("number")] == [
        "产业发展：推进工业园区建设；开展招商引资。",
        "民生保障：新建学校两所；办好养老服务。",
    ]
    expected = [(*action[:3], action[3], action[4] or "2022-12-31") for action in ACTIONS]
    assert [(*a[:3], tuple(sorted(a[3])), a[4]) for a in actions_of(plan)] == [
        (*a[:3], tuple(sorted(a[3])), a[4]) for a in expected
    ]
    assert plan.document.file.read() == content
    assert TableIntake.objects.get().made == plan


@pytest.mark.parametrize("shape", FILES)
def test_every_shape_is_taken_from_upload_to_plan(office, shape):
    make_unit("各街道")
    kind = "csv" if shape.startswith("csv") else "xlsx"
    address = hand_in(office, FILES[shape](), f"表.{kind}")["Location"]
    facts = {"slug": "2033", "title": "示例", "start": "2022-01-01", "end": "2022-12-31"}
    send(office, address, **facts)
    assert send(office, address, step="create").status_code == 302
    assert [a[1:3] for a in actions_of(Plan.objects.get(slug="2033"))] == [a[1:3] for a in ACTIONS]


def test_a_unit_that_nobody_knows_is_named_and_left_out_until_somebody_says(office):
    address = hand_in(office, two_rows_of_heads())["Location"]
    page = office.get(address).content.decode()
    assert 'for="unit-0">各街道</label>' in page
    before = Unit.objects.count()
    send(office, address, step="create", slug="2033")
    assert Unit.objects.count() == before
    assert actions_of(Plan.objects.get(slug="2033"))[0][3] == ("区发改局",)


def test_somebody_says_which_units_are_meant(office):
    address = hand_in(office, two_rows_of_heads())["Location"]
    send(office, address, unit__0="坪山街道、坑梓街道")
    assert 'value="坪山街道、坑梓街道"' in office.get(address).content.decode()
    send(office, address, step="create", slug="2033")
    supporting = actions_of(Plan.objects.get(slug="2033"))[0][3]
    assert set(supporting) == {"区发改局", "坪山街道", "坑梓街道"}


def test_units_are_made_where_they_are_ticked_alone(office):
    words = "任务\t牵头单位\n示例修路\t示例甲署\n示例种树\t示例乙署\n"
    address = paste(office, words)["Location"]
    nothing = send(office, address, step="make_units")
    assert nothing.status_code == 422
    send(office, address, step="make_units", make="1")
    assert set(Unit.objects.filter(name__startswith="示例").values_list("name", flat=True)) == {
        "示例乙署"
    }
    unit = Unit.objects.get(name="示例乙署")
    assert (unit.history.get().history_user, unit.history.count()) == (office.user, 1)


def test_a_wrong_unit_is_told_at_its_field_and_nothing_is_kept(office):
    address = hand_in(office, two_rows_of_heads())["Location"]
    answer = send(office, address, unit__0="示例无此局", title="改过的题目")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="示例无此局"' in page and "unit-0-error" in page
    assert TableIntake.objects.get().choices == {}


def test_a_column_set_by_hand_counts_and_is_remembered_for_the_next_table(office):
    content = one([["序号", "任务", "涉及片区"], [1, "示例修路", "区工信局"]])
    address = hand_in(office, content)["Location"]
    send(office, address, **{"col-0-2": "lead"})
    assert TableHeading.known() == {"涉及片区": "lead"}
    again = hand_in(office, content)["Location"]
    page = office.get(again).content.decode()
    assert re.search(r'name="col-0-2".*?value="lead" selected', page, re.DOTALL)
    send(office, again, step="create", **FACTS)
    assert actions_of(Plan.objects.get(slug="2033"))[0][2] == "区工信局"


def test_all_faults_of_a_row_are_shown_with_their_words_and_can_be_mended(office):
    heads = ["任务", "牵头单位", "开始时间", "完成时限"]
    address = hand_in(office, one([heads, ["", "区工信局", "春节后", "6月前"]]))["Location"]
    send(office, address, start="2022-01-01", end="2022-12-31", title="示例", slug="2033")
    page = office.get(address).content.decode()
    for words in ("春节后", "6月前", "区工信局"):
        assert words in page
    assert send(office, address, step="create").status_code == 422
    send(office, address, **{"text-0-2": "示例修路", "due-0-2": "2022-06-30"})
    send(office, address, step="create")
    assert actions_of(Plan.objects.get(slug="2033")) == [
        ("示例", "示例修路", "区工信局", (), "2022-06-30")
    ]


def test_a_row_that_is_left_out_is_no_action(office):
    address = hand_in(office, two_rows_of_heads())["Location"]
    send(office, address, rows="1", skip="0-4")
    send(office, address, step="create", slug="2033")
    found = [action[1] for action in actions_of(Plan.objects.get(slug="2033"))]
    assert found == [action[1] for action in ACTIONS[1:]]


def test_a_number_that_does_not_fit_is_told(office):
    cells = [["序号", "任务", "单位"], ["一、示例（共3项）"], [1, "修路", "区工信局"]]
    page = office.get(hand_in(office, one(cells))["Location"]).content.decode()
    assert "表中写明 3 项，读出 1 项。" in page


def test_an_owner_is_somebody_of_the_lead_unit_or_nobody(office):
    unit = Unit.objects.get(short_name="区工信局")
    person = make_user("reporter", units=[unit], username="zhang", display_name="示例张三")
    words = "任务\t牵头单位\t责任人\n示例甲\t区工信局\t示例张三\n示例乙\t区工信局\t示例李四\n"
    address = paste(office, words)["Location"]
    assert "示例李四" in office.get(address).content.decode()
    send(office, address, step="create", **FACTS)
    owners = [row.owner for row in Action.objects.of_plan(Plan.objects.get(slug="2033"))]
    assert owners == [person, None]


def test_a_chosen_owner_counts(office):
    unit = Unit.objects.get(short_name="区工信局")
    person = make_user("reporter", units=[unit], username="zhang", display_name="示例张三")
    address = paste(office, "任务\t牵头单位\t责任人\n示例甲\t区工信局\t张局\n")["Location"]
    assert send(office, address, person__0="示例无此人").status_code == 422
    send(office, address, person__0="示例张三")
    send(office, address, step="create", **FACTS)
    assert Action.objects.of_plan(Plan.objects.get(slug="2033")).get().owner == person


def test_the_address_and_the_days_of_the_plan_are_told_at_their_fields(office):
    address = hand_in(office, two_rows_of_heads())["Location"]
    answer = send(office, address, step="create", slug="x y", title="")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "f-title-error" in page
    assert not Plan.objects.filter(title="x y").exists()
    taken = send(office, address, step="create", slug="2022", title="示例")
    assert taken.status_code == 422 and "f-slug-error" in taken.content.decode()


def test_two_windows_do_not_write_over_each_other(office):
    address = hand_in(office, two_rows_of_heads())["Location"]
    send(office, address, title="先改的题目")
    late = office.post(address, {"seen": "1", "step": "keep", "title": "后改的题目"})
    assert late.status_code == 409
    assert "先改的题目" in late.content.decode()


def test_a_plan_is_made_once_however_often_the_form_is_sent(office):
    address = hand_in(office, two_rows_of_heads())["Location"]
    form = {"seen": "1", "step": "create", "slug": "2033", "title": "示例"}
    first, second = office.post(address, form), office.post(address, form)
    assert (first["Location"], second["Location"]) == ("/2033/", "/2033/")
    assert Plan.objects.filter(slug__startswith="2033").count() == 1
    assert office.get(address)["Location"] == "/2033/"


def test_a_plan_is_taken_away_whole_while_nobody_has_touched_it(office):
    address = hand_in(office, two_rows_of_heads())["Location"]
    send(office, address, step="create", slug="2033", title="示例")
    assert office.get(f"{address}unmake/").status_code == 405
    answer = office.post(f"{address}unmake/")
    assert answer["Location"] == address
    assert not Plan.objects.filter(slug="2033").exists()
    send(office, address, step="create", slug="2033")
    plan = Plan.objects.get(slug="2033")
    action = Action.objects.of_plan(plan).first()
    action.measure = "示例：改过"
    action.save_change(by=office.user, reason="示例")
    assert office.post(f"{address}unmake/")["Location"] == plan.get_absolute_url()
    assert Plan.objects.filter(slug="2033").exists()


def test_the_same_upload_sent_again_is_one_table(office):
    nonce = str(uuid.uuid4())
    form = {"nonce": nonce, "text": "任务\t单位\n示例修路\t区工信局\n"}
    answers = [office.post(NEW, form)["Location"] for _n in range(2)]
    assert len(set(answers)) == 1
    assert (TableIntake.objects.count(), SourceDocument.objects.count()) == (1, 1)


def test_a_table_that_was_thrown_away_is_gone(office):
    address = hand_in(office, two_rows_of_heads())["Location"]
    assert send(office, address, step="discard")["Location"] == NEW
    assert office.get(address).status_code == 404


def test_a_table_can_be_taken_up_again_after_a_lost_session(office):
    address = hand_in(office, two_rows_of_heads())["Location"]
    send(office, address, title="改过的题目")
    office.logout()
    assert office.get(address).status_code == 302
    office.force_login(office.user)
    assert address in office.get(NEW).content.decode()
    assert "改过的题目" in office.get(address).content.decode()


def test_sheets_are_taken_or_left(office):
    first, second = ([list(HEADS), *body] for body in (rows()[:2], rows()[2:]))
    made = workbook(("甲表", first, ()), ("乙表", second, ()))
    address = hand_in(office, bytes_of(made))["Location"]
    send(office, address, sheets="1", sheet="1")
    send(office, address, step="create", **FACTS)
    assert [p.title for p in Priority.objects.filter(plan__slug="2033")] == ["民生保障"]


def test_the_number_of_queries_does_not_grow_with_the_rows(office, django_assert_max_num_queries):
    short, long = rows()[:2], [[n, *rows()[n % 4][1:]] for n in range(60)]
    addresses = [hand_in(office, one([list(HEADS), *body]))["Location"] for body in (short, long)]
    counts = []
    for address in addresses:
        with django_assert_max_num_queries(40) as queries:
            office.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("step", ["keep", "create", "make_units", "discard", "nonsense", ""])
@pytest.mark.parametrize("seen", ["", "0", "abc", "9" * 30])
def test_a_form_without_its_version_is_refused(office, step, seen):
    address = reverse("table_intake", args=[make_table(office.user).pk])
    assert office.post(address, {"seen": seen, "step": step}).status_code == 400


def test_odd_fields_are_answered(office):
    address = hand_in(office, two_rows_of_heads())["Location"]
    odd = {"col-0-2": "nonsense", "col-9-9": "lead", "due-0-5": "x", "start": "2630-01-01"}
    answer = send(office, address, **odd)
    assert answer.status_code == 422
    assert TableIntake.objects.get().choices == {}
