"""Colour profiles, reduced to what colour needs.

A profile is kept because without it colours are wrong. But a screen's own profile names the screen, its serial number
and the day it was calibrated (Apple's ``mmod`` tag), and private tags may hold anything. So it is written anew: only
the tags that a colour engine computes with, and a neutral name. Reference: ICC.1:2022 (header 7.2, tags 9).
"""

import io

from PIL import ImageCms

MAX_BYTES = 4 * 1024 * 1024
SPACES = {"1": b"GRAY", "L": b"GRAY", "LA": b"GRAY", "I;16": b"GRAY", "P": b"RGB ", "RGB": b"RGB ", "RGBA": b"RGB "}
COMPUTING_TAGS = {
    b"wtpt", b"bkpt", b"chad", b"cicp", b"gamt", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC",
    b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"D2B0", b"D2B1", b"D2B2", b"B2D0", b"B2D1", b"B2D2",
}  # fmt: skip
NEUTRAL_DATE = bytes.fromhex("07d000010001000000000000")  # 1 January 2000


def clean_profile(profile: bytes | None, mode: str) -> bytes | None:
    """Return ``profile`` rewritten for a picture of Pillow's ``mode``, or nothing when it doesn't fit or work.

    Without a profile browsers take a picture for sRGB, as they do with a broken one.
    """
    if not profile or len(profile) > MAX_BYTES or profile[16:20] != SPACES.get(mode):
        return None
    try:
        rewritten = _rewritten(profile)
        ImageCms.ImageCmsProfile(io.BytesIO(rewritten))
    except (OSError, ImageCms.PyCMSError, ValueError):
        return None
    return rewritten


def _rewritten(profile: bytes) -> bytes:
    new_style = profile[8] >= 4
    tags = {
        b"desc": _text(b"RGB" if profile[16:20] == b"RGB " else b"Gray", new_style, description=True),
        b"cprt": _text(b"-", new_style, description=False),
    }
    for number in range(min(int.from_bytes(profile[128:132]), 100)):
        entry = profile[132 + 12 * number : 144 + 12 * number]
        offset, length = int.from_bytes(entry[4:8]), int.from_bytes(entry[8:12])
        if entry[:4] in COMPUTING_TAGS:
            if offset < 128 or offset + length > len(profile):
                raise ValueError("a tag outside of the profile")
            tags[entry[:4]] = profile[offset : offset + length]

    table, body, places = b"", b"", {}
    start = 132 + 12 * len(tags)
    for name, content in tags.items():
        if content not in places:  # the three channels often share one curve
            places[content] = start + len(body)
            body += content + b"\0" * (-len(content) % 4)
        table += name + places[content].to_bytes(4) + len(content).to_bytes(4)
    header = (
        bytes(4)
        + profile[8:24]  # no preferred engine; version, class, colour spaces
        + NEUTRAL_DATE
        + b"acsp"
        + bytes(24)  # no platform, flags, maker, model, attributes
        + profile[64:80]
        + bytes(48)  # intent, illuminant; no creator, no identifier
    )
    return (start + len(body)).to_bytes(4) + header + len(tags).to_bytes(4) + table + body


def _text(text: bytes, new_style: bool, *, description: bool) -> bytes:
    if new_style:
        words = text.decode().encode("utf-16-be")
        return (
            b"mluc"
            + bytes(4)
            + (1).to_bytes(4)
            + (12).to_bytes(4)
            + b"enUS"
            + len(words).to_bytes(4)
            + (28).to_bytes(4)
            + words
        )
    if description:
        return b"desc" + bytes(4) + (len(text) + 1).to_bytes(4) + text + bytes(1 + 4 + 4 + 2 + 1 + 67)
    return b"text" + bytes(4) + text + b"\0"
