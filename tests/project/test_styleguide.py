"""The styleguide shows every component and block there is, and no stranger finds it."""

import pytest
from bs4 import BeautifulSoup
from django.conf import settings

pytestmark = pytest.mark.django_db
TEMPLATES = settings.BASE_DIR / "templates"


@pytest.fixture
def guide(whole_site, db, client):
    return client.get("/styleguide/")


def test_every_component_and_block_is_on_it(guide):
    assert guide.status_code == 200
    shown = {template.name for template in guide.templates}
    wanted = {
        str(path.relative_to(TEMPLATES)) for room in ("components", "blocks") for path in (TEMPLATES / room).glob("*")
    }
    assert len(wanted) > 40
    assert not wanted - shown


def test_states_are_on_it(guide):
    html = guide.content.decode()
    for state in [
        "notice--emergency",
        "callout--help",
        "call--give",
        "call--strong",
        "field--error",
        'rel="prev"',
        'rel="next"',
    ]:
        assert state in html


def test_mistakes_of_a_form_stand_beside_the_field_and_in_a_summary(guide):
    soup = BeautifulSoup(guide.content, "lxml")
    for link in soup.select(".errors a"):
        field = soup.select_one(link["href"])
        assert field["aria-invalid"] == "true"
        described = [soup.find(id=name).get_text() for name in field["aria-describedby"].split()]
        assert any(text.strip() in link.get_text() for text in described)
    assert len(soup.select(".errors a")) == 4


def test_no_identifier_is_there_twice(guide):
    names = [element["id"] for element in BeautifulSoup(guide.content, "lxml").select("[id]")]
    assert len(names) > 30
    assert not {name for name in names if names.count(name) > 1}


def test_search_engines_do_not_find_it(guide, client):
    assert 'name="robots" content="noindex"' in guide.content.decode()
    assert "styleguide" not in client.get("/sitemap.xml").content.decode()
