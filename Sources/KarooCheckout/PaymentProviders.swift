// KarooExpress – Apache-2.0

import KarooCommerce

/// All who move money for this server. Which one an attempt asks follows from its method; afterwards the attempt remembers.
package struct PaymentProviders: Sendable {
    /// In the order in which buyers are offered their methods.
    package let all: [any PaymentProvider]
    /// The address of the built site, to which buyers come back, as `https://www.example.org`; nil when nobody said.
    let site: String?

    /// - precondition: no two have one name.
    package init(_ all: [any PaymentProvider], site: String? = nil) {
        precondition(Set(all.map(\.name)).count == all.count, "two payment providers have one name")
        self.all = all
        self.site = site
    }

    /// One alone.
    package init(_ provider: any PaymentProvider) { self.init([provider]) }

    /// Who charges a method; nil when nobody does.
    func provider(for method: String) -> (any PaymentProvider)? { all.first { $0.accepts(method: method) } }

    /// Nil when this server does not have it, or not any more.
    package func provider(named name: String) -> (any PaymentProvider)? { all.first { $0.name == name } }

    /// Those whose money people have to give back.
    static let namesByHand = [BankTransfer.id, CashOnDelivery.id]

    /// The others.
    var namesThatRefund: [String] { all.map(\.name).filter { !PaymentProviders.namesByHand.contains($0) } }

    /// Where a provider sends the buyer of a cart back to.
    func returnURL(of attempt: PaymentAttempt.ID, market: Market.ID, language: String) -> String? {
        site.map { "\($0)/\(language.lowercased())-\(market)/checkout.html?payment=\(attempt)" }
    }

    /// What buyers of a market can choose from.
    func methods(in market: Market.ID, for total: Money?) -> [PaymentMethod] { all.compactMap { $0.method(in: market, for: total) } }
}

extension Checkout {
    /// How a cart can be paid for.
    package func paymentMethods(of cart: Cart.ID) async throws -> [PaymentMethod] {
        let contents = try await self.cart(cart)
        return payments.methods(in: contents.cart.market, for: contents.quote?.total)
    }
}
