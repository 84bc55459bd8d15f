// KarooExpress – Apache-2.0

/// The file format in which the site tells the server what is for sale, at which price, in which market, on which
/// terms. One half writes it, the other verifies it; this type is all that they share.
///
///     offers/head.json              sequence, build time, digest of the index, signature: the only file that changes
///     offers/index.<digest>.json    which shards and terms belong to this book, with their digests
///     offers/<shard>.<digest>.jsonl one offer a line
///     offers/terms.<digest>.json    markets, taxes, sellers
///
/// Names carry 16 hexadecimal digits of the content's digest, so a file never changes under its name; what counts
/// are the full digests, from the signed head downwards. Digests and signatures come in as functions: nothing here
/// knows how they are made.
public struct OfferBook: Sendable {
    /// Alphabetical by id.
    public let offers: [Offer]
    /// What all offers have in common: markets, taxes, sellers.
    public let terms: OfferTerms
    private let places: [String: Int]

    /// Of two offers with one id, the later holds; the check of Content refuses them before.
    public init(offers: [Offer], terms: OfferTerms) {
        var latest: [String: Offer] = [:]
        for offer in offers { latest[offer.id] = offer }
        let ids = latest.keys.sorted()
        self.offers = ids.compactMap { latest[$0] }
        self.terms = terms
        places = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
    }

    /// The offer with this id (`seller/sku`); nil when there is none.
    public func offer(_ id: String) -> Offer? { places[id].map { offers[$0] } }

    /// The number of the format that is written, and the only one that is read.
    public static let format: Int64 = 1
}

// MARK: - The files

/// The head of a book: which book it is, and who says so.
public struct OfferHead: Hashable, Sendable {
    /// Grows with each build. A server takes no book that is older than the one it has.
    public let sequence: Int64
    /// When the build was made, as it was told; no other file knows it.
    public let builtAt: Instant
    /// The digest of the index, 64 hexadecimal digits.
    public let digest: String
    /// Which key signed it.
    public let keyID: String
    /// The signature of `signedBytes`, as the signing function gave it.
    public let signature: String

    public init(sequence: Int64, builtAt: Instant, digest: String, keyID: String, signature: String) {
        self.sequence = sequence
        self.builtAt = builtAt
        self.digest = digest
        self.keyID = keyID
        self.signature = signature
    }

    /// What is signed: a line that says what this is, then the head as JSON without its signature.
    public var signedBytes: [UInt8] {
        OfferHead.signedBytes(sequence: sequence, builtAt: builtAt, digest: digest, keyID: keyID)
    }

    /// The head as JSON.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            OfferHead.write(sequence, builtAt, digest, keyID, to: &writer)
            writer.member("signature", signature)
        }
        return writer.bytes
    }

    /// Reads a head; verifies nothing.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var fields = try JSON(parsing: bytes).fields()
        guard try fields.integer("format") == OfferBook.format else { throw JSONError("the format is not known") }
        let builtAt = try fields.string("builtAt")
        guard let instant = Instant(builtAt) else { throw JSONError("\"builtAt\" is no instant") }
        self.init(
            sequence: try fields.integer("sequence"), builtAt: instant, digest: try fields.string("digest"),
            keyID: try fields.string("keyID"), signature: try fields.string("signature"))
        try fields.end()
        guard isDigest(digest) else { throw JSONError("\"digest\" is no digest") }
        guard sequence >= 0 else { throw JSONError("\"sequence\" is below zero") }
    }

    /// What is signed, before there is a signature; see `signedBytes`.
    public static func signedBytes(sequence: Int64, builtAt: Instant, digest: String, keyID: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { write(sequence, builtAt, digest, keyID, to: &$0) }
        return Array("KarooExpress offer book\n".utf8) + writer.bytes
    }

    private static func write(
        _ sequence: Int64, _ builtAt: Instant, _ digest: String, _ keyID: String, to writer: inout JSONWriter
    ) {
        writer.member("format", OfferBook.format)
        writer.member("sequence", sequence)
        writer.member("builtAt", builtAt.description)
        writer.member("digest", digest)
        writer.member("keyID", keyID)
    }
}

