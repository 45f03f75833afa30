"""How many queries a page may take, and that more rows do not take more."""

import datetime
import itertools

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coalitions.models import CoalitionMember, CoalitionPage
from core.models import Footer, Helpline, Menu, Phone, SocialLink, Wording
from news.models import NewsPage, Signatory
from programmes.models import ProgrammePage, ProgrammeServiceArea, ServiceAreaPage
from tests.conftest import build, rolled_back
from tests.examples import (
    EXAMPLES,
    add,
    block,
    link,
    make_document,
    make_donation_form,
    make_facts,
    make_picture,
    rich_link,
    section,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def count(client):
    """Return how many queries an address takes; a first request, which fills memory, isn't counted."""

    def count_queries(address):
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    return count_queries


# --- The same for 3 and for 30 rows: each function makes rows and returns the address that shows them -----------------


def _pages(home, rows, model="home.ContentPage", **fields):
    slug = f"parent-{len(rows)}"
    return [add(home, model, f"Page {slug} {row}", **fields) for row in rows]


def _show_on_home(home, body):
    home = type(home).objects.get(pk=home.pk)
    home.body = body
    home.save()
    return "/"


def service_areas_on_home(home, rows):
    index = add(home, "programmes.ProgrammeIndexPage", f"Index {len(rows)}")
    _pages(index, rows, ServiceAreaPage, icon="forensic", summary="One line.")
    return _show_on_home(home, [block("service_areas", heading="What we do", intro="", chosen=[])])


def chosen_service_areas(home, rows):
    index = add(home, "programmes.ProgrammeIndexPage", f"Index {len(rows)}")
    areas = _pages(index, rows, ServiceAreaPage, icon="forensic")
    return _show_on_home(
        home, [block("service_areas", heading="What we do", intro="", chosen=[area.pk for area in areas])]
    )


def what_we_do(home, rows):
    index = add(home, "programmes.ProgrammeIndexPage", f"Index {len(rows)}")
    _pages(index, rows, ServiceAreaPage, icon="forensic", summary="One line.")
    for row in rows:
        add(index, ProgrammePage, f"Programme {row}", number=row)
    return index.url


def areas_of_a_programme(home, rows):
    index = add(home, "programmes.ProgrammeIndexPage", f"Index {len(rows)}")
    areas = _pages(index, rows, ServiceAreaPage, icon="forensic")
    programme = add(index, ProgrammePage, "Programme")
    programme.service_area_links.set([ProgrammeServiceArea(service_area=area) for area in areas])
    programme.save()
    return programme.url


def programmes_of_an_area(home, rows):
    index = add(home, "programmes.ProgrammeIndexPage", f"Index {len(rows)}")
    area = add(index, ServiceAreaPage, "Area", icon="forensic")
    for row in rows:
        programme = add(index, ProgrammePage, f"Programme {row}")
        programme.service_area_links.set([ProgrammeServiceArea(service_area=area)])
        programme.save()
    return area.url


def _coalition(home, rows):
    index = add(home, "coalitions.CoalitionIndexPage", f"Coalitions {len(rows)}")
    return add(index, CoalitionPage, "Coalition")


def coalitions(home, rows):
    coalition = _coalition(home, rows)
    _pages(coalition.get_parent().specific, rows, CoalitionPage)
    return coalition.get_parent().url


def members_of_a_coalition(home, rows):
    coalition = _coalition(home, rows)
    coalition.members.set([CoalitionMember(name=f"Member {row}") for row in rows])
    coalition.save()
    return coalition.url


def _news(home, rows, **fields):
    index = add(home, "news.NewsIndexPage", f"News {len(rows)}")
    _pages(index, rows, NewsPage, date=datetime.date(2024, 1, 1), **fields)
    return index


def statements_of_a_coalition(home, rows):
    coalition = _coalition(home, rows)
    _news(home, rows, coalition=coalition)
    return coalition.url


def news(home, rows):
    return _news(home, rows).url


def news_of_many_coalitions_and_years(home, rows):
    index = add(home, "news.NewsIndexPage", f"News {len(rows)}")
    above = add(home, "coalitions.CoalitionIndexPage", f"Coalitions {len(rows)}")
    for row in rows:
        coalition = add(above, CoalitionPage, f"Coalition {row}")
        add(index, NewsPage, f"Item {row}", coalition=coalition, date=datetime.date(2000 + row, 1, 1))
    return index.url


def feed(home, rows):
    return _news(home, rows).url + "feed/"


def latest_news(home, rows):
    _news(home, rows)
    return _show_on_home(home, [block("latest_news", heading="News", count=12)])


def related_pages_and_signatories(home, rows):
    index = add(home, "news.NewsIndexPage", f"News {len(rows)}")
    related = [{"type": "page", "value": page.pk} for page in _pages(home, rows)]
    item = add(index, NewsPage, "Item", related=related)
    item.signatories.set([Signatory(name=f"Organisation {row}") for row in rows])
    item.save()
    return item.url


def publications(home, rows):
    index = add(home, "resources.ResourceIndexPage", f"Publications {len(rows)}")
    for row in rows:
        add(index, "resources.ResourcePage", f"Report {row}", year=2000 + row)
    return index.url


def _body(home, body):
    return add(home, "home.ContentPage", f"How we work {len(body)} {len(str(body))}", body=body).url


def list_of_links(home, rows):
    links = [{"link": link(page), "description": ""} for page in _pages(home, rows)]
    return _body(home, [block("link_list", heading="Where next", intro="", links=links)])


def links_in_rich_text(home, rows):
    return _body(home, [section("One", "".join(rich_link(page) for page in _pages(home, rows)))])


def sections_with_links(home, rows):
    return _body(home, [section(f"Section {page.pk}", rich_link(page)) for page in _pages(home, rows)])


def calls_to_action(home, rows):
    pages = _pages(home, rows)
    return _body(home, [block("call_to_action", heading="Do", text="", link=link(page)) for page in pages])


def cards(home, rows):
    chosen = [page.pk for page in _pages(home, rows)]
    return _body(home, [block("page_cards", heading="Cards", intro="", chosen=chosen)])


def documents(home, rows):
    files = [{"document": make_document(f"Report {row}").pk, "title": ""} for row in rows]
    return _body(home, [block("documents", heading="Files", documents=files)])


def donation_forms(home, rows):
    forms = [make_donation_form(f"form-{len(rows)}-{row}") for row in rows]
    return _body(home, [block("donation_form", heading="Give", form=form.pk, instead="") for form in forms])


def pictures(home, rows):
    return _body(home, [block("image", image=make_picture(f"Picture {row}").pk, alt="", caption="") for row in rows])


def menu_and_footer(home, rows):
    pages = _pages(home, rows)
    links = [link(page) for page in pages]
    wording = Wording.for_site(home.get_site())
    wording.menu = Menu.objects.create(title="Menu", items=[{"type": "link", "value": value} for value in links])
    wording.footer = Footer.objects.create(
        title="Footer",
        text="".join(rich_link(page) for page in pages),
        columns=[block("column", heading="Column", links=[value]) for value in links],
        legal=[{"type": "link", "value": value} for value in links],
    )
    wording.save()
    return "/"


def facts(home, rows):
    facts = make_facts()
    facts.phones.set([Phone(number=f"0800 {row}", toll_free=True) for row in rows])
    facts.social_links.set([SocialLink(name=f"Network {row}", url="https://example.org/") for row in rows])
    facts.save()
    return "/"


def helplines_of_others(home, rows):
    for row in rows:
        Helpline.objects.create(name=f"Line {row}", phone="1195", description="D", checked_on=datetime.date(2026, 1, 1))
    return _body(home, [block("helplines", heading=f"Others {len(rows)}", intro="")])


def search(home, rows):
    _pages(home, rows)
    return "/search/?q=page"


def sitemap(home, rows):
    _pages(home, rows)
    return "/sitemap.xml"


ROWS = [
    service_areas_on_home, chosen_service_areas, what_we_do, areas_of_a_programme, programmes_of_an_area, coalitions,
    members_of_a_coalition, statements_of_a_coalition, news, news_of_many_coalitions_and_years, feed, latest_news,
    related_pages_and_signatories, publications, list_of_links, links_in_rich_text, sections_with_links, cards,
    calls_to_action, donation_forms, documents, pictures, menu_and_footer, facts, helplines_of_others, search, sitemap,
]  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("make", ROWS, ids=lambda make: make.__name__)
def test_thirty_rows_take_as_many_queries_as_three(home, count, django_capture_on_commit_callbacks, make):
    def made(rows):  # only the search needs its index
        with django_capture_on_commit_callbacks(execute=make is search):
            return make(home, rows)

    queries = count(made(range(3)))
    assert count(made(range(30))) == queries


def test_this_many_lists_were_counted():
    assert len(ROWS) == 27


# --- Ceilings --------------------------------------------------------------------------------------------------------

# The frame takes 16: the page by its path, itself, languages, private paths and draft home pages, site, menu and
# footer in two steps, references, the pages of all links, facts, numbers, social links, notices, home pages. Most are
# prepared (core.prepared) and cost a fifth of what Django's others do. A Kiswahili page takes no more.
# The body of "content" and "home" holds every block.
CEILINGS = {
    "home": 32,  # the news list, for its feed; donation forms, funds, stopped ways
    "content": 31,
    "sensitive": 16,
    "contact": 16,
    "programme_index": 18,  # service areas, programmes
    "programme": 23,  # plan, its file, areas in two steps, news in two
    "service_area": 20,  # programmes in two steps, news in two
    "coalition_index": 17,
    "coalition": 18,  # members, statements
    "news_index": 22,  # items counted and fetched; the choices of the filter: kinds, years, coalitions
    "press_statement": 22,  # coalition, related pages, signatories, file
    "story": 20,
    "vacancy": 20,
    "resource_index": 17,
    "resource": 19,  # its file
}


@pytest.fixture(scope="module")
def counted(django_db_setup, django_db_blocker):
    """{(name, language): queries} of the whole example site."""
    found, client = {}, Client()
    with rolled_back(django_db_blocker):
        tree = build(full=True)
        for name, language in itertools.product(EXAMPLES, ("en", "sw")):
            address = tree.page(name, language).url
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            found[name, language] = len(queries)
    return found


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_page_keeps_its_budget(counted, name, language):
    assert counted[name, language] <= CEILINGS[name]


def test_every_page_type_has_a_budget(counted):
    assert set(CEILINGS) == set(EXAMPLES)
    assert len(counted) == 30
    assert min(counted.values()) > 10, "nothing was counted"
