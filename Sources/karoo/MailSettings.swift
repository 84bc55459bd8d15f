// KarooExpress – Apache-2.0

import ArgumentParser
import Foundation
import KarooCheckout
import KarooServer

/// Where letters go, as the settings say.
extension Settings {
    /// Into the spool, else by the command; in the demonstration, without either, into the folder `mail` of the data. Nil when nothing is
    /// said: letters then wait.
    func mailDelivery(_ checkout: Checkout, demonstrationIn data: String?, report: @escaping @Sendable (String) -> Void) throws -> MailDelivery? {
        let command = (text(.mailCommand) ?? "").split(separator: " ").map(String.init)
        if let folder = text(.mailSpool) ?? (command.isEmpty ? data.map { "\($0)/mail" } : nil) {
            guard let spool = MailSpool(folder: folder) else { throw ValidationError("\(folder) cannot be made, or it is no folder") }
            return MailDelivery(checkout: checkout, mailer: spool, report: report)
        }
        guard let program = command.first else { return nil }
        guard program.hasPrefix("/"), FileManager.default.isExecutableFile(atPath: program) else {
            throw wrong(.mailCommand, program, "the whole path of a program, as /usr/sbin/sendmail")
        }
        let seconds = try number(.mailSeconds, in: 1...600) ?? 30
        return MailDelivery(checkout: checkout, mailer: Sendmail(command: command, seconds: Int(seconds)), report: report)
    }

    /// Nil when the operator's address in the offer book holds.
    func mailSender() throws -> String? {
        try text(.mailFrom).map { text in
            guard EmailAddress.isPlausible(text) else { throw wrong(.mailFrom, text, "an address, as shop@example.org") }
            return text
        }
    }
}
