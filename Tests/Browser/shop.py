"""Buying at the demonstration, in a browser: built pages on one port of loopback, `karoo serve --demo` on another. A line for each test."""

import email
import email.policy
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import pyotp

from api_server import API, free_port
from harness import equal, options, run, test, until
from site_server import serve
from theme import EDITIONS, WIDTHS, faults, overflow, switches, tab_to
from visits import BLOCKED, Site

LAMP, MUG = "/en-us/p/arne-desk-lamp.html", "/en-us/p/ash-glaze-mug.html"
LAST, LAST_OFFER = "/en-us/p/kyusu-teapot.html?v=TP-140-RED", "tanaka-pottery/TP-140-RED"
LAMP_OFFER = "nordlicht/NL-ARN-SAGE"
CART = "/en-us/cart.html"
# In milliseconds, from the press of a button until something is seen of it.
ACKNOWLEDGED = 50
KB = 1024
# After compression, with everything that a product's page loads once something was added.
SCRIPTS_OF_A_PRODUCT, SCRIPTS_OF_A_SHOP, STYLES_OF_A_SHOP, HTML_OF_A_SHOP = 25 * KB, 20 * KB, 18 * KB, 12 * KB


def add(page, address, quantity=None):
    """Puts the product of a page into the cart, and waits until the drawer shows it."""
    page.goto(page.base + address)
    if quantity:
        page.fill("#quantity", str(quantity))
    page.click("#order .button")
    page.wait_for_selector("dialog.drawer[open] .lines li")
    page.wait_for_selector("#order .button:not([aria-busy=true])", state="attached")


def settled_cart(page, count):
    """Waits until the page of the cart shows so many lines as the server has them."""
    until(page, "(count) => document.querySelectorAll('#cart .lines > li').length === count && document.querySelector('#cart .bag').ariaBusy === 'false'", count)


def still(page):
    """Waits until nothing moves any more."""
    until(page, "document.getAnimations().every(({ playState }) => playState !== 'running')")


def sees(page, selector, text):
    until(page, "([selector, text]) => document.querySelector(selector)?.textContent.includes(text)", [selector, text])


def total(page):
    return page.inner_text("#cart .total dd")


@test
def a_product_goes_into_the_cart_at_once(site):
    took = []
    for _ in range(3):
        with site.page(LAMP) as page:
            # Before the press has returned, and so before anything is asked of the network.
            count, milliseconds = page.evaluate("""() => {
                const begin = performance.now();
                document.querySelector('#order .button').click();
                return [document.querySelector('.bar .cart').dataset.count, performance.now() - begin];
            }""")
            equal(count, "1")
            took.append(milliseconds)
    # What else the machine does may come between, but not each time.
    assert min(took) <= ACKNOWLEDGED, f"seen after {took} ms"


@test
def a_product_goes_into_the_cart_and_the_badge_counts_it(site):
    with site.page() as page:
        page.goto(site.base + LAMP)
        assert not any("/v1/" in url for url in page.requested), "a page asks the server before anything was added"
        page.click("#order .button")
        page.wait_for_selector("dialog.drawer[open] .lines li")
        equal(page.get_attribute(".bar .cart", "data-count"), "1")
        equal(page.inner_text(".drawer h3"), "Arne desk lamp")
        equal(page.inner_text(".drawer .lines .price"), "$94.00")
        sees(page, ".drawer .told-all", "Arne desk lamp is in the cart.")
        page.keyboard.press("Escape")
        until(page, "document.activeElement.matches('#order .button')")
        add(page, MUG, 2)
        equal(page.locator(".drawer .lines li").count(), 2)
        page.requested.clear()
        page.goto(site.base + "/en-us/")
        equal(page.get_attribute(".bar .cart", "data-count"), "3")
        assert not any("/v1/" in url for url in page.requested), "the badge asks the server"


@test
def what_cannot_be_added_is_taken_back_and_said(site):
    with site.page(LAMP, expects_faults=True, routes=[("**/v1/carts**", lambda route: route.abort())]) as page:
        page.click("#order .button")
        sees(page, "#order .wrong", "cannot be reached")
        equal(page.get_attribute(".bar .cart", "data-count"), None)
        equal(page.locator("dialog[open]").count(), 0)


