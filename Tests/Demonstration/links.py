"""Every link inside the site leads to a file that is there; every page can be reached; no file is left over."""

import hashlib
import json
import re
from collections import Counter, deque
from xml.etree import ElementTree

from exemptions import NOT_YET_THERE, UNUSED_ASSETS

CLICKS = 4
STYLE_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)|@import\s+['\"]([^'\"]+)['\"]")
SCRIPT_ADDRESS = re.compile(r"\b(?:from|import)\s*\(?\s*['\"](\.[^'\"]+)['\"]")
# Pages to which no page leads: what the service worker shows, what designers look at, where a script leads who buys.
UNLED = re.compile(r"[^/]+/(404|offline|styleguide|checkout|order|account/(confirm|log-in|register|reset))\.html")
# Files that are asked for by name, or that their own check walks through.
ENTRIES = re.compile(r"(index\.html|(.*/)?404\.html|robots\.txt|sitemap\.xml|offers/.*|search/.*|[^/]+/search/root\.json|([^/]+/styleguide|styleguide/index)\.html|feeds/(merchant|meta|products)/[^/]+\.(xml|tsv|csv|jsonl)(\.gz)?|sitemaps/[^/]+\.xml|\.well-known/security\.txt|5a2f0c7be1d94f6c8a3b\.txt)")
# A size of a picture, its card for social networks, or what was drawn of it, as `media/9a/front.9a41c07be2d3-640.avif`.
MADE = re.compile(r"^media/([0-9a-f]{2})/[a-z0-9-]*\.\1[0-9a-f]{10}-(\d+\.(avif|webp|jpg)|social\.jpg|raster\.jpg)$")


def check(site, report):
    used = set()
    _internal_links(site, report, used)
    _reachable(site, report)
    _nothing_left_over(site, report, used)
    _named_by_digest(site, report)


def _internal_links(site, report, used):
    faults, counts, exempted = [], Counter(), Counter()
    seen = {}
    for start, kind, address in _references(site):
        counts[kind.split()[0]] += 1
        key = (address, start if not address.startswith(("/", "http")) else None)
        if key not in seen:
            seen[key] = _fault(site, address, start, used, exempted)
        if seen[key]:
            faults.append(f"{start}: {kind} {address}: {seen[key]}")
    for name in NOT_YET_THERE:
        there = [f"{edition}/{name}" for edition in site.editions if f"{edition}/{name}" in site.file_set]
        faults += [f"{file} exists: take it out of exemptions.py" for file in there]
        if not exempted[name]:
            faults.append(f"nothing links to {name}: take it out of exemptions.py")
    total = sum(counts.values())
    kinds = ", ".join(f"{kind} {count}" for kind, count in counts.most_common())
    report.check("internal links resolve", faults, f"{total} links ({kinds})")
    if NOT_YET_THERE:
        report.note(f"not yet there, by exemptions.py: {', '.join(NOT_YET_THERE)}")


def _fault(site, address, start, used, exempted):
    if address != address.strip() or " " in address:
        return "white space in the address"
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", address, re.I)
    if scheme and scheme[1].lower() not in ("http", "https", "mailto", "tel"):
        return f"the scheme {scheme[1]} is not allowed"
    if address.startswith("//"):
        return "no scheme"
    file, query, fragment = site.file(address, start)
    if file is None:
        return "http, not https" if address.startswith("http:") else None
    inside = file.split("/", 1)
    if len(inside) == 2 and inside[0] in site.editions and inside[1] in NOT_YET_THERE and file not in site.file_set:
        exempted[inside[1]] += 1
        return None
    if file not in site.file_set:
        return "there is no such file"
    used.add(file)
    page = site.pages.get(file)
    if fragment and page is not None and fragment not in page.ids and not (file == start and fragment == "top"):
        return f"there is no id {fragment}" if "@id" not in start else None
    variant = re.match(r"v=([^&]+)$", query)
    if variant and page is not None and page.product is not None:
        skus = [row.sku for row in page.product.rows] or [page.product.sku]
        if variant[1] not in skus:
            return f"there is no variant {variant[1]}"
    return None


