"""What a block refuses, and what its words look like on a page."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.blocks import StreamBlockValidationError
from wagtail_localize.segments.extract import extract_segments

from blocks.base import FEATURES
from blocks.body import BodyBlock, HomeBodyBlock
from blocks.data import FigureBlock, TableBlock
from tests.examples import add, block, make_picture, section, translate

pytestmark = [pytest.mark.django_db, pytest.mark.upgrade]

FIGURE = {
    "value": "18",
    "unit": "deaths",
    "period": "2025",
    "definition": "Those we documented.",
    "source_name": "Our report",
    "source_url": "https://example.org/",
}
TABLE = {
    "heading": "By year",
    "intro": "",
    "table": {
        "caption": "Deaths by year",
        "columns": [{"type": "text", "heading": "Year"}, {"type": "number", "heading": "Deaths"}],
        "rows": [{"values": ["2014", "199"]}, {"values": ["2015", ""]}],
    },
    "period": "Calendar years",
    "definition": "Those we documented.",
    "source_name": "Our report",
    "source_url": "",
    "note": "",
}


def refused(kind, value):
    """The names of the fields for which a block refuses a value."""
    with pytest.raises(ValidationError) as caught:
        kind.clean(kind.to_python(value))
    return set(caught.value.block_errors)


def test_a_complete_figure_is_accepted():
    assert FigureBlock().clean(FigureBlock().to_python({**FIGURE, "source_url": ""}))["value"] == "18"


@pytest.mark.parametrize("name", ["value", "unit", "period", "definition", "source_name"])
@pytest.mark.parametrize("empty", ["", "   "])
def test_a_figure_needs_everything_that_a_reader_needs_to_quote_it(name, empty):
    assert refused(FigureBlock(), {**FIGURE, name: empty}) == {name}


@pytest.mark.parametrize("name", ["heading", "period", "definition", "source_name"])
def test_a_table_too(name):
    assert refused(TableBlock(), {**TABLE, name: ""}) == {name}


def test_a_figure_shows_everything(home, get):
    body = [block("figures", heading="Figures", intro="", items=[FIGURE])]
    soup = get(add(home, "home.ContentPage", "Figures", body=body).url).soup
    (entry,) = soup.select(".figures li")
    for words in FIGURE.values():
        assert words in entry.get_text() or entry.select(f'a[href="{words}"][rel=noreferrer]')


def test_a_table_is_one_for_screen_readers(home, get):
    page = add(home, "home.ContentPage", "Table", body=[block("table", **TABLE)])
    table = get(page.url).soup.table
    assert table.caption.string == "Deaths by year"
    assert [cell.string for cell in table.select("thead th[scope=col]")] == ["Year", "Deaths"]
    assert [cell.string for cell in table.select("tbody th[scope=row]")] == ["2014", "2015"]
    assert [cell.get_text() for cell in table.select("tbody td")] == ["199", "no figure"]


def test_a_table_is_translated_cell_by_cell(home):
    """Through wagtail-localize's own way: strings out, strings in."""
    page = add(home, "home.ContentPage", "Table", body=[block("table", **TABLE)])
    segments = [segment for segment in extract_segments(page) if segment.path.startswith("body.")]
    words = {segment.path.split(".", 2)[2]: segment.string.data for segment in segments}
    assert {
        "table.caption": "Deaths by year",
        "table.columns.0": "Year",
        "table.columns.1": "Deaths",
        "table.rows.0.0": "2014",
    }.items() <= words.items()
    assert "table.rows.0.1" not in words, "numbers aren't words"


@pytest.mark.parametrize("kind", ["helpline", "contact_details"])
def test_some_blocks_stand_once(kind):
    body = BodyBlock()
    with pytest.raises(StreamBlockValidationError):
        body.clean(body.to_python([block(kind, heading="One"), block(kind, heading="Two")]))


def test_home_has_one_opening_and_the_same_limits():
    body = HomeBodyBlock()
    hero = block("hero", heading="H", text="T", link={"text": "L", "url": "https://example.org/"})
    with pytest.raises(StreamBlockValidationError):
        body.clean(body.to_python([hero, hero]))
    with pytest.raises(StreamBlockValidationError):
        body.clean(body.to_python([block("helpline", heading="One"), block("helpline", heading="Two")]))


def test_rich_text_has_few_features():
    assert FEATURES == ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]
    assert not {"image", "embed", "h2", "hr", "code"} & set(FEATURES)


@pytest.mark.parametrize("count", [3, 4])
def test_contents_list_from_four_sections_on(home, get, count):
    page = add(home, "home.ContentPage", "Page", body=[section(f"Section {number}") for number in range(count)])
    soup = get(page.url).soup
    assert len(soup.select(".contents a")) == (4 if count == 4 else 0)
    for link in soup.select(".contents a"):
        assert soup.select_one(link["href"]).string == link.string


def test_picture_has_its_words_and_size(home, kiswahili_home, get):
    picture = make_picture()
    page = add(home, "home.ContentPage", "Page", body=[block("image", image=picture.pk, alt="", caption="A caption")])
    translate(page, slug="picha")
    image = get(page.url).soup.select_one("main img")
    assert image["alt"] == "Two empty chairs"
    assert (image["width"], image["height"], image["loading"]) == ("60", "40", "lazy")
    assert image["src"].endswith(".jpg")
    assert [source["type"] for source in image.find_parent("picture").select("source")] == ["image/avif", "image/webp"]
    assert "A caption Picture: Drawn by us" in image.find_parent("figure").get_text(" ", strip=True)
    soup = get("/sw/picha/").soup
    assert soup.select_one("main img")["alt"] == "Viti viwili"
    assert "Picha: Drawn by us" in soup.figure.get_text(" ", strip=True)


def test_picture_may_say_something_else_here(home, get):
    body = [block("image", image=make_picture().pk, alt="Other words", caption="")]
    assert get(add(home, "home.ContentPage", "Page", body=body).url).soup.select_one("main img")["alt"] == "Other words"


def test_picture_without_a_description_is_not_named_after_its_file(home, get):
    picture = make_picture("DSC_0042.jpg")
    type(picture).objects.update(description="", description_sw="")
    page = add(home, "home.ContentPage", "Page", body=[block("image", image=picture.pk, alt="", caption="")])
    assert get(page.url).soup.select_one("main img")["alt"] == ""


def test_words_cannot_smuggle_markup(home, get):
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    link = {"text": evil, "url": "https://example.org/"}
    body = [
        section(evil, "<p>Rich</p>"),
        block("quote", text=evil, attribution=evil),
        block("call_to_action", heading=evil, text=evil, link=link, tone="plain"),
        block("figures", heading="F", intro="", items=[{**FIGURE, "value": evil, "source_name": evil}]),
    ]
    page = add(home, "home.ContentPage", "Evil </script><script>alert(2)</script>", summary=evil, body=body)
    soup = get(page.url).soup
    assert [script.get("type") for script in soup.select("script")] == ["application/ld+json"]
    assert not soup.select("[onerror]")
    assert "</script><script>" in soup.h1.string
