"""What an action counts: the percent rule, targets that are set and moved, values with entries."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from priorities.measured import Measure, goes_back, percent_of_values, plainly
from priorities.models import ProgressEntry, Target, TargetValue
from priorities.models.standing import strays
from priorities.plans.written.counting import targets_in
from priorities.verify import Verification

from .factories import make_action, make_plan, make_priority, make_unit, make_user

numbers = st.decimals(-999_999, 999_999, places=4)


def measure(start, target, value) -> Measure:
    return Measure(Decimal(str(start)), Decimal(str(target)), Decimal(str(value)))


@pytest.mark.parametrize(
    ("start", "target", "value", "percent"),
    [
        (0, 100, 60, 60),
        (0, 100, 0, 0),
        (0, 100, 100, 100),
        (0, 100, 130, 100),
        (0, 100, -5, 0),
        (0, 3, 2, 66),
        (0, 100, "99.9999", 99),
        (20, 100, 60, 50),
        (12, 5, 12, 0),
        (12, 5, 5, 100),
        (12, 5, "8.5", 50),
        (12, 5, 13, 0),
        (12, 5, 4, 100),
        (-10, 10, 0, 50),
        ("0.1", "0.3", "0.2", 50),
    ],
)
def test_a_value_comes_to_a_percent(start, target, value, percent):
    assert percent_of_values([measure(start, target, value)]) == percent


def test_several_targets_count_alike_and_are_rounded_down():
    one, other = measure(0, 3, 1), measure(0, 100, 100)
    assert percent_of_values([one, other]) == 66
    assert percent_of_values([measure(0, 10_000, 9_999), other, other]) == 99
    assert percent_of_values([]) == 0


@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=8))
def test_it_is_100_only_where_every_target_is_reached(rows):
    measures = [Measure(*row) for row in rows if row[0] != row[1]]
    assume(measures)
    percent = percent_of_values(measures)
    assert 0 <= percent <= 100
    assert (percent == 100) == all(m.is_reached for m in measures)


@given(numbers, numbers, numbers, numbers)
def test_who_goes_forward_never_loses_and_who_loses_went_back(start, target, before, now):
    assume(start != target)
    was, is_ = (percent_of_values([Measure(start, target, v)]) for v in (before, now))
    if goes_back(start, target, before, now):
        assert is_ <= was
    else:
        assert is_ >= was


@given(numbers, numbers, numbers)
def test_turned_round_it_is_the_same(start, target, value):
    """A falling target is a rising one seen in a mirror."""
    assume(start != target)
    assert percent_of_values([Measure(start, target, value)]) == percent_of_values(
        [Measure(-start, -target, -value)]
    )


@pytest.mark.parametrize(
    ("number", "said"),
    [("60.0000", "60"), ("0.5000", "0.5"), ("0", "0"), ("-0.0000", "0"), ("100", "100")],
)
def test_a_number_is_said_without_needless_zeros(number, said):
    assert plainly(Decimal(number)) == said


@pytest.fixture
def action(db):
    return make_action(make_priority(make_plan(), number=3), order=2, lead_unit=make_unit("区甲局"))


@pytest.fixture
def liaison(action):
    return make_user("reporter", [action.lead_unit], username="liaison")


@pytest.fixture
def office(db):
    return make_user("supervisor")


def set_targets(action, office, *targets, reason=""):
    return Target.set_for(action, targets, by=office, reason=reason)


def space(**fields) -> Target:
    given = {"title": "示例：新增产业空间", "measured_in": "万平方米", "target_value": Decimal(100)}
    return Target(**{**given, **fields})


def said(action, by, value=None, **fields) -> ProgressEntry:
    targets = list(action.targets.standing())
    values = {target.pk: Decimal(str(value)) for target in targets if value is not None}
    words = {"day": date(2022, 9, 30), "done": "示例：建成。", "values": values}
    return ProgressEntry.record(action=action, by=by, **{**words, **fields})


def stood(target: Target) -> Target:
    return Target.objects.get(pk=target.pk)


def test_the_percent_follows_from_the_value(action, office, liaison):
    set_targets(action, office, space())
    entry = said(action, liaison, 25)
    assert entry.percent == 25
    [value] = TargetValue.objects.filter(entry=entry)
    assert (value.value, value.target_value, value.measured_in) == (25, 100, "万平方米")
    assert said(action, liaison, 30, percent=99).percent == 30


def test_what_is_stored_of_a_value_is_sealed(action, office, liaison):
    set_targets(action, office, space(target_value=Decimal("0.3")))
    said(action, liaison, "0.0899")
    assert list(map(str, Verification().faults())) == []


def test_without_a_value_nothing_is_stored(action, office, liaison):
    set_targets(action, office, space(), space(title="示例：开工"))
    first, second = action.targets.all()
    with pytest.raises(ValidationError) as refused:
        said(action, liaison, percent=40, values={first.pk: Decimal(4)})
    assert set(refused.value.message_dict) == {f"value-{second.pk}"}
    assert ProgressEntry.objects.count() == 0


@pytest.mark.parametrize("value", ["1000000000", "0.00001"])
def test_a_number_that_is_too_long_is_refused(action, office, liaison, value):
    set_targets(action, office, space())
    with pytest.raises(ValidationError):
        said(action, liaison, value, explanation="示例")
    assert (ProgressEntry.objects.count(), TargetValue.objects.count()) == (0, 0)


def test_a_falling_value_of_a_rising_target_asks_why(action, office, liaison):
    set_targets(action, office, space(target_value=Decimal(10_000)))
    said(action, liaison, 110)
    with pytest.raises(ValidationError) as refused:
        said(action, liaison, 109)  # both are 1 %
    assert list(refused.value.message_dict) == ["explanation"]
    assert said(action, liaison, 109, explanation="示例：核减").percent == 1


def test_a_rising_value_of_a_falling_target_asks_why(action, office, liaison):
    set_targets(action, office, space(start_value=Decimal(12), target_value=Decimal(5)))
    assert said(action, liaison, 10).percent == 28
    with pytest.raises(ValidationError):
        said(action, liaison, 11)
    assert said(action, liaison, 9).percent == 42


def test_nothing_changed_keeps_the_values(action, office, liaison):
    set_targets(action, office, space())
    said(action, liaison, 25)
    again = ProgressEntry.record_unchanged(action=action, by=liaison, day=date(2022, 9, 30))
    assert (again.percent, [v.value for v in again.target_values.all()]) == (25, [25])


def test_a_target_that_moved_is_no_fall_of_the_unit(action, office, liaison):
    set_targets(action, office, space())
    said(action, liaison, 25)
    moved = stood(action.targets.get())
    moved.target_value = Decimal(250)
    with pytest.raises(ValidationError) as refused:
        set_targets(action, office, moved)
    assert list(refused.value.message_dict) == ["reason"]
    assert set_targets(action, office, moved, reason="示例：区委调整")
    assert stood(moved).original_value == 100
    assert said(action, liaison, 26).percent == 10
    again = ProgressEntry.record_unchanged(action=action, by=liaison, day=date(2022, 9, 30))
    assert again.percent == 10


def test_a_target_that_was_spoken_of_stays_when_it_is_dropped(action, office, liaison):
    set_targets(action, office, space(), space(title="示例：开工"))
    said(action, liaison, 25)
    keep = action.targets.first()
    set_targets(action, office, keep, reason="示例：合并统计")
    assert action.targets.count() == 2
    assert [t.title for t in action.targets.standing()] == [keep.title]
    assert said(action, liaison, 30).percent == 30


def test_a_target_nobody_spoke_of_goes(action, office):
    set_targets(action, office, space())
    set_targets(action, office, reason="示例：误设")
    assert action.targets.count() == 0
    assert list(strays(apps)) == []


def test_start_and_target_differ(action, office):
    with pytest.raises(ValidationError):
        set_targets(action, office, space(target_value=Decimal(0)))
    assert action.targets.count() == 0


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("新增产业空间20万平方米", [("新增产业空间", "20", "万平方米", False)]),
        ("打造3个示范点", [("打造示范点", "3", "个", False)]),
        ("完成投资1,200.5亿元以上", [("完成投资", "1200.5", "亿元", False)]),
        ("万元能耗降至5.5吨", [("万元能耗", "5.5", "吨", True)]),
        ("建学校2所、医院1家", [("建学校", "2", "所", False), ("医院", "1", "家", False)]),
        ("推进文明典范城市创建", []),
        ("新增0个", []),
        ("新增9999999999个", []),
    ],
)
def test_what_words_count_is_found(words, found):
    said = [(t.title, str(t.value), t.measured_in, t.falls) for t in targets_in(words)]
    assert said == found


@given(st.text(max_size=300))
def test_any_words_are_read_without_a_fault(words):
    for target in targets_in(words):
        assert 0 < target.value < 10**9
        assert 0 < len(target.title) <= 100


def test_a_number_that_no_target_can_store_is_not_proposed():
    assert [one.value for one in targets_in("修建1.2345公里绿道")] == [Decimal("1.2345")]
    assert targets_in("修建1.23456公里绿道") == []
    assert targets_in("种树1234567890棵") == []
