// KarooExpress – Apache-2.0

import Support
import Testing

@testable import KarooCommerce

func formats(_ tag: String) -> LocaleFormats {
    guard let formats = LocaleFormats(tag) else { fatalError("\(tag) is no locale") }
    return formats
}

/// Tables of what the ICU of the toolchain writes. Invisible characters are spelled out: U+00A0 and U+202F are
/// spaces that do not break, U+200E, U+200F and U+061C are bidirectional marks, U+2068 and U+2069 isolate.
@Suite struct LocaleFormatsTests {
    @Test(
        arguments: [
            ("en-US", "USD", 123_456_789, "$1,234,567.89"), ("en-US", "EUR", -5_490, "-€54.90"),
            ("en-US", "JPY", 123_456, "¥123,456"), ("en-US", "KWD", 18_500, "KWD\u{A0}18.500"),
            ("en-US", "INR", 12_345_678_901, "₹123,456,789.01"), ("en-US", "PLN", 0, "PLN\u{A0}0.00"),
            ("de-DE", "USD", 123_456_789, "1.234.567,89\u{A0}$"), ("de-DE", "EUR", -5_490, "-54,90\u{A0}€"),
            ("de-DE", "JPY", 123_456, "123.456\u{A0}¥"), ("de-DE", "KWD", 18_500, "18,500\u{A0}KWD"),
            ("fr-FR", "EUR", 123_456_789, "1\u{202F}234\u{202F}567,89\u{A0}€"), ("fr-FR", "EUR", -5_490, "-54,90\u{A0}€"),
            ("fr-FR", "USD", 5_490, "54,90\u{A0}$US"), ("fr-FR", "JPY", 123_456, "123\u{202F}456\u{A0}JPY"),
            ("ja-JP", "JPY", 123_456, "¥123,456"), ("ja-JP", "JPY", -8_900, "-¥8,900"),
            ("ja-JP", "KWD", 18_500, "KWD\u{A0}18.500"),
            ("ar-KW", "KWD", 18_500, "\u{200F}١٨٫٥٠٠\u{A0}د.ك.\u{200F}"),
            ("ar-KW", "KWD", -1_234_567_891, "\u{61C}-\u{200F}١٬٢٣٤٬٥٦٧٫٨٩١\u{A0}د.ك.\u{200F}"),
            ("ar-KW", "EUR", -5_490, "\u{61C}-\u{200F}٥٤٫٩٠\u{A0}€"), ("ar-KW", "JPY", 123_456, "\u{200F}١٢٣٬٤٥٦\u{A0}JP¥"),
            ("pl-PL", "PLN", 0, "0,00\u{A0}zł"), ("pl-PL", "PLN", 123_456, "1234,56\u{A0}zł"),
            ("pl-PL", "PLN", 1_234_567, "12\u{A0}345,67\u{A0}zł"), ("pl-PL", "PLN", 123_456_789, "1\u{A0}234\u{A0}567,89\u{A0}zł"),
            ("he-IL", "ILS", 5_490, "\u{200F}54.90\u{A0}\u{200F}₪"),
            ("he-IL", "EUR", -5_490, "\u{200F}\u{200E}-54.90\u{A0}\u{200F}€"),
            ("hi-IN", "INR", 12_345_678_901, "₹12,34,56,789.01"), ("hi-IN", "INR", 123_456, "₹1,234.56"),
            ("hi-IN", "JPY", 123_456, "JP¥1,23,456"),
            ("en-KW", "KWD", 18_500, "KWD\u{A0}18.500"), ("en-DE", "EUR", 123_456, "1.234,56\u{A0}€"),
            ("de-CH", "CHF", -123_456, "CHF-1’234.56"), ("es-ES", "EUR", 123_456, "1234,56\u{A0}€"),
            ("sv-SE", "SEK", -123_456, "−1\u{A0}234,56\u{A0}kr"),
        ] as [(String, String, Int64, String)])
    func money(tag: String, code: String, minorUnits: Int64, expected: String) {
        let money = Money(minorUnits: minorUnits, currency: currency(code))
        let formats = formats(tag)
        #expect(formats.money(money) == expected)
        #expect(formats.moneyByICU(money) == expected)
        var bytes = Array("x".utf8)
        formats.appendMoney(money, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "x" + expected)
    }

