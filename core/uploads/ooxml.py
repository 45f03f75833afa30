"""Office files (docx, xlsx, pptx): a zip of parts joined by relationships.

The rule of thumb: drop a relationship and the part behind it falls away, since only parts that can be reached from the
start are written out. What a person must decide (comments, tracked changes, hidden sheets) is refused with a sentence
saying so, because silently accepting a change or dropping a sheet alters what the document says.
Reference: ECMA-376, part 2 (packages).
"""

import posixpath
import re
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from lxml import etree

from core.uploads.archive import local, parse_xml, read_zip, remove, write_zip, xml_bytes
from core.uploads.common import FILE_NAME, kept_title, refuse
from core.uploads.pictures import reencode_leniently

TYPES = "[Content_Types].xml"
OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN_TYPE = {
    "docx": f"{OFFICE}wordprocessingml.document.main+xml",
    "xlsx": f"{OFFICE}spreadsheetml.sheet.main+xml",
    "pptx": f"{OFFICE}presentationml.presentation.main+xml",
}
SAFE_SCHEMES = {"http", "https", "mailto", "tel"}
PICTURE = re.compile(r"\.(?:jpe?g|jpe|jfif|png|gif|bmp|tiff?)$", re.IGNORECASE)
FONT = re.compile(r"\.(?:odttf|fntdata)$", re.IGNORECASE)
XML = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)

# By part name, in lower case. Refused:
REFUSED = [
    ("macros", re.compile(r"vbaproject|vbadata|macrosheets/|customui/|attachedtoolbars|/dialogsheets/"),
     _("This file holds macros (small programs): please save it without them.")),
    ("active_content", re.compile(r"activex|webextensions/|/ctrlprops/.*\.bin"),
     _("This file holds programs or add-ins: please remove them.")),
    ("signed", re.compile(r"_xmlsignatures/"),
     _("This file carries a digital signature with its signer's name: please remove the signature.")),
    ("hidden_data", re.compile(r"^xl/(?:externallinks|querytables|pivotcache|model|revisions)/|^xl/connections\.xml$"),
     _("This workbook holds data that isn't seen on its sheets (a pivot table, a link to another file, a record of "
       "changes): please copy the values into a new workbook.")),
    ("media", re.compile(r"\.(?:mp[34]|m4[av]|mov|avi|wmv|wma|wav|mpe?g|mkv|webm|ogg|aac|flac|3gp)$"),
     _("This file holds sound or film, which can't be cleaned: please remove it.")),
]  # fmt: skip
# Dropped without a word: lists of people, data stores, previews, printers' settings, SVG (Office puts a PNG beside it).
DROPPED = re.compile(
    r"^docprops/(?!core\.xml$|app\.xml$)|^customxml/|^docmetadata/|/printersettings/|/people\.xml$|/persons/"
    r"|/commentauthors\.xml$|/authors\.xml$|/comments[^/]*\.xml$|/(?:threaded)?comments/|/changesinfos/"
    r"|/revisioninfo\.xml$|/tags/|/recipientdata\.xml$|/customizations\.xml$|/intelligence\d*\.xml$|\.svg$"
)
DROPPED_ELEMENTS = {
    "absPath", "attachedTemplate", "custDataLst", "customSheetViews", "customWorkbookViews", "docId", "docVars",
    "externalData", "fileSharing", "mailMerge", "permEnd", "permStart", "protectedRanges", "revisionPtr", "rsids",
    "svgBlip",
}  # fmt: skip
DROPPED_KINDS = {"attachedTemplate", "author", "authors", "commentAuthors", "custom-properties", "customXml", "people",
                 "person", "printerSettings", "thumbnail"}  # fmt: skip
COMMENTS = {"comments": "comment", "cmLst": "cm", "ThreadedComments": "threadedComment"}  # root: child
TRACKED = {
    "ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "rPrChange", "pPrChange", "sectPrChange",
    "tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange", "tcPrChange", "numberingChange",
}  # fmt: skip
RUNNING_FIELDS = re.compile(
    r"^\s*(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|RD|DATABASE)\b", re.IGNORECASE | re.MULTILINE
)
CORE = """<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title/></cp:coreProperties>"""
EMBEDDING_KINDS = {"aFChunk", "control", "oleObject", "package"}
FETCHES = _("This file fetches content from elsewhere when it's opened: please replace that by the content itself.")
APP = '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'


