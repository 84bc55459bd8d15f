"""The headers of the hosts' files in a browser, and what pages send of their own accord. A line for each test."""

import json
import pathlib
import re
import sys
import time
from contextlib import contextmanager

import host_file
from harness import equal, options, run, test, until
from site_server import serve

# Every violation of the policy, whether it is told on the console or not.
WATCH = """self.violations = [];
addEventListener("securitypolicyviolation", event => violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`));"""
GOOGLE, GOOGLE_COUNTS, MIXPANEL = "https://www.googletagmanager.com/**", "https://region1.google-analytics.com/**", "https://api-eu.mixpanel.com/**"
# What Google's script does, as far as the policy is concerned.
GOOGLE_SCRIPT = """self.loaded = true;
fetch("https://region1.google-analytics.com/g/collect?v=2", { method: "POST", mode: "no-cors" });
try { document.createElement("script").src = "https://elsewhere.example/x.js"; self.escaped = true; } catch { }"""
SECURE = {
    "x-content-type-options": "nosniff", "referrer-policy": "strict-origin-when-cross-origin", "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(self), payment=(self)", "strict-transport-security": "max-age=31536000; includeSubDomains"}
HOME = "/en-us/index.html"


class Site:
    def __init__(self, browser, options):
        self.browser, self.folder = browser, options.public
        self.hosts = {host: host_file.read(host, (options.hosts / host).read_text("utf-8")) for host in host_file.FILES}
        self.base = serve(options.public, self.hosts["cloudflare"])
        self.counted = serve(options.counted, host_file.read("cloudflare", (options.counted / "_headers").read_text("utf-8")))
        self.editions = sorted(folder.parent.name for folder in options.public.glob("*/search.html"))

    def pages(self):
        """One of every kind in every edition, and those that have something special."""
        addresses = ["/index.html", "/404.html", "/en-us/p/tenmoku-tea-bowl.html"]
        for edition in self.editions:
            folder = self.folder / edition
            addresses += [f"/{edition}/{file.name}" for file in sorted(folder.glob("*.html"))]
            for kind in "pcs":
                files = sorted((folder / kind).rglob("*.html"), key=lambda file: (-file.stat().st_size, file.name))
                addresses.append(f"/{files[0].relative_to(self.folder)}")
        return addresses

    @contextmanager
    def open(self, address, base=None, scripts=(), answers=None):
        """A page in a fresh browser, with all that it asked of others and of the counting."""
        context = self.browser.new_context()
        context.set_default_timeout(8000)
        for script in (WATCH, *scripts):
            context.add_init_script(script)
        base = base or self.base
        page = context.new_page()
        page.sent, page.faults = [], []

        def answer(route):
            page.sent.append((route.request.url, route.request.post_data))
            body = GOOGLE_SCRIPT if "/gtag/js" in route.request.url else ""
            route.fulfill(status=200 if body else 204, body=body, headers={"Access-Control-Allow-Origin": "*", "Content-Type": "text/javascript"})

        context.route(lambda url: not url.startswith(base) or "/v1/counts" in url, answer)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda message: message.type in ("error", "warning") and page.faults.append(message.text))
        page.answered = page.goto(base + address)
        page.wait_for_load_state("networkidle")
        try:
            yield page
        finally:
            context.close()


# Headers

@test
def every_host_is_told_the_same(site):
    for path in ("/en-us/index.html", "/en-us/p/tenmoku-tea-bowl.html", "/index.html", "/assets/app.0.css", "/media/00/x.0.avif", "/media/00/x.0.glb", "/offers/head.json"):
        for host, headers in site.hosts.items():
            found = headers(path)
            for name, value in SECURE.items():
                assert found.get(name) == value, f"{host}, {path}: {name} is {found.get(name)!r}"
            equal(found["content-security-policy"], site.hosts["cloudflare"](path)["content-security-policy"])
            keeps = path.startswith(("/assets", "/media"))
            assert ("immutable" in found.get("cache-control", "")) == keeps, f"{host}, {path}: {found.get('cache-control')}"
    for host, headers in site.hosts.items():
        equal([headers(f"/media/00/x.0.{kind}").get("content-type") for kind in ("glb", "usdz", "avif", "svg")], ["model/gltf-binary", "model/vnd.usdz+zip", "image/avif", None])


@test
def no_page_of_any_edition_violates_the_policy(site):
    addresses = site.pages()
    assert len(addresses) > 100, addresses
    faults = []
    with site.open(HOME) as page:
        for address in addresses:
            headers = page.goto(site.base + address).all_headers()
            # Scripts of modules have run, and what they were going to put on the page is there.
            page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
            faults += [f"{address}: no {name}" for name in SECURE if name not in headers]
            faults += [f"{address}: {violation}" for violation in page.evaluate("violations")]
            faults += [f"{address}: {fault}" for fault in page.faults]
            faults += [f"{address}: asks {url}" for url, _ in page.sent]
            page.faults.clear()
    equal(faults, [])


