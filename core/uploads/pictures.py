"""Pictures: decoded, and encoded anew from their pixels alone.

Re-encoding is the strongest cleaning there is: EXIF with its GPS position, XMP, IPTC, comments, thumbnails, maker
notes and every foreign format hidden in the file are left behind, because only pixels are carried over. The *original*
is what gets cleaned here, so Wagtail's renditions, made from it, have nothing to hand on and need no step of their own.

What stays: what the picture shows, and the sensor's own noise pattern. The generated name and ``nosniff`` on the
response do the rest. Sources: OWASP File Upload Cheat Sheet ("image rewriting"); ASVS 5.2.1, 5.2.2, 5.2.6, 5.3.2.
"""

import io
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, JpegImagePlugin

from core.uploads import anatomy, limit
from core.uploads.common import extension_of, looks_like_markup, random_name, read_upload, refuse, refusing
from core.uploads.icc import clean_profile

EXTENSIONS = {
    "jpg": "JPEG",
    "jpeg": "JPEG",
    "jpe": "JPEG",
    "jfif": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "avif": "AVIF",
}
ANATOMY = {"JPEG": anatomy.jpeg, "PNG": anatomy.png, "WEBP": anatomy.webp, "AVIF": anatomy.avif}
NEW_EXTENSION = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
MODES = {
    "JPEG": {"L", "RGB"},
    "PNG": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"},
    "WEBP": {"RGB", "RGBA"},
    "AVIF": {"L", "RGB", "RGBA"},
    "GIF": {"1", "L", "P"},
    "BMP": {"1", "L", "P", "RGB"},
    "TIFF": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"},
}
MAX_PHONE_PICTURES = 8
LARGE_PIXELS = 8_000_000
TRIVIAL_BYTES = 16  # after the picture's end, besides padding
CORRUPT = _("This picture is damaged or incomplete, so it can't be used.")
NOT_ACCEPTED = _("This isn't a picture of an accepted kind: please save it as JPEG, PNG, WebP or AVIF.")


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """``content`` carries a generated name; ``width`` and ``height`` in pixels, as the picture is seen; ``format`` is
    Pillow's word: JPEG, PNG, WEBP or AVIF."""

    content: ContentFile
    width: int
    height: int
    format: str


def clean_picture(file: IO[bytes], name: str) -> CleanPicture:
    """Return the picture in ``file`` re-encoded, upright, with its colours, and with nothing else.

    ``file``: an open binary file (an upload, or any Django ``File``). ``name``: what the editor called it; only its
    extension is looked at (any accepted one: a JPEG called ``.png`` is common, and comes out as ``.jpg``).

    Raises ``ValidationError`` with one of the codes ``extension``, ``empty``, ``too_large`` (bytes), ``markup`` (HTML
    or SVG, under whatever name), ``not_accepted``, ``animated``, ``too_many_pixels``, ``polyglot``, ``corrupt``.
    """
    body, format = check_picture(file, name)
    content, width, height = _reencoded(body, format)
    return CleanPicture(ContentFile(content, name=random_name(NEW_EXTENSION[format])), width, height, format)


def check_picture(file: IO[bytes], name: str) -> tuple[bytes, str]:
    """Return the picture's own bytes and its format, after all refusals that need no pixel decoded.

    The same arguments and codes as ``clean_picture``, which does this first.
    """
    extension_of(name, EXTENSIONS)
    data = read_upload(file, limit("UPLOAD_PICTURE_MAX_BYTES"))
    format = _format(data)
    body = _checked(data, format)
    with refusing("corrupt", CORRUPT):
        _opened(body, format)
    return body, format


def reencode_leniently(data: bytes) -> bytes:
    """Return a picture found inside a document, re-encoded in its own format.

    The same cleaning with fewer refusals, because an editor can't easily get at such a picture: GIF, BMP and TIFF are
    taken too, of several frames the first is kept, and what trails behind is dropped. Raises the codes
    ``markup``, ``not_accepted``, ``too_many_pixels`` and ``corrupt``.
    """
    if data[:6] in (b"GIF87a", b"GIF89a"):
        format = "GIF"
    elif data.startswith(b"BM"):
        format = "BMP"
    elif data[:4] in (b"II*\0", b"MM\0*"):
        format = "TIFF"
    else:
        format = _format(data)
    return _reencoded(data, format, lenient=True)[0]


