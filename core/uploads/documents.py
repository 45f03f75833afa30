"""Documents: the kind judged by content, then cleaned by the module for it.

Refused rather than cleaned is whatever a person has to decide about (comments, tracked changes, hidden sheets,
attachments, signatures) and whatever can't be cleaned (encrypted files, sound and film, EMF and SVG pictures). Sources:
OWASP File Upload Cheat Sheet; ASVS 5.2.1 to 5.2.3, 5.3.2; the reasons for single rules stand in the modules.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from core.uploads import limit
from core.uploads.archive import DAMAGED
from core.uploads.common import extension_of, looks_like_markup, random_name, read_upload, refuse, refusing
from core.uploads.odf import MIMETYPE, clean_odf
from core.uploads.ooxml import OFFICE, clean_ooxml
from core.uploads.pdf import clean_pdf
from core.uploads.plaintext import clean_text

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # also the wrapping of an Office file with a password

KINDS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "pdf": ("application/pdf", clean_pdf),
    "docx": (f"{OFFICE}wordprocessingml.document", partial(clean_ooxml, extension="docx")),
    "xlsx": (f"{OFFICE}spreadsheetml.sheet", partial(clean_ooxml, extension="xlsx")),
    "pptx": (f"{OFFICE}presentationml.presentation", partial(clean_ooxml, extension="pptx")),
    "odt": (MIMETYPE["odt"], partial(clean_odf, extension="odt")),
    "ods": (MIMETYPE["ods"], partial(clean_odf, extension="ods")),
    "csv": ("text/csv", clean_text),
    "txt": ("text/plain", clean_text),
}


@dataclass(frozen=True, slots=True)
class CleanDocument:
    """``content`` carries a generated name; ``extension`` has no dot; ``content_type`` is what to serve it as."""

    content: ContentFile
    extension: str
    content_type: str


def clean_document(file: IO[bytes], name: str) -> CleanDocument:
    """Return the document in ``file`` without what tells about its makers.

    ``file``: an open binary file (an upload, or any Django ``File``). ``name``: what the editor called it; its
    extension says what the content must be.

    Raises ``ValidationError`` with one of the codes ``extension``, ``empty``, ``too_large`` (bytes), ``markup``,
    ``wrong_content``, or one of those that ``clean_pdf``, ``clean_ooxml``, ``clean_odf`` and ``clean_text`` name.
    """
    extension = extension_of(name, KINDS)
    data = read_upload(file, limit("UPLOAD_DOCUMENT_MAX_BYTES"))
    if looks_like_markup(data):
        raise refuse("markup", _("This is a web page or a drawing (HTML or SVG), whatever its name says."))
    if data.startswith(OLD_OFFICE):
        raise refuse(
            "encrypted",
            _(
                "This file is protected by a password or made by an old Office: please save it "
                "without a password, as docx, xlsx or pptx."
            ),
        )
    content_type, clean = KINDS[extension]
    if extension not in ("pdf", "csv", "txt") and not data.startswith(b"PK\x03\x04"):
        if b"PK\x03\x04" in data and b"PK\x05\x06" in data:
            raise refuse("polyglot", _("Something else stands in front of this document: please save it again."))
        raise refuse(
            "wrong_content",
            _("The content of this file isn't what its name says (%(extension)s)."),
            extension=extension,
        )
    with refusing("corrupt", DAMAGED):
        content = clean(data)
    return CleanDocument(ContentFile(content, name=random_name(extension)), extension, content_type)
