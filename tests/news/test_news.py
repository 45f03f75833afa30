"""News: filters, dates as exactly as they are known, closing dates, stories."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from coalitions.models import CoalitionPage
from news.models import NewsPage
from tests.examples import add, block, make_document, translate

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 6, 15)


@pytest.fixture
def news(home, kiswahili_home):
    index = add(home, "news.NewsIndexPage", "News", slug="news")
    translate(index, slug="habari")
    return index


@pytest.fixture
def today(monkeypatch):
    """Nairobi's date is TODAY; call with another date to move it."""

    def move(date):
        monkeypatch.setattr(timezone, "localdate", lambda *_: date)

    move(TODAY)
    return move


def item(news, title="Item", date=TODAY, **fields):
    return add(news, NewsPage, title, date=date, **fields)


def listed(get, query="", status=200):
    return [entry.a.string for entry in get(f"/news/{query}", status).soup.select("main .news-list li")]


@pytest.fixture
def some(news):
    """Items of two kinds, years and coalitions."""
    above = add(news.get_parent().specific, "coalitions.CoalitionIndexPage", "Coalitions")
    coalition = add(above, CoalitionPage, "A coalition", slug="exc")
    add(above, CoalitionPage, "Without news", slug="none")
    item(news, "Statement 2024", datetime.date(2024, 3, 1), kind="press_statement", coalition=coalition)
    item(news, "Opinion 2024", datetime.date(2024, 2, 1), kind="opinion")
    item(news, "Statement 2023", datetime.date(2023, 2, 1), kind="press_statement")
    item(news, "Draft", datetime.date(2022, 2, 1), kind="tender", live=False)