/// The list of a book's shards and terms, with their digests.
public struct OfferIndex: Hashable, Sendable {
    /// Some of the offers, in a file of their own.
    public struct Shard: Hashable, Sendable {
        /// One or two hexadecimal digits.
        public let name: String
        /// How many offers, one a line.
        public let offerCount: Int64
        /// 64 hexadecimal digits.
        public let digest: String

        public init(name: String, offerCount: Int64, digest: String) {
            self.name = name
            self.offerCount = offerCount
            self.digest = digest
        }

        /// Where the file lies, relative to Public.
        public var path: String { "offers/\(name).\(digest.prefix(16)).jsonl" }
    }

    /// By name.
    public let shards: [Shard]
    /// The digest of the terms, 64 hexadecimal digits.
    public let termsDigest: String

    public init(shards: [Shard], termsDigest: String) {
        self.shards = shards
        self.termsDigest = termsDigest
    }

    /// Where the terms lie, relative to Public.
    public var termsPath: String { "offers/terms.\(termsDigest.prefix(16)).json" }

    /// The index as JSON.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("format", OfferBook.format)
            writer.name("shards")
            writer.array { writer in
                for shard in shards {
                    writer.object { writer in
                        writer.member("name", shard.name)
                        writer.member("offers", shard.offerCount)
                        writer.member("digest", shard.digest)
                    }
                }
            }
            writer.member("terms", termsDigest)
        }
        return writer.bytes
    }

    /// Reads an index; verifies nothing.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var fields = try JSON(parsing: bytes).fields()
        guard try fields.integer("format") == OfferBook.format else { throw JSONError("the format is not known") }
        var shards: [Shard] = []
        for json in try fields.array("shards") {
            var shard = try json.fields()
            shards.append(
                Shard(
                    name: try shard.string("name"), offerCount: try shard.integer("offers"),
                    digest: try shard.string("digest")))
            try shard.end()
        }
        self.init(shards: shards, termsDigest: try fields.string("terms"))
        try fields.end()
        let names = shards.map(\.name)
        guard names.allSatisfy(isShardName), Set(names).count == names.count else {
            throw JSONError("the names of the shards are not right")
        }
        guard isDigest(termsDigest), shards.allSatisfy({ isDigest($0.digest) }) else {
            throw JSONError("a digest is none")
        }
    }

    /// Where the index of this digest lies, relative to Public.
    public static func path(digest: String) -> String { "offers/index.\(digest.prefix(16)).json" }
}

/// 64 hexadecimal digits in small letters, which are safe in a path.
private func isDigest(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy(isHexadecimal)
}

private func isShardName(_ text: String) -> Bool {
    (1...4).contains(text.utf8.count) && text.utf8.allSatisfy(isHexadecimal)
}

private func isHexadecimal(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }

// MARK: - Writing

extension OfferBook {
    /// One file of the book, its path relative to Public.
    public struct File: Hashable, Sendable {
        public let path: String
        public let bytes: [UInt8]

