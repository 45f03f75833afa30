"""Real files for the tests of ``core.uploads``: clean ones, telling ones, hostile ones. Nothing is read from disk."""

import io
import json
import shutil
import struct
import subprocess
import tempfile
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from PIL import Image

SECRET = "Wanjiku-Secret"  # must be in the file that goes in, and nowhere in the file that comes out
OFFICE = "application/vnd.openxmlformats-officedocument."
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


# --- pictures


def gradient(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """A picture whose top left corner is red and whose bottom is blue, so that turning it shows."""
    picture = Image.new("RGB", (width, height), (0, 0, 255))
    picture.paste((255, 0, 0), (0, 0, width // 2, height // 2))
    return picture.convert(mode)


def encoded(picture: Image.Image, format: str, **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def run_exiftool(*arguments: str) -> str:
    """Run exiftool; without it nothing here is proved, so the test fails."""
    if shutil.which("exiftool") is None:
        pytest.fail("exiftool is not installed: install it (Debian: libimage-exiftool-perl); these tests need it.")
    return subprocess.run(["exiftool", *arguments], check=True, capture_output=True, text=True).stdout


def told(data: bytes, extension: str) -> bytes:
    """Return a picture with everything in it that betrays: place, people, camera, comments."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"picture.{extension}"
        path.write_bytes(data)
        tags = [
            "-GPSLatitude=1.2921",
            "-GPSLatitudeRef=S",
            "-GPSLongitude=36.8219",
            "-GPSLongitudeRef=E",
            f"-EXIF:Artist={SECRET}",
            f"-EXIF:Copyright={SECRET}",
            f"-EXIF:UserComment={SECRET}",
            f"-EXIF:Model={SECRET}",
            "-EXIF:DateTimeOriginal=2026:11:01 10:00:00",
            f"-XMP-dc:Creator={SECRET}",
            "-XMP-exif:GPSLatitude=1.2921",
            f"-XMP-photoshop:City={SECRET}",
        ]
        if extension == "jpg":
            thumbnail = Path(folder) / "thumbnail.jpg"
            thumbnail.write_bytes(encoded(gradient(16, 12), "JPEG", comment=SECRET))
            tags += [f"-IPTC:By-line={SECRET}", f"-Comment={SECRET}", f"-ThumbnailImage<={thumbnail}"]
        if extension == "png":
            tags += [f"-PNG:Author={SECRET}", f"-PNG:Comment={SECRET}"]
        run_exiftool("-q", "-overwrite_original", *tags, str(path))
        return path.read_bytes()


def metadata(data: bytes, extension: str) -> dict[str, str]:
    """Return what exiftool finds in ``data``, as ``Group:Tag``: value."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{extension}"
        path.write_bytes(data)
        return json.loads(run_exiftool("-a", "-u", "-G1", "-ee", "-j", str(path)))[0]


def png_bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is very large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")
    )


def colour_profile() -> bytes:
    """An ICC profile with Adobe RGB's primaries, and with a screen's name and serial number as Apple writes them."""

    def fixed(*values: float) -> bytes:
        return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, 0x0233) + bytes(2)
    text = SECRET.encode() + b"\0"
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78),
        b"cprt": b"text" + bytes(4) + text,
        b"wtpt": fixed(0.9642, 1.0, 0.8249),
        b"rXYZ": fixed(0.60974, 0.31111, 0.01947),
        b"gXYZ": fixed(0.20528, 0.62567, 0.06087),
        b"bXYZ": fixed(0.14919, 0.06322, 0.74457),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
        b"mmod": b"mmod" + bytes(4) + text,
    }
    table, body, start = b"", b"", 132 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    header = b"appl" + bytes.fromhex("02100000") + b"mntrRGB XYZ " + struct.pack(">6H", 2026, 11, 1, 10, 0, 0)
    header += b"acspAPPL" + bytes(4) + b"APPLmodl" + bytes(8) + bytes(4) + struct.pack(">3i", 63190, 65536, 54061)
    header += b"appl" + bytes(44)
    return struct.pack(">I", start + len(body)) + header + struct.pack(">I", len(tags)) + table + body


# --- archives and Office


