"""`load_content` on a small folder: it makes what an editor would, may run again, and leaves editors' work alone."""

import pytest
from django.core.management import CommandError
from imlu.loader.write import Loader
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import StringTranslation, Translation

from coalitions.models import CoalitionPage
from core.models import Facts, Helpline, LoadedItem, Menu, SiteImage, Wording
from home.models import ContentPage, HomePage
from news.models import NewsPage
from programmes.models import ProgrammePage, ServiceAreaPage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded"), pytest.mark.upgrade]


def english(title):
    return Page.objects.get(title=title).specific


def kiswahili(page):
    return page.get_translation(Locale.objects.get(language_code="sw"))


# --- What it makes ---------------------------------------------------------------------------------------------------


def test_pages_stand_where_their_files_stand(loaded, get):
    assert loaded == "Content: 20 created, 0 updated, 0 unchanged, 0 skipped.\n"
    addresses = {page.url for page in Page.objects.live().filter(depth__gt=1)}
    assert addresses == {
        "/", "/about/", "/help/", "/work/", "/work/forensic/", "/work/advocacy/", "/work/programme/", "/coalitions/",
        "/coalitions/group/", "/news/", "/news/item/", "/sw/", "/sw/kuhusu/", "/sw/habari/",
    }  # fmt: skip
    for address in addresses:
        get(address)
    get("/news/story/", 404)


def test_the_tree_is_sound():
    assert not any(Page.find_problems())
    assert Page.objects.filter(depth=2).count() == 2, "the welcome page is gone"
    assert Site.objects.get().root_page.specific == HomePage.objects.get(locale__language_code="en")


def test_words_are_as_in_the_files():
    about = english("About")
    assert (about.slug, about.summary, about.seo_title) == ("about", "Who we are.", "")
    assert about.to_be_supplied == "The number of the gate\nThe colour of the door"
    assert about.listing_image == SiteImage.objects.get()
    text = about.body[0].value["text"].source
    assert text.startswith("<p>A paragraph with <b>bold</b> words and <a linktype=")
    assert f'id="{english("News").pk}"' in text
    assert (
        '<h3>Smaller</h3><ul><li>One</li><li>Two with <a href="https://example.org/">another site</a></li></ul>' in text
    )
    assert about.body[2].value["table"].caption == "Deaths by year"
    assert english("After torture").seo_title == "Information"


def test_every_kind_of_field_is_filled():
    item = NewsPage.objects.get(title="An item")
    assert (item.kind, str(item.date), item.date_precision) == ("joint_statement", "2018-03-29", "month")
    assert (item.counties, item.old_addresses) == (["Nairobi", "Kisumu"], "/2018/03/item/")
    assert item.coalition == CoalitionPage.objects.get()
    assert [signatory.name for signatory in item.signatories.all()] == ["One", "Two"]
    assert [block.value.pk for block in item.related] == [english("About").pk]
    programme = ProgrammePage.objects.get()
    assert [block.value for block in programme.measures] == ["First measure", "Second measure"]
    assert [area.title for area in programme.service_areas] == ["Forensic documentation", "Advocacy"]
    group = CoalitionPage.objects.get()
    assert [(member.name, member.url) for member in group.members.all()] == [
        ("One", "https://example.org/one"),
        ("Two", ""),
    ]
    assert group.sources[0].value["date"] == "29 July 2011"


def test_siblings_stand_in_the_order_of_their_positions():
    areas = ServiceAreaPage.objects.order_by("path").values_list("title", flat=True)
    assert list(areas) == ["Advocacy", "Forensic documentation"]


def test_drafts_stay_drafts():
    assert not NewsPage.objects.get(kind="story").live
    assert not Helpline.objects.get().live


