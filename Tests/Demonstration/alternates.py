"""Pages and their versions in other languages name each other (https://developers.google.com/search/docs/specialty/international/localized-versions).

Few editions do it in the pages, more of them in the sitemaps, which readers need not fetch; never both.
"""

from xml.etree import ElementTree

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
VERSION = "{http://www.w3.org/1999/xhtml}link"
MOST_IN_PAGES = 5


def check(site, report):
    _canonical(site, report)
    _alternates(site, report)


def _canonical(site, report):
    faults = []
    count = 0
    for file, page in site.pages.items():
        own = site.address(file)
        if page.is_indexable:
            count += 1
            if page.canonicals != [own]:
                faults.append(f"{file}: canonical is {page.canonicals}, not {own}")
            elsewhere = [url for url in page.metas.get("og:url", []) if url != own]
            if elsewhere:
                faults.append(f"{file}: og:url is {elsewhere}")
        elif page.canonicals or page.alternates:
            faults.append(f"{file}: is not indexed, and has a canonical or alternates")
    report.check("canonical names the page itself", faults, f"{count} pages that search engines may know")


def _in_sitemaps(site):
    named = {}
    for file in site.files:
        if file.startswith("sitemaps/") and file.endswith(".xml"):
            for url in ElementTree.parse(site.root / file).getroot():
                named[url.findtext(SITEMAP + "loc")] = [(link.get("hreflang"), link.get("href")) for link in url.iter(VERSION)]
    return named


def _alternates(site, report):
    faults = []
    links = clusters = 0
    named_in = _in_sitemaps(site) if len(site.editions) > MOST_IN_PAGES else {site.address(file): page.alternates for file, page in site.pages.items()}
    if len(site.editions) > MOST_IN_PAGES:
        faults += [f"{file}: names its versions, as the sitemaps do" for file, page in site.pages.items() if page.alternates]
    sets = {site.address(file): dict(named_in.get(site.address(file), [])) for file, page in site.pages.items() if page.is_indexable}
    valid = {tag: edition for edition, known in site.editions.items() for tag in known["hreflangs"]}
    for file, page in site.pages.items():
        if not page.is_indexable:
            continue
        own, edition = site.address(file), site.edition(file)
        told = named_in.get(own, [])
        named = dict(told)
        links += len(told)
        if len(named) != len(told):
            faults.append(f"{file}: a hreflang stands twice")
        if "x-default" not in named:
            faults.append(f"{file}: no x-default")
        for hreflang, address in told:
            target, _, _ = site.file(address, file)
            if hreflang == "x-default":
                if target not in site.pages:
                    faults.append(f"{file}: x-default leads to {address}")
                elif own != address and sets.get(address) != named:
                    faults.append(f"{file}: {address}, its x-default, does not name the same alternates")
                continue
            if hreflang not in valid:
                faults.append(f"{file}: hreflang {hreflang} is no language and country of a market")
            elif site.edition(target or "") != valid[hreflang]:
                faults.append(f"{file}: {hreflang} leads to {address}, which is not in {valid[hreflang]}")
            if address not in sets:
                faults.append(f"{file}: {hreflang} leads to {address}, which is not indexed")
            elif sets[address] != named:
                faults.append(f"{file}: {address} ({hreflang}) does not name the same alternates")
        if edition is not None:
            clusters += edition == min(valid[tag] for tag in named if tag in valid)
            for hreflang in site.editions[edition]["hreflangs"]:
                if named.get(hreflang) != own:
                    faults.append(f"{file}: does not name itself as {hreflang}")
            default = [named.get(tag) for tag in site.editions[site.default_edition]["hreflangs"]]
            wanted = site.base + "/" if file == f"{edition}/index.html" else default[0] or named.get("x-default")
            if named.get("x-default") != wanted:
                faults.append(f"{file}: x-default is {named.get('x-default')}, not {wanted}")
    report.check("hreflang: itself, reciprocal, x-default, valid codes", faults, f"{links} links in {clusters} groups of pages, in {'sitemaps' if len(site.editions) > MOST_IN_PAGES else 'pages'}")
