// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import FoundationNetworking
import KarooCheckout
import KarooCommerce

struct RatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rates", abstract: "Exchange rates, for estimates and never for what is charged.", subcommands: [Import.self, Show.self])

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the rates of a day.",
            discussion: """
                The daily XML of the European Central Bank and the JSON of Open Exchange Rates are read. {key} in an address stands for \
                KAROO_EXCHANGE_RATES_KEY. A table that cannot be believed is refused, and the last good one stays.
                """)

        @Argument(help: "A file, or an address of https.")
        var source: String

        @Option(help: ArgumentHelp("Who published them; without it the host or the name of the file.", valueName: "name"))
        var from: String?

        @Option(help: ArgumentHelp("A currency that may be missing from now on; may be given more than once.", valueName: "code"))
        var drop: [String] = []

        @OptionGroup var data: DataOptions

        func run() async throws {
            let dropped = try Set(
                drop.map { code in
                    guard let currency = Currency(code) else { throw ValidationError("\(code) is no currency") }
                    return currency
                })
            let name = from ?? URL(string: source)?.host ?? URL(fileURLWithPath: source).lastPathComponent
            do {
                let bytes = source.contains("://") ? try await Import.fetch(source, key: data.settings().secret(.exchangeRatesKey)) : try Import.read(source)
                let rates = try await data.withCheckout { checkout, _ in try await checkout.takeRates(bytes, source: name, dropping: dropped) }
                print("\(rates.currencies.count) currencies of \(rates.date)")
            } catch let fault as RateFault {
                Reporter.write("the rates are not taken: \(fault)\n")
                throw ExitCode.failure
            }
        }

        private static func read(_ path: String) throws -> [UInt8] {
            guard let handle = FileHandle(forReadingAtPath: path), let data = try handle.read(upToCount: ExchangeRates.maximumFileLength + 1) else {
                throw ValidationError("\(path) cannot be read")
            }
            return Array(data)
        }

        /// For the whole answer.
        private static let timeoutSeconds = 30.0

        private static func fetch(_ address: String, key: String?) async throws -> [UInt8] {
            guard let url = URL(string: address.replacing("{key}", with: key ?? "")), isAllowed(url) else {
                throw ValidationError("rates are fetched by https only, and by http from this machine")
            }
            let configuration = URLSessionConfiguration.ephemeral
            configuration.timeoutIntervalForRequest = timeoutSeconds
            configuration.timeoutIntervalForResource = timeoutSeconds
            let gathering = RateDownload()
            let session = URLSession(configuration: configuration, delegate: gathering, delegateQueue: nil)
            defer { session.invalidateAndCancel() }
            return try await gathering.bytes(of: session.dataTask(with: url))
        }

        private static func isAllowed(_ url: URL) -> Bool {
            switch url.scheme?.lowercased() {
            case "https": true
            case "http": ["127.0.0.1", "localhost", "::1"].contains(url.host ?? "")
            default: false
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the rates in use, with their day.")

        @OptionGroup var data: DataOptions

        func run() async throws {
            guard let known = try await data.withCheckout({ checkout, _ in try await checkout.knownRates() }) else {
                print("no rates were imported yet")
                return
            }
            print("\(known.rates.date), \(known.source), imported \(known.importedAt)")
            for currency in known.rates.currencies {
                print("1 \(known.rates.base.code) = \(known.rates.rate(of: currency)?.description ?? "") \(currency.code)")
            }
        }
    }
}

/// Gathers an answer, as long as it is no larger than a file of rates, and follows no redirection.
private final class RateDownload: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private let lock = NSLock()
    private var bytes: [UInt8] = []
    private var continuation: CheckedContinuation<[UInt8], any Error>?

    func bytes(of task: URLSessionDataTask) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            lock.withLock { self.continuation = continuation }
            task.resume()
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLarge = lock.withLock {
            bytes += data
            return bytes.count > ExchangeRates.maximumFileLength
        }
        if isTooLarge {
            dataTask.cancel()
            end(.failure(RateFault("the answer has more than \(ExchangeRates.maximumFileLength) bytes")))
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let status = (task.response as? HTTPURLResponse)?.statusCode ?? 0
        if error != nil || status != 200 {
            end(.failure(RateFault(error == nil ? "the answer is \(status)" : "nobody answers")))
        } else {
            end(.success(lock.withLock { bytes }))
        }
    }

    private func end(_ result: Result<[UInt8], any Error>) {
        let waiting = lock.withLock {
            defer { continuation = nil }
            return continuation
        }
        waiting?.resume(with: result)
    }
}
