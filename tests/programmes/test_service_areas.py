"""Service areas are pages: a new one appears everywhere, a hidden one nowhere."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError

from core.icons import SERVICE_ICONS, shapes
from programmes.models import ProgrammePage, ProgrammeServiceArea, ServiceAreaPage, StrategicPlan
from tests.examples import add, block, make_document, translate

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LIST = block("service_areas", heading="What we do", intro="", chosen=[])


@pytest.fixture
def what_we_do(home, kiswahili_home):
    """Eight service areas, and the three places that list them."""
    index = add(home, "programmes.ProgrammeIndexPage", "What we do", slug="what-we-do")
    translate(index, slug="tunachofanya")
    for number in range(1, 9):
        add(index, ServiceAreaPage, f"Area {number}", icon="forensic", summary="One line.")
    how = add(home, "home.ContentPage", "How we work", slug="how-we-work", body=[LIST])
    translate(how, slug="jinsi-tunavyofanya-kazi")
    for page in (home, kiswahili_home):
        page = type(page).objects.get(pk=page.pk)
        page.body = [LIST]
        page.save()
    return index


PLACES = ["/", "/how-we-work/", "/what-we-do/", "/sw/", "/sw/jinsi-tunavyofanya-kazi/", "/sw/tunachofanya/"]


def test_a_list_without_areas_has_no_heading(what_we_do, get):
    ServiceAreaPage.objects.update(live=False)
    assert not get("/what-we-do/").soup.select("#areas")


def listed(get, address):
    return [area.b.string for area in get(address).soup.select(".areas li")]


@pytest.mark.parametrize("address", PLACES)
def test_a_ninth_area_appears_everywhere(what_we_do, get, address):
    eight = [f"Area {number}" for number in range(1, 9)]
    assert listed(get, address) == eight
    ninth = add(what_we_do, ServiceAreaPage, "Area 9", icon="housing", summary="A new line.")
    assert listed(get, address) == [*eight, "Area 9"]
    last = get(address).soup.select(".areas li")[-1]
    assert "A new line." in last.get_text()
    assert last.a["href"] == ninth.url
    assert BeautifulSoup(shapes()["housing"], "html.parser").path["d"] in str(
        last.select_one("svg.icon[aria-hidden=true]")
    )
    assert last.select_one("svg.weave[aria-hidden=true] path")


@pytest.mark.parametrize("address", PLACES[3:])
def test_translated_areas_take_the_place_of_the_english_ones(what_we_do, get, address):
    translate(ServiceAreaPage.objects.get(title="Area 2"), "Eneo la pili")
    assert listed(get, address)[:3] == ["Area 1", "Eneo la pili", "Area 3"]


def test_editors_choose_areas_and_their_order(what_we_do, home, get):
    chosen = [ServiceAreaPage.objects.get(title=f"Area {number}").pk for number in (5, 2)]
    body = [block("service_areas", heading="Two", intro="", chosen=chosen)]
    assert listed(get, add(home, "home.ContentPage", "Page", body=body).url) == ["Area 5", "Area 2"]


def test_the_order_of_the_tree_is_the_order_shown(what_we_do, get):
    ServiceAreaPage.objects.get(title="Area 8").move(ServiceAreaPage.objects.get(title="Area 1"), "left")
    assert listed(get, "/what-we-do/")[:2] == ["Area 8", "Area 1"]


def test_every_icon_is_drawn(settings):
    sprite = (settings.BASE_DIR / "static/img/icons.svg").read_text()
    assert [name for name, _label in SERVICE_ICONS if f'id="{name}"' not in sprite] == []
    assert len(SERVICE_ICONS) >= 9


def test_the_one_line_is_short(what_we_do):
    area = ServiceAreaPage(title="Area", icon="forensic", summary="x" * 161)
    with pytest.raises(ValidationError, match="at most 160"):
        what_we_do.add_child(instance=area)


def test_related_news_has_its_date_and_kind(what_we_do, home, get):
    news = add(home, "news.NewsIndexPage", "News")
    item = add(news, "news.NewsPage", "Statement", date=date(2024, 3, 29), kind="press_statement")
    chosen = [{"type": "page", "value": item.pk}]
    for page in (
        add(what_we_do, ServiceAreaPage, "With news", icon="forensic", related_news=chosen),
        add(what_we_do, ProgrammePage, "Programme with news", related_news=chosen),
    ):
        (shown,) = get(page.url).soup.select("#related-news ~ .news-list li")
        assert "29 March 2024" in shown.get_text()
        assert "Press statement" in shown.get_text()


def test_areas_and_programmes_lead_to_each_other(what_we_do, get):
    area = ServiceAreaPage.objects.get(title="Area 1")
    plan = StrategicPlan.objects.create(
        title="Plan", first_year=2022, last_year=2026, document=make_document("The plan")
    )
    programme = add(what_we_do, ProgrammePage, "Programme", number=1, plan=plan, goal="The goal.")
    programme.service_area_links.set([ProgrammeServiceArea(service_area=area)])
    programme.save()
    assert get(area.url).soup.select(f'main a[href="{programme.url}"]')
    soup = get(programme.url).soup
    assert [area.b.string for area in soup.select(".areas li")] == ["Area 1"]
    assert "Plan, programme 1" in soup.select_one("dl.facts").get_text()
    assert soup.select_one("dl.facts a")["href"] == plan.document.url


def test_a_plan_in_the_making_is_not_shown(what_we_do, get):
    plan = StrategicPlan.objects.create(title="Next plan", first_year=2027, last_year=2031, live=False)
    programme = add(what_we_do, ProgrammePage, "Programme", plan=plan)
    assert "Next plan" not in get(programme.url).content.decode()


def test_programmes_stand_in_the_order_of_the_plan(what_we_do, get):
    for title, number in (("Second", 2), ("First", 1), ("Without a number", None)):
        add(what_we_do, ProgrammePage, title, number=number)
    section = get("/what-we-do/").soup.select_one("section[aria-labelledby=programmes]")
    assert [link.string for link in section.select("a")] == ["Without a number", "First", "Second"]
