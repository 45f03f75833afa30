"""Pictures whose original file is gone: the page is served without them. Sizes that two visitors make at once."""

import logging

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from core.models import Rendition, SiteImage
from core.pictures import make_missing, renditions, specs
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


def public_files():
    """The names of all sizes that lie at a public address."""
    return set(default_storage.listdir("images")[1]) if default_storage.exists("images") else set()


def test_of_sizes_that_two_make_at_once_one_is_left(monkeypatch):
    """Else a file that no row knows stays in public storage when a survivor takes the picture back."""
    before, image, write = public_files(), make_picture("Twice"), Rendition.objects.bulk_create

    def too_late(*args, **kwargs):
        monkeypatch.undo()
        renditions(SiteImage.objects.get(pk=image.pk), *specs("lead"))
        return write(*args, **kwargs)

    monkeypatch.setattr(
        type(Rendition.objects), "bulk_create", lambda _self, *args, **kwargs: too_late(*args, **kwargs)
    )
    shown = renditions(image, *specs("lead"))
    rows = Rendition.objects.filter(image=image)
    assert {each.file.name for each in shown.values()} == {each.file.name for each in rows}
    assert len(public_files() - before) == len(rows) == len(specs("lead"))
    taken = rows.first()
    same = {"filter_spec": taken.filter_spec, "focal_point_key": taken.focal_point_key}
    again = Rendition(image=image, file=ContentFile(taken.file.read(), "again.webp"), **same)
    with pytest.raises(IntegrityError), transaction.atomic():  # so Wagtail finds out of a size that it makes alone
        again.save()
    assert len(public_files() - before) == len(rows)
