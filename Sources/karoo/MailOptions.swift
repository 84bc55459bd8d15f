// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooServer

/// Where letters go, as the environment says.
enum MailOptions {
    /// Of `KAROO_MAIL_SPOOL`, else of `KAROO_MAIL_COMMAND`; in the demonstration, without either, the folder `mail` of the data. Nil
    /// when nothing is said: letters then wait.
    static func delivery(_ checkout: Checkout, demonstrationIn data: String?, report: @escaping @Sendable (String) -> Void) throws -> MailDelivery? {
        if let folder = variable("KAROO_MAIL_SPOOL") ?? (variable("KAROO_MAIL_COMMAND") == nil ? data.map { "\($0)/mail" } : nil) {
            guard let spool = MailSpool(folder: folder) else { throw ValidationError("\(folder) cannot be made, or it is no folder") }
            return MailDelivery(checkout: checkout, mailer: spool, report: report)
        }
        guard let command = variable("KAROO_MAIL_COMMAND")?.split(separator: " ").map(String.init) else { return nil }
        guard let program = command.first, program.hasPrefix("/"), FileManager.default.isExecutableFile(atPath: program) else {
            throw ValidationError("KAROO_MAIL_COMMAND must begin with the whole path of a program, as /usr/sbin/sendmail")
        }
        return MailDelivery(checkout: checkout, mailer: Sendmail(command: command, seconds: try seconds()), report: report)
    }

    /// `KAROO_MAIL_FROM`; nil when the operator's address in the offer book holds.
    static func sender() throws -> String? {
        guard let sender = variable("KAROO_MAIL_FROM") else { return nil }
        guard EmailAddress.isPlausible(sender) else { throw ValidationError("KAROO_MAIL_FROM is no address, as shop@example.org") }
        return sender
    }

    private static func seconds() throws -> Int {
        guard let text = variable("KAROO_MAIL_SECONDS") else { return 30 }
        guard let seconds = Int(text), (1...600).contains(seconds) else { throw ValidationError("KAROO_MAIL_SECONDS takes a number from 1 to 600") }
        return seconds
    }

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
