// KarooExpress – Apache-2.0

/// A state machine: every state with the states that may follow it. What is kept in a database is the raw text.
public protocol Lifecycle: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {
    /// The states that may follow this one; none after an end.
    var next: Set<Self> { get }
}

extension Lifecycle {
    /// True when nothing follows.
    public var isFinal: Bool { next.isEmpty }

    /// The state that follows. Throws when it may not follow this one, which then stays.
    public func becoming(_ state: Self) throws(IllegalTransition) -> Self {
        guard next.contains(state) else { throw IllegalTransition(from: rawValue, to: state.rawValue) }
        return state
    }
}

/// A step that no table allows.
public struct IllegalTransition: Error, Hashable, Sendable, CustomStringConvertible {
    public let from: String
    public let to: String

    public init(from: String, to: String) {
        self.from = from
        self.to = to
    }

    public var description: String { "what is \(from) does not become \(to)" }
}

/// `open ⇄ completing → completed`, and `open → expired`. While it is completing, a payment is under way and nothing in
/// it changes.
public enum CartStatus: String, Lifecycle {
    case open, completing, completed, expired

    public var next: Set<CartStatus> {
        switch self {
        case .open: [.completing, .expired]
        case .completing: [.open, .completed]
        case .completed, .expired: []
        }
    }
}

/// `active → consumed | released | expired`: each ends in exactly one of them.
public enum ReservationStatus: String, Lifecycle {
    case active, consumed, released, expired

    public var next: Set<ReservationStatus> {
        self == .active ? [.consumed, .released, .expired] : []
    }
}

/// One attempt to pay for a cart: `started → actionRequired → succeeded | declined | expired`. What nobody knows stays
/// started; it is asked after, never guessed.
public enum AttemptStatus: String, Lifecycle {
    /// The provider was, or is about to be, asked.
    case started
    /// The buyer has to confirm with the bank.
    case actionRequired
    case succeeded
    case declined
    /// Given up before any money moved.
    case expired

    public var next: Set<AttemptStatus> {
        switch self {
        case .started: [.actionRequired, .succeeded, .declined, .expired]
        case .actionRequired: [.succeeded, .declined, .expired]
        case .succeeded, .declined, .expired: []
        }
    }
}

/// A seller's part of what was bought: `placed → inProgress → completed`, and `placed | inProgress → cancelled`.
public enum OrderStatus: String, Lifecycle {
    case placed, inProgress, completed, cancelled

    public var next: Set<OrderStatus> {
        switch self {
        case .placed: [.inProgress, .cancelled]
        case .inProgress: [.completed, .cancelled]
        case .completed, .cancelled: []
        }
    }
}
