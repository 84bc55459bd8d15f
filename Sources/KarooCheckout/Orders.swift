// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// What one cart became: one payment, and an order for each seller.
package struct OrderGroup: Sendable {
    package typealias ID = Identifier<OrderGroup>

    package let id: ID
    package let attempt: PaymentAttempt.ID
    package let market: Market.ID
    package let currency: Currency
    package let language: String
    package let email: String
    package let address: PostalAddress
    package let coupon: CouponCode?
    /// Of a business; nil when the buyer is none.
    package let taxID: TaxID?
    package let taxInclusive: Bool
    package let total: Money
    package let placedAt: Instant
    /// In the order in which the buyer met them.
    package let orders: [SellerOrder]
    /// What came in and what went back, so far.
    package let balance: PaymentBalance
    /// How far the money has come.
    package let paymentState: PaymentState
    /// The provider's name, which is the id of its method; `none` when it cost nothing.
    package let paymentMethod: String
    /// What the buyer was told that it is in another currency; nil when nothing was.
    package let currencyQuote: CurrencyQuote?

    /// By which people call it: ten characters of its id, which nobody guesses, as `7M2Q9-D4FXY`.
    package var number: String { OrderGroup.number(of: id) }
}

extension OrderGroup {
    /// What the invoices of its orders have in common.
    struct Summary: Sendable {
        let id: OrderGroup.ID
        let market: Market.ID
        let language: String
        let address: PostalAddress
        let taxID: String?
        let taxInclusive: Bool

        var number: String { OrderGroup.number(of: id) }
    }

    /// By which people call it: ten characters of its id, which nobody guesses, as `7M2Q9-D4FXY`.
    static func number(of id: ID) -> String {
        let end = id.text.suffix(10).uppercased()
        return "\(end.prefix(5))-\(end.suffix(5))"
    }
}

extension OrderGroup.Summary {
    init(_ group: OrderGroup) {
        self.init(
            id: group.id, market: group.market, language: group.language, address: group.address, taxID: group.taxID?.text, taxInclusive: group.taxInclusive)
    }
}

/// The part of one seller.
package struct SellerOrder: Sendable {
    package typealias ID = Identifier<SellerOrder>

    package struct Line: Sendable {
        package let offer: String
        package let sku: String
        package let product: Product.ID
        package let quantity: Int64
        package let unitPrice: Money
        package let discount: Money
        /// The part of `discount` that the seller bears.
        package let sellerDiscount: Money
        package let taxPartsPerMillion: Int64
        package let tax: Money
        /// The tax that is in the price and was not paid, because the buyer is exempt.
        package let relief: Money
        /// What it was called when it was bought, in the buyer's language; nil when nobody said.
        package let title: String?
        /// What was chosen of it; nil when there was nothing to choose.
        package let options: String?
        /// What the marketplace keeps of it; nil for lines from before there were rules.
        package let fee: CommissionFee?
    }

    /// What came off a line, or off the delivery.
    package struct Discount: Sendable {
        package let source: Quote.Discount.Source
        package let lane: Promotion.Lane
        /// What the buyer read.
        package let name: String
        /// Nil: of the delivery.
        package let offer: String?
        package let amount: Money
        /// The part of `amount` that the seller bears.
        package let sellerAmount: Money
    }

    /// How the goods go.
    package struct Delivery: Sendable {
        /// `ShippingTerms.method`.
        package let method: String
        /// `PickupPoint.id`; nil when the goods are brought.
        package let point: String?
        /// The days on which they may arrive; nil when they could not be told.
        package let arrival: ClosedRange<Day>?
    }

    package let id: ID
    package let seller: Seller.ID
    package let status: OrderStatus
    package let goods: Money
    package let discount: Money
    /// The part of the discount that the seller bears; the marketplace bears the rest.
    package let sellerDiscount: Money
    /// What delivery costs, discounts taken off.
    package let shipping: Money
    package let shippingDiscount: Money
    /// The part of the discount of delivery that the seller bears.
    package let sellerShippingDiscount: Money
    package let shippingTax: Money
    /// The tax that is in the prices and was not paid.
    package let relief: Money
    /// Why no tax was paid; nil when it was.
    package let exemption: TaxExemption?
    package let tax: Money
    package let total: Money
    /// What the marketplace keeps where no rule fits.
    package let commissionPartsPerMillion: Int64
    package let commission: Money
    /// The tax on the commission, which the seller pays to the marketplace.
    package let commissionTax: Money
    /// The part of `tax` that the marketplace hands on in place of the seller.
    package let remittedTax: Money
    /// Working days until it arrives.
    package let days: ClosedRange<Int64>
    package let delivery: Delivery
    package let lines: [Line]
    /// In the order in which they were reckoned.
    package let discounts: [Discount]
}

