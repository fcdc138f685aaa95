"""How heavy the pages are: what a browser that accepts compression fetches over https."""

import gzip
import re

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from .address_book import arguments_of
from .district import make_district

pytestmark = pytest.mark.django_db

FIRST_VISIT, LATER_VISIT = 60_000, 20_000
"""Bytes, as the look's brief sets them: with every static file, and with the page alone."""

PAGES = {
    "dashboard": "plan",
    "document": "plan",
    "timeline": "plan",
    "actions": "plan",
    "action": "action",
    "priority": "priority",
    "my_work": "plan",
    "report": "action",
    "review": "plan",
    "units": "plan",
    "history": "plan",
    "reports": "plan",
    "help": "plan",
}
STATIC = re.compile(r'(?:src|href)="/static/([^"]+\.(?:js|css|svg))"')


def static_weight(html: str) -> int:
    """The static files of a page as WhiteNoise keeps them: compressed as far as brotli goes."""
    names = set(STATIC.findall(html))
    assert "css/tracker.css" in names
    return sum(len(brotli.compress(open(finders.find(name), "rb").read())) for name in names)


@pytest.fixture
def district():
    return make_district()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_small(client, district, name):
    client.force_login(district.people["supervisor"])
    url = reverse(name, kwargs=arguments_of(district)[PAGES[name]])
    response = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    html = gzip.decompress(response.content).decode()
    assert len(response.content) <= LATER_VISIT
    assert len(response.content) + static_weight(html) <= FIRST_VISIT


def test_a_file_is_not_compressed_again(client, district):
    client.force_login(district.people["supervisor"])
    url = reverse("evidence", kwargs=arguments_of(district)["evidence"])
    response = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response
