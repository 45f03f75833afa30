"""Nothing that may harm somebody goes live by one person's doing, by whatever road: each is tried in the real admin."""

import datetime
import io
from urllib.parse import urlencode

import polib
import pytest
from bs4 import BeautifulSoup
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import LogContext
from wagtail.models import Locale, Page, Workflow
from wagtail_localize.models import (
    SegmentOverride,
    StringSegment,
    Translation,
    TranslationContext,
    TranslationSource,
)

from core.approvals import NotApproved, Refused, Words
from core.checklist import QUESTIONS
from core.loading import unattended
from core.models import Approval, Menu, Record, SiteDocument
from home.models import ContentPage
from tests.doors.approvals import approve, at_desk, edit, form_of, is_live, make, news, press, said, write
from tests.examples import make_document, make_picture

pytestmark = pytest.mark.upgrade
# The roads are the same for all three: on another database or another Wagtail they are tried with one.
KINDS = ["story", *(pytest.param(kind, marks=pytest.mark.once) for kind in ("press_statement", "help"))]


@pytest.fixture(autouse=True)
def compulsory(settings):
    settings.SECOND_FACTOR = False


@pytest.fixture
def people(person):
    """Ann writes and may publish, Bob publishes, Pat reviews and may publish, Ada administers, Dan is the director."""
    return {
        "ann": person("ann", "Writer", "Publisher"),
        "bob": person("bob", "Publisher"),
        "pat": person("pat", "Protection reviewer", "Publisher"),
        "ada": person("ada", "Administrator"),
        "dan": person("dan", "Approver"),
    }


@pytest.fixture(params=KINDS)
def draft(request, home, people):
    """A page of each kind that needs a second person, written by Ann."""
    page = make(home, request.param)
    write(page, people["ann"])
    return page


@pytest.fixture
def ann(people):
    return at_desk(people["ann"])


def approved_by_pat(draft, people):
    """Pat wears both hats: her approval is enough for each kind."""
    assert "Approved" in said(approve(at_desk(people["pat"]), draft))


# --- The roads -------------------------------------------------------------------------------------------------------


def test_publish_button(draft, ann, people):
    answer = press(ann, draft)
    assert "Not published" in said(answer)
    assert not is_live(draft)
    approved_by_pat(draft, people)
    assert "published" in said(press(ann, draft))
    assert is_live(draft)


def test_publish_button_keeps_the_words_as_a_draft(draft, ann):
    press(ann, draft, summary="New words.")
    assert type(draft).objects.get(pk=draft.pk).get_latest_revision_as_object().summary == "New words."


def test_one_more_change_waits_again(draft, ann, people):
    approved_by_pat(draft, people)
    assert "Not published" in said(press(ann, draft, summary="Others."))
    assert not is_live(draft)


@pytest.mark.parametrize("kind", KINDS)
def test_create(home, ann, kind):
    """Written and published with one press, before there is a draft."""
    model, parent = type(make(home, kind)), home if kind == "help" else news(home)
    address = reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk])
    form = {**form_of(ann, address, model), "title": "New", "slug": "new", "seo_title": "Information"}
    form |= {"sensitive": "on"} if kind == "help" else {"kind": kind}
    assert "Not published" in said(ann.post(address, {**form, "action-publish": "1"}, follow=True))
    page = model.objects.get(slug="new")  # it is there, as a draft: no words are lost
    assert (page.live, page.title) == (False, "New")


def test_bulk_action(draft, ann, people):
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={draft.pk}"
    assert "Not published" in said(ann.post(address, follow=True))
    assert not is_live(draft)
    approved_by_pat(draft, people)
    ann.post(address, follow=True)
    assert is_live(draft)


def test_scheduled_publishing_is_refused_at_the_desk(draft, ann):
    soon = timezone.localtime() + datetime.timedelta(days=2)
    assert "Not published" in said(press(ann, draft, go_live_at=soon.strftime("%Y-%m-%d %H:%M")))
    assert not draft.revisions.exclude(approved_go_live_at=None).exists()


