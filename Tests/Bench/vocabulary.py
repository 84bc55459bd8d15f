# KarooExpress – Apache-2.0
"""Words from which the catalogue of the benchmark is put together, in English and German."""

# top level: id, English, German, [second level: id, English, German, [leaf: id, en plural, de plural, en singular, de singular]]
TREE = [
    ("living", "Living", "Wohnen", [
        ("lighting", "Lighting", "Leuchten", [
            ("desk-lamps", "Desk lamps", "Schreibtischlampen", "desk lamp", "Schreibtischlampe"),
            ("floor-lamps", "Floor lamps", "Stehlampen", "floor lamp", "Stehlampe"),
            ("pendant-lamps", "Pendant lamps", "Pendelleuchten", "pendant lamp", "Pendelleuchte"),
        ]),
        ("textiles", "Textiles", "Heimtextilien", [
            ("blankets", "Blankets", "Decken", "blanket", "Decke"),
            ("cushions", "Cushions", "Kissen", "cushion", "Kissen"),
            ("rugs", "Rugs", "Teppiche", "rug", "Teppich"),
        ]),
        ("furniture", "Small furniture", "Kleinmöbel", [
            ("stools", "Stools", "Hocker", "stool", "Hocker"),
            ("side-tables", "Side tables", "Beistelltische", "side table", "Beistelltisch"),
            ("shelves", "Shelves", "Regale", "shelf", "Regal"),
        ]),
        ("decoration", "Decoration", "Dekoration", [
            ("vases", "Vases", "Vasen", "vase", "Vase"),
            ("mirrors", "Mirrors", "Spiegel", "mirror", "Spiegel"),
            ("candle-holders", "Candle holders", "Kerzenhalter", "candle holder", "Kerzenhalter"),
        ]),
    ]),
    ("kitchen", "Kitchen", "Küche", [
        ("tableware", "Tableware", "Geschirr", [
            ("mugs", "Mugs", "Becher", "mug", "Becher"),
            ("plates", "Plates", "Teller", "plate", "Teller"),
            ("bowls", "Bowls", "Schalen", "bowl", "Schale"),
        ]),
        ("cooking", "Cooking", "Kochen", [
            ("pans", "Pans", "Pfannen", "pan", "Pfanne"),
            ("knives", "Knives", "Messer", "kitchen knife", "Küchenmesser"),
            ("boards", "Cutting boards", "Schneidebretter", "cutting board", "Schneidebrett"),
        ]),
        ("brewing", "Coffee and tea", "Kaffee und Tee", [
            ("teapots", "Teapots", "Teekannen", "teapot", "Teekanne"),
            ("coffee-makers", "Coffee makers", "Kaffeebereiter", "coffee maker", "Kaffeebereiter"),
            ("mills", "Hand mills", "Handmühlen", "hand mill", "Handmühle"),
        ]),
        ("storage", "Storage", "Aufbewahrung", [
            ("jars", "Jars", "Vorratsgläser", "storage jar", "Vorratsglas"),
            ("tins", "Tins", "Dosen", "tin", "Dose"),
            ("baskets", "Baskets", "Körbe", "basket", "Korb"),
        ]),
    ]),
    ("clothing", "Clothing", "Kleidung", [
        ("tops", "Tops", "Oberteile", [
            ("jumpers", "Jumpers", "Pullover", "jumper", "Pullover"),
            ("shirts", "Shirts", "Hemden", "shirt", "Hemd"),
            ("waistcoats", "Waistcoats", "Westen", "waistcoat", "Weste"),
        ]),
        ("outer-wear", "Outer wear", "Überzieher", [
            ("coats", "Coats", "Mäntel", "coat", "Mantel"),
            ("rain-jackets", "Rain jackets", "Regenjacken", "rain jacket", "Regenjacke"),
            ("ponchos", "Ponchos", "Ponchos", "poncho", "Poncho"),
        ]),
        ("accessories", "Accessories", "Accessoires", [
            ("scarves", "Scarves", "Schals", "scarf", "Schal"),
            ("hats", "Hats", "Hüte", "hat", "Hut"),
            ("gloves", "Gloves", "Handschuhe", "pair of gloves", "Paar Handschuhe"),
        ]),
        ("bags", "Bags", "Taschen", [
            ("backpacks", "Backpacks", "Rucksäcke", "backpack", "Rucksack"),
            ("shoulder-bags", "Shoulder bags", "Umhängetaschen", "shoulder bag", "Umhängetasche"),
            ("purses", "Purses", "Geldbörsen", "purse", "Geldbörse"),
        ]),
    ]),
    ("pantry", "Pantry", "Vorrat", [
        ("spices", "Spices", "Gewürze", [
            ("blends", "Spice blends", "Gewürzmischungen", "spice blend", "Gewürzmischung"),
            ("salts", "Salts", "Salze", "salt", "Salz"),
            ("peppers", "Peppers", "Pfeffer", "pepper", "Pfeffer"),
        ]),
        ("drinks", "Coffee, tea, cocoa", "Kaffee, Tee, Kakao", [
            ("coffee-beans", "Coffee beans", "Kaffeebohnen", "coffee", "Kaffee"),
            ("loose-teas", "Loose teas", "Lose Tees", "tea", "Tee"),
            ("cocoas", "Cocoas", "Kakaos", "cocoa", "Kakao"),
        ]),
        ("preserves", "Preserves", "Eingemachtes", [
            ("honeys", "Honeys", "Honige", "honey", "Honig"),
            ("jams", "Jams", "Marmeladen", "jam", "Marmelade"),
            ("chutneys", "Chutneys", "Chutneys", "chutney", "Chutney"),
        ]),
        ("care", "Soap and care", "Seife und Pflege", [
            ("bar-soaps", "Bar soaps", "Stückseifen", "bar soap", "Stückseife"),
            ("balms", "Balms", "Balsame", "balm", "Balsam"),
            ("bath-salts", "Bath salts", "Badesalze", "bath salt", "Badesalz"),
        ]),
    ]),
    ("workshop", "Workshop and desk", "Werkstatt und Schreibtisch", [
        ("paper", "Paper", "Papier", [
            ("notebooks", "Notebooks", "Notizbücher", "notebook", "Notizbuch"),
            ("calendars", "Calendars", "Kalender", "calendar", "Kalender"),
            ("cards", "Cards", "Karten", "set of cards", "Kartenset"),
        ]),
        ("writing", "Writing", "Schreiben", [
            ("fountain-pens", "Fountain pens", "Füllfederhalter", "fountain pen", "Füllfederhalter"),
            ("pencils", "Pencils", "Bleistifte", "set of pencils", "Bleistiftset"),
            ("pen-cases", "Pen cases", "Stiftetuis", "pen case", "Stiftetui"),
        ]),
        ("garden", "Garden", "Garten", [
            ("trowels", "Trowels", "Pflanzkellen", "trowel", "Pflanzkelle"),
            ("watering-cans", "Watering cans", "Gießkannen", "watering can", "Gießkanne"),
            ("planters", "Planters", "Pflanzgefäße", "planter", "Pflanzgefäß"),
        ]),
        ("toys", "Toys", "Spielzeug", [
            ("trains", "Wooden trains", "Holzeisenbahnen", "wooden train", "Holzeisenbahn"),
            ("puzzles", "Puzzles", "Puzzles", "puzzle", "Puzzle"),
            ("kites", "Kites", "Drachen", "kite", "Drachen"),
        ]),
    ]),
]

