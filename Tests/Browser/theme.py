"""The theme of the demonstration in a browser: every kind of page in every light, direction and width, within its budgets; and what
visitors do with it. A line for each test."""

import gzip
import json
import pathlib
import re
import sys

from axe_playwright_python.base import AXE_SCRIPT

from harness import equal, options, run, test, until
from site_server import serve
from visits import BLOCKED, Site, settled

EDITIONS = ("en-us", "ar-kw", "ja-jp")
WIDTHS = ((360, 740), (1440, 900))
HOME, PRODUCT, OTHER = "/en-us/", "/en-us/p/arne-desk-lamp.html", "/en-us/p/ash-glaze-mug.html"
KB = 1024
# After compression: HTML by kind of page, then style sheets, then scripts that run before anybody touches the page.
HTML = {"home": 18 * KB, "category": 22 * KB, "storefront": 22 * KB, "product": 16 * KB}
HTML_OF_OTHERS, STYLES, SCRIPTS, REQUESTS = 12 * KB, 14 * KB, 6 * KB, 15
SCRIPTS_OF_A_PRODUCT, WORKER, SHIFT = 25 * KB, 4 * KB, 0.02
# Pages that buy are all script; they and the style guide have a sheet of their own beside the one of all pages.
BUYING, SCRIPTS_THAT_BUY, STYLES_OF_A_PAGE = {"cart", "checkout", "order", "log-in", "register", "reset"}, 20 * KB, 4 * KB
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { if (!entry.hadRecentInput) shifted += entry.value; }))
    .observe({ type: 'layout-shift', buffered: true })"""


def switches(site, address):
    """The addresses of a page in all editions, read off the page."""
    name = address.lstrip("/") + ("index.html" if address.endswith("/") else "")
    html = (site.folder / name).read_text("utf-8")
    menu = html.split('class="switch"')[1].split("</ul>")[0]
    return {href.split("/")[1]: href for href in re.findall(r'<a href="([^"]+)"', menu)}


def kinds(site, edition):
    """An address of every kind of page in an edition."""
    plain = {name: f"/{edition}/{name}.html" for name in ("sitemap", "search", "cart", "checkout", "order", "wishlist", "compare", "offline", "styleguide")}
    return {
        "home": f"/{edition}/", "category": switches(site, "/en-us/c/home-living.html")[edition], "storefront": f"/{edition}/s/nordlicht.html",
        "product": switches(site, PRODUCT)[edition], "content": f"/{edition}/faq.html", **plain, "notFound": f"/{edition}/no-such-page.html"}


def faults(page, rules=None):
    """What axe has to say, as one line for each kind of fault."""
    page.evaluate(f"window.axe || (() => {{ {AXE_SCRIPT} }})()")
    options = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}}
    found = page.evaluate("(options) => axe.run(document, options).then(({ violations }) => violations)", options)
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:120]} ({len(fault['nodes'])})" for fault in found]


def overflow(page):
    """How much wider the page is than the window, and what sticks out."""
    return page.evaluate("""() => {
        const spare = document.documentElement.scrollWidth - innerWidth;
        if (spare <= 0) return null;
        const wide = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
        return `${spare} px: ${wide.slice(0, 3).map((one) => one.tagName + '.' + one.className).join(', ')}`;
    }""")


def stored(lists):
    """A script that puts lists onto the device before the page is read."""
    return "".join(f"localStorage.getItem('seeded') || localStorage.setItem({name!r}, {json.dumps(items)!r});" for name, items in lists.items()) \
        + "localStorage.setItem('seeded', '1');"


def matrix(site, edition):
    """Each kind of page of an edition, in both widths and both lights."""
    wrong = []
    for width, height in WIDTHS:
        context = site.browser.new_context(viewport={"width": width, "height": height}, service_workers="block")
        context.set_default_timeout(8000)
        for kind, address in kinds(site, edition).items():
            page, told = context.new_page(), []
            where = f"{address} at {width}"
            page.on("pageerror", lambda error: told.append(f"{where}: {error}"))
            page.on("console", lambda message: message.type in ("error", "warning") and BLOCKED not in message.text and told.append(f"{where}: {message.text}"))
            page.on("requestfailed", lambda request: told.append(f"{where}: {request.url} failed"))
            page.on("response", lambda response: response.status >= 400 and kind != "notFound" and told.append(f"{where}: {response.url} is {response.status}"))
            page.emulate_media(color_scheme="light")
            page.goto(site.base + address)
            equal(page.evaluate("document.dir || document.documentElement.dir"), "rtl" if edition.startswith("ar") else "ltr")
            if kind == "search":
                settled(page)
            wrong += [f"{where}, light: {fault}" for fault in faults(page)]
            page.emulate_media(color_scheme="dark")
            # Of all rules, these ask for colours.
            wrong += [f"{where}, dark: {fault}" for fault in faults(page, ["color-contrast", "link-in-text-block"])]
            if spare := overflow(page):
                wrong.append(f"{where}: wider than the window by {spare}")
            # The address that leads nowhere is asked for on purpose.
            wrong += [line for line in told if kind != "notFound" or "404" not in line]
            page.close()
        context.close()
    return wrong


@test
def every_page_in_english_is_accessible_in_every_light_and_width(site):
    equal(matrix(site, "en-us"), [])


@test
def every_page_in_arabic_is_accessible_in_every_light_and_width(site):
    equal(matrix(site, "ar-kw"), [])


@test
def every_page_in_japanese_is_accessible_in_every_light_and_width(site):
    equal(matrix(site, "ja-jp"), [])


@test
def no_page_is_wider_than_the_narrowest_or_a_middling_window(site):
    wrong = []
    for edition in EDITIONS:
        with site.page(width=320, height=640, expects_faults=True) as page:
            for address in kinds(site, edition).values():
                page.goto(site.base + address)
                for width in (320, 768):
                    page.set_viewport_size({"width": width, "height": 640})
                    if spare := overflow(page):
                        wrong.append(f"{address} at {width}: {spare}")
    equal(wrong, [])


@test
def words_that_are_a_third_longer_break_no_page(site):
    wrong = []
    for edition in ("de-de", "ar-kw"):
        for width in (320, 360, 768, 1440):
            with site.longer.page(width=width, height=740, expects_faults=True) as page:
                for address in kinds(site.longer, edition).values():
                    page.goto(site.longer.base + address)
                    if spare := overflow(page):
                        wrong.append(f"{address} at {width}: {spare}")
                    cut = page.evaluate("""[...document.querySelectorAll('button, .button, .badge, summary, label, .chips a, .option a')]
                        .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).position !== 'absolute')
                        .map((one) => one.textContent.trim())""")
                    cut += page.evaluate("""[...document.querySelectorAll('select')].filter((one) => {
                        const { width } = one.getBoundingClientRect();
                        one.style.inlineSize = 'max-content';
                        const natural = one.getBoundingClientRect().width;
                        one.style.inlineSize = '';
                        return width && natural > width + 1;
                    }).map((one) => one.name || one.id)""")
                    wrong += [f"{address} at {width}: {text!r} is wider than its box" for text in cut]
    equal(wrong, [])


def told(page, where, wrong):
    """Notes what axe says of a state in both lights, and what is wider than the window."""
    for light in ("light", "dark"):
        page.emulate_media(color_scheme=light)
        wrong += [f"{where}, {light}: {fault}" for fault in faults(page)]
    if spare := overflow(page):
        wrong.append(f"{where}: {spare}")


@test
def every_state_of_a_page_is_accessible_on_the_narrowest_screen(site):
    wrong, narrow = [], {"width": 320, "height": 640}
    for edition in ("en-us", "ar-kw"):
        with site.counted.page(f"/{edition}/", routes=[("**/v1/counts", lambda route: route.fulfill(status=204))], **narrow) as page:
            page.wait_for_selector("#consent:not([hidden])")
            told(page, f"{edition}: consent", wrong)
        with site.page(switches(site, "/en-us/p/tenmoku-tea-bowl.html")[edition], **narrow) as page:
            equal(page.locator(".models a").count(), 2)
            told(page, f"{edition}: a product with models", wrong)
            page.click(".slides a >> nth=0")
            page.wait_for_selector("dialog.zoom[open]")
            told(page, f"{edition}: zoom", wrong)
        with site.page(switches(site, "/en-us/c/home-living.html")[edition], **narrow) as page:
            page.click(".refine button")
            page.wait_for_selector(".facets[open] form[aria-busy=false], .facets[open] form:not([aria-busy])")
            told(page, f"{edition}: filters", wrong)
        with site.page(f"/{edition}/", **narrow) as page:
            page.click(".switch button")
            told(page, f"{edition}: languages", wrong)
            page.keyboard.press("Escape")
            page.fill("#q", "a")
            page.wait_for_selector("#suggestions [role=option]")
            told(page, f"{edition}: suggestions", wrong)
        with site.page(f"/{edition}/search.html?q=zzzz", **narrow) as page:
            settled(page)
            told(page, f"{edition}: nothing found", wrong)
        with site.page(f"/{edition}/search.html?q=a", expects_faults=True, routes=[("**/*.bin", lambda route: route.abort())], **narrow) as page:
            page.wait_for_selector("[role=alert]")
            told(page, f"{edition}: the search fails", wrong)
        with site.page(f"/{edition}/", expects_faults=True, **narrow) as page:
            page.context.set_offline(True)
            until(page, "document.querySelector('.banner').textContent !== ''")
            told(page, f"{edition}: no connection", wrong)
    equal(wrong, [])


@test
def pages_stay_within_their_budgets(site):
    wrong = []
    for width, height in WIDTHS:
        for kind, address in kinds(site, "en-us").items():
            with site.page(width=width, height=height, expects_faults=kind == "notFound") as page:
                finished, before = [], []
                page.on("request", lambda request: before.append(request.url))
                page.on("requestfinished", lambda request: finished.append(request))
                counted = []
                page.on("load", lambda _: counted.append(len(before)))
                page.goto(site.base + address)
                page.wait_for_timeout(300)
                sizes = {}
                for request in finished:
                    sizes[request.resource_type] = sizes.get(request.resource_type, 0) + request.sizes()["responseBodySize"]
                where = f"{address} at {width}"
                budgets = {
                    "document": HTML.get(kind, HTML_OF_OTHERS), "stylesheet": STYLES + STYLES_OF_A_PAGE * (kind in BUYING | {"styleguide"}),
                    "script": SCRIPTS_OF_A_PRODUCT if kind == "search" else SCRIPTS_THAT_BUY if kind in BUYING
                    # The lists of the device are made by script alone.
                    else SCRIPTS + 1024 if kind in ("wishlist", "compare") else SCRIPTS}
                for what, budget in budgets.items():
                    assert sizes.get(what), f"{where}: no {what} was counted"
                    if sizes[what] > budget:
                        wrong.append(f"{where}: {what} {sizes[what]} instead of {budget}")
                # Pictures below the window are fetched when nothing else is to be done, and load does not wait for them.
                below = page.evaluate("[...document.querySelectorAll('img[loading=lazy]')].filter((one) => one.getBoundingClientRect().top > innerHeight).map((one) => one.currentSrc)")
                needed = [url for url in before[:counted[0]] if url not in below]
                if len(needed) > REQUESTS:
                    wrong.append(f"{where}: {len(needed)} requests before load instead of {REQUESTS}")
    equal(wrong, [])


@test
def the_address_of_a_variant_chooses_its_options(site):
    """Every row of products whose labels hold each other's values, as M holds in "M and Marineblau"."""
    address, count = "/de-de/p/skye-rain-jacket.html", 0
    with site.page(address) as page:
        rows = page.evaluate("[...document.querySelectorAll('tr[data-sku]')].map((row) => [row.dataset.sku, row.querySelector('a').textContent])")
    for sku, label in rows:
        with site.page(f"{address}?v={sku}") as page:
            chosen = page.evaluate("[...document.querySelectorAll('.option [aria-current]')].map((link) => [...link.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE).map((one) => one.data).join('').trim())")
            assert label == " und ".join(chosen), f"{sku}, {label}: {chosen} are marked"
            equal(page.text_content("#sku"), sku)
            count += 1
    assert count > 3, f"{count} variants"


