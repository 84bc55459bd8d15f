"""A site and those who visit it: a fresh browser for each, and all that their consoles tell."""

from contextlib import contextmanager

from harness import until

# What Playwright says on the console when it lets no service worker in.
BLOCKED = "Service Worker registration blocked by Playwright"


class Site:
    def __init__(self, browser, base, folder):
        self.browser, self.base, self.folder = browser, base, folder
        self.faults = []

    @contextmanager
    def page(self, address=None, width=1440, height=900, expects_faults=False, routes=(), script=None, **options):
        """A page in a fresh browser, at the address when one is given. Faults on its console fail the last test unless they are expected."""
        # A worker would answer in place of the routes; tests that want it say so.
        options = {"service_workers": "block", **options}
        context = self.browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(8000)
        page = context.new_page()
        page.requested, page.asked = [], []
        page.on("request", lambda request: page.requested.append(request.url.removeprefix(self.base)))
        page.on("dialog", lambda dialog: (page.asked.append(dialog.message), dialog.dismiss()))
        if not expects_faults:
            page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
            page.on("console", lambda message: message.type in ("error", "warning") and BLOCKED not in message.text and self.faults.append(f"{page.url}: {message.text}"))
        if script:
            context.add_init_script(script)
        for pattern, answer in routes:
            context.route(pattern, answer)
        try:
            if address:
                page.goto(self.base + address)
            yield page
        finally:
            context.close()


def settled(page):
    """Waits until the list is what the address asks for."""
    until(page, "document.querySelector('.found').ariaBusy === 'false'")
