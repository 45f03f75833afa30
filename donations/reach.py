"""How a form is reached from elsewhere: its address, a QR code, and a frame on partners' own pages.

Which form and which partner brought a gift is told by their codes in the address, and by nothing else.
"""

import io
from dataclasses import dataclass
from math import ceil

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

NARROWEST = 300  # CSS pixels of a frame


@dataclass(frozen=True)
class Frame:
    """One partner's line of HTML: where it may stand (`site`), and the `line` itself."""

    partner: str
    site: str
    line: str


@dataclass(frozen=True)
class Reach:
    """`address` of the form in its language; `frames` (list of Frame), one for each partner."""

    address: str
    frames: list


def address_of(form, partner=""):
    """The full address (str) of a form's own page, in the form's language."""
    with translation.override(form.locale.language_code):
        path = reverse("giving_form", args=[form.code])
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}" + (f"?partner={partner}" if partner else "")


def frame_of(form, partner):
    """The line of HTML (str) by which a partner shows step 1 on a page of theirs."""
    with translation.override(form.locale.language_code):
        path = reverse("giving_frame", args=[form.code, partner])
    return (
        f'<iframe src="{settings.WAGTAILADMIN_BASE_URL}{path}" title="{escape(form.title)}" '
        f'width="100%" height="{height_of(form)}" style="border:0"></iframe>'
    )


def height_of(form):
    """The height (int, CSS pixels) in which step 1 fits without scrolling in a frame of NARROWEST or wider.

    Counted as the style sheet sets it there: a line of the title has 18 letters, two amounts stand in a row, each alone
    with 30 letters a line where they say what they do. A test measures it in a browser.
    """
    height = 400 + 30 * ceil(len(form.title) / 18)
    for offer in form.offer_list():
        lines = [len(preset.line) + len(preset.source) for preset in offer.presets]
        rows = sum(60 + 24 * ceil(letters / 30) for letters in lines) if any(lines) else 72 * ceil(len(lines) / 2)
        height += 52 + rows
    return height


def reach(form):
    """All of it, for the form's editors (Reach)."""
    partners = settings.GIVING_PARTNERS
    return Reach(address_of(form), [Frame(code, site, frame_of(form, code)) for code, site in partners.items()])


def qr(form, kind):
    """The QR code of a form's address as a file (bytes); `kind` is svg or png."""
    file = io.BytesIO()
    # Level M: a quarter of a printed code may be dirty. Four modules of quiet, as ISO/IEC 18004 wants.
    segno.make(address_of(form), error="m", micro=False).save(file, kind=kind, scale=10, border=4)
    return file.getvalue()
