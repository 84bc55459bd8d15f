// KarooExpress – Apache-2.0

import Dispatch
import Glibc

/// A program that takes a letter from its standard input, as `sendmail` does: no shell, nothing of our environment, and an end to
/// how long it may take.
package struct Sendmail: Mailer {
    /// The program and what it is told before `-i -f SENDER -- RECIPIENT`.
    private let command: [String]
    private let seconds: Int
    private static let queue = DispatchQueue(label: "karoo.mail.command")
    /// Of what the program complains, no more is kept.
    private static let maximumComplaint = 500

    /// - precondition: the command names a program, by its whole path.
    package init(command: [String], seconds: Int = 30) {
        precondition(command.first?.hasPrefix("/") ?? false, "the command is not a whole path")
        self.command = command
        self.seconds = seconds
    }

    package func send(_ messages: [MailMessage]) async -> [MailOutcome] {
        await withCheckedContinuation { continuation in
            Sendmail.queue.async { continuation.resume(returning: messages.map(send)) }
        }
    }

    private func send(_ message: MailMessage) -> MailOutcome {
        // Such programs want the line ends of the system.
        let letter = message.bytes.filter { $0 != 0x0D }
        guard let started = start(["-i", "-f", message.from, "--", message.to]) else { return .failed("\(command[0]) cannot be started") }
        defer {
            close(started.input)
            close(started.errors)
        }
        guard let complaint = talk(letter, started) else {
            kill(-started.child, SIGKILL)
            _ = Sendmail.wait(for: started.child)
            return .failed("\(command[0]) took longer than \(seconds) seconds")
        }
        let status = Sendmail.wait(for: started.child)
        guard status & 0x7F == 0 else { return .failed("\(command[0]) was ended by signal \(status & 0x7F)") }
        switch status >> 8 & 0xFF {
        case 0: return .sent
        // What <sysexits.h> calls bad data, no such user and no such host will be so tomorrow.
        case let code where [65, 67, 68].contains(code): return .refused("\(command[0]) ended with \(code): \(complaint)")
        case let code: return .failed("\(command[0]) ended with \(code): \(complaint)")
        }
    }

    private typealias Started = (child: pid_t, input: Int32, errors: Int32)

    private func start(_ arguments: [String]) -> Started? {
        var (input, errors): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
        // Sockets, because writing to a pipe whose reader has gone would end us by a signal.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &input) == 0 else { return nil }
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &errors) == 0 else {
            input.forEach { close($0) }
            return nil
        }
        defer {
            close(input[1])
            close(errors[1])
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input[1], 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, errors[1], 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, so that what it starts ends with it.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var words = (command + arguments).map { strdup($0) } + [nil]
        let settings: [String] = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"]
        var environment = settings.map { strdup($0) } + [nil]
        defer {
            words.forEach { free($0) }
            environment.forEach { free($0) }
        }
        var child: pid_t = 0
        guard posix_spawn(&child, command[0], &actions, &attributes, &words, &environment) == 0 else {
            close(input[0])
            close(errors[0])
            return nil
        }
        return (child, input[0], errors[0])
    }

    /// Gives the letter and listens until the program has closed its end; nil when that takes too long.
    private func talk(_ letter: [UInt8], _ started: Started) -> String? {
        let end = ContinuousClock.now + .seconds(seconds)
        var start = 0
        var complaint: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1_024)
        var polled = [pollfd(fd: started.input, events: Int16(POLLOUT), revents: 0), pollfd(fd: started.errors, events: Int16(POLLIN), revents: 0)]
        while polled[1].fd >= 0 {
            let left = (end - .now).components
            let milliseconds = left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0, poll(&polled, 2, Int32(milliseconds)) >= 0 || errno == EINTR else { return nil }
            if polled[0].fd >= 0, polled[0].revents != 0 {
                let count = letter[start...].withUnsafeBytes { hand(to: started.input, $0) }
                if count > 0 { start += count }
                // All was said, or nobody listens: its status tells what it made of that.
                if start == letter.count || (count < 0 && errno != EINTR && errno != EAGAIN) {
                    shutdown(started.input, Int32(SHUT_WR))
                    polled[0].fd = -1
                }
            }
            if polled[1].revents != 0 {
                let count = read(started.errors, &buffer, buffer.count)
                if count > 0 {
                    complaint += buffer[..<min(count, max(0, Sendmail.maximumComplaint - complaint.count))]
                } else if count == 0 || errno != EINTR {
                    polled[1].fd = -1
                }
            }
        }
        return String(decoding: complaint, as: UTF8.self)
    }

    private func hand(to descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    private static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
