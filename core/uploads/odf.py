"""OpenDocument files (odt, ods): a zip with four XML parts, again inside each embedded chart or formula.

Reference: OpenDocument 1.3, part 2 (packages). Same stance as ``ooxml``: what tells about people is dropped where the
document stays the same without it, and refused where a person must decide.
"""

import re
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _
from lxml import etree

from core.uploads.archive import local, parse_xml, read_zip, remove, write_zip, xml_bytes
from core.uploads.common import kept_title, refuse
from core.uploads.ooxml import FETCHES, PICTURE, SAFE_SCHEMES, clean_inner_picture, wrong_content

DOCUMENT = "application/vnd.oasis.opendocument"
MIMETYPE = {"odt": f"{DOCUMENT}.text", "ods": f"{DOCUMENT}.spreadsheet"}
MANIFEST = "META-INF/manifest.xml"
# Kept by name, all else is dropped (earlier versions, previews, tool bars, RDF, scripts' left-overs) or refused.
XML_PARTS = re.compile(r"^(?:Object [^/]+/)?(?:content|styles|settings|meta)\.xml$")
KEPT_FILES = re.compile(r"^(?:Object [^/]+/)?(?:Pictures|Fonts)/[^/]+$")
FONT_STARTS = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")
MACROS = re.compile(r"^(?:Basic|Scripts|Dialogs)/", re.IGNORECASE)
SIGNATURES = re.compile(r"signatures[^/]*\.xml$", re.IGNORECASE)

REFUSED_ELEMENTS = {
    **dict.fromkeys(("annotation",), "comments"),
    **dict.fromkeys(("changed-region", "cell-content-change", "insertion", "deletion", "movement"), "tracked_changes"),
    **dict.fromkeys(("event-listener", "script", "execute-macro"), "macros"),
    **dict.fromkeys(("object-ole", "plugin", "applet", "floating-frame", "binary-data"), "embedded"),
    **dict.fromkeys(("dde-source", "dde-link", "dde-connection", "dde-connection-decl", "table-source",
                     "cell-range-source", "section-source"), "external"),
}  # fmt: skip
SENTENCES = {
    "comments": _("This file has comments with their authors' names: please delete them all and save it again."),
    "tracked_changes": _("This file shows who changed what: please accept or reject all changes, switch tracking off "
                         "and save it again."),
    "macros": _("This file holds macros (small programs): please save it without them."),
    "embedded": _("This file holds another file inside it: please remove the embedded object or paste it as "
 "a picture."),
    "external": FETCHES,
}  # fmt: skip
TELLING_SETTINGS = re.compile(
    r"^(?:Printer(?:Name|Setup)|Rsid|RsidRoot|CurrentDatabase.*|EmbeddedDatabaseName"
    r"|RedlineProtectionKey|\w*TableURL|.*Author.*)$"
)
META = """<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"><office:meta><dc:title/></office:meta>
</office:document-meta>"""


