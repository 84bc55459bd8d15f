// KarooExpress – Apache-2.0

import Foundation

/// The files of an index, read from where they are and kept.
final class SearchFolder {
    private static let maximumPlaces = 1 << 24
    /// So many bytes are kept before all are forgotten.
    private static let maximumKept = 64 << 20
    /// So many decoded chunks are kept before all are forgotten.
    static let maximumChunks = 256
    /// Names in a page of an array.
    private static let pageSize = 64

    private let load: (String) throws -> [UInt8]
    private var contents: [SearchName: [UInt8]] = [:]
    private var size = 0
    /// Chunks that were decoded: of the matches, and again of each result.
    var chunks: [Int: Chunk] = [:]
    private(set) var schema: RootSchema
    private(set) var terms = Tree(), rules = Tree(), words = Tree(), reversed = Tree(), suggestions = Tree()
    private var table = Table()

    struct Tree {
        var depth: UInt8 = 0
        var entries: [(key: [UInt8], name: SearchName)] = []
    }

    struct Table {
        var count = 0
        var isPaged = false
        var names: [SearchName] = []
    }

    private struct Head: Decodable {
        let format: Int
        let root: String
    }

    /// - parameter load: the bytes of a file below the folder of the index, by its path.
    init(head: [UInt8], load: @escaping (String) throws -> [UInt8]) throws {
        self.load = load
        guard let head = try? JSONDecoder().decode(Head.self, from: Data(head)) else { throw SearchDamage("the head is not what it should be") }
        guard head.format == RootSchema.format else { throw SearchDamage("the index has format \(head.format), and this program reads \(RootSchema.format)") }
        guard let root = SearchName(hex: head.root) else { throw SearchDamage("the head names no root") }
        schema = RootSchema(SearchSchema(language: "", columns: [], numbers: [], facets: []), documents: 0, places: 0)
        var reader = try reader(root, kind: "R")
        guard let schema = try? JSONDecoder().decode(RootSchema.self, from: Data(try reader.string().utf8)) else { throw SearchDamage("the schema is not what it should be") }
        guard (0...SearchFolder.maximumPlaces).contains(schema.places), (0...schema.places).contains(schema.documents),
            [schema.tier, schema.chunk, schema.card].allSatisfy((1...65_536).contains), schema.chunk % schema.card == 0, (0...4_095).contains(schema.prior),
            schema.impacts.count == Posting.levels, schema.impacts.allSatisfy((0...255).contains)
        else { throw SearchDamage("the schema is not what it should be") }
        self.schema = schema
        terms = try Self.tree(&reader)
        rules = try Self.tree(&reader)
        words = try Self.tree(&reader)
        reversed = try Self.tree(&reader)
        suggestions = try Self.tree(&reader)
        table = try Self.table(&reader)
    }

    func reader(_ name: SearchName, kind: Character) throws -> ByteReader {
        let content: [UInt8]
        if let known = contents[name] {
            content = known
        } else {
            content = try Zlib.decompress(try load(name.path))
            if size > SearchFolder.maximumKept { (contents, size) = ([:], 0) }
            contents[name] = content
            size += content.count
        }
        var reader = ByteReader(content)
        guard try reader.byte() == kind.asciiValue else { throw SearchDamage("\(name.path) is a file of another kind") }
        return reader
    }

    // MARK: Tables

    private static func tree(_ reader: inout ByteReader) throws(SearchDamage) -> Tree {
        let depth = try reader.byte()
        guard depth <= 1 else { throw SearchDamage("a tree that is too deep") }
        return Tree(depth: depth, entries: try entries(&reader))
    }

    private static func entries(_ reader: inout ByteReader) throws(SearchDamage) -> [(key: [UInt8], name: SearchName)] {
        var entries: [(key: [UInt8], name: SearchName)] = []
        var key: [UInt8] = []
        for _ in 0..<(try reader.count()) {
            key = try reader.key(after: key)
            entries.append((key, try reader.name()))
        }
        return entries
    }

    private static func table(_ reader: inout ByteReader) throws(SearchDamage) -> Table {
        var table = Table()
        table.count = try reader.varint()
        table.isPaged = try reader.byte() == 1
        let names = table.isPaged ? (table.count + pageSize - 1) / pageSize : table.count
        for _ in 0..<names { table.names.append(try reader.name()) }
        return table
    }

    /// The reader of the file of a chunk; nil when there is nothing in it.
    func chunkReader(_ number: Int) throws -> ByteReader? {
        guard number < table.count else { return nil }
        var name = table.names[table.isPaged ? number / SearchFolder.pageSize : number]
        if table.isPaged, name != .none {
            var page = try reader(name, kind: "P")
            try page.skip(number % SearchFolder.pageSize * SearchName.size)
            name = try page.name()
        }
        return name == .none ? nil : try reader(name, kind: "O")
    }

    struct Leaf {
        var key: [UInt8]
        var name: SearchName
        /// The key of the next leaf; nil after the last.
        var next: [UInt8]?
    }

    /// The leaf of a tree for a key, with some before it and some behind it.
    func leaves(_ tree: Tree, _ key: [UInt8], before: Int = 0, after: Int = 0) throws -> [Leaf] {
        guard !tree.entries.isEmpty else { return [] }
        func find(_ entries: [(key: [UInt8], name: SearchName)]) -> Int {
            max(0, (entries.firstIndex { key.lexicographicallyPrecedes($0.key) } ?? entries.count) - 1)
        }
        func page(_ number: Int) throws -> [(key: [UInt8], name: SearchName)] {
            guard tree.depth == 1 else { return tree.entries }
            var reader = try reader(tree.entries[number].name, kind: "K")
            return try Self.entries(&reader)
        }
        var first = tree.depth == 1 ? find(tree.entries) : 0
        var end = first + 1
        let count = tree.depth == 1 ? tree.entries.count : 1
        var leaves = try page(first)
        var at = find(leaves)
        while at < before, first > 0 {
            first -= 1
            let more = try page(first)
            leaves = more + leaves
            at += more.count
        }
        while at + after + 1 >= leaves.count, end < count {
            leaves += try page(end)
            end += 1
        }
        return (max(0, at - before)..<min(leaves.count, at + after + 1)).map { place in
            Leaf(key: leaves[place].key, name: leaves[place].name, next: place + 1 < leaves.count ? leaves[place + 1].key : nil)
        }
    }
}
