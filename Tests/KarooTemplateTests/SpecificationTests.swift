// KarooExpress – Apache-2.0

import Foundation
import KarooTemplate
import Testing

/// The official cases, in the folder that the environment variable KAROO_MUSTACHE_SPEC names.
@Suite struct SpecificationTests {
    struct Module: Decodable {
        let tests: [Case]
    }

    struct Case: Decodable, CustomTestStringConvertible {
        let name: String
        let template: String
        let expected: String
        let partials: [String: String]?
        var testDescription: String { name }
    }

    static let folder = ProcessInfo.processInfo.environment["KAROO_MUSTACHE_SPEC"]
    static let modules = [
        "comments", "delimiters", "interpolation", "inverted", "partials", "sections", "~dynamic-names", "~inheritance",
    ]

    @Test(.enabled(if: folder != nil), arguments: modules)
    func official(module: String) throws {
        let url = URL(fileURLWithPath: try #require(Self.folder)).appendingPathComponent("\(module).json")
        let json = try Data(contentsOf: url)
        let cases = try JSONDecoder().decode(Module.self, from: json).tests
        let data = try #require((try JSONSerialization.jsonObject(with: json) as? [String: Any])?["tests"] as? [[String: Any]])
        var passed = 0
        for (test, raw) in zip(cases, data) {
            let result = render(test.template, Value(raw["data"] ?? [:]), partials: test.partials ?? [:]).text
            #expect(result == test.expected, "\(module): \(test.name)")
            if result == test.expected { passed += 1 }
        }
        print("Mustache specification: \(passed) of \(cases.count) cases of \(module)")
        #expect(!cases.isEmpty)
    }
}
