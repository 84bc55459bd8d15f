"""Sitemaps, robots.txt, feeds of new products, merchant feeds, opensearch.xml."""

import csv
import gzip
import json
import re
from collections import Counter
from datetime import timezone
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import search_index

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PICTURE = "{http://www.google.com/schemas/sitemap-image/1.1}"
GOOGLE = "{http://base.google.com/ns/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
LARGEST_SITEMAP = 50_000
# Google's product data specification: what each item must have, and how long it may be.
REQUIRED = ("id", "title", "description", "link", "image_link", "price", "availability")
LONGEST = {"id": 50, "title": 150, "description": 5_000, "link": 2_000, "image_link": 2_000, "brand": 70, "mpn": 70, "item_group_id": 50, "product_type": 750, "color": 100, "size": 100, "material": 200, "external_seller_id": 50}
ONCE = frozenset(["id", "title", "description", "link", "image_link", "price", "sale_price", "availability", "condition", "brand", "gtin", "mpn", "item_group_id", "google_product_category"])
AVAILABLE = {"in_stock": "InStock", "out_of_stock": "OutOfStock", "backorder": "BackOrder"}
AVAILABILITIES = ("in_stock", "out_of_stock", "backorder", "preorder")
CONDITIONS = ("new", "refurbished", "used")
# Units of `unit_pricing_measure`, and the bases that Google takes.
MEASURES = ("oz", "lb", "mg", "g", "kg", "floz", "pt", "qt", "gal", "ml", "cl", "l", "cbm", "in", "ft", "yd", "cm", "m", "sqft", "sqm", "ct")
BASES = ("1", "2", "4", "8", "10", "100")


def check(site, report, content, book):
    """`book` tells which product a page is of."""
    _sitemaps(site, report, content, book)
    _robots(site, report)
    _arrivals(site, report, content, book)
    _merchant(site, report)
    _listed(site, report)
    _tables(site, report)
    _records(site, report)
    _copies(site, report)
    _opensearch(site, report)


def _product(site, book, page):
    return book.product_of.get((site.seller(page), page.product.sku))


def _modified(site, content, book, page):
    """The day on which Content says that a page was changed; None where it says nothing."""
    edition = site.edition(page.file)
    if page.product is not None:
        return content.modified(_product(site, book, page))
    if edition is None or page.file.count("/") > 1:
        return None
    name = page.file.split("/")[1].removesuffix(".html")
    return content.updated(site.editions[edition]["market"], name, edition.split("-")[0])


