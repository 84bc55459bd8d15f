# KarooExpress – Apache-2.0
"""What lies in an output folder, and what may lie there."""

import hashlib
import json
import os
import re

STAGE = ".karoo-stage"
HEAD = "offers/head.json"
# Files of the search index are named by their bytes, and stay for some builds after the last head that named them.
INDEX = re.compile(r"search/([0-9a-f]{2})/([0-9a-f]{10})[.]bin")
INDEX_HEAD = re.compile(r"[^/]+/search/root[.]json")


class Tree:
    """The files of a folder with the digests and numbers of their bytes, and its folders. The stage is told apart: it is not published."""

    def __init__(self):
        self.files = {}
        self.sizes = {}
        self.folders = set()
        self.has_stage = False
        # Files of the index that are not whole, and heads that lead nowhere.
        self.faults = []

    def settled(self, wanted):
        """The files but for those of the index that only older heads named, as far as `wanted` does not have them."""
        return {name: digest for name, digest in self.files.items() if name in wanted.files or not INDEX.fullmatch(name)}

    def without(self, place):
        """The same, but for a file or a folder and all that is in it."""
        rest = Tree()
        rest.files = {name: digest for name, digest in self.files.items() if not lies(name, place)}
        rest.folders = {name for name in self.folders if not lies(name, place)}
        rest.has_stage = self.has_stage
        rest.faults = self.faults
        return rest


def lies(name, place):
    return name == place or name.startswith(f"{place}/")


def read_tree(root):
    tree = Tree()
    tree.has_stage = os.path.lexists(f"{root}/{STAGE}")
    for folder, folders, names in os.walk(root):
        if folder == root and STAGE in folders:
            folders.remove(STAGE)
        inner = os.path.relpath(folder, root)
        if inner != ".":
            tree.folders.add(inner)
        for name in names:
            path = f"{folder}/{name}"
            place = name if inner == "." else f"{inner}/{name}"
            tree.files[place] = digest(path)
            tree.sizes[place] = os.lstat(path).st_size
            tree.faults += index_faults(root, place)
    return tree


def index_faults(root, place):
    """A file of the index has the name of its bytes, and a head the name of a root that is there."""
    if found := INDEX.fullmatch(place):
        with open(f"{root}/{place}", "rb") as file:
            whole = hashlib.sha256(file.read()).hexdigest().startswith(found[1] + found[2])
        return [] if whole else [f"{place} is not whole"]
    if INDEX_HEAD.fullmatch(place) and os.path.isfile(f"{root}/{place}"):
        with open(f"{root}/{place}", encoding="utf-8") as file:
            name = json.load(file)["root"]
        return [] if os.path.isfile(f"{root}/search/{name[:2]}/{name[2:]}.bin") else [f"{place} names the root {name}, which is not there"]
    return []


def digest(path):
    if os.path.islink(path):
        return f"a link to {os.readlink(path)}"
    with open(path, "rb") as file:
        return hashlib.blake2b(file.read(), digest_size=16).hexdigest()


def differences(found, wanted):
    """What tells a finished tree from the one that it ought to be."""
    faults = [f"{name} is missing" for name in sorted(wanted.files.keys() - found.files.keys())]
    settled = found.settled(wanted)
    faults += [f"{name} ought not to be there" for name in sorted(settled.keys() - wanted.files.keys())]
    faults += [f"{name} has other bytes" for name in sorted(found.files.keys() & wanted.files.keys()) if found.files[name] != wanted.files[name]]
    faults += [f"the folder {name} is missing" for name in sorted(wanted.folders - found.folders)]
    needed = {os.path.dirname(name) for name in found.files.keys() - settled.keys()}
    faults += [f"the folder {name} was left behind" for name in sorted(found.folders - wanted.folders - needed)]
    if found.has_stage:
        faults.append(f"{STAGE} was left behind")
    return faults + found.faults


def broken(found, trees):
    """Files that are neither as in one of the trees nor absent as in one of them."""
    faults = []
    for name in sorted(found.files.keys() | set().union(*(tree.files for tree in trees))):
        if found.files.get(name) in [tree.files.get(name) for tree in trees]:
            continue
        if name in found.files and INDEX.fullmatch(name):
            continue
        if not any(name in tree.files for tree in trees):
            faults.append(f"{name} belongs to no build")
        else:
            faults.append(f"{name} is {'neither old nor new' if name in found.files else 'missing, and was never to be removed'}")
    return faults + found.faults


def disorder(before, found, target):
    """Assets, pictures, offers and files of the index come first, then pages, feeds and sitemaps, the head of the offer book, removals."""
    begun, unfinished = {}, {}
    for name in before.settled(target).keys() | target.files.keys():
        was, now, will = before.files.get(name), found.files.get(name), target.files.get(name)
        if was != will:
            (begun if now == will else unfinished).setdefault(rank(name) if will else 4, name)
    return [
        f"{begun[later]} was {'removed' if later == 4 else 'published'} before {unfinished[earlier]} was published"
        for later in begun for earlier in unfinished if earlier < later
    ]


def rank(name):
    plain = name.removesuffix(".gz").removesuffix(".br")
    if plain == HEAD:
        return 3
    if plain.split("/")[0] in ("assets", "media", "placeholders", "offers", "search"):
        return 0
    return 1 if plain.endswith(".html") else 2
