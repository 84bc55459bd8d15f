"""The search of the demonstration, used in a browser. A line for each test; what is expected is read off the pages."""

import gzip
import re
import sys

from harness import equal, options, run, test, until
from site_server import serve
from visits import Site, settled

SEARCH, HOME = "/en-us/search.html", "/en-us/"
# Scripts of the search together, in bytes after `gzip -9`.
BUDGET = 15 * 1024


def search(page):
    """The parameters of the address."""
    return page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")


def number(text):
    return int(re.sub(r"\D", "", text) or "0")


def total(page):
    return number(page.inner_text(".over > p"))


def cards(page):
    """How many products fit; the popular ones that stand where nothing fits are none of them."""
    return page.locator(".found .cards:not(.shelf):visible > li").count()


def choose(page, name, place):
    """Ticks a box of a group, and gives the count that stood beside it."""
    box = page.locator(f"input[name='{name}']").nth(place)
    count = number(box.locator("xpath=..").locator("small").inner_text())
    before = page.url
    box.click()
    until(page, "before => location.href !== before", before)
    settled(page)
    return count


# Suggestions

@test
def nothing_of_the_search_is_loaded_before_somebody_reaches_for_it(site):
    for address in (HOME, site.category):
        with site.page(address) as page:
            page.wait_for_load_state("networkidle")
            equal([url for url in page.requested if re.search(r"/search\.[0-9a-f]+\.js|root\.json|\.bin", url)], [])
            page.focus("#q")
            page.wait_for_selector("#q[role=combobox]")
            assert any("root.json" in url for url in page.requested)


def suggestions(page, text):
    page.focus("#q")
    page.wait_for_selector("#q[role=combobox]")
    page.keyboard.type(text)
    page.wait_for_selector("#suggestions:not([hidden]) [role=option]")


@test
def arrows_walk_through_suggestions_and_the_typed_text_stays(site):
    with site.page(HOME) as page:
        suggestions(page, "l")
        options = page.locator("#suggestions [role=option]")
        count = options.count()
        assert 1 <= count <= 8, count
        equal(page.get_attribute("#q", "aria-expanded"), "true")
        equal(page.get_attribute("#q", "aria-controls"), "suggestions")
        for place in (*range(count), None, 0):
            page.keyboard.press("ArrowDown")
            selected = page.locator("#suggestions [aria-selected=true]")
            equal(selected.count(), 0 if place is None else 1)
            if place is not None:
                equal(page.get_attribute("#q", "aria-activedescendant"), options.nth(place).get_attribute("id"))
                equal(selected.get_attribute("id"), options.nth(place).get_attribute("id"))
            equal(page.input_value("#q"), "l")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        equal(page.get_attribute("#q", "aria-activedescendant"), options.nth(count - 1).get_attribute("id"))


@test
def escape_closes_the_suggestions_and_then_clears_the_field(site):
    with site.page(HOME) as page:
        suggestions(page, "l")
        page.keyboard.press("Escape")
        assert page.locator("#suggestions").is_hidden()
        equal(page.get_attribute("#q", "aria-expanded"), "false")
        equal(page.input_value("#q"), "l")
        page.keyboard.press("Escape")
        equal(page.input_value("#q"), "")


@test
def the_number_of_suggestions_is_told(site):
    with site.page(HOME) as page:
        suggestions(page, "l")
        count = page.locator("#suggestions [role=option]").count()
        equal(number(page.inner_text(".find [role=status].hide")), count)


@test
def groups_of_suggestions_have_names(site):
    with site.page(HOME) as page:
        suggestions(page, "l")
        groups = page.locator("#suggestions [role=group]")
        assert groups.count() >= 1
        for place in range(groups.count()):
            assert groups.nth(place).get_attribute("aria-label")


@test
def enter_submits_what_was_typed(site):
    with site.page(HOME) as page:
        suggestions(page, "lamp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=lamp")
        settled(page)
        assert cards(page) > 0


@test
def enter_on_a_suggestion_follows_it(site):
    with site.page(HOME) as page:
        suggestions(page, "l")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: url != site.base + HOME)


@test
def recent_searches_are_offered_and_can_be_forgotten(site):
    with site.page(f"{SEARCH}?q=lamp") as page:
        settled(page)
        page.goto(site.base + HOME)
        page.focus("#q")
        page.wait_for_selector("#suggestions [role=option]")
        equal(page.locator("#suggestions [role=option]").inner_text().strip(), "lamp")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Delete")
        page.wait_for_selector("#suggestions", state="hidden")
        equal(page.evaluate("localStorage.searches"), "[]")


