"""Coalitions: our role, their members with a date, their statements from the news."""

import datetime

import pytest

from coalitions.models import CoalitionMember, CoalitionPage
from news.models import NewsPage
from tests.examples import add, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def coalition(home, kiswahili_home):
    index = add(home, "coalitions.CoalitionIndexPage", "Coalitions", slug="coalitions")
    translate(index, slug="miungano")
    page = add(index, CoalitionPage, "Police Reforms Group", slug="prg", short_name="PRG-K", role="convener")
    translate(page, "Kundi la mageuzi", "kundi")
    return page


@pytest.fixture
def news(home):
    index = add(home, "news.NewsIndexPage", "News")
    translate(index)
    return index


def statements(get, address="/coalitions/prg/"):
    return [item.a.string for item in get(address).soup.select("section[aria-labelledby=statements] li")]


def item(news, title, day=1, **fields):
    return add(news, NewsPage, title, date=datetime.date(2024, 1, day), **fields)


def test_role_and_short_name_are_shown(coalition, get):
    assert "We convene it" in get("/coalitions/prg/").soup.select_one("dl.facts").get_text()
    (entry,) = get("/coalitions/").soup.select("section[aria-labelledby=coalitions] li")
    assert "Police Reforms Group (PRG-K)" in entry.get_text()
    assert "We convene it" in entry.get_text()


def test_statements_come_from_the_news_newest_first(coalition, news, get):
    assert statements(get) == []
    item(news, "Older", 1, coalition=coalition)
    item(news, "Newer", 2, coalition=coalition)
    item(news, "Of nobody", 3)
    item(news, "Draft", 4, coalition=coalition, live=False)
    assert statements(get) == ["Newer", "Older"]


def test_statements_are_the_newest_six(coalition, news, get):
    for day in range(1, 9):
        item(news, f"Item {day}", day, coalition=coalition)
    assert statements(get) == [f"Item {day}" for day in (8, 7, 6, 5, 4, 3)]


def test_each_statement_stands_once_in_the_readers_language(coalition, news, get):
    for day in range(1, 8):
        page = item(news, f"Item {day}", day, coalition=coalition)
        if day % 2:
            translate(page, f"Habari {day}")
    assert statements(get) == [f"Item {day}" for day in (7, 6, 5, 4, 3, 2)]
    assert statements(get, "/sw/miungano/kundi/") == ["Habari 7", "Item 6", "Habari 5", "Item 4", "Habari 3", "Item 2"]


def test_statement_filed_under_the_translated_coalition(coalition, news, get):
    item(news, "Item", coalition=CoalitionPage.objects.get(slug="kundi"))
    assert statements(get) == ["Item"]


def test_members_carry_their_date(coalition, get):
    coalition.members.set([CoalitionMember(name="One", url="https://example.org/one"), CoalitionMember(name="Two")])
    coalition.members_as_of = "February 2021"
    coalition.save()
    section = get("/coalitions/prg/").soup.select_one("section[aria-labelledby=members]")
    assert "As of February 2021" in section.get_text()
    assert [member.get_text() for member in section.select("li")] == ["One", "Two"]
    assert section.select_one("a")["rel"] == ["noreferrer"]


def test_a_coalition_without_members_has_no_such_heading(coalition, get):
    assert not get("/coalitions/prg/").soup.select("#members, #pillars, #statements, #sources")
