// KarooExpress – Apache-2.0

import Glibc
import KarooCommerce
import Synchronization

/// The products that the last build read and found sound, by what they were read from: a rebuild unpacks them, which
/// takes a fifth of the time of reading and checking them anew.
///
/// Lies with the build state and is as disposable: a file that is damaged, of another version or of another marketplace
/// counts as none, and so does every product in it whose bytes are not what they were.
final class KnownProducts: Sendable {
    /// Raise this when products are packed, read or checked in another way.
    static let version = 1

    /// Written anew when at least one product in this many was not known.
    private static let staleness = 16

    private static let magic = Array("karoo-products\(version)\n\0".utf8.prefix(16))
    /// Key, start, length and check of one product.
    private static let entrySize = 40
    /// Foundation, start of the index, number of products, fingerprint of the index; at the end of the file.
    private static let tailSize = 48
    private static let pieceSize = 256

    private let file: FileBytes?
    /// How many there are.
    let count: Int
    private let indexStart: Int

    /// None: every product has to be read.
    init() {
        file = nil
        count = 0
        indexStart = 0
    }

    /// What the file holds for this foundation; none when it cannot be used.
    init(path: String, foundation: Fingerprint) {
        guard let file = try? FileBytes(mapping: path), let index = file.withBytes({ KnownProducts.index(of: $0, foundation) }) else {
            self.file = nil
            count = 0
            indexStart = 0
            return
        }
        self.file = file
        count = index.count
        indexStart = index.start
    }

    private static func index(of bytes: UnsafeRawBufferPointer, _ foundation: Fingerprint) -> (start: Int, count: Int)? {
        guard bytes.count >= magic.count + tailSize, bytes.starts(with: magic) else { return nil }
        let tail = bytes.count - tailSize
        guard fingerprint(bytes, tail) == foundation,
            let start = Int(exactly: word(bytes, tail + 16)), let count = Int(exactly: word(bytes, tail + 24)),
            start >= magic.count, start <= tail, count == (tail - start) / entrySize, (tail - start) % entrySize == 0,
            Fingerprint(of: UnsafeRawBufferPointer(rebasing: bytes[start..<tail])) == fingerprint(bytes, tail + 32)
        else { return nil }
        return (start, count)
    }

    /// The product that was read from what has this key; nil when it has to be read.
    func product(_ key: Fingerprint, seller: Seller.ID, _ marketplace: Marketplace) -> Product? {
        guard let file else { return nil }
        return file.withBytes { bytes in
            guard let entry = entry(key, in: bytes) else { return nil }
            let (start, length) = (KnownProducts.word(bytes, entry + 16), KnownProducts.word(bytes, entry + 24))
            guard start <= UInt64(indexStart), length <= UInt64(indexStart) - start else { return nil }
            let packed = UnsafeRawBufferPointer(rebasing: bytes[Int(start)..<Int(start + length)])
            guard Fingerprint(of: packed).low == KnownProducts.word(bytes, entry + 32) else { return nil }
            return PackedProduct.unpack(
                packed, of: file, from: Int(start), seller: seller, languages: marketplace.languages.all, markets: marketplace.markets.all)
        }
    }

    /// Where in the index the key stands; the index is sorted by keys.
    private func entry(_ key: Fingerprint, in bytes: UnsafeRawBufferPointer) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            let place = indexStart + middle * KnownProducts.entrySize
            let found = KnownProducts.fingerprint(bytes, place)
            if found == key { return place }
            if (found.high, found.low) < (key.high, key.low) { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    private static func fingerprint(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Fingerprint {
        Fingerprint(high: word(bytes, place), low: word(bytes, place + 8))
    }

    // MARK: Writing

    /// True when so many products had to be read that the next build is better off with a new file.
    static func isStale(read: Int, of all: Int) -> Bool { read > 0 && read * staleness >= all }

    private struct Entry {
        let key: Fingerprint
        let start: UInt64
        let length: UInt64
        let check: UInt64
    }

    /// Replaces the file. What cannot be written is read again next time, so failing is not reported.
    static func write(_ found: [ContentReader.Found], _ path: String, foundation: Fingerprint, _ marketplace: Marketplace, jobs: Int) {
        let temporary = newName(of: path)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return }
        let end = Atomic<Int>(0)
        var isWhole = place(magic, descriptor, end) != nil
        let pieces = concurrently(jobs: jobs, count: (found.count + pieceSize - 1) / pieceSize) { number in
            pack(found[number * pieceSize..<min(found.count, (number + 1) * pieceSize)], marketplace, descriptor, end)
        }
        isWhole = isWhole && pieces.allSatisfy { $0 != nil }
        let entries = pieces.flatMap { $0 ?? [] }.sorted { ($0.key.high, $0.key.low) < ($1.key.high, $1.key.low) }
        isWhole = isWhole && place(index(entries, foundation, start: end.load(ordering: .relaxed)), descriptor, end) != nil
        guard close(descriptor) == 0, isWhole, rename(temporary, path) == 0 else {
            unlink(temporary)
            return
        }
    }

    /// Takes away what a killed build was writing.
    static func removeUnfinished(_ path: String) { unlink(newName(of: path)) }

    /// Nil when the bytes could not be written.
    private static func pack(
        _ found: ArraySlice<ContentReader.Found>, _ marketplace: Marketplace, _ descriptor: Int32, _ end: borrowing Atomic<Int>
    ) -> [Entry]? {
        var packer = ProductPacker(languages: marketplace.languages.all, markets: marketplace.markets.all)
        var parts: [(key: Fingerprint, range: Range<Int>)] = []
        for one in found {
            guard let key = one.key else { continue }
            let start = packer.bytes.count
            packer.pack(one.product)
            parts.append((key, start..<packer.bytes.count))
        }
        guard let start = place(packer.bytes, descriptor, end) else { return nil }
        return packer.bytes.withUnsafeBytes { bytes in
            parts.map { key, range in
                Entry(
                    key: key, start: UInt64(start + range.lowerBound), length: UInt64(range.count),
                    check: Fingerprint(of: UnsafeRawBufferPointer(rebasing: bytes[range])).low)
            }
        }
    }

    private static func index(_ entries: [Entry], _ foundation: Fingerprint, start: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * entrySize + tailSize)
        func add(_ word: UInt64) { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
        for entry in entries {
            add(entry.key.high)
            add(entry.key.low)
            add(entry.start)
            add(entry.length)
            add(entry.check)
        }
        let fingerprint = bytes.withUnsafeBytes { Fingerprint(of: $0) }
        add(foundation.high)
        add(foundation.low)
        add(UInt64(start))
        add(UInt64(entries.count))
        add(fingerprint.high)
        add(fingerprint.low)
        return bytes
    }

    /// Writes bytes behind all others, whoever writes meanwhile; the result is where they begin, nil when it failed.
    private static func place(_ bytes: [UInt8], _ descriptor: Int32, _ end: borrowing Atomic<Int>) -> Int? {
        let start = end.add(bytes.count, ordering: .relaxed).oldValue
        return bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, start + done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return nil }
                done += count
            }
            return start
        }
    }
}