# What the products of a top-level category are made of.
MATERIALS = {
    "living": ["oak", "ash", "brass", "steel", "linen", "wool", "stoneware"],
    "kitchen": ["stoneware", "porcelain", "beech", "steel", "copper", "glass", "cast-iron"],
    "clothing": ["wool", "linen", "cotton", "felt", "leather", "waxed-cotton"],
    "pantry": ["organic", "wild", "highland", "estate"],
    "workshop": ["beech", "brass", "recycled-paper", "cotton-paper", "zinc", "leather", "walnut"],
}

MATERIAL_NAMES = {
    "oak": ("Oak", "Eiche"), "ash": ("Ash wood", "Esche"), "brass": ("Brass", "Messing"), "steel": ("Steel", "Stahl"),
    "linen": ("Linen", "Leinen"), "wool": ("Wool", "Wolle"), "stoneware": ("Stoneware", "Steinzeug"),
    "porcelain": ("Porcelain", "Porzellan"), "beech": ("Beech", "Buche"), "copper": ("Copper", "Kupfer"), "glass": ("Glass", "Glas"),
    "cast-iron": ("Cast iron", "Gusseisen"), "cotton": ("Cotton", "Baumwolle"), "felt": ("Felt", "Filz"), "leather": ("Leather", "Leder"),
    "waxed-cotton": ("Waxed cotton", "Gewachste Baumwolle"), "organic": ("Organic farming", "Bio-Anbau"),
    "wild": ("Wild harvest", "Wildsammlung"), "highland": ("Highland harvest", "Hochlandernte"), "estate": ("Single estate", "Einzellage"),
    "recycled-paper": ("Recycled paper", "Recyclingpapier"), "cotton-paper": ("Cotton paper", "Baumwollpapier"), "zinc": ("Zinc", "Zink"),
    "walnut": ("Walnut", "Nussbaum"),
}

