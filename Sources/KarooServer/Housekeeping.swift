// KarooExpress – Apache-2.0

package import KarooCheckout
import KarooCommerce
import ServiceLifecycle
import UnixSignals

/// What has to be done again and again beside the requests: newer offers are taken, and what was left half done is ended.
package struct Housekeeping: Service {
    /// Sessions and links whose time is over are thrown out with every so many rounds.
    static let roundsToForget = 720

    let checkout: Checkout
    let interval: Duration
    let read: @Sendable (String) -> [UInt8]?
    let report: @Sendable (String) -> Void

    /// - Parameters:
    ///   - interval: the time between two rounds. SIGHUP asks for one at once.
    ///   - read: the bytes of a published file by its path relative to Public.
    ///   - report: what somebody should know, in a sentence.
    package init(
        checkout: Checkout, every interval: Duration, read: @escaping @Sendable (String) -> [UInt8]?, report: @escaping @Sendable (String) -> Void
    ) {
        self.checkout = checkout
        self.interval = interval
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
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await goRounds() }
                group.addTask { try await seeToMessages() }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    private func goRounds() async throws {
        var round = 0
        for await _ in rounds() {
            await takeOffers()
            let isTimeToForget = round % Housekeeping.roundsToForget == 0
            try await attempt("recovery") {
                try await checkout.recover(isStart: false)
                for alarm in try await checkout.processEvents() { report(alarm) }
                if isTimeToForget { try await checkout.forgetExpired() }
            }
            round += 1
        }
    }

    /// What a provider tells is seen to at once, and with the next round when it could not be.
    private func seeToMessages() async throws {
        for await _ in checkout.arrivals.stream {
            try await attempt("a provider's message") { for alarm in try await checkout.processEvents() { report(alarm) } }
        }
    }

    /// Reports what goes wrong and goes on, unless the disk no longer keeps what is written.
    private func attempt(_ name: String, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch is CancellationError {
            return
        } catch {
            report("\(name): \(error)")
            if checkout.isBroken(error) { throw error }
        }
    }

    /// When there is something to do: after each interval, and whenever somebody says so. Several at once are one.
    private func rounds() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let clock = Task {
                while (try? await Task.sleep(for: interval)) != nil { continuation.yield() }
            }
            let signals = Task {
                for await _ in await UnixSignalsSequence(trapping: .sighup) { continuation.yield() }
            }
            continuation.onTermination = { _ in
                clock.cancel()
                signals.cancel()
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