@test
def quantity_voucher_removal_and_undo(site):
    # The refusal of a voucher stands on the console, as every answer of this kind.
    with site.page(expects_faults=True) as page:
        add(page, LAMP)
        add(page, MUG, 2)
        page.goto(site.base + CART)
        settled_cart(page, 2)
        equal(total(page), "$218.80")
        page.requested.clear()
        for _ in range(3):
            page.click("#cart [name=more] >> nth=0")
        until(page, "document.querySelector('#cart .total dd').textContent === '$471.80'")
        equal(sum("/lines/" in url for url in page.requested), 1)
        sees(page, ".told-all", "Arne desk lamp: quantity 4. The total is $471.80 now.")
        page.click(".coupon summary")
        page.fill("#coupon", "no-such")
        page.keyboard.press("Enter")
        sees(page, "#coupon-wrong", "not known")
        equal(page.get_attribute("#coupon", "aria-invalid"), "true")
        page.fill("#coupon", "welcome10")
        page.keyboard.press("Enter")
        until(page, "document.querySelector('#cart .total dd').textContent === '$427.02'")
        sees(page, "#cart dl", "Voucher WELCOME10")
        page.click("#cart [name=remove] >> nth=1")
        settled_cart(page, 1)
        sees(page, ".undone", "Ash-glaze mug was removed.")
        assert page.evaluate("document.activeElement.name === 'remove'"), "the focus is lost"
        page.click(".undone button")
        settled_cart(page, 2)
        equal(page.input_value("#cart li:has-text('Ash-glaze mug') input"), "2")
        page.click("#cart [name=later] >> nth=0")
        settled_cart(page, 1)
        equal(page.get_attribute(".bar .saved", "data-count"), "1")
        page.click("#cart [name=remove]")
        page.wait_for_selector("#cart .blank:not([hidden])")
        equal(page.get_attribute(".bar .cart", "data-count"), None)


@test
def two_windows_have_one_cart(site):
    with site.page() as page:
        add(page, LAMP)
        page.goto(site.base + CART)
        settled_cart(page, 1)
        other = page.context.new_page()
        other.goto(site.base + CART)
        until(other, "document.querySelectorAll('#cart .lines > li').length === 1")
        other.click("#cart [name=more]")
        until(other, "document.querySelector('#cart .total dd').textContent === '$217.00'")
        until(page, "document.querySelector('#cart input').value === '2'")
        page.click("#cart [name=less]")
        until(page, "document.querySelector('#cart .total dd').textContent === '$123.00'")


@test
def the_cart_opens_without_a_connection(site):
    with site.page(LAMP, expects_faults=True, service_workers="allow") as page:
        until(page, "navigator.serviceWorker.controller !== null")
        until(page, "caches.open('pages').then((pages) => pages.match('/en-us/cart.html')).then(Boolean)")
        page.click("#order .button")
        page.wait_for_selector("dialog.drawer[open] .lines li")
        page.context.set_offline(True)
        page.goto(site.base + CART)
        sees(page, ".notice p", "You are offline.")
        sees(page, ".notice p", "as it was last seen here")
        equal(page.inner_text("#cart h3"), "Arne desk lamp")
        assert page.is_disabled("#cart [name=remove]") and page.is_disabled("#cart [name=more]")
        equal(faults(page), [])
        page.context.set_offline(False)
        until(page, "document.querySelector('.notice').hidden && !document.querySelector('#cart [name=remove]').disabled")


@test
def a_cart_in_another_language_is_named_in_it(site):
    with site.page() as page:
        add(page, "/ja-jp/p/ash-glaze-mug.html")
        japanese = page.inner_text(".drawer h3")
        page.goto(site.base + "/en-jp/cart.html")
        settled_cart(page, 1)
        until(page, "document.querySelector('#cart h3').textContent === 'Ash-glaze mug'")
        assert japanese != "Ash-glaze mug"
        # Another market has another cart.
        page.goto(site.base + CART)
        page.wait_for_selector("#cart .blank:not([hidden])")


