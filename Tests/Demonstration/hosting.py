"""A build with `--urls clean --host netlify --precompress`: addresses, headers, redirects, compressed copies."""

import argparse
import gzip
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from exemptions import NOT_YET_THERE
from report import Report
from trees import files

ADDRESS = re.compile(r"(?:\s(?:href|src|action)=\"|\"(?:url|item|@id)\":\"|<loc>|<link>|<guid[^>]*>|<g:link>)([^\"<]+)")
TEXT = (".html", ".css", ".js", ".svg", ".json", ".jsonl", ".xml", ".txt", ".tsv", ".csv", ".webmanifest")
COPIES = (".gz", ".br")
# Written last and alone, so that whoever reads it finds all that it names.
NOT_COMPRESSED = "offers/head.json"
IMMUTABLE = "public, max-age=31536000, immutable"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("clean", type=Path)
    parser.add_argument("html", type=Path, help="the same site with addresses that end in .html")
    parser.add_argument("--base", required=True)
    options = parser.parse_args()
    report = Report()
    names = files(options.clean)
    _same_site(options, names, report)
    _addresses(options, names, report)
    _headers(options.clean, report)
    _redirects(options.clean, names, report)
    _copies(options.clean, names, report)


def _same_site(options, names, report):
    own = {name for name in names if not name.endswith(COPIES)} - {"_headers", "_redirects", "speculation-rules.json"}
    # Cards of the index hold addresses, and its files are named by their bytes.
    own = {name for name in own if not name.startswith("search/")}
    other = {name for name in files(options.html) if not name.startswith("search/") and not name.endswith(COPIES)}
    # Shards of the offer book do not depend on addresses; pages and feeds are the same files.
    faults = [f"{name} is only there without the profile" for name in sorted(other - own)]
    faults += [f"{name} is only there with the profile" for name in sorted(own - other)]
    report.check("clean addresses: the same files", faults, f"{len(own)} files")


def _addresses(options, names, report):
    faults, count, seen = [], 0, {}
    for name in sorted(names):
        if not name.endswith((".html", ".xml")):
            continue
        for address in ADDRESS.findall((options.clean / name).read_text("utf-8")):
            count += 1
            if address not in seen:
                seen[address] = _fault(address.replace("&amp;", "&"), options, names)
            if seen[address]:
                faults.append(f"{name}: {address} {seen[address]}")
    report.check("clean addresses resolve, and none ends in .html", faults, f"{count} addresses, {len(seen)} different ones")


def _fault(address, options, names):
    if address.startswith(options.base):
        address = address[len(options.base):] or "/"
    if not address.startswith("/"):
        return None  # Within the page, or elsewhere.
    path = unquote(urlsplit(address).path)
    if path.endswith(".html"):
        return "ends in .html"
    file = path.lstrip("/")
    if file == "" or file.endswith("/"):
        return None if file + "index.html" in names else "has no index.html"
    if file in names or file + ".html" in names:
        return None
    rest = file.split("/", 1)[-1]
    return None if rest + ".html" in NOT_YET_THERE or rest + "/index.html" in NOT_YET_THERE else "is not there"


def _headers(root, report):
    rules, path, faults = {}, None, []
    for line in (root / "_headers").read_text("utf-8").splitlines():
        if not line.strip():
            continue
        if not line[0].isspace():
            path = line
            rules[path] = {}
        elif line.strip().startswith("!"):
            continue
        else:
            name, _, value = line.strip().partition(": ")
            rules[path].setdefault(name.lower(), []).append(value)
    everywhere = rules.get("/*", {})
    policy = dict(part.strip().partition(" ")[::2] for part in "".join(everywhere.get("content-security-policy", [])).split(";") if part.strip())
    wanted = {
        "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "object-src": "'none'", "base-uri": "'none'",
        "frame-ancestors": "'none'", "require-trusted-types-for": "'script'"}
    faults += [f"Content-Security-Policy: {name} is {policy.get(name)!r}, not {value!r}" for name, value in wanted.items() if policy.get(name) != value]
    if "unsafe" in str(policy) or "*" in str(policy):
        faults.append(f"Content-Security-Policy is {policy}")
    for name in ("x-content-type-options", "referrer-policy", "cross-origin-opener-policy", "permissions-policy", "strict-transport-security"):
        if len(everywhere.get(name, [])) != 1:
            faults.append(f"/* has {everywhere.get(name)} for {name}")
    # Netlify joins what several paths say, and asks anew for whatever no path speaks of.
    if "cache-control" in everywhere:
        faults.append(f"/* has {everywhere['cache-control']} for cache-control, which is joined with that of the assets")
    for folder in ("/assets/*", "/media/*", "/search/*"):
        if rules.get(folder, {}).get("cache-control") != [IMMUTABLE]:
            faults.append(f"{folder} has {rules.get(folder)}")
    if rules.get("/offers/*", {}).get("x-robots-tag") != ["noindex"]:
        faults.append(f"/offers/* has {rules.get('/offers/*')}")
    report.check("_headers", faults, f"{sum(len(names) for names in rules.values())} headers for {len(rules)} paths")


def _redirects(root, names, report):
    faults, editions = [], sorted({name.split("/")[0] for name in names if re.match(r"[a-z]{2}-[a-z]{2}/", name)})
    lines = [line.split() for line in (root / "_redirects").read_text("utf-8").splitlines() if line.strip()]
    for edition in editions:
        rule = next((line for line in lines if line[0] == f"/{edition}/*"), None)
        if rule is None or rule[2:] != ["404"]:
            faults.append(f"{edition}: the rule is {rule}")
        elif rule[1].lstrip("/") not in names and rule[1].lstrip("/") + ".html" not in names:
            faults.append(f"{edition}: {rule[1]} is not there")
    if len(lines) != len(editions):
        faults.append(f"{len(lines)} rules for {len(editions)} editions")
    report.check("_redirects: each edition has its own page for what is missing", faults, f"{len(lines)} rules")


def _copies(root, names, report):
    faults, counts, plain, packed = [], {".gz": 0, ".br": 0}, 0, 0
    text = sorted(name for name in names if name.endswith(TEXT) and name != NOT_COMPRESSED)
    has_brotli = any(name.endswith(".br") for name in names)
    for name in text:
        data = (root / name).read_bytes()
        plain += len(data)
        if name + ".gz" not in names:
            faults.append(f"{name} has no .gz")
        else:
            counts[".gz"] += 1
            copy = (root / (name + ".gz")).read_bytes()
            packed += len(copy)
            if gzip.decompress(copy) != data:
                faults.append(f"{name}.gz holds something else")
            if copy[3] != 0 or copy[4:8] != b"\0\0\0\0":
                faults.append(f"{name}.gz has a name or a time in it")
        if has_brotli:
            if name + ".br" not in names:
                faults.append(f"{name} has no .br")
            else:
                counts[".br"] += 1
                size = (root / (name + ".br")).stat().st_size
                if size == 0 or (len(data) > 1024 and size >= len(data)):
                    faults.append(f"{name}.br has {size} bytes, the file {len(data)}")
    strays = [name for name in names if name.endswith(COPIES) and os.path.splitext(name)[0] not in text]
    faults += [f"{name} is beside nothing" for name in sorted(strays)]
    report.check(
        "compressed copies", faults, f"{counts['.gz']} .gz and {counts['.br']} .br of {len(text)} text files, "
        f"{plain / 2**20:.1f} MiB become {packed / 2**20:.1f} MiB")
    if not has_brotli:
        report.note("libbrotlienc is not installed here: no .br")


if __name__ == "__main__":
    main()
