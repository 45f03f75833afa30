"""The search page: what it finds, in what order, and what it never shows."""

import datetime
import io
import logging

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from core import indexing
from core.models import SiteDocument
from search import engine, views
from tests.examples import HELPLINE_URI, NEUTRAL, add, block, make_document, make_facts, section, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(home, kiswahili_home, indexed):
    """Pages about reports: live in both languages, a draft, a private one."""
    with indexed():
        english = add(
            home, "home.ContentPage", "About reports", summary="Words of weather.", body=[section("Giraffes")]
        )
        translate(english, "Kuhusu ripoti", "kuhusu", summary="Maneno.", body=[section("Twiga")])
        add(home, "home.ContentPage", "Draft reports", live=False)
        private = add(home, "home.ContentPage", "Private reports")
        PageViewRestriction.objects.create(page=private, restriction_type="login")
        add(private, "home.ContentPage", "Below private reports")


# --- What is found ---------------------------------------------------------------------------------------------------


@pytest.mark.upgrade
@pytest.mark.parametrize(
    "words", ["reports", "REPORTS", "report", "reporting", "About reports", "the weather", "giraffe", "“reports”"]
)
def test_finds_live_public_pages_in_english(pages, find, words):
    assert find(words) == ["About reports"]


@pytest.mark.parametrize("words", ["ripoti", "Kuhusu", "twiga", "maripoti", "ripotini", "ripoti zangu", "twiga wako"])
def test_finds_kiswahili_pages_under_their_own_address(pages, find, words):
    assert find(words, "/sw/tafuta/") == ["Kuhusu ripoti"]
    assert find.last.soup.html["lang"] == "sw"
    assert find(words) == []


def test_the_kiswahili_search_finds_no_english(pages, find):
    assert find("reports", "/sw/tafuta/") == []


@pytest.mark.parametrize("words", ["kutesa", "waliteswa", "wanatesa", "mateso"])
def test_kiswahili_words_are_found_by_their_stem(home, kiswahili_home, find, indexed, words):
    with indexed():
        add(kiswahili_home, "home.ContentPage", "Baada ya mateso")
    assert find(words, "/sw/tafuta/") == ["Baada ya mateso"]


@pytest.mark.upgrade
def test_title_before_summary_before_body(home, find, indexed):
    with indexed():
        add(
            home, "home.ContentPage", "Third", body=[section("Giraffes giraffes", "<p>giraffe giraffe giraffe</p>" * 9)]
        )
        add(home, "home.ContentPage", "Second", summary="One giraffe.")
        add(home, "home.ContentPage", "First giraffe", body=[section("Other words", "<p>and more</p>" * 99)])
    assert find("giraffe") == ["First giraffe", "Second", "Third"]


def test_help_and_services_before_news_of_the_same_words(home, find, indexed):
    with indexed():
        news = add(home, "news.NewsIndexPage", "News")
        add(home, "home.ContentPage", "Giraffe help")
        index = add(home, "programmes.ProgrammeIndexPage", "What we do")
        add(index, "programmes.ServiceAreaPage", "Giraffe service", icon="forensic")
        add(news, "news.NewsPage", "Giraffe news")
    assert find("giraffe") == ["Giraffe help", "Giraffe service", "Giraffe news"]


@pytest.mark.parametrize("words", ["How we work", "how we work?", "HOW WE WORK"])
def test_what_is_called_so_comes_first(home, find, indexed, words):
    """Not what has the one telling word too, be it newer and shorter."""
    with indexed():
        add(home, "home.ContentPage", "How we work", body=[section("Much more is said here of other things")])
        add(home, "home.ContentPage", "Work", summary="Work, work, work.")
    assert find(words) == ["How we work", "Work"]
    assert find("work") == ["Work", "How we work"]


@pytest.mark.parametrize("words", ["PRWG-K", "prwgk", "prwg k"])
def test_a_coalition_is_found_by_its_short_name_before_its_news(home, find, indexed, monkeypatch, words):
    with indexed():
        coalition = add(home, "coalitions.CoalitionPage", "Police Reforms Group", short_name="PRWG-K")
        add(home, "home.ContentPage", "PRWG-K: a statement", summary="Of PRWG-K.")
    assert find(words)[0] == coalition.title
    monkeypatch.setattr(engine, "MOST", 1)  # also where many more are newer
    assert find(words) == [coalition.title]


