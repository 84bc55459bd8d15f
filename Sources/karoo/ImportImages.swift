// KarooExpress – Apache-2.0

import Foundation
import FoundationNetworking
import KarooSite

/// Fetches the pictures that an imported file names, and nothing else: by http or https, from addresses of the public
/// Internet, of limited size and time.
///
/// The host is resolved and judged before every request and every redirection. A name may resolve to something else the
/// second time: by http, the address that was judged is therefore the one that is spoken to; by https, whoever answers must
/// hold the certificate of the name before anything is asked.
struct ImportImages: Sendable {
    typealias Failure = ProductImport.FetchFailure

    static let maximumBytes = 10 << 20
    static let maximumRedirections = 5
    /// For one request, redirections not counted together.
    static let timeoutSeconds = 30.0

    private let session: URLSession
    private let transfers: ImportTransfers
    private let isAllowed: @Sendable ([UInt8]) -> Bool

    /// - Parameter isAllowed: which addresses may be spoken to, as the four or sixteen bytes of each.
    init(isAllowed: @escaping @Sendable ([UInt8]) -> Bool = PublicAddress.isPublic) {
        self.isAllowed = isAllowed
        transfers = ImportTransfers()
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = ImportImages.timeoutSeconds
        configuration.timeoutIntervalForResource = ImportImages.timeoutSeconds
        configuration.httpShouldSetCookies = false
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        session = URLSession(configuration: configuration, delegate: transfers, delegateQueue: nil)
    }

    /// The bytes of the picture at an address. Throws when it cannot or must not be fetched, or is no picture by its type.
    func bytes(at address: String) async throws(Failure) -> [UInt8] {
        var url = try ImportImages.url(address)
        for _ in 0...ImportImages.maximumRedirections {
            var request = try await request(for: url)
            request.setValue("image/avif,image/webp,image/png,image/jpeg,image/gif", forHTTPHeaderField: "Accept")
            request.setValue("KarooExpress-import", forHTTPHeaderField: "User-Agent")
            switch await transfers.answer(to: session.dataTask(with: request)) {
            case .bytes(let bytes):
                return bytes
            case .redirection(let target):
                guard let next = URL(string: target, relativeTo: url)?.absoluteString else { throw Failure("it leads to \"\(target)\", which is no address") }
                url = try ImportImages.url(next)
            case .failure(let failure):
                throw failure
            }
        }
        throw Failure("it leads on more than \(ImportImages.maximumRedirections) times")
    }

    private static func url(_ address: String) throws(Failure) -> URL {
        guard let url = URL(string: address), let scheme = url.scheme?.lowercased(), let host = url.host, !host.isEmpty else {
            throw Failure("\"\(address)\" is no address")
        }
        guard scheme == "https" || scheme == "http" else { throw Failure("\"\(scheme)\" is neither http nor https") }
        guard url.user == nil, url.password == nil else { throw Failure("the address holds a name or a password") }
        return url
    }

    /// A request that speaks to no other address than those that were judged. Throws unless each of the host is one that may
    /// be spoken to.
    private func request(for url: URL) async throws(Failure) -> URLRequest {
        let host = (url.host ?? "").trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        let addresses = await ImportImages.resolve(host)
        guard let first = addresses.first else { throw Failure("the host \"\(host)\" is not found") }
        guard addresses.allSatisfy(isAllowed) else { throw Failure("the host \"\(host)\" is not on the public Internet") }
        guard url.scheme?.lowercased() == "http", var parts = URLComponents(url: url, resolvingAgainstBaseURL: true) else { return URLRequest(url: url) }
        parts.host = ImportImages.figures(first)
        guard let pinned = parts.url else { throw Failure("\"\(url.absoluteString)\" is no address") }
        var request = URLRequest(url: pinned)
        request.setValue((url.host ?? "") + (url.port.map { ":\($0)" } ?? ""), forHTTPHeaderField: "Host")
        return request
    }

    private static func figures(_ address: [UInt8]) -> String {
        if address.count == 4 { return address.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: address.count, by: 2).map { String(UInt16(address[$0]) << 8 | UInt16(address[$0 + 1]), radix: 16) }
        return "[\(groups.joined(separator: ":"))]"
    }

