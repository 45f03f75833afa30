"""Pictures of people, by mouse and by keyboard: cover a face, crop, withdraw; and the panel before publishing."""

import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
COLOURS = iter(range(40, 250, 7))


@pytest.fixture
def picture(desk, tmp_path):
    """A picture of people that was just uploaded; its number."""
    path, shade = tmp_path / "march.jpg", next(COLOURS)
    Image.new("RGB", (1000, 800), (shade, 200, 90)).save(path)
    desk.open("images/add/")
    desk.field("file").set_input_files(path)
    desk.field("title").fill("A march")
    desk.page.get_by_label("Adults who can").check()
    desk.field("description").fill("Two women hold a banner.")
    desk.field("consent_reference").fill("CF-2026-014")
    desk.page.get_by_label("agreed to: this website").check()
    desk.field("consent_until").fill("2099-01-01")
    desk.field("consent_language").fill("Kiswahili")
    desk.page.get_by_role("button", name="Upload").click()
    desk.said("added")
    return desk.site.sql("SELECT max(id) FROM core_siteimage")[0][0]


def original(desk, picture):
    name = desk.site.sql("SELECT file FROM core_siteimage WHERE id = ?", picture)[0][0]
    return Image.open(desk.site.folder / "private" / name)


def box(desk, row):
    return [desk.field(f"cover-{row}-{name}").input_value() for name in ("left", "top", "width", "height")]


def test_cover_by_mouse(desk, picture):
    desk.open(f"images/{picture}/")
    desk.page.get_by_role("link", name="Crop, or cover a face").click()
    place = desk.page.locator(".cover__picture svg").bounding_box()

    def drag(left, top, right, bottom):
        x, y = (lambda part: place["x"] + place["width"] * part), (lambda part: place["y"] + place["height"] * part)
        desk.page.mouse.move(x(left), y(top))
        desk.page.mouse.down()
        desk.page.mouse.move(x(right), y(bottom), steps=4)
        desk.page.mouse.up()

    desk.page.locator(".cover__picture").scroll_into_view_if_needed()
    place = desk.page.locator(".cover__picture svg").bounding_box()
    drag(0.2, 0.1, 0.4, 0.3)
    drag(0.9, 0.3, 0.7, 0.05)
    assert [round(int(value), -1) for value in box(desk, 0)] == [200, 80, 200, 160]
    assert [round(int(value), -1) for value in box(desk, 1)] == [700, 40, 200, 200]
    desk.page.get_by_role("button", name="Undo").first.click()
    assert box(desk, 0) == ["", "", "", ""]
    expect(desk.page.locator(".cover__picture rect")).to_have_count(1)
    desk.page.get_by_role("button", name="Save for ever").click()
    desk.said("Saved")
    pixels = original(desk, picture)
    assert max(pixels.getpixel((800, 150))) < 20
    assert pixels.getpixel((300, 150))[1] > 150
    assert not desk.watch.problems()


def test_cover_and_crop_by_keyboard(desk, picture):
    desk.open(f"images/{picture}/cover/")
    desk.field("cover-0-left").focus()
    for value in ("10", "20", "300", "400"):
        desk.page.keyboard.type(value)
        desk.page.keyboard.press("Tab")
    expect(desk.page.locator(".cover__picture rect")).to_have_count(1)
    desk.field("keep-left").focus()
    for value in ("0", "0", "500", "600"):
        desk.page.keyboard.type(value)
        desk.page.keyboard.press("Tab")
    save = desk.page.get_by_role("button", name="Save for ever")
    save.focus()
    desk.page.keyboard.press("Enter")
    desk.said("Saved")
    pixels = original(desk, picture)
    assert pixels.size == (500, 600)
    assert max(pixels.getpixel((100, 100))) < 20
    assert not desk.watch.problems()


def test_withdraw_in_four(desk, picture):
    """From the dashboard: pictures, the picture, withdraw, delete."""
    name = desk.site.sql("SELECT file FROM core_siteimage WHERE id = ?", picture)[0][0]
    desk.open("")
    desk.page.get_by_role("link", name="Images", exact=True).click()
    desk.page.locator(f'a[href^="/admin/images/{picture}/"]').first.click()
    desk.page.get_by_role("link", name="Withdraw everywhere").click()
    desk.page.get_by_role("button", name="Delete it everywhere").click()
    desk.said("Withdrawn")
    assert not (desk.site.folder / "private" / name).exists()


def test_the_panel_shows_what_blocks_and_leads_there(desk):
    desk.edit("/contact/")
    desk.field("summary").fill("Call Peter on 0711 000 123 or see the NCAJ.")
    desk.page.get_by_role("button", name="Save draft").first.click()
    desk.said("updated")
    desk.page.get_by_role("tab", name="Before you publish").click()
    link = desk.page.get_by_role("link", name="A mobile number that is not one of ours")
    expect(link).to_be_visible()
    expect(desk.page.get_by_role("link", name="Initials that nobody explains").first).to_be_visible()
    link.click()
    expect(desk.field("summary")).to_be_focused()
    assert not desk.watch.problems()


def test_the_panel_is_there_while_a_new_page_is_written(desk):
    """What is new is saved by itself, in the same window: its tab shows what blocks from then on."""
    desk.open("")
    desk.page.get_by_role("link", name="Press statement", exact=True).click()
    desk.settle()
    desk.page.get_by_role("tab", name="Before you publish").click()
    expect(desk.page.get_by_text("Shown when the draft has been saved.")).to_be_visible()
    desk.page.get_by_role("tab", name="Words").click()
    desk.field("title").press_sequentially("On the closed bridge")
    desk.page.wait_for_url("**/edit/")
    desk.page.get_by_role("tab", name="Before you publish").click()
    expect(desk.page.get_by_role("link", name="A hint or placeholder is still there").first).to_be_visible()
    # That it needs approval was not said to a screen that shows no messages, to be said twice on the next.
    desk.page.reload()
    expect(desk.page.locator(".messages li", has_text="it must be approved")).to_have_count(1)


def test_all_that_the_sites_own_content_publishes_passes_the_rules(desk):
    code = "import django; django.setup(); from django.core.management import call_command as call; call('check_pages')"
    assert "nothing that blocks" in desk.site.run_python(code)
