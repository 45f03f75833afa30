"""Into Kiswahili: what is missing or out of date, what changed, review, PO files; a translator never publishes."""

import polib
import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import TranslationCreator

from core.loading import unattended
from core.models import Menu
from desk import translating
from desk.models import Term
from tests import examples
from tests.doors.approvals import is_live, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def commits(monkeypatch):
    """What waits for the end of the transaction happens at once: a test's own transaction never ends."""
    from django.db import transaction

    monkeypatch.setattr(transaction, "on_commit", lambda function, *args, **kwargs: function())


@pytest.fixture
def english(home, kiswahili_home):
    """An English page with a few words, live."""
    words = "<p>We help a <b>survivor</b>.</p><p>Free of charge.</p>"
    body = [examples.section("Torture", words)]
    page = examples.add(home, "home.ContentPage", "About us", slug="about-us", summary="Who we are.", body=body)
    with unattended():
        page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


@pytest.fixture
def twin(english, at_desk):
    """Its translation, begun from the list."""
    at_desk("Translator").post(f"/admin/desk/translate/{english.pk}/begin/")
    return english.get_translation(Locale.objects.get(language_code="sw"))


def translation_of(twin):
    return Translation.objects.get(source__object_id=twin.translation_key)


def state_of(page):
    return next(state for state in translating.states() if state.page.pk == page.pk)


def po_of(client, twin):
    answer = client.get(reverse("wagtail_localize:download_pofile", args=[translation_of(twin).pk]))
    return polib.pofile(answer.content.decode())


def upload(client, twin, po, address=None):
    address = address or f"/admin/desk/translate/po/{translation_of(twin).pk}/"
    text = po if isinstance(po, (str, bytes)) else str(po)
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(address, {"file": SimpleUploadedFile("page.po", content)}, follow=True)


def filled(client, twin):
    """The page's PO file with a translation of everything, links and bold words kept."""
    po = po_of(client, twin)
    for number, entry in enumerate(po):
        bold = "<b>manusura</b>" if "<b>" in entry.msgid else ""
        entry.msgstr = f"kuhusu-{number}" if entry.msgctxt == "slug" else f"Maneno {number} {bold}".strip()
    return po


def test_begun_from_the_list_as_a_draft(english, twin):
    assert not twin.live
    assert state_of(english).state == translating.BEGUN
    assert state_of(english).done == 0
    assert state_of(english).total >= 5


def test_beginning_twice_changes_nothing(english, twin, at_desk):
    before = Page.objects.count()
    answer = at_desk("Translator").post(f"/admin/desk/translate/{english.pk}/begin/")
    assert answer.headers["Location"] == reverse("wagtailadmin_pages:edit", args=[twin.pk])
    assert Page.objects.count() == before


def test_list_has_help_pages_first_then_sections(home, english, at_desk):
    examples.add(home, "home.ContentPage", "Find help", slug="help", sensitive=True, seo_title="Information")
    soup = BeautifulSoup(at_desk("Translator").get("/admin/desk/translate/").content, "lxml")
    headings = [heading.get_text() for heading in soup.select(".desk-screen h2")]
    assert headings[0] == "Help and safety"
    assert "About us" in headings
    assert at_desk("Writer").get("/admin/desk/translate/").status_code in (302, 403)


def test_progress_and_review_and_a_translator_never_publishes(english, twin, at_desk):
    translator = at_desk("Translator")
    upload(translator, twin, filled(translator, twin))
    assert state_of(english).state == translating.DRAFT
    edit = reverse("wagtailadmin_pages:edit", args=[twin.pk])
    assert "pieces are translated" in said(translator.get(edit))
    translator.post(edit, {"action": "publish"})
    assert not is_live(twin)
    assert "Sent for review" in said(translator.post(f"/admin/desk/translate/{twin.pk}/send/", follow=True))
    assert not is_live(twin)
    twin = type(twin).objects.get(pk=twin.pk)
    assert twin.get_latest_revision_as_object().title.startswith("Maneno")
    state = twin.current_workflow_task_state
    screen = at_desk("Publisher").get(f"/admin/desk/review/{state.pk}/")
    assert "Maneno" in screen.text
    sent = {"revision": twin.latest_revision_id, "decision": "approve", "comment": ""}
    at_desk("Publisher").post(f"/admin/desk/review/{state.pk}/", sent)
    assert is_live(twin)
    assert state_of(english).state == translating.DONE


def test_sending_twice_is_told(twin, at_desk):
    translator = at_desk("Translator")
    translator.post(f"/admin/desk/translate/{twin.pk}/send/")
    assert "already" in said(translator.post(f"/admin/desk/translate/{twin.pk}/send/", follow=True))


