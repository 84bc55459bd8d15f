// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// What a buyer gathers. Its market, and with it its currency, never changes.
package struct Cart: Sendable {
    package typealias ID = Identifier<Cart>

    /// Offers that differ, in one cart.
    package static let maximumLines = 100
    /// Of one offer.
    package static let maximumQuantity: Int64 = 999
    /// A cart that nobody touches for so long is closed.
    static let lifetimeMilliseconds: Int64 = 30 * 86_400_000

    package let id: ID
    package let market: Market.ID
    package let currency: Currency
    package let language: String
    package let status: CartStatus
    /// Grows with every change.
    package let version: Int64
    package let email: String?
    package let address: PostalAddress?
    package let coupon: CouponCode?
    /// Of a business; nil when the buyer is none.
    package let taxID: TaxID?
    /// Who buys, as a code; nil while nobody knows.
    let buyer: String?
}

/// An offer in a cart.
package struct CartLine: Sendable {
    package typealias ID = Identifier<CartLine>

    package let id: ID
    package let offer: String
    package let quantity: Int64
    /// What one cost when the buyer last changed the line, in minor units.
    package let priceSeen: Int64
}

/// Something that keeps a cart, or a line of it, from being bought as it is, or that the buyer should know before.
package struct CartProblem: Hashable, Sendable {
    package let code: CheckoutError.Code
    /// Nil when it is about the whole cart.
    package let line: CartLine.ID?
    package let meta: [String: String]

    /// A price that changed is told, and stops nobody who agrees to the new total.
    package var isBlocking: Bool { code != .priceChanged }
}

/// A cart, what it costs now, and what is wrong with it.
package struct CartContents: Sendable {
    package let cart: Cart
    package let lines: [CartLine]
    /// Of the lines that can be sold; nil when none can.
    package let quote: Quote?
    /// Of each seller of the quote, in its order.
    package let ways: [ShippingWay]
    package let problems: [CartProblem]
    /// Put aside: not bought, and not in the quote.
    package var saved: [CartLine] = []
}

// MARK: - Use cases

extension Checkout {
    /// A new, empty cart. Throws `invalid` for a market or a language of it that does not exist.
    package func openCart(market: Market.ID, language: String) async throws -> CartContents {
        let edition = try offers.current()
        guard let terms = edition.book.terms.market(market) else { throw CheckoutError(.invalid, field: "market") }
        guard terms.languages.contains(where: { $0.tag == language }) else { throw CheckoutError(.invalid, field: "language") }
        return try await database.write { tx in
            let id = Cart.ID.new("cart", at: tx.now)
            try tx.execute(
                """
                INSERT INTO carts (id, market, currency, language, status, version, created_at, expires_at)
                VALUES (
                    \(id), \(market), \(terms.currency.code), \(language), \(CartStatus.open.rawValue), 1, \(tx.now),
                    \(tx.now + Cart.lifetimeMilliseconds))
                """)
            let cart = Cart(
                id: id, market: market, currency: terms.currency, language: language, status: .open, version: 1, email: nil, address: nil, coupon: nil,
                taxID: nil, buyer: nil)
            return CartContents(cart: cart, lines: [], quote: nil, ways: [], problems: [])
        }
    }

    /// The cart as it is now, at today's prices.
    package func cart(_ id: Cart.ID) async throws -> CartContents {
        let edition = try offers.current()
        return try await database.read { snapshot in try snapshot.wholeContents(of: snapshot.cart(id), edition) }
    }

