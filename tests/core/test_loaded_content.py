"""The records of the loader in the admin: looked at, filtered, never edited by hand."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from core.models import LoadedItem
from tests.conftest import with_soup
from tests.examples import add, translate

pytestmark = [pytest.mark.django_db, pytest.mark.upgrade]

LIST = "/admin/core/loadeditem/"
ROWS = "main tbody tr"


@pytest.fixture
def items(home, kiswahili_home):
    """What the loader would have noted: two pages, one of them in Kiswahili too, and the whole folder."""

    def note(key, language, page=None, **fields):
        return LoadedItem.objects.create(
            key=key,
            language=language,
            page=page,
            model="home.ContentPage",
            source_file=f"{key}.{language}.yaml",
            **fields,
        )

    page = add(home, "home.ContentPage", "About us")
    twin = translate(page, "Kuhusu sisi")
    LoadedItem.objects.create(model="content", key="*", language="en", source_file="content/")
    return {
        "about en": note("about", "en", page),
        "about sw": note("about", "sw", twin),
        "press en": note("press", "en", changed_by_editor=True),
        "press sw": note("press", "sw", reviewed_at=timezone.now()),
    }


def test_list_shows_what_was_loaded(items, admin_client):
    soup = with_soup(admin_client.get(LIST)).soup
    rows = soup.select(ROWS)
    assert len(rows) == 4
    text = " ".join(row.get_text(" ") for row in rows)
    for words in (
        "about.en.yaml",
        "About us",
        "Kuhusu sisi",
        "original",
        "reviewed",
        "to be reviewed by a native speaker",
    ):
        assert words in text
    assert "content/" not in text


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"language__exact": "sw"}, 2),
        ({"changed_by_editor__exact": "1"}, 1),
        ({"reviewed": "no"}, 1),
        ({"reviewed": "yes"}, 1),
        ({"q": "press"}, 2),
        ({"q": "nothing"}, 0),
    ],
)
def test_list_is_filtered(items, admin_client, filters, count):
    assert len(with_soup(admin_client.get(LIST, filters)).soup.select(ROWS)) == count


def test_item_is_inspected(items, admin_client):
    soup = with_soup(admin_client.get(f"{LIST}inspect/{items['about sw'].pk}/")).soup
    shown = {term.get_text(strip=True): term.find_next("dd").get_text(strip=True) for term in soup.select("main dl dt")}
    assert shown == {
        "page": "Kuhusu sisi",
        "type": "page",
        "key": "about",
        "language": "Kiswahili",
        "source file": "about.sw.yaml",
        "loaded at": shown["loaded at"],
        "changed by an editor since": "no",
        "translation": "to be reviewed by a native speaker",
        "translation reviewed at": "-",
        "reviewed by": "-",
    }
    assert soup.select_one("form[action$='/reviewed/']")


@pytest.mark.parametrize("action", ["create", "edit", "delete"])
def test_not_even_a_superuser_changes_a_record(items, admin_client, action):
    pk = items["about en"].pk
    address = f"{LIST}create/" if action == "create" else f"{LIST}{action}/{pk}/"
    for response in (admin_client.get(address), admin_client.post(address, {"key": "x"})):
        assert response.status_code in {302, 403, 404}
    assert LoadedItem.objects.count() == 5
    assert LoadedItem.objects.get(pk=pk).key == "about"


def test_list_offers_no_way_to_change_a_record(items, admin_client):
    soup = with_soup(admin_client.get(LIST)).soup
    links = [link["href"] for link in soup.main.select("a[href]")]
    assert not [address for address in links if re.search("/loadeditem/(create|edit|delete)", address)]
    assert reverse("wagtailadmin_pages:edit", args=[items["about en"].page_id]) in links


def test_a_reader_marks_a_translation_as_reviewed_once(items, admin_client, admin_user):
    item = items["about sw"]
    address = f"/admin/loaded-content/{item.pk}/reviewed/"
    assert admin_client.get(address).status_code == 405
    assert admin_client.post(address).status_code == 302
    item.refresh_from_db()
    assert item.reviewed_by == admin_user
    assert not with_soup(admin_client.get(f"{LIST}inspect/{item.pk}/")).soup.select("form[action$='/reviewed/']")


def test_an_original_is_not_reviewed(items, admin_client):
    assert admin_client.post(f"/admin/loaded-content/{items['about en'].pk}/reviewed/").status_code == 404


def test_only_those_who_may_edit_the_page_may_say_so(items, client, django_user_model):
    user = django_user_model.objects.create_user("visitor")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    client.post(f"/admin/loaded-content/{items['about sw'].pk}/reviewed/")
    items["about sw"].refresh_from_db()
    assert items["about sw"].reviewed_at is None
    client.logout()
    assert client.post(f"/admin/loaded-content/{items['about sw'].pk}/reviewed/").status_code == 302
    items["about sw"].refresh_from_db()
    assert items["about sw"].reviewed_at is None


def test_the_editor_says_that_a_translation_waits(items, admin_client):
    edit = reverse("wagtailadmin_pages:edit", args=[items["about sw"].page_id])
    assert "to be reviewed by a native speaker" in admin_client.get(edit).content.decode()
    LoadedItem.objects.update(reviewed_at=timezone.now())
    assert "to be reviewed by a native speaker" not in admin_client.get(edit).content.decode()