def test_facts_menu_and_picture(get):
    facts = Facts.objects.get()
    assert (facts.name, facts.helpline.number, facts.social_links.get().name) == (
        "Example Unit",
        "0800 000 123",
        "A network",
    )
    assert Wording.objects.get().menu == Menu.objects.get(locale__language_code="en")
    assert [link.string for link in get("/").soup.select("header nav a")] == ["About", "Call"]
    assert [link.string for link in get("/sw/").soup.select("header nav a")] == ["Kuhusu", "Piga simu"]
    picture = SiteImage.objects.get()
    assert (picture.description, picture.description_sw) == ("Two empty chairs", "Viti viwili")


def test_pages_are_made_the_way_an_editor_makes_them():
    for page in Page.objects.filter(depth__gt=1):
        assert page.latest_revision, page
        assert (page.live_revision == page.latest_revision) is page.live
        assert page.has_unpublished_changes is not page.live


@pytest.mark.parametrize("title", ["Example Unit", "About", "News"])
def test_translations_are_complete_and_live(title):
    page = Page.objects.get(title=title, locale__language_code="en").specific
    total, translated = Translation.objects.get(source__object_id=page.translation_key).get_progress()
    assert total == translated > 2
    twin = kiswahili(page)
    assert twin.live
    assert twin.title != page.title


def test_translation_keeps_what_are_no_words():
    twin = kiswahili(english("About"))
    text = twin.body[0].value["text"].source
    assert f'id="{english("News").pk}"' in text
    assert "<b>mazito</b>" in text
    assert twin.body[1].value["items"][0]["value"] == "18"
    table = twin.body[2].value["table"]
    assert [column["heading"] for column in table.columns] == ["Mwaka", "Vifo"]
    assert [row["values"] for row in table.row_data] == [["2014", "199"], ["2015", ""]]
    assert twin.body[3].value["image"] == SiteImage.objects.get()
    assert twin.listing_image == SiteImage.objects.get()


# --- Again -----------------------------------------------------------------------------------------------------------


def test_a_second_run_does_nothing(load):
    before = list(Page.objects.order_by("pk").values_list("pk", "path", "latest_revision_id", "numchild"))
    assert load().startswith("Content: nothing new")
    LoadedItem.objects.filter(key="*").delete()  # as if another file had changed
    assert load() == "Content: 0 created, 0 updated, 20 unchanged, 0 skipped.\n"
    assert before == list(Page.objects.order_by("pk").values_list("pk", "path", "latest_revision_id", "numchild"))