@test
def scripts_of_the_theme_work_under_trusted_types(site):
    with site.open(HOME) as page:
        equal(page.evaluate("typeof trustedTypes"), "object")
        page.fill("#q", "lamp")
        page.wait_for_selector("#suggestions:not([hidden]) [role=option]")
        page.press("#q", "Enter")
        page.wait_for_selector(".found .cards > li")
        equal(page.evaluate("violations"), [])
    product = max((site.folder / "en-us/p").glob("*.html"), key=lambda file: file.read_text("utf-8").count("data-sku="))
    with site.open(f"/en-us/p/{product.name}") as page:
        links = page.locator(".option a:not([aria-current])")
        assert links.count() > 0, product
        links.first.click()
        until(page, "new URLSearchParams(location.search).has('v')")
        equal(page.evaluate("violations"), [])
        equal(page.faults, [])


@test
def a_page_is_fetched_when_its_link_is_pointed_at(site):
    for host, told in site.hosts.items():
        base = serve(site.folder, told)
        with site.open(HOME, base) as page:
            session, fetched = page.context.new_cdp_session(page), []
            session.send("Network.enable")
            session.on("Network.requestWillBeSent", lambda event: fetched.append((event["request"]["url"], event["request"]["headers"].get("Sec-Purpose"))))
            link = page.locator(".cards h3 a").first
            link.hover()
            wanted, end = (base + link.get_attribute("href"), "prefetch"), time.monotonic() + 8
            while wanted not in fetched and time.monotonic() < end:
                page.wait_for_timeout(50)
            assert wanted in fetched, f"{host}: {fetched}"
            # What belongs to the visitor alone is not asked for beforehand.
            page.locator(".cart").hover()
            page.wait_for_timeout(500)
            equal([url for url, purpose in fetched if purpose and "/p/" not in url], [])
            equal(page.evaluate("violations"), [])


@test
def what_the_policy_forbids_is_seen_here(site):
    for deed, directive in (
            ("document.body.setAttribute('style', 'color: red')", "style-src-attr"),
            ("document.body.append(Object.assign(document.createElement('style'), { textContent: 'p{}' }))", "style-src-elem"),
            ("document.body.append(Object.assign(document.createElement('img'), { src: 'https://elsewhere.example/x.png' }))", "img-src"),
            ("fetch('https://elsewhere.example/').catch(() => {})", "connect-src"),
            ("try { document.body.innerHTML = '<p>' } catch { }", "require-trusted-types-for"),
            ("document.body.append(document.createElement('iframe'))\ndocument.querySelector('iframe').src = 'https://elsewhere.example/'", "frame-src")):
        with site.open(HOME) as page:
            page.evaluate(f"() => {{ {deed} }}")
            until(page, "violations.length > 0")
            assert page.evaluate("violations")[0].startswith(directive), page.evaluate("violations")


# Models

@test
def android_opens_a_model_in_its_viewer_and_others_take_the_file(site):
    address = "/en-us/p/tenmoku-tea-bowl.html"
    with site.open(address) as page:
        link = page.locator("a[data-viewer]")
        href = link.get_attribute("href")
        assert href.endswith(".glb"), href
        model = page.request.get(site.base + href)
        equal((model.status, model.headers["content-type"], model.body()[:4]), (200, "model/gltf-binary", b"glTF"))
        quick_look = page.request.get(site.base + page.locator("a[rel=ar]").get_attribute("href"))
        equal((quick_look.status, quick_look.headers["content-type"]), (200, "model/vnd.usdz+zip"))
        # Quick Look knows a link by its one child, a picture. This browser has no Quick Look, and is told what it may download.
        assert re.search(r'<a rel="ar" href="[^"]+\.usdz"><img [^<]*></a>', page.answered.text())
        assert "USDZ" in page.locator("a[rel=ar]").inner_text()
        viewer = link.get_attribute("data-viewer")
        assert viewer.startswith("intent://arvr.google.com/scene-viewer/1.0?") and f".browser_fallback_url=https%3A//www.karooexpress.example{href};end;" in viewer, viewer
    android = "Object.defineProperty(navigator, 'userAgent', { value: 'Mozilla/5.0 (Linux; Android 15)' })"
    with site.open(address, scripts=[android]) as page:
        equal(page.locator("a[data-viewer]").get_attribute("href"), viewer)
    with site.open(HOME) as page:
        equal(page.locator("[data-viewer], [rel=ar], script[src*=models]").count(), 0)


# Counting

