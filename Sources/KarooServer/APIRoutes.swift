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

    /// In the order in which they are looked through: what is asked most comes first.
    var all: [APIRoute] {
        carts + completion + payments + orders + offers + health + (sandbox.map(challenges) ?? [])
    }

    // MARK: Who asks

    /// The cart of the path. Throws unless the token is the cart's own; a wrong one learns no more than that of nothing.
    func cart(_ call: APICall) throws -> Cart.ID {
        let id: Cart.ID = call.parameter("cart")
        guard checkout.secret.isValid(try call.bearerToken(), .cart, id.text) else { throw CheckoutError(.notFound) }
        return id
    }

    /// The order of the path, likewise.
    func order(_ call: APICall) throws -> OrderGroup.ID {
        let id: OrderGroup.ID = call.parameter("order")
        guard checkout.secret.isValid(try call.bearerToken(), .order, id.text) else { throw CheckoutError(.notFound) }
        return id
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