def test_every_word_must_be_there(home, find, indexed):
    with indexed():
        add(home, "home.ContentPage", "Giraffes and zebras")
        add(home, "home.ContentPage", "Giraffes alone")
    assert find("giraffe zebra") == ["Giraffes and zebras"]


def test_what_is_no_text_field_is_found_too(home, find, indexed):
    with indexed():
        news = add(home, "news.NewsIndexPage", "News")
        add(news, "news.NewsPage", "An item", kind="opinion", counties=["Kisumu"])
    assert find("Kisumu") == ["An item"]
    assert find("opinions") == ["An item"]


def test_the_look_of_a_block_is_no_word_of_the_page(home, find, indexed):
    with indexed():
        add(home, "home.ContentPage", "A page", body=[block("callout", title="T", text="<p>W</p>", tone="caution")])
    assert find("caution") == []


def test_a_changed_and_an_unpublished_page(home, find, indexed):
    with indexed():
        page = add(home, "home.ContentPage", "Giraffes")
    with indexed():
        page.title = "Zebras"
        page.save()
    assert (find("giraffe"), find("zebra")) == ([], ["Zebras"])
    with indexed():
        page.unpublish()
    assert find("zebra") == []
    # Also by a road that no index hears of.
    type(page).objects.filter(pk=page.pk).update(live=True)
    assert find("zebra") == ["Zebras"]
    type(page).objects.filter(pk=page.pk).update(live=False)
    assert find("zebra") == []


# --- Documents -------------------------------------------------------------------------------------------------------


def offer(home, *documents, live=True, title="A publication"):
    index = add(home, "resources.ResourceIndexPage", f"Publications {home.get_children().count()}")
    files = [block("file", document=document.pk, title="") for document in documents]
    return add(index, "resources.ResourcePage", title, files=files, live=live)


@pytest.mark.upgrade
def test_documents_in_their_own_language(home, kiswahili_home, find, indexed):
    with indexed():
        english, kiswahili = make_document("Giraffe report"), make_document("Ripoti ya twiga", language="sw")
        offer(home, english, kiswahili)
    assert find("giraffes") == ["Giraffe report"]
    link = find.last.soup.select_one(".results a")
    assert link["href"] == english.url
    assert find("twiga") == []
    assert find("twiga", "/sw/tafuta/") == ["Ripoti ya twiga"]
    assert "TXT" in find.last.soup.select_one(".results .meta").get_text()


def test_a_page_before_the_file_that_it_offers(home, find, indexed):
    with indexed():
        offer(home, make_document("Giraffe report"), title="Giraffe survey")
    assert find("giraffe") == ["Giraffe survey", "Giraffe report"]


def test_documents_that_nobody_may_know_yet(home, find, indexed):
    with indexed():
        make_document("Giraffe one, on no page")
        offer(home, make_document("Giraffe two, on a draft"), live=False, title="Draft")
        root = Collection.get_first_root_node()
        collection = root.add_child(name="Private")
        below = collection.add_child(name="Below private")
        CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
        hidden = [make_document(f"Giraffe {place.name}", collection=place) for place in (collection, below)]
        offer(home, *hidden, title="Live")
    assert find("giraffe") == []


def test_tags_of_a_document(home, find, indexed):
    with indexed():
        document = make_document("A report")
        document.tags.add("giraffes")
        document.save()
        offer(home, document)
    assert find("giraffe") == ["A report"]


# --- Typing errors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["repotrs", "reprots", "reportz", "repots", "wether"])
def test_a_slip_is_corrected_and_said(pages, find, words):
    assert find(words) == ["About reports"]
    assert "Shown for" in find.last.soup.select_one(".found").get_text()


@pytest.mark.parametrize("words", ["wrds", "peports", "weuthor"])
def test_another_word_is_no_slip(pages, find, words):
    """Of a short word, of its first letter, of two letters in a word that isn't long."""
    find(words)
    assert "Shown for" not in find.last.soup.select_one(".found").get_text()


@pytest.mark.parametrize("words", ["weat", "gira"])
def test_the_beginning_of_a_word_will_do(pages, find, words):
    assert find(words) == ["About reports"]
    assert find.last.soup.select(".results mark")


def test_some_of_the_words_where_none_has_all(pages, find):
    assert find("weather nonsense") == ["About reports"]
    assert "some of them" in find.last.soup.select_one(".found").get_text()


@pytest.mark.parametrize("words", ["privat", "prviate", "drfat"])
def test_no_word_that_only_hidden_pages_have_is_suggested(pages, find, words):
    assert find(words) == []
    text = find.last.soup.select_one(".found").get_text()
    assert "private" not in text.lower()
    assert "draft" not in text.lower()


