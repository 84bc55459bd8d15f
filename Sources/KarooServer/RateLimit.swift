// KarooExpress – Apache-2.0

import HTTPTypes
import Synchronization

/// How often somebody may ask: so many times at once, and as many again in each span of time.
package struct RatePolicy: Hashable, Sendable {
    /// As it stands in the headers.
    let name: String
    let quota: Int64
    let seconds: Int64

    /// - precondition: both are above nothing.
    package init(name: String, quota: Int64, seconds: Int64 = 60) {
        precondition(quota > 0 && seconds > 0, "who may never ask is not limited but shut out")
        self.name = name
        self.quota = quota
        self.seconds = seconds
    }
}

/// What is counted for whom; nil is not limited.
package struct RateLimits: Sendable {
    /// For all requests of one address.
    package var address: RatePolicy?
    /// For all requests with one token, key or session, from wherever they come.
    package var credential: RatePolicy?
    /// For requests of one address at which secrets can be guessed.
    package var guesses: RatePolicy?
    /// As many who asked lately are remembered, twice at most. Beyond that, whoever has been away longest begins anew.
    package var remembered = 32_768

    package init() {}
}

/// Counts requests in buckets of tokens that fill by themselves. Its memory has a bound, whoever asks how often.
final class RateLimiter: Sendable {
    /// What is left of one policy after a request.
    struct Allowance: Hashable, Sendable {
        let policy: RatePolicy
        let remaining: Int64
        /// Until the whole quota is there again.
        let resetSeconds: Int64
        /// Until one request is allowed; nothing when it was.
        let waitSeconds: Int64

        var isExceeded: Bool { waitSeconds > 0 }
    }

    /// In thousandths of a request, so that slow rates add up.
    private struct Bucket {
        var level: Int64
        var at: ContinuousClock.Instant
    }

    private struct Key: Hashable {
        let policy: String
        let who: UInt128
    }

    /// Those of the present age, and those of the one before: when the present one is full, it takes the place of the other.
    private struct Buckets {
        var present: [Key: Bucket] = [:]
        var previous: [Key: Bucket] = [:]
    }

    private let limits: RateLimits
    private let buckets = Mutex(Buckets())

    init(_ limits: RateLimits) { self.limits = limits }

    /// Takes a request from every bucket that it concerns; nothing is taken when one of them is empty.
    ///
    /// - parameter credential: whatever the request proves itself by.
    func allowances(_ address: NetworkAddress?, credential: String?, isGuess: Bool, at now: ContinuousClock.Instant = .now) -> [Allowance] {
        var wanted: [(RatePolicy, Key)] = []
        if let address {
            let who = address.subscriber.bits
            if let policy = limits.address { wanted.append((policy, Key(policy: policy.name, who: who))) }
            if isGuess, let policy = limits.guesses { wanted.append((policy, Key(policy: policy.name, who: who))) }
        }
        if let credential, let policy = limits.credential {
            // Not the credential itself: what nobody keeps, nobody loses.
            wanted.append((policy, Key(policy: policy.name, who: UInt128(UInt(bitPattern: credential.hashValue)))))
        }
        guard !wanted.isEmpty else { return [] }
        return buckets.withLock { buckets in
            let levels = wanted.map { policy, key in level(of: key, policy, buckets, now) }
            let isAllowed = levels.allSatisfy { $0 >= 1_000 }
            return zip(wanted, levels).map { wanted, level in
                let left = isAllowed ? level - 1_000 : level
                keep(Bucket(level: left, at: now), for: wanted.1, &buckets)
                return Allowance(
                    policy: wanted.0, remaining: left / 1_000, resetSeconds: RateLimiter.seconds(wanted.0.quota * 1_000 - left, wanted.0),
                    waitSeconds: level >= 1_000 ? 0 : RateLimiter.seconds(1_000 - level, wanted.0))
            }
        }
    }

    /// How many are remembered.
    var count: Int { buckets.withLock { $0.present.count + $0.previous.count } }

    private func level(of key: Key, _ policy: RatePolicy, _ buckets: Buckets, _ now: ContinuousClock.Instant) -> Int64 {
        let full = policy.quota * 1_000
        guard let bucket = buckets.present[key] ?? buckets.previous[key] else { return full }
        let (seconds, attoseconds) = (now - bucket.at).components
        // After the whole span it is full; before, nothing here leaves 64 bits.
        guard seconds < policy.seconds else { return full }
        let milliseconds = max(0, seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
        return min(full, bucket.level + milliseconds * policy.quota / policy.seconds)
    }

    private func keep(_ bucket: Bucket, for key: Key, _ buckets: inout Buckets) {
        if buckets.present[key] == nil, buckets.present.count >= limits.remembered {
            buckets.previous = buckets.present
            buckets.present = [:]
        }
        buckets.present[key] = bucket
    }

    /// How long so many thousandths take, rounded up.
    private static func seconds(_ thousandths: Int64, _ policy: RatePolicy) -> Int64 {
        let rate = policy.quota * 1_000
        return (thousandths * policy.seconds + rate - 1) / rate
    }
}

extension [RateLimiter.Allowance] {
    /// The fields of draft-ietf-httpapi-ratelimit-headers; none when nothing is limited.
    var fields: HTTPFields {
        guard !isEmpty else { return [:] }
        var fields: HTTPFields = [
            .rateLimitPolicy: map { "\"\($0.policy.name)\";q=\($0.policy.quota);w=\($0.policy.seconds)" }.joined(separator: ", "),
            .rateLimit: map { "\"\($0.policy.name)\";r=\($0.remaining);t=\($0.resetSeconds)" }.joined(separator: ", "),
        ]
        if let wait = map(\.waitSeconds).max(), wait > 0 { fields[.retryAfter] = String(wait) }
        return fields
    }
}

extension HTTPField.Name {
    static let rateLimit = Self("RateLimit")!
    static let rateLimitPolicy = Self("RateLimit-Policy")!
}
