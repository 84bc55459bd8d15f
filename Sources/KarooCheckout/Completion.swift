// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooCrypto
import KarooDatabase

/// What a buyer sends to buy a cart.
package struct CompletionRequest: Sendable {
    /// Chosen by the buyer's program, at most 255 characters: the same key never buys twice.
    package let key: String
    /// Of the whole request: the same key with another one is a mistake.
    package let digest: String
    /// What the buyer was told that it costs.
    package let total: Money
    /// The provider's token of a card or account.
    package let method: String
    /// The token of what the buyer was told that it is in another currency; nil when nothing was.
    package let currencyQuote: String?

    /// - parameter body: all that was sent.
    package init(key: String, body: [UInt8], total: Money, method: String, currencyQuote: String? = nil) {
        self.key = key
        digest = SHA256.digest(of: body).hex
        self.total = total
        self.method = method
        self.currencyQuote = currencyQuote
    }

    static let maximumKeyLength = 255
    /// A key is remembered for so long.
    static let keyLifetimeMilliseconds: Int64 = 48 * 3_600_000
}

/// How far a purchase has come.
package enum Completion: Hashable, Sendable {
    /// There is an order, and its money is ours or held for us.
    case placed(OrderGroup.ID, total: Money)
    /// There is an order, and the buyer has promised to pay it so.
    case promised(OrderGroup.ID, total: Money, PaymentDue)
    /// The buyer has to confirm, then to ask again.
    case actionRequired(PaymentAttempt.ID, PaymentAction)
    /// The provider has not said what became of it. Nothing is to be done but to ask again later.
    case pending(PaymentAttempt.ID)
}

extension Checkout {
    /// Goods are held for so long while a payment is under way.
    package static let reservationMilliseconds: Int64 = 15 * 60_000

    /// Buys a cart: holds the goods, charges, and places the orders. However often it is called with one key, in whatever
    /// state the last call was cut off, money moves once.
    ///
    /// - returns: with `isReplay` when the key had been used before.
    /// - throws: among others `paymentDeclined`, after which the cart is open again, `priceChanged` when it costs another sum
    ///   than the buyer was told, and `completionInProgress` while the same key is at work.
    package func complete(_ id: Cart.ID, _ request: CompletionRequest) async throws -> (completion: Completion, isReplay: Bool) {
        guard (1...CompletionRequest.maximumKeyLength).contains(request.key.utf8.count) else { throw CheckoutError(.idempotencyKeyInvalid) }
        guard let provider = payments.provider(for: request.method), !CardNumber.isIn(request.method) else {
            throw CheckoutError(.paymentMethodUnknown, field: "payment/method")
        }
        let edition = try offers.current()
        let told = request.currencyQuote.flatMap(secret.currencyQuote)
        guard (told == nil) == (request.currencyQuote == nil) else { throw CheckoutError(.currencyQuoteInvalid, field: "currencyQuote") }
        let (commission, payments) = (commissionPartsPerMillion, payments)
        let beginning = try await database.write { tx in
            if let known = try tx.attempt(ofKey: request, for: id) { return Beginning.known(known) }
            return try tx.begin(id, request, edition, told, provider, payments, commission)
        }
        switch beginning {
        case .known(let attempt):
            return (try await progress(of: attempt, isRetry: true), true)
        case .placed(let placed):
            return (placed, false)
        case .charge(let charge):
            let attempt = PaymentAttempt.ID(charge.key)
            try await settle(attempt, await provider.authorize(charge))
            return (try await progress(of: attempt, isRetry: false), false)
        }
    }

    /// What became of an attempt after the buyer was sent to the bank: asks the provider and acts on its answer.
    package func returned(to attempt: PaymentAttempt.ID, of cart: Cart.ID) async throws -> Completion {
        let known = try await database.read { try $0.attempt(attempt) }
        guard known.cart == cart else { throw CheckoutError(.notFound) }
        if !known.status.isFinal, let provider = payments.provider(named: known.provider) {
            try await settle(attempt, await provider.outcome(of: known.charge))
        }
        return try await progress(of: attempt, isRetry: false)
    }

    /// How far an attempt has come; throws what ended it.
    ///
    /// - parameter isRetry: whether somebody else may be at work on it.
    private func progress(of id: PaymentAttempt.ID, isRetry: Bool) async throws -> Completion {
        let (attempt, group) = try await database.read { snapshot in
            let attempt = try snapshot.attempt(id)
            return (attempt, try snapshot.group(ofAttempt: id))
        }
        switch attempt.status {
        case .started:
            if isRetry { throw CheckoutError(.completionInProgress) }
            return .pending(id)
        case .actionRequired:
            return .actionRequired(id, attempt.action)
        case .succeeded:
            guard let (group, market) = group else { throw CheckoutError(.internal) }
            if let due = payments.due(of: attempt, in: market) { return .promised(group, total: attempt.amount, due) }
            return .placed(group, total: attempt.amount)
        case .declined:
            throw CheckoutError(.paymentDeclined, meta: ["reason": attempt.declineReason ?? DeclineReason.declined.rawValue])
        case .expired:
            throw CheckoutError(.paymentExpired)
        }
    }

