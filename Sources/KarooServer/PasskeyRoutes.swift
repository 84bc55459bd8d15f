// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var passkeys: [APIRoute] {
        [
            APIRoute(.post, "/v1/sessions/passkey/options", .anybody) { _ in
                let request = try await checkout.beginPasskeyLogIn()
                return APIReply.object { writer in
                    writer.member("challenge", request.token)
                    writer.name("publicKey")
                    writer.object { $0.logInMembers(request) }
                }
            },
            APIRoute(.post, "/v1/sessions/passkey", .anybody) { call in
                var fields = try call.fields()
                let challenge = try fields.string("challenge")
                let kind = try sessionKind(&fields)
                guard let credential = fields.take("credential") else { throw JSONError("\"credential\" is missing") }
                try fields.end()
                let assertion = try PasskeyAssertion(credential)
                return reply(try await checkout.logIn(assertion, challenge: challenge, kind: kind, from: call.clientAddress))
            },
            APIRoute(.get, "/v1/account/passkeys", .account()) { call in
                let passkeys = try await checkout.passkeys(of: call.user())
                return APIReply.object { writer in
                    writer.name("data")
                    writer.array { writer in for passkey in passkeys { writer.object { $0.passkeyMembers(passkey) } } }
                }
            },
            APIRoute(.post, "/v1/account/passkeys/options", .account(fresh: true)) { call in
                let request = try await checkout.beginPasskey(of: call.user())
                return APIReply.object { writer in
                    writer.member("challenge", request.token)
                    writer.name("publicKey")
                    writer.object { $0.registrationMembers(request) }
                }
            },
            APIRoute(.post, "/v1/account/passkeys", .account(fresh: true)) { call in
                var fields = try call.fields()
                let (challenge, name) = (try fields.string("challenge"), try fields.string("name"))
                guard let credential = fields.take("credential") else { throw JSONError("\"credential\" is missing") }
                try fields.end()
                let passkey = try await checkout.addPasskey(
                    PasskeyAttestation(credential), challenge: challenge, name: name, of: call.user())
                return APIReply.object(.created) { $0.passkeyMembers(passkey) }
            },
            APIRoute(.delete, "/v1/account/passkeys/{passkey}", .account(fresh: true)) { call in
                try await checkout.removePasskey(call.parameter("passkey"), of: call.user())
                return APIReply(status: .noContent)
            },
        ]
    }
}

extension PasskeyAttestation {
    /// `{id, clientDataJSON, attestationObject}`, bytes as base64url.
    fileprivate init(_ json: JSON) throws {
        var fields = try json.fields()
        _ = try fields.bytes("id")
        self.init(clientData: try fields.bytes("clientDataJSON"), attestation: try fields.bytes("attestationObject"))
        try fields.end()
    }
}

extension PasskeyAssertion {
    /// `{id, clientDataJSON, authenticatorData, signature, userHandle?}`, bytes as base64url.
    fileprivate init(_ json: JSON) throws {
        var fields = try json.fields()
        self.init(
            credential: try fields.bytes("id"), clientData: try fields.bytes("clientDataJSON"), authenticatorData: try fields.bytes("authenticatorData"),
            signature: try fields.bytes("signature"))
        // Who it is follows from the credential.
        _ = try fields.optionalString("userHandle")
        try fields.end()
    }
}

extension JSONFields {
    fileprivate mutating func bytes(_ name: String) throws -> [UInt8] {
        guard let bytes = BinaryText.bytes(of: try string(name)) else { throw JSONError("\"\(name)\" is no base64url") }
        return bytes
    }
}

extension JSONWriter {
    fileprivate mutating func passkeyMembers(_ passkey: Passkey) {
        member("id", passkey.id.text)
        member("name", passkey.name)
        member("createdAt", Instant(millisecondsSinceEpoch: passkey.createdAt).description)
        if let usedAt = passkey.usedAt { member("lastUsedAt", Instant(millisecondsSinceEpoch: usedAt).description) }
    }

    /// As `PublicKeyCredential.parseRequestOptionsFromJSON` takes it.
    fileprivate mutating func logInMembers(_ request: PasskeyRequest) {
        member("challenge", request.challenge)
        member("rpId", request.relyingParty.id)
        member("timeout", request.milliseconds)
        member("userVerification", "preferred")
    }

    /// As `PublicKeyCredential.parseCreationOptionsFromJSON` takes it.
    fileprivate mutating func registrationMembers(_ request: PasskeyRequest) {
        member("challenge", request.challenge)
        name("rp")
        object { writer in
            writer.member("id", request.relyingParty.id)
            writer.member("name", request.relyingParty.name)
        }
        name("user")
        object { writer in
            writer.member("id", BinaryText.text(of: Array((request.account?.id.text ?? "").utf8)))
            writer.member("name", request.account?.email ?? "")
            writer.member("displayName", request.account?.name ?? request.account?.email ?? "")
        }
        name("pubKeyCredParams")
        array { writer in
            for algorithm in request.algorithms {
                writer.object { writer in
                    writer.member("type", "public-key")
                    writer.member("alg", algorithm)
                }
            }
        }
        member("timeout", request.milliseconds)
        name("excludeCredentials")
        array { writer in
            for credential in request.known {
                writer.object { writer in
                    writer.member("type", "public-key")
                    writer.member("id", credential)
                }
            }
        }
        name("authenticatorSelection")
        object { writer in
            writer.member("residentKey", "required")
            writer.member("requireResidentKey", true)
            writer.member("userVerification", "preferred")
        }
        member("attestation", "none")
    }
}
