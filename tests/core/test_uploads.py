"""What is uploaded is judged by its content, refused with one sentence, or cleaned: shown on real files."""

import io
import secrets
import time
import zipfile
import zlib

import openpyxl
import pikepdf
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.test import override_settings
from lxml import etree
from pikepdf import Array, Dictionary, Stream, String
from pikepdf import Name as N
from PIL import Image, ImageCms, ImageDraw
from wagtail.images.fields import WagtailImageField

from core.uploads import DEFAULTS, MEGABYTE, limit
from core.uploads.documents import clean_document
from core.uploads.pdf import XMP
from core.uploads.pictures import clean_picture, reencode_leniently
from tests.core import make_files as make
from tests.core.make_files import SECRET

TELLING_GROUPS = ("GPS", "IFD0", "IFD1", "ExifIFD", "XMP", "IPTC", "Photoshop", "MakerNotes", "Canon", "MPF", "Trailer")
TELLING_TAGS = (
    "Artist",
    "Author",
    "Creator",
    "Comment",
    "UserComment",
    "Copyright",
    "Thumbnail",
    "Model",
    "Date",
    "City",
)


def short(value) -> str | None:
    """Name a parameter by its kind: files made on the fly differ in their dates, and workers must agree on names."""
    return None if isinstance(value, str) else type(value).__name__


def picture(data: bytes, name: str = "photo.jpg"):
    return clean_picture(io.BytesIO(data), name)


def document(data: bytes, name: str) -> bytes:
    return clean_document(io.BytesIO(data), name).content.read()


def refused(clean, data: bytes, name: str, code: str) -> str:
    """Assert that ``data`` is refused with ``code`` and one plain sentence; return the sentence."""
    with pytest.raises(ValidationError) as caught:
        clean(io.BytesIO(data), name)
    assert caught.value.code == code, caught.value
    (sentence,) = caught.value.messages
    assert sentence.endswith(".") and "%(" not in sentence and len(sentence) < 200
    return sentence


def assert_tells_nothing(data: bytes, extension: str) -> None:
    """Assert that exiftool finds only what the picture needs to be shown."""
    assert SECRET.encode() not in data
    for key, value in make.metadata(data, extension).items():
        group, _colon, tag = key.rpartition(":")
        if group in ("System", "File", "ExifTool", ""):
            continue
        assert not group.startswith(TELLING_GROUPS), f"{key} = {value}"
        assert not tag.startswith(TELLING_TAGS), f"{key} = {value}"


def near(one: tuple, other: tuple, distance: int = 12) -> bool:
    return all(abs(a - b) <= distance for a, b in zip(one, other, strict=True))


# --- pictures: what is cleaned


