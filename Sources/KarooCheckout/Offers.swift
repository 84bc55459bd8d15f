// KarooExpress – Apache-2.0

package import KarooCommerce
package import KarooCrypto
import KarooDatabase
import Synchronization

/// What is for sale now: the newest offer book that a trusted key signed.
package final class Offers: Sendable {
    /// A book, and how amounts are written in each of its markets.
    package struct Edition: Sendable {
        package let head: OfferHead
        package let book: OfferBook
        /// With what letters are written; nil when the book has nothing of it, or something that cannot be used.
        package let letters: Letters?
        /// Why there are no letters, for those who look after the server; empty when nothing is wrong.
        package let letterFaults: [String]
        private let patterns: [String: MoneyPattern]

        init(head: OfferHead, book: OfferBook) {
            self.head = head
            self.book = book
            do throws(LetterFaults) {
                if let terms = book.terms.letters { letters = try Letters(terms) } else { letters = nil }
                letterFaults = []
            } catch {
                letters = nil
                letterFaults = error.faults
            }
            var patterns: [String: MoneyPattern] = [:]
            for market in book.terms.markets {
                for language in market.languages {
                    guard let country = market.countries.first, let formats = LocaleFormats("\(language.tag)-\(country)") else { continue }
                    patterns["\(language.tag)-\(market.id)"] = formats.moneyPattern(for: market.currency)
                }
            }
            self.patterns = patterns
        }

        /// An amount as the pages of a market write it in a language.
        package func display(_ money: Money, market: Market.ID, language: String) -> String {
            guard let pattern = patterns["\(language)-\(market)"] else { return money.description }
            var bytes: [UInt8] = []
            pattern.append(money, to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Keys come from the server's own configuration; several, so that one can follow the other.
    private let trusted: [VerifyingKey]
    private let edition = Mutex<Edition?>(nil)

    package init(trusted: [VerifyingKey]) { self.trusted = trusted }

    /// The book in use. Throws `offersUnavailable` before there is one.
    package func current() throws -> Edition {
        guard let edition = edition.withLock({ $0 }) else { throw CheckoutError(.offersUnavailable) }
        return edition
    }

    /// Reads a book and verifies all of it; see `OfferBook.open`.
    fileprivate func verify(known: OfferHead?, read: (_ path: String) -> [UInt8]?) throws(OfferBookRefusal) -> Edition {
        guard let bytes = read(OfferBook.headPath) else { throw .missing(path: OfferBook.headPath) }
        let opened = try OfferBook.open(
            head: bytes, known: known, digest: { SHA256.digest(of: $0).hex },
            isSigned: { bytes, signature, keyID in
                guard let key = trusted.first(where: { $0.id == keyID }), let signature = Base64URL.decode(signature) else { return false }
                return key.isValid(signature, for: bytes)
            },
            read: read)
        return Edition(head: opened.head, book: opened.book)
    }

    func use(_ newer: Edition) {
        edition.withLock { edition in
            if let edition, edition.head.sequence > newer.head.sequence { return }
            edition = newer
        }
    }
}

extension Checkout {
    /// Takes the book of a published folder when it is newer than the one in use, and gives its head; nil when it is the same.
    ///
    /// - parameter read: the bytes of a file by its path relative to Public.
    /// - throws: `OfferBookRefusal` for a book that is not signed by a trusted key, is damaged, or is older than any that was
    ///   ever taken. The one in use stays.
    @discardableResult
    package func takeOffers(read: (_ path: String) -> [UInt8]?) async throws -> OfferHead? {
        if let current = try? offers.current(), let bytes = read(OfferBook.headPath), bytes == current.head.json { return nil }
        let edition = try await verifiedOffers(read: read)
        let head = edition.head
        try await database.write { tx in
            _ = try tx.execute(
                """
                INSERT INTO offer_heads (sequence, digest, built_at, taken_at)
                VALUES (\(head.sequence), \(head.digest), \(head.builtAt.millisecondsSinceEpoch), \(tx.now))
                ON CONFLICT (sequence) DO NOTHING
                """)
        }
        offers.use(edition)
        return head
    }

    /// The book of a published folder, when all of it is signed by a trusted key, and none that was ever taken is newer. Throws why
    /// it would not be taken.
    package func verifiedOffers(read: (_ path: String) -> [UInt8]?) async throws -> Offers.Edition {
        let known = try await database.read { snapshot in
            try snapshot.row("SELECT sequence, digest, built_at FROM offer_heads ORDER BY sequence DESC LIMIT 1").map { row in
                OfferHead(
                    sequence: try row.integer("sequence"), builtAt: Instant(millisecondsSinceEpoch: try row.integer("built_at")),
                    digest: try row.text("digest"), keyID: "", signature: "")
            }
        }
        return try offers.verify(known: known, read: read)
    }
}

/// What a page that was built some time ago may want to know of an offer now.
package struct OfferState: Sendable {
    package let id: String
    package let price: Price
    /// Whether at least one can be bought.
    package let isAvailable: Bool
}

extension Checkout {
    /// Today's prices in a market, of those offers that it sells, in the order in which they were asked for.
    package func offerStates(_ ids: [String], in market: Market.ID) async throws -> [OfferState] {
        let edition = try offers.current()
        return try await database.read { snapshot in
            try ids.compactMap { id in
                guard let offer = edition.book.offer(id), let schedule = offer.schedule(in: market) else { return nil }
                return OfferState(id: id, price: schedule.price(at: snapshot.instant), isAvailable: try snapshot.canSell(1, of: offer))
            }
        }
    }

    /// The sequence of the book in use, when the database answers too. Throws what is missing.
    package func readySequence() async throws -> Int64 {
        let edition = try offers.current()
        return try await database.read { snapshot in
            _ = try snapshot.rows("SELECT number FROM migrations LIMIT 1")
            return edition.head.sequence
        }
    }
}

extension Reading where Self: ~Copyable {
    /// How many of an offer can be sold now; nil when nobody counts them.
    func sellable(_ offer: Offer) throws -> Int64? {
        guard offer.availability != .untracked else { return nil }
        guard let level = try stockLevel(of: offer.id) else { return offer.availability == .backorder ? nil : 0 }
        let kept = level.setAside > 0 ? try setAsideForNow(offer.id) : 0
        return max(0, level.available + min(kept, level.setAside))
    }

    fileprivate func canSell(_ quantity: Int64, of offer: Offer) throws -> Bool {
        try sellable(offer).map { $0 >= quantity } ?? true
    }
}
