"""Everyday strength: a broken line, two editors on a page, pasting, a phone's width, the keyboard."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk, sign_in
from tests.browser.hands import PEOPLE
from tests.browser.house import PASSWORD
from tests.browser.probes import axe, too_wide

pytestmark = pytest.mark.browser

# As Word, WhatsApp on the web and a PDF reader put text on the clipboard.
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{mso-style-parent:"";margin:0}
</style></head><body lang=EN-GB><!--StartFragment--><p class=MsoNormal style='margin-bottom:8.0pt'><b><span
style='font-size:14.0pt;font-family:"Calibri",sans-serif;color:#1F4E79'>A bold word</span></b><span
style='mso-spacerun:yes'> and plain ones</span><o:p></o:p></p><p class=MsoNormal><a href="https://example.org/"><span
style='color:#0563C1'>a link</span></a></p><!--EndFragment--></body></html>"""
WHATSAPP = """<div class="copyable-text" data-pre-plain-text="[10:04, 26/11/2026] +254 700 000 000: "><span dir="ltr"
class="selectable-text"><span style="font-size:14.2px;color:rgb(17,27,33)">The meeting is on Friday</span></span></div>"""
PDF = """<span style="position:absolute;left:72px;top:90px;font-family:g_d0_f1">The commission</span><span
style="position:absolute;left:160px;top:90px;font-family:g_d0_f1"> was told</span>"""
TABLE = """<table><tbody><tr><td><p class=MsoNormal>Nairobi</p></td><td><p class=MsoNormal>12</p></td><td>2025</td></tr>
<tr><td colspan=3><p>As <a href="https://example.org/">they</a> counted.</p></td></tr></tbody></table>"""
PASTE = """(editor, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", new DOMParser().parseFromString(html, "text/html").body.textContent);
  editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
PASTED = [
    (WORD, ["A bold word", "and plain ones", "a link"]),
    (WHATSAPP, ["The meeting is on Friday"]),
    (PDF, ["The commission", "was told"]),
    (TABLE, ["Nairobi | 12 | 2025", "As they counted."]),
]


@pytest.fixture(scope="module")
def people(desk_site, browser):
    desk_site.run_python(PEOPLE)
    sessions = {role: sign_in(desk_site, browser, role) for role in ("writer", "publisher")}
    yield sessions
    for context in sessions.values():
        context.close()


@pytest.fixture
def at(desk_site, people):
    """Somebody with a new window: `at("writer")`."""
    made = []

    def of(role):
        made.append(Desk(desk_site, people[role]))
        return made[-1]

    yield of
    for desk in made:
        desk.page.close()


def latest(site, path_id):
    """The newest draft's content of a page."""
    return site.sql(
        "SELECT content FROM wagtailcore_revision WHERE id = (SELECT latest_revision_id FROM wagtailcore_page WHERE id = ?)",
        path_id,
    )[0][0]


def test_autosave_over_a_broken_line(at):
    writer, words = at("writer"), f"Written while the line was down, {time.time():.0f}."
    writer.edit("/about/")
    number = writer.page_id("/about/")
    summary = writer.field("summary")
    summary.focus()
    writer.page.context.set_offline(True)
    try:
        summary.fill(words)
        writer.page.keyboard.press("Tab")
        writer.page.wait_for_timeout(2500)
        assert words not in latest(writer.site, number)
    finally:
        writer.page.context.set_offline(False)
    assert summary.input_value() == words
    summary.press("End")
    summary.press_sequentially(" And after.")
    writer.page.keyboard.press("Tab")
    for _ in range(40):
        if words + " And after." in latest(writer.site, number):
            break
        writer.page.wait_for_timeout(500)
    assert words + " And after." in latest(writer.site, number)


def test_what_is_written_during_a_save_is_saved_too(at):
    """The last words come while the answer to a save is on its way, as on a slow line; nothing is changed after that."""
    writer = at("writer")
    page, number = writer.page, writer.page_id("/about/")
    writer.edit("/about/")
    page.wait_for_timeout(2500)  # before that, Wagtail has not looked at the form
    summary = writer.field("summary")

    def slowly(route):
        answer = route.fetch()
        summary.press_sequentially(" The last words.")
        route.fulfill(response=answer)

    page.route("**/edit/", slowly, times=1)
    summary.focus()
    page.keyboard.press("End")
    summary.press_sequentially(" The first words.")
    for _ in range(20):
        if " The first words. The last words." in latest(writer.site, number):
            break
        page.wait_for_timeout(500)
    assert " The first words. The last words." in latest(writer.site, number)
    saves = []
    page.on("request", lambda request: saves.append(request.url) if request.method == "POST" else None)
    page.wait_for_timeout(3000)
    assert not [url for url in saves if url.endswith("/edit/")], "it saves without an end"


