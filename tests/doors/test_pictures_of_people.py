"""Nobody's face is shown by mistake: pictures of people are cleared by a second person, and gone when withdrawn."""

import datetime
import io
import json

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.contrib.frontend_cache.backends import BaseBackend
from wagtail.models import ReferenceIndex, Site

from core.loading import unattended
from core.models import Record, SiteDocument, SiteImage
from core.pictures import make_missing
from core.storage import private_storage
from tests import examples
from tests.doors.approvals import approve, at_desk, edit, is_live, make, news, press, said, write

TERMS = {
    "consent_reference": "CF-2026-014",
    "for_site": "on",
    "consent_until": (timezone.localdate() + datetime.timedelta(days=90)).isoformat(),
    "consent_language": "Kiswahili",
}
pytestmark = [pytest.mark.usefixtures("committing"), pytest.mark.upgrade]


@pytest.fixture(autouse=True)
def compulsory(settings):
    settings.SECOND_FACTOR = False


@pytest.fixture
def people(person):
    return {
        "ann": person("ann", "Writer"),
        "bob": person("bob", "Publisher"),
        "pat": person("pat", "Protection reviewer", "Writer"),
        "pam": person("pam", "Protection reviewer"),
        "fay": person("fay", "Finance"),
    }


def photo(colour="maroon", size=(600, 400)):
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "JPEG")
    return SimpleUploadedFile("IMG_2041.jpg", data.getvalue(), "image/jpeg")


def form(**fields):
    """What the form of a picture sends."""
    return {"title": "A march", "description": "Two women hold a banner.", "collection": 1, "tags": "", **fields}


def upload(user, shows="adults", colour="maroon", **fields):
    """A person uploads a picture with everything that the form asks; returns it."""
    terms = TERMS if shows in ("adults", "child") else {}
    sent = form(file=photo(colour), shows=shows, **terms) | fields
    answer = at_desk(user).post(reverse("wagtailimages:add"), sent, follow=True)
    assert "added" in said(answer), said(answer)
    return SiteImage.objects.latest("pk")


def change(user, image, **fields):
    """A person opens the picture, changes something, saves; the answer."""
    terms = {name: getattr(image, name) for name in ("consent_reference", "consent_language")}
    terms |= {"consent_until": image.consent_until or "", **({"for_site": "on"} if image.for_site else {})}
    sent = form(title=image.title, description=image.description, shows=image.shows, **terms) | fields
    return at_desk(user).post(reverse("wagtailimages:edit", args=[image.pk]), sent, follow=True)


def clear(user, image):
    """A person presses “Clear this picture”; the answer."""
    image.refresh_from_db()
    return at_desk(user).post(reverse("clear_picture", args=[image.pk]), {"terms": image.terms()}, follow=True)


def withdraw(user, image):
    return at_desk(user).post(reverse("withdraw_picture", args=[image.pk]), follow=True)


def fresh(image):
    return SiteImage.objects.get(pk=image.pk)


@pytest.fixture
def face(people):
    return upload(people["ann"])


def page_with(home, image, owner=None, **fields):
    """A live event report that shows a picture at its top and in its body."""
    body = [examples.block("image", image=image.pk, alt="", caption="At the march"), examples.section()]
    with unattended():
        fields = {"kind": "event_report", "slug": "march", "owner": owner, **fields}
        page = examples.add(news(home), "news.NewsPage", "March", listing_image=image, body=body, **fields)
        ReferenceIndex.create_or_update_for_object(page)
    return page


def public_text(*addresses):
    """Everything that the public gets from some addresses."""
    return " ".join(Client().get(address).content.decode() for address in addresses)


EVERYWHERE = ["/", "/news/", "/news/march/", "/news/feed/", "/sitemap.xml", "/search/?q=march"]


# --- Uploading -------------------------------------------------------------------------------------------------------


