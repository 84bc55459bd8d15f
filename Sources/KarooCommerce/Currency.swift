// KarooExpress – Apache-2.0

/// A currency of the active list of ISO 4217.
///
/// The value is eight bytes without references, so it may stand inside every `Money` and be copied
/// freely: its number of decimals travels with it and is never looked up.
public struct Currency: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The three letters as one number, first letter highest: `EUR` is 0x455552.
    private let letters: UInt32
    private let number: UInt16
    /// The minor unit column of the standard; -1 stands for its "N.A.".
    private let decimals: Int8
    private let fund: Bool

    /// The currency with this three-letter code in capitals, or nil when ISO 4217's active list has no such code.
    public init?(_ code: String) {
        guard let found = Currency.lookUp(code.utf8) else { return nil }
        self = found
    }

    /// The currency with this three-letter code in capitals, or nil when ISO 4217's active list has no such code.
    public init?(_ code: Substring) {
        guard let found = Currency.lookUp(code.utf8) else { return nil }
        self = found
    }

    /// The three capitals of ISO 4217, as `EUR`.
    public var code: String {
        String(unsafeUninitializedCapacity: 3) { buffer in
            buffer[0] = UInt8(truncatingIfNeeded: letters >> 16)
            buffer[1] = UInt8(truncatingIfNeeded: letters >> 8)
            buffer[2] = UInt8(truncatingIfNeeded: letters)
            return 3
        }
    }

    /// The number of ISO 4217, 978 for the euro; written with three digits, leading zeros kept.
    public var numericCode: Int { Int(number) }

    /// The number of decimals between the unit and the minor unit: 0 for JPY, 2 for EUR, 3 for KWD, 4 for CLF;
    /// 0 where the standard has no minor unit ("N.A.").
    public var exponent: Int { max(0, Int(decimals)) }

    /// False for the codes whose minor unit the standard gives as "N.A.": metals, bond market units, SDR, the
    /// codes for tests and for no currency. Nothing can be priced in them.
    public var hasMinorUnit: Bool { decimals >= 0 }

    /// True for the codes that the standard marks as funds (BOV, CHE, CHW, CLF, COU, MXV, USN, UYI).
    public var isFund: Bool { fund }

    /// Ten to the power of `exponent`: how many minor units make one unit.
    public var minorUnitsPerUnit: Int64 {
        switch decimals {
        case 1: 10
        case 2: 100
        case 3: 1_000
        case 4: 10_000
        default: 1
        }
    }

    /// The code.
    public var description: String { code }

    /// Alphabetical by code.
    public static func < (left: Currency, right: Currency) -> Bool { left.letters < right.letters }
    /// Equal codes make equal currencies; everything else follows from the code.
    public static func == (left: Currency, right: Currency) -> Bool { left.letters == right.letters }
    public func hash(into hasher: inout Hasher) { hasher.combine(letters) }

    /// Appends the three letters.
    public func appendCode(to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: letters >> 16))
        bytes.append(UInt8(truncatingIfNeeded: letters >> 8))
        bytes.append(UInt8(truncatingIfNeeded: letters))
    }
}

// MARK: - The active list

extension Currency {
    /// Every currency of the active list, alphabetical by code.
    public static let all: [Currency] = readActiveList()

    /// List one ("current currency and funds") of ISO 4217, published by its maintenance agency on 2026-01-01:
    /// code and number, by minor unit.
    private static let activeList: [(decimals: Int8, codes: String)] = [
        (
            0,
            """
            BIF108 CLP152 DJF262 GNF324 ISK352 JPY392 KMF174 KRW410 PYG600 RWF646 UGX800 UYI940 VND704 VUV548
            XAF950 XOF952 XPF953
            """
        ),
        (
            2,
            """
            AED784 AFN971 ALL008 AMD051 AOA973 ARS032 AUD036 AWG533 AZN944 BAM977 BBD052 BDT050 BMD060 BND096
            BOB068 BOV984 BRL986 BSD044 BTN064 BWP072 BYN933 BZD084 CAD124 CDF976 CHE947 CHF756 CHW948 CNY156
            COP170 COU970 CRC188 CUP192 CVE132 CZK203 DKK208 DOP214 DZD012 EGP818 ERN232 ETB230 EUR978 FJD242
            FKP238 GBP826 GEL981 GHS936 GIP292 GMD270 GTQ320 GYD328 HKD344 HNL340 HTG332 HUF348 IDR360 ILS376
            INR356 IRR364 JMD388 KES404 KGS417 KHR116 KPW408 KYD136 KZT398 LAK418 LBP422 LKR144 LRD430 LSL426
            MAD504 MDL498 MGA969 MKD807 MMK104 MNT496 MOP446 MRU929 MUR480 MVR462 MWK454 MXN484 MXV979 MYR458
            MZN943 NAD516 NGN566 NIO558 NOK578 NPR524 NZD554 PAB590 PEN604 PGK598 PHP608 PKR586 PLN985 QAR634
            RON946 RSD941 RUB643 SAR682 SBD090 SCR690 SDG938 SEK752 SGD702 SHP654 SLE925 SOS706 SRD968 SSP728
            STN930 SVC222 SYP760 SZL748 THB764 TJS972 TMT934 TOP776 TRY949 TTD780 TWD901 TZS834 UAH980 USD840
            USN997 UYU858 UZS860 VED926 VES928 WST882 XAD396 XCD951 XCG532 YER886 ZAR710 ZMW967 ZWG924
            """
        ),
        (3, "BHD048 IQD368 JOD400 KWD414 LYD434 OMR512 TND788"),
        (4, "CLF990 UYW927"),
        (-1, "XAG961 XAU959 XBA955 XBB956 XBC957 XBD958 XDR960 XPD964 XPT962 XSU994 XTS963 XUA965 XXX999"),
    ]

    /// The codes that the list marks `IsFund`.
    private static let funds = ["BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI"]

    private static func readActiveList() -> [Currency] {
        let fundLetters = Set(funds.map { pack($0.utf8)! })
        var list: [Currency] = []
        for (decimals, codes) in activeList {
            for row in codes.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
                let letters = pack(row.utf8.prefix(3))!
                list.append(
                    Currency(
                        letters: letters, number: UInt16(row.dropFirst(3))!, decimals: decimals,
                        fund: fundLetters.contains(letters)))
            }
        }
        return list.sorted()
    }

    private init(letters: UInt32, number: UInt16, decimals: Int8, fund: Bool) {
        self.letters = letters
        self.number = number
        self.decimals = decimals
        self.fund = fund
    }

    /// Three capitals A–Z as one number, or nil.
    private static func pack(_ code: some Sequence<UInt8>) -> UInt32? {
        var letters: UInt32 = 0
        var count = 0
        for byte in code {
            guard count < 3, byte >= 0x41, byte <= 0x5A else { return nil }
            letters = letters << 8 | UInt32(byte)
            count += 1
        }
        return count == 3 ? letters : nil
    }

    private static func lookUp(_ code: some Sequence<UInt8>) -> Currency? {
        guard let letters = pack(code) else { return nil }
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            if all[middle].letters < letters { low = middle + 1 } else { high = middle }
        }
        return low < all.count && all[low].letters == letters ? all[low] : nil
    }
}
