// KarooExpress – Apache-2.0

import KarooCommerce
import KarooCrypto

/// Whose passkeys the marketplace takes.
package struct RelyingParty: Hashable, Sendable {
    /// The domain to which passkeys belong: that of the site.
    package let id: String
    package let name: String
    /// Where pages that use them come from, as `https://www.example.org`; each on the domain or below it.
    package let origins: Set<String>

    package init(id: String, name: String, origins: Set<String>) {
        self.id = id
        self.name = name
        self.origins = origins.filter { origin in RelyingParty.host(of: origin).map { $0 == id || $0.hasSuffix("." + id) } ?? false }
    }

    /// Scheme, host and port of a URL.
    static func origin(of url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        return String(url[..<scheme.upperBound] + url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }

    /// The host of a URL, in small letters; nil when there is none.
    package static func host(of url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.hasPrefix("["), !authority.contains("@") else { return nil }
        let host = authority.prefix { $0 != ":" }.lowercased()
        return host.isEmpty ? nil : host
    }
}

/// A public key of a passkey, as COSE writes it (RFC 9053): ES256 or EdDSA.
enum PasskeyKey: Hashable, Sendable {
    case es256(x: [UInt8], y: [UInt8])
    case ed25519([UInt8])

    /// What a browser is told that we take, the best first.
    static let algorithms: [Int64] = [-7, -8]

    /// Nil for keys of other kinds.
    init?(_ cose: CBOR) {
        switch (cose[.integer(1)], cose[.integer(3)], cose[.integer(-1)]) {
        case (.integer(2), .integer(-7), .integer(1)):
            guard let x = cose[.integer(-2)]?.bytes, let y = cose[.integer(-3)]?.bytes, x.count == 32, y.count == 32 else { return nil }
            self = .es256(x: x, y: y)
        case (.integer(1), .integer(-8), .integer(6)):
            guard let x = cose[.integer(-2)]?.bytes, x.count == 32 else { return nil }
            self = .ed25519(x)
        default:
            return nil
        }
    }

    func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        switch self {
        case .es256(let x, let y): ES256.isValid(signature, for: message, x: x, y: y)
        case .ed25519(let bytes): (try? VerifyingKey(bytes: bytes))?.isValid(signature, for: message) ?? false
        }
    }

    /// As it is kept.
    var text: String {
        switch self {
        case .es256(let x, let y): "es256.\(Base64URL.encode(x + y))"
        case .ed25519(let bytes): "ed25519.\(Base64URL.encode(bytes))"
        }
    }

    init?(text: String) {
        let parts = text.split(separator: ".").map(String.init)
        guard parts.count == 2, let bytes = Base64URL.decode(parts[1]) else { return nil }
        switch (parts[0], bytes.count) {
        case ("es256", 64): self = .es256(x: Array(bytes[..<32]), y: Array(bytes[32...]))
        case ("ed25519", 32): self = .ed25519(bytes)
        default: return nil
        }
    }
}

/// What a security key says beside its signature (Web Authentication, section 6.1).
struct AuthenticatorData: Sendable {
    let signCount: Int64
    /// The key knows that it was its owner, by finger or number.
    let isUserVerified: Bool
    /// Nil but for a new passkey.
    let credential: (id: [UInt8], key: PasskeyKey)?

    static let maximumCredentialBytes = 1_023

    /// Nil when it is none, of another site, or nobody was there.
    init?(_ bytes: [UInt8], relyingParty: String) {
        guard bytes.count >= 37, Array(bytes[..<32]) == SHA256.digest(of: relyingParty).bytes else { return nil }
        let flags = bytes[32]
        guard flags & 0x01 != 0 else { return nil }
        isUserVerified = flags & 0x04 != 0
        signCount = bytes[33..<37].reduce(0) { $0 << 8 | Int64($1) }
        guard flags & 0x40 != 0 else {
            credential = nil
            guard flags & 0x80 != 0 || bytes.count == 37 else { return nil }
            return
        }
        // An identifier of the make of the key, then the length of its id.
        guard bytes.count >= 55 else { return nil }
        let length = Int(bytes[53]) << 8 | Int(bytes[54])
        guard (1...AuthenticatorData.maximumCredentialBytes).contains(length), bytes.count >= 55 + length,
            let (cose, count) = CBOR.first(of: bytes[(55 + length)...]), let key = PasskeyKey(cose),
            flags & 0x80 != 0 || bytes.count == 55 + length + count
        else { return nil }
        credential = (Array(bytes[55..<55 + length]), key)
    }
}

/// What the browser says about a signing (Web Authentication, section 5.8.1).
enum ClientData {
    enum Kind: String {
        case create = "webauthn.create"
        case get = "webauthn.get"
    }

    /// Whether the browser did this, for this challenge, on a page of the site itself.
    static func isSound(_ bytes: [UInt8], _ kind: Kind, challenge: String, origins: Set<String>) -> Bool {
        guard let json = try? JSON(parsing: bytes), var fields = try? json.fields(), let type = try? fields.string("type"),
            let sent = try? fields.string("challenge"), let origin = try? fields.string("origin")
        else { return false }
        let isCrossOrigin = fields.take("crossOrigin") == .bool(true)
        return type == kind.rawValue && ConstantTime.isEqual(sent, challenge) && origins.contains(origin) && !isCrossOrigin
    }
}