def compared(count):
    names = {"arne-desk-lamp": "Arne desk lamp", "mira-usb-desk-lamp": "Mira USB desk lamp", "kontor-bankers-lamp": "Kontor banker’s lamp", "ash-glaze-mug": "Ash-glaze mug"}
    return [{"url": f"/en-us/p/{name}.html", "title": title, "image": ""} for name, title in list(names.items())[:count]]


@test
def nothing_moves_while_a_page_loads(site):
    seen = [{"url": OTHER, "title": "Ash-glaze mug", "image": ""}]
    lists = {"recent": seen, "wishlist": [{"url": PRODUCT, "title": "Arne desk lamp", "image": ""}], "compare": compared(2)}
    for address in (HOME, PRODUCT, "/en-us/c/home-living.html", "/en-us/c/home-living.html?stock=1", "/en-us/wishlist.html", "/en-us/compare.html"):
        for width, height in (*WIDTHS, (768, 1024)):
            with site.page(address, width=width, height=height, script=SHIFTS + ";" + stored(lists)) as page:
                if "?" in address:
                    settled(page)
                page.wait_for_timeout(800)
                moved = page.evaluate("shifted")
                assert moved <= SHIFT, f"{address} at {width}: shifted by {moved}"


def chosen_by(page, label):
    page.locator(".option a", has_text=label).first.click()


