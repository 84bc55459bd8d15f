// Speaks with the server that sells. Amounts come from it as text; nothing here computes one.

const { api, market, language } = document.body.dataset;
export { market, language };
/** Whether anything can be bought here at all. */
export const isOpen = !!api;
/** An answer that takes longer is none, in milliseconds. */
const patience = 20_000;

/** What went wrong: the code of the server's problem, or `offline`, `unreachable`, `unknown`. */
export class Fault extends Error {
    constructor(code, { errors = [], requestId, status = 0 } = {}) {
        super(code);
        Object.assign(this, { code, status, requestId, field: errors[0]?.pointer?.replace(/^\//, ""), meta: errors[0]?.meta ?? {} });
    }

    /** Whether asking again may help, since nobody knows what became of the request. */
    get isOpen() { return this.status === 0 || this.status >= 500; }
}

function stored(name) {
    try {
        return localStorage.getItem(name) ?? "";
    } catch {
        return "";
    }
}

/**
 * Asks the server. `token` opens a cart or an order, `key` lets a purchase happen once, `version` refuses to change what has
 * changed meanwhile. With `session`, the visitor's account
 * goes along, and the token of the session that shows that a page of ours asks.
 */
export async function ask(method, path, { body, token, key, version, session, csrf } = {}) {
    const headers = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (token) headers.Authorization = `Bearer ${token}`;
    if (key) headers["Idempotency-Key"] = key;
    if (version) headers["If-Match"] = `"${version}"`;
    if (session && method !== "GET") headers["X-CSRF-Token"] = csrf ?? stored("csrf");
    let answer, text;
    try {
        answer = await fetch(api + path, {
            method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: session ? "include" : "omit", cache: "no-store",
            referrerPolicy: "no-referrer", signal: AbortSignal.timeout(patience),
        });
        text = await answer.text();
    } catch {
        throw new Fault(navigator.onLine ? "unreachable" : "offline");
    }
    let json = null;
    try {
        json = text && JSON.parse(text);
    } catch { /* Somebody between the server and us has answered. */ }
    if (answer.ok) return json;
    throw new Fault(json?.code ?? "unknown", { ...json, status: answer.status });
}
