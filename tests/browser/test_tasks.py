"""The tasks of the editors' desk, each done by the role that would, from the dashboard, and counted.

No address is typed. The table is printed at the end (`-s`); a task that takes more than it may fails.
"""

import datetime
import io
import re

import pytest
from bs4 import BeautifulSoup
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.browser.desk import sign_in
from tests.browser.hands import PEOPLE, Hands

pytestmark = pytest.mark.browser
TABLE = {}  # what was counted: {task: (at most, steps)}


@pytest.fixture(scope="module", autouse=True)
def table():
    """Print the table when all tasks are done."""
    yield
    print("\n| task | at most | counted |\n|---|---|---|")
    for task, (most, steps) in TABLE.items():
        print(f"| {task} | {most} | {len(steps)}: {' · '.join(steps)} |")


@pytest.fixture(scope="module")
def people(desk_site, browser):
    """Sessions of people, a role each: `people("writer")`."""
    desk_site.run_python(PEOPLE)
    sessions = {}

    def session(role):
        if role not in sessions:
            sessions[role] = sign_in(desk_site, browser, role)
        return sessions[role]

    yield session
    for context in sessions.values():
        context.close()


@pytest.fixture
def hands(desk_site, people):
    """Somebody's hands: `hands("writer")`; closed after the test."""
    made = []

    def of(role):
        made.append(Hands(desk_site, people(role)))
        return made[-1]

    yield of
    for hand in made:
        hand.page.close()


def done(task, most, hands, at_least=1):
    """The task is done: what was counted goes into the table, and is not more than it may be."""
    TABLE[task] = (most, hands.steps)
    assert at_least <= len(hands.steps) <= most, hands.steps
    assert hands.clicks() <= len(hands.steps), f"the browser counted {hands.clicks()}: {hands.steps}"
    # An autosave that comes after what it was to precede is refused by Wagtail ("invalid_revision"); nothing is lost.
    problems = [found for found in hands.watch.problems() if not re.fullmatch(r"400: .*/edit/", found)]
    assert not problems, problems


def public(hands, path):
    """A public page as it is now (BeautifulSoup)."""
    status, _headers, html = hands.site.get(path)
    assert status == 200, path
    return BeautifulSoup(html, "lxml")


def upload_document(writer):
    """In the chooser of documents, upload one: the library is empty in the beginning."""
    window = writer.page.get_by_role("dialog")
    writer.press(window.get_by_role("tab", name="Upload"), "Upload")
    file = {"name": "statement.txt", "mimeType": "text/plain", "buffer": b"The whole statement.\n"}
    writer.steps.append("choose the file")
    window.locator("input[type=file]").set_input_files(file)
    expect(window.locator("#id_document-chooser-upload-title")).to_have_value("statement")
    writer.choose(window.locator("#id_document-chooser-upload-language"), "English")
    writer.press(window.locator("form").get_by_role("button", name="Upload"), "Upload it")


def test_toll_free_number_everywhere(hands):
    publisher = hands("publisher")
    publisher.link("Contact details")
    publisher.picture("contact-details")
    publisher.field("phones-0-number").fill("0800 555 012")
    publisher.button("Save")
    publisher.said("updated")
    for path in ("/", "/get-help/", "/sw/mawasiliano/"):
        assert public(publisher, path).select_one("footer").find("a", href="tel:0800555012"), path
    done("change the toll-free number everywhere", 4, publisher)


