"""Wall mode on walls of many sizes: nothing lies over anything else, and nothing hangs out."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_user

from .conftest import becomes_true
from .test_document_browser import WALL, World

SIZES = [(1280, 720), (1366, 768), (1920, 1080), (2560, 1080), (2560, 1440), (3840, 2160)]
SCREENS = 6
FITTED = """() => {
    const screen = document.querySelector("[data-screen]:not([hidden])");
    return innerWidth === screen.ownerDocument.documentElement.clientWidth
        && screen.scrollHeight <= screen.clientHeight + 1
        && screen.scrollWidth <= screen.clientWidth + 1;
}"""
COLLISIONS = """() => {
    const screen = document.querySelector("[data-screen]:not([hidden])");
    const frame = screen.getBoundingClientRect();
    const isSeen = box => box.width > 1 && box.height > 1;
    const cut = (box, part) => {  // what an ellipsis stands for is not seen
        let {left, top, right, bottom} = box;
        for (; part !== screen; part = part.parentNode) {
            if (getComputedStyle(part).overflowX !== "hidden") continue;
            const edge = part.getBoundingClientRect();
            [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
        }
        return {left, top, right, bottom, width: right - left, height: bottom - top};
    };
    const found = [], sizeOf = part => parseFloat(getComputedStyle(part).fontSize);
    const boxesOf = part => {
        const words = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), boxes = [];
        while (words.nextNode()) {
            if (!words.currentNode.data.trim()) continue;
            const parent = words.currentNode.parentNode;
            if (parent.closest(".hide, .tip, svg")) continue;
            if (sizeOf(parent) < .5 * sizeOf(screen)) found.push("small: " + parent.textContent);
            const range = document.createRange();
            range.selectNodeContents(words.currentNode);
            boxes.push(...[...range.getClientRects()].map(box => cut(box, parent)));
        }
        const drawn = [...part.querySelectorAll("svg")].concat(part.matches("svg") ? [part] : []);
        return [...boxes, ...drawn.map(svg => svg.getBoundingClientRect())].filter(isSeen);
    };
    // A line of words claims more height than its letters fill: what counts is nearly half of it.
    const shared = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    const lies = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
        && shared(a, b) > .4 * Math.min(a.height, b.height);
    const hangs = box => box.right > frame.right + 2 || box.bottom > frame.bottom + 2;
    const rows = ".lanes tr, .wall-list > li, .wall-tallies > li, .sentences > li";
    for (const row of screen.querySelectorAll(rows)) {
        const cells = [...row.children].map(boxesOf), said = row.textContent.trim().slice(0, 40);
        if (cells.flat().some(hangs)) found.push("outside: " + said);
        cells.forEach((one, at) => cells.slice(at + 1).forEach(other => {
            if (one.some(a => other.some(b => lies(a, b)))) found.push(said);
        }));
    }
    return found;
}"""


@pytest.mark.parametrize(("language", "sizes"), [("zh-CN", SIZES), ("en", SIZES[:4:2])])
def test_no_words_and_bars_lie_over_each_other(open_as, transactional_db, language, sizes):
    World()
    page = open_as(make_user("viewer", display_name="示例区领导"), WALL, language=language)
    expect(page.locator("[data-controls]")).to_be_visible()
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        becomes_true(page, FITTED)
        for place in range(1, SCREENS + 1):
            assert page.locator("[data-place]").text_content() == f"{place} / {SCREENS}"
            assert page.evaluate(COLLISIONS) == [], (width, height, place)
            page.keyboard.press("PageDown")
