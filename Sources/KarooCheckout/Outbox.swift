// KarooExpress – Apache-2.0

package import KarooCommerce
package import KarooDatabase

/// How letters are sent: by the batch, again after a failure, and not for ever.
package enum Outbox {
    /// Letters taken at once.
    static let batch: Int64 = 32
    /// Letters that a process took and of which it said nothing for so long are sent by the next one.
    static let leaseMilliseconds: Int64 = 5 * 60_000
    /// After the first failure; each further one doubles it.
    static let firstDelayMilliseconds: Int64 = 30_000
    static let longestDelayMilliseconds: Int64 = 6 * 3_600_000
    /// After so many failures, about two days, somebody has to look at it.
    static let maximumAttempts: Int64 = 16

    /// How long to wait after so many failures.
    static func delayMilliseconds(after attempts: Int64) -> Int64 {
        min(longestDelayMilliseconds, firstDelayMilliseconds << min(20, max(0, attempts - 1)))
    }
}

/// A letter in the outbox, as those see it who look after the server.
package struct OutboxLetter: Hashable, Sendable {
    package enum Status: String, CaseIterable, Sendable { case waiting, sent, dead }

    package let id: String
    package let kind: String
    package let status: Status
    /// Nil once it has left.
    package let recipient: String?
    package let attempts: Int64
    package let createdAt: Instant
    package let nextAt: Instant
    /// Why it did not leave; nil when it was not tried or has left.
    package let problem: String?
}

extension Transaction {
    /// Puts letters into the outbox, once for each key.
    package func enqueue(_ mails: Mail...) throws { try enqueue(mails) }

    /// Puts letters into the outbox, once for each key. Whoever was erased has no address, and is not written to.
    package func enqueue(_ mails: [Mail]) throws {
        let mails = mails.filter { $0.recipient != .address("") }
        guard !mails.isEmpty else { return }
        let rows = mails.map { mail -> [any SQLBindable] in
            [
                mail.key, mail.kind.rawValue, mail.recipient.text, mail.language.sql, mail.reference, mail.values.json, OutboxLetter.Status.waiting.rawValue,
                Int64(0), now, now,
            ]
        }
        try execute(
            """
            INSERT INTO outbox (id, kind, recipient, language, reference, content, status, attempts, next_at, created_at)
            VALUES \(rows: rows) ON CONFLICT (id) DO NOTHING
            """)
    }
}

// MARK: - Sending

extension Checkout {
    /// Sends letters whose time has come, and says how many were taken. A letter that was handed over counts as sent once that is
    /// kept: a process that is killed between the two hands it over again, under the same Message-ID.
    @discardableResult
    package func sendLetters(by mailer: any Mailer) async throws -> Int {
        guard let edition = try? offers.current(), edition.letters != nil else { return 0 }
        let taken = try await database.write { tx in try tx.takeLetters() }
        guard !taken.isEmpty else { return 0 }
        let press = LetterPress(edition: edition, secret: secret, siteURL: siteURL, sender: sender)
        let written = try await database.read { snapshot in taken.map { letter in Result { try snapshot.message(of: letter, press) } } }
        let messages = written.compactMap { try? $0.get() }
        var outcomes = await mailer.send(messages)[...]
        let results = written.map { message -> MailOutcome in
            switch message {
            case .success: outcomes.popFirst() ?? .failed("the mailer said nothing of it")
            case .failure(let refusal as LetterRefusal): .refused(refusal.reason)
            case .failure(let error): .failed("\(error)")
            }
        }
        try await database.write { tx in try tx.note(Array(zip(taken, results))) }
        return taken.count
    }

    /// Letters in a state, the oldest first; at most `limit`.
    package func letters(_ status: OutboxLetter.Status, limit: Int64 = 1_000) async throws -> [OutboxLetter] {
        try await database.read { snapshot in
            try snapshot.rows("SELECT * FROM outbox WHERE status = \(status.rawValue) ORDER BY created_at, id LIMIT \(limit)").map { row in
                OutboxLetter(
                    id: try row.text("id"), kind: try row.text("kind"), status: status, recipient: try row.optionalText("recipient"),
                    attempts: try row.integer("attempts"), createdAt: Instant(millisecondsSinceEpoch: try row.integer("created_at")),
                    nextAt: Instant(millisecondsSinceEpoch: try row.integer("next_at")), problem: try row.optionalText("problem"))
            }
        }
    }

