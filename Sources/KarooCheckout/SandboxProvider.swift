// KarooExpress – Apache-2.0

package import KarooCommerce
import Synchronization

/// A bank that moves no money, for the demonstration and for tests: tokens decide what becomes of a charge.
///
/// It is as strict as a real one. A key charges once, and with another amount it is refused; no more is refunded than was
/// captured; a cancelled key charges nothing any more. What it remembers it tells to `journal`, so that it can outlive the
/// process as a real bank does.
package final class SandboxProvider: PaymentProvider {
    /// What a buyer's card does.
    package enum Method: String, CaseIterable, Sendable {
        case succeeds = "sandbox_ok"
        case isDeclined = "sandbox_declined"
        case lacksFunds = "sandbox_insufficient_funds"
        /// The bank wants a confirmation (3-D Secure).
        case asks = "sandbox_3ds"
        /// The charge succeeds, and its answer is lost.
        case timesOut = "sandbox_timeout"
    }

    /// One thing that the bank remembers.
    package enum Entry: Hashable, Sendable {
        case asked(key: String, Money)
        case authorized(key: String, Money)
        case captured(key: String, Money)
        case declined(key: String, DeclineReason)
        case cancelled(key: String)
        case refunded(key: String, charge: String, Money)
    }

    private struct Account {
        var amount: Money?
        var outcome: ChargeOutcome
        var refunded: Int64 = 0
    }

    private struct Book {
        var accounts: [String: Account] = [:]
        var refunds: [String: RefundRequest] = [:]
    }

    package let name = "sandbox"
    private let book = Mutex(Book())
    private let holdsFirst: Bool
    private let challengeURL: @Sendable (_ key: String) -> String
    private let journal: @Sendable (Entry) -> Void

    /// - Parameters:
    ///   - remembered: what an earlier process told to its journal.
    ///   - holdsFirst: whether money is held until it is captured; otherwise it is taken at once.
    ///   - challengeURL: where the buyer of a charge confirms.
    package init(
        remembered: [Entry] = [], holdsFirst: Bool = false, challengeURL: @escaping @Sendable (_ key: String) -> String = { "/v1/sandbox/challenges/\($0)" },
        journal: @escaping @Sendable (Entry) -> Void = { _ in }
    ) {
        self.holdsFirst = holdsFirst
        self.challengeURL = challengeURL
        self.journal = journal
        for entry in remembered { book.withLock { SandboxProvider.apply(entry, to: &$0, challengeURL) } }
    }

    package func accepts(method: String) -> Bool { Method(rawValue: method) != nil }

    package func method(in market: Market.ID, for total: Money?) -> PaymentMethod? {
        PaymentMethod(id: name, kind: .sandbox, tokens: Method.allCases.map(\.rawValue))
    }

    package func authorize(_ charge: Charge) async -> ChargeOutcome {
        guard let method = Method(rawValue: charge.method) else { return .declined(.declined, reference: charge.key) }
        return book.withLock { book in
            if let known = book.accounts[charge.key] {
                // The same key with another amount is another charge, which a bank refuses.
                guard known.amount == nil || known.amount == charge.amount else { return .unknown }
                return known.outcome
            }
            switch method {
            case .succeeds: note(accepted(charge.key, charge.amount), in: &book)
            case .isDeclined: note(.declined(key: charge.key, .declined), in: &book)
            case .lacksFunds: note(.declined(key: charge.key, .insufficientFunds), in: &book)
            case .asks: note(.asked(key: charge.key, charge.amount), in: &book)
            case .timesOut:
                note(accepted(charge.key, charge.amount), in: &book)
                return .unknown
            }
            return book.accounts[charge.key]?.outcome ?? .unknown
        }
    }

    package func capture(_ charge: Charge) async -> ChargeOutcome {
        book.withLock { book in
            if case .authorized(let amount, _) = book.accounts[charge.key]?.outcome { note(.captured(key: charge.key, amount), in: &book) }
            return book.accounts[charge.key]?.outcome ?? .neverAsked
        }
    }

    package func void(_ charge: Charge) async -> ChargeOutcome {
        book.withLock { book in
            switch book.accounts[charge.key]?.outcome {
            case nil, .actionRequired, .authorized: note(.cancelled(key: charge.key), in: &book)
            default: break
            }
            return book.accounts[charge.key]?.outcome ?? .unknown
        }
    }

    package func outcome(of charge: Charge) async -> ChargeOutcome {
        book.withLock { $0.accounts[charge.key]?.outcome ?? .neverAsked }
    }

    package func refund(_ refund: RefundRequest) async -> RefundOutcome {
        book.withLock { book in
            if let known = book.refunds[refund.key] { return (known.charge, known.amount) == (refund.charge, refund.amount) ? .refunded(reference: refund.key) : .refused }
            guard let account = book.accounts[refund.charge], case .captured(let captured, _) = account.outcome,
                captured.currency == refund.amount.currency, refund.amount.minorUnits > 0,
                refund.amount.minorUnits <= captured.minorUnits - account.refunded
            else { return .refused }
            note(.refunded(key: refund.key, charge: refund.charge, refund.amount), in: &book)
            return .refunded(reference: refund.key)
        }
    }

    /// The buyer confirms a charge that asked for it, or does not. False when it does not wait for that.
    package func answerChallenge(of key: String, confirms: Bool) -> Bool {
        book.withLock { book in
            guard let account = book.accounts[key], case .actionRequired = account.outcome, let amount = account.amount else { return false }
            note(confirms ? accepted(key, amount) : .declined(key: key, .authenticationFailed), in: &book)
            return true
        }
    }

    /// The keys of charges for which money is held.
    package var held: Set<String> {
        book.withLock { book in
            Set(book.accounts.filter { if case .authorized = $0.value.outcome { true } else { false } }.keys)
        }
    }

    /// For each charge that succeeded: what the bank took, and what it gave back.
    package var statement: [String: (captured: Money, refunded: Int64)] {
        book.withLock { book in
            book.accounts.compactMapValues { account in
                guard case .captured(let money, _) = account.outcome else { return nil }
                return (money, account.refunded)
            }
        }
    }

    private func accepted(_ key: String, _ amount: Money) -> Entry { holdsFirst ? .authorized(key: key, amount) : .captured(key: key, amount) }

    private func note(_ entry: Entry, in book: inout Book) {
        SandboxProvider.apply(entry, to: &book, challengeURL)
        journal(entry)
    }

    private static func apply(_ entry: Entry, to book: inout Book, _ challengeURL: (String) -> String) {
        switch entry {
        case .asked(let key, let amount):
            book.accounts[key] = Account(amount: amount, outcome: .actionRequired(PaymentAction(url: challengeURL(key)), reference: nil))
        case .authorized(let key, let amount):
            book.accounts[key] = Account(amount: amount, outcome: .authorized(amount, reference: key))
        case .captured(let key, let amount):
            book.accounts[key] = Account(amount: amount, outcome: .captured(amount, reference: key))
        case .declined(let key, let reason):
            book.accounts[key] = Account(amount: book.accounts[key]?.amount, outcome: .declined(reason, reference: key))
        case .cancelled(let key):
            book.accounts[key] = Account(amount: nil, outcome: .cancelled)
        case .refunded(let key, let charge, let amount):
            book.accounts[charge]?.refunded += amount.minorUnits
            book.refunds[key] = RefundRequest(key: key, charge: charge, amount: amount)
        }
    }
}
