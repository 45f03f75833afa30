"""The emergency banner: on every page, in both languages, while it is live and due."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from core.models import Notice
from tests.examples import add, translate

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


def shown(get, address="/"):
    """The words of the banners of a page."""
    return [notice.p.get_text(" ", strip=True) for notice in get(address).soup.select(".notice")]


def make(text="Floods.", begins=-1, ends=None, **fields):
    """A notice that begins and ends so many hours from now."""
    now = timezone.now()
    until = None if ends is None else now + ends * HOUR
    return Notice.objects.create(text_en=text, show_from=now + begins * HOUR, show_until=until, **fields)


@pytest.mark.parametrize(
    ("fields", "visible"),
    [
        ({}, True),
        ({"ends": 1}, True),
        ({"begins": 1}, False),
        ({"begins": -2, "ends": -1}, False),
        ({"live": False}, False),
    ],
)
def test_shown_while_live_and_due(home, get, fields, visible):
    make(**fields)
    assert bool(shown(get)) is visible


def test_shown_everywhere_in_the_readers_language(home, kiswahili_home, get):
    page = add(home, "home.ContentPage", "More")
    translate(page, "Zaidi")
    make(text_sw="Mafuriko.", link=page)
    for address in ("/", "/more/", "/search/"):
        assert shown(get, address)[0].endswith("Floods. More")
    assert shown(get, "/sw/")[0].endswith("Mafuriko. Zaidi")
    assert "Floods. More" in get("/nothing/", 404).soup.select_one(".notice").get_text()


def test_english_words_on_a_kiswahili_page_are_marked(home, kiswahili_home, get):
    make()
    notice = get("/sw/").soup.select_one(".notice p")
    (foreign,) = notice.select("[lang]")
    assert (foreign["lang"], foreign.get_text()) == ("en", "Floods.")
    assert not notice.has_attr("lang")  # the word before it is Kiswahili
    assert not get("/").soup.select(".notice [lang]")


def test_the_most_urgent_comes_first(home, get):
    for severity in ("information", "emergency", "warning"):
        make(severity, severity=severity)
    assert [words.split()[-1] for words in shown(get)] == ["emergency", "warning", "information"]


def test_the_end_must_come_after_the_beginning():
    now = timezone.now()
    with pytest.raises(ValidationError) as caught:
        Notice(text_en="Floods.", show_from=now, show_until=now - HOUR).full_clean()
    assert set(caught.value.message_dict) == {"show_until"}


def test_hidden_link_is_left_out(home, get):
    make(link=add(home, "home.ContentPage", "More", live=False))
    assert shown(get)[0].endswith("Floods.")


@pytest.mark.upgrade
def test_editors_publish_and_preview_it_in_the_admin(home, admin_client, get):
    address = reverse("wagtailsnippets_core_notice:add")
    form = {"severity": "emergency", "text_en": "Floods.", "text_sw": "", "link": "", "show_from": "2026-01-01 08:00"}
    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, form).status_code == 302
    assert shown(get) == []
    notice = Notice.objects.get()
    edit = reverse("wagtailsnippets_core_notice:edit", args=[notice.pk])
    admin_client.post(edit, {**form, "action-publish": "1"})
    assert len(shown(get)) == 1


def test_only_those_with_the_right_may_publish(home, client, django_user_model):
    user = django_user_model.objects.create_user("editor")
    client.force_login(user)
    assert client.get(reverse("wagtailsnippets_core_notice:add")).status_code == 302
