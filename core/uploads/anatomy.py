"""Where a picture file begins and ends, read from its bytes without decoding a pixel.

Needed because decoders stop at the end of the picture: whatever is glued on behind it (an archive, a web page, the
video that a phone adds) they neither see nor report.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # in JPEG scan data FF is followed by 00 or a restart marker
MAX_PIECES = 20_000  # segments or chunks; real files have hundreds
MAX_SCANS = 100  # a progressive JPEG has about ten; each one costs a pass over all pixels
AVIF_BOXES = {b"ftyp", b"meta", b"mdat", b"free", b"skip", b"uuid", b"moov", b"moof", b"sidx", b"styp"}
PNG_START = b"\x89PNG\r\n\x1a\n"


class Broken(ValueError):
    """The bytes don't follow the format, or stop too early."""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """``end``: bytes up to the end of the picture. ``size``: width and height, where the walk comes by them."""

    end: int
    animated: bool = False
    lossless: bool = False
    size: tuple[int, int] | None = None


def jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end of each segment of a JPEG; a scan counts its pixel data; the last one is D9 (EOI)."""
    position = 2
    for _piece in range(MAX_PIECES):
        start = position
        if data[position : position + 1] != b"\xff":
            raise Broken("no marker")
        while data[position : position + 1] == b"\xff":
            position += 1
        marker = data[position] if position < len(data) else 0
        position += 1
        if marker == 0xD9:
            yield marker, start, position
            return
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            continue
        length = int.from_bytes(data[position : position + 2])
        position += length
        if marker == 0 or length < 2 or position > len(data):
            raise Broken("segment")
        if marker == 0xDA:
            found = SCAN_END.search(data, position)
            position = found.start() if found else len(data)
        yield marker, start, position
    raise Broken("segments")


def jpeg(data: bytes) -> Anatomy:
    """Walk a JPEG's segments; its later scans and frames are counted, not believed."""
    scans, size = 0, None
    for marker, start, end in jpeg_segments(data):
        scans += marker == 0xDA
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            body = data[start:end].lstrip(b"\xff")
            size = int.from_bytes(body[6:8]), int.from_bytes(body[4:6])
    if not 0 < scans <= MAX_SCANS:
        raise Broken("scans")
    return Anatomy(end, size=size)


def png(data: bytes) -> Anatomy:
    """Walk a PNG's chunks; an ``acTL`` chunk makes it an animation."""
    position, kind, kinds, pieces = len(PNG_START), b"", set(), 0
    while kind != b"IEND":
        kind = data[position + 4 : position + 8]
        position += 12 + int.from_bytes(data[position : position + 4])
        pieces += 1
        if len(kind) < 4 or position > len(data) or pieces > MAX_PIECES:
            raise Broken("chunk")
        kinds.add(kind)
    return Anatomy(
        position,
        animated=b"acTL" in kinds,
        lossless=True,
        size=(int.from_bytes(data[16:20]), int.from_bytes(data[20:24])),
    )


def webp(data: bytes) -> Anatomy:
    """Walk a WebP's chunks: here the size matters before opening, as the decoder takes memory for the whole canvas."""
    riff_end = 8 + int.from_bytes(data[4:8], "little")
    if riff_end > len(data):
        raise Broken("short")
    chunks, position, size = set(), 12, None
    while position + 8 <= riff_end:
        kind, length = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8], "little")
        body = data[position + 8 : position + 18]
        if kind == b"VP8X":
            size = 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
        elif kind == b"VP8L" and size is None:
            bits = int.from_bytes(body[1:5], "little")
            size = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        elif kind == b"VP8 " and size is None:
            size = int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
        chunks.add(kind)
        position += 8 + length + length % 2
    if size is None:
        raise Broken("no picture")
    return Anatomy(
        riff_end,
        animated=bool(chunks & {b"ANIM", b"ANMF"}),
        lossless=b"VP8L" in chunks and b"VP8 " not in chunks,
        size=size,
    )


def avif(data: bytes) -> Anatomy:
    """Walk an AVIF's outermost boxes, up to the first that no AVIF has."""
    position, kinds = 0, set()
    while position + 8 <= len(data):
        length, kind, header = int.from_bytes(data[position : position + 4]), data[position + 4 : position + 8], 8
        if kind not in AVIF_BOXES:
            break
        if length == 1:
            length, header = int.from_bytes(data[position + 8 : position + 16]), 16
        elif length == 0:
            length = len(data) - position
        if length < header or position + length > len(data):
            raise Broken("box")
        kinds.add(kind)
        position += length
    return Anatomy(position, animated=bool(kinds & {b"moov", b"moof"}) or data[8:12] in (b"avis", b"msf1"))


def is_avif(data: bytes) -> bool:
    """Return whether the file's brands, in its ``ftyp`` box, name AVIF."""
    brands = data[8:12] + data[16 : min(int.from_bytes(data[:4]), 256)]
    return data[4:8] == b"ftyp" and any(brands[at : at + 4] in (b"avif", b"avis") for at in range(0, len(brands), 4))


def stripped_jpeg(data: bytes) -> bytes:
    """Return a JPEG with its pixels untouched and without comments, EXIF, XMP, IPTC, thumbnails or anything behind it.

    For pictures inside PDF files, whose decoding depends on the PDF. Kept: the JFIF mark and Adobe's colour mark,
    because they say how the colours are stored.
    """
    kept = [b"\xff\xd8"]
    for marker, start, end in jpeg_segments(data + b"\xff\xd9"):  # PDF viewers do without the end mark, so some lack it
        segment = b"\xff" + data[start:end].lstrip(b"\xff")
        if marker == 0xE0:
            if segment[4:9] == b"JFIF\0" and len(segment) >= 18:
                kept.append(b"\xff\xe0\x00\x10" + segment[4:16] + b"\0\0")  # no thumbnail
        elif marker == 0xEE:
            if segment[4:9] == b"Adobe" and len(segment) >= 16:
                kept.append(b"\xff\xee\x00\x0e" + segment[4:16])
        elif marker == 0xD9:
            kept.append(b"\xff\xd9")
        elif not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            kept.append(segment)
    return b"".join(kept)


def stripped_jpeg2000(data: bytes) -> bytes:
    """Return a JPEG 2000 file with the boxes that draw, and none of those that tell (XML, UUID, rights)."""
    if data.startswith(b"\xff\x4f\xff\x51"):
        return data  # a bare codestream: no boxes
    kept, position = [], 0
    while position + 8 <= len(data):
        length, kind = int.from_bytes(data[position : position + 4]), data[position + 4 : position + 8]
        if length == 1:
            length = int.from_bytes(data[position + 8 : position + 16])
        elif length == 0:
            length = len(data) - position
        if length < 8 or position + length > len(data):
            raise Broken("box")
        if kind in (b"jP  ", b"ftyp", b"jp2h", b"jp2c", b"rreq"):
            kept.append(data[position : position + length])
        position += length
    return b"".join(kept)