@pytest.mark.parametrize(("extension", "format"), [("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("avif", "AVIF")])
def test_picture_tells_nothing(extension, format):
    before = make.told(make.encoded(make.gradient(), format), extension)
    found = make.metadata(before, extension)
    assert any("GPS" in key for key in found), "the test's own picture has no GPS position"
    assert SECRET in found.values(), "the test's own picture names nobody"

    after = picture(before, f"{SECRET}.{extension}")

    assert (after.width, after.height, after.format) == (64, 48, format)
    assert_tells_nothing(after.content.read(), extension)


def test_generated_name_replaces_the_editors():
    first, second = (picture(make.encoded(make.gradient(), "JPEG"), f"{SECRET}.php.png") for _ in range(2))
    assert first.content.name != second.content.name
    token, extension = first.content.name.split(".")
    assert len(token) == 16 and int(token, 16) >= 0 and extension == "jpg"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_orientation_goes_into_the_pixels(format):
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn by 90 degrees to the right"
    after = picture(make.encoded(make.gradient(), format, exif=exif))
    assert (after.width, after.height) == (48, 64)
    shown = Image.open(after.content).convert("RGB")
    assert near(shown.getpixel((40, 8)), (255, 0, 0)) and near(shown.getpixel((8, 8)), (0, 0, 255))
    assert shown.getexif().get(0x0112, 1) == 1


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize("exif", [b"Exif\0\0rubbish", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\10\0\1"])
def test_unreadable_exif_is_dropped(exif):
    after = picture(make.encoded(make.gradient(), "JPEG", exif=exif))
    assert (after.width, after.height) == (64, 48)
    assert_tells_nothing(after.content.read(), "jpg")


def test_avif_keeps_its_turn():
    exif = Image.Exif()
    exif[0x0112] = 6
    after = picture(make.encoded(make.gradient(), "AVIF", exif=exif), "photo.avif")
    assert (after.width, after.height) == (48, 64)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_colour_profile_is_kept_without_its_owner(format):
    profile = make.colour_profile()
    colour = (40, 200, 90)
    before = make.encoded(Image.new("RGB", (32, 32), colour), format, icc_profile=profile)

    after = Image.open(picture(before).content)

    kept = after.info["icc_profile"]
    assert SECRET.encode() not in kept and b"mmod" not in kept and b"appl" not in kept.lower()
    srgb = ImageCms.createProfile("sRGB")
    expected, shown = (
        ImageCms.profileToProfile(Image.new("RGB", (1, 1), colour), ImageCms.ImageCmsProfile(io.BytesIO(data)), srgb)
        for data in (profile, kept)
    )
    assert expected.getpixel((0, 0)) == shown.getpixel((0, 0)) != colour
    assert near(after.convert("RGB").getpixel((16, 16)), colour, 4)


def test_modern_colour_profile_is_kept():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    after = Image.open(picture(make.encoded(make.gradient(), "PNG", icc_profile=profile)).content)
    assert ImageCms.getProfileName(ImageCms.ImageCmsProfile(io.BytesIO(after.info["icc_profile"]))).strip() == "RGB"


@pytest.mark.parametrize("profile", [b"rubbish" * 40, make.colour_profile()[:200], b"\0" * 200], ids=short)
def test_broken_colour_profile_is_dropped(profile):
    assert (
        "icc_profile"
        not in Image.open(picture(make.encoded(make.gradient(), "JPEG", icc_profile=profile)).content).info
    )


def test_print_colours_become_screen_colours():
    before = make.encoded(Image.new("CMYK", (16, 16), (255, 0, 0, 0)), "JPEG", icc_profile=b"broken")
    after = Image.open(picture(before).content)
    assert after.mode == "RGB" and "icc_profile" not in after.info
    red, green, blue = after.getpixel((8, 8))
    assert red < 60 and green > 120 and blue > 180


def test_what_was_rubbed_out_to_transparency_is_gone():
    face = Image.new("RGBA", (16, 16), (200, 150, 100, 255))
    face.putalpha(Image.new("L", (16, 16), 0))
    for format in ("PNG", "WEBP"):
        options = {"lossless": True, "exact": True} if format == "WEBP" else {}
        before = make.encoded(face, format, **options)
        assert Image.open(io.BytesIO(before)).getpixel((8, 8))[:3] == (200, 150, 100)
        assert Image.open(picture(before).content).convert("RGBA").getpixel((8, 8)) == (0, 0, 0, 0)


def test_palette_transparency_survives():
    before = Image.new("P", (16, 16), 1)
    before.putpalette([255, 0, 0, 0, 0, 255])
    before.paste(0, (0, 0, 8, 16))
    after = Image.open(picture(make.encoded(before, "PNG", transparency=0)).content).convert("RGBA")
    assert after.getpixel((2, 2))[3] == 0 and after.getpixel((12, 2)) == (0, 0, 255, 255)


@pytest.mark.parametrize(
    ("format", "mode"), [("JPEG", "L"), ("PNG", "1"), ("PNG", "LA"), ("PNG", "P"), ("PNG", "I;16")]
)
def test_unusual_modes_pass(format, mode):
    before = Image.new(mode, (8, 8)) if mode == "I;16" else make.gradient(8, 8).convert("L").convert(mode)
    assert Image.open(picture(make.encoded(before, format)).content).mode == mode


def test_lossless_stays_lossless():
    noise = Image.frombytes("RGB", (32, 32), secrets.token_bytes(32 * 32 * 3))
    for format, options in (("PNG", {}), ("WEBP", {"lossless": True})):
        after = picture(make.encoded(noise, format, **options))
        assert Image.open(after.content).convert("RGB").tobytes() == noise.tobytes()


def test_jpeg_quality_and_colour_resolution_are_kept():
    drawing = make.gradient(64, 64)
    ImageDraw.Draw(drawing).line((0, 63, 63, 0), fill=(0, 255, 0))
    for subsampling in (0, 2):
        after = Image.open(picture(make.encoded(drawing, "JPEG", quality=95, subsampling=subsampling)).content)
        assert after.layer[0][1:3] == ((1, 1) if subsampling == 0 else (2, 2))
        assert near(after.getpixel((10, 40)), (0, 0, 255), 6)


def test_phone_extras_are_dropped():
    """A second picture, a short film and Samsung's trailer behind a JPEG are usual, and aren't carried over."""
    first, second = make.encoded(make.gradient(), "JPEG"), make.encoded(make.gradient(8, 8), "JPEG", comment=SECRET)
    film = b"\0\0\0\x18ftypmp42" + SECRET.encode() * 50
    for extra in (second, film, second + film, b"\0" * 64 + SECRET.encode() * 9 + b"SEFT"):
        assert SECRET.encode() not in picture(first + extra).content.read()


def test_several_pictures_in_one_jpeg_leave_the_first():
    """MPO, as phones and 3-D cameras write it: Pillow would call it two frames."""
    before = make.encoded(make.gradient(), "MPO", save_all=True, append_images=[make.gradient(32, 32)])
    after = picture(before)
    assert (after.width, after.format) == (64, "JPEG")
    assert_tells_nothing(after.content.read(), "jpg")


def test_script_in_a_comment_is_gone():
    script = b"*/=alert(document.domain)/*<script>alert(1)</script>"
    after = picture(make.encoded(make.gradient(), "JPEG", comment=script)).content.read()
    assert b"script" not in after and b"alert" not in after


def test_django_files_are_read_from_their_start():
    file = File(io.BytesIO(make.encoded(make.gradient(), "PNG")), name="x.png")
    file.read(10)
    assert clean_picture(file, file.name).format == "PNG"


# --- pictures: what is refused

SVG = b'<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"\n<!DOCTYPE html><html><script>alert(1)</script></html>"


@pytest.mark.parametrize("data", [SVG, SVG[21:], b"\xef\xbb\xbf" + SVG, HTML, b"<script >x</script>"], ids=short)
@pytest.mark.parametrize("name", ["photo.jpg", "photo.png"])
def test_markup_is_no_picture(data, name):
    refused(clean_picture, data, name, "markup")


def test_svg_as_utf16_is_no_picture():
    refused(clean_picture, SVG.decode().encode("utf-16"), "photo.png", "markup")


@pytest.mark.parametrize("name", ["photo.svg", "photo.php", "photo.gif", "photo.jpg.html", "photo", ""])
def test_picture_extensions_not_allowed(name):
    refused(clean_picture, make.encoded(make.gradient(), "PNG"), name, "extension")


@pytest.mark.parametrize(
    "data",
    [
        make.encoded(make.gradient(), "GIF"),
        b"GIF89a/*" + b"x" * 90 + b"*/=1;alert(1)",
        make.encoded(make.gradient(), "TIFF"),
        b"%PDF-1.4",
        b"MZ\x90",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    ],
    ids=short,
)
def test_other_kinds_are_no_pictures(data):
    refused(clean_picture, data, "photo.jpg", "not_accepted")


@pytest.mark.parametrize("format", ["PNG", "WEBP", "AVIF"])
def test_moving_pictures_are_refused(format):
    frames = {"save_all": True, "append_images": [make.gradient().rotate(180)], "duration": 100}
    refused(clean_picture, make.encoded(make.gradient(), format, **frames), "photo.png", "animated")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("tail", [make.zipped({"x.html": HTML}), HTML, b"<?php system($_GET[0]); ?>"], ids=short)
def test_polyglot_pictures_are_refused(format, tail):
    refused(clean_picture, make.encoded(make.gradient(), format) + tail, "photo.png", "polyglot")


def test_animation_of_one_frame_is_refused():
    still = make.encoded(make.gradient(), "PNG")
    control = b"acTL" + (1).to_bytes(4) + bytes(4)
    control = (8).to_bytes(4) + control + zlib.crc32(control).to_bytes(4)
    refused(clean_picture, still[:33] + control + still[33:], "photo.png", "animated")


def test_archive_behind_a_phones_film_is_refused():
    film = b"\0\0\0\x18ftypmp42" + bytes(100)
    refused(clean_picture, make.encoded(make.gradient(), "JPEG") + film + make.zipped({"x": "y"}), "a.jpg", "polyglot")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_padding_behind_a_picture_is_accepted(format):
    assert picture(make.encoded(make.gradient(), format) + b"\0" * 500).width == 64


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_truncated_pictures_are_refused(format, share):
    data = make.encoded(Image.effect_noise((64, 64), 90).convert("RGB"), format)
    refused(clean_picture, data[: int(len(data) * share)], "photo.jpg", "corrupt")


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_corrupt_pictures_are_refused(format):
    data = bytearray(make.encoded(Image.effect_noise((64, 64), 90).convert("RGB"), format, lossless=True))
    data[60:400] = b"\x55" * 340
    refused(clean_picture, bytes(data), "photo.jpg", "corrupt")


def test_headers_alone_are_no_pictures():
    for data in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x04\0\0\0WEBP", b"\0\0\0\x10ftypavif\0\0\0\0"):
        refused(clean_picture, data, "photo.jpg", "corrupt")


@override_settings(UPLOAD_PICTURE_MAX_PIXELS=40_000_000)
def test_too_many_pixels_are_refused_before_decoding(monkeypatch):
    def never(self):
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", never)
    for width, height in ((8_000, 5_001), (12_000, 12_000), (60_000, 60_000)):
        sentence = refused(clean_picture, make.png_bomb(width, height), "photo.png", "too_many_pixels")
        assert "40 million" in sentence


def test_files_made_to_be_slow_are_refused_fast():
    whole, smallest = make.encoded(make.gradient(), "JPEG"), b"\xff\xd8\xff\xda\0\3\0\xff\xd9"
    started = time.monotonic()
    refused(clean_picture, whole[:-2] + b"\xff" * 10**7 + b"\0", "photo.jpg", "corrupt")
    refused(clean_picture, b"\xff\xd8" + b"\xff\xfe\0\2" * 10**6, "photo.jpg", "corrupt")
    refused(clean_picture, make.png_bomb(9, 9)[:33] + b"\0\0\0\0teXt\0\0\0\0" * 10**6, "photo.png", "corrupt")
    refused(clean_picture, whole + smallest * 10**5, "photo.jpg", "polyglot")
    refused(clean_picture, b"<!---->" * 10**5, "photo.jpg", "not_accepted")
    assert time.monotonic() - started < 5


def test_large_webp_is_refused_before_it_is_opened(monkeypatch):
    data = bytearray(make.encoded(make.gradient(), "WEBP", lossless=True, icc_profile=make.colour_profile()))
    assert data[12:16] == b"VP8X"
    data[24:30] = (16_382).to_bytes(3, "little") * 2
    monkeypatch.setattr(Image, "open", None)
    refused(clean_picture, bytes(data), "photo.webp", "too_many_pixels")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_pixel_limit_comes_from_the_settings(format):
    data = make.encoded(make.gradient(), format)
    with override_settings(UPLOAD_PICTURE_MAX_PIXELS=64 * 48):
        assert picture(data).width == 64
    with override_settings(UPLOAD_PICTURE_MAX_PIXELS=64 * 48 - 1):
        refused(clean_picture, data, "photo.png", "too_many_pixels")


def test_jpeg_of_endless_scans_is_refused():
    data = make.encoded(make.gradient(), "JPEG", progressive=True)
    scan = data[data.rindex(b"\xff\xda") : -2]
    refused(clean_picture, data[:-2] + scan * 200 + b"\xff\xd9", "photo.jpg", "corrupt")


@override_settings(UPLOAD_PICTURE_MAX_BYTES=15 * MEGABYTE, UPLOAD_DOCUMENT_MAX_BYTES=25 * MEGABYTE)
def test_large_and_empty_files_are_refused():
    assert "15 MB" in refused(clean_picture, b"\xff\xd8\xff" + bytes(15 * MEGABYTE), "photo.jpg", "too_large")
    assert "25 MB" in refused(clean_document, b"%PDF-1.4" + bytes(25 * MEGABYTE), "report.pdf", "too_large")
    refused(clean_picture, b"", "photo.jpg", "empty")
    refused(clean_document, b"", "report.pdf", "empty")


def test_wagtails_own_words_name_the_same_size():
    """Its upload form, before a file is chosen, and our refusal, after."""
    picture, document = DEFAULTS["UPLOAD_PICTURE_MAX_BYTES"], DEFAULTS["UPLOAD_DOCUMENT_MAX_BYTES"]
    assert "15.0\xa0MB" in WagtailImageField().max_upload_size_text == filesizeformat(picture)
    assert filesizeformat(document) == "25.0\xa0MB"
    assert (picture, document) == (settings.UPLOAD_PICTURE_MAX_BYTES, settings.UPLOAD_DOCUMENT_MAX_BYTES)


def test_size_is_measured_and_not_believed():
    class Liar(io.BytesIO):
        size = 10

    with override_settings(UPLOAD_PICTURE_MAX_BYTES=100), pytest.raises(ValidationError) as caught:
        clean_picture(Liar(bytes(101)), "photo.jpg")
    assert caught.value.code == "too_large"


def test_limits_come_from_the_settings_when_asked():
    with override_settings(UPLOAD_DOCUMENT_MAX_BYTES=7):
        assert limit("UPLOAD_DOCUMENT_MAX_BYTES") == 7
    assert DEFAULTS["UPLOAD_DOCUMENT_MAX_BYTES"] == 25 * MEGABYTE


def test_lenient_cleaning_takes_old_kinds():
    for format in ("GIF", "BMP", "TIFF", "JPEG", "PNG"):
        after = reencode_leniently(make.encoded(make.gradient(), format) + SECRET.encode())
        assert Image.open(io.BytesIO(after)).format == format and SECRET.encode() not in after


# --- PDF: what is cleaned


def test_pdf_keeps_its_title_and_forgets_its_author():
    before = make.pdf()
    assert SECRET in make.metadata(before, "pdf").values()

    after = document(before, "report.pdf")

    assert SECRET.encode() not in make.pdf_text(after)
    found = make.metadata(after, "pdf")
    assert found["PDF:Title"] == "Annual report 2025/26"
    assert not [
        key
        for key in found
        if key.startswith("XMP")
        or any(word in key for word in ("Author", "Creator", "Producer", "PDF:CreateDate", "PDF:ModifyDate"))
    ]
    with pikepdf.open(io.BytesIO(after)) as file:
        assert len(file.pages) == 1 and file.Root.Lang == "en" and file.Root.MarkInfo.Marked
        assert b"Justice" in file.pages[0].Contents.read_bytes()


def test_pdf_history_and_unused_objects_are_gone():
    before = make.pdf(
        lambda file: file.Root.update({"/Lang": file.make_indirect(String(SECRET))}), compress_streams=False
    )
    number = next(
        int(line.split()[0]) for line in before.split(b"endobj") if SECRET.encode() in line and b"<" not in line
    )
    changed = make.with_update(before, number, b"(en)")
    with pikepdf.open(io.BytesIO(changed)) as file:
        assert str(file.Root.Lang) == "en"
    assert changed.count(b"%%EOF") == 2

    after = document(changed, "report.pdf")

    assert after.count(b"%%EOF") == 1 and b"/Prev" not in after
    assert SECRET.encode() not in make.pdf_text(after)


def test_pdf_identifier_is_new():
    def identify(file):
        file.trailer.ID = Array([String(SECRET), String(SECRET)])

    assert SECRET.encode() not in make.pdf_text(document(make.pdf(identify), "report.pdf"))


def test_pdf_private_data_previews_and_names_are_gone():
    def tell(file):
        page, secret = file.pages[0], String(SECRET)
        page.obj.PieceInfo = Dictionary(App=Dictionary(Private=secret))
        page.obj.Thumb = file.make_stream(SECRET.encode())
        page.obj.LastModified = secret
        page.obj.ID = secret
        page.obj.B = Array([Dictionary(T=Dictionary(I=Dictionary(Author=secret)))])
        page.obj.Resources = Dictionary(
            XObject=Dictionary(
                X=Stream(
                    file,
                    b"",
                    Subtype=N.Form,
                    Metadata=file.make_stream(SECRET.encode()),
                    PieceInfo=Dictionary(P=secret),
                )
            )
        )
        page.obj.Annots = Array(
            [
                Dictionary(Type=N.Annot, Subtype=N.Square, Rect=[0, 0, 9, 9], T=secret, M=secret),
                Dictionary(Type=N.Annot, Subtype=N.Popup, Rect=[0, 0, 9, 9], Contents=secret),
                Dictionary(
                    Subtype=N.Link,
                    Rect=[0, 0, 9, 9],
                    A=Dictionary(S=N.URI, URI=String(f"file:///C:/Users/{SECRET}/x.docx")),
                ),
                Dictionary(Subtype=N.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=N.URI, URI=String("https://imlu.org/"))),
                file.make_indirect(Dictionary(Subtype=N.Widget, FT=N.Tx, Rect=[0, 0, 9, 9], T="county")),
            ]
        )
        file.Root.AcroForm = Dictionary(Fields=Array([page.obj.Annots[4]]))
        file.Root.Threads = Array([Dictionary(I=Dictionary(Author=secret))])
        file.Root.SpiderInfo = Dictionary(C=secret)
        file.trailer.DocChecksum = N(f"/{SECRET}")

    before = make.pdf(tell)
    assert make.pdf_text(before).count(SECRET.encode()) > 10
    after = document(before, "report.pdf")
    assert SECRET.encode() not in make.pdf_text(after)
    with pikepdf.open(io.BytesIO(after)) as file:
        annotations = list(file.pages[0].Annots)
        assert [str(one.Subtype) for one in annotations] == ["/Square", "/Link", "/Link", "/Widget"]
        assert annotations[2].A.URI == "https://imlu.org/" and annotations[3].T == "county"


def test_bytes_behind_a_packed_stream_are_gone():
    def hide(file):
        file.pages[0].Contents = Stream(file, zlib.compress(b"q Q") + SECRET.encode(), Filter=N.FlateDecode)

    before = make.pdf(hide)
    assert SECRET.encode() in make.pdf_text(before)
    assert SECRET.encode() not in make.pdf_text(document(before, "report.pdf"))


@pytest.mark.parametrize("outer", [None, "/FlateDecode"])
def test_picture_inside_a_pdf_forgets_where_it_was_taken(outer):
    photo = make.told(make.encoded(make.gradient(), "JPEG"), "jpg") + SECRET.encode()

    def show(file):
        packed = zlib.compress(photo) if outer else photo
        filters = [N(outer), N.DCTDecode] if outer else N.DCTDecode
        image = Stream(
            file,
            packed,
            Type=N.XObject,
            Subtype=N.Image,
            Width=64,
            Height=48,
            BitsPerComponent=8,
            ColorSpace=N.DeviceRGB,
            Filter=filters,
        )
        file.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=image))

    after = document(make.pdf(show), "report.pdf")

    with pikepdf.open(io.BytesIO(after)) as file:
        kept = file.pages[0].Resources.XObject.Im0
        assert kept.Filter == "/DCTDecode"
        kept = kept.read_raw_bytes()
    assert_tells_nothing(kept, "jpg")
    assert Image.open(io.BytesIO(kept)).tobytes() == Image.open(io.BytesIO(photo)).tobytes()


def test_jpeg2000_inside_a_pdf_loses_its_boxes():
    bare = make.encoded(make.gradient(), "JPEG2000")
    box = (8 + len(SECRET)).to_bytes(4) + b"xml " + SECRET.encode()

    def show(file):
        image = Stream(file, bare + box, Subtype=N.Image, Filter=N.JPXDecode)
        file.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=image))

    after = document(make.pdf(show), "report.pdf")
    assert SECRET.encode() not in make.pdf_text(after)
    with pikepdf.open(io.BytesIO(after)) as file:
        assert Image.open(io.BytesIO(file.pages[0].Resources.XObject.Im0.read_raw_bytes())).size == (64, 48)