def test_uploading_asks_what_it_shows(people):
    ann = at_desk(people["ann"])
    for missing, words in [
        ({"shows": ""}, "This field is required"),
        ({"description": ""}, "say that it is decorative"),
        ({"consent_reference": ""}, "Where people can be recognised, this must be known."),
        ({"consent_reference": "Jane Doe"}, "Never a name."),
        ({"consent_until": ""}, "Where people can be recognised, this must be known."),
        ({"consent_until": "2020-01-01"}, "That day is over."),
        ({"for_site": ""}, "at least one thing"),
    ]:
        sent = form(file=photo(), shows="child", **TERMS) | missing
        sent = {name: value for name, value in sent.items() if value != ""} | {"tags": ""}
        if missing == {"description": ""}:
            sent["description"] = ""
        answer = ann.post(reverse("wagtailimages:add"), sent, follow=True)
        assert words in answer.content.decode(), missing
    assert not SiteImage.objects.exists()


def test_decorative_needs_no_description(people):
    image = upload(people["ann"], "nobody", description="", is_decorative="on")
    assert image.is_shown
    assert image.default_alt_text == ""


def test_add_several_keeps_the_file_and_shows_it_nowhere_before_the_form_is_filled_in(people):
    ann = at_desk(people["ann"])
    answer = ann.post(reverse("wagtailimages:add_multiple"), {"files[]": photo(), "title": "x", "collection": 1})
    answer = json.loads(answer.content)
    assert answer["success"]
    image = SiteImage.objects.get(pk=answer["image_id"])
    assert not image.is_shown
    assert "what it shows" in answer["form"].lower()
    sent = {f"image-{image.pk}-{name}": value for name, value in form(shows="nobody").items()}
    saved = ann.post(reverse("wagtailimages:edit_multiple", args=[image.pk]), sent | {f"image-{image.pk}-shows": ""})
    assert not json.loads(saved.content)["success"]
    assert json.loads(ann.post(reverse("wagtailimages:edit_multiple", args=[image.pk]), sent).content)["success"]
    assert fresh(image).is_shown


# --- Clearing --------------------------------------------------------------------------------------------------------


def test_a_reviewer_who_did_not_upload_it_clears(face, people):
    assert not face.is_shown
    assert "Only a protection reviewer" in said(clear(people["ann"], face))
    assert clear(people["fay"], face).status_code == 403 or not fresh(face).is_shown
    assert "Cleared" in said(clear(people["pam"], face))
    assert fresh(face).is_shown
    row = Record.objects.get(action="picture.cleared")
    assert (row.person, row.detail["consent"], row.detail["purposes"]) == ("pam", "CF-2026-014", ["site"])


def test_the_reviewer_finds_what_waits_and_what_ends(face, people):
    address = reverse("pictures_of_people")
    assert at_desk(people["fay"]).get(address).status_code in (302, 403)
    pam = at_desk(people["pam"])
    waits = pam.get(address).content.decode()
    assert waits.count(reverse("clear_picture", args=[face.pk])) == 1
    soon = timezone.localdate() + datetime.timedelta(days=30)
    change(people["ann"], face, consent_until=soon.isoformat())
    clear(people["pam"], face)
    ends = pam.get(address).content.decode()
    assert reverse("clear_picture", args=[face.pk]) not in ends
    assert reverse("wagtailimages:edit", args=[face.pk]) in ends


def test_nobody_clears_what_they_uploaded(people):
    own = upload(people["pat"])
    assert "You uploaded it" in said(clear(people["pat"], own))
    assert not fresh(own).is_shown


def test_not_for_the_site(people):
    image = upload(people["ann"], for_site="", for_print="on")
    image.refresh_from_db()
    SiteImage.objects.filter(pk=image.pk).update(for_site=False)
    assert "Cleared" in said(clear(people["pam"], image))
    assert not fresh(image).is_shown


@pytest.mark.parametrize(
    "what",
    [{"consent_reference": "CF-2026-015"}, {"consent_until": "2099-01-01"}, {"shows": "child"}, {"for_print": "on"}],
)
def test_other_terms_need_a_new_clearance(face, people, what):
    clear(people["pam"], face)
    assert "updated" in said(change(people["pam"] if "shows" in what else people["ann"], fresh(face), **what))
    assert not fresh(face).is_shown