    /// Puts an offer into the cart, or more of it when it is there.
    package func addLine(_ offer: String, quantity: Int64, to id: Cart.ID, version: Int64?) async throws -> CartContents {
        try await change(id, version: version) { tx, cart, edition in
            let price = try edition.unitPrice(of: offer, in: cart.market, at: tx.instant)
            let lines = try tx.lines(of: cart.id)
            let present = lines.first { $0.offer == offer }
            guard present != nil || lines.count < Cart.maximumLines else { throw CheckoutError(.tooManyLines) }
            let (sum, overflow) = (present?.quantity ?? 0).addingReportingOverflow(quantity)
            guard quantity >= 1, !overflow, sum <= Cart.maximumQuantity else { throw CheckoutError(.badQuantity, field: "quantity") }
            try tx.execute(
                """
                INSERT INTO cart_lines (id, cart, offer, position, quantity, price_seen)
                VALUES (
                    \(CartLine.ID.new("line", at: tx.now)), \(cart.id), \(offer),
                    (SELECT COALESCE(MAX(position), 0) + 1 FROM cart_lines WHERE cart = \(cart.id)), \(sum), \(price.minorUnits))
                ON CONFLICT (cart, offer) DO UPDATE SET quantity = excluded.quantity, price_seen = excluded.price_seen, saved = 0
                """)
        }
    }

    /// Changes how many there are of a line; 0 takes it out.
    package func setQuantity(_ quantity: Int64, ofLine line: CartLine.ID, in id: Cart.ID, version: Int64?) async throws -> CartContents {
        guard (0...Cart.maximumQuantity).contains(quantity) else { throw CheckoutError(.badQuantity, field: "quantity") }
        return try await change(id, version: version) { tx, cart, edition in
            guard let present = try (tx.lines(of: cart.id) + tx.savedLines(of: cart.id)).first(where: { $0.id == line }) else { throw CheckoutError(.notFound) }
            guard quantity > 0 else {
                try tx.execute("DELETE FROM cart_lines WHERE id = \(line)")
                return
            }
            let price = (try? edition.unitPrice(of: present.offer, in: cart.market, at: tx.instant))?.minorUnits ?? present.priceSeen
            try tx.execute("UPDATE cart_lines SET quantity = \(quantity), price_seen = \(price) WHERE id = \(line)")
        }
    }

    /// Says who buys and where it goes.
    package func setDelivery(email: String, address: PostalAddress, of id: Cart.ID, version: Int64?) async throws -> CartContents {
        guard EmailAddress.isPlausible(email), !CardNumber.isIn(email) else { throw CheckoutError(.invalid, field: "email") }
        var writer = JSONWriter()
        address.write(to: &writer)
        let text = String(decoding: writer.bytes, as: UTF8.self)
        let buyer = secret.buyer(email: email)
        return try await change(id, version: version) { tx, cart, edition in
            guard edition.book.terms.market(cart.market)?.countries.contains(address.country) ?? false else {
                throw CheckoutError(.notShipped, field: "address/country")
            }
            try tx.execute(
                "UPDATE carts SET email = \(email), country = \(address.country), address = \(text), buyer = \(buyer) WHERE id = \(cart.id)")
        }
    }

    /// Sets the coupon, or takes it away. Throws when the code is not known, has no use left, or does not hold for what is in
    /// the cart.
    package func setCoupon(_ code: CouponCode?, of id: Cart.ID, version: Int64?) async throws -> CartContents {
        let contents = try await change(id, version: version) { tx, cart, edition in
            try tx.execute("UPDATE carts SET coupon = \(code?.text) WHERE id = \(cart.id)")
            guard code != nil else { return }
            let contents = try tx.contents(of: tx.cart(cart.id), edition)
            if let problem = contents.problems.first(where: \.isOfCoupon) { throw CheckoutError(problem.code, field: "code") }
        }
        return contents
    }

    /// Whether a cart is that of an account.
    package func owns(_ user: User.ID, cart id: Cart.ID) async throws -> Bool {
        try await database.read { try $0.row("SELECT id FROM carts WHERE id = \(id) AND user_id = \(user)") != nil }
    }

    func change(
        _ id: Cart.ID, version: Int64?, _ body: @escaping @Sendable (borrowing Transaction, Cart, Offers.Edition) throws -> Void
    ) async throws -> CartContents {
        let edition = try offers.current()
        return try await database.write { tx in
            let cart = try tx.cart(id)
            try tx.requireOpen(cart)
            if let version, version != cart.version { throw CheckoutError(.versionConflict, meta: ["version": String(cart.version)]) }
            try body(tx, cart, edition)
            try tx.execute("UPDATE carts SET version = version + 1, expires_at = \(tx.now + Cart.lifetimeMilliseconds) WHERE id = \(id)")
            return try tx.wholeContents(of: tx.cart(id), edition)
        }
    }
}

