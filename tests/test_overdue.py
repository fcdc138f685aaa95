"""Two names that nobody confuses: a light, and a report that is overdue whatever the light."""

from datetime import timedelta

import pytest
from django.urls import reverse

from priorities.lights import KINDS
from tests.states import state

from .district import LONG_AGO, TODAY
from .factories import make_action, make_entry

pytestmark = pytest.mark.django_db

NAMES = {"zh-hans": ("正常待核", "未按期更新"), "en": ("Unconfirmed", "Report overdue")}
RULES = {"zh-hans": "在办举措超过 31 天没有填报，不论亮灯", "en": "In progress, of whatever light"}


def page_of(client, district, name, language):
    client.force_login(district.people["viewer"])
    url = reverse(name, args=[district.plan.slug])
    return client.get(url, HTTP_ACCEPT_LANGUAGE=language).content.decode()


@pytest.mark.parametrize(
    "name", ["dashboard", "wall", "actions", "trends", "units", "timeline", "help"]
)
@pytest.mark.parametrize("language", NAMES)
def test_neither_name_stands_without_the_other_and_its_meaning(client, district, name, language):
    page = page_of(client, district, name, language)
    assert [word for word in NAMES[language] if word in page] == list(NAMES[language])
    assert RULES[language] in page


def test_the_overview_counts_by_light_whose_report_is_overdue(client, district):
    late = make_action(district.actions["red"].priority, lead_unit=district.lead)
    make_entry(late, by=district.people["reporter"], percent=10, day=LONG_AGO - timedelta(9))
    now = state(district.plan, TODAY)
    assert now.overdue == dict.fromkeys(KINDS, 0) | {"red": 1, "stale": 1}
    page = " ".join(page_of(client, district, "dashboard", "en").split())
    assert 'stale=1">Report overdue<span class="num">2</span>' in page
    page = " ".join(page_of(client, district, "actions", "en").split())
    assert 'Report overdue<span class="num" id="n-stale">2</span>' in page
