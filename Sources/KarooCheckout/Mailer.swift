// KarooExpress – Apache-2.0

/// Whoever takes letters to where they belong. Never called while a transaction is open.
package protocol Mailer: Sendable {
    /// Hands the letters over, and gives what became of each, in their order. The same letter may come again: its id says so.
    func send(_ messages: [MailMessage]) async -> [MailOutcome]
}

/// What became of a letter.
package enum MailOutcome: Hashable, Sendable {
    case sent
    /// It may work later.
    case failed(String)
    /// It never will.
    case refused(String)
}
