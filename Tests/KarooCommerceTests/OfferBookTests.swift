// KarooExpress – Apache-2.0

import KarooCrypto
import Support
import Testing

@testable import KarooCommerce

@Suite struct OfferBookTests {
    private let key: SigningKey
    private let terms: OfferTerms

    init() throws {
        key = try SigningKey(seed: Array(0..<32))
        let languages = ["en", "de"].compactMap { Language($0) }
        terms = OfferTerms(
            markets: [("us", "USD"), ("de", "EUR"), ("jp", "JPY"), ("kw", "KWD")].map {
                MarketTerms(
                    id: Market.ID($0), currency: currency($1), countries: [$0.uppercased()], languages: languages,
                    taxInclusive: $0 != "us", lowestPriceLaw: $0 == "de")
            },
            taxes: [
                TaxRule(market: "de", category: "standard", ratePartsPerMillion: 190_000),
                TaxRule(market: "us", country: "US", category: "standard", ratePartsPerMillion: 88_750),
            ],
            sellers: ["nordlicht", "tanaka"].map {
                SellerTerms(
                    id: Seller.ID($0), name: "Seller \($0) “quoted”", country: "DE", handlingDays: 1...2,
                    shipping: [
                        ShippingTerms(market: "de", price: euro(490), freeFrom: euro(6_000), days: 2...4),
                        ShippingTerms(
                            market: "jp", price: Money(minorUnits: 900, currency: currency("JPY")), freeFrom: nil, days: 5...9),
                    ], returnDays: 30, returnsAreFree: false)
            })
    }

    private var arne: Offer {
        Offer(
            seller: "nordlicht", sku: "NL-42-SAGE", product: "nordlicht/arne", taxCategory: "standard", weightGrams: 1_200,
            availability: .tracked,
            markets: [
                .init(
                    market: "us",
                    schedule: PriceSchedule(base: Price(amount: Money(minorUnits: 5_900, currency: currency("USD"))))),
                .init(
                    market: "de",
                    schedule: PriceSchedule(
                        base: Price(amount: euro(5_490), compareAt: euro(6_990), lowest30Days: euro(5_990)),
                        windows: [
                            PriceWindow(
                                from: instant("2026-11-27T00:00:00Z"), until: instant("2026-12-01T00:00:00Z"),
                                price: Price(amount: euro(4_490), lowest30Days: euro(4_990)))
                        ])),
            ])
    }

    // MARK: Lines

    @Test func aLineHasItsFixedForm() {
        #expect(
            String(decoding: arne.line, as: UTF8.self)
                == #"{"seller":"nordlicht","sku":"NL-42-SAGE","product":"nordlicht/arne","tax":"standard","grams":1200,"#
                + #""availability":"tracked","markets":[{"market":"de","currency":"EUR","price":5490,"compareAt":6990,"#
                + #""lowest30Days":5990,"windows":[{"from":"2026-11-27T00:00:00Z","until":"2026-12-01T00:00:00Z","#
                + #""price":4490,"lowest30Days":4990}]},{"market":"us","currency":"USD","price":5900}]}"#)
    }

    @Test func linesAreReadAgain() throws {
        var random = Seeded("offer lines")
        #expect(try offer(arne.line) == arne)
        for number in 0..<500 {
            let offer = anyOffer(number, &random)
            #expect(try self.offer(offer.line) == offer, "seed \(Seeded.seed)")
            #expect(try self.offer(offer.line).line == offer.line, "seed \(Seeded.seed)")
        }
    }

