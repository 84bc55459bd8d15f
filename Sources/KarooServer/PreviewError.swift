// KarooExpress – Apache-2.0

import Glibc

/// Why the preview could not start; its description is a sentence for people.
package enum PreviewError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The host is neither `localhost` nor an address of this machine's loopback.
    case notLoopback(host: String)
    /// The port is not in 0...65,535.
    case noSuchPort(Int)
    /// The system refused; `systemError` is its `errno`.
    case cannotListen(host: String, port: Int, systemError: Int32)

    package var description: String {
        switch self {
        case .notLoopback(let host):
            "the preview is for this machine only, and “\(host)” is not on its loopback; use 127.0.0.1, ::1 or localhost"
        case .noSuchPort(let port):
            "there is no port \(port); choose one from 1 to 65535, or 0 for any free one"
        case .cannotListen(let host, let port, EADDRINUSE):
            "port \(port) of \(host) is taken by another program; stop it, or choose another port"
        case .cannotListen(let host, let port, EACCES):
            "port \(port) of \(host) needs the rights of an administrator; choose one above 1023"
        case .cannotListen(let host, let port, let systemError):
            "cannot listen on port \(port) of \(host): \(String(cString: strerror(systemError)))"
        }
    }
}
