"""A progress table of an office: matched, shown beside what stands, taken over as a ledger is."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from priorities.models import FileImport, ProgressEntry, TableIntake

from .district import TODAY, make_table
from .factories import make_action, make_plan, make_priority, make_unit, make_user
from .office_tables import one

pytestmark = pytest.mark.django_db

HEADS = ["序号", "工作任务", "责任单位", "完成比例", "进展情况", "存在问题", "下步举措"]


@pytest.fixture
def office(client):
    """A plan of three actions, one of them reported on, and a supervisor who is signed in."""
    plan = make_plan("2031")
    unit = make_unit("区甲局", name="示例甲管理局")
    priority = make_priority(plan, number=1, title="示例重点")
    texts = ("推进示例园区建设", "开展示例招商引资", "办好示例养老服务")
    client.actions = [make_action(priority, text=text, lead_unit=unit) for text in texts]
    client.plan, client.unit = plan, unit
    client.user = make_user("supervisor", username="office")
    client.force_login(client.user)
    return client


def words(*rows: list) -> str:
    return "\n".join("\t".join(map(str, row)) for row in [HEADS, *rows])


def hand_in(client, *rows: list) -> str:
    intake = make_table(client.user, words(*rows), client.plan)
    return f"/2031/import/table/{intake.pk}/"


def send(client, address: str, step: str, **fields):
    page = client.get(address).content.decode()
    hidden = dict(re.findall(r'name="(seen|rows|sheets)" value="([^"]*)"', page))
    ticked = re.findall(r'name="pick" value="([^"]+)" checked', page)
    given = {**hidden, "sheet": "0", "pick": ticked, "step": step, **fields}
    return client.post(address, {name.replace("__", "-"): value for name, value in given.items()})


def agreed(answer) -> dict[str, str]:
    page = answer.content.decode()
    return dict(re.findall(r'name="(agreed|nonce)" value="([^"]*)"', page))


def entries() -> list[tuple]:
    rows = ProgressEntry.objects.order_by("pk")
    return [(row.action.number, row.percent, row.done, row.problems, row.next_step) for row in rows]


def take_over(client, address: str, **fields):
    seen = send(client, address, "check", **fields)
    return send(client, address, "apply", **agreed(seen), **fields)


ROW = [1, "推进示例园区建设", "区甲局", "约30%", "示例：完成设计", "示例：用地", "示例：开工"]


def test_a_table_becomes_entries(office):
    second = [2, "开展示例招商引资", "区甲局", "0.2", "示例：签约三家", "无", ""]
    address = hand_in(office, ROW, second)
    assert entries() == []
    done = take_over(office, address)
    assert done.status_code == 302
    assert entries() == [
        ("1.1", 30, "示例：完成设计", "示例：用地", "示例：开工"),
        ("1.2", 20, "示例：签约三家", "", ""),
    ]
    trace = FileImport.objects.get()
    assert (trace.numbers, trace.entries, trace.by) == ("1.1 1.2", 2, office.user)
    assert TableIntake.objects.get().taken == trace
    assert office.get(address).status_code == 302


def test_both_texts_stand_side_by_side_and_a_likely_one_is_not_ticked(office):
    address = hand_in(office, [1, "推进示例园区二期建设", "区甲局", "30%", "示例", "", ""])
    page = office.get(address).content.decode()
    assert "推进示例园区二期建设" in page and "推进示例园区建设" in page
    assert not re.search(r'name="pick" value="0-2" checked', page)
    take_over(office, address, pick="0-2")
    assert [entry[0] for entry in entries()] == ["1.1"]


def test_what_is_not_clear_is_chosen_by_hand(office):
    address = hand_in(office, [1, "别的一件示例事", "区甲局", "30%", "示例", "", ""])
    assert send(office, address, "check").status_code == 422
    wrong = send(office, address, "check", **{"row-0-2": "7.7"})
    assert wrong.status_code == 422 and "7.7" in wrong.content.decode()
    send(office, address, "keep", **{"row-0-2": "1.3"})
    take_over(office, address, pick="0-2")
    assert [entry[0] for entry in entries()] == ["1.3"]


def test_a_percent_that_is_not_understood_is_shown_and_asked_for(office):
    address = hand_in(office, [1, "办好示例养老服务", "区甲局", "正在推进", "示例：选址", "", ""])
    page = office.get(address).content.decode()
    assert "正在推进" in page and 'name="percent-0-2"' in page
    refused = send(office, address, "check", **{"percent-0-2": "120"})
    assert refused.status_code == 422
    send(office, address, "keep", **{"percent-0-2": "25"})
    take_over(office, address)
    assert entries() == [("1.3", 25, "示例：选址", "", "")]


def test_a_jump_needs_a_sentence_as_on_the_form(office):
    address = hand_in(office, [1, "推进示例园区建设", "区甲局", "90%", "示例：建成", "", ""])
    refused = send(office, address, "check")
    assert refused.status_code == 422
    assert 'name="why-0-2"' in refused.content.decode()
    assert entries() == []
    take_over(office, address, **{"why-0-2": "示例：一次建成"})
    assert [entry[1] for entry in entries()] == [90]
    assert ProgressEntry.objects.get().explanation == "示例：一次建成"


def test_what_stands_already_stores_nothing(office):
    address = hand_in(office, ROW)
    take_over(office, address)
    again = hand_in(office, ROW)
    page = office.get(again).content.decode()
    assert 'name="pick" value="0-2" checked' not in page
    assert send(office, again, "check", pick="0-2").status_code == 422
    assert len(entries()) == 1


def test_an_empty_cell_empties_nothing(office):
    take_over(office, hand_in(office, ROW))
    take_over(office, hand_in(office, [1, "推进示例园区建设", "区甲局", "35%", "", "", "无"]))
    assert entries()[1] == ("1.1", 35, "示例：完成设计", "示例：用地", "示例：开工")


def test_entries_of_a_unit_wait_for_review_and_foreign_rows_are_not_theirs(office):
    other = make_unit("区乙局", name="示例乙管理局")
    office.actions[1].assign(by=office.user, changes={"lead_unit": other}, reason="示例")
    office.user = make_user("reporter", units=[office.unit], username="unit")
    office.force_login(office.user)
    address = hand_in(office, ROW, [2, "开展示例招商引资", "区乙局", "20%", "示例", "", ""])
    page = office.get(address).content.decode()
    assert re.search(r'name="pick" value="0-3" disabled', page)
    take_over(office, address, pick=["0-2", "0-3"])
    assert [entry[0] for entry in entries()] == ["1.1"]
    assert not ProgressEntry.objects.accepted().exists()


def test_the_day_is_that_of_the_title_or_as_chosen(office):
    text = "示例进展情况表（截至2022年8月31日）\n" + words(ROW)
    intake = make_table(office.user, text, office.plan)
    address = f"/2031/import/table/{intake.pk}/"
    assert 'name="day" type="text" value="2022-08-31"' in office.get(address).content.decode()
    take_over(office, address)
    assert ProgressEntry.objects.get().day.isoformat() == "2022-08-31"
    other = hand_in(office, [1, "推进示例园区建设", "", "40%", "示例：开工", "", ""])
    take_over(office, other, day="2022-09-15")
    assert ProgressEntry.objects.latest("pk").day.isoformat() == "2022-09-15"


def test_two_rows_of_one_action_are_refused_with_a_sentence(office):
    address = hand_in(office, ROW, [2, "又一件", "", "40%", "示例", "", ""])
    send(office, address, "keep", **{"row-0-3": "1.1"})
    refused = send(office, address, "check", pick=["0-2", "0-3"])
    assert refused.status_code == 422
    assert entries() == []


def test_sent_twice_is_once(office):
    address = hand_in(office, ROW)
    seen = send(office, address, "check")
    page = seen.content.decode()
    form = {
        **agreed(seen),
        **dict(re.findall(r'name="(seen|rows|sheets)" value="([^"]*)"', page)),
        "pick": "0-2",
        "sheet": "0",
        "step": "apply",
    }
    answers = [office.post(address, form).status_code for _n in range(2)]
    assert (answers, len(entries())) == ([302, 302], 1)


def test_what_changed_meanwhile_is_shown_before_it_is_taken_over(office):
    address = hand_in(office, ROW)
    seen = agreed(send(office, address, "check"))
    take_over(office, hand_in(office, [1, "推进示例园区建设", "", "20%", "示例：别的", "", ""]))
    late = send(office, address, "apply", **seen)
    assert late.status_code == 409
    assert len(entries()) == 1


def test_a_table_is_its_owners_and_the_offices(office):
    address = hand_in(office, ROW)
    office.force_login(make_user("reporter", units=[office.unit], username="unit"))
    assert office.get(address).status_code == 404
    assert office.post(address, {"seen": "1", "step": "keep"}).status_code == 404


def test_an_excel_file_does_as_well(office):
    upload = one([["示例区2022年工作进展情况表"], HEADS, ROW], "A1:G1")
    form = {"nonce": str(uuid.uuid4()), "file": SimpleUploadedFile("进展.xlsx", upload)}
    address = office.post("/2031/import/table/", form)["Location"]
    take_over(office, address)
    assert [entry[:2] for entry in entries()] == [("1.1", 30)]


def test_the_number_of_queries_does_not_grow_with_the_rows(office, django_assert_max_num_queries):
    few = hand_in(office, ROW)
    others = ([n, f"示例任务{n}号", "", "10%", "示例", "", ""] for n in range(50))
    many = hand_in(office, ROW, *others)
    counts = []
    for address in (few, many):
        office.get(address)
        with django_assert_max_num_queries(40) as queries:
            office.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_is_linked_from_where_ledgers_are_handed_in(office):
    assert 'href="/2031/import/table/"' in office.get("/2031/import/").content.decode()
    assert office.plan.today() == TODAY
