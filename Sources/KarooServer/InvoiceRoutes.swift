// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var invoices: [APIRoute] {
        [
            APIRoute(.get, "/v1/orders/{order}/invoices", .order(scope: .invoicesRead)) { call in
                reply(try await checkout.invoices(of: call.order))
            },
            APIRoute(.get, "/v1/orders/{order}/invoices/{invoice}", .order(scope: .invoicesRead)) { call in
                try reply(await checkout.invoice(call.parameter("invoice"), of: call.order), to: call)
            },
            APIRoute(.get, "/v1/sellers/{seller}/invoices", .seller(scope: .invoicesRead)) { call in
                let seller: Seller.ID = call.parameter("seller")
                return reply(try await checkout.invoices(series: seller.text, limit: call.page().limit))
            },
            APIRoute(.get, "/v1/admin/invoices", .support(scope: .invoicesRead)) { call in
                reply(try await checkout.invoices(series: call.query["series"], limit: call.page().limit))
            },
        ]
    }

    private func reply(_ invoices: [Invoice]) -> APIReply {
        APIReply.object { writer in
            writer.name("data")
            writer.array { writer in for invoice in invoices { writer.summary(of: invoice) } }
        }
    }

    /// A page to be printed for those who ask for HTML, the figures for everybody else.
    private func reply(_ invoice: Invoice, to call: APICall) throws -> APIReply {
        let wantsPage = call.headers[.accept].map { $0.contains("text/html") } ?? false
        if wantsPage, let page = try checkout.offers.current().page(of: invoice) {
            var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .contentLanguage: invoice.language]
            headers[.contentSecurityPolicy] = page.policy
            return APIReply(headers: headers, body: Array(page.html.utf8))
        }
        var writer = JSONWriter()
        invoice.write(to: &writer)
        return APIReply(headers: [.contentType: APIReply.json], body: writer.bytes)
    }
}

extension JSONWriter {
    fileprivate mutating func summary(of invoice: Invoice) {
        object { writer in
            writer.member("id", invoice.id.text)
            writer.member("number", invoice.number)
            writer.member("kind", invoice.kind.rawValue)
            writer.member("issuedAt", invoice.issuedAt.description)
            writer.member("issuer", invoice.issuer.name)
            writer.member("currency", invoice.total.currency.code)
            writer.member("total", invoice.total.minorUnits)
            if let order = invoice.order { writer.member("order", order) }
            if let payout = invoice.payout { writer.member("payout", payout.text) }
        }
    }
}
