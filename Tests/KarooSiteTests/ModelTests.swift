// KarooExpress – Apache-2.0

import Foundation
import Testing

@testable import KarooSite

/// Models of the demonstration are taken; whatever a phone would not open is refused, and told.
@Suite struct ModelTests {
    private static let folder = "\(Shop.project)/Content/sellers/tanaka-pottery/products/tenmoku-tea-bowl"

    private func bytes(_ name: String) throws -> [UInt8] {
        Array(try #require(FileManager.default.contents(atPath: "\(ModelTests.folder)/\(name)")))
    }

    private func fault(_ bytes: [UInt8], _ kind: String) -> String? { bytes.withUnsafeBytes { ModelFile.fault(in: $0, kind: kind) } }

    @Test func theModelsOfTheDemonstrationAreWhole() throws {
        for kind in ["glb", "usdz"] {
            let whole = try bytes("bowl.\(kind)")
            #expect(fault(whole, kind) == nil)
            for length in [0, 3, 20, 29, 64, whole.count / 2, whole.count - 1] {
                let part = Array(whole[..<length])
                // The end of an archive, its table of contents, may be cut without a trace in the part before it.
                if kind == "glb" || length < whole.count - 200 { #expect(fault(part, kind) != nil, "\(length) bytes of \(kind)") }
            }
        }
        #expect(fault(try bytes("bowl.glb"), "usdz") == "is no USDZ archive")
        #expect(fault(try bytes("bowl.usdz"), "glb") == "is no binary glTF file")
    }

    @Test func anArchiveThatPhonesDoNotOpenIsRefused() throws {
        var compressed = try bytes("bowl.usdz")
        compressed[8] = 8
        #expect(fault(compressed, "usdz") == "has \"bowl.usda\" compressed")
        // Two bytes less of filling.
        var shifted = try bytes("bowl.usdz")
        shifted[28] -= 2
        shifted.removeSubrange(62..<64)
        #expect(fault(shifted, "usdz") == "has \"bowl.usda\" at byte 62, which is no multiple of 64")
        var renamed = try bytes("bowl.usdz")
        renamed.replaceSubrange(30..<39, with: Array("bowl.jpeg".utf8))
        #expect(fault(renamed, "usdz") == "begins with \"bowl.jpeg\", which is no USD layer")
    }

    @Test func pagesLinkToModelsWhereThereAreSome() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let before = try shop.page("en-us/p/arne.html")
        #expect(!before.contains("models") && !before.contains("3DModel") && !before.contains("rel=\"ar\""))
        try shop.write("Content/sellers/nord/products/arne/lamp.glb", bytes: bytes("bowl.glb"))
        try shop.write("Content/sellers/nord/products/arne/lamp.usdz", bytes: bytes("bowl.usdz"))
        try shop.change(Shop.arne, "stock: 12", "stock: 12\nmodels: {gltf: lamp.glb, usdz: lamp.usdz}")
        try shop.built()
        let page = try shop.page("en-us/p/arne.html")
        let usdz = try #require(page.firstMatch(of: #/<a rel="ar" href="\/(media\/[0-9a-f]{2}\/lamp\.[0-9a-f]{12}\.usdz)"><img /#)?.1)
        let glb = try #require(page.firstMatch(of: #/<a href="\/(media\/[0-9a-f]{2}\/lamp\.[0-9a-f]{12}\.glb)" data-viewer="(intent:[^"]+)" download>/#))
        #expect(shop.has("Public/\(usdz)") && shop.has("Public/\(glb.1)"))
        let address = "https%3A//shop.example/\(glb.1)"
        #expect(glb.2.contains("file=\(address)&amp;"))
        #expect(glb.2.contains(";S.browser_fallback_url=\(address);end;"))
        #expect(page.contains(
            "\"subjectOf\":{\"@type\":\"3DModel\",\"encoding\":[{\"@type\":\"MediaObject\",\"contentUrl\":\"https://shop.example/\(glb.1)\",\"encodingFormat\":\"model/gltf-binary\"}"))
    }
}
