// KarooExpress – Apache-2.0

import Foundation
import Synchronization

/// Writes down every statement of every write with what was bound to it, so that a benchmark can do the same without a server.
///
/// A write begins with `W` and ends with `.`, or with `!` when it was taken back. Between them stands each statement: `S`, its text,
/// the number of its values, and each value: `n`, `i` and 8 bytes, `t` or `b` with text or bytes. Lengths and numbers have 4 bytes,
/// the lowest first.
package final class StatementRecorder: Sendable {
    /// So much is gathered before it is written.
    private static let bufferBytes = 1 << 20

    private struct State {
        let file: FileHandle
        var pending: [UInt8] = []
    }

    private let state: Mutex<State>

    /// Throws when the file cannot be made.
    package init(path: String) throws {
        FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        state = Mutex(State(file: file))
    }

    func begin() { append([UInt8(ascii: "W")]) }

    func end(isKept: Bool) { append([UInt8(ascii: isKept ? "." : "!")]) }

    func note(_ sql: SQL) {
        var bytes: [UInt8] = [UInt8(ascii: "S")]
        StatementRecorder.append(Array(sql.pieces.joined(separator: "?").utf8), to: &bytes)
        StatementRecorder.append(UInt32(sql.values.count), to: &bytes)
        for value in sql.values {
            switch value {
            case .null: bytes.append(UInt8(ascii: "n"))
            case .integer(let number):
                bytes.append(UInt8(ascii: "i"))
                StatementRecorder.append(UInt64(bitPattern: number), to: &bytes)
            case .text(let text):
                bytes.append(UInt8(ascii: "t"))
                StatementRecorder.append(Array(text.utf8), to: &bytes)
            case .bytes(let content):
                bytes.append(UInt8(ascii: "b"))
                StatementRecorder.append(content, to: &bytes)
            }
        }
        append(bytes)
    }

    /// Writes what was gathered. What comes later is lost.
    func close() {
        state.withLock { state in
            try? state.file.write(contentsOf: state.pending)
            state.pending = []
        }
    }

    private func append(_ bytes: [UInt8]) {
        state.withLock { state in
            state.pending += bytes
            guard state.pending.count >= StatementRecorder.bufferBytes else { return }
            try? state.file.write(contentsOf: state.pending)
            state.pending = []
        }
    }

    private static func append(_ content: [UInt8], to bytes: inout [UInt8]) {
        append(UInt32(content.count), to: &bytes)
        bytes += content
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }
}
