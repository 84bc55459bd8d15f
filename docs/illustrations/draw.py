#!/usr/bin/env python3
"""Draws the product pictures of the demonstration sellers.

    python3 docs/illustrations/draw.py            # draw every picture of pictures.tsv
    python3 docs/illustrations/draw.py --check    # compare instead of writing; status 1 on a difference

pictures.tsv has one line per picture, fields separated by tabs:

    path (below Content/sellers)   kind   #main,#second,#accent   view

kind names one of the drawings below (KINDS); view is front, detail, scene or pack.
The shape of an object depends on the product (the CRC of its folder or file name), small
things around it on the whole path, so the same list always gives the same bytes.
Only the Python standard library is used.

All drawings share one frame of 800 x 1000, one light from the top left, soft contact
shadows to the lower right, and tones derived from the product's own colours in OKLCH.
"""

import argparse
import contextlib
import math
import pathlib
import random
import re
import sys
import xml.dom.minidom
import zlib

HERE = pathlib.Path(__file__).resolve().parent
LIST = HERE / "pictures.tsv"
TARGET = HERE.parent.parent / "Content" / "sellers"
LIMIT = 6 * 1024
W, H = 800, 1000


# ---------------------------------------------------------------- colour

def _to_linear(value):
    value /= 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _from_linear(value):
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def oklch(code):
    code = code.strip().lstrip("#")
    if len(code) == 3:
        code = "".join(c * 2 for c in code)
    r, g, b = (_to_linear(int(code[i:i + 2], 16)) for i in (0, 2, 4))
    l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s
    x = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s
    y = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    return lightness, math.hypot(x, y), math.degrees(math.atan2(y, x)) % 360


def colour(lightness, chroma, hue):
    """The #rrggbb of an OKLCH colour; chroma is lowered until it fits sRGB."""
    lightness = min(0.99, max(0.08, lightness))
    while True:
        x = chroma * math.cos(math.radians(hue))
        y = chroma * math.sin(math.radians(hue))
        l = (lightness + 0.3963377774 * x + 0.2158037573 * y) ** 3
        m = (lightness - 0.1055613458 * x - 0.0638541728 * y) ** 3
        s = (lightness - 0.0894841775 * x - 1.2914855480 * y) ** 3
        rgb = (4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
               -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
               -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)
        if chroma < 0.004 or all(-0.0005 <= v <= 1.0005 for v in rgb):
            break
        chroma *= 0.94
    return "#" + "".join("%02x" % round(255 * _from_linear(min(1, max(0, v)))) for v in rgb)


class Tones:
    """l light, h highlight, b base, s shade, d deep shade, x deepest."""

    def __init__(self, code):
        L, C, hue = oklch(code)
        self.L, self.C, self.hue = L, C, hue
        L = min(0.95, max(0.27, L))
        self.l = colour(L + (1 - L) * 0.55, C * 0.55, hue)
        self.h = colour(L + (1 - L) * 0.26, C * 0.9, hue)
        self.b = colour(L, C, hue)
        self.s = colour(L * 0.89, C * 1.02, hue)
        self.d = colour(L * 0.76, C, hue)
        self.x = colour(L * 0.58, C * 0.9, hue)


WOOD = Tones("#d2a672")
DARKWOOD = Tones("#8a5a3a")
STEEL = Tones("#b4b9be")
BRASS = Tones("#c9a24f")
INK = Tones("#33363b")
KRAFT = Tones("#cda878")
CREAM = Tones("#f2eadb")
LEAF = Tones("#6f8f63")
CLAY = Tones("#c98b66")
COFFEE = Tones("#4a2c1c")
GLOW = "#ffe7a8"


# ---------------------------------------------------------------- geometry

def _shorter(x, y, most):
    """The vector, but no longer than most: a short segment must not overshoot."""
    length = math.hypot(x, y)
    return (x, y) if length <= most else (x * most / length, y * most / length)


def spline(points, closed=False):
    """Cubic segments through the points (Catmull-Rom); a third item 1 makes a corner."""
    n = len(points)
    out = []
    for i in range(n if closed else n - 1):
        a, b = points[i], points[(i + 1) % n]
        before = points[i - 1] if (closed or i) else a
        after = points[(i + 2) % n] if (closed or i + 2 < n) else b
        reach = math.hypot(b[0] - a[0], b[1] - a[1]) * 0.42
        t1 = (0, 0) if len(a) > 2 and a[2] else _shorter((b[0] - before[0]) / 6, (b[1] - before[1]) / 6, reach)
        t2 = (0, 0) if len(b) > 2 and b[2] else _shorter((after[0] - a[0]) / 6, (after[1] - a[1]) / 6, reach)
        out.append(f"C{a[0] + t1[0]} {a[1] + t1[1]} {b[0] - t2[0]} {b[1] - t2[1]} {b[0]} {b[1]}")
    return "".join(out)


def blob(points):
    return f"M{points[0][0]} {points[0][1]}" + spline(points, True) + "z"


def turned(cx, profile, k=0.16):
    """Outline of a turned body; profile = (y, radius[, corner]) from top to bottom."""
    right = [(cx + q[1], q[0]) + tuple(q[2:]) for q in profile]
    left = [(cx - q[1], q[0]) + tuple(q[2:]) for q in reversed(profile)]
    r0, r1 = profile[0][1], profile[-1][1]
    return (f"M{right[0][0]} {right[0][1]}" + spline(right)
            + f"A{r1} {r1 * k} 0 0 1 {left[0][0]} {left[0][1]}" + spline(left)
            + f"A{r0} {r0 * k} 0 0 1 {right[0][0]} {right[0][1]}z")


def leaf(x, y, angle, length, width):
    """A pointed leaf from (x, y); angle 0 points up, positive to the right."""
    a = math.radians(angle)
    ux, uy = math.sin(a), -math.cos(a)
    tx, ty = x + ux * length, y + uy * length
    mx, my = x + ux * length * 0.45, y + uy * length * 0.45
    return (f"M{x} {y}Q{mx - uy * width} {my + ux * width} {tx} {ty}"
            f"Q{mx + uy * width} {my - ux * width} {x} {y}z")


def box(x, y, w, h, r=0):
    if not r:
        return f"M{x} {y}h{w}v{h}h{-w}z"
    return (f"M{x + r} {y}h{w - 2 * r}q{r} 0 {r} {r}v{h - 2 * r}q0 {r} {-r} {r}"
            f"h{-(w - 2 * r)}q{-r} 0 {-r} {-r}v{-(h - 2 * r)}q0 {-r} {r} {-r}z")


def star(cx, cy, r, q, n):
    pts = []
    for i in range(2 * n):
        a = math.pi * i / n - math.pi / 2
        pts.append(f"{cx + math.cos(a) * (q if i % 2 else r)} {cy + math.sin(a) * (q if i % 2 else r)}")
    return "M" + "L".join(pts) + "z"


# ---------------------------------------------------------------- the picture

class Picture:
    def __init__(self, path, kind, colours, view, product, lean=0):
        self.lean = lean  # how much of the surroundings to leave out, to stay below LIMIT
        self.path, self.kind, self.view = path, kind, view
        # words of the product's own name, without the seller's
        self.slug = path.lower().partition("/")[2]
        self.shape_seed = zlib.crc32((product + " " + kind).encode())
        self.seat = 450
        self.size = KINDS[kind][3]
        self.setting = KINDS[kind][1]
        if kind == "desk-lamp" and self.has("clamp", "klemm"):
            self.setting = "wall"
        if kind == "shelf" and self.has("wall", "ledge", "wand"):
            self.setting = "wall"
        self.props, self.box_tones, self.siblings = [], None, []
        number = zlib.crc32(path.encode())
        self.tag = "abcdefghijklmnopqrstuvwxyz"[number % 26]
        for _ in range(3):
            number //= 36
            self.tag += "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36]
        self.shape_random = random.Random(self.shape_seed)
        self.extra_random = random.Random(zlib.crc32(path.encode()))
        self.colours = [Tones(c) for c in colours]
        self.A = self.colours[0]
        self.B = self.colours[1] if len(colours) > 1 else None
        self.E = self.colours[2] if len(colours) > 2 else None
        self.defs, self.known, self.body = [], {}, []
        self.close = view == "detail"
        self.tint()

    def second(self, default):
        return self.B or default

    def accent(self, default):
        return self.E or default

    def tint(self):
        A = self.A
        source = A
        if A.C < 0.025 and self.B and self.B.C >= 0.025:
            source = self.B
        hue, chroma = (source.hue, source.C) if source.C >= 0.012 else (75, 0.03)
        hue = (hue + self.extra_random.random() * 24 - 12) % 360
        jitter = self.extra_random.random() * 0.014 - 0.007
        # pull the hue a little towards warm white, so that no backdrop looks sweet
        hue = (hue + ((75 - hue + 180) % 360 - 180) * 0.22) % 360
        c = min(0.021, 0.009 + chroma * 0.085)
        if A.L > 0.8:
            wall, table, c = 0.835, 0.765, c * 1.35
        elif A.L > 0.68:
            wall, table = 0.945, 0.885
        elif A.L < 0.36:
            wall, table = 0.905, 0.835
        else:
            wall, table = 0.93, 0.865
        self.wall = colour(wall + jitter, c, hue)
        self.wall_dark = colour(wall + jitter - 0.055, c * 1.15, hue)
        self.wall_light = colour(min(0.985, wall + jitter + 0.04), c * 0.7, hue)
        self.table = colour(table + jitter, c * 1.35, hue)
        self.table_dark = colour(table + jitter - 0.07, c * 1.5, hue)
        self.table_light = colour(table + jitter + 0.035, c * 1.2, hue)
        self.shadow_colour = colour(0.27, 0.035, hue)
        self.hue, self.chroma = hue, c

    # random numbers for the shape (same in all views of a product) and for the extras

    def f(self, low, high):
        return round(low + (high - low) * self.shape_random.random())

    def pick(self, *choices):
        return choices[int(self.shape_random.random() * len(choices))]

    def fx(self, low, high):
        return round(low + (high - low) * self.extra_random.random())

    def pickx(self, *choices):
        return choices[int(self.extra_random.random() * len(choices))]

    def has(self, *words):
        return any(word in self.slug for word in words)

    # elements

    def add(self, text):
        self.body.append(text)

    def define(self, key, make):
        if key not in self.known:
            name = f"{self.tag}{len(self.known):x}"
            self.known[key] = name
            self.defs.append(make(name))
        return self.known[key]

    @staticmethod
    def _stops(stops):
        out = []
        for stop in stops:
            at, code = stop[0], stop[1]
            alpha = f' stop-opacity="{stop[2]}"' if len(stop) > 2 else ""
            out.append(f'<stop offset="{at}" stop-color="{code}"{alpha}/>')
        return "".join(out)

    def lin(self, stops, x1=0, y1=0, x2=1, y2=0):
        def make(name):
            at = "".join(f' {k}="{v}"' for k, v, usual in
                         (("x1", x1, 0), ("y1", y1, 0), ("x2", x2, 1), ("y2", y2, 0)) if v != usual)
            return f'<linearGradient id="{name}"{at}>{self._stops(stops)}</linearGradient>'
        return "url(#" + self.define(("lin", tuple(stops), x1, y1, x2, y2), make) + ")"

    def rad(self, stops, cx=0.5, cy=0.5, r=0.5):
        def make(name):
            at = "".join(f' {k}="{v}"' for k, v in (("cx", cx), ("cy", cy), ("r", r)) if v != 0.5)
            return f'<radialGradient id="{name}"{at}>{self._stops(stops)}</radialGradient>'
        return "url(#" + self.define(("rad", tuple(stops), cx, cy, r), make) + ")"

    def tile(self, w, h, content, turn=""):
        def make(name):
            t = f' patternTransform="{turn}"' if turn else ""
            return (f'<pattern id="{name}" width="{w}" height="{h}" '
                    f'patternUnits="userSpaceOnUse"{t}>{content}</pattern>')
        return "url(#" + self.define(("tile", w, h, content, turn), make) + ")"

    @staticmethod
    def _more(more):
        out = ""
        for key, value in more.items():
            if value is None:
                continue
            key = {"o": "opacity", "t": "transform"}.get(key, key.replace("_", "-"))
            out += f' {key}="{value}"'
        return out

    def p(self, d, fill, **more):
        self.add(f'<path d="{d}" fill="{fill}"{self._more(more)}/>')

    def s(self, d, stroke, width, **more):
        cap = more.pop("cap", None)
        cap = f' stroke-linecap="{cap}"' if cap else ""
        self.add(f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{width}"{cap}{self._more(more)}/>')

    def e(self, cx, cy, rx, ry, fill, **more):
        if rx == ry:
            self.add(f'<circle cx="{cx}" cy="{cy}" r="{rx}" fill="{fill}"{self._more(more)}/>')
        else:
            self.add(f'<ellipse cx="{cx}" cy="{cy}" rx="{rx}" ry="{ry}" fill="{fill}"{self._more(more)}/>')

    def r(self, x, y, w, h, r, fill, **more):
        rx = f' rx="{r}"' if r else ""
        self.add(f'<rect x="{x}" y="{y}" width="{w}" height="{h}"{rx} fill="{fill}"{self._more(more)}/>')

    def dots(self, points, fill, size, **more):
        d, px, py = "", 0, 0
        for x, y in points:
            x, y = round(x), round(y)
            d += f"m{x - px} {y - py}h0" if d else f"M{x} {y}h0"
            px, py = x, y
        self.s(d, fill, size, **more)

    @contextlib.contextmanager
    def g(self, transform=None, **more):
        at = f' transform="{transform}"' if transform else ""
        self.add(f"<g{at}{self._more(more)}>")
        yield
        self.add("</g>")

    @contextlib.contextmanager
    def clip(self, d):
        name = self.define(("clip", d), lambda n: f'<clipPath id="{n}"><path d="{d}"/></clipPath>')
        self.add(f'<g clip-path="url(#{name})">')
        yield
        self.add("</g>")

    # shading

    def round_fill(self, t):
        """Across a round, standing body."""
        return self.lin(((0, t.b), (0.24, t.h), (0.6, t.b), (1, t.d)))

    def metal(self, t):
        return self.lin(((0, t.s), (0.18, t.l), (0.4, t.b), (0.75, t.s), (0.9, t.d), (1, t.s)))

    def diag(self, t):
        """Over a flat or cushioned surface."""
        return self.lin(((0, t.h), (0.5, t.b), (1, t.s)), y2=1)

    def down(self, t):
        return self.lin(((0, t.h), (0.45, t.b), (1, t.s)), x2=0, y2=1)

    def inside(self, t):
        """The hollow of a vessel: dark at the left, where the light does not reach."""
        return self.lin(((0, t.x), (0.6, t.d), (1, t.s)))

    def glass(self):
        """A sheen over glass: bright near both edges, clear in the middle."""
        return self.lin(((0, self.shadow_colour, 0.16), (0.06, "#fff", 0.4), (0.16, "#fff", 0.3), (0.24, "#fff", 0.04),
                         (0.8, "#fff", 0), (0.93, "#fff", 0.3), (1, self.shadow_colour, 0.25)))

    def gloss(self, d, width=14, o=0.4):
        self.s(d, "#fff", width, o=o)

    def soft(self):
        c = self.shadow_colour
        return self.rad(((0, c, 0.9), (0.45, c, 0.5), (1, c, 0)))

    def shadow(self, cx, y, rx, ry=None, o=0.3):
        """Contact shadow of something standing at y."""
        ry = ry or max(20, rx * 0.2)
        self.e(cx + rx * 0.22, y + ry * 0.15, rx * 1.42, ry * 1.25, self.soft(), o=o)
        self.e(cx + rx * 0.03, y, rx * 1.08, ry * 0.62, self.soft(), o=min(0.8, o * 2))

    def drop(self, d, dx=16, dy=20, spread=26, o=1):
        """Soft shadow of something flat lying on the surface or hanging before the wall."""
        self.p(d, self.shadow_colour, fill_opacity=0.16, stroke=self.shadow_colour, stroke_opacity=0.09,
               stroke_width=spread, t=f"translate({dx} {dy})", o=None if o == 1 else o)

    def grain(self, lines, t, width=3, o=0.35):
        self.s("".join(lines), t.d, width, o=o)

    def weave(self, light="#fff", dark=None, size=10):
        dark = dark or self.shadow_colour
        h = size / 2
        return self.tile(size, size, f'<path d="M0 {h / 2}h{h}M{h} {h * 1.5}h{h}" stroke="{light}" stroke-opacity=".22" '
                                     f'stroke-width="{h * .7}" stroke-linecap="butt"/><path d="M{h} {h / 2}h{h}M0 {h * 1.5}h{h}" '
                                     f'stroke="{dark}" stroke-opacity=".12" stroke-width="{h * .7}" stroke-linecap="butt"/>')

    def knit(self, size=22):
        q = size / 2
        return self.tile(size, size * 0.8, f'<path d="M1 0L{q} {q}L{size - 1} 0" fill="none" stroke="{self.shadow_colour}" '
                                           f'stroke-opacity=".2" stroke-width="{size / 6}"/><path d="M3 {size * .3}L{q - 1} {q * 1.55}" '
                                           f'stroke="#fff" stroke-opacity=".16" stroke-width="{size / 5}"/>')

    def specks(self, light, dark, n=9, size=84, width=7):
        """A tile of small specks for ground or glazed things."""
        xy = [(self.fx(4, size - 4), self.fx(4, size - 4)) for _ in range(2 * n)]

        def path(points, stroke):
            return ('<path d="' + "".join(f"M{x} {y}h0" for x, y in points) + f'" stroke="{stroke}" stroke-width="{width}"/>')
        return self.tile(size, size - 11, path(xy[:n], light) + path(xy[n:], dark), "rotate(20)")

    def motif(self, size=64, turn=""):
        """A woven pattern for cloth, or None for plain cloth. Words in the path decide first."""
        A, B = self.A, self.second(None)
        E = self.accent(None)
        names = ("stripes", "check", "zigzag", "diamond", "plain", "band")
        name = names[int(self.shape_random.random() * len(names))]
        for words, n in ((("stripe", "streif", "mohair", "runner"), "stripes"), (("check", "tartan", "plaid", "picnic"), "check"),
                         (("zigzag", "herringbone", "chevron"), "zigzag"), (("diamond", "kelim", "kilim"), "diamond"),
                         (("plain", "felt", "boucle", "merino", "sheepskin"), "plain")):
            if self.has(*words):
                name = n
        if B is None:
            B = Tones(A.l if A.L < 0.7 else A.d)
        e = (E or B).b
        b, s = B.b, size
        if name == "plain":
            return None
        if name == "stripes":
            c = f'<path d="M0 {s * .2}h{s}" stroke="{b}" stroke-width="{s * .2}"/><path d="M0 {s * .5}h{s}" stroke="{e}" stroke-width="{s * .06}"/>'
        elif name == "band":
            c = f'<path d="M0 {s * .3}h{s}M0 {s * .5}h{s}" stroke="{b}" stroke-width="{s * .08}"/><path d="M{s * .1} {s * .4}h{s * .3}M{s * .6} {s * .4}h{s * .3}" stroke="{e}" stroke-width="{s * .06}"/>'
        elif name == "check":
            c = (f'<path d="M0 {s * .25}h{s}M{s * .25} 0v{s}" stroke="{b}" stroke-opacity=".65" stroke-width="{s * .32}"/>'
                 f'<path d="M0 {s * .75}h{s}M{s * .75} 0v{s}" stroke="{e}" stroke-opacity=".8" stroke-width="{s * .05}"/>')
        elif name == "zigzag":
            c = (f'<path d="M{-s * .1} {s * .6}L{s * .5} {s * .1}L{s * 1.1} {s * .6}" fill="none" stroke="{b}" stroke-width="{s * .15}"/>'
                 f'<path d="M{-s * .1} {s * .96}L{s * .5} {s * .46}L{s * 1.1} {s * .96}" fill="none" stroke="{e}" stroke-width="{s * .07}"/>')
        else:
            c = (f'<path d="M{s * .5} {s * .08}L{s * .92} {s * .5}L{s * .5} {s * .92}L{s * .08} {s * .5}z" fill="{b}"/>'
                 f'<path d="M{s * .5} {s * .32}L{s * .68} {s * .5}L{s * .5} {s * .68}L{s * .32} {s * .5}z" fill="{e if E else A.b}"/>')
        return self.tile(s, s, c, turn)

    # backgrounds

    def wall_and_table(self, horizon=690):
        self.r(0, 0, W, H, 0, self.lin(((0, self.wall_light), (0.6, self.wall), (1, self.wall_dark)), y2=1))
        if horizon < H:
            self.add(f'<path d="M0 {horizon}H800V1000H0z" fill="{self.lin(((0, self.table_dark), (0.25, self.table), (1, self.table_light)), x2=0, y2=1)}"/>')
            self.add(f'<path d="M0 {horizon}H800v5H0z" fill="{self.wall_light}" opacity=".5"/>')

    def seamless(self, lying=False):
        base, dark = (self.table, self.table_dark) if lying else (self.wall, self.wall_dark)
        self.r(0, 0, W, H, 0, self.rad(((0, self.table_light if lying else self.wall_light), (0.6, base), (1, dark)), 0.25, 0.2, 1.1))

    def sunbeam(self, o=0.2):
        self.add(f'<path d="M0 120L560 0H800V40L0 420z M0 520L800 160V330L0 700z" fill="#fff" opacity="{o}"/>')

    def svg(self):
        text = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 1000" width="800" height="1000" '
                'stroke-linecap="round" stroke-linejoin="round">'
                + ("<defs>" + "".join(self.defs) + "</defs>" if self.defs else "")
                + "".join(self.body) + "</svg>\n")

        def shorten(match):
            value = round(float(match.group()), 2)
            if abs(value) >= 3:
                value = round(value, 1) if abs(value) < 40 else round(value)
            shown = "%g" % value
            if shown.startswith("0."):
                shown = shown[1:]
            elif shown.startswith("-0."):
                shown = "-" + shown[2:]
            return "0" if shown == "-0" else shown

        def path_data(match):
            """Absolute coordinates as whole numbers, relative ones with one digit, no idle blanks."""
            out, last = "", ""
            for letter, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", match.group(1)):
                digits = 0 if letter.isupper() and letter != "A" else 1
                numbers = []
                for item in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest):
                    value = round(float(item), digits)
                    shown = "%g" % value
                    shown = re.sub(r"^(-?)0\.", r"\1.", shown)
                    numbers.append("0" if shown == "-0" else shown)
                if letter == last and letter not in "Mm":
                    letter = ""
                for n, number in enumerate(numbers):
                    glue = "" if (n == 0 and letter) or number.startswith("-") else " "
                    out += (letter if n == 0 else "") + glue + number
                if not numbers:
                    out += letter
                last = letter or last
            return f' d="{out}"'
        text = re.sub(r' d="([^"]*)"', path_data, text)
        return re.sub(r"(?<=[\s\"(])-?\d*\.\d+(?:e-?\d+)?", shorten, text)

# ---------------------------------------------------------------- things around the product

def cup_plant(p, x, y, s=1.0, t=None):
    """A potted plant standing at (x, y)."""
    if p.lean > 1:
        return
    t = t or CLAY
    with p.g(f"translate({x} {y}) scale({s})"):
        p.shadow(0, 0, 75)
        n = p.pickx(0, 1, 2)
        if p.lean:
            n = 1
        if n == 0:
            for angle, length in ((-52, 190), (48, 180), (-26, 250), (24, 240), (0, 290)):
                p.p(leaf(0, -120, angle, length, 52), LEAF.s if angle > 10 else LEAF.b)
            p.s("M0-120V-370M0-120L-90-310M0-120L82-305", LEAF.h, 4, o=0.6)
        elif n == 1:
            d = ""
            for i in range(7):
                a = -66 + i * 22
                d += leaf(0, -120, a, 250 - abs(a) * 0.9, 16)
            p.p(d, LEAF.b)
            p.p(leaf(0, -120, -34, 200, 14) + leaf(0, -120, 12, 240, 14), LEAF.h)
        else:
            p.s("M0-120C0-220-30-280-60-330M0-120C10-230 40-280 70-310M0-120C0-220 5-290 0-390", LEAF.d, 7)
            for lx, ly in ((-62, -335), (72, -315), (0, -395), (-38, -260), (46, -245), (4, -300)):
                p.e(lx, ly, 44, 38, LEAF.b if lx < 30 else LEAF.s)
                p.e(lx - 10, ly - 10, 24, 19, LEAF.h, o=0.6)
        p.p(turned(0, [(-130, 72), (-60, 66), (0, 52)], 0.14), p.round_fill(t))
        p.e(0, -130, 72, 11, t.x)


def window(p, x, y, w, h):
    p.p(f"M{x} {y}h{w}v{h}h20v18h{-w - 40}v-18h20z", p.shadow_colour, o=0.1, t="translate(12 14)")
    p.p(f"M{x} {y}h{w}v{h}h20v18h{-w - 40}v-18h20z", p.wall_light)
    p.r(x + 16, y + 16, w - 32, h - 32, 0, p.lin(((0, colour(0.93, 0.03, 225)), (1, colour(0.975, 0.02, 85))), x2=0, y2=1))
    if not p.lean:
        p.p(f"M{x + 16} {y + h - 16}v{-h * 0.16}q{w * 0.2} {-h * 0.12} {w * 0.45} {-h * 0.02}t{w - 32 - w * 0.45} {-h * 0.03}v{h * 0.21}z",
            LEAF.h, o=0.55)
    p.s(f"M{x + w / 2} {y}v{h}M{x} {y + h * 0.42}h{w}", p.wall_light, 11, cap="butt")


def frame(p, x, y, w, h):
    p.r(x + 10, y + 14, w, h, 2, p.shadow_colour, o=0.13)
    p.r(x, y, w, h, 2, p.pickx(WOOD.b, DARKWOOD.b, p.wall_light))
    p.r(x + 12, y + 12, w - 24, h - 24, 0, CREAM.h)
    cx, cy = x + w / 2, y + h / 2
    if p.pickx(0, 1):
        p.e(cx, cy - h * 0.06, w * 0.2, w * 0.2, p.A.h, o=0.8)
        p.p(f"M{x + 30} {y + h - 32}q{w * .25} {-h * .3} {w * .45} {-h * .1}t{w * .55 - 60} {-h * .03}v{h * .13}z", p.A.d, o=0.7)
    else:
        p.s(f"M{cx} {y + h - 34}V{y + 44}", p.A.d, 4, o=0.8)
        p.p("".join(leaf(cx, cy + k, a, w * 0.3, 12) for k, a in ((50, -50), (50, 50), (10, -42), (10, 42), (-26, 0))), p.A.s, o=0.8)


def books(p, x, y, n=3):
    """Books standing at (x, y), growing to the right."""
    for i in range(n):
        t = (Tones(colour(0.62, 0.05, p.hue + 40)), CREAM, Tones(colour(0.45, 0.05, p.hue + 180)), Tones(colour(0.72, 0.06, p.hue - 30)))[(i + p.fx(0, 3)) % 4]
        w, h = p.fx(26, 44), p.fx(130, 185)
        p.r(x, y - h, w, h, 3, p.round_fill(t))
        p.r(x, y - h + 18, w, 8, 0, t.d, o=0.6)
        x += w + 1


def sprig(p, x, y, angle=0, s=1.0, t=LEAF, flowers=None):
    with p.g(f"translate({x} {y}) rotate({angle}) scale({s})"):
        p.s("M0 0C8-80-6-160 10-250", t.d, 5)
        d = "".join(leaf(3 - i, -40 - i * 42, 48 if i % 2 else -48, 74 - i * 5, 17) for i in range(6))
        p.p(d + leaf(10, -248, 8, 55, 14), t.b)
        if flowers:
            p.dots(((-28, -70), (40, -115), (-34, -160), (36, -205), (10, -262), (-10, -235)), flowers.b, 24)


def shelf_board(p, y):
    p.p(f"M40 {y}H760V{y + 30}H40z", p.lin(((0, WOOD.h), (0.3, WOOD.b), (1, WOOD.s)), x2=0, y2=1))
    p.p(f"M40 {y + 30}H760v14C560 {y + 74} 240 {y + 74} 70 {y + 60}z", p.shadow_colour, o=0.12)
    p.p(f"M150 {y + 30}h26v70q-26-20-26-70z M624 {y + 30}h26v70q-26-20-26-70z", WOOD.d)
    p.s(f"M90 {y + 14}h150M300 {y + 19}h90M470 {y + 13}h200", WOOD.d, 2, o=0.4)


def cloth(p, x, y, w, t):
    """A folded napkin lying on the table."""
    p.p(f"M{x} {y}l{w} -14l{w * .16} 46l{-w * 1.1} 22z", t.b)
    p.p(f"M{x} {y}l{w} -14l{w * .04} 14l{-w * 1.02} 14z", t.h)


def hills(p, ground=720, night=False):
    hue = p.pickx(225, 235, 215)
    if night:
        tones = (colour(.38, .06, 268), colour(.68, .07, 40), "#f4ecd6", colour(.44, .05, 265), colour(.36, .04, 220), colour(.28, .035, 200), colour(.34, .04, 170), colour(.27, .035, 170), colour(.4, .05, 160))
    else:
        tones = (colour(.86, .045, hue), colour(.965, .03, 75), "#fff6dc", colour(.8, .035, 225), colour(.72, .045, 160), colour(.56, .05, 158), colour(.7, .07, 125), colour(.8, .075, 118), colour(.6, .08, 128))
    p.r(0, 0, W, H, 0, p.lin(((0, tones[0]), (.7, tones[1])), x2=0, y2=1))
    p.e(p.fx(150, 260), p.fx(150, 220), 58, 58, tones[2], o=0.9)
    if night:
        p.dots(((420, 90), (520, 190), (640, 120), (720, 260), (360, 240), (90, 330), (600, 330)), "#fff", 6, o=0.7)
    a = p.fx(-40, 40)
    p.p(f"M0 {ground - 140 + a}C120 {ground - 250} 210 {ground - 260} 300 {ground - 150}C380 {ground - 260} 520 {ground - 330 - a} 640 {ground - 200}C700 {ground - 230} 760 {ground - 220} 800 {ground - 190}V{ground + 60}H0z", tones[3])
    p.p(f"M0 {ground - 40}C160 {ground - 160} 300 {ground - 60} 420 {ground - 90}S680 {ground - 180} 800 {ground - 60}V{ground + 90}H0z", tones[4])
    d = ""
    for x in (40, 92, 676, 724, 776):
        h = p.fx(120, 190)
        b = ground + p.fx(0, 16)
        d += f"M{x} {b - h}l{h * .28} {h}h{-h * .56}z"
    p.p(d, tones[5])
    p.p(f"M0 {ground}C200 {ground - 26} 560 {ground - 30} 800 {ground}V1000H0z", p.lin(((0, tones[6]), (1, tones[7])), x2=0, y2=1))
    p.s("".join(f"M{x} {y}l-6-22M{x + 6} {y}l2-28M{x + 12} {y}l9-20" for x, y in
                ((60, 930), (700, 900), (640, 965), (180, 975), (745, 800), (30, 800))), tones[8], 5)


def carton(p, x, y, w, h, t, band):
    """A closed box with a printed sleeve, seen from slightly above; (x, y) its lower left corner."""
    k = 44
    p.shadow(x + w / 2 + 20, y, w * 0.56, 34)
    p.p(f"M{x - 4} {y - h}l{k} {-k}h{w - 2 * k + 8}l{k} {k}z", t.h)
    p.p(f"M{x} {y - h}h{w}v{h}h{-w}z", p.lin(((0, t.h), (0.4, t.b), (1, t.s)), y2=0.6))
    p.p(f"M{x - 4} {y - h}h{w + 8}v{h * 0.17}h{-w - 8}z", p.lin(((0, t.h), (1, t.b))))
    p.p(f"M{x} {y - h * 0.83}h{w}v8h{-w}z", p.shadow_colour, o=0.18)
    p.p(f"M{x} {y - h * 0.62}h{w}v{h * .4}h{-w}z", p.lin(((0, band.h), (0.4, band.b), (1, band.s))))
    cx, cy = round(x + w * .66), round(y - h * .42)
    p.e(cx, cy, 58, 58, CREAM.h)
    print_mark(p, cx, cy, 32, band.b if band.L < .82 else band.d)


def print_mark(p, cx, cy, s, fill, seed=None):
    """The little printed emblem on labels: one of five, the same for one product."""
    n = p.f(0, 4) if seed is None else seed
    if n == 0:
        p.p(leaf(cx, cy + s * .3, -50, s * 1.25, s * .5) + leaf(cx, cy + s * .3, 50, s * 1.25, s * .5), fill)
        p.s(f"M{cx} {cy + s}V{cy + s * .2}", fill, round(s * .17))
    elif n == 1:
        p.e(cx, cy, s * .86, s * .86, "none", stroke=fill, stroke_width=round(s * .16))
        p.p(f"M{cx - s * .6} {cy + s * .3}l{s * .45} {-s * .6}l{s * .3} {s * .35}l{s * .2} {-s * .2}l{s * .3} {s * .45}z", fill)
    elif n == 2:
        p.p(star(cx, cy, s, s * .46, 8), fill)
    elif n == 3:
        p.p(f"M{cx - s} {cy + s * .4}q{s} {-s * 1.8} {2 * s} 0z", fill)
        p.s(f"M{cx - s} {cy + s * .72}h{2 * s}", fill, round(s * .14))
    else:
        p.p("".join(leaf(cx, cy, a, s, s * .3) for a in range(0, 360, 60)), fill)


def branch(p, x, y, length, fill, pairs=3, angle=50, leaf_length=0.42, width=0.12):
    """An upright twig with pairs of leaves, printed or pressed into something."""
    p.s(f"M{x} {y}v{-length * .7}", fill, max(3, round(length * .035)))
    d = leaf(x, y - length * .62, 0, length * .38, length * width)
    for i in range(pairs):
        yy = y - length * (0.12 + 0.56 * i / pairs)
        k = length * leaf_length * (1 - 0.1 * i)
        d += leaf(x, yy, angle, k, length * width) + leaf(x, yy, -angle, k, length * width)
    p.p(d, fill)


def lines(p, cx, y, widths, fill, step=16, thick=6):
    """Grey bars where a label carries its small print."""
    p.s("".join(f"M{cx - w / 2} {y + i * step}h{w}" for i, w in enumerate(widths)), fill, thick, o=0.75)


# ---------------------------------------------------------------- the kinds
#
# A drawing fills about x 120..680, y 150..870 and stands on y = 800 (table) or y = 880 (floor).

KINDS = {}


def kind(name, setting="table", focus=(400, 560, 2.1), size=(250, 250)):
    """size = (upper edge, half the width) of what the drawing covers; focus = centre and zoom of details."""
    def register(function):
        KINDS[name] = (function, setting, focus, size)
        return function
    return register


# lamps

def fitting(p, default):
    """The accent for small fittings; very light accents stand for the lamp's light, not for metal."""
    return p.E if p.E and p.E.L < 0.85 else default


def lamp_head(p, x, y, turn, A, E, size=1.0):
    """A conical shade whose opening looks down, at the end of an arm in (x, y)."""
    with p.g(f"translate({x} {y}) rotate({turn}) scale({size})"):
        p.e(0, 250, 270, 260, p.rad(((0, "#fff1c4", 0.75), (1, "#fff1c4", 0))))
        p.p("M-46-70q46-26 92 0L142 116a142 34 0 0 1-284 0z", p.round_fill(A))
        p.e(0, 116, 142, 34, A.x)
        p.e(0, 118, 128, 28, p.rad(((0, "#fffbe8"), (0.6, GLOW), (1, A.s))))
        p.gloss("M-34-44L-96 84", 12, 0.35)
        p.p("M-30-74v-26a30 12 0 0 1 60 0v26z", p.round_fill(E))


