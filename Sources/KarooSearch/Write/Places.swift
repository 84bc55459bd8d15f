// KarooExpress – Apache-2.0

/// Where documents stand in the index.
struct Places: Sendable {
    /// The place of each document, by its position in the keys.
    let places: [Int32]
    /// The position of the document at each place; -1 where there is none.
    let positions: [Int32]

    init(_ keys: [SearchKey], tier: Int) {
        places = []
        positions = []
    }
}
