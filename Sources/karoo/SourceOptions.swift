// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCommerce
import KarooSite

/// Where the input lies; every command that reads a marketplace has these options.
struct SourceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder of Content.", valueName: "folder"))
    var content = "Content"

    @Option(help: ArgumentHelp("The folder of interface words.", valueName: "folder"))
    var locales = "Locales"

    @Option(help: ArgumentHelp("The folder of the theme.", valueName: "folder"))
    var templates = "Templates"

    @Option(help: ArgumentHelp("The folder of facts that the server exported: reviews, ratings, availability, takedowns.", valueName: "folder"))
    var facts: String?

    var sources: Sources { Sources(content: content, locales: locales, templates: templates, facts: facts) }

    /// Beside Content.
    var stateFolder: String {
        let parent = absolutePath(content).split(separator: "/").dropLast().joined(separator: "/")
        return "/\(parent)/.karoo"
    }
}

/// How and when a site is built.
struct BuildOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many workers render at once.", valueName: "number"))
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: ArgumentHelp(
        "The instant for which prices are published, as 2026-11-27T00:00:00Z; without it SOURCE_DATE_EPOCH, else now.", valueName: "instant"))
    var at: String?

    @Option(help: ArgumentHelp("The number of the offer book; without it one more than the last.", valueName: "number"))
    var sequence: Int64?

    @Option(help: "How addresses end: html for desk-lamp.html, clean for hosts that find the file by themselves.")
    var urls: AddressStyle = .html

    @Option(help: "The host: what it takes is checked, and the files that it reads are written.")
    var host: HostProfile = .generic

    @Option(help: ArgumentHelp("How many files the host takes, if not the profile's own number.", valueName: "number"))
    var fileLimit: Int?

    @Flag(help: "Write .gz and, where libbrotlienc is installed, .br beside text files.")
    var precompress = false

    @Option(help: "What makes pictures of other sizes: auto for vips or ImageMagick, whichever is installed; none to publish them as they are.")
    var pictures: PictureProgram = .auto

    @Option(help: ArgumentHelp(
        "The file of the key that signs the offer book, readable by its owner only; without it the variable KAROO_SIGNING_KEY.", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("The address of the API that pages call, instead of the one in marketplace.yaml.", valueName: "address"))
    var api: String?

    func options(_ source: SourceOptions, output: String) throws -> SiteBuild.Options {
        if let key, absolutePath(key).hasPrefix(absolutePath(source.sources.content) + "/") {
            throw ValidationError("\(key) lies in \(source.sources.content), which many may read; keep the key elsewhere")
        }
        var options = SiteBuild.Options(
            sources: source.sources, output: output, stateFolder: source.stateFolder, jobs: max(1, jobs), instant: try instant(),
            sequence: sequence, style: urls, host: host, precompress: precompress, signingKey: try SigningKeyFile.load(key),
            fileLimit: fileLimit, rasterizers: pictures.candidates)
        options.api = api
        return options
    }

    func validate() throws {
        if let api, !Marketplace.isAPIAddress(api) { throw ValidationError("--api takes an address such as https://api.example.com/v1, or /v1") }
        guard (1...256).contains(jobs) else { throw ValidationError("--jobs takes a number from 1 to 256") }
        if let sequence, sequence < 1 { throw ValidationError("--sequence takes a number from 1 on") }
    }

    private func instant() throws -> Instant {
        if let at {
            guard let instant = Instant(at) else { throw ValidationError("--at takes an instant such as 2026-11-27T00:00:00Z") }
            return instant
        }
        if let text = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"] {
            guard let seconds = Int64(text), (0...253_402_300_799).contains(seconds) else {
                throw ValidationError("SOURCE_DATE_EPOCH must be a number of seconds since 1970")
            }
            return Instant(millisecondsSinceEpoch: seconds * 1_000)
        }
        return Instant(millisecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1_000))
    }
}

/// Which program may make pictures of other sizes.
enum PictureProgram: String, ExpressibleByArgument, CaseIterable {
    case auto, vips, magick, none

    /// Where the programs lie on the path, best first.
    var candidates: [Rasterizer.Candidate]? {
        guard self != .none else { return nil }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
        return programs.flatMap { program in
            folders.map { "\($0)/\(program.rawValue)" }.filter { (path: String) in access(path, X_OK) == 0 }
                .map { Rasterizer.Candidate(program: program, path: $0) }
        }
    }

    private var programs: [Rasterizer.Program] {
        switch self {
        case .auto: [.vips, .magick, .convert]
        case .vips: [.vips]
        case .magick: [.magick, .convert]
        case .none: []
        }
    }
}

extension AddressStyle: ExpressibleByArgument {}
extension HostProfile: ExpressibleByArgument {}
