"""How heavy pages are, beside what the design allows; told, not judged."""

import gzip
from statistics import median

# Kilobytes of 1,000 bytes, compressed by gzip. Listings are those of categories and sellers.
PAGES = {"home": 18, "category": 22, "storefront": 22, "product": 16, "text": 12, "search": 12, "cart": 12, "shell": 12, "notFound": 12, "root": 12}
STYLES, SCRIPTS = 14, 25


def tell(site, report):
    report.note("bytes after gzip, told and not judged:")
    kinds = {}
    for file, page in site.pages.items():
        kinds.setdefault(site.kind(page), []).append((page.gzipped, file, page.nodes))
    for kind, budget in PAGES.items():
        if kind not in kinds:
            continue
        sizes = sorted(kinds[kind])
        size, file, _ = sizes[-1]
        above = sum(size > budget * 1000 for size, _, _ in sizes)
        report.note(
            f"  {kind}: {len(sizes)} pages, median {median(size for size, _, _ in sizes) / 1000:.1f} kB, largest {size / 1000:.1f} kB ({file}), "
            f"budget {budget} kB, {above} above it, at most {max(nodes for _, _, nodes in sizes)} elements")
    for ending, budget in ((".css", STYLES), (".js", SCRIPTS)):
        sizes = {file: len(gzip.compress((site.root / file).read_bytes(), 6, mtime=0)) for file in site.files if file.endswith(ending)}
        listed = ", ".join(f"{file.rsplit('/', 1)[-1].split('.')[0]} {size / 1000:.1f}" for file, size in sizes.items())
        report.note(f"  {ending[1:]}: {listed}, together {sum(sizes.values()) / 1000:.1f} kB, budget {budget} kB")
