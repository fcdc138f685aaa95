"""Ten entries reviewed without a mouse: single keys, the next one opens by itself."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from priorities.models import Decision
from tests.factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user

from .conftest import settled


@pytest.fixture
def entries(transactional_db):
    unit = make_unit("示例一局")
    reporter = make_user("reporter", [unit])
    priority = make_priority(make_plan("2031"), number=3)
    return [
        make_entry(
            make_action(priority, lead_unit=unit),
            by=reporter,
            percent=10 + n,
            needs_review=True,
            day=date(2022, 9, n + 1),
        )
        for n in range(10)
    ]


def test_ten_entries_by_keyboard(open_as, entries):
    page = open_as(make_user("supervisor"), "/2031/review/")
    page.locator("#keys").focus()
    page.keyboard.press("Space")
    for place, entry in enumerate(entries):
        expect(page.locator("#h-case .no")).to_have_text(entry.action.number)
        expect(page.locator("#review-count")).to_have_text(re.compile(rf"^{10 - place} "))
        settled(page)
        if place % 3 == 2:
            page.keyboard.press("r")
            expect(page.locator(f"#return-{entry.pk}-reason")).to_be_focused()
            page.keyboard.type("示例：请补证明")
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("a")
    expect(page.locator("main")).to_contain_text("Everything is answered.")
    verdicts = [Decision.objects.get(entry=entry).verdict for entry in entries]
    assert verdicts == [*["accepted", "accepted", "returned"] * 3, "accepted"]


def test_moving_to_and_fro(open_as, entries):
    page = open_as(make_user("supervisor"), "/2031/review/")
    page.locator("#keys").focus()
    page.keyboard.press("Space")
    for key, number in (("j", "3.2"), ("j", "3.3"), ("k", "3.2"), ("a", "3.3")):
        page.keyboard.press(key)
        expect(page.locator("#h-case .no")).to_have_text(number)
        settled(page)
    assert Decision.objects.get().entry == entries[1]


def test_a_stray_key_is_taken_back(open_as, entries):
    page = open_as(make_user("supervisor"), "/2031/review/")
    page.locator("#keys").focus()
    page.keyboard.press("Space")
    page.keyboard.press("a")
    expect(page.locator("#h-case .no")).to_have_text("3.2")
    settled(page)
    page.keyboard.press("u")
    expect(page.locator("#h-case .no")).to_have_text("3.1")
    expect(page.locator("#review-count")).to_have_text(re.compile(r"^10 "))
    assert Decision.objects.get().undone


def test_single_keys_do_nothing_until_they_are_switched_on(open_as, entries):
    page = open_as(make_user("supervisor"), "/2031/review/")
    for key in "arjk":
        page.keyboard.press(key)
    expect(page.locator("#h-case .no")).to_have_text("3.1")
    assert Decision.objects.count() == 0
