// KarooExpress – Apache-2.0

import Dispatch
package import KarooCommerce
package import KarooCrypto
import Synchronization

/// What is kept of a password: how it was hashed, and the hash. `scrypt$17$8$1$salt$hash`, the latter two in base64url.
package struct PasswordRecord: Hashable, Sendable {
    static let saltByteCount = 16
    static let hashByteCount = 32

    let parameters: Scrypt.Parameters
    let salt: [UInt8]
    let hash: [UInt8]

    package var text: String {
        let cost = parameters.cost.trailingZeroBitCount
        return "scrypt$\(cost)$\(parameters.blockSize)$\(parameters.parallelization)$\(Base64URL.encode(salt))$\(Base64URL.encode(hash))"
    }

    init(parameters: Scrypt.Parameters, salt: [UInt8], hash: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.hash = hash
    }

    /// Nil when the text is none that `text` gives.
    package init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "scrypt", let cost = UInt64(parts[1]), (1...24).contains(cost), let blockSize = UInt64(parts[2]),
            let parallelization = UInt64(parts[3]), let salt = Base64URL.decode(parts[4]), let hash = Base64URL.decode(parts[5]), !hash.isEmpty,
            let parameters = try? Scrypt.Parameters(cost: 1 << cost, blockSize: blockSize, parallelization: parallelization)
        else { return nil }
        self.init(parameters: parameters, salt: salt, hash: hash)
    }
}

/// Hashes passwords, a few at a time: each takes a core for a good while, and much memory.
package final class PasswordHashing: Sendable {
    /// Derivations at one time.
    package static let threads = 2
    /// Passwords that may wait for their turn; further ones are refused as `busy`.
    package static let maximumWaiting = 16

    private struct State {
        var waiting = 0
        var derivations = 0
    }

    private let parameters: Scrypt.Parameters
    private let queues: [DispatchQueue]
    private let state = Mutex(State())

    /// - parameter parameters: of new passwords; older ones are kept as they were until their owner logs in.
    package init(parameters: Scrypt.Parameters = .password) {
        self.parameters = parameters
        queues = (0..<PasswordHashing.threads).map { DispatchQueue(label: "karoo passwords \($0)") }
    }

    /// How many were hashed since the start.
    package var derivations: Int { state.withLock { $0.derivations } }

    /// The record of a new password. Throws `busy`.
    package func record(of password: Password) async throws -> PasswordRecord {
        let salt = SecureRandom.bytes(PasswordRecord.saltByteCount)
        return PasswordRecord(
            parameters: parameters, salt: salt, hash: try await derive(password, salt: salt, parameters, byteCount: PasswordRecord.hashByteCount))
    }

    /// Whether it is the password of the record. Without a record it takes as long, and is none. Throws `busy`.
    package func isValid(_ password: Password, for record: PasswordRecord?) async throws -> Bool {
        let hash = try await derive(
            password, salt: record?.salt ?? [UInt8](repeating: 0, count: PasswordRecord.saltByteCount), record?.parameters ?? parameters,
            byteCount: record?.hash.count ?? PasswordRecord.hashByteCount)
        guard let record else { return false }
        return ConstantTime.isEqual(hash, record.hash)
    }

    /// Whether new passwords are hashed otherwise by now.
    package func isOutdated(_ record: PasswordRecord) -> Bool { record.parameters != parameters }

    private func derive(_ password: Password, salt: [UInt8], _ parameters: Scrypt.Parameters, byteCount: Int) async throws -> [UInt8] {
        let turn: Int? = state.withLock { state in
            guard state.waiting < PasswordHashing.maximumWaiting else { return nil }
            state.waiting += 1
            state.derivations += 1
            return state.derivations
        }
        guard let turn else { throw CheckoutError(.busy) }
        defer { state.withLock { $0.waiting -= 1 } }
        return try await withCheckedThrowingContinuation { continuation in
            queues[turn % queues.count].async {
                continuation.resume(
                    with: Result { try Scrypt.derive(password: password.bytes, salt: salt, parameters: parameters, byteCount: byteCount) })
            }
        }
    }
}
