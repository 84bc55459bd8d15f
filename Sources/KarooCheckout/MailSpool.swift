// KarooExpress – Apache-2.0

import Dispatch
import Glibc

/// Letters as files in a folder, one each, for another program to take away or for people to read. A file appears whole, under the
/// letter's id; the same letter again is the same file.
package struct MailSpool: Mailer {
    /// As `orderPlaced.og_….eml`.
    package static let ending = "eml"

    private let folder: String
    private static let queue = DispatchQueue(label: "karoo.mail.spool")

    /// Makes the folder when it is not there, for its owner only. Nil when that cannot be done.
    package init?(folder: String) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { return nil }
        self.folder = folder
    }

    /// Where a letter lies.
    package func path(of id: String) -> String {
        "\(folder)/\(id.map { $0 == ":" ? "." : String($0) }.joined()).\(MailSpool.ending)"
    }

    package func send(_ messages: [MailMessage]) async -> [MailOutcome] {
        await withCheckedContinuation { continuation in
            MailSpool.queue.async { continuation.resume(returning: write(messages)) }
        }
    }

    /// Each file is on the disk before it gets its name, and all names are before anything counts as sent.
    private func write(_ messages: [MailMessage]) -> [MailOutcome] {
        let outcomes = messages.map(write)
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return messages.map { _ in .failed(MailSpool.reason()) } }
        defer { close(directory) }
        guard fsync(directory) == 0 else { return messages.map { _ in .failed(MailSpool.reason()) } }
        return outcomes
    }

    private func write(_ message: MailMessage) -> MailOutcome {
        let path = path(of: message.id)
        // A point before the name: those who take letters away do not see what is not whole.
        let partial = "\(folder)/.\(path.split(separator: "/").last ?? "letter")"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return .failed(MailSpool.reason()) }
        let isWritten = MailSpool.write(message.bytes, to: descriptor) && fsync(descriptor) == 0
        let reason = MailSpool.reason()
        close(descriptor)
        guard isWritten else {
            unlink(partial)
            return .failed(reason)
        }
        guard rename(partial, path) == 0 else { return .failed(MailSpool.reason()) }
        return .sent
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return false }
            start += max(0, count)
        }
        return true
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
