"""A new editor's first hour: descriptions, the order of panels, previews, starting points with hints."""

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.urls import reverse
from wagtail.models import Page

from core.models import BasePage
from core.panels import HandbookPanel
from desk.handbook import FOLDER
from desk.starts import HINT, SECTIONS
from home.models import HomePage
from news.models import NewsPage
from tests.doors.approvals import news

pytestmark = pytest.mark.django_db

PAGE_TYPES = [model for model in apps.get_models() if issubclass(model, BasePage)]


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_page_type_says_what_it_is_for(model):
    assert 40 <= len(str(model.page_description)) <= 220
    assert (FOLDER / f"{model.handbook}.md").exists(), model.handbook


def test_there_are_these_page_types():
    assert len(PAGE_TYPES) == 12
    assert len({str(model.page_description) for model in PAGE_TYPES}) == 12


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_panels_begin_with_the_handbook_and_the_title(model):
    words = model.get_edit_handler().children[0].children
    assert isinstance(words[0], HandbookPanel)
    assert words[1].field_name == "title"
    fields = [panel.field_name for panel in words if hasattr(panel, "field_name")]
    assert fields.index("summary") < fields.index("body")
    assert "listing_image" in fields


def test_the_kind_of_news_says_its_consequence():
    said = [str(panel.help_text) for panel in walk(NewsPage.get_edit_handler())]
    assert any("Decides who must approve it" in words for words in said)


def walk(panel):
    """A panel and all inside it."""
    yield panel
    for child in getattr(panel, "children", []):
        yield from walk(child)


# --- Blocks ------------------------------------------------------------------------------------------------------

BLOCKS = HomePage._meta.get_field("body").stream_block.child_blocks
GROUPS = {"Words", "Pictures and files", "Evidence", "Actions", "Our pages"}


def test_blocks_are_grouped_as_staff_speak():
    assert {str(block.meta.group) for block in BLOCKS.values()} == GROUPS


@pytest.mark.parametrize("kind", SECTIONS, ids=str)
def test_new_item_opens_with_its_usual_sections_and_hints(home, at_desk, kind):
    where = reverse("wagtailadmin_pages:add", args=["news", "newspage", news(home).pk])
    soup = BeautifulSoup(at_desk("Writer").get(f"{where}?start={kind.value}").content, "lxml")
    assert soup.select_one("#id_kind option[selected]")["value"] == kind.value
    body = soup.select_one("[data-block]#body") or soup.find(attrs={"data-w-block-data-value": True})
    text = str(body)
    for heading, _hint in SECTIONS[kind]:
        assert str(heading) in text
    assert text.count(HINT.strip()) + text.count("\\u270e") == len(SECTIONS[kind])


def test_new_item_without_a_start_is_empty(home, at_desk):
    where = reverse("wagtailadmin_pages:add", args=["news", "newspage", news(home).pk])
    for query in ("", "?start=nonsense", "?start=story"):
        answer = at_desk("Writer").get(where + query)
        assert answer.status_code == 200
        assert HINT.strip() not in answer.text
        assert "\\u270e" not in answer.text


def test_nothing_is_made_before_it_is_saved(home, at_desk):
    where = reverse("wagtailadmin_pages:add", args=["news", "newspage", news(home).pk])
    before = Page.objects.count()
    at_desk("Writer").get(f"{where}?start=press_statement")
    assert Page.objects.count() == before