def test_emergency_notice_in_both_languages(hands):
    publisher = hands("publisher")
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)
    publisher.link("Notice on every page")
    publisher.choose(publisher.field("severity"), "Emergency")
    publisher.field("text_en").fill("Our office is closed today. Call us.")
    publisher.field("text_sw").fill("Ofisi yetu imefungwa leo. Tupigie.")
    publisher.field("show_until").fill(f"{tomorrow} 18:00")
    publisher.page.keyboard.press("Tab")
    publisher.picture("notice")
    publisher.button("More actions")
    publisher.button("Publish")
    publisher.said("published")
    assert "closed today" in public(publisher, "/").select_one(".notice--emergency").get_text()
    assert "imefungwa leo" in public(publisher, "/sw/").select_one(".notice--emergency").get_text()
    until = publisher.site.sql("SELECT show_until FROM core_notice WHERE text_en LIKE 'Our office is closed today%'")
    assert until == [(f"{tomorrow} 15:00:00",)]  # 18:00 in Nairobi, kept in UTC
    done("emergency notice on every page, both languages, ending tomorrow 18:00", 7, publisher)


def test_press_statement_sent_for_review(hands):
    writer = hands("writer")
    page = writer.page
    writer.link("Press statement")
    writer.picture("press-statement-new")
    writer.field("title").fill("On the arrests at the river")
    writer.field("summary").fill("We ask for an inquiry.")
    writer.press(page.get_by_role("button", name="Choose an image"), "Choose an image")
    # Not one of people, which the other tests upload and which waits for clearance.
    choice = page.get_by_role("dialog").locator("a.image-choice").filter(has_not_text="Kisumu").first
    writer.press(choice, "the picture")
    expect(page.get_by_role("dialog")).to_have_count(0)
    for number, editor in enumerate(
        page.locator("[data-streamfield-stream-container] .public-DraftEditor-content").all()[:3]
    ):
        writer.write(editor, f"What we write in section {number}.")
    files = page.locator("#panel-child-words-files-content, #panel-child-words-files-section").first
    writer.press(files.get_by_role("button", name="Insert a block"), "Insert a file")
    writer.press(files.get_by_role("button", name="Choose a document"), "Choose a document")
    upload_document(writer)
    expect(page.get_by_role("dialog")).to_have_count(0)
    writer.choose(writer.field("coalition"), "Police Reforms Working Group Kenya")
    writer.button("More actions")
    writer.picture("press-statement-send")
    writer.press(page.get_by_role("button", name=re.compile("^Submit to")), "Submit")
    writer.said("submitted")
    done("press statement with a picture, a document and a coalition, sent for review", 12, writer)


SENT = """
import django; django.setup()
from core.models import User
from news.models import NewsIndexPage, NewsPage
writer = User.objects.get(username="writer")
item = NewsPage(title="On the closed road", summary="We ask for an inquiry.", live=False, owner=writer)
item.body = [{"type": "section", "value": {"heading": "What happened", "text": "<p>Nobody was let through.</p>"}}]
NewsIndexPage.objects.get(locale__language_code="en").add_child(instance=item)
item.save_revision(user=writer)
item.get_workflow().start(item, writer)
"""


def test_review(hands):
    hands("writer").site.run_python(SENT)
    publisher = hands("publisher")
    publisher.link("On the closed road")
    expect(publisher.page.locator(".desk-differences")).to_contain_text("Nobody was let through.")
    publisher.page.get_by_label("Comment").fill("Good. Thank you.")
    publisher.picture("review")
    publisher.button("Approve")
    publisher.said("Readers see it now")
    assert "Nobody was let through." in public(publisher, "/news/on-the-closed-road/").get_text()
    done("review: see what changed, comment, approve", 4, publisher)


def test_call_to_action_leads_elsewhere(hands):
    publisher = hands("publisher")
    words = re.compile("Learn more about the Police Reforms Working Group")
    assert public(publisher, "/how-we-work/").find("a", string=words)["href"] == "/coalitions/prwg-k/"
    publisher.find("How we work")
    publisher.result("How we work")
    chooser = publisher.page.locator(".page-chooser", has_text="Police Reforms Working Group Kenya")
    publisher.button("Choose another page", chooser)
    publisher.page.get_by_role("dialog").get_by_label("Search term").fill("Missing Voices")
    expect(publisher.page.get_by_role("dialog").get_by_role("link", name="Missing Voices", exact=True)).to_be_visible()
    publisher.picture("call-to-action")
    publisher.link("Missing Voices", publisher.page.get_by_role("dialog"))
    expect(publisher.page.get_by_role("dialog")).to_have_count(0)
    publisher.button("More actions")
    publisher.button("Publish")
    publisher.said("published")
    assert public(publisher, "/how-we-work/").find("a", string=words)["href"] == "/coalitions/missing-voices/"
    done("point the PRWG-K “learn more” action to another page", 6, publisher)


