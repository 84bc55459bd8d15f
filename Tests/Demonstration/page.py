"""What the checks need to know of a page, read from its HTML alone.

The selectors of the demonstration's theme stand here and nowhere else.
"""

import gzip
import json
from dataclasses import dataclass, field
from pathlib import Path

import elements


@dataclass
class Card:
    url: str
    title: str
    value: str
    text: str
    was: str | None
    saving: str | None
    is_sold_out: bool
    stars: str | None
    count: str | None
    text_lines: list


@dataclass
class Row:
    """A line of the table of variants."""
    sku: str
    anchor: str
    url: str
    label: str
    value: str
    text: str
    was: str | None
    unit: str | None
    whole: str
    availability: str
    is_chosen: bool


@dataclass
class Review:
    author: str
    date: str
    half_stars: int
    title: str | None
    body: str
    language: str


@dataclass
class Product:
    sku: str
    value: str
    text: str
    was: str | None
    saving: str | None
    unit: str | None
    notes: list
    estimates: list
    rows: list
    stock_class: str
    stock_text: str
    brand: str | None
    seller: str
    seller_url: str
    pictures: list
    mean: str | None
    count: str | None
    half_stars: int | None
    histogram: list
    reviews: list
    cards: list


@dataclass
class Page:
    file: str
    size: int
    gzipped: int
    nodes: int = 0
    language: str | None = None
    direction: str | None = None
    titles: list = field(default_factory=list)
    metas: dict = field(default_factory=dict)
    canonicals: list = field(default_factory=list)
    alternates: list = field(default_factory=list)
    feeds: list = field(default_factory=list)
    headings: list = field(default_factory=list)
    mains: int = 0
    ids: set = field(default_factory=set)
    anchors: list = field(default_factory=list)
    targets: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    pictures: int = 0
    tags: list = field(default_factory=list)
    crumbs: list = field(default_factory=list)
    cards: list = field(default_factory=list)
    listed: list = field(default_factory=list)
    data: list = field(default_factory=list)
    product: Product | None = None
    seller_mean: str | None = None
    seller_count: str | None = None
    text: str = ""
    updated: str | None = None
    # The lines of a seller's address.
    legal: list = field(default_factory=list)
    # What is asked and answered on the page, and under which fragments.
    questions: list = field(default_factory=list)

    @property
    def description(self):
        return (self.metas.get("description") or [None])[0]

    @property
    def is_indexable(self):
        return not any("noindex" in content for content in self.metas.get("robots", []))


def read(root, file):
    """The page in `root`/`file`."""
    data = (Path(root) / file).read_bytes()
    page = Page(file=file, size=len(data), gzipped=len(gzip.compress(data, 6, mtime=0)))
    document = elements.parse(data.decode("utf-8"))
    for element in document.walk():
        page.nodes += 1
        _look(element, page)
    main = document.first("main")
    body = document.first("body")
    if body is not None:
        page.text = body.text()
    if main is not None:
        page.crumbs = _crumbs(main)
        # The style guide shows what scripts make, too: products that were seen have no price, and ghosts nothing at all.
        page.cards = [
            _card(article) for article in main.all("article") if article.parent.tag == "li" and "ghost" not in article.parent.classes
            and (article.first("data", of="price") is not None or "styleguide" not in file)]
        listed = main.first("section", aria_labelledby="products")
        if listed is not None:
            page.listed = [_card(article) for article in listed.all("article")]
        document = main.first(of="doc")
        if document is not None:
            page.updated = next((time.get("datetime") for time in document.all("time")), None)
            page.questions = [_question(item) for item in document.all("details")]
        if main.first(of="product") is not None:
            page.product = _product(main)
        legal = main.first(id="legal")
        if legal is not None:
            page.legal = [line.text() for line in legal.all("bdi", of="line")]
        front = main.first(of="front")
        if front is not None:
            page.seller_mean, page.seller_count = _rating(front)
    return page


def _look(element, page):
    get = element.get
    tag = element.tag
    if "id" in element.attributes:
        page.ids.add(get("id"))
    if tag == "html":
        page.language, page.direction = get("lang"), get("dir")
    elif "lang" in element.attributes or "hreflang" in element.attributes:
        page.tags.append((get("lang"), get("hreflang"), get("dir")))
    if tag == "title" and element.parent.tag == "head":
        page.titles.append(elements.squeezed(element.raw()))
    elif tag == "meta":
        name = get("name") or get("property")
        if name:
            page.metas.setdefault(name, []).append(get("content") or "")
            if name in ("og:url", "og:image"):
                page.targets.append((name, get("content")))
    elif tag == "link":
        relation = (get("rel") or "").split()
        page.targets.append(("link " + " ".join(relation), get("href")))
        if "canonical" in relation:
            page.canonicals.append(get("href"))
        elif "alternate" in relation and "hreflang" in element.attributes:
            page.alternates.append((get("hreflang"), get("href")))
        elif "alternate" in relation and get("type") == "application/rss+xml":
            page.feeds.append((get("title"), get("href")))
    elif tag == "h1":
        page.headings.append(element.text())
    elif tag == "main":
        page.mains += 1
    elif tag == "a":
        if "href" in element.attributes:
            page.anchors.append(get("href"))
            page.targets.append(("a", get("href")))
    elif tag == "form":
        if (get("method") or "get").lower() == "get" and get("action") is not None:
            page.anchors.append(get("action"))
        page.targets.append(("form", get("action")))
    elif tag == "img":
        page.pictures += 1
        for name in ("width", "height", "alt", "src"):
            if name not in element.attributes:
                page.faults.append(f"an img ({get('src')}) has no {name}")
        for name in ("width", "height"):
            if not (get(name) or "0").isdigit() or get(name) == "0":
                page.faults.append(f"an img ({get('src')}) has {name}={get(name)!r}")
    elif tag == "style":
        page.faults.append("a style element")
    elif tag == "script":
        if get("type") == "application/ld+json":
            page.data.append(element.raw())
        elif get("type") == "application/json":
            json.loads(element.raw())
        elif "src" not in element.attributes:
            page.faults.append("an inline script")
        elif element.raw().strip():
            page.faults.append("a script with a source and a text")
    for name, value in element.attributes.items():
        if name == "style":
            page.faults.append(f"a style attribute on {tag}")
        elif name.startswith("on"):
            page.faults.append(f"an event handler ({name}) on {tag}")
        elif name in ("href", "src", "action", "formaction", "data-image") and (value or "").strip().lower().startswith("javascript:"):
            page.faults.append(f"a javascript: address on {tag}")
        if name in ("src", "poster", "data", "data-image", "data-worker", "xlink:href") or (name == "data-offline" and tag != "form") or (name == "href" and tag in ("use", "image", "area")):
            if value:
                page.targets.append((f"{tag} {name}", value))
        elif name in ("srcset", "imagesrcset"):
            for candidate in (value or "").split(","):
                if candidate.strip():
                    page.targets.append((f"{tag} {name}", candidate.split()[0]))


