// KarooExpress – Apache-2.0

/// Gathers files and writes the tables that lead to them.
struct TableWriter {
    private static let pageSize = 64
    /// A tree with more leaves has pages.
    private static let maximumLeaves = 256
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

    /// A tree of the keys and names of files that were added before.
    mutating func tree(_ leaves: [(key: [UInt8], name: SearchName)]) {
        guard leaves.count > TableWriter.maximumLeaves else {
            tables.byte(0)
            TableWriter.append(leaves[...], to: &tables)
            return
        }
        var pages: [(key: [UInt8], name: SearchName)] = []
        var start = 0
        var bytes = 0
        for next in 1...leaves.count {
            bytes += leaves[next - 1].key.count + SearchName.size
            guard next == leaves.count || TableWriter.pages.cuts(before: leaves[next].key, bytes: bytes) else { continue }
            var page = ByteWriter(kind: "K")
            TableWriter.append(leaves[start..<next], to: &page)
            pages.append((leaves[start].key, add(content: page.bytes)))
            start = next
            bytes = 0
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
