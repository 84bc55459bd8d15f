// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce
import KarooDatabase
import Support
import Synchronization
import Testing

@testable import KarooCheckout

struct OutboxTests {
    /// Keeps what it is handed, and says of each letter what it was told to say.
    final class Post: Mailer {
        let kept = Mutex<[MailMessage]>([])
        let answer: @Sendable (MailMessage) -> MailOutcome

        init(answer: @escaping @Sendable (MailMessage) -> MailOutcome = { _ in .sent }) { self.answer = answer }

        func send(_ messages: [MailMessage]) async -> [MailOutcome] {
            kept.withLock { $0 += messages }
            return messages.map(answer)
        }

        var ids: [String] { kept.withLock { $0.map(\.id) } }
        func letter(_ kind: String) -> MailMessage? { kept.withLock { $0.first { $0.id.hasPrefix(kind) } } }
    }

    private func shop() async throws -> Shop { try await Shop.open(book: LetterWords.book()) }

    private func buy(_ shop: Shop, _ goods: [(offer: String, quantity: Int64)] = [("alpha/lamp", 2)]) async throws -> OrderGroup.ID {
        guard case .placed(let id, _) = try await shop.complete(try await shop.filledCart(goods)) else { throw CheckoutError(.internal) }
        return id
    }

    @Test func anOrderTellsItsBuyerAndItsSellersOnce() async throws {
        let shop = try await shop()
        let id = try await buy(shop, [("alpha/lamp", 2), ("beta/tea", 1)])
        let post = Post()
        try await #expect(shop.checkout.sendLetters(by: post) == 3)
        try await #expect(shop.checkout.sendLetters(by: post) == 0)
        let group = try await shop.checkout.order(id)
        // Beta has no mailbox: its letter is kept for somebody to look at.
        #expect(Set(post.ids) == ["orderPlaced:\(id)", "sale:\(group.orders[0].id)"])
        let counts = try await shop.checkout.letterCounts()
        #expect(counts == [.sent: 2, .dead: 1])
        let dead = try await shop.checkout.letters(.dead)
        #expect(dead.map(\.problem) == ["the seller has no address in the offer book"])

        let letter = try #require(post.letter("orderPlaced"))
        #expect(letter.to == "ada@example.com" && letter.language == "de" && letter.subject == "Ihre Bestellung \(group.number)")
        for part in ["Guten Tag Ada Byron,", "Leuchte „Arne“ (Salbei)", "10115 Berlin", "Markt GmbH"] { #expect(letter.text.contains(part), "\(part)") }
        #expect(letter.text.contains("2 × Leuchte"))
        #expect(letter.text.contains("https://markt.example/de-de/order.html#order=\(id)&token=\(Shop.secret.token(.order, id.text))"))
        #expect(letter.html.contains("Leuchte „Arne“") && letter.html.contains("<html lang=\"de\" dir=\"ltr\">"))
    }

    @Test func whomALetterWentToIsForgotten() async throws {
        let shop = try await shop()
        _ = try await buy(shop)
        try await shop.checkout.sendLetters(by: Post())
        let rest = try await shop.database.read { try $0.rows("SELECT id FROM outbox WHERE recipient IS NOT NULL OR content IS NOT NULL").count }
        #expect(rest == 0)
    }

    @Test func theSameKeyTellsOnce() async throws {
        let shop = try await shop()
        for _ in 0..<3 {
            try await shop.database.write { tx in
                try tx.enqueue(Mail(.passwordReset, to: .address("a@b.example"), language: "fr", values: ["link": "/x", "minutes": "30"], key: "passwordReset:1"))
            }
        }
        let post = Post()
        try await #expect(shop.checkout.sendLetters(by: post) == 1)
        let letter = try #require(post.letter("passwordReset"))
        #expect(letter.text.contains("https://markt.example/x"))
        #expect(letter.text.contains("30 minutes"))
    }

    @Test func whatDoesNotLeaveIsTriedAgainLaterAndLater() async throws {
        let shop = try await shop()
        _ = try await buy(shop)
        let post = Post(answer: { _ in .failed("no road") })
        var minutes: [Int64] = []
        for _ in 0..<Outbox.maximumAttempts {
            try await #expect(shop.checkout.sendLetters(by: post) == 2)
            try await #expect(shop.checkout.sendLetters(by: post) == 0, "not at once")
            let waiting = try await shop.checkout.letters(.waiting)
            guard let next = waiting.first else { break }
            #expect(next.problem == "no road")
            minutes.append((next.nextAt.millisecondsSinceEpoch - shop.clock.now) / 60_000)
            shop.clock.advance(minutes: minutes.last! + 1)
        }
        #expect(minutes == [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360, 360, 360])
        try await #expect(shop.checkout.letterCounts() == [.dead: 2])
        let dead = try await shop.checkout.letters(.dead)
        try await #expect(shop.checkout.retryLetter(dead[0].id) == 1)
        try await #expect(shop.checkout.retryLetter(nil) == 1)
        try await #expect(shop.checkout.sendLetters(by: Post()) == 2)
        try await #expect(shop.checkout.retryLetter(dead[0].id) == 0, "what has left does not leave again")
    }

    @Test func whatTheMailerRefusesIsNotTriedAgain() async throws {
        let shop = try await shop()
        _ = try await buy(shop)
        try await shop.checkout.sendLetters(by: Post(answer: { _ in .refused("no such user") }))
        try await #expect(shop.checkout.letterCounts() == [.dead: 2])
    }

    @Test func withoutWordsLettersWait() async throws {
        let shop = try await Shop.open()
        _ = try await buy(shop, [("alpha/lamp", 1)])
        try await #expect(shop.checkout.sendLetters(by: Post()) == 0)
        try await shop.checkout.takeOffers(read: Shop.files(LetterWords.book(), sequence: 2))
        try await #expect(shop.checkout.sendLetters(by: Post()) == 2)
    }

    /// A process that is killed between any two steps of sending loses no letter, and a letter that comes twice is the same letter.
    @Test func sendingThatIsKilledAnywhereSendsEveryLetterAtLeastOnce() async throws {
        var hits: [String] = []
        for moment in CrashTests.Fate.Moment.allCases {
            for step in 1... {
                let shop = try await shop()
                let id = try await buy(shop)
                let fate = CrashTests.Fate(step: step, moment)
                let mortal = Shop(clock: shop.clock, database: CrashTests.MortalDatabase(database: shop.database, fate: fate), bank: shop.bank)
                mortal.checkout.offers.use(try shop.checkout.offers.current())
                let post = Post()
                _ = try? await mortal.checkout.sendLetters(by: MortalPost(post: post, fate: fate))
                shop.clock.advance(minutes: Outbox.leaseMilliseconds / 60_000)
                try await shop.checkout.sendLetters(by: post)
                try await #expect(shop.checkout.letterCounts() == [.sent: 2], "killed \(fate.name ?? "nowhere")")
                #expect(Set(post.ids) == ["orderPlaced:\(id)", "sale:\(try await shop.checkout.order(id).orders[0].id)"])
                let letters = post.kept.withLock { $0 }
                #expect(Set(letters.map(\.bytes)).count == 2, "the same letter, byte for byte, killed \(fate.name ?? "nowhere")")
                guard let name = fate.name else { break }
                hits.append(name)
            }
        }
        let steps = ["a write", "a read", "the post", "a write"]
        #expect(hits == steps.map { "before \($0)" } + steps.map { "after \($0)" })
    }

    struct MortalPost: Mailer {
        let post: Post
        let fate: CrashTests.Fate

        func send(_ messages: [MailMessage]) async -> [MailOutcome] {
            (try? await fate.through("the post") { await post.send(messages) }) ?? messages.map { _ in .failed("killed") }
        }
    }

    /// Several processes with one outbox send each letter once.
    @Test func twoSendersDoNotSendTheSameLetter() async throws {
        let shop = try await shop()
        for number in 0..<100 {
            try await shop.database.write { tx in
                try tx.enqueue(Mail(.accountExists, to: .address("a\(number)@b.example"), language: "en", values: ["link": "/login"], key: "exists:\(number)"))
            }
        }
        let post = Post()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { while try await shop.checkout.sendLetters(by: post) > 0 {} } }
            try await group.waitForAll()
        }
        #expect(post.ids.count == 100 && Set(post.ids).count == 100)
    }

    @Test func aSpoolHoldsOneWholeFileForEachLetter() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("karoo-spool-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let spool = try #require(MailSpool(folder: folder))
        let shop = try await shop()
        let id = try await buy(shop)
        try await shop.checkout.sendLetters(by: spool)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names.count == 2 && names.contains("orderPlaced.\(id).eml"))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: spool.path(of: "orderPlaced:\(id)")))
        #expect(bytes.starts(with: Data("From: =?utf-8?B?".utf8)))
        let attributes = try FileManager.default.attributesOfItem(atPath: spool.path(of: "orderPlaced:\(id)"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func aProgramTakesALetterAndItsFailuresAreTold() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("karoo-sendmail-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func program(_ name: String, _ script: String) throws -> String {
            let path = "\(folder)/\(name)"
            try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
            return path
        }
        let message = MailMessage(
            id: "test:1", from: "shop@markt.example", fromName: "Markt", to: "-ada@example.com", subject: "Hello", date: 0, language: "en",
            text: String(repeating: "A line of a letter that is long.\n", count: 20_000), html: "<p>Hello</p>")
        let takes = try program("takes", "printf '%s|' \"$@\" > \(folder)/arguments; env > \(folder)/environment; cat > \(folder)/letter")
        await #expect(Sendmail(command: [takes, "-x"]).send([message]) == [.sent])
        #expect(try String(contentsOfFile: "\(folder)/arguments", encoding: .utf8) == "-x|-i|-f|shop@markt.example|--|-ada@example.com|")
        let letter = try String(contentsOfFile: "\(folder)/letter", encoding: .utf8)
        #expect(letter.hasPrefix("From: Markt\n <shop@markt.example>\nTo: -ada@example.com\nSubject: Hello\n") && letter.utf8.count > 600_000)
        #expect(try !String(contentsOfFile: "\(folder)/environment", encoding: .utf8).contains("HOME="))
        let fails = try program("fails", "cat > /dev/null; echo 'queue is full' >&2; exit 75")
        await #expect(Sendmail(command: [fails]).send([message]) == [.failed("\(fails) ended with 75: queue is full\n")])
        let refuses = try program("refuses", "exit 67")
        await #expect(Sendmail(command: [refuses]).send([message]) == [.refused("\(refuses) ended with 67: ")])
        let hangs = try program("hangs", "sleep 60")
        await #expect(Sendmail(command: [hangs], seconds: 1).send([message]) == [.failed("\(hangs) took longer than 1 seconds")])
        await #expect(Sendmail(command: ["/nowhere"]).send([message]) == [.failed("/nowhere cannot be started")])
    }
}

