"""What pages say to machines (JSON-LD, https://schema.org) is what they show to people."""

import json
from collections import Counter

import social
from facts import squeeze
from money import digits, latin, written
from offer_book import Price, delivery, least, way_of

# What each kind of thing must have: by Google's documentation of products, lists and organizations.
REQUIRED = {
    "Organization": ("@id", "name", "url"),
    "WebSite": ("@id", "name", "url", "publisher"),
    "BreadcrumbList": ("@id", "itemListElement"),
    "CollectionPage": ("@id", "name", "url", "mainEntity"),
    "ItemList": ("@id", "numberOfItems", "itemListElement"),
    "OnlineStore": ("@id", "name", "url", "logo", "legalName", "address", "hasMerchantReturnPolicy"),
    "FAQPage": ("@id", "mainEntity"),
    "Question": ("name", "acceptedAnswer"),
    "Answer": ("text",),
    "ContactPoint": ("contactType", "email", "telephone", "availableLanguage"),
    "Product": ("@id", "name", "sku", "image", "offers"),
    "ProductGroup": ("@id", "name", "url", "description", "image", "productGroupID", "variesBy", "hasVariant"),
    "Offer": ("url", "price", "priceCurrency", "availability", "itemCondition", "seller"),
    "AggregateRating": ("ratingValue", "ratingCount", "bestRating"),
    "Review": ("author", "datePublished", "reviewBody", "reviewRating"),
    "Rating": ("ratingValue",),
    "MerchantReturnPolicy": ("applicableCountry",),
    "OfferShippingDetails": ("shippingRate", "shippingDestination", "deliveryTime"),
    "MonetaryAmount": ("value", "currency"),
    "DefinedRegion": ("addressCountry",),
    "ShippingDeliveryTime": ("handlingTime", "transitTime"),
    "QuantitativeValue": ("minValue", "maxValue", "unitCode"),
    "PostalAddress": ("streetAddress", "postalCode", "addressLocality", "addressCountry"),
    "Brand": ("name",),
    "3DModel": ("encoding",),
    "MediaObject": ("contentUrl", "encodingFormat"),
    "Person": ("name",),
    "ListItem": ("position",),
}
KINDS = {
    "root": ["Organization", "WebSite"],
    "home": ["Organization", "WebSite"],
    "category": ["CollectionPage", "BreadcrumbList"],
    "storefront": ["OnlineStore", "ItemList", "BreadcrumbList"],
    "product": ["Product", "BreadcrumbList"],
    "text": ["BreadcrumbList"],
    # Nothing to tell to search engines.
    "search": None,
    "cart": None,
    "shell": None,
    "notFound": None,
}
# Of the marketplace itself; sellers are Organizations as well, where offers name them.
OPERATOR = ("logo", "legalName", "address", "email", "telephone", "contactPoint", "hasMerchantReturnPolicy", "sameAs")
COUNTRIES = ("France", "Germany", "Japan", "Kuwait", "South Africa", "United Kingdom", "United States")
CONDITIONS = [f"https://schema.org/{name}Condition" for name in ("New", "Refurbished", "Used")]


def check(site, report, book):
    graphs = _parsed(site, report)
    _complete(report, graphs)
    _names(site, report, graphs)
    _pictures(site, report, graphs)
    _questions(site, report, graphs)
    _breadcrumbs(site, report, graphs)
    _lists(site, report, graphs)
    _products(site, report, book, graphs)
    _sellers(site, report, book, graphs)