COLOURS = [
    ("sage", "#9CAF88", "Sage", "Salbei"), ("graphite", "#3B3F45", "Graphite", "Graphit"), ("sand", "#D9C7A5", "Sand", "Sand"),
    ("rust", "#A4502F", "Rust", "Rost"), ("indigo", "#2E3F6E", "Indigo", "Indigo"), ("chalk", "#F1EEE6", "Chalk", "Kreide"),
    ("moss", "#5E6B3A", "Moss", "Moos"), ("plum", "#5F2F4E", "Plum", "Pflaume"), ("ochre", "#C98B2B", "Ochre", "Ocker"),
    ("sky", "#8FB7D3", "Sky", "Himmel"), ("coal", "#1D1D1F", "Coal", "Kohle"), ("rose", "#D6A2A0", "Rose", "Rosé"),
]

SIZES = [("s", "Small", "Klein"), ("m", "Medium", "Mittel"), ("l", "Large", "Groß")]

ORIGINS = [
    ("germany", "Germany", "Deutschland"), ("portugal", "Portugal", "Portugal"), ("south-africa", "South Africa", "Südafrika"),
    ("japan", "Japan", "Japan"), ("scotland", "Scotland", "Schottland"), ("france", "France", "Frankreich"), ("italy", "Italy", "Italien"),
    ("kenya", "Kenya", "Kenia"), ("norway", "Norway", "Norwegen"), ("peru", "Peru", "Peru"),
]

CARE = [
    ("wipe", "Wipe with a damp cloth", "Feucht abwischen"), ("hand-wash", "Wash by hand", "Von Hand waschen"),
    ("dishwasher", "Dishwasher safe", "Spülmaschinenfest"), ("oil", "Oil once a year", "Einmal im Jahr ölen"),
    ("air", "Air it, wash rarely", "Lüften, selten waschen"), ("dry", "Keep dry and dark", "Trocken und dunkel lagern"),
]

FEATURES = [
    ("repairable", "Repairable", "Reparierbar"), ("refillable", "Refillable", "Nachfüllbar"), ("stackable", "Stackable", "Stapelbar"),
    ("numbered", "Numbered", "Nummeriert"), ("plastic-free", "Plastic-free", "Plastikfrei"), ("gift-box", "Gift box", "Geschenkkarton"),
    ("outdoor", "For outdoors", "Für draußen"), ("limited", "Small series", "Kleine Serie"),
]

FIRST_SYLLABLES = ["Al", "Bro", "Cal", "Dor", "El", "Fen", "Gar", "Hal", "Ise", "Jor", "Kel", "Lor", "Mar", "Nor", "Ost", "Per", "Quin", "Ras", "Sol", "Tor", "Ul", "Ver", "Wen", "Yar", "Zel"]
MIDDLE_SYLLABLES = ["", "a", "be", "di", "lo", "mi", "na", "ri", "sa", "ve"]
LAST_SYLLABLES = ["dal", "den", "fors", "grund", "ham", "kirk", "len", "mar", "nes", "rath", "sund", "ter", "vik", "wick", "zen"]

MAKER_WORDS = [
    "Atelier", "Forge", "Kiln", "Loom", "Mill", "Press", "Studio", "Workshop", "Pantry", "Yard", "Foundry", "Guild", "Orchard", "Bindery",
]

