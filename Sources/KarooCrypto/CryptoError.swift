// KarooExpress – Apache-2.0

/// Why something of this target could not be done.
package enum CryptoError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Key, nonce, seed or signature has another number of bytes than it must have.
    case wrongLength(of: String, bytes: Int, expected: String)
    /// A text is not the key that it should be.
    case badKeyText(String)
    /// The ciphertext, its tag, its associated data or the key is not what was sealed. Which of them, nobody learns.
    case notAuthentic
    /// Parameters that the algorithm does not allow.
    case badParameters(String)
    /// libcrypto refused; the name of its function and its own words.
    case refused(by: String, reason: String)

    package var description: String {
        switch self {
        case .wrongLength(let what, let bytes, let expected): "\(what) has \(bytes) bytes and needs \(expected)"
        case .badKeyText(let reason): "not a key: \(reason)"
        case .notAuthentic: "the sealed bytes or the key are not the right ones"
        case .badParameters(let reason): reason
        case .refused(let function, let reason): "\(function) refused: \(reason)"
        }
    }
}