def clean_ooxml(data: bytes, extension: str) -> bytes:
    """Return a docx, xlsx or pptx rebuilt without what tells about its makers.

    Raises the codes of ``archive.read_zip`` and ``parse_xml``, and ``wrong_content``, ``macros``, ``active_content``,
    ``signed``, ``hidden_data``, ``media``, ``embedded``, ``external``, ``comments``, ``tracked_changes``,
    ``picture_inside``, ``unknown_part``.
    """
    parts = read_zip(data)
    if TYPES not in parts:
        raise wrong_content(extension)
    for code, pattern, sentence in REFUSED:
        if any(pattern.search(name.lower()) for name in parts):
            raise refuse(code, sentence)
    trees = {name: parse_xml(content) for name, content in parts.items() if XML.search(name)}
    _check_types(trees, extension)
    for tree in trees.values():
        _clean_tree(tree)
    for name, tree in trees.items():
        if name.lower().endswith(".rels"):
            _clean_relationships(name, tree, trees)
    reached = _reached(parts, trees)
    _drop_types(trees[TYPES], reached)
    ordered = [TYPES, *(name for name in parts if name in reached and name != TYPES)]
    return write_zip({name: _content(name, parts, trees) for name in ordered})


def wrong_content(extension: str) -> ValidationError:
    return refuse(
        "wrong_content", _("The content of this file isn't what its name says (%(extension)s)."), extension=extension
    )


def _check_types(trees: dict, extension: str) -> None:
    """Refuse macros under any name, and a main part that isn't what the extension says."""
    types = {node.get("PartName", "").lower(): node.get("ContentType", "").lower() for node in trees[TYPES]}
    every = [node.get("ContentType", "").lower() for node in trees[TYPES]]
    if any("macroenabled" in kind or "vbaproject" in kind for kind in every):
        raise refuse("macros", REFUSED[0][2])
    main = [
        _target("_rels/.rels", node)
        for node in trees.get("_rels/.rels", ())
        if node.get("Type", "").endswith("/officeDocument")
    ]
    if len(main) != 1 or types.get(f"/{main[0]}".lower()) != MAIN_TYPE[extension]:
        raise wrong_content(extension)


def _clean_tree(root: etree._Element) -> None:
    """Refuse or remove, in one XML part, what tells about people or computers."""
    fields = []
    for node in list(root.iter(etree.Element)):
        kind = local(node)
        in_word = "wordprocessingml" in node.tag
        if kind == COMMENTS.get(local(root)):
            raise refuse(
                "comments",
                _(
                    "This file has comments or notes with their authors' names: please delete them "
                    "all and save it again."
                ),
            )
        if in_word and kind in TRACKED:
            raise refuse(
                "tracked_changes",
                _(
                    "This file shows who changed what: please accept or reject all changes, "
                    "switch tracking off and save it again."
                ),
            )
        if (kind == "sheet" and node.get("state", "visible") != "visible") or (
            kind == "sld" and node.get("show") in ("0", "false")
        ):
            raise refuse("hidden_data", _("This file has a hidden sheet or slide: please show it or delete it."))
        if kind == "instrText":
            fields.append(node.text or "")
        elif kind in ("fldChar", "fldSimple"):
            fields += ["\n", *(value for key, value in node.items() if local(key) == "instr"), "\n"]
        _clean_attributes(node, kind)
        if kind in DROPPED_ELEMENTS:
            remove(node)
    if RUNNING_FIELDS.search("".join(fields)):
        raise refuse("external", FETCHES)


def _clean_attributes(node: etree._Element, kind: str) -> None:
    for key, value in node.items():
        name = local(key)
        ties_to_session = name.startswith("rsid") and "wordprocessingml" in key
        names_a_picture = kind in ("cNvPr", "docPr", "shape") and name in ("name", "descr", "title", "alt")
        if ties_to_session or (kind == "imagedata" and name == "title"):
            del node.attrib[key]
        elif names_a_picture and FILE_NAME.search(value):  # Word notes the file's name, PowerPoint its whole path
            node.set(key, "Picture" if name == "name" else "")


def _source_of(rels: str) -> str:
    folder, name = posixpath.split(rels)
    return posixpath.join(posixpath.dirname(folder), name[: -len(".rels")])


def _target(rels: str, relationship: etree._Element) -> str:
    target = unquote(relationship.get("Target", "").partition("#")[0])
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(_source_of(rels)), target)).lstrip("/")


