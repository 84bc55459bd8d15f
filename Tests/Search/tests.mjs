import { Search } from "../../Templates/assets/search.js";
import { build, loader } from "./writer.mjs";
const { files } = build({ documents: [{ title: "Red garden hose", numbers: { price: 100, prior: 3 } }, undefined, { title: "Blue hose Wi-Fi", numbers: { price: 50, prior: 9 } }], schema: { tier: 2, chunk: 2, card: 2, columns: ["title"], numbers: ["price", "prior"] } });
const s = await Search.open("http://x/en/search/root.json", { load: loader(files) });
for (const q of ["hose", "", "red hose", "hsoe", "wifi", "wi-fi", "ho", "gardenhose", "zzz", "red blue"]) console.log(q, JSON.stringify(await s.search(q)));