@pytest.fixture
def imlu(home, kiswahili_home, indexed):
    make_facts(name="Independent Medico-Legal Unit", short_name="IMLU")
    with indexed():
        home.title, home.summary = "First page", "Help for survivors."
        home.save()
        add(home, "home.ContentPage", "Legal advice", summary="Of a unit.")


@pytest.mark.parametrize(
    "words",
    [
        "Independent Medical Legal Unit",
        "Independent Medico Legal Unit",
        "Independent Medico-Legal Unit (IMLU)",
        "independant medico-legal unit",
        "Indepedent",
        "Indepedent Medical Legal Unit Kenya",
        "the independent medical-legal unit",
        "imlu",
        "IMLU Kenya",
        "ilmu",
    ],
)
def test_the_name_however_it_is_spelt_leads_home(imlu, find, words):
    assert find(words)[:1] == ["First page"]
    assert find(words, "/sw/tafuta/")[:1] == ["Example Unit kwa Kiswahili"]


@pytest.mark.parametrize("words", ["legal unit", "legal advice", "unit", "Kenya"])
def test_other_words_of_the_name_do_not(imlu, find, words):
    assert "First page" not in find(words)


def test_the_short_name_beside_other_words_is_understood(imlu, find):
    assert find("imlu advice") == ["Legal advice"]


def test_an_index_of_an_earlier_version_is_known_and_written_anew(pages, find, monkeypatch):
    assert indexing.is_current()
    monkeypatch.setattr(indexing, "VERSION", "indexfuture")
    assert not indexing.is_current()
    call_command("update_index", verbosity=0)
    assert indexing.is_current()
    assert find("giraffes") == ["About reports"]


# --- The list --------------------------------------------------------------------------------------------------------


def test_words_are_marked_and_everything_else_is_text(home, find, indexed):
    with indexed():
        summary = 'A <script>alert(1)</script> & giraffe\'s "words".'
        add(home, "home.ContentPage", "Giraffes <b>&</b> co", summary=summary)
    assert find("giraffe") == ["Giraffes <b>&</b> co"]
    result = find.last.soup.select_one(".results li")
    assert [mark.get_text() for mark in result.select("mark")] == ["Giraffes", "giraffe's"]
    assert result.select_one("p").get_text() == summary
    assert not result.select("script, b")


def test_the_snippet_is_the_passage_with_the_words(home, find, indexed):
    far = (
        "<p>" + "Other words about nothing. " * 60 + "At last a giraffe and its zebra. " + "More words. " * 60 + "</p>"
    )
    with indexed():
        add(home, "home.ContentPage", "A page", summary="A giraffe.", body=[section("One", far)])
    find("giraffe zebra")
    text = find.last.soup.select_one(".results li p").get_text()
    assert "At last a giraffe and its zebra." in text
    assert text.startswith("… ") and text.endswith(" …")
    assert len(text) < 260
    assert len(find.last.soup.select(".results p mark")) == 2


@pytest.fixture
def dated(home, indexed):
    with indexed():
        news = add(home, "news.NewsIndexPage", "News")
        for year in (2022, 2024):
            add(news, "news.NewsPage", f"Giraffes of {year}", date=datetime.date(year, 1, 1))
        add(home, "home.ContentPage", "Giraffes")
        document = make_document("Giraffe report 2022")
        offer(home, document)
        above = add(home, "coalitions.CoalitionIndexPage", "Coalitions")
        add(above, "coalitions.CoalitionPage", "Giraffe coalition")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"kind": "news"}, {"Giraffes of 2022", "Giraffes of 2024"}),
        ({"kind": "page"}, {"Giraffes"}),
        ({"kind": "coalition"}, {"Giraffe coalition"}),
        ({"kind": "document"}, {"Giraffe report 2022"}),
        ({"kind": "publication"}, set()),
        ({"year": "2022"}, {"Giraffes of 2022", "Giraffe report 2022"}),
        ({"kind": "news", "year": "2024"}, {"Giraffes of 2024"}),
        ({"kind": "news", "year": "2023"}, set()),
        ({"kind": "", "year": ""}, {"Giraffes of 2022", "Giraffes of 2024", "Giraffes", "Giraffe report 2022",
                                    "Giraffe coalition"}),
    ],
)  # fmt: skip
def test_filters(dated, find, filters, found):
    assert set(find("giraffe", **filters)) == found
    chosen = [option["value"] for option in find.last.soup.select("option[selected]") if option.get("value")]
    assert chosen == [value for value in filters.values() if value]


