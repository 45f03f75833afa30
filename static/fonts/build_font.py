#!/usr/bin/env python3
"""Build young-serif.woff2, the display face, from the npm package @fontsource/young-serif (SIL Open Font License).

Run by hand, only when a letter is missing or the package is updated; the result is committed:

    cd /tmp && npm pack @fontsource/young-serif@5.3.0 && tar xzf fontsource-young-serif-5.3.0.tgz
    pip install fonttools brotli
    python static/fonts/build_font.py /tmp/package

It keeps what English and Kiswahili are written with, typographic marks, and the accents of names that appear in both.
"""

import string
import sys
from pathlib import Path

from fontTools import subset

HERE = Path(__file__).resolve().parent
SOURCE = "files/young-serif-latin-400-normal.woff2"
LETTERS = string.ascii_letters + string.digits + string.punctuation + " \u00a0‘’“”«»–—…·•ʼ×§éèêëáàâíóöüçñÉ°½€£"


def build(package):
    options = subset.Options(flavor="woff2", hinting=False, layout_features=["kern", "liga", "lnum"])
    font = subset.load_font(package / SOURCE, options)
    for table in font["cmap"].tables:
        # The apostrophe of ng’ombe has a code point of its own in careful Kiswahili; the face draws it as ’.
        table.cmap.setdefault(0x02BC, table.cmap[0x2019])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=LETTERS)
    subsetter.subset(font)
    subset.save_font(font, HERE / "young-serif.woff2", options)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    build(Path(sys.argv[1]))
    print(f"young-serif.woff2: {(HERE / 'young-serif.woff2').stat().st_size} bytes")