    /// All addresses of a host, on a thread of its own, since the system makes the caller wait.
    private static func resolve(_ host: String) async -> [[UInt8]] {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: lookUp(host)) }
        }
    }

    private static func lookUp(_ host: String) -> [[UInt8]] {
        var hints = addrinfo()
        hints.ai_flags = AI_ADDRCONFIG
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [[UInt8]] = []
        var next = list
        while let entry = next?.pointee {
            if let address = entry.ai_addr { addresses.append(bytes(of: address, family: entry.ai_family)) }
            next = entry.ai_next
        }
        return addresses
    }

    /// Empty for families other than the two of the Internet, which no rule allows.
    private static func bytes(of address: UnsafeMutablePointer<sockaddr>, family: Int32) -> [UInt8] {
        switch family {
        case AF_INET:
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) } }
        case AF_INET6:
            address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) } }
        default:
            []
        }
    }
}

/// Collects what the session says of each transfer, and ends those that are too large or no pictures.
private final class ImportTransfers: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    enum Answer: Sendable {
        case bytes([UInt8])
        case redirection(String)
        case failure(ImportImages.Failure)
    }

    private struct Transfer {
        let continuation: CheckedContinuation<Answer, Never>
        var bytes: [UInt8] = []
        /// Set when the outcome is known before the end.
        var answer: Answer?
    }

    private let lock = NSLock()
    private var transfers: [Int: Transfer] = [:]

    func answer(to task: URLSessionDataTask) async -> Answer {
        await withCheckedContinuation { continuation in
            lock.withLock { transfers[task.taskIdentifier] = Transfer(continuation: continuation) }
            task.resume()
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        // Followed by hand, so that the next host is judged first.
        // The request that the session proposes has lost the scheme of an address such as file:///etc/passwd.
        let target = response.value(forHTTPHeaderField: "Location")
        change(task) { $0.answer = target.map { .redirection($0) } ?? .failure(ImportImages.Failure("it leads nowhere")) }
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        guard let failure = ImportTransfers.refusal(response) else { return completionHandler(.allow) }
        change(dataTask) { if $0.answer == nil { $0.answer = .failure(failure) } }
        completionHandler(.cancel)
    }

    private static func refusal(_ response: URLResponse) -> ImportImages.Failure? {
        guard let response = response as? HTTPURLResponse else { return ImportImages.Failure("the answer is not HTTP") }
        guard response.statusCode == 200 else { return ImportImages.Failure("the host answers with status \(response.statusCode)") }
        let type = (response.value(forHTTPHeaderField: "Content-Type") ?? "").lowercased()
        guard type.hasPrefix("image/") else { return ImportImages.Failure("its type is \"\(type.prefix(60))\", which is no picture") }
        guard response.expectedContentLength <= Int64(ImportImages.maximumBytes) else { return tooLarge }
        return nil
    }

    private static var tooLarge: ImportImages.Failure { ImportImages.Failure("it has more than \(ImportImages.maximumBytes >> 20) MiB") }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        var isTooLarge = false
        change(dataTask) { transfer in
            guard transfer.answer == nil else { return }
            if transfer.bytes.count + data.count > ImportImages.maximumBytes {
                transfer.answer = .failure(ImportTransfers.tooLarge)
                transfer.bytes = []
                isTooLarge = true
            } else {
                transfer.bytes.append(contentsOf: data)
            }
        }
        if isTooLarge { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let transfer = lock.withLock({ transfers.removeValue(forKey: task.taskIdentifier) }) else { return }
        if let answer = transfer.answer {
            transfer.continuation.resume(returning: answer)
        } else if let error {
            let isLate = (error as? URLError)?.code == .timedOut
            transfer.continuation.resume(
                returning: .failure(
                    ImportImages.Failure(
                        isLate
                            ? "the host did not answer within \(Int(ImportImages.timeoutSeconds)) seconds"
                            : "the transfer failed: \(error.localizedDescription)")))
        } else {
            transfer.continuation.resume(returning: .bytes(transfer.bytes))
        }
    }

    private func change(_ task: URLSessionTask, _ body: (inout Transfer) -> Void) {
        lock.withLock {
            if transfers[task.taskIdentifier] != nil { body(&transfers[task.taskIdentifier]!) }
        }
    }
}