def _parsed(site, report):
    """The things that each page names, by page."""
    faults, graphs = [], {}
    for file, page in site.pages.items():
        wanted = KINDS[site.kind(page)]
        if page.questions:
            wanted = ["FAQPage", *wanted]
        if wanted is None:
            if page.data:
                faults.append(f"{file}: has structured data")
            continue
        if len(page.data) != 1:
            faults.append(f"{file}: {len(page.data)} blocks")
            continue
        text = page.data[0]
        # Neither an end tag nor a comment may open inside of a script.
        if "<" in text or "\u2028" in text or "\u2029" in text:
            faults.append(f"{file}: an unescaped < or line separator in the block")
        try:
            data = json.loads(text)
        except ValueError as error:
            faults.append(f"{file}: {error}")
            continue
        if data.get("@context") != "https://schema.org" or not isinstance(data.get("@graph"), list):
            faults.append(f"{file}: the context is {data.get('@context')}")
            continue
        graphs[file] = data["@graph"]
        types = ["Product" if thing.get("@type") == "ProductGroup" else thing.get("@type") for thing in data["@graph"]]
        if types != wanted:
            faults.append(f"{file}: names {types}, should be {wanted}")
    report.check("structured data parses, and is what the page is", faults, f"{len(graphs)} pages")
    return graphs


def _things(value):
    if isinstance(value, list):
        for item in value:
            yield from _things(item)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for item in value.values():
            yield from _things(item)


def _complete(report, graphs):
    faults, counts = [], Counter()
    for file, graph in graphs.items():
        for thing in _things(graph):
            type = thing["@type"]
            counts[type] += 1
            if type not in REQUIRED:
                faults.append(f"{file}: {type} is not known here; say in structured_data.py what it must have")
                continue
            missing = [name for name in REQUIRED[type] if thing.get(name) in (None, "", [], {})]
            # A product with variants has their pictures and texts; a list with names leads with its items.
            if type == "Product" and thing in graph:
                missing += [name for name in ("url", "description") if not thing.get(name)]
            if type == "Organization" and thing in graph:
                missing += [name for name in OPERATOR if not thing.get(name)]
            if type == "MerchantReturnPolicy" and not thing.get("returnPolicyCategory") and not thing.get("merchantReturnLink"):
                missing.append("returnPolicyCategory, or merchantReturnLink")
            if type == "ListItem" and not thing.get("url") and not (thing.get("item") and thing.get("name")):
                missing.append("url, or item and name")
            if type == "MerchantReturnPolicy" and str(thing.get("returnPolicyCategory")).endswith("FiniteReturnWindow"):
                missing += [name for name in ("merchantReturnDays", "returnMethod", "returnFees") if not thing.get(name)]
            if missing:
                faults.append(f"{file}: {type} has no {', '.join(missing)}")
            empty = [name for name, value in thing.items() if value in (None, "", [], {})]
            if empty:
                faults.append(f"{file}: {type} has an empty {', '.join(empty)}")
            if type == "QuantitativeValue" and not 0 <= thing.get("minValue", -1) <= thing.get("maxValue", -1):
                faults.append(f"{file}: from {thing.get('minValue')} to {thing.get('maxValue')}")
            if type == "Offer" and thing.get("itemCondition") not in CONDITIONS:
                faults.append(f"{file}: the condition is {thing.get('itemCondition')}")
    report.check("structured data has what its types need", faults, f"{sum(counts.values())} things of {len(counts)} types")


def _names(site, report, graphs):
    """Every thing that stands for itself has a name of its own, which is the same on every page that speaks of it."""
    faults, types = [], {}
    for file, graph in graphs.items():
        own = [thing.get("@id") for thing in graph]
        faults += [f"{file}: {name} stands for {count} things" for name, count in Counter(own).items() if count > 1]
        for thing in _things(graph):
            name = thing.get("@id")
            if name is None:
                continue
            if not name.startswith(site.base + "/") or "#" not in name:
                faults.append(f"{file}: {name} is no name of the site's")
            known = types.setdefault(name, thing["@type"])
            if {known, thing["@type"]} not in ({known}, {"Organization", "OnlineStore"}):
                faults.append(f"{file}: {name} is a {thing['@type']}, elsewhere a {known}")
        for thing in graph:
            if thing["@type"] == "WebSite" and thing["publisher"] != {"@id": graph[0].get("@id")}:
                faults.append(f"{file}: the site is published by {thing['publisher']}")
            if thing["@type"] == "Organization":
                link = thing.get("hasMerchantReturnPolicy", {}).get("merchantReturnLink", "")
                if site.pages.get(site.file(link, file)[0]) is None:
                    faults.append(f"{file}: the terms of returns, {link}, are not there")
    report.check("structured data: everything has a name that stays", faults, f"{len(types)} names")