@test
def nothing_is_sent_where_nothing_is_configured(site):
    for address in (HOME, "/en-us/search.html?q=lamp"):
        with site.open(address) as page:
            time.sleep(2.5)
            equal(page.sent, [])
            equal(page.locator("#consent, meta[name=counts]").count(), 0)
            site.kept = page.evaluate("Object.keys(localStorage).length")


def counts(page):
    return [json.loads(body) for url, body in page.sent if url.endswith("/v1/counts")]


def others(page):
    return [url for url, _ in page.sent if "/v1/counts" not in url]


@test
def a_page_and_a_search_are_counted_without_telling_who(site):
    with site.open("/en-us/search.html?q=%20Lamp", site.counted) as page:
        end = time.monotonic() + 8
        while len(counts(page)) < 2 and time.monotonic() < end:
            page.wait_for_timeout(50)
        equal(counts(page), [{"type": "page", "path": "/en-us/search.html", "edition": "en-us"}, {"type": "search", "bucket": 3899, "edition": "en-us"}])
        equal(page.context.cookies(), [])
        # The search keeps what was looked for in the browser, and nothing else is kept.
        equal(page.evaluate("[Object.keys(localStorage).length, sessionStorage.length]"), [site.kept, 0])
        equal(page.evaluate("violations"), [])


@test
def whoever_asks_not_to_be_tracked_is_neither_counted_nor_asked(site):
    for wish in ("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })", "Object.defineProperty(navigator, 'doNotTrack', { value: '1' })"):
        with site.open(HOME, site.counted, [wish, "localStorage.setItem('consent', 'yes')"]) as page:
            page.wait_for_timeout(500)
            equal(page.sent, [])
            assert page.locator("#consent").is_hidden()


@test
def a_page_that_is_prepared_counts_when_it_is_seen(site):
    with site.open(HOME, site.counted, ["Object.defineProperty(document, 'prerendering', { value: true, configurable: true })"]) as page:
        page.wait_for_timeout(300)
        equal(page.sent, [])
        page.evaluate("() => { document.dispatchEvent(new Event('prerenderingchange')) }")
        page.wait_for_timeout(500)
        equal([count["type"] for count in counts(page)], ["page"])


@test
def others_learn_nothing_before_a_yes(site):
    with site.open(HOME, site.counted) as page:
        assert page.locator("#consent").is_visible()
        equal(others(page), [])
        page.locator("#consent button[value=no]").click()
        assert page.locator("#consent").is_hidden()
        page.goto(site.counted + "/de-de/index.html")
        page.wait_for_timeout(500)
        assert page.locator("#consent").is_hidden()
        equal(others(page), [])
        equal(page.evaluate("localStorage.getItem('visitor')"), None)


@test
def after_a_yes_they_are_told_and_a_later_no_ends_it(site):
    with site.open(HOME, site.counted) as page:
        page.locator("#consent button[value=yes]").click()
        until(page, "self.loaded")
        page.wait_for_timeout(500)
        hosts = sorted({url.split("/")[2] for url in others(page)})
        equal(hosts, ["api-eu.mixpanel.com", "region1.google-analytics.com", "www.googletagmanager.com"])
        event = next(json.loads(body)[0] for url, body in page.sent if "mixpanel" in url)
        equal((event["event"], event["properties"]["token"], event["properties"]["path"]), ("Page view", "0123456789abcdef0123456789abcdef", HOME))
        # Scripts of theirs bring no others in.
        equal(page.evaluate("self.escaped"), None)
        page.locator("#consent-again").click()
        assert page.locator("#consent").is_visible()
        page.sent.clear()
        with page.expect_navigation():
            page.locator("#consent button[value=no]").click()
        page.wait_for_timeout(500)
        equal(others(page), [])
        equal(page.evaluate("localStorage.getItem('visitor')"), None)


@test
def both_answers_look_alike_and_are_reached_by_keyboard(site):
    for edition in ("en-us", "ar-kw", "ja-jp"):
        with site.open(f"/{edition}/index.html", site.counted) as page:
            looks = page.evaluate("""[...document.querySelectorAll('#consent button')].map(button => {
                const style = getComputedStyle(button);
                return [style.backgroundColor, style.color, style.fontSize, style.borderColor, button.offsetHeight >= 44].join();
            })""")
            equal(len(set(looks)), 1)
            assert looks[0].endswith("true"), looks
            page.locator("#consent button").first.focus()
            page.keyboard.press("Enter")
            assert page.locator("#consent").is_hidden()


def main():
    parser = options()
    parser.add_argument("--hosts", type=pathlib.Path, required=True, help="the folder of the hosts' files")
    parser.add_argument("--counted", type=pathlib.Path, required=True, help="the same site, with analytics")
    chosen = parser.parse_args()
    return run(chosen, lambda browser: Site(browser, chosen))


if __name__ == "__main__":
    sys.exit(main())
