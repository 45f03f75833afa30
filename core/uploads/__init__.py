"""Uploaded files: judged by what they contain, refused or cleaned, before anything is stored.

A picture or a report may betray a survivor, a witness or a member of staff: by the place where it was taken, the
author's name, an earlier revision, a comment. It may also attack: the server that unpacks it, the reader who opens it.

- ``core.uploads.pictures.clean_picture``: pictures, decoded and encoded anew.
- ``core.uploads.documents.clean_document``: PDF, Office, OpenDocument, CSV and plain text, rebuilt from allowed parts.

Both are pure functions without models; they raise ``django.core.exceptions.ValidationError`` with one plain sentence
and a code. Sources of the rules: OWASP File Upload Cheat Sheet; OWASP ASVS 5.0, section 5.2 (size, content against
extension, unpacked size, pixels) and 5.3.2 (generated file names).
"""

from django.conf import settings

MEGABYTE = 1024 * 1024  # as Wagtail and Django count, who show it beside our sentences

# Any of these may be set in the Django settings under the same name.
DEFAULTS = {
    "UPLOAD_PICTURE_MAX_BYTES": 15 * MEGABYTE,
    "UPLOAD_PICTURE_MAX_PIXELS": 40_000_000,  # width x height
    "UPLOAD_DOCUMENT_MAX_BYTES": 25 * MEGABYTE,
    "UPLOAD_DOCUMENT_MAX_UNPACKED_BYTES": 200 * MEGABYTE,  # all parts together
    "UPLOAD_DOCUMENT_MAX_XML_BYTES": 50 * MEGABYTE,  # one XML part: a parsed tree takes several times its size
    "UPLOAD_DOCUMENT_MAX_ENTRIES": 5_000,  # files in an archive
    "UPLOAD_DOCUMENT_MAX_RATIO": 200,  # unpacked / packed, of an archive entry over 1 MB
    "UPLOAD_DOCUMENT_MAX_PDF_OBJECTS": 500_000,
}


def limit(name: str) -> int:
    """Return the limit called ``name`` (a key of ``DEFAULTS``), read from the settings at the time of the call."""
    return getattr(settings, name, DEFAULTS[name])