# Pairs of sentences; {name} is the product's own name, {noun} what it is, {made} its material, {town} the maker's place, {n} a small number.
OPENINGS = [
    ("{name} is a {noun} that was drawn in {town} and is made there in batches of {n}.", "{name} wurde in {town} entworfen und wird dort in Serien von {n} Stück gefertigt."),
    ("We made the first {name} for ourselves, because no {noun} we could buy lasted longer than a few years.", "{name} haben wir zuerst für uns selbst gemacht, denn nichts, was es zu kaufen gab, hielt länger als ein paar Jahre."),
    ("{name} began as a drawing on the back of a delivery note and took {n} prototypes to become a {noun} we are proud of.", "{name} begann als Skizze auf einem Lieferschein, und es brauchte {n} Muster, bis wir zufrieden waren."),
    ("There is nothing on {name} that could be left out: that is the whole idea of this {noun}.", "An {name} ist nichts, was man weglassen könnte: Das ist der ganze Gedanke dahinter."),
    ("Quiet, plain and made to be used every day: {name} has been the best-known {noun} of our house for {n} years.", "Still, schlicht und für jeden Tag gemacht: {name} ist seit {n} Jahren das bekannteste Stück unseres Hauses."),
    ("A {noun} should do its work and then get out of the way, and {name} does both.", "Gute Dinge tun ihre Arbeit und stehen dann nicht im Weg, und {name} kann beides."),
    ("{name} comes from a small workshop in {town} where {n} people know every step by heart.", "{name} kommt aus einer kleinen Werkstatt in {town}, in der {n} Menschen jeden Handgriff auswendig kennen."),
    ("The shape of {name} is older than we are; we only changed what had kept breaking.", "Die Form von {name} ist älter als wir; geändert haben wir nur, was immer wieder kaputtging."),
]

SENTENCES = [
    ("The material is **{made}**, bought from one supplier whom we visit twice a year.", "Das Material ist **{made}** von einem einzigen Lieferanten, den wir zweimal im Jahr besuchen."),
    ("Every piece is checked by hand and signed on the underside before it leaves the house.", "Jedes Stück wird von Hand geprüft und auf der Unterseite signiert, bevor es das Haus verlässt."),
    ("Small differences in colour and grain are no fault but the trace of the material.", "Kleine Unterschiede in Farbe und Maserung sind kein Fehler, sondern die Spur des Materials."),
    ("It is packed in cardboard and paper only, without a single piece of plastic.", "Verpackt wird nur in Karton und Papier, ohne ein einziges Stück Plastik."),
    ("After {n} years of use it will look better than on the first day, which cannot be said of many things.", "Nach {n} Jahren Gebrauch sieht es besser aus als am ersten Tag, und das kann man nicht von vielen Dingen sagen."),
    ("If a part breaks we replace it; spare parts stay on our shelf for at least {n} years.", "Geht ein Teil kaputt, ersetzen wir es; Ersatzteile liegen mindestens {n} Jahre in unserem Regal."),
    ("The surface takes on marks, and most of them can be rubbed out with a soft cloth and some patience.", "Die Oberfläche nimmt Spuren an, und die meisten lassen sich mit einem weichen Tuch und etwas Geduld auspolieren."),
    ("We tried *cheaper ways* of making it and went back to the slow one within a month.", "Wir haben *billigere Wege* ausprobiert und sind nach einem Monat zum langsamen zurückgekehrt."),
    ("Two people can make {n} of them in a day, and on some days fewer.", "Zwei Menschen schaffen {n} davon am Tag, an manchen Tagen auch weniger."),
    ("It fits into most homes because it does not ask for attention.", "Es passt in die meisten Wohnungen, weil es keine Aufmerksamkeit verlangt."),
    ("The measurements were chosen so that it can be sent as a normal parcel and carried by one person.", "Die Maße sind so gewählt, dass es als normales Paket reist und ein Mensch es allein tragen kann."),
    ("What is left over in the workshop goes into smaller things; nothing is thrown away.", "Was in der Werkstatt übrig bleibt, wird zu kleineren Dingen; weggeworfen wird nichts."),
    ("You can give it back within {n} weeks if it is not what you expected.", "Sie können es innerhalb von {n} Wochen zurückgeben, wenn es nicht Ihren Erwartungen entspricht."),
    ("Many of our customers buy a second one after a while, usually as a present.", "Viele unserer Kundinnen und Kunden kaufen nach einer Weile ein zweites, meist als Geschenk."),
    ("The colours are mixed by us and hold in the sun for longer than we have been able to measure.", "Die Farben mischen wir selbst, und sie halten in der Sonne länger, als wir bisher messen konnten."),
    ("Please read the care notes below: they are short and they make a difference.", "Bitte lesen Sie die Pflegehinweise unten: Sie sind kurz, und sie machen einen Unterschied."),
    ("It is delivered ready for use, and the only tool you need is a pair of scissors for the string.", "Geliefert wird es gebrauchsfertig, und das einzige nötige Werkzeug ist eine Schere für die Schnur."),
    ("In winter we sometimes need a few days more, because {town} is not on the way to anywhere.", "Im Winter brauchen wir manchmal ein paar Tage mehr, denn {town} liegt nicht auf dem Weg nach irgendwo."),
    ("The edges are rounded by hand, so that nothing catches on sleeves, children or cats.", "Die Kanten sind von Hand gerundet, damit nichts an Ärmeln, Kindern oder Katzen hängen bleibt."),
    ("Ask us for other sizes: for {n} pieces or more we can make almost anything.", "Fragen Sie nach anderen Größen: Ab {n} Stück machen wir fast alles möglich."),
    ("Whoever likes it louder finds stronger colours in the same series.", "Wer es lauter mag, findet in derselben Serie kräftigere Farben."),
    ("The instructions fit on one page and are printed on paper made from our own offcuts.", "Die Anleitung passt auf eine Seite und ist auf Papier aus unseren eigenen Resten gedruckt."),
    ("We do not follow the season; what we make this year can be matched in {n} years.", "Wir folgen keiner Saison; was wir dieses Jahr machen, lässt sich in {n} Jahren noch ergänzen."),
    ("A note inside tells who made it and on which day.", "Ein Zettel darin verrät, wer es gemacht hat und an welchem Tag."),
]

