"""Any words that a visitor may type, on one small site: what is found and corrected, what is never shown or kept."""

import io
import logging

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from core import indexing
from search import views
from tests.examples import add, section, translate
from tests.search.conftest import once_for_all

pytestmark = pytest.mark.django_db


STRANGE = [
    "", " ", "\x00", "\x00reports\x00", "'", '"', '"a', "a AND", "AND OR NOT", "NOT", "reports NOT", "NEAR(a b)", "a*",
    "(a", "a)", "%", "\\", "a:b", "title:reports", "{title} : x", "&|!", "!a & (b | c)", "a <-> b", "<b>", "^a", "~a",
    "-a", "—", "ا", "مرحبا بالعالم", "\u202ereports\u202c", "🙂", "ﬁ", "x" * 10_000, "word " * 2_000,
    "'; DROP TABLE x; --", "zqkindnews", "index1x0", "1e5", "\ud800", "a\ud800b", "\u2028", "%(words)s", "{words}",
    "{{ words }}",
]  # fmt: skip


def reports(home, kiswahili_home):
    """Pages about reports: live in both languages, a draft, a private one."""
    english = add(home, "home.ContentPage", "About reports", summary="Words of weather.", body=[section("Giraffes")])
    translate(english, "Kuhusu ripoti", "kuhusu", summary="Maneno.", body=[section("Twiga")])
    add(home, "home.ContentPage", "Draft reports", live=False)
    private = add(home, "home.ContentPage", "Private reports")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    add(private, "home.ContentPage", "Below private reports")


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    with once_for_all(django_db_blocker, reports):
        yield


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


def test_an_index_of_an_earlier_version_is_known_and_written_anew(pages, find, monkeypatch):
    assert indexing.is_current()
    monkeypatch.setattr(indexing, "VERSION", "indexfuture")
    assert not indexing.is_current()
    call_command("update_index", verbosity=0)
    assert indexing.is_current()
    assert find("giraffes") == ["About reports"]


@pytest.mark.parametrize("number", ["0", "-1", "99", "abc", "", "²", "1e3"])
def test_any_page_number_is_answered(pages, find, number):
    assert find("reports", page=number) == ["About reports"]


def test_unknown_parameters_are_no_part_of_the_address(pages, get):
    soup = get("/search/?utm_source=x&q=reports&page=1").soup
    assert soup.select_one("link[rel=canonical]")["href"] == "http://localhost/search/?q=reports"


def test_the_other_language_and_all_kinds_are_one_click_away(pages, get, find):
    assert find("ripoti & zaidi", kind="news") == []
    links = [link["href"] for link in find.last.soup.select(".found a")]
    assert links == ["?q=ripoti+%26+zaidi", "/sw/tafuta/?q=ripoti%20%26%20zaidi"]


def test_without_words_there_is_no_answer(pages, find):
    assert find("") == []
    assert not find.last.soup.select(".found, [role=status]")


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


def test_each_language_has_one_search_address(pages, get):
    get("/sw/search/", 404)
    get("/tafuta/", 404)
    assert [a["href"] for a in get("/search/").soup.select(".languages a")] == ["/sw/tafuta/"]
    assert [a["href"] for a in get("/sw/tafuta/").soup.select(".languages a")] == ["/search/"]
    assert {form["action"] for form in get("/sw/").soup.select("form[role=search]")} == {"/sw/tafuta/"}
