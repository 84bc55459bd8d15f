// Proposes the words of an address that leads nowhere as a search.
const field = document.querySelector("#lost");
let words = "";
try {
    words = decodeURIComponent(location.pathname);
} catch { /* Not an address that anybody wrote: nothing is proposed. */ }
const last = words.split("/").filter(Boolean).slice(1).pop() ?? "";
if (field) field.value = last.replace(/\.html?$|[-_+.]/g, " ").replace(/\b\d+\b/g, "").replace(/\s+/g, " ").trim().slice(0, 100);
