// KarooExpress – Apache-2.0

import Foundation
import Testing

@testable import KarooSite

/// Pictures in other sizes. The program that makes them is one of ours: it takes the words of `vips`, writes the shortest
/// files that have the size that is asked for, and notes every call.
@Suite struct PictureTests {
    /// A shop with two photographs, and the program beside it.
    private func shop(_ program: String = PictureTests.program) throws -> Shop {
        let shop = try Shop(Shop.small)
        try shop.change(Shop.arne, "images: [{file: front.svg, ", "images: [one.jpg, two.png, {file: front.svg, ")
        try shop.write("\(PictureTests.folder)/one.jpg", bytes: PictureTests.jpeg(width: 1_000, height: 800))
        try shop.write("\(PictureTests.folder)/two.png", bytes: PictureTests.png(width: 200, height: 300))
        try shop.write("bin/vips", program.replacing("LOG", with: "\(shop.folder)/calls"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(shop.folder)/bin/vips")
        return shop
    }

    private func build(_ shop: Shop, _ output: String = "Public", state: String = "state", jobs: Int = 2) -> SiteBuild.Summary {
        var options = shop.options(output, state: state, jobs: jobs)
        options.rasterizers = [Rasterizer.Candidate(program: .vips, path: "\(shop.folder)/bin/vips")]
        return SiteBuild(options).run()
    }

    /// What the program was asked for since the last time.
    private func calls(_ shop: Shop) throws -> [String] {
        defer { try? shop.remove("calls") }
        return shop.has("calls") ? try shop.text("calls").split(separator: "\n").map(String.init) : []
    }

    @Test func pagesOfferEverySizeThatIsPublished() throws {
        let shop = try shop()
        let summary = build(shop)
        #expect(summary.isDone)
        #expect(summary.hasRasterizer == true)
        let page = try shop.page("en-us/p/arne.html")
        let widths = page.matches(of: /media\/[0-9a-f]{2}\/one\.[0-9a-f]{12}-([0-9]+)\.(avif|webp|jpg) ([0-9]+)w/)
        #expect(widths.map { "\($0.1).\($0.2)" } == ["160.avif", "320.avif", "480.avif", "640.avif", "960.avif", "1000.avif", "320.webp", "640.webp", "1000.webp", "480.jpg", "1000.jpg"])
        #expect(widths.allSatisfy { $0.1 == $0.3 })
        for match in page.matches(of: /\/(media\/[^ "]+)/) { #expect(shop.has("Public/\(match.1)"), "\(match.1)") }
        #expect(page.contains("width=\"1000\" height=\"800\""))
        // Red, as the program says of everything.
        #expect(page.contains("class=\"tone-f00\""))
        let sheet = try #require(page.firstMatch(of: /\/(assets\/sellers\.[^"]+)/)?.1)
        #expect(try shop.page(String(sheet)).contains(".tone-f00{background:#f00}"))
        #expect(page.contains("<meta property=\"og:image:width\" content=\"1200\">"))
    }

    @Test func onlyNewPicturesCostTime() throws {
        let shop = try shop()
        _ = build(shop)
        #expect(try calls(shop).count > 10)
        let before = shop.marks()
        _ = build(shop)
        #expect(try calls(shop) == [])
        #expect(shop.marks() == before)
        // Another output folder has the same cache.
        _ = build(shop, "Other")
        #expect(try calls(shop) == [])
        expectSame(shop.files("Other"), shop.files(), "with what the cache has")

        try shop.write("\(PictureTests.folder)/two.png", bytes: PictureTests.png(width: 210, height: 300))
        #expect(build(shop).isDone)
        let later = try calls(shop)
        #expect(!later.isEmpty)
        #expect(later.allSatisfy { !$0.contains("source.jpg") && !$0.contains("source.svg") }, "\(later)")
        // The files of the old picture are gone.
        _ = build(shop, "Clean", state: "fresh")
        expectSame(shop.files(), shop.files("Clean"), "after a change")
    }

    @Test func oneWorkerMakesTheSameAsMany() throws {
        let shop = try shop()
        _ = build(shop, "One", state: "one", jobs: 1)
        _ = build(shop, "Many", state: "many", jobs: 4)
        expectSame(shop.files("One"), shop.files("Many"))
    }

    @Test func withoutAProgramPicturesArePublishedAsTheyAre() throws {
        let shop = try shop()
        #expect(build(shop).isDone)
        var options = shop.options()
        options.rasterizers = []
        let summary = SiteBuild(options).run()
        #expect(summary.isDone)
        #expect(summary.hasRasterizer == false)
        let page = try shop.page("en-us/p/arne.html")
        #expect(!page.contains("<picture>") && !page.contains("tone-"))
        #expect(page.contains("width=\"200\" height=\"300\""))
        #expect(!shop.files().keys.contains { $0.hasSuffix(".avif") })
        #expect(try shop.built().hasRasterizer == nil)
    }

    @Test func aPictureThatTheProgramCannotReadIsShownAsItIs() throws {
        let shop = try shop(PictureTests.program.replacing("#refuse", with: "case \"$*\" in *source.png*) echo 'vips:17: out of order' >&2; exit 1;; esac"))
        let summary = build(shop)
        #expect(summary.isDone)
        let told = summary.issues.all.filter { $0.message.contains("two.png") }
        #expect(told.count == 1)
        #expect(told.first?.message.hasSuffix("vips can make no sizes of it (out of order)") == true)
        #expect(told.first?.severity == .warning)
        let page = try shop.page("en-us/p/arne.html")
        #expect(page.contains("/one.") && page.contains("<picture>"))
        #expect(page.firstMatch(of: /two\.[0-9a-f]{12}-/) == nil)
    }

    @Test func aPictureThatTakesTooLongIsTriedOnce() throws {
        let shop = try shop(PictureTests.program.replacing("#refuse", with: "case \"$*\" in *source.png*) kill -KILL $$;; esac"))
        for calls in [1, 0] {
            let summary = build(shop)
            #expect(summary.isDone)
            #expect(summary.issues.all.contains { $0.message.contains("two.png") && $0.message.contains("longer than 60 seconds or too much memory") })
            #expect(try self.calls(shop).count { $0.contains("source.png") } == calls)
        }
        #expect(try shop.page("en-us/p/arne.html").contains("/one."))
    }

    @Test func setsThatNobodyUsesGoWhenThereAreMany() throws {
        let shop = try shop()
        let root = "\(shop.folder)/pictures"
        let cache = try PictureCache(root: root, owner: "here")
        func keys() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: root).filter { $0.count == 2 }.flatMap {
                try FileManager.default.contentsOfDirectory(atPath: "\(root)/\($0)")
            }
        }
        let all = (0..<300).map { String(format: "%02x%010x", $0 % 16, $0) }
        for key in all { try shop.write("pictures/\(key.prefix(2))/\(key)/tone", "#ffffff") }
        cache.prune(used: Set(all.prefix(22)))
        #expect(try keys().count == 300)
        cache.prune(used: Set(all.prefix(21)))
        #expect(try keys().sorted() == all.prefix(21).sorted())
        cache.close()
        #expect(!shop.has("pictures/making-here"))
    }

    @Test func whatAKilledBuildWasMakingIsMadeAnew() throws {
        let shop = try shop()
        #expect(build(shop).isDone)
        let whole = shop.files()
        let kept = try FileManager.default.contentsOfDirectory(atPath: "\(shop.folder)/state/pictures")
        #expect(!kept.contains { $0.hasPrefix("making") })
        // A set that is made in part lies where sets are made, never where they are kept.
        try shop.remove("state/pictures")
        let state = try #require(FileManager.default.contentsOfDirectory(atPath: "\(shop.folder)/state").first { $0.hasSuffix(".state") })
        try shop.write("state/pictures/making-\(state.dropLast(6).prefix(16))/0/320.webp", "half")
        #expect(build(shop).isDone)
        expectSame(shop.files(), whole)
        #expect(try !FileManager.default.contentsOfDirectory(atPath: "\(shop.folder)/state/pictures").contains { $0.hasPrefix("making") })
    }

    @Test func aProgramThatDoesNotWorkIsPassedOver() throws {
        let shop = try shop("#!/bin/sh\necho vips-9\nexit 1\n")
        let summary = build(shop)
        #expect(summary.isDone)
        #expect(summary.hasRasterizer == false)
    }

    @Test func aProgramThatNeverEndsIsEnded() throws {
        let start = ContinuousClock.now
        #expect(throws: ChildProcess.Failure.tookTooLong) { try ChildProcess.run("/bin/sh", ["-c", "sleep 60"], in: "/tmp", seconds: 1) }
        #expect(throws: ChildProcess.Failure.tookTooLong) { try ChildProcess.run("/bin/sh", ["-c", "while :; do :; done"], in: "/tmp", seconds: 1) }
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(throws: ChildProcess.Failure.failed("no\n")) { try ChildProcess.run("/bin/sh", ["-c", "echo no >&2; exit 3"], in: "/tmp", seconds: 10) }
        #expect(try ChildProcess.run("/bin/sh", ["-c", "pwd; echo $HOME"], in: "/", seconds: 10) == "/\n\n")
    }

    /// A program that takes no drawings is given what was drawn of them.
    @Test func drawingsAreDrawnForThoseThatTakeNone() throws {
        let shop = try Shop(Shop.small)
        try shop.change("Content/sellers/nord/seller.yaml", "since: 2014", "since: 2014\nlogo: logo.svg")
        try shop.write("Content/sellers/nord/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"/>\n")
        try shop.write("bin/vips", PictureTests.program.replacing("LOG", with: "\(shop.folder)/calls"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(shop.folder)/bin/vips")
        let summary = build(shop)
        #expect(summary.isDone && summary.withoutRaster == 0)
        #expect(try calls(shop).contains { $0.hasPrefix("thumbnail source.svg raster.jpg[") && $0.contains("1200 --height 1500") })
        let page = try shop.page("en-us/p/arne.html")
        let raster = /https:\/\/shop\.example\/(media\/[0-9a-f]{2}\/front\.[0-9a-f]{12}-raster\.jpg)/
        let data = try #require(page.firstMatch(of: /<script type="application\/ld\+json">(.+?)<\/script>/)?.1)
        let told = try #require(data.firstMatch(of: raster)?.1)
        #expect(shop.has("Public/\(told)"))
        #expect(!data.contains(".svg"))
        // Readers get the drawing, which is sharp at any size.
        #expect(page.contains("<img src=\"/media/") && page.firstMatch(of: /<img src="[^"]+front\.[0-9a-f]{12}\.svg"/) != nil)
        for name in ["feeds/merchant/en-us.xml", "sitemaps/en-us-products-1.xml"] {
            #expect(try shop.page(name).contains("https://shop.example/\(told)"), "\(name)")
            #expect(try !shop.page(name).contains(".svg"), "\(name)")
        }
        #expect(try shop.page("en-us/s/nord.html").firstMatch(of: /"logo":"[^"]+logo\.[0-9a-f]{12}-raster\.jpg"/) != nil)
    }

    /// The ground of a card goes on from the picture unseen, or the picture stands clear of the card's edges.
    @Test func edgesOfOneColourAreKnown() {
        func edges(_ pixels: [UInt8], width: Int, on canvas: PictureSize) -> Edges? {
            (Array("P5 \(width) \(pixels.count / width) 255\n".utf8) + pixels).withUnsafeBytes { PlainPicture($0).map { Edges(of: $0, on: canvas) } }
        }
        let wide = PictureSize(width: 100, height: 5), high = PictureSize(width: 5, height: 100)
        // The outermost line is passed over: it may be half covered.
        let frame: [UInt8] = [0, 0, 0, 0, 0, 0, 90, 90, 90, 0, 0, 90, 200, 90, 0, 0, 90, 90, 90, 0, 0, 0, 0, 0, 0]
        #expect(edges(frame, width: 5, on: wide)?.tone == Tone(red: 90, green: 90, blue: 90))
        #expect(edges(frame, width: 5, on: wide)?.areEven == true)
        // Dark below, as where something stands on a table.
        let table: [UInt8] = [0, 0, 0, 0, 0, 0, 90, 90, 90, 0, 0, 90, 90, 90, 0, 0, 30, 30, 30, 0, 0, 0, 0, 0, 0]
        #expect(edges(table, width: 5, on: wide)?.areEven == false)
        #expect(edges(table, width: 5, on: high)?.areEven == false)
        let turned: [UInt8] = (0..<25).map { table[$0 % 5 * 5 + $0 / 5] }
        #expect(edges(turned, width: 5, on: wide)?.areEven == false)
        #expect(edges([90, 90, 90, 90, 90, 30, 90, 90, 90], width: 3, on: wide)?.areEven == true)
        #expect(edges([1], width: 1, on: wide)?.tone == Tone(red: 1, green: 1, blue: 1))
        #expect(edges([], width: 1, on: wide) == nil)
    }

    private static let installed = ["/usr/bin/vips", "/usr/local/bin/vips"].first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.enabled("vips is not installed here") { PictureTests.installed != nil })
    func theRealProgramDrawsWhatShopsAskFor() throws {
        let shop = try Shop(Shop.small)
        try shop.write(
            "\(PictureTests.folder)/front.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"50\"><rect width=\"40\" height=\"50\" fill=\"#808080\"/><path d=\"M0 30H40V50H0Z\" fill=\"red\"/></svg>\n")
        var options = shop.options()
        options.rasterizers = [Rasterizer.Candidate(program: .vips, path: try #require(PictureTests.installed))]
        let summary = SiteBuild(options).run()
        #expect(summary.isDone && summary.hasRasterizer == true)
        let files = shop.files()
        func size(_ ending: String) -> PictureSize? { files.first { $0.key.hasSuffix(ending) }?.value.withUnsafeBytes { PictureFile.size(of: $0, kind: "jpg") } }
        #expect(size("-raster.jpg") == PictureSize(width: 1_200, height: 1_500))
        #expect(size("-social.jpg") == PictureSize(width: 1_200, height: 630))
        // The ground has one colour all over the card's edges, though the picture's own are of two.
        let card = try #require(files.keys.first { $0.hasSuffix("-social.jpg") })
        _ = try ChildProcess.run(options.rasterizers![0].path, ["copy", "\(shop.folder)/Public/\(card)", "card.ppm"], in: shop.folder, seconds: 60)
        let corners = try FileBytes(path: "\(shop.folder)/card.ppm", shown: "card").withBytes { bytes in
            let card = try #require(PlainPicture(bytes))
            return [(4, 4), (4, 315), (4, 625), (600, 4), (600, 625), (1_195, 600)].map { card[$0.0, $0.1] }
        }
        #expect(corners.allSatisfy { $0.difference(from: corners[0]) <= 8 }, "\(corners)")
    }

    // MARK: What is refused

    @Test func aPictureOfAnotherKindThanItsNameSaysIsNamed() throws {
        let shop = try shop()
        try shop.write("\(PictureTests.folder)/two.png", bytes: PictureTests.jpeg(width: 20, height: 30))
        let errors = shop.errors(build(shop))
        #expect(errors.contains { $0.contains("two.png\" is jpg by its bytes; let its name end in .jpg, or save it anew as png") }, "\(errors)")
    }

    @Test func aPictureOfTooManyPixelsIsRefused() throws {
        let shop = try shop()
        try shop.write("\(PictureTests.folder)/two.png", bytes: PictureTests.png(width: 20_000, height: 20_000))
        let errors = shop.errors(build(shop))
        #expect(errors.contains { $0.contains("two.png\" has 20000 × 20000 pixels; at most 100000000 are published; make it smaller") }, "\(errors)")
        #expect(try calls(shop).allSatisfy { !$0.contains("source.png") })
    }

    @Test func aPhotographOnItsSideHasTheSizeInWhichItIsShown() {
        func size(_ orientation: UInt8) -> PictureSize? {
            let jpeg = PictureTests.jpeg(width: 40, height: 30, orientation: orientation)
            return jpeg.withUnsafeBytes { PictureFile.size(of: $0, kind: "jpg") }
        }
        #expect(size(1) == PictureSize(width: 40, height: 30))
        #expect(size(3) == PictureSize(width: 40, height: 30))
        #expect(size(6) == PictureSize(width: 30, height: 40))
        #expect(size(8) == PictureSize(width: 30, height: 40))
    }

    @Test func theMeanColourOfAPictureIsKnown() {
        func tone(_ bytes: [UInt8]) -> String? { bytes.withUnsafeBytes { PlainPicture($0)?.tone.hex } }
        #expect(tone(Array("P6\n#comment 1\n1 1\n255\n".utf8) + [1, 2, 255]) == "#0102ff")
        #expect(tone(Array("P5 1 1 255\n".utf8) + [16]) == "#101010")
        #expect(tone(Array("P6 1 1 65535\n".utf8) + [0, 1, 0, 1, 0, 1]) == nil)
        #expect(tone(Array("P6".utf8)) == nil)
        #expect(Tone(hex: "#fe6700")?.className == "tone-f60")
        #expect(Tone.sheet.split(separator: "\n").count == 125)
    }

    // MARK: Files

    private static let folder = "Content/sellers/nord/products/arne"

    private static func png(width: Int, height: Int) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + big(width, 4) + big(height, 4) + [8, 2, 0, 0, 0]
    }

    static func jpeg(width: Int, height: Int, orientation: UInt8? = nil) -> [UInt8] {
        let exif: [UInt8] = orientation.map { value in
            let tiff = Array("Exif\0\0MM\0*".utf8) + big(8, 4) + big(1, 2) + big(0x0112, 2) + big(3, 2) + big(1, 4) + [0, value, 0, 0] + big(0, 4)
            return [0xFF, 0xE1] + big(tiff.count + 2, 2) + tiff
        } ?? []
        return [0xFF, 0xD8] + exif + [0xFF, 0xC0, 0, 17, 8] + big(height, 2) + big(width, 2) + [3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xFF, 0xD9]
    }

    private static func big(_ number: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }

    /// Every file that it writes says the width that was asked for, so that files of different sizes have different bytes.
    private static let program = """
        #!/bin/sh
        echo "$*" >>LOG
        if [ "$1" = --version ]; then echo vips-8.0.0; exit; fi
        #refuse
        name=${3%%[*}
        case "$name" in
            *.avif) printf '\\0\\0\\0\\40ftypavif0000ispe0000\\0\\0\\0\\1\\0\\0\\0\\1%s' "$4";;
            *.webp) printf 'RIFF0000WEBPVP8X00000000\\0\\0\\0\\0\\0\\0%s' "$4";;
            *.jpg) printf '\\377\\330\\377\\300\\0\\21\\10\\0\\1\\0\\1%s000' "$4";;
            *.ppm) printf 'P6 1 1 255\\n\\377\\0\\0';;
            *) echo decoded;;
        esac >"$name"

        """
}
