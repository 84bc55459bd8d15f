// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce
import Logging

/// Writes what the server has to say to standard error, one object of JSON in each line.
struct LogLines: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    var metadataProvider: Logger.MetadataProvider?

    init(_ level: Logger.Level) { logLevel = level }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var writer = JSONWriter()
        let all = event.metadata.map { metadata.merging($0) { $1 } } ?? metadata
        writer.object { writer in
            writer.member("at", Instant(millisecondsSinceEpoch: DataFolder.clock()).description)
            writer.member("level", event.level.rawValue)
            writer.member("message", event.message.description)
            if let error = event.error { writer.member("error", "\(error)") }
            // What the network library counts for itself says nothing that the request's own number does not.
            for (name, value) in all.sorted(by: { $0.key < $1.key }) where !name.hasPrefix("hb.") { writer.member(name, value.description) }
        }
        // In one piece, so that lines of several threads do not mix; whoever does not read them misses them.
        (writer.bytes + [UInt8(ascii: "\n")]).withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
