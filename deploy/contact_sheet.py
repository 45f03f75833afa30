"""`make contact-sheet`: pictures of every page type in both languages, both schemes and three widths.

    python deploy/contact_sheet.py [name …]

Serves a copy of the loaded site as the browser tests do, adds pages with nothing but a title and pages with a very
long one, and writes a strip for each page type to docs/design/.
"""

import io
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from tests.browser.addresses import ADDRESSES, Address  # noqa: E402
from tests.browser.conftest import ARGUMENTS  # noqa: E402
from tests.browser.house import Site  # noqa: E402

OUT = CHECKOUT / "docs" / "design"
SHOWN = [
    "home", "how-we-work", "get-help", "what-we-do", "service-area", "programme", "coalitions", "prwg-k", "news",
    "news-item", "publications", "publication", "figures", "history", "contact", "give", "donate",
    "gift-open", "gift-failed", "gift-paid", "search-results", "not-found",
]  # fmt: skip
WIDTHS = {360: 640, 768: 1024, 1280: 800}
SCALE, TALLEST = 0.2, 1700
MAKE_MORE = """
import django; django.setup()
from django.apps import apps
from django.utils import timezone
from wagtail.models import Locale, Page
from core.loading import unattended
LONG = "Uwajibikaji wa taasisi zinazoshughulikia malalamiko kuhusu unyanyasaji unaofanywa na maafisa wa usalama"
with unattended():
    for model, parent in [
        ("home.ContentPage", "home"), ("programmes.ServiceAreaPage", "what-we-do"),
        ("programmes.ProgrammePage", "what-we-do"), ("coalitions.CoalitionPage", "coalitions"),
        ("news.NewsPage", "news"), ("resources.ResourcePage", "publications"),
    ]:
        where = {"depth": 2} if parent == "home" else {"depth": 3, "slug": parent}
        english = Page.objects.get(locale__language_code="en", **where)
        for slug, title in [("empty", "Empty"), ("long", LONG)]:
            name = f"{slug}-{model.partition('.')[2].removesuffix('Page').lower()}"
            more = {"icon": "shield"} if "Service" in model else {}
            page = apps.get_model(model)(title=title, slug=name, live=True, locale=english.locale,
                summary="" if slug == "empty" else LONG[:150], last_published_at=timezone.now(), **more)
            english.add_child(instance=page)
            twin = page.copy_for_translation(Locale.objects.get(language_code="sw"))
            twin.slug, twin.live, twin.latest_revision, twin.last_published_at = name, True, None, timezone.now()
            twin.save()
            english = Page.objects.get(pk=english.pk)
"""
PARENTS = {
    "content": ("", ""),
    "servicearea": ("what-we-do/", "tunachofanya/"),
    "programme": ("what-we-do/", "tunachofanya/"),
    "coalition": ("coalitions/", "miungano/"),
    "news": ("news/", "habari/"),
    "resource": ("publications/", "machapisho/"),
}
MORE = [
    Address(f"{kind}-{name}", f"/{english}{kind}-{name}/", f"/sw/{kiswahili}{kind}-{name}/")
    for kind in ("empty", "long")
    for name, (english, kiswahili) in PARENTS.items()
]


def shot(browser, url, width, scheme):
    """A page from its top, at most TALLEST pixels, as a small picture."""
    size = {"width": width, "height": WIDTHS[width]}
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    page.goto(url, wait_until="networkidle")  # the face is there from the second page on
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    data = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
    context.close()
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    return picture.resize((round(width * SCALE), round(height * SCALE)), Image.Resampling.LANCZOS)


def every_way(browser, site, *paths):
    """The pages at these paths (those that are None left out), light and dark, in each width, side by side."""
    return strip(
        [
            shot(browser, site.url + path, width, scheme)
            for path in paths
            if path
            for scheme in ("light", "dark")
            for width in WIDTHS
        ]
    )


def strip(pictures, gap=8):
    """Pictures side by side on grey."""
    width = sum(picture.width + gap for picture in pictures) + gap
    sheet = Image.new("RGB", (width, max(picture.height for picture in pictures) + 2 * gap), "#9a958c")
    left = gap
    for picture in pictures:
        sheet.paste(picture, (left, gap))
        left += picture.width + gap
    return sheet


def save(sheet, name):
    sheet.save(OUT / f"{name}.webp", quality=42, method=6)
    print(f"{name}.webp  {(OUT / f'{name}.webp').stat().st_size:,} bytes")


def main(names):
    OUT.mkdir(parents=True, exist_ok=True)
    shown = [address for address in ADDRESSES if address.name in (names or SHOWN)]
    shown += [address for address in MORE if not names or address.name in names]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Site(Path(folder) / "var")
        site.run_python(MAKE_MORE)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        with site:
            for address in shown:
                save(every_way(browser, site, address.en, address.sw), address.name)
            if not names:
                save(every_way(browser, site, "/styleguide/"), "styleguide")
                # From here on every page fails, so that the one for errors is seen.
                site.sql("ALTER TABLE wagtailcore_page RENAME TO wagtailcore_page_gone")
                save(every_way(browser, site, "/", "/sw/"), "server-error")
        browser.close()
    print(f"together {sum(path.stat().st_size for path in OUT.glob('*.webp')):,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
