"""Each mistake in a content file is said as file and line, with what is expected, and nothing is written."""

import re

import pytest
from django.core.management import CommandError
from wagtail.models import Page

from core.models import LoadedItem, SiteImage

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ABOUT, TWIN, ITEM, GROUP = (
    "pages/about.en.yaml",
    "pages/about.sw.yaml",
    "pages/news/item.en.yaml",
    "pages/coalitions/group.en.yaml",
)

PAGE = "type: home.ContentPage\n"

# (file, words there, words in their place, what is said: file:line: message)
MISTAKES = {
    "unknown field": (ABOUT, "summary:", "sumary:", "pages/about.en.yaml:3: home.ContentPage has no field «sumary»"),
    "unknown type": (
        ABOUT,
        "home.ContentPage",
        "home.NoPage",
        "pages/about.en.yaml:1: type: expected a type such as home.ContentPage, not «home.NoPage»",
    ),
    "missing type": (
        ABOUT,
        "type: home.ContentPage\n",
        "",
        "pages/about.en.yaml:1: type: expected a type such as home.ContentPage, not «»",
    ),
    "unknown block": (
        ABOUT,
        "- image:",
        "- picture:",
        "pages/about.en.yaml:39: no block «picture»; expected one of section, callout",
    ),
    "unknown block field": (
        ABOUT,
        "caption: Two chairs",
        "title: Two chairs",
        "pages/about.en.yaml:41: no field «title»; expected image, alt, caption",
    ),
    "missing block field": (ABOUT, "          unit: deaths\n", "", "pages/about.en.yaml:22: «unit» is missing"),
    "missing title": (ABOUT, "title: About\n", "", "pages/about.en.yaml:1: «title» is missing"),
    "missing summary": (ABOUT, "summary: Who we are.\n", "", "pages/about.en.yaml:1: «summary» is missing"),
    "bad YAML": (ABOUT, "title: About", "title: [About", "pages/about.en.yaml:"),
    "a field twice": (
        ABOUT,
        "summary: Who we are.",
        "title: Who we are.",
        "pages/about.en.yaml:3: not valid YAML: “title” stands here a second time",
    ),
    "no mapping": (
        "pages/news/story.en.yaml",
        None,
        "- a list\n",
        "pages/news/story.en.yaml:1: expected a mapping (name: value)",
    ),
    "unknown page in text": (
        ABOUT,
        "page:news",
        "page:nowhere",
        "pages/about.en.yaml:13: expected the key of a page, there is no «nowhere»",
    ),
    "unknown page in a link": (
        "pages/index.en.yaml",
        "page: about",
        "page: abut",
        "pages/index.en.yaml:7: expected the key of a page, there is no «abut»",
    ),
    "unknown page in a list": (
        "pages/work/programme.en.yaml",
        "work/advocacy",
        "work/adv",
        "pages/work/programme.en.yaml:7: expected the key of a page, there is no «work/adv»",
    ),
    "unknown picture": (
        ABOUT,
        "image: chairs\n      caption",
        "image: tables\n      caption",
        "pages/about.en.yaml:40: expected the key of a picture, there is no «tables»",
    ),
    "unknown plan": (
        "pages/work/programme.en.yaml",
        "number: 1",
        "plan: nothing",
        "pages/work/programme.en.yaml:4: expected the key of a snippet, there is no «nothing»",
    ),
    "two link targets": (
        "pages/index.en.yaml",
        "page: about}",
        'page: about, url: "https://example.org/"}',
        "pages/index.en.yaml:7: expected exactly one of page, document, url, phone, email",
    ),
    "no link target": (
        "pages/index.en.yaml",
        ", page: about}",
        "}",
        "pages/index.en.yaml:7: expected exactly one of page, document, url, phone, email",
    ),
    "h2 in text": (
        ABOUT,
        "### Smaller",
        "## Smaller",
        "pages/about.en.yaml:15: expected ### for a heading inside text",
    ),
    "HTML in text": (
        ABOUT,
        "A paragraph",
        "<b>A paragraph</b>\n\n        > quoted",
        "pages/about.en.yaml:15: rich text can't hold blockquote open",
    ),
    "wrong scheme in text": (
        ABOUT,
        "(https://example.org/)",
        "(javascript:alert)",
        "pages/about.en.yaml:18: expected a link to page:, https:, mailto: or tel:, not «javascript:alert»",
    ),
    "too long": (
        ABOUT,
        "Who we are.",
        "x" * 256,
        "pages/about.en.yaml:3: summary: Ensure this value has at most 255 characters",
    ),
    "too long in a block": (
        ABOUT,
        "unit: deaths",
        f"unit: {'x' * 121}",
        "pages/about.en.yaml:23: unit: Ensure this value has at most 120 characters",
    ),
    "one line too long": (
        "pages/work/advocacy.en.yaml",
        "Another line.",
        "x" * 161,
        "pages/work/advocacy.en.yaml:1: One line: at most 160 characters.",
    ),
    "unknown county": (
        ITEM,
        "Kisumu",
        "Atlantis",
        "pages/news/item.en.yaml:8: counties: Not a county of Kenya: Atlantis.",
    ),
    "unknown choice": (ITEM, "joint_statement", "rumour", "pages/news/item.en.yaml:4: kind: "),
    "no date": (ITEM, "2018-03-29", "soon", "pages/news/item.en.yaml:5: date: "),
    "no number": (
        "pages/work/programme.en.yaml",
        "number: 1",
        "number: one",
        "pages/work/programme.en.yaml:4: number: ",
    ),
    "no address": (GROUP, "https://example.org/one", "one", "pages/coalitions/group.en.yaml:7: url: Enter a valid URL"),
    "unknown member field": (
        GROUP,
        "{name: Two}",
        "{nme: Two}",
        "pages/coalitions/group.en.yaml:8: members: no field «nme»",
    ),
    "wrong cells": (ABOUT, '["2014", "199"]', '["2014"]', "pages/about.en.yaml:34: expected 2 cells"),
    "wrong column": (
        ABOUT,
        "kind: number",
        "kind: money",
        "pages/about.en.yaml:32: expected {heading: …, kind: text or number}",
    ),
    "body is no list": (
        "pages/news/item.en.yaml",
        "body:\n  - quote:",
        "body:\n  quote:",
        "pages/news/item.en.yaml:12: body: expected a list of blocks",
    ),
    "no neutral words": (
        "pages/help.en.yaml",
        "tab_title: Information\n",
        "",
        "pages/help.en.yaml:1: «tab_title» is missing: this is a help or story page",
    ),
    "closing date of a statement": (
        ITEM,
        "date_precision: month",
        "closing_date: 2018-04-01",
        "pages/news/item.en.yaml:",
    ),
    "list for text": (ABOUT, "title: About", "title: [About]", "pages/about.en.yaml:2: title: expected text"),
    "sw without slug": (TWIN, "slug: kuhusu\n", "", "pages/about.sw.yaml:1: «slug» is missing"),
    "sw with a field that English lacks": (
        "pages/news.sw.yaml",
        "summary:",
        "search_description:",
        "pages/news.sw.yaml:3: the English file has no «search_description»",
    ),
    "sw with fewer blocks": (
        TWIN,
        "  - image:\n      caption: Viti viwili chumbani\n",
        "",
        "pages/about.sw.yaml:5: expected 4 items as in the English file, found 3",
    ),
    "sw with fewer paragraphs": (TWIN, "        - Moja\n", "", "pages/about.sw.yaml:"),
    "sw with another block": (TWIN, "- image:", "- quote:", "pages/about.sw.yaml:"),
    "sw without an item": (TWIN, "          unit: vifo\n", "", None),
    "sw with words for nothing": (
        TWIN,
        "      caption: Viti viwili chumbani",
        "      caption: Viti\n      alt: Viti",
        "pages/about.sw.yaml:34: expected a translation of «Two chairs in a room» here (caption)",
    ),
    "status that is none": (
        ABOUT,
        "position: 1",
        "status: lvie",
        "pages/about.en.yaml:4: status: expected live or draft",
    ),
    "position in words": (
        ABOUT,
        "position: 1",
        "position: first",
        "pages/about.en.yaml:4: position: expected a whole number",
    ),
    "address that another page has": (
        ABOUT,
        "position: 1",
        "slug: news",
        "pages/news.en.yaml:1: slug: «news» is the address of content/pages/about.en.yaml already",
    ),
    "sw address that another page has": (
        "pages/news.sw.yaml",
        "slug: habari",
        "slug: kuhusu",
        "pages/news.sw.yaml:2: slug: «kuhusu» is the address of content/pages/about.sw.yaml already",
    ),
    "page where its type may not stand": (
        ABOUT,
        "home.ContentPage",
        "news.NewsPage",
        "pages/about.en.yaml:1: type: below «index» expected one of coalitions.CoalitionIndexPage",
    ),
    "helpline that can't be dialled": (
        "snippets/line.en.yaml",
        '"1195"',
        '"l195"',
        "snippets/line.en.yaml:4: Digits and spaces only",
    ),
    "facts: no name": ("facts.yaml", "name: Example Unit\n", "", "facts.yaml:1: «name» is missing"),
    "facts: number that can't be dialled": (
        "facts.yaml",
        "0800 000 123",
        "08OO 000 123",
        "facts.yaml:5: number: Digits and spaces only",
    ),
    "facts: phone without a number": ("facts.yaml", "number: 0800 000 123, ", "", "facts.yaml:5: number: "),
    "facts: no list": (
        "facts.yaml",
        "phones:\n",
        "phones: 0800\nsocial:\n",
        "facts.yaml:4: phones: expected a list (- …)",
    ),
    "picture: unknown field": (
        "pictures/pictures.yaml",
        "alt_sw:",
        "alt_swahili:",
        "pictures/pictures.yaml:5: no field «alt_swahili»; expected name, file, title, alt, credit, alt_sw",
    ),
    "picture: too long a credit": (
        "pictures/pictures.yaml",
        "Drawn for a test",
        "x" * 300,
        "pictures/pictures.yaml:6: credit: ",
    ),
    "facts: unknown field": ("facts.yaml", "since_year", "sinse", "facts.yaml:3: "),
    "facts: unknown phone field": ("facts.yaml", "toll_free", "tollfree", "facts.yaml:5: "),
    "picture without a description": (
        "pictures/pictures.yaml",
        "  alt: Two empty chairs\n",
        "",
        "pictures/pictures.yaml:1: expected alt",
    ),
    "picture without a file": (
        "pictures/pictures.yaml",
        "chairs.webp",
        "tables.webp",
        "pictures/pictures.yaml:2: there is no file tables.webp",
    ),
    "snippet link": (
        "snippets/menu.en.yaml",
        "page: about",
        "page: abut",
        "snippets/menu.en.yaml:4: expected the key of a page, there is no «abut»",
    ),
    "live helpline without a day": ("snippets/line.en.yaml", "status: draft\n", "", "snippets/line.en.yaml:"),
}


