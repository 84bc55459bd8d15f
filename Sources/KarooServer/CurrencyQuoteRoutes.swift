// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var currencyQuotes: [APIRoute] {
        [
            APIRoute(.post, "/v1/carts/{cart}/currency-quote", .cart()) { call in
                var fields = try call.fields()
                let code = try fields.string("currency")
                try fields.end()
                guard let currency = Currency(code), currency.hasMinorUnit else { throw CheckoutError(.invalid, field: "currency") }
                let (quote, token) = try await checkout.quoteCurrency(currency, for: call.cart)
                return APIReply.object { writer in
                    writer.currencyQuoteMembers(quote)
                    writer.member("expiresAt", quote.expiresAt.description)
                    writer.member("token", token)
                }
            }
        ]
    }
}

extension JSONWriter {
    /// What something is in another currency, by which rate, and of which day. What is charged is `total`.
    mutating func currencyQuoteMembers(_ quote: CurrencyQuote) {
        for (name, money) in [("total", quote.total), ("amount", quote.amount)] {
            self.name(name)
            object { writer in
                writer.member("amount", money.minorUnits)
                writer.member("currency", money.currency.code)
            }
        }
        member("rate", quote.rate)
        member("source", quote.source)
        member("date", quote.day.description)
    }
}