def _sitemaps(site, report, content, book):
    faults, listed, dated, drawn = [], Counter(), 0, 0
    index = ElementTree.parse(site.root / "sitemap.xml").getroot()
    if index.tag != SITEMAP + "sitemapindex":
        faults.append(f"sitemap.xml is a {index.tag}")
    packed = [site.file(loc.text, "sitemap.xml")[0] for loc in index.iter(SITEMAP + "loc")]
    faults += [f"sitemap.xml names {name}, which is no compressed file" for name in packed if not name.endswith(".gz") or name not in site.file_set]
    shards = [name.removesuffix(".gz") for name in packed]
    faults += [f"{shard} stands twice in sitemap.xml" for shard, count in Counter(shards).items() if count > 1]
    faults += [f"{file} is not in sitemap.xml" for file in site.files if file.startswith("sitemaps/") and not file.endswith((".gz", ".br")) and file not in shards]
    for shard in shards:
        root = ElementTree.parse(site.root / shard).getroot()
        urls = list(root)
        if root.tag != SITEMAP + "urlset" or any(url.tag != SITEMAP + "url" for url in urls):
            faults.append(f"{shard} is no urlset")
        if not 0 < len(urls) <= LARGEST_SITEMAP:
            faults.append(f"{shard} has {len(urls)} addresses")
        if (site.root / shard).stat().st_size > 50 << 20:
            faults.append(f"{shard} is larger than 50 MiB")
        for url in urls:
            if [child.tag for child in url if child.tag.startswith(SITEMAP)] not in ([SITEMAP + "loc"], [SITEMAP + "loc", SITEMAP + "lastmod"]):
                faults.append(f"{shard}: {[child.tag for child in url]}")
            address = url.findtext(SITEMAP + "loc")
            listed[address] += 1
            file, query, fragment = site.file(address, shard)
            page = site.pages.get(file)
            if page is None or query or fragment or not page.is_indexable or page.canonicals != [address]:
                faults.append(f"{shard}: {address} is not the canonical address of a page to be indexed")
                continue
            drawn += sum((loc.text or "").endswith(".svg") and "/media/placeholder/" not in loc.text for loc in url.iter(PICTURE + "loc"))
            day = url.findtext(SITEMAP + "lastmod")
            dated += day is not None
            wanted = _modified(site, content, book, page)
            if day != wanted:
                faults.append(f"{shard}: {address} has lastmod {day}, Content says {wanted}")
            if page.updated != (wanted if page.product is None else None):
                faults.append(f"{file}: says that it was changed on {page.updated}, Content says {wanted}")
    faults += [f"{address} stands {count} times in the sitemaps" for address, count in listed.items() if count > 1]
    if drawn and any(file.endswith("-raster.jpg") for file in site.files):
        faults.append(f"{drawn} pictures in the sitemaps are drawings, though a program draws here")
    indexable = {site.address(file) for file, page in site.pages.items() if page.is_indexable}
    faults += [f"{address} stands in no sitemap" for address in sorted(indexable - listed.keys())]
    report.check(
        "sitemaps: each page once, lastmod from Content", faults,
        f"{sum(listed.values())} addresses in {len(shards)} sitemaps, {dated} with lastmod")


def _robots(site, report):
    """RFC 9309: a group for all, nothing that pages need is forbidden, the sitemap is named."""
    faults, rules, sitemaps, agents = [], [], [], []
    for line in site.text("robots.txt").splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        name, colon, value = line.partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon or name not in ("user-agent", "allow", "disallow", "sitemap"):
            faults.append(f"{line!r} is no rule")
        if name == "user-agent":
            agents.append(value)
        elif name == "sitemap":
            sitemaps.append(value)
        else:
            rules.append((name, value))
    if agents != ["*"]:
        faults.append(f"the agents are {agents}")
    if sitemaps != [site.base + "/sitemap.xml"]:
        faults.append(f"the sitemaps are {sitemaps}")
    allowed = 0
    for file, page in site.pages.items():
        if page.is_indexable:
            path = site.address(file)[len(site.base):]
            allowed += _is_allowed(path, rules)
            if not _is_allowed(path, rules):
                faults.append(f"{path} may not be fetched")
    for path in [f"/{file}" for file in site.files if file.startswith(("assets/", "media/"))]:
        if not _is_allowed(path, rules):
            faults.append(f"{path} may not be fetched, and pages need it")
    # Every selection that the search can make, of the facets that its index names.
    filters = sorted({"q", "sort", "page", "price", "rating", "stock", *search_index.facets(site)})
    selections = [f"/en-us/c/x.html?{other}{name}=1" for name in filters for other in ("", "a=b&")]
    private = ("/en-us/cart.html", "/ar-kw/account/orders.html", "/de-de/checkout.html", "/fr-fr/order.html")
    for path in (*private, "/en-us/search.html?q=lamp", *selections):
        if _is_allowed(path, rules):
            faults.append(f"{path} may be fetched")
    # Of a page that may not be fetched nobody learns that it is not to be indexed; and offers name their variants by `v`.
    hidden = [file for file, page in site.pages.items() if not page.is_indexable and file.split("/")[-1] in ("wishlist.html", "compare.html", "search.html")]
    faults += [f"/{file} is not to be indexed, and may not be fetched" for file in hidden if not _is_allowed(f"/{file}", rules)]
    if len(hidden) != 3 * len(site.editions):
        faults.append(f"{len(hidden)} pages of wish lists, comparisons and searches are not to be indexed")
    if not _is_allowed("/en-us/p/x.html?v=A-1", rules):
        faults.append("/en-us/p/x.html?v=A-1 may not be fetched")
    report.check("robots.txt", faults, f"{len(rules)} rules, {allowed} pages may be fetched, {len(filters)} selections may not")


