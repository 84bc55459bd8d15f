// KarooExpress – Apache-2.0

import COpenSSL

/// Encryption that notices every change: AES in Galois/Counter Mode (NIST SP 800-38D), nonces of 12 bytes, tags of 16.
package struct AESGCM: Sendable {
    private let key: [UInt8]

    /// A key of 32 bytes (AES-256), or of 16 (AES-128).
    package init(key: [UInt8]) throws(CryptoError) {
        guard key.count == 32 || key.count == 16 else {
            throw .wrongLength(of: "a key of AES", bytes: key.count, expected: "32 or 16")
        }
        self.key = key
    }

    /// The sealed form: a random nonce, the ciphertext, the tag. `associated` is not in it but must be the same when
    /// it is opened: what the secret belongs to.
    ///
    /// Nonces are random, hence one key seals at most 2³² texts (SP 800-38D, section 8.3).
    package func seal(_ plaintext: [UInt8], associated: [UInt8] = []) throws(CryptoError) -> [UInt8] {
        let nonce = SecureRandom.bytes(AESGCM.nonceByteCount)
        let (ciphertext, tag) = try encrypt(plaintext, nonce: nonce, associated: associated)
        return nonce + ciphertext + tag
    }

    /// The text of a sealed form. Throws `notAuthentic` unless key, bytes and `associated` are all those of sealing.
    package func open(_ sealed: [UInt8], associated: [UInt8] = []) throws(CryptoError) -> [UInt8] {
        guard sealed.count >= AESGCM.nonceByteCount + AESGCM.tagByteCount else { throw .notAuthentic }
        let end = sealed.count - AESGCM.tagByteCount
        return try decrypt(
            Array(sealed[AESGCM.nonceByteCount..<end]), tag: Array(sealed[end...]),
            nonce: Array(sealed[..<AESGCM.nonceByteCount]), associated: associated)
    }

    /// How many bytes of a sealed form are its nonce, in front.
    package static let nonceByteCount = 12
    /// How many bytes of a sealed form are its tag, at the end.
    package static let tagByteCount = 16

    /// Ciphertext and tag under a nonce that the caller answers for; for `seal` and for the test vectors.
    func encrypt(
        _ plaintext: [UInt8], nonce: [UInt8], associated: [UInt8]
    ) throws(CryptoError) -> (ciphertext: [UInt8], tag: [UInt8]) {
        let context = try begin(nonce, associated, plaintext.count, isEncrypting: true)
        defer { EVP_CIPHER_CTX_free(context) }
        let ciphertext = try update(context, plaintext)
        try finish(context) { refusal(by: "EVP_CipherFinal_ex") }
        var tag = [UInt8](repeating: 0, count: AESGCM.tagByteCount)
        guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag) == 1 else {
            throw refusal(by: "EVP_CIPHER_CTX_ctrl")
        }
        return (ciphertext, tag)
    }

    /// The text that belongs to ciphertext and tag.
    func decrypt(
        _ ciphertext: [UInt8], tag: [UInt8], nonce: [UInt8], associated: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        let context = try begin(nonce, associated, ciphertext.count, isEncrypting: false)
        defer { EVP_CIPHER_CTX_free(context) }
        let plaintext = try update(context, ciphertext)
        var tag = tag
        guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1 else {
            throw refusal(by: "EVP_CIPHER_CTX_ctrl")
        }
        try finish(context) {
            ERR_clear_error()
            return .notAuthentic
        }
        return plaintext
    }

    private func begin(
        _ nonce: [UInt8], _ associated: [UInt8], _ byteCount: Int, isEncrypting: Bool
    ) throws(CryptoError) -> OpaquePointer {
        guard nonce.count == AESGCM.nonceByteCount else {
            throw .wrongLength(of: "a nonce", bytes: nonce.count, expected: "12")
        }
        guard byteCount <= Int32.max, associated.count <= Int32.max else {
            throw .badParameters("AES-GCM takes at most 2 GiB at a time")
        }
        guard let context = EVP_CIPHER_CTX_new() else { throw refusal(by: "EVP_CIPHER_CTX_new") }
        let cipher = key.count == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm()
        var length: Int32 = 0
        let isReady =
            EVP_CipherInit_ex(context, cipher, nil, key, nonce, isEncrypting ? 1 : 0) == 1
            && (associated.isEmpty
                || EVP_CipherUpdate(context, nil, &length, associated, Int32(associated.count)) == 1)
        guard isReady else {
            EVP_CIPHER_CTX_free(context)
            throw refusal(by: "EVP_CipherInit_ex")
        }
        return context
    }

    private func update(_ context: OpaquePointer, _ input: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard !input.isEmpty else { return [] }
        var output = [UInt8](repeating: 0, count: input.count)
        var length: Int32 = 0
        guard EVP_CipherUpdate(context, &output, &length, input, Int32(input.count)) == 1, length == output.count else {
            throw refusal(by: "EVP_CipherUpdate")
        }
        return output
    }

    private func finish(_ context: OpaquePointer, failure: () -> CryptoError) throws(CryptoError) {
        // GCM writes nothing at the end, but the function wants a place to write it to.
        var nothing = [UInt8](repeating: 0, count: AESGCM.tagByteCount)
        var length: Int32 = 0
        guard EVP_CipherFinal_ex(context, &nothing, &length) == 1 else { throw failure() }
    }
}