def _format(data: bytes) -> str:
    """Judge the format by the first bytes; name and content type of the upload are what the sender says."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(anatomy.PNG_START):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if anatomy.is_avif(data):
        return "AVIF"
    if looks_like_markup(data):
        raise refuse(
            "markup",
            _("This is a web page or a drawing (HTML or SVG), which may hold programs: please save it as PNG."),
        )
    raise refuse("not_accepted", NOT_ACCEPTED)


def _checked(data: bytes, format: str) -> bytes:
    """Return the picture's own bytes; refuse animations, too many pixels and foreign data behind the picture."""
    with refusing("corrupt", CORRUPT):
        found = ANATOMY[format](data)
    if found.animated:
        raise refuse("animated", _("This picture moves or has several frames: please save one frame as a picture."))
    if found.size:
        _check_pixels(found.size)
    rest = data[found.end :]
    if format == "JPEG":
        rest = _without_phone_extras(rest)
    if len(rest.strip(b"\0 \t\r\n")) > TRIVIAL_BYTES or zipfile.is_zipfile(io.BytesIO(data)):
        raise refuse("polyglot", _("Something else is hidden behind this picture: please save the picture again."))
    return data[: found.end]


def _without_phone_extras(rest: bytes) -> bytes:
    """Drop what phones put behind a JPEG: more JPEGs (brightness map, depth), a short film, Samsung's own trailer.

    Refusing these would refuse most pictures taken with a phone. None of it is carried over.
    """
    for _again in range(MAX_PHONE_PICTURES):
        rest = rest.lstrip(b"\0")
        if rest.startswith(b"\xff\xd8\xff"):
            with suppress(anatomy.Broken):
                rest = rest[anatomy.jpeg(rest).end :]
    return b"" if b"ftyp" in rest[:8] or rest.endswith(b"SEFT") else rest