SUMMARIES = [
    ("A {noun} made in {town}, in small series and with parts that can be replaced.", "In {town} in kleiner Serie gefertigt, mit Teilen, die sich ersetzen lassen."),
    ("Plain on purpose: a {noun} for every day, made to be handed on.", "Mit Absicht schlicht: für jeden Tag und zum Weitergeben gemacht."),
    ("The {noun} our workshop is known for, now in new colours.", "Das Stück, für das unsere Werkstatt bekannt ist, jetzt in neuen Farben."),
    ("Made slowly and checked twice. This {noun} stays with you for years.", "Langsam gemacht und zweimal geprüft. Das bleibt über Jahre."),
    ("Light to carry, easy to repair, good to look at.", "Leicht zu tragen, einfach zu reparieren, gut anzusehen."),
    ("A {noun} without a single part too many.", "Ohne ein einziges Teil zu viel."),
]

LIST_HEADS = [
    ("What is in the parcel", "Was im Paket liegt"), ("Good to know", "Gut zu wissen"), ("How to look after it", "So bleibt es schön"),
]

LIST_ITEMS = [
    ("one {noun} in a box of recycled cardboard", "ein Stück ({noun}) im Karton aus Recyclingpappe"),
    ("a cloth made from offcuts", "ein Tuch aus Stoffresten"),
    ("a card with the **number** of the piece", "eine Karte mit der **Nummer** des Stücks"),
    ("keep it away from heaters and from strong sun", "nicht an Heizungen und nicht in die pralle Sonne stellen"),
    ("wipe it with a damp cloth, never with a scouring pad", "feucht abwischen, niemals scheuern"),
    ("spare parts by mail within {n} days", "Ersatzteile per Post innerhalb von {n} Tagen"),
    ("see also our [notes on delivery](../shipping.html)", "siehe auch unsere [Hinweise zur Lieferung](../shipping.html)"),
    ("suitable for use outdoors in dry weather", "bei trockenem Wetter auch für draußen geeignet"),
]