def mistakes(load):
    """The lines that the loader says, without the folder's name; it must have written nothing."""
    with pytest.raises(CommandError) as caught:
        load()
    assert Page.objects.filter(depth__gt=1).count() == 1
    assert not LoadedItem.objects.exists() and not SiteImage.objects.exists()
    first, *lines = str(caught.value).splitlines()
    assert first == "nothing was written, since these files need mending:"
    for line in lines:
        assert re.match(r"content/[\w./-]+:[1-9]\d*: \S", line), line
    return [line.removeprefix("content/") for line in lines]


@pytest.mark.parametrize("name", [name for name in MISTAKES if MISTAKES[name][3]])
def test_a_mistake_is_said_with_its_place(load, folder, edit, name):
    file, old, new, expected = MISTAKES[name]
    if old is None:
        (folder / file).write_text(new)
    else:
        edit(file, old, new)
    found = mistakes(load)
    assert [line for line in found if line.startswith(expected)], found


def test_words_left_out_of_a_translation_are_the_originals(load, edit):
    """Not a mistake: what is the same in both languages need not be written twice."""
    file, old, new, _expected = MISTAKES["sw without an item"]
    edit(file, old, new)
    load()


def test_all_mistakes_are_found_at_once(load, edit):
    edit(ABOUT, "summary:", "sumary:")
    edit("pages/help.en.yaml", "tab_title: Information\n", "")
    edit("pages/news/item.en.yaml", "Kisumu", "Atlantis")
    files = [line.partition(":")[0] for line in mistakes(load)]
    assert files == sorted(files)
    assert set(files) == {"pages/about.en.yaml", "pages/help.en.yaml", "pages/news/item.en.yaml"}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pages/lost.sw.yaml", "title: T\nslug: s\n", "pages/lost.sw.yaml:1: expected an English file lost.en.yaml"),
        ("pages/page.yaml", "title: T\n", "pages/page.yaml:1: expected the language in the name"),
        ("pages/page.fr.yaml", "title: T\n", "pages/page.fr.yaml:1: expected the language in the name"),
        ("pages/a/b.en.yaml", f"{PAGE}title: T\nsummary: S\n", "pages/a/b.en.yaml:1: expected a page «a»"),
        ("pages/a.en.yml", "title: T\n", "pages/a.en.yml:1: expected a name ending in .en.yaml"),
        ("pages/empty.en.yaml", "", "pages/empty.en.yaml:1: "),
        ("snippets/x.en.yaml", "type: core.User\ntitle: T\n", "snippets/x.en.yaml:1: "),
        ("pages/x.en.yaml", "type: core.Menu\ntitle: T\n", "pages/x.en.yaml:1: type: expected a type"),
    ],
)
def test_a_file_that_should_not_be_there(load, folder, name, text, expected):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    assert [line for line in mistakes(load) if line.startswith(expected)]


def test_a_file_that_is_no_text(load, folder):
    (folder / "pages/bytes.en.yaml").write_bytes(b"title: \xff\xfe")
    assert mistakes(load) == ["pages/bytes.en.yaml:1: expected UTF-8 text"]


def test_a_picture_that_is_none(load, folder):
    (folder / "pictures/chairs.webp").write_bytes(b"no picture")
    (line,) = mistakes(load)
    assert line.startswith("pictures/pictures.yaml:2: chairs.webp: ")


def test_a_picture_twice(load, folder):
    path = folder / "pictures/pictures.yaml"
    path.write_text(path.read_text() * 2)
    assert mistakes(load) == ["pictures/pictures.yaml:7: a picture «chairs» stands above already"]
