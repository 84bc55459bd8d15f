"""The built site: its files, its pages, its editions, and where an address leads."""

import multiprocessing
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import page as pages


class Site:
    def __init__(self, root, expected, jobs):
        self.root = Path(root)
        # What was written down by hand: expected.json.
        self.expected = expected
        self.base = expected["baseURL"]
        self.editions = expected["editions"]
        # What strangers are offered, and the language of the pages at the root.
        self.default_edition = expected["defaultEdition"]
        self.files = sorted(
            os.path.relpath(os.path.join(folder, name), root) for folder, _, names in os.walk(root) for name in names)
        self.file_set = set(self.files)
        names = [name for name in self.files if name.endswith(".html")]
        with multiprocessing.Pool(jobs) as pool:
            read = pool.starmap(pages.read, [(str(root), name) for name in names], chunksize=32)
        self.pages = {page.file: page for page in read}

    def edition(self, file):
        """The edition of a file, as `de-de`; None for what belongs to none."""
        first = file.split("/", 1)[0]
        return first if first in self.editions else None

    def text(self, file):
        return (self.root / file).read_text("utf-8")

    def address(self, file):
        """The absolute address under which a page is published."""
        return self.base + "/" + (file[: -len("index.html")] if file == "index.html" or file.endswith("/index.html") else file)

    def file(self, address, start):
        """The file, the query and the fragment to which an address leads that stands on the page `start`.

        The file is None when it lies on another host or is no address of the web; it need not exist.
        """
        if address.startswith("#"):
            return start, "", address[1:]
        parts = urlsplit(address)
        if parts.scheme and not address.startswith(self.base + "/") and address != self.base:
            return None, "", ""
        path = parts.path
        if not path and not parts.netloc:
            return start, parts.query, parts.fragment
        if not path.startswith("/"):
            path = os.path.normpath("/" + os.path.dirname(start) + "/" + path) + ("/" if path.endswith("/") else "")
        name = unquote(path).lstrip("/")
        if name == "" or name.endswith("/"):
            name += "index.html"
        return name, parts.query, unquote(parts.fragment)

    def kind(self, page):
        """Which kind of page it is: root, home, product, category, storefront, search, cart, shell, notFound, or text for all others."""
        edition, name = self.edition(page.file), page.file.split("/", 1)[-1]
        if name == "404.html":
            return "notFound"
        if edition is None:
            return "shell" if page.file.startswith("styleguide/") else "root"
        if page.product is not None:
            return "product"
        if name.startswith("account/"):
            return "shell"
        known = {"index.html": "home", "search.html": "search", "cart.html": "cart", "checkout.html": "shell", "order.html": "shell", "wishlist.html": "shell", "compare.html": "shell", "offline.html": "shell", "styleguide.html": "shell"}
        return known.get(name) or {"c": "category", "s": "storefront"}.get(name.split("/")[0], "text")

    def products(self):
        """All pages of products with their editions."""
        for file, page in self.pages.items():
            edition = self.edition(file)
            if edition is not None and page.product is not None:
                yield edition, page

    def seller(self, page):
        """The id of the seller of a product's page."""
        return self.file(page.product.seller_url, page.file)[0].split("/s/")[1].removesuffix(".html")
