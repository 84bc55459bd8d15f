// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// Something that is done only with somebody who agreed to it.
package enum Consent: String, CaseIterable, Sendable {
    /// Letters that advertise.
    case marketing
}

extension Checkout {
    /// What an account agrees to; nothing unless it said so.
    package func consents(of user: User.ID) async throws -> Set<Consent> {
        try await database.read { try $0.consents(of: user) }
    }

    /// Notes what an account agrees to from now on. What it agreed to before stays on record.
    package func setConsents(_ consents: Set<Consent>, of user: User.ID) async throws -> Set<Consent> {
        try await database.write { tx in
            let known = try tx.consents(of: user)
            for consent in Consent.allCases where known.contains(consent) != consents.contains(consent) {
                try tx.execute(
                    """
                    INSERT INTO consents (id, user_id, kind, is_given, at)
                    VALUES (\(Identifier<Consent>.new("con", at: tx.now)), \(user), \(consent.rawValue), \(consents.contains(consent)), \(tx.now))
                    """)
            }
            return try tx.consents(of: user)
        }
    }
}

extension Reading where Self: ~Copyable {
    fileprivate func consents(of user: User.ID) throws -> Set<Consent> {
        // Of what was said in one millisecond, no counts.
        let rows = try rows("SELECT kind, is_given FROM consents WHERE user_id = \(user) ORDER BY at, is_given DESC")
        return try rows.reduce(into: []) { consents, row in
            guard let consent = Consent(rawValue: try row.text("kind")) else { return }
            if try row.bool("is_given") { consents.insert(consent) } else { consents.remove(consent) }
        }
    }
}