EAR = """window.SpeechRecognition = class {
    start() { window.ear = this; this.onstart(); }
    stop() { this.onend(); }
}"""


@test
def a_spoken_search_is_written_into_the_field_and_sent(site):
    with site.page(HOME, script=EAR) as page:
        page.focus("#q")
        button = page.locator(".find .voice")
        button.wait_for()
        assert button.get_attribute("aria-label")
        equal(button.get_attribute("aria-pressed"), "false")
        button.click()
        equal(button.get_attribute("aria-pressed"), "true")
        assert page.inner_text(".told")
        equal(page.evaluate("ear.lang"), page.evaluate("document.documentElement.lang"))
        page.evaluate("ear.onresult({ results: [Object.assign([{ transcript: 'lam' }], { isFinal: false })] })")
        equal(page.input_value("#q"), "lam")
        page.evaluate("ear.onerror({ error: 'not-allowed' }), ear.onend()")
        equal(button.get_attribute("aria-pressed"), "false")
        assert page.inner_text(".told")
        button.click()
        page.evaluate("ear.onresult({ results: [Object.assign([{ transcript: 'lamp' }], { isFinal: true })] })")
        page.wait_for_url("**/search.html?q=lamp")


@test
def there_is_no_button_for_speech_where_the_browser_has_none(site):
    with site.page(HOME, script="delete window.SpeechRecognition; delete window.webkitSpeechRecognition") as page:
        page.focus("#q")
        page.wait_for_selector("#q[role=combobox]")
        equal(page.locator(".voice").count(), 0)


# Results

SKELETON = """list => [...new Set([...list.querySelectorAll('li, li *')].map(
    (element) => [element.tagName, ...element.classList].filter((name) => !/^s\\d+$/.test(name)).join('.')))]"""


@test
def cards_of_results_are_made_as_those_of_the_pages_are(site):
    with site.page(f"{SEARCH}?q=lamp") as page:
        settled(page)
        found = set(page.eval_on_selector(".found .cards", SKELETON)) - {"MARK"}
        assert cards(page) > 0
        broken = page.evaluate("[...document.querySelectorAll('.found img')].filter((image) => image.complete && !image.naturalWidth).length")
        equal(broken, 0)
        known = set()
        for address in ("", *site.listings):
            page.goto(site.base + (address or site.category))
            known |= set(page.eval_on_selector(".cards", SKELETON))
        equal(found - known, set())


@test
def a_card_of_a_result_says_what_the_card_of_the_page_says(site):
    with site.page(site.category) as page:
        texts = "list => Object.fromEntries([...list.children].map((item) => [item.querySelector('a').getAttribute('href'), item.innerText.replace(/\\s+/g, ' ').trim()]))"
        kept = page.eval_on_selector(".cards", texts)
        page.goto(f"{site.base}{site.category}?sort=price")
        settled(page)
        found = page.eval_on_selector(".cards:not([hidden])", texts)
        both = kept.keys() & found.keys()
        assert both
        equal({url: found[url] for url in both if found[url] != kept[url]}, {url: kept[url] for url in both if found[url] != kept[url]})


@test
def words_that_were_found_are_marked(site):
    with site.page(f"{SEARCH}?q=lamp") as page:
        settled(page)
        marks = page.locator(".found mark").all_inner_texts()
        assert marks and all(mark.lower().startswith("lamp") for mark in marks), marks


@test
def values_of_one_facet_add_up_and_those_of_two_narrow(site):
    with site.page(f"{SEARCH}?q=lamp") as page:
        settled(page)
        everything = total(page)
        first = choose(page, "seller", 0)
        equal(total(page), first)
        second = choose(page, "seller", 1)
        equal(total(page), first + second)
        equal(len(search(page)["seller"].split(",")), 2)
        stock = choose(page, "stock", 0)
        equal(total(page), stock)
        equal(search(page)["stock"], "1")
        equal(page.locator(".pills li").count(), 4)
        page.click(".pills .all")
        page.wait_for_url("**/search.html?q=lamp")
        settled(page)
        equal(total(page), everything)