struct MailMessageTests {
    private func message(_ subject: String, name: String = "Shop", to: String = "ada@example.com", text: String = "Hello") -> MailMessage {
        MailMessage(
            id: "test:1", from: "shop@markt.example", fromName: name, to: to, subject: subject, date: 1_800_000_000_000, language: "en", text: text,
            html: "<p>\(text)</p>")
    }

    private func head(_ message: MailMessage) -> [String] {
        String(decoding: message.bytes, as: UTF8.self).components(separatedBy: "\r\n\r\n")[0].replacingOccurrences(of: "\r\n ", with: " ").components(separatedBy: "\r\n")
    }

    @Test func headersAreThoseOfTheStandard() {
        let lines = head(message("Hello"))
        #expect(
            lines.prefix(8) == [
                "From: Shop <shop@markt.example>", "To: ada@example.com", "Subject: Hello", "Date: Fri, 15 Jan 2027 08:00:00 +0000",
                "Message-ID: <test.1@markt.example>", "Auto-Submitted: auto-generated", "Content-Language: en", "MIME-Version: 1.0",
            ])
    }

    @Test(arguments: ["Hello\r\nBcc: all@example.com", "Hello\nBcc: all@example.com", "Hello\rX: y", "a\u{2028}Bcc: x", "a\u{0}b", "\u{85}Bcc: x"])
    func noValueBeginsAHeader(evil: String) {
        for message in [message(evil), message("x", name: evil), message("x", to: "ada@example.com\(evil)")] {
            let names = head(message).map { $0.prefix { $0 != ":" } }
            #expect(names == ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "MIME-Version", "Content-Type"])
        }
    }

    @Test func noLineIsTooLongAndEverythingComesBack() throws {
        var random = Seeded("mails")
        let pieces = ["a", "=", " ", "\n", "\r\n", ".", "ü", "ランプ", "🪔", "عربي", "\t", "<b>", "From ", "--=_"]
        for _ in 0..<300 {
            let text = (0..<random.below(400)).map { _ in random.one(of: pieces) }.joined()
            let bytes = message((0..<random.below(60)).map { _ in random.one(of: pieces) }.joined(), text: text).bytes
            #expect(bytes.allSatisfy { $0 < 0x80 })
            let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 78 }, "\(lines.max { $0.utf8.count < $1.utf8.count } ?? "")")
            #expect(!lines.contains { $0.contains("\n") || $0.contains("\r") })
        }
    }
}

