// Asks whether visits may be measured by others, where marketplace.yaml names their ids; before a yes nothing of theirs is
// loaded and nothing sent. A browser that asks not to be tracked has answered, and nobody is asked.
const section = document.querySelector("#consent");
const again = document.querySelector("#consent-again");
const { google, mixpanel, mixpanelHost } = section.dataset;
const isUnwanted = navigator.globalPrivacyControl || navigator.doNotTrack === "1" || window.doNotTrack === "1";
const googleScripts = "https://www.googletagmanager.com";

// Where nothing can be stored, the answer holds for this page.
function stored(name) {
    try { return localStorage.getItem(name); } catch { return null; }
}

function store(name, value) {
    try {
        if (value === null) localStorage.removeItem(name);
        else localStorage.setItem(name, value);
    } catch { /* See above. */ }
}

function answer(value) {
    const before = stored("consent");
    store("consent", value);
    section.hidden = true;
    again.hidden = false;
    if (value === "yes") return measure();
    store("visitor", null);
    // What runs already is ended by loading the page without it.
    if (before === "yes") location.reload();
}

function measure() {
    if (google) measureWithGoogle();
    if (mixpanel) measureWithMixpanel();
}

function measureWithGoogle() {
    // Pages take scripts from nowhere else; the policy holds for the scripts that Google's loads itself.
    const url = (address) => {
        if (new URL(address, location.href).origin !== googleScripts) throw new TypeError(`no script from ${address}`);
        return address;
    };
    const address = `${googleScripts}/gtag/js?id=${encodeURIComponent(google)}`;
    const policy = self.trustedTypes?.createPolicy("default", { createScriptURL: url });
    self.dataLayer = self.dataLayer ?? [];
    // Google's script reads `arguments` and no array.
    self.gtag = function () { self.dataLayer.push(arguments); };
    self.gtag("js", new Date());
    self.gtag("config", google, { allow_google_signals: false, allow_ad_personalization_signals: false });
    const script = document.createElement("script");
    script.async = true;
    script.src = policy ? policy.createScriptURL(address) : address;
    document.head.append(script);
}

// By the interface that Mixpanel documents for programs, without a script of theirs.
function measureWithMixpanel() {
    const visitor = stored("visitor") ?? crypto.randomUUID();
    store("visitor", visitor);
    const event = {
        event: "Page view",
        properties: { token: mixpanel, time: Date.now(), distinct_id: visitor, $insert_id: crypto.randomUUID(), path: location.pathname, language: document.documentElement.lang },
    };
    fetch(`${mixpanelHost}/track?ip=0`, {
        method: "POST", headers: { "Content-Type": "application/json", Accept: "text/plain" }, body: JSON.stringify([event]), keepalive: true, credentials: "omit",
    }).catch(() => {});
}

function begin() {
    if (isUnwanted) return;
    const given = stored("consent");
    section.hidden = given !== null;
    again.hidden = given === null;
    if (given === "yes") measure();
    for (const button of section.querySelectorAll("button")) button.addEventListener("click", () => answer(button.value));
    again.addEventListener("click", () => {
        section.hidden = false;
        section.querySelector("button").focus();
    });
}

if (document.prerendering) document.addEventListener("prerenderingchange", begin, { once: true });
else begin();
