#!/usr/bin/env python3
"""Build icons.svg, the one icon sprite of the site, from the npm package lucide-static.

Run by hand, only when an icon is added or the package is updated; the result is committed:

    cd /tmp && npm pack lucide-static@1.62.0 && tar xzf lucide-static-1.62.0.tgz
    python static/img/build_icons.py /tmp/package

Use in a template:

    {% icon "phone" %}

The names on the left are ours and stay: templates and the admin's choice of icons rely on them. The right side may
change. Colour comes from the text (currentColor), size from CSS. Standard library only.
"""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

VERSION = "1.62.0"
HERE = Path(__file__).resolve().parent
STROKE_WIDTH = "1.75"  # a little lighter than Lucide's 2: it sits better beside the display face

# our name -> Lucide's name
SERVICE_AREAS = {
    "forensic": "ruler",  # the scale that lies beside an injury in a forensic photograph
    "rehabilitation": "heart-handshake",
    "litigation": "scale",
    "advocacy": "megaphone",
    "capacity": "blocks",
    "monitoring": "clipboard-check",
    "research": "book-open-text",
    "empowerment": "store",
    # choices for an area that does not exist yet
    "community": "users-round",
    "children": "baby",
    "health": "stethoscope",
    "education": "graduation-cap",
    "shield": "shield",
    "voice": "mic",
    "housing": "house",
    "training": "presentation",
}
INTERFACE = {
    "phone": "phone",
    "mail": "mail",
    "map-pin": "map-pin",
    "clock": "clock",
    "search": "search",
    "menu": "menu",
    "close": "x",
    "arrow-right": "arrow-right",
    "arrow-left": "arrow-left",
    "external": "external-link",
    "document": "file-text",
    "download": "download",
    "exit": "log-out",
    "calendar": "calendar-days",
    "chevron-down": "chevron-down",
    "chevron-right": "chevron-right",
    "plus": "plus",
    "minus": "minus",
    "info": "info",
    "warning": "triangle-alert",
    "language": "globe",  # not "languages", which shows a Chinese character
    "quote": "quote",
    "print": "printer",
    "feed": "rss",
    "give": "hand-heart",
    "check": "check",
}

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"path", "circle", "ellipse", "rect", "line", "polyline", "polygon"}


def symbol(name, source):
    """One <symbol>: only plain shapes are taken over, never a script, a style, a link or an event attribute."""
    shapes = []
    for element in ElementTree.fromstring(source):
        tag = element.tag.removeprefix(SVG)
        if tag not in SHAPES:
            raise SystemExit(f"{name}: unexpected <{tag}> in the source icon")
        attributes = "".join(f' {key}="{value}"' for key, value in element.attrib.items() if not key.startswith("on"))
        shapes.append(f"<{tag}{attributes}/>")
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24"><g fill="none" stroke="currentColor" stroke-width="{STROKE_WIDTH}" '
        f'stroke-linecap="round" stroke-linejoin="round">{"".join(shapes)}</g></symbol>'
    )


def build(package):
    found = re.search(r'"version":\s*"([^"]+)"', (package / "package.json").read_text(encoding="utf-8"))
    if not found or found[1] != VERSION:
        raise SystemExit(f"expected lucide-static {VERSION}, found {found and found[1]}: update VERSION and look again")
    symbols = [
        symbol(name, (package / "icons" / f"{lucide}.svg").read_text(encoding="utf-8"))
        for name, lucide in (SERVICE_AREAS | INTERFACE).items()
    ]
    head = f"<!-- Lucide {VERSION}, ISC licence, see ICONS-LICENSE.txt. Built by build_icons.py, do not edit. -->"
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join([head, *symbols]) + "\n</svg>\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sprite = build(Path(sys.argv[1]))
    (HERE / "icons.svg").write_text(sprite, encoding="utf-8")
    print(f"icons.svg: {len(SERVICE_AREAS) + len(INTERFACE)} symbols, {len(sprite)} bytes")
