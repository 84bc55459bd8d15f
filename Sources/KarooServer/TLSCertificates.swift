// KarooExpress – Apache-2.0

import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Where the certificate and its key are: two files of PEM, the certificate followed by those that vouch for it.
package struct TLSFiles: Hashable, Sendable {
    let certificate: String
    let key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// The certificate that new connections get; old ones keep theirs.
final class TLSCertificates: Sendable {
    private let files: TLSFiles
    private let current: Mutex<NIOSSLContextConfigurationOverride>

    /// Throws when a file cannot be read, or the two do not belong together.
    init(_ files: TLSFiles) throws {
        self.files = files
        current = Mutex(try TLSCertificates.read(files))
    }

    /// Reads the files again; when it throws, the certificate in use stays.
    func renew() throws {
        let newer = try TLSCertificates.read(files)
        current.withLock { $0 = newer }
    }

    /// TLS 1.2 and newer.
    func configuration() throws -> TLSConfiguration {
        let (certificates, key) = try TLSCertificates.contents(files)
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: certificates, privateKey: key)
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.sslContextCallback = { [self] _, promise in promise.succeed(current.withLock { $0 }) }
        return configuration
    }

    private static func read(_ files: TLSFiles) throws -> NIOSSLContextConfigurationOverride {
        let (certificates, key) = try contents(files)
        // A key that is not the certificate's shows here and not with the first buyer.
        _ = try NIOSSLContext(configuration: .makeServerConfiguration(certificateChain: certificates, privateKey: key))
        var override = NIOSSLContextConfigurationOverride()
        override.certificateChain = certificates
        override.privateKey = key
        return override
    }

    private static func contents(_ files: TLSFiles) throws -> (certificates: [NIOSSLCertificateSource], key: NIOSSLPrivateKeySource) {
        let certificates = try NIOSSLCertificate.fromPEMFile(files.certificate).map { NIOSSLCertificateSource.certificate($0) }
        return (certificates, .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem)))
    }
}

/// Reads the certificate again whenever SIGHUP says that something is new.
struct TLSRenewal: Service {
    let certificates: TLSCertificates
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            do {
                try certificates.renew()
                logger.notice("the certificate was read again")
            } catch {
                logger.error("the certificate in use stays: \(error)")
            }
        }
    }
}
