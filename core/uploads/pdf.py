"""PDF: opened, searched, stripped and written anew, so that only what its pages need remains.

Writing anew also ends the history: a PDF changed by "save" keeps every earlier state, black bars included, in front of
the latest one. References: ISO 32000-2 (7.5.6 incremental updates, 12.6 actions, 14.3 metadata), PDF/UA-1 7.1 (title).

Not seen here, and no program can see it: text that was covered with a black bar but not removed.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import pikepdf
from defusedxml import ElementTree
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from pikepdf import Array, Dictionary, Name, Stream, String

from core.uploads import DEFAULTS, anatomy, limit
from core.uploads.common import kept_title, refuse, refusing
from core.uploads.icc import clean_profile

# qpdf unpacks some streams as soon as it opens a file. Its limits hold for the process and must be set before threads
# use it, hence here, at import, and with the default.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=DEFAULTS["UPLOAD_DOCUMENT_MAX_UNPACKED_BYTES"],
    run_length_max_memory=DEFAULTS["UPLOAD_DOCUMENT_MAX_UNPACKED_BYTES"],
    png_max_memory=DEFAULTS["UPLOAD_DOCUMENT_MAX_UNPACKED_BYTES"],
    tiff_max_memory=DEFAULTS["UPLOAD_DOCUMENT_MAX_UNPACKED_BYTES"],
    max_stream_filters=4,
)

DAMAGED = _("This PDF is damaged, so it can't be used: please export it again.")
STREAM = re.compile(rb"stream[ \t]*(?:\r\n|\n|\r)?")
CHUNK = 64 * 1024

PICTURE_FILTERS = {"/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode"}
ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition", "/Movie", "/Sound",
                  "/RichMediaExecute", "/GoTo3DView"}  # fmt: skip
ACTIVE_ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"}
REVIEW_MARKS = {"/Text", "/Caret", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Ink", "/Redact"}
SAFE_SCHEMES = {"http", "https", "mailto", "tel"}

# Kept, all else is dropped: scripts, threads, signatures' leftovers, capture logs, private data, dates, previews.
ROOT_KEYS = {"/Type", "/Version", "/Extensions", "/Pages", "/PageLabels", "/Names", "/Dests", "/ViewerPreferences",
             "/PageLayout", "/PageMode", "/Outlines", "/OpenAction", "/AcroForm", "/StructTreeRoot", "/MarkInfo",
             "/Lang", "/OutputIntents", "/OCProperties"}  # fmt: skip
PAGE_KEYS = {"/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Contents",
             "/Rotate", "/Group", "/Annots", "/StructParents", "/Tabs", "/UserUnit", "/Dur", "/Trans"}  # fmt: skip
# Dropped wherever they are.
TELLING_KEYS = {"/Metadata", "/PieceInfo", "/LastModified", "/CreatorInfo", "/Thumb", "/OPI", "/AF"}
ANNOTATION_KEYS = {"/AA", "/PA", "/M", "/CreationDate", "/NM", "/RC", "/Subj", "/Popup", "/IRT", "/ExData"}

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li>
</rdf:Alt></dc:title><pdfuaid:part>{part}</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def clean_pdf(data: bytes) -> bytes:
    """Return a PDF with the same pages, text, tags, links, bookmarks, form fields, language and title, and no more.

    Raises ``wrong_content``, ``polyglot`` (junk before, an archive or page behind), ``zip_bomb``, ``encrypted``,
    ``corrupt``, ``signed`` (rewriting breaks a signature, and it names a person), ``active_content`` (scripts, program
    starts, forms that send, sound and film), ``embedded`` (attached files), ``comments`` (notes, marks, redactions
    asked for but not done), ``picture_inside``.

    Active content is refused, not removed: a document that needs it would be broken without, and one that has it
    without need was made by somebody whom the editor should hear about.
    """
    _check_frame(data)
    _check_unpacked(data)
    with refusing("corrupt", DAMAGED):
        try:
            with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as pdf:
                if pdf.is_encrypted:
                    raise _encrypted()
                present = _written(pdf)  # without history and unused objects, so that those refuse nothing
        except pikepdf.PasswordError as error:
            raise _encrypted() from error
        with pikepdf.open(io.BytesIO(present), attempt_recovery=False) as pdf:
            _check_streams(pdf)
            for node in _dictionaries(pdf):
                _check(node)
            _check_form(pdf)
            _strip(pdf)
            return _written(pdf)


def _encrypted() -> ValidationError:
    return refuse("encrypted", _("This PDF is protected: please save it without a password and without restrictions."))


def _bomb() -> ValidationError:
    return refuse("zip_bomb", _("This file unpacks to far more than its own size, so it isn't opened."))


def _check_frame(data: bytes) -> None:
    """Refuse what is another kind of file as well: readers search for the mark in the first kilobyte, we do not."""
    if not data.startswith(b"%PDF-"):
        if b"%PDF-" in data[:1024]:
            raise refuse("polyglot", _("Something else stands in front of this PDF: please export it again."))
        raise refuse(
            "wrong_content", _("The content of this file isn't what its name says (%(extension)s)."), extension="pdf"
        )
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise refuse("corrupt", DAMAGED)
    if data[end + 5 :].strip(b"\0 \t\r\n") or zipfile.is_zipfile(io.BytesIO(data)):
        raise refuse("polyglot", _("Something else is hidden behind this PDF: please export it again."))


def _check_unpacked(data: bytes) -> None:
    """Unpack every stream by hand, a piece at a time, before a parser is trusted with it."""
    left = limit("UPLOAD_DOCUMENT_MAX_UNPACKED_BYTES")
    view = memoryview(data)
    for found in STREAM.finditer(data):
        if data[found.start() - 3 : found.start()] == b"end":
            continue
        unpacker = zlib.decompressobj()
        for start in range(found.end(), len(data), CHUNK):
            piece = view[start : start + CHUNK]
            try:
                while piece and left >= 0 and not unpacker.eof:
                    left -= len(unpacker.decompress(piece, CHUNK))
                    left -= len(piece) - len(unpacker.unconsumed_tail) - len(unpacker.unused_data)  # time counts too
                    piece = unpacker.unconsumed_tail
            except zlib.error:
                break  # not compressed this way
            if left < 0:
                raise _bomb()
            if unpacker.eof:
                break


def _check_streams(pdf: pikepdf.Pdf) -> None:
    """Refuse a rewritten file with too many objects, or with streams that are too large or that nobody can unpack.

    Writing leaves packed only what it fails to unpack, so this is also where layer upon layer of packing is found out.
    """
    left = limit("UPLOAD_DOCUMENT_MAX_UNPACKED_BYTES")
    if len(pdf.objects) > limit("UPLOAD_DOCUMENT_MAX_PDF_OBJECTS"):
        raise _bomb()
    for node in pdf.objects:
        if not isinstance(node, Stream):
            continue
        filters = _filters(node)
        if filters in ([], ["/FlateDecode"]):
            left -= len(node.read_bytes())
            if left < 0:
                raise _bomb()
        elif filters[-1] not in PICTURE_FILTERS:
            raise refuse("corrupt", DAMAGED)


def _filters(stream: Stream) -> list[str]:
    filters = stream.get("/Filter")
    if filters is None:
        return []
    return [str(one) for one in filters] if isinstance(filters, Array) else [str(filters)]


def _written(pdf: pikepdf.Pdf) -> bytes:
    """Return the file written anew: only objects in use, no history, all streams packed, an identifier of its own."""
    out = io.BytesIO()
    pdf.save(
        out,
        compress_streams=True,
        recompress_flate=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        fix_metadata_version=False,
        deterministic_id=True,
    )
    return out.getvalue()


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield every dictionary and stream of the file, also those written inside of others."""
    for top in pdf.objects:
        waiting = [top]
        while waiting:
            node = waiting.pop()
            if isinstance(node, (Dictionary, Stream)):
                yield node
                children = [value for _key, value in node.items()]
            elif isinstance(node, Array):
                children = list(node)
            else:
                continue
            waiting += [child for child in children if isinstance(child, (Dictionary, Array)) and not child.is_indirect]


