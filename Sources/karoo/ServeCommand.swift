// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooCommerce
import KarooCrypto
import KarooDatabase
import KarooServer
import Logging

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve carts, payments and orders to the pages of a built site.",
        discussion: "What can be set besides by the environment stands in docs/configuration.md.")

    @Option(help: ArgumentHelp("The name or address to listen on.", valueName: "host"))
    var host: String?

    @Option(help: ArgumentHelp("The port to listen on; 0 lets the system choose.", valueName: "number"))
    var port: Int?

    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("The folder of the built site, from which the offer book is taken.", valueName: "folder"))
    var `public`: String?

    @Option(parsing: .unconditionalSingleValue, help: ArgumentHelp("A public key whose offer books are trusted; may be given more than once.", valueName: "key"))
    var trust: [String] = []

    @Option(help: ArgumentHelp("A site whose pages may call, as https://www.example.org; may be given more than once.", valueName: "origin"))
    var origin: [String] = []

    @Option(help: ArgumentHelp("What the marketplace keeps of each sale, in percent.", valueName: "percent"))
    var commission: String?

    @Flag(help: "Sell without moving money: cards are tokens such as sandbox_ok, sandbox_declined, sandbox_3ds.")
    var demo = false

    @Option(help: ArgumentHelp("A file for every statement that writes, for benchmarks.", valueName: "file", visibility: .hidden))
    var record: String?

    func run() async throws {
        // A build that is activated while the server starts must not end it.
        signal(SIGHUP, SIG_IGN)
        let settings = try data.settings(commandLine)
        let (api, logger) = (try settings.api(), try settings.logger("karoo.serve"))
        let trusted = try settings.trustedVerifyingKeys()
        let firstAdmin = try settings.firstAdmin()
        let client = ProviderClient(timeout: try settings.providerTimeout())
        let providers = try settings.paymentProviders(client)
        guard demo || !providers.isEmpty else {
            throw ValidationError("nobody would move the money: configure a payment provider (docs/configuration.md), or say --demo to sell through the sandbox")
        }
        let folder = try DataFolder(settings)
        try folder.lock()
        let database = try await folder.openDatabase(record: record)
        let bank = try demo ? ServeCommand.sandbox(in: folder) : nil
        let payments = PaymentProviders((bank.map { [$0] } ?? []) + providers, site: try settings.siteURL())
        let checkout = Checkout(
            database: database, offers: Offers(trusted: trusted), payments: payments, secret: try folder.secret(settings),
            commissionPartsPerMillion: try settings.commissionPartsPerMillion(), siteURL: try settings.siteURL(), sender: try settings.mailSender(),
            pageOrigins: api.allowedOrigins, maximumRateAgeDays: try settings.maximumRateAgeDays())
        let report: @Sendable (String) -> Void = { logger.notice("\($0)") }
        let housekeeping = Housekeeping(
            checkout: checkout, every: try settings.reconcileInterval(), read: ServeCommand.reader(of: settings.publicFolderPath), report: report)
        try await housekeeping.begin()
        let delivery = try settings.mailDelivery(checkout, demonstrationIn: demo ? folder.path : nil, report: report)
        try await ServeAccounts.appointFirstAdmin(firstAdmin, checkout)
        let logIns = demo ? try await ServeAccounts.seedDemonstration(checkout) : []
        let server = APIServer(
            checkout: checkout, settings: api, sandbox: bank, gauges: { await ServeCommand.gauges(checkout, database) },
            services: delivery.map { [housekeeping, $0] } ?? [housekeeping], logger: logger,
            onListening: { port in
                print("\(api.tls == nil ? "http" : "https")://\(api.host):\(port)/v1 – stop with Ctrl-C")
                for line in logIns { print(line) }
                fflush(nil)
            })
        do {
            try await server.run()
        } catch {
            await client.shutDown()
            try? await database.close()
            throw error
        }
        await client.shutDown()
        try await database.close()
    }

    /// The bank that moves no money, with what it remembers.
    private static func sandbox(in folder: DataFolder) throws -> SandboxProvider {
        let journal = try SandboxJournal(path: "\(folder.path)/sandbox.journal")
        return SandboxProvider(remembered: journal.entries, journal: { journal.note($0) })
    }

    private var commandLine: [Setting: String] {
        var said: [Setting: String] = [:]
        said[.host] = host
        said[.port] = port.map(String.init)
        said[.publicFolder] = self.public
        said[.trustedKeys] = trust.isEmpty ? nil : trust.joined(separator: ",")
        said[.allowedOrigins] = origin.isEmpty ? nil : origin.joined(separator: ",")
        said[.commission] = commission
        return said
    }

    private static func reader(of folder: String) -> @Sendable (String) -> [UInt8]? {
        { path in FileManager.default.contents(atPath: "\(folder)/\(path)").map(Array.init) }
    }

    /// What stands for now. What cannot be learned is left out.
    private static func gauges(_ checkout: Checkout, _ database: SQLiteDatabase) async -> [String: Int64] {
        let statistics = database.statistics
        var gauges = ["database_commits": statistics.commits, "database_writes": statistics.writes, "database_writes_waiting": statistics.waiting]
        if let backlog = try? await checkout.backlog() {
            gauges["payment_attempts_open"] = backlog.openAttempts
            gauges["refunds_open"] = backlog.openRefunds
            gauges["offers_sequence"] = backlog.bookSequence
            gauges["offers_age_seconds"] = backlog.bookAgeSeconds
            for (status, count) in backlog.letters where status != .sent { gauges["letters{status=\"\(status.rawValue)\"}"] = count }
        }
        return gauges
    }
}
