"""Publications: newest first, what is unknown last."""

import pytest

from tests.examples import add, block, make_document, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(home, kiswahili_home):
    page = add(home, "resources.ResourceIndexPage", "Publications", slug="publications")
    translate(page, slug="machapisho")
    return page


@pytest.fixture
def shelf(index):
    """Surveys and studies of two years, and one without a year."""
    for title, kind, year in (
        ("Survey of 2016", "survey", 2016),
        ("Study of 2016", "study", 2016),
        ("Survey of 2011", "survey", 2011),
        ("Without a year", "study", None),
    ):
        add(index, "resources.ResourcePage", title, kind=kind, year=year)


def listed(get, address="/publications/"):
    return [item.a.string for item in get(address).soup.select("main .news-list li")]


def test_newest_first_unknown_years_last(index, get):
    for title, year in (("Old", 2011), ("Without a year", None), ("B of 2023", 2023), ("A of 2023", 2023)):
        add(index, "resources.ResourcePage", title, year=year)
    assert listed(get) == ["A of 2023", "B of 2023", "Old", "Without a year"]
    assert "year not known" in get("/publications/").soup.main.get_text()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=survey", ["Survey of 2016", "Survey of 2011"]),
        ("?year=2016", ["Study of 2016", "Survey of 2016"]),
        ("?kind=survey&year=2016", ["Survey of 2016"]),
        ("?kind=study&year=2011", []),
        ("?kind=&year=", ["Study of 2016", "Survey of 2016", "Survey of 2011", "Without a year"]),
    ],
)
def test_filters_by_kind_and_year(shelf, get, query, found):
    assert listed(get, f"/publications/{query}") == found
    soup = get(f"/publications/{query}").soup
    chosen = [option["value"] for option in soup.select(".filters option[selected]")]
    assert chosen == [part.partition("=")[2] for part in query[1:].split("&") if not part.endswith("=")]
    assert bool(chosen) == ("All publications" in soup.main.get_text())
    if not found:
        assert "Nothing here yet." in soup.main.get_text()


def test_only_kinds_and_years_that_are_there_are_offered(shelf, get):
    soup = get("/publications/").soup
    assert [option["value"] for option in soup.select("#filter-kind option")] == ["", "survey", "study"]
    assert [option["value"] for option in soup.select("#filter-year option")] == ["", "2016", "2011"]


@pytest.mark.parametrize("query", ["?kind=x", "?kind=manual", "?year=x", "?year=1999", "?kind=%00"])
def test_an_unknown_kind_or_year_is_no_page(shelf, client, query):
    assert client.get(f"/publications/{query}").status_code == 404


def test_a_filtered_list_has_one_address(shelf, get):
    (canonical,) = get("/publications/?year=2016&kind=survey&x=1").soup.select("link[rel=canonical]")
    assert canonical["href"].endswith("/publications/?kind=survey&year=2016")


def test_english_publications_stand_on_the_kiswahili_list_marked(index, get):
    translate(add(index, "resources.ResourcePage", "Translated", year=2020), "Ilitafsiriwa")
    add(index, "resources.ResourcePage", "English", year=2021)
    assert listed(get, "/sw/machapisho/") == ["English", "Ilitafsiriwa"]
    first, second = get("/sw/machapisho/").soup.select("main .news-list li")
    assert (first.get("lang"), second.get("lang")) == ("en", None)


def test_years_and_isbn_are_written_as_they_are(index, get):
    page = add(
        index, "resources.ResourcePage", "Survey", year=2016, isbn="978-9966-1-1", pages=1200, partners="A university"
    )
    text = get(page.url).soup.select_one("dl.facts").get_text(" ")
    for words in ("2016", "978-9966-1-1", "A university"):
        assert words in text


def test_files_say_what_they_are(index, get):
    file = block("file", document=make_document("Summary", language="sw").pk, title="Muhtasari")
    page = add(index, "resources.ResourcePage", "Survey", files=[file])
    (entry,) = get(page.url).soup.select(".files li")
    assert entry.a.string == "Muhtasari"
    assert "TXT, 18\xa0bytes, Kiswahili" in entry.get_text()
