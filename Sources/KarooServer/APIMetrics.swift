// KarooExpress – Apache-2.0

import Synchronization

/// What the server counts, for `/metrics`.
final class APIMetrics: Sendable {
    /// The upper ends of the spans in which durations are counted, in milliseconds.
    private static let bounds: [Int64] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000]

    /// What was answered at one address with one method.
    private struct Series {
        /// By hundreds of the status.
        var answers = [Int64](repeating: 0, count: 6)
        var durations = [Int64](repeating: 0, count: APIMetrics.bounds.count + 1)
        var microseconds: Int64 = 0
    }

    private let series = Mutex<[String: Series]>([:])
    private let gauges: @Sendable () async -> [String: Int64]

    /// - parameter gauges: what stands for now, by name; `outbox_waiting{kind="mail"}` has a label too.
    init(gauges: @escaping @Sendable () async -> [String: Int64]) { self.gauges = gauges }

    /// - parameter route: method and path with names in braces, of which there are few; nil for addresses that are none.
    func count(_ route: String?, status: Int, _ duration: Duration) {
        let microseconds = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
        let span = APIMetrics.bounds.firstIndex { microseconds <= $0 * 1_000 } ?? APIMetrics.bounds.count
        series.withLock { series in
            let route = route ?? "none none"
            series[route, default: Series()].answers[min(5, max(0, status / 100))] += 1
            series[route]?.durations[span] += 1
            series[route]?.microseconds += microseconds
        }
    }

    /// All of it, in the text format of Prometheus.
    func text() async -> String {
        let series = series.withLock { $0 }.sorted { $0.key < $1.key }
        var lines = ["# TYPE karoo_http_requests_total counter"]
        for (route, series) in series {
            for (hundreds, count) in series.answers.enumerated() where hundreds > 0 && count > 0 {
                lines.append("karoo_http_requests_total{\(APIMetrics.labels(route)),status=\"\(hundreds)xx\"} \(count)")
            }
        }
        lines.append("# TYPE karoo_http_request_duration_seconds histogram")
        for (route, series) in series { lines += APIMetrics.histogram(series, labels: APIMetrics.labels(route)) }
        var last = ""
        for (name, value) in await gauges().sorted(by: { $0.key < $1.key }) {
            let bare = String(name.prefix { $0 != "{" })
            if bare != last { lines.append("# TYPE karoo_\(bare) gauge") }
            last = bare
            lines.append("karoo_\(name) \(value)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func histogram(_ series: Series, labels: String) -> [String] {
        let name = "karoo_http_request_duration_seconds"
        var lines: [String] = []
        var sum: Int64 = 0
        for (bound, count) in zip(bounds, series.durations) {
            sum += count
            lines.append("\(name)_bucket{\(labels),le=\"\(seconds(bound * 1_000))\"} \(sum)")
        }
        sum += series.durations[bounds.count]
        lines.append("\(name)_bucket{\(labels),le=\"+Inf\"} \(sum)")
        lines.append("\(name)_sum{\(labels)} \(seconds(series.microseconds))")
        lines.append("\(name)_count{\(labels)} \(sum)")
        return lines
    }

    private static func labels(_ route: String) -> String {
        let parts = route.split(separator: " ", maxSplits: 1)
        return "method=\"\(parts[0])\",route=\"\(parts[1])\""
    }

    private static func seconds(_ microseconds: Int64) -> String {
        let fraction = String(microseconds % 1_000_000)
        return "\(microseconds / 1_000_000).\(String(repeating: "0", count: 6 - fraction.utf8.count))\(fraction)"
    }
}
