// KarooExpress – Apache-2.0

import Foundation
import KarooCheckout
import KarooCommerce
import Synchronization

/// The memory of the sandbox bank in a file, one line for each thing that happened: a bank does not forget a charge because
/// the shop was killed.
final class SandboxJournal: Sendable {
    private let handle: Mutex<FileHandle>
    /// What stood in the file.
    let entries: [SandboxProvider.Entry]

    init(path: String) throws {
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        entries = text.split(separator: "\n").compactMap { SandboxJournal.entry($0) }
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        guard let file = FileHandle(forWritingAtPath: path) else { throw CocoaError(.fileWriteNoPermission) }
        file.seekToEndOfFile()
        handle = Mutex(file)
    }

    func note(_ entry: SandboxProvider.Entry) {
        let line = Data((SandboxJournal.line(entry) + "\n").utf8)
        handle.withLock { try? $0.write(contentsOf: line) }
    }

    private static func line(_ entry: SandboxProvider.Entry) -> String {
        switch entry {
        case .asked(let key, let amount): "asked \(key) \(amount.minorUnits) \(amount.currency)"
        case .authorized(let key, let amount): "authorized \(key) \(amount.minorUnits) \(amount.currency)"
        case .captured(let key, let amount): "captured \(key) \(amount.minorUnits) \(amount.currency)"
        case .declined(let key, let reason): "declined \(key) \(reason.rawValue)"
        case .cancelled(let key): "cancelled \(key)"
        case .refunded(let key, let charge, let amount): "refunded \(key) \(charge) \(amount.minorUnits) \(amount.currency)"
        }
    }

    /// Nil for a line that was cut off.
    private static func entry(_ line: Substring) -> SandboxProvider.Entry? {
        let words = line.split(separator: " ").map(String.init)
        func money(_ place: Int) -> Money? {
            guard words.count == place + 2, let minorUnits = Int64(words[place]), let currency = Currency(words[place + 1]) else { return nil }
            return Money(minorUnits: minorUnits, currency: currency)
        }
        switch words.first {
        case "asked": return money(2).map { .asked(key: words[1], $0) }
        case "authorized": return money(2).map { .authorized(key: words[1], $0) }
        case "captured": return money(2).map { .captured(key: words[1], $0) }
        case "declined" where words.count == 3: return DeclineReason(rawValue: words[2]).map { .declined(key: words[1], $0) }
        case "cancelled" where words.count == 2: return .cancelled(key: words[1])
        case "refunded": return money(3).map { .refunded(key: words[1], charge: words[2], $0) }
        default: return nil
        }
    }
}
