// KarooExpress – Apache-2.0

import Testing

@testable import KarooSite

/// Pictures elsewhere get names here, and only addresses of the public Internet are asked for them.
@Suite struct ImportPicturesTests {
    /// One transparent pixel.
    static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + [0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1F, 0x15, 0xC4, 0x89]

    private static func products() -> [ImportedProduct] {
        ImportSample.shopify(
            ImportShopifyTests.header + """
                a,A,,,,Tea,,,,,,,,,,,,,,1,,,https://x.example/1.JPG?v=2,1,,,,,,,,
                a,,,,,,,,,,,,,,,,,,,,,,https://x.example/2,2,,,,,,,,
                b,B,,,,Tea,,,,,,,,,,,,,,1,,,https://x.example/2,1,,,,,,,,
                b,,,,,,,,,,,,,,,,,,,,,,https://x.example/3.svg,2,,,,,,,,

                """
        ).products
    }

    @Test func namesEveryAddressOnce() {
        let pictures = ImportPictures.remote(in: Self.products(), taken: ["images/b-2"])
        #expect(pictures.map(\.address) == ["https://x.example/1.JPG?v=2", "https://x.example/2", "https://x.example/3.svg"])
        #expect(pictures.map(\.stem) == ["images/a-1", "images/a-2", "images/b-3"])
        #expect(pictures.map(\.expectedName) == ["images/a-1.jpg", "images/a-2.jpg", "images/b-3.jpg"])
        #expect(pictures.map(\.line) == [2, 2, 4])
    }

    @Test func putsFilesInThePlacesOfAddresses() {
        let products = ImportPictures.rewriting(Self.products(), ["https://x.example/2": "images/a-2.png"])
        #expect(
            products.map { $0.pictures.map(\.name) } == [
                ["https://x.example/1.JPG?v=2", "images/a-2.png"], ["images/a-2.png", "https://x.example/3.svg"],
            ])
        #expect(ImportPictures.remote(in: products).map(\.address) == ["https://x.example/1.JPG?v=2", "https://x.example/3.svg"])
    }

    @Test func knowsPicturesByTheirBytes() {
        #expect(ImportPictures.kind(of: Self.png) == "png")
        #expect(ImportPictures.kind(of: Array("GIF89a\u{1}\u{0}\u{1}\u{0}".utf8)) == "gif")
        #expect(ImportPictures.kind(of: Array("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>".utf8)) == nil)
        #expect(ImportPictures.kind(of: Array("<!doctype html>".utf8)) == nil)
        #expect(ImportPictures.kind(of: []) == nil)
    }

    @Test func passesOverBrokenNotesOfWhatWasFetched() {
        let text = """
            {"address":"https://x.example/1","file":"images/a-1.png"}
            {"address":"https://x.example/2","file":"../../etc/passwd"}
            {"address":"https://x.example/3","file":"images/../x"}
            {"address":"https://x.example/4","file":"images/gone.png"}
            broken

            """
        let fetched = FetchedPictures(Array(text.utf8)) { $0 != "images/gone.png" }
        #expect(fetched.files == ["https://x.example/1": "images/a-1.png"] && fetched.stems == ["images/a-1"])
    }

    @Test(
        arguments: [
            ("https://x.example/a.jpg", "https://x.example/a.jpg"), ("HTTP://x.example/a.jpg", "http://x.example/a.jpg"),
            ("//x.example/ä b.jpg", "https://x.example/%C3%A4%20b.jpg"),
            ("https://x.example/%20?a=1&b=<2>", "https://x.example/%20?a=1&b=%3C2%3E"), ("https://user@x.example/a.jpg", nil), ("https:///a.jpg", nil),
            ("a.jpg", nil),
            ("data:image/png;base64,AA", nil), ("ftp://x.example/a.jpg", nil), ("https://x.example/../a.jpg", nil), ("https://x example/a.jpg", nil), ("", nil),
            ("https://x.example/" + String(repeating: "a", count: 3_000), nil),
        ] as [(String, String?)])
    func cleansAddresses(_ text: String, _ address: String?) {
        #expect(PictureAddress.clean(text) == address)
    }

    @Test(
        arguments: [
            [0, 0, 0, 0], [10, 1, 2, 3], [100, 64, 0, 1], [100, 127, 255, 255], [127, 0, 0, 1], [127, 255, 255, 254], [169, 254, 169, 254], [172, 16, 0, 1],
            [172, 31, 255, 255],
            [192, 0, 0, 8], [192, 0, 2, 1], [192, 88, 99, 1], [192, 168, 1, 1], [198, 18, 0, 1], [198, 19, 255, 255], [198, 51, 100, 1], [203, 0, 113, 1],
            [224, 0, 0, 1],
            [239, 255, 255, 250], [240, 0, 0, 1], [255, 255, 255, 255], [], [1, 2, 3],
            v6(0), v6(0, 0, 0, 0, 0, 0, 0, 1), v6(0, 0, 0, 0, 0, 0xFFFF, 0x7F00, 1), v6(0, 0, 0, 0, 0, 0xFFFF, 0xC0A8, 0x0101), v6(0, 0, 0, 0, 0, 0, 0x7F00, 1),
            v6(0x64, 0xFF9B, 0, 0, 0, 0, 0x0A00, 1), v6(0x64, 0xFF9B, 1), v6(0x100), v6(0x2001), v6(0x2001, 0, 1, 2), v6(0x2001, 2), v6(0x2001, 0x10),
            v6(0x2001, 0xDB8, 1),
            v6(0x2002, 0x7F00, 1), v6(0x2002, 0xC0A8, 0x101), v6(0x3FFF, 0x0001), v6(0xFC00, 1), v6(0xFD12, 0x3456), v6(0xFE80, 0, 0, 0, 1), v6(0xFEC0, 1),
            v6(0xFF02, 0, 0, 0, 0, 0, 0, 1),
            v6(0x4000, 1), v6(0x5F00, 1),
        ] as [[UInt8]])
    func refusesAddressesThatAreNotPublic(_ address: [UInt8]) {
        #expect(!PublicAddress.isPublic(address))
    }

    @Test(
        arguments: [
            [1, 1, 1, 1], [8, 8, 8, 8], [9, 255, 255, 255], [11, 0, 0, 1], [100, 63, 255, 255], [100, 128, 0, 1], [126, 1, 1, 1], [128, 0, 0, 1],
            [169, 253, 1, 1], [172, 15, 1, 1],
            [172, 32, 0, 1], [192, 167, 1, 1], [192, 169, 1, 1], [198, 17, 1, 1], [198, 20, 1, 1], [223, 255, 255, 254],
            v6(0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1111),
            v6(0x2001, 0x4860, 0x4860, 0, 0, 0, 0, 0x8888), v6(0x2A00, 1), v6(0x2002, 0x0808, 0x0808), v6(0x64, 0xFF9B, 0, 0, 0, 0, 0x0808, 0x0808),
            v6(0, 0, 0, 0, 0, 0xFFFF, 0x0808, 0x0808),
        ] as [[UInt8]])
    func allowsPublicAddresses(_ address: [UInt8]) {
        #expect(PublicAddress.isPublic(address))
    }

    /// The sixteen bytes of eight groups; groups that are not given are zero.
    private static func v6(_ groups: UInt16...) -> [UInt8] {
        (groups + Array(repeating: 0, count: 8 - groups.count)).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }
}
