// KarooExpress – Apache-2.0

import Foundation
import GRDB

/// The one writer: a thread that takes all writes that wait, gives each its own savepoint, and makes one durable commit
/// of them. While it waits for the disk, the next ones gather; so the disk sets the pace of commits and not of writes.
///
/// An answer leaves only after the commit that holds its rows. A write that throws takes back its own savepoint and
/// nothing else. When the commit fails, each write of the batch is run again alone and answered alone.
final class GroupCommit: Sendable {
    /// So many writes share a commit at most.
    static let maximumBatch = 256
    /// Writes beyond so many that wait are refused as `busy`.
    static let maximumWaiting = 4_096

    private let writer: any DatabaseWriter
    private let clock: @Sendable () -> Int64
    private let queue: WriteQueue
    private let recorder: StatementRecorder?

    init(_ writer: any DatabaseWriter, recorder: StatementRecorder?, clock: @escaping @Sendable () -> Int64) {
        self.writer = writer
        self.recorder = recorder
        self.clock = clock
        queue = WriteQueue()
        let thread = Thread { [self] in
            while let batch = queue.next(upTo: GroupCommit.maximumBatch) { commit(batch) }
            queue.end()
        }
        thread.name = "karoo database writer"
        thread.start()
    }

    /// The outcome of a write after its commit. A write whose task is cancelled while it waits for its turn is not done; one that has
    /// begun ends whole.
    func write<Value: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> Value) async throws -> Value {
        let ticket = WriteTicket()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let write = PendingWrite(body: body, continuation: continuation)
                if let refusal = queue.add(write, ticket) {
                    write.fail(refusal)
                    write.answer()
                }
                if Task.isCancelled { withdraw(ticket) }
            }
        } onCancel: {
            withdraw(ticket)
        }
    }

    private func withdraw(_ ticket: WriteTicket) {
        guard let write = queue.withdraw(ticket) else { return }
        write.fail(CancellationError())
        write.answer()
    }

    /// Finishes what waits and ends the thread. Later writes are refused.
    func stop() async {
        await queue.stop()
        recorder?.close()
    }

    /// What was done so far.
    var statistics: WriteStatistics { queue.statistics }

    private func commit(_ batch: [any Pending]) {
        let moment = clock()
        do {
            try writer.writeWithoutTransaction { database in
                let connection = SQLiteConnection(database, recorder: recorder)
                do {
                    try connection.command("BEGIN IMMEDIATE")
                    for write in batch { try run(write, connection, moment) }
                    try connection.command("COMMIT")
                } catch {
                    if database.isInsideTransaction { try? connection.command("ROLLBACK") }
                    throw error
                }
            }
            queue.count(writes: batch.count)
        } catch {
            replay(batch, after: error)
        }
        for write in batch { write.answer() }
    }

    /// Throws only when more than this write is lost.
    private func run(_ write: any Pending, _ connection: SQLiteConnection, _ moment: Int64) throws(DatabaseError) {
        try connection.command("SAVEPOINT one")
        recorder?.begin()
        do {
            try write.run(on: connection, at: moment)
            try connection.command("RELEASE one")
            recorder?.end(isKept: true)
        } catch {
            recorder?.end(isKept: false)
            guard connection.database.isInsideTransaction else {
                throw error as? DatabaseError ?? .unexpected("the transaction ended by itself")
            }
            write.fail(error)
            try connection.command("ROLLBACK TO one")
            try connection.command("RELEASE one")
        }
    }

    /// A batch of one needs no second attempt, and a disk that lost writes gets none; nor do those who have all waited in vain
    /// for another process.
    private func replay(_ batch: [any Pending], after error: any Error) {
        if case .broken? = error as? DatabaseError { queue.refuseAll(error) }
        guard batch.count > 1, !isHeldElsewhere(error), queue.refusal == nil else {
            for write in batch { write.fail(error) }
            return
        }
        for write in batch {
            // A commit that fails alone fails for its own write only.
            if let refusal = queue.refusal { write.fail(refusal) } else { commitAlone(write) }
        }
    }

    private func isHeldElsewhere(_ error: any Error) -> Bool {
        if case .busy? = error as? DatabaseError { return true }
        return false
    }

    private func commitAlone(_ write: any Pending) {
        let moment = clock()
        do {
            try writer.writeWithoutTransaction { database in
                let connection = SQLiteConnection(database, recorder: recorder)
                do {
                    try connection.command("BEGIN IMMEDIATE")
                    try write.run(on: connection, at: moment)
                    try connection.command("COMMIT")
                } catch {
                    if database.isInsideTransaction { try? connection.command("ROLLBACK") }
                    throw error
                }
            }
            queue.count(writes: 1)
        } catch {
            if case .broken? = error as? DatabaseError { queue.refuseAll(error) }
            write.fail(error)
        }
    }
}

