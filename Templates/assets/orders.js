// The orders that were placed on this device, with the tokens that open them.

const limit = 50;

export function placed() {
    try {
        const list = JSON.parse(localStorage.getItem("orders"));
        return Array.isArray(list) ? list.filter(({ id, token }) => typeof id === "string" && typeof token === "string") : [];
    } catch {
        return [];
    }
}

export function note(order) {
    try {
        localStorage.setItem("orders", JSON.stringify([order, ...placed().filter(({ id }) => id !== order.id)].slice(0, limit)));
    } catch { /* The link opens it as well. */ }
}
