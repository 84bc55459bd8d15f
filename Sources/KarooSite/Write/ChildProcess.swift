// KarooExpress – Apache-2.0

import Glibc
import Synchronization

/// A program of the system that is run for one step of work: with nothing of our environment, in a folder of its own, and
/// with bounds of time, memory and output that hold even when the build itself is killed meanwhile.
enum ChildProcess {
    enum Failure: Error, Equatable {
        /// What it said last on standard error; empty when it said nothing.
        case failed(String)
        case tookTooLong
        /// It could not be started at all.
        case missing
    }

    private static let maximumKilobytesOfMemory = 4 << 20
    private static let maximumBlocksOfFile = 512 << 10
    /// What is kept of what the program says.
    private static let maximumOutput = 16 << 10

    /// Held while one is started, so that no other inherits its pipes.
    private static let starting = Mutex(())

    /// Runs the program to its end and gives what it wrote to standard output. Names in `arguments` are below the folder.
    static func run(_ program: String, _ arguments: [String], in folder: String, seconds: Int) throws(Failure) -> String {
        guard let started = starting.withLock({ _ in start(program, arguments, in: folder, seconds: seconds) }) else { throw .missing }
        defer { for end in started.ends { close(end) } }
        let said = listen(to: started.ends, seconds: seconds)
        if said == nil { kill(started.child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(started.child, &status, 0) < 0, errno == EINTR {}
        guard let said else { throw .tookTooLong }
        // The low seven bits are the signal that ended it; these two come from the bounds.
        guard status & 0x7F != SIGXCPU, status & 0x7F != SIGKILL else { throw .tookTooLong }
        guard status == 0 else { throw .failed(said[1]) }
        return said[0]
    }

    /// The shell sets the bounds and the folder, and becomes the program. The ends are those of what it says and of its errors.
    private static func start(_ program: String, _ arguments: [String], in folder: String, seconds: Int) -> (child: pid_t, ends: [Int32])? {
        let bounds = "ulimit -t \(seconds); ulimit -v \(maximumKilobytesOfMemory); ulimit -f \(maximumBlocksOfFile)"
        guard let output = pipe(), let errors = pipe() else { return nil }
        defer {
            close(output.write)
            close(errors.write)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.write, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.write, 2)
        var words = (["/bin/sh", "-c", "cd \"$0\" && \(bounds); exec \"$@\"", folder, program] + arguments).map { strdup($0) } + [nil]
        // One thread each: the build itself runs as many at once as it has workers.
        let settings: [String] = ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "VIPS_CONCURRENCY=1", "MAGICK_THREAD_LIMIT=1"]
        var environment = settings.map { strdup($0) } + [nil]
        defer {
            words.forEach { free($0) }
            environment.forEach { free($0) }
        }
        var child: pid_t = 0
        guard posix_spawn(&child, "/bin/sh", &actions, nil, &words, &environment) == 0 else {
            close(output.read)
            close(errors.read)
            return nil
        }
        return (child, [output.read, errors.read])
    }

    private static func pipe() -> (read: Int32, write: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Reads until all have been closed; nil when that takes too long.
    private static func listen(to descriptors: [Int32], seconds: Int) -> [String]? {
        let end = ContinuousClock.now + .seconds(seconds)
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var texts = descriptors.map { _ in [UInt8]() }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while polled.contains(where: { $0.fd >= 0 }) {
            let left = (end - .now).components
            let milliseconds = left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0 else { return nil }
            guard poll(&polled, nfds_t(polled.count), Int32(milliseconds)) >= 0 || errno == EINTR else { return nil }
            for place in polled.indices where polled[place].fd >= 0 && polled[place].revents != 0 {
                let count = read(polled[place].fd, &buffer, buffer.count)
                if count > 0 {
                    texts[place].append(contentsOf: buffer[..<min(count, max(0, maximumOutput - texts[place].count))])
                } else if count == 0 || errno != EINTR {
                    polled[place].fd = -1
                }
            }
        }
        return texts.map { String(decoding: $0, as: UTF8.self) }
    }
}
