"""What networks show of a page that somebody shares: Open Graph (https://ogp.me) and its picture."""

import json
import shutil
import struct
import subprocess
import tempfile

# By Meta's and X's documentation: at least this, and at most twice as wide as high or so for a large picture.
SMALLEST = (600, 315)
CARD = (1200, 630)
AVAILABILITY = {"InStock": "in stock", "LimitedAvailability": "in stock", "OutOfStock": "out of stock", "BackOrder": "available for order"}
ONCE = ("og:site_name", "og:type", "og:title", "og:description", "og:locale", "og:image", "og:image:width", "og:image:height", "og:image:alt", "twitter:card")


# What a JPEG makes of one colour.
NOISE = 14
LOOKED_AT = 24


def check(site, report):
    _tags(site, report)
    _grounds(site, report)


def _grounds(site, report):
    """Around the picture a card has one colour, which goes on from the picture unseen, or the picture stands clear of the card's edges."""
    cards = sorted(file for file in site.files if file.endswith("-social.jpg"))
    program = shutil.which("vips")
    if not cards or program is None:
        report.note(f"{len(cards)} cards, and {'vips' if program else 'no vips'} to look at them with: their grounds are not checked")
        return
    faults, chosen = [], cards[:: max(1, len(cards) // LOOKED_AT)]
    with tempfile.TemporaryDirectory() as folder:
        for card in chosen:
            plain = f"{folder}/card.ppm"
            subprocess.run([program, "copy", str(site.root / card), plain], check=True, timeout=60, stderr=subprocess.DEVNULL)
            fault = _ground(*_pixels(open(plain, "rb").read()))
            if fault:
                faults.append(f"{card}: {fault}")
    report.check("social: cards have a plain ground, and no seams", faults, f"{len(chosen)} of {len(cards)} cards")


def _pixels(data):
    parts = data.split(b"\n", 3) if data.split(b"\n", 3)[1].startswith(b"#") else [data.split(b"\n", 1)[0], b"", *data.split(b"\n", 3)[1:]]
    grey = parts[0] == b"P5"
    width, height = map(int, (parts[2].split() + [b"0"])[:2])
    start = len(data) - width * height * (1 if grey else 3)

    def pixel(x, y):
        place = start + (y * width + x) * (1 if grey else 3)
        return tuple(data[place:place + 3]) if not grey else (data[place],) * 3
    return pixel, width, height


def _ground(pixel, width, height):
    ground = pixel(4, 4)

    def differs(x, y, noise=NOISE):
        return max(abs(a - b) for a, b in zip(pixel(x, y), ground)) > noise
    rows, columns = range(4, height, 25), range(4, width, 25)
    beside = [(x, y) for x in (4, width - 5) for y in rows]
    over = [(x, y) for y in (4, height - 5) for x in columns]
    uneven = [place for place in (beside if width > height else over) if differs(*place)]
    if uneven:
        return f"the ground is {ground}, and {pixel(*uneven[0])} at {uneven[0]}"
    inset = not any(differs(*place) for place in beside + over)
    # The columns at which a picture as high as the card may begin: a step there, in many rows at once, is a seam.
    for x in range(8, width // 2, 1):
        steps = sum(differs(x, y, 2 * NOISE) and not differs(x - 4, y, NOISE) for y in rows)
        if not inset and steps > len(rows) // 2:
            return f"a seam at {x}"
    return None


def _tags(site, report):
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


def size(path):
    return _size(path.read_bytes())


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
