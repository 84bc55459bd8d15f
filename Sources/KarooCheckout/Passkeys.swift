// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooCrypto
import KarooDatabase

/// A key on a device of somebody, which logs in without a password.
package struct Passkey: Sendable {
    package typealias ID = Identifier<Passkey>

    /// Of one account.
    package static let maximumPerUser: Int64 = 20
    package static let maximumNameLength = 60
    static let challengeMilliseconds: Int64 = 5 * 60_000

    package let id: ID
    package let credential: String
    package let name: String
    package let createdAt: Int64
    package let usedAt: Int64?
}

/// What a page asks a browser for, to make a passkey or to use one.
package struct PasskeyRequest: Sendable {
    /// By which the answer is given.
    package let token: String
    /// What the key signs, in base64url.
    package let challenge: String
    package let relyingParty: RelyingParty
    /// Nil to log in: whoever has a passkey of this site may answer.
    package let account: UserAccount?
    /// Credentials that the account has.
    package let known: [String]
    package let algorithms: [Int64]
    package let milliseconds: Int64
}

/// A new passkey, as the browser gives it; all bytes.
package struct PasskeyAttestation: Sendable {
    package let clientData: [UInt8]
    package let attestation: [UInt8]

    package init(clientData: [UInt8], attestation: [UInt8]) {
        self.clientData = clientData
        self.attestation = attestation
    }
}

/// A use of a passkey, as the browser gives it; all bytes.
package struct PasskeyAssertion: Sendable {
    package let credential: [UInt8]
    package let clientData: [UInt8]
    package let authenticatorData: [UInt8]
    package let signature: [UInt8]

    package init(credential: [UInt8], clientData: [UInt8], authenticatorData: [UInt8], signature: [UInt8]) {
        self.credential = credential
        self.clientData = clientData
        self.authenticatorData = authenticatorData
        self.signature = signature
    }
}

extension Checkout {
    /// Whose passkeys are taken: those of the site, or where no page of it may call, of the pages that may.
    package var relyingParty: RelyingParty {
        let letters = try? offers.current().letters
        let hosts = [siteURL, letters?.terms.site.url].compactMap { $0.flatMap { RelyingParty.host(of: $0) } }
        let parties = (hosts + pageOrigins.sorted().compactMap { RelyingParty.host(of: $0) }).map { host in
            RelyingParty(id: host, name: letters?.terms.site.name ?? host, origins: pageOrigins.union(siteURL.map { [RelyingParty.origin(of: $0)] } ?? []))
        }
        return parties.first { !$0.origins.isEmpty } ?? parties.first ?? RelyingParty(id: "localhost", name: "localhost", origins: [])
    }

    /// Begins the making of a passkey.
    package func beginPasskey(of user: User.ID) async throws -> PasskeyRequest {
        let challenge = SecureRandom.token()
        let party = relyingParty
        return try await database.write { tx in
            let account = try tx.account(user)
            let token = try tx.beginChallenge(.passkeyRegistration, of: user, value: challenge, for: Passkey.challengeMilliseconds)
            return PasskeyRequest(
                token: token, challenge: challenge, relyingParty: party, account: account, known: try tx.passkeys(of: user).map(\.credential),
                algorithms: PasskeyKey.algorithms, milliseconds: Passkey.challengeMilliseconds)
        }
    }

    /// Keeps a passkey that was made. Throws `passkeyRefused`, `challengeExpired` and `tooManyPasskeys`.
    package func addPasskey(_ attestation: PasskeyAttestation, challenge token: String, name: String, of user: User.ID) async throws -> Passkey {
        guard (1...Passkey.maximumNameLength).contains(name.count) else { throw CheckoutError(.invalid, field: "name") }
        let party = relyingParty
        do {
            return try await database.write { tx in
                guard let begun = try tx.challenge(token, .passkeyRegistration), begun.user == user else {
                    throw CheckoutError(.challengeExpired, field: "challenge")
                }
                try tx.endChallenge(token)
                guard ClientData.isSound(attestation.clientData, .create, challenge: begun.value, origins: party.origins),
                    let object = CBOR(attestation.attestation), let bytes = object[.text("authData")]?.bytes,
                    let data = AuthenticatorData(bytes, relyingParty: party.id), let credential = data.credential
                else { throw CheckoutError(.passkeyRefused, field: "credential") }
                guard try tx.passkeys(of: user).count < Passkey.maximumPerUser else { throw CheckoutError(.tooManyPasskeys) }
                return try tx.insert(credential.id, credential.key, data.signCount, name, of: user)
            }
        } catch DatabaseError.constraint {
            // Somebody has this passkey already.
            throw CheckoutError(.passkeyRefused, field: "credential")
        }
    }

    /// The passkeys of an account, the oldest first.
    package func passkeys(of user: User.ID) async throws -> [Passkey] {
        try await database.read { try $0.passkeys(of: user) }
    }