@pytest.mark.parametrize("done", [0, 3, pytest.param(8, marks=pytest.mark.once)])
@pytest.mark.parametrize(
    "step", [*(pytest.param(step, marks=pytest.mark.once) for step in ("make_page", "load_entry")), "load_translation"]
)
def test_an_interrupted_load_goes_on(load, folder, monkeypatch, step, done):
    """Ctrl-C during the first `make run`: the next one takes it from there."""
    for number in range(9):
        stem = f"pages/news/again-{number}"
        (folder / f"{stem}.en.yaml").write_text(
            f"type: news.NewsPage\ntitle: Again {number}\nsummary: S.\nkind: notice\ndate: 2020-01-01\n"
        )
        (folder / f"{stem}.sw.yaml").write_text(f"title: Tena {number}\nslug: tena-{number}\nsummary: S.\n")
    real, left = getattr(Loader, step), [done]

    def interrupted(loader, entry, *rest):
        if "again" in entry.key:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
        real(loader, entry, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(Loader, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            load()
    assert " 0 skipped" in load()
    again = Page.objects.filter(title__regex="^(Again|Tena) ")
    assert again.live().count() == again.count() == 18
    assert LoadedItem.objects.filter(key__contains="again").exclude(source_hash="").count() == 18
    assert not any(Page.find_problems())


def test_a_changed_file_updates_its_page_and_its_translation_stays_whole(load, edit):
    edit("pages/about.en.yaml", "Who we are.", "Who we are today.")
    assert "2 updated" in load()
    about = english("About")
    assert about.summary == "Who we are today."
    assert about.live
    assert kiswahili(about).summary == "Sisi ni nani."
    total, translated = Translation.objects.get(source__object_id=about.translation_key).get_progress()
    assert total == translated


def test_a_changed_translation_updates_it_alone(load, edit):
    edit("pages/about.sw.yaml", "Sisi ni nani.", "Sisi ni akina nani.")
    assert "1 updated" in load()
    assert kiswahili(english("About")).summary == "Sisi ni akina nani."


def test_a_block_is_put_before_the_others(load, edit):
    for language, words in (("en", "Our name"), ("sw", "Jina letu")):
        section = f"  - section:\n      heading: {words}"
        edit(f"pages/about.{language}.yaml", section, f"  - callout: {{text: {words}}}\n{section}")
    load()
    about = english("About")
    assert [block.block_type for block in about.body] == ["callout", "section", "figures", "table", "image"]
    twin = kiswahili(about)
    assert twin.body[0].value["text"].source == "<p>Jina letu</p>"
    assert twin.body[1].value["heading"] == "Jina letu"
    total, translated = Translation.objects.get(source__object_id=about.translation_key).get_progress()
    assert total == translated


@pytest.mark.parametrize(
    ("file", "words", "emptied"),
    [
        ("about", "listing_image: chairs\n", lambda: english("About").listing_image is None),
        ("news/item", "coalition: coalitions/group\n", lambda: english("An item").coalition is None),
        ("news/item", "signatories: [One, Two]\n", lambda: not english("An item").signatories.exists()),
        ("news/item", "related: [about]\n", lambda: not english("An item").related),
        ("work/programme", "goal: The goal.\n", lambda: english("A programme").goal == ""),
        ("help", "sensitive: true\n", lambda: not english("After torture").sensitive),
    ],
)  # fmt: skip
def test_what_is_taken_out_of_a_file_is_emptied(load, edit, file, words, emptied):
    edit(f"pages/{file}.en.yaml", words, "")
    load()
    assert emptied()


def test_a_new_file_adds_a_page(load, folder):
    (folder / "pages/about").mkdir()
    (folder / "pages/about/history.en.yaml").write_text("type: home.ContentPage\ntitle: History\nsummary: S.\n")
    assert "1 created" in load()
    assert english("History").url == "/about/history/"


def test_a_missing_file_deletes_nothing(load, folder):
    (folder / "pages/help.en.yaml").unlink()
    load()
    assert english("After torture").live


# --- Editors ---------------------------------------------------------------------------------------------------------


def change(page, title, publish=True):
    """What an editor does."""
    page.title = title
    revision = page.save_revision()
    if publish:
        revision.publish()


@pytest.mark.parametrize("publish", [True, False])
def test_what_an_editor_changed_is_kept_and_said(load, edit, publish):
    change(english("About"), "About us all", publish)
    edit("pages/about.en.yaml", "title: About\n", "title: About the unit\n")
    said = load()
    assert "skipped content/pages/about.en.yaml: changed by an editor since it was loaded" in said
    page = ContentPage.objects.get(slug="about")
    assert page.title == ("About us all" if publish else "About")
    assert page.get_latest_revision_as_object().title == "About us all"
    assert LoadedItem.objects.get(key="about", language="en").changed_by_editor


def test_what_an_editor_changed_is_noted_at_once():
    assert not LoadedItem.objects.filter(changed_by_editor=True).exists()
    change(english("About"), "About us all")
    assert LoadedItem.objects.get(changed_by_editor=True).key == "about"


def test_a_translation_that_an_editor_changed_is_kept(load, edit):
    change(kiswahili(english("About")), "Kutuhusu")
    edit("pages/about.sw.yaml", "title: Kuhusu sisi", "title: Sisi")
    assert "skipped content/pages/about.sw.yaml: changed by an editor" in load()
    assert kiswahili(english("About")).title == "Kutuhusu"


def test_what_a_translator_has_only_begun_is_kept(load, edit):
    """Side by side each string is stored as it is typed; a revision is made only when the draft is saved."""
    twin = kiswahili(english("About"))
    before = twin.latest_revision_id
    string = StringTranslation.objects.get(data="Sisi ni nani.", locale=twin.locale)
    string.data = "Sisi ni akina nani?"
    string.save()
    edit("pages/about.en.yaml", "Two with", "Two and")
    edit("pages/about.sw.yaml", "title: Kuhusu sisi", "title: Sisi")
    assert "skipped content/pages/about.sw.yaml: changed by an editor" in load()
    string.refresh_from_db()
    assert string.data == "Sisi ni akina nani?"
    assert kiswahili(english("About")).latest_revision_id == before
    assert LoadedItem.objects.get(changed_by_editor=True).language == "sw"


def test_a_deleted_page_is_not_made_again(load, edit):
    english("After torture").delete()
    edit("pages/help.en.yaml", "What to do.", "What to do now.")
    assert "skipped content/pages/help.en.yaml: deleted by an editor since it was loaded" in load()
    assert not Page.objects.filter(title="After torture").exists()


def test_a_page_is_not_put_below_a_deleted_one(load, folder):
    english("Coalitions").delete()
    (folder / "pages/coalitions/new.en.yaml").write_text("type: coalitions.CoalitionPage\ntitle: New\nsummary: S.\n")
    assert "skipped content/pages/coalitions/new.en.yaml: the page above it was deleted" in load()


def test_an_english_file_may_name_its_address(load, edit):
    edit("pages/about.en.yaml", "position: 1", "slug: who-we-are")
    load()
    assert Page.objects.get(title="About").url_path.endswith("/who-we-are/")


def test_a_page_with_the_address_of_an_editors_is_skipped_and_said(load, folder):
    load()
    HomePage.objects.get(depth=2, locale__language_code="en").add_child(instance=ContentPage(title="Ours", slug="new"))
    (folder / "pages/new.en.yaml").write_text("type: home.ContentPage\ntitle: New\nsummary: S\n")
    assert "skipped content/pages/new.en.yaml: an editor has made a page with its address" in load()
    assert Page.objects.get(slug="new").title == "Ours"


def test_an_unpublished_page_stays_unpublished(load, edit):
    english("After torture").unpublish()
    edit("pages/help.en.yaml", "What to do.", "What to do now.")
    assert "skipped content/pages/help.en.yaml: published or unpublished by an editor" in load()
    assert not english("After torture").live


def test_a_moved_page_stays_where_it_is(load, edit):
    english("After torture").move(english("About"), "last-child")
    edit("pages/help.en.yaml", "What to do.", "What to do now.")
    load()
    page = english("After torture")
    assert page.url == "/about/help/"


def test_facts_that_an_editor_changed_are_kept(load, edit):
    facts = Facts.objects.get()
    facts.since_year = 1994
    facts.save()
    edit("facts.yaml", "1993", "1995")
    assert "skipped content/facts.yaml: changed by an editor" in load()
    assert Facts.objects.get().since_year == 1994


def test_a_menu_that_an_editor_chose_is_kept(load, edit):
    wording = Wording.objects.get()
    wording.menu = other = Menu.objects.create(title="Other", locale=Locale.objects.get(language_code="en"))
    wording.save()
    edit("snippets/menu.en.yaml", "text: Call", "text: Call us")
    load()
    assert Wording.objects.get().menu == other


def test_a_picture_that_an_editor_changed_is_kept(load, edit):
    picture = SiteImage.objects.get()
    picture.description = "An editor's words"
    picture.save()
    edit("pictures/pictures.yaml", "Two empty chairs", "Words of the file")
    assert "skipped content/pictures/chairs.webp" in load()
    assert SiteImage.objects.get().description == "An editor's words"


def test_a_mistake_later_on_leaves_the_site_as_it_was(load, edit):
    revisions = list(Page.objects.order_by("pk").values_list("latest_revision_id", flat=True))
    edit("pages/about.en.yaml", "Who we are.", "Who we are today.")
    edit("pages/help.en.yaml", "title: After torture", "titel: After torture")
    with pytest.raises(CommandError):
        load()
    assert revisions == list(Page.objects.order_by("pk").values_list("latest_revision_id", flat=True))