def _name(node: pikepdf.Object, key: str) -> str:
    value = node.get(key)
    return str(value) if isinstance(value, Name) else ""


def _check(node: pikepdf.Object) -> None:
    """Refuse the file for one of its dictionaries."""
    action, subtype = _name(node, "/S"), _name(node, "/Subtype")
    scheme = ""
    if isinstance(node.get("/URI"), String):
        scheme = urlsplit(str(node.URI).strip()).scheme.lower()
    is_annotation = not isinstance(node, Stream)
    if (
        action in ACTIVE_ACTIONS
        or isinstance(node.get("/JS"), (String, Stream))
        or (is_annotation and subtype in ACTIVE_ANNOTATIONS - {"/FileAttachment"})
        or scheme in ("javascript", "data", "vbscript")
    ):
        raise refuse(
            "active_content",
            _("This PDF holds programs, sound, film or a form that sends data: please export it again without them."),
        )
    if (
        _name(node, "/Type") == "/EmbeddedFile"
        or (is_annotation and subtype == "/FileAttachment")
        or ("/EF" in node and (_name(node, "/Type") == "/Filespec" or "/F" in node or "/UF" in node))
    ):
        raise refuse("embedded", _("This PDF has other files attached to it: please remove them."))
    if "/ByteRange" in node or _name(node, "/Type") in ("/Sig", "/DocTimeStamp"):
        raise refuse(
            "signed", _("This PDF carries a digital signature with its signer's name: please print it into a new PDF.")
        )
    if is_annotation and subtype in REVIEW_MARKS:
        raise refuse(
            "comments",
            _(
                "This PDF has comments or marks with their authors' names: please delete them all, "
                "and carry out any redaction."
            ),
        )
    if isinstance(node, Stream) and "/F" in node:
        raise refuse("active_content", _("This PDF fetches content from elsewhere: please export it again."))


