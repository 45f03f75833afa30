"""What the pages of a full site say of themselves in JSON-LD."""

import pytest

from tests.core.schema_org import graph_of
from tests.examples import FACTS, HELPLINE

ROOT = "http://localhost"


def objects(get, page):
    return {item["@type"]: item for item in graph_of(get(page.url))}


def test_the_organisation_and_its_toll_free_number(whole_site, db, get):
    ngo = objects(get, whole_site.page("home"))["NGO"]
    assert ngo["name"] == "Example Medico-Legal Unit"
    assert ngo["foundingDate"] == str(FACTS["since_year"])
    assert ngo["contactPoint"] == {
        "@type": "ContactPoint",
        "contactType": "helpline",
        "telephone": HELPLINE,
        "contactOption": "https://schema.org/TollFree",
        "areaServed": {"@type": "Country", "name": "Kenya"},
    }
    assert ngo["sameAs"] == ["https://example.org/us"]
    get(ngo["logo"].removeprefix(ROOT))


@pytest.mark.parametrize(("language", "address"), [("en", "/search/"), ("sw", "/sw/tafuta/")])
def test_the_search_action_finds(whole_site, db, get, language, address):
    site = objects(get, whole_site.page("home", language))["WebSite"]
    assert site["inLanguage"] == language
    template = site["potentialAction"]["target"]["urlTemplate"]
    name = site["potentialAction"]["query-input"].removeprefix("required name=")
    assert template == f"{ROOT}{address}?q={{{name}}}"
    get(template.removeprefix(ROOT).replace(f"{{{name}}}", "example"))


def test_breadcrumbs_are_those_of_the_page(whole_site, db, get):
    page = whole_site.page("press_statement")
    trail = objects(get, page)["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in trail] == [1, 2, 3]
    assert [step["item"] for step in trail] == [
        ROOT + whole_site.page(name).url for name in ("home", "news_index", "press_statement")
    ]


def test_what_pages_add(whole_site, db, get):
    article = objects(get, whole_site.page("press_statement"))["NewsArticle"]
    assert article["headline"] == "Example press statement"
    assert article["datePublished"] == "2024-03-29"
    assert article["image"].startswith(f"{ROOT}/media/images/")
    assert "author" not in article
    service = objects(get, whole_site.page("service_area"))["Service"]
    assert service["areaServed"]["name"] == "Kenya"
    report = objects(get, whole_site.page("resource"))["Report"]
    assert report["datePublished"] == "2016"
    assert report["identifier"]["value"] == "978-0-000000-00-0"
    assert report["publisher"] == {"@id": f"{ROOT}/#organisation"}
    assert "ContactPage" in objects(get, whole_site.page("contact"))
    assert "NewsArticle" not in objects(get, whole_site.page("vacancy"))


def test_a_coalitions_report_is_not_ours(whole_site, db, get):
    page = whole_site.page("resource")
    page.kind = "coalition_report"
    page.save()
    assert "publisher" not in objects(get, page)["Report"]


def test_nothing_can_end_the_element(whole_site, db, get):
    page = whole_site.page("service_area")
    page.title = "</script><script>alert(1)</script> & co"
    page.save()
    response = get(page.url)
    assert "</script><script>alert" not in response.content.decode()
    assert objects(get, page)["Service"]["name"] == page.title