def test_every_year_since_the_first_is_offered(dated, find):
    find("giraffe", year="2022")
    years = [option.get_text() for option in find.last.soup.select("#filter-year option")]
    assert years[1:] == [str(year) for year in range(datetime.date.today().year, 2021, -1)]
    assert find.last.soup.select_one("#filter-year option[selected]").get_text() == "2022"


@pytest.mark.parametrize(
    "filters", [{"kind": "x"}, {"year": "x"}, {"year": "2021"}, {"year": "99999"}, {"kind": "\x00"}]
)
def test_what_is_no_choice_is_not_there(dated, get, filters):
    get("/search/", 404, data={"q": "giraffe", **filters})


@pytest.mark.parametrize("number", ["0", "-1", "99", "abc", "", "²", "1e3"])
def test_any_page_number_is_answered(pages, find, number):
    assert find("reports", page=number) == ["About reports"]


def test_many_results_have_pages_that_keep_the_words_and_filters(home, get, find, indexed):
    with indexed():
        for number in range(11):
            add(home, "home.ContentPage", f"Report {number} of & more")
    assert len(find("report & more", kind="page")) == 10
    soup = find.last.soup
    assert soup.select_one("[role=status]").string.strip() == "11 pages and documents found."
    assert soup.select_one("link[rel=canonical]")["href"] == "http://localhost/search/?q=report+%26+more&kind=page"
    second = get("/search/" + soup.select_one("a[rel=next]")["href"]).soup
    assert len(second.select(".results li")) == 1
    assert second.select_one(".results")["start"] == "11"
    assert second.select_one("#q")["value"] == "report & more"
    assert second.select_one("link[rel=canonical]")["href"].endswith("?q=report+%26+more&kind=page&page=2")


def test_unknown_parameters_are_no_part_of_the_address(pages, get):
    soup = get("/search/?utm_source=x&q=reports&page=1").soup
    assert soup.select_one("link[rel=canonical]")["href"] == "http://localhost/search/?q=reports"


def test_of_many_matches_the_titles_are_ranked(home, find, indexed, monkeypatch):
    monkeypatch.setattr(engine, "MOST", 4)
    with indexed():
        add(home, "home.ContentPage", "The giraffe")
        for number in range(6):
            add(home, "home.ContentPage", f"Page {number}", summary="A giraffe.")
    found = find("giraffe")
    assert len(found) == 4
    assert found[0] == "The giraffe"
    assert "More than 4" in find.last.soup.select_one("[role=status]").string


# --- Nothing found ---------------------------------------------------------------------------------------------------


def test_nothing_found_offers_help_publications_news_and_the_helpline(home, kiswahili_home, find):
    pages = [
        add(home, "home.ContentPage", "Get help", sensitive=True, **NEUTRAL),
        add(home, "resources.ResourceIndexPage", "Publications"),
        add(home, "news.NewsIndexPage", "News"),
    ]
    for page in pages:
        translate(page)
    for address, added in (("/search/", ""), ("/sw/tafuta/", " kwa Kiswahili")):
        assert find("nonsense", address) == []
        soup = find.last.soup
        offered = [link.get_text() for link in soup.select("[aria-labelledby=suggestions] li a")]
        assert offered == [page.title + added for page in pages]
        assert soup.select_one(f'[aria-labelledby=suggestions] a[href="{HELPLINE_URI}"]')
    assert "Nothing found" in find.last.soup.get_text() or "Hakuna" in find.last.soup.get_text()


def test_the_other_language_and_all_kinds_are_one_click_away(pages, get, find):
    assert find("ripoti & zaidi", kind="news") == []
    links = [link["href"] for link in find.last.soup.select(".found a")]
    assert links == ["?q=ripoti+%26+zaidi", "/sw/tafuta/?q=ripoti%20%26%20zaidi"]


def test_without_words_there_is_no_answer(pages, find):
    assert find("") == []
    assert not find.last.soup.select(".found, [role=status]")


# --- Any words -------------------------------------------------------------------------------------------------------