def looked_at(page, where, wrong):
    """Notes what axe says of a state in both lights, and what is wider than the window."""
    for light in ("light", "dark"):
        page.emulate_media(color_scheme=light)
        still(page)
        wrong += [f"{where}, {light}: {fault}" for fault in faults(page, None if light == "light" else ["color-contrast", "link-in-text-block"])]
    page.emulate_media(color_scheme="light")
    if spare := overflow(page):
        wrong.append(f"{where}: {spare}")


@test
def every_state_of_the_cart_is_accessible(site):
    wrong = []
    for edition in ("en-us", "ar-kw"):
        for width, height in WIDTHS:
            with site.page(width=width, height=height) as page:
                where = f"{edition} at {width}"
                page.goto(site.base + f"/{edition}/cart.html")
                page.wait_for_selector("#cart .blank:not([hidden])")
                looked_at(page, f"{where}: empty cart", wrong)
                add(page, switches(site, MUG)[edition], 3)
                looked_at(page, f"{where}: drawer", wrong)
                page.goto(site.base + f"/{edition}/cart.html")
                settled_cart(page, 1)
                page.click(".coupon summary")
                looked_at(page, f"{where}: cart", wrong)
                page.click("#cart [name=remove]")
                page.wait_for_selector("#cart .undone:not([hidden])")
                looked_at(page, f"{where}: removed", wrong)
    equal(wrong, [])


ADA = {"email": "ada@example.com", "name": "Ada Byron", "line": "7 Rose Street", "city": "Portland", "region": "Oregon", "code": "97201"}
YUI = {"email": "yui@example.com", "name": "佐藤 結衣", "code": "604-8043", "region": "京都府", "city": "京都市中京区", "line": "蛸薬師通 3-1"}
NOUR = {"email": "nour@example.com", "name": "نور الصباح", "region": "العاصمة", "city": "الكويت", "line": "قطعة 3، شارع 12، منزل 7"}


def to_checkout(page, edition, address):
    """Opens the checkout and answers it up to the payment."""
    page.goto(f"{page.base}/{edition}/checkout.html")
    page.wait_for_selector("[data-step=address]:not([hidden])")
    for name, value in address.items():
        page.fill(f"#{name}", value)
    page.click("[data-step=address] .button")
    page.wait_for_selector("[data-step=delivery]:not([hidden])")
    page.click("[data-step=delivery] .button")
    page.wait_for_selector("[data-step=payment]:not([hidden])")


def pay_by(page, token):
    page.check(f"[value={token}]")
    page.click("[data-step=payment] .button")
    page.wait_for_selector("[data-step=review]:not([hidden])")
    page.click(".buys")


def ordered(page):
    """The order at which a purchase has arrived, as its id and token."""
    page.wait_for_url("**/order.html#*")
    page.wait_for_selector("#order:not([hidden])")
    return page.evaluate("Object.fromEntries(new URLSearchParams(location.hash.slice(1)))")


@test
def a_buyer_finds_adds_pays_with_3d_secure_and_sees_the_order(site):
    with site.page() as page:
        page.goto(site.base + "/en-us/")
        page.fill("#q", "desk lamp arne")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=*")
        page.click(".found h3 a >> nth=0")
        page.wait_for_url("**/p/*.html*")
        page.click("#order .button")
        page.wait_for_selector("dialog.drawer[open] .lines li")
        page.click(".drawer .foot a")
        settled_cart(page, 1)
        page.click(".coupon summary")
        page.fill("#coupon", "WELCOME10")
        page.keyboard.press("Enter")
        until(page, "document.querySelector('#cart .total dd').textContent === '$113.60'")
        page.click(".sum a.button")
        page.wait_for_url("**/checkout.html")
        to_checkout(page, "en-us", ADA)
        pay_by(page, "sandbox_3ds")
        page.wait_for_selector(".bank:not([hidden])")
        # Whoever loads the page anew is asked by the bank again, and buys nothing twice.
        page.reload()
        page.wait_for_selector(".bank:not([hidden])")
        page.click(".bank [name=yes]")
        order = ordered(page)
        assert page.is_visible(".thanks")
        equal(page.inner_text("[aria-labelledby=amounts] .total dd"), "$113.60")
        equal(page.inner_text("#order .lines h4"), "Arne desk lamp")
        equal(page.get_attribute(".bar .cart", "data-count"), None)
        equal(site.api.ask("GET", f"/orders/{order['id']}", token=order["token"])[1]["paid"]["amount"], 11360)
        # The link opens it on another device, which knows none of the goods.
        link = page.url.replace("&new=1", "")
        with site.page() as other:
            other.goto(link)
            until(other, "document.querySelector('#order h4')?.textContent === 'Arne desk lamp'")
            assert not other.is_visible(".thanks")
            other.click(".cancels")
            other.click("dialog [value=no]")
            until(other, "document.activeElement.matches('.cancels')")
            other.click(".cancels")
            other.click("dialog [value=yes]")
            sees(other, "#order .state", "Cancelled")
            sees(other, "[aria-labelledby=amounts] dl", "Given back")
            assert not other.is_visible(".cancels")
        with site.page(expects_faults=True) as other:
            other.goto(link[:-6] + "AAAAAA")
            other.wait_for_selector(".blank:not([hidden])")