def _question(item):
    answer = item.first("div")
    return item.first("summary").text(), answer.text(), answer.get("id")


def _crumbs(main):
    trail = main.first("nav", of="crumbs")
    if trail is None:
        return []
    crumbs = []
    for item in trail.all("li"):
        link = item.first("a")
        crumbs.append((item.text(), link.get("href") if link is not None else None))
    return crumbs


def _half_stars(element):
    stars = element.first("span", of="stars")
    if stars is None:
        return None
    return next((int(name[1:]) for name in stars.classes if name[0] == "s" and name[1:].isdigit()), None)


def _card(article):
    link = article.first("h3").first("a")
    price = article.first("data", of="price")
    was = article.first("s")
    rating, saving = article.first("p", of="rating"), article.first(of="off")
    return Card(
        url=link.get("href"), title=link.text(), value=price.get("value"), text=price.text(),
        was=was.text() if was is not None else None, saving=saving.text() if saving is not None else None, is_sold_out="out" in article.classes,
        stars=rating.first("span", of="stars").get("aria-label") if rating is not None else None,
        count=rating.text() if rating is not None else None,
        text_lines=[line.text() for line in article.all("p")])


def _rating(element):
    """The mean and the sentence with the number of ratings, as they are shown."""
    rating = element.first("p", of="rating")
    if rating is None:
        return None, None
    mean = rating.first("b")
    shown = mean.text() if mean is not None else None
    whole = rating.text()
    return shown, elements.squeezed(whole.removeprefix(shown or ""))


def _product(main):
    offer = main.first(id="offer")
    price = offer.first("data", of="price")
    was, unit, saving = offer.first("s"), offer.first(id="unitPrice"), offer.first(of="off")
    stock = main.first("p", of="stock")
    title = main.first("h1").parent
    buyer = title.first("p", of="small")
    brand, seller = buyer.first("bdi"), buyer.first("a")
    estimates = next((part for part in main.first(of="buy").all("details")), None)
    mean, count = _rating(title)
    bars = main.first("table", of="bars")
    reviews = main.first(of="reviews")
    return Product(
        sku=main.first(id="sku").text(), value=price.get("value"), text=price.text(),
        was=was.text() if was is not None else None, saving=saving.text() if saving is not None else None,
        unit=(unit.text() or None) if unit is not None and "hidden" not in unit.attributes else None,
        notes=[note.text() for note in offer.all("p") if "cost" not in note.classes and note is not unit],
        estimates=[] if estimates is None or "hidden" in estimates.attributes else [item.text() for item in estimates.all("li")],
        rows=[_row(row) for row in main.all("tr") if "data-sku" in row.attributes],
        stock_class=next(name for name in stock.classes if name != "stock"), stock_text=stock.text(),
        brand=brand.text() if brand is not None else None, seller=seller.text(), seller_url=seller.get("href"),
        pictures=[picture.get("src") for picture in main.first(of="slides").all("img")],
        mean=mean, count=count, half_stars=_half_stars(title),
        histogram=[list(row.all("td"))[-1].text() for row in bars.all("tr")] if bars is not None else [],
        reviews=[_review(item) for item in reviews.all("li")] if reviews is not None else [],
        cards=[_card(article) for article in main.all("article")])


def _row(row):
    price, link, was = row.first("data"), row.first("a"), row.first("s")
    # What is said of a former price has the class "was"; the other small text is the unit price.
    unit = next((small for small in row.all("small") if "was" not in small.classes), None)
    return Row(
        sku=row.get("data-sku"), anchor=row.get("id"), url=link.get("href"), label=link.text(), value=price.get("value"),
        text=price.text(), was=was.text() if was is not None else None, unit=unit.text() if unit is not None else None, whole=row.text(),
        availability=list(row.all("td"))[-1].text(),
        is_chosen=link.get("aria-current") == "true")


def _review(item):
    title, body = item.first("b"), item.first("p", of="said")
    return Review(
        author=item.first("bdi").text(), date=item.first("time").get("datetime"), half_stars=_half_stars(item),
        title=title.text() if title is not None else None, body=body.text(), language=body.get("lang"))