def _check_form(pdf: pikepdf.Pdf) -> None:
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary) and "/XFA" in form:
        raise refuse("active_content", _("This PDF holds a form with programs (XFA): please print it into a new PDF."))


def _strip(pdf: pikepdf.Pdf) -> None:
    """Remove what tells about people, programs and earlier states."""
    title, part = _title_and_part(pdf)
    _keep(pdf.trailer, {"/Root", "/Size"})  # the identifier's first half too, which ties a copy to its original
    _keep(pdf.Root, ROOT_KEYS)
    if isinstance(pdf.Root.get("/Names"), Dictionary):
        _keep(pdf.Root.Names, {"/Dests"})
    opening = pdf.Root.get("/OpenAction")
    if isinstance(opening, Dictionary):  # a view to open with is kept, other actions aren't
        del pdf.Root.OpenAction
        if isinstance(opening.get("/D"), Array):
            pdf.Root.OpenAction = opening.D
    for page in pdf.pages:
        _keep(page.obj, PAGE_KEYS)
        annotations = page.obj.get("/Annots")
        if isinstance(annotations, Array):
            page.obj.Annots = Array([one for one in annotations if _name(one, "/Subtype") != "/Popup"])
    for node in _dictionaries(pdf):
        for key in TELLING_KEYS:
            if key in node:
                del node[key]
        if "/Rect" in node or "/FT" in node:
            _strip_annotation(node)
        _strip_actions(node)
        if isinstance(node, Stream):
            _strip_picture(pdf, node)
            _strip_profile(node)
    if title:
        pdf.trailer.Info = pdf.make_indirect(Dictionary(Title=title))
    if part:
        # PDF/UA asks for the mark and the title in XMP: all that is written there.
        xmp = Stream(pdf, XMP.format(title=escape(title), part=part).encode(), Type=Name.Metadata, Subtype=Name.XML)
        pdf.Root.Metadata = pdf.make_indirect(xmp)


