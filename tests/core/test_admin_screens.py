"""The editors' screens open, and previews show drafts in the site's own frame."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse

from core.models import Footer, Helpline, Menu, Notice, SiteImage
from home.models import ContentPage
from programmes.models import StrategicPlan
from tests.conftest import with_soup
from tests.core import make_files as make
from tests.examples import EXAMPLES, link, section

pytestmark = [pytest.mark.django_db, pytest.mark.upgrade, pytest.mark.one_database]

SNIPPETS = [Notice, Menu, Footer, Helpline, StrategicPlan]
SCREENS = [
    "wagtailadmin_home",
    "wagtailadmin_explore_root",
    "wagtailimages:index",
    "wagtailimages:add",
    "wagtaildocs:index",
    "wagtaildocs:add",
    "wagtailsnippets:index",
    "to_be_supplied",
    "core_loadeditem_modeladmin_index",
    "wagtailusers_users:index",
    "wagtailadmin_account",
    "wagtailadmin_reports:site_history",
    "wagtaillocales:index",
    "wagtailredirects:index",
]


@pytest.mark.parametrize("name", SCREENS)
def test_screen_opens(whole_site, admin_client, name):
    response = admin_client.get(reverse(name), follow=True)
    assert response.status_code == 200
    assert "demo" in with_soup(response).soup.body.get_text().lower() or name != "wagtailadmin_home"


@pytest.mark.parametrize("name", EXAMPLES)
def test_page_of_each_type_opens_in_the_editor(whole_site, admin_client, name):
    for language in ("en", "sw"):
        page = whole_site.page(name, language)
        soup = with_soup(admin_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))).soup
        assert soup.select_one("[name=title]")["value"] == page.title
        tabs = {tab.get_text(strip=True).partition("(")[0] for tab in soup.select("[role=tab]")}
        assert {"Words", "Address, lists, sharing", "Desk"} <= tabs


@pytest.mark.parametrize("name", [name for name in EXAMPLES if EXAMPLES[name].parent])
def test_new_page_of_each_type_can_be_begun(whole_site, admin_client, name):
    model = type(whole_site.pages[name])
    args = [model._meta.app_label, model._meta.model_name, whole_site.pages[EXAMPLES[name].parent].pk]
    # A second contact page is refused; everything else opens.
    expected = 302 if name == "contact" else 200
    assert admin_client.get(reverse("wagtailadmin_pages:add", args=args)).status_code == expected
    assert model.page_description


@pytest.mark.parametrize("name", EXAMPLES)
def test_preview_is_the_page_itself(whole_site, name):
    response = whole_site.pages[name].make_preview_request()
    assert response.status_code == 200
    soup = with_soup(response).soup
    assert soup.h1
    assert soup.select_one("header.top")


def test_draft_with_words_missing_can_be_previewed(whole_site):
    page = ContentPage(title="", slug="x", path="000100019999", depth=3, locale=whole_site.pages["home"].locale)
    page.body = [section("", "")]
    assert page.make_preview_request().status_code == 200


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda tree: Menu(items=[{"type": "link", "value": link(tree.pages["resource"], text="Prepared")}]),
            "Prepared",
        ),
        (lambda tree: Menu(), ""),
        (lambda tree: Footer(text="<p>Prepared words</p>"), "Prepared words"),
        (lambda tree: Footer(), ""),
        (lambda tree: Notice(text_en="Prepared notice"), "Prepared notice"),
        (lambda tree: Notice(), ""),
        (lambda tree: Helpline(name="Prepared line", phone="1195", description="D"), "Prepared line"),
        (lambda tree: Helpline(), ""),
        (lambda tree: StrategicPlan(title="Prepared plan", first_year=2027, last_year=2031), "Prepared plan"),
        (lambda tree: StrategicPlan(), ""),
    ],
)
def test_snippet_is_previewed_in_the_frame(whole_site, make, words):
    response = make(whole_site).make_preview_request(RequestFactory().get("/admin/"))
    assert response.status_code == 200
    soup = with_soup(response).soup
    assert words in soup.body.get_text()
    assert soup.select_one("footer")


@pytest.mark.parametrize("model", SNIPPETS, ids=lambda model: model.__name__)
def test_snippet_screens_open(whole_site, admin_client, model):
    app, name = model._meta.app_label, model._meta.model_name
    assert admin_client.get(reverse(f"wagtailsnippets_{app}_{name}:list")).status_code == 200
    assert admin_client.get(reverse(f"wagtailsnippets_{app}_{name}:add")).status_code == 200
    instance = model.objects.first()
    if instance:
        assert admin_client.get(reverse(f"wagtailsnippets_{app}_{name}:edit", args=[instance.pk])).status_code == 200
    assert instance


@pytest.mark.parametrize("setting", ["facts", "wording"])
def test_setting_opens(whole_site, admin_client, setting):
    response = admin_client.get(reverse("wagtailsettings:edit", args=["core", setting]), follow=True)
    assert response.status_code == 200


def test_admin_asks_nobody_outside(whole_site, admin_client):
    for address in (reverse("wagtailadmin_home"), reverse("wagtailadmin_account")):
        soup = with_soup(admin_client.get(address)).soup
        outside = [
            element.get("src") or element.get("href")
            for element in soup.select("[src], link[href]")
            if (element.get("src") or element.get("href")).startswith(("http:", "https:", "//"))
        ]
        assert not [found for found in outside if not found.startswith("http://localhost")]


def test_strangers_are_sent_to_the_sign_in(whole_site, client):
    for name in SCREENS:
        response = client.get(reverse(name))
        assert response.status_code == 302
        assert "/admin/sign-in/" in response.url


WHOLE = make.encoded(make.gradient(), "JPEG")


@pytest.mark.parametrize("road", ["wagtailimages:add", "wagtailimages:add_multiple", "wagtailimages_chooser:create"])
@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("bomb.png", make.png_bomb(20_000, 10_000), "million pixels"),
        ("large.png", make.png_bomb(8_000, 5_001), "million pixels"),
        ("cut.jpg", WHOLE[: len(WHOLE) // 2], "damaged or incomplete"),
        ("bad.jpg", b"\xff\xd8\xff\xe0" + b"junk" * 200, "damaged or incomplete"),
        ("bad.png", b"\x89PNG\r\n\x1a\n" + b"junk" * 200, "damaged or incomplete"),
        ("bad.webp", b"RIFF\0\x10\0\0WEBPVP8 " + b"junk" * 200, "damaged or incomplete"),
    ],
)
def test_a_damaged_picture_or_a_bomb_is_refused_with_a_sentence(
    home, admin_client, monkeypatch, road, name, data, said
):
    """Wagtail's form decodes a picture before it asks how large it is."""
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", None)  # never decoded
    fields, before = ["files[]", "file", "image-chooser-upload-file"], SiteImage.objects.count()
    response = admin_client.post(reverse(road), {field: SimpleUploadedFile(name, data) for field in fields})
    assert response.status_code == 200
    assert said in response.content.decode()
    assert SiteImage.objects.count() == before  # the example site of this module may have one


@pytest.mark.parametrize("road", ["wagtailimages:add", "wagtailimages:add_multiple"])
def test_a_whole_picture_is_taken(home, admin_client, road):
    form = {"title": "A", "shows": "nobody", "is_decorative": "on", "collection": 1}
    alone = {"files[]": SimpleUploadedFile("whole.jpg", WHOLE)}
    whole = {**form, "file": SimpleUploadedFile("whole.jpg", WHOLE)}
    admin_client.post(reverse(road), alone if "multiple" in road else whole)
    assert SiteImage.objects.latest("pk").width == 64
