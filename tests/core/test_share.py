"""Pictures for sharing: drawn at publishing, replaced with the title, never where they must not be."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from core import share
from home.models import ContentPage
from news.models import NewsPage
from tests.examples import add, make_picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_folder():
    """Files outlive a test, and keys of pages come again."""
    if default_storage.exists(share.FOLDER):
        for name in default_storage.listdir(share.FOLDER)[1]:
            default_storage.delete(f"{share.FOLDER}/{name}")


def drawn(page):
    """The names of a page's pictures in public storage."""
    if not default_storage.exists(share.FOLDER):
        return []
    return [name for name in default_storage.listdir(share.FOLDER)[1] if name.startswith(f"{page.pk}-")]


def publish(page, **fields):
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


@pytest.fixture
def page(home):
    return publish(add(home, "home.ContentPage", "How we work"))


def test_a_published_page_has_its_picture(page, get):
    (name,) = drawn(page)
    with default_storage.open(f"{share.FOLDER}/{name}") as file:
        data = file.read()
    assert Image.open(BytesIO(data)).size == (1200, 630)
    assert len(data) < 60_000
    assert (
        get(page.url).soup.find("meta", property="og:image")["content"] == f"http://localhost/media/images/share/{name}"
    )


@pytest.mark.parametrize(
    "title",
    ["", "A", "Ushahidi " * 30, "Unyanyasajiunaofanywanamaafisawausalamakatikakaunti" * 4, "ng’ombe – “quoted”…"],
)
def test_any_title_fits(title):
    data = share.draw(title, "Press statement", "seed")
    assert len(data) < 60_000
    picture = Image.open(BytesIO(data)).convert("RGB")
    right = picture.crop((share.WIDTH - share.CLOTH - share.EDGE // 2, 0, share.WIDTH - share.CLOTH, share.HEIGHT))
    assert len(right.getcolors()) == 1 or len(title.split()) == 1, "words run into the cloth"


def test_a_new_title_replaces_the_picture(page):
    (before,) = drawn(page)
    page = publish(page, title="How we work now")
    (after,) = drawn(page)
    assert after != before


def test_publishing_without_a_change_of_words_keeps_it(page):
    (before,) = drawn(page)
    publish(page, summary="Other words, which are not on it.")
    assert drawn(page) == [before]


def test_the_editors_picture_comes_first(page, get):
    page = publish(page, listing_image=make_picture())
    assert not drawn(page)
    assert ".fill-1200x630" in get(page.url).soup.find("meta", property="og:image")["content"]


def test_help_and_story_pages_have_none(home, get):
    neutral = {"seo_title": "Information"}
    page = publish(add(home, ContentPage, "Help", sensitive=True, **neutral))
    story = publish(add(add(home, "news.NewsIndexPage", "News"), NewsPage, "Story", kind="story", **neutral))
    assert [drawn(page), drawn(story)] == [[], []]
    assert not get(page.url).soup.select("meta[property^=og]")


def test_a_page_that_becomes_a_help_page_loses_it(page):
    page = publish(page, sensitive=True, seo_title="Information")
    assert not drawn(page)


def test_it_goes_with_the_page(page, home):
    other = publish(add(home, "home.ContentPage", "Another"))
    page.unpublish()
    assert not drawn(page)
    other.delete()
    assert not drawn(other)


def test_what_is_missing_is_drawn_by_run_due(home):
    page = add(home, "home.ContentPage", "Loaded, not published by hand")
    assert not drawn(page)
    assert share.refresh_all() == ["drew 2 pictures for sharing"]
    assert drawn(page)
    assert share.refresh_all() == []


def test_the_kind_is_in_the_pages_language(home, kiswahili_home):
    index = add(home, "news.NewsIndexPage", "News")
    item = add(index, NewsPage, "Item")
    english = share.name_of(item)
    item.locale = kiswahili_home.locale
    assert share.name_of(item) != english


@pytest.mark.parametrize("title", ["Wasiozishughulikiwa-kisheria", "Hati ya wasiozishughulikiakwakina"])
def test_a_long_word_takes_a_smaller_size_instead_of_running_into_the_cloth(title):
    room = share.WIDTH - share.CLOTH - 2 * share.EDGE
    lines, font = share._fitted(title, room)
    assert max(font.getlength(line) for line in lines) <= room