/// How many writes shared how many commits.
package struct WriteStatistics: Hashable, Sendable {
    package var commits: Int64 = 0
    package var writes: Int64 = 0
    /// How many wait now.
    package var waiting: Int64 = 0
}

/// A write whose kind of result is forgotten.
private protocol Pending: AnyObject, Sendable {
    func run(on connection: any Connection, at moment: Int64) throws
    func fail(_ error: any Error)
    /// Resumes whoever waits, once.
    func answer()
}

/// By which a waiting write is known to whoever waits for it.
private final class WriteTicket: Sendable {}

/// The writer's thread alone touches the outcome, after the queue has handed the write over.
private final class PendingWrite<Value: Sendable>: Pending, @unchecked Sendable {
    private let body: @Sendable (borrowing Transaction) throws -> Value
    private let continuation: CheckedContinuation<Value, any Error>
    private var outcome: Result<Value, any Error>?

    init(body: @escaping @Sendable (borrowing Transaction) throws -> Value, continuation: CheckedContinuation<Value, any Error>) {
        self.body = body
        self.continuation = continuation
    }

    func run(on connection: any Connection, at moment: Int64) throws {
        outcome = .success(try body(Transaction(connection, now: moment)))
    }

    func fail(_ error: any Error) { outcome = .failure(error) }
    func answer() { continuation.resume(with: outcome ?? .failure(DatabaseError.unexpected("the write was not run"))) }
}

/// The writes that wait, in the order in which they came.
private final class WriteQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var waiting: [(write: any Pending, ticket: WriteTicket)] = []
    private var isStopping = false
    private var hasEnded = false
    private var stoppers: [CheckedContinuation<Void, Never>] = []
    private var failure: (any Error)?
    private var done = WriteStatistics()

    /// Why the write is not taken; nil when it is.
    func add(_ write: any Pending, _ ticket: WriteTicket) -> (any Error)? {
        condition.withLock {
            if let failure { return failure }
            if isStopping { return DatabaseError.busy("the database is being closed") }
            if waiting.count >= GroupCommit.maximumWaiting { return DatabaseError.busy("\(waiting.count) writes wait") }
            waiting.append((write, ticket))
            condition.signal()
            return nil
        }
    }

    /// Waits for writes and takes them; nil when there will be none.
    func next(upTo count: Int) -> [any Pending]? {
        condition.withLock {
            while waiting.isEmpty {
                if isStopping { return nil }
                condition.wait()
            }
            let batch = waiting.prefix(count).map(\.write)
            waiting.removeFirst(batch.count)
            return batch
        }
    }

    /// Takes a write back out; nil when it does not wait any more.
    func withdraw(_ ticket: WriteTicket) -> (any Pending)? {
        condition.withLock {
            guard let place = waiting.firstIndex(where: { $0.ticket === ticket }) else { return nil }
            return waiting.remove(at: place).write
        }
    }

    /// From now on every write is refused with this error.
    func refuseAll(_ error: any Error) { condition.withLock { failure = error } }

    /// Why every write is refused; nil when they are not.
    var refusal: (any Error)? { condition.withLock { failure } }

    func stop() async {
        await withCheckedContinuation { continuation in
            let isOver = condition.withLock {
                isStopping = true
                condition.signal()
                if !hasEnded { stoppers.append(continuation) }
                return hasEnded
            }
            if isOver { continuation.resume() }
        }
    }

    func end() {
        let continuations = condition.withLock {
            hasEnded = true
            return stoppers
        }
        for continuation in continuations { continuation.resume() }
    }

    func count(writes: Int) {
        condition.withLock {
            done.commits += 1
            done.writes += Int64(writes)
        }
    }

    var statistics: WriteStatistics {
        condition.withLock {
            var statistics = done
            statistics.waiting = Int64(waiting.count)
            return statistics
        }
    }
}

extension NSCondition {
    fileprivate func withLock<Value>(_ body: () -> Value) -> Value {
        lock()
        defer { unlock() }
        return body()
    }
}