@test
def a_decline_keeps_the_cart(site):
    with site.page(expects_faults=True) as page:
        add(page, LAMP)
        to_checkout(page, "en-us", ADA)
        pay_by(page, "sandbox_declined")
        sees(page, ".notice p", "declined")
        assert page.is_visible("[data-step=payment]")
        equal(page.get_attribute("body", "data-market"), "us")
        equal(page.evaluate("JSON.parse(localStorage.getItem('cart:us')).cart.lines.length"), 1)
        pay_by(page, "sandbox_insufficient_funds")
        sees(page, ".notice p", "not enough money")
        pay_by(page, "sandbox_ok")
        ordered(page)


@test
def an_answer_that_is_lost_is_asked_for_and_buys_once(site):
    with site.page(expects_faults=True) as page:
        add(page, MUG)
        to_checkout(page, "en-us", ADA)
        sent = []

        def lose(route):
            sent.append(route.request.headers["idempotency-key"])
            if len(sent) == 1:
                # The server hears it, and the browser does not hear the server.
                route.fetch()
                return route.abort()
            route.continue_()

        page.context.route("**/complete", lambda route: lose(route) if route.request.method == "POST" else route.continue_())
        pay_by(page, "sandbox_ok")
        page.wait_for_selector(".waits:not([hidden])")
        ordered(page)
        assert len(sent) > 1 and len(set(sent)) == 1, sent


@test
def a_bank_that_answers_late_is_waited_for(site):
    with site.page(expects_faults=True) as page:
        add(page, MUG)
        to_checkout(page, "en-us", ADA)
        pay_by(page, "sandbox_timeout")
        ordered(page)


@test
def a_price_that_changes_is_shown_before_anybody_pays(site):
    product = site.content / "sellers/nordlicht/products/arne-desk-lamp/product.yaml"
    text = product.read_text("utf-8")
    with site.page(expects_faults=True) as page:
        add(page, "/en-gb/p/arne-desk-lamp.html")
        to_checkout(page, "en-gb", {"email": "ada@example.com", "name": "Ada Byron", "line": "7 Rose Street", "city": "Edinburgh", "code": "EH1 1AA"})
        page.check("[value=sandbox_ok]")
        page.click("[data-step=payment] .button")
        before = page.inner_text(".sum .total dd")
        try:
            product.write_text(text.replace('GBP: "77.00"', 'GBP: "79.50"', 1), "utf-8")
            site.build()
            site.taken("en-gb", "gb", "en")
            page.click(".buys")
            sees(page, ".notice p", f"The total was {before} and is")
            after = page.inner_text(".sum .total dd")
            assert after != before and after in page.inner_text(".buys"), (before, after)
            page.goto(site.base + "/en-gb/cart.html")
            settled_cart(page, 1)
            sees(page, "#cart .lines .wrong", "price")
            page.goto(site.base + "/en-gb/checkout.html")
            page.wait_for_selector("[data-step=delivery]:not([hidden])")
            page.click("[data-step=delivery] .button")
            pay_by(page, "sandbox_ok")
            ordered(page)
            equal(page.inner_text("[aria-labelledby=amounts] .total dd"), after)
        finally:
            product.write_text(text, "utf-8")


