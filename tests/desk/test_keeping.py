"""What others stand on is not deleted: alone, in bulk, by any road of the admin; with a count and a list."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.admin.panels import get_edit_handler
from wagtail.models import Locale, Page, ReferenceIndex

from core.loading import unattended
from core.models import Footer, Menu, SiteImage, Wording
from tests import examples
from tests.doors.approvals import make, said

pytestmark = pytest.mark.django_db


def delete(client, page):
    return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)


def indexed(*instances):
    """The reference index knows them (in a test nothing waits for the end of the transaction)."""
    for instance in instances:
        ReferenceIndex.create_or_update_for_object(instance)


@pytest.fixture
def pages(home):
    parent = examples.add(home, "home.ContentPage", "Parent", slug="parent")
    children = [examples.add(parent, "home.ContentPage", f"Child {place}", slug=f"child-{place}") for place in range(7)]
    return parent, children


def test_page_with_children_stays_and_says_which(pages, admin_client):
    parent, _children = pages
    for ask in (
        lambda client: client.get(reverse("wagtailadmin_pages:delete", args=[parent.pk]), follow=True),
        lambda client: delete(client, parent),
    ):
        words = said(ask(admin_client))
        assert "7 pages lie below it" in words
        assert "Child 0" in words
        assert "and 2 more" in words
        assert Page.objects.filter(pk=parent.pk).exists()


def test_page_without_children_is_deleted(pages, at_desk):
    _parent, children = pages
    delete(at_desk("Publisher"), children[0])
    assert not Page.objects.filter(pk=children[0].pk).exists()


def test_page_in_a_menu_stays(pages, at_desk):
    _parent, children = pages
    menu = Menu(title="Main", locale=Locale.get_default(), live=True)
    menu.items = [{"type": "link", "value": examples.link(children[0])}]
    menu.save()
    indexed(menu)
    assert "in one place" in said(delete(at_desk("Publisher"), children[0]))
    assert Page.objects.filter(pk=children[0].pk).exists()


def test_bulk_is_refused_as_a_whole(pages, admin_client):
    parent, children = pages
    other = examples.add(parent.get_parent(), "home.ContentPage", "Other", slug="other")
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    query = f"?id={parent.pk}&id={other.pk}&next=/admin/pages/"
    response = admin_client.post(address + query, follow=True)
    assert "7 pages lie below it" in said(response)
    assert Page.objects.filter(pk__in=[parent.pk, other.pk]).count() == 2
    assert len(children) == 7


@pytest.fixture
def shown(home, django_capture_on_commit_callbacks):
    """The menu that the site shows."""
    menu = Menu.objects.create(title="Main", locale=Locale.get_default(), live=True)
    wording = Wording.for_site(home.get_site())
    wording.menu = menu
    with django_capture_on_commit_callbacks(execute=True):  # when the reference index learns it
        wording.save()
    return menu


def test_menu_that_the_site_shows_stays(shown, kiswahili_home, at_desk):
    twin = shown.copy_for_translation(kiswahili_home.locale)
    twin.save()
    for menu in (shown, twin):
        response = at_desk("Publisher").post(reverse("wagtailsnippets_core_menu:delete", args=[menu.pk]), follow=True)
        assert "is not deleted" in said(response)
        assert Menu.objects.filter(pk=menu.pk).exists()


def test_menu_that_the_site_shows_stays_published(shown, at_desk):
    other = Menu.objects.create(title="Other", locale=Locale.get_default(), live=True)
    for menu, words in ((shown, "“Main” is on every page"), (other, "unpublished")):
        address = reverse("wagtailsnippets_core_menu:unpublish", args=[menu.pk])
        assert words in said(at_desk("Publisher").post(address, follow=True))
    assert list(Menu.objects.filter(live=True)) == [shown]


@pytest.mark.parametrize("model", [Menu, Footer])
def test_no_menu_or_footer_ends_by_itself(model):
    fields = get_edit_handler(model).get_form_class().base_fields
    assert "go_live_at" in fields
    assert "expire_at" not in fields


def test_draft_of_a_menu_is_not_chosen(shown):
    draft = Menu.objects.create(title="Other", locale=Locale.get_default(), live=False)
    wording = Wording.objects.get()
    wording.menu = draft
    with pytest.raises(ValidationError, match="not published yet"):
        wording.full_clean()


def test_picture_in_use_stays_alone_and_in_bulk(pages, at_desk):
    _parent, children = pages
    picture = examples.make_picture()
    page = children[0]
    page.listing_image = picture
    page.save()
    indexed(page)
    publisher = at_desk("Publisher")
    assert "Child 0" in said(publisher.post(reverse("wagtailimages:delete", args=[picture.pk]), follow=True))
    address = reverse("wagtail_bulk_action", args=["core", "siteimage", "delete"])
    response = publisher.post(f"{address}?id={picture.pk}&next=/admin/images/", follow=True)
    assert "is not deleted" in said(response)
    assert SiteImage.objects.filter(pk=picture.pk).exists()
    page.listing_image = None
    page.save()
    indexed(page)
    publisher.post(reverse("wagtailimages:delete", args=[picture.pk]))
    assert not SiteImage.objects.filter(pk=picture.pk).exists()


def test_the_system_may(pages):
    parent, _children = pages
    with unattended():
        parent.delete()
    assert not Page.objects.filter(slug="parent").exists()


def test_drafts_may_be_deleted(home, at_desk):
    page = make(home, "opinion", "A draft")
    delete(at_desk("Publisher"), page)
    assert not Page.objects.filter(pk=page.pk).exists()


# --- What only a draft uses ------------------------------------------------------------------------------------------


@pytest.fixture
def chosen(pages):
    """(a picture that only the unpublished changes of a page show, that page)"""
    from wagtail.images.tests.utils import get_test_image_file

    file = get_test_image_file()
    picture = SiteImage.objects.create(title="A bench", file=file, shows="nobody", description="A bench.")
    page = pages[1][0]
    page.listing_image = picture
    page.save_revision()
    return picture, page


def test_picture_in_a_draft_stays_and_says_so(chosen, at_desk):
    picture, _page = chosen
    address = reverse("wagtailimages:delete", args=[picture.pk])
    assert "in one place (Child 0 (draft))" in said(at_desk("Publisher").post(address, follow=True))
    assert SiteImage.objects.filter(pk=picture.pk).exists()


def test_picture_that_a_newer_draft_lacks_is_deleted(chosen, at_desk):
    picture, page = chosen
    page.listing_image = None
    page.save_revision()
    at_desk("Publisher").post(reverse("wagtailimages:delete", args=[picture.pk]), follow=True)
    assert not SiteImage.objects.filter(pk=picture.pk).exists()


def test_page_in_the_draft_of_a_menu_stays(pages, at_desk):
    _parent, children = pages
    menu = Menu.objects.create(title="Main", locale=Locale.get_default(), live=True)
    menu.items = [{"type": "link", "value": examples.link(children[0])}]
    menu.save_revision()
    assert "(draft)" in said(delete(at_desk("Publisher"), children[0]))
    assert Page.objects.filter(pk=children[0].pk).exists()


def test_planned_words_count_too(chosen, at_desk):
    """A revision that is to be published tomorrow, with a newer draft above it."""
    picture, page = chosen
    page.latest_revision.approved_go_live_at = "2099-01-01T00:00:00Z"
    page.latest_revision.save()
    page = type(page).objects.get(pk=page.pk)
    page.save_revision()
    at_desk("Publisher").post(reverse("wagtailimages:delete", args=[picture.pk]), follow=True)
    assert SiteImage.objects.filter(pk=picture.pk).exists()
