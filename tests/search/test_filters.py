"""Filters by kind and year."""

import datetime

import pytest

from tests.examples import add, make_document
from tests.search.conftest import offer, once_for_all

pytestmark = pytest.mark.django_db


def giraffes(home, kiswahili_home):
    news = add(home, "news.NewsIndexPage", "News")
    for year in (2022, 2024):
        add(news, "news.NewsPage", f"Giraffes of {year}", date=datetime.date(year, 1, 1))
    add(home, "home.ContentPage", "Giraffes")
    offer(home, make_document("Giraffe report 2022"))
    above = add(home, "coalitions.CoalitionIndexPage", "Coalitions")
    add(above, "coalitions.CoalitionPage", "Giraffe coalition")


@pytest.fixture(scope="module")
def dated(django_db_setup, django_db_blocker):
    with once_for_all(django_db_blocker, giraffes):
        yield


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