@test
def what_is_sold_out_depends_on_the_other_choices(site):
    with site.page("/en-us/p/skye-rain-jacket.html") as page:
        rows = page.evaluate("[...document.querySelectorAll('tr[data-sku]')].map(({ dataset }) => [dataset.choices.split(' ').map(Number), dataset.stock])")
        stock = {tuple(choices): state for choices, state in rows}
        assert {"out", "in_stock"} <= set(stock.values()), stock
        for choices in stock:
            for group, place in enumerate(choices):
                page.locator(".option").nth(group).locator("a").nth(place).click()
            for group in range(len(choices)):
                for place, link in enumerate(page.locator(".option").nth(group).locator("a").all()):
                    is_out = stock[tuple(place if i == group else choice for i, choice in enumerate(choices))] == "out"
                    where = f"{choices}, {group}, {place}"
                    assert ("gone" in (link.get_attribute("class") or "")) == is_out, where
                    assert ("(Sold out)" in link.text_content()) == is_out, where
            assert page.is_visible(".tip") == (stock[choices] == "out"), choices
        equal(faults(page), [])


@test
def a_choice_is_told_once_with_price_stock_and_number(site):
    with site.page(PRODUCT) as page:
        equal(page.text_content("#offer [role=status]"), "")
        chosen_by(page, "Graphite")
        said = page.text_content("#offer [role=status]")
        for part in ("Graphite", page.inner_text("#offer .price"), page.inner_text(".stock"), page.inner_text("#sku")):
            assert part in said, (part, said)
        equal(page.locator(".buy .stock[role]").count(), 0)


@test
def the_name_and_the_price_are_in_sight_on_a_small_screen(site):
    for edition in EDITIONS:
        with site.page(switches(site, PRODUCT)[edition], width=360, height=740) as page:
            heading, bar = page.locator("h1").bounding_box(), page.locator(".order > div").bounding_box()
            assert heading["y"] + heading["height"] <= bar["y"], (edition, heading, bar)
            for place in (0, 2000, 100000):
                page.evaluate("(place) => scrollTo(0, place)", place)
                box = page.locator(".order .price").bounding_box()
                assert 0 <= box["y"] <= 740 - box["height"], (edition, place, box)
            # What lies under the bar at the very end can be read.
            equal(page.evaluate("document.querySelector('.bottom').getBoundingClientRect().bottom <= document.querySelector('.order > div').getBoundingClientRect().top + 1"), True)
            page.locator(".option a").nth(1).click()
            equal(page.inner_text(".order .price"), page.inner_text("#offer .price"))


@test
def the_halves_of_a_product_leave_no_hole(site):
    with site.page(PRODUCT) as page:
        gallery, buy = page.locator(".gallery").bounding_box(), page.locator(".buy").bounding_box()
        assert buy["x"] - gallery["x"] - gallery["width"] <= 96, (gallery, buy)
        ends = page.evaluate("""(() => {
            const boxes = [...document.querySelectorAll('.halves section')].map((one) => one.getBoundingClientRect());
            const middle = innerWidth / 2;
            return [boxes.filter(({ x }) => x < middle), boxes.filter(({ x }) => x >= middle)].map((half) => Math.max(...half.map(({ bottom }) => bottom)));
        })()""")
        assert abs(ends[0] - ends[1]) < 400, ends


@test
def pictures_are_chosen_by_buttons(site):
    with site.page(PRODUCT) as page:
        thumbs = page.locator(".thumbs button")
        assert thumbs.count() > 2 and page.locator(".thumbs a").count() == 0
        equal(thumbs.nth(0).get_attribute("aria-current"), "true")
        thumbs.nth(2).focus()
        page.keyboard.press("Space")
        equal(thumbs.nth(2).get_attribute("aria-current"), "true")
        until(page, "Math.round(document.querySelector('.slides').scrollLeft / document.querySelector('.slides').clientWidth) === 2")


