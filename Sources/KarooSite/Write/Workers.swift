// KarooExpress – Apache-2.0

import Dispatch
import Synchronization

/// Does `count` pieces of work in at most `jobs` threads and returns the results in order.
///
/// Each worker begins with something of its own (`setUp`) and takes the next chunk whenever it is
/// free, so that memory is bounded by the workers and not by the work.
func concurrently<Own, Result: Sendable>(
    jobs: Int, count: Int, chunk: Int = 1, setUp: @Sendable (Int) -> Own, _ body: @Sendable (inout Own, Int) -> Result
) -> [Result] {
    guard count > 0 else { return [] }
    let results = Results<Result>(count: count)
    let next = Atomic<Int>(0)
    let workers = max(1, min(jobs, (count + chunk - 1) / chunk))
    @Sendable func work(_ worker: Int) {
        var own = setUp(worker)
        while true {
            let first = next.add(chunk, ordering: .relaxed).oldValue
            guard first < count else { return }
            for place in first..<min(first + chunk, count) { results.put(body(&own, place), at: place) }
        }
    }
    if workers == 1 {
        work(0)
    } else {
        DispatchQueue.concurrentPerform(iterations: workers) { work($0) }
    }
    return results.take()
}

func concurrently<Result: Sendable>(jobs: Int, count: Int, chunk: Int = 1, _ body: @Sendable (Int) -> Result) -> [Result] {
    concurrently(jobs: jobs, count: count, chunk: chunk, setUp: { _ in () }) { _, place in body(place) }
}

/// Places for results, each written once by the one worker that has the piece of work.
private final class Results<Result>: @unchecked Sendable {
    private let places: UnsafeMutableBufferPointer<Result>

    init(count: Int) { places = .allocate(capacity: count) }

    func put(_ result: Result, at place: Int) {
        (places.baseAddress! + place).initialize(to: result)
    }

    /// All results, once every place has been written.
    func take() -> [Result] {
        [Result](unsafeUninitializedCapacity: places.count) { buffer, count in
            buffer.baseAddress!.moveInitialize(from: places.baseAddress!, count: places.count)
            count = places.count
        }
    }

    deinit { places.deallocate() }
}
