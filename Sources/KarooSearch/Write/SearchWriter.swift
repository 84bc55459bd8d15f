// KarooExpress – Apache-2.0

/// A file of the index. Its name is made of its bytes, so it never changes.
package struct SearchFile: Sendable {
    /// `01/23456789ab.bin`
    package var name: String
    package var bytes: [UInt8]
}

/// Some files of an index, and what the root says of them.
package struct SearchPart: Sendable {
    package var files: [SearchFile] = []
    /// The tables of the root that lead to the files.
    package var tables: [UInt8] = []

    package init(files: [SearchFile] = [], tables: [UInt8] = []) {
        self.files = files
        self.tables = tables
    }
}

/// Makes the index of one language of one market. The same documents give the same bytes.
package struct SearchWriter: Sendable {
    package let schema: SearchSchema
    let places: Places
    let jobs: Int

    package init(_ schema: SearchSchema, _ keys: [SearchKey], jobs: Int) {
        self.schema = schema
        self.jobs = jobs
        places = Places(keys, tier: schema.tier)
    }

    /// Everything that is made of text: terms, words, suggestions, cards and traits.
    ///
    /// - parameter document: the document of a position in the keys. It is called once for each, from several threads.
    package func texts(
        completions: [SearchCompletion], rules: [SearchRule], synonyms: [SearchSynonym], _ document: @Sendable (Int) -> SearchDocument
    ) -> SearchPart {
        SearchPart()
    }

    /// Prices, stock and whatever else changes without a change of text.
    ///
    /// - parameter numbers: of a position in the keys, the numbers of the schema's columns in order; nil or negative for none.
    package func numbers(_ numbers: @Sendable (Int) -> [Int64?]) -> SearchPart {
        SearchPart()
    }

    /// The root of both parts.
    package func root(texts: SearchPart, numbers: SearchPart) -> SearchFile {
        SearchFile(name: "", bytes: [])
    }

    /// The text of the head, which names the root.
    ///
    /// - parameter files: the path of the folder that holds the files, from the root of the host: `/search/`.
    package static func head(root: SearchFile, files: String) -> String {
        ""
    }
}
