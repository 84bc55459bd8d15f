// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooCrypto
import KarooDatabase

/// The rates that were taken last, and from whom.
package struct KnownRates: Sendable {
    package let rates: ExchangeRates
    /// Who published them, as `ECB`.
    package let source: String
    package let importedAt: Instant
}

/// What a purchase is in another currency, held for a while. What is charged is the market's currency.
package struct CurrencyQuote: Hashable, Sendable {
    package static let lifetimeMilliseconds: Int64 = 15 * 60_000

    package let cart: Cart.ID
    /// What is charged.
    package let total: Money
    /// What that is worth.
    package let amount: Money
    package let base: Currency
    /// How much of the market's currency one of the base is, and of the other one.
    package let fromRate: ExchangeRate
    package let toRate: ExchangeRate
    package let source: String
    package let day: Day
    package let expiresAt: Instant

    /// How much of the other currency one of the market's is, with six decimals, to read; what counts are the two rates.
    package var rate: String {
        let one = ExactDecimal(mantissa: CurrencyQuote.million, scale: 0)
        // from → to of 10^6 units with no decimals: the quotient with six of them.
        let scaled = CurrencyQuote.quotient(toRate.value, over: fromRate.value, times: one)
        return scaled.map { ExactDecimal(mantissa: $0, scale: 6).description } ?? "0"
    }

    private static let million: Int64 = 1_000_000

    private static func quotient(_ top: ExactDecimal, over bottom: ExactDecimal, times factor: ExactDecimal) -> Int64? {
        var (top, bottom) = (UInt128(top.mantissa) * UInt128(factor.mantissa), (UInt128(bottom.mantissa), bottom.scale - top.scale))
        for _ in 0..<abs(bottom.1) {
            let (product, overflow) = (bottom.1 > 0 ? top : bottom.0).multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            if bottom.1 > 0 { top = product } else { bottom.0 = product }
        }
        return Rounding.quotient(top, over: bottom.0, isNegative: false)
    }

    /// Whether the amount is what the rates make of the total.
    var isReckoned: Bool {
        ExchangeRates(base: base, date: day, rates: [total.currency: fromRate, amount.currency: toRate]).estimate(total, in: amount.currency) == amount
    }
}

// MARK: - Use cases

extension Checkout {
    /// Takes the rates of a day. Throws `RateFault` for a table that cannot be believed: the last good one then stays, with its
    /// date.
    ///
    /// - parameter source: who published them.
    /// - parameter dropped: currencies that may be missing from now on.
    @discardableResult
    package func takeRates(_ bytes: [UInt8], source: String, dropping dropped: Set<Currency> = []) async throws -> ExchangeRates {
        let rates = try ExchangeRates(file: bytes)
        try await database.write { tx in
            guard let today = tx.instant.dayInUTC, let tomorrow = today.adding(days: 1), rates.date <= tomorrow else {
                throw RateFault("the rates are of \(rates.date), which is yet to come")
            }
            if let last = try tx.knownRates(), let fault = rates.fault(after: last.rates, dropped: dropped) { throw fault }
            let day = rates.date.description
            try tx.execute(
                """
                INSERT INTO rate_days (day, base, source, imported_at) VALUES (\(day), \(rates.base.code), \(source), \(tx.now))
                ON CONFLICT (day) DO UPDATE SET base = excluded.base, source = excluded.source, imported_at = excluded.imported_at
                """)
            try tx.execute("DELETE FROM exchange_rates WHERE day = \(day)")
            let rows = rates.currencies.compactMap { currency in
                rates.rate(of: currency).map { [day, currency.code, $0.description] as [any SQLBindable] }
            }
            try tx.execute("INSERT INTO exchange_rates (day, currency, rate) VALUES \(rows: rows)")
        }
        return rates
    }

    /// The last good rates, however old; nil before there are any.
    package func knownRates() async throws -> KnownRates? { try await database.read { try $0.knownRates() } }

    /// What a cart costs in another currency, held and signed. Throws `conversionUnavailable` without rates that are young enough.
    package func quoteCurrency(_ currency: Currency, for id: Cart.ID) async throws -> (quote: CurrencyQuote, token: String) {
        let contents = try await cart(id)
        guard let total = contents.quote?.total else { throw CheckoutError(.cartEmpty) }
        let days = maximumRateAgeDays
        let quote = try await database.read { snapshot in
            guard let known = try snapshot.knownRates(), let oldest = snapshot.instant.dayInUTC?.adding(days: -days), known.rates.date >= oldest,
                let fromRate = known.rates.rate(of: total.currency), let toRate = known.rates.rate(of: currency),
                let amount = known.rates.estimate(total, in: currency)
            else { throw CheckoutError(.conversionUnavailable, field: "currency") }
            return CurrencyQuote(
                cart: id, total: total, amount: amount, base: known.rates.base, fromRate: fromRate, toRate: toRate, source: known.source,
                day: known.rates.date, expiresAt: snapshot.instant.adding(milliseconds: CurrencyQuote.lifetimeMilliseconds))
        }
        return (quote, secret.token(of: quote))
    }
}