def test_scheduled_publishing_is_refused_when_the_time_comes(draft, people, mailoutbox):
    """Planned by other means, or approved by somebody who has lost the role since."""
    revision = write(draft, people["ann"])
    revision.approved_go_live_at = timezone.now() - datetime.timedelta(minutes=1)
    revision.save()
    out = io.StringIO()
    for _ in range(2):
        call_command("run_due", stdout=out)
    assert "refused" in out.getvalue()
    assert not is_live(draft)
    # Told once, to the writer and the publishers, without a word of it.
    assert sorted(message.to[0] for message in mailoutbox) == [f"{n}@example.org" for n in ("ann", "bob", "pat")]
    assert not any("What happened" in message.subject + message.body for message in mailoutbox)
    approved_by_pat(draft, people)
    call_command("run_due", stdout=out)
    assert is_live(draft)


def test_revert(draft, ann, people):
    approved_by_pat(draft, people)
    press(ann, draft)
    old = type(draft).objects.get(pk=draft.pk).live_revision_id
    write(draft, people["ann"], summary="Without the face.")
    approved_by_pat(draft, people)
    press(ann, draft)
    address = reverse("wagtailadmin_pages:revisions_revert", args=[draft.pk, old])
    form = form_of(ann, address, type(draft)) | {"action-publish": "1", "revision": old}
    assert "Not published" in said(ann.post(edit(draft), form, follow=True))
    assert type(draft).objects.get(pk=draft.pk).summary == "Without the face."


@pytest.fixture
def published(draft, people, ann):
    approved_by_pat(draft, people)
    press(ann, draft)
    assert is_live(draft)
    return type(draft).objects.get(pk=draft.pk)


def test_copy(published, ann):
    address = reverse("wagtailadmin_pages:copy", args=[published.pk])
    form = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": published.get_parent().pk}
    answer = ann.post(address, {**form, "publish_copies": "on"}, follow=True)
    assert "Nothing was copied" in said(answer)
    assert not Page.objects.filter(slug="copy").exists()
    ann.post(address, form)
    assert not Page.objects.get(slug="copy").live


def test_copy_of_a_section(home, people):
    """A list of news would be live a second time, empty, when the story below it is refused."""
    story = make(home, "story")
    with unattended():
        story.save_revision().publish()
    section, bob = story.get_parent(), at_desk(people["bob"])
    address = reverse("wagtailadmin_pages:copy", args=[section.pk])
    form = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": home.pk, "copy_subpages": "on"}
    assert "Nothing was copied" in said(bob.post(address, {**form, "publish_copies": "on"}, follow=True))
    assert not Page.objects.filter(slug="copy").exists()
    assert not any(Page.find_problems())
    bob.post(address, form)
    assert Page.objects.get(slug="copy").get_children().get().live is False


def ask_api(client, page, action, **sent):
    """What the explorer's scripts could ask Wagtail's own API of the admin for."""
    address = reverse("wagtailadmin_api:pages:action", args=[page.pk, action])
    return client.post(address, sent, "application/json")


def test_publish_through_the_admins_api(draft, ann, people):
    answer = ask_api(ann, draft, "publish")
    assert answer.status_code == 400
    assert "Not published" in answer.content.decode()
    assert not is_live(draft)
    approved_by_pat(draft, people)
    assert ask_api(ann, draft, "publish").status_code == 200
    assert is_live(draft)


def test_copy_through_the_admins_api(published, ann):
    ask_api(ann, published, "copy", slug="other", keep_live=True)
    assert not Page.objects.filter(slug="other", live=True).exists()


def test_alias_shows_the_approved_words_and_nothing_else(published, ann, people):
    address = reverse("wagtailadmin_pages:copy", args=[published.pk])
    form = {"new_title": "Alias", "new_slug": "alias", "new_parent_page": published.get_parent().pk, "alias": "on"}
    ann.post(address, {**form, "publish_copies": "on"})
    alias = type(published).objects.get(slug="alias")
    assert alias.live
    assert alias.summary == published.summary
    press(ann, published, summary="Others.")
    alias.refresh_from_db()
    assert alias.summary == published.summary
    ann.post(reverse("wagtailadmin_pages:convert_alias", args=[alias.pk]))
    assert "Not published" in said(press(ann, alias, summary="Others."))
    alias.refresh_from_db()
    assert alias.summary == published.summary


