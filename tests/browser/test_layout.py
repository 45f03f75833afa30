"""Where things stand: the menu's button, the line of the menu, captions and first columns of wide tables, lists of records."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/about/", "/sw/kuhusu-sisi/"])
def test_the_menus_button_stays_where_it_was_pressed(site, visitor, path):
    page = visitor(site, 360)
    page.goto(path)
    button = page.locator("details.menu summary")
    before = button.bounding_box()
    button.click()
    panel = page.locator(".menu__panel")
    panel.wait_for(state="visible")
    assert button.bounding_box() == before
    assert panel.bounding_box()["width"] > 300
    assert panel.bounding_box()["y"] >= before["y"] + before["height"]


@pytest.mark.parametrize("width", [320, 360, 480, 768, 1280])
@pytest.mark.parametrize("path", ["/", "/sw/"])
def test_the_button_beside_the_menu_stands_before_the_menu_has_arrived(site, visitor, path, width):
    page = visitor(site, width)
    page.goto(path)
    button = page.locator(".top__action")
    before = button.bounding_box()
    for words in page.locator(".brand > :is(b, span)").all():
        if words.is_visible():
            assert words.bounding_box()["x"] + words.bounding_box()["width"] <= before["x"]
    page.locator(".top .menu").evaluate("menu => menu.remove()")
    assert button.bounding_box() == before


@pytest.mark.parametrize("path", ["/", "/sw/"])
def test_menu_search_and_language_are_one_line(site, visitor, path):
    page = visitor(site, 1280)
    page.goto(path)
    boxes = [page.locator(f".top {part}").bounding_box() for part in (".menu nav", ".find", ".languages")]
    middles = [box["y"] + box["height"] / 2 for box in boxes]
    assert max(middles) - min(middles) < 6


def test_caption_and_first_column_of_a_wide_table_stay_where_they_are_read(site, visitor):
    page = visitor(site, 360)
    page.goto("/figures/")
    found = page.locator(".table").evaluate_all(
        """tables => tables.map(table => {
            table.scrollLeft = 1000
            const parts = [table, table.querySelector("caption"), table.querySelector("tbody th")]
            const [frame, caption, first] = parts.map(one => one.getBoundingClientRect())
            return {scrolled: table.scrollLeft, start: caption.left - frame.left, end: frame.right - caption.right,
                first: first.left - frame.left}
        })"""
    )
    assert any(table["scrolled"] for table in found)
    for table in found:
        assert abs(table["start"]) < 1
        assert table["end"] >= -1
        assert abs(table["first"]) < 1