extension Checkout {
    /// What was bought. Throws `notFound`.
    package func order(_ id: OrderGroup.ID) async throws -> OrderGroup {
        try await database.read { try $0.group(id) }
    }

    /// What the buyer has to do to pay it; nil when there is nothing to do, or not any more.
    package func due(of group: OrderGroup) async throws -> PaymentDue? {
        guard group.paymentState == .awaiting else { return nil }
        return payments.due(of: try await database.read { try $0.attempt(group.attempt) }, in: group.market)
    }

    /// Whether an order is that of an account.
    package func owns(_ user: User.ID, order id: OrderGroup.ID) async throws -> Bool {
        try await database.read { try $0.row("SELECT id FROM order_groups WHERE id = \(id) AND user_id = \(user)") != nil }
    }

    /// Cancels every order of the group that no seller has begun, gives back goods, coupon and money. Calling it again changes
    /// nothing.
    ///
    /// - throws: `notCancellable` when there is none to cancel and none was cancelled, `paymentDisputed` while the buyer's bank has
    ///   the money.
    package func cancel(_ id: OrderGroup.ID) async throws -> OrderGroup {
        let (attempt, next) = try await database.write { tx in try tx.cancel(id) }
        switch next {
        case .void: try await settle(attempt.id, await payments.provider(named: attempt.provider)?.void(attempt.charge) ?? .unknown)
        case .refund: try await payRefunds()
        case .capture, nil: break
        }
        return try await order(id)
    }
}

extension Transaction {
    fileprivate func cancel(_ id: OrderGroup.ID) throws -> (attempt: PaymentAttempt, next: FollowUp?) {
        let group = try group(id)
        let attempt = try attempt(group.attempt)
        let open = group.orders.filter { $0.status.next.contains(.cancelled) && $0.status == .placed }
        guard !open.isEmpty else {
            guard group.orders.contains(where: { $0.status == .cancelled }) else { throw CheckoutError(.notCancellable) }
            return (attempt, nil)
        }
        for order in open { try cancel(order, of: attempt) }
        try enqueue(Mail(.cancellation, to: .address(group.email), language: group.language, reference: id.text, key: "cancellation:\(id):\(now)"))
        if try !hasOrder(attempt) { try releaseUses(of: group.attempt) }
        guard attempt.isPromiseOpen else { return (attempt, .refund) }
        return (attempt, try hasOrderToPay(attempt) ? .refund : .void)
    }

    private func cancel(_ order: SellerOrder, of attempt: PaymentAttempt) throws {
        guard try isPaid(order, of: attempt) else { return try cancelUnpaid(order, of: attempt) }
        try requireUndisputed(attempt)
        try execute("UPDATE orders SET status = \(OrderStatus.cancelled.rawValue) WHERE id = \(order.id)")
        try returnStock(of: order.id, sold: attempt.id)
        let left = order.total.minorUnits - (try refunded(of: order.id))
        if order.total.isZero { try voidSale(of: order, paidBy: attempt) }
        if left > 0 { try requestRefund(of: attempt, left, order: order, reason: .cancelled) }
    }

    func releaseUses(of attempt: PaymentAttempt.ID) throws {
        try releaseUse(of: attempt)
        try releasePromotions(of: attempt)
    }

