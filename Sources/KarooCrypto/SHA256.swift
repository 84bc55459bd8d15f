// KarooExpress – Apache-2.0

import COpenSSL

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// The digest of some bytes.
    package static func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        let hasher = Hasher()
        hasher.update(bytes)
        return hasher.finish()
    }

    /// The digest of some bytes.
    package static func digest(of bytes: [UInt8]) -> Digest {
        bytes.withUnsafeBytes { digest(of: $0) }
    }

    /// The digest of the text in UTF-8.
    package static func digest(of text: String) -> Digest {
        var text = text
        return text.withUTF8 { digest(of: UnsafeRawBufferPointer($0)) }
    }

    /// Takes bytes piece by piece. One hasher serves for any number of digests, one after the other, and is the
    /// quickest way to many of them; it belongs to one thread at a time.
    package final class Hasher {
        private let context: OpaquePointer

        /// An empty hasher.
        package init() {
            guard let context = EVP_MD_CTX_new() else { fatalError("no memory for a hasher") }
            self.context = context
            begin()
        }

        deinit { EVP_MD_CTX_free(context) }

        /// Takes further bytes.
        package func update(_ bytes: UnsafeRawBufferPointer) {
            guard !bytes.isEmpty else { return }
            let isDone = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
            precondition(isDone == 1, "SHA-256 takes any bytes")
        }

        /// Takes further bytes.
        package func update(_ bytes: [UInt8]) {
            bytes.withUnsafeBytes { update($0) }
        }

        /// Takes the text in UTF-8.
        package func update(_ text: String) {
            var text = text
            text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
        }

        /// Takes a number as eight bytes, the highest first: for digests of several parts, whose lengths must count.
        package func update(_ number: UInt64) {
            withUnsafeBytes(of: number.bigEndian) { update($0) }
        }

        /// The digest of all bytes since the beginning, or since the last `finish`; the hasher is then empty again.
        package func finish() -> Digest {
            let digest = withUnsafeTemporaryAllocation(byteCount: Digest.byteCount, alignment: 8) { buffer in
                var length: UInt32 = 0
                let isDone = EVP_DigestFinal_ex(
                    context, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), &length)
                precondition(isDone == 1 && length == Digest.byteCount, "SHA-256 has 32 bytes")
                return Digest(UnsafeRawBufferPointer(buffer))
            }
            begin()
            return digest
        }

        private func begin() {
            let isDone = EVP_DigestInit_ex(context, SHA256.algorithm, nil)
            precondition(isDone == 1, "libcrypto has SHA-256")
        }
    }

    /// The algorithm, fetched once: OpenSSL 3 would otherwise look for it each time. It is immutable and counted
    /// atomically, hence safe to share.
    nonisolated(unsafe) static let algorithm: OpaquePointer = {
        guard let algorithm = EVP_MD_fetch(nil, "SHA2-256", nil) else { fatalError("libcrypto has no SHA-256") }
        return algorithm
    }()
}