def clean_odf(data: bytes, extension: str) -> bytes:
    """Return an odt or ods rebuilt without what tells about its makers.

    Raises the codes of ``archive.read_zip`` and ``parse_xml``, and ``wrong_content``, ``encrypted``, ``signed``,
    ``macros``, ``comments``, ``tracked_changes``, ``hidden_data``, ``embedded``, ``external``, ``picture_inside``.
    """
    parts = read_zip(data)
    mimetype = parts.get("mimetype", b"").strip().decode("ascii", "replace")
    if mimetype != MIMETYPE[extension] or MANIFEST not in parts or "content.xml" not in parts:
        raise wrong_content(extension)
    manifest = parse_xml(parts[MANIFEST])
    if any(local(node) == "encryption-data" for node in manifest.iter(etree.Element)):
        raise refuse("encrypted", _("This file is protected by a password: please save it without one."))
    if any(SIGNATURES.search(name) for name in parts):
        raise refuse(
            "signed", _("This file carries a digital signature with its signer's name: please remove the signature.")
        )
    if any(MACROS.search(name) for name in parts):
        raise refuse("macros", SENTENCES["macros"])
    if any(
        kind.startswith(DOCUMENT) and path != "/" and not kind.endswith((".chart", ".formula"))
        for path, kind in map(_manifest_entry, manifest)
    ):
        raise refuse("embedded", SENTENCES["embedded"])
    trees = {name: parse_xml(content) for name, content in parts.items() if XML_PARTS.search(name)}
    used = set()
    for name, tree in trees.items():
        used |= _clean_tree(name, tree)

    clean = {"mimetype": MIMETYPE[extension].encode()}
    for name, content in parts.items():
        if name in trees:
            clean[name] = xml_bytes(_meta(trees[name]) if name.endswith("meta.xml") else trees[name])
        elif KEPT_FILES.search(name) and name in used:
            clean[name] = _file(name, content)
    for entry in list(manifest):
        path, _kind = _manifest_entry(entry)
        if path != "/" and not any(name == path or (path.endswith("/") and name.startswith(path)) for name in clean):
            manifest.remove(entry)
    clean[MANIFEST] = xml_bytes(manifest)
    return write_zip(clean, stored=("mimetype",))


def _manifest_entry(entry: etree._Element) -> tuple[str, str]:
    """Return path and media type of a line of the manifest."""
    values = {local(key): value for key, value in entry.items()}
    return values.get("full-path", ""), values.get("media-type", "")


def _file(name: str, content: bytes) -> bytes:
    if PICTURE.search(name):
        return clean_inner_picture(content)
    if "Fonts/" in name and content.startswith(FONT_STARTS):
        return content
    raise refuse(
        "picture_inside",
        _("A picture inside this file can't be cleaned (%(kind)s): please replace it by a JPEG or PNG."),
        kind=name.rpartition(".")[2].upper(),
    )


def _meta(root: etree._Element) -> etree._Element:
    title = next((node.text for node in root.iter("{http://purl.org/dc/elements/1.1/}title")), "")
    meta = etree.fromstring(META)
    meta[0][0].text = kept_title(title)
    return meta


def _clean_tree(name: str, root: etree._Element) -> set[str]:
    """Refuse or remove what tells; return the names of the files that this part shows."""
    used, folder = set(), name.rpartition("/")[0]
    hidden = set()
    for node in list(root.iter(etree.Element)):
        kind, attributes = local(node), {local(key): value for key, value in node.items()}
        if kind in REFUSED_ELEMENTS:
            raise refuse(REFUSED_ELEMENTS[kind], SENTENCES[REFUSED_ELEMENTS[kind]])
        if kind == "table-properties" and attributes.get("display") == "false":
            hidden |= {value for key, value in node.getparent().items() if local(key) == "name"}
        if kind == "table" and attributes.get("style-name") in hidden:
            raise refuse("hidden_data", _("This file has a hidden sheet: please show it or delete it."))
        if kind == "config-item" and TELLING_SETTINGS.search(attributes.get("name", "")):
            remove(node)
        if kind in ("tracked-changes", "scripts"):  # empty, or it would be refused at its content
            remove(node)
        for key, _value in node.items():
            if local(key) in ("rsid", "paragraph-rsid"):  # tie a text to one person's sessions
                del node.attrib[key]
        if "href" in attributes:
            used |= _used(kind, attributes["href"], folder)
    return used


def _used(kind: str, href: str, folder: str) -> set[str]:
    """Return which file of the archive ``href`` shows; refuse what leads out, links for readers excepted."""
    if href.startswith("#") or not href:
        return set()
    scheme = urlsplit(href).scheme.lower()
    if kind == "a":
        if scheme not in SAFE_SCHEMES:
            raise refuse(
                "external", _("This file has a link to a place on somebody's computer: please remove the link.")
            )
        return set()
    if scheme or href.startswith(("/", "../", "\\")):
        raise refuse("external", FETCHES)
    path = unquote(href).removeprefix("./")
    return {f"{folder}/{path}" if folder else path}
