"""A page's ETag changes with all that a reader may see of it, and with nothing else: not with time, nor the worker."""

import datetime
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from core.models import Facts, Footer, Helpline, Menu, Notice, SiteDocument, SiteImage, Wording
from home.models import ContentPage
from tests.core.make_files import encoded, gradient
from tests.examples import EXAMPLES, add, block, link, make_picture, section

pytestmark = [pytest.mark.django_db, pytest.mark.upgrade]

HOUR = datetime.timedelta(hours=1)
PAGE = "/example-content/"  # with every block, under the menu and above the footer


def publish(instance, **changes):
    """Change it as the editor's Publish button does."""
    for name, value in changes.items():
        setattr(instance, name, value)
    instance.save_revision().publish()


@pytest.fixture
def tag(whole_site, client):
    """Ask for an address and return its ETag."""

    def ask(address=PAGE):
        response = client.get(address)
        assert response.status_code == 200
        return response.headers["ETag"]

    return ask


@pytest.fixture
def clock(monkeypatch):
    """Let it be so many hours later."""
    started = timezone.now()

    def later(hours):
        monkeypatch.setattr(timezone, "now", lambda: started + hours * HOUR)

    return later


@pytest.fixture
def release(settings, tmp_path):
    """Install static files as a release does, with a hash in each name; the style sheet has this one."""
    names = [name for finder in finders.get_finders() for name, _ in finder.list([])]

    def install(of_the_style_sheet):
        paths = {name: f"{name}.000000000000" for name in names}
        paths["css/site.css"] = f"css/site.{of_the_style_sheet}.css"
        (tmp_path / "staticfiles.json").write_text(json.dumps({"paths": paths, "version": "1.1", "hash": ""}))
        settings.STATIC_ROOT = tmp_path
        manifest = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
        settings.STORAGES = {**project.STORAGES, "staticfiles": manifest}  # forgets the release before

    return install


# --- What changes it ------------------------------------------------------------------------------------------------


def a_page_is_published(site):
    publish(ContentPage.objects.get(pk=site.pages["content"].pk), summary="Another summary.")


def a_block_is_changed(site):
    publish(ContentPage.objects.get(pk=site.pages["content"].pk), body=[section("Another heading")])


def a_page_that_it_leads_to_has_another_title(site):
    publish(site.pages["contact"].specific_class.objects.get(pk=site.pages["contact"].pk), title="Find us")


def a_page_that_it_leads_to_is_taken_down(site):
    site.pages["coalition"].specific_class.objects.get(pk=site.pages["coalition"].pk).unpublish()


def news_that_it_lists_is_published(site):
    add(site.pages["news_index"], "news.NewsPage", "Newest", kind="press_statement", coalition=site.pages["coalition"])


def a_fact_is_corrected(site):
    facts = Facts.objects.get()
    facts.street = "Another Road"
    facts.save()


def the_helpline_has_another_number(site):
    facts = Facts.objects.get()
    facts.phones.update(number="0800 000 999")


def another_helpline_is_checked(site):
    publish(Helpline.objects.get(), checked_on=datetime.date(2026, 2, 3))


def the_menu_is_changed(site):
    publish(Menu.objects.get(), items=[block("link", **link(site.pages["news_index"], text="What is new"))])


def another_menu_is_chosen(site):
    wording = Wording.objects.get()
    wording.menu = Menu.objects.create(title="Other", items=[block("link", **link(site.pages["contact"], text="Us"))])
    wording.save()


def the_footer_is_changed(site):
    publish(Footer.objects.get(), text="<p>Other words.</p>")


def a_notice_is_published(site):
    Notice.objects.create(text_en="Floods.")


def a_notice_is_taken_down(site):
    Notice.objects.get().unpublish()


def a_picture_has_another_description(site):
    image = SiteImage.objects.get()
    image.credit = "Drawn by somebody else"
    image.save()


def a_document_has_another_size(site):
    document = SiteDocument.objects.get()
    document.file = SimpleUploadedFile("report.txt", b"More words. " * 1000)
    document._set_document_file_metadata()  # as the admin's form does
    document.save()


def its_translation_is_taken_down(site):
    ContentPage.objects.get(pk=site.kiswahili["content"].pk).unpublish()


def its_translation_has_another_address(site):
    publish(ContentPage.objects.get(pk=site.kiswahili["content"].pk), slug="mfano-mpya")