@test
def reviews_stand_in_the_order_that_is_asked_for(site):
    with site.page(PRODUCT) as page:
        page.locator("#reviews").scroll_into_view_if_needed()
        page.wait_for_selector(".bars button")
        days = "[...document.querySelectorAll('.reviews time')].map(({ dateTime }) => dateTime)"
        stars = "[...document.querySelectorAll('.reviews li .stars')].map(({ className }) => +className.match(/\\d+/)[0])"
        first = page.evaluate(days)
        for order, list_, key in (("newest", days, lambda found: sorted(found, reverse=True)), ("best", stars, lambda found: sorted(found, reverse=True)), ("worst", stars, sorted)):
            page.select_option(".sorting select", order)
            found = page.evaluate(list_)
            assert len(set(found)) > 1
            equal(found, key(found))
        page.select_option(".sorting select", "")
        equal(page.evaluate(days), first)


@test
def a_search_a_filter_and_a_variant_stay_in_another_language(site):
    for address, kept in (
            ("/en-us/p/arne-desk-lamp.html?v=NL-ARN-GRAPHITE", "v=NL-ARN-GRAPHITE"), ("/en-us/search.html?q=lamp&stock=1&price=10-200&page=2", "q=lamp&stock=1"),
            ("/en-us/c/home-living.html?stock=1", "stock=1")):
        with site.page(address) as page:
            page.click(".switch button")
            page.click(".switch [lang=ja-JP]")
            page.wait_for_url("**/ja-jp/**")
            equal(page.evaluate("location.search.slice(1)"), kept)
    with site.page("/en-us/p/arne-desk-lamp.html") as page:
        page.click(".option a >> nth=1")
        page.click(".switch button")
        assert page.get_attribute(".switch [lang=ar-KW]", "href").endswith("?v=NL-ARN-GRAPHITE")
    with site.page("/ar-kw/search.html?q=%D9%85%D8%B5%D8%A8%D8%A7%D8%AD&price=5-60") as page:
        page.click(".switch button")
        assert "price=5-60" in page.get_attribute(".switch [hreflang=en-KW]", "href")
        assert "price" not in page.get_attribute(".switch [hreflang=en-US]", "href")


@test
def buttons_move_a_shelf(site):
    for edition, sign in (("en-us", 1), ("ar-kw", -1)):
        with site.page(f"/{edition}/", reduced_motion="reduce") as page:
            shelf, steps = page.locator(".shelf").nth(0), page.locator(".steps").nth(0).locator("button")
            shelf.scroll_into_view_if_needed()
            until(page, "document.querySelector('.steps button').ariaDisabled === 'true'")
            at = lambda: shelf.evaluate("(one) => one.scrollLeft") * sign
            equal((at(), steps.nth(1).get_attribute("aria-disabled")), (0, "false"))
            steps.nth(1).click()
            until(page, "document.querySelector('.steps button').ariaDisabled === 'false'")
            assert at() > 100, at()
            equal(steps.nth(1).get_attribute("aria-disabled"), "true")
            steps.nth(0).click()
            until(page, "document.querySelector('.steps button').ariaDisabled === 'true'")
            equal(at(), 0)
            equal(faults(page), [])


@test
def shelves_fill_the_page(site):
    with site.page(PRODUCT) as page:
        for shelf in page.locator(".shelf:visible").all():
            count = shelf.locator("> li").count()
            edge = shelf.evaluate("(one) => one.lastElementChild.getBoundingClientRect().right")
            assert count < 4 or edge > 1300, (count, edge)


@test
def an_offline_page_shows_prices_of_what_it_keeps(site):
    with site.page(HOME, expects_faults=True, service_workers="allow") as page:
        installed(page)
        page.goto(site.base + PRODUCT)
        price = page.inner_text("#offer .price")
        page.wait_for_load_state("networkidle")
        page.context.set_offline(True)
        page.goto(site.base + OTHER)
        until(page, "document.querySelector('#kept ~ .cards .price')?.textContent")
        equal(page.inner_text("#kept ~ .cards .price"), price)


@test
def what_is_printed_shows_the_product(site):
    for width in (360, 1440):
        with site.page(PRODUCT, width=width) as page:
            page.emulate_media(media="print")
            box = page.locator(".slides img").first.bounding_box()
            assert box["width"] > 250, (width, box)


@test
def the_categories_of_the_header_can_be_touched(site):
    for edition in EDITIONS:
        with site.page(f"/{edition}/", width=360, height=740) as page:
            heights = page.evaluate("[...document.querySelectorAll('.strip a')].map((link) => link.getBoundingClientRect().height)")
            assert heights and min(heights) >= 44, heights


@test
def the_style_guide_shows_every_state(site):
    with site.page("/en-us/styleguide.html") as page:
        for part in (".hovered .button", ".focused .button", ".pressed .button", ".hero", ".bar-still .price", ".models a", ".shelf li", ".steps button", ".consent.still"):
            assert page.locator(part).count() > 0 and page.is_visible(f"{part} >> nth=0"), part
        normal, hovered = (page.evaluate(f"getComputedStyle(document.querySelector('{one}')).filter") for one in ("#sg-buttons ~ .row .button", ".hovered .button"))
        assert normal != hovered
        equal(page.locator(".versus thead th:visible").count(), 4)


