// KarooExpress – Apache-2.0

import KarooTemplate

/// The cards that were made last, by place of the product: two generations, of which the older one is forgotten as a whole
/// when the younger is full.
struct CardShelf {
    /// How many cards a worker keeps in a generation, of all editions together: about 700 bytes each.
    private static let limit = 16_384

    private let limit: Int
    private var cards: ContiguousArray<Slot>
    private var young = Generation()
    private var old = Generation()

    private struct Generation {
        var places: [Int32] = []
        let frame = Frame()
    }

    init(products: Int, editions: Int) {
        limit = max(256, CardShelf.limit / max(1, editions))
        cards = ContiguousArray(repeating: .missing, count: products)
    }

    /// Where the next card is to be made.
    var frame: Frame { young.frame }

    /// The card of a product; nil when it has to be made.
    subscript(_ place: Int32) -> Slot? {
        let card = cards[Int(place)]
        return card.isMissing ? nil : card
    }

    mutating func add(_ card: Slot, of place: Int32) {
        cards[Int(place)] = card
        young.places.append(place)
    }

    /// Makes room when a generation is full; cards of the older one must not be in use any more.
    mutating func forgetOldest() {
        guard young.places.count >= limit else { return }
        for place in old.places { cards[Int(place)] = .missing }
        old.places.removeAll(keepingCapacity: true)
        old.frame.reset()
        swap(&young, &old)
    }
}