def _check_pixels(size: tuple[int, int]) -> None:
    most = limit("UPLOAD_PICTURE_MAX_PIXELS")
    if size[0] * size[1] > most:
        raise refuse(
            "too_many_pixels",
            _(
                "This picture has more than %(megapixels)s million pixels, the most that is "
                "accepted: please make it smaller."
            ),
            megapixels=max(1, most // 1_000_000),
        )


def _opened(data: bytes, format: str) -> Image.Image:
    """Return the picture, not decoded yet; refuse too many pixels."""
    try:
        # The JPEG class itself, as Image.open would follow a phone's index to pictures behind the first.
        picture = (
            JpegImagePlugin.JpegImageFile(io.BytesIO(data))
            if format == "JPEG"
            else Image.open(io.BytesIO(data), formats=[format])
        )
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _check_pixels((limit("UPLOAD_PICTURE_MAX_PIXELS") + 1, 1))
        raise
    _check_pixels(picture.size)
    return picture


def _reencoded(data: bytes, format: str, *, lenient: bool = False) -> tuple[bytes, int, int]:
    with refusing("corrupt", CORRUPT):
        picture = _opened(data, format)
        if getattr(picture, "n_frames", 1) > 1 and not lenient:
            raise refuse("animated", _("This picture moves or has several frames: please save one frame as a picture."))
        options = _options(picture, format, data)
        profile = picture.info.get("icc_profile")
        pixels = _upright(picture)
        pixels = _in_screen_colours(pixels, profile)
        pixels = _without_hidden_colours(pixels)
        pixels = _in_mode_of(format, pixels)
        profile = clean_profile(profile, pixels.mode)
        pixels.info = {}  # encoders pick comments, resolution and more from here
        out = io.BytesIO()
        if profile and format in ANATOMY:
            options["icc_profile"] = profile
        pixels.save(out, format, **options)
    return out.getvalue(), pixels.width, pixels.height


def _upright(picture: Image.Image) -> Image.Image:
    """Turn the pixels as EXIF or XMP says; where that can't be read, browsers turn nothing either."""
    picture.load()
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # Pillow's reader of EXIF fails in many ways, and the pixels are fine by now
        return picture.copy()


def _options(picture: Image.Image, format: str, data: bytes) -> dict:
    if format == "JPEG":
        # The standard tables, not the source's: those tell the camera. The source's colour resolution is kept.
        return {
            "quality": 90,
            "optimize": True,
            "progressive": True,
            "subsampling": JpegImagePlugin.get_sampling(picture),
        }
    if format == "WEBP":
        # Lossless stays lossless; there "quality" is effort, and more than 20 costs half a minute on large pictures.
        return {"lossless": True, "quality": 20} if anatomy.webp(data).lossless else {"quality": 90}
    if format == "AVIF":
        return {"quality": 85, "speed": 9}  # slower speeds take up to half a minute for a few per cent
    if format == "PNG":
        # Packing 40 million pixels at the usual level takes 20 seconds, at this one 6.
        return {"compress_level": 3 if picture.width * picture.height > LARGE_PIXELS else 6}
    return {}


def _in_screen_colours(pixels: Image.Image, profile: bytes | None) -> Image.Image:
    """Turn print colours (CMYK) into sRGB, by the picture's own profile if that works: browsers differ on CMYK."""
    if pixels.mode != "CMYK":
        return pixels
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(pixels, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (OSError, ImageCms.PyCMSError, ValueError):
            pass
    return pixels.convert("RGB")


def _without_hidden_colours(pixels: Image.Image) -> Image.Image:
    """Blacken what is fully transparent: a face rubbed out to transparency is still there, colour by colour."""
    if "transparency" in pixels.info and pixels.mode != "I;16":  # (Pillow can't convert these: they come out opaque)
        pixels = pixels.convert("LA" if pixels.mode in ("1", "L") else "RGBA")
    if pixels.mode not in ("LA", "RGBA"):
        return pixels
    seen = pixels.getchannel("A").point(lambda alpha: 255 if alpha else 0)
    return Image.composite(pixels, Image.new(pixels.mode, pixels.size, 0), seen)


def _in_mode_of(format: str, pixels: Image.Image) -> Image.Image:
    if pixels.mode in MODES[format]:
        return pixels
    if format == "GIF":
        return pixels.quantize(method=Image.Quantize.FASTOCTREE) if pixels.mode == "RGBA" else pixels.convert("P")
    has_alpha = "A" in pixels.mode or "a" in pixels.mode
    return pixels.convert("RGBA" if has_alpha and "RGBA" in MODES[format] else "RGB")


def repainted(data: bytes, covers, keep=None) -> CleanPicture:
    """Return a picture that was cleaned before, with rectangles painted solid black, then cut to `keep`.

    ``covers``: boxes (left, top, right, bottom) in pixels; ``keep``: one such box, or None for the whole. Nothing of
    what lay below is carried over: black pixels are encoded in its place, and no layer or thumbnail is kept.
    """
    format = _format(data)
    picture = Image.open(io.BytesIO(data), formats=[format])
    options, profile = _options(picture, format, data), picture.info.get("icc_profile")
    picture.load()
    pixels = picture.convert("RGBA" if "transparency" in picture.info else "RGB") if picture.mode in "1P" else picture
    for box in covers:
        pixels.paste({"RGB": (0, 0, 0), "RGBA": (0, 0, 0, 255), "LA": (0, 255)}.get(pixels.mode, 0), box)
    if keep:
        pixels = pixels.crop(keep)
    pixels = _in_mode_of(format, pixels)
    profile = clean_profile(profile, pixels.mode)
    pixels.info = {}
    out = io.BytesIO()
    pixels.save(out, format, **options, **({"icc_profile": profile} if profile else {}))
    content = ContentFile(out.getvalue(), name=random_name(NEW_EXTENSION[format]))
    return CleanPicture(content, pixels.width, pixels.height, format)
