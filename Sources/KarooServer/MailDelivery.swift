// KarooExpress – Apache-2.0

package import KarooCheckout
import ServiceLifecycle

/// Sends what the outbox holds, beside the requests, so that none of them waits for a letter.
package struct MailDelivery: Service {
    /// The time between two looks into an outbox that was empty.
    static let milliseconds: Int64 = 500
    /// The time between two batches, which is left to the requests.
    static let pauseMilliseconds: Int64 = 100

    let checkout: Checkout
    let mailer: any Mailer
    let report: @Sendable (String) -> Void

    /// - parameter report: what somebody should know, in a sentence.
    package init(checkout: Checkout, mailer: any Mailer, report: @escaping @Sendable (String) -> Void) {
        self.checkout = checkout
        self.mailer = mailer
        self.report = report
    }

    /// Goes on until the server stops. What was not sent by then is sent after the next start.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let pause = await send() > 0 ? MailDelivery.pauseMilliseconds : MailDelivery.milliseconds
                guard (try? await Task.sleep(for: .milliseconds(pause))) != nil else { return }
            }
        }
    }

    private func send() async -> Int {
        do {
            return try await checkout.sendLetters(by: mailer)
        } catch {
            if !(error is CancellationError) { report("letters: \(error)") }
            return 0
        }
    }
}
