// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

/// All addresses of the API. Each decodes, calls one use case, and encodes; no rule of the shop stands here.
struct APIRoutes: Sendable {
    let checkout: Checkout
    /// Nil when there is a real bank.
    let sandbox: SandboxProvider?
    let metrics: APIMetrics
    /// Whether browsers reach the server over TLS alone.
    var cookiesAreSecure = false

    /// In the order in which they are looked through: what is asked most comes first.
    var all: [APIRoute] {
        carts + currencyQuotes + completion + payments + orders + invoices + offers + sessions + registrations + account + secondFactors + passkeys + keys + accountCarts
            + accountOrders + addresses + wishlist + privacy + accounts + coupons + promotions + sellerMoney + payouts + commissions + health + document + (sandbox.map(challenges) ?? [])
    }
}

// MARK: - How amounts are written

/// Writes amounts as the market of a cart or order writes them.
struct AmountWriter {
    let edition: Offers.Edition
    let market: Market.ID
    let language: String

    func write(_ name: String, _ money: Money, to writer: inout JSONWriter) {
        writer.name(name)
        writer.object { writer in
            writer.member("amount", money.minorUnits)
            writer.member("currency", money.currency.code)
            writer.member("display", edition.display(money, market: market, language: language))
        }
    }
}
