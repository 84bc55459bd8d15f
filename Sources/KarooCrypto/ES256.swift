// KarooExpress – Apache-2.0

import COpenSSL

/// The public half of a pair on the curve P-256, for ECDSA with SHA-256 (FIPS 186-5).
package enum ES256 {
    /// How many bytes each coordinate of a public key has.
    package static let coordinateByteCount = 32

    /// Whether a signature, in DER as ECDSA has it, is that of the key at a point under a message. False for a point that is not
    /// on the curve, too.
    package static func isValid(_ signature: [UInt8], for message: [UInt8], x: [UInt8], y: [UInt8]) -> Bool {
        guard x.count == coordinateByteCount, y.count == coordinateByteCount, (8...80).contains(signature.count) else { return false }
        let info = infoPrefix + x + y
        let key = info.withPointer { bytes, count in
            var next: UnsafePointer<UInt8>? = bytes
            return d2i_PUBKEY(nil, &next, count)
        }
        guard let key, let context = EVP_MD_CTX_new() else {
            ERR_clear_error()
            return false
        }
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(key)
        }
        guard EVP_DigestVerifyInit(context, nil, SHA256.algorithm, nil, key) == 1 else {
            ERR_clear_error()
            return false
        }
        let verdict = message.withPointer { EVP_DigestVerify(context, signature, signature.count, $0, $1) }
        if verdict != 1 { ERR_clear_error() }
        return verdict == 1
    }

    /// What stands before the coordinates in SubjectPublicKeyInfo (RFC 5480): id-ecPublicKey, prime256v1, an uncompressed point.
    private static let infoPrefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03,
        0x42, 0x00, 0x04,
    ]
}
