// KarooExpress – Apache-2.0

import Foundation
import KarooSite

/// Says on standard error what a build does and what it found.
struct Reporter {
    private static let isTerminal = isatty(STDERR_FILENO) == 1

    /// One line that is written over and over, on a terminal; nil elsewhere.
    static func progress() -> BuildProgress? {
        guard isTerminal else { return nil }
        let start = Date()
        return BuildProgress { report in
            let seconds = max(0.001, Date().timeIntervalSince(start))
            let count = report.total > 0 ? " \(report.done)/\(report.total) (\(Int(Double(report.done) / seconds))/s)" : ""
            write("\r\u{1B}[K\(report.phase)\(count)")
        }
    }

    static func clearLine() { if isTerminal { write("\r\u{1B}[K") } }

    static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    static func issues(_ issues: Issues, notes: Bool = true) {
        for issue in issues.sorted where notes || issue.severity != .note { write(issue.text + "\n") }
        let hidden = issues.errors + issues.warnings + issues.notes - issues.all.count
        if hidden > 0 { write("… and \(hidden) more\n") }
    }

    static func summary(_ summary: SiteBuild.Summary, seconds: Double) -> String {
        var lines = [
            "\(summary.pages) pages, \(summary.files) files (\(size(summary.bytes))): \(summary.new) new, \(summary.changed) changed, "
                + "\(summary.unchanged) unchanged, \(summary.removed) removed",
            effort(seconds: seconds),
        ]
        if summary.issues.warnings > 0 { lines.append("\(summary.issues.warnings) warnings") }
        if let next = summary.nextPriceChange { lines.append("a price changes next at \(next); build again then") }
        if !summary.isSigned { lines.append("the offer book is not signed: give a key by --key or KAROO_SIGNING_KEY (karoo keys new)") }
        if summary.hasRasterizer == false { lines.append("pictures are published as they are: neither vips nor ImageMagick makes other sizes of them") }
        if summary.withoutRaster > 0 {
            lines.append("\(summary.withoutRaster) products have only drawings: shopping networks take none, so no feed names them; vips (libvips-tools) draws them")
        }
        if summary.hasBrotli == false { lines.append("no .br files: libbrotlienc is not installed") }
        return lines.joined(separator: "\n")
    }

    static func effort(seconds: Double) -> String { String(format: "%.2f s, peak memory %@", seconds, size(peakMemory)) }

    /// The most memory that this process had, in bytes.
    private static var peakMemory: UInt64 {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return UInt64(usage.ru_maxrss) * 1_024
    }

    private static func size(_ bytes: UInt64) -> String {
        switch bytes {
        case ..<1_024: "\(bytes) B"
        case ..<(1 << 20): String(format: "%.1f KiB", Double(bytes) / 1_024)
        case ..<(1 << 30): String(format: "%.1f MiB", Double(bytes) / Double(1 << 20))
        default: String(format: "%.2f GiB", Double(bytes) / Double(1 << 30))
        }
    }
}
