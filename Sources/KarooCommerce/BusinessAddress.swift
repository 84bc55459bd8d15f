// KarooExpress – Apache-2.0

/// Where a business is: the lines below its name, and the parts of them where the catalogue tells them apart.
public struct BusinessAddress: Hashable, Sendable {
    /// What machines ask for by name.
    public struct Parts: Hashable, Sendable {
        /// Street, house, floor.
        public let street: [String]
        public let city: String
        /// Nil where there are none.
        public let postalCode: String?
        /// State, province, prefecture; nil where it does not belong into an address.
        public let region: String?

        public init(street: [String], city: String, postalCode: String?, region: String?) {
            self.street = street
            self.city = city
            self.postalCode = postalCode
            self.region = region
        }
    }

    /// Without the country, which pages name in their own language. Empty when nothing is known.
    public let lines: [String]
    /// Nil when only the lines are known.
    public let parts: Parts?

    public init(lines: [String] = []) {
        self.lines = lines
        parts = nil
    }

    /// The lines are those of the country's post.
    public init(_ parts: Parts, country: String?) {
        self.parts = parts
        let place = [parts.city, parts.region].compactMap { $0 }.joined(separator: ", ")
        let isCodeFirst = country.map(BusinessAddress.countriesWithCodeFirst.contains) ?? false
        let named = isCodeFirst ? [parts.postalCode, place] : [place, parts.postalCode]
        lines = parts.street + [named.compactMap { $0 }.joined(separator: " ")]
    }

    /// Where the code stands before the town, by the Universal Postal Union's sheets of addresses.
    private static let countriesWithCodeFirst: Set<String> = [
        "AT", "BE", "BG", "BR", "CH", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IL", "IS", "IT", "LI", "LT", "LU", "MA", "MC", "MX", "NL", "NO", "PL",
        "PT", "RO", "RS", "SE", "SI", "SK", "SM", "TN", "TR", "VA",
    ]
}
