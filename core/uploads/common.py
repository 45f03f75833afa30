"""What the cleaning of pictures and of documents has in common."""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.uploads import MEGABYTE

# A browser that guesses takes a file for markup by its first tag, after white space, comments and declarations.
# (The atomic group, "?>", keeps a hundred comments from being tried in every combination.)
MARKUP = re.compile(
    rb"\s*(?>(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!\[CDATA\[)*)<(?:!doctype|/?[a-z][a-z0-9:-]*[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
TELLING_TAGS = re.compile(
    rb"<(?:!doctype\s+(?:html|svg)|html|head|body|script|svg|iframe|object|embed|meta|link|style|img|form)[\s>/]",
    re.IGNORECASE,
)
SNIFFED_BYTES = 1445  # how far browsers look: https://mimesniff.spec.whatwg.org/#reading-the-resource-header
FILE_NAME = re.compile(
    r"^(?:[a-z]:[\\/]|\\\\|file:|/(?:home|users|tmp|var)/)|\.(?:jpe?g|jfif|png|gif|webp|avif|heic|tiff?|bmp|svg|emf|wmf"
    r"|psd|ai|indd|docx?|docm|dotx?|xlsx?|xlsm|pptx?|odt|ods|odp|rtf|pdf|csv|txt|html?)\s*$",
    re.IGNORECASE,
)


def refuse(code: str, sentence: str, **params) -> ValidationError:
    """Return the error to raise: one sentence for the editor, and a code for the tests and the log."""
    return ValidationError(sentence, code=code, params=params or None)


@contextmanager
def refusing(code: str, sentence: str) -> Iterator[None]:
    """Turn every failure inside the block into a refusal.

    Parsers of hostile files fail with anything from ``OSError`` to ``struct.error`` and ``RecursionError``: whatever it
    is, the file is not understood, and what is not understood is not published.
    """
    try:
        yield
    except ValidationError:
        raise
    except Exception as error:
        raise refuse(code, sentence) from error


def extension_of(name: str, allowed: Iterable[str]) -> str:
    """Return the last extension of ``name`` in lower case, without its dot; refuse (``extension``) one not allowed."""
    extension = os.path.splitext(name or "")[1].lstrip(".").lower()
    if extension not in allowed:
        kinds = ", ".join(allowed)
        raise refuse("extension", _("Only files of these kinds are accepted: %(kinds)s."), kinds=kinds)
    return extension


def read_upload(file: IO[bytes], max_bytes: int) -> bytes:
    """Return the content of ``file``, read from its start; refuse (``empty``, ``too_large``) by what is really there.

    At most ``max_bytes`` + 1 bytes are read: the size that the browser or the file object states is not believed.
    """
    if hasattr(file, "seekable") and file.seekable():
        file.seek(0)
    data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        megabytes = max(1, max_bytes // MEGABYTE)
        raise refuse(
            "too_large", _("This file is larger than %(megabytes)s MB, the most that is accepted."), megabytes=megabytes
        )
    if not data:
        raise refuse("empty", _("This file is empty."))
    return data


def random_name(extension: str) -> str:
    """Return a new file name: the editor's own may hold a survivor's name, or a second extension."""
    return f"{secrets.token_hex(8)}.{extension}"


def looks_like_markup(data: bytes) -> bool:
    """Return whether ``data`` begins as HTML, SVG or other XML, also as UTF-16 or after a byte order mark."""
    head = data[: SNIFFED_BYTES * 2]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[2:].replace(b"\0", b"")
    head = head.removeprefix(b"\xef\xbb\xbf")[:SNIFFED_BYTES].lstrip(b"\0\x0b\x0c \t\r\n")
    return bool(MARKUP.match(head)) or head[:5].lower() == b"<?xml"


def kept_title(title: str | None) -> str:
    """Return ``title`` on one line, or nothing when it's a file's name or path, as Word and Photoshop like to put."""
    title = " ".join((title or "").split())
    if FILE_NAME.search(title) or title.lower().startswith("microsoft word - "):
        return ""
    return title