/// The little that can be told of an e-mail address without writing to it.
package enum EmailAddress {
    static let maximumLength = 254

    /// Addresses that reach one person: case does not matter, nor what follows a plus before the `@`.
    static func normalized(_ text: String) -> String {
        let parts = text.lowercased().split(separator: "@", maxSplits: 1)
        guard parts.count == 2, let name = parts[0].split(separator: "+", maxSplits: 1).first else { return text.lowercased() }
        return "\(name)@\(parts[1])"
    }

    /// One `@` between two parts that are not empty, no spaces or control characters, a point in the domain.
    package static func isPlausible(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return text.utf8.count <= maximumLength && parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".")
            && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".")
            && text.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && $0.properties.generalCategory != .control && !"<>\"(),:;\\".unicodeScalars.contains($0)
            }
    }
}

extension CartProblem {
    fileprivate var isOfCoupon: Bool { code.rawValue.hasPrefix("coupon") }
}

extension Basket {
    /// The same without what was refused.
    fileprivate func without(coupon isWithout: Bool = false, choiceOf seller: Seller.ID? = nil) -> Basket {
        Basket(
            market: market, destination: destination, lines: lines, coupon: isWithout ? nil : coupon, promotions: promotions,
            shipping: shipping.filter { $0.key != seller }, taxID: taxID)
    }
}

extension Offers.Edition {
    /// Throws when the market does not sell it.
    fileprivate func unitPrice(of offer: String, in market: Market.ID, at instant: Instant) throws -> Money {
        guard let offer = book.offer(offer) else { throw CheckoutError(.offerUnknown, field: "offer") }
        guard let schedule = offer.schedule(in: market) else { throw CheckoutError(.notSoldHere, field: "offer") }
        return schedule.price(at: instant).amount
    }
}

// MARK: - Rows

extension Reading where Self: ~Copyable {
    /// Throws `notFound`.
    func cart(_ id: Cart.ID) throws -> Cart {
        guard let row = try row("SELECT market, currency, language, status, version, email, address, coupon, tax_id, buyer, expires_at FROM carts WHERE id = \(id)"),
            let currency = Currency(try row.text("currency")), var status = CartStatus(rawValue: try row.text("status"))
        else { throw CheckoutError(.notFound) }
        if status == .open, try row.integer("expires_at") <= now { status = .expired }
        return Cart(
            id: id, market: Market.ID(try row.text("market")), currency: currency, language: try row.text("language"), status: status,
            version: try row.integer("version"), email: try row.optionalText("email"),
            address: try row.optionalText("address").map { try PostalAddress(JSON(parsing: Array($0.utf8))) },
            coupon: try row.optionalText("coupon").flatMap { CouponCode($0) }, taxID: try row.optionalText("tax_id").flatMap { TaxID($0) },
            buyer: try row.optionalText("buyer"))
    }

    func lines(of cart: Cart.ID) throws -> [CartLine] {
        try lines("SELECT id, offer, quantity, price_seen FROM cart_lines WHERE cart = \(cart) AND saved = 0 ORDER BY position")
    }

    func lines(_ sql: SQL) throws -> [CartLine] {
        try rows(sql).map { row in
            CartLine(
                id: CartLine.ID(try row.text("id")), offer: try row.text("offer"), quantity: try row.integer("quantity"),
                priceSeen: try row.integer("price_seen"))
        }
    }

    /// Throws unless the buyer may change it.
    func requireOpen(_ cart: Cart) throws {
        switch cart.status {
        case .open: return
        case .completing: throw CheckoutError(.cartBusy)
        case .completed, .expired: throw CheckoutError(.cartClosed)
        }
    }