def test_a_replaced_file_needs_a_new_clearance(face, people, home):
    clear(people["pam"], face)
    page_with(home, face)
    make_missing(SiteImage.objects.all())
    old, sizes = fresh(face).file.name, [rendition.file.name for rendition in face.renditions.all()]
    assert any(name in public_text("/news/march/") for name in sizes)
    assert "I have looked" in change(people["ann"], fresh(face), file=photo("navy")).content.decode()
    assert fresh(face).file.name == old
    change(people["ann"], fresh(face), file=photo("navy"), seen="on")
    image = fresh(face)
    assert image.file.name != old
    assert not image.is_shown
    assert not private_storage().exists(old)
    assert not any(default_storage.exists(name) for name in sizes)
    # Who replaced the file brought it, whoever uploaded the first one.
    change(people["pat"], image, file=photo("olive"), seen="on")
    assert "You uploaded it" in said(clear(people["pat"], image))
    assert "Cleared" in said(clear(people["pam"], image))


def test_people_are_not_taken_out_of_a_picture_by_words(face, people):
    answer = change(people["ann"], face, shows="nobody")
    assert "Only a protection reviewer" in answer.content.decode()
    assert fresh(face).shows == "adults"
    change(people["pam"], face, shows="unrecognisable")
    assert fresh(face).shows == "unrecognisable"


def test_other_code_is_refused_too(face):
    """A file set by code is another file as well."""
    face.cleared_as, face.file = face.terms(), ContentFile(photo("navy").read(), name="x.jpg")
    face.save()
    assert not face.is_shown


# --- What the public gets --------------------------------------------------------------------------------------------


def test_an_uncleared_picture_reaches_nobody_by_any_road(face, people, home):
    facts = examples.make_facts()
    facts.logo = face
    facts.save()
    page = page_with(home, face)
    draft = page.get_latest_revision_as_object()
    at_desk(people["ann"]).get(reverse("wagtailimages:index"))  # makes thumbnails
    at_desk(people["ann"]).get(reverse("wagtailimages:edit", args=[face.pk]))
    make_missing(SiteImage.objects.all())
    call_command("run_due", stdout=io.StringIO())
    stem = face.file.name.rpartition("/")[2].partition(".")[0]
    assert stem not in public_text(*EVERYWHERE)
    assert (
        stem
        not in at_desk(people["ann"]).get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()
    )
    assert draft.share_image == "" or stem not in draft.share_image
    assert face.renditions.exists()
    for rendition in face.renditions.all():
        assert not default_storage.exists(rendition.file.name)
        assert rendition.url.startswith("/admin/private/sizes/")
    # The page keeps its shape, and says nothing of the picture.
    soup = at_desk(people["ann"]).get("/news/march/").content.decode()
    assert soup.count('class="place"') == 2
    assert 'viewBox="0 0 960 640"' in soup
    assert 'viewBox="0 0 600 400"' in soup
    assert "banner" not in soup
    assert "At the march" not in soup
    clear(people["pam"], face)
    make_missing(SiteImage.objects.all())
    soup = public_text("/news/march/")
    assert 'class="place"' not in soup
    assert stem in soup
    assert "At the march" in soup


def test_thumbnails_are_for_those_who_choose_pictures(face, people):
    at_desk(people["ann"]).get(reverse("wagtailimages:index"))
    url = face.renditions.first().url
    assert at_desk(people["ann"]).get(url).status_code == 200
    assert at_desk(people["fay"]).get(url).status_code in (302, 403)
    assert Client().get(url).status_code == 302
    assert Client().get("/media/" + face.renditions.first().file.name).status_code == 404


def test_the_admin_s_sizes_have_no_address_even_where_the_picture_is_cleared(people):
    image = upload(people["ann"], "nobody")
    at_desk(people["ann"]).get(reverse("wagtailimages:edit", args=[image.pk]))
    make_missing(SiteImage.objects.all())
    places = {rendition.file.name.partition("/")[0] for rendition in image.renditions.all()}
    assert places == {"images", "sizes"}
    assert all(not rendition.url.startswith("/media") for rendition in image.renditions.filter(filter_spec="original"))


# --- Withdrawing -----------------------------------------------------------------------------------------------------


class Forgetful(BaseBackend):
    """A front cache."""

    forgotten = set()

    def purge_batch(self, urls):
        self.forgotten.update(urls)


