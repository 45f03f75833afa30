"""Plain text and CSV: nothing to clean but the encoding, everything to check."""

import re

from django.utils.translation import gettext_lazy as _

from core.uploads.common import SNIFFED_BYTES, TELLING_TAGS, looks_like_markup, refuse

OTHER_KINDS = ("%PDF-", "{\\rtf", "PK\x03\x04", "#!", "%!PS")
CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")  # all but tab, line feed, form feed, carriage return
UTF8_MARK, UTF16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")


def clean_text(data: bytes) -> bytes:
    """Return ``data`` as UTF-8: the text itself is unchanged, UTF-16 is converted, a byte order mark stays for Excel.

    Raises ``markup`` (begins as, or shows early, HTML or SVG, which a guessing browser would run), ``not_text``
    (another encoding, NUL or control characters), ``wrong_content`` (another kind of file).
    """
    if looks_like_markup(data):
        raise refuse("markup", _("This is a web page or a drawing (HTML or SVG), not plain text."))
    marked = data.startswith((UTF8_MARK, *UTF16_MARKS))
    try:
        text = data.decode("utf-16" if data.startswith(UTF16_MARKS) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(
            "not_text", _("This isn't plain text in UTF-8: please save it again with the encoding UTF-8.")
        ) from error
    if CONTROLS.search(text):
        raise refuse("not_text", _("This file has characters that plain text doesn't have."))
    if text.startswith(OTHER_KINDS):
        raise refuse("wrong_content", _("The content of this file isn't what its name says."))
    clean = text.encode()
    if TELLING_TAGS.search(clean[:SNIFFED_BYTES]):
        raise refuse("markup", _("This is a web page or a drawing (HTML or SVG), not plain text."))
    return UTF8_MARK + clean if marked else clean