    /// Everything that is known when an order comes about is copied into it; later changes of catalogue and rules move nothing.
    func insertOrders(of attempt: PaymentAttempt, _ commission: Int64) throws -> OrderGroup.ID {
        let (cart, quote) = (try cart(attempt.cart), attempt.quote)
        guard let email = cart.email, let address = cart.address else { throw CheckoutError(.deliveryMissing) }
        var writer = JSONWriter()
        address.write(to: &writer)
        let group = OrderGroup.ID.new("og", at: now)
        try execute(
            """
            INSERT INTO order_groups (
                id, cart, attempt, market, currency, language, email, country, address, coupon, tax_inclusive, total, placed_at, user_id, tax_id,
                email_key)
            VALUES (
                \(group), \(cart.id), \(attempt.id), \(cart.market), \(quote.currency.code), \(cart.language), \(email), \(address.country),
                \(String(decoding: writer.bytes, as: UTF8.self)), \(quote.coupon?.text), \(quote.taxInclusive), \(quote.total.minorUnits), \(now),
                (SELECT user_id FROM carts WHERE id = \(cart.id)), \(quote.taxID?.text),
                \(try? AccountEmail(email).key))
            """)
        let agreement = try agreement(of: attempt.id)
        let summary = OrderGroup.Summary(
            id: group, market: cart.market, language: cart.language, address: address, taxID: quote.taxID?.text, taxInclusive: quote.taxInclusive)
        var orders: [SellerOrder] = []
        var mails = [Mail(.orderPlaced, to: .address(email), language: cart.language, reference: group.text, key: "orderPlaced:\(group)")]
        for (place, parcel) in quote.parcels.enumerated() {
            let order = try insert(parcel, at: Int64(place), of: quote, agreement, into: group, commission)
            try postSale(of: order, paidBy: attempt)
            orders.append(order)
            mails.append(Mail(.sale, to: .seller(order.seller), language: nil, reference: order.id.text, key: "sale:\(order.id)"))
        }
        if !attempt.isPromised { try issueInvoices(for: orders, of: summary, quote, agreement) }
        try enqueue(mails)
        return group
    }

    private func insert(_ parcel: Quote.Parcel, at place: Int64, of quote: Quote, _ agreement: Agreement, into group: OrderGroup.ID, _ commission: Int64) throws -> SellerOrder {
        let lines = quote.lines(of: parcel.seller)
        let zero = Money.zero(quote.currency)
        let (goods, discount) = (lines.reduce(zero) { $0 + $1.goods }, lines.reduce(zero) { $0 + $1.discount })
        let sellerDiscount = lines.reduce(zero) { $0 + $1.sellerDiscount }
        let standard = CommissionRule.standard(partsPerMillion: commission)
        let sold = lines.map { line in
            let agreed = agreement.line(of: line.offer)
            return SellerOrder.Line(
                offer: line.offer, sku: line.sku, product: line.product, quantity: line.quantity, unitPrice: line.unitPrice, discount: line.discount,
                sellerDiscount: line.sellerDiscount, taxPartsPerMillion: line.taxPartsPerMillion, tax: line.tax, relief: line.taxed.relief,
                title: agreed?.title, options: agreed?.options, fee: agreed?.fee ?? standard.fee(on: quote.sellerPrice(of: line)))
        }
        let tax = quote.tax(of: parcel.seller)
        let order = SellerOrder(
            id: SellerOrder.ID.new("ord", at: now), seller: parcel.seller, status: .placed, goods: goods, discount: discount,
            sellerDiscount: sellerDiscount, shipping: parcel.shipping, shippingDiscount: parcel.shippingDiscount,
            sellerShippingDiscount: parcel.sellerShippingDiscount, shippingTax: parcel.shippingTax, relief: quote.relief(of: parcel.seller),
            exemption: parcel.exemption, tax: tax, total: quote.total(of: parcel.seller), commissionPartsPerMillion: commission,
            commission: sold.reduce(zero) { $0 + ($1.fee?.amount ?? zero) }, commissionTax: sold.reduce(zero) { $0 + ($1.fee?.tax ?? zero) },
            remittedTax: agreement.remitsTax ? tax : zero, days: Int64(parcel.days.lowerBound)...Int64(parcel.days.upperBound),
            delivery: SellerOrder.Delivery(method: parcel.method, point: parcel.point?.id, arrival: parcel.arrival), lines: sold, discounts: [])
        try execute(
            """
            INSERT INTO orders (
                id, order_group, position, seller, status, goods, discount, seller_discount, shipping, shipping_tax, tax, total,
                commission_parts_per_million, commission, commission_tax, remitted_tax, earliest_days, latest_days, shipping_discount, seller_shipping_discount, relief, exemption,
                method, pickup_point, earliest_day, latest_day)
            VALUES (
                \(order.id), \(group), \(place), \(order.seller), \(order.status.rawValue), \(goods.minorUnits), \(discount.minorUnits),
                \(sellerDiscount.minorUnits), \(order.shipping.minorUnits), \(order.shippingTax.minorUnits), \(order.tax.minorUnits),
                \(order.total.minorUnits), \(commission), \(order.commission.minorUnits), \(order.commissionTax.minorUnits),
                \(order.remittedTax.minorUnits), \(order.days.lowerBound), \(order.days.upperBound),
                \(order.shippingDiscount.minorUnits), \(order.sellerShippingDiscount.minorUnits), \(order.relief.minorUnits),
                \(order.exemption?.rawValue), \(parcel.method), \(parcel.point?.id), \(parcel.arrival?.lowerBound.description),
                \(parcel.arrival?.upperBound.description))
            """)
        let rows = lines.enumerated().map { place, line -> [any SQLBindable] in
            let agreed = agreement.line(of: line.offer)
            let fee = agreed?.fee ?? standard.fee(on: quote.sellerPrice(of: line))
            return [
                Identifier<SellerOrder.Line>.new("oli", at: now), order.id, Int64(place), line.offer, line.sku, line.product, line.quantity,
                line.unitPrice.minorUnits, line.discount.minorUnits, line.taxPartsPerMillion, line.tax.minorUnits, (agreed?.title).sql,
                (agreed?.options).sql, (agreed?.taxCategory).sql, (agreed?.grams).sql, line.sellerDiscount.minorUnits,
                line.taxed.relief.minorUnits, fee.rule.text, fee.partsPerMillion, fee.fixed.minorUnits, fee.amount.minorUnits, fee.taxPartsPerMillion,
                fee.tax.minorUnits,
            ]
        }
        try execute(
            """
            INSERT INTO order_lines (
                id, order_id, position, offer, sku, product, quantity, unit_price, discount, tax_parts_per_million, tax, title, options,
                tax_category, grams, seller_discount, relief, commission_rule, commission_parts_per_million, commission_fixed, commission,
                commission_tax_parts_per_million, commission_tax)
            VALUES \(rows: rows)
            """)
        try insertDiscounts(of: order, quote, lines)
        try insertTaxes(of: order.id, quote, lines, parcel)
        return order
    }

