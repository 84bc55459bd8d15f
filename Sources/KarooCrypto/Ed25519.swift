// KarooExpress – Apache-2.0

import COpenSSL

/// The secret half of an Ed25519 pair (RFC 8032): signs.
package struct SigningKey: Sendable {
    /// The 32 bytes from which all follows. Secret.
    package let seed: [UInt8]
    /// The public half.
    package let verifyingKey: VerifyingKey
    private let handle: KeyHandle

    /// A new pair from the system's randomness.
    package init() throws(CryptoError) {
        try self.init(seed: SecureRandom.bytes(SigningKey.seedByteCount))
    }

    /// The pair that belongs to 32 secret bytes.
    package init(seed: [UInt8]) throws(CryptoError) {
        guard seed.count == SigningKey.seedByteCount else {
            throw .wrongLength(of: "the seed of a signing key", bytes: seed.count, expected: "32")
        }
        let opened = seed.withPointer { EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, $0, $1) }
        guard let opened else { throw refusal(by: "EVP_PKEY_new_raw_private_key") }
        handle = KeyHandle(opened)
        self.seed = seed
        verifyingKey = try VerifyingKey(bytes: handle.publicBytes())
    }

    /// Reads a private key in either text form: PEM (PKCS #8, RFC 8410: what `openssl genpkey -algorithm ed25519`
    /// writes), or 43 characters of base64url, which fit into one line of an environment. White space around it
    /// does not matter.
    package init(text: String) throws(CryptoError) {
        if text.contains("-----BEGIN") {
            try self.init(seed: PEM.decode(text, label: "PRIVATE KEY", prefix: SigningKey.pkcs8Prefix))
            return
        }
        guard let seed = Base64URL.decode(text.trimmingWhitespace()), seed.count == SigningKey.seedByteCount else {
            throw .badKeyText("a private key is PEM, or 43 characters of base64url")
        }
        try self.init(seed: seed)
    }

    /// The private key as PEM (PKCS #8). Secret.
    package var pem: String { PEM.encode(SigningKey.pkcs8Prefix + seed, label: "PRIVATE KEY") }

    /// The private key as 43 characters of base64url. Secret.
    package var text: String { Base64URL.encode(seed) }

    /// The 64 bytes of the signature under a message. The same message has the same signature each time.
    package func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw refusal(by: "EVP_MD_CTX_new") }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, nil, nil, handle.pointer) == 1 else {
            throw refusal(by: "EVP_DigestSignInit")
        }
        var signature = [UInt8](repeating: 0, count: VerifyingKey.signatureByteCount)
        var length = signature.count
        let isSigned = message.withPointer { EVP_DigestSign(context, &signature, &length, $0, $1) }
        guard isSigned == 1, length == signature.count else { throw refusal(by: "EVP_DigestSign") }
        return signature
    }

    /// How many bytes a seed has.
    package static let seedByteCount = 32

    /// What stands before the seed in PKCS #8 (RFC 8410, section 7): version 0, id-Ed25519, two octet strings.
    private static let pkcs8Prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
}

/// The public half of an Ed25519 pair (RFC 8032): verifies.
package struct VerifyingKey: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes of the point.
    package let bytes: [UInt8]
    private let handle: KeyHandle

    /// The key of 32 bytes.
    package init(bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == VerifyingKey.byteCount else {
            throw .wrongLength(of: "a public key", bytes: bytes.count, expected: "32")
        }
        let opened = bytes.withPointer { EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, $0, $1) }
        guard let opened else { throw refusal(by: "EVP_PKEY_new_raw_public_key") }
        handle = KeyHandle(opened)
        self.bytes = bytes
    }

    /// Reads a public key in either text form: 43 characters of base64url, or PEM (RFC 8410). White space around it
    /// does not matter.
    package init(text: String) throws(CryptoError) {
        if text.contains("-----BEGIN") {
            try self.init(bytes: PEM.decode(text, label: "PUBLIC KEY", prefix: VerifyingKey.infoPrefix))
            return
        }
        guard let bytes = Base64URL.decode(text.trimmingWhitespace()), bytes.count == VerifyingKey.byteCount else {
            throw .badKeyText("a public key is 43 characters of base64url, or PEM")
        }
        try self.init(bytes: bytes)
    }

    /// 43 characters of base64url.
    package var text: String { Base64URL.encode(bytes) }

    /// PEM (SubjectPublicKeyInfo).
    package var pem: String { PEM.encode(VerifyingKey.infoPrefix + bytes, label: "PUBLIC KEY") }

    /// The first eight hexadecimal digits of the SHA-256 of the 32 bytes: names the key, proves nothing.
    package var id: String { SHA256.digest(of: bytes).hex(prefix: 8) }

    /// The same as `text`.
    package var description: String { text }

    /// Whether `signature` is this key's under the message. False for a signature of another length, too.
    package func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == VerifyingKey.signatureByteCount, let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, handle.pointer) == 1 else { return false }
        let verdict = message.withPointer { EVP_DigestVerify(context, signature, signature.count, $0, $1) }
        if verdict != 1 { ERR_clear_error() }
        return verdict == 1
    }

    package static func == (left: VerifyingKey, right: VerifyingKey) -> Bool { left.bytes == right.bytes }
    package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    /// How many bytes a public key has.
    package static let byteCount = 32
    /// How many bytes a signature has.
    package static let signatureByteCount = 64

    /// What stands before the 32 bytes in SubjectPublicKeyInfo (RFC 8410, section 4).
    private static let infoPrefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]
}

/// Owns a key of libcrypto. Nothing changes the key after it was made, and libcrypto allows to use one in several
/// threads at once.
private final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    func publicBytes() throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: VerifyingKey.byteCount)
        var length = bytes.count
        guard EVP_PKEY_get_raw_public_key(pointer, &bytes, &length) == 1, length == bytes.count else {
            throw refusal(by: "EVP_PKEY_get_raw_public_key")
        }
        return bytes
    }
}

/// The text form of RFC 7468 of the two structures above, which have a fixed beginning and then the key.
private enum PEM {
    static func encode(_ bytes: [UInt8], label: String) -> String {
        var body = Base64URL.encode(bytes, Base64URL.standard)
        body += String(repeating: "=", count: (4 - body.utf8.count % 4) % 4)
        return "-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n"
    }

    static func decode(_ text: String, label: String, prefix: [UInt8]) throws(CryptoError) -> [UInt8] {
        let lines = text.split(whereSeparator: \.isNewline).map { String($0).trimmingWhitespace() }
        guard let first = lines.firstIndex(of: "-----BEGIN \(label)-----"),
            let last = lines.firstIndex(of: "-----END \(label)-----"), first < last
        else { throw .badKeyText("there is no \"BEGIN \(label)\" with its end") }
        var body = lines[(first + 1)..<last].flatMap { Array($0.utf8) }
        while body.last == UInt8(ascii: "=") { body.removeLast() }
        guard let bytes = Base64URL.decode(body, Base64URL.standard) else {
            throw .badKeyText("what stands between BEGIN and END is not base64")
        }
        guard bytes.count == prefix.count + 32, bytes.starts(with: prefix) else {
            throw .badKeyText("it is not a key of Ed25519")
        }
        return Array(bytes.dropFirst(prefix.count))
    }
}

extension String {
    fileprivate func trimmingWhitespace() -> String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
