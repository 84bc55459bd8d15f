// KarooExpress – Apache-2.0

import COpenSSL

/// An X.509 certificate that was proven by a chain up to a trusted one, with its public key.
package final class Certificate: @unchecked Sendable {
    // Nothing changes the key after it was made, and libcrypto allows to use one in several threads at once.
    private let key: OpaquePointer

    private init(key: OpaquePointer) { self.key = key }

    deinit { EVP_PKEY_free(key) }

    /// The first certificate of a PEM text, when the others in it lead to a trusted one and all hold now.
    ///
    /// - Parameters:
    ///   - chain: PEM; the certificate first.
    ///   - trusted: PEM of those that are trusted; nil for what the system trusts.
    ///   - names: host names of which the certificate must be made out to one.
    ///   - seconds: the moment, since 1970 UTC.
    package init(chain: String, trusted: String?, names: [String], at seconds: Int64) throws(CryptoError) {
        let certificates = CertificateList(pem: chain)
        guard let subject = certificates.pointers.first else { throw .badKeyText("there is no certificate in the PEM") }
        guard let store = X509_STORE_new(), let context = X509_STORE_CTX_new(), let others = OPENSSL_sk_new_null() else { throw refusal(by: "X509_STORE_new") }
        defer {
            X509_STORE_CTX_free(context)
            X509_STORE_free(store)
            OPENSSL_sk_free(others)
        }
        let roots = trusted.map { CertificateList(pem: $0) }
        if let roots {
            for root in roots.pointers { X509_STORE_add_cert(store, root) }
        } else {
            X509_STORE_set_default_paths(store)
        }
        for other in certificates.pointers.dropFirst() { OPENSSL_sk_push(others, UnsafeRawPointer(other)) }
        guard X509_STORE_CTX_init(context, store, subject, others) == 1 else { throw refusal(by: "X509_STORE_CTX_init") }
        X509_STORE_CTX_set_time(context, 0, time_t(seconds))
        guard X509_verify_cert(context) == 1 else {
            let reason = String(cString: X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(context))))
            ERR_clear_error()
            throw .refused(by: "X509_verify_cert", reason: reason)
        }
        guard names.contains(where: { X509_check_host(subject, $0, 0, 0, nil) == 1 }) else {
            throw .refused(by: "X509_check_host", reason: "the certificate is made out to somebody else")
        }
        guard let key = X509_get_pubkey(subject) else { throw refusal(by: "X509_get_pubkey") }
        self.key = key
    }

    /// Whether a signature (RSA with SHA-256, PKCS #1 v1.5) is that of the certificate's owner under the message.
    package func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA, let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 else { return false }
        let verdict = signature.withPointer { signature, count in
            message.withPointer { EVP_DigestVerify(context, signature, count, $0, $1) }
        }
        if verdict != 1 { ERR_clear_error() }
        return verdict == 1
    }
}

/// The certificates of a PEM text, owned.
private final class CertificateList {
    /// A chain is not longer than this.
    private static let limit = 10
    let pointers: [OpaquePointer]

    init(pem: String) {
        var pointers: [OpaquePointer] = []
        let bytes = Array(pem.utf8)
        bytes.withPointer { pointer, count in
            guard let input = BIO_new_mem_buf(pointer, Int32(clamping: count)) else { return }
            defer { BIO_free(input) }
            while pointers.count < CertificateList.limit, let certificate = PEM_read_bio_X509(input, nil, nil, nil) { pointers.append(certificate) }
            ERR_clear_error()
        }
        self.pointers = pointers
    }

    deinit { for pointer in pointers { X509_free(pointer) } }
}