    private func insertDiscounts(of order: SellerOrder, _ quote: Quote, _ lines: [Quote.Line]) throws {
        var rows: [[any SQLBindable]] = []
        for discount in quote.discounts {
            for share in discount.shares {
                let offer: String?
                switch share.target {
                case .line(let id): offer = id
                case .delivery: offer = nil
                }
                guard offer.map({ id in lines.contains { $0.offer == id } }) ?? (share.target == .delivery(order.seller)) else { continue }
                rows.append([
                    order.id, Int64(rows.count), discount.source.text, discount.lane.rawValue, discount.name, offer.sql, share.amount.minorUnits,
                    share.sellerAmount.minorUnits, share.units,
                ])
            }
        }
        guard !rows.isEmpty else { return }
        try execute(
            "INSERT INTO discount_allocations (order_id, position, source, lane, name, offer, amount, seller_amount, units) VALUES \(rows: rows)")
    }

    private func insertTaxes(of order: SellerOrder.ID, _ quote: Quote, _ lines: [Quote.Line], _ parcel: Quote.Parcel) throws {
        let taxed = lines.map { (offer: String?.some($0.offer), taxed: $0.taxed) } + parcel.taxed.map { (offer: nil, taxed: $0) }
        var rows: [[any SQLBindable]] = []
        for (offer, taxed) in taxed {
            let net = taxed.net(isIncluded: quote.taxInclusive).minorUnits
            for share in taxed.shares {
                rows.append([order, Int64(rows.count), offer.sql, share.rate.name.sql, share.rate.partsPerMillion, net, share.amount.minorUnits])
            }
        }
        guard !rows.isEmpty else { return }
        try execute("INSERT INTO tax_lines (order_id, position, offer, name, parts_per_million, net, tax) VALUES \(rows: rows)")
    }
}

extension Reading where Self: ~Copyable {
    /// The group that an attempt paid, and its market; nil when there is none.
    func group(ofAttempt attempt: PaymentAttempt.ID) throws -> (id: OrderGroup.ID, market: Market.ID)? {
        try row("SELECT id, market FROM order_groups WHERE attempt = \(attempt)").map { (OrderGroup.ID(try $0.text("id")), Market.ID(try $0.text("market"))) }
    }

