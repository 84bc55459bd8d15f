// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// A way in which a buyer may have the goods of one seller, and what it would cost.
package struct ShippingWay: Hashable, Sendable {
    package let seller: Seller.ID
    /// `ShippingTerms.method`.
    package let method: String
    /// In the language of the cart.
    package let name: String
    /// Before discounts.
    package let price: Money
    /// Working days until it arrives.
    package let days: ClosedRange<Int>
    package let arrival: ClosedRange<Day>?
    /// Where goods are fetched; empty: they are brought.
    package let points: [PickupPoint]
    /// Whether the quote reckons with it.
    package let isChosen: Bool
}

extension Checkout {
    /// Says by which way the goods of some sellers go; the others go as before. Throws `shippingMethodUnavailable` for a way that
    /// does not go there.
    package func chooseShipping(_ choices: [Seller.ID: ShippingChoice], of id: Cart.ID, version: Int64?) async throws -> CartContents {
        guard choices.count <= Cart.maximumLines else { throw CheckoutError(.invalid, field: "choices") }
        return try await change(id, version: version) { tx, cart, edition in
            for (seller, choice) in choices.sorted(by: { $0.key < $1.key }) {
                guard edition.book.terms.seller(seller) != nil else { throw CheckoutError(.shippingMethodUnavailable, field: "choices") }
                try tx.execute(
                    """
                    INSERT INTO cart_shipping (cart, seller, method, point) VALUES (\(cart.id), \(seller), \(choice.method), \(choice.point))
                    ON CONFLICT (cart, seller) DO UPDATE SET method = excluded.method, point = excluded.point
                    """)
            }
            let contents = try tx.contents(of: tx.cart(cart.id), edition)
            if let problem = contents.problems.first(where: { $0.code == .shippingMethodUnavailable }),
                let seller = problem.meta["seller"], choices[Seller.ID(seller)] != nil
            {
                throw CheckoutError(.shippingMethodUnavailable, field: "choices", meta: problem.meta)
            }
        }
    }
}

extension Reading where Self: ~Copyable {
    func shippingChoices(of cart: Cart.ID) throws -> [Seller.ID: ShippingChoice] {
        try rows("SELECT seller, method, point FROM cart_shipping WHERE cart = \(cart)").reduce(into: [:]) { choices, row in
            choices[Seller.ID(try row.text("seller"))] = ShippingChoice(method: try row.text("method"), point: try row.optionalText("point"))
        }
    }
}

extension OfferTerms {
    /// The ways that are open to the buyer of a quote, of each seller in the order of the quote.
    func ways(of quote: Quote, in market: MarketTerms, at instant: Instant, language: String) -> [ShippingWay] {
        quote.parcels.flatMap { parcel -> [ShippingWay] in
            guard let seller = seller(parcel.seller) else { return [] }
            let value = quote.lines(of: seller.id).reduce(Money.zero(quote.currency)) { $0 + $1.price }
            return seller.shipping(to: market.id, quote.destination, grams: parcel.grams).compactMap { terms in
                guard let price = terms.price(grams: parcel.grams, value: value) else { return nil }
                let days = seller.handlingDays.lowerBound + terms.days.lowerBound...seller.handlingDays.upperBound + terms.days.upperBound
                return ShippingWay(
                    seller: seller.id, method: terms.method, name: terms.name(in: [language]), price: price, days: days,
                    arrival: seller.calendar.arrival(of: days, orderedAt: instant), points: terms.points, isChosen: terms.method == parcel.method)
            }
        }
    }
}