def test_alias_of_a_statement_with_signatories(home, people, ann):
    """Their rows name the page that they are of: an alias's differ in that alone."""
    page = make(home, "joint_statement")
    with unattended():
        page.signatories.add(page.signatories.model(name="A network"))
        page.save_revision().publish()
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    form = {"new_title": "Alias", "new_slug": "alias", "new_parent_page": page.get_parent().pk, "alias": "on"}
    ann.post(address, {**form, "publish_copies": "on"})
    assert type(page).objects.get(slug="alias").live


@pytest.fixture
def translation(published, kiswahili_home, people, committing):
    """The beginning of a Kiswahili translation of a published page: a draft, as the Translate button leaves it."""
    with unattended():
        for page in published.get_ancestors().filter(depth__gt=2).specific():
            page.copy_for_translation(kiswahili_home.locale)
    source, _ = TranslationSource.update_or_create_from_instance(published)
    translation = Translation.objects.create(source=source, target_locale=kiswahili_home.locale)
    translation.save_target(publish=False)
    return translation


def translated_alone_is_refused(translation, people, ann):
    """Ann has translated: her Publish button is refused, she does not approve, Pat does."""
    twin = translation.get_target_instance()
    answer = ann.post(edit(twin), {"action": "publish"}, follow=True)
    assert "Not published" in said(answer)
    assert not is_live(twin)
    # Who translated it is its author, whatever name the revision bears.
    assert "You wrote some of this" in said(approve(ann, twin))
    approved_by_pat(twin, people)
    ann.post(edit(twin), {"action": "publish"}, follow=True)
    assert is_live(twin)
    assert type(twin).objects.get(pk=twin.pk).summary == "Maneno"


def kiswahili(path):
    return "habari" if path == "slug" else "Maneno"


def test_translation(translation, people, ann):
    for segment in StringSegment.objects.filter(source=translation.source):
        address = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
        sent = {"value": kiswahili(segment.context.path)}
        assert ann.put(address, urlencode(sent), "application/x-www-form-urlencoded").status_code in {200, 201}
    translation.save_target(user=people["ann"], publish=False)
    translated_alone_is_refused(translation, people, ann)


def test_nobody_publishes_what_another_began_to_translate_of_theirs(draft, kiswahili_home, people, person, committing):
    """wagtail-localize copies a page into another language, also one that was never read."""
    with unattended():
        for page in draft.get_ancestors().filter(depth__gt=2).specific():
            page.copy_for_translation(kiswahili_home.locale)
    people["ann"].groups.add(*people["pat"].groups.all())
    at_desk(person("tom", "Translator")).post(reverse("desk:translate_begin", args=[draft.pk]))
    twin, ann = draft.get_translation(kiswahili_home.locale), at_desk(people["ann"])
    ann.post(edit(twin), {"action": "publish"})
    assert "You wrote some of this" in said(approve(ann, twin))
    ann.post(edit(twin), {"action": "publish"})
    assert not is_live(twin)