    /// How many letters are in each state.
    package func letterCounts() async throws -> [OutboxLetter.Status: Int64] {
        try await database.read { snapshot in
            try snapshot.rows("SELECT status, COUNT(*) AS number FROM outbox GROUP BY status").reduce(into: [:]) { counts, row in
                if let status = OutboxLetter.Status(rawValue: try row.text("status")) { counts[status] = try row.integer("number") }
            }
        }
    }

    /// Gives a letter that did not leave another chance, at once; nil gives it to all dead ones. Says how many those are.
    package func retryLetter(_ id: String?) async throws -> Int {
        try await database.write { tx in
            guard let id else {
                return try tx.execute("UPDATE outbox SET status = 'waiting', attempts = 0, next_at = \(tx.now) WHERE status = 'dead'")
            }
            return try tx.execute("UPDATE outbox SET status = 'waiting', attempts = 0, next_at = \(tx.now) WHERE id = \(id) AND status <> 'sent'")
        }
    }
}

/// A letter that is about to leave.
struct TakenLetter: Sendable {
    let id: String
    let kind: Mail.Kind?
    let recipient: Mail.Recipient
    let language: String?
    let reference: String
    let values: [String: String]
    let createdAt: Int64
    let attempts: Int64
}

extension Transaction {
    /// Takes letters for a while, so that no other process sends them meanwhile.
    fileprivate func takeLetters() throws -> [TakenLetter] {
        try rows(
            """
            UPDATE outbox SET attempts = attempts + 1, next_at = \(now + Outbox.leaseMilliseconds) WHERE id IN
                (SELECT id FROM outbox WHERE status = 'waiting' AND next_at <= \(now) ORDER BY next_at LIMIT \(Outbox.batch))
            RETURNING id, kind, recipient, language, reference, content, created_at, attempts
            """
        ).map { row in
            TakenLetter(
                id: try row.text("id"), kind: Mail.Kind(rawValue: try row.text("kind")), recipient: Mail.Recipient(text: try row.text("recipient")),
                language: try row.optionalText("language"), reference: try row.text("reference"),
                values: try [String: String](json: row.optionalText("content") ?? "{}"), createdAt: try row.integer("created_at"),
                attempts: try row.integer("attempts"))
        }.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    fileprivate func note(_ results: [(letter: TakenLetter, outcome: MailOutcome)]) throws {
        let sent = results.filter { $0.outcome == .sent }.map(\.letter.id)
        if !sent.isEmpty {
            try execute(
                """
                UPDATE outbox SET status = 'sent', sent_at = \(now), recipient = NULL, content = NULL, problem = NULL
                WHERE id IN (\(list: sent)) AND status = 'waiting'
                """)
        }
        for (letter, outcome) in results {
            switch outcome {
            case .sent: continue
            case .failed(let problem) where letter.attempts < Outbox.maximumAttempts:
                try execute(
                    """
                    UPDATE outbox SET next_at = \(now + Outbox.delayMilliseconds(after: letter.attempts)), problem = \(problem)
                    WHERE id = \(letter.id) AND status = 'waiting'
                    """)
            case .failed(let problem), .refused(let problem):
                try execute("UPDATE outbox SET status = 'dead', problem = \(problem) WHERE id = \(letter.id) AND status = 'waiting'")
            }
        }
    }
}

// MARK: - Values as JSON

extension [String: String] {
    /// Alphabetical by name.
    var json: String {
        var writer = JSONWriter()
        writer.object { writer in for (name, value) in sorted(by: { $0.key < $1.key }) { writer.member(name, value) } }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Members that are no texts are left out.
    init(json text: String) throws(JSONError) {
        guard case .object(let members) = try JSON(parsing: Array(text.utf8)) else { throw JSONError("not an object") }
        self = members.reduce(into: [:]) { values, member in
            if case .string(let value) = member.value { values[member.name] = value }
        }
    }
}

extension Optional where Wrapped: SQLBindable {
    /// NULL for nil, where several values stand in one list.
    var sql: SQLValue { self?.sqlValue ?? .null }
}
