// KarooExpress – Apache-2.0

import COpenSSL

/// Keys from passwords, made slow and large on purpose (RFC 7914).
///
/// - warning: One derivation holds a core for 0.1 to 0.5 s and takes `memoryByteCount` bytes. Run it on a queue of
///   one or two threads of its own, never on the cooperative pool.
package enum Scrypt {
    /// What a derivation costs.
    package struct Parameters: Hashable, Sendable {
        /// N: a power of two above 1. Time and memory grow with it.
        package let cost: UInt64
        /// r: memory grows with it; 8.
        package let blockSize: UInt64
        /// p: time grows with it; 1.
        package let parallelization: UInt64

        /// Throws where RFC 7914 forbids the values, and where they would take more than 1 GiB.
        package init(cost: UInt64, blockSize: UInt64, parallelization: UInt64) throws(CryptoError) {
            guard cost > 1, cost & (cost - 1) == 0 else { throw .badParameters("the cost of scrypt is a power of two") }
            guard (1...64).contains(blockSize), (1...64).contains(parallelization), cost <= 1 << 24,
                128 * blockSize * (cost + parallelization) <= 1 << 30
            else { throw .badParameters("the parameters of scrypt take more than 1 GiB or are out of range") }
            self.cost = cost
            self.blockSize = blockSize
            self.parallelization = parallelization
        }

        private init(trusted cost: UInt64) {
            self.cost = cost
            blockSize = 8
            parallelization = 1
        }

        /// N = 2¹⁷, r = 8, p = 1: 128 MiB, the recommendation of the OWASP Password Storage Cheat Sheet.
        package static let password = Parameters(trusted: 1 << 17)

        /// How much memory one derivation takes: 128 × r × (N + p) bytes.
        package var memoryByteCount: UInt64 { 128 * blockSize * (cost + parallelization) }
    }

    /// So many bytes (1 to 1024) that belong to a password and a salt.
    package static func derive(
        password: [UInt8], salt: [UInt8], parameters: Parameters, byteCount: Int
    ) throws(CryptoError) -> [UInt8] {
        guard (1...1024).contains(byteCount) else { throw .badParameters("scrypt derives 1 to 1024 bytes") }
        var key = [UInt8](repeating: 0, count: byteCount)
        // libcrypto's own limit is 32 MiB; ours is what the parameters need, with room for its bookkeeping.
        let limit = parameters.memoryByteCount + 1 << 20
        let isDone = password.withPointer { password, count in
            password.withMemoryRebound(to: CChar.self, capacity: max(1, count)) { password in
                salt.withPointer { salt, saltCount in
                    EVP_PBE_scrypt(
                        password, count, salt, saltCount, parameters.cost, parameters.blockSize,
                        parameters.parallelization, limit, &key, byteCount)
                }
            }
        }
        guard isDone == 1 else { throw refusal(by: "EVP_PBE_scrypt") }
        return key
    }
}
