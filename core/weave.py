"""The weave: a pattern of its own for each page, in the spirit of Kenyan baskets and cloth, drawn from the page's slug.

The same slug always gives the same pattern. It is drawn as SVG inside the page (no request, and its colours are those
of the page's scheme) and with Pillow for the pictures that are shown when a page is shared (core.share).
"""

import functools
import hashlib
from itertools import chain

from django.utils.safestring import mark_safe

SIZE = 13  # cells a side; odd, so that a medallion has a middle
MIDDLE = SIZE // 2
GROUND, CLAY, OCHRE, INK = range(4)

# A medallion is made of rings around a heart; what a ring is decides its shape. x and y are distances from the middle.
SHAPES = [
    lambda x, y: x + y,  # diamonds
    lambda x, y: max(x, y),  # squares
    lambda x, y: abs(x - y),  # arrows that meet
    lambda x, y: min(x, y),  # a cross
    lambda x, y: x + y // 2,  # tall diamonds
    lambda x, y: y + x // 2,  # broad diamonds
    lambda x, y: max(x, y) + min(x, y) // 2,  # shields
    lambda x, y: x,  # pillars
    lambda x, y: y,  # beams
    lambda x, y: max(x // 2, y // 2) * 2 + (x // 2 + y // 2) % 2,  # steps
    lambda x, y: abs(2 * x - y),  # an hourglass
]
RINGS = [
    (INK, INK, GROUND, CLAY, GROUND),
    (CLAY, CLAY, GROUND, OCHRE, OCHRE, GROUND),
    (OCHRE, GROUND, CLAY, CLAY),
    (INK, GROUND, OCHRE, OCHRE, GROUND),
    (CLAY, GROUND, INK, INK, OCHRE),
    (GROUND, CLAY, CLAY, OCHRE),
    (INK, INK, CLAY, GROUND, GROUND),
]
HEARTS = [
    lambda x, y: x + y < 6,
    lambda x, y: max(x, y) < 4,
    lambda x, y: max(x, y) + min(x, y) // 2 < 6,
    lambda x, y: x + y // 2 < 5,
]


SALT = "163"  # chosen so that the site's own areas, programmes and coalitions differ most (tests/core/test_weave.py)


def _numbers(word):
    return hashlib.sha256(f"{SALT} {word}".encode()).digest()


def cells(slug):
    """The medallion of a slug: SIZE rows of SIZE numbers (GROUND, CLAY, OCHRE, INK)."""
    numbers = _numbers(slug)
    inside = numbers[0] % len(SHAPES)
    outside = (inside + 1 + numbers[1] % (len(SHAPES) - 1)) % len(SHAPES)
    heart = HEARTS[numbers[2] % len(HEARTS)]
    inner, outer = RINGS[numbers[3] % len(RINGS)], RINGS[numbers[4] % len(RINGS)]

    def cell(x, y):
        shape, rings, turn = (inside, inner, numbers[5]) if heart(x, y) else (outside, outer, numbers[6])
        return rings[(SHAPES[shape](x, y) + turn) % len(rings)]

    distances = [abs(place - MIDDLE) for place in range(SIZE)]
    return [[cell(x, y) for x in distances] for y in distances]


def difference(one, other):
    """How much of two medallions differs, from 0 to 1."""
    pairs = zip(chain(*cells(one)), chain(*cells(other)), strict=True)
    return sum(a != b for a, b in pairs) / SIZE**2


def _paths(grid):
    """The cells as threads: a `<path>` for each colour (styled in weave.css), a stroke for each run in a row."""
    found = []
    for colour, name in ((CLAY, "a"), (OCHRE, "b"), (INK, "c")):
        drawn = ""
        for number, row in enumerate(grid):
            start = None
            for column, cell in enumerate([*row, None]):
                if cell == colour and start is None:
                    start = column
                elif cell != colour and start is not None:
                    drawn += f"M{start} {number}.5h{column - start}"
                    start = None
        found.append(f'<path class="{name}" d="{drawn}"/>' if drawn else "")
    return "".join(found)


@functools.lru_cache(maxsize=512)
def tile(slug):
    """One medallion as a small SVG."""
    box = f'width="68" height="68" viewBox="0 0 {SIZE} {SIZE}"'  # its size where the style sheet has not arrived
    return mark_safe(f'<svg class="weave" {box} aria-hidden="true" focusable="false">{_paths(cells(slug))}</svg>')


def bands(slug, height):
    """A cloth from top to bottom: (kind, what, height) until `height` is reached.

    A band is `("stripe", colour, pixels)` or `("row", slug of its medallion, pixels of one cell)`: wide and fine rows
    between stripes, as on a kikoi.
    """
    numbers = _numbers(f"{slug} cloth")
    scales = [(9, 3, 6), (8, 3, 5), (10, 3, 6), (7, 3, 8)][numbers[0] % 4]
    colours = [(CLAY, INK, OCHRE), (INK, OCHRE, CLAY), (OCHRE, CLAY, INK)][numbers[1] % 3]
    found, total, turn = [], 0, 0
    while total < height:
        scale, colour = scales[turn % 3], colours[turn % 3]
        medallion = slug if turn % 3 == 0 else f"{slug} {turn % 3}"
        part = [
            ("stripe", colour, (10, 36, 6)[turn % 3]),
            ("stripe", GROUND, 4),
            ("row", medallion, scale),
            ("stripe", GROUND, 4),
            ("stripe", colours[(turn + 1) % 3], 4),
            ("stripe", GROUND, 4),
        ]
        total += sum(SIZE * size if kind == "row" else size for kind, _what, size in part)
        found += part
        turn += 1
    return found


@functools.lru_cache(maxsize=256)
def cloth(slug, height=560, name="weave"):
    """A cloth as an SVG without a size of its own: as wide and high as it is shown, threads always of the same size.

    Args:
        name: begins the ids of its patterns; no other cloth on the page has it.
    """
    patterns, shapes, top = {}, "", 0
    for kind, what, size in bands(slug, height):
        if kind == "stripe":
            if what != GROUND:
                shapes += f'<rect class="{"-abc"[what]}" y="{top}" width="100%" height="{size}"/>'
            top += size
            continue
        if (what, size) not in patterns:  # a medallion's last column is the next one's first: the row has no seam
            patterns[what, size] = (
                f'<pattern id="{name}-{len(patterns)}" width="{SIZE - 1}" height="{SIZE}" '
                f'patternUnits="userSpaceOnUse" patternTransform="scale({size})">{_paths(cells(what))}</pattern>'
            )
        place = list(patterns).index((what, size))
        shapes += f'<svg y="{top}"><rect fill="url(#{name}-{place})" width="100%" height="{SIZE * size}"/></svg>'
        top += SIZE * size
    return mark_safe(
        f'<svg class="weave" aria-hidden="true" focusable="false">{"".join(patterns.values())}{shapes}</svg>'
    )
