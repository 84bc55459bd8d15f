"""What is linked but not yet there, by name: the only place for it.

A page that exists may not stand here, nor one that no page links to. Nothing does at present.
"""

# Files below the folder of each edition, with what they are going to be: {"wishlist.html": "the shell of the wish list"}.
NOT_YET_THERE: dict[str, str] = {}