SPOILED = """
import django; django.setup()
from core.loading import unattended
from home.models import ContentPage
page = ContentPage.objects.get(slug="how-we-work", locale__language_code="en")
page.summary = "Spoiled."
with unattended():
    page.save_revision(log_action=True).publish()
"""


def test_yesterday_s_version_is_put_back(hands):
    publisher = hands("publisher")
    before = public(publisher, "/how-we-work/").select_one(".lede").get_text()
    publisher.site.run_python(SPOILED)
    assert public(publisher, "/how-we-work/").select_one(".lede").get_text() == "Spoiled."
    publisher.find("How we work")
    publisher.result("How we work")
    publisher.link("History")
    publisher.picture("put-back")
    found = publisher.page.locator("table.listing").get_by_role("link", name="Put this version back").first
    with publisher.page.expect_navigation():
        publisher.press(found, "Put this version back")
    expect(publisher.page.locator(".desk-differences")).to_contain_text(before)
    publisher.button("Put it back and publish")
    publisher.said("Readers see the earlier version now")
    assert public(publisher, "/how-we-work/").select_one(".lede").get_text() == before
    done("put yesterday's version of a page back", 5, publisher)


def test_ninth_service_area(hands):
    publisher = hands("publisher")
    page = publisher.page
    assert len(public(publisher, "/how-we-work/").select(".areas li")) == 8
    publisher.find("What we do")
    with page.expect_navigation():
        publisher.press(page.get_by_role("link", name="Explore child pages of 'What we do'"), "the arrow")
    publisher.link("Add child page")
    with page.expect_navigation():
        publisher.press(page.get_by_role("link", name=re.compile("^Service area")), "Service area")
    publisher.settle()
    publisher.field("title").fill("Help for families")
    publisher.field("summary").fill("Support for those who lost someone.")
    publisher.choose(publisher.field("icon"), "Community")
    publisher.picture("service-area")
    publisher.button("More actions")
    publisher.button("Publish")
    publisher.said("published")
    areas = public(publisher, "/how-we-work/").select(".areas li")
    assert len(areas) == 9
    assert areas[-1].svg
    done("add a ninth service area with icon; it appears on How we work", 8, publisher)


def test_news_item_into_kiswahili(hands):
    translator = hands("translator")
    page = translator.page
    translator.link("Translate")
    translator.picture("translate-list")
    first = page.locator("h2:text-is('News') ~ table").first.get_by_role("button", name="Translate").first
    with page.expect_navigation():
        translator.press(first, "Translate (the item)")
    translator.settle()
    waiting = page.locator("li.incomplete")
    expect(waiting.first).to_be_visible()
    translator.picture("translate-piece")
    expect(page.locator(".desk-terms").locator("visible=true").first).to_be_visible()  # the words of the house
    expect(page.get_by_role("link", name="Delete")).to_have_count(0)
    segments = waiting.count()
    for number in range(segments):
        if not waiting.locator("visible=true").count():
            translator.press(page.get_by_role("tab", name="Address, lists, sharing"), "the other tab")
        piece = waiting.locator("visible=true").first
        english = piece.locator("p").first.inner_text()
        links = " ".join(re.findall(r"<a[^>]*>.*?</a>", english))  # they are kept
        is_address = re.fullmatch("[a-z0-9-]+", english)
        translator.button("Translate", piece)
        words = f"maneno-{number}" if is_address else f"Maneno ya Kiswahili namba {number} {links}".strip()
        editing = page.locator("li:has(> div textarea), li:has(> div input[type=text])").locator("visible=true").last
        editing.locator("textarea, input[type=text]").fill(words)
        translator.button("Save", editing)
        expect(waiting).to_have_count(segments - number - 1)
    with page.expect_navigation():
        page.reload()
    translator.link("Send for review")
    with page.expect_navigation():
        translator.button("Send for review")
    translator.said("Sent for review")
    assert hands("publisher").page.get_by_role("link", name="Maneno ya Kiswahili namba 0").count() == 1
    done("translate a news item into Kiswahili, sent for review", 6 + 2 * segments, translator)