def _clean_relationships(rels: str, root: etree._Element, trees: dict) -> None:
    """Drop relationships to what is dropped; refuse those leading out of the file, links for readers excepted."""
    dropped = set()
    for relationship in list(root):
        kind = relationship.get("Type", "").rpartition("/")[2]
        target = _target(rels, relationship).lower()
        # A chart shows its own copy of the numbers; the workbook behind it holds all the others too.
        behind_chart = re.search(r"/charts?(?:ex)?/", rels.lower()) and kind in ("package", "oleObject")
        if behind_chart or kind in DROPPED_KINDS:
            drop = True
        elif relationship.get("TargetMode", "").lower() == "external":
            _check_link(kind, relationship.get("Target", ""))
            drop = False
        elif "/embeddings/" in f"/{target}" or kind in EMBEDDING_KINDS:
            raise refuse(
                "embedded",
                _(
                    "This file holds another file inside it: please remove the embedded object or "
                    "paste it as a picture."
                ),
            )
        elif FONT.search(target) and kind != "font":  # fonts are scrambled and pass unread, so nothing else may be one
            raise unknown_part(target)
        else:
            drop = bool(DROPPED.search(target))
        if drop:
            dropped.add(relationship.get("Id"))
            root.remove(relationship)
    source = trees.get(_source_of(rels))
    if dropped and source is not None:
        _check_dangling(source, dropped)


def _check_dangling(source: etree._Element, dropped: set[str]) -> None:
    for node in source.iter(etree.Element):
        for key, value in node.items():
            if value in dropped and "/relationships}" in key:
                if local(node) != "pageSetup":  # (where a sheet points to its printer's settings)
                    raise refuse(
                        "embedded",
                        _("This file holds something that can't be cleaned (%(part)s): please remove it."),
                        part=local(node),
                    )
                del node.attrib[key]


def _check_link(kind: str, target: str) -> None:
    if kind != "hyperlink":
        raise refuse("external", FETCHES)
    if urlsplit(target).scheme.lower() not in SAFE_SCHEMES and not target.startswith("#"):
        raise refuse("external", _("This file has a link to a place on somebody's computer: please remove the link."))


def _reached(parts: dict, trees: dict) -> set[str]:
    """Return the names of the parts that lead from the start; the rest is rubbish, or hidden on purpose."""
    names = {name.lower(): name for name in parts}
    reached, waiting = {TYPES}, [""]
    while waiting:
        source = waiting.pop()
        folder, name = posixpath.split(source)
        rels = names.get(posixpath.join(folder, "_rels", f"{name}.rels").lower())
        if rels is None or rels in reached:
            continue
        reached.add(rels)
        for relationship in trees[rels]:
            target = names.get(_target(rels, relationship).lower())
            if relationship.get("TargetMode", "").lower() != "external" and target and target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def _drop_types(types: etree._Element, reached: set[str]) -> None:
    for node in list(types):
        if local(node) == "Override" and node.get("PartName", "").lstrip("/") not in reached:
            types.remove(node)


def _content(name: str, parts: dict, trees: dict) -> bytes:
    """Return what is written for one part."""
    if name in trees:
        root = trees[name]
        if local(root) == "coreProperties":
            title = kept_title(root.findtext("{http://purl.org/dc/elements/1.1/}title"))
            root = etree.fromstring(CORE)
            root[0].text = title
        elif root.tag.endswith("/extended-properties}Properties") or root.tag.endswith("extendedProperties}Properties"):
            root = etree.fromstring(APP)
        return xml_bytes(root)
    if PICTURE.search(name):
        return clean_inner_picture(parts[name])
    if FONT.search(name):
        return parts[name]
    if "/media/" in name:
        raise refuse(
            "picture_inside",
            _("A picture inside this file can't be cleaned (%(kind)s): please replace it by a JPEG or PNG."),
            kind=posixpath.splitext(name)[1].lstrip(".").upper(),
        )
    raise unknown_part(name)


def unknown_part(name: str) -> ValidationError:
    kind = posixpath.splitext(name)[1].lstrip(".").upper() or "-"
    return refuse(
        "unknown_part", _("This file holds a part of an unknown kind (%(kind)s): please remove it."), kind=kind
    )


def clean_inner_picture(data: bytes) -> bytes:
    """Return a document's picture re-encoded; refuse the document (``picture_inside``) when that fails."""
    try:
        return reencode_leniently(data)
    except ValidationError as error:
        raise refuse(
            "picture_inside", _("A picture inside this file can't be cleaned: %(reason)s"), reason=error.messages[0]
        ) from error