STRANGE = [
    "", " ", "\x00", "\x00reports\x00", "'", '"', '"a', "a AND", "AND OR NOT", "NOT", "reports NOT", "NEAR(a b)", "a*",
    "(a", "a)", "%", "\\", "a:b", "title:reports", "{title} : x", "&|!", "!a & (b | c)", "a <-> b", "<b>", "^a", "~a",
    "-a", "—", "ا", "مرحبا بالعالم", "\u202ereports\u202c", "🙂", "ﬁ", "x" * 10_000, "word " * 2_000,
    "'; DROP TABLE x; --", "zqkindnews", "index1x0", "1e5", "\ud800", "a\ud800b", "\u2028", "%(words)s", "{words}",
    "{{ words }}",
]  # fmt: skip


@pytest.mark.parametrize("address", ["/search/", "/sw/tafuta/"])
@pytest.mark.parametrize("words", STRANGE, ids=range(len(STRANGE)))
def test_any_words_are_answered(pages, client, address, words):
    query = "".join(f"%{byte:02x}" for byte in words.encode("utf-8", "surrogatepass"))
    response = client.get(f"{address}?q={query}")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert b"x" * 300 not in response.content


def test_operators_are_words(pages, find):
    assert find("reports AND weather") == ["About reports"]
    assert find('"reports" -weather') == ["About reports"]
    assert find("rep*") == []
    assert find("title:reports")[:1] == ["About reports"]


def test_malformed_percent_encoding_is_answered(pages, client):
    for query in ("%", "%zz", "%ED%A0%80", "%FF%FE", "%00", "a%", "q%5B%5D"):
        assert client.get(f"/search/?q={query}").status_code in {200, 400}


# --- Nobody keeps it -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["reports", "nonsense", ""])
def test_an_answer_is_neither_kept_nor_listed(pages, get, words):
    response = get("/search/", data={"q": words})
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies
    assert response.soup.select_one('meta[name=robots][content="noindex"]')
    assert words not in response.soup.title.string or not words


def test_it_changes_nothing_and_takes_no_form(pages, client, get):
    get("/search/", data={"q": "reports"})  # Wagtail makes the rows of missing settings
    with CaptureQueriesContext(connection) as queries:
        get("/search/", data={"q": "reports"})
    assert [query["sql"] for query in queries if not query["sql"].startswith(("SELECT", "(SELECT"))] == []
    assert client.post("/search/", {"q": "reports"}).status_code == 405


def test_the_words_are_in_no_log(pages, client, monkeypatch):
    written = io.StringIO()
    configured = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    assert configured
    for handler in configured:
        monkeypatch.setattr(handler, "stream", written)
    client.raise_request_exception = False
    client.get("/search/?q=giraffesecret")

    def broken(*_):
        raise ValueError("giraffesecret")

    monkeypatch.setattr(views, "_results", broken)
    assert client.get("/search/?q=giraffesecret").status_code == 500
    client.get("/search/?q=giraffesecret&kind=giraffesecret")
    client.post("/search/?q=giraffesecret")
    assert "/search/" in written.getvalue(), "nothing was written at all"
    assert "giraffesecret" not in written.getvalue()


# --- What it costs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["page", "document"])
@pytest.mark.parametrize("words", ["giraffe", "girafes", "giraffe nonsense"])
def test_thirty_results_take_as_many_queries_as_three(home, client, indexed, words, kind):
    def count():
        client.get("/search/", {"q": words, "kind": kind})
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/", {"q": words, "kind": kind})
        return len(queries)

    def grow(numbers):
        with indexed():
            documents = [make_document(f"Giraffe file {number}") for number in numbers]
            offer(home, *documents, title=f"Publication {len(numbers)}")
            for number in numbers:
                add(home, "home.ContentPage", f"Giraffe {number}")

    grow(range(3))
    few = count()
    grow(range(100, 130))
    assert count() == few <= 30


def test_each_language_has_one_search_address(pages, get):
    get("/sw/search/", 404)
    get("/tafuta/", 404)
    assert [a["href"] for a in get("/search/").soup.select(".languages a")] == ["/sw/tafuta/"]
    assert [a["href"] for a in get("/sw/tafuta/").soup.select(".languages a")] == ["/search/"]
    assert {form["action"] for form in get("/sw/").soup.select("form[role=search]")} == {"/sw/tafuta/"}


def test_a_document_found_has_no_text_of_its_own(home, find, indexed):
    with indexed():
        document = SiteDocument(title="Giraffe numbers")
        document.file.save("n.txt", ContentFile(b"zebra", name="n.txt"), save=True)
        offer(home, document)
    assert find("zebra") == []  # files are found by title and tags (docs/search.md)
