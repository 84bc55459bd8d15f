// KarooExpress – Apache-2.0

import KarooCommerce
import KarooSearch

/// What an edition offers while somebody types: its categories, brands and sellers, its most popular products, and the
/// words and pairs of words that its titles have in common.
struct SearchCompletions {
    /// How many of each kind are offered at most.
    static let maximumProducts = 4_000
    static let maximumBrands = 10_000

    private let composer: Composer
    private let products: [Int32]

    init(_ composer: Composer, _ products: [Int32]) {
        self.composer = composer
        self.products = products
    }

    var all: [SearchCompletion] { categories + sellers + brands + titles + queries }

    /// Kinds of which there are few come before products, and among one kind what leads to more.
    static func weight(_ kind: SearchCompletion.Kind, _ count: Int) -> UInt32 {
        let rank: UInt32 =
            switch kind {
            case .category: 96
            case .seller, .brand: 80
            case .query: 48
            case .product: 0
            }
        return rank + UInt32(SearchFiles.grade(Int64(count)))
    }

    private var categories: [SearchCompletion] {
        composer.market.byCategory.indices.compactMap { place in
            let count = composer.market.byCategory[place].count
            guard count > 0 else { return nil }
            return SearchCompletion(
                text: composer.categoryName(place), kind: .category, weight: SearchCompletions.weight(.category, count),
                address: composer.path(composer.category(place)))
        }
    }

    private var sellers: [SearchCompletion] {
        composer.market.bySeller.indices.compactMap { place in
            let count = composer.market.bySeller[place].count
            guard count > 0 else { return nil }
            return SearchCompletion(
                text: composer.catalog.sellers[place].seller.name, kind: .seller, weight: SearchCompletions.weight(.seller, count),
                address: composer.path(composer.seller(place)))
        }
    }

    private var brands: [SearchCompletion] {
        var counts: [String: Int] = [:]
        for place in products {
            if let brand = composer.catalog.products[Int(place)].product.brand { counts[brand, default: 0] += 1 }
        }
        return SearchCompletions.mostFrequent(counts, SearchCompletions.maximumBrands).map { brand, count in
            SearchCompletion(text: brand, kind: .brand, weight: SearchCompletions.weight(.brand, count))
        }
    }

    private var titles: [SearchCompletion] {
        var chosen = products.map { (grade: SearchFiles.grade(composer.catalog.products[Int($0)].rating?.count ?? 0), place: $0) }
        if chosen.count > SearchCompletions.maximumProducts {
            chosen.sort { ($1.grade, $0.place) < ($0.grade, $1.place) }
            chosen.removeSubrange(SearchCompletions.maximumProducts...)
        }
        return chosen.compactMap { grade, place in
            guard let title = composer.catalog.products[Int(place)].product.text(in: composer.chain)?.title else { return nil }
            return SearchCompletion(text: title, kind: .product, weight: UInt32(grade), address: composer.path(composer.product(Int(place))))
        }
    }

    private var queries: [SearchCompletion] {
        var words = TitleWords()
        for place in products {
            if let text = composer.catalog.products[Int(place)].product.text(in: composer.chain) { words.add(text.title) }
        }
        return words.completions
    }

    fileprivate static func mostFrequent(_ counts: [String: Int], _ maximum: Int) -> ArraySlice<(text: String, count: Int)> {
        counts.map { (text: $0.key, count: $0.value) }.sorted { ($1.count, $0.text) < ($0.count, $1.text) }.prefix(maximum)
    }
}

/// The words and pairs of words that titles have in common.
struct TitleWords: Sendable {
    static let maximumWords = 10_000
    static let maximumPairs = 20_000
    /// A word or pair that fewer titles have is not offered by itself.
    private static let leastTitles = 2
    private static let maximumLength = 40

    private var words = FrequentTexts()
    private var pairs = FrequentTexts()

    mutating func add(_ title: String) {
        var word = Word()
        var last: String?
        for scalar in title.lowercased().unicodeScalars {
            if word.take(scalar) { continue }
            last = end(word, after: last)
            word = Word()
        }
        _ = end(word, after: last)
    }

    /// A run of letters and digits while it is read.
    private struct Word {
        private(set) var text = String.UnicodeScalarView()
        private(set) var length = 0
        private(set) var hasLetter = false

        /// False when the scalar ends the word.
        mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            let isLetter: Bool
            switch scalar.value {
            case 0x61...0x7A: isLetter = true
            case 0x30...0x39: isLetter = false
            case ..<0x80: return false
            default:
                switch scalar.properties.generalCategory {
                case .lowercaseLetter, .otherLetter, .modifierLetter, .uppercaseLetter, .titlecaseLetter: isLetter = true
                case .nonspacingMark, .spacingMark, .decimalNumber: isLetter = false
                default: return false
                }
            }
            if isLetter { hasLetter = true }
            text.append(scalar)
            length += 1
            return true
        }
    }

    /// Counts a word, and with the one before it the pair; gives the word if another may form a pair with it.
    private mutating func end(_ word: Word, after last: String?) -> String? {
        // Between two words there may be more than a space.
        guard word.length > 0 else { return last }
        guard word.length <= TitleWords.maximumLength else { return nil }
        let text = String(word.text)
        if let last { pairs.count("\(last) \(text)") }
        // Numbers and single letters are offered only behind another word.
        guard word.length > 1, word.hasLetter else { return nil }
        words.count(text)
        return text
    }

    mutating func add(_ other: TitleWords) {
        words.add(other.words)
        pairs.add(other.pairs)
    }

    var completions: [SearchCompletion] {
        let chosen =
            words.most(TitleWords.maximumWords, atLeast: TitleWords.leastTitles)
            + pairs.most(TitleWords.maximumPairs, atLeast: TitleWords.leastTitles)
        return chosen.map { SearchCompletion(text: $0.text, kind: .query, weight: SearchCompletions.weight(.query, $0.count)) }
    }
}

/// Counts texts in bounded memory: whenever there are too many, the rarest are forgotten.
private struct FrequentTexts: Sendable {
    private static let maximum = 400_000

    private var counts: [String: Int] = [:]

    mutating func count(_ text: String) {
        counts[text, default: 0] += 1
        forget()
    }

    mutating func add(_ other: FrequentTexts) {
        counts.merge(other.counts, uniquingKeysWith: +)
        forget()
    }

    private mutating func forget() {
        var least = 1
        while counts.count > FrequentTexts.maximum {
            counts = counts.filter { $0.value > least }
            least *= 2
        }
    }

    func most(_ maximum: Int, atLeast least: Int) -> ArraySlice<(text: String, count: Int)> {
        SearchCompletions.mostFrequent(counts.filter { $0.value >= least }, maximum)
    }
}
