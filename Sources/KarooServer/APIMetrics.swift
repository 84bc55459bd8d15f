// KarooExpress – Apache-2.0

import Synchronization

/// What the server counts, for `/metrics` in the text format of Prometheus.
final class APIMetrics: Sendable {
    /// The upper ends of the spans in which durations are counted, in milliseconds.
    private static let bounds: [Int64] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000]

    private struct Counts {
        /// By hundreds of the status.
        var answers = [Int64](repeating: 0, count: 6)
        var durations = [Int64](repeating: 0, count: APIMetrics.bounds.count + 1)
        var microseconds: Int64 = 0
    }

    private let counts = Mutex(Counts())
    private let gauges: @Sendable () -> [String: Int64]

    init(gauges: @escaping @Sendable () -> [String: Int64]) { self.gauges = gauges }

    func count(status: Int, _ duration: Duration) {
        let microseconds = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
        let span = APIMetrics.bounds.firstIndex { microseconds <= $0 * 1_000 } ?? APIMetrics.bounds.count
        counts.withLock { counts in
            counts.answers[min(5, max(0, status / 100))] += 1
            counts.durations[span] += 1
            counts.microseconds += microseconds
        }
    }

    var text: String {
        let counts = counts.withLock { $0 }
        var lines = ["# TYPE karoo_http_requests_total counter"]
        for (hundreds, count) in counts.answers.enumerated() where hundreds > 0 {
            lines.append("karoo_http_requests_total{status=\"\(hundreds)xx\"} \(count)")
        }
        lines.append("# TYPE karoo_http_request_duration_seconds histogram")
        var sum: Int64 = 0
        for (bound, count) in zip(APIMetrics.bounds, counts.durations) {
            sum += count
            lines.append("karoo_http_request_duration_seconds_bucket{le=\"\(APIMetrics.seconds(bound * 1_000))\"} \(sum)")
        }
        sum += counts.durations[APIMetrics.bounds.count]
        lines.append("karoo_http_request_duration_seconds_bucket{le=\"+Inf\"} \(sum)")
        lines.append("karoo_http_request_duration_seconds_sum \(APIMetrics.seconds(counts.microseconds))")
        lines.append("karoo_http_request_duration_seconds_count \(sum)")
        for (name, value) in gauges().sorted(by: { $0.key < $1.key }) {
            lines.append("# TYPE karoo_\(name) gauge")
            lines.append("karoo_\(name) \(value)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func seconds(_ microseconds: Int64) -> String {
        let fraction = String(microseconds % 1_000_000)
        return "\(microseconds / 1_000_000).\(String(repeating: "0", count: 6 - fraction.utf8.count))\(fraction)"
    }
}
