"""Addresses that must not exist, and links whose target is hidden."""

import re

import pytest
from wagtail.models import PageViewRestriction

from core.models import Notice
from tests.examples import add, block, link, rich_link, section, translate

pytestmark = pytest.mark.django_db


def hide(page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")


@pytest.mark.parametrize(
    "address",
    [
        "/media/original_images/chairs.png",
        "/media/documents/report.txt",
        "/media/",
        "/media/images/../private/documents/report.txt",
        "/media/images/%2e%2e/%2e%2e/secret-key",
        "/documents/1/",
        "/documents/1/report.txt",
        "/_util/login/",
        "/_util/authenticate_with_password/1/1/",
        "/api/v2/pages/",
        "/api/v3/",
        "/django-admin/",
        "/images/1/original/",
        "/accounts/login/",
        "/.env",
        "/static/../manage.py",
    ],
)
def test_there_is_nothing_at(home, client, address):
    assert client.get(address).status_code in {400, 404}
    assert client.post(address, {"password": "x"}).status_code in {400, 404, 405}


def test_notice_does_not_lead_to_a_private_page(home, get):
    page = add(home, "home.ContentPage", "Hidden")
    Notice.objects.create(text_en="Floods.", link=page)
    assert "Hidden" in get("/").soup.select_one(".notice").get_text()
    hide(page)
    notice = get("/").soup.select_one(".notice")
    assert "Floods." in notice.get_text()
    assert "Hidden" not in notice.get_text()


def test_contents_list_leaves_out_sections_that_show_nothing(home, get):
    hidden = add(home, "home.ContentPage", "Hidden", live=False)
    body = [
        *(section(f"Section {number}") for number in range(4)),
        block("page_cards", heading="Cards", chosen=[hidden.pk]),
        block("call_to_action", heading="Call", link=link(hidden), tone="plain"),
        block("latest_news", heading="News", count=3),
        section("Last", rich_link(hidden)),
    ]
    soup = get(add(home, "home.ContentPage", "Page", body=body).url).soup
    assert [entry.get_text() for entry in soup.select(".contents a")] == [
        *(f"Section {number}" for number in range(4)),
        "Last",
    ]
    assert soup.find("a", string="words with a link").attrs == {}


def test_draft_of_a_live_page_is_not_shown(home, get):
    page = add(home, "home.ContentPage", "Published words")
    page.title = "Unpublished words"
    page.save_revision()
    assert "Unpublished" not in get(page.url).content.decode()


def test_sitemap_has_pages_that_can_be_read(home, kiswahili_home, client):
    for page in (add(home, "home.ContentPage", "One"), add(home, "home.ContentPage", "Two")):
        translate(page)
    found = re.findall(r"<loc>http://localhost(.*?)</loc>", client.get("/sitemap.xml").content.decode())
    assert len(found) == 6
    assert {client.get(address).status_code for address in found} == {200}