struct LetterTests {
    @Test func everyLanguageHasEveryWordThatALetterNeeds() throws {
        let words = try LetterWords.languages.map { try LetterWords.words($0) }
        for one in words { #expect(one.keys == words[0].keys, "\(one.language)") }
        for kind in Mail.Kind.allCases {
            for part in ["Subject", "Text"] { #expect(words[0].keys.contains("mail.\(kind.rawValue)\(part)"), "\(kind)") }
        }
    }

    @Test func whatABookCarriesComesBack() throws {
        let terms = try LetterWords.book().terms
        #expect(try OfferTerms(parsing: terms.json) == terms)
        let odd = ServerWords(language: Language("en")!, messages: ["mail.odd": try Message(parsing: "{{a}} {b} }} {{")])
        #expect(odd.text("mail.odd", ["b": "{c}"]) == "{a} {c} } {")
        let letters = LetterTerms(site: LetterTerms.Operator(name: "A", url: "https://a.example"), templates: [], words: [odd])
        let again = try OfferTerms(parsing: OfferTerms(markets: [], taxes: [], sellers: [], letters: letters).json)
        #expect(again.letters?.words("en")?.text("mail.odd", ["b": "x"]) == "{a} x } {")
    }

    /// Whatever buyers call themselves and sellers their goods, it is a text and nothing else.
    @Test func valuesAreNeitherTemplatesNorMarkup() async throws {
        let shop = try await Shop.open(book: LetterWords.book())
        var contents = try await shop.checkout.openCart(market: "us", language: "en")
        contents = try await shop.checkout.addLine("alpha/lamp", quantity: 1, to: contents.cart.id, version: nil)
        let name = "{{site}} {{{siteURL}}} {name} <script>alert(1)</script> {{> mail/letter}}"
        let address = try PostalAddress(name: name, lines: ["1 <i>Way</i>"], city: "Town", postalCode: "1", region: nil, country: "US")
        contents = try await shop.checkout.setDelivery(email: "ada@example.com", address: address, of: contents.cart.id, version: nil)
        _ = try await shop.complete(contents)
        let post = OutboxTests.Post()
        try await shop.checkout.sendLetters(by: post)
        let letter = try #require(post.letter("orderPlaced"))
        #expect(letter.text.contains("Hello \(name),"))
        #expect(letter.html.contains("{{site}} {{{siteURL}}} {name} &lt;script&gt;") && !letter.html.contains("<script") && !letter.html.contains("<i>"))
        #expect(letter.html.contains("Lamp &lt;b&gt;“Arne”&lt;/b&gt;") && letter.text.contains("Lamp <b>“Arne”</b> (Sage)"))
    }

    @Test(arguments: LetterWords.languages) func everyKindOfLetterIsWrittenInEveryLanguage(language: String) async throws {
        let shop = try await Shop.open(book: LetterWords.book())
        guard case .placed(let id, _) = try await shop.complete(try await shop.filledCart()) else { throw CheckoutError(.internal) }
        _ = try await shop.checkout.cancel(id)
        let order = try await shop.checkout.order(id).orders[0].id.text
        let refund = try await shop.database.read { try $0.row("SELECT id FROM refunds")?.text("id") ?? "" }
        let references: [Mail.Kind: String] = [
            .orderPlaced: id.text, .sale: order, .paymentAwaited: id.text, .paymentFailed: id.text, .shipment: order, .cancellation: id.text, .refund: refund,
            .payout: "po_1",
        ]
        let values = [
            "link": "/a", "minutes": "2", "notice": "twoFactorOn", "carrier": "DHL", "tracking": "1Z", "left": "1", "sku": "L-1", "title": "Lamp", "amount": "1250",
            "currency": "EUR", "instructions": "IBAN DE00\nKX-1", "until": "1800000000000",
        ]
        try await shop.database.write { tx in
            for kind in Mail.Kind.allCases {
                try tx.enqueue(Mail(kind, to: .address("a@b.example"), language: language, reference: references[kind] ?? "", values: values, key: "test-\(kind.rawValue)"))
            }
        }
        let post = OutboxTests.Post()
        while try await shop.checkout.sendLetters(by: post) > 0 {}
        let letters = post.kept.withLock { $0.filter { $0.id.hasPrefix("test-") } }
        #expect(Set(letters.map(\.id)) == Set(Mail.Kind.allCases.map { "test-\($0.rawValue)" }))
        #expect(Set(letters.map(\.subject)).count == letters.count)
        for letter in letters {
            #expect(letter.language == language && letter.html.contains("<html lang=\"\(language)\" dir=\"\(language == "ar" ? "rtl" : "ltr")\">"))
            #expect(!letter.text.contains("{") && !letter.subject.isEmpty, "\(letter.id)")
        }
    }

    @Test func theBoundaryOfALetterIsNotInIt() async throws {
        let message = MailMessage(
            id: "a:b", from: "a@b.example", fromName: "A", to: "c@d.example", subject: "x", date: 0, language: "en", text: "--=_x", html: "--=_x")
        let text = String(decoding: message.bytes, as: UTF8.self)
        #expect(text.components(separatedBy: "\r\n--=_").count == 4)
    }
}
