// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var addresses: [APIRoute] {
        [
            APIRoute(.get, "/v1/account/addresses", .account(scope: .accountRead)) { call in
                let addresses = try await checkout.addresses(of: call.user())
                return APIReply.object { writer in
                    writer.name("data")
                    writer.array { writer in for address in addresses { writer.object { $0.addressMembers(address) } } }
                }
            },
            APIRoute(.post, "/v1/account/addresses", .account(scope: .accountWrite)) { call in
                let (address, isDefault) = try addressFields(call)
                let kept = try await checkout.addAddress(address, isDefault: isDefault ?? false, of: call.user())
                return APIReply.object(.created) { $0.addressMembers(kept) }
            },
            APIRoute(.put, "/v1/account/addresses/{address}", .account(scope: .accountWrite)) { call in
                let (address, isDefault) = try addressFields(call)
                let kept = try await checkout.changeAddress(call.parameter("address"), to: address, isDefault: isDefault, of: call.user())
                return APIReply.object { $0.addressMembers(kept) }
            },
            APIRoute(.delete, "/v1/account/addresses/{address}", .account(scope: .accountWrite)) { call in
                try await checkout.removeAddress(call.parameter("address"), of: call.user())
                return APIReply(status: .noContent)
            },
        ]
    }

    private func addressFields(_ call: APICall) throws -> (PostalAddress, isDefault: Bool?) {
        var fields = try call.fields()
        guard let json = fields.take("address") else { throw JSONError("\"address\" is missing") }
        let isDefault = try fields.optionalBool("isDefault")
        try fields.end()
        return (try PostalAddress(json), isDefault)
    }
}

extension JSONWriter {
    mutating func addressMembers(_ kept: KeptAddress) {
        member("id", kept.id.text)
        member("isDefault", kept.isDefault)
        name("address")
        kept.address.write(to: &self)
    }
}
