// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase

/// Why a letter cannot be written, now or ever.
struct LetterRefusal: Error {
    let reason: String
}

/// What letters are written with: an offer book, and where its links lead.
struct LetterPress: Sendable {
    let edition: Offers.Edition
    let secret: TokenSecret
    /// In place of the site's own address in the book; nil for that one.
    let siteURL: String?
    /// In place of the operator's address; nil for that one.
    let sender: String?

    var site: String { siteURL ?? edition.letters?.terms.site.url ?? "" }

    /// An address of the site. A link of somebody else's is not one of ours, and is refused.
    func link(_ text: String) throws -> String {
        if text.hasPrefix("/"), !text.hasPrefix("//") { return site + text }
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else { throw LetterRefusal(reason: "a link is no address") }
        return text
    }
}

extension Reading where Self: ~Copyable {
    /// The letter in words. Throws `LetterRefusal` for one that can never be written.
    func message(of taken: TakenLetter, _ press: LetterPress) throws -> MailMessage {
        guard let kind = taken.kind else { throw LetterRefusal(reason: "nobody knows this kind of letter") }
        guard let letters = press.edition.letters else { throw LetterRefusal(reason: "there are no words for letters") }
        guard let sender = press.sender ?? letters.terms.site.email, EmailAddress.isPlausible(sender) else {
            throw LetterRefusal(reason: "the marketplace has no address to write from: set KAROO_MAIL_FROM, or organization.email in Content")
        }
        let to = try address(of: taken.recipient, press)
        let writing = try LetterWriting(taken, kind, press, letters)
        let letter = try letter(writing)
        let (html, text) = letters.write(letter, as: kind)
        return MailMessage(
            id: taken.id, from: sender, fromName: letters.terms.site.name, to: to, subject: letter.subject, date: taken.createdAt,
            language: letter.language, text: text, html: html)
    }

    private func address(of recipient: Mail.Recipient, _ press: LetterPress) throws -> String {
        let address: String?
        switch recipient {
        case .address(let text): address = text
        case .seller(let id): address = press.edition.book.terms.seller(id)?.trader.email
        }
        guard let address else { throw LetterRefusal(reason: "the seller has no address in the offer book") }
        guard EmailAddress.isPlausible(address) else { throw LetterRefusal(reason: "the address cannot be written to") }
        return address
    }

    private func letter(_ writing: LetterWriting) throws -> Letter {
        switch writing.kind {
        case .orderPlaced: return try orderPlaced(writing)
        case .sale: return try sale(writing)
        case .paymentAwaited: return try paymentAwaited(writing)
        case .paymentFailed: return try writing.letter()
        case .shipment: return try shipment(writing)
        case .cancellation: return try cancellation(writing)
        case .refund: return try refund(writing)
        case .emailConfirmation, .emailChange: return try writing.letter(action: "confirmAddress")
        case .passwordReset: return try writing.letter(action: "setPassword")
        case .accountExists: return try writing.letter(action: "logIn")
        case .securityNotice: return try writing.securityNotice()
        case .lowStock: return try writing.lowStock()
        case .payout: return try writing.payout()
        }
    }

    // MARK: Letters of orders

    private func orderPlaced(_ writing: LetterWriting) throws -> Letter {
        let group = try group(OrderGroup.ID(writing.taken.reference))
        var letter = try writing.letter(["number": group.number], to: group.address.name)
        letter.details = [try writing.row("labelOrder", group.number), try writing.row("labelDate", writing.date(group.placedAt, country: group.address.country))]
        letter.parcels = try group.orders.map { try writing.parcel($0, of: group) }
        letter.totals = [try writing.row("labelTotal", writing.money(group.total, group))]
        letter.address = try writing.address(group.address)
        letter.action = Letter.Action(label: try writing.word("viewOrder"), url: writing.orderLink(group))
        return letter
    }

    /// To a seller: the seller's own part, and where it goes.
    private func sale(_ writing: LetterWriting) throws -> Letter {
        let (group, order) = try order(SellerOrder.ID(writing.taken.reference))
        var letter = try writing.letter(["number": group.number])
        letter.details = [try writing.row("labelOrder", group.number), try writing.row("labelDate", writing.date(group.placedAt, country: group.address.country))]
        letter.parcels = [try writing.parcel(order, of: group)]
        letter.totals = [try writing.row("labelTotal", writing.money(order.total, group))]
        letter.address = try writing.address(group.address)
        return letter
    }