def test_pdf_keeps_its_mark_as_accessible():
    def mark(file):
        xmp = XMP.format(title=SECRET, part=1).replace(
            "<pdfuaid:part>", f"<dc:creator>{SECRET}</dc:creator><pdfuaid:part>"
        )
        file.Root.Metadata = file.make_stream(xmp.encode(), Type=N.Metadata, Subtype=N.XML)

    after = document(make.pdf(mark), "report.pdf")
    assert SECRET.encode() not in make.pdf_text(after)
    with pikepdf.open(io.BytesIO(after)) as file:
        xmp = file.Root.Metadata.read_bytes()
    assert b"<pdfuaid:part>1<" in xmp and b"Annual report 2025/26" in xmp


def test_pdf_keeps_one_harmless_action_where_there_were_several():
    def act(file):
        page = file.pages[0].obj
        web = Dictionary(S=N.URI, URI=String("https://tracker.example/"))
        page.AA = Dictionary(O=web)
        page.Annots = Array([Dictionary(Subtype=N.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=N.GoTo, D="x", Next=web))])
        file.Root.OpenAction = Dictionary(S=N.GoTo, D=Array([page, N.Fit]), Next=web)
        elsewhere = Dictionary(S=N.GoToR, F=String(f"C:/Users/{SECRET}/x.pdf"))
        item = file.make_indirect(Dictionary(Title="Part 1", A=elsewhere, AA=Dictionary(U=web)))
        file.Root.Outlines = Dictionary(First=item, Last=item, Count=1)

    after = document(make.pdf(act), "report.pdf")
    assert b"tracker" not in make.pdf_text(after)
    assert SECRET.encode() not in make.pdf_text(after)
    with pikepdf.open(io.BytesIO(after)) as file:
        assert file.Root.OpenAction[1] == "/Fit"
        assert file.pages[0].Annots[0].A.D == "x"
        assert file.Root.Outlines.First.Title == "Part 1"