@test
def the_last_one_goes_to_one_buyer_and_the_other_is_told_kindly(site):
    level = int(site.api.run("stock", "show", LAST_OFFER).split(":")[1].split()[0])
    site.api.run("stock", "adjust", LAST_OFFER, "--by", str(1 - level), "--reason", "test")
    with site.page(expects_faults=True) as page, site.page() as other:
        for one in (page, other):
            add(one, LAST)
            to_checkout(one, "en-us", ADA)
        pay_by(other, "sandbox_ok")
        ordered(other)
        pay_by(page, "sandbox_ok")
        page.wait_for_url("**/cart.html")
        sees(page, "#cart .lines .wrong", "Sold out")
        page.click(".sum a.button")
        assert page.is_visible(".blocked") and page.url.endswith("/cart.html")
        until(page, "document.activeElement.name === 'remove'")


@test
def fields_say_what_is_wrong_beside_them_and_in_a_summary(site):
    with site.page() as page:
        add(page, MUG)
        page.goto(site.base + "/en-us/checkout.html")
        page.wait_for_selector("[data-step=address]:not([hidden])")
        page.click("[data-step=address] .button")
        until(page, "document.activeElement.matches('.faults')")
        equal(page.locator(".faults li").count(), 6)
        assert page.title().startswith("Error: ")
        page.click(".faults a >> nth=1")
        until(page, "document.activeElement.id === 'name'")
        for name, value in ADA.items():
            page.fill(f"#{name}", value)
        equal(page.locator("[aria-invalid=true]").count(), 0)
        page.fill("#code", "972")
        page.fill("#line", "4242 4242 4242 4242")
        page.click("[data-step=address] .button")
        sees(page, "#line-wrong", "No card numbers")
        sees(page, "#code-wrong", "10001")
        equal(page.get_attribute("#code", "aria-invalid"), "true")


@test
def the_keyboard_alone_buys(site):
    with site.page(LAMP) as page:
        tab_to(page, "#order .button")
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog.drawer[open] .lines li")
        tab_to(page, ".drawer .sum a.button")
        page.keyboard.press("Enter")
        page.wait_for_url("**/checkout.html")
        page.wait_for_selector("[data-step=address]:not([hidden])")
        for name, value in ADA.items():
            tab_to(page, f"#{name}")
            page.keyboard.type(value)
        page.keyboard.press("Enter")
        until(page, "document.activeElement.closest('#step-delivery') !== null")
        tab_to(page, "[data-step=delivery] .button", 3)
        page.keyboard.press("Enter")
        until(page, "document.activeElement.closest('#step-payment') !== null")
        tab_to(page, "[name=method]", 3)
        page.keyboard.press("Space")
        tab_to(page, "[data-step=payment] .button", 3)
        page.keyboard.press("Enter")
        until(page, "document.activeElement.closest('#step-review') !== null")
        tab_to(page, ".buys", 5)
        page.keyboard.press("Enter")
        ordered(page)


@test
def people_buy_in_japanese_and_from_right_to_left(site):
    for edition, address, paid in (("ja-jp", YUI, "¥"), ("ar-kw", NOUR, "د.ك")):
        for width, height in WIDTHS:
            with site.page(width=width, height=height) as page:
                add(page, switches(site, MUG)[edition])
                to_checkout(page, edition, address)
                assert address["name"] in page.inner_text("#step-address .done")
                pay_by(page, "sandbox_3ds")
                page.wait_for_selector(".bank:not([hidden])")
                page.click(".bank [name=yes]")
                ordered(page)
                assert paid in page.inner_text("[aria-labelledby=amounts] .total dd")


