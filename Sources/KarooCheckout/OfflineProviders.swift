// KarooExpress – Apache-2.0

import KarooCrypto
package import KarooCommerce

/// Buyers transfer the money themselves; the order stands meanwhile, and falls when nothing has come in time.
package struct BankTransfer: PaymentProvider {
    static let id = "bankTransfer"
    package let name = BankTransfer.id
    private let accounts: [Market.ID: PaymentDue.Account]
    private let days: Int64

    /// - Parameters:
    ///   - accounts: where buyers of each market pay to; the others cannot pay so.
    ///   - days: how long an order waits for its money.
    package init(accounts: [Market.ID: PaymentDue.Account], days: Int64) {
        self.accounts = accounts
        self.days = days
    }

    package func method(in market: Market.ID, for total: Money?) -> PaymentMethod? {
        accounts[market].map { _ in PaymentMethod(id: name, kind: .bankTransfer, days: days) }
    }

    package func accepts(method: String) -> Bool { method == name }
    package func authorize(_ charge: Charge) async -> ChargeOutcome {
        .promised(reference: CreditorReference(of: charge.key).text, days: days)
    }
    package func capture(_ charge: Charge) async -> ChargeOutcome { .unknown }
    package func void(_ charge: Charge) async -> ChargeOutcome { .cancelled }
    package func outcome(of charge: Charge) async -> ChargeOutcome { await authorize(charge) }
    package func refund(_ refund: RefundRequest) async -> RefundOutcome { .unknown }

    package func due(_ reference: String?, in market: Market.ID, until: Int64?) -> PaymentDue? {
        PaymentDue(
            kind: .bankTransfer, reference: reference.map { CreditorReference.grouped($0) }, account: accounts[market],
            until: until.map { Instant(millisecondsSinceEpoch: $0) })
    }
}

/// Buyers pay whoever brings the goods.
package struct CashOnDelivery: PaymentProvider {
    static let id = "cashOnDelivery"
    package let name = CashOnDelivery.id
    private let markets: Set<Market.ID>

    package init(markets: Set<Market.ID>) { self.markets = markets }

    package func method(in market: Market.ID, for total: Money?) -> PaymentMethod? {
        markets.contains(market) ? PaymentMethod(id: name, kind: .cashOnDelivery) : nil
    }

    package func accepts(method: String) -> Bool { method == name }
    package func authorize(_ charge: Charge) async -> ChargeOutcome { .promised(reference: nil, days: nil) }
    package func capture(_ charge: Charge) async -> ChargeOutcome { .unknown }
    package func void(_ charge: Charge) async -> ChargeOutcome { .cancelled }
    package func outcome(of charge: Charge) async -> ChargeOutcome { await authorize(charge) }
    package func refund(_ refund: RefundRequest) async -> RefundOutcome { .unknown }

    package func due(_ reference: String?, in market: Market.ID, until: Int64?) -> PaymentDue? {
        PaymentDue(kind: .cashOnDelivery, reference: nil, account: nil, until: nil)
    }
}

/// What a buyer writes on a transfer, by which the money is known again: a creditor reference after ISO 11649, whose two check
/// digits banks look at.
struct CreditorReference: Hashable, Sendable {
    /// `RF`, two check digits, ten letters and digits.
    let text: String

    /// The same for the same key, so that asking twice gives one.
    init(of key: String) {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
        let body = String(decoding: SHA256.digest(of: key).bytes.prefix(10).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
        let check = 98 - MOD97.remainder(of: body + "RF00")
        text = "RF\(check < 10 ? "0" : "")\(check)\(body)"
    }

    /// As somebody may have typed it; nil when the check digits do not fit.
    init?(typed: String) {
        let text = typed.filter { $0 != " " && $0 != "-" }.uppercased()
        guard text.utf8.count == 14, text.hasPrefix("RF"), text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }),
            MOD97.remainder(of: String(text.dropFirst(4) + text.prefix(4))) == 1
        else { return nil }
        self.text = text
    }

    /// In fours, as it is printed.
    static func grouped(_ text: String) -> String {
        var groups: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            groups.append(rest.prefix(4))
            rest = rest.dropFirst(4)
        }
        return groups.joined(separator: " ")
    }
}

extension PaymentDue.Account {
    /// Nil when the IBAN's check digits do not fit.
    package init?(holder: String, typedIBAN: String, bic: String) {
        let iban = typedIBAN.filter { $0 != " " }.uppercased()
        guard (15...34).contains(iban.utf8.count), iban.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }),
            MOD97.remainder(of: String(iban.dropFirst(4) + iban.prefix(4))) == 1
        else { return nil }
        self.init(holder: holder, iban: iban, bic: bic)
    }
}

/// ISO 7064, MOD 97-10, as in account numbers and creditor references.
private enum MOD97 {
    /// Of the number that the text makes when every letter is two digits (A is 10), by 97.
    static func remainder(of text: String) -> Int {
        text.utf8.reduce(0) { rest, byte in
            byte <= 0x39 ? (rest * 10 + Int(byte - 0x30)) % 97 : (rest * 100 + Int(byte - 0x41) + 10) % 97
        }
    }
}
