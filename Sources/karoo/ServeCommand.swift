// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooCommerce
import KarooCrypto
import KarooDatabase
import KarooServer

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve carts, payments and orders to the pages of a built site.",
        discussion: "What can be set besides by the environment stands in docs/configuration.md.")

    @Option(help: ArgumentHelp("The name or address to listen on.", valueName: "host"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen on; 0 lets the system choose.", valueName: "number"))
    var port = 8090

    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("The folder of the built site, from which the offer book is taken.", valueName: "folder"))
    var `public` = "Public"

    @Option(help: ArgumentHelp("A public key whose offer books are trusted; may be given more than once. Without it KAROO_TRUSTED_KEYS.", valueName: "key"))
    var trust: [String] = []

    @Option(
        help: ArgumentHelp(
            "A site whose pages may call, as https://www.example.org; may be given more than once. Without it KAROO_ALLOWED_ORIGINS.", valueName: "origin"))
    var origin: [String] = []

    @Option(help: ArgumentHelp("What the marketplace keeps of each sale, in percent.", valueName: "percent"))
    var commission = "0"

    @Option(help: ArgumentHelp("Exchange rates older than so many days turn amounts in other currencies off.", valueName: "days"))
    var rateDays = Checkout.standardRateAgeDays

    @Flag(help: "Sell without moving money: cards are tokens such as sandbox_ok, sandbox_declined, sandbox_3ds.")
    var demo = false

    func run() async throws {
        guard demo else { throw ValidationError("this version has no payment provider but the sandbox; say --demo to use it") }
        let folder = try DataFolder(data.data)
        try folder.lock()
        let database = try await folder.openDatabase()
        let journal = try SandboxJournal(path: "\(folder.path)/sandbox.journal")
        let bank = SandboxProvider(remembered: journal.entries, journal: { journal.note($0) })
        let checkout = Checkout(
            database: database, offers: Offers(trusted: try trustedKeys()), payments: bank, secret: try folder.secret(),
            commissionPartsPerMillion: try commissionPartsPerMillion(), siteURL: try siteURL(), sender: try MailOptions.sender(),
            pageOrigins: settings().allowedOrigins, maximumRateAgeDays: rateDays)
        let report: @Sendable (String) -> Void = { Reporter.write("\($0)\n") }
        let housekeeping = Housekeeping(checkout: checkout, read: ServeCommand.reader(of: self.public), report: report)
        try await housekeeping.begin()
        let delivery = try MailOptions.delivery(checkout, demonstrationIn: demo ? folder.path : nil, report: report)
        try await ServeAccounts.appointFirstAdmin(checkout)
        let logIns = demo ? try await ServeAccounts.seedDemonstration(checkout) : []
        let server = APIServer(
            checkout: checkout, settings: settings(), sandbox: bank, gauges: { ServeCommand.gauges(database) }, services: delivery.map { [housekeeping, $0] } ?? [housekeeping],
            onListening: { port in
                print("http://\(host):\(port)/v1 – stop with Ctrl-C")
                for line in logIns { print(line) }
                fflush(nil)
            })
        do {
            try await server.run()
        } catch {
            try? await database.close()
            throw error
        }
        try await database.close()
    }

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes a number from 0 to 65535") }
        guard (0...366).contains(rateDays) else { throw ValidationError("--rate-days takes a number from 0 to 366") }
    }

    private func settings() -> APISettings {
        var settings = APISettings()
        settings.host = host
        settings.port = port
        settings.allowedOrigins = Set(origin.isEmpty ? ServeCommand.list("KAROO_ALLOWED_ORIGINS") : origin)
        return settings
    }

    private func trustedKeys() throws -> [VerifyingKey] {
        let texts = trust.isEmpty ? ServeCommand.list("KAROO_TRUSTED_KEYS") : trust
        guard !texts.isEmpty else { throw ValidationError("say by --trust or KAROO_TRUSTED_KEYS whose offer books are taken: karoo keys public shows the key") }
        return try texts.map { text in
            do { return try VerifyingKey(text: text) } catch { throw ValidationError("\(text) is no public key: \(error)") }
        }
    }

    private func commissionPartsPerMillion() throws -> Int64 {
        guard let parts = Percent.partsPerMillion(commission) else { throw ValidationError("--commission takes 0 to 100 percent, as 12.5") }
        return parts
    }

    /// `KAROO_SITE_URL`; nil when the address in the offer book holds.
    private func siteURL() throws -> String? {
        guard let text = ProcessInfo.processInfo.environment["KAROO_SITE_URL"], !text.isEmpty else { return nil }
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), !text.hasSuffix("/") else {
            throw ValidationError("KAROO_SITE_URL is an address without a slash at its end, as https://www.example.org")
        }
        return text
    }

    private static func list(_ variable: String) -> [String] {
        (ProcessInfo.processInfo.environment[variable] ?? "").split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
    }

    private static func reader(of folder: String) -> @Sendable (String) -> [UInt8]? {
        { path in FileManager.default.contents(atPath: "\(folder)/\(path)").map(Array.init) }
    }

    private static func gauges(_ database: SQLiteDatabase) -> [String: Int64] {
        let statistics = database.statistics
        return ["database_commits": statistics.commits, "database_writes": statistics.writes, "database_writes_waiting": statistics.waiting]
    }
}
