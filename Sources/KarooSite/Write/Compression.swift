// KarooExpress – Apache-2.0

import CZlib
import Glibc

/// Compressed copies beside text files, for hosts that send them as they are.
struct Compression: Sendable {
    private static let kinds: Set<String> = [
        "html", "css", "js", "mjs", "svg", "json", "jsonl", "xml", "txt", "tsv", "csv", "webmanifest", "md",
    ]
    private static let gzipLevel: Int32 = 9
    /// Five times as fast, and a fifth larger.
    private static let expectedLevel: Int32 = 3
    private static let brotliQuality: Int32 = 9
    private static let brotliWindows: ClosedRange<Int32> = 12...22

    private let brotli: Brotli?

    init() { brotli = Brotli.load() }

    private init(brotli: Brotli?) { self.brotli = brotli }

    // MARK: What others expect

    /// Those who fetch whole catalogues take them compressed, whether or not the host can: these files always have a copy.
    static let expectedEnding = "gz"

    private static let expected = Compression(brotli: nil)

    /// How a file is compressed, `chosen` being how all texts are when that was asked for; nil when it is not.
    static func of(_ name: String, _ chosen: Compression?) -> Compression? {
        if let chosen { return chosen.applies(to: name) ? chosen : nil }
        return isExpected(name) ? expected : nil
    }

    private static func isExpected(_ name: String) -> Bool { name.hasPrefix("feeds/") || name.hasPrefix("sitemaps/") }

    // MARK: What was chosen

    var hasBrotli: Bool { brotli != nil }

    var endings: [String] { hasBrotli ? ["gz", "br"] : ["gz"] }

    func applies(to name: String) -> Bool { Compression.kinds.contains(PictureFile.kind(of: name)) }

    /// The copy of a file of this name; the same, whatever else is compressed.
    func compressed(_ bytes: UnsafeRawBufferPointer, of name: String, _ ending: String) -> [UInt8] {
        if ending == "br" { return brotli!.compressed(bytes) }
        return Compression.gzip(bytes, level: Compression.isExpected(name) ? Compression.expectedLevel : Compression.gzipLevel)
    }

    /// The smallest window that holds the whole text: a larger one only costs time to clear.
    private static func window(_ count: Int) -> Int32 {
        min(max(Int32(Int.bitWidth - count.leadingZeroBitCount), brotliWindows.lowerBound), brotliWindows.upperBound)
    }

    /// RFC 1952 without a name and without a time, so that the same bytes always give the same file.
    private static func gzip(_ bytes: UnsafeRawBufferPointer, level: Int32) -> [UInt8] {
        var stream = z_stream()
        let gzipWrapper: Int32 = 16
        guard deflateInit2_(
            &stream, level, Z_DEFLATED, MAX_WBITS + gzipWrapper, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { fatalError("zlib cannot begin: out of memory") }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, uLong(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.avail_in = uInt(bytes.count)
            stream.next_out = buffer.baseAddress
            stream.avail_out = uInt(bound)
            deflate(&stream, Z_FINISH)
            count = bound - Int(stream.avail_out)
        }
    }

    /// libbrotlienc, when the machine has it; it is asked for at run time, so that nobody needs it to build.
    private struct Brotli: @unchecked Sendable {
        private typealias Compress = @convention(c) (
            Int32, Int32, Int32, Int, UnsafePointer<UInt8>?, UnsafeMutablePointer<Int>, UnsafeMutablePointer<UInt8>?
        ) -> Int32
        private typealias Bound = @convention(c) (Int) -> Int

        private let compress: Compress
        private let bound: Bound

        static func load() -> Brotli? {
            guard let library = dlopen("libbrotlienc.so.1", RTLD_NOW), let compress = dlsym(library, "BrotliEncoderCompress"),
                let bound = dlsym(library, "BrotliEncoderMaxCompressedSize")
            else { return nil }
            return Brotli(
                compress: unsafeBitCast(compress, to: Compress.self), bound: unsafeBitCast(bound, to: Bound.self))
        }

        func compressed(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
            let capacity = max(64, bound(bytes.count))
            return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                count = capacity
                let textMode: Int32 = 1
                _ = compress(
                    Compression.brotliQuality, Compression.window(bytes.count), textMode, bytes.count,
                    bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), &count, buffer.baseAddress)
            }
        }
    }
}