        public init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
        }
    }

    /// One offer as it will stand in its shard.
    public struct Line: Sendable {
        /// `Offer.id`.
        public let id: String
        /// `Offer.line`.
        public let bytes: [UInt8]

        public init(id: String, bytes: [UInt8]) {
            self.id = id
            self.bytes = bytes
        }

        /// The line of an offer.
        public init(_ offer: Offer) { self.init(id: offer.id, bytes: offer.line) }
    }

    /// Where the head lies, relative to Public.
    public static let headPath = "offers/head.json"

    /// All files of a book in the order in which they must be published: shards, terms, index, head. The same offers
    /// and terms give the same bytes, in whatever order the offers come; only the head knows sequence and time.
    ///
    /// - parameter digest: SHA-256 in 64 hexadecimal digits.
    /// - parameter sign: the signature of some bytes, as text.
    public static func files<Failure: Error>(
        lines: [Line], terms: OfferTerms, sequence: Int64, builtAt: Instant, keyID: String,
        digest: (_ bytes: [UInt8]) -> String, sign: (_ bytes: [UInt8]) throws(Failure) -> String
    ) throws(Failure) -> [File] {
        var files: [File] = []
        var shards: [OfferIndex.Shard] = []
        for (name, lines) in divide(lines) {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(lines.reduce(0) { $0 + $1.bytes.count + 1 })
            for line in lines {
                bytes.append(contentsOf: line.bytes)
                bytes.append(UInt8(ascii: "\n"))
            }
            let shard = OfferIndex.Shard(name: name, offerCount: Int64(lines.count), digest: digest(bytes))
            shards.append(shard)
            files.append(File(path: shard.path, bytes: bytes))
        }

        let termsBytes = terms.json
        let index = OfferIndex(shards: shards, termsDigest: digest(termsBytes))
        files.append(File(path: index.termsPath, bytes: termsBytes))
        let indexBytes = index.json
        let indexDigest = digest(indexBytes)
        files.append(File(path: OfferIndex.path(digest: indexDigest), bytes: indexBytes))

        let signature = try sign(
            OfferHead.signedBytes(sequence: sequence, builtAt: builtAt, digest: indexDigest, keyID: keyID))
        let head = OfferHead(
            sequence: sequence, builtAt: builtAt, digest: indexDigest, keyID: keyID, signature: signature)
        files.append(File(path: headPath, bytes: head.json))
        return files
    }

    /// All files of this book; see `files(lines:terms:sequence:builtAt:keyID:digest:sign:)`.
    public func files<Failure: Error>(
        sequence: Int64, builtAt: Instant, keyID: String, digest: (_ bytes: [UInt8]) -> String,
        sign: (_ bytes: [UInt8]) throws(Failure) -> String
    ) throws(Failure) -> [File] {
        try OfferBook.files(
            lines: offers.map(Line.init), terms: terms, sequence: sequence, builtAt: builtAt, keyID: keyID,
            digest: digest, sign: sign)
    }

    /// About this many offers share a shard: one changed price rewrites some hundred KB and not the book.
    private static let offersPerShard = 1_000
    private static let largestShardCount = 256

    /// How many shards a book of so many offers has: a power of two.
    public static func shardCount(offers: Int) -> Int {
        var shardCount = 1
        while shardCount < largestShardCount, offers > shardCount * offersPerShard { shardCount *= 2 }
        return shardCount
    }

    /// The number of the shard in which an offer stands. The id alone decides about it, given the number of shards.
    public static func shard(of id: String, shardCount: Int) -> Int {
        Int(truncatingIfNeeded: hash(id)) & (shardCount - 1)
    }

    /// What a shard is called: its number in hexadecimal digits.
    public static func shardName(_ number: Int, shardCount: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: (shardCount > 16 ? 2 : 1) - digits.utf8.count) + digits
    }

    /// The shards that have offers, by name, the lines of each sorted by id.
    private static func divide(_ lines: [Line]) -> [(name: String, lines: [Line])] {
        let shardCount = shardCount(offers: lines.count)
        var shards = [[Line]](repeating: [], count: shardCount)
        for line in lines { shards[shard(of: line.id, shardCount: shardCount)].append(line) }
        return shards.enumerated().filter { !$1.isEmpty }.map { number, lines in
            (shardName(number, shardCount: shardCount), lines.sorted { $0.id < $1.id })
        }
    }

    /// FNV-1a of 64 bits, its high bits folded into the low ones, which divide.
    private static func hash(_ id: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash ^= hash >> 32
        return hash ^ (hash >> 16)
    }
}

// MARK: - Verifying

/// Why a book is not taken. The server then keeps the one it has.
public enum OfferBookRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file is not what the format says.
    case malformed(path: String, reason: String)
    /// The signature is not that of a key which the server trusts.
    case notSigned(keyID: String)
    /// The book is older than the known one.
    case older(sequence: Int64, known: Int64)
    /// The book has the sequence of the known one but is another.
    case ambiguous(sequence: Int64)
    /// A file that the book names is not there.
    case missing(path: String)
    /// A file has other contents than the book says.
    case changed(path: String)

    public var description: String {
        switch self {
        case .malformed(let path, let reason): "\(path): \(reason)"
        case .notSigned(let keyID): "\(OfferBook.headPath): not signed by a trusted key (it names \(keyID))"
        case .older(let sequence, let known): "the offer book \(sequence) is older than \(known), which is in use"
        case .ambiguous(let sequence): "there are two different offer books with the sequence \(sequence)"
        case .missing(let path): "\(path) is missing"
        case .changed(let path): "\(path) is not what the signed index says"
        }
    }
}

