// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooCommerce

struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Put a finished build in front of the buyers.", subcommands: [Activate.self])

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a build in the place of the published folder in one step, and tell the server.",
            discussion: """
                The offer book of the build must be signed by a trusted key and not be older than any that was taken or is published. A published \
                folder that is a symbolic link points to the build afterwards; one that is a folder changes places with the build, so that the same \
                command goes back only to a build whose book is not older.
                """)

        @Argument(help: "The folder of the build.")
        var build: String

        @Option(help: ArgumentHelp("The folder that is published.", valueName: "folder"))
        var `public`: String?

        @Option(parsing: .unconditionalSingleValue, help: ArgumentHelp("A public key whose offer books are trusted; may be given more than once.", valueName: "key"))
        var trust: [String] = []

        @OptionGroup var data: DataOptions

        func run() async throws {
            var commandLine: [Setting: String] = [:]
            commandLine[.publicFolder] = self.public
            commandLine[.trustedKeys] = trust.isEmpty ? nil : trust.joined(separator: ",")
            let settings = try data.settings(commandLine)
            let live = settings.publicFolderPath
            let head = try await verified(settings, beside: live)
            try PublishedFolder(live).become(build)
            let server = try DataFolder(settings).holder
            if let server { kill(server, SIGHUP) }
            print("\(live) is the build with offer book \(head.sequence)" + (server == nil ? "; no server is running" : "; the server was told"))
        }

        private func verified(_ settings: Settings, beside live: String) async throws -> OfferHead {
            let published = FileManager.default.contents(atPath: "\(live)/\(OfferBook.headPath)").flatMap { try? OfferHead(parsing: Array($0)) }
            let trusted = try settings.trustedVerifyingKeys()
            do {
                let head = try await data.withCheckout(of: settings, trusted: trusted) { checkout, _ in
                    try await checkout.verifiedOffers { path in FileManager.default.contents(atPath: "\(build)/\(path)").map(Array.init) }.head
                }
                if let published, published.sequence > head.sequence { throw OfferBookRefusal.older(sequence: head.sequence, known: published.sequence) }
                return head
            } catch let refusal as OfferBookRefusal {
                throw ValidationError("\(build) is not published: \(refusal)")
            }
        }
    }
}

/// What buyers see, under a name that never means half of something.
struct PublishedFolder {
    let path: String

    /// - parameter path: of a folder, of a symbolic link to one, or of nothing yet.
    init(_ path: String) { self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

    /// Makes the name mean the build. Both must be on one file system unless the name is a link.
    func become(_ build: String) throws {
        let build = URL(fileURLWithPath: build).standardizedFileURL.path
        var status = stat()
        if lstat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFLNK {
            try link(to: build)
        } else {
            try exchange(with: build)
        }
    }

    /// Of the kernel, which the C library has and Swift's view of it has not.
    private typealias Rename = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
    private static let exchange: UInt32 = 2

    private func exchange(with build: String) throws {
        guard let address = dlsym(nil, "renameat2") else { throw ValidationError("folders cannot change places here: let \(path) be a symbolic link") }
        guard unsafeBitCast(address, to: Rename.self)(AT_FDCWD, build, AT_FDCWD, path, PublishedFolder.exchange) == 0 else {
            throw ValidationError("\(build) and \(path) cannot change places: \(String(cString: strerror(errno)))")
        }
    }

    /// A new link takes the place of the old one by its name, so there is no moment without one.
    private func link(to build: String) throws {
        let fresh = "\(path).activating"
        unlink(fresh)
        guard symlink(build, fresh) == 0, rename(fresh, path) == 0 else {
            throw ValidationError("\(path) cannot be made a link to \(build): \(String(cString: strerror(errno)))")
        }
    }
}
