// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var secondFactors: [APIRoute] {
        [
            APIRoute(.post, "/v1/account/second-factor", .account(fresh: true)) { call in
                let (secret, uri) = try await checkout.beginSecondFactor(of: call.user())
                return APIReply.object(.created) { writer in
                    writer.member("secret", secret)
                    writer.member("uri", uri)
                }
            },
            APIRoute(.post, "/v1/account/second-factor/confirm", .account(fresh: true)) { call in
                var fields = try call.fields()
                let code = try fields.string("code")
                try fields.end()
                return reply(recoveryCodes: try await checkout.confirmSecondFactor(of: call.user(), code: code))
            },
            APIRoute(.delete, "/v1/account/second-factor", .account(fresh: true)) { call in
                try await checkout.endSecondFactor(of: call.user(), by: call.actor())
                return APIReply(status: .noContent)
            },
            APIRoute(.post, "/v1/account/recovery-codes", .account(fresh: true)) { call in
                reply(recoveryCodes: try await checkout.renewRecoveryCodes(of: call.user()))
            },
        ]
    }

    private func reply(recoveryCodes: [String]) -> APIReply {
        APIReply.object { $0.member("recoveryCodes", recoveryCodes) }
    }
}
