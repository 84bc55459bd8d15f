// KarooExpress – Apache-2.0

import Foundation

/// The schema as the root has it.
struct RootSchema: Codable, Sendable {
    static let format = 2

    var language: String
    var documents: Int
    var places: Int
    var tier: Int
    var chunk: Int
    var card: Int
    var impacts: [Int]
    var prior: Int
    var particles: [String]
    var letters: String
    var folds: String
    var columns: [String]
    var numbers: [String]
    var dates: [String]
    var facets: [SearchFacet]
    var money: SearchMoney?

    init(_ schema: SearchSchema, documents: Int, places: Int) {
        language = schema.language
        self.documents = documents
        self.places = places
        tier = schema.tier
        chunk = schema.chunk
        card = schema.card
        impacts = Levels.impacts
        prior = schema.prior
        particles = Particles.words(schema.language)
        letters = CharacterTables.letters
        folds = CharacterTables.folds
        columns = schema.columns
        numbers = schema.numbers
        dates = schema.dates
        facets = schema.facets
        money = schema.money
    }

    /// The same schema gives the same text.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try! encoder.encode(self)
        return String(decoding: data, as: UTF8.self)
    }
}