def test_what_is_written_at_once_is_saved_too(at):
    """Wagtail looks at the form for the first time two seconds after it is there."""
    writer = at("writer")
    writer.edit("/about/")
    summary = writer.field("summary")
    summary.press("End")
    summary.press_sequentially(" At once.")
    becomes_part_of(writer, "/about/", " At once.")


def test_what_is_written_after_a_refusal_is_saved_too(at):
    """A form that came back with a mistake in it: Wagtail takes it for changed, and never looks at it again."""
    publisher = at("publisher")
    publisher.edit("/about/")
    title = publisher.field("title")
    words = title.input_value()
    title.fill("")
    publisher.page.get_by_role("button", name="More actions").click()
    with publisher.page.expect_navigation():
        publisher.page.get_by_role("button", name="Publish", exact=True).click()
    expect(publisher.page.locator(".messages li").last).to_contain_text("validation errors")
    title.fill(words + " and you")
    becomes_part_of(publisher, "/about/", words + " and you")
    title.press("End")
    title.press_sequentially(", all of you")
    becomes_part_of(publisher, "/about/", " and you, all of you")


def test_what_is_sent_during_the_first_save_is_one_page(at):
    """Of a new page the save and “Submit” were two of one address: what was pressed was refused, on an empty form."""
    writer = at("writer")
    page = writer.page
    writer.open(f"pages/add/news/newspage/{writer.page_id('/news/')}/")
    writer.field("title").fill("Sent at once")
    with page.expect_request(lambda request: request.method == "POST" and "/pages/add/" in request.url):
        writer.field("summary").press_sequentially("We ask for an inquiry.")
    page.get_by_role("button", name="More actions").click()
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Submit to")).click()
    expect(page.locator(".messages li").first).to_contain_text("submitted")
    assert writer.site.sql("SELECT count(*) FROM wagtailcore_page WHERE title = 'Sent at once'") == [(1,)]


def test_signing_out_loses_nothing(people, desk_site, browser):
    """A session ends while somebody writes: pressing “Save” must not put the sign-in page in the words' place."""
    context = sign_in(desk_site, browser, "writer")
    writer = Desk(desk_site, context)
    writer.edit("/about/")
    context.clear_cookies(name="sessionid")
    summary = writer.field("summary")
    summary.press("End")
    summary.press_sequentially(" After lunch.")
    notice = writer.page.get_by_role("dialog")
    expect(notice).to_contain_text("You are signed out.")
    writer.page.keyboard.press("Escape")
    writer.page.get_by_role("button", name="Save draft").click()
    expect(notice).to_be_visible()
    sign_in_again(writer, "writer", notice)
    becomes_part_of(writer, "/about/", " After lunch.")
    with writer.page.expect_response("**/editing-sessions/ping/**") as ping:  # all else that the screen sends
        pass
    assert ping.value.ok
    writer.page.get_by_role("button", name="Save draft").click()
    writer.said("updated")
    assert " After lunch." in summary.input_value()
    context.close()


def test_signing_out_loses_nothing_where_nothing_is_saved_by_itself(people, desk_site, browser):
    context = sign_in(desk_site, browser, "publisher")
    publisher = Desk(desk_site, context)
    publisher.open("settings/core/facts/1/")
    context.clear_cookies()
    publisher.field("phones-0-number").fill("0800 555 013")
    publisher.page.evaluate("const later = Date.now() + 360_000; Date.now = () => later")  # milliseconds
    publisher.page.get_by_role("button", name="Save").click()
    notice = publisher.page.get_by_role("dialog")
    expect(notice).to_contain_text("You are signed out.")
    sign_in_again(publisher, "publisher", notice)
    # Pieces of a translation are sent without a form, with the token that the screen had in the beginning.
    assert publisher.page.evaluate(
        "fetch('', {method: 'POST', headers: {'X-CSRFToken': 'old'}}).then(answer => answer.status)"
    ) == 200  # fmt: skip
    publisher.page.get_by_role("button", name="Save").click()
    publisher.said("updated")
    assert publisher.field("phones-0-number").input_value() == "0800 555 013"
    context.close()


def sign_in_again(desk, role, notice):
    """Sign in in another window, by the way that the notice offers, and come back."""
    with desk.page.context.expect_page() as opened:
        notice.get_by_role("link", name="Sign in, in a new window").click()
    opened.value.locator("#id_login").fill(role)
    opened.value.locator("#id_password").fill(PASSWORD)
    opened.value.get_by_role("button", name="Sign in", exact=True).click()
    opened.value.wait_for_url(f"{desk.site.url}/admin/")
    opened.value.close()
    desk.page.evaluate("dispatchEvent(new Event('focus'))")  # a browser without a screen gives none
    expect(notice).to_be_hidden()