def test_out_of_date_and_what_changed_since(english, twin, at_desk):
    translator = at_desk("Translator")
    upload(translator, twin, filled(translator, twin))
    english.summary = "Who we are today."
    with unattended():
        english.save_revision().publish()
    assert state_of(english).state == translating.OUT_OF_DATE
    edit = reverse("wagtailadmin_pages:edit", args=[twin.pk])
    assert "published again" in translator.get(edit).text
    changes = translating.changes_since(translation_of(twin).source)
    assert changes == [("Who we are.", "Who we are today.")]
    screen = translator.get(f"/admin/desk/translate/{twin.pk}/changes/").text
    assert "Who we are today." in screen
    translator.post(f"/admin/desk/translate/{twin.pk}/changes/")
    state = state_of(english)
    assert state.state == translating.BEGUN
    assert state.done == state.total - 1  # what did not change keeps its translation


def test_publishing_the_same_again_is_not_out_of_date(english, twin, at_desk):
    translator = at_desk("Translator")
    upload(translator, twin, filled(translator, twin))
    with unattended():
        type(english).objects.get(pk=english.pk).save_revision().publish()
    assert state_of(english).state == translating.DRAFT


# --- PO files ------------------------------------------------------------------------------------------------------


def faults(response):
    soup = BeautifulSoup(response.content, "lxml")
    return [item.get_text(" ", strip=True) for item in soup.select("[role=alert] li")]


def test_po_there_and_back(twin, at_desk):
    translator = at_desk("Translator")
    po = filled(translator, twin)
    response = upload(translator, twin, po)
    assert f"{len(po)} pieces were taken over" in said(response)
    kept = dict(StringTranslation.objects.values_list("context__path", "data"))
    assert kept["title"] == next(entry.msgstr for entry in po if entry.msgctxt == "title")
    assert not is_live(twin)


def test_faults_are_told_by_line_and_nothing_is_taken(twin, at_desk):
    translator = at_desk("Translator")
    po = filled(translator, twin)
    text = str(po).replace('msgid "Who we are."', 'msgid "Who we were."')
    text = text.replace("<b>manusura</b>", "manusura")
    response = upload(translator, twin, text)
    assert response.status_code == 422
    told = faults(response)
    lines = text.splitlines()
    wrong = next(number for number, line in enumerate(lines, 1) if "Who we were." in line)
    assert len(told) == 2
    assert any("Who we were." in line and abs(int(line.split()[1].strip(":")) - wrong) <= 1 for line in told)
    assert any("Links and bold words" in line for line in told)
    assert not StringTranslation.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a PO file"),
        (b"hello", "not a PO file"),
        (b'msgid ""\nmsgstr ""\nnonsense here\n', "Line 3"),
        (b'msgid "a"\nmsgstr "b"\n', "another page"),
        ('msgid "é"\nmsgstr ""\n'.encode("latin-1"), "UTF-8"),
        (b"/etc/passwd", "not a PO file"),
    ],
)
def test_what_is_no_po_file_of_this_page(twin, at_desk, content, words):
    response = upload(at_desk("Translator"), twin, content)
    assert response.status_code == 422
    assert words in " ".join(faults(response))


def test_localize_s_own_upload_passes_the_same_checks(twin, at_desk):
    address = reverse("wagtail_localize:upload_pofile", args=[translation_of(twin).pk])
    response = upload(at_desk("Translator"), twin, b"hello", address)
    assert "not a PO file" in " ".join(faults(response))


def test_upload_is_for_those_who_may_change_the_page(twin, at_desk):
    file = filled(at_desk("Translator"), twin)
    for role in ("Finance", "Approver"):
        response = upload(at_desk(role), twin, file)
        assert response.redirect_chain == [("/admin/", 302)]
        assert not StringTranslation.objects.exists()
    upload(at_desk("Translator"), twin, file)
    assert StringTranslation.objects.exists()


def test_upload_publishes_nothing_even_of_a_live_story(home, kiswahili_home, at_desk):
    """The road that an earlier issue asked about: words of a live page come in, and stay a draft."""
    news = examples.add(home, "news.NewsIndexPage", "News", slug="news")
    story = examples.add(news, "news.NewsPage", "A life", slug="a-life", kind="story", seo_title="Information")
    at_desk("Translator").post(f"/admin/desk/translate/{story.pk}/begin/")
    twin = story.get_translation(Locale.objects.get(language_code="sw"))
    with unattended():
        translation_of(twin).save_target(publish=True)
    before = type(twin).objects.get(pk=twin.pk).title
    translator = at_desk("Translator")
    upload(translator, twin, filled(translator, twin))
    assert type(twin).objects.get(pk=twin.pk).title == before
    publisher = at_desk("Publisher")
    publisher.post(reverse("wagtailadmin_pages:edit", args=[twin.pk]), {"action": "publish"})
    assert type(twin).objects.get(pk=twin.pk).title == before  # no protection reviewer has seen it


def test_words_of_the_house(at_desk):
    assert Term.objects.count() >= 30
    found = at_desk("Translator").get("/admin/desk/translate/terms/").json()["terms"]
    assert {"english": "torture", "kiswahili": "mateso", "note": ""} in found
    assert at_desk("Writer").get("/admin/desk/translate/terms/").status_code in (302, 403)
    address = reverse("wagtailsnippets_desk_term:add")
    at_desk("Translator").post(address, {"english": "court", "kiswahili": "mahakama", "note": ""})
    assert Term.objects.filter(english="court").exists()


