#!/usr/bin/env python3
"""Draw the pictures of this folder, in one style and without a single photograph.

    python content/pictures/draw.py                  all of them
    python content/pictures/draw.py county-road      one, or several

Each picture is a function that writes an SVG; Chromium (through Playwright, which the tests use anyway) renders it at
twice the size, Pillow brings it down to 1600 x 1067, lays paper and ink over it and saves WebP of at most 120 kB.
All chance is seeded by the picture's name: the same Chromium and Pillow give the same bytes again. CHROMIUM in the
environment names another browser. After a change look at the result, and correct the text in pictures.yaml: it says
what the drawing shows.

The rules of the style: ink, paper, clay, ochre, pine and their mixtures; light from the upper left; a woven pattern
and a forensic scale bar somewhere in each picture; printed dots only on plain surfaces (they weigh most in the file);
no faces, no wounds, no weapons, no letters or figures that could be read as data.
"""

import math
import os
import random
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

HERE = Path(__file__).resolve().parent
W, H = 1600, 1067
QUALITY = 82  # at most; lowered until the file is small enough
LIMIT = 120_000
DOTS = 0.5  # how strongly the printed dots show; they are what weighs in the file
GRAIN = 0.5  # size of the printed dots: higher is finer
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

# ---------------------------------------------------------------- colours


def mix(a, b, t):
    pair = zip((int(a[i : i + 2], 16) for i in (1, 3, 5)), (int(b[i : i + 2], 16) for i in (1, 3, 5)), strict=True)
    return "#" + "".join(f"{round(x + (y - x) * t):02x}" for x, y in pair)


INK, PAPER, CLAY, OCHRE, PINE = "#17231f", "#fbf6ec", "#9c4421", "#e2a33c", "#1c3b36"
CREAM = mix(PAPER, OCHRE, 0.16)
SAND = mix(PAPER, OCHRE, 0.32)
STRAW = mix(PAPER, OCHRE, 0.62)
HONEY = mix(OCHRE, CLAY, 0.28)
TERRA = mix(CLAY, OCHRE, 0.32)
BLUSH = mix(PAPER, CLAY, 0.28)
ROSE = mix(PAPER, CLAY, 0.55)
UMBER = mix(CLAY, INK, 0.5)
BARK = mix(CLAY, INK, 0.72)
MOSS = mix(PINE, OCHRE, 0.3)
FERN = mix(PINE, OCHRE, 0.52)
SAGE = mix(PINE, PAPER, 0.45)
MIST = mix(PINE, PAPER, 0.7)
HAZE = mix(mix(PINE, PAPER, 0.86), OCHRE, 0.1)

# ---------------------------------------------------------------- points and paths


def lerp(a, b, t):
    return a + (b - a) * t


def smooth(pts, n=14, closed=False):
    """Catmull-Rom through the points, as a dense line."""
    out = []
    m = len(pts)
    for i in range(m if closed else m - 1):
        p = [pts[(i + k) % m] if closed else pts[min(max(i + k, 0), m - 1)] for k in (-1, 0, 1, 2)]
        for j in range(n):
            t = j / n
            out.append(
                tuple(
                    0.5
                    * (
                        2 * p[1][c]
                        + (p[2][c] - p[0][c]) * t
                        + (2 * p[0][c] - 5 * p[1][c] + 4 * p[2][c] - p[3][c]) * t * t
                        + (3 * p[1][c] - p[0][c] - 3 * p[2][c] + p[3][c]) * t**3
                    )
                    for c in (0, 1)
                )
            )
    if not closed:
        out.append(tuple(pts[-1]))
    return out


def ellipse(cx, cy, rx, ry=None, a0=0.0, a1=360.0, n=72):
    ry = rx if ry is None else ry
    return [
        (cx + rx * math.cos(math.radians(a)), cy + ry * math.sin(math.radians(a)))
        for a in (lerp(a0, a1, i / n) for i in range(n + (a1 - a0 < 360)))
    ]


def rrect(x, y, w, h, r, n=6):
    """Rounded rectangle; r is one radius or four (top left, top right, bottom right, bottom left)."""
    r = (r,) * 4 if isinstance(r, (int, float)) else r
    out = []
    for (cx, cy, a), q in zip(
        (
            (x + r[0], y + r[0], 180),
            (x + w - r[1], y + r[1], 270),
            (x + w - r[2], y + h - r[2], 0),
            (x + r[3], y + h - r[3], 90),
        ),
        r,
        strict=True,
    ):
        out += ellipse(cx, cy, q, q, a, a + 90, n) if q else [(cx, cy)]
    return out


def rect(x, y, w, h):
    return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]


def turn(pts, degrees, cx=0, cy=0):
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(cx + (x - cx) * c - (y - cy) * s, cy + (x - cx) * s + (y - cy) * c) for x, y in pts]


def shift(pts, dx, dy):
    return [(x + dx, y + dy) for x, y in pts]


def hull(pts):
    pts = sorted({(round(x, 2), round(y, 2)) for x, y in pts})

    def half(seq):
        out = []
        for p in seq:
            while (
                len(out) > 1
                and (out[-1][0] - out[-2][0]) * (p[1] - out[-2][1]) - (out[-1][1] - out[-2][1]) * (p[0] - out[-2][0])
                <= 0
            ):
                out.pop()
            out.append(p)
        return out[:-1]

    return half(pts) + half(reversed(pts))


def ribbon(pts, width):
    """A line with thickness, as an outline; width is a number or a function of 0..1 along the line."""
    left, right = [], []
    n = len(pts)
    for i, (x, y) in enumerate(pts):
        (ax, ay), (bx, by) = pts[max(i - 1, 0)], pts[min(i + 1, n - 1)]
        length = math.hypot(bx - ax, by - ay) or 1
        w = (width(i / (n - 1)) if callable(width) else width) / 2
        nx, ny = -(by - ay) / length * w, (bx - ax) / length * w
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return left + right[::-1]


def path(pts, closed=True):
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in pts) + ("z" if closed else "")


# ---------------------------------------------------------------- woven rows

MOTIFS = {
    "tri": [[(0, 1), (0.5, 0), (1, 1)]],
    "trid": [[(0, 0), (1, 0), (0.5, 1)]],
    "dia": [[(0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)]],
    "eye": [[(0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)], [(0.5, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.5)]],
    "check": [[(0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5)], [(0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1)]],
    "zig": [[(0, 0.62), (0.5, 0), (1, 0.62), (1, 1), (0.5, 0.38), (0, 1)]],
    "bar": [[(0, 0), (0.5, 0), (0.5, 1), (0, 1)]],
    "slant": [[(0, 1), (0.4, 0), (0.9, 0), (0.5, 1)]],
    "step": [
        [(0, 1), (0, 0.67), (0.17, 0.67), (0.17, 0.33), (0.33, 0.33), (0.33, 0)]
        + [(0.67, 0), (0.67, 0.33), (0.83, 0.33), (0.83, 0.67), (1, 0.67), (1, 1)]
    ],
    "hour": [[(0, 0), (1, 0), (0.5, 0.5)], [(0, 1), (0.5, 0.5), (1, 1)]],
    "dot": [[(0.5, 0.2), (0.72, 0.5), (0.5, 0.8), (0.28, 0.5)]],
    "plain": [],
}


def quad(p00, p10, p11, p01):
    """Map the unit square onto four corners (bilinear)."""

    def f(u, v):
        return tuple(
            p00[c] * (1 - u) * (1 - v) + p10[c] * u * (1 - v) + p11[c] * u * v + p01[c] * (1 - u) * v for c in (0, 1)
        )

    return f


def disc(cx, cy, rx, ry, r0=0.0, start=0.0):
    """Map u to the angle and v to the radius (0 = rim): round rugs and basket bottoms."""

    def f(u, v):
        a, r = math.radians(start + u * 360), lerp(1, r0, v)
        return cx + rx * r * math.cos(a), cy + ry * r * math.sin(a)

    return f


