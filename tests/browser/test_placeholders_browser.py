"""Words that stand in an empty field are seen whole, in both languages and at every width."""

import pytest

from tests.factories import make_action, make_plan, make_priority, make_user

CUT = """() => [...document.querySelectorAll("input[placeholder]")]
  .filter((field) => field.offsetParent && field.placeholder)
  .filter((field) => {
    const style = getComputedStyle(field);
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = style.font;
    const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return pen.measureText(field.placeholder).width > room + 0.5;
  })
  .map((field) => field.placeholder)"""


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_no_placeholder_is_cut(open_as, transactional_db, language):
    plan = make_plan("2031")
    make_action(make_priority(plan, number=3))
    page = open_as(make_user("supervisor"), "/2031/", language=language)
    for width in (1280, 1100, 1000, 900, 700):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/2031/", "/2031/actions/", "/2031/reports/new/"):
            page.goto(path)
            assert page.evaluate(CUT) == [], (path, width)