// MARK: - Tokens

extension TokenSecret {
    /// The quote and the code that only the secret makes.
    func token(of quote: CurrencyQuote) -> String {
        let payload = Base64URL.encode(quote.json)
        return "\(payload).\(token(.currencyQuote, payload))"
    }

    /// The quote of a token; nil for one that was not made here.
    func currencyQuote(_ token: String) -> CurrencyQuote? {
        guard token.utf8.count <= TokenSecret.maximumTokenLength else { return nil }
        let parts = token.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, isValid(parts[1], .currencyQuote, parts[0]), let bytes = Base64URL.decode(parts[0]) else { return nil }
        return try? CurrencyQuote(parsing: bytes)
    }

    static let maximumTokenLength = 2_000
}

extension CurrencyQuote {
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("cart", cart.text)
            writer.member("total", total.minorUnits)
            writer.member("from", total.currency.code)
            writer.member("amount", amount.minorUnits)
            writer.member("to", amount.currency.code)
            writer.member("base", base.code)
            writer.member("fromRate", fromRate.description)
            writer.member("toRate", toRate.description)
            writer.member("source", source)
            writer.member("day", day.description)
            writer.member("expiresAt", expiresAt.millisecondsSinceEpoch)
        }
        return writer.bytes
    }

    init(parsing bytes: [UInt8]) throws {
        var fields = try JSON(parsing: bytes).fields()
        guard let from = Currency(try fields.string("from")), let to = Currency(try fields.string("to")), let base = Currency(try fields.string("base")),
            let fromRate = ExchangeRate(try fields.string("fromRate")), let toRate = ExchangeRate(try fields.string("toRate")),
            let day = Day(try fields.string("day"))
        else { throw JSONError("a member is out of range") }
        self.init(
            cart: Cart.ID(try fields.string("cart")), total: Money(minorUnits: try fields.integer("total"), currency: from),
            amount: Money(minorUnits: try fields.integer("amount"), currency: to), base: base, fromRate: fromRate, toRate: toRate,
            source: try fields.string("source"), day: day, expiresAt: Instant(millisecondsSinceEpoch: try fields.integer("expiresAt")))
        try fields.end()
    }
}

// MARK: - Rows

extension Reading where Self: ~Copyable {
    /// The last good rates; nil before there are any.
    func knownRates() throws -> KnownRates? {
        guard let row = try row("SELECT day, base, source, imported_at FROM rate_days ORDER BY day DESC LIMIT 1"), let day = Day(try row.text("day")),
            let base = Currency(try row.text("base"))
        else { return nil }
        var rates: [Currency: ExchangeRate] = [:]
        for row in try rows("SELECT currency, rate FROM exchange_rates WHERE day = \(day.description)") {
            if let currency = Currency(try row.text("currency")), let rate = ExchangeRate(try row.text("rate")) { rates[currency] = rate }
        }
        return KnownRates(
            rates: ExchangeRates(base: base, date: day, rates: rates), source: try row.text("source"),
            importedAt: Instant(millisecondsSinceEpoch: try row.integer("imported_at")))
    }

    /// What the buyer of an attempt was told in another currency; nil when nothing was.
    func currencyQuote(of attempt: PaymentAttempt.ID, for cart: Cart.ID, _ total: Money) throws -> CurrencyQuote? {
        guard let row = try row("SELECT * FROM currency_quotes WHERE attempt = \(attempt)"), let currency = Currency(try row.text("currency")),
            let base = Currency(try row.text("base")), let fromRate = ExchangeRate(try row.text("from_rate")),
            let toRate = ExchangeRate(try row.text("to_rate")), let day = Day(try row.text("day"))
        else { return nil }
        return CurrencyQuote(
            cart: cart, total: total, amount: Money(minorUnits: try row.integer("amount"), currency: currency), base: base,
            fromRate: fromRate, toRate: toRate, source: try row.text("source"), day: day,
            expiresAt: Instant(millisecondsSinceEpoch: try row.integer("expires_at")))
    }
}

extension Transaction {
    /// Notes what the buyer was told. Throws `currencyQuoteInvalid` for what is not of this cart and this total, or too old.
    func note(_ quote: CurrencyQuote, cart: Cart.ID, total: Money, of attempt: PaymentAttempt.ID) throws {
        guard quote.cart == cart, quote.total == total, quote.expiresAt > instant else { throw CheckoutError(.currencyQuoteInvalid, field: "currencyQuote") }
        try execute(
            """
            INSERT INTO currency_quotes (attempt, currency, amount, base, from_rate, to_rate, source, day, expires_at)
            VALUES (
                \(attempt), \(quote.amount.currency.code), \(quote.amount.minorUnits), \(quote.base.code), \(quote.fromRate.description),
                \(quote.toRate.description), \(quote.source), \(quote.day.description), \(quote.expiresAt.millisecondsSinceEpoch))
            """)
    }
}