def test_each_item_is_on_one_page_of_the_list(news, get):
    """The pages beyond the middle are read from the end; items of one day keep one order."""
    titles = [item(news, f"Item {number}", TODAY - datetime.timedelta(number // 3)).title for number in range(40)]
    pages = [listed(get, f"?page={number}") for number in range(1, 5)]
    assert [len(page) for page in pages] == [12, 12, 12, 4]
    assert sorted(sum(pages, [])) == sorted(titles)
    assert sum(pages, []) == list(NewsPage.objects.order_by("-date", "-pk").values_list("title", flat=True))


def test_choices_and_pages_follow_every_act_at_once(some, news, get):
    """They are kept for a minute, but not over an act on a page."""

    def years():
        return [option.string for option in get("/news/").soup.select("select[name=year] option")][1:]

    assert years() == ["2024", "2023"]
    NewsPage.objects.get(title="Draft").save_revision().publish()
    assert years() == ["2024", "2023", "2022"]
    NewsPage.objects.get(title="Statement 2023").unpublish()
    assert years() == ["2024", "2022"]
    NewsPage.objects.get(title="Draft").delete()
    assert years() == ["2024"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Statement 2024", "Opinion 2024", "Statement 2023"]),
        ("?kind=press_statement", ["Statement 2024", "Statement 2023"]),
        ("?kind=story", []),
        ("?year=2024", ["Statement 2024", "Opinion 2024"]),
        ("?year=1999", []),
        ("?coalition=exc", ["Statement 2024"]),
        ("?kind=press_statement&year=2023&coalition=", ["Statement 2023"]),
        ("?kind=&year=&coalition=", ["Statement 2024", "Opinion 2024", "Statement 2023"]),
        ("?page=1", ["Statement 2024", "Opinion 2024", "Statement 2023"]),
        ("?unknown=1", ["Statement 2024", "Opinion 2024", "Statement 2023"]),
    ],
)
def test_filters(some, get, query, found):
    assert listed(get, query) == found


@pytest.mark.parametrize(
    "query",
    ["?kind=x", "?year=24", "?year=0000", "?year=9999999", "?year=२०२४", "?coalition=none", "?coalition=x", "?page=0",
     "?page=2", "?page=x", "?page=-1", "?year=2024&page=2", "?kind=%00", "?coalition=%00"],
)  # fmt: skip
def test_what_is_no_choice_is_not_there(some, get, query):
    get(f"/news/{query}", 404)


def test_the_choices_are_those_that_lead_somewhere(some, get):
    soup = get("/news/?kind=opinion&year=2024").soup
    for name, values in {
        "kind": ["", "press_statement", "opinion"],
        "year": ["", "2024", "2023"],
        "coalition": ["", "exc"],
    }.items():
        options = soup.select(f"select[name={name}] option")
        assert [option.get("value", option.string) for option in options] == values
    chosen = [option.get("value", option.string) for option in soup.select("option[selected]")]
    assert chosen == ["opinion", "2024"]
    for link in soup.select(".kinds a"):
        get("/news/" + link["href"].removeprefix("/news/"))


def test_pages_keep_the_filter(news, get):
    for number in range(13):
        item(news, f"Item {number}", kind="opinion")
    item(news, "Other", kind="notice")
    first = get("/news/?kind=opinion").soup
    assert len(listed(get, "?kind=opinion")) == 12
    following = first.select_one("a[rel=next]")["href"]
    assert len(listed(get, following)) == 1
    assert get("/news/" + following).soup.select_one("a[rel=prev]")["href"] == "?kind=opinion&page=1"


def test_each_language_lists_its_own_items(news, get):
    translate(item(news, "English"), "Kiswahili")
    item(news, "Only English")
    assert set(listed(get)) == {"English", "Only English"}
    entries = get("/sw/habari/").soup.select("main .news-list li")
    assert [entry.a.string for entry in entries] == ["Kiswahili"]


@pytest.mark.parametrize(
    ("precision", "words", "machine"),
    [("day", "29 March 2018", "2018-03-29"), ("month", "March 2018", "2018-03"), ("year", "2018", "2018")],
)
def test_a_date_is_shown_as_exactly_as_it_is_known(news, get, precision, words, machine):
    page = item(news, date=datetime.date(2018, 3, 29), date_precision=precision)
    for response in (get(page.url), get("/news/")):
        time = response.soup.select_one("main time")
        assert (time.string, time["datetime"]) == (words, machine)
    assert f'"datePublished": "{machine}"' in get(page.url).content.decode()
    assert precision == "day" or "29 March" not in get(page.url).content.decode()


@pytest.mark.parametrize(("kind", "allowed"), [(kind, kind in {"vacancy", "tender"}) for kind in NewsPage.Kind.values])
def test_only_vacancies_and_tenders_close(news, kind, allowed):
    page = NewsPage(title="Item", kind=kind, closing_date=TODAY, seo_title="Information")
    if allowed:
        news.add_child(instance=page)
    else:
        with pytest.raises(ValidationError, match="Only a vacancy or a tender"):
            news.add_child(instance=page)


def test_this_many_kinds():
    assert len(NewsPage.Kind.values) == 8


def test_a_vacancy_closes_by_itself_after_its_day(news, get, today):
    page = item(news, kind="vacancy", closing_date=TODAY)
    assert "Open until 15 June 2026." in get(page.url).soup.main.get_text()
    assert "Closed" not in get("/news/").soup.main.get_text()
    today(TODAY + datetime.timedelta(days=1))
    assert "Closed since 15 June 2026." in get(page.url).soup.main.get_text()
    assert "Closed" in get("/news/").soup.select_one("main .news-list").get_text()


def test_the_day_is_nairobis(news, get, monkeypatch):
    """At 22:30 UTC it is already tomorrow in Nairobi."""
    page = item(news, kind="tender", closing_date=TODAY)
    late = datetime.datetime(2026, 6, 15, 22, 30, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert "Closed since" in get(page.url).soup.main.get_text()


def test_a_story_needs_neutral_words_for_the_tab(news):
    with pytest.raises(ValidationError, match="neutral words"):
        item(news, kind="story")


def test_a_story_leaves_few_traces(news, get):
    page = item(news, "What happened", kind="story", seo_title="Information")
    response = get(page.url)
    assert response.soup.title.string == "Information"
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.soup.select("meta[property^=og], script[type='application/ld+json']")
    assert len(response.soup.select("a[data-leave]")) == 2


def test_the_reader_is_led_on(news, home, get):
    other = add(home, "home.ContentPage", "Other")
    page = item(
        news,
        counties=["Nairobi", "Taita-Taveta"],
        files=[block("file", document=make_document("Statement").pk, title="")],
        related=[{"type": "page", "value": other.pk}],
    )
    soup = get(page.url).soup
    assert "Nairobi, Taita-Taveta" in soup.main.get_text()
    assert "Statement" in soup.select_one(".files a").string
    assert "TXT" in soup.select_one(".files").get_text()
    assert soup.select_one("section[aria-labelledby=related] a")["href"] == other.url


def test_no_county_is_invented(news):
    with pytest.raises(ValidationError, match="Not a county of Kenya: Atlantis"):
        item(news, counties=["Nairobi", "Atlantis"])
