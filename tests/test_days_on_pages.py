"""Every page, file and text says the year of a day that is not in the plan's year."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from priorities.circular.document import document_of
from priorities.circular.drafting import draft
from priorities.circular.issuing import issue
from priorities.models import DiscardedDraft, ExtensionRequest, Plan
from priorities.periods import Period

from .address_book import ADDRESSES
from .dom import page_of
from .factories import make_entry, make_milestone

NEXT_YEAR = date(2023, 3, 17)
BARE = re.compile(r"(?<![0-9]-)(?<![0-9])0[2346]-(?:14|17|26|05)(?![0-9-])")
BARE_WORDS = re.compile(r"(?<![0-9]年)(?<![0-9])[2346]月(?:14|17|26|5)日")
BARE_ENGLISH = re.compile(r"\b(?:14|17|26|5) (?:February|March|April|June)\b(?! 2023)")

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(district):
    """Every day of the red action but its start lies in the year after the plan's."""
    action = district.actions["red"]
    Plan.objects.filter(pk=district.plan.pk).update(status_date=date(2023, 6, 30))
    for milestone in action.milestones.all():
        milestone.delete()
    action.start, action.due = date(2022, 1, 10), NEXT_YEAR
    action.save()
    make_milestone(action, date(2023, 2, 14), title="示例封顶")
    make_milestone(action, date(2023, 4, 26), title="示例验收")
    by = district.people["reporter"]
    for day in (date(2023, 2, 14), date(2023, 4, 26)):
        make_entry(action, by=by, percent=60, day=day)
    make_entry(action, by=by, percent=70, day=date(2023, 6, 5), needs_review=True)
    return district


def bare(text: str) -> list[str]:
    """The days of next year that are said without it."""
    return [found for rule in (BARE, BARE_WORDS, BARE_ENGLISH) for found in rule.findall(text)]


def words_of(client: Client, url: str, language: str) -> str:
    """What the page says, in sight and to a screen reader."""
    answer = client.get(url, headers={"accept-language": language})
    if "text/html" not in answer["Content-Type"]:
        return ""
    page = page_of(answer)
    named = [n.attrs.get(name, "") for n in page.all() for name in ("title", "aria-label")]
    drawn = [text.text for text in page.all("text")]
    return unescape(" ".join([page.text, *named, *drawn]))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_says_a_day_of_another_year_without_it(moved, language):
    client = Client()
    client.force_login(moved.people["supervisor"])
    number = moved.actions["red"].number
    urls = [a.url(moved) for a in ADDRESSES if a.status("GET", "supervisor") == 200]
    urls = [url for url in urls if url.startswith("/2031/") and "." not in url.split("/")[-1]]
    urls += [f"/2031/actions/{number}/", f"/2031/actions/{number}/report/"]
    said = {url: words_of(client, url, language) for url in urls}
    wrong = {url: bare(words) for url, words in said.items() if bare(words)}
    assert wrong == {}
    assert sum("2023" in words for words in said.values()) > 10


def test_the_circular_and_its_files_say_the_year(moved):
    by, action = moved.people["supervisor"], moved.actions["red"]
    Plan.objects.filter(pk=moved.plan.pk).update(status_date=date(2022, 12, 31))
    action.due = action.original_due = date(2022, 12, 31)
    action.save()
    plan = Plan.objects.get(pk=moved.plan.pk)
    DiscardedDraft.discard(moved.draft, by=by, seen=moved.draft.fingerprint)
    first = draft(plan, Period.read("2022-11"), kind="circular", by=by, number="示例〔2022〕11号")
    issue(first, by=by)
    action.due = NEXT_YEAR
    action.save()
    report = draft(plan, Period.read("2022-12"), kind="circular", by=by, number="示例〔2022〕12号")
    text = "\n".join(block.text for block in document_of(report).blocks)
    assert "由12月31日调整为2023年3月17日" in text
    client = Client()
    client.force_login(by)
    page = words_of(client, reverse("circular", args=[plan.slug, report.pk]), "zh-hans")
    assert "2023-03-17 原12-31" in page
    assert bare(page) == []


def test_a_request_for_another_year_is_answered_with_it(moved):
    action, by = moved.actions["green"], moved.people["supervisor"]
    asked = ExtensionRequest.objects.get(action=action)
    client = Client()
    client.force_login(by)
    url = reverse("extension_answer", args=["2031", asked.pk])
    answer = client.post(url, {"verdict": "grant", "due": "2023-03-17"}, follow=True)
    assert f"{action.number} 的完成时限已改为2023年3月17日" in page_of(answer).text
