"""The way from the panel to the site and back; what is edited shows there at once."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from priorities.models import Plan
from tests.factories import (
    make_entry,
    make_user,
)
from tests.markup import uncut
from tests.states import state

from .pages import address, make_one_of_each, save

pytestmark = pytest.mark.django_db


def test_links_lead_to_the_site(client, administrator):
    rows = make_one_of_each()
    plan, priority, action, step, unit, person, entry, decision, evidence, target = rows
    current = Plan.objects.current().slug
    expected = {
        plan: "/2031/",
        priority: "/2031/priorities/1/",
        action: "/2031/actions/1.1/",
        step: "/2031/actions/1.1/",
        target: "/2031/actions/1.1/",
        entry: f"/2031/actions/1.1/#entry-{entry.pk}",
        decision: f"/2031/actions/1.1/#entry-{entry.pk}",
        evidence: f"/2031/actions/1.1/#entry-{entry.pk}",
        person: f"/{current}/actions/?owner=~{person.pk}",
    }
    for row, url in expected.items():
        page = uncut(client.get(address(row, "change")).content.decode())
        assert f'<a href="{url}" class="viewsitelink">' in page, row
    page = client.get(address(unit, "change")).content.decode()
    assert f'href="/{current}/actions/?unit=~{unit.pk}"' in page
    assert '<a href="/">' in page


def test_what_is_edited_in_the_panel_shows_on_the_site_at_once(client, supervisor):
    plan, _priority, action, _step, unit, *_rest = make_one_of_each()
    page = client.get(action.get_absolute_url()).content.decode()
    assert "示例一局" in page
    assert save(client, unit, short_name="示例新局", name="示例新局").status_code == 302
    assert save(client, action, text="示例改过的举措").status_code == 302
    for url in (action.get_absolute_url(), reverse("actions", args=[plan.slug])):
        page = uncut(client.get(url).content.decode())
        assert ("示例新局" in page, "示例改过的举措" in page) == (True, True), url
        kept = ("示例一局 → 示例新局", "<span>示例一局 ")  # the change itself, and who spoke then
        for words in kept:
            page = page.replace(words, "")
        assert "示例一局" not in page, url


def test_changed_thresholds_and_a_cancelled_action_count_at_once(client, supervisor):
    plan, _priority, action, *_rest = make_one_of_each()
    on = plan.today()
    make_entry(action, by=supervisor, percent=70)
    assert state(plan, on).actions[0].light == "red"
    assert save(client, action, **{"milestones-0-done": "2022-06-30"}).status_code == 302
    assert state(plan, on).actions[0].light == "yellow"
    assert save(client, plan, yellow_deviation=29, red_deviation=30).status_code == 302
    plan.refresh_from_db()
    assert state(plan, on).actions[0].light == "green"
    cancelled = {"cancelled_on": "2022-09-01", "cancelled_reason": "示例：并入其他举措"}
    assert save(client, action, **cancelled).status_code == 302
    assert (state(plan, on).total, state(plan, on).ended["cancelled"]) == (0, 1)


def test_pages_of_the_site_lead_to_their_row_in_the_panel(client):
    plan, priority, action, *_rest = make_one_of_each()
    pages = {plan: plan, priority: priority, action: action}
    for role, is_shown in (("supervisor", True), ("reporter", False)):
        client.force_login(make_user(role))
        for shown, row in pages.items():
            page = client.get(shown.get_absolute_url()).content.decode()
            assert (f'href="{address(row, "change")}"' in page) == is_shown, (role, row)


def test_the_panel_wears_the_colours_of_the_site():
    """Two stylesheets, one palette: what tracker.css names, admin.css gives the same value."""

    def colours(name: str) -> list[dict]:
        text = (settings.BASE_DIR / "static" / "css" / name).read_text(encoding="utf-8")
        blocks = re.findall(r"(?::root|body)[^{]*{([^}]*--paper:[^}]*)}", text)
        return [dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})", block)) for block in blocks]

    ours, panels = colours("tracker.css"), colours("admin.css")
    assert len(panels) == 3
    for site, admin in zip(ours, panels, strict=False):
        assert admin == {name: site[name] for name in admin}