CHANGES = [
    a_page_is_published,
    a_block_is_changed,
    a_page_that_it_leads_to_has_another_title,
    a_page_that_it_leads_to_is_taken_down,
    news_that_it_lists_is_published,
    a_fact_is_corrected,
    the_helpline_has_another_number,
    another_helpline_is_checked,
    the_menu_is_changed,
    another_menu_is_chosen,
    the_footer_is_changed,
    a_notice_is_published,
    a_notice_is_taken_down,
    a_picture_has_another_description,
    a_document_has_another_size,
    its_translation_is_taken_down,
    its_translation_has_another_address,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_changes_when(whole_site, tag, change, django_capture_on_commit_callbacks):
    before = tag()
    with django_capture_on_commit_callbacks(execute=True):
        change(whole_site)
    assert tag() != before
    assert tag() == tag()


def test_changes_when_its_translation_is_published(whole_site, tag):
    twin = ContentPage.objects.get(pk=whole_site.kiswahili["content"].pk)
    whole = tag()
    twin.unpublish()
    without = tag()
    publish(ContentPage.objects.get(pk=twin.pk))
    assert without != whole == tag()


def test_changes_when_the_file_of_its_picture_is_replaced(whole_site, tag, admin_client):
    image = make_picture("Of this test")  # Wagtail deletes the file that was replaced
    publish(ContentPage.objects.get(pk=whole_site.pages["content"].pk), body=[block("image", image=image.pk, alt="")])
    before = tag()
    form = {name: getattr(image, name) for name in ("title", "description", "description_sw", "credit", "shows")}
    file = SimpleUploadedFile("chairs.png", encoded(gradient(60, 40), "PNG"))
    address = reverse("wagtailimages:edit", args=[image.pk])
    answer = admin_client.post(address, {**form, "collection": "1", "file": file, "seen": "on"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert tag() != before


def test_changes_when_a_notice_begins_and_when_it_ends(whole_site, tag, clock):
    now = timezone.now()
    Notice.objects.create(text_en="Floods.", show_from=now + HOUR, show_until=now + 3 * HOUR)
    before = tag()
    clock(2)
    during = tag()
    clock(4)
    assert before != during != tag() == before


def test_changes_when_a_call_closes(whole_site, tag, clock):
    address = whole_site.pages["vacancy"].url
    before = tag(address)
    clock(80 * 365 * 24)
    assert tag(address) != before


def test_changes_with_the_style_sheet_of_a_release(whole_site, tag, release):
    release("1111111111aa")
    before = tag()
    release("2222222222bb")
    after = tag()
    release("1111111111aa")
    assert after != before == tag()


# --- What does not --------------------------------------------------------------------------------------------------


def a_draft_is_saved(site):
    page = ContentPage.objects.get(pk=site.pages["content"].pk)
    page.summary = "Not yet."
    page.save_revision()


def it_is_published_as_it_was(site):
    publish(ContentPage.objects.get(pk=site.pages["content"].pk))


def a_page_that_it_does_not_show_is_published(site):
    publish(add(site.pages["home"], "home.ContentPage", "Elsewhere"), summary="Something else.")


def a_menu_that_is_not_chosen_is_made(site):
    Menu.objects.create(title="Prepared", items=[block("link", **link(site.pages["contact"], text="Us"))])


def a_notice_is_drafted(site):
    Notice.objects.create(text_en="Floods.", live=False)


def a_picture_is_uploaded(site):
    image = SiteImage(title="Unused", description="Nothing")
    image.file.save("unused.png", SimpleUploadedFile("unused.png", encoded(gradient(30, 30), "PNG")), save=True)


NO_CHANGES = [
    a_draft_is_saved,
    it_is_published_as_it_was,
    a_page_that_it_does_not_show_is_published,
    a_menu_that_is_not_chosen_is_made,
    a_notice_is_drafted,
    a_picture_is_uploaded,
]


@pytest.mark.parametrize("change", NO_CHANGES, ids=lambda change: change.__name__)
def test_stays_when(whole_site, tag, change, django_capture_on_commit_callbacks):
    before = tag()
    with django_capture_on_commit_callbacks(execute=True):
        change(whole_site)
    assert tag() == before


def addresses(site):
    """The addresses of all pages that a cache may keep."""
    names = [name for name, example in EXAMPLES.items() if not example.is_sensitive]
    return [site.page(name, language).url for name in names for language in ("en", "sw")]


@pytest.mark.once
def test_stays_while_time_passes(whole_site, tag, clock):
    before = [tag(address) for address in addresses(whole_site)]
    assert len(before) == 26
    for hours in (1, 24, 24 * 40):
        clock(hours)
        assert [tag(address) for address in addresses(whole_site)] == before


ANOTHER_WORKER = """
import json, sys
import django
django.setup()
from django.test import Client
from django.test.utils import setup_test_environment
setup_test_environment()
print(json.dumps([Client().get(address).headers["ETag"] for address in sys.argv[1:]]))
"""


@pytest.mark.once
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a copy with what is not committed yet is SQLite's")
@pytest.mark.parametrize("seed", ["1", "2"])
def test_is_the_same_from_another_worker(whole_site, tag, tmp_path, seed):
    asked = addresses(whole_site)
    here = [tag(address) for address in asked]
    (tmp_path / "copy.sqlite3").write_bytes(connection.connection.serialize())
    said = subprocess.run(
        [sys.executable, "-c", ANOTHER_WORKER, *asked],
        cwd=project.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{tmp_path / 'copy.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "imlu.settings.test",
            "PYTHONPATH": f"{project.BASE_DIR / 'site'}",
            "PYTHONHASHSEED": seed,
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(said.stdout) == here