def test_draft_for_somebody_without_an_account(hands, visitor):
    publisher = hands("publisher")
    page = publisher.page
    publisher.find("About IMLU")
    publisher.result("About IMLU")
    publisher.field("title").fill("About us, tomorrow")
    publisher.button("More actions")
    with page.expect_navigation():
        publisher.button("Show to someone without an account")
    address = page.get_by_label("Address", exact=True).input_value()
    publisher.picture("share-draft")
    reader = visitor(publisher.site)
    answer = reader.goto(address)
    expect(reader.locator("h1")).to_have_text("About us, tomorrow")
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert public(publisher, "/about/").h1.get_text() == "About IMLU"
    done("show a draft to someone without an account", 4, publisher)
    # It was the wrong person: the same screen takes it back.
    with page.expect_navigation():
        page.get_by_role("button", name="Revoke").click()
    publisher.said("shows nothing any more")
    assert page.request.get(address).status == 410


USED_PICTURE = """
import django; django.setup()
from core.loading import unattended
from core.models import SiteImage
from news.models import NewsPage
page = NewsPage.objects.get(slug="annual-figures-2025", locale__language_code="en")
page.listing_image = SiteImage.objects.filter(shows="nobody", withdrawn_at=None).first()
with unattended():
    page.save_revision().publish()
print(page.listing_image.pk, page.listing_image.title)
"""


def test_picture_is_withdrawn_everywhere(hands):
    publisher = hands("publisher")
    page = publisher.page
    number, _space, title = publisher.site.run_python(USED_PICTURE).strip().partition(" ")
    path = "/news/annual-figures-2025/"
    shown = public(publisher, path).select_one(".lead img")["src"]
    assert page.request.get(shown).status == 200
    # What the library shows in the place of a picture that is gone.
    publisher.watch.expected = (f"{publisher.site.url}/media/not-found",)
    publisher.link("Images")
    with page.expect_navigation():
        publisher.press(page.locator(f"main a[href*='/admin/images/{number}/']").first, title)
    publisher.settle()
    publisher.link("Withdraw everywhere")
    publisher.picture("withdraw")
    with page.expect_navigation():
        publisher.button("Delete it everywhere")
    publisher.said("Withdrawn")
    assert page.request.get(shown).status == 404
    assert not public(publisher, path).select(".lead img")
    done("withdraw a picture everywhere", 4, publisher)


# --- Beyond the list: for the handbook -----------------------------------------------------------------------------


SKIES = [(176, 196, 208), (196, 206, 216)]  # the same picture twice would be asked about


def photo_of_people(sky):
    """A picture (JPEG, bytes) of three people, drawn."""
    image = Image.new("RGB", (1200, 800), sky)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 560, 1200, 800), fill=(150, 140, 120))
    for left in (300, 620, 900):
        draw.ellipse((left - 60, 230, left + 60, 370), fill=(90, 60, 45))
        draw.rectangle((left - 100, 370, left + 100, 680), fill=(40, 70, 120))
    file = io.BytesIO()
    image.save(file, "JPEG")
    return file.getvalue()


