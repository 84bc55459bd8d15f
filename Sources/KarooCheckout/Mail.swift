// KarooExpress – Apache-2.0

package import KarooCommerce

/// A letter to be written: what it tells, of what, and to whom. It is put into words only when it leaves.
package struct Mail: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        // Of orders, to buyers; `sale` to sellers.
        case orderPlaced, sale, paymentAwaited, paymentFailed, shipment, cancellation, refund
        // Of accounts.
        case emailConfirmation, passwordReset, emailChange, accountExists, securityNotice
        // To sellers.
        case lowStock, payout
    }

    package enum Recipient: Hashable, Sendable {
        case address(String)
        /// Whose address stands in the offer book when the letter leaves.
        case seller(Seller.ID)
    }

    /// The values that a letter may have, each a plain text of at most so many characters.
    static let maximumValueLength = 4_000
    static let maximumKeyLength = 120

    package let kind: Kind
    package let recipient: Recipient
    /// Of the offer book; nil for the seller's or the standard one.
    package let language: String?
    /// The id of the order, refund or payout that it tells of; empty without one.
    package let reference: String
    /// What cannot be found under the reference.
    package let values: [String: String]
    /// Unique for ever: the same is not told twice.
    package let key: String

    /// - parameter key: letters, digits and `: _ - .`, such as `refund:ref_…`.
    package init(
        _ kind: Kind, to recipient: Recipient, language: String?, reference: String = "", values: [String: String] = [:], key: String
    ) {
        precondition(Mail.isKey(key), "\(key) is no key of a letter")
        self.kind = kind
        self.recipient = recipient
        self.language = language
        self.reference = reference
        self.values = values.mapValues { String($0.prefix(Mail.maximumValueLength)) }
        self.key = key
    }

    private static func isKey(_ text: String) -> Bool {
        (1...maximumKeyLength).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || ":_-.".utf8.contains(byte)
            }
    }
}

extension Mail.Recipient {
    private static let sellerPrefix = "seller:"

    /// As it stands in the outbox. No address has a colon.
    var text: String {
        switch self {
        case .address(let address): address
        case .seller(let id): Mail.Recipient.sellerPrefix + id.text
        }
    }

    init(text: String) {
        let prefix = Mail.Recipient.sellerPrefix
        self = text.hasPrefix(prefix) ? .seller(Seller.ID(String(text.dropFirst(prefix.count)))) : .address(text)
    }
}