def test_colour_profile_inside_a_pdf_forgets_its_owner():
    def colour(file):
        profile = Stream(file, make.colour_profile(), N=3)
        file.pages[0].Resources = Dictionary(ColorSpace=Dictionary(C=Array([N.ICCBased, profile])))

    after = document(make.pdf(colour), "report.pdf")
    assert SECRET.encode() not in make.pdf_text(after)
    with pikepdf.open(io.BytesIO(after)) as file:
        assert file.pages[0].Resources.ColorSpace.C[1].read_bytes()[36:40] == b"acsp"


@pytest.mark.parametrize("title", ["Microsoft Word - list of survivors", "survivors.docx", "C:\\Users\\jane\\report"])
def test_titles_that_are_file_names_are_dropped(title):
    after = document(make.pdf(lambda file: file.docinfo.update({"/Title": title})), "report.pdf")
    assert "PDF:Title" not in make.metadata(after, "pdf")


# --- PDF: what is refused


def action(**keys):
    def change(file):
        file.Root.OpenAction = Dictionary(**keys)

    return change


def annotation(**keys):
    def change(file):
        file.pages[0].Annots = Array([Dictionary(Type=N.Annot, Rect=[0, 0, 9, 9], **keys)])

    return change


def attached(file):
    file.attachments["names.csv"] = b"names"