def _is_allowed(path, rules):
    """The longest rule that fits holds; of two as long, the one that allows."""
    best = (-1, True)
    for name, value in rules:
        if not value:
            continue
        pattern = "".join(".*" if c == "*" else "$" if c == "$" and number == len(value) - 1 else re.escape(c) for number, c in enumerate(value))
        if re.match(pattern, path):
            best = max(best, (len(value), name == "allow"))
    return best[1]


def _arrivals(site, report, content, book):
    faults, count, feeds = [], 0, 0
    named = {}
    for file, page in site.pages.items():
        for title, address in page.feeds:
            named.setdefault(site.file(address, file)[0], set()).add(title)
    files = [file for file in site.files if re.fullmatch(r"[a-z]{2}-[a-z]{2}/(new|c/.+)\.xml", file)]
    faults += [f"{file} is named by no page" for file in files if file not in named]
    for file in files:
        feeds += 1
        edition = site.edition(file)
        root = ElementTree.parse(site.root / file).getroot()
        channel = root.find("channel")
        if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
            faults.append(f"{file} is no RSS 2.0")
            continue
        for name in ("title", "link", "description"):
            if not (channel.findtext(name) or "").strip():
                faults.append(f"{file}: no {name}")
        if {channel.findtext("title")} != named.get(file, {channel.findtext("title")}):
            faults.append(f"{file}: the title is {channel.findtext('title')!r}, pages say {named[file]}")
        if (channel.findtext("language") or "").lower() != site.editions[edition]["language"].lower():
            faults.append(f"{file}: the language is {channel.findtext('language')}")
        itself = channel.find(ATOM + "link")
        if itself is None or itself.get("rel") != "self" or itself.get("href") != f"{site.base}/{file}":
            faults.append(f"{file}: does not name itself")
        dates, guids = [], set()
        items = channel.findall("item")
        if not 0 < len(items) <= 20:
            faults.append(f"{file}: {len(items)} items")
        for item in items:
            count += 1
            link, guid = item.findtext("link"), item.findtext("guid")
            target = site.pages.get(site.file(link, file)[0])
            if target is None or target.product is None or site.edition(target.file) != edition:
                faults.append(f"{file}: {link} is no product of the edition")
            elif target.headings != [item.findtext("title")]:
                faults.append(f"{file}: {link} is called {item.findtext('title')!r}, on its page {target.headings}")
            if guid != link or guid in guids:
                faults.append(f"{file}: the guid {guid} is not the link, or not its own")
            guids.add(guid)
            if not item.findtext("description"):
                faults.append(f"{file}: {link} has no description")
            text = item.findtext("pubDate")
            try:
                moment = parsedate_to_datetime(text)
            except (TypeError, ValueError):
                faults.append(f"{file}: {text!r} is no date of RFC 822")
                continue
            if moment.astimezone(timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT") != text:
                faults.append(f"{file}: {text!r} is not written as RFC 822 has it, or the weekday is wrong")
            published = content.published(_product(site, book, target)) if target is not None and target.product is not None else None
            if published != moment.date():
                faults.append(f"{file}: {link} is of {moment.date()}, Content says {published}")
            dates.append(moment)
        if dates != sorted(dates, reverse=True):
            faults.append(f"{file}: the newest do not come first")
    report.check("feeds of new products (RSS 2.0)", faults, f"{count} items in {feeds} feeds")


def merchant_items(site, edition):
    """The items of an edition's merchant feed: for each a list of values by the name of the column."""
    items = []
    for file in site.files:
        if re.fullmatch(rf"feeds/merchant/{edition}(-\d+)?\.xml", file):
            for item in ElementTree.parse(site.root / file).getroot().iter("item"):
                values = {}
                for child in item:
                    name = child.tag.removeprefix(GOOGLE)
                    values.setdefault(name, []).append(child if len(child) else child.text or "")
                items.append(values)
    return items


def _merchant(site, report):
    faults, count, columns = [], 0, Counter()
    for edition, known in site.editions.items():
        items = merchant_items(site, edition)
        if not items:
            faults.append(f"feeds/merchant/{edition}.xml has no items")
        ids = Counter(item.get("id", [""])[0] for item in items)
        faults += [f"{edition}: the id {id} stands {number} times" for id, number in ids.items() if number > 1]
        for item in items:
            count += 1
            columns.update(item.keys())
            name = f"feeds/merchant/{edition}.xml: {item.get('id', ['?'])[0]}"
            faults += [f"{name}: no {column}" for column in REQUIRED if not item.get(column) or not item[column][0].strip()]
            for column, values in item.items():
                if column in ONCE and len(values) > 1:
                    faults.append(f"{name}: {len(values)} × {column}")
                for value in values:
                    if isinstance(value, str):
                        if len(value) > LONGEST.get(column, 10_000):
                            faults.append(f"{name}: {column} has {len(value)} characters")
                        if value != value.strip() or not value:
                            faults.append(f"{name}: {column} is {value!r}")
            _columns(item, name, known, site, faults)
    report.check("merchant feeds: columns", faults, f"{count} items in {len(site.editions)} feeds, {len(columns)} different columns")


# Google's product data specification takes these kinds of picture, and no drawings.
TAKEN = (".jpg", ".jpeg", ".png", ".webp", ".gif")


def _listed(site, report):
    """Everything that is sold stands in the feeds of its edition, but back-orders and what has no picture that networks take."""
    has_program = any(file.endswith("-raster.jpg") for file in site.files)
    faults, count, left = [], 0, 0
    for edition in site.editions:
        told = {}
        for item in merchant_items(site, edition):
            pictures = item.get("image_link", []) + item.get("additional_image_link", [])
            told[item["link"][0]] = pictures
            for picture in pictures:
                count += 1
                if not picture.endswith(TAKEN) or site.file(picture, "")[0] not in site.file_set:
                    faults.append(f"{edition}: {item['id'][0]} has the picture {picture}")
        wanted = set()
        for file, page in site.pages.items():
            if page.product is None or site.edition(file) != edition:
                continue
            thing = json.loads(page.data[0])["@graph"][0]
            if not any(address.endswith(TAKEN) for address in thing["image"]):
                left += 1
                if has_program and not any("/media/placeholder/" in address for address in thing["image"]):
                    faults.append(f"{file}: has nothing but drawings, though a program draws here")
                continue
            for variant in thing.get("hasVariant", [thing]):
                if not variant["offers"]["availability"].endswith("BackOrder"):
                    wanted.add(variant["offers"]["url"])
        faults += [f"{edition}: {link} is not in the feed" for link in sorted(wanted - told.keys())]
        faults += [f"{edition}: {link} is in the feed" for link in sorted(told.keys() - wanted)]
    program = "drawn by a program" if has_program else "no program that draws is installed"
    report.check("merchant feeds: all that networks take, with pictures that they take", faults, f"{count} pictures, {left} products have none; {program}")


# The members of each line of feeds/products/<edition>.jsonl, as docs/build.md has them.
RECORD = {"id", "url", "language", "market", "currency", "title", "condition", "category", "seller", "images", "variants"}
OPTIONAL = {"summary", "description", "brand", "mpn", "rating", "attributes", "published", "modified"}
VARIANT = {"sku", "price", "availability"}
VARIANT_OPTIONAL = {"gtin", "url", "options", "compareAt", "grams", "image"}


def _records(site, report):
    """Every product of an edition on a line of its own, with the values of its page."""
    faults, count = [], 0
    for edition, known in site.editions.items():
        name = f"feeds/products/{edition}.jsonl"
        pages = {site.address(file): page for file, page in site.pages.items() if page.product is not None and site.edition(file) == edition}
        lines = site.text(name).splitlines()
        records = [json.loads(line) for line in lines]
        if sorted(record["url"] for record in records) != sorted(pages):
            faults.append(f"{name} has {len(records)} products, the edition {len(pages)}")
        for record in records:
            count += 1
            own = record["id"]
            if not RECORD <= record.keys() <= RECORD | OPTIONAL:
                faults.append(f"{name}: {own} has {sorted(record.keys() ^ RECORD)}")
            if record["currency"] != known["currency"] or record["market"] != known["market"]:
                faults.append(f"{name}: {own} is sold in {record['market']} for {record['currency']}")
            page = pages.get(record["url"])
            if page is None:
                continue
            thing = json.loads(page.data[0])["@graph"][0]
            said = [(one["sku"], one["price"], AVAILABLE[one["availability"]], one.get("gtin")) for one in record["variants"]]
            shown = [
                (one["sku"], one["offers"]["price"], one["offers"]["availability"].rsplit("/", 1)[-1].replace("LimitedAvailability", "InStock"), one.get("gtin"))
                for one in thing.get("hasVariant", [thing])]
            if said != shown:
                faults.append(f"{name}: {own} has {said}, the page {shown}")
            if (record["title"], record["seller"]["name"]) != (page.headings[0], page.product.seller):
                faults.append(f"{name}: {own} is {record['title']!r} of {record['seller']['name']!r}")
            if record["images"] != [address for address in thing["image"] if "/media/placeholder/" not in address]:
                faults.append(f"{name}: {own} has the pictures {record['images']}")
            for variant in record["variants"]:
                if not VARIANT <= variant.keys() <= VARIANT | VARIANT_OPTIONAL:
                    faults.append(f"{name}: {own} has a variant with {sorted(variant)}")
    report.check("products as JSON Lines say what the pages say", faults, f"{count} products in {len(site.editions)} files")


def _copies(site, report):
    """Those who fetch whole catalogues find each file compressed as well."""
    faults, count = [], 0
    for file in site.files:
        if file.startswith(("feeds/", "sitemaps/")) and not file.endswith((".gz", ".br")):
            count += 1
            if file + ".gz" not in site.file_set:
                faults.append(f"{file} has no compressed copy")
            elif gzip.decompress((site.root / (file + ".gz")).read_bytes()) != (site.root / file).read_bytes():
                faults.append(f"{file}.gz holds something else")
    report.check("feeds and sitemaps: compressed copies", faults, f"{count} files")


def _tables(site, report):
    """Feeds as tables have the items of the feed, in the same order, with the same values."""
    faults, count = [], 0
    for edition in site.editions:
        items = merchant_items(site, edition)
        for folder, ending, dialect in (("merchant", "tsv", {"delimiter": "\t"}), ("meta", "csv", {})):
            name = f"feeds/{folder}/{edition}.{ending}"
            with open(site.root / name, encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file, strict=True, **dialect))
            if len(rows) != len(items):
                faults.append(f"{name} has {len(rows)} rows, the feed {len(items)} items")
            for row, item in zip(rows, items):
                for column, value in row.items():
                    count += 1
                    said = item.get(column, [])
                    if column == "shipping":
                        wanted = ",".join(f"{one.findtext(GOOGLE + 'country')}:::{one.findtext(GOOGLE + 'price')}" for one in said)
                    else:
                        wanted = re.sub(r"[\t\r\n]", " ", ",".join(said))
                    if folder == "meta" and column == "availability":
                        wanted = wanted.replace("_", " ")
                    if value != wanted:
                        faults.append(f"{name}: {column} of {row['id']} is {value!r}, the feed says {wanted!r}")
    report.check("feeds as tables say what the feeds say", faults, f"{count} values")


