"""Numbers and days stay in one line wherever they stand: 2.10, 12.12, 2023-03-31."""

from datetime import date

import pytest

from priorities.models import Plan
from tests.factories import (
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

PATHS = ["", "document/", "timeline/", "actions/", "units/", "priorities/12/", "actions/12.12/"]
BROKEN = r"""() => {
    const found = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const node = words.currentNode;
        if (node.parentNode.closest("script, .hide, option, datalist, p, dd, svg")) continue;
        for (const match of node.data.matchAll(/\d+\.\d+|\d{4}-\d\d-\d\d|\d\d-\d\d|\d+%/g)) {
            const range = document.createRange();
            range.setStart(node, match.index);
            range.setEnd(node, match.index + match[0].length);
            if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1)
                found.push(match[0]);
        }
    }
    return found;
}"""
ROWS = ".lanes tbody tr, .grid tbody tr, .stones li, .feed li"
OVER = """rows => [...document.querySelectorAll(rows)].flatMap(row => {
        const cells = [...row.children].filter(cell => !cell.matches(".tickbox, .act-links"));
        const boxes = cells.map(cell => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            return [...range.getClientRects()].filter(box => box.width > 1);
        });
        const lies = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > a.height / 2;
        const isOver = boxes.some((one, at) => boxes.slice(at + 1).some(
            other => one.some(a => other.some(b => lies(a, b)))));
        return isOver ? [row.textContent.trim().replace(/\\s+/g, " ").slice(0, 60)] : [];
    })"""


def long_plan() -> Plan:
    """Twelve priorities, and in the last one twelve actions; days beyond the year of the plan."""
    plan = make_plan("2031", sizes=[1] * 11)
    unit, office = make_unit("示例更新整备局"), make_user("supervisor")
    priority = make_priority(plan, number=12)
    for order in range(1, 13):
        due = date(2023, 3, 31) if order % 2 else date(2022, 12, 31)
        action = make_action(priority, order=order, lead_unit=unit, due=due, owner=office)
        make_milestone(action, date(2023, 1, 15))
        make_entry(action, by=office, percent=8 * order)
    return plan


@pytest.mark.parametrize("width", [1280, 390])
def test_numbers_and_days_do_not_break(open_as, transactional_db, width):
    long_plan()
    page = open_as(make_user("supervisor"), "/2031/", width=width, language="zh-CN")
    for path in PATHS:
        page.goto(f"/2031/{path}")
        assert page.evaluate(BROKEN) == [], path
        assert page.evaluate(OVER, ROWS) == [], path
