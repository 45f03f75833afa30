"""The style sheet, the face, the colours and the sizes of pictures: budgets that need no browser."""

import gzip
import itertools
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from PIL import ImageFont

from core import pictures, styles
from core.colours import colours, contrast
from core.publishing import make_pictures
from tests.examples import make_picture

STATIC = settings.BASE_DIR / "static"
FACE = STATIC / "fonts" / "young-serif.woff2"
ROOMS = [
    "core",
    "blocks",
    "home",
    "programmes",
    "coalitions",
    "news",
    "resources",
    "search",
    "desk",
    "site",
    "templates",
]


# --- The style sheet --------------------------------------------------------------------------------------------------


def test_it_is_small():
    assert len(brotli.compress(styles.bundle().encode())) < 10_000
    assert len(gzip.compress(styles.bundle().encode())) < 10_000


def test_scripts_are_small():
    scripts = list((STATIC / "js").glob("*.js"))
    assert scripts
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < 4_000


def test_every_part_is_in_it_and_names_its_layer():
    parts = sorted(styles.PARTS.glob("*.css"))
    assert len(parts) >= 15
    for path in parts:
        css = styles.minified(path.read_text("utf-8"))
        assert css in styles.bundle()
        assert css.startswith(("@layer ", "@font-face")), path.name
    assert styles.bundle().startswith("@layer reset,tokens,base,layout,components,utilities;")


def test_making_it_small_changes_nothing_but_space():
    css = """/* a: b */ .a > .b , .c:not(.d) { margin: calc(1rem + 2px) auto ; color: red; }
             @media (min-width: 1rem) { p { a: b } }"""
    small = ".a > .b,.c:not(.d){margin:calc(1rem + 2px) auto;color:red}@media (min-width: 1rem){p{a:b}}"
    assert styles.minified(css) == small


def test_it_is_found_as_one_file_and_made_anew(monkeypatch, tmp_path):
    path = finders.find("css/site.css")
    assert Path(path).read_text("utf-8") == styles.bundle()
    (tmp_path / "00.css").write_text("@layer base { p { margin: 0 } }")
    monkeypatch.setattr(styles, "PARTS", tmp_path)
    assert Path(finders.find("css/site.css")).read_text("utf-8") == "@layer base{p{margin:0}}"
    monkeypatch.undo()
    finders.find("css/site.css")


def test_only_what_browsers_ask_for_is_collected():
    names = [name for finder in finders.get_finders() for name, _storage in finder.list(["admin", "wagtail*"])]
    assert names.count("css/site.css") == 1
    assert not [name for name in names if "parts" in name or name.endswith(".py")]


def test_directions_are_logical():
    """Right-to-left languages need no second style sheet."""
    physical = (
        r"(?:margin|padding|border|inset)-(?:left|right|top|bottom)\b|(?<![\w-])(?:left|right|width|height):"
        r"|text-align: ?(?:left|right)"
    )
    assert not re.findall(physical, re.sub(r"\((?:min|max)-(?:width|height)", "(", styles.bundle()))


# --- The face ---------------------------------------------------------------------------------------------------------


def test_the_face_is_small_and_licensed():
    assert FACE.stat().st_size <= 16_000
    assert "SIL Open Font License" in (FACE.parent / "YoungSerif-OFL.txt").read_text("utf-8")


def test_the_face_has_every_letter_that_headings_use():
    texts = [path.read_text("utf-8") for path in (settings.BASE_DIR / "content").rglob("*.yaml")]
    used = set("".join(line for text in texts for line in re.findall(r"(?:title|heading|when|value):(.*)", text)))
    used |= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789’ʼ‘“”–—…")
    font = ImageFont.truetype(str(FACE), 40)
    nothing = bytes(font.getmask("\U0010ffff"))
    missing = [letter for letter in sorted(used) if not letter.isspace() and bytes(font.getmask(letter)) == nothing]
    assert not missing
    assert len(used) > 70


# --- Colours ----------------------------------------------------------------------------------------------------------

SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
TEXT = [
    *itertools.product(("ink", "soft", "clay"), ("paper", "sheet")),
    ("on-help", "help"),
    ("help", "sheet"),
    ("on-pine", "pine"),
    ("soft-on-pine", "pine"),
    ("paper", "ink"),
]
SHAPES = [*itertools.product(("line", "focus", "help"), ("paper", "sheet")), ("on-pine", "pine"), ("on-help", "help")]


@SCHEMES
def test_text_stands_out_seven_times(scheme):
    found = colours()[scheme]
    weak = {pair: round(contrast(*(found[name] for name in pair)), 1) for pair in TEXT}
    assert not {pair: ratio for pair, ratio in weak.items() if ratio < 7}


@SCHEMES
def test_edges_of_controls_stand_out_three_times(scheme):
    found = colours()[scheme]
    weak = {pair: round(contrast(*(found[name] for name in pair)), 1) for pair in SHAPES}
    assert not {pair: ratio for pair, ratio in weak.items() if ratio < 3}


def test_contrast_counts_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert len(colours()["light"]) == len(colours()["dark"]) >= 17


def test_marked_words_can_be_read_in_forced_colours():
    """Chromium exchanges the colour of the words but not a ground that shines through: black words on dark brown."""
    assert "mark{background:Mark;color:MarkText}" in styles.bundle().partition("@media (forced-colors: active)")[2]


def test_help_has_a_colour_of_its_own():
    for scheme in colours().values():
        same = [name for name, value in scheme.items() if value == scheme["help"]]
        assert same in (["help", "focus"], ["help"])
    parts = {path.name for path in styles.PARTS.glob("*.css") if re.search(r"var\(--help\)", path.read_text("utf-8"))}
    assert parts == {"20-help-bar.css", "32-block.css", "33-actions.css"}, "only what leads to help"


# --- Pictures ---------------------------------------------------------------------------------------------------------


def test_pictures_come_in_the_listed_sizes_alone():
    """No code and no template asks for another rendition than core.pictures lists."""
    found = []
    for room in ROOMS:
        for path in [*(settings.BASE_DIR / room).rglob("*.py"), *(settings.BASE_DIR / room).rglob("*.html")]:
            text = path.read_text("utf-8")
            specs = re.findall(r"\b(?:width|height|fill|min|max|scale)-\d+(?:x\d+)?(?:-c\d+)?(?=[|\"'])", text)
            found += [(path.name, spec) for spec in specs]
            if "wagtailimages" not in path.parts:  # the admin's own listing
                assert "{% image " not in text, f"{path}: use the picture component"
    assert {name for name, _spec in found} == {"pictures.py"}
    assert len(found) == 7


def test_each_kind_of_picture_has_every_format():
    for kind in pictures.KINDS:
        assert list(pictures.filters(kind)) == ["avif", "webp", "jpeg"]
        assert len(pictures.specs(kind)) == 5


@pytest.mark.django_db
def test_all_sizes_are_made_before_somebody_waits_for_them(home):
    image = make_picture()
    assert make_pictures() == ["made 10 sizes of pictures"]
    assert make_pictures() == []
    assert {rendition.filter_spec for rendition in image.renditions.all()} == {
        spec for kind in pictures.KINDS for spec in pictures.specs(kind)
    }


def test_a_dark_logo_is_seen_on_the_dark_page():
    assert re.search(r"prefers-color-scheme: ?dark\){\.brand__logo{background:#fbf6ec", styles.bundle())


def test_the_sign_of_a_folded_part_is_not_read_aloud():
    signs = re.findall(r"summary::after{([^}]*)", styles.bundle())
    assert len(signs) == 4
    assert all(re.search(r'content:"." / ""', sign) for sign in signs)
