"""One link everywhere: exactly one target, and nothing at all while its target is hidden."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Collection, CollectionViewRestriction

from core.links import LinkBlock
from tests.examples import add, link, make_document, translate

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TARGETS = {"url": "https://example.org/", "phone": "0800 721 401", "email": "a@example.org"}


def value(**fields):
    return LinkBlock().to_python({"text": "Words", **fields})


def refused(**fields):
    """Assert that a link with these fields is refused, and return the sentence."""
    with pytest.raises(ValidationError) as caught:
        LinkBlock().clean(value(**fields))
    (error,) = caught.value.block_errors.values()
    return error.messages[0]


@pytest.mark.parametrize("name", TARGETS)
def test_one_target_is_enough(name):
    assert LinkBlock().clean(value(**{name: TARGETS[name]}))[name] == TARGETS[name]


def test_no_target_is_refused():
    assert refused().startswith("Choose where this link leads")


@pytest.mark.parametrize("names", [("url", "phone"), ("phone", "email"), ("url", "email"), tuple(TARGETS)])
def test_several_targets_are_refused(names):
    assert refused(**{name: TARGETS[name] for name in names}).startswith("Choose one target only")


def test_a_page_and_an_address_are_refused(home):
    assert refused(page=home.pk, url="https://example.org/").startswith("Choose one target only")


@pytest.mark.parametrize("phone", ["call us", "0800-721", "tel:0800", "javascript:1", "12"])
def test_what_is_no_number_is_refused(phone):
    assert refused(phone=phone) == "Digits and spaces only, for example 0800 721 401."


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "/about/", "example"])
def test_what_is_no_outside_address_is_refused(url):
    assert "valid" in refused(url=url).lower()


def test_a_link_that_may_be_left_out():
    optional = LinkBlock(required=False)
    assert not optional.clean(optional.to_python({}))
    with pytest.raises(ValidationError):
        optional.clean(value())


@pytest.mark.parametrize(
    ("fields", "href", "outside"),
    [
        ({"url": "https://example.org/"}, "https://example.org/", True),
        ({"phone": "0800 721 401"}, "tel:0800721401", False),
        ({"phone": "+254 711 000"}, "tel:+254711000", False),
        ({"email": "a@example.org"}, "mailto:a@example.org", False),
        ({}, "", False),
    ],
)
def test_where_it_leads(fields, href, outside):
    chosen = value(**fields)
    assert (chosen.href, chosen.is_outside, bool(chosen)) == (href, outside, bool(href))
    html = LinkBlock().render(chosen)
    assert ('rel="noreferrer"' in html) is outside
    assert bool(html.strip()) is bool(href)


def test_a_link_without_words_has_the_title_of_its_page(home):
    page = add(home, "home.ContentPage", "Its title")
    chosen = value(text="", page=page.pk)
    assert (chosen.label, chosen.href) == ("Its title", page.url)


def test_a_link_disappears_with_its_page(home):
    page = add(home, "home.ContentPage", "Page", live=False)
    chosen = value(page=page.pk)
    assert not chosen
    assert LinkBlock().render(chosen).strip() == ""
    type(page).objects.update(live=True)
    assert value(page=page.pk)


def test_a_link_to_a_page_that_is_gone_is_empty(home):
    page = add(home, "home.ContentPage", "Page")
    kept = link(page)
    page.delete()
    assert not LinkBlock().to_python(kept)


def test_a_link_goes_to_the_live_language(home, kiswahili_home):
    page = add(home, "home.ContentPage", "Page", live=False)
    twin = translate(page)
    assert value(page=page.pk).href == twin.url


def test_a_link_to_a_document_disappears_when_it_is_private(db):
    document = make_document()
    assert value(document=document.pk).href == document.url
    private = Collection.get_first_root_node().add_child(name="Private")
    document.collection = private.add_child(name="Below")
    document.save()
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    assert not value(document=document.pk)
    document.delete()
    assert not value(document=document.pk)
