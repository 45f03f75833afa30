"""Addresses and pages find each other as in Wagtail itself, with fewer look-ups."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from core.pages import LinkedPage, address, full_address
from tests.examples import add, translate

pytestmark = [pytest.mark.django_db, pytest.mark.upgrade]


@pytest.fixture
def deep(home, kiswahili_home):
    """Three pages below each other, in both languages, and another page with the last one's slug."""
    page = home
    for title in ("One", "Two", "Three"):
        page = add(page, "home.ContentPage", title, slug=title.lower())
        translate(page)
    add(home, "home.ContentPage", "Another three", slug="three")
    return page


def test_addresses_are_wagtails(deep):
    pages = list(Page.objects.filter(depth__gt=1))
    assert len(pages) == 9
    for page in pages:
        values = Page.objects.filter(pk=page.pk).values_list(*LinkedPage._fields).get()
        assert address(page) == address(LinkedPage(*values)) == page.get_url()
        assert full_address(page) == page.get_full_url()


def test_an_address_outside_every_site_is_empty(home):
    assert address(Page.objects.get(depth=1)) == full_address(Page.objects.get(depth=1)) == ""


def test_each_page_answers_at_its_address(deep, get):
    for page in Page.objects.filter(depth__gt=2):
        assert get(page.get_url()).soup.h1.get_text() == page.title


@pytest.mark.parametrize("path", ["/two/", "/one/three/", "/one/two/three/four/", "/sw/one/", "/one-sw/", "/home/one/"])
def test_nothing_answers_elsewhere(deep, get, path):
    get(path, 404)


def test_a_draft_answers_not_but_what_is_below_it_does(deep, get):
    parent = deep.get_parent()
    parent.live = False
    parent.save()
    get("/one/two/", 404)
    get("/one/two/three/")
    Page.objects.get(pk=deep.pk).unpublish()
    get("/one/two/three/", 404)


def test_depth_costs_no_queries(deep, client):
    counts = []
    for path in ("/one/", "/one/two/three/"):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1] > 5
