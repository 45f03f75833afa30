"""Pictures for sharing: 1200 × 630, drawn from a page's title, kind and weave when it is published.

None is drawn for help and story pages, nor where an editor chose a picture that the public may see. The file's name
holds what was drawn, so a page with a new title has a new picture, and networks fetch it anew.
"""

import functools
import hashlib
from io import BytesIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import translation
from PIL import Image, ImageDraw, ImageFont
from wagtail.images import get_image_model
from wagtail.models import Page

from . import due
from .colours import colours
from .weave import CLAY, INK, OCHRE, SIZE, bands, cells

WIDTH, HEIGHT, CLOTH, EDGE = 1200, 630, 330, 72
FOLDER = "images/share"
FONT = settings.BASE_DIR / "static" / "fonts" / "young-serif.woff2"


def wanted(page):
    """Whether a page gets a picture drawn."""
    return page.live and not page.is_sensitive and not page.shown_image


def name_of(page):
    """The file's name in public storage."""
    drawn = "\n".join([_title(page), _kind(page), page.weave_seed, "1"])  # the last: the version of the drawing
    return f"{FOLDER}/{page.pk}-{hashlib.sha256(drawn.encode()).hexdigest()[:10]}.png"


def address_of(page):
    """The picture's address, or "" where there is none."""
    name = name_of(page)
    return default_storage.url(name) if wanted(page) and default_storage.exists(name) else ""


def refresh(page):
    """Draw the page's picture if it has to be drawn, and take away older ones."""
    name, folder = name_of(page), FOLDER
    if wanted(page) and not default_storage.exists(name):
        default_storage.save(name, ContentFile(draw(_title(page), _kind(page), page.weave_seed)))
    if default_storage.exists(folder):
        for old in default_storage.listdir(folder)[1]:
            if old.startswith(f"{page.pk}-") and not (wanted(page) and f"{folder}/{old}" == name):
                default_storage.delete(f"{folder}/{old}")


def refresh_all():
    """Draw what is missing (what was loaded, or published while the disk was full). Returns lines (list of str)."""
    drawn, chosen = 0, get_image_model().objects.in_bulk()
    for page in Page.objects.live().specific():
        if hasattr(page, "listing_image_id"):
            page.listing_image = chosen.get(page.listing_image_id)  # in one query for all pages
        if hasattr(page, "weave_seed") and wanted(page) and not default_storage.exists(name_of(page)):
            refresh(page)
            drawn += 1
    return [f"drew {drawn} pictures for sharing"] if drawn else []


due.register("draw pictures for sharing", every=600)(refresh_all)


def _title(page):
    return page.social_title or page.title


def _kind(page):
    """What the page is, in one or two words; nothing for plain pages."""
    with translation.override(page.locale.language_code):
        return str(page.get_kind_display()) if hasattr(page, "get_kind_display") else ""


@functools.cache
def _font(size):
    return ImageFont.truetype(str(FONT), size)


def draw(title, kind, seed):
    """Return the picture as PNG (bytes)."""
    ink = colours()["light"]
    picture = Image.new("RGB", (WIDTH, HEIGHT), ink["paper"])
    pen = ImageDraw.Draw(picture)
    _draw_cloth(pen, seed, WIDTH - CLOTH, ink)
    room = WIDTH - CLOTH - 2 * EDGE
    _draw_ruler(pen, EDGE, EDGE, ink["ink"])
    if kind:
        pen.text((EDGE, EDGE + 34), kind, font=_font(32), fill=ink["clay"])
    lines, font = _fitted(title, room)
    top = EDGE + (104 if kind else 60)
    step = round(font.size * 1.16)
    for number, line in enumerate(lines):
        pen.text((EDGE, top + number * step), line, font=font, fill=ink["ink"])
    pen.text((EDGE, HEIGHT - EDGE - 44), "IMLU", font=_font(44), fill=ink["ink"])
    pen.text((EDGE + 140, HEIGHT - EDGE - 34), "Independent Medico-Legal Unit", font=_font(27), fill=ink["soft"])
    data = BytesIO()
    picture.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(data, "PNG")
    return data.getvalue()


def _draw_ruler(pen, left, top, colour):
    for segment in range(4):
        pen.rectangle([left + 2 * segment * 22, top, left + 2 * segment * 22 + 21, top + 8], fill=colour)


def _draw_cloth(pen, seed, left, ink):
    """The page's cloth, as on the page, at one and a half times its size."""
    thread = {CLAY: ink["weave-a"], OCHRE: ink["weave-b"], INK: ink["weave-c"]}
    pen.rectangle([left, 0, WIDTH, HEIGHT], fill=ink["weave-ground"])
    top = 0
    for what, of, size in bands(seed, HEIGHT):
        size = round(size * 1.5)
        if what == "stripe":
            if of:
                pen.rectangle([left, top, WIDTH, top + size - 1], fill=thread[of])
            top += size
            continue
        for row in cells(of):
            for column in range(CLOTH // size + 1):
                cell = row[column % (SIZE - 1)]
                if cell:
                    x = left + column * size
                    pen.rectangle([x, top, x + size - 1, top + size - max(2, size // 8)], fill=thread[cell])
            top += size


def _fitted(title, room):
    """The title's lines (list of str, at most five) and the largest font in which they fit."""
    for size in (76, 66, 58, 50, 43):
        font = _font(size)
        lines = _wrapped(title, font, room)
        fits = max(font.getlength(line) for line in lines) <= room  # a long word alone may be too wide
        if fits and len(lines) * size * 1.16 <= HEIGHT - 2 * EDGE - 190:
            return lines, font
    if len(lines) > 5:
        lines = [*lines[:4], lines[4] + " …"]
    return lines, font


def _wrapped(text, font, room):
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