def named_script(file):
    script = Dictionary(S=N.JavaScript, JS=String("app.alert(1)"))
    file.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["x", script])))


def programmed_form(file):
    file.Root.AcroForm = Dictionary(Fields=Array([]), XFA=file.make_stream(b"<xdp/>"))


def signed(file):
    file.Root.AcroForm = Dictionary(
        Fields=Array([Dictionary(FT=N.Sig, V=Dictionary(ByteRange=Array([0, 1, 2, 3]), Name=SECRET))])
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (action(S=N.JavaScript, JS=String("app.alert(1)")), "active_content"),
        (named_script, "active_content"),
        (action(S=N.Launch, F=String("cmd.exe")), "active_content"),
        (action(S=N.GoTo, Next=Array([Dictionary(S=N.SubmitForm)])), "active_content"),
        (annotation(Subtype=N.Link, A=Dictionary(S=N.URI, URI=String(" JavaScript:alert(1)"))), "active_content"),
        (annotation(Subtype=N.RichMedia), "active_content"),
        (annotation(Subtype=N.Screen), "active_content"),
        (programmed_form, "active_content"),
        (attached, "embedded"),
        (annotation(Subtype=N.FileAttachment), "embedded"),
        (signed, "signed"),
        (annotation(Subtype=N.Text, T=SECRET, Contents="her real name is"), "comments"),
        (annotation(Subtype=N.Highlight, T=SECRET), "comments"),
        (annotation(Subtype=N.Redact), "comments"),
    ],
    ids=short,
)
def test_pdf_content_is_refused(change, code):
    refused(clean_document, make.pdf(change), "report.pdf", code)


def test_script_deleted_in_a_later_revision_refuses_nothing():
    before = make.pdf(
        lambda file: file.Root.update(
            {"/OpenAction": file.make_indirect(Dictionary(S=N.JavaScript, JS=String(SECRET)))}
        )
    )
    refused(clean_document, before, "report.pdf", "active_content")
    number = next(int(part.split()[0]) for part in before.split(b"endobj") if b"/JavaScript" in part)
    after = document(make.with_update(before, number, b"null"), "report.pdf")
    assert SECRET.encode() not in make.pdf_text(after)


@pytest.mark.parametrize("passwords", [{"owner": "boss", "user": ""}, {"owner": "boss", "user": "reader"}])
def test_protected_pdf_is_refused(passwords):
    refused(clean_document, make.pdf(encryption=pikepdf.Encryption(**passwords)), "report.pdf", "encrypted")


def test_polyglot_pdf_is_refused():
    good = make.pdf()
    for data in (
        HTML[1:] + good,
        b"GIF89a" + good,
        good + make.zipped({"x": "y"}),
        good + HTML,
        good + make.zipped({"x": "y"}, comment=b"\n%%EOF\n"),
    ):
        with pytest.raises(ValidationError) as caught:
            document(data, "report.pdf")
        assert caught.value.code in ("polyglot", "markup")


def test_damaged_pdf_is_refused():
    good = make.pdf()
    for data in (good[:-30], good[: len(good) // 2], b"%PDF-1.7\n%%EOF", good.replace(b"startxref\n", b"startxref\n9")):
        refused(clean_document, data, "report.pdf", "corrupt")


def test_pdf_bomb_is_refused():
    bomb = zlib.compress(bytes(220 * MEGABYTE), 9)
    data = make.pdf(lambda file: file.Root.update({"/X": Stream(file, bomb, Filter=N.FlateDecode)}))
    assert len(data) < MEGABYTE
    refused(clean_document, data, "report.pdf", "zip_bomb")


def test_doubly_packed_pdf_bomb_is_refused():
    bomb = zlib.compress(zlib.compress(bytes(220 * MEGABYTE), 9), 9)

    def hide(file):
        file.Root.StructTreeRoot = Stream(file, bomb, Filter=Array([N.FlateDecode, N.FlateDecode]))

    with pytest.raises(ValidationError) as caught:
        document(make.pdf(hide), "report.pdf")
    assert caught.value.code in ("zip_bomb", "corrupt")


@pytest.mark.parametrize("name", ["report.pdf", "report.docx", "report.odt", "data.csv", "notes.txt"])
@pytest.mark.parametrize("data", [HTML, SVG, b"\xef\xbb\xbf<html><body>"], ids=short)
def test_markup_is_no_document(name, data):
    refused(clean_document, data, name, "markup")


@pytest.mark.parametrize("name", ["x.docm", "x.xlsm", "x.html", "x.svg", "x.exe", "x.zip", "x.doc", "x.pdf.js", "x"])
def test_document_extensions_not_allowed(name):
    refused(clean_document, make.pdf(), name, "extension")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.pdf", make.docx()),
        ("x.docx", make.pdf()),
        ("x.docx", make.xlsx()),
        ("x.xlsx", make.docx()),
        ("x.docx", make.zipped({"a": "b"})),
        ("x.docx", make.odf()),
        ("x.odt", make.docx()),
        ("x.ods", make.odf("odt")),
        ("x.odt", make.zipped({"mimetype": "application/epub+zip"})),
        ("x.pdf", make.encoded(make.gradient(), "JPEG")),
        ("x.txt", make.pdf()[:8] + b"\n"),
        ("x.csv", b"{\\rtf1}"),
    ],
    ids=short,
)
def test_content_must_be_what_the_name_says(name, data):
    refused(clean_document, data, name, "wrong_content")


# --- Office: what is cleaned


def test_office_properties_are_emptied():
    before = make.docx()
    assert SECRET in make.metadata(before, "docx").values()
    result = clean_document(io.BytesIO(before), f"{SECRET}.docx")
    after = result.content.read()

    parts = make.unzipped(after)
    assert not [name for name, content in parts.items() if SECRET.encode() in content]
    assert set(parts) == {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        "docProps/app.xml",
        "word/document.xml",
        "word/_rels/document.xml.rels",
    }
    found = make.metadata(after, "docx")
    assert found["XMP-dc:Title"] == "Annual report 2025/26"
    assert not [
        key for key in found if any(word in key for word in ("Creator", "LastModifiedBy", "Revision", "Company"))
    ]
    assert b"Justice" in parts["word/document.xml"] and b"rsid" not in parts["word/document.xml"]
    assert result.extension == "docx" and result.content_type.endswith("wordprocessingml.document")
    assert len(result.content.name) == 21 and SECRET not in result.content.name


