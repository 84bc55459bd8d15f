// KarooExpress – Apache-2.0

/// The trader behind a shop, as far as invoices and letters need it.
public struct TraderTerms: Hashable, Sendable {
    /// The name of the business; nil when only the shop's is known.
    public let name: String?
    public let address: [String]
    /// Where the server writes of orders and payouts; nil when the seller gets no letters.
    public let email: String?
    public let vatID: String?
    public let register: String?

    public init(name: String? = nil, address: [String] = [], email: String? = nil, vatID: String? = nil, register: String? = nil) {
        self.name = name
        self.address = address
        self.email = email
        self.vatID = vatID
        self.register = register
    }

    /// What the catalogue says of a trader.
    public init(_ trader: Seller.Trader) {
        self.init(name: trader.name, address: trader.address, email: trader.email, vatID: trader.vatID, register: trader.register)
    }

    /// Whether nothing is known.
    var isEmpty: Bool { self == TraderTerms() }
}

// MARK: - As JSON

extension TraderTerms {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            if let name { writer.member("name", name) }
            if !address.isEmpty { writer.member("address", address) }
            if let email { writer.member("email", email) }
            if let vatID { writer.member("vatID", vatID) }
            if let register { writer.member("register", register) }
        }
    }

    init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        self.init(
            name: try fields.optionalString("name"), address: try fields.optionalStrings("address"), email: try fields.optionalString("email"),
            vatID: try fields.optionalString("vatID"), register: try fields.optionalString("register"))
        try fields.end()
    }
}