def stem(address):
    """What the file was called in Content."""
    return address.rsplit("/", 1)[-1].split(".")[0]


def _pictures(site, report, graphs):
    """Where a program draws, nothing is told of as a drawing but what stands for a picture that is missing."""
    has_program = any(file.endswith("-raster.jpg") for file in site.files)
    faults, count, drawings = [], 0, 0
    for file, graph in graphs.items():
        for thing in _things(graph):
            for name in ("image", "logo"):
                value = thing.get(name, [])
                for address in value if isinstance(value, list) else [value]:
                    count += 1
                    target = site.file(address, file)[0]
                    if target not in site.file_set:
                        faults.append(f"{file}: the {name} {address} is not there")
                        continue
                    if target.endswith(".svg"):
                        drawings += 1
                        if has_program and "/media/placeholder/" not in address:
                            faults.append(f"{file}: the {name} {address} is a drawing")
                    elif target.endswith(".jpg") and max(social.size(site.root / target) or (0, 0)) < 1_000:
                        faults.append(f"{file}: the {name} {address} has the size {social.size(site.root / target)}")
            if thing["@type"] == "ProductGroup":
                faults += [f"{file}: {variant['sku']} has {variant.get('image')}" for variant in thing["hasVariant"] if variant.get("image") not in thing["image"]]
    program = "drawn by a program" if has_program else "no program that draws is installed"
    report.check("structured data: pictures", faults, f"{count} addresses, {drawings} of drawings; {program}")


def _questions(site, report, graphs):
    faults, count = [], 0
    for file, graph in graphs.items():
        page = site.pages[file]
        told = next((thing["mainEntity"] for thing in graph if thing["@type"] == "FAQPage"), [])
        said = [(one["name"], squeeze(one["acceptedAnswer"]["text"])) for one in told]
        count += len(said)
        if [tuple(map(squeeze, pair)) for pair in said] != [(squeeze(question), squeeze(answer)) for question, answer, _ in page.questions]:
            faults.append(f"{file}: says {said}, shows {page.questions}")
        if [fragment for _, _, fragment in page.questions] != [f"question-{number}" for number in range(1, len(said) + 1)]:
            faults.append(f"{file}: the fragments are {[fragment for _, _, fragment in page.questions]}")
    report.check("questions and answers are those that are shown", faults, f"{count} questions")


def _breadcrumbs(site, report, graphs):
    faults, count = [], 0
    for file, graph in graphs.items():
        page = site.pages[file]
        trail = next((thing for thing in graph if thing["@type"] == "BreadcrumbList"), None)
        if trail is None:
            if page.crumbs:
                faults.append(f"{file}: shows where it is, and does not say it")
            continue
        said = [(item.get("position"), item.get("name"), item.get("item")) for item in trail["itemListElement"]]
        shown = [
            (number, name, site.base + url if url is not None else site.address(file))
            for number, (name, url) in enumerate(page.crumbs, 1)]
        count += len(said)
        if said != shown:
            faults.append(f"{file}: says {said}, shows {shown}")
    report.check("breadcrumbs are those that are shown", faults, f"{count} steps on {len(graphs)} pages")


