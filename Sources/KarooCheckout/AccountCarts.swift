// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

extension Checkout {
    /// The open cart of an account in a market; a new one when there is none. What a guest's cart holds is put into it, and the guest's is
    /// closed.
    ///
    /// - parameter guest: a cart of no account, whose token was looked at.
    /// - throws: `invalid` for a market or language that does not exist, and for a guest's cart of another market; `cartBusy` while a
    ///   payment for either cart is under way.
    package func accountCart(of user: User.ID, market: Market.ID, language: String, merging guest: Cart.ID?) async throws -> CartContents {
        let edition = try offers.current()
        guard let terms = edition.book.terms.market(market) else { throw CheckoutError(.invalid, field: "market") }
        guard terms.languages.contains(where: { $0.tag == language }) else { throw CheckoutError(.invalid, field: "language") }
        return try await database.write { tx in
            let id = try tx.openCart(of: user, in: terms, language)
            if let guest { try tx.merge(guest, into: id) }
            return try tx.wholeContents(of: tx.cart(id), edition)
        }
    }

    /// The open carts of an account, one for each market.
    package func accountCarts(of user: User.ID) async throws -> [CartContents] {
        let edition = try offers.current()
        return try await database.read { snapshot in
            try snapshot.rows(
                "SELECT id FROM carts WHERE user_id = \(user) AND status IN ('open', 'completing') AND expires_at > \(snapshot.now) ORDER BY market"
            ).map { try snapshot.wholeContents(of: snapshot.cart(Cart.ID($0.text("id"))), edition) }
        }
    }

    /// Puts a line of a cart aside, where it costs nothing and is not bought; or back. Throws `tooManyLines`.
    package func setSaved(_ isSaved: Bool, line: CartLine.ID, in id: Cart.ID, version: Int64?) async throws -> CartContents {
        try await change(id, version: version) { tx, cart, _ in
            let others = try isSaved ? tx.savedLines(of: cart.id) : tx.lines(of: cart.id)
            guard others.contains(where: { $0.id == line }) || others.count < Cart.maximumLines else { throw CheckoutError(.tooManyLines) }
            guard try tx.execute("UPDATE cart_lines SET saved = \(isSaved) WHERE id = \(line) AND cart = \(cart.id)") > 0 else {
                throw CheckoutError(.notFound)
            }
        }
    }
}

extension Reading where Self: ~Copyable {
    /// The lines that were put aside.
    func savedLines(of cart: Cart.ID) throws -> [CartLine] {
        try lines("SELECT id, offer, quantity, price_seen FROM cart_lines WHERE cart = \(cart) AND saved = 1 ORDER BY position")
    }

    /// The cart with what was put aside.
    func wholeContents(of cart: Cart, _ edition: Offers.Edition) throws -> CartContents {
        var contents = try contents(of: cart, edition)
        contents.saved = try savedLines(of: cart.id)
        return contents
    }
}

extension Transaction {
    /// The account's cart of a market; one that nobody touched for too long makes room for a new one, which takes over what was put
    /// aside.
    fileprivate func openCart(of user: User.ID, in market: MarketTerms, _ language: String) throws -> Cart.ID {
        try execute("UPDATE carts SET status = 'expired' WHERE user_id = \(user) AND status = 'open' AND expires_at <= \(now)")
        if let row = try row("SELECT id FROM carts WHERE user_id = \(user) AND market = \(market.id) AND status IN ('open', 'completing')") {
            return Cart.ID(try row.text("id"))
        }
        let id = Cart.ID.new("cart", at: now)
        try execute(
            """
            INSERT INTO carts (id, market, currency, language, status, version, created_at, expires_at, user_id)
            VALUES (
                \(id), \(market.id), \(market.currency.code), \(language), \(CartStatus.open.rawValue), 1, \(now),
                \(now + Cart.lifetimeMilliseconds), \(user))
            """)
        try execute(
            """
            UPDATE cart_lines SET cart = \(id) WHERE saved = 1 AND cart = (
                SELECT id FROM carts WHERE user_id = \(user) AND market = \(market.id) AND id <> \(id) ORDER BY id DESC LIMIT 1)
            """)
        return id
    }

    /// Quantities of the same offer add up, as far as a cart goes; what has no room stays behind.
    fileprivate func merge(_ guest: Cart.ID, into id: Cart.ID) throws {
        let (cart, other) = (try cart(id), try cart(guest))
        guard try row("SELECT id FROM carts WHERE id = \(guest) AND user_id IS NULL") != nil else { throw CheckoutError(.notFound) }
        guard other.market == cart.market else { throw CheckoutError(.invalid, field: "guest") }
        guard cart.status == .open, other.status != .completing else { throw CheckoutError(.cartBusy) }
        guard other.status == .open else { return }
        try mergeLines(of: guest, into: id)
        try execute(
            """
            UPDATE carts SET
                email = COALESCE(email, \(other.email)), address = COALESCE(address, (SELECT address FROM carts WHERE id = \(guest))),
                country = COALESCE(country, \(other.address?.country)), coupon = COALESCE(coupon, \(other.coupon?.text)),
                buyer = COALESCE(buyer, \(other.buyer)), tax_id = COALESCE(tax_id, \(other.taxID?.text)),
                version = version + 1, expires_at = \(now + Cart.lifetimeMilliseconds)
            WHERE id = \(id)
            """)
        try execute("DELETE FROM cart_lines WHERE cart = \(guest)")
        try execute("UPDATE carts SET status = 'expired', version = version + 1, email = NULL, address = NULL, buyer = NULL, tax_id = NULL WHERE id = \(guest)")
    }

    private func mergeLines(of guest: Cart.ID, into id: Cart.ID) throws {
        var room = try Cart.maximumLines - lines(of: id).count
        let present = Set(try lines(of: id).map(\.offer))
        for line in try lines(of: guest) + savedLines(of: guest) {
            if !present.contains(line.offer) {
                guard room > 0 else { continue }
                room -= 1
            }
            try execute(
                """
                INSERT INTO cart_lines (id, cart, offer, position, quantity, price_seen, saved)
                SELECT
                    \(CartLine.ID.new("line", at: now)), \(id), offer, (SELECT COALESCE(MAX(position), 0) + 1 FROM cart_lines WHERE cart = \(id)),
                    quantity, price_seen, saved
                FROM cart_lines WHERE id = \(line.id)
                ON CONFLICT (cart, offer) DO UPDATE SET
                    quantity = CASE
                        WHEN cart_lines.saved > excluded.saved THEN excluded.quantity
                        WHEN cart_lines.saved < excluded.saved THEN cart_lines.quantity
                        WHEN cart_lines.quantity + excluded.quantity > \(Cart.maximumQuantity) THEN \(Cart.maximumQuantity)
                        ELSE cart_lines.quantity + excluded.quantity END,
                    saved = CASE WHEN cart_lines.saved < excluded.saved THEN cart_lines.saved ELSE excluded.saved END,
                    price_seen = excluded.price_seen
                """)
        }
    }
}