def _columns(item, name, known, site, faults):
    def one(column):
        return item.get(column, [None])[0]

    if one("availability") not in AVAILABILITIES:
        faults.append(f"{name}: availability {one('availability')}")
    if one("availability") in ("backorder", "preorder") and one("availability_date") is None:
        faults.append(f"{name}: {one('availability')} without availability_date")
    if one("condition") not in CONDITIONS:
        faults.append(f"{name}: condition {one('condition')}")
    for column in ("price", "sale_price"):
        if one(column) is not None and not re.fullmatch(rf"\d+(\.\d+)? {known['currency']}", one(column)):
            faults.append(f"{name}: {column} {one(column)}")
    if one("sale_price") is not None and float(one("sale_price").split()[0]) >= float(one("price").split()[0]):
        faults.append(f"{name}: sale_price {one('sale_price')} is not below {one('price')}")
    if one("gtin") is not None and not _is_gtin(one("gtin")):
        faults.append(f"{name}: gtin {one('gtin')}")
    identified = one("gtin") is not None or (one("brand") is not None and one("mpn") is not None)
    if identified == (one("identifier_exists") == "no"):
        faults.append(f"{name}: identifier_exists is {one('identifier_exists')}, gtin {one('gtin')}, brand {one('brand')}, mpn {one('mpn')}")
    if one("google_product_category") is not None and not one("google_product_category").isdigit():
        faults.append(f"{name}: google_product_category {one('google_product_category')}")
    if len(item.get("additional_image_link", [])) > 10:
        faults.append(f"{name}: {len(item['additional_image_link'])} additional pictures")
    for column in ("unit_pricing_measure", "unit_pricing_base_measure"):
        if one(column) is not None:
            number, _, unit = one(column).partition(" ")
            if unit not in MEASURES or not re.fullmatch(r"\d+(\.\d+)?", number):
                faults.append(f"{name}: {column} {one(column)} is in no unit that Google knows")
            elif column.endswith("base_measure") and number not in BASES:
                faults.append(f"{name}: {column} {one(column)}")
    countries = [shipping.findtext(GOOGLE + "country") for shipping in item.get("shipping", [])]
    if len(set(countries)) != len(countries) or not set(countries) <= {tag.split("-")[1] for tag in known["hreflangs"]}:
        faults.append(f"{name}: shipping to {countries}")
    for shipping in item.get("shipping", []):
        if not re.fullmatch(rf"\d+(\.\d+)? {known['currency']}", shipping.findtext(GOOGLE + "price") or ""):
            faults.append(f"{name}: shipping for {shipping.findtext(GOOGLE + 'price')}")