@pytest.fixture
def shown(face, people, home, settings):
    """A cleared picture on a live page of Ann's, with all its sizes; and a front cache."""
    settings.WAGTAILFRONTENDCACHE = {"cache": {"BACKEND": "tests.doors.test_pictures_of_people.Forgetful"}}
    Forgetful.forgotten = set()
    clear(people["pam"], face)
    page = page_with(home, face, people["ann"])
    page.save_revision(user=people["ann"])
    make_missing(SiteImage.objects.all())
    assert '<meta property="og:image"' in public_text("/news/march/")
    return fresh(face)


def gone(image, page_address="/news/march/"):
    """Assert that nothing of a picture is left, and that the page stands."""
    assert fresh(image).withdrawn_at
    assert not private_storage().exists(image.file.name)
    assert not image.renditions.exists()
    stem = image.file.name.rpartition("/")[2].partition(".")[0]
    for storage in (default_storage, private_storage()):
        for folder in ("images", "sizes", "original_images"):
            names = storage.listdir(folder)[1] if storage.exists(folder) else []
            assert not [name for name in names if name.startswith(stem)]
    text = public_text(*EVERYWHERE)
    assert stem not in text
    assert "A march" not in text
    assert Client().get(page_address).status_code == 200


def test_withdrawing_deletes_everywhere_edits_nothing_and_tells_the_owners(shown, people, mailoutbox):
    page = news(Site.objects.get().root_page).get_children().get(slug="march").specific
    revisions, sizes = page.revisions.count(), [rendition.url for rendition in shown.renditions.all()]
    before = at_desk(people["bob"]).get(reverse("withdraw_picture", args=[shown.pk])).content.decode()
    assert "1 page shows it" in before
    assert at_desk(people["ann"]).post(reverse("withdraw_picture", args=[shown.pk])).status_code in (302, 403)
    assert not fresh(shown).withdrawn_at
    mailoutbox.clear()
    assert "Withdrawn" in said(withdraw(people["bob"], shown))
    gone(shown)
    page.refresh_from_db()
    assert page.revisions.count() == revisions
    assert page.listing_image_id == shown.pk
    assert [message.to for message in mailoutbox] == [["ann@example.org"]]
    assert edit(page) in mailoutbox[0].body
    assert "banner" not in mailoutbox[0].body
    root = Site.objects.get().root_url
    assert {root + size for size in sizes} <= Forgetful.forgotten
    assert {f"{root}/news/march/", f"{root}/news/", f"{root}/news/feed/", f"{root}/"} <= Forgetful.forgotten
    # A page is shared with a drawn picture, where it has one, and never with this one.
    assert "/images/share/" in public_text("/news/march/")
    row = Record.objects.get(action="picture.withdrawn")
    assert (row.person, row.detail["consent"], row.detail["pages"]) == ("bob", "CF-2026-014", [page.pk])
    left = fresh(shown)
    assert left.title == f"Withdrawn picture {left.pk}"
    assert not left.description + left.credit
    chooser, search = reverse("wagtailimages_chooser:choose"), {"q": left.title.split()[0]}
    for asked in ({}, search):
        assert left.title not in at_desk(people["ann"]).get(chooser, asked).content.decode()
    screen = at_desk(people["pam"]).get(reverse("wagtailimages:edit", args=[left.pk]))
    assert "Withdrawn on" in screen.text
    assert "could not be found" not in screen.text  # Wagtail's words for a file that is missing by mistake


def test_reverting_a_page_does_not_bring_it_back(shown, people):
    page = news(Site.objects.get().root_page).get_children().get(slug="march").specific
    old = page.latest_revision
    page.listing_image, page.body = None, []
    with unattended():
        page.save_revision().publish()
        withdraw(people["pam"], shown)
        old.publish()
    page = type(page).objects.get(pk=page.pk)
    assert page.listing_image_id == shown.pk
    gone(shown)


def test_the_same_picture_is_not_uploaded_again(shown, people):
    withdraw(people["pam"], shown)
    sent = form(file=photo(), shows="nobody")
    answer = at_desk(people["ann"]).post(reverse("wagtailimages:add"), sent, follow=True)
    assert "was withdrawn" in answer.content.decode()
    answer = change(people["bob"], fresh(shown), file=photo("navy"), seen="on", description="x", title="x")
    assert "was withdrawn" in str(answer.context["form"].errors) and "Withdrawn on" in answer.content.decode()
    gone(shown)


