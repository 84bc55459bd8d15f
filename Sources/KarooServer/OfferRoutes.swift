// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    /// Offers that may be asked for at once.
    static let maximumOffers = 100

    var offers: [APIRoute] {
        [
            APIRoute(.get, "/v1/offers", .anybody) { call in
                let edition = try checkout.offers.current()
                guard let market = call.query["market"].flatMap({ edition.book.terms.market(Market.ID($0)) }) else {
                    throw CheckoutError(.invalid, field: "market")
                }
                let language = call.query["language"] ?? ""
                guard market.languages.contains(where: { $0.tag == language }) else { throw CheckoutError(.invalid, field: "language") }
                let ids = (call.query["ids"] ?? "").split(separator: ",").map(String.init)
                guard (1...APIRoutes.maximumOffers).contains(ids.count) else { throw CheckoutError(.invalid, field: "ids") }
                let amounts = AmountWriter(edition: edition, market: market.id, language: language)
                let states = try await checkout.offerStates(ids, in: market.id)
                return APIReply.object { writer in
                    writer.name("data")
                    writer.array { writer in
                        for state in states {
                            writer.object { writer in
                                writer.member("id", state.id)
                                amounts.write("price", state.price.amount, to: &writer)
                                if let compareAt = state.price.compareAt { amounts.write("compareAt", compareAt, to: &writer) }
                                writer.member("isAvailable", state.isAvailable)
                            }
                        }
                    }
                }
            }
        ]
    }
}