@kind("desk-lamp", size=(200, 270), focus=(330, 370, 2.2))
def desk_lamp(p):
    A, B = p.A, p.second(STEEL)
    E = fitting(p, BRASS)
    style = p.pick("arm", "bow", "dome")
    for name, words in (("bankers", ("bankers",)), ("clamp", ("clamp", "klemm")), ("dome", ("mushroom", "pilz", "dome", "usb")),
                        ("arm", ("arm", "swing", "gelenk", "arne")), ("bow", ("arc", "curve", "bogen"))):
        if p.has(*words):
            style = name
    if style == "clamp":
        # a board seen from its edge, and a screw clamp around it
        p.p("M-400 744H1200V1300H-400z", p.lin(((0, p.table), (1, p.table_dark)), x2=0, y2=1))
        p.p("M-400 744H1200v56H-400z", p.lin(((0, WOOD.h), (0.4, WOOD.b), (1, WOOD.s)), x2=0, y2=1))
        p.p("M-400 800H1200v14H-400z", p.shadow_colour, o=0.2)
        p.s("M30 768h200m60 10h90M640 764h150", WOOD.d, 3, o=0.4)
        p.p("M556 700h40V870H470v-26h86V740H452v-20q0-20 20-20z", p.lin(((0, B.h), (0.6, B.b), (1, B.d)), y2=1))
        p.s("M500 900V822", B.d, 15)
        p.r(472, 804, 58, 13, 6, B.b)
        p.s("M474 902h52", B.s, 14)
        p.r(490, 672, 46, 34, 8, p.round_fill(A))
        p.s("M512 690L612 500L372 318", B.d, 22)
        p.s("M509 688L608 499L370 320", B.h, 9)
        p.e(612, 500, 25, 25, E.s)
        p.e(607, 495, 15, 15, E.h)
        lamp_head(p, 330, 322, 28, A, E)
    elif style == "arm":
        p.shadow(500, 792, 135, 34)
        p.p("M365 770a135 30 0 0 1 270 0v20a135 30 0 0 1-270 0z", p.round_fill(A))
        p.e(500, 770, 135, 30, A.h)
        p.e(500, 766, 30, 8, B.d)
        p.s("M500 766L612 530L372 318", B.d, 24)
        p.s("M497 764L608 529L370 320", B.h, 11)
        p.e(612, 530, 27, 27, E.s)
        p.e(607, 525, 17, 17, E.h)
        lamp_head(p, 330, 322, 28, A, E)
    elif style == "bow":
        x = p.f(250, 280)
        cx = x + 210
        p.e(cx, 640, 260, 230, p.rad(((0, "#fff1c4", 0.7), (1, "#fff1c4", 0))))
        p.shadow(x + 20, 792, 135, 34)
        p.p(f"M{x - 115} 772a135 30 0 0 1 270 0v18a135 30 0 0 1-270 0z", p.round_fill(A))
        p.e(x + 20, 772, 135, 30, A.h)
        p.s(f"M{x} 768V400C{x} 180 {x + 210} 180 {x + 210} 320", B.d, 22)
        p.s(f"M{x - 3} 766V400C{x - 3} 184 {x + 204} 176 {x + 207} 320", B.h, 9)
        p.p(f"M{cx - 150} 496C{cx - 150} 380 {cx - 90} 318 {cx} 318S{cx + 150} 380 {cx + 150} 496a150 32 0 0 1-300 0z", p.round_fill(A))
        p.e(cx, 496, 150, 32, A.x)
        p.e(cx, 498, 136, 26, p.rad(((0, "#fffbe8"), (0.6, GLOW), (1, A.s))))
        p.r(cx - 26, 296, 52, 32, 8, p.round_fill(E))
        p.gloss(f"M{cx - 112} 440C{cx - 104} 390 {cx - 80} 362 {cx - 50} 350", 13)
    elif style == "bankers":
        p.size = (280, 270)
        p.e(400, 560, 330, 210, p.rad(((0, "#fff1c4", 0.8), (1, "#fff1c4", 0))))
        p.shadow(400, 792, 160, 34)
        p.p(turned(400, [(742, 60), (756, 112), (778, 152), (800, 152)], .2), p.metal(B))
        p.e(400, 742, 60, 11, B.h)
        p.p(turned(400, [(520, 13), (600, 15), (640, 30), (662, 15), (700, 18), (744, 46)], .2), p.metal(B))
        p.s("M452 500V606", B.d, 4)
        p.e(452, 614, 9, 9, B.b)
        p.p("M388 352h24v170h-24z", p.metal(B))
        p.p("M150 470C150 360 200 300 290 296H510C600 300 650 360 650 470q0 22-22 22H172q-22 0-22-22z", p.lin(((0, A.h), (0.3, A.b), (0.75, A.s), (1, A.d)), x2=0, y2=1))
        p.p("M172 492H628q16 0 20-14H152q4 14 20 14z", GLOW)
        p.p("M184 440C188 370 222 330 300 326H470C380 330 250 350 212 440z", "#fff", o=0.28)
        p.p("M372 280q28-14 56 0v22h-56z", p.metal(B))
        p.e(150, 420, 12, 34, B.b)
        p.e(650, 420, 12, 34, B.d)
    else:
        r = p.f(185, 215)
        p.size = (245, r + 20)
        p.e(400, 520, r * 1.6, 200, p.rad(((0, "#fff1c4", 0.9), (1, "#fff1c4", 0))))
        p.shadow(400, 796, 140, 32)
        p.p(turned(400, [(470, 30), (600, 36), (720, 76), (790, 130)], 0.2), p.round_fill(B))
        p.p(turned(400, [(462, 32), (520, 36)], 0.25), "#fff6d8")
        p.p(f"M{400 - r} 480C{400 - r} 330 {400 - r * .5} 250 400 250S{400 + r} 330 {400 + r} 480a{r} 44 0 0 1 {-2 * r} 0z", p.round_fill(A))
        p.s(f"M{400 - r + 3} 484a{r} 44 0 0 0 {2 * r - 6} 0", GLOW, 8, cap="butt", o=0.9)
        p.e(400, 250, 20, 10, E.b)
        p.gloss(f"M{400 - r * .8} 420C{400 - r * .75} 350 {400 - r * .5} 302 {400 - r * .28} 288", 15)
        if p.has("usb"):
            p.s("M486 786C600 800 640 740 800 770", INK.b, 8)
            p.e(400, 742, 11, 5, B.x)


@kind("pendant-lamp", setting="wall", focus=(450, 500, 1.65))
def pendant_lamp(p):
    A, B, E = p.A, p.second(BRASS), fitting(p, INK)
    r = p.f(225, 250)
    style = p.pick("dome", "cone", "globe", "ribs")
    for name, words in (("dome", ("dome", "kuppel", "bell", "fjord")), ("cone", ("cone", "kegel")), ("enamel", ("enamel", "email", "factory")),
                        ("globe", ("globe", "kugel", "ball", "moon")), ("ribs", ("paper", "papier", "pleat", "falt", "linen", "rib"))):
        if p.has(*words):
            style = name
    top, rim = 350, 620
    p.e(400, 680, 400, 290, p.rad(((0, "#fff0c2", 0.75), (1, "#fff0c2", 0))))
    p.s(f"M400-10V{top - 60}", E.b, 7)
    p.s(f"M398-10V{top - 60}", E.h, 2)
    if style == "globe":
        p.r(356, top - 74, 88, 78, 14, p.round_fill(B))
        p.e(400, top + 190, r * .9, r * .9, p.rad(((0, "#fffdf2"), (0.45, A.l), (0.8, A.h), (1, A.s)), 0.44, 0.46, 0.56))
        p.e(400, top + 196, 100, 100, p.rad(((0, "#fff3c4"), (0.4, "#fff3c4", 0.7), (1, "#fff3c4", 0))))
        p.s(f"M{400 - r * .7} {top + 140}A{r * .8} {r * .8} 0 0 1 {400 - r * .24} {top + 24}", "#fff", 15, o=0.8)
        return
    if style == "ribs":
        n = p.f(5, 6)
        for i in range(n):
            k = (0.52, 0.8, 0.97, 1, 0.88, 0.66)[i]
            y = top - 10 + i * 52
            p.p(f"M{400 - r * k} {y + 26}q0-26 26-26h{2 * r * k - 52}q26 0 26 26t-26 26h{52 - 2 * r * k}q-26 0-26-26z",
                p.lin(((0, A.h), (0.35, A.l), (0.7, A.b), (1, A.s))))
            p.p(f"M{400 - r * k + 14} {y + 44}h{2 * r * k - 28}v8h{28 - 2 * r * k}z", A.d, o=0.35)
        p.r(368, top - 62, 64, 56, 10, p.round_fill(B))
        p.e(400, top - 10 + n * 52, 84, 14, GLOW)
        return
    if style == "enamel":
        p.p(f"M352 {top - 30}h96v70C450 {top + 130} {400 + r * .6} {top + 150} {400 + r} {rim}a{r} 44 0 0 1 {-2 * r} 0C{400 - r * .6} {top + 150} 350 {top + 130} 352 {top + 40}z", p.round_fill(A))
        p.r(362, top - 84, 76, 60, 14, p.round_fill(B))
        p.s(f"M352 {top - 4}h96M352 {top + 14}h96", A.d, 4, o=0.6)
        shine = f"M366 {top + 60}C366 {top + 140} {400 - r * .5} {top + 160} {400 - r * .8} {rim - 36}"
    elif style == "dome":
        p.r(366, top - 66, 68, 80, 14, p.round_fill(B))
        p.p(f"M{400 - r} {rim}C{400 - r} {top + 60} {400 - r * .6} {top} 400 {top}S{400 + r} {top + 60} {400 + r} {rim}a{r} 46 0 0 1 {-2 * r} 0z", p.round_fill(A))
        shine = f"M{400 - r * .8} {rim - 60}C{400 - r * .76} {top + 110} {400 - r * .52} {top + 50} {400 - r * .3} {top + 34}"
    else:
        p.r(366, top - 66, 68, 80, 14, p.round_fill(B))
        p.p(f"M352 {top}h96L{400 + r} {rim}a{r} 46 0 0 1 {-2 * r} 0z", p.round_fill(A))
        shine = f"M360 {top + 50}L{400 - r * .72} {rim - 46}"
    inner = CREAM if style == "enamel" else A
    p.e(400, rim, r, 46, A.x if style != "enamel" else B.b)
    p.e(400, rim + 3, r - 12, 38, p.rad(((0, "#fffbe8"), (0.5, GLOW), (1, inner.s))))
    p.e(400, rim + 12, 46, 34, "#fffdf3")
    p.gloss(shine, 16, 0.35)
    if style == "dome":
        p.s(f"M{400 - r * .995} {rim - 44}A{r} 46 0 0 0 {400 + r * .995} {rim - 44}", B.b, 9, o=0.9)


@kind("floor-lamp", setting="floor", size=(150, 230), focus=(360, 330, 2.1))
def floor_lamp(p):
    """The main colour is the stand's, the second the shade's."""
    A, B, E = p.A, p.second(CREAM), fitting(p, BRASS)
    style = p.pick("tripod", "bow", "pole")
    for name, words in (("tripod", ("tripod", "dreibein")), ("reading", ("reading", "lese")), ("bow", ("arc", "bogen", "curve")), ("pole", ("pole", "lykke"))):
        if p.has(*words):
            style = name
    if style in ("bow", "reading"):
        low = style == "reading"
        x, top = (500, 190) if low else (560, 150)
        p.shadow(x, 872, 120, 28)
        p.p(f"M{x - 120} 858a120 25 0 0 1 240 0v13a120 25 0 0 1-240 0z", p.round_fill(B if low else A))
        p.e(x, 858, 120, 25, (B if low else A).h)
        if low:
            p.e(270, 560, 300, 280, p.rad(((0, "#fff0c2", 0.8), (1, "#fff0c2", 0))))
            p.s(f"M{x} 854V300C{x} 200 400 190 330 270", A.d, 17)
            p.s(f"M{x - 3} 854V300C{x - 3} 206 398 194 328 270", A.l, 6)
            p.s(f"M{x} 600V720", B.b, 24)
            lamp_head(p, 288, 332, 26, A, B, .95)
        else:
            p.e(258, 420, 340, 300, p.rad(((0, "#fff0c2", 0.8), (1, "#fff0c2", 0))))
            p.s("M560 854V420C560 140 300 90 258 250", A.d, 16)
            p.s("M557 854V420C557 148 300 96 256 250", A.h, 6)
            p.p("M120 400C120 300 180 246 258 246S396 300 396 400a138 30 0 0 1-276 0z", p.round_fill(B))
            p.e(258, 400, 138, 30, B.x)
            p.e(258, 402, 124, 24, p.rad(((0, "#fffbe8"), (0.6, GLOW), (1, B.s))))
        return
    p.e(390, 310, 400, 330, p.rad(((0, "#fff0c2", 0.85), (1, "#fff0c2", 0))))
    if style == "tripod":
        p.shadow(400, 870, 190, 28)
        p.s("M412 430L430 850", A.x, 18)
        p.s("M388 430L262 872", A.b, 22)
        p.s("M408 430L545 872", A.s, 22)
        p.s("M384 432L258 868M405 440L536 866", A.h, 7)
        p.s("M322 690L492 690", A.d, 9)
        p.r(366, 404, 68, 44, 10, p.round_fill(E))
    else:
        p.shadow(400, 872, 125, 26)
        p.p("M280 852a120 24 0 0 1 240 0v18a120 24 0 0 1-240 0z", p.round_fill(A))
        p.e(400, 852, 120, 24, A.h)
        p.p("M386 400h28l6 456h-40z", p.round_fill(A))
        p.s("M398 520v120m6 40v120M392 460v60", A.d, 2, o=0.5)
        p.s("M456 400V520", E.s, 4)
        p.e(456, 526, 9, 9, E.b)
    a, b = (p.f(120, 140), p.f(195, 210)) if style == "tripod" else (p.f(155, 180), p.f(185, 200))
    d = f"M{400 - a} 170L{400 - b} 410a{b} 30 0 0 0 {2 * b} 0L{400 + a} 170z"
    p.p(d, p.lin(((0, B.s), (0.3, B.l), (0.62, B.h), (1, B.s))))
    p.p(d, p.rad(((0, "#fff3c9", 0.75), (1, "#ffe2a0", 0))))
    p.e(400, 170, a, 20, B.d)
    p.e(400, 172, a - 12, 14, "#fff6d2")
    p.s(f"M{400 - b} 410a{b} 30 0 0 0 {2 * b} 0", B.d, 7, cap="butt")
    p.s(f"M{400 - a} 170a{a} 20 0 0 0 {2 * a} 0", B.d, 5, cap="butt")
    if p.close:
        p.p(d, p.weave(size=14))


# furniture