    /// CLDR hides the decimals of these; what is charged is shown whole.
    @Test(arguments: [("IQD", 1_234_567, "IQD\u{A0}1,234.567"), ("LBP", 150, "LBP\u{A0}1.50"), ("ISK", 500, "ISK\u{A0}500")])
    func decimalsAreThoseOfTheStandard(code: String, minorUnits: Int64, expected: String) {
        #expect(formats("en-US").money(Money(minorUnits: minorUnits, currency: currency(code))) == expected)
    }

    static let tags = [
        "en-US", "en-GB", "de-DE", "de-AT", "de-CH", "fr-FR", "ja-JP", "ar-KW", "ar-EG", "ar-MA", "pl-PL", "he-IL",
        "hi-IN", "es-ES", "es-MX", "pt-PT", "pt-BR", "sv-SE", "fa-IR", "zh-Hant-TW", "ur-PK", "bn-BD", "my-MM", "lt-LT",
        "en-IN", "nl-NL", "lv-LV", "ne-NP", "mr-IN",
    ]

    @Test(arguments: tags)
    func thePatternWritesWhatICUWrites(tag: String) {
        var random = Seeded("money pattern \(tag)")
        let formats = formats(tag)
        for code in ["EUR", "USD", "JPY", "KWD", "CLF", "INR", "IRR", "CHF", "SEK", "MMK"] {
            #expect(formats.moneyPattern(for: currency(code)) != nil, "\(tag) \(code)")
            for _ in 0..<60 {
                let money = Money(minorUnits: random.anyInt64(), currency: currency(code))
                #expect(formats.money(money) == formats.moneyByICU(money), "\(money), seed \(Seeded.seed)")
            }
        }
    }

    @Test func everyCurrencyHasAPattern() {
        let formats = [formats("ar-KW"), formats("de-CH")]
        for currency in Currency.all {
            for formats in formats { #expect(formats.moneyPattern(for: currency) != nil, "\(formats.tag) \(currency)") }
        }
    }

    @Test(arguments: [
        ("en-US", ["1,234,567", "-1,234", "4.60", "20%", "-5%"]),
        ("de-DE", ["1.234.567", "-1.234", "4,60", "20\u{A0}%", "-5\u{A0}%"]),
        ("fr-FR", ["1\u{202F}234\u{202F}567", "-1\u{202F}234", "4,60", "20\u{A0}%", "-5\u{A0}%"]),
        ("ja-JP", ["1,234,567", "-1,234", "4.60", "20%", "-5%"]),
        ("ar-KW", ["١٬٢٣٤٬٥٦٧", "\u{61C}-١٬٢٣٤", "٤٫٦٠", "٢٠٪\u{61C}", "\u{61C}-٥٪\u{61C}"]),
        ("pl-PL", ["1\u{A0}234\u{A0}567", "-1234", "4,60", "20%", "-5%"]),
        ("he-IL", ["1,234,567", "\u{200E}-1,234", "4.60", "20%", "\u{200E}-5%"]),
        ("hi-IN", ["12,34,567", "-1,234", "4.60", "20%", "-5%"]),
    ])
    func numbers(tag: String, expected: [String]) {
        let formats = formats(tag)
        for _ in 0..<2 {  // the second time from memory
            #expect(
                [
                    formats.number(1_234_567), formats.number(-1_234), formats.number(decimal: "4.60"),
                    formats.percent(20), formats.percent(-5),
                ] == expected)
        }
    }

    @Test func decimalsOfNumbersStayAsTheyAreWritten() {
        let german = formats("de-DE")
        #expect(german.number(decimal: "1234567.10") == "1.234.567,10")
        #expect(german.number(decimal: "0.000000000001") == "0,000000000001")
        #expect(german.number(decimal: "-42") == "-42")
        #expect(german.number(decimal: "12 cm") == "12 cm")
        #expect(german.number(.min) == "-9.223.372.036.854.775.808")
    }

