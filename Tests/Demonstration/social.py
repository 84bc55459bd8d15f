"""What networks show of a page that somebody shares: Open Graph (https://ogp.me) and its picture."""

import json
import struct

# By Meta's and X's documentation: at least this, and at most twice as wide as high or so for a large picture.
SMALLEST = (600, 315)
CARD = (1200, 630)
AVAILABILITY = {"InStock": "in stock", "LimitedAvailability": "in stock", "OutOfStock": "out of stock", "BackOrder": "available for order"}
ONCE = ("og:site_name", "og:type", "og:title", "og:description", "og:locale", "og:image", "og:image:width", "og:image:height", "og:image:alt", "twitter:card")


def check(site, report):
    faults, sizes, cards = [], {}, 0
    has_cards = any(file.endswith("-social.jpg") for file in site.files)
    for file, page in site.pages.items():
        metas = page.metas
        for name in ONCE:
            if len(metas.get(name, [])) != 1 or not metas[name][0].strip():
                faults.append(f"{file}: {name} is {metas.get(name)}")
                break
        else:
            picture = site.file(metas["og:image"][0], file)[0]
            if not metas["og:image"][0].startswith(site.base) or picture not in site.file_set:
                faults.append(f"{file}: og:image is {metas['og:image'][0]}")
                continue
            if picture not in sizes:
                sizes[picture] = _size((site.root / picture).read_bytes())
            told = tuple(int(metas[f"og:image:{name}"][0]) for name in ("width", "height"))
            if sizes[picture] != told:
                faults.append(f"{file}: {picture} has the size {sizes[picture]}, and og:image says {told}")
            elif told[0] < SMALLEST[0] or told[1] < SMALLEST[1]:
                faults.append(f"{file}: {picture} has {told}, at least {SMALLEST} are shown large")
            cards += picture.endswith("-social.jpg")
            # With a program that draws, every product that has a picture has a card of its own.
            if has_cards and page.product is not None and not picture.endswith("-social.jpg") and "/media/placeholder/" not in site.text(file):
                faults.append(f"{file}: og:image is {picture}, no card")
            if picture.endswith("-social.jpg") and told != CARD:
                faults.append(f"{file}: the card {picture} has {told}")
            if page.description != metas["og:description"][0]:
                faults.append(f"{file}: og:description is not the description")
        faults += _product(file, page)
    report.check("social: every page has a picture that networks show, of the size that it says", faults, f"{len(site.pages)} pages, {len(sizes)} pictures, {cards} pages with a card of their own")


def _product(file, page):
    """The price and the availability of a product are those that the page shows."""
    amounts = [page.metas.get(f"product:{name}", []) for name in ("price:amount", "price:currency", "availability")]
    if page.product is None:
        return [f"{file}: is no product, and has {amounts}"] if any(amounts) else []
    if any(len(values) != 1 for values in amounts) or page.metas["og:type"] != ["product"]:
        return [f"{file}: {page.metas.get('og:type')} has {amounts}"]
    for thing in json.loads(page.data[0])["@graph"]:
        for variant in thing.get("hasVariant", [thing]):
            if variant.get("sku") == page.product.sku:
                offer = variant["offers"]
                wanted = [offer["price"], offer["priceCurrency"], AVAILABILITY[offer["availability"].rsplit("/", 1)[-1]]]
                return [] if [values[0] for values in amounts] == wanted else [f"{file}: {amounts}, and the offer has {wanted}"]
    return [f"{file}: no offer of {page.product.sku}"]


def _size(data):
    """Of a PNG or JPEG; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return struct.unpack(">II", data[16:24])
    if not data.startswith(b"\xff\xd8"):
        return None
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2:place + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[place + 5:place + 9])
            return width, height
        place += 2 + length
    return None
