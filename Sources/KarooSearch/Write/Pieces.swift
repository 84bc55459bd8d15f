// KarooExpress – Apache-2.0

import Dispatch
import Synchronization

/// Makes `count` results in at most `jobs` threads. Each thread takes the next piece whenever it is free, and keeps something
/// of its own from piece to piece.
func pieces<Own, Result: Sendable>(
    _ count: Int, jobs: Int, own: @Sendable () -> Own, _ make: @Sendable (inout Own, Int) -> Result
) -> [Result] {
    let made = Mutex([Result?](repeating: nil, count: count))
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, count))) { _ in
        var own = own()
        while true {
            let piece = next.add(1, ordering: .relaxed).oldValue
            guard piece < count else { return }
            let result = make(&own, piece)
            made.withLock { $0[piece] = result }
        }
    }
    return made.withLock { $0.map { $0! } }
}

func pieces<Result: Sendable>(_ count: Int, jobs: Int, _ make: @Sendable (Int) -> Result) -> [Result] {
    pieces(count, jobs: jobs, own: { () }) { _, piece in make(piece) }
}

/// A number as its piece of `size`.
func range(of piece: Int, size: Int, count: Int) -> Range<Int> {
    piece * size..<min(count, (piece + 1) * size)
}

func pieceCount(_ count: Int, size: Int) -> Int { (count + size - 1) / size }