def _keep(node: pikepdf.Object, keys: set[str]) -> None:
    for key in set(node.keys()) - keys:
        del node[key]


def _strip_annotation(node: pikepdf.Object) -> None:
    """Remove author and dates of an annotation or form field."""
    is_field = "/FT" in node or _name(node, "/Subtype") == "/Widget" or "/Kids" in node
    for key in ANNOTATION_KEYS | (set() if is_field else {"/T"}):  # /T is a field's name, but a mark's author
        if key in node:
            del node[key]


def _strip_actions(node: pikepdf.Object) -> None:
    """Leave of a link or bookmark one action, to a page or a web address; of anything else that acts, nothing."""
    more = node.get("/AA")
    if isinstance(more, Dictionary) and any(isinstance(one, Dictionary) and "/S" in one for _key, one in more.items()):
        del node["/AA"]
    action = node.get("/A")
    if isinstance(action, Dictionary) and _name(action, "/S"):
        if "/Next" in action:
            del action["/Next"]
        address = action.get("/URI")
        unsafe = isinstance(address, String) and urlsplit(str(address).strip()).scheme.lower() not in SAFE_SCHEMES
        if unsafe or _name(action, "/S") == "/GoToR":  # a place on somebody's computer
            del node["/A"]


def _strip_picture(pdf: pikepdf.Pdf, stream: Stream) -> None:
    """Strip an embedded JPEG or JPEG 2000, which is a whole file with its EXIF, as the camera wrote it."""
    filters = _filters(stream)
    kind = filters[-1] if filters else ""
    if kind not in ("/DCTDecode", "/DCT", "/JPXDecode"):
        return
    parameters = stream.get("/DecodeParms")
    last_parameters = parameters[-1] if isinstance(parameters, Array) and len(parameters) else parameters
    with refusing("picture_inside", _("A picture inside this PDF can't be cleaned: please export the PDF again.")):
        packed = stream.read_raw_bytes()
        if len(filters) > 1:  # compressed twice: the outer layers come off through a stream that has only those
            packed = Stream(pdf, packed, Filter=Array([Name(one) for one in filters[:-1]])).read_bytes()
        bare = anatomy.stripped_jpeg2000(packed) if kind == "/JPXDecode" else anatomy.stripped_jpeg(packed)
        stream.write(
            bare,
            filter=Name(kind if kind != "/DCT" else "/DCTDecode"),
            decode_parms=last_parameters if isinstance(last_parameters, Dictionary) else None,
        )


def _strip_profile(stream: Stream) -> None:
    """Rewrite a colour profile of a screen or camera, which may name its device and owner (see ``icc``)."""
    mode = {1: "L", 3: "RGB"}.get(stream.get("/N"))
    if mode and _filters(stream) in ([], ["/FlateDecode"]) and (clean := clean_profile(stream.read_bytes(), mode)):
        stream.write(clean)


def _title_and_part(pdf: pikepdf.Pdf) -> tuple[str, str]:
    """Return the title, and the part of PDF/UA that the file says it follows."""
    title, part = "", ""
    information = pdf.trailer.get("/Info")
    if isinstance(information, Dictionary) and isinstance(information.get("/Title"), String):
        title = str(information.Title)
    metadata = pdf.Root.get("/Metadata")
    if isinstance(metadata, Stream):
        try:
            root = ElementTree.fromstring(metadata.read_bytes(), forbid_dtd=True)
        except Exception:  # unreadable metadata is dropped like the rest
            return kept_title(title), part
        ua = "{http://www.aiim.org/pdfua/ns/id/}part"
        part = next(
            (found for node in root.iter() if (found := node.get(ua) or (node.text if node.tag == ua else ""))), ""
        ).strip()
        if not title:
            dc = "{http://purl.org/dc/elements/1.1/}title"
            title = next(("".join(node.itertext()) for node in root.iter(dc)), "")
    return kept_title(title), part if part in ("1", "2") else ""