@kind("shelf", setting="floor", focus=(400, 420, 1.6), size=(150, 240))
def shelf(p):
    A, B, E = p.A, p.second(A_or(p, INK)), p.accent(CLAY)
    if p.has("ledge"):
        return picture_ledge(p)
    wall = p.setting == "wall"
    n = p.f(2, 3) if wall else 4
    x0, x1 = (130, 670) if wall else (190, 610)
    y0, y1 = (260, 700) if wall else (150, 850)
    ys = [y0 + 130 + (y1 - y0 - 130) * i // max(1, n - 1) for i in range(n)]
    if not wall:
        p.shadow(400, 874, 240, 26)
        p.p(f"M{x0} {y0}h26V880h-26z", p.lin(((0, B.h), (1, B.s))))
        p.p(f"M{x1 - 26} {y0}h26V880h-26z", p.lin(((0, B.b), (1, B.d))))
        p.p(f"M{x0 + 26} {y0 + 20}h14V862h-14z M{x1 - 40} {y0 + 20}h14V862h-14z", B.x)
    else:
        p.size = (200, 280)
        p.p(f"M{x0 + 18} {y0 - 60}h13V{ys[-1] + 10}h-13z M{x1 - 31} {y0 - 60}h13V{ys[-1] + 10}h-13z", B.b)
        p.p(f"M{x0 + 36} {y0 - 56}h8V{ys[-1] + 20}h-8z M{x1 - 13} {y0 - 56}h8V{ys[-1] + 20}h-8z", p.shadow_colour, o=0.12)
    saved, p.extra_random = p.extra_random, random.Random(p.shape_seed)
    for i, y in enumerate(ys):
        what = (i + p.f(0, 2)) % 4
        left = x0 + 50
        if what == 0:
            books(p, left, y, 4 - p.lean)
        elif what == 1:
            p.p(turned(left + 70, [(y - 110, 22), (y - 88, 18), (y - 50, 52), (y - 4, 32)], 0.2), p.round_fill(E))
            books(p, x1 - 180, y, 3 - p.lean)
        elif what == 2:
            p.p(turned(x1 - 130, [(y - 52, 66), (y - 24, 56), (y - 4, 30)], 0.14), p.round_fill(CREAM))
            p.e(x1 - 130, y - 52, 66, 10, CREAM.d)
            for k in range(3):
                p.r(left + 4 * k, y - 26 * (k + 1), 150 - 12 * k, 24, 4, (E.b, CREAM.s, LEAF.b)[k])
        else:
            p.r(left + 10, y - 96, 150, 96, 8, p.diag(KRAFT))
            p.r(left + 62, y - 62, 46, 14, 7, KRAFT.x)
            with p.g(f"translate({x1 - 110} {y}) scale(.42)"):
                p.p("".join(leaf(0, -100, a, 200 - abs(a), 34) for a in (-60, -30, 0, 30, 60)), LEAF.b)
                p.p(turned(0, [(-120, 70), (0, 52)], 0.12), p.round_fill(E))
        p.p(f"M{x0 - 8} {y}h{x1 - x0 + 16}v22h{x0 - x1 - 16}z", p.lin(((0, A.h), (0.5, A.b), (1, A.s))))
        p.p(f"M{x0 + 26} {y + 22}h{x1 - x0 - 52}v12h{x0 - x1 + 52}z", p.shadow_colour, o=0.16)
        if not p.lean:
            p.s(f"M{x0 + 30} {y + 8}h150m60 5h120m30-6h70", A.d, 2, o=0.4)
    p.extra_random = saved


def picture_ledge(p):
    A, E = p.A, p.accent(Tones("#5b87a6"))
    pictures = (((170, 190, 250), (330, 150, 200), (540, 120, 160)), ((150, 140, 180), (300, 250, 190), (570, 110, 230)))
    for row, y in enumerate((450, 760)):
        for i, (x, w, h) in enumerate(pictures[row]):
            wood = (DARKWOOD.b, "#fbf8f1", A.b)[(i + row) % 3]
            p.r(x + 12, y - h + 16, w, h - 10, 2, p.shadow_colour, o=0.13)
            p.r(x, y - h + 8, w, h, 3, wood)
            p.r(x + 11, y - h + 19, w - 22, h - 22, 0, CREAM.h if i != 1 else colour(.86, .03, 220))
            cx, cy = x + w / 2, y - h / 2 + 6
            if (i + row) % 3 == 0:
                branch(p, cx, round(cy + h * .26), round(h * .5), LEAF.b, 4)
            elif (i + row) % 3 == 1:
                p.e(round(cx + w * .12), round(cy - h * .14), round(w * .13), round(w * .13), "#f3d9a0")
                p.p(f"M{x + 11} {cy + 6}q{w * .25} {-h * .2} {w * .46} {-h * .04}t{w * .54 - 22} {-h * .04}V{y - 4}H{x + 11}z", E.b)
            else:
                p.e(round(cx), round(cy), round(w * .22), round(w * .22), CLAY.h)
                p.e(round(cx + w * .1), round(cy + h * .08), round(w * .16), round(w * .16), E.d, o=0.8)
        p.p(f"M110 {y}H690v34H110z", p.lin(((0, A.h), (0.35, A.b), (1, A.s)), x2=0, y2=1))
        p.p(f"M110 {y}H690v9H110z", A.l, o=0.7)
        p.p(f"M122 {y + 34}H690l14 26H150z", p.shadow_colour, o=0.13)
        p.s(f"M150 {y + 20}h160m40 4h110m50-5h120", A.d, 2, o=0.45)


def A_or(p, default):
    """The main colour for light wood, else the given one: for parts that usually match."""
    return p.A if p.A.L > 0.5 else default


@kind("stool", setting="floor", focus=(400, 520, 1.7), size=(440, 250))
def stool(p):
    A, B = p.A, p.second(WOOD)
    style = p.pick(0, 1, 2)
    if p.has("step", "kids", "kinder", "tritt"):
        style = 2
    r = p.f(190, 215)
    y = p.f(440, 480) if style < 2 else 560
    p.e(440, 868, 330, 40, p.soft(), o=0.35)
    p.seat = y
    p.size = (y - 60, 225)
    if p.has("milking"):
        style, three = 0, True
    else:
        three = False
    if style == 2:
        p.shadow(230, 872, 70, 18)
        p.shadow(590, 872, 70, 18)
        p.p(f"M205 {y + 40}h60L250 880h-62z", p.down(B))
        p.p(f"M595 {y + 40}h-60L550 880h62z", p.lin(((0, B.s), (1, B.d))))
        p.p(f"M262 {y + 50}h276v70q-138 40-276 0z", B.d)
        p.r(252, y + 190, 296, 34, 8, B.s)
        p.p(f"M170 {y}L236 {y - 66}H564L630 {y}z", p.diag(A))
        p.r(166, y - 2, 468, 52, 16, p.lin(((0, A.h), (0.5, A.b), (1, A.s))))
        p.r(340, y - 42, 120, 22, 11, A.x)
        p.s(f"M200 {y + 18}h130m40 8h170m-300 10h90M262 {y - 50}h70m40 30h120", A.d, 3, o=0.4)
        return
    if three:
        p.s(f"M410 {y + 20}L420 836", B.x, 30)
    else:
        p.s(f"M330 {y + 20}L300 842M470 {y + 20}L500 842", B.x, 26)
        p.s(f"M304 {y + 250}H498", B.x, 14)
    p.s(f"M290 {y + 24}L218 872", B.b, 32)
    p.s(f"M510 {y + 24}L582 872", B.s, 32)
    p.s(f"M282 {y + 40}L211 866", B.h, 9)
    p.s(f"M502 {y + 40}L572 866", B.b, 8)
    if not three:
        p.s(f"M246 {y + 310}L554 {y + 310}", B.d, 18)
        p.s(f"M246 {y + 306}L550 {y + 306}", B.b, 8)
    if style == 0:
        p.p(f"M{400 - r} {y}v34a{r} 58 0 0 0 {2 * r} 0v-34z", p.round_fill(A))
        p.e(400, y, r, 58, p.diag(A))
        p.s(f"M{400 - r * .7} {y - 6}q{r * .7}-26 {r * 1.4} 0M{400 - r * .56} {y + 14}q{r * .56}-18 {r * 1.2} 0M{400 - r * .3} {y - 30}q{r * .3}-10 {r * .7} 0M{400 - r * .4} {y + 36}h{r * .8}", A.d, 3, o=0.35)
    else:
        p.p(f"M{400 - r} {y}q0-70 {r}-70t{r} 70q10 62-40 66q-{r - 40} 18-{2 * r - 80} 0q-50-4-40-66z", p.round_fill(A))
        p.p(f"M{400 - r} {y}q0-70 {r}-70t{r} 70q-{r} 56-{2 * r} 0z", p.diag(A))
        p.e(400, y - 30, 12, 7, A.d)
        p.s(f"M{400 - r + 6} {y + 42}q{r - 6} 46 {2 * r - 12} 0", A.d, 4, o=0.5)
        if p.close:
            p.p(f"M{400 - r} {y}q0-70 {r}-70t{r} 70q-{r} 56-{2 * r} 0z", p.weave(size=12))


# textiles

def fringe(p, x0, x1, y, length, stroke, step=14, width=4):
    d = "".join(f"M{x} {y}q{(-5, 4)[i % 2]} {length * .5} {(2, -3, 0)[i % 3]} {length - (0, 6, 3)[i % 3]}" for i, x in enumerate(range(round(x0), round(x1), step)))
    p.s(d, stroke, width)


def folds(p, ats, dark=0.16, light=0.22):
    """An overlay of soft vertical folds."""
    stops = []
    for at, shade in ats:
        stops.append((at, "#fff", light) if shade > 0 else (at, p.shadow_colour, dark if shade else 0))
    return p.lin(tuple(stops))


@kind("blanket", setting="wall", focus=(380, 680, 2.2))
def blanket(p):
    A, B = p.A, p.second(CREAM)
    if p.view in ("scene", "pack"):
        return folded_blanket(p)
    pat = p.motif(p.f(80, 120))
    wide = p.f(185, 205)
    x0, x1 = 400 - wide, 400 + wide
    y1 = p.f(780, 810)
    back = f"M{x0 + 40} 196L{x0 + 52} {y1 - 150}H{x1 + 46}L{x1 + 26} 196z"
    p.drop(back, 22, 24)
    p.s("M110 192H690", p.shadow_colour, 22, o=0.12, t="translate(14 26)")
    p.p(back, A.d)
    fringe(p, x0 + 60, x1 + 40, y1 - 150, 40, B.d)
    p.s("M110 188H690", DARKWOOD.s, 24)
    p.s("M112 183H688", DARKWOOD.h, 7)
    p.s("M170 176L170-10M630 176L630-10", KRAFT.s, 6)
    front = (f"M{x0} 190q4-20 24-20h{2 * wide - 44}q18 0 20 20L{x1 + 8} {y1 - 8}C{x1 - 50} {y1 + 12} {x1 - 90} {y1 - 10} {x1 - 140} {y1}"
             f"S{x0 + 120} {y1 + 14} {x0 + 90} {y1}S{x0 + 20} {y1 - 6} {x0 - 8} {y1 + 4}z")
    p.drop(front, 16, 14)
    fringe(p, x0, x1 + 4, y1 - 6, 52, B.s)
    fringe(p, x0 + 7, x1, y1 - 6, 46, B.h)
    p.p(front, p.lin(((0, A.h), (0.4, A.b), (1, A.s)), y2=1))
    if pat:
        p.p(front, pat, o=0.85)
    else:
        with p.clip(front):
            p.s(f"M{x0 - 20} {y1 - 60}H{x1 + 20}M{x0 - 20} {y1 - 84}h{2 * wide + 40}", B.b, 9, o=0.85)
    p.p(front, p.weave(size=18 if p.close else 12))
    p.p(front, folds(p, ((0, 1), (.12, 0), (.24, -1), (.34, 1), (.46, 0), (.6, -1), (.7, 1), (.84, 0), (1, -1))))
    p.p(f"M{x0} 190q4-20 24-20h{2 * wide - 44}q18 0 20 20v22H{x0}z", "#fff", o=0.22)


def folded_blanket(p):
    A, B = p.A, p.second(CREAM)
    pat = p.motif(p.f(80, 120))
    p.shadow(400, 796, 270, 40)
    n = 4
    for i in range(n):
        y = 800 - (i + 1) * 72
        dx = (0, 8, -6, 4)[i]
        d = f"M{176 + dx} {y}H{610 + dx}q14 4 12 34t-16 38H{176 + dx}q-38-4-38-36t38-36z"
        p.p(d, p.lin(((0, A.h), (0.4, A.b), (1, A.d)), x2=0, y2=1))
        if pat:
            p.p(d, pat, o=0.8)
        else:
            p.p(f"M{480 + dx} {y}h24v72h-24z", B.b, o=0.85)
        p.p(d, p.lin(((0, p.shadow_colour, 0.2), (0.1, "#fff", 0.2), (0.3, "#fff", 0), (0.8, "#000", 0), (1, p.shadow_colour, 0.25))))
        p.p(f"M{150 + dx} {y + 64}H{614 + dx}v8H{170 + dx}z", p.shadow_colour, o=0.22)
        d = "".join(f"M{618 + dx} {y + 10 + k * 10}q18 {k - 3} {34 - (k % 3) * 4} {8 + k}" for k in range(6))
        p.s(d, B.s, 5)
    y = 800 - n * 72
    top = f"M178 {y}L238 {y - 58}H588L614 {y}z"
    p.p(top, p.diag(Tones(A.h)))
    if pat:
        p.p(top, pat, o=0.75)
    p.p(top, p.weave())
    if p.view == "pack":
        p.p(f"M360 {y}l36-58h62l-10 58v{n * 72}h-88z", p.lin(((0, KRAFT.h), (1, KRAFT.b))))
        p.p(f"M360 {y}h88v{n * 72}h-88z", p.lin(((0, KRAFT.b), (1, KRAFT.s))))
        print_mark(p, 404, y + 140, 28, CREAM.b)


@kind("cushion", focus=(330, 520, 2.3), size=(290, 265))
def cushion(p):
    A, B, E = p.A, p.second(CREAM), p.accent(p.second(CREAM))
    k = p.f(20, 34)
    wide = p.f(238, 256)
    x0, x1, y0, y1 = 400 - wide, 400 + wide, 800 - 2 * wide + 14, 800
    m = (y0 + y1) / 2
    d = (f"M{x0} {y0}C{x0 + 90} {y0 + k} {x0 + 130} {y0 - 8} 400 {y0 + 4}S{x1 - 90} {y0 + k} {x1} {y0}"
         f"C{x1 - k} {y0 + 90} {x1 + 12} {m - 80} {x1 + 6} {m}S{x1 - k} {y1 - 90} {x1} {y1 - 6}"
         f"C{x1 - 90} {y1 - k} {x1 - 130} {y1 + 6} 400 {y1}S{x0 + 90} {y1 - k} {x0} {y1 - 6}"
         f"C{x0 + k} {y1 - 90} {x0 - 12} {m + 80} {x0 - 6} {m}S{x0 + k} {y0 + 90} {x0} {y0}z")
    p.shadow(400, 792, 250, 40)
    p.p(d, A.b)
    if p.has("windpump"):
        with p.clip(d):
            p.p("".join(leaf(400, m, a, 150, 30) for a in range(0, 360, 36)), B.b)
            p.e(400, m, 34, 34, E.b)
            p.e(400, m, 168, 168, "none", stroke=B.b, stroke_width=9)
            p.s(f"M{x0 + 30} {y1 - 60}H{x1 - 30}M{x0 + 30} {y0 + 60}H{x1 - 30}", E.b, 12)
    elif p.has("boucle", "bouclé"):
        p.p(d, p.tile(34, 30, f'<path d="M4 9q6-10 13 0t13-2M-2 23q8-9 14 1t14-1 10 1" fill="none" stroke="{A.l}" stroke-opacity=".65" stroke-width="5"/><path d="M6 15q6-5 12 0M20 29q5-6 10 0" fill="none" stroke="{A.d}" stroke-opacity=".5" stroke-width="4"/>'))
    elif p.has("felt"):
        with p.clip(d):
            p.p(f"M{x0 - 20} {y1 + 20}L{x0 - 20} {m + 60}L{x0 + 130} {m - 70}L400 {m + 70}L{x1 - 130} {m - 20}L{x1 + 20} {m + 90}V{y1 + 20}z", B.b, o=0.9)
            p.p(f"M{x0 - 20} {y1 + 20}V{m + 150}L{x0 + 150} {m + 60}L430 {m + 180}L{x1 + 20} {m + 120}V{y1 + 20}z", E.b)
            p.s(f"M{x0 - 20} {m + 40}L{x0 + 130} {m - 90}L400 {m + 50}L{x1 - 130} {m - 40}L{x1 + 20} {m + 70}", B.h, 4, stroke_dasharray="14 12")
    else:
        pat = p.motif(p.f(90, 130))
        if pat:
            p.p(d, pat, o=0.9)
        else:
            p.s(f"M{x0 + 70} {y0 + 80}H{x1 - 70}V{y1 - 80}H{x0 + 70}z", B.b, 6, stroke_dasharray="18 14")
    if p.close or p.f(0, 1):
        p.p(d, p.weave(size=16))
    p.p(d, p.rad(((0, "#fff", 0.34), (0.45, "#fff", 0.04), (0.7, p.shadow_colour, 0.05), (1, p.shadow_colour, 0.42)), 0.36, 0.32, 0.78))
    p.s(d, E.d if p.E else A.d, 6, o=0.55)
    p.s(f"M{x0 + 22} {y0 + 26}q50 24 84 66M{x1 - 22} {y0 + 26}q-40 26-60 60M{x0 + 22} {y1 - 30}q40-20 70-64M{x1 - 22} {y1 - 30}q-46-20-74-66", p.shadow_colour, 7, o=0.14)


@kind("rug", setting="flat", focus=(300, 330, 2.3))
def rug(p):
    A, B, E = p.A, p.second(CREAM), p.accent(p.second(CLAY))
    if p.has("sheepskin", "fell", "hide"):
        half = [(400, 138), (456, 160), (494, 206), (560, 214), (598, 262), (566, 334), (546, 430), (556, 540), (570, 630), (612, 690), (606, 762), (548, 794), (484, 772), (436, 800)]
        pts = half + [(400, 858)] + [(800 - x, y) for x, y in reversed(half[1:])]
        n = len(pts)
        wool = []
        for i, (x, y) in enumerate(pts):
            x2, y2 = pts[(i + 1) % n]
            for k in (0,) if i % 3 else (0, 0.5):
                wool.append((x + (x2 - x) * k + p.fx(-4, 4), y + (y2 - y) * k + p.fx(-4, 4)))
        d = blob(pts)
        p.drop(d, 18, 24, 60)
        p.dots(wool, A.s, 64)
        p.dots([(x - 5, y - 6) for x, y in wool], A.b, 54)
        p.p(d, p.rad(((0, A.l), (0.6, A.h), (1, A.b)), 0.4, 0.35, 0.7))
        tufts = shine = ""
        for i in range(40 - 8 * p.lean):
            y = 190 + i * (14.6 + 3.6 * p.lean)
            x = 400 + p.fx(-130, 130)
            c = p.fx(-12, 12)
            tufts += f"M{x} {round(y)}q{c} 16 {c / 2} 32"
            shine += f"M{x - 12} {round(y) - 8}q{c} 14 {c / 2} 28"
        p.s(tufts, A.d, 6, o=0.3)
        p.s(shine, "#fff", 7, o=0.6)
        return
    narrow = p.has("runner", "läufer")
    half = 125 if narrow else p.f(205, 225)
    x0, x1, y0, y1 = 400 - half, 400 + half, 150, 850
    d = f"M{x0} {y0}Q400 {y0 - 8} {x1} {y0}Q{x1 + 7} 500 {x1 - 2} {y1}Q400 {y1 + 8} {x0 + 2} {y1}Q{x0 - 7} 480 {x0} {y0}z"
    p.drop(d, 14, 18, 24)
    fringe(p, x0 + 6, x1 - 2, y0, -38, CREAM.s, 15, 5)
    fringe(p, x0 + 6, x1 - 2, y1, 40, CREAM.s, 15, 5)
    p.p(d, p.lin(((0, A.h), (0.5, A.b), (1, A.s)), y2=1))
    n = p.f(0, 2)
    if p.has("runner", "river"):
        n = 3
    w = x1 - x0
    if n == 0:
        p.r(x0 + 26, y0 + 34, w - 52, y1 - y0 - 68, 0, "none", stroke=B.b, stroke_width=16)
        p.r(x0 + 52, y0 + 60, w - 104, y1 - y0 - 120, 0, "none", stroke=E.b, stroke_width=6)
        for i in range(3):
            y = 320 + i * 180
            p.p(f"M400 {y - 84}L{400 + w * .27} {y}L400 {y + 84}L{400 - w * .27} {y}z", B.b)
            p.p(f"M400 {y - 52}L{400 + w * .16} {y}L400 {y + 52}L{400 - w * .16} {y}z", E.b)
            p.p(f"M400 {y - 22}L{400 + w * .07} {y}L400 {y + 22}L{400 - w * .07} {y}z", A.b)
    elif n == 1:
        for y in (210, 790):
            p.p(f"M{x0} {y - 26}H{x1}V{y - 12}H{x0}z M{x0} {y + 12}H{x1}V{y + 26}H{x0}z", B.b)
        for y, c in ((300, B), (400, E), (500, B), (600, E), (700, B)):
            k = w / 8
            p.s(f"M{x0 + 2} {y + 20}" + "".join(f"L{x0 + k * (i + 1) - (0 if i < 7 else 4)} {y + (-28 if i % 2 == 0 else 20)}" for i in range(8)), c.b, 15, cap="butt")
    elif n == 2:
        p.r(x0 + 30, y0 + 40, w - 60, y1 - y0 - 80, 0, B.b)
        p.r(x0 + 44, y0 + 54, w - 88, y1 - y0 - 108, 0, A.s)
        p.p("".join(star(x, y, 54, 24, 4) for x in (400 - w * .2, 400 + w * .2) for y in (300, 500, 700)), B.b)
        p.p("".join(star(x, y, 22, 12, 4) for x in (400 - w * .2, 400 + w * .2) for y in (300, 500, 700)), E.b)
        p.s("".join(f"M400 {y - 30}v60" for y in (300, 400, 500, 600, 700)), E.b, 8)
    else:
        for k, (c, width) in enumerate(((B, 34), (E, 10), (B, 14))):
            x = x0 + w * (0.34, 0.52, 0.68)[k]
            p.s(f"M{x} {y0 + 2}C{x + 70} 260 {x - 60} 330 {x + 10} 460S{x + 60} 640 {x} 720S{x - 20} 800 {x + 10} {y1 - 2}", c.b, width, cap="butt")
    p.p(d, p.weave(size=22 if p.close else 14))
    p.p(d, p.lin(((0, "#fff", 0.22), (0.5, "#fff", 0), (1, p.shadow_colour, 0.16)), y2=1))


def rug_in_room(p):
    """The rug as it lies on a floor, for scenes."""
    if p.has("sheepskin", "fell", "hide"):
        stool_at(p, 500, 820, .85)
    with p.g("translate(390 850) skewX(-24) scale(1.06 .4) rotate(90) translate(-400 -500)"):
        rug(p)


def stool_at(p, x, y, s):
    with p.g(f"translate({x} {y}) scale({s}) translate(-400 -870)"):
        t = WOOD
        p.shadow(400, 866, 230, 30)
        p.s("M330 500L304 842M470 500L496 842", t.x, 24)
        p.s("M290 500L228 872M510 500L572 872", t.s, 30)
        p.s("M283 520L221 866", t.h, 8)
        p.p("M210 480v30a190 52 0 0 0 380 0v-30z", p.round_fill(t))
        p.e(400, 480, 190, 52, t.h)


@kind("scarf", setting="wall", focus=(420, 640, 2.2))
def scarf(p):
    A, B = p.A, p.second(CREAM)
    if B.b == A.b:
        B = Tones(A.d)
    if p.has("shawl", "stola", "wrap"):
        return shawl(p)
    pat = p.motif(p.f(70, 100)) if not p.has("mohair", "cobweb") else None
    p.s("M400 60V150", DARKWOOD.b, 26)
    p.e(400, 60, 34, 34, DARKWOOD.h)
    tail1 = "M330 420C320 560 300 680 286 812L420 826C436 690 452 560 470 430z"
    tail2 = "M400 430C430 560 470 650 500 740L622 706C590 600 540 500 500 400z"
    loop = "M400 120C560 120 640 230 610 330C590 400 500 440 420 452C320 440 220 400 192 330C160 230 250 120 400 120z"
    hole = "M400 196C480 196 540 236 532 292C520 340 450 352 400 356C350 352 282 340 270 292C262 236 320 196 400 196z"
    for d in (tail2, tail1):
        p.drop(d, 18, 18, 22)
    p.drop(loop, 18, 18, 22)
    p.p(hole, p.lin(((0, A.x), (1, A.d)), x2=0, y2=1))
    p.s("M288 250C340 226 460 226 512 250M276 290C340 262 470 262 526 292", A.x, 7, o=0.5)
    d2 = "".join(f"M{502 + k * 13} {738 - k * 3.7:.0f}q6 24 {10 + (k % 3) * 3} 48" for k in range(10))
    d1 = "".join(f"M{290 + k * 13} {812 + k * 1.3:.0f}q-6 26 {-7 + (k % 3) * 4} 50" for k in range(11))
    for d, f in ((tail2, d2), (tail1, d1)):
        p.s(f, A.d, 6)
        p.s(f, A.h, 3, t="translate(4 0)")
        p.p(d, p.lin(((0, A.s), (0.3, A.h), (0.7, A.b), (1, A.d))))
        if pat:
            p.p(d, pat, o=0.9)
        p.p(d, p.knit(26 if not p.close else 30) if not p.has("mohair", "cobweb") else p.weave(size=20))
    if not pat:
        p.s("M297 740L430 752M300 716L433 728M489 690L603 655", B.b, 11, cap="butt")
    ring = loop + hole
    p.p(ring, p.lin(((0, A.h), (0.5, A.b), (1, A.d)), y2=1), fill_rule="evenodd")
    if pat:
        p.p(ring, pat, fill_rule="evenodd", o=0.9)
    p.p(ring, p.knit(26 if not p.close else 30) if not p.has("mohair", "cobweb") else p.weave(size=20), fill_rule="evenodd")
    p.s("M236 230C270 160 360 140 430 146M216 300C260 380 360 400 430 404M590 250C570 180 510 156 470 150", "#fff", 18, o=0.18)
    p.s("M250 350C320 400 380 410 440 414M560 190C590 230 590 280 574 320", p.shadow_colour, 12, o=0.16)
    p.p("M326 392C380 420 450 420 500 388C520 430 512 470 486 492C430 512 372 506 332 482C310 452 312 420 326 392z", p.lin(((0, A.h), (0.5, A.b), (1, A.s)), y2=1))
    p.s("M346 420C400 440 450 438 490 414M344 452C400 472 450 470 496 446", A.d, 6, o=0.5)
    if p.has("mohair", "cobweb"):
        h = "".join(f"M{x} {y}l{dx} {dy}" for x, y, dx, dy in ((192, 300, -22, 8), (230, 180, -18, -12), (330, 128, -8, -20), (480, 132, 12, -18), (590, 210, 20, -10), (612, 320, 22, 4), (560, 400, 18, 14), (300, 640, -22, 6), (292, 730, -20, 4), (440, 640, 18, 10), (590, 610, 18, -8)))
        p.s(h, A.h, 3, o=0.8)


def shawl(p):
    """A wide, airy cloth hanging from a peg."""
    A = p.A
    for x in (150, 650):
        p.s(f"M{x} 190V216", DARKWOOD.d, 30)
    d = "M120 210Q400 330 680 210C690 240 690 260 680 290C620 320 630 380 580 400C580 460 540 480 520 520C530 570 490 590 470 620C470 680 430 700 400 780C370 700 330 680 330 620C310 590 270 570 280 520C260 480 220 460 220 400C170 380 180 320 120 290C110 260 110 240 120 210z"
    p.drop(d, 20, 24, 26)
    ends = ((122, 288), (168, 352), (220, 400), (246, 464), (280, 520), (296, 580), (330, 622), (356, 690), (400, 778))
    tassels = "".join(f"M{x} {y}l{(400 - x) * .03 - 4:.0f} 50" for e in ends for x, y in (e, (800 - e[0], e[1])))
    p.s(tassels, A.d, 10)
    p.s(tassels, A.h, 5, t="translate(-2 0)")
    p.p(d, p.lin(((0, A.h), (0.5, A.b), (1, A.s)), y2=1))
    p.p(d, p.tile(30, 30, f'<path d="M0 15L15 0 30 15 15 30z" fill="none" stroke="{A.x}" stroke-opacity=".3" stroke-width="3"/><path d="M11 15h8M15 11v8" stroke="{A.l}" stroke-width="4"/>'))
    with p.clip(d):
        p.s("M150 300Q400 420 650 300M240 440Q400 510 560 440M320 580Q400 620 480 580", A.l, 9, o=0.75)
        p.s("M210 236Q340 420 390 740M590 236Q470 420 412 740M330 290Q380 460 396 700", p.shadow_colour, 26, o=0.09)
        p.s("M180 240Q320 420 380 720M560 250Q450 420 404 720", "#fff", 22, o=0.28)
    p.s("M122 212Q400 332 678 212", A.s, 11)
    for x in (150, 650):
        p.e(x, 206, 32, 32, p.diag(DARKWOOD))
    return


@kind("hat", focus=(330, 620, 2.1), size=(300, 310))
def hat(p):
    A, B, E = p.A, p.second(CREAM), p.accent(BRASS)
    beanie = p.has("beanie", "mütze", "cap", "knit") or (not p.has("felt", "brim", "hut") and p.pick(0, 1))
    if beanie:
        p.shadow(400, 792, 240, 38)
        h = p.f(250, 290)
        d = f"M180 690C170 {700 - h} 280 {640 - h} 400 {640 - h}S630 {700 - h} 620 690z"
        p.p(d, p.round_fill(A))
        s = ""
        for i in range(-4, 5):
            s += f"M{400 + i * 50} 690C{400 + i * 50} {760 - h} {400 + i * 30} {670 - h} {400 + i * 4} {644 - h}"
        p.s(s, A.d, 8, o=0.55)
        p.s(s, A.h, 5, o=0.6, t="translate(-9 0)")
        p.p(d, p.knit(24))
        p.p(d, p.lin(((0, "#fff", 0.12), (0.4, "#fff", 0), (1, p.shadow_colour, 0.3)), y2=1))
        if p.f(0, 1) or p.has("pom", "bobble", "bommel"):
            y = 610 - h
            p.e(404, y, 72, 70, A.s)
            p.s("".join(f"M404 {y}l{math.cos(a * .42) * 76:.0f} {math.sin(a * .42) * 74:.0f}" for a in range(15)), A.b, 22)
            p.s("".join(f"M394 {y - 10}l{math.cos(a * .7) * 50:.0f} {math.sin(a * .7) * 48:.0f}" for a in range(9)), A.h, 14)
        p.r(160, 640, 480, 152, 46, p.round_fill(A))
        p.s("".join(f"M{x} 652Q{x + (x - 400) * .03:.0f} 716 {x} 780" for x in range(186, 640, 26)), A.d, 9, o=0.5)
        p.s("".join(f"M{x} 656Q{x + (x - 400) * .03:.0f} 716 {x} 776" for x in range(175, 640, 26)), A.l, 5, o=0.5)
        p.r(474, 690, 84, 58, 6, B.b)
        print_mark(p, 516, 718, 17, E.b)
    else:
        if B.b == A.b:
            B = Tones(A.x)
        p.shadow(400, 760, 300, 52)
        p.p("M90 700C90 650 210 628 400 628S710 650 710 700C710 770 560 812 400 812S90 770 90 700z", p.lin(((0, A.s), (1, A.d)), y2=1))
        p.p("M90 696C90 646 210 620 400 620S710 646 710 696C710 760 560 796 400 796S90 760 90 696z", p.lin(((0, A.h), (0.5, A.b), (1, A.s)), y2=1))
        p.e(414, 706, 214, 58, p.shadow_colour, o=0.2)
        h = p.f(360, 390)
        crown = f"M208 696C204 560 224 {h + 30} 290 {h}C330 {h - 20} 360 {h + 26} 404 {h + 26}S480 {h - 22} 520 {h + 4}C580 {h + 40} 596 560 592 696C540 742 260 742 208 696z"
        p.p(crown, p.round_fill(A))
        p.p(f"M290 {h}C330 {h - 20} 360 {h + 26} 404 {h + 26}S480 {h - 22} 520 {h + 4}C500 {h + 70} 440 {h + 100} 404 {h + 100}S310 {h + 70} 290 {h}z", p.lin(((0, A.d), (1, A.b)), x2=0, y2=1))
        p.s(f"M330 {h + 50}C320 {h + 110} 318 {h + 150} 322 {h + 190}", A.d, 14, o=0.35)
        p.p("M208 696C206 660 207 630 211 606C270 654 530 654 589 606C593 630 594 660 592 696C540 742 260 742 208 696z", p.round_fill(B))
        p.p("M486 640c30-6 56-14 76-24l2 74c-22 14-46 22-74 28z", B.s)
        p.p(leaf(520, 700, 20, 170, 20), E.b)
        p.s("M524 690L574 546", E.l, 3)
        p.gloss("M250 560C254 500 264 460 284 430", 16, 0.22)
        if p.close:
            pts = [(p.fx(210, 590), p.fx(400, 600)) for _ in range(60)]
            p.dots(pts, A.h, 4, o=0.6)
            p.dots([(x + 5, y + 4) for x, y in pts], A.d, 3, o=0.5)


# tableware

def wave_tile(p, ground, t, s=64):
    """Overlapping waves (seigaiha)."""
    R = s / 2
    rows = ""
    for k in range(-1, 4):
        d = ""
        for x in ((0, s) if k % 2 == 0 else (R,)):
            for q in (0.93 * R, 0.6 * R, 0.27 * R):
                d += f"M{x - q} {k * R / 2 + R / 2}a{q} {q} 0 0 1 {2 * q} 0"
        rows += f'<path d="{d}"/>'
    return p.tile(s, R, f'<g fill="{ground.b}" stroke="{t.b}" stroke-width="{s * .065}">{rows}</g>')


def mug_shape(p, cx, base, w, h, style):
    if style == 0:
        return [(base - h, w), (base - h * .4, w * .98), (base - 24, w * .93), (base, w * .74)]
    if style == 1:
        return [(base - h, w), (base - h * .5, w * .9), (base - 20, w * .76), (base, w * .64)]
    return [(base - h, w * .86), (base - h * .72, w * .92), (base - h * .35, w * 1.02), (base - 24, w * .84), (base, w * .62)]


def one_mug(p, cx, base, w, h, style, A, B, handle, drink, pattern=None):
    top = w if style < 2 else w * .86
    p.shadow(cx + (20 if handle else 0), base - 2, w * 1.05, 36)
    if handle:
        hx, hy = cx + top - 16, base - h * .84
        d = f"M{hx} {hy}C{hx + w * .95} {hy - 34} {hx + w * .95} {hy + h * .62} {hx - w * .08} {hy + h * .58}"
        p.s(d, A.d, w * .25)
        p.s(d, A.b, w * .16, t="translate(-3 -4)")
        p.s(d, A.h, w * .05, t="translate(-4 -8)")
    prof = mug_shape(p, cx, base, w, h, style)
    d = turned(cx, prof, .17)
    p.p(d, p.round_fill(A))
    with p.clip(d):
        if pattern == "waves":
            p.r(cx - w - 10, base - h * .8, 2 * w + 20, h * .62, 0, wave_tile(p, A, B))
        elif pattern == "lines":
            p.s("".join(f"M{cx + w * math.sin(a / 10)} {base - h + w * .17 * math.cos(a / 10) + 20}V{base}" for a in range(-14, 15, 3)), B.b, 11)
        elif pattern == "speckle":
            pts = []
            for _ in range(60):
                pts.append((cx + p.fx(-w, w), base - p.fx(0, h * .94)))
            p.dots(pts[:44], B.d, 6, o=0.75)
            p.dots(pts[44:], B.x, 10, o=0.8)
        elif pattern == "dip":
            y = base - h * p.f(24, 38) / 100
            p.p(f"M{cx - w - 20} {y}q{w * .3} 34 {w * .6} 26t{w * .5} 10t{w * .5} -6t{w * .6} -26V{base + 60}H{cx - w - 20}z", p.round_fill(B))
            p.s(f"M{cx - w - 20} {y}q{w * .3} 34 {w * .6} 26t{w * .5} 10t{w * .5} -6t{w * .6} -26", A.l, 5, o=0.45)
        elif pattern == "drip":
            y = base - h * .62
            p.p(f"M{cx - w - 20} {base - h - 50}V{y}q{w * .2} 50 {w * .38} 10t{w * .36} 26q{w * .1} 70 {w * .22} 10t{w * .4} -8q{w * .14} 60 {w * .3} 4t{w * .5} -20V{base - h - 50}z", p.round_fill(B), o=0.92)
        if pattern != "lines":
            p.r(cx - w - 10, base - h - 40, 2 * w + 20, h + 80, 0, p.lin(((0, p.shadow_colour, 0.1), (.22, "#fff", 0.16), (.5, "#fff", 0), (1, p.shadow_colour, 0.3))))
    k = top * .17
    p.e(cx, base - h, top, k, A.h if pattern != "rim" else B.b)
    p.e(cx, base - h + 2, top - 9, k - 6, p.inside(A))
    if drink:
        p.e(cx, base - h + k * .36, top - 18, k * .62, drink.b)
        p.e(cx - top * .2, base - h + k * .3, top * .4, k * .22, drink.h, o=0.5)
    p.gloss(f"M{cx - w * .66} {base - h * .78}Q{cx - w * .68} {base - h * .5} {cx - w * .6} {base - h * .26}", w * .1, 0.3)


@kind("mug", focus=(370, 640, 2.2), size=(455, 260))
def mug(p):
    A, B = p.A, p.second(CLAY)
    style = p.f(0, 2)
    if p.has("yunomi", "choko", "pair", "tumbler"):
        pat = "waves" if p.has("seigaiha") else "lines" if p.has("tokusa") else "rim" if p.has("kohan") else "drip"
        if p.has("yunomi", "pair"):
            C = p.B or CLAY
            one_mug(p, 505, 770, 118, 270, 0, C, p.A, False, Tones("#9aa64e"), "dip")
            one_mug(p, 300, 800, 128, 300, 0, A, C, False, Tones("#9aa64e"), "dip")
        else:
            one_mug(p, 400, 800, 190, 350, 1, A, B, False, None, pat)
        return
    w, h = p.f(165, 180), p.f(300, 345)
    if p.has("espresso"):
        w, h = 165, 240
        p.shadow(390, 800, 260, 44)
        p.p("M130 778C160 820 300 838 390 838S620 820 650 778z", p.round_fill(Tones(A.s)))
        p.e(390, 778, 260, 44, p.diag(A))
        p.e(390, 782, 150, 22, A.d, o=0.6)
        one_mug(p, 380, 786, 140, 230, 2, A, B, True, COFFEE, "speckle")
        return
    pat = "speckle" if p.has("speckle", "iron") else p.pick("dip", "drip", "speckle") if not p.has("ash", "glaze") else "drip"
    if p.close:
        one_mug(p, 365, 800, w, h, style, A, B, True, p.pick(COFFEE, COFFEE), pat)
        p.dots([(365 + p.fx(-w * .9, w * .9), p.fx(800 - h, 780)) for _ in range(40)], A.l, 4, o=0.6)
        return
    one_mug(p, 365, 800, w, h, style, A, B, True, p.pick(COFFEE, COFFEE), pat)


@kind("bowl", focus=(360, 640, 2.1), size=(540, 270))
def bowl(p):
    A, B, E = p.A, p.second(CLAY), p.accent(p.second(CLAY))
    w = p.f(240, 260)
    h = p.f(210, 240)
    if p.has("tea-bowl", "matcha", "chawan"):
        w, h = 205, 275
        prof = [(800 - h, w), (800 - h * .55, w * 1.0), (800 - h * .22, w * .86), (800 - 34, w * .5), (800 - 24, w * .42, 1), (800, w * .4)]
    elif p.has("noodle", "ramen", "salad"):
        w, h = 265, 230
        prof = [(800 - h, w), (800 - h * .6, w * .9), (800 - h * .3, w * .62), (800 - 40, w * .4), (800 - 34, w * .36, 1), (800, w * .38)]
    else:
        prof = [(800 - h, w), (800 - h * .62, w * .95), (800 - h * .34, w * .74), (800 - 36, w * .42), (800 - 28, w * .36, 1), (800, w * .36)]
    k = .2
    y = 800 - h
    p.shadow(400, 796, w * .72, 38)
    d = turned(400, prof, .12)
    p.p(d, p.round_fill(A))
    with p.clip(d):
        foot = 800 - h * p.f(22, 30) / 100
        p.p(f"M100 {foot}q60 40 130 26t120 18 110-6 130 4 140-30V830H100z", p.round_fill(B))
        p.s(f"M100 {foot}q60 40 130 26t120 18 110-6 130 4 140-30", A.l, 7, o=0.55)
        if p.has("tenmoku", "drip"):
            p.p(f"M100 {y - 60}V{y + 70}q50 60 80 10t70 20q20 70 50 10t90 0q30 80 60 8t90-6 110-20V{y - 60}z", p.round_fill(E), o=0.55)
        p.r(120, y, 560, 300, 0, p.specks(B.h, B.d, 5, 110, 5), o=0.5)
        if p.close:
            p.s("".join(f"M100 {yy}q300 {60 + i * 3} 600 0" for i, yy in enumerate(range(round(y) + 30, 790, 26))), p.shadow_colour, 3, o=0.1)
    p.e(400, y, w, w * k, A.h)
    p.e(400, y + 4, w - 11, w * k - 8, p.inside(A))
    with p.clip(f"M{400 - w + 11} {y + 4}a{w - 11} {w * k - 8} 0 0 0 {2 * w - 22} 0a{w - 11} {w * k - 8} 0 0 0 {22 - 2 * w} 0z"):
        p.e(415, y + w * .2, w * .78, w * .2, A.b, o=0.75)
        if p.view == "scene" and not p.has("tea-bowl"):
            if p.has("noodle", "ramen"):
                p.e(400, y + 22, w - 36, w * k - 16, "#c98d4a")
                p.s("".join(f"M{250 + i * 34} {y + 20}q40-34 80-4t90 2" for i in range(7)), "#f3dda0", 11)
                p.e(500, y + 8, 48, 17, "#fbf5e6")
                p.e(503, y + 6, 23, 9, "#f0a53c")
                p.dots(((300, y + 4), (330, y + 14), (420, y - 6), (380, y + 26)), LEAF.b, 18)
        if p.has("tea-bowl") and p.view == "scene":
            p.e(400, y + 24, w - 30, w * k - 14, "#93a94c")
    p.s(f"M{400 - w + 6} {y}a{w - 6} {w * k - 4} 0 0 1 {2 * w - 12} 0", A.l, 5, o=0.7, cap="butt")
    p.gloss(f"M{400 - w * .82} {y + h * .24}Q{400 - w * .74} {y + h * .5} {400 - w * .54} {y + h * .68}", 18, 0.3)


def plate_at(p, cx, cy, rx, ry, A, B, E, pattern):
    """A plate seen from above; ry < rx tilts it."""
    k = ry / rx
    with p.g(f"translate({cx} {cy}) scale(1 {k:.3f})" if k != 1 else f"translate({cx} {cy})"):
        p.e(0, 0, rx, rx, p.diag(A))
        p.e(0, 0, rx - 7, rx - 7, A.h, o=0.6)
        p.e(3, 5, rx - 16, rx - 16, p.lin(((0, A.s), (0.5, A.b), (1, A.h)), y2=1))
        q = rx * .68
        p.e(0, 0, q + 8, q + 8, p.lin(((0, A.d), (0.6, A.b), (1, A.l)), y2=1))
        p.e(0, 0, q, q, p.diag(A))
        if pattern == "waves":
            p.e(0, 0, q - 6, q - 6, wave_tile(p, A, B, 46 if rx < 200 else 64))
            p.e(0, 0, rx - 12, rx - 12, "none", stroke=B.b, stroke_width=7)
        elif pattern == "rim":
            p.e(0, 0, rx - 6, rx - 6, "none", stroke=B.b, stroke_width=13, o=0.9)
            with p.g(f"translate({-q * .4} {q * .5}) rotate(38)", o=0.85):
                branch(p, 0, 0, q * 1.2, B.b, 4, width=.08)
        elif pattern == "brush":
            p.s(f"M{-q * .8} {q * .1}C{-q * .3} {-q * .7} {q * .4} {-q * .5} {q * .75} {-q * .2}", E.b, q * .2, o=0.75)
            p.s(f"M{-q * .72} {q * .22}C{-q * .2} {-q * .45} {q * .4} {-q * .3} {q * .6} {-q * .05}", E.h, q * .05, o=0.8)
            p.e(0, 0, rx - 8, rx - 8, "none", stroke=B.b, stroke_width=16, o=0.85)
        elif pattern == "pour":
            p.p(blob([(-q * .7, -q * .3), (-q * .1, -q * .75), (q * .62, -q * .4), (q * .5, q * .3), (q * .1, q * .7), (-q * .4, q * .35)]), B.b, o=0.3)
            p.p(blob([(-q * .4, -q * .3), (q * .1, -q * .45), (q * .35, -q * .1), (q * .2, q * .3), (-q * .2, q * .2)]), B.h, o=0.35)
            p.e(0, 0, rx - 6, rx - 6, "none", stroke=B.b, stroke_width=12, o=0.7)
        if p.lean:
            return
        p.s(f"M{-rx * .86} {-rx * .28}A{rx * .9} {rx * .9} 0 0 1 {-rx * .2} {-rx * .88}", "#fff", rx * .035, o=0.55)
        p.s(f"M{-q * .78} {-q * .3}A{q * .84} {q * .84} 0 0 1 {-q * .1} {-q * .84}", "#fff", rx * .05, o=0.22)
        if p.close:
            p.dots([(math.cos(i * 2.4) * rx * math.sqrt(i / 70), math.sin(i * 2.4) * rx * math.sqrt(i / 70)) for i in range(64)], B.d, 4, o=0.35)
            p.s("".join(f"M{-q + i * 26} {math.sqrt(max(0, q * q - (q - i * 26) ** 2)) * .8:.0f}a{q} {q} 0 0 0 6 4" for i in range(2)), A.d, 2)


@kind("plate", setting="flat", focus=(290, 380, 2.0))
def plate(p):
    A, B, E = p.A, p.second(CLAY), p.accent(p.second(CLAY))
    pattern = "waves" if p.has("seigaiha") else "rim" if p.has("moon", "mame") else "brush" if p.has("kaki") else p.pick("rim", "brush", "pour")
    if p.has("set", "stack"):
        pattern = "waves"
        for i, (x, y, r) in enumerate(((250, 270, 140), (550, 290, 140), (400, 500, 150), (250, 730, 140), (550, 740, 140))):
            p.drop(f"M{x - r} {y}a{r} {r} 0 0 1 {2 * r} 0a{r} {r} 0 0 1 {-2 * r} 0z", 14, 18, 22)
            plate_at(p, x, y, r, r, A, B, E, pattern if i % 2 == 0 or p.lean else "rim")
        return
    if p.has("platter", "oval"):
        rx, ry = 330, 235
        turn = -18
    elif p.has("mame", "dish", "small"):
        rx = ry = 235
        turn = 0
    else:
        rx = ry = p.f(275, 295)
        turn = 0
    with p.g(f"rotate({turn} 400 500)") if turn else contextlib.nullcontext():
        p.drop(f"M{400 - rx} 500a{rx} {ry} 0 0 1 {2 * rx} 0a{rx} {ry} 0 0 1 {-2 * rx} 0z", 20, 28, 36)
        plate_at(p, 400, 500, rx, ry, A, B, E, pattern)


@kind("teapot", focus=(430, 560, 2.0), size=(410, 300))
def teapot(p):
    A, B, E = p.A, p.second(WOOD), p.accent(WOOD)
    style = p.pick("loop", "bail")
    for n in ("kyusu", "hobin", "dobin"):
        if p.has(n):
            style = n
    w = p.f(178, 196)
    top = p.f(490, 515)
    cx = 395
    p.shadow(410, 796, w * 1.0, 40)
    if style in ("bail", "dobin"):
        d = f"M{cx - w * .74} {top + 40}C{cx - w * .9} {top - 320} {cx + w * .9} {top - 320} {cx + w * .74} {top + 40}"
        p.s(d, E.d if p.E else WOOD.d, 24)
        p.s(d, WOOD.h, 9, t="translate(-5 -4)")
        p.s(d, WOOD.x, 22, stroke_dasharray="4 34", cap="butt", o=0.5)
    if style == "loop":
        d = f"M{cx + w * .82} {top + 60}C{cx + w * 1.75} {top - 10} {cx + w * 1.7} {top + 240} {cx + w * .85} {top + 210}"
        p.s(d, A.d, 34)
        p.s(d, A.b, 20, t="translate(-4 -4)")
    # spout at the left
    if style == "hobin":
        p.p(f"M{cx - w * .7} {top + 30}C{cx - w * 1.1} {top + 20} {cx - w * 1.2} {top - 10} {cx - w * 1.28} {top - 30}C{cx - w * 1.2} {top + 60} {cx - w * 1.05} {top + 130} {cx - w * .8} {top + 150}z", p.lin(((0, A.h), (1, A.s))))
    else:
        p.p(f"M{cx - w * .72} {top + 70}C{cx - w * 1.1} {top + 80} {cx - w * 1.2} {top + 10} {cx - w * 1.5} {top - 20}L{cx - w * 1.66} {top + 10}C{cx - w * 1.42} {top + 90} {cx - w * 1.3} {top + 230} {cx - w * .8} {top + 230}z",
            p.lin(((0, A.h), (0.5, A.b), (1, A.s)), y2=1))
        p.e(cx - w * 1.58, top - 4, w * .1, w * .06, A.x, t=f"rotate(-40 {cx - w * 1.58} {top - 4})")
    prof = [(top, w * .56), (top + 26, w * .74), (top + 110, w), (top + 200, w * .94), (790, w * .62), (800, w * .56)]
    d = turned(cx, prof, .12)
    p.p(d, p.round_fill(A))
    with p.clip(d):
        if style == "kyusu":
            p.s("".join(f"M{cx - w} {y}q{w} 46 {2 * w} 0" for y in range(top + 60, 790, 15)), A.x, 3, o=0.28)
            p.s("".join(f"M{cx - w} {y + 5}q{w} 46 {2 * w} 0" for y in range(top + 60, 790, 15)), A.l, 2, o=0.2)
        elif style == "dobin":
            p.p(f"M{cx - w} {top + 160}q{w * .5} 60 {w} 40t{w} -20V820H{cx - w}z", B.d, o=0.35)
            with p.g(f"translate({cx - 40} {top + 226}) rotate(24)"):
                branch(p, 0, 0, 150, E.b if p.E else B.h, 3)
        else:
            p.s(f"M{cx - w} {top + 60}q{w} 44 {2 * w} 0", B.b, 9, o=0.7)
            p.dots([(cx + p.fx(-w, w), p.fx(top + 40, 780)) for _ in range(26)], B.d, 5, o=0.4)
    p.gloss(f"M{cx - w * .76} {top + 92}Q{cx - w * .84} {top + 150} {cx - w * .68} {top + 210}", 17, 0.32)
    # lid
    p.p(f"M{cx - w * .6} {top + 4}C{cx - w * .5} {top - 52} {cx + w * .5} {top - 52} {cx + w * .6} {top + 4}a{w * .6} {w * .12} 0 0 1 {-w * 1.2} 0z", p.round_fill(A))
    p.s(f"M{cx - w * .6} {top + 4}a{w * .6} {w * .12} 0 0 0 {w * 1.2} 0", A.x, 5, o=0.6, cap="butt")
    p.p(turned(cx, [(top - 74, 24), (top - 58, 30), (top - 44, 16), (top - 36, 20)], .3), p.round_fill(Tones(A.h) if style != "dobin" else A))
    p.e(cx - 6, top - 74, 14, 5, A.l, o=0.8)
    if style == "kyusu":
        p.p(f"M{cx + w * .3} {top + 150}L{cx + w * 1.28} {top + 40}q40-26 58 6t-14 60L{cx + w * .52} {top + 226}z", p.lin(((0, A.h), (0.5, A.b), (1, A.x)), x1=.3, y1=.2, x2=.7, y2=.9))
        p.e(cx + w * 1.43, top + 72, 24, 34, A.d, t=f"rotate(42 {cx + w * 1.43} {top + 72})")
        p.e(cx + w * 1.43, top + 72, 12, 19, A.x, t=f"rotate(42 {cx + w * 1.43} {top + 72})")
    if style in ("bail", "dobin"):
        for s in (-1, 1):
            p.e(cx + s * w * .74, top + 42, 17, 21, p.diag(A))


@kind("vase", focus=(380, 560, 2.1), size=(320, 235))
def vase(p):
    A, B, E = p.A, p.second(CLAY), p.accent(LEAF)
    style = 0 if p.has("jar", "tsubo") else p.f(1, 3)
    if style == 0:
        prof = [(330, 82), (356, 66), (384, 74), (450, 186), (530, 226), (650, 186), (780, 118), (800, 110)]
    elif style == 1:
        prof = [(330, 56), (380, 46), (470, 60), (580, 150), (680, 172), (780, 116), (800, 104)]
    elif style == 2:
        prof = [(360, 100), (420, 84), (520, 128), (660, 150), (780, 96), (800, 88)]
    else:
        prof = [(320, 62), (400, 78), (520, 120), (640, 130), (770, 98), (800, 92)]
    r = prof[0][1]
    y = prof[0][0]
    if p.view != "front" or style:
        t = E if (p.E and 100 < p.E.hue < 190) else LEAF
        p.s(f"M400 {y + 20}C380 240 330 180 300 90M405 {y + 20}C420 240 470 190 520 120M398 {y + 10}C400 240 396 170 410 60", DARKWOOD.b, 7)
        p.p("".join(leaf(x, yy, a, 84, 24) for x, yy, a in ((330, 160, -70), (320, 140, 20), (304, 100, -30), (376, 240, -60), (470, 185, 70), (480, 170, 10), (512, 126, 40), (440, 235, 60), (404, 150, -40), (402, 170, 45), (409, 70, 5))), t.b)
        p.p("".join(leaf(x, yy, a, 60, 17) for x, yy, a in ((350, 190, 40), (490, 160, 95), (400, 215, -55), (405, 110, -62))), t.s)
    p.shadow(400, 796, 165, 38)
    d = turned(400, prof, .14)
    p.p(d, p.round_fill(A))
    with p.clip(d):
        yy = prof[3][0]
        p.p(f"M150 {y - 40}V{yy + 60}q40 60 76 6t66 40q20 110 54 20t60 10q20 70 46 0t70-20 60 10 80-40V{y - 40}z", p.round_fill(B), o=0.7)
        p.p(f"M150 {y - 40}V{yy}q50 40 90 4t80 30q20 70 44 4t80-8 80 20 130-30V{y - 40}z", p.round_fill(E if p.E else Tones(B.h)), o=0.7)
        p.r(150, yy, 500, 340, 0, p.specks(A.h, A.x, 5, 110, 5), o=0.5)
        p.s("".join(f"M150 {k}q250 60 500 0" for k in range(int(yy) + 20, 800, 28)), p.shadow_colour, 3, o=0.12)
    p.e(400, y, r, r * .16 + 4, A.h)
    p.e(400, y + 2, r - 10, r * .12, A.x)
    if style == 0:
        for s in (-1, 1):
            p.s(f"M{400 + s * 120} 408q{s * 44} -16 {s * 40} 34", A.d if s > 0 else A.b, 17)
    w = prof[-4][1]
    p.gloss(f"M{400 - w * .74} {prof[-4][0] - 40}Q{400 - w * .86} {prof[-4][0] + 40} {400 - w * .7} {prof[-4][0] + 110}", 17, 0.26)


# coffee and tea

@kind("coffee-maker", focus=(400, 420, 1.8), size=(190, 190))
def coffee_maker(p):
    A, B, E = p.A, p.second(WOOD), p.accent(DARKWOOD)
    style = "pour"
    if p.has("press"):
        style = "press"
    elif p.has("moka", "mokka", "stovetop"):
        style = "moka"
    elif not p.has("pour", "drip", "filter"):
        style = p.pick("pour", "press", "moka")
    if style == "moka":
        p.shadow(400, 796, 150, 36)
        p.s("M520 430C640 420 650 470 630 600", INK.b, 34)
        p.p("M255 800L290 590H510L545 800q-145 34-290 0z", p.metal(A))
        p.p("M292 590h216v-34H292z", p.metal(B if p.B else STEEL))
        p.p("M300 556L262 400L225 372l36-14H530L500 556z", p.metal(A))
        p.p("M262 360L400 300L532 360z", p.metal(A))
        p.p("M330 560l-30-160M400 570V400M470 560l26-160M350 800l16-208M450 800l-16-208", A.d, stroke=A.d, stroke_width=3, o=0.5)
        p.e(400, 290, 26, 22, INK.b)
        return
    if style == "press":
        p.shadow(400, 796, 150, 36)
        p.s("M530 430C640 430 640 700 530 700", INK.b, 28)
        p.p(box(276, 390, 250, 400, 20), "#fff", o=0.35)
        p.p(box(284, 520, 234, 262, 16), p.round_fill(COFFEE))
        p.p(box(284, 500, 234, 26, 8), "#c9a27a")
        p.r(396, 250, 10, 250, 0, STEEL.s)
        p.r(284, 494, 234, 16, 6, p.metal(STEEL))
        p.p(box(276, 390, 250, 400, 20), p.glass())
        p.p("M264 376q136-90 272 0v22H264z", p.metal(B))
        p.e(401, 240, 34, 30, p.round_fill(E))
        p.p("M264 640h274v22H264z M264 776h274v24H264z M264 398h22v400h-22z M514 398h22v400h-22z", p.metal(B))
        return
    # pour-over: cone in a carafe with a wooden collar
    p.shadow(400, 796, 175, 38)
    coffee = Tones("#5a3018")
    body = "M350 470C330 530 196 590 190 706C188 776 232 802 290 806Q400 818 510 806C568 802 612 776 610 706C604 590 470 530 450 470z"
    p.p(body, "#fff", o=0.4)
    p.p("M204 650H596C606 690 604 740 594 760C578 790 540 796 500 799Q400 810 300 799C260 796 222 790 206 760C196 740 194 690 204 650z", p.round_fill(coffee))
    p.e(400, 650, 196, 20, coffee.h)
    p.e(380, 648, 120, 10, "#a8744a", o=0.5)
    p.s("M400 520V640", coffee.b, 6, o=0.8)
    p.p(body, p.glass())
    p.p("M350 470C330 530 196 590 190 706C188 776 232 802 290 806Q400 818 510 806C568 802 612 776 610 706C604 590 470 530 450 470", "none", stroke=A.d, stroke_width=4, o=0.5)
    cone = "M236 220L352 470H448L564 220z"
    p.p("M222 190L350 456Q400 472 450 456L578 190z", p.lin(((0, "#e9dfcd"), (0.35, "#fffdf6"), (1, "#d6c9b2"))))
    p.e(400, 192, 178, 34, "#cbbda4")
    p.e(400, 199, 152, 25, coffee.x)
    p.e(380, 196, 90, 13, coffee.h)
    p.dots(((330, 200), (350, 192), (440, 204), (470, 196), (400, 208)), "#b98a5f", 9)
    p.p(cone, A.b, o=0.35)
    p.p(cone, p.glass())
    p.s("M236 220L352 470M564 220L448 470", A.d, 4, o=0.5)
    p.p("M328 414Q400 438 472 414L458 464Q456 490 472 530Q400 560 328 530Q344 490 342 464z", p.round_fill(B))
    p.s("M336 428Q400 450 464 428M334 520Q400 548 466 520", B.x, 4, o=0.45)
    p.s("M342 470Q400 492 458 470", E.b, 11)
    p.e(400, 485, 17, 17, p.diag(WOOD))
    p.s("M405 494l18 46M396 496l-12 42", E.b, 7)
    p.gloss("M238 680C244 640 272 606 306 582", 13, 0.8)
    p.gloss("M270 250L318 352", 11, 0.7)


@kind("grinder", focus=(400, 470, 1.9), size=(135, 220))
def grinder(p):
    A, B, E = p.A, p.second(WOOD), p.accent(INK)
    w = p.f(96, 108)
    p.shadow(400, 798, w * 1.15, 34)
    p.p(turned(400, [(610, w), (790, w), (800, w - 8)], .16), p.metal(A))
    p.p(turned(400, [(440, w), (616, w)], .16), p.round_fill(B))
    p.s("".join(f"M{x} {462 + abs(x - 400) * -.06:.0f}v160" for x in range(round(400 - w + 18), round(400 + w - 6), 22)), B.d, 5, o=0.5)
    p.s(f"M{400 - w} 620a{w} {w * .16} 0 0 0 {2 * w} 0", A.x, 5, cap="butt", o=0.5)
    p.p(turned(400, [(376, w - 6), (392, w), (446, w)], .16), p.metal(A))
    p.s("".join(f"M{400 + (w - 2) * math.sin(k / 10):.0f} {404 + (w * .16) * math.cos(k / 10):.0f}v30" for k in range(-14, 15, 2)), A.d, 4, o=0.8)
    p.e(400 - w * .3, 446 + w * .15, 6, 6, E.b)
    p.e(400, 376, w - 6, (w - 6) * .16, A.h)
    p.p(turned(400, [(330, 17), (376, 26)], .3), p.metal(A))
    p.p("M388 330q0-20 20-22L600 268q20-2 22 14t-16 20L418 344q-26 4-30-14z", p.lin(((0, A.l), (0.5, A.b), (1, A.s)), x2=0, y2=1))
    p.e(402, 328, 19, 15, E.b)
    p.e(398, 324, 9, 6, E.h)
    p.s("M606 276V230", A.d, 12)
    p.p("M572 232C556 190 566 140 606 140S656 190 640 232Q606 248 572 232z", p.round_fill(B))
    p.gloss("M588 170Q584 190 588 208", 9)
    print_mark(p, 400, 712, 26, A.d)
    if not p.close:
        beans(p, 570, 812, 5)


def beans(p, x, y, n):
    for i in range(n):
        bx, by = x + (i * 37) % 110 + p.fx(-5, 5), y + (i * 23) % 52
        a = p.fx(-60, 60)
        with p.g(f"translate({bx} {by}) rotate({a})"):
            p.e(4, 5, 21, 14, p.shadow_colour, o=0.2)
            p.e(0, 0, 21, 14, COFFEE.h)
            p.s("M-17 2Q-4-6 0 0T18-2", COFFEE.x, 4)


@kind("coffee-bag", focus=(400, 590, 2.0), size=(210, 200))
def coffee_bag(p):
    A, B, E = p.A, p.second(CREAM), p.accent(CLAY)
    w = p.f(172, 186)
    y = p.f(240, 270)
    p.shadow(400, 792, w * 1.05, 36)
    p.p(f"M{400 - w} {y + 40}L{400 - w - 14} 790q{w} 34 {2 * w + 28} 0L{400 + w} {y + 40}z", p.lin(((0, A.b), (0.16, A.h), (0.5, A.b), (0.85, A.s), (1, A.d))))
    p.p(f"M{400 - w} {y + 60}C{400 - w + 30} {y + 240} {400 - w + 22} 640 {400 - w - 13} 788z M{400 + w} {y + 60}C{400 + w - 30} {y + 240} {400 + w - 22} 640 {400 + w + 13} 788z", A.d, o=0.4)
    p.s(f"M{400 - w + 20} {y + 90}q60 30 110 10M{400 + w - 30} {y + 130}q-60 26-110 0", A.d, 7, o=0.3)
    p.p(f"M{400 - w - 2} {y - 30}h{2 * w + 4}v80q{-w} 20 {-2 * w - 4} 0z", p.lin(((0, A.h), (0.5, A.b), (1, A.s))))
    p.s(f"M{400 - w} {y - 8}h{2 * w}M{400 - w} {y + 12}h{2 * w}", A.d, 4, o=0.5)
    p.r(400 - w - 16, y + 22, 2 * w + 32, 22, 6, p.lin(((0, E.h), (1, E.s))))
    style = p.f(0, 1)
    if style == 0:
        p.r(400 - w * .72, 420, w * 1.44, 270, 8, p.lin(((0, B.h), (1, B.b))))
        p.r(400 - w * .72, 640, w * 1.44, 50, 0, E.b)
    else:
        p.p(f"M{400 - w - 6} 430Q400 456 {400 + w + 6} 430L{400 + w + 10} 690Q400 720 {400 - w - 10} 690z", p.lin(((0, B.b), (0.18, B.l), (0.6, B.b), (1, B.d))))
        p.s(f"M{400 - w - 9} 664Q400 692 {400 + w + 9} 664", E.b, 9, cap="butt")
    # a coffee bean as emblem
    p.e(400, 516, 46, 62, COFFEE.h, t="rotate(24 400 516)")
    p.s("M376 566C420 540 376 500 424 466", B.b, 9)
    lines(p, 400, 604, (130, 84), B.x, 20)
    p.e(400, 370, 15, 15, A.d)
    p.e(398, 368, 8, 8, A.x)
    if p.close:
        heap(p, 560, 822, 130, COFFEE if A.L < .5 else Tones("#a9793f"), 30)
        beans(p, 450, 836, 6)
    elif p.view == "front" and p.f(0, 1):
        beans(p, 560, 826, 4)


@kind("tea-tin", focus=(400, 590, 2.0), size=(320, 180))
def tea_tin(p):
    A, B, E = p.A, p.second(CREAM), p.accent(BRASS)
    coffee = p.has("coffee")
    square = p.f(0, 1) and not coffee
    w = p.f(150, 168)
    y = p.f(330, 370)
    p.shadow(400, 796, w * 1.1, 38)
    if square:
        body = box(400 - w, y + 60, 2 * w, 740 - y, 14)
        p.p(body, p.lin(((0, A.b), (0.1, A.h), (0.55, A.b), (1, A.s))))
        p.p(f"M{400 - w} {y + 16}l34-34H{400 + w - 34}l34 34z", A.h)
        p.p(box(400 - w - 5, y + 10, 2 * w + 10, 74, 10), p.lin(((0, A.h), (0.5, A.b), (1, A.d))))
        p.p(f"M{400 - w} {y + 84}h{2 * w}v8h{-2 * w}z", A.x, o=0.3)
        lab = box(400 - w + 34, y + 150, 2 * w - 68, 560 - y, 10)
        p.p(lab, p.lin(((0, B.h), (1, B.b)), y2=1))
        p.p(box(400 - w + 46, y + 162, 2 * w - 92, 536 - y, 6), "none", stroke=E.b, stroke_width=5)
        p.e(400, y + 2, 40, 9, A.d, o=0.5)
    else:
        p.p(turned(400, [(y + 60, w), (792, w), (800, w - 6)], .15), p.round_fill(A))
        p.p(f"M{400 - w} {y + 150}a{w} {w * .15} 0 0 0 {2 * w} 0v{540 - y}a{w} {w * .15} 0 0 1 {-2 * w} 0z", p.round_fill(B))
        p.s(f"M{400 - w} {y + 168}a{w} {w * .15} 0 0 0 {2 * w} 0M{400 - w} 672a{w} {w * .15} 0 0 0 {2 * w} 0", E.b, 7, cap="butt")
        p.p(turned(400, [(y, w), (y + 78, w + 3)], .15), p.round_fill(Tones(A.s)))
        p.s(f"M{400 - w - 3} {y + 80}a{w + 3} {w * .15} 0 0 0 {2 * w + 6} 0", A.x, 5, cap="butt", o=0.5)
        p.e(400, y, w, w * .15, A.h)
        p.e(400, y + 1, w - 18, w * .15 - 4, A.b)
    cy = (y + 150 + 690) / 2 - 16
    if coffee:
        p.e(400, cy + 6, 38, 52, COFFEE.h, t=f"rotate(24 400 {cy})")
        p.s(f"M380 {cy + 48}C416 {cy + 26} 380 {cy - 8} 420 {cy - 36}", B.b, 8)
    elif p.has("rose", "flower", "blossom"):
        for q, t in ((50, A.b), (33, A.s), (17, A.d)):
            p.p(star(400, cy, q * 1.1, q * .86, 6), t, stroke=t, stroke_width=10)
        p.p(leaf(440, cy + 30, 120, 60, 16) + leaf(360, cy + 30, -120, 60, 16), E.b)
    elif p.has("loomi", "lime"):
        p.e(400, cy, 50, 50, A.b)
        p.e(400, cy, 40, 40, B.h)
        p.p("".join(leaf(400, cy, a, 37, 12) for a in range(0, 360, 45)), A.h)
    else:
        p.s(f"M400 {cy + 62}V{cy}", A.d, 6)
        p.p(leaf(400, cy + 34, -58, 84, 24) + leaf(400, cy + 20, 56, 84, 24), A.b if A.L < .8 else A.d)
        p.p(leaf(400, cy + 8, 4, 72, 17), E.b if p.E and p.E.L < .75 else A.s)
    lines(p, 400, cy + 86, (120, 76), B.x, 18)
    if p.close:
        t = A if p.has("rose", "flower") else COFFEE if coffee else Tones("#5b4a2f")
        heap(p, 560, 824, 130, t, 8)
        for tone, turn in ((t.h, 0), (t.b, 70), (t.s, 140), (p.accent(LEAF).b, 35)):
            p.p("".join(leaf(x, yy, turn + k * 25, 44, 16) for k, (x, yy) in enumerate(((480, 800), (560, 770), (620, 812), (530, 830), (590, 850), (660, 838)))), tone)
    if not square:
        p.gloss(f"M{400 - w * .72} {y + 26}v30M{400 - w * .72} {y + 190}V650", 13, 0.3)


def heap(p, cx, y, w, t, n=22):
    n -= 8 * p.lean
    p.e(cx + 12, y + 4, w * 1.2, w * .2, p.soft(), o=0.35)
    p.p(f"M{cx - w} {y}C{cx - w * .6} {y - 10} {cx - w * .35} {y - w * .55} {cx} {y - w * .58}S{cx + w * .6} {y - 6} {cx + w} {y}Q{cx} {y + w * .24} {cx - w} {y}z", p.lin(((0, t.h), (0.5, t.b), (1, t.d))))
    pts = [(cx + p.fx(-w, w) * .6, y - p.fx(-6, 10) - (w * .3 if i % 2 else 4)) for i in range(n)]
    p.dots(pts[:n // 2], t.h, 6)
    p.dots(pts[n // 2:], t.x, 6, o=0.6)


@kind("spice-jar", focus=(440, 560, 2.3), size=(350, 250))
def spice_jar(p):
    A, B, E = p.A, p.second(CREAM), p.accent(BRASS)
    w = p.f(138, 152)
    y = p.f(400, 440)
    if p.has("saffron"):
        w, y = 128, 480
    p.shadow(390, 796, w * 1.12, 38)
    p.p(turned(390, [(y, w - 16), (y + 40, w), (780, w), (800, w - 20)], .16), p.wall_light, o=0.5)
    inner = turned(390, [(y + 64, w - 11), (778, w - 11), (796, w - 24)], .16)
    p.p(inner, p.round_fill(A))
    with p.clip(inner):
        if p.has("saffron"):
            p.s("".join(f"M{p.fx(260, 510)} {p.fx(y + 60, 780)}q{p.fx(-20, 20)} {p.fx(-20, 20)} {p.fx(-46, 46)} {p.fx(-30, 30)}" for _ in range(26)), A.h, 6)
            p.s("".join(f"M{p.fx(260, 510)} {p.fx(y + 60, 780)}q{p.fx(-20, 20)} {p.fx(-20, 20)} {p.fx(-46, 46)} {p.fx(-30, 30)}" for _ in range(26)), A.x, 6)
        elif p.has("cardamom", "pod"):
            strokes = ["", "", ""]
            for i in range(36 - 6 * p.lean):
                x, q = 262 + (i % 6) * 52 + p.fx(-10, 10), y + 84 + (i // 6) * 58 + p.fx(-8, 8)
                strokes[i % 3] += f"M{x} {q}l{p.fx(-20, 20)} {p.fx(8, 18)}"
            for d, tone in zip(strokes, (A.h, A.b, A.d)):
                p.s(d, tone, 30)
        elif p.has("lime", "loomi", "whole"):
            pts = [(270 + (i % 4) * 80 + (40 if i // 4 % 2 else 0), y + 96 + (i // 4) * 64) for i in range(20)]
            p.r(240, y, 300, 400, 0, A.x)
            p.dots(pts, A.s, 76)
            p.dots([(x - 6, q - 7) for x, q in pts], A.b, 54)
            p.dots([(x - 12, q - 14) for x, q in pts], A.h, 18)
        else:
            p.r(240, y, 300, 420, 0, p.specks(A.h, A.x))
    p.e(390, y + 66, w - 14, (w - 14) * .13, A.h)
    p.p(turned(390, [(y, w - 16), (y + 40, w), (780, w), (800, w - 20)], .16), p.glass())
    # label
    p.p(f"M{390 - w + 2} {y + 150}a{w} {w * .16} 0 0 0 {2 * w - 4} 0v130a{w} {w * .16} 0 0 1 {4 - 2 * w} 0z", p.round_fill(B))
    p.s(f"M{390 - w + 2} {y + 164}a{w} {w * .16} 0 0 0 {2 * w - 4} 0M{390 - w + 2} {y + 266}a{w} {w * .16} 0 0 0 {2 * w - 4} 0", E.b, 5, cap="butt")
    print_mark(p, 390, y + 222, 27, A.b if A.L < .8 else A.d)
    lines(p, 390, y + 272, (96,), B.x, 16)
    # lid
    if p.f(0, 1) or p.has("house", "hill"):
        p.p(turned(390, [(y - 62, w - 34), (y + 6, w - 24)], .18), p.round_fill(WOOD))
        p.e(390, y - 62, w - 34, (w - 34) * .18, WOOD.h)
        p.dots([(390 + p.fx(-80, 80), y - p.fx(0, 36)) for _ in range(16)], WOOD.x, 6, o=0.5)
    else:
        p.p(turned(390, [(y - 54, w - 10), (y + 4, w - 8)], .16), p.metal(E if p.E and p.E.L > .5 else BRASS))
        p.e(390, y - 54, w - 10, (w - 10) * .16, p.diag(Tones(BRASS.h) if not (p.E and p.E.L > .5) else E))
    p.gloss(f"M{390 - w + 22} {y + 66}V{y + 130}M{390 - w + 22} {y + 320}V766", 11, 0.6)
    if p.has("saffron"):
        p.s("".join(f"M{560 + i * 17} {806 + (i * 13) % 34}q20-20 40-6" for i in range(6)), A.b, 6)
        p.s("".join(f"M{568 + i * 17} {812 + (i * 19) % 30}q10-12 30 4" for i in range(5)), A.d, 5)
    elif p.has("cardamom"):
        d = "M580 822l26-8M640 812l18 16M600 850l28 2M664 846l24-8M558 848l8 10"
        p.s(d, p.shadow_colour, 26, o=0.16, t="translate(5 8)")
        p.s(d, A.b, 25)
        p.s(d, A.l, 5, o=0.6, t="translate(-2 -6)")
    elif p.has("lime"):
        for x, q in ((590, 790), (660, 812)):
            p.shadow(x, q + 34, 42, 12)
            p.e(x, q, 46, 43, p.rad(((0, A.h), (0.5, A.b), (1, A.x)), .35, .3, .7))
    else:
        heap(p, 590, 812, 78, A)


@kind("honey-jar", focus=(420, 620, 2.0), size=(370, 290))
def honey_jar(p):
    A, B, E = p.A, p.second(CREAM), p.accent(BRASS)
    syrup = p.has("syrup", "sirup")
    w = p.f(158, 172) if not syrup else 130
    y = 450 if not syrup else 420
    p.shadow(380, 796, w * 1.08, 40)
    if syrup:
        prof = [(y - 60, 62), (y, 70), (y + 80, w), (780, w), (800, w - 18)]
    else:
        prof = [(y, w - 30), (y + 30, w - 14), (y + 90, w), (720, w + 4), (790, w - 16), (800, w - 26)]
    d = turned(380, prof, .15)
    honey = p.lin(((0, A.s), (0.22, A.h), (0.6, A.b), (1, A.d)))
    p.p(d, honey)
    p.p(d, p.rad(((0, "#ffc34d", 0.85), (0.55, "#f2a52e", 0.35), (1, "#8a4a10", 0)), .42, .62, .6), o=0.9 if not syrup else 0.3)
    p.e(380, y + 40, (w - 24) if not syrup else 84, 18, A.h, o=0.7)
    p.p(d, p.glass(), o=0.7)
    if not syrup and p.lean < 2:
        hexes = "".join("M" + " ".join(f"{300 + i % 4 * 58 + (29 if i // 4 % 2 else 0) + 33 * math.sin(math.pi / 3 * k):.0f} {580 + i // 4 * 50 + 33 * math.cos(math.pi / 3 * k):.0f}" for k in range(6)) + "z" for i in (0, 3, 6, 7, 10, 11))
        with p.clip(d):
            p.s(hexes, A.l, 4, o=0.45)
    # label
    ly = y + (130 if not syrup else 170)
    p.p("M" + "L".join(f"{380 + 104 * math.sin(math.pi / 3 * k):.0f} {ly + 72 + 104 * math.cos(math.pi / 3 * k):.0f}" for k in range(6)) + "z",
        p.diag(B), stroke=E.b, stroke_width=7)
    ink = B.x if B.L > .5 else E.h
    if syrup:
        p.s(f"M380 {ly + 30}Q374 {ly + 64} 380 {ly + 96}", E.d, 7)
        p.s(f"M380 {ly + 30}q-26-26-52 2M380 {ly + 30}q-20-38-38-28M380 {ly + 30}q26-26 52 2M380 {ly + 30}q20-38 38-28", E.b, 8)
    else:
        p.e(380, ly + 58, 24, 19, E.b)
        p.s(f"M370 {ly + 42}v32M386 {ly + 41}v34", B.x if B.L > .5 else INK.x, 7)
        p.p(leaf(378, ly + 42, -40, 46, 20) + leaf(384, ly + 42, 34, 46, 20), B.d if B.L > .5 else B.l)
    lines(p, 380, ly + 108, (92,), ink, 16)
    # lid
    if syrup:
        p.p(turned(380, [(y - 130, 60), (y - 56, 64)], .2), p.round_fill(INK))
        p.e(380, y - 130, 60, 12, INK.h)
    elif p.f(0, 1):
        p.p(f"M{380 - w} {y + 26}C{380 - w * .9} {y - 60} {380 - w * .6} {y - 78} 380 {y - 78}S{380 + w * .9} {y - 60} {380 + w} {y + 26}q-26-20-52 4t-54 2-54 4-56 0-52-2-54-8z", p.round_fill(B))
        p.s(f"M{380 - w * .86} {y - 8}q{w * .86} 36 {w * 1.72} 0", E.b, 9)
    else:
        p.p(turned(380, [(y - 68, w - 22), (y + 6, w - 20)], .16), p.metal(BRASS))
        p.e(380, y - 68, w - 22, (w - 22) * .16, BRASS.h)
    p.gloss(f"M{380 - w + 26} {y + 110}V740", 13, 0.55)
    if not syrup and not p.lean:
        # dipper lying in front
        with p.g("translate(560 800) rotate(-24)"):
            p.e(30, 26, 110, 16, p.soft(), o=0.4)
            p.s("M30 0H190", WOOD.s, 13)
            p.s("M30-3H190", WOOD.h, 4)
            p.p("M-44 0q0-30 10-30h60q14 0 14 30t-14 30h-60q-10 0-10-30z", p.down(WOOD))
            p.s("M-26-29v58M-6-30v60M14-30v60", WOOD.x, 6)


@kind("dates-box", focus=(400, 560, 2.0), size=(190, 300))
def dates_box(p):
    A, B, E = p.A, p.second(CREAM), p.accent(BRASS)
    p.shadow(410, 786, 300, 44)
    # lid standing behind
    p.p("M196 440L214 190H598L616 440z", p.diag(B))
    p.p("M216 420L230 210H582L596 420z", "none", stroke=E.b, stroke_width=6)
    p.s("M404 306Q396 350 404 404M356 404H452", E.d, 9)
    p.s("M404 306Q360 262 318 300M404 306Q364 240 338 256M404 306Q448 262 490 300M404 306Q444 240 470 256M404 306Q404 262 404 244", E.b, 13)
    # tray
    p.p("M130 600L190 436H622L682 600z", A.x)
    strokes = ["", "", ""]
    shine = ""
    for row in range(4):
        y, span = 466 + row * 39, 392 + row * 32
        for i in range(7):
            x = 406 - span / 2 + span / 7 * (i + .5) + (row % 2) * 5
            dy = (i * 7 + row * 5) % 13 - 9
            strokes[(i * 2 + row) % 3] += f"M{x - 13:.0f} {y - dy}l26 {2 * dy}"
            shine += f"M{x - 14:.0f} {y - dy - 8}l16 {dy}"
    for d, tone in zip(strokes, (A.b, A.h, A.s)):
        p.s(d, tone, 44)
    p.s(shine, A.l, 5, o=0.6)
    p.p("M130 600L190 436l8 0L146 600z", B.d)
    p.p("M682 600L622 436l-8 0L666 600z", B.s)
    p.p("M126 596H686V780q0 12-12 12H138q-12 0-12-12z", p.lin(((0, B.h), (0.5, B.b), (1, B.s))))
    p.p("M126 596H686v14H126z", B.l, o=0.8)
    p.p("M126 740H686v22H126z", E.b)
    print_mark(p, 406, 672, 36, A.b, 2)
    p.s("M190 672H340M472 672H622", E.b, 5)


# care

@kind("soap", focus=(380, 640, 2.1), size=(350, 300))
def soap(p):
    A, B, E = p.A, p.second(CREAM), p.accent(LEAF)
    flower = Tones("#8d7bb5") if p.has("lavender") else Tones("#f7efe0") if p.has("orange", "jasmine") else None
    if p.has("six", "guest", "set"):
        p.shadow(400, 786, 280, 44)
        p.p("M140 620L200 470H610L664 620z", CREAM.s)
        cols = [p.A, p.B or p.A, p.E or p.A]
        for i in range(6):
            x, y, k = 268 + (i % 3) * 134 + (0 if i < 3 else (i % 3 - 1) * 8), 520 if i < 3 else 588, 1 if i < 3 else 1.08
            t = cols[(i + i // 3) % 3]
            p.e(x + 6, y + 12, 60 * k, 28 * k, t.x, o=0.5)
            p.e(x, y + 6, 60 * k, 30 * k, t.s)
            p.e(x, y, 60 * k, 28 * k, p.diag(t))
            p.e(x, y, 40 * k, 17 * k, "none", stroke=t.d, stroke_width=4)
        p.p("M136 616H668V776q0 14-14 14H150q-14 0-14-14z", p.lin(((0, KRAFT.h), (1, KRAFT.s))))
        p.p("M136 616H668v12H136z", KRAFT.l)
        p.r(300, 660, 204, 86, 8, CREAM.h)
        print_mark(p, 402, 700, 25, cols[0].d)
        return
    round_bar = p.has("shampoo", "rinse", "round")
    if round_bar:
        p.shadow(390, 790, 250, 48)
        p.p("M150 640v76C150 780 260 812 390 812S630 780 630 716V640z", p.round_fill(A))
        p.e(390, 640, 240, 96, p.diag(A))
        p.e(390, 642, 190, 72, p.lin(((0, A.s), (1, A.h)), y2=1))
        p.e(390, 646, 184, 68, p.diag(A))
        with p.g("translate(390 648) rotate(64) scale(.62 1) translate(0 92)"):
            branch(p, 0, 0, 190, A.d, 4)
        p.gloss("M196 690Q200 740 240 766", 14, 0.35)
        sprig(p, 640, 850, -58, .95, E if 90 < E.hue < 190 and p.E else LEAF, flower)
        return
    # second bar behind, standing on edge in its paper band
    p.shadow(400, 790, 280, 46)
    p.p(box(300, 350, 330, 400, 54), p.lin(((0, A.h), (0.5, A.b), (1, A.d)), y2=.7))
    p.p("M300 430H630V650H300z", p.lin(((0, B.h), (0.5, B.b), (1, B.s))))
    p.p("M300 430H630v12H300z M300 638H630v12H300z", E.b)
    print_mark(p, 470, 520, 44, E.b)
    lines(p, 470, 592, (150, 96), B.x, 20)
    # front bar lying
    p.p("M150 690q0-46 50-50H500q46 2 50 50v66q-2 50-52 52H202q-50-2-52-52z", p.shadow_colour, o=0.16, t="translate(20 8)")
    p.p("M146 690q4-40 50-44H506q46 4 50 44v70q-4 46-52 48H198q-48-2-52-48z", p.lin(((0, A.h), (0.5, A.b), (1, A.s))))
    p.p("M146 690q6-60 66-64H492q58 4 64 64q-4 26-50 30H196q-46-4-50-30z", p.diag(Tones(A.h)))
    p.e(351, 672, 150, 34, "none", stroke=A.d, stroke_width=6, o=0.6)
    with p.g("translate(276 674) scale(1 .6) rotate(84)", o=0.75):
        branch(p, 0, 0, 150, A.d, 4)
    p.gloss("M176 700v50", 13, 0.5)
    if p.close:
        p.dots([(p.fx(160, 540), p.fx(650, 800)) for _ in range(60)], E.d, 5, o=0.5)
    sprig(p, 560, 850, 62, .9, E if p.E and 90 < E.hue < 190 else LEAF, flower)


@kind("oil-bottle", focus=(400, 620, 2.0), size=(180, 170))
def oil_bottle(p):
    A, B, E = p.A, p.second(CREAM), p.accent(DARKWOOD)
    w = p.f(112, 124)
    style = p.f(0, 2)
    y = p.f(430, 470)
    if style == 0:
        prof = [(330, 36), (400, 38), (y + 10, w - 8), (y + 60, w), (780, w), (800, w - 14)]
    elif style == 1:
        prof = [(330, 40), (392, 40), (420, w - 20, 1), (440, w), (782, w), (800, w - 12)]
    else:
        prof = [(310, 34), (390, 36), (490, w * .8), (620, w * 1.08), (740, w * 1.06), (795, w * .8), (800, w * .76)]
    p.shadow(400, 796, w * 1.1, 34)
    d = turned(400, prof, .16)
    p.p(d, "#fff", o=0.45)
    with p.clip(d):
        fill = 455
        p.r(400 - w - 20, fill, 2 * w + 40, 400, 0, p.lin(((0, A.s), (0.14, A.h), (0.4, A.l), (0.7, A.b), (1, A.d))))
        p.e(400, fill, w * .94, 13, A.h)
        if p.has("verbena", "rosemary", "herb"):
            p.s("M400 790C380 680 420 600 396 500", LEAF.d, 5, o=0.6)
    p.p(d, p.glass())
    ly = 560
    p.p(f"M{400 - w + 2} {ly}a{w} {w * .13} 0 0 0 {2 * w - 4} 0v{150}a{w} {w * .13} 0 0 1 {4 - 2 * w} 0z" if style < 2 else f"M{400 - w} {ly + 10}a{w} {w * .13} 0 0 0 {2 * w} 0v{130}a{w} {w * .13} 0 0 1 {-2 * w} 0z", p.round_fill(B))
    c = E.b if E.L < .8 else A.d
    if p.has("jasmine", "orange", "blossom"):
        p.p("".join(leaf(400, ly + 66, a, 42, 15) for a in range(0, 360, 72)), c)
        p.e(400, ly + 66, 9, 9, B.h)
    elif p.has("almond"):
        p.p(leaf(388, ly + 104, -20, 78, 34), c)
        p.p(leaf(412, ly + 104, 40, 66, 28), Tones(c).h)
    else:
        p.s(f"M400 {ly + 108}V{ly + 40}", c, 4)
        p.p("".join(leaf(400, ly + 104 - k * 20, a, 40, 10) for k, a in ((0, -52), (0, 52), (1, -48), (1, 48), (2, -42), (2, 42), (3, 0))), c)
    lines(p, 400, ly + 134, (92, 58), B.x, 15, 5)
    if style == 1 or p.has("massage", "body"):
        # pump
        p.p(turned(400, [(286, 44), (336, 46)], .2), p.round_fill(E))
        p.r(392, 220, 16, 70, 0, E.s)
        p.p("M340 196q0-16 16-16h78q24 0 24 22v22H356q-10 0-10-10l-56 10q-8-22 6-28z", p.lin(((0, E.h), (0.5, E.b), (1, E.s)), x2=0, y2=1))
    elif style == 0:
        p.p(turned(400, [(258, 34), (334, 30)], .22), p.round_fill(WOOD))
        p.e(400, 258, 34, 8, WOOD.h)
        p.p(turned(400, [(318, 43), (340, 43)], .2), p.round_fill(Tones("#dfe6e4")))
    else:
        p.p(turned(400, [(236, 40), (322, 42)], .2), p.round_fill(E))
        p.e(400, 236, 40, 8, E.h)
        p.s("".join(f"M{x} 250v70" for x in range(370, 440, 12)), E.x, 3, o=0.35)
    p.gloss(f"M{400 - w + 22} 500V548M{400 - w + 22} 736V772", 11, 0.75)


@kind("cream-jar", focus=(390, 660, 2.0), size=(450, 270))
def cream_jar(p):
    A, B, E = p.A, p.second(CREAM), p.accent(BRASS)
    c = E.b if E.L < .8 else A.d
    if p.has("hand-cream", "tube"):
        p.size = (190, 160)
        p.shadow(400, 796, 120, 34)
        p.p(turned(400, [(716, 74), (792, 78), (800, 74)], .16), p.round_fill(Tones(E.b) if E.L < .8 else INK))
        p.p("M262 236H538C530 420 500 600 482 724Q400 744 318 724C300 600 270 420 262 236z", p.lin(((0, A.b), (0.22, A.l), (0.5, A.b), (0.84, A.s), (1, A.d))))
        p.p("M256 196H544v42H256z", p.lin(((0, A.h), (1, A.s))))
        p.s("".join(f"M{x} 200v34" for x in range(268, 540, 13)), A.d, 4, o=0.55)
        p.p("M279 380H521C516 450 508 520 500 580H300C292 520 284 450 279 380z", p.lin(((0, B.b), (0.25, B.l), (1, B.s))))
        branch(p, 400, 526, 124, c, 4)
        lines(p, 400, 546, (110,), B.x, 18)
        p.gloss("M300 260C310 400 326 560 340 690", 12, 0.35)
        return
    if p.has("balm", "tin", "pocket"):
        p.size = (285, 250)
        p.shadow(390, 790, 230, 46)
        p.p("M170 690v56C170 800 280 824 390 824S610 800 610 746V690z", p.metal(STEEL))
        p.e(390, 690, 220, 84, STEEL.h)
        p.e(390, 694, 204, 74, p.diag(A))
        p.s("M250 700q60-40 130-16t150-14", A.l, 12, o=0.6)
        with p.g("translate(480 470) rotate(14)"):
            p.e(26, 34, 190, 180, p.soft(), o=0.35)
            p.e(8, 12, 188, 182, STEEL.d)
            p.e(0, 0, 188, 182, p.diag(STEEL))
            p.e(0, 0, 164, 158, p.diag(A))
            p.e(0, 0, 146, 140, "none", stroke=B.b, stroke_width=5)
            p.p("".join(leaf(0, 0, a, 84, 17) for a in range(0, 360, 30)), B.b)
            p.e(0, 0, 27, 27, c)
        return
    w = p.f(172, 186)
    y = p.f(560, 590)
    p.shadow(370, 796, w * 1.1, 42)
    dark = A.L < .45  # soft soap: an open glass with paste, the lid leaning on it
    p.p(turned(370, [(y, w - 8), (y + 24, w), (770, w), (800, w - 26)], .16), p.lin(((0, A.s), (0.2, A.l), (0.5, A.h), (0.85, A.b), (1, A.d))))
    p.p(turned(370, [(y, w - 8), (y + 24, w), (770, w), (800, w - 26)], .16), p.glass(), o=0.5)
    p.p(f"M{370 - w} {y + 70}a{w} {w * .15} 0 0 0 {2 * w} 0v96a{w} {w * .15} 0 0 1 {-2 * w} 0z", p.round_fill(B))
    print_mark(p, 370, y + 134, 27, c, 4 if p.has("rose") else None)
    lines(p, 370, y + 176, (100,), B.x, 16)
    p.gloss(f"M{370 - w + 24} {y + 24}V{y + 64}M{370 - w + 24} 748V776", 12, 0.6)
    if p.f(0, 1) or dark:
        p.e(370, y, w - 8, (w - 8) * .17, CREAM.l)
        p.e(370, y + 3, w - 22, (w - 22) * .16, p.inside(A))
        cr = A if dark else Tones(A.l)
        p.p(f"M{370 - w + 34} {y + 4}q60-44 {w - 50}-34t{w - 22} 30q-{w * .5} 34-{w} 26t-{w - 70}-22z", p.lin(((0, cr.l), (0.5, cr.h), (1, cr.s))))
        p.s(f"M{370 - w * .5} {y - 6}q{w * .4}-26 {w * .8}-6t-{w * .4} 18", cr.d, 5, o=0.5)
        with p.g(f"translate({370 + w * .95} {y + 92}) rotate(68)"):
            p.p(turned(0, [(-40, w - 14), (30, w - 10)], .26), p.round_fill(E if E.L < .85 else WOOD))
            p.e(0, -40, w - 14, (w - 14) * .26, E.h if E.L < .85 else WOOD.h)
    else:
        t = E if p.has("rose") is False and E.L < .8 else Tones(A.s)
        p.p(turned(370, [(y - 96, w - 4), (y - 84, w + 4), (y + 8, w + 4)], .16), p.round_fill(B if A.L > .75 else t))
        p.e(370, y - 96, w - 4, (w - 4) * .15, B.h if A.L > .75 else t.h)
    if p.has("rose"):
        for x, q, a in ((250, 846, 20), (310, 866, 110), (196, 838, 70)):
            p.e(x + 4, q + 6, 32, 17, p.shadow_colour, o=0.16, t=f"rotate({a} {x} {q})")
            p.p(f"M{x - 30} {q}q6-26 34-22t26 24q-14 24-36 18t-24-20z", E.h, t=f"rotate({a} {x} {q})")


@kind("dropper-bottle", focus=(400, 600, 1.9), size=(250, 160))
def dropper_bottle(p):
    A, B, E = p.A, p.second(CREAM), p.accent(INK)
    w = p.f(116, 128)
    y = p.f(470, 500)
    spray = p.has("water", "mist", "tonic", "spray")
    p.shadow(400, 796, w * 1.1, 34)
    d = turned(400, [(y - 20, 48), (y + 8, 54), (y + 50, w - 6), (y + 90, w), (780, w), (800, w - 14)], .16)
    glass = Tones("#a8682c") if not spray and A.L < .7 else A
    p.p(d, p.lin(((0, glass.d), (0.16, glass.h), (0.42, glass.b), (0.75, glass.s), (1, glass.x))))
    with p.clip(d):
        p.r(400 - w, y + 96, 2 * w, 340, 0, A.s, o=0.35 if not spray else 0.25)
        p.r(392, y, 14, 250, 0, "#fff", o=0.3)
    p.p(d, p.glass(), o=0.5)
    ly = y + 130
    p.p(f"M{400 - w + 2} {ly}a{w} {w * .13} 0 0 0 {2 * w - 4} 0v136a{w} {w * .13} 0 0 1 {4 - 2 * w} 0z", p.round_fill(B))
    c = E.b if E.L < .8 else A.d
    if p.has("blossom", "orange"):
        p.p("".join(leaf(400, ly + 66, a, 42, 15) for a in range(0, 360, 72)), c)
        p.e(400, ly + 66, 9, 9, B.h)
    else:
        p.s(f"M400 {ly + 108}V{ly + 36}", c, 4)
        p.p("".join(leaf(400, ly + 106 - k * 17, a, 36, 6) for k in range(5) for a in (-50, 50)), c)
    lines(p, 400, ly + 128, (88,), B.x, 15, 5)
    top = E if E.L < .6 else INK
    if spray:
        p.p(turned(400, [(y - 96, 50), (y - 20, 54)], .18), p.metal(BRASS))
        p.p(turned(400, [(y - 176, 40), (y - 92, 42)], .2), p.round_fill(Tones(E.b)))
        p.e(400, y - 176, 40, 8, E.h)
        p.e(386, y - 140, 8, 8, E.x)
        p.dots(((330, y - 150), (300, y - 170), (304, y - 136), (268, y - 158), (262, y - 190), (250, y - 124), (226, y - 150)), "#fff", 9, o=0.8)
    else:
        p.p(turned(400, [(y - 78, 54), (y - 12, 58)], .18), p.round_fill(top))
        p.s("".join(f"M{x} {y - 66}v58" for x in range(352, 452, 12)), top.x, 4, o=0.6)
        p.p(turned(400, [(y - 226, 16), (y - 214, 30), (y - 160, 38), (y - 104, 36), (y - 76, 40)], .3), p.round_fill(Tones(top.h)))
        p.gloss(f"M380 {y - 196}Q376 {y - 150} 380 {y - 112}", 8)
    p.gloss(f"M{400 - w + 22} {y + 80}V{y + 122}M{400 - w + 22} {ly + 170}V770", 11, 0.6)


# bags and the open air

@kind("backpack", focus=(400, 600, 1.9), size=(160, 230))
def backpack(p):
    A, B, E = p.A, p.second(INK), p.accent(BRASS)
    roll = p.has("roll")
    trek = p.has("trek", "55", "65")
    kids = p.has("kids", "mini", "wee")
    p.shadow(400, 792, 220, 42)
    # straps behind
    p.s("M270 330C180 420 190 640 252 750M530 330C620 420 610 640 548 750", B.s, 34)
    p.s("M262 336C172 430 184 640 244 744", B.h, 7, o=0.6)
    y = 190 if trek else 290 if kids else 230
    w = 186 if kids else 172
    if trek:
        p.p("M225 600q-50 20-46 90t40 84l40 4V600z M575 600q50 20 46 90t-40 84l-40 4V600z", A.d)
        p.r(216, 690, 60, 90, 18, p.round_fill(B))
    body = f"M{400 - w} 760V{y + 150}C{400 - w} {y + 40} {400 - w + 50} {y} {400 - 60} {y}H460C{400 + w - 50} {y} {400 + w} {y + 40} {400 + w} {y + 150}V760q0 40-40 40H{440 - w}q-40 0-40-40z"
    if roll:
        body = f"M{400 - w} 760V{y + 160}q10-60 40-90H{360 + w}q34 30 40 90V760q0 40-40 40H{440 - w}q-40 0-40-40z"
    p.s(f"M362 {y + 10}C362 {y - 60} 438 {y - 60} 438 {y + 10}", B.b, 20)
    p.p(body, p.lin(((0, A.b), (0.18, A.h), (0.55, A.b), (1, A.d))))
    # side pockets
    if not trek:
        p.p(f"M{400 - w} 610q-34 10-34 90t34 80z", A.d)
        p.p(f"M{400 + w} 610q34 10 34 90t-34 80z", A.x)
    if roll:
        p.p(f"M{400 - w + 20} {y - 4}h{2 * w - 40}q20 0 20 26t-12 60H{400 - w + 12}q-26-30-12-60t20-26z", p.lin(((0, A.h), (0.5, A.s), (1, A.b)), x2=0, y2=1))
        p.s(f"M{400 - w + 14} {y + 24}h{2 * w - 28}M{400 - w + 14} {y + 50}h{2 * w - 28}", A.x, 5, o=0.5)
        p.s(f"M{400 - w + 6} {y + 30}V470M{400 + w - 6} {y + 30}V470", B.b, 18)
        for x in (400 - w + 6, 400 + w - 6):
            p.r(x - 17, 380, 34, 44, 7, E.b)
        p.r(400 - w + 46, 470, 2 * w - 92, 220, 18, p.diag(A))
        p.s(f"M{400 - w + 66} 500h{2 * w - 132}", B.b, 9)
        p.s(f"M{400 + w - 76} 500v36", E.b, 9)
        p.s(f"M{400 - w} 728h{2 * w}", B.b, 16)
    elif trek:
        p.p(f"M{400 - w - 10} {y + 90}C{400 - w - 4} {y - 10} {400 - w + 60} {y - 30} 400 {y - 30}S{400 + w + 4} {y - 10} {400 + w + 10} {y + 90}v60q-{w} 46-{2 * w + 20} 0z", p.lin(((0, A.h), (0.5, A.b), (1, A.d)), y2=.8))
        p.p(f"M{400 - w + 50} {y + 20}h{2 * w - 100}q20 60 4 90H{400 - w + 46}q-16-40 4-90z", A.s, o=0.7)
        p.s(f"M{400 - w + 62} {y + 34}h{2 * w - 124}", B.b, 8)
        p.s(f"M330 {y + 130}V560M470 {y + 130}V560", B.b, 18)
        p.r(312, 440, 36, 50, 7, E.b)
        p.r(452, 440, 36, 50, 7, E.b)
        p.r(400 - w + 38, 540, 2 * w - 76, 220, 26, p.diag(A))
        p.s(f"M{400 - w + 56} 580H{400 + w - 56}", B.b, 9)
        p.p("M386 610h28v104h-28z", B.b)
        p.s("M392 626h16M392 646h16M392 666h16M392 686h16M392 704h16", E.b, 5)
        # the hip belt, closed in front
        belt = f"M{400 - w - 4} 690Q{400 - w + 60} 742 400 744T{400 + w + 4} 690V730Q{400 + w - 60} 784 400 786T{400 - w - 4} 730z"
        p.p(belt, p.lin(((0, B.h), (1, B.b))))
        p.s(f"M{400 - w + 30} 742Q340 762 400 764T{400 + w - 30} 742", B.x, 3, stroke_dasharray="10 8", o=0.7)
        p.r(366, 738, 68, 54, 10, E.b)
        p.r(380, 750, 40, 30, 6, E.d)
        # rolled mat below the lid
        p.r(220, 780, 360, 54, 27, p.down(E))
        p.p("M300 776h20v62h-20z M480 776h20v62h-20z", B.b)
        p.e(222, 807, 12, 25, E.d)
    else:
        p.s(f"M{400 - w + 26} 480C{400 - w + 26} {y + 70} {400 - w + 70} {y + 46} 400 {y + 46}S{400 + w - 26} {y + 70} {400 + w - 26} 480", B.b, 10)
        p.s(f"M{400 + w - 26} 470v34", E.b, 11)
        p.p(box(400 - w + 30, 540, 2 * w - 60, 230, 44), p.lin(((0, A.h), (0.5, A.b), (1, A.s)), y2=1))
        p.s(f"M{400 - w + 30} 600q0-60 44-60h{2 * w - 148}q44 0 44 60", B.b, 10)
        p.s(f"M{400 + w - 30} 598v30", E.b, 11)
        if kids:
            p.e(360, 670, 15, 19, B.d)
            p.e(440, 670, 15, 19, B.d)
            p.e(355, 663, 5, 6, "#fff")
            p.e(435, 663, 5, 6, "#fff")
            p.s("M372 712q28 26 56 0", B.d, 9)
            p.e(318, 702, 22, 15, E.b, o=0.8)
            p.e(482, 702, 22, 15, E.b, o=0.8)
            p.p(f"M300 {y + 36}q-34-70 10-86t60 60z M500 {y + 36}q34-70-10-86t-60 60z", A.s)
        else:
            p.r(350, 400, 100, 62, 8, B.b)
            print_mark(p, 400, 432, 20, E.b, 1)
            p.s(f"M{400 - w + 60} 650h{2 * w - 120}M{400 - w + 60} 700h{2 * w - 120}", B.b, 7)
            p.s(f"M{400 - w + 70} 650l40 50 50-50 50 50 50-50", E.b, 5) if not p.close else p.s(f"M{400 - w + 70} 650l40 50 50-50 50 50 50-50", E.b, 7)
    p.gloss(f"M{400 - w + 16} {y + 160}C{400 - w + 16} {y + 80} {400 - w + 40} {y + 40} {400 - w + 90} {y + 22}" if not trek else f"M{400 - w + 14} 420V700", 11, 0.22)
    if p.close:
        p.p(body, p.weave(size=11))


@kind("tent", setting="outdoor", focus=(400, 640, 1.7))
def tent(p):
    A, B, E = p.A, p.second(Tones(p.A.d)), p.accent(CREAM)
    base = 830
    p.e(430, base, 370, 34, p.soft(), o=0.6)
    if p.has("tunnel"):
        p.s(f"M120 520L30 {base}M690 560L770 {base}", E.b, 4)
        p.p(f"M230 {base}C200 560 250 430 400 430H560C680 430 730 640 740 {base}z", p.lin(((0, A.b), (1, A.d)), y2=1))
        p.p(f"M420 430C560 440 610 640 620 {base}L740 {base}C730 640 680 430 560 430z", A.s)
        for x, c in ((470, E), (560, B)):
            p.s(f"M{x} 432C{x + 100} 460 {x + 152} 660 {x + 160} {base}", c.b, 13)
            p.s(f"M{x} 432C{x + 100} 460 {x + 152} 660 {x + 160} {base}", c.d, 3, stroke_dasharray="3 14")
        front = f"M70 {base}C60 560 130 430 250 430S440 560 430 {base}z"
        p.p(front, p.lin(((0, A.h), (0.5, A.b), (1, A.s)), y2=1))
        p.s(f"M70 {base}C60 560 130 430 250 430S440 560 430 {base}", B.b, 11)
        p.p(f"M150 {base}C150 640 200 530 250 530S350 640 350 {base}z", B.x)
        p.p(f"M250 530C200 530 150 640 150 {base}h34C190 700 220 600 250 530z", E.b)
        p.p(f"M176 {base}q60-30 150 0z", E.s, o=0.8)
        p.s("M260 428L560 428", A.l, 7, o=0.7)
        p.p("M470 520q50 0 60 60l-56 10q-14-40-4-70z", B.d, o=0.6)
    elif p.has("basecamp", "bell", "6"):
        p.s(f"M250 460L30 {base}M550 460L770 {base}", E.b, 4)
        p.p(f"M120 {base}V650L400 250L680 650V{base}z", p.lin(((0, A.h), (0.5, A.b), (1, A.d))))
        p.p(f"M400 250L680 650V{base}H500z", A.s)
        p.p("M120 650L400 250L680 650q-40 34-70 4-40 40-76 6-40 36-70 4-36 36-64 0-36 34-66 0-40 36-72 0-40 34-70-4z", p.lin(((0, A.l), (0.5, A.b), (1, A.d))))
        p.p(f"M400 300L300 {base}H500z", B.x)
        p.p(f"M400 300L300 {base}h-50q60-120 110-330z M400 300L500 {base}h50q-60-120-110-330z", A.h)
        p.s("M400 180V300", WOOD.s, 12)
        p.p("M406 184l84 24-84 26z", E.b)
        p.s("M322 668q20-8 36-30M478 668q-20-8-36-30", B.b, 8)
    elif p.has("bothy", "shelter", "tarp"):
        p.s(f"M400 330L20 {base - 10}M400 330L780 {base - 10}", E.b, 4)
        p.p(f"M60 {base}C120 600 200 420 400 320C600 420 680 600 740 {base}Q400 {base + 30} 60 {base}z", p.lin(((0, A.h), (0.5, A.b), (1, A.d))))
        p.p(f"M400 320C520 460 570 640 560 {base + 6}Q660 {base + 8} 740 {base}C680 600 600 420 400 320z", A.s)
        p.p(f"M400 320C280 460 240 640 250 {base + 10}L560 {base + 8}C570 640 520 460 400 320z", A.b)
        p.p("M330 590q70-30 140 0v90q-70-24-140 0z", colour(.9, .02, 220), o=0.85)
        p.s(f"M400 320C280 460 240 640 250 {base + 8}M400 320C520 460 570 640 560 {base + 6}", E.b, 7, o=0.9)
        p.p("M384 330l16-44 16 44z", B.b)
    else:
        p.s(f"M250 440L40 {base}M560 440L765 {base}", E.b, 4)
        p.p(f"M90 {base}C150 540 260 390 400 370C540 390 650 540 710 {base}z", p.lin(((0, A.h), (0.45, A.b), (1, A.d))))
        p.p(f"M400 370C540 390 650 540 710 {base}H560C560 640 500 470 400 370z", A.s)
        p.p(f"M400 370C320 470 270 640 264 {base}H560C556 640 490 470 400 370z", p.lin(((0, A.h), (1, A.b)), x2=0, y2=1))
        p.p(f"M402 450C350 540 322 680 318 {base}H500C496 680 456 540 402 450z", B.x)
        p.p(f"M402 450C350 540 322 680 318 {base}h40C366 690 386 560 402 450z", E.b)
        p.p(f"M360 {base}q60-40 130 0z", E.d)
        p.s(f"M90 {base}C150 540 260 390 400 370C540 390 650 540 710 {base}", B.b, 8)
        p.s(f"M400 370C320 470 270 640 264 {base}M400 370C490 470 556 640 560 {base}", B.b, 6)
        p.p("M352 398q50-60 100 0-50-14-100 0z", B.b)
    d = "".join(f"M{x} {base - 8}l-8 22" for x in (40, 90, 710, 764))
    p.s(d, INK.b, 7)


@kind("bottle", focus=(400, 560, 2.0), size=(170, 150))
def bottle(p):
    A, B, E = p.A, p.second(STEEL), p.accent(INK)
    if p.has("soft", "flexible"):
        p.shadow(400, 796, 150, 34)
        d = blob([(350, 400), (450, 400), (500, 460), (560, 600), (556, 740), (500, 800), (300, 800), (244, 740), (240, 600), (300, 460)])
        p.p(d, p.lin(((0, A.b), (0.2, A.l), (0.5, A.h), (0.85, A.b), (1, A.s))), o=0.8)
        with p.clip(d):
            p.p("M200 560Q400 590 600 560V830H200z", p.lin(((0, A.s), (0.3, A.h), (1, A.d))), o=0.7)
            p.s("M300 480Q330 620 290 780M470 460Q520 600 500 780", "#fff", 12, o=0.35)
        for i in range(4):
            p.s(f"M480 {600 + i * 46}h{(44, 26)[i % 2]}", B.b, 5)
        print_mark(p, 380, 660, 40, B.b, 1)
        p.p(turned(400, [(322, 74), (396, 78)], .18), p.round_fill(B))
        p.s("".join(f"M{x} 340v56" for x in range(336, 470, 16)), B.x, 4, o=0.5)
        p.e(400, 322, 74, 13, B.h)
        p.p(turned(400, [(256, 22), (280, 32), (322, 34)], .25), p.round_fill(A))
        p.s("M474 370C580 360 600 420 560 500", B.s, 14)
        return
    w = p.f(104, 116)
    flask = p.has("flask", "thermos", "350", "kanne")
    y = 390 if flask else 330
    p.shadow(400, 798, w * 1.1, 32)
    if flask:
        prof = [(y, w - 14), (y + 24, w), (786, w), (800, w - 10)]
    else:
        prof = [(y - 10, 52), (y + 16, 56), (y + 90, w - 4), (y + 130, w), (786, w), (800, w - 10)]
    d = turned(400, prof, .16)
    p.p(d, p.metal(A) if A.C < .02 and A.L > .6 else p.lin(((0, A.s), (0.2, A.l), (0.36, A.h), (0.6, A.b), (0.9, A.d), (1, A.s))))
    p.p(turned(400, [(760, w), (786, w), (800, w - 10)], .16), p.metal(B if not flask else STEEL))
    if flask:
        p.p(turned(400, [(y + 190, w + 4), (y + 330, w + 4)], .16), p.round_fill(B))
        p.s(f"M{400 - w - 2} {y + 202}a{w} {w * .16} 0 0 0 {2 * w + 4} 0M{400 - w - 2} {y + 320}a{w} {w * .16} 0 0 0 {2 * w + 4} 0", B.l, 4, stroke_dasharray="12 9", cap="butt")
        print_mark(p, 400, y + 276, 30, B.x, 1)
        p.p(turned(400, [(y - 130, w - 24), (y - 116, w - 14), (y + 2, w - 12)], .16), p.metal(A))
        p.e(400, y - 130, w - 24, (w - 24) * .14, A.h)
        p.s(f"M{400 - w + 12} {y + 2}a{w - 12} {w * .15} 0 0 0 {2 * w - 24} 0", INK.b, 7, cap="butt")
        p.s(f"M{400 + w - 14} {y - 90}C{400 + w + 80} {y - 90} {400 + w + 80} {y + 10} {400 + w - 14} {y - 4}", E.b, 15)
    else:
        print_mark(p, 400, 590, 44, B.l if A.L < .6 else A.x, 1)
        p.p(turned(400, [(y - 92, 66), (y - 6, 70)], .17), p.round_fill(E))
        p.e(400, y - 92, 66, 11, E.h)
        p.p(turned(400, [(y - 18, 70), (y - 4, 70)], .17), p.metal(B))
        p.s(f"M348 {y - 84}C340 {y - 180} 460 {y - 180} 452 {y - 84}", E.b, 24)
        p.s(f"M344 {y - 96}C344 {y - 168} 420 {y - 182} 440 {y - 140}", E.h, 7)
    p.gloss(f"M{400 - w * .66} {y + 150}V740", 13, 0.35)
    if p.close:
        p.dots([(p.fx(400 - w, 400 + w), p.fx(y + 120, 756)) for _ in range(110)], "#fff", 3, o=0.35)


@kind("jacket", setting="wall", focus=(400, 440, 1.9))
def jacket(p):
    A, B, E = p.A, p.second(INK), p.accent(BRASS)
    wax = p.has("wax", "harbour", "field", "coat")
    p.s("M400 20V96", STEEL.s, 10)
    p.s("M400 96q30 6 24-30t-40-16", STEEL.s, 9)
    p.s("M250 190L400 110L550 190", DARKWOOD.b, 22)
    sl = "M262 216C200 250 170 340 150 470L116 742q36 22 92 16L260 500z"
    sr = "M538 216C600 250 630 340 650 470L684 742q-36 22-92 16L540 500z"
    long = 830 if wax else 790
    torso = f"M262 212C300 190 350 180 400 180S500 190 538 212C556 330 560 560 566 {long}Q400 {long + 26} 234 {long}C240 560 244 330 262 212z"
    for d in (sl, sr, torso):
        p.drop(d, 20, 22, 22)
    p.p(sl, p.lin(((0, A.h), (1, A.s))))
    p.p(sr, p.lin(((0, A.s), (1, A.d))))
    p.p("M116 742q36 22 92 16l3-26q-52 6-92-16z M684 742q-36 22-92 16l-3-26q52 6 92-16z", B.b)
    p.p(torso, p.lin(((0, A.h), (0.35, A.b), (0.7, A.s), (1, A.d))))
    p.s("M262 240C270 330 262 420 258 500M538 240C530 330 538 420 542 500", A.x, 6, o=0.4)
    if wax:
        p.p("M318 196L400 330L482 196Q400 176 318 196z", B.d)
        p.p("M304 176Q400 130 496 176L500 226L400 350L300 226z M330 200L400 322L470 200Q400 172 330 200z", B.b, fill_rule="evenodd")
        p.p("M330 196Q400 170 470 196L400 320z", E.s)
        p.s("M372 262h0M428 262h0M358 236h0M442 236h0M386 288h0M414 288h0", E.x, 6)
        p.p("M304 176L300 226L400 350L384 352L286 250L290 190z M496 176L500 226L400 350L416 352L514 250L510 190z", B.h)
        p.s(f"M400 346V{long + 8}", A.x, 7)
        p.s(f"M400 350V{long + 6}", E.b, 9, stroke_dasharray="5 5", cap="butt")
        p.s(f"M434 352V{long + 4}", A.x, 3, o=0.5)
        p.r(391, 372, 18, 34, 6, E.b)
        p.r(396, 402, 8, 34, 4, E.s)
        p.dots([(448, y) for y in range(430, long - 20, 100)], E.b, 17)
        p.s("M310 186L312 236M318 182L326 252M328 178L342 266M474 178L458 266M482 182L474 252M490 186L488 236", B.x, 4, o=0.7)
        for x in (270, 440):
            p.r(x, 590, 110, 140, 10, p.diag(A))
            p.p(f"M{x - 6} 580h122v44q-61 24-122 0z", A.s)
            p.e(x + 55, 618, 9, 9, E.b)
        p.s("M262 470h100M448 470h94", A.x, 5, o=0.5)
    else:
        p.p("M292 214C270 110 330 70 400 70S530 110 508 214C470 270 330 270 292 214z", p.lin(((0, A.h), (0.5, A.b), (1, A.d))))
        p.p("M326 208C316 140 350 112 400 112S484 140 474 208C450 250 350 250 326 208z", B.x)
        p.p("M340 214C334 160 360 136 400 136S466 160 460 214C440 240 360 240 340 214z", B.b)
        p.s("M338 240L346 330M462 240L454 330", E.b, 6)
        p.s(f"M400 240V{long + 8}", B.x, 14)
        p.s(f"M400 240V{long + 8}", E.b, 5)
        p.r(391, 262, 18, 36, 6, E.b)
        p.p("M256 330Q400 372 544 330V316Q400 356 256 316z", B.b, o=0.5)
        p.s("M290 560L330 690M510 560L470 690", B.x, 11)
        p.s("M290 560L300 592M510 560L500 592", E.b, 8)
        p.r(450, 400, 66, 40, 6, B.b)
        print_mark(p, 483, 420, 14, E.b, 1)
        p.s(f"M236 {long - 26}Q400 {long} 564 {long - 26}", B.x, 5, o=0.5)
    p.s("M172 470Q186 560 168 680M610 420Q612 560 632 690M300 400Q310 500 290 540", p.shadow_colour, 12, o=0.1)
    p.gloss("M196 380Q176 460 164 560", 14, 0.2)
    if p.close:
        p.p(torso, p.weave(size=9))
        if not wax:
            p.dots(((300, 380), (340, 440), (500, 390), (460, 520), (320, 520)), "#fff", 12, o=0.5)


@kind("tote-bag", focus=(400, 600, 2.0), size=(190, 230))
def tote_bag(p):
    A, B = p.A, p.second(CREAM)
    top = p.f(400, 430)
    w0, w1 = p.f(222, 234), p.f(206, 216)
    p.shadow(400, 796, 215, 42)
    y = top - 10
    p.s(f"M{400 - 92} {y + 40}C{400 - 110} {y - 250} {400 + 110} {y - 250} {400 + 92} {y + 40}", B.x, 17, t="translate(14 10)")
    p.p(f"M{400 - w0 + 14} {top}q{w0 - 14} -36 {2 * w0 - 28} 0v40h{28 - 2 * w0}z", A.x)
    d = f"M{400 - w0} {top}Q400 {top + 26} {400 + w0} {top}C{400 + w1 - 4} 560 {400 + w1} 680 {400 + w1 - 6} 778q-2 22-24 24Q400 812 {430 - w1} 802q-22-2-24-24C{400 - w1} 680 {404 - w1} 560 {400 - w0} {top}z"
    p.p(d, p.lin(((0, A.b), (0.2, A.h), (0.6, A.b), (1, A.d))))
    p.p(f"M{400 - w1 + 1} 690Q400 720 {400 + w1 - 1} 690L{400 + w1 - 6} 778q-2 22-24 24Q400 812 {430 - w1} 802q-22-2-24-24z", p.lin(((0, B.h), (0.5, B.b), (1, B.d))))
    p.s(f"M{400 - w1 + 2} 704Q400 734 {400 + w1 - 2} 704", B.x, 3, stroke_dasharray="11 9", cap="butt", o=0.7)
    p.s(f"M{400 - w0 + 4} {top + 26}Q400 {top + 54} {400 + w0 - 4} {top + 26}", B.h, 3, stroke_dasharray="11 9", cap="butt", o=0.8)
    s = f"M{400 - 104} {top + 110}V{top - 20}C{400 - 110} {top - 270} {400 + 110} {top - 270} {400 + 104} {top - 20}V{top + 110}"
    p.s(s, B.d, 21, cap="butt")
    p.s(s, B.b, 15, cap="butt", t="translate(-2 -2)")
    for x in (296, 504):
        p.e(x, top + 92, 8, 8, B.x)
    print_mark(p, 400, 590, 62, B.b, 1)
    p.s(f"M{400 - w0 + 30} {top + 120}q20 120-6 230M{400 + w0 - 40} {top + 140}q-16 100 10 200", p.shadow_colour, 14, o=0.12)
    p.p(d, p.weave(size=14 if p.close else 10))


# sound, desk and power

@kind("headphones", focus=(280, 620, 2.0), size=(170, 280))
def headphones(p):
    A, B, E = p.A, p.second(INK), p.accent(B_or_ink(p))
    studio = p.has("studio", "monitor")
    ring = E
    if studio:
        ring, B = B, INK
    p.shadow(200, 788, 90, 24)
    p.shadow(590, 788, 90, 24)
    band = "M206 600C196 330 270 190 400 190S604 330 594 600"
    p.s(band, A.d, 46)
    p.s(band, A.b, 34, t="translate(-3 -3)")
    p.s("M196 520C204 320 280 176 396 172", A.l, 8, o=0.55)
    p.s("M262 330C290 262 336 228 400 228S510 262 538 330", B.s, 34)
    p.s("M262 326C290 258 336 224 400 224", B.h, 8, o=0.7)
    for s in (-1, 1):
        x = 400 + s * 194
        p.r(x - 15, 500, 30, 90, 8, p.metal(E if studio else STEEL))
        if p.close and not studio and s < 0:
            # the ear pad has been taken off and leans in front
            p.e(x + 56, 668, 40, 108, A.x, t=f"rotate(5 {x} 660)")
            p.e(x + 60, 668, 26, 84, p.tile(14, 14, f'<circle cx="7" cy="7" r="3.6" fill="{A.d}"/>'), t=f"rotate(5 {x} 660)")
            p.shadow(x + 176, 790, 70, 16)
            p.e(x + 170, 676, 62, 116, B.x, t=f"rotate(12 {x + 170} 676)")
            p.e(x + 160, 676, 60, 116, p.lin(((0, B.h), (1, B.d)), y2=1), t=f"rotate(12 {x + 160} 676)")
            p.e(x + 158, 676, 30, 78, B.x, t=f"rotate(12 {x + 158} 676)")
        else:
            p.e(x - s * 44, 662, 46, 116, p.lin(((0, B.h), (1, B.d))) if s < 0 else B.d, t=f"rotate({s * -5} {x} 660)")
            p.e(x - s * 58, 664, 24, 92, B.x, t=f"rotate({s * -5} {x} 660)")
        p.e(x + s * 4, 662, 70, 128, p.lin(((0, A.h), (0.5, A.b), (1, A.d)), y2=.6) if s < 0 else p.lin(((0, A.b), (1, A.d)), y2=.6), t=f"rotate({s * -5} {x} 660)")
        p.e(x + s * 16, 662, 50, 102, p.lin(((0, ring.h), (0.5, ring.b), (1, ring.d)), y2=1), t=f"rotate({s * -5} {x} 660)")
        p.e(x + s * 18, 662, 38, 88, p.diag(A), t=f"rotate({s * -5} {x} 660)")
        if p.close:
            p.e(x + s * 18, 662, 24, 62, p.tile(12, 12, f'<circle cx="6" cy="6" r="3.4" fill="{A.x}"/>'), t=f"rotate({s * -5} {x} 660)")
        else:
            print_mark(p, x + s * 18, 662, 18, E.b if A.L < .5 else A.x, 1 if not studio else 2)
    if studio:
        p.s("M200 786C180 860 330 870 400 840S560 850 620 880", INK.b, 9)
        p.s("M200 782C180 856 330 866 400 836S560 846 620 876", INK.h, 3)
    p.gloss("M150 620C150 590 160 570 172 556", 11, 0.5)


def B_or_ink(p):
    return p.B or INK


@kind("earbuds", focus=(330, 520, 2.1), size=(300, 215))
def earbuds(p):
    A, B, E = p.A, p.second(INK), p.accent(LEAF)
    sport = p.has("sport", "trail")
    p.shadow(400, 796, 210, 42)
    p.p("M214 560V420C214 330 280 300 400 300S586 330 586 420V560z", p.lin(((0, A.b), (0.3, A.h), (1, A.d))))
    p.p("M240 560V430C240 360 300 334 400 334S560 360 560 430V560z", B.d if B.L < .6 else A.d)
    p.p("M240 560V470C240 400 300 374 400 374S560 400 560 470V560z", B.x if B.L < .6 else A.x, o=0.45)
    p.p("M198 570Q400 520 602 570V600Q400 650 198 600z", A.d)
    p.e(400, 578, 192, 36, B.x if B.L < .6 else A.x)
    bud = B if sport else A
    for s in (-1, 1):
        x = 400 + s * 92
        if sport:
            p.s(f"M{x + s * 10} 470C{x + s * 30} 360 {x + s * 96} 370 {x + s * 80} 490", B.b if s < 0 else B.d, 15)
        p.p(f"M{x - 22} 470h44v116q-22 14-44 0z", p.round_fill(bud))
        p.e(x, 452, 58, 56, p.rad(((0, bud.l), (0.5, bud.b), (1, bud.d)), .35, .3, .75))
        p.e(x - s * 36, 462, 30, 36, INK.h, t=f"rotate({s * 24} {x - s * 36} 462)")
        p.e(x - s * 44, 464, 14, 20, INK.x, t=f"rotate({s * 24} {x - s * 44} 464)")
        p.e(x + s * 14, 440, 15, 15, E.b if not sport else A.b)
    p.p("M198 582Q400 640 602 582L604 690C604 770 540 800 400 800S196 770 196 690z", p.lin(((0, A.b), (0.2, A.l), (0.5, A.b), (1, A.d))))
    p.s("M202 592Q400 650 598 592", A.l, 6, o=0.7)
    p.e(400, 690, 10, 10, E.b)
    p.e(400, 690, 22, 22, E.b, o=0.25)
    p.gloss("M226 640C226 700 240 740 270 762", 13, 0.5)


@kind("speaker", focus=(400, 500, 1.9), size=(300, 230))
def speaker(p):
    A, B, E = p.A, p.second(INK), p.accent(CREAM)
    if p.has("lantern"):
        p.shadow(400, 796, 160, 38)
        p.e(400, 470, 330, 300, p.rad(((0, "#ffe9b0", 0.75), (1, "#ffe9b0", 0))))
        p.s("M272 330C260 150 540 150 528 330", A.b, 17)
        p.s("M268 316C266 250 296 210 346 200", A.h, 5)
        p.p(turned(400, [(350, 122), (560, 122)], .15), p.lin(((0, B.b), (0.3, "#fff3cf"), (0.6, E.h), (1, B.s))))
        p.p(turned(400, [(400, 54), (540, 60)], .15), "#fffbe6", o=0.8)
        p.p(turned(400, [(288, 116), (300, 134), (352, 134)], .15), p.round_fill(A))
        p.e(400, 288, 116, 17, A.h)
        p.p(turned(400, [(556, 140), (780, 140), (800, 126)], .15), p.round_fill(A))
        p.p("M262 590a140 21 0 0 0 276 0v160a140 21 0 0 1-276 0z", p.tile(15, 15, f'<circle cx="7" cy="7" r="4" fill="{A.x}"/><circle cx="6" cy="6" r="2" fill="{A.h}"/>'))
        p.s("M260 560a140 21 0 0 0 280 0", B.b, 8, cap="butt")
        p.r(372, 640, 56, 56, 28, A.b)
        print_mark(p, 400, 668, 17, B.b, 1)
        return
    if p.has("bookshelf", "monitor", "pair"):
        for x, y, k in ((500, 770, .94), (270, 800, 1)):
            with p.g(f"translate({x} {y}) scale({k}) translate(-270 -800)"):
                p.shadow(290, 798, 150, 30)
                p.p("M400 330l44-24V770L400 800z", A.x)
                p.p("M140 330l44-24H444l-44 24z", A.h)
                p.p("M140 330H400V800H140z", p.lin(((0, A.h), (0.5, A.b), (1, A.s)), y2=1))
                p.s("M156 400v160m0 60v120M388 360v200m0 50v150M172 620v90", A.d, 3, o=0.4)
                p.r(160, 350, 220, 430, 14, p.diag(B))
                for cy, r in ((448, 48), (638, 88)):
                    p.e(270, cy, r + 10, r + 10, E.s)
                    p.e(270, cy, r, r, p.rad(((0, INK.x), (0.55, INK.b), (0.8, INK.h), (1, INK.x)), .46, .46, .52))
                    p.e(270, cy, r * .34, r * .34, p.rad(((0, E.h), (1, E.d)), .35, .3, .8))
                p.e(350, 752, 8, 8, E.h)
        return
    # a turned log with a loudspeaker behind a round grille
    w = p.f(190, 204)
    p.size = (330, w + 30)
    p.shadow(400, 796, w * 1.02, 42)
    d = turned(400, [(380, w), (780, w), (800, w - 12)], .17)
    p.p(d, p.round_fill(A))
    with p.clip(d):
        p.s("".join(f"M{x} {380 + (i * 53) % 90}q{(-9, 8)[i % 2]} 90 0 {160 + (i * 37) % 120}" for i, x in enumerate(range(round(400 - w + 16), round(400 + w), 34))), A.d, 4, o=0.45)
    p.e(400, 380, w, w * .17, A.h)
    p.e(400, 381, w - 16, w * .17 - 5, p.diag(Tones(A.h)))
    for k in (.72, .48):
        p.e(404, 381, w * k, w * .15 * k, "none", stroke=A.s, stroke_width=4)
    p.p(turned(400, [(362, 40), (378, 44)], .25), p.metal(STEEL))
    p.e(400, 362, 40, 10, STEEL.l)
    p.e(404, 606, 142, 142, A.x)
    p.e(400, 600, 142, 142, p.diag(E))
    p.e(400, 600, 130, 130, B.b)
    p.e(400, 600, 130, 130, p.rad(((0, B.x), (0.28, B.h), (0.34, B.d), (0.8, B.s), (1, B.x)), .48, .48, .52))
    p.e(400, 600, 130, 130, p.tile(18, 18, f'<circle cx="5" cy="5" r="3.6" fill="{B.x}"/><circle cx="14" cy="14" r="3.6" fill="{B.x}"/>'))
    p.s("M296 560A112 112 0 0 1 372 492", "#fff", 9, o=0.35)
    p.dots(((376, 770), (400, 772), (424, 770)), E.h, 10)
    p.s(f"M{400 + w - 8} 470l26 8v70l-28 8", p.accent(KRAFT).d, 15)


def keys(rows, unit, gap, x, y, widths):
    """One path of key tops: rows of key widths in units."""
    out = ""
    for r in range(rows):
        kx = x
        for k in widths[r]:
            out += f"M{kx:g} {y + r * unit:g}h{k * unit - gap:g}v{unit - gap:g}h{gap - k * unit:g}z"
            kx += k * unit
    return out


@kind("keyboard", setting="flat", focus=(330, 500, 2.2))
def keyboard(p):
    A, B, E = p.A, p.second(CREAM), p.accent(CLAY)
    if p.has("split", "halves"):
        for s in (-1, 1):
            with p.g(f"translate({400 + s * 176} 510) rotate({s * 12})"):
                d = "M-150-170Q0-190 150-170Q166-168 166-150V130Q166 190 110 196L-110 150Q-166 140-166 100V-150Q-166-168-150-170z" if s < 0 else "M150-170Q0-190-150-170Q-166-168-166-150V130Q-166 190-110 196L110 150Q166 140 166 100V-150Q166-168 150-170z"
                p.drop(d, 12, 22, 24)
                p.p(d, A.d, t="translate(0 12)")
                p.p(d, p.diag(A))
                rows = keys(4, 50, 10, -145, -146, [[1] * 6, [1] * 6, [1] * 6, [1] * 4 if s < 0 else [1]])
                if s > 0:
                    rows = keys(3, 50, 10, -145, -146, [[1] * 6] * 3) + keys(1, 50, 10, -45, 4, [[1] * 4])
                p.p(rows, B.d, stroke=B.d, stroke_width=7, t="translate(0 5)")
                p.p(rows, p.lin(((0, B.h), (1, B.b)), y2=1), stroke=B.b, stroke_width=5)
                thumb = box(10, 80, 60, 44, 8) + box(80, 92, 44, 60, 8) if s < 0 else box(-70, 80, 60, 44, 8) + box(-124, 92, 44, 60, 8)
                p.p(thumb, E.d, t="translate(0 5)")
                p.p(thumb, E.b)
        p.s("M300 330C310 240 490 240 500 330", p.second(INK).x, 9)
        return
    with p.g("translate(400 500) rotate(-14)"):
        d = box(-350, -150, 700, 300, 26)
        p.drop(d, 14, 26, 28)
        p.p(d, A.x, t="translate(0 14)")
        p.p(d, p.lin(((0, A.h), (0.5, A.b), (1, A.s)), y2=1))
        p.s("M-330-138H-40M30-139H320M-330 140h220M-60 141h300M-341-100v80m0 40v70M342-90v60m0 60v80", A.d, 3, o=0.5)
        p.p(box(-328, -128, 656, 256, 12), A.x)
        u = 42.5
        rows = [[1] * 13 + [2], [1.5] + [1] * 12 + [1.5], [1.75] + [1] * 11 + [2.25], [2.25] + [1] * 10 + [1.75, 1], [1.25, 1.25, 1.25, 6.25, 1, 1, 1, 1, 1]]
        top = keys(5, u, 8, -314, -99, rows)
        p.p(top + "M-314-122h34v14h-34z", B.d, stroke=B.d, stroke_width=6, t="translate(0 5)")
        p.p(top, p.lin(((0, B.h), (1, B.b)), y2=1), stroke=B.b, stroke_width=4)
        p.p(f"M{-314} -99h34v34h-34z M{-314 + 12.75 * u:g} -14h88v34h-88z", E.d, stroke=E.d, stroke_width=5, t="translate(0 4)")
        p.p(f"M{-314} -99h34v34h-34z M{-314 + 12.75 * u:g} -14h88v34h-88z", E.b, stroke=E.b, stroke_width=4)
        p.p("M-300-122h590v9h-590z", A.d, o=0.6)


def plug(p, x, y, angle, t, s=1.0):
    with p.g(f"translate({x} {y}) rotate({angle}) scale({s})"):
        p.p(box(-22, -92, 44, 96, 12), p.round_fill(t))
        p.p("M-8 2h16l-3 30h-10z", t.d)
        p.p(box(-17, -126, 34, 38, 10), p.metal(STEEL))
        p.r(-9, -121, 18, 8, 4, INK.b)


@kind("charger", focus=(360, 600, 2.0), size=(370, 300))
def charger(p):
    A, B, E = p.A, p.second(INK), p.accent(LEAF)
    if p.has("pad", "wireless", "qi"):
        p.s("M560 700C700 700 700 600 640 560S600 470 800 460", B.d, 15)
        p.s("M560 697C700 697 700 600 640 556S600 466 800 456", B.h, 5)
        p.shadow(380, 742, 260, 66)
        p.p("M110 690v40C110 780 230 816 380 816S650 780 650 730V690z", p.round_fill(B))
        p.e(380, 690, 270, 108, B.h)
        p.e(380, 688, 254, 98, p.diag(A))
        p.e(380, 688, 254, 98, p.weave(size=12))
        p.e(380, 690, 120, 46, "none", stroke=A.d, stroke_width=6, o=0.7)
        p.p("M388 650l-34 46h28l-10 36 40-50h-28l14-32z", A.l if A.L < .7 else A.x, o=0.8)
        # a telephone hovering above the pad
        with p.g("translate(420 430) rotate(10) skewX(-8)"):
            p.p(box(-120, -220, 240, 420, 34), INK.x, t="translate(8 10)")
            p.p(box(-120, -220, 240, 420, 34), INK.b)
            p.p(box(-108, -208, 216, 396, 26), p.lin(((0, E.h), (0.6, colour(.8, .05, p.hue)), (1, colour(.7, .06, p.hue))), y2=1))
            p.e(0, -10, 58, 58, "none", stroke="#fff", stroke_width=10, o=0.9)
            p.p("M6-46l-30 40h24l-8 30 34-42h-24l12-28z", "#fff", o=0.95)
        return
    pebble = p.has("pebble", "stone")
    r = 86 if pebble else 34
    p.shadow(430, 766, 230, 44)
    p.p("M620 462h104q10 0 10 10v20q0 10-10 10H620z M620 602h104q10 0 10 10v20q0 10-10 10H620z", p.lin(((0, STEEL.l), (0.5, STEEL.b), (1, STEEL.x)), x2=0, y2=1))
    p.p("M700 474h22v8h-22z M700 614h22v8h-22z", STEEL.x)
    p.p(box(270, 372, 366, 400, r), p.lin(((0, A.s), (1, A.x))))
    p.p(box(216, 372, 350, 400, r), p.lin(((0, A.l), (0.35, A.h), (0.7, A.b), (1, A.s)), y2=1))
    p.p(box(240, 396, 302, 352, r * .8), "none", stroke=A.d, stroke_width=3, o=0.35)
    p.e(390, 446, 9, 9, E.b)
    p.e(390, 446, 20, 20, E.b, o=0.25)
    for y in (520, 590):
        p.r(342, y, 96, 34, 17, A.d)
        p.r(346, y + 3, 88, 27, 14, INK.b)
        p.r(362, y + 13, 56, 8, 4, STEEL.s)
    p.r(350, 646, 80, 74, 15, p.shadow_colour, o=0.2, t="translate(6 6)")
    p.r(350, 644, 80, 72, 15, p.round_fill(B))
    p.p("M374 714h32l-6 44h-20z", B.d)
    p.s("M390 750C390 880 200 900 130 830S120 700-60 720", p.shadow_colour, 18, o=0.13, t="translate(8 16)")
    p.s("M390 750C390 870 200 890 130 820S120 690-60 710", B.d, 17)
    p.s("M387 750C387 866 200 886 130 816S120 686-60 706", B.h, 6)
    p.gloss(f"M250 {400 + r * .5}V600", 13, 0.7)


@kind("power-bank", focus=(400, 480, 2.0), size=(120, 240))
def power_bank(p):
    A, B, E = p.A, p.second(KRAFT), p.accent(LEAF)
    p.shadow(420, 792, 170, 40)
    p.s("M400 240C400 90 600 80 620 240S560 420 640 470 700 640 640 700", B.d, 18)
    p.s("M397 240C397 94 597 84 617 240S557 420 637 466", B.h, 6)
    p.p(box(290, 236, 270, 566, 66), p.lin(((0, A.d), (1, A.x))))
    p.p(box(256, 236, 270, 566, 66), p.lin(((0, A.h), (0.4, A.b), (1, A.s)), y2=1))
    if p.has("acorn"):
        p.p("M256 470V302q0-66 66-66H460q66 0 66 66v168q-34 26-68 0-34 26-67 0-34 26-68 0-34 26-67 0z", p.lin(((0, B.h), (1, B.b)), y2=1))
        p.p("M256 302q0-66 66-66H460q66 0 66 66V440H256z", p.tile(38, 30, f'<path d="M0 8q19 26 38 0" fill="none" stroke="{B.d}" stroke-width="4"/><path d="M-19 23q19 26 38 0t38 0" fill="none" stroke="{B.d}" stroke-width="4"/>'))
    else:
        p.r(256, 400, 270, 30, 0, B.b)
    p.r(366, 216, 60, 26, 10, p.metal(STEEL))
    p.r(374, 190, 44, 40, 12, p.round_fill(B))
    if p.has("acorn"):
        p.r(326, 656, 130, 84, 16, INK.x)
        p.r(326, 656, 130, 84, 16, "none", stroke=A.h, stroke_width=3)
        p.s("M350 676V700H376M376 676V722M396 676h26v22h-26v24h26", Tones(E.l).b, 7)
        p.dots(((440, 718),), Tones(E.l).b, 7)
    for i in range(4 if not p.has("acorn") else 0):
        x = 340 + i * 34
        p.e(x, 720, 9, 9, E.h if i < 3 else A.x)
        if i < 3:
            p.e(x, 720, 17, 17, E.h, o=0.25)
    p.p("M404 530l-44 66h34l-14 54 52-70h-36l18-50z", A.l if A.L < .6 else A.x)
    p.gloss("M284 500V720", 13, 0.3)
    plug(p, 640, 706, 180, B, .9)
    if p.close:
        p.s("M270 480q10 120 0 260M300 500q-8 110 6 270M340 490q8 100 0 130M470 500q-8 120 4 260M500 520q6 90 0 180", A.d, 4, o=0.5)


@kind("cable", setting="flat", focus=(330, 420, 2.0))
def cable(p):
    A, B = p.A, p.second(STEEL)
    textile = p.has("textile", "textil", "lamp")
    width = 24 if textile else 20
    loops = []
    n = 5 if textile else 4
    for i in range(n):
        r = 226 - i * 26
        dx, dy = (0, 8, -7, 5, -3)[i], (0, -6, 5, 6, -4)[i]
        loops.append(f"M{400 + dx - r} {480 + dy}a{r} {r * .96:.0f} 0 1 1 {2 * r} 0a{r} {r * .96:.0f} 0 1 1 {-2 * r} 0z")
    tail1 = "M206 590C230 700 190 760 260 850" if not textile else "M206 590C240 700 220 740 250 790"
    tail2 = "M594 590C560 720 640 740 580 850" if not textile else "M594 590C560 720 660 740 640 850"
    p.s("".join(loops) + tail1 + tail2, p.shadow_colour, width + 16, o=0.12, t="translate(12 18)")
    everything = "".join(loops) + tail1 + tail2
    p.s(everything, A.d, width)
    p.s(everything, A.b, width * .72, t="translate(-2 -3)")
    p.s(everything, A.l, width * .62, stroke_dasharray="5 9", cap="butt", o=0.5, t="translate(-2 -3)")
    p.s(everything, A.x, width * .5, stroke_dasharray="4 10", stroke_dashoffset="6", cap="butt", o=0.35, t="translate(1 2)")
    p.p("M356 242q44-14 88 0v138q-44 12-88 0z" if not textile else "M362 240q38-12 76 0v160q-38 12-76 0z", p.lin(((0, KRAFT.h), (0.5, KRAFT.s), (1, KRAFT.x))))
    p.e(400, 270, 10, 10, BRASS.h)
    if textile:
        with p.g("translate(262 820) rotate(-28)"):
            p.p(turned(0, [(-40, 16), (-20, 30), (46, 34)], .2), p.round_fill(INK))
            p.p(turned(0, [(40, 40), (58, 40)], .2), p.round_fill(BRASS))
            p.e(0, 58, 33, 9, INK.x)
        p.s("M640 842l-14 42M640 842l8 46M640 842l28 36", BRASS.s, 8)
    else:
        plug(p, 262, 848, 160, B, 1.05)
        plug(p, 580, 848, 196, B, 1.05)


# paper

@kind("notebook", setting="flat", focus=(330, 420, 2.0))
def notebook(p):
    A, B, E = p.A, p.second(CREAM), p.accent(A_dark(p))
    planner = p.has("planner", "weekly", "agenda")
    guest = p.has("guest")
    pocket = p.has("pocket")
    x, y, w, h = (246, 290, 308, 440) if pocket else (190, 250, 430, 500) if guest else (206, 210, 388, 580)
    turn = p.f(-7, -3) if not guest else -3
    with p.g(f"rotate({turn} 400 500)"):
        d = box(x, y, w + 12, h + 10, 14)
        p.drop(d, 16, 24, 30)
        if E and not guest:
            p.p(f"M{x + w * .32} {y + h}l-4 66 13-12 14 12 2-66z", E.s)
        p.p(box(x + 4, y + 8, w + 12, h + 8, 12), A.x)
        p.p(box(x + 4, y + 6, w + 6, h + 4, 6), B.h)
        p.s(f"M{x + w + 3} {y + 14}V{y + h}M{x + w + 7} {y + 16}V{y + h}", B.d, 1.5)
        p.s(f"M{x + 20} {y + h + 4}H{x + w}M{x + 20} {y + h + 8}H{x + w}", B.d, 1.5)
        p.p(box(x, y, w, h, 14), p.lin(((0, A.h), (0.5, A.b), (1, A.s)), y2=1))
        if p.close:
            p.p(box(x, y, w, h, 14), p.weave(size=10))
        p.p(f"M{x} {y + 14}q0-14 14-14h{w * .1}v{h}H{x + 14}q-14 0-14-14z", A.d if not planner else E.b)
        p.p(f"M{x + 14 + w * .1} {y}h7v{h}h-7z", A.x, o=0.35)
        p.s(f"M{x + w * .06} {y + 10}V{y + h - 10}", "#fff", 5, o=0.14)
        cx = x + w * .56
        if planner:
            s = w * .135
            for i in range(12):
                q = x + w * .24 + (i % 4) * s * 1.22
                r = y + h * .36 + i // 4 * s * 1.22
                p.r(round(q), round(r), round(s), round(s), 5, (B.h, A.l, E.b, B.s)[(i * 5 + i // 4) % 4])
            p.s(f"M{x + w * .26} {y + h * .22}h{w * .5}M{x + w * .26} {y + h * .22 + 26}h{w * .3}", A.l, 9)
            for k, t in enumerate((E, B, Tones(A.d), CLAY)):
                p.p(f"M{x + w + 4} {y + 60 + k * 90}h22q8 0 8 8v44q0 8-8 8h-22z", t.b)
        elif guest:
            p.p(f"M{x + w * .2} {y + 50}H{x + w - 36}V{y + h - 50}H{x + w * .2}z", "none", stroke=B.b, stroke_width=5)
            print_mark(p, round(cx + 16), y + h // 2 - 10, 62, B.b, 0)
            p.s(f"M{cx - 60} {y + h - 110}h150", B.b, 6)
            p.s(f"M{x + w - 6} {y + h / 2}C{x + w + 60} {y + h / 2 - 30} {x + w + 60} {y + h / 2 + 90} {x + w + 26} {y + h / 2 + 150}M{x + w - 6} {y + h / 2}C{x + w + 30} {y + h / 2 + 60} {x + w - 10} {y + h / 2 + 90} {x + w - 24} {y + h / 2 + 140}", E.b, 11)
        else:
            style = p.f(0, 1)
            if style == 0:
                p.r(round(cx - w * .22), round(y + h * .2), round(w * .44), round(h * .17), 8, B.h)
                p.s(f"M{cx - w * .14} {y + h * .26}h{w * .28}M{cx - w * .14} {y + h * .31}h{w * .2}", B.x, 5, o=0.6)
            else:
                print_mark(p, round(cx - 8), round(y + h * .34), 44, A.l if A.L < .6 else A.x)
            ex = x + w * .86
            p.p(f"M{ex} {y - 2}h15v{h + 8}h-15z", p.lin(((0, E.h), (0.5, E.b), (1, E.d))))
        p.s(f"M{x + w * .16} {y + 9}H{x + w - 20}", "#fff", 4, o=0.3)


def A_dark(p):
    return Tones(p.A.x)


@kind("sketchbook", setting="flat", focus=(400, 470, 1.9))
def sketchbook(p):
    A, B, E = p.A, p.second(CREAM), p.accent(CLAY)
    water = p.has("water", "aquarell", "fresque")
    with p.g("rotate(4 400 500)"):
        d = box(180, 210, 440, 590, 10)
        p.drop(d, 16, 24, 30)
        p.p(box(186, 216, 440, 592, 10), A.x)
        p.p(box(184, 212, 438, 588, 8), B.s)
        p.p(d, p.lin(((0, A.h), (0.5, A.b), (1, A.s)), y2=1) if not water else p.diag(B))
        if water:
            p.r(226, 290, 348, 300, 4, "#fffdf8")
            with p.clip("M236 300H564V580H236z"):
                p.p("M236 300H564V470H236z", p.lin(((0, A.h), (1, A.l)), x2=0, y2=1))
                p.e(480, 370, 40, 40, E.b, o=0.85)
                p.p("M236 470q60-110 120-50t90-50 130 90v60H236z", A.b, o=0.75)
                p.p("M236 500q90-70 170-20t160-20v140H236z", A.s, o=0.7)
                p.p("M236 550q110-40 180-4t150-8v60H236z", LEAF.b, o=0.7)
            p.p("M180 650H620V720H180z", A.b)
            lines(p, 400, 676, (180, 110), A.l, 20)
        else:
            p.r(250, 330, 300, 330, 4, B.h)
            if p.view == "scene":
                p.s("M264 500H536M264 520H536M264 500Q290 400 400 396T536 500M286 520V600M400 520V600M514 520V600M286 540q57-40 114 0q57-40 114 0", INK.h, 6)
                p.s("M310 498V452M340 498V424M370 498V406M400 498V396M430 498V402M460 498V416M490 498V444", INK.h, 3)
                p.s("M264 612q30-12 60 0t60 0 60 0 80 0M280 634q30-10 60 0t60 0 90-2", INK.h, 4, o=0.6)
            else:
                p.s("M402 400C370 404 366 440 352 476C330 520 340 600 404 604C470 604 476 524 454 478C440 440 438 402 402 400zM404 398Q402 370 420 356M410 380Q440 350 468 372Q440 396 410 380", INK.h, 6)
                p.s("M362 500l-6 60M376 470l-10 110M392 440l-14 146M404 430l-10 160", INK.h, 3, o=0.5)
                p.s("M300 622q100 16 200-4", INK.h, 4, o=0.6)
        # wire binding along the top
        s = "".join(f"M{x} 232V196" for x in range(206, 610, 24))
        p.dots([(x, 234) for x in range(206, 610, 24)], A.x if not water else B.x, 13)
        p.s(s, STEEL.d, 8)
        p.s(s, STEEL.l, 3, t="translate(-2 0)")
    with p.g("translate(590 640) rotate(24)"):
        if water:
            p.s("M8 12L8 260", p.shadow_colour, 16, o=0.14, t="translate(10 8)")
            p.s("M0-30V250", E.b, 14)
            p.s("M-3-30V250", E.h, 4)
            p.r(-11, -90, 22, 66, 4, p.metal(STEEL))
            p.p("M-13-88C-20-140 0-150 2-184C10-150 20-130 13-88z", DARKWOOD.b)
            p.p("M-6-140C0-150 0-160 2-184C8-160 12-150 12-136z", A.b)
        else:
            p.p("M-2-120L24-70V250H-28V-70z", p.shadow_colour, o=0.14, t="translate(16 12)")
            p.p("M-18-80H-6V240H-18z", "#e0b04a")
            p.p("M-6-80H8V240H-6z", "#d19f36")
            p.p("M8-80H18V240H8z", "#b3832a")
            p.p("M-18-80L0-140L18-80q-9-12-18 0-9-12-18 0z", WOOD.h)
            p.p("M-6-120L0-140L6-120z", INK.b)


@kind("pen", setting="flat", focus=(560, 300, 2.4))
def pen(p):
    A, B, E = p.A, p.second(BRASS), p.accent(INK)
    if p.has("calligraphy", "set"):
        E2 = p.E or WOOD
        for i, (x, k) in enumerate(((230, 0), (330, 1), (430, 2))):
            with p.g(f"translate({x} 520) rotate(6)"):
                p.p("M-16-200h32v480q-16 40-32 0z", p.shadow_colour, o=0.15, t="translate(14 18)")
                t = (A, E2, Tones(A.d))[k]
                p.p("M-16-190h32C24 0 18 180 6 330q-6 14-12 0C-18 180-24 0-16-190z", p.lin(((0, t.s), (0.3, t.l), (0.6, t.b), (1, t.d))))
                p.r(-17, -212, 34, 30, 4, p.metal(B))
                p.p(f"M-13-210C-{16 + k * 3}-250-9-270 0-310C9-270 {16 + k * 3}-250 13-210z", p.metal(B))
                p.s("M0-304V-236", B.x, 3)
        p.shadow(600, 720, 84, 26)
        p.p(turned(600, [(560, 66), (590, 84), (700, 84), (726, 70)], .2), "#fff", o=0.5)
        p.p(turned(600, [(610, 76), (700, 76), (716, 64)], .2), p.round_fill(A))
        p.p(turned(600, [(516, 52), (562, 56)], .2), p.round_fill(INK))
        p.e(600, 516, 52, 11, INK.h)
        p.s("M500 330C560 250 640 300 590 370S500 400 560 300 700 200 720 260", A.b, 9)
        return
    with p.g("translate(386 520) rotate(38) scale(1.22)"):
        # cap, lying beside
        with p.g("translate(118 60)"):
            p.p("M-30-160q0-20 30-20t30 20V150q-30 12-60 0z", p.shadow_colour, o=0.15, t="translate(20 4)")
            p.p("M-30-150C-30-176-14-184 0-184S30-176 30-150V150q-30 14-60 0z", p.lin(((0, A.s), (0.25, A.h), (0.34, A.l), (0.42, A.h), (0.65, A.b), (1, A.x))))
            p.p("M-31 106h62v16h-62z M-31 130h62v20q-31 12-62 0z", p.metal(B))
            p.p("M-12-182q12-20 24 0z", B.s)
            p.p("M14-168q22-4 22 20V40q-8 22-16 0V-140z", p.lin(((0, B.l), (1, B.d))))
        p.p("M-28-150H28V280q-28 50-56 0z", p.shadow_colour, o=0.16, t="translate(24 4)")
        p.p("M-30-110C-34 40-34 160-26 300Q-22 330 0 332Q22 330 26 300C34 160 34 40 30-110z", p.lin(((0, A.s), (0.25, A.h), (0.34, A.l), (0.42, A.h), (0.65, A.b), (1, A.x))))
        p.p("M-29 250h58l-2 16h-54z", p.metal(B))
        p.p("M-30-116h60v14h-60z", p.metal(B))
        p.p("M-26-116L-19-220Q0-228 19-220L26-116z", p.lin(((0, E.s), (0.3, E.h), (1, E.x))))
        p.p("M-27-146h54v24h-54z", p.lin(((0, A.l), (0.4, "#fff"), (1, A.h))), o=0.75)
        p.p("M-20-222q20-8 40 0l-2-14q-18-8-36 0z", p.metal(B))
        p.p("M-17-236C-24-280-12-300 0-366C12-300 24-280 17-236q-17-8-34 0z", p.lin(((0, B.l), (0.45, B.h), (0.55, B.s), (1, B.d))))
        p.s("M0-356V-284", B.x, 3)
        p.e(0, -278, 6, 6, B.x)
        p.s("M-10-250q10 5 20 0M-12-262q6-8 9-2M12-262q-6-8-9-2M-10-296q4 12 7 8M10-296q-4 12-7 8", B.x, 2.5, o=0.6)
        p.p("M-2-372h4v14h-4z", B.x)
        if p.close:
            p.s("M-24-60q24 8 48 0M-26 0q26 8 52 0M-27 60q27 8 54 0M-27 120q27 8 54 0", A.h, 3, o=0.4)
    p.s("M86 230C130 170 164 210 140 256S84 290 130 220 220 150 236 200 210 250 270 200", A.b if A.L < .7 else INK.b, 7, o=0.8)


@kind("ink-bottle", focus=(400, 640, 2.0), size=(170, 290))
def ink_bottle(p):
    A, B, E = p.A, p.second(CREAM), p.accent(INK)
    p.s("M120 240C200 130 300 170 270 270S150 330 240 210 460 110 470 220 400 320 500 260 640 180 690 230", A.b, 15, o=0.9)
    p.shadow(400, 796, 190, 42)
    w = p.f(176, 190)
    d = f"M338 466H462C466 520 {400 + w - 20} 520 {400 + w} 566V756q0 44-44 44H{444 - w}q-44 0-44-44V566C{420 - w} 520 334 520 338 466z"
    p.p(d, "#fff", o=0.55)
    i = w - 20
    p.p(f"M{400 - i} 590Q400 566 {400 + i} 590V750q0 30-30 30H{430 - i}q-30 0-30-30z", p.lin(((0, A.d), (0.2, A.h), (0.5, A.b), (1, A.x))))
    p.e(400, 588, i, 13, A.h)
    p.p(d, p.glass())
    p.p(box(300, 622, 200, 122, 8), p.diag(B))
    p.s("M330 664C350 630 390 640 376 668S350 690 380 660 430 640 436 662 460 668 470 656", A.b, 6)
    lines(p, 400, 704, (130, 80), B.x, 18, 5)
    p.p(turned(400, [(360, 92), (372, 98), (456, 98), (468, 92)], .17), p.round_fill(E if p.E else INK))
    t = E if p.E else INK
    p.e(400, 360, 92, 16, t.h)
    p.s("".join(f"M{x} {378 + (1 - ((x - 400) / 98) ** 2) * 14:.0f}v70" for x in range(312, 492, 16)), t.x, 4, o=0.6)
    p.gloss(f"M{400 - w + 24} 590V740M{400 - w + 44} 548q30-14 52-26", 13, 0.8)


@kind("pencil-set", setting="flat", focus=(400, 360, 2.0))
def pencil_set(p):
    A, B, E = p.A, p.second(BRASS), p.accent(CLAY)
    cols = [A, B, E, Tones(A.h), Tones(E.h), Tones(A.d)]
    n = 6
    with p.g("rotate(-5 400 500)"):
        tray = box(176, 210, 448, 600, 20)
        p.drop(tray, 16, 24, 30)
        p.p(tray, p.diag(KRAFT if A.C < .04 else WOOD))
        p.p(box(196, 230, 408, 560, 10), KRAFT.x)
        for i in range(n):
            x = 208 + i * 65
            t = cols[i % len(cols)] if p.has("colour", "farb") else A
            p.p(f"M{x} 360h18V740h-18z", t.h)
            p.p(f"M{x + 18} 360h22V740h-22z", t.b)
            p.p(f"M{x + 40} 360h18V740h-18z", t.d)
            p.p(f"M{x} 362L{x + 29} 256L{x + 58} 362q-9-18-18-2-11-20-22 0-9-16-18 2z", p.lin(((0, WOOD.l), (0.5, WOOD.b), (1, WOOD.d))))
            p.p(f"M{x + 19} 292L{x + 29} 256L{x + 39} 292z", (INK if A.C < .04 else t).x)
            c = (B, E)[i % 2]
            p.p(f"M{x} 724h58v34h-58z", c.b)
            p.p(f"M{x + 40} 724h18v34h-18z", c.d)
            p.p(f"M{x} 758h58v12h-58z", A.l)
            p.s(f"M{x + 29} {690 - i * 2}v-{30 + i * 14}", c.h, 6, o=0.9)
        p.p("M176 560H624V650H176z", p.lin(((0, B.h), (1, B.s)), y2=1), o=0.96)
        p.p("M176 650H624v10H176z", p.shadow_colour, o=0.25)
        print_mark(p, 280, 604, 24, B.x, 2)
        lines(p, 440, 594, (200, 120), B.x, 22)


# play

@kind("puzzle", setting="flat", focus=(400, 480, 2.0))
def puzzle(p):
    A, B, E = p.A, p.second(LEAF), p.accent(CLAY)
    alphabet = p.has("alphabet", "abc", "letter")
    n, m = 3, 4
    u = 136
    x0, y0 = 196, 228
    w, h = n * u, m * u
    rnd = [p.f(0, 1) * 2 - 1 for _ in range(40)]

    def edge(dx, dy, s):
        """One side of a piece with its knob, as relative commands."""
        k = u * .36
        if dx:
            return f"h{k * dx}c{-8 * dx} {s * 34} {u * .28 * dx + 8 * dx} {s * 34} {u * .28 * dx} 0h{k * dx}"
        return f"v{k * dy}c{s * 34} {-8 * dy} {s * 34} {u * .28 * dy + 8 * dy} 0 {u * .28 * dy}v{k * dy}"
    cuts = ""
    for j in range(1, m):
        cuts += f"M{x0} {y0 + j * u}" + "".join(edge(1, 0, rnd[j * n + i]) for i in range(n))
    for i in range(1, n):
        cuts += f"M{x0 + i * u} {y0}" + "".join(edge(0, 1, rnd[20 + i * m + j]) for j in range(m))
    with p.g("rotate(-4 400 500)"):
        tray = box(x0 - 34, y0 - 34, w + 68, h + 68, 18)
        p.drop(tray, 16, 24, 30)
        p.p(tray, p.diag(WOOD))
        p.s(f"M{x0 - 20} {y0 - 16}h{w * .4}m30 4h{w * .3}M{x0 - 16} {y0 + h + 18}h{w * .6}", WOOD.d, 3, o=0.5)
        board = box(x0, y0, w, h, 6)
        p.p(board, p.diag(A))
        with p.clip(board):
            if p.has("map", "world", "karte"):
                lands = "".join(blob(pts) for pts in (
                    [(206, 290), (270, 256), (350, 270), (352, 318), (316, 352), (300, 396), (262, 372), (222, 326)],
                    [(304, 428), (366, 470), (350, 540), (316, 640), (296, 540)],
                    [(420, 306), (450, 276), (530, 250), (600, 280), (596, 370), (540, 430), (510, 390), (440, 352)],
                    [(410, 404), (470, 390), (516, 450), (500, 510), (462, 600), (432, 500)],
                    [(536, 560), (590, 556), (590, 620), (540, 616)]))
                p.p(lands, B.b, stroke=B.d, stroke_width=5)
                p.p(f"M{x0} 760q100-40 220-20t190-6V{y0 + h}H{x0}z", CREAM.h)
                p.dots(((270, 310), (326, 500), (540, 320), (460, 470), (570, 590)), E.b, 24)
                p.p("M384 640l-22-10h60l-14 24h-44z M392 626v-46l30 40z", CREAM.h)
                p.s("M230 470q14-10 28 0t28 0M350 700q14-10 28 0t28 0M520 690q14-10 28 0t28 0", A.l, 6)
            elif p.has("skyline", "city", "stadt"):
                p.r(x0, y0, w, h, 0, p.lin(((0, B.h), (0.6, B.l), (1, "#fbe9cf")), x2=0, y2=1))
                p.e(500, 330, 52, 52, "#fff3d2")
                p.p("M190 600V500h60v-60h50v90h40V380l30-60 30 60v140h40V460h70v-40h50v50h60V800H190z", E.s if p.E else CREAM.d)
                p.p("M190 700V560h50v-50l40-40 40 40v70h50V470q24-44 48 0v110h40v-90h70v60h70V800H190z", A.b)
                p.p("M190 780V660h80v-40h90v60h70v-70l40-30 40 30v60h110V800H190z", A.d)
                p.dots([(x, y) for x in (260, 300, 390, 490, 530) for y in (540, 570, 620, 690)], "#ffe2a0", 11)
            elif alphabet:
                for i in range(12):
                    cx, cy = x0 + (i % 3) * u + u / 2, y0 + i // 3 * u + u / 2
                    t = (A, B, E, CREAM)[(i + i // 3) % 4]
                    p.r(x0 + (i % 3) * u, y0 + i // 3 * u, u, u, 0, t.b)
                    c = CREAM.h if t.L < .8 else A.d
                    glyph = ("M-24 36L0-36L24 36M-15 12H15", "M-20-36V36M-20-36C30-40 30-2-20-2C36-4 36 38-20 36", "M26-24C-10-60-40 0-20 26C-6 44 16 38 26 24", "M-22-36V36C50 40 50-40-22-36",
                             "M24-36H-20V36H24M-20 0H14", "M24-36H-20V36M-20 0H14", "M26-22C-8-58-40 0-22 24C-2 46 28 36 26 6H6", "M-22-36V36M22-36V36M-22 0H22",
                             "M0-36V36M-16-36H16M-16 36H16", "M16-36V14C16 42-20 42-22 16", "M-20-36V36M22-36L-20 4L24 36", "M-18-36V36H24")[i]
                    p.s(glyph, c, 14, t=f"translate({cx:g} {cy:g})")
            else:
                p.r(x0, y0, w, h, 0, p.lin(((0, A.h), (1, A.l)), x2=0, y2=1))
                p.e(490, 340, 56, 56, E.b)
                p.p("M190 560q80-140 170-40t130-70 130 90v300H190z", A.b)
                p.p("M190 640q120-90 210-20t220-30v220H190z", B.b)
                p.p("M190 720q140-60 220-6t210-14v120H190z", B.s)
        p.s(cuts, A.x, 5, o=0.55)
        p.s(cuts, "#fff", 3, o=0.3, t="translate(3 3)")
        # one piece is missing; its place shows the tray
        piece = f"M{x0 + 2 * u} {y0 + 3 * u}" + edge(1, 0, rnd[3 * n + 2]) + f"v{u}h{-u}" + f"v{-u * .36}c{rnd[20 + 2 * m + 3] * 34} 8 {rnd[20 + 2 * m + 3] * 34} {-u * .28 - 8} 0 {-u * .28}z"
        p.p(piece, WOOD.x)
        p.p(piece, WOOD.d, t="translate(3 5)")
    with p.g("rotate(16 640 800) translate(56 66)"):
        p.p(piece, p.shadow_colour, o=0.18, t="translate(10 14)")
        p.p(piece, WOOD.d, t="translate(3 5)")
        p.p(piece, p.diag(B if not alphabet else A))


def wheel(p, x, y, r, t, hub):
    p.e(x + 4, y + 3, r, r, t.x)
    p.e(x, y, r, r, p.diag(t))
    p.e(x, y, r * .68, r * .68, t.s)
    p.e(x, y, r * .24, r * .24, hub.h)


@kind("train", focus=(330, 600, 2.0), size=(200, 390))
def train(p):
    A, B, E = p.A, p.second(WOOD), p.accent(Tones("#2f6db0"))
    p.e(420, 800, 400, 40, p.soft(), o=0.4)
    p.s("M-10 806H810M-10 830H810", WOOD.d, 11)
    p.s("".join(f"M{x} 798l-10 40" for x in range(20, 810, 56)), WOOD.x, 13, o=0.7)
    p.s("M-10 803H810M-10 827H810", WOOD.h, 4)
    # wagon
    p.s("M470 716H530", B.x, 12)
    p.p(box(520, 690, 250, 44, 12), p.down(B))
    p.p(box(534, 560, 222, 134, 12), p.diag(E))
    p.p("M534 590h222v14H534z M534 650h222v14H534z", E.d, o=0.5)
    p.p("".join(f"M{x} 566q30-60 60 0z" for x in (560, 620, 676)), DARKWOOD.b)
    for x in (585, 705):
        wheel(p, x, 756, 44, DARKWOOD, BRASS)
    # engine
    p.p(box(70, 676, 420, 56, 16), p.down(B))
    p.p(box(96, 520, 280, 164, 70), p.lin(((0, A.h), (0.35, A.b), (1, A.d)), x2=0, y2=1))
    p.p("M232 520h24v164h-24z M300 520h24v164h-24z", BRASS.b)
    p.p("M90 560q-24 42 0 84z", A.d)
    p.e(104, 602, 26, 50, BRASS.s)
    p.e(101, 600, 16, 34, CREAM.h)
    p.p("M140 530L126 420h90L202 530z", p.round_fill(E))
    p.p(box(112, 396, 118, 34, 12), p.round_fill(DARKWOOD))
    p.e(282, 516, 34, 30, BRASS.b)
    p.p(box(356, 420, 134, 264, 10), p.lin(((0, A.b), (1, A.s))))
    p.p(box(378, 452, 86, 90, 12), CREAM.h)
    p.p("M378 542v-40q43-26 86 0v40z", colour(.86, .04, 225))
    p.p(box(336, 388, 174, 40, 16), p.down(E))
    for x, r in ((148, 46), (256, 46), (416, 64)):
        wheel(p, x, 800 - r, r, DARKWOOD, BRASS)
    p.s("M148 754H416", B.h, 13)
    p.e(148, 754, 10, 10, BRASS.h)
    p.e(256, 754, 10, 10, BRASS.h)
    for x, y, r in ((176, 340, 36), (214, 286, 46), (276, 236, 54))[:3 - p.lean]:
        p.e(x, y, r, r, "#fff", o=0.55)
    p.gloss("M150 556H220", 12, 0.45)


def cube(p, x, y, s, t, mark=None):
    """A block seen from the front with a little of its top and right side."""
    k = s * .2
    p.p(f"M{x} {y - s}l{k} {-k}h{s}l{-k} {k}z", t.l)
    p.p(f"M{x + s} {y - s}l{k} {-k}v{s}l{-k} {k}z", t.d)
    p.p(f"M{x} {y}v{-s}h{s}v{s}z", p.diag(t))


@kind("blocks", focus=(360, 560, 2.0), size=(320, 310))
def blocks(p):
    A, B, E = p.A, p.second(WOOD), p.accent(Tones("#c5392f"))
    yellow = Tones(colour(E.L if .45 < E.L < .75 else .6, .11, (E.hue + 150) % 360))
    p.shadow(410, 794, 270, 44)
    # bottom row
    cube(p, 150, 800, 150, A)
    p.e(225, 725, 44, 44, E.b)
    p.p("M320 800V650l30-30h190l-30 30V800h-40V760a55 55 0 0 0-110 0v40z", p.diag(B))
    p.p("M510 650l30-30v150l-30 30z", B.d)
    p.p("M320 650l30-30h190l-30 30z", B.l)
    cube(p, 530, 800, 120, yellow)
    # second row
    p.p("M180 650V520l28-28h120v130l-28 28z", p.diag(E))
    p.p("M300 650V520l28-28v130z", E.d)
    p.p("M180 520l28-28h120l-28 28z", E.l)
    p.s("M215 620V556l25-20 25 20v64z", CREAM.h, 9)
    p.p(turned(410, [(500, 56), (642, 56)], .22), p.round_fill(A))
    p.e(410, 500, 56, 12, A.l)
    p.p("M545 676l70-120 70 120z", p.diag(B))
    p.p("M615 556l24-22 64 118-18 24z", B.d)
    # beam and roof
    p.p("M170 496l28-26H500l-28 26z", A.l)
    p.p("M170 496H472v52H170z", p.down(A))
    p.p("M472 496l28-26v52l-28 26z", A.d)
    p.s("M190 514h120m30 10h100m-220 8h60", A.d, 3, o=0.5)
    p.p("M210 480L320 340L430 480z", p.lin(((0, E.h), (1, E.s))))
    p.p("M320 340l26-20 110 136-26 24z", E.x)
    p.e(320, 436, 22, 22, CREAM.h)
    # a ball in front
    p.shadow(676, 812, 40, 12)
    p.e(676, 776, 42, 42, p.rad(((0, yellow.l), (0.45, yellow.b), (1, yellow.d)), .35, .3, .75))
    p.s("M170 690v70m110-90v90M540 700v70m90-50v60", A.d, 3, o=0.35)


@kind("animal-toy", focus=(330, 500, 1.9), size=(300, 290))
def animal_toy(p):
    A, B = p.A, p.second(CREAM)
    names = ("fox", "hare", "badger", "owl", "hedgehog", "deer", "bear", "elephant")
    name = next((n for n in names if p.has(n)), names[p.f(0, 7)])
    fill = p.lin(((0, A.h), (0.5, A.b), (1, A.s)), y2=1)
    p.shadow(400, 796, 230 if name != "owl" else 150, 40)

    def grain():
        p.s("M250 560q80-20 170 0t150-10M270 600q90-16 160 0M300 640q70-10 140 4", A.d, 3, o=0.4)

    def eye(x, y, r=11):
        p.e(x, y, r, r, INK.x)
        p.e(x - r * .3, y - r * .3, r * .3, r * .3, "#fff")
    if name == "fox":
        p.p("M520 640C620 600 700 520 690 420C640 440 560 500 520 580z", fill)
        p.p("M690 420C660 432 632 448 610 468L668 516C684 486 692 452 690 420z", B.b)
        p.p("M240 800V600C240 540 300 520 360 520H480C560 520 590 580 580 660V800H510V690H330V800z", fill)
        p.p("M240 800v-40h90v40z M510 800v-40h70v40z", INK.h)
        p.p("M150 300L210 370H310L370 300L380 460L260 600L140 460z", fill)
        p.p("M140 460L200 440L260 520L320 440L380 460L260 600z", B.b)
        p.p("M150 300L210 370L160 390z M370 300L310 370L360 390z", A.x)
        p.e(260, 590, 22, 17, INK.b)
        eye(212, 448)
        eye(308, 448)
        grain()
    elif name == "hare":
        p.p("M300 800C200 800 190 640 280 580C340 540 460 540 530 600C610 660 600 800 560 800z", fill)
        p.p(leaf(250, 420, -4, 260, 46), fill)
        p.p(leaf(320, 410, 16, 250, 46), A.d)
        p.p(leaf(252, 410, -4, 210, 24), B.b)
        p.p(blob([(180, 470), (240, 390), (340, 400), (380, 480), (340, 570), (240, 590), (180, 540)]), fill)
        p.e(200, 540, 40, 32, B.b, o=0.9)
        p.e(172, 522, 15, 12, INK.h)
        eye(250, 462, 14)
        p.e(594, 690, 46, 46, B.b)
        p.p("M430 800C400 720 450 650 520 660S600 740 580 800z", A.s)
        p.p("M230 800q0-40 50-40h50v40z M440 800q6-36 60-36h80v36z", B.d)
        p.s("M440 700q50-40 100 0", A.d, 6, o=0.5)
    elif name == "badger":
        p.p("M230 800V680C230 560 330 520 420 520H520C640 530 660 640 650 720V800H560V730H330V800z", fill)
        p.p("M560 800v-40h90v40z M230 800v-40h100v40z", A.x)
        p.p(blob([(640, 660), (690, 640), (700, 690), (656, 710)]), B.b)
        p.p("M150 470C170 390 300 380 370 440C400 500 380 590 300 620L190 660C130 670 110 620 130 580z", B.b)
        p.p("M230 404C200 460 180 520 176 600L226 590C240 520 270 460 300 410z", A.b)
        p.p("M330 414C330 480 300 550 260 610L320 604C370 570 388 500 368 440z", A.s)
        p.e(230, 404, 30, 30, A.b)
        p.e(352, 424, 30, 30, A.s)
        p.e(352, 424, 14, 14, B.b)
        p.e(136, 632, 28, 24, INK.x)
        eye(216, 520)
        p.s("M360 570q80-14 160 0t100 10M380 620q70-10 140 4", A.h, 4, o=0.5)
    elif name == "owl":
        p.p("M250 800C210 640 220 330 270 300L330 350H470L530 300C580 330 590 640 550 800z", fill)
        p.p("M300 800C280 700 290 600 400 560C510 600 520 700 500 800z", A.h)
        p.s("".join(f"M{330 + i % 4 * 38 + (19 if i // 4 % 2 else 0)} {640 + i // 4 * 40}q17 26 34 0" for i in range(12)), A.d, 7)
        p.p("M250 470C200 560 210 700 250 780C290 700 290 560 270 480z M550 470C600 560 590 700 550 780C510 700 510 560 530 480z", A.d)
        for x in (330, 470):
            p.e(x, 450, 74, 74, A.s)
            p.e(x, 450, 62, 62, B.b)
            p.e(x, 450, 34, 34, INK.x)
            p.e(x - 12, 438, 10, 10, "#fff")
        p.p("M376 480h48l-24 56z", B.d)
        p.p("M310 800q0-30 30-30t30 30z M430 800q0-30 30-30t30 30z", B.d)
    elif name == "hedgehog":
        pts = []
        for i in range(19):
            a = math.pi * (1.02 - i / 18 * 1.06)
            r = 250 if i % 2 else 206
            pts.append(f"{430 + r * math.cos(a):.0f} {740 - r * .98 * math.sin(a):.0f}")
        p.p("M" + "L".join(pts) + "L640 800H230z", p.lin(((0, A.h), (0.5, A.b), (1, A.d)), y2=1))
        p.s("".join(f"M{x} {y}l{(x - 430) * .14 + 4:.0f} -44" for x, y in ((300, 640), (360, 590), (430, 570), (500, 590), (570, 640), (330, 710), (400, 670), (470, 660), (540, 700), (600, 730), (430, 740), (500, 760))), A.x, 9, o=0.6)
        p.p("M320 620C240 600 200 650 150 700C130 720 130 744 156 744C200 752 210 800 260 800H400C420 740 390 640 320 620z", p.lin(((0, B.h), (1, B.s)), y2=1))
        p.e(146, 722, 26, 24, INK.x)
        eye(240, 692, 13)
        p.e(330, 660, 26, 30, B.d)
        p.p("M250 800q0-24 34-24h40v24z M520 800q0-24 34-24h40v24z", B.x)
        p.s("M180 756q24 14 44 2", B.x, 5)
    elif name == "deer":
        p.s("M236 330C190 290 180 230 190 170M196 260C170 250 150 230 146 200M188 214C204 200 214 186 218 166M296 326C320 280 350 240 340 170M338 250C366 240 384 220 386 190M342 210C330 196 318 190 312 170", DARKWOOD.b, 17)
        p.p("M300 800L310 600L270 470H350C380 520 480 510 560 520C620 530 640 600 620 680V800H570L560 680C500 690 430 690 380 670L350 800z", fill)
        p.p("M200 340C240 310 320 320 346 370L360 520H270C250 480 190 470 160 450C140 430 150 410 170 400z", fill)
        p.p(leaf(330, 350, 66, 96, 28), A.s)
        p.p(leaf(214, 350, -62, 80, 24), A.d)
        p.e(160, 428, 20, 17, INK.b)
        eye(244, 384, 12)
        p.dots(((460, 560), (510, 590), (550, 560), (480, 620), (570, 620), (430, 600)), B.b, 22)
        p.p(leaf(612, 560, 50, 70, 26), B.b)
        p.p("M300 800l2-34h54l-6 34z M570 800l-3-34h53v34z", INK.h)
        p.p("M300 470q20 90 10 130 30-40 40-120z", B.b, o=0.8)
    elif name == "bear":
        p.p("M210 800V640C210 540 300 500 380 500H520C620 500 650 580 640 680V800H550V710H320V800z", fill)
        p.e(196, 366, 38, 38, A.s)
        p.e(344, 366, 38, 38, A.s)
        p.p(blob([(160, 450), (200, 370), (270, 350), (340, 370), (380, 450), (350, 550), (270, 580), (190, 550)]), fill)
        p.e(270, 512, 66, 48, B.b)
        p.e(270, 486, 24, 18, INK.x)
        eye(220, 436)
        eye(320, 436)
        grain()
    else:
        p.p("M240 800V560C240 460 330 420 440 420S650 470 650 580V800H560V680H350V800z", fill)
        p.p("M330 430C250 400 160 440 150 540V760q0 30-28 30H100q60 40 110 0 20-18 20-60V600z", fill)
        p.p(blob([(330, 440), (410, 420), (440, 520), (400, 620), (330, 600)]), A.d)
        eye(236, 520, 13)
        p.p("M190 620q-40 20-80 6 30 40 92 20z", B.b)
        p.s("M652 560q40 40 20 90", A.d, 12)
        grain()
    if name not in ("hedgehog", "owl", "hare"):
        p.gloss("M262 590q-6 60-4 110", 12, 0.2)


@kind("stacking-rings", focus=(400, 600, 2.0), size=(290, 200))
def stacking_rings(p):
    A, B, E = p.A, p.second(BRASS), p.accent(LEAF)

    def between(s, t):
        return Tones(colour((s.L + t.L) / 2 + .02, max(s.C, t.C) * .85, (s.hue + ((t.hue - s.hue + 180) % 360 - 180) / 2) % 360))
    AB, BE = between(A, B), between(B, E)
    rings = [A, between(A, AB), AB, between(AB, B), B, between(B, BE), BE, between(BE, E), E]
    p.shadow(400, 796, 190, 40)
    p.p("M214 752Q220 806 400 812T586 752z", p.round_fill(WOOD))
    p.e(400, 752, 186, 34, WOOD.h)
    y = 756
    for i, t in enumerate(rings):
        w = 184 - i * 13
        p.p(f"M{400 - w + 24} {y - 46}H{376 + w}q26 4 26 23t-26 23Q400 {y + 22} {424 - w} {y}q-26-4-26-23t26-23z", p.lin(((0, t.s), (0.22, t.l), (0.42, t.h), (0.7, t.b), (1, t.d))))
        p.e(400, y - 45, w - 22, 12, t.h)
        y -= 47
    p.e(400, y + 2, 26, 7, rings[-1].x)
    p.p(f"M384 {y}v-26a16 16 0 0 1 32 0v26q-16 8-32 0z", p.round_fill(WOOD))


@kind("kite", setting="sky", focus=(400, 360, 1.8))
def kite(p):
    A, B, E = p.A, p.second(CREAM), p.accent(WOOD)
    with p.g("rotate(14 400 400)"):
        p.s("M400 640C360 720 470 760 420 840S340 930 400 990", E.d, 6)
        for x, y, a in ((404, 712, 20), (440, 790, -24), (380, 880, 16)):
            p.p(f"M{x} {y}l-54-26v52z M{x} {y}l54-26v52z", (B if y != 790 else A).b, t=f"rotate({a} {x} {y})")
            p.e(x, y, 10, 10, E.b)
        p.p("M400 90L220 330L400 640z", p.lin(((0, A.h), (1, A.b)), y2=1))
        p.p("M400 90L580 330L400 640z", A.s)
        p.p("M220 330L400 330L400 640z", p.lin(((0, B.h), (1, B.b)), y2=1))
        p.p("M400 90L580 330H400z", B.b)
        p.p("M400 330L580 330L400 640z", A.s)
        p.p("M400 90L400 330H220z", p.lin(((0, A.h), (1, A.b)), y2=1))
        p.s("M400 90V640M220 330Q400 318 580 330", E.x, 8)
        p.e(400, 328, 58, 58, CREAM.h)
        p.e(380, 318, 8, 8, INK.b)
        p.e(420, 318, 8, 8, INK.b)
        p.s("M374 344q26 24 52 0", INK.b, 7)
        p.s("M400 240C470 300 480 330 400 440", "#fff", 3, o=0.8)
    p.s("M396 420C300 640 220 760 60 1000", "#fff", 4, o=0.85)


@kind("lantern", focus=(400, 560, 1.9), size=(230, 230))
def lantern(p):
    A, B, E = p.A, p.second(BRASS), p.accent(Tones("#ffe9a8"))
    if p.has("kit", "martin", "paper", "papier"):
        C = p.E or CLAY
        p.e(420, 600, 360, 330, p.rad(((0, "#fff0c0", 0.8), (1, "#fff0c0", 0))))
        p.s("M110 250L520 300", WOOD.d, 19)
        p.s("M110 246L518 296", WOOD.h, 6)
        p.s("M416 290C400 330 330 350 300 420M416 290C430 330 500 350 530 420", INK.b, 4)
        p.shadow(415, 796, 150, 34)
        p.p(turned(415, [(420, 136), (790, 136)], .15), p.lin(((0, B.b), (0.3, "#fff6d6"), (0.6, B.h), (1, B.s))))
        with p.clip(turned(415, [(440, 136), (770, 136)], .15)):
            p.p(star(400, 560, 62, 28, 5), C.b)
            p.p(star(320, 680, 36, 16, 5) + star(496, 690, 40, 18, 5) + star(500, 500, 26, 12, 5), C.h)
            p.p("M330 480a44 44 0 1 0 30 70a54 54 0 0 1-30-70z", "#fffbe4")
            p.p("M270 800V720l50-50 50 50v20h60v-30l50-40 60 40v90z", C.d, o=0.85)
        p.p(turned(415, [(410, 142), (444, 142)], .15), p.round_fill(A))
        p.e(415, 410, 142, 21, A.x)
        p.e(415, 413, 126, 15, GLOW)
        p.p(turned(415, [(762, 142), (798, 142)], .15), p.round_fill(A))
        return
    p.e(400, 560, 330, 320, p.rad(((0, "#ffe9b0", 0.85), (1, "#ffe9b0", 0))))
    p.shadow(400, 796, 165, 40)
    p.s("M262 420C220 180 580 180 538 420", A.d, 15)
    p.s("M257 400C236 320 262 262 330 244", A.h, 5)
    p.p(turned(400, [(410, 112), (530, 142), (690, 118)], .15), p.lin(((0, E.s), (0.3, "#fffbe8"), (0.6, E.b), (1, E.d))))
    p.p("M400 470c40 60 66 100 40 160q-40 30-80 0c-26-60 10-90 40-160z", "#fffdf0")
    p.p("M400 530c20 34 34 60 18 92q-18 12-36 0c-14-30 4-50 18-92z", "#f7b545")
    p.s("M288 420C250 520 256 610 286 690M512 420C550 520 544 610 514 690M340 424C322 520 324 610 340 700M460 424C478 520 476 610 460 700", A.b, 8)
    p.s("M258 560a142 22 0 0 0 284 0", A.b, 8)
    p.p(turned(400, [(316, 46), (350, 60), (400, 132), (428, 132)], .16), p.round_fill(A))
    p.p(turned(400, [(286, 34), (322, 40)], .2), p.metal(B))
    p.e(400, 286, 34, 8, B.h)
    p.p(turned(400, [(682, 130), (712, 138), (770, 150), (800, 142)], .16), p.round_fill(A))
    p.s("M264 726a138 22 0 0 0 276 0", B.b, 8)
    p.r(532, 730, 46, 22, 8, p.metal(B))
    p.e(582, 741, 17, 17, B.s)
    p.gloss("M306 470C286 540 290 600 304 660", 12, 0.7)


# ---------------------------------------------------------------- composing a picture

def cup_from_above(p, x, y, r, t):
    p.e(x + 14, y + 18, r * 1.04, r * 1.04, p.shadow_colour, o=0.15)
    p.s(f"M{x + r * .8} {y + r * .5}l{r * .5} {r * .3}", t.s, r * .24)
    p.e(x, y, r, r, p.diag(t))
    p.e(x, y, r * .86, r * .86, t.d)
    p.e(x + 3, y + 4, r * .8, r * .8, COFFEE.b)
    p.s(f"M{x - r * .5} {y - r * .3}q{r * .3} {-r * .3} {r * .6} {-r * .2}", COFFEE.h, r * .1)


def flat_props(p):
    t = p.props[0] if p.props else CREAM
    if p.kind == "plate":
        p.p("M20 40L330-30L420 560L110 640z", p.shadow_colour, o=0.12, t="translate(10 14)")
        p.p("M20 40L330-30L420 560L110 640z", p.diag(t))
        p.s("M690 160L620 990M730 170L668 990", p.shadow_colour, 17, o=0.12, t="translate(12 12)")
        p.s("M690 150L620 980M730 160L668 990", DARKWOOD.d, 15)
        p.s("M688 150L636 760M728 160L684 760", DARKWOOD.h, 4, o=0.7)
        p.s("M50 60L330-4M58 100L336 36M128 610L400 544M122 570L394 506", t.d, 4, o=0.5)
        return
    if p.kind in ("keyboard", "notebook", "sketchbook", "pen", "pencil-set", "cable", "puzzle"):
        p.p("M-30 60L300-20L360 240L30 320z", p.shadow_colour, o=0.1, t="translate(10 14)")
        p.p("M-30 60L300-20L360 240L30 320z", CREAM.h)
        p.s("M40 92L260 38M50 132L290 74M60 172L250 126", CREAM.d, 5, o=0.7)
        cup_from_above(p, 660, 150, 88, t)
        if not p.lean:
            sprig(p, 90, 985, 32, 1.0)
        return
    cup_from_above(p, 670, 140, 84, t)
    sprig(p, 110, 985, 30, 1.0)


def room(p, horizon):
    p.wall_and_table(horizon)
    n = p.pickx(0, 1, 2) if not p.lean else 3
    if n == 3:
        p.sunbeam(0.16)
    elif n == 0:
        window(p, p.fx(50, 80), 70, 290, 380)
        p.p(f"M330 {horizon}L800 {horizon + 30}V{horizon + 170}L420 {horizon + 80}z", "#fff", o=0.14)
    elif n == 1:
        frame(p, 90, 110, 190, 250)
        frame(p, 320, 170, 140, 180)
    else:
        p.sunbeam(0.16)
        frame(p, 540, 110, 190, 240)


def compose(p):
    function, _, (fx, fy, zoom), _ = KINDS[p.kind]
    setting = p.setting
    view = p.view
    for (name, wanted, word), draw in SPECIAL.items():
        if name == p.kind and wanted == view and p.has(word):
            return draw(p)
    zoom *= 1.15
    for (name, word), place in CLOSE_UP.items():
        if name == p.kind and p.has(word):
            fx, fy, zoom = place
            break
    if p.kind == "tent" and view == "pack":
        setting, function = "table", stuff_sack
    if view == "detail":
        if setting in ("wall", "flat"):
            p.seamless(setting == "flat")
        elif setting == "sky":
            sky(p)
        else:
            p.wall_and_table(round(500 + ({"table": 688}.get(setting, 770) - fy) * zoom))
        with p.g(f"translate(400 500) scale({zoom}) translate({-fx} {-fy})"):
            function(p)
        return
    if view == "pack" and p.kind == "blanket":
        p.wall_and_table(660)
        function(p)
        return
    if view == "pack":
        if setting == "flat":
            p.seamless(True)
            t = p.box_tones or KRAFT
            d = box(84, 90, 632, 820, 10)
            p.drop(d, 18, 24, 36)
            p.p(d, p.diag(t))
            p.p(box(104, 110, 592, 780, 4), t.x, o=0.55)
            p.p("M104 110H696V890H104z", p.lin(((0, CREAM.s), (0.5, CREAM.h), (1, CREAM.s)), y2=1), o=0.96)
            if not p.lean:
                p.s("M120 150L220 240 180 330M690 160L600 220M110 800L200 760 240 860M690 840L600 770", CREAM.d, 5, o=0.6)
            with p.g("translate(400 500) scale(.74) translate(-400 -500)"):
                function(p)
            p.p("M84 790H716V900q0 10-10 10H94q-10 0-10-10z", p.lin(((0, t.h), (1, t.b)), y2=1))
            p.p("M84 780H716v10H84z", p.shadow_colour, o=0.2)
            if p.lean < 2:
                print_mark(p, 400, 850, 34, t.x if t.L > .5 else t.l)
            return
        p.wall_and_table(660)
        t = p.box_tones or KRAFT
        band = p.A if p.A.b != t.b else p.second(CREAM)
        carton(p, 330, 720, 400, 400, t, band)
        put(p, function, 285, 860, min(.78, 430 / (800 - p.size[0]), 205 / p.size[1]))
        return
    if view == "scene":
        return scene(p, function, setting)
    if setting in ("table", "floor"):
        # first the object, to learn its size; then the background goes below it
        base = 800 if setting == "table" else 880
        start = len(p.body)
        function(p)
        drawn = p.body[start:]
        del p.body[start:]
        top, half = p.size
        height = base - top
        s = max(.8, min(1.3, 640 / height, 340 / half))
        floor = round(min(880, 520 + s * height / 2))
        p.wall_and_table(round(floor - 112 * s))
        with p.g(f"translate(400 {floor}) scale({s:.2f}) translate(-400 {-base})"):
            p.body.extend(drawn)
        return
    if setting == "wall":
        p.seamless()
    elif setting == "flat":
        p.seamless(True)
    elif setting == "sky":
        sky(p)
    else:
        p.wall_and_table(740)
        p.p("M0 740V640C120 560 200 600 300 640S520 540 640 600 760 620 800 590V740z", p.wall_dark, o=0.55)
    function(p)


def put(p, function, x, y, s, base=800):
    """The object with the middle of its foot at (x, y)."""
    with p.g(f"translate({x} {y}) scale({s:.2f}) translate(-400 {-base})"):
        function(p)


def sky(p):
    hue = 232
    p.r(0, 0, W, H, 0, p.lin(((0, colour(.84, .06, hue)), (1, colour(.96, .025, 100))), x2=0, y2=1))
    for x, y, s in ((150, 200, 1), (640, 700, 1.3), (620, 130, .7)):
        p.p(f"M{x - 110 * s} {y}q0-{46 * s:.0f} {50 * s:.0f}-{44 * s:.0f} {20 * s:.0f}-{50 * s:.0f} {74 * s:.0f}-{30 * s:.0f} {60 * s:.0f}-{10 * s:.0f} {60 * s:.0f} {40 * s:.0f} {36 * s:.0f} 0 {36 * s:.0f} {34 * s:.0f}z", "#fff", o=0.65)


def stuff_sack(p):
    """A tent packed away in its bag."""
    A, B, E = p.A, p.second(Tones(p.A.d)), p.accent(CREAM)
    p.shadow(400, 790, 290, 50)
    p.p("M150 500C240 484 560 484 640 500C690 520 690 780 640 796C560 806 240 806 150 796C100 780 100 520 150 500z", p.lin(((0, A.l), (0.25, A.h), (0.6, A.b), (1, A.x)), x2=0, y2=1))
    p.e(146, 648, 52, 148, p.lin(((0, A.b), (1, A.d)), y2=1))
    p.s("M146 560l10 60M120 600l30 40M180 590l-26 50M130 720l20-60M166 730l-12-70", A.x, 6, o=0.6)
    p.e(150, 648, 17, 26, A.x)
    p.s("M150 648C100 700 70 690 60 760", E.b, 8)
    p.r(46, 746, 28, 40, 9, B.b)
    for x in (300, 520):
        p.p(f"M{x} 490h30q16 150 0 312h-30q16-160 0-312z", B.b)
        p.r(x + 2, 600, 42, 52, 7, B.x)
        p.r(x + 12, 612, 22, 28, 4, B.h)
    p.s("M316 520C330 420 520 420 534 520", B.d, 21)
    p.s("M318 512C334 424 500 420 526 492", B.h, 6)
    p.r(376, 580, 110, 80, 8, E.h)
    print_mark(p, 431, 620, 26, A.b, 1)
    p.s("M210 540q90-16 80 0M580 540q40 4 60 40M220 760q40 20 80 20", p.shadow_colour, 9, o=0.12)


def scene(p, function, setting):
    kind = p.kind
    pot = p.props[-1] if p.props else CLAY
    if pot.L > .9 or p.kind == "floor-lamp":
        pot = CLAY
    if setting == "outdoor" or kind in ("backpack", "lantern", "bottle") or (kind == "speaker" and p.has("lantern")):
        if kind in ("lantern", "speaker"):
            hills(p, 720, True)
            p.e(410, 800, 420, 300, p.rad(((0, "#ffdf9a", 0.6), (1, "#ffdf9a", 0))))
            p.p("M150 880C160 800 240 780 400 780S650 790 680 880Q560 960 420 960T150 880z", p.lin(((0, "#8f8175"), (0.4, "#7a6c60"), (1, "#3d3a3c")), x2=0, y2=1))
            with p.g("translate(410 822) scale(.62) translate(-400 -800)"):
                function(p)
        elif kind == "tent":
            hills(p, 700)
            with p.g("translate(400 850) scale(.86) translate(-400 -830)"):
                function(p)
        else:
            hills(p, 690)
            p.e(470, 912, 330, 40, p.soft(), o=0.5)
            p.p("M110 920C120 840 190 800 300 812C400 790 560 800 620 850C680 860 710 900 690 930Q400 980 110 920z", p.lin(((0, "#bdb4a8"), (0.5, "#9d948a"), (1, "#746d65")), y2=1))
            p.p("M140 880C180 830 260 824 330 836L300 870z", "#d5cdc2", o=0.7)
            with p.g("translate(400 856) scale(.74) translate(-400 -800)"):
                function(p)
        return
    if setting == "flat":
        if kind == "rug":
            p.wall_and_table(640)
            window(p, 90, 60, 270, 360)
            cup_plant(p, 640, 690, 1.25, pot)
            rug_in_room(p)
            return
        p.seamless(True)
        flat_props(p)
        with p.g(f"translate(410 530) rotate({p.fx(-4, 6)}) scale(.8) translate(-400 -500)"):
            function(p)
        return
    if setting == "sky":
        sky(p)
        p.p("M0 860C200 790 420 840 800 790V1000H0z", colour(.74, .08, 125))
        p.p("M0 920C240 880 480 920 800 860V1000H0z", colour(.66, .085, 130))
        with p.g("translate(400 440) scale(.8) translate(-400 -430)"):
            function(p)
        return
    if kind == "pendant-lamp":
        p.wall_and_table(770)
        window(p, 60, 330, 220, 300)
        with p.g("translate(430 0) scale(.8) translate(-400 -60)"):
            function(p)
        p.shadow(440, 900, 330, 40)
        t = p.props[0] if p.props and p.props[0].L < .85 else WOOD
        p.p("M70 770H770L800 830H30z", p.lin(((0, t.b), (0.6, t.l), (1, t.h))))
        p.p("M30 830H800V864H30z", t.d)
        p.p("M80 864h40V1000H80z M700 864h40V1000h-40z", t.x)
        p.p(turned(460, [(724, 100), (770, 84), (806, 46)], .16), p.round_fill(CREAM))
        p.e(460, 724, 100, 17, CREAM.d)
        for x, y, c in ((420, 712, "#c9572f"), (474, 704, "#d98a3d"), (510, 716, "#b8432f")):
            p.e(x, y, 34, 32, c)
            p.e(x - 9, y - 10, 10, 8, "#fff", o=0.4)
        return
    if kind in ("scarf", "jacket"):
        p.wall_and_table(860)
        p.p("M0 96H800V150H0z", p.lin(((0, WOOD.h), (1, WOOD.s)), x2=0, y2=1))
        p.p("M0 150H800v10H0z", p.shadow_colour, o=0.15)
        for x in (90, 740):
            p.s(f"M{x} 124v34", DARKWOOD.b, 20)
            p.e(x, 118, 24, 24, DARKWOOD.h)
        cup_plant(p, 680, 900, 1.15, pot)
        if kind == "scarf":
            # a cap on the next peg
            t = p.props[0] if p.props and p.props[0].L < .9 else CLAY
            p.p("M24 226C24 150 54 130 90 130S156 150 156 226z", p.round_fill(t))
            p.r(14, 216, 152, 42, 16, p.round_fill(Tones(t.h)))
        shawl_on_rail = kind == "scarf" and p.has("shawl", "stola", "wrap")
        with p.g(f"translate(420 {-37 if shawl_on_rail else 70}) scale(.86) translate(-400 -20)"):
            function(p)
        return
    if kind == "blanket":
        p.wall_and_table(690)
        window(p, 60, 60, 280, 360)
        cup_plant(p, 690, 740, 1.2, pot)
        p.shadow(400, 930, 300, 40)
        p.s("M190 800L170 930M610 800L630 930", DARKWOOD.b, 30)
        p.r(90, 770, 620, 50, 14, p.lin(((0, WOOD.h), (1, WOOD.s)), x2=0, y2=1))
        p.s("M120 790h200m60 8h240", WOOD.d, 3, o=0.5)
        with p.g("translate(390 774) scale(.84) translate(-390 -796)"):
            function(p)
        return
    if kind == "shelf" and setting == "wall":
        p.wall_and_table(800)
        put(p, function, 400, 640, .84, 800)
        p.r(110, 840, 430, 34, 12, p.lin(((0, DARKWOOD.h), (1, DARKWOOD.b)), x2=0, y2=1))
        p.s("M150 880L140 960M500 880L512 960", DARKWOOD.s, 22)
        cup_plant(p, 670, 930, 1.15, pot)
        return
    if setting == "floor":
        horizon = 720
        p.wall_and_table(horizon)
        if kind == "shelf":
            put(p, function, 330, 880, .86, 880)
            cup_plant(p, 680, 890, 1.2, pot)
            return
        window(p, p.fx(60, 90), 90, 260, 360)
        p.p(f"M300 {horizon}L800 {horizon + 40}V{horizon + 200}L420 {horizon + 90}z", "#fff", o=0.14)
        cup_plant(p, 690, 800, 1.2, pot)
        with p.g("translate(360 900) scale(.86) translate(-400 -880)"):
            function(p)
        if kind == "stool":
            t = p.props[0] if p.props else CREAM
            cy = 900 - (880 - p.seat) * .86 + 6
            p.p(turned(350, [(cy - 62, 46), (cy - 30, 44), (cy - 6, 34)], .16), p.round_fill(t))
            p.e(350, cy - 62, 46, 7, t.x)
            p.s(f"M392 {cy - 48}q34-4 28 18t-34 12", t.s, 9)
        return
    # things on a table
    if kind == "cushion":
        p.wall_and_table(700)
        window(p, 470, 70, 270, 350)
        t = Tones(colour(.74, .03, p.hue))
        p.shadow(400, 950, 380, 36)
        p.p("M40 520q0-40 40-40H720q40 0 40 40V860H40z", p.lin(((0, t.h), (1, t.s)), y2=1))
        p.p("M10 640q0-50 50-50t50 50V940H40q-30 0-30-30z M790 640q0-50-50-50t-50 50V940h70q30 0 30-30z", p.lin(((0, t.b), (1, t.d)), y2=1))
        p.r(90, 800, 620, 130, 30, p.lin(((0, t.h), (1, t.d)), x2=0, y2=1))
        with p.g("translate(390 838) scale(.74) rotate(-5) translate(-400 -800)"):
            function(p)
        return
    on_shelf = kind in ("vase", "cream-jar", "tea-tin", "speaker", "spice-jar", "dropper-bottle") and p.pickx(0, 1)
    if on_shelf:
        p.seamless()
        p.sunbeam(0.14)
        shelf_board(p, 780)
        books(p, 560, 780, 4 - p.lean)
        with p.g("translate(330 782) scale(.74) translate(-400 -800)"):
            function(p)
        return
    horizon = 650
    room(p, horizon)
    cup_plant(p, 668, 730, 1.08, pot)
    t = p.props[0] if p.props else CREAM
    if kind in ("dates-box", "spice-jar", "teapot", "bowl", "tea-tin", "coffee-bag", "coffee-maker", "soap", "oil-bottle"):
        cloth(p, 120, 850, 470, t if t.L < .97 else CREAM)
    top, half = p.size
    s = min(1, 520 / (800 - top), 270 / half)
    if kind == "train":
        s = .84
    put(p, function, 320 if kind != "train" else 390, 870, s)
    if kind == "dates-box" or kind == "coffee-bag":
        # a small cup without a handle
        p.shadow(640, 884, 60, 16)
        p.p(turned(640, [(806, 56), (850, 50), (886, 34)], .16), p.round_fill(CREAM))
        p.e(640, 806, 56, 9, COFFEE.h)
    elif kind in ("teapot", "tea-tin", "coffee-maker"):
        p.shadow(640, 884, 66, 16)
        p.p(turned(640, [(796, 62), (850, 56), (886, 40)], .16), p.round_fill(t if t.L < .95 else CREAM))
        p.e(640, 796, 62, 10, Tones("#a8873c").b if kind != "coffee-maker" else COFFEE.h)


# ---------------------------------------------------------------- pictures with a subject of their own
#
# Most pictures follow from kind and view. Where a product's texts speak of something
# particular (an open spine, a row of bottles), a word of its name leads here.

CLOSE_UP = {  # where details look: (kind, word): centre and zoom
    ("backpack", "roll"): (330, 320, 2.2), ("backpack", "trek"): (400, 690, 2.0), ("bottle", "steel"): (400, 310, 2.3),
    ("bottle", "flask"): (400, 620, 2.4), ("jacket", "rain"): (400, 210, 2.3), ("jacket", "wax"): (400, 300, 2.2),
    ("tent", "tunnel"): (470, 560, 2.0), ("keyboard", "timber"): (180, 500, 2.3), ("power-bank", "acorn"): (400, 690, 2.3),
    ("grinder", "hand"): (400, 400, 2.1), ("headphones", "wireless"): (215, 640, 1.9), ("speaker", "bookshelf"): (330, 540, 2.2),
    ("spice-jar", ""): (500, 720, 2.0), ("coffee-bag", ""): (490, 730, 2.0), ("tea-tin", ""): (490, 740, 2.0),
    ("pen", ""): (560, 300, 2.3),
}
SPECIAL = {}


def special(kind, view, word=""):
    def register(function):
        SPECIAL[kind, view, word] = function
        return function
    return register


def tiled_wall(p, horizon):
    p.wall_and_table(horizon)
    p.s("".join(f"M0 {y}H800" for y in range(horizon - 100, -1, -100)) + "".join(f"M{x} 0V{horizon}" for x in range(50, 800, 100)), p.wall_light, 5, o=0.75)
    p.r(470, 60, 250, 330, 125, p.wall_light)
    p.r(484, 74, 222, 302, 111, p.lin(((0, colour(.95, .015, 220)), (0.5, colour(.88, .02, 220)), (1, colour(.93, .015, 220))), y2=1))
    p.s("M530 250L620 130M560 290L670 150", "#fff", 12, o=0.5)
    # a towel on a rail
    p.s("M0 470H210", STEEL.d, 13)
    p.s("M0 467H208", STEEL.l, 4)
    t = p.props[-1] if p.props else CREAM
    p.p("M24 470q0-14 14-14H158q14 0 14 14V742H24z", p.lin(((0, t.h), (0.5, t.b), (0.6, t.h), (1, t.s))))
    p.p("M24 690h148v14H24z M24 712h148v7H24z", t.l, o=0.7)


@special("soap", "scene")
@special("oil-bottle", "scene")
@special("dropper-bottle", "scene")
def in_the_bathroom(p):
    function, _, _, _ = KINDS[p.kind]
    tiled_wall(p, 690)
    top, half = p.size
    put(p, function, 400, 880, min(.95, 500 / (800 - top), 270 / half))


@special("backpack", "scene", "trek")
def drystone_wall(p):
    hills(p, 560)
    stones = box(4, 4, 122, 58, 20) + box(134, 4, 90, 58, 20) + box(232, 4, 144, 58, 20) + box(-60, 70, 122, 58, 20) + box(70, 70, 146, 58, 20) + box(224, 70, 84, 58, 20) + box(320, 70, 122, 58, 20)
    p.r(0, 464, 800, 400, 0, p.tile(380, 132, f'<path d="M0 0h380v132H0z" fill="#6d685f"/><path d="{stones}" fill="#aba394"/>'
                                              '<path d="M24 16h70M156 16h40M256 16h90M90 82h90M246 82h30M340 82h30" stroke="#d3ccbd" stroke-width="8"/>', "translate(0 470)"))
    p.r(0, 464, 800, 400, 0, p.lin(((0, "#fff", 0.12), (1, p.shadow_colour, 0.3)), y2=1))
    p.p("M0 850Q400 820 800 850V1000H0z", colour(.74, .075, 122))
    p.e(440, 900, 320, 44, p.soft(), o=0.5)
    with p.g("translate(400 900) rotate(-5) scale(.84) translate(-400 -800)"):
        backpack(p)


@special("backpack", "scene", "day-pack")
def beside_a_cairn(p):
    hills(p, 640)
    p.e(560, 880, 260, 30, p.soft(), o=0.5)
    y = 880
    for i, w in enumerate((150, 132, 120, 96, 84, 62, 40)):
        h = (70, 62, 56, 50, 44, 38, 34)[i]
        x = 600 + (0, 12, -10, 8, -6, 5, 0)[i]
        p.p(blob([(x - w, y - h * .4), (x - w * .6, y - h), (x + w * .5, y - h * .96), (x + w, y - h * .5), (x + w * .7, y), (x - w * .7, y)]),
            p.lin(((0, ("#cfc7b8", "#bdb5a8", "#c7bdb2")[i % 3]), (1, "#857d74")), y2=1))
        y -= h * .82
    p.e(300, 912, 270, 36, p.soft(), o=0.5)
    put(p, backpack, 290, 910, .8)


@special("tote-bag", "scene")
def on_the_ferry(p):
    p.r(0, 0, W, H, 0, p.lin(((0, colour(.84, .04, 235)), (.6, colour(.95, .02, 90))), x2=0, y2=1))
    p.p("M0 420C90 380 150 390 230 350S420 400 520 380 700 340 800 390V470H0z", colour(.72, .035, 215))
    p.r(0, 450, 800, 260, 0, p.lin(((0, colour(.68, .05, 225)), (1, colour(.52, .06, 230))), x2=0, y2=1))
    p.s("M40 500h120m60 30h160m120-20h140M100 580h150m200 20h190M20 640h180m240 10h220", "#fff", 6, o=0.4)
    p.s("M0 420H800M0 520H800M0 610H800", "#eef1f2", 11)
    p.s("M90 416V720M400 416V720M710 416V720", "#f7f9f9", 17)
    p.s("M0 414H800", "#fff", 18)
    p.r(0, 700, 800, 300, 0, p.lin(((0, "#8f8577"), (1, "#b3a893")), x2=0, y2=1))
    p.s("M330 700L180 1000M470 700L620 1000M200 700L-160 1000M600 700L960 1000M60 700L-500 1000M740 700L1300 1000", "#6f675c", 5, o=0.7)
    p.p("M90 900q140-40 300-20t320 10-80 60-260 50-280-100z", "#fff", o=0.25)
    put(p, tote_bag, 400, 890, .84)


@special("tent", "scene", "tunnel")
def by_the_loch(p):
    hills(p, 640)
    p.p("M0 640C200 626 600 622 800 640V760C600 740 200 744 0 770z", p.lin(((0, colour(.88, .04, 80)), (1, colour(.74, .045, 225))), x2=0, y2=1))
    p.s("M80 676h180m120 14h240M30 716h120m260 4h180m90-20h70", "#fff", 6, o=0.6)
    p.p("M0 760C220 730 560 734 800 752V1000H0z", p.lin(((0, colour(.7, .07, 125)), (1, colour(.8, .075, 118))), x2=0, y2=1))
    with p.g("translate(400 880) scale(.86) translate(-400 -830)"):
        tent(p)


@special("tent", "scene", "bothy")
def on_snow(p):
    p.r(0, 0, W, H, 0, p.lin(((0, colour(.78, .045, 240)), (.7, colour(.95, .015, 250))), x2=0, y2=1))
    p.p("M0 640L130 430 220 540 360 330 520 560 620 440 800 610V760H0z", colour(.82, .03, 250))
    p.p("M130 430L90 496 134 480 168 500 180 492z M360 330L296 430 350 410 390 440 430 430z M620 440L570 506 624 490 668 506z", "#fff", o=0.9)
    p.p("M0 690C200 640 500 650 800 690V1000H0z", p.lin(((0, colour(.97, .008, 250)), (1, colour(.9, .02, 250))), x2=0, y2=1))
    p.s("M60 780q120-30 240 0M520 930q120-26 220 6M80 940q90-20 180 0", colour(.86, .03, 250), 9)
    p.dots([(p.fx(10, 790), p.fx(10, 640)) for _ in range(26)], "#fff", 9, o=0.9)
    with p.g("translate(400 850) scale(.86) translate(-400 -830)"):
        tent(p)
    p.p("M60 850Q200 826 400 846T740 850Q560 890 400 886T60 850z", "#fff", o=0.9)


@special("tent", "scene", "solo")
def at_dusk(p):
    hills(p, 700, True)
    p.e(400, 760, 400, 240, p.rad(((0, "#ffdf9a", 0.5), (1, "#ffdf9a", 0))))
    with p.g("translate(400 850) scale(.86) translate(-400 -830)"):
        tent(p)
    p.p("M402 523C364 600 336 730 334 850H484C480 730 448 600 402 523z", "#ffd88a", o=0.4)


@special("tent", "scene", "basecamp")
def with_a_table(p):
    hills(p, 690)
    with p.g("translate(400 800) scale(.86) translate(-400 -830)"):
        tent(p)
    p.e(470, 950, 220, 24, p.soft(), o=0.5)
    p.s("M340 850L390 948M600 850L550 948M380 850L340 948M560 850L600 948", DARKWOOD.b, 13)
    p.p("M296 836H644v24H296z", p.lin(((0, WOOD.h), (1, WOOD.s)), x2=0, y2=1))
    p.p(turned(400, [(784, 28), (834, 24)], .2), p.round_fill(STEEL))
    p.p(turned(520, [(796, 40), (826, 34), (836, 22)], .18), p.round_fill(CLAY))


@special("floor-lamp", "scene", "reading")
def by_the_armchair(p):
    p.wall_and_table(720)
    frame(p, 70, 110, 170, 220)
    t = p.props[0] if p.props else LEAF
    p.shadow(250, 900, 230, 34)
    p.s("M120 880l-8 40M400 880l8 40", DARKWOOD.b, 20)
    p.p("M96 560C90 440 140 400 250 400S410 440 404 560L416 800H84z", p.lin(((0, t.h), (0.5, t.b), (1, t.d)), y2=1))
    p.p("M130 720Q250 690 370 720V830H130z", p.lin(((0, t.h), (1, t.s)), x2=0, y2=1))
    p.p("M50 690q0-46 44-46t44 46V880H50z M362 690q0-46 44-46t44 46V880H362z", p.lin(((0, t.h), (1, t.d)), y2=1))
    p.p("M130 800H370V884H130z", t.d)
    put(p, floor_lamp, 520, 920, .86, 880)


@special("charger", "scene", "pebble")
def on_a_map(p):
    p.r(0, 0, W, H, 0, p.lin(((0, p.table_dark), (0.4, p.table), (1, p.table_light)), x2=0, y2=1))
    with p.g("matrix(1 0 -.24 .62 190 210)"):
        p.drop(box(-40, 0, 800, 1060, 4), 10, 22, 20)
        p.r(-40, 0, 800, 1060, 4, colour(.88, .035, 220))
        p.p(blob([(30, 90), (240, 60), (330, 200), (90, 340)]) + blob([(430, 120), (700, 90), (730, 330), (420, 290)]) + blob([(120, 520), (330, 480), (420, 680), (240, 900), (80, 760)]) + blob([(520, 560), (700, 540), (700, 800), (560, 860)]), colour(.87, .06, 118))
        p.s("M170 0V1060M-40 250H760M-40 520H760M-40 790H760", "#fff", 5, o=0.8)
        p.s("M120 200Q400 60 610 240T300 620", "#c0523a", 8, stroke_dasharray="4 22")
    put(p, charger, 380, 610, .62)
    for i, x in enumerate((130, 300, 470, 640)):
        y = 860 - (i % 2) * 40
        p.shadow(x + 10, y + 4, 66, 18)
        p.p(("M-6-16h12V-70H-6z M26-16h12V-70H26z", "M0-16V-64h14v48z M36-16V-64h14v48zM-26-16v-40h14v40z", "M-14-20L-4-70h12l-8 50zM46-20L36-70H24l8 50z", "M-2-16v-56h16v56zM28-16v-56h16v56z")[i], STEEL.d, t=f"translate({x - 16} {y - 80})")
        p.p(box(x - 60, y - 98, 120, 98, 34), p.lin(((0, p.A.l), (0.5, p.A.b), (1, p.A.s)), y2=1))
        p.r(x - 22, y - 54, 44, 14, 7, INK.h)


@special("speaker", "scene", "stump")
def between_books(p):
    p.seamless()
    p.sunbeam(0.14)
    shelf_board(p, 780)
    books(p, 76, 780, 3)
    books(p, 620, 780, 3)
    put(p, speaker, 396, 782, .86)


@special("speaker", "scene", "bookshelf")
def with_a_record_player(p):
    room(p, 640)
    p.r(-40, 800, 880, 60, 10, p.lin(((0, WOOD.h), (1, WOOD.s)), x2=0, y2=1))
    p.p("M0 860H800V1000H0z", WOOD.d)
    p.s("M200 870V1000M600 870V1000", WOOD.x, 6)
    for x in (110, 690):
        p.shadow(x, 798, 90, 18)
        p.p(f"M{x - 90} 440h180V800h-180z", p.lin(((0, p.A.h), (0.5, p.A.b), (1, p.A.s)), y2=1))
        p.r(x - 76, 456, 152, 330, 10, p.diag(p.B or INK))
        for y, r in ((530, 32), (680, 60)):
            p.e(x, y, r + 8, r + 8, p.accent(STEEL).s)
            p.e(x, y, r, r, p.rad(((0, INK.x), (0.55, INK.b), (0.8, INK.h), (1, INK.x))))
            p.e(x, y, r * .34, r * .34, STEEL.h)
    p.shadow(400, 800, 170, 20)
    p.p("M226 720L270 640H530L574 720z", p.diag(WOOD))
    p.p("M222 718H578V780q0 14-14 14H236q-14 0-14-14z", p.lin(((0, DARKWOOD.h), (1, DARKWOOD.d)), x2=0, y2=1))
    p.e(386, 680, 126, 32, INK.x)
    p.e(386, 678, 90, 22, "none", stroke=INK.h, stroke_width=3)
    p.e(386, 678, 38, 10, CLAY.b)
    p.s("M524 656L520 680 450 694", STEEL.h, 8)
    p.e(524, 656, 13, 9, STEEL.d)


@special("speaker", "scene", "lantern")
def on_a_tree_stump(p):
    hills(p, 720, True)
    p.e(400, 720, 460, 360, p.rad(((0, "#ffdf9a", 0.6), (1, "#ffdf9a", 0))))
    p.p("M170 800L150 960Q100 990 60 1000H740Q690 990 650 960L630 800z", p.lin(((0, DARKWOOD.b), (0.3, DARKWOOD.h), (1, DARKWOOD.x))))
    p.s("M230 860l-10 110M320 870l-4 120M420 880v110M520 870l8 110M590 860l14 90", DARKWOOD.x, 9, o=0.6)
    p.e(400, 800, 230, 54, WOOD.b)
    for k in (.78, .54, .3):
        p.e(404, 800, 230 * k, 54 * k, "none", stroke=WOOD.d, stroke_width=5)
    put(p, speaker, 400, 806, .72)


@special("earbuds", "scene")
def on_a_cafe_table(p):
    room(p, 560)
    p.p("M370 860h60l20 140H350z", INK.b)
    p.p("M20 800v24a380 130 0 0 0 760 0v-24z", p.round_fill(DARKWOOD))
    p.e(400, 800, 380, 130, p.diag(WOOD))
    p.e(400, 800, 350, 116, "none", stroke=WOOD.s, stroke_width=4)
    put(p, earbuds, 310, 860, .66)
    p.shadow(610, 828, 100, 22)
    p.e(600, 818, 108, 26, CREAM.b)
    p.e(600, 816, 66, 14, CREAM.s)
    if p.lean:
        p.p(turned(600, [(736, 54), (790, 50), (816, 34)], .18), p.round_fill(CREAM))
        p.e(600, 736, 54, 9, COFFEE.b)
    else:
        one_mug(p, 598, 818, 58, 92, 2, CREAM, CREAM, True, COFFEE)


@special("train", "scene")
@special("blocks", "scene")
@special("animal-toy", "scene")
def on_the_playroom_floor(p):
    function, _, _, _ = KINDS[p.kind]
    p.r(0, 0, W, 580, 0, p.lin(((0, p.wall_light), (1, p.wall))))
    p.p("M0 560H800V1000H0z", p.lin(((0, WOOD.b), (1, WOOD.h)), x2=0, y2=1))
    p.s("M0 610H800M0 680H800M0 770H800M0 880H800M140 560v50m300 0v70M620 560v50M250 680v90M560 770v110M90 770v110M380 880v120", WOOD.s, 4)
    p.p("M0 540H800v24H0z", "#fff", o=0.75)
    t = Tones(colour(.82, .04, (p.hue + 150) % 360))
    p.e(400, 850, 390, 118, t.s)
    p.e(400, 846, 384, 112, t.b)
    p.e(400, 846, 330, 92, "none", stroke=t.l, stroke_width=12)
    if not p.lean:
        p.s("M-10 130Q200 210 400 130T810 130", CREAM.x, 4)
        for i, x in enumerate(range(50, 800, 116)):
            c = (p.A, t, p.B or WOOD, p.E or LEAF)[i % 4]
            y = 164 + 22 * math.cos((x - 200) / 64 * .5)
            p.p(f"M{x - 40} {y}h80l-40 84z", c.h)
    top, half = p.size
    put(p, function, 400, 880, .8 if p.kind == "train" else min(.95, 480 / (800 - top), 290 / half))


@special("ink-bottle", "scene")
def row_of_inks(p):
    p.wall_and_table(600)
    p.sunbeam(0.16)
    tones = (p.siblings or [p.A])[:5]
    B = p.second(CREAM)
    n = len(tones)
    for i, t in enumerate(tones):
        x = 400 + (i - (n - 1) / 2) * 152
        y = 720
        p.shadow(x, y - 2, 66, 16)
        d = f"M{x - 22} {y - 148}h44C{x + 22} {y - 126} {x + 64} {y - 124} {x + 64} {y - 104}V{y - 16}q0 16-16 16h-96q-16 0-16-16v-88C{x - 64} {y - 124} {x - 22} {y - 126} {x - 22} {y - 148}z"
        p.p(d, "#fff", o=0.7)
        ink = f"M{x - 56} {y - 98}h112v82q0 8-8 8h-96q-8 0-8-8z"
        p.p(ink, t.b)
        p.p(ink, p.lin(((0, "#fff", 0), (0.25, "#fff", 0.3), (0.5, "#fff", 0), (1, "#000", 0.35))))
        p.p(box(x - 34, y - 86, 68, 54, 4), B.b)
        p.s(f"M{x - 20} {y - 58}q12-24 20-6t20-8", t.b, 5)
        p.r(x - 34, y - 198, 68, 52, 8, p.round_fill(INK))
        # the colour card in front
        cy = 800 + (i % 2) * 14
        p.p(f"M{x - 60} {cy}h112l16 150h-128z", p.shadow_colour, o=0.14, t="translate(8 10)")
        p.p(f"M{x - 60} {cy}h112l16 150h-128z", "#fffdf8")
        p.p(f"M{x - 46} {cy + 14}h86l5 62h-92z", t.b)
        p.s(f"M{x - 40} {cy + 108}q14-26 26 0t24-4 26 2 22-6", t.b, 5)


@special("notebook", "detail", "saone")
def sewn_spine(p):
    A, B, E = p.A, p.second(CREAM), p.accent(BRASS)
    p.seamless(True)
    with p.g("rotate(-8 400 500)"):
        p.drop("M-60 210H900V790H-60z", 10, 26, 40)
        p.p("M-60 200H900V262H-60z", p.lin(((0, A.h), (1, A.s)), x2=0, y2=1))
        p.p("M-60 738H900V800H-60z", p.lin(((0, A.b), (1, A.d)), x2=0, y2=1))
        for i in range(7):
            y = 262 + i * 68
            p.p(f"M-60 {y + 4}H900V{y + 64}H-60z", p.lin(((0, B.d), (0.3, B.l), (0.7, B.b), (1, B.d)), x2=0, y2=1))
        p.s("".join(f"M-60 {262 + i * 68 + k}H900" for i in range(7) for k in (22, 42)), B.d, 2, o=0.6)
        for x in (140, 330, 520, 710):
            p.s("".join(f"M{x - 34} {296 + i * 68}h68" for i in range(7)), E.d, 9)
            p.s("".join(f"M{x - 34} {293 + i * 68}h68" for i in range(7)), E.h, 4)
            p.s(f"M{x - 38} 300V704M{x + 38} 300V704", E.b, 6, o=0.9)
        p.p("M-60 200H900V262H-60z", p.weave(size=12))


@special("notebook", "detail", "planner")
def open_week(p):
    A, B, E = p.A, p.second(CREAM), p.accent(CLAY)
    p.seamless(True)
    with p.g("translate(400 500) rotate(-5)"):
        p.drop("M-400-290H400V290H-400z", 12, 26, 40)
        p.r(-404, -296, 808, 596, 14, A.b)
        for s in (-1, 1):
            page = f"M0-270Q{s * 200}-292 {s * 388}-278V280Q{s * 200} 268 0 284z"
            p.p(page, p.lin(((0, B.l), (0.85, B.l), (1, B.s))) if s < 0 else p.lin(((0, B.s), (0.15, B.l), (1, B.l))))
        p.s("M-360-210H-40M40-210H360", E.b, 7)
        p.s("M-360-234h90M270-234h90", A.d, 10)
        p.s("".join(f"M{x}-170h{w}" for x, w in ((-360, 320), (40, 320))) + "".join(f"M{x} {y}h320" for x in (-360, 40) for y in (-60, 50, 160)), A.b, 4)
        p.s("".join(f"M{x} {y + k}h{300 - k}" for x in (-350, 50) for y in (-140, -30, 80, 190) for k in (0, 26, 52)), B.d, 3, o=0.7)
        p.dots([(x, y) for x in (-372, 28) for y in (-150, -40, 70, 180)], E.b, 13)
        p.s("M-340-140q30-16 60 0t60-4 50 2M60 84q30-16 60 0t60-4 40 4M60-34q26-14 50 0t60-4", INK.h, 5)
        p.p("M-4-280h10V330l-5-12-5 12z", E.s)


@special("notebook", "scene", "pocket")
def on_a_stone_stair(p):
    for i, y in enumerate((0, 250, 560, 900)):
        h = (110, 130, 150, 170)[i]
        p.r(0, y, 800, h, 0, p.lin(((0, "#d9d2c4"), (1, "#c7bfb0")), x2=0, y2=1))
        p.r(0, y + h, 800, 200, 0, p.lin(((0, "#8f887c"), (1, "#aaa295")), x2=0, y2=1))
        p.s(f"M0 {y + h}H800", "#ece6da", 9)
    p.dots([(p.fx(0, 800), p.fx(0, 1000)) for _ in range(46)], "#7d766b", 6, o=0.35)
    p.s("M130 250l-30 130M560 560l40 150M300 0l-20 110", "#9c9487", 4)
    with p.g("translate(380 612) rotate(-8) skewX(-12) scale(.94 .62) translate(-400 -500)"):
        notebook(p)
    with p.g("translate(640 640) rotate(58)"):
        p.r(-8, -130, 26, 280, 4, p.shadow_colour, o=0.2, t="translate(14-6)")
        p.r(-12, -130, 12, 270, 0, "#e0b04a")
        p.r(0, -130, 12, 270, 0, "#b98a2c")
        p.p("M-12-128L0-180L12-128z", WOOD.h)
        p.p("M-4-162L0-180L4-162z", INK.b)


@special("sketchbook", "detail", "watercolour")
def torn_edge(p):
    A, E = p.A, p.accent(CLAY)
    p.seamless(True)
    for k in range(3):
        x0 = 40 + k * 34
        d = f"M900 {150 + k * 40}L{x0 + 60} {140 + k * 40}"
        for i in range(26):
            d += f"L{x0 + 60 + p.fx(-17, 17) + i * 1.6:.0f} {170 + k * 40 + i * 31}"
        d += f"L900 {980 + k * 10}z"
        p.p(d, p.shadow_colour, o=0.16, t="translate(-12 16)")
        p.p(d, ("#ece4d3", "#f5eee0", "#fffdf7")[k])
    p.s(d[:d.rindex("L")], "#e3d9c4", 5)
    p.p(d, p.specks("#fff", "#e6dcc8", 8, 60, 5), o=0.8)
    with p.clip("M230 330H900V840H230z"):
        p.p("M230 330H900V600H230z", p.lin(((0, A.h), (1, A.l)), x2=0, y2=1), o=0.9)
        p.e(620, 450, 66, 66, E.b, o=0.75)
        p.p("M220 620q110-190 220-80t180-80 260 160v70H220z", A.b, o=0.7)
        p.p("M220 680q150-110 300-30t360-40v190H220z", A.s, o=0.7)
        p.p("M220 770q190-60 330-10t330-20v110H220z", LEAF.b, o=0.7)


@special("pencil-set", "pack")
def as_a_stand(p):
    A, B, E = p.A, p.second(BRASS), p.accent(CLAY)
    p.wall_and_table(680)
    p.shadow(400, 840, 250, 40)
    p.p("M180 810L206 250q2-16 18-16H576q16 0 18 16L620 810z", p.diag(KRAFT))
    p.p("M226 270H574L590 700H210z", KRAFT.s)
    for i in range(6):
        x = 222 + i * 61
        top = 330 + (i % 3) * 22
        p.p(f"M{x} {top + 96}h17V760h-17z", A.h)
        p.p(f"M{x + 17} {top + 96}h18V760h-18z", A.b)
        p.p(f"M{x + 35} {top + 96}h16V760h-16z", A.d)
        p.p(f"M{x} {top + 98}L{x + 26} {top}L{x + 51} {top + 98}q-8-16-16-2-9-18-18 0-9-14-17 2z", p.lin(((0, WOOD.l), (1, WOOD.d))))
        p.p(f"M{x + 17} {top + 34}L{x + 26} {top}L{x + 34} {top + 34}z", INK.x)
        p.r(x, 560 - i * 9, 51, 16, 0, (B, E)[i % 2].b)
    p.p("M172 650H628L640 830q0 12-12 12H172q-12 0-12-12z", p.lin(((0, KRAFT.h), (0.5, KRAFT.b), (1, KRAFT.s)), y2=1))
    p.p("M168 700H632l3 70H165z", p.lin(((0, B.h), (1, B.s)), y2=1))
    print_mark(p, 400, 735, 24, B.x, 2)
    p.s("M250 735h90M460 735h90", B.x, 6, o=0.7)
    p.p("M172 650H628v9H172z", KRAFT.l, o=0.8)
    p.s("M628 652L664 560", KRAFT.d, 9)


# ---------------------------------------------------------------- the list

def read_list(path):
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.rstrip("\n").split("\t")
        if len(fields) != 4:
            raise SystemExit(f"{path.name}:{number}: four fields are needed, separated by tabs")
        target, name, colours, view = (f.strip() for f in fields)
        colours = [c.strip() for c in colours.split(",") if c.strip()]
        if name not in KINDS:
            raise SystemExit(f"{path.name}:{number}: unknown kind {name}")
        if view not in ("front", "detail", "scene", "pack"):
            raise SystemExit(f"{path.name}:{number}: unknown view {view}")
        if not colours or not all(re.fullmatch(r"#[0-9A-Fa-f]{6}", c) for c in colours):
            raise SystemExit(f"{path.name}:{number}: colours must be #rrggbb")
        if target.startswith("/") or ".." in target.split("/") or not target.endswith(".svg"):
            raise SystemExit(f"{path.name}:{number}: path must be relative and end in .svg")
        rows.append((target, name, colours, view))
    return rows


def group(rows):
    """Gives every picture its product: the folder, or in a shared folder the longest
    beginning of the name (in whole words) that another picture of the same kind shares."""
    keys = {}
    shared = {}
    for target, name, _, _ in rows:
        folder, _, file = target.rpartition("/")
        if folder.rsplit("/", 1)[-1] in ("images", "pictures"):
            shared.setdefault((folder, name), []).append(file[:-4].split("-"))
        else:
            keys[target] = folder
    for (folder, _), names in shared.items():
        for words in names:
            best = 0
            for other in names:
                if other is not words:
                    n = 0
                    while n < min(len(words), len(other)) and words[n] == other[n]:
                        n += 1
                    best = max(best, n)
            stem = "-".join(words[:best] if best >= 2 else words)
            keys[f"{folder}/{'-'.join(words)}.svg"] = f"{folder}/{stem}"
    return keys


def draw_all(rows):
    keys = group(rows)
    fronts = {}
    for target, name, colours, view in rows:
        if view == "front":
            fronts.setdefault((keys[target], name), []).append(colours)
    for target, name, colours, view in rows:
        known = fronts.get((keys[target], name), [])
        same = next((c for c in known if c[0].lower() == colours[0].lower()), None)
        own, box_tones = colours, None
        if view == "pack":
            if same and len(colours) > 1 and len(same) > 1 and same[1].lower() != colours[1].lower():
                box_tones = Tones(colours[1])
            elif not same and known:
                box_tones = Tones(colours[0])
                same = known[0]
        if view != "front" and same:
            colours = same
        for lean in (0, 1, 2):
            p = Picture(target, name, colours, view, keys[target], lean)
            p.props = [Tones(c) for c in own[1:]]
            p.box_tones = box_tones
            p.siblings = [Tones(c[0]) for c in known]
            compose(p)
            text = p.svg()
            if len(text) <= LIMIT:
                break
        yield target, text


def main():
    parser = argparse.ArgumentParser(description="Draws the product pictures of the demonstration sellers.")
    parser.add_argument("--list", type=pathlib.Path, default=LIST, help="the list of pictures (default: pictures.tsv beside this program)")
    parser.add_argument("--out", type=pathlib.Path, default=TARGET, help="folder the paths are relative to (default: Content/sellers)")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is missing or differs")
    options = parser.parse_args()
    count = total = wrong = 0
    largest = (0, "")
    for target, text in draw_all(read_list(options.list)):
        data = text.encode("utf-8")
        xml.dom.minidom.parseString(data)
        ids = re.findall(r' id="([^"]+)"', text)
        if len(ids) != len(set(ids)):
            raise SystemExit(f"{target}: an id is used twice")
        if len(data) > LIMIT:
            print(f"{target}: {len(data)} bytes, more than {LIMIT}", file=sys.stderr)
            wrong += 1
        file = options.out / target
        if options.check:
            if not file.is_file() or file.read_bytes() != data:
                print(f"{target}: missing or different", file=sys.stderr)
                wrong += 1
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        count += 1
        total += len(data)
        largest = max(largest, (len(data), target))
    print(f"{count} pictures, {total} bytes, largest {largest[0]} bytes ({largest[1]})")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
