// KarooExpress – Apache-2.0

import Support
import Testing

@testable import KarooCommerce

@Suite struct MessageTests {
    @Test func placesAreFilled() throws {
        let message = try Message(parsing: "{price} per {unit}, {price}")
        #expect(message.arguments == ["price", "unit"])
        #expect(try message.format(arguments: ["unit": "kg", "price": "5 €", "more": "x"]) == "5 € per kg, 5 €")
        #expect(try message.format { ["price": "1", "unit": "2"][$0] } == "1 per 2, 1")
        #expect(message.plainText == nil && !message.isPlural)
    }

    @Test func plainTextsArePlain() throws {
        #expect(try Message(parsing: "Cart").plainText == "Cart")
        #expect(try Message(parsing: "").plainText == "")
        #expect(try Message(parsing: "a {{b}} c").plainText == "a {b} c")
        #expect(try Message(parsing: "{{{name}}}").format(arguments: ["name": "x"]) == "{x}")
        #expect(try Message(parsing: "Cart").format() == "Cart")
    }

    @Test(arguments: [
        ("{", MessageError.unclosedBrace), ("a {name", .unclosedBrace), ("{a{b}}", .unclosedBrace),
        ("}", .unopenedBrace), ("a } b", .unopenedBrace), ("{name}}", .unopenedBrace), ("{}", .badName("")),
        ("{ name }", .badName(" name ")), ("{1a}", .badName("1a")), ("{a-b}", .badName("a-b")), ("{é}", .badName("é")),
    ])
    func faultsAreNamed(text: String, error: MessageError) {
        #expect(throws: error) { try Message(parsing: text) }
        #expect(!error.description.isEmpty)
    }

    @Test func aMissingValueIsAnError() throws {
        #expect(throws: MessageError.missingArgument("b")) {
            try Message(parsing: "{a} {b}").format(arguments: ["a": "1"])
        }
    }

    @Test func aJoinerBehindAPlaceBelongsToTheText() throws {
        #expect(try Message(parsing: "{name}\u{200C}ها").format(arguments: ["name": "کتاب"]) == "کتاب\u{200C}ها")
        #expect(try Message(parsing: "{a}\u{301}{b}").arguments == ["a", "b"])
    }

    @Test func pluralFormsAreChosenByTheLanguage() throws {
        let pl = try #require(LocaleFormats("pl-PL"))
        let message = try Message(
            parsing: ["one": "{count} sztuka", "few": "{count} sztuki", "many": "{count} sztuk", "other": "{count} sztuki"])
        #expect(message.isPlural && message.arguments == ["count"])
        #expect(try message.format(count: 1, in: pl) == "1 sztuka")
        #expect(try message.format(count: 3, in: pl) == "3 sztuki")
        #expect(try message.format(count: 5, in: pl) == "5 sztuk")
        #expect(try message.format(count: 22, in: pl) == "22 sztuki")
        #expect(throws: MessageError.missingCount) { try message.format() }
        #expect(throws: MessageError.missingCount) { try message.format { _ in "" } }
    }

    @Test func theCountIsWrittenInTheDigitsOfTheLocale() throws {
        let arabic = try #require(LocaleFormats("ar-KW"))
        let message = try Message(parsing: [.other: "{count} {name}"])
        #expect(try message.format(count: 1_234, in: arabic, arguments: ["name": "x"]) == "١٬٢٣٤ x")
        #expect(try Message(parsing: "{count}!").format(count: 3, in: arabic) == "٣!")
    }

    @Test func categoriesAreHeldToThoseOfTheLanguage() throws {
        let pl = try #require(LocaleFormats("pl")).pluralCategories
        let ja = try #require(LocaleFormats("ja")).pluralCategories
        let message = try Message(parsing: ["one": "a", "other": "b"])
        #expect(message.categoryFaults(in: pl) == [.missingCategory(.few), .missingCategory(.many)])
        #expect(message.categoryFaults(in: ja) == [.needlessCategory(.one)])
        #expect(try Message(parsing: "x").categoryFaults(in: pl).isEmpty)
        #expect(throws: MessageError.unknownCategory("several")) { try Message(parsing: ["several": "x"]) }
        #expect(throws: MessageError.unclosedBrace) { try Message(parsing: ["other": "{"]) }
    }

    @Test func piecesComeOutAsTheyWentIn() throws {
        var random = Seeded("message pieces")
        let characters: [Character] = ["{", "}", "a", "1", " ", "é", "\u{200C}", "ا"]
        for _ in 0..<3_000 {
            var (source, expected) = ("", "")
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let text = random.text(of: characters, upTo: 5)
                for scalar in text.unicodeScalars {
                    source.unicodeScalars.append(scalar)
                    if scalar == "{" || scalar == "}" { source.unicodeScalars.append(scalar) }
                }
                source += "{name}"
                expected += text + "<>"
            }
            let filled = try Message(parsing: source).format(arguments: ["name": "<>"])
            #expect(filled.unicodeScalars.elementsEqual(expected.unicodeScalars), "\(source), seed \(Seeded.seed)")
        }
    }

    @Test func arbitraryTextIsReadOrRefused() {
        var random = Seeded("message fuzz")
        let characters: [Character] = ["{", "}", "a", "b", "1", " ", "é", "\u{200C}"]
        var read = 0
        for _ in 0..<20_000 {
            guard let message = try? Message(parsing: random.text(of: characters, upTo: 10)) else { continue }
            read += 1
            #expect((try? message.format { _ in "" }) != nil, "seed \(Seeded.seed)")
        }
        #expect((1_000..<19_000).contains(read))
    }
}
