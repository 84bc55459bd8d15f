// KarooExpress – Apache-2.0

/// The Content with which a new marketplace begins: one seller, three products, two markets and two languages.
enum StarterContent {
    static let files: [(name: String, text: String)] = [
        ("Content/marketplace.yaml", marketplace), ("Content/categories.yaml", categories), ("Content/attributes.yaml", attributes),
        ("Content/taxes.yaml", taxes), ("Content/pages/about.en.md", aboutEnglish), ("Content/pages/about.de.md", aboutGerman),
        ("Content/sellers/lamp-studio/seller.yaml", seller), ("Content/sellers/lamp-studio/en.md", sellerEnglish),
        ("Content/sellers/lamp-studio/de.md", sellerGerman),
        ("Content/sellers/lamp-studio/products/desk-lamp/product.yaml", deskLamp),
        ("Content/sellers/lamp-studio/products/desk-lamp/en.md", deskLampEnglish),
        ("Content/sellers/lamp-studio/products/desk-lamp/de.md", deskLampGerman),
        ("Content/sellers/lamp-studio/products/desk-lamp/front.svg", drawing),
        ("Content/sellers/lamp-studio/products.jsonl", bulk), (".gitignore", "Public/\n.karoo/\n"),
    ]

    private static let marketplace = """
        name: My marketplace
        baseURL: https://www.marketplace.example
        defaultLanguage: en
        languages: [en, de, fr, ja, ar]
        defaultEdition: en-us
        organization: {legalName: My Marketplace Ltd, email: hello@marketplace.example}
        tagline: {en: Good things from small makers, de: Gute Dinge aus kleinen Werkstätten}
        description: {en: "A marketplace of small makers.", de: "Ein Marktplatz kleiner Werkstätten."}
        hero:
          title: {en: Light for every evening, de: Licht für jeden Abend}
          text: {en: Lamps made one at a time., de: "Lampen, Stück für Stück gefertigt."}
          category: lighting
        featured: [lamp-studio/desk-lamp]
        markets:
          us: {name: {en: United States}, countries: [US], currency: USD, languages: [en], taxInclusive: false}
          de: {name: {en: Germany, de: Deutschland}, countries: [DE, AT], currency: EUR, languages: [de, en], taxInclusive: true, lowestPriceLaw: true}

        """

    private static let categories = """
        - id: lighting
          name: {en: Lighting, de: Leuchten, fr: Luminaires, ja: 照明, ar: الإضاءة}
          attributes: [colour]
          googleCategory: 594
          children:
            - {id: desk-lamps, name: {en: Desk lamps, de: Schreibtischlampen, fr: Lampes de bureau, ja: デスクランプ, ar: مصابيح المكتب}}
            - {id: lanterns, name: {en: Lanterns, de: Laternen, fr: Lanternes, ja: ランタン, ar: فوانيس}}

        """

    private static let attributes = """
        colour:
          kind: swatch
          name: {en: Colour, de: Farbe}
          filterable: true
          values:
            sage: {hex: "#9CAF88", en: Sage, de: Salbei}
            ink: {hex: "#22303C", en: Ink, de: Tinte}
        height: {kind: number, unit: centimeter, name: {en: Height, de: Höhe}}

        """

    private static let taxes = """
        us: {standard: "0"}
        de: {standard: "19", AT: {standard: "20"}}

        """

    private static let aboutEnglish = "---\ntitle: About us\ngroup: about\n---\nWrite here who runs this marketplace.\n"
    private static let aboutGerman = "---\ntitle: Über uns\ngroup: about\n---\nSchreiben Sie hier, wer diesen Marktplatz betreibt.\n"

    private static let seller = """
        name: Lamp Studio
        country: DE
        region: Bremen
        since: 2019
        accent: "#0B63CE"
        legal: {name: Lamp Studio GmbH, address: [Am Deich 1, 28199 Bremen], email: hello@lampstudio.example}
        shipping:
          handlingDays: [1, 2]
          rates:
            - {markets: [de], prices: {EUR: "4.90"}, freeFrom: {EUR: "60.00"}, days: [2, 3]}
            - {markets: [us], prices: {USD: "14.00"}, days: [5, 9]}
        returns: {days: 30, paidBy: seller}

        """

    private static let sellerEnglish = "---\ntagline: Lamps for people who read late\n---\nWe make lamps in a former ship's chandlery.\n"
    private static let sellerGerman = "---\ntagline: Lampen für alle, die lange lesen\n---\nWir bauen Lampen in einer alten Schiffsausrüstung.\n"

    private static let deskLamp = """
        category: desk-lamps
        brand: Lamp Studio
        published: 2026-03-01
        weight: 1.2 kg
        attributes: {height: 42}
        images: [{file: front.svg, alt: {en: A desk lamp, de: Eine Schreibtischlampe}}]
        options: [colour]
        prices: {USD: "59.00", EUR: "54.90"}
        variants:
          - {sku: DL-SAGE, options: {colour: sage}, stock: 12}
          - {sku: DL-INK, options: {colour: ink}, stock: 0}

        """

    private static let deskLampEnglish = "---\ntitle: Desk lamp\nsummary: A lamp that stays where you put it.\n---\nSteel arm, **linen-covered cable**, a bulb that you can change.\n"
    private static let deskLampGerman = "---\ntitle: Schreibtischlampe\nsummary: Eine Lampe, die bleibt, wo man sie hinstellt.\n---\nArm aus Stahl, **Kabel mit Leinenmantel**, Leuchtmittel zum Wechseln.\n"

    private static let drawing = """
        <svg xmlns="http://www.w3.org/2000/svg" width="800" height="1000" viewBox="0 0 800 1000"><rect width="800" height="1000" fill="#eef1ec"/>\
        <path d="M0 780h800v220H0z" fill="#dfe5da"/><ellipse cx="400" cy="800" rx="170" ry="24" fill="#c7d1bf"/><rect x="290" y="760" width="220" height="36" rx="18" fill="#7c9169"/>\
        <path d="M390 760 450 470 330 330" fill="none" stroke="#7c9169" stroke-width="22" stroke-linecap="round" stroke-linejoin="round"/>\
        <path d="M210 400 330 230 450 400z" fill="#9caf88"/></svg>

        """

    private static let bulk = """
        {"slug":"storm-lantern","category":"lanterns","brand":"Lamp Studio","sku":"SL-1","published":"2026-05-01","stock":30,"prices":{"USD":"39.00","EUR":"34.90"},"attributes":{"height":31},"text":{"en":{"title":"Storm lantern","summary":"For balconies and blackouts.","body":"Burns eight hours on one filling."},"de":{"title":"Sturmlaterne","summary":"Für Balkone und Stromausfälle.","body":"Brennt acht Stunden mit einer Füllung."}}}
        {"slug":"paper-lantern","category":"lanterns","brand":"Lamp Studio","sku":"PL-1","published":"2026-06-12","stock":4,"prices":{"USD":"19.00","EUR":"16.90"},"compareAt":{"EUR":"19.90"},"lowest30Days":{"EUR":"17.90"},"text":{"en":{"title":"Paper lantern","summary":"Folds flat.","body":"Wire and washi paper."},"de":{"title":"Papierlaterne","summary":"Flach zusammenlegbar.","body":"Draht und Washi-Papier."}}}

        """
}
