// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var health: [APIRoute] {
        [
            // The process lives.
            APIRoute(.get, "/healthz", .anybody) { _ in APIReply.object { $0.member("status", "alive") } },
            // It can sell: there is a book, and the database answers.
            APIRoute(.get, "/readyz", .anybody) { _ in
                let sequence = try await checkout.readySequence()
                return APIReply.object { writer in
                    writer.member("status", "ready")
                    writer.member("offers", sequence)
                }
            },
            APIRoute(.get, "/metrics", .anybody) { _ in
                APIReply(headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"], body: Array(metrics.text.utf8))
            },
            APIRoute(.get, "/v1/openapi.json", .anybody) { _ in
                APIReply(headers: [.contentType: APIReply.json, .cacheControl: "public, max-age=300"], body: PackageResources.openapi_json)
            },
        ]
    }
}