def _lists(site, report, graphs):
    faults, count = [], 0
    for file, graph in graphs.items():
        page = site.pages[file]
        for thing in graph:
            if thing["@type"] == "CollectionPage":
                if thing["url"] != site.address(file):
                    faults.append(f"{file}: the address of the list is {thing['url']}")
                if thing["name"] not in page.headings[0]:
                    faults.append(f"{file}: is called {thing['name']!r}, the heading is {page.headings[0]!r}")
                thing = thing["mainEntity"]
            if thing["@type"] != "ItemList":
                continue
            said = [item.get("url") for item in thing["itemListElement"]]
            count += len(said)
            if said != [site.base + card.url for card in page.listed]:
                faults.append(f"{file}: the list has {len(said)} products, {len(page.listed)} are shown, or in another order")
            if thing["numberOfItems"] != len(said) or [item["position"] for item in thing["itemListElement"]] != list(range(1, len(said) + 1)):
                faults.append(f"{file}: the numbers of the list are wrong")
    report.check("lists are those that are shown", faults, f"{count} items")


def _rating(said, mean, count):
    """True when the rating that is said is the one that is shown, where there is one."""
    if said is None or mean is None:
        return said is None and mean is None
    return (said["ratingValue"], said["bestRating"]) == (latin(mean), 5) and digits(count) in (str(said["ratingCount"]), "")


def _products(site, report, book, graphs):
    faults, fields, reviews = [], Counter(), 0
    for file, graph in graphs.items():
        page = site.pages[file]
        product = page.product
        if product is None:
            continue
        thing = graph[0]

        def same(what, said, shown):
            fields[what] += 1
            if said != shown:
                faults.append(f"{file}: {what} is {said!r}, shown is {shown!r}")

        same("name", thing["name"], page.headings[0])
        same("url", thing["url"], site.address(file))
        # All that are shown, in their order; where no program draws, of photographs and drawings only the former.
        has_program = any(file.endswith("-raster.jpg") for file in site.files)
        raster = [picture for picture in product.pictures if has_program or not picture.endswith(".svg")]
        # The first is the one that is shown first; pages then order them by the choices.
        told, shown = [stem(picture) for picture in thing["image"]], [stem(picture) for picture in raster or product.pictures]
        same("image", told[:1] + sorted(told[1:]), shown[:1] + sorted(shown[1:]))
        same("brand", (thing.get("brand") or {}).get("name"), product.brand)
        same("category", thing["category"], page.crumbs[-2][0])
        fields["description"] += 1
        if squeeze(thing["description"]) not in squeeze(page.text):
            faults.append(f"{file}: the description is not on the page: {thing['description']!r}")
        fields["rating"] += 1
        if not _rating(thing.get("aggregateRating"), product.mean, product.count):
            faults.append(f"{file}: the rating is {thing.get('aggregateRating')}, shown is {product.mean} of {product.count}")
        said = [
            (review["author"]["name"], review["datePublished"], review.get("name"), squeeze(review["reviewBody"]), 2 * review["reviewRating"]["ratingValue"])
            for review in thing.get("review", [])]
        reviews += len(said)
        same("review", said, [(review.author, review.date, review.title, squeeze(review.body), review.half_stars) for review in product.reviews])
        variants = [thing] if thing["@type"] == "Product" else thing["hasVariant"]
        labels = {row.sku: row.label for row in product.rows}
        for variant in variants:
            if thing["@type"] == "ProductGroup":
                same("name of a variant", variant["name"], f"{page.headings[0]}, {labels.get(variant['sku'])}")
            offer = variant["offers"]
            same("seller", (offer["seller"]["name"], offer["seller"]["url"]), (product.seller, site.base + product.seller_url))
            _terms(site, book, file, page, variant["sku"], offer, faults, fields)
        if thing["@type"] == "ProductGroup":
            same("productGroupID", thing["productGroupID"], book.product_of.get((site.seller(page), product.sku)))
    report.check("structured data of products is what is shown", faults, f"{sum(fields.values())} values of {len(fields)} kinds, {reviews} reviews")


