// KarooExpress – Apache-2.0

import KarooCommerce

/// Reads the address of a business, which is a list of lines, or better the parts by name.
struct AddressReader {
    /// One for each language of the marketplace, its own first.
    private let formats: [LocaleFormats]

    init(_ languages: Languages) {
        formats = ([languages.standard] + languages.all.filter { $0 != languages.standard }).compactMap { LocaleFormats($0.tag) }
    }

    /// The lines that letters have, with the country where it is known, and the address without it.
    func read(_ members: inout Members, country: String?, _ issues: inout Issues) -> (letter: [String], seat: BusinessAddress) {
        guard let node = members.node.member("address"), node.kind == .object else {
            let lines = members.texts("address", &issues)
            return (lines, BusinessAddress(lines: country.map { withoutCountry(lines, $0) } ?? lines))
        }
        _ = members.member("address")
        var named = Members(node)
        let street = node.member("street")?.kind == .array ? named.texts("street", &issues) : [named.text("street", &issues)].compactMap { $0 }
        let city = named.requiredText("city", &issues) ?? ""
        let parts = BusinessAddress.Parts(
            street: street, city: city, postalCode: named.text("postalCode", &issues), region: named.text("region", &issues))
        named.reportUnknown(["street", "city", "postalCode", "region"], &issues)
        let seat = BusinessAddress(parts, country: country)
        return (seat.lines + (country.flatMap { formats.first?.regionName($0) }.map { [$0] } ?? []), seat)
    }

    /// Pages name the country by themselves, each in its language.
    private func withoutCountry(_ lines: [String], _ country: String) -> [String] {
        guard lines.count > 1, let last = lines.last, formats.contains(where: { $0.regionName(country) == last }) else { return lines }
        return lines.dropLast()
    }
}