    /// The first of the three steps.
    fileprivate enum Beginning: Sendable {
        case known(PaymentAttempt.ID)
        /// Nothing is to be charged, and there is an order already.
        case placed(Completion)
        case charge(Charge)
    }
}

extension Transaction {
    /// Checks the cart, holds goods and coupon, and notes the attempt with its quote and its key, all or nothing.
    fileprivate func begin(
        _ id: Cart.ID, _ request: CompletionRequest, _ edition: Offers.Edition, _ told: CurrencyQuote?, _ provider: any PaymentProvider,
        _ payments: PaymentProviders, _ commission: Int64
    ) throws -> Checkout.Beginning {
        let cart = try cart(id)
        try requireOpen(cart)
        let contents = try contents(of: cart, edition)
        guard !contents.lines.isEmpty else { throw CheckoutError(.cartEmpty) }
        if let problem = contents.problems.first(where: \.isBlocking) {
            let place = contents.lines.firstIndex { $0.id == problem.line }
            throw CheckoutError(problem.code, field: place.map { "lines/\($0)" }, meta: problem.meta)
        }
        guard cart.email != nil, cart.address != nil else { throw CheckoutError(.deliveryMissing) }
        guard let quote = contents.quote else { throw CheckoutError(.cartEmpty) }
        guard quote.total == request.total else {
            throw CheckoutError(.priceChanged, field: "total", meta: ["total": String(quote.total.minorUnits), "currency": quote.currency.code])
        }

        let attempt = PaymentAttempt.ID.new("pay", at: now)
        let deadline = now + Checkout.reservationMilliseconds
        let isFree = quote.total.isZero
        guard isFree || provider.method(in: cart.market, for: quote.total) != nil else {
            throw CheckoutError(.paymentMethodUnknown, field: "payment/method")
        }
        try execute(
            """
            INSERT INTO payment_attempts (id, cart, provider, method, status, amount, currency, quote, created_at, expires_at)
            VALUES (
                \(attempt), \(id), \(isFree ? PaymentAttempt.nobody : provider.name), \(request.method), \(AttemptStatus.started.rawValue),
                \(quote.total.minorUnits), \(quote.currency.code), \(String(decoding: quote.json, as: UTF8.self)), \(now), \(deadline))
            """)
        try note(
            Agreement(
                quote, edition.book, in: cart.market, language: cart.language, rules: commissionRules(),
                standard: CommissionRule.standard(partsPerMillion: commission)), of: attempt)
        if let told { try note(told, cart: id, total: quote.total, of: attempt) }
        // What is set aside for a promotion is free for its buyers first.
        try reservePromotions(of: quote, for: attempt)
        try reserve(quote, in: edition.book, for: attempt, until: deadline)
        if let code = quote.coupon { try reserveUse(of: code, by: cart.buyer, for: attempt) }
        try execute(
            """
            INSERT INTO idempotency_keys (scope, key, request_digest, attempt, expires_at)
            VALUES (\(id), \(request.key), \(request.digest), \(attempt), \(now + CompletionRequest.keyLifetimeMilliseconds))
            """)
        try execute("UPDATE carts SET status = \(CartStatus.completing.rawValue), version = version + 1 WHERE id = \(id)")
        guard isFree else {
            return .charge(
                Charge(
                    key: attempt.text, amount: quote.total, method: request.method,
                    returnURL: payments.returnURL(of: attempt, market: cart.market, language: cart.language)))
        }
        let group = try place(self.attempt(attempt), commission)
        return .placed(.placed(group, total: quote.total))
    }

    /// The attempt that this key began; nil when the key is new. Keys are those of one cart: nobody meets another buyer's.
    fileprivate func attempt(ofKey request: CompletionRequest, for cart: Cart.ID) throws -> PaymentAttempt.ID? {
        guard let row = try row("SELECT request_digest, attempt FROM idempotency_keys WHERE scope = \(cart) AND key = \(request.key)") else { return nil }
        guard try row.text("request_digest") == request.digest else { throw CheckoutError(.idempotencyKeyReused) }
        return PaymentAttempt.ID(try row.text("attempt"))
    }
}
