"""The search page: what it finds, in what order, and what it never shows."""

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection, CollectionViewRestriction
from wagtail.search.models import IndexEntry

from core.models import SiteDocument
from search import engine
from tests.examples import HELPLINE_URI, NEUTRAL, add, block, make_document, section, translate
from tests.search.conftest import offer

pytestmark = pytest.mark.django_db


# --- What is found ---------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("words", ["extra-judicial killings", "extrajudicial killings"])
def test_a_compound_finds_what_is_written_as_one_word_too(home, find, indexed, words):
    with indexed():
        add(home, "home.ContentPage", "Extrajudicial killings")
        add(home, "home.ContentPage", "Extra-judicial killings")
        add(home, "home.ContentPage", "Judicial killings")
    assert sorted(find(words)) == ["Extra-judicial killings", "Extrajudicial killings"]
    assert len(find.last.soup.select(".results mark")) >= 2


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


@pytest.mark.upgrade
def test_saving_a_page_does_not_read_the_whole_index(home, indexed):
    with CaptureQueriesContext(connection) as queries, indexed():
        page = add(home, "home.ContentPage", "Giraffe")
    entries = IndexEntry.objects.filter(object_id=str(page.pk))
    assert entries.exists()
    assert not [query for query in queries if "AVG(" in query["sql"]]
    call_command("update_index", verbosity=0)  # this does
    assert entries.get().title_norm != 1


def test_titles_are_not_asked_for_again_when_all_found_have_the_words_there(home, find, indexed, monkeypatch):
    monkeypatch.setattr(engine, "MOST", 2)
    asked = []
    matches = engine._matches
    monkeypatch.setattr(engine, "_matches", lambda *args: asked.append(args[2:]) or matches(*args))
    with indexed():
        for number in range(4):
            add(home, "home.ContentPage", f"Giraffe {number}", summary="A zebra.")
    assert find("giraffe") == ["Giraffe 3", "Giraffe 2"]
    assert asked == [(), ("name",)]
    asked.clear()
    assert len(find("zebra")) == 2
    assert asked == [(), ("name",), ("title",)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one index for all")
@pytest.mark.parametrize("words", ["giraffe", "giraffe zebra", "PRWG-K", "gira"])
def test_postgresql_finds_words_along_its_indexes(home, find, indexed, words):
    with indexed():
        add(home, "home.ContentPage", "Giraffe", summary="A zebra.")
    with CaptureQueriesContext(connection) as queries:
        find(words)
    searches = [query["sql"] for query in queries if "to_tsquery" in query["sql"]]
    assert searches
    with connection.cursor() as cursor:
        # There are few pages; with many, these ways would be the long ones.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        for sql in searches:
            cursor.execute(f"EXPLAIN {sql}")
            assert "Bitmap Index Scan on wagtailsear" in str(cursor.fetchall())


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


# --- Any words -------------------------------------------------------------------------------------------------------


# --- Nobody keeps it -------------------------------------------------------------------------------------------------


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


def test_a_document_found_has_no_text_of_its_own(home, find, indexed):
    with indexed():
        document = SiteDocument(title="Giraffe numbers")
        document.file.save("n.txt", ContentFile(b"zebra", name="n.txt"), save=True)
        offer(home, document)
    assert find("zebra") == []  # files are found by title and tags (docs/search.md)