    @Test(arguments: [
        ("en-US", "November 27, 2026", "Mar 5, 2026"), ("en-GB", "27 November 2026", "5 Mar 2026"),
        ("de-DE", "27. November 2026", "05.03.2026"), ("fr-FR", "27 novembre 2026", "5 mars 2026"),
        ("ja-JP", "2026年11月27日", "2026/03/05"),
        ("ar-KW", "٢٧ نوفمبر، ٢٠٢٦", "٠٥\u{200F}/٠٣\u{200F}/٢٠٢٦"), ("pl-PL", "27 listopada 2026", "5 mar 2026"),
        ("he-IL", "27 בנובמבר 2026", "5 במרץ 2026"), ("hi-IN", "27 नवंबर 2026", "5 मार्च 2026"),
    ])
    func dates(tag: String, long: String, medium: String) throws {
        #expect(formats(tag).date(try #require(Day("2026-11-27")), style: .long) == long)
        #expect(formats(tag).date(try #require(Day("2026-03-05")), style: .medium) == medium)
    }

    @Test(arguments: [
        ("en-US", "A, B, and C", "A and B"), ("en-GB", "A, B and C", "A and B"), ("de-DE", "A, B und C", "A und B"),
        ("fr-FR", "A, B et C", "A et B"), ("ja-JP", "A、B、C", "A、B"), ("pl-PL", "A, B i C", "A i B"),
        (
            "ar-KW", "\u{2068}A\u{2069} و\u{2068}B\u{2069} و\u{2068}C\u{2069}", "\u{2068}A\u{2069} و\u{2068}B\u{2069}"
        ),
        (
            "he-IL", "\u{2068}A\u{2069}, \u{2068}B\u{2069} ו-\u{2068}C\u{2069}", "\u{2068}A\u{2069} ו-\u{2068}B\u{2069}"
        ),
        ("hi-IN", "A, B और C", "A और B"),
    ])
    func lists(tag: String, three: String, two: String) {
        let formats = formats(tag)
        #expect(formats.list(["A", "B", "C"]) == three)
        #expect(formats.list(["A", "B"]) == two)
        #expect(formats.list(["A"]) == "A")
        #expect(formats.list([]) == "")
    }

    @Test func aLongListIsWhole() {
        let items = (1...200).map { "item number \($0)" }
        let list = formats("en-US").list(items)
        #expect(items.allSatisfy { list.contains($0) })
        #expect(list.hasSuffix("item number 199, and item number 200"))
        #expect(formats("en-US").list(["", "B"]) == " and B")
    }

    @Test(arguments: [
        ("en-US", ["1.5 cm", "1.5 kg", "1.5 L", "1.5 hr", "1.5 W", "1 yr", "5 mths"]),
        ("de-DE", ["1,5 cm", "1,5 kg", "1,5 l", "1,5 Std.", "1,5 W", "1 J", "5 Mon."]),
        (
            "fr-FR",
            [
                "1,5\u{202F}cm", "1,5\u{202F}kg", "1,5\u{202F}l", "1,5\u{202F}h", "1,5\u{202F}W", "1\u{A0}an", "5\u{A0}m",
            ]
        ),
        ("ja-JP", ["1.5 cm", "1.5 kg", "1.5 L", "1.5時間", "1.5 W", "1年", "5か月"]),
        ("ar-KW", ["١٫٥ سم", "١٫٥ كغم", "١٫٥ لتر", "١٫٥ س", "١٫٥ واط", "سنة واحدة", "٥ أشهر"]),
        ("pl-PL", ["1,5 cm", "1,5 kg", "1,5 l", "1,5 godz.", "1,5 W", "1 rok", "5 mies."]),
        ("he-IL", ["1.5 ס״מ", "1.5 ק״ג", "1.5 ל׳", "1.5 שע׳", "1.5 W", "שנה", "5 ח׳"]),
        ("hi-IN", ["1.5 सें॰मी॰", "1.5 कि॰ग्रा॰", "1.5 ली॰", "1.5 घं॰", "1.5 W", "1 वर्ष", "5 माह"]),
    ])
    func units(tag: String, expected: [String]) {
        let formats = formats(tag)
        for _ in 0..<2 {
            let texts =
                ["centimeter", "kilogram", "liter", "hour", "watt"].map { formats.unit("1.5", unit: $0) }
                + [formats.unit("1", unit: "year"), formats.unit("5", unit: "month")]
            #expect(texts.map { $0 ?? "nil" } == expected)
        }
    }