@test
def every_state_of_checkout_and_order_is_accessible(site):
    wrong = []
    for edition, address in (("en-us", ADA), ("ar-kw", NOUR)):
        for width, height in WIDTHS:
            with site.page(width=width, height=height, expects_faults=True) as page:
                where = f"{edition} at {width}"
                page.goto(f"{site.base}/{edition}/checkout.html")
                page.wait_for_selector(".blank:not([hidden])")
                looked_at(page, f"{where}: nothing to buy", wrong)
                add(page, switches(site, MUG)[edition], 2)
                page.goto(f"{site.base}/{edition}/checkout.html")
                page.wait_for_selector("[data-step=address]:not([hidden])")
                looked_at(page, f"{where}: address", wrong)
                page.click("[data-step=address] .button")
                page.wait_for_selector(".faults:not([hidden])")
                looked_at(page, f"{where}: faults", wrong)
                to_checkout(page, edition, address)
                looked_at(page, f"{where}: payment", wrong)
                pay_by(page, "sandbox_declined")
                page.wait_for_selector(".notice:not([hidden])")
                looked_at(page, f"{where}: declined", wrong)
                pay_by(page, "sandbox_3ds")
                page.wait_for_selector(".bank:not([hidden])")
                looked_at(page, f"{where}: bank", wrong)
                page.click(".bank [name=yes]")
                ordered(page)
                looked_at(page, f"{where}: order", wrong)
                page.click(".cancels")
                looked_at(page, f"{where}: question", wrong)
                page.click("dialog [value=no]")
                page.context.set_offline(True)
                page.evaluate("dispatchEvent(new HashChangeEvent('hashchange'))")
                page.wait_for_selector(".notice:not([hidden])")
                looked_at(page, f"{where}: order without a connection", wrong)
    equal(wrong, [])


PASSWORD, NEW_PASSWORD = "seven quiet sheep", "eight louder sheep"


