// KarooExpress – Apache-2.0

/// Why a statement or a commit was refused, in terms that hold for every engine.
package enum DatabaseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The schema forbids the row: UNIQUE, CHECK, NOT NULL or a foreign key. The engine's words name which.
    case constraint(String)
    /// Another process holds the database, or too many writes wait. To be tried again later.
    case busy(String)
    /// No space is left. Earlier commits stand; once there is space again, so is the database.
    case full(String)
    /// What was committed can no longer be told to be on disk. Nothing more is written: who goes on after a failed
    /// fsync loses what was acknowledged. The process has to end and the database to be opened anew.
    case broken(String)
    /// The file is no database, or a damaged one. It is left as it is.
    case damaged(String)
    /// A migration was altered, is missing, or is newer than this program.
    case migration(String)
    /// The statement itself is wrong, or its result is not what the caller says. A fault of the program.
    case unexpected(String)

    package var description: String {
        switch self {
        case .constraint(let reason): "the schema forbids it: \(reason)"
        case .busy(let reason): "the database is busy: \(reason)"
        case .full(let reason): "the disk is full: \(reason)"
        case .broken(let reason): "the disk does not keep what is written: \(reason)"
        case .damaged(let reason): "the database is damaged: \(reason)"
        case .migration(let reason): reason
        case .unexpected(let reason): reason
        }
    }
}
