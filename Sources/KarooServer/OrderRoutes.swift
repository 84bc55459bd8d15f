// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var orders: [APIRoute] {
        [
            APIRoute(.get, "/v1/orders/{order}", .order(scope: .ordersRead)) { call in try await reply(checkout.order(call.order)) },
            APIRoute(.post, "/v1/orders/{order}/cancel", .order(scope: .ordersWrite)) { call in try await reply(checkout.cancel(call.order)) },
        ]
    }

    private func reply(_ group: OrderGroup) async throws -> APIReply {
        let due = try await checkout.due(of: group)
        let amounts = AmountWriter(edition: try checkout.offers.current(), market: group.market, language: group.language)
        return APIReply.object { writer in
            writer.member("id", group.id.text)
            writer.member("placedAt", group.placedAt.description)
            writer.member("market", group.market.text)
            writer.member("currency", group.currency.code)
            writer.member("language", group.language)
            writer.member("email", group.email)
            writer.name("address")
            group.address.write(to: &writer)
            if let coupon = group.coupon { writer.member("coupon", coupon.text) }
            if let taxID = group.taxID { writer.member("taxID", taxID.text) }
            writer.member("taxInclusive", group.taxInclusive)
            amounts.write("total", group.total, to: &writer)
            amounts.write("paid", Money(minorUnits: group.balance.captured, currency: group.currency), to: &writer)
            amounts.write("refunded", Money(minorUnits: group.balance.refunded, currency: group.currency), to: &writer)
            if let told = group.currencyQuote {
                writer.name("currencyQuote")
                writer.object { $0.currencyQuoteMembers(told) }
            }
            writer.name("payment")
            writer.object { writer in
                writer.member("method", group.paymentMethod)
                writer.member("state", group.paymentState.rawValue)
                if let due {
                    writer.name("due")
                    writer.due(due)
                }
            }
            writer.name("orders")
            writer.array { writer in for order in group.orders { writer.order(order, amounts) } }
        }
    }
}

extension JSONWriter {
    /// What a buyer sees of one seller's part; commissions are nobody else's business.
    fileprivate mutating func order(_ order: SellerOrder, _ amounts: AmountWriter) {
        object { writer in
            writer.member("id", order.id.text)
            writer.member("seller", order.seller.text)
            writer.member("status", order.status.rawValue)
            amounts.write("goods", order.goods, to: &writer)
            amounts.write("discount", order.discount, to: &writer)
            amounts.write("shipping", order.shipping, to: &writer)
            amounts.write("shippingDiscount", order.shippingDiscount, to: &writer)
            amounts.write("relief", order.relief, to: &writer)
            if let exemption = order.exemption { writer.member("exemption", exemption.rawValue) }
            writer.member("method", order.delivery.method)
            if let point = order.delivery.point { writer.member("point", point) }
            if let arrival = order.delivery.arrival {
                writer.member("earliest", arrival.lowerBound.description)
                writer.member("latest", arrival.upperBound.description)
            }
            writer.name("discounts")
            writer.array { writer in
                for discount in order.discounts {
                    writer.object { writer in
                        writer.member("lane", discount.lane.rawValue)
                        writer.member("name", discount.name)
                        if let offer = discount.offer { writer.member("offer", offer) }
                        amounts.write("amount", discount.amount, to: &writer)
                    }
                }
            }
            amounts.write("tax", order.tax, to: &writer)
            amounts.write("total", order.total, to: &writer)
            writer.member("earliestDays", order.days.lowerBound)
            writer.member("latestDays", order.days.upperBound)
            writer.name("lines")
            writer.array { writer in
                for line in order.lines {
                    writer.object { writer in
                        writer.member("offer", line.offer)
                        writer.member("product", line.product.text)
                        writer.member("sku", line.sku)
                        if let title = line.title { writer.member("title", title) }
                        if let options = line.options { writer.member("options", options) }
                        writer.member("quantity", line.quantity)
                        amounts.write("unitPrice", line.unitPrice, to: &writer)
                        amounts.write("discount", line.discount, to: &writer)
                        amounts.write("tax", line.tax, to: &writer)
                        writer.member("taxPartsPerMillion", line.taxPartsPerMillion)
                    }
                }
            }
        }
    }
}
