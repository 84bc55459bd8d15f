"""What is linked but not yet there, by name: the only place for it.

A page that exists may not stand here, nor one that no page links to. Nothing does at present.
"""

# Files below the folder of each edition, with what they are going to be: {"wishlist.html": "the shell of the wish list"}.
NOT_YET_THERE: dict[str, str] = {}

# Assets that pages use only when marketplace.yaml asks for it, which the demonstration does not, with what for.
UNUSED_ASSETS = {"beacon.js": "an endpoint that counts", "consent.js": "Google Analytics or Mixpanel"}