    @Test func allUnitsOfTheContentAreKnown() {
        for unit in [
            "millimeter", "centimeter", "meter", "gram", "kilogram", "milliliter", "liter", "watt", "lumen", "hour",
            "minute", "year", "month", "day", "kilowatt-hour", "celsius", "square-meter", "gigabyte", "pixel", "hertz",
            "volt", "ampere", "pascal", "degree", "karat",
        ] {
            #expect(formats("en-US").unit("2", unit: unit) != nil, "\(unit)")
        }
        #expect(MeasureUnit.allCases.allSatisfy { $0.cldrIdentifier.map { formats("de-DE").unit("1", unit: $0) != nil } ?? true })
    }

    @Test func yearsHaveTheDigitsOfTheLanguageAndNoSeparators() {
        #expect(["en-US", "de-DE", "ar-KW", "ja-JP"].map { formats($0).digits(2014) } == ["2014", "2014", "٢٠١٤", "2014"])
    }

    @Test(arguments: ["", "bogus", "milliampere-hour", "Centimeter", "centimeter unit-width-long", "length-centimeter", "/"])
    func whatIsNoUnitIsNil(unit: String) {
        #expect(formats("en-US").unit("2", unit: unit) == nil)
        #expect(formats("en-US").unit("2 cm", unit: "centimeter") == nil)
        #expect(formats("en-US").unit("1234.50", unit: "gram") == "1,234.50 g")
    }

    @Test(arguments: [
        ("en", [0: "other", 1: "one", 2: "other", 11: "other"]), ("de", [0: "other", 1: "one", 2: "other"]),
        ("fr", [0: "one", 1: "one", 2: "other", 1_000_000: "many", 1_000_001: "other"]),
        ("ja", [0: "other", 1: "other", 100: "other"]),
        (
            "ar",
            [0: "zero", 1: "one", 2: "two", 3: "few", 10: "few", 11: "many", 99: "many", 100: "other", 102: "other", 103: "few"]
        ),
        ("pl", [0: "many", 1: "one", 2: "few", 4: "few", 5: "many", 12: "many", 22: "few", 112: "many"]),
        ("he", [0: "other", 1: "one", 2: "two", 3: "other"]), ("hi", [0: "one", 1: "one", 2: "other"]),
        ("cy", [0: "zero", 1: "one", 2: "two", 3: "few", 6: "many", 7: "other"]),
    ])
    func plurals(tag: String, expected: [Int: String]) {
        let formats = formats(tag)
        for (count, category) in expected {
            #expect(formats.pluralCategory(count).rawValue == category, "\(tag) \(count)")
        }
        #expect(Set(expected.values).subtracting(formats.pluralCategories.map(\.rawValue)).isEmpty)
    }

    @Test(arguments: [
        ("en", "one other"), ("de-DE", "one other"), ("fr", "one many other"), ("ja-JP", "other"),
        ("ar-KW", "zero one two few many other"), ("pl", "one few many other"), ("he", "one two other"),
        ("hi", "one other"),
    ])
    func pluralCategories(tag: String, expected: String) {
        #expect(formats(tag).pluralCategories.map(\.rawValue).joined(separator: " ") == expected)
    }