class Picture:
    def __init__(self, name):
        self.name, self.defs, self.body, self.ids = name, [], [], 0
        self.random = random.Random("imlu " + name)
        self.filters = {}

    def uid(self):
        self.ids += 1
        return f"i{self.ids}"

    def add(self, text):
        self.body.append(text)

    # ---- shapes

    def cut(self, pts, amount=1.0):
        """Edges a little uneven, as cut with a knife. Short edges stay as they are."""
        if not amount:
            return pts
        out = []
        for (ax, ay), (bx, by) in zip(pts, pts[1:] + pts[:1], strict=True):
            out.append((ax, ay))
            length = math.hypot(bx - ax, by - ay)
            for i in range(1, int(length // 45)):
                t = i / (length // 45)
                d = self.random.uniform(-amount, amount)
                out.append((lerp(ax, bx, t) - (by - ay) / length * d, lerp(ay, by, t) + (bx - ax) / length * d))
        return out

    def shape(self, pts, fill, wobble=1.0, opacity=None, clip=None):
        d = path(self.cut(pts, wobble))
        extra = (f' opacity="{opacity}"' if opacity is not None else "") + (
            f' clip-path="url(#{clip})"' if clip else ""
        )
        self.add(f'<path d="{d}" fill="{fill}"{extra}/>')
        return d

    def line(self, pts, color, width, cap="round", opacity=None, clip=None):
        extra = (f' opacity="{opacity}"' if opacity is not None else "") + (
            f' clip-path="url(#{clip})"' if clip else ""
        )
        self.add(
            f'<path d="{path(pts, False)}" fill="none" stroke="{color}" stroke-width="{width}" '
            f'stroke-linecap="{cap}" stroke-linejoin="round"{extra}/>'
        )

    def clip(self, *outlines):
        i = self.uid()
        inner = "".join(f'<path d="{o if isinstance(o, str) else path(o)}"/>' for o in outlines)
        self.defs.append(f'<clipPath id="{i}">{inner}</clipPath>')
        return i

    def fade(self, color, start, end, a0=1.0, a1=0.0, mid=None):
        i = self.uid()
        stops = [(0, a0), (1, a1)] if mid is None else [(0, a0), mid, (1, a1)]
        self.defs.append(
            f'<linearGradient id="{i}" gradientUnits="userSpaceOnUse" x1="{start[0]:.1f}" y1="{start[1]:.1f}" '
            f'x2="{end[0]:.1f}" y2="{end[1]:.1f}">'
            + "".join(f'<stop offset="{o}" stop-color="{color}" stop-opacity="{a}"/>' for o, a in stops)
            + "</linearGradient>"
        )
        return f"url(#{i})"

    def glow(self, color, cx, cy, r, a0=1.0, a1=0.0):
        i = self.uid()
        self.defs.append(
            f'<radialGradient id="{i}" gradientUnits="userSpaceOnUse" cx="{cx}" cy="{cy}" r="{r}">'
            f'<stop offset="0" stop-color="{color}" stop-opacity="{a0}"/>'
            f'<stop offset="1" stop-color="{color}" stop-opacity="{a1}"/></radialGradient>'
        )
        return f"url(#{i})"

    def stipple(self, color):
        """A filter that turns transparency into printed dots of one colour."""
        if color not in self.filters:
            i = self.filters[color] = self.uid()
            self.defs.append(
                f'<filter id="{i}" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB">'
                f'<feTurbulence type="fractalNoise" baseFrequency="{GRAIN}" numOctaves="2" seed="{len(self.filters)}"/>'
                '<feColorMatrix values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  2.6 0 0 0 -.8" result="n"/>'
                '<feComposite in="SourceAlpha" in2="n" operator="arithmetic" k1="0" k2="1" k3="1" k4="-1"/>'
                '<feComponentTransfer result="t"><feFuncA type="linear" slope="5"/></feComponentTransfer>'
                f'<feFlood flood-color="{color}"/><feComposite in2="t" operator="in"/></filter>'
            )
        return self.filters[color]

    def grain(self, pts, color, start, end, a0=0.7, a1=0.0, opacity=0.6, clip=None, mid=None):
        """Shade a shape with dots, dense at start and thin at end."""
        self.soft(pts, color, self.fade(color, start, end, a0, a1, mid), opacity, clip)

    def soft(self, pts, color, paint, opacity=0.6, clip=None):
        d = pts if isinstance(pts, str) else path(pts)
        self.add(
            (f'<g clip-path="url(#{clip})">' if clip else "<g>")
            + f'<path d="{d}" fill="{paint}" filter="url(#{self.stipple(color)})" opacity="{opacity}"/></g>'
        )

    # ---- cloth

    def weave(self, f, rows, cells, ground=None, jitter=0.5, parts=1, clip=None):
        """Woven rows. f maps the unit square to the picture; each row is (motif, height, colour, ground, factor).

        factor multiplies the number of cells in that row. parts cuts long edges where f bends."""
        total = sum(r[1] for r in rows)
        v = 0.0
        self.add(f'<g clip-path="url(#{clip})">' if clip else "<g>")
        for row in rows:
            motif, height, color, back = row[:4]
            n = round(cells * (row[4] if len(row) > 4 else 1))
            v0, v1 = v / total, (v + height) / total
            v += height
            back = back or ground
            if back:
                k = max(1, parts * cells // 4)
                us = [i / k for i in range(k + 1)]
                edge = [f(u, v0) for u in us] + [f(u, v1) for u in reversed(us)]
                self.add(f'<path d="{path(edge)}" fill="{back}" stroke="{back}" stroke-width=".7"/>')
            d = []
            for c in range(n):
                for poly in MOTIFS[motif]:
                    pts = []
                    for (ax, ay), (bx, by) in zip(poly, poly[1:] + poly[:1], strict=True):
                        for i in range(parts):
                            t = i / parts
                            x, y = f((c + lerp(ax, bx, t)) / n, lerp(v0, v1, lerp(ay, by, t)))
                            pts.append(
                                (x + self.random.uniform(-jitter, jitter), y + self.random.uniform(-jitter, jitter))
                            )
                    d.append(path(pts))
            if d:
                self.add(f'<path fill-rule="evenodd" d="{"".join(d)}" fill="{color}"/>')
        self.add("</g>")

    def ruler(self, f, cells, dark=INK, light=PAPER, edge=0.12):
        """The scale bar of a forensic photograph: dark and light fields between two thin lines."""
        rows = [("plain", edge, dark, dark), ("bar", 1 - 2 * edge, dark, light), ("plain", edge, dark, dark)]
        self.weave(f, rows, cells, jitter=0.25)

    def fringe(self, a, b, n, length, colors, width=2.2, lean=0.0):
        for i in range(n):
            x, y = lerp(a[0], b[0], (i + 0.5) / n), lerp(a[1], b[1], (i + 0.5) / n)
            end = (x + lean + self.random.uniform(-2, 2), y + length * self.random.uniform(0.82, 1.08))
            self.line([(x, y), end], colors[i % len(colors)], width)

    # ---- result

    def svg(self):
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{W}" height="{H}" viewBox="0 0 {W} {H}">'
            f"<defs>{''.join(self.defs)}</defs>{''.join(self.body)}</svg>"
        )


PICTURES = {}


def picture(draw):
    PICTURES[draw.__name__.replace("_", "-")] = draw
    return draw


# ---------------------------------------------------------------- a small camera, for rooms


class Camera:
    """Looks from eye to target, z is up; zoom is the picture width of one unit at distance one."""

    def __init__(self, eye, target, zoom, centre=(W / 2, H / 2)):
        self.eye, self.zoom, self.centre = eye, zoom, centre
        d = [t - e for t, e in zip(target, eye, strict=True)]
        n = math.sqrt(sum(x * x for x in d))
        self.d = [x / n for x in d]
        r = (self.d[1], -self.d[0], 0)
        n = math.hypot(r[0], r[1])
        self.r = (r[0] / n, r[1] / n, 0)
        d, r = self.d, self.r
        self.u = (r[1] * d[2] - r[2] * d[1], r[2] * d[0] - r[0] * d[2], r[0] * d[1] - r[1] * d[0])

    def depth(self, p):
        return sum((a - e) * k for a, e, k in zip(p, self.eye, self.d, strict=True))

    def __call__(self, x, y, z=0.0):
        v = (x - self.eye[0], y - self.eye[1], z - self.eye[2])
        depth = sum(a * k for a, k in zip(v, self.d, strict=True))
        right = sum(a * k for a, k in zip(v, self.r, strict=True))
        up = sum(a * k for a, k in zip(v, self.u, strict=True))
        return self.centre[0] + self.zoom * right / depth, self.centre[1] - self.zoom * up / depth

    def face(self, *pts):
        return [self(*p) for p in pts]


LIGHT = (0.62, 0.28, -0.74)  # falls to the right, a little away from us, and down


def box(x, y, z, w, d, h, angle=0, about=None):
    """A box by its lowest corner and size, turned about a point of the floor. Returns six faces with normals."""
    about = about or (x + w / 2, y + d / 2)

    def p(i, j, k):
        ((a, b),) = turn([(x + i * w, y + j * d)], angle, *about)
        return a, b, z + k * h

    def n(i, j):
        ((a, b),) = turn([(i, j)], angle)
        return a, b, 0

    return [
        ([p(0, 0, 0), p(1, 0, 0), p(1, 0, 1), p(0, 0, 1)], n(0, -1)),
        ([p(1, 0, 0), p(1, 1, 0), p(1, 1, 1), p(1, 0, 1)], n(1, 0)),
        ([p(1, 1, 0), p(0, 1, 0), p(0, 1, 1), p(1, 1, 1)], n(0, 1)),
        ([p(0, 1, 0), p(0, 0, 0), p(0, 0, 1), p(0, 1, 1)], n(-1, 0)),
        ([p(0, 0, 1), p(1, 0, 1), p(1, 1, 1), p(0, 1, 1)], (0, 0, 1)),
        ([p(0, 1, 0), p(1, 1, 0), p(1, 0, 0), p(0, 0, 0)], (0, 0, -1)),
    ]


def draw_faces(pic, cam, solids, wobble=0.6):
    """solids: (faces, (light, middle, dark)) each convex; painted from far to near."""

    def far(solid):
        pts = [p for face, _ in solid[0] for p in face]
        return -sum(cam.depth(p) for p in pts) / len(pts)

    for faces, (light, middle, dark) in sorted(solids, key=far):
        for pts, normal in faces:
            centre = [sum(p[i] for p in pts) / len(pts) for i in range(3)]
            if sum(n * (e - c) for n, e, c in zip(normal, cam.eye, centre, strict=True)) <= 0:
                continue
            lit = -sum(a * b for a, b in zip(normal, LIGHT, strict=True))
            color = light if lit > 0.5 else middle if lit > 0.0 else dark
            flat = cam.face(*pts)
            pic.add(
                f'<path d="{path(flat)}" fill="{color}" stroke="{color}" stroke-width=".8" stroke-linejoin="round"/>'
            )


def floor_shadow(cam, faces, floor=0.0):
    pts = []
    for face, _ in faces:
        for x, y, z in face:
            k = (z - floor) / -LIGHT[2]
            pts.append(cam(x + LIGHT[0] * k, y + LIGHT[1] * k, floor))
    return hull(pts)


# ---------------------------------------------------------------- the pictures
# Lists of points are packed by hand, not by the formatter.
# fmt: off


def window_light(p, panes, color=PINE, strength=0.42, tint=(OCHRE, 0.10)):
    """Everything outside the panes lies in shade."""
    holes = "".join(path(q) for q in panes)
    p.add(
        f'<path d="{path(rect(-5, -5, W + 10, H + 10))}{holes}" fill="{color}" fill-rule="evenodd" '
        f'opacity="{strength}" style="mix-blend-mode:multiply"/>'
    )
    for q in panes:
        p.add(f'<path d="{path(q)}" fill="{tint[0]}" opacity="{tint[1]}"/>')


def writing(p, x, y, length, angle=0.0, color=INK, size=5.0, width=2.2):
    """A line that looks like handwriting and says nothing."""
    pts, t = [], 0.0
    while t < length:
        gap = p.random.random() < 0.14
        if gap and len(pts) > 4:
            p.line(turn(smooth(pts, 4), angle, x, y), color, width, opacity=0.85)
            pts = []
            t += size * 1.6
        pts.append((x + t, y - p.random.uniform(-0.2, 1.0) * size * (1.7 if p.random.random() < 0.12 else 1)))
        t += size * p.random.uniform(0.5, 0.95)
    p.line(turn(smooth(pts, 4), angle, x, y), color, width, opacity=0.85)


@picture
def clinic_table(p):
    # boards of the table
    wood = mix(TERRA, OCHRE, 0.25)
    p.shape(rect(-5, -5, W + 10, H + 10), wood, 0)
    y = -40
    for i in range(8):
        h = (150, 172, 138, 160)[i % 4]
        p.shape(rect(-5, y, W + 10, h), mix(wood, (CLAY, OCHRE)[i % 2], (0.16, 0.12, 0.05, 0.2)[i % 4]), 0)
        for k in range(7):
            a = y + h * (k + 0.7) / 7.4
            bend = p.random.uniform(-8, 8)
            x0, x1 = p.random.uniform(-200, 700), p.random.uniform(800, 1800)
            p.line(smooth([(x0, a), ((x0 + x1) / 2, a + bend), (x1, a)], 10), UMBER, 1.6, opacity=0.22)
        p.line([(-5, y), (W + 5, y)], UMBER, 3.5, opacity=0.7)
        y += h
    # the cloth, across the right side
    a, b = 1190, 1480

    def cloth(u, v):
        return a + (b - a) * u + 40 - 70 * v, -20 + 1110 * v

    p.shape([cloth(1, 0), (cloth(1, 0)[0] + 16, -20), (cloth(1, 1)[0] + 16, 1090), cloth(1, 1)], INK, 0, 0.35)
    unit = [
        ("plain", 20, INK, PAPER), ("tri", 34, CLAY, PAPER), ("plain", 9, CLAY, CLAY), ("dia", 44, OCHRE, PINE),
        ("plain", 9, CLAY, CLAY), ("trid", 34, CLAY, PAPER), ("plain", 22, INK, PAPER), ("plain", 7, INK, INK),
        ("zig", 34, INK, PAPER), ("plain", 7, INK, INK),
    ]
    p.weave(cloth, unit * 5, 9)
    for u in (0, 1):
        p.line([cloth(u, 0), cloth(u, 1)], UMBER, 3, opacity=0.6)
    # mug of tea
    cx, cy = 1330, 230
    p.shape(ellipse(cx + 38, cy + 30, 118, 112), INK, 0, 0.42)
    p.line(smooth([(cx + 84, cy - 52), (cx + 160, cy - 66), (cx + 168, cy + 2), (cx + 92, cy + 28)], 10), PAPER, 24)
    p.line(smooth([(cx + 84, cy - 52), (cx + 160, cy - 66), (cx + 168, cy + 2), (cx + 92, cy + 28)], 10), SAND, 8)
    p.shape(ellipse(cx, cy, 112), PAPER, 0)
    p.line(ellipse(cx, cy, 108) + [(cx + 108, cy)], CLAY, 8)
    p.shape(ellipse(cx, cy, 92), mix(PAPER, PINE, 0.22), 0)
    p.shape(ellipse(cx + 2, cy + 3, 85), mix(TERRA, STRAW, 0.35), 0)
    p.grain(ellipse(cx + 2, cy + 3, 85), UMBER, (cx - 85, cy - 60), (cx + 30, cy + 20), 0.85, 0, 0.8)
    p.line(ellipse(cx, cy, 66, 66, 200, 262, 12), PAPER, 4, opacity=0.6)
    # notebook
    nx, ny, nw, nh, ang = 230, 290, 690, 500, -7.0
    c = (nx + nw / 2, ny + nh / 2)

    def n(pts):
        return turn(pts, ang, *c)

    p.shape(shift(n(rrect(nx - 14, ny - 12, nw + 28, nh + 26, 14)), 30, 34), INK, 0, 0.42)
    p.shape(n(rrect(nx - 14, ny - 12, nw + 28, nh + 26, 14)), PINE, 1)
    for k in range(3):
        p.shape(
            n(rrect(nx - 3 * k + 4, ny + 3 * k - 4, nw + 6 * k - 8, nh, 8)),
            (mix(PAPER, INK, 0.16), mix(PAPER, INK, 0.08), PAPER)[k], 0,
        )
    p.shape(n(rect(nx + nw / 2, ny + 1, 46, nh - 1)), UMBER, 0, 0.12)
    p.shape(n(rect(nx + nw / 2 - 20, ny + 1, 42, nh - 1)), UMBER, 0, 0.16)
    for i in range(14):
        yy = ny + 74 + i * 30
        p.line(n([(nx + 34, yy), (nx + nw / 2 - 34, yy)]), SAGE, 1.4, opacity=0.8)
        if i not in (4, 9, 12, 13):
            x, q = n([(nx + 40, yy - 4)])[0]
            writing(p, x, q, (250, 228, 262, 170, 0, 250, 210, 244, 120, 0, 258, 196)[i], ang)
    p.line(n([(nx + 78, ny + 20), (nx + 78, ny + nh - 20)]), ROSE, 1.8)
    # right page: a print with a scale, and boxes to tick
    px, py = nx + nw / 2 + 62, ny + 52
    p.shape(shift(n(rect(px - 8, py - 8, 226, 186)), 5, 7), INK, 0, 0.25)
    p.shape(n(rect(px - 8, py - 8, 226, 186)), "#fffdf8", 0)
    p.shape(n(rect(px, py, 210, 170)), SAGE, 0)
    leaf = smooth(
        [
            (px + 30, py + 96), (px + 74, py + 40), (px + 140, py + 34), (px + 184, py + 66), (px + 132, py + 106),
            (px + 76, py + 116),
        ],
        8, True,
    )
    p.shape(n(leaf), PINE, 0)
    p.line(n(smooth([(px + 30, py + 96), (px + 100, py + 74), (px + 184, py + 66)], 8)), SAGE, 2.5)
    for t in (0.25, 0.42, 0.6, 0.76):
        x0, y0 = px + lerp(30, 184, t), py + lerp(94, 66, t) - 4
        p.line(n([(x0, y0), (x0 + 20, y0 - 22)]), SAGE, 1.8)
        p.line(n([(x0, y0), (x0 + 26, y0 + 16)]), SAGE, 1.8)
    p.ruler(quad(*n(rect(px + 14, py + 138, 182, 18))), 9)
    for i in range(6):
        yy = py + 214 + i * 36
        p.line(n(rect(px, yy, 19, 19) + [(px, yy)]), INK, 2.4)
        if i in (0, 1, 3):
            p.line(n([(px + 4, yy + 9), (px + 9, yy + 15), (px + 21, yy - 4)]), CLAY, 4)
        x, q = n([(px + 36, yy + 17)])[0]
        writing(p, x, q, (160, 184, 132, 174, 150, 120)[i], ang)
    # rings of the binding
    for i in range(16):
        yy = ny + 24 + i * 30
        p.line(n(smooth([(nx + nw / 2 - 15, yy), (nx + nw / 2, yy - 7), (nx + nw / 2 + 15, yy)], 5)), INK, 5)
        p.line(
            n(smooth([(nx + nw / 2 - 13, yy - 2), (nx + nw / 2, yy - 9), (nx + nw / 2 + 10, yy - 3)], 5)), STRAW, 1.6
        )
    # the angled scale of a forensic photograph
    scale_angle(p, 850, 560, 5.0)
    # pen
    pen = [(560, 890), (1010, 962)]
    tip = (1076, 972.5)
    p.shape(shift(ribbon([*pen, tip], lambda t: 28 * (1 - max(0, t - 0.6) * 1.5)), 18, 22), INK, 0, 0.4)
    p.shape(ribbon(pen, 30), CLAY, 0)
    p.shape(ribbon([(560, 884), (1010, 956)], 9), ROSE, 0, 0.75)
    p.shape(ribbon([(980, 957.2), (1012, 962.3)], 30), OCHRE, 0)
    p.shape([(1008, 947), (1006, 977), (1050, 974), (1052, 963)], INK, 0)
    p.shape([(1050, 974), (1052, 963), (1078, 972)], STRAW, 0)
    p.shape(ribbon([(556, 889.4), (590, 894.8)], 32), PINE, 0)
    p.shape(ribbon([(570, 873), (668, 889)], 8), PINE, 0)
    # stethoscope
    tube = smooth([(300, 118), (400, 132), (520, 96), (640, 116), (760, 150), (880, 118), (950, 56)], 16)
    arms = [
        smooth([(304, 116), (240, 92), (170, 40), (96, 34), (52, 66)], 12),
        smooth([(304, 120), (240, 150), (170, 196), (96, 194), (56, 158)], 12),
    ]
    for dx, dy, col, op in ((16, 22, INK, 0.38), (0, 0, STRAW, 1)):
        for arm in arms:
            p.line(shift(arm, dx, dy), col, 12, opacity=op)
            p.line(shift(arm[-4:], dx, dy), INK, 30, opacity=op)
    for arm in arms:
        p.line(shift(arm[:20], 0, 0), PINE, 17)
    for dx, dy, col, op in ((16, 22, INK, 0.38), (0, 0, PINE, 1)):
        p.line(shift(tube, dx, dy), col, 22, opacity=op)
    p.line(shift(tube, -2, -5), SAGE, 3.5, opacity=0.6)
    p.line([(884, 116), (930, 84)], INK, 26)
    p.line([(884, 112), (926, 82)], STRAW, 5)
    cx, cy = 958, 66
    p.shape(ellipse(cx + 20, cy + 26, 74), INK, 0, 0.4)
    p.shape(ellipse(cx, cy, 74), INK, 0)
    p.shape(ellipse(cx, cy, 66), STRAW, 0)
    p.shape(ellipse(cx, cy, 52), PAPER, 0)
    p.shape([*ellipse(cx, cy, 52, 52, -45, 135), *ellipse(cx - 12, cy - 12, 46, 46, -45, 135)[::-1]], UMBER, 0, 0.25)
    p.line(ellipse(cx, cy, 38, 38, 190, 250, 10), SAGE, 4)
    p.line(ellipse(cx, cy, 58, 58, 0, 359), HONEY, 4)

    # late light through a window with four panes
    def pane(x, y, w, h):
        def q(a, b):
            return 250 + a * 1.0 + b * 0.62, -160 + b * 1.02 - a * 0.16

        return [q(x, y), q(x + w, y), q(x + w, y + h), q(x, y + h)]

    window_light(p, [pane(x, y, 330, 520) for x in (-60, 310, 680) for y in (40, 610)], strength=0.44)


def scale_angle(p, x, y, angle):
    """The L-shaped scale: bars along the inner edges, a round target at each end and at the corner."""
    long, short, wide = 520, 370, 92

    def q(pts):
        return turn(shift(pts, x, y), angle, x, y)

    shape = [(0, -short + wide), (wide, -short + wide), (wide, 0), (long, 0), (long, wide), (0, wide)]
    p.shape(shift(q(shape), 20, 24), INK, 0, 0.42)
    p.shape(q(shape), "#fffdf8", 0)
    p.line(q(shape + shape[:1]), INK, 2.5)
    p.ruler(quad(*q([(wide + 24, 8), (long - 96, 8), (long - 96, 30), (wide + 24, 30)])), 10, edge=0.08)
    p.ruler(
        quad(*q([(wide - 8, -24), (wide - 8, -short + wide + 96), (wide - 30, -short + wide + 96), (wide - 30, -24)])),
        6, edge=0.08,
    )
    for i in range(31):
        a = wide + 24 + i * (long - 96 - wide - 24) / 30
        p.line(q([(a, wide - 4), (a, wide - (26 if i % 5 == 0 else 14))]), INK, 2)
    for i in range(19):
        b = -24 - i * (short - wide - 96 - 24) / 18
        p.line(q([(4, b), (26 if i % 6 == 0 else 14, b)]), INK, 2)
    for a, b in ((wide / 2, wide / 2), (long - wide / 2, wide / 2), (wide / 2, -short + wide * 1.5)):
        for r, col in ((36, INK), (30, "#fffdf8"), (15, INK)):
            p.shape(q(ellipse(a, b, r)), col, 0)
        p.shape(q([(a, b), *ellipse(a, b, 15, 15, 0, 90, 8)]), "#fffdf8", 0)
        p.shape(q([(a, b), *ellipse(a, b, 15, 15, 180, 270, 8)]), "#fffdf8", 0)
        p.line(q([(a - 42, b), (a + 42, b)]), INK, 1.8)
        p.line(q([(a, b - 42), (a, b + 42)]), INK, 1.8)


def armchair(cx, cy, angle):
    """Boxes of a low wooden armchair whose back is at +y before turning; the front looks to -y."""
    c = (cx, cy)

    def b(x, y, z, w, d, h):
        return box(cx + x, cy + y, z, w, d, h, angle, c)

    frame = [
        b(-0.5, -0.42, 0, 0.07, 0.07, 0.6), b(0.43, -0.42, 0, 0.07, 0.07, 0.6), b(-0.5, 0.38, 0, 0.07, 0.07, 0.6),
        b(0.43, 0.38, 0, 0.07, 0.07, 0.6),
    ]
    arms = [b(-0.53, -0.5, 0.58, 0.13, 1.0, 0.06), b(0.40, -0.5, 0.58, 0.13, 1.0, 0.06)]
    base = [b(-0.43, -0.42, 0.26, 0.86, 0.82, 0.07)]
    seat = [b(-0.4, -0.46, 0.33, 0.8, 0.78, 0.17)]
    back = [b(-0.4, 0.28, 0.36, 0.8, 0.16, 0.72)]
    return frame, base, seat, back, arms


def face_map(cam, face):
    """The unit square onto one visible face of a box, in true perspective."""
    a, b, c, d = face

    def f(u, v):
        return cam(
            *(a[i] * (1 - u) * v + b[i] * u * v + c[i] * u * (1 - v) + d[i] * (1 - u) * (1 - v) for i in range(3))
        )

    return f


def floor_disc(cam, x, y, r, r0=0.0, z=0.0):
    def f(u, v):
        a, q = u * 2 * math.pi, lerp(r, r0, v)
        return cam(x + q * math.cos(a), y + q * math.sin(a), z)

    return f


KIONDO = [
    ("bar", 5, INK, PAPER, 1.2), ("plain", 3, CLAY, CLAY), ("tri", 13, CLAY, SAND, 1.0), ("plain", 3, INK, INK),
    ("dia", 11, OCHRE, PINE, 1.0), ("plain", 3, INK, INK), ("trid", 13, CLAY, SAND, 0.8), ("plain", 4, CLAY, CLAY),
    ("bar", 5, INK, PAPER, 0.8), ("plain", 16, OCHRE, OCHRE), ("tri", 16, PINE, OCHRE, 0.4),
    ("plain", 14, PINE, PINE),
]


@picture
def counselling_chairs(p):
    cam = Camera((0.0, -7.2, 2.05), (0, 0, 0.98), 2060, (W / 2, H * 0.52))
    wall_y = 2.1
    wall = mix(BLUSH, SAND, 0.5)
    p.shape(rect(-5, -5, W + 10, H + 10), mix(wall, CLAY, 0.1), 0)
    # floor of boards
    y_floor = cam(0, wall_y, 0)[1]
    p.shape(rect(-5, y_floor, W + 10, H), mix(CLAY, UMBER, 0.35), 0)
    x = -5.0
    i = 0
    while x < 5:
        p.shape(
            cam.face((x, wall_y, 0), (x + 0.36, wall_y, 0), (x + 0.36, -4.6, 0), (x, -4.6, 0)),
            mix(CLAY, (UMBER, TERRA, UMBER)[i % 3], (0.2, 0.16, 0.42)[i % 3]), 0,
        )
        p.line(cam.face((x, wall_y, 0), (x, -4.6, 0)), UMBER, 2, opacity=0.7)
        x, i = x + 0.36, i + 1
    # skirting: the ruler
    p.shape(rect(-5, y_floor - 34, W + 10, 34), mix(wall, INK, 0.2), 0)
    p.ruler(quad(*rect(-8, y_floor - 24, W + 16, 16)), 40)
    # window to the hills
    wx0, wx1, wz0, wz1 = -1.02, 1.02, 1.02, 2.62
    (x0, y1), (x1, y0) = cam(wx0, wall_y, wz0), cam(wx1, wall_y, wz1)
    w, h = x1 - x0, y1 - y0
    p.shape(rect(x0 - 20, y0 - 20, w + 40, h + 44), mix(CLAY, UMBER, 0.5), 0.6)
    p.shape(rect(x0, y0, w, h), SAND, 0)
    view = p.clip(rect(x0, y0, w, h))
    p.shape(rect(x0, y0, w, h), p.fade(OCHRE, (0, y0), (0, y0 + h * 0.7), 0.65, 0.0), 0)
    p.shape(ellipse(x0 + w * 0.34, y0 + h * 0.4, 66), PAPER, 0, clip=view)
    for color, k in ((mix(HAZE, ROSE, 0.35), 0.52), (MIST, 0.64), (SAGE, 0.76), (MOSS, 0.88)):
        top = smooth(
            [(x0 - 20 + (w + 40) * t / 6, y0 + h * (k + 0.07 * math.sin(t * 2.1 + k * 30))) for t in range(7)], 8
        )
        area = top + [(x1 + 20, y1 + 5), (x0 - 20, y1 + 5)]
        p.shape(area, color, 0, clip=view)
    acacia(p, x0 + w * 0.78, y0 + h * 0.93, 0.72, PINE)
    p.shape(rect(x0 + w * 0.5 - 8, y0, 16, h), mix(CLAY, UMBER, 0.5), 0)
    p.shape(rect(x0, y0 + h * 0.3 - 6, w, 12), mix(CLAY, UMBER, 0.5), 0)
    p.shape(rect(x0 - 40, y1 + 14, w + 80, 20), mix(CLAY, UMBER, 0.3), 0.6)
    p.shape(rect(x0 - 30, y1 + 34, w + 90, 14), INK, 0, 0.2)
    # light of a second window on the wall, right
    for a, b in ((0.0, 0.46), (0.54, 1.0)):
        for c, d in ((0.0, 0.44), (0.54, 1.0)):

            def q(s, t):
                return 1268 + 250 * s + 40 * t, 150 + 420 * t + 60 * s

            p.shape([q(a, c), q(b, c), q(b, d), q(a, d)], SAND, 0, 0.75)
    # curtains
    for side in (-1, 1):

        def drape(u, v, side=side):
            base = x1 + 6 if side > 0 else x0 - 6
            width = 150 + 26 * v
            return base + side * (width * (u if side > 0 else 1 - u) - 46 + 14 * v), y0 - 74 + (h + 250) * v

        edge_a = [drape(0, t / 12) for t in range(13)]
        edge_b = [drape(1, t / 12) for t in range(12, -1, -1)]
        p.shape(shift(edge_a + edge_b, 16, 8), INK, 0, 0.22)
        p.weave(
            lambda u, v, d=drape: d(u, v),
            [
                ("plain", 66, OCHRE, OCHRE), ("plain", 3, PAPER, PAPER), ("plain", 4, CLAY, CLAY),
                ("plain", 3, PAPER, PAPER), ("plain", 40, OCHRE, OCHRE), ("plain", 3, INK, INK),
                ("tri", 10, CLAY, PAPER), ("plain", 2, INK, INK), ("dia", 12, PINE, PAPER), ("plain", 2, INK, INK),
                ("trid", 10, CLAY, PAPER), ("plain", 3, INK, INK), ("plain", 10, CLAY, CLAY),
                ("plain", 3, PAPER, PAPER), ("plain", 6, CLAY, CLAY),
            ],
            8,
        )
        for k in range(5):
            u = 0.08 + k * 0.2
            fold = [drape(u, t / 10) for t in range(11)] + [drape(u + 0.085, t / 10) for t in range(10, -1, -1)]
            p.shape(fold, UMBER, 0, 0.3)
    p.line([(x0 - 190, y0 - 76), (x1 + 190, y0 - 76)], UMBER, 12)
    for x in (x0 - 196, x1 + 196):
        p.shape(ellipse(x, y0 - 76, 16), OCHRE, 0)
    # a basket lid hangs on the wall, left
    hx, hy = 196, 300
    p.shape(ellipse(hx + 16, hy + 20, 128), INK, 0, 0.24)
    p.weave(
        disc(hx, hy, 128, 128, 0.0),
        [
            ("plain", 4, CLAY, CLAY), ("bar", 6, INK, STRAW, 1.2), ("plain", 3, CLAY, CLAY),
            ("tri", 18, CLAY, SAND, 0.8), ("plain", 3, INK, INK), ("slant", 12, PINE, OCHRE, 0.8),
            ("plain", 3, INK, INK), ("trid", 16, CLAY, SAND, 0.5), ("plain", 3, CLAY, CLAY),
            ("bar", 7, INK, STRAW, 0.4), ("plain", 14, CLAY, CLAY),
        ],
        40, parts=2, jitter=0.25,
    )
    p.shape(
        [*ellipse(hx, hy, 128, 128, -40, 140), *ellipse(hx - 26, hy - 26, 122, 122, -40, 140)[::-1]], UMBER, 0, 0.26
    )
    # light on the floor
    for a in (-2.9, -1.5):
        pane = cam.face((a, 0.4, 0), (a + 1.1, 0.4, 0), (a + 2.5, -2.6, 0), (a + 1.4, -2.6, 0))
        p.shape(pane, OCHRE, 0, 0.32)
    # rug
    rug = floor_disc(cam, 0, -0.75, 1.92, 0.0)
    p.shape([rug(i / 90, -0.012) for i in range(90)], INK, 0, 0.4)
    p.weave(rug, KIONDO, 60, parts=3, jitter=0.25)
    for a in (-2.9, -1.5):
        pane = cam.face((a, 0.4, 0), (a + 1.1, 0.4, 0), (a + 2.5, -2.6, 0), (a + 1.4, -2.6, 0))
        p.shape(pane, PAPER, 0, 0.16)
    # chairs and table
    wood = (mix(OCHRE, CLAY, 0.35), mix(CLAY, UMBER, 0.3), UMBER)
    sets = [
        (armchair(-1.32, -0.62, 62), (TERRA, CLAY, mix(CLAY, UMBER, 0.75))),
        (armchair(1.32, -0.62, -62), (mix(PINE, SAGE, 0.55), mix(PINE, SAGE, 0.15), mix(PINE, INK, 0.55))),
    ]
    for parts, _ in sets:
        for solid in parts[1] + parts[3] + parts[4] + parts[0]:
            p.shape(floor_shadow(cam, solid), INK, 0, 0.26)
    table = [box(-0.4, -0.55, 0.4, 0.8, 0.62, 0.05)]
    legs = [box(x, y, 0, 0.05, 0.05, 0.4) for x in (-0.37, 0.32) for y in (-0.52, 0.0)]
    p.shape(floor_shadow(cam, table[0]), INK, 0, 0.42)
    draw_faces(p, cam, [(s, wood) for s in legs])
    draw_faces(p, cam, [(table[0], (STRAW, OCHRE, HONEY))])
    for (frame, base, seat, back, arms), cloth in sets:
        draw_faces(p, cam, [(s, wood) for s in frame])
        draw_faces(p, cam, [(s, wood) for s in base])
        order = [(s, cloth) for s in back + seat] + [(s, wood) for s in arms]
        draw_faces(p, cam, order)
        # the back cushion is woven
        face = back[0][0][0]
        f = face_map(cam, [face[0], face[1], face[2], face[3]])
        p.weave(
            lambda u, v, f=f: f(0.06 + 0.88 * u, 0.10 + 0.46 * v),
            [
                ("plain", 5, INK, INK), ("tri", 15, OCHRE, INK), ("plain", 4, PAPER, PAPER),
                ("eye", 18, PAPER, INK, 0.7), ("plain", 4, PAPER, PAPER), ("trid", 15, OCHRE, INK),
                ("plain", 5, INK, INK),
            ],
            9, jitter=0.2,
        )
    # arms again in front where they are nearer than the cushions
    for (frame, _, _, _, arms), _ in sets:
        arm = min(arms, key=lambda s: sum(cam.depth(q) for face, _ in s for q in face))
        post = sorted(frame, key=lambda s: sum(cam.depth(q) for face, _ in s for q in face))
        draw_faces(p, cam, [(s, wood) for s in post[:2]])
        draw_faces(p, cam, [(arm, wood)])
    # on the table: two cups, a plant
    for x, y, color in ((-0.24, -0.36, PAPER), (0.26, -0.3, PAPER)):
        sx, sy = cam(x, y, 0.45)
        p.shape(ellipse(sx + 16, sy + 2, 24, 6), INK, 0, 0.35)
        p.shape([(sx - 17, sy - 34), (sx + 17, sy - 34), (sx + 12, sy + 3), (sx - 12, sy + 3)], color, 0)
        p.shape([(sx + 5, sy - 34), (sx + 17, sy - 34), (sx + 12, sy + 3), (sx + 4, sy + 3)], INK, 0, 0.18)
        p.shape(ellipse(sx, sy - 34, 17, 5.5), mix(PAPER, CLAY, 0.2), 0)
        p.shape(ellipse(sx, sy - 33.4, 13.5, 3.8), mix(TERRA, UMBER, 0.3), 0)
        p.line([(sx - 15, sy - 22), (sx + 15, sy - 22)], CLAY, 4, "butt")
    plant(p, *cam(0.02, -0.12, 0.45), 0.9)


def plant(p, x, y, s, pot=CLAY):
    """A pot with broad leaves."""
    for k, (a, n) in enumerate(((-62, 104), (-34, 134), (-8, 150), (20, 138), (46, 118), (70, 92), (-84, 70))):
        n *= s
        leaf = smooth([(0, 0), (-n * 0.16, -n * 0.5), (0, -n), (n * 0.16, -n * 0.5)], 7, True)
        pts = shift(turn(leaf, a), x, y - 34 * s)
        p.shape(pts, (PINE, MOSS, FERN, mix(PINE, SAGE, 0.4))[k % 4], 0)
        p.line(shift(turn([(0, -n * 0.1), (0, -n * 0.9)], a), x, y - 34 * s), SAGE, 1.8, opacity=0.8)
    body = [(x - 36 * s, y - 52 * s), (x + 36 * s, y - 52 * s), (x + 26 * s, y + 4 * s), (x - 26 * s, y + 4 * s)]
    p.shape(body, pot, 0)
    p.weave(
        quad((x - 34 * s, y - 38 * s), (x + 34 * s, y - 38 * s), (x + 30 * s, y - 16 * s), (x - 30 * s, y - 16 * s)),
        [("tri", 1, PAPER, INK)], 7, jitter=0.2,
    )
    p.shape(
        [(x + 10 * s, y - 52 * s), (x + 36 * s, y - 52 * s), (x + 26 * s, y + 4 * s), (x + 8 * s, y + 4 * s)], INK, 0,
        0.3,
    )


def bundle(p, x, y, w, files, tape=CLAY):
    """A pile of court files tied with tape; x, y is the lower left corner. Returns the height of the top."""
    y0 = y
    for k, (h, color) in enumerate(files):
        dx = p.random.uniform(-12, 12)
        y -= h
        left, right = x + dx, x + w + dx
        p.shape([(left, y + 3), (right, y + 2), (right, y + h), (left, y + h)], color, 0.6)
        p.shape([(right - w * 0.2, y + 2.5), (right, y + 2), (right, y + h), (right - w * 0.16, y + h)], INK, 0, 0.2)
        sheets = max(1, int(h / 9))
        for i in range(sheets):
            yy = y + 8 + i * (h - 12) / sheets
            p.line([(left + 3, yy), (right - 5, yy)], mix(color, INK, 0.35), 1.8, opacity=0.75)
        p.line([(left, y + 2.5), (right, y + 2)], mix(color, PAPER, 0.55), 3.5)
        if k % 2:
            p.shape(rect(left + w * 0.34, y + h * 0.22, w * 0.2, h * 0.56), PAPER, 0)
            writing(p, left + w * 0.36, y + h * 0.6, w * 0.14, size=4, width=1.8)
    for t in (0.18, 0.7):
        p.shape([(x + w * t, y), (x + w * t + 15, y), (x + w * t + 15, y0), (x + w * t, y0)], tape, 0.8)
        p.shape([(x + w * t + 9, y), (x + w * t + 15, y), (x + w * t + 15, y0), (x + w * t + 9, y0)], INK, 0, 0.25)
    cx = x + w * 0.7 + 7
    p.shape(smooth([(cx, y + 4), (cx - 34, y - 20), (cx - 56, y - 6), (cx - 30, y + 8)], 7, True), tape, 0)
    p.shape(
        smooth([(cx, y + 4), (cx + 32, y - 22), (cx + 54, y - 4), (cx + 28, y + 9)], 7, True), mix(tape, INK, 0.22), 0
    )
    p.shape(rrect(cx - 9, y - 8, 19, 18, 5), mix(tape, INK, 0.35), 0)
    return y


@picture
def court_files(p):
    # panelled wall
    p.shape(rect(-5, -5, W + 10, H + 10), PINE, 0)
    for i in range(17):
        x = -12 + i * 100
        p.shape(rect(x, -5, 96, 690), mix(PINE, (SAGE, INK, OCHRE)[i % 3], (0.10, 0.18, 0.07)[i % 3]), 0.8)
        p.line([(x + 2, -5), (x + 2, 690)], mix(PINE, SAGE, 0.4), 2, opacity=0.7)
    # light from a high window on the left
    for x, w in ((120, 150), (310, 150), (500, 150)):
        beam = [(x, -10), (x + w, -10), (x + w + 470, 690), (x + 470, 690)]
        p.shape(beam, OCHRE, 0, 0.24)
        p.grain(beam, STRAW, (x + 60, 0), (x + 200, 330), 0.5, 0.0, 0.55)
    # woven frieze on the wall
    p.weave(
        quad(*rect(-10, 40, W + 20, 104)),
        [
            ("plain", 8, OCHRE, OCHRE), ("tri", 30, OCHRE, CLAY), ("plain", 6, PAPER, PAPER),
            ("eye", 44, PAPER, CLAY, 0.66), ("plain", 6, PAPER, PAPER), ("trid", 30, OCHRE, CLAY),
            ("plain", 8, OCHRE, OCHRE),
        ],
        42,
    )
    for x, w in ((120, 150), (310, 150), (500, 150)):
        p.shape([(x + 20, 40), (x + 20 + w, 40), (x + w + 94, 144), (x + 94, 144)], OCHRE, 0, 0.22)
    p.shape(rect(-10, 144, W + 20, 12), INK, 0, 0.45)
    # the bench
    top = 690
    p.shape(rect(90, top - 16, 1420, 44), TERRA, 0.8)
    p.shape(rect(90, top + 28, 1420, 16), INK, 0, 0.5)
    p.shape([(130, top + 28), (1470, top + 28), (1470, H + 10), (130, H + 10)], CLAY, 0)
    p.shape(rect(130, top + 28, 1340, 26), INK, 0, 0.42)
    p.line([(92, top - 14), (1508, top - 14)], STRAW, 5)
    p.grain(rect(90, top - 14, 1420, 42), STRAW, (300, 0), (700, 0), 0.5, 0, 0.6)
    for i in range(5):
        x = 160 + i * 260
        p.shape(rect(x, top + 78, 240, 330), mix(CLAY, INK, 0.26), 0.8)
        p.shape(rect(x + 12, top + 90, 228, 330), mix(CLAY, OCHRE, 0.12), 0.8)
        p.grain(rect(x + 12, top + 90, 228, 330), UMBER, (x + 250, top + 420), (x + 120, top + 200), 0.9, 0, 0.8)
        p.line([(x, top + 408), (x, top + 78), (x + 240, top + 78)], UMBER, 4)
    p.ruler(quad(*rect(130, top + 50, 1340, 20)), 34)
    # scales
    cx, base = 800, top - 16
    p.shape([(cx - 100, base + 14), (cx + 140, base + 4), (cx + 380, base + 22), (cx + 120, base + 30)], INK, 0, 0.4)
    arm_y = 268
    brass, dark = OCHRE, mix(OCHRE, CLAY, 0.62)
    for w, h, y in ((250, 26, base - 26), (200, 22, base - 48), (120, 26, base - 74)):
        p.shape(rrect(cx - w / 2, y, w, h, 6), brass, 0)
        p.shape(rect(cx + w * 0.16, y, w * 0.34, h), dark, 0)
        p.line([(cx - w / 2 + 5, y + 3), (cx + w * 0.15, y + 3)], SAND, 4)
    column = [(cx - 16, arm_y), (cx + 16, arm_y), (cx + 21, base - 72), (cx - 21, base - 72)]
    p.shape(column, brass, 0)
    p.shape([(cx + 4, arm_y), (cx + 16, arm_y), (cx + 21, base - 72), (cx + 5, base - 72)], dark, 0)
    for y in (base - 120, 440, 330):
        p.shape(rrect(cx - 28, y, 56, 20, 8), brass, 0)
        p.shape(rrect(cx + 6, y, 22, 20, (0, 8, 8, 0)), dark, 0)
    p.shape(ellipse(cx, arm_y - 8, 34), brass, 0)
    p.shape(ellipse(cx + 7, arm_y - 3, 24), dark, 0)
    p.shape(ellipse(cx - 3, arm_y - 12, 20), brass, 0)
    p.shape([(cx, arm_y - 96), (cx + 15, arm_y - 40), (cx - 15, arm_y - 40)], brass, 0)
    p.shape([(cx, arm_y - 96), (cx + 15, arm_y - 40), (cx + 2, arm_y - 40)], dark, 0)
    for side in (-1, 1):
        beam = ribbon(
            smooth([(cx + side * 20, arm_y), (cx + side * 130, arm_y - 26), (cx + side * 252, arm_y - 2)], 12),
            lambda t: 26 - 15 * t,
        )
        p.shape(beam, brass if side < 0 else mix(brass, dark, 0.55), 0)
        px, py = cx + side * 252, arm_y
        p.shape(ellipse(px, py, 13), dark, 0)
        p.shape(ellipse(px - 2, py - 2, 8), SAND, 0)
        pan = 556
        for k in (-96, 0, 96):
            p.line([(px, py + 8), (px + k, pan)], STRAW if k < 0 else brass, 2.6)
        bowl = smooth([(px - 112, pan), (px - 76, pan + 44), (px, pan + 60), (px + 76, pan + 44), (px + 112, pan)], 10)
        p.shape(bowl, brass, 0)

        def f(u, v, px=px):
            r = 112 - 46 * v**2.0
            return px - r + 2 * r * u, 556 + 46 * v + 14 * v * math.sin(u * math.pi)

        p.weave(
            f, [("plain", 3, dark, dark), ("tri", 12, CLAY, OCHRE), ("plain", 3, dark, dark)], 18, parts=2,
            jitter=0.2, clip=p.clip(bowl),
        )
        p.grain(bowl, UMBER, (px + 110, pan + 40), (px - 10, pan + 20), 0.95, 0, 0.9)
        p.shape(rrect(px - 116, pan - 7, 232, 13, 6), STRAW, 0)
        p.shape(rrect(px + 30, pan - 7, 86, 13, 6), dark, 0, 0.6)
    # files
    colors = [STRAW, BLUSH, mix(OCHRE, PAPER, 0.2), SAND, ROSE, SAGE, MIST]
    for x, w, spec, tape in (
        (150, 262, ((46, 3), (58, 0), (36, 5), (64, 1), (40, 3)), CLAY),
        (1186, 270, ((60, 1), (40, 6), (54, 0), (34, 4), (48, 3), (56, 2), (38, 1)), CLAY),
    ):
        height = sum(h for h, _ in spec)
        p.shape(
            [(x + w - 10, base), (x + w - 10, base - height * 0.5), (x + w + 96, base + 4), (x + w + 40, base + 14)],
            INK, 0, 0.35,
        )
        bundle(p, x, base, w, [(h, colors[c]) for h, c in spec], tape)
    # nearer: the table of the advocates, in shade
    p.shape([(-10, 1004), (W + 10, 996), (W + 10, H + 10), (-10, H + 10)], INK, 1)
    p.grain([(-10, 1004), (500, 1002), (500, H + 10), (-10, H + 10)], SAGE, (0, 990), (360, 1060), 0.5, 0, 0.5)
    p.line([(-10, 1004), (W + 10, 996)], mix(PINE, SAGE, 0.5), 4)
    p.shape([(560, 1000), (940, 996), (1010, 1046), (524, 1052)], PAPER, 0.8)
    p.shape([(762, 998), (940, 996), (1010, 1046), (770, 1049)], mix(PAPER, INK, 0.12), 0.8)
    p.shape([(524, 1052), (770, 1049), (1010, 1046), (1010, 1053), (770, 1056), (524, 1059)], SAGE, 0)
    for i in range(5):
        p.line([(592 - i * 6, 1009 + i * 8), (736, 1008 + i * 8)], SAGE, 2)
        p.line([(790, 1007 + i * 8), (926 + i * 9, 1005 + i * 8)], SAGE, 2)
    bundle(
        p, 1080, 1002, 360, [(30, mix(MIST, PINE, 0.3)), (22, mix(SAGE, PINE, 0.4)), (34, mix(SAND, PINE, 0.3))], UMBER
    )


@picture
def telephone(p):
    wall = mix(PINE, SAGE, 0.12)
    p.shape(rect(-5, -5, W + 10, H + 10), wall, 0)
    # lamp light on the wall
    p.shape(ellipse(720, 470, 450), mix(PINE, OCHRE, 0.16), 0)
    p.shape(ellipse(720, 470, 370), mix(OCHRE, CLAY, 0.1), 0)
    p.grain(ellipse(720, 470, 370), CLAY, (1010, 700), (890, 580), 0.8, 0, 0.8)
    p.grain(ellipse(720, 470, 450), OCHRE, (400, 200), (520, 290), 0.5, 0, 0.6)

    # shelf of the wall: a hanging, woven
    def hang(u, v):
        return 1210 + 270 * u, -20 + 500 * v

    p.shape(rect(1226, -20, 270, 514), INK, 0, 0.4)
    p.weave(
        hang,
        [
            ("plain", 60, INK, CLAY), ("tri", 50, OCHRE, CLAY), ("plain", 10, OCHRE, OCHRE),
            ("eye", 90, PAPER, CLAY, 0.6), ("plain", 10, OCHRE, OCHRE), ("trid", 50, OCHRE, CLAY),
            ("plain", 30, INK, CLAY), ("plain", 8, PAPER, PAPER), ("zig", 44, PAPER, INK), ("plain", 8, PAPER, PAPER),
            ("plain", 30, INK, CLAY), ("tri", 50, OCHRE, CLAY), ("plain", 10, OCHRE, OCHRE), ("dia", 60, PAPER, CLAY),
            ("plain", 12, INK, INK),
        ],
        10,
    )
    p.fringe((1214, 480), (1478, 480), 34, 62, (STRAW, OCHRE, SAND), 4)
    p.shape(rect(1400, -20, 80, 514), INK, 0, 0.16)
    # table top and cloth
    top = 806
    p.shape([(-10, top - 34), (W + 10, top - 34), (W + 10, top + 40), (-10, top + 40)], STRAW, 0)
    p.shape(rect(1000, top - 34, W - 990, 60), p.fade(CLAY, (W, top), (1000, top), 0.55, 0.0), 0)

    def drop(u, v):
        x = -40 + 1680 * u
        return x, top + 26 + 236 * v + 5 * math.sin(x / 83) * v

    p.weave(
        drop,
        [
            ("plain", 16, PAPER, CLAY), ("bar", 20, INK, PAPER), ("plain", 8, INK, INK),
            ("tri", 56, CLAY, PAPER, 1.0), ("plain", 10, INK, INK), ("hour", 40, OCHRE, PINE, 1.0),
            ("plain", 10, INK, INK), ("trid", 56, CLAY, PAPER), ("plain", 8, INK, INK), ("plain", 22, OCHRE, OCHRE),
        ],
        36,
    )
    for i in range(13):
        x = -10 + i * 131
        p.shape([(x, top + 28), (x + 34, top + 28), (x + 52, H + 5), (x - 4, H + 5)], INK, 0, 0.2)
    p.line([(-10, top + 26), (W + 10, top + 26)], UMBER, 3, opacity=0.6)
    # shadows on the table
    p.shape([(470, top - 6), (1030, top - 22), (1300, top + 14), (1150, top + 26), (560, top + 26)], INK, 0, 0.45)
    # the cord, over the edge of the table
    base = smooth(
        [(420, 752), (330, 782), (250, 800), (196, 850), (220, 930), (330, 972), (470, 950), (560, 1000), (600, 1090)],
        40,
    )
    coil = []
    for i, (x, y) in enumerate(base):
        a = i * 0.62
        coil.append((x + 15 * math.cos(a), y + 15 * math.sin(a)))
    p.line(shift(coil, 10, 10), INK, 8, opacity=0.35)
    p.line(coil, INK, 8)
    p.line(shift(coil, -1.5, -1.5), mix(PINE, PAPER, 0.3), 2)
    # the body
    body = smooth([(420, 770), (432, 720), (478, 640), (530, 552), (560, 500), (600, 478)], 10) + smooth(
        [(840, 478), (880, 500), (910, 552), (962, 640), (1008, 720), (1020, 770)], 10
    )
    body = body + [(1020, 780), (1008, 794), (432, 794), (420, 780)]
    p.shape(body, CLAY, 0)
    clip = p.clip(body)
    p.shape([(910, 440), (1040, 440), (1040, 800), (830, 800), (900, 640)], UMBER, 0, 0.65, clip)
    p.grain(body, UMBER, (960, 800), (800, 700), 0.8, 0, 0.9, clip)
    p.grain(body, HONEY, (450, 620), (560, 650), 0.9, 0, 0.8, clip)
    p.shape(rect(420, 770, 600, 26), mix(CLAY, INK, 0.45), 0, clip=clip)
    p.line(smooth([(446, 716), (490, 636), (540, 556), (566, 512)], 8), ROSE, 5, opacity=0.8)
    # cradle
    for x in (566, 806):
        p.shape(rrect(x, 436, 66, 60, (12, 12, 0, 0)), UMBER, 0)
        p.shape(rrect(x + 8, 444, 14, 50, 5), CLAY, 0)
    # the dial
    cx, cy = 720, 640
    p.shape(ellipse(cx + 8, cy + 10, 128), INK, 0, 0.4)
    p.shape(ellipse(cx, cy, 126), INK, 0)
    p.shape(ellipse(cx, cy, 116), PAPER, 0)
    p.shape([*ellipse(cx, cy, 116, 116, -45, 135), *ellipse(cx - 14, cy - 14, 112, 112, -45, 135)[::-1]], UMBER, 0, 0.3)
    for i in range(10):
        a = math.radians(118 + i * 29.5)
        x, y = cx + 84 * math.cos(a), cy + 84 * math.sin(a)
        p.shape(ellipse(x, y, 20), INK, 0)
        p.shape(ellipse(x + 2.5, y + 3, 16.5), (PINE, CLAY)[i % 2], 0)
    p.shape(ellipse(cx, cy, 50), INK, 0)
    p.weave(
        disc(cx, cy, 46, 46, 0.25),
        [("tri", 1, INK, OCHRE), ("plain", 0.3, INK, INK), ("bar", 0.8, CLAY, PAPER, 0.75)], 16, jitter=0, parts=2,
    )
    p.shape(ellipse(cx, cy, 12), OCHRE, 0)
    a = math.radians(66)
    p.line(
        [
            (cx + 62 * math.cos(a), cy + 62 * math.sin(a)),
            (cx + 120 * math.cos(a + 0.05), cy + 120 * math.sin(a + 0.05)),
        ],
        STRAW, 11,
    )
    # the handset
    grip = smooth([(448, 470), (470, 400), (560, 372), (720, 364), (880, 372), (970, 400), (992, 470)], 12)
    under = smooth([(890, 470), (880, 440), (820, 424), (720, 420), (620, 424), (560, 440), (550, 470)], 12)
    hand = (
        grip
        + [(996, 500), (984, 512), (898, 512), (886, 500)]
        + under
        + [(554, 500), (542, 512), (456, 512), (444, 500)]
    )
    p.shape(shift(hand, 10, 16), INK, 0, 0.35)
    p.shape(hand, INK, 0)
    hclip = p.clip(hand)
    p.grain(hand, SAGE, (500, 350), (640, 460), 0.75, 0, 0.7, hclip)
    p.line(smooth([(468, 458), (486, 412), (566, 386), (720, 378), (840, 382)], 10), SAGE, 5, opacity=0.75)
    for x in (442, 884):
        p.shape(rrect(x, 496, 114, 20, 7), mix(INK, PINE, 0.5), 0)
    # notepad, pencil, and a sprig in a glass
    p.shape([(1084, 786), (1364, 786), (1410, 812), (1110, 812)], INK, 0, 0.3)
    p.shape([(1080, 766), (1330, 766), (1376, 796), (1106, 796)], PAPER, 0)
    p.shape([(1106, 796), (1376, 796), (1376, 808), (1106, 808)], mix(PAPER, INK, 0.2), 0)
    for i, (a, b) in enumerate(((1120, 1290), (1128, 1320), (1136, 1250))):
        p.line([(a, 773 + i * 7), (b, 773 + i * 7)], SAGE, 2.2)
    p.shape(ribbon([(1180, 792), (1420, 764)], 11), OCHRE, 0)
    p.shape([(1180, 786), (1181, 798), (1154, 795.5)], INK, 0)
    p.shape(ribbon([(1404, 766), (1424, 763.4)], 11), CLAY, 0)
    # vase
    vx = 214
    p.shape([(vx + 20, 790), (vx + 300, 776), (vx + 330, 790), (vx + 60, 806)], INK, 0, 0.35)
    stems = [
        [(vx, 650), (vx - 16, 520), (vx - 74, 380), (vx - 120, 300)],
        [(vx + 4, 650), (vx + 10, 500), (vx + 40, 340), (vx + 32, 216)],
        [(vx + 8, 650), (vx + 40, 540), (vx + 118, 452), (vx + 164, 420)],
    ]
    for k, s in enumerate(stems):
        s = smooth(s, 10)
        p.line(s, MOSS if k != 1 else FERN, 5)
        for i in range(9, len(s) - 1, 3):
            x, y = s[i]
            (ax, ay), (bx, by) = s[i - 1], s[i + 1]
            ang = math.degrees(math.atan2(by - ay, bx - ax))
            size = 46 - i * 0.7
            for side in (-1, 1):
                leaf = smooth([(0, 0), (size * 0.5, -size * 0.26), (size * 1.25, 0), (size * 0.5, size * 0.2)], 5, True)
                pts = shift(turn(leaf, ang + side * 52), x, y)
                p.shape(pts, (FERN, SAGE)[(i // 3 + (side > 0)) % 2], 0)
                p.line([(x, y), shift(turn([(size, 0)], ang + side * 52), x, y)[0]], PINE, 1.5, opacity=0.7)

    def vase(u, v):
        r = 44 + 50 * math.sin(min(1, v * 1.08) * math.pi * 0.82) ** 1.2
        return vx + r * math.sin((u - 0.5) * math.pi), 640 + 152 * v + 9 * math.cos((u - 0.5) * math.pi)

    p.weave(
        vase,
        [
            ("plain", 16, CLAY, BLUSH), ("tri", 24, CLAY, BLUSH), ("plain", 5, CLAY, CLAY), ("zig", 24, INK, STRAW),
            ("plain", 5, CLAY, CLAY), ("trid", 24, CLAY, BLUSH), ("plain", 22, CLAY, CLAY),
        ],
        14, parts=3, jitter=0.2,
    )
    p.shape(ellipse(vx, 641, 43, 9), BARK, 0)
    for s in stems:
        p.line(smooth(s, 10)[:3], MOSS, 5)
    edge = [vase(0, i / 20) for i in range(21)] + [vase(1, i / 20) for i in range(20, -1, -1)]
    p.shape(
        edge, INK, 0, 0.3, p.clip([(vx + 34, 630), (vx + 120, 630), (vx + 120, 800), (vx + 6, 800), (vx + 48, 720)])
    )


@picture
def county_road(p):
    # sky, with the sun and thin bands of cloud
    p.shape(rect(-5, -5, W + 10, 700), CREAM, 0)
    p.shape(rect(-5, -5, W + 10, 700), p.fade(OCHRE, (0, -80), (0, 430), 0.34, 0.0), 0)
    p.shape(ellipse(455, 330, 168), OCHRE, 0)
    p.grain(ellipse(455, 330, 168), CLAY, (400, 500), (460, 240), 0.7, 0, 0.6)
    for x, y, w, h in (
        (90, 300, 300, 11), (330, 372, 420, 13), (620, 262, 260, 9), (1010, 190, 420, 12), (1180, 236, 230, 8),
    ):
        p.shape(rrect(x, y, w, h, h / 2), PAPER, 0, 0.85)
    # hills, far to near
    ridges = [
        (
            mix(HAZE, BLUSH, 0.45),
            [
                (-20, 470), (120, 430), (250, 452), (380, 392), (470, 408), (560, 372), (640, 420), (800, 446),
                (960, 398), (1090, 424), (1250, 372), (1380, 414), (1520, 380), (1630, 402),
            ],
        ),
        (
            MIST,
            [
                (-20, 512), (150, 500), (330, 470), (500, 508), (700, 486), (880, 520), (1080, 468), (1250, 498),
                (1440, 448), (1630, 478),
            ],
        ),
        (SAGE, [(-20, 560), (200, 536), (420, 566), (640, 540), (860, 572), (1100, 528), (1320, 566), (1630, 520)]),
    ]
    for color, pts in ridges:
        top = smooth(pts)
        area = top + [(W + 20, 760), (-20, 760)]
        p.shape(area, color, 0)
        # the side away from the sun
        for i in range(1, len(pts) - 1):
            if pts[i][1] < pts[i - 1][1] and pts[i][1] < pts[i + 1][1]:
                x, y = pts[i]
                p.grain(
                    [(x, y + 2), (x + 190, y + 60), (x + 200, y + 150), (x + 40, y + 110)], PINE, (x, y),
                    (x + 170, y + 90), 0.62, 0, 0.45, p.clip(area),
                )

    # fields: strips of colour that follow the slope
    def land(x):
        return 592 + 20 * math.sin(x / 210 + 0.6) + 9 * math.sin(x / 80)

    xs = range(-20, W + 41, 20)
    field = [(x, land(x)) for x in xs] + [(W + 30, H + 10), (-20, H + 10)]
    p.shape(field, FERN, 0)
    clip = p.clip(field)
    bands = [
        (0, 34, FERN), (34, 62, MOSS), (62, 104, STRAW), (104, 128, MOSS), (128, 190, FERN), (190, 240, OCHRE),
        (240, 330, MOSS), (330, 500, PINE),
    ]
    for a, b, color in bands:

        def at(x, k):
            return land(x) + k * (1 + 0.22 * math.sin(x / 330 + k / 90)) + 0.03 * k * math.sin(x / 90)

        area = [(x, at(x, a)) for x in xs] + [(x, at(x, b)) for x in reversed(xs)]
        p.shape(area, color, 0, clip=clip)
        # rows of the crop
        lines = max(2, int((b - a) / 9))
        for i in range(1, lines):
            k = lerp(a, b, i / lines)
            tone = mix(color, INK, 0.34) if i % 2 else mix(color, PAPER, 0.22)
            p.line([(x, at(x, k)) for x in xs], tone, 1.5 + k / 160, opacity=0.7, clip=clip)
    p.shape([(900, 560), (W, 560), (W, 900), (700, 900)], p.fade(INK, (W, 860), (1150, 640), 0.34, 0.0), 0, clip=clip)
    # the road of red earth
    mid = smooth(
        [
            (1120, 548), (1030, 570), (930, 590), (800, 604), (716, 628), (772, 660), (930, 676), (1110, 700),
            (1176, 764), (1056, 850), (830, 950), (650, 1080), (570, 1230),
        ],
        18,
    )

    def width(t):
        return 6 + 26 * t + 300 * t**3.4

    road = ribbon(mid, width)
    p.shape(ribbon(mid, lambda t: width(t) * 1.16 + 4), mix(UMBER, PINE, 0.35), 0, clip=clip)
    p.shape(road, TERRA, 0, clip=clip)
    p.grain(road, UMBER, (1200, 800), (980, 800), 0.7, 0.0, 0.7, clip)
    p.grain(road, OCHRE, (480, 1067), (700, 950), 0.7, 0.0, 0.5, clip)
    n = len(mid)
    # the scale bar: painted kerb stones along the road
    for side in (0, 1):
        outline = ribbon(mid, lambda t: width(t) * 1.02)
        inner = ribbon(mid, lambda t: width(t) * 1.02 + 3 + 26 * t**2.4)
        a = outline[:n] if side == 0 else outline[n:][::-1]
        b = inner[:n] if side == 0 else inner[n:][::-1]
        # drop the stones that would turn back on the inside of a bend
        keep = [
            i
            for i in range(n)
            if (b[min(i + 1, n - 1)][0] - b[max(i - 1, 0)][0]) * (mid[min(i + 1, n - 1)][0] - mid[max(i - 1, 0)][0])
            + (b[min(i + 1, n - 1)][1] - b[max(i - 1, 0)][1]) * (mid[min(i + 1, n - 1)][1] - mid[max(i - 1, 0)][1])
            > 0
        ]
        keep = [i for i in keep if all(j in keep for j in range(max(0, i - 4), min(n, i + 5)))]
        k, start = 0, 78
        while start < n - 1:
            end = min(start + max(2, 5 - start // 60), n - 1)
            if all(i in keep for i in range(start, end + 1)):
                p.shape(a[start : end + 1] + b[start : end + 1][::-1], (PAPER, INK)[k % 2], 0)
            start, k = end, k + 1
    # matatu
    matatu(p, 830, 622, 0.84)
    # trees on the middle ground
    for x, y, s in ((160, 640, 0.5), (262, 622, 0.36), (600, 634, 0.32), (1480, 610, 0.3)):
        acacia(p, x, y, s, SAGE if s < 0.33 else mix(PINE, SAGE, 0.3))
    # foreground
    hill = smooth([(960, 1090), (1080, 1000), (1240, 936), (1420, 906), (1640, 884)])
    bank = hill + [(1640, 1090)]
    p.shape(bank, PINE, 0)
    p.grain(bank, INK, (1600, 1080), (1250, 900), 0.9, 0.1, 0.9)
    left = smooth([(-30, 880), (140, 900), (300, 960), (430, 1090)]) + [(-30, 1090)]
    p.shape(left, PINE, 0)
    p.grain(left, INK, (0, 1080), (200, 900), 0.9, 0.1, 0.9)
    acacia(p, 1400, 940, 1.9, PINE)
    for i in range(60):
        x = p.random.uniform(1010, 1600) if i % 3 else p.random.uniform(0, 400)
        base = 930 + 60 * abs(x - 1300) / 300 if x > 900 else 900 + (x / 400) ** 2 * 150
        h = p.random.uniform(18, 46)
        for k in (-0.5, 0, 0.5):
            p.line([(x, base + 14), (x + k * h, base - h)], p.random.choice((MOSS, FERN, PINE)), 3)


def matatu(p, x, y, s):
    """A minibus with its yellow line, from the side."""

    def q(pts):
        return [(x + a * s, y + b * s) for a, b in pts]

    p.shape(q(ellipse(70, 52, 84, 9)), INK, 0, 0.45)
    p.shape(q(rrect(0, -22, 142, 70, (12, 24, 8, 8))), PAPER, 0)
    p.shape(q(rrect(0, 8, 142, 13, 0)), OCHRE, 0)
    p.shape(q(rect(0, 36, 142, 10)), CLAY, 0)
    for i in range(4):
        p.shape(q(rrect(9 + i * 31, -13, 25, 18, 3)), PINE, 0)
    p.shape(q([(133, -13), (139, -1), (140, 5), (131, 5)]), PINE, 0)
    p.shape(q(rect(14, -29, 96, 7)), UMBER, 0)
    for a in (30, 112):
        p.shape(q(ellipse(a, 48, 13)), INK, 0)
        p.shape(q(ellipse(a, 48, 5)), STRAW, 0)
    p.shape(q(rrect(112, -22, 30, 70, (0, 24, 8, 0))), INK, 0, 0.16)


def acacia(p, x, y, s, color):
    """A flat-topped tree; x, y is the foot of the trunk."""

    def q(pts):
        return [(x + a * s, y + b * s) for a, b in pts]

    rnd = p.random
    dark, lit = mix(color, INK, 0.45), mix(color, OCHRE, 0.42)
    p.shape(q(ellipse(40, 4, 120, 9)), INK, 0, 0.35)
    trunk = mix(dark, UMBER, 0.55)
    for line, w in (
        ([(0, 4), (-4, -50), (-26, -104), (-74, -168)], 13), ([(-4, -46), (20, -110), (60, -184)], 11),
        ([(-20, -96), (-10, -150), (4, -204)], 7), ([(30, -126), (70, -146), (112, -162)], 6),
        ([(-40, -124), (-84, -140), (-116, -150)], 5),
    ):
        p.shape(q(ribbon(smooth(line, 8), lambda t, w=w: w * (1.1 - 0.6 * t))), trunk, 0)
    for cx, cy, rx, ry in (
        (-92, -158, 84, 20), (98, -170, 92, 22), (-30, -190, 104, 24), (52, -208, 96, 25), (-16, -224, 74, 20),
    ):
        top = []
        n = 13
        for i in range(n + 1):
            a = math.pi + math.pi * i / n
            bump = 1 + (0.16 if i % 2 else -0.04) + rnd.uniform(-0.05, 0.05)
            top.append((cx + rx * math.cos(a), cy + ry * math.sin(a) * bump * 1.25))
        low = [(cx + rx * (1 - 2 * i / 8), cy + (7 if i % 2 else 1) + rnd.uniform(-2, 2)) for i in range(1, 8)]
        outline = smooth(top + low, 5, closed=True)
        p.shape(q(outline), color, 0)
        p.grain(q(outline), lit, q([(cx - rx * 0.7, cy - ry * 1.6)])[0], q([(cx + rx * 0.2, cy)])[0], 0.95, 0, 0.75)
        p.grain(q(outline), INK, q([(cx + rx * 0.6, cy + 8)])[0], q([(cx - rx * 0.1, cy - ry)])[0], 0.85, 0, 0.7)


def chair(cx, cy, angle):
    """A plain chair; before turning it looks to +y."""
    c = (cx, cy)

    def b(x, y, z, w, d, h):
        return box(cx + x, cy + y, z, w, d, h, angle, c)

    legs = [b(x, y, 0, 0.055, 0.055, 0.45) for x in (-0.27, 0.215) for y in (-0.27, 0.215)]
    seat = [b(-0.29, -0.29, 0.45, 0.58, 0.58, 0.055)]
    posts = [b(x, -0.29, 0.5, 0.055, 0.055, 0.56) for x in (-0.27, 0.215)]
    slats = [b(-0.27, -0.285, 0.82, 0.54, 0.045, 0.26)]
    return legs, seat, posts, slats


@picture
def circle_of_chairs(p):
    cam = Camera((0.0, -8.4, 7.2), (0, -0.12, 0.1), 2180, (W / 2, H * 0.49))
    ground = mix(SAND, TERRA, 0.22)
    p.shape(rect(-5, -5, W + 10, H + 10), ground, 0)
    # floor of square tiles laid in diagonals, only their joints and a few darker ones
    for i in range(-14, 15):
        for j in range(-14, 15):
            x, y = i * 0.62, j * 0.62
            if (i * 7 + j * 3) % 5 in (0, 2):
                p.shape(
                    cam.face((x, y, 0), (x + 0.62, y, 0), (x + 0.62, y + 0.62, 0), (x, y + 0.62, 0)),
                    mix(ground, (CLAY, PAPER)[(i * 7 + j * 3) % 5 // 2], 0.12), 0,
                )
    for i in range(-14, 15):
        p.line(cam.face((i * 0.62, -8, 0), (i * 0.62, 8, 0)), mix(ground, CLAY, 0.4), 1.6, opacity=0.7)
        p.line(cam.face((-9, i * 0.62, 0), (9, i * 0.62, 0)), mix(ground, CLAY, 0.4), 1.6, opacity=0.7)
    # window light
    panes = []
    for a in (-5.6, -2.5, 0.6, 3.7):
        for b in (0, 1):
            y0, y1 = 4.1 - b * 4.4, 0.2 - b * 4.4
            panes.append(
                cam.face(
                    (a + 0.8 * b * 2.2, y0, 0), (a + 2.5 + 0.8 * b * 2.2, y0, 0),
                    (a + 2.5 + 1.7 + 0.8 * b * 2.2, y1, 0), (a + 1.7 + 0.8 * b * 2.2, y1, 0),
                )
            )
    # rug
    rug = floor_disc(cam, 0, 0, 2.05)
    p.shape([floor_disc(cam, 0.06, -0.05, 2.08)(i / 90, 0) for i in range(90)], INK, 0, 0.4)
    p.weave(
        rug,
        [
            ("plain", 3, INK, INK), ("bar", 7, INK, PAPER, 1.2), ("plain", 3, INK, INK), ("plain", 8, CLAY, CLAY),
            ("tri", 18, PAPER, CLAY, 1.0), ("plain", 4, OCHRE, OCHRE), ("eye", 20, OCHRE, PINE, 0.7),
            ("plain", 4, OCHRE, OCHRE), ("trid", 18, PAPER, CLAY, 0.7), ("plain", 8, CLAY, CLAY),
            ("plain", 3, INK, INK), ("bar", 7, INK, PAPER, 0.7), ("plain", 3, INK, INK), ("plain", 8, OCHRE, OCHRE),
            ("step", 22, CLAY, OCHRE, 0.3), ("plain", 24, CLAY, CLAY),
        ],
        60, parts=3, jitter=0.25,
    )
    window_light(p, panes, strength=0.34, tint=(STRAW, 0.14))
    # chairs
    tones = [
        (TERRA, CLAY, mix(CLAY, UMBER, 0.7)), (OCHRE, HONEY, mix(HONEY, UMBER, 0.5)),
        (mix(PINE, SAGE, 0.5), mix(PINE, SAGE, 0.12), mix(PINE, INK, 0.6)),
        (PAPER, mix(PAPER, TERRA, 0.22), mix(PAPER, UMBER, 0.42)),
    ]
    n = 10
    seats = []
    for i in range(n):
        a = math.radians(90 + (i + 0.5) * 360 / n)
        r = 2.72 + p.random.uniform(-0.07, 0.07)
        x, y = r * math.cos(a) * 1.12, r * math.sin(a)
        facing = math.degrees(math.atan2(-y, -x)) - 90 + p.random.uniform(-6, 6)
        seats.append((chair(x, y, facing), tones[(0, 2, 1, 3, 0, 1, 2, 0, 3, 1)[i]], (x, y, 0.4), facing))
    for parts, _, _, _ in seats:
        outline = [floor_shadow(cam, s) for group in parts for s in group]
        d = "".join(path(o) for o in outline)
        p.add(f'<g opacity=".42"><path d="{d}" fill="{INK}"/></g>')
    # a basket stands in the middle
    middle_basket(p, cam)
    for parts, tone, _, facing in sorted(seats, key=lambda s: -cam.depth(s[2])):
        legs, seat, posts, slats = parts
        draw_faces(p, cam, [(s, tone) for s in legs])
        away = math.cos(math.radians(facing)) > 0  # the back of the chair is on our side
        if away:
            draw_faces(p, cam, [(s, tone) for s in seat])
            weave_seat(p, cam, seat, tone)
            draw_faces(p, cam, [(s, tone) for s in posts + slats])
        else:
            draw_faces(p, cam, [(s, tone) for s in posts + slats])
            draw_faces(p, cam, [(s, tone) for s in seat])
            weave_seat(p, cam, seat, tone)


def weave_seat(p, cam, seat, tone):
    f = face_map(cam, seat[0][4][0])
    dark = INK if tone[0] != mix(PINE, SAGE, 0.5) else PAPER
    p.weave(
        lambda u, v: f(0.14 + 0.72 * u, 0.14 + 0.72 * v), [("check", 1, dark, mix(tone[0], PAPER, 0.35))] * 4, 4,
        jitter=0.15,
    )


def middle_basket(p, cam):
    bx, by = 0.0, 0.0
    p.shape(
        [
            cam(bx + 0.42 * math.cos(t / 20 * math.pi * 2) + 0.3, by + 0.42 * math.sin(t / 20 * math.pi * 2) + 0.14, 0)
            for t in range(20)
        ],
        INK, 0, 0.45,
    )

    def side(u, v):
        a = math.pi + u * math.pi
        r = 0.36 + 0.16 * math.sin((1 - v) * math.pi * 0.62 + 0.25)
        return cam(bx + r * math.cos(a), by + r * math.sin(a), 0.72 * (1 - v))

    p.weave(
        side,
        [
            ("plain", 5, CLAY, CLAY), ("slant", 8, INK, STRAW), ("plain", 3, CLAY, CLAY), ("tri", 14, CLAY, STRAW),
            ("plain", 3, INK, INK), ("dia", 14, OCHRE, PINE), ("plain", 3, INK, INK), ("trid", 14, CLAY, STRAW),
            ("plain", 4, CLAY, CLAY),
        ],
        14, parts=3, jitter=0.2,
    )
    edge = [side(0.62, t / 10) for t in range(11)] + [side(1, t / 10) for t in range(10, -1, -1)]
    p.shape(edge, INK, 0, 0.28)
    r = 0.36 + 0.16 * math.sin(math.pi * 0.62 + 0.25)
    rim = [cam(bx + r * math.cos(t / 20 * math.pi), by + r * math.sin(t / 20 * math.pi), 0.72) for t in range(40)]
    p.shape(rim, BARK, 0)
    p.line(rim + rim[:1], CLAY, 6)
    sx, sy = cam(bx, by, 0.66)
    for k, (a, n) in enumerate(((-58, 124), (62, 130), (-26, 172), (34, 164), (4, 196), (-80, 96), (84, 100))):
        leaf = smooth([(0, 0), (-n * 0.19, -n * 0.5), (0, -n), (n * 0.19, -n * 0.5)], 7, True)
        p.shape(shift(turn(leaf, a), sx, sy), (PINE, MOSS, FERN, mix(PINE, SAGE, 0.4))[k % 4], 0)
        p.line(shift(turn([(0, 0), (0, -n * 0.88)], a), sx, sy), MIST, 1.8, opacity=0.8)
    front = [
        cam(bx + r * math.cos(math.pi + t / 20 * math.pi), by + r * math.sin(math.pi + t / 20 * math.pi), 0.72)
        for t in range(21)
    ]
    low = cam(bx, by - r, 0.66)[1] - cam(bx, by - r, 0.72)[1]

    def collar(u, v):
        i = min(19, int(u * 20))
        (ax, ay), (cx, cy) = front[i], front[i + 1]
        return lerp(ax, cx, u * 20 - i), lerp(ay, cy, u * 20 - i) + v * low

    p.weave(collar, [("slant", 1, CLAY, STRAW)], 16, parts=2, jitter=0.2)
    p.line(front, CLAY, 6)


@picture
def reports_and_chart(p):
    wall = mix(SAND, BLUSH, 0.35)
    p.shape(rect(-5, -5, W + 10, H + 10), wall, 0)
    # light from a window on the left
    for a, b in ((0, 1), (1.12, 2.12)):
        for c, d in ((0, 1), (1.1, 2.1)):

            def q(s, t):
                return 40 + 330 * s + 120 * t, -70 + 330 * t + 50 * s

            p.shape([q(a, c), q(b, c), q(b, d), q(a, d)], PAPER, 0, 0.75)
    desk = 838
    # the sheet on the wall
    sx, sy, sw, sh = 640, 84, 820, 690
    ang = 1.2
    c = (sx + sw / 2, sy + sh / 2)

    def t(pts):
        return turn(pts, ang, *c)

    p.shape(shift(t(rect(sx, sy, sw, sh)), 24, 28), INK, 0, 0.26)
    p.shape(t(rect(sx, sy, sw, sh)), "#fffdf8", 1.0)
    for i in range(1, 7):
        yy = sy + sh - 132 - i * 76
        p.line(t([(sx + 110, yy), (sx + sw - 60, yy)]), MIST, 2, opacity=0.8)
    floor_y = sy + sh - 132
    fills = [
        ([("tri", 1, CLAY, BLUSH), ("plain", 0.25, CLAY, CLAY)], CLAY),
        ([("dia", 1, OCHRE, PINE), ("plain", 0.25, OCHRE, OCHRE)], PINE),
        ([("zig", 1, INK, STRAW), ("plain", 0.25, INK, INK)], OCHRE),
        ([("slant", 1, PAPER, CLAY), ("plain", 0.25, PAPER, PAPER)], CLAY),
        ([("hour", 1, PAPER, PINE), ("plain", 0.25, PAPER, PAPER)], PINE),
        ([("step", 1, CLAY, OCHRE), ("plain", 0.25, CLAY, CLAY)], OCHRE),
    ]
    heights = (252, 150, 316, 384, 286, 208)
    tops = []
    for i, ((unit, edge), h) in enumerate(zip(fills, heights, strict=True)):
        x = sx + 132 + i * 106
        bar = t(rect(x, floor_y - h, 74, h))
        p.weave(quad(*bar), unit * round(h / 44), 3, jitter=0.3)
        p.shape(t(rect(x + 56, floor_y - h, 18, h)), INK, 0, 0.16)
        p.shape(t(rect(x, floor_y - h - 8, 74, 10)), edge, 0)
        tops.append((x + 37, floor_y - h - 66))
    p.line(t(tops), INK, 5)
    for x, y in tops:
        p.shape(t(ellipse(x, y, 13)), INK, 0)
        p.shape(t(ellipse(x, y, 7.5)), OCHRE, 0)
    p.ruler(quad(*t(rect(sx + 84, floor_y, sw - 150, 24))), 17)
    p.ruler(quad(*t([(sx + 108, floor_y), (sx + 108, sy + 92), (sx + 84, sy + 92), (sx + 84, floor_y)])), 12)
    for i in range(6):
        x = sx + 138 + i * 106
        x0, y0 = t([(x, floor_y + 60)])[0]
        writing(p, x0, y0, 58, ang, size=6, width=2.6)
    x0, y0 = t([(sx + 90, sy + 52)])[0]
    writing(p, x0, y0, 400, ang, size=9, width=4)
    for x in (sx + 60, sx + sw - 60):
        ((px, py),) = t([(x, sy + 16)])
        p.shape(ellipse(px + 6, py + 8, 13), INK, 0, 0.3)
        p.shape(ellipse(px, py, 13), CLAY, 0)
        p.shape(ellipse(px - 4, py - 4, 4.5), ROSE, 0)
    # the desk
    p.shape(rect(-10, desk, W + 20, 240), mix(CLAY, UMBER, 0.25), 0)
    p.shape(rect(-10, desk, W + 20, 62), TERRA, 0)
    for i in range(9):
        x = p.random.uniform(-100, 1300)
        yy = desk + 8 + i * 6
        p.line([(x, yy), (x + p.random.uniform(200, 600), yy)], CLAY, 1.8, opacity=0.5)
    p.line([(-10, desk + 1), (W + 10, desk + 1)], STRAW, 4, opacity=0.8)
    p.shape(rect(-10, desk + 62, W + 20, 16), INK, 0, 0.4)
    p.weave(
        quad(*rect(-10, desk + 104, W + 20, 70)),
        [
            ("plain", 5, OCHRE, OCHRE), ("tri", 26, OCHRE, UMBER), ("plain", 4, PAPER, PAPER),
            ("trid", 26, OCHRE, UMBER), ("plain", 5, OCHRE, OCHRE),
        ],
        36,
    )
    p.shape(rect(-10, desk + 174, W + 20, 12), INK, 0, 0.3)
    # pile of reports
    x, y = 116, desk + 18
    w = 440
    p.shape([(x + 30, y + 4), (x + w + 190, y + 4), (x + w + 120, y + 30), (x + 90, y + 28)], INK, 0, 0.4)
    p.shape([(x + w, y), (x + w, y - 240), (x + w + 58, y - 196), (x + w + 170, y)], INK, 0, 0.16)
    spec = [
        (62, PINE, "tri", OCHRE), (48, CLAY, "plain", PAPER), (56, OCHRE, "dia", CLAY), (40, PAPER, "zig", INK),
        (66, UMBER, "eye", STRAW), (44, SAGE, "plain", INK), (54, CLAY, "hour", SAND), (38, STRAW, "bar", INK),
    ]
    for k, (h, color, motif, mark) in enumerate(spec):
        dx = (0, 14, -8, 20, -4, 12, -14, 6)[k]
        wk = w - (0, 20, 6, 40, 10, 30, 0, 60)[k]
        y -= h
        a = x + dx
        p.shape(rrect(a, y, wk, h, (9, 3, 3, 9)), color, 0)
        # pages at the right end
        p.shape(rect(a + wk - 54, y + 5, 54, h - 10), PAPER, 0)
        for i in range(int(h / 7) - 1):
            p.line([(a + wk - 52, y + 10 + i * 7), (a + wk - 2, y + 10 + i * 7)], SAGE, 1.6, opacity=0.8)
        p.shape(rect(a + wk - 20, y + 4, 20, h - 8), INK, 0, 0.18)
        p.line([(a + 6, y + 3), (a + wk - 60, y + 3)], mix(color, PAPER, 0.5), 3.5)
        p.shape(rect(a + 2, y + h * 0.72, wk - 56, h * 0.26), INK, 0, 0.16)
        if motif == "plain":
            p.shape(rect(a + 44, y + h * 0.3, 150, h * 0.4), mark, 0)
            writing(p, a + 56, y + h * 0.62, 120, size=5, color=color if mark == INK else INK)
        else:
            p.weave(
                quad(*rect(a + 40, y + h * 0.2, 226, h * 0.6)),
                [("plain", 0.12, mark, mark), (motif, 1, mark, color), ("plain", 0.12, mark, mark)], 9, jitter=0.3,
            )
        p.shape(rect(a + 16, y, 7, h), mark if motif != "plain" else PAPER, 0, 0.85)
    # on the pile: a pot with leaves
    plant(p, x + 150, y - 2, 1.25, mix(OCHRE, CLAY, 0.2))
    # an open report lies in front, with a pencil
    ox, oy = 980, desk + 30
    p.shape([(ox - 200, oy - 8), (ox + 380, oy - 12), (ox + 420, oy + 34), (ox - 140, oy + 36)], INK, 0, 0.34)
    left = smooth([(ox, oy - 22), (ox - 70, oy - 46), (ox - 210, oy - 28)], 8)
    p.shape(
        left + [(ox - 262, oy + 14), *smooth([(ox - 262, oy + 14), (ox - 90, oy - 8), (ox + 6, oy + 22)], 8)], PAPER, 0
    )
    right = smooth([(ox, oy - 22), (ox + 80, oy - 46), (ox + 216, oy - 28)], 8)
    p.shape(
        right + [(ox + 272, oy + 14), *smooth([(ox + 272, oy + 14), (ox + 100, oy - 8), (ox + 6, oy + 22)], 8)],
        mix(PAPER, TERRA, 0.16), 0,
    )
    for i in range(4):
        k = i * 8
        p.line(
            smooth([(ox - 20 - i, oy - 16 + k), (ox - 80 - i * 3, oy - 36 + k), (ox - 190 - i * 8, oy - 22 + k)], 6),
            SAGE, 2.2,
        )
        p.line(
            smooth([(ox + 24 + i, oy - 18 + k), (ox + 84 + i * 3, oy - 36 + k), (ox + 196 + i * 9, oy - 22 + k)], 6),
            SAGE, 2.2,
        )
    p.line([(ox, oy - 22), (ox + 6, oy + 22)], UMBER, 2.5)
    # mug with pencils
    mx, my = 1390, desk + 26
    p.shape([(mx, my - 4), (mx + 190, my - 2), (mx + 210, my + 12), (mx + 20, my + 14)], INK, 0, 0.36)
    for dx, top, a, col in ((-26, 190, -9, OCHRE), (2, 214, 2, CLAY), (28, 180, 10, PINE)):
        bx = mx + dx
        pts = turn(rect(bx - 8, my - top, 16, top - 40), a, bx, my - 60)
        p.shape(pts, col, 0)
        p.shape(turn([(bx - 8, my - top), (bx + 8, my - top), (bx, my - top - 26)], a, bx, my - 60), SAND, 0)
        p.shape(turn([(bx - 3, my - top - 17), (bx + 3, my - top - 17), (bx, my - top - 26)], a, bx, my - 60), INK, 0)
        p.shape(turn(rect(bx + 2, my - top, 6, top - 40), a, bx, my - 60), INK, 0, 0.2)
    p.shape([(mx - 62, my - 124), (mx + 62, my - 124), (mx + 56, my), (mx - 56, my)], PINE, 0)
    p.weave(
        quad((mx - 61, my - 96), (mx + 61, my - 96), (mx + 58, my - 34), (mx - 58, my - 34)),
        [
            ("plain", 4, OCHRE, OCHRE), ("tri", 14, OCHRE, PINE), ("plain", 3, PAPER, PAPER),
            ("trid", 14, OCHRE, PINE), ("plain", 4, OCHRE, OCHRE),
        ],
        6, jitter=0.2,
    )
    p.shape([(mx + 26, my - 124), (mx + 62, my - 124), (mx + 56, my), (mx + 22, my)], INK, 0, 0.3)
    p.shape(rrect(mx - 66, my - 130, 132, 12, 5), mix(PINE, SAGE, 0.4), 0)


SKIN, SKIN_LIT, SKIN_SHADE = mix(CLAY, INK, 0.36), mix(CLAY, OCHRE, 0.12), mix(CLAY, INK, 0.62)


def hand(p, x, y, angle, mirror, sleeve):
    """A hand from above that holds a strand between thumb and forefinger. x, y is the wrist."""
    m = -1 if mirror else 1

    def q(pts):
        return shift(turn([(a * m, b) for a, b in pts], angle), x, y)

    back = smooth(
        [
            (-66, 60), (-72, -10), (-90, -84), (-96, -150), (-80, -196), (-36, -214), (20, -216), (72, -200),
            (98, -136), (90, -50), (66, 60),
        ],
        8,
    )
    back += [(86, 420), (-90, 420)]
    # (spine, width at the root, width at the tip, turn of the nail)
    fingers = [
        ([(-68, -150), (-88, -226), (-76, -276)], 52, 42, -2), ([(-26, -160), (-34, -258), (-8, -322)], 56, 45, 16),
        ([(22, -160), (34, -268), (68, -334)], 57, 46, 28), ([(66, -140), (100, -232), (132, -290)], 55, 45, 34),
        ([(34, 6), (112, -58), (158, -142), (154, -240)], 82, 46, -8),
    ]
    solids = []
    for spine, w0, w1, _ in fingers:
        line = smooth(spine, 10)
        solids.append(
            (line, ribbon(line, lambda t, w0=w0, w1=w1: w0 + (w1 - w0) * t**0.7), ellipse(*line[-1], w1 / 2, n=24))
        )
    dark = "".join(f'<path d="{path(q(o))}"/>' for _, body, tip in solids for o in (body, tip))
    p.add(f'<g fill="{INK}" opacity=".45" transform="translate(20 28)">{dark}<path d="{path(q(back))}"/></g>')
    for (line, body, tip), (_, _, _, r) in reversed(list(zip(solids, fingers, strict=True))):
        clip = p.clip(q(body), q(tip))
        p.shape(q(body), SKIN, 0)
        p.shape(q(tip), SKIN, 0)
        # the side away from the light, and the lit edge
        flat = q(line)
        p.line(shift(flat, 18, 16), SKIN_SHADE, 20, opacity=0.8, clip=clip)
        p.line(shift(flat, -18, -16), SKIN_LIT, 10, opacity=0.7, clip=clip)
        tx, ty = line[-1]
        nail = turn(smooth([(-10, 8), (-10, -6), (0, -12), (10, -6), (10, 6), (0, 9)], 5, True), r)
        p.shape(q(shift(nail, tx, ty)), mix(SKIN_LIT, ROSE, 0.3), 0)
    p.shape(q(back), SKIN, 0)
    clip = p.clip(q(back))
    ((cx, cy),) = q([(0, -100)])
    p.grain(q(back), SKIN_LIT, (cx - 80, cy - 80), (cx - 12, cy - 12), 0.9, 0, 1.3, clip)
    p.grain(q(back), INK, (cx + 118, cy + 108), (cx + 52, cy + 44), 0.7, 0, 0.6, clip)
    for a, b in ((-64, -172), (-24, -188), (22, -190), (66, -174)):
        p.line(q([(a - 10, b + 4), (a, b - 2), (a + 10, b + 4)]), SKIN_SHADE, 3.5)
    # sleeve
    edge = [(-104, 150), (104, 150), (128, 640), (-128, 640)]
    p.shape(shift(q(edge), 20, 26), INK, 0, 0.4)
    p.weave(quad(*q(edge)), sleeve, 7)
    k = 1 if not mirror else -1
    p.shape(q([(30 * k * m, 150), (104 * k * m, 150), (128 * k * m, 640), (40 * k * m, 640)]), INK, 0, 0.22)


def hank(p, x, y, rx, ry, color, angle=0.0):
    """A ball of dyed sisal."""
    p.shape(shift(turn(ellipse(x, y, rx, ry), angle, x, y), 20, 26), INK, 0, 0.42)
    ball = turn(ellipse(x, y, rx, ry), angle, x, y)
    p.shape(ball, color, 0)
    c = p.clip(ball)
    for k, (tilt, tone) in enumerate(
        ((20, mix(color, INK, 0.3)), (-52, mix(color, PAPER, 0.28)), (80, mix(color, INK, 0.2)))
    ):
        for i in range(7):
            r = ry * (0.16 + 0.2 * i) - k * 6
            p.line(
                turn(ellipse(x - rx * 0.2, y + ry * 0.3, rx * 1.25, max(r, 4), 195, 345, 24), tilt, x, y), tone, 4.5,
                opacity=0.8, clip=c,
            )
    p.shape(
        [*ellipse(x, y, rx, ry, -45, 135), *ellipse(x - rx * 0.3, y - ry * 0.3, rx * 0.94, ry * 0.94, -45, 135)[::-1]],
        INK, 0, 0.3, c,
    )


@picture
def weaving_hands(p):
    ground = mix(PINE, SAGE, 0.06)
    p.shape(rect(-5, -5, W + 10, H + 10), ground, 0)
    cx, cy, r = 800, 452, 318
    # mat under the work: wide plaited squares, hardly lighter than the ground
    for i in range(-2, 18):
        for j in range(-2, 12):
            x, y = i * 100, j * 100
            tone = mix(ground, (SAGE, INK)[(i + j) % 2], 0.10)
            p.shape(rect(x + 3, y + 3, 94, 94), tone, 1.2)
            for k in (1, 2, 3):
                if (i + j) % 2:
                    p.line([(x + 4, y + k * 25), (x + 96, y + k * 25)], mix(tone, INK, 0.3), 2.5, opacity=0.7)
                else:
                    p.line([(x + k * 25, y + 4), (x + k * 25, y + 96)], mix(tone, INK, 0.3), 2.5, opacity=0.7)
    # balls of sisal
    hank(p, 196, 190, 112, 104, CLAY)
    hank(p, 1424, 206, 104, 98, OCHRE, 20)
    hank(p, 1300, 70, 74, 70, PAPER, -30)
    # warps
    n = 64
    for shadow in (True, False):
        for i in range(n):
            a = 2 * math.pi * i / n + p.random.uniform(-0.012, 0.012)
            length = r + (128 if i % 2 else 172) + p.random.uniform(-16, 22)
            bend = p.random.uniform(-0.035, 0.035)
            pts = smooth(
                [
                    (cx + q * math.cos(a + bend * k), cy + q * math.sin(a + bend * k))
                    for k, q in enumerate((r - 20, (r + length) / 2, length))
                ],
                8,
            )
            if shadow:
                p.line(shift(pts, 9, 12), INK, 7, opacity=0.35)
            else:
                p.line(pts, (SAND, STRAW, mix(STRAW, OCHRE, 0.5))[i % 3], 6.5)
    # the woven disc
    p.shape(shift(ellipse(cx, cy, r), 16, 22), INK, 0, 0.4)
    p.weave(
        disc(cx, cy, r, r, 0.0, 5),
        [
            ("slant", 7, INK, STRAW, 1.5), ("plain", 3, CLAY, CLAY), ("tri", 22, CLAY, SAND, 1.0),
            ("plain", 4, INK, INK), ("eye", 24, OCHRE, PINE, 0.75), ("plain", 4, INK, INK),
            ("trid", 20, CLAY, SAND, 0.75), ("plain", 3, CLAY, CLAY), ("bar", 8, INK, PAPER, 0.75),
            ("plain", 12, OCHRE, OCHRE), ("step", 22, CLAY, OCHRE, 0.375), ("plain", 6, CLAY, CLAY),
            ("plain", 3, INK, INK), ("hour", 14, PAPER, INK, 0.375), ("plain", 3, INK, INK),
            ("tri", 18, PINE, OCHRE, 0.25), ("plain", 16, PINE, PINE),
        ],
        48, parts=3, jitter=0.5,
    )
    for k in (0.93, 0.69, 0.47, 0.25):
        p.line(ellipse(cx, cy, r * k), INK, 1.5, opacity=0.35)
    p.shape(
        [*ellipse(cx, cy, r, r, -45, 135), *ellipse(cx - 44, cy - 44, r * 0.97, r * 0.97, -45, 135)[::-1]], INK, 0, 0.2
    )
    # the working strand: last turn on the rim, then into the hands
    left_wrist, right_wrist = (392, 838), (1208, 838)
    sleeve_l = [
        ("plain", 14, CLAY, CLAY), ("plain", 4, PAPER, PAPER), ("tri", 22, OCHRE, CLAY), ("plain", 4, PAPER, PAPER),
        ("plain", 40, CLAY, CLAY), ("plain", 5, INK, INK), ("dia", 26, PAPER, CLAY), ("plain", 5, INK, INK),
        ("plain", 60, CLAY, CLAY),
    ]
    sleeve_r = [
        ("plain", 14, OCHRE, OCHRE), ("plain", 4, INK, INK), ("zig", 24, INK, PAPER), ("plain", 4, INK, INK),
        ("plain", 40, OCHRE, OCHRE), ("plain", 4, CLAY, CLAY), ("tri", 24, CLAY, OCHRE), ("plain", 4, CLAY, CLAY),
        ("plain", 60, OCHRE, OCHRE),
    ]
    arc = ellipse(cx, cy, r + 20, r + 20, 38, 128, 60)
    for k, (x, y) in enumerate(arc[:-1]):
        if (k // 2) % 2 == 0:
            p.line([(x, y), arc[k + 1]], CLAY, 9)
    strand_l = smooth([arc[-1], (584, 736), (562, 716), (540, 700)], 10)
    strand_r = smooth([(1060, 700), (1070, 690), (1066, 666), arc[0]], 10)
    tail = smooth(
        [(1060, 700), (1010, 800), (930, 880), (820, 900), (740, 960), (800, 1030), (900, 1010), (960, 1090)], 14
    )
    for line, w in ((tail, 9), (strand_l, 9), (strand_r, 9)):
        p.line(shift(line, 10, 14), INK, w, opacity=0.4)
        p.line(line, CLAY, w)
        p.line(shift(line, -1.5, -2), ROSE, 2, opacity=0.7)
    hand(p, *left_wrist, 42, False, sleeve_l)
    hand(p, *right_wrist, -42, True, sleeve_r)


JACARANDA = mix("#6d4f86", BLUSH, 0.22)  # the one colour outside the five: the tree would not be itself without it


@picture
def nairobi_skyline(p):
    p.shape(rect(-5, -5, W + 10, H + 10), CREAM, 0)
    p.shape(rect(-5, -5, W + 10, 800), p.fade(OCHRE, (0, -80), (0, 560), 0.36, 0.0), 0)
    sun = (560, 340)
    for r, a in ((300, 0.18), (232, 0.28)):
        p.shape(ellipse(*sun, r), STRAW, 0, a)
    p.shape(ellipse(*sun, 165), OCHRE, 0)
    p.grain(ellipse(*sun, 165), CLAY, (600, 520), (560, 380), 0.75, 0, 0.7)
    for x, y, w, h in (
        (120, 190, 330, 12), (380, 262, 250, 9), (980, 130, 380, 12), (1180, 172, 260, 9), (700, 300, 300, 10),
    ):
        p.shape(rrect(x, y, w, h, h / 2), PAPER, 0, 0.85)
    # Ngong hills: knuckles
    top = smooth(
        [
            (-20, 690), (110, 640), (230, 600), (330, 632), (430, 582), (540, 628), (650, 590), (770, 640),
            (900, 600), (1020, 650), (1200, 626), (1400, 664), (1630, 630),
        ],
        14,
    )
    hills = top + [(W + 20, 900), (-20, 900)]
    p.shape(hills, mix(MIST, BLUSH, 0.4), 0)
    # far city
    for i in range(34):
        x = -10 + i * 49 + p.random.uniform(-8, 8)
        h = p.random.choice((50, 70, 90, 120, 60, 150))
        p.shape(
            rect(x, 800 - h - 40, p.random.choice((34, 44, 54)), h + 60),
            mix(MIST, BLUSH, 0.15) if i % 2 else mix(SAGE, MIST, 0.6), 0,
        )
    ground = 838

    def tower(x, w, h, color, side=0.3, grid=None, light=SAND, y=ground):
        """A block with a lit face and a shaded face; grid is (columns, rows) of windows."""
        p.shape(rect(x, y - h, w, h), color, 0.6)
        if grid:
            cols, rows, kind = grid
            lit = w * (1 - side)
            p.weave(
                quad(*rect(x + 6, y - h + 12, lit - 12, h - 18)),
                [(kind, 1, light, color), ("plain", 0.5, color, color)] * rows, cols, jitter=0.2,
            )
            p.weave(
                quad(*rect(x + lit + 5, y - h + 12, w * side - 9, h - 18)),
                [(kind, 1, mix(light, INK, 0.1), color), ("plain", 0.5, color, color)] * rows,
                max(1, round(cols * side / (1 - side))), jitter=0.2,
            )
        p.shape(rect(x + w * (1 - side), y - h, w * side, h), INK, 0, 0.34)

    # second row
    tower(20, 110, 260, mix(SAGE, MIST, 0.3), 0.3, (5, 12, "bar"), PAPER)
    tower(150, 92, 330, mix(ROSE, BLUSH, 0.3), 0.34, (4, 16, "bar"), PAPER)
    tower(470, 120, 300, mix(SAGE, PINE, 0.15), 0.3, (5, 14, "bar"), SAND)
    tower(1030, 96, 286, mix(ROSE, CLAY, 0.15), 0.32, (4, 13, "bar"), SAND)
    tower(1270, 130, 280, mix(SAGE, MIST, 0.3), 0.3, (6, 13, "bar"), PAPER)
    tower(1450, 120, 236, mix(ROSE, BLUSH, 0.2), 0.3, (5, 11, "bar"), PAPER)

    # KICC: round tower of clay, its crown, and the closed cone of the hall
    kx, kw, kh = 690, 146, 560

    def drum(u, v):
        return kx + kw / 2 - kw / 2 * math.cos(u * math.pi), ground - kh + kh * v + 5 * math.sin(u * math.pi)

    p.weave(drum, [("bar", 1, UMBER, TERRA), ("plain", 0.42, TERRA, TERRA)] * 22, 16, parts=2, jitter=0.1)
    p.shape(
        [(kx + kw * 0.62, ground - kh), (kx + kw, ground - kh), (kx + kw, ground + 4), (kx + kw * 0.62, ground + 4)],
        INK, 0, 0.36,
    )
    p.shape([(kx, ground - kh), (kx + 16, ground - kh), (kx + 16, ground), (kx, ground)], STRAW, 0, 0.4)
    cx = kx + kw / 2
    p.shape(
        [
            (kx - 20, ground - kh - 34), (kx + kw + 20, ground - kh - 34), (kx + kw + 2, ground - kh + 8),
            (kx - 2, ground - kh + 8),
        ],
        CLAY, 0.4,
    )
    p.shape(
        [
            (cx + 20, ground - kh - 34), (kx + kw + 20, ground - kh - 34), (kx + kw + 2, ground - kh + 8),
            (cx + 18, ground - kh + 8),
        ],
        INK, 0, 0.34,
    )
    p.weave(quad(*rect(kx - 16, ground - kh - 27, kw + 32, 13)), [("bar", 1, SAND, UMBER)], 17, jitter=0.1)
    p.shape(
        [
            (kx + 8, ground - kh - 60), (kx + kw - 8, ground - kh - 60), (kx + kw + 12, ground - kh - 34),
            (kx - 12, ground - kh - 34),
        ],
        TERRA, 0.4,
    )
    p.shape(
        [
            (cx + 16, ground - kh - 60), (kx + kw - 8, ground - kh - 60), (kx + kw + 12, ground - kh - 34),
            (cx + 18, ground - kh - 34),
        ],
        INK, 0, 0.34,
    )
    p.shape(rect(cx - 42, ground - kh - 84, 84, 26), CLAY, 0)
    p.shape(rect(cx + 8, ground - kh - 84, 34, 26), INK, 0, 0.34)
    p.line([(cx, ground - kh - 84), (cx, ground - kh - 140)], INK, 4)
    # the hall beside it
    hx = 626
    cone = [
        (hx - 84, ground), (hx - 70, ground - 60), (hx - 20, ground - 168), (hx, ground - 182),
        (hx + 20, ground - 168), (hx + 70, ground - 60), (hx + 84, ground),
    ]
    p.shape(cone, TERRA, 0)
    for k in range(-3, 4):
        p.line([(hx + k * 6, ground - 172 + abs(k) * 6), (hx + k * 22, ground - 60), (hx + k * 26, ground)], UMBER, 3)
    p.shape(
        [(hx + 4, ground - 182), (hx + 20, ground - 168), (hx + 70, ground - 60), (hx + 84, ground), (hx + 22, ground)],
        INK, 0, 0.32,
    )

    # Times Tower: slim, with a red-brown core and a mast
    tx, tw, th = 296, 104, 604
    tower(tx, tw, th, mix(STRAW, PAPER, 0.25), 0.36, (4, 26, "bar"), mix(PINE, SAGE, 0.3))
    p.shape(rect(tx + 26, ground - th - 34, 50, 34), CLAY, 0)
    p.shape(rect(tx + 54, ground - th - 34, 22, 34), INK, 0, 0.34)
    p.shape(rect(tx - 6, ground - th - 4, tw + 12, 12), CLAY, 0)
    p.line([(tx + 51, ground - th - 34), (tx + 51, ground - th - 100)], INK, 4)
    # UAP Old Mutual tower: tapering glass under a slanted crown
    ux, uw, uh = 900, 124, 590
    face = [
        (ux, ground), (ux + 6, ground - uh + 74), (ux + 74, ground - uh), (ux + uw - 6, ground - uh + 30),
        (ux + uw, ground),
    ]
    p.shape(face, PINE, 0)
    g = p.clip(face)
    p.weave(
        quad(*rect(ux - 4, ground - uh, uw + 8, uh)), [("slant", 1, SAGE, PINE), ("plain", 0.24, PINE, PINE)] * 20, 4,
        jitter=0.2, clip=g,
    )
    p.shape(
        [(ux + 74, ground - uh - 5), (ux + uw + 4, ground - uh), (ux + uw + 4, ground), (ux + 78, ground)], INK, 0,
        0.42, g,
    )
    p.line([(ux + 78, ground - uh), (ux + 78, ground - uh - 70)], INK, 4)
    # Britam: three-sided, rising to a point with its helix of turbines
    bx, bw, bh = 1072, 112, 640
    p.shape(
        [
            (bx, ground), (bx + 10, ground - bh + 130), (bx + 62, ground - bh), (bx + 98, ground - bh + 130),
            (bx + bw, ground),
        ],
        mix(SAGE, MIST, 0.2), 0,
    )
    g = p.clip(
        [
            (bx, ground), (bx + 10, ground - bh + 130), (bx + 62, ground - bh), (bx + 98, ground - bh + 130),
            (bx + bw, ground),
        ]
    )
    p.weave(
        quad(*rect(bx - 4, ground - bh, bw + 8, bh)),
        [("bar", 1, PINE, mix(SAGE, MIST, 0.2)), ("plain", 0.7, MIST, MIST)] * 22, 7, jitter=0.2, clip=g,
    )
    p.shape(
        [(bx + 62, ground - bh), (bx + bw + 5, ground - bh), (bx + bw + 5, ground), (bx + 66, ground)], INK, 0, 0.36, g
    )
    p.line([(bx + 62, ground - bh + 10), (bx + 62, ground - bh - 90)], INK, 4)
    # Nation Centre: twin drums with caps
    for nx in (1226, 1300):
        nh = 400

        def f(u, v, nx=nx):
            return nx + 32 - 32 * math.cos(u * math.pi), ground - 400 + 400 * v + 3 * math.sin(u * math.pi)

        p.weave(f, [("plain", 0.5, PAPER, PAPER), ("bar", 1, PINE, mix(PAPER, SAND, 0.5))] * 17, 6, parts=2, jitter=0.1)
        p.shape(rect(nx + 40, ground - nh, 24, nh), INK, 0, 0.34)
        p.shape(
            [(nx - 4, ground - nh), (nx + 68, ground - nh), (nx + 56, ground - nh - 26), (nx + 8, ground - nh - 26)],
            CLAY, 0,
        )
        p.shape(ellipse(nx + 32, ground - nh - 40, 15), OCHRE, 0)
        p.line([(nx + 32, ground - nh - 54), (nx + 32, ground - nh - 96)], INK, 3.5)
    tower(1282, 30, 300, mix(SAGE, PINE, 0.2), 0.4)
    # front low blocks
    tower(200, 120, 190, CLAY, 0.3, (4, 7, "bar"), SAND)
    tower(410, 110, 170, mix(PINE, SAGE, 0.4), 0.3, (4, 6, "bar"), SAND)
    tower(1160, 110, 170, mix(OCHRE, CLAY, 0.2), 0.32, (4, 6, "bar"), PINE)
    tower(1486, 140, 420, mix(CLAY, UMBER, 0.2), 0.3, (5, 16, "bar"), SAND)
    tower(-40, 130, 180, mix(OCHRE, CLAY, 0.2), 0.3, (4, 6, "bar"), UMBER)
    tower(846, 150, 150, mix(PINE, SAGE, 0.25), 0.3, (6, 5, "bar"), SAND)
    # trees of the park
    line = []
    for i in range(42):
        x = -20 + i * 41
        r = p.random.uniform(30, 62)
        line.append((x, ground - 4 - r * 0.3, r))
    for x, y, r in line:
        c = p.random.choice((MOSS, PINE, FERN, mix(PINE, SAGE, 0.25)))
        p.shape(ellipse(x, y, r, r * 0.8), c, 0)
        p.shape(
            [
                *ellipse(x, y, r, r * 0.8, -60, 120),
                *ellipse(x - r * 0.28, y - r * 0.22, r * 0.95, r * 0.76, -60, 120)[::-1],
            ],
            INK, 0, 0.22,
        )
    p.shape(rect(-5, ground, W + 10, 300), mix(PINE, MOSS, 0.5), 0)
    # road with a kerb like a scale, lawn, and a matatu
    p.shape(rect(-5, 884, W + 10, 78), mix(INK, SAGE, 0.22), 0)
    p.ruler(quad(*rect(-8, 876, W + 16, 13)), 40)
    for i in range(14):
        p.shape(rect(-30 + i * 126, 920, 62, 5), SAND, 0)
    matatu(p, 380, 858, 1.05)
    p.shape(
        smooth([(-20, 966), (400, 954), (800, 962), (1200, 950), (1640, 960)], 10) + [(W + 20, H + 10), (-20, H + 10)],
        PINE, 0,
    )
    p.ruler(quad((-8, 950), (W + 8, 950), (W + 8, 964), (-8, 964)), 40)
    lawn = rect(-5, 964, W + 10, 110)
    p.shape(lawn, PINE, 0)
    p.grain(lawn, INK, (0, H), (0, 980), 0.9, 0.1, 0.8)
    for _ in range(150):
        x, y = p.random.uniform(0, W), p.random.uniform(985, H)
        if x > 1000:
            p.shape(
                ellipse(x, y, p.random.uniform(4, 9), p.random.uniform(2, 4)),
                mix(JACARANDA, p.random.choice((PAPER, PINE)), 0.25), 0,
            )
    jacaranda(p, 1408, 1034, 0.74)


def jacaranda(p, x, y, s):
    wood = mix(BARK, INK, 0.3)
    p.shape(ellipse(x + 60, y + 6, 270, 22), INK, 0, 0.35)
    trunk = [
        ([(0, 10), (-8, -120), (-40, -250), (-150, -400), (-260, -500)], 40),
        ([(-6, -110), (30, -250), (110, -400), (150, -560)], 32), ([(-30, -230), (-40, -380), (-30, -560)], 20),
        ([(50, -300), (160, -390), (300, -450)], 17), ([(-90, -330), (-190, -380), (-330, -400)], 15),
    ]
    for line, w in trunk:
        pts = [(x + a * s, y + b * s) for a, b in smooth(line, 10)]
        p.shape(ribbon(pts, lambda t, w=w: w * s * (1.1 - 0.75 * t)), wood, 0)
    blobs = [
        (-330, -420, 120), (-230, -520, 150), (-80, -560, 160), (80, -590, 160), (220, -520, 150), (330, -440, 125),
        (-30, -680, 150), (150, -680, 130), (-180, -650, 120), (20, -470, 110),
    ]
    order = sorted(blobs, key=lambda b: b[1])
    for k, (a, b, r) in enumerate(order):
        cx, cy, r = x + a * s, y + b * s, r * s
        ring = []
        for i in range(22):
            t = 2 * math.pi * i / 22
            q = r * (1 + (0.07 if i % 2 else -0.05) + p.random.uniform(-0.04, 0.04))
            ring.append((cx + q * math.cos(t), cy + q * 0.66 * math.sin(t)))
        ring = smooth(ring, 4, True)
        tone = mix(JACARANDA, (INK, PAPER, PINE)[k % 3], (0.12, 0.1, 0.16)[k % 3])
        p.shape(ring, tone, 0)
        c = p.clip(ring)
        p.grain(ring, mix(JACARANDA, PAPER, 0.62), (cx - r, cy - r * 0.6), (cx - r * 0.2, cy - r * 0.1), 0.8, 0, 1.0)
        p.grain(ring, INK, (cx + r * 0.8, cy + r * 0.6), (cx + r * 0.3, cy + r * 0.15), 0.75, 0, 0.8, c)
    for _ in range(130):
        a, b, r = p.random.choice(blobs)
        t, q = p.random.uniform(0, 2 * math.pi), p.random.uniform(0, 1) ** 0.6
        cx, cy = x + (a + r * q * math.cos(t)) * s, y + (b + r * 0.66 * q * math.sin(t)) * s
        p.shape(ellipse(cx, cy, 6 * s, 4.4 * s, n=10), mix(JACARANDA, PAPER, p.random.choice((0.3, 0.45, 0.6))), 0)


@picture
def training_room(p):
    cam = Camera((0.55, -7.4, 2.55), (0.12, 2.0, 1.15), 1440, (W * 0.5, H * 0.47))
    back, left, right = 4.2, -3.75, 4.15
    wall = mix(SAND, PAPER, 0.25)
    p.shape(rect(-5, -5, W + 10, H + 10), wall, 0)
    # floor
    p.shape(cam.face((left, back, 0), (right, back, 0), (right, -5.5, 0), (left, -5.5, 0)), mix(TERRA, SAND, 0.25), 0)
    i = 0
    x = left
    while x < right:
        y = -5.4
        j = 0
        while y < back:
            if (i + j) % 2:
                p.shape(
                    cam.face(
                        (x, y, 0), (min(x + 0.75, right), y, 0), (min(x + 0.75, right), min(y + 0.75, back), 0),
                        (x, min(y + 0.75, back), 0),
                    ),
                    mix(TERRA, SAND, 0.12), 0,
                )
            y, j = y + 0.75, j + 1
        x, i = x + 0.75, i + 1
    # right wall, in its own shade, with a light from across the room
    p.shape(
        cam.face((right, back, 0), (right, back, 3.6), (right, -6.0, 3.6), (right, -6.0, 0)), mix(wall, TERRA, 0.34), 0
    )
    for k in range(3):
        y0, y1 = 3.3 - k * 2.3, 1.9 - k * 2.3
        p.shape(
            cam.face((right, y0, 1.0), (right, y0 - 0.25, 2.5), (right, y1 - 0.25, 2.5), (right, y1, 1.0)), SAND, 0, 0.7
        )
    p.ruler(quad(*cam.face((right, back, 0.17), (right, -3, 0.17), (right, -3, 0.07), (right, back, 0.07))), 36)
    # left wall with windows
    p.shape(cam.face((left, back, 0), (left, back, 3.6), (left, -6.0, 3.6), (left, -6.0, 0)), mix(BLUSH, SAND, 0.3), 0)
    ceiling = cam.face((left, back, 3.6), (right, back, 3.6), (right, -5.0, 3.6), (left, -5.0, 3.6))
    p.shape(ceiling, mix(wall, PINE, 0.16), 0)
    for k in range(6):
        y = back - k * 1.5
        p.line(cam.face((left, y, 3.6), (right, y, 3.6)), mix(wall, PINE, 0.32), 3)
    for k in range(4):
        y0, y1 = 3.4 - k * 2.1, 1.95 - k * 2.1
        frame = cam.face((left, y0, 1.05), (left, y0, 2.9), (left, y1, 2.9), (left, y1, 1.05))
        p.shape(frame, mix(CLAY, UMBER, 0.4), 0)
        glass = cam.face(
            (left, y0 - 0.07, 1.14), (left, y0 - 0.07, 2.81), (left, y1 + 0.07, 2.81), (left, y1 + 0.07, 1.14)
        )
        p.shape(glass, PAPER, 0)
        g = p.clip(glass)
        low = [cam(left, lerp(y0, y1, t / 8), 1.72 + 0.1 * math.sin(t * 0.7 + k * 2)) for t in range(9)]
        p.shape(low + [cam(left, y1, 1.0), cam(left, y0, 1.0)], SAGE, 0, clip=g)
        low = [cam(left, lerp(y0, y1, t / 8), 1.44 + 0.07 * math.sin(t * 0.8 + k * 1.3 + 2)) for t in range(9)]
        p.shape(low + [cam(left, y1, 1.0), cam(left, y0, 1.0)], MOSS, 0, clip=g)
        ym = (y0 + y1) / 2
        p.shape(
            cam.face((left, ym + 0.04, 1.1), (left, ym + 0.04, 2.85), (left, ym - 0.04, 2.85), (left, ym - 0.04, 1.1)),
            mix(CLAY, UMBER, 0.4), 0,
        )
        p.shape(
            cam.face((left, y0, 2.2), (left, y0, 2.28), (left, y1, 2.28), (left, y1, 2.2)), mix(CLAY, UMBER, 0.4), 0
        )
    # the back wall: woven frieze, board, skirting
    p.weave(
        quad(*cam.face((left, back, 3.42), (right, back, 3.42), (right, back, 3.08), (left, back, 3.08))),
        [
            ("plain", 5, CLAY, CLAY), ("tri", 18, CLAY, SAND), ("plain", 4, INK, INK), ("eye", 24, OCHRE, INK, 0.7),
            ("plain", 4, INK, INK), ("trid", 18, CLAY, SAND), ("plain", 5, CLAY, CLAY),
        ],
        44, jitter=0.3,
    )
    p.ruler(quad(*cam.face((left, back, 0.17), (right, back, 0.17), (right, back, 0.07), (left, back, 0.07))), 46)
    bx0, bx1, bz0, bz1 = -1.95, 1.95, 1.02, 2.86
    p.shape(
        shift(
            cam.face(
                (bx0 - 0.1, back, bz1 + 0.1), (bx1 + 0.1, back, bz1 + 0.1), (bx1 + 0.1, back, bz0 - 0.1),
                (bx0 - 0.1, back, bz0 - 0.1),
            ),
            12, 14,
        ),
        INK, 0, 0.28,
    )
    p.shape(
        cam.face(
            (bx0 - 0.1, back, bz1 + 0.1), (bx1 + 0.1, back, bz1 + 0.1), (bx1 + 0.1, back, bz0 - 0.1),
            (bx0 - 0.1, back, bz0 - 0.1),
        ),
        mix(OCHRE, CLAY, 0.45), 0.6,
    )
    board = cam.face((bx0, back, bz1), (bx1, back, bz1), (bx1, back, bz0), (bx0, back, bz0))
    p.shape(board, PINE, 0)
    p.grain(
        board, SAGE, board[0], (lerp(board[0][0], board[2][0], 0.16), lerp(board[0][1], board[2][1], 0.2)), 0.4, 0, 0.55
    )

    def at(u, v):
        return cam(lerp(bx0, bx1, u), back, lerp(bz1, bz0, v))

    def scale(n):
        return n * (at(1, 0)[0] - at(0, 0)[0]) / 900

    # three circles that share a field, arrows, a list
    for u, v, col in ((0.2, 0.40, OCHRE), (0.32, 0.40, PAPER), (0.26, 0.62, BLUSH)):
        cx, cy = at(u, v)
        p.line(ellipse(cx, cy, scale(88)) + [(cx + scale(88), cy)], col, 4.5, opacity=0.95)
    cx, cy = at(0.26, 0.475)
    p.shape(ellipse(cx, cy, scale(17)), OCHRE, 0)
    a, b = at(0.47, 0.5), at(0.575, 0.5)
    p.line([a, b], PAPER, 4.5)
    p.line([(b[0] - 16, b[1] - 12), b, (b[0] - 16, b[1] + 12)], PAPER, 4.5)
    for k in range(4):
        x, y = at(0.64, 0.3 + k * 0.14)
        p.line(rect(x, y - 12, 17, 17) + [(x, y - 12)], OCHRE, 3)
        if k < 3:
            p.line([(x + 3, y - 4), (x + 8, y + 3), (x + 20, y - 16)], PAPER, 3.5)
        writing(p, x + 34, y + 4, (104, 88, 112, 76)[k], 0, PAPER, 6, 2.8)
    x, y = at(0.1, 0.13)
    writing(p, x, y, 230, 0, PAPER, 8, 3.4)
    p.ruler(quad(at(0.64, 0.9), at(0.93, 0.9), at(0.93, 0.94), at(0.64, 0.94)), 12, PINE, PAPER)
    tray = cam.face(
        (bx0, back - 0.12, bz0 - 0.1), (bx1, back - 0.12, bz0 - 0.1), (bx1, back - 0.12, bz0 - 0.17),
        (bx0, back - 0.12, bz0 - 0.17),
    )
    p.shape(tray, mix(CLAY, UMBER, 0.3), 0)
    for x, col in ((-0.5, PAPER), (-0.36, OCHRE), (0.9, PAPER)):
        sx, sy = cam(x, back - 0.12, bz0 - 0.08)
        p.line([(sx, sy), (sx + 22, sy)], col, 6)
    # right of the board: woven panel, plant on a stool
    panel = cam.face((2.62, back, 2.72), (3.72, back, 2.72), (3.72, back, 1.2), (2.62, back, 1.2))
    p.shape(shift(panel, 9, 10), INK, 0, 0.25)
    p.weave(
        quad(*panel),
        [
            ("plain", 8, PINE, PINE), ("tri", 16, OCHRE, PINE), ("plain", 4, PAPER, PAPER), ("dia", 20, PAPER, CLAY),
            ("plain", 4, PAPER, PAPER), ("trid", 16, OCHRE, PINE), ("plain", 10, PINE, PINE),
            ("zig", 16, CLAY, STRAW), ("plain", 10, PINE, PINE), ("tri", 16, OCHRE, PINE), ("plain", 4, PAPER, PAPER),
            ("dia", 20, PAPER, CLAY), ("plain", 4, PAPER, PAPER), ("trid", 16, OCHRE, PINE), ("plain", 8, PINE, PINE),
        ],
        7, jitter=0.3,
    )
    # light from the windows on the floor
    lit = []
    for k in range(4):
        y0, y1 = 2.9 - k * 2.1, 1.6 - k * 2.1
        lit.append(
            cam.face((left + 0.9, y0, 0), (left + 3.7, y0 + 0.9, 0), (left + 3.7, y1 + 0.9, 0), (left + 0.9, y1, 0))
        )
    for q in lit:
        p.shape(q, PAPER, 0, 0.42)
    # two lamps of basketry
    for lx, ly in ((-1.75, 1.6), (2.05, 1.6)):
        top, low = cam(lx, ly, 3.6), cam(lx, ly, 2.86)
        s = (cam(lx + 1, ly, 2.9)[0] - low[0]) * 0.36
        p.line([(top[0], top[1] - 40), (low[0], low[1] - s * 1.0)], INK, 4)

        def shade(u, v, low=low, s=s):
            r = s * (0.28 + 0.82 * v)
            return low[0] - r * math.cos(u * math.pi), low[1] - s * (1 - v) + 0.14 * r * math.sin(u * math.pi)

        p.weave(
            shade,
            [
                ("plain", 5, CLAY, CLAY), ("slant", 12, INK, OCHRE), ("plain", 3, CLAY, CLAY),
                ("tri", 20, CLAY, STRAW), ("plain", 3, INK, INK), ("dia", 16, PINE, STRAW), ("plain", 3, INK, INK),
            ],
            12, parts=3, jitter=0.2,
        )
        edge = [shade(0.62, t / 6) for t in range(7)] + [shade(1, t / 6) for t in range(6, -1, -1)]
        p.shape(edge, INK, 0, 0.26)
    # tables and chairs, rows towards the board
    wood = (STRAW, mix(OCHRE, CLAY, 0.25), mix(CLAY, UMBER, 0.25))
    tones = [(mix(PINE, SAGE, 0.5), mix(PINE, SAGE, 0.15), mix(PINE, INK, 0.5)), (TERRA, CLAY, mix(CLAY, UMBER, 0.7))]
    places = []
    for row, y in enumerate((1.55, -0.55, -2.75)):
        for side, x in enumerate((-2.55, 0.45)):
            places.append((row, side, x, y))
    shadows = []
    for _, _, x, y in places:
        shadows.append(floor_shadow(cam, box(x, y, 0.72, 2.1, 0.62, 0.05)))
        for cx in (x + 0.55, x + 1.55):
            parts = chair(cx, y - 0.42, 0)
            shadows += [floor_shadow(cam, s) for g in parts[1:2] + parts[3:] for s in g]
    p.add(f'<path d="{"".join(path(hull(s)) for s in shadows)}" fill="{UMBER}" opacity=".42"/>')
    for row, side, x, y in sorted(places, key=lambda q: -q[3]):
        legs = [box(lx, ly, 0, 0.07, 0.07, 0.72) for lx in (x + 0.04, x + 1.99) for ly in (y + 0.5, y + 0.04)]
        draw_faces(p, cam, [(s, wood) for s in legs])
        front = box(x + 0.1, y + 0.52, 0.35, 1.9, 0.03, 0.37)
        draw_faces(p, cam, [(front, (wood[1], wood[2], wood[2]))])
        top = box(x, y, 0.72, 2.1, 0.62, 0.055)
        draw_faces(p, cam, [(top, wood)])
        a, b = cam(x, y, 0.775), cam(x + 2.1, y, 0.775)
        # notebooks and a glass
        for k, ox in enumerate((0.28, 1.28)):
            z = 0.78
            book = cam.face(
                (x + ox, y + 0.12, z), (x + ox + 0.5, y + 0.14, z), (x + ox + 0.5, y + 0.5, z), (x + ox, y + 0.48, z)
            )
            p.shape(shift(book, 4, 4), INK, 0, 0.25)
            p.shape(book, PAPER if (row + k + side) % 3 else BLUSH, 0)
            mid = cam.face((x + ox + 0.25, y + 0.13, z), (x + ox + 0.25, y + 0.49, z))
            p.line(mid, SAGE, 2)
            for t in (0.22, 0.3, 0.38):
                p.line(cam.face((x + ox + 0.05, y + t, z), (x + ox + 0.2, y + t, z)), SAGE, 1.6)
        gx, gy = cam(x + 1.02, y + 0.4, 0.78)
        s = abs(b[0] - a[0]) / 470
        p.shape(
            [(gx - 10 * s, gy - 34 * s), (gx + 10 * s, gy - 34 * s), (gx + 8 * s, gy), (gx - 8 * s, gy)],
            mix(PAPER, SAGE, 0.35), 0, 0.9,
        )
        p.shape(
            [(gx - 9.4 * s, gy - 22 * s), (gx + 9.4 * s, gy - 22 * s), (gx + 8 * s, gy), (gx - 8 * s, gy)], SAGE, 0, 0.7
        )
        for k, cx in enumerate((x + 0.55, x + 1.55)):
            legs, seat, posts, slats = chair(cx, y - 0.42, (0, 7, -6, 0, 4, -9)[(row * 2 + k + side) % 6])
            tone = tones[(row + k + side) % 2]
            draw_faces(p, cam, [(s2, tone) for s2 in legs])
            draw_faces(p, cam, [(s2, tone) for s2 in seat])
            draw_faces(p, cam, [(s2, tone) for s2 in posts + slats])
            g = face_map(cam, slats[0][0][0])
            p.weave(
                lambda u, v, g=g: g(0.1 + 0.8 * u, 0.2 + 0.6 * v),
                [("tri", 1, OCHRE, INK), ("plain", 0.2, PAPER, PAPER), ("trid", 1, OCHRE, INK)], 6, jitter=0.15,
            )


# fmt: on
# ---------------------------------------------------------------- from drawing to file


def noise(rng, w, h):
    return Image.frombytes("L", (w, h), rng.randbytes(w * h))


def finish(png, name):
    """Paper and ink: slow changes of density, small flecks where the ink did not take."""
    image = Image.open(BytesIO(png)).convert("RGB").resize((W, H), Image.Resampling.LANCZOS)
    rng = random.Random("paper " + name)
    clouds = noise(rng, 26, 18).resize((W, H), Image.Resampling.BICUBIC).point(lambda v: round((v - 128) * 0.04 + 4))
    image = Image.composite(Image.new("RGB", (W, H), INK), image, clouds.point(lambda v: max(0, min(255, v))))
    flecks = Image.new("L", (W, H), 0)
    pen = ImageDraw.Draw(flecks)
    for _ in range(420):
        x, y, r = rng.uniform(0, W), rng.uniform(0, H), rng.choice((0.6, 0.8, 1.0, 1.5))
        pen.ellipse((x - r, y - r, x + r, y + r), fill=rng.randint(40, 110))
    return Image.composite(Image.new("RGB", (W, H), PAPER), image, flecks.filter(ImageFilter.GaussianBlur(0.5)))


def main(names):
    unknown = set(names) - set(PICTURES)
    if unknown:
        raise SystemExit(f"no such picture: {', '.join(sorted(unknown))}. There are: {', '.join(PICTURES)}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM if Path(CHROMIUM).exists() else None,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-color-profile=srgb"],
        )
        page = browser.new_page(viewport={"width": W, "height": H}, device_scale_factor=2)
        for name in names or PICTURES:
            pic = Picture(name)
            PICTURES[name](pic)
            page.set_content(f"<style>*{{margin:0}}svg{{display:block}}</style>{pic.svg()}")
            image = finish(page.screenshot(), name)
            quality = QUALITY
            while True:
                data = BytesIO()
                image.save(data, "WEBP", quality=quality, method=6)
                if len(data.getvalue()) <= LIMIT or quality <= 70:
                    break
                quality -= 1
            (HERE / f"{name}.webp").write_bytes(data.getvalue())
            print(f"{name}.webp  {len(data.getvalue()):,} bytes  quality {quality}")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
