"""What is linked but not yet there, by name: the only place for it.

These pages come with the companion server's part of the storefront. A page that exists may not stand here.
"""

# Below the folder of each edition.
NOT_YET_THERE = {
    "cart.html": "the shell of the cart",
    "wishlist.html": "the shell of the wish list",
    "account/index.html": "the shell of the buyer's account",
}

# Pages that have nothing to tell to search engines, below the folder of each edition.
WITHOUT_STRUCTURED_DATA = ("404.html", "search.html")
