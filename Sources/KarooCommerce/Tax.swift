// KarooExpress – Apache-2.0

/// One tax on goods, such as value-added tax, or the part of a state.
public struct TaxRate: Hashable, Sendable {
    /// What the tax is called where there are several; nil where there is one.
    public let name: String?
    /// Parts in a million: 19 % is 190,000, and 8.875 % is 88,750.
    public let partsPerMillion: Int64

    public init(name: String? = nil, partsPerMillion: Int64) {
        self.name = name
        self.partsPerMillion = partsPerMillion
    }
}

/// The rates of tax on goods of a category, in a market, one of its countries, or a region of one.
public struct TaxRule: Hashable, Sendable {
    /// The category of delivery where it has rates of its own; elsewhere it is taxed as what is delivered.
    public static let shippingCategory = "shipping"

    /// Where the rate holds.
    public let market: Market.ID
    /// ISO 3166-1 alpha-2; nil for the whole market.
    public let country: String?
    /// What a region is called in addresses, its code first; empty for the whole country.
    public let regions: [String]
    /// `Offer.taxCategory` of the goods.
    public let category: String
    /// Not empty; a rate of 0 says that there is none.
    public let rates: [TaxRate]

    public init(market: Market.ID, country: String?, regions: [String] = [], category: String, rates: [TaxRate]) {
        self.market = market
        self.country = country
        self.regions = regions
        self.category = category
        self.rates = rates
    }

    /// The rule with one rate.
    public init(market: Market.ID, country: String? = nil, category: String, ratePartsPerMillion: Int64) {
        self.init(market: market, country: country, category: category, rates: [TaxRate(partsPerMillion: ratePartsPerMillion)])
    }

    /// All of them together.
    public var ratePartsPerMillion: Int64 { rates.reduce(0) { $0 + $1.partsPerMillion } }
}

/// Where something goes, as far as it decides what it costs.
public struct Destination: Hashable, Sendable {
    /// ISO 3166-1 alpha-2.
    public let country: String
    /// As the buyer wrote it; nil when not known.
    public let region: String?
    /// As the buyer wrote it; nil when not known.
    public let postalCode: String?

    public init(country: String, region: String? = nil, postalCode: String? = nil) {
        self.country = country
        self.region = region
        self.postalCode = postalCode
    }

    public init(_ address: PostalAddress) { self.init(country: address.country, region: address.region, postalCode: address.postalCode) }

    /// Whether the region has one of these names; case and spaces around them do not matter.
    fileprivate func isIn(_ regions: [String]) -> Bool {
        guard let region else { return false }
        return regions.contains { folded($0) == folded(region) }
    }

    /// Whether the postal code begins with one of these; spaces and hyphens in it do not matter.
    func isIn(postalCodes prefixes: [String]) -> Bool {
        guard let postalCode else { return false }
        let code = compact(postalCode)
        return prefixes.contains { code.starts(with: compact($0)) }
    }

    private func folded(_ text: String) -> [Substring] { text.lowercased().split(whereSeparator: { $0 == " " || $0 == "\t" }) }
    private func compact(_ text: String) -> [Character] { text.uppercased().filter { $0 != " " && $0 != "-" } }
}

extension OfferTerms {
    /// The rates for goods of a category: those of the region, else of the country, else of the market; none where none of them has any.
    public func taxRates(of category: String, in market: Market.ID, at destination: Destination) -> [TaxRate] {
        let rules = taxes.filter { $0.market == market && $0.category == category }
        let national = rules.filter { $0.country == destination.country }
        let rule =
            national.first { destination.isIn($0.regions) } ?? national.first { $0.regions.isEmpty } ?? rules.first { $0.country == nil }
        return rule?.rates ?? []
    }
}

/// Why a buyer pays no tax.
public enum TaxExemption: String, Hashable, Sendable, CaseIterable {
    /// A business in another member state of the European Union owes the tax itself (Directive 2006/112/EC, articles 138 and 196).
    case reverseCharge

    /// Why goods of a seller go to a destination without tax; nil when they do not.
    public static func of(_ taxID: TaxID?, from seller: String, to destination: Destination) -> TaxExemption? {
        guard let taxID, taxID.country != seller, destination.country != seller else { return nil }
        let states = EuropeanUnion.memberStates
        return states.contains(taxID.country) && states.contains(seller) && states.contains(destination.country) ? .reverseCharge : nil
    }
}

/// The states between which goods go without customs, and businesses without the seller's tax.
public enum EuropeanUnion {
    /// ISO 3166-1 alpha-2.
    public static let memberStates: Set<String> = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO",
        "SE", "SI", "SK",
    ]
}

/// The number by which the tax office of a member state of the European Union knows a business: `DE123456789`.
///
/// Its shape is looked at and nothing else: whether the number is in use is known to the tax office alone.
public struct TaxID: Hashable, Sendable, CustomStringConvertible {
    /// In capitals, without spaces, points and hyphens.
    public let text: String
    /// ISO 3166-1 alpha-2 of the state; the prefix of Greek numbers is `EL`.
    public let country: String

    /// Nil for what has not the shape of the numbers of its state.
    public init?(_ text: String) {
        guard text.utf8.count <= TaxID.maximumLength else { return nil }
        let compact = text.uppercased().filter { !" .-".contains($0) }
        guard compact.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x2B || $0 == 0x2A }), compact.utf8.count > 4
        else { return nil }
        let prefix = String(compact.prefix(2))
        guard let shapes = TaxID.shapes[prefix], shapes.contains(where: { TaxID.fits(compact.dropFirst(2), $0) }) else { return nil }
        self.text = compact
        country = prefix == "EL" ? "GR" : prefix
    }

    public var description: String { text }

    private static let maximumLength = 40

    /// `9` stands for a digit, `A` for a letter, `*` for either; everything else for itself.
    private static let shapes: [String: [String]] = [
        "AT": ["U99999999"], "BE": ["0999999999", "1999999999"], "BG": ["999999999", "9999999999"], "CY": ["99999999A"],
        "CZ": ["99999999", "999999999", "9999999999"], "DE": ["999999999"], "DK": ["99999999"], "EE": ["999999999"], "EL": ["999999999"],
        "ES": ["*9999999*"], "FI": ["99999999"], "FR": ["**999999999"], "HR": ["99999999999"], "HU": ["99999999"],
        "IE": ["9999999A", "9999999AA", "9*99999A", "9+99999A"], "IT": ["99999999999"], "LT": ["999999999", "999999999999"], "LU": ["99999999"],
        "LV": ["99999999999"], "MT": ["99999999"], "NL": ["999999999B99"], "PL": ["9999999999"], "PT": ["999999999"],
        "RO": ["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"], "SE": ["999999999999"], "SI": ["99999999"],
        "SK": ["9999999999"],
    ]

    private static func fits(_ number: Substring, _ shape: String) -> Bool {
        guard number.count == shape.count else { return false }
        return zip(number, shape).allSatisfy { character, place in
            switch place {
            case "9": character.isNumber
            case "A": character.isLetter
            case "*": character.isNumber || character.isLetter
            default: character == place
            }
        }
    }
}
