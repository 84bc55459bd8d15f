// KarooExpress – Apache-2.0

import KarooCommerce

/// Everything that was read, as values; the one input of the plan besides the instant of the build.
package struct Catalog: Sendable {
    /// A seller with what changes its pages.
    final class SellerEntry: Sendable {
        let seller: Seller
        let logo: PublishedFile?
        /// For programs that take no drawings: the logo, or the same as a JPEG where that was made.
        let logoRaster: PublishedFile?
        let rating: Rating?
        let fingerprint: Fingerprint

        init(seller: Seller, logo: PublishedFile?, logoRaster: PublishedFile? = nil, rating: Rating?, fingerprint: Fingerprint) {
            self.seller = seller
            self.logo = logo
            self.logoRaster = logoRaster ?? logo
            self.rating = rating
            self.fingerprint = fingerprint
        }
    }

    /// A product with where it came from and what the facts say of it.
    final class ProductEntry: Sendable {
        let product: Product
        /// The place of its seller in `sellers`.
        let seller: Int
        /// The place of its category in the tree.
        let category: Int
        /// Published pictures in the order of `product.pictures`; nil where one is remote or cannot be used.
        let pictures: [PublishedPicture?]
        /// The place of the first picture that can be shown; nil when there is none.
        let coverPlace: Int?
        /// Whether it has a picture that is no drawing, or was made of one: shopping networks take no others.
        let hasRaster: Bool
        let models: PublishedModels
        let rating: Rating?
        let reviews: [Review]
        /// One for each variant.
        let bands: [Availability]
        /// Where Content says it.
        let origin: Origin
        /// Of all of the above but the origin.
        let fingerprint: Fingerprint

        init(
            product: Product, seller: Int, category: Int, pictures: [PublishedPicture?], models: PublishedModels, rating: Rating?,
            reviews: [Review], bands: [Availability], origin: Origin, fingerprint: Fingerprint
        ) {
            self.product = product
            self.seller = seller
            self.category = category
            self.pictures = pictures
            coverPlace = pictures.firstIndex { $0 != nil }
            hasRaster = pictures.contains { $0?.raster != nil }
            self.models = models
            self.rating = rating
            self.reviews = reviews
            self.bands = bands
            self.origin = origin
            self.fingerprint = fingerprint
        }

        /// True when no variant can be bought in any market.
        var isSoldOut: Bool { bands.allSatisfy { $0 == .out } }

        /// The first picture that can be shown; nil when there is none.
        var cover: PublishedPicture? { coverPlace.flatMap { pictures[$0] } }

        /// The pictures of which search engines are told; drawings, which they find harder to show, only where there is nothing else.
        var told: some Sequence<PublishedFile> { pictures.lazy.compactMap { [hasRaster] in hasRaster ? $0?.raster : $0?.file } }

        /// The same of a variant: the first of its own, else the product's. Nil when there is none at all.
        func told(of variant: Variant) -> PublishedFile? {
            variant.pictures.lazy.compactMap { [pictures, hasRaster] in hasRaster ? pictures[$0]?.raster : pictures[$0]?.file }.first ?? told.first { _ in true }
        }
    }

    struct Origin: Sendable {
        let file: String
        let line: Int
    }

    struct PublishedModels: Sendable {
        var gltf: PublishedFile?
        var usdz: PublishedFile?

        var isEmpty: Bool { gltf == nil && usdz == nil }
    }

    let marketplace: Marketplace
    let categories: CategoryTree
    let attributes: AttributeTable
    let sellers: [SellerEntry]
    let products: ContiguousArray<ProductEntry>
    let taxes: [TaxRule]
    let pages: [ContentPage]
    let words: [Language: Words]
    let theme: ThemeFiles
    let search: SearchSettings
    /// True when there is a picture whose colour is known, and pages name it.
    let hasTones: Bool
    /// Pictures, models and logos to be copied.
    let media: [PublishedFile]
    let completeness: Completeness
    /// Of the files that every page depends on.
    let foundation: Fingerprint
    /// Of marketplace, categories, attributes and words: what the words of products are read by.
    let groundwork: Fingerprint

    /// What a variant costs in a market at an instant; nil when it is not sold there.
    ///
    /// Every amount that is published comes through here.
    static func price(of variant: Variant, in market: Market, at instant: Instant) -> Price? {
        variant.price(in: market, at: instant)
    }

    /// The lowest price among the variants; nil when none is sold in the market.
    static func lowestPrice(of product: Product, in market: Market, at instant: Instant) -> Price? {
        product.variants.lazy.compactMap { price(of: $0, in: market, at: instant) }.min { $0.amount < $1.amount }
    }
}

/// A file of Content under the name by which it is published: content-addressed, so that it may be cached for ever.
final class PublishedFile: Sendable {
    /// Below Public, as `media/7f/arne-front.7f0c2a91b3.svg`.
    let name: String
    /// Where the bytes are.
    let source: String
    let size: Int

    init(name: String, source: String, size: Int) {
        self.name = name
        self.source = source
        self.size = size
    }
}

struct PublishedPicture: Sendable {
    let file: PublishedFile
    let size: PictureSize
    /// Nil when nothing else was made of it.
    var renditions: Renditions?

    /// What social networks show of it: they take no drawings. Nil when there is nothing else.
    var social: (file: PublishedFile, size: PictureSize)? {
        if let card = renditions?.social { return (card, Renditions.socialSize) }
        return PictureFile.kind(of: file.name) == "svg" ? nil : (file, size)
    }

    /// For programs that know only the kinds of picture that everybody knows. Nil when it is of another, and nothing was made of it.
    var raster: PublishedFile? {
        switch PictureFile.kind(of: file.name) {
        case "svg": renditions?.raster
        case "avif": renditions?.file(.jpg, atLeast: 1_280)
        default: file
        }
    }

    /// For places that show it very small.
    var thumb: PublishedFile { renditions?.file(.webp, atLeast: 160) ?? small }

    /// For places that take one address and show the picture small.
    var small: PublishedFile { renditions?.file(.jpg, atLeast: 480) ?? file }
}
