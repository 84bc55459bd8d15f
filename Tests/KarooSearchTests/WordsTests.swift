// KarooExpress – Apache-2.0

import Testing

@testable import KarooSearch

struct WordsTests {
    private func words(_ text: String) -> [String] {
        var words = Words()
        words.read(text)
        return words.words.map { ($0.isJoined ? "+" : "") + String(decoding: words.bytes[$0.start..<$0.end], as: UTF8.self) }
    }

    @Test(arguments: [
        ("Arne Desk-Lamp", ["arne", "desk", "+lamp"]), ("dv7-1211ea", ["dv7", "+1211ea"]), ("17\" 43.2 cm", ["17", "43", "+2", "cm"]),
        ("Größe Straße ŒUVRE Łódź", ["grosse", "strasse", "oeuvre", "lodz"]), ("E\u{301}cole", ["ecole"]), ("Ｆｕｌｌ ﬁne", ["full", "fine"]),
        ("İstanbul ısı", ["istanbul", "isi"]), ("Σίσυφος", ["σισυφοσ"]), ("Ёлка Й", ["елка", "и"]), ("الْمِصْبَاح", ["المصباح"]), ("أحمد إلى آن ةى", ["احمد", "الي", "ان", "هي"]),
        ("٥٠٠ مل", ["500", "مل"]), ("東京タワー", ["東京", "京タ", "タワ", "ワー"]), ("木 iPhone15ケース", ["木", "iphone15", "ケー", "ース"]), ("ﾗﾝﾌﾟ", ["ラン", "ンプ"]),
        ("한국어", ["한국", "국어"]), ("m²", ["m2"]), ("a--b a - b", ["a", "b", "a", "b"]), ("rock'n’roll", ["rock", "+n", "+roll"]), ("", []), ("<b>&amp;</b>", ["b", "amp", "b"]),
    ])
    func textBecomesWords(_ text: String, _ expected: [String]) {
        #expect(words(text) == expected)
    }

    @Test func longWordsAreCut() {
        #expect(words(String(repeating: "x", count: 10_000)) == [String(repeating: "x", count: 40)])
    }
}
