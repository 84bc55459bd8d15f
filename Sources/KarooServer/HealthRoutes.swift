// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var health: [APIRoute] {
        [
            // The process lives.
            APIRoute(.get, "/healthz", .anybody, limit: .none) { _ in APIReply.object { $0.member("status", "alive") } },
            // It can sell: there is a book, and the database answers.
            APIRoute(.get, "/readyz", .anybody, limit: .none) { _ in
                let sequence = try await checkout.readySequence()
                return APIReply.object { writer in
                    writer.member("status", "ready")
                    writer.member("offers", sequence)
                }
            },
            APIRoute(.get, "/metrics", .anybody, limit: .none) { _ in
                APIReply(headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"], body: Array(await metrics.text().utf8))
            },
        ]
    }
}