def zipped(parts: dict[str, bytes | str], comment: bytes = b"", **options) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        archive.comment = comment
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def relationships(*links: tuple[str, str]) -> str:
    """``links``: type (its last word, or all of it) and target; an address as target is outside of the file."""
    lines = []
    for number, (kind, target) in enumerate(links, 1):
        kind = kind if kind.startswith("http") else f"{RELATIONSHIPS}/{kind}"
        mode = ' TargetMode="External"' if ":" in target else ""
        lines.append(f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"{mode}/>')
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def core_properties(title: str = "Annual report 2025/26") -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>{title}</dc:title><dc:creator>{SECRET}</dc:creator>'
        f"<cp:lastModifiedBy>{SECRET}</cp:lastModifiedBy><cp:revision>7</cp:revision>"
        "<dcterms:created>2026-11-01T10:00:00Z</dcterms:created></cp:coreProperties>"
    )


def app_properties() -> str:
    return (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        f"<Template>{SECRET}.dotx</Template><Company>{SECRET}</Company><Manager>{SECRET}</Manager></Properties>"
    )


def docx(
    body: str = "<w:p><w:r><w:t>Justice</w:t></w:r></w:p>",
    links: tuple = (),
    parts: dict | None = None,
    main_type: str = f"{OFFICE}wordprocessingml.document.main+xml",
    types: str = "",
    title: str = "Annual report 2025/26",
) -> bytes:
    """A small Word file; ``links`` and ``parts`` add relationships of the text, and parts."""
    content = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main_type}"/>{types}</Types>',
        "_rels/.rels": relationships(
            ("officeDocument", "word/document.xml"),
            (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ("extended-properties", "docProps/app.xml"),
            ("custom-properties", "docProps/custom.xml"),
            (f"{PACKAGE}/relationships/metadata/thumbnail", "docProps/thumbnail.jpeg"),
        ),
        "docProps/core.xml": core_properties(title),
        "docProps/app.xml": app_properties(),
        "docProps/custom.xml": f"<Properties><property>{SECRET}</property></Properties>",
        "docProps/thumbnail.jpeg": encoded(gradient(), "JPEG", comment=SECRET),
        "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="{RELATIONSHIPS}" w:rsidR="00AB12CD"><!--{SECRET}-->'
        f"<w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relationships(*links),
    }
    return zipped({**content, **(parts or {})})


def pptx(show: str = "1") -> bytes:
    """A small presentation with one slide and one chart, which carries its workbook."""
    chart_ns = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    p = "http://schemas.openxmlformats.org/presentationml/2006/main"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/ppt/presentation.xml"'
            f' ContentType="{OFFICE}presentationml.presentation.main+xml"/><Override ContentType="{OFFICE}'
            'spreadsheetml.sheet" PartName="/ppt/embeddings/Book1.xlsx"/></Types>',
            "_rels/.rels": relationships(("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f'<p:presentation xmlns:p="{p}"/>',
            "ppt/_rels/presentation.xml.rels": relationships(
                ("slide", "slides/slide1.xml"), ("commentAuthors", "commentAuthors.xml")
            ),
            "ppt/commentAuthors.xml": f'<p:cmAuthorLst xmlns:p="{p}"><p:cmAuthor name="{SECRET}"/></p:cmAuthorLst>',
            "ppt/slides/slide1.xml": f'<p:sld xmlns:p="{p}" show="{show}"><p:pic><p:nvPicPr><p:cNvPr id="1" '
            f'name="Picture 1" descr="C:\\Users\\{SECRET}\\face.jpg"/></p:nvPicPr></p:pic></p:sld>',
            "ppt/slides/_rels/slide1.xml.rels": relationships(("chart", "../charts/chart1.xml")),
            "ppt/charts/chart1.xml": f'<c:chartSpace xmlns:c="{chart_ns}" xmlns:r="{RELATIONSHIPS}"><c:v>42</c:v>'
            '<c:externalData r:id="rId1"/></c:chartSpace>',
            "ppt/charts/_rels/chart1.xml.rels": relationships(("package", "../embeddings/Book1.xlsx")),
            "ppt/embeddings/Book1.xlsx": xlsx(),
        }
    )


def xlsx(*, hidden: bool = False, note: bool = False) -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = book.properties.lastModifiedBy = SECRET
    book.properties.title = "Figures"
    sheet = book.active
    sheet.title = "Figures"
    sheet.append(["County", "Cases"])
    sheet.append(["Nairobi", 12])
    if hidden:
        book.create_sheet("Names").sheet_state = "veryHidden"
    if note:
        sheet["A2"].comment = openpyxl.comments.Comment("Ask her mother", SECRET)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- OpenDocument