@test
def back_and_forward_go_through_the_states(site):
    with site.page(f"{SEARCH}?q=lamp") as page:
        settled(page)
        everything = total(page)
        first = choose(page, "seller", 0)
        page.go_back()
        until(page, "!location.search.includes('seller')")
        settled(page)
        equal(total(page), everything)
        equal(page.locator("input[name=seller]:checked").count(), 0)
        page.go_forward()
        until(page, "location.search.includes('seller')")
        settled(page)
        equal(total(page), first)
        equal(page.locator("input[name=seller]:checked").count(), 1)


@test
def the_address_alone_makes_the_same_page(site):
    with site.page(f"{SEARCH}?q=lamp") as page:
        settled(page)
        choose(page, "seller", 0)
        choose(page, "stock", 0)
        before = page.url, total(page), page.locator(".pills").inner_text()
        page.reload()
        settled(page)
        equal((page.url, total(page), page.locator(".pills").inner_text()), before)


@test
def back_from_a_product_finds_the_place_again(site):
    with site.page(f"{SEARCH}?stock=1") as page:
        settled(page)
        page.evaluate("scrollTo(0, 900)")
        page.locator(".found .cards h3 a").nth(9).evaluate("link => link.click()")
        page.wait_for_url("**/p/**")
        page.go_back()
        page.wait_for_url("**/search.html?stock=1")
        until(page, "scrollY > 800")


SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { if (!entry.hadRecentInput) shifted += entry.value; }))
    .observe({ type: 'layout-shift', buffered: true })"""


@test
def nothing_jumps_while_a_page_fills(site):
    for address in (f"{SEARCH}?stock=1", SEARCH, f"{SEARCH}?q=qqxzqqxzqqxz", site.category):
        for width in (1440, 360):
            with site.page(address, width=width, height=900, script=SHIFTS) as page:
                if address != site.category:
                    settled(page)
                page.wait_for_timeout(300)
                shifted = page.evaluate("shifted")
                assert shifted <= 0.02, f"{address} at {width}: {shifted}"


@test
def choosing_a_filter_moves_neither_the_page_nor_the_focus(site):
    with site.page(f"{SEARCH}?stock=1") as page:
        settled(page)
        page.locator("input[name=seller]").first.scroll_into_view_if_needed()
        before = page.locator("input[name=seller]").first.bounding_box()["y"]
        choose(page, "seller", 0)
        after = page.locator("input[name=seller]").first.bounding_box()["y"]
        assert abs(after - before) < 2, (before, after)
        equal(page.evaluate("document.activeElement.name"), "seller")


@test
def prices_ascend_when_sorted_so(site):
    with site.page(f"{SEARCH}?q=lamp") as page:
        settled(page)
        for order, sign in (("price", 1), ("-price", -1)):
            page.select_option(".refine select", order)
            until(page, "order => new URLSearchParams(location.search).get('sort') === order", order)
            settled(page)
            prices = [sign * float(value) for value in page.eval_on_selector_all(".found .price", "all => all.map((data) => data.value)")]
            equal(prices, sorted(prices))


@test
def a_range_of_prices_holds(site):
    with site.page(f"{SEARCH}?q=lamp&sort=price") as page:
        settled(page)
        prices = [float(value) for value in page.eval_on_selector_all(".found .price", "all => all.map((data) => data.value)")]
        low, high = int(prices[1]), int(prices[-2]) + 1
        page.fill("[name=price] >> nth=0", str(low))
        page.keyboard.press("Tab")
        until(page, "location.search.includes('price=')")
        settled(page)
        page.fill("[name=price] >> nth=1", str(high))
        page.keyboard.press("Tab")
        page.wait_for_url(f"**price={low}-{high}**")
        settled(page)
        equal(total(page), sum(low <= price <= high for price in prices))


@test
def pages_of_results_are_links(site):
    with site.page(f"{SEARCH}?stock=1") as page:
        settled(page)
        first = page.inner_text(".found .cards h3 >> nth=0")
        page.click(".pages [rel=next]")
        page.wait_for_url("**page=2**")
        settled(page)
        assert page.inner_text(".found .cards h3 >> nth=0") != first
        assert "2" in page.inner_text(".pages p")
        equal(page.inner_text(".pages [aria-current]"), "2")
        page.click(".pages a:text-is('1')")
        until(page, "document.querySelector('.pages [aria-current]')?.textContent === '1'")
        settled(page)
        equal(page.inner_text(".found .cards h3 >> nth=0"), first)
        equal(page.evaluate("document.activeElement.id"), "products")


@test
def a_category_opens_those_below_it(site):
    with site.page(f"{SEARCH}?stock=1") as page:
        settled(page)
        before = page.locator("input[name=category]").count()
        choose(page, "category", 0)
        assert page.locator("input[name=category]").count() > before
        first = search(page)["category"]
        page.locator(f"input[name=category][value^='{first}/']").first.click()
        until(page, "first => new URLSearchParams(location.search).get('category').startsWith(`${first}/`)", first)
        settled(page)
        equal(page.locator("input[name=category]:checked").count(), 1)


@test
def where_filters_leave_nothing_each_can_be_taken_away(site):
    with site.page(f"{SEARCH}?q=lamp&price=999999-&stock=1") as page:
        settled(page)
        equal(total(page), 0)
        link = page.locator(".pills a").first
        count = number(re.search(r"\((.*)\)", link.inner_text()).group(1))
        link.click()
        page.wait_for_url(lambda url: "999999" not in url)
        settled(page)
        equal(total(page), count)


@test
def a_misspelled_word_is_corrected_and_said_so(site):
    with site.page(f"{SEARCH}?q=blnaket") as page:
        settled(page)
        assert cards(page) > 0
        assert "blanket" in page.inner_text(".note")


@test
def where_nothing_is_found_there_are_categories(site):
    with site.page(f"{SEARCH}?q=qqxzqqxzqqxz") as page:
        settled(page)
        equal(cards(page), 0)
        assert page.locator(".found .empty").is_visible()
        assert page.locator(".browse a").first.is_visible()
        assert page.locator(".found .shelf h3 a").count() > 3
        equal(page.inner_text("h1"), "Results for “qqxzqqxzqqxz”")
        # Nothing is to be chosen, so nothing stands apart from the edge of the page.
        equal(page.locator(".found .empty").bounding_box()["x"], page.locator("h1").bounding_box()["x"])


@test
def a_new_search_on_the_page_leaves_no_filters(site):
    with site.page(f"{SEARCH}?q=lamp&stock=1") as page:
        settled(page)
        page.fill("#q", "blanket")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=blanket")
        settled(page)
        assert cards(page) > 0


# Listings of the pages

def opened(page):
    """Moves the pointer, on which the filters come to stand beside the list, and waits for them."""
    page.mouse.move(700, 500)
    page.wait_for_selector(".facets[open] form[aria-busy=false]")
    settled(page)


@test
def filters_come_to_stand_beside_a_list_where_there_is_room(site):
    with site.page(site.category, script=SHIFTS) as page:
        assert page.is_visible(".sketch") and not page.is_visible(".refine button")
        card = "document.querySelector('.found .cards article').getBoundingClientRect().x"
        before = page.evaluate(card)
        opened(page)
        assert not page.is_visible(".sketch")
        equal(page.evaluate(card), before)
        assert page.evaluate("shifted") <= 0.02, page.evaluate("shifted")
        for place in (0, 1):
            hint = page.get_attribute(f"[name=price] >> nth={place}", "placeholder")
            assert re.fullmatch(r"\$[\d,]+\.\d\d", hint), hint
        # A narrower window has the button again.
        page.set_viewport_size({"width": 700, "height": 900})
        page.wait_for_selector(".facets", state="hidden")
        assert page.is_visible(".refine button")
    with site.page(site.category, width=700) as page:
        page.mouse.move(300, 200)
        page.wait_for_timeout(300)
        assert not any(".bin" in url for url in page.requested) and not page.is_visible(".sketch")


def in_sight(page, selector):
    box, height = page.locator(selector).bounding_box(), page.viewport_size["height"]
    assert 0 <= box["y"] and box["y"] + box["height"] <= height, f"{selector} is at {box} of {height}"


@test
def filters_that_do_not_come_are_explained_where_they_were_asked_for(site):
    for gone in ("**/search/**", "**/assets/search.*.js"):
        for width, height in ((360, 740), (1440, 900)):
            with site.page(site.category, width=width, height=height, expects_faults=True, routes=[(gone, lambda route: route.abort())]) as page:
                page.mouse.move(200, 300)
                page.click(".refine button")
                page.wait_for_selector(".found [role=alert]")
                in_sight(page, ".found [role=alert] button")
                equal(page.get_attribute(".found", "aria-busy"), "false")
                assert page.locator(".found > .cards").is_visible()
                page.context.unroute(gone)
                page.click(".found [role=alert] button")
                page.wait_for_selector(".facets[open]")
                equal(page.locator(".found [role=alert]").count(), 0)


@test
def who_waits_for_the_index_sees_that_something_comes(site):
    waiting = []
    with site.page(f"{SEARCH}?q=lamp", routes=[("**/*.bin", lambda route: waiting.append(route))]) as page:
        page.wait_for_selector(".found .ghost")
        equal(page.get_attribute(".found", "aria-busy"), "true")
        assert not page.is_visible(".found .lead")
        equal(page.evaluate("[...document.querySelectorAll('.ghost')].map((one) => getComputedStyle(one).animationDelay)")[0], "0.15s")
        while page.locator(".ghost").count():
            for route in waiting:
                route.continue_()
            waiting.clear()
            page.wait_for_timeout(50)
        settled(page)
        assert cards(page) > 0
    with site.page(site.category, width=360, height=740, routes=[("**/*.bin", lambda route: waiting.append(route))]) as page:
        page.click(".refine button")
        until(page, "document.querySelector('.found').ariaBusy === 'true'")
        equal(page.evaluate("getComputedStyle(document.querySelector('.refine button'), '::before').animationName"), "pulse")


@test
def the_list_of_a_category_comes_back_when_no_filter_is_left(site):
    with site.page(site.category) as page:
        before = page.eval_on_selector(".found > .cards", "list => list.outerHTML")
        text = page.inner_text(".over > p")
        opened(page)
        equal(page.eval_on_selector(".found > .cards", "list => list.outerHTML"), before)
        count = choose(page, "stock", 0)
        equal(total(page), count)
        assert page.locator(".found > .cards").is_hidden()
        page.click(".pills a >> nth=0")
        until(page, "!location.search")
        settled(page)
        equal(page.eval_on_selector(".found > .cards", "list => list.outerHTML"), before)
        equal(page.inner_text(".over > p"), text)


@test
def a_category_counts_as_many_products_as_its_page_says(site):
    with site.page(f"{site.category}?sort=price") as page:
        settled(page)
        found = total(page)
        page.goto(site.base + site.category)
        equal(found, total(page))


@test
def a_category_has_filters_for_its_attributes(site):
    with site.page(f"{site.category}?stock=1") as page:
        settled(page)
        known = {"category", "brand", "seller", "location", "price", "rating", "stock"}
        assert set(page.eval_on_selector_all(".facets [data-facet]", "all => all.map((group) => group.dataset.facet)")) - known


@test
def a_storefront_finds_only_products_of_its_seller(site):
    with site.page(f"{site.storefront}?sort=price") as page:
        settled(page)
        found = total(page)
        page.goto(site.base + site.storefront)
        equal(found, total(page))


@test
def on_a_narrow_screen_filters_are_a_dialog(site):
    with site.page(f"{SEARCH}?q=lamp", width=360, height=740) as page:
        settled(page)
        assert page.locator("dialog").is_hidden()
        page.click(".refine button")
        until(page, "document.querySelector('dialog')?.matches(':modal')")
        page.wait_for_selector("input[name=seller]", state="attached")
        count = choose(page, "seller", 0)
        equal(number(page.inner_text(".facets .foot .button")), count)
        page.click(".facets .foot .button")
        page.wait_for_selector("dialog", state="hidden")
        equal(page.evaluate("document.activeElement.id"), "products")
        equal(total(page), count)


@test
def nothing_is_wider_than_a_narrow_screen(site):
    for address in (f"{SEARCH}?q=lamp&stock=1", f"{SEARCH}?q=qqxzqqxzqqxz", "/ar-kw/search.html?stock=1", "/de-de/search.html?stock=1"):
        with site.page(address, width=320, height=740) as page:
            settled(page)
            equal(page.evaluate("document.documentElement.scrollWidth"), 320)


@test
def every_language_finds_and_filters(site):
    for edition in site.editions:
        with site.page(f"/{edition}/search.html?stock=1") as page:
            settled(page)
            assert cards(page) > 0, edition
            count = choose(page, "seller", 0)
            equal(len(page.locator(".pills li").all()), 3)
            assert "undefined" not in page.inner_text("main") and "{" not in page.inner_text("main"), edition
            assert count > 0


# When something is missing

@test
def without_javascript_the_pages_read(site):
    with site.page(SEARCH, java_script_enabled=False) as page:
        assert page.locator("noscript .empty, .intro .empty").first.is_visible()
        assert page.locator(".browse a").first.is_visible()
        page.goto(site.base + site.category)
        assert cards(page) > 0
        assert page.locator(".refine").is_hidden()


def gone(route):
    route.fulfill(status=404, body="")


def damaged(route):
    route.fulfill(status=200, body=b"x\x9c\x00\x01\x02\x03 nothing of the kind")


@test
def a_missing_or_damaged_index_leaves_the_list_usable(site):
    for pattern, answer in (("**/root.json", gone), ("**/*.bin", gone), ("**/*.bin", damaged), ("**/root.json", damaged)):
        with site.page(f"{site.category}?stock=1", expects_faults=True, routes=[(pattern, answer)]) as page:
            page.wait_for_selector(".found [role=alert]")
            assert page.locator(".found > .cards").is_visible()
            page.context.unroute(pattern)
            page.click(".found [role=alert] button")
            page.wait_for_selector(".pills")
            settled(page)
            assert cards(page) > 0


@test
def without_the_search_page_the_list_stays(site):
    with site.page(f"{site.category}?stock=1", expects_faults=True, routes=[("**/search.html", gone)]) as page:
        page.wait_for_load_state("networkidle")
        assert page.locator(".found > .cards").is_visible()


@test
def a_script_that_does_not_come_is_told_and_asked_for_again(site):
    gone = [("**/assets/search.*.js", lambda route: route.abort())]
    with site.page(SEARCH + "?q=lamp", routes=gone, expects_faults=True) as page:
        page.wait_for_selector(".found [role=alert] button")
        assert not page.is_visible(".found .lead")
        equal(page.locator(".found [role=alert]").bounding_box()["x"], page.locator("h1").bounding_box()["x"])
    with site.page(HOME, routes=gone, expects_faults=True) as page:
        faults = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.focus("#q")
        page.wait_for_timeout(300)
        page.context.unroute("**/assets/search.*.js")
        page.keyboard.press("Tab")
        page.focus("#q")
        page.wait_for_selector("[role=combobox]")
        equal(faults, [])


@test
def offline_is_said(site):
    with site.page(f"{SEARCH}?q=lamp", expects_faults=True) as page:
        settled(page)
        page.context.set_offline(True)
        page.fill("#q", "blanket")
        page.keyboard.press("Enter")
        page.wait_for_selector(".found [role=alert]")
        assert page.locator(".browse a").first.is_visible()
        page.context.set_offline(False)
        page.click(".found [role=alert] button")
        settled(page)
        assert cards(page) > 0


@test
def a_hostile_query_is_text(site):
    for query in ("<img src=x onerror=alert(1)>", "%3Cscript%3Ealert(1)%3C/script%3E", "\"'`${alert(1)}", "%00%01%1f%E2%80%AE", "a" * 10_000, "%F0%9F%98%80%ED%A0%80"):
        with site.page(f"{SEARCH}?q={query.replace('#', '')}&brand=%25,%2C,<b>&price=x-y&page=-7&sort=<i>") as page:
            settled(page)
            equal(page.asked, [])
            equal(page.locator("main script:not([type]), main img[src=x], main b, main i").count(), 0)


@test
def the_module_of_the_search_stays_within_its_budget(site):
    sizes = {file.name.split(".")[0]: len(gzip.compress(file.read_bytes(), 9, mtime=0)) for file in (site.folder / "assets").glob("search.*.js")}
    assert sum(sizes.values()) <= BUDGET, f"{sizes}, together {sum(sizes.values())} instead of {BUDGET}"


@test
def no_console_tells_of_a_fault_or_of_the_policy(site):
    equal(site.faults, [])


def site_of(browser, public):
    site = Site(browser, serve(public), public)
    site.editions = sorted(folder.parent.name for folder in public.glob("*/search.html"))
    listings = sorted((public / "en-us/c").glob("*.html"), key=lambda file: -file.stat().st_size)
    site.listings = [f"/en-us/c/{file.name}" for file in listings]
    site.category = site.listings[0]
    site.storefront = "/en-us/s/" + max((public / "en-us/s").glob("*.html"), key=lambda file: file.stat().st_size).name
    return site


if __name__ == "__main__":
    chosen = options().parse_args()
    sys.exit(run(chosen, lambda browser: site_of(browser, chosen.public)))
