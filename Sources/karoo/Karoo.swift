// KarooExpress – Apache-2.0

import ArgumentParser

@main
struct Karoo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "karoo",
        abstract: "A marketplace of many sellers in static files.",
        discussion: """
            Exit codes: 0 done; 1 the input has errors, and nothing was published; 2 something outside the input failed \
            (a full disk, another build); 64 the command line was wrong.
            """,
        version: "0.1.0",
        subcommands: [
            BuildCommand.self, CheckCommand.self, PreviewCommand.self, InitCommand.self, ImportCommand.self, KeysCommand.self, SearchCommand.self,
            ServeCommand.self, PublishCommand.self, StockCommand.self, CouponCommand.self, PromotionCommand.self, RatesCommand.self, TaxCommand.self,
            LedgerCommand.self, DatabaseCommand.self, ExplainCommand.self,
            PaymentCommand.self, RefundCommand.self,
            AccountCommand.self, AuditCommand.self, MailCommand.self, CommissionCommand.self, PayoutCommand.self, InvoiceCommand.self,
        ])
}