    /// The cart with today's prices, and everything that is wrong with it.
    func contents(of cart: Cart, _ edition: Offers.Edition) throws -> CartContents {
        let lines = try lines(of: cart.id)
        var problems: [CartProblem] = []
        var basket: [Basket.Line] = []
        guard let market = edition.book.terms.market(cart.market), market.currency == cart.currency else {
            let problems = lines.map { CartProblem(code: .notSoldHere, line: $0.id, meta: [:]) }
            return CartContents(cart: cart, lines: lines, quote: nil, ways: [], problems: problems)
        }
        for line in lines {
            let (offer, found) = try problem(of: line, in: market, edition)
            if let found { problems.append(found) }
            if let offer { basket.append(Basket.Line(offer: offer, quantity: line.quantity)) }
        }
        let coupon = try usableCoupon(of: cart, &problems)
        let promotions = basket.isEmpty ? [] : try openPromotions(language: cart.language)
        let whole = Basket(
            market: market, destination: cart.address.map { Destination($0) }, lines: basket, coupon: coupon, promotions: promotions,
            shipping: try shippingChoices(of: cart.id), taxID: cart.taxID)
        let quote = try quote(whole, edition, &problems)
        let ways = quote.map { edition.book.terms.ways(of: $0, in: market, at: instant, language: cart.language) } ?? []
        return CartContents(cart: cart, lines: lines, quote: quote, ways: ways, problems: problems)
    }

    /// The offer when the line has a price, and what is wrong with it.
    private func problem(of line: CartLine, in market: MarketTerms, _ edition: Offers.Edition) throws -> (Offer?, CartProblem?) {
        func problem(_ code: CheckoutError.Code, _ meta: [String: String] = [:]) -> CartProblem { CartProblem(code: code, line: line.id, meta: meta) }
        guard let offer = edition.book.offer(line.offer) else { return (nil, problem(.offerUnknown)) }
        guard let schedule = offer.schedule(in: market.id) else { return (nil, problem(.notSoldHere)) }
        guard edition.book.terms.seller(offer.seller)?.shipping(to: market.id) != nil else { return (nil, problem(.notShipped)) }
        if let available = try sellable(offer), available < line.quantity {
            return (offer, problem(.outOfStock, ["available": String(available)]))
        }
        let price = schedule.price(at: instant).amount
        if price.minorUnits != line.priceSeen {
            return (offer, problem(.priceChanged, ["from": String(line.priceSeen), "to": String(price.minorUnits)]))
        }
        return (offer, nil)
    }

    private func usableCoupon(of cart: Cart, _ problems: inout [CartProblem]) throws -> Coupon? {
        guard let code = cart.coupon else { return nil }
        guard let known = try coupon(code) else {
            problems.append(CartProblem(code: .couponUnknown, line: nil, meta: [:]))
            return nil
        }
        if let refusal = try refusal(of: known, for: cart.buyer) {
            problems.append(CartProblem(code: CheckoutError(refusal).code, line: nil, meta: [:]))
            return nil
        }
        return known.coupon
    }

    private func quote(_ basket: Basket, _ edition: Offers.Edition, _ problems: inout [CartProblem]) throws -> Quote? {
        do throws(QuoteRefusal) {
            return try Quote(basket, terms: edition.book.terms, at: instant)
        } catch {
            switch error {
            case .empty: return nil
            case .coupon(let refusal):
                problems.append(CartProblem(code: CheckoutError(refusal).code, line: nil, meta: [:]))
                return try quote(basket.without(coupon: true), edition, &problems)
            case .shippingUnavailable(let seller):
                problems.append(CartProblem(code: .shippingMethodUnavailable, line: nil, meta: ["seller": seller.text]))
                return try quote(basket.without(choiceOf: seller), edition, &problems)
            case .overflow: problems.append(CartProblem(code: .amountTooLarge, line: nil, meta: [:]))
            case .notShipped: problems.append(CartProblem(code: .notShipped, line: nil, meta: [:]))
            case .notSoldHere, .badQuantity: problems.append(CartProblem(code: .notSoldHere, line: nil, meta: [:]))
            }
            return nil
        }
    }
}
