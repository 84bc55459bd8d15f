// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase

extension Checkout {
    /// A message that nobody could act on for so long is put before people.
    static let eventPatienceMilliseconds: Int64 = 3 * 86_400_000
    static let maximumEventsAtOnce: Int64 = 200

    /// Takes a provider's message: proves its sender and keeps it. What it is about is seen to afterwards, so that the provider has
    /// its answer soon.
    ///
    /// - throws: `notFound` for a provider that this server does not have, `hookRefused` for a message that is not proven to be the
    ///   provider's or not meant for us, `busy` when that could not be learned.
    package func take(_ hook: ProviderHook, from name: String) async throws {
        guard let provider = payments.provider(named: name) else { throw CheckoutError(.notFound) }
        let now = try await database.read { $0.now }
        let event: ProviderEvent?
        do throws(HookRefusal) {
            event = try await provider.event(of: hook, at: now)
        } catch {
            throw CheckoutError(error == .unavailable ? .busy : .hookRefused)
        }
        guard let event else { return }
        try await database.write { tx in
            _ = try tx.execute(
                """
                INSERT INTO provider_events (provider, event, kind, charge, reference, dispute, amount, currency, received_at)
                VALUES (
                    \(name), \(event.id), \(event.kind), \(event.charge), \(event.reference), \(event.dispute), \(event.amount?.minorUnits),
                    \(event.amount?.currency.code), \(tx.now))
                ON CONFLICT (provider, event) DO NOTHING
                """)
        }
        arrivals.continuation.yield()
    }

    /// Sees to every message that waits: asks its provider how the charge or the dispute stands, and acts on that. In whatever
    /// order messages came and however often, the state is the one of the provider.
    ///
    /// - returns: what somebody should look at, one sentence each.
    @discardableResult
    package func processEvents() async throws -> [String] {
        var alarms: [String] = []
        var silence = Silence()
        for (provider, event, isOld) in try await waitingEvents() where !silence.isDeaf(provider) || isOld {
            let fate = try await process(event, of: provider)
            silence.hear(provider, isUnknown: fate == .wait)
            let alarm: String?
            switch fate {
            case .done: alarm = nil
            case .alarm(let text): alarm = text
            case .wait:
                guard isOld else { continue }
                alarm = "the provider does not say what became of it"
            }
            if let alarm { alarms.append("\(provider) \(event.id) (\(event.kind)): \(alarm)") }
            try await database.write { tx in
                _ = try tx.execute(
                    "UPDATE provider_events SET processed_at = \(tx.now), alarm = \(alarm) WHERE provider = \(provider) AND event = \(event.id)")
            }
        }
        return alarms
    }

    /// What somebody should look at, newest first.
    package func paymentAlarms() async throws -> [String] {
        try await database.read { snapshot in
            try snapshot.rows(
                "SELECT provider, event, kind, alarm, received_at FROM provider_events WHERE alarm IS NOT NULL ORDER BY received_at DESC LIMIT 100"
            ).map { row in
                let at = Instant(millisecondsSinceEpoch: try row.integer("received_at"))
                return "\(at) \(try row.text("provider")) \(try row.text("event")) (\(try row.text("kind"))): \(try row.text("alarm"))"
            }
        }
    }

    private enum Fate: Hashable {
        case done, wait
        case alarm(String)
    }

    private func waitingEvents() async throws -> [(provider: String, event: ProviderEvent, isOld: Bool)] {
        try await database.read { snapshot in
            try snapshot.rows(
                "SELECT * FROM provider_events WHERE processed_at IS NULL ORDER BY received_at, event LIMIT \(Checkout.maximumEventsAtOnce)"
            ).map { row in
                let currency = try row.optionalText("currency").flatMap { Currency($0) }
                let amount = try row.optionalInteger("amount").flatMap { amount in currency.map { Money(minorUnits: amount, currency: $0) } }
                let event = ProviderEvent(
                    id: try row.text("event"), kind: try row.text("kind"), charge: try row.optionalText("charge"),
                    reference: try row.optionalText("reference"), dispute: try row.optionalText("dispute"), amount: amount)
                return (try row.text("provider"), event, try row.integer("received_at") <= snapshot.now - Checkout.eventPatienceMilliseconds)
            }
        }
    }

    private func process(_ event: ProviderEvent, of name: String) async throws -> Fate {
        guard let provider = payments.provider(named: name) else { return .wait }
        if let dispute = event.dispute {
            guard let state = await provider.dispute(dispute) else { return .wait }
            return try await database.write { tx in try tx.note(dispute, state, of: name) } ? .done : .alarm("a dispute about a payment that is not ours")
        }
        guard let attempt = try await database.read({ try $0.attempt(of: event, from: name) }) else { return .done }
        if let amount = event.amount, amount != attempt.amount { return .alarm("\(amount) where \(attempt.amount) was asked for \(attempt.id); nothing was done") }
        let charge = Charge(key: attempt.id.text, amount: attempt.amount, method: attempt.method, reference: attempt.reference ?? event.reference)
        let outcome = await provider.outcome(of: charge)
        guard outcome != .unknown else { return .wait }
        try await settle(attempt.id, outcome)
        return .done
    }
}

extension Transaction {
    /// False when nobody captured what the dispute is about.
    fileprivate func note(_ dispute: String, _ state: DisputeState, of provider: String) throws -> Bool {
        guard let attempt = try attempt(ofCapture: state.capture, by: provider) else { return false }
        guard state.stage != .inquiry else { return true }
        try note(.disputed, state.amount.minorUnits, of: attempt, dispute)
        try postDispute(dispute, of: attempt, state.amount, isWon: false)
        switch state.stage {
        case .won:
            try note(.disputeWon, state.amount.minorUnits, of: attempt, dispute)
            try postDispute(dispute, of: attempt, state.amount, isWon: true)
        case .lost:
            try note(.disputeLost, state.amount.minorUnits, of: attempt, dispute)
        case .inquiry, .open:
            break
        }
        return true
    }
}

extension Reading where Self: ~Copyable {
    /// What a message is about; nil when it is none of ours, as other programs may use the same account.
    fileprivate func attempt(of event: ProviderEvent, from provider: String) throws -> PaymentAttempt? {
        if let charge = event.charge,
            let row = try row("SELECT id FROM payment_attempts WHERE id = \(charge) AND provider = \(provider)")
        {
            return try attempt(PaymentAttempt.ID(row.text("id")))
        }
        guard let reference = event.reference else { return nil }
        if let row = try row("SELECT id FROM payment_attempts WHERE provider = \(provider) AND provider_reference = \(reference)") {
            return try attempt(PaymentAttempt.ID(row.text("id")))
        }
        return try attempt(ofCapture: reference, by: provider)
    }

    fileprivate func attempt(ofCapture reference: String, by provider: String) throws -> PaymentAttempt? {
        try rows(
            """
            SELECT DISTINCT a.id FROM payment_events e JOIN payment_attempts a ON a.id = e.attempt
            WHERE e.provider_reference = \(reference) AND e.kind = 'captured' AND a.provider = \(provider)
            """
        ).first.map { try attempt(PaymentAttempt.ID($0.text("id"))) }
    }
}
