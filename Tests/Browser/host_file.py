"""The headers that a host would send, read from the file that was written for it as the host reads it."""

import json
import re

FILES = {"cloudflare": "_headers", "netlify": "_headers", "nginx": "host/nginx.conf", "s3": "host/s3.json"}


def read(host, text):
    """A function from the path of a file to its headers, by names in lower case."""
    return {"cloudflare": _headers, "netlify": _headers, "nginx": _nginx, "s3": _s3}[host](text)


def _headers(text):
    """Every rule whose path matches holds; an asterisk stands for anything. A name that several rules have gets all their values."""
    rules = []
    for line in filter(str.strip, text.splitlines()):
        if not line[0].isspace():
            rules.append((re.compile(".*".join(map(re.escape, line.strip().split("*"))) + r"\Z"), []))
        else:
            name, _, value = line.strip().partition(": ")
            rules[-1][1].append((name.lower(), value))

    def headers(path):
        found = {}
        for pattern, pairs in rules:
            if pattern.match(path):
                for name, value in pairs:
                    found[name] = f"{found[name]}, {value}" if name in found else value
        return found
    return headers


def _nginx(text):
    """The first regular expression that matches, else the longest prefix. A block that adds any header has none of the outer ones."""
    outer, blocks, block = [], [], None
    for line in map(str.strip, text.splitlines()):
        if opening := re.match(r"location ([~=] )?(\S+) \{$", line):
            expression = {"~ ": opening[2], "= ": re.escape(opening[2]) + r"\Z"}.get(opening[1])
            block = (re.compile(expression) if expression else opening[2], [])
            blocks.append(block)
        elif line == "}":
            block = None
        elif added := re.match(r'add_header (\S+) "?(.*?)"?( always)?;$', line):
            (block[1] if block else outer).append((added[1].lower(), added[2].replace('\\"', '"')))
        elif kind := re.match(r"default_type (\S+);", line):
            block[1].append(("content-type", kind[1]))

    def headers(path):
        expressions = [pairs for place, pairs in blocks if not isinstance(place, str) and place.search(path)]
        prefixes = sorted(((place, pairs) for place, pairs in blocks if isinstance(place, str) and path.startswith(place)), key=lambda block: len(block[0]))
        own = expressions[0] if expressions else prefixes[-1][1] if prefixes else []
        return dict(own if any(name != "content-type" for name, _ in own) else outer + own)
    return headers


def _s3(text):
    """Headers for all; the first prefix and suffix that fit."""
    told = json.loads(text)

    def headers(path):
        found = {pair["Name"].lower(): pair["Value"] for pair in told["Headers"]}
        found["cache-control"] = next(rule["Value"] for rule in told["CacheControl"] if path.lstrip("/").startswith(rule["Prefix"]))
        found.update(("content-type", rule["Value"]) for rule in told["ContentType"] if path.endswith(rule["Suffix"]))
        return found
    return headers
