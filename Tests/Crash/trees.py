# KarooExpress – Apache-2.0
"""What lies in an output folder, and what may lie there."""

import hashlib
import os

STAGE = ".karoo-stage"
HEAD = "offers/head.json"


class Tree:
    """The files of a folder with the digests and numbers of their bytes, and its folders. The stage is told apart: it is not published."""

    def __init__(self):
        self.files = {}
        self.sizes = {}
        self.folders = set()
        self.has_stage = False

    def without(self, place):
        """The same, but for a file or a folder and all that is in it."""
        rest = Tree()
        rest.files = {name: digest for name, digest in self.files.items() if not lies(name, place)}
        rest.folders = {name for name in self.folders if not lies(name, place)}
        rest.has_stage = self.has_stage
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
    return tree


def digest(path):
    if os.path.islink(path):
        return f"a link to {os.readlink(path)}"
    with open(path, "rb") as file:
        return hashlib.blake2b(file.read(), digest_size=16).hexdigest()


def differences(found, wanted):
    """What tells a finished tree from the one that it ought to be."""
    faults = [f"{name} is missing" for name in sorted(wanted.files.keys() - found.files.keys())]
    faults += [f"{name} ought not to be there" for name in sorted(found.files.keys() - wanted.files.keys())]
    faults += [f"{name} has other bytes" for name in sorted(found.files.keys() & wanted.files.keys()) if found.files[name] != wanted.files[name]]
    faults += [f"the folder {name} is missing" for name in sorted(wanted.folders - found.folders)]
    faults += [f"the folder {name} was left behind" for name in sorted(found.folders - wanted.folders)]
    if found.has_stage:
        faults.append(f"{STAGE} was left behind")
    return faults


def broken(found, trees):
    """Files that are neither as in one of the trees nor absent as in one of them."""
    faults = []
    for name in sorted(found.files.keys() | set().union(*(tree.files for tree in trees))):
        if found.files.get(name) in [tree.files.get(name) for tree in trees]:
            continue
        if not any(name in tree.files for tree in trees):
            faults.append(f"{name} belongs to no build")
        else:
            faults.append(f"{name} is {'neither old nor new' if name in found.files else 'missing, and was never to be removed'}")
    return faults


def disorder(before, found, target):
    """Assets, pictures and offers come first, then pages, feeds and sitemaps, the head of the offer book, removals."""
    begun, unfinished = {}, {}
    for name in before.files.keys() | target.files.keys():
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
    if plain.split("/")[0] in ("assets", "media", "placeholders", "offers"):
        return 0
    return 1 if plain.endswith(".html") else 2
