"""Zip archives, as Office and OpenDocument files are: read with distrust, written with nothing but names and contents.

Sources: OWASP File Upload Cheat Sheet (zip bombs, zip slip); ASVS 5.2.3 (unpacked size, number of files), 5.3.3.
"""

import io
import re
import zipfile
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException, sax
from django.utils.translation import gettext_lazy as _
from lxml import etree

from core.uploads import MEGABYTE, limit
from core.uploads.common import refuse, refusing

CHUNK = 256 * 1024
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
BAD_NAME = re.compile(r"^/|\\|:|[\x00-\x1f\x7f]|(?:^|/)\.{1,2}(?:/|$)|//")
DAMAGED = _("This file is damaged, so it can't be used: please save it again.")


def read_zip(data: bytes) -> dict[str, bytes]:
    """Return the files of an archive by name, in their order.

    Sizes are counted while unpacking: what the archive says about itself isn't believed. Raises ``polyglot`` (data
    before the first or after the last entry), ``encrypted``, ``bad_names`` (paths leading out, or one name twice),
    ``zip_bomb`` (too many files, too much unpacked, too good a ratio), ``corrupt``.
    """
    with refusing("corrupt", DAMAGED), zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check_frame(data, archive)
        entries = archive.infolist()
        if len(entries) > limit("UPLOAD_DOCUMENT_MAX_ENTRIES"):
            raise _bomb()
        names = [entry.filename for entry in entries]
        # Office looks parts up without regard to case: two spellings of one name show different things in two programs.
        if any(BAD_NAME.search(name) for name in names) or len({name.lower() for name in names}) < len(names):
            raise refuse("bad_names", _("The parts inside this file have unsafe names: please save it again."))
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise refuse("encrypted", _("This file is protected by a password: please save it without one."))
        parts, left = {}, limit("UPLOAD_DOCUMENT_MAX_UNPACKED_BYTES")
        for entry in entries:
            if not entry.is_dir():
                parts[entry.filename] = _unpacked(archive, entry, left)
                left -= len(parts[entry.filename])
        return parts


def _check_frame(data: bytes, archive: zipfile.ZipFile) -> None:
    """Refuse archives with a foreign head or tail, which show as something else to another program."""
    end_record = len(data) - 22 - len(archive.comment)
    starts_late = min((entry.header_offset for entry in archive.infolist()), default=0) > 0
    if starts_late or data[end_record : end_record + 4] != b"PK\x05\x06":
        raise refuse("polyglot", _("Something else is hidden in this file besides the document: please save it again."))


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refuse("corrupt", DAMAGED)
    most = max(MEGABYTE, entry.compress_size * limit("UPLOAD_DOCUMENT_MAX_RATIO"))
    content = bytearray()
    with archive.open(entry) as stream:
        while chunk := stream.read(CHUNK):
            content += chunk
            if len(content) > min(left, most):
                raise _bomb()
    return bytes(content)


def _bomb() -> Exception:
    return refuse("zip_bomb", _("This file unpacks to far more than its own size, so it isn't opened."))


def write_zip(parts: dict[str, bytes], stored: tuple[str, ...] = ()) -> bytes:
    """Return an archive of ``parts`` in their order, without dates, owners, comments and extra fields.

    ``stored``: names of entries to leave uncompressed.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def parse_xml(data: bytes) -> etree._Element:
    """Return the root of an XML part, without its comments and processing instructions.

    lxml keeps the prefixes that Office depends on, but expands entities; so defusedxml reads first and forbids any DTD.
    Raises ``xml_entities``, ``zip_bomb`` (too large a part), ``corrupt``.
    """
    if len(data) > limit("UPLOAD_DOCUMENT_MAX_XML_BYTES"):
        raise _bomb()
    with refusing("corrupt", DAMAGED):
        try:
            sax.parseString(data, ContentHandler(), forbid_dtd=True)
        except DefusedXmlException as error:
            raise refuse(
                "xml_entities", _("This file declares entities of its own, which a document never needs.")
            ) from error
        parser = etree.XMLParser(
            resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
        )
        return etree.fromstring(data, parser)


def xml_bytes(root: etree._Element) -> bytes:
    """Return an XML part as Office writes it: UTF-8, standalone."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def local(node: etree._Element | str) -> str:
    """Return the name of an element or attribute without its namespace."""
    name = node if isinstance(node, str) else node.tag
    return name.rpartition("}")[2]


def remove(node: etree._Element) -> None:
    """Take an element out, with those wrappers around it that are empty without it."""
    wrappers = {"ext", "extLst", "Choice", "AlternateContent"}
    while (parent := node.getparent()) is not None:
        parent.remove(node)
        if local(parent) not in wrappers or len(parent):
            return
        node = parent
