// KarooExpress – Apache-2.0

import COpenSSL

/// HMAC with SHA-256 (RFC 2104, RFC 4231), and with SHA-1 where a standard still has it.
package enum HMAC {
    /// The code of a message under a key of any length.
    package static func sha256(_ message: [UInt8], key: [UInt8]) -> Digest {
        withUnsafeTemporaryAllocation(byteCount: Digest.byteCount, alignment: 8) { buffer in
            var length: UInt32 = 0
            let code = message.withPointer { message, count in
                key.withPointer { key, keyCount in
                    COpenSSL.HMAC(
                        SHA256.algorithm, key, Int32(keyCount), message, count,
                        buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), &length)
                }
            }
            precondition(code != nil && length == Digest.byteCount, "HMAC takes any bytes")
            return Digest(UnsafeRawBufferPointer(buffer))
        }
    }

    /// Whether `code` is the message's code under the key; takes the same time wherever they differ.
    package static func isValid(_ code: [UInt8], for message: [UInt8], key: [UInt8]) -> Bool {
        ConstantTime.isEqual(code, sha256(message, key: key).bytes)
    }

    /// The 20 bytes of the code with SHA-1, which one-time passwords are made of (RFC 4226). For nothing new.
    package static func sha1(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 20)
        var length: UInt32 = 0
        let isDone = message.withPointer { message, count in
            key.withPointer { key, keyCount in COpenSSL.HMAC(EVP_sha1(), key, Int32(keyCount), message, count, &code, &length) != nil }
        }
        precondition(isDone && length == 20, "HMAC takes any bytes")
        return code
    }
}
