"""The weave: always the same for a page, and clearly another for its neighbours."""

import itertools
import re

import pytest
import yaml
from django.conf import settings
from django.template.loader import render_to_string

from core import weave
from core.icons import SERVICE_ICONS
from core.templatetags.site_tags import icon

PAGES = settings.BASE_DIR / "content" / "pages"


def seeds():
    """The seeds of the site's own service areas, programmes and coalitions."""
    found = []
    for path in [*PAGES.glob("what-we-do/*.en.yaml"), *PAGES.glob("coalitions/*.en.yaml")]:
        page = yaml.safe_load(path.read_text("utf-8"))
        found.append(page.get("icon") or page.get("short_name") or path.name.removesuffix(".en.yaml"))
    return found


def test_siblings_are_easily_told_apart():
    known = seeds()
    assert len(known) == len(set(known)) >= 14
    alike = {pair: weave.difference(*pair) for pair in itertools.combinations(known, 2)}
    closest = min(alike, key=alike.get)
    assert alike[closest] > 0.3, f"{closest} differ in {alike[closest]:.0%} of their cells"


def test_any_two_icons_differ():
    for pair in itertools.combinations([name for name, _label in SERVICE_ICONS], 2):
        assert weave.difference(*pair) > 0.25, pair


def test_the_same_word_draws_the_same():
    assert weave.cells("research") == weave.cells("research")
    assert weave.difference("research", "research") == 0
    assert hash(str(weave.cells("research"))) != hash(str(weave.cells("Research")))


@pytest.mark.parametrize("seed", ["research", "", "ng’ombe", "x" * 200])
def test_a_tile_is_small_and_says_nothing(seed):
    drawn = weave.tile(seed)
    assert len(drawn) < 1500
    assert 'aria-hidden="true"' in drawn
    assert "style" not in drawn, "the policy forbids inline styles"


def test_a_cloth_draws_each_row_once_and_uses_what_it_draws():
    for seed in seeds():
        drawn = weave.cloth(seed, 720, "mine")
        names = re.findall(r'id="([\w-]+)"', drawn)
        assert names == ["mine-0", "mine-1", "mine-2"]
        assert set(re.findall(r"url\(#([\w-]+)\)", drawn)) == set(names)
        assert len(drawn) < 5000


def test_a_cloth_is_as_long_as_it_must_be():
    drawn = list(weave.bands("research", 560))
    assert 560 <= sum(weave.SIZE * size if kind == "row" else size for kind, _what, size in drawn) < 800


def test_where_no_style_sheet_arrives_no_drawing_fills_the_screen():
    """An `<svg>` without a size is as wide as the page: on a bad line the mark alone was a black screen."""
    for drawing in (weave.tile("a"), icon("menu"), render_to_string("components/mark.html")):
        assert re.match(r'<svg [^>]*width="\d\d" height="\d\d"', drawing)