def test_archive_carries_no_dates_comments_or_fields():
    entry = zipfile.ZipInfo("word/media/", (2026, 11, 1, 10, 0, 0))
    before = io.BytesIO(make.docx())
    with zipfile.ZipFile(before, "a") as archive:
        archive.comment = SECRET.encode()
        entry.extra = b"\xfe\xca" + len(SECRET).to_bytes(2, "little") + SECRET.encode()
        entry.comment = SECRET.encode()
        archive.writestr(entry, b"")
    after = document(before.getvalue(), "report.docx")
    assert SECRET.encode() not in after
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        assert archive.comment == b"" and archive.testzip() is None
        for entry in archive.infolist():
            assert (entry.date_time, entry.extra, entry.comment) == ((1980, 1, 1, 0, 0, 0), b"", b"")


def test_word_settings_and_picture_names_are_cleaned():
    settings = (
        f'<w:settings xmlns:w="{make.W}" xmlns:r="{make.RELATIONSHIPS}"><w:attachedTemplate r:id="rId1"/><w:rsids>'
        f'<w:rsid w:val="00AB12CD"/></w:rsids><w:docVars><w:docVar w:name="x" w:val="{SECRET}"/></w:docVars><w:zoom/>'
        "</w:settings>"
    )
    body = (
        '<w:p w:rsidR="00AB12CD"><pic:cNvPr xmlns:pic="urn:p" name="Wanjiku-Secret.jpg" '
        'descr="Women and/or men at court"/>'
        '<a:blip xmlns:a="urn:a" r:embed="rId2"><a:extLst><a:ext><s:svgBlip xmlns:s="urn:s" r:embed="rId3"/></a:ext>'
        '</a:extLst></a:blip></w:p><w:p><w:hyperlink r:id="rId4"><w:r><w:t>us</w:t></w:r></w:hyperlink></w:p>'
    )
    before = make.docx(
        body,
        links=(
            ("settings", "settings.xml"),
            ("image", "media/image1.jpeg"),
            ("image", "media/image2.svg"),
            ("hyperlink", "https://imlu.org/"),
            ("people", "people.xml"),
            ("customXml", "../customXml/item1.xml"),
        ),
        parts={
            "word/settings.xml": settings,
            "word/_rels/settings.xml.rels": make.relationships(("attachedTemplate", f"file:///C:/{SECRET}/T.dotx")),
            "word/media/image1.jpeg": make.told(make.encoded(make.gradient(), "JPEG"), "jpg"),
            "word/media/image2.svg": SVG,
            "word/people.xml": f"<people>{SECRET}</people>",
            "customXml/item1.xml": f"<x>{SECRET}</x>",
            "word/orphan.xml": f"<x>{SECRET}</x>",
            "payload.exe": SECRET,
        },
    )
    parts = make.unzipped(document(before, "report.docx"))
    assert not [name for name, content in parts.items() if SECRET.encode() in content]
    assert {"word/settings.xml", "word/media/image1.jpeg"} < set(parts)
    assert not {
        "word/media/image2.svg",
        "word/people.xml",
        "customXml/item1.xml",
        "word/orphan.xml",
        "payload.exe",
    } & set(parts)
    assert b"svgBlip" not in parts["word/document.xml"] and b"extLst" not in parts["word/document.xml"]
    assert b"Women and/or men at court" in parts["word/document.xml"]
    assert b"https://imlu.org/" in parts["word/_rels/document.xml.rels"]
    assert b"<w:zoom/>" in parts["word/settings.xml"] and b"rsid" not in parts["word/settings.xml"]
    assert_tells_nothing(parts["word/media/image1.jpeg"], "jpg")


def test_workbook_is_cleaned_and_still_opens():
    after = document(make.xlsx(), "figures.xlsx")
    assert not [name for name, content in make.unzipped(after).items() if SECRET.encode() in content]
    book = openpyxl.load_workbook(io.BytesIO(after))
    assert [cell.value for cell in book["Figures"][2]] == ["Nairobi", 12]
    assert book.properties.title == "Figures" and not book.properties.lastModifiedBy


def test_workbook_forgets_its_folder_and_printer():
    sheet_rels = make.relationships(("printerSettings", "../printerSettings/printerSettings1.bin"))
    parts = make.unzipped(make.xlsx())
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = sheet_rels.encode()
    parts["xl/printerSettings/printerSettings1.bin"] = SECRET.encode("utf-16-le")
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"</worksheet>", f'<pageSetup xmlns:r="{make.RELATIONSHIPS}" scale="80" r:id="rId1"/></worksheet>'.encode()
    )
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"<workbookPr",
        b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice '
        b'Requires="x15"><x:absPath xmlns:x="urn:x" url="C:\\Users\\Wanjiku-Secret\\"/></mc:Choice>'
        b"</mc:AlternateContent><workbookPr",
        1,
    )
    clean = make.unzipped(document(make.zipped(parts), "figures.xlsx"))
    assert "xl/printerSettings/printerSettings1.bin" not in clean
    assert b"r:id" not in clean["xl/worksheets/sheet1.xml"] and b'scale="80"' in clean["xl/worksheets/sheet1.xml"]
    assert b"absPath" not in clean["xl/workbook.xml"] and b"AlternateContent" not in clean["xl/workbook.xml"]
    openpyxl.load_workbook(io.BytesIO(make.zipped(clean)))


def test_chart_keeps_its_numbers_and_loses_its_workbook():
    parts = make.unzipped(document(make.pptx(), "talk.pptx"))
    assert not [name for name, content in parts.items() if SECRET.encode() in content]
    assert b"<c:v>42</c:v>" in parts["ppt/charts/chart1.xml"] and b"externalData" not in parts["ppt/charts/chart1.xml"]
    assert not [name for name in parts if "embeddings" in name or "commentAuthors" in name]
    assert b"embeddings" not in parts["[Content_Types].xml"]


# --- Office: what is refused