    /// Takes a passkey away. Throws `notFound`.
    package func removePasskey(_ id: Passkey.ID, of user: User.ID) async throws {
        try await database.write { tx in
            guard try tx.execute("DELETE FROM passkeys WHERE id = \(id) AND user_id = \(user)") > 0 else { throw CheckoutError(.notFound) }
            try tx.notify(user, .passkeyRemoved)
            try tx.audit(user.text, "passkey.remove", entity: id.text)
        }
    }

    /// Begins a log-in by a passkey.
    package func beginPasskeyLogIn() async throws -> PasskeyRequest {
        let challenge = SecureRandom.token()
        let party = relyingParty
        return try await database.write { tx in
            let token = try tx.beginChallenge(.passkeyLogIn, of: nil, value: challenge, for: Passkey.challengeMilliseconds)
            return PasskeyRequest(
                token: token, challenge: challenge, relyingParty: party, account: nil, known: [], algorithms: PasskeyKey.algorithms,
                milliseconds: Passkey.challengeMilliseconds)
        }
    }

    /// Logs in by a passkey. Where the second factor is on, a key that has not made sure of its owner needs a code besides.
    /// Throws `passkeyRefused`, whatever is wrong.
    package func logIn(_ assertion: PasskeyAssertion, challenge token: String, kind: Session.Kind, from client: String) async throws -> LogIn {
        try guesses.begin(.passkey, of: client, from: client)
        let party = relyingParty
        let outcome: LogIn? = try await database.write { tx in
            guard let begun = try tx.challenge(token, .passkeyLogIn) else { return nil }
            // A challenge is good for one try.
            try tx.endChallenge(token)
            guard let user = try tx.use(assertion, challenge: begun.value, party) else { return nil }
            guard try tx.account(user.id).status == .active else { return nil }
            if !user.isVerified, try tx.codeSecret(of: user.id)?.isConfirmed == true {
                return .needsCode(challenge: try tx.beginChallenge(.code, of: user.id, value: kind.rawValue, for: SecondFactor.challengeMilliseconds))
            }
            return .opened(try tx.openSession(of: user.id, kind))
        }
        guard let outcome else { throw CheckoutError(.passkeyRefused) }
        guesses.forgive(.passkey, of: client, from: client)
        return outcome
    }
}

// MARK: - Rows

extension Reading where Self: ~Copyable {
    func passkeys(of user: User.ID) throws -> [Passkey] {
        try rows("SELECT * FROM passkeys WHERE user_id = \(user) ORDER BY created_at, id").map { try Passkey($0) }
    }

    func passkeyCount(of user: User.ID) throws -> Int64 {
        try row("SELECT COUNT(*) AS count FROM passkeys WHERE user_id = \(user)")?.integer("count") ?? 0
    }
}

extension Passkey {
    fileprivate init(_ row: Row) throws {
        id = ID(try row.text("id"))
        credential = try row.text("credential")
        name = try row.text("name")
        createdAt = try row.integer("created_at")
        usedAt = try row.optionalInteger("used_at")
    }
}

extension Transaction {
    fileprivate func insert(_ credential: [UInt8], _ key: PasskeyKey, _ signCount: Int64, _ name: String, of user: User.ID) throws -> Passkey {
        let id = Passkey.ID.new("pk", at: now)
        try execute(
            """
            INSERT INTO passkeys (id, user_id, credential, public_key, name, sign_count, created_at)
            VALUES (\(id), \(user), \(Base64URL.encode(credential)), \(key.text), \(name), \(signCount), \(now))
            """)
        try notify(user, .passkeyAdded)
        try audit(user.text, "passkey.add", entity: id.text)
        return Passkey(id: id, credential: Base64URL.encode(credential), name: name, createdAt: now, usedAt: nil)
    }

    /// Whose passkey has signed the challenge; nil when anything is wrong, also a count that did not grow, because then there may
    /// be two of a key that was thought to be one.
    fileprivate func use(_ assertion: PasskeyAssertion, challenge: String, _ party: RelyingParty) throws -> (id: User.ID, isVerified: Bool)? {
        guard ClientData.isSound(assertion.clientData, .get, challenge: challenge, origins: party.origins),
            let data = AuthenticatorData(assertion.authenticatorData, relyingParty: party.id),
            let row = try row("SELECT id, user_id, public_key, sign_count FROM passkeys WHERE credential = \(Base64URL.encode(assertion.credential))"),
            let key = PasskeyKey(text: try row.text("public_key")),
            key.isValid(assertion.signature, for: assertion.authenticatorData + SHA256.digest(of: assertion.clientData).bytes)
        else { return nil }
        let (id, user, count) = (try row.text("id"), User.ID(try row.text("user_id")), try row.integer("sign_count"))
        if count > 0 || data.signCount > 0, data.signCount <= count {
            try audit(user.text, "passkey.countRefused", entity: id)
            return nil
        }
        try execute("UPDATE passkeys SET sign_count = \(data.signCount), used_at = \(now) WHERE id = \(id)")
        return (user, data.isUserVerified)
    }
}
