"""Each page is wholly in one language: what is not data is translated, in both directions."""

import re

import pytest

from priorities.evidence import KINDS
from priorities.models import Action, TableIntake
from priorities.plans.tables.grid import Book

from .address_book import ADDRESSES
from .dom import Node, parse

pytestmark = pytest.mark.django_db

CJK = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff00-\uffef]+")
SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-retry", "data-close", "data-offline")
WORDS = re.compile(r"[A-Za-z]{3,}")
NO_LANGUAGE = {
    *KINDS,
    *("jpeg", "csv", "CSV", "html", "ods", "txt"),
    *(
        "Word",
        "Excel",
        "WPS",
        "SHA",
        "Esc",
        "Enter",
        "JavaScript",
        "http",
        "https",
        "example",
        "org",
    ),
    *("PDF", "OFD"),
    *("viewer", "reporter", "stranger", "supervisor", "administrator"),
    "minsheng",  # of an address
}
"""What is the same in every language: kinds of files, keys of a keyboard, user names."""

NO_PAGES = {
    *("healthz", "ledger", "ledger_csv", "evidence", "wall_state", "report_file"),
    "source_document",
}
PAGES = [
    address
    for address in ADDRESSES
    if address.status("GET", "supervisor") == 200
    and not address.name.startswith("admin:")
    and address.name not in NO_PAGES
]


def spoken(node: Node, foreign: tuple[str, ...]) -> list[str]:
    """What is read or heard on a page, without what is marked as of another language."""
    found = [node.attrs[name] for name in SPOKEN if node.attrs.get(name)]
    for child in node.children:
        if isinstance(child, str):
            found.append(child)
        elif child.tag in ("script", "style", "code", "kbd"):
            continue
        elif child.attrs.get("lang", "") not in foreign:
            found += spoken(child, foreign)
    return found


def data_of(district) -> list[str]:
    """Every name and text of the plan, longest first: they are what they are in any language."""
    plan = district.plan
    found = {plan.title, plan.source_title, plan.source_publication, plan.source_session}
    for priority in plan.priorities.all():
        found |= {priority.title, priority.sentence, priority.premise, priority.goal}
    for action in district.actions.values():
        found |= {action.text, action.measure, action.cancelled_reason}
        found |= set(action.milestones.values_list("title", flat=True))
        for target in action.targets.all():
            found |= {target.title, target.measured_in}
        for entry in action.entries.all():
            found |= {entry.done, entry.help_needed, entry.outlook_reason, entry.explanation}
    found |= set(Action.objects.values_list("text", flat=True))  # of every plan: the overview
    for unit in type(district.lead).objects.all():
        found |= {unit.name, unit.short_name}
    for intake in TableIntake.objects.select_related("document"):
        rows = Book.from_json(intake.grid).sheets[0].rows
        found |= {words for row in rows for words in row.cells} | {intake.document.name}
    found |= {person.display_name for person in district.people.values()}
    found |= {district.draft.number, district.draft.title}
    found |= {district.proposal.title, district.proposal.document.name}
    found |= {district.asked.reason, "示例：数字不符", "示例：补充", district.evidence.name, "示例"}
    return sorted(found - {""}, key=len, reverse=True)


def without(words: str, data: list[str]) -> str:
    for name in data:
        words = words.replace(name, " ")
    return words


@pytest.fixture
def leftovers(client, district):
    """``leftovers(language, pattern)``: by page, what is not of that language."""
    client.force_login(district.people["supervisor"])
    data = data_of(district)

    def find(language, pattern, foreign):
        found = {}
        for address in PAGES:
            answer = client.get(address.url(district), HTTP_ACCEPT_LANGUAGE=language)
            page = parse(answer.content.decode())
            words = without(" ".join(spoken(page, foreign)), data)
            if wrong := sorted(set(pattern.findall(words)) - NO_LANGUAGE):
                found[address.name] = wrong
        return found

    return find


def test_no_english_is_left_in_the_chinese_pages(leftovers):
    assert leftovers("zh-hans", WORDS, ("en",)) == {}


def test_no_chinese_is_left_in_the_english_pages(leftovers):
    assert leftovers("en", CJK, ("zh-Hans", "zh-CN")) == {}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("zh-CN,zh;q=0.9", "zh-CN"), ("en-GB,en", "en"), ("fr-FR,fr", "zh-CN"), ("", "zh-CN")],
)
def test_the_browser_chooses_and_chinese_is_the_default(client, accepted, language):
    page = parse(client.get("/sign-in/", HTTP_ACCEPT_LANGUAGE=accepted).content.decode())
    assert page.one("html")["lang"] == language
