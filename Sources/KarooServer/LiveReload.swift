// KarooExpress – Apache-2.0

/// The part of live reload that runs in the browser, and how it comes into a page: the files on disk know nothing
/// of it.
enum LiveReload {
    static let scriptPath = "/-/reload.js"
    static let eventsPath = "/-/events"
    /// The metric of the `Server-Timing` header that tells a page of which build it is.
    static let buildMetric = "build"

    static let tag = #"<script type="module" src="/-/reload.js"></script>"#

    /// Where in a page the tag goes: before its last `</body>`, or at its end when it has none.
    static func placeOfTag(in page: UnsafeRawBufferPointer) -> Int {
        lastBodyEnd(in: page) ?? page.count
    }

    private static func lastBodyEnd(in page: UnsafeRawBufferPointer) -> Int? {
        let mark = Array("</body>".utf8)
        return stride(from: page.count - mark.count, through: 0, by: -1).first { start in
            mark.indices.allSatisfy { index in
                let byte = page[start + index]
                return byte == mark[index] || ((0x41...0x5A).contains(byte) && byte | 0x20 == mark[index])
            }
        }
    }

    /// An ES module. It keeps a connection only while its page is visible, since browsers allow six connections to
    /// one host, and seven open tabs would otherwise wait for each other. A page that was hidden, or that was being
    /// loaded while a build ended, learns on connecting that there is a newer build than its own.
    static let script = #"""
        // Live reload of `karoo preview`; no part of the site.
        const events = "/-/events";
        const placeKey = "karoo-preview-place";
        const triedKey = "karoo-preview-tried";
        const longestPause = 10000;

        const [navigation] = performance.getEntriesByType("navigation");
        const ownBuild = navigation?.serverTiming?.find((entry) => entry.name === "build")?.description;

        let source = null;
        let pause = 500;
        let timer = 0;
        let overlay = null;

        function connect() {
            clearTimeout(timer);
            if (source || document.hidden) return;
            source = new EventSource(events);
            source.addEventListener("open", () => { pause = 500; });
            source.addEventListener("build", (event) => {
                if (ownBuild && event.data !== ownBuild) reload(event.data);
            });
            source.addEventListener("reload", (event) => reload(event.data));
            source.addEventListener("failed", (event) => show(JSON.parse(event.data).text));
            source.addEventListener("error", reconnect);
        }

        function disconnect() {
            clearTimeout(timer);
            source?.close();
            source = null;
        }

        function reconnect() {
            disconnect();
            timer = setTimeout(connect, pause);
            pause = Math.min(2 * pause, longestPause);
        }

        // Reloads once for each build: a page that some cache keeps answering must not reload for ever.
        function reload(build) {
            if (sessionStorage.getItem(triedKey) === location.href + build) return;
            sessionStorage.setItem(triedKey, location.href + build);
            sessionStorage.setItem(placeKey, JSON.stringify({ href: location.href, left: scrollX, top: scrollY }));
            disconnect();
            location.reload();
        }

        function restorePlace() {
            const place = JSON.parse(sessionStorage.getItem(placeKey));
            sessionStorage.removeItem(placeKey);
            if (place?.href !== location.href) return;
            const restore = () => scrollTo({ left: place.left, top: place.top, behavior: "instant" });
            restore();
            if (document.readyState !== "complete") addEventListener("load", restore, { once: true });
        }

        function show(text) {
            overlay?.remove();
            overlay = document.createElement("karoo-preview");
            overlay.lang = "en";
            overlay.dir = "ltr";
            overlay.setAttribute("role", "alert");
            const shadow = overlay.attachShadow({ mode: "open" });
            const style = new CSSStyleSheet();
            style.replaceSync(`
                :host { position: fixed; inset: 0; z-index: 2147483647; display: block; overflow: auto;
                    padding: 2rem; background: rgb(24 24 27 / .95); color: #fff; font: 1rem/1.5 system-ui, sans-serif; }
                h1 { margin: 0 0 1rem; font-size: 1.25rem; color: #ff8a8a; }
                pre { margin: 0 0 1rem; font: .9rem/1.5 ui-monospace, monospace; white-space: pre-wrap;
                    overflow-wrap: anywhere; }
                button { min-height: 2.75rem; padding: 0 1rem; font: inherit; }
            `);
            shadow.adoptedStyleSheets = [style];
            const heading = document.createElement("h1");
            heading.textContent = "The build failed; this is the page as it was before.";
            const report = document.createElement("pre");
            report.textContent = text;
            const button = document.createElement("button");
            button.type = "button";
            button.textContent = "Close (Esc)";
            button.addEventListener("click", hide);
            shadow.append(heading, report, button);
            document.body.append(overlay);
        }

        function hide() {
            overlay?.remove();
            overlay = null;
        }

        addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
        document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
        addEventListener("pagehide", disconnect);
        addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
        restorePlace();
        connect();

        """#
}
