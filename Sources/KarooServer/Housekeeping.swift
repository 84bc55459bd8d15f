// KarooExpress – Apache-2.0

package import KarooCheckout
import KarooCommerce
import ServiceLifecycle

/// What has to be done again and again beside the requests: newer offers are taken, and what was left half done is ended.
package struct Housekeeping: Service {
    /// The time between two rounds.
    static let seconds: Int64 = 5
    /// Sessions and links whose time is over are thrown out with every so many rounds.
    static let roundsToForget = 720

    let checkout: Checkout
    let read: @Sendable (String) -> [UInt8]?
    let report: @Sendable (String) -> Void

    /// - parameter read: the bytes of a published file by its path relative to Public.
    /// - parameter report: what somebody should know, in a sentence.
    package init(checkout: Checkout, read: @escaping @Sendable (String) -> [UInt8]?, report: @escaping @Sendable (String) -> Void) {
        self.checkout = checkout
        self.read = read
        self.report = report
    }

    /// The first round, before anybody is served: whatever a killed process left is ended.
    package func begin() async throws {
        await takeOffers()
        let recovered = try await checkout.recover(isStart: true)
        if recovered.settled + recovered.open > 0 { report("\(recovered.settled) payments were ended, \(recovered.open) are still open") }
    }

    /// Goes on until the server stops. Throws only when the disk no longer keeps what is written, which ends the server.
    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            var round = 0
            while !Task.isCancelled {
                guard (try? await Task.sleep(for: .seconds(Housekeeping.seconds))) != nil else { return }
                await takeOffers()
                do {
                    try await checkout.recover(isStart: false)
                    if round % Housekeeping.roundsToForget == 0 { try await checkout.forgetExpired() }
                    round += 1
                } catch is CancellationError {
                    return
                } catch {
                    report("recovery: \(error)")
                    if checkout.isBroken(error) { throw error }
                }
            }
        }
    }

    /// A book that is refused changes nothing: the one in use stays.
    private func takeOffers() async {
        do {
            guard let head = try await checkout.takeOffers(read: read) else { return }
            report("offer book \(head.sequence) is in use")
            for fault in try checkout.offers.current().letterFaults { report("no letters are sent: \(fault)") }
        } catch {
            report("the offer book is not taken: \(error)")
        }
    }
}