def becomes_part_of(desk, path, words):
    """Wait until the words are in a page's newest draft, with nobody pressing anything."""
    number = desk.page_id(path)
    for _ in range(20):
        if words in latest(desk.site, number):
            return
        desk.page.wait_for_timeout(500)
    assert words in latest(desk.site, number)


def test_two_editors_on_a_page_see_each_other(at):
    first, second = at("writer"), at("publisher")
    first.edit("/contact/")
    second.edit("/contact/")
    other = second.page.locator(".w-editing-sessions__session")
    expect(other).to_be_visible(timeout=20_000)
    other.hover()
    expect(second.page.locator("[data-tippy-root]:not([hidden])").last).to_contain_text(
        re.compile(r"writer\s*-?\s*Currently viewing")
    )
    second.page.mouse.move(0, 0)
    # Wagtail compares with the form as it was two seconds after loading: what is typed sooner is never a change to it.
    # The writer's own list is filled by the next call, ten seconds later.
    expect(first.page.locator(".w-editing-sessions__session")).to_be_visible(timeout=20_000)
    first.field("summary").fill("The writer was here.")
    first.page.keyboard.press("Tab")
    told = second.page.get_by_role("button", name=re.compile("^writer (saved a new version|has unsaved changes)"))
    expect(told).to_be_visible(timeout=30_000)
    assert not second.watch.problems()


@pytest.mark.parametrize(("html", "words"), PASTED, ids=["Word", "WhatsApp", "PDF", "table"])
def test_pasting_gives_clean_text(at, html, words):
    writer = at("writer")
    writer.open(f"pages/add/news/newspage/{writer.page_id('/news/')}/?start=press_statement")
    editor = writer.page.locator("[data-streamfield-stream-container] .public-DraftEditor-content").first
    editor.focus()
    writer.page.keyboard.press("Control+A")
    writer.page.keyboard.press("Delete")
    editor.evaluate(PASTE, html)
    writer.page.wait_for_timeout(600)
    kept = writer.page.locator("#body-0-value-text").input_value()
    content = json.loads(kept)
    text = " ".join(block["text"] for block in content["blocks"])
    assert all(part in text for part in words), text
    for dirt in ("Mso", "mso", "font", "rgb(", "position:", "+254", "o:p"):
        assert dirt not in kept, kept
    assert {block["type"] for block in content["blocks"]} == {"unstyled"}
    assert {found["style"] for block in content["blocks"] for found in block["inlineStyleRanges"]} <= {"BOLD", "ITALIC"}
    assert {entity["type"] for entity in content["entityMap"].values()} <= {"LINK"}


SCREENS = [
    "",
    "pages/{about}/edit/",
    "desk/handbook/notice/",
    "desk/share/{about}/",
    "desk/translate/",
    "desk/broken-links/",
]


@pytest.mark.parametrize("screen", SCREENS)
def test_at_360_pixels(at, screen):
    publisher = at("publisher")
    publisher.page.set_viewport_size({"width": 360, "height": 740})
    publisher.open(screen.format(about=publisher.page_id("/about/")))
    assert not too_wide(publisher.page, 360)
    assert not publisher.watch.problems()


@pytest.mark.parametrize("screen", ["", "desk/handbook/notice/", "desk/share/{about}/", "desk/translate/"])
def test_axe_finds_nothing_on_our_part_of_the_screen(at, screen):
    publisher = at("publisher")
    publisher.open(screen.format(about=publisher.page_id("/about/")))
    ours = [found for found in axe(publisher.page) if "desk" in found]
    assert not ours


def test_by_keyboard_from_the_dashboard_to_a_saved_notice(at):
    publisher = at("publisher")
    page = publisher.page
    publisher.open("")
    page.locator(".desk-start", has_text="Notice").focus()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    publisher.settle()
    publisher.field("text_en").focus()
    page.keyboard.type("By keyboard alone.")
    page.get_by_role("button", name="Save draft", exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert publisher.site.sql("SELECT count(*) FROM core_notice WHERE text_en = 'By keyboard alone.'") == [(1,)]


def test_environment_and_version_are_shown(at):
    publisher = at("publisher")
    publisher.open("")
    assert publisher.page.evaluate("getComputedStyle(document.body, '::after').content") == '"Not the real site"'
    publisher.page.get_by_role("button", name="Help").click()
    expect(publisher.page.get_by_text(re.compile(r"^This site: \d+\.\d+"))).to_be_visible()
    # One handbook: ours.
    expect(publisher.page.get_by_role("link", name="Handbook").locator("visible=true").first).to_be_visible()
    guides = publisher.page.get_by_role("link", name=re.compile("editor guide|What's new", re.IGNORECASE))
    expect(guides.locator("visible=true")).to_have_count(0)
