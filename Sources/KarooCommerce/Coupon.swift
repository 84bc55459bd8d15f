// KarooExpress – Apache-2.0

/// The code of a coupon as everybody means it: spaces around it and the case of its letters do not matter.
public struct CouponCode: Hashable, Sendable, Comparable, CustomStringConvertible {
    public static let maximumLength = 40

    /// In capitals.
    public let text: String

    /// Nil for anything but 1 to 40 letters A–Z, digits, `-` and `_`, spaces around them not counted.
    public init?(_ text: String) {
        let spaces: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        var bytes = Array(text.utf8.drop { spaces.contains($0) })
        while let last = bytes.last, spaces.contains(last) { bytes.removeLast() }
        guard (1...CouponCode.maximumLength).contains(bytes.count) else { return nil }
        for (place, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): bytes[place] = byte - 0x20
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): continue
            default: return nil
            }
        }
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    public var description: String { text }

    public static func < (left: CouponCode, right: CouponCode) -> Bool { left.text < right.text }
}

/// What a code is good for. How often it was redeemed is known to the server alone.
public struct Coupon: Hashable, Sendable {
    /// What becomes cheaper.
    public enum Reduction: Hashable, Sendable {
        /// Parts in a million of the goods' price, 1 to 1,000,000.
        case share(partsPerMillion: Int64)
        /// An amount off the goods, in its currency only; at most what they cost.
        case amount(Money)
        /// Delivery costs nothing.
        case freeShipping
    }

    public let code: CouponCode
    /// What the buyer reads; nil: the code.
    public let name: String?
    public let reduction: Reduction
    /// Whose goods it is for; nil: everybody's.
    public let seller: Seller.ID?
    /// Parts in a million of the discount that the sellers of the goods bear; the marketplace bears the rest.
    public let sellerPartsPerMillion: Int64
    /// From this value of the goods it is for; nil: from any.
    public let minimum: Money?
    /// The first moment at which it holds; nil: since ever.
    public let from: Instant?
    /// The first moment at which it no longer holds; nil: for ever.
    public let until: Instant?

    /// - parameter sellerPartsPerMillion: all of it for goods of one seller, and nothing for everybody's, when it is left out.
    public init(
        code: CouponCode, name: String? = nil, reduction: Reduction, seller: Seller.ID? = nil, sellerPartsPerMillion: Int64? = nil,
        minimum: Money? = nil, from: Instant? = nil, until: Instant? = nil
    ) {
        self.code = code
        self.name = name
        self.reduction = reduction
        self.seller = seller
        self.sellerPartsPerMillion = sellerPartsPerMillion ?? (seller == nil ? 0 : 1_000_000)
        self.minimum = minimum
        self.from = from
        self.until = until
    }

    /// Why it does not reduce goods of this value at a moment; nil when it does.
    ///
    /// - parameter goods: what the goods that it is for cost after earlier discounts; nil when there are none in the cart.
    public func refusal(goods: Money?, at instant: Instant) -> CouponRefusal? {
        if let from, instant < from { return .notYet }
        if let until, instant >= until { return .expired }
        guard let goods else { return .otherSeller }
        if case .amount(let money) = reduction, money.currency != goods.currency { return .otherCurrency }
        if let minimum {
            guard minimum.currency == goods.currency else { return .otherCurrency }
            guard goods >= minimum else { return .belowMinimum }
        }
        return nil
    }
}

/// Why a coupon does not hold.
public enum CouponRefusal: String, Error, Hashable, Sendable, CaseIterable {
    case unknown, notYet, expired, otherSeller, otherCurrency, belowMinimum, usedUp, usedByBuyer
}
