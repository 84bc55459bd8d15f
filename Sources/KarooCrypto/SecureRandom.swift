// KarooExpress – Apache-2.0

import COpenSSL

/// Random bytes that nobody can guess, from libcrypto's generator, which the kernel seeds.
package enum SecureRandom {
    /// So many random bytes. Without randomness nothing may go on: the process stops.
    package static func bytes(_ count: Int) -> [UInt8] {
        precondition((0...1 << 20).contains(count), "random bytes come in at most 1 MiB")
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard RAND_bytes(buffer.baseAddress, Int32(count)) == 1 else {
                fatalError("no randomness: \(refusal(by: "RAND_bytes"))")
            }
            filled = count
        }
    }

    /// A text of letters, digits, `-` and `_` that carries so many random bytes: 32 make 43 characters.
    package static func token(bytes count: Int = 32) -> String {
        Base64URL.encode(bytes(count))
    }
}