TABLE_HEADS = ("| Measure | Value |", "| Maß | Wert |")
TABLE_ROWS = [
    ("Outside", "Außen", "{a} × {b} cm", "{a} × {b} cm"), ("Inside", "Innen", "{b} × {c} cm", "{b} × {c} cm"),
    ("Weight", "Gewicht", "{g} g", "{g} g"), ("Warranty", "Garantie", "{n} years", "{n} Jahre"), ("Batch", "Serie", "{n} pieces", "{n} Stück"),
]

TAGLINES = [
    ("Made by {n} people in {town}", "Gemacht von {n} Menschen in {town}"),
    ("Things for every day since {year}", "Dinge für jeden Tag seit {year}"),
    ("A family workshop in {town}", "Eine Familienwerkstatt in {town}"),
    ("Small series, long lives", "Kleine Serien, lange Leben"),
]

ABOUT = [
    ("We are {n} people in an old brewery in {town}. Since {year} we have made things that can be repaired, and we repair them ourselves.",
     "Wir sind {n} Menschen in einer alten Brauerei in {town}. Seit {year} machen wir Dinge, die man reparieren kann, und reparieren sie selbst."),
    ("Everything starts with material from close by. We know the people who grow, fell, shear or dig it, and we pay them before we sell.",
     "Alles beginnt mit Material aus der Nähe. Wir kennen die Menschen, die es anbauen, fällen, scheren oder graben, und wir bezahlen sie, bevor wir verkaufen."),
    ("On the last Saturday of the month the doors are open: come by, and bring what you want to have mended.",
     "Am letzten Samstag im Monat stehen die Türen offen: Kommen Sie vorbei und bringen Sie mit, was repariert werden soll."),
]

TOWNS = [
    ("DE", "Hamburg", "Hamburg"), ("DE", "Saxony", "Görlitz"), ("US", "Vermont", "Montpelier"), ("US", "Oregon", "Astoria"), ("FR", "Bretagne", "Quimper"),
    ("GB", "Scotland", "Ullapool"), ("ZA", "Eastern Cape", "Graaff-Reinet"), ("JP", "Tochigi", "Mashiko"), ("PT", "Alentejo", "Évora"),
    ("IT", "Umbria", "Deruta"), ("NO", "Nordland", "Bodø"), ("AT", "Vorarlberg", "Bregenz"),
]

REVIEW_TITLES = [
    ("Steady", "Standfest"), ("Worth the wait", "Das Warten wert"), ("Smaller than I thought", "Kleiner als gedacht"), ("My second one", "Mein zweites"),
    ("Good, with one flaw", "Gut, mit einem Fehler"), ("A present that was kept", "Ein Geschenk, das blieb"),
]

REVIEWS = [
    ("It does what it should and looks better than in the pictures.", "Tut, was es soll, und sieht besser aus als auf den Bildern."),
    ("Ordered on a Sunday, here on Thursday, packed in nothing but paper. Everybody who comes to visit asks where it is from.",
     "Am Sonntag bestellt, am Donnerstag da, verpackt nur in Papier. Wer zu Besuch kommt, fragt, woher es ist."),
    ("After four months of daily use there is one scratch, and that one was me.", "Nach vier Monaten täglichem Gebrauch ein einziger Kratzer, und der war von mir."),
    ("The colour is darker than on the screen. I have grown used to it, and now I would not want another.",
     "Die Farbe ist dunkler als auf dem Bildschirm. Inzwischen habe ich mich daran gewöhnt und möchte keine andere mehr."),
    ("Not cheap. But the one before it cost half and lasted a year.", "Nicht billig. Aber das davor hat die Hälfte gekostet und ein Jahr gehalten."),
    ("One corner came damaged. A new one was sent within the week, without a question.",
     "Eine Ecke kam beschädigt an. Innerhalb einer Woche kam Ersatz, ohne eine Frage."),
]

REPLIES = [
    ("Thank you, we have shown this to the whole workshop.", "Danke, das haben wir der ganzen Werkstatt gezeigt."),
    ("We are sorry about that and have changed the packing since.", "Das tut uns leid, und die Verpackung haben wir seither geändert."),
]

AUTHORS = ["Mara K.", "Jonas W.", "Thandi M.", "Aoife B.", "Luca R.", "Yuki S.", "Ingrid H.", "Paul D.", "Nadia F.", "Emre T."]
