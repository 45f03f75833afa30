"""The contents list names every section of its page, those that the page's own template adds below the body too."""

import pytest

from tests.examples import section

pytestmark = [pytest.mark.django_db, pytest.mark.once]
BELOW = {
    "programme": ["areas", "related-news"],
    "service_area": ["programmes", "related-news"],
    "coalition": ["pillars", "members", "statements"],
    "press_statement": ["files", "signatories", "related"],
    "resource": ["files"],
}


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("name", BELOW)
def test_it_names_every_section(whole_site, get, name, language):
    page = whole_site.page(name, language)
    page.body = [section(f"Section {number}") for number in range(4)]
    page.save()
    contents = get(page.url).soup.select_one("main .contents")
    listed = [(link["href"][1:], link.get_text()) for link in contents.select("a")]
    assert [anchor for anchor, _heading in listed][4:] == BELOW[name]
    shown = [(heading["id"], heading.get_text()) for heading in contents.find_all_next("h2", id=True)]
    assert listed == [found for found in shown if found[0] != "sources"]