def picture_of_people(writer, title, sky):
    """Choose one from the dashboard and say what it shows; what is left is the form's button, which is returned."""
    page = writer.page
    writer.link("Images")
    writer.link("Add an image")
    writer.steps.append("choose the file")
    page.locator("#fileupload").set_input_files(
        {"name": "march.jpg", "mimeType": "image/jpeg", "buffer": photo_of_people(sky)}
    )
    form = page.locator("#upload-list form")
    code = form.get_by_label("Consent reference")
    expect(code).to_be_visible()
    writer.press(form.get_by_label("Nobody: a place"), "Nobody")
    expect(code).to_be_hidden()  # what nobody needs is not asked
    writer.press(form.get_by_label("Adults who can be recognised"), "Adults")
    form.get_by_label("Title").fill(title)
    form.get_by_label("Description", exact=False).first.fill("Three people walk along the lake.")
    code.fill("CF-2026-031")
    writer.press(form.get_by_label("agreed to: this website"), "this website")
    form.get_by_label("Agreed until").fill("2099-12-31")
    form.get_by_label("Explained in").fill("Dholuo")
    page.mouse.wheel(0, 250)
    return form.get_by_role("button", name="Update")


def upload(writer, button):
    writer.press(button, "Update")
    expect(writer.page.get_by_text("Image updated.").locator("visible=true")).to_be_visible()


def test_picture_of_people_is_uploaded_and_cleared(hands):
    writer = hands("writer")
    button = picture_of_people(writer, "A march in Kisumu", SKIES[0])
    writer.picture("picture-upload")
    upload(writer, button)
    reviewer = hands("protection")
    reviewer.link("A march in Kisumu")
    reviewer.picture("picture-clear")
    with reviewer.page.expect_navigation():
        reviewer.button("Clear this picture")
    reviewer.said("Cleared")
    done("clear a picture of people", 2, reviewer)
    done("upload a picture of people, with what was agreed", 7, writer)


def test_face_is_covered(hands):
    writer = hands("writer")
    upload(writer, picture_of_people(writer, "A walk in Kisumu", SKIES[1]))
    writer = hands("writer")
    page = writer.page
    writer.link("Images")
    with page.expect_navigation():
        writer.press(page.locator("main a", has_text="A walk in Kisumu").first, "the picture")
    writer.settle()
    writer.link("Crop, or cover a face")
    page.locator(".cover__picture").scroll_into_view_if_needed()
    place = page.locator(".cover__picture svg").bounding_box()
    page.mouse.move(place["x"] + place["width"] * 0.18, place["y"] + place["height"] * 0.24)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] * 0.32, place["y"] + place["height"] * 0.5, steps=4)
    writer.steps.append("drag over the face")
    page.mouse.up()
    writer.picture("cover-face")
    with page.expect_navigation():
        writer.button("Save for ever")
    writer.said("Saved")
    expect(page.locator(".clearance--not")).to_be_visible()  # it needs a new clearance
    done("cover a face in a picture", 5, writer)


def test_menu_is_changed(hands):
    publisher = hands("publisher")
    page = publisher.page
    publisher.button("On every page")
    publisher.link("Menus")
    with page.expect_navigation():
        publisher.press(page.locator("tr", has_text="English").locator(".title-wrapper a"), "Main menu")
    publisher.settle()
    page.get_by_label("Words of the link").first.fill("Help for you")
    publisher.picture("menu")
    publisher.button("More actions")
    publisher.button("Publish")
    publisher.said("published")
    assert public(publisher, "/").select_one("header").find("a", string=re.compile("Help for you"))
    done("change the menu", 5, publisher)
    # What the handbook says of the Kiswahili one.
    page.goto("/admin/snippets/core/menu/")
    page.locator("tr", has_text="English").get_by_role("button", name=re.compile("More|Actions|options")).click()
    expect(page.get_by_role("link", name=re.compile("Sync translat"))).to_be_visible()
