// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase

/// What a recovery found to do.
package struct RecoveryReport: Hashable, Sendable {
    /// Attempts that had no end, and have one now.
    package var settled = 0
    /// Attempts of which the provider still says nothing.
    package var open = 0
    package var expiredCarts = 0
    package var forgottenKeys = 0
}

extension Checkout {
    /// An attempt of this process may be under way for so long; younger ones are left to whoever is at work on them.
    package static let attemptMilliseconds: Int64 = 60_000
    static let maximumRecoveredAtOnce: Int64 = 500

    /// Brings everything that was left half done to an end: asks the provider what became of each attempt and places its
    /// orders or gives back what it held; gives money back that belongs to no order; closes carts that nobody touches.
    ///
    /// - parameter isStart: that no attempt is under way, because the process has just begun.
    @discardableResult
    package func recover(isStart: Bool) async throws -> RecoveryReport {
        var report = RecoveryReport()
        try await endAttempts(isStart: isStart, &report)
        try await seeToPromises(isStart: isStart)
        try await payRefunds()
        try await issueFeeInvoices()
        let swept = try await database.write { tx in try tx.sweep() }
        report.expiredCarts = swept.carts
        report.forgottenKeys = swept.keys
        return report
    }

    private func endAttempts(isStart: Bool, _ report: inout RecoveryReport) async throws {
        let age = isStart ? 0 : Checkout.attemptMilliseconds
        let (attempts, now) = try await database.read { snapshot in
            let rows = try snapshot.rows(
                """
                SELECT id FROM payment_attempts WHERE status IN (\(list: [AttemptStatus.started.rawValue, AttemptStatus.actionRequired.rawValue]))
                AND created_at <= \(snapshot.now - age) ORDER BY created_at LIMIT \(Checkout.maximumRecoveredAtOnce)
                """)
            return (try rows.map { try snapshot.attempt(PaymentAttempt.ID($0.text("id"))) }, snapshot.now)
        }
        var silence = Silence()
        for attempt in attempts {
            try await ask(attempt, at: now, &silence)
            let status = try await database.read { try $0.attempt(attempt.id).status }
            if status.isFinal { report.settled += 1 } else { report.open += 1 }
        }
    }

    /// Captures what is held for orders that stand, lets go what is held for none, and gives up what was promised for too long.
    private func seeToPromises(isStart: Bool) async throws {
        let age = isStart ? 0 : Checkout.attemptMilliseconds
        let (attempts, now) = try await database.read { snapshot in
            let rows = try snapshot.rows(
                """
                SELECT id FROM payment_attempts WHERE promised_at <= \(snapshot.now - age) AND promise_ended_at IS NULL
                AND promise_due_at <= \(snapshot.now) ORDER BY promise_due_at LIMIT \(Checkout.maximumRecoveredAtOnce)
                """)
            return (try rows.map { try snapshot.attempt(PaymentAttempt.ID($0.text("id"))) }, snapshot.now)
        }
        var silence = Silence()
        for attempt in attempts { try await ask(attempt, at: now, &silence) }
    }

    private func ask(_ attempt: PaymentAttempt, at now: Int64, _ silence: inout Silence) async throws {
        guard !silence.isDeaf(attempt.provider), let provider = payments.provider(named: attempt.provider) else { return }
        let outcome = await finalOutcome(of: attempt, from: provider, at: now)
        silence.hear(attempt.provider, isUnknown: outcome == .unknown)
        try await settle(attempt.id, outcome)
    }

    /// What the provider says. An attempt that it never heard of, or that waited too long for the buyer, is cancelled there
    /// before it counts as ended here: a charge that comes late then finds nothing to charge.
    private func finalOutcome(of attempt: PaymentAttempt, from provider: any PaymentProvider, at now: Int64) async -> ChargeOutcome {
        let outcome = await provider.outcome(of: attempt.charge)
        switch outcome {
        case .neverAsked: return await provider.void(attempt.charge)
        case .actionRequired where attempt.expiresAt <= now: return await provider.void(attempt.charge)
        case .promised where attempt.isPromised: return await provider.void(attempt.charge)
        default: return outcome
        }
    }
}

extension Transaction {
    fileprivate func sweep() throws -> (carts: Int, keys: Int) {
        try endPassedPromotions()
        let carts = try execute(
            "UPDATE carts SET status = \(CartStatus.expired.rawValue), version = version + 1 WHERE status = \(CartStatus.open.rawValue) AND expires_at <= \(now)"
        )
        let keys = try execute(
            """
            DELETE FROM idempotency_keys WHERE expires_at <= \(now) AND attempt NOT IN
                (SELECT id FROM payment_attempts WHERE status IN ('started', 'actionRequired'))
            """)
        return (carts, keys)
    }
}
