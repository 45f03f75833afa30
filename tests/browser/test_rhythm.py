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