def _is_gtin(text):
    if not re.fullmatch(r"\d{8}|\d{12,14}", text):
        return False
    return sum(int(c) * (3 if place % 2 else 1) for place, c in enumerate(reversed(text))) % 10 == 0


def _opensearch(site, report):
    faults = []
    for edition in site.editions:
        root = ElementTree.parse(site.root / edition / "opensearch.xml").getroot()
        name, description = root.findtext(OPENSEARCH + "ShortName") or "", root.findtext(OPENSEARCH + "Description") or ""
        if root.tag != OPENSEARCH + "OpenSearchDescription" or not 0 < len(name) <= 16:
            faults.append(f"{edition}/opensearch.xml: the short name is {name!r}")
        if not 0 < len(description) <= 1024:
            faults.append(f"{edition}/opensearch.xml: the description has {len(description)} characters")
        url = root.find(OPENSEARCH + "Url")
        template = url.get("template", "") if url is not None else ""
        if url is None or url.get("type") != "text/html" or "{searchTerms}" not in template:
            faults.append(f"{edition}/opensearch.xml: the address is {template}")
        elif site.file(template.replace("{searchTerms}", "x"), "")[0] != f"{edition}/search.html":
            faults.append(f"{edition}/opensearch.xml: {template} is not the page of search")
    report.check("opensearch.xml", faults, f"{len(site.editions)} files")
