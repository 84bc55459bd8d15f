// KarooExpress – Apache-2.0

package import KarooDatabase

/// The half that sells: every use case from a cart to a paid order and back.
///
/// All that it remembers is in the database; every clock is the transaction's; prices come from the verified offer book.
package struct Checkout: Sendable {
    package let database: any Database
    package let offers: Offers
    package let payments: PaymentProviders
    package let secret: TokenSecret
    package let passwords: PasswordHashing
    let guesses: Guesses

    /// The refunds that a provider is being asked for.
    let underWay = UnderWay()

    /// Tells that a provider's message waits to be seen to.
    package let arrivals = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    /// Of every sale, in parts in a million of what the goods cost after discounts; frozen in each order.
    package let commissionPartsPerMillion: Int64

    /// Where the site is, as `https://www.example.org`; nil when the offer book's own address holds.
    package let siteURL: String?

    /// From whom letters come; nil when it is the operator's address in the offer book.
    package let sender: String?

    /// Exchange rates older than so many days turn estimates off: none are published on week-ends and holidays.
    package let maximumRateAgeDays: Int
    package static let standardRateAgeDays = 7

    /// Sites whose pages may call, as `https://www.example.org`: passkeys are taken on them.
    package let pageOrigins: Set<String>

    /// - Parameters:
    ///   - passwords: how passwords are hashed.
    ///   - guesses: who has guessed how often.
    /// - precondition: the commission is between nothing and all.
    package init(
        database: any Database, offers: Offers, payments: PaymentProviders, secret: TokenSecret, commissionPartsPerMillion: Int64 = 0,
        passwords: PasswordHashing = PasswordHashing(), guesses: Guesses = Guesses(), siteURL: String? = nil, sender: String? = nil,
        pageOrigins: Set<String> = [], maximumRateAgeDays: Int = Checkout.standardRateAgeDays
    ) {
        precondition((0...1_000_000).contains(commissionPartsPerMillion), "a commission is between nothing and all")
        self.database = database
        self.offers = offers
        self.payments = payments
        self.secret = secret
        self.passwords = passwords
        self.guesses = guesses
        self.commissionPartsPerMillion = commissionPartsPerMillion
        self.siteURL = siteURL
        self.sender = sender
        self.pageOrigins = pageOrigins
        self.maximumRateAgeDays = maximumRateAgeDays
    }
}
