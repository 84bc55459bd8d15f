// Counts pages and searches where marketplace.yaml names an endpoint. What is sent says what was looked at, and nothing of who
// did: no cookie, no identifier, no address of the page before. Whoever asks not to be tracked is not counted.
const endpoint = document.querySelector('meta[name="counts"]').content;
const isUnwanted = navigator.globalPrivacyControl || navigator.doNotTrack === "1" || window.doNotTrack === "1";
// A query counts once it has stood so long, so that letters on the way to it do not.
const restMilliseconds = 2000;
// Queries are told apart by one of so many numbers, from which nobody can tell the words.
const buckets = 4096;

let counted = "", timer;

function send(count) {
    fetch(endpoint, {
        method: "POST", body: JSON.stringify({ ...count, edition: location.pathname.split("/").find((part) => /^[a-z]+-/.test(part)) }),
        keepalive: true, credentials: "omit", referrerPolicy: "no-referrer", mode: "no-cors",
    }).catch(() => {});
}

// FNV-1a of 32 bits over the words in lower case.
function bucket(query) {
    let hash = 2166136261;
    for (const byte of new TextEncoder().encode(query)) hash = Math.imul(hash ^ byte, 16777619);
    return (hash >>> 0) % buckets;
}

function countSearch() {
    clearTimeout(timer);
    const query = (new URLSearchParams(location.search).get("q") ?? "").trim().toLowerCase();
    if (query === counted) return;
    const count = () => {
        timer = undefined;
        counted = query;
        if (query) send({ type: "search", bucket: bucket(query) });
    };
    timer = setTimeout(count, restMilliseconds);
}

function begin() {
    send({ type: "page", path: location.pathname });
    countSearch();
    addEventListener("popstate", countSearch);
    // The search changes the address without loading a page.
    self.navigation?.addEventListener("currententrychange", countSearch);
}

if (!isUnwanted) {
    if (document.prerendering) document.addEventListener("prerenderingchange", begin, { once: true });
    else begin();
}
