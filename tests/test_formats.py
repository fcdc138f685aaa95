"""What a number shows under its number format: the formats that offices use, and none guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.ledger.formats import BUILT_IN, read_format, shown, shown_text

DAY = 44832  # 28 September 2022, a Wednesday


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        *((0.8, "General", "0.8"), (46000, "General", "46000"), (0.1 + 0.2, "General", "0.3")),
        *((13800138000, "General", "13800138000"), (-5.5, "General", "-5.5"), (0, "@", "0")),
        *((0.8, "0%", "80%"), (0.455, "0.0%", "45.5%"), (0.455, "0%", "46%")),
        *((75, '0"%"', "75%"), (1, r"0\%", "1%"), (1, "0!%", "1%"), (75, '0.0"％"', "75.0％")),
        *((46000, '0"万元"', "46000万元"), (46000, "0万元", "46000万元")),
        *((46000, '0!.0,"万元"', "4.6万元"), (46000, '0.0,"千元"', "46.0千元")),
        *((46000, "G/通用格式万元", "46000万元"), (46000, 'General"万元"', "46000万元")),
        *((1234567.5, "#,##0.00", "1,234,567.50"), (46000, '"¥"#,##0', "¥46,000")),
        *((-3.5, "[$¥-804]#,##0.00;[Red]-[$¥-804]#,##0.00", "-¥3.50"), (3, "[红色]0.00", "3.00")),
        *((12, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "12"), (0, "0;-0;–", "–")),
        *((7, '"第"0"项"', "第7项"), (1.1, "0.00", "1.10"), (2.5, "0", "3"), (0.5, "#.##", ".5")),
        *((12345678, "000-0000", "1234-5678"), (7, "000", "007")),
        *(
            (DAY, 'm"月"d"日"', "9月28日"),
            (DAY, "m月d日", "9月28日"),
            (DAY, BUILT_IN[58], "9月28日"),
        ),
        *((DAY, '[$-804]yyyy"年"m"月"d"日";@', "2022年9月28日"), (DAY, "yyyy-mm-dd", "2022-09-28")),
        *((DAY, BUILT_IN[31], "2022年9月28日"), (DAY, BUILT_IN[57], "2022年9月")),
        *((DAY, BUILT_IN[14], "2022/9/28"), (DAY, "[$-F800]dddd, mmmm dd, yyyy", "2022年9月28日")),
        *(
            (DAY, "[$-x-sysdate]dddd, mmmm dd, yyyy", "2022年9月28日"),
            (DAY, "yyyy/m/d;@", "2022/9/28"),
        ),
        *((DAY + 2 / 3, "yyyy/m/d h:mm", "2022/9/28 16:00"), (DAY, "d-mmm-yy", "28-Sep-22")),
        *((DAY + 2 / 3, "上午/下午h时mm分", "下午4时00分"), (DAY, "aaaa", "星期三")),
    ],
)
def test_what_is_shown(number, code, words):
    assert shown(number, code) == words


@pytest.mark.parametrize(
    ("number", "code"),
    [
        *((1.5, "# ?/?"), (3, '[>2]0"大";0'), (3, "[DBNum1]0"), (1234, "0.00E+00"), (3, "0kg")),
        *((1.5, "[h]:mm"), (DAY, "ge.m.d"), (DAY, "dddd"), (123456789012, "General")),
        *((1e-7, "General"), (1e300, "0"), (-1, "yyyy-mm-dd"), (1e9, "yyyy-mm-dd"), (3, "0 d")),
        *((1, "0" * 300), (5, ";;;"), (-5, "0;;")),
    ],
)
def test_what_is_not_sure_is_not_said(number, code):
    assert shown(number, code) is None


@pytest.mark.parametrize(
    ("code", "is_percent"),
    [
        ("0%", True),
        ("0.0 %", True),
        ('0"%"', False),
        (r"0\%", False),
        ("0!%", False),
        ("0_%", False),
    ],
)
def test_only_a_bare_percent_sign_multiplies(code, is_percent):
    assert read_format(code).is_percent(0.5) == is_percent


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        *((BUILT_IN[14], "ymd"), (BUILT_IN[31], "ymd"), (BUILT_IN[57], "ym"), (BUILT_IN[58], "md")),
        *((BUILT_IN[32], "h"), ("yyyy-mm-dd hh:mm", "ymdh"), ("mm:ss", ""), ("h:mm", "h")),
        *(("yyyy-mm-dd hh:mm:ss.000", "ymdh"), ("[DBNum1][$-804]yyyy年m月d日;@", "ymd")),
    ],
)
def test_which_parts_of_a_day_are_shown(code, parts):
    assert read_format(code).is_date
    assert read_format(code).shows == parts


@given(
    number=st.floats(allow_nan=False, allow_infinity=False),
    code=st.text(alphabet='0#?.,%;@"\\!_*[]$-/年月日ymdhsaeGn GeneralE+¥万', max_size=20),
)
def test_any_number_in_any_format_is_shown_or_not_said(number, code):
    words = shown(number, code)
    assert words is None or isinstance(words, str)


@given(number=st.integers(0, 10**9))
def test_a_whole_number_is_shown_as_it_is(number):
    assert {shown(number, code) for code in ("General", "0", "#,##0", "G/通用格式")} == {
        str(number),
        f"{number:,}",
    }


@pytest.mark.parametrize(
    ("code", "words"),
    [("General", "3"), ("@", "3"), ("0%", "3"), ('@"万元"', "3万元"), ('0;0;0;"约"@', "约3")],
)
def test_what_a_text_shows(code, words):
    assert shown_text("3", code) == words
