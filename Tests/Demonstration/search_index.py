"""The search index: heads lead to roots, roots to every file, files have the names of their bytes, and cards lead to what is there.

Written from docs/search-format.md alone.
"""

import hashlib
import json
import re
import zlib

NAME = re.compile(r"search/([0-9a-f]{2})/([0-9a-f]{10})[.]bin")
DATA_SEARCH = re.compile(r'<body data-search="([^"]*)"')
# Those whose content holds names of others: root, pages of tables, terms, chunks.
LEADING = b"RPKTO"
NOTHING = bytes(6)


def check(site, report):
    contents = _contents(site, report)
    _heads(site, report)
    _reachable(site, report, contents)
    _cards(site, report, contents)


def _contents(site, report):
    """The content of each file of the index, by its name in bytes."""
    faults, contents, size = [], {}, 0
    for file in site.files:
        if not (found := NAME.fullmatch(file)):
            continue
        data = (site.root / file).read_bytes()
        size += len(data)
        name = found[1] + found[2]
        if not hashlib.sha256(data).hexdigest().startswith(name):
            faults.append(f"{file} is not named by its bytes")
        try:
            contents[bytes.fromhex(name)] = zlib.decompress(data)
        except zlib.error as error:
            faults.append(f"{file}: {error}")
    report.check("files of the index are named by their bytes", faults, f"{len(contents)} files, {size} bytes")
    return contents


def _heads(site, report):
    """Every page names the head of its edition, and nothing else of the index."""
    faults, count = [], 0
    for file in site.pages:
        edition = site.edition(file)
        if not edition:
            continue
        count += 1
        found = DATA_SEARCH.search((site.root / file).read_text("utf-8"))
        if not found or site.file(found[1], file)[0] != f"{edition}/search/root.json":
            faults.append(f"{file} names {found and found[1]}")
    report.check("pages name the head of their edition's index", faults, f"{count} pages")


def _root(site, edition):
    head = json.loads((site.root / edition / "search" / "root.json").read_text("utf-8"))
    return head, bytes.fromhex(head["root"])


def _reachable(site, report, contents):
    faults, seen = [], set()
    for edition in site.editions:
        head, root = _root(site, edition)
        if head["format"] != 2 or root not in contents:
            faults.append(f"{edition}/search/root.json says {head}")
            continue
        queue = [root]
        while queue:
            name = queue.pop()
            if name in seen:
                continue
            seen.add(name)
            content = contents[name]
            if content[:1] in LEADING:
                # Any six bytes that are a name; that others look like one by chance is unlikely.
                queue += {content[place:place + 6] for place in range(len(content) - 5)} & contents.keys()
    faults += [f"nothing leads to {name.hex()}" for name in contents.keys() - seen]
    report.check("heads lead to every file of the index", faults, f"{len(seen)} files from {len(site.editions)} heads")


def _varint(content, place):
    value, shift = 0, 0
    while True:
        value |= (content[place] & 127) << shift
        place += 1
        if content[place - 1] < 128:
            return value, place
        shift += 7


def _string(content, place):
    length, place = _varint(content, place)
    return content[place:place + length].decode("utf-8"), place + length


def _schema(content):
    return json.loads(_string(content, 1)[0])


def facets(site):
    """By what any edition's index can narrow a list."""
    names = set()
    for edition in site.editions:
        root = _root(site, edition)[1].hex()
        names.update(facet["id"] for facet in _schema(zlib.decompress((site.root / f"search/{root[:2]}/{root[2:]}.bin").read_bytes()))["facets"])
    return names


def _cards(site, report, contents):
    faults, count = [], 0
    schema = _schema(contents[_root(site, next(iter(site.editions)))[1]])
    columns, size = schema["columns"], schema["card"]
    seen = set()
    for content in contents.values():
        if content[:1] != b"C":
            continue
        place = 1 + (size + 7) // 8
        documents = sum(byte.bit_count() for byte in content[1:place])
        titles = []
        for column in columns:
            for document in range(documents):
                text, place = _string(content, place)
                if column == columns[0]:
                    titles.append(text)
                text = text.replace("\0", "-".join(re.findall("[A-Za-z0-9]+", titles[document])).lower())
                if column in ("url", "image") and text not in seen:
                    seen.add(text)
                    count += 1
                    if site.file(text, "")[0] not in site.file_set:
                        faults.append(f"a card's {column} is {text}")
        if place != len(content):
            faults.append(f"a file of cards has {len(content) - place} bytes too many")
    report.check("cards lead to pages and pictures that are there", faults, f"{count} addresses")
