// KarooExpress – Apache-2.0

import CZlib

/// Streams of RFC 1950.
enum Zlib {
    /// A file of the index is never longer when it is unpacked.
    static let maximumSize = 8 << 20

    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var size = compressBound(uLong(bytes.count))
        let packed = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            let status = compress2(buffer.baseAddress, &size, bytes, uLong(bytes.count), 9)
            precondition(status == Z_OK, "zlib has no memory")
            count = Int(size)
        }
        return packed
    }

    /// - throws: `SearchDamage` when the stream is damaged, cut or too long.
    static func decompress(_ packed: [UInt8]) throws(SearchDamage) -> [UInt8] {
        var capacity = max(4_096, packed.count * 6)
        while true {
            var size = uLong(capacity)
            var status: CInt = Z_OK
            let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                status = uncompress(buffer.baseAddress, &size, packed, uLong(packed.count))
                count = status == Z_OK ? Int(size) : 0
            }
            if status == Z_OK { return bytes }
            guard status == Z_BUF_ERROR, capacity < maximumSize else { throw SearchDamage("the file is damaged") }
            // Cut streams end in the same status, at the latest at the maximum.
            capacity = min(capacity * 4, maximumSize)
        }
    }
}