    @Test(arguments: [
        (#""grams":1200"#, #""grams":-1"#), (#""grams":1200"#, #""grams":1.5"#), (#""price":5490"#, #""price":-5490"#),
        (#""price":5490"#, #""price":"5490""#), (#""currency":"EUR""#, #""currency":"XAU""#),
        (#""currency":"EUR""#, #""currency":"eur""#), (#""tracked""#, #""maybe""#), (#""market":"de""#, #""market":"us""#),
        (#""tax":"standard","#, ""), (#""tax":"standard""#, #""tax":"standard","stock":12"#),
        (#""from":"2026-11-27T00:00:00Z""#, #""from":"2026-11-27""#), (#""until""#, #""to""#),
        (#""seller":"nordlicht""#, #""seller":"nord/licht""#), (#""sku":"NL-42-SAGE""#, #""sku":"""#),
    ])
    func aLineOfAnotherFormIsRefused(good: String, bad: String) {
        let line = String(decoding: arne.line, as: UTF8.self)
        let broken = line.replacing(good, with: bad, maxReplacements: 1)
        #expect(broken != line)
        #expect(throws: JSONError.self) { try offer(Array(broken.utf8)) }
    }

    private func offer(_ line: [UInt8]) throws -> Offer { try line.withUnsafeBytes { try Offer(line: $0) } }

    // MARK: Books

    @Test func aBookIsReadAsItWasWritten() throws {
        var random = Seeded("offer book")
        for count in [0, 1, 7, 1_500] {
            let book = OfferBook(offers: (0..<count).map { anyOffer($0, &random) }, terms: terms)
            let files = try self.files(book, sequence: 3)
            let (head, read) = try open(files)
            #expect(read.offers == book.offers && read.terms == terms)
            #expect(head.sequence == 3 && head.keyID == key.verifyingKey.id)
            #expect(head.builtAt == instant("2026-11-20T08:00:00Z"))
            for offer in book.offers.prefix(50) { #expect(read.offer(offer.id) == offer) }
            #expect(read.offer("nordlicht/none") == nil)
        }
    }

    @Test func theSameOffersGiveTheSameBytesInAnyOrder() throws {
        var random = Seeded("offer order")
        let offers = (0..<2_500).map { anyOffer($0, &random) }
        let first = try files(OfferBook(offers: offers, terms: terms), sequence: 1)
        let second = try OfferBook.files(
            lines: offers.shuffled(using: &random).map(OfferBook.Line.init), terms: terms, sequence: 1,
            builtAt: instant("2026-11-20T08:00:00Z"), keyID: key.verifyingKey.id, digest: digest, sign: sign)
        #expect(first == second)
        let later = try files(OfferBook(offers: offers, terms: terms), sequence: 2)
        #expect(later.dropLast() == first.dropLast() && later.last != first.last)
    }

    @Test func filesComeInTheOrderOfPublishing() throws {
        let paths = try files(OfferBook(offers: [arne], terms: terms), sequence: 1).map(\.path)
        #expect(paths.count == 4 && paths.last == "offers/head.json")
        #expect(paths[0].hasPrefix("offers/0.") && paths[0].hasSuffix(".jsonl"))
        #expect(paths[1].hasPrefix("offers/terms.") && paths[2].hasPrefix("offers/index."))
    }

    @Test func oneChangedPriceChangesOneShard() throws {
        var random = Seeded("offer shards")
        var offers = (0..<20_000).map { anyOffer($0, &random) }
        let before = try files(OfferBook(offers: offers, terms: terms), sequence: 1)
        #expect(before.count == 32 + 3)
        let sizes = before.dropLast(3).map { $0.bytes.count }
        #expect(sizes.max()! < 3 * sizes.min()!, "the shards are of very different sizes")
        offers[7] = Offer(
            seller: offers[7].seller, sku: offers[7].sku, product: "nordlicht/other", taxCategory: "standard",
            availability: .untracked, markets: [])
        let after = try files(OfferBook(offers: offers, terms: terms), sequence: 2)
        let changed = Set(after.map(\.path)).subtracting(before.map(\.path))
        #expect(changed.count == 2)  // the shard and the index; the head keeps its name
    }

    // MARK: Refusals

    @Test func everyChangedByteIsNoticed() throws {
        var random = Seeded("offer tampering")
        let files = try files(OfferBook(offers: (0..<20).map { anyOffer($0, &random) } + [arne], terms: terms), sequence: 5)
        for (number, file) in files.enumerated() {
            for _ in 0..<40 {
                var bytes = file.bytes
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] ^= UInt8.random(in: 1...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0x20...0x7E, using: &random), at: place)
                }
                var tampered = files
                tampered[number] = OfferBook.File(path: file.path, bytes: bytes)
                // White space in the head and another spelling of a signature do not change what is signed.
                if number == files.count - 1, let head = try? OfferHead(parsing: bytes), head == (try? OfferHead(parsing: file.bytes)) { continue }
                #expect(throws: OfferBookRefusal.self, "\(file.path) at \(place), seed \(Seeded.seed)") { try open(tampered) }
            }
        }
    }

    @Test func refusalsSayWhatIsWrong() throws {
        let files = try files(OfferBook(offers: [arne], terms: terms), sequence: 5)
        let head = try OfferHead(parsing: files[3].bytes)

        for missing in files.dropLast() {
            #expect(throws: OfferBookRefusal.missing(path: missing.path)) { try open(files.filter { $0 != missing }) }
            let changed = files.map { $0 == missing ? OfferBook.File(path: $0.path, bytes: $0.bytes + [0x0A]) : $0 }
            #expect(throws: OfferBookRefusal.changed(path: missing.path)) { try open(changed) }
        }

        let forged = OfferHead(
            sequence: 6, builtAt: head.builtAt, digest: head.digest, keyID: head.keyID, signature: head.signature)
        #expect(throws: OfferBookRefusal.notSigned(keyID: key.verifyingKey.id)) {
            try open(files.dropLast() + [OfferBook.File(path: OfferBook.headPath, bytes: forged.json)])
        }

        let stranger = try SigningKey()
        let foreign = try OfferBook(offers: [arne], terms: terms).files(
            sequence: 9, builtAt: head.builtAt, keyID: stranger.verifyingKey.id, digest: digest
        ) { bytes throws(CryptoError) in Base64URL.encode(try stranger.sign(bytes)) }
        #expect(throws: OfferBookRefusal.notSigned(keyID: stranger.verifyingKey.id)) { try open(foreign) }
        // Nor does the name of a trusted key help.
        let disguised = try OfferBook(offers: [arne], terms: terms).files(
            sequence: 9, builtAt: head.builtAt, keyID: key.verifyingKey.id, digest: digest
        ) { bytes throws(CryptoError) in Base64URL.encode(try stranger.sign(bytes)) }
        #expect(throws: OfferBookRefusal.notSigned(keyID: key.verifyingKey.id)) { try open(disguised) }
    }

    @Test func anOlderSequenceIsRefusedAndTheSameBookIsNot() throws {
        let book = OfferBook(offers: [arne], terms: terms)
        let (five, six) = (try files(book, sequence: 5), try files(book, sequence: 6))
        let known = try OfferHead(parsing: six[3].bytes)
        #expect(throws: OfferBookRefusal.older(sequence: 5, known: 6)) { try open(five, known: known) }
        #expect(try open(six, known: known).head == known)
        #expect(try open(six, known: try OfferHead(parsing: five[3].bytes)).head == known)
        let other = try files(OfferBook(offers: [], terms: terms), sequence: 6)
        #expect(throws: OfferBookRefusal.ambiguous(sequence: 6)) { try open(other, known: known) }
    }

    @Test func aSignedBookMustStillBeSound() throws {
        func refusal(_ offers: [Offer]) -> OfferBookRefusal? {
            do throws(OfferBookRefusal) {
                _ = try open(try! files(OfferBook(offers: offers, terms: terms), sequence: 1))
                return nil
            } catch { return error }
        }
        func offer(seller: Seller.ID = "nordlicht", market: Market.ID, code: String) -> Offer {
            Offer(
                seller: seller, sku: "A", product: "nordlicht/a", taxCategory: "standard", availability: .tracked,
                markets: [.init(market: market, schedule: PriceSchedule(base: Price(amount: .zero(currency(code)))))])
        }
        #expect(refusal([offer(market: "de", code: "EUR")]) == nil)
        for bad in [
            offer(market: "fr", code: "EUR"), offer(market: "de", code: "USD"),
            offer(seller: "nobody", market: "de", code: "EUR"),
        ] {
            guard case .malformed = refusal([bad]) else {
                Issue.record("\(bad.id) is taken")
                continue
            }
        }
        // The same offer in two lines.
        let doubled = try OfferBook.files(
            lines: [OfferBook.Line(arne), OfferBook.Line(arne)], terms: terms, sequence: 1,
            builtAt: instant("2026-11-20T08:00:00Z"), keyID: key.verifyingKey.id, digest: digest, sign: sign)
        #expect(throws: OfferBookRefusal.self) { try open(doubled) }
    }

    @Test(arguments: [
        #"{"format":2,"sequence":1,"builtAt":"2026-11-20T08:00:00Z","digest":"D","keyID":"k","signature":"s"}"#,
        #"{"format":1,"sequence":-1,"builtAt":"2026-11-20T08:00:00Z","digest":"D","keyID":"k","signature":"s"}"#,
        #"{"format":1,"sequence":1,"builtAt":"yesterday","digest":"D","keyID":"k","signature":"s"}"#,
        #"{"format":1,"sequence":1,"builtAt":"2026-11-20T08:00:00Z","digest":"../../x","keyID":"k","signature":"s"}"#,
        #"{"format":1,"sequence":1,"builtAt":"2026-11-20T08:00:00Z","digest":"D","keyID":"k","signature":"s","more":1}"#,
        #"{"format":1,"sequence":1,"builtAt":"2026-11-20T08:00:00Z","digest":"D","keyID":"k"}"#, "[]", "", "null",
    ])
    func aHeadOfAnotherFormIsRefused(text: String) {
        let text = text.replacing("\"D\"", with: "\"\(String(repeating: "0a", count: 32))\"")
        #expect(throws: JSONError.self) { try OfferHead(parsing: Array(text.utf8)) }
    }

    @Test func theIndexNamesNoPathsOutside() {
        let digest = String(repeating: "0", count: 64)
        for name in ["../../etc", "", "0G", "terms", "12345"] {
            let index = OfferIndex(shards: [.init(name: name, offerCount: 0, digest: digest)], termsDigest: digest)
            #expect(throws: JSONError.self) { try OfferIndex(parsing: index.json) }
        }
        for digest in ["", "../x", String(repeating: "A", count: 64)] {
            #expect(throws: JSONError.self) { try OfferIndex(parsing: OfferIndex(shards: [], termsDigest: digest).json) }
        }
    }

    @Test func termsAreReadAgain() throws {
        #expect(try OfferTerms(parsing: terms.json) == terms)
        #expect(terms.market("jp")?.currency == currency("JPY"))
        #expect(terms.seller("tanaka")?.shipping(to: "jp")?.price.decimal == "900")
        #expect(terms.seller("tanaka")?.shipping(to: "us") == nil)
        let json = String(decoding: terms.json, as: UTF8.self)
        for (good, bad) in [
            ("[1,2]", "[2,1]"), ("[1,2]", "[1]"), ("190000", "1900000"), ("\"EUR\"", "\"XXX\""), ("490", "-490"),
            ("\"market\":\"jp\",\"method\"", "\"market\":\"at\",\"method\""), ("\"languages\":[\"en\"", "\"languages\":[\"e\""),
        ] {
            let broken = json.replacing(good, with: bad, maxReplacements: 1)
            #expect(broken != json)
            #expect(throws: JSONError.self, "\(bad)") { try OfferTerms(parsing: Array(broken.utf8)) }
        }
    }

    @Test func termsFollowFromMarketsAndSellers() {
        let market = Market(
            id: "de", name: LocalizedText(), countries: ["DE", "AT"], currency: currency("EUR"),
            languages: [Language("de")!], taxInclusive: true, lowestPriceLaw: true)
        let seller = Seller(
            id: "nordlicht", name: "Nordlicht", country: "DE",
            shipping: [
                Seller.ShippingRate(
                    markets: ["de"], prices: PriceTable([.init(scope: .currency, amount: euro(490))]),
                    freeFrom: PriceTable([.init(scope: .market("de"), amount: euro(5_000))]), days: 2...4)
            ], returns: Seller.Returns(days: 30, isFree: true))
        let terms = SellerTerms(seller, markets: [market])
        #expect(terms.shipping == [ShippingTerms(market: "de", price: euro(490), freeFrom: euro(5_000), days: 2...4)])
        #expect(terms.returnDays == 30 && terms.returnsAreFree)
        #expect(MarketTerms(market).countries == ["DE", "AT"])
    }

    // MARK: Support

    private func digest(_ bytes: [UInt8]) -> String { SHA256.digest(of: bytes).hex }

    private func sign(_ bytes: [UInt8]) throws(CryptoError) -> String { Base64URL.encode(try key.sign(bytes)) }

    private func files(_ book: OfferBook, sequence: Int64) throws(CryptoError) -> [OfferBook.File] {
        try book.files(
            sequence: sequence, builtAt: instant("2026-11-20T08:00:00Z"), keyID: key.verifyingKey.id, digest: digest,
            sign: sign)
    }

    @discardableResult
    private func open(
        _ files: [OfferBook.File], known: OfferHead? = nil
    ) throws(OfferBookRefusal) -> (head: OfferHead, book: OfferBook) {
        let contents = Dictionary(files.map { ($0.path, $0.bytes) }, uniquingKeysWith: { _, last in last })
        let trusted = [key.verifyingKey.id: key.verifyingKey]
        return try OfferBook.open(
            head: contents[OfferBook.headPath] ?? [], known: known, digest: digest,
            isSigned: { bytes, signature, keyID in
                guard let key = trusted[keyID], let signature = Base64URL.decode(signature) else { return false }
                return key.isValid(signature, for: bytes)
            }, read: { contents[$0] })
    }

    private func anyOffer(_ number: Int, _ random: inout Seeded) -> Offer {
        let markets: [(Market.ID, String)] = [("us", "USD"), ("de", "EUR"), ("jp", "JPY"), ("kw", "KWD")]
        var prices: [Offer.MarketPrice] = []
        for (market, code) in markets where Bool.random(using: &random) {
            func price() -> Price {
                func money() -> Money { Money(minorUnits: random.anyPositive(), currency: currency(code)) }
                return Price(
                    amount: money(), compareAt: Bool.random(using: &random) ? money() : nil,
                    lowest30Days: Bool.random(using: &random) ? money() : nil)
            }
            func moment() -> Instant? {
                Bool.random(using: &random)
                    ? Instant(millisecondsSinceEpoch: .random(in: 0...4_000_000_000_000, using: &random)) : nil
            }
            let windows = (0..<Int.random(in: 0...2, using: &random)).map { _ in
                PriceWindow(from: moment(), until: moment(), price: price())
            }
            prices.append(.init(market: market, schedule: PriceSchedule(base: price(), windows: windows)))
        }
        return Offer(
            seller: Bool.random(using: &random) ? "nordlicht" : "tanaka",
            sku: "\(number)-" + random.text(of: ["A", "ä", "\"", "\\", "/", " ", "😀"], upTo: 5), product: "nordlicht/p",
            taxCategory: "standard", weightGrams: Bool.random(using: &random) ? .random(in: 0...99_999, using: &random) : nil,
            availability: Variant.Availability.allCases.randomElement(using: &random)!, markets: prices)
    }
}