def tab_to(page, selector, limit=90):
    """Presses Tab until the focus is on what the selector names. Whatever has the focus on the way shows it."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        state = page.evaluate("""(selector) => {
            const one = document.activeElement, style = getComputedStyle(one);
            const card = one.closest('article, .find');
            const isShown = style.outlineStyle !== 'none' || card && (getComputedStyle(card).outlineStyle !== 'none' || getComputedStyle(card).boxShadow !== 'none');
            return { isThere: one.matches(selector), isShown, name: one.outerHTML.slice(0, 90) };
        }""", selector)
        assert state["isShown"], f"the focus cannot be seen on {state['name']}"
        if state["isThere"]:
            return
    raise AssertionError(f"{selector} is not reached by Tab")


@test
def the_keyboard_leads_from_home_through_search_and_filter_to_a_product(site):
    with site.page(HOME) as page:
        tab_to(page, ".skip", 1)
        tab_to(page, "#q")
        page.keyboard.type("lamp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=lamp")
        settled(page)
        tab_to(page, ".facets [name=stock]")
        page.keyboard.press("Space")
        until(page, "new URLSearchParams(location.search).get('stock') === '1'")
        settled(page)
        tab_to(page, ".found h3 a")
        title = page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")
        page.wait_for_url("**/p/*.html*")
        equal(page.inner_text("h1"), title)


@test
def pages_lead_to_a_product_without_javascript(site):
    with site.page(HOME, java_script_enabled=False) as page:
        page.click(".tiles a >> nth=0")
        page.wait_for_url("**/c/*.html")
        title = page.inner_text(".found h3 a >> nth=0")
        page.click(".found h3 a >> nth=0")
        page.wait_for_url("**/p/*.html")
        equal(page.inner_text("h1"), title)
        assert page.is_visible("#offer .price") and page.is_visible("noscript p")
        # What only a script could serve is not offered.
        assert not page.is_visible(".acts .save") and not page.is_visible(".theme")
        page.click(".slides a >> nth=0")
        assert "/media/" in page.url
    for name in ("wishlist", "compare"):
        with site.page(f"/en-us/{name}.html", java_script_enabled=False) as page:
            assert page.is_visible("noscript p")
            equal(page.get_attribute("noscript a >> nth=0", "href"), HOME)
            page.click("noscript a >> nth=1")
            page.wait_for_url("**/c/*.html")


def installed(page):
    """Waits until the worker serves the page and keeps what it needs."""
    until(page, "navigator.serviceWorker.controller !== null")
    until(page, "caches.open('pages').then((pages) => pages.match('/en-us/offline.html')).then(Boolean)")


@test
def what_was_visited_opens_without_a_connection(site):
    with site.page(HOME, expects_faults=True, service_workers="allow") as page:
        installed(page)
        for address in (PRODUCT, "/en-us/c/home-living.html", "/en-us/search.html?q=lamp"):
            page.goto(site.base + address)
            page.wait_for_load_state("networkidle")
        settled(page)
        found = page.locator(".found h3 a").count()
        page.context.set_offline(True)
        page.goto(site.base + PRODUCT)
        equal(page.inner_text("h1"), "Arne desk lamp")
        until(page, "document.querySelector('.banner').textContent !== ''")
        assert page.evaluate("document.querySelector('.slides img').naturalWidth") > 0
        page.goto(site.base + "/en-us/search.html?q=lamp")
        settled(page)
        equal(page.locator(".found h3 a").count(), found)
        page.goto(site.base + OTHER)
        equal(page.locator("#kept").count(), 1)
        equal(page.locator("#kept ~ .cards h3 a").all_inner_texts(), ["Arne desk lamp"])
        equal(page.evaluate("getComputedStyle(document.querySelector('#again')).backgroundColor"), "rgb(11, 99, 206)")
        equal(faults(page), [])
        page.context.set_offline(False)
        page.click("#again")
        until(page, "document.querySelector('h1').textContent === 'Ash-glaze mug'")


@test
def purchases_and_accounts_are_never_kept(site):
    with site.page(HOME, service_workers="allow") as page:
        installed(page)
        for name in ("checkout", "order"):
            page.goto(f"{site.base}/en-us/{name}.html")
            page.wait_for_load_state("networkidle")
        kept = page.evaluate("caches.open('pages').then((pages) => pages.keys()).then((keys) => keys.map(({ url }) => new URL(url).pathname))")
        assert HOME in kept and not any("checkout" in path or "order" in path for path in kept), kept


@test
def the_site_can_be_installed_in_every_edition(site):
    for edition in site.editions:
        with site.page(f"/{edition}/", service_workers="allow") as page:
            until(page, "navigator.serviceWorker.controller !== null")
            session = page.context.new_cdp_session(page)
            # A window without a profile says so, and it is no fault of the site.
            errors = [error["errorId"] for error in session.send("Page.getInstallabilityErrors")["installabilityErrors"]]
            equal([error for error in errors if error != "in-incognito"], [])
            manifest = json.loads(session.send("Page.getAppManifest")["data"])
            equal(manifest["start_url"], f"/{edition}/")
            equal(manifest["dir"], page.evaluate("document.documentElement.dir"))
            equal(manifest["lang"], page.evaluate("document.documentElement.lang"))


@test
def the_service_worker_stays_within_its_budget(site):
    size = len(gzip.compress((site.folder / "worker.js").read_bytes(), 9, mtime=0))
    assert 0 < size <= WORKER, size


@test
def another_language_shows_the_same_page(site):
    for address in (PRODUCT, "/en-us/c/home-living.html", "/en-us/faq.html", "/en-us/wishlist.html", "/en-us/styleguide.html"):
        with site.page(address) as page:
            page.click(".switch button")
            page.click(".switch [lang=ja-JP]")
            page.wait_for_url("**/ja-jp/**")
            equal(page.evaluate("location.pathname"), switches(site, address)["ja-jp"])
            equal(page.evaluate("document.documentElement.lang"), "ja-JP")
            assert page.evaluate("location.pathname") != "/ja-jp/"


@test
def the_menu_of_languages_closes_by_escape_and_by_a_click_beside_it(site):
    for width in (360, 1440):
        with site.page(HOME, width=width) as page:
            page.click(".switch button")
            box = page.locator(".switch ul").bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width, box
            page.keyboard.press("Escape")
            assert not page.is_visible(".switch ul")
            page.click(".switch button")
            assert page.is_visible(".switch ul")
            page.mouse.click(5, 700)
            assert not page.is_visible(".switch ul")
    with site.page(HOME, java_script_enabled=False) as page:
        page.click(".switch button")
        page.click(".switch [lang=ja-JP]")
        page.wait_for_url("**/ja-jp/**")


@test
def the_word_that_there_is_no_connection_covers_no_picture(site):
    with site.page(PRODUCT, expects_faults=True, width=360, height=740) as page:
        page.context.set_offline(True)
        until(page, "document.querySelector('.banner[data-away]').textContent !== ''")
        banner, gallery, bar = (page.locator(one).bounding_box() for one in (".banner[data-away]", ".gallery", ".bar"))
        assert bar["y"] + bar["height"] <= banner["y"] and banner["y"] + banner["height"] <= gallery["y"], (bar, banner, gallery)


@test
def back_and_forward_keep_filters_and_place(site):
    with site.page("/en-us/search.html", height=600) as page:
        settled(page)
        page.check(".facets [name=stock]")
        until(page, "location.search.includes('stock=1')")
        settled(page)
        page.evaluate("scrollTo(0, 700)")
        until(page, "scrollY === 700")
        # Playwright's own click would scroll the link into view.
        page.evaluate("document.querySelectorAll('.found h3 a')[8].click()")
        page.wait_for_url("**/p/*.html*")
        page.go_back()
        settled(page)
        assert page.is_checked(".facets [name=stock]") and "stock=1" in page.url
        until(page, "Math.abs(scrollY - 700) < 80")
        page.go_forward()
        page.wait_for_url("**/p/*.html*")


@test
def hearts_save_products_and_the_list_shows_the_prices_of_their_pages(site):
    with site.page(HOME) as page:
        heart = page.locator(".cards .save").nth(1)
        title = heart.evaluate("(heart) => heart.closest('article').querySelector('h3').innerText")
        equal(heart.get_attribute("aria-pressed"), "false")
        assert title in heart.get_attribute("aria-label")
        heart.click()
        equal(heart.get_attribute("aria-pressed"), "true")
        equal(page.get_attribute(".saved", "data-count"), "1")
        page.reload()
        equal(page.locator(".cards .save").nth(1).get_attribute("aria-pressed"), "true")
        page.goto(site.base + "/en-us/wishlist.html")
        until(page, "document.querySelector('#wishlist .cost')?.ariaBusy === 'false'")
        equal(page.inner_text("#wishlist .cards h2"), title)
        price = page.inner_text("#wishlist .price")
        equal(faults(page), [])
        # In another country it is the same product at that country's price.
        page.goto(site.base + "/ja-jp/wishlist.html")
        until(page, "document.querySelector('#wishlist .cost')?.ariaBusy === 'false'")
        assert page.inner_text("#wishlist .price").startswith("¥"), page.inner_text("#wishlist .price")
        page.click("#wishlist h2 a")
        page.wait_for_url("**/ja-jp/p/*.html")
        equal(page.get_attribute(".acts .save", "aria-pressed"), "true")
        page.goto(site.base + HOME)
        equal(page.locator(".cards .save").nth(1).get_attribute("aria-pressed"), "true")
        page.goto(site.base + "/en-us/wishlist.html")
        until(page, "document.querySelector('#wishlist .cost')?.ariaBusy === 'false'")
        equal(page.inner_text("#wishlist .price"), price)
        page.locator("#wishlist .plain").click()
        assert page.is_visible("#wishlist .empty")
        equal(page.evaluate("document.activeElement.tagName"), "H1")
        equal(page.get_attribute(".saved", "data-count"), None)


@test
def hearts_of_search_results_know_what_is_saved(site):
    item = {"url": PRODUCT, "title": "Arne desk lamp", "image": ""}
    with site.page("/en-us/search.html?q=arne", script=stored({"wishlist": [item]})) as page:
        settled(page)
        until(page, "document.querySelector('.found .save[aria-pressed=\"true\"]') !== null")
        saved = page.locator(".found .save[aria-pressed=true]").evaluate("(heart) => heart.closest('article').querySelector('a').pathname")
        equal(saved, PRODUCT)


@test
def a_wish_list_says_what_is_gone_and_what_cannot_be_reached(site):
    items = [{"url": "/en-us/p/no-such-product.html", "title": "Gone", "image": ""}, {"url": PRODUCT, "title": "Arne desk lamp", "image": ""}]
    with site.page("/en-us/wishlist.html", expects_faults=True, script=stored({"wishlist": items}),
                   routes=[("**/arne-desk-lamp.html", lambda route: route.abort())]) as page:
        until(page, "[...document.querySelectorAll('#wishlist .cost')].every(({ ariaBusy }) => ariaBusy === 'false')")
        equal(page.locator("#wishlist .stock").all_inner_texts(), ["No longer sold here", "The price cannot be reached at the moment."])
        equal(faults(page), [])


@test
def damaged_lists_on_the_device_harm_no_page(site):
    for damage in ("{", '[null, 7, {"url": 7}]', '[{"url": "javascript:alert(1)", "title": "<img src=x onerror=alert(1)>"}]'):
        script = "".join(f"localStorage.setItem({name!r}, {damage!r});" for name in ("wishlist", "recent", "compare", "theme"))
        for address in (HOME, PRODUCT, "/en-us/wishlist.html", "/en-us/compare.html"):
            with site.page(address, script=script, expects_faults=True) as page:
                page.wait_for_timeout(100)
                equal(page.asked, [])
                equal(page.locator("a[href^='javascript:'], main img[onerror]").count(), 0)
                assert page.is_visible("h1")


@test
def up_to_four_products_are_compared_and_differences_are_marked(site):
    addresses = [PRODUCT] + [path for path in (f"/en-us/p/{name}.html" for name in ("mira-usb-desk-lamp", "kontor-bankers-lamp", "ash-glaze-mug", "kyusu-side-handle-teapot", "linden-train", "kyusu-teapot")) if (site.folder / path[1:]).is_file()]
    assert len(addresses) >= 3, addresses
    with site.page(addresses[0]) as page:
        for address in addresses[:3]:
            page.goto(site.base + address)
            page.click(".acts .scales")
            equal(page.get_attribute(".acts .scales", "aria-pressed"), "true")
        page.click(".acts a")
        page.wait_for_url("**/compare.html")
        until(page, "document.querySelectorAll('.versus thead th').length === 3")
        prices = page.locator(".versus tbody tr >> nth=0").locator("td").all_inner_texts()
        equal(len(prices), 3)
        for row in page.locator(".versus tbody tr").all():
            # What is not known of a product makes no difference.
            values = set(row.locator("td").all_inner_texts()) - {"–"}
            equal(row.locator("td").count(), 3)
            equal("differs" in (row.get_attribute("class") or ""), len(values) > 1)
            equal(row.locator("th").get_attribute("scope"), "row")
        equal(faults(page), [])
        page.check(".only input")
        shown = page.locator(".versus tbody tr:visible")
        equal(shown.count(), page.locator(".versus .differs").count())
        assert 0 < shown.count() < page.locator(".versus tbody tr").count()
        page.uncheck(".only input")
        page.click(".versus thead .plain >> nth=0")
        equal(page.locator(".versus thead th").count(), 2)


@test
def a_comparison_breaks_no_word_and_shows_that_it_goes_on(site):
    for edition in EDITIONS:
        with site.page(f"/{edition}/compare.html", width=360, height=740, script=stored({"compare": compared(3)})) as page:
            until(page, "document.querySelector('.versus').ariaBusy === 'false'")
            equal(page.evaluate("[...document.querySelectorAll('.versus :is(th, td)')].filter((one) => getComputedStyle(one).overflowWrap === 'anywhere').length"), 0)
            # The second product is cut by the edge of the screen, and it is the screen's edge.
            box = page.locator("#compare").bounding_box()
            assert box["x"] <= 0 and box["x"] + box["width"] >= 360, box
            second = page.locator(".versus thead th").nth(1).bounding_box()
            assert second["x"] < 340 and second["x"] + second["width"] > 20, second


@test
def what_is_not_read_yet_keeps_its_place_in_the_comparison(site):
    items = [{"url": url, "title": title, "image": ""} for url, title in ((PRODUCT, "Arne desk lamp"), (OTHER, "Ash-glaze mug"))]
    waiting = []
    with site.page("/en-us/compare.html", script=stored({"compare": items}), routes=[("**/p/*.html", lambda route: waiting.append(route))]) as page:
        until(page, "document.querySelector('.versus').ariaBusy === 'true'")
        equal(page.locator(".versus thead a").all_inner_texts(), ["Arne desk lamp", "Ash-glaze mug"])
        assert page.is_disabled(".versus thead button >> nth=0")
        page.wait_for_timeout(300)
        equal(page.evaluate("getComputedStyle(document.querySelector('.versus td:empty'), '::after').content"), '""')
        equal(faults(page), [])
        for route in waiting:
            route.continue_()
        until(page, "document.querySelector('.versus').ariaBusy === 'false'")
        equal(page.locator(".versus td:empty").count(), 1)
        assert page.is_enabled(".versus thead button >> nth=0")


@test
def the_names_of_what_is_compared_stay_in_sight(site):
    items = [{"url": url, "title": "-", "image": ""} for url in (PRODUCT, OTHER)]
    for width, scroller in ((360, "document.querySelector('#compare')"), (1440, "document.scrollingElement")):
        with site.page("/en-us/compare.html", width=width, height=500, script=stored({"compare": items})) as page:
            until(page, "document.querySelector('.versus').ariaBusy === 'false'")
            page.evaluate(f"{scroller}.scrollBy(0, 400)")
            page.evaluate("document.querySelector('#compare').scrollIntoView({ block: 'end' })")
            until(page, "document.querySelector('.versus tbody tr').getBoundingClientRect().bottom < document.querySelector('.versus thead a').getBoundingClientRect().top + 400")
            top = page.evaluate("document.querySelector('.versus thead a').getBoundingClientRect().top")
            assert 0 <= top < 500, f"at {width} the name is at {top}"


@test
def stars_leave_only_the_reviews_that_gave_so_many(site):
    address = max((site.folder / "en-us/p").glob("*.html"), key=lambda file: file.read_text("utf-8").count('class="said"'))
    with site.page(f"/en-us/p/{address.name}") as page:
        reviews = page.locator(".reviews ol > li")
        count, buttons = reviews.count(), page.locator(".bars button")
        page.locator("#reviews").scroll_into_view_if_needed()
        page.wait_for_selector(".bars button")
        assert count > 1 and buttons.count() > 0
        stars = [int(re.search(r"\bs(\d+)", one.get_attribute("class"))[1]) // 2 for one in page.locator(".reviews li > .rating .stars").all()]
        equal(buttons.count(), len(set(stars)))
        for button in buttons.all():
            button.click()
            given = int(re.search(r"\d", button.inner_text())[0])
            equal(page.locator(".reviews ol > li:visible").count(), stars.count(given))
            equal(button.get_attribute("aria-pressed"), "true")
            assert f"{stars.count(given)} / {count}" in page.inner_text(".bars + [role=status]")
        equal(faults(page), [])
        buttons.last.click()
        equal(page.locator(".reviews ol > li:visible").count(), count)
        equal(page.inner_text(".bars + [role=status]"), "")


@test
def a_fifth_product_is_refused_with_a_reason(site):
    items = [{"url": f"/en-us/p/{number}.html", "title": str(number), "image": ""} for number in range(4)]
    with site.page(PRODUCT, script=stored({"compare": items})) as page:
        page.click(".acts .scales")
        equal(page.get_attribute(".acts .scales", "aria-pressed"), "false")
        assert page.inner_text(".acts [role=status]").startswith("Four products")


@test
def what_was_seen_is_found_again_and_can_be_forgotten(site):
    with site.page(PRODUCT) as page:
        assert not page.is_visible("#recent")
        page.goto(site.base + OTHER)
        equal(page.locator("#recent h3").all_inner_texts(), ["Arne desk lamp"])
        page.goto(site.base + HOME)
        equal(page.locator("#recent h3").all_inner_texts(), ["Ash-glaze mug", "Arne desk lamp"])
        page.click("#recent button")
        assert not page.is_visible("#recent")
        equal(page.evaluate("localStorage.getItem('recent')"), "[]")


@test
def visitors_who_ask_not_to_be_followed_leave_no_trace(site):
    script = "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })"
    with site.page(PRODUCT, script=script) as page:
        equal(page.evaluate("localStorage.getItem('recent')"), None)


@test
def pictures_open_as_large_as_the_window(site):
    with site.page(PRODUCT) as page:
        page.click(".slides a >> nth=0")
        page.wait_for_selector("dialog.zoom[open]")
        equal(faults(page), [])
        first = page.get_attribute(".stage img", "src")
        page.keyboard.press("ArrowRight")
        assert page.get_attribute(".stage img", "src") != first
        page.click(".stage")
        equal(page.get_attribute(".stage", "aria-pressed"), "true")
        assert page.evaluate("document.querySelector('.stage').scrollWidth > document.querySelector('.stage').clientWidth * 1.5")
        page.keyboard.press("Escape")
        equal(page.locator("dialog.zoom").count(), 0)
        assert page.evaluate("document.activeElement.matches('.slides a')")


@test
def a_chosen_variant_stays_in_the_address(site):
    with site.page(PRODUCT) as page:
        before = page.inner_text("#offer .price")
        page.click(".option a >> nth=1")
        assert page.evaluate("new URLSearchParams(location.search).get('v')") == "NL-ARN-GRAPHITE"
        after = page.inner_text("#offer .price")
        assert after != before
        page.reload()
        equal(page.inner_text("#offer .price"), after)
        equal(page.inner_text("#sku"), "NL-ARN-GRAPHITE")


@test
def an_address_is_shared_by_copying_where_nothing_else_can(site):
    with site.page(PRODUCT, permissions=["clipboard-read", "clipboard-write"], script="delete Navigator.prototype.share") as page:
        page.click(".acts .send")
        until(page, "document.querySelector('.acts [role=status]').textContent === 'The address of this page was copied.'")
        equal(page.evaluate("navigator.clipboard.readText()"), site.base + PRODUCT)


@test
def products_can_be_reported(site):
    with site.page(PRODUCT) as page:
        address = page.get_attribute(".report", "href")
        assert address.startswith("mailto:help@karooexpress.example?subject=") and "NL-ARN-SAGE" in address, address


@test
def an_address_that_leads_nowhere_becomes_a_search(site):
    with site.page(HOME, expects_faults=True) as page:
        answer = page.goto(site.base + "/en-us/p/enamel-pendant-99.html")
        equal(answer.status, 404)
        equal(page.input_value("#lost"), "enamel pendant")
        page.click(".ask .button")
        page.wait_for_url("**/search.html?q=enamel+pendant")
        settled(page)
        assert page.locator(".found h3 a").count() > 0


@test
def the_chosen_light_stays(site):
    with site.page(HOME, color_scheme="light") as page:
        page.select_option("#theme", "dark")
        equal(page.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(17, 19, 23)")
        page.goto(site.base + PRODUCT)
        until(page, "getComputedStyle(document.body).backgroundColor === 'rgb(17, 19, 23)'")
        page.select_option("#theme", "")
        equal(page.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")


@test
def all_scripts_of_a_product_stay_within_their_budget(site):
    with site.page(PRODUCT) as page:
        sizes = []
        page.on("requestfinished", lambda request: request.resource_type == "script" and sizes.append(request.sizes()["responseBodySize"]))
        page.reload()
        page.click(".slides a >> nth=0")
        page.wait_for_selector("dialog.zoom[open]")
        page.keyboard.press("Escape")
        page.fill("#q", "lamp")
        page.wait_for_selector("#suggestions [role=option]")
        page.wait_for_timeout(200)
        assert 0 < sum(sizes) <= SCRIPTS_OF_A_PRODUCT, sizes


@test
def style_sheets_name_no_side_and_no_colour_outside_the_tokens(site):
    sheet = next((site.folder / "assets").glob("app.*.css")).read_text("utf-8")
    equal(re.findall(r"(?:^|[;{\s])((?:margin|padding|border|inset)-(?:left|right|top|bottom)|left|right|top|bottom)\s*:", sheet), [])
    components = sheet[sheet.index("@layer components {"):sheet.index("@layer utilities {")]
    equal(re.findall(r"#[0-9a-f]{3,8}\b(?![^{};]*\{)", components), [])


@test
def no_console_tells_of_a_fault_or_of_the_policy(site):
    # Where a test leaves a page while a transition to it still runs, the browser breaks the transition off, and says so.
    faults = [fault for one in (site, site.counted, site.longer) for fault in one.faults]
    equal([fault for fault in faults if "Transition was aborted" not in fault], [])


def site_of(browser, chosen):
    site, counted, longer = (Site(browser, serve(folder), folder) for folder in (chosen.public, chosen.counted, chosen.longer))
    site.counted, site.longer = counted, longer
    site.editions = sorted(folder.parent.name for folder in chosen.public.glob("*/manifest.webmanifest"))
    return site


if __name__ == "__main__":
    parser = options()
    parser.add_argument("--counted", type=pathlib.Path, required=True, help="the same site, with analytics")
    parser.add_argument("--longer", type=pathlib.Path, required=True, help="the same site, with the words of pseudo.py")
    chosen = parser.parse_args()
    sys.exit(run(chosen, lambda browser: site_of(browser, chosen)))
