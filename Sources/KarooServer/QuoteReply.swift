// KarooExpress – Apache-2.0

import KarooCheckout
import KarooCommerce

extension JSONWriter {
    /// The members of a quote, every amount explained.
    mutating func quoteMembers(_ quote: Quote, _ amounts: AmountWriter) {
        member("country", quote.country)
        member("taxInclusive", quote.taxInclusive)
        if let taxID = quote.taxID { member("taxID", taxID.text) }
        if let coupon = quote.coupon { member("coupon", coupon.text) }
        amounts.write("goods", quote.goods, to: &self)
        amounts.write("discount", quote.discount, to: &self)
        amounts.write("shipping", quote.shipping, to: &self)
        amounts.write("shippingDiscount", quote.shippingDiscount, to: &self)
        amounts.write("tax", quote.tax, to: &self)
        amounts.write("relief", quote.relief, to: &self)
        amounts.write("total", quote.total, to: &self)
        name("discounts")
        array { writer in for discount in quote.discounts { writer.discount(discount, amounts) } }
        name("parcels")
        array { writer in for parcel in quote.parcels { writer.parcel(parcel, quote, amounts) } }
    }

    private mutating func discount(_ discount: Quote.Discount, _ amounts: AmountWriter) {
        object { writer in
            switch discount.source {
            case .coupon(let code): writer.member("coupon", code.text)
            case .promotion(let id): writer.member("promotion", id.text)
            }
            writer.member("lane", discount.lane.rawValue)
            writer.member("name", discount.name)
            writer.member("bearer", discount.bearer)
            amounts.write("amount", discount.amount, to: &writer)
            writer.name("shares")
            writer.array { writer in
                for share in discount.shares {
                    writer.object { writer in
                        switch share.target {
                        case .line(let offer): writer.member("offer", offer)
                        case .delivery(let seller): writer.member("delivery", seller.text)
                        }
                        amounts.write("amount", share.amount, to: &writer)
                    }
                }
            }
        }
    }

    private mutating func parcel(_ parcel: Quote.Parcel, _ quote: Quote, _ amounts: AmountWriter) {
        object { writer in
            writer.member("seller", parcel.seller.text)
            writer.member("method", parcel.method)
            if let point = parcel.point {
                writer.name("point")
                writer.pickupPoint(point)
            }
            amounts.write("shipping", parcel.shipping, to: &writer)
            amounts.write("shippingDiscount", parcel.shippingDiscount, to: &writer)
            amounts.write("tax", quote.tax(of: parcel.seller), to: &writer)
            amounts.write("relief", quote.relief(of: parcel.seller), to: &writer)
            amounts.write("total", quote.total(of: parcel.seller), to: &writer)
            if let exemption = parcel.exemption { writer.member("exemption", exemption.rawValue) }
            writer.taxes(of: parcel, quote, amounts)
            writer.arrival(days: parcel.days, parcel.arrival)
        }
    }

    /// Each rate once, with the tax of goods and delivery together.
    private mutating func taxes(of parcel: Quote.Parcel, _ quote: Quote, _ amounts: AmountWriter) {
        var rates: [(rate: TaxRate, tax: Money)] = []
        for share in (quote.lines(of: parcel.seller).map(\.taxed) + parcel.taxed).flatMap(\.shares) {
            if let place = rates.firstIndex(where: { $0.rate == share.rate }) {
                rates[place].tax = rates[place].tax + share.amount
            } else {
                rates.append((share.rate, share.amount))
            }
        }
        name("taxes")
        array { writer in
            for (rate, tax) in rates {
                writer.object { writer in
                    if let name = rate.name { writer.member("name", name) }
                    writer.member("partsPerMillion", rate.partsPerMillion)
                    amounts.write("tax", tax, to: &writer)
                }
            }
        }
    }

    /// The ways in which the goods of each seller can come.
    mutating func shippingWay(_ way: ShippingWay, _ amounts: AmountWriter) {
        object { writer in
            writer.member("seller", way.seller.text)
            writer.member("method", way.method)
            writer.member("name", way.name)
            writer.member("isChosen", way.isChosen)
            amounts.write("price", way.price, to: &writer)
            writer.arrival(days: way.days, way.arrival)
            guard !way.points.isEmpty else { return }
            writer.name("points")
            writer.array { writer in for point in way.points { writer.pickupPoint(point) } }
        }
    }

    private mutating func pickupPoint(_ point: PickupPoint) {
        object { writer in
            writer.member("id", point.id)
            writer.member("name", point.name)
            writer.member("lines", point.lines)
            writer.member("city", point.city)
            if let postalCode = point.postalCode { writer.member("postalCode", postalCode) }
            writer.member("country", point.country)
        }
    }

    private mutating func arrival(days: ClosedRange<Int>, _ arrival: ClosedRange<Day>?) {
        member("earliestDays", Int64(days.lowerBound))
        member("latestDays", Int64(days.upperBound))
        guard let arrival else { return }
        member("earliest", arrival.lowerBound.description)
        member("latest", arrival.upperBound.description)
    }
}

extension Quote.Discount {
    /// `seller`, `marketplace` or `both`.
    fileprivate var bearer: String {
        if sellerAmount.isZero { return "marketplace" }
        return sellerAmount == amount ? "seller" : "both"
    }
}