    private func paymentAwaited(_ writing: LetterWriting) throws -> Letter {
        let group = try group(OrderGroup.ID(writing.taken.reference))
        var letter = try writing.letter(["number": group.number, "total": writing.money(group.total, group)], to: group.address.name)
        letter.paragraphs += (writing.taken.values["instructions"] ?? "").split(separator: "\n").map(String.init)
        letter.details = [try writing.row("labelTotal", writing.money(group.total, group))]
        if let until = writing.taken.values["until"].flatMap({ Int64($0) }) {
            letter.details.append(
                try writing.row("labelUntil", writing.date(Instant(millisecondsSinceEpoch: until), country: group.address.country)))
        }
        letter.action = Letter.Action(label: try writing.word("viewOrder"), url: writing.orderLink(group))
        return letter
    }

    private func shipment(_ writing: LetterWriting) throws -> Letter {
        let (group, order) = try order(SellerOrder.ID(writing.taken.reference))
        let values = writing.taken.values
        var letter = try writing.letter(["number": group.number, "seller": writing.sellerName(order.seller)], to: group.address.name)
        for (label, name) in [("labelCarrier", "carrier"), ("labelTracking", "tracking")] {
            if let value = values[name], !value.isEmpty { letter.details.append(try writing.row(label, value)) }
        }
        letter.parcels = [try writing.parcel(order, of: group, withSums: false)]
        let link = try values["link"].map { try writing.press.link($0) }
        letter.action = Letter.Action(label: try writing.word(link == nil ? "viewOrder" : "trackParcel"), url: link ?? writing.orderLink(group))
        return letter
    }

    private func cancellation(_ writing: LetterWriting) throws -> Letter {
        let group = try group(OrderGroup.ID(writing.taken.reference))
        var letter = try writing.letter(["number": group.number], to: group.address.name)
        letter.parcels = try group.orders.filter { $0.status == .cancelled }.map { try writing.parcel($0, of: group) }
        letter.action = Letter.Action(label: try writing.word("viewOrder"), url: writing.orderLink(group))
        return letter
    }

    private func refund(_ writing: LetterWriting) throws -> Letter {
        guard
            let row = try row(
                """
                SELECT r.amount, a.currency, a.id AS attempt FROM refunds r JOIN payment_attempts a ON a.id = r.attempt
                WHERE r.id = \(writing.taken.reference)
                """),
            let currency = Currency(try row.text("currency"))
        else { throw LetterRefusal(reason: "there is no such refund") }
        let amount = Money(minorUnits: try row.integer("amount"), currency: currency)
        guard let id = try group(ofAttempt: PaymentAttempt.ID(try row.text("attempt")))?.id else {
            return try writing.letter(["amount": amount.description, "number": writing.taken.reference])
        }
        let group = try group(id)
        var letter = try writing.letter(["amount": writing.money(amount, group), "number": group.number], to: group.address.name)
        letter.details = [try writing.row("labelOrder", group.number), try writing.row("labelAmount", writing.money(amount, group))]
        letter.action = Letter.Action(label: try writing.word("viewOrder"), url: writing.orderLink(group))
        return letter
    }

    /// Throws `LetterRefusal` when it was never placed.
    private func order(_ id: SellerOrder.ID) throws -> (OrderGroup, SellerOrder) {
        guard let row = try row("SELECT order_group FROM orders WHERE id = \(id)") else { throw LetterRefusal(reason: "there is no such order") }
        let group = try group(OrderGroup.ID(try row.text("order_group")))
        guard let order = group.orders.first(where: { $0.id == id }) else { throw LetterRefusal(reason: "there is no such order") }
        return (group, order)
    }
}

/// One letter while it is put into words.
struct LetterWriting {
    let taken: TakenLetter
    let kind: Mail.Kind
    let press: LetterPress
    private let letters: Letters
    private let words: ServerWords
    private let formats: LocaleFormats

    init(_ taken: TakenLetter, _ kind: Mail.Kind, _ press: LetterPress, _ letters: Letters) throws {
        guard let words = letters.words(taken.language), let formats = LocaleFormats(words.language.tag) else {
            throw LetterRefusal(reason: "there are no words for letters")
        }
        self.taken = taken
        self.kind = kind
        self.press = press
        self.letters = letters
        self.words = words
        self.formats = formats
    }

    // MARK: What all letters have

    /// Subject and first sentence of the kind, with what every letter has around it.
    func letter(_ values: [String: String] = [:], to name: String? = nil) throws -> Letter {
        let site = letters.terms.site
        let all = values.merging(["site": site.name]) { own, _ in own }
        var letter = Letter(
            language: words.language.tag, isRightToLeft: formats.isRightToLeft, subject: try word("\(kind.rawValue)Subject", all), site: site.name,
            siteURL: press.site)
        letter.greeting = try name.map { try word("greeting", ["name": $0]) } ?? word("greetingPlain")
        letter.paragraphs = [try word("\(kind.rawValue)Text", all)]
        letter.closing = try word("closing", ["site": site.name])
        letter.imprint = [site.legalName ?? site.name] + site.address
        return letter
    }