def test_without_an_owner_the_publishers_are_told(shown, people, mailoutbox):
    news(Site.objects.get().root_page).get_children().update(owner=None)
    mailoutbox.clear()
    withdraw(people["pam"], shown)
    assert [message.to for message in mailoutbox] == [["bob@example.org"]]


def test_the_end_of_a_consent_withdraws_by_itself(shown, mailoutbox):
    mailoutbox.clear()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    image = fresh(shown)
    image.consent_until = yesterday
    image.cleared_as = image.terms()
    SiteImage.objects.filter(pk=image.pk).update(consent_until=yesterday, cleared_as=image.cleared_as)
    assert not fresh(image).is_shown  # from the first second of the day, whenever run_due comes
    out = io.StringIO()
    call_command("run_due", stdout=out)
    assert "its consent has ended" in out.getvalue()
    gone(image)
    assert [message.to for message in mailoutbox] == [["ann@example.org"]]
    assert Record.objects.get(action="picture.ended").person == ""


def test_what_a_failing_disk_leaves_is_deleted_later(shown, people):
    withdraw(people["pam"], shown)
    private_storage().save(shown.file.name, ContentFile(b"left"))
    call_command("run_due", stdout=io.StringIO())
    gone(shown)


def test_a_size_in_the_wrong_place_is_deleted(face):
    face.get_rendition("max-165x165")
    rendition = face.renditions.get()
    rendition.file.name = default_storage.save("images/leaked.jpg", ContentFile(b"x"))
    rendition.save()
    call_command("run_due", stdout=io.StringIO())
    assert not default_storage.exists("images/leaked.jpg")
    assert not face.renditions.exists()


# --- Covering and cropping -------------------------------------------------------------------------------------------


def cover(user, image, *boxes, keep=None, **more):
    names = ("left", "top", "width", "height")
    sent = {"cover-TOTAL_FORMS": len(boxes), "cover-INITIAL_FORMS": 0, "file": fresh(image).file_hash, "save": "1"}
    for place, box in enumerate(boxes):
        sent |= {f"cover-{place}-{name}": value for name, value in zip(names, box, strict=True)}
    if keep:
        sent |= {f"keep-{name}": value for name, value in zip(names, keep, strict=True)}
    return at_desk(user).post(reverse("cover_picture", args=[image.pk]), sent | more, follow=True)


def test_a_rectangle_is_painted_into_the_original(face, people):
    clear(people["pam"], face)
    old = fresh(face).file.name
    answer = cover(people["pat"], face, (100, 50, 200, 100), (590, 390, 900, 900))
    assert "Saved" in said(answer)
    image = fresh(face)
    assert not private_storage().exists(old)
    with Image.open(image.file.open()) as pixels:
        assert pixels.size == (600, 400)
        assert max(pixels.getpixel((200, 100))) < 12
        assert max(pixels.getpixel((595, 395))) < 12
        assert pixels.getpixel((50, 200))[0] > 100
    assert not image.is_shown
    assert "You uploaded it" in said(clear(people["pat"], image))
    assert "Cleared" in said(clear(people["pam"], image))
    assert Record.objects.get(action="picture.changed").detail["covered"] == 2


def test_cropping_keeps_a_part(face, people):
    cover(people["ann"], face, (0, 0, 150, 400), keep=(100, 0, 200, 300))
    image = fresh(face)
    assert (image.width, image.height) == (200, 300)
    with Image.open(image.file.open()) as pixels:
        assert max(pixels.getpixel((20, 100))) < 30
        assert pixels.getpixel((150, 100))[0] > 100


def test_nothing_is_changed_before_saving(face, people):
    old = fresh(face).file.name
    shown = cover(people["ann"], face, (100, 50, 200, 100), save="").content.decode()
    assert "Mark a rectangle" not in shown
    answers = [
        cover(people["ann"], face, (100, 50, "", 100)),
        cover(people["ann"], face, (5000, 50, 10, 100)),
        cover(people["ann"], face),
        cover(people["ann"], face, (1, 1, 9, 9), file="other"),
    ]
    for answer, words in zip(
        answers, ["all four numbers", "outside the picture", "Mark a", "changed meanwhile"], strict=True
    ):
        assert words in answer.content.decode()
    assert fresh(face).file.name == old


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "1"])
def test_every_kind_of_picture_is_painted(people, mode):
    data = io.BytesIO()
    Image.new("RGBA", (60, 40), "white").convert(mode).save(data, "PNG")
    image = upload(people["ann"], "nobody", file=SimpleUploadedFile("x.png", data.getvalue(), "image/png"))
    cover(people["ann"], image, (0, 0, 30, 40))
    with Image.open(fresh(image).file.open()) as pixels:
        assert pixels.convert("RGBA").getpixel((5, 5)) == (0, 0, 0, 255)
        assert pixels.convert("RGBA").getpixel((50, 5)) == (255, 255, 255, 255)