def letter(site, address, name):
    """The link in the newest letter to an address that leads to a page of the account."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for file in sorted((site.work / "data/mail").rglob("*"), key=lambda one: one.stat().st_mtime_ns, reverse=True):
            if not file.is_file():
                continue
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            body = message.get_body(("plain",))
            found = body and address in str(message["To"]) and re.search(rf"https?://\S+/account/{name}\.html#token=\S+", body.get_content())
            if found:
                return found[0]
        time.sleep(0.2)
    raise AssertionError(f"no letter with a link to {name} came for {address}")


def log_in(page, edition, address, password, name="overview"):
    page.goto(f"{page.base}/{edition}/account/{name}.html")
    page.wait_for_url("**/account/log-in.html#*")
    page.fill("#email", address)
    page.fill("#password", password)
    page.click("#log-in .button:not(.second)")


def shown(page):
    page.wait_for_selector("#account:not([hidden])")


def registered(site, page, edition, address):
    """Registers, and follows the link of the letter."""
    page.goto(f"{site.base}/{edition}/account/register.html")
    shown(page)
    page.fill("#email", address)
    page.fill("#password", PASSWORD)
    page.click("#register .button")
    page.wait_for_selector(".finished:not([hidden])")
    page.goto(letter(site, address, "confirm"))
    page.wait_for_selector(".finished:not([hidden])")


@test
def people_register_confirm_and_log_in(site):
    with site.page(expects_faults=True) as page:
        page.goto(site.base + "/de-de/account/register.html")
        shown(page)
        page.fill("#email", "grace@example.com")
        page.fill("#password", "short")
        page.click("#register .button")
        sees(page, "#password-wrong", "10")
        equal(page.get_attribute("#password", "aria-invalid"), "true")
        registered(site, page, "de-de", "grace@example.com")
        log_in(page, "de-de", "grace@example.com", "wrong wrong wrong")
        sees(page, "#password-wrong", "passen nicht zusammen")
        page.fill("#password", PASSWORD)
        page.click("#log-in .button:not(.second)")
        page.wait_for_url("**/account/overview.html")
        sees(page, ".hello", "grace@example.com")
        page.click(".out")
        page.wait_for_url("**/account/log-in.html*")
        # A link that was used opens nothing; a new password does.
        page.goto(site.base + "/de-de/account/reset.html")
        shown(page)
        page.fill("#email", "grace@example.com")
        page.click("#request .button")
        page.wait_for_selector(".finished:not([hidden])")
        page.goto(letter(site, "grace@example.com", "reset"))
        shown(page)
        page.fill("#renew #password", NEW_PASSWORD)
        page.click("#renew .button")
        page.wait_for_selector(".renewed:not([hidden])")
        log_in(page, "de-de", "grace@example.com", NEW_PASSWORD, "security")
        page.wait_for_url("**/account/security.html")
        shown(page)


@test
def a_second_factor_and_a_passkey_guard_an_account(site):
    with site.page(expects_faults=True) as page:
        registered(site, page, "en-us", "alan@example.com")
        log_in(page, "en-us", "alan@example.com", PASSWORD, "security")
        page.wait_for_url("**/account/security.html")
        shown(page)
        page.click(".turn-on")
        page.wait_for_selector(".set-up:not([hidden])")
        clock = pyotp.TOTP(page.inner_text(".key").replace(" ", ""))
        page.fill("#factor-code", "000000" if clock.now() != "000000" else "111111")
        page.click("#factor-form .button")
        sees(page, "#factor-wrong", "does not hold")
        page.fill("#factor-code", clock.now())
        page.click("#factor-form .button")
        page.wait_for_selector(".codes:not([hidden])")
        codes = page.locator(".codes li").all_inner_texts()
        equal(len(codes), 10)
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
            "automaticPresenceSimulation": True}})
        page.click(".add-passkey")
        until(page, "document.querySelectorAll('#passkeys li').length === 1")
        wrong = []
        looked_at(page, "security", wrong)
        equal(wrong, [])
        page.goto(site.base + "/en-us/account/overview.html")
        shown(page)
        page.click(".out")
        page.wait_for_url("**/account/log-in.html*")
        # By password and a recovery code, which holds once.
        log_in(page, "en-us", "alan@example.com", PASSWORD)
        page.wait_for_selector("#second:not([hidden])")
        page.click("#second [name=recovery]")
        page.fill("#code", codes[0])
        page.click("#second .button")
        page.wait_for_url("**/account/overview.html")
        shown(page)
        page.click(".out")
        page.wait_for_url("**/account/log-in.html*")
        # By the passkey alone.
        shown(page)
        page.click("#passkey")
        page.wait_for_url("**/account/overview.html")
        sees(page, ".hello", "alan@example.com")


@test
def every_state_of_the_log_in_is_accessible(site):
    wrong = []
    for edition in ("en-us", "ar-kw"):
        for width, height in WIDTHS:
            with site.page(width=width, height=height, expects_faults=True) as page:
                for name in ("log-in", "register", "reset", "confirm"):
                    page.goto(f"{site.base}/{edition}/account/{name}.html")
                    shown(page)
                    looked_at(page, f"{edition} at {width}: {name}", wrong)
                page.goto(f"{site.base}/{edition}/account/log-in.html")
                shown(page)
                page.click("#log-in .button:not(.second)")
                page.wait_for_selector(".faults:not([hidden])")
                looked_at(page, f"{edition} at {width}: faults", wrong)
    equal(wrong, [])


@test
def pages_that_buy_stay_within_their_budgets(site):
    def weigh(page, work):
        finished = []
        page.on("requestfinished", lambda request: finished.append(request))
        work()
        page.wait_for_timeout(400)
        sizes = {}
        for request in finished:
            if "/v1/" not in request.url:
                sizes[request.resource_type] = sizes.get(request.resource_type, 0) + request.sizes()["responseBodySize"]
        return sizes

    wrong = []
    with site.page() as page:
        sizes = weigh(page, lambda: add(page, LAMP))
        print(f"      a product's page with its drawer: {sizes}")
        if sizes["script"] > SCRIPTS_OF_A_PRODUCT:
            wrong.append(f"a product's page with its drawer: {sizes['script']} bytes of scripts")
    for name in ("cart", "checkout", "order", "account/log-in", "account/register"):
        with site.page() as page:
            sizes = weigh(page, lambda: page.goto(f"{site.base}/en-us/{name}.html"))
            print(f"      {name}: {sizes}")
            for what, budget in (("document", HTML_OF_A_SHOP), ("stylesheet", STYLES_OF_A_SHOP), ("script", SCRIPTS_OF_A_SHOP)):
                if sizes[what] > budget:
                    wrong.append(f"{name}: {what} {sizes[what]} instead of {budget}")
    equal(wrong, [])


@test
def every_error_of_the_server_has_a_sentence(site):
    table = re.search(r"\| status \| code \|(.*?)\n\n", pathlib.Path("docs/api.md").read_text("utf-8"), re.S)[1]
    codes = set(re.findall(r"`(\w+)`", table))
    words = re.search(r"^errors:\n(.*?)(?=^\S|\Z)", pathlib.Path("Locales/en.yaml").read_text("utf-8"), re.S | re.M)[1]
    assert len(codes) > 40
    equal(sorted(codes - set(re.findall(r"^  (\w+):", words, re.M))), [])


@test
def pages_that_buy_say_without_javascript_that_they_need_it(site):
    for edition in EDITIONS:
        for name in ("cart", "checkout", "order", "account/overview", "account/log-in"):
            with site.page(f"/{edition}/{name}.html", java_script_enabled=False) as page:
                assert "JavaScript" in page.inner_text("noscript p")
                assert page.locator("noscript a").count() > 2
        with site.page(switches(site, LAMP)[edition], java_script_enabled=False) as page:
            assert not page.is_visible("#order .button") and "JavaScript" in page.inner_text("#order noscript")


@test
def nothing_of_all_this_is_told_to_the_console(site):
    equal(site.faults, [])


class Shop(Site):
    """A built site, and the server that sells what is on it."""

    def __init__(self, browser, chosen, folder):
        self.karoo, self.work = chosen.karoo, folder
        self.public = folder / "Public"
        port, self.origin_port = free_port(), free_port()
        # By this name, since passkeys belong to a name and never to a number.
        base = f"http://localhost:{self.origin_port}"
        self.api_address = f"http://localhost:{port}"
        self.content = folder / "Content"
        shutil.copytree("Content", self.content)
        key = subprocess.run([self.karoo, "keys", "new", str(folder / "key")], capture_output=True, text=True, check=True).stdout
        self.sequence = 7
        self.build()
        serve(self.public, api=self.api_address, port=self.origin_port)
        super().__init__(browser, base, self.public)
        self.api = API(self.karoo, folder, self.public, key.split("public")[1].split()[0], port, base)
        sources = ["--content", str(self.content), "--facts", str(self.content / "facts")]
        self.api.run("stock", "seed", *sources)
        self.api.run("coupon", "add", "WELCOME10", "--percent", "10")
        self.api.start()

    def build(self):
        """Builds the site as Content says now, with the next number of the offer book."""
        done = subprocess.run(
            [self.karoo, "build", "--content", str(self.content), "--facts", str(self.content / "facts"), "--key", str(self.work / "key"),
             "--at", "2026-11-22T00:00:00Z", "--sequence", str(self.sequence), "--pictures", "none", "--output", str(self.public),
             "--api", f"{self.api_address}/v1"], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        self.sequence += 1

    def taken(self, edition, market, language):
        """Waits until the server sells by the book that was built last."""
        price = re.search(r'<data value="([0-9.]+)" class="price">', (self.public / edition / "p/arne-desk-lamp.html").read_text("utf-8"))[1]
        end = time.monotonic() + 30
        while True:
            _, answer = self.api.ask("GET", f"/offers?ids={LAMP_OFFER}&market={market}&language={language}")
            if answer["data"][0]["price"]["amount"] == round(float(price) * 100):
                return
            assert time.monotonic() < end, "the server does not take the new book"
            time.sleep(0.2)

    def page(self, *arguments, **options):
        return Visit(super().page(*arguments, **options), self.base)


class Visit:
    """A page that knows where its site is."""

    def __init__(self, inner, base):
        self.inner, self.base = inner, base

    def __enter__(self):
        page = self.inner.__enter__()
        page.base = self.base
        return page

    def __exit__(self, *reason):
        return self.inner.__exit__(*reason)


if __name__ == "__main__":
    parser = options(of_a_site=False)
    parser.add_argument("--karoo", required=True)
    chosen = parser.parse_args()
    shops = []
    with tempfile.TemporaryDirectory() as folder:
        def shop_of(browser):
            shops.append(Shop(browser, chosen, pathlib.Path(folder)))
            return shops[0]
        try:
            status = run(chosen, shop_of)
        finally:
            for shop in shops:
                shop.api.end()
    raise SystemExit(status)