def test_nobody_publishes_their_own_words_as_a_translation(home, kiswahili_home, ann, committing):
    """It names nobody for the copy, and the original may be gone."""
    address = reverse("wagtailadmin_pages:add", args=["home", "contentpage", home.pk])
    sent = {"title": "Help", "slug": "help", "sensitive": "on", "seo_title": "Information", "summary": "Ann's."}
    ann.post(address, {**form_of(ann, address, ContentPage), **sent})
    original = ContentPage.objects.get(slug="help")
    ann.post(reverse("desk:translate_begin", args=[original.pk]))
    twin = original.get_translation(kiswahili_home.locale)
    with unattended():
        original.delete()
    ann.post(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={twin.pk}")
    assert not is_live(twin)


def test_calling_the_translation_something_else_does_not_help(published, kiswahili_home, people, ann, committing):
    """A story in English is one in Kiswahili, whatever is ticked there."""
    with unattended():
        for page in published.get_ancestors().filter(depth__gt=2).specific():
            page.copy_for_translation(kiswahili_home.locale)
        twin = published.copy_for_translation(kiswahili_home.locale)
    called = {"sensitive": False} if isinstance(twin, ContentPage) else {"kind": "opinion"}
    write(twin, people["ann"], **called)
    press(ann, twin)
    assert not is_live(twin)


def test_who_begins_the_translation_of_a_live_page_wrote_nothing(published, kiswahili_home, people, committing):
    """Bob begins it, a translator translates, and Bob may publish: what he copied had been approved."""
    with unattended():
        for page in published.get_ancestors().filter(depth__gt=2).specific():
            page.copy_for_translation(kiswahili_home.locale)
    at_desk(people["bob"]).post(reverse("desk:translate_begin", args=[published.pk]))
    twin = published.get_translation(kiswahili_home.locale)
    assert people["bob"].pk not in Words(twin.get_latest_revision_as_object()).authors()


def test_translation_uploaded_as_a_file(translation, people, ann):
    """The PO file that the screen gives out, filled in elsewhere and uploaded again."""
    file = ann.get(reverse("wagtail_localize:download_pofile", args=[translation.pk])).content.decode()
    catalogue = polib.pofile(file)
    for entry in catalogue:
        entry.msgstr = kiswahili(entry.msgctxt)
    upload = SimpleUploadedFile("maneno.po", str(catalogue).encode())
    address = reverse("wagtail_localize:upload_pofile", args=[translation.pk])
    assert "pieces were taken over" in said(ann.post(address, {"file": upload, "next": "/admin/"}, follow=True))
    assert not is_live(translation.get_target_instance())
    translation.save_target(user=people["ann"], publish=False)
    translated_alone_is_refused(translation, people, ann)


@pytest.mark.parametrize("role", ["Translator", "Writer", "Publisher"])
def test_only_publishers_publish_by_wagtail_localize_s_other_buttons(home, kiswahili_home, person, committing, role):
    """“Sync” asks for another right: news that need no approval would go live by it. “Convert to alias” is nobody's."""
    page = make(home, "event_report")
    with unattended():
        page.save_revision().publish()
        news(home).copy_for_translation(kiswahili_home.locale)
        source, _ = TranslationSource.update_or_create_from_instance(page)
        translation = Translation.objects.create(source=source, target_locale=kiswahili_home.locale)
        translation.save_target(publish=False)
    twin, client = translation.get_target_instance(), at_desk(person("tom", role))
    sync = reverse("wagtail_localize:update_translations", args=[source.pk])
    assert ("Publish immediately" in client.get(sync, follow=True).content.decode()) == (role == "Publisher")
    client.post(sync, {"publish_translations": "on"})
    assert is_live(twin) == (role == "Publisher")
    with unattended():
        twin.refresh_from_db()
        twin.unpublish()
    client.post(reverse("wagtail_localize:convert_to_alias", args=[twin.pk]))
    assert not is_live(twin)


def test_who_puts_another_link_or_picture_into_a_translation_is_an_author(translation, people):
    """wagtail-localize keeps these apart from the strings."""
    page = translation.get_target_instance()
    context = TranslationContext.objects.filter(object=translation.source.object).first()
    SegmentOverride.objects.create(
        locale=translation.target_locale, context=context, data_json="1", last_translated_by=people["bob"]
    )
    assert people["bob"].pk in Words(page).authors()


def test_no_other_file_is_put_in_the_place_of_an_approved_one(draft, people, ann):
    """The words of the page stay the same: its approval would hold for a file that nobody else has seen."""
    with unattended():
        document = make_document("Signed statement")
    body = [("section", {"heading": "It", "text": f'<p><a linktype="document" id="{document.pk}">Read</a></p>'})]
    write(draft, people["ann"], body=body)
    approved_by_pat(draft, people)
    address = reverse("wagtaildocs:edit", args=[document.pk])

    def send(text):
        file = SimpleUploadedFile("x.txt", text.encode())
        form = {"title": "Signed statement", "language": "en", "collection": document.collection_id}
        return ann.post(address, {**form, "file": file}, follow=True)

    publish = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={draft.pk}"
    # Only the draft links to it as yet: the file may be another one, and the approval is none of that.
    assert "Upload the other" not in send("Something else.").text
    ann.post(publish)
    assert not is_live(draft)
    approved_by_pat(draft, people)
    ann.post(publish)
    assert is_live(draft)
    was = SiteDocument.objects.get(pk=document.pk).file.name
    assert "Upload the other as a new document" in send("Something else again.").text
    assert SiteDocument.objects.get(pk=document.pk).file.name == was
    ann.post(address, {"title": "Another title", "language": "en", "collection": document.collection_id})
    assert SiteDocument.objects.get(pk=document.pk).title == "Another title"


@pytest.mark.parametrize("changed", ["file", "words"])
def test_no_other_picture_is_put_in_the_place_of_an_approved_one(draft, people, ann, changed):
    """Between approval and publishing nothing live shows it, so anybody may change it: then the approval falls."""
    with unattended():
        picture = make_picture("A tree")
    write(draft, people["ann"], listing_image=picture)
    approved_by_pat(draft, people)
    form = {"title": "A tree", "shows": picture.shows, "collection": picture.collection_id, "tags": "", "seen": "on"}
    form |= {"description": picture.description or "A tree"}
    if changed == "file":
        form |= {"file": SimpleUploadedFile("face.png", make_picture(colour="red").file.read())}
    else:
        form |= {"description": "Somebody's name"}
    ann.post(reverse("wagtailimages:edit", args=[picture.pk]), form)
    was, now = picture, type(picture).objects.get(pk=picture.pk)
    assert (now.file.name != was.file.name) == (changed == "file")
    publish = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={draft.pk}"
    ann.post(publish)
    assert not is_live(draft)
    approved_by_pat(draft, people)
    ann.post(publish)
    assert is_live(draft)


def test_the_picture_of_an_approved_page_stays_and_so_do_its_words(draft, people, person):
    """They are read out as words of the page; who could not approve it changes neither alone."""
    with unattended():
        picture = make_picture("A tree")
        page = draft.get_latest_revision_as_object()
        page.listing_image = picture
        page.save_revision().publish()
    address = reverse("wagtailimages:edit", args=[picture.pk])
    form = {"title": "A tree", "shows": picture.shows, "collection": picture.collection_id, "tags": ""}

    def describe(user, **more):
        return at_desk(user).post(address, {**form, "description": "Somebody's name", **more}, follow=True).text

    refusal = "somebody who approves such pages may change this"
    writer = person("wil", "Writer")
    draft.refresh_from_db()
    draft.unpublish()
    assert refusal not in describe(writer, description="While it is a draft")
    with unattended():
        draft.get_latest_revision().publish()
    assert refusal in describe(writer)
    another = SimpleUploadedFile("face.png", make_picture(colour="red").file.read())
    assert "Readers see it now" in describe(writer, description=picture.description, file=another)
    picture.refresh_from_db()
    assert picture.description != "Somebody's name"
    assert refusal not in describe(people["pat"])
    picture.refresh_from_db()
    assert picture.description == "Somebody's name"


def test_move_changes_no_words(published, home, ann):
    with unattended():
        elsewhere = type(news(home))(title="Elsewhere", slug="elsewhere")
        home.refresh_from_db()
        type(home).objects.get(pk=home.pk).add_child(instance=elsewhere)
    ann.post(reverse("wagtailadmin_pages:move_confirm", args=[published.pk, elsewhere.pk]))
    published.refresh_from_db()
    assert published.live


def test_restore(published, ann, people):
    """Taken down, a story goes up again only with a new approval: there may have been a reason."""
    ann.post(reverse("wagtailadmin_pages:unpublish", args=[published.pk]))
    assert not is_live(published)
    if published.needs_protection_review():
        assert "Not published" in said(press(ann, published))
        approved_by_pat(published, people)
    # Nobody has changed a word of the others since, so that any publisher may.
    press(ann, published)
    assert is_live(published)


def test_import(draft, people):
    """The loader may publish; its mark is worth nothing while a person is at work in the admin."""
    from wagtail.log_actions import LogContext

    with unattended(), LogContext(user=people["ann"]), pytest.raises(NotApproved):
        type(draft).objects.get(pk=draft.pk).get_latest_revision().publish()
    with unattended():
        type(draft).objects.get(pk=draft.pk).get_latest_revision().publish()
    assert is_live(draft)


def test_workflow(draft, people, ann):
    """It routes and reminds; the lock is elsewhere."""
    press(ann, draft, "submit")
    page = type(draft).objects.get(pk=draft.pk)
    assert page.current_workflow_state
    expected = {"story": "Protection review, then publishing"}.get(getattr(page, "kind", ""), "Publishing")
    assert page.get_workflow().name == expected
    for name in ("ann", "pat", "bob"):
        state = type(draft).objects.get(pk=draft.pk).current_workflow_task_state
        if not state:
            break
        address = reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", state.pk])
        at_desk(people[name]).post(address, {"comment": ""}, follow=True)
        if name == "pat" and page.needs_protection_review():
            # Not before the reviewer has answered the questions; where they are, the answer sends it on.
            assert type(draft).objects.get(pk=draft.pk).current_workflow_task_state == state
            approved_by_pat(draft, people)
            assert type(draft).objects.get(pk=draft.pk).current_workflow_task_state != state
        if name == "ann":
            assert not is_live(draft)
    assert is_live(draft)


@pytest.mark.parametrize("road", ["edit", "create"])
def test_a_draftable_snippet_is_refused_too(home, people, ann, monkeypatch, road):
    """None needs it today; the lock is in its base as well, and the words stay as a draft."""
    monkeypatch.setattr(Menu, "needs_second_publisher", lambda self: True)
    if road == "edit":
        menu = Menu.objects.create(title="Old", locale=Locale.get_default(), live=False)
        menu.save_revision(user=people["bob"])
        address = reverse(Menu.snippet_viewset.get_url_name("edit"), args=[menu.pk])
    else:
        address = reverse(Menu.snippet_viewset.get_url_name("add"))
    answer = ann.post(
        address, {"title": "New", "items-count": "0", "action-count": "0", "action-publish": "1"}, follow=True
    )
    assert "Not published" in said(answer)
    menu = Menu.objects.get()
    assert not menu.live
    assert menu.get_latest_revision_as_object().title == "New"


@pytest.mark.parametrize("road", ["save", "publish"])
def test_code_is_refused_too(draft, road):
    page = type(draft).objects.get(pk=draft.pk)
    with pytest.raises(NotApproved):
        if road == "save":
            page.live = True
            page.save()
        else:
            page.get_latest_revision().publish()


# --- Who may approve -------------------------------------------------------------------------------------------------


def type_on(client, page, **changes):
    """What the editor saves by itself while somebody types: over the newest draft, where Wagtail lets it."""
    newest = type(page).objects.get(pk=page.pk).latest_revision_id
    sent = {**form_of(client, edit(page), type(page)), **changes, "overwrite_revision_id": str(newest)}
    sent.pop("action-submit", None)
    assert "updated" in said(client.post(edit(page), sent, follow=True))
    return newest


@pytest.mark.parametrize("taken_down", [False, True])
def test_what_was_live_is_not_written_over(draft, people, taken_down):
    """Else whoever published last would write new words into what is taken for the old, and be no author."""
    pat = at_desk(people["pat"])
    approve(pat, draft)
    press(pat, draft)
    assert is_live(draft)
    if taken_down:
        pat.post(reverse("wagtailadmin_pages:unpublish", args=[draft.pk]))
    live = type_on(pat, draft, summary="Others.")
    assert draft.revisions.get(pk=live).content["summary"] != "Others."
    assert "somebody else must approve" in said(approve(pat, draft))


def test_what_was_approved_is_not_written_over(draft, ann, people):
    approved_by_pat(draft, people)
    approved = type_on(ann, draft, summary="Others.")
    assert draft.revisions.get(pk=approved).content["summary"] != "Others."


def test_what_is_typed_is_written_over_as_long_as_nobody_saw_it(draft, ann):
    type_on(ann, draft, summary="Others.")
    assert draft.revisions.count() == 1


def test_words_that_changed_under_the_reviewer_s_eyes_are_not_approved(draft, ann, people):
    """The editor writes over the same revision: its number says nothing of its words."""
    pat = at_desk(people["pat"])
    address = reverse("approve", args=[ContentType.objects.get_for_model(type(draft)).pk, draft.pk])
    form = BeautifulSoup(pat.get(address).content, "lxml").select_one("[name=words]")
    type_on(ann, draft, summary="Others.")
    answer = pat.post(address, {"words": form["value"], "ticked": list(QUESTIONS)}, follow=True)
    assert "changed meanwhile" in said(answer)
    assert not Approval.objects.exists()


def test_the_author_does_not_approve(draft, people):
    write(draft, people["pat"])
    assert "You wrote some of this" in said(approve(at_desk(people["pat"]), draft))
    assert not Approval.objects.exists()


def test_a_reviewer_answers_every_question(home, people):
    page = make(home, "story")
    write(page, people["ann"])
    pat = at_desk(people["pat"])
    screen = pat.get(reverse("approve", args=[ContentType.objects.get_for_model(type(page)).pk, page.pk]))
    for key in QUESTIONS:
        assert f'name="ticked" value="{key}"' in screen.content.decode()
        assert "First answer each question" in said(approve(pat, page, ticked=[one for one in QUESTIONS if one != key]))
    assert not Approval.objects.exists()
    approved_by_pat(page, people)
    assert Record.objects.get(action="approval").detail["checklist"] == sorted(QUESTIONS)


def test_saving_the_same_words_makes_nobody_an_author(draft, people):
    press(at_desk(people["pat"]), draft, "save")
    assert draft.revisions.count() == 2
    approved_by_pat(draft, people)


def test_once_live_the_authors_begin_anew(published, people, ann):
    write(published, people["bob"])
    ann_approves = at_desk(people["ann"])
    if published.needs_protection_review():
        assert "Your roles do not include" in said(approve(ann_approves, published))
    else:
        assert "Approved" in said(approve(ann_approves, published))


def test_a_publisher_who_did_not_write_it_publishes_alone(home, people):
    for kind in ("press_statement", "joint_statement", "help"):
        page = make(home, kind, f"About {kind}")
        write(page, people["ann"])
        press(at_desk(people["bob"]), page)
        assert is_live(page)
        assert Approval.objects.get(object_id=page.pk).person == people["bob"]


def test_a_publisher_who_changes_it_does_not(home, people):
    page = make(home, "press_statement")
    write(page, people["ann"])
    assert "Not published" in said(press(at_desk(people["bob"]), page, summary="Mine."))


def test_a_publisher_does_not_clear_stories(home, people):
    page = make(home, "story")
    write(page, people["ann"])
    assert "Your roles do not include" in said(approve(at_desk(people["bob"]), page))
    assert "Not published" in said(press(at_desk(people["bob"]), page))


def test_an_approval_goes_with_the_hat(draft, people, ann):
    approved_by_pat(draft, people)
    people["pat"].groups.clear()
    assert "Not published" in said(press(ann, draft))


def test_calling_a_live_story_something_else_does_not_help(home, people, ann):
    page = make(home, "story")
    write(page, people["ann"])
    approved_by_pat(page, people)
    press(ann, page)
    assert is_live(page)
    assert "Not published" in said(press(ann, page, kind="opinion", summary="More."))


@pytest.mark.parametrize("saved_first", [False, True])
@pytest.mark.parametrize("kind", ["story", "help"])
def test_taking_it_down_first_does_not_help_either(home, people, kind, saved_first):
    """Whatever stands in a page's row while it is down: what readers saw last was a story, or a help page."""
    page = make(home, kind)
    write(page, people["ann"])
    approved_by_pat(page, people)
    bob = at_desk(people["bob"])
    press(bob, page)
    bob.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    sent = {**form_of(bob, edit(page), type(page)), "summary": "Others."}
    sent.pop("action-submit", None)
    sent |= {"kind": "opinion"} if kind == "story" else {}
    sent.pop("sensitive", None)
    if saved_first:
        bob.post(edit(page), sent)
        sent = {**form_of(bob, edit(page), type(page))}
        sent.pop("action-submit", None)
    assert "Not published" in said(bob.post(edit(page), {**sent, "action-publish": "1"}, follow=True))
    assert not is_live(page)
    assert "Approved" in said(approve(at_desk(people["pat"]), page))
    bob.post(edit(page), {**sent, "action-publish": "1"})
    assert is_live(page)


def test_other_news_needs_nobody(home, people, ann):
    page = make(home, "event_report")
    write(page, people["ann"])
    press(ann, page)
    assert is_live(page)


def test_a_superuser_is_no_second_person(draft, person):
    chief = person("chief", is_superuser=True)
    assert "Not published" in said(press(at_desk(chief), draft))
    assert "Your roles do not include" in said(approve(at_desk(chief), draft))


# --- Emergencies -----------------------------------------------------------------------------------------------------


def test_an_administrator_overrides_with_a_reason(draft, people, ann, mailoutbox):
    ada, dan = at_desk(people["ada"]), at_desk(people["dan"])
    assert "give the reason" in said(approve(ada, draft, override="1", reason=""))
    assert "Only an administrator" in said(approve(at_desk(people["pat"]), draft, override="1", reason="It is urgent."))
    approve(ada, draft, override="1", reason="Our people are in danger now.")
    assert [message.to for message in mailoutbox] == [["dan@example.org"]]
    assert "danger" not in mailoutbox[0].subject + mailoutbox[0].body
    press(ann, draft)
    assert is_live(draft)
    assert Record.objects.get(action="override").person == "ada"
    row = Approval.objects.get(role="override")
    assert "Our people are in danger now." in dan.get("/admin/").content.decode()
    assert ada.post(reverse("review_override", args=[row.pk])).status_code in {302, 403}
    row.refresh_from_db()
    assert row.reviewed_at is None
    dan.post(reverse("review_override", args=[row.pk]))
    assert "Our people are in danger now." not in dan.get("/admin/").content.decode()
    assert Record.objects.get(action="override.reviewed").person == "dan"


def test_an_override_stays_until_it_is_reviewed(draft, people):
    """Neither the page nor the administrator goes before: with them would go what is to be reviewed."""
    ada, bob = at_desk(people["ada"]), at_desk(people["bob"])
    approve(ada, draft, override="1", reason="The number was wrong.")
    press(ada, draft)
    delete = reverse("wagtailadmin_pages:delete", args=[draft.pk])
    assert "must first be reviewed" in said(bob.post(delete, follow=True))
    # The admin's own API deletes too, and counts the parent's children before it is refused.
    bob.post(f"/admin/api/main/pages/{draft.pk}/action/delete/")
    assert is_live(draft)
    assert not any(Page.find_problems())
    with pytest.raises(Refused), LogContext(user=people["bob"]), transaction.atomic():
        people["ada"].delete()
    override = Approval.objects.get(role="override")
    at_desk(people["dan"]).post(reverse("review_override", args=[override.pk]))
    bob.post(delete)
    assert not Approval.objects.exists()


def test_an_override_that_nobody_reviews_is_told_again(draft, people, mailoutbox):
    approve(at_desk(people["ada"]), draft, override="1", reason="Our people are in danger now.")
    Approval.objects.update(created_at=timezone.now() - datetime.timedelta(hours=49))
    mailoutbox.clear()
    call_command("run_due", stdout=io.StringIO())
    assert [message.to for message in mailoutbox] == [["dan@example.org"]]
    assert "The 48 hours are over." in at_desk(people["dan"]).get("/admin/").content.decode()


def test_mails_of_the_workflow_say_nothing_of_the_content(home, people, ann, mailoutbox):
    page = make(home, "story", "Her name and what they did")
    write(page, people["ann"])
    press(ann, page, "submit")
    assert mailoutbox
    for message in mailoutbox:
        text = message.subject + message.body
        assert "Her name" not in text
        assert "story" not in text.lower()
        assert "/admin/desk/review/" in message.body
    assert Workflow.objects.filter(active=True).count() == 2
