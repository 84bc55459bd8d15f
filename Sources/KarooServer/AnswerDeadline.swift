// KarooExpress – Apache-2.0

import Synchronization

/// Gives what `body` makes, or throws `APIFault.deadlineExceeded` when that takes longer than it may.
///
/// Then the body is cancelled: a write that still waits for its turn is not done any more, and one that was begun ends whole.
func withAnswerDeadline<Value: Sendable>(_ limit: Duration, _ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let race = Race<Value>()
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            race.begin(continuation)
            let work = Task {
                do { race.end(.success(try await body())) } catch { race.end(.failure(error)) }
            }
            let timer = Task {
                guard (try? await Task.sleep(for: limit)) != nil else { return }
                race.end(.failure(APIFault.deadlineExceeded))
                work.cancel()
            }
            race.run(work, timer)
        }
    } onCancel: {
        race.cancel()
    }
}

/// The first of two ends is the one that counts.
private final class Race<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value, any Error>?
        var work: Task<Void, Never>?
        var timer: Task<Void, Never>?
        var isCancelled = false
    }

    private let state = Mutex(State())

    func begin(_ continuation: CheckedContinuation<Value, any Error>) { state.withLock { $0.continuation = continuation } }

    /// Stops what nobody needs any more when the end came before this.
    func run(_ work: Task<Void, Never>, _ timer: Task<Void, Never>) {
        let (isOver, isCancelled) = state.withLock { state in
            (state.work, state.timer) = (work, timer)
            return (state.continuation == nil, state.isCancelled)
        }
        if isOver { timer.cancel() }
        if isCancelled { work.cancel() }
    }

    func end(_ result: Result<Value, any Error>) {
        let (continuation, timer) = state.withLock { state in
            defer { state.continuation = nil }
            return (state.continuation, state.timer)
        }
        timer?.cancel()
        continuation?.resume(with: result)
    }

    func cancel() {
        let work = state.withLock { state in
            state.isCancelled = true
            return state.work
        }
        work?.cancel()
    }
}
