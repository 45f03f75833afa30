"""The colours of the style sheet, read from it: for the styleguide, the pictures for sharing, the test of contrast."""

import functools
import re

from django.conf import settings

TOKENS = settings.BASE_DIR / "static" / "css" / "parts" / "02-tokens.css"


@functools.cache
def colours():
    """{"light": {token: "#rrggbb"}, "dark": {…}}; a token that is the same in both stands in both."""
    light, dark = TOKENS.read_text("utf-8").split("prefers-color-scheme: dark", 1)
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", part)) for part in (light, dark)]
    whole = [{name: _long(value) for name, value in scheme.items()} for scheme in found]
    return {"light": whole[0], "dark": {**whole[0], **whole[1]}}


def _long(value):
    return value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])


def contrast(one, other):
    """The contrast of two colours (`#rrggbb`), as WCAG counts it: 1 to 21."""
    darker, lighter = sorted([_luminance(one), _luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