ODF = "urn:oasis:names:tc:opendocument:xmlns:"
ODF_NAMESPACES = (
    " ".join(
        f'xmlns:{short}="{ODF}{long}:1.0"'
        for short, long in {
            "office": "office",
            "text": "text",
            "table": "table",
            "style": "style",
            "draw": "drawing",
            "meta": "meta",
            "config": "config",
            "manifest": "manifest",
            "script": "script",
        }.items()
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def odf(
    extension: str = "odt",
    body: str = "<text:p>Haki</text:p>",
    styles: str = "",
    parts: dict | None = None,
    manifest: str = "",
) -> bytes:
    """A small text or spreadsheet as LibreOffice would write it, with its usual tell-tales."""
    kind = {"odt": "text", "ods": "spreadsheet"}[extension]
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    content = {
        "mimetype": mimetype,
        "content.xml": f"<office:document-content {ODF_NAMESPACES}><office:automatic-styles>{styles}</office:automatic-"
        f"styles><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        "meta.xml": f"<office:document-meta {ODF_NAMESPACES}><office:meta><dc:title>Ripoti</dc:title>"
        f"<dc:creator>{SECRET}</dc:creator><meta:initial-creator>{SECRET}</meta:initial-creator></office:meta></office:document-meta>",
        "settings.xml": f"<office:document-settings {ODF_NAMESPACES}><office:settings><config:config-item "
        f'config:name="PrinterName">{SECRET}</config:config-item><config:config-item config:name="Zoom">100'
        "</config:config-item></office:settings></office:document-settings>",
        "Thumbnails/thumbnail.png": encoded(gradient(), "PNG"),
        "VersionList.xml": f"<versions>{SECRET}</versions>",
        "Versions/Version1": SECRET,
        "META-INF/manifest.xml": f'<manifest:manifest {ODF_NAMESPACES}><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{mimetype}"/><manifest:file-entry manifest:full-path="Thumbnails/thumbnail.png"/>'
        f'<manifest:file-entry manifest:full-path="content.xml"/>{manifest}</manifest:manifest>',
    }
    return zipped({**content, **(parts or {})})


# --- PDF


def pdf(change=None, **save_options) -> bytes:
    """A PDF of one page with a title, an author, XMP, and what ``change`` (called with the open file) adds."""
    with pikepdf.new() as file:
        file.add_blank_page(page_size=(200, 200))
        file.pages[0].Contents = file.make_stream(b"BT /F1 12 Tf (Justice) Tj ET")
        file.Root.Lang = pikepdf.String("en")
        file.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
        with file.open_metadata() as metadata:
            metadata["dc:title"] = "Annual report 2025/26"
            metadata["dc:creator"] = [SECRET]
            metadata["xmp:CreatorTool"] = SECRET
        file.docinfo["/Title"] = "Annual report 2025/26"
        file.docinfo["/Author"] = SECRET
        file.docinfo["/CreationDate"] = "D:20261101100000"
        if change:
            change(file)
        out = io.BytesIO()
        file.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, **save_options)
        return out.getvalue()


def with_update(data: bytes, number: int, new: bytes) -> bytes:
    """Append an incremental update to a PDF: object ``number`` becomes ``new``, and the old one stays in the file."""
    previous = int(data[data.rfind(b"startxref") + 9 :].split()[0])
    with pikepdf.open(io.BytesIO(data)) as file:
        size, root = len(file.objects) + 1, file.Root.objgen[0]
    offset = len(data)
    update = b"%d 0 obj\n%b\nendobj\n" % (number, new)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, offset)
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, root, previous)
    return data + update + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (offset + len(update))


def pdf_text(data: bytes) -> bytes:
    """Return all that can be found in a PDF: its bytes, every object written out, every stream unpacked."""
    found = [data]
    with pikepdf.open(io.BytesIO(data)) as file:
        found.append(file.trailer.unparse())
        for node in file.objects:
            if not isinstance(node, pikepdf.Stream):
                found.append(node.unparse(resolved=True))
                continue
            found += [node.stream_dict.unparse(), node.read_raw_bytes()]
            if str(node.get("/Filter")) in ("/FlateDecode", "None"):
                found.append(node.read_bytes())
    return b"\n".join(found)
