"""What a designer would look at: edges that meet, columns that fill, headings that are not said twice."""

import pytest

pytestmark = pytest.mark.browser


def edges(locator):
    """[(left, top, right)] of what the locator finds, in whole pixels."""
    return locator.evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => [box.left, box.top, box.right].map(Math.round))"
    )


@pytest.mark.parametrize("path", ["/coalitions/prwg-k/", "/what-we-do/accountability/"])
def test_the_contents_list_begins_where_the_text_does(site, visitor, path):
    page = visitor(site, 1280, 800)
    page.goto(path)
    ((_left, contents, _right),) = edges(page.locator(".article > .contents"))
    ((_left, first, _right),) = edges(page.locator(".article > .contents ~ *, .article > :first-child").first)
    assert contents == first


def test_the_links_of_the_footer_stand_in_two_columns_on_phones(site, visitor):
    page = visitor(site, 360)
    page.goto("/")
    columns = edges(page.locator(".foot nav"))
    assert len(columns) == 3
    assert columns[0][1] == columns[1][1]
    assert columns[0][2] < columns[1][0]
    assert len({left for left, _top, _right in edges(page.locator(".foot nav:last-of-type a"))}) == 2
    page.set_viewport_size({"width": 768, "height": 1024})
    columns = edges(page.locator(".foot nav"))
    assert len({top for _left, top, _right in columns}) == 1
    assert min(right - left for left, _top, right in columns) >= 136, "words are broken"


@pytest.mark.parametrize("path", ["/news/", "/publications/", "/sw/machapisho/"])
def test_filters_fill_their_rows_on_phones(site, visitor, path):
    page = visitor(site, 360)
    page.goto(path)
    fields = edges(page.locator(".filters :is(select, button)"))
    assert len(fields) >= 3
    assert fields[0][1] == fields[1][1]
    assert len({right for _left, _top, right in fields}) == 2
    assert fields[-1][2] == fields[1][2]


def test_breadcrumbs_do_not_repeat_the_heading_on_phones(site, visitor):
    page = visitor(site, 360)
    page.goto("/publications/cso-shadow-report-2022/")
    assert page.locator(".crumbs a").count() == 2
    assert not page.locator(".crumbs [aria-current]").is_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.locator(".crumbs [aria-current]").is_visible()


def test_a_figure_of_several_words_keeps_to_one_line_on_wide_screens(site, visitor):
    page = visitor(site, 1280, 800)
    page.goto("/figures/")
    words = page.locator(".figure b", has_text="More than")
    assert words.count() == 1
    assert words.bounding_box()["height"] < 90


def overlap(page, words, button):
    """Whether the box of the words of one thing, and the whole of another, share any point."""
    left, top, width, height = page.locator(words).evaluate(
        "one => { const range = document.createRange(); range.selectNodeContents(one);"
        " const box = range.getBoundingClientRect(); return [box.left, box.top, box.width, box.height] }"
    )
    left2, top2, width2, height2 = page.locator(button).bounding_box().values()
    return left < left2 + width2 and left2 < left + width and top < top2 + height2 and top2 < top + height


@pytest.mark.parametrize(("width", "text"), [(320, 100), (360, 150), (360, 200), (768, 200)])
@pytest.mark.parametrize(
    "path", ["/", "/sw/", "/donate/general/?amount=KES-200", "/sw/pata-msaada/", "/what-we-do/", "/sw/tunachofanya/"]
)
def test_enlarged_text_covers_nothing_and_stays_on_the_screen(site, visitor, path, width, text):
    page = visitor(site, width)
    page.goto(path)
    page.evaluate(
        "size => { const sheet = new CSSStyleSheet(); sheet.replaceSync(`html { font-size: ${size}% }`);"
        " document.adoptedStyleSheets = [sheet] }",
        text,
    )
    assert not overlap(page, ".brand b", ".top__action")
    for name in (".top__action", ".menu summary", ".help-bar__label", ".help-bar__call"):
        box = page.locator(name).bounding_box()
        assert box["x"] + box["width"] <= width, name
    page.locator(".menu summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("way", [{"forced_colors": "active"}, {"media": "print"}])
@pytest.mark.parametrize(("path", "words"), [("/", ".areas a > span"), ("/coalitions/", ".alliances li > div")])
def test_without_their_tiles_lists_use_the_whole_width(site, visitor, path, words, way):
    page = visitor(site, 1280, 800)
    page.emulate_media(**way)
    page.goto(path)
    assert not page.locator(".weave").first.is_visible()
    widths = [right - left for left, _top, right in edges(page.locator(words))]
    assert len(widths) >= 3
    assert min(widths) > 200