    /// Throws `notFound`.
    func group(_ id: OrderGroup.ID) throws -> OrderGroup {
        guard let row = try row("SELECT * FROM order_groups WHERE id = \(id)"), let currency = Currency(try row.text("currency")) else {
            throw CheckoutError(.notFound)
        }
        let attempt = PaymentAttempt.ID(try row.text("attempt"))
        let total = Money(minorUnits: try row.integer("total"), currency: currency)
        let balance = try balance(of: attempt)
        guard let paid = try self.row("SELECT provider, promised_at, promise_ended_at FROM payment_attempts WHERE id = \(attempt)") else {
            throw DatabaseError.unexpected("the order \(id) was not paid by anything")
        }
        let isPromiseOpen = try paid.optionalInteger("promised_at") == nil ? nil : paid.optionalInteger("promise_ended_at") == nil
        return OrderGroup(
            id: id, attempt: attempt, market: Market.ID(try row.text("market")), currency: currency, language: try row.text("language"),
            email: try row.text("email"), address: try PostalAddress(JSON(parsing: Array(row.text("address").utf8))),
            coupon: try row.optionalText("coupon").flatMap { CouponCode($0) }, taxID: try row.optionalText("tax_id").flatMap { TaxID($0) },
            taxInclusive: try row.bool("tax_inclusive"),
            total: total,
            placedAt: Instant(millisecondsSinceEpoch: try row.integer("placed_at")),
            orders: try rows("SELECT * FROM orders WHERE order_group = \(id) ORDER BY position").map { try order($0, currency) },
            balance: balance, paymentState: balance.state(isPromiseOpen: isPromiseOpen), paymentMethod: try paid.text("provider"),
            currencyQuote: try currencyQuote(of: attempt, for: Cart.ID(row.text("cart")), total))
    }

    private func fee(_ row: Row, _ currency: Currency) throws -> CommissionFee? {
        guard let rule = try row.optionalText("commission_rule") else { return nil }
        func money(_ column: String) throws -> Money { Money(minorUnits: try row.integer(column), currency: currency) }
        return CommissionFee(
            rule: CommissionRule.ID(rule), partsPerMillion: try row.integer("commission_parts_per_million"), fixed: try money("commission_fixed"),
            amount: try money("commission"), taxPartsPerMillion: try row.integer("commission_tax_parts_per_million"), tax: try money("commission_tax"))
    }

    private func order(_ row: Row, _ currency: Currency) throws -> SellerOrder {
        func money(_ column: String, _ row: Row) throws -> Money { Money(minorUnits: try row.integer(column), currency: currency) }
        let id = SellerOrder.ID(try row.text("id"))
        guard let status = OrderStatus(rawValue: try row.text("status")) else { throw DatabaseError.unexpected("the order \(id) has no status") }
        let lines = try rows("SELECT * FROM order_lines WHERE order_id = \(id) ORDER BY position").map { row in
            SellerOrder.Line(
                offer: try row.text("offer"), sku: try row.text("sku"), product: Product.ID(try row.text("product")), quantity: try row.integer("quantity"),
                unitPrice: try money("unit_price", row), discount: try money("discount", row), sellerDiscount: try money("seller_discount", row),
                taxPartsPerMillion: try row.integer("tax_parts_per_million"), tax: try money("tax", row), relief: try money("relief", row),
                title: try row.optionalText("title"), options: try row.optionalText("options"), fee: try fee(row, currency))
        }
        let discounts = try rows("SELECT * FROM discount_allocations WHERE order_id = \(id) ORDER BY position").map { row in
            guard let source = Quote.Discount.Source(try row.text("source")), let lane = Promotion.Lane(rawValue: try row.text("lane")) else {
                throw DatabaseError.unexpected("a discount of the order \(id) comes from nowhere")
            }
            return SellerOrder.Discount(
                source: source, lane: lane, name: try row.text("name"), offer: try row.optionalText("offer"), amount: try money("amount", row),
                sellerAmount: try money("seller_amount", row))
        }
        let arrival = try (row.optionalText("earliest_day").flatMap { Day($0) }, row.optionalText("latest_day").flatMap { Day($0) })
        return SellerOrder(
            id: id, seller: Seller.ID(try row.text("seller")), status: status, goods: try money("goods", row), discount: try money("discount", row),
            sellerDiscount: try money("seller_discount", row), shipping: try money("shipping", row),
            shippingDiscount: try money("shipping_discount", row), sellerShippingDiscount: try money("seller_shipping_discount", row),
            shippingTax: try money("shipping_tax", row), relief: try money("relief", row),
            exemption: try row.optionalText("exemption").flatMap { TaxExemption(rawValue: $0) }, tax: try money("tax", row), total: try money("total", row), commissionPartsPerMillion: try row.integer("commission_parts_per_million"),
            commission: try money("commission", row), commissionTax: try money("commission_tax", row),
            remittedTax: try money("remitted_tax", row), days: try row.integer("earliest_days")...row.integer("latest_days"),
            delivery: SellerOrder.Delivery(
                method: try row.text("method"), point: try row.optionalText("pickup_point"),
                arrival: arrival.0.flatMap { earliest in arrival.1.flatMap { earliest <= $0 ? earliest...$0 : nil } }),
            lines: lines, discounts: discounts)
    }
}