extension OfferBook {
    /// Reads a book and believes nothing that is not signed: the head's signature, its sequence, then every file's
    /// digest, and only then what stands in it.
    ///
    /// - parameter head: the bytes of `headPath`.
    /// - parameter known: the head of the book in use; nil when there is none. The same book again is taken, an
    ///   older one is not.
    /// - parameter digest: SHA-256 in 64 hexadecimal digits.
    /// - parameter isSigned: whether a trusted key of this id signed the bytes so.
    /// - parameter read: the bytes of a file by its path; nil when it is not there.
    public static func open(
        head bytes: [UInt8], known: OfferHead?, digest: (_ bytes: [UInt8]) -> String,
        isSigned: (_ bytes: [UInt8], _ signature: String, _ keyID: String) -> Bool,
        read: (_ path: String) -> [UInt8]?
    ) throws(OfferBookRefusal) -> (head: OfferHead, book: OfferBook) {
        let head = try verifiedHead(bytes, known: known, isSigned: isSigned)

        func verified(_ path: String, _ expected: String) throws(OfferBookRefusal) -> [UInt8] {
            guard let bytes = read(path) else { throw .missing(path: path) }
            guard digest(bytes) == expected else { throw .changed(path: path) }
            return bytes
        }

        let indexPath = OfferIndex.path(digest: head.digest)
        let indexBytes = try verified(indexPath, head.digest)
        let index = try wellFormed(indexPath) { () throws(JSONError) in try OfferIndex(parsing: indexBytes) }
        let termsBytes = try verified(index.termsPath, index.termsDigest)
        let terms = try wellFormed(index.termsPath) { () throws(JSONError) in try OfferTerms(parsing: termsBytes) }

        var offers: [Offer] = []
        var ids: Set<String> = []
        for shard in index.shards {
            let bytes = try verified(shard.path, shard.digest)
            let lines = try wellFormed(shard.path) { () throws(JSONError) in try readOffers(bytes, terms) }
            guard Int64(lines.count) == shard.offerCount else {
                throw .malformed(path: shard.path, reason: "it should have \(shard.offerCount) offers")
            }
            for offer in lines {
                guard ids.insert(offer.id).inserted else {
                    throw .malformed(path: shard.path, reason: "\(offer.id) is offered twice")
                }
            }
            offers += lines
        }
        return (head, OfferBook(offers: offers, terms: terms))
    }

    /// The head of a book, when it is signed and not older than the known one; see `open`.
    public static func verifiedHead(
        _ bytes: [UInt8], known: OfferHead?,
        isSigned: (_ bytes: [UInt8], _ signature: String, _ keyID: String) -> Bool
    ) throws(OfferBookRefusal) -> OfferHead {
        let head = try wellFormed(headPath) { () throws(JSONError) in try OfferHead(parsing: bytes) }
        guard isSigned(head.signedBytes, head.signature, head.keyID) else { throw .notSigned(keyID: head.keyID) }
        if let known {
            guard head.sequence >= known.sequence else {
                throw .older(sequence: head.sequence, known: known.sequence)
            }
            guard head.sequence > known.sequence || head.digest == known.digest else {
                throw .ambiguous(sequence: head.sequence)
            }
        }
        return head
    }

    private static func readOffers(_ bytes: [UInt8], _ terms: OfferTerms) throws(JSONError) -> [Offer] {
        guard bytes.isEmpty || bytes.last == UInt8(ascii: "\n") else { throw JSONError("the last line is cut off") }
        var offers: [Offer] = []
        for line in bytes.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let offer = try line.withUnsafeBufferPointer { line throws(JSONError) in
                try Offer(line: UnsafeRawBufferPointer(line))
            }
            for price in offer.markets {
                guard let market = terms.market(price.market) else {
                    throw JSONError("\(offer.id) is offered in \"\(price.market)\", which is no market")
                }
                guard market.currency == price.schedule.currency else {
                    throw JSONError("\(offer.id) is not priced in the currency of \(price.market)")
                }
            }
            guard terms.seller(offer.seller) != nil else { throw JSONError("\(offer.id) is sold by nobody") }
            offers.append(offer)
        }
        return offers
    }

    private static func wellFormed<Value>(
        _ path: String, _ read: () throws(JSONError) -> Value
    ) throws(OfferBookRefusal) -> Value {
        do throws(JSONError) {
            return try read()
        } catch {
            throw .malformed(path: path, reason: error.description)
        }
    }
}
