// KarooExpress – Apache-2.0

/// Gathers files and writes the tables that lead to them.
struct TableWriter {
    private static let pageSize = 64
    private static let pages = Cutting(size: 4_096)

    private(set) var files: [SearchFile] = []
    private(set) var tables = ByteWriter()
    private let digest: SearchWriter.Digest

    init(_ digest: @escaping SearchWriter.Digest) {
        self.digest = digest
    }

    static func file(_ content: [UInt8], _ digest: SearchWriter.Digest) -> (file: SearchFile, name: SearchName) {
        let packed = Zlib.compress(content)
        let name = SearchName(bytes: digest(packed))
        return (SearchFile(name: name.path, bytes: packed), name)
    }

    mutating func add(_ file: SearchFile) { files.append(file) }

    private mutating func add(content: [UInt8]) -> SearchName {
        let (file, name) = TableWriter.file(content, digest)
        files.append(file)
        return name
    }

    /// An array of the names of files that were added before.
    mutating func array(_ names: [SearchName]) {
        tables.varint(names.count)
        guard names.count > TableWriter.pageSize else {
            tables.byte(0)
            for name in names { tables.bytes(name.bytes) }
            return
        }
        tables.byte(1)
        for start in stride(from: 0, to: names.count, by: TableWriter.pageSize) {
            let part = names[start..<min(names.count, start + TableWriter.pageSize)]
            var page = ByteWriter(kind: "P")
            for name in part { page.bytes(name.bytes) }
            let isEmpty = part.allSatisfy { $0 == .none }
            tables.bytes(isEmpty ? SearchName.none.bytes : add(content: page.bytes).bytes)
        }
    }

    /// Divides entries with ascending keys among files and adds the tree that leads to them.
    ///
    /// - parameter mostInRoot: a tree with more leaves has pages.
    /// - parameter bytes: about how many bytes an entry takes.
    /// - parameter append: writes what stands behind an entry's key.
    mutating func leaves(
        _ kind: Character, count: Int, _ cutting: Cutting, mostInRoot: Int, jobs: Int, key: @Sendable (Int) -> [UInt8], bytes: (Int) -> Int,
        append: @Sendable (Int, inout ByteWriter) -> Void
    ) {
        let parts = cutting.parts(count: count, key: key, bytes: bytes)
        let digest = digest
        let made = pieces(parts.count, jobs: jobs) { part in
            var leaf = ByteWriter(kind: kind)
            leaf.varint(parts[part].count)
            var coding = FrontCoding()
            for entry in parts[part] {
                coding.append(key(entry), to: &leaf)
                append(entry, &leaf)
            }
            return TableWriter.file(leaf.bytes, digest)
        }
        for leaf in made { add(leaf.file) }
        tree(zip(parts, made).map { part, leaf in
            (part.lowerBound == 0 ? [] : separator(after: key(part.lowerBound - 1), before: key(part.lowerBound)), leaf.name)
        }, mostInRoot: mostInRoot)
    }

    /// A tree of the keys and names of files that were added before.
    private mutating func tree(_ leaves: [(key: [UInt8], name: SearchName)], mostInRoot: Int) {
        guard leaves.count > mostInRoot else {
            tables.byte(0)
            TableWriter.append(leaves[...], to: &tables)
            return
        }
        let parts = TableWriter.pages.parts(count: leaves.count, key: { leaves[$0].key }, bytes: { leaves[$0].key.count + SearchName.size })
        let pages = parts.map { part -> (key: [UInt8], name: SearchName) in
            var page = ByteWriter(kind: "K")
            TableWriter.append(leaves[part], to: &page)
            return (leaves[part.lowerBound].key, add(content: page.bytes))
        }
        tables.byte(1)
        TableWriter.append(pages[...], to: &tables)
    }

    private static func append(_ entries: ArraySlice<(key: [UInt8], name: SearchName)>, to writer: inout ByteWriter) {
        writer.varint(entries.count)
        var coding = FrontCoding()
        for entry in entries {
            coding.append(entry.key, to: &writer)
            writer.bytes(entry.name.bytes)
        }
    }
}