# --- wagtail-localize's other roads to readers -----------------------------------------------------------------------


@pytest.fixture
def live_twin(twin):
    """The translation with readers, and new words of a translator that nobody has approved."""
    translation = translation_of(twin)
    with unattended():
        translation.save_target(publish=True)
    segment = translation.source.stringsegment_set.get(context__path="title")
    StringTranslation.objects.create(
        translation_of=segment.string, context=segment.context, locale=translation.target_locale, data="Maneno mapya"
    )
    return type(twin).objects.get(pk=twin.pk)


@pytest.mark.parametrize("is_help", [False, True])
def test_sending_new_words_for_review_changes_nothing_for_readers(english, live_twin, at_desk, is_help):
    """wagtail-localize would write a draft's words to the live page itself; on a help page that was refused.

    core.drafting goes when this passes without it.
    """
    type(live_twin).objects.filter(pk=live_twin.pk).update(sensitive=is_help, seo_title="Information")
    type(english).objects.filter(pk=english.pk).update(sensitive=is_help, seo_title="Information")
    before = live_twin.title
    answer = at_desk("Translator").post(f"/admin/desk/translate/{live_twin.pk}/send/", follow=True)
    assert "Sent for review" in said(answer)
    twin = type(live_twin).objects.get(pk=live_twin.pk)
    assert twin.live
    assert twin.title == before
    state = twin.current_workflow_task_state
    publisher = at_desk("Publisher")
    assert "Maneno mapya" in publisher.get(f"/admin/desk/review/{state.pk}/").text
    sent = {"revision": twin.latest_revision_id, "decision": "approve", "comment": ""}
    publisher.post(f"/admin/desk/review/{state.pk}/", sent)
    assert type(twin).objects.get(pk=twin.pk).title == "Maneno mapya"


def test_beginning_again_takes_no_snippet_down(home, kiswahili_home, person):
    """With a page, wagtail-localize begins the snippets that it shows: those that are live already as well."""
    menu = Menu.objects.create(title="Main", live=True)
    TranslationCreator(person("Translator"), [kiswahili_home.locale]).create_translations(menu)
    twin = menu.get_translation(kiswahili_home.locale)
    assert not twin.live
    twin.get_latest_revision().publish()
    TranslationCreator(person("Translator"), [kiswahili_home.locale]).create_translations(menu)
    assert is_live(twin)


@pytest.mark.parametrize("role", ["Translator", "Writer", "Publisher"])
def test_syncing_publishes_for_nobody_but_a_publisher(live_twin, at_desk, role):
    client, before = at_desk(role), live_twin.title
    address = reverse("wagtail_localize:update_translations", args=[translation_of(live_twin).source_id])
    client.post(address, {"publish_translations": "on"})
    live_twin.refresh_from_db()
    assert live_twin.title == ("Maneno mapya" if role == "Publisher" else before)
    if role == "Translator":
        assert "Publish immediately" not in client.get(address).text


@pytest.mark.parametrize("role", ["Translator", "Writer", "Publisher"])
def test_no_translation_becomes_the_english_page(live_twin, at_desk, role):
    """An “alias” shows readers of Kiswahili the English words, and deletes the translation."""
    address = reverse("wagtail_localize:convert_to_alias", args=[live_twin.pk])
    assert at_desk(role).post(address).status_code == at_desk(role).get(address).status_code == 404
    live_twin.refresh_from_db()
    assert live_twin.alias_of is None
    assert Translation.objects.filter(pk=translation_of(live_twin).pk).exists()


def test_earlier_version_of_a_translation_is_put_back_for_good(english, twin, at_desk, person):
    """wagtail-localize makes a page of the pieces that it knows: its next “Publish” would bring back what was wrong."""
    translator, publisher = at_desk("Translator"), at_desk("Publisher")
    for summary in ("Maneno sahihi.", "Maneno yenye kosa."):
        po = filled(translator, twin)
        next(entry for entry in po if entry.msgctxt == "summary").msgstr = summary
        upload(translator, twin, po)
        translation_of(twin).save_target(user=person("Publisher"), publish=True)
    history = BeautifulSoup(publisher.get(f"/admin/pages/{twin.pk}/history/").text, "lxml")
    (way,) = history.find_all("a", string="Put this version back")
    assert "sahihi." in publisher.get(way["href"]).text
    publisher.post(way["href"])
    assert type(twin).objects.get(pk=twin.pk).summary == "Maneno sahihi."
    translation_of(twin).save_target(user=person("Publisher"), publish=True)
    twin = type(twin).objects.get(pk=twin.pk)
    assert twin.summary == "Maneno sahihi."
    assert "<b>manusura</b>" in str(twin.body)