def _references(site):
    for file, page in site.pages.items():
        for kind, address in page.targets:
            if address is None:
                yield file, kind, ""
            else:
                yield file, kind, address
        for text in page.data:
            try:
                data = json.loads(text)
            except ValueError:
                continue  # The check of structured data says so.
            for name, value in _strings(data):
                # An @id names a thing; its fragment is no place on the page.
                if value.startswith(site.base):
                    yield file, "JSON-LD", value.split("#")[0] if name == "@id" else value
    for file in site.files:
        if file.endswith(".xml"):
            for element in ElementTree.parse(site.root / file).iter():
                for value in [element.text or "", *element.attrib.values()]:
                    value = value.strip()
                    if value.startswith(site.base):
                        yield file, "XML", value.replace("?q={searchTerms}", "?q=lamp")
        elif file.endswith(".css"):
            for match in STYLE_ADDRESS.finditer(site.text(file)):
                address = match[1] or match[2]
                if not address.startswith("data:"):
                    yield file, "CSS", address
        elif file.endswith(".js"):
            for address in SCRIPT_ADDRESS.findall(site.text(file)):
                yield file, "script", address
        elif file.endswith(".webmanifest"):
            manifest = json.loads(site.text(file))
            for entry in [{"src": manifest["start_url"]}, {"src": manifest["scope"]}, *manifest["icons"], *manifest["shortcuts"]]:
                yield file, "manifest", entry.get("src") or entry.get("url")
        elif file == "robots.txt":
            for line in site.text(file).splitlines():
                if line.lower().startswith("sitemap:"):
                    yield file, "robots.txt", line.split(":", 1)[1].strip()


def _strings(value, name=None):
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, name)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _strings(item, name)


def _reachable(site, report):
    faults, farthest, histogram, count = [], 0, Counter(), 0
    links = {}
    for file, page in site.pages.items():
        links[file] = {site.file(address, file)[0] for address in page.anchors} & site.pages.keys()
    for edition in site.editions:
        clicks = {f"{edition}/index.html": 0}
        queue = deque(clicks)
        while queue:
            file = queue.popleft()
            if clicks[file] == CLICKS + 2:
                continue
            for target in links.get(file, ()):
                if target not in clicks:
                    clicks[target] = clicks[file] + 1
                    queue.append(target)
        for file in site.pages:
            if site.edition(file) != edition or UNLED.fullmatch(file):
                continue
            count += 1
            if file not in clicks:
                faults.append(f"{file} cannot be reached from {edition}/")
            else:
                histogram[clicks[file]] += 1
                farthest = max(farthest, clicks[file])
                if clicks[file] > CLICKS:
                    faults.append(f"{file} is {clicks[file]} clicks away from {edition}/")
    shown = ", ".join(f"{number} at {clicks}" for clicks, number in sorted(histogram.items()))
    report.check(f"pages within {CLICKS} clicks of their edition's home", faults, f"{count} pages, the farthest {farthest} clicks away ({shown})")


def _nothing_left_over(site, report, used):
    waiting = {name: file for name in UNUSED_ASSETS for file in site.files if re.fullmatch(rf"assets/{re.sub('[.]', r'[.][0-9a-f]{12}[.]', name)}", file)}
    faults = [
        f"{file} is not used by any page" for file in site.files
        if file not in used and not ENTRIES.fullmatch(file) and file not in waiting.values()]
    faults += [f"{name} is used, or is not there" for name in UNUSED_ASSETS if name not in waiting or waiting[name] in used]
    assets = sum(file.startswith(("assets/", "media/")) for file in site.files)
    report.check("no file that nothing leads to", faults, f"{len(site.files)} files, {assets} of them assets and pictures")


def _named_by_digest(site, report):
    """Hosts keep assets and pictures for ever, so another content needs another name. What was made of a picture is named by that
    picture and the program that made it; two builds with the same program have the same bytes."""
    faults, count = [], 0
    for file in site.files:
        if file.startswith(("assets/", "media/")):
            count += 1
            if MADE.search(file):
                continue
            digest = hashlib.sha256((site.root / file).read_bytes()).hexdigest()
            if not file.rsplit("/", 1)[-1].split(".")[-2].startswith(digest[:12]):
                faults.append(f"{file} does not hold the digest of its content, {digest[:12]}")
    report.check("assets and pictures are named by their content", faults, f"{count} files")
