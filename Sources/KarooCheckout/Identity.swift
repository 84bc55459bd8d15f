// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooCrypto
package import KarooDatabase

extension Identifier {
    /// A new one: what it is, an underscore, and 26 characters of Crockford's base 32, in which 48 bits of time come before
    /// 80 random ones. So they sort by time, and nobody guesses one.
    static func new(_ prefix: String, at milliseconds: Int64) -> Self {
        var bits = UInt128(truncatingIfNeeded: milliseconds & 0xFFFF_FFFF_FFFF) << 80
        for (place, byte) in SecureRandom.bytes(10).enumerated() { bits |= UInt128(byte) << UInt128(72 - place * 8) }
        let digits = String(unsafeUninitializedCapacity: 26) { buffer in
            for place in 0..<26 { buffer[place] = alphabet[Int(truncatingIfNeeded: bits >> UInt128(125 - place * 5)) & 31] }
            return 26
        }
        return Self("\(prefix)_\(digits)")
    }
}

private let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

extension Identifier: SQLBindable {
    package var sqlValue: SQLValue { .text(text) }
}

extension Reading where Self: ~Copyable {
    /// The moment of the transaction.
    var instant: Instant { Instant(millisecondsSinceEpoch: now) }
}

/// What makes the tokens by which guests reach their own carts and orders.
///
/// A token is a code (HMAC-SHA256) of what it is for, so none is kept anywhere: a copy of the database opens no cart.
/// Whoever changes the secret makes all tokens void.
package struct TokenSecret: Sendable {
    /// How many bytes it has.
    package static let byteCount = 32

    /// What a token opens.
    package enum Purpose: String, Sendable {
        case cart, order
        /// Not a thing but what somebody was told; see `CurrencyQuote`.
        case currencyQuote
        /// Not a thing but a session: what its pages send beside the cookie.
        case csrf
        /// The password of an account of the demonstration.
        case demonstration
        /// A code for bad days, of which only this is kept.
        case recoveryCode
    }

    private let key: [UInt8]

    /// Who buys, as a code of the e-mail address: enough to count by, and nothing to read.
    func buyer(email: String) -> String {
        Base64URL.encode(HMAC.sha256(Array("buyer:\(EmailAddress.normalized(email))".utf8), key: key).bytes)
    }

    /// Nil unless there are 32 bytes.
    package init?(_ key: [UInt8]) {
        guard key.count == TokenSecret.byteCount else { return nil }
        self.key = key
    }

    /// 43 characters.
    package func token(_ purpose: Purpose, _ id: String) -> String {
        Base64URL.encode(HMAC.sha256(Array("\(purpose.rawValue):\(id)".utf8), key: key).bytes)
    }

    /// Under which secrets of accounts are sealed: another key than that of the tokens.
    var sealingKey: [UInt8] { HMAC.sha256(Array("seal".utf8), key: key).bytes }

    /// Whether the token is that of this thing. The time it takes does not tell how far it agrees.
    package func isValid(_ token: String, _ purpose: Purpose, _ id: String) -> Bool {
        ConstantTime.isEqual(token, self.token(purpose, id))
    }
}
