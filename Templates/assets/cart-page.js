// The page of the cart.
import { latest } from "./cart.js";
import { cartView } from "./cart-view.js";
import { speaker } from "./words.js";

const view = cartView(document, document.querySelector("#cart"), speaker(document));
view.load();

// Another window has changed it, or the connection is back.
addEventListener("storage", ({ key }) => key?.startsWith("cart:") && view.paint(latest()));
addEventListener("online", () => view.load());
addEventListener("pageshow", ({ persisted }) => persisted && view.load());