def text(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (make.docx(parts={"word/vbaProject.bin": b"macro"}), "macros"),
        (make.docx(main_type="application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
        (make.docx(types='<Default Extension="dat" ContentType="application/vnd.ms-office.vbaProject"/>'), "macros"),
        (make.docx(parts={"customUI/customUI.xml": "<x/>"}), "macros"),
        (make.docx(parts={"word/activeX/activeX1.bin": b"x"}), "active_content"),
        (make.docx(parts={"word/webextensions/taskpanes.xml": "<x/>"}), "active_content"),
        (make.docx(parts={"_xmlsignatures/sig1.xml": "<x/>"}), "signed"),
        (make.docx(parts={"word/media/film.mp4": b"x"}), "media"),
        (
            make.docx(
                links=(("oleObject", "embeddings/oleObject1.bin"),), parts={"word/embeddings/oleObject1.bin": b"x"}
            ),
            "embedded",
        ),
        (
            make.docx(links=(("package", "embeddings/Book1.xlsx"),), parts={"word/embeddings/Book1.xlsx": make.xlsx()}),
            "embedded",
        ),
        (make.docx(links=(("aFChunk", "chunk.html"),), parts={"word/chunk.html": HTML}), "embedded"),
        (make.docx(links=(("image", "https://tracker.example/x.png"),)), "external"),
        (make.docx(links=(("attachedTemplate2", "https://evil.example/x.dotm"),)), "external"),
        (make.docx(links=(("hyperlink", f"file:///C:/Users/{SECRET}/x.docx"),)), "external"),
        (make.docx(links=(("hyperlink", "javascript:alert(1)"),)), "external"),
        (make.docx(links=(("hyperlink", "https://[broken"),)), "corrupt"),
        (make.docx(links=(("header", "header.odttf"),), parts={"word/header.odttf": "<x/>"}), "unknown_part"),
        (
            make.docx(
                links=(("header", "header1.xml"),),
                parts={
                    "word/header1.xml": "<x/>",
                    "word/_rels/header1.xml.RELS": make.relationships(("image", "https://tracker.example/x.png")),
                },
            ),
            "external",
        ),
        (
            make.docx(
                text("<w:r><w:instrText> DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\x</w:instrText></w:r>")
            ),
            "external",
        ),
        (make.docx(text('<w:fldSimple w:instr=" includepicture &quot;http://x.example/&quot;"/>')), "external"),
        (make.docx(text('<w:ins w:author="x"><w:r><w:t>new</w:t></w:r></w:ins>')), "tracked_changes"),
        (make.docx(text('<w:del w:author="x"><w:r><w:delText>old</w:delText></w:r></w:del>')), "tracked_changes"),
        (make.docx(text("<w:pPr><w:pPrChange/></w:pPr>")), "tracked_changes"),
        (
            make.docx(
                links=(("comments", "comments.xml"),),
                parts={
                    "word/comments.xml": f'<w:comments xmlns:w="{make.W}"><w:comment w:author="{SECRET}"/></w:comments>'
                },
            ),
            "comments",
        ),
        (
            make.docx(links=(("image", "media/image1.emf"),), parts={"word/media/image1.emf": b"\1\0\0\0"}),
            "picture_inside",
        ),
        (make.docx(links=(("image", "media/image1.png"),), parts={"word/media/image1.png": HTML}), "picture_inside"),
        (make.docx(links=(("other", "thing.dat"),), parts={"word/thing.dat": b"x"}), "unknown_part"),
    ],
    ids=short,
)
def test_word_content_is_refused(data, code):
    refused(clean_document, data, "report.docx", code)


def test_fields_that_only_link_are_accepted():
    body = text('<w:r><w:fldChar/></w:r><w:r><w:instrText> HYPERLINK "https://imlu.org/LINK rd" </w:instrText></w:r>')
    assert document(make.docx(body), "report.docx")


def test_empty_comments_part_is_dropped():
    parts = {"word/comments.xml": f'<w:comments xmlns:w="{make.W}"/>'}
    clean = make.unzipped(document(make.docx(links=(("comments", "comments.xml"),), parts=parts), "report.docx"))
    assert "word/comments.xml" not in clean


def test_hidden_sheets_slides_and_notes_are_refused():
    refused(clean_document, make.xlsx(hidden=True), "figures.xlsx", "hidden_data")
    refused(clean_document, make.pptx(show="0"), "talk.pptx", "hidden_data")
    refused(clean_document, make.xlsx(note=True), "figures.xlsx", "comments")


@pytest.mark.parametrize(
    "part",
    [
        "xl/pivotCache/pivotCacheRecords1.xml",
        "xl/externalLinks/externalLink1.xml",
        "xl/connections.xml",
        "xl/revisions/revisionLog1.xml",
    ],
)
def test_data_behind_the_sheets_is_refused(part):
    refused(clean_document, make.zipped({**make.unzipped(make.xlsx()), part: "<x/>"}), "figures.xlsx", "hidden_data")


@pytest.mark.parametrize("name", ["report.docx", "figures.xlsx", "talk.pptx", "report.odt"])
def test_office_file_with_a_password_is_refused(name):
    refused(clean_document, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), name, "encrypted")


def test_password_inside_an_archive_is_refused():
    data = bytearray(make.docx())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    refused(clean_document, bytes(data), "report.docx", "encrypted")


# --- archives


def test_polyglot_archives_are_refused():
    good = make.docx()
    for data in (b"%PDF-1.4\n" + good, b"\x89PNG\r\n\x1a\n" + good, good + make.pdf(), good + HTML, good + bytes(9)):
        refused(clean_document, data, "report.docx", "polyglot")
    refused(clean_document, HTML + good, "report.docx", "markup")
    assert document(make.docx(), "report.docx")


def test_archive_that_starts_with_a_foreign_entry_is_refused():
    """A local entry that the directory doesn't list: one program sees it, the other doesn't."""
    ghost = make.zipped({"ghost": "x"})
    ghost = ghost[: ghost.index(b"PK\x01\x02")]
    refused(clean_document, ghost + make.docx(), "report.docx", "polyglot")


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/passwd", "word\\..\\..\\x", "C:/x", "word/../../x", "a//b", "x\x01y"]
)
def test_names_leading_out_are_refused(name):
    refused(clean_document, make.docx(parts={name: "x"}), "report.docx", "bad_names")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_given_twice_are_refused():
    refused(clean_document, make.docx(parts={"WORD/document.xml": "x"}), "report.docx", "bad_names")
    data = io.BytesIO(make.docx())
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("word/document.xml", "x")
    refused(clean_document, data.getvalue(), "report.docx", "bad_names")


def test_zip_bombs_are_refused():
    bomb = make.docx(parts={"word/bomb.xml": bytes(210 * MEGABYTE)})
    assert len(bomb) < MEGABYTE
    refused(clean_document, bomb, "report.docx", "zip_bomb")
    refused(clean_document, make.odf(parts={"Pictures/bomb.png": bytes(30 * MEGABYTE)}), "report.odt", "zip_bomb")


