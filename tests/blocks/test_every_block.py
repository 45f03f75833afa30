"""Every block of a body: what editors are told about it, and that it renders full, as a preview, and empty."""

import pytest
from django.template import Context
from django.test import RequestFactory
from django.urls import reverse
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from blocks.body import BodyBlock, HomeBodyBlock
from core.chrome import context_processor
from home.models import HomePage
from tests.conftest import with_soup

pytestmark = pytest.mark.upgrade

BLOCKS = HomeBodyBlock().child_blocks
EVERY_BLOCK = pytest.mark.parametrize("name", BLOCKS)


def empty(block):
    """The value of a block in a draft in which nothing is filled in, with one item in each list."""
    if isinstance(block, TypedTableBlock):
        return None
    if isinstance(block, blocks.StructBlock):
        return {name: empty(child) for name, child in block.child_blocks.items()}
    if isinstance(block, blocks.ListBlock):
        return [empty(block.child_block)]
    return None if isinstance(block, (blocks.ChooserBlock, blocks.IntegerBlock)) else ""


def render(block, value):
    request = RequestFactory().get("/")
    return block.render(value, context=Context({"request": request, **context_processor(request)}).flatten())


def test_the_bodies_have_these_blocks():
    assert len(BLOCKS) == 21
    assert set(BLOCKS) - set(BodyBlock().child_blocks) == {"hero"}
    assert not [name for name, block in BLOCKS.items() if isinstance(block, blocks.RawHTMLBlock)]


@EVERY_BLOCK
def test_editors_can_tell_a_block_from_the_others(name):
    meta = BLOCKS[name].meta
    assert meta.icon not in {"placeholder", "", None}
    assert str(meta.description)
    assert meta.group
    assert meta.template == f"blocks/{ {'image': 'picture'}.get(name, name) }.html"
    assert "preview_value" in dir(meta)


def test_no_two_blocks_have_the_same_description():
    assert len({str(block.meta.description) for block in BLOCKS.values()}) == 21


@EVERY_BLOCK
def test_block_renders_its_preview(home, name):
    block = BLOCKS[name]
    html = render(block, block.get_preview_value())
    assert "None" not in html
    assert name in {"image", "documents", "page_cards", "latest_news"} or html.strip()


@EVERY_BLOCK
def test_block_survives_a_draft_without_words(home, name):
    block = BLOCKS[name]
    html = render(block, block.to_python(empty(block)))
    assert "None" not in html
    assert 'href=""' not in html


@EVERY_BLOCK
def test_admin_shows_the_preview(home, admin_client, name):
    block = HomePage._meta.get_field("body").stream_block.child_blocks[name]
    response = with_soup(admin_client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix}))
    assert response.status_code == 200
    assert response.soup.select_one('link[href$="css/site.css"]'), "not with the site's own template"
    assert "None" not in response.soup.main.get_text()