    /// A letter with one thing to do, by the link that came with it.
    func letter(action: String) throws -> Letter {
        var letter = try letter()
        if let link = taken.values["link"] { letter.action = Letter.Action(label: try word(action), url: try press.link(link)) }
        if let minutes = taken.values["minutes"].flatMap({ Int($0) }) {
            letter.paragraphs.append(words.text("mail.validMinutes", count: minutes, in: formats) ?? "")
        }
        return letter
    }

    func securityNotice() throws -> Letter {
        guard let notice = taken.values["notice"], let first = notice.first else { throw LetterRefusal(reason: "the notice says nothing") }
        var letter = try letter()
        letter.paragraphs.insert(try word("notice\(first.uppercased())\(notice.dropFirst())"), at: 0)
        letter.details = [try row("labelDate", moment(Instant(millisecondsSinceEpoch: taken.createdAt)))]
        return letter
    }

    func lowStock() throws -> Letter {
        guard let left = taken.values["left"].flatMap({ Int($0) }) else { throw LetterRefusal(reason: "the letter does not say what runs out") }
        let offer = press.edition.book.offer(taken.reference)
        let sku = offer?.sku ?? taken.reference
        let title = offer?.text(in: words.language.tag)?.title ?? sku
        var letter = try letter(["title": title])
        letter.paragraphs.append(words.text("mail.lowStockLeft", count: left, in: formats) ?? "")
        letter.details = [try row("labelSKU", sku)]
        return letter
    }

    func payout() throws -> Letter {
        let values = taken.values
        guard let code = values["currency"], let currency = Currency(code), let minorUnits = values["amount"].flatMap({ Int64($0) }) else {
            throw LetterRefusal(reason: "the payout has no amount")
        }
        let amount = formats.money(Money(minorUnits: minorUnits, currency: currency))
        var letter = try letter(["amount": amount])
        letter.details = [try row("labelPayout", taken.reference), try row("labelAmount", amount)]
        return letter
    }

    // MARK: Parts

    /// A word of the group `mail`. Throws `LetterRefusal` when it is missing.
    func word(_ key: String, _ values: [String: String] = [:]) throws -> String {
        guard let text = words.text("mail.\(key)", values) else { throw LetterRefusal(reason: "the word mail.\(key) is missing in \(words.language)") }
        return text
    }

    func row(_ label: String, _ value: String) throws -> Letter.Row { Letter.Row(label: try word(label), value: value) }

    func money(_ money: Money, _ group: OrderGroup) -> String { press.edition.display(money, market: group.market, language: words.language.tag) }

    func date(_ instant: Instant, country: String) -> String {
        guard let day = instant.dayInUTC else { return instant.description }
        return formats(in: country).date(day, style: .long)
    }

    /// As the language is written in a country: digits and calendars differ.
    private func formats(in country: String) -> LocaleFormats { LocaleFormats("\(words.language.tag)-\(country)") ?? formats }

    private func moment(_ instant: Instant) -> String { String(instant.description.prefix(16)).replacing("T", with: " ") + " UTC" }

    func sellerName(_ id: Seller.ID) -> String { press.edition.book.terms.seller(id)?.name ?? id.text }

    func orderLink(_ group: OrderGroup) -> String {
        "\(press.site)/\(group.language)-\(group.market)/order.html#order=\(group.id)&token=\(press.secret.token(.order, group.id.text))"
    }

    func address(_ address: PostalAddress) throws -> Letter.Address {
        let place = [address.postalCode, address.city].compactMap { $0 }.joined(separator: " ")
        return Letter.Address(
            label: try word("labelAddress"),
            lines: [address.name] + address.lines + [place] + [address.region].compactMap { $0 } + [formats.regionName(address.country)])
    }

    func parcel(_ order: SellerOrder, of group: OrderGroup, withSums: Bool = true) throws -> Letter.Parcel {
        let local = formats(in: group.address.country)
        let lines = order.lines.map { line in
            Letter.Line(
                title: line.title ?? line.sku, options: line.options, quantity: local.number(line.quantity),
                amount: money(line.unitPrice * line.quantity, group))
        }
        var rows: [Letter.Row] = []
        if withSums {
            if !order.discount.isZero { rows.append(try row("labelDiscount", "−" + money(order.discount, group))) }
            rows.append(try row("labelShipping", money(order.shipping, group)))
            if !order.tax.isZero { rows.append(try row(group.taxInclusive ? "labelTaxIncluded" : "labelTax", money(order.tax, group))) }
        }
        return Letter.Parcel(seller: try word("soldBy", ["seller": sellerName(order.seller)]), lines: lines, rows: rows)
    }
}
