"""Pictures whose original file is gone: the page is served without them."""

import logging

import pytest

from core.models import SiteImage
from core.pictures import make_missing
from tests.examples import add, make_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost():
    """A picture without its file, and without any size of it."""
    image = make_picture("Lost")
    image.file.storage.delete(image.file.name)
    SiteImage.objects.filter(pk=image.pk).update(file="originals/lost.png")  # the next upload would take the free name
    image.file.name = "originals/lost.png"
    return image


def test_a_page_is_served_without_a_lost_picture(home, get, lost, caplog):
    add(home, "home.ContentPage", "Page", slug="page", listing_image=lost)
    with caplog.at_level(logging.ERROR, logger="core.pictures"):
        soup = get("/page/").soup
    assert soup.h1.get_text() == "Page"
    assert not soup.select("main img, meta[property='og:image']")
    assert f"The original of picture {lost.pk} is missing." in caplog.text


def test_the_others_are_made_all_the_same(lost):
    there = make_picture("There")
    assert make_missing(SiteImage.objects.order_by("pk")) > 3
    assert there.renditions.exists() and not lost.renditions.exists()