    @Test(arguments: [
        ("en-US", ["Germany", "Kuwait", "French", "English", "Kuwaiti Dinar", "KWD", "$"]),
        ("de-DE", ["Deutschland", "Kuwait", "Französisch", "Deutsch", "Kuwait-Dinar", "KWD", "$"]),
        ("fr-FR", ["Allemagne", "Koweït", "Français", "Français", "dinar koweïtien", "KWD", "$US"]),
        ("ja-JP", ["ドイツ", "クウェート", "フランス語", "日本語", "クウェート ディナール", "KWD", "$"]),
        ("ar-KW", ["ألمانيا", "الكويت", "الفرنسية", "العربية", "دينار كويتي", "د.ك.\u{200F}", "US$"]),
        ("pl-PL", ["Niemcy", "Kuwejt", "Francuski", "Polski", "dinar kuwejcki", "KWD", "USD"]),
        ("he-IL", ["גרמניה", "כווית", "צרפתית", "עברית", "דינר כוויתי", "KWD", "$"]),
        ("hi-IN", ["जर्मनी", "कुवैत", "फ़्रेंच", "हिन्दी", "कुवैती दिनार", "KWD", "$"]),
    ])
    func names(tag: String, expected: [String]) {
        let formats = formats(tag)
        #expect(
            [
                formats.regionName("DE"), formats.regionName("KW"), formats.languageName("fr"), formats.autonym,
                formats.currencyName(currency("KWD")), formats.currencySymbol(currency("KWD")),
                formats.currencySymbol(currency("USD")),
            ] == expected)
    }

    @Test func unknownNamesAreTheCodes() {
        let english = formats("en-US")
        #expect(english.regionName("ZZZ") == "ZZZ")
        #expect(english.languageName("not a tag") == "not a tag")
        #expect(english.currencyName(currency("XAD")).isEmpty == false)
        #expect(formats("zh-Hant-TW").autonym == "繁體中文")
        #expect(formats("de-u-co-phonebk").tag == "de-u-co-phonebk")
    }

    @Test func directions() {
        for tag in ["ar-KW", "he-IL", "fa-IR", "ur-PK", "az-Arab"] { #expect(formats(tag).isRightToLeft, "\(tag)") }
        for tag in ["en-KW", "ja-JP", "de-DE", "az-Latn", "uz"] { #expect(!formats(tag).isRightToLeft, "\(tag)") }
    }

    @Test(arguments: [
        ("sv-SE", ["Apfel", "Size 9", "Size 10", "Zebra", "Åre", "Äpfel", "Öl"]),
        ("de-DE", ["Apfel", "Äpfel", "Åre", "Öl", "Size 9", "Size 10", "Zebra"]),
        ("cs", ["cena", "hora", "chata", "Zebra"]), ("en-US", ["cena", "chata", "hora", "Zebra"]),
        ("es-ES", ["nube", "ñu", "oso"]), ("en-US", ["ñu", "nube", "oso"]), ("da", ["Zebra", "Öl", "aal", "Åre"]),
        ("lt", ["hora", "yak", "itas", "oso"]), ("ja-JP", ["A", "あ", "カタカナ", "かな", "亜", "一"]),
        ("pl-PL", ["lato", "łąka", "mak", "zima", "źródło", "żaba"]),
        ("ar-KW", ["أسد", "باب", "تاج", "ياسمين"]),
    ])
    func order(tag: String, expected: [String]) {
        var random = Seeded("collation \(tag)")
        let formats = formats(tag)
        for _ in 0..<5 {
            let mixed = expected.shuffled(using: &random)
            #expect(mixed.sorted { formats.compare($0, $1) < 0 } == expected)
            #expect(
                mixed.sorted { formats.collationKey($0).lexicographicallyPrecedes(formats.collationKey($1)) } == expected)
        }
    }

    @Test func someTextsAreNotToldApart() {
        #expect(formats("ja-JP").compare("あ", "ア") == 0)
        #expect(formats("de-DE").compare("é", "e\u{301}") == 0)
    }

    @Test func keysAndComparisonAgree() {
        var random = Seeded("collation keys")
        let formats = formats("de-DE")
        let characters = Array("aäAbß19 -éZ")
        for _ in 0..<2_000 {
            let (left, right) = (random.text(of: characters, upTo: 6), random.text(of: characters, upTo: 6))
            let (first, second) = (formats.collationKey(left), formats.collationKey(right))
            let order = first == second ? 0 : first.lexicographicallyPrecedes(second) ? -1 : 1
            #expect(formats.compare(left, right) == order, "\(left) \(right), seed \(Seeded.seed)")
        }
        #expect(formats.collationKey(String(repeating: "Ä", count: 1_000)).count > 1_000)
        #expect(formats.collationKey("").count < 8)
        #expect(!formats.collationKey("Arne").contains(0))
    }

    @Test(arguments: ["", "xx", "tlh", "zz-ZZ", "de_DE!", "-", "not a tag", "e", "und", "de-"])
    func unknownLanguagesAndOtherTextsAreRefused(tag: String) {
        #expect(LocaleFormats(tag) == nil)
    }

    @Test func aRegionThatCLDRDoesNotKnowWithTheLanguageIsFine() {
        #expect(formats("ja-KW").money(Money(minorUnits: 18_500, currency: currency("KWD"))) == "KWD\u{A0}18.500")
        #expect(formats("no-NO").autonym == "Norsk")
    }
}