def _terms(site, book, file, page, sku, offer, faults, fields):
    """Delivery and returns of an offer: those of the terms of the book, and on the page."""
    edition = site.editions[site.edition(file)]
    countries = [tag.split("-")[1] for tag in edition["hreflangs"]]
    seller = next(seller for seller in book.terms["sellers"] if seller["id"] == site.seller(page))
    grams = next((one.get("grams", 0) for one in book.offers if (one["seller"], one["sku"]) == (seller["id"], sku)), 0)
    value = int(offer["price"].replace(".", ""))
    shipping, returns = offer.get("shippingDetails"), offer.get("hasMerchantReturnPolicy")
    fields["shippingDetails"] += 1
    told = shipping if isinstance(shipping, list) else [] if shipping is None else [shipping]
    wanted = {country: way_of(seller, edition["market"], country, grams) for country in countries}
    if sorted(country for one in told for country in one["shippingDestination"]["addressCountry"]) != sorted(c for c in countries if wanted[c]):
        faults.append(f"{file}: delivery is {shipping}, the terms say {wanted}")
    for one in told:
        for country in one["shippingDestination"]["addressCountry"]:
            way = wanted.get(country)
            if way is None:
                continue
            price = Price(edition["currency"], delivery(way, grams, value), None, None)
            said = (one["shippingRate"]["value"], one["shippingRate"]["currency"])
            if said != (price.decimal(), price.currency):
                faults.append(f"{file}: delivery of {sku} to {country} is {said}, the terms say {price.decimal()}")
            if least(way) and written(least(way), price.currency, edition["money"]) not in page.text:
                faults.append(f"{file}: delivery for {least(way)} is not on the page")
            handling, transit = one["deliveryTime"]["handlingTime"], one["deliveryTime"]["transitTime"]
            if [handling["minValue"], handling["maxValue"]] != seller["handlingDays"]:
                faults.append(f"{file}: handling is {handling}, the terms say {seller['handlingDays']}")
            if [transit["minValue"], transit["maxValue"]] != way["days"]:
                faults.append(f"{file}: transit is {transit}, the terms say {way['days']}")
    fields["hasMerchantReturnPolicy"] += 1
    days = seller["returnDays"]
    if returns is None or returns["applicableCountry"] != countries or returns.get("merchantReturnDays") != (days or None):
        faults.append(f"{file}: returns are {returns}, the terms say {days} days in {countries}")


def _sellers(site, report, book, graphs):
    faults, count = [], 0
    for file, graph in graphs.items():
        page = site.pages[file]
        thing = graph[0]
        if thing["@type"] != "OnlineStore":
            continue
        count += 1
        seller = file.split("/s/")[1].split("/")[0].removesuffix(".html")
        if thing["name"] not in page.headings[0]:
            faults.append(f"{file}: is called {thing['name']}, the heading is {page.headings}")
        if thing["url"] != f"{site.base}/{site.edition(file)}/s/{seller}.html":
            faults.append(f"{file}: the address is {thing['url']}")
        if not _rating(thing.get("aggregateRating"), page.seller_mean, page.seller_count):
            faults.append(f"{file}: the rating is {thing.get('aggregateRating')}, shown is {page.seller_mean} of {page.seller_count}")
        # Later pages of the list do not repeat the legal details.
        if "/s/" in file and file.count("/") == 2:
            address = thing["address"]
            for what in (thing["legalName"], thing.get("vatID"), *(address.get(name) for name in ("streetAddress", "postalCode", "addressLocality", "addressRegion"))):
                if what is not None and what not in page.text:
                    faults.append(f"{file}: {what!r} is not on the page")
            # The country is the last line, in the page's language, and stands nowhere else.
            if len(page.legal) < 3 or set(page.legal[:-1]) & {page.legal[-1], *COUNTRIES}:
                faults.append(f"{file}: the address is {page.legal}")
    report.check("structured data of sellers is what is shown", faults, f"{count} pages")
