#!/usr/bin/env python3
"""Turns the tea bowl of the demonstration on a wheel: bowl.glb for glTF viewers, bowl.usdz for iPhone and iPad.

    python3 docs/illustrations/model.py            # write both
    python3 docs/illustrations/model.py --check    # compare instead of writing; status 1 on a difference

Only the Python standard library is used, and the same bytes come out each time.
"""

import json
import math
import pathlib
import struct
import sys
import zlib

HOME = pathlib.Path(__file__).resolve().parents[2] / "Content/sellers/tanaka-pottery/products/tenmoku-tea-bowl"
# Radius and height in metres, from the middle of the foot up the outside, over the lip and down the inside.
PROFILE = [
    (0, 0), (.026, 0), (.027, .006), (.030, .009), (.047, .027), (.057, .049), (.062, .070),
    (.061, .072), (.0595, .070), (.054, .049), (.043, .027), (.026, .013), (0, .0105)]
SIDES = 20
# Linear colour of the iron glaze.
COLOUR, ROUGHNESS = (.035, .016, .010), .22


def surface():
    """Points, normals and triangles."""
    points, normals, triangles = [], [], []
    for place, (radius, height) in enumerate(PROFILE):
        before, after = PROFILE[max(0, place - 1)], PROFILE[min(len(PROFILE) - 1, place + 1)]
        along, up = after[0] - before[0], after[1] - before[1]
        length = math.hypot(along, up)
        for side in range(SIDES + 1):
            angle = 2 * math.pi * side / SIDES
            points.append((radius * math.cos(angle), height, radius * math.sin(angle)))
            normals.append((up / length * math.cos(angle), -along / length, up / length * math.sin(angle)))
    ring = SIDES + 1
    for place in range(len(PROFILE) - 1):
        for side in range(SIDES):
            low, high = place * ring + side, (place + 1) * ring + side
            if PROFILE[place][0]:
                triangles.append((low, high, low + 1))
            if PROFILE[place + 1][0]:
                triangles.append((low + 1, high, high + 1))
    return points, normals, triangles


def glb(points, normals, triangles):
    place = b"".join(struct.pack("<3f", *point) for point in points)
    normal = b"".join(struct.pack("<3f", *normal) for normal in normals)
    index = b"".join(struct.pack("<3H", *triangle) for triangle in triangles)
    data = place + normal + index
    data += bytes(-len(data) % 4)
    bounds = {end: [round(choose(point[axis] for point in points), 6) for axis in range(3)] for end, choose in (("min", min), ("max", max))}
    document = {
        "asset": {"version": "2.0", "generator": "KarooExpress"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0, "name": "bowl"}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1}, "indices": 2, "material": 0}]}],
        "materials": [{"name": "glaze", "doubleSided": True, "pbrMetallicRoughness": {
            "baseColorFactor": [*COLOUR, 1], "metallicFactor": 0, "roughnessFactor": ROUGHNESS}}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": len(points), "type": "VEC3", **bounds},
            {"bufferView": 1, "componentType": 5126, "count": len(points), "type": "VEC3"},
            {"bufferView": 2, "componentType": 5123, "count": 3 * len(triangles), "type": "SCALAR"}],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": len(place), "target": 34962},
            {"buffer": 0, "byteOffset": len(place), "byteLength": len(normal), "target": 34962},
            {"buffer": 0, "byteOffset": len(place) + len(normal), "byteLength": len(index), "target": 34963}],
        "buffers": [{"byteLength": len(data)}]}
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(data), 0x004E4942) + data
    return struct.pack("<III", 0x46546C67, 2, 12 + len(chunks)) + chunks


def number(value):
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def usda(points, normals, triangles):
    def tuples(values):
        return ", ".join("(" + ", ".join(number(part) for part in value) + ")" for value in values)

    colour = ", ".join(number(part) for part in COLOUR)
    return f'''#usda 1.0
(
    defaultPrim = "Bowl"
    metersPerUnit = 1
    upAxis = "Y"
)

def Xform "Bowl" (
    assetInfo = {{
        string name = "Bowl"
    }}
    kind = "component"
)
{{
    def Mesh "Clay" (
        prepend apiSchemas = ["MaterialBindingAPI"]
    )
    {{
        uniform bool doubleSided = 1
        int[] faceVertexCounts = [{", ".join("3" for _ in triangles)}]
        int[] faceVertexIndices = [{", ".join(str(corner) for triangle in triangles for corner in triangle)}]
        rel material:binding = </Bowl/Glaze>
        normal3f[] normals = [{tuples(normals)}] (
            interpolation = "vertex"
        )
        point3f[] points = [{tuples(points)}]
        uniform token subdivisionScheme = "none"
    }}

    def Material "Glaze"
    {{
        token outputs:surface.connect = </Bowl/Glaze/Surface.outputs:surface>

        def Shader "Surface"
        {{
            uniform token info:id = "UsdPreviewSurface"
            color3f inputs:diffuseColor = ({colour})
            float inputs:metallic = 0
            float inputs:roughness = {number(ROUGHNESS)}
            token outputs:surface
        }}
    }}
}}
'''.encode()


def usdz(layer):
    """A ZIP archive without compression, in which the layer begins at byte 64."""
    name, checksum = b"bowl.usda", zlib.crc32(layer)
    extra = 64 - 30 - len(name)
    # A field of an identifier that nobody has, to fill up with: 1980-01-01 is the earliest day that ZIP knows.
    padding = struct.pack("<HH", 0x1986, extra - 4) + bytes(extra - 4)
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 0x21, checksum, len(layer), len(layer), len(name), extra) + name + padding
    central = struct.pack(
        "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 0, 0, 0x21, checksum, len(layer), len(layer), len(name), 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(central), len(local) + len(layer), 0)
    return local + layer + central + end


def main():
    form = surface()
    status = 0
    for name, data in (("bowl.glb", glb(*form)), ("bowl.usdz", usdz(usda(*form)))):
        path = HOME / name
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_bytes() != data:
                print(f"{path} differs")
                status = 1
        else:
            path.write_bytes(data)
            print(f"{path}: {len(data)} bytes")
    return status


if __name__ == "__main__":
    sys.exit(main())