# --- Four eyes -------------------------------------------------------------------------------------------------------


def test_a_page_that_shows_a_person_needs_a_protection_reviewer(face, people, home):
    clear(people["pam"], face)
    page = make(home, "event_report", "Report")
    assert not page.needs_protection_review()
    write(page, people["ann"], listing_image=face)
    assert type(page).objects.get(pk=page.pk).get_latest_revision_as_object().needs_protection_review()
    bob = at_desk(people["bob"])
    assert "needs the approval of a protection reviewer" in said(press(bob, page))
    assert "Approved" in said(approve(at_desk(people["pam"]), page))
    press(bob, page)
    assert is_live(page)


def test_without_a_clearance_no_approval_helps(face, people, home):
    page = make(home, "event_report", "Report")
    write(page, people["ann"], listing_image=face)
    approve(at_desk(people["pam"]), page)
    assert "A picture of people without clearance" in said(press(at_desk(people["bob"]), page))
    assert not is_live(page)


# --- What readers see now ---------------------------------------------------------------------------------------------


@pytest.fixture
def scenery(people, home):
    """A picture of nobody that a writer uploaded, and that a live page shows."""
    image = upload(people["ann"], shows="nobody", colour="olive")
    page_with(home, image, people["ann"])
    return fresh(image)


NEW_FILE = "Readers see it now."


def test_who_may_not_publish_does_not_replace_what_readers_see(scenery, people):
    answer = change(people["ann"], scenery, file=photo("navy"), seen="on")
    assert NEW_FILE in str(answer.context["form"].errors["file"])
    assert "could not be found" not in answer.text, "Wagtail advises to delete it"
    assert fresh(scenery).file.name == scenery.file.name
    change(people["bob"], scenery, file=photo("navy"), seen="on")
    assert fresh(scenery).file.name != scenery.file.name


def test_what_only_a_draft_shows_is_replaced_by_its_writer(scenery, people):
    news(Site.objects.get().root_page).get_children().update(live=False)
    change(people["ann"], scenery, file=photo("navy"), seen="on")
    assert fresh(scenery).file.name != scenery.file.name


def test_covering_a_face_is_for_everybody_who_may_change_the_picture(scenery, people):
    cover(people["ann"], scenery, (10, 10, 90, 90))
    assert fresh(scenery).file.name != scenery.file.name


def test_a_document_that_readers_have_is_not_replaced_either(people, home):
    def file(words):
        return SimpleUploadedFile("report.txt", words, "text/plain")

    ann, bob = at_desk(people["ann"]), at_desk(people["bob"])
    sent = {"title": "The report", "language": "en"}
    ann.post(reverse("wagtaildocs:add"), {**sent, "file": file(b"The report.\n")})
    document = SiteDocument.objects.get()
    with unattended():
        files = [{"type": "file", "value": {"document": document.pk, "title": ""}}]
        page = examples.add(news(home), "news.NewsPage", "March", kind="event_report", slug="march", files=files)
        ReferenceIndex.create_or_update_for_object(page)
    address = reverse("wagtaildocs:edit", args=[document.pk])
    answer = ann.post(address, {**sent, "file": file(b"Names of witnesses.\n")}, follow=True)
    assert NEW_FILE in str(answer.context["form"].errors["file"])
    assert "could not be found" not in answer.text, "Wagtail advises to delete it"
    assert SiteDocument.objects.get().file.name == document.file.name
    ann.post(address, {**sent, "title": "The whole report"})
    assert SiteDocument.objects.get().title == "The whole report"
    bob.post(address, {**sent, "file": file(b"The report, mended.\n")})
    assert SiteDocument.objects.get().file.name != document.file.name
