// KarooExpress – Apache-2.0

import Glibc

/// What the last build left: for every published file what it was made of and how it looked on disk.
///
/// It lies in `.karoo` beside Content, is disposable, and holds nothing that a build could not work out
/// again. A state that cannot be read counts as none.
struct BuildState: Sendable {
    struct Entry: Sendable {
        let fingerprint: Fingerprint
        let mark: FileMark
    }

    private static let magic = Array("karoo-build-state-3\n".utf8)

    var entries: [String: Entry] = [:]
    /// What is known of pictures and models, by path.
    var media: [String: MediaRecord] = [:]
    /// The shards of the offer book, by name.
    var offers: [String: OfferFiles.RememberedShard] = [:]
    /// The search index of each edition, by prefix.
    var search: [String: SearchFiles.Remembered] = [:]
    /// Files of the index that no head names any more, with how many builds that changed an index they have been so.
    var retired: [String: Int] = [:]

    init() {}

    // MARK: Reading

    /// Nil when there is no state or it is damaged.
    static func load(_ path: String) -> BuildState? {
        guard let file = try? FileBytes(path: path, shown: path) else { return nil }
        return file.withBytes { BuildState(bytes: $0) }
    }

    private init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= BuildState.magic.count + 16, bytes.starts(with: BuildState.magic) else { return nil }
        let body = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 16)])
        var end = Reader(bytes: bytes, place: bytes.count - 16)
        guard let high = end.number(), let low = end.number(), Fingerprint(of: body) == Fingerprint(high: high, low: low) else { return nil }
        var reader = Reader(bytes: body, place: BuildState.magic.count)
        self.init()
        guard readEntries(&reader), readMedia(&reader), readOffers(&reader), readSearch(&reader), reader.place == body.count else { return nil }
    }

    private mutating func readEntries(_ reader: inout Reader) -> Bool {
        guard let count = reader.number() else { return false }
        entries.reserveCapacity(Int(truncatingIfNeeded: min(count, 4_000_000)))
        for _ in 0..<count {
            guard let name = reader.text(), let high = reader.number(), let low = reader.number(), let size = reader.number(),
                let modified = reader.number(), let inode = reader.number()
            else { return false }
            entries[name] = Entry(
                fingerprint: Fingerprint(high: high, low: low), mark: FileMark(size: size, modified: modified, inode: inode))
        }
        return true
    }

    private mutating func readMedia(_ reader: inout Reader) -> Bool {
        guard let count = reader.number() else { return false }
        for _ in 0..<count {
            guard let path = reader.text(), let digest = reader.text(), let size = reader.number(), let modified = reader.number(),
                let width = reader.number(), let height = reader.number()
            else { return false }
            media[path] = MediaRecord(
                size: Int(truncatingIfNeeded: size), modified: Int(truncatingIfNeeded: modified), digest: digest,
                pictureSize: width == 0 ? nil : PictureSize(width: Int(truncatingIfNeeded: width), height: Int(truncatingIfNeeded: height)))
        }
        return true
    }

    private mutating func readOffers(_ reader: inout Reader) -> Bool {
        guard let count = reader.number() else { return false }
        for _ in 0..<count {
            guard let name = reader.text(), let digest = reader.text(), let high = reader.number(), let low = reader.number(),
                let offers = reader.number()
            else { return false }
            self.offers[name] = OfferFiles.RememberedShard(
                fingerprint: Fingerprint(high: high, low: low), digest: digest, offerCount: Int(truncatingIfNeeded: offers))
        }
        return true
    }

    private mutating func readSearch(_ reader: inout Reader) -> Bool {
        guard let count = reader.number() else { return false }
        for _ in 0..<count {
            guard let prefix = reader.text(), let root = reader.text(), let head = reader.text(), let texts = reader.part(), let numbers = reader.part() else { return false }
            search[prefix] = SearchFiles.Remembered(texts: texts, numbers: numbers, root: root, head: head)
        }
        guard let retired = reader.number() else { return false }
        for _ in 0..<retired {
            guard let name = reader.text(), let age = reader.number() else { return false }
            self.retired[name] = Int(truncatingIfNeeded: age)
        }
        return true
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        var place: Int

        mutating func number() -> UInt64? {
            guard place + 8 <= bytes.count else { return nil }
            defer { place += 8 }
            return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        }

        mutating func part() -> SearchFiles.Remembered.Part? {
            guard let high = number(), let low = number(), let tables = number() else { return nil }
            var part = SearchFiles.Remembered.Part(fingerprint: Fingerprint(high: high, low: low))
            for _ in 0..<tables {
                guard let length = number(), length <= UInt64(bytes.count - place) else { return nil }
                part.tables.append(Array(bytes[place..<place + Int(length)]))
                place += Int(length)
            }
            guard let count = number() else { return nil }
            for _ in 0..<count {
                guard let name = text() else { return nil }
                part.names.append(name)
            }
            return part
        }

        mutating func text() -> String? {
            guard let length = number(), length <= 65_536, place + Int(length) <= bytes.count else { return nil }
            defer { place += Int(length) }
            return String(decoding: bytes[place..<place + Int(length)], as: UTF8.self)
        }
    }

    // MARK: Writing

    /// Replaces the state on disk as a whole.
    func save(_ path: String) throws(BuildIssue) {
        var writer = Writer()
        writer.bytes.reserveCapacity(entries.count * 112 + media.count * 160 + 64)
        writer.bytes.append(contentsOf: BuildState.magic)
        writer.number(UInt64(entries.count))
        for (name, entry) in entries {
            writer.text(name)
            writer.number(entry.fingerprint.high)
            writer.number(entry.fingerprint.low)
            writer.number(entry.mark.size)
            writer.number(entry.mark.modified)
            writer.number(entry.mark.inode)
        }
        writer.number(UInt64(media.count))
        for (path, record) in media {
            writer.text(path)
            writer.text(record.digest)
            writer.number(UInt64(record.size))
            writer.number(UInt64(bitPattern: Int64(record.modified)))
            writer.number(UInt64(record.pictureSize?.width ?? 0))
            writer.number(UInt64(record.pictureSize?.height ?? 0))
        }
        writer.number(UInt64(offers.count))
        for (name, shard) in offers {
            writer.text(name)
            writer.text(shard.digest)
            writer.number(shard.fingerprint.high)
            writer.number(shard.fingerprint.low)
            writer.number(UInt64(shard.offerCount))
        }
        writer.number(UInt64(search.count))
        for (prefix, remembered) in search {
            writer.text(prefix)
            writer.text(remembered.root)
            writer.text(remembered.head)
            writer.part(remembered.texts)
            writer.part(remembered.numbers)
        }
        writer.number(UInt64(retired.count))
        for (name, age) in retired {
            writer.text(name)
            writer.number(UInt64(age))
        }
        let fingerprint = writer.bytes.withUnsafeBytes { Fingerprint(of: $0) }
        writer.number(fingerprint.high)
        writer.number(fingerprint.low)
        try replaceFile(path, with: writer.bytes)
    }

    private struct Writer {
        var bytes: [UInt8] = []

        mutating func number(_ number: UInt64) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }

        mutating func part(_ part: SearchFiles.Remembered.Part) {
            number(part.fingerprint.high)
            number(part.fingerprint.low)
            number(UInt64(part.tables.count))
            for table in part.tables {
                number(UInt64(table.count))
                bytes.append(contentsOf: table)
            }
            number(UInt64(part.names.count))
            for name in part.names { text(name) }
        }

        mutating func text(_ text: String) {
            number(UInt64(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
    }
}

/// The names that a build is about to publish for the first time, noted before the first of them is written: when the
/// build is killed, the next one knows what it left.
enum BuildJournal {
    static func read(_ path: String) -> [String] {
        guard let file = try? FileBytes(path: path, shown: path) else { return [] }
        var names: [String] = []
        file.withBytes { bytes in
            _ = eachLine(of: bytes) { line, _ in names.append(String(decoding: line, as: UTF8.self)) }
        }
        return names
    }

    /// In no order: nobody but the next build reads them.
    static func write(_ names: Set<String>, _ path: String) throws(BuildIssue) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(names.count * 48)
        for name in names {
            bytes.append(contentsOf: name.utf8)
            bytes.append(UInt8(ascii: "\n"))
        }
        try replaceFile(path, with: bytes)
    }

    static func clear(_ path: String) {
        unlink(path)
        unlink(newName(of: path))
    }
}

/// What a file is called until it is whole.
func newName(of path: String) -> String { "\(path).new" }

/// Writes a file beside the old one and puts it in its place by rename.
func replaceFile(_ path: String, with bytes: [UInt8], mode: mode_t = 0o644) throws(BuildIssue) {
    // The name is always the same, so that a killed build leaves one such file at most, which the next one replaces.
    let temporary = newName(of: path)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw BuildIssue(.error, file: path, "cannot be written: \(systemMessage())") }
    let isWhole = bytes.withUnsafeBytes { bytes in
        var place = 0
        while place < bytes.count {
            let count = write(descriptor, bytes.baseAddress! + place, bytes.count - place)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            place += count
        }
        return true
    }
    let code = errno
    guard close(descriptor) == 0, isWhole, rename(temporary, path) == 0 else {
        unlink(temporary)
        throw BuildIssue(.error, file: path, "cannot be written: \(systemMessage(isWhole ? errno : code))")
    }
}
