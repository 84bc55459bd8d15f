// KarooExpress – Apache-2.0

import Synchronization

/// Counts guesses at secrets, for each account and for each address they come from, and refuses further ones for a while.
///
/// What does not exist is counted as what exists, so that the counting tells nothing. The counts are in memory: a restart
/// forgives.
package final class Guesses: Sendable {
    /// What is guessed at.
    package enum Subject: String, Hashable, Sendable {
        /// A password, at log-in or to confirm who one is.
        case logIn
        /// Letters that can be had for an address: confirmations and resets.
        case letter
        /// A code, after the password or to confirm who one is.
        case code
        /// A log-in by a passkey, counted by where it comes from.
        case passkey
    }

    /// Guesses at one account within a window.
    package static let maximumPerAccount = 20
    /// Letters to one address within a window.
    package static let maximumLetters = 5
    /// Guesses from one address of the network within a window, at whatever account.
    package static let maximumPerClient = 100
    package static let windowMilliseconds: Int64 = 15 * 60_000
    /// Counts that are kept; beyond it the oldest go.
    package static let maximumCounts = 50_000

    private struct Count {
        var number = 0
        var until: Int64
    }

    private let clock: @Sendable () -> Int64
    private let counts = Mutex<[String: Count]>([:])

    /// - parameter clock: milliseconds that only go forward.
    package init(clock: @escaping @Sendable () -> Int64 = Guesses.uptime) { self.clock = clock }

    /// Milliseconds since some moment before the start; nobody sets this clock.
    package static let uptime: @Sendable () -> Int64 = {
        let start = ContinuousClock.now
        return {
            let passed = (ContinuousClock.now - start).components; return passed.seconds * 1_000 + passed.attoseconds / 1_000_000_000_000_000
        }
    }()

    /// Counts a guess that begins now. Throws `tooManyGuesses` with the seconds until the next one is taken.
    func begin(_ subject: Subject, of account: String, from client: String) throws {
        let now = clock()
        let limit =
            switch subject {
            case .letter: Guesses.maximumLetters
            case .logIn, .code: Guesses.maximumPerAccount
            // Nothing is known yet but where it comes from.
            case .passkey: Guesses.maximumPerClient
            }
        let wait: Int64? = counts.withLock { counts in
            if counts.count >= Guesses.maximumCounts { Guesses.thin(&counts, now) }
            let keys = [("\(subject.rawValue):\(account)", limit), (client, Guesses.maximumPerClient)]
            for (key, limit) in keys {
                guard let count = counts[key], count.until > now, count.number >= limit else { continue }
                return count.until - now
            }
            for (key, _) in keys {
                var count = counts[key].flatMap { $0.until > now ? $0 : nil } ?? Count(until: now + Guesses.windowMilliseconds)
                count.number += 1
                counts[key] = count
            }
            return nil
        }
        if let wait { throw CheckoutError(.tooManyGuesses, meta: ["seconds": String((wait + 999) / 1_000)]) }
    }

    /// What is guessed at was changed by its owner: the count begins anew.
    func forgive(_ subject: Subject, of account: String) {
        counts.withLock { $0["\(subject.rawValue):\(account)"] = nil }
    }

    /// The guess was right: it, and those before it at the same account, count no longer.
    func forgive(_ subject: Subject, of account: String, from client: String) {
        counts.withLock { counts in
            counts["\(subject.rawValue):\(account)"] = nil
            counts[client]?.number -= 1
        }
    }

    /// Throws out what has ended; when that is not enough, what ends first.
    private static func thin(_ counts: inout [String: Count], _ now: Int64) {
        counts = counts.filter { $0.value.until > now }
        guard counts.count >= maximumCounts else { return }
        for (key, _) in counts.sorted(by: { $0.value.until < $1.value.until }).prefix(maximumCounts / 10) { counts[key] = nil }
    }
}