def test_total_size_entries_and_xml_are_limited():
    noise = secrets.token_bytes(3 * MEGABYTE)  # doesn't compress, so only the sum is too much
    with override_settings(UPLOAD_DOCUMENT_MAX_UNPACKED_BYTES=5 * MEGABYTE):
        refused(clean_document, make.docx(parts={"word/a": noise, "word/b": noise}), "report.docx", "zip_bomb")
    many = {f"word/{number}": "" for number in range(5_001)}
    refused(clean_document, make.docx(parts=many), "report.docx", "zip_bomb")
    with override_settings(UPLOAD_DOCUMENT_MAX_XML_BYTES=1_000):
        refused(clean_document, make.docx(text(" " * 1_000)), "report.docx", "zip_bomb")


def test_sizes_that_the_archive_states_are_not_believed():
    data = bytearray(make.docx(parts={"word/bomb.xml": bytes(30 * MEGABYTE)}))
    at = data.rindex(b"word/bomb.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    refused(clean_document, bytes(data), "report.docx", "corrupt")


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize("xml", [LAUGHS, OUTSIDE, "<!DOCTYPE x SYSTEM 'http://x.example/x.dtd'><x/>"], ids=short)
def test_xml_entities_are_refused(xml):
    refused(clean_document, make.docx(parts={"word/settings.xml": xml}), "report.docx", "xml_entities")
    refused(clean_document, make.odf(parts={"styles.xml": xml.encode("utf-16")}), "report.odt", "xml_entities")


def test_broken_archives_and_parts_are_refused():
    good = make.docx()
    refused(clean_document, good[: len(good) // 2], "report.docx", "corrupt")
    refused(clean_document, make.docx(parts={"word/settings.xml": "<x>"}), "report.docx", "corrupt")
    at = good.index(b"word/document.xml") + len("word/document.xml") + 5
    refused(clean_document, good[:at] + b"\xff\xff\xff" + good[at + 3 :], "report.docx", "corrupt")


# --- OpenDocument


@pytest.mark.parametrize("extension", ["odt", "ods"])
def test_opendocument_is_cleaned(extension):
    photo = make.told(make.encoded(make.gradient(), "PNG"), "png")
    body = '<text:p>Haki<draw:image xlink:href="Pictures/a.png"/><text:a xlink:href="https://imlu.org/">us</text:a></text:p>'
    before = make.odf(
        extension,
        body,
        parts={"Pictures/a.png": photo, "Pictures/unused.png": photo, "Configurations2/menu.xml": f"<x>{SECRET}</x>"},
    )
    after = document(before, f"report.{extension}")
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    parts = make.unzipped(after)
    assert set(parts) == {
        "mimetype",
        "content.xml",
        "meta.xml",
        "settings.xml",
        "Pictures/a.png",
        "META-INF/manifest.xml",
    }
    assert not [name for name, content in parts.items() if SECRET.encode() in content]
    assert etree.fromstring(parts["meta.xml"])[0].findtext("{http://purl.org/dc/elements/1.1/}title") == "Ripoti"
    assert b"Haki" in parts["content.xml"] and b"Zoom" in parts["settings.xml"]
    assert b"Thumbnails" not in parts["META-INF/manifest.xml"] and b"content.xml" in parts["META-INF/manifest.xml"]
    assert_tells_nothing(parts["Pictures/a.png"], "png")


HIDDEN_STYLE = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
ENCRYPTED = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
SPREADSHEET_INSIDE = (
    '<manifest:file-entry manifest:full-path="Object 1/" manifest:media-type="application/vnd.oasis.'
    'opendocument.spreadsheet"/>'
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (make.odf(body='<x xlink:href="Fonts/a.ttf"/>', parts={"Fonts/a.ttf": HTML}), "picture_inside"),
        (make.odf(body=f"<office:annotation><dc:creator>{SECRET}</dc:creator></office:annotation>"), "comments"),
        (make.odf(body="<text:tracked-changes><text:changed-region/></text:tracked-changes>"), "tracked_changes"),
        (make.odf("ods", "<table:tracked-changes><table:deletion/></table:tracked-changes>"), "tracked_changes"),
        (make.odf(parts={"Basic/Standard/Module1.xml": "<x/>"}), "macros"),
        (make.odf(parts={"Scripts/python/x.py": "x"}), "macros"),
        (make.odf(body="<script:event-listener/>"), "macros"),
        (make.odf(parts={"META-INF/documentsignatures.xml": "<x/>"}), "signed"),
        (make.odf(manifest=ENCRYPTED), "encrypted"),
        (make.odf(manifest=SPREADSHEET_INSIDE), "embedded"),
        (make.odf(body="<draw:object-ole/>"), "embedded"),
        (make.odf(body='<draw:image xlink:href="https://tracker.example/x.png"/>'), "external"),
        (make.odf(body='<draw:image xlink:href="../../home/jane/face.jpg"/>'), "external"),
        (make.odf(body='<text:a xlink:href="file:///home/jane/x.odt">x</text:a>'), "external"),
        (make.odf("ods", "<table:table><table:table-source/></table:table>"), "external"),
        (make.odf("ods", '<table:table table:style-name="ta2"/>', HIDDEN_STYLE), "hidden_data"),
        (make.odf(body='<draw:image xlink:href="Pictures/a.svg"/>', parts={"Pictures/a.svg": SVG}), "picture_inside"),
    ],
    ids=short,
)
def test_opendocument_content_is_refused(data, code):
    name = "x.ods" if make.unzipped(data)["mimetype"].endswith(b"spreadsheet") else "x.odt"
    refused(clean_document, data, name, code)


# --- plain text


def test_text_passes_as_utf8():
    assert document("Haki, ukweli — €5\r\n".encode(), "notes.txt") == "Haki, ukweli — €5\r\n".encode()
    assert document(b"\xef\xbb\xbfa;b\n1;2\n", "data.csv") == b"\xef\xbb\xbfa;b\n1;2\n"
    assert document("a,b\nNyeri,1\n".encode("utf-16"), "data.csv") == b"\xef\xbb\xbfa,b\nNyeri,1\n"
    result = clean_document(io.BytesIO(b"a,1 < 2\n"), "data.csv")
    assert (result.extension, result.content_type) == ("csv", "text/csv")


@pytest.mark.parametrize(
    "data", [b"caf\xe9", b"a\0b", b"\x1b[31mred", b"\xff\xfea\0\0\0", b"\xff\xfea", b"\x89PNG\r\n\x1a\n"], ids=short
)
def test_other_encodings_and_binaries_are_no_text(data):
    refused(clean_document, data, "notes.txt", "not_text")


@pytest.mark.parametrize(
    "data",
    [
        b"  <svg onload=alert(1)>",
        b"<!-- x --><script src=x>",
        b"a,b\n<script>alert(1)</script>",
        "<html>".encode("utf-16"),
        b"<?xml version='1.0'?><x/>",
    ],
    ids=short,
)
def test_text_that_a_browser_would_run_is_refused(data):
    refused(clean_document, data, "data.csv", "markup")
